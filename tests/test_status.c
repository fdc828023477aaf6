/*
 * GET /api/sync: what it says of records, marks and lists; that it is true
 * in a living system is tests/34-sync-state.mjs.
 */
#include "api/status.h"
#include "base/json.h"
#include "store/names.h"
#include "t.h"
#include "week/ledger_json.h"
#include "world.h"

#define SYNC  "state/ada/sync.json"
#define BLOB  "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define BREAD "0000-Brot.md"

/* A host with a repository, one task, and records of it as it is. */
static void
open_world(struct host *h, struct ledger *sync)
{
	struct store_op op = STORE_GET("raw/ada/tasks/" BREAD);
	struct err err = ERR_INIT;

	host_open(h, "a");
	h->app.conf.github_owner = std_strdup("ada");
	h->app.conf.github_repo = std_strdup("vault");
	host_create(h, "ada", "Brot", NULL);
	ok(store_run(h->app.store, &op, 1, &err), &err);
	memset(sync, 0, sizeof *sync);
	ledger_set_state(sync, LEDGER_STATE_OK, t_msg(""));
	ledger_set_base(ledger_record(sync, BREAD), BLOB, "h", op.new_etag.s);
	store_ops_release(&op, 1);
}

static void
close_world(struct host *h, struct ledger *sync)
{
	ledger_release(sync);
	host_close(h);
}

static void
put_sync(struct host *h, const struct ledger *sync)
{
	struct buf text = BUF_INIT;

	ledger_json_print(&text, sync);
	host_put(h, SYNC, text.s);
	buf_release(&text);
}

/* The answer; caller puts it. */
static struct json_object *
answer(struct host *h)
{
	struct status status = STATUS_INIT;
	struct buf text = BUF_INIT;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	ok(status_load(&h->app, "ada", &status, &err), &err);
	status_print(&text, &status, true);
	status_release(&status);
	ck_assert_int_eq(json_parse(text.s, text.len, &json, &err), 0);
	buf_release(&text);
	return json;
}

static void
expect(struct host *h, const struct ledger *sync, const char *state,
    const char *code, const char *text)
{
	struct json_object *json;

	put_sync(h, sync);
	json = answer(h);
	ck_assert_str_eq(json_get_str(json, "state"), state);
	ck_assert_str_eq(json_get_str(json, "code"), code);
	ck_assert_str_eq(json_get_str(json, "text"), text);
	json_object_put(json);
}

START_TEST(each_state_has_its_word_and_its_sentence)
{
	struct host h;
	struct ledger sync;

	open_world(&h, &sync);
	expect(&h, &sync, "ok", "alles_in_git", "Alles ist in Git.");
	ledger_set_state(&sync, LEDGER_STATE_OK, t_msg("Ein Hinweis."));
	expect(&h, &sync, "ok", "hinweis", "Ein Hinweis.");
	ledger_record(&sync, BREAD)->held = true;
	expect(&h, &sync, "ok", "entfernen_bestaetigen", "Ein Hinweis.");
	ledger_set_state(&sync, LEDGER_STATE_READ_ONLY, t_msg("Nur lesen."));
	expect(&h, &sync, "nur_lesen", "nur_lesen", "Nur lesen.");
	ledger_set_state(&sync, LEDGER_STATE_FAILED, t_msg(""));
	expect(&h, &sync, "failed", "fehlgeschlagen",
	    "Der letzte Abgleich mit Git ist gescheitert.");
	ledger_set_state(&sync, LEDGER_STATE_PENDING,
	    t_msg("GitHub ist nicht zu erreichen."));
	ledger_set_base(ledger_record(&sync, BREAD), BLOB, "h", "anders");
	expect(&h, &sync, "pending", "stockt",
	    "GitHub ist nicht zu erreichen. Eine Aufgabe ist noch nicht in "
	    "Git.");
	close_world(&h, &sync);
}
END_TEST

START_TEST(what_is_still_to_be_done_is_pending)
{
	struct host h;
	struct ledger sync;
	static const char noted[] = "Der nächste Abgleich mit Git ist "
				    "vorgemerkt.";

	open_world(&h, &sync);
	memcpy(sync.after, BLOB, sizeof BLOB);
	expect(&h, &sync, "pending", "vorgemerkt", noted);
	sync.after[0] = '\0';
	ledger_intent_add(&sync, BREAD);
	expect(&h, &sync, "pending", "vorgemerkt", noted);
	ledger_intents_clear(&sync);
	expect(&h, &sync, "ok", "alles_in_git", "Alles ist in Git.");
	host_put(&h, "pending/ada", "x");
	expect(&h, &sync, "pending", "vorgemerkt", noted);
	close_world(&h, &sync);
}
END_TEST

