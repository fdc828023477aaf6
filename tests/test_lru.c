/*
 * lru: what is dropped when there is no room, and what never is.
 */
#include "app/lru.h"
#include "base/std.h"
#include "t.h"

struct thing {
	struct lru_entry lru;
	char user[20];
};

static unsigned n_freed;

static void
free_thing(struct lru_entry *entry)
{
	n_freed++;
	free(entry);
}

static void
open_lru(struct lru *lru)
{
	n_freed = 0;
	lru_init(lru, 300, free_thing);
}

static struct lru_entry *
add(struct lru *lru, const char *user, size_t bytes)
{
	struct thing *thing = std_zalloc(sizeof *thing);

	snprintf(thing->user, sizeof thing->user, "%s", user);
	thing->lru.user = thing->user;
	thing->lru.bytes = bytes;
	lru_add(lru, &thing->lru);
	return &thing->lru;
}

/* Assert that just these have an entry, each named by one letter. */
static void
expect_users(struct lru *lru, const char *want)
{
	char user[2] = "";

	for (*user = 'a'; *user <= 'f'; ++*user)
		ck_assert_int_eq(
		    lru_find(lru, user) != NULL, strchr(want, *user) != NULL);
}

START_TEST(the_entry_that_was_used_least_recently_is_dropped)
{
	struct lru lru;

	open_lru(&lru);
	add(&lru, "a", 100);
	add(&lru, "b", 100);
	add(&lru, "c", 100);
	lru_use(&lru, lru_find(&lru, "a"));
	add(&lru, "d", 100);
	expect_users(&lru, "acd");
	add(&lru, "e", 200);
	expect_users(&lru, "de");
	ck_assert_uint_eq(n_freed, 3);
	ck_assert_uint_eq(lru.bytes, 300);
	lru_release(&lru);
	ck_assert_uint_eq(n_freed, 5);
}
END_TEST

START_TEST(an_entry_that_grows_stays)
{
	struct lru lru;
	struct lru_entry *a;

	open_lru(&lru);
	a = add(&lru, "a", 100);
	add(&lru, "b", 100);
	add(&lru, "c", 100);
	lru_grow(&lru, a, 50);
	expect_users(&lru, "ac");
	lru_grow(&lru, a, 150);
	expect_users(&lru, "a");
	ck_assert_uint_eq(a->bytes, 300);
	ck_assert_uint_eq(lru.bytes, 300);
	lru_drop(&lru, a);
	ck_assert_uint_eq(lru.bytes, 0);
	lru_release(&lru);
}
END_TEST

START_TEST(an_entry_that_is_taken_is_the_callers)
{
	struct lru lru;
	struct lru_entry *b;

	open_lru(&lru);
	add(&lru, "a", 100);
	b = add(&lru, "b", 100);
	add(&lru, "c", 100);
	lru_take(&lru, b);
	expect_users(&lru, "ac");
	ck_assert_uint_eq(lru.bytes, 200);
	ck_assert_uint_eq(n_freed, 0);
	lru_add(&lru, b);
	expect_users(&lru, "abc");
	lru_release(&lru);
	ck_assert_uint_eq(n_freed, 3);
}
END_TEST

T_MAIN("lru", the_entry_that_was_used_least_recently_is_dropped,
    an_entry_that_grows_stays, an_entry_that_is_taken_is_the_callers)
