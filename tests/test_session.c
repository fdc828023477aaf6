/*
 * keyring, seal, session, allowlist: which cookies prove a user, for how long,
 * and which users may enter.
 */
#include "auth/allowlist.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/enc.h"
#include "keys/seal.h"
#include "keys/session.h"
#include "t.h"

#define NOW INT64_C(1795417200000)
#define DAY INT64_C(86400000)

#define SECRET "what only those get that check sessions"

static const char *
path_of(const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/%s", t_scratch(), name);
	return path;
}

static void
write_file(const char *path, const char *text, mode_t mode)
{
	struct buf tmp = BUF_INIT;
	FILE *f;

	buf_addf(&tmp, "%s.tmp", path);
	unlink(tmp.s);
	f = fopen(tmp.s, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
	ck_assert_int_eq(chmod(tmp.s, mode), 0);
	ck_assert_int_eq(rename(tmp.s, path), 0);
	buf_release(&tmp);
}

static struct keyring *
open_key(void)
{
	struct keyring *key = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(enc_start(&err), 0);
	ck_assert_msg(
	    keyring_open(path_of("site.key"), SECRET, NOW, &key, &err) == 0,
	    "%s", t_text(&err));
	return key;
}

/* Keys */

START_TEST(the_first_start_makes_a_key_that_only_we_can_read)
{
	struct keyring *key = open_key(), *again;
	struct stat st;

	ck_assert_int_eq(stat(path_of("site.key"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);
	ck_assert_uint_eq(keyring_count(key), 1);
	again = open_key();
	ck_assert_int_eq(
	    memcmp(keyring_at(key, 0), keyring_at(again, 0), KEYRING_BYTES), 0);
	keyring_close(again);
	keyring_close(key);
	keyring_close(NULL);
}
END_TEST

/* The child tells its key by a pipe. */
static void
start_child(int out, int go)
{
	char c;

	if (fork() != 0)
		return;
	if (read(go, &c, 1) == 0 || c != '\0') {
		struct keyring *key = open_key();

		if (write(out, keyring_at(key, 0), KEYRING_BYTES) !=
		    KEYRING_BYTES)
			_exit(1);
	}
	_exit(0);
}

START_TEST(programs_that_start_at_once_agree_on_one_key)
{
	unsigned char first[KEYRING_BYTES], other[KEYRING_BYTES];
	int out[2], go[2], i;

	ck_assert_ptr_nonnull(t_scratch());
	ck_assert_int_eq(pipe(out), 0);
	ck_assert_int_eq(pipe(go), 0);
	for (i = 0; i < 8; i++)
		start_child(out[1], go[0]);
	ck_assert_int_eq(write(go[1], "12345678", 8), 8);
	for (i = 0; i < 8; i++) {
		ck_assert_int_eq(read(out[0], i ? other : first, KEYRING_BYTES),
		    KEYRING_BYTES);
		if (i > 0)
			ck_assert_int_eq(
			    memcmp(first, other, KEYRING_BYTES), 0);
	}
	while (wait(NULL) > 0)
		;
}
END_TEST

static void
expect_refused(const char *why)
{
	struct keyring *key = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(
	    keyring_open(path_of("site.key"), SECRET, NOW, &key, &err), -1);
	ck_assert_int_eq(err.code, ERR_SETTING);
	ck_assert_msg(strstr(t_text(&err), why) != NULL, "%s", t_text(&err));
	ck_assert_ptr_null(key);
}

START_TEST(a_key_file_that_others_can_read_is_refused)
{
	static const mode_t modes[] = {
	    0640, 0604, 0620, 0602, 0610, 0601, 0644, 0666};
	size_t i;

	keyring_close(open_key());
	for (i = 0; i < ARRAY_LEN(modes); i++) {
		ck_assert_int_eq(chmod(path_of("site.key"), modes[i]), 0);
		expect_refused("chmod 600");
	}
	ck_assert_int_eq(chmod(path_of("site.key"), 0400), 0);
	keyring_close(open_key());
}
END_TEST

START_TEST(a_key_file_of_another_owner_is_refused)
{
	keyring_close(open_key());
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(path_of("site.key"), 12345, (gid_t)-1), 0);
	expect_refused("jemand anderem");
}
END_TEST

START_TEST(a_malformed_key_file_is_refused)
{
#define HEX "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
	static const char *const bad[] = {"", "\n", "# nothing\n", HEX "\n",
	    "1 " HEX "0\n", "1 " HEX " \n", "1  " HEX "\n", " 1 " HEX "\n",
	    "-1 " HEX "\n", "x " HEX "\n", "1 x" HEX "\n",
	    "1 " HEX "\nrubbish\n", "1234567890123456 " HEX "\n"};
	struct buf many = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	ck_assert_int_eq(enc_start(&err), 0);
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		write_file(path_of("site.key"), bad[i], 0600);
		expect_refused("beschädigt");
	}
	for (i = 0; i < KEYRING_MAX + 1; i++)
		buf_adds(&many, "1 " HEX "\n");
	write_file(path_of("site.key"), many.s, 0600);
	expect_refused("beschädigt");
	while (many.len < 9000)
		buf_adds(&many, "# a comment\n");
	write_file(path_of("site.key"), many.s, 0600);
	expect_refused("zu groß");
	buf_release(&many);

	unlink(path_of("site.key"));
	ck_assert_int_eq(mkdir(path_of("site.key"), 0700), 0);
	expect_refused("keine Datei");
	rmdir(path_of("site.key"));
	ck_assert_int_eq(symlink("/dev/zero", path_of("site.key")), 0);
	expect_refused("");
	write_file(path_of("site.key"), "# ours\n\n1 " HEX "\n2 " HEX, 0600);
	keyring_close(open_key());
}
END_TEST

/* HMAC-SHA256 of HEX by SECRET: hosts must agree on it. */
#define HEX_KEY                                                                \
	"534417bbdf69e9a45c0ad336ba930b08"                                     \
	"05c9c621211593c12c58a676c9b26749"

static void
expect_key(const struct keyring *key, const char *hex)
{
	struct buf text = BUF_INIT;

	enc_hex(&text, keyring_at(key, 0), KEYRING_BYTES);
	ck_assert_str_eq(text.s, hex);
	buf_release(&text);
}

START_TEST(a_changed_key_file_is_read_after_a_second_if_it_is_good)
{
	struct keyring *key = open_key();
	struct err err = ERR_INIT;
	unsigned char before[KEYRING_BYTES];

	memcpy(before, keyring_at(key, 0), KEYRING_BYTES);
	write_file(path_of("site.key"), "1 " HEX "\n", 0600);
	ck_assert_int_eq(keyring_refresh(key, NOW + 999, &err), 0);
	ck_assert_int_eq(memcmp(keyring_at(key, 0), before, KEYRING_BYTES), 0);
	ck_assert_int_eq(keyring_refresh(key, NOW + 1000, &err), 0);
	expect_key(key, HEX_KEY);

	/* Bad ones are told once, and nothing changes. */
	write_file(path_of("site.key"), "rubbish", 0600);
	ck_assert_int_eq(keyring_refresh(key, NOW + 2000, &err), -1);
	ck_assert_int_eq(keyring_refresh(key, NOW + 3000, &err), 0);
	expect_key(key, HEX_KEY);
	write_file(path_of("site.key"), "2 " HEX "\n", 0644);
	ck_assert_int_eq(keyring_refresh(key, NOW + 4000, &err), -1);
	unlink(path_of("site.key"));
	ck_assert_int_eq(keyring_refresh(key, NOW + 5000, &err), -1);
	expect_key(key, HEX_KEY);
	/* A clock that went back must not keep us from looking. */
	write_file(path_of("site.key"), "1 " HEX "\n1 " HEX "\n", 0600);
	ck_assert_int_eq(keyring_refresh(key, NOW - DAY, &err), 0);
	ck_assert_uint_eq(keyring_count(key), 2);
	keyring_close(key);
}
END_TEST

static void
rotate(int64_t now, bool alone)
{
	struct err err = ERR_INIT;

	ck_assert_msg(keyring_rotate(path_of("site.key"), t_scratch(), alone,
			  now, &err) == 0,
	    "%s %s", t_text(&err), err.detail);
}

START_TEST(a_replaced_key_still_opens_for_seven_days)
{
	struct keyring *key = open_key();
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;
	struct stat st;

	seal_make(&text, key, "x", "hallo", 5);
	rotate(NOW + DAY, false);
	ck_assert_int_eq(keyring_refresh(key, NOW + DAY, &err), 0);
	ck_assert_uint_eq(keyring_count(key), 2);
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, text.len), 0);
	ck_assert_str_eq(out.s, "hallo");
	ck_assert_int_eq(stat(path_of("site.key"), &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0600);

	/* The first key was the newest one until NOW + 1 day. */
	rotate(NOW + 8 * DAY - 1, false);
	ck_assert_int_eq(keyring_refresh(key, NOW + 8 * DAY, &err), 0);
	ck_assert_uint_eq(keyring_count(key), 3);
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, text.len), 0);
	rotate(NOW + 8 * DAY, false);
	ck_assert_int_eq(keyring_refresh(key, NOW + 9 * DAY, &err), 0);
	ck_assert_uint_eq(keyring_count(key), 3);
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, text.len), -1);
	buf_release(&text);
	buf_release(&out);
	keyring_close(key);
}
END_TEST

