#include "sync/work.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/numbers.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/log.h"
#include "base/std.h"
#include "git/github.h"
#include "git/github_limit.h"
#include "store/names.h"
#include "sync/backoff.h"
#include "sync/pending.h"
#include "sync/reconcile.h"

#define CLIENTS        256 /* that rang since the last round */
#define LINE_MAX_BYTES 4096
#define READ_S         1 /* for a line that was announced */
#define WAIT_MAX_MS    60000

struct client {
	int fd;
	char user[NAMES_USER_MAX + 1];
	bool full, confirm;
	bool later; /* pending.h */
	bool done;
};

struct work {
	struct app *app;
	struct github *github;
	struct github_limit limit;
	struct backoff pace;
	int bell;
	struct client clients[CLIENTS];
	size_t n;
};

int
work_check(struct app *app, struct err *err)
{
	const struct conf *conf = &app->conf;

	if (conf->github_token == NULL || conf->github_owner == NULL ||
	    conf->github_repo == NULL)
		return err_set(err, ERR_SETTING,
		    "GITHUB_TOKEN, GITHUB_OWNER und GITHUB_REPO gehören "
		    "zusammen.");
	return 0;
}

static void
watch(void *arg, const struct github_event *event)
{
	struct work *w = arg;

	log_debug("github %s %s %d %s %ldus", event->method, event->path,
	    event->status, event->result, event->us);
	/* At once: who dies now must not ask too early when he is back. */
	if (github_limit_keep(&w->limit, w->github) == -1)
		log_warn("limit: %s", strerror(errno));
}

static int
open_github(struct work *w, struct err *err)
{
	const struct conf *conf = &w->app->conf;
	const struct github_options options = {
	    .api_url = conf->github_api_url,
	    .token = conf->github_token,
	    .owner = conf->github_owner,
	    .repo = conf->github_repo,
	};

	if (github_open(&options, &w->github, err) == -1)
		return -1;
	github_watch(w->github, watch, w);
	return github_limit_open(
	    &w->limit, w->app->conf.run, conf->github_token, w->github, err);
}

static bool
parse_ring(const struct buf *line, struct client *c)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	const char *user;
	bool good = false;

	if (json_parse(line->s, line->len, &json, &err) == -1)
		return false;
	user = json_get_str(json, "user");
	if (user != NULL && names_user_ok(user)) {
		snprintf(c->user, sizeof c->user, "%s", user);
		c->full = json_object_get_boolean(
		    json_get(json, "full", json_type_boolean));
		c->confirm = json_object_get_boolean(
		    json_get(json, "confirm", json_type_boolean));
		c->later = json_object_get_boolean(
		    json_get(json, "later", json_type_boolean));
		good = true;
	}
	json_object_put(json);
	return good;
}

static bool
read_ring(struct client *c)
{
	const struct timeval limit = {READ_S, 0};
	struct buf line = BUF_INIT;
	char chunk[512];
	ssize_t n;
	bool good;

	setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	while (line.len < LINE_MAX_BYTES && strchr(line.s, '\n') == NULL &&
	       (n = read(c->fd, chunk, sizeof chunk)) > 0)
		buf_add(&line, chunk, (size_t)n);
	good = line.len > 0 && parse_ring(&line, c);
	buf_release(&line);
	return good;
}

/* Takes in everybody who has rung by now. */
static void
hear(struct work *w)
{
	while (w->n < CLIENTS) {
		struct client *c = &w->clients[w->n];

		memset(c, 0, sizeof *c);
		c->fd = accept4(w->bell, NULL, NULL, SOCK_CLOEXEC);
		if (c->fd == -1)
			return;
		if (read_ring(c))
			w->n++;
		else
			close(c->fd);
	}
}

static void
print_next_id(struct buf *out, unsigned next)
{
	char number[8];

	json_key(out, "nextId");
	snprintf(number, sizeof number, "%04u", next);
	if (next < NAMES_NUMBER_END)
		json_add_str(out, number);
	else
		json_add_null(out);
}

static void
print_result(struct buf *out, const struct client *wish, unsigned next_id,
    const struct job_result *r)
{
	const struct {
		const char *key;
		unsigned n;
	} counts[] = {
	    {"changed", r->changed},
	    {"removed", r->removed},
	    {"pushed", r->pushed},
	    {"pulls", r->pulls},
	    {"conflicts", r->conflicts},
	    {"kept", r->kept},
	};
	size_t i;

	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, strcmp(r->state, "failed") != 0);
	json_key(out, "mode");
	json_add_str(out, wish->full ? "full" : "diff");
	json_key(out, "userId");
	json_add_str(out, wish->user);
	json_key(out, "state");
	json_add_str(out, r->state);
	json_key(out, "text");
	json_add_str(out, r->text);
	for (i = 0; i < ARRAY_LEN(counts); i++) {
		json_key(out, counts[i].key);
		json_add_int(out, counts[i].n);
	}
	print_next_id(out, next_id);
	json_key(out, "head");
	json_add_str(out, r->head);
	json_key(out, "pending");
	json_add_bool(out, r->undecided || r->busy);
	json_close(out, '}');
	buf_addc(out, '\n');
}

static void
step(void *arg, const char *name)
{
	struct work *w = arg;

	log_debug("step %s", name);
	app_step(w->app, name);
}

