/*
 * conf: where settings come from, and what they may be.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "settings/conf.h"
#include "t.h"

/* An environment that is just enough. */
static void
set_least(void)
{
	t_clear_settings();
	setenv("CODEX_STORE", "fs:/srv/store", 1);
	setenv("CODEX_RUN", "/run/codex", 1);
	setenv("CODEX_BASE_URL", "http://127.0.0.1:8080", 1);
}

/* A settings file of these bytes; its path, valid until the next call. */
static const char *
file_of(const char *text, size_t len)
{
	static char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/settings", t_scratch());
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(text, 1, len, f), len);
	fclose(f);
	return path;
}

static void
load(struct conf *conf, const char *text)
{
	const char *file = text != NULL ? file_of(text, strlen(text)) : NULL;
	struct err err = ERR_INIT;

	ck_assert_msg(conf_load(conf, file, &err) == 0, "%s", t_text(&err));
}

/* Loading fails, and the error has those words in it. */
static void
refuse_file(const char *file, const char *words)
{
	struct conf conf;
	struct err err = ERR_INIT;

	ck_assert_msg(conf_load(&conf, file, &err) == -1, "%s", words);
	ck_assert_int_eq(err.code, ERR_SETTING);
	ck_assert_msg(strstr(t_text(&err), words) != NULL, "%s", t_text(&err));
}

static void
refuse(const char *name, const char *value)
{
	const char *old = getenv(name);
	char *keep = old != NULL ? std_strdup(old) : NULL;

	setenv(name, value, 1);
	refuse_file(NULL, name);
	if (keep != NULL)
		setenv(name, keep, 1);
	else
		unsetenv(name);
	free(keep);
}

START_TEST(an_unset_setting_has_its_default)
{
	struct conf conf;

	set_least();
	load(&conf, NULL);
	ck_assert_int_eq(conf.cache_ttl_blob_ms, 900000);
	ck_assert_int_eq(conf.cache_ttl_local_ms, 300000);
	ck_assert_int_eq(conf.now_offset_ms, 0);
	ck_assert_ptr_null(conf.azure_blob_conn);
	ck_assert_ptr_null(conf.auth);
	ck_assert_str_eq(conf.azure_blob_container, "codex-cache");
	ck_assert_str_eq(conf.zone, "Europe/Berlin");
	ck_assert_str_eq(conf.git_base_path, "codex-miroir");
	ck_assert(!conf.debug);
	conf_release(&conf);
	ck_assert_ptr_null(conf.store);
}
END_TEST

START_TEST(the_second_look_is_off_on_a_folder_and_on_with_azure)
{
	struct conf conf;

	set_least();
	load(&conf, NULL);
	ck_assert_int_eq(conf.cache_revalidate_ms, CONF_OFF);
	conf_release(&conf);

	setenv("AZURE_BLOB_CONN", "UseDevelopmentStorage=true", 1);
	unsetenv("CODEX_STORE");
	load(&conf, NULL);
	ck_assert_int_eq(conf.cache_revalidate_ms, 1000);
	conf_release(&conf);

	setenv("CACHE_REVALIDATE_MS", "off", 1);
	load(&conf, NULL);
	ck_assert_int_eq(conf.cache_revalidate_ms, CONF_OFF);
	conf_release(&conf);
	setenv("CACHE_REVALIDATE_MS", "0", 1);
	load(&conf, NULL);
	ck_assert_int_eq(conf.cache_revalidate_ms, 0);
	conf_release(&conf);
}
END_TEST

