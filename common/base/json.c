#include "base/json.h"

#include "base/enc.h"
#include "base/std.h"

/* A value follows another one unless an opening bracket or colon is last. */
static void
add_comma(struct buf *out)
{
	if (out->len > 0 && strchr("{[:,\n", out->s[out->len - 1]) == NULL)
		buf_addc(out, ',');
}

void
json_open(struct buf *out, char bracket)
{
	add_comma(out);
	buf_addc(out, bracket);
}

void
json_close(struct buf *out, char bracket)
{
	buf_addc(out, bracket);
}

void
json_reopen(struct buf *out)
{
	out->s[--out->len] = '\0';
}

void
json_key(struct buf *out, const char *key)
{
	json_add_str(out, key);
	buf_addc(out, ':');
}

static void
add_escape(struct buf *out, unsigned char c)
{
	switch (c) {
	case '"':
		buf_adds(out, "\\\"");
		break;
	case '\\':
		buf_adds(out, "\\\\");
		break;
	case '\n':
		buf_adds(out, "\\n");
		break;
	case '\t':
		buf_adds(out, "\\t");
		break;
	default:
		buf_addf(out, "\\u%04x", (unsigned)c);
	}
}

static bool
needs_escape(unsigned char c)
{
	return c < 0x20 || c == '"' || c == '\\' || c == 0x7f;
}

static void
add_utf8(struct buf *out, const char *s, size_t len)
{
	size_t i, from = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (!needs_escape(c))
			continue;
		buf_add(out, s + from, i - from);
		add_escape(out, c);
		from = i + 1;
	}
	buf_add(out, s + from, len - from);
}

static void
add_repaired(struct buf *out, const char *s, size_t len)
{
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = enc_utf8_len(s + i);
		if (n <= len - i && enc_is_utf8(s + i, n)) {
			add_utf8(out, s + i, n);
		} else {
			buf_adds(out, "\xef\xbf\xbd");
			n = 1;
		}
	}
}

/* Return true if the bytes stand in JSON as they are, as most do. */
static bool
is_plain(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80 ||
		    needs_escape((unsigned char)s[i]))
			return false;
	return true;
}

void
json_add_strn(struct buf *out, const char *s, size_t len)
{
	add_comma(out);
	buf_addc(out, '"');
	if (is_plain(s, len))
		buf_add(out, s, len);
	else if (enc_is_utf8(s, len))
		add_utf8(out, s, len);
	else
		add_repaired(out, s, len);
	buf_addc(out, '"');
}

void
json_add_str(struct buf *out, const char *s)
{
	json_add_strn(out, s, strlen(s));
}

void
json_add_int(struct buf *out, int64_t n)
{
	add_comma(out);
	if (n < 0)
		buf_addc(out, '-');
	buf_add_number(out, n < 0 ? -(uintmax_t)n : (uintmax_t)n, 1);
}

void
json_add_bool(struct buf *out, bool b)
{
	add_comma(out);
	buf_adds(out, b ? "true" : "false");
}

void
json_add_null(struct buf *out)
{
	add_comma(out);
	buf_adds(out, "null");
}

void
json_add_raw(struct buf *out, const char *json, size_t len)
{
	add_comma(out);
	buf_add(out, json, len);
}

static int
compare_strings(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void
add_members(struct buf *out, struct json_object *obj)
{
	size_t i, n = 0, most = (size_t)json_object_object_length(obj);
	const char **keys = std_alloc(most * sizeof *keys);

	json_object_object_foreach(obj, key, value)
	{
		(void)value;
		keys[n++] = key;
	}
	qsort(keys, n, sizeof *keys, compare_strings);
	json_open(out, '{');
	for (i = 0; i < n; i++) {
		json_key(out, keys[i]);
		json_add_value(out, json_object_object_get(obj, keys[i]));
	}
	json_close(out, '}');
	free(keys);
}

/* As deep as the value, so at most JSON_DEPTH_MAX. */
void
json_add_value(struct buf *out, struct json_object *value)
{
	const char *s = json_object_get_string(value);
	size_t i;

	switch (json_object_get_type(value)) {
	case json_type_object:
		add_members(out, value);
		break;
	case json_type_array:
		json_open(out, '[');
		for (i = 0; i < json_object_array_length(value); i++)
			json_add_value(
			    out, json_object_array_get_idx(value, i));
		json_close(out, ']');
		break;
	case json_type_string:
		json_add_strn(
		    out, s, (size_t)json_object_get_string_len(value));
		break;
	case json_type_null:
		json_add_null(out);
		break;
	default:
		json_add_raw(out, s, strlen(s));
	}
}

/* Read the escape \uXXXX at s; -1 if none stands there. */
static int
read_unit(const char *s, const char *end)
{
	if (end - s < 6 || s[0] != '\\' || s[1] != 'u')
		return -1;
	return enc_hex_unit(s + 2, end);
}

/*
 * Return the last byte of the escape at s that is to be skipped: a pair is
 * skipped as one.  NULL if half a pair stands alone.
 */
static const char *
skip_escape(const char *s, const char *end)
{
	int unit = read_unit(s, end), low;

	if (unit >= 0xdc00 && unit < 0xe000)
		return NULL;
	if (unit < 0xd800 || unit >= 0xe000)
		return s + 1;
	low = read_unit(s + 6, end);
	return low >= 0xdc00 && low < 0xe000 ? s + 11 : NULL;
}

/* Return true if the string that ends before s is the name of a member. */
static bool
is_name_before(const char *s, const char *end)
{
	while (s < end && strchr(" \t\r\n", *s) != NULL)
		s++;
	return s < end && *s == ':';
}

/*
 * Return the end of the string that begins at s; NULL if it has a raw control
 * character, half a surrogate pair, or no end.  So it is if it is a name that
 * has a NUL: json-c ends the name there, which makes it another one.
 */
static const char *
skip_string(const char *s, const char *end)
{
	bool has_nul = false;

	for (s++; s < end && *s != '"'; s++) {
		if ((unsigned char)*s < 0x20)
			return NULL;
		if (*s != '\\' || s + 1 == end)
			continue;
		has_nul = has_nul || read_unit(s, end) == 0;
		s = skip_escape(s, end);
		if (s == NULL)
			return NULL;
	}
	if (s >= end || (has_nul && is_name_before(s + 1, end)))
		return NULL;
	return s + 1;
}

static bool
is_at_digit(const char *s, const char *end)
{
	return s < end && *s >= '0' && *s <= '9';
}

static const char *
skip_digits(const char *s, const char *end)
{
	if (!is_at_digit(s, end))
		return NULL;
	while (is_at_digit(s, end))
		s++;
	return s;
}

/* Return the end of the number at s (RFC 8259, 6); NULL if it is none. */
static const char *
skip_number(const char *s, const char *end)
{
	s += *s == '-';
	if (s < end && *s == '0')
		s++;
	else
		s = skip_digits(s, end);
	if (s != NULL && s < end && *s == '.')
		s = skip_digits(s + 1, end);
	if (s != NULL && s < end && (*s == 'e' || *s == 'E')) {
		s++;
		s += s < end && (*s == '+' || *s == '-');
		s = skip_digits(s, end);
	}
	return s != NULL && is_at_digit(s, end) ? NULL : s;
}

static const char *
check_literal(const char *s, const char *end)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(words); i++) {
		n = strlen(words[i]);
		if ((size_t)(end - s) >= n && memcmp(s, words[i], n) == 0)
			return s + n;
	}
	return NULL;
}

