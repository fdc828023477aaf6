#include "api/metrics.h"

#include <arpa/inet.h>
#include <sodium.h>
#include <strings.h>

#include "app/view.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "git/github_result.h"
#include "host/meters.h"
#include "redis/redis.h"
#include "settings/conf.h"
#include "site/site.h"
#include "store/names.h"
#include "store/store.h"
#include "store/user_set.h"
#include "store/users.h"

#define TYPE      "text/plain; version=0.0.4"
#define TOKEN_MIN 16
#define STORE_MS  3000 /* what the lists may take of a scrape's 10 s */

/* Who may. */

int
metrics_check(const struct conf *conf, struct err *err)
{
	if (conf->metrics_token == NULL ||
	    strlen(conf->metrics_token) >= TOKEN_MIN)
		return 0;
	return err_set(err, ERR_SETTING, MSG_CONF_METRICS_TOKEN);
}

int
metrics_start(struct app *app, struct err *err)
{
	return metrics_check(&app->conf, err);
}

static bool
is_loopback(const char *address)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (address == NULL)
		return false;
	if (inet_pton(AF_INET, address, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, address, &v6) == 1 &&
	       IN6_IS_ADDR_LOOPBACK(&v6);
}

/* Return true if there is a header that proxies add (RFC 7239; RFC 9110, 7.6.3;
 * the others by custom). */
static bool
is_forwarded(const struct request *request)
{
	static const enum param headers[] = {PARAM_FORWARDED,
	    PARAM_FORWARDED_FOR, PARAM_REAL_IP, PARAM_VIA, PARAM_CONNECTING_IP};
	size_t i;

	for (i = 0; i < ARRAY_LEN(headers); i++)
		if (request_param(request, headers[i]) != NULL)
			return true;
	return false;
}

static bool
has_token(const char *authorization, const char *token)
{
	static const char scheme[] = "Bearer ";
	size_t len = strlen(token);

	if (authorization == NULL ||
	    strncasecmp(authorization, scheme, sizeof scheme - 1) != 0)
		return false;
	authorization += sizeof scheme - 1;
	return strlen(authorization) == len &&
	       sodium_memcmp(authorization, token, len) == 0;
}

int
metrics_admit(
    const struct conf *conf, const struct request *request, struct err *err)
{
	if (conf->metrics_token != NULL)
		return has_token(request->authorization, conf->metrics_token)
			   ? 0
			   : err_set(err, ERR_LOGIN, MSG_METRICS_TOKEN);
	if (is_loopback(request_param(request, PARAM_ADDRESS)) &&
	    !is_forwarded(request))
		return 0;
	return err_set(err, ERR_FORBIDDEN, MSG_METRICS_LOOPBACK);
}

/* The store. */

/* Count marks of users, and find the oldest one. */
static void
count_marks(struct meters *meters, const struct store_list *list)
{
	int64_t oldest = 0, n = 0;
	const char *user;
	size_t i;

	for (i = 0; i < list->n; i++) {
		const struct store_item *item = &list->items[i];

		if (names_user_of_key(item->key, NAMES_PENDING, &user) == 0 ||
		    !names_user_ok(user))
			continue;
		n++;
		if (oldest == 0 || item->modified_ms < oldest)
			oldest = item->modified_ms;
	}
	meters_set(meters, METERS_PENDING, n);
	meters_set(meters, METERS_PENDING_SINCE_MS, oldest);
}

static int
load_numbers(struct app *app)
{
	struct store_list marks = STORE_LIST_INIT;
	struct user_set users = USER_SET_INIT;
	struct err err = ERR_INIT;
	int rc;

	store_set_deadline(app->store, clock_monotonic_ms() + STORE_MS);
	rc = store_list(app->store, names_folder(NAMES_PENDING), &marks, &err);
	if (rc == 0)
		rc = users_list(app->store, &users, &err);
	if (rc == 0) {
		count_marks(app->meters, &marks);
		meters_set(app->meters, METERS_USERS, (int64_t)users.n);
	}
	store_list_release(&marks);
	user_set_release(&users);
	return rc;
}

/* Look at the store, unless another process has done so just now. */
static void
refresh_store(struct app *app)
{
	int64_t now = clock_real_ms();
	int64_t age = now - meters_get(app->meters, METERS_LOOKED_MS);

	if (age >= 0 && age < METRICS_LOOK_MS)
		return;
	meters_set(app->meters, METERS_STORE_UP, load_numbers(app) == 0);
	meters_set(app->meters, METERS_LOOKED_MS, now);
}

/* Lines of the format. */

