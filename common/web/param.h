/*
 * param: the parameters of a request (RFC 3875, 4.1) that programs read.
 *
 * nginx sends a program each header of a request, whether or not it is read.
 * The index tells by a name at once which parameter it is, if it is one.
 *
 *	struct param_index index;
 *	const char *values[PARAM_COUNT];
 *
 *	param_index_fill(&index);
 *	param_take(&index, envp, values);
 *	method = values[PARAM_METHOD];
 *
 * Error handling: no function fails.
 */
#ifndef PARAM_H
#define PARAM_H

#include "base/std.h"

/* As in param.c, which has the names. */
enum param {
	PARAM_METHOD,
	PARAM_TARGET,
	PARAM_INTERNAL,
	PARAM_CONTENT_TYPE,
	PARAM_CONTENT_LENGTH,
	PARAM_ADDRESS,
	PARAM_REQUEST_ID,
	PARAM_PROOF,
	PARAM_BEARER,
	PARAM_GUEST,
	PARAM_ORIGIN,
	PARAM_FETCH_SITE,
	PARAM_COOKIE,
	PARAM_AUTHORIZATION,
	PARAM_IF_MATCH,
	PARAM_IF_NONE_MATCH,
	PARAM_IDEMPOTENCY_KEY,
	PARAM_PREFER,
	PARAM_ACCEPT_ENCODING,
	PARAM_ACCEPT_LANGUAGE,
	PARAM_SIGNATURE,
	PARAM_EVENT,
	PARAM_FORWARDED,
	PARAM_FORWARDED_FOR,
	PARAM_REAL_IP,
	PARAM_VIA,
	PARAM_CONNECTING_IP,
	PARAM_COUNT
};

/* Return the name, as "REQUEST_METHOD". */
const char *param_name(enum param param);

#define PARAM_SLOTS 128

/* Where a name is looked for: a parameter + 1, or 0. */
struct param_index {
	unsigned char slots[PARAM_SLOTS];
};

void param_index_fill(struct param_index *index);

/* Set the values of all parameters to those of an environment (`NAME=value`,
 * the last is NULL), where they stay; NULL is "not sent".  Of two with one name
 * the first counts. */
void param_take(const struct param_index *index, char *const *envp,
    const char *values[PARAM_COUNT]);

#endif
