/*
 * A folder as a blob store: a key is a path below the root.
 *
 *	.tmp/             files that are being written (fs_temp.h)
 *	.locks/           256 files; a writer holds the one of its key
 *	.locks/.changes/  logs of folders whose lists are kept (fs_changes.h)
 *
 * The mtime of a lock file is the latest mtime given to any blob under it,
 * so that ETags rise even across a removal or a clock that was set back.
 */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/fs_changes.h"
#include "backend/fs_file.h"
#include "backend/fs_list.h"
#include "backend/fs_names.h"
#include "backend/fs_temp.h"
#include "backend/store_fs.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/std.h"

#define SYNCED_MAX ((size_t)16 << 10) /* bytes of remembered paths */

struct fs {
	int root;
	/* -1: missing, and the file system is read-only. */
	int tmp, locks, changes;
	int64_t until_ms; /* of this batch, on the monotonic clock */
	/* The folder used last and the one above it, open: ops of a batch are
	 * mostly in one folder, or in folders side by side. */
	int dir, above;
	struct buf dir_path, above_path;
	bool changed; /* its entries, by the batch, and they are not synced */
	/* The batch, as far as it has come. */
	struct store_op *ops;
	size_t n_ops;
	/* Folders whose entries on the way down were synced by this process,
	 * as "\npath/\n"; emptied when it is full. */
	struct buf synced;
	bool root_synced; /* the root's own entry */
	struct fs_lists lists;
};

static int
fail_op(struct store_op *op, const char *what)
{
	int error = errno;

	return err_detail(store_fail(op), "fs: %s '%.200s': %s", what, op->key,
	    strerror(error));
}

/* Fail an op for what stands under its key alone. */
static int
bar_op(struct store_op *op, const char *what)
{
	op->barred = true;
	return fail_op(op, what);
}

static const char *
last_segment(const char *key)
{
	const char *slash = strrchr(key, '/');

	return slash != NULL ? slash + 1 : key;
}

static bool
is_in_folder(const char *key, const struct buf *path)
{
	return (size_t)(last_segment(key) - key) == path->len &&
	       memcmp(key, path->s, path->len) == 0;
}

/* Sync the folder used last if the batch has changed entries of it, before any
 * is acknowledged.  If that fails, none is known to last. */
static void
sync_changed(struct fs *fs)
{
	size_t i;
	int error;

	if (!fs->changed || fsync(fs->dir) == 0) {
		fs->changed = false;
		return;
	}
	error = errno;
	fs->changed = false;
	for (i = 0; i < fs->n_ops; i++) {
		struct store_op *op = &fs->ops[i];

		if (op->result != STORE_OK ||
		    (op->verb != STORE_VERB_PUT &&
			op->verb != STORE_VERB_REMOVE) ||
		    !is_in_folder(op->key, &fs->dir_path))
			continue;
		errno = error;
		buf_reset(&op->new_etag);
		fail_op(op, "sync the folder of");
	}
}

static void
close_folder(int *fd, struct buf *path)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
	buf_reset(path);
}

static void
forget_dir(struct fs *fs)
{
	sync_changed(fs);
	close_folder(&fs->dir, &fs->dir_path);
}

static void
forget_folders(struct fs *fs)
{
	forget_dir(fs);
	close_folder(&fs->above, &fs->above_path);
}

/* Return true if the entries on the way to the first `len` bytes of dir_path
 * were synced. */
static bool
is_synced(const struct fs *fs, size_t len)
{
	struct buf line = BUF_INIT;
	bool is;

	buf_addc(&line, '\n');
	buf_add(&line, fs->dir_path.s, len);
	buf_addc(&line, '\n');
	is = memmem(fs->synced.s, fs->synced.len, line.s, line.len) != NULL;
	buf_release(&line);
	return is;
}

