#include "site/site.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/std.h"

/* Return the setting that says where Redis is, and its value; NULL: none. */
static const char *
find_address(const struct conf *conf, const char **name)
{
	*name = conf->redis_url != NULL ? "REDIS_URL"
					: "AZURE_REDIS_CONNECTION_STRING";
	return conf->redis_url != NULL ? conf->redis_url : conf->redis_azure;
}

static void
log_op(
    void *arg, const struct redis_op *op, enum redis_outcome outcome, long us)
{
	struct site *site = arg;
	struct log_line line;

	meters_count_redis(site->meters, op->verb, outcome);
	if (!log_is_on(LOG_DEBUG))
		return;
	log_begin(&line, LOG_DEBUG, "redis");
	log_str(&line, "verb", redis_verb_word(op->verb));
	log_str(&line, "key", op->key);
	log_str(&line, "result", redis_outcome_word(outcome));
	log_int(&line, "us", us);
	log_end(&line);
}

static void
log_state(void *arg, enum redis_state state, const char *why)
{
	static const char *const told[] = {
	    [REDIS_UP] = "redis answers again",
	    [REDIS_DOWN] = "redis does not answer",
	    [REDIS_NO_WRITES] = "redis takes no writes",
	};
	struct log_line line;

	(void)arg;
	log_begin(
	    &line, state == REDIS_UP ? LOG_INFO : LOG_WARNING, told[state]);
	if (state != REDIS_UP)
		log_str(&line, "why", why);
	log_end(&line);
}

static int
check_ca(const struct conf *conf, struct err *err)
{
	if (conf->redis_ca == NULL || access(conf->redis_ca, R_OK) == 0)
		return 0;
	err_set(err, ERR_SETTING, MSG_REDIS_CA);
	return err_detail(err, "%s: %s", conf->redis_ca, strerror(errno));
}

int
site_check(const struct conf *conf, struct err *err)
{
	const char *name;

	if (find_address(conf, &name) == NULL)
		return 0;
	return check_ca(conf, err) == -1 ? -1 : redis_check_built(name, err);
}

int
site_open(const struct conf *conf, struct meters *meters, struct site **out,
    struct err *err)
{
	struct redis_options options = {
	    .ca = conf->redis_ca,
	    .timeout_ms = (int)conf->redis_timeout_ms,
	    .circuit = meters_redis_circuit(meters),
	    .watch = {log_op, log_state, NULL},
	};
	struct site *site;

	*out = NULL;
	options.text = find_address(conf, &options.name);
	if (options.text == NULL)
		return 0;
	if (site_check(conf, err) == -1)
		return -1;
	site = std_zalloc(sizeof *site);
	site->meters = meters;
	site->keeps_weeks = conf->redis_weeks;
	buf_init(&site->user);
	buf_init(&site->seen);
	options.watch.arg = site;
	if (redis_open(&options, &site->redis, err) == -1) {
		free(site);
		return -1;
	}
	*out = site;
	return 0;
}

void
site_close(struct site *site)
{
	if (site == NULL)
		return;
	redis_close(site->redis);
	buf_release(&site->user);
	buf_release(&site->seen);
	free(site);
}

void
site_begin(struct site *site)
{
	if (site == NULL)
		return;
	site->is_request = true;
	buf_reset(&site->user);
}

enum redis_state
site_ask(struct site *site)
{
	struct redis_op op = REDIS_OP(REDIS_PING, "");
	bool answers = redis_run(site->redis, &op, 1) == 0;

	redis_ops_release(&op, 1);
	return answers ? (enum redis_state)meters_get(
			     site->meters, METERS_REDIS_STATE)
		       : REDIS_DOWN;
}

enum redis_state
site_try(struct site *site)
{
	struct redis_op op = REDIS_OP(REDIS_PUT, "doctor");
	enum redis_state state;

	op.value = (struct redis_word){"1", 1};
	op.ttl_ms = 1000;
	state = redis_try(site->redis, &op);
	redis_ops_release(&op, 1);
	return state;
}

bool
site_needs_network(const struct conf *conf)
{
	const char *name, *text = find_address(conf, &name);

	return text != NULL && !std_starts(text, "unix:");
}
