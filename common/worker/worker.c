#include "worker/worker.h"

#include <sys/socket.h>
#include <unistd.h>

#include "app/app.h"
#include "app/numbers.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/std.h"
#include "base/stop.h"
#include "git/github.h"
#include "git/github_limit.h"
#include "host/meters.h"
#include "host/notify.h"
#include "run/reconcile.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/backoff.h"
#include "sync/bell.h"
#include "sync/outcome.h"
#include "sync/pending.h"
#include "sync/run_note.h"
#include "week/ledger.h"
#include "worker/head_watch.h"
#include "worker/result_line.h"
#include "worker/site_pause.h"
#include "worker/sync_log.h"
#include "worker/turn.h"

#define CLIENTS     256   /* programs that rang since the last round */
#define WAIT_MAX_MS 60000 /* of one poll, whatever SYNC_POLL_MS is */

/* A program that rang and may wait for the result. */
struct client {
	int fd;
	char user[NAMES_USER_MAX + 1];
	struct bell_wish wish;
	bool done; /* answered and closed */
};

struct worker {
	struct app *app;
	struct github *github;
	struct github_limit limit;
	struct site_pause pause;
	struct backoff backoff;
	struct outcome outcome; /* as logged; "" stands for the marks */
	bool refused;           /* GitHub takes the token no more */
	struct sync_log run;    /* what goes on now, for the log */
	struct head_watch watch;
	struct turn turn;
	const volatile sig_atomic_t *stopping;
	int bell;
	struct client clients[CLIENTS];
	size_t n;
};

static int
open_repository(const struct conf *conf, struct github **out, struct err *err)
{
	const struct github_options options = {
	    .api_url = conf->github_api_url,
	    .token = conf->github_token,
	    .owner = conf->github_owner,
	    .repo = conf->github_repo,
	    .proxy = conf->http_proxy,
	};

	return github_open(&options, out, err);
}

/* Open what worker_run opens, so that -t finds what it would fail for. */
int
worker_check(struct app *app, struct err *err)
{
	const struct conf *conf = &app->conf;
	struct github *github;

	if (conf->github_token == NULL || conf->github_owner == NULL ||
	    conf->github_repo == NULL)
		return err_set(err, ERR_SETTING, MSG_CONF_GIT_TOGETHER);
	if (open_repository(conf, &github, err) == -1)
		return -1;
	github_close(github);
	return 0;
}

/* Log once when GitHub refuses the token, whosever run it was, and once when
 * it takes it again. */
static void
note_token(struct worker *w, int status)
{
	bool refused = status == 401;

	if (refused == w->refused || status < 200 || status >= 500)
		return;
	w->refused = refused;
	if (refused)
		log_warn(
		    "GitHub refuses GITHUB_TOKEN (401): nothing is synced");
	else
		log_info("GitHub takes GITHUB_TOKEN again");
}

static void
note_request(void *arg, const struct github_event *event)
{
	struct worker *w = arg;

	sync_log_call(event);
	meters_count_github(w->app->meters, event->method, event->result);
	if (event->left >= 0)
		meters_set(w->app->meters, METERS_RATE_LEFT, event->left);
	note_token(w, event->status);
	/* At once, so that a worker that is killed now and started again does
	 * not ask GitHub before the limit ends. */
	if (github_limit_keep(&w->limit, w->github) == -1)
		log_warn(
		    "the limit of GitHub is not kept: %s", strerror(errno));
	site_pause_tell(&w->pause, w->app, w->github);
}

static int
open_github(struct worker *w, struct err *err)
{
	const struct conf *conf = &w->app->conf;

	if (open_repository(conf, &w->github, err) == -1)
		return -1;
	github_watch(w->github, note_request, w);
	site_pause_init(&w->pause, conf->github_token);
	return github_limit_open(
	    &w->limit, conf->run, conf->github_token, w->github, err);
}

/* Accept all programs that have rung by now; the others queue. */
static void
accept_clients(struct worker *w)
{
	while (w->n < CLIENTS) {
		struct client *c = &w->clients[w->n];

		memset(c, 0, sizeof *c);
		c->fd = accept4(w->bell, NULL, NULL, SOCK_CLOEXEC);
		if (c->fd == -1)
			return;
		if (bell_read(c->fd, c->user, &c->wish))
			w->n++;
		else
			close(c->fd);
	}
}

