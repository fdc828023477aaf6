/*
 * fsck_user with a repair, while the site runs.
 */
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "inspect/fsck_user.h"
#include "store/names.h"
#include "t.h"
#include "world.h"

#define SYNC "state/ada/sync.json"
#define CLAIM                                                                  \
	"state/ada/idempotency/"                                               \
	"30e612d85865aaf22de5c95a43c5cbc1907323d74edcc3f2e122c385044dac"       \
	"2b"

/* Put a base and a sync.json that lies on it, and append the base's key. */
static void
lay_on(struct host *host, const char *base, struct buf *key)
{
	struct buf sync = BUF_INIT;
	char id[ENC_HASH_LEN + 1];

	enc_hash(base, strlen(base), id);
	buf_reset(key);
	names_records_key(key, "ada", id);
	host_put(host, key->s, base);
	buf_addf(
	    &sync, "{\"v\":2,\"base\":\"%s\",\"gone\":[],\"files\":[]}", id);
	host_put(host, SYNC, sync.s);
	buf_release(&sync);
}

/* Repair what is stored of ada, and return how many findings there are. */
static size_t
repair(struct host *host)
{
	struct findings found = FINDINGS_INIT;
	const struct fsck fsck = {
	    .app = &host->app, .repair = true, .found = &found};
	size_t n;

	fsck_user(&fsck, "ada");
	n = found.n;
	findings_release(&found);
	return n;
}

/* What another process writes right before a removal. */
struct writer {
	struct host *host;
	const char *base;  /* to lay sync.json on; NULL: write the claim */
	const char *claim; /* its bytes */
	unsigned removals;
};

static void
write_before_removal(void *arg, const struct store_op *op)
{
	struct writer *w = arg;
	struct buf key = BUF_INIT;

	if (op->verb != STORE_VERB_REMOVE)
		return;
	w->removals++;
	if (w->base != NULL)
		lay_on(w->host, w->base, &key);
	else
		host_put(w->host, CLAIM, w->claim);
	buf_release(&key);
}

static bool
has_bytes(struct host *host, const char *key, const char *bytes)
{
	struct buf stored = BUF_INIT;
	bool has;

	host_get(host, key, &stored);
	has = strcmp(stored.s, bytes) == 0;
	buf_release(&stored);
	return has;
}

START_TEST(a_base_that_a_run_puts_anew_is_not_removed)
{
	static const char old[] = "{\"v\":1,\"files\":[]}";
	static const char present[] = "{\"v\":1,\"files\":[] }";
	struct buf old_key = BUF_INIT, key = BUF_INIT;
	struct host h, run;
	struct writer writer = {.host = &run, .base = old};

	host_open(&h, "a");
	host_open(&run, "b");
	h.app.conf.now_offset_ms = 0;
	lay_on(&run, old, &old_key);
	lay_on(&run, present, &key);
	host_set_age(old_key.s, 41 * DAY_MS);
	host_set_age(key.s, 40 * DAY_MS);
	h.plan.hook = write_before_removal;
	h.plan.arg = &writer;
	ck_assert_uint_eq(repair(&h), 0);
	ck_assert_uint_eq(writer.removals, 1);
	ck_assert(has_bytes(&run, old_key.s, old));
	/* One that nobody puts anew goes, and is told. */
	h.plan.hook = NULL;
	host_set_age(old_key.s, 40 * DAY_MS);
	host_set_age(key.s, 41 * DAY_MS);
	ck_assert_uint_eq(repair(&h), 1);
	ck_assert(has_bytes(&run, key.s, ""));
	ck_assert(has_bytes(&run, old_key.s, old));
	host_close(&h);
	host_close(&run);
	buf_release(&old_key);
	buf_release(&key);
}
END_TEST

#define HASH  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define COPY  "conflicts/ada/0009-Weg/" HASH ".md"
#define TRASH "trash/ada/0009-Weg/" HASH ".md"
#define RECORDS(files)                                                         \
	"{\"v\":1,\"state\":\"ok\",\"files\":[" files "],"                     \
	"\"intent\":{\"at\":0,\"files\":[]},\"resolved\":[]}"
