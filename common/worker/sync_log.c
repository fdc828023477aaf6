#include "worker/sync_log.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "git/github_result.h"
#include "host/meters.h"
#include "sync/outcome.h"
#include "week/ledger.h"

#define OWN_ID_LEN 32 /* as nginx's */

static const char *
read_id(const void *arg)
{
	const struct sync_log *run = arg;

	return run->id;
}

static void
add_sender(struct log_line *line, const void *arg)
{
	const struct sync_log *run = arg;

	log_str(line, "request", run->id);
	log_str(line, "user", run->user);
}

void
sync_log_begin(struct sync_log *run, struct app *app, const char *user,
    const char *request)
{
	struct buf own = BUF_INIT;

	if (*request == '\0')
		enc_random(&own, OWN_ID_LEN);
	snprintf(run->id, sizeof run->id, "%s%s", request, own.s);
	buf_release(&own);
	run->app = app;
	run->user = user;
	run->before = meters_cost(app->meters);
	run->began_us = clock_monotonic_us();
	log_set_context(add_sender, run);
	app->request_id = read_id;
	app->request_arg = run;
}

void
sync_log_end(struct sync_log *run)
{
	run->app->request_id = NULL;
	log_set_context(NULL, NULL);
}

struct meters_cost
sync_log_cost(const struct sync_log *run)
{
	return meters_cost_since(run->app->meters, &run->before);
}

long
sync_log_us(const struct sync_log *run)
{
	return clock_monotonic_us() - run->began_us;
}

void
sync_log_done(const struct sync_log *run, const struct job_result *result)
{
	const struct meters_cost cost = sync_log_cost(run);
	bool is_news = result->changed + result->removed + result->pushed > 0;
	struct log_line line;

	log_begin(&line, is_news ? LOG_INFO : LOG_DEBUG, "sync done");
	log_str(&line, "state", ledger_state_word(result->state));
	log_int(&line, "changed", result->changed);
	log_int(&line, "removed", result->removed);
	log_int(&line, "pushed", result->pushed);
	log_int(&line, "us", sync_log_us(run));
	log_int(&line, "store", (int64_t)cost.store);
	log_int(&line, "github", (int64_t)cost.github);
	log_end(&line);
}

/* Return true if the answer is one that most runs go on with. */
static bool
is_usual(enum github_result result)
{
	return result == GITHUB_OK || result == GITHUB_UNCHANGED ||
	       result == GITHUB_ABSENT;
}

/* No header that GitHub documents takes our id, so this line has both. */
void
sync_log_call(const struct github_event *event)
{
	struct log_line line;

	log_begin(
	    &line, is_usual(event->result) ? LOG_DEBUG : LOG_INFO, "github");
	log_str(&line, "method", event->method);
	log_str(&line, "path", event->path);
	log_int(&line, "status", event->status);
	log_str(&line, "result", github_result_name(event->result));
	log_int(&line, "us", event->us);
	log_str(&line, "github_request", event->id);
	log_end(&line);
}

void
sync_log_unread(void)
{
	struct log_line line;

	log_begin(&line, LOG_WARNING, "records cannot be read");
	log_str(&line, "about", "sync.json");
	log_end(&line);
}

void
sync_log_singly(const char *why)
{
	struct log_line line;

	log_begin(&line, LOG_INFO, "blobs are asked for singly");
	log_str(&line, "why", why);
	log_end(&line);
}

void
sync_log_outcome(bool of_run, const char *word, const char *text)
{
	bool is_good = strcmp(word, OUTCOME_GOOD) == 0;
	struct log_line line;

	if (of_run)
		log_begin(&line, is_good ? LOG_INFO : LOG_WARNING,
		    is_good ? "sync is well again" : "sync fails");
	else
		log_begin(&line, is_good ? LOG_INFO : LOG_WARNING,
		    is_good ? "marks are read again" : "marks cannot be read");
	log_str(&line, "state", word);
	if (*text != '\0')
		log_str(&line, "text", text);
	log_end(&line);
}
