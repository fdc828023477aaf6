#include "site/site_week.h"

#include "base/std.h"
#include "redis/redis.h"

/* Split what is stored; false if it has another shape. */
static bool
take_week(const struct buf *value, char token[VERSION_TOKEN_MAX],
    struct buf *artifact)
{
	size_t len = strcspn(value->s, "\n");

	if (len >= VERSION_TOKEN_MAX || value->s[len] != '\n')
		return false;
	memcpy(token, value->s, len);
	token[len] = '\0';
	buf_set(artifact, value->s + len + 1, value->len - len - 1);
	return true;
}

bool
site_week_get(struct site *site, const char *user,
    char token[VERSION_TOKEN_MAX], struct buf *artifact)
{
	struct buf key = BUF_INIT;
	struct redis_op op = REDIS_OP(REDIS_GET, NULL);
	bool is_there;

	if (site == NULL || !site->keeps_weeks)
		return false;
	buf_addf(&key, SITE_WEEK_KEY "%s", user);
	op.key = key.s;
	is_there = redis_run(site->redis, &op, 1) == 0 &&
		   op.reply.kind == REDIS_TEXT &&
		   take_week(&op.reply.text, token, artifact);
	redis_ops_release(&op, 1);
	buf_release(&key);
	return is_there;
}

void
site_week_put(struct site *site, const char *user, const char *token,
    const struct buf *artifact)
{
	struct buf key = BUF_INIT, value = BUF_INIT;
	struct redis_op op = REDIS_OP(REDIS_PUT, NULL);

	if (site == NULL || !site->keeps_weeks || artifact->len > SITE_WEEK_MAX)
		return;
	buf_addf(&key, SITE_WEEK_KEY "%s", user);
	buf_addf(&value, "%s\n", token);
	buf_add(&value, artifact->s, artifact->len);
	op.key = key.s;
	op.value = (struct redis_word){value.s, value.len};
	op.ttl_ms = SITE_WEEK_MS;
	(void)!redis_run(site->redis, &op, 1);
	redis_ops_release(&op, 1);
	buf_release(&key);
	buf_release(&value);
}
