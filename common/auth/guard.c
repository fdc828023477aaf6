#include "auth/guard.h"

#include <sodium.h>
#include <strings.h>

#include "app/cache.h"
#include "auth/account.h"
#include "auth/allowlist.h"
#include "auth/api_token.h"
#include "auth/guest.h"
#include "auth/user_rate.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "keys/session.h"
#include "settings/conf.h"
#include "store/names.h"

#define LOCAL     "local:"
#define PROOF_MIN 32 /* characters */

int
guard_check(const struct conf *conf, struct err *err)
{
	if (conf->auth != NULL &&
	    (!conf_is_local(conf) ||
		!names_user_ok(conf->auth + strlen(LOCAL))))
		return err_set(err, ERR_SETTING, MSG_CONF_AUTH_LOCAL);
	return 0;
}

int
guard_check_proof(const struct conf *conf, struct err *err)
{
	if (conf->proof == NULL && conf_is_local(conf))
		return 0;
	if (conf->proof == NULL || strlen(conf->proof) < PROOF_MIN)
		return err_set(err, ERR_SETTING, MSG_CONF_PROOF);
	return 0;
}

int
guard_proof(const struct conf *conf, const char *proof, struct err *err)
{
	size_t len = conf->proof != NULL ? strlen(conf->proof) : 0;

	if (conf->proof == NULL && conf_is_local(conf))
		return 0;
	if (proof != NULL && len > 0 && strlen(proof) == len &&
	    sodium_memcmp(proof, conf->proof, len) == 0)
		return 0;
	return err_set(err, ERR_FORBIDDEN, MSG_NOT_FROM_NGINX);
}

static int
refuse_login(struct err *err)
{
	return err_set(err, ERR_LOGIN, MSG_LOGIN_FIRST);
}

/* The person that the sender of a request has proved to be. */
struct person {
	char user[NAMES_USER_MAX + 1];
	int64_t id; /* GitHub's; 0 if unknown */
};

static int
admit_person(const struct auth *auth, const struct person *person,
    enum request_way way, struct request *request, struct err *err)
{
	if (!allowlist_has(auth->allowlist, person->user, person->id))
		return err_set(err, ERR_NOT_LISTED, MSG_USER_NOT_LISTED);
	memcpy(request->user, person->user, sizeof request->user);
	request->way = way;
	return 0;
}

/* Let in the user of the session cookie.  Return 1 if there is no cookie, or
 * its session is not good: the request may still have a Bearer token.  -1 if
 * the session is good and its user may not enter, or the store cannot tell. */
static int
admit_session(const struct auth *auth, struct request *request, struct err *err)
{
	struct buf value = BUF_INIT;
	struct person person;
	struct session session;
	int64_t now = app_now(auth->app);
	bool over = true;
	int rc = 1;

	if (!request_cookie(request, SESSION_COOKIE, &value) ||
	    session_parse(&session, auth->keyring, value.s, value.len, now) ==
		-1)
		goto out;
	rc = account_session_over(auth, &session, &over, err);
	if (rc == 0 && over)
		rc = 1;
	if (rc != 0)
		goto out;

	memcpy(person.user, session.user, sizeof person.user);
	person.id = session.id;
	rc = admit_person(auth, &person, REQUEST_SESSION, request, err);
	if (rc == 0 && session_renew(&session, now))
		session_print(
		    &request->set_cookie, auth->keyring, &session, now);
out:
	buf_release(&value);
	return rc;
}

static int
refuse_token(struct err *err)
{
	return err_set(err, ERR_LOGIN, MSG_TOKEN_INVALID);
}

/* Check that the list has the login, or the number that is bound to it. */
static int
check_listed_number(
    const struct auth *auth, struct person *person, struct err *err)
{
	if (account_id(auth, person->user, &person->id, err) == -1)
		return -1;
	return allowlist_has(auth->allowlist, person->user, person->id)
		   ? 0
		   : refuse_token(err);
}

/* An API token that a request shows, and what is learnt of it. */
struct shown_token {
	const char *text;
	struct person person; /* whom it names */
	struct api_token token;
	bool costs; /* the store a look */
};

/*
 * Check the token.  Where hosts share a store, look anew for one that memory does
 * not have, as another host may have made it: but after too many bad ones of the
 * address refuse it without a word about the token, which may be good.
 */
