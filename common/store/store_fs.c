/*
 * A folder as a blob store: a key is a path below the root.
 *
 *	.tmp/      files that are being written (fs_temp.h)
 *	.locks/    256 files; a writer holds the one of its key
 *
 * The mtime of a lock file is the latest mtime given to any blob under it,
 * so that ETags rise even across a removal or a clock that was set back.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/std.h"
#include "store/fs_file.h"
#include "store/fs_temp.h"
#include "store/store_fs.h"

#define SYNCED_MAX ((size_t)64 << 10) /* bytes of remembered paths */

struct fs {
	int root;
	int tmp, locks;   /* -1: missing, and the file system is read-only */
	int64_t until_ms; /* of this batch, on the monotonic clock */
	/* The folder used last, open: most ops of a batch are in one
	 * folder. */
	int dir;
	struct buf dir_path;
	/* Folders whose entries on the way down were synced by this process,
	 * as "\npath/\n"; emptied when it is full. */
	struct buf synced;
	bool root_synced; /* the root's own entry */
};

static int
fail_op(struct store_op *op, const char *what)
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

static const char *
last_segment(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash != NULL ? slash + 1 : key;
}

static bool
is_synced(const struct fs *fs)
{
	struct buf line = BUF_INIT;
	bool is;

	buf_addf(&line, "\n%s\n", fs->dir_path.s);
	is = memmem(fs->synced.s, fs->synced.len, line.s, line.len) != NULL;
	buf_release(&line);
	return is;
}

static void
note_synced(struct fs *fs)
{
	if (is_synced(fs))
		return;
	if (fs->synced.len > SYNCED_MAX)
		buf_reset(&fs->synced);
	buf_addf(&fs->synced, "\n%s\n", fs->dir_path.s);
}

/* Open the folder of dir_path, made if it is missing, with all entries on the
 * way synced. */
static int
open_lasting(struct fs *fs)
{
	int dir;

	if (!fs->root_synced && fs_file_sync_above(fs->root) == -1)
		return -1;
	fs->root_synced = true;
	dir = fs_file_walk(fs->root, fs->dir_path.s, true);
	if (dir != -1)
		note_synced(fs);
	return dir;
}

/*
 * Return the open folder of a key, which fs owns; -1 with errno.  With
 * `lasting` make it if it is missing, and see that a power cut leaves it.
 */
static int
folder_of(struct fs *fs, const char *key, bool lasting)
{
	size_t len = (size_t)(last_segment(key) - key);

	if (fs->dir == -1 || fs->dir_path.len != len ||
	    memcmp(fs->dir_path.s, key, len) != 0) {
		forget_dir(fs);
		buf_set(&fs->dir_path, key, len);
		fs->dir = fs_file_walk(fs->root, fs->dir_path.s, false);
	}
	if (lasting && (fs->dir == -1 || !is_synced(fs))) {
		if (fs->dir != -1)
			close(fs->dir);
		fs->dir = open_lasting(fs);
	}
	return fs->dir;
}

/*
 * Sync the entries of a key's folder, for an answer that rests on what was
 * found there: the process that made it so may have failed to.
 */
static int
sync_folder(struct fs *fs, const char *key)
{
	if (folder_of(fs, key, false) == -1)
		return fs_file_means_absent(errno) ? 0 : -1;
	return folder_of(fs, key, true) == -1 ? -1 : fsync(fs->dir);
}

static void
get_open_file(int fd, struct store_op *op)
{
	struct stat st;

	if (fstat(fd, &st) == -1) {
		fail_op(op, "stat");
	} else if (!S_ISREG(st.st_mode)) {
		op->result = STORE_ABSENT;
	} else if ((uintmax_t)st.st_size > STORE_BLOB_MAX) {
		errno = EFBIG;
		fail_op(op, "read");
	} else if (op->cond == STORE_IF_CHANGED &&
		   fs_file_has_etag(&st, op->etag)) {
		op->result = STORE_UNCHANGED;
	} else if (fs_file_read(fd, &op->body, (size_t)st.st_size) == -1) {
		fail_op(op, "read");
		buf_reset(&op->body);
	} else {
		fs_file_add_etag(&op->new_etag, &st);
		op->age_ms = fs_file_age_ms(&st);
	}
}

static void
get_blob(struct fs *fs, struct store_op *op)
{
	int dir = folder_of(fs, op->key, false);
	int fd = -1;

	/* O_NONBLOCK: opening a pipe must not hold up the program. */
	if (dir != -1)
		fd = openat(dir, last_segment(op->key),
		    O_RDONLY | O_NONBLOCK | FS_FILE_NO_LINKS);

	if (fd != -1) {
		get_open_file(fd, op);
		close(fd);
	} else if (fs_file_means_absent(errno) || errno == ENXIO) {
		op->result = STORE_ABSENT;
	} else {
		fail_op(op, "open");
	}
}

