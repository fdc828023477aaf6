#include "api/serve.h"

#include <sys/prctl.h>
#include <unistd.h>

#include "api/channel.h"
#include "api/confine.h"
#include "api/options.h"
#include "api/probe.h"
#include "api/request_log.h"
#include "api/start_log.h"
#include "auth/api_token.h"
#include "auth/auth.h"
#include "auth/guard.h"
#include "auth/guest.h"
#include "auth/user_rate.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/etag.h"
#include "base/log.h"
#include "base/std.h"
#include "base/stop.h"
#include "host/meters.h"
#include "host/notify.h"
#include "keys/keyring.h"
#include "settings/conf.h"
#include "store/store.h"

#define RETRY_S   1 /* how soon a program that cannot start may retry */
#define MINUTE_US 60000000
/*
 * What a request may take of the store's time and of locks', from where it is
 * accepted.  Below the 15 s after which nginx gives up; a person that writes to
 * a store that does not answer is told sooner, to try again.
 */
#define REQUEST_MS 12000
#define STALL_MS   4500

static struct auth auth; /* all zero in a program that knows no users */

static bool
matches_route(const struct serve_route *route, struct request *request)
{
	if (route->flags & SERVE_INTERNAL)
		return request->internal != NULL &&
		       std_starts(request->internal, route->pattern);
	return request_match(request, route->pattern);
}

static bool
method_fits(const struct serve_route *route, const char *method)
{
	return strcmp(route->method, method) == 0 ||
	       (strcmp(method, "HEAD") == 0 && !(route->flags & SERVE_BEARER) &&
		   strcmp(route->method, "GET") == 0);
}

static void
add_allow(struct buf *allow, const char *method)
{
	buf_addf(allow, "%s%s", allow->len > 0 ? ", " : "", method);
	if (strcmp(method, "GET") == 0)
		buf_adds(allow, ", HEAD");
}

/* Answer GET /healthz, which every program does. */
static int
show_health(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)app, (void)request, (void)err;
	buf_adds(&reply->body, "{\"ok\":true}");
	return 0;
}

static const struct serve_route health_route = {
    "GET", "/healthz", SERVE_OPEN, show_health};

/* Answer another program of this host (probe.h). */
static int
answer_probe(struct app *app, struct request *request, struct reply *reply,
    struct err *err)
{
	(void)request, (void)err;
	probe_print(&reply->body, &app->conf);
	return 0;
}

static const struct serve_route probe_route = {
    "GET", PROBE_PATH, SERVE_INTERNAL | SERVE_PART, answer_probe};

static int
refuse_method(const struct serve_program *program, struct request *request,
    struct reply *reply, struct err *err)
{
	struct buf allow = BUF_INIT;
	size_t i;

	for (i = 0; i < program->n_routes; i++)
		if (matches_route(&program->routes[i], request) &&
		    !(program->routes[i].flags & SERVE_BEARER))
			add_allow(&allow, program->routes[i].method);
	if (matches_route(&health_route, request))
		add_allow(&allow, health_route.method);
	if (allow.len > 0) {
		reply_header(reply, "Allow", allow.s);
		err_set(err, ERR_METHOD, MSG_NO_SUCH_METHOD);
	} else {
		err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_ADDRESS);
	}
	buf_release(&allow);
	return -1;
}

static const struct serve_route *
find_route(const struct serve_program *program, struct request *request)
{
	size_t i;

	for (i = 0; i < program->n_routes; i++)
		if (program->routes[i].handler != NULL &&
		    method_fits(&program->routes[i], request->method) &&
		    matches_route(&program->routes[i], request))
			return &program->routes[i];
	if (method_fits(&health_route, request->method) &&
	    matches_route(&health_route, request))
		return &health_route;
	return matches_route(&probe_route, request) ? &probe_route : NULL;
}

static size_t
body_max(const struct serve_program *program)
{
	return program->body_max > 0 ? program->body_max : REQUEST_BODY_MAX;
}

/* Read the keys and the allow-list again if they have changed. */
static void
refresh(void)
{
	struct err err = ERR_INIT;
	char text[MSG_TEXT_MAX];

	if (auth_refresh(&auth, &err) == -1)
		log_warn("%s", err_text(&err, text));
}