START_TEST(the_environment_goes_before_the_file_unless_it_is_empty)
{
	struct conf conf;

	set_least();
	setenv("CACHE_TTL_BLOB", "1", 1);
	setenv("CACHE_TTL_LOCAL", "", 1);
	setenv("CODEX_TZ", "", 1);
	load(&conf, "CACHE_TTL_BLOB=2\nCACHE_TTL_LOCAL=3\nCODEX_TZ=\n"
		    "CODEX_AUTH=\"\"\n");
	ck_assert_int_eq(conf.cache_ttl_blob_ms, 1);
	ck_assert_int_eq(conf.cache_ttl_local_ms, 3);
	ck_assert_str_eq(conf.zone, "Europe/Berlin");
	ck_assert_ptr_null(conf.auth);
	conf_release(&conf);
}
END_TEST

START_TEST(a_file_alone_is_enough)
{
	struct conf conf;

	t_clear_settings();
	load(&conf, "# A comment\n\n   \t\n#CODEX_TZ=UTC\n"
		    "CODEX_STORE=fs:/srv/a b\r\n"
		    "CODEX_RUN= \t\"/run/c\" \n"
		    "CODEX_BASE_URL='http://localhost'\n"
		    "CODEX_DEBUG=true\n"
		    "CODEX_DEBUGGER=no\n"
		    "CODEX_AUTH=local:a\"b\n"
		    "CACHE_TTL_BLOB=1\n"
		    "GITHUB_TOKEN=somebody else's\n"
		    "CACHE_TTL_BLOB=2\n"
		    "CODEX_NOW=-5");
	ck_assert_str_eq(conf.store, "fs:/srv/a b");
	ck_assert_str_eq(conf.run, "/run/c");
	ck_assert_str_eq(conf.base_url, "http://localhost");
	ck_assert_str_eq(conf.auth, "local:a\"b");
	ck_assert_str_eq(conf.zone, "Europe/Berlin");
	ck_assert(conf.debug);
	ck_assert_int_eq(conf.cache_ttl_blob_ms, 2);
	ck_assert_int_eq(conf.now_offset_ms, -5);
	conf_release(&conf);
}
END_TEST

START_TEST(a_malformed_line_is_named_by_its_number)
{
	static const char *const bad[] = {"CODEX_TZ: UTC", "CODEX_TZ UTC",
	    "codex_tz=UTC", "export CODEX_TZ=UTC", " CODEX_TZ=UTC", "=UTC",
	    "CODEX_TZ", "; comment"};
	struct buf text = BUF_INIT;
	size_t i;

	set_least();
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&text);
		buf_addf(&text, "# x\n\n%s\nCODEX_DEBUG=true\n", bad[i]);
		refuse_file(file_of(text.s, text.len), "Zeile 3");
	}
	refuse_file(file_of("CODEX_TZ=UTC\0x\n", 15), "Zeile 1");
	refuse_file(file_of("\0", 1), "Zeile 1");
	buf_release(&text);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_an_error)
{
	set_least();
	refuse_file("/nowhere/at/all", "/nowhere/at/all");
	refuse_file(t_scratch(), "lässt sich nicht lesen");
}
END_TEST

START_TEST(a_number_is_digits_within_its_range)
{
	static const char *const bad[] = {"x", "1w", "1 ", " 1", "+1", "0x10",
	    "1.5", "-", "--1", "1-", "-1", "9223372036854775807",
	    "9223372036854775808", "99999999999999999999", "31536000001",
	    "366d", "off"};
	struct conf conf;
	size_t i;

	set_least();
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		refuse("CACHE_TTL_BLOB", bad[i]);
		if (strcmp(bad[i], "off") != 0)
			refuse("CACHE_REVALIDATE_MS", bad[i]);
		if (strcmp(bad[i], "-1") != 0 && *bad[i] != '3')
			refuse("CODEX_NOW", bad[i]);
	}
	refuse("CODEX_NOW", "-3155760000001");
	refuse("CACHE_LOCAL_BYTES", "-1");
	refuse("CACHE_LOCAL_BYTES", "9223372036854775808");

	setenv("CACHE_TTL_BLOB", "31536000000", 1);
	setenv("CODEX_NOW", "-3155760000000", 1);
	setenv("CACHE_LOCAL_BYTES", "0", 1);
	load(&conf, NULL);
	ck_assert_int_eq(conf.cache_ttl_blob_ms, INT64_C(31536000000));
	ck_assert_int_eq(conf.now_offset_ms, -CONF_MS_MAX);
	ck_assert_int_eq(conf.cache_local_bytes, 0);
	conf_release(&conf);
}
END_TEST

