/*
 * view: the week of a user from memory or from the artifact (design.md 6).
 *
 * This is the half of the pool that answers hits (design.md 6, "Two pools"):
 * it never builds and never waits for another process.  If neither memory nor
 * artifact is good, the caller hands the request on to the build pool with the
 * generation and the token that were read here (build.h).  freshness.h decides
 * whether memory may be believed.
 *
 * A week is stored and remembered packed (gzip.h).  A client that takes it so
 * gets those bytes; for another one it is unpacked, and memory keeps both.
 *
 * Calling sequence
 *
 *	struct view_answer answer = VIEW_ANSWER_INIT;
 *
 *	rc = view_look(app, cache, &query, &answer, &state, err);
 *	if (rc == 0 && answer.body == NULL)
 *		... hand on `state` ...
 *	view_answer_release(&answer);
 *
 * Error handling
 *
 * ERR_STORE: token or artifact could not be read.  Memory stays as it was, and
 * there is no body, unless the program takes what memory has (freshness.h):
 * VIEW_STALE.
 */
#ifndef VIEW_H
#define VIEW_H

#include "app/app.h"
#include "app/artifact.h"
#include "app/cache.h"
#include "host/version.h"

enum view_source { VIEW_LOCAL, VIEW_BLOB, VIEW_MISS, VIEW_STALE };
/* Return the word for the header X-Cache: local, blob, miss or stale. */
const char *view_source_word(enum view_source source);

struct view_answer {
	enum view_source source;
	char etag[ENC_HASH_LEN + 1];
	bool gzip;              /* the body is packed */
	const struct buf *body; /* the cache's, or `own`, or NULL */
	struct buf own;         /* a body that the cache does not keep */
};

#define VIEW_ANSWER_INIT                                                       \
	{                                                                      \
		.own = BUF_INIT                                                \
	}

/* Free `own`; a body of the cache stays there. */
void view_answer_release(struct view_answer *answer);

struct view_query {
	const char *user;
	bool recheck; /* the user has just written, perhaps on another host */
	bool wrote;   /* or may have since memory was loaded (freshness.h) */
	bool gzip;    /* the client takes the week packed */
};

/*
 * Look for the week in memory, then in the artifact.  With `recheck` read the
 * token even if memory is fresh, where CACHE_REVALIDATE_MS is on.  On a miss
 * the answer's body is NULL and *state is what was read; else *state is
 * untouched, and the body holds until the next look.  A week that does not
 * unpack is a miss.
 */
MUST_USE int view_look(struct app *app, struct cache *cache,
    const struct view_query *query, struct view_answer *answer,
    struct version_state *state, struct err *err);

struct view_loaded {
	struct version_state state;
	struct artifact artifact;
	struct buf body; /* of the artifact, packed */
	bool current;    /* it is of the present token and settings */
	bool good;       /* and valid by this host's clock: it may be shown */
};

/* Set the answer's body to a packed one, unpacked into `own` unless the client
 * takes gzip.  -1 if it is broken; the answer has no body then. */
MUST_USE int view_set_body(
    struct view_answer *answer, const struct buf *packed, bool gzip);

/* Read token and artifact in one round, whatever memory holds. */
MUST_USE int view_load(struct app *app, const char *user,
    struct view_loaded *loaded, struct err *err);

#endif
