/*
 * zone: give the pure functions of day.h the time zones of this machine.
 *
 * The C library reads the zone database (tzfile(5), RFC 8536); here is all
 * that touches its files and TZ.  Same arguments, same result, whatever TZ
 * the process came with; the first use of another zone sets TZ, so no other
 * module may.
 *
 * Calling sequence: zone_ok once, when a name comes in; zone_of whenever a
 * function of day.h is called.
 *
 *	if (!zone_ok(conf->zone))
 *		return err_set(err, ERR_SETTING, MSG_CONF_TZ);
 *	today = day_of(now, zone_of(conf->zone));
 */
#ifndef ZONE_H
#define ZONE_H

#include "base/day.h"

/*
 * Return true if the machine's zone database knows the zone, or it is "UTC".
 * Names of "right/" are refused: their clocks count leap seconds, ours do not.
 */
bool zone_ok(const char *name);

/* Return the zone of a name that zone_ok has accepted; the name is kept, not
 * copied. */
struct day_zone zone_of(const char *name);

#endif
