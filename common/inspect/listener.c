#include "inspect/listener.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/std.h"

int
listener_connect(const char *path, pid_t *pid)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct ucred peer;
	socklen_t len = sizeof peer;
	int fd, n, rc;

	n = snprintf(addr.sun_path, sizeof addr.sun_path, "%s", path);
	if (n >= (int)sizeof addr.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return -1;
	rc = connect(fd, (struct sockaddr *)&addr, sizeof addr);
	if (rc == 0 && pid != NULL) {
		rc = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len);
		*pid = rc == 0 ? peer.pid : 0;
	}
	n = errno;
	close(fd);
	errno = n;
	return rc;
}

/* Append what a descriptor of a process is. */
static int
add_descriptor(struct buf *out, const char *pid, const char *fd)
{
	char target[4096];
	struct buf path = BUF_INIT;
	ssize_t n;

	buf_addf(&path, "/proc/%s/fd/%s", pid, fd);
	n = readlink(path.s, target, sizeof target);
	buf_release(&path);
	if (n == -1)
		return -1;
	buf_add(out, target, (size_t)n);
	return 0;
}

/* Return true if the process has the pipe open for reading alone. */
static bool
reads_pipe(const char *pid, const char *pipe)
{
	struct buf path = BUF_INIT, target = BUF_INIT;
	const struct dirent *entry;
	struct stat st;
	bool found = false;
	DIR *dir;

	buf_addf(&path, "/proc/%s/fd", pid);
	dir = opendir(path.s);
	while (!found && dir != NULL && (entry = readdir(dir)) != NULL) {
		buf_reset(&target);
		if (add_descriptor(&target, pid, entry->d_name) == 0 &&
		    strcmp(target.s, pipe) == 0)
			found = fstatat(dirfd(dir), entry->d_name, &st,
				    AT_SYMLINK_NOFOLLOW) == 0 &&
				(st.st_mode & S_IWUSR) == 0;
	}
	if (dir != NULL)
		closedir(dir);
	buf_release(&path);
	buf_release(&target);
	return found;
}

/* Append ", to process 42 (cat), /dev/pts/3" for what reads the pipe. */
static void
add_reader(struct buf *out, const char *pid)
{
	struct buf path = BUF_INIT;
	char name[64] = "?";
	FILE *f;

	buf_addf(&path, "/proc/%s/comm", pid);
	f = fopen(path.s, "re");
	if (f != NULL) {
		if (fgets(name, sizeof name, f) != NULL)
			name[strcspn(name, "\n")] = '\0';
		fclose(f);
	}
	buf_addf(out, ", to process %s (%s), ", pid, name);
	if (add_descriptor(out, pid, "1") == -1)
		buf_addc(out, '?');
	buf_release(&path);
}

int
listener_output(pid_t pid, struct buf *out)
{
	const struct dirent *entry;
	struct buf pipe = BUF_INIT;
	char own[16];
	DIR *dir;

	snprintf(own, sizeof own, "%d", (int)pid);
	if (add_descriptor(&pipe, own, "2") == -1)
		return -1;
	buf_add(out, pipe.s, pipe.len);
	dir = std_starts(pipe.s, "pipe:") ? opendir("/proc") : NULL;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    reads_pipe(entry->d_name, pipe.s)) {
			add_reader(out, entry->d_name);
			break;
		}
	if (dir != NULL)
		closedir(dir);
	buf_release(&pipe);
	return 0;
}
