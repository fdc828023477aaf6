/*
 * What only a service far away can do wrong: lost answers, busy servers,
 * wrong clocks, nonsense.  Where a blob must really be there, the emulator
 * stands behind the hostile server (AZURE_BLOB_CONN from tests/azurite.sh).
 */
#include <time.h>
#include <unistd.h>

#include "backend/azure_changes.h"
#include "backend/azure_sign.h"
#include "backend/store_open.h"
#include "base/clock.h"
#include "base/enc.h"
#include "hostile.h"
#include "store/blob.h"
#include "store_t.h"

/* The published key of the emulator. */
#define KEY                                                                    \
	"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"      \
	"K1SZFPTOtr/KBHBeksoGMGw=="

#define EMPTY "Content-Length: 0\r\n\r\n"
#define BUSY  "HTTP/1.1 503 Busy\r\nx-ms-error-code: ServerBusy\r\n" EMPTY
#define BLOB  "HTTP/1.1 200 OK\r\nETag: \"0x1\"\r\nContent-Length: 1\r\n\r\nx"
#define MADE  "HTTP/1.1 201 Created\r\nETag: \"0x1\"\r\n" EMPTY
#define XML(body)                                                              \
	"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" body           \
	"\r\n0\r\n\r\n"

/* How long the store waits after a busy answer. */
static int retry_ms = 10;

/* A store whose service is the hostile server. */
static struct store *
open_at(const struct hostile *server)
{
	char conn[400];
	const struct store_options options = {
	    .azure_conn = conn, .retry_ms = retry_ms, .page = 10};

	snprintf(conn, sizeof conn,
	    "AccountName=devstoreaccount1;AccountKey=" KEY
	    ";BlobEndpoint=http://127.0.0.1:%u/devstoreaccount1",
	    hostile_port(server));
	return store_t_open_with("azure", &options);
}

/* The port of the emulator. */
static unsigned
emulator(void)
{
	const char *conn = getenv("AZURE_BLOB_CONN");
	const char *colon;

	ck_assert_ptr_nonnull(conn);
	colon = strstr(conn, "http://127.0.0.1:");
	ck_assert_ptr_nonnull(colon);
	return (unsigned)atoi(colon + strlen("http://127.0.0.1:"));
}

static void
check_no_secret(const struct err *err)
{
	ck_assert_int_ne(err->code, ERR_NONE);
	ck_assert_str_ne(err->detail, "");
	ck_assert_ptr_null(strstr(t_text(err), "127.0.0.1"));
	ck_assert_ptr_null(strstr(t_text(err), "Eby8"));
	ck_assert_ptr_null(strstr(err->detail, "Eby8"));
	ck_assert_ptr_null(strstr(err->detail, "SharedKey"));
	ck_assert_ptr_null(strstr(err->detail, "hemlich"));
}

/* Runs the op against the script: its result, and requests it took. */
static unsigned
run_script(const struct hostile_step *steps, size_t n, struct store_op *op,
    enum store_result result)
{
	struct hostile *server = hostile_start(steps, n, 0);
	struct store *store = open_at(server);
	unsigned requests;

	store_t_expect(store, op, result);
	if (result == STORE_FAILED)
		check_no_secret(&op->err);
	requests = hostile_requests(server);
	ck_assert_uint_eq(requests, op->requests);
	store_ops_release(op, 1);
	store_close(store);
	hostile_stop(server);
	return requests;
}

static unsigned
run_always(enum hostile_act act, const char *text, struct store_op op)
{
	const struct hostile_step step = {.act = act, .text = text};

	return run_script(&step, 1, &op, STORE_FAILED);
}

#define A_GET    ((struct store_op)STORE_GET("a"))
#define A_PUT    ((struct store_op)STORE_PUT("a", STORE_ALWAYS, NULL, "x", 1))
#define A_REMOVE ((struct store_op)STORE_REMOVE("a", STORE_ALWAYS, NULL))
#define A_CREATE ((struct store_op)STORE_PUT("a", STORE_IF_NEW, NULL, "x", 1))

START_TEST(a_write_without_condition_is_sent_once)
{
	ck_assert_uint_eq(run_always(HOSTILE_CLOSE, NULL, A_PUT), 1);
	ck_assert_uint_eq(run_always(HOSTILE_CLOSE, NULL, A_REMOVE), 1);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, BUSY, A_PUT), 1);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, BUSY, A_REMOVE), 1);
	ck_assert_uint_eq(
	    run_always(HOSTILE_REPLY_CLOSE, "HTTP/1.1 201 Cr", A_PUT), 1);
}
END_TEST

