#include "site/site_version.h"

#include "base/buf.h"
#include "base/std.h"
#include "redis/redis.h"

/* A user who does nothing that long costs one more look at the store. */
#define KEEP_MS INT64_C(86400000)

#define NO_TOKEN "-" /* what version_token never makes */

static struct redis_word
token_word(const char *token)
{
	const char *s = *token != '\0' ? token : NO_TOKEN;

	return (struct redis_word){s, strlen(s)};
}

static bool
is_seen(const struct site *site, const char *user)
{
	return site->user.len > 0 && strcmp(site->user.s, user) == 0;
}

static void
remember(struct site *site, const char *user, const struct redis_word *value)
{
	buf_set(&site->user, user, strlen(user));
	site->is_there = value != NULL;
	buf_reset(&site->seen);
	if (value != NULL)
		buf_add(&site->seen, value->s, value->len);
}

/* Ask for the user's token; false if there is no answer. */
static bool
ask_version(struct site *site, const char *user)
{
	struct buf key = BUF_INIT;
	struct redis_op op = REDIS_OP(REDIS_GET, NULL);
	struct redis_word value;
	bool answers;

	buf_addf(&key, SITE_VERSION_KEY "%s", user);
	op.key = key.s;
	answers = redis_run(site->redis, &op, 1) == 0;
	if (answers) {
		value = (struct redis_word){op.reply.text.s, op.reply.text.len};
		remember(
		    site, user, op.reply.kind == REDIS_TEXT ? &value : NULL);
	}
	redis_ops_release(&op, 1);
	buf_release(&key);
	return answers;
}

static bool
matches_seen(const struct site *site, const char *token)
{
	struct redis_word want = token_word(token);

	return site->is_there && site->seen.len == want.len &&
	       memcmp(site->seen.s, want.s, want.len) == 0;
}

bool
site_version_is(struct site *site, const char *user, const char *token)
{
	if (site == NULL)
		return true;
	if (!site->is_request)
		buf_reset(&site->user);
	return is_seen(site, user) || ask_version(site, user)
		   ? matches_seen(site, token)
		   : true;
}

void
site_version_mend(struct site *site, const char *user, const char *token)
{
	struct buf key = BUF_INIT;
	struct redis_op op = REDIS_OP(REDIS_ADD, NULL);

	if (site == NULL || !is_seen(site, user) || matches_seen(site, token))
		return;
	buf_addf(&key, SITE_VERSION_KEY "%s", user);
	op.key = key.s;
	op.value = token_word(token);
	op.ttl_ms = KEEP_MS;
	if (site->is_there) {
		op.verb = REDIS_SWAP;
		op.old = (struct redis_word){site->seen.s, site->seen.len};
	}
	(void)!redis_run(site->redis, &op, 1);
	/* Whatever came of it: the store has said so in this request. */
	remember(site, user, &op.value);
	redis_ops_release(&op, 1);
	buf_release(&key);
}

/* Let nobody find the old token: what is full takes a removal. */
static void
remove_version(struct site *site, const char *key)
{
	struct redis_op op = REDIS_OP(REDIS_REMOVE, key);

	(void)!redis_run(site->redis, &op, 1);
	redis_ops_release(&op, 1);
}

/* Put the token, and in the same batch remove the week of the one before, if
 * weeks are kept.  Return false if the token is not there now. */
static bool
put_version(struct site *site, const char *user, const char *key,
    const struct redis_word *token)
{
	struct buf week = BUF_INIT;
	struct redis_op ops[2] = {
	    REDIS_OP(REDIS_PUT, key), REDIS_OP(REDIS_REMOVE, NULL)};
	size_t n = site->keeps_weeks ? 2 : 1;
	bool is_put;

	buf_addf(&week, SITE_WEEK_KEY "%s", user);
	ops[0].value = *token;
	ops[0].ttl_ms = KEEP_MS;
	ops[1].key = week.s;
	is_put = redis_run(site->redis, ops, n) == 0 &&
		 ops[0].reply.kind == REDIS_TEXT;
	redis_ops_release(ops, n);
	buf_release(&week);
	return is_put;
}

void
site_version_put(struct site *site, const char *user, const char *token)
{
	struct buf key = BUF_INIT;
	struct redis_word value = token_word(token);

	if (site == NULL)
		return;
	buf_addf(&key, SITE_VERSION_KEY "%s", user);
	if (*token != '\0' && put_version(site, user, key.s, &value)) {
		remember(site, user, &value);
	} else {
		buf_reset(&site->user);
		remove_version(site, key.s);
	}
	buf_release(&key);
}
