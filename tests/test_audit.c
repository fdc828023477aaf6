/*
 * audit: what `codex check` finds in the settings of a site.
 */
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/std.h"
#include "inspect/audit.h"
#include "redis/redis_wire.h"
#include "settings/conf_table.h"
#include "t.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static struct origin_places places; /* of a server below our folder */

static void
put(const char *name, const char *text)
{
	char path[400];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", t_scratch(), name);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text, f);
	fclose(f);
}

static void
put_secret(const char *name, const char *text)
{
	char path[100];

	snprintf(path, sizeof path, "store/codex-miroir.%s", name);
	put(path, text);
}

/* A server whose settings are these lines, beside the address. */
static void
set_server(const char *lines)
{
	static char settings[300], secrets[300];
	struct buf text = BUF_INIT;

	t_clear_settings();
	snprintf(settings, sizeof settings, "%s/settings.env", t_scratch());
	snprintf(secrets, sizeof secrets, "%s/store", t_scratch());
	(void)!mkdir(secrets, 0700);
	places = (struct origin_places){
	    .settings = settings,
	    .secrets = secrets,
	};
	put_secret("CODEX_PROOF", SECRET "\n");
	put_secret("CODEX_KEY_SECRET", SECRET "\n");
	buf_addf(&text, "CODEX_BASE_URL=https://codex.example\n%s%s\n",
	    strstr(lines, "CODEX_ALLOWED_USERS") != NULL
		? ""
		: "CODEX_ALLOWED_USERS=usera\n",
	    lines);
	put("settings.env", text.s);
	buf_release(&text);
}

static void
audit(struct findings *found)
{
	struct origin origin;

	origin_load(&places, &origin, found);
	origin_drop_root(&origin, found);
	audit_settings(&origin, found);
}

static void
expect_sound(void)
{
	struct findings found = FINDINGS_INIT;
	char text[MSG_TEXT_MAX];

	audit(&found);
	ck_assert_msg(found.n == 0, "%s",
	    found.n > 0 ? msg_text(&found.items[0].msg, text) : "");
	findings_release(&found);
}

/* One finding, about that, with those words in it. */
static void
expect_one(enum finding_level level, const char *what, const char *words)
{
	struct findings found = FINDINGS_INIT;
	char text[MSG_TEXT_MAX];

	audit(&found);
	ck_assert_msg(found.n == 1, "%s: %zu findings", what, found.n);
	ck_assert_int_eq(found.items[0].level, level);
	ck_assert_str_eq(found.items[0].what, what);
	msg_text(&found.items[0].msg, text);
	ck_assert_msg(strstr(text, words) != NULL, "%s", text);
	ck_assert_ptr_null(strstr(text, "GEHEIM"));
	findings_release(&found);
}

START_TEST(a_sound_server_has_no_finding)
{
	set_server("");
	expect_sound();
	set_server("GITHUB_OWNER=usera\nGITHUB_REPO=tasks\n"
		   "GITHUB_OAUTH_CLIENT_ID=Iv1.0123");
	put_secret("GITHUB_TOKEN", "t\n");
	put_secret("GITHUB_WEBHOOK_SECRET", "s\n");
	put_secret("GITHUB_OAUTH_CLIENT_SECRET", "s\n");
	expect_sound();
}
END_TEST