START_TEST(a_write_without_condition_is_sent_once_on_a_dead_connection)
{
	static const struct hostile_step steps[] = {
	    {.text = MADE}, {.act = HOSTILE_CLOSE}, {.text = MADE}};
	struct hostile *server = hostile_start(steps, 3, 0);
	struct store *store = open_at(server);
	struct store_op put = A_PUT;

	store_t_put(store, "a", "x");
	store_t_expect(store, &put, STORE_FAILED);
	ck_assert_uint_eq(hostile_requests(server), 2);
	store_ops_release(&put, 1);
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(reads_and_conditional_writes_are_tried_four_times)
{
	struct store_list list = STORE_LIST_INIT;
	struct store_op ask = STORE_LIST("a", &list);

	ck_assert_uint_eq(run_always(HOSTILE_CLOSE, NULL, A_GET), 4);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, BUSY, A_GET), 4);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, BUSY, A_CREATE), 4);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, BUSY, ask), 4);
	ck_assert_uint_eq(run_always(HOSTILE_CLOSE, NULL, ask), 4);
	ck_assert_ptr_null(list.items);
}
END_TEST

START_TEST(a_busy_service_is_waited_for)
{
	static const struct hostile_step steps[] = {{.text = BUSY, .times = 3},
	    {.text = "HTTP/1.1 200 OK\r\nETag: \"0x1\"\r\n"
		     "Content-Length: 2\r\n\r\nhi"}};
	struct store_op op = A_GET;
	struct timespec began, ended;

	clock_gettime(CLOCK_MONOTONIC, &began);
	ck_assert_uint_eq(run_script(steps, 2, &op, STORE_OK), 4);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	/* 10, 30 and 70 ms. */
	ck_assert_int_ge((ended.tv_sec - began.tv_sec) * 1000 +
			     (ended.tv_nsec - began.tv_nsec) / 1000000,
	    105);
}
END_TEST

START_TEST(half_and_wrong_answers_are_faults)
{
	static const char *const texts[] = {
	    "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 9\r\n\r\nab",
	    "HTTP/1.1 200 OK\r\nETag: \"1\"\r\n\r\nab",
	    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab", /* no ETag */
	    "HTTP/1.1 200 OK\r\nETag: \"1\"\r\n"
	    "Content-Length: 99999999\r\n\r\nab",
	    "HTTP/1.1 302 Found\r\nLocation: /hemlich\r\n" EMPTY,
	    "HTTP/1.1 304 Not Modified\r\n\r\n",
	    "HTTP/1.1 201 Created\r\nETag: \"1\"\r\n" EMPTY,
	    "HTTP/1.1 401 No\r\n" EMPTY,
	    "hello\r\n\r\n",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		unsigned n = run_always(HOSTILE_REPLY_CLOSE, texts[i], A_GET);

		ck_assert_uint_ge(n, 1);
		ck_assert_uint_le(n, 4);
	}
}
END_TEST

START_TEST(a_404_without_blobnotfound_is_not_an_absent_blob)
{
	struct store_list list = STORE_LIST_INIT;
	struct store_op ask = STORE_LIST("a", &list);
	static const char bare[] = "HTTP/1.1 404 Not Found\r\n" EMPTY;
	static const char other[] =
	    "HTTP/1.1 404 Not Found\r\nx-ms-error-code: "
	    "ResourceNotFound\r\n" EMPTY;

	run_always(HOSTILE_REPLY, bare, A_GET);
	run_always(HOSTILE_REPLY, other, A_GET);
	run_always(HOSTILE_REPLY, bare, A_REMOVE);
	run_always(HOSTILE_REPLY, bare, ask);
	run_always(HOSTILE_REPLY, bare, A_CREATE);
	run_always(HOSTILE_REPLY,
	    "HTTP/1.1 409 Conflict\r\nx-ms-error-code: "
	    "ContainerBeingDeleted\r\n" EMPTY,
	    A_CREATE);
}
END_TEST

/* A blob's own state bars it; what is refused to who asks is a fault of all. */
START_TEST(a_blob_that_is_archived_is_barred_and_a_403_is_not)
{
	static const struct {
		const char *text;
		bool barred;
	} rows[] = {
	    {"HTTP/1.1 409 Conflict\r\nx-ms-error-code: BlobArchived\r\n" EMPTY,
		true},
	    {"HTTP/1.1 409 Conflict\r\nx-ms-error-code: "
	     "BlobBeingRehydrated\r\n" EMPTY,
		true},
	    {"HTTP/1.1 409 Conflict\r\nx-ms-error-code: "
	     "ContainerBeingDeleted\r\n" EMPTY,
		false},
	    {"HTTP/1.1 403 Forbidden\r\nx-ms-error-code: "
	     "AuthorizationFailure\r\n" EMPTY,
		false}};
	size_t i;

	for (i = 0; i < ARRAY_LEN(rows); i++) {
		const struct hostile_step step = {
		    .act = HOSTILE_REPLY, .text = rows[i].text};
		struct store_op get = A_GET, put = A_CREATE;

		run_script(&step, 1, &get, STORE_FAILED);
		ck_assert_int_eq(get.barred, rows[i].barred);
		run_script(&step, 1, &put, STORE_FAILED);
		ck_assert_int_eq(put.barred, rows[i].barred);
	}
}
END_TEST

