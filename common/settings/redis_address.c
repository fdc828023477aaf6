#include "settings/redis_address.h"

#include <curl/curl.h>
#include <strings.h>

#include "base/std.h"
#include "settings/address.h"

#define PLAIN_PORT  6379
#define AZURE_PORT  6380 /* with TLS, if the string names none */
#define PATH_MAX_UN 107  /* unix(7) */
#define NUMBER_MAX  9999

static void
wipe(struct buf *b)
{
	explicit_bzero(b->s, b->len);
	buf_release(b);
}

void
redis_address_release(struct redis_address *address)
{
	buf_release(&address->path);
	buf_release(&address->host);
	wipe(&address->user);
	wipe(&address->password);
	address->has_tls = false;
	address->port = address->number = 0;
}

/* Read a number that is all of the text. */
static bool
read_small(const char *text, long min, long max, long *out)
{
	size_t len = strspn(text, "0123456789");

	if (len == 0 || len > 5 || text[len] != '\0')
		return false;
	*out = strtol(text, NULL, 10);
	return *out >= min && *out <= max;
}

/* Set out to a part of the address that libcurl has found; false if there is
 * none. */
static bool
take_url_part(CURLU *url, CURLUPart what, unsigned flags, struct buf *out)
{
	char *part = NULL;

	if (curl_url_get(url, what, &part, flags) != CURLUE_OK)
		return false;
	buf_reset(out);
	buf_adds(out, part);
	explicit_bzero(part, strlen(part));
	curl_free(part);
	return true;
}

static bool
read_url_parts(CURLU *url, struct redis_address *address)
{
	struct buf part = BUF_INIT;
	bool good = take_url_part(url, CURLUPART_HOST, 0, &address->host);

	address->port = PLAIN_PORT;
	if (good && take_url_part(url, CURLUPART_PORT, 0, &part))
		good = read_small(part.s, 1, 65535, &address->port);
	take_url_part(url, CURLUPART_USER, CURLU_URLDECODE, &address->user);
	take_url_part(
	    url, CURLUPART_PASSWORD, CURLU_URLDECODE, &address->password);
	if (good && take_url_part(url, CURLUPART_PATH, 0, &part) &&
	    strcmp(part.s, "/") != 0 && part.len > 0)
		good = read_small(part.s + 1, 0, NUMBER_MAX, &address->number);
	if (take_url_part(url, CURLUPART_QUERY, 0, &part) ||
	    take_url_part(url, CURLUPART_FRAGMENT, 0, &part))
		good = false;
	if (address->user.len > 0 && address->password.len == 0)
		good =
		    false; /* "redis://PASSWORD@HOST": its colon is missing */
	buf_release(&part);
	return good;
}

