#include "inspect/origin.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "settings/conf.h"
#include "settings/conf_file.h"
#include "settings/conf_table.h"
#include "settings/conf_value.h"

const struct origin_places origin_server = {
    .settings = "/etc/codex-miroir/settings.env",
    .secrets = "/etc/credstore",
    .user = "codex-miroir",
};

static bool
has_environment(void)
{
	static const char *const names[] = {
	    "CODEX_STORE", "CODEX_RUN", "CODEX_BASE_URL", "AZURE_BLOB_CONN"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(names); i++)
		if (getenv(names[i]) != NULL)
			return true;
	return false;
}

/* Set a variable that the file does not have, as it goes first with the
 * units. */
static void
set_unless_in_file(
    const struct conf_file *file, const char *name, const char *value)
{
	struct buf own = BUF_INIT;

	conf_file_value(file, name, &own);
	if (own.len == 0)
		setenv(name, value, 1);
	buf_release(&own);
}

static void
load_secret(const struct conf_file *file, const char *folder, const char *name,
    struct findings *found)
{
	struct buf path = BUF_INIT, secret = BUF_INIT;
	struct err err = ERR_INIT;

	buf_addf(&path, "%s/codex-miroir.%s", folder, name);
	if (conf_file_secret(path.s, &secret, &err) == -1)
		findings_add(found, FINDING_ERROR, "datei", path.s, &err.msg);
	else if (secret.len > 0)
		set_unless_in_file(file, name, secret.s);
	explicit_bzero(secret.s, secret.len);
	buf_release(&secret);
	buf_release(&path);
}

/* Put what the units have beside their file into the environment.  Return
 * true if that could be read. */
static bool
load_unit(const struct origin_places *places, struct findings *found)
{
	struct conf_file file = CONF_FILE_INIT;
	struct err err = ERR_INIT;
	struct msg msg;
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);
	bool reads = access(places->secrets, R_OK | X_OK) == 0;

	/* A drop-in for all units gives credentials to those that call this, too;
	 * the user whom root becomes cannot read them. */
	unsetenv("CREDENTIALS_DIRECTORY");
	/* conf_read tells what is wrong with the file. */
	(void)!conf_file_read(&file, places->settings, &err);
	set_unless_in_file(&file, "CODEX_RUN", "/run/codex-miroir");
	set_unless_in_file(
	    &file, "CODEX_STORE", "fs:/var/lib/codex-miroir/store");
	for (i = 0; reads && i < n; i++)
		if (conf_value_is_secret(&settings[i]))
			load_secret(
			    &file, places->secrets, settings[i].name, found);
	if (!reads) {
		msg_set(&msg, MSG_AUDIT_SECRETS);
		msg_value(&msg, "%s", places->secrets);
		findings_add(
		    found, FINDING_WARN, "datei", places->secrets, &msg);
	}
	conf_file_release(&file);
	return reads;
}

/* Become the user with all groups of the name, or with this one alone if there
 * is no name. */
static bool
become(const char *name, uid_t uid, gid_t gid)
{
	int rc = name != NULL ? initgroups(name, gid) : setgroups(0, NULL);

	return rc == 0 && setgid(gid) == 0 && setuid(uid) == 0;
}

void
origin_drop_root(const struct origin *origin, struct findings *found)
{
	const char *user = origin->user;
	const struct passwd *to;
	struct msg msg;

	if (user == NULL || geteuid() != 0)
		return;
	to = getpwnam(user);
	if (to != NULL && become(user, to->pw_uid, to->pw_gid))
		return;
	msg_set(&msg, MSG_AUDIT_USER);
	msg_value(&msg, "%s", user);
	findings_add(found, FINDING_ERROR, "nutzer", user, &msg);
}

void
origin_load(const struct origin_places *places, struct origin *origin,
    struct findings *found)
{
	*origin = (struct origin){
	    .file = places->file,
	    .has_secrets = conf_file_env("CREDENTIALS_DIRECTORY") != NULL,
	};
	if (places->file != NULL || has_environment())
		return;
	origin->file = places->settings;
	origin->user = places->user;
	origin->has_secrets = load_unit(places, found);
}

/* Become the owner of the run folder, if this is root and that is another. */
static int
become_owner(const char *run, struct err *err)
{
	const struct passwd *to;
	struct stat st;

	if (geteuid() != 0 || stat(run, &st) == -1 || st.st_uid == 0)
		return 0;
	to = getpwuid(st.st_uid);
	/* The folder may be of another group, nginx's for one. */
	if (to != NULL ? become(to->pw_name, st.st_uid, to->pw_gid)
		       : become(NULL, st.st_uid, st.st_gid))
		return 0;
	err_set(err, ERR_SETTING, MSG_AUDIT_USER);
	return err_value(err, "%s", to != NULL ? to->pw_name : run);
}

int
origin_open_site(const struct origin *origin, struct app *app, struct err *err)
{
	struct conf conf;

	memset(app, 0, sizeof *app);
	if (conf_load(&conf, origin->file, err) == -1)
		return -1;
	if (become_owner(conf.run, err) == -1) {
		conf_release(&conf);
		return -1;
	}
	return app_open_loaded(app, &conf, err);
}

int
origin_open(
    const struct origin_places *places, struct app *app, struct err *err)
{
	struct findings found = FINDINGS_INIT;
	const struct finding *wrong;
	struct origin origin;
	int rc = 0;

	origin_load(places, &origin, &found);
	origin_drop_root(&origin, &found);
	wrong = findings_error(&found);
	if (wrong != NULL) {
		err_set(err, ERR_SETTING, MSG_NONE);
		err->msg = wrong->msg;
		rc = -1;
	}
	findings_release(&found);
	return rc == 0 ? origin_open_site(&origin, app, err) : -1;
}
