/*
 * Stores of all versions: what each has written is read for ever, and what a
 * newer program has written is left alone (docs/design.md 5).
 *
 * tests/data/stores/<version>/ is a store with one blob of each kind; a folder
 * there is never changed once its version is out.
 */
#include <dirent.h>

#include "app/artifact.h"
#include "app/numbers.h"
#include "auth/account.h"
#include "auth/api_token.h"
#include "base/json.h"
#include "edit/create.h"
#include "store/names.h"
#include "sync/ledger_blob.h"
#include "sync/pending.h"
#include "sync/progress.h"
#include "t.h"
#include "task/taskset.h"
#include "world.h"

#define FILE1    "0000-Brot.md"
#define SESSION  "state/ada/session.json"
#define TOKENS   "state/ada/tokens.json"
#define SYNC     "state/ada/sync.json"
#define PROGRESS "state/ada/progress.json"
#define CLAIM                                                                  \
	"state/ada/idempotency/"                                               \
	"30e612d85865aaf22de5c95a43c5cbc1907323d74edcc3f2e122c385044dac2b"
#define INDEX    "artifacts/ada/tasks.json"
#define TIMELINE "artifacts/ada/timeline.json"
#define TOKEN                                                                  \
	"cm_ada_0123456789abcdef0123456789abcdef0123456789abcdef"              \
	"0123456789abcdef"

static const char *const blobs[] = {"raw/ada/tasks/" FILE1, SESSION, TOKENS,
    SYNC, CLAIM, INDEX, TIMELINE, "state/ada/cacheVersion.txt",
    "state/ada/nextId.txt", "state/ada/githubId.txt", "pending/ada"};

static void
read_blob(struct buf *out, const char *version, const char *key)
{
	char name[300];

	snprintf(name, sizeof name, "stores/%s/%s", version, key);
	buf_reset(out);
	t_data(out, name);
}

/* Open a host on the store of a version. */
static void
open_store(struct host *host, const char *version)
{
	struct buf bytes = BUF_INIT;
	size_t i;

	host_open(host, version);
	host_admit(host);
	for (i = 0; i < ARRAY_LEN(blobs); i++) {
		read_blob(&bytes, version, blobs[i]);
		host_put(host, blobs[i], bytes.s);
	}
	buf_release(&bytes);
}

static void
expect_ledger(struct host *host, const char *user)
{
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;
	const struct ledger_file *f;

	ok(ledger_blob_load(&host->app, user, &sync, &blob, &err), &err);
	ck_assert_uint_eq(sync.n, 2);
	ck_assert_ptr_nonnull(ledger_find(&sync, FILE1));
	f = ledger_find(&sync, "0001-Kaffee.md");
	ck_assert_str_eq(f->fields, "status");
	ck_assert_uint_eq(f->n_older, 1);
	ck_assert_int_eq(f->pr.number, 7);
	ck_assert(f->held && f->pr.moving);
	ck_assert_str_eq(sync.intents[0].renamed, "0002-Brot.md");
	ck_assert_uint_eq(sync.n_resolved, 1);
	ledger_release(&sync);
	blob_release(&blob);
}

static void
expect_people(struct host *host)
{
	struct session session = {.epoch = INT64_C(1795427000000)};
	struct api_token token;
	struct err err = ERR_INIT;
	char user[NAMES_USER_MAX + 1];
	int64_t id = 0;
	bool over = false;

	ok(account_id(&host->auth, "ada", &id, &err), &err);
	ck_assert_int_eq(id, 4711);
	snprintf(session.user, sizeof session.user, "ada");
	snprintf(session.serial, sizeof session.serial, "0123456789abcdef");
	ok(account_session_over(&host->auth, &session, &over, &err), &err);
	ck_assert(over);
	session.serial[0] = 'f';
	ok(account_session_over(&host->auth, &session, &over, &err), &err);
	ck_assert(!over);
	ok(api_token_check(&host->auth, TOKEN, user, &token, &err), &err);
	ck_assert_str_eq(token.name, "Laptop");
	ck_assert(token.may_write);
}

/* Send the request again whose claim is stored. */
static int
create_again(struct host *host, struct create_result *result, struct err *err)
{
	struct task_edit edit = {.title = (char *)(uintptr_t) "Brot",
	    .has_title = true,
	    .has_kind = true,
	    .to = {.kind = TASK_PRIVAT}};
	struct buf body = BUF_INIT;
	const struct create create = {
	    .user = "ada", .edit = &edit, .key = "k1", .request = &body};
	int rc;

	buf_adds(&body, "{\"kategorie\":\"privat\",\"title\":\"Brot\"}");
	rc = create_task(&host->app, &create, result, err);
	buf_release(&body);
	return rc;
}

