#include "world.h"

#include <sys/stat.h>
#include <sys/time.h>

#include "edit/build.h"
#include "edit/create.h"
#include "t.h"

void
ok(int rc, const struct err *err)
{
	ck_assert_msg(rc == 0, "%s: %s (%s)", err_word(err->code), t_text(err),
	    err->detail);
}

static void
set_env(const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "fs:%s/store", t_scratch());
	setenv("CODEX_STORE", path, 1);
	snprintf(path, sizeof path, "%s/run-%s", t_scratch(), name);
	setenv("CODEX_RUN", path, 1);
	setenv("CODEX_BASE_URL", "http://127.0.0.1:8080", 1);
	setenv("CODEX_AUTH", "local:ada", 1);
	unsetenv("AZURE_BLOB_CONN");
	unsetenv("CACHE_REVALIDATE_MS");
}

void
host_open(struct host *host, const char *name)
{
	struct err err = ERR_INIT;

	memset(host, 0, sizeof *host);
	set_env(name);
	ok(app_open(&host->app, NULL, &err), &err);
	host->app.store = store_fault_new(host->app.store, &host->plan);
	host->cache = cache_new((size_t)1 << 20);
	host->built = cache_new((size_t)1 << 20);
	host->memory = mirror_memory_new((size_t)8 << 20);
	host_clock(host, NOON);
}

void
host_close(struct host *host)
{
	cache_free(host->cache);
	cache_free(host->built);
	mirror_memory_free(host->memory);
	auth_close(&host->auth);
	app_close(&host->app);
}

void
host_admit(struct host *host)
{
	struct err err = ERR_INIT;

	free(host->app.conf.auth);
	host->app.conf.auth = NULL;
	free(host->app.conf.key_secret);
	host->app.conf.key_secret =
	    std_strdup("a secret that only those get that check sessions");
	ok(auth_open(&host->auth, &host->app, &err), &err);
}

void
host_clock(struct host *host, const char *now)
{
	int64_t ms;

	ck_assert_int_eq(day_parse_rfc3339(now, &ms), 0);
	host->app.conf.now_offset_ms = 0;
	host->app.conf.now_offset_ms = ms - app_now(&host->app);
}

enum view_source
host_show(struct host *host, const char *user, bool recheck, struct buf *body)
{
	const struct view_query query = {.user = user, .recheck = recheck};
	struct view_answer answer = VIEW_ANSWER_INIT;
	struct build_job job = {
	    .user = user, .cache = host->built, .memory = host->memory};
	struct err err = ERR_INIT;
	enum view_source source;

	ok(view_look(
	       &host->app, host->cache, &query, &answer, &job.state, &err),
	    &err);
	if (answer.body == NULL)
		ok(build_week(&host->app, &job, &answer, &err), &err);
	source = answer.source;
	buf_set(body, answer.body->s, answer.body->len);
	view_answer_release(&answer);
	return source;
}

enum view_source
host_source(struct host *host, const char *user)
{
	struct buf body = BUF_INIT;
	enum view_source source = host_show(host, user, false, &body);

	buf_release(&body);
	return source;
}

unsigned
host_requests(struct host *host)
{
	unsigned n = host->plan.ops;

	host->plan.ops = 0;
	return n;
}

void
host_create(
    struct host *host, const char *user, const char *title, struct buf *file)
{
	struct create_result result = CREATE_RESULT_INIT;
	struct err err = ERR_INIT;
	struct task_edit edit = {
	    .has_kind = true,
	    .to = {.kind = TASK_ARBEIT},
	    .has_title = true,
	    .title = std_strdup(title),
	};
	const struct create create = {.user = user, .edit = &edit};

	ok(create_task(&host->app, &create, &result, &err), &err);
	if (file != NULL)
		buf_set(file, result.file.s, result.file.len);
	create_result_release(&result);
	task_edit_release(&edit);
}

void
host_put(struct host *host, const char *key, const char *bytes)
{
	struct buf copy = BUF_INIT;

	buf_adds(&copy, bytes);
	host_put_bytes(host, key, &copy);
	buf_release(&copy);
}

void
host_put_bytes(struct host *host, const char *key, const struct buf *bytes)
{
	struct store_op op =
	    STORE_PUT(key, STORE_ALWAYS, NULL, bytes->s, bytes->len);
	struct err err = ERR_INIT;

	ok(store_run(host->app.store, &op, 1, &err), &err);
	store_ops_release(&op, 1);
}

const char *
host_path(const char *key)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/store/%s", t_scratch(), key);
	return path;
}

void
host_get(struct host *host, const char *key, struct buf *out)
{
	struct store_op op = STORE_GET(key);
	struct err err = ERR_INIT;

	ok(store_run(host->app.store, &op, 1, &err), &err);
	buf_set(out, op.body.s, op.body.len);
	store_ops_release(&op, 1);
}

void
host_find_twin(struct host *host, const char *user, char twin[HOST_TWIN_MAX])
{
	struct version *version = host->app.version;
	uint64_t was;
	int i;

	for (i = 0; i < 2000000; i++) {
		snprintf(twin, HOST_TWIN_MAX, "u%d", i);
		was = version_generation(version, twin);
		version_raise(version, user);
		if (version_generation(version, twin) != was)
			return;
	}
	ck_abort_msg("no two users in one slot");
}

void
host_set_age(const char *key, int64_t ms)
{
	struct timeval times[2];

	gettimeofday(&times[0], NULL);
	times[0].tv_sec -= ms / 1000;
	times[1] = times[0];
	ck_assert_int_eq(utimes(host_path(key), times), 0);
}