START_TEST(a_switch_is_true_or_false)
{
	set_least();
	refuse("CODEX_DEBUG", "yes");
	refuse("CODEX_DEBUG", "TRUE");
	refuse("CODEX_DEBUG", "2");
}
END_TEST

START_TEST(no_value_has_control_characters)
{
	set_least();
	refuse("CODEX_AUTH", "local:a\nCODEX_DEBUG=true");
	refuse("GITHUB_BASE_PATH", "a\x1b[2Jb");
}
END_TEST

START_TEST(an_error_never_shows_a_secret)
{
	struct conf conf;
	struct err err = ERR_INIT;

	set_least();
	setenv("AZURE_BLOB_CONN", "AccountKey=c2VjcmV0\x01", 1);
	ck_assert_int_eq(conf_load(&conf, NULL, &err), -1);
	ck_assert_ptr_nonnull(strstr(t_text(&err), "AZURE_BLOB_CONN"));
	ck_assert_ptr_null(strstr(t_text(&err), "c2Vj"));
	ck_assert_ptr_null(strstr(err.detail, "c2Vj"));
}
END_TEST

static void
put_credential(const char *name, const char *bytes, size_t len)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", t_scratch(), name);
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	fclose(f);
}

START_TEST(a_secret_may_be_a_file_in_the_credentials_folder)
{
	const char *token = "GITHUB_TOKEN=from the file\n";
	struct conf conf;

	set_least();
	setenv("CREDENTIALS_DIRECTORY", t_scratch(), 1);
	load(&conf, token);
	ck_assert_str_eq(conf.github_token, "from the file");
	conf_release(&conf);

	put_credential("GITHUB_TOKEN", " a b\r\n\n", 7);
	put_credential("GITHUB_OWNER", "no secret", 9);
	load(&conf, token);
	ck_assert_str_eq(conf.github_token, " a b");
	ck_assert_ptr_null(conf.github_owner);
	conf_release(&conf);

	setenv("GITHUB_TOKEN", "from the environment", 1);
	load(&conf, token);
	ck_assert_str_eq(conf.github_token, "from the environment");
	conf_release(&conf);
	unsetenv("CREDENTIALS_DIRECTORY");
}
END_TEST

START_TEST(a_bad_file_in_the_credentials_folder_is_an_error)
{
	char path[300];

	set_least();
	setenv("CREDENTIALS_DIRECTORY", t_scratch(), 1);
	put_credential("GITHUB_TOKEN", "a\0b", 3);
	refuse_file(NULL, "GITHUB_TOKEN");
	put_credential("GITHUB_TOKEN", "a\nb", 3);
	refuse_file(NULL, "GITHUB_TOKEN");
	snprintf(path, sizeof path, "%s/GITHUB_TOKEN", t_scratch());
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	refuse_file(NULL, "GITHUB_TOKEN");
	unsetenv("CREDENTIALS_DIRECTORY");
}
END_TEST

START_TEST(a_missing_setting_is_named)
{
	static const char *const needed[] = {
	    "CODEX_STORE", "CODEX_RUN", "CODEX_BASE_URL"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(needed); i++) {
		set_least();
		unsetenv(needed[i]);
		refuse_file(NULL, needed[i]);
	}
}
END_TEST

START_TEST(a_store_is_a_folder_even_beside_azure)
{
	set_least();
	refuse("CODEX_STORE", "fs:");
	refuse("CODEX_STORE", "/srv/store");
	refuse("CODEX_STORE", "FS:/srv/store");
	setenv("AZURE_BLOB_CONN", "UseDevelopmentStorage=true", 1);
	refuse("CODEX_STORE", "x");
}
END_TEST

