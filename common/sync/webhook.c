#include "sync/webhook.h"

#include <sodium.h>
#include <strings.h>

#include "base/enc.h"
#include "base/std.h"
#include "store/names.h"

#define KEY_KEPT    32   /* bytes; longer than every key that counts */
#define TEXT_KEPT   1024 /* longer than every ref and name */
#define REPLACEMENT 0xfffd

/* The signature */

static bool
is_hmac(const struct buf *body, const unsigned char *mac, const char *secret)
{
	unsigned char ours[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	bool is;

	crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)secret, strlen(secret));
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)body->s, body->len);
	crypto_auth_hmacsha256_final(&state, ours);
	is = crypto_verify_32(ours, mac) == 0;
	sodium_memzero(&state, sizeof state);
	sodium_memzero(ours, sizeof ours);
	return is;
}

bool
webhook_signed(const struct buf *body, const char *signature,
    const char *secret, const char *old)
{
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	const char *hex;
	size_t len;
	bool now, before;

	if (signature == NULL || !std_starts(signature, "sha256="))
		return false;
	hex = signature + strlen("sha256=");
	if (strlen(hex) != 2 * sizeof mac ||
	    sodium_hex2bin(
		mac, sizeof mac, hex, 2 * sizeof mac, NULL, &len, NULL) != 0 ||
	    len != sizeof mac)
		return false;
	/* Both, always: nobody shall hear which of them it was. */
	now = is_hmac(body, mac, secret);
	before = old != NULL && is_hmac(body, mac, old);
	return now || before;
}

/* The body */

static bool
is_type(const char *content_type, const char *type)
{
	size_t len = strlen(type);

	return content_type != NULL &&
	       strncasecmp(content_type, type, len) == 0 &&
	       (content_type[len] == '\0' ||
		   strchr("; \t", content_type[len]) != NULL);
}

/* Moves the decoded bytes of from..end to the front of the same buffer. */
static int
decode_to_front(struct buf *body, size_t from, size_t end)
{
	const char *in = body->s + from, *stop = body->s + end;
	char *out = body->s;
	int high, low;

	while (in < stop) {
		if (*in != '%') {
			*out++ = *in == '+' ? ' ' : *in;
			in++;
			continue;
		}
		high = stop - in > 2 ? enc_hex_digit(in[1]) : -1;
		low = stop - in > 2 ? enc_hex_digit(in[2]) : -1;
		if (high == -1 || low == -1)
			return -1;
		*out++ = (char)(high << 4 | low);
		in += 3;
	}
	body->len = (size_t)(out - body->s);
	*out = '\0';
	return 0;
}

static int
form_payload(struct buf *body, struct err *err)
{
	static const char name[] = "payload=";
	const size_t len = sizeof name - 1;
	const char *end;
	size_t at, next;

	for (at = 0; at < body->len; at = next + 1) {
		end = memchr(body->s + at, '&', body->len - at);
		next = end != NULL ? (size_t)(end - body->s) : body->len;
		if (next - at < len || memcmp(body->s + at, name, len) != 0)
			continue;
		if (decode_to_front(body, at + len, next) == 0)
			return 0;
		return err_field(err, "payload", MSG_WEBHOOK_FORM);
	}
	return err_field(err, "payload", MSG_WEBHOOK_NO_PAYLOAD);
}

int
webhook_payload(struct buf *body, const char *content_type, struct err *err)
{
	if (is_type(content_type, "application/json"))
		return 0;
	if (is_type(content_type, "application/x-www-form-urlencoded"))
		return form_payload(body, err);
	return err_set(err, ERR_MEDIA_TYPE, MSG_WEBHOOK_TYPE);
}

/* JSON (RFC 8259), read forward only */

enum {
	HAS_ADDED = 1,
	HAS_MODIFIED = 2,
	HAS_REMOVED = 4,
	HAS_ALL = 7,
};

struct scan {
	const char *p, *end;
	unsigned depth;
	const char *base;
	struct webhook_push *push;
	struct buf key;   /* the name of the member under way */
	struct buf path;  /* of the path that is looked at, the beginning */
	unsigned lists;   /* HAS_..., of the commit under way */
	size_t files;     /* in it */
	bool has_commits; /* the member is there */
	bool partial;     /* something is missing in it */
};

/* Reads a value; a member's name is in s->key until the next string. */
typedef int value_fn(struct scan *s);

static value_fn skip_value;

static void
skip_blanks(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\t' ||
				    *s->p == '\r' || *s->p == '\n'))
		s->p++;
}

