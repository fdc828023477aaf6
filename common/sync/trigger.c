#include "sync/trigger.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"
#include "base/lock.h"
#include "sync/bell.h"
#include "sync/pending.h"

#define LOCK_WAIT_MS 1000 /* for another request of the same moment */

int
trigger_start(struct app *app, const char *user, struct err *err)
{
	/* In this order: a mark without a ring is found, not the other way. */
	if (pending_put(app, user, err) == -1)
		return -1;
	bell_ring_later(app, user);
	return 0;
}

/*
 * Write the time into the lock's file, unless the time in it is less than
 * every_ms ago.  A time to come was a wrong clock's and holds nobody.
 */
static int
stamp_lock(const struct app *app, int fd, int64_t every_ms, struct err *err)
{
	int64_t now = app_now(app), last, left;
	char text[32] = "";

	if (pread(fd, text, sizeof text - 1, 0) == -1)
		return err_set(err, ERR_STORE, MSG_SYNC_NOT_STARTED);
	last = strtoll(text, NULL, 10);
	left = last <= now ? last + every_ms - now : 0;
	if (left > 0) {
		err_set(err, ERR_RATE, MSG_SYNC_TOO_SOON);
		err->retry_s = (unsigned)((left + 999) / 1000);
		return -1;
	}
	/* Of the same width each time, so that no digit of the last stays. */
	snprintf(text, sizeof text, "%020lld", (long long)now);
	if (pwrite(fd, text, strlen(text), 0) == -1)
		return err_set(err, ERR_STORE, MSG_SYNC_NOT_STARTED);
	return 0;
}

/* Fail with ERR_RATE if this was done less than every_ms ago on this host. */
static int
limit_rate(const struct app *app, const char *what, const char *user,
    int64_t every_ms, struct err *err)
{
	struct buf name = BUF_INIT;
	int fd, rc;

	buf_addf(&name, "%s-%s", what, user);
	rc = lock_take(app->conf.run, name.s, LOCK_WAIT_MS, &fd, err);
	buf_release(&name);
	if (rc == -1)
		return -1;
	rc = stamp_lock(app, fd, every_ms, err);
	lock_drop(fd);
	return rc;
}

int
trigger_press(struct app *app, const char *user, struct err *err)
{
	if (limit_rate(app, "sync", user, app->conf.sync_min_ms, err) == -1)
		return -1;
	return pending_put(app, user, err);
}

static bool
is_view_old(const struct app *app, const struct trigger_view *view)
{
	const struct conf *conf = &app->conf;
	int64_t age = app_now(app) - view->synced_ms;

	if (view->unsynced)
		return true;
	/* A time to come was a wrong clock's. */
	return conf->background_sync && conf_has_repo(conf) &&
	       (age >= conf->cache_ttl_blob_ms || age < 0);
}

int
trigger_background(struct app *app, const char *user,
    const struct trigger_view *view, struct err *err)
{
	struct err often = ERR_INIT;

	if (!is_view_old(app, view))
		return 0;
	if (limit_rate(app, "background", user, app->conf.cache_ttl_blob_ms,
		&often) == 0)
		return trigger_start(app, user, err);
	if (often.code == ERR_RATE)
		return 0;
	*err = often;
	return -1;
}