/* Waiting for a head that lags is no failure: it ends soon. */
static void
set_pace(struct work *w, const char *user, const struct job_result *result)
{
	int64_t first = w->app->conf.sync_poll_ms;

	if (result == NULL || strcmp(result->state, "failed") == 0 ||
	    (result->undecided && result->text[0] != '\0'))
		backoff_failed(&w->pace, user, app_now(w->app), first);
	else
		backoff_good(&w->pace, user);
}

/*
 * Not again and again where it came to nothing; and once it has been said
 * that GitHub wants a pause, nothing before its end.
 */
static bool
is_due(const struct work *w, const char *user)
{
	int64_t next = backoff_next(&w->pace, user), now = app_now(w->app);
	int64_t until =
	    github_limited_until(w->github) + w->app->conf.now_offset_ms;

	return next == 0 || (now >= next && now >= until);
}

static int
reconcile(struct work *w, const struct client *c, struct job_result *result)
{
	const struct conf *conf = &w->app->conf;
	struct err err = ERR_INIT;
	const struct job job = {
	    .app = w->app,
	    .github = w->github,
	    .branch = conf->github_branch,
	    .committer = {conf->committer_name, conf->committer_email},
	    .user = c->user,
	    .full = c->full,
	    .confirm = c->confirm,
	    .lag_ms = conf->sync_lag_ms,
	    .lease_ms = conf->sync_lease_ms,
	    .push_ms = conf->sync_push_ms,
	    .step = step,
	    .arg = w,
	};

	if (reconcile_run(&job, result, &err) == 0) {
		set_pace(w, c->user, result);
		log_debug("sync %s: %s changed %u removed %u pushed %u",
		    c->user, result->state, result->changed, result->removed,
		    result->pushed);
		return 0;
	}
	set_pace(w, c->user, NULL);
	log_warn("sync %s: %s %s", c->user, err.text, err.detail);
	return -1;
}

/* Everybody who rang for this user hears the same. */
static void
answer(struct work *w, const char *user, const struct buf *line)
{
	size_t i;

	for (i = 0; i < w->n; i++) {
		struct client *c = &w->clients[i];

		if (c->done || strcmp(c->user, user) != 0)
			continue;
		send(c->fd, line->s, line->len, MSG_NOSIGNAL);
		close(c->fd);
		c->done = true;
	}
}

/* One run for all who rang for the same user; the strongest wish counts. */
static void
serve_client(struct work *w, size_t first)
{
	struct client wish = w->clients[first];
	struct job_result result;
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned next;
	size_t i;

	for (i = first; i < w->n; i++) {
		const struct client *c = &w->clients[i];

		if (c->done || strcmp(c->user, wish.user) != 0)
			continue;
		wish.full = wish.full || c->full;
		wish.confirm = wish.confirm || c->confirm;
		wish.later = wish.later && c->later;
	}
	step(w, "heard");
	if ((!wish.later || is_due(w, wish.user)) &&
	    reconcile(w, &wish, &result) == 0 &&
	    numbers_look(w->app, wish.user, &next, &err) == 0)
		print_result(&line, &wish, next, &result);
	step(w, "answer");
	answer(w, wish.user, &line);
	buf_release(&line);
}

static void
serve_clients(struct work *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (!w->clients[i].done)
			serve_client(w, i);
	w->n = 0;
}

static void
serve_marks(struct work *w, const volatile sig_atomic_t *stopping)
{
	struct err err = ERR_INIT;
	struct job_result result;
	struct client c;
	char **users;
	size_t i, n;

	if (pending_list(w->app, &users, &n, &err) == -1) {
		log_warn("marks: %s", err.detail);
		return;
	}
	for (i = 0; i < n; i++) {
		memset(&c, 0, sizeof c);
		snprintf(c.user, sizeof c.user, "%s", users[i]);
		if (!*stopping && is_due(w, c.user) &&
		    reconcile(w, &c, &result) == -1)
			log_debug("%s stays marked", c.user);
		/* Who waits at the bell does not wait for all of them. */
		hear(w);
		serve_clients(w);
		free(users[i]);
	}
	free(users);
}

static void
loop(struct work *w, const volatile sig_atomic_t *stopping)
{
	struct pollfd p = {.fd = w->bell, .events = POLLIN};
	int64_t every = w->app->conf.sync_poll_ms;
	int64_t last = app_now(w->app) - every, wait;

	while (!*stopping) {
		wait = last + every - app_now(w->app);
		if (wait > every) /* the clock was set back */
			last = app_now(w->app) - every;
		if (wait > 0) {
			wait = wait > WAIT_MAX_MS ? WAIT_MAX_MS : wait;
			if (poll(&p, 1, (int)wait) == 1) {
				hear(w);
				serve_clients(w);
			}
			continue;
		}
		last = app_now(w->app);
		serve_marks(w, stopping);
	}
}

int
work_run(struct app *app, const volatile sig_atomic_t *stopping)
{
	struct work *w = std_zalloc(sizeof *w);
	struct err err = ERR_INIT;
	int status = 1;

	w->app = app;
	w->limit.fd = -1;
	if (open_github(w, &err) == -1 ||
	    pending_listen(app, &w->bell, &err) == -1) {
		log_warn("%s", err.text);
	} else {
		loop(w, stopping);
		close(w->bell);
		status = 0;
	}
	github_limit_close(&w->limit);
	github_close(w->github);
	backoff_release(&w->pace);
	free(w);
	return status;
}