static void
add_family(
    struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* A number of which nothing is known has its head all the same, so that one sees
 * that it is there. */
#define UNKNOWN INT64_MIN

static void
add_gauge(struct buf *out, const char *name, const char *help, int64_t value)
{
	add_family(out, name, "gauge", help);
	if (value != UNKNOWN)
		buf_addf(out, "%s %lld\n", name, (long long)value);
}

static int64_t
to_seconds(int64_t ms)
{
	return ms > 0 ? ms / 1000 : UNKNOWN;
}

static void
add_count(struct buf *out, const _Atomic uint64_t *number)
{
	buf_addf(out, " %llu\n", (unsigned long long)atomic_load(number));
}

typedef const char *outcome_word_fn(size_t outcome);

static bool
has_any(const _Atomic uint64_t *numbers, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (atomic_load(&numbers[i]) > 0)
			return true;
	return false;
}

/* Append how requests of one verb to a service ended, if there were any: then
 * each outcome, as a number that begins with 1 has not risen for rate(). */
static void
add_asked(struct buf *out, const char *service, const char *verb,
    outcome_word_fn *word, const _Atomic uint64_t *numbers, size_t n)
{
	size_t i;

	for (i = 0; has_any(numbers, n) && i < n; i++) {
		buf_addf(out,
		    "codex_%s_requests_total{verb=\"%s\",outcome=\"%s\"}",
		    service, verb, word(i));
		add_count(out, &numbers[i]);
	}
}

static bool
has_times(const struct meters_program *p)
{
	return has_any(p->le, METERS_LES + 1);
}

/* What an alert looks at is there from the beginning, as in add_asked. */
static bool
is_alarming(size_t status)
{
	return status == 500 || (status >= 502 && status <= 504);
}

static void
add_requests_of(
    struct buf *out, const struct meters_program *p, const char *word)
{
	size_t status;

	for (status = 0; status < METERS_STATUSES; status++) {
		if (atomic_load(&p->requests[status]) == 0 &&
		    !(is_alarming(status) && has_times(p)))
			continue;
		buf_addf(out,
		    "codex_requests_total{program=\"%s\",status=\"%03zu\"}",
		    word, status);
		add_count(out, &p->requests[status]);
	}
}

static void
add_requests(struct buf *out, const struct meters_table *table)
{
	size_t i;

	add_family(out, "codex_requests_total", "counter",
	    "Answers, by the program that gave them.");
	for (i = 0; i < METERS_PROGRAMS; i++)
		add_requests_of(
		    out, &table->programs[i], meters_program_word(i));
}

/* The count is that of the buckets, not of add_requests, so that one answer
 * agrees with itself while others count. */
static void
add_times_of(struct buf *out, const struct meters_program *p, const char *word)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i <= METERS_LES; i++) {
		n += atomic_load(&p->le[i]);
		buf_addf(
		    out, "codex_request_seconds_bucket{program=\"%s\",", word);
		if (i < METERS_LES)
			buf_addf(out, "le=\"%g\"} %llu\n",
			    (double)meters_le_us(i) / 1e6,
			    (unsigned long long)n);
		else
			buf_addf(
			    out, "le=\"+Inf\"} %llu\n", (unsigned long long)n);
	}
	buf_addf(out, "codex_request_seconds_sum{program=\"%s\"} %.6f\n", word,
	    (double)atomic_load(&p->us) / 1e6);
	buf_addf(out, "codex_request_seconds_count{program=\"%s\"} %llu\n",
	    word, (unsigned long long)n);
}

static void
add_times(struct buf *out, const struct meters_table *table)
{
	size_t i;

	add_family(out, "codex_request_seconds", "histogram",
	    "Time from a request to its answer, within the program.");
	for (i = 0; i < METERS_PROGRAMS; i++)
		if (has_times(&table->programs[i]))
			add_times_of(
			    out, &table->programs[i], meters_program_word(i));
}

static void
add_weeks(struct buf *out, const struct meters *meters)
{
	size_t i;

	add_family(out, "codex_week_total", "counter",
	    "Weeks that were shown, by where they came from.");
	for (i = 0; i < METERS_LAYERS; i++) {
		buf_addf(out, "codex_week_total{layer=\"%s\"}",
		    view_source_word((enum view_source)i));
		add_count(out, &meters->table->weeks[i]);
	}
	add_family(
	    out, "codex_rebuilds_total", "counter", "Weeks that were built.");
	buf_adds(out, "codex_rebuilds_total");
	add_count(out, &meters->table->rebuilds);
	add_gauge(out, "codex_last_rebuild_timestamp_seconds",
	    "When the last week was built.",
	    to_seconds(meters_get(meters, METERS_REBUILT_MS)));
}

static const char *
store_outcome(size_t result)
{
	return result < METERS_RESULTS - 1
		   ? store_result_name((enum store_result)result)
		   : "again";
}

static void
add_store(struct buf *out, const struct meters *meters)
{
	size_t verb;

	add_family(out, "codex_store_requests_total", "counter",
	    "Requests to the store.");
	for (verb = 0; verb < METERS_VERBS; verb++)
		add_asked(out, "store", store_verb_name((enum store_verb)verb),
		    store_outcome, meters->table->store[verb], METERS_RESULTS);
	add_gauge(out, "codex_store_up",
	    "Whether the store answered when it was last looked at.",
	    meters_get(meters, METERS_STORE_UP));
}