/* Takes that byte, blanks before it. */
static bool
take(struct scan *s, char c)
{
	skip_blanks(s);
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool
is_next(struct scan *s, char c)
{
	skip_blanks(s);
	return s->p < s->end && *s->p == c;
}

static void
keep(struct buf *out, size_t most, const char *bytes, size_t n)
{
	if (out == NULL)
		return;
	if (n > most - out->len)
		n = most - out->len;
	buf_add(out, bytes, n);
}

static void
keep_char(struct buf *out, size_t most, unsigned c)
{
	char u[4];
	size_t n;

	if (c == 0 || (c >= 0xd800 && c < 0xe000))
		c = REPLACEMENT;
	n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	if (n == 1) {
		u[0] = (char)c;
	} else {
		size_t i;

		for (i = n - 1; i > 0; i--, c >>= 6)
			u[i] = (char)(0x80 | (c & 0x3f));
		u[0] = (char)(0xf00U >> n | c);
	}
	keep(out, most, u, n);
}

/* Four hex digits. */
static int
read_unit(struct scan *s, unsigned *unit)
{
	int i, digit;

	if (s->end - s->p < 4)
		return -1;
	for (*unit = 0, i = 0; i < 4; i++) {
		digit = enc_hex_digit(*s->p++);
		if (digit == -1)
			return -1;
		*unit = *unit << 4 | (unsigned)digit;
	}
	return 0;
}

/* After \u: one character, or two halves of one. */
static int
read_unicode(struct scan *s, struct buf *out, size_t most)
{
	unsigned high, low;

	if (read_unit(s, &high) == -1)
		return -1;
	if (high < 0xd800 || high >= 0xdc00 || s->end - s->p < 2 ||
	    s->p[0] != '\\' || s->p[1] != 'u') {
		keep_char(out, most, high);
		return 0;
	}
	s->p += 2;
	if (read_unit(s, &low) == -1)
		return -1;
	if (low >= 0xdc00 && low < 0xe000) {
		keep_char(out, most,
		    0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
		return 0;
	}
	keep_char(out, most, high);
	keep_char(out, most, low);
	return 0;
}

static int
read_escape(struct scan *s, struct buf *out, size_t most)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (s->p == s->end)
		return -1;
	if (*s->p == 'u') {
		s->p++;
		return read_unicode(s, out, most);
	}
	found = memchr(from, *s->p++, sizeof from - 1);
	if (found == NULL)
		return -1;
	keep(out, most, to + (found - from), 1);
	return 0;
}

static bool
is_plain(char c)
{
	return c != '"' && c != '\\' && (unsigned char)c >= 0x20;
}

/*
 * Reads a string and keeps at most its first `most` bytes (out may be NULL).
 * What is cut is longer than anything that it is compared with.
 */
static int
read_string(struct scan *s, struct buf *out, size_t most)
{
	const char *from;

	if (out != NULL)
		buf_reset(out);
	if (!take(s, '"'))
		return -1;
	for (;;) {
		from = s->p;
		while (s->p < s->end && is_plain(*s->p))
			s->p++;
		keep(out, most, from, (size_t)(s->p - from));
		if (s->p == s->end)
			return -1;
		if (*s->p == '"')
			break;
		if (*s->p++ != '\\' || read_escape(s, out, most) == -1)
			return -1;
	}
	s->p++;
	return 0;
}

static int
walk_object(struct scan *s, value_fn *member)
{
	if (!take(s, '{') || s->depth++ == WEBHOOK_DEPTH_MAX)
		return -1;
	if (!is_next(s, '}')) {
		do {
			if (read_string(s, &s->key, KEY_KEPT) == -1 ||
			    !take(s, ':') || member(s) == -1)
				return -1;
		} while (take(s, ','));
	}
	s->depth--;
	return take(s, '}') ? 0 : -1;
}

static int
walk_array(struct scan *s, value_fn *item)
{
	if (!take(s, '[') || s->depth++ == WEBHOOK_DEPTH_MAX)
		return -1;
	if (!is_next(s, ']')) {
		do {
			if (item(s) == -1)
				return -1;
		} while (take(s, ','));
	}
	s->depth--;
	return take(s, ']') ? 0 : -1;
}

/* true, false, null or a number: what it says is nobody's concern here. */
static int
skip_word(struct scan *s)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyzE0123456789+-.";
	const char *from = s->p;

	while (s->p < s->end && memchr(chars, *s->p, sizeof chars - 1) != NULL)
		s->p++;
	return s->p > from ? 0 : -1;
}

static int
skip_value(struct scan *s)
{
	if (is_next(s, '{'))
		return walk_object(s, skip_value);
	if (is_next(s, '['))
		return walk_array(s, skip_value);
	if (is_next(s, '"'))
		return read_string(s, NULL, 0);
	return skip_word(s);
}

/* A push */

static bool
is(const struct buf *text, const char *wanted)
{
	return text->len == strlen(wanted) &&
	       memcmp(text->s, wanted, text->len) == 0;
}

