/*
 * Settings: what each may be, and what is said about one that is wrong.
 *
 * tests/data/settings/NAME.env is a settings file with one mistake; its first
 * line is a comment with the sentence that must be told, and no other.  What a
 * case does not name is set well in the environment.
 */
#include <glob.h>
#include <unistd.h>

#include "settings/conf.h"
#include "settings/conf_name.h"
#include "t.h"

static const char *const needed[][2] = {
    {"CODEX_STORE", "fs:/srv/store"},
    {"CODEX_RUN", "/run/codex"},
    {"CODEX_BASE_URL", "http://127.0.0.1:8080"},
};

/* An environment that is just enough beside a file of that text. */
static void
set_beside(const char *text)
{
	char line[40];
	size_t i;

	t_clear_settings();
	for (i = 0; i < ARRAY_LEN(needed); i++) {
		snprintf(line, sizeof line, "\n%s=", needed[i][0]);
		if (strstr(text, line) == NULL)
			setenv(needed[i][0], needed[i][1], 1);
	}
}

/* The sentence in the first line, with the path of the file for FILE. */
static void
read_wanted(struct buf *out, const char *text, const char *path)
{
	char *at;

	ck_assert_msg(std_starts(text, "# "), "%s", path);
	buf_add(out, text + 2, strcspn(text, "\n") - 2);
	at = strstr(out->s, " FILE");
	if (at != NULL)
		buf_splice(
		    out, (size_t)(at - out->s) + 1, 4, path, strlen(path));
}

static void
expect_sentence(const char *path)
{
	struct findings found = FINDINGS_INIT;
	struct buf text = BUF_INIT, want = BUF_INIT;
	char sentence[MSG_TEXT_MAX];
	struct conf conf;

	t_read(&text, path);
	set_beside(text.s);
	read_wanted(&want, text.s, path);
	(void)!conf_read(&conf, path, &found);
	ck_assert_msg(found.n == 1, "%s: %zu findings", path, found.n);
	ck_assert_str_eq(msg_text(&found.items[0].msg, sentence), want.s);
	conf_release(&conf);
	findings_release(&found);
	buf_release(&text);
	buf_release(&want);
}

START_TEST(each_wrong_setting_has_its_sentence)
{
	glob_t files;
	size_t i;

	ck_assert_int_eq(
	    glob(t_data_path("settings/*.env"), 0, NULL, &files), 0);
	ck_assert_uint_ge(files.gl_pathc, 80);
	for (i = 0; i < files.gl_pathc; i++)
		expect_sentence(files.gl_pathv[i]);
	globfree(&files);
}
END_TEST

/* The setting alone in a file of ours; its findings. */
static void
read_one(struct conf *conf, const char *line, struct findings *found)
{
	struct buf text = BUF_INIT;
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/settings", t_scratch());
	buf_addf(&text, "\n%s\n", line);
	set_beside(text.s);
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	fputs(text.s, f);
	fclose(f);
	(void)!conf_read(conf, path, found);
	buf_release(&text);
}

static void
expect_sound(const char *line)
{
	struct findings found = FINDINGS_INIT;
	char sentence[MSG_TEXT_MAX];
	struct conf conf;

	read_one(&conf, line, &found);
	ck_assert_msg(found.n == 0, "%s: %s", line,
	    found.n > 0 ? msg_text(&found.items[0].msg, sentence) : "");
	conf_release(&conf);
	findings_release(&found);
}

