#include "inspect/audit.h"

#include <libgen.h>
#include <pwd.h>
#include <unistd.h>

#include "api/metrics.h"
#include "auth/allowlist.h"
#include "auth/auth.h"
#include "auth/guard.h"
#include "backend/store_azure.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/github.h"
#include "keys/keyring.h"
#include "settings/conf.h"
#include "settings/conf_table.h"
#include "site/site.h"
#include "store/store.h"
#include "week/slots.h"

struct audit {
	const struct conf *conf;
	struct findings *found;
	bool knows_secrets; /* one that is not set is missing */
	bool is_user;       /* this process may what the programs may */
};

/* What the programs check. */

static void
add_error(struct audit *audit, const char *code, const char *what,
    const struct err *err)
{
	findings_add(audit->found, FINDING_ERROR, code, what, &err->msg);
}

static void
add_missing(struct audit *audit, const char *what, enum msg_id id)
{
	struct msg msg;

	msg_set(&msg, id);
	findings_add(audit->found, FINDING_ERROR, "fehlt", what, &msg);
}

/* Return true if something is wrong with that setting itself: what is said of
 * it together with others would be said of its default. */
static bool
is_told(const struct audit *audit, const char *what)
{
	size_t i;

	for (i = 0; i < audit->found->n; i++)
		if (audit->found->items[i].level == FINDING_ERROR &&
		    strcmp(audit->found->items[i].what, what) == 0)
			return true;
	return false;
}

static void
check_texts(struct audit *audit)
{
	const struct conf *conf = audit->conf;
	struct slots slots;
	struct err err = ERR_INIT;

	if (slots_parse(conf->slots, &slots, &err) == -1)
		add_error(audit, "wert", "CODEX_SLOTS", &err);
	if (guard_check(conf, &err) == -1)
		add_error(audit, "wert", "CODEX_AUTH", &err);
}

static void
check_azure(struct audit *audit)
{
	const struct conf *conf = audit->conf;
	const struct store_options options = {
	    .azure_conn = conf->azure_blob_conn,
	    .container = conf->azure_blob_container,
	};
	struct store *store;
	struct err err = ERR_INIT;

	if (conf->azure_blob_conn == NULL)
		return;
	if (store_azure_open(&options, &store, &err) == -1)
		add_error(audit, "wert", "AZURE_BLOB_CONN", &err);
	else
		store_close(store);
}

static void
check_redis(struct audit *audit)
{
	struct err err = ERR_INIT;

	if (site_check(audit->conf, &err) == -1)
		add_error(audit, "wert", "REDIS_URL", &err);
}

/* An entry that is wrong stops a program, a file that is wrong does not. */
static void
check_allowed(struct audit *audit)
{
	const char *setting = audit->conf->allowed_users;
	struct allowlist *allow = NULL;
	struct err err = ERR_INIT;
	int64_t now = clock_real_ms();

	if (allowlist_open(setting, now, &allow, &err) == -1)
		add_error(audit, "wert", "CODEX_ALLOWED_USERS", &err);
	else if (allowlist_refresh(allow, now + 2000, &err) == -1)
		findings_add(audit->found, FINDING_WARN, "datei",
		    "CODEX_ALLOWED_USERS", &err.msg);
	else if (setting == NULL) {
		err_set(&err, ERR_SETTING, MSG_AUDIT_NOBODY);
		findings_add(audit->found, FINDING_WARN, "fehlt",
		    "CODEX_ALLOWED_USERS", &err.msg);
	}
	allowlist_close(allow);
}

/* Read the keys as a program that starts does. */
static void
check_keys(struct audit *audit)
{
	struct keyring *keyring;
	struct err err = ERR_INIT;

	if (keyring_open(audit->conf->key_file, "", clock_real_ms(), &keyring,
		&err) == -1)
		add_error(audit, "datei", "CODEX_KEY_FILE", &err);
	else
		keyring_close(keyring);
}

/* A key file that is not there is made by the program that starts first.  What
 * is read-only by mount may be so for this process alone. */
static void
check_key_access(struct audit *audit)
{
	const char *file = audit->conf->key_file;
	struct err err = ERR_INIT;
	char *copy;

	if (!audit->is_user)
		return;
	if (access(file, R_OK) == 0) {
		check_keys(audit);
		return;
	}
	copy = std_strdup(file);
	if ((errno != ENOENT || access(dirname(copy), W_OK | X_OK) == -1) &&
	    errno == EACCES) {
		err_set(&err, ERR_SETTING, MSG_KEY_FILE);
		err_value(&err, "%s", file);
		err_value(&err, "%s", strerror(EACCES));
		add_error(audit, "datei", "CODEX_KEY_FILE", &err);
	}
	free(copy);
}

