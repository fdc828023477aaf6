#include "api/request_log.h"

#include "base/log.h"
#include "host/meters.h"

#define SLOW_US 1000000

static const char *
find_id(const void *arg)
{
	const struct request_log *log = arg;

	return log->is_kept ? log->id
			    : request_param(log->request, PARAM_REQUEST_ID);
}

static void
add_context(struct log_line *line, const void *arg)
{
	const struct request_log *log = arg;
	const struct request *request = log->request;

	log_str(line, "request", find_id(log));
	log_str(line, "user", request->user);
	log_str(line, "address",
	    log->is_kept ? log->address
			 : request_param(request, PARAM_ADDRESS));
}

void
request_log_begin(
    struct request_log *log, struct app *app, const struct request *request)
{
	log->app = app;
	log->request = request;
	log->is_kept = false;
	log->before = meters_cost(app->meters);
	log_set_context(add_context, log);
	app->request_id = find_id;
	app->request_arg = log;
}

void
request_log_keep(struct request_log *log)
{
	const char *id = request_param(log->request, PARAM_REQUEST_ID);
	const char *address = request_param(log->request, PARAM_ADDRESS);

	snprintf(log->id, sizeof log->id, "%s", id != NULL ? id : "");
	snprintf(log->address, sizeof log->address, "%s",
	    address != NULL ? address : "");
	log->is_kept = true;
}

void
request_log_end(struct request_log *log)
{
	log->app->request_id = NULL;
	log_set_context(NULL, NULL);
}

static bool
is_write(const struct request *request)
{
	return strcmp(request->method, "GET") != 0 &&
	       strcmp(request->method, "HEAD") != 0;
}

/* Return true if the answer keeps somebody out: a person that no list has, a
 * client that asks too often, a token or a signature that is not good.  A browser
 * whose session is over, or that has none yet, is no trouble. */
static bool
is_refusal(const struct request *request, int status)
{
	if (status == 401)
		return request->authorization != NULL ||
		       request->signature != NULL;
	return status == 403 || status == 429;
}

/* Say what came of the request, and set its level. */
static const char *
find_level(const struct request *request, const struct reply *reply, long us,
    enum log_level *level)
{
	*level = LOG_WARNING;
	if (reply->status >= 500)
		return "request failed";
	if (us > SLOW_US && !reply->waits)
		return "request slow";
	if (is_refusal(request, reply->status))
		return "request refused";
	*level = LOG_INFO;
	if (reply->status >= 400)
		return "request refused";
	if (reply->event != NULL)
		return reply->event;
	if (!is_write(request))
		*level = LOG_DEBUG;
	return "request done";
}

static void
add_request(struct log_line *line, const struct request *request)
{
	log_str(line, "method", request->method);
	log_fmt(line, "path", "%.*s", (int)strcspn(request->target, "?"),
	    request->target);
	if (request->token_id[0] != '\0')
		log_str(line, "token", request->token_id);
}

static void
add_spent(struct log_line *line, const struct request_log *log)
{
	const struct meters_cost spent =
	    meters_cost_since(log->app->meters, &log->before);

	log_int(line, "store", (int64_t)spent.store);
	log_int(line, "github", (int64_t)spent.github);
}

void
request_log_answer(const struct request_log *log, const struct reply *reply,
    const struct err *err, long us)
{
	enum log_level level;
	const char *what = find_level(log->request, reply, us, &level);
	struct log_line line;

	if (!log_is_on(level))
		return;
	log_begin(&line, level, what);
	add_request(&line, log->request);
	log_int(&line, "status", reply->status);
	if (err->code != ERR_NONE)
		log_str(&line, "code", err_word(err->code));
	log_int(&line, "us", us);
	add_spent(&line, log);
	if (reply->about.len > 0)
		log_str(&line, "about", reply->about.s);
	if (err->detail[0] != '\0')
		log_str(&line, "detail", err->detail);
	log_end(&line);
}

void
request_log_token(const struct request_log *log)
{
	struct log_line line;

	log_begin(&line, LOG_INFO, "token used");
	log_str(&line, "token", log->request->token_id);
	log_end(&line);
}

void
request_log_broken(const struct request_log *log)
{
	struct log_line line;

	log_begin(&line, LOG_INFO, "request broken off");
	add_request(&line, log->request);
	log_end(&line);
}

void
request_log_store(void *arg, const struct store_event *event)
{
	struct app *app = arg;
	struct log_line line;

	meters_count_store(app->meters, event);
	if (!log_is_on(LOG_DEBUG))
		return;
	log_begin(&line, LOG_DEBUG, "store");
	log_int(&line, "round", event->round);
	log_str(&line, "verb", store_verb_name(event->verb));
	log_str(&line, "key", event->key);
	log_str(&line, "result", store_event_name(event));
	log_int(&line, "bytes", (int64_t)event->bytes);
	log_int(&line, "us", event->us);
	log_end(&line);
}
