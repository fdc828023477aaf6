#include "base/http.h"

#include "base/clock.h"
#include "base/std.h"

#include <curl/curl.h>
#include <strings.h>

#define HEAD_MAX 65536 /* bytes of all header lines of an answer */

/*
 * How old an idle connection may be for a request that is sent once.  Such a
 * request fails if the server closes the connection in that very moment, and
 * servers close idle ones after 5 s or more.
 */
#define ONCE_IDLE_S 3L

/* One request under way. */
struct flight {
	CURL *easy;
	struct curl_slist *headers;
	struct http_request *request;
	size_t head_len;
	unsigned sends;
	bool framed; /* the answer says where its body ends */
	bool too_large;
};

struct http {
	CURLM *multi;
	char *proxy; /* may hold a password; "" is none */
	struct flight flights[HTTP_IN_FLIGHT];
};

struct http *
http_new(const char *proxy, struct err *err)
{
	struct http *http;
	CURLM *multi = NULL;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		multi = curl_multi_init();
	if (multi == NULL) {
		err_set(err, ERR_INTERNAL, MSG_LIBRARY_HTTP);
		return NULL;
	}

	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)HTTP_IN_FLIGHT);
	http = std_zalloc(sizeof *http);
	http->multi = multi;
	http->proxy = std_strdup(proxy != NULL ? proxy : "");
	return http;
}

void
http_free(struct http *http)
{
	size_t i;

	if (http == NULL)
		return;

	for (i = 0; i < HTTP_IN_FLIGHT; i++)
		curl_easy_cleanup(http->flights[i].easy);
	curl_multi_cleanup(http->multi);
	curl_global_cleanup();
	explicit_bzero(http->proxy, strlen(http->proxy));
	free(http->proxy);
	free(http);
}

/* Called before each sending, the ones that libcurl repeats included. */
static int
on_send(void *arg, char *ip, char *local_ip, int port, int local_port)
{
	struct flight *flight = arg;

	(void)ip, (void)local_ip, (void)port, (void)local_port;
	if (flight->request->once && flight->sends > 0)
		return CURL_PREREQFUNC_ABORT;
	flight->sends++;
	return CURL_PREREQFUNC_OK;
}

static size_t
on_body(char *bytes, size_t one, size_t len, void *arg)
{
	struct flight *flight = arg;
	struct http_request *request = flight->request;

	(void)one;
	if (len > request->reply_max - request->reply.len) {
		flight->too_large = true;
		return 0;
	}
	buf_add(&request->reply, bytes, len);
	return len;
}

/* A new status line: whatever came before it was not the answer. */
static void
begin_answer(struct flight *flight)
{
	struct http_request *request = flight->request;
	size_t i;

	flight->framed = false;
	for (i = 0; i < request->n_want; i++)
		buf_reset(&request->want[i].value);
}

static bool
is_field(const char *line, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len > n && line[n] == ':' && strncasecmp(line, name, n) == 0;
}

static void
keep_field(struct http_field *field, const char *line, size_t len)
{
	const char *from = line + strlen(field->name) + 1;
	const char *to = line + len;

	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (to > from && strchr(" \t\r\n", to[-1]) != NULL)
		to--;
	buf_set(&field->value, from, (size_t)(to - from));
}

static size_t
on_header(char *line, size_t one, size_t len, void *arg)
{
	struct flight *flight = arg;
	struct http_request *request = flight->request;
	size_t i;

	(void)one;
	flight->head_len += len;
	if (flight->head_len > HEAD_MAX) {
		flight->too_large = true;
		return 0;
	}

	if (len > 5 && memcmp(line, "HTTP/", 5) == 0)
		begin_answer(flight);
	if (is_field(line, len, "Content-Length") ||
	    is_field(line, len, "Transfer-Encoding"))
		flight->framed = true;
	for (i = 0; i < request->n_want; i++)
		if (is_field(line, len, request->want[i].name))
			keep_field(&request->want[i], line, len);
	return len;
}

static bool
has_header(const struct http_request *request, const char *name)
{
	const char *const *header = request->headers;
	size_t i;

	for (i = 0; i < request->n_headers; i++)
		if (is_field(header[i], strlen(header[i]), name))
			return true;
	return false;
}

static void
set_headers(struct flight *flight)
{
	const struct http_request *request = flight->request;
	struct curl_slist *list = NULL;
	size_t i;

	/* What libcurl would add by itself: a wait before a large body, and
	 * the media type of a form. */
	list = curl_slist_append(list, "Expect:");
	if (!has_header(request, "Content-Type"))
		list = curl_slist_append(list, "Content-Type:");
	for (i = 0; i < request->n_headers; i++)
		list = curl_slist_append(list, request->headers[i]);
	flight->headers = list;
	curl_easy_setopt(flight->easy, CURLOPT_HTTPHEADER, list);
}

/* Return how long the request may take from now on; 0: no time is left. */
static long
time_left(const struct http_request *request)
{
	long most = request->timeout_ms ? request->timeout_ms : HTTP_TIMEOUT_MS;
	int64_t left = request->until_ms - clock_monotonic_ms();

	if (request->until_ms == 0 || left >= most)
		return most;
	return left > 0 ? (long)left : 0;
}

