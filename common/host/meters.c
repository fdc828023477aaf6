#include "host/meters.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/shared.h"
#include "base/std.h"

/* Raise the number when the table or one of its enums changes. */
#define MAGIC UINT64_C(0x636d6d6574303033) /* "cmmet003" */
#define NAME  "metrics"
#define OTHER (METERS_PROGRAMS - 1)

/* scripts/programs, and what is none of them. */
static const struct {
	const char *word, *command;
} programs[METERS_PROGRAMS] = {
    {"render", "codex-render"},
    {"build", "codex-render --build"},
    {"tasks", "codex-tasks"},
    {"create", "codex-create"},
    {"update", "codex-update"},
    {"complete", "codex-complete"},
    {"sync", "codex-sync"},
    {"work", "codex-sync --work"},
    {"auth", "codex-auth"},
    {"account", "codex-account"},
    {"webhook", "codex-webhook"},
    {"other", ""},
};

/* A hit takes some tenths of the first, a write to Azure some of the last. */
static const long le_us[METERS_LES] = {100, 250, 500, 1000, 2500, 10000, 25000,
    100000, 250000, 1000000, 2500000, 10000000};

static const char *const methods[METERS_METHODS] = {
    [METERS_GET] = "GET",
    [METERS_POST] = "POST",
    [METERS_PATCH] = "PATCH",
    [METERS_PUT] = "PUT",
    [METERS_DELETE] = "DELETE",
};

static void
fill_table(void *table)
{
	struct meters_table *t = table;

	t->gauges[METERS_RATE_LEFT] = -1;
}

static const struct shared_kind kind = {
    .name = NAME,
    .magic = MAGIC,
    .size = sizeof(struct meters_table),
    .fill = fill_table,
    .may_replace = true,
};

int
meters_open(const char *run, struct meters **out, struct err *err)
{
	struct meters_table *table = shared_open(run, &kind, err);
	struct meters *meters;

	if (table == NULL)
		return -1;
	meters = std_zalloc(sizeof *meters);
	meters->table = table;
	meters->program = &table->programs[OTHER];
	meters->process = &meters->unseen;
	meters->fd = -1;
	*out = meters;
	return 0;
}

void
meters_close(struct meters *meters)
{
	if (meters == NULL)
		return;
	if (meters->fd != -1)
		close(meters->fd);
	shared_close(meters->table, &kind);
	free(meters);
}

static size_t
find_program(const char *name)
{
	size_t i;

	for (i = 0; i < OTHER && strcmp(programs[i].command, name) != 0; i++)
		;
	return i;
}

static int
open_locks(const char *run)
{
	struct buf path = BUF_INIT;
	int fd;

	buf_addf(&path, "%s/" NAME, run);
	fd = open(path.s, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	buf_release(&path);
	return fd;
}

/* The lock is the open file's, not the process's (fcntl(2), F_OFD_SETLK), so
 * that no other descriptor of the file drops it. */
static bool
lock_slot(int fd, size_t slot)
{
	struct flock lock = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)slot,
	    .l_len = 1};

	return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Return true if another open file has the lock. */
