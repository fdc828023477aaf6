/*
 * account, api_token, user_cache: the remembered state of a user, on one host
 * and on two.
 */
#include "t.h"
#include "auth/account.h"
#include "auth/api_token.h"
#include "base/json.h"
#include "world.h"

/* A host that knows users instead of letting everybody in. */
static void
open_host(struct host *host, const char *name)
{
	host_open(host, name);
	host_admit(host);
}

static int64_t
epoch_of(struct host *host, const char *user)
{
	struct err err = ERR_INIT;
	int64_t epoch = -1;

	ok(account_epoch(&host->auth, user, &epoch, &err), &err);
	return epoch;
}

/* A session that begins now. */
static struct session
begin(struct host *host, const char *user)
{
	struct session session;

	session_start(
	    &session, 4711, user, epoch_of(host, user), app_now(&host->app));
	return session;
}

static bool
is_over(struct host *host, const struct session *session)
{
	struct err err = ERR_INIT;
	bool over = false;

	ok(account_session_over(&host->auth, session, &over, &err), &err);
	return over;
}

static void
end_session(struct host *host, const struct session *session)
{
	struct err err = ERR_INIT;

	ok(account_end_session(&host->auth, session, &err), &err);
}

static void
end_sessions(struct host *host, const char *user)
{
	struct err err = ERR_INIT;

	ok(account_end_sessions(&host->auth, user, &err), &err);
}

/* Accounts */

START_TEST(a_login_bound_to_another_person_is_refused)
{
	struct host host;
	struct err err = ERR_INIT;
	struct buf bytes = BUF_INIT;
	int64_t id = -1;

	open_host(&host, "a");
	ok(account_id(&host.auth, "ada", &id, &err), &err);
	ck_assert_int_eq(id, 0);
	ok(account_bind(&host.auth, "ada", 4711, &err), &err);
	ok(account_bind(&host.auth, "ada", 4711, &err), &err);
	ok(account_id(&host.auth, "ada", &id, &err), &err);
	ck_assert_int_eq(id, 4711);
	host_get(&host, "state/ada/githubId.txt", &bytes);
	ck_assert_str_eq(bytes.s, "4711\n");

	ck_assert_int_eq(account_bind(&host.auth, "ada", 4712, &err), -1);
	ck_assert_int_eq(err.code, ERR_OTHER_ID);
	ck_assert_ptr_nonnull(strstr(err.detail, "4712"));
	host_get(&host, "state/ada/githubId.txt", &bytes);
	ck_assert_str_eq(bytes.s, "4711\n");
	ok(account_bind(&host.auth, "bob", 4712, &err), &err);
	buf_release(&bytes);
	host_close(&host);
}
END_TEST

START_TEST(a_remembered_account_costs_no_request_until_its_user_changes_it)
{
	struct session ada, bob;
	struct host host;

	open_host(&host, "a");
	ada = begin(&host, "ada");
	bob = begin(&host, "bob");
	ck_assert(!is_over(&host, &ada));
	host_requests(&host);
	ck_assert(!is_over(&host, &ada));
	ck_assert_uint_eq(host_requests(&host), 0);
	end_sessions(&host, "bob");
	host_requests(&host);
	ck_assert(!is_over(&host, &ada));
	ck_assert_uint_eq(host_requests(&host), 0);
	ck_assert(is_over(&host, &bob));
	host_requests(&host);

	end_sessions(&host, "ada");
	/* The blob, read and written, and the token. */
	ck_assert_uint_eq(host_requests(&host), 3);
	ck_assert(is_over(&host, &ada));
	ck_assert_uint_eq(host_requests(&host), 2);
	ck_assert(is_over(&host, &ada));
	ck_assert_uint_eq(host_requests(&host), 0);
	ada = begin(&host, "ada");
	ck_assert_int_gt(ada.epoch, 0);
	ck_assert(!is_over(&host, &ada));
	host_close(&host);
}
END_TEST

