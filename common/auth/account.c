#include "auth/account.h"

#include "app/user_cache.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "store/names.h"
#include "store/store.h"

#define ATTEMPTS 10

static void
add_number(struct buf *out, int64_t n)
{
	buf_add(out, &n, sizeof n);
}

static int64_t
number_of(const struct buf *body)
{
	int64_t n;

	memcpy(&n, body->s, sizeof n);
	return n;
}

static int
parse_id(const struct buf *bytes, struct buf *out)
{
	size_t len;

	if (bytes == NULL) {
		add_number(out, 0);
		return 0;
	}
	len = strspn(bytes->s, "0123456789");
	if (len == 0 || len > 18 ||
	    strspn(bytes->s + len, "\r\n") != bytes->len - len)
		return -1;
	add_number(out, strtoll(bytes->s, NULL, 10));
	return 0;
}

/* What session.json says, remembered in place. */
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
parse_members(struct json_object *json, struct buf *out)
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

static int
parse_sessions(const struct buf *bytes, struct buf *out)
{
	const struct sessions none = {.epoch = 0};
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	int rc;

	if (bytes == NULL) {
		buf_add(out, &none, sizeof none);
		return 0;
	}
	if (json_parse(bytes->s, bytes->len, &json, &err) == -1)
		return -1;
	rc = parse_members(json, out);
	json_object_put(json);
	return rc;
}

static struct user_cache
ids(const struct app *app)
{
	return (struct user_cache){app->ids, NAMES_GITHUB_ID, parse_id};
}

static struct user_cache
sessions(const struct app *app)
{
	return (struct user_cache){
	    app->sessions, NAMES_SESSION, parse_sessions};
}

int
account_id(
    const struct app *app, const char *user, int64_t *id, struct err *err)
{
	struct user_cache what = ids(app);
	struct buf *body;

	if (user_cache_get(app, &what, user, &body, err) == -1)
		return -1;
	*id = number_of(body);
	return 0;
}

static int
compare(const struct app *app, const char *user, int64_t id, struct err *err)
{
	struct buf body = BUF_INIT, etag = BUF_INIT;
	struct user_cache what = ids(app);
	int rc = user_cache_now(app, &what, user, &body, &etag, err);

	if (rc == 0 && number_of(&body) != id) {
		err_set(err, ERR_OTHER_ID,
		    "Dieser GitHub-Name gehört hier schon jemand anderem.");
		rc = err_detail(err, "%s came as %lld, is %lld", user,
		    (long long)id, (long long)number_of(&body));
	}
	buf_release(&body);
	buf_release(&etag);
	return rc;
}

int
account_bind(
    const struct app *app, const char *user, int64_t id, struct err *err)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	int rc;

	names_key(&key, NAMES_GITHUB_ID, user);
	buf_addf(&text, "%lld\n", (long long)id);
	struct store_op op =
	    STORE_PUT(key.s, STORE_IF_NEW, NULL, text.s, text.len);
	rc = store_run(app->store, &op, 1, err);
	/* Others may remember that there is none. */
	if (rc == 0)
		rc = op.result == STORE_OK ? app_bump(app, user, err)
					   : compare(app, user, id, err);
	store_ops_release(&op, 1);
	buf_release(&text);
	buf_release(&key);
	return rc;
}

int
account_epoch(
    const struct app *app, const char *user, int64_t *epoch, struct err *err)
{
	struct buf body = BUF_INIT, etag = BUF_INIT;
	struct user_cache what = sessions(app);
	int rc = user_cache_now(app, &what, user, &body, &etag, err);

	if (rc == 0)
		*epoch = sessions_of(&body)->epoch;
	buf_release(&body);
	buf_release(&etag);
	return rc;
}

static bool
is_over(const struct buf *body, const struct session *session)
{
	const struct sessions *s = sessions_of(body);
	size_t i;

	for (i = 0; i < s->n; i++)
		if (strcmp(s->ended[i].serial, session->serial) == 0)
			return true;
	return s->epoch != session->epoch;
}

int
account_session_over(const struct app *app, const struct session *session,
    bool *over, struct err *err)
{
	struct user_cache what = sessions(app);
	struct buf *body;

	if (user_cache_get(app, &what, session->user, &body, err) == -1)
		return -1;
	*over = is_over(body, session);
	return 0;
}

/* The next blob: those whose cookies are over anyway go. */
static size_t
print_ended(struct buf *out, const struct buf *body,
    const struct session *session, int64_t now_ms)
{
	/* A renewed cookie ends later than this one. */
	struct ended new = {.until_ms = session->issued_ms + SESSION_MAX_MS};
	const struct sessions *s = sessions_of(body);
	const struct ended *e;
	size_t i, n = 0;

	memcpy(new.serial, session->serial, sizeof new.serial);
	json_open(out, '{');
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

/* *stored is false if somebody else was faster. */
static int
put(const struct app *app, const char *user, const struct buf *text,
    const struct buf *etag, bool *stored, struct err *err)
{
	enum store_cond cond = etag->len > 0 ? STORE_IF_MATCH : STORE_IF_NEW;
	struct buf key = BUF_INIT;
	int rc;

	names_key(&key, NAMES_SESSION, user);
	struct store_op op =
	    STORE_PUT(key.s, cond, etag->s, text->s, text->len);
	rc = store_run(app->store, &op, 1, err);
	*stored = op.result == STORE_OK;
	store_ops_release(&op, 1);
	buf_release(&key);
	return rc;
}

/* *done: the store says that it is over. */
static int
try_end(const struct app *app, const struct session *session, bool *done,
    struct err *err)
{
	struct buf body = BUF_INIT, etag = BUF_INIT, text = BUF_INIT;
	struct user_cache what = sessions(app);
	int rc = user_cache_now(app, &what, session->user, &body, &etag, err);

	*done = rc == 0 && is_over(&body, session);
	if (rc == -1 || *done)
		goto out;
	if (print_ended(&text, &body, session, app_now(app)) <=
	    ACCOUNT_ENDED_MAX) {
		rc = put(app, session->user, &text, &etag, done, err);
	} else {
		rc = account_end_sessions(app, session->user, err);
		*done = rc == 0;
	}
out:
	buf_release(&body);
	buf_release(&etag);
	buf_release(&text);
	return rc;
}

/* The version is raised even where it was over: whoever ended it may have
 * died just then. */
int
account_end_session(
    const struct app *app, const struct session *session, struct err *err)
{
	bool done = false;
	int attempt;

	for (attempt = 0; !done && attempt < ATTEMPTS; attempt++)
		if (try_end(app, session, &done, err) == -1)
			return -1;
	if (!done)
		return err_set(err, ERR_CONTENDED,
		    "Deine Anmeldungen wurden gleichzeitig geändert.");
	return app_bump(app, session->user, err);
}

/*
 * An epoch is a time, so that it needs no look at the one before: a broken
 * blob is repaired by it.  Of two at once either one may stay; both are
 * later than all sessions.
 */
int
account_end_sessions(const struct app *app, const char *user, struct err *err)
{
	struct buf key = BUF_INIT, text = BUF_INIT;
	int rc;

	names_key(&key, NAMES_SESSION, user);
	buf_addf(&text, "{\"epoch\":%lld}\n", (long long)app_now(app));
	struct store_op op =
	    STORE_PUT(key.s, STORE_ALWAYS, NULL, text.s, text.len);
	rc = store_run(app->store, &op, 1, err);
	if (rc == 0)
		rc = app_bump(app, user, err);
	store_ops_release(&op, 1);
	buf_release(&text);
	buf_release(&key);
	return rc;
}
