#include "redis/redis_link.h"

#include <curl/curl.h>
#include <poll.h>

#include "base/clock.h"
#include "base/std.h"

#define CHUNK    16384 /* bytes that are asked for at a time */
#define IDLE_S   60L   /* before the kernel asks whether the other side lives */
#define TIME_OUT "no answer in time"

struct redis_link {
	CURL *easy;
	curl_socket_t fd;
};

/* libcurl takes a server for one of http(s); nothing of HTTP is sent. */
static void
set_place(CURL *easy, const struct redis_address *address)
{
	struct buf url = BUF_INIT;

	if (address->path.len > 0) {
		buf_adds(&url, "http://localhost");
		curl_easy_setopt(
		    easy, CURLOPT_UNIX_SOCKET_PATH, address->path.s);
	} else {
		buf_addf(&url, "%s://%s:%ld",
		    address->has_tls ? "https" : "http", address->host.s,
		    address->port);
	}
	curl_easy_setopt(easy, CURLOPT_URL, url.s);
	buf_release(&url);
}

static void
set_options(CURL *easy, const char *ca, long left_ms)
{
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_SSL_ENABLE_ALPN, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, left_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, left_ms);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, IDLE_S);
	if (ca != NULL)
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca);
}

struct redis_link *
redis_link_open(const struct redis_address *address, const char *ca,
    int64_t until_ms, const char **why)
{
	int64_t left = until_ms - clock_monotonic_ms();
	struct redis_link *link = std_zalloc(sizeof *link);
	CURLcode code = CURLE_FAILED_INIT;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
		link->easy = curl_easy_init();
	if (link->easy != NULL) {
		set_place(link->easy, address);
		set_options(link->easy, ca, left > 0 ? (long)left : 1);
		code = curl_easy_perform(link->easy);
	}
	if (code == CURLE_OK)
		code = curl_easy_getinfo(
		    link->easy, CURLINFO_ACTIVESOCKET, &link->fd);
	if (code == CURLE_OK && link->fd != CURL_SOCKET_BAD)
		return link;
	*why = curl_easy_strerror(code);
	redis_link_close(link);
	return NULL;
}

void
redis_link_close(struct redis_link *link)
{
	if (link == NULL)
		return;
	curl_easy_cleanup(link->easy);
	curl_global_cleanup();
	free(link);
}

/* Return true once the socket can do that, false at the deadline. */
static bool
await(const struct redis_link *link, short events, int64_t until_ms)
{
	struct pollfd one = {.fd = link->fd, .events = events};
	int64_t left;
	int n;

	do {
		left = until_ms - clock_monotonic_ms();
		n = poll(&one, 1, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	return n > 0;
}

bool
redis_link_is_over(struct redis_link *link)
{
	char byte;
	size_t n;

	/* With TLS there may be bytes that are none of the server's words. */
	return await(link, POLLIN, 0) &&
	       curl_easy_recv(link->easy, &byte, 1, &n) != CURLE_AGAIN;
}

int
redis_link_send(struct redis_link *link, const struct buf *bytes,
    int64_t until_ms, const char **why)
{
	size_t sent = 0, n;
	CURLcode code;

	while (sent < bytes->len) {
		code = curl_easy_send(
		    link->easy, bytes->s + sent, bytes->len - sent, &n);
		if (code == CURLE_OK) {
			sent += n;
		} else if (code != CURLE_AGAIN) {
			*why = curl_easy_strerror(code);
			return -1;
		} else if (!await(link, POLLOUT, until_ms)) {
			*why = TIME_OUT;
			return -1;
		}
	}
	return 0;
}

int
redis_link_receive(
    struct redis_link *link, struct buf *in, int64_t until_ms, const char **why)
{
	CURLcode code;
	size_t n = 0;

	for (;;) {
		buf_reserve(in, CHUNK);
		code = curl_easy_recv(link->easy, in->s + in->len, CHUNK, &n);
		if (code != CURLE_AGAIN)
			break;
		if (!await(link, POLLIN, until_ms)) {
			*why = TIME_OUT;
			return -1;
		}
	}
	if (code != CURLE_OK || n == 0) {
		*why = code != CURLE_OK ? curl_easy_strerror(code)
					: "the connection was closed";
		return -1;
	}
	in->len += n;
	in->s[in->len] = '\0';
	return 0;
}
