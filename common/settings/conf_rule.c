#include "settings/conf_rule.h"

#include <strings.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"
#include "base/zone.h"
#include "settings/address.h"
#include "settings/conf_value.h"
#include "settings/redis_address.h"

#define DIGITS  "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

#define SHOWN_MAX 100 /* bytes of a value in a sentence */
#define KEY_LEN   32  /* so many letters and digits in a row may be a key */
#define ID_LEN    40  /* hexadecimal digits of an object's id */

/* What is shown. */

static bool
has_word(const char *text, const char *word)
{
	return strcasestr(text, word) != NULL;
}

/* Return true if the text could be a secret: by a word that stands in tokens
 * and connection strings, a password in an address, or its looks. */
static bool
may_be_secret(const char *text)
{
	static const char *const words[] = {"ghp_", "gho_", "ghu_", "ghs_",
	    "ghr_", "github_pat_", "key=", "sig=", "token", "secret",
	    "password", "passwort"};
	const char *scheme = strstr(text, "://");
	size_t i, run;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (has_word(text, words[i]))
			return true;
	if (scheme != NULL && strchr(scheme, '@') != NULL)
		return true;
	for (; *text != '\0'; text += run + (text[run] != '\0')) {
		run = strspn(text, LETTERS DIGITS "+=_");
		if (run >= KEY_LEN)
			return true;
	}
	return false;
}

/* Append NAME=value, or the name alone if the value is not to be seen. */
static void
show_setting(
    struct buf *out, const struct conf_setting *setting, const char *text)
{
	size_t len = strlen(text);

	buf_adds(out, setting->name);
	if (!conf_value_is_secret(setting) && len <= SHOWN_MAX &&
	    !enc_has_control(text, len) && enc_is_utf8(text, len) &&
	    !may_be_secret(text))
		buf_addf(out, "=%s", text);
}

static int
refuse_value(enum msg_id id, const struct conf_setting *setting,
    const char *text, struct err *err)
{
	struct buf shown = BUF_INIT;

	show_setting(&shown, setting, text);
	err_set(err, ERR_SETTING, id);
	err_value(err, "%s", shown.s);
	buf_release(&shown);
	return -1;
}

/* Numbers and switches. */

static enum msg_id
number_msg(enum conf_kind kind)
{
	if (kind == CONF_MS)
		return MSG_CONF_NOT_MS;
	if (kind == CONF_MS_OR_OFF)
		return MSG_CONF_NOT_MS_OR_OFF;
	if (kind == CONF_BYTES)
		return MSG_CONF_NOT_BYTES;
	return kind == CONF_RATE ? MSG_CONF_NOT_RATE : MSG_CONF_NOT_BOOL;
}

static int
check_number(
    const struct conf_setting *setting, const char *text, struct err *err)
{
	struct conf scratch;
	struct buf min = BUF_INIT, max = BUF_INIT;

	if (conf_value_read(&scratch, setting, text) == 0)
		return 0;
	conf_value_limit(&min, setting, setting->min);
	conf_value_limit(&max, setting, setting->max);
	refuse_value(number_msg(setting->kind), setting, text, err);
	err_value(err, "%s", min.s);
	err_value(err, "%s", max.s);
	buf_release(&min);
	buf_release(&max);
	return -1;
}

/* Texts. */

static bool
is_owner(const char *s)
{
	return strspn(s, LETTERS DIGITS "-_") == strlen(s) && *s != '-' &&
	       *s != '_';
}

static bool
ends_with(const char *s, size_t len, const char *end)
{
	size_t n = strlen(end);

	return len >= n && strncasecmp(s + len - n, end, n) == 0;
}

static bool
is_repository(const char *s)
{
	size_t len = strlen(s);

	return strspn(s, LETTERS DIGITS "-_.") == len && strcmp(s, ".") != 0 &&
	       strcmp(s, "..") != 0 && !ends_with(s, len, ".git") &&
	       !ends_with(s, len, ".wiki");
}

/* git-check-ref-format(1), one part between slashes. */
static bool
is_ref_part(const char *s, size_t len)
{
	return len > 0 && s[0] != '.' &&
	       (len < 5 || memcmp(s + len - 5, ".lock", 5) != 0);
}

/* Return true if each part between slashes is one. */
static bool
has_parts(const char *s, bool (*is_part)(const char *part, size_t len))
{
	size_t len;

	for (;; s += len + 1) {
		len = strcspn(s, "/");
		if (!is_part(s, len))
			return false;
		if (s[len] == '\0')
			return true;
	}
}