static void
set_limits(CURL *easy, const struct http_request *request, long timeout_ms)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(
	    easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(
	    easy, CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
	/* To HEAD it is told how long the answer to another request is. */
	if (strcmp(request->method, "HEAD") != 0)
		curl_easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE,
		    (curl_off_t)request->reply_max);
	if (request->once)
		curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, ONCE_IDLE_S);
}

static void
set_request(struct flight *flight)
{
	const struct http_request *request = flight->request;
	CURL *easy = flight->easy;

	curl_easy_setopt(easy, CURLOPT_URL, request->url);
	if (request->body != NULL) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)request->len);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request->body);
	} else if (strcmp(request->method, "HEAD") == 0) {
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	}
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_send);
	curl_easy_setopt(easy, CURLOPT_PREREQDATA, flight);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, flight);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, flight);
	if (request->want_certificate)
		curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
}

/* What the proxy itself says of a tunnel is none of the answer. */
static void
set_proxy(CURL *easy, const char *proxy)
{
	curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "localhost,127.0.0.0/8,::1");
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/* False if the request came to its end before it began. */
static bool
start_flight(
    struct http *http, struct flight *flight, struct http_request *request)
{
	long timeout_ms = time_left(request);
	size_t i;

	buf_reset(&request->reply);
	for (i = 0; i < request->n_want; i++)
		buf_reset(&request->want[i].value);
	request->status = 0;
	request->us = 0;
	request->why[0] = '\0';

	if (flight->easy == NULL)
		flight->easy = curl_easy_init();
	if (flight->easy == NULL || timeout_ms == 0) {
		request->fault = HTTP_UNREACHED;
		snprintf(request->why, sizeof request->why, "no time is left");
		return false;
	}
	curl_easy_reset(flight->easy);
	flight->request = request;
	flight->head_len = flight->sends = 0;
	flight->framed = flight->too_large = false;

	set_limits(flight->easy, request, timeout_ms);
	set_proxy(flight->easy, http->proxy);
	set_request(flight);
	set_headers(flight);
	curl_multi_add_handle(http->multi, flight->easy);
	return true;
}

static bool
needs_frame(const struct http_request *request)
{
	return request->status != 204 && request->status != 304 &&
	       strcmp(request->method, "HEAD") != 0;
}

static enum http_fault
fault_of(const struct flight *flight, CURLcode code)
{
	if (flight->too_large || code == CURLE_FILESIZE_EXCEEDED)
		return HTTP_TOO_LARGE;
	if (flight->sends == 0)
		return HTTP_UNREACHED;
	if (code != CURLE_OK)
		return HTTP_LOST;
	return flight->framed || !needs_frame(flight->request) ? HTTP_ANSWERED
							       : HTTP_LOST;
}

/* Return the end of the server's own certificate, the first of its chain. */
static int64_t
read_certificate_end(CURL *easy)
{
	static const char lead[] = "Expire date:";
	const struct curl_certinfo *chain = NULL;
	const struct curl_slist *line;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK ||
	    chain == NULL || chain->num_of_certs == 0)
		return 0;
	for (line = chain->certinfo[0]; line != NULL; line = line->next)
		if (std_starts(line->data, lead))
			return curl_getdate(line->data + sizeof lead - 1, NULL);
	return 0;
}

static void
finish_flight(struct http *http, struct flight *flight, CURLcode code)
{
	struct http_request *request = flight->request;
	curl_off_t us = 0;
	long status = 0;

	curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(flight->easy, CURLINFO_TOTAL_TIME_T, &us);
	request->status = (int)status;
	request->us = (long)us;
	request->certificate_until_s =
	    request->want_certificate ? read_certificate_end(flight->easy) : 0;
	request->fault = fault_of(flight, code);
	if (request->fault != HTTP_ANSWERED) {
		request->status = 0;
		buf_reset(&request->reply);
		snprintf(request->why, sizeof request->why, "%s",
		    code == CURLE_OK ? "the answer's end is not marked"
				     : curl_easy_strerror(code));
	}

	curl_multi_remove_handle(http->multi, flight->easy);
	curl_slist_free_all(flight->headers);
	flight->headers = NULL;
	flight->request = NULL;
}

static size_t
finish_ended(struct http *http)
{
	struct flight *flight;
	CURLMsg *message;
	size_t landed = 0;
	int left;

	while ((message = curl_multi_info_read(http->multi, &left)) != NULL) {
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(
		    message->easy_handle, CURLINFO_PRIVATE, &flight);
		finish_flight(http, flight, message->data.result);
		landed++;
	}
	return landed;
}

void
http_run(struct http *http, struct http_request *requests, size_t n)
{
	size_t next = 0, done = 0;
	struct flight *flight;
	int running;

	while (done < n) {
		size_t landed, i;

		for (i = 0; i < HTTP_IN_FLIGHT && next < n; i++) {
			flight = &http->flights[i];
			if (flight->request == NULL &&
			    !start_flight(http, flight, &requests[next++]))
				done++;
		}

		curl_multi_perform(http->multi, &running);
		landed = finish_ended(http);
		done += landed;
		if (landed == 0 && done < n)
			curl_multi_poll(http->multi, NULL, 0, 1000, NULL);
	}
}

void
http_release(struct http_request *requests, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		buf_release(&requests[i].reply);
		for (k = 0; k < requests[i].n_want; k++)
			buf_release(&requests[i].want[k].value);
	}
}
