/*
 * guard: which requests are let in, and as which user; bearer: the verdicts of
 * codex-auth about GitHub tokens.
 */
#include <unistd.h>

#include "api/serve.h"
#include "app/cache.h"
#include "auth/account.h"
#include "auth/api_token.h"
#include "auth/bearer.h"
#include "auth/guard.h"
#include "auth/guest.h"
#include "auth/login.h"
#include "hostile.h"
#include "keys/login_ticket.h"
#include "keys/session.h"
#include "t.h"
#include "world.h"

#define ID INT64_C(4711)

static char allowed[64] = "ada, 99";

static void
open_host(struct host *host, const char *name)
{
	host_open(host, name);
	free(host->app.conf.allowed_users);
	host->app.conf.allowed_users = std_strdup(allowed);
	host_admit(host);
}

/* The header Cookie of a session; `age_ms` ago it began. */
static void
add_cookie(struct host *host, struct buf *out, const char *user, int64_t id,
    int64_t age_ms)
{
	struct err err = ERR_INIT;
	struct session session;
	struct buf line = BUF_INIT;
	int64_t epoch, now = app_now(&host->app);

	ok(account_epoch(&host->auth, user, &epoch, &err), &err);
	session_start(&session, id, user, epoch, now - age_ms);
	session_print(&line, host->auth.keyring, &session, now);
	buf_add(out, line.s, strcspn(line.s, ";"));
	buf_release(&line);
}

/* The user that a request gets in as, or the word of the error. */
static const char *
enter(struct host *host, struct request *request)
{
	static char user[NAMES_USER_MAX + 1];
	struct err err = ERR_INIT;

	request->user[0] = '\0';
	if (guard_user(&host->auth, request, &err) == -1) {
		ck_assert_str_eq(request->user, "");
		ck_assert_int_eq(request->way, REQUEST_NOBODY);
		return err_word(err.code);
	}
	memcpy(user, request->user, sizeof user);
	return user;
}

static const char *
enter_with(struct host *host, const char *cookie)
{
	struct request request = REQUEST_INIT;
	const char *who;

	request.cookie = cookie;
	who = enter(host, &request);
	request_release(&request);
	return who;
}

START_TEST(a_session_lets_its_user_in_without_a_request)
{
	struct host host;
	struct buf cookie = BUF_INIT;

	open_host(&host, "a");
	ck_assert_str_eq(enter_with(&host, NULL), "nicht_angemeldet");
	buf_adds(&cookie, "x=1; ");
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	host_requests(&host);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	ck_assert_uint_eq(host_requests(&host), 0);
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

START_TEST(only_the_first_cookie_of_the_name_is_a_session)
{
	struct host host;
	struct buf cookie = BUF_INIT, other = BUF_INIT;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, 0);
	buf_addf(&other, "x%s; %s2=%s", cookie.s, SESSION_COOKIE,
	    cookie.s + strlen(SESSION_COOKIE "="));
	ck_assert_str_eq(enter_with(&host, other.s), "nicht_angemeldet");
	ck_assert_str_eq(enter_with(&host, cookie.s + strlen("__Host-")),
	    "nicht_angemeldet");
	buf_reset(&other);
	buf_addf(&other, "%s=x; %s", SESSION_COOKIE, cookie.s);
	ck_assert_str_eq(enter_with(&host, other.s), "nicht_angemeldet");
	buf_release(&cookie);
	buf_release(&other);
	host_close(&host);
}
END_TEST

START_TEST(a_session_ends_with_its_time_its_key_and_its_epoch)
{
	struct host host;
	struct err err = ERR_INIT;
	struct buf cookie = BUF_INIT, old = BUF_INIT;

	open_host(&host, "a");
	add_cookie(&host, &old, "ada", ID, SESSION_IDLE_MS);
	ck_assert_str_eq(enter_with(&host, old.s), "nicht_angemeldet");
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	ok(account_end_sessions(&host.auth, "ada", &err), &err);
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_angemeldet");

	buf_reset(&cookie);
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	ok(keyring_rotate(host.app.conf.key_file, host.app.conf.run, true,
	       app_now(&host.app), &err),
	    &err);
	host_clock(&host, "2026-11-23T11:00:02.000Z");
	ok(auth_refresh(&host.auth, &err), &err);
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_angemeldet");
	buf_release(&cookie);
	buf_release(&old);
	host_close(&host);
}
END_TEST

/* The status of POST /auth/logout, and what it sets. */
static int
leave(struct host *host, const char *cookie, struct buf *head)
{
	struct request request = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;
	int status;

	request.cookie = cookie;
	if (login_end(&host->auth, &request, &reply, &err) == -1)
		reply_error(&reply, &err);
	buf_reset(head);
	reply_print_head(head, &reply);
	status = reply.status;
	reply_release(&reply);
	request_release(&request);
	return status;
}

