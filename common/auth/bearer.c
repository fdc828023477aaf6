#include "auth/bearer.h"

#include "base/buf.h"
#include "base/http.h"
#include "base/std.h"
#include "host/meters.h"

#include <sodium.h>
#include <strings.h>

#define SLOTS      1024
#define BEARER_MAX 255 /* bytes; GitHub's tokens are shorter */
#define REPLY_MAX  ((size_t)64 << 10)

struct slot {
	unsigned char hash[crypto_generichash_BYTES];
	int64_t until_ms; /* end of the verdict; 0: the slot is empty */
	int64_t made_ms;
	struct oauth_user user; /* the owner; id 0: the token is bad */
};

/* A token takes the slot of another with the same place; when that one comes
 * again, GitHub is asked again.  So memory is bounded without a list to
 * keep. */
struct bearer {
	const char *api_url;
	struct http *http;
	struct meters *meters;
	int64_t down_until_ms;
	int64_t minute; /* of the clock, since 1970 */
	unsigned asked; /* questions to GitHub in this minute */
	unsigned char key[crypto_generichash_KEYBYTES];
	struct slot slots[SLOTS];
};

struct bearer *
bearer_new(const struct conf *conf, struct meters *meters, struct err *err)
{
	struct http *http = http_new(conf->http_proxy, err);
	struct bearer *bearer;

	if (http == NULL)
		return NULL;
	bearer = std_zalloc(sizeof *bearer);
	bearer->api_url = conf->github_api_url;
	bearer->http = http;
	bearer->meters = meters;
	randombytes_buf(bearer->key, sizeof bearer->key);
	return bearer;
}

void
bearer_free(struct bearer *bearer)
{
	if (bearer == NULL)
		return;
	http_free(bearer->http);
	sodium_memzero(bearer, sizeof *bearer);
	free(bearer);
}

static bool
is_github_token(const char *token)
{
	static const char *const prefixes[] = {
	    "ghp_", "gho_", "ghu_", "github_pat_"};
	size_t i, len = strlen(token);

	if (len > BEARER_MAX ||
	    strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			  "0123456789_") != len)
		return false;
	for (i = 0; i < ARRAY_LEN(prefixes); i++)
		if (std_starts(token, prefixes[i]))
			return true;
	return false;
}

static struct slot *
find_memory(struct bearer *bearer, const unsigned char *hash)
{
	uint32_t n;

	memcpy(&n, hash, sizeof n);
	return &bearer->slots[n % SLOTS];
}

static const char *
find_field(const struct http_field *want)
{
	return want->value.s;
}

/* Return true if GitHub wants a pause, which it says with 403, too: such a
 * verdict must not be remembered as a bad token. */
static bool
is_rate_limited(const struct http_request *request)
{
	return request->status == 429 ||
	       (request->status == 403 &&
		   (find_field(&request->want[0])[0] != '\0' ||
		       strcmp(find_field(&request->want[1]), "0") == 0));
}

/* Take GitHub's verdict into the slot.  -1 if the answer says nothing about
 * the token, so that a fault of GitHub is not remembered against it. */
static int
judge_github(const struct http_request *request, struct slot *slot)
{
	struct err err = ERR_INIT;

	if (request->fault != HTTP_ANSWERED || is_rate_limited(request))
		return -1;
	if (request->status == 200)
		return oauth_read_user(&request->reply, &slot->user, &err);
	/* The token of an installation belongs to no person; GitHub answers
	 * 403 then (platforms.md). */
	return request->status == 401 || request->status == 403 ||
		       request->status == 404
		   ? 0
		   : -1;
}

