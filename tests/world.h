/*
 * world: hosts that share one store, for tests of what happens between them.
 *
 * A host is an app with its own run folder (generations, locks) on the fs
 * store of the scratch folder, behind a store_fault: its plan counts, fails
 * and hooks into requests.
 */
#ifndef WORLD_H
#define WORLD_H

#include "app/app.h"
#include "app/view.h"
#include "auth/auth.h"
#include "edit/mirror_memory.h"
#include "store_fault.h"

#define NOON "2026-11-23T11:00:00.000Z" /* a Monday, 12:00 in Berlin */

struct host {
	struct app app;
	struct auth auth; /* by host_admit */
	struct store_fault plan;
	struct cache *cache, *built;  /* of the hit and of the build pool */
	struct mirror_memory *memory; /* of the build pool */
	unsigned round;               /* of the last request */
};

/* Opens a host; hosts of one name share their run folder. */
void host_open(struct host *host, const char *name);
void host_close(struct host *host);

/* Lets the host know users, instead of letting everybody in. */
void host_admit(struct host *host);

/* Sets the host's clock, RFC 3339; it goes on from there. */
void host_clock(struct host *host, const char *now);

/* What GET /codex would give: a look, and a build where that is needed. */
enum view_source host_show(
    struct host *host, const char *user, bool recheck, struct buf *body);
/* The same, and only where it comes from. */
enum view_source host_source(struct host *host, const char *user);

/* Requests since the last call. */
unsigned host_requests(struct host *host);

/* A new task by the API's way; its file name into `file` if not NULL. */
void host_create(
    struct host *host, const char *user, const char *title, struct buf *file);

/* Finds a user whose generation counter is also `user`'s. */
#define HOST_TWIN_MAX 32
void host_find_twin(
    struct host *host, const char *user, char twin[HOST_TWIN_MAX]);

/* Puts bytes under a key, as somebody outside would. */
void host_put(struct host *host, const char *key, const char *bytes);
/* The same with bytes among which there may be NUL. */
void host_put_bytes(
    struct host *host, const char *key, const struct buf *bytes);
/* The path of a key in the folder; valid until the next call. */
const char *host_path(const char *key);
/* Lets a blob be that old, by the clock of this machine. */
void host_set_age(const char *key, int64_t ms);
/* Gets them; "" if absent. */
void host_get(struct host *host, const char *key, struct buf *out);

/* Asserts success and shows the error otherwise. */
void ok(int rc, const struct err *err);

#endif