/* Take the lock of a key; closing the descriptor releases it. */
static int
lock_key(const struct fs *fs, const char *key)
{
	char hash[ENC_HASH_LEN + 1];
	int fd;

	if (fs->locks == -1) {
		errno = EROFS;
		return -1;
	}
	enc_hash(key, strlen(key), hash);
	hash[2] = '\0';
	fd = openat(fs->locks, hash, O_RDWR | O_CREAT | FS_FILE_NO_LINKS, 0600);
	if (fd != -1 && lock_file(fd, LOCK_EX, fs->until_ms) == -1) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* Write a whole file and sync it; *st becomes the stat of the blob, whose ETag
 * is made from it. */
static int
fill_temp(int fd, const struct store_op *op, int lock, const struct stat *old,
    struct stat *st)
{
	if (fs_file_write(fd, op->bytes, op->len) == -1)
		return -1;
	if (fs_file_stamp(fd, lock, old, st) == -1)
		return -1;
	return fsync(fd);
}

/*
 * Change a folder's entries while no process lists them: on some file systems
 * a replaced entry moves, and a reader could miss it at both places.
 */
static int
swap_in(struct fs *fs, const char *temp, int dir, const char *name)
{
	int rc;

	if (lock_file(dir, LOCK_SH, fs->until_ms) == -1)
		return -1;
	if (temp != NULL)
		rc = renameat(fs->tmp, temp, dir, name);
	else
		rc = unlinkat(dir, name, 0);
	if (rc == 0)
		rc = fsync(dir);
	flock(dir, LOCK_UN);
	return rc;
}

/* Return 1 if a file has the key's name, with its stat; 0 if nothing has; -1
 * with errno. */
static int
stat_blob(struct fs *fs, const char *key, struct stat *st)
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

/* Return true if the write may go ahead; else set the op's result. */
static bool
does_cond_hold(struct store_op *op, int there, const struct stat *st)
{
	switch (op->cond) {
	case STORE_IF_NEW:
		op->result = there ? STORE_EXISTS : STORE_OK;
		break;
	case STORE_IF_MATCH:
		op->result = there && fs_file_has_etag(st, op->etag)
				 ? STORE_OK
				 : STORE_CHANGED;
		break;
	case STORE_ALWAYS:
	case STORE_IF_CHANGED:
		break;
	}
	return op->result == STORE_OK;
}

/* Write the bytes beside the folder, then give them the key's name. */
static void
replace_file(struct fs *fs, struct store_op *op, int lock,
    const struct stat *old, int dir)
{
	struct buf temp = BUF_INIT;
	int fd = fs_temp_open(fs->tmp, &temp);
	struct stat st;

	if (fd == -1 || fill_temp(fd, op, lock, old, &st) == -1)
		fail_op(op, "write");
	else if (swap_in(fs, temp.s, dir, last_segment(op->key)) == -1)
		fail_op(op, "put in place");
	else
		fs_file_add_etag(&op->new_etag, &st);
	if (fd != -1 && op->result == STORE_FAILED)
		unlinkat(fs->tmp, temp.s, 0);
	if (fd != -1)
		close(fd);
	buf_release(&temp);
}

static void
put_locked(struct fs *fs, struct store_op *op, int lock)
{
	struct stat old;
	int there, dir;

	there = stat_blob(fs, op->key, &old);
	if (there == -1) {
		fail_op(op, "look at");
		return;
	}
	if (!does_cond_hold(op, there, &old)) {
		if (op->result == STORE_EXISTS &&
		    sync_folder(fs, op->key) == -1)
			fail_op(op, "sync the folder of");
		return;
	}

	dir = folder_of(fs, op->key, true);
	if (dir == -1)
		fail_op(op, "make the folder of");
	else
		replace_file(fs, op, lock, there ? &old : NULL, dir);
}

static void
remove_locked(struct fs *fs, struct store_op *op)
{
	struct stat st;
	int there = stat_blob(fs, op->key, &st);

	/* A folder or a link of that name is no blob. */
	if (there == -1 && (fs_file_means_absent(errno) || errno == EISDIR))
		there = 0;
	if (there == -1) {
		fail_op(op, "look at");
		return;
	}
	if (!does_cond_hold(op, there, &st))
		return;

	op->result = there ? STORE_OK : STORE_ABSENT;
	if (!there && sync_folder(fs, op->key) == -1)
		fail_op(op, "sync the folder of");
	else if (there &&
		 swap_in(fs, NULL, fs->dir, last_segment(op->key)) == -1)
		fail_op(op, "remove");
}

static void
write_locked(struct fs *fs, struct store_op *op)
{
	int lock = lock_key(fs, op->key);

	if (lock == -1) {
		fail_op(op, "lock");
		return;
	}
	if (op->verb == STORE_VERB_PUT)
		put_locked(fs, op, lock);
	else
		remove_locked(fs, op);
	close(lock);
}

/* A list under way: read the names of a folder first, then stat each. */
struct scan {
	struct store_op *op;
	int64_t until_ms;
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

/* Read the names in a folder that can belong to keys with the prefix. */
static int
read_names(const struct scan *scan, DIR *dir, struct entries *out)
{
	const char *prefix = scan->op->key;
	size_t at = scan->path.len, len = strlen(prefix);
	const char *rest = len > at ? prefix + at : "";
	size_t rest_len = strcspn(rest, "/");
	struct dirent *entry;
	int rc = -1;

	if (lock_file(dirfd(dir), LOCK_EX, scan->until_ms) == -1)
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
	flock(dirfd(dir), LOCK_UN);
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

	fs_file_add_etag(&etag, st);
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
		return errno == ENOENT ? 0 : fail_op(scan->op, "list");

	buf_adds(&scan->path, name);
	if (!store_key_ok(scan->path.s)) {
		store_list_add_strange(scan->op->list, scan->path.s);
	} else if (S_ISREG(st.st_mode)) {
		scan_file(scan, &st);
	} else if (S_ISDIR(st.st_mode)) {
		buf_addc(&scan->path, '/');
		fd = fs_file_enter(dir, name, false);
		if (fd != -1)
			rc = scan_folder(scan, fd);
		else if (!fs_file_means_absent(errno))
			rc = fail_op(scan->op, "list");
	}
	buf_splice(&scan->path, len, scan->path.len - len, NULL, 0);
	return rc;
}

/* Add the blobs of an open folder to the list, and close `fd`. */
static int
scan_folder(struct scan *scan, int fd)
{
	struct entries entries = {.names = NULL};
	DIR *dir = fdopendir(fd);
	size_t i;
	int rc = -1;

	if (dir == NULL) {
		close(fd);
		return fail_op(scan->op, "list");
	}

	if (read_names(scan, dir, &entries) == -1) {
		fail_op(scan->op, "list");
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
list_blobs(const struct fs *fs, struct store_op *op)
{
	struct scan scan = {
	    .op = op, .until_ms = fs->until_ms, .path = BUF_INIT};
	int fd;

	buf_add(&scan.path, op->key, (size_t)(last_segment(op->key) - op->key));
	fd = fs_file_walk(fs->root, scan.path.s, false);
	if (fd != -1)
		scan_folder(&scan, fd);
	else if (!fs_file_means_absent(errno))
		fail_op(op, "list");
	buf_release(&scan.path);
}

static void
run_op(struct fs *fs, struct store_op *op)
{
	switch (op->verb) {
	case STORE_VERB_GET:
		get_blob(fs, op);
		break;
	case STORE_VERB_PUT:
	case STORE_VERB_REMOVE:
		write_locked(fs, op);
		break;
	case STORE_VERB_LIST:
		list_blobs(fs, op);
		break;
	}
}

static void
run_fs(void *self, struct store_op *ops, size_t n, int64_t until_ms)
{
	struct fs *fs = self;
	size_t i;

	fs->until_ms = until_ms;
	for (i = 0; i < n; i++)
		run_op(fs, &ops[i]);
	forget_dir(fs);
}

static void
close_fs(void *self)
{
	struct fs *fs = self;

	forget_dir(fs);
	buf_release(&fs->dir_path);
	buf_release(&fs->synced);
	if (fs->root != -1)
		close(fs->root);
	if (fs->tmp != -1)
		close(fs->tmp);
	if (fs->locks != -1)
		close(fs->locks);
	free(fs);
}

static int
persist_fs(void *self, const char *key)
{
	struct fs *fs = self;
	int rc = sync_folder(fs, key);

	forget_dir(fs);
	return rc;
}

static const struct store_backend backend = {
    .kind = "fs",
    .run = run_fs,
    .persist = persist_fs,
    .close = close_fs,
};

int
store_fs_open(const char *dir, struct store **out, struct err *err)
{
	struct fs *fs = std_zalloc(sizeof *fs);

	fs->root = fs->tmp = fs->locks = fs->dir = -1;
	buf_init(&fs->dir_path);
	buf_init(&fs->synced);

	if (fs_file_make_path(dir) == -1)
		goto bad;
	fs->root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fs->root == -1)
		goto bad;
	/* A read-only copy of a store can be shown without them. */
	fs->tmp = fs_file_enter(fs->root, ".tmp", true);
	if (fs->tmp == -1 && errno != EROFS)
		goto bad;
	fs->locks = fs_file_enter(fs->root, ".locks", true);
	if (fs->locks == -1 && errno != EROFS)
		goto bad;

	fs_temp_sweep(fs->tmp);
	*out = store_new(&backend, fs);
	return 0;
bad:
	err_set(err, ERR_SETTING, MSG_CONF_STORE_FOLDER);
	err_detail(err, "fs: '%.200s': %s", dir, strerror(errno));
	close_fs(fs);
	return -1;
}