START_TEST(a_zone_and_a_base_path_are_real_ones)
{
	set_least();
	refuse("CODEX_TZ", "Europe/Bielefeld");
	refuse("CODEX_TZ", "../../etc/passwd");
	refuse("GITHUB_BASE_PATH", "/codex");
	refuse("GITHUB_BASE_PATH", "a/../../b");
}
END_TEST

START_TEST(a_repository_and_its_branches_have_names_that_exist)
{
	static const char *const names[] = {
	    "https://github.com/o", "o/r", " o", "..", ".", "ö", "o?", "o%2fr"};
	static const char *const good[] = {
	    "main", "a/b", "release-1.0", "a@b", "@/x", "ä"};
	static const char *const bad[] = {"a b", "/a", "a/", "a//b", "a..b",
	    ".a", "a/.b", "a.", "a.lock", "a.lock/b", "-a", "@", "a@{1}", "a^",
	    "a~1", "a:b", "a?", "a*", "a[", "a\\b"};
	struct conf conf;
	size_t i;

	set_least();
	for (i = 0; i < ARRAY_LEN(names); i++) {
		refuse("GITHUB_OWNER", names[i]);
		refuse("GITHUB_REPO", names[i]);
	}
	for (i = 0; i < ARRAY_LEN(bad); i++) {
		refuse("GITHUB_BRANCH", bad[i]);
		refuse("GITHUB_PR_BRANCH_PREFIX", bad[i]);
	}
	for (i = 0; i < ARRAY_LEN(good); i++) {
		setenv("GITHUB_OWNER", "My-Org_x", 1);
		setenv("GITHUB_REPO", ".github", 1);
		setenv("GITHUB_BRANCH", good[i], 1);
		load(&conf, NULL);
		conf_release(&conf);
	}
}
END_TEST

START_TEST(the_sites_address_is_scheme_host_and_port)
{
	static const char *const bad[] = {"127.0.0.1:8080", "ftp://a",
	    "http://", "http:///", "http://127.0.0.1/", "http://127.0.0.1/x",
	    "http://a?b", "http://a#b", "http://u@127.0.0.1", "http://:80",
	    "http://a:", "http://a:x", "http://a:0", "http://a:65536",
	    "http://a:80:90", "http://a b", "http://a\"b", "http://[::1",
	    "http://[]", "http://[::1]x", "http://::1",
	    "http://[::1]:", "HTTP://a", "http://ä", "http://a:-1",
	    "http://a;b"};
	static const char *const good[] = {"http://127.0.0.1",
	    "http://localhost:1", "http://[::1]:65535", "http://[::1]",
	    "https://a-b_c.example:443"};
	struct conf conf;
	size_t i;

	set_least();
	for (i = 0; i < ARRAY_LEN(bad); i++)
		refuse("CODEX_BASE_URL", bad[i]);
	for (i = 0; i < ARRAY_LEN(good); i++) {
		setenv("CODEX_BASE_URL", good[i], 1);
		load(&conf, NULL);
		conf_release(&conf);
	}
}
END_TEST

static void
expect_host(const char *url, const char *want, bool loopback)
{
	struct buf host = BUF_INIT;
	struct conf conf;

	set_least();
	setenv("CODEX_BASE_URL", url, 1);
	load(&conf, NULL);
	conf_host(&host, &conf);
	ck_assert_str_eq(host.s, want);
	ck_assert_msg(conf_is_loopback(&conf) == loopback, "%s", url);
	buf_release(&host);
	conf_release(&conf);

	/* What only this machine may have is there or refused. */
	setenv("CODEX_NOW", "1", 1);
	if (!loopback)
		refuse_file(NULL, "CODEX_NOW");
	setenv("CODEX_AUTH", "local:usera", 1);
	if (!loopback)
		refuse_file(NULL, "CODEX_AUTH");
	if (loopback) {
		load(&conf, NULL);
		conf_release(&conf);
	}
}

