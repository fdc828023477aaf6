/*
 * week: print what the API shows of tasks, as JSON (http-api.md, "The week",
 * "A task").  Pure.
 *
 * Calling sequence: fill a struct week (mirror_week), then print from it.  It
 * borrows all that it points to.
 *
 * Error handling: no function fails.
 */
#ifndef WEEK_H
#define WEEK_H

#include "base/gzip.h"
#include "task/taskset.h"
#include "week/filter.h"
#include "week/ledger.h"
#include "week/placement.h"

struct week {
	const char *user;
	struct day_zone zone;
	const struct slots *slots;
	int64_t now;      /* milliseconds since 1970 */
	int64_t ttl_ms;   /* CACHE_TTL_BLOB */
	unsigned next_id; /* next free number; 10000 = none */
	const struct taskset *set;
	/* Records of Git; NULL without a repository: then all are clean. */
	const struct ledger *sync;
};

/*
 * Append the members of a task that its file and its record alone tell, without
 * the braces around them.  `sync` as in struct week.  `etag` is the store's of
 * the bytes that the task was read from: it tells how they stand to Git
 * (ledger_shown).  The member `pr` is there if the file has a pull request
 * that is open, or was closed unmerged (until the next one), or if somebody
 * else has moved its branch ("fremd", the number null if no request is open).
 */
void week_add_task(struct buf *out, const struct ledger *sync,
    const struct task *task, const char *etag);

/* Append the array `tasks` of those that fit, each with its etag. */
void week_add_tasks(
    struct buf *out, const struct week *week, const struct filter *filter);

/* A good file, and where its task stands; all of it is borrowed. */
struct week_standing {
	const struct taskset_file *file;
	const struct ledger_file *record;    /* of Git; NULL if there is none */
	const struct placement_entry *entry; /* NULL if it is not open */
	const char *by; /* the file name of what entry->by is, or NULL */
};
typedef void week_visit_fn(void *arg, const struct week_standing *standing);
/* Call `visit` for each good file, by name, where tasks are placed with a
 * horizon of so many days. */
void week_visit(
    const struct week *week, int n_days, week_visit_fn *visit, void *arg);
/* Append the members that a list has of a task, without the braces. */
void week_add_standing(struct buf *out, const struct week *week,
    const struct week_standing *standing);

/* Print once how each open task stands in most weeks: it waits for a free slot,
 * and Git has it.  So printing the set takes these as they are: for a caller
 * that keeps the set for the next week. */
void week_print_waiting(struct taskset *set);

/* The tasks that have a slot, by file name bytewise. */
struct week_places {
	struct week_place {
		char *file;
		struct task_when slot;
	} * list; /* owned */
	size_t n;
};
#define WEEK_PLACES_INIT                                                       \
	{                                                                      \
		.list = NULL                                                   \
	}
/* Fill empty places with those of the week. */
void week_list_places(const struct week *week, struct week_places *out);
void week_places_release(struct week_places *places);

/*
 * Append the body of GET /api/week: seven days from that one on, which is
 * within the limits.
 */
#define WEEK_PAST_DAYS  3653 /* before today, a first day at most */
#define WEEK_AHEAD_DAYS 364  /* after today */
void week_print_from(struct buf *out, const struct week *week, struct day from);

/*
 * Append the body of GET /codex, and set *valid_until to the end of the
 * current slot, midnight or now + ttl_ms, whichever comes first.
 */
void week_print(struct buf *out, const struct week *week, int64_t *valid_until);

/* The same into empty parts, with cuts where only tasks of other numbers change
 * (gzip.h). */
void week_print_parts(
    struct gzip_parts *parts, const struct week *week, int64_t *valid_until);

#endif
