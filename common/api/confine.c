#include "api/confine.h"

#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/std.h"

/* Names of other machines stand here, too; libseccomp leaves them out. */
static const int plain_calls[] = {
    /* files */
    SCMP_SYS(access), SCMP_SYS(chmod), SCMP_SYS(close), SCMP_SYS(dup),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(fchmod),
    SCMP_SYS(fchmodat), SCMP_SYS(fcntl), SCMP_SYS(fdatasync), SCMP_SYS(flock),
    SCMP_SYS(fstat), SCMP_SYS(fstatfs), SCMP_SYS(fsync), SCMP_SYS(ftruncate),
    SCMP_SYS(getdents64), SCMP_SYS(lseek), SCMP_SYS(lstat), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat), SCMP_SYS(newfstatat), SCMP_SYS(open), SCMP_SYS(openat),
    SCMP_SYS(pread64), SCMP_SYS(pwrite64), SCMP_SYS(read), SCMP_SYS(readlink),
    SCMP_SYS(readlinkat), SCMP_SYS(readv), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(rmdir), SCMP_SYS(stat), SCMP_SYS(statx),
    SCMP_SYS(umask), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(utimensat),
    SCMP_SYS(write), SCMP_SYS(writev),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2),
    SCMP_SYS(mremap), SCMP_SYS(munlock), SCMP_SYS(munmap),
    /* sockets that are there, and waiting */
    SCMP_SYS(accept), SCMP_SYS(accept4), SCMP_SYS(connect),
    SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_pwait),
    SCMP_SYS(epoll_wait), SCMP_SYS(eventfd2), SCMP_SYS(signalfd4),
    SCMP_SYS(getpeername), SCMP_SYS(getsockname), SCMP_SYS(getsockopt),
    SCMP_SYS(pipe2), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(pselect6),
    SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(select), SCMP_SYS(sendmmsg),
    SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(setsockopt),
    SCMP_SYS(shutdown),
    /* clocks */
    SCMP_SYS(clock_getres), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(nanosleep), SCMP_SYS(setitimer),
    SCMP_SYS(time),
    /* the process itself */
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(futex), SCMP_SYS(getegid),
    SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getpid), SCMP_SYS(getppid),
    SCMP_SYS(getrandom), SCMP_SYS(gettid), SCMP_SYS(getuid),
    SCMP_SYS(restart_syscall), SCMP_SYS(rseq), SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_yield),
    SCMP_SYS(set_robust_list), SCMP_SYS(sigaltstack), SCMP_SYS(sysinfo),
    SCMP_SYS(uname)};

struct call {
	const char *name;
	int number;
	bool is_ruled; /* by common_rules or own_rules, as some are allowed */
};

#define FATAL(name)                                                            \
	{                                                                      \
#name, SCMP_SYS(name), false                                   \
	}
#define RULED(name)                                                            \
	{                                                                      \
#name, SCMP_SYS(name), true                                    \
	}

/* No library makes these in passing: somebody else acts in our place. */
static const struct call fatal_calls[] = {FATAL(execve), FATAL(execveat),
    RULED(clone), FATAL(fork), FATAL(vfork), RULED(kill), RULED(tgkill),
    FATAL(tkill), FATAL(pidfd_send_signal), FATAL(rt_sigqueueinfo),
    FATAL(rt_tgsigqueueinfo), FATAL(ptrace), FATAL(process_vm_readv),
    FATAL(process_vm_writev), FATAL(chroot), FATAL(pivot_root), FATAL(mount),
    FATAL(umount2), FATAL(unshare), FATAL(setns), FATAL(bpf),
    FATAL(perf_event_open), FATAL(userfaultfd), FATAL(io_uring_setup),
    FATAL(keyctl), FATAL(add_key), FATAL(request_key)};

/* What depends on one argument. */
struct rule {
	uint32_t action;
	int call;
	struct scmp_arg_cmp when;
};

/* The argument's bits of `mask` are `value`. */
#define IS(arg, mask, value)                                                   \
	{                                                                      \
		arg, SCMP_CMP_MASKED_EQ, mask, value                           \
	}
#define ALL UINT32_MAX

