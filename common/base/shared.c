#include "base/shared.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/lock.h"

/* Written, not only made long: a page that finds no room on the disk would
 * kill the process that touches it. */
static int
write_table(int fd, const struct shared_kind *kind)
{
	void *table = std_zalloc(kind->size);
	ssize_t n;

	memcpy(table, &kind->magic, sizeof kind->magic);
	if (kind->fill != NULL)
		kind->fill(table);
	n = write(fd, table, kind->size);
	if (fsync(fd) == -1)
		n = -1;
	free(table);
	return n == (ssize_t)kind->size ? 0 : -1;
}

static void *
map_table(const char *path, const struct shared_kind *kind)
{
	void *table = NULL;
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size == (off_t)kind->size)
		table = mmap(NULL, kind->size, PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	else
		errno = EINVAL;
	close(fd);
	if (table == MAP_FAILED || table == NULL)
		return NULL;
	if (memcmp(table, &kind->magic, sizeof kind->magic) == 0)
		return table;
	munmap(table, kind->size);
	errno = EINVAL;
	return NULL;
}

/* Return true if map_table failed, with errno, for what a new file mends. */
static bool
must_make(const struct shared_kind *kind)
{
	return errno == ENOENT || (errno == EINVAL && kind->may_replace);
}

/* Write the table beside its path and give it that name whole, unless another
 * program was faster. */
static void *
make_table(const char *path, const struct shared_kind *kind)
{
	struct buf tmp = BUF_INIT;
	int fd = lock_new_file(path, 0660, &tmp), error;
	void *table = fd != -1 ? map_table(path, kind) : NULL;
	bool named = false;

	if (fd != -1 && table == NULL && must_make(kind)) {
		named = write_table(fd, kind) == 0 && rename(tmp.s, path) == 0;
		if (named)
			table = map_table(path, kind);
	}
	error = errno;
	if (fd != -1 && !named)
		unlink(tmp.s);
	if (fd != -1)
		close(fd);
	buf_release(&tmp);
	errno = error;
	return table;
}

void *
shared_open(const char *run, const struct shared_kind *kind, struct err *err)
{
	struct buf path = BUF_INIT;
	void *table;

	buf_addf(&path, "%s/%s", run, kind->name);
	table = map_table(path.s, kind);
	if (table == NULL && must_make(kind))
		table = make_table(path.s, kind);
	if (table == NULL) {
		err_set(err, ERR_SETTING, MSG_CONF_RUN_TABLE);
		err_value(err, "%s", kind->name);
		err_value(err, "%s", strerror(errno));
	}
	buf_release(&path);
	return table;
}

void
shared_close(void *table, const struct shared_kind *kind)
{
	munmap(table, kind->size);
}
