/*
 * A folder as a blob store: a key is a path below the root.
 *
 *	.tmp/      files that are being written; what is older than an hour
 *	           was left by a writer that died
 *	.locks/    256 files; a writer holds the one of its key
 *
 * The mtime of a lock file is the latest mtime given to any blob under it,
 * so that ETags rise even across a removal or a clock that was set back.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/std.h"
#include "store/store_fs.h"

#define STALE_S  3600
#define NO_LINKS (O_NOFOLLOW | O_CLOEXEC)

struct fs {
	int root, tmp, locks;
	/* The folder used last in this batch: most of a batch is in one. */
	int dir;
	struct buf dir_path;
};

/* A name is absent if it is not there, or not as a file in plain folders. */
static bool
means_absent(int error)
{
	return error == ENOENT || error == ENOTDIR || error == ELOOP ||
	       error == ENAMETOOLONG;
}

static int
failed(struct store_op *op, const char *what)
{
	int error = errno;

	return err_detail(store_fail(op), "fs: %s '%.200s': %s", what, op->key,
	    strerror(error));
}

static void
forget_dir(struct fs *fs)
{
	if (fs->dir != -1)
		close(fs->dir);
	fs->dir = -1;
	buf_reset(&fs->dir_path);
}

/* Opens one folder in another; with `create` it is made, and made to last. */
static int
enter(int at, const char *name, bool create)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | NO_LINKS);

	if (fd != -1 || errno != ENOENT || !create)
		return fd;

	if (mkdirat(at, name, 0700) == -1 && errno != EEXIST)
		return -1;
	if (fsync(at) == -1)
		return -1;
	return openat(at, name, O_RDONLY | O_DIRECTORY | NO_LINKS);
}

/* A path below the root, one component at a time: links lead nowhere. */
static int
walk(const struct fs *fs, const char *path, bool create)
{
	char *copy = std_strdup(path);
	char *at = copy, *name;
	int fd = enter(fs->root, ".", false);
	int next, error;

	while (fd != -1 && (name = strsep(&at, "/")) != NULL) {
		if (*name == '\0')
			continue;
		next = enter(fd, name, create);
		error = errno;
		close(fd);
		errno = error;
		fd = next;
	}
	free(copy);
	return fd;
}

static const char *
last_segment(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash != NULL ? slash + 1 : key;
}

/* The folder that a key is in; owned by fs.  -1 with errno. */
static int
folder_of(struct fs *fs, const char *key, bool create)
{
	size_t len = (size_t)(last_segment(key) - key);

	if (fs->dir != -1 && fs->dir_path.len == len &&
	    memcmp(fs->dir_path.s, key, len) == 0)
		return fs->dir;

	forget_dir(fs);
	buf_set(&fs->dir_path, key, len);
	fs->dir = walk(fs, fs->dir_path.s, create);
	return fs->dir;
}

static void
add_etag(struct buf *out, const struct stat *st)
{
	buf_addf(out, "%jx-%jx-%jx.%09lx", (uintmax_t)st->st_ino,
	    (uintmax_t)st->st_size, (uintmax_t)st->st_mtim.tv_sec,
	    (unsigned long)st->st_mtim.tv_nsec);
}

static bool
has_etag(const struct stat *st, const char *etag)
{
	struct buf b = BUF_INIT;
	bool same;

	add_etag(&b, st);
	same = std_streq(b.s, etag);
	buf_release(&b);
	return same;
}

/* -1 with errno; EIO if the file is shorter than it was a moment ago. */
static int
read_all(int fd, struct buf *out, size_t len)
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

static void
get_open_file(int fd, struct store_op *op)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		failed(op, "stat");
	} else if (!S_ISREG(st.st_mode)) {
		op->result = STORE_ABSENT;
	} else if ((uintmax_t)st.st_size > STORE_BLOB_MAX) {
		errno = EFBIG;
		failed(op, "read");
	} else if (op->cond == STORE_IF_CHANGED && has_etag(&st, op->etag)) {
		op->result = STORE_UNCHANGED;
	} else if (read_all(fd, &op->body, (size_t)st.st_size) == -1) {
		failed(op, "read");
		buf_reset(&op->body);
	} else {
		add_etag(&op->new_etag, &st);
	}
}