START_TEST(a_right_setting_passes_without_a_word)
{
	static const char *const right[] = {"CODEX_BASE_URL=https://a.example",
	    "CODEX_STORE=fs:/srv/a b", "CODEX_RUN=/run/x",
	    "GITHUB_OWNER=My-Org_x", "GITHUB_OWNER=a", "GITHUB_OWNER=old--one-",
	    "GITHUB_OWNER=012345678901234567890123456789012345678",
	    "GITHUB_REPO=.github", "GITHUB_REPO=a.git.b", "GITHUB_REPO=-_-",
	    "GITHUB_BRANCH=a/b", "GITHUB_BRANCH=release-1.0",
	    "GITHUB_BRANCH=a@b", "GITHUB_BRANCH=@/x", "GITHUB_BRANCH=ä",
	    "GITHUB_BRANCH=refsx", "GITHUB_BRANCH=main.lock.x",
	    "GITHUB_PR_BRANCH_PREFIX=codex", "GITHUB_BASE_PATH=a/b c/.github",
	    "GITHUB_BASE_PATH=a..b", "GITHUB_COMMITTER_NAME=Jürgen O'Neill",
	    "GITHUB_COMMITTER_EMAIL=a+b@c.example",
	    "GITHUB_OAUTH_CLIENT_ID=Iv23liABCDEFGHIJKLMN",
	    "GITHUB_API_URL=https://github.example/api/v3/", "CODEX_TZ=UTC",
	    "VIA_PR=1", "SYNC_BUTTON=0", "CODEX_USER_RATE=0",
	    "CODEX_USER_RATE=1000000", "CACHE_REVALIDATE_MS=off",
	    "CACHE_REVALIDATE_MS=1h", "SYNC_LEASE_MS=50", "SYNC_WAIT_MS=10s",
	    "CODEX_NOW=-36525d", "CACHE_LOCAL_BYTES=1G", "TZ=UTC", "MY_NAME=x"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(right); i++)
		expect_sound(right[i]);
}
END_TEST

START_TEST(a_number_takes_a_unit_or_none)
{
	static const struct {
		const char *text;
		int64_t ms, bytes;
	} cases[] = {{"0", 0, 0}, {"007", 7, 7}, {"900000", 900000, 900000},
	    {"500ms", 500, -1}, {"30s", 30000, -1}, {"15m", 900000, 15 << 20},
	    {"2h", 7200000, -1}, {"1d", 86400000, -1}, {"64k", -1, 64 << 10},
	    {"64K", -1, 64 << 10}, {"32M", -1, 32 << 20},
	    {"1G", -1, INT64_C(1) << 30}, {"0s", 0, -1}};
	struct findings found = FINDINGS_INIT;
	struct conf conf;
	char line[80];
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		if (cases[i].ms >= 0) {
			snprintf(line, sizeof line, "CACHE_TTL_BLOB=%s",
			    cases[i].text);
			read_one(&conf, line, &found);
			ck_assert_int_eq(conf.cache_ttl_blob_ms, cases[i].ms);
			conf_release(&conf);
		}
		if (cases[i].bytes >= 0) {
			snprintf(line, sizeof line, "CACHE_LOCAL_BYTES=%s",
			    cases[i].text);
			read_one(&conf, line, &found);
			ck_assert_int_eq(
			    conf.cache_local_bytes, cases[i].bytes);
			conf_release(&conf);
		}
	}
	ck_assert_uint_eq(found.n, 0);
	findings_release(&found);
}
END_TEST

START_TEST(a_size_has_no_unit_of_time_nor_a_time_one_of_sizes)
{
	struct findings found = FINDINGS_INIT;
	struct conf conf;

	read_one(&conf, "CACHE_LOCAL_BYTES=30s\nCACHE_TTL_BLOB=64k", &found);
	ck_assert_uint_eq(found.n, 2);
	/* A refused value leaves the default. */
	ck_assert_int_eq(conf.cache_ttl_blob_ms, 900000);
	ck_assert_int_eq(conf.cache_local_bytes, 32 << 20);
	conf_release(&conf);
	findings_release(&found);
}
END_TEST

START_TEST(all_mistakes_are_told_at_once)
{
	struct findings found = FINDINGS_INIT;
	struct conf conf;

	read_one(&conf,
	    "CODEX_TZ=x/y\nCODEX_USER_RATE=viele\nVIA_PR=ja\nCODEX_RUN=\n"
	    "no line\nCODEX_TZ=x/z\nGITHUB_OWENR=a\n",
	    &found);
	ck_assert_uint_eq(found.n, 7);
	ck_assert_ptr_nonnull(findings_error(&found));
	conf_release(&conf);
	findings_release(&found);
}
END_TEST