static bool
is_held(int fd, size_t slot)
{
	struct flock lock = {.l_type = F_WRLCK,
	    .l_whence = SEEK_SET,
	    .l_start = (off_t)slot,
	    .l_len = 1};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

void
meters_join(struct meters *meters, const char *run, const char *name)
{
	size_t program = find_program(name), i, slot;

	meters->program = &meters->table->programs[program];
	meters->fd = open_locks(run);
	if (meters->fd == -1)
		return;
	/* From its own place on, which most likely is free. */
	for (i = 0; i < METERS_PROCESSES; i++) {
		slot = ((size_t)getpid() + i) % METERS_PROCESSES;
		if (lock_slot(meters->fd, slot))
			break;
	}
	if (i == METERS_PROCESSES)
		return;
	meters->process = &meters->table->processes[slot];
	atomic_store(&meters->process->cached, 0);
	atomic_store(&meters->process->program, program + 1);
}

const char *
meters_program_word(size_t program)
{
	return programs[program].word;
}

long
meters_le_us(size_t le)
{
	return le_us[le];
}

const char *
meters_method_word(size_t method)
{
	return methods[method];
}

static void
add(_Atomic uint64_t *number, uint64_t n)
{
	atomic_fetch_add_explicit(number, n, memory_order_relaxed);
}

void
meters_count_request(struct meters *meters, int status, long us)
{
	size_t le = 0;

	while (le < METERS_LES && us > le_us[le])
		le++;
	add(&meters->program->le[le], 1);
	add(&meters->program->us, us > 0 ? (uint64_t)us : 0);
	if (status >= 0 && status < METERS_STATUSES)
		add(&meters->program->requests[status], 1);
}

void
meters_count_week(struct meters *meters, size_t layer)
{
	add(&meters->table->weeks[layer], 1);
}

void
meters_count_rebuild(struct meters *meters)
{
	add(&meters->table->rebuilds, 1);
	meters_set(meters, METERS_REBUILT_MS, clock_real_ms());
}

void
meters_count_store(struct meters *meters, const struct store_event *event)
{
	size_t result = event->again ? METERS_RESULTS - 1 : event->result;

	meters->cost.store++;
	add(&meters->table->store[event->verb][result], 1);
}

void
meters_count_redis(
    struct meters *meters, enum redis_verb verb, enum redis_outcome outcome)
{
	add(&meters->table->redis[verb][outcome], 1);
}

struct redis_circuit
meters_redis_circuit(struct meters *meters)
{
	return (struct redis_circuit){
	    .retry_ms = &meters->table->gauges[METERS_REDIS_RETRY_MS],
	    .state = &meters->table->gauges[METERS_REDIS_STATE],
	    .refusal = &meters->table->gauges[METERS_REDIS_REFUSAL],
	};
}

void
meters_count_github(
    struct meters *meters, const char *method, enum github_result result)
{
	size_t i;

	meters->cost.github++;
	for (i = 0; i < METERS_METHODS; i++)
		if (strcmp(methods[i], method) == 0)
			add(&meters->table->github[i][result], 1);
}

void
meters_count_http(struct meters *meters, const struct http_request *request)
{
	enum github_result result = GITHUB_TEMPORARY;

	if (request->status == 429)
		result = GITHUB_LIMITED;
	else if (request->fault == HTTP_ANSWERED && request->status < 500)
		result = github_result_of_status(request->status);
	if (meters != NULL)
		meters_count_github(meters, request->method, result);
}

struct meters_cost
meters_cost(const struct meters *meters)
{
	return meters->cost;
}

struct meters_cost
meters_cost_since(const struct meters *meters, const struct meters_cost *before)
{
	return (struct meters_cost){
	    .store = meters->cost.store - before->store,
	    .github = meters->cost.github - before->github,
	};
}

void
meters_set(struct meters *meters, enum meters_gauge gauge, int64_t value)
{
	atomic_store_explicit(
	    &meters->table->gauges[gauge], value, memory_order_relaxed);
}

int64_t
meters_get(const struct meters *meters, enum meters_gauge gauge)
{
	return atomic_load_explicit(
	    &meters->table->gauges[gauge], memory_order_relaxed);
}

void
meters_set_cached(struct meters *meters, size_t bytes)
{
	atomic_store_explicit(
	    &meters->process->cached, bytes, memory_order_relaxed);
}

void
meters_look(
    const struct meters *meters, const char *run, struct meters_living *living)
{
	int fd = open_locks(run);
	uint64_t program;
	size_t i;

	memset(living, 0, sizeof *living);
	for (i = 0; fd != -1 && i < METERS_PROCESSES; i++) {
		const struct meters_process *p = &meters->table->processes[i];

		program = atomic_load(&p->program);
		if (program == 0 || program > METERS_PROGRAMS ||
		    !is_held(fd, i))
			continue;
		living->processes[program - 1]++;
		living->cached += atomic_load(&p->cached);
	}
	if (fd != -1)
		close(fd);
}
