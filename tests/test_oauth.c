#include "auth/oauth.h"
#include "base/enc.h"
#include "hostile.h"
#include "t.h"

#define SECRET "a-secret-that-nobody-sees"
#define CODE   "a-code-that-nobody-sees"
#define TOKEN  "gho_that-nobody-sees"

#define GOOD_TOKEN                                                             \
	"{\"access_token\":\"" TOKEN "\",\"scope\":\"\","                      \
	"\"token_type\":\"bearer\"}"
#define GOOD_USER "{\"login\":\"UserA\",\"id\":4711,\"name\":null}"

static struct err err;

static struct oauth
oauth_at(const char *url)
{
	return (struct oauth){
	    .pages_url = url,
	    .api_url = url,
	    .client_id = "Iv1.abc",
	    .client_secret = SECRET,
	    .redirect_url = "https://codex.example/auth/callback",
	};
}

/* Good for the next few calls. */
static const char *
answer(const char *status, const char *json)
{
	static char rooms[8][500];
	static unsigned next;
	char *room = rooms[next++ % ARRAY_LEN(rooms)];

	snprintf(room, sizeof rooms[0],
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    status, strlen(json), json);
	return room;
}

static struct hostile_step
says(const char *status, const char *json)
{
	return (struct hostile_step){
	    .act = HOSTILE_REPLY_CLOSE, .text = answer(status, json)};
}

/* An exchange with a GitHub that does these two things. */
static int
exchange(struct hostile_step first, struct hostile_step second,
    struct oauth_user *user)
{
	const struct hostile_step steps[] = {first, second};
	struct hostile *server = hostile_start(steps, 2, 0);
	struct http *http = http_new(NULL, &err);
	struct oauth oauth;
	char url[64];
	unsigned i;
	int rc;

	snprintf(url, sizeof url, "http://127.0.0.1:%u", hostile_port(server));
	oauth = oauth_at(url);
	rc = oauth_exchange(&oauth, http, CODE, "verifier", user, &err);
	for (i = 0; i < hostile_requests(server); i++) {
		ck_assert_ptr_null(strstr(hostile_head(server, i), SECRET));
		ck_assert_ptr_null(strstr(hostile_head(server, i), CODE));
	}
	ck_assert_ptr_null(strstr(t_text(&err), "nobody-sees"));
	ck_assert_ptr_null(strstr(err.detail, "nobody-sees"));
	http_free(http);
	hostile_stop(server);
	return rc;
}

static enum err_code
refusal(struct hostile_step first, struct hostile_step second)
{
	struct oauth_user user = {.id = 0};

	ck_assert_int_eq(exchange(first, second, &user), -1);
	ck_assert_int_eq(user.id, 0);
	return err.code;
}