START_TEST(many_conflicts_are_counted_and_the_first_are_listed)
{
	char hash[ENC_HASH_LEN + 1], file[16];
	struct json_object *json, *list;
	struct host h;
	struct ledger sync;
	unsigned i;

	open_world(&h, &sync);
	memset(hash, 'a', ENC_HASH_LEN);
	hash[ENC_HASH_LEN] = '\0';
	for (i = 1; i <= STATUS_LISTED + 5; i++) {
		snprintf(file, sizeof file, "%04u.md", i % NAMES_NUMBER_END);
		ledger_set_conflict(ledger_record(&sync, file), hash, NULL);
	}
	put_sync(&h, &sync);
	json = answer(&h);
	ck_assert_int_eq(json_get_int(json, "conflicts", 0), STATUS_LISTED + 5);
	ck_assert_str_eq(
	    json_get_str(json, "text"), "25 Konflikte sind zu entscheiden.");
	list = json_get(json, "conflictList", json_type_array);
	ck_assert_uint_eq(json_object_array_length(list), STATUS_LISTED);
	json_object_put(json);
	close_world(&h, &sync);
}
END_TEST

START_TEST(each_conflict_of_a_file_is_counted_and_listed_with_its_copy)
{
	static const char *const texts[] = {"alt", "neu"};
	char hash[2][ENC_HASH_LEN + 1];
	struct json_object *json, *list, *item;
	struct buf key = BUF_INIT;
	struct host h;
	struct ledger sync;
	size_t i;

	open_world(&h, &sync);
	for (i = 0; i < 2; i++) {
		enc_hash(texts[i], 3, hash[i]);
		buf_reset(&key);
		names_copy_key(&key, NAMES_CONFLICTS, "ada", BREAD, hash[i]);
		host_put(&h, key.s, texts[i]);
		ledger_set_conflict(ledger_record(&sync, BREAD), hash[i],
		    i == 0 ? "body" : NULL);
	}
	put_sync(&h, &sync);
	json = answer(&h);
	ck_assert_int_eq(json_get_int(json, "conflicts", 0), 2);
	list = json_get(json, "conflictList", json_type_array);
	ck_assert_uint_eq(json_object_array_length(list), 2);
	for (i = 0; i < 2; i++) {
		item = json_object_array_get_idx(list, 1 - i);
		ck_assert_str_eq(json_get_str(item, "file"), BREAD);
		ck_assert_str_eq(json_get_str(item, "copy"), hash[i]);
		ck_assert_str_eq(json_get_str(item, "mine"), texts[i]);
		ck_assert(std_streq(json_get_str(item, "fields"), "body") ==
			  (i == 0));
	}
	json_object_put(json);
	buf_release(&key);
	close_world(&h, &sync);
}
END_TEST

/* Both sides of a conflict, the user's with `size` bytes. */
static void
put_copy(struct host *h, struct ledger *sync, const char *file, size_t size)
{
	struct buf bytes = BUF_INIT, key = BUF_INIT;
	char hash[ENC_HASH_LEN + 1];

	while (bytes.len < size)
		buf_addc(&bytes, 'x');
	enc_hash(bytes.s, bytes.len, hash);
	names_copy_key(&key, NAMES_CONFLICTS, "ada", file, hash);
	host_put(h, key.s, bytes.s);
	ledger_set_conflict(ledger_record(sync, file), hash, "body");
	buf_release(&bytes);
	buf_release(&key);
}

START_TEST(texts_that_are_too_long_are_left_for_later)
{
	struct json_object *json, *list;
	struct host h;
	struct ledger sync;

	open_world(&h, &sync);
	put_copy(&h, &sync, "0001.md", STATUS_TEXT_MAX + 1);
	put_copy(&h, &sync, "0002.md", 1);
	put_sync(&h, &sync);
	json = answer(&h);
	list = json_get(json, "conflictList", json_type_array);
	ck_assert_uint_eq(json_object_array_length(list), 1);
	ck_assert_int_eq(json_get_int(json, "conflicts", 0), 2);
	json_object_put(json);
	close_world(&h, &sync);
}
END_TEST

START_TEST(a_store_that_fails_is_an_error_and_leaves_nothing)
{
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;
	struct host h;
	struct ledger sync;
	unsigned at;

	open_world(&h, &sync);
	put_copy(&h, &sync, BREAD, 10);
	put_sync(&h, &sync);
	for (at = 1; at <= 5; at++) {
		h.plan.ops = 0;
		h.plan.at = at;
		ck_assert_int_eq(status_load(&h.app, "ada", &status, &err), -1);
		ck_assert_ptr_null(status.sync.files);
	}
	h.plan.at = 0;
	ok(status_load(&h.app, "ada", &status, &err), &err);
	ck_assert_uint_eq(status.n_listed, 1);
	ck_assert(status.listed[0].has_mine && status.listed[0].has_theirs);
	status_release(&status);
	close_world(&h, &sync);
}
END_TEST

T_MAIN("status", each_state_has_its_word_and_its_sentence,
    what_is_still_to_be_done_is_pending,
    many_conflicts_are_counted_and_the_first_are_listed,
    each_conflict_of_a_file_is_counted_and_listed_with_its_copy,
    texts_that_are_too_long_are_left_for_later,
    a_store_that_fails_is_an_error_and_leaves_nothing)
