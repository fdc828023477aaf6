/*
 * view: the week of a user from memory or from the artifact (design.md 6).
 *
 * This is the hit pool's half: it never builds and never waits for anybody.
 * What it cannot answer is handed on, with the generation and the token that
 * it has read (build.h is the other half).
 *
 * Whether memory may be believed is decided by freshness.h.
 */
#ifndef VIEW_H
#define VIEW_H

#include "app/app.h"
#include "app/artifact.h"
#include "app/cache.h"
#include "app/version.h"

enum view_source { VIEW_LOCAL, VIEW_BLOB, VIEW_MISS };
const char *view_source_word(enum view_source source); /* X-Cache */

struct view_answer {
	enum view_source source;
	char etag[ENC_HASH_LEN + 1];
	const struct buf *body; /* the cache's or `own` */
	struct buf own;
};

#define VIEW_ANSWER_INIT                                                       \
	{                                                                      \
		.own = BUF_INIT                                                \
	}
void view_answer_release(struct view_answer *answer);

/*
 * Look for the week.  With `recheck` the token is read even if memory is
 * fresh (the user has just written, perhaps on another host).  If the
 * answer's body is NULL afterwards, hand on *state; else *state is untouched,
 * and the body holds until the next look.
 */
struct view_query {
	const char *user;
	bool recheck;
};
MUST_USE int view_look(struct app *app, struct cache *cache,
    const struct view_query *query, struct view_answer *answer,
    struct version_state *state, struct err *err);

/* Read token and artifact in one round, whatever memory holds; `good` says
 * whether `artifact` may be shown, and then its body was appended. */
struct view_loaded {
	struct version_state state;
	struct artifact artifact;
	struct buf body;
	bool good;
};
MUST_USE int view_load(struct app *app, const char *user,
    struct view_loaded *loaded, struct err *err);

#endif
