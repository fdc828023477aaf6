#include "worker/turn.h"

#include <sodium.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/shared.h"
#include "base/std.h"
#include "settings/conf.h"
#include "site/site_mark.h"
#include "store/blob.h"

#define MAGIC    UINT64_C(0x636d686f73743031) /* "cmhost01" */
#define LEAVE_MS 1000 /* what the removal of a name may take */
#define DAY_MS   INT64_C(86400000)

/* Periods after which a name is put anew, and after which it counts no more.  A
 * host looks each TURN_MOST periods at least, so that one that works is never
 * older than RENEW + TURN_MOST. */
#define RENEW 16
#define KEEP  32

struct table {
	uint64_t magic;
	unsigned char id[NAMES_HOST_LEN / 2];
};

static void
fill_id(void *table)
{
	struct table *t = table;

	randombytes_buf(t->id, sizeof t->id);
}

int
turn_open(struct turn *turn, const struct app *app, struct err *err)
{
	static const struct shared_kind kind = {
	    .name = "host",
	    .magic = MAGIC,
	    .size = sizeof(struct table),
	    .fill = fill_id,
	    .may_replace = true,
	};
	struct table *table = shared_open(app->conf.run, &kind, err);
	struct buf id = BUF_INIT;

	if (table == NULL)
		return -1;
	enc_hex(&id, table->id, sizeof table->id);
	shared_close(table, &kind);
	memset(turn, 0, sizeof *turn);
	memcpy(turn->id, id.s, sizeof turn->id);
	buf_release(&id);
	return 0;
}

/* Redis. */

/*
 * Return true if no other host has claimed the period.  The claim is over
 * before the period is, so that the same host can have the next one, too.  A
 * host that cannot look claims nothing, and one that has passed long enough
 * looks whatever is claimed: the one that has the claims may not reach GitHub.
 */
static bool
claim_period(struct turn *turn, struct app *app)
{
	if (turn->has_failed)
		return true;
	if (!site_mark_use(app->site, "turn", "pending",
		app->conf.sync_poll_ms * 9 / 10) &&
	    turn->has_looked && ++turn->passed < TURN_MOST)
		return false;
	turn->passed = 0;
	return true;
}

bool
turn_take(struct turn *turn, struct app *app, int64_t now_ms)
{
	turn->next_ms = now_ms + app->conf.sync_poll_ms;
	return app->site == NULL || claim_period(turn, app);
}

/* Names in the store. */

static bool
has_others(const struct app *app)
{
	return app->site == NULL && app->conf.cache_revalidate_ms != CONF_OFF;
}

/* Return the age of a name in periods; one of a time to come has that, too, as
 * clocks of hosts differ. */
static int64_t
find_age(const struct app *app, const struct store_item *item)
{
	return llabs(app_now(app) - item->modified_ms) / app->conf.sync_poll_ms;
}

static void
put_name(struct turn *turn, struct app *app)
{
	struct blob blob = BLOB_INIT;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;

	names_host_key(&blob.key, turn->id);
	enc_stamp(&bytes, app_now(app));
	turn->is_named = true;
	if (blob_put(app->store, &blob, &bytes, &err) == -1)
		log_debug("name of this host: %s", err.detail);
	buf_release(&bytes);
	blob_release(&blob);
}

/* Remove a name that no host has put for a day: its run folder is gone. */
static void
remove_name(struct app *app, const struct store_item *item)
{
	struct store_op op =
	    STORE_REMOVE(item->key, STORE_IF_MATCH, item->etag);
	struct err err = ERR_INIT;

	if (store_run(app->store, &op, 1, &err) == -1)
		log_debug("name of a host: %s", err.detail);
	store_ops_release(&op, 1);
}

/* How many hosts there are, this one among them, and how many of these are
 * before it. */
struct rank {
	int64_t hosts, before;
};

/* Rank this host among those that are named; put its own name if it must be. */
static struct rank
find_rank(struct turn *turn, struct app *app, const struct store_list *marks)
{
	struct rank rank = {.hosts = 1};
	bool is_young = false;
	int64_t age;
	size_t i;

	for (i = 0; i < marks->n; i++) {
		const struct store_item *item = &marks->items[i];
		const char *id = names_host_of_key(item->key);

		if (id == NULL)
			continue;
		age = find_age(app, item);
		if (strcmp(id, turn->id) == 0) {
			is_young = age < RENEW;
		} else if (age < KEEP) {
			rank.hosts++;
			rank.before += strcmp(id, turn->id) < 0;
		} else if (age > DAY_MS / app->conf.sync_poll_ms) {
			remove_name(app, item);
		}
	}
	if (!is_young)
		put_name(turn, app);
	return rank;
}

/*
 * Return how long it is until this host's next turn.  Periods are counted from
 * 1970, and begin for all hosts at once, as far as their clocks agree.  A look
 * is of the period whose begin is next to it: the monotonic clock, by which a
 * worker waits, is a little faster or slower.
 */
static int64_t
wait_for_turn(const struct app *app, const struct rank *rank)
{
	int64_t period = app->conf.sync_poll_ms, now = app_now(app);
	int64_t hosts = rank->hosts < TURN_MOST ? rank->hosts : TURN_MOST;
	int64_t next = (now + period / 2) / period + 1;

	if (hosts == 1)
		return period;
	while (next % hosts != rank->before % hosts)
		next++;
	return next * period - now;
}

void
turn_end(struct turn *turn, struct app *app, const struct store_list *marks,
    int64_t now_ms)
{
	struct rank rank;

	turn->has_looked = true;
	turn->has_failed = marks == NULL;
	if (marks == NULL || !has_others(app))
		return;
	rank = find_rank(turn, app, marks);
	turn->next_ms = now_ms + wait_for_turn(app, &rank);
}

void
turn_leave(struct turn *turn, struct app *app)
{
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;

	if (!turn->is_named)
		return;
	store_set_deadline(app->store, clock_monotonic_ms() + LEAVE_MS);
	names_host_key(&blob.key, turn->id);
	if (blob_remove(app->store, &blob, &err) == -1)
		log_debug("name of this host: %s", err.detail);
	blob_release(&blob);
}