START_TEST(what_may_be_a_secret_is_not_shown)
{
	static const char *const lines[] = {"GITHUB_OWNER=ghp_SHOWNSHOWN/",
	    "GITHUB_REPO=gho_SHOWN!", "GITHUB_BRANCH=github_pat_SHOWN^",
	    "GITHUB_API_URL=https://a:SHOWN@b.example",
	    "CODEX_BASE_URL=http://SHOWN@127.0.0.1",
	    "CODEX_TZ=0123456789SHOWN0123456789SHOWN01",
	    "CODEX_TZ=AccountKey=SHOWN==", "CODEX_USER_RATE=sig=SHOWN",
	    "AZURE_BLOB_CONN=SHOWN\x01", "GITHUB_TOKN=SHOWN", "SHOWN",
	    "VIA_PR=\x1b[2JSHOWN", "VIA_PR=SHOWN\xff", "VIA_PR=my-secret-SHOWN",
	    "VIA_PR=Password:SHOWN"};
	struct findings found = FINDINGS_INIT;
	char sentence[MSG_TEXT_MAX];
	struct conf conf;
	size_t i;

	for (i = 0; i < ARRAY_LEN(lines); i++) {
		read_one(&conf, lines[i], &found);
		conf_release(&conf);
		ck_assert_uint_eq(found.n, i + 1);
		msg_text(&found.items[i].msg, sentence);
		ck_assert_msg(
		    strstr(sentence, "SHOWN") == NULL, "%s", sentence);
	}
	findings_release(&found);
}
END_TEST

static void
expect_nearest(const char *name, const char *want)
{
	const char *nearest = conf_name_nearest(name, strlen(name));

	if (want == NULL)
		ck_assert_msg(nearest == NULL, "%s: %s", name, nearest);
	else
		ck_assert_str_eq(nearest, want);
}

START_TEST(the_nearest_name_takes_the_fewest_changes)
{
	char name[101] = "CODEX_";

	expect_nearest("CODEX_TZ", "CODEX_TZ");
	expect_nearest("CODEX_TX", "CODEX_TZ");
	expect_nearest("CODEX_SLOT", "CODEX_SLOTS");
	expect_nearest("CODXE_SLOTS", "CODEX_SLOTS");
	expect_nearest("AZURE_BLOB_CONNECTION", "AZURE_BLOB_CONN");
	expect_nearest("GITHUB_BRANCH_PREFIX", "GITHUB_PR_BRANCH_PREFIX");
	expect_nearest("MYSQL_HOST", NULL);
	expect_nearest("", NULL);
	memset(name + 6, 'A', sizeof name - 7);
	expect_nearest(name, NULL);
}
END_TEST

static void
expect_odd_here(const char *name, bool odd)
{
	ck_assert_msg(
	    conf_name_is_odd_here(name, strlen(name)) == odd, "%s", name);
}

START_TEST(the_environment_may_have_names_of_other_programs)
{
	expect_odd_here("CODEX_STOER", true);
	expect_odd_here("CODEX_XYZ", true);
	expect_odd_here("REDIS_HOST", true);
	expect_odd_here("CACHE_TTL", true);
	expect_odd_here("GITHUB_OWENR", true);
	expect_odd_here("GITHUB_OWNER", false);
	expect_odd_here("GITHUB_ACTIONS", false);
	expect_odd_here("GITHUB_REF", false);
	expect_odd_here("GITHUB_ENV", false);
	expect_odd_here("GITHUB_REPOSITORY", false);
	expect_odd_here("AZURE_CLIENT_ID", false);
	expect_odd_here("CODEX_BUILD_PLAIN", false);
	expect_odd_here("CODEX_LIMITS", false);
	expect_odd_here("HOME", false);
}
END_TEST