START_TEST(a_rotation_by_another_user_leaves_no_lock)
{
	struct err err = ERR_INIT;

	if (geteuid() != 0)
		return;
	keyring_close(open_key());
	ck_assert_int_eq(chown(path_of("site.key"), 65534, 65534), 0);
	ck_assert_int_eq(
	    keyring_rotate(path_of("site.key"), t_scratch(), false, 0, &err),
	    -1);
	ck_assert_int_eq(access(path_of("locks/key"), F_OK), -1);
}
END_TEST

START_TEST(rotating_to_a_lone_key_ends_all_seals)
{
	struct keyring *key = open_key();
	struct buf text = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;
	int i;

	seal_make(&text, key, "x", "hallo", 5);
	rotate(NOW + 1000, true);
	ck_assert_int_eq(keyring_refresh(key, NOW + 1000, &err), 0);
	ck_assert_uint_eq(keyring_count(key), 1);
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, text.len), -1);
	for (i = 0; i < KEYRING_MAX + 5; i++)
		rotate(NOW + 2000 + i, false);
	ck_assert_int_eq(keyring_refresh(key, NOW + 3000, &err), 0);
	ck_assert_uint_eq(keyring_count(key), KEYRING_MAX);
	buf_release(&text);
	keyring_close(key);
}
END_TEST