START_TEST(a_logout_ends_that_session_and_its_renewed_cookies_alone)
{
	struct request request = REQUEST_INIT;
	struct buf cookie = BUF_INIT, other = BUF_INIT, head = BUF_INIT;
	struct host host;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, SESSION_RENEW_MS);
	add_cookie(&host, &other, "ada", ID, 0);
	request.cookie = cookie.s;
	ck_assert_str_eq(enter(&host, &request), "ada");
	ck_assert_int_eq(leave(&host, cookie.s, &head), 200);
	ck_assert_ptr_nonnull(strstr(head.s, SESSION_COOKIE "=; Max-Age=0"));
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_angemeldet");
	buf_splice(&request.set_cookie, strcspn(request.set_cookie.s, ";"),
	    request.set_cookie.len - strcspn(request.set_cookie.s, ";"), NULL,
	    0);
	ck_assert_str_ne(request.set_cookie.s, cookie.s);
	ck_assert_str_eq(
	    enter_with(&host, request.set_cookie.s), "nicht_angemeldet");
	ck_assert_str_eq(enter_with(&host, other.s), "ada");
	/* A browser may say it twice, or without a session. */
	ck_assert_int_eq(leave(&host, cookie.s, &head), 200);
	ck_assert_int_eq(leave(&host, NULL, &head), 200);
	ck_assert_ptr_nonnull(strstr(head.s, SESSION_COOKIE "=; Max-Age=0"));
	request_release(&request);
	buf_release(&cookie);
	buf_release(&other);
	buf_release(&head);
	host_close(&host);
}
END_TEST

START_TEST(a_failed_logout_leaves_the_cookie)
{
	struct buf cookie = BUF_INIT, head = BUF_INIT;
	struct host host;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	host.plan.at = host.plan.ops + 2;
	ck_assert_int_eq(leave(&host, cookie.s, &head), err_status(ERR_STORE));
	ck_assert_ptr_null(strstr(head.s, "Set-Cookie"));
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	ck_assert_int_eq(leave(&host, cookie.s, &head), 200);
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_angemeldet");
	buf_release(&cookie);
	buf_release(&head);
	host_close(&host);
}
END_TEST

