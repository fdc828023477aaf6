#include "backend/azure_sign.h"

#include <sodium.h>
#include <strings.h>
#include <time.h>

#include "base/enc.h"
#include "base/std.h"

/* The emulator's account is published; its key keeps nothing secret. */
static const char emulator[] =
    "AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6t"
    "q/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1";

static void
wipe_secret(struct buf *b)
{
	if (b->cap > 0)
		sodium_memzero(b->s, b->cap);
	buf_release(b);
}

void
azure_sign_release(struct azure_sign *account)
{
	buf_release(&account->name);
	wipe_secret(&account->key);
	wipe_secret(&account->sas);
	buf_release(&account->endpoint);
}

/* A value within the connection string. */
struct span {
	const char *s;
	size_t len;
};

enum part { NAME, KEY, SAS, ENDPOINT, PROTOCOL, SUFFIX, EMULATOR, PARTS };

static const char *const part_names[PARTS] = {
    [NAME] = "AccountName",
    [KEY] = "AccountKey",
    [SAS] = "SharedAccessSignature",
    [ENDPOINT] = "BlobEndpoint",
    [PROTOCOL] = "DefaultEndpointsProtocol",
    [SUFFIX] = "EndpointSuffix",
    [EMULATOR] = "UseDevelopmentStorage",
};

/* Spaces and control characters have no place in any value. */
static bool
is_plain_char(struct span span)
{
	size_t i;

	for (i = 0; i < span.len; i++)
		if (span.s[i] <= ' ' || span.s[i] >= 0x7f)
			return false;
	return true;
}

static struct span
trim_span(struct span span)
{
	while (span.len > 0 && strchr(" \t\r\n", span.s[0]) != NULL) {
		span.s++;
		span.len--;
	}
	while (span.len > 0 && strchr(" \t\r\n", span.s[span.len - 1]) != NULL)
		span.len--;
	return span;
}

static int
take_part(struct span pair, struct span parts[PARTS], struct err *err)
{
	const char *eq;
	size_t i, len;

	pair = trim_span(pair);
	if (pair.len == 0)
		return 0;
	eq = memchr(pair.s, '=', pair.len);
	if (eq == NULL)
		return err_set(err, ERR_SETTING, MSG_AZURE_NO_EQUALS);

	len = (size_t)(eq - pair.s);
	for (i = 0; i < PARTS; i++)
		if (strlen(part_names[i]) == len &&
		    strncasecmp(part_names[i], pair.s, len) == 0) {
			parts[i].s = eq + 1;
			parts[i].len = pair.len - len - 1;
			if (!is_plain_char(parts[i]))
				return err_set(
				    err, ERR_SETTING, MSG_AZURE_SPACE);
		}
	return 0;
}

static int
split_conn(
    const char *conn, size_t len, struct span parts[PARTS], struct err *err)
{
	struct span pair;
	const char *end;

	if (len > AZURE_SIGN_CONN_MAX)
		return err_set(err, ERR_SETTING, MSG_AZURE_LONG);

	while (len > 0) {
		end = memchr(conn, ';', len);
		pair.s = conn;
		pair.len = end != NULL ? (size_t)(end - conn) : len;
		if (take_part(pair, parts, err) == -1)
			return -1;
		len -= pair.len;
		conn += pair.len;
		if (len > 0) {
			conn++;
			len--;
		}
	}
	return 0;
}

/* Return true if the value has letters, digits, '-' and '.' alone, so that it
 * may stand in a host name. */
static bool
is_host(struct span span)
{
	size_t i;

	for (i = 0; i < span.len; i++)
		if (strchr(
			"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			"0123456789-.",
			span.s[i]) == NULL ||
		    span.s[i] == '\0')
			return false;
	return span.len > 0;
}

static bool
is_config_word(struct span span, const char *word)
{
	return span.len == strlen(word) &&
	       strncasecmp(span.s, word, span.len) == 0;
}

