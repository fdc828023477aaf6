#!/usr/bin/python3
"""pyical: reads a calendar from standard input with another parser than any of
ours, and prints its entries as JSON: times in UTC as the calendar's own zone
gives them.  It fails on what is no calendar, or lacks what one must have.

	/usr/bin/python3 tests/pyical.py <tasks.ics
"""
import datetime
import json
import sys

import icalendar

NEEDED = {'VEVENT': ('UID', 'DTSTAMP', 'DTSTART', 'SUMMARY'),
          'VTODO': ('UID', 'DTSTAMP', 'STATUS', 'SUMMARY')}


def as_text(value, zones):
    """A time in UTC, or a date."""
    moment = value.dt
    if not isinstance(moment, datetime.datetime):
        return moment.isoformat()
    name = value.params.get('TZID')
    if name is not None:
        moment = zones[name].localize(moment.replace(tzinfo=None))
    return moment.astimezone(datetime.timezone.utc).isoformat()


def entry_of(part, zones):
    for name in NEEDED[part.name]:
        if len([key for key in part if key == name]) != 1:
            sys.exit(f'{part.name} without {name}')
    tags = part.get('CATEGORIES')
    entry = {'sort': part.name, 'uid': str(part['UID']),
             'title': str(part['SUMMARY']),
             'text': str(part.get('DESCRIPTION', '')),
             'status': str(part.get('STATUS', '')),
             'tags': [str(tag) for tag in tags.cats] if tags else []}
    for name in ('DTSTAMP', 'DTSTART', 'DTEND', 'DUE', 'COMPLETED'):
        if name in part:
            entry[name.lower()] = as_text(part[name], zones)
    return entry


def main():
    calendars = icalendar.Calendar.from_ical(sys.stdin.buffer.read(),
                                             multiple=True)
    if len(calendars) != 1:
        sys.exit('not one calendar')
    calendar = calendars[0]
    if calendar.errors or str(calendar['VERSION']) != '2.0' or \
            'PRODID' not in calendar:
        sys.exit(f'no good head: {calendar.errors}')
    zones = {}
    entries = []
    for part in calendar.subcomponents:
        if part.errors:
            sys.exit(f'{part.name}: {part.errors}')
        if part.name == 'VTIMEZONE':
            zones[str(part['TZID'])] = part.to_tz()
        else:
            entries.append(entry_of(part, zones))
    json.dump({'zones': list(zones), 'entries': entries}, sys.stdout)


main()