START_TEST(a_key_file_without_its_secret_opens_and_makes_no_seal)
{
	const char *path = path_of("site.key"),
		   *wrong[] = {
		       "", "what only those get that check session", HEX};
	struct keyring *key = open_key(), *other;
	struct buf text = BUF_INIT, forged = BUF_INIT, out = BUF_INIT;
	struct err err = ERR_INIT;
	size_t i;

	seal_make(&text, key, "x", "hallo", 5);
	for (i = 0; i < ARRAY_LEN(wrong); i++) {
		ck_assert_int_eq(
		    keyring_open(path, wrong[i], NOW, &other, &err), 0);
		ck_assert_int_eq(
		    seal_open(&out, other, "x", text.s, text.len), -1);
		buf_reset(&forged);
		seal_make(&forged, other, "x", "hallo", 5);
		ck_assert_int_eq(
		    seal_open(&out, key, "x", forged.s, forged.len), -1);
		keyring_close(other);
	}
	/* A rotation knows no secret and leaves the older keys what they were. */
	rotate(NOW + 1000, false);
	ck_assert_int_eq(keyring_refresh(key, NOW + 1000, &err), 0);
	ck_assert_uint_eq(keyring_count(key), 2);
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, text.len), 0);
	buf_release(&text);
	buf_release(&forged);
	buf_release(&out);
	keyring_close(key);
}
END_TEST

/* Seals */

