/*
 * version: a user's token in the store and generation on this host.
 */
#include "host/version.h"

#include "t.h"
#include "world.h"

#define TOKEN "state/ada/cacheVersion.txt"

START_TEST(a_bump_puts_another_token_and_raises_the_generation)
{
	struct buf was = BUF_INIT, now = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;
	uint64_t generation;

	host_open(&h, "a");
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	host_get(&h, TOKEN, &was);
	generation = version_generation(h.app.version, "ada");
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	host_get(&h, TOKEN, &now);
	ck_assert_str_ne(was.s, now.s);
	ck_assert_uint_ne(version_generation(h.app.version, "ada"), generation);
	buf_release(&was);
	buf_release(&now);
	host_close(&h);
}
END_TEST

START_TEST(a_bump_whose_put_fails_raises_the_generation)
{
	static const enum store_fault_when when[] = {
	    STORE_FAULT_BEFORE, STORE_FAULT_AFTER};
	struct err err = ERR_INIT;
	struct host h;
	uint64_t generation;
	size_t i;

	host_open(&h, "a");
	for (i = 0; i < ARRAY_LEN(when); i++) {
		generation = version_generation(h.app.version, "ada");
		h.plan = (struct store_fault){
		    .at = 1, .count = 100, .when = when[i]};
		ck_assert_int_eq(app_bump(&h.app, "ada", NULL, &err), -1);
		ck_assert_int_eq(err.code, ERR_STORE);
		ck_assert_uint_ne(
		    version_generation(h.app.version, "ada"), generation);
	}
	host_close(&h);
}
END_TEST

START_TEST(a_put_of_the_token_that_fails_is_tried_again)
{
	struct buf token = BUF_INIT;
	struct err err = ERR_INIT;
	struct host h;

	host_open(&h, "a");
	h.plan.at = 1;
	h.plan.count = 2;
	ok(app_bump(&h.app, "ada", NULL, &err), &err);
	host_get(&h, TOKEN, &token);
	ck_assert_uint_gt(token.len, 0);
	buf_release(&token);
	host_close(&h);
}
END_TEST

START_TEST(of_one_token_all_are_told_once)
{
	struct version *version;
	uint64_t looks, told, late;
	struct host h;

	host_open(&h, "a");
	version = h.app.version;
	looks = late = version_looks(version, "ada");
	version_count_look(version, "ada", "1", &looks);
	told = version_looks(version, "ada");
	ck_assert_uint_ne(told, late);
	ck_assert_uint_eq(looks, told);
	version_count_look(version, "ada", "1", &late);
	ck_assert_uint_eq(version_looks(version, "ada"), told);
	ck_assert_uint_ne(late, told);

	/* Of another one, and of none, each time. */
	version_count_look(version, "ada", "2", &looks);
	ck_assert_uint_ne(version_looks(version, "ada"), told);
	told = version_looks(version, "ada");
	version_count_look(version, "ada", NULL, NULL);
	ck_assert_uint_ne(version_looks(version, "ada"), told);
	told = version_looks(version, "ada");
	version_count_look(version, "ada", NULL, NULL);
	ck_assert_uint_ne(version_looks(version, "ada"), told);
	host_close(&h);
}
END_TEST

/* So many that some of them would have the same mark of 16 bits. */
START_TEST(a_look_that_finds_another_token_is_told)
{
	struct version *version;
	uint64_t told;
	char token[32];
	struct host h;
	unsigned i;

	host_open(&h, "a");
	version = h.app.version;
	told = version_looks(version, "ada");
	for (i = 0; i < 300000; i++) {
		snprintf(token, sizeof token, "1764500000000-%016x", i);
		version_count_look(version, "ada", token, NULL);
		ck_assert_msg(version_looks(version, "ada") != told,
		    "%s is told to nobody", token);
		told = version_looks(version, "ada");
	}
	host_close(&h);
}
END_TEST

T_MAIN("version", a_bump_puts_another_token_and_raises_the_generation,
    a_bump_whose_put_fails_raises_the_generation,
    a_put_of_the_token_that_fails_is_tried_again,
    of_one_token_all_are_told_once, a_look_that_finds_another_token_is_told)