static int
make_endpoint(struct buf *out, const struct span parts[PARTS], struct err *err)
{
	struct span given = parts[ENDPOINT];
	struct span suffix = parts[SUFFIX];
	bool plain = is_config_word(parts[PROTOCOL], "http");

	if (given.len > 0) {
		while (given.len > 0 && given.s[given.len - 1] == '/')
			given.len--;
		buf_add(out, given.s, given.len);
		return 0;
	}

	if (parts[NAME].len == 0)
		return err_set(err, ERR_SETTING, MSG_AZURE_NO_ENDPOINT);
	if (suffix.len == 0)
		suffix = (struct span){"core.windows.net", 16};
	if (!is_host(suffix))
		return err_set(err, ERR_SETTING, MSG_AZURE_SUFFIX);
	buf_addf(out, "%s://%.*s.blob.%.*s", plain ? "http" : "https",
	    (int)parts[NAME].len, parts[NAME].s, (int)suffix.len, suffix.s);
	return 0;
}

static int
take_secret(
    struct azure_sign *out, const struct span parts[PARTS], struct err *err)
{
	struct span sas = parts[SAS];

	if (sas.len > 0 && sas.s[0] == '?') {
		sas.s++;
		sas.len--;
	}
	if (sas.len > 0) {
		buf_add(&out->sas, sas.s, sas.len);
		return 0;
	}

	if (parts[NAME].len == 0)
		return err_set(err, ERR_SETTING, MSG_AZURE_NO_NAME);
	if (parts[KEY].len == 0)
		return err_set(err, ERR_SETTING, MSG_AZURE_NO_SECRET);
	if (enc_unbase64(&out->key, parts[KEY].s, parts[KEY].len) == -1)
		return err_set(err, ERR_SETTING, MSG_AZURE_KEY);
	return 0;
}

int
azure_sign_parse(
    const char *conn, size_t len, struct azure_sign *out, struct err *err)
{
	struct azure_sign account = AZURE_SIGN_INIT;
	struct span parts[PARTS] = {{.s = NULL}};

	if (split_conn(conn, len, parts, err) == -1)
		return -1;
	if (is_config_word(parts[EMULATOR], "true"))
		return azure_sign_parse(
		    emulator, sizeof emulator - 1, out, err);
	if (parts[NAME].len > 0 && !is_host(parts[NAME]))
		return err_set(err, ERR_SETTING, MSG_AZURE_NAME);

	buf_add(&account.name, parts[NAME].s, parts[NAME].len);
	if (make_endpoint(&account.endpoint, parts, err) == -1 ||
	    take_secret(&account, parts, err) == -1) {
		azure_sign_release(&account);
		return -1;
	}

	azure_sign_release(out);
	*out = account;
	return 0;
}

static const char *
value_of(const char *header)
{
	const char *colon = strchr(header, ':');

	if (colon == NULL)
		return "";
	return colon + 1 + strspn(colon + 1, " \t");
}

static void
add_header(
    struct buf *out, const struct azure_sign_request *request, const char *name)
{
	size_t i, len = strlen(name);

	for (i = 0; i < request->n_headers; i++)
		if (strncasecmp(request->headers[i], name, len) == 0 &&
		    request->headers[i][len] == ':')
			buf_adds(out, value_of(request->headers[i]));
	buf_addc(out, '\n');
}

static void
add_lower(struct buf *out, const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		buf_addc(
		    out, (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + 'a' - 'A'
							   : s[i]));
}

static int
compare_lines(const void *a, const void *b)
{
	const struct buf *x = a, *y = b;

	return strcmp(x->s, y->s);
}

/* Append the lines in sorted order and free them. */
static void
add_sorted(struct buf *out, struct buf *lines, size_t n)
{
	size_t i;

	if (n > 0)
		qsort(lines, n, sizeof *lines, compare_lines);
	for (i = 0; i < n; i++) {
		buf_add(out, lines[i].s, lines[i].len);
		buf_release(&lines[i]);
	}
	free(lines);
}

