#include "settings/conf.h"

#include "base/enc.h"
#include "base/msg.h"
#include "base/std.h"
#include "settings/address.h"
#include "settings/conf_file.h"
#include "settings/conf_name.h"
#include "settings/conf_rule.h"
#include "settings/conf_value.h"

#define UNSET INT64_MIN
#define WIDTH 78 /* columns of the example file */

extern char **environ;

/* Nothing but a default is left to be empty. */
static int
find_value(const struct conf_setting *s, const struct conf_file *file,
    struct buf *out, struct err *err)
{
	const char *value = getenv(s->name);

	if (value != NULL)
		buf_adds(out, value);
	if (out->len == 0 && conf_value_is_secret(s) &&
	    conf_file_credential(s->name, out, err) == -1)
		return -1;
	if (out->len == 0)
		conf_file_value(file, s->name, out);
	if (out->len == 0 && s->fallback != NULL)
		buf_adds(out, s->fallback);
	return 0;
}

static void
add_fault(struct findings *found, const char *code, const char *what,
    const struct msg *msg)
{
	findings_add(found, FINDING_ERROR, code, what, msg);
}

static void
add_simple(
    struct findings *found, const char *code, const char *what, enum msg_id id)
{
	struct msg msg;

	msg_set(&msg, id);
	add_fault(found, code, what, &msg);
}

/* Take the value, or the default if it breaks its rule, so that what comes
 * after has something to judge. */
static void
take_value(struct conf *conf, const struct conf_setting *s, const char *value,
    struct findings *found)
{
	struct err err = ERR_INIT;

	if (conf_rule_check(s, value, &err) == -1) {
		add_fault(found, "wert", s->name, &err.msg);
		value = s->fallback;
	}
	if (value != NULL)
		(void)!conf_value_read(conf, s, value);
}

static void
load_one(struct conf *conf, const struct conf_setting *s,
    const struct conf_file *file, struct findings *found)
{
	struct buf value = BUF_INIT;
	struct err err = ERR_INIT;

	if (find_value(s, file, &value, &err) == -1)
		add_fault(found, "datei", s->name, &err.msg);
	else if (strlen(value.s) != value.len) {
		/* A NUL would hide what comes behind it. */
		err_set(&err, ERR_SETTING, MSG_CONF_NOT_TEXT);
		err_value(&err, "%s", s->name);
		add_fault(found, "wert", s->name, &err.msg);
	} else if (value.len > 0)
		take_value(conf, s, value.s, found);
	explicit_bzero(value.s, value.len);
	buf_release(&value);
}

/* Find what only a site on this machine may have; whether it is one, an
 * address that is wrong does not say. */
static void
check_loopback(const struct conf *conf, struct findings *found)
{
	if (conf->base_url == NULL || conf_is_loopback(conf))
		return;
	if (conf_is_local(conf))
		add_simple(
		    found, "nur_hier", "CODEX_AUTH", MSG_CONF_AUTH_LOOPBACK);
	if (conf->now_offset_ms != 0)
		add_simple(
		    found, "nur_hier", "CODEX_NOW", MSG_CONF_NOW_LOOPBACK);
	if (conf->sync_crash_at != NULL)
		add_simple(found, "nur_hier", "SYNC_CRASH_AT",
		    MSG_CONF_CRASH_LOOPBACK);
}

/* Return true if the branch is the folder, or stands in it. */
static bool
is_below(const char *branch, const char *folder)
{
	size_t len = strlen(folder);

	return std_starts(branch, folder) &&
	       (branch[len] == '\0' || branch[len] == '/');
}

/* Git has no branch beside others that stand below its name. */
static void
check_branches(const struct conf *conf, struct findings *found)
{
	const char *branch = conf->github_branch;
	const char *prefix = conf->pr_branch_prefix;

	if ((conf->via_pr || conf->create_via_pr) &&
	    (is_below(branch, prefix) || is_below(prefix, branch)))
		add_simple(found, "zusammen", "GITHUB_PR_BRANCH_PREFIX",
		    MSG_CONF_BRANCHES);
}

/* Find what is missing.  What is there and wrong has been told. */
static void
check_missing(const struct conf *conf, struct findings *found)
{
	static const struct {
		const char *name;
		enum msg_id id;
	} needs[] = {
	    {"CODEX_STORE", MSG_CONF_NO_STORE},
	    {"CODEX_RUN", MSG_CONF_NO_RUN},
	    {"CODEX_BASE_URL", MSG_CONF_NO_BASE_URL},
	};
	const char *const has[] = {conf->store, conf->run, conf->base_url};
	size_t i, k;
	bool told;

	for (i = 0; i < ARRAY_LEN(needs); i++) {
		told = i == 0 && conf->azure_blob_conn != NULL;
		for (k = 0; k < found->n; k++)
			told = told ||
			       strcmp(found->items[k].what, needs[i].name) == 0;
		if (has[i] == NULL && !told)
			add_simple(found, "fehlt", needs[i].name, needs[i].id);
	}
}

/* Return true if an earlier entry of the environment has that name, as only a
 * program can have it, no shell. */
static bool
stands_before(char *const *entry, size_t len)
{
	char **earlier;

	for (earlier = environ; earlier != entry; earlier++)
		if (strncmp(*earlier, *entry, len + 1) == 0)
			return true;
	return false;
}

