/*
 * redis_link: one connection to a Redis server: bytes out, bytes in, each by a
 * deadline.  libcurl makes it (CURLOPT_CONNECT_ONLY), so that names, TLS,
 * certificates and sockets of this machine are as with all other connections.
 * What the bytes mean is redis.h's to know.
 *
 * Deadlines are moments of the monotonic clock (clock.h), in milliseconds.
 *
 * Calling sequence
 *
 *	link = redis_link_open(&address, ca, until_ms, &why);
 *	if (link == NULL || redis_link_send(link, bytes, until_ms) == -1)
 *		...
 *	redis_link_receive(link, &in, until_ms)		as often as it takes
 *	redis_link_close(link);
 *
 * A link belongs to one process: make it after fork, not before.
 *
 * Error handling: NULL or -1, with *why a word or two for the log, which never
 * have a secret.  A link that has failed is of no more use.
 */
#ifndef REDIS_LINK_H
#define REDIS_LINK_H

#include "base/buf.h"
#include "settings/redis_address.h"

struct redis_link;

/* Connect, and with TLS shake hands.  `ca` is a file of certificates; NULL:
 * those of this machine. */
MUST_USE struct redis_link *redis_link_open(const struct redis_address *address,
    const char *ca, int64_t until_ms, const char **why);
void redis_link_close(struct redis_link *link);

/* Return true if the other side has closed the idle link, or says something
 * that it was not asked. */
bool redis_link_is_over(struct redis_link *link);

/* Send all bytes. */
MUST_USE int redis_link_send(struct redis_link *link, const struct buf *bytes,
    int64_t until_ms, const char **why);

/* Wait for bytes, and append what has come. */
MUST_USE int redis_link_receive(struct redis_link *link, struct buf *in,
    int64_t until_ms, const char **why);

#endif
