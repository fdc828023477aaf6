#include "base/stop.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

static volatile sig_atomic_t stopping;

static void
note_stop(int sig)
{
	(void)sig;
	stopping = 1;
}

static sigset_t
stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	return set;
}

void
stop_catch(void)
{
	/* Without SA_RESTART, so that a wait that is interrupted ends. */
	struct sigaction act = {.sa_handler = note_stop};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGHUP, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

void
stop_defer(void)
{
	const sigset_t set = stop_signals();

	sigprocmask(SIG_BLOCK, &set, NULL);
}

int
stop_descriptor(void)
{
	const sigset_t set = stop_signals();

	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void
stop_take(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof info) == (ssize_t)sizeof info)
		stopping = 1;
}

const volatile sig_atomic_t *
stop_flag(void)
{
	return &stopping;
}

int
stop_poll(int fd, int wait_ms)
{
	const struct timespec wait = {
	    wait_ms / 1000, wait_ms % 1000 * 1000000L};
	struct pollfd p = {.fd = fd, .events = POLLIN};
	const sigset_t set = stop_signals();
	sigset_t before, open;
	int n = 0;

	/* Let in what is pending: ppoll would not while fd can be read. */
	sigprocmask(SIG_UNBLOCK, &set, &before);
	sigprocmask(SIG_BLOCK, &set, &open);
	if (!stopping)
		n = ppoll(&p, 1, wait_ms < 0 ? NULL : &wait, &open);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return n == -1 && errno == EINTR ? 0 : n;
}
