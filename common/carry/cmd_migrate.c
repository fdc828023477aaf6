#include "carry/cmd_migrate.h"

#include <sys/stat.h>

#include "app/app.h"
#include "backend/store_open.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/migrate.h"
#include "inspect/cmdline.h"
#include "inspect/origin.h"
#include "settings/conf.h"
#include "store/names.h"
#include "store/store.h"

#define STORE_FOLDER "fs:"

static bool
is_same_folder(const struct app *app, const struct stat *folder)
{
	const char *store = app->conf.store;
	struct stat own;

	return app->conf.azure_blob_conn == NULL && store != NULL &&
	       stat(store + strlen(STORE_FOLDER), &own) == 0 &&
	       own.st_dev == folder->st_dev && own.st_ino == folder->st_ino;
}

static int
refuse_container(const char *name, const char *why, struct err *err)
{
	err_set(err, ERR_SETTING, MSG_IMPORT_FOLDER);
	err_value(err, "%s", name);
	return err_value(err, "%s", why);
}

/* Open the container, which is the app's own store if it is the same. */
static int
open_container(const struct app *app, const char *name, struct store **out,
    struct err *err)
{
	const struct conf *conf = &app->conf;
	struct store_options options = {
	    .only_read = true, .proxy = conf->http_proxy};
	struct stat st;

	if (strchr(name, '/') != NULL) {
		if (stat(name, &st) == -1)
			return refuse_container(name, strerror(errno), err);
		if (!S_ISDIR(st.st_mode))
			return refuse_container(name, strerror(ENOTDIR), err);
		options.fs_dir = name;
		*out = app->store;
		return is_same_folder(app, &st)
			   ? 0
			   : store_open(&options, out, err);
	}
	if (conf->azure_blob_conn == NULL) {
		err_set(err, ERR_SETTING, MSG_MIGRATE_NO_ACCOUNT);
		return err_value(err, "%s", name);
	}
	options.azure_conn = conf->azure_blob_conn;
	options.container = name;
	*out = app->store;
	return std_streq(name, conf->azure_blob_container)
		   ? 0
		   : store_open(&options, out, err);
}

static void
tell_migration(const struct cmdline *cmdline, const struct migrate *migrate)
{
	const struct migrate_counts *counts = &migrate->counts;
	char text[MSG_TEXT_MAX];
	struct msg msg;
	size_t i;

	for (i = 0; i < migrate->found->n; i++)
		fprintf(stderr, "codex %s: %s\n", cmdline->name,
		    msg_text_in(&migrate->found->items[i].msg,
			cmdline_language(), text));
	msg_set(&msg, migrate->dry_run ? MSG_MIGRATE_WOULD : MSG_MIGRATE_DONE);
	msg_value(&msg, "%zu", counts->users);
	msg_value(&msg, "%zu", counts->added);
	msg_value(&msg, "%zu", counts->same);
	msg_value(&msg, "%zu", counts->left);
	msg_value(&msg, "%zu", counts->removed);
	puts(msg_text_in(&msg, cmdline_language(), text));
}

static int
migrate_site(
    const struct cmdline *cmdline, struct migrate *migrate, struct err *err)
{
	struct app *app = migrate->app;
	int rc = open_container(app, migrate->container, &migrate->from, err);

	if (rc == -1)
		return -1;
	rc = migrate_run(migrate, err);
	if (migrate->from != app->store)
		store_close(migrate->from);
	if (rc == 0)
		tell_migration(cmdline, migrate);
	return rc;
}

struct migrate_call {
	struct cmdline cmdline;
	bool dry_run;
	const char *owner;
};

static int
run_migrate(const struct migrate_call *asked)
{
	const struct cmdline *cmdline = &asked->cmdline;
	struct findings found = FINDINGS_INIT;
	struct err err = ERR_INIT;
	struct app app;
	struct migrate migrate = {.app = &app,
	    .container = cmdline->args[0],
	    .owner = asked->owner,
	    .dry_run = asked->dry_run,
	    .found = &found};
	int status = 0, rc = origin_open(&cmdline->places, &app, &err);

	if (rc == 0) {
		rc = migrate_site(cmdline, &migrate, &err);
		app_close(&app);
	}
	if (rc == -1)
		status = cmdline_fail(cmdline->name, &err);
	else if (findings_error(&found) != NULL)
		status = 1;
	findings_release(&found);
	return status;
}

int
cmd_migrate_main(int argc, char **argv)
{
	struct migrate_call asked = {.owner = NULL};
	const struct cmdline_option options[] = {
	    {'n', "dry-run", NULL, "only say what would be taken",
		&asked.dry_run, NULL},
	    {'u', "user", "USER", "whose the files of raw/tasks/ are", NULL,
		&asked.owner},
	};
	const struct cmdline_form form = {
	    "CONTAINER", 1, 1, options, ARRAY_LEN(options)};
	int status = cmdline_read(argc, argv, &form, &asked.cmdline);

	if (status != -1)
		return status;
	if (asked.owner != NULL && !names_user_ok(asked.owner))
		return cmdline_refuse(asked.cmdline.name, &form);
	return run_migrate(&asked);
}