static int
ask_github(struct bearer *bearer, const char *token, struct slot *slot)
{
	struct http_field want[] = {
	    {.name = "Retry-After", .value = BUF_INIT},
	    {.name = "X-RateLimit-Remaining", .value = BUF_INIT},
	};
	struct buf url = BUF_INIT, authorization = BUF_INIT;
	int rc;

	buf_addf(&url, "%s/user", bearer->api_url);
	buf_addf(&authorization, "Authorization: Bearer %s", token);
	const char *const headers[] = {
	    authorization.s,
	    "Accept: application/vnd.github+json",
	    "X-GitHub-Api-Version: 2022-11-28",
	    "User-Agent: codex-miroir",
	};
	struct http_request request = {
	    .method = "GET",
	    .url = url.s,
	    .headers = headers,
	    .n_headers = ARRAY_LEN(headers),
	    .want = want,
	    .n_want = ARRAY_LEN(want),
	    .reply_max = REPLY_MAX,
	    .timeout_ms = BEARER_TIMEOUT_MS,
	    .reply = BUF_INIT,
	};
	http_run(bearer->http, &request, 1);
	meters_count_http(bearer->meters, &request);
	rc = judge_github(&request, slot);
	http_release(&request, 1);
	sodium_memzero(authorization.s, authorization.len);
	buf_release(&authorization);
	buf_release(&url);
	return rc;
}

/* Return true if the slot holds a verdict about this token that still counts.
 * If it was made in the future, the clock has been set back, and nothing tells
 * its age. */
static bool
is_remembered(
    const struct slot *slot, const unsigned char *hash, int64_t now_ms)
{
	return sodium_memcmp(slot->hash, hash, sizeof slot->hash) == 0 &&
	       now_ms >= slot->made_ms && now_ms < slot->until_ms;
}

/* Return true if GitHub may be asked now, and count the question. */
static bool
may_ask_github(struct bearer *bearer, int64_t now_ms)
{
	if (now_ms < bearer->down_until_ms)
		return false;
	if (now_ms / 60000 != bearer->minute) {
		bearer->minute = now_ms / 60000;
		bearer->asked = 0;
	}
	return bearer->asked++ < BEARER_MINUTE_MAX;
}

/* Ask GitHub, if the quota allows it, and set *asked.  Fill the slot's verdict;
 * -1 if there is none. */
static int
ask_anew(struct bearer *bearer, const char *token, int64_t now_ms,
    struct slot *slot, bool *asked)
{
	*asked = may_ask_github(bearer, now_ms);
	if (!*asked)
		return -1;
	if (ask_github(bearer, token, slot) == -1) {
		bearer->down_until_ms = now_ms + BEARER_DOWN_MS;
		return -1;
	}
	slot->until_ms =
	    now_ms + (slot->user.id > 0 ? BEARER_GOOD_MS : BEARER_BAD_MS);
	return 0;
}

static void
print_verdict(struct buf *out, const struct slot *slot)
{
	if (slot->user.id > 0)
		buf_addf(
		    out, "%lld %s", (long long)slot->user.id, slot->user.login);
	else
		buf_adds(out, "denied");
}

static bool
judge_token(struct bearer *bearer, const char *token, bool may_ask,
    int64_t now_ms, struct buf *out)
{
	struct slot fresh = {.made_ms = now_ms};
	bool asked = false;
	struct slot *slot;

	crypto_generichash(fresh.hash, sizeof fresh.hash,
	    (const unsigned char *)token, strlen(token), bearer->key,
	    sizeof bearer->key);
	slot = find_memory(bearer, fresh.hash);
	if (is_remembered(slot, fresh.hash, now_ms)) {
		print_verdict(out, slot);
	} else if (!may_ask) {
		buf_adds(out, "limited");
	} else if (ask_anew(bearer, token, now_ms, &fresh, &asked) == -1) {
		buf_adds(out, "unavailable");
	} else {
		*slot = fresh;
		print_verdict(out, slot);
	}
	return asked && fresh.user.id == 0;
}

bool
bearer_ask(struct bearer *bearer, const char *authorization, bool may_ask,
    int64_t now_ms, struct buf *out)
{
	const char *scheme = "Bearer ";

	if (authorization != NULL &&
	    strncasecmp(authorization, scheme, strlen(scheme)) == 0) {
		authorization += strlen(scheme);
		authorization += strspn(authorization, " ");
		if (is_github_token(authorization))
			return judge_token(
			    bearer, authorization, may_ask, now_ms, out);
	}
	buf_adds(out, "denied");
	return false;
}
