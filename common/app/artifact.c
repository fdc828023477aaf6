#include "app/artifact.h"

#include "base/json.h"
#include "base/span.h"

#define ARTIFACT_VERSION 3
#define HEAD_MAX         1024 /* the body begins before this */

void
artifact_print(
    struct buf *out, struct artifact *artifact, const struct buf *packed)
{
	enc_hash(packed->s, packed->len, artifact->etag);
	json_open(out, '{');
	json_key(out, "v");
	json_add_int(out, ARTIFACT_VERSION);
	json_key(out, "token");
	json_add_str(out, artifact->token);
	json_key(out, "created");
	json_add_int(out, artifact->created_ms);
	json_key(out, "validUntil");
	json_add_int(out, artifact->valid_until_ms);
	json_key(out, "settings");
	json_add_str(out, artifact->settings);
	json_key(out, "etag");
	json_add_str(out, artifact->etag);
	json_close(out, '}');
	buf_addc(out, '\n');
	buf_add(out, packed->s, packed->len);
}

static int
copy_member(struct json_object *obj, const char *key, char *out, size_t size)
{
	const char *s = json_get_str(obj, key);

	if (s == NULL || strlen(s) >= size)
		return -1;
	memcpy(out, s, strlen(s) + 1);
	return 0;
}

static int
parse_head(const char *s, size_t len, struct artifact *out)
{
	struct json_object *obj = NULL;
	struct err err = ERR_INIT;
	int rc = -1;

	if (json_parse(s, len, &obj, &err) == 0 &&
	    json_get_int(obj, "v", 0) == ARTIFACT_VERSION &&
	    copy_member(obj, "token", out->token, sizeof out->token) == 0 &&
	    copy_member(obj, "settings", out->settings, sizeof out->settings) ==
		0 &&
	    copy_member(obj, "etag", out->etag, sizeof out->etag) == 0) {
		out->created_ms = json_get_int(obj, "created", INT64_MAX);
		out->valid_until_ms = json_get_int(obj, "validUntil", 0);
		rc = 0;
	}
	json_object_put(obj);
	return rc;
}

int
artifact_parse(
    const struct buf *text, struct artifact *artifact, struct buf *packed)
{
	size_t span = text->len < HEAD_MAX ? text->len : HEAD_MAX;
	const char *end = memchr(text->s, '\n', span);
	struct artifact a = {.created_ms = 0};
	char etag[ENC_HASH_LEN + 1];
	size_t from, len;

	if (end == NULL ||
	    parse_head(text->s, (size_t)(end - text->s), &a) == -1)
		return -1;
	from = (size_t)(end - text->s) + 1;
	len = text->len - from;
	enc_hash(text->s + from, len, etag);
	if (strcmp(etag, a.etag) != 0)
		return -1;
	*artifact = a;
	buf_add(packed, text->s + from, len);
	return 0;
}

/* The first version had all of it in one line, without a number before it. */
bool
artifact_is_of_other_version(const struct buf *text)
{
	const char *end = memchr(text->s, '\n', text->len);
	size_t len = end != NULL ? (size_t)(end - text->s) : text->len;
	struct json_object *obj = NULL;
	struct err err = ERR_INIT;
	bool other = json_parse(text->s, len, &obj, &err) == 0 &&
		     json_get_str(obj, "token") != NULL &&
		     json_get_int(obj, "v", 0) != ARTIFACT_VERSION;

	json_object_put(obj);
	return other;
}

bool
artifact_is_current(
    const struct artifact *artifact, const char *token, const char *settings)
{
	return strcmp(artifact->token, token) == 0 &&
	       strcmp(artifact->settings, settings) == 0;
}

bool
artifact_is_good(const struct artifact *artifact, const char *token,
    const char *settings, int64_t now_ms)
{
	return artifact_is_current(artifact, token, settings) &&
	       artifact->created_ms <= now_ms + SPAN_NUDGE_MS &&
	       now_ms < artifact->valid_until_ms;
}
