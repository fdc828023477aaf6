#include "keys/login_ticket.h"

#include <dirent.h>
#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "keys/seal.h"
#include "site/site_mark.h"

#define PURPOSE "login"
#define FLAGS   "; Path=/; Secure; HttpOnly; SameSite=Lax"
/* Left as they are: reserved characters (RFC 3986, 2.2), and '%', so that what
 * is encoded is not encoded twice. */
#define ADDRESS ":/?#[]@!$&'()*+,;=%"

void
login_ticket_release(struct login_ticket *ticket)
{
	buf_release(&ticket->back);
	sodium_memzero(ticket, sizeof *ticket);
	buf_init(&ticket->back);
}

static void
roll_secret(char *out, size_t size)
{
	struct buf b = BUF_INIT;

	enc_random(&b, size - 1);
	memcpy(out, b.s, size);
	sodium_memzero(b.s, b.cap);
	buf_release(&b);
}

void
login_ticket_make(
    struct login_ticket *ticket, const char *wanted, int64_t now_ms)
{
	ticket->made_ms = now_ms;
	roll_secret(ticket->state, sizeof ticket->state);
	roll_secret(ticket->verifier, sizeof ticket->verifier);
	buf_reset(&ticket->back);
	login_ticket_back(&ticket->back, wanted);
}

void
login_ticket_print(struct buf *out, const struct keyring *key,
    const struct login_ticket *ticket)
{
	struct buf plain = BUF_INIT;

	buf_reserve(&plain, ticket->back.len + 200);
	buf_addf(&plain, "%lld %s %s %s", (long long)ticket->made_ms,
	    ticket->state, ticket->verifier, ticket->back.s);
	buf_adds(out, LOGIN_TICKET_COOKIE "=");
	seal_make(out, key, PURPOSE, plain.s, plain.len);
	buf_addf(
	    out, "; Max-Age=%lld" FLAGS, (long long)(LOGIN_TICKET_MS / 1000));
	sodium_memzero(plain.s, plain.cap);
	buf_release(&plain);
}

void
login_ticket_print_end(struct buf *out)
{
	buf_adds(out, LOGIN_TICKET_COOKIE "=; Max-Age=0" FLAGS);
}

/* Read the text that was sealed.  -1 if it has another shape: the seal proves
 * that it is ours, but an older or newer program may have made it. */
static int
read_ticket_plain(const struct buf *plain, struct login_ticket *out)
{
	long long made;
	int end = -1;

	if (sscanf(plain->s, "%lld %32[0-9a-f] %64[0-9a-f] %n", &made,
		out->state, out->verifier, &end) != 3 ||
	    end < 0 || plain->s[end] != '/')
		return -1;
	out->made_ms = made;
	buf_set(&out->back, plain->s + end, plain->len - (size_t)end);
	return 0;
}

int
login_ticket_parse(struct login_ticket *ticket, const struct keyring *key,
    const char *value, size_t len, int64_t now_ms)
{
	struct buf plain = BUF_INIT;
	int rc = -1;

	if (seal_open(&plain, key, PURPOSE, value, len) == 0 &&
	    read_ticket_plain(&plain, ticket) == 0 &&
	    now_ms < ticket->made_ms + LOGIN_TICKET_MS)
		rc = 0;
	sodium_memzero(plain.s, plain.cap);
	buf_release(&plain);
	if (rc == -1)
		login_ticket_release(ticket);
	return rc;
}

/* Remove the files of tickets that are too old to come back.  A file's name
 * begins with the time when its ticket was made. */
static void
remove_old_uses(int folder, int64_t now_ms)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.' &&
		    strtoll(entry->d_name, NULL, 10) + LOGIN_TICKET_MS <=
			now_ms)
			unlinkat(folder, entry->d_name, 0);
	closedir(dir);
}

/* Create the ticket's file; return 1 if it exists, or another host has used
 * the ticket.  O_EXCL lets only one of several processes create it. */
static int
note_use(int folder, const struct login_ticket *ticket, struct site *site)
{
	char hash[ENC_HASH_LEN + 1];
	struct buf name = BUF_INIT;
	int fd, rc;

	enc_hash(ticket->state, strlen(ticket->state), hash);
	buf_addf(&name, "%lld-%s", (long long)ticket->made_ms, hash);
	fd = openat(
	    folder, name.s, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
	rc = fd != -1 ? 0 : errno == EEXIST ? 1 : -1;
	if (fd != -1)
		close(fd);
	if (rc == 0 && !site_mark_use(site, "ticket", hash, LOGIN_TICKET_MS))
		rc = 1;
	buf_release(&name);
	return rc;
}

int
login_ticket_use(const struct login_ticket *ticket, const char *run,
    struct site *site, int64_t now_ms, struct err *err)
{
	struct buf path = BUF_INIT;
	int folder = -1, rc = -1;

	buf_addf(&path, "%s/tickets", run);
	if (mkdir(path.s, 0770) == 0 || errno == EEXIST)
		folder = open(path.s, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder != -1)
		rc = note_use(folder, ticket, site);
	if (rc == 1) {
		rc = err_set(err, ERR_VALUE, MSG_LOGIN_USED);
	} else if (rc == -1) {
		err_set(err, ERR_BUSY, MSG_LOGIN_NOT_KEPT);
		err_detail(err, "%s: %s", path.s, strerror(errno));
	}
	if (folder != -1) {
		remove_old_uses(folder, now_ms);
		close(folder);
	}
	buf_release(&path);
	return rc;
}

bool
login_ticket_is_state(const struct login_ticket *ticket, const char *state)
{
	size_t len = sizeof ticket->state - 1;

	return state != NULL && strlen(state) == len &&
	       sodium_memcmp(state, ticket->state, len) == 0;
}

void
login_ticket_back(struct buf *out, const char *wanted)
{
	size_t len = wanted != NULL ? strlen(wanted) : 0, from = out->len;

	if (len > 0 && len <= LOGIN_TICKET_BACK_MAX && wanted[0] == '/' &&
	    wanted[1] != '/' && strchr(wanted, '\\') == NULL &&
	    enc_is_utf8(wanted, len) && !enc_has_control(wanted, len))
		enc_percent(out, wanted, ADDRESS);
	if (out->len == from || out->len - from > LOGIN_TICKET_BACK_MAX)
		buf_splice(out, from, out->len - from, "/", 1);
}
