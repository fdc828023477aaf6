#include "settings/address.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <strings.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"

#define HTTP  "http://"
#define HTTPS "https://"

struct address {
	bool is_plain; /* http */
	struct buf host;
	const char *path; /* in the text; "" if there is none */
};

/* Set out to a part that libcurl has found; false if there is none. */
static bool
read_part(CURLU *url, CURLUPart what, struct buf *out)
{
	char *part = NULL;

	if (curl_url_get(url, what, &part, 0) != CURLUE_OK)
		return false;
	buf_reset(out);
	buf_adds(out, part);
	curl_free(part);
	return true;
}

/* Return what follows the authority in the text, or NULL if that is not
 * HOST[:PORT] as libcurl reads them. */
static const char *
skip_authority(CURLU *url, const char *text, struct buf *host)
{
	struct buf port = BUF_INIT;

	if (!read_part(url, CURLUPART_HOST, host) ||
	    strncasecmp(text, host->s, host->len) != 0)
		return NULL;
	text += host->len;
	if (read_part(url, CURLUPART_PORT, &port)) {
		if (*text == ':' && std_starts(text + 1, port.s) &&
		    strcmp(port.s, "0") != 0)
			text += 1 + port.len;
		else
			text = NULL;
	}
	buf_release(&port);
	return text != NULL && (*text == '\0' || *text == '/') ? text : NULL;
}

/* Fill the address from the text; MSG_NONE or what is wrong with it. */
static enum msg_id
parse_address(const char *text, struct address *address)
{
	enum msg_id fault = MSG_ADDRESS_FORM;
	CURLU *url = curl_url();
	CURLUcode rc;

	address->is_plain = text != NULL && std_starts(text, HTTP);
	if (!address->is_plain && (text == NULL || !std_starts(text, HTTPS)))
		goto out;
	rc = curl_url_set(url, CURLUPART_URL, text, CURLU_DISALLOW_USER);
	if (rc == CURLUE_USER_NOT_ALLOWED)
		fault = MSG_ADDRESS_USER;
	if (rc != CURLUE_OK || strpbrk(text, "?#") != NULL ||
	    !enc_is_visible(text))
		goto out;
	address->path = skip_authority(url,
	    text + strlen(address->is_plain ? HTTP : HTTPS), &address->host);
	if (address->path != NULL)
		fault = MSG_NONE;
out:
	curl_url_cleanup(url);
	return fault;
}

static bool
is_loopback_host(const char *host)
{
	struct in_addr addr;

	return strcasecmp(host, "localhost") == 0 ||
	       strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &addr) == 1 &&
		   ntohl(addr.s_addr) >> 24 == 127);
}

static int
check_text(const char *name, const char *text, bool is_site, struct err *err)
{
	struct address address = {.host = BUF_INIT, .path = ""};
	enum msg_id fault = parse_address(text, &address);

	if (is_site && (fault == MSG_ADDRESS_FORM ||
			   (fault == MSG_NONE && *address.path != '\0')))
		fault = MSG_ADDRESS_PATH;
	if (fault == MSG_NONE && address.is_plain &&
	    !is_loopback_host(address.host.s))
		fault = MSG_ADDRESS_PLAIN;
	buf_release(&address.host);
	if (fault == MSG_NONE)
		return 0;
	err_set(err, ERR_SETTING, fault);
	return err_value(err, "%s", name);
}

int
address_check(const char *name, const char *url, struct err *err)
{
	return check_text(name, url, false, err);
}

int
address_check_site(const char *name, const char *url, struct err *err)
{
	return check_text(name, url, true, err);
}

/* Append the address without the user and password before its host; false if
 * libcurl reads none there. */
static bool
drop_user(const char *text, struct buf *out)
{
	const char *host = strrchr(text, '@');
	CURLU *url = curl_url();
	bool is_good = curl_url_set(url, CURLUPART_URL, text, 0) == CURLUE_OK &&
		       read_part(url, CURLUPART_USER, out) && out->len > 0;

	curl_url_cleanup(url);
	buf_reset(out);
	buf_adds(out, std_starts(text, HTTPS) ? HTTPS : HTTP);
	buf_adds(out, host + 1);
	return is_good;
}

int
address_check_proxy(const char *name, const char *text, struct err *err)
{
	struct address address = {.host = BUF_INIT, .path = ""};
	struct buf bare = BUF_INIT;
	bool is_good = std_starts(text, HTTP) || std_starts(text, HTTPS);

	if (is_good && strchr(text, '@') != NULL)
		is_good = drop_user(text, &bare);
	else
		buf_adds(&bare, text);
	is_good = is_good && enc_is_visible(text) &&
		  parse_address(bare.s, &address) == MSG_NONE &&
		  *address.path == '\0';
	explicit_bzero(bare.s, bare.len);
	buf_release(&bare);
	buf_release(&address.host);
	if (is_good)
		return 0;
	err_set(err, ERR_SETTING, MSG_ADDRESS_PROXY);
	return err_value(err, "%s", name);
}

bool
address_is_loopback(const char *url)
{
	struct address address = {.host = BUF_INIT, .path = ""};
	bool is = parse_address(url, &address) == MSG_NONE &&
		  is_loopback_host(address.host.s);

	buf_release(&address.host);
	return is;
}
