#include "backend/fs_names.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"

void
fs_names_release(struct fs_names *names)
{
	free(names->names);
	buf_release(&names->texts);
	*names = (struct fs_names)FS_NAMES_INIT;
}

static int
order_names(const void *a, const void *b)
{
	const struct fs_name *x = a, *y = b;

	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return strcmp(x->text, y->text);
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

/* List the names in order of their bytes, which are in a row in `texts`. */
static void
list_names(struct fs_names *names)
{
	const char *text = names->texts.s;
	size_t i;

	names->names = std_alloc(names->n * sizeof *names->names);
	for (i = 0; i < names->n; i++) {
		names->names[i] = (struct fs_name){begin_of(text), text};
		text += strlen(text) + 1;
	}
	if (names->n > 1)
		qsort(
		    names->names, names->n, sizeof *names->names, order_names);
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
		if (entry->d_name[0] == '.')
			continue;
		buf_add(
		    &names->texts, entry->d_name, strlen(entry->d_name) + 1);
		names->n++;
	}
	return errno == 0 ? 0 : -1;
}

static bool
is_unchanged(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
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

/* A rename may hide from a reader of the folder, so writers of the store and
 * we take turns. */
static int
read_locked(struct fs_names *names, DIR *dir, int64_t until_ms)
{
	int rc = -1, fd = dirfd(dir);

	if (lock_file(fd, LOCK_EX, until_ms) == -1)
		return -1;
	if (fstat(fd, &names->folder) == 0) {
		bool settled = is_settled(&names->folder);

		rc = read_all(names, dir);
		names->kept = settled && names->n <= FS_NAMES_MAX;
	}
	flock(fd, LOCK_UN);
	return rc;
}

int
fs_names_read(struct fs_names *names, int fd, int64_t until_ms)
{
	struct stat now;
	DIR *dir;
	int own, rc;

	if (names->kept && fstat(fd, &now) == 0 &&
	    is_unchanged(&now, &names->folder))
		return 0;
	fs_names_release(names);
	own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	dir = own != -1 ? fdopendir(own) : NULL;
	if (dir == NULL) {
		if (own != -1)
			close(own);
		return -1;
	}
	rc = read_locked(names, dir, until_ms);
	if (rc == 0) {
		list_names(names);
	} else {
		int error = errno;

		fs_names_release(names);
		errno = error;
	}
	closedir(dir);
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
		int order = strncmp(names->names[mid].text, prefix, len);

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
