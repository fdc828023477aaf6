#include "inspect/doctor_store.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "inspect/report.h"
#include "store/names.h"
#include "store/store.h"

#define SKEW_MOST_MS 5000 /* between two clocks that are set by a server */

/* Run one op and return what came of it; STORE_FAILED is told. */
static enum store_result
try_op(struct store *store, struct store_op *op, struct findings *found)
{
	struct err err = ERR_INIT;

	if (store_run(store, op, 1, &err) == -1)
		report_fault(found, store_kind(store), &err);
	return op->result;
}

static void
tell_swap(struct findings *found, const struct store *store)
{
	struct msg msg;

	msg_set(&msg, MSG_DOCTOR_SWAP);
	findings_add(found, FINDING_ERROR, "tausch", store_kind(store), &msg);
}

/* Put, and see that what must be refused is: a second creation, and a change
 * of something else than what is there. */
static bool
try_writes(struct store *store, const char *key, struct findings *found)
{
	struct store_op first = STORE_PUT(key, STORE_IF_NEW, NULL, "1", 1);
	struct store_op again = STORE_PUT(key, STORE_IF_NEW, NULL, "2", 1);
	struct store_op change = STORE_PUT(key, STORE_ALWAYS, NULL, "3", 1);
	bool done = try_op(store, &first, found) == STORE_OK &&
		    try_op(store, &again, found) != STORE_FAILED &&
		    try_op(store, &change, found) == STORE_OK;

	if (done) {
		struct store_op late =
		    STORE_PUT(key, STORE_IF_MATCH, first.new_etag.s, "4", 1);

		done = try_op(store, &late, found) != STORE_FAILED;
		if (again.result != STORE_EXISTS ||
		    late.result != STORE_CHANGED)
			tell_swap(found, store);
		store_ops_release(&late, 1);
	}
	store_ops_release(&first, 1);
	store_ops_release(&again, 1);
	store_ops_release(&change, 1);
	return done;
}

/* See that the last write is what a read and a list show, and when. */
static bool
try_reads(struct store *store, const char *key, struct findings *found,
    int64_t *modified_ms)
{
	struct store_list list = STORE_LIST_INIT;
	struct store_op get = STORE_GET(key);
	struct store_op look = STORE_LIST(key, &list);
	bool done = try_op(store, &get, found) != STORE_FAILED &&
		    try_op(store, &look, found) != STORE_FAILED;

	if (done && (get.result != STORE_OK || strcmp(get.body.s, "3") != 0 ||
			list.n != 1))
		tell_swap(found, store);
	if (done && list.n == 1)
		*modified_ms = list.items[0].modified_ms;
	store_list_release(&list);
	store_ops_release(&get, 1);
	store_ops_release(&look, 1);
	return done;
}

/* Azure's clock is cut to the second, and a request takes its time. */
static void
check_clock(struct findings *found, const struct store *store, int64_t before,
    int64_t modified_ms)
{
	int64_t after = clock_real_ms(), off = 0;
	struct msg msg;

	if (modified_ms + 1000 < before)
		off = before - modified_ms;
	else if (modified_ms > after)
		off = modified_ms - after;
	if (off <= SKEW_MOST_MS)
		return;
	msg_set(&msg, MSG_DOCTOR_CLOCK);
	msg_value(&msg, "%s", store_kind(store));
	msg_value(&msg, "%lld", (long long)(off / 1000));
	findings_add(found, FINDING_ERROR, "uhr", store_kind(store), &msg);
}

bool
doctor_store(struct app *app, struct findings *found)
{
	char hash[ENC_HASH_LEN + 1];
	struct buf key = BUF_INIT, word = BUF_INIT;
	struct store_op end;
	int64_t before = clock_real_ms(), modified_ms = before;
	bool done;

	enc_random(&word, 32);
	enc_hash(word.s, word.len, hash);
	names_probe_key(&key, hash);
	done = try_writes(app->store, key.s, found) &&
	       try_reads(app->store, key.s, found, &modified_ms);
	if (done)
		check_clock(found, app->store, before, modified_ms);
	end = (struct store_op)STORE_REMOVE(key.s, STORE_ALWAYS, NULL);
	if (done)
		done = try_op(app->store, &end, found) != STORE_FAILED;
	store_ops_release(&end, 1);
	buf_release(&key);
	buf_release(&word);
	return done;
}