static void
expect_tasks(struct host *host)
{
	struct create_result result = CREATE_RESULT_INIT;
	struct buf bytes = BUF_INIT;
	struct pending_note note;
	struct err err = ERR_INIT;
	unsigned next = 0;

	ok(numbers_look(&host->app, "ada", &next, &err), &err);
	ck_assert_uint_eq(next, 1);
	host_get(host, "pending/ada", &bytes);
	pending_read(&bytes, &note);
	ck_assert_int_eq(note.at_ms, INT64_C(1795428000000));
	ok(create_again(host, &result, &err), &err);
	ck_assert_str_eq(result.file.s, FILE1);
	ok(numbers_look(&host->app, "ada", &next, &err), &err);
	ck_assert_uint_eq(next, 1);
	create_result_release(&result);
	buf_release(&bytes);
}

static void
expect_version(const char *version)
{
	struct buf body = BUF_INIT;
	struct host host;

	open_store(&host, version);
	expect_ledger(&host, "ada");
	expect_people(&host);
	expect_tasks(&host);
	host_show(&host, "ada", false, &body);
	ck_assert_ptr_nonnull(strstr(body.s, "\"title\":\"Brot\""));
	buf_release(&body);
	host_close(&host);
}

START_TEST(a_store_of_every_version_is_read)
{
	DIR *dir = opendir(t_data_path("stores"));
	const struct dirent *entry;
	unsigned n = 0;

	ck_assert_ptr_nonnull(dir);
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.') {
			expect_version(entry->d_name);
			n++;
		}
	closedir(dir);
	ck_assert_uint_ge(n, 2);
}
END_TEST

START_TEST(records_on_a_base_are_read)
{
	static const char *const keys[] = {"state/bea/sync.json",
	    "state/bea/records/4b9e94aadb"
	    "be02ac24633fe58e8ac7e0b0fb788920c4cc23f39b89491d10eda4.json"};
	struct buf bytes = BUF_INIT;
	struct host host;
	size_t i;

	open_store(&host, "unreleased");
	for (i = 0; i < ARRAY_LEN(keys); i++) {
		read_blob(&bytes, "unreleased", keys[i]);
		host_put(&host, keys[i], bytes.s);
	}
	expect_ledger(&host, "bea");
	buf_release(&bytes);
	host_close(&host);
}
END_TEST

/* Say that a newer program wrote the blob. */
static void
make_newer(struct host *host, const char *key, struct buf *bytes)
{
	char *at;

	host_get(host, key, bytes);
	at = strstr(bytes->s, "\"v\":1");
	ck_assert_ptr_nonnull(at);
	at[4] = '9';
	host_put(host, key, bytes->s);
}

static void
expect_newer(int rc, const struct err *err)
{
	ck_assert_int_eq(rc, -1);
	ck_assert_str_eq(err_word(err->code), "neuere_fassung");
}

static void
expect_same(struct host *host, const char *key, const struct buf *bytes)
{
	struct buf now = BUF_INIT;

	host_get(host, key, &now);
	ck_assert_str_eq(now.s, bytes->s);
	buf_release(&now);
}

START_TEST(a_newer_progress_tells_nothing)
{
	struct progress progress;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	struct host host;

	open_store(&host, "unreleased");
	read_blob(&bytes, "unreleased", PROGRESS);
	host_put(&host, PROGRESS, bytes.s);
	ok(progress_get(&host.app, "ada", "r1", &progress, &err), &err);
	ck_assert_int_eq(progress.done, 1250);
	ck_assert_int_eq(progress.of, 5000);
	make_newer(&host, PROGRESS, &bytes);
	ok(progress_get(&host.app, "ada", "r1", &progress, &err), &err);
	ck_assert_int_eq(progress.of, 0);
	buf_release(&bytes);
	host_close(&host);
}
END_TEST

START_TEST(newer_records_of_people_are_refused_and_stay)
{
	const struct api_token_new what = {.name = "n"};
	struct session session = {.user = "ada", .serial = "0123456789abcdef"};
	struct buf sessions = BUF_INIT, tokens = BUF_INIT, secret = BUF_INIT;
	struct api_token token;
	struct err err = ERR_INIT;
	char user[NAMES_USER_MAX + 1];
	struct host host;
	int64_t epoch;
	bool over;

	open_store(&host, "unreleased");
	make_newer(&host, SESSION, &sessions);
	make_newer(&host, TOKENS, &tokens);
	expect_newer(account_epoch(&host.auth, "ada", &epoch, &err), &err);
	expect_newer(
	    account_session_over(&host.auth, &session, &over, &err), &err);
	expect_newer(account_end_session(&host.auth, &session, &err), &err);
	expect_newer(account_end_sessions(&host.auth, "ada", &err), &err);
	expect_newer(
	    api_token_check(&host.auth, TOKEN, user, &token, &err), &err);
	expect_newer(
	    api_token_make(&host.auth, "ada", &what, &token, &secret, &err),
	    &err);
	expect_newer(
	    api_token_revoke(&host.auth, "ada", "0011223344556677", &err),
	    &err);
	expect_same(&host, SESSION, &sessions);
	expect_same(&host, TOKENS, &tokens);
	buf_release(&sessions);
	buf_release(&tokens);
	buf_release(&secret);
	host_close(&host);
}
END_TEST

