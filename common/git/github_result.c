#include "git/github_result.h"

static const struct {
	const char *name, *text;
} results[GITHUB_RESULTS] = {
    [GITHUB_OK] = {"ok", "Mit GitHub ist alles in Ordnung."},
    [GITHUB_UNCHANGED] = {"unchanged", "Bei GitHub ist nichts neu."},
    [GITHUB_ABSENT] = {"absent",
	"GitHub findet das Repository, den Branch oder den Ordner nicht, oder "
	"das Token darf ihn nicht sehen."},
    [GITHUB_UNAUTHORIZED] = {"unauthorized",
	"GitHub nimmt das Token nicht an."},
    [GITHUB_FORBIDDEN] = {"forbidden",
	"GitHub erlaubt das mit diesem Token nicht."},
    [GITHUB_MOVED] = {"moved",
	"Das Repository hat bei GitHub einen anderen Namen bekommen."},
    [GITHUB_NOT_FORWARD] = {"not_forward",
	"Der Branch ist inzwischen weitergegangen."},
    [GITHUB_EXISTS] = {"exists", "Das gibt es bei GitHub schon."},
    [GITHUB_INVALID] = {"invalid",
	"GitHub hat die Änderung als ungültig abgelehnt."},
    [GITHUB_CONFLICT] = {"conflict",
	"GitHub meldet einen Konflikt; vielleicht ist das Repository leer."},
    [GITHUB_LIMITED] = {"limited", "GitHub verlangt eine Pause."},
    [GITHUB_TRUNCATED] = {"truncated",
	"GitHub hat nur einen Teil des Ordners gezeigt."},
    [GITHUB_TOO_LARGE] = {"too_large", "Die Antwort von GitHub ist zu groß."},
    [GITHUB_BROKEN] = {"broken",
	"Die Antwort von GitHub ist nicht zu verstehen."},
    [GITHUB_TEMPORARY] = {"temporary", "GitHub ist zur Zeit nicht erreichbar."},
    [GITHUB_UNKNOWN] = {"unknown",
	"GitHub hat nicht geantwortet; ob die Änderung angekommen ist, zeigt "
	"sich noch."},
};

const char *
github_result_name(enum github_result result)
{
	return results[result].name;
}

const char *
github_result_text(enum github_result result)
{
	return results[result].text;
}

enum github_result
github_result_of_status(int status)
{
	if (status >= 200 && status < 300)
		return GITHUB_OK;
	switch (status) {
	case 304:
		return GITHUB_UNCHANGED;
	case 301:
	case 302:
	case 307:
	case 308:
		return GITHUB_MOVED;
	case 401:
		return GITHUB_UNAUTHORIZED;
	case 403:
	case 451:
		return GITHUB_FORBIDDEN;
	case 404:
	case 410:
		return GITHUB_ABSENT;
	case 409:
		return GITHUB_CONFLICT;
	case 422:
		return GITHUB_INVALID;
	default:
		return GITHUB_BROKEN;
	}
}
