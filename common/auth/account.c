#include "auth/account.h"

#include "app/app.h"
#include "app/user_cache.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "store/blob.h"
#include "store/changes.h"
#include "store/names.h"

#define SESSIONS_VERSION 1
#define TRIES            10 /* swaps that may be lost before ERR_CONTENDED */

static void
add_id_bytes(struct buf *out, int64_t n)
{
	buf_add(out, &n, sizeof n);
}

static int64_t
id_of(const struct buf *body)
{
	int64_t n;

	memcpy(&n, body->s, sizeof n);
	return n;
}

static enum user_cache_parsed
parse_id(const struct buf *bytes, struct buf *out)
{
	size_t len;

	if (bytes == NULL) {
		add_id_bytes(out, 0);
		return USER_CACHE_GOOD;
	}
	len = strspn(bytes->s, "0123456789");
	/* 18 digits always fit in an int64_t. */
	if (len == 0 || len > 18 ||
	    strspn(bytes->s + len, "\r\n") != bytes->len - len)
		return USER_CACHE_BROKEN;
	add_id_bytes(out, strtoll(bytes->s, NULL, 10));
	return USER_CACHE_GOOD;
}

/* session.json as it is remembered: a struct sessions in the cached bytes, so
 * that a hit parses nothing. */
struct ended {
	int64_t until_ms;
	char serial[SESSION_SERIAL + 1];
};

struct sessions {
	int64_t epoch;
	size_t n;
	struct ended ended[];
};

static const struct sessions *
sessions_of(const struct buf *body)
{
	return (const struct sessions *)(const void *)body->s;
}

static int
parse_ended(struct json_object *json, struct buf *out)
{
	const char *serial = json_get_str(json, "id");
	struct ended ended;

	memset(&ended, 0, sizeof ended);
	ended.until_ms = json_get_int(json, "until", -1);
	if (serial == NULL || strlen(serial) != SESSION_SERIAL ||
	    ended.until_ms < 0)
		return -1;
	memcpy(ended.serial, serial, sizeof ended.serial);
	buf_add(out, &ended, sizeof ended);
	return 0;
}

static int
parse_session_members(struct json_object *json, struct buf *out)
{
	struct json_object *list = json_get(json, "ended", json_type_array);
	struct sessions head = {.epoch = json_get_int(json, "epoch", -1)};
	size_t i;

	/* Earlier blobs have no list. */
	if (head.epoch < 0 ||
	    (list == NULL && json_object_object_get_ex(json, "ended", NULL)))
		return -1;
	head.n = list != NULL ? json_object_array_length(list) : 0;
	buf_add(out, &head, sizeof head);
	for (i = 0; i < head.n; i++)
		if (parse_ended(json_object_array_get_idx(list, i), out) == -1)
			return -1;
	return 0;
}

static enum user_cache_parsed
parse_sessions(const struct buf *bytes, struct buf *out)
{
	const struct sessions none = {.epoch = 0};
	enum user_cache_parsed parsed = USER_CACHE_GOOD;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	if (bytes == NULL) {
		buf_add(out, &none, sizeof none);
		return USER_CACHE_GOOD;
	}
	if (json_parse(bytes->s, bytes->len, &json, &err) == -1)
		return USER_CACHE_BROKEN;
	if (json_is_newer(json, SESSIONS_VERSION))
		parsed = USER_CACHE_NEWER;
	else if (parse_session_members(json, out) == -1)
		parsed = USER_CACHE_BROKEN;
	json_object_put(json);
	return parsed;
}

static struct user_cache
id_cache(const struct auth *auth)
{
	return (struct user_cache){auth->ids, NAMES_GITHUB_ID, parse_id, false};
}

static struct user_cache
session_cache(const struct auth *auth)
{
	return (struct user_cache){
	    auth->sessions, NAMES_SESSION, parse_sessions, false};
}