START_TEST(newer_records_of_tasks_are_refused_and_stay)
{
	struct create_result result = CREATE_RESULT_INIT;
	struct buf claim = BUF_INIT, sync = BUF_INIT, body = BUF_INIT;
	struct ledger ledger = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;
	struct host host;

	open_store(&host, "unreleased");
	make_newer(&host, CLAIM, &claim);
	make_newer(&host, SYNC, &sync);
	expect_newer(create_again(&host, &result, &err), &err);
	expect_newer(
	    ledger_blob_load(&host.app, "ada", &ledger, &blob, &err), &err);
	ck_assert_uint_eq(ledger.n, 0);
	/* The week is shown all the same. */
	host_show(&host, "ada", false, &body);
	ck_assert_ptr_nonnull(strstr(body.s, "\"title\":\"Brot\""));
	expect_same(&host, CLAIM, &claim);
	expect_same(&host, SYNC, &sync);
	blob_release(&blob);
	buf_release(&claim);
	buf_release(&sync);
	buf_release(&body);
	host_close(&host);
}
END_TEST

START_TEST(newer_caches_are_made_anew)
{
	struct taskset set = TASKSET_INIT;
	struct artifact artifact;
	struct buf bytes = BUF_INIT, body = BUF_INIT;
	struct host host;

	open_store(&host, "unreleased");
	make_newer(&host, INDEX, &bytes);
	ck_assert_int_eq(taskset_read(&bytes, &set), -1);
	make_newer(&host, TIMELINE, &bytes);
	ck_assert_int_eq(artifact_parse(&bytes, &artifact, &body), -1);
	ck_assert_int_eq(host_source(&host, "ada"), VIEW_MISS);
	host_get(&host, INDEX, &bytes);
	ck_assert_int_eq(taskset_read(&bytes, &set), 0);
	host_get(&host, TIMELINE, &bytes);
	ck_assert_int_eq(artifact_parse(&bytes, &artifact, &body), 0);
	taskset_release(&set);
	buf_release(&bytes);
	buf_release(&body);
	host_close(&host);
}
END_TEST

/* Return 1 if the blob is JSON, which must then say its version. */
static unsigned
check_version(struct host *host, const char *key)
{
	struct json_object *json = NULL;
	struct buf bytes = BUF_INIT;
	struct err err = ERR_INIT;
	bool is_json;

	host_get(host, key, &bytes);
	is_json = bytes.s[0] == '{';
	if (is_json) {
		/* The artifact's is a line, before its body. */
		ok(json_parse(bytes.s, strcspn(bytes.s, "\n"), &json, &err),
		    &err);
		ck_assert_msg(json_get_int(json, "v", 0) > 0, "%s", key);
		json_object_put(json);
	}
	buf_release(&bytes);
	return is_json;
}

/* Write one of each, over those of the oldest version. */
static void
write_all(struct host *host)
{
	struct session session = {.user = "ada",
	    .serial = "fedcba9876543210",
	    .epoch = INT64_C(1795427000000)};
	const struct api_token_new what = {.name = "n"};
	struct buf secret = BUF_INIT, body = BUF_INIT;
	struct ledger sync = LEDGER_INIT;
	struct blob blob = BLOB_INIT;
	struct api_token token;
	struct err err = ERR_INIT;
	bool saved;

	ok(account_end_session(&host->auth, &session, &err), &err);
	ok(api_token_make(&host->auth, "ada", &what, &token, &secret, &err),
	    &err);
	ok(ledger_blob_load(&host->app, "ada", &sync, &blob, &err), &err);
	ok(ledger_blob_save(&host->app, &blob, &sync, &saved, &err), &err);
	host_show(host, "ada", false, &body);
	ledger_release(&sync);
	blob_release(&blob);
	buf_release(&secret);
	buf_release(&body);
}

START_TEST(all_json_that_is_stored_says_its_version)
{
	static const char *const prefixes[] = {
	    "state/", "artifacts/", "pending/"};
	struct create_result result = CREATE_RESULT_INIT;
	struct store_list list = STORE_LIST_INIT;
	struct err err = ERR_INIT;
	struct blob claim = BLOB_INIT;
	struct host host;
	unsigned n = 0;
	size_t i, k;

	open_store(&host, "0.1.0");
	buf_adds(&claim.key, CLAIM);
	ok(blob_remove(host.app.store, &claim, &err), &err);
	ok(create_again(&host, &result, &err), &err);
	write_all(&host);
	for (i = 0; i < ARRAY_LEN(prefixes); i++) {
		ok(store_list(host.app.store, prefixes[i], &list, &err), &err);
		for (k = 0; k < list.n; k++)
			n += check_version(&host, list.items[k].key);
		store_list_release(&list);
	}
	ck_assert_uint_eq(n, 6);
	create_result_release(&result);
	blob_release(&claim);
	host_close(&host);
}
END_TEST

T_MAIN("stores", a_store_of_every_version_is_read, records_on_a_base_are_read,
    a_newer_progress_tells_nothing,
    newer_records_of_people_are_refused_and_stay,
    newer_records_of_tasks_are_refused_and_stay, newer_caches_are_made_anew,
    all_json_that_is_stored_says_its_version)
