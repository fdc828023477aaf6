#include "base/counters.h"

#include "base/lock.h"
#include "base/std.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC     UINT64_C(0x636d67656e303031) /* "cmgen001" */
#define MARK_BITS UINT64_C(0xffff)

struct table {
	uint64_t magic;
	unsigned char key[crypto_shorthash_KEYBYTES];
	_Atomic uint64_t slots[COUNTERS_SLOTS];
};

struct counters {
	struct table *table;
};

static int
write_table(int fd)
{
	struct table *table = std_zalloc(sizeof *table);
	ssize_t n;

	table->magic = MAGIC;
	randombytes_buf(table->key, sizeof table->key);
	n = write(fd, table, sizeof *table);
	if (fsync(fd) == -1)
		n = -1;
	free(table);
	return n == (ssize_t)sizeof *table ? 0 : -1;
}

/* Write the table beside its path and give it that name whole, unless another
 * program was faster. */
static int
create_table(const char *path)
{
	struct buf tmp = BUF_INIT;
	int fd = lock_new_file(path, 0660, &tmp);
	int rc = -1;

	if (fd != -1 && access(path, F_OK) == 0)
		rc = unlink(tmp.s);
	else if (fd != -1 && write_table(fd) == 0)
		rc = rename(tmp.s, path);
	if (rc == -1 && fd != -1)
		unlink(tmp.s);
	if (fd != -1)
		close(fd);
	buf_release(&tmp);
	return rc;
}

static struct table *
map_table(const char *path)
{
	struct table *table = NULL;
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);

	if (fd == -1)
		return NULL;
	if (fstat(fd, &st) == 0 && st.st_size == (off_t)sizeof *table)
		table = mmap(NULL, sizeof *table, PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	else
		errno = EINVAL;
	close(fd);
	if (table == MAP_FAILED || table == NULL)
		return NULL;
	if (table->magic == MAGIC)
		return table;
	munmap(table, sizeof *table);
	errno = EINVAL;
	return NULL;
}

int
counters_open(
    const char *run, const char *name, struct counters **out, struct err *err)
{
	struct buf path = BUF_INIT;
	struct table *table = NULL;
	int rc = -1;

	buf_addf(&path, "%s/%s", run, name);
	if (access(path.s, F_OK) == 0 || create_table(path.s) == 0)
		table = map_table(path.s);
	if (table == NULL) {
		err_set(err, ERR_SETTING, MSG_CONF_RUN_TABLE);
		err_value(err, "%s", name);
		err_value(err, "%s", strerror(errno));
		goto out;
	}
	*out = std_zalloc(sizeof **out);
	(*out)->table = table;
	rc = 0;
out:
	buf_release(&path);
	return rc;
}

void
counters_close(struct counters *counters)
{
	if (counters == NULL)
		return;
	munmap(counters->table, sizeof *counters->table);
	free(counters);
}

static uint64_t
hash_user(const struct counters *counters, const char *user)
{
	unsigned char bytes[crypto_shorthash_BYTES];
	uint64_t n;

	crypto_shorthash(bytes, (const unsigned char *)user, strlen(user),
	    counters->table->key);
	memcpy(&n, bytes, sizeof n);
	return n;
}

_Atomic uint64_t *
counters_of(const struct counters *counters, const char *user)
{
	return &counters->table
		    ->slots[hash_user(counters, user) % COUNTERS_SLOTS];
}

uint64_t
counters_mark(const struct counters *counters, const char *user)
{
	return hash_user(counters, user) / COUNTERS_SLOTS & MARK_BITS;
}
