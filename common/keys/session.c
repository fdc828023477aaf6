#include "keys/session.h"

#include "base/enc.h"
#include "keys/seal.h"

#define PURPOSE "session"
/* Lax and not Strict, so that a link from another site finds the person logged
 * in; writes are guarded by guard_write. */
#define FLAGS "; Path=/; Secure; HttpOnly; SameSite=Lax"

void
session_start(struct session *session, int64_t id, const char *user,
    int64_t epoch, int64_t now_ms)
{
	struct buf serial = BUF_INIT;

	memset(session, 0, sizeof *session);
	session->id = id;
	snprintf(session->user, sizeof session->user, "%s", user);
	session->issued_ms = now_ms;
	session->expires_ms = now_ms + SESSION_IDLE_MS;
	session->epoch = epoch;
	enc_random(&serial, SESSION_SERIAL);
	memcpy(session->serial, serial.s, sizeof session->serial);
	buf_release(&serial);
}

bool
session_renew(struct session *session, int64_t now_ms)
{
	int64_t next = now_ms + SESSION_IDLE_MS;
	int64_t end = session->issued_ms + SESSION_MAX_MS;

	if (next > end)
		next = end;
	if (next - session->expires_ms < SESSION_RENEW_MS)
		return false;
	session->expires_ms = next;
	return true;
}

void
session_print(struct buf *out, const struct keyring *key,
    const struct session *session, int64_t now_ms)
{
	struct buf plain = BUF_INIT;
	int64_t left = session->expires_ms - now_ms;

	buf_addf(&plain, "%lld %s %lld %lld %lld %s", (long long)session->id,
	    session->user, (long long)session->issued_ms,
	    (long long)session->expires_ms, (long long)session->epoch,
	    session->serial);
	buf_adds(out, SESSION_COOKIE "=");
	seal_make(out, key, PURPOSE, plain.s, plain.len);
	buf_addf(out, "; Max-Age=%lld" FLAGS,
	    (long long)(left > 0 ? left / 1000 : 0));
	buf_release(&plain);
}

void
session_print_end(struct buf *out)
{
	buf_adds(out, SESSION_COOKIE "=; Max-Age=0" FLAGS);
}

/* Read the text that was sealed.  -1 if it has another shape: the seal proves
 * that it is ours, but an older or newer program may have made it. */
static int
read_session_plain(const struct buf *plain, struct session *out)
{
	long long id, issued, expires, epoch;
	int end = -1;

	memset(out, 0, sizeof *out);
	if (sscanf(plain->s, "%lld %64[0-9a-z_-] %lld %lld %lld %16[0-9a-f]%n",
		&id, out->user, &issued, &expires, &epoch, out->serial,
		&end) != 6 ||
	    end < 0 || (size_t)end != plain->len ||
	    strlen(out->serial) != SESSION_SERIAL || !names_user_ok(out->user))
		return -1;
	out->id = id;
	out->issued_ms = issued;
	out->expires_ms = expires;
	out->epoch = epoch;
	return 0;
}

/* Return true if the session is good now.  SESSION_MAX_MS is checked beside
 * its end, so that it holds whatever end a cookie carries. */
static bool
is_current(const struct session *session, int64_t now_ms)
{
	return session->issued_ms <= now_ms + SESSION_SKEW_MS &&
	       now_ms < session->expires_ms &&
	       now_ms < session->issued_ms + SESSION_MAX_MS;
}

int
session_parse(struct session *session, const struct keyring *key,
    const char *value, size_t len, int64_t now_ms)
{
	struct buf plain = BUF_INIT;
	struct session read;
	int rc = -1;

	if (seal_open(&plain, key, PURPOSE, value, len) == 0 &&
	    read_session_plain(&plain, &read) == 0 &&
	    is_current(&read, now_ms)) {
		*session = read;
		rc = 0;
	}
	buf_release(&plain);
	return rc;
}
