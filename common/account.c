#include "account.h"

#include "json.h"
#include "recall.h"

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

static int
parse_epoch(const struct buf *bytes, struct buf *out)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	int64_t epoch = 0;

	if (bytes != NULL) {
		if (json_parse(bytes->s, bytes->len, &json, &err) == -1)
			return -1;
		epoch = json_get_int(json, "epoch", -1);
		json_object_put(json);
	}
	if (epoch < 0)
		return -1;
	add_number(out, epoch);
	return 0;
}

static struct recall
ids(const struct app *app)
{
	return (struct recall){app->ids, NAMES_GITHUB_ID, parse_id};
}

static struct recall
epochs(const struct app *app)
{
	return (struct recall){app->epochs, NAMES_SESSION, parse_epoch};
}

static int
look_up(const struct app *app, struct recall what, const char *user,
    int64_t *out, struct err *err)
{
	struct buf *body;

	if (recall(app, &what, user, &body, err) == -1)
		return -1;
	*out = number_of(body);
	return 0;
}

int
account_id(
    const struct app *app, const char *user, int64_t *id, struct err *err)
{
	return look_up(app, ids(app), user, id, err);
}

int
account_epoch(
    const struct app *app, const char *user, int64_t *epoch, struct err *err)
{
	return look_up(app, epochs(app), user, epoch, err);
}

static int
compare(const struct app *app, const char *user, int64_t id, struct err *err)
{
	struct buf body = BUF_INIT, etag = BUF_INIT;
	struct recall what = ids(app);
	int rc = recall_now(app, &what, user, &body, &etag, err);

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