static int
check_stored_token(const struct auth *auth, const struct request *request,
    struct shown_token *shown, struct err *err)
{
	char *user = shown->person.user;
	int64_t now = app_now(auth->app);
	bool is_known = cache_find(auth->api_tokens, user) != NULL;

	if (api_token_check(auth, shown->text, user, &shown->token, err) == 0)
		return 0;
	if (!is_known || err->code != ERR_LOGIN ||
	    auth->app->conf.cache_revalidate_ms == CONF_OFF)
		return -1;
	*err = (struct err)ERR_INIT;
	if (guest_is_spent(auth->guests, request->guest, now))
		return user_rate_refuse(now, err);
	shown->costs = true;
	return api_token_recheck(auth, shown->text, user, &shown->token, err);
}

/*
 * Check the token of the user that it names.  The list comes first: a name that
 * is not on it costs no request to the store, unless the list has numbers.
 * What memory does not know costs some, so an address that has shown too many
 * bad tokens is refused there; each counts once, whatever it has cost.
 */
static int
check_api_token(const struct auth *auth, const struct request *request,
    struct shown_token *shown, struct err *err)
{
	struct person *person = &shown->person;
	int64_t now = app_now(auth->app);
	bool listed = allowlist_has(auth->allowlist, person->user, 0);

	if (!listed && !allowlist_has_ids(auth->allowlist)) {
		refuse_token(err);
		return -1;
	}
	shown->costs = cache_find(listed ? auth->api_tokens : auth->ids,
			   person->user) == NULL;
	if (shown->costs && guest_is_spent(auth->guests, request->guest, now)) {
		user_rate_refuse(now, err);
		return -1;
	}
	if ((listed || check_listed_number(auth, person, err) == 0) &&
	    check_stored_token(auth, request, shown, err) == 0)
		return 0;
	/* A store that does not answer says nothing about the token. */
	if (shown->costs && err->code == ERR_LOGIN)
		guest_fail(auth->guests, request->guest, now);
	return -1;
}

static int
admit_api_token(const struct auth *auth, const char *text,
    struct request *request, struct err *err)
{
	struct shown_token shown = {.text = text};

	if (api_token_user(text, shown.person.user) == -1)
		return refuse_token(err);
	if (check_api_token(auth, request, &shown, err) == -1 ||
	    admit_person(auth, &shown.person, REQUEST_BEARER, request, err) ==
		-1)
		return -1;
	request->read_only = !shown.token.may_write;
	memcpy(request->token_id, shown.token.id, sizeof request->token_id);
	return 0;
}

/* Read `<id> <login>` of codex-auth; a user is the login in lower case.  -1
 * for any other text and for a login that is no user name here. */
static int
read_person(const char *s, struct person *person)
{
	size_t digits = strspn(s, "0123456789"), i;
	const char *login = s + digits + 1;

	if (digits == 0 || digits > 18 || s[digits] != ' ' ||
	    strlen(login) > NAMES_USER_MAX)
		return -1;
	person->id = strtoll(s, NULL, 10);
	for (i = 0; i <= strlen(login); i++)
		person->user[i] = login[i] >= 'A' && login[i] <= 'Z'
				      ? (char)(login[i] - 'A' + 'a')
				      : login[i];
	return names_user_ok(person->user) && person->id > 0 ? 0 : -1;
}

/*
 * Return the verdict in CODEX_BEARER: `<status> <verdict>`, where nginx puts
 * the HTTP status of its question to codex-auth in front.  No status means
 * that nginx did not ask; one other than 200 that codex-auth did not answer.
 */
static const char *
read_bearer_answer(const char *said)
{
	const char *good = "200 ";

	if (said == NULL || *said == '\0' || *said == ' ')
		return "denied";
	return std_starts(said, good) ? said + strlen(good) : "unavailable";
}

/* Check the list before the binding: a person that is not on it must not bind
 * a name that another person may come with later. */
