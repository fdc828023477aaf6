#include "operate/cmd_status.h"

#include <limits.h>

#include "api/status.h"
#include "app/app.h"
#include "app/view.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "inspect/cmdline.h"
#include "inspect/origin.h"
#include "settings/conf.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/user_set.h"
#include "store/users.h"
#include "sync/bell.h"
#include "sync/run_note.h"
#include "week/ledger.h"

struct status_call {
	const char *name;
	struct origin_places places;
	bool json;
	bool brief; /* one line to a user */
	char **users;
	int n_users; /* 0: all */
};

/* How one user stands. */
struct standing {
	const char *user;
	struct view_loaded week;
	struct status sync;
	struct run_note last; /* of this host */
	int64_t marked_ms;    /* since when a run is asked for; -1: none is */
};

static void
release_standing(struct standing *s)
{
	buf_release(&s->week.body);
	status_release(&s->sync);
}

static int
load_mark(struct app *app, struct standing *s, struct err *err)
{
	struct blob mark = BLOB_INIT;
	int rc;

	names_key(&mark.key, NAMES_PENDING, s->user);
	rc = blob_get(app->store, &mark, err);
	s->marked_ms = rc == 0 && mark.is_there ? mark.age_ms : -1;
	blob_release(&mark);
	return rc;
}

static int
load_standing(
    struct app *app, const char *user, struct standing *s, struct err *err)
{
	*s = (struct standing){.user = user, .sync = STATUS_INIT};
	if (view_load(app, user, &s->week, err) == 0 &&
	    status_load(app, NULL, user, &s->sync, err) == 0 &&
	    load_mark(app, s, err) == 0) {
		run_note_get(app->conf.run, user, &s->last);
		return 0;
	}
	release_standing(s);
	return -1;
}

static void
add_known(struct buf *out, const char *key, const char *text)
{
	json_key(out, key);
	if (text[0] != '\0')
		json_add_str(out, text);
	else
		json_add_null(out);
}

static void
add_moment(struct buf *out, const char *key, int64_t ms)
{
	struct buf at = BUF_INIT;

	if (ms > 0)
		day_add_rfc3339(&at, ms);
	add_known(out, key, at.s);
	buf_release(&at);
}

static void
print_cost(struct buf *out, const struct run_note *last)
{
	json_key(out, "lastRun");
	if (last->at_ms > 0) {
		json_open(out, '{');
		add_moment(out, "at", last->at_ms);
		json_key(out, "tookMs");
		json_add_int(out, last->took_ms);
		json_key(out, "storeRequests");
		json_add_int(out, last->store_requests);
		json_key(out, "githubRequests");
		json_add_int(out, last->github_requests);
		json_close(out, '}');
	} else {
		json_add_null(out);
	}
	add_moment(out, "nextTryAt", last->next_ms);
}

static void
add_json(struct buf *out, const struct standing *s)
{
	const struct view_loaded *week = &s->week;
	struct buf sync = BUF_INIT;

	json_open(out, '{');
	json_key(out, "user");
	json_add_str(out, s->user);
	json_key(out, "week");
	json_open(out, '{');
	add_known(out, "token", week->state.token);
	json_key(out, "stored");
	json_add_bool(out, week->body.len > 0);
	json_key(out, "current");
	json_add_bool(out, week->current);
	json_key(out, "good");
	json_add_bool(out, week->good);
	json_close(out, '}');
	json_key(out, "markedForS");
	if (s->marked_ms >= 0)
		json_add_int(out, s->marked_ms / 1000);
	else
		json_add_null(out);
	print_cost(out, &s->last);
	status_print(&sync, &s->sync, false);
	json_key(out, "sync");
	json_add_raw(out, sync.s, sync.len);
	json_close(out, '}');
	buf_release(&sync);
}

/* Append a sentence as a line of its own, with up to two values. */
static void
add_line(struct buf *out, enum msg_id id, const char *first, const char *second)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	msg_set(&msg, id);
	if (first != NULL)
		msg_value(&msg, "%s", first);
	if (second != NULL)
		msg_value(&msg, "%s", second);
	buf_addf(out, "  %s\n", msg_text_in(&msg, cmdline_language(), text));
}

/* Say which week everybody gets, and why. */
static void
tell_stored_week(struct buf *out, const struct view_loaded *week)
{
	enum msg_id id = MSG_STATUS_WEEK_NONE;

	if (week->body.len > 0 && !week->current)
		id = MSG_STATUS_WEEK_OLD;
	else if (week->body.len > 0)
		id = week->good ? MSG_STATUS_WEEK_GOOD : MSG_STATUS_WEEK_OVER;
	add_line(out, id, NULL, NULL);
}

/* Say what the last run has cost, and when the next one comes. */
static void
tell_runs(struct buf *out, const struct standing *s)
{
	const struct run_note *last = &s->last;
	struct buf at = BUF_INIT;
	char text[MSG_TEXT_MAX];
	struct msg msg;

	if (last->at_ms > 0) {
		day_add_rfc3339(&at, last->at_ms);
		msg_set(&msg, MSG_STATUS_COST);
		msg_value(&msg, "%s", at.s);
		msg_value(&msg, "%lld", (long long)last->took_ms);
		msg_value(&msg, "%lld", (long long)last->store_requests);
		msg_value(&msg, "%lld", (long long)last->github_requests);
		buf_addf(
		    out, "  %s\n", msg_text_in(&msg, cmdline_language(), text));
	}
	if (last->next_ms > 0) {
		buf_reset(&at);
		day_add_rfc3339(&at, last->next_ms);
		add_line(out, MSG_STATUS_NEXT, at.s, NULL);
	}
	buf_release(&at);
}

