#include "sync/publish.h"

#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/std.h"
#include "store/blob.h"
#include "store/changes.h"
#include "sync/bell.h"
#include "sync/ledger_blob.h"
#include "sync/pending.h"

#define PAUSE_MS 250 /* before an undecided user is rung for again; doubles */

int
publish_write(
    struct app *app, const char *user, const char *file, struct err *err)
{
	const bool is_marked = app->conf.sync_on_operation;
	struct pending_mark mark;
	struct buf files = BUF_INIT;
	int rc;

	changes_add_file(&files, file);
	pending_mark_make(app, user, NULL, &mark);
	rc = app_bump_beside(
	    app, user, &files, is_marked ? &mark.put : NULL, err);
	pending_mark_release(&mark);
	buf_release(&files);
	return rc;
}

void
publish_git_release(struct publish_git *git)
{
	free(git->url);
	git->url = NULL;
}

/* What the worker answered to a ring. */
enum heard {
	NOTHING, /* no worker, or no result in time */
	PENDING, /* undecided, or another host's run has the lease */
	FAILED,
	DONE
};

/*
 * Ring for the user, wait up to wait_ms, and return what the worker answered.
 * A caller that does not wait rings with `later`, so that a user who is in
 * back-off is not tried at each edit.
 */
static enum heard
ring_for_result(const struct app *app, const char *user, int64_t wait_ms)
{
	const struct bell_wish wish = {.later = wait_ms <= 0};
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	struct buf line = BUF_INIT;
	enum heard heard = NOTHING;

	if (bell_ring(app, user, &wish, wait_ms, &line) &&
	    json_parse(line.s, line.len, &json, &err) == 0)
		heard = json_get_bool(json, "pending") ? PENDING
			: json_get_bool(json, "ok")    ? DONE
						       : FAILED;
	json_object_put(json);
	buf_release(&line);
	return heard;
}

/*
 * Return true if the head has the file's base.  Every base was in Git when it
 * was recorded; the head has it if a run has just ended well (`done`), or if
 * all records equal the tree under that head.  A file that is held is gone in
 * Git, and so is one whose name a foreign entry has there.
 */
static bool
is_in_head(const struct ledger *sync, const struct ledger_file *f, bool done)
{
	return f->base[0] != '\0' && !f->held && f->foreign == LEDGER_PLAIN &&
	       (done || strcmp(sync->tree_head, sync->head) == 0);
}

/*
 * Fill git from the records: the bytes are on the branch, or in the file's
 * open pull request.  While the request's branch is moving, an earlier run may
 * have crashed before the push, so that nothing is known of it.
 */
static void
judge_ledger(const struct ledger *sync, const struct publish *write, bool done,
    struct publish_git *git)
{
	const struct ledger_file *f = ledger_find(sync, write->file);

	if (f == NULL)
		return;
	if (is_in_head(sync, f, done) && strcmp(f->hash, write->hash) == 0) {
		git->pushed = true;
		memcpy(git->commit, sync->head, sizeof git->commit);
	} else if (f->pr.number > 0 && f->pr.url != NULL &&
		   f->pr.state == LEDGER_PR_OPEN && !f->pr.moving &&
		   strcmp(f->pr.hash, write->hash) == 0) {
		git->pushed = true;
		git->url = std_strdup(f->pr.url);
		git->number = f->pr.number;
	}
}

/* Read sync.json and fill git from it. */
static int
find_in_git(struct app *app, const struct publish *write, bool done,
    struct publish_git *git, struct err *err)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	int rc = ledger_blob_load(app, write->user, &sync, &blob, err);

	if (rc == 0)
		judge_ledger(&sync, write, done, git);
	ledger_release(&sync);
	blob_release(&blob);
	return rc;
}

static void
pause_ms(int64_t ms)
{
	const struct timespec time = {ms / 1000, ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

int
publish_wait(struct app *app, const struct publish *write, int64_t until_ms,
    struct publish_git *git, struct err *err)
{
	int64_t pause = PAUSE_MS, left;
	enum heard heard;

	for (;;) {
		left = until_ms - clock_monotonic_ms();
		heard = ring_for_result(app, write->user, left > 0 ? left : 0);
		if (find_in_git(app, write, heard == DONE, git, err) == -1)
			return -1;
		left = until_ms - clock_monotonic_ms();
		/*
		 * Ring again only after PENDING: GitHub shows the head soon,
		 * or the other run ends.  After FAILED the next try is the
		 * worker's, when its back-off ends.
		 */
		if (git->pushed || heard != PENDING || left <= pause)
			return 0;
		pause_ms(pause);
		pause *= 2;
	}
}