static void
take_step(void *arg, const char *name)
{
	struct worker *w = arg;
	struct log_line line;

	log_begin(&line, LOG_DEBUG, "step");
	log_str(&line, "step", name);
	log_end(&line);
	app_step(w->app, name);
}

static void
tell_damaged(void *arg)
{
	(void)arg;
	sync_log_unread();
}

static void
tell_singly(void *arg, const char *why)
{
	(void)arg;
	sync_log_singly(why);
}

/*
 * Back off from a user whose run failed or came to nothing for a reason that
 * it could name.  A run that waits for a head that lags (undecided, without a
 * text) is no failure: GitHub shows the head soon.
 */
static void
set_backoff(struct worker *w, const char *user, const struct job_result *result)
{
	int64_t first = w->app->conf.sync_poll_ms;

	if (result == NULL || result->state == LEDGER_STATE_FAILED ||
	    (result->undecided && result->text[0] != '\0'))
		backoff_failed(&w->backoff, user, clock_monotonic_ms(), first);
	else
		backoff_good(&w->backoff, user);
}

/*
 * Return true if a run may start now: at once after a good run; after a
 * failed one, when its back-off and GitHub's rate limit are over.
 */
static bool
is_run_due(const struct worker *w, const char *user)
{
	int64_t next = backoff_next(&w->backoff, user);

	return next == 0 ||
	       (clock_monotonic_ms() >= next && !github_is_limited(w->github));
}

/* Set how many users are in which trouble. */
static void
show_trouble(struct worker *w)
{
	const char *word = ledger_state_word(LEDGER_STATE_READ_ONLY);
	int64_t all = (int64_t)outcome_count(&w->outcome, NULL);
	int64_t read_only = (int64_t)outcome_count(&w->outcome, word);

	meters_set(w->app->meters, METERS_READ_ONLY, read_only);
	meters_set(w->app->meters, METERS_FAILED, all - read_only);
}

/* Log a trouble of the user's sync when it begins, becomes another one or
 * ends; with "" as the user, of looking for marks. */
static void
note_outcome(
    struct worker *w, const char *user, const char *word, const char *text)
{
	if (strcmp(word, OUTCOME_GOOD) == 0 && *user)
		meters_set(w->app->meters, METERS_SYNCED_MS, clock_real_ms());
	if (outcome_note(&w->outcome, user, word)) {
		show_trouble(w);
		sync_log_outcome(*user != '\0', word, text);
	}
}

/* Tell the word for the log; NULL if the run says nothing about the sync:
 * another one has the lease, or GitHub may soon show the head. */
static const char *
tell_outcome(const struct job_result *result)
{
	if (result->busy || (result->undecided && result->text[0] == '\0'))
		return NULL;
	return ledger_state_word(result->state);
}

/* Note how a run ended; what a refused token does to it is logged once. */
static void
note_result(struct worker *w, const char *user, const struct job_result *result)
{
	const char *word = tell_outcome(result);

	if (word != NULL && !w->refused)
		note_outcome(w, user, word,
		    strcmp(word, OUTCOME_GOOD) != 0 ? result->text : "");
}

/* Return when the user's back-off and GitHub's limit are over, in ms since
 * 1970; 0: a run may start as soon as one is wanted. */
static int64_t
find_next_try(const struct worker *w, const char *user)
{
	int64_t next = backoff_next(&w->backoff, user), until;

	if (next == 0)
		return 0;
	next += clock_real_ms() - clock_monotonic_ms();
	until =
	    github_is_limited(w->github) ? github_limited_until(w->github) : 0;
	return until > next ? until : next;
}

/* Keep what the run that ends now has cost. */
static void
note_cost(struct worker *w, const char *user)
{
	const struct meters_cost cost = sync_log_cost(&w->run);
	const struct run_note note = {
	    .at_ms = clock_real_ms(),
	    .took_ms = sync_log_us(&w->run) / 1000,
	    .store_requests = (int64_t)cost.store,
	    .github_requests = (int64_t)cost.github,
	    .next_ms = find_next_try(w, user),
	};

	if (run_note_put(w->app->conf.run, user, &note) == -1)
		log_debug("last run of %s: %s", user, strerror(errno));
}

