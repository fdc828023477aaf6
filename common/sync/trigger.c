#include "sync/trigger.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/span.h"
#include "settings/conf.h"
#include "site/site_mark.h"
#include "store/store.h"
#include "sync/bell.h"
#include "sync/pending.h"

#define LOCK_WAIT_MS 1000 /* for another request of the same moment */

int
trigger_start(struct app *app, const char *user, struct err *err)
{
	/* The mark first: the worker finds a mark without a ring, but a ring
	 * without a mark is forgotten if the worker dies. */
	if (pending_put(app, user, err) == -1)
		return -1;
	bell_ring_later(app, user);
	return 0;
}

/*
 * Write the present time into the lock's file.  If the time in it is less
 * than every_ms ago, fail with ERR_RATE instead.
 */
static int
stamp_lock(const struct app *app, int fd, int64_t every_ms, struct err *err)
{
	int64_t now = app_now(app), last, left;
	char text[32] = "";

	if (pread(fd, text, sizeof text - 1, 0) == -1)
		return err_set(err, ERR_STORE, MSG_SYNC_NOT_STARTED);
	last = strtoll(text, NULL, 10);
	left = span_lasts(last, every_ms, now) ? last + every_ms - now : 0;
	if (left > 0) {
		err_set(err, ERR_RATE, MSG_SYNC_TOO_SOON);
		err->retry_s = (unsigned)((left + 999) / 1000);
		return -1;
	}
	/* Always 20 digits, so that no digit of the last time stays. */
	snprintf(text, sizeof text, "%020lld", (long long)now);
	if (pwrite(fd, text, strlen(text), 0) == -1)
		return err_set(err, ERR_STORE, MSG_SYNC_NOT_STARTED);
	return 0;
}

/*
 * Fail with ERR_RATE if `what` was done for the user less than every_ms ago on
 * this host; else note that it is done now.  The lock makes requests of the
 * same moment queue, so that one of them passes.
 */
static int
limit_rate(const struct app *app, const char *what, const char *user,
    int64_t every_ms, struct err *err)
{
	struct buf name = BUF_INIT;
	int fd, rc;

	buf_addf(&name, "%s-%s", what, user);
	rc = lock_take(app->conf.run, name.s,
	    store_time_left(app->store, LOCK_WAIT_MS), &fd, err);
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
	int64_t every_ms = app->conf.sync_min_ms;

	if (limit_rate(app, "sync", user, every_ms, err) == -1)
		return -1;
	if (!site_mark_use(app->site, "button", user, every_ms)) {
		err_set(err, ERR_RATE, MSG_SYNC_TOO_SOON);
		err->retry_s = (unsigned)((every_ms + 999) / 1000);
		return -1;
	}
	return pending_put(app, user, err);
}

/* Return true if what was shown calls for a run (trigger_background). */
static bool
is_view_old(const struct app *app, const struct trigger_view *view)
{
	const struct conf *conf = &app->conf;

	if (view->unsynced)
		return true;
	return conf->background_sync && conf_has_repo(conf) &&
	       !span_lasts(
		   view->synced_ms, conf->cache_ttl_blob_ms, app_now(app));
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
	/* Another view has started a run: nothing is wrong. */
	if (often.code == ERR_RATE)
		return 0;
	*err = often;
	return -1;
}
