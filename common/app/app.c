#include "app/app.h"

#include <signal.h>
#include <sys/stat.h>

#include "app/base_memory.h"
#include "backend/store_open.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "site/site_version.h"
#include "store/changes.h"
#include "store/names.h"
#include "week/slots.h"

/* Raise it when the body of GET /codex changes its shape, so that no
 * artifact of an older program is shown. */
#define WEEK_SHAPE "5"

#define PATIENCE_MS 1200 /* with the store, of a program that may be stale */

static void
hash_settings(struct app *app)
{
	struct buf b = BUF_INIT;
	char hash[ENC_HASH_LEN + 1];

	buf_addf(&b, WEEK_SHAPE "|%s|%s|%s|%d", app->conf.zone, app->conf.slots,
	    app->conf.git_base_path, conf_has_repo(&app->conf));
	enc_hash(b.s, b.len, hash);
	memcpy(app->settings, hash, sizeof app->settings - 1);
	buf_release(&b);
}

static int
open_parts(struct app *app, struct err *err)
{
	struct store_options options = {
	    .fs_dir = app->conf.store ? app->conf.store + strlen("fs:") : NULL,
	    .azure_conn = app->conf.azure_blob_conn,
	    .container = app->conf.azure_blob_container,
	    .proxy = app->conf.http_proxy,
	};

	if (slots_parse(app->conf.slots, &app->slots, err) == -1)
		return -1;
	hash_settings(app);
	app->bases = base_memory_new((size_t)app->conf.cache_local_bytes / 4);
	if (mkdir(app->conf.run, 0770) == -1 && errno != EEXIST) {
		err_set(err, ERR_SETTING, MSG_CONF_RUN_FOLDER);
		return err_value(err, "%s", strerror(errno));
	}
	if (version_open(app->conf.run, &app->version, err) == -1 ||
	    meters_open(app->conf.run, &app->meters, err) == -1 ||
	    site_open(&app->conf, app->meters, &app->site, err) == -1)
		return -1;
	return store_open(&options, &app->store, err);
}

int
app_open_loaded(struct app *app, const struct conf *conf, struct err *err)
{
	memset(app, 0, sizeof *app);
	app->conf = *conf;
	if (enc_start(err) == -1 || open_parts(app, err) == -1) {
		app_close(app);
		return -1;
	}
	return 0;
}

int
app_open(struct app *app, const char *file, struct err *err)
{
	struct conf conf;

	memset(app, 0, sizeof *app);
	if (conf_load(&conf, file, err) == -1)
		return -1;
	return app_open_loaded(app, &conf, err);
}

void
app_close(struct app *app)
{
	store_close(app->store);
	base_memory_free(app->bases);
	site_close(app->site);
	version_close(app->version);
	meters_close(app->meters);
	conf_release(&app->conf);
	memset(app, 0, sizeof *app);
}

void
app_begin(struct app *app)
{
	site_begin(app->site);
}

bool
app_needs_network(const struct app *app)
{
	return app->conf.azure_blob_conn != NULL ||
	       site_needs_network(&app->conf);
}

int64_t
app_now(const struct app *app)
{
	return clock_real_ms() + app->conf.now_offset_ms;
}

void
app_allow_stale(struct app *app)
{
	store_set_patience(app->store, PATIENCE_MS);
	app->may_be_stale = true;
}

int
app_bump(const struct app *app, const char *user, const struct buf *files,
    struct err *err)
{
	return app_bump_beside(app, user, files, NULL, err);
}

int
app_bump_beside(const struct app *app, const char *user,
    const struct buf *files, struct store_op *beside, struct err *err)
{
	const struct version_write write = {user, app_now(app), files, beside};
	char token[VERSION_TOKEN_MAX];
	int rc = version_bump(app->version, app->store, &write, token, err);

	site_version_put(app->site, user, token);
	return rc;
}

void
app_tell_seen(
    const struct app *app, const char *user, const char *token, uint64_t *looks)
{
	if (app->conf.cache_revalidate_ms != CONF_OFF)
		version_count_look(app->version, user, token, looks);
}

void
app_bump_unsure(
    const struct app *app, const char *user, const struct blob *blob)
{
	const char *file = names_task_of_key(blob->key.s, user);
	struct buf files = BUF_INIT;
	struct err unused = ERR_INIT;

	/* Who fails at a claim or the records may have stored a task before. */
	if (file != NULL)
		changes_add_file(&files, file);
	if (blob->is_unsure)
		(void)!app_bump(
		    app, user, file != NULL ? &files : NULL, &unused);
	buf_release(&files);
}

const char *
app_request_id(const struct app *app)
{
	const char *id =
	    app->request_id != NULL ? app->request_id(app->request_arg) : NULL;

	return id != NULL ? id : "";
}

void
app_step(struct app *app, const char *step)
{
	const char *at = app->conf.sync_crash_at;
	size_t len = at != NULL ? strcspn(at, ":") : 0;

	if (at == NULL || strlen(step) != len || strncmp(step, at, len) != 0)
		return;
	if (app->crash_in == 0)
		app->crash_in = at[len] == ':'
				    ? (unsigned)strtoul(at + len + 1, NULL, 10)
				    : 1;
	if (--app->crash_in == 0)
		raise(SIGKILL);
}