START_TEST(what_the_programs_check_is_found)
{
	static const struct {
		const char *line, *what, *words;
	} cases[] = {
	    {"CODEX_SLOTS=morgens=9-12", "CODEX_SLOTS", "nicht die Form"},
	    {"CODEX_AUTH=usera", "CODEX_AUTH", "local:NAME"},
	    {"CODEX_ALLOWED_USERS=us.er", "CODEX_ALLOWED_USERS", "us.er"},
	    {"CODEX_PROOF=GEHEIM", "CODEX_PROOF", "32 Zeichen"},
	    {"CODEX_KEY_SECRET=GEHEIM", "CODEX_KEY_SECRET", "32 Zeichen"},
	    {"GITHUB_OWNER=usera", "GITHUB_REPO", "gehören zusammen"},
	    {"GITHUB_OWNER=usera\nGITHUB_REPO=tasks", "GITHUB_REPO",
		"gehören zusammen"},
	    {"GITHUB_TOKEN=GEHEIM", "GITHUB_REPO", "gehören zusammen"},
	    {"GITHUB_OWNER=u\nGITHUB_REPO=t\nGITHUB_TOKEN=GE HEIM",
		"GITHUB_TOKEN", "Leerzeichen"},
	    {"GITHUB_WEBHOOK_SECRET=GEHEIM", "GITHUB_WEBHOOK_SECRET",
		"gehören zusammen"},
	    {"GITHUB_OAUTH_CLIENT_ID=Iv1.0", "GITHUB_OAUTH_CLIENT_ID",
		"gehören zusammen"},
	    {"GITHUB_OAUTH_CLIENT_SECRET=GEHEIM", "GITHUB_OAUTH_CLIENT_ID",
		"gehören zusammen"},
	    {"CODEX_KEY_FILE=/etc/k\nAZURE_BLOB_CONN=GEHEIM", "AZURE_BLOB_CONN",
		""},
	    {"CODEX_KEY_FILE=/etc/k\nAZURE_BLOB_CONN="
	     "UseDevelopmentStorage=true\nAZURE_BLOB_CONTAINER=A",
		"AZURE_BLOB_CONN", "AZURE_BLOB_CONTAINER"},
	    {"AZURE_BLOB_CONN=UseDevelopmentStorage=true", "CODEX_KEY_FILE",
		"fehlt"},
	    {"REDIS_URL=rediss://r.example\nREDIS_CA_FILE=/nowhere/at/all",
		"REDIS_URL", "REDIS_CA_FILE"},
	    {"CODEX_USER_RATE=viele", "CODEX_USER_RATE", "je Minute"},
	    {"GITHUB_OWNER=a/b\nGITHUB_REPO=tasks", "GITHUB_OWNER", "a/b"},
	    {"GITHUB_OAUTH_CLIENT_ID=a b\nGITHUB_OAUTH_CLIENT_SECRET=s",
		"GITHUB_OAUTH_CLIENT_ID", "Leerzeichen"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		set_server(cases[i].line);
		expect_one(FINDING_ERROR, cases[i].what, cases[i].words);
	}
}
END_TEST

START_TEST(a_redis_that_the_build_lacks_is_found)
{
	set_server("REDIS_URL=redis://127.0.0.1");
	if (redis_wire_is_built())
		expect_sound();
	else
		expect_one(FINDING_ERROR, "REDIS_URL", "hiredis");
}
END_TEST

START_TEST(a_list_of_users_that_lets_nobody_in_is_a_warning)
{
	set_server("CODEX_ALLOWED_USERS=/nowhere/at/all");
	expect_one(FINDING_WARN, "CODEX_ALLOWED_USERS", "/nowhere/at/all");
	set_server("CODEX_ALLOWED_USERS=");
	expect_one(FINDING_WARN, "CODEX_ALLOWED_USERS", "niemand");
}
END_TEST

START_TEST(the_file_goes_before_what_the_units_bring)
{
	set_server("CODEX_STORE=/srv/x");
	expect_one(FINDING_ERROR, "CODEX_STORE", "CODEX_STORE=/srv/x");
	set_server("CODEX_PROOF=" SECRET);
	put_secret("CODEX_PROOF", "short\n");
	expect_sound();
}
END_TEST

START_TEST(a_secret_of_a_server_that_is_missing_is_found)
{
	char path[400];

	set_server("");
	snprintf(
	    path, sizeof path, "%s/codex-miroir.CODEX_PROOF", places.secrets);
	ck_assert_int_eq(unlink(path), 0);
	expect_one(FINDING_ERROR, "CODEX_PROOF", "fehlt");
}
END_TEST

START_TEST(who_cannot_read_the_secrets_is_told_so_and_no_more)
{
	set_server("GITHUB_OWNER=usera\nGITHUB_REPO=tasks\n"
		   "GITHUB_OAUTH_CLIENT_ID=Iv1.0123");
	places.secrets = "/nowhere/at/all";
	expect_one(FINDING_WARN, "/nowhere/at/all", "/nowhere/at/all");
}
END_TEST

START_TEST(the_environment_or_a_file_goes_before_the_server)
{
	set_server("CODEX_TZ=x");
	setenv("CODEX_BASE_URL", "http://127.0.0.1", 1);
	setenv("CODEX_STORE", "fs:/srv/store", 1);
	setenv("CODEX_RUN", "/run/x", 1);
	setenv("CODEX_AUTH", "local:usera", 1);
	expect_sound();
	places.file = places.settings;
	expect_one(FINDING_ERROR, "CODEX_TZ", "CODEX_TZ=x");
}
END_TEST

/* A drop-in for all units (network.conf) gives that of the check some, too. */
START_TEST(credentials_of_the_callers_unit_are_not_the_sites)
{
	set_server("");
	put("REDIS_URL", "redis://example.org\n");
	setenv("CREDENTIALS_DIRECTORY", t_scratch(), 1);
	expect_sound();
	unsetenv("CREDENTIALS_DIRECTORY");
	put("REDIS_URL", "");
}
END_TEST

START_TEST(a_server_without_settings_says_so)
{
	struct findings found = FINDINGS_INIT;

	set_server("");
	ck_assert_int_eq(unlink(places.settings), 0);
	audit(&found);
	ck_assert_uint_ge(found.n, 1);
	ck_assert_ptr_nonnull(findings_error(&found));
	ck_assert_str_eq(findings_error(&found)->what, places.settings);
	findings_release(&found);
}
END_TEST

START_TEST(a_server_without_the_user_of_its_units_says_so)
{
	if (geteuid() != 0)
		return;
	set_server("");
	places.user = "codex-nobody-of-that-name";
	expect_one(
	    FINDING_ERROR, "codex-nobody-of-that-name", "systemd-sysusers");
}
END_TEST

/* Status 0 if that is all that is found. */
static int
audit_in_child(enum finding_level level, const char *what)
{
	struct findings found = FINDINGS_INIT;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		audit(&found);
		_exit(found.n == 1 && found.items[0].level == level &&
			      std_streq(found.items[0].what, what)
			  ? 0
			  : 1);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return status;
}

/* What root alone may read lets nobody in, as the programs are another. */
START_TEST(files_are_judged_as_the_user_of_the_units)
{
	char line[400], path[300];

	if (geteuid() != 0)
		return;
	put("users", "usera\n");
	snprintf(path, sizeof path, "%s/users", t_scratch());
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(chmod(t_scratch(), 0755), 0);
	snprintf(line, sizeof line,
	    "CODEX_KEY_FILE=/nowhere/at/all\nCODEX_ALLOWED_USERS=%s", path);
	set_server(line);
	places.user = "nobody";
	ck_assert_int_eq(
	    audit_in_child(FINDING_WARN, "CODEX_ALLOWED_USERS"), 0);
	places.user = NULL;
	expect_sound();
}
END_TEST

START_TEST(a_key_file_that_the_programs_cannot_make_is_found)
{
	char line[400], path[300];

	if (geteuid() != 0)
		return;
	snprintf(path, sizeof path, "%s/site.key", t_scratch());
	ck_assert_int_eq(chmod(t_scratch(), 0755), 0);
	snprintf(line, sizeof line, "CODEX_KEY_FILE=%s", path);
	set_server(line);
	places.user = "nobody";
	ck_assert_int_eq(audit_in_child(FINDING_ERROR, "CODEX_KEY_FILE"), 0);
	put("site.key", "");
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_eq(audit_in_child(FINDING_ERROR, "CODEX_KEY_FILE"), 0);
	places.user = NULL;
	expect_sound();
}
END_TEST

START_TEST(a_key_file_that_the_programs_would_refuse_is_found)
{
	const struct passwd *nobody = getpwnam("nobody");
	struct err err = ERR_INIT;
	char line[400], path[300];

	if (geteuid() != 0 || nobody == NULL)
		return;
	ck_assert_int_eq(enc_start(&err), 0);
	snprintf(path, sizeof path, "%s/site.key", t_scratch());
	ck_assert_int_eq(chmod(t_scratch(), 0755), 0);
	snprintf(line, sizeof line, "CODEX_KEY_FILE=%s", path);
	set_server(line);
	places.user = "nobody";
	put("site.key", "1 " SECRET SECRET "\n");
	ck_assert_int_eq(chown(path, nobody->pw_uid, nobody->pw_gid), 0);
	ck_assert_int_eq(chmod(path, 0640), 0);
	ck_assert_int_eq(audit_in_child(FINDING_ERROR, "CODEX_KEY_FILE"), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	ck_assert_int_ne(audit_in_child(FINDING_ERROR, "CODEX_KEY_FILE"), 0);
	put("site.key", "damaged\n");
	ck_assert_int_eq(audit_in_child(FINDING_ERROR, "CODEX_KEY_FILE"), 0);
}
END_TEST

/* As under an umask of 027. */
START_TEST(settings_that_the_programs_cannot_read_are_all_that_is_told)
{
	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chmod(t_scratch(), 0755), 0);
	set_server("GITHUB_OAUTH_CLIENT_ID=Iv1.0123");
	put_secret("GITHUB_OAUTH_CLIENT_SECRET", "s\n");
	places.user = "nobody";
	ck_assert_int_eq(chmod(places.settings, 0640), 0);
	ck_assert_int_eq(audit_in_child(FINDING_ERROR, places.settings), 0);
}
END_TEST

T_MAIN("audit", a_sound_server_has_no_finding, what_the_programs_check_is_found,
    a_redis_that_the_build_lacks_is_found,
    a_list_of_users_that_lets_nobody_in_is_a_warning,
    the_file_goes_before_what_the_units_bring,
    a_secret_of_a_server_that_is_missing_is_found,
    who_cannot_read_the_secrets_is_told_so_and_no_more,
    the_environment_or_a_file_goes_before_the_server,
    credentials_of_the_callers_unit_are_not_the_sites,
    a_server_without_settings_says_so,
    a_server_without_the_user_of_its_units_says_so,
    files_are_judged_as_the_user_of_the_units,
    a_key_file_that_the_programs_cannot_make_is_found,
    a_key_file_that_the_programs_would_refuse_is_found,
    settings_that_the_programs_cannot_read_are_all_that_is_told)