static void
tell_git(struct buf *out, const struct standing *s)
{
	const struct ledger *ledger = &s->sync.sync;
	struct json_object *json = NULL;
	struct err unused = ERR_INIT;
	struct buf sync = BUF_INIT, at = BUF_INIT;

	status_print(&sync, &s->sync, false);
	if (json_parse(sync.s, sync.len, &json, &unused) == 0)
		add_line(out, MSG_STATUS_GIT, json_get_str(json, "code"),
		    json_get_str(json, cmdline_language() == MSG_ENGLISH
					   ? "textEnglish"
					   : "text"));
	if (ledger->last_ms > 0) {
		day_add_rfc3339(&at, ledger->last_ms);
		add_line(out, MSG_STATUS_LAST, at.s,
		    ledger->head[0] != '\0' ? ledger->head : "-");
	}
	if (s->marked_ms >= 0) {
		buf_reset(&at);
		buf_addf(&at, "%lld", (long long)(s->marked_ms / 1000));
		add_line(out, MSG_STATUS_MARKED, at.s, NULL);
	}
	json_object_put(json);
	buf_release(&sync);
	buf_release(&at);
}

static void
add_text(struct buf *out, const struct status_call *cmdline,
    const struct standing *s)
{
	if (cmdline->brief) {
		buf_addf(out, "%-20s %-12s %s\n", s->user,
		    ledger_state_word(s->sync.state), s->sync.code);
		return;
	}
	buf_addf(out, "%s\n", s->user);
	tell_stored_week(out, &s->week);
	tell_git(out, s);
	tell_runs(out, s);
}

static int
add_user(struct app *app, const struct status_call *cmdline, const char *user,
    struct buf *out, struct err *err)
{
	struct standing standing;

	if (load_standing(app, user, &standing, err) == -1)
		return -1;
	if (cmdline->json)
		add_json(out, &standing);
	else
		add_text(out, cmdline, &standing);
	release_standing(&standing);
	return 0;
}

/* Fill the set with the users that were named, or with all. */
static int
choose_users(struct app *app, const struct status_call *cmdline,
    struct user_set *users, struct err *err)
{
	struct user_set all = USER_SET_INIT;
	int i, rc = users_list(app->store, &all, err);

	for (i = 0; rc == 0 && i < cmdline->n_users; i++) {
		if (!user_set_has(&all, cmdline->users[i])) {
			err_set(err, ERR_NOT_FOUND, MSG_STATUS_NOBODY);
			rc = err_value(err, "%s", cmdline->users[i]);
			break;
		}
		user_set_add(
		    users, cmdline->users[i], strlen(cmdline->users[i]));
	}
	if (rc == 0 && cmdline->n_users == 0) {
		*users = all;
		return 0;
	}
	user_set_release(&all);
	return rc;
}

static int
add_all(struct app *app, const struct status_call *cmdline, struct buf *out,
    struct err *err)
{
	struct user_set users = USER_SET_INIT;
	bool worker = bell_is_heard(app);
	size_t i;
	int rc = choose_users(app, cmdline, &users, err);

	if (cmdline->json) {
		buf_adds(out, "{\"ok\":true,\"worker\":");
		json_add_bool(out, worker);
		json_key(out, "users");
		json_open(out, '[');
	}
	for (i = 0; rc == 0 && i < users.n; i++)
		rc = add_user(app, cmdline, users.names[i], out, err);
	if (cmdline->json) {
		json_close(out, ']');
		json_close(out, '}');
		buf_addc(out, '\n');
	} else if (conf_has_repo(&app->conf) && !worker) {
		buf_addf(out, "%s\n",
		    msg_sentence_in(MSG_DOCTOR_WORKER, cmdline_language()));
	}
	user_set_release(&users);
	return rc;
}

static int
run_status(const struct status_call *cmdline)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	struct app app;
	int rc = origin_open(&cmdline->places, &app, &err);

	if (rc == 0) {
		rc = add_all(&app, cmdline, &out, &err);
		app_close(&app);
	}
	if (rc == 0)
		fputs(out.s, stdout);
	buf_release(&out);
	return rc == 0 ? 0 : cmdline_fail(cmdline->name, &err);
}

static int
main_of(int argc, char **argv, bool brief)
{
	struct status_call status_call = {.brief = brief};
	const struct cmdline_option options[] = {
	    {'j', "json", NULL, "print it as JSON", &status_call.json, NULL}};
	const struct cmdline_form form = {brief ? "" : "[USER...]", 0,
	    brief ? 0 : INT_MAX, options, ARRAY_LEN(options)};
	struct cmdline cmdline;
	int status = cmdline_read(argc, argv, &form, &cmdline);

	if (status != -1)
		return status;
	status_call.name = cmdline.name;
	status_call.places = cmdline.places;
	status_call.users = cmdline.args;
	status_call.n_users = cmdline.n_args;
	return run_status(&status_call);
}

int
cmd_status_main(int argc, char **argv)
{
	return main_of(argc, argv, false);
}

int
cmd_status_users(int argc, char **argv)
{
	return main_of(argc, argv, true);
}
