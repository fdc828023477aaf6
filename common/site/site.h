/*
 * site: what all hosts of a site know together, in Redis (redis.h; design.md 6,
 * "Redis").  Without REDIS_URL there is no site, NULL, and every function that
 * takes one does without.
 *
 * It counts what it asks (meters.h), and logs each change of the server's state
 * once for the host.
 *
 * Keys are `version:<user>` and `timeline:<user>`, and those of site_mark.h: a
 * database is one site's alone.
 *
 * Calling sequence
 *
 *	if (site_open(&conf, meters, &site, err) == -1)
 *		return -1;
 *	site_begin(site);			with each request
 *	site_version_is(site, user, token)	site_version.h
 *	site_close(site);
 *
 * Error handling: site_check and site_open fail with ERR_SETTING; *out is NULL
 * then.
 */
#ifndef SITE_H
#define SITE_H

#include "host/meters.h"
#include "redis/redis.h"
#include "settings/conf.h"

#define SITE_VERSION_KEY "version:" /* and the user */
#define SITE_WEEK_KEY    "timeline:"

struct site {
	struct redis *redis;
	struct meters *meters;
	bool keeps_weeks; /* CACHE_REDIS_WEEKS */
	/* What Redis has said in this request of the version of one user, so
	 * that it is asked once (site_version.h). */
	struct buf user; /* "": nothing */
	bool is_there;
	struct buf seen;
	bool is_request; /* one has begun: it may be remembered */
};

/* Check what site_open does, but for addresses, which conf_load has read. */
MUST_USE int site_check(const struct conf *conf, struct err *err);

/* Open what the settings say; *out is NULL if they have no Redis. */
MUST_USE int site_open(const struct conf *conf, struct meters *meters,
    struct site **out, struct err *err);
void site_close(struct site *site);

/* Forget what Redis has said: a request begins. */
void site_begin(struct site *site);

/* Return how Redis is for the host, after it was asked for an answer. */
enum redis_state site_ask(struct site *site);
/* Return how Redis is for this process, after it was asked to take a value for a
 * second.  What the host knows does not count, and stays. */
enum redis_state site_try(struct site *site);

/* Return true if the settings name a Redis server that is reached by the
 * network, and not by a socket of this machine. */
bool site_needs_network(const struct conf *conf);

#endif
