/*
 * redis_address: read where a Redis server is, and how to log in there, from a
 * setting.  Pure.
 *
 *	redis://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER]	6379; this machine only
 *	rediss://...					6379, with TLS
 *	unix:/PATH[?db=NUMBER]
 *	unix://[USER]:PASSWORD@/PATH[?db=NUMBER]
 *	HOST[:PORT],password=...,ssl=True,...		as Azure shows it
 *
 * NUMBER is that of the database, 0 if there is none.  User and password may be
 * percent-encoded in an address (RFC 3986, 2.1).  Of the last form `user`,
 * `password`, `ssl` and `defaultDatabase` count, in any case; other options,
 * such as abortConnect, are for other clients.  Without `ssl=True` its port is
 * 6379, else 6380.
 *
 * Without TLS only this machine may be reached: what is sent has passwords and
 * tasks.
 *
 * Error handling: ERR_SETTING, which names the setting and never its value.
 */
#ifndef REDIS_ADDRESS_H
#define REDIS_ADDRESS_H

#include "base/buf.h"
#include "base/err.h"

struct redis_address {
	bool has_tls;
	struct buf path; /* of a socket of this machine; "": host and port */
	struct buf host; /* an IPv6 address in brackets */
	long port;
	struct buf user, password; /* "": none; wiped by the release */
	long number;               /* of the database */
};

#define REDIS_ADDRESS_INIT                                                     \
	{                                                                      \
		.path = BUF_INIT, .host = BUF_INIT, .user = BUF_INIT,          \
		.password = BUF_INIT                                           \
	}
void redis_address_release(struct redis_address *address);

/* Read the value of the setting `name` into an empty address, which is empty
 * after a failure. */
MUST_USE int redis_address_parse(struct redis_address *address,
    const char *name, const char *text, struct err *err);

/* Check the value of the setting `name`. */
MUST_USE int redis_address_check(
    const char *name, const char *text, struct err *err);

#endif