START_TEST(a_person_who_is_not_listed_is_refused)
{
	struct host host;
	struct buf cookie = BUF_INIT;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "bob", 98, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_auf_der_liste");
	buf_reset(&cookie);
	add_cookie(&host, &cookie, "bob", 99, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "bob");
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

static void
write_list(const char *text)
{
	FILE *f = fopen(allowed, "w");

	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

START_TEST(a_user_removed_from_the_file_is_refused_at_the_next_look)
{
	struct host host;
	struct err err = ERR_INIT;
	struct buf cookie = BUF_INIT;

	snprintf(allowed, sizeof allowed, "%s/l", t_scratch());
	write_list("ada\n");
	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	write_list("# ada\n");
	host_clock(&host, "2026-11-23T11:00:02.000Z");
	ok(auth_refresh(&host.auth, &err), &err);
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_auf_der_liste");
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

START_TEST(a_missing_list_ends_the_sessions_of_all_who_were_on_it)
{
	struct host host;
	struct err err = ERR_INIT;
	struct buf cookie = BUF_INIT;

	snprintf(allowed, sizeof allowed, "%s/l", t_scratch());
	write_list("ada\n");
	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	unlink(allowed);
	host_clock(&host, "2026-11-23T11:00:02.000Z");
	ck_assert_int_eq(auth_refresh(&host.auth, &err), -1);
	ck_assert_str_eq(enter_with(&host, cookie.s), "nicht_auf_der_liste");
	write_list("ada\n");
	host_clock(&host, "2026-11-23T11:00:04.000Z");
	ok(auth_refresh(&host.auth, &err), &err);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

START_TEST(a_broken_list_is_reported_once_a_minute_for_all_programs)
{
	struct host host, other;
	struct err err = ERR_INIT;

	snprintf(allowed, sizeof allowed, "%s/l", t_scratch());
	write_list("ada\n@bob\n");
	open_host(&host, "a");
	open_host(&other, "a"); /* with the run folder of the first */
	ck_assert_int_eq(auth_refresh(&host.auth, &err), -1);
	ck_assert_ptr_nonnull(strstr(t_text(&err), "@bob"));
	ok(auth_refresh(&host.auth, &err), &err);
	host_clock(&other, "2026-11-23T11:00:50.000Z");
	ok(auth_refresh(&other.auth, &err), &err);
	host_clock(&other, "2026-11-23T11:01:01.000Z");
	ck_assert_int_eq(auth_refresh(&other.auth, &err), -1);
	ok(auth_refresh(&other.auth, &err), &err);
	host_close(&host);
	host_close(&other);
}
END_TEST

START_TEST(use_renews_a_session_after_ten_minutes)
{
	struct request request = REQUEST_INIT;
	struct buf cookie = BUF_INIT;
	struct host host;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, SESSION_RENEW_MS - 1000);
	request.cookie = cookie.s;
	ck_assert_str_eq(enter(&host, &request), "ada");
	ck_assert_str_eq(request.set_cookie.s, "");
	buf_reset(&cookie);
	add_cookie(&host, &cookie, "ada", ID, SESSION_RENEW_MS);
	request.cookie = cookie.s;
	ck_assert_str_eq(enter(&host, &request), "ada");
	ck_assert(std_starts(request.set_cookie.s, SESSION_COOKIE "="));
	request_release(&request);
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

START_TEST(a_store_that_fails_ends_no_session_that_is_remembered)
{
	struct host host;
	struct buf cookie = BUF_INIT;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, 0);
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	host.plan.at = host.plan.ops + 1;
	host.plan.count = 100;
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	host_clock(&host, "2026-11-23T11:06:00.000Z");
	ck_assert_str_eq(enter_with(&host, cookie.s), "speicher_gestoert");
	host.plan.at = 0;
	ck_assert_str_eq(enter_with(&host, cookie.s), "ada");
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

/* Bearer */

static const char *
enter_by(struct host *host, const char *authorization, const char *said,
    struct request *request)
{
	request_release(request);
	*request = (struct request)REQUEST_INIT;
	request->authorization = authorization;
	request->bearer = said;
	request->method = "POST";
	request->content_type = "application/json";
	return enter(host, request);
}

/* Make an API token of the user, and the header that shows it. */
static void
make_token(struct host *host, const char *user, bool may_write,
    struct api_token *token, struct buf *line)
{
	struct buf secret = BUF_INIT;
	struct err err = ERR_INIT;

	ok(api_token_make(&host->auth, user,
	       &(struct api_token_new){"x", may_write}, token, &secret, &err),
	    &err);
	buf_reset(line);
	buf_addf(line, "Bearer %s", secret.s);
	buf_release(&secret);
}

START_TEST(an_api_token_gives_its_user_the_access_it_was_made_for)
{
	struct request request = REQUEST_INIT;
	struct buf secret = BUF_INIT, line = BUF_INIT;
	struct err err = ERR_INIT;
	struct api_token token;
	struct host host;

	open_host(&host, "a");
	ok(api_token_make(&host.auth, "ada",
	       &(struct api_token_new){"x", false}, &token, &secret, &err),
	    &err);
	buf_addf(&line, "bearer %s", secret.s);
	ck_assert_str_eq(enter_by(&host, line.s, NULL, &request), "ada");
	ck_assert_str_eq(request.token_id, token.id);
	ck_assert_int_eq(guard_write(&host.app, &request, &err), -1);
	ck_assert_int_eq(err.code, ERR_READ_ONLY);
	ck_assert_int_eq(guard_person(&request, &err), -1);
	ck_assert_int_eq(err.code, ERR_FORBIDDEN);

	make_token(&host, "ada", true, &token, &line);
	ck_assert_str_eq(enter_by(&host, line.s, NULL, &request), "ada");
	ok(guard_write(&host.app, &request, &err), &err);
	request.origin = "http://evil.example";
	ok(guard_write(&host.app, &request, &err), &err);
	request.content_type = "text/plain";
	ck_assert_int_eq(guard_write(&host.app, &request, &err), -1);
	request.content_type = NULL; /* and no body */
	ok(guard_write(&host.app, &request, &err), &err);
	ok(api_token_revoke(&host.auth, "ada", token.id, &err), &err);
	ck_assert_str_eq(
	    enter_by(&host, line.s, NULL, &request), "nicht_angemeldet");
	request_release(&request);
	buf_release(&secret);
	buf_release(&line);
	host_close(&host);
}
END_TEST

START_TEST(a_token_of_a_user_who_is_not_listed_is_a_bad_one)
{
	struct request request = REQUEST_INIT;
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;
	struct api_token token;
	struct host host;

	open_host(&host, "a");
	make_token(&host, "bob", false, &token, &line);
	ck_assert_str_eq(
	    enter_by(&host, line.s, NULL, &request), "nicht_angemeldet");
	ck_assert_str_eq(request.token_id, "");
	/* The list knows him by his number. */
	ok(account_bind(&host.auth, "bob", 99, &err), &err);
	ck_assert_str_eq(enter_by(&host, line.s, NULL, &request), "bob");
	request_release(&request);
	buf_release(&line);
	host_close(&host);
}
END_TEST

/* Come from an address with a made-up token of the user. */
static const char *
throw_token(struct host *host, const char *guest, const char *user)
{
	struct request request = REQUEST_INIT;
	struct buf line = BUF_INIT;
	const char *who;

	buf_addf(&line, "Bearer cm_%s_%064d", user, 7);
	request.authorization = line.s;
	request.guest = guest;
	who = enter(host, &request);
	request_release(&request);
	buf_release(&line);
	return who;
}

START_TEST(a_made_up_token_costs_the_store_nothing_unless_its_user_is_listed)
{
	struct host host;
	char name[16];
	int i;

	snprintf(allowed, sizeof allowed, "ada");
	open_host(&host, "a");
	host_requests(&host);
	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "user%d", i);
		ck_assert_str_eq(
		    throw_token(&host, NULL, name), "nicht_angemeldet");
	}
	ck_assert_uint_eq(host_requests(&host), 0);
	/* The store has nothing of her, and that is remembered. */
	for (i = 0; i < 100; i++)
		ck_assert_str_eq(
		    throw_token(&host, NULL, "ada"), "nicht_angemeldet");
	ck_assert_uint_le(host_requests(&host), 2);
	host_close(&host);
}
END_TEST

START_TEST(an_address_of_too_many_made_up_tokens_costs_the_store_nothing_more)
{
	static const char *const guests[] = {
	    "192.0.2.1", "2001:db8:1:2::1", "::ffff:192.0.2.2"};
	/* One address with each of those. */
	static const char *const same[] = {
	    "192.0.2.1", "2001:db8:1:2:ffff::9", "192.0.2.2"};
	static const char *const others[] = {
	    "192.0.2.3", "2001:db8:1:3::1", "::ffff:192.0.2.4"};
	struct host host;
	char name[16];
	size_t i, k;

	open_host(&host, "a");
	for (i = 0; i < ARRAY_LEN(guests); i++) {
		for (k = 0; k < GUEST_FAILURES_MAX; k++) {
			snprintf(name, sizeof name, "u%zu-%zu", i, k);
			ck_assert_str_eq(throw_token(&host, guests[i], name),
			    "nicht_angemeldet");
		}
		host_requests(&host);
		snprintf(name, sizeof name, "u%zu", i);
		ck_assert_str_eq(throw_token(&host, same[i], name), "zu_oft");
		ck_assert_uint_eq(host_requests(&host), 0);
		ck_assert_str_eq(
		    throw_token(&host, others[i], name), "nicht_angemeldet");
		ck_assert_uint_eq(host_requests(&host), 2);
	}
	/* In the next minute it may try again. */
	host_clock(&host, "2026-11-23T11:01:00.500Z");
	ck_assert_str_eq(
	    throw_token(&host, guests[0], "late"), "nicht_angemeldet");
	host_close(&host);
}
END_TEST

START_TEST(a_store_that_fails_counts_against_no_address)
{
	struct host host;
	char name[16];
	size_t i;

	open_host(&host, "a");
	for (i = 0; i < 2 * GUEST_FAILURES_MAX; i++) {
		host.plan = (struct store_fault){.at = 1, .count = 9};
		snprintf(name, sizeof name, "u%zu", i);
		ck_assert_str_eq(
		    throw_token(&host, "192.0.2.1", name), "speicher_gestoert");
	}
	host.plan = (struct store_fault){.at = 0};
	ck_assert_str_eq(
	    throw_token(&host, "192.0.2.1", "ada"), "nicht_angemeldet");
	host_close(&host);
}
END_TEST

START_TEST(a_token_that_memory_knows_is_good_from_any_address)
{
	struct request request = REQUEST_INIT;
	struct buf line = BUF_INIT;
	struct api_token token;
	struct host host;
	int i;

	open_host(&host, "a");
	make_token(&host, "ada", false, &token, &line);
	ck_assert_str_eq(enter_by(&host, line.s, NULL, &request), "ada");
	for (i = 0; i < 2 * GUEST_FAILURES_MAX; i++)
		guest_fail(host.auth.guests, "192.0.2.1", app_now(&host.app));
	request.user[0] = '\0';
	request.way = REQUEST_NOBODY;
	request.guest = "192.0.2.1";
	ck_assert_str_eq(enter(&host, &request), "ada");
	request_release(&request);
	buf_release(&line);
	host_close(&host);
}
END_TEST

START_TEST(a_made_up_token_counts_once_for_its_address)
{
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;
	struct api_token token;
	struct host host;
	int i;

	open_host(&host, "a");
	host.app.conf.cache_revalidate_ms = 60000;
	ok(account_bind(&host.auth, "bob", 99, &err), &err);
	make_token(&host, "bob", false, &token, &line);
	throw_token(&host, NULL, "bob"); // now his tokens are remembered
	/* His number is not: it costs a look, and the token another. */
	cache_drop(host.auth.ids, "bob");
	for (i = 0; i < GUEST_FAILURES_MAX - 2; i++)
		guest_fail(host.auth.guests, "192.0.2.1", app_now(&host.app));
	ck_assert_str_eq(
	    throw_token(&host, "192.0.2.1", "bob"), "nicht_angemeldet");
	ck_assert(
	    !guest_is_spent(host.auth.guests, "192.0.2.1", app_now(&host.app)));
	buf_release(&line);
	host_close(&host);
}
END_TEST

START_TEST(a_token_that_is_not_looked_up_for_its_address_is_not_called_bad)
{
	struct request request = REQUEST_INIT;
	struct buf line = BUF_INIT;
	struct api_token token;
	struct host host, other;
	int i;

	open_host(&host, "a");
	open_host(&other, "b");
	host.app.conf.cache_revalidate_ms = 60000;
	ck_assert_str_eq(throw_token(&host, NULL, "ada"), "nicht_angemeldet");
	make_token(&other, "ada", false, &token, &line);
	for (i = 0; i < GUEST_FAILURES_MAX; i++)
		guest_fail(host.auth.guests, "192.0.2.1", app_now(&host.app));
	request.authorization = line.s;
	request.guest = "192.0.2.1";
	ck_assert_str_eq(enter(&host, &request), "zu_oft");
	request.guest = "192.0.2.2";
	ck_assert_str_eq(enter(&host, &request), "ada");
	request_release(&request);
	buf_release(&line);
	host_close(&host);
	host_close(&other);
}
END_TEST

/* Refuse a request from the address; return true if its answer is slow. */
static bool
refuse(struct host *host, const char *guest, enum err_code why)
{
	struct request request = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;
	bool slow;

	request.guest = guest;
	err_set(&err, why, MSG_LOGIN_FIRST);
	guest_refuse(
	    host->auth.guests, &request, app_now(&host->app), &err, &reply);
	slow = strstr(reply.headers.s, "X-Accel-Limit-Rate: ") != NULL;
	reply_release(&reply);
	return slow;
}

START_TEST(a_guest_refused_too_often_is_answered_slowly)
{
	struct host host;
	int i;

	open_host(&host, "a");
	for (i = 0; i < GUEST_REFUSALS_MAX; i++) {
		ck_assert(!refuse(&host, "192.0.2.1", ERR_LOGIN));
		ck_assert(!refuse(&host, "192.0.2.1", ERR_STORE));
	}
	ck_assert(refuse(&host, "192.0.2.1", ERR_LOGIN));
	ck_assert(!refuse(&host, "192.0.2.2", ERR_LOGIN));
	for (i = 0; i < 2 * GUEST_REFUSALS_MAX; i++) {
		ck_assert(!refuse(&host, "", ERR_LOGIN));
		ck_assert(!refuse(&host, NULL, ERR_LOGIN));
		ck_assert(!refuse(&host, "unix:", ERR_LOGIN));
	}
	host_close(&host);
}
END_TEST

/* Let the browser of an address come back from GitHub with a code. */
static enum err_code
come_back(struct host *host, struct login *login, const char *guest)
{
	struct login_ticket ticket = LOGIN_TICKET_INIT;
	struct buf cookie = BUF_INIT, target = BUF_INIT;
	struct request request = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;

	login_ticket_make(&ticket, "/", app_now(&host->app));
	login_ticket_print(&cookie, host->auth.keyring, &ticket);
	buf_addf(&target, "/auth/callback?code=x&state=%s", ticket.state);
	request.cookie = cookie.s;
	request.target = target.s;
	request.guest = guest;
	ck_assert_int_eq(login_finish(login, &request, &reply, &err), -1);
	ck_assert_int_eq(reply.status, err_status(err.code));
	login_ticket_release(&ticket);
	reply_release(&reply);
	buf_release(&cookie);
	buf_release(&target);
	return err.code;
}

START_TEST(an_address_of_too_many_bad_codes_asks_github_nothing_more)
{
	static const char answer[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 33\r\nConnection: close\r\n\r\n"
	    "{\"error\":\"bad_verification_code\"}";
	struct hostile_step steps[GUEST_FAILURES_MAX + 1];
	struct hostile *server;
	struct host host;
	struct conf *conf = &host.app.conf;
	struct login *login = NULL;
	struct err err = ERR_INIT;
	unsigned i;

	for (i = 0; i < ARRAY_LEN(steps); i++)
		steps[i] = (struct hostile_step){
		    .act = HOSTILE_REPLY_CLOSE, .text = answer};
	server = hostile_start(steps, ARRAY_LEN(steps), 0);
	open_host(&host, "a");
	free(conf->github_oauth_url);
	conf->github_oauth_url = std_zalloc(64);
	snprintf(conf->github_oauth_url, 64, "http://127.0.0.1:%u",
	    hostile_port(server));
	conf->oauth_client_id = std_strdup("id");
	conf->oauth_client_secret = std_strdup("secret");
	ok(login_open(&host.auth, &login, &err), &err);

	for (i = 0; i < GUEST_FAILURES_MAX; i++)
		ck_assert_int_eq(
		    come_back(&host, login, "192.0.2.1"), ERR_VALUE);
	ck_assert_int_eq(come_back(&host, login, "192.0.2.1"), ERR_RATE);
	ck_assert_uint_eq(hostile_requests(server), GUEST_FAILURES_MAX);
	ck_assert_int_eq(come_back(&host, login, "192.0.2.2"), ERR_VALUE);
	ck_assert_uint_eq(hostile_requests(server), GUEST_FAILURES_MAX + 1);
	login_close(login);
	host_close(&host);
	hostile_stop(server);
}
END_TEST

START_TEST(a_cookie_beside_a_bearer_keeps_the_rules_of_cookies)
{
	struct request request = REQUEST_INIT;
	struct buf cookie = BUF_INIT;
	struct err err = ERR_INIT;
	struct host host;

	open_host(&host, "a");
	add_cookie(&host, &cookie, "ada", ID, 0);
	request.cookie = cookie.s;
	request.authorization = "Bearer ghp_x";
	request.bearer = "200 99 bob";
	request.method = "POST";
	request.content_type = "application/json";
	request.origin = "http://evil.example";
	ck_assert_str_eq(enter(&host, &request), "ada");
	ck_assert_int_eq(guard_write(&host.app, &request, &err), -1);
	ck_assert_int_eq(err.code, ERR_ORIGIN);
	request_release(&request);
	buf_release(&cookie);
	host_close(&host);
}
END_TEST

START_TEST(the_verdict_of_codex_auth_decides_about_a_github_token)
{
	static const struct {
		const char *authorization, *said, *who;
	} table[] = {
	    {"Bearer ghp_x", "200 4711 Ada", "ada"},
	    {"Bearer ghp_x", "200 99 bob", "bob"},
	    {"Bearer ghp_x", "200 98 bob", "nicht_auf_der_liste"},
	    {"Bearer ghp_x", "200 4712 ada", "anderes_konto"},
	    {"Bearer ghp_x", "200 unavailable", "github_gestoert"},
	    {"Bearer ghp_x", "200 denied", "nicht_angemeldet"},
	    {"Bearer ghp_x", "200 limited", "zu_oft"},
	    {"Bearer ghp_x", "502 ", "github_gestoert"},
	    {"Bearer ghp_x", "504, 502 ", "github_gestoert"},
	    {"Bearer ghp_x", " ", "nicht_angemeldet"},
	    {"Bearer ghp_x", "", "nicht_angemeldet"},
	    {"Bearer ghp_x", NULL, "nicht_angemeldet"},
	    {"Bearer ghp_x", "200 4711", "nicht_angemeldet"},
	    {"Bearer ghp_x", "200 4711 ", "nicht_angemeldet"},
	    {"Bearer ghp_x", "200 0 ada", "nicht_angemeldet"},
	    {"Bearer ghp_x", "200 4711 ../b", "nicht_angemeldet"},
	    {"Bearer ghp_x", "200 4711 ada bob", "nicht_angemeldet"},
	    {NULL, "200 4711 ada", "nicht_angemeldet"},
	    {"", "200 4711 ada", "nicht_angemeldet"},
	    {"Basic ghp_x", "200 4711 ada", "nicht_angemeldet"},
	    {"Bearercm_", "200 4711 ada", "nicht_angemeldet"},
	    {"Bearer cm_ada_0", "200 4711 ada", "nicht_angemeldet"},
	};
	struct request request = REQUEST_INIT;
	struct err err = ERR_INIT;
	struct host host;
	int64_t id = 0;
	size_t i;

	open_host(&host, "a");
	for (i = 0; i < ARRAY_LEN(table); i++)
		ck_assert_msg(strcmp(enter_by(&host, table[i].authorization,
					 table[i].said, &request),
				  table[i].who) == 0,
		    "%zu", i);
	/* Its first use binds the name; nobody's off the list is bound. */
	ok(account_id(&host.auth, "ada", &id, &err), &err);
	ck_assert_int_eq(id, 4711);
	request_release(&request);
	host_close(&host);
}
END_TEST

START_TEST(only_a_text_shaped_like_a_github_token_is_sent_to_github)
{
	static const char *const bad[] = {NULL, "", "Bearer", "Bearer ",
	    "Basic ghp_x", "Bearer cm_ada_1", "Bearer ghs_x", "Bearer ghp_x y",
	    "Bearer ghp_x\r\nX: y", "Bearer eyJh.x.y"};
	struct conf conf = {.github_api_url = (char[]){"http://127.0.0.1:1"}};
	struct err err = ERR_INIT;
	struct bearer *bearer = bearer_new(&conf, NULL, &err);
	struct buf out = BUF_INIT;
	size_t i;

	ck_assert_ptr_nonnull(bearer);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&out);
		ck_assert(!bearer_ask(bearer, bad[i], true, 1000, &out));
		ck_assert_str_eq(out.s, "denied");
	}
	buf_reset(&out);
	ck_assert(bearer_ask(bearer, "Bearer ghp_x", true, 1000, &out));
	ck_assert_str_eq(out.s, "unavailable");
	bearer_free(bearer);
	bearer_free(NULL);
	buf_release(&out);
}
END_TEST

/* The memory of bearer, against a GitHub that does what its script says. */

#define USER_ADA "{\"login\":\"Ada\",\"id\":4711}"

/* Good for the next few calls. */
static struct hostile_step
says(const char *status, const char *json)
{
	static char rooms[8][400];
	static unsigned next;
	char *room = rooms[next++ % ARRAY_LEN(rooms)];

	snprintf(room, sizeof rooms[0],
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    status, strlen(json), json);
	return (struct hostile_step){.act = HOSTILE_REPLY_CLOSE, .text = room};
}

struct asked {
	struct hostile *server;
	struct user_rates *guests;
	struct bearer *bearer;
	char url[64];
};

static void
start_asking(struct asked *asked, const struct hostile_step *steps, size_t n)
{
	struct err err = ERR_INIT;

	asked->server = hostile_start(steps, n, 0);
	snprintf(asked->url, sizeof asked->url, "http://127.0.0.1:%u",
	    hostile_port(asked->server));
	ok(user_rate_open(t_scratch(), "guests", NULL, &asked->guests, &err),
	    &err);
	asked->bearer = bearer_new(
	    &(struct conf){.github_api_url = asked->url}, NULL, &err);
	ck_assert_msg(asked->bearer != NULL, "%s", t_text(&err));
}

static void
stop_asking(struct asked *asked)
{
	bearer_free(asked->bearer);
	user_rate_close(asked->guests);
	hostile_stop(asked->server);
}

/* What is said of `ghp_<name>` to an address, as codex-auth counts it. */
static void
expect_from(struct asked *asked, const char *guest, const char *name,
    int64_t now_ms, const char *said)
{
	struct buf line = BUF_INIT, out = BUF_INIT;

	buf_addf(&line, "Bearer ghp_%s", name);
	if (bearer_ask(asked->bearer, line.s,
		!guest_is_spent(asked->guests, guest, now_ms), now_ms, &out))
		guest_fail(asked->guests, guest, now_ms);
	ck_assert_msg(strcmp(out.s, said) == 0, "%s: %s", name, out.s);
	buf_release(&line);
	buf_release(&out);
}

/* The same where nobody is counted, and how many requests there were until
 * now. */
static void
expect(struct asked *asked, const char *name, int64_t now_ms, const char *said,
    unsigned requests)
{
	expect_from(asked, NULL, name, now_ms, said);
	ck_assert_uint_eq(hostile_requests(asked->server), requests);
}

START_TEST(a_good_token_is_remembered_for_five_minutes)
{
	const struct hostile_step steps[] = {
	    says("200 OK", USER_ADA), says("401 Unauthorized", "{}")};
	struct asked asked;
	int64_t now = 1000000;

	start_asking(&asked, steps, ARRAY_LEN(steps));
	expect(&asked, "a", now, "4711 Ada", 1);
	ck_assert_ptr_nonnull(strstr(
	    hostile_head(asked.server, 0), "Authorization: Bearer ghp_a\r\n"));
	expect(&asked, "a", now + BEARER_GOOD_MS - 1, "4711 Ada", 1);
	/* GitHub has taken it back. */
	expect(&asked, "a", now + BEARER_GOOD_MS, "denied", 2);
	/* A clock that went back is no reason to believe. */
	expect(&asked, "a", now, "denied", 3);
	stop_asking(&asked);
}
END_TEST

START_TEST(a_bad_token_is_remembered_for_thirty_seconds)
{
	static const char *const statuses[] = {
	    "401 Unauthorized", "403 Forbidden", "404 Not Found"};
	struct asked asked;
	int64_t now = 1000000;
	size_t i;

	for (i = 0; i < ARRAY_LEN(statuses); i++) {
		const struct hostile_step steps[] = {
		    says(statuses[i], "{}"), says("200 OK", USER_ADA)};

		start_asking(&asked, steps, ARRAY_LEN(steps));
		expect(&asked, "a", now, "denied", 1);
		expect(&asked, "a", now + BEARER_BAD_MS - 1, "denied", 1);
		expect(&asked, "a", now + BEARER_BAD_MS, "4711 Ada", 2);
		stop_asking(&asked);
	}
}
END_TEST

START_TEST(only_remembered_tokens_are_good_during_an_outage)
{
	const struct hostile_step bad[] = {
	    says("500 Oops", "{}"),
	    says("429 Too Many Requests", "{}"),
	    says("403 Forbidden\r\nRetry-After: 60", "{}"),
	    says("403 Forbidden\r\nX-RateLimit-Remaining: 0", "{}"),
	    says("200 OK", "nonsense"),
	    says("302 Found", ""),
	    {.act = HOSTILE_CLOSE},
	};
	struct asked asked;
	int64_t now = 1000000;
	unsigned n;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		const struct hostile_step steps[] = {
		    says("200 OK", USER_ADA), bad[i]};

		start_asking(&asked, steps, ARRAY_LEN(steps));
		expect(&asked, "a", now, "4711 Ada", 1);
		expect(&asked, "b", now, "unavailable", 2);
		/* For a while nobody is asked. */
		expect(&asked, "b", now + BEARER_DOWN_MS - 1, "unavailable", 2);
		expect(&asked, "a", now + BEARER_DOWN_MS - 1, "4711 Ada", 2);
		expect(&asked, "b", now + BEARER_DOWN_MS, "unavailable", 3);
		n = hostile_requests(asked.server);
		expect(&asked, "a", now + BEARER_GOOD_MS - 1, "4711 Ada", n);
		stop_asking(&asked);
	}
}
END_TEST