static int
read_text(struct scan *s, struct buf *out)
{
	if (is_next(s, '"'))
		return read_string(s, out, TEXT_KEPT);
	buf_reset(out);
	return skip_value(s);
}

static int
read_bool(struct scan *s, bool *out)
{
	*out = is_next(s, 't');
	return skip_value(s);
}

static void
note_path(struct scan *s)
{
	static const char folder[] = "/tasks/";
	const char *user = s->path.s + strlen(s->base) + 1;
	const char *end;

	if (!std_starts(s->path.s, s->base) ||
	    s->path.s[strlen(s->base)] != '/')
		return;
	end = strchr(user, '/');
	if (end == NULL || !std_starts(end, folder))
		return;
	if (s->push->users.n < WEBHOOK_USERS_MAX)
		user_set_add(&s->push->users, user, (size_t)(end - user));
	else
		s->partial = true;
}

static int
read_path(struct scan *s)
{
	/* As much of it as note_path looks at. */
	size_t most = strlen(s->base) + NAMES_USER_MAX + strlen("//tasks/");

	s->files++;
	if (!is_next(s, '"')) {
		s->partial = true;
		return skip_value(s);
	}
	if (read_string(s, &s->path, most) == -1)
		return -1;
	note_path(s);
	return 0;
}

static int
commit_member(struct scan *s)
{
	unsigned list = is(&s->key, "added")      ? HAS_ADDED
			: is(&s->key, "modified") ? HAS_MODIFIED
			: is(&s->key, "removed")  ? HAS_REMOVED
						  : 0;

	if (list == 0 || !is_next(s, '['))
		return skip_value(s);
	s->lists |= list;
	return walk_array(s, read_path);
}

static int
read_commit(struct scan *s)
{
	if (!is_next(s, '{')) {
		s->partial = true;
		return skip_value(s);
	}
	s->lists = 0;
	s->files = 0;
	if (walk_object(s, commit_member) == -1)
		return -1;
	if (s->lists != HAS_ALL || s->files >= WEBHOOK_FILES_MAX)
		s->partial = true;
	return 0;
}

static int
read_counted_commit(struct scan *s)
{
	s->push->n_commits++;
	return read_commit(s);
}

static int
repository_member(struct scan *s)
{
	return is(&s->key, "full_name") ? read_text(s, &s->push->repository)
					: skip_value(s);
}

static int
push_member(struct scan *s)
{
	struct webhook_push *push = s->push;

	if (is(&s->key, "ref"))
		return read_text(s, &push->ref);
	if (is(&s->key, "before"))
		return read_text(s, &push->before);
	if (is(&s->key, "after"))
		return read_text(s, &push->after);
	if (is(&s->key, "created"))
		return read_bool(s, &push->created);
	if (is(&s->key, "deleted"))
		return read_bool(s, &push->deleted);
	if (is(&s->key, "forced"))
		return read_bool(s, &push->forced);
	if (is(&s->key, "repository") && is_next(s, '{'))
		return walk_object(s, repository_member);
	if (is(&s->key, "head_commit") && is_next(s, '{'))
		return read_commit(s);
	if (is(&s->key, "commits") && is_next(s, '[')) {
		s->has_commits = true;
		return walk_array(s, read_counted_commit);
	}
	return skip_value(s);
}

static bool
is_whole(const struct scan *s)
{
	const struct webhook_push *push = s->push;

	if (push->created || push->deleted || push->forced)
		return false;
	/* A branch that moved without commits did not just go forward. */
	if (push->n_commits == 0 && !buf_eq(&push->before, &push->after))
		return false;
	return s->has_commits && !s->partial &&
	       push->n_commits < WEBHOOK_COMMITS_MAX;
}

void
webhook_push_release(struct webhook_push *push)
{
	buf_release(&push->ref);
	buf_release(&push->before);
	buf_release(&push->after);
	buf_release(&push->repository);
	user_set_release(&push->users);
	*push = (struct webhook_push)WEBHOOK_PUSH_INIT;
}

int
webhook_scan(const struct buf *json, const char *base_path,
    struct webhook_push *out, struct err *err)
{
	struct webhook_push push = WEBHOOK_PUSH_INIT;
	struct scan s = {
	    .p = json->s,
	    .end = json->s + json->len,
	    .base = base_path,
	    .push = &push,
	    .key = BUF_INIT,
	    .path = BUF_INIT,
	};
	int rc = walk_object(&s, push_member);

	skip_blanks(&s);
	if (rc == 0 && s.p == s.end) {
		push.whole = is_whole(&s);
		*out = push;
	} else {
		webhook_push_release(&push);
		rc = err_set(err, ERR_JSON, MSG_WEBHOOK_NO_JSON);
	}
	buf_release(&s.key);
	buf_release(&s.path);
	return rc;
}
