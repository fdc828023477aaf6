#include "keys/keyring.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/lock.h"
#include "base/std.h"
#include "keys/filewatch.h"

#define FILE_MAX     8192
#define LOCK_WAIT_MS 5000
#define TEXT_LEN     (20 + 1 + 2 * KEYRING_BYTES + 1) /* of the longest line */

struct ring {
	size_t n;
	struct one {
		int64_t made_ms;
		unsigned char bytes[KEYRING_BYTES];
	} keys[KEYRING_MAX];
};

struct keyring {
	char *path;
	const char *secret; /* the caller's */
	struct filewatch seen;
	struct ring *ring;
	bool is_first;
};

/* Return zeroed memory for keys, which sodium_free wipes. */
__attribute__((returns_nonnull)) static void *
secret_alloc(size_t size)
{
	void *p = sodium_malloc(size);

	if (p == NULL)
		std_no_memory();
	memset(p, 0, size);
	return p;
}

static int
refuse_keyring(struct err *err, const char *path, enum msg_id why)
{
	err_set(err, ERR_SETTING, why);
	return err_value(err, "%s", path);
}

/* Refuse the file with the reason in errno. */
static int
refuse_errno(struct err *err, const char *path)
{
	refuse_keyring(err, path, MSG_KEY_FILE);
	return err_value(err, "%s", strerror(errno));
}

static int
check_key_file(int fd, const char *path, struct stat *st, struct err *err)
{
	if (fstat(fd, st) == -1)
		return refuse_errno(err, path);
	if (!S_ISREG(st->st_mode))
		return refuse_keyring(err, path, MSG_KEY_FILE_NO_FILE);
	if (st->st_uid != geteuid())
		return refuse_keyring(err, path, MSG_KEY_FILE_OWNER);
	if ((st->st_mode & 077) != 0)
		return refuse_keyring(err, path, MSG_KEY_FILE_MODE);
	if (st->st_size > FILE_MAX)
		return refuse_keyring(err, path, MSG_KEY_FILE_LARGE);
	return 0;
}

/* Read the line `<ms> <64 hex digits>`, which ends before `end`. */
static int
parse_key_line(const char *line, const char *end, struct one *one)
{
	const char *hex = memchr(line, ' ', (size_t)(end - line));
	size_t n;

	if (hex == NULL || hex == line || hex - line > 15 ||
	    strspn(line, "0123456789") != (size_t)(hex - line))
		return -1;
	hex++;
	one->made_ms = strtoll(line, NULL, 10);
	if ((size_t)(end - hex) != 2 * KEYRING_BYTES ||
	    strspn(hex, "0123456789abcdef") < 2 * KEYRING_BYTES)
		return -1;
	return sodium_hex2bin(
	    one->bytes, KEYRING_BYTES, hex, 2 * KEYRING_BYTES, NULL, &n, NULL);
}

static int
parse_keyring(const char *text, struct ring *ring)
{
	const char *line, *end;

	for (line = text; *line != '\0'; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		if (end == line || *line == '#')
			continue;
		if (ring->n == KEYRING_MAX ||
		    parse_key_line(line, end, &ring->keys[ring->n]) == -1)
			return -1;
		ring->n++;
	}
	return ring->n > 0 ? 0 : -1;
}

static int
read_keyring(const char *path, struct filewatch *seen, int64_t now_ms,
    struct ring **out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct ring *ring;
	struct stat st;
	char *text;
	int rc = -1;

	if (fd == -1) {
		refuse_errno(err, path);
		return -1;
	}
	ring = secret_alloc(sizeof *ring);
	text = secret_alloc(FILE_MAX + 1);
	/* Check the open file, not the path: the path may lead to another file
	 * by the time it is read. */
	if (check_key_file(fd, path, &st, err) == -1)
		goto out;
	filewatch_note(seen, &st, now_ms);
	if (read(fd, text, FILE_MAX) != st.st_size ||
	    parse_keyring(text, ring) == -1) {
		refuse_keyring(err, path, MSG_KEY_FILE_DAMAGED);
		goto out;
	}
	*out = ring;
	ring = NULL;
	rc = 0;
out:
	sodium_free(text);
	sodium_free(ring);
	close(fd);
	return rc;
}

/* Make the keys of what the file holds. */
static void
mix_secret(struct ring *ring, const char *secret)
{
	crypto_auth_hmacsha256_state state;
	size_t i;

	for (i = 0; i < ring->n; i++) {
		crypto_auth_hmacsha256_init(
		    &state, (const unsigned char *)secret, strlen(secret));
		crypto_auth_hmacsha256_update(
		    &state, ring->keys[i].bytes, KEYRING_BYTES);
		crypto_auth_hmacsha256_final(&state, ring->keys[i].bytes);
	}
	sodium_memzero(&state, sizeof state);
}

static size_t
print_keyring(char *text, size_t size, const struct ring *ring)
{
	char hex[2 * KEYRING_BYTES + 1];
	size_t i, len = 0;

	for (i = 0; i < ring->n; i++) {
		sodium_bin2hex(
		    hex, sizeof hex, ring->keys[i].bytes, KEYRING_BYTES);
		len += (size_t)snprintf(text + len, size - len, "%lld %s\n",
		    (long long)ring->keys[i].made_ms, hex);
	}
	sodium_memzero(hex, sizeof hex);
	return len;
}

/* Sync the folder of the file, so that the new name outlives a power cut:
 * sessions sealed by a key that is lost would end. */
