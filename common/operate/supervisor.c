#include "operate/supervisor.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "host/notify.h"

#define START_MS       30000 /* until all must serve, from the start */
#define END_MS         4500  /* for requests under way, before KILL */
#define ASK_MS         500   /* how often a process is asked to end */
#define PAUSE_FIRST_MS 100   /* before a program that failed starts again */
#define PAUSE_MOST_MS  5000
#define STEADY_MS      10000 /* a life after which a failure is a first one */

/* A process that is wanted. */
struct worker {
	const struct supervisor_program *program;
	pid_t pid; /* 0: there is none */
	int64_t started_ms;
	int64_t due_ms; /* when to start it, if there is none */
	int pause_ms;   /* before the last start */
	bool serves, has_served;
};

struct supervisor {
	struct worker *workers;
	size_t n;
	int signals, notes; /* descriptors */
	char notify[32];    /* for NOTIFY_SOCKET */
	bool all_serve, ends;
	int status;
};

/* The abstract name that the kernel gives is nobody else's, and leaves no
 * file; a message counts only by its sender (SCM_CREDENTIALS). */
static int
open_notes(struct supervisor *s)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	socklen_t len = sizeof at;
	const int on = 1;

	s->notes =
	    socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->notes == -1 ||
	    setsockopt(s->notes, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) ==
		-1 ||
	    bind(s->notes, (struct sockaddr *)&at, sizeof at.sun_family) ==
		-1 ||
	    getsockname(s->notes, (struct sockaddr *)&at, &len) == -1)
		return -1;
	len -= (socklen_t)offsetof(struct sockaddr_un, sun_path) + 1;
	snprintf(
	    s->notify, sizeof s->notify, "@%.*s", (int)len, at.sun_path + 1);
	return 0;
}

static int
open_signals(struct supervisor *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		return -1;
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals == -1 ? -1 : 0;
}

static void
release(struct supervisor *s)
{
	if (s->signals != -1)
		close(s->signals);
	if (s->notes != -1)
		close(s->notes);
	free(s->workers);
}

/* In the new process. */
__attribute__((noreturn)) static void
become(const struct supervisor *s, const struct supervisor_program *program,
    pid_t parent)
{
	int in = program->fd;
	sigset_t none;

	/* The parent may have died before it could be asked for. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) == -1 || getppid() != parent)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (in == -1)
		in = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* Standard output is the ready line's. */
	if (in == -1 || dup2(in, STDIN_FILENO) == -1 ||
	    dup2(STDERR_FILENO, STDOUT_FILENO) == -1 ||
	    setenv("NOTIFY_SOCKET", s->notify, 1) == -1)
		_exit(1);
	if (program->prepare != NULL)
		program->prepare(program);
	execv(program->args[0], program->args);
	log_warn("%s: %s", program->args[0], strerror(errno));
	_exit(127);
}

static void
start_worker(struct supervisor *s, struct worker *w)
{
	pid_t self = getpid();

	w->started_ms = clock_monotonic_ms();
	w->serves = false;
	w->pid = fork();
	if (w->pid == 0)
		become(s, w->program, self);
	if (w->pid == -1) { /* out of processes, most likely: it passes */
		log_warn("fork: %s", strerror(errno));
		w->pid = 0;
		w->due_ms = w->started_ms + PAUSE_MOST_MS;
	}
}

static void
give_up(struct supervisor *s)
{
	s->ends = true;
	s->status = 1;
}

/* Start what is due; return when to look again, in ms, or -1. */
static int
start_due(struct supervisor *s)
{
	int64_t now = clock_monotonic_ms(), next = INT64_MAX;
	size_t i;

	for (i = 0; i < s->n; i++) {
		struct worker *w = &s->workers[i];

		if (i > 0 && !s->workers[0].has_served)
			break;
		if (w->pid == 0 && w->due_ms <= now)
			start_worker(s, w);
		if (w->pid == 0 && w->due_ms < next)
			next = w->due_ms;
		if (!s->all_serve && w->pid != 0 && !w->serves) {
			if (now - w->started_ms > START_MS) {
				log_err(
				    "%s does not answer", w->program->args[0]);
				give_up(s);
			}
			next = now + ASK_MS < next ? now + ASK_MS : next;
		}
	}
	return next == INT64_MAX ? -1 : (int)(next > now ? next - now : 0);
}

static struct worker *
find_worker(struct supervisor *s, pid_t pid)
{
	size_t i;

	for (i = 0; pid > 0 && i < s->n; i++)
		if (s->workers[i].pid == pid)
			return &s->workers[i];
	return NULL;
}

static void
note_ready(struct supervisor *s, struct worker *ready)
{
	size_t i;

	ready->serves = ready->has_served = true;
	s->all_serve = true;
	for (i = 0; i < s->n; i++)
		s->all_serve = s->all_serve && s->workers[i].has_served;
}

/* Return the sender of the next message that says READY=1; 0 of another, -1
 * if there is none. */
