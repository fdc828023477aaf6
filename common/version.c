#include "version.h"

#include <fcntl.h>
#include <sodium.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enc.h"
#include "names.h"

#define MAGIC     UINT64_C(0x636d67656e303031) /* "cmgen001" */
#define MARK_BITS UINT64_C(0xffff)
#define ATTEMPTS  3

struct table {
	uint64_t magic;
	unsigned char key[crypto_shorthash_KEYBYTES];
	_Atomic uint64_t slots[VERSION_SLOTS];
};

struct version {
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

/* link() gives the whole file its name at once, and only to the first. */
static int
create(const char *path)
{
	struct buf tmp = BUF_INIT;
	int fd, rc = -1;

	buf_addf(&tmp, "%s.%ld", path, (long)getpid());
	fd = open(tmp.s, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	if (fd == -1)
		goto out;
	if (write_table(fd) == 0 && (link(tmp.s, path) == 0 || errno == EEXIST))
		rc = 0;
	close(fd);
	unlink(tmp.s);
out:
	buf_release(&tmp);
	return rc;
}

static struct table *
map(const char *path)
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
version_open(const char *run, struct version **out, struct err *err)
{
	struct buf path = BUF_INIT;
	struct table *table = NULL;
	int rc = -1;

	buf_addf(&path, "%s/generations", run);
	if (access(path.s, F_OK) == 0 || create(path.s) == 0)
		table = map(path.s);
	if (table == NULL) {
		err_set(err, ERR_SETTING,
		    "Die Tabelle der Generationen in CODEX_RUN lässt sich "
		    "nicht öffnen: %s.",
		    strerror(errno));
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
version_close(struct version *version)
{
	if (version == NULL)
		return;
	munmap(version->table, sizeof *version->table);
	free(version);
}

static uint64_t
hash(const struct version *version, const char *user)
{
	unsigned char bytes[crypto_shorthash_BYTES];
	uint64_t n;

	crypto_shorthash(bytes, (const unsigned char *)user, strlen(user),
	    version->table->key);
	memcpy(&n, bytes, sizeof n);
	return n;
}

static _Atomic uint64_t *
slot(const struct version *version, const char *user)
{
	return &version->table->slots[hash(version, user) % VERSION_SLOTS];
}

/* Bits of the hash that chose no slot: they stand below the count. */
static uint64_t
mark(const struct version *version, const char *user)
{
	return hash(version, user) / VERSION_SLOTS & MARK_BITS;
}

uint64_t
version_generation(const struct version *version, const char *user)
{
	return atomic_load(slot(version, user));
}

void
version_raise(struct version *version, const char *user)
{
	_Atomic uint64_t *at = slot(version, user);
	uint64_t own = mark(version, user), next, was = atomic_load(at);

	do
		next = ((was & ~MARK_BITS) + MARK_BITS + 1) | own;
	while (!atomic_compare_exchange_weak(at, &was, next));
}

bool
version_is_own(
    const struct version *version, const char *user, uint64_t generation)
{
	return (generation & MARK_BITS) == mark(version, user);
}

static bool
is_plain_token(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len > 64)
		return false;
	for (i = 0; i < len; i++)
		if (!(s[i] >= '0' && s[i] <= '9') &&
		    !(s[i] >= 'a' && s[i] <= 'z') && s[i] != '-')
			return false;
	return s[0] != '-';
}

void
version_token(const struct store_op *got, char token[VERSION_TOKEN_MAX])
{
	char hash[ENC_HASH_LEN + 1];
	size_t len = got->body.len;

	if (got->result != STORE_OK) {
		token[0] = '\0';
		return;
	}
	if (is_plain_token(got->body.s, len)) {
		memcpy(token, got->body.s, len + 1);
		return;
	}
	enc_hash(got->body.s, len, hash);
	snprintf(token, VERSION_TOKEN_MAX, "h%s", hash);
}

static int
put_token(struct store *store, const char *key, int64_t now_ms, struct err *err)
{
	struct buf token = BUF_INIT;
	int rc;

	enc_stamp(&token, now_ms);
	struct store_op op =
	    STORE_PUT(key, STORE_ALWAYS, NULL, token.s, token.len);
	rc = store_run(store, &op, 1, err);
	store_ops_release(&op, 1);
	buf_release(&token);
	return rc;
}

int
version_bump(struct version *version, struct store *store, const char *user,
    int64_t now_ms, struct err *err)
{
	struct buf key = BUF_INIT;
	int attempt, rc = -1;

	names_key(&key, NAMES_TOKEN, user);
	for (attempt = 0; rc == -1 && attempt < ATTEMPTS; attempt++) {
		if (attempt > 0)
			usleep(50000u << attempt);
		rc = put_token(store, key.s, now_ms, err);
	}
	version_raise(version, user);
	buf_release(&key);
	return rc;
}
