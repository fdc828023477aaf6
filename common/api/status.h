/*
 * status: find out how a user's tasks stand to Git, for GET /api/sync
 * (http-api.md, "GET /api/sync").
 *
 *	{"ok":true,"state":"pending","lastSyncAt":"2026-11-22T06:00:00.000Z",
 *	 "head":"<sha>","pending":3,"pulls":0,"conflicts":1,
 *	 "code":"noch_nicht_in_git","text":"3 Aufgaben sind ...",
 *	 "progress":null,
 *	 "reason":null,"reasonEnglish":null,"button":true,
 *	 "conflictList":[{"id":"0042","file":"0042-Brot.md","copy":"<hash>",
 *	  "fields":"status","mine":"---\n..","theirs":"---\n.."}]}
 *
 * state: `aus` (no repository is set up) · `running` (a run holds its lease)
 * · `failed`, `nur_lesen` (what the last run met) · `pending` (a mark, a run
 * that was left undecided, or tasks that are not in Git) · `ok`.  The first
 * of these that fits.
 *
 * code: `nicht_eingerichtet`; `neuere_fassung` (failed: a newer program wrote
 * the records); `laeuft`; `fehlgeschlagen`; `nur_lesen`;
 * `erster_abgleich` (never done, or its records are gone), `stockt` (GitHub
 * lets us wait, the text says why), `noch_nicht_in_git`, `vorgemerkt`;
 * `entfernen_bestaetigen` (POST /sync?confirm=true would remove),
 * `konflikte`, `pull_requests`, `abgelehnt` (closed, not merged), `hinweis`,
 * `alles_in_git`.
 *
 * progress is how far a run of many files is, as progress.h tells: null in every
 * other state than `running`, and for a run of few files.
 *
 * reason is the sentence of the last run that `text` may begin with, alone, in
 * German and in English; null if it has none.
 *
 * pending counts the tasks of the mirror that are neither in Git nor in a
 * pull request nor in conflict, by the ETags of its list as the week does;
 * pulls counts those in a pull request, open or closed.  conflicts counts all
 * that are not resolved, also those whose file is gone; a file may be in
 * several.  conflictList has the first STATUS_LISTED, of one file the newest
 * first, as long as their texts have at most STATUS_TEXT_MAX bytes in all:
 * `mine` is the copy in conflicts/ (`copy` names it, resolve.h), `theirs` what
 * the mirror has; either is null if it is missing; `fields` is null if the
 * conflict is about the whole file.
 *
 * Error handling: status_load fails with the store's error and leaves status
 * empty; a sync.json that does not parse counts as none.
 */
#ifndef STATUS_H
#define STATUS_H

#include "app/app.h"
#include "app/list_memory.h"
#include "sync/progress.h"
#include "week/ledger.h"

#define STATUS_LISTED   20
#define STATUS_TEXT_MAX ((size_t)1 << 20) /* bytes; one is shown always */

struct status_conflict {
	const char *file, *copy;
	const char *fields; /* or NULL */
	struct buf mine, theirs;
	bool has_mine, has_theirs;
};

struct status {
	bool has_repo, synced, marked;
	bool newer;         /* sync.json is of a newer program */
	struct ledger sync; /* empty unless synced */
	size_t pending, pulls, conflicts, held;
	struct progress progress; /* of 0: none is told */
	size_t declined;          /* of the pulls, those that were closed */
	struct status_conflict listed[STATUS_LISTED];
	size_t n_listed;
	enum ledger_state state;
	const char *code;
};

#define STATUS_INIT                                                            \
	{                                                                      \
		.has_repo = false                                              \
	}
void status_release(struct status *status);

/*
 * Read list, sync.json and mark in one round, then, if a run holds its lease,
 * its progress, and if there are conflicts, their texts in another; without a
 * repository read nothing.  With a memory of lists (NULL: none) a folder is asked
 * only for what has changed.  `status` must be empty.
 */
MUST_USE int status_load(struct app *app, struct list_memory *memory,
    const char *user, struct status *status, struct err *err);

/* Append the answer; `button` is whether the page shall have a button. */
void status_print(struct buf *out, const struct status *status, bool button);

#endif
