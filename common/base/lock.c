#include "base/lock.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static int
open_file(const char *run, const char *name, struct err *err)
{
	struct buf path = BUF_INIT;
	int fd;

	buf_addf(&path, "%s/locks", run);
	if (mkdir(path.s, 0770) == -1 && errno != EEXIST)
		goto fail;
	buf_addf(&path, "/%s", name);
	fd = open(path.s, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
	if (fd == -1)
		goto fail;
	buf_release(&path);
	return fd;
fail:
	/* The run folder is full, or descriptors are: that passes. */
	err_set(err, ERR_BUSY, MSG_LOCK_FAILED);
	err_detail(err, "%s: %s", path.s, strerror(errno));
	buf_release(&path);
	return -1;
}

static void
ignore_alarm(int sig)
{
	(void)sig;
}

/*
 * Wait in the kernel's queue.  A timer interrupts flock; it repeats, so that
 * a signal which arrives just before the call is not the last one.
 */
static int
wait_for(int fd, int how, int64_t until_ms)
{
	const struct itimerval every = {{0, 50000}, {0, 50000}};
	const struct itimerval off = {{0, 0}, {0, 0}};
	struct sigaction old, act = {.sa_handler = ignore_alarm};
	int rc, error;

	sigaction(SIGALRM, &act, &old);
	setitimer(ITIMER_REAL, &every, NULL);
	do
		rc = flock(fd, how);
	while (rc == -1 && errno == EINTR && clock_monotonic_ms() < until_ms);
	error = rc == -1 && errno == EINTR ? ETIMEDOUT : errno;
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &old, NULL);
	errno = error;
	return rc;
}

int
lock_file(int fd, int how, int64_t until_ms)
{
	int64_t last = clock_monotonic_ms() + LOCK_FILE_MAX_MS;

	if (flock(fd, how | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK && errno != EINTR)
		return -1;
	return wait_for(fd, how, until_ms < last ? until_ms : last);
}

int
lock_take(
    const char *run, const char *name, int wait_ms, int *out, struct err *err)
{
	int fd = open_file(run, name, err);

	if (fd == -1)
		return -1;

	if (wait_ms > 0
		? lock_file(fd, LOCK_EX, clock_monotonic_ms() + wait_ms) == 0
		: flock(fd, LOCK_EX | LOCK_NB) == 0) {
		*out = fd;
		return 0;
	}
	close(fd);
	return err_set(err, ERR_BUSY, MSG_LOCK_TAKEN);
}

void
lock_drop(int lock)
{
	close(lock);
}

/* Return true if the name still leads to the open file. */
static bool
is_still_named(int fd, const char *name)
{
	struct stat open, named;

	return fstat(fd, &open) == 0 && lstat(name, &named) == 0 &&
	       open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

int
lock_new_file(const char *path, unsigned mode, struct buf *name)
{
	const int how = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int fd, error;

	buf_reset(name);
	buf_addf(name, "%s.new", path);
	for (;;) {
		fd = open(name->s, how, mode);
		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX) == -1)
			break;
		if (!is_still_named(fd, name->s)) {
			/* Its writer has renamed it meanwhile. */
			close(fd);
			continue;
		}
		if (ftruncate(fd, 0) == 0)
			return fd;
		break;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}