START_TEST(a_sealed_text_opens_for_its_purpose_alone)
{
	struct keyring *key = open_key();
	struct buf text = BUF_INIT, twice = BUF_INIT, out = BUF_INIT;

	buf_adds(&out, "before ");
	seal_make(&text, key, "session", "a\0b", 3);
	seal_make(&twice, key, "session", "a\0b", 3);
	ck_assert_str_ne(text.s, twice.s);
	ck_assert_int_eq(seal_open(&out, key, "login", text.s, text.len), -1);
	ck_assert_int_eq(seal_open(&out, key, "", text.s, text.len), -1);
	ck_assert_int_eq(seal_open(&out, key, "sessio", text.s, text.len), -1);
	ck_assert_int_eq(seal_open(&out, key, "session", text.s, text.len), 0);
	ck_assert_uint_eq(out.len, 10);
	ck_assert_int_eq(memcmp(out.s, "before a\0b", 10), 0);
	ck_assert_uint_eq(
	    strspn(text.s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx"
			   "yz0123456789-_"),
	    text.len);
	buf_release(&text);
	buf_release(&twice);
	buf_release(&out);
	keyring_close(key);
}
END_TEST

START_TEST(a_sealed_text_of_another_length_is_refused)
{
	struct keyring *key = open_key();
	struct buf text = BUF_INIT, out = BUF_INIT;
	size_t i;

	seal_make(&text, key, "x", "hallo", 5);
	for (i = 0; i < text.len; i++) {
		ck_assert_int_eq(seal_open(&out, key, "x", text.s, i), -1);
		ck_assert_int_eq(
		    seal_open(&out, key, "x", text.s + i + 1, text.len - i - 1),
		    -1);
	}
	for (i = 0; i < 3; i++) {
		buf_addc(&text, "=A "[i]);
		ck_assert_int_eq(
		    seal_open(&out, key, "x", text.s, text.len), -1);
		buf_cut(&text, text.len - 1);
	}
	while (text.len < 2 * SEAL_MAX)
		buf_addc(&text, 'A');
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, text.len), -1);
	ck_assert_int_eq(seal_open(&out, key, "x", text.s, SEAL_MAX), -1);
	ck_assert_uint_eq(out.len, 0);
	buf_release(&text);
	keyring_close(key);
}
END_TEST

/* Sessions */

static const struct session ada = {
    .id = 4711,
    .user = "ada",
    .issued_ms = NOW,
    .expires_ms = NOW + SESSION_IDLE_MS,
    .epoch = 3,
    .serial = "0123456789abcdef",
};

/* The value of the cookie that a Set-Cookie sets. */
static void
print_value(struct buf *out, const struct keyring *key, const struct session *s)
{
	struct buf line = BUF_INIT;
	size_t at = strlen(SESSION_COOKIE "=");

	session_print(&line, key, s, NOW);
	ck_assert(std_starts(line.s, SESSION_COOKIE "="));
	buf_set(out, line.s + at, strcspn(line.s + at, ";"));
	buf_release(&line);
}

static bool
is_good(const struct keyring *key, const struct buf *value, int64_t now)
{
	struct session session;

	return session_parse(&session, key, value->s, value->len, now) == 0;
}

START_TEST(a_session_comes_back_as_it_was)
{
	struct keyring *key = open_key();
	struct buf value = BUF_INIT, line = BUF_INIT;
	struct session session, longest = ada;

	session_start(&session, 4711, "ada", 3, NOW);
	ck_assert_uint_eq(
	    strspn(session.serial, "0123456789abcdef"), SESSION_SERIAL);
	memcpy(session.serial, ada.serial, sizeof ada.serial);
	ck_assert_int_eq(memcmp(&session, &ada, sizeof ada), 0);
	print_value(&value, key, &ada);
	memset(&session, 0, sizeof session);
	ck_assert_int_eq(
	    session_parse(&session, key, value.s, value.len, NOW), 0);
	ck_assert_int_eq(memcmp(&session, &ada, sizeof ada), 0);
	memset(longest.user, 'x', NAMES_USER_MAX);
	longest.id = longest.epoch = INT64_MAX;
	print_value(&value, key, &longest);
	ck_assert(is_good(key, &value, NOW));
	ck_assert_uint_lt(value.len, 400);

	session_print(&line, key, &ada, NOW + 1000);
	ck_assert_ptr_nonnull(strstr(
	    line.s, "; Max-Age=43199; Path=/; Secure; HttpOnly; SameSite=Lax"));
	ck_assert_ptr_null(strstr(line.s, "Domain"));
	ck_assert_ptr_null(strstr(line.s, "ada"));
	buf_reset(&line);
	session_print_end(&line);
	ck_assert_str_eq(line.s, "__Host-cm_session=; Max-Age=0; Path=/; "
				 "Secure; HttpOnly; SameSite=Lax");
	buf_release(&line);
	buf_release(&value);
	keyring_close(key);
}
END_TEST