START_TEST(a_broken_list_is_a_fault_and_empty)
{
	static const char *const texts[] = {
	    XML("3\r\n<a>"),
	    XML("4\r\nhtml"),
	    "HTTP/1.1 200 OK\r\n" EMPTY,
	    /* A marker that leads back to itself. */
	    "HTTP/1.1 200 OK\r\nContent-Length: 74\r\n\r\n"
	    "<EnumerationResults><NextMarker>again</NextMarker>"
	    "</EnumerationResults>   ",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++) {
		struct store_list list = STORE_LIST_INIT;
		struct store_op ask = STORE_LIST("a", &list);

		run_always(HOSTILE_REPLY, texts[i], ask);
		ck_assert_ptr_null(list.items);
	}
}
END_TEST

/* A token "t2" with a note that knows what has changed since "t1". */
#define TOKEN_TEXT "HTTP/1.1 200 OK\r\nETag: \"0x7\"\r\nContent-Length: 2\r\n"
#define NOTED                                                                  \
	TOKEN_TEXT "x-ms-meta-changes: t1,0001.md,0002-%C3%BC.md\r\n\r\nt2"
#define GONE "HTTP/1.1 404 Not Found\r\nx-ms-error-code: BlobNotFound\r\n\r\n"
#define SEEN                                                                   \
	"HTTP/1.1 200 OK\r\nETag: \"0x9\"\r\nContent-Length: 77\r\n"           \
	"Last-Modified: Fri, 26 Jun 2015 23:39:12 GMT\r\n\r\n"

/* List what has changed since "t1", by that script. */
static unsigned
list_changes(const struct hostile_step *steps, size_t n,
    struct store_list *list, enum store_result result)
{
	static char mark[STORE_MARK_MAX + 1];
	struct store_op ask = STORE_LIST("raw/ada/tasks/", list);

	snprintf(mark, sizeof mark, "t1@%lld", (long long)clock_monotonic_ms());
	*list = (struct store_list)STORE_LIST_SINCE(mark, "state/token");
	return run_script(steps, n, &ask, result);
}

START_TEST(what_a_note_names_is_looked_at)
{
	static const struct hostile_step steps[] = {{.text = BUSY},
	    {.text = NOTED}, {.text = SEEN}, {.text = BUSY}, {.text = GONE}};
	struct store_list list;

	ck_assert_uint_eq(list_changes(steps, 5, &list, STORE_OK), 5);
	ck_assert(list.changes);
	ck_assert(strncmp(list.mark, "t2@", 3) == 0);
	ck_assert_uint_eq(list.n, 2);
	ck_assert_str_eq(list.items[0].key, "raw/ada/tasks/0001.md");
	ck_assert_str_eq(list.items[0].etag, "0x9");
	ck_assert_uint_eq(list.items[0].size, 77);
	ck_assert_int_eq(list.items[0].modified_ms, 1435361952000);
	ck_assert_str_eq(list.items[1].key, "raw/ada/tasks/0002-ü.md");
	ck_assert_str_eq(list.items[1].etag, "");
	store_list_release(&list);
}
END_TEST

START_TEST(a_note_that_is_unknown_lists_all)
{
	static const char *const notes[] = {"",
	    "x-ms-meta-changes: t0,a.md\r\n",
	    "x-ms-meta-changes: t1,..%2Fa.md\r\n",
	    "x-ms-meta-changes: t1,%zz\r\n"};
	struct hostile_step steps[] = {{.text = NULL},
	    {.text = XML("31\r\n<EnumerationResults><Blobs/></EnumerationResu"
			 "lts>")}};
	struct store_list list;
	char text[300];
	size_t i;

	for (i = 0; i < ARRAY_LEN(notes); i++) {
		snprintf(text, sizeof text, TOKEN_TEXT "%s\r\nt2", notes[i]);
		steps[0].text = text;
		ck_assert_uint_eq(list_changes(steps, 2, &list, STORE_OK), 2);
		ck_assert(!list.changes);
		store_list_release(&list);
	}
}
END_TEST

START_TEST(after_looks_that_take_long_all_are_listed)
{
	static const struct hostile_step steps[] = {{.text = NOTED},
	    {.text = BUSY}, {.text = SEEN},
	    {.text = XML("31\r\n<EnumerationResults><Blobs/></EnumerationResu"
			 "lts>")}};
	int64_t began = clock_monotonic_ms();
	long long listed_ms;
	struct store_list list;

	retry_ms = AZURE_CHANGES_LOOK_MS;
	ck_assert_uint_eq(list_changes(steps, 4, &list, STORE_OK), 4);
	ck_assert(!list.changes);
	ck_assert_uint_eq(list.n, 0);
	ck_assert_int_eq(sscanf(list.mark, "t2@%lld", &listed_ms), 1);
	ck_assert_int_ge(listed_ms, began + AZURE_CHANGES_LOOK_MS);
	store_list_release(&list);
}
END_TEST

