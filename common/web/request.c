#include "web/request.h"

#include <strings.h>

#include "base/enc.h"

void
request_release(struct request *request)
{
	buf_release(&request->body);
	buf_release(&request->set_cookie);
	buf_release(&request->id);
}

void
request_from_params(struct request *request, request_param_fn *param, void *arg)
{
	const struct {
		enum param param;
		const char **place;
	} table[] = {
	    {PARAM_METHOD, &request->method},
	    {PARAM_TARGET, &request->target},
	    {PARAM_INTERNAL, &request->internal},
	    {PARAM_CONTENT_TYPE, &request->content_type},
	    {PARAM_ORIGIN, &request->origin},
	    {PARAM_FETCH_SITE, &request->fetch_site},
	    {PARAM_COOKIE, &request->cookie},
	    {PARAM_AUTHORIZATION, &request->authorization},
	    {PARAM_BEARER, &request->bearer},
	    {PARAM_GUEST, &request->guest},
	    {PARAM_IF_MATCH, &request->if_match},
	    {PARAM_IF_NONE_MATCH, &request->if_none_match},
	    {PARAM_IDEMPOTENCY_KEY, &request->idempotency_key},
	    {PARAM_PREFER, &request->prefer},
	    {PARAM_ACCEPT_LANGUAGE, &request->accept_language},
	    {PARAM_SIGNATURE, &request->signature},
	    {PARAM_EVENT, &request->event},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++)
		*table[i].place = param(arg, table[i].param);
	request->param = param;
	request->param_arg = arg;
	if (request->method == NULL)
		request->method = "GET";
	if (request->target == NULL)
		request->target = "/";
	if (request->content_type != NULL && *request->content_type == '\0')
		request->content_type = NULL;
}

const char *
request_param(const struct request *request, enum param param)
{
	return request->param != NULL
		   ? request->param(request->param_arg, param)
		   : NULL;
}

static bool
take_id(struct request *request, const char *segment, size_t len)
{
	buf_reset(&request->id);
	return len > 0 &&
	       enc_unpercent(&request->id, segment, len, false) == 0 &&
	       strchr(request->id.s, '/') == NULL;
}

/* Return true if the path of a target is over here. */
static bool
ends_path(char c)
{
	return c == '\0' || c == '?' || c == '#';
}

bool
request_match(struct request *request, const char *pattern)
{
	const char *path = request->target;
	const size_t id = strlen("{id}");

	while (*pattern != '\0') {
		size_t len = 0;

		if (*pattern == '{') {
			while (!ends_path(path[len]) && path[len] != '/')
				len++;
			if (!take_id(request, path, len))
				return false;
			pattern += id;
			path += len;
			continue;
		}
		if (*path != *pattern)
			return false;
		path++;
		pattern++;
	}
	return ends_path(*path);
}

static bool
has_name(const char *s, size_t len, const char *name)
{
	struct buf key = BUF_INIT;
	bool is =
	    enc_unpercent(&key, s, len, true) == 0 && strcmp(key.s, name) == 0;

	buf_release(&key);
	return is;
}

bool
request_query(
    const struct request *request, const char *name, struct buf *value)
{
	const char *s = request->target + strcspn(request->target, "?#");
	size_t len, name_len;

	while (*s == '?' || *s == '&') {
		s++;
		len = strcspn(s, "&#");
		name_len = strcspn(s, "=&#");
		if (!has_name(s, name_len, name)) {
			s += len;
			continue;
		}
		name_len += s[name_len] == '=';
		buf_reset(value);
		if (enc_unpercent(value, s + name_len, len - name_len, true))
			buf_set(value, s + name_len, len - name_len);
		return true;
	}
	return false;
}

bool
request_query_is_true(const struct request *request, const char *name)
{
	struct buf value = BUF_INIT;
	bool is = request_query(request, name, &value) &&
		  strcmp(value.s, "true") == 0;

	buf_release(&value);
	return is;
}

bool
request_cookie(
    const struct request *request, const char *name, struct buf *value)
{
	const char *s = request->cookie;
	size_t n = strlen(name), len;

	while (s != NULL && *s != '\0') {
		s += strspn(s, " \t");
		len = strcspn(s, ";");
		if (len > n && strncmp(s, name, n) == 0 && s[n] == '=') {
			buf_set(value, s + n + 1, len - n - 1);
			return true;
		}
		s += len + (s[len] == ';');
	}
	return false;
}

#define BLANKS " \t"

/* Return the place after a quoted string (RFC 9110, 5.6.4), or the end. */
static const char *
skip_quoted(const char *s)
{
	for (s++; *s != '\0' && *s != '"'; s++)
		if (*s == '\\' && s[1] != '\0')
			s++;
	return s + (*s == '"');
}