static int
sync_key_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	struct buf folder = BUF_INIT;
	int fd, rc;

	buf_add(&folder, path, slash != NULL ? (size_t)(slash - path) : 0);
	fd = open(folder.len > 0  ? folder.s
		  : slash != NULL ? "/"
				  : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* What we may not read, we have not made. */
	if (fd == -1)
		rc = errno == EACCES ? 0 : -1;
	else
		rc = fsync(fd);
	if (fd != -1)
		close(fd);
	buf_release(&folder);
	return rc;
}

static int
write_keys(int fd, const struct ring *ring)
{
	const size_t size = KEYRING_MAX * (TEXT_LEN + 1) + 1;
	char *text = secret_alloc(size);
	size_t len = print_keyring(text, size, ring);
	int rc = -1;

	if (write(fd, text, len) == (ssize_t)len && fsync(fd) == 0)
		rc = 0;
	sodium_free(text);
	return rc;
}

/*
 * Write the keys to a new file beside the path, then give it that name, so
 * that a reader never sees half a file.  With `first` leave the path alone if
 * it is there: another program was faster, and its keys are the good ones,
 * which the caller reads.
 */
static int
put_keyring(
    const char *path, const struct ring *ring, bool first, struct err *err)
{
	struct buf tmp = BUF_INIT;
	int fd = lock_new_file(path, 0600, &tmp);
	int rc = -1;

	if (fd != -1 && first && access(path, F_OK) == 0)
		rc = unlink(tmp.s);
	else if (fd != -1 && write_keys(fd, ring) == 0)
		rc = rename(tmp.s, path);
	if (rc == -1 && fd != -1)
		unlink(tmp.s);
	if (rc == 0)
		rc = sync_key_folder(path);
	if (rc == -1)
		refuse_errno(err, path);
	if (fd != -1)
		close(fd);
	buf_release(&tmp);
	return rc;
}

static void
push_key(struct ring *ring, int64_t now_ms)
{
	if (ring->n == KEYRING_MAX)
		ring->n--;
	memmove(&ring->keys[1], &ring->keys[0], ring->n * sizeof *ring->keys);
	ring->keys[0].made_ms = now_ms;
	randombytes_buf(ring->keys[0].bytes, KEYRING_BYTES);
	ring->n++;
}

static int
create_key(const char *path, int64_t now_ms, struct err *err)
{
	struct ring *ring = secret_alloc(sizeof *ring);
	int rc;

	push_key(ring, now_ms);
	rc = put_keyring(path, ring, true, err);
	sodium_free(ring);
	return rc;
}

/* Read the ring as it stands in the file, which is made if it is missing. */
static int
load_keyring(const char *path, struct filewatch *seen, int64_t now_ms,
    struct ring **ring, struct err *err)
{
	if (access(path, F_OK) == -1) {
		if (errno == ENOENT && create_key(path, now_ms, err) == -1)
			return -1;
	} else if (sync_key_folder(path) == -1) {
		/* The program that made it may have failed to. */
		refuse_errno(err, path);
		return -1;
	}
	return read_keyring(path, seen, now_ms, ring, err);
}

int
keyring_open(const char *path, const char *secret, int64_t now_ms,
    struct keyring **out, struct err *err)
{
	struct filewatch seen = {.looked_ms = 0};
	struct ring *ring = NULL;
	bool is_first = access(path, F_OK) == -1;

	if (load_keyring(path, &seen, now_ms, &ring, err) == -1)
		return -1;

	mix_secret(ring, secret);
	*out = std_zalloc(sizeof **out);
	(*out)->path = std_strdup(path);
	(*out)->secret = secret;
	(*out)->seen = seen;
	(*out)->ring = ring;
	(*out)->is_first = is_first;
	return 0;
}

void
keyring_close(struct keyring *key)
{
	if (key == NULL)
		return;
	sodium_free(key->ring);
	free(key->path);
	free(key);
}

int
keyring_refresh(struct keyring *key, int64_t now_ms, struct err *err)
{
	struct ring *ring = NULL;

	if (!filewatch_changed(&key->seen, key->path, now_ms))
		return 0;
	if (read_keyring(key->path, &key->seen, now_ms, &ring, err) == -1)
		return -1;
	mix_secret(ring, key->secret);
	sodium_free(key->ring);
	key->ring = ring;
	return 0;
}

bool
keyring_is_first(const struct keyring *key)
{
	return key->is_first;
}

size_t
keyring_count(const struct keyring *key)
{
	return key->ring->n;
}

const unsigned char *
keyring_at(const struct keyring *key, size_t i)
{
	return key->ring->keys[i].bytes;
}

/* Drop each key that was replaced KEYRING_KEEP_MS ago.  What counts is when
 * the next key was made: until then this one still sealed sessions. */
static void
drop_old_keys(struct ring *ring, int64_t now_ms)
{
	size_t i;

	for (i = 1; i < ring->n; i++)
		if (ring->keys[i - 1].made_ms <= now_ms - KEYRING_KEEP_MS)
			ring->n = i;
}

int
keyring_rotate(const char *path, const char *run, bool alone, int64_t now_ms,
    struct err *err)
{
	struct filewatch seen = {.looked_ms = 0};
	struct ring *ring = NULL;
	int lock, rc = -1;

	/* Before the lock, which another user than the programs' would leave
	 * behind as their own. */
	if (load_keyring(path, &seen, now_ms, &ring, err) == -1)
		return -1;
	sodium_free(ring);
	ring = NULL;
	if (lock_take(run, "key", LOCK_WAIT_MS, &lock, err) == -1)
		return -1;
	if (load_keyring(path, &seen, now_ms, &ring, err) == -1)
		goto out;

	if (alone)
		ring->n = 0;
	push_key(ring, now_ms);
	drop_old_keys(ring, now_ms);
	rc = put_keyring(path, ring, false, err);
out:
	sodium_free(ring);
	lock_drop(lock);
	return rc;
}