START_TEST(only_a_loopback_address_has_local_login_and_a_moved_clock)
{
	expect_host("http://127.0.0.1:8080", "127.0.0.1", true);
	expect_host("https://127.255.0.1", "127.255.0.1", true);
	expect_host("http://localhost:80", "localhost", true);
	expect_host("http://[::1]:8080", "::1", true);
	expect_host("https://128.0.0.1", "128.0.0.1", false);
	expect_host("https://0.0.0.0", "0.0.0.0", false);
	expect_host("https://127.0.0.1.example", "127.0.0.1.example", false);
	expect_host("https://localhost.example", "localhost.example", false);
	expect_host("https://[::2]", "::2", false);
	expect_host("https://[::ffff:10.0.0.1]", "::ffff:10.0.0.1", false);
	expect_host("https://a.example:443", "a.example", false);
}
END_TEST

START_TEST(plain_http_beyond_this_machine_is_refused)
{
	static const char *const urls[] = {"http://a.example",
	    "http://10.0.0.1:8080", "http://[::2]", "http://127.0.0.1.example"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(urls); i++) {
		set_least();
		setenv("CODEX_BASE_URL", urls[i], 1);
		refuse_file(NULL, "CODEX_BASE_URL");
		setenv("CODEX_AUTH", "local:usera", 1);
		refuse_file(NULL, "CODEX_BASE_URL");
	}
}
END_TEST

/* Paths are put behind it: GitHub knows none that begins with two slashes. */
START_TEST(an_address_is_kept_without_slashes_at_its_end)
{
	struct conf conf;
	struct err err = ERR_INIT;

	set_least();
	setenv("GITHUB_API_URL", "https://github.example/api/v3//", 1);
	setenv("GITHUB_OAUTH_URL", "https://github.example/", 1);
	ck_assert_int_eq(conf_load(&conf, NULL, &err), 0);
	ck_assert_str_eq(conf.github_api_url, "https://github.example/api/v3");
	ck_assert_str_eq(conf.github_oauth_url, "https://github.example");
	conf_release(&conf);
	unsetenv("GITHUB_API_URL");
	unsetenv("GITHUB_OAUTH_URL");
}
END_TEST

/* Refuse the value of each setting that is an address, with that reason. */
static void
refuse_address(const char *value, const char *reason)
{
	static const char *const names[] = {
	    "CODEX_BASE_URL", "GITHUB_API_URL", "GITHUB_OAUTH_URL"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++) {
		set_least();
		setenv(names[i], value, 1);
		refuse_file(NULL, names[i]);
		refuse_file(NULL, reason);
		unsetenv(names[i]);
	}
}

START_TEST(a_secret_goes_to_no_address_in_the_clear)
{
	static const char *const plain[] = {"http://example.org",
	    "http://10.0.0.1:8080", "http://[::2]", "http://[::ffff:127.0.0.1]",
	    "http://127.0.0.1.example.org", "http://localhostx",
	    "http://localhost.", "http://128.0.0.1", "http://0.0.0.0"};
	static const char *const persons[] = {"https://u@example.org",
	    "https://u:p@example.org", "http://127.0.0.1@example.org",
	    "http://u:p@127.0.0.1", "https://:p@example.org", "https://@a",
	    "http://127.0.0.1\\@example.org"};
	static const char *const malformed[] = {"ftp://127.0.0.1", "https://",
	    "https:///x", "https:/x", "https:x", "//x", "x", "https://a?b",
	    "https://a/b#c", "https://a b", "https://a:", "https://a:0",
	    "https://a:65536", "https://a:x", "https://a:1:2", "https://[::1",
	    "https://[]", "https://ä.example", "HTTPS://a", "http://127.1",
	    "https://127.1", "http://2130706433", "http://0x7f.0.0.1",
	    "http://%31%32%37.0.0.1", "https://a\"b"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(plain); i++)
		refuse_address(plain[i], "muss mit https:// beginnen");
	for (i = 0; i < ARRAY_LEN(persons); i++)
		refuse_address(persons[i], "weder Benutzer noch Passwort");
	for (i = 0; i < ARRAY_LEN(malformed); i++)
		refuse_address(malformed[i], "HOST[:PORT]");
}
END_TEST

