#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/enc.h"
#include "keys/login_ticket.h"
#include "keys/session.h"
#include "t.h"

#define NOW INT64_C(1795417200000)

static struct keyring *
open_key(void)
{
	struct keyring *key = NULL;
	struct err err = ERR_INIT;
	struct buf path = BUF_INIT;

	ck_assert_int_eq(enc_start(&err), 0);
	buf_addf(&path, "%s/site.key", t_scratch());
	ck_assert_int_eq(keyring_open(path.s, "a secret", NOW, &key, &err), 0);
	buf_release(&path);
	return key;
}

/* The value within a Set-Cookie. */
static size_t
value_of(const struct buf *cookie, const char **value)
{
	*value = strchr(cookie->s, '=') + 1;
	return strcspn(*value, ";");
}

static const char *
back_to(const char *wanted)
{
	static struct buf b = BUF_INIT;

	buf_reset(&b);
	login_ticket_back(&b, wanted);
	return b.s;
}

START_TEST(a_path_of_the_site_is_kept)
{
	static const char *const same[] = {"/", "/codex?x=1&y=2", "/#task-7",
	    "/a/b.html?q=%2520", "/a//b", "/?u=http://evil.example/",
	    "/.//evil.example", "/@evil.example", "/:80"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(same); i++)
		ck_assert_str_eq(back_to(same[i]), same[i]);
	ck_assert_str_eq(back_to("/Ärger \"<x>"), "/%C3%84rger%20%22%3Cx%3E");
}
END_TEST

START_TEST(an_address_outside_the_site_becomes_the_start)
{
	static const char *const tricks[] = {"", "x", "//evil.example",
	    "/\\evil.example", "\\/evil.example", "\\\\evil.example", "/a\\b",
	    "http://evil.example", "https:evil.example", "javascript:alert(1)",
	    "/\t/evil.example", "/\n/evil.example", "/\r\nSet-Cookie: a=b",
	    " /codex", "\t//evil.example", "?x", "#x", ".", "/\x7f",
	    "/\xc2\x85", "/\xff", "/\xc0\xaf/evil"};
	size_t i;

	ck_assert_str_eq(back_to(NULL), "/");
	for (i = 0; i < ARRAY_LEN(tricks); i++)
		ck_assert_str_eq(back_to(tricks[i]), "/");
}
END_TEST

START_TEST(a_path_that_fits_no_cookie_becomes_the_start)
{
	char path[LOGIN_TICKET_BACK_MAX + 2];

	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[LOGIN_TICKET_BACK_MAX] = '\0';
	ck_assert_str_eq(back_to(path), path);
	path[LOGIN_TICKET_BACK_MAX - 1] = ' '; /* three bytes */
	ck_assert_str_eq(back_to(path), "/");
	path[LOGIN_TICKET_BACK_MAX - 1] = path[LOGIN_TICKET_BACK_MAX] = 'a';
	path[LOGIN_TICKET_BACK_MAX + 1] = '\0';
	ck_assert_str_eq(back_to(path), "/");
}
END_TEST

START_TEST(a_ticket_reads_back_as_it_was_printed)
{
	struct login_ticket made = LOGIN_TICKET_INIT, read = LOGIN_TICKET_INIT;
	struct keyring *key = open_key();
	struct buf cookie = BUF_INIT;
	const char *value;
	size_t len;

	login_ticket_make(&made, "/codex?x=1 2", NOW);
	login_ticket_print(&cookie, key, &made);
	ck_assert(std_starts(cookie.s, "__Host-cm_login="));
	ck_assert_ptr_nonnull(strstr(
	    cookie.s, "; Max-Age=600; Path=/; Secure; HttpOnly; SameSite=Lax"));
	ck_assert_ptr_null(strstr(cookie.s, made.state));
	ck_assert_ptr_null(strstr(cookie.s, made.verifier));
	len = value_of(&cookie, &value);
	ck_assert_int_eq(login_ticket_parse(
			     &read, key, value, len, NOW + LOGIN_TICKET_MS - 1),
	    0);
	ck_assert_str_eq(read.state, made.state);
	ck_assert_str_eq(read.verifier, made.verifier);
	ck_assert_str_eq(read.back.s, "/codex?x=1%202");
	ck_assert(login_ticket_is_state(&read, made.state));

	login_ticket_release(&read);
	ck_assert_str_eq(read.state, "");
	ck_assert_int_eq(
	    login_ticket_parse(&read, key, value, len, NOW + LOGIN_TICKET_MS),
	    -1);
	ck_assert_str_eq(read.verifier, "");
	login_ticket_release(&made);
	buf_release(&cookie);
	keyring_close(key);
}
END_TEST

static int
use(const struct login_ticket *ticket, int64_t now)
{
	struct err err = ERR_INIT;
	int rc = login_ticket_use(ticket, t_scratch(), NULL, now, &err);

	if (rc == -1)
		ck_assert_int_eq(err.code, ERR_VALUE);
	return rc;
}