START_TEST(a_look_at_a_change_that_fails_is_a_fault_of_the_list)
{
	static const char *const bad[] = {"HTTP/1.1 404 Not Found\r\n\r\n",
	    "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 403 No\r\n\r\n"};
	struct hostile_step steps[] = {{.text = NOTED}, {.text = NULL}};
	struct store_list list;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		steps[1].text = bad[i];
		list_changes(steps, 2, &list, STORE_FAILED);
		ck_assert_uint_eq(list.n, 0);
		ck_assert_ptr_null(list.items);
	}
	steps[0].text = "HTTP/1.1 404 Not Found\r\n" EMPTY;
	list_changes(steps, 1, &list, STORE_FAILED);
}
END_TEST

START_TEST(a_change_may_be_larger_than_what_is_read)
{
	static const struct hostile_step steps[] = {{.text = NOTED},
	    {.text = "HTTP/1.1 200 OK\r\nETag: \"0x9\"\r\n"
		     "Content-Length: 99999999\r\n\r\n"},
	    {.text = GONE}};
	struct store_list list;

	ck_assert_uint_eq(list_changes(steps, 3, &list, STORE_OK), 3);
	ck_assert_uint_eq(list.items[0].size, 99999999);
	store_list_release(&list);
}
END_TEST

static int
set_to_y(const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	(void)old, (void)arg, (void)err;
	buf_adds(bytes, "y");
	return BLOB_SWAP;
}

/* Whoever has put the blob: a change of its bytes puts no such note. */
START_TEST(metadata_of_our_name_hinders_no_change)
{
	static const struct hostile_step steps[] = {
	    {.text = "HTTP/1.1 200 OK\r\nETag: \"0x1\"\r\nx-ms-meta-changes: "
		     "by hand, ü\r\nContent-Length: 1\r\n\r\nx"},
	    {.text = MADE}};
	const struct blob_update update = {.change = set_to_y, .tries = 1};
	struct hostile *server = hostile_start(steps, 2, 0);
	struct store *store = open_at(server);
	struct blob blob = BLOB_INIT;
	struct err err = ERR_INIT;

	buf_adds(&blob.key, "a");
	ck_assert_int_eq(blob_update(store, &blob, &update, &err), 0);
	ck_assert_ptr_null(
	    strstr(hostile_head(server, 1), "x-ms-meta-changes"));
	blob_release(&blob);
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(an_endpoint_is_tls_or_loopback_and_its_value_is_not_shown)
{
	static const char *const bad[] = {"BlobEndpoint=ftp://hemlich",
	    "BlobEndpoint=http://hemlich/a", "BlobEndpoint=http://10.0.0.1",
	    "BlobEndpoint=http://127.0.0.1.hemlich",
	    "BlobEndpoint=https://a?hemlich", "BlobEndpoint=https://a#hemlich",
	    "BlobEndpoint=https://u:hemlich@a",
	    "BlobEndpoint=https://hemlich@a", "BlobEndpoint=https:///hemlich",
	    "DefaultEndpointsProtocol=http"};
	struct buf conn = BUF_INIT;
	struct store_options options = {.container = "codex-cache"};
	struct store *store = NULL;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		buf_reset(&conn);
		buf_addf(&conn, "AccountName=a;AccountKey=" KEY ";%s", bad[i]);
		options.azure_conn = conn.s;
		ck_assert_msg(
		    store_open(&options, &store, &err) == -1, "%s", bad[i]);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_ptr_nonnull(strstr(t_text(&err), "AZURE_BLOB_CONN"));
		ck_assert_ptr_null(strstr(t_text(&err), "hemlich"));
	}
	buf_release(&conn);
}
END_TEST

START_TEST(a_dead_service_fails_soon)
{
	const struct store_options options = {
	    .azure_conn = "AccountName=a;AccountKey=" KEY
			  ";BlobEndpoint=http://127.0.0.1:1/a",
	    .retry_ms = 10,
	};
	struct store *store = store_t_open_with("azure", &options);
	struct store_op ops[500];
	struct err err;
	size_t i;

	for (i = 0; i < ARRAY_LEN(ops); i++)
		ops[i] = i % 2 ? A_GET : A_PUT;
	ck_assert_int_eq(store_run(store, ops, ARRAY_LEN(ops), &err), -1);
	check_no_secret(&err);
	for (i = 0; i < ARRAY_LEN(ops); i++)
		ck_assert_int_eq(ops[i].result, STORE_FAILED);
	store_ops_release(ops, ARRAY_LEN(ops));
	store_close(store);
}
END_TEST

/* Value of a header in a head, up to the end of its line. */
static void
header(struct buf *out, const char *head, const char *name)
{
	const char *at = strcasestr(head, name);

	ck_assert_ptr_nonnull(at);
	at += strlen(name) + 2;
	buf_set(out, at, strcspn(at, "\r"));
}

