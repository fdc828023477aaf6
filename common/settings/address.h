/*
 * address: judge the addresses of the settings, at start: where tokens, secrets
 * and tasks are sent, and where the site is.
 *
 * One rule for all, on what libcurl reads in the text (curl_url_set(3)), since
 * libcurl is what will go there:
 *
 *	https://HOST[:PORT][/PATH]
 *	http://HOST[:PORT][/PATH]	only if the host is this machine:
 *					127.0.0.0/8, ::1 or localhost
 *
 * without user, password, query and fragment.  The host must stand in the text
 * as libcurl reads it: a spelling that is only understood after decoding
 * (127.1, %31, an empty port) is refused, so that nobody else reads another
 * host there.
 *
 * Error handling: ERR_SETTING, which names the setting and never its value.
 */
#ifndef ADDRESS_H
#define ADDRESS_H

#include "base/err.h"

/* Check the address in the setting `name`. */
MUST_USE int address_check(const char *name, const char *url, struct err *err);

/* Check that of a site, which has no path either. */
MUST_USE int address_check_site(
    const char *name, const char *url, struct err *err);

/*
 * Check that of a proxy: http or https, to whatever host, without a path; a user
 * and a password may stand before the host.
 */
MUST_USE int address_check_proxy(
    const char *name, const char *url, struct err *err);

/* Return true if its host is this machine; false for what address_check
 * refuses. */
bool address_is_loopback(const char *url);

#endif
