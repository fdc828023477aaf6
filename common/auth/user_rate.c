#include "auth/user_rate.h"

#include "base/err.h"

#define MINUTE_MS 60000
#define COUNT_MAX UINT64_C(0xffff)

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
name_owner(const struct counters *rates, const char *user, int64_t now_ms)
{
	return ((uint64_t)(now_ms / MINUTE_MS) & UINT64_C(0xffffffff)) << 16 |
	       counters_mark(rates, user);
}

int64_t
user_rate_count(const struct counters *rates, const char *user, int64_t now_ms)
{
	uint64_t was = atomic_load(counters_of(rates, user));

	return was >> 16 == name_owner(rates, user, now_ms)
		   ? (int64_t)(was & COUNT_MAX)
		   : 0;
}

int
user_rate_refuse(int64_t now_ms, struct err *err)
{
	err_set(err, ERR_RATE, MSG_RATE_EXCEEDED);
	err->retry_s =
	    (unsigned)((MINUTE_MS - now_ms % MINUTE_MS + 999) / 1000);
	return -1;
}

int
user_rate_take(const struct counters *rates, const char *user, int64_t now_ms,
    int64_t most, struct err *err)
{
	_Atomic uint64_t *at;
	uint64_t owner, was, next;

	if (rates == NULL || most == 0)
		return 0;
	at = counters_of(rates, user);
	owner = name_owner(rates, user, now_ms);
	was = atomic_load(at);
	do
		next = count_next(was, owner);
	while (!atomic_compare_exchange_weak(at, &was, next));

	return (int64_t)(next & COUNT_MAX) <= most
		   ? 0
		   : user_rate_refuse(now_ms, err);
}
