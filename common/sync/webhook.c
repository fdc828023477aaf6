#include "sync/webhook.h"

#include <sodium.h>
#include <strings.h>

#include "base/enc.h"
#include "base/json_scan.h"
#include "base/std.h"
#include "store/names.h"

#define TEXT_MAX 1024 /* bytes kept: longer than every ref and name */

/* The signature */

/* Return true if mac is the body's HMAC-SHA256 with the secret. */
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
	/* Always try both: the time must not tell which secret it was. */
	now = is_hmac(body, mac, secret);
	before = old != NULL && is_hmac(body, mac, old);
	return now || before;
}

/* The body */

/* Return true if Content-Type is `type`, with or without parameters. */
static bool
is_type(const char *content_type, const char *type)
{
	size_t len = strlen(type);

	return content_type != NULL &&
	       strncasecmp(content_type, type, len) == 0 &&
	       (content_type[len] == '\0' ||
		   strchr("; \t", content_type[len]) != NULL);
}

/*
 * Decode the bytes from..end into the front of the same buffer.  The output
 * is never longer than the input read so far, so nothing is overwritten that
 * is still to be read.
 */
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

/* Find the member `payload` of the form and make the body its value. */
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

/* A push */

enum {
	HAS_ADDED = 1,
	HAS_MODIFIED = 2,
	HAS_REMOVED = 4,
	HAS_ALL = 7,
};

/* What the callbacks know of the push that is being read. */
struct push_scan {
	const char *base; /* folder of all users in the repository */
	struct webhook_push *push;
	struct buf path;  /* the beginning of the path being read */
	unsigned lists;   /* HAS_...: lists that the commit has so far */
	size_t files;     /* in that commit, so far */
	bool has_commits; /* the member `commits` is there */
	bool partial;     /* the lists may lack something */
};

static int
read_name(struct json_scan *scan, struct buf *out)
{
	if (json_scan_is_next(scan, '"'))
		return json_scan_string(scan, out, TEXT_MAX);
	buf_reset(out);
	return json_scan_skip(scan);
}

static int
read_truth(struct json_scan *scan, bool *out)
{
	*out = json_scan_is_next(scan, 't');
	return json_scan_skip(scan);
}

/* Add the user to the push if the path is <base>/<user>/tasks/... . */
static void
note_user(struct push_scan *s)
{
	static const char folder[] = "/tasks/";
	const char *user, *end;

	if (!std_starts(s->path.s, s->base) ||
	    s->path.s[strlen(s->base)] != '/')
		return;
	user = s->path.s + strlen(s->base) + 1;
	end = strchr(user, '/');
	if (end == NULL || !std_starts(end, folder))
		return;
	if (s->push->users.n < WEBHOOK_USERS_MAX)
		user_set_add(&s->push->users, user, (size_t)(end - user));
	else
		s->partial = true;
}

/* Read one path of a list.  What is no string makes the push partial. */
static int
read_path(struct json_scan *scan)
{
	struct push_scan *s = scan->arg;
	/* Keep as much of the path as note_user looks at. */
	size_t most = strlen(s->base) + NAMES_USER_MAX + strlen("//tasks/");

	s->files++;
	if (!json_scan_is_next(scan, '"')) {
		s->partial = true;
		return json_scan_skip(scan);
	}
	if (json_scan_string(scan, &s->path, most) == -1)
		return -1;
	note_user(s);
	return 0;
}

static int
commit_member(struct json_scan *scan)
{
	struct push_scan *s = scan->arg;
	unsigned list = json_scan_is_key(scan, "added")      ? HAS_ADDED
			: json_scan_is_key(scan, "modified") ? HAS_MODIFIED
			: json_scan_is_key(scan, "removed")  ? HAS_REMOVED
							     : 0;

	if (list == 0 || !json_scan_is_next(scan, '['))
		return json_scan_skip(scan);
	s->lists |= list;
	return json_scan_array(scan, read_path);
}

/*
 * Read the lists of one commit.  If it lacks one of the three or has as many
 * files as GitHub lists at most, the push is partial.
 */
static int
read_commit_lists(struct json_scan *scan)
{
	struct push_scan *s = scan->arg;

	if (!json_scan_is_next(scan, '{')) {
		s->partial = true;
		return json_scan_skip(scan);
	}
	s->lists = 0;
	s->files = 0;
	if (json_scan_object(scan, commit_member) == -1)
		return -1;
	if (s->lists != HAS_ALL || s->files >= WEBHOOK_FILES_MAX)
		s->partial = true;
	return 0;
}

static int
read_counted_commit(struct json_scan *scan)
{
	struct push_scan *s = scan->arg;

	s->push->n_commits++;
	return read_commit_lists(scan);
}

static int
repository_member(struct json_scan *scan)
{
	struct push_scan *s = scan->arg;

	return json_scan_is_key(scan, "full_name")
		   ? read_name(scan, &s->push->repository)
		   : json_scan_skip(scan);
}

static int
push_member(struct json_scan *scan)
{
	struct push_scan *s = scan->arg;
	struct webhook_push *push = s->push;

	if (json_scan_is_key(scan, "ref"))
		return read_name(scan, &push->ref);
	if (json_scan_is_key(scan, "before"))
		return read_name(scan, &push->before);
	if (json_scan_is_key(scan, "after"))
		return read_name(scan, &push->after);
	if (json_scan_is_key(scan, "created"))
		return read_truth(scan, &push->created);
	if (json_scan_is_key(scan, "deleted"))
		return read_truth(scan, &push->deleted);
	if (json_scan_is_key(scan, "forced"))
		return read_truth(scan, &push->forced);
	if (json_scan_is_key(scan, "repository") &&
	    json_scan_is_next(scan, '{'))
		return json_scan_object(scan, repository_member);
	if (json_scan_is_key(scan, "head_commit") &&
	    json_scan_is_next(scan, '{'))
		return read_commit_lists(scan);
	if (json_scan_is_key(scan, "commits") && json_scan_is_next(scan, '[')) {
		s->has_commits = true;
		return json_scan_array(scan, read_counted_commit);
	}
	return json_scan_skip(scan);
}

/* Return true if the users that were read are all whom the push concerns. */
static bool
is_whole(const struct push_scan *s)
{
	const struct webhook_push *push = s->push;

	if (push->created || push->deleted || push->forced)
		return false;
	/* A branch that goes forward gains commits; this one did not. */
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
	struct push_scan s = {
	    .base = base_path, .push = &push, .path = BUF_INIT};
	struct json_scan scan = JSON_SCAN_INIT(json->s, json->len, &s);
	int rc = json_scan_object(&scan, push_member);

	if (rc == 0 && json_scan_is_end(&scan)) {
		push.whole = is_whole(&s);
		*out = push;
	} else {
		webhook_push_release(&push);
		rc = err_set(err, ERR_JSON, MSG_WEBHOOK_NO_JSON);
	}
	json_scan_release(&scan);
	buf_release(&s.path);
	return rc;
}
