#include "base/conf.h"

#include <unistd.h>

#include "base/address.h"
#include "base/enc.h"
#include "base/std.h"
#include "base/zone.h"

#define UNSET INT64_MIN
#define WIDTH 78 /* columns of the example file */

#define BLANKS   " \t\r"
#define DIGITS   "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define SMALLS   "abcdefghijklmnopqrstuvwxyz"

static int
parse_number(const char *s, int64_t min, int64_t max, int64_t *out)
{
	char *end;
	long long n;

	/* strtoll alone would take blanks, a plus and nothing at all. */
	if (*s == '\0' || strspn(s, "-" DIGITS) != strlen(s))
		return -1;
	errno = 0;
	n = strtoll(s, &end, 10);
	if (*end != '\0' || errno != 0 || n < min || n > max)
		return -1;
	*out = n;
	return 0;
}

static int
parse_bool(const char *s, bool *out)
{
	bool yes = strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
	bool no = strcmp(s, "false") == 0 || strcmp(s, "0") == 0;

	if (!yes && !no)
		return -1;
	*out = yes;
	return 0;
}

static int
set_value(void *place, enum conf_kind kind, const char *s)
{
	switch (kind) {
	case CONF_TEXT:
	case CONF_SECRET:
		if (enc_has_control(s, strlen(s)))
			return -1;
		*(char **)place = std_strdup(s);
		return 0;
	case CONF_MS_OR_OFF:
		if (strcmp(s, "off") == 0) {
			*(int64_t *)place = CONF_OFF;
			return 0;
		}
		return parse_number(s, 0, CONF_MS_MAX, place);
	case CONF_MS:
		return parse_number(s, 0, CONF_MS_MAX, place);
	case CONF_COUNT:
		return parse_number(s, 0, INT64_MAX, place);
	case CONF_OFFSET:
		return parse_number(s, -CONF_MS_MAX, CONF_MS_MAX, place);
	case CONF_BOOL:
		return parse_bool(s, place);
	}
	return -1;
}

/* Return the message that says what a value of that kind must be. */
static enum msg_id
wanted_msg(enum conf_kind kind)
{
	switch (kind) {
	case CONF_TEXT:
	case CONF_SECRET:
		break;
	case CONF_MS_OR_OFF:
		return MSG_CONF_NOT_MS_OR_OFF;
	case CONF_MS:
	case CONF_OFFSET:
		return MSG_CONF_NOT_MS;
	case CONF_COUNT:
		return MSG_CONF_NOT_BYTES;
	case CONF_BOOL:
		return MSG_CONF_NOT_BOOL;
	}
	return MSG_CONF_NOT_TEXT;
}

/* Take off blanks, then one pair of quotes. */
static void
unwrap(struct buf *value)
{
	buf_splice(value, 0, strspn(value->s, BLANKS), NULL, 0);
	while (value->len > 0 && strchr(BLANKS, value->s[value->len - 1]))
		buf_splice(value, value->len - 1, 1, NULL, 0);
	if (value->len >= 2 && strchr("\"'", value->s[0]) != NULL &&
	    value->s[value->len - 1] == value->s[0]) {
		buf_splice(value, value->len - 1, 1, NULL, 0);
		buf_splice(value, 0, 1, NULL, 0);
	}
}

/* The last value of `name` among the lines of the file, if it is there. */
static void
find_in_file(const struct buf *text, const char *name, struct buf *out)
{
	const char *line = text->s;
	size_t n = strlen(name), len;

	for (; *line != '\0'; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		if (len <= n || strncmp(line, name, n) != 0 || line[n] != '=')
			continue;
		buf_set(out, line + n + 1, len - n - 1);
	}
	unwrap(out);
}

