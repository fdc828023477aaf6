/*
 * Weeks that are packed, and unpacked for who does not take them so (design.md
 * 6).
 */
#include "app/artifact.h"
#include "app/cache.h"
#include "app/view.h"
#include "base/gzip.h"
#include "edit/build.h"
#include "t.h"
#include "world.h"

#define ARTIFACT "artifacts/ada/timeline.json"

/* Look at ada's week as a client does that takes gzip, or that does not; what
 * memory and artifact do not have is built. */
static void
look(struct host *h, bool gzip, struct view_answer *answer)
{
	const struct view_query query = {.user = "ada", .gzip = gzip};
	struct build_job job = {.user = "ada", .cache = h->built, .gzip = gzip};
	struct err err = ERR_INIT;

	*answer = (struct view_answer)VIEW_ANSWER_INIT;
	ok(view_look(&h->app, h->cache, &query, answer, &job.state, &err),
	    &err);
	if (answer->body == NULL)
		ok(build_week(&h->app, &job, answer, &err), &err);
	ck_assert_int_eq(answer->gzip, gzip);
}

/* Assert that the client gets that week, unpacked these bytes, from there. */
static void
expect_week(struct host *h, bool gzip, enum view_source source,
    const char *etag, const struct buf *week)
{
	struct view_answer answer;
	struct buf plain = BUF_INIT;

	look(h, gzip, &answer);
	ck_assert_int_eq(answer.source, source);
	ck_assert_str_eq(answer.etag, etag);
	if (gzip)
		ck_assert_int_eq(gzip_unpack(&plain, answer.body), 0);
	else
		buf_add(&plain, answer.body->s, answer.body->len);
	ck_assert(buf_eq(&plain, week));
	buf_release(&plain);
	view_answer_release(&answer);
}

START_TEST(a_week_is_the_same_packed_and_unpacked_wherever_it_comes_from)
{
	const bool forms[] = {false, true};
	struct view_answer built;
	struct buf week = BUF_INIT;
	struct host h;
	size_t i;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	look(&h, false, &built);
	ck_assert_int_eq(built.source, VIEW_MISS);
	ck_assert_ptr_nonnull(strstr(built.body->s, "Brot"));
	buf_move(&week, &built.own);
	for (i = 0; i < ARRAY_LEN(forms); i++) {
		cache_drop(h.cache, "ada");
		expect_week(&h, forms[i], VIEW_BLOB, built.etag, &week);
		expect_week(&h, forms[i], VIEW_LOCAL, built.etag, &week);
		expect_week(&h, !forms[i], VIEW_LOCAL, built.etag, &week);
		expect_week(&h, !forms[i], VIEW_LOCAL, built.etag, &week);
	}
	buf_release(&week);
	view_answer_release(&built);
	host_close(&h);
}
END_TEST

START_TEST(a_week_is_built_packed_for_a_client_that_takes_it_so)
{
	struct view_answer packed, plain;
	struct buf bytes = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	look(&h, true, &packed);
	ck_assert_int_eq(packed.source, VIEW_MISS);
	ck_assert_int_eq(gzip_unpack(&bytes, packed.body), 0);
	look(&h, false, &plain);
	ck_assert_int_eq(plain.source, VIEW_BLOB);
	ck_assert(buf_eq(plain.body, &bytes));
	buf_release(&bytes);
	view_answer_release(&packed);
	view_answer_release(&plain);
	host_close(&h);
}
END_TEST

START_TEST(memory_keeps_the_unpacked_week_only_once_it_was_asked_for)
{
	struct view_answer answer;
	struct host h;
	size_t packed, both;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	look(&h, true, &answer); /* builds */
	view_answer_release(&answer);
	look(&h, true, &answer);
	ck_assert_int_eq(answer.source, VIEW_BLOB);
	view_answer_release(&answer);
	packed = cache_bytes(h.cache);

	look(&h, false, &answer);
	both = cache_bytes(h.cache);
	ck_assert_uint_ge(both, packed + answer.body->len);
	view_answer_release(&answer);
	look(&h, false, &answer);
	ck_assert_ptr_ne(answer.body, &answer.own);
	ck_assert_uint_eq(cache_bytes(h.cache), both);
	view_answer_release(&answer);
	cache_drop(h.cache, "ada");
	ck_assert_uint_eq(cache_bytes(h.cache), 0);
	host_close(&h);
}
END_TEST

START_TEST(a_week_too_large_for_memory_is_shown_packed_and_unpacked)
{
	struct view_answer answer, built;
	struct buf plain = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	cache_free(h.cache);
	h.cache = cache_new(0);
	host_create(&h, "ada", "Brot", NULL);
	look(&h, false, &built);
	look(&h, true, &answer);
	ck_assert_int_eq(answer.source, VIEW_BLOB);
	ck_assert_int_eq(gzip_unpack(&plain, answer.body), 0);
	ck_assert(buf_eq(&plain, built.body));
	view_answer_release(&answer);
	look(&h, false, &answer);
	ck_assert_int_eq(answer.source, VIEW_BLOB);
	ck_assert(buf_eq(answer.body, built.body));
	view_answer_release(&answer);
	view_answer_release(&built);
	buf_release(&plain);
	host_close(&h);
}
END_TEST

/* Put an artifact that is good but for its body, which is not packed. */
static void
break_week(struct host *h)
{
	struct buf text = BUF_INIT, body = BUF_INIT;
	struct artifact artifact;

	host_get(h, ARTIFACT, &text);
	ck_assert_int_eq(artifact_parse(&text, &artifact, &body), 0);
	buf_reset(&body);
	buf_reset(&text);
	buf_adds(&body, "{\"timeline\":[]}");
	artifact_print(&text, &artifact, &body);
	host_put(h, ARTIFACT, text.s);
	buf_release(&text);
	buf_release(&body);
}

START_TEST(a_week_that_does_not_unpack_is_built_anew)
{
	struct view_answer answer;
	struct host h;
	int round;

	host_open(&h, "a");
	host_create(&h, "ada", "Brot", NULL);
	look(&h, false, &answer);
	view_answer_release(&answer);
	for (round = 0; round < 2; round++) {
		break_week(&h);
		cache_drop(h.cache, "ada");
		cache_drop(h.built, "ada");
		/* In the second round it is in memory before it is unpacked. */
		if (round == 1) {
			look(&h, true, &answer);
			view_answer_release(&answer);
		}
		look(&h, false, &answer);
		ck_assert_int_eq(answer.source, VIEW_MISS);
		ck_assert_ptr_nonnull(strstr(answer.body->s, "Brot"));
		view_answer_release(&answer);
		look(&h, false, &answer);
		ck_assert_int_eq(answer.source, VIEW_BLOB);
		view_answer_release(&answer);
	}
	host_close(&h);
}
END_TEST

T_MAIN("packed", a_week_is_the_same_packed_and_unpacked_wherever_it_comes_from,
    a_week_is_built_packed_for_a_client_that_takes_it_so,
    memory_keeps_the_unpacked_week_only_once_it_was_asked_for,
    a_week_too_large_for_memory_is_shown_packed_and_unpacked,
    a_week_that_does_not_unpack_is_built_anew)