START_TEST(an_address_beyond_the_sites_may_have_a_path)
{
	static const char *const good[] = {"https://api.github.com",
	    "https://host/api/v3", "https://host:8443/api/v3",
	    "http://127.0.0.1:80", "http://127.1.2.3/x", "http://[::1]:80",
	    "http://LocalHost/x", "https://[2001:db8::1]/x"};
	struct conf conf;
	size_t i;

	for (i = 0; i < ARRAY_LEN(good); i++) {
		set_least();
		setenv("GITHUB_API_URL", good[i], 1);
		setenv("GITHUB_OAUTH_URL", good[i], 1);
		load(&conf, NULL);
		ck_assert_str_eq(conf.github_api_url, good[i]);
		conf_release(&conf);
	}
	set_least();
	setenv("CODEX_BASE_URL", "https://host/x", 1);
	refuse_file(NULL, "ohne Schrägstrich am Ende");
	setenv("CODEX_BASE_URL", "host", 1);
	refuse_file(NULL, "muss http(s)://HOST[:PORT] sein");
}
END_TEST

START_TEST(the_keys_lie_beside_the_folder_of_blobs_unless_told_otherwise)
{
	struct conf conf;

	set_least();
	setenv("CODEX_STORE", "fs:/srv/data/", 1);
	load(&conf, NULL);
	ck_assert_str_eq(conf.key_file, "/srv/data.key");
	conf_release(&conf);
	setenv("CODEX_KEY_FILE", "/etc/x.key", 1);
	load(&conf, NULL);
	ck_assert_str_eq(conf.key_file, "/etc/x.key");
	conf_release(&conf);
	set_least();
	setenv("AZURE_BLOB_CONN", "UseDevelopmentStorage=true", 1);
	unsetenv("CODEX_KEY_FILE");
	load(&conf, NULL);
	ck_assert_ptr_null(conf.key_file);
	conf_release(&conf);
}
END_TEST

START_TEST(printing_shows_every_setting_and_no_secret)
{
	const struct conf_setting *settings;
	struct buf out = BUF_INIT, line = BUF_INIT;
	struct conf conf;
	size_t i, n;

	set_least();
	setenv("AZURE_BLOB_CONN", "AccountKey=c2VjcmV0", 1);
	setenv("CACHE_REVALIDATE_MS", "off", 1);
	setenv("CODEX_NOW", "-7", 1);
	load(&conf, NULL);
	conf_print(&out, &conf);
	settings = conf_table(&n);
	for (i = 0; i < n; i++) {
		buf_reset(&line);
		buf_addf(&line, "%s=", settings[i].name);
		ck_assert_msg(strstr(out.s, line.s) != NULL, "%s", line.s);
	}
	ck_assert_ptr_null(strstr(out.s, "c2Vj"));
	ck_assert_ptr_nonnull(strstr(out.s, "\nAZURE_BLOB_CONN=set\n"));
	ck_assert_ptr_nonnull(strstr(out.s, "\nCACHE_REVALIDATE_MS=off\n"));
	ck_assert_ptr_nonnull(strstr(out.s, "\nCODEX_NOW=-7\n"));
	ck_assert_ptr_nonnull(strstr(out.s, "\nCODEX_AUTH=\n"));
	ck_assert_ptr_nonnull(strstr(out.s, "\nCODEX_DEBUG=false\n"));
	conf_release(&conf);
	buf_release(&out);
	buf_release(&line);
}
END_TEST