static int
read_settings(const char *path, struct buf *out, struct err *err)
{
	FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;
	int rc;

	if (f == NULL) {
		err_set(err, ERR_SETTING, MSG_FILE_UNREADABLE_WHY);
		err_value(err, "%s", path);
		return err_value(err, "%s", strerror(errno));
	}
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, chunk, n);
	rc = ferror(f) ? -1 : 0;
	if (rc == -1) {
		err_set(err, ERR_SETTING, MSG_FILE_UNREADABLE);
		err_value(err, "%s", path);
	}
	fclose(f);
	return rc;
}

static bool
is_line(const char *line, size_t len)
{
	size_t name = strspn(line, CAPITALS DIGITS "_");

	return *line == '#' || strspn(line, BLANKS) == len ||
	       (name > 0 && line[name] == '=');
}

/* Refuse a line of no known shape: it is a mistake that would go unseen. */
static int
check_lines(const char *path, const struct buf *text, struct err *err)
{
	const char *line = text->s, *end = text->s + text->len;
	size_t len;
	unsigned n;

	for (n = 1; line < end; n++) {
		len = strcspn(line, "\n");
		/* A NUL ends a line before its end. */
		if (!is_line(line, len) ||
		    (line[len] == '\0' && line + len < end)) {
			err_set(err, ERR_SETTING, MSG_CONF_LINE);
			err_value(err, "%u", n);
			return err_value(err, "%s", path);
		}
		line += len + 1;
	}
	return 0;
}

/* A file that is not there is a secret that is not set. */
static int
read_credential(const char *name, struct buf *out, struct err *err)
{
	const char *folder = getenv("CREDENTIALS_DIRECTORY");
	struct buf path = BUF_INIT;
	int rc = 0;

	if (folder == NULL || *folder == '\0')
		return 0;
	buf_addf(&path, "%s/%s", folder, name);
	if (access(path.s, F_OK) == 0 || errno != ENOENT)
		rc = read_settings(path.s, out, err);
	while (out->len > 0 && strchr("\r\n", out->s[out->len - 1]))
		buf_splice(out, out->len - 1, 1, NULL, 0);
	buf_release(&path);
	return rc;
}

/* Nothing but a default is left to be empty. */
static int
find_value(const struct conf_setting *s, const struct buf *file,
    struct buf *out, struct err *err)
{
	const char *value = getenv(s->name);

	if (value != NULL)
		buf_adds(out, value);
	if (out->len == 0 && s->kind == CONF_SECRET &&
	    read_credential(s->name, out, err) == -1)
		return -1;
	if (out->len == 0)
		find_in_file(file, s->name, out);
	if (out->len == 0 && s->fallback != NULL)
		buf_adds(out, s->fallback);
	return 0;
}

static int
load_one(struct conf *conf, const struct conf_setting *s,
    const struct buf *file, struct err *err)
{
	struct buf value = BUF_INIT;
	int rc = find_value(s, file, &value, err);

	/* A NUL would hide what comes behind it. */
	if (rc == 0 && value.len > 0 &&
	    (strlen(value.s) != value.len ||
		set_value((char *)conf + s->at, s->kind, value.s) == -1)) {
		err_set(err, ERR_SETTING, wanted_msg(s->kind));
		rc = err_value(err, "%s", s->name);
	}
	if (value.len > 0)
		explicit_bzero(value.s, value.len);
	buf_release(&value);
	return rc;
}

/* Check where the site is, and where tokens and secrets are sent; the store
 * checks its own (store_azure.c). */
static int
check_addresses(const struct conf *conf, struct err *err)
{
	if (conf->base_url == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_NO_BASE_URL);
	if (address_check_site("CODEX_BASE_URL", conf->base_url, err) == -1 ||
	    address_check("GITHUB_API_URL", conf->github_api_url, err) == -1)
		return -1;
	return address_check("GITHUB_OAUTH_URL", conf->github_oauth_url, err);
}

