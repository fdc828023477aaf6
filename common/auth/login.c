#include "auth/login.h"

#include <ctype.h>

#include "app/app.h"
#include "auth/account.h"
#include "auth/allowlist.h"
#include "auth/guard.h"
#include "auth/guest.h"
#include "auth/login_page.h"
#include "auth/oauth.h"
#include "auth/user_rate.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/http.h"
#include "base/json.h"
#include "base/std.h"
#include "keys/login_ticket.h"
#include "keys/session.h"
#include "settings/conf.h"
#include "store/names.h"
#include "sync/trigger.h"

struct login {
	const struct auth *auth;
	struct http *http;
	struct oauth oauth;
	struct buf redirect_url;
};

int
login_open(const struct auth *auth, struct login **out, struct err *err)
{
	const struct conf *conf = &auth->app->conf;
	struct login *login;
	struct http *http;

	*out = NULL;
	if (conf_is_local(conf))
		return 0;
	if (conf->oauth_client_id == NULL || conf->oauth_client_secret == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_OAUTH_TOGETHER);
	http = http_new(conf->http_proxy, err);
	if (http == NULL)
		return -1;

	login = std_zalloc(sizeof *login);
	login->auth = auth;
	login->http = http;
	buf_init(&login->redirect_url);
	buf_addf(&login->redirect_url, "%s/auth/callback", conf->base_url);
	login->oauth = (struct oauth){
	    .pages_url = conf->github_oauth_url,
	    .api_url = conf->github_api_url,
	    .client_id = conf->oauth_client_id,
	    .client_secret = conf->oauth_client_secret,
	    .redirect_url = login->redirect_url.s,
	    .meters = auth->app->meters,
	};
	*out = login;
	return 0;
}

void
login_close(struct login *login)
{
	if (login == NULL)
		return;
	http_free(login->http);
	buf_release(&login->redirect_url);
	free(login);
}

void
login_begin(
    struct login *login, const struct request *request, struct reply *reply)
{
	struct buf wanted = BUF_INIT, cookie = BUF_INIT, page = BUF_INIT;
	struct login_ticket ticket = LOGIN_TICKET_INIT;

	request_query(request, "return", &wanted);
	login_ticket_make(&ticket, wanted.s, app_now(login->auth->app));
	login_ticket_print(&cookie, login->auth->keyring, &ticket);
	oauth_page(&page, &login->oauth, ticket.state, ticket.verifier);
	reply->status = 302;
	reply_header(reply, "Set-Cookie", cookie.s);
	reply_header(reply, "Location", page.s);
	login_ticket_release(&ticket);
	buf_release(&wanted);
	buf_release(&cookie);
	buf_release(&page);
}

/* The page of a login that failed. */

static void
reply_page(struct reply *reply, const struct err *err, const char *back)
{
	char text[MSG_TEXT_MAX];

	/* Keep status and Retry-After of the JSON answer; replace the body. */
	reply_error(reply, err);
	reply->type = "text/html";
	buf_reset(&reply->body);
	login_page_print(&reply->body, err_text(err, text), back);
}

/* The callback. */

static int
read_ticket(const struct login *login, const struct request *request,
    struct login_ticket *ticket, struct err *err)
{
	struct buf cookie = BUF_INIT, state = BUF_INIT;
	int rc = -1;

	if (!request_cookie(request, LOGIN_TICKET_COOKIE, &cookie) ||
	    login_ticket_parse(ticket, login->auth->keyring, cookie.s,
		cookie.len, app_now(login->auth->app)) == -1)
		err_set(err, ERR_VALUE, MSG_LOGIN_EXPIRED);
	else if (!request_query(request, "state", &state) ||
		 !login_ticket_is_state(ticket, state.s))
		err_set(err, ERR_VALUE, MSG_LOGIN_OTHER);
	else
		rc = 0;
	buf_release(&cookie);
	buf_release(&state);
	return rc;
}

/* Read the code from the address.  GitHub reports a refusal there, too, as
 * `error`; access_denied means that the person said no (RFC 6749, 4.1.2.1). */
static int
read_code(const struct request *request, struct buf *code, struct err *err)
{
	struct buf error = BUF_INIT;
	int rc = 0;

	if (request_query(request, "error", &error))
		rc = strcmp(error.s, "access_denied") == 0
			 ? err_set(err, ERR_FORBIDDEN, MSG_LOGIN_CANCELLED)
			 : err_set(err, ERR_GITHUB, MSG_LOGIN_DENIED);
	else if (!request_query(request, "code", code) || code->len == 0)
		rc = err_set(err, ERR_VALUE, MSG_LOGIN_INCOMPLETE);
	buf_release(&error);
	return rc;
}

