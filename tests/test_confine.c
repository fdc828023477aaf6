/*
 * confine: what a process cannot do any more, and what it still can.
 */
#include "api/confine.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "t.h"

/* What the last child has said on standard error. */
static struct buf said = BUF_INIT;

static void
read_said(int fd)
{
	char part[512];
	ssize_t n;

	buf_reset(&said);
	while ((n = read(fd, part, sizeof part)) > 0)
		buf_add(&said, part, (size_t)n);
	close(fd);
}

/* Run `attempt` in a child that has confined itself; return its answer, 0 to
 * 100, or minus the signal that ended it. */
static int
confined(unsigned keep, int (*attempt)(void))
{
	int status, ends[2], rc = pipe(ends);
	pid_t child = fork();

	ck_assert_int_eq(rc, 0);
	ck_assert_int_ne(child, -1);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		_exit(confine_self(keep) == -1 ? 101 : attempt());
	}
	close(ends[1]);
	read_said(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	if (WIFSIGNALED(status))
		return -WTERMSIG(status);
	ck_assert_msg(WEXITSTATUS(status) != 101, "the kernel has no filter");
	return WEXITSTATUS(status);
}

/* Return true if a call has come back as if the kernel did not know it. */
static bool
is_unknown(long rc)
{
	return rc == -1 && errno == ENOSYS;
}

static int
start_program(void)
{
	static char name[] = "true";
	char *const argv[] = {name, NULL};

	return execv("/bin/true", argv);
}

static int
start_program_at(void)
{
	static char name[] = "true";
	char *const argv[] = {name, NULL};

	return (int)syscall(SYS_execveat, AT_FDCWD, "/bin/true", argv, NULL, 0);
}

static int
start_process(void)
{
	return fork() != -1;
}

static int
trace_parent(void)
{
	return (int)ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static int
signal_parent(void)
{
	return kill(getppid(), 0);
}

static int
signal_all(void)
{
	return kill(-1, 0);
}

static int
signal_thread_of_parent(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), 0);
}

static int
change_root(void)
{
	return chroot("/");
}

static int
load_bpf(void)
{
	return (int)syscall(SYS_bpf, 0, 0, 0);
}

static const struct {
	int (*attempt)(void);
	const char *name;
} fatal[] = {{start_program, "(execve)"}, {start_program_at, "(execveat)"},
    {start_process, "(clone)"}, {trace_parent, "(ptrace)"},
    {signal_parent, "(kill)"}, {signal_all, "(kill)"},
    {signal_thread_of_parent, "(tgkill)"}, {change_root, "(chroot)"},
    {load_bpf, "(bpf)"}};

static int
try_newer_clone(void)
{
	return is_unknown(syscall(SYS_clone3, NULL, 0));
}

static int
try_code(void)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED &&
	       is_unknown(mprotect(page, 4096, PROT_READ | PROT_EXEC)) &&
	       mmap(NULL, 4096, PROT_READ | PROT_EXEC,
		   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED;
}

static int
try_internet(void)
{
	return is_unknown(socket(AF_INET, SOCK_STREAM, 0)) &&
	       is_unknown(socket(AF_INET6, SOCK_DGRAM, 0)) &&
	       is_unknown(socket(AF_NETLINK, SOCK_RAW, 0));
}

static int
try_listening(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd != -1 &&
	       is_unknown(bind(fd, (struct sockaddr *)&at, sizeof at));
}

START_TEST(a_call_for_others_ends_the_process_with_its_name)
{
	const unsigned all = CONFINE_NETWORK | CONFINE_LISTEN;
	size_t i;

	log_start("codex-test", false);
	for (i = 0; i < 2 * ARRAY_LEN(fatal); i++) {
		const char *name = fatal[i / 2].name;

		ck_assert_int_eq(
		    confined(i % 2 ? all : 0, fatal[i / 2].attempt), -SIGSYS);
		ck_assert_msg(
		    strstr(said.s, name) != NULL, "%s: %s", name, said.s);
		ck_assert_msg(strncmp(said.s, "level=err msg=", 14) == 0 &&
				  strchr(said.s, '\n') == said.s + said.len - 1,
		    "one line: %s", said.s);
	}
	buf_release(&said);
}
END_TEST

START_TEST(a_confined_process_has_an_older_kernel)
{
	ck_assert_int_eq(confined(0, try_newer_clone), 1);
	ck_assert_int_eq(confined(CONFINE_NETWORK, try_newer_clone), 1);
	ck_assert_uint_eq(said.len, 0);
}
END_TEST

START_TEST(a_confined_process_makes_no_code)
{
	ck_assert_int_eq(confined(CONFINE_NETWORK, try_code), 1);
}
END_TEST

START_TEST(only_what_keeps_the_network_makes_sockets_of_the_internet)
{
	ck_assert_int_eq(confined(0, try_internet), 1);
	ck_assert_int_eq(confined(CONFINE_LISTEN, try_internet), 1);
	ck_assert_int_eq(confined(CONFINE_NETWORK, try_internet), 0);
}
END_TEST

START_TEST(only_what_keeps_listening_may_listen)
{
	ck_assert_int_eq(confined(CONFINE_NETWORK, try_listening), 1);
	ck_assert_int_eq(confined(CONFINE_LISTEN, try_listening), 0);
}
END_TEST

static void *
run_thread(void *arg)
{
	return arg;
}

static int
use_thread(void)
{
	pthread_t thread;
	int here = 0;
	void *out = NULL;

	return pthread_create(&thread, NULL, run_thread, &here) == 0 &&
	       pthread_join(thread, &out) == 0 && out == &here;
}

static int
use_files(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	void *much = malloc((size_t)1 << 20);

	return fd != -1 && write(fd, "x", 1) == 1 && much != NULL &&
	       close(fd) == 0;
}

static int
end_by_signal(void)
{
	raise(SIGKILL);
	return 0;
}

START_TEST(a_confined_process_has_files_memory_and_its_own_signals)
{
	ck_assert_int_eq(confined(0, use_files), 1);
	ck_assert_int_eq(confined(0, end_by_signal), -SIGKILL);
}
END_TEST

START_TEST(a_confined_process_with_a_network_has_threads)
{
	ck_assert_int_eq(confined(CONFINE_NETWORK, use_thread), 1);
}
END_TEST

T_MAIN("confine", a_call_for_others_ends_the_process_with_its_name,
    a_confined_process_has_an_older_kernel, a_confined_process_makes_no_code,
    only_what_keeps_the_network_makes_sockets_of_the_internet,
    only_what_keeps_listening_may_listen,
    a_confined_process_has_files_memory_and_its_own_signals,
    a_confined_process_with_a_network_has_threads)