/* Run for one user, log how it ended and set the back-off. */
static int
run_once(struct worker *w, const struct client *c, struct job_result *result)
{
	const struct conf *conf = &w->app->conf;
	struct err err = ERR_INIT;
	char text[MSG_TEXT_MAX], why[MSG_TEXT_MAX + sizeof err.detail];
	const struct job job = {
	    .app = w->app,
	    .github = w->github,
	    .branch = conf->github_branch,
	    .committer = {conf->committer_name, conf->committer_email},
	    .user = c->user,
	    .full = c->wish.full,
	    .confirm = c->wish.confirm,
	    .lag_ms = conf->sync_lag_ms,
	    .lease_ms = conf->sync_lease_ms,
	    .push_ms = conf->sync_push_ms,
	    .stopping = w->stopping,
	    .step = take_step,
	    .singly = tell_singly,
	    .unread = tell_damaged,
	    .arg = w,
	};

	if (reconcile_run(&job, result, &err) == 0) {
		set_backoff(w, c->user, result);
		note_result(w, c->user, result);
		sync_log_done(&w->run, result);
		return 0;
	}
	snprintf(why, sizeof why, "%.399s %.*s", err_text(&err, text),
	    (int)sizeof err.detail, err.detail);
	note_outcome(w, c->user, err_word(err.code), why);
	set_backoff(w, c->user, NULL);
	if (err.code != ERR_NEWER)
		return -1;
	result->state = LEDGER_STATE_FAILED;
	result->code = err.code;
	snprintf(result->text, sizeof result->text, "%.399s", text);
	snprintf(result->english, sizeof result->english, "%.399s",
	    err_text_in(&err, MSG_ENGLISH, text));
	return 0;
}

static int
run_for(struct worker *w, const struct client *c, struct job_result *result)
{
	int rc = run_once(w, c, result);

	note_cost(w, c->user);
	return rc;
}

/*
 * Send the line to all programs that rang for this user, and close; with ""
 * close without a line.  A program that has gone is no failure.
 */
static void
answer_clients(struct worker *w, const char *user, const struct buf *line)
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

/*
 * Return one wish for all programs that rang for the same user: the strongest
 * counts, so that a `full` or `confirm` is not lost in another's ring.
 */
static struct client
merge_wishes(const struct worker *w, size_t first)
{
	struct client all = w->clients[first];
	size_t i;

	for (i = first; i < w->n; i++) {
		const struct client *c = &w->clients[i];

		if (c->done || strcmp(c->user, all.user) != 0)
			continue;
		all.wish.full = all.wish.full || c->wish.full;
		all.wish.confirm = all.wish.confirm || c->wish.confirm;
		all.wish.later = all.wish.later && c->wish.later;
	}
	return all;
}

/*
 * Start one run for all programs that rang for the same user, if it is due,
 * and answer them.
 */
static void
serve_client(struct worker *w, size_t first)
{
	const struct client client = merge_wishes(w, first);
	struct job_result result;
	struct buf line = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned next;

	sync_log_begin(&w->run, w->app, client.user, client.wish.request);
	take_step(w, "heard");
	site_pause_learn(&w->pause, w->app, w->github);
	if ((!client.wish.later || is_run_due(w, client.user)) &&
	    run_for(w, &client, &result) == 0 &&
	    numbers_look(w->app, client.user, &next, &err) == 0)
		result_line_print(
		    &line, client.user, client.wish.full, next, &result);
	take_step(w, "answer");
	answer_clients(w, client.user, &line);
	sync_log_end(&w->run);
	buf_release(&line);
}

static void
serve_clients(struct worker *w)
{
	size_t i;

	for (i = 0; i < w->n; i++)
		if (!w->clients[i].done)
			serve_client(w, i);
	w->n = 0;
}

