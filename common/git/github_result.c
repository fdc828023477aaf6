#include "git/github_result.h"

static const struct {
	const char *name;
	enum msg_id msg;
} results[GITHUB_RESULTS] = {
    [GITHUB_OK] = {"ok", MSG_GITHUB_OK},
    [GITHUB_UNCHANGED] = {"unchanged", MSG_GITHUB_UNCHANGED},
    [GITHUB_ABSENT] = {"absent", MSG_GITHUB_ABSENT},
    [GITHUB_UNAUTHORIZED] = {"unauthorized", MSG_GITHUB_UNAUTHORIZED},
    [GITHUB_FORBIDDEN] = {"forbidden", MSG_GITHUB_FORBIDDEN},
    [GITHUB_MOVED] = {"moved", MSG_GITHUB_MOVED},
    [GITHUB_NOT_FORWARD] = {"not_forward", MSG_GITHUB_NOT_FORWARD},
    [GITHUB_EXISTS] = {"exists", MSG_GITHUB_EXISTS},
    [GITHUB_PROTECTED] = {"protected", MSG_GITHUB_PROTECTED},
    [GITHUB_INVALID] = {"invalid", MSG_GITHUB_INVALID},
    [GITHUB_CONFLICT] = {"conflict", MSG_GITHUB_CONFLICT},
    [GITHUB_LIMITED] = {"limited", MSG_GITHUB_LIMITED},
    [GITHUB_TRUNCATED] = {"truncated", MSG_GITHUB_TRUNCATED},
    [GITHUB_TOO_LARGE] = {"too_large", MSG_GITHUB_TOO_LARGE},
    [GITHUB_BROKEN] = {"broken", MSG_GITHUB_BROKEN},
    [GITHUB_DAMAGED] = {"damaged", MSG_GITHUB_DAMAGED},
    [GITHUB_TEMPORARY] = {"temporary", MSG_GITHUB_TEMPORARY},
    [GITHUB_UNKNOWN] = {"unknown", MSG_GITHUB_UNKNOWN},
};

const char *
github_result_name(enum github_result result)
{
	return results[result].name;
}

enum msg_id
github_result_msg(enum github_result result)
{
	return results[result].msg;
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