static int
check_loopback(const struct conf *conf, struct err *err)
{
	if (conf_is_loopback(conf))
		return 0;
	if (conf->auth != NULL && std_starts(conf->auth, "local:"))
		return err_set(err, ERR_SETTING, MSG_CONF_AUTH_LOOPBACK);
	if (conf->now_offset_ms != 0)
		return err_set(err, ERR_SETTING, MSG_CONF_NOW_LOOPBACK);
	if (conf->sync_crash_at != NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_CRASH_LOOPBACK);
	return 0;
}

/* An owner or a repository at GitHub, not its address. */
static bool
is_github_name(const char *s)
{
	size_t n = strspn(s, SMALLS CAPITALS DIGITS "-_.");

	return n > 0 && s[n] == '\0' && strcmp(s, ".") != 0 &&
	       strcmp(s, "..") != 0;
}

/* git-check-ref-format(1), one part between slashes. */
static bool
is_ref_part(const char *s, size_t len)
{
	static const char lock[] = ".lock";
	const size_t n = sizeof lock - 1;

	return len > 0 && s[0] != '.' && s[len - 1] != '.' &&
	       (len < n || strncmp(s + len - n, lock, n) != 0);
}

/* The rest of it; enc_has_control has refused control characters. */
static bool
is_branch(const char *s)
{
	size_t len;

	if (strpbrk(s, " ~^:?*[\\") != NULL || strstr(s, "..") != NULL ||
	    strstr(s, "@{") != NULL || strcmp(s, "@") == 0 || *s == '-')
		return false;
	for (;; s += len + 1) {
		len = strcspn(s, "/");
		if (!is_ref_part(s, len))
			return false;
		if (s[len] == '\0')
			return true;
	}
}

static int
check_repository(const struct conf *conf, struct err *err)
{
	if ((conf->github_owner != NULL &&
		!is_github_name(conf->github_owner)) ||
	    (conf->github_repo != NULL && !is_github_name(conf->github_repo)))
		return err_set(err, ERR_SETTING, MSG_CONF_GIT_REPO);
	if (is_branch(conf->github_branch) && is_branch(conf->pr_branch_prefix))
		return 0;
	err_set(err, ERR_SETTING, MSG_CONF_GIT_BRANCH);
	return err_value(err, "%s",
	    is_branch(conf->github_branch) ? "GITHUB_PR_BRANCH_PREFIX"
					   : "GITHUB_BRANCH");
}

static int
check_all(const struct conf *conf, struct err *err)
{
	if (conf->store == NULL && conf->azure_blob_conn == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_NO_STORE);
	if (conf->store != NULL &&
	    (!std_starts(conf->store, "fs:") || conf->store[3] == '\0'))
		return err_set(err, ERR_SETTING, MSG_CONF_STORE);
	if (conf->run == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_NO_RUN);
	if (!zone_ok(conf->zone))
		return err_set(err, ERR_SETTING, MSG_CONF_TZ);
	if (conf->git_base_path[0] == '/' ||
	    strstr(conf->git_base_path, "..") != NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_GIT_BASE_PATH);
	if (check_addresses(conf, err) == -1 ||
	    check_repository(conf, err) == -1)
		return -1;
	return check_loopback(conf, err);
}

/* Put the keys beside the folder, not in it: who may read blobs may not read
 * keys. */
static void
place_key(struct conf *conf)
{
	const char *dir = conf->store;
	struct buf path = BUF_INIT;

	if (conf->key_file != NULL || conf->azure_blob_conn != NULL)
		return;
	buf_adds(&path, dir + strlen("fs:"));
	while (path.len > 1 && path.s[path.len - 1] == '/')
		buf_splice(&path, path.len - 1, 1, NULL, 0);
	buf_adds(&path, ".key");
	conf->key_file = std_strdup(path.s);
	buf_release(&path);
}