START_TEST(a_hanging_github_holds_up_one_request_only)
{
	const struct hostile_step steps[] = {
	    says("200 OK", USER_ADA), {.act = HOSTILE_HANG}};
	struct asked asked;
	int64_t now = 1000000;

	start_asking(&asked, steps, ARRAY_LEN(steps));
	expect(&asked, "a", now, "4711 Ada", 1);
	expect(&asked, "b", now, "unavailable", 2);
	expect(&asked, "c", now + 1, "unavailable", 2);
	expect(&asked, "a", now + 1, "4711 Ada", 2);
	stop_asking(&asked);
}
END_TEST

START_TEST(made_up_tokens_do_not_use_up_the_rate_limit_of_github)
{
	struct hostile_step steps[BEARER_MINUTE_MAX + 2];
	struct asked asked;
	int64_t now = 6000000;
	char name[16];
	unsigned i;

	for (i = 0; i < ARRAY_LEN(steps); i++)
		steps[i] = says("401 Unauthorized", "{}");
	steps[0] = (struct hostile_step){.act = HOSTILE_REPLY_CLOSE,
	    .text = "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n"
		    "Connection: close\r\n\r\n" USER_ADA};
	start_asking(&asked, steps, ARRAY_LEN(steps));
	expect(&asked, "a", now, "4711 Ada", 1);
	for (i = 1; i < BEARER_MINUTE_MAX; i++) {
		snprintf(name, sizeof name, "n%u", i);
		expect(&asked, name, now, "denied", i + 1);
	}
	expect(&asked, "one_more", now, "unavailable", BEARER_MINUTE_MAX);
	expect(&asked, "a", now, "4711 Ada", BEARER_MINUTE_MAX);
	expect(
	    &asked, "one_more", now + 60000, "denied", BEARER_MINUTE_MAX + 1);
	stop_asking(&asked);
}
END_TEST