/* Note dir_path and all folders above it. */
static void
note_synced(struct fs *fs)
{
	const char *path = fs->dir_path.s;
	size_t len;

	if (fs->synced.len > SYNCED_MAX)
		buf_reset(&fs->synced);
	for (len = 1; len <= fs->dir_path.len; len++) {
		if (path[len - 1] != '/' || is_synced(fs, len))
			continue;
		buf_addc(&fs->synced, '\n');
		buf_add(&fs->synced, path, len);
		buf_addc(&fs->synced, '\n');
	}
}

/* Return the length of dir_path without its last segment. */
static size_t
above_len(const struct fs *fs)
{
	size_t len = fs->dir_path.len;

	while (len > 0 && (--len == 0 || fs->dir_path.s[len - 1] != '/'))
		;
	return len;
}

/* Open the folder of dir_path by way of the one above it. */
static int
open_dir(struct fs *fs)
{
	size_t len = above_len(fs);

	if (fs->above == -1 || fs->above_path.len != len ||
	    memcmp(fs->above_path.s, fs->dir_path.s, len) != 0) {
		close_folder(&fs->above, &fs->above_path);
		buf_add(&fs->above_path, fs->dir_path.s, len);
		fs->above = fs_file_walk(fs->root, fs->above_path.s, false);
	}
	if (fs->above == -1)
		return -1;
	return fs_file_walk(fs->above, fs->dir_path.s + len, false);
}

/*
 * Open the folder of dir_path, made if it is missing, with all entries on the
 * way synced.  Those down to the folder above may be known to be.
 */
