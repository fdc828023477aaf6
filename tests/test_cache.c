/*
 * cache and artifact: which weeks are kept, and which may still be shown.
 */
#include "app/artifact.h"
#include "app/cache.h"
#include "base/json.h"
#include "t.h"

#define KIB 1024

/* Puts a body of that many bytes for "user<i>". */
static struct cache_entry *
put(struct cache *cache, unsigned i, size_t size)
{
	struct cache_entry *entry;
	struct buf body = BUF_INIT;
	char user[32];

	snprintf(user, sizeof user, "user%u", i);
	buf_addf(&body, "%u ", i);
	while (body.len < size)
		buf_addc(&body, 'x');
	entry = cache_put(cache, user, &body);
	buf_release(&body);
	return entry;
}

static struct cache_entry *
find(struct cache *cache, unsigned i)
{
	char user[32];

	snprintf(user, sizeof user, "user%u", i);
	return cache_find(cache, user);
}

START_TEST(an_entry_is_found_as_it_was_put)
{
	struct cache *cache = cache_new(KIB * KIB);
	struct cache_entry *entry;

	ck_assert_ptr_null(find(cache, 1));
	entry = put(cache, 1, 100);
	ck_assert_str_eq(entry->user, "user1");
	ck_assert_str_eq(entry->token, "");
	ck_assert_uint_eq(entry->generation, 0);
	entry->generation = 7;
	put(cache, 2, 200);
	ck_assert_ptr_eq(find(cache, 1), entry);
	ck_assert_uint_eq(find(cache, 1)->generation, 7);
	ck_assert_uint_eq(find(cache, 2)->body.len, 200);
	ck_assert(std_starts(find(cache, 2)->body.s, "2 "));
	ck_assert_ptr_null(cache_find(cache, "user"));
	ck_assert_ptr_null(cache_find(cache, "user11"));
	cache_free(cache);
}
END_TEST

START_TEST(a_put_replaces_the_entry_of_its_user)
{
	struct cache *cache = cache_new(KIB * KIB);
	struct cache_entry *entry;
	struct buf body = BUF_INIT;
	size_t before;

	entry = put(cache, 1, 100);
	entry->generation = 7;
	before = cache_bytes(cache);
	put(cache, 1, 100);
	ck_assert_uint_eq(find(cache, 1)->generation, 0);
	ck_assert_uint_eq(cache_bytes(cache), before);

	buf_adds(&body, "neu");
	ck_assert_ptr_nonnull(cache_put(cache, "user1", &body));
	ck_assert_uint_eq(body.cap, 0);
	ck_assert_str_eq(find(cache, 1)->body.s, "neu");
	cache_drop(cache, "user1");
	cache_drop(cache, "user1");
	ck_assert_ptr_null(find(cache, 1));
	ck_assert_uint_eq(cache_bytes(cache), 0);
	cache_free(cache);
	cache_free(NULL);
}
END_TEST

START_TEST(the_least_recently_used_entry_goes_first)
{
	struct cache *cache = cache_new(KIB * KIB);
	size_t each;
	unsigned i;

	put(cache, 0, 5 * KIB);
	each = cache_bytes(cache);
	cache_free(cache);
	cache = cache_new(6 * each);
	for (i = 0; i < 6; i++)
		ck_assert_ptr_nonnull(put(cache, i, 5 * KIB));
	for (i = 0; i < 6; i++)
		ck_assert_ptr_nonnull(find(cache, i));
	find(cache, 0);
	put(cache, 6, 5 * KIB);
	ck_assert_ptr_nonnull(find(cache, 0));
	ck_assert_ptr_null(find(cache, 1));
	ck_assert_ptr_nonnull(find(cache, 6));
	ck_assert_uint_eq(cache_bytes(cache), 6 * each);
	cache_free(cache);
}
END_TEST

START_TEST(a_body_over_a_quarter_stays_the_callers)
{
	struct cache *cache = cache_new(40 * KIB);
	struct buf body = BUF_INIT;

	put(cache, 1, KIB);
	put(cache, 2, KIB);
	while (body.len < 10 * KIB)
		buf_addc(&body, 'x');
	ck_assert_ptr_null(cache_put(cache, "user1", &body));
	ck_assert_uint_eq(body.len, 10 * KIB);
	/* The old one must not be shown any more. */
	ck_assert_ptr_null(find(cache, 1));
	ck_assert_ptr_nonnull(find(cache, 2));
	buf_release(&body);
	cache_free(cache);

	cache = cache_new(0);
	ck_assert_ptr_null(put(cache, 1, 1));
	cache_free(cache);
}
END_TEST

