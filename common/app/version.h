/*
 * version: who may still believe what he remembers (design.md 6).
 *
 * The token of a user (state/<user>/cacheVersion.txt) says which state of
 * his tasks is the current one; a new, unique one is put after every write.
 * It holds for all hosts, and reading it costs a request.
 *
 * The generation says the same among the processes of one host for the
 * price of a memory access: a shared counter (counters.h), raised after every
 * token.  Two users may share one; that costs a look at the token and nothing
 * else.
 *
 * Writer:  task to the store, then version_bump (token, then generation).
 * Reader:  generation first, then token, then what the token stands for.
 *
 * The counters' file is `<run>/generations`.
 */
#ifndef VERSION_H
#define VERSION_H

#include "base/buf.h"
#include "base/err.h"
#include "store/blob.h"
#include "store/store.h"

#define VERSION_TOKEN_MAX 80 /* bytes, with the terminator */

/* The state of a user that a reader knows, or a build starts from. */
struct version_state {
	uint64_t generation;
	char token[VERSION_TOKEN_MAX];
};

/*
 * The state as the rest of an internal address, `<generation>/<token>` ("-"
 * for no token), and back; -1 if it is none.
 */
void version_print_state(struct buf *out, const struct version_state *state);
MUST_USE int version_parse_state(const char *s, struct version_state *state);

struct version;

MUST_USE int version_open(
    const char *run, struct version **out, struct err *err);
void version_close(struct version *version);

/* The user's counter now. */
uint64_t version_generation(const struct version *version, const char *user);
void version_raise(struct version *version, const char *user);

/*
 * Whether it was (most likely) this user's own write that raised the counter
 * to `generation`, and not that of one who shares it.
 */
bool version_is_own(
    const struct version *version, const char *user, uint64_t generation);

/*
 * Makes the token from the blob NAMES_TOKEN as read: "" if absent.
 * Tokens that we did not write are made safe for an address.
 */
void version_token(const struct blob *blob, char token[VERSION_TOKEN_MAX]);

/*
 * Puts a new token and raises the generation.  Every attempt has a token of
 * its own, so one that hangs and lands late cannot bring an old state back.
 * On failure (ERR_STORE) the generation is raised too.
 */
MUST_USE int version_bump(struct version *version, struct store *store,
    const char *user, int64_t now_ms, struct err *err);

#endif