static int
admit_user(struct app *app, const struct serve_route *route,
    struct request *request, struct reply *reply, struct err *err)
{
	refresh();
	if (!(route->flags & SERVE_USER))
		return 0;
	if (guard_user(&auth, request, err) == -1) {
		guest_refuse(auth.guests, request, app_now(app), err, reply);
		return -1;
	}
	if ((route->flags & SERVE_PERSON) && guard_person(request, err) == -1)
		return -1;
	if (!(route->flags & SERVE_FREE) &&
	    user_rate_take(auth.rates, request->user, app_now(app),
		app->conf.user_rate, err) == -1)
		return -1;
	/* Behind an internal address the hit pool has sent it already. */
	if (request->set_cookie.len > 0 && !(route->flags & SERVE_INTERNAL))
		reply_header(reply, "Set-Cookie", request->set_cookie.s);
	return 0;
}

/* Give what the request needs of store and locks its deadline.  A build may be
 * asked for because a look at the store came to nothing. */
static void
set_deadline(struct app *app, const struct request *request, int64_t now_ms)
{
	bool reads = strcmp(request->method, "GET") == 0 ||
		     strcmp(request->method, "HEAD") == 0;

	store_set_deadline(app->store, now_ms + REQUEST_MS);
	if (!reads || request->internal != NULL)
		store_set_stall(app->store, now_ms, STALL_MS);
}

/* Let the route answer.  After it has shown tasks of the store, no process of the
 * host may show an older week. */
static int
call_handler(struct app *app, const struct serve_route *route,
    struct request *request, struct reply *reply, struct err *err)
{
	int rc = route->handler(app, request, reply, err);

	if ((route->flags & SERVE_STORED) &&
	    (rc == 0 || err->code == ERR_NOT_FOUND))
		app_tell_seen(app, request->user, NULL, NULL);
	return rc;
}

static int
run_route(struct app *app, const struct serve_program *program,
    const struct serve_route *route, struct request *request,
    struct reply *reply, struct err *err)
{
	reply->is_part = (route->flags & SERVE_PART) != 0;
	if (admit_user(app, route, request, reply, err) == -1)
		return -1;
	if ((route->flags & SERVE_BEARER) && request->way != REQUEST_BEARER)
		return refuse_method(program, request, reply, err);
	if ((route->flags & SERVE_BEARER) && guard_access(request, err) == -1)
		return -1;
	if (route->flags & SERVE_WRITE) {
		if (guard_write(app, request, err) == -1)
			return -1;
		reply_set_fresh(reply, &app->conf);
	}
	if (request->body_too_large) {
		err_set(err, ERR_TOO_LARGE, MSG_BODY_TOO_LARGE);
		return err_value(err, "%zu", body_max(program) >> 10);
	}
	return call_handler(app, route, request, reply, err);
}

/*
 * Run the route of the request.  A store that hangs costs the program behind
 * hand_on little, as this one is silent for a while after each try.
 */
static int
find_answer(struct app *app, const struct serve_program *program,
    struct request *request, struct reply *reply, struct err *err)
{
	const struct serve_route *route = find_route(program, request);
	bool was_silent = store_is_silent(app->store);

	if (route == NULL)
		return refuse_method(program, request, reply, err);
	if (run_route(app, program, route, request, reply, err) == 0)
		return 0;
	if (err->code != ERR_STORE || was_silent || program->hand_on == NULL)
		return -1;
	program->hand_on(reply);
	return 0;
}

/* GETs have an ETag of their body, compared here: nginx does not. */
static void
set_etag(const struct request *request, struct reply *reply)
{
	const struct buf *body = reply->shared ? reply->shared : &reply->body;

	if (strcmp(request->method, "GET") != 0 &&
	    strcmp(request->method, "HEAD") != 0)
		return;
	if (reply->status != 200 || body->len == 0 ||
	    (reply->etag != NULL && *reply->etag == '\0'))
		return;
	if (reply->etag == NULL) {
		enc_hash(body->s, body->len, reply->etag_room);
		reply->etag = reply->etag_room;
	}
	reply_add_etag(reply);
	if (request->if_none_match != NULL &&
	    etag_matches(request->if_none_match, reply->etag))
		reply_set_unchanged(reply);
}

static void
answer_request(struct app *app, const struct serve_program *program,
    struct request *request, struct reply *reply, struct err *err)
{
	if (find_answer(app, program, request, reply, err) == -1) {
		reply->language = request_language(request);
		reply_error(reply, err);
	}
	if (reply->handed_on)
		return;
	set_etag(request, reply);
	reply_header_line(reply, "Cache-Control: private, no-cache\r\n");
}

/* Count an answer before it is sent, so that one that has come was counted,
 * whatever kills the process.  One that hands on is counted by the program that
 * answers. */