static void
get(struct fs *fs, struct store_op *op)
{
	int dir = folder_of(fs, op->key, false);
	int fd = -1;

	/* Without O_NONBLOCK a pipe in the folder would hold us. */
	if (dir != -1)
		fd = openat(dir, last_segment(op->key),
		    O_RDONLY | O_NONBLOCK | NO_LINKS);

	if (fd != -1) {
		get_open_file(fd, op);
		close(fd);
	} else if (means_absent(errno) || errno == ENXIO) {
		op->result = STORE_ABSENT;
	} else {
		failed(op, "open");
	}
}

static int
lock_fd(int fd, int how)
{
	int rc;

	do
		rc = flock(fd, how);
	while (rc == -1 && errno == EINTR);
	return rc;
}

/* The lock of a key, held until the descriptor is closed. */
static int
lock_key(const struct fs *fs, const char *key)
{
	char hash[ENC_HASH_LEN + 1];
	int fd;

	enc_hash(key, strlen(key), hash);
	hash[2] = '\0';
	fd = openat(fs->locks, hash, O_RDWR | O_CREAT | NO_LINKS, 0600);
	if (fd != -1 && lock_fd(fd, LOCK_EX) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static bool
later(struct timespec a, struct timespec b)
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
set_mtime(int fd, struct timespec t, struct stat *st)
{
	const struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, t};

	if (futimens(fd, times) == -1)
		return -1;
	return fstat(fd, st);
}

/* Now, or later if need be: always later than any mtime under this lock. */
static int
stamp(int fd, int lock, const struct stat *old, struct stat *st)
{
	struct stat held;
	struct timespec floor, t;

	if (fstat(lock, &held) == -1)
		return -1;
	floor = held.st_mtim;
	if (old != NULL && later(old->st_mtim, floor))
		floor = old->st_mtim;
	clock_gettime(CLOCK_REALTIME, &t);
	if (!later(t, floor))
		t = just_after(floor);

	if (set_mtime(fd, t, st) == -1)
		return -1;
	if (!later(st->st_mtim, floor)) {
		/* A file system that cuts to one second, or to two. */
		t.tv_sec = floor.tv_sec + 2;
		t.tv_nsec = 0;
		if (set_mtime(fd, t, st) == -1)
			return -1;
	}
	return set_mtime(lock, st->st_mtim, &held);
}

static int
write_all(int fd, const char *bytes, size_t len)
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

/* A whole file in .tmp/, on the disk; its stat is that of the blob to be. */
static int
write_temp(struct fs *fs, const struct store_op *op, int lock,
    const struct stat *old, const char *name, struct stat *st)
{
	int fd, error, rc = -1;

	fd =
	    openat(fs->tmp, name, O_WRONLY | O_CREAT | O_EXCL | NO_LINKS, 0600);
	if (fd == -1)
		return -1;

	if (write_all(fd, op->bytes, op->len) == -1)
		goto out;
	if (stamp(fd, lock, old, st) == -1)
		goto out;
	if (fsync(fd) == -1)
		goto out;

	rc = 0;
out:
	error = errno;
	close(fd);
	if (rc == -1)
		unlinkat(fs->tmp, name, 0);
	errno = error;
	return rc;
}

/*
 * Changes a folder's entries while nobody reads its names: on some file
 * systems a replaced entry moves, and a reader could miss it at both places.
 */
static int
swap_in(struct fs *fs, const char *temp, int dir, const char *name)
{
	int rc;

	if (lock_fd(dir, LOCK_SH) == -1)
		return -1;
	if (temp != NULL)
		rc = renameat(fs->tmp, temp, dir, name);
	else
		rc = unlinkat(dir, name, 0);
	if (rc == 0)
		rc = fsync(dir);
	lock_fd(dir, LOCK_UN);
	return rc;
}

/* What is there under a key's name: 1 a file, 0 nothing, -1 with errno. */
static int
look(struct fs *fs, const char *key, struct stat *st)
{
	int dir = folder_of(fs, key, false);

	if (dir == -1)
		return errno == ENOENT ? 0 : -1;
	if (fstatat(dir, last_segment(key), st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	if (S_ISREG(st->st_mode))
		return 1;
	errno = S_ISDIR(st->st_mode) ? EISDIR : ELOOP;
	return -1;
}

/* True if the write may go ahead; else op has its result. */
static bool
cond_holds(struct store_op *op, int there, const struct stat *st)
{
	switch (op->cond) {
	case STORE_IF_NEW:
		op->result = there ? STORE_EXISTS : STORE_OK;
		break;
	case STORE_IF_MATCH:
		op->result =
		    there && has_etag(st, op->etag) ? STORE_OK : STORE_CHANGED;
		break;
	case STORE_ALWAYS:
	case STORE_IF_CHANGED:
		break;
	}
	return op->result == STORE_OK;
}

static void
put_locked(struct fs *fs, struct store_op *op, int lock)
{
	struct stat old, st;
	struct buf temp = BUF_INIT;
	int there, dir;

	there = look(fs, op->key, &old);
	if (there == -1) {
		failed(op, "look at");
		return;
	}
	if (!cond_holds(op, there, &old))
		return;

	dir = folder_of(fs, op->key, true);
	if (dir == -1) {
		failed(op, "make the folder of");
		return;
	}

	enc_random(&temp, 32);
	if (write_temp(fs, op, lock, there ? &old : NULL, temp.s, &st) == -1) {
		failed(op, "write");
	} else if (swap_in(fs, temp.s, dir, last_segment(op->key)) == -1) {
		failed(op, "put in place");
		unlinkat(fs->tmp, temp.s, 0);
	} else {
		add_etag(&op->new_etag, &st);
	}
	buf_release(&temp);
}

static void
remove_locked(struct fs *fs, struct store_op *op)
{
	struct stat st;
	int there = look(fs, op->key, &st);

	/* No blob is there, whatever else may be. */
	if (there == -1 && (means_absent(errno) || errno == EISDIR))
		there = 0;
	if (there == -1) {
		failed(op, "look at");
		return;
	}
	if (!cond_holds(op, there, &st))
		return;

	if (!there)
		op->result = STORE_ABSENT;
	else if (swap_in(fs, NULL, fs->dir, last_segment(op->key)) == -1)
		failed(op, "remove");
}

static void
change(struct fs *fs, struct store_op *op)
{
	int lock = lock_key(fs, op->key);

	if (lock == -1) {
		failed(op, "lock");
		return;
	}
	if (op->verb == STORE_VERB_PUT)
		put_locked(fs, op, lock);
	else
		remove_locked(fs, op);
	close(lock);
}

/* What a list is made of: names first, then what each is. */
struct scan {
	struct store_op *op;
	struct buf path; /* of the folder, '/' at its end unless the root */
};

struct entries {
	char **names;
	size_t n, cap;
};

static void
entries_release(struct entries *entries)
{
	while (entries->n > 0)
		free(entries->names[--entries->n]);
	free(entries->names);
}

/* The names in a folder that can be part of what the prefix asks for. */
static int
read_names(const struct scan *scan, DIR *dir, struct entries *out)
{
	const char *prefix = scan->op->key;
	size_t at = scan->path.len, len = strlen(prefix);
	const char *rest = len > at ? prefix + at : "";
	size_t rest_len = strcspn(rest, "/");
	struct dirent *entry;
	int rc = -1;

	if (lock_fd(dirfd(dir), LOCK_EX) == -1)
		return -1;
	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, rest, rest_len) != 0)
			continue;
		STD_GROW(out->names, out->n, out->cap);
		out->names[out->n++] = std_strdup(entry->d_name);
	}
	rc = errno == 0 ? 0 : -1;
	lock_fd(dirfd(dir), LOCK_UN);
	return rc;
}