START_TEST(a_misspelt_name_in_the_environment_is_told)
{
	struct findings found = FINDINGS_INIT;
	char sentence[MSG_TEXT_MAX];
	struct conf conf;

	set_beside("");
	setenv("CODEX_USR_RATE", "5", 1);
	(void)!conf_read(&conf, NULL, &found);
	ck_assert_uint_eq(found.n, 1);
	ck_assert_int_eq(found.items[0].level, FINDING_WARN);
	ck_assert_str_eq(msg_text(&found.items[0].msg, sentence),
	    "CODEX_USR_RATE ist keine Einstellung; die ähnlichste heißt "
	    "CODEX_USER_RATE.");
	unsetenv("CODEX_USR_RATE");
	conf_release(&conf);
	findings_release(&found);
}
END_TEST

START_TEST(a_name_that_stands_twice_in_the_environment_is_told)
{
	char first[] = "CODEX_TZ=UTC", path[] = "PATH=/bin";
	char second[] = "CODEX_TZ=Europe/Berlin", odd[] = "CODEX_TZX=1";
	char *twice[] = {first, path, path, second, odd, NULL};
	struct findings found = FINDINGS_INIT;
	char sentence[MSG_TEXT_MAX];
	char **own = environ;

	environ = twice;
	conf_check_environment(&found);
	environ = own;
	ck_assert_uint_eq(found.n, 2);
	ck_assert_int_eq(found.items[0].level, FINDING_WARN);
	ck_assert_str_eq(msg_text(&found.items[0].msg, sentence),
	    "CODEX_TZ steht zweimal in der Umgebung; das erste zählt.");
	ck_assert_str_eq(found.items[1].what, "CODEX_TZX");
	findings_release(&found);
}
END_TEST

START_TEST(a_file_that_is_none_of_settings_ends_in_few_sentences)
{
	struct findings found = FINDINGS_INIT;
	struct buf text = BUF_INIT;
	struct conf conf;
	int i;

	for (i = 0; i < 5000; i++)
		buf_addf(&text, "line %d\nCODEX_%dX=\nCODEX_TZ=UTC\n", i, i);
	read_one(&conf, text.s, &found);
	ck_assert_uint_eq(found.n, 60);
	conf_release(&conf);
	findings_release(&found);
	buf_release(&text);
}
END_TEST

START_TEST(findings_are_json)
{
	struct findings found = FINDINGS_INIT;
	struct buf out = BUF_INIT;
	struct msg msg;

	findings_json(&out, &found, MSG_GERMAN);
	ck_assert_str_eq(out.s, "{\"ok\":true,\"findings\":[]}");
	msg_set(&msg, MSG_CONF_UNKNOWN);
	msg_value(&msg, "%s", "CODEX_\"X");
	findings_add(&found, FINDING_WARN, "unbekannt", "CODEX_\"X", &msg);
	buf_reset(&out);
	findings_json(&out, &found, MSG_GERMAN);
	ck_assert_str_eq(out.s,
	    "{\"ok\":true,\"findings\":[{\"level\":\"warn\","
	    "\"code\":\"unbekannt\",\"what\":\"CODEX_\\\"X\","
	    "\"text\":\"CODEX_\\\"X ist keine Einstellung.\"}]}");
	findings_add(&found, FINDING_ERROR, "wert", "VIA_PR", &msg);
	buf_reset(&out);
	findings_json(&out, &found, MSG_GERMAN);
	ck_assert(std_starts(out.s, "{\"ok\":false,"));
	findings_release(&found);
	buf_release(&out);
}
END_TEST

T_MAIN("settings", each_wrong_setting_has_its_sentence,
    a_right_setting_passes_without_a_word, a_number_takes_a_unit_or_none,
    a_size_has_no_unit_of_time_nor_a_time_one_of_sizes,
    all_mistakes_are_told_at_once, what_may_be_a_secret_is_not_shown,
    the_nearest_name_takes_the_fewest_changes,
    the_environment_may_have_names_of_other_programs,
    a_misspelt_name_in_the_environment_is_told,
    a_name_that_stands_twice_in_the_environment_is_told,
    a_file_that_is_none_of_settings_ends_in_few_sentences, findings_are_json)
