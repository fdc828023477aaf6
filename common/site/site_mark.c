#include "site/site_mark.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/std.h"
#include "redis/redis.h"

#define MINUTE_MS INT64_C(60000)
#define RATE_KEEP (2 * MINUTE_MS) /* clocks of hosts differ a little */

/* Run the op, and return the number that is its reply; absent_as if there is no
 * value. */
static int64_t
ask_number(struct site *site, struct redis_op *op, int64_t absent_as)
{
	int64_t n = SITE_MARK_UNKNOWN;

	if (redis_run(site->redis, op, 1) == 0) {
		if (op->reply.kind == REDIS_NUMBER)
			n = op->reply.number;
		else if (op->reply.kind == REDIS_TEXT)
			n = strtoll(op->reply.text.s, NULL, 10);
		else if (op->reply.kind == REDIS_ABSENT)
			n = absent_as;
	}
	redis_ops_release(op, 1);
	return n;
}

static int64_t
ask_count(struct site *site, enum redis_verb verb, const char *kind,
    const char *name, int64_t now_ms)
{
	struct buf key = BUF_INIT;
	struct redis_op op = REDIS_OP(verb, NULL);
	int64_t n;

	if (site == NULL)
		return SITE_MARK_UNKNOWN;
	buf_addf(&key, "rate:%s:%s:%" PRId64, kind, name, now_ms / MINUTE_MS);
	op.key = key.s;
	op.ttl_ms = RATE_KEEP;
	n = ask_number(site, &op, 0);
	buf_release(&key);
	return n;
}

int64_t
site_mark_count(
    struct site *site, const char *kind, const char *name, int64_t now_ms)
{
	return ask_count(site, REDIS_COUNT, kind, name, now_ms);
}

int64_t
site_mark_counted(
    struct site *site, const char *kind, const char *name, int64_t now_ms)
{
	return ask_count(site, REDIS_GET, kind, name, now_ms);
}

bool
site_mark_use(
    struct site *site, const char *kind, const char *name, int64_t ttl_ms)
{
	struct buf key = BUF_INIT;
	struct redis_op op = REDIS_OP(REDIS_ADD, NULL);
	bool was_there;

	if (site == NULL || ttl_ms <= 0)
		return true;
	buf_addf(&key, "%s:%s", kind, name);
	op.key = key.s;
	op.value = (struct redis_word){"1", 1};
	op.ttl_ms = ttl_ms;
	was_there = redis_run(site->redis, &op, 1) == 0 &&
		    op.reply.kind == REDIS_ABSENT;
	redis_ops_release(&op, 1);
	buf_release(&key);
	return !was_there;
}

void
site_mark_pause(
    struct site *site, const char *hash, int64_t until_ms, int64_t now_ms)
{
	struct buf key = BUF_INIT;
	char number[24];
	struct redis_op op = REDIS_OP(REDIS_PUT, NULL);

	if (site == NULL || until_ms <= now_ms)
		return;
	buf_addf(&key, "github:%s", hash);
	op.key = key.s;
	op.value.s = number;
	op.value.len =
	    (size_t)snprintf(number, sizeof number, "%" PRId64, until_ms);
	op.ttl_ms = until_ms - now_ms;
	(void)!redis_run(site->redis, &op, 1);
	redis_ops_release(&op, 1);
	buf_release(&key);
}

int64_t
site_mark_paused(struct site *site, const char *hash)
{
	struct buf key = BUF_INIT;
	struct redis_op op = REDIS_OP(REDIS_GET, NULL);
	int64_t until_ms;

	if (site == NULL)
		return SITE_MARK_UNKNOWN;
	buf_addf(&key, "github:%s", hash);
	op.key = key.s;
	until_ms = ask_number(site, &op, SITE_MARK_UNKNOWN);
	buf_release(&key);
	return until_ms;
}
