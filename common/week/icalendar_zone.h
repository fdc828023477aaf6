/*
 * icalendar_zone: print a time zone for a calendar (VTIMEZONE, RFC 5545,
 * 3.6.5): each change of its clock in some years, none by a rule, so that it is
 * right for whatever zone.  Pure.
 *
 * Error handling: no function fails.
 */
#ifndef ICALENDAR_ZONE_H
#define ICALENDAR_ZONE_H

#include "base/buf.h"
#include "base/day.h"

/* Append the zone as its clock goes from the first of January of one year to
 * that of another, later one; both are 1 to 9999. */
void icalendar_zone_add(
    struct buf *out, struct day_zone zone, int first_year, int end_year);

#endif