START_TEST(the_challenge_is_the_one_of_rfc_7636)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "a=b==");
	oauth_challenge(&b, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
	ck_assert_str_eq(
	    b.s, "a=b==E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	buf_release(&b);
}
END_TEST

START_TEST(the_address_has_neither_scope_nor_secret)
{
	const struct oauth oauth = oauth_at("https://github.com");
	struct buf b = BUF_INIT;

	oauth_page(
	    &b, &oauth, "st&te", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
	ck_assert_str_eq(b.s,
	    "https://github.com/login/oauth/authorize?client_id=Iv1.abc"
	    "&redirect_uri=https%3A%2F%2Fcodex.example%2Fauth%2Fcallback"
	    "&state=st%26te&code_challenge_method=S256"
	    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	buf_release(&b);
}
END_TEST

START_TEST(a_good_exchange_gives_id_and_login)
{
	struct oauth_user user;

	ck_assert_int_eq(exchange(says("200 OK", GOOD_TOKEN),
			     says("200 OK", GOOD_USER), &user),
	    0);
	ck_assert_int_eq(user.id, 4711);
	ck_assert_str_eq(user.login, "UserA");
}
END_TEST

START_TEST(an_error_with_status_200_is_an_error)
{
	const struct hostile_step user = says("200 OK", GOOD_USER);

	ck_assert_int_eq(
	    refusal(says("200 OK", "{\"error\":\"bad_verification_code\","
				   "\"error_description\":\"" TOKEN "\"}"),
		user),
	    ERR_VALUE);
	ck_assert_int_eq(
	    refusal(
		says("200 OK", "{\"error\":\"incorrect_client_credentials\"}"),
		user),
	    ERR_GITHUB);
	ck_assert_ptr_nonnull(
	    strstr(err.detail, "incorrect_client_credentials"));
	/* With both, the error counts. */
	ck_assert_int_eq(
	    refusal(says("200 OK",
			"{\"error\":\"x\",\"access_token\":\"" TOKEN "\"}"),
		user),
	    ERR_GITHUB);
}
END_TEST

START_TEST(a_malformed_token_answer_is_refused)
{
	static const char *const answers[] = {"", "[]", "null", "{}", "{",
	    "access_token=" TOKEN "&scope=", "{\"access_token\":\"\"}",
	    "{\"access_token\":7}", "{\"access_token\":null}",
	    "{\"access_token\":\"a b\"}", "{\"access_token\":\"a\\r\\nX: y\"}",
	    "{\"access_token\":\"a\\u0000b\"}", "{\"error\":7}",
	    "{\"error\":\"" TOKEN " 7\"}"};
	struct buf b = BUF_INIT, token = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(answers); i++) {
		buf_reset(&b);
		buf_adds(&b, answers[i]);
		ck_assert_int_eq(oauth_read_token(&b, &token, &err), -1);
		ck_assert_int_eq(err.code, ERR_GITHUB);
		ck_assert_uint_eq(token.len, 0);
		ck_assert_ptr_null(strstr(err.detail, "nobody-sees"));
	}
	buf_release(&b);
}
END_TEST

START_TEST(a_user_without_id_or_login_is_refused)
{
	static const char *const answers[] = {"", "[]", "{}", "{\"id\":4711}",
	    "{\"login\":\"usera\"}", "{\"login\":\"usera\",\"id\":0}",
	    "{\"login\":\"usera\",\"id\":-1}",
	    "{\"login\":\"usera\",\"id\":\"4711\"}",
	    "{\"login\":\"usera\",\"id\":4711.5}",
	    "{\"login\":\"\",\"id\":4711}", "{\"login\":7,\"id\":4711}",
	    "{\"login\":\"a\\u0000b\",\"id\":4711}"};
	struct oauth_user user = {.id = 0};
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(answers); i++) {
		buf_reset(&b);
		buf_adds(&b, answers[i]);
		ck_assert_int_eq(oauth_read_user(&b, &user, &err), -1);
		ck_assert_int_eq(err.code, ERR_GITHUB);
		ck_assert_int_eq(user.id, 0);
	}
	buf_release(&b);
}
END_TEST

START_TEST(a_login_that_is_too_long_is_refused)
{
	struct oauth_user user;
	struct buf b = BUF_INIT;

	buf_addf(&b, "{\"id\":1,\"login\":\"%0*d\"}", OAUTH_LOGIN_MAX, 1);
	ck_assert_int_eq(oauth_read_user(&b, &user, &err), 0);
	buf_reset(&b);
	buf_addf(&b, "{\"id\":1,\"login\":\"%0*d\"}", OAUTH_LOGIN_MAX + 1, 1);
	ck_assert_int_eq(oauth_read_user(&b, &user, &err), -1);
	buf_release(&b);
}
END_TEST

START_TEST(every_fault_of_github_has_its_error)
{
	const struct hostile_step good = says("200 OK", GOOD_TOKEN);
	const struct hostile_step gone = {.act = HOSTILE_CLOSE};
	static const struct {
		const char *status;
		enum err_code code;
	} statuses[] = {
	    {"201 Created", ERR_GITHUB},
	    {"302 Found", ERR_GITHUB},
	    {"401 Unauthorized", ERR_GITHUB},
	    {"403 Forbidden", ERR_BUSY},
	    {"404 Not Found", ERR_GITHUB},
	    {"429 Too Many", ERR_BUSY},
	    {"500 Oops", ERR_GITHUB},
	    {"503 Busy", ERR_GITHUB},
	};
	size_t i;

	ck_assert_int_eq(refusal(gone, gone), ERR_GITHUB);
	ck_assert_int_eq(refusal(good, gone), ERR_GITHUB);
	for (i = 0; i < ARRAY_LEN(statuses); i++) {
		const struct hostile_step step =
		    says(statuses[i].status, GOOD_TOKEN);

		ck_assert_int_eq(refusal(step, step), statuses[i].code);
		ck_assert_int_eq(refusal(good, step), statuses[i].code);
	}
}
END_TEST

START_TEST(a_code_is_sent_once)
{
	const struct hostile_step steps[] = {{.act = HOSTILE_CLOSE}};
	struct hostile *server = hostile_start(steps, 1, 0);
	struct http *http = http_new(NULL, &err);
	struct oauth_user user;
	struct oauth oauth;
	char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%u", hostile_port(server));
	oauth = oauth_at(url);
	ck_assert_int_eq(
	    oauth_exchange(&oauth, http, CODE, "v", &user, &err), -1);
	ck_assert_uint_eq(hostile_requests(server), 1);
	http_free(http);
	hostile_stop(server);
}
END_TEST

START_TEST(a_silent_github_is_given_up_in_time)
{
	const struct hostile_step hang = {.act = HOSTILE_HANG};

	ck_assert_int_eq(refusal(says("200 OK", GOOD_TOKEN), hang), ERR_SLOW);
}
END_TEST

T_MAIN("oauth", the_challenge_is_the_one_of_rfc_7636,
    the_address_has_neither_scope_nor_secret,
    a_good_exchange_gives_id_and_login, an_error_with_status_200_is_an_error,
    a_malformed_token_answer_is_refused, a_user_without_id_or_login_is_refused,
    a_login_that_is_too_long_is_refused, every_fault_of_github_has_its_error,
    a_code_is_sent_once, a_silent_github_is_given_up_in_time)
