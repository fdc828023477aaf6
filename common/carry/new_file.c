#include "carry/new_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/std.h"

/* Refuse the file with the reason in `error`. */
static int
refuse_new_file(struct err *err, const char *path, int error)
{
	err_set(err, ERR_SETTING, MSG_BACKUP_OPEN);
	err_value(err, "%s", path);
	return err_value(err, "%s", strerror(error));
}

static int
open_part(const char *path, const char *part)
{
	struct stat st;

	if (lstat(path, &st) == 0) {
		errno = EEXIST;
		return -1;
	}
	if (unlink(part) == -1 && errno != ENOENT)
		return -1;
	return open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

/* Return the status of the process that fills the file; NEW_FILE_NONE if it
 * died, -1 if there is none. */
static int
await_process(pid_t pid)
{
	int status;

	if (pid == -1)
		return -1;
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return NEW_FILE_NONE;
	return WIFEXITED(status) ? WEXITSTATUS(status) : NEW_FILE_NONE;
}

/* Fill the file; the signals that end the process which does reach this one
 * once it has removed what was written. */
static int
fill_apart(const char *path, const char *part, int fd, new_file_fill *fill,
    void *arg, struct err *err)
{
	sigset_t ending, before;
	int status, error = 0;
	pid_t pid;

	sigemptyset(&ending);
	sigaddset(&ending, SIGINT);
	sigaddset(&ending, SIGTERM);
	sigaddset(&ending, SIGHUP);
	sigprocmask(SIG_BLOCK, &ending, &before);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		exit(fill(arg, fd));
	}
	status = await_process(pid);
	if (status == -1 ||
	    (status != NEW_FILE_NONE && rename(part, path) == -1))
		error = errno;
	if (error != 0 || status == NEW_FILE_NONE)
		unlink(part);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return error == 0 ? status : refuse_new_file(err, path, error);
}

int
new_file_make(const char *path, new_file_fill *fill, void *arg, int *status,
    struct err *err)
{
	struct buf part = BUF_INIT;
	int fd, rc;

	buf_addf(&part, "%s.part", path);
	fd = open_part(path, part.s);
	rc = fd == -1 ? refuse_new_file(err, path, errno)
		      : fill_apart(path, part.s, fd, fill, arg, err);
	if (fd != -1)
		close(fd);
	if (rc != -1)
		*status = rc == NEW_FILE_NONE ? 1 : rc;
	buf_release(&part);
	return rc == -1 ? -1 : 0;
}
