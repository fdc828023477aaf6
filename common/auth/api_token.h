/*
 * api_token: API tokens, `cm_<user>_<64 hex digits>` (design.md 9).
 *
 * A user makes them for his own scripts.  The secret is 256 random bits and
 * is shown once; what is kept is the hash of the whole token (enc_hash: to
 * guess so many bits is hopeless, so it needs neither salt nor slowness), in
 * state/<user>/tokens.json:
 *
 *	{"tokens":[{"id", "name", "access": "read"|"write", "hash",
 *	    "createdAt", "lastUsedAt"}]}, times in ms since 1970
 *
 * The list is remembered (user_cache.h), so a token that was revoked is refused
 * at once on this host, and within CACHE_REVALIDATE_MS on others.
 */
#ifndef API_TOKEN_H
#define API_TOKEN_H

#include "auth/auth.h"
#include "base/enc.h"

#define API_TOKEN_PREFIX   "cm_"
#define API_TOKEN_ID_LEN   16 /* hex digits */
#define API_TOKEN_NAME_MAX 60 /* characters */
#define API_TOKEN_MAX      50 /* of one user */
/* The time of the last use may be that much too old. */
#define API_TOKEN_USED_MS INT64_C(3600000)

struct api_token {
	char id[API_TOKEN_ID_LEN + 1];
	char name[4 * API_TOKEN_NAME_MAX + 1]; /* the user's, UTF-8 */
	char hash[ENC_HASH_LEN + 1];
	bool may_write;
	int64_t made_ms, used_ms; /* used_ms is 0 for never */
};

/* A user's tokens as the store has them now, oldest first. */
struct api_token_list {
	struct api_token *items;
	size_t n;
	struct buf room; /* that they lie in */
};

#define API_TOKEN_LIST_INIT                                                    \
	{                                                                      \
		.room = BUF_INIT                                               \
	}
void api_token_list_release(struct api_token_list *list);
MUST_USE int api_token_list(const struct auth *auth, const char *user,
    struct api_token_list *list, struct err *err);

/*
 * Makes a token; `secret` gets it appended.  ERR_VALUE where the name is
 * empty, too long or has control characters, or there are API_TOKEN_MAX.
 */
struct api_token_new {
	const char *name;
	bool may_write;
};
MUST_USE int api_token_make(const struct auth *auth, const char *user,
    const struct api_token_new *what, struct api_token *token,
    struct buf *secret, struct err *err);

/* Adds the members id, name, access, createdAt, lastUsedAt (null for never)
 * to an open object of JSON; never the hash. */
void api_token_add(struct buf *out, const struct api_token *token);

/* ERR_NOT_FOUND. */
MUST_USE int api_token_revoke(
    const struct auth *auth, const char *user, const char *id, struct err *err);

/*
 * Whose token it is: `user` has room for NAMES_USER_MAX + 1.  ERR_LOGIN for
 * one that is none, the same whatever is wrong with it.
 */
MUST_USE int api_token_check(const struct auth *auth, const char *text,
    char *user, struct api_token *token, struct err *err);

/*
 * Notes that it was used just now, unless that is known closely enough.  To
 * be called after the answer: it may write to the store.  What goes wrong is
 * forgotten; the next use comes.
 */
void api_token_touch(const struct auth *auth, const char *user, const char *id);

#endif