static pid_t
read_note(int fd)
{
	char text[64];
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	struct iovec part = {text, sizeof text};
	struct msghdr msg = {.msg_iov = &part,
	    .msg_iovlen = 1,
	    .msg_control = control.room,
	    .msg_controllen = sizeof control.room};
	ssize_t len = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	const struct cmsghdr *c;
	struct ucred from;

	if (len == -1)
		return -1;
	c = CMSG_FIRSTHDR(&msg);
	if (c == NULL || c->cmsg_type != SCM_CREDENTIALS ||
	    (size_t)len != strlen(NOTIFY_READY) ||
	    memcmp(text, NOTIFY_READY, (size_t)len) != 0)
		return 0;
	memcpy(&from, CMSG_DATA(c), sizeof from);
	return from.pid;
}

static void
hear_notes(struct supervisor *s)
{
	struct worker *w;
	pid_t from;

	while ((from = read_note(s->notes)) != -1) {
		w = find_worker(s, from);
		if (w != NULL)
			note_ready(s, w);
	}
}

static bool
was_asked_to_end(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status) == 0;
	return WTERMSIG(status) == SIGTERM;
}

/* By the kernel, most likely, for want of memory: no fault of the program's, so
 * it starts again at once. */
static bool
was_killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void
log_failure(const struct worker *w, int status)
{
	if (WIFEXITED(status))
		log_warn("%s ended with status %d, starts again in %d ms",
		    w->program->args[0], WEXITSTATUS(status), w->pause_ms);
	else
		log_warn("%s was ended by signal %d, starts again in %d ms",
		    w->program->args[0], WTERMSIG(status), w->pause_ms);
}

/* Say when to start the worker again. */
static void
plan_restart(struct worker *w, int status)
{
	int64_t now = clock_monotonic_ms();

	if (was_asked_to_end(status)) {
		w->pause_ms = 0;
	} else if (was_killed(status)) {
		w->pause_ms = 0;
		log_failure(w, status);
	} else {
		if (now - w->started_ms > STEADY_MS)
			w->pause_ms = 0;
		w->pause_ms =
		    w->pause_ms == 0 ? PAUSE_FIRST_MS : w->pause_ms * 2;
		if (w->pause_ms > PAUSE_MOST_MS)
			w->pause_ms = PAUSE_MOST_MS;
		log_failure(w, status);
	}
	w->due_ms = now + w->pause_ms;
}

static void
note_end(struct supervisor *s, struct worker *w, int status)
{
	w->pid = 0;
	w->serves = false;
	if (s->ends)
		return;
	if (!s->all_serve && !w->has_served) {
		log_err("%s cannot start", w->program->args[0]);
		give_up(s);
		return;
	}
	plan_restart(w, status);
}

/* A process that has told READY=1 and died is heard before its end is. */
static void
reap(struct supervisor *s)
{
	struct worker *w;
	int status;
	pid_t pid;

	hear_notes(s);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		w = find_worker(s, pid);
		if (w != NULL)
			note_end(s, w, status);
	}
}

static void
hear_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			s->ends = true;
}

static void
wait_for_news(struct supervisor *s, int ms)
{
	struct pollfd fds[] = {{.fd = s->signals, .events = POLLIN},
	    {.fd = s->notes, .events = POLLIN}};

	if (poll(fds, ARRAY_LEN(fds), ms) == -1 && errno != EINTR)
		log_warn("poll: %s", strerror(errno));
	hear_signals(s);
	reap(s);
}

/* Send the signal to all that are left; return whether there are any. */
static bool
signal_all(const struct supervisor *s, int sig)
{
	bool any = false;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->workers[i].pid != 0) {
			kill(s->workers[i].pid, sig);
			any = true;
		}
	return any;
}

static void
end_all(struct supervisor *s)
{
	int64_t now = clock_monotonic_ms(), until = now + END_MS, ask = now;

	while (signal_all(s, 0)) {
		now = clock_monotonic_ms();
		if (now >= until) {
			signal_all(s, SIGKILL);
		} else if (now >= ask) {
			signal_all(s, SIGTERM);
			ask = now + ASK_MS;
		}
		wait_for_news(s, ASK_MS);
	}
}

static void
add_workers(
    struct supervisor *s, const struct supervisor_program *programs, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++)
		s->n += programs[i].processes;
	s->workers = std_zalloc(s->n * sizeof *s->workers);
	s->n = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < programs[i].processes; k++)
			s->workers[s->n++].program = &programs[i];
}

int
supervisor_run(const struct supervisor_program *programs, size_t n,
    void (*when_ready)(void))
{
	struct supervisor s = {.signals = -1, .notes = -1};
	bool told = false;

	if (open_signals(&s) == -1 || open_notes(&s) == -1) {
		log_err("the supervisor cannot start: %s", strerror(errno));
		release(&s);
		return 1;
	}
	add_workers(&s, programs, n);
	while (!s.ends) {
		wait_for_news(&s, start_due(&s));
		if (s.all_serve && !told && !s.ends) {
			when_ready();
			told = true;
		}
	}
	end_all(&s);
	release(&s);
	return s.status;
}
