#include "backend/fs_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "backend/fs_changes.h"
#include "base/clock.h"
#include "base/lock.h"
#include "store/sorted.h"

void
fs_names_release(struct fs_names *names)
{
	free(names->names);
	buf_release(&names->texts);
	*names = (struct fs_names)FS_NAMES_INIT;
}

const char *
fs_names_text(const struct fs_names *names, size_t i)
{
	return names->texts.s + names->names[i].at;
}

bool
fs_names_are_kept(const struct fs_names *names)
{
	return names->n <= FS_NAMES_MAX &&
	       (names->until_ms > 0 || names->mark[0] != '\0');
}

static int
order_names(const void *a, const void *b, void *texts)
{
	const struct fs_name *x = a, *y = b;
	const char *text = texts;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return strcmp(text + x->at, text + y->at);
}

/* Return the first bytes of a name as a number, so that most names are compared
 * by that. */
static uint64_t
begin_of(const char *name)
{
	uint64_t begin = 0;
	unsigned i;

	for (i = 0; i < sizeof begin; i++) {
		begin = begin << 8 | (unsigned char)*name;
		name += *name != '\0';
	}
	return begin;
}

static void
insert_name(struct fs_names *names, size_t at, const char *text)
{
	STD_GROW(names->names, names->n, names->cap);
	sorted_open(names->names, names->n++, sizeof *names->names, at);
	names->names[at] = (struct fs_name){begin_of(text), names->texts.len};
	buf_add(&names->texts, text, strlen(text) + 1);
}

static int
read_all(struct fs_names *names, DIR *dir)
{
	const struct dirent *entry;

	for (;;) {
		errno = 0;
		entry = readdir(dir);
		if (entry == NULL)
			break;
		if (entry->d_name[0] != '.')
			insert_name(names, names->n, entry->d_name);
	}
	if (names->n > 1)
		qsort_r(names->names, names->n, sizeof *names->names,
		    order_names, names->texts.s);
	return errno == 0 ? 0 : -1;
}

static bool
is_same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool
is_unchanged(const struct stat *a, const struct stat *b)
{
	return is_same_inode(a, b) && a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Return true if a change from now on gives the folder another ctime. */
static bool
is_settled(const struct stat *folder)
{
	int64_t changed_ms = (int64_t)folder->st_ctim.tv_sec * 1000 +
			     folder->st_ctim.tv_nsec / 1000000;

	return folder->st_ctim.tv_nsec != 0 &&
	       clock_real_ms() - changed_ms >= FS_NAMES_SETTLE_MS;
}

/* Let the name be there or not, as it is in the folder. */
static int
correct_name(struct fs_names *names, int fd, const char *text)
{
	size_t len = strlen(text) + 1, end; /* with its '\0': no other one */
	size_t at = fs_names_find(names, text, len, &end);
	struct stat st;
	bool there = fstatat(fd, text, &st, AT_SYMLINK_NOFOLLOW) == 0;

	if (!there && errno != ENOENT)
		return -1;
	if (there && at == end)
		insert_name(names, at, text);
	else if (!there && at < end)
		sorted_close(
		    names->names, names->n--, sizeof *names->names, at);
	return 0;
}

/* Make the names those of the folder by what its log tells of changes since they
 * were read; false if it does not tell. */
static bool
correct_names(struct fs_names *names, int log, int fd)
{
	struct buf changed = BUF_INIT;
	bool known = fs_changes_read(log, fd, names->mark, &changed);
	size_t at;

	for (at = 0; known && at < changed.len;
	     at += strlen(changed.s + at) + 1)
		known = correct_name(names, fd, changed.s + at) == 0;
	buf_release(&changed);
	return known;
}

static int
read_anew(struct fs_names *names, int log, int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0), rc;
	DIR *dir = own != -1 ? fdopendir(own) : NULL;

	if (dir == NULL) {
		if (own != -1)
			close(own);
		return -1;
	}
	rewinddir(dir);
	if (log != -1)
		(void)!fs_changes_mark(log, fd, names->mark);
	rc = read_all(names, dir);
	closedir(dir);
	return rc;
}

/* Return how long the names of a folder of that ctime are its: those that the log
 * told until they are so old that it is not believed. */
static int64_t
end_of_names(const struct fs_names *names, const struct stat *folder, bool told)
{
	if (!is_settled(folder))
		return 0;
	return told ? names->read_ms + FS_CHANGES_TRUST_MS : INT64_MAX;
}

/* Read the names, of which some may be known, while nobody changes any. */
static int
read_locked(struct fs_names *names, int log, int fd)
{
	struct stat now;
	bool told = log != -1 && names->mark[0] != '\0' &&
		    correct_names(names, log, fd);

	if (fstat(fd, &now) == -1)
		return -1;
	if (!told) {
		fs_names_release(names);
		names->read_ms = clock_monotonic_ms();
	}
	names->folder = now;
	names->until_ms = end_of_names(names, &now, told);
	return told ? 0 : read_anew(names, log, fd);
}

int
fs_names_read(struct fs_names *names, const struct fs_names_folder *folder,
    int64_t until_ms)
{
	struct stat now;
	int log, rc, error;

	if (fstat(folder->fd, &now) == -1)
		return -1;
	if (clock_monotonic_ms() < names->until_ms &&
	    is_unchanged(&now, &names->folder))
		return 0;
	if (!is_same_inode(&now, &names->folder))
		fs_names_release(names);
	/* A rename may hide from a reader of the folder, so writers of the
	 * store and we take turns. */
	if (lock_file(folder->fd, LOCK_EX, until_ms) == -1) {
		fs_names_release(names);
		return -1;
	}
	log = folder->logs != -1 ? fs_changes_open(folder->logs, folder->path)
				 : -1;
	rc = read_locked(names, log, folder->fd);
	error = errno;
	if (rc == -1)
		fs_names_release(names);
	if (log != -1)
		close(log);
	flock(folder->fd, LOCK_UN);
	errno = error;
	return rc;
}

/* Return how many names stand before `prefix`; with `after`, before the first
 * one behind all that begin with it. */
static size_t
count_before(
    const struct fs_names *names, const char *prefix, size_t len, bool after)
{
	size_t low = 0, high = names->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strncmp(fs_names_text(names, mid), prefix, len);

		if (order < 0 || (after && order == 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

size_t
fs_names_find(
    const struct fs_names *names, const char *prefix, size_t len, size_t *end)
{
	*end = count_before(names, prefix, len, true);
	return count_before(names, prefix, len, false);
}
