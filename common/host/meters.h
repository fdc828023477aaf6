/*
 * meters: count what all processes of this host do, for /metrics (metrics.h).
 *
 * The numbers stand in a table that is shared by all of them (shared.h), the
 * file `<run>/metrics`.  A process adds to it with relaxed atomics and without
 * a lock, so one that is killed loses the count that it was about to make and
 * no other, and one that starts again goes on where the last one was.  They
 * begin at 0 with the run folder, at the start of the machine as a rule, which
 * is what a counter may do (rate() in Prometheus).
 *
 * What a single process has now (its program, the bytes in its memory) stands
 * in a slot of its own, which it holds by a lock on a byte of the file: the
 * kernel drops that of a process that dies, however it does, and its slot
 * counts no more.
 *
 * Calling sequence
 *
 *	if (meters_open(run, &meters, err) == -1)
 *		return -1;
 *	meters_join(meters, run, "codex-tasks");
 *	meters_count_request(meters, 200, us);
 *	...
 *	meters_close(meters);
 *
 * Error handling: meters_open fails with ERR_SETTING and leaves *out as it
 * was; nothing else fails.
 */
#ifndef METERS_H
#define METERS_H

#include <stdatomic.h>

#include "base/http.h"
#include "git/github_result.h"
#include "redis/redis.h"
#include "store/store.h"

#define METERS_STATUSES  600
#define METERS_LES       12   /* upper bounds of requests' times */
#define METERS_PROCESSES 1024 /* that are seen at a time */

/* Programs, by their rows in scripts/programs, and one for all others. */
#define METERS_PROGRAMS 12

enum meters_method {
	METERS_GET,
	METERS_POST,
	METERS_PATCH,
	METERS_PUT,
	METERS_DELETE,
	METERS_METHODS
};

#define METERS_LAYERS  4 /* enum view_source */
#define METERS_VERBS   4 /* enum store_verb */
#define METERS_RESULTS 7 /* enum store_result, and "again" */

/* Numbers that the last writer sets; moments are in ms since 1970. */
enum meters_gauge {
	METERS_REBUILT_MS, /* 0: no week was built */
	METERS_SYNCED_MS,  /* a run ended well; 0: none */
	METERS_RATE_LEFT,  /* requests that GitHub still takes; -1: unknown */
	METERS_FAILED,     /* users whose last run failed */
	METERS_READ_ONLY,  /* users whose token must not push */
	/* By metrics.c, from the store: */
	METERS_LOOKED_MS, /* when; 0: never */
	METERS_STORE_UP,
	METERS_USERS,
	METERS_PENDING,
	METERS_PENDING_SINCE_MS, /* 0: none is pending */
	/* For all processes of the host (struct redis_circuit): */
	METERS_REDIS_RETRY_MS,
	METERS_REDIS_STATE,
	METERS_REDIS_REFUSAL,
	METERS_GAUGES
};

struct meters_program {
	_Atomic uint64_t requests[METERS_STATUSES];
	_Atomic uint64_t le[METERS_LES + 1]; /* the last one: all above */
	_Atomic uint64_t us;
};

struct meters_process {
	_Atomic uint64_t program; /* its index, plus 1; 0: never used */
	_Atomic uint64_t cached;  /* bytes of weeks in its memory */
};

struct meters_table {
	uint64_t magic;
	struct meters_program programs[METERS_PROGRAMS];
	_Atomic uint64_t weeks[METERS_LAYERS];
	_Atomic uint64_t rebuilds;
	_Atomic uint64_t store[METERS_VERBS][METERS_RESULTS];
	_Atomic uint64_t github[METERS_METHODS][GITHUB_RESULTS];
	_Atomic uint64_t redis[REDIS_VERBS][REDIS_OUTCOMES];
	_Atomic int64_t gauges[METERS_GAUGES];
	struct meters_process processes[METERS_PROCESSES];
};

/* Requests of this process, to the store and to GitHub, since its start. */
struct meters_cost {
	uint64_t store, github;
};

struct meters {
	struct meters_cost cost;
	struct meters_table *table;
	struct meters_program *program; /* of this process */
	struct meters_process *process; /* its slot, or one that none sees */
	struct meters_process unseen;
	int fd; /* holds the lock of the slot; -1: none */
};

/* Open the table of the run folder, and make it if it is missing or of another
 * version. */
MUST_USE int meters_open(const char *run, struct meters **out, struct err *err);
void meters_close(struct meters *meters);

/* Count what follows for the program of that name ("codex-render --build"), and
 * take a slot, if one is free.  Before that it counts as "other". */
void meters_join(struct meters *meters, const char *run, const char *name);

/* Return the word for a program, its row in scripts/programs. */
const char *meters_program_word(size_t program);
/* Return the upper bound of times, in microseconds. */
long meters_le_us(size_t le);
/* Return the word for a method of enum meters_method. */
const char *meters_method_word(size_t method);

/* Count an answer that took so many microseconds. */
void meters_count_request(struct meters *meters, int status, long us);
/* Count an answer that shows a week, from where enum view_source says. */
void meters_count_week(struct meters *meters, size_t layer);
/* Count a week that was built. */
void meters_count_rebuild(struct meters *meters);
/* Count a request to the store. */
void meters_count_store(struct meters *meters, const struct store_event *event);
/* Count an op of Redis. */
void meters_count_redis(
    struct meters *meters, enum redis_verb verb, enum redis_outcome outcome);
/* Return where the host's processes keep what they know of Redis. */
struct redis_circuit meters_redis_circuit(struct meters *meters);
/* Count a request to GitHub. */
void meters_count_github(
    struct meters *meters, const char *method, enum github_result result);
/* The same of one that github.h did not send; NULL counts nothing. */
void meters_count_http(
    struct meters *meters, const struct http_request *request);

/* Return what this process has cost until now, and what since an earlier look. */
struct meters_cost meters_cost(const struct meters *meters);
struct meters_cost meters_cost_since(
    const struct meters *meters, const struct meters_cost *before);

void meters_set(struct meters *meters, enum meters_gauge gauge, int64_t value);
int64_t meters_get(const struct meters *meters, enum meters_gauge gauge);
/* Set how many bytes of weeks this process keeps. */
void meters_set_cached(struct meters *meters, size_t bytes);

/*
 * Add up the processes that live: of each program how many there are, and
 * the bytes of all.
 */
struct meters_living {
	size_t processes[METERS_PROGRAMS];
	uint64_t cached;
};
void meters_look(
    const struct meters *meters, const char *run, struct meters_living *living);

#endif
