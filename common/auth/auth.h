/*
 * auth: what a program holds, beside struct app, to tell who sends a request
 * (design.md 9).
 *
 * Calling sequence
 *
 *	struct auth auth;
 *
 *	if (auth_open(&auth, &app, err) == -1)	after app_open and after fork
 *		...
 *	auth_refresh(&auth, err)		before each request
 *	guard_user(&auth, ...)
 *	auth_close(&auth);			before app_close
 *
 * In local mode (CODEX_AUTH=local:USER) nothing but `app` is set: there are no
 * sessions, keys or lists.
 *
 * Error handling
 *
 * auth_open fails with ERR_SETTING and leaves nothing to close.  auth_refresh
 * may fail while the auth stays usable: log err and go on.
 */
#ifndef AUTH_H
#define AUTH_H

#include "app/app.h"
#include "auth/allowlist.h"
#include "auth/user_rate.h"
#include "keys/keyring.h"

struct auth {
	struct app *app;         /* the caller's */
	struct keyring *keyring; /* NULL in local mode, as is all below */
	struct allowlist *allowlist;
	struct user_rates *rates;  /* user_rate.h */
	struct user_rates *guests; /* guest.h */
	/* Memory of githubId.txt, session.json, tokens.json (user_cache.h). */
	struct cache *ids, *sessions, *api_tokens;
};

/* Check that the settings say where the keys are, and the secret that makes
 * keys of them. */
MUST_USE int auth_check(const struct conf *conf, struct err *err);

/*
 * Open keys, allow-list, counters and the memory of accounts.  Call it after
 * fork: a child does not inherit locks of memory (mlock(2)), so keys that were
 * read before could be swapped out.
 */
MUST_USE int auth_open(struct auth *auth, struct app *app, struct err *err);

/* Close what is open and zero the auth, which may be all zero already. */
void auth_close(struct auth *auth);

/*
 * Read keys and allow-list again if their files have changed; look at most
 * once a second.  -1 with ERR_SETTING if a file is not sound, to be logged: the
 * keys stay as they were, the list is what can be read of it (allowlist.h).
 * Say so of the keys once for each change, of the list once a minute for all
 * programs of the host.
 */
MUST_USE int auth_refresh(struct auth *auth, struct err *err);

#endif