START_TEST(a_session_with_any_single_bit_changed_is_refused)
{
	struct keyring *key = open_key();
	struct buf value = BUF_INIT;
	size_t i;
	int bit;

	print_value(&value, key, &ada);
	ck_assert(is_good(key, &value, NOW));
	for (i = 0; i < value.len; i++)
		for (bit = 0; bit < 8; bit++) {
			value.s[i] = (char)(value.s[i] ^ 1 << bit);
			ck_assert_msg(
			    !is_good(key, &value, NOW), "%zu.%d", i, bit);
			value.s[i] = (char)(value.s[i] ^ 1 << bit);
		}
	ck_assert(is_good(key, &value, NOW));
	buf_release(&value);
	keyring_close(key);
}
END_TEST

START_TEST(a_session_is_good_from_its_beginning_to_its_end)
{
	struct keyring *key = open_key();
	struct buf value = BUF_INIT;
	struct session late = ada;

	print_value(&value, key, &ada);
	ck_assert(is_good(key, &value, ada.expires_ms - 1));
	ck_assert(!is_good(key, &value, ada.expires_ms));
	ck_assert(is_good(key, &value, NOW - SESSION_SKEW_MS));
	ck_assert(!is_good(key, &value, NOW - SESSION_SKEW_MS - 1));
	/* Whatever its end says. */
	late.expires_ms = NOW + 8 * DAY;
	print_value(&value, key, &late);
	ck_assert(is_good(key, &value, NOW + 7 * DAY - 1));
	ck_assert(!is_good(key, &value, NOW + 7 * DAY));
	buf_release(&value);
	keyring_close(key);
}
END_TEST

START_TEST(a_renewed_session_ends_at_most_seven_days_after_login)
{
	struct session s = ada;
	int64_t now;

	ck_assert(!session_renew(&s, NOW + SESSION_RENEW_MS - 1));
	ck_assert_int_eq(s.expires_ms, ada.expires_ms);
	ck_assert(session_renew(&s, NOW + SESSION_RENEW_MS));
	ck_assert_int_eq(s.expires_ms, ada.expires_ms + SESSION_RENEW_MS);
	ck_assert_int_eq(s.issued_ms, NOW);
	ck_assert_str_eq(s.serial, ada.serial);
	for (now = NOW; now < s.expires_ms; now += 3600000)
		session_renew(&s, now);
	ck_assert_int_eq(s.expires_ms, NOW + SESSION_MAX_MS);
	ck_assert(!session_renew(&s, NOW + SESSION_MAX_MS - 1));
	/* A clock that goes back shortens nothing. */
	ck_assert(!session_renew(&s, NOW));
	ck_assert_int_eq(s.expires_ms, NOW + SESSION_MAX_MS);
}
END_TEST

START_TEST(a_sealed_text_that_is_no_session_is_refused)
{
#define TIMES  "1795417200000 1795417300000"
#define SERIAL "0123456789abcdef"
	static const char *const bad[] = {"", "1 ada 1 2", "1 ada 1 2 3 4",
	    "1 ada " TIMES " 3", "1 ada " TIMES " 3 0123456789abcde",
	    "1 ada " TIMES " 3 " SERIAL "0", "1 ada " TIMES " 3 " SERIAL " ",
	    "1 ada " TIMES " 3 0123456789ABCDEF", "1 Ada " TIMES " 3 " SERIAL,
	    "1 ../b " TIMES " 3 " SERIAL, "1 -a " TIMES " 3 " SERIAL,
	    "1  " TIMES " 3 " SERIAL, "x ada " TIMES " 3 " SERIAL};
	const char *good = "1 ada " TIMES " 3 " SERIAL;
	struct keyring *key = open_key();
	struct buf value = BUF_INIT;
	size_t i;

	seal_make(&value, key, "session", good, strlen(good));
	ck_assert(is_good(key, &value, NOW));
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&value);
		seal_make(&value, key, "session", bad[i], strlen(bad[i]));
		ck_assert_msg(!is_good(key, &value, NOW), "%s", bad[i]);
	}
	buf_reset(&value);
	seal_make(&value, key, "session", good, strlen(good) + 1);
	ck_assert(!is_good(key, &value, NOW));
	buf_reset(&value);
	seal_make(&value, key, "login", good, strlen(good));
	ck_assert(!is_good(key, &value, NOW));
	buf_release(&value);
	keyring_close(key);
}
END_TEST

