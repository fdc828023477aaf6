#include "run/run_progress.h"

#include "base/clock.h"
#include "sync/progress.h"

#define TELL_MS 1000 /* between two puts of a portion, at least */

static size_t
sum_done(const struct run_progress *progress)
{
	size_t done = progress->before + progress->here;

	return done < progress->of ? done : progress->of;
}

static void
put_progress(struct run *run)
{
	struct run_progress *progress = &run->progress;
	const struct progress told = {
	    .done = (int64_t)sum_done(progress),
	    .of = (int64_t)progress->of,
	};
	struct err unused = ERR_INIT;

	if (progress->of <= RUN_PROGRESS_FILES)
		return;
	progress->is_told = true;
	progress->told_ms = clock_monotonic_ms();
	(void)!progress_put(
	    run->job->app, run->job->user, run->id, &told, &unused);
}

/* Tell it at once: while the portion's blobs are fetched, it stays as it is. */
void
run_progress_plan(struct run *run)
{
	struct run_progress *progress = &run->progress;
	size_t left = run->plan.work;
	size_t all = sum_done(progress) + left;

	/* Other writers may have made more work meanwhile: it is more in all,
	 * and nothing that was done is undone. */
	if (all > progress->of)
		progress->of = all;
	progress->before = progress->of - left;
	progress->here = 0;
	if (left > 0)
		put_progress(run);
}

void
run_progress_add(struct run *run, size_t n)
{
	struct run_progress *progress = &run->progress;

	progress->here += n;
	if (clock_monotonic_ms() - progress->told_ms >= TELL_MS)
		put_progress(run);
}

void
run_progress_end(struct run *run)
{
	struct err unused = ERR_INIT;

	if (!run->progress.is_told)
		return;
	run->progress.is_told = false;
	(void)!progress_remove(run->job->app, run->job->user, &unused);
}