/*
 * Return true if the bytes are made of the tokens of RFC 8259.  json-c, strict
 * or not, also takes single quotes, NaN, Infinity, "1.", and line ends within
 * strings; how tokens follow each other it checks well.
 */
static bool
has_only_tokens(const char *s, const char *end)
{
	while (s != NULL && s < end) {
		if (strchr(" \t\r\n{}[]:,", *s) != NULL)
			s++;
		else if (*s == '"')
			s = skip_string(s, end);
		else if (*s == '-' || is_at_digit(s, end))
			s = skip_number(s, end);
		else
			s = check_literal(s, end);
	}
	return s != NULL;
}

int
json_parse(
    const void *bytes, size_t len, struct json_object **out, struct err *err)
{
	struct json_tokener *tok;
	struct json_object *obj;
	enum json_tokener_error why;

	/* json-c's own check lets surrogates and overlong forms through. */
	if (len >= INT32_MAX || memchr(bytes, '\0', len) != NULL ||
	    !enc_is_utf8(bytes, len) ||
	    !has_only_tokens(bytes, (const char *)bytes + len))
		return err_set(err, ERR_JSON, MSG_JSON_INVALID);

	tok = json_tokener_new_ex(JSON_DEPTH_MAX);
	if (tok == NULL)
		std_no_memory();
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT);
	obj = json_tokener_parse_ex(tok, bytes, (int)len);
	/* A bare number is over only when something else comes. */
	if (json_tokener_get_error(tok) == json_tokener_continue)
		obj = json_tokener_parse_ex(tok, "", 1);
	why = json_tokener_get_error(tok);
	json_tokener_free(tok);
	if (why == json_tokener_success) {
		*out = obj;
		return 0;
	}

	json_object_put(obj);
	if (why == json_tokener_error_depth) {
		err_set(err, ERR_JSON, MSG_JSON_TOO_DEEP);
		return err_value(err, "%d", JSON_DEPTH_MAX);
	}
	return err_set(err, ERR_JSON, MSG_JSON_INVALID);
}

struct json_object *
json_get(struct json_object *obj, const char *key, enum json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(obj, json_type_object) ||
	    !json_object_object_get_ex(obj, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

const char *
json_get_str(struct json_object *obj, const char *key)
{
	struct json_object *value = json_get(obj, key, json_type_string);
	const char *s;

	if (value == NULL)
		return NULL;
	s = json_object_get_string(value);
	return strlen(s) == (size_t)json_object_get_string_len(value) ? s
								      : NULL;
}

bool
json_get_bool(struct json_object *obj, const char *key)
{
	return json_object_get_boolean(json_get(obj, key, json_type_boolean));
}

int64_t
json_get_int(struct json_object *obj, const char *key, int64_t fallback)
{
	struct json_object *value = json_get(obj, key, json_type_int);

	return value != NULL ? json_object_get_int64(value) : fallback;
}

bool
json_is_newer(struct json_object *record, int64_t known)
{
	return json_get_int(record, "v", 0) > known;
}

static bool
is_among(const char *const list[], const char *name)
{
	for (; *list != NULL; list++)
		if (strcmp(*list, name) == 0)
			return true;
	return false;
}

void
json_add_unknown(struct buf *out, struct json_object *obj,
    const char *const known[], const char *of)
{
	struct buf name = BUF_INIT;

	if (!json_object_is_type(obj, json_type_object))
		return;
	json_object_object_foreach(obj, key, value)
	{
		(void)value;
		if (is_among(known, key))
			continue;
		buf_reset(&name);
		buf_addf(&name, "%s%s%s", of != NULL ? of : "",
		    of != NULL ? "." : "", key);
		json_add_strn(out, name.s, name.len);
	}
	buf_release(&name);
}