/* The allow-list */

static struct allowlist *
open_list(const char *setting)
{
	struct allowlist *allow = NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(allowlist_open(setting, NOW, &allow, &err) == 0, "%s: %s",
	    setting, t_text(&err));
	return allow;
}

static bool
lets_in(const char *setting, const char *user, int64_t id)
{
	struct allowlist *allow = open_list(setting);
	bool has = allowlist_has(allow, user, id);

	allowlist_close(allow);
	return has;
}

START_TEST(an_empty_list_lets_nobody_in)
{
	ck_assert(!lets_in(NULL, "ada", 1));
	ck_assert(!lets_in("", "ada", 1));
	ck_assert(!lets_in(" ,\t", "ada", 1));
	ck_assert(!lets_in("# ada", "ada", 1));
	ck_assert(!lets_in("bob", "ada", 0));
}
END_TEST

START_TEST(a_list_has_logins_and_ids)
{
	const char *list = "Ada, bob\tcarl_x\n4711,,99 # dora";

	ck_assert(lets_in(list, "ada", 1));
	ck_assert(lets_in(list, "bob", 0));
	ck_assert(lets_in(list, "carl_x", 2));
	ck_assert(lets_in(list, "zoe", 4711));
	ck_assert(lets_in(list, "zoe", 99));
	ck_assert(!lets_in(list, "zoe", 471));
	ck_assert(!lets_in(list, "zoe", 0));
	ck_assert(!lets_in(list, "dora", 1));
	ck_assert(!lets_in(list, "ad", 1));
	ck_assert(!lets_in(list, "adaa", 1));
}
END_TEST

START_TEST(a_login_of_digits_does_not_match_an_id)
{
	ck_assert(!lets_in("4711", "4711", 1));
	ck_assert(lets_in("4711", "4711", 4711));
}
END_TEST

START_TEST(an_entry_that_is_neither_login_nor_id_is_refused)
{
	static const char *const bad[] = {"ada/bob", "ada;bob", "-a", "@x", "0",
	    "007", "1234567890123456789", "adä", "*",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "ada, b/c"};
	struct allowlist *allow = NULL;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_msg(allowlist_open(bad[i], NOW, &allow, &err) == -1,
		    "%s", bad[i]);
		ck_assert_int_eq(err.code, ERR_SETTING);
	}
}
END_TEST

START_TEST(a_list_in_a_file_is_read_again_when_it_changes)
{
	struct allowlist *allow;
	struct err err = ERR_INIT;

	write_file(path_of("list"), "# us\nada\nbob # the other one\n", 0644);
	allow = open_list(path_of("list"));
	ck_assert(allowlist_has(allow, "ada", 1));
	ck_assert(allowlist_has(allow, "bob", 1));
	ck_assert(!allowlist_has(allow, "the", 1));

	write_file(path_of("list"), "bob\n", 0644);
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 999, &err), 0);
	ck_assert(allowlist_has(allow, "ada", 1));
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 1000, &err), 0);
	ck_assert(!allowlist_has(allow, "ada", 1));
	ck_assert(allowlist_has(allow, "bob", 1));
	write_file(path_of("list"), "", 0644);
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 2000, &err), 0);
	ck_assert(!allowlist_has(allow, "bob", 1));
	allowlist_close(allow);
}
END_TEST

