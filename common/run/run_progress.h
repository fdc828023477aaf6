/*
 * run_progress: tell how far a run with many files is (progress.h): when a
 * portion is planned, and then once a second at most.  A run with few files
 * tells nothing: it costs no request more.
 *
 * A file is done when the mirror has it, or has lost it, or when its push is
 * recorded.
 *
 *	run_progress_plan(run);          a portion is planned
 *	run_progress_add(run, n);        so many of its files are written
 *	run_progress_end(run);           the lease is given back
 *
 * Error handling: no function fails.  What the store does not take is not told.
 */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include "run/run.h"

#define RUN_PROGRESS_FILES 100 /* a run of at most so many tells nothing */

/* Take from the plan how many files are left; what is not, is done.  What was
 * told as done never becomes less. */
void run_progress_plan(struct run *run);
/* Note that so many more of the portion's files are done. */
void run_progress_add(struct run *run, size_t n);
/* Remove what was told, so that no reader finds it after the run. */
void run_progress_end(struct run *run);

#endif