START_TEST(another_process_of_the_host_sees_the_end_of_sessions_at_once)
{
	struct session one, two;
	struct host a, b;

	open_host(&a, "same");
	open_host(&b, "same");
	one = begin(&b, "ada");
	two = begin(&b, "ada");
	ck_assert(!is_over(&b, &one));
	end_session(&a, &one);
	ck_assert(is_over(&b, &one));
	ck_assert(is_over(&a, &one));
	ck_assert(!is_over(&b, &two));
	end_sessions(&a, "ada");
	ck_assert(is_over(&b, &two));
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(another_host_sees_the_end_of_sessions_at_its_next_look)
{
	struct session one, two;
	struct host a, b;

	open_host(&a, "a");
	open_host(&b, "b");
	b.app.conf.cache_revalidate_ms = 1000;
	one = begin(&a, "ada");
	two = begin(&a, "ada");
	ck_assert(!is_over(&b, &one));
	end_session(&a, &one);
	host_requests(&b);
	ck_assert(!is_over(&b, &one));
	ck_assert_uint_eq(host_requests(&b), 0);
	host_clock(&b, "2026-11-23T11:00:01.500Z");
	ck_assert(is_over(&b, &one));
	/* The token, which is another one, and the blob. */
	ck_assert_uint_eq(host_requests(&b), 2);
	ck_assert(!is_over(&b, &two));
	/* Where nothing has changed a look is one request. */
	host_clock(&b, "2026-11-23T11:00:03.000Z");
	ck_assert(!is_over(&b, &two));
	ck_assert_uint_eq(host_requests(&b), 1);
	b.app.conf.cache_revalidate_ms = 0;
	ck_assert(!is_over(&b, &two));
	ck_assert_uint_eq(host_requests(&b), 1);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_look_dated_in_the_future_does_not_count)
{
	struct session session;
	struct host h;

	open_host(&h, "a");
	h.app.conf.cache_revalidate_ms = 60000;
	session = begin(&h, "ada");
	ck_assert(!is_over(&h, &session));
	h.app.conf.now_offset_ms -= 1500;
	host_requests(&h);
	ck_assert(!is_over(&h, &session));
	ck_assert_uint_eq(host_requests(&h), 1);
	ck_assert(!is_over(&h, &session));
	ck_assert_uint_eq(host_requests(&h), 0);
	host_close(&h);
}
END_TEST

START_TEST(memory_from_before_a_clock_was_set_back_is_read_anew)
{
	struct session session;
	struct host h;

	open_host(&h, "a");
	session = begin(&h, "ada");
	ck_assert(!is_over(&h, &session));
	h.app.conf.now_offset_ms -= 60000;
	host_requests(&h);
	ck_assert(!is_over(&h, &session));
	ck_assert_uint_eq(host_requests(&h), 2);
	host_close(&h);
}
END_TEST

static void
lose_time(void *arg, const struct store_op *op)
{
	struct host *h = arg;

	(void)op;
	h->app.conf.now_offset_ms += 700;
}

START_TEST(the_period_counts_from_where_the_last_look_began)
{
	struct session session;
	struct host h;

	open_host(&h, "a");
	h.app.conf.cache_revalidate_ms = 1000;
	session = begin(&h, "ada");
	ck_assert(!is_over(&h, &session));
	h.app.conf.now_offset_ms += 1000;
	h.plan.hook = lose_time; /* the look takes 700 ms */
	h.plan.arg = &h;
	ck_assert(!is_over(&h, &session));
	h.plan.hook = NULL;
	h.app.conf.now_offset_ms += 400;
	host_requests(&h);
	ck_assert(!is_over(&h, &session));
	ck_assert_uint_eq(host_requests(&h), 1);
	host_close(&h);
}
END_TEST

START_TEST(a_write_of_a_user_in_the_same_slot_costs_a_token_read)
{
	char twin[HOST_TWIN_MAX];
	struct session session;
	struct host h;

	open_host(&h, "a");
	host_find_twin(&h, "ada", twin);
	session = begin(&h, "ada");
	ck_assert(!is_over(&h, &session));
	end_sessions(&h, twin);
	host_requests(&h);
	ck_assert(!is_over(&h, &session));
	ck_assert_uint_eq(host_requests(&h), 1);
	ck_assert(!is_over(&h, &session));
	ck_assert_uint_eq(host_requests(&h), 0);
	host_close(&h);
}
END_TEST

/* Ends ada's sessions once, before her session blob is read. */
struct intruder {
	struct host *writer;
	bool done;
};

static void
intrude(void *arg, const struct store_op *op)
{
	struct intruder *i = arg;

	if (i->done || strcmp(op->key, "state/ada/session.json") != 0)
		return;
	i->done = true;
	end_sessions(i->writer, "ada");
}

START_TEST(a_write_between_token_and_blob_is_noticed_by_the_generation)
{
	struct host reader, writer;
	struct intruder intruder = {.writer = &writer};
	struct session session;

	open_host(&reader, "same");
	open_host(&writer, "same");
	session = begin(&writer, "ada");
	reader.plan.hook = intrude;
	reader.plan.arg = &intruder;
	ck_assert(is_over(&reader, &session));
	ck_assert(intruder.done);
	/* Remembered with the generation from before: looked at again. */
	host_requests(&reader);
	ck_assert(is_over(&reader, &session));
	ck_assert_uint_eq(host_requests(&reader), 2);
	host_close(&reader);
	host_close(&writer);
}
END_TEST

START_TEST(a_login_on_another_host_has_the_newest_epoch)
{
	struct session old, fresh;
	struct host a, b;

	open_host(&a, "a");
	open_host(&b, "b");
	b.app.conf.cache_revalidate_ms = 60000;
	old = begin(&b, "ada");
	ck_assert(!is_over(&b, &old));
	end_sessions(&a, "ada");
	fresh = begin(&b, "ada");
	ck_assert(!is_over(&a, &fresh));
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(memory_of_an_account_ends_with_its_time)
{
	struct session session;
	struct host host;

	open_host(&host, "a");
	session = begin(&host, "ada");
	ck_assert(!is_over(&host, &session));
	host_put(&host, "state/ada/session.json", "{\"epoch\":7}");
	ck_assert(!is_over(&host, &session));
	host_clock(&host, "2026-11-23T11:05:01.000Z");
	ck_assert(is_over(&host, &session));
	/* A clock that went back is no reason to believe. */
	host_put(&host, "state/ada/session.json", "{\"epoch\":0}");
	host_clock(&host, NOON);
	ck_assert(!is_over(&host, &session));
	host_close(&host);
}
END_TEST

START_TEST(sessions_of_ten_thousand_users_are_remembered)
{
	struct host host;
	struct session session = {.epoch = 0};
	int i, round;

	open_host(&host, "a");
	for (round = 0; round < 2; round++) {
		host_requests(&host);
		for (i = 0; i < 10000; i++) {
			snprintf(session.user, sizeof session.user,
			    "a-login-of-some-length-%d", i);
			ck_assert(!is_over(&host, &session));
		}
		ck_assert_uint_eq(host_requests(&host), round == 0 ? 20000 : 0);
	}
	host_close(&host);
}
END_TEST

START_TEST(accounts_have_memory_whatever_weeks_have)
{
	struct host host;
	struct session session;

	host_open(&host, "a");
	host.app.conf.cache_local_bytes = 0;
	host_admit(&host);
	session = begin(&host, "ada");
	ck_assert(!is_over(&host, &session));
	host_requests(&host);
	ck_assert(!is_over(&host, &session));
	ck_assert_uint_eq(host_requests(&host), 0);
	host_close(&host);
}
END_TEST

START_TEST(a_broken_state_lets_nobody_in_until_all_sessions_are_ended)
{
	static const char *const bad[] = {"", "x", "{}", "[]", "null",
	    "{\"epoch\":\"7\"}", "{\"epoch\":-1}", "{\"epoch\":7",
	    "{\"epoch\":0,\"ended\":null}", "{\"epoch\":0,\"ended\":[1]}",
	    "{\"epoch\":0,\"ended\":[{\"id\":\"0123\",\"until\":1}]}",
	    "{\"epoch\":0,\"ended\":[{\"id\":\"0123456789abcdef\"}]}"};
	struct session session;
	struct host host;
	struct err err = ERR_INIT;
	bool over = false;
	int64_t n = -1;
	size_t i;

	open_host(&host, "a");
	session = begin(&host, "ada");
	host_put(&host, "state/ada/githubId.txt", "12x");
	ck_assert_int_eq(account_id(&host.auth, "ada", &n, &err), -1);
	ck_assert_int_eq(account_bind(&host.auth, "ada", 12, &err), -1);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		host_put(&host, "state/ada/session.json", bad[i]);
		ck_assert_msg(account_epoch(&host.auth, "ada", &n, &err) == -1,
		    "%s", bad[i]);
		ck_assert_int_eq(err.code, ERR_STORE);
		ck_assert_int_eq(n, -1);
		ck_assert_int_eq(
		    account_session_over(&host.auth, &session, &over, &err),
		    -1);
		ck_assert_int_eq(
		    account_end_session(&host.auth, &session, &err), -1);
	}
	end_sessions(&host, "ada");
	ck_assert(is_over(&host, &session));
	ck_assert_int_gt(epoch_of(&host, "ada"), 0);
	host_close(&host);
}
END_TEST

START_TEST(a_logout_ends_one_session_however_often_it_is_sent)
{
	struct session one, two;
	struct host host;
	struct buf bytes = BUF_INIT, text = BUF_INIT;

	open_host(&host, "a");
	/* As it was kept before there were logouts of one. */
	host_put(&host, "state/ada/session.json", "{\"epoch\":7}\n");
	one = begin(&host, "ada");
	two = begin(&host, "ada");
	ck_assert_str_ne(one.serial, two.serial);
	ck_assert(!is_over(&host, &one));
	end_session(&host, &one);
	ck_assert(is_over(&host, &one));
	ck_assert(!is_over(&host, &two));
	host_get(&host, "state/ada/session.json", &bytes);
	buf_addf(&text,
	    "{\"v\":1,\"epoch\":7,\"ended\":[{\"id\":\"%s\",\"until\":%lld}]}"
	    "\n",
	    one.serial, (long long)(one.issued_ms + SESSION_MAX_MS));
	ck_assert_str_eq(bytes.s, text.s);
	end_session(&host, &one);
	host_get(&host, "state/ada/session.json", &bytes);
	ck_assert_str_eq(bytes.s, text.s);
	buf_release(&bytes);
	buf_release(&text);
	host_close(&host);
}
END_TEST

START_TEST(a_logout_is_kept_for_as_long_as_the_cookie_could_live)
{
	struct session old, one, two;
	struct host host;
	struct buf bytes = BUF_INIT;

	open_host(&host, "a");
	old = begin(&host, "ada");
	end_session(&host, &old);
	host_clock(&host, "2026-11-30T10:59:59.000Z");
	one = begin(&host, "ada");
	end_session(&host, &one);
	ck_assert(is_over(&host, &old));
	/* And a day longer, as another host's clock may be behind. */
	host_clock(&host, "2026-12-01T12:01:00.000Z");
	two = begin(&host, "ada");
	end_session(&host, &two);
	host_get(&host, "state/ada/session.json", &bytes);
	ck_assert_ptr_null(strstr(bytes.s, old.serial));
	ck_assert_ptr_nonnull(strstr(bytes.s, one.serial));
	ck_assert_ptr_nonnull(strstr(bytes.s, two.serial));
	buf_release(&bytes);
	host_close(&host);
}
END_TEST

START_TEST(a_logout_over_the_limit_ends_all_sessions)
{
	struct session stays, last;
	struct host host;
	struct buf bytes = BUF_INIT;
	int i;

	open_host(&host, "a");
	stays = begin(&host, "ada");
	for (i = 0; i < ACCOUNT_ENDED_MAX; i++) {
		last = begin(&host, "ada");
		end_session(&host, &last);
		ck_assert(is_over(&host, &last));
		ck_assert(!is_over(&host, &stays));
	}
	last = begin(&host, "ada");
	end_session(&host, &last);
	ck_assert(is_over(&host, &last));
	ck_assert(is_over(&host, &stays));
	host_get(&host, "state/ada/session.json", &bytes);
	ck_assert_ptr_null(strstr(bytes.s, "ended"));
	buf_release(&bytes);
	host_close(&host);
}
END_TEST

struct rival {
	struct host *host;
	struct session session;
	int left;
};

/* Somebody else's logout, just before ours is put. */
static void
be_faster(void *arg, const struct store_op *op)
{
	struct rival *rival = arg;

	if (op->verb == STORE_VERB_PUT && strstr(op->key, "session.json") &&
	    rival->left > 0) {
		rival->left--;
		rival->session = begin(rival->host, "ada");
		end_session(rival->host, &rival->session);
	}
}

START_TEST(two_logouts_at_once_are_both_kept)
{
	struct rival rival = {.left = 2};
	struct session one;
	struct host a, b;
	struct err err = ERR_INIT;

	open_host(&a, "same");
	open_host(&b, "same");
	rival.host = &b;
	one = begin(&a, "ada");
	a.plan.hook = be_faster;
	a.plan.arg = &rival;
	end_session(&a, &one);
	ck_assert_int_eq(rival.left, 0);
	ck_assert(is_over(&b, &one));
	ck_assert(is_over(&a, &rival.session));
	rival.left = 1000;
	one = begin(&a, "ada");
	ck_assert_int_eq(account_end_session(&a.auth, &one, &err), -1);
	ck_assert_int_eq(err.code, ERR_CONTENDED);
	host_close(&a);
	host_close(&b);
}
END_TEST

START_TEST(a_logout_fails_if_the_store_fails)
{
	struct session one;
	struct host a, b;
	struct err err = ERR_INIT;
	unsigned at, when;

	/* The blob is read, put, and the token is put. */
	for (when = STORE_FAULT_BEFORE; when <= STORE_FAULT_AFTER; when++)
		for (at = 1; at <= 3; at++) {
			open_host(&a, "same");
			open_host(&b, "same");
			one = begin(&a, "ada");
			ck_assert(!is_over(&b, &one));
			a.plan.ops = 0;
			a.plan.at = at;
			/* The token is tried again. */
			a.plan.count = 10;
			a.plan.when = when;
			ck_assert_msg(
			    account_end_session(&a.auth, &one, &err) == -1,
			    "%u", at);
			ck_assert_int_eq(err.code, ERR_STORE);
			a.plan.at = 0;
			end_session(&a, &one);
			ck_assert(is_over(&b, &one));
			host_close(&a);
			host_close(&b);
		}
}
END_TEST

/* Tokens */

static void
make(struct host *host, const char *user, const char *name, bool may_write,
    struct api_token *token, struct buf *secret)
{
	const struct api_token_new what = {name, may_write};
	struct err err = ERR_INIT;

	buf_reset(secret);
	ok(api_token_make(&host->auth, user, &what, token, secret, &err), &err);
}

/* ERR_NONE if it is somebody's. */
static enum err_code
check(struct host *host, const char *text, struct api_token *token)
{
	char user[NAMES_USER_MAX + 1] = "";
	struct err err = ERR_INIT;

	if (api_token_check(&host->auth, text, user, token, &err) == -1) {
		ck_assert_str_eq(user, "");
		return err.code;
	}
	ck_assert(std_starts(text + 3, user));
	return ERR_NONE;
}

START_TEST(a_token_gives_its_user_with_its_access)
{
	struct api_token made, found;
	struct buf secret = BUF_INIT, bytes = BUF_INIT;
	struct host host;

	open_host(&host, "a");
	make(&host, "ada_x-1", "Skript", false, &made, &secret);
	ck_assert(std_starts(secret.s, "cm_ada_x-1_"));
	ck_assert_uint_eq(secret.len, strlen("cm_ada_x-1_") + 64);
	ck_assert_int_eq(check(&host, secret.s, &found), ERR_NONE);
	ck_assert_int_eq(memcmp(&made, &found, sizeof made), 0);
	ck_assert(!found.may_write);
	host_requests(&host);
	ck_assert_int_eq(check(&host, secret.s, &found), ERR_NONE);
	ck_assert_uint_eq(host_requests(&host), 0);

	host_get(&host, "state/ada_x-1/tokens.json", &bytes);
	ck_assert_ptr_null(strstr(bytes.s, secret.s + secret.len - 64));
	ck_assert_ptr_nonnull(strstr(bytes.s, "\"access\":\"read\""));
	make(&host, "ada_x-1", "Zweites", true, &made, &secret);
	ck_assert_int_eq(check(&host, secret.s, &found), ERR_NONE);
	ck_assert(found.may_write);
	buf_release(&secret);
	buf_release(&bytes);
	host_close(&host);
}
END_TEST

START_TEST(a_token_with_any_bit_changed_is_refused)
{
	struct api_token made, found;
	struct buf secret = BUF_INIT;
	struct host host;
	size_t i;
	int bit;

	open_host(&host, "a");
	make(&host, "ada", "Skript", false, &made, &secret);
	for (i = 0; i < secret.len; i++)
		for (bit = 0; bit < 8; bit++) {
			secret.s[i] = (char)(secret.s[i] ^ 1 << bit);
			ck_assert_int_eq(
			    check(&host, secret.s, &found), ERR_LOGIN);
			secret.s[i] = (char)(secret.s[i] ^ 1 << bit);
		}
	ck_assert_int_eq(check(&host, secret.s, &found), ERR_NONE);
	buf_addc(&secret, '0');
	ck_assert_int_eq(check(&host, secret.s, &found), ERR_LOGIN);
	buf_cut(&secret, secret.len - 2);
	ck_assert_int_eq(check(&host, secret.s, &found), ERR_LOGIN);
	buf_release(&secret);
	host_close(&host);
}
END_TEST

START_TEST(a_malformed_token_costs_no_request)
{
	static const char *const bad[] = {"", "cm_", "cm__", "cm_ada_",
	    "cm_ada", "cm_ada_0123",
	    "ghp_0123456789012345678901234567890123456789",
	    "cm__0123456789012345678901234567890123456789012345678901234567890"
	    "123",
	    "cm_../b_012345678901234567890123456789012345678901234567890123456"
	    "7890123",
	    "cm_ADA_0123456789012345678901234567890123456789012345678901234567"
	    "890123"};
	struct api_token found;
	struct host host;
	size_t i;

	open_host(&host, "a");
	host_requests(&host);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_int_eq(check(&host, bad[i], &found), ERR_LOGIN);
	ck_assert_uint_eq(host_requests(&host), 0);
	host_close(&host);
}
END_TEST

START_TEST(a_revoked_token_is_refused_at_once_on_every_process_of_the_host)
{
	struct api_token first, second, found;
	struct buf a_text = BUF_INIT, b_text = BUF_INIT;
	struct host a, b;
	struct err err = ERR_INIT;

	open_host(&a, "same");
	open_host(&b, "same");
	make(&a, "ada", "eins", false, &first, &a_text);
	make(&a, "ada", "zwei", false, &second, &b_text);
	ck_assert_int_eq(check(&b, a_text.s, &found), ERR_NONE);
	ok(api_token_revoke(&a.auth, "ada", first.id, &err), &err);
	ck_assert_int_eq(check(&b, a_text.s, &found), ERR_LOGIN);
	ck_assert_int_eq(check(&a, a_text.s, &found), ERR_LOGIN);
	ck_assert_int_eq(check(&b, b_text.s, &found), ERR_NONE);

	ck_assert_int_eq(api_token_revoke(&a.auth, "ada", first.id, &err), -1);
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_int_eq(api_token_revoke(&a.auth, "bob", second.id, &err), -1);
	ck_assert_int_eq(err.code, ERR_NOT_FOUND);
	ck_assert_int_eq(api_token_revoke(&a.auth, "ada", "", &err), -1);
	ck_assert_int_eq(check(&b, b_text.s, &found), ERR_NONE);
	buf_release(&a_text);
	buf_release(&b_text);
	host_close(&a);
	host_close(&b);
}
END_TEST

struct maker {
	struct host host;
	unsigned left; /* tokens that it still makes */
};

/* Lets another host make a token just before ours stores its list. */
static void
make_first(void *arg, const struct store_op *op)
{
	struct maker *rival = arg;
	struct api_token made;
	struct buf secret = BUF_INIT;

	if (op->verb != STORE_VERB_PUT || rival->left == 0 ||
	    strcmp(op->key, "state/ada/tokens.json") != 0)
		return;
	rival->left--;
	make(&rival->host, "ada", "Gegenüber", false, &made, &secret);
	buf_release(&secret);
}

/* Makes a token while a rival makes that many; the result's code. */
static enum err_code
make_beside(unsigned n, size_t *tokens, struct buf *secret)
{
	struct maker rival = {.left = n};
	struct api_token_list list = API_TOKEN_LIST_INIT;
	struct api_token made;
	struct err err = ERR_INIT;
	struct host host;
	enum err_code code;

	open_host(&rival.host, "rival");
	open_host(&host, "a");
	host.plan.hook = make_first;
	host.plan.arg = &rival;
	code = api_token_make(&host.auth, "ada",
		   &(struct api_token_new){"Skript", true}, &made, secret,
		   &err) == 0
		   ? ERR_NONE
		   : err.code;
	host.plan.hook = NULL;
	if (code == ERR_NONE)
		ck_assert_int_eq(check(&host, secret->s, &made), ERR_NONE);
	ok(api_token_list(&host.auth, "ada", &list, &err), &err);
	*tokens = list.n;
	api_token_list_release(&list);
	host_close(&host);
	host_close(&rival.host);
	return code;
}

START_TEST(a_lost_swap_of_the_token_list_is_tried_again)
{
	struct buf secret = BUF_INIT;
	size_t tokens;

	ck_assert_int_eq(make_beside(2, &tokens, &secret), ERR_NONE);
	ck_assert_uint_eq(tokens, 3);
	buf_release(&secret);
}
END_TEST

START_TEST(a_lost_swap_of_the_token_list_is_not_reported_as_success)
{
	struct buf secret = BUF_INIT;
	size_t tokens;

	ck_assert_int_eq(make_beside(8, &tokens, &secret), ERR_CONTENDED);
	ck_assert_uint_eq(secret.len, 0);
	ck_assert_uint_ge(tokens, 2);
	ck_assert_uint_le(tokens, 8);
	buf_release(&secret);
}
END_TEST

/* Let our list be stored, as where the answer was lost, and another host's after
 * it, before the store hears of ours again. */
static void
land_first(void *arg, const struct store_op *op)
{
	struct maker *rival = arg;
	struct buf bytes = BUF_INIT;

	if (op->verb == STORE_VERB_PUT && rival->left > 0 &&
	    strcmp(op->key, "state/ada/tokens.json") == 0) {
		buf_add(&bytes, op->bytes, op->len);
		host_put_bytes(&rival->host, op->key, &bytes);
		buf_release(&bytes);
	}
	make_first(arg, op);
}

START_TEST(a_token_whose_answer_was_lost_is_made_once)
{
	struct maker rival = {.left = 1};
	struct api_token_list list = API_TOKEN_LIST_INIT;
	struct buf secret = BUF_INIT;
	struct api_token made;
	struct err err = ERR_INIT;
	struct host host;

	open_host(&rival.host, "rival");
	open_host(&host, "a");
	host.plan.hook = land_first;
	host.plan.arg = &rival;
	host.plan.unsure = true;
	make(&host, "ada", "Skript", false, &made, &secret);
	host.plan.hook = NULL;
	ok(api_token_list(&host.auth, "ada", &list, &err), &err);
	ck_assert_uint_eq(list.n, 2);
	ok(api_token_revoke(&host.auth, "ada", made.id, &err), &err);
	ck_assert_int_eq(check(&host, secret.s, &made), ERR_LOGIN);
	api_token_list_release(&list);
	buf_release(&secret);
	host_close(&host);
	host_close(&rival.host);
}
END_TEST

START_TEST(the_last_use_is_written_once_an_hour_by_all_processes_together)
{
	struct api_token_list list = API_TOKEN_LIST_INIT;
	struct api_token made, found;
	struct buf text = BUF_INIT;
	struct host a, b;
	struct err err = ERR_INIT;

	open_host(&a, "same");
	open_host(&b, "same");
	make(&a, "ada", "eins", false, &made, &text);
	check(&a, text.s, &found);
	check(&b, text.s, &found);
	host_requests(&a);
	host_requests(&b);
	api_token_touch(&a.auth, "ada", made.id);
	ck_assert_uint_eq(host_requests(&a), 2);
	api_token_touch(&a.auth, "ada", made.id);
	ck_assert_uint_eq(host_requests(&a), 0);
	/* The other one sees that it has been written. */
	api_token_touch(&b.auth, "ada", made.id);
	ck_assert_uint_eq(host_requests(&b), 1);
	api_token_touch(&b.auth, "ada", made.id);
	ck_assert_uint_eq(host_requests(&b), 0);
	/* Nobody forgets anything by it. */
	check(&b, text.s, &found);
	ck_assert_uint_eq(host_requests(&b), 0);

	ok(api_token_list(&a.auth, "ada", &list, &err), &err);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_int_ge(list.items[0].used_ms, made.made_ms);
	host_clock(&a, "2026-11-23T12:00:01.000Z");
	api_token_touch(&a.auth, "ada", made.id);
	ck_assert_uint_eq(host_requests(&a), 3);
	api_token_touch(&a.auth, "bob", made.id);
	api_token_list_release(&list);
	buf_release(&text);
	host_close(&a);
	host_close(&b);
}
END_TEST

/* Somebody else's change, between the look and the put. */
static void
interfere(void *arg, const struct store_op *op)
{
	struct host *host = arg;

	if (op->verb != STORE_VERB_PUT || strstr(op->key, "tokens") == NULL)
		return;
	host->plan.hook = NULL;
	host_put(host, "state/ada/tokens.json", "{\"tokens\":[]}");
}

START_TEST(two_changes_at_once_are_both_kept)
{
	struct api_token_list list = API_TOKEN_LIST_INIT;
	struct api_token made;
	struct buf text = BUF_INIT;
	struct host host;
	struct err err = ERR_INIT;

	open_host(&host, "a");
	host.plan.hook = interfere;
	host.plan.arg = &host;
	make(&host, "ada", "eins", false, &made, &text);
	ok(api_token_list(&host.auth, "ada", &list, &err), &err);
	ck_assert_uint_eq(list.n, 1);
	api_token_list_release(&list);
	buf_release(&text);
	host_close(&host);
}
END_TEST

START_TEST(a_bad_name_or_a_fifty_first_token_is_refused)
{
	static const char *const bad[] = {"", "  ", "a\nb", "\xff", "\x7f",
	    "1234567890123456789012345678901234567890123456789012345678901"};
	struct buf name = BUF_INIT, text = BUF_INIT;
	struct api_token made;
	struct host host;
	struct err err = ERR_INIT;
	size_t i;

	open_host(&host, "a");
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_int_eq(api_token_make(&host.auth, "ada",
				     &(struct api_token_new){bad[i], false},
				     &made, &text, &err),
		    -1);
		ck_assert_int_eq(err.code, ERR_VALUE);
		ck_assert_str_eq(err.field, "name");
	}
	for (i = 0; i < API_TOKEN_NAME_MAX; i++)
		buf_adds(&name, "𝄞");
	for (i = 0; i < API_TOKEN_PER_USER; i++)
		make(&host, "ada", name.s, false, &made, &text);
	ck_assert_str_eq(made.name, name.s);
	ck_assert_int_eq(check(&host, text.s, &made), ERR_NONE);
	ck_assert_str_eq(made.name, name.s);
	ck_assert_int_eq(
	    api_token_make(&host.auth, "ada",
		&(struct api_token_new){"x", false}, &made, &text, &err),
	    -1);
	ck_assert_int_eq(err.code, ERR_VALUE);
	buf_release(&name);
	buf_release(&text);
	host_close(&host);
}
END_TEST