static int
list_marks(struct worker *w, struct store_list *marks)
{
	struct err err = ERR_INIT;
	int rc = pending_list(w->app, marks, &err);

	note_outcome(w, "", rc == 0 ? OUTCOME_GOOD : err_word(err.code),
	    rc == 0 ? "" : err.detail);
	return rc;
}

static void
serve_mark(struct worker *w, const char *user)
{
	struct job_result result;
	struct client c = {.fd = -1};

	snprintf(c.user, sizeof c.user, "%s", user);
	sync_log_begin(&w->run, w->app, c.user, "");
	site_pause_learn(&w->pause, w->app, w->github);
	if (!*w->stopping && is_run_due(w, c.user) &&
	    run_for(w, &c, &result) == -1)
		log_debug("stays marked");
	sync_log_end(&w->run);
}

/* Run for all users who are marked and due. */
static void
serve_marks(struct worker *w, const struct store_list *marks)
{
	const char *user;
	size_t i;

	for (i = 0; i < marks->n; i++) {
		user = pending_user(&marks->items[i]);
		if (user == NULL)
			continue;
		serve_mark(w, user);
		/* A request that rang meanwhile must not wait for all of
		 * the marked users. */
		accept_clients(w);
		serve_clients(w);
	}
}

/* Look through the marks if it is this host's turn. */
static void
serve_turn(struct worker *w)
{
	struct store_list marks = STORE_LIST_INIT;
	int64_t now = clock_monotonic_ms();
	bool is_listed;

	if (!turn_take(&w->turn, w->app, now))
		return;
	is_listed = list_marks(w, &marks) == 0;
	turn_end(&w->turn, w->app, is_listed ? &marks : NULL, now);
	serve_marks(w, &marks);
	store_list_release(&marks);
}

/* Look for a push of which no webhook told, and run for whom it concerns. */
static void
watch_head(struct worker *w)
{
	struct err err = ERR_INIT;
	struct store_list marks = STORE_LIST_INIT;
	char text[MSG_TEXT_MAX];
	bool marked;

	site_pause_learn(&w->pause, w->app, w->github);
	if (head_watch_look(&w->watch, w->app, w->github, &marked, &err) == -1)
		log_debug("head: %s %s", err_text(&err, text), err.detail);
	if (marked && list_marks(w, &marks) == 0)
		serve_marks(w, &marks);
	store_list_release(&marks);
}

/* Return how long to wait for the bell: until the marks or the head are due. */
static int64_t
find_wait(const struct worker *w, int64_t now)
{
	int64_t head = head_watch_next(&w->watch, w->app);

	return (w->turn.next_ms < head ? w->turn.next_ms : head) - now;
}

static void
serve_until_stopped(struct worker *w)
{
	int64_t now, wait;

	while (!*w->stopping) {
		now = clock_monotonic_ms();
		wait = find_wait(w, now);
		if (wait > 0) {
			wait = wait > WAIT_MAX_MS ? WAIT_MAX_MS : wait;
			if (stop_poll(w->bell, (int)wait) == 1) {
				accept_clients(w);
				serve_clients(w);
			}
			continue;
		}
		if (now >= head_watch_next(&w->watch, w->app))
			watch_head(w);
		else
			serve_turn(w);
	}
}

int
worker_run(struct app *app, const volatile sig_atomic_t *stopping)
{
	struct worker *w = std_zalloc(sizeof *w);
	struct err err = ERR_INIT;
	char text[MSG_TEXT_MAX];
	int status = 1;

	w->app = app;
	w->stopping = stopping;
	w->limit.fd = -1;
	if (open_github(w, &err) == -1 ||
	    turn_open(&w->turn, app, &err) == -1 ||
	    bell_listen(app, &w->bell, &err) == -1) {
		log_err("%s", err_text(&err, text));
	} else {
		show_trouble(w); /* none yet, whatever an earlier worker met */
		notify_ready();
		serve_until_stopped(w);
		turn_leave(&w->turn, app);
		close(w->bell);
		status = 0;
	}
	github_limit_close(&w->limit);
	github_close(w->github);
	backoff_release(&w->backoff);
	outcome_release(&w->outcome);
	free(w);
	return status;
}
