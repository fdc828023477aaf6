#include "auth/guest.h"

#include <arpa/inet.h>

#include "auth/user_rate.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"

#define NET6_BYTES 8 /* a /64 */

/* Append what counts as one address; false if the text is none. */
static bool
add_network(struct buf *out, const char *address)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	unsigned char bytes[16];

	if (address == NULL)
		return false;
	if (inet_pton(AF_INET, address, bytes) == 1)
		enc_hex(out, bytes, 4);
	else if (inet_pton(AF_INET6, address, bytes) != 1)
		return false;
	else if (memcmp(bytes, mapped, sizeof mapped) == 0)
		enc_hex(out, bytes + sizeof mapped, 4);
	else
		enc_hex(out, bytes, NET6_BYTES);
	return true;
}

/* Name one of an address's two counts; false if it has none. */
static bool
name_count(struct buf *out, const struct user_rates *guests, const char *what,
    const char *address)
{
	buf_adds(out, what);
	return guests != NULL && add_network(out, address);
}

static int64_t
read_count(const struct user_rates *guests, const char *what,
    const char *address, int64_t now_ms)
{
	struct buf name = BUF_INIT;
	int64_t count = 0;

	if (name_count(&name, guests, what, address))
		count = user_rate_count(guests, name.s, now_ms);
	buf_release(&name);
	return count;
}

/* Raise the count, and return it; 0 of what is no address. */
static int64_t
raise_count(const struct user_rates *guests, const char *what,
    const char *address, int64_t now_ms)
{
	struct buf name = BUF_INIT;
	int64_t count = 0;

	if (name_count(&name, guests, what, address))
		count = user_rate_add(guests, name.s, now_ms);
	buf_release(&name);
	return count;
}

bool
guest_is_spent(
    const struct user_rates *guests, const char *address, int64_t now_ms)
{
	return read_count(guests, "failures-", address, now_ms) >=
	       GUEST_FAILURES_MAX;
}

void
guest_fail(const struct user_rates *guests, const char *address, int64_t now_ms)
{
	(void)raise_count(guests, "failures-", address, now_ms);
}

void
guest_refuse(const struct user_rates *guests, const struct request *request,
    int64_t now_ms, const struct err *err, struct reply *reply)
{
	if (err->code == ERR_STORE)
		return;
	if (raise_count(guests, "refusals-", request->guest, now_ms) >
	    GUEST_REFUSALS_MAX)
		reply_headerf(
		    reply, "X-Accel-Limit-Rate", "%d", GUEST_SLOW_RATE);
}
