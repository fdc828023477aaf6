/*
 * guest: limit what an address may cost before it has shown who asks
 * (design.md 9).
 *
 * Each address has two counts of a minute, which all programs of the host
 * share, and with Redis all hosts (user_rate.h, file `<run>/guests`):
 *
 *	failures  tokens that were checked, at GitHub or in the store, and were
 *		  not good.  After GUEST_FAILURES_MAX no more are checked for
 *		  that address unless memory knows them, so that one address
 *		  cannot use up what all share.
 *	refusals  requests that were refused for want of a user.  After
 *		  GUEST_REFUSALS_MAX nginx sends such answers slowly
 *		  (X-Accel-Limit-Rate), so that a client that waits for its
 *		  answer cannot keep the programs busy.
 *
 * A request that is let in counts for neither.
 *
 * An address is the text of CODEX_GUEST, nginx's word for REMOTE_ADDR where it
 * counts (nginx/snippets/http.conf).  IPv6 addresses count by their /64, which
 * one house has (RFC 6177); IPv4 within IPv6 counts as IPv4.  What is no address
 * is counted nowhere: NULL, or "" where limits are off.
 *
 * Error handling: no function fails.
 */
#ifndef GUEST_H
#define GUEST_H

#include "auth/user_rate.h"
#include "web/reply.h"
#include "web/request.h"

#define GUEST_FAILURES_MAX 10
#define GUEST_REFUSALS_MAX 60
/* Bytes a second of a slow answer, which has about 1,200 with its headers. */
#define GUEST_SLOW_RATE 400

/* Return true if no more tokens are to be checked for the address in this
 * minute.  `guests` may be NULL, where nobody is counted. */
bool guest_is_spent(
    const struct user_rates *guests, const char *address, int64_t now_ms);

/* Count a token that was checked and is not good. */
void guest_fail(
    const struct user_rates *guests, const char *address, int64_t now_ms);

/*
 * Count the request, which is refused with err, and slow down its answer if
 * there were too many.  A store that fails counts against nobody.
 */
void guest_refuse(const struct user_rates *guests,
    const struct request *request, int64_t now_ms, const struct err *err,
    struct reply *reply);

#endif
