#include "web/param.h"

struct name {
	const char *text;
	size_t len;
};

#define NAME(text)                                                             \
	{                                                                      \
		text, sizeof(text) - 1                                         \
	}

static const struct name names[PARAM_COUNT] = {
    [PARAM_METHOD] = NAME("REQUEST_METHOD"),
    [PARAM_TARGET] = NAME("REQUEST_URI"),
    [PARAM_INTERNAL] = NAME("DOCUMENT_URI"),
    [PARAM_CONTENT_TYPE] = NAME("CONTENT_TYPE"),
    [PARAM_CONTENT_LENGTH] = NAME("CONTENT_LENGTH"),
    [PARAM_ADDRESS] = NAME("REMOTE_ADDR"),
    [PARAM_REQUEST_ID] = NAME("REQUEST_ID"),
    [PARAM_PROOF] = NAME("CODEX_PROOF"),
    [PARAM_BEARER] = NAME("CODEX_BEARER"),
    [PARAM_GUEST] = NAME("CODEX_GUEST"),
    [PARAM_ORIGIN] = NAME("HTTP_ORIGIN"),
    [PARAM_FETCH_SITE] = NAME("HTTP_SEC_FETCH_SITE"),
    [PARAM_COOKIE] = NAME("HTTP_COOKIE"),
    [PARAM_AUTHORIZATION] = NAME("HTTP_AUTHORIZATION"),
    [PARAM_IF_MATCH] = NAME("HTTP_IF_MATCH"),
    [PARAM_IF_NONE_MATCH] = NAME("HTTP_IF_NONE_MATCH"),
    [PARAM_IDEMPOTENCY_KEY] = NAME("HTTP_IDEMPOTENCY_KEY"),
    [PARAM_PREFER] = NAME("HTTP_PREFER"),
    [PARAM_ACCEPT_ENCODING] = NAME("HTTP_ACCEPT_ENCODING"),
    [PARAM_ACCEPT_LANGUAGE] = NAME("HTTP_ACCEPT_LANGUAGE"),
    [PARAM_SIGNATURE] = NAME("HTTP_X_HUB_SIGNATURE_256"),
    [PARAM_EVENT] = NAME("HTTP_X_GITHUB_EVENT"),
    [PARAM_FORWARDED] = NAME("HTTP_FORWARDED"),
    [PARAM_FORWARDED_FOR] = NAME("HTTP_X_FORWARDED_FOR"),
    [PARAM_REAL_IP] = NAME("HTTP_X_REAL_IP"),
    [PARAM_VIA] = NAME("HTTP_VIA"),
    [PARAM_CONNECTING_IP] = NAME("HTTP_CF_CONNECTING_IP"),
};

const char *
param_name(enum param param)
{
	return names[param].text;
}

/* Return where the name is, or has a place: most begin with one prefix, so
 * length and other letters tell them apart. */
static size_t
find_param(const struct param_index *index, const char *name, size_t len)
{
	const unsigned char *s = (const unsigned char *)name;
	const struct name *is;
	size_t at = 37 * len;

	if (len > 0)
		at += 11U * s[0] + 5U * s[len - 1] + s[len / 2];
	for (;; at++) {
		at %= PARAM_SLOTS;
		if (index->slots[at] == 0)
			return at;
		is = &names[index->slots[at] - 1];
		if (is->len == len && memcmp(is->text, name, len) == 0)
			return at;
	}
}

void
param_index_fill(struct param_index *index)
{
	size_t i;

	memset(index, 0, sizeof *index);
	for (i = 0; i < PARAM_COUNT; i++)
		index->slots[find_param(index, names[i].text, names[i].len)] =
		    (unsigned char)(i + 1);
}

void
param_take(const struct param_index *index, char *const *envp,
    const char *values[PARAM_COUNT])
{
	const char *end;
	size_t found;

	memset(values, 0, PARAM_COUNT * sizeof *values);
	for (; *envp != NULL; envp++) {
		end = strchr(*envp, '=');
		if (end == NULL)
			continue;
		found = index->slots[find_param(
		    index, *envp, (size_t)(end - *envp))];
		if (found > 0 && values[found - 1] == NULL)
			values[found - 1] = end + 1;
	}
}