START_TEST(a_wrong_clock_is_set_once)
{
	char refused[200];
	const struct hostile_step steps[] = {
	    {.text = refused}, {.text = MADE}, {.text = MADE}};
	int64_t theirs = (int64_t)time(NULL) + 86400, said;
	struct buf date = BUF_INIT;
	struct hostile *server;
	struct store *store;

	azure_sign_date(&date, theirs);
	snprintf(refused, sizeof refused,
	    "HTTP/1.1 403 No\r\nDate: %s\r\n"
	    "x-ms-error-code: AuthenticationFailed\r\n" EMPTY,
	    date.s);
	server = hostile_start(steps, 3, 0);
	store = open_at(server);
	store_t_put(store, "a", "x");
	store_t_put(store, "a", "x");
	ck_assert_uint_eq(hostile_requests(server), 3);

	header(&date, hostile_head(server, 0), "x-ms-date");
	ck_assert_int_eq(azure_sign_parse_date(date.s, &said), 0);
	ck_assert_int_lt(said, theirs - 80000);
	header(&date, hostile_head(server, 1), "x-ms-date");
	ck_assert_int_eq(azure_sign_parse_date(date.s, &said), 0);
	ck_assert_int_ge(said, theirs);
	ck_assert_int_lt(said, theirs + 60);
	header(&date, hostile_head(server, 2), "x-ms-date");
	ck_assert_int_eq(azure_sign_parse_date(date.s, &said), 0);
	ck_assert_int_ge(said, theirs);
	buf_release(&date);
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(a_403_with_a_right_clock_is_final)
{
	char refused[200];
	struct buf date = BUF_INIT;

	azure_sign_date(&date, (int64_t)time(NULL) + 10);
	snprintf(refused, sizeof refused,
	    "HTTP/1.1 403 No\r\nDate: %s\r\n"
	    "x-ms-error-code: AuthenticationFailed\r\n" EMPTY,
	    date.s);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, refused, A_GET), 1);

	/* And one that stays, whatever we do. */
	buf_reset(&date);
	azure_sign_date(&date, (int64_t)time(NULL) + 86400);
	snprintf(refused, sizeof refused,
	    "HTTP/1.1 403 No\r\nDate: %s\r\n" EMPTY, date.s);
	ck_assert_uint_eq(run_always(HOSTILE_REPLY, refused, A_GET), 2);
	buf_release(&date);
}
END_TEST

START_TEST(requests_say_what_the_service_asks_for)
{
	static const struct hostile_step steps[] = {{.text = MADE}};
	struct hostile *server = hostile_start(steps, 1, 0);
	struct store *store = open_at(server);
	struct store_op put =
	    STORE_PUT("a/\xc3\xa4 #?%+.md", STORE_IF_MATCH, "0x9", "xyz", 3);
	const char *head;

	store_t_expect(store, &put, STORE_OK);
	head = hostile_head(server, 0);
	ck_assert(std_starts(head, "PUT /devstoreaccount1/test-"));
	ck_assert_ptr_nonnull(
	    strstr(head, "/a/%C3%A4%20%23%3F%25%2B.md HTTP/1.1\r\n"));
	ck_assert_ptr_nonnull(strstr(head, "\r\nIf-Match: \"0x9\"\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(head, "\r\nx-ms-blob-type: BlockBlob\r\n"));
	ck_assert_ptr_nonnull(
	    strstr(head, "\r\nAuthorization: SharedKey devstoreaccount1:"));
	ck_assert_ptr_null(strstr(head, "Eby8"));
	store_ops_release(&put, 1);
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(a_shared_access_signature_is_in_the_query_alone)
{
	static const struct hostile_step steps[] = {
	    {.text = MADE}, {.text = "HTTP/1.1 403 No\r\n" EMPTY}};
	struct hostile *server = hostile_start(steps, 2, 0);
	struct store_list list = STORE_LIST_INIT;
	struct store_op ask = STORE_LIST("a b", &list);
	char conn[300];
	const struct store_options options = {.azure_conn = conn};
	struct store *store;

	snprintf(conn, sizeof conn,
	    "BlobEndpoint=http://127.0.0.1:%u;"
	    "SharedAccessSignature=?sv=2021&sig=hemlich%%3D",
	    hostile_port(server));
	store = store_t_open_with("azure", &options);
	store_t_put(store, "a", "x");
	ck_assert_ptr_nonnull(strstr(
	    hostile_head(server, 0), "/a?sv=2021&sig=hemlich%3D HTTP/1.1"));
	ck_assert_ptr_null(strstr(hostile_head(server, 0), "Authorization"));

	store_t_expect(store, &ask, STORE_FAILED);
	check_no_secret(&ask.err);
	ck_assert_ptr_nonnull(strstr(hostile_head(server, 1),
	    "&prefix=a%20b&sv=2021&sig=hemlich%3D HTTP/1.1"));
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(bad_settings_are_refused_without_their_secrets)
{
	static const struct store_options bad[] = {
	    {.azure_conn = "AccountName=a;AccountKey=hemlich!",
		.container = "abc"},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = "ab"},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = "Abc"},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = "a/c"},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = "a--c"},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = "-bc"},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = ""},
	    {.azure_conn = "UseDevelopmentStorage=true", .container = NULL},
	};
	struct store *store = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = ERR_INIT;

		ck_assert_int_eq(store_open(&bad[i], &store, &err), -1);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_ptr_null(strstr(t_text(&err), "hemlich"));
		ck_assert_ptr_null(strstr(err.detail, "hemlich"));
	}
}
END_TEST

