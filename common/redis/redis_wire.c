#include "redis/redis_wire.h"

#include "base/std.h"

#ifdef REDIS_OFF

bool
redis_wire_is_built(void)
{
	return false;
}

void
redis_wire_print(struct buf *out, const struct redis_word *words, size_t n)
{
	(void)out, (void)words, (void)n;
	abort();
}

struct redis_wire *
redis_wire_new(void)
{
	abort();
}

void
redis_wire_free(struct redis_wire *wire)
{
	(void)wire;
}

void
redis_wire_feed(struct redis_wire *wire, const struct buf *bytes)
{
	(void)wire, (void)bytes;
	abort();
}

int
redis_wire_next(struct redis_wire *wire, struct redis_reply *out)
{
	(void)wire, (void)out;
	abort();
}

#else

#include <hiredis/hiredis.h>

#define WORDS_MAX 8

struct redis_wire {
	redisReader *reader;
	size_t fed; /* bytes of which no reply was read */
};

bool
redis_wire_is_built(void)
{
	return true;
}

void
redis_wire_print(struct buf *out, const struct redis_word *words, size_t n)
{
	const char *bytes[WORDS_MAX];
	size_t lens[WORDS_MAX], i;
	char *text = NULL;
	int len;

	for (i = 0; i < n && i < WORDS_MAX; i++) {
		bytes[i] = words[i].s;
		lens[i] = words[i].len;
	}
	len = redisFormatCommandArgv(&text, (int)i, bytes, lens);
	if (len < 0)
		std_no_memory();
	buf_add(out, text, (size_t)len);
	/* It may be the one that has the password. */
	explicit_bzero(text, (size_t)len);
	redisFreeCommand(text);
}

struct redis_wire *
redis_wire_new(void)
{
	struct redis_wire *wire = std_zalloc(sizeof *wire);

	wire->reader = redisReaderCreate();
	if (wire->reader == NULL)
		std_no_memory();
	return wire;
}

void
redis_wire_free(struct redis_wire *wire)
{
	if (wire == NULL)
		return;
	redisReaderFree(wire->reader);
	free(wire);
}

void
redis_wire_feed(struct redis_wire *wire, const struct buf *bytes)
{
	wire->fed += bytes->len;
	/* What it cannot take it reports with the next reply. */
	(void)redisReaderFeed(wire->reader, bytes->s, bytes->len);
}

static int
take_reply(const redisReply *reply, struct redis_reply *out)
{
	buf_reset(&out->text);
	out->number = 0;
	switch (reply->type) {
	case REDIS_REPLY_NIL:
		out->kind = REDIS_ABSENT;
		return 1;
	case REDIS_REPLY_INTEGER:
		out->kind = REDIS_NUMBER;
		out->number = reply->integer;
		return 1;
	case REDIS_REPLY_STRING:
	case REDIS_REPLY_STATUS:
		out->kind = REDIS_TEXT;
		buf_add(&out->text, reply->str, (size_t)reply->len);
		return 1;
	case REDIS_REPLY_ERROR:
		out->kind = REDIS_REFUSED;
		buf_add(&out->text, reply->str,
		    strspn(reply->str, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
		return 1;
	default:
		return -1;
	}
}

int
redis_wire_next(struct redis_wire *wire, struct redis_reply *out)
{
	void *reply = NULL;
	int rc;

	if (redisReaderGetReply(wire->reader, &reply) != REDIS_OK)
		return -1;
	if (reply == NULL)
		return wire->fed > REDIS_REPLY_MAX ? -1 : 0;
	wire->fed = 0;
	rc = take_reply(reply, out);
	freeReplyObject(reply);
	return rc;
}

#endif