T_MAIN("account", a_login_bound_to_another_person_is_refused,
    a_remembered_account_costs_no_request_until_its_user_changes_it,
    another_process_of_the_host_sees_the_end_of_sessions_at_once,
    another_host_sees_the_end_of_sessions_at_its_next_look,
    a_look_dated_in_the_future_does_not_count,
    memory_from_before_a_clock_was_set_back_is_read_anew,
    the_period_counts_from_where_the_last_look_began,
    a_write_of_a_user_in_the_same_slot_costs_a_token_read,
    a_write_between_token_and_blob_is_noticed_by_the_generation,
    memory_of_an_account_ends_with_its_time,
    sessions_of_ten_thousand_users_are_remembered,
    accounts_have_memory_whatever_weeks_have,
    a_broken_state_lets_nobody_in_until_all_sessions_are_ended,
    a_login_on_another_host_has_the_newest_epoch,
    a_logout_ends_one_session_however_often_it_is_sent,
    a_logout_is_kept_for_as_long_as_the_cookie_could_live,
    a_logout_over_the_limit_ends_all_sessions,
    two_logouts_at_once_are_both_kept, a_logout_fails_if_the_store_fails,
    a_token_gives_its_user_with_its_access,
    a_token_with_any_bit_changed_is_refused, a_malformed_token_costs_no_request,
    a_revoked_token_is_refused_at_once_on_every_process_of_the_host,
    a_lost_swap_of_the_token_list_is_tried_again,
    a_lost_swap_of_the_token_list_is_not_reported_as_success,
    a_token_whose_answer_was_lost_is_made_once,
    the_last_use_is_written_once_an_hour_by_all_processes_together,
    two_changes_at_once_are_both_kept,
    a_bad_name_or_a_fifty_first_token_is_refused)