/* Make the user name of a login.  Refuse one that is no user name here, as
 * keys of the store are made from it. */
static int
name_user(const struct oauth_user *who, char user[NAMES_USER_MAX + 1],
    struct err *err)
{
	char small[OAUTH_LOGIN_MAX + 1], *s;

	snprintf(small, sizeof small, "%s", who->login);
	for (s = small; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
	if (!names_user_ok(small)) {
		err_set(err, ERR_FORBIDDEN, MSG_LOGIN_NAME_UNFIT);
		return err_value(err, "%s", who->login);
	}
	memcpy(user, small, strlen(small) + 1);
	return 0;
}

/* Check the list before the user is bound or marked: a person that is not on
 * it must leave nothing in the store. */
static int
check_listed(struct login *login, const struct oauth_user *who,
    const char *user, struct err *err)
{
	if (allowlist_has(login->auth->allowlist, user, who->id))
		return 0;
	err_set(err, ERR_NOT_LISTED, MSG_LOGIN_NOT_LISTED);
	err_value(err, "%s", who->login);
	return err_detail(
	    err, "%s (%lld) is not listed", user, (long long)who->id);
}

/* Mark the user before they are bound: if this crashes in between, the next
 * login still counts as the first, and their tasks are fetched. */
static int
bind_user(struct login *login, const char *user, int64_t id, struct err *err)
{
	int64_t bound;

	if (account_id(login->auth, user, &bound, err) == -1)
		return -1;
	if (bound == 0 && conf_has_repo(&login->auth->app->conf) &&
	    trigger_start(login->auth->app, user, err) == -1)
		return -1;
	return account_bind(login->auth, user, id, err);
}

static int
start_session(struct login *login, const char *user, int64_t id,
    struct reply *reply, struct err *err)
{
	int64_t now = app_now(login->auth->app), epoch;
	struct buf cookie = BUF_INIT;
	struct session session;

	if (account_epoch(login->auth, user, &epoch, err) == -1)
		return -1;
	session_start(&session, id, user, epoch, now);
	session_print(&cookie, login->auth->keyring, &session, now);
	reply_header(reply, "Set-Cookie", cookie.s);
	buf_release(&cookie);
	return 0;
}

/* Ask GitHub whose the code is.  An address that comes with codes that are
 * none may hold up a process no longer (guest.h). */
static int
ask_who(struct login *login, const struct request *request, const char *code,
    const struct login_ticket *ticket, struct oauth_user *who, struct err *err)
{
	const struct user_rates *guests = login->auth->guests;
	int64_t now = app_now(login->auth->app);

	if (guest_is_spent(guests, request->guest, now)) {
		user_rate_refuse(now, err);
		return -1;
	}
	if (oauth_exchange(&login->oauth, login->http, code, ticket->verifier,
		who, err) == 0)
		return 0;
	guest_fail(guests, request->guest, now);
	return -1;
}

static int
enter_user(struct login *login, struct request *request,
    const struct login_ticket *ticket, struct reply *reply, struct err *err)
{
	char user[NAMES_USER_MAX + 1];
	struct buf code = BUF_INIT;
	struct oauth_user who;
	int rc = -1;

	if (read_code(request, &code, err) == 0 &&
	    ask_who(login, request, code.s, ticket, &who, err) == 0 &&
	    name_user(&who, user, err) == 0 &&
	    check_listed(login, &who, user, err) == 0 &&
	    bind_user(login, user, who.id, err) == 0)
		rc = start_session(login, user, who.id, reply, err);
	if (rc == 0)
		memcpy(request->user, user, sizeof user);
	buf_release(&code);
	return rc;
}

int
login_finish(struct login *login, struct request *request, struct reply *reply,
    struct err *err)
{
	struct login_ticket ticket = LOGIN_TICKET_INIT;
	struct buf end = BUF_INIT;
	int rc = read_ticket(login, request, &ticket, err);