/* Return true if this process is of the user that the units have. */
static bool
is_user_of(const struct origin *origin)
{
	const struct passwd *own = getpwuid(geteuid());

	return origin->user != NULL && own != NULL &&
	       strcmp(own->pw_name, origin->user) == 0;
}

/* Check a secret that is there, or would be if it was set. */
static void
check_secrets(struct audit *audit)
{
	const struct conf *conf = audit->conf;
	bool all = audit->knows_secrets;
	struct err err = ERR_INIT;

	if ((all || conf->proof != NULL) && guard_check_proof(conf, &err) == -1)
		add_error(audit, "wert", "CODEX_PROOF", &err);
	/* Beside a folder it has a default: the folder is wrong, as was told. */
	if (conf->key_file == NULL && conf->azure_blob_conn != NULL)
		add_missing(audit, "CODEX_KEY_FILE", MSG_CONF_NO_KEY_FILE);
	if (conf->key_file == NULL)
		return;
	if ((all || conf->key_secret != NULL) && auth_check(conf, &err) == -1)
		add_error(audit, "wert", "CODEX_KEY_SECRET", &err);
	check_key_access(audit);
}

/* What a site has on which people log in. */
static void
check_login(struct audit *audit)
{
	const struct conf *conf = audit->conf;
	bool has_id = conf->oauth_client_id != NULL;
	bool has_secret = conf->oauth_client_secret != NULL;
	struct err err = ERR_INIT;

	if (metrics_check(conf, &err) == -1)
		add_error(audit, "wert", "CODEX_METRICS_TOKEN", &err);
	if (conf_is_local(conf))
		return;
	check_secrets(audit);
	if ((has_secret && !has_id &&
		!is_told(audit, "GITHUB_OAUTH_CLIENT_ID")) ||
	    (has_id && !has_secret && audit->knows_secrets))
		add_missing(
		    audit, "GITHUB_OAUTH_CLIENT_ID", MSG_CONF_OAUTH_TOGETHER);
	check_allowed(audit);
}

/* All that belongs to the repository, or nothing of it. */
static void
check_git(struct audit *audit)
{
	const struct conf *conf = audit->conf;
	const struct github_options options = {
	    .api_url = conf->github_api_url,
	    .token = conf->github_token,
	    .owner = conf->github_owner,
	    .repo = conf->github_repo,
	};
	bool has_repo = conf_has_repo(conf);
	bool has_token = conf->github_token != NULL;
	bool has_half = conf->github_owner != NULL || conf->github_repo != NULL;
	struct github *github;
	struct err err = ERR_INIT;

	if (is_told(audit, "GITHUB_OWNER") || is_told(audit, "GITHUB_REPO") ||
	    is_told(audit, "GITHUB_TOKEN"))
		return;
	if (has_half != has_repo || (has_token && !has_repo) ||
	    (has_repo && !has_token && audit->knows_secrets))
		add_missing(audit, "GITHUB_REPO", MSG_CONF_GIT_TOGETHER);
	else if (has_token && github_open(&options, &github, &err) == -1)
		add_error(audit, "wert", "GITHUB_TOKEN", &err);
	else if (has_token)
		github_close(github);
	if (conf->webhook_secret != NULL && !has_repo)
		add_missing(
		    audit, "GITHUB_WEBHOOK_SECRET", MSG_CONF_WEBHOOK_TOGETHER);
}

/* Return true if the file of settings could not be read: all that it should have
 * would be told to be missing. */
static bool
has_no_file(const struct origin *origin, const struct findings *found)
{
	size_t i;

	for (i = 0; origin->file != NULL && i < found->n; i++)
		if (std_streq(found->items[i].code, "datei") &&
		    std_streq(found->items[i].what, origin->file))
			return true;
	return false;
}

void
audit_settings(const struct origin *origin, struct findings *found)
{
	struct audit audit = {
	    .found = found,
	    .knows_secrets = origin->has_secrets,
	    .is_user = is_user_of(origin),
	};
	struct conf conf;

	(void)!conf_read(&conf, origin->file, found);
	audit.conf = &conf;
	if (has_no_file(origin, found)) {
		conf_release(&conf);
		return;
	}
	check_texts(&audit);
	check_azure(&audit);
	check_redis(&audit);
	check_login(&audit);
	check_git(&audit);
	conf_release(&conf);
}