static const struct rule common_rules[] = {
    {SCMP_ACT_ALLOW, SCMP_SYS(mmap), IS(2, PROT_EXEC, 0)},
    {SCMP_ACT_ALLOW, SCMP_SYS(mprotect), IS(2, PROT_EXEC, 0)},
    {SCMP_ACT_ALLOW, SCMP_SYS(socket), IS(0, ALL, AF_UNIX)},
    {SCMP_ACT_ALLOW, SCMP_SYS(socketpair), IS(0, ALL, AF_UNIX)},
    {SCMP_ACT_ALLOW, SCMP_SYS(ioctl), IS(1, ALL, FIONBIO)},
    {SCMP_ACT_ALLOW, SCMP_SYS(ioctl), IS(1, ALL, FIONREAD)},
    {SCMP_ACT_ALLOW, SCMP_SYS(ioctl), IS(1, ALL, TCGETS)},
    {SCMP_ACT_TRAP, SCMP_SYS(clone), IS(0, CLONE_THREAD, 0)}};

static const struct rule network_rules[] = {
    {SCMP_ACT_ALLOW, SCMP_SYS(socket), IS(0, ALL, AF_INET)},
    {SCMP_ACT_ALLOW, SCMP_SYS(socket), IS(0, ALL, AF_INET6)},
    {SCMP_ACT_ALLOW, SCMP_SYS(clone), IS(0, CLONE_THREAD, CLONE_THREAD)}};

static int
allow_plain(scmp_filter_ctx filter, const int *calls, size_t n)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++)
		rc = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return rc;
}

static int
add_rules(scmp_filter_ctx filter, const struct rule *rules, size_t n)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < n; i++)
		rc = seccomp_rule_add_array(
		    filter, rules[i].action, rules[i].call, 1, &rules[i].when);
	return rc;
}

/* Signals to this process are for abort(3) and raise(3). */
static int
add_own_rules(scmp_filter_ctx filter)
{
	const scmp_datum_t pid = (scmp_datum_t)getpid();
	const struct rule own_rules[] = {
	    {SCMP_ACT_ALLOW, SCMP_SYS(kill), {0, SCMP_CMP_EQ, pid, 0}},
	    {SCMP_ACT_TRAP, SCMP_SYS(kill), {0, SCMP_CMP_NE, pid, 0}},
	    {SCMP_ACT_ALLOW, SCMP_SYS(tgkill), {0, SCMP_CMP_EQ, pid, 0}},
	    {SCMP_ACT_TRAP, SCMP_SYS(tgkill), {0, SCMP_CMP_NE, pid, 0}}};

	return add_rules(filter, own_rules, ARRAY_LEN(own_rules));
}

static int
trap_fatal(scmp_filter_ctx filter)
{
	size_t i;
	int rc = 0;

	for (i = 0; rc == 0 && i < ARRAY_LEN(fatal_calls); i++)
		if (!fatal_calls[i].is_ruled)
			rc = seccomp_rule_add(
			    filter, SCMP_ACT_TRAP, fatal_calls[i].number, 0);
	return rc;
}

static int
fill_filter(scmp_filter_ctx filter, unsigned keep)
{
	static const int listening[] = {SCMP_SYS(bind), SCMP_SYS(listen)};
	int rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);

	if (rc == 0)
		rc = allow_plain(filter, plain_calls, ARRAY_LEN(plain_calls));
	if (rc == 0)
		rc = trap_fatal(filter);
	if (rc == 0)
		rc = add_rules(filter, common_rules, ARRAY_LEN(common_rules));
	if (rc == 0)
		rc = add_own_rules(filter);
	if (rc == 0 && (keep & CONFINE_NETWORK))
		rc = add_rules(filter, network_rules, ARRAY_LEN(network_rules));
	if (rc == 0 && (keep & CONFINE_LISTEN))
		rc = allow_plain(filter, listening, ARRAY_LEN(listening));
	return rc;
}

/* Say which call it was, and end by the signal, as the supervisor shall see. */
static void
die_of_call(int sig, siginfo_t *info, void *context)
{
	const char *name = "?";
	size_t i;

	(void)context;
	for (i = 0; i < ARRAY_LEN(fatal_calls); i++)
		if (fatal_calls[i].number == info->si_syscall)
			name = fatal_calls[i].name;
	log_err("ends: system call %d (%s) is not for a program that serves",
	    info->si_syscall, name);
	signal(sig, SIG_DFL);
	raise(sig);
}

static void
catch_fatal(void)
{
	struct sigaction act = {
	    .sa_sigaction = die_of_call, .sa_flags = SA_SIGINFO | SA_NODEFER};

	sigaction(SIGSYS, &act, NULL);
}

int
confine_self(unsigned keep)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	int rc;

	if (filter == NULL)
		std_no_memory();
	rc = fill_filter(filter, keep);
	if (rc == 0) {
		catch_fatal();
		rc = seccomp_load(filter);
	}
	seccomp_release(filter);
	if (rc == 0)
		return 0;
	errno = -rc;
	return -1;
}