static int
admit_github(const struct auth *auth, struct request *request, struct err *err)
{
	const char *said = read_bearer_answer(request->bearer);
	struct person person;
	int64_t bound;

	if (std_streq(said, "unavailable"))
		return err_set(err, ERR_UNKNOWN, MSG_GITHUB_WHO_UNKNOWN);
	if (std_streq(said, "limited"))
		return user_rate_refuse(app_now(auth->app), err);
	if (read_person(said, &person) == -1)
		return refuse_token(err);
	if (!allowlist_has(auth->allowlist, person.user, person.id))
		return admit_person(
		    auth, &person, REQUEST_BEARER, request, err);
	if (account_id(auth, person.user, &bound, err) == -1 ||
	    (bound != person.id &&
		account_bind(auth, person.user, person.id, err) == -1))
		return -1;
	return admit_person(auth, &person, REQUEST_BEARER, request, err);
}

static int
admit_bearer(const struct auth *auth, struct request *request, struct err *err)
{
	const char *text = request->authorization;
	const char *scheme = "Bearer ";

	if (text == NULL || strncasecmp(text, scheme, strlen(scheme)) != 0)
		return refuse_login(err);
	text += strlen(scheme);
	text += strspn(text, " ");
	if (std_starts(text, API_TOKEN_PREFIX))
		return admit_api_token(auth, text, request, err);
	return admit_github(auth, request, err);
}

int
guard_user(const struct auth *auth, struct request *request, struct err *err)
{
	int rc;

	if (conf_is_local(&auth->app->conf) &&
	    guard_check(&auth->app->conf, err) == 0) {
		const char *user = auth->app->conf.auth + strlen(LOCAL);

		/* guard_check knows that it is no longer than a user's name. */
		memcpy(request->user, user, strlen(user) + 1);
		request->way = REQUEST_LOCAL;
		return 0;
	}
	if (auth->keyring == NULL)
		return refuse_login(err);
	rc = admit_session(auth, request, err);
	return rc == 1 ? admit_bearer(auth, request, err) : rc;
}

int
guard_person(const struct request *request, struct err *err)
{
	if (request->way != REQUEST_BEARER)
		return 0;
	return err_set(err, ERR_FORBIDDEN, MSG_BROWSER_ONLY);
}

int
guard_access(const struct request *request, struct err *err)
{
	if (!request->read_only)
		return 0;
	return err_set(err, ERR_READ_ONLY, MSG_TOKEN_READ_ONLY);
}

static bool
is_json(const char *type)
{
	const char *json = "application/json";
	size_t n = strlen(json);

	return type != NULL && strncasecmp(type, json, n) == 0 &&
	       (type[n] == '\0' || type[n] == ';' || type[n] == ' ');
}

/* Return true if `origin` is CODEX_BASE_URL.  Cut the default port of the
 * scheme from the URL first, as browsers leave it out of Origin (RFC 6454,
 * 6.2). */
static bool
is_our_origin(const struct app *app, const char *origin)
{
	const char *url = app->conf.base_url;
	const char *port = std_starts(url, "https:") ? ":443" : ":80";
	size_t n = strlen(url), k = strlen(port);

	if (n > k && strcmp(url + n - k, port) == 0)
		n -= k;
	return strlen(origin) == n && strncasecmp(origin, url, n) == 0;
}

/* Return true if the request comes from our own page.  Refuse one that has
 * neither header: a browser that sends neither gives no proof. */
static bool
is_same_origin(const struct app *app, const struct request *request)
{
	if (request->fetch_site == NULL && request->origin == NULL)
		return false;
	if (request->fetch_site != NULL &&
	    strcmp(request->fetch_site, "same-origin") != 0)
		return false;
	return request->origin == NULL || is_our_origin(app, request->origin);
}

int
guard_write(
    const struct app *app, const struct request *request, struct err *err)
{
	/* Of a request without a body nothing needs a type; but one that names
	 * a form's comes from a form, even an empty one. */
	bool has_type = request->body.len > 0 || request->body_too_large ||
			request->content_type != NULL;

	if (guard_access(request, err) == -1)
		return -1;
	if (request->way != REQUEST_BEARER && !is_same_origin(app, request))
		return err_set(err, ERR_ORIGIN, MSG_FOREIGN_PAGE);
	if (has_type && !is_json(request->content_type))
		return err_set(err, ERR_MEDIA_TYPE, MSG_BODY_NOT_JSON_TYPE);
	return 0;
}