static void
count_request(struct app *app, const struct reply *reply, long us)
{
	if (!reply->handed_on && !reply->is_part)
		meters_count_request(app->meters, reply->status, us);
}

/*
 * Read the whole body and keep at most `most` bytes of it; drain the rest, so
 * that nginx can finish sending and hear the answer.  Return false if the body
 * breaks off.
 */
static bool
read_body(struct request *request, size_t most, const struct channel *channel)
{
	char chunk[8192];
	int n;

	while ((n = channel->read(channel->arg, chunk, sizeof chunk)) > 0) {
		if (request->body_too_large)
			continue;
		buf_add(&request->body, chunk, (size_t)n);
		if (request->body.len > most) {
			request->body_too_large = true;
			buf_release(&request->body);
		}
	}
	return n == 0;
}

/* Reserve the memory of a large body at once, instead of growing to it. */
static void
reserve_body(
    struct request *request, size_t most, const struct channel *channel)
{
	const char *length = channel->param(channel->arg, PARAM_CONTENT_LENGTH);
	size_t n = length != NULL && *length ? strtoul(length, NULL, 10) : 0;

	if (n > REQUEST_BODY_MAX && n <= most)
		buf_reserve(&request->body, n);
}

/*
 * Answer a request that does not come from nginx.  Believe nothing of it, not
 * even its path, so the log gets none of it either; once a minute at most, as
 * the sender may go on for ever.
 */
static void
refuse_stranger(const struct channel *channel, const struct err *err)
{
	static long logged_us;
	long now = clock_monotonic_us();
	struct reply reply = REPLY_INIT;
	struct buf head = BUF_INIT;

	if (logged_us == 0 || now - logged_us > MINUTE_US) {
		log_warn("refused what came without nginx's CODEX_PROOF");
		logged_us = now;
	}
	reply_error(&reply, err);
	reply_print_head(&head, &reply);
	channel->write(channel->arg, &head, &reply.body);
	buf_release(&head);
	reply_release(&reply);
}

/* End a request whose sender has gone: half a body asks for nothing. */
static void
drop_request(struct request *request, struct request_log *log,
    const struct channel *channel)
{
	const struct buf nothing = BUF_INIT;

	request_log_broken(log);
	channel->write(channel->arg, &nothing, &nothing);
	request_log_end(log);
	request_release(request);
}

static void
serve_one(struct app *app, const struct serve_program *program,
    const struct channel *channel)
{
	struct request request = REQUEST_INIT;
	struct reply reply = REPLY_INIT;
	const struct buf *body;
	static struct buf head = BUF_INIT; /* kept: each answer has one */
	struct err err = ERR_INIT;
	long began = clock_monotonic_us(), us;
	struct request_log log;

	if (channel->is_socket &&
	    guard_proof(&app->conf, channel->param(channel->arg, PARAM_PROOF),
		&err) == -1) {
		refuse_stranger(channel, &err);
		return;
	}
	request_from_params(&request, channel->param, channel->arg);
	request_log_begin(&log, app, &request);
	app_begin(app);
	set_deadline(app, &request, began / 1000);
	reserve_body(&request, body_max(program), channel);
	if (!read_body(&request, body_max(program), channel)) {
		drop_request(&request, &log, channel);
		return;
	}
	answer_request(app, program, &request, &reply, &err);
	buf_reset(&head);
	reply_print_head(&head, &reply);
	body = reply_body(&reply, strcmp(request.method, "HEAD") == 0);
	us = clock_monotonic_us() - began;
	request_log_answer(&log, &reply, &err, us);
	count_request(app, &reply, us);
	/* What the request points to is gone with the answer. */
	if (reply.after != NULL || request.token_id[0] != '\0')
		request_log_keep(&log);
	channel->write(channel->arg, &head, body);
	if (reply.after != NULL)
		reply.after(app, request.user);
	if (request.token_id[0] != '\0' &&
	    api_token_touch(&auth, request.user, request.token_id))
		request_log_token(&log);
	request_log_end(&log);

	reply_release(&reply);
	request_release(&request);
}

static int
serve_socket(struct app *app, const struct serve_program *program, bool once)
{
	struct channel *channel;
	int n;

	if (channel_open(&channel, STDIN_FILENO) == -1) {
		log_err("FastCGI does not start");
		return 1;
	}
	/* While a remote store answers, another process may be free for what
	 * nginx sends.  A folder answers sooner than nginx would hear of it. */
	if (app->conf.azure_blob_conn != NULL)
		store_before(app->store, channel_let_go, channel);
	do {
		n = channel_accept(channel);
		if (n == 1) {
			serve_one(app, program, channel);
		} else if (n == -1) {
			/* Out of descriptors, most likely: it passes. */
			log_warn("accept: %s", strerror(errno));
			usleep(100000);
		}
	} while (n != 0 && !(n == 1 && once));
	store_before(app->store, NULL, NULL);
	channel_close(channel);
	return 0;
}

