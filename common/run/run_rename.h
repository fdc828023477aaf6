/*
 * run_rename: give new tasks whose name is taken in Git another one
 * (docs/reconcile.md 6, "Foreign entries").  A task that Git never had can
 * not go there under the name of a folder, a link or a submodule, so it
 * becomes `0009-Titel-2.md`: its number stays.
 *
 * Calling sequence: run->facts are collected; before the plan is made.
 *
 * Error handling: as in run.h.  A run that ends in between leaves the task
 * under both names; the next run finds the same bytes there and goes on.
 */
#ifndef RUN_RENAME_H
#define RUN_RENAME_H

#include "run/run.h"

/*
 * Step "renamed": rename these tasks in the mirror.  RUN_AGAIN if there was
 * one, as the facts are then of another mirror.
 */
enum run_end run_rename_new(struct run *run, struct err *err);

#endif