int
account_id(
    const struct auth *auth, const char *user, int64_t *id, struct err *err)
{
	struct user_cache what = id_cache(auth);
	struct buf *body;

	if (user_cache_get(auth->app, &what, user, &body, err) == -1)
		return -1;
	*id = id_of(body);
	return 0;
}

/* Check the number in the store, not in memory: this decides whether a person
 * may take the name. */
static int
check_bound_id(
    const struct auth *auth, const char *user, int64_t id, struct err *err)
{
	struct buf body = BUF_INIT;
	struct user_cache what = id_cache(auth);
	int rc = user_cache_now(auth->app, &what, user, &body, err);

	if (rc == 0 && id_of(&body) != id) {
		err_set(err, ERR_OTHER_ID, MSG_NAME_TAKEN);
		rc = err_detail(err, "%s came as %lld, is %lld", user,
		    (long long)id, (long long)id_of(&body));
	}
	buf_release(&body);
	return rc;
}

int
account_bind(
    const struct auth *auth, const char *user, int64_t id, struct err *err)
{
	struct blob blob = BLOB_INIT;
	struct buf text = BUF_INIT;
	bool created;
	int rc;

	names_key(&blob.key, NAMES_GITHUB_ID, user);
	buf_addf(&text, "%lld\n", (long long)id);
	rc = blob_create(auth->app->store, &blob, &text, &created, err);
	app_bump_unsure(auth->app, user, &blob);
	/* A process that remembers "no number yet" must read again, or it
	 * would ask for the binding at every request. */
	if (rc == 0)
		rc = created ? app_bump(auth->app, user, CHANGES_NONE, err)
			     : check_bound_id(auth, user, id, err);
	buf_release(&text);
	blob_release(&blob);
	return rc;
}

int
account_epoch(
    const struct auth *auth, const char *user, int64_t *epoch, struct err *err)
{
	struct buf body = BUF_INIT;
	struct user_cache what = session_cache(auth);
	int rc = user_cache_now(auth->app, &what, user, &body, err);

	if (rc == 0)
		*epoch = sessions_of(&body)->epoch;
	buf_release(&body);
	return rc;
}

static bool
is_ended(const struct buf *body, const struct session *session)
{
	const struct sessions *s = sessions_of(body);
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->ended[i].serial, session->serial) == 0)
			return true;
	return s->epoch != session->epoch;
}

int
account_session_over(const struct auth *auth, const struct session *session,
    bool *over, struct err *err)
{
	struct user_cache what = session_cache(auth);
	struct buf *body;

	if (user_cache_get(auth->app, &what, session->user, &body, err) == -1)
		return -1;
	/* All earlier sessions have been ended at another host, and this one has
	 * begun since. */
	what.recheck = session->epoch > sessions_of(body)->epoch;
	if (what.recheck &&
	    user_cache_get(auth->app, &what, session->user, &body, err) == -1)
		return -1;
	*over = is_ended(body, session);
	return 0;
}

/* Append the next session.json: the stored serials whose cookies may still
 * live, and this session's.  Return how many serials it has. */
static size_t
print_sessions(struct buf *out, const struct buf *body,
    const struct session *session, int64_t now_ms)
{
	/* Keep the serial until SESSION_MAX_MS, not until the end of this
	 * cookie: a renewed copy of it may end later. */
	struct ended new = {.until_ms = session->issued_ms + SESSION_MAX_MS};
	const struct sessions *s = sessions_of(body);
	const struct ended *e;
	size_t i, n = 0;

	memcpy(new.serial, session->serial, sizeof new.serial);
	json_open(out, '{');
	json_key(out, "v");
	json_add_int(out, SESSIONS_VERSION);
	json_key(out, "epoch");
	json_add_int(out, s->epoch);
	json_key(out, "ended");
	json_open(out, '[');
	for (i = 0; i <= s->n; i++) {
		e = i < s->n ? &s->ended[i] : &new;
		if (e->until_ms + SESSION_SKEW_MS <= now_ms)
			continue;
		json_open(out, '{');
		json_key(out, "id");
		json_add_str(out, e->serial);
		json_key(out, "until");
		json_add_int(out, e->until_ms);
		json_close(out, '}');
		n++;
	}
	json_close(out, ']');
	json_close(out, '}');
	buf_addc(out, '\n');
	return n;
}

