#include "store/blob.h"
#include "store_fault.h"
#include "store_t.h"
#include "t.h"

#define KEY "state/ada/counter.txt"

/* A store whose requests are counted and hooked into, and a second handle. */
struct scene {
	struct store *store, *other;
	struct store_fault plan;
	struct blob blob;
	struct err err;
};

static void
open_scene(struct scene *s)
{
	memset(s, 0, sizeof *s);
	s->other = store_t_open("fs");
	s->store = store_fault_new(store_t_open("fs"), &s->plan);
	blob_init(&s->blob);
	buf_adds(&s->blob.key, KEY);
}

static void
close_scene(struct scene *s)
{
	blob_release(&s->blob);
	store_close(s->store);
	store_close(s->other);
}

static void
check_blob(const struct scene *s, const char *text)
{
	ck_assert(s->blob.is_there == (text != NULL));
	ck_assert_str_eq(s->blob.bytes.s, text != NULL ? text : "");
	ck_assert(s->blob.is_there == (s->blob.etag.len > 0));
}

START_TEST(a_get_finds_bytes_and_etag_or_nothing)
{
	struct scene s;

	open_scene(&s);
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	check_blob(&s, NULL);
	store_t_put(s.other, KEY, "7");
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	check_blob(&s, "7");
	ck_assert_int_eq(blob_remove(s.other, &s.blob, &s.err), 0);
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	check_blob(&s, NULL);
	close_scene(&s);
}
END_TEST

START_TEST(a_failed_get_leaves_the_blob_as_it_was)
{
	struct scene s;

	open_scene(&s);
	store_t_put(s.other, KEY, "7");
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	s.plan.at = 2;
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), -1);
	ck_assert_int_eq(s.err.code, ERR_STORE);
	check_blob(&s, "7");
	close_scene(&s);
}
END_TEST

START_TEST(a_swap_is_lost_to_a_write_in_between)
{
	struct buf bytes = BUF_INIT;
	struct scene s;
	bool swapped = true;

	open_scene(&s);
	buf_adds(&bytes, "8");
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	store_t_put(s.other, KEY, "1");
	ck_assert_int_eq(
	    blob_swap(s.store, &s.blob, &bytes, &swapped, &s.err), 0);
	ck_assert(!swapped);

	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	store_t_put(s.other, KEY, "2");
	ck_assert_int_eq(
	    blob_swap(s.store, &s.blob, &bytes, &swapped, &s.err), 0);
	ck_assert(!swapped);
	store_t_check(s.other, KEY, "2");
	buf_release(&bytes);
	close_scene(&s);
}
END_TEST

START_TEST(a_won_swap_can_be_followed_by_another)
{
	struct buf bytes = BUF_INIT;
	struct scene s;
	bool swapped = false;
	int i;

	open_scene(&s);
	for (i = 0; i < 3; i++) {
		buf_addf(&bytes, "%d", i);
		ck_assert_int_eq(
		    blob_swap(s.store, &s.blob, &bytes, &swapped, &s.err), 0);
		ck_assert(swapped);
	}
	store_t_check(s.other, KEY, "012");
	buf_release(&bytes);
	close_scene(&s);
}
END_TEST

START_TEST(a_create_never_replaces)
{
	struct buf bytes = BUF_INIT;
	struct scene s;
	bool created = false;

	open_scene(&s);
	buf_adds(&bytes, "1");
	ck_assert_int_eq(
	    blob_create(s.store, &s.blob, &bytes, &created, &s.err), 0);
	ck_assert(created);
	ck_assert_int_eq(
	    blob_create(s.store, &s.blob, &bytes, &created, &s.err), 0);
	ck_assert(!created);
	buf_release(&bytes);
	close_scene(&s);
}
END_TEST

START_TEST(a_removal_spares_a_blob_written_since)
{
	struct scene s;

	open_scene(&s);
	ck_assert_int_eq(blob_remove_if_same(s.store, &s.blob, &s.err), 0);
	ck_assert_uint_eq(s.plan.ops, 0);
	store_t_put(s.other, KEY, "1");
	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	store_t_put(s.other, KEY, "2");
	ck_assert_int_eq(blob_remove_if_same(s.store, &s.blob, &s.err), 0);
	store_t_check(s.other, KEY, "2");

	ck_assert_int_eq(blob_get(s.store, &s.blob, &s.err), 0);
	ck_assert_int_eq(blob_remove_if_same(s.store, &s.blob, &s.err), 0);
	check_blob(&s, NULL);
	store_t_check(s.other, KEY, NULL);
	close_scene(&s);
}
END_TEST

/* --- Updates -------------------------------------------------------------- */

struct count {
	unsigned calls;
	int wants; /* what the change returns */
};

static int
count_up(const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	struct count *count = arg;

	count->calls++;
	if (count->wants == -1)
		return err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_TASK);
	ck_assert_uint_eq(bytes->len, 0);
	buf_addf(bytes, "%ld", strtol(old->bytes.s, NULL, 10) + 1);
	return count->wants;
}

static int
update_count(struct scene *s, struct count *count)
{
	const struct blob_update update = {.change = count_up,
	    .arg = count,
	    .tries = 3,
	    .contended = MSG_TASK_CONTENDED};

	return blob_update(s->store, &s->blob, &update, &s->err);
}

