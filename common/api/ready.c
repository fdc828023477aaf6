#include "api/ready.h"

#include <unistd.h>

#include "api/parts.h"
#include "api/probe.h"
#include "app/app.h"
#include "auth/allowlist.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/json.h"
#include "base/msg.h"
#include "host/meters.h"
#include "keys/keyring.h"
#include "redis/redis.h"
#include "settings/conf.h"
#include "site/site.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/bell.h"
#include "web/request.h"

#define PROBE_MS 2500
#define STORE_MS 2000

/* By the words of meters_program_word. */
enum { TASKS = 2, WORK = 7, PROGRAMS = METERS_PROGRAMS - 1 };

/* A program does not know the secrets of the others. */
static bool
is_set_up(const struct conf *conf, size_t program)
{
	struct buf folder = BUF_INIT;
	enum parts_state state;

	probe_folder(&folder, conf);
	state = parts_look(
	    conf, folder.s, meters_program_word(program), PARTS_SECRET_UNKNOWN);
	buf_release(&folder);
	return state == PARTS_ON;
}

/* This process is the proof for its own program. */
static bool
is_asked(const struct conf *conf, size_t program)
{
	return program != TASKS && program != WORK && is_set_up(conf, program);
}

static void
ask_programs(const struct app *app, struct ready *ready)
{
	struct probe probes[PROBE_MAX];
	size_t of[PROBE_MAX] = {0}, i, n = 0;

	for (i = 0; i < PROGRAMS; i++)
		if (is_asked(&app->conf, i)) {
			probes[n].name = meters_program_word(i);
			of[n++] = i;
		}
	probe_run(&app->conf, probes, n, PROBE_MS);
	for (i = 0; i < n; i++) {
		ready->faulty[of[i]] = !probes[i].answers;
		if (probes[i].answers && !probes[i].same_settings)
			ready->faulty[READY_SETTINGS] = true;
	}
	ready->faulty[WORK] =
	    is_set_up(&app->conf, WORK) && !bell_is_heard(app);
}

/* Look for a blob, whether it is there or not; a folder must take writes,
 * too. */
static bool
store_answers(const struct app *app)
{
	const char *store = app->conf.store;
	struct store_list list = STORE_LIST_INIT;
	struct err err = ERR_INIT;
	bool answers;

	if (app->conf.azure_blob_conn == NULL && store != NULL &&
	    access(store + strlen("fs:"), R_OK | W_OK | X_OK) == -1)
		return false;
	store_set_deadline(app->store, clock_monotonic_ms() + STORE_MS);
	answers = store_list(app->store, names_folder(NAMES_PENDING), &list,
		      &err) == 0;
	store_list_release(&list);
	return answers;
}

/* Open the file of keys as a program that starts does, which would make one
 * that is missing. */
static bool
keys_open(const struct conf *conf)
{
	struct keyring *keys = NULL;
	struct err err = ERR_INIT;
	bool open = access(conf->key_file, R_OK) == 0 &&
		    keyring_open(conf->key_file, conf->key_secret,
			clock_real_ms(), &keys, &err) == 0;

	keyring_close(keys);
	return open;
}

static bool
list_opens(const struct conf *conf)
{
	struct allowlist *list = NULL;
	struct err err = ERR_INIT;
	int64_t now = clock_real_ms();
	bool opens =
	    allowlist_open(conf->allowed_users, now, &list, &err) == 0 &&
	    allowlist_refresh(list, now + 2000, &err) == 0;

	allowlist_close(list);
	return opens;
}

static void
look_around(const struct auth *auth, struct ready *ready)
{
	const struct conf *conf = &auth->app->conf;

	memset(ready->faulty, 0, sizeof ready->faulty);
	ask_programs(auth->app, ready);
	ready->faulty[READY_STORE] = !store_answers(auth->app);
	if (auth->app->site != NULL)
		ready->redis = site_ask(auth->app->site);
	if (conf_is_local(conf))
		return;
	ready->faulty[READY_KEYS] = !keys_open(conf);
	if (!list_opens(conf))
		ready->faulty[READY_SETTINGS] = true;
}

static const char *
part_word(size_t part)
{
	switch (part) {
	case READY_STORE:
		return "store";
	case READY_KEYS:
		return "keys";
	case READY_SETTINGS:
		return "settings";
	default:
		return meters_program_word(part);
	}
}

static void
add_good(struct buf *body, const struct app *app, const struct ready *ready)
{
	json_open(body, '{');
	json_key(body, "ok");
	json_add_bool(body, true);
	if (app->site != NULL) {
		json_key(body, "redis");
		json_add_str(body, redis_state_word(ready->redis));
	}
	json_close(body, '}');
}

/* Append the member to the object of an error. */
static void
add_faulty(struct buf *body, const struct ready *ready)
{
	struct buf list = BUF_INIT;
	size_t i;

	json_open(&list, '[');
	for (i = 0; i < READY_PARTS; i++)
		if (ready->faulty[i])
			json_add_str(&list, part_word(i));
	json_close(&list, ']');
	buf_cut(body, body->len - 1); /* the closing brace */
	buf_addf(body, ",\"notReady\":%s}", list.s);
	buf_release(&list);
}

/* Name the parts in the log. */
static void
note_faulty(const struct ready *ready, struct err *err)
{
	struct buf words = BUF_INIT;
	size_t i;

	for (i = 0; i < READY_PARTS; i++)
		if (ready->faulty[i])
			buf_addf(&words, " %s", part_word(i));
	err_set(err, ERR_UNREADY, MSG_NOT_READY);
	err_detail(err, "not ready:%s", words.s);
	buf_release(&words);
}

void
ready_show(const struct auth *auth, const struct request *request,
    struct ready *ready, struct reply *reply, struct err *err)
{
	int64_t now = clock_monotonic_ms();

	if (ready->looked_ms == 0 || now - ready->looked_ms >= READY_KEEP_MS) {
		look_around(auth, ready);
		ready->looked_ms = clock_monotonic_ms();
	}
	reply->etag = REPLY_NO_ETAG;
	if (memchr(ready->faulty, 1, sizeof ready->faulty) == NULL) {
		add_good(&reply->body, auth->app, ready);
		return;
	}
	note_faulty(ready, err);
	reply->language = request_language(request);
	reply_error(reply, err);
	add_faulty(&reply->body, ready);
}
