/*
 * parts: what is made of settings, secrets and the files of sockets.
 */
#include "api/parts.h"

#include <unistd.h>

#include "base/buf.h"
#include "t.h"

enum { NO_FILE, FILE_THERE };

/* Settings in which a site has each part, or none. */
static void
set_up(struct conf *conf, bool on)
{
	static char user[] = "usera", vault[] = "vault",
		    local[] = "local:usera";

	memset(conf, 0, sizeof *conf);
	conf->github_owner = on ? user : NULL;
	conf->github_repo = on ? vault : NULL;
	conf->auth = on ? NULL : local;
	ck_assert(conf_has_repo(conf) == on && conf_is_local(conf) == !on);
}

static enum parts_state
look(bool on, enum parts_secret secret, int file, const char *name,
    const char *socket)
{
	struct buf path = BUF_INIT;
	enum parts_state state;
	struct conf conf;
	FILE *f;

	set_up(&conf, on);
	buf_addf(&path, "%s/%s.sock", t_scratch(), socket);
	unlink(path.s);
	if (file == FILE_THERE) {
		f = fopen(path.s, "w");
		ck_assert_ptr_nonnull(f);
		fclose(f);
	}
	state = parts_look(&conf, t_scratch(), name, secret);
	buf_release(&path);
	return state;
}

START_TEST(settings_secret_and_socket_say_which_parts_a_site_has)
{
	static const struct {
		bool on;
		enum parts_secret secret;
		enum parts_state without_file, with_file;
	} cases[] = {
	    {false, PARTS_SECRET_UNKNOWN, PARTS_OFF, PARTS_LEFT},
	    {false, PARTS_SECRET_MISSING, PARTS_OFF, PARTS_LEFT},
	    {false, PARTS_SECRET_SET, PARTS_OFF, PARTS_LEFT},
	    {true, PARTS_SECRET_UNKNOWN, PARTS_OFF, PARTS_ON},
	    {true, PARTS_SECRET_MISSING, PARTS_OFF, PARTS_LEFT},
	    {true, PARTS_SECRET_SET, PARTS_ON, PARTS_ON},
	};
	static const char *const names[] = {
	    "sync", "webhook", "auth", "account"};
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(cases); i++)
		for (k = 0; k < ARRAY_LEN(names); k++) {
			ck_assert_int_eq(look(cases[i].on, cases[i].secret,
					     NO_FILE, names[k], names[k]),
			    cases[i].without_file);
			ck_assert_int_eq(look(cases[i].on, cases[i].secret,
					     FILE_THERE, names[k], names[k]),
			    cases[i].with_file);
		}
}
END_TEST

START_TEST(the_worker_goes_by_the_socket_of_the_button_and_leaves_none)
{
	ck_assert_int_eq(
	    look(true, PARTS_SECRET_UNKNOWN, FILE_THERE, "work", "sync"),
	    PARTS_ON);
	ck_assert_int_eq(
	    look(true, PARTS_SECRET_UNKNOWN, NO_FILE, "work", "sync"),
	    PARTS_OFF);
	ck_assert_int_eq(
	    look(false, PARTS_SECRET_UNKNOWN, FILE_THERE, "work", "sync"),
	    PARTS_OFF);
}
END_TEST

START_TEST(what_every_site_has_is_on)
{
	ck_assert_int_eq(
	    look(false, PARTS_SECRET_MISSING, NO_FILE, "tasks", "tasks"),
	    PARTS_ON);
}
END_TEST

T_MAIN("parts", settings_secret_and_socket_say_which_parts_a_site_has,
    the_worker_goes_by_the_socket_of_the_button_and_leaves_none,
    what_every_site_has_is_on)