/* From here on the emulator is behind. */

static void
check_lost(const struct hostile_step *steps, size_t n, struct store_op *op,
    enum store_result result, unsigned requests)
{
	struct hostile *server = hostile_start(steps, n, emulator());
	struct store *store = open_at(server);

	store_t_expect(store, op, result);
	ck_assert_uint_eq(op->requests, requests);
	store_close(store);
	hostile_stop(server);
}

static const struct hostile_step answer_lost[] = {{.act = HOSTILE_RELAY_CLOSE}};
static const struct hostile_step request_lost[] = {{.act = HOSTILE_CLOSE}};

START_TEST(a_create_whose_answer_was_lost_is_known_as_ours)
{
	struct store *store = store_t_open("azure");
	struct store_op put = STORE_PUT("a", STORE_IF_NEW, NULL, "mine", 4);
	char *etag;

	store_t_put(store, "other", "x");
	/* Create; create again: exists; look. */
	check_lost(answer_lost, 1, &put, STORE_OK, 3);
	store_t_check(store, "a", "mine");
	etag = store_t_etag(store, "a");
	ck_assert_str_eq(put.new_etag.s, etag);
	free(etag);
	store_ops_release(&put, 1);
	store_close(store);
}
END_TEST

/* Runs the op against a service that does this with every request, with 600 ms
 * for it; how long it took in the end, in ms. */
static int64_t
run_in_600_ms(const struct hostile_step *step, struct store_op *op, long pause)
{
	struct hostile *server = hostile_start(step, 1, 0);
	char conn[400];
	const struct store_options options = {
	    .azure_conn = conn, .retry_ms = pause};
	int64_t began = clock_monotonic_ms();
	struct store *store;

	snprintf(conn, sizeof conn,
	    "AccountName=devstoreaccount1;AccountKey=" KEY
	    ";BlobEndpoint=http://127.0.0.1:%u/devstoreaccount1",
	    hostile_port(server));
	store = store_t_open_with("azure", &options);
	store_set_deadline(store, began + 600);
	store_t_expect(store, op, STORE_FAILED);
	ck_assert_str_ne(op->err.detail, "");
	began = clock_monotonic_ms() - began;
	/* Nothing begins after it. */
	store_set_deadline(store, clock_monotonic_ms() - 1);
	store_t_expect(store, op, STORE_FAILED);
	ck_assert_ptr_nonnull(strstr(op->err.detail, "no time is left"));
	store_ops_release(op, 1);
	store_close(store);
	hostile_stop(server);
	return began;
}

START_TEST(a_service_that_hangs_is_given_up_at_the_deadline)
{
	static const struct hostile_step hang = {.act = HOSTILE_HANG};
	struct store_op get = STORE_GET("a");
	struct store_op put = STORE_PUT("a", STORE_ALWAYS, NULL, "x", 1);
	struct store_op new = STORE_PUT("a", STORE_IF_NEW, NULL, "x", 1);
	struct store_op *const ops[] = {&get, &put, &new};
	size_t i;

	for (i = 0; i < ARRAY_LEN(ops); i++) {
		int64_t ms = run_in_600_ms(&hang, ops[i], 0);

		ck_assert_int_ge(ms, 590);
		ck_assert_int_lt(ms, 3000);
	}
}
END_TEST

START_TEST(no_pause_is_begun_that_would_pass_the_deadline)
{
	static const struct hostile_step busy = {.text = BUSY};
	struct store_op get = STORE_GET("a");

	ck_assert_int_lt(run_in_600_ms(&busy, &get, 4000), 590);
}
END_TEST