static const char *
redis_outcome(size_t outcome)
{
	return redis_outcome_word((enum redis_outcome)outcome);
}

/* Without Redis nothing is known of it. */
static void
add_redis(struct buf *out, const struct app *app)
{
	size_t verb;

	add_family(out, "codex_redis_requests_total", "counter",
	    "What Redis was asked.");
	for (verb = 0; verb < REDIS_VERBS; verb++)
		add_asked(out, "redis", redis_verb_word((enum redis_verb)verb),
		    redis_outcome, app->meters->table->redis[verb],
		    REDIS_OUTCOMES);
	add_gauge(out, "codex_redis_up",
	    "Whether Redis answered when it was last asked.",
	    app->site == NULL
		? UNKNOWN
		: meters_get(app->meters, METERS_REDIS_STATE) != REDIS_DOWN);
}

static const char *
github_outcome(size_t result)
{
	return github_result_name((enum github_result)result);
}

static void
add_github(struct buf *out, const struct meters *meters)
{
	int64_t left = meters_get(meters, METERS_RATE_LEFT);
	size_t method;

	add_family(out, "codex_github_requests_total", "counter",
	    "Requests to GitHub.");
	for (method = 0; method < METERS_METHODS; method++)
		add_asked(out, "github", meters_method_word(method),
		    github_outcome, meters->table->github[method],
		    GITHUB_RESULTS);
	add_gauge(out, "codex_github_rate_left",
	    "Requests that GitHub still takes in its hour.",
	    left >= 0 ? left : UNKNOWN);
}

/* Marks, and what the last runs came to, outlive a Git that is turned off:
 * without a repository nobody waits for it. */
static int64_t
get_of_git(const struct app *app, enum meters_gauge gauge)
{
	return conf_has_repo(&app->conf) ? meters_get(app->meters, gauge) : 0;
}

/* Without a repository no user has a state. */
static void
add_users(struct buf *out, const struct app *app, bool known)
{
	const struct meters *m = app->meters;
	long long failed = get_of_git(app, METERS_FAILED);
	long long read_only = get_of_git(app, METERS_READ_ONLY);
	long long good = meters_get(m, METERS_USERS) - failed - read_only;

	add_family(out, "codex_users", "gauge",
	    "Users that the store knows, by the state of their sync.");
	if (!known)
		return;
	buf_addf(out, "codex_users{state=\"%s\"} %lld\n",
	    conf_has_repo(&app->conf) ? "ok" : "off", good > 0 ? good : 0);
	buf_addf(out, "codex_users{state=\"failed\"} %lld\n", failed);
	buf_addf(out, "codex_users{state=\"read_only\"} %lld\n", read_only);
}

static void
add_pending(struct buf *out, const struct app *app)
{
	const struct meters *m = app->meters;
	bool known = meters_get(m, METERS_STORE_UP) != 0;
	int64_t since = get_of_git(app, METERS_PENDING_SINCE_MS);
	int64_t age = since > 0 ? clock_real_ms() - since : 0;

	add_gauge(out, "codex_last_good_sync_timestamp_seconds",
	    "When a sync last ended well.",
	    to_seconds(meters_get(m, METERS_SYNCED_MS)));
	add_gauge(out, "codex_pending_users", "Users whose tasks wait for Git.",
	    known ? get_of_git(app, METERS_PENDING) : UNKNOWN);
	add_gauge(out, "codex_pending_oldest_seconds",
	    "How long the first of them has waited.",
	    !known    ? UNKNOWN
	    : age > 0 ? age / 1000
		      : 0);
	add_users(out, app, known);
}

static void
add_processes(struct buf *out, const struct app *app)
{
	struct meters_living living;
	size_t i;

	meters_look(app->meters, app->conf.run, &living);
	add_family(out, "codex_processes", "gauge", "Processes that run.");
	for (i = 0; i < METERS_PROGRAMS; i++)
		if (living.processes[i] > 0)
			buf_addf(out, "codex_processes{program=\"%s\"} %zu\n",
			    meters_program_word(i), living.processes[i]);
	add_gauge(out, "codex_cached_bytes",
	    "Bytes of weeks in the memory of all processes.",
	    (int64_t)living.cached);
	add_family(out, "codex_info", "gauge", "What runs here.");
	buf_addf(out, "codex_info{version=\"%s\",store=\"%s\"} 1\n",
	    &PACKAGE_STRING[sizeof "codex-miroir " - 1],
	    store_kind(app->store));
}

void
metrics_show(struct app *app, struct reply *reply)
{
	struct buf *out = &reply->body;

	refresh_store(app);
	reply->type = TYPE;
	reply->etag = REPLY_NO_ETAG;
	add_requests(out, app->meters->table);
	add_times(out, app->meters->table);
	add_weeks(out, app->meters);
	add_store(out, app->meters);
	add_redis(out, app);
	add_github(out, app->meters);
	add_pending(out, app);
	add_processes(out, app);
}