static void
add_ms_headers(struct buf *out, const struct azure_sign_request *request)
{
	struct buf *lines = std_alloc(request->n_headers * sizeof *lines);
	size_t i, n = 0;

	for (i = 0; i < request->n_headers; i++) {
		const char *header = request->headers[i];

		if (strncasecmp(header, "x-ms-", 5) != 0)
			continue;
		buf_init(&lines[n]);
		add_lower(&lines[n], header, strcspn(header, ":"));
		buf_addf(&lines[n], ":%s\n", value_of(header));
		n++;
	}
	add_sorted(out, lines, n);
}

static void
add_resource(struct buf *out, const struct azure_sign *account,
    const struct azure_sign_request *request)
{
	struct buf *lines = std_alloc(request->n_params * sizeof *lines);
	size_t i;

	buf_addf(out, "/%s%s", account->name.s, request->path);
	for (i = 0; i < request->n_params; i++) {
		const struct azure_sign_param *param = &request->params[i];

		buf_init(&lines[i]);
		buf_addc(&lines[i], '\n');
		add_lower(&lines[i], param->name, strlen(param->name));
		buf_addf(&lines[i], ":%s", param->value);
	}
	add_sorted(out, lines, request->n_params);
}

void
azure_sign_string(struct buf *out, const struct azure_sign *account,
    const struct azure_sign_request *request)
{
	static const char *const rest[] = {
	    "Content-MD5",
	    "Content-Type",
	    "Date",
	    "If-Modified-Since",
	    "If-Match",
	    "If-None-Match",
	    "If-Unmodified-Since",
	    "Range",
	};
	size_t i;

	buf_addf(out, "%s\n", request->method);
	add_header(out, request, "Content-Encoding");
	add_header(out, request, "Content-Language");
	if (request->len > 0)
		buf_addf(out, "%zu", request->len);
	buf_addc(out, '\n');
	for (i = 0; i < ARRAY_LEN(rest); i++)
		add_header(out, request, rest[i]);
	add_ms_headers(out, request);
	add_resource(out, account, request);
}

void
azure_sign_request(struct buf *out, const struct azure_sign *account,
    const struct azure_sign_request *request)
{
	crypto_auth_hmacsha256_state state;
	unsigned char mac[crypto_auth_hmacsha256_BYTES];
	struct buf string = BUF_INIT;

	azure_sign_string(&string, account, request);
	crypto_auth_hmacsha256_init(
	    &state, (const unsigned char *)account->key.s, account->key.len);
	crypto_auth_hmacsha256_update(
	    &state, (const unsigned char *)string.s, string.len);
	crypto_auth_hmacsha256_final(&state, mac);

	buf_addf(out, "SharedKey %s:", account->name.s);
	enc_base64(out, mac, sizeof mac);
	sodium_memzero(&state, sizeof state);
	buf_release(&string);
}

/* Not strftime: its names are those of the locale. */
static const char days[7][4] = {
    "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void
azure_sign_date(struct buf *out, int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm;

	gmtime_r(&t, &tm);
	buf_addf(out, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
	    tm.tm_min, tm.tm_sec);
}

int
azure_sign_parse_date(const char *s, int64_t *unix_s)
{
	struct buf again = BUF_INIT;
	struct tm tm = {.tm_sec = 0};
	char month[4];
	int64_t t;
	int end = 0, rc = -1;

	if (sscanf(s, "%*3[A-Za-z], %2d %3[A-Za-z] %4d %2d:%2d:%2d GMT%n",
		&tm.tm_mday, month, &tm.tm_year, &tm.tm_hour, &tm.tm_min,
		&tm.tm_sec, &end) != 6 ||
	    end == 0)
		return -1;
	while (tm.tm_mon < 12 && strcmp(months[tm.tm_mon], month) != 0)
		tm.tm_mon++;
	tm.tm_year -= 1900;

	/* Print the date again and compare, which refuses fields out of range:
	 * timegm takes them and carries over. */
	t = timegm(&tm);
	azure_sign_date(&again, t);
	if (strcmp(again.s, s) == 0) {
		*unix_s = t;
		rc = 0;
	}
	buf_release(&again);
	return rc;
}
