/*
 * version: token and generation of a user, which tell a process whether its
 * memory is still good (design.md 6).
 *
 * The token (state/<user>/cacheVersion.txt) names the current state of the
 * user's tasks; a new, unique one is put after every write.  It holds for all
 * hosts, and reading it costs a request to the store.
 *
 * The generation tells the processes of one host the same for the price of a
 * memory access: a shared counter (counters.h), raised after every put of a
 * token.  Two users may share a counter; that costs a look at the token and
 * nothing else.
 *
 * Writer:  task to the store, then version_bump (token, then generation).  Where
 *	the store takes notes, the token has one of what has changed (changes.h).
 * Reader:  generation first, then token, then what the token stands for.
 *
 * The counters' files are `<run>/generations` and `<run>/looks`.
 *
 * Error handling
 *
 * version_open: ERR_SETTING.  version_bump: ERR_STORE; the generation is raised
 * all the same, so that a token that is there although its answer was lost is
 * seen at once.  If none is there, all processes go on to show the state before
 * the write, until another attempt puts one: what was built of that state has the
 * token that is still stored (design.md 6).  A token whose put failed may still
 * land later: it is unique, so it makes memory look stale and never fresh.
 */
#ifndef VERSION_H
#define VERSION_H

#include "base/buf.h"
#include "base/err.h"
#include "store/blob.h"
#include "store/store.h"

#define VERSION_TOKEN_MAX 80 /* bytes, with the terminator */
/* No generation of a user: of a state that could not be read. */
#define VERSION_UNKNOWN UINT64_MAX

/* The generation and token that a reader has read, or a build starts from. */
struct version_state {
	uint64_t generation;
	char token[VERSION_TOKEN_MAX];
};

/* Append the state as the rest of an internal address, `<generation>/<token>`
 * with "-" for no token.  Read it back; -1 if `s` has another shape. */
void version_print_state(struct buf *out, const struct version_state *state);
MUST_USE int version_parse_state(const char *s, struct version_state *state);

struct version;

/* Open the counters of the run folder `run`. */
MUST_USE int version_open(
    const char *run, struct version **out, struct err *err);
void version_close(struct version *version);

/* Return the user's generation. */
uint64_t version_generation(const struct version *version, const char *user);

/* Raise the user's generation, and note in it that this user did. */
void version_raise(struct version *version, const char *user);

/*
 * Return the user's number of looks: it changes whenever a process of the host
 * has read from the store what the others may not have read yet.  Where hosts
 * share a store, a process believes a week in its memory without a look at the
 * token only while this number is as it was at its last look.
 */
uint64_t version_looks(const struct version *version, const char *user);
/*
 * Change the number of looks after this process has found `token` in the
 * store, unless the last change was made for the same token: all processes
 * that have looked since have read that token or a later one.  NULL stands for
 * a read without a token, and always changes the number.  If `looks` is not
 * NULL and the number was still *looks, set *looks to the new number.
 */
void version_count_look(struct version *version, const char *user,
    const char *token, uint64_t *looks);

/*
 * Return true if a write of this user raised the counter to `generation`, and
 * not a write of another user that shares it.  It may be wrong, as a mark is
 * 16 bits of a hash; callers use it only to save a round.
 */
bool version_is_own(
    const struct version *version, const char *user, uint64_t generation);

/*
 * Make the token from the blob NAMES_TOKEN as it was read: "" if it is absent.
 * Replace a token that we did not write by "h" and its hash, so that it may
 * stand in an internal address.
 */
void version_token(const struct blob *blob, char token[VERSION_TOKEN_MAX]);

/* A write that the version is raised for. */
struct version_write {
	const char *user;
	int64_t now_ms;
	/* The task files that may be others now, each with its '\0'; NULL:
	 * any (changes.h). */
	const struct buf *files;
	/* The caller's: something else to be done, which waits for nothing here
	 * and so goes out with the first request; NULL: nothing. */
	struct store_op *beside;
};

/*
 * Put a new token, then raise the generation, even if the put failed
 * (ERR_STORE).  Try the put three times, each with a token of its own, so that
 * a put that hangs and lands late cannot bring an old state back.  What goes out
 * beside it is tried as often, and counts as the put does.  `put` is the token
 * that is there then, "" after a failure.
 */
MUST_USE int version_bump(struct version *version, struct store *store,
    const struct version_write *write, char put[VERSION_TOKEN_MAX],
    struct err *err);

#endif
