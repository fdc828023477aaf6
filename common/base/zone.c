#include "base/zone.h"

#include <sys/stat.h>
#include <time.h>

#include "base/std.h"

#define ZONES    "/usr/share/zoneinfo/"
#define ZONE_MAX 64 /* bytes of a zone's name; the longest known has 32 */

/* A regular file that starts as RFC 8536 says. */
static bool
is_tzif(const char *path)
{
	struct stat st;
	char magic[4];
	bool ok = false;
	FILE *f;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return false;

	f = fopen(path, "rbe");
	if (f == NULL)
		return false;
	if (fread(magic, 1, sizeof magic, f) == sizeof magic)
		ok = memcmp(magic, "TZif", sizeof magic) == 0;
	fclose(f);
	return ok;
}

bool
zone_ok(const char *zone)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_+/-";
	char path[sizeof ZONES + ZONE_MAX];
	size_t len = strlen(zone);

	if (strcmp(zone, "UTC") == 0)
		return true;
	/* '.' is no letter of a zone, so ".." needs no look of its own. */
	if (len == 0 || len >= ZONE_MAX || strspn(zone, letters) != len)
		return false;
	if (zone[0] == '/' || std_starts(zone, "right/"))
		return false;

	snprintf(path, sizeof path, "%s%s", ZONES, zone);
	return is_tzif(path);
}

/*
 * The C library knows one zone at a time, the one in TZ, and reads its file
 * anew whenever that is set; the programs ask for one and the same zone all
 * the time.  So the name set last is kept.  No result depends on it.
 */
static void
use_zone(const char *zone)
{
	static char last[ZONE_MAX];
	char value[sizeof ZONES + ZONE_MAX];

	if (last[0] != '\0' && strcmp(last, zone) == 0)
		return;

	/* The whole path: TZDIR in the environment changes nothing. */
	snprintf(value, sizeof value, ":%s%s", ZONES, zone);
	setenv("TZ", strcmp(zone, "UTC") == 0 ? "UTC0" : value, 1);
	tzset();
	/* tzset cannot fail; without the file it leaves a zone without a name,
	 * which is UTC, and the wrong week would be kept. */
	if (tzname[0][0] == '\0') {
		fprintf(stderr, "codex-miroir: %s: %s\n", value + 1,
		    strerror(errno));
		_Exit(70);
	}
	snprintf(last, sizeof last, "%s", zone);
}

/* What the zone's clock is ahead of UTC at that instant. */
static int64_t
libc_offset_ms(int64_t ms, const char *zone)
{
	time_t seconds = ms / 1000 - (ms % 1000 < 0);
	struct tm tm = {.tm_gmtoff = 0};

	use_zone(zone);
	localtime_r(&seconds, &tm);
	return tm.tm_gmtoff * INT64_C(1000);
}

struct day_zone
zone_of(const char *name)
{
	return (struct day_zone){.name = name, .offset_ms = libc_offset_ms};
}
