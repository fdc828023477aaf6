#include "carry/new_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/std.h"
#include "inspect/cmdline.h"

/* A file that is being made, and its bytes until then. */
struct new_file {
	const char *path, *part;
	int fd; /* of the part */
};

/* Lock the file; return true if another call has locked it.  A backup is also
 * made where the file system knows no locks. */
static bool
is_locked(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK;
}

/* Remove the part that a killed call has left, but not one that another call is
 * writing. */
static int
remove_part(const char *part)
{
	int fd = open(part, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	int error = 0;

	if (fd != -1 && is_locked(fd))
		error = EBUSY;
	else if (unlink(part) == -1 && errno != ENOENT)
		error = errno;
	if (fd != -1)
		close(fd);
	errno = error;
	return error == 0 ? 0 : -1;
}

/* Make the part, locked until both processes of this call have closed it.  Not by
 * opening what is there, which another user may have put there to read it. */
static int
create_part(const char *part)
{
	int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	struct stat st;

	/* Before it was locked another call may have taken it for a left one. */
	if (fd != -1 &&
	    (is_locked(fd) || fstat(fd, &st) == -1 || st.st_nlink == 0)) {
		close(fd);
		errno = EBUSY;
		return -1;
	}
	return fd;
}

static int
open_part(const char *path, const char *part)
{
	struct stat st;
	int fd;

	if (remove_part(part) == -1)
		return -1;
	fd = create_part(part);
	/* Another call may have made the file before the part was locked. */
	if (fd != -1 && lstat(path, &st) == 0) {
		unlink(part);
		close(fd);
		errno = EEXIST;
		return -1;
	}
	return fd;
}

/* The signals that end a command, and the one that tells of its child's end. */
static void
list_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
}

/*
 * Return the status of the process that fills the file; NEW_FILE_NONE if it
 * died.  Pass the blocked signals that end a command on to it, as they may have
 * been sent to this process alone; *ended_by is the last of them.
 */
static int
await_process(pid_t pid, const sigset_t *blocked, int *ended_by)
{
	int status, sig;
	pid_t ended;

	while ((ended = waitpid(pid, &status, WNOHANG)) == 0) {
		if (sigwait(blocked, &sig) != 0 || sig == SIGCHLD)
			continue;
		*ended_by = sig;
		kill(pid, sig);
	}
	return ended == pid && WIFEXITED(status) ? WEXITSTATUS(status)
						 : NEW_FILE_NONE;
}

/* Start the process that fills the file, with the caller's signals. */
static pid_t
start_fill(int fd, new_file_fill *fill, void *arg, const sigset_t *signals)
{
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, signals, NULL);
		exit(cmdline_end(fill(arg, fd)));
	}
	return pid;
}

/* Let the file be filled, then give it its name, or remove what was written. */
static int
fill_apart(const struct new_file *file, new_file_fill *fill, void *arg,
    int *status, struct err *err)
{
	int error = 0, ended_by = 0;
	sigset_t blocked, before;
	pid_t pid;

	list_signals(&blocked);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	pid = start_fill(file->fd, fill, arg, &before);
	*status = NEW_FILE_NONE;
	if (pid == -1)
		error = errno;
	else
		*status = await_process(pid, &blocked, &ended_by);
	if (*status != NEW_FILE_NONE && rename(file->part, file->path) == -1) {
		error = errno;
		*status = NEW_FILE_NONE;
	}
	if (*status == NEW_FILE_NONE)
		unlink(file->part);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (ended_by != 0)
		raise(ended_by);
	return error == 0 ? 0 : cmdline_refuse_file(err, file->path, error);
}

int
new_file_make(const char *path, new_file_fill *fill, void *arg, int *status,
    struct err *err)
{
	struct buf part = BUF_INIT;
	struct new_file file = {.path = path};
	int rc, filled = NEW_FILE_NONE;

	buf_addf(&part, "%s.part", path);
	file.part = part.s;
	file.fd = open_part(path, part.s);
	if (file.fd == -1) {
		rc = cmdline_refuse_file(err, path, errno);
	} else {
		rc = fill_apart(&file, fill, arg, &filled, err);
		close(file.fd);
	}
	if (rc == 0)
		*status = filled == NEW_FILE_NONE ? 1 : filled;
	buf_release(&part);
	return rc;
}