#define NAMING RECORDS("{\"file\":\"0009-Weg.md\",\"conflict\":\"" HASH "\"}")

/* Right before the first write of a repair a run ends, which has found the copy
 * of its conflict there already. */
static void
name_copy(void *arg, const struct store_op *op)
{
	struct writer *w = arg;

	if (op->verb != STORE_VERB_PUT && op->verb != STORE_VERB_REMOVE)
		return;
	if (w->removals++ == 0)
		host_put(w->host, SYNC, NAMING);
}

START_TEST(a_copy_that_a_run_comes_to_need_stays)
{
	struct host h, run;
	struct writer writer = {.host = &run};

	host_open(&h, "a");
	host_open(&run, "b");
	host_put(&run, SYNC, RECORDS(""));
	host_put(&run, COPY, "mine");
	h.plan.hook = name_copy;
	h.plan.arg = &writer;
	ck_assert_uint_eq(repair(&h), 1);
	ck_assert(has_bytes(&run, COPY, "mine"));
	ck_assert(has_bytes(&run, SYNC, NAMING));
	h.plan.hook = NULL;
	repair(&h);
	ck_assert(has_bytes(&run, COPY, "mine"));
	host_close(&h);
	host_close(&run);
}
END_TEST

START_TEST(a_copy_that_nobody_names_goes_to_the_trash_between_two_runs)
{
	struct host h;
	struct buf leased = BUF_INIT;

	host_open(&h, "a");
	buf_addf(&leased, "{\"v\":1,\"run\":{\"id\":\"x\",\"until\":%lld},%s",
	    (long long)app_now(&h.app) + 60000,
	    RECORDS("") + strlen("{\"v\":1,"));
	host_put(&h, SYNC, leased.s);
	host_put(&h, COPY, "mine");
	ck_assert_uint_eq(repair(&h), 1);
	ck_assert(has_bytes(&h, COPY, "mine"));
	host_put(&h, SYNC, RECORDS(""));
	ck_assert_uint_eq(repair(&h), 1);
	ck_assert(has_bytes(&h, COPY, ""));
	ck_assert(has_bytes(&h, TRASH, "mine"));
	/* And the next run finds no lease. */
	ck_assert_uint_eq(repair(&h), 0);
	buf_reset(&leased);
	host_get(&h, SYNC, &leased);
	ck_assert_ptr_null(strstr(leased.s, "\"run\""));
	buf_release(&leased);
	host_close(&h);
}
END_TEST

START_TEST(a_claim_that_was_made_anew_is_not_removed)
{
	struct host h, other;
	struct writer writer = {.host = &other, .claim = "{\"v\":2}"};

	host_open(&h, "a");
	host_open(&other, "b");
	host_put(&other, CLAIM, "{\"v\":1}");
	h.plan.hook = write_before_removal;
	h.plan.arg = &writer;
	ck_assert_uint_eq(repair(&h), 0);
	ck_assert_uint_eq(writer.removals, 1);
	ck_assert(has_bytes(&other, CLAIM, writer.claim));
	h.plan.hook = NULL;
	host_put(&other, CLAIM, "{\"v\":1}");
	ck_assert_uint_eq(repair(&h), 1);
	ck_assert(has_bytes(&other, CLAIM, ""));
	host_close(&h);
	host_close(&other);
}
END_TEST

START_TEST(a_claim_that_cannot_be_read_is_removed)
{
	struct host h;

	host_open(&h, "a");
	host_put(&h, CLAIM, "{\"v\":1}");
	h.plan.bars = CLAIM;
	ck_assert_uint_eq(repair(&h), 1);
	h.plan.bars = NULL;
	ck_assert(has_bytes(&h, CLAIM, ""));
	host_close(&h);
}
END_TEST

T_MAIN("fsck", a_base_that_a_run_puts_anew_is_not_removed,
    a_copy_that_a_run_comes_to_need_stays,
    a_copy_that_nobody_names_goes_to_the_trash_between_two_runs,
    a_claim_that_was_made_anew_is_not_removed,
    a_claim_that_cannot_be_read_is_removed)