/*
 * Give up what is needed no more.  Where the kernel has no filter for it,
 * systemd's box is what remains.  A sanitizer needs more, and looks for leaks
 * by a process of its own (configure --disable-confine).
 */
static void
drop_calls(const struct app *app, const struct serve_program *program)
{
#ifdef CONFINE_OFF
	(void)app, (void)program;
#else
	unsigned keep = program->run != NULL ? CONFINE_LISTEN : 0;

	if (program->has_network || app_needs_network(app))
		keep |= CONFINE_NETWORK;
	if (confine_self(keep) == -1)
		log_warn("no filter of system calls: %s", strerror(errno));
#endif
}

static void
log_start_of(const struct app *app)
{
	start_log_started(app);
	if (auth.keyring != NULL && keyring_is_first(auth.keyring))
		log_info("first key of sessions");
}

static int
run_program(struct app *app, const struct serve_program *program, bool once)
{
	if (!once)
		drop_calls(app, program);
	if (program->run != NULL) {
		stop_catch();
		log_start_of(app);
		return program->run(app, stop_flag());
	}
	if (channel_is_listening(STDIN_FILENO)) {
		log_start_of(app);
		notify_ready();
		return serve_socket(app, program, once);
	}
	if (once) {
		serve_one(app, program, channel_cgi());
		return 0;
	}
	log_err("descriptor 0 is no listening socket; see --help");
	return 2;
}

const struct auth *
serve_auth(void)
{
	return &auth;
}

/* Others do not get the keys (design.md 8). */
static bool
knows_users(const struct serve_program *program)
{
	size_t i;

	for (i = 0; i < program->n_routes; i++)
		if (program->routes[i].flags & SERVE_USER)
			return true;
	return false;
}

/* Whoever can open a socket could be any user there (guard_proof); what is
 * called by hand believes its caller. */
static int
check_proof(
    const struct app *app, const struct serve_program *program, struct err *err)
{
	if (program->run != NULL || !channel_is_listening(STDIN_FILENO))
		return 0;
	return guard_check_proof(&app->conf, err);
}

static int
open_program(struct app *app, const struct serve_program *program,
    const char *file, struct err *err)
{
	if (app_open(app, file, err) == -1)
		return -1;
	if (guard_check(&app->conf, err) == 0 &&
	    check_proof(app, program, err) == 0 &&
	    (!knows_users(program) || auth_open(&auth, app, err) == 0) &&
	    (program->start == NULL || program->start(app, err) == 0))
		return 0;
	auth_close(&auth);
	app_close(app);
	return -1;
}

/* Return the status of a program that could not start; not at once, as its
 * supervisor may start it again without a pause. */
static int
leave_late(const struct options *options, int status)
{
	if (!options->check && !options->once)
		sleep(RETRY_S);
	return status;
}

int
serve(int argc, char **argv, const struct serve_program *program)
{
	struct options options = {.file = NULL};
	const char *person = NULL;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct app app;
	int status = options_parse(
	    argc, argv, program->name, program->summary, &options);

	if (status != -1)
		return status;
	log_start(program->name, false);
	/* No core dump, and no look into us by others of our user. */
	prctl(PR_SET_DUMPABLE, 0);
	/* A person who checks the settings reads no log. */
	if (options.check && !log_is_journal())
		person = program->name;
	if (options.check && !start_log_settings(options.file, person))
		return 78;
	if (open_program(&app, program, options.file, &err) == -1) {
		/* The first wrong setting may not be the only one. */
		if (options.check || start_log_settings(options.file, NULL))
			start_log_fault(&err, person);
		return leave_late(&options, 78);
	}

	log_start(program->name, app.conf.debug);
	store_watch(app.store, request_log_store, &app);
	if (options.check) {
		refresh();
		if (!options.quiet)
			conf_print(&text, &app.conf);
		fputs(text.s, stdout);
		status = 0;
	} else {
		meters_join(app.meters, app.conf.run, program->name);
		status = run_program(&app, program, options.once);
		if (status == 1)
			leave_late(&options, status);
	}
	buf_release(&text);
	if (program->stop != NULL)
		program->stop();
	auth_close(&auth);
	app_close(&app);
	return status;
}