/* A second opinion: an array in order of use, searched from end to end. */
struct model {
	unsigned users[64];
	size_t n;
};

static bool
model_use(struct model *model, unsigned user, bool drop)
{
	size_t i;

	for (i = 0; i < model->n && model->users[i] != user; i++)
		;
	if (i == model->n)
		return false;
	memmove(&model->users[i], &model->users[i + 1],
	    (--model->n - i) * sizeof *model->users);
	if (!drop)
		model->users[model->n++] = user;
	return true;
}

static unsigned
next(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

START_TEST(random_uses_leave_the_entries_of_a_simple_model)
{
	struct cache *cache = cache_new(64 * KIB);
	struct model model = {.n = 0};
	unsigned seed = 42, user, step;
	size_t each;

	/* Names of one length, which counts, too. */
	put(cache, 10, 3 * KIB);
	model.users[model.n++] = 10;
	each = cache_bytes(cache);
	for (step = 0; step < 20000; step++) {
		user = 10 + next(&seed) % 40;
		switch (next(&seed) % 4) {
		case 0:
			model_use(&model, user, true);
			ck_assert_ptr_nonnull(put(cache, user, 3 * KIB));
			model.users[model.n++] = user;
			if (model.n * each > 64 * KIB)
				model_use(&model, model.users[0], true);
			break;
		case 1:
			if (next(&seed) % 8 == 0 &&
			    model_use(&model, user, true)) {
				ck_assert_ptr_nonnull(find(cache, user));
				cache_drop(cache, find(cache, user)->user);
			}
			break;
		default:
			ck_assert((find(cache, user) != NULL) ==
				  model_use(&model, user, false));
		}
		ck_assert_uint_eq(cache_bytes(cache), model.n * each);
	}
	ck_assert_uint_gt(model.n, 10);
	cache_free(cache);
}
END_TEST

START_TEST(more_users_than_buckets_are_all_found)
{
	struct cache *cache = cache_new(64 * KIB * KIB);
	unsigned i;

	for (i = 0; i < 10000; i++)
		put(cache, i, 10);
	for (i = 0; i < 10000; i++)
		ck_assert(strtoul(find(cache, i)->body.s, NULL, 10) == i);
	for (i = 0; i < 10000; i += 2) {
		char user[32];

		snprintf(user, sizeof user, "user%u", i);
		cache_drop(cache, user);
	}
	for (i = 0; i < 10000; i++)
		ck_assert((find(cache, i) != NULL) == (i % 2 == 1));
	cache_free(cache);
}
END_TEST

/* Return how many entries a round of puts looks at, each of which pushes out
 * another user's entry, in a cache that holds `n`. */
static uint64_t
steps_of_evictions(unsigned n)
{
	struct cache *cache = cache_new(KIB * KIB);
	uint64_t before;
	size_t each;
	unsigned i;

	/* All names are of one length, so that n fit exactly. */
	put(cache, 100000, 100);
	each = cache_bytes(cache);
	cache_free(cache);
	cache = cache_new(n * each);
	for (i = 0; i < n; i++)
		put(cache, 100000 + i, 100);
	ck_assert_uint_eq(cache_bytes(cache), n * each);
	before = cache_steps(cache);
	for (i = n; i < n + 1000; i++)
		put(cache, 100000 + i, 100);
	before = cache_steps(cache) - before;
	ck_assert_uint_eq(cache_bytes(cache), n * each);
	ck_assert_ptr_null(find(cache, 100000));
	ck_assert_ptr_nonnull(find(cache, 100000 + 1000));
	cache_free(cache);
	return before;
}

START_TEST(an_eviction_looks_at_few_entries_however_many_there_are)
{
	uint64_t few = steps_of_evictions(1001);
	uint64_t many = steps_of_evictions(50000);

	ck_assert_uint_le(few, 4000);
	ck_assert_uint_le(many, 4000);
}
END_TEST

START_TEST(a_lookup_looks_at_few_entries_however_many_there_are)
{
	static const unsigned counts[] = {1000, 100000};
	struct cache *cache;
	uint64_t before;
	unsigned i, k;

	for (k = 0; k < ARRAY_LEN(counts); k++) {
		cache = cache_new(64 * KIB * KIB);
		for (i = 0; i < counts[k]; i++)
			put(cache, i, 10);
		before = cache_steps(cache);
		for (i = 0; i < counts[k]; i++)
			ck_assert_ptr_nonnull(find(cache, i));
		ck_assert_uint_le(
		    cache_steps(cache) - before, 3 * (uint64_t)counts[k]);
		cache_free(cache);
	}
}
END_TEST

START_TEST(room_that_a_body_does_not_fill_is_given_back)
{
	struct cache *cache = cache_new(KIB * KIB);
	struct buf body = BUF_INIT, plain = BUF_INIT;
	struct cache_entry *entry;

	buf_reserve(&body, 100 * KIB);
	buf_adds(&body, "kurz");
	entry = cache_put(cache, "ada", &body);
	ck_assert_str_eq(entry->body.s, "kurz");
	ck_assert_uint_lt(cache_bytes(cache), KIB);
	buf_reserve(&plain, 100 * KIB);
	buf_adds(&plain, "lang");
	ck_assert(cache_keep_plain(cache, entry, &plain));
	ck_assert_str_eq(entry->plain.s, "lang");
	ck_assert_uint_lt(cache_bytes(cache), KIB);
	cache_free(cache);
}
END_TEST

/* Artifacts */

#define HASH_OF_BRACES                                                         \
	"c09da522dac261c3d2566230bed10d2f3ef13f8e7654576c12e857e07f786098"

/* Whatever bytes: the artifact does not look into them. */
#define WEEK "\x1f\x8b\x08 and\na second line"

static const struct artifact sample = {
    .token = "1795417200000-0123456789abcdef",
    .created_ms = 1000000,
    .valid_until_ms = 2000000,
    .settings = "0123456789abcdef",
};

static void
print_sample(struct buf *out, struct artifact *artifact)
{
	struct buf body = BUF_INIT;

	buf_adds(&body, WEEK);
	*artifact = sample;
	buf_reset(out);
	artifact_print(out, artifact, &body);
	buf_release(&body);
}

START_TEST(an_artifact_reads_back_as_it_was_printed)
{
	struct json_object *json = NULL;
	struct buf text = BUF_INIT, body = BUF_INIT;
	struct artifact out, in;
	struct err err = ERR_INIT;
	char hash[ENC_HASH_LEN + 1];

	print_sample(&text, &out);
	ck_assert_int_eq(
	    json_parse(text.s, strcspn(text.s, "\n"), &json, &err), 0);
	json_object_put(json);
	enc_hash(WEEK, strlen(WEEK), hash);
	ck_assert_str_eq(out.etag, hash);

	buf_adds(&body, "before ");
	ck_assert_int_eq(artifact_parse(&text, &in, &body), 0);
	ck_assert_str_eq(body.s, "before " WEEK);
	ck_assert_str_eq(in.token, sample.token);
	ck_assert_str_eq(in.settings, sample.settings);
	ck_assert_str_eq(in.etag, hash);
	ck_assert_int_eq(in.created_ms, 1000000);
	ck_assert_int_eq(in.valid_until_ms, 2000000);
	buf_release(&text);
	buf_release(&body);
}
END_TEST

START_TEST(the_longest_head_reads_back)
{
	struct artifact out = sample, in;
	struct buf text = BUF_INIT, body = BUF_INIT, again = BUF_INIT;

	/* Each byte is six in JSON. */
	memset(out.token, '\x01', sizeof out.token - 1);
	memset(out.settings, '\x01', sizeof out.settings - 1);
	out.created_ms = out.valid_until_ms = INT64_MIN;
	buf_adds(&body, "{}");
	artifact_print(&text, &out, &body);
	ck_assert_int_eq(artifact_parse(&text, &in, &again), 0);
	ck_assert_str_eq(in.token, out.token);
	ck_assert_str_eq(again.s, "{}");
	buf_release(&text);
	buf_release(&body);
	buf_release(&again);
}
END_TEST

static bool
parses(const char *text, size_t len)
{
	struct artifact untouched = sample, artifact = sample;
	struct buf copy = BUF_INIT, body = BUF_INIT;
	int rc;

	buf_add(&copy, text, len);
	rc = artifact_parse(&copy, &artifact, &body);
	if (rc == -1) {
		ck_assert_int_eq(
		    memcmp(&artifact, &untouched, sizeof artifact), 0);
		ck_assert_uint_eq(body.len, 0);
	}
	buf_release(&copy);
	buf_release(&body);
	return rc == 0;
}

START_TEST(an_artifact_cut_anywhere_is_broken)
{
	struct buf text = BUF_INIT;
	struct artifact artifact;
	size_t i;

	print_sample(&text, &artifact);
	ck_assert(parses(text.s, text.len));
	for (i = 0; i < text.len; i++) {
		ck_assert(!parses(text.s, i));
		ck_assert(i == 0 || !parses(text.s + i, text.len - i));
	}
	buf_addc(&text, '}');
	ck_assert(!parses(text.s, text.len));
	buf_release(&text);
}
END_TEST

START_TEST(an_artifact_with_one_byte_changed_is_never_shown_as_another_week)
{
	struct buf text = BUF_INIT, body = BUF_INIT;
	struct artifact artifact, read;
	size_t i;
	int bit;

	print_sample(&text, &artifact);
	for (i = 0; i < text.len; i++)
		for (bit = 0; bit < 8; bit++) {
			text.s[i] = (char)(text.s[i] ^ 1 << bit);
			buf_reset(&body);
			if (artifact_parse(&text, &read, &body) == 0)
				ck_assert_str_eq(body.s, WEEK);
			text.s[i] = (char)(text.s[i] ^ 1 << bit);
		}
	buf_release(&text);
	buf_release(&body);
}
END_TEST

START_TEST(a_malformed_artifact_is_broken)
{
	static const char *const bad[] = {"", "}", "{}", "null",
	    "{\"timeline\":{}}", ",\"timeline\":{}}", "{,\"timeline\":{}}",
	    "[,\"timeline\":]", "{\"token\":1,\"timeline\":}",
	    "{\"token\":\"x\",\"timeline\":", "{\"token\":\"x\",\"timeline\":}",
	    "{\"token\":\"x\",\"settings\":\"\",\"etag\":\"\"}\n", "\n", "{}\n",
	    /* Of an older version, which had the body in the JSON. */
	    "{\"v\":2,\"token\":\"x\",\"created\":1,\"validUntil\":9,"
	    "\"settings\":\"s\",\"etag\":\"" HASH_OF_BRACES
	    "\",\"timeline\":{}}"};
	struct buf far = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!parses(bad[i], strlen(bad[i])), "%s", bad[i]);
	buf_adds(&far, "{\"token\":\"");
	while (far.len < 100000)
		buf_addc(&far, 'x');
	buf_adds(&far, "\",\"timeline\":{}}");
	ck_assert(!parses(far.s, far.len));
	buf_release(&far);
}
END_TEST