START_TEST(printed_settings_load_as_the_same)
{
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct conf conf;

	set_least();
	setenv("CACHE_TTL_BLOB", "77", 1);
	setenv("CODEX_SLOTS", "morgens=08:00-09:00", 1);
	load(&conf, NULL);
	conf_print(&out, &conf);
	conf_release(&conf);
	t_clear_settings();
	load(&conf, out.s);
	conf_print(&again, &conf);
	ck_assert_str_eq(out.s, again.s);
	conf_release(&conf);
	buf_release(&out);
	buf_release(&again);
}
END_TEST

START_TEST(the_example_file_names_all_and_changes_nothing)
{
	struct buf example = BUF_INIT, a = BUF_INIT, b = BUF_INIT;
	const char *line;
	struct conf conf;

	set_least();
	conf_describe(&example);
	ck_assert_ptr_nonnull(strstr(example.s,
	    "\n# How much of weeks and tasks one worker keeps in its memory;"));
	ck_assert_ptr_nonnull(
	    strstr(example.s, " 1G.\n#CACHE_LOCAL_BYTES=32M\n\n"));
	ck_assert_ptr_nonnull(strstr(example.s, "\n#CODEX_STORE=\n"));
	for (line = example.s; line != NULL; line = strchr(line + 1, '\n'))
		ck_assert_uint_le(strcspn(line + 1, "\n"), 78);

	load(&conf, example.s);
	conf_print(&a, &conf);
	conf_release(&conf);
	load(&conf, NULL);
	conf_print(&b, &conf);
	conf_release(&conf);
	ck_assert_str_eq(a.s, b.s);
	buf_release(&a);
	buf_release(&b);
	buf_release(&example);
}
END_TEST

START_TEST(the_defaults_of_the_example_file_are_those_in_force)
{
	struct buf example = BUF_INIT, a = BUF_INIT, b = BUF_INIT;
	struct conf conf;
	char *s;

	set_least();
	load(&conf, NULL);
	conf_print(&a, &conf);
	conf_release(&conf);
	conf_describe(&example);
	for (s = example.s; (s = strchr(s, '#')) != NULL; s++)
		if (s[1] != ' ')
			*s = '\n';
	load(&conf, example.s);
	conf_print(&b, &conf);
	conf_release(&conf);
	ck_assert_str_eq(a.s, b.s);
	buf_release(&a);
	buf_release(&b);
	buf_release(&example);
}
END_TEST

T_MAIN("conf", an_unset_setting_has_its_default,
    the_second_look_is_off_on_a_folder_and_on_with_azure,
    the_environment_goes_before_the_file_unless_it_is_empty,
    a_file_alone_is_enough, a_malformed_line_is_named_by_its_number,
    a_file_that_cannot_be_read_is_an_error, a_number_is_digits_within_its_range,
    a_switch_is_true_or_false, no_value_has_control_characters,
    an_error_never_shows_a_secret,
    a_secret_may_be_a_file_in_the_credentials_folder,
    a_bad_file_in_the_credentials_folder_is_an_error,
    a_missing_setting_is_named, a_store_is_a_folder_even_beside_azure,
    a_zone_and_a_base_path_are_real_ones,
    a_repository_and_its_branches_have_names_that_exist,
    the_sites_address_is_scheme_host_and_port,
    only_a_loopback_address_has_local_login_and_a_moved_clock,
    plain_http_beyond_this_machine_is_refused,
    an_address_is_kept_without_slashes_at_its_end,
    a_secret_goes_to_no_address_in_the_clear,
    an_address_beyond_the_sites_may_have_a_path,
    the_keys_lie_beside_the_folder_of_blobs_unless_told_otherwise,
    printing_shows_every_setting_and_no_secret,
    printed_settings_load_as_the_same,
    the_example_file_names_all_and_changes_nothing,
    the_defaults_of_the_example_file_are_those_in_force)