static int
open_lasting(struct fs *fs)
{
	size_t len = fs->above_path.len;
	bool known = fs->above != -1 && len > 0 && is_synced(fs, len);
	int dir;

	if (!fs->root_synced && fs_file_sync_above(fs->root) == -1)
		return -1;
	fs->root_synced = true;
	dir = fs_file_walk(known ? fs->above : fs->root,
	    fs->dir_path.s + (known ? len : 0), true);
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
	bool known = is_in_folder(key, &fs->dir_path);

	if (!known || (fs->dir == -1 && !lasting)) {
		forget_dir(fs);
		buf_set(&fs->dir_path, key, (size_t)(last_segment(key) - key));
		fs->dir = open_dir(fs);
	}
	if (lasting && (fs->dir == -1 || !is_synced(fs, fs->dir_path.len))) {
		sync_changed(fs);
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
		bar_op(op, "read");
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

/* Return true if an open that failed with EACCES failed for the file's own
 * rights: its folder can be searched. */
static bool
is_file_closed(int error, int dir, const char *name)
{
	struct stat st;

	return error == EACCES &&
	       fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Take what an open of a blob failed with. */
static void
judge_open(struct store_op *op, int dir)
{
	int error = errno;

	if (fs_file_means_absent(error) || error == ENXIO) {
		op->result = STORE_ABSENT;
		return;
	}
	op->barred =
	    dir != -1 && is_file_closed(error, dir, last_segment(op->key));
	errno = error;
	fail_op(op, "open");
}

static void
get_blob(struct fs *fs, struct store_op *op)
{
	int dir = folder_of(fs, op->key, false), fd = -1;

	/* O_NONBLOCK: opening a pipe must not hold up the program. */
	if (dir != -1)
		fd = openat(dir, last_segment(op->key),
		    O_RDONLY | O_NONBLOCK | FS_FILE_NO_LINKS);

	if (fd != -1) {
		get_open_file(fd, op);
		close(fd);
	} else {
		judge_open(op, dir);
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

/* Give the written file its name in the folder used last, or with NULL remove
 * what has it.  Logs may have been missing while nothing could be written. */
static int
swap_in(struct fs *fs, const char *temp, const char *name)
{
	struct fs_change change = {fs->changes, fs->dir, fs->dir_path.s, name,
	    fs->tmp, temp, fs->until_ms};
	int rc = -1;

	if (fs_file_enter_own(fs->locks, ".changes", &change.logs))
		rc = fs_changes_swap(&change);
	fs->changes = change.logs;
	fs->changed |= rc == 0;
	return rc;
}

#define NO_BLOB (-2)

/* Return 1 if a file has the key's name, with its stat; 0 if nothing has;
 * NO_BLOB with errno if something else has; -1 with errno. */
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
	return NO_BLOB;
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
replace_file(
    struct fs *fs, struct store_op *op, int lock, const struct stat *old)
{
	struct buf temp = BUF_INIT;
	int fd = fs_temp_open(fs->tmp, &temp);
	struct stat st;

	if (fd == -1 || fill_temp(fd, op, lock, old, &st) == -1)
		fail_op(op, "write");
	else if (swap_in(fs, temp.s, last_segment(op->key)) == -1)
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
	int there;

	there = stat_blob(fs, op->key, &old);
	if (there < 0) {
		op->barred = there == NO_BLOB;
		fail_op(op, "look at");
		return;
	}
	if (!does_cond_hold(op, there, &old)) {
		if (op->result == STORE_EXISTS &&
		    sync_folder(fs, op->key) == -1)
			fail_op(op, "sync the folder of");
		return;
	}

	if (folder_of(fs, op->key, true) == -1)
		fail_op(op, "make the folder of");
	else
		replace_file(fs, op, lock, there ? &old : NULL);
}

static void
remove_locked(struct fs *fs, struct store_op *op)
{
	struct stat st;
	int there = stat_blob(fs, op->key, &st);

	if (there == NO_BLOB || (there == -1 && fs_file_means_absent(errno)))
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
	else if (there && swap_in(fs, NULL, last_segment(op->key)) == -1)
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
		if (fs_list_read(&fs->lists, op->key, fs->until_ms, op->list) ==
		    -1)
			fail_op(op, "list");
		break;
	}
}

static void
run_fs(void *self, struct store_op *ops, size_t n, int64_t until_ms)
{
	struct fs *fs = self;
	size_t i;

	fs->until_ms = until_ms;
	fs->ops = ops;
	for (i = 0; i < n; i++) {
		run_op(fs, &ops[i]);
		fs->n_ops = i + 1;
	}
	forget_folders(fs);
	fs->n_ops = 0;
}

static void
close_fs(void *self)
{
	struct fs *fs = self;
	const int own[] = {fs->root, fs->tmp, fs->locks, fs->changes};
	size_t i;

	forget_folders(fs);
	buf_release(&fs->dir_path);
	buf_release(&fs->above_path);
	buf_release(&fs->synced);
	fs_names_release(&fs->lists.names);
	for (i = 0; i < ARRAY_LEN(own); i++)
		if (own[i] != -1)
			close(own[i]);
	free(fs);
}

static int
persist_fs(void *self, const char *key)
{
	struct fs *fs = self;
	int rc = sync_folder(fs, key);

	forget_folders(fs);
	return rc;
}

static const struct store_backend backend = {
    .kind = "fs",
    .run = run_fs,
    .persist = persist_fs,
    .close = close_fs,
};

int
store_fs_open(
    const struct store_options *options, struct store **out, struct err *err)
{
	struct fs *fs = std_zalloc(sizeof *fs);
	const bool makes = !options->only_read;

	fs->root = fs->tmp = fs->locks = fs->changes = fs->dir = fs->above = -1;
	buf_init(&fs->dir_path);
	buf_init(&fs->above_path);
	buf_init(&fs->synced);
	if (makes && fs_file_make_path(options->fs_dir) == -1)
		goto bad;
	fs->root = open(options->fs_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fs->root == -1)
		goto bad;
	if (!fs_file_enter_own(makes ? fs->root : -1, ".tmp", &fs->tmp) ||
	    !fs_file_enter_own(makes ? fs->root : -1, ".locks", &fs->locks) ||
	    !fs_file_enter_own(fs->locks, ".changes", &fs->changes))
		goto bad;
	fs->lists = (struct fs_lists){fs->root, fs->changes, FS_NAMES_INIT};
	fs_temp_sweep(fs->tmp);
	*out = store_new(&backend, fs);
	return 0;
bad:
	err_set(err, ERR_SETTING, MSG_CONF_STORE_FOLDER);
	err_detail(err, "fs: '%.200s': %s", options->fs_dir, strerror(errno));
	close_fs(fs);
	return -1;
}
