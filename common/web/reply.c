#include "web/reply.h"

#include "base/day.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/std.h"

#define CLOCKS_MS 5000 /* by which clocks of hosts and browsers may differ */

#define RETRY_S 2 /* if the error does not say when to try again */

#define HEADERS_ROOM 256 /* bytes that most answers need */

void
reply_release(struct reply *reply)
{
	buf_release(&reply->headers);
	buf_release(&reply->body);
	buf_release(&reply->ignored);
	buf_release(&reply->about);
}

void
reply_add_ignored(struct reply *reply)
{
	if (reply->ignored.len == 0)
		return;
	json_key(&reply->body, "ignored");
	json_open(&reply->body, '[');
	buf_add(&reply->body, reply->ignored.s, reply->ignored.len);
	json_close(&reply->body, ']');
}

/* Make room for the headers of most answers, at once. */
static void
reserve_headers(struct buf *out)
{
	if (out->cap == 0)
		buf_reserve(out, HEADERS_ROOM);
}

/* Begin a header; return where its value does. */
static size_t
begin_header(struct buf *out, const char *name)
{
	reserve_headers(out);
	buf_adds(out, name);
	buf_adds(out, ": ");
	return out->len;
}

/* A line end in a value would begin a header of its own. */
static void
end_header(struct buf *out, size_t value)
{
	bool has = enc_has_control(out->s + value, out->len - value);

	for (; has && value < out->len; value++)
		if ((unsigned char)out->s[value] < 0x20 ||
		    out->s[value] == 0x7f)
			out->s[value] = ' ';
	buf_adds(out, "\r\n");
}

void
reply_header_line(struct reply *reply, const char *line)
{
	reserve_headers(&reply->headers);
	buf_adds(&reply->headers, line);
}

void
reply_header(struct reply *reply, const char *name, const char *value)
{
	size_t at = begin_header(&reply->headers, name);

	buf_adds(&reply->headers, value);
	end_header(&reply->headers, at);
}

void
reply_headerf(struct reply *reply, const char *name, const char *fmt, ...)
{
	size_t at = begin_header(&reply->headers, name);
	va_list ap;

	va_start(ap, fmt);
	buf_addv(&reply->headers, fmt, ap);
	va_end(ap);
	end_header(&reply->headers, at);
}

void
reply_set_now(struct reply *reply, int64_t now)
{
	reply_header_line(reply, "X-Now: ");
	day_add_rfc3339(&reply->headers, now);
	buf_adds(&reply->headers, "\r\n");
}

void
reply_set_gzip(struct reply *reply, bool gzip)
{
	reply->gzip = gzip;
	reply->varies = true;
	reply_header_line(reply, "Vary: Accept-Encoding\r\n");
}

void
reply_set_unchanged(struct reply *reply)
{
	reply->status = 304;
	/* nginx says it with what it packs, and a 304 has nothing to be packed. */
	if (!reply->varies)
		reply_set_gzip(reply, false);
}

void
reply_add_etag(struct reply *reply)
{
	struct buf *out = &reply->headers;
	size_t value = begin_header(out, "ETag");

	buf_addc(out, '"');
	buf_adds(out, reply->etag);
	buf_adds(out, reply->gzip ? "-gz\"" : "\"");
	end_header(out, value);
}

/* Let the client's requests carry that cookie for so long. */
static void
add_mark(
    struct reply *reply, const struct conf *conf, const char *name, int64_t ms)
{
	reply_headerf(reply, "Set-Cookie",
	    "%s=1; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s", name,
	    (long long)(ms + 999) / 1000,
	    std_starts(conf->base_url, "https:") ? "; Secure" : "");
}

void
reply_set_fresh(struct reply *reply, const struct conf *conf)
{
	int64_t ms = conf->cache_revalidate_ms + CLOCKS_MS;

	if (conf->cache_revalidate_ms == CONF_OFF)
		return;
	add_mark(reply, conf, REPLY_FRESH_COOKIE, ms < 10000 ? 10000 : ms);
	add_mark(reply, conf, REPLY_WROTE_COOKIE,
	    conf->cache_ttl_local_ms + CLOCKS_MS);
}

void
reply_error(struct reply *reply, const struct err *err)
{
	char text[MSG_TEXT_MAX];

	reply->status = err_status(err->code);
	reply->type = NULL;
	reply->shared = NULL;
	reply->gzip = false;
	buf_reset(&reply->body);
	json_open(&reply->body, '{');
	json_key(&reply->body, "ok");
	json_add_bool(&reply->body, false);
	json_key(&reply->body, "error");
	json_add_str(&reply->body, err_text_in(err, reply->language, text));
	json_key(&reply->body, "code");
	json_add_str(&reply->body, err_word(err->code));
	if (err->field[0] != '\0') {
		json_key(&reply->body, "field");
		json_add_str(&reply->body, err->field);
	}
	json_close(&reply->body, '}');
	reply_header(reply, "Vary", "Accept-Language");
	if (reply->status == 401)
		reply_header(reply, "WWW-Authenticate", "Bearer");
	if (reply->status == 429 || reply->status == 503)
		reply_headerf(reply, "Retry-After", "%u",
		    err->retry_s > 0 ? err->retry_s : RETRY_S);
}

static const char *
status_line(int status)
{
	static const struct {
		int status;
		const char *line;
	} table[] = {
	    {200, "200 OK"},
	    {202, "202 Accepted"},
	    {302, "302 Found"},
	    {304, "304 Not Modified"},
	    {400, "400 Bad Request"},
	    {401, "401 Unauthorized"},
	    {403, "403 Forbidden"},
	    {404, "404 Not Found"},
	    {405, "405 Method Not Allowed"},
	    {409, "409 Conflict"},
	    {412, "412 Precondition Failed"},
	    {413, "413 Content Too Large"},
	    {415, "415 Unsupported Media Type"},
	    {422, "422 Unprocessable Content"},
	    {428, "428 Precondition Required"},
	    {429, "429 Too Many Requests"},
	    {502, "502 Bad Gateway"},
	    {503, "503 Service Unavailable"},
	    {504, "504 Gateway Timeout"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(table); i++)
		if (table[i].status == status)
			return table[i].line;
	return "500 Internal Server Error";
}

void
reply_print_head(struct buf *out, const struct reply *reply)
{
	const struct buf *body = reply->shared ? reply->shared : &reply->body;

	buf_reserve(out, reply->headers.len + HEADERS_ROOM);
	buf_adds(out, "Status: ");
	buf_adds(out, status_line(reply->status));
	buf_adds(out, "\r\n");
	buf_add(out, reply->headers.s, reply->headers.len);
	if (reply->status != 304) {
		buf_adds(out, "Content-Type: ");
		buf_adds(out, reply->type ? reply->type : "application/json");
		buf_adds(out, "; charset=utf-8\r\n");
		buf_adds(out, reply->gzip ? "Content-Encoding: gzip\r\n" : "");
		buf_adds(out, "Content-Length: ");
		buf_add_number(out, body->len, 1);
		buf_adds(out, "\r\n");
	}
	buf_adds(out, "\r\n");
}

const struct buf *
reply_body(const struct reply *reply, bool head)
{
	static const struct buf none = BUF_INIT;

	if (head || reply->status == 304)
		return &none;
	return reply->shared ? reply->shared : &reply->body;
}
