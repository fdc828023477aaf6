#include "backend/fs_file.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/span.h"
#include "base/std.h"

bool
fs_file_means_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP ||
	       error == ENAMETOOLONG;
}

/* Linux says ENOTDIR of a link, too, if a folder was wanted. */
static int
open_folder(int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | FS_FILE_NO_LINKS);
	struct stat st;

	if (fd != -1 || errno != ENOTDIR)
		return fd;
	errno = fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISLNK(st.st_mode)
		    ? ELOOP
		    : ENOTDIR;
	return -1;
}

int
fs_file_enter(int at, const char *name, bool create)
{
	int fd = open_folder(at, name);

	if (fd != -1 || errno != ENOENT || !create)
		return fd;

	if (mkdirat(at, name, 0700) == -1 && errno != EEXIST)
		return -1;
	return open_folder(at, name);
}

bool
fs_file_enter_own(int in, const char *name, int *folder)
{
	if (*folder == -1 && in != -1)
		*folder = fs_file_enter(in, name, true);
	return *folder != -1 || in == -1 || errno == EROFS;
}

int
fs_file_walk(int root, const char *path, bool create)
{
	char *copy = std_strdup(path);
	char *at = copy, *name;
	int fd = root, next, error;

	while (fd != -1 && (name = strsep(&at, "/")) != NULL) {
		if (*name == '\0')
			continue;
		next = fs_file_enter(fd, name, create);
		/* Sync one that was there already, too: the process that made
		 * it may have failed to, or not have come to it yet. */
		if (next != -1 && create && fsync(fd) == -1) {
			close(next);
			next = -1;
		}
		error = errno;
		if (fd != root)
			close(fd);
		errno = error;
		fd = next;
	}
	free(copy);
	return fd == root ? fs_file_enter(root, ".", false) : fd;
}

/* Append a number in hex, of `digits` at least.  printf takes longer for all of
 * a list than the kernel for its files. */
static void
add_hex(struct buf *out, uintmax_t n, size_t digits)
{
	char room[2 * sizeof n];
	size_t at = sizeof room;

	while (n > 0 || sizeof room - at < digits) {
		room[--at] = "0123456789abcdef"[n & 15];
		n >>= 4;
	}
	buf_add(out, room + at, sizeof room - at);
}

void
fs_file_add_etag(struct buf *out, const struct stat *st)
{
	add_hex(out, (uintmax_t)st->st_ino, 1);
	buf_addc(out, '-');
	add_hex(out, (uintmax_t)st->st_size, 1);
	buf_addc(out, '-');
	add_hex(out, (uintmax_t)st->st_mtim.tv_sec, 1);
	buf_addc(out, '.');
	add_hex(out, (uintmax_t)st->st_mtim.tv_nsec, 9);
}

bool
fs_file_has_etag(const struct stat *st, const char *etag)
{
	struct buf b = BUF_INIT;
	bool same;

	fs_file_add_etag(&b, st);
	same = std_streq(b.s, etag);
	buf_release(&b);
	return same;
}

int64_t
fs_file_age_ms(const struct stat *st)
{
	int64_t age = clock_real_ms() - ((int64_t)st->st_mtim.tv_sec * 1000 +
					    st->st_mtim.tv_nsec / 1000000);

	/* fs_file_stamp may go ahead of the clock by a little. */
	if (age < 0 && age > -SPAN_NUDGE_MS)
		return 0;
	return age < 0 ? -1 : age;
}

int
fs_file_read(int fd, struct buf *out, size_t len)
{
	ssize_t n;

	buf_reserve(out, len);
	while (out->len < len) {
		n = read(fd, out->s + out->len, len - out->len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return -1;
		out->len += (size_t)n;
		out->s[out->len] = '\0';
	}
	return 0;
}

static bool
is_later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec
				    : a.tv_nsec > b.tv_nsec;
}

static struct timespec
just_after(struct timespec t)
{
	if (++t.tv_nsec == 1000000000) {
		t.tv_nsec = 0;
		t.tv_sec++;
	}
	return t;
}

static int
write_mtime(int fd, struct timespec mtime)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, mtime};

	return futimens(fd, times);
}

static int
set_mtime(int fd, struct timespec t, struct stat *st)
{
	return write_mtime(fd, t) == 0 ? fstat(fd, st) : -1;
}

int
fs_file_stamp(int fd, int lock, const struct stat *old, struct stat *st)
{
	struct stat held;
	struct timespec floor, t;

	if (fstat(lock, &held) == -1)
		return -1;
	floor = held.st_mtim;
	if (old != NULL && is_later(old->st_mtim, floor))
		floor = old->st_mtim;
	clock_gettime(CLOCK_REALTIME, &t);
	if (!is_later(t, floor))
		t = just_after(floor);

	if (set_mtime(fd, t, st) == -1)
		return -1;
	if (!is_later(st->st_mtim, floor)) {
		/* The file system has cut the time to one second, or to two:
		 * go that far beyond. */
		t.tv_sec = floor.tv_sec + 2;
		t.tv_nsec = 0;
		if (set_mtime(fd, t, st) == -1)
			return -1;
	}
	return write_mtime(lock, st->st_mtim);
}

int
fs_file_write(int fd, const char *bytes, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, bytes, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == 0)
			errno = ENOSPC;
		if (n <= 0)
			return -1;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

int
fs_file_sync_above(int dir)
{
	int fd = openat(dir, "..", O_RDONLY | O_DIRECTORY | FS_FILE_NO_LINKS);
	int rc;

	/* What we may not read, we have not made. */
	if (fd == -1)
		return errno == EACCES ? 0 : -1;
	rc = fsync(fd);
	close(fd);
	return rc;
}

/* Make one folder, and make it last; nothing if it is there. */
static int
make_folder(const char *path, mode_t mode)
{
	int fd, rc;

	if (mkdir(path, mode) == -1)
		return errno == EEXIST ? 0 : -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	rc = fd != -1 ? fs_file_sync_above(fd) : -1;
	if (fd != -1)
		close(fd);
	return rc;
}

int
fs_file_make_path(const char *dir)
{
	char *path = std_strdup(dir);
	char *slash = path;
	int rc = 0;

	while (rc == 0 && (slash = strchr(slash, '/')) != NULL) {
		*slash = '\0';
		if (*path != '\0')
			rc = make_folder(path, 0755);
		*slash++ = '/';
	}
	if (rc == 0)
		rc = make_folder(path, 0700);
	free(path);
	return rc;
}