int
conf_load(struct conf *conf, const char *file, struct err *err)
{
	struct buf text = BUF_INIT;
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);
	int rc = -1;

	memset(conf, 0, sizeof *conf);
	conf->cache_revalidate_ms = UNSET;
	if (file != NULL && (read_settings(file, &text, err) == -1 ||
				check_lines(file, &text, err) == -1))
		goto out;
	for (i = 0; i < n; i++)
		if (load_one(conf, &settings[i], &text, err) == -1)
			goto out;
	/* A local folder is one host, and one host needs no second look. */
	if (conf->cache_revalidate_ms == UNSET)
		conf->cache_revalidate_ms =
		    conf->azure_blob_conn != NULL ? 1000 : CONF_OFF;
	rc = check_all(conf, err);
	if (rc == 0)
		place_key(conf);
out:
	explicit_bzero(text.s, text.len);
	buf_release(&text);
	if (rc == -1)
		conf_release(conf);
	return rc;
}

void
conf_release(struct conf *conf)
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);

	for (i = 0; i < n; i++) {
		char **place = (char **)((char *)conf + settings[i].at);

		if (settings[i].kind == CONF_SECRET && *place != NULL)
			explicit_bzero(*place, strlen(*place));
		if (settings[i].kind == CONF_TEXT ||
		    settings[i].kind == CONF_SECRET)
			free(*place);
	}
	memset(conf, 0, sizeof *conf);
}

static void
print_value(struct buf *out, const void *place, enum conf_kind kind)
{
	const char *text;
	int64_t n;

	switch (kind) {
	case CONF_TEXT:
	case CONF_SECRET:
		text = *(char *const *)place;
		if (text != NULL)
			buf_adds(out, kind == CONF_SECRET ? "set" : text);
		return;
	case CONF_MS:
	case CONF_MS_OR_OFF:
	case CONF_OFFSET:
	case CONF_COUNT:
		n = *(const int64_t *)place;
		if (kind == CONF_MS_OR_OFF && n == CONF_OFF)
			buf_adds(out, "off");
		else
			buf_addf(out, "%lld", (long long)n);
		return;
	case CONF_BOOL:
		buf_adds(out, *(const bool *)place ? "true" : "false");
	}
}

void
conf_print(struct buf *out, const struct conf *conf)
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);

	for (i = 0; i < n; i++) {
		buf_addf(out, "%s=", settings[i].name);
		print_value(
		    out, (const char *)conf + settings[i].at, settings[i].kind);
		buf_addc(out, '\n');
	}
}

/* A comment of as many lines as it takes. */
static void
print_meaning(struct buf *out, const char *text)
{
	size_t column = 0, len;

	for (; *text != '\0'; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (column > 0 && column + 1 + len > WIDTH) {
			buf_addc(out, '\n');
			column = 0;
		}
		if (column == 0)
			buf_addc(out, '#');
		buf_addc(out, ' ');
		buf_add(out, text, len);
		column += (column == 0) + 1 + len;
	}
	buf_addc(out, '\n');
}

void
conf_describe(struct buf *out)
{
	size_t n;
	const struct conf_setting *settings = conf_table(&n), *s;

	for (s = settings; s < settings + n; s++) {
		if (s > settings)
			buf_addc(out, '\n');
		print_meaning(out, s->meaning);
		buf_addf(out, "#%s=%s\n", s->name,
		    s->fallback != NULL ? s->fallback : "");
	}
}

bool
conf_has_repo(const struct conf *conf)
{
	return conf->github_owner != NULL && conf->github_repo != NULL;
}

bool
conf_is_local(const struct conf *conf)
{
	return conf->auth != NULL && std_starts(conf->auth, "local:");
}

void
conf_host(struct buf *out, const struct conf *conf)
{
	const char *host = strstr(conf->base_url, "://") + 3;

	if (*host == '[')
		buf_add(out, host + 1, strcspn(host + 1, "]"));
	else
		buf_add(out, host, strcspn(host, ":/"));
}

bool
conf_is_loopback(const struct conf *conf)
{
	return address_is_loopback(conf->base_url);
}