/* Append a session.json that ends all sessions; they need no serials then. */
static void
print_epoch(struct buf *out, int64_t now_ms)
{
	buf_addf(out, "{\"v\":%d,\"epoch\":%lld}\n", SESSIONS_VERSION,
	    (long long)now_ms);
}

struct ending {
	const struct auth *auth;
	const struct session *session;
};

/* Change session.json (blob_update): add the session to the ended ones, or
 * keep the blob if it is over already.  If the list would grow too long, end
 * all sessions of the user instead of forgetting one that was logged out. */
static int
add_ended(const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	const struct ending *ending = arg;
	struct user_cache what = session_cache(ending->auth);
	int64_t now = app_now(ending->auth->app);
	struct buf body = BUF_INIT;
	int rc = user_cache_parse(&what, old, &body, err);

	if (rc == 0 && is_ended(&body, ending->session)) {
		rc = BLOB_KEEP;
	} else if (rc == 0 && print_sessions(bytes, &body, ending->session,
				  now) > ACCOUNT_ENDED_MAX) {
		buf_reset(bytes);
		print_epoch(bytes, now);
	}
	buf_release(&body);
	return rc;
}

int
account_end_session(
    const struct auth *auth, const struct session *session, struct err *err)
{
	struct ending ending = {.auth = auth, .session = session};
	const struct blob_update update = {
	    .change = add_ended,
	    .arg = &ending,
	    .tries = TRIES,
	    .contended = MSG_SESSIONS_CONTENDED,
	};
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_SESSION, session->user);
	rc = blob_update(auth->app->store, &blob, &update, err);
	app_bump_unsure(auth->app, session->user, &blob);
	/* Bump even if the session was over: an earlier attempt may have
	 * crashed between put and bump. */
	if (rc == 0)
		rc = app_bump(auth->app, session->user, CHANGES_NONE, err);
	blob_release(&blob);
	return rc;
}

/*
 * Change session.json (blob_update): end all sessions.  Use the time as the
 * new epoch, whatever is stored, so that this repairs a broken blob, too; but
 * keep what a newer program wrote.  If two calls run at once, either epoch may
 * stay, as no session has one of them yet.
 */
static int
set_epoch(const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	const struct auth *auth = arg;
	struct user_cache what = session_cache(auth);
	struct err why = ERR_INIT;
	struct buf unused = BUF_INIT;
	int rc = user_cache_parse(&what, old, &unused, &why);

	buf_release(&unused);
	if (rc == -1 && why.code == ERR_NEWER) {
		*err = why;
		return -1;
	}
	print_epoch(bytes, app_now(auth->app));
	return BLOB_SWAP;
}

int
account_end_sessions(const struct auth *auth, const char *user, struct err *err)
{
	const struct blob_update update = {
	    .change = set_epoch,
	    .arg = (void *)(uintptr_t)auth,
	    .tries = TRIES,
	    .contended = MSG_SESSIONS_CONTENDED,
	};
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_SESSION, user);
	rc = blob_update(auth->app->store, &blob, &update, err);
	app_bump_unsure(auth->app, user, &blob);
	if (rc == 0)
		rc = app_bump(auth->app, user, CHANGES_NONE, err);
	blob_release(&blob);
	return rc;
}

enum user_cache_parsed
account_judge_sessions(const struct buf *bytes)
{
	return user_cache_judge(parse_sessions, bytes);
}

enum user_cache_parsed
account_judge_id(const struct buf *bytes)
{
	return user_cache_judge(parse_id, bytes);
}