	login_ticket_print_end(&end);
	reply_header(reply, "Set-Cookie", end.s);
	buf_release(&end);
	/* Use up the ticket before GitHub is asked, so that a failed login
	 * spends it, too. */
	if (rc == 0)
		rc = login_ticket_use(&ticket, login->auth->app->conf.run,
		    login->auth->app->site, app_now(login->auth->app), err);
	if (rc == 0)
		rc = enter_user(login, request, &ticket, reply, err);
	if (rc == 0) {
		reply->event = "logged in";
		reply->status = 302;
		reply_headerf(reply, "Location", "%s%s",
		    login->auth->app->conf.base_url, ticket.back.s);
	} else {
		reply_page(
		    reply, err, ticket.back.len > 0 ? ticket.back.s : "/");
	}
	login_ticket_release(&ticket);
	return rc;
}

/* Logout. */

/* Read `everywhere` from the body of a logout; false if body or member is
 * missing.  Append to ignored what else is there. */
static int
read_everywhere(const struct buf *body, bool *everywhere, struct buf *ignored,
    struct err *err)
{
	static const char *const known[] = {"everywhere", NULL};
	struct json_object *json = NULL, *value = NULL;
	int rc = 0;

	if (body->len > 0 && json_parse(body->s, body->len, &json, err) == -1)
		return -1;
	if (body->len > 0 && !json_object_is_type(json, json_type_object))
		rc = err_set(err, ERR_JSON, MSG_BODY_NO_OBJECT);
	else if (json_object_object_get_ex(json, "everywhere", &value) &&
		 !json_object_is_type(value, json_type_boolean))
		rc = err_field(err, "everywhere", MSG_EVERYWHERE_NO_BOOL);
	else
		*everywhere = json_object_get_boolean(value);
	json_add_unknown(ignored, json, known, NULL);
	json_object_put(json);
	return rc;
}

/* End the session of the cookie without guard_user: a user that was taken off
 * the allow-list must be able to log out, too. */
static int
end_one_session(
    const struct auth *auth, struct request *request, struct err *err)
{
	struct buf cookie = BUF_INIT;
	struct session session;
	int rc = 0;

	if (request_cookie(request, SESSION_COOKIE, &cookie) &&
	    session_parse(&session, auth->keyring, cookie.s, cookie.len,
		app_now(auth->app)) == 0) {
		rc = account_end_session(auth, &session, err);
		memcpy(request->user, session.user, sizeof session.user);
	}
	buf_release(&cookie);
	return rc;
}

static int
end_all_sessions(
    const struct auth *auth, struct request *request, struct err *err)
{
	if (guard_user(auth, request, err) == -1)
		return -1;
	return account_end_sessions(auth, request->user, err);
}

int
login_end(const struct auth *auth, struct request *request, struct reply *reply,
    struct err *err)
{
	struct buf cookie = BUF_INIT;
	bool everywhere = false;

	if (read_everywhere(
		&request->body, &everywhere, &reply->ignored, err) == -1 ||
	    (everywhere ? end_all_sessions(auth, request, err)
			: end_one_session(auth, request, err)) == -1)
		return -1;
	reply->event = everywhere ? "logged out everywhere" : "logged out";
	session_print_end(&cookie);
	reply_header(reply, "Set-Cookie", cookie.s);
	buf_release(&cookie);
	json_open(&reply->body, '{');
	json_key(&reply->body, "ok");
	json_add_bool(&reply->body, true);
	reply_add_ignored(reply);
	json_close(&reply->body, '}');
	return 0;
}

/* The answer to GET /auth/me. */

static void
add_text_member(struct buf *out, const char *key, const char *value)
{
	json_key(out, key);
	json_add_str(out, value);
}

/* Append id and end of the session.  Renew a copy of it first: guard_user may
 * have renewed the session, and then answers with a later end. */
static void
add_session_members(
    const struct auth *auth, const struct request *request, struct buf *out)
{
	struct buf cookie = BUF_INIT;
	struct session session;
	int64_t now = app_now(auth->app);

	if (request_cookie(request, SESSION_COOKIE, &cookie) &&
	    session_parse(&session, auth->keyring, cookie.s, cookie.len, now) ==
		0) {
		session_renew(&session, now);
		json_key(out, "id");
		json_add_int(out, session.id);
		json_key(out, "expires");
		buf_addc(out, '"');
		day_add_rfc3339(out, session.expires_ms);
		buf_addc(out, '"');
	}
	buf_release(&cookie);
}

void
login_tell(
    const struct auth *auth, const struct request *request, struct buf *out)
{
	static const char *const ways[] = {
	    [REQUEST_NOBODY] = "",
	    [REQUEST_LOCAL] = "local",
	    [REQUEST_SESSION] = "github",
	    [REQUEST_BEARER] = "token",
	};

	json_open(out, '{');
	add_text_member(out, "userId", request->user);
	add_text_member(out, "login", request->user);
	add_text_member(out, "auth", ways[request->way]);
	if (request->way == REQUEST_SESSION)
		add_session_members(auth, request, out);
	json_close(out, '}');
}