START_TEST(a_slow_store_has_more_time_than_one_that_hangs)
{
	static const struct hostile_step steps[] = {
	    {.text = BLOB, .times = 2}, {.act = HOSTILE_HANG}};
	struct hostile *server = hostile_start(steps, ARRAY_LEN(steps), 0);
	struct store *store = open_at(server);
	struct store_op get = STORE_GET("a");
	int64_t began = clock_monotonic_ms();
	int i;

	store_set_deadline(store, began + 60000);
	store_set_stall(store, began, 1500);
	for (i = 0; i < 2; i++) {
		usleep(800000);
		ck_assert_int_le(store_time_left(store, 60000), 700);
		store_t_expect(store, &get, STORE_OK);
		ck_assert_int_gt(store_time_left(store, 60000), 700);
	}
	began = clock_monotonic_ms();
	store_t_expect(store, &get, STORE_FAILED);
	ck_assert_int_lt(clock_monotonic_ms() - began, 5000);
	ck_assert_int_eq(store_time_left(store, 60000), 0);
	store_ops_release(&get, 1);
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(a_store_that_was_silent_is_left_alone_for_a_while)
{
	static const struct hostile_step steps[] = {
	    {.act = HOSTILE_HANG}, {.text = BUSY}};
	struct hostile *server = hostile_start(steps, ARRAY_LEN(steps), 0);
	struct store *store = open_at(server);
	struct store_op get = STORE_GET("a");
	int64_t began = clock_monotonic_ms();

	store_set_patience(store, 800);
	store_t_expect(store, &get, STORE_FAILED);
	ck_assert_int_ge(clock_monotonic_ms() - began, 790);
	ck_assert_uint_eq(hostile_requests(server), 1);
	began = clock_monotonic_ms();
	store_t_expect(store, &get, STORE_FAILED);
	ck_assert_uint_eq(hostile_requests(server), 1);
	ck_assert_int_lt(clock_monotonic_ms() - began, 700);
	while (clock_monotonic_ms() < began + 1610)
		usleep(10000);
	store_t_expect(store, &get, STORE_FAILED);
	ck_assert_uint_gt(hostile_requests(server), 1);
	store_ops_release(&get, 1);
	store_close(store);
	hostile_stop(server);
}
END_TEST

START_TEST(a_replacement_whose_answer_was_lost_is_known_as_ours)
{
	struct store *store = store_t_open("azure");
	struct store_op put = STORE_PUT("a", STORE_IF_MATCH, NULL, "mine", 4);
	char *etag;

	store_t_put(store, "a", "old");
	etag = store_t_etag(store, "a");
	put.etag = etag;
	check_lost(answer_lost, 1, &put, STORE_OK, 3);
	store_t_check(store, "a", "mine");
	free(etag);
	store_ops_release(&put, 1);
	store_close(store);
}
END_TEST

START_TEST(a_removal_whose_answer_was_lost_is_done)
{
	struct store *store = store_t_open("azure");
	struct store_op remove = STORE_REMOVE("a", STORE_IF_MATCH, NULL);
	char *etag;

	store_t_put(store, "a", "old");
	etag = store_t_etag(store, "a");
	remove.etag = etag;
	/* Remove; again: no such state (the service itself says absent);
	 * look. */
	check_lost(answer_lost, 1, &remove, STORE_OK, 3);
	store_t_check(store, "a", NULL);
	free(etag);
	store_ops_release(&remove, 1);
	store_close(store);
}
END_TEST

START_TEST(equal_bytes_of_another_writer_are_not_ours)
{
	struct store *store = store_t_open("azure");
	struct store_op theirs = STORE_PUT("a", STORE_IF_NEW, NULL, "43", 2);
	struct store_op ours = STORE_PUT("a", STORE_IF_NEW, NULL, "43", 2);

	/* Our first try never arrived, and meanwhile they made it. */
	store_t_expect(store, &theirs, STORE_OK);
	check_lost(request_lost, 1, &ours, STORE_EXISTS, 3);
	ck_assert(ours.unsure);
	store_t_expect(store, &ours, STORE_EXISTS);
	ck_assert(!ours.unsure);

	ours.cond = STORE_IF_MATCH;
	ours.etag = "0x8D0000000000000";
	check_lost(request_lost, 1, &ours, STORE_CHANGED, 3);
	ck_assert(ours.unsure);
	store_t_expect(store, &ours, STORE_CHANGED);
	ck_assert(!ours.unsure);
	store_ops_release(&theirs, 1);
	store_ops_release(&ours, 1);
	store_close(store);
}
END_TEST

START_TEST(a_conditional_put_that_never_arrived_is_sent_again)
{
	struct store *store = store_t_open("azure");
	struct store_op put = STORE_PUT("a", STORE_IF_NEW, NULL, "mine", 4);

	store_t_put(store, "other", "x");
	check_lost(request_lost, 1, &put, STORE_OK, 2);
	store_t_check(store, "a", "mine");
	store_ops_release(&put, 1);
	store_close(store);
}
END_TEST

START_TEST(a_write_that_failed_may_have_happened)
{
	struct store *store = store_t_open("azure");
	struct store_op put = A_PUT;

	store_t_put(store, "other", "x");
	check_lost(answer_lost, 1, &put, STORE_FAILED, 1);
	store_t_check(store, "a", "x");
	store_ops_release(&put, 1);
	store_close(store);
}
END_TEST

START_TEST(the_container_is_made_at_the_first_put)
{
	struct hostile *server = hostile_start(NULL, 0, emulator());
	struct store *store = open_at(server);
	struct store_op ops[8];
	static char keys[8][8];
	struct err err;
	size_t i;

	/* Put, container, put: for each of a batch, and never again. */
	for (i = 0; i < ARRAY_LEN(ops); i++) {
		snprintf(keys[i], sizeof keys[i], "k%zu", i);
		ops[i] = (struct store_op)STORE_PUT(
		    keys[i], STORE_ALWAYS, NULL, "x", 1);
	}
	ck_assert_int_eq(store_run(store, ops, ARRAY_LEN(ops), &err), 0);
	store_ops_release(ops, ARRAY_LEN(ops));
	ck_assert_uint_le(hostile_requests(server), 24);
	i = hostile_requests(server);
	store_t_put(store, "a", "x");
	ck_assert_uint_eq(hostile_requests(server), i + 1);
	store_close(store);
	hostile_stop(server);
}
END_TEST

static void
count_lists(void *arg, const struct store_event *event)
{
	unsigned *counts = arg;

	if (event->verb == STORE_VERB_LIST) {
		counts[0]++;
		counts[1] = event->round;
	}
}

START_TEST(a_list_goes_on_over_its_pages)
{
	const struct store_options options = {.page = 10};
	struct store *store = store_t_open_with("azure", &options);
	struct store_list list = STORE_LIST_INIT;
	unsigned counts[2] = {0};
	struct err err;
	char key[40];
	size_t i;

	for (i = 0; i < 25; i++) {
		snprintf(key, sizeof key, "p/%02zu-\xc3\xa4 &", i);
		store_t_put(store, key, "x");
	}
	store_watch(store, count_lists, counts);
	ck_assert_int_eq(store_list(store, "p/", &list, &err), 0);
	ck_assert_uint_eq(list.n, 25);
	for (i = 0; i < 25; i++) {
		snprintf(key, sizeof key, "p/%02zu-\xc3\xa4 &", i);
		ck_assert_str_eq(list.items[i].key, key);
	}
	ck_assert_uint_eq(counts[0], 3);
	ck_assert_uint_ge(counts[1], 28);
	store_list_release(&list);
	store_close(store);
}
END_TEST

int
main(void)
{
	const TTest *const alone[] = {a_write_without_condition_is_sent_once,
	    a_write_without_condition_is_sent_once_on_a_dead_connection,
	    reads_and_conditional_writes_are_tried_four_times,
	    a_busy_service_is_waited_for, half_and_wrong_answers_are_faults,
	    a_404_without_blobnotfound_is_not_an_absent_blob,
	    a_blob_that_is_archived_is_barred_and_a_403_is_not,
	    a_broken_list_is_a_fault_and_empty, a_dead_service_fails_soon,
	    what_a_note_names_is_looked_at, a_note_that_is_unknown_lists_all,
	    after_looks_that_take_long_all_are_listed,
	    a_change_may_be_larger_than_what_is_read,
	    metadata_of_our_name_hinders_no_change,
	    a_look_at_a_change_that_fails_is_a_fault_of_the_list,
	    an_endpoint_is_tls_or_loopback_and_its_value_is_not_shown,
	    a_service_that_hangs_is_given_up_at_the_deadline,
	    no_pause_is_begun_that_would_pass_the_deadline,
	    a_slow_store_has_more_time_than_one_that_hangs,
	    a_store_that_was_silent_is_left_alone_for_a_while,
	    a_wrong_clock_is_set_once, a_403_with_a_right_clock_is_final,
	    requests_say_what_the_service_asks_for,
	    a_shared_access_signature_is_in_the_query_alone,
	    bad_settings_are_refused_without_their_secrets};
	const TTest *const behind[] = {
	    a_create_whose_answer_was_lost_is_known_as_ours,
	    a_replacement_whose_answer_was_lost_is_known_as_ours,
	    a_removal_whose_answer_was_lost_is_done,
	    equal_bytes_of_another_writer_are_not_ours,
	    a_conditional_put_that_never_arrived_is_sent_again,
	    a_write_that_failed_may_have_happened,
	    the_container_is_made_at_the_first_put,
	    a_list_goes_on_over_its_pages};
	struct err err;
	int rc;

	if (enc_start(&err) == -1)
		return 1;
	rc = t_run("store_azure", alone, ARRAY_LEN(alone));
	if (getenv("AZURE_BLOB_CONN") != NULL)
		return rc | t_run("store_azure with the emulator", behind,
				ARRAY_LEN(behind));

	puts("store_azure with the emulator was not run: AZURE_BLOB_CONN is "
	     "not set (tests/azurite.sh sets it, STORE_ONLY=fs does without)");
	return std_streq(getenv("STORE_ONLY"), "fs") ? rc : 1;
}