/* Return the place after the next comma outside quotes, or the end. */
static const char *
skip_preference(const char *s)
{
	while (*s != '\0' && *s != ',')
		s = *s == '"' ? skip_quoted(s) : s + 1;
	return s + (*s == ',');
}

/* Return the seconds after the name, as token or quoted; -1 if none. */
static int
read_wait(const char *s)
{
	bool quoted;
	int n = 0;
	size_t digits, i;

	s += strspn(s, BLANKS);
	if (*s++ != '=')
		return -1;
	s += strspn(s, BLANKS);
	quoted = *s == '"';
	s += quoted;
	digits = strspn(s, "0123456789");
	for (i = 0; i < digits && n <= REQUEST_WAIT_MAX; i++)
		n = n * 10 + (s[i] - '0');
	s += digits;
	if (digits == 0 || (quoted && *s++ != '"'))
		return -1;
	s += strspn(s, BLANKS);
	if (*s != '\0' && *s != ',' && *s != ';')
		return -1;
	return n < REQUEST_WAIT_MAX ? n : REQUEST_WAIT_MAX;
}

int
request_wait_s(const struct request *request)
{
	const char *s = request->prefer != NULL ? request->prefer : "";
	size_t n;

	for (; *s != '\0'; s = skip_preference(s)) {
		s += strspn(s, BLANKS);
		n = strcspn(s, BLANKS "=;,\"");
		if (n == strlen("wait") && strncasecmp(s, "wait", n) == 0)
			return read_wait(s + n);
	}
	return -1;
}

/* Return the quality (RFC 9110, 12.4.2) of an item of a list, in thousandths;
 * 1000 if it has none. */
static unsigned
read_quality(const char *item, size_t len)
{
	const char *s = memchr(item, ';', len), *end = item + len;
	unsigned value = 0, unit = 1000;

	if (s == NULL)
		return 1000;
	for (s++; s < end && strchr(BLANKS, *s) != NULL;)
		s++;
	if (end - s < 3 || (*s != 'q' && *s != 'Q') || s[1] != '=')
		return 1000;
	for (s += 2; s < end && unit > 0; s++) {
		if (*s == '.')
			continue;
		if (*s < '0' || *s > '9')
			break;
		value += (unsigned)(*s - '0') * unit;
		unit /= 10;
	}
	return value > 1000 ? 1000 : value;
}

/* Return true if the item is that language, in whatever region. */
static bool
is_language(const char *item, size_t len, const char *language)
{
	size_t n = strlen(language);

	return len >= n && strncasecmp(item, language, n) == 0 &&
	       (len == n || strchr("-; \t", item[n]) != NULL);
}

enum msg_language
request_language(const struct request *request)
{
	const char *s = request->accept_language;
	unsigned german = 0, english = 0, quality;
	bool english_first = false;
	size_t len;

	for (; s != NULL && *s != '\0'; s += len + (s[len] == ',')) {
		s += strspn(s, BLANKS);
		len = strcspn(s, ",");
		quality = read_quality(s, len);
		if (is_language(s, len, "en") && quality > english) {
			english = quality;
			english_first = german == 0;
		} else if (is_language(s, len, "de") && quality > german) {
			german = quality;
		}
	}
	return english > german ||
		       (english > 0 && english == german && english_first)
		   ? MSG_ENGLISH
		   : MSG_GERMAN;
}

/* Return true if the item of a list has that name, with or without a quality.
 */
static bool
is_coding(const char *item, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len >= n && strncasecmp(item, name, n) == 0 &&
	       (len == n || strchr("; \t", item[n]) != NULL);
}

bool
request_takes_gzip(const struct request *request)
{
	const char *s = request_param(request, PARAM_ACCEPT_ENCODING);
	int gzip = -1, identity = -1, others = 0, quality;
	size_t len;

	for (; s != NULL && *s != '\0'; s += len + (s[len] == ',')) {
		s += strspn(s, BLANKS);
		len = strcspn(s, ",");
		quality = (int)read_quality(s, len);
		if (is_coding(s, len, "gzip") || is_coding(s, len, "x-gzip"))
			gzip = quality;
		else if (is_coding(s, len, "identity"))
			identity = quality;
		else if (is_coding(s, len, "*"))
			others = quality;
	}
	/* `*` is for what is not named; without it only the bytes as they are
	 * may be sent, but then rather anything else that is named. */
	gzip = gzip >= 0 ? gzip : others;
	identity = identity >= 0 ? identity : others;
	return gzip > 0 && gzip >= identity;
}