START_TEST(a_ticket_is_used_once_by_all_processes_of_the_host)
{
	struct login_ticket one = LOGIN_TICKET_INIT, two = LOGIN_TICKET_INIT;
	int status, i, won = 0;

	ck_assert_ptr_nonnull(t_scratch());
	login_ticket_make(&one, NULL, NOW);
	login_ticket_make(&two, NULL, NOW);
	for (i = 0; i < 8; i++)
		if (fork() == 0)
			_exit(use(&one, NOW) == 0 ? 7 : 0);
	while (wait(&status) > 0)
		won += WEXITSTATUS(status) == 7;
	ck_assert_int_eq(won, 1);
	ck_assert_int_eq(use(&one, NOW + LOGIN_TICKET_MS - 1), -1);
	ck_assert_int_eq(use(&two, NOW), 0);
	ck_assert_int_eq(use(&two, NOW), -1);
	login_ticket_release(&one);
	login_ticket_release(&two);
}
END_TEST

static size_t
count_marks(void)
{
	struct buf path = BUF_INIT;
	const struct dirent *entry;
	size_t n = 0;
	DIR *dir;

	buf_addf(&path, "%s/tickets", t_scratch());
	dir = opendir(path.s);
	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		n += entry->d_name[0] != '.';
	closedir(dir);
	buf_release(&path);
	return n;
}

START_TEST(the_file_of_a_used_ticket_goes_when_the_ticket_is_too_old)
{
	struct login_ticket old = LOGIN_TICKET_INIT, one = LOGIN_TICKET_INIT;

	login_ticket_make(&old, NULL, NOW);
	ck_assert_int_eq(use(&old, NOW), 0);
	login_ticket_make(&one, NULL, NOW + LOGIN_TICKET_MS - 1);
	ck_assert_int_eq(use(&one, NOW + LOGIN_TICKET_MS - 1), 0);
	ck_assert_uint_eq(count_marks(), 2);
	ck_assert_int_eq(use(&one, NOW + LOGIN_TICKET_MS), -1);
	ck_assert_uint_eq(count_marks(), 1);
	login_ticket_release(&old);
	login_ticket_release(&one);
}
END_TEST

START_TEST(a_ticket_whose_use_cannot_be_noted_is_refused)
{
	struct login_ticket ticket = LOGIN_TICKET_INIT;
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;

	login_ticket_make(&ticket, NULL, NOW);
	buf_addf(&path, "%s/none/such", t_scratch());
	ck_assert_int_eq(
	    login_ticket_use(&ticket, path.s, NULL, NOW, &err), -1);
	ck_assert_int_eq(err.code, ERR_BUSY);
	login_ticket_release(&ticket);
	buf_release(&path);
}
END_TEST

START_TEST(no_two_tickets_are_alike)
{
	struct login_ticket a = LOGIN_TICKET_INIT, b = LOGIN_TICKET_INIT;
	struct keyring *key = open_key();

	login_ticket_make(&a, NULL, NOW);
	login_ticket_make(&b, NULL, NOW);
	ck_assert_str_ne(a.state, b.state);
	ck_assert_str_ne(a.verifier, b.verifier);
	ck_assert_uint_eq(strlen(a.state), 32);
	/* RFC 7636, 4.1 asks for at least 43. */
	ck_assert_uint_eq(strlen(a.verifier), 64);
	ck_assert(!login_ticket_is_state(&a, b.state));
	ck_assert(!login_ticket_is_state(&a, ""));
	ck_assert(!login_ticket_is_state(&a, NULL));
	login_ticket_release(&a);
	login_ticket_release(&b);
	keyring_close(key);
}
END_TEST

START_TEST(a_session_and_a_ticket_never_open_as_each_other)
{
	struct login_ticket ticket = LOGIN_TICKET_INIT;
	struct session session, read;
	struct keyring *key = open_key();
	struct buf cookie = BUF_INIT;
	const char *value;
	size_t len;

	session_start(&session, 4711, "usera", 0, NOW);
	session_print(&cookie, key, &session, NOW);
	len = value_of(&cookie, &value);
	ck_assert_int_eq(session_parse(&read, key, value, len, NOW), 0);
	ck_assert_int_eq(login_ticket_parse(&ticket, key, value, len, NOW), -1);

	buf_reset(&cookie);
	login_ticket_make(&ticket, NULL, NOW);
	login_ticket_print(&cookie, key, &ticket);
	len = value_of(&cookie, &value);
	ck_assert_int_eq(session_parse(&read, key, value, len, NOW), -1);
	login_ticket_release(&ticket);
	buf_release(&cookie);
	keyring_close(key);
}
END_TEST

T_MAIN("ticket", a_path_of_the_site_is_kept,
    an_address_outside_the_site_becomes_the_start,
    a_path_that_fits_no_cookie_becomes_the_start,
    a_ticket_reads_back_as_it_was_printed, no_two_tickets_are_alike,
    a_ticket_is_used_once_by_all_processes_of_the_host,
    the_file_of_a_used_ticket_goes_when_the_ticket_is_too_old,
    a_ticket_whose_use_cannot_be_noted_is_refused,
    a_session_and_a_ticket_never_open_as_each_other)
