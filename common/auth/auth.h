/*
 * auth: what a worker needs to know users (design.md 9), beside struct app.
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
 */
#ifndef AUTH_H
#define AUTH_H

#include "app/app.h"
#include "auth/allowlist.h"
#include "auth/keyring.h"
#include "base/counters.h"

struct auth {
	struct app *app;         /* the caller's */
	struct keyring *keyring; /* NULL in local mode, as is all below */
	struct allowlist *allowlist;
	struct counters *rates; /* user_rate.h */
	/* What is remembered of accounts (user_cache.h). */
	struct cache *ids, *sessions, *api_tokens;
};

/*
 * Open keys, allow-list, counters and the memory of accounts.  ERR_SETTING;
 * then there is nothing to close.
 */
MUST_USE int auth_open(struct auth *auth, struct app *app, struct err *err);

/* Close what is open; an auth that is all zero is fine. */
void auth_close(struct auth *auth);

/*
 * Read keys and allow-list again if their files have changed; looks at most
 * once a second.  -1 if one of them cannot be used; it stays as it was, and
 * the auth is good all the same.
 */
MUST_USE int auth_refresh(struct auth *auth, struct err *err);

#endif
