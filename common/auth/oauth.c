#include "auth/oauth.h"

#include <sodium.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/std.h"
#include "host/meters.h"

#define REPLY_MAX        ((size_t)64 << 10)
#define WORDS_MAX        60
#define GITHUB_TOKEN_MAX 1000
#define BASE64URL        sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define WORD_CHARS       "abcdefghijklmnopqrstuvwxyz_"
#define FORM             "Content-Type: application/x-www-form-urlencoded"
#define AGENT            "User-Agent: codex-miroir"

void
oauth_challenge(struct buf *out, const char *verifier)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char text[sodium_base64_ENCODED_LEN(sizeof hash, BASE64URL)];

	crypto_hash_sha256(
	    hash, (const unsigned char *)verifier, strlen(verifier));
	sodium_bin2base64(text, sizeof text, hash, sizeof hash, BASE64URL);
	buf_adds(out, text);
}

static void
add_form_field(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%s=", name);
	enc_percent(out, value, "");
}

void
oauth_page(struct buf *out, const struct oauth *oauth, const char *state,
    const char *verifier)
{
	buf_addf(out, "%s/login/oauth/authorize?", oauth->pages_url);
	add_form_field(out, "client_id", oauth->client_id);
	add_form_field(out, "&redirect_uri", oauth->redirect_url);
	add_form_field(out, "&state", state);
	buf_adds(out, "&code_challenge_method=S256&code_challenge=");
	oauth_challenge(out, verifier);
}

/* Answers. */

static int
refuse_answer(struct json_object *json, const char *error, struct err *err)
{
	bool is_word = error != NULL && strlen(error) <= WORDS_MAX &&
		       strspn(error, WORD_CHARS) == strlen(error);

	/* The person can mend this one by logging in again. */
	if (std_streq(error, "bad_verification_code"))
		err_set(err, ERR_VALUE, MSG_LOGIN_UNCONFIRMED);
	else if (json == NULL || error == NULL)
		err_set(err, ERR_GITHUB, MSG_LOGIN_ANSWER_BROKEN);
	else
		err_set(err, ERR_GITHUB, MSG_LOGIN_DENIED);
	/* Log `error` only if it is a plain word: the answer may hold
	 * anything, a token included. */
	return err_detail(err, "github: token: %s",
	    is_word ? error : "an answer that is none");
}

/* Return true if the text may stand in a header: visible ASCII, so that it
 * cannot end the line and start another header. */
static bool
is_token(const char *s)
{
	size_t len = strlen(s);

	return len > 0 && len <= GITHUB_TOKEN_MAX && enc_is_visible(s);
}

int
oauth_read_token(const struct buf *answer, struct buf *token, struct err *err)
{
	struct json_object *json = NULL;
	struct err ignored;
	const char *value;
	int rc = -1;

	if (json_parse(answer->s, answer->len, &json, &ignored) == -1)
		json = NULL;
	value = json_get_str(json, "access_token");
	if (value == NULL || !is_token(value) ||
	    json_get(json, "error", json_type_string) != NULL) {
		refuse_answer(json, json_get_str(json, "error"), err);
	} else {
		buf_adds(token, value);
		rc = 0;
	}
	json_object_put(json);
	return rc;
}

int
oauth_read_user(
    const struct buf *answer, struct oauth_user *user, struct err *err)
{
	struct json_object *json = NULL;
	const char *login;
	int64_t id;
	int rc = 0;

	if (json_parse(answer->s, answer->len, &json, err) == -1)
		json = NULL;
	login = json_get_str(json, "login");
	id = json_get_int(json, "id", 0);
	if (login == NULL || *login == '\0' ||
	    strlen(login) > OAUTH_LOGIN_MAX || id <= 0) {
		err_set(err, ERR_GITHUB, MSG_LOGIN_ANSWER_BROKEN);
		rc = err_detail(err, "github: user: an answer that is none");
	} else {
		user->id = id;
		snprintf(user->login, sizeof user->login, "%s", login);
	}
	json_object_put(json);
	return rc;
}

/* Requests. */

/* Set the error for a request that got no answer with status 200. */
static int
fail_request(
    const struct http_request *request, const char *what, struct err *err)
{
	bool slow = request->fault != HTTP_ANSWERED &&
		    request->us / 1000 >= request->timeout_ms;

	if (slow)
		err_set(err, ERR_SLOW, MSG_LOGIN_SLOW);
	else if (request->fault != HTTP_ANSWERED)
		err_set(err, ERR_GITHUB, MSG_LOGIN_UNREACHABLE);
	else if (request->status == 429 || request->status == 403)
		err_set(err, ERR_BUSY, MSG_LOGIN_LIMITED);
	else
		err_set(err, ERR_GITHUB, MSG_LOGIN_UNAVAILABLE);
	return err_detail(err, "github: %s: status %d %s", what,
	    request->status,
	    request->fault != HTTP_ANSWERED ? request->why : "");
}

