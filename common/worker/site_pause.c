#include "worker/site_pause.h"

#include "base/clock.h"
#include "site/site_mark.h"

void
site_pause_init(struct site_pause *pause, const char *token)
{
	enc_hash(token, strlen(token), pause->hash);
	pause->until_ms = 0;
}

void
site_pause_learn(
    struct site_pause *pause, const struct app *app, struct github *github)
{
	int64_t until = site_mark_paused(app->site, pause->hash);

	if (until == SITE_MARK_UNKNOWN ||
	    until > clock_real_ms() + GITHUB_WAIT_MAX_MS)
		return;
	github_limit(github, until);
	pause->until_ms = github_limited_until(github);
}

void
site_pause_tell(struct site_pause *pause, const struct app *app,
    const struct github *github)
{
	int64_t until = github_limited_until(github);

	if (until == pause->until_ms)
		return;
	pause->until_ms = until;
	site_mark_pause(app->site, pause->hash, until, clock_real_ms());
}