START_TEST(no_session_is_checked_without_the_secret_of_the_keys)
{
	const char *const wrong[] = {
	    NULL, "", "0123456789abcdef0123456789abcde"};
	struct err err = ERR_INIT;
	struct host host;
	size_t i;

	open_host(&host, "a");
	auth_close(&host.auth);
	for (i = 0; i < ARRAY_LEN(wrong); i++) {
		free(host.app.conf.key_secret);
		host.app.conf.key_secret =
		    wrong[i] ? std_strdup(wrong[i]) : NULL;
		ck_assert_int_eq(auth_open(&host.auth, &host.app, &err), -1);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_ptr_nonnull(strstr(t_text(&err), "CODEX_KEY_SECRET"));
	}
	host_admit(&host);
	host_close(&host);
}
END_TEST

START_TEST(a_request_without_the_proof_of_nginx_is_refused)
{
	char proof[] = "0123456789abcdef0123456789abcdef";
	struct conf conf = {.proof = proof};
	const char *const wrong[] = {NULL, "",
	    "0123456789abcdef0123456789abcde",
	    "0123456789abcdef0123456789abcdeF",
	    "1123456789abcdef0123456789abcdef",
	    "0123456789abcdef0123456789abcdef0", "200 4711 ada"};
	struct err err = ERR_INIT;
	size_t i;

	ok(guard_proof(&conf, "0123456789abcdef0123456789abcdef", &err), &err);
	for (i = 0; i < ARRAY_LEN(wrong); i++) {
		ck_assert_int_eq(guard_proof(&conf, wrong[i], &err), -1);
		ck_assert_int_eq(err.code, ERR_FORBIDDEN);
	}
	/* Nor is everything the secret where there is none. */
	conf.proof = NULL;
	for (i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_int_eq(guard_proof(&conf, wrong[i], &err), -1);
}
END_TEST

START_TEST(local_mode_alone_may_go_without_a_proof)
{
	char local[] = "local:ada", other[] = "nobody", brief[] = "0123456789";
	char proof[] = "0123456789abcdef0123456789abcdef";
	struct conf conf = {.auth = local};
	struct err err = ERR_INIT;

	ok(guard_check_proof(&conf, &err), &err);
	ok(guard_proof(&conf, NULL, &err), &err);
	conf.proof = proof;
	ok(guard_check_proof(&conf, &err), &err);
	ck_assert_int_eq(guard_proof(&conf, NULL, &err), -1);
	conf.proof = brief;
	ck_assert_int_eq(guard_check_proof(&conf, &err), -1);
	ck_assert_int_eq(err.code, ERR_SETTING);
	conf.proof = NULL;
	conf.auth = other;
	ck_assert_int_eq(guard_check_proof(&conf, &err), -1);
	conf.auth = NULL;
	ck_assert_int_eq(guard_check_proof(&conf, &err), -1);
	conf.proof = proof;
	ok(guard_check_proof(&conf, &err), &err);
}
END_TEST

START_TEST(one_address_uses_up_a_part_of_the_questions_to_github)
{
	struct hostile_step steps[GUEST_FAILURES_MAX + 2], bad;
	struct asked asked;
	int64_t now = 6000000;
	char name[16];
	unsigned i;

	bad = says("401 Unauthorized", "{}");
	for (i = 0; i < ARRAY_LEN(steps); i++)
		steps[i] = bad;
	steps[GUEST_FAILURES_MAX] = says("200 OK", USER_ADA);
	start_asking(&asked, steps, ARRAY_LEN(steps));
	for (i = 0; i < 2 * BEARER_MINUTE_MAX; i++) {
		snprintf(name, sizeof name, "n%u", i);
		expect_from(&asked, "192.0.2.1", name, now,
		    i < GUEST_FAILURES_MAX ? "denied" : "limited");
	}
	ck_assert_uint_eq(hostile_requests(asked.server), GUEST_FAILURES_MAX);
	expect_from(&asked, "192.0.2.2", "real", now, "4711 Ada");
	/* Memory answers everybody. */
	expect_from(&asked, "192.0.2.1", "real", now, "4711 Ada");
	expect_from(&asked, "192.0.2.1", "n0", now, "denied");
	expect_from(&asked, "192.0.2.1", "next", now + 60000, "denied");
	stop_asking(&asked);
}
END_TEST

T_MAIN("guard", no_session_is_checked_without_the_secret_of_the_keys,
    a_request_without_the_proof_of_nginx_is_refused,
    local_mode_alone_may_go_without_a_proof,
    made_up_tokens_do_not_use_up_the_rate_limit_of_github,
    a_session_lets_its_user_in_without_a_request,
    only_the_first_cookie_of_the_name_is_a_session,
    a_session_ends_with_its_time_its_key_and_its_epoch,
    a_logout_ends_that_session_and_its_renewed_cookies_alone,
    a_failed_logout_leaves_the_cookie, a_person_who_is_not_listed_is_refused,
    a_user_removed_from_the_file_is_refused_at_the_next_look,
    a_missing_list_ends_the_sessions_of_all_who_were_on_it,
    a_broken_list_is_reported_once_a_minute_for_all_programs,
    use_renews_a_session_after_ten_minutes,
    a_store_that_fails_ends_no_session_that_is_remembered,
    an_api_token_gives_its_user_the_access_it_was_made_for,
    a_token_of_a_user_who_is_not_listed_is_a_bad_one,
    a_made_up_token_costs_the_store_nothing_unless_its_user_is_listed,
    an_address_of_too_many_made_up_tokens_costs_the_store_nothing_more,
    a_store_that_fails_counts_against_no_address,
    a_token_that_memory_knows_is_good_from_any_address,
    a_made_up_token_counts_once_for_its_address,
    a_token_that_is_not_looked_up_for_its_address_is_not_called_bad,
    a_guest_refused_too_often_is_answered_slowly,
    an_address_of_too_many_bad_codes_asks_github_nothing_more,
    a_cookie_beside_a_bearer_keeps_the_rules_of_cookies,
    the_verdict_of_codex_auth_decides_about_a_github_token,
    only_a_text_shaped_like_a_github_token_is_sent_to_github,
    one_address_uses_up_a_part_of_the_questions_to_github,
    a_good_token_is_remembered_for_five_minutes,
    a_bad_token_is_remembered_for_thirty_seconds,
    only_remembered_tokens_are_good_during_an_outage,
    a_hanging_github_holds_up_one_request_only)
