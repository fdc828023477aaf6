/*
 * view: the week of a user from memory or from the artifact (design.md 6).
 *
 * This is the hit pool's half: it never builds and never waits for anybody.
 * What it cannot answer is handed on, with the generation and the token that
 * it has read (build.h is the other half).
 *
 * Memory may serve without I/O while the user's generation is the one that
 * was read before the token, and now is before the artifact's validUntil and
 * before load + CACHE_TTL_LOCAL.  Where CACHE_REVALIDATE_MS is on, the token
 * is read again when the last look at it began longer ago than that.
 */
#ifndef VIEW_H
#define VIEW_H

#include "app/app.h"
#include "app/artifact.h"
#include "app/cache.h"

/* What a look has found out, and what a build starts from. */
struct view_state {
	uint64_t generation;
	char token[VERSION_TOKEN_MAX];
};

/*
 * The state as the rest of an internal address, `<generation>/<token>` ("-"
 * for no token), and back; -1 if it is none.
 */
void view_state_print(struct buf *out, const struct view_state *state);
MUST_USE int view_state_parse(const char *s, struct view_state *state);

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
 * A look.  With `recheck` the token is read even if memory is fresh (the
 * user has just written, perhaps on another host).  *found = false means:
 * hand on *state.  The answer's body holds until the next look.
 */
struct view_query {
	const char *user;
	bool recheck;
};
MUST_USE int view_look(struct app *app, struct cache *cache,
    const struct view_query *query, struct view_answer *answer,
    struct view_state *state, struct err *err);

/* Reads generation, then token and artifact in one round; *good says
 * whether `artifact` may be shown, and then its body was appended. */
struct view_loaded {
	struct view_state state;
	struct artifact artifact;
	struct buf body;
	bool good;
};
MUST_USE int view_load(struct app *app, const char *user,
    struct view_loaded *loaded, struct err *err);

/* Reads generation and token, for a build that is wanted in any case. */
MUST_USE int view_read_state(struct app *app, const char *user,
    struct view_state *state, struct err *err);

#endif
