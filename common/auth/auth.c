#include "auth/auth.h"

#include <string.h>

#include "app/cache.h"
#include "auth/user_rate.h"
#include "base/err.h"
#include "base/msg.h"
#include "settings/conf.h"

#define ACCOUNT_MIN ((size_t)1 << 20) /* bytes of each of the three memories */
#define SECRET_MIN  32                /* characters of CODEX_KEY_SECRET */

int
auth_check(const struct conf *conf, struct err *err)
{
	if (conf->key_file == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_NO_KEY_FILE);
	if (conf->key_secret == NULL || strlen(conf->key_secret) < SECRET_MIN)
		return err_set(err, ERR_SETTING, MSG_CONF_KEY_SECRET);
	return 0;
}

/* Make a memory of accounts.  It holds about as many users as that of their
 * weeks, which are ten times as long; without one nobody would get in. */
static struct cache *
new_memory(const struct conf *conf)
{
	size_t bytes = (size_t)conf->cache_local_bytes / 4;

	return cache_new(bytes > ACCOUNT_MIN ? bytes : ACCOUNT_MIN);
}

static int
open_keys(struct auth *auth, struct err *err)
{
	const struct conf *conf = &auth->app->conf;
	int64_t now = app_now(auth->app);

	if (auth_check(conf, err) == -1)
		return -1;
	if (keyring_open(conf->key_file, conf->key_secret, now, &auth->keyring,
		err) == -1 ||
	    allowlist_open(conf->allowed_users, now, &auth->allowlist, err) ==
		-1 ||
	    user_rate_open(
		conf->run, "rates", auth->app->site, &auth->rates, err) == -1 ||
	    user_rate_open(
		conf->run, "guests", auth->app->site, &auth->guests, err) == -1)
		return -1;
	auth->ids = new_memory(conf);
	auth->sessions = new_memory(conf);
	auth->api_tokens = new_memory(conf);
	return 0;
}

int
auth_open(struct auth *auth, struct app *app, struct err *err)
{
	memset(auth, 0, sizeof *auth);
	auth->app = app;
	if (conf_is_local(&app->conf))
		return 0;
	if (open_keys(auth, err) == -1) {
		auth_close(auth);
		return -1;
	}
	return 0;
}

void
auth_close(struct auth *auth)
{
	keyring_close(auth->keyring);
	allowlist_close(auth->allowlist);
	user_rate_close(auth->rates);
	user_rate_close(auth->guests);
	cache_free(auth->ids);
	cache_free(auth->sessions);
	cache_free(auth->api_tokens);
	memset(auth, 0, sizeof *auth);
}

/* Look at both files even if the first fails: a broken key file must not keep
 * a person on the allow-list who was taken off. */
int
auth_refresh(struct auth *auth, struct err *err)
{
	struct err list = ERR_INIT, late;
	int64_t now;
	bool is_broken;

	if (auth->keyring == NULL)
		return 0;
	now = app_now(auth->app);
	is_broken = allowlist_refresh(auth->allowlist, now, &list) == -1;
	if (keyring_refresh(auth->keyring, now, err) == -1)
		return -1;
	/* The list is at fault until it is mended: one program of the host
	 * says so each minute, under a name that no user has. */
	if (!is_broken || user_rate_take_here(
			      auth->rates, "#allow-list", now, 1, &late) == -1)
		return 0;
	*err = list;
	return -1;
}