/* Send one request.  Both requests of a login share the time until `end`, on
 * the monotonic clock. */
static int
ask_oauth(const struct oauth *oauth, struct http *http,
    struct http_request *request, int64_t end, const char *what,
    struct err *err)
{
	int64_t left = end - clock_monotonic_ms();

	request->timeout_ms = left > 0 ? (long)left : 1;
	request->reply_max = REPLY_MAX;
	http_run(http, request, 1);
	meters_count_http(oauth->meters, request);
	if (request->fault != HTTP_ANSWERED || request->status != 200)
		return fail_request(request, what, err);
	return 0;
}

static void
wipe_request(struct buf *b)
{
	sodium_memzero(b->s, b->cap);
	buf_release(b);
}

static void
write_code_form(struct buf *out, const struct oauth *oauth, const char *code,
    const char *verifier)
{
	/* Reserve all memory at once: growing would leave copies of the secret
	 * behind that are not wiped. */
	buf_reserve(
	    out, 3 * (strlen(oauth->client_id) + strlen(oauth->client_secret) +
			 strlen(code) + strlen(oauth->redirect_url)) +
		     strlen(verifier) + 200);
	add_form_field(out, "client_id", oauth->client_id);
	add_form_field(out, "&client_secret", oauth->client_secret);
	add_form_field(out, "&code", code);
	add_form_field(out, "&redirect_uri", oauth->redirect_url);
	add_form_field(out, "&code_verifier", verifier);
}

static int
ask_token(const struct oauth *oauth, struct http *http, const struct buf *form,
    int64_t end, struct buf *token, struct err *err)
{
	static const char *const headers[] = {
	    "Accept: application/json", FORM, AGENT};
	struct buf url = BUF_INIT;
	struct http_request request = {
	    .method = "POST",
	    .headers = headers,
	    .n_headers = ARRAY_LEN(headers),
	    .body = form->s,
	    .len = form->len,
	    /* A code is good for one exchange: a second try would be
	     * refused even if the first one succeeded. */
	    .once = true,
	    .reply = BUF_INIT,
	};
	int rc;

	buf_addf(&url, "%s/login/oauth/access_token", oauth->pages_url);
	request.url = url.s;
	rc = ask_oauth(oauth, http, &request, end, "token", err);
	if (rc == 0)
		rc = oauth_read_token(&request.reply, token, err);
	wipe_request(&request.reply);
	buf_release(&url);
	return rc;
}

static int
ask_user(const struct oauth *oauth, struct http *http, const struct buf *token,
    int64_t end, struct oauth_user *user, struct err *err)
{
	struct buf url = BUF_INIT, authorization = BUF_INIT;
	const char *headers[] = {NULL, "Accept: application/vnd.github+json",
	    "X-GitHub-Api-Version: 2022-11-28", AGENT};
	struct http_request request = {
	    .method = "GET",
	    .headers = headers,
	    .n_headers = ARRAY_LEN(headers),
	    .reply = BUF_INIT,
	};
	int rc;

	buf_reserve(&authorization, token->len + 40);
	buf_addf(&authorization, "Authorization: Bearer %s", token->s);
	headers[0] = authorization.s;
	buf_addf(&url, "%s/user", oauth->api_url);
	request.url = url.s;
	rc = ask_oauth(oauth, http, &request, end, "user", err);
	if (rc == 0)
		rc = oauth_read_user(&request.reply, user, err);
	http_release(&request, 1);
	wipe_request(&authorization);
	buf_release(&url);
	return rc;
}

int
oauth_exchange(const struct oauth *oauth, struct http *http, const char *code,
    const char *verifier, struct oauth_user *user, struct err *err)
{
	struct buf form = BUF_INIT, token = BUF_INIT;
	int64_t end = clock_monotonic_ms() + OAUTH_TIMEOUT_MS;
	int rc;

	write_code_form(&form, oauth, code, verifier);
	buf_reserve(&token, GITHUB_TOKEN_MAX);
	rc = ask_token(oauth, http, &form, end, &token, err);
	if (rc == 0)
		rc = ask_user(oauth, http, &token, end, user, err);
	wipe_request(&form);
	wipe_request(&token);
	return rc;
}