START_TEST(an_artifact_without_times_is_not_good)
{
	struct buf text = BUF_INIT, body = BUF_INIT;
	struct artifact artifact;
	char hash[ENC_HASH_LEN + 1];

	enc_hash("{}", 2, hash);
	buf_addf(&text,
	    "{\"v\":3,\"token\":\"t\",\"settings\":\"s\",\"validUntil\":\"9\","
	    "\"etag\":\"%s\"}\n{}",
	    hash);
	ck_assert_int_eq(artifact_parse(&text, &artifact, &body), 0);
	ck_assert(!artifact_is_good(&artifact, "t", "s", 1));
	artifact.valid_until_ms = INT64_MAX;
	ck_assert(!artifact_is_good(&artifact, "t", "s", 1));
	artifact.created_ms = 0;
	ck_assert(artifact_is_good(&artifact, "t", "s", 1));
	buf_release(&text);
	buf_release(&body);
}
END_TEST

static bool
good(const char *token, const char *settings, int64_t now)
{
	return artifact_is_good(&sample, token, settings, now);
}

START_TEST(an_artifact_is_good_for_its_token_settings_and_time)
{
	const char *t = sample.token, *s = sample.settings;

	ck_assert(good(t, s, 1000000));
	ck_assert(good(t, s, 1999999));
	ck_assert(!good(t, s, 2000000));
	ck_assert(!good("", s, 1000000));
	ck_assert(!good("1795417200000-0123456789abcdeg", s, 1000000));
	ck_assert(!good(t, "0123456789abcdeg", 1000000));
	/* Clocks of hosts may differ by two seconds. */
	ck_assert(good(t, s, 998000));
	ck_assert(!good(t, s, 997999));
}
END_TEST

T_MAIN("cache", an_entry_is_found_as_it_was_put,
    a_put_replaces_the_entry_of_its_user,
    the_least_recently_used_entry_goes_first,
    a_body_over_a_quarter_stays_the_callers,
    random_uses_leave_the_entries_of_a_simple_model,
    more_users_than_buckets_are_all_found,
    an_eviction_looks_at_few_entries_however_many_there_are,
    a_lookup_looks_at_few_entries_however_many_there_are,
    room_that_a_body_does_not_fill_is_given_back,
    an_artifact_reads_back_as_it_was_printed, the_longest_head_reads_back,
    an_artifact_cut_anywhere_is_broken,
    an_artifact_with_one_byte_changed_is_never_shown_as_another_week,
    a_malformed_artifact_is_broken, an_artifact_without_times_is_not_good,
    an_artifact_is_good_for_its_token_settings_and_time)