/* Someone else writes before each put, as often as `left` says. */
struct rival {
	struct store *store;
	unsigned left;
};

static void
write_first(void *arg, const struct store_op *op)
{
	struct rival *rival = arg;

	if (op->verb != STORE_VERB_PUT || rival->left == 0)
		return;
	rival->left--;
	store_t_put(rival->store, KEY, "40");
}

START_TEST(an_update_takes_two_requests)
{
	struct count count = {.wants = BLOB_SWAP};
	struct scene s;

	open_scene(&s);
	ck_assert_int_eq(update_count(&s, &count), 0);
	ck_assert_uint_eq(s.plan.ops, 2);
	ck_assert_int_eq(update_count(&s, &count), 0);
	ck_assert_uint_eq(s.plan.ops, 4);
	store_t_check(s.other, KEY, "2");
	close_scene(&s);
}
END_TEST

START_TEST(an_update_starts_from_what_a_rival_wrote)
{
	struct count count = {.wants = BLOB_SWAP};
	struct scene s;
	struct rival rival;

	open_scene(&s);
	rival = (struct rival){s.other, 2};
	s.plan.hook = write_first;
	s.plan.arg = &rival;
	ck_assert_int_eq(update_count(&s, &count), 0);
	ck_assert_uint_eq(count.calls, 3);
	store_t_check(s.other, KEY, "41");
	close_scene(&s);
}
END_TEST

START_TEST(an_update_gives_up_after_its_tries)
{
	struct count count = {.wants = BLOB_SWAP};
	struct scene s;
	struct rival rival;

	open_scene(&s);
	rival = (struct rival){s.other, 3};
	s.plan.hook = write_first;
	s.plan.arg = &rival;
	ck_assert_int_eq(update_count(&s, &count), -1);
	ck_assert_int_eq(s.err.code, ERR_CONTENDED);
	ck_assert_int_eq(s.err.msg.id, MSG_TASK_CONTENDED);
	ck_assert_uint_eq(count.calls, 3);
	store_t_check(s.other, KEY, "40");
	close_scene(&s);
}
END_TEST

START_TEST(a_change_can_keep_the_blob)
{
	struct count count = {.wants = BLOB_KEEP};
	struct scene s;

	open_scene(&s);
	ck_assert_int_eq(update_count(&s, &count), 0);
	ck_assert_uint_eq(count.calls, 1);
	store_t_check(s.other, KEY, NULL);
	close_scene(&s);
}
END_TEST

START_TEST(a_blob_that_is_kept_is_made_to_last_first)
{
	struct count count = {.wants = BLOB_KEEP};
	struct scene s;

	open_scene(&s);
	ck_assert_int_eq(update_count(&s, &count), 0);
	ck_assert_uint_eq(s.plan.persists, 1);
	s.plan.cannot_persist = true;
	ck_assert_int_eq(update_count(&s, &count), -1);
	ck_assert_int_eq(s.err.code, ERR_STORE);
	close_scene(&s);
}
END_TEST

START_TEST(only_a_write_that_failed_leaves_a_blob_unsure)
{
	struct count count = {.wants = BLOB_SWAP};
	struct scene s;

	open_scene(&s);
	s.plan.at = 1;
	ck_assert_int_eq(update_count(&s, &count), -1);
	ck_assert(!s.blob.is_unsure);
	s.plan.ops = 0;
	s.plan.at = 2;
	ck_assert_int_eq(update_count(&s, &count), -1);
	ck_assert(s.blob.is_unsure);
	close_scene(&s);
}
END_TEST

START_TEST(an_error_of_the_change_ends_the_update)
{
	struct count count = {.wants = -1};
	struct scene s;

	open_scene(&s);
	ck_assert_int_eq(update_count(&s, &count), -1);
	ck_assert_int_eq(s.err.code, ERR_NOT_FOUND);
	ck_assert_uint_eq(count.calls, 1);
	ck_assert_uint_eq(s.plan.ops, 1);
	close_scene(&s);
}
END_TEST

START_TEST(a_fault_of_the_store_ends_the_update)
{
	struct count count = {.wants = BLOB_SWAP};
	struct scene s;

	open_scene(&s);
	s.plan.at = 2;
	ck_assert_int_eq(update_count(&s, &count), -1);
	ck_assert_int_eq(s.err.code, ERR_STORE);
	ck_assert_uint_eq(s.plan.ops, 2);
	close_scene(&s);
}
END_TEST

T_MAIN("blob", a_get_finds_bytes_and_etag_or_nothing,
    a_failed_get_leaves_the_blob_as_it_was,
    a_swap_is_lost_to_a_write_in_between, a_won_swap_can_be_followed_by_another,
    a_create_never_replaces, a_removal_spares_a_blob_written_since,
    an_update_takes_two_requests, an_update_starts_from_what_a_rival_wrote,
    an_update_gives_up_after_its_tries, a_change_can_keep_the_blob,
    a_blob_that_is_kept_is_made_to_last_first,
    only_a_write_that_failed_leaves_a_blob_unsure,
    an_error_of_the_change_ends_the_update,
    a_fault_of_the_store_ends_the_update)