static int scan_folder(struct scan *scan, int fd);

static void
scan_file(struct scan *scan, const struct stat *st)
{
	struct buf etag = BUF_INIT;
	struct store_item item = {
	    .key = scan->path.s,
	    .size = (uint64_t)st->st_size,
	    .modified_ms = (int64_t)st->st_mtim.tv_sec * 1000 +
			   st->st_mtim.tv_nsec / 1000000,
	};

	if (!std_starts(scan->path.s, scan->op->key))
		return;

	add_etag(&etag, st);
	item.etag = etag.s;
	store_list_add(scan->op->list, &item);
	buf_release(&etag);
}

static int
scan_entry(struct scan *scan, int dir, const char *name)
{
	size_t len = scan->path.len;
	struct stat st;
	int fd, rc = 0;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : failed(scan->op, "list");

	buf_adds(&scan->path, name);
	if (!store_key_ok(scan->path.s)) {
		/* Nothing that we wrote. */
	} else if (S_ISREG(st.st_mode)) {
		scan_file(scan, &st);
	} else if (S_ISDIR(st.st_mode)) {
		buf_addc(&scan->path, '/');
		fd = enter(dir, name, false);
		if (fd != -1)
			rc = scan_folder(scan, fd);
		else if (!means_absent(errno))
			rc = failed(scan->op, "list");
	}
	buf_splice(&scan->path, len, scan->path.len - len, NULL, 0);
	return rc;
}

