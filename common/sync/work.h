/*
 * work: the one process per host that speaks with GitHub, `codex-sync
 * --work` (design.md 7).
 *
 * It waits at the bell (pending.h) and looks at `pending/` every SYNC_POLL_MS;
 * whoever is marked gets a run (reconcile.h), and whoever rang is told the
 * result
 * (as POST /sync does, and `results` of a webhook):
 *
 *	{"ok":true,"mode":"diff","userId":"ada","state":"ok","text":"",
 *	 "changed":1,"removed":0,"pushed":2,"pulls":0,"conflicts":0,
 *	 "kept":0,"nextId":"0043","head":"<sha>","pending":false}
 *
 * `mode` is full if anybody who rang wished that; `nextId` is null after
 * 9999.
 */
#ifndef WORK_H
#define WORK_H

#include <signal.h>

#include "sync/job.h"

/* Works until *stopping; an exit status. */
int work_run(struct app *app, const volatile sig_atomic_t *stopping);

/* Is a repository set up?  ERR_SETTING names what is missing. */
MUST_USE int work_check(struct app *app, struct err *err);

#endif
