#include "store_t.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "backend/store_open.h"
#include "base/enc.h"
#include "store_fault.h"

const char *
store_t_dir(void)
{
	static char dir[512];

	snprintf(dir, sizeof dir, "%s/store", t_scratch());
	return dir;
}

/* A name of its own for each test: the pid of its process is in it. */
static const char *
container(void)
{
	static char name[64];

	if (name[0] == '\0') {
		struct buf random = BUF_INIT;

		enc_random(&random, 8);
		snprintf(
		    name, sizeof name, "test-%ld-%s", (long)getpid(), random.s);
		buf_release(&random);
	}
	return name;
}

struct store *
store_t_open_with(const char *kind, const struct store_options *options)
{
	static struct store_fault no_plan;
	struct store_options all = *options;
	struct store *store = NULL;
	struct err err = ERR_INIT;

	if (std_streq(kind, "azure")) {
		if (all.azure_conn == NULL)
			all.azure_conn = getenv("AZURE_BLOB_CONN");
		ck_assert_ptr_nonnull(all.azure_conn);
		all.container = container();
	}
	all.fs_dir = store_t_dir();
	ck_assert_msg(store_open(&all, &store, &err) == 0, "%s (%s)",
	    t_text(&err), err.detail);
	if (std_streq(kind, "fault"))
		store = store_fault_new(store, &no_plan);
	return store;
}

struct store *
store_t_open(const char *kind)
{
	return store_t_open_with(kind, &(struct store_options){.page = 0});
}

void
store_t_expect(
    struct store *store, struct store_op *op, enum store_result result)
{
	struct err err = ERR_INIT;
	int rc = store_run(store, op, 1, &err);

	ck_assert_msg(op->result == result, "%s of '%s' on %s: %s, not %s: %s",
	    op->verb == STORE_VERB_GET ? "get" : "change", op->key,
	    store_kind(store), store_result_name(op->result),
	    store_result_name(result), err.detail);
	ck_assert_int_eq(rc, result == STORE_FAILED ? -1 : 0);
}

void
store_t_put(struct store *store, const char *key, const char *text)
{
	struct store_op op =
	    STORE_PUT(key, STORE_ALWAYS, NULL, text, strlen(text));

	store_t_expect(store, &op, STORE_OK);
	ck_assert_uint_gt(op.new_etag.len, 0);
	store_ops_release(&op, 1);
}

void
store_t_check(struct store *store, const char *key, const char *text)
{
	struct store_op op = STORE_GET(key);

	store_t_expect(store, &op, text != NULL ? STORE_OK : STORE_ABSENT);
	ck_assert_str_eq(op.body.s, text != NULL ? text : "");
	store_ops_release(&op, 1);
}

char *
store_t_etag(struct store *store, const char *key)
{
	struct store_op op = STORE_GET(key);
	char *etag;

	store_t_expect(store, &op, STORE_OK);
	etag = std_strdup(op.new_etag.s);
	store_ops_release(&op, 1);
	return etag;
}

void
store_t_fork(unsigned n, bool (*fn)(unsigned i, void *arg), void *arg)
{
	pid_t pids[64];
	unsigned i;
	int status;

	ck_assert_uint_le(n, ARRAY_LEN(pids));
	/* The parent's own folder, before children make one each. */
	(void)t_scratch();
	(void)container();
	for (i = 0; i < n; i++) {
		pids[i] = fork();
		ck_assert_int_ne(pids[i], -1);
		if (pids[i] == 0)
			_exit(fn(i, arg) ? 0 : 1);
	}
	for (i = 0; i < n; i++) {
		ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
		ck_assert_msg(status == 0, "child %u: status %#x", i, status);
	}
}