/* Closes fd. */
static int
scan_folder(struct scan *scan, int fd)
{
	struct entries entries = {.names = NULL};
	DIR *dir = fdopendir(fd);
	size_t i;
	int rc = -1;

	if (dir == NULL) {
		close(fd);
		return failed(scan->op, "list");
	}

	if (read_names(scan, dir, &entries) == -1) {
		failed(scan->op, "list");
		goto out;
	}
	for (i = 0; i < entries.n; i++)
		if (scan_entry(scan, fd, entries.names[i]) == -1)
			goto out;

	rc = 0;
out:
	entries_release(&entries);
	closedir(dir);
	return rc;
}

static void
list(const struct fs *fs, struct store_op *op)
{
	struct scan scan = {.op = op, .path = BUF_INIT};
	int fd;

	buf_add(&scan.path, op->key, (size_t)(last_segment(op->key) - op->key));
	fd = walk(fs, scan.path.s, false);
	if (fd != -1)
		scan_folder(&scan, fd);
	else if (!means_absent(errno))
		failed(op, "list");
	buf_release(&scan.path);
}

static void
run_one(struct fs *fs, struct store_op *op)
{
	switch (op->verb) {
	case STORE_VERB_GET:
		get(fs, op);
		break;
	case STORE_VERB_PUT:
	case STORE_VERB_REMOVE:
		change(fs, op);
		break;
	case STORE_VERB_LIST:
		list(fs, op);
		break;
	}
}

static void
run(void *self, struct store_op *ops, size_t n)
{
	struct fs *fs = self;
	size_t i;

	for (i = 0; i < n; i++)
		run_one(fs, &ops[i]);
	forget_dir(fs);
}

static void
close_fs(void *self)
{
	struct fs *fs = self;

	forget_dir(fs);
	buf_release(&fs->dir_path);
	if (fs->root != -1)
		close(fs->root);
	if (fs->tmp != -1)
		close(fs->tmp);
	if (fs->locks != -1)
		close(fs->locks);
	free(fs);
}

/* What writers that died have left.  Best effort: it harms nobody. */
static void
sweep(const struct fs *fs)
{
	int fd = openat(fs->tmp, ".", O_RDONLY | O_DIRECTORY | NO_LINKS);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	time_t now = time(NULL);
	struct dirent *entry;
	struct stat st;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_mtime < now - STALE_S)
			unlinkat(fd, entry->d_name, 0);
	closedir(dir);
}

static int
make_path(const char *dir)
{
	char *path = std_strdup(dir);
	char *slash = path;
	int rc = 0;

	while (rc == 0 && (slash = strchr(slash, '/')) != NULL) {
		*slash = '\0';
		if (*path != '\0' && mkdir(path, 0755) == -1 && errno != EEXIST)
			rc = -1;
		*slash++ = '/';
	}
	if (rc == 0 && mkdir(path, 0700) == -1 && errno != EEXIST)
		rc = -1;
	free(path);
	return rc;
}

static const struct store_backend backend = {
    .kind = "fs",
    .run = run,
    .close = close_fs,
};

int
store_fs_open(const char *dir, struct store **out, struct err *err)
{
	struct fs *fs = std_zalloc(sizeof *fs);

	fs->root = fs->tmp = fs->locks = fs->dir = -1;
	buf_init(&fs->dir_path);

	if (make_path(dir) == -1)
		goto bad;
	fs->root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fs->root == -1)
		goto bad;
	fs->tmp = enter(fs->root, ".tmp", true);
	if (fs->tmp == -1)
		goto bad;
	fs->locks = enter(fs->root, ".locks", true);
	if (fs->locks == -1)
		goto bad;

	sweep(fs);
	*out = store_new(&backend, fs);
	return 0;
bad:
	err_set(err, ERR_SETTING, MSG_CONF_STORE_FOLDER);
	err_detail(err, "fs: '%.200s': %s", dir, strerror(errno));
	close_fs(fs);
	return -1;
}