START_TEST(a_bad_line_of_the_file_does_not_count_and_the_others_do)
{
	struct allowlist *allow;
	struct err err = ERR_INIT;

	write_file(path_of("list"), "ada\nbob\n", 0644);
	allow = open_list(path_of("list"));
	write_file(path_of("list"), "carl\n-bob zoe\n007\n\n99 # dora", 0644);
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 1000, &err), -1);
	ck_assert_int_eq(err.code, ERR_SETTING);
	ck_assert_ptr_nonnull(strstr(t_text(&err), "-bob"));
	ck_assert(allowlist_has(allow, "carl", 1));
	ck_assert(allowlist_has(allow, "eve", 99));
	ck_assert(!allowlist_has(allow, "ada", 1));
	ck_assert(!allowlist_has(allow, "bob", 1));
	ck_assert(!allowlist_has(allow, "zoe", 1));
	/* It stays a fault until it is mended, for a program that starts now,
	 * too. */
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 1001, &err), -1);
	allowlist_close(allow);
	allow = open_list(path_of("list"));
	ck_assert(allowlist_has(allow, "carl", 1));
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 1002, &err), -1);
	write_file(path_of("list"), "bob\n", 0644);
	ck_assert_int_eq(allowlist_refresh(allow, NOW + 3000, &err), 0);
	ck_assert(allowlist_has(allow, "bob", 1));
	allowlist_close(allow);
}
END_TEST

static void
write_nul(const char *path)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fwrite("ada\n\0", 1, 5, f);
	fclose(f);
}

static void
write_too_much(const char *path)
{
	FILE *f = fopen(path, "w");
	size_t i;

	ck_assert_ptr_nonnull(f);
	for (i = 0; i <= ALLOWLIST_FILE_MAX / 4 + 2000; i++)
		fputs("ada\n", f);
	fclose(f);
}

/* What root can open and not read. */
static void
make_folder(const char *path)
{
	ck_assert_int_eq(mkdir(path, 0700), 0);
}

static void
leave_nothing(const char *path)
{
	ck_assert_int_eq(access(path, F_OK), -1);
}

START_TEST(a_list_that_cannot_be_read_lets_nobody_in_until_it_can)
{
	static void (*const breaks[])(const char *path) = {
	    leave_nothing, make_folder, write_nul, write_too_much};
	struct allowlist *allow, *late;
	struct err err = ERR_INIT;
	int64_t now = NOW;
	size_t i;

	write_file(path_of("list"), "ada\n", 0644);
	allow = open_list(path_of("list"));
	for (i = 0; i < ARRAY_LEN(breaks); i++) {
		ck_assert(allowlist_has(allow, "ada", 1));
		ck_assert_int_eq(remove(path_of("list")), 0);
		breaks[i](path_of("list"));
		now += 1000;
		ck_assert_int_eq(allowlist_refresh(allow, now, &err), -1);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert(!allowlist_has(allow, "ada", 1));
		late = open_list(path_of("list"));
		ck_assert(!allowlist_has(late, "ada", 1));
		now += 1000;
		ck_assert_int_eq(allowlist_refresh(late, now, &err), -1);
		(void)!remove(path_of("list"));
		write_file(path_of("list"), "ada\n", 0644);
		now += 1000;
		ck_assert_int_eq(allowlist_refresh(allow, now, &err), 0);
		ck_assert_int_eq(allowlist_refresh(late, now, &err), 0);
		ck_assert(allowlist_has(late, "ada", 1));
		allowlist_close(late);
	}
	allowlist_close(allow);
}
END_TEST

T_MAIN("session", the_first_start_makes_a_key_that_only_we_can_read,
    programs_that_start_at_once_agree_on_one_key,
    a_key_file_that_others_can_read_is_refused,
    a_key_file_of_another_owner_is_refused, a_malformed_key_file_is_refused,
    a_changed_key_file_is_read_after_a_second_if_it_is_good,
    a_replaced_key_still_opens_for_seven_days,
    a_rotation_by_another_user_leaves_no_lock,
    rotating_to_a_lone_key_ends_all_seals,
    a_key_file_without_its_secret_opens_and_makes_no_seal,
    a_sealed_text_opens_for_its_purpose_alone,
    a_sealed_text_of_another_length_is_refused, a_session_comes_back_as_it_was,
    a_session_with_any_single_bit_changed_is_refused,
    a_session_is_good_from_its_beginning_to_its_end,
    a_renewed_session_ends_at_most_seven_days_after_login,
    a_sealed_text_that_is_no_session_is_refused, an_empty_list_lets_nobody_in,
    a_list_has_logins_and_ids, a_login_of_digits_does_not_match_an_id,
    an_entry_that_is_neither_login_nor_id_is_refused,
    a_list_in_a_file_is_read_again_when_it_changes,
    a_bad_line_of_the_file_does_not_count_and_the_others_do,
    a_list_that_cannot_be_read_lets_nobody_in_until_it_can)