void
conf_check_environment(struct findings *found)
{
	char **entry, name[64];
	struct msg msg;
	size_t len;

	for (entry = environ; *entry != NULL; entry++) {
		len = strcspn(*entry, "=");
		if (conf_name_is_odd_here(*entry, len))
			conf_file_odd_name(*entry, len, found);
		if (conf_table_find(*entry, len) == NULL ||
		    !stands_before(entry, len))
			continue;
		snprintf(name, sizeof name, "%.*s", (int)len, *entry);
		msg_set(&msg, MSG_CONF_DOUBLED_HERE);
		msg_value(&msg, "%s", name);
		findings_add(found, FINDING_WARN, "doppelt", name, &msg);
	}
}

/* Put the keys beside the folder, not in it: who may read blobs may not read
 * keys. */
static void
place_key(struct conf *conf)
{
	const char *dir = conf->store;
	struct buf path = BUF_INIT;

	if (conf->key_file != NULL || conf->azure_blob_conn != NULL ||
	    dir == NULL)
		return;
	buf_adds(&path, dir + strlen("fs:"));
	while (path.len > 1 && path.s[path.len - 1] == '/')
		buf_cut(&path, path.len - 1);
	buf_adds(&path, ".key");
	conf->key_file = std_strdup(path.s);
	buf_release(&path);
}

int
conf_read(struct conf *conf, const char *path, struct findings *found)
{
	struct conf_file file = CONF_FILE_INIT;
	struct err err = ERR_INIT;
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);
	bool is_read = path == NULL || conf_file_read(&file, path, &err) == 0;

	memset(conf, 0, sizeof *conf);
	conf->cache_revalidate_ms = UNSET;
	if (!is_read)
		add_fault(found, "datei", path, &err.msg);
	conf_file_check(&file, found);
	conf_check_environment(found);
	for (i = 0; i < n; i++)
		load_one(conf, &settings[i], &file, found);
	/* A local folder is one host, and one host needs no second look. */
	if (conf->cache_revalidate_ms == UNSET)
		conf->cache_revalidate_ms =
		    conf->azure_blob_conn != NULL ? 1000 : CONF_OFF;
	if (is_read)
		check_missing(conf, found);
	check_loopback(conf, found);
	check_branches(conf, found);
	place_key(conf);
	conf_file_release(&file);
	return findings_error(found) == NULL ? 0 : -1;
}

int
conf_load(struct conf *conf, const char *file, struct err *err)
{
	struct findings found = FINDINGS_INIT;
	int rc = conf_read(conf, file, &found);

	if (rc == -1) {
		err_set(err, ERR_SETTING, MSG_NONE);
		err->msg = findings_error(&found)->msg;
		conf_release(conf);
	}
	findings_release(&found);
	return rc;
}

void
conf_release(struct conf *conf)
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);

	for (i = 0; i < n; i++) {
		char **place = (char **)((char *)conf + settings[i].at);

		if (conf_value_is_secret(&settings[i]) && *place != NULL)
			explicit_bzero(*place, strlen(*place));
		if (conf_value_is_text(&settings[i]))
			free(*place);
	}
	memset(conf, 0, sizeof *conf);
}

void
conf_print(struct buf *out, const struct conf *conf)
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);

	for (i = 0; i < n; i++) {
		buf_addf(out, "%s=", settings[i].name);
		conf_value_print(out, conf, &settings[i]);
		buf_addc(out, '\n');
	}
}

void
conf_hash(const struct conf *conf, char hash[CONF_HASH_LEN + 1])
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);
	struct buf text = BUF_INIT;
	char whole[ENC_HASH_LEN + 1];

	for (i = 0; i < n; i++) {
		if (conf_value_is_secret(&settings[i]))
			continue;
		buf_addf(&text, "%s=", settings[i].name);
		conf_value_print(&text, conf, &settings[i]);
		buf_addc(&text, '\n');
	}
	enc_hash(text.s, text.len, whole);
	snprintf(hash, CONF_HASH_LEN + 1, "%.*s", CONF_HASH_LEN, whole);
	buf_release(&text);
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

/* Append the range, as one more sentence of the meaning. */
static void
add_range(struct buf *out, const struct conf_setting *s)
{
	if (conf_value_is_text(s) && s->max > 0)
		buf_addf(out, " At most %lld bytes.", (long long)s->max);
	if (conf_value_is_text(s) || s->kind == CONF_BOOL)
		return;
	buf_adds(out, " From ");
	conf_value_limit(out, s, s->min);
	buf_adds(out, " to ");
	conf_value_limit(out, s, s->max);
	buf_addc(out, '.');
}

void
conf_describe(struct buf *out)
{
	size_t n;
	const struct conf_setting *settings = conf_table(&n), *s;
	struct buf meaning = BUF_INIT;

	for (s = settings; s < settings + n; s++) {
		if (s > settings)
			buf_addc(out, '\n');
		buf_reset(&meaning);
		buf_adds(&meaning, s->meaning);
		add_range(&meaning, s);
		print_meaning(out, meaning.s);
		buf_addf(out, "#%s=%s\n", s->name,
		    s->fallback != NULL ? s->fallback : "");
	}
	buf_release(&meaning);
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