static bool
read_url(const char *text, struct redis_address *address)
{
	CURLU *url = curl_url();
	/* libcurl takes "///0" for the host 0. */
	bool good = strstr(text, ":///") == NULL &&
		    curl_url_set(url, CURLUPART_URL, text,
			CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
		    read_url_parts(url, address);

	curl_url_cleanup(url);
	address->has_tls = std_starts(text, "rediss:");
	return good;
}

/* Read what stands before the '@' as in an address. */
static bool
read_login(const char *text, size_t len, struct redis_address *address)
{
	struct buf url = BUF_INIT;
	bool good;

	buf_adds(&url, "redis://");
	buf_add(&url, text, len);
	buf_adds(&url, "@localhost");
	good = read_url(url.s, address) && address->password.len > 0;
	buf_reset(&address->host);
	wipe(&url);
	return good;
}

static bool
read_socket(const char *text, struct redis_address *address)
{
	const char *path = text + strlen("unix:"), *query, *at;
	size_t len;

	if (std_starts(path, "//")) {
		path += 2;
		at = strstr(path, "@/");
		if (at != NULL &&
		    !read_login(path, (size_t)(at - path), address))
			return false;
		path = at != NULL ? at + 1 : path;
	}
	query = strchr(path, '?');
	len = query != NULL ? (size_t)(query - path) : strlen(path);
	buf_add(&address->path, path, len);
	if (query != NULL &&
	    (!std_starts(query, "?db=") ||
		!read_small(query + 4, 0, NUMBER_MAX, &address->number)))
		return false;
	return *path == '/' && len > 1 && len <= PATH_MAX_UN;
}

/* Return the value of the option if the part is one of that name, else NULL. */
static const char *
option_value(const char *part, size_t len, const char *name)
{
	size_t n = strlen(name);

	return len > n && part[n] == '=' && strncasecmp(part, name, n) == 0
		   ? part + n + 1
		   : NULL;
}

/* Take an option of Azure's form; ignore those of other clients. */
static bool
take_option(struct redis_address *address, const char *part, size_t len)
{
	struct buf number = BUF_INIT;
	const char *end = part + len, *value;
	bool good = memchr(part, '=', len) != NULL;

	if ((value = option_value(part, len, "password")) != NULL) {
		buf_set(&address->password, value, (size_t)(end - value));
	} else if ((value = option_value(part, len, "user")) != NULL) {
		buf_set(&address->user, value, (size_t)(end - value));
	} else if ((value = option_value(part, len, "ssl")) != NULL) {
		address->has_tls =
		    end - value == 4 && strncasecmp(value, "true", 4) == 0;
	} else if ((value = option_value(part, len, "defaultDatabase")) !=
		   NULL) {
		buf_add(&number, value, (size_t)(end - value));
		good = read_small(number.s, 0, NUMBER_MAX, &address->number);
	}
	buf_release(&number);
	return good;
}

/* Split HOST[:PORT]; an IPv6 address stands in brackets. */
static bool
take_host(struct redis_address *address, const char *part, size_t len)
{
	struct buf text = BUF_INIT;
	char *port;
	bool good = len > 0;

	buf_add(&text, part, len);
	port = strrchr(text.s, ':');
	if (port != NULL && strchr(port, ']') == NULL) {
		good = read_small(port + 1, 1, 65535, &address->port);
		len = (size_t)(port - text.s);
	}
	buf_set(&address->host, text.s, len);
	buf_release(&text);
	return good && len > 0;
}

static bool
read_azure(const char *text, struct redis_address *address)
{
	size_t len = strcspn(text, ",");
	bool good = take_host(address, text, len);

	for (text += len; good && *text == ','; text += len) {
		text++;
		len = strcspn(text, ",");
		good = len == 0 || take_option(address, text, len);
	}
	if (address->port == 0)
		address->port = address->has_tls ? AZURE_PORT : PLAIN_PORT;
	return good;
}

/* Find what is wrong with host and port by the rule that all addresses have;
 * MSG_NONE if nothing is. */
static enum msg_id
judge_host(const struct redis_address *address, enum msg_id form)
{
	struct buf url = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	buf_addf(&url, "%s://%s:%ld", address->has_tls ? "https" : "http",
	    address->host.s, address->port);
	rc = address_check_site("", url.s, &err);
	buf_release(&url);
	if (rc == 0)
		return MSG_NONE;
	return err.msg.id == MSG_ADDRESS_PLAIN ? MSG_REDIS_PLAIN : form;
}

static enum msg_id
read_text(const char *text, struct redis_address *address)
{
	if (std_starts(text, "unix:"))
		return read_socket(text, address) ? MSG_NONE : MSG_REDIS_FORM;
	if (std_starts(text, "redis://") || std_starts(text, "rediss://"))
		return read_url(text, address)
			   ? judge_host(address, MSG_REDIS_FORM)
			   : MSG_REDIS_FORM;
	if (strstr(text, "://") != NULL)
		return MSG_REDIS_FORM;
	return read_azure(text, address)
		   ? judge_host(address, MSG_REDIS_AZURE_FORM)
		   : MSG_REDIS_AZURE_FORM;
}

int
redis_address_parse(struct redis_address *address, const char *name,
    const char *text, struct err *err)
{
	enum msg_id fault = read_text(text, address);

	if (fault == MSG_NONE)
		return 0;
	redis_address_release(address);
	err_set(err, ERR_SETTING, fault);
	return err_value(err, "%s", name);
}

int
redis_address_check(const char *name, const char *text, struct err *err)
{
	struct redis_address address = REDIS_ADDRESS_INIT;
	int rc = redis_address_parse(&address, name, text, err);

	redis_address_release(&address);
	return rc;
}