static bool
is_branch(const char *s)
{
	size_t len = strlen(s);

	if (strpbrk(s, " ~^:?*[\\") != NULL || strstr(s, "..") != NULL ||
	    strstr(s, "@{") != NULL || strcmp(s, "@") == 0 || *s == '-' ||
	    len == 0 || s[len - 1] == '.')
		return false;
	if (strcmp(s, "HEAD") == 0 || std_starts(s, "refs/") ||
	    (len == ID_LEN && strspn(s, DIGITS "abcdefABCDEF") == len))
		return false;
	return has_parts(s, is_ref_part);
}

/* Git keeps no tree with such an entry (verify_path). */
static bool
is_tree_part(const char *s, size_t len)
{
	return len > 0 && !(len == 1 && s[0] == '.') &&
	       !(len == 2 && memcmp(s, "..", 2) == 0) &&
	       !(len == 4 && strncasecmp(s, ".git", 4) == 0) &&
	       memchr(s, '\\', len) == NULL;
}

/* Git takes <, > and line ends for its own, and cuts off what it calls crud
 * (ident.c), of which nothing may be left. */
static bool
is_committer(const char *s)
{
	return strpbrk(s, "<>") == NULL && strspn(s, " .,:;\"\\'") < strlen(s);
}

static bool
is_mail(const char *s)
{
	const char *at = strchr(s, '@');

	return at != NULL && at > s && at[1] != '\0' &&
	       strpbrk(s, " <>,;\"") == NULL && strchr(at + 1, '@') == NULL;
}

/* A unit and the shell of a command have other current folders. */
static bool
is_path(const char *s)
{
	return *s == '/';
}

static bool
is_store(const char *s)
{
	return std_starts(s, "fs:") && is_path(s + 3);
}

static bool
is_tree_path(const char *s)
{
	return has_parts(s, is_tree_part);
}

/* The rules of texts, but for addresses. */
static const struct {
	enum conf_kind kind;
	bool (*is_one)(const char *text);
	enum msg_id id;
} rules[] = {
    {CONF_STORE, is_store, MSG_CONF_STORE},
    {CONF_PATH, is_path, MSG_CONF_PATH},
    {CONF_ZONE, zone_ok, MSG_CONF_TZ},
    {CONF_FOLDER, is_tree_path, MSG_CONF_GIT_BASE_PATH},
    {CONF_OWNER, is_owner, MSG_CONF_OWNER},
    {CONF_REPO, is_repository, MSG_CONF_REPO},
    {CONF_BRANCH, is_branch, MSG_CONF_GIT_BRANCH},
    {CONF_PERSON, is_committer, MSG_CONF_PERSON},
    {CONF_MAIL, is_mail, MSG_CONF_MAIL},
    {CONF_WORD, enc_is_visible, MSG_CONF_WORD},
};

static int
check_address(
    const struct conf_setting *setting, const char *text, struct err *err)
{
	struct buf shown = BUF_INIT;
	int rc;

	show_setting(&shown, setting, text);
	rc = setting->kind == CONF_SITE ? address_check_site(shown.s, text, err)
					: address_check(shown.s, text, err);
	buf_release(&shown);
	return rc;
}

static int
judge_text(
    const struct conf_setting *setting, const char *text, struct err *err)
{
	size_t len = strlen(text), i;

	if (enc_has_control(text, len))
		return refuse_value(MSG_CONF_NOT_TEXT, setting, text, err);
	if (setting->max > 0 && len > (size_t)setting->max) {
		refuse_value(MSG_CONF_TOO_LONG, setting, text, err);
		return err_value(err, "%lld", (long long)setting->max);
	}
	if (setting->kind == CONF_PROXY)
		return address_check_proxy(setting->name, text, err);
	if (setting->kind == CONF_REDIS)
		return redis_address_check(setting->name, text, err);
	if (setting->kind == CONF_SITE || setting->kind == CONF_ADDRESS)
		return check_address(setting, text, err);
	for (i = 0; i < ARRAY_LEN(rules); i++)
		if (rules[i].kind == setting->kind && !rules[i].is_one(text))
			return refuse_value(rules[i].id, setting, text, err);
	return 0;
}

int
conf_rule_check(
    const struct conf_setting *setting, const char *text, struct err *err)
{
	return conf_value_is_text(setting) ? judge_text(setting, text, err)
					   : check_number(setting, text, err);
}
