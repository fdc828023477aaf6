#include "auth/user_rate.h"

#include "base/counters.h"
#include "base/err.h"
#include "base/std.h"
#include "site/site_mark.h"

#define MINUTE_MS 60000
#define COUNT_MAX UINT64_C(0xffff)

struct user_rates {
	struct counters *counters;
	const char *name; /* of the file */
	struct site *site;
};

int
user_rate_open(const char *run, const char *name, struct site *site,
    struct user_rates **out, struct err *err)
{
	struct counters *counters;

	if (counters_open(run, name, &counters, err) == -1)
		return -1;
	*out = std_zalloc(sizeof **out);
	(*out)->counters = counters;
	(*out)->name = name;
	(*out)->site = site;
	return 0;
}

void
user_rate_close(struct user_rates *rates)
{
	if (rates == NULL)
		return;
	counters_close(rates->counters);
	free(rates);
}

/* Return the counter after one more request: minute << 32 | mark << 16 |
 * count.  Start at 1 in a new minute or for another user; never let the count
 * run over into the mark. */
static uint64_t
count_next(uint64_t was, uint64_t owner)
{
	if (was >> 16 != owner)
		return owner << 16 | 1;
	return (was & COUNT_MAX) == COUNT_MAX ? was : was + 1;
}

/* Return what the counter holds while it is this user's. */
static uint64_t
name_owner(const struct counters *counters, const char *user, int64_t now_ms)
{
	return ((uint64_t)(now_ms / MINUTE_MS) & UINT64_C(0xffffffff)) << 16 |
	       counters_mark(counters, user);
}

static int64_t
count_here(const struct counters *counters, const char *user, int64_t now_ms)
{
	uint64_t was = atomic_load(counters_of(counters, user));

	return was >> 16 == name_owner(counters, user, now_ms)
		   ? (int64_t)(was & COUNT_MAX)
		   : 0;
}

int64_t
user_rate_count(
    const struct user_rates *rates, const char *user, int64_t now_ms)
{
	int64_t here = count_here(rates->counters, user, now_ms);
	int64_t all = site_mark_counted(rates->site, rates->name, user, now_ms);

	return all > here ? all : here;
}

int
user_rate_refuse(int64_t now_ms, struct err *err)
{
	err_set(err, ERR_RATE, MSG_RATE_EXCEEDED);
	err->retry_s =
	    (unsigned)((MINUTE_MS - now_ms % MINUTE_MS + 999) / 1000);
	return -1;
}

/* Count one request on this host, and return how many there are now. */
static int64_t
add_here(const struct counters *counters, const char *user, int64_t now_ms)
{
	_Atomic uint64_t *at = counters_of(counters, user);
	uint64_t owner = name_owner(counters, user, now_ms);
	uint64_t was = atomic_load(at), next;

	do
		next = count_next(was, owner);
	while (!atomic_compare_exchange_weak(at, &was, next));
	return (int64_t)(next & COUNT_MAX);
}

int64_t
user_rate_add(const struct user_rates *rates, const char *user, int64_t now_ms)
{
	int64_t here = add_here(rates->counters, user, now_ms);
	int64_t all = site_mark_count(rates->site, rates->name, user, now_ms);

	return all > here ? all : here;
}

int
user_rate_take_here(const struct user_rates *rates, const char *user,
    int64_t now_ms, int64_t most, struct err *err)
{
	if (rates == NULL || most == 0 ||
	    add_here(rates->counters, user, now_ms) <= most)
		return 0;
	return user_rate_refuse(now_ms, err);
}

/* What is over on this host needs no question about the others. */
int
user_rate_take(const struct user_rates *rates, const char *user, int64_t now_ms,
    int64_t most, struct err *err)
{
	if (user_rate_take_here(rates, user, now_ms, most, err) == -1)
		return -1;
	if (rates == NULL || most == 0 ||
	    site_mark_count(rates->site, rates->name, user, now_ms) <= most)
		return 0;
	return user_rate_refuse(now_ms, err);
}
