#include "inspect/doctor_github.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/github.h"
#include "git/github_call.h"
#include "git/refs.h"
#include "settings/conf.h"

#define LEFT_LEAST   100 /* requests; a first sync takes more */
#define SKEW_MOST_S  60  /* GitHub's own tokens allow that much */
#define WEBHOOK_PATH "/github/webhook"

struct github_look {
	const struct conf *conf;
	struct github *github;
	struct findings *found;
};

static void
tell_github(const struct github_look *look, enum finding_level level,
    const char *code, const char *what, const struct msg *msg)
{
	findings_add(look->found, level, code, what, msg);
}

/* Tell what has one value. */
static void
tell_error(const struct github_look *look, const char *code, enum msg_id id,
    const char *value)
{
	struct msg msg;

	msg_set(&msg, id);
	msg_value(&msg, "%s", value);
	tell_github(look, FINDING_ERROR, code, "GITHUB_REPO", &msg);
}

static void
check_limit(const struct github_look *look, const struct github_call *call)
{
	struct buf at = BUF_INIT;
	struct msg msg;

	if (call->left == -1 || call->left >= LEFT_LEAST)
		return;
	day_add_rfc3339(&at, call->reset_s * 1000);
	msg_set(&msg, MSG_DOCTOR_RATE);
	msg_value(&msg, "%lld", (long long)call->left);
	msg_value(&msg, "%s", at.s);
	tell_github(look, FINDING_WARN, "limit", "GITHUB_TOKEN", &msg);
	buf_release(&at);
}

static void
compare_clocks(const struct github_look *look, const struct github_call *call)
{
	int64_t off = clock_real_ms() / 1000 - call->date_s;
	struct msg msg;

	if (call->date_s == 0 || llabs(off) <= SKEW_MOST_S)
		return;
	msg_set(&msg, MSG_DOCTOR_CLOCK);
	msg_value(&msg, "GitHub");
	msg_value(&msg, "%lld", (long long)llabs(off));
	tell_github(look, FINDING_ERROR, "uhr", "GitHub", &msg);
}

/* Tell of an answer that is none of those that are expected. */
static void
tell_failure(
    const struct github_look *look, const char *why, const struct err *err)
{
	struct msg msg;

	msg_set(&msg, MSG_DOCTOR_GITHUB);
	msg_value(&msg, "%s", why);
	msg_cause(&msg, &err->msg);
	tell_github(look, FINDING_ERROR, "github", "GITHUB_API_URL", &msg);
}

/* Tell why the repository cannot be read. */
static void
tell_unseen(const struct github_look *look, struct github_call *call)
{
	struct err err = ERR_INIT;
	struct msg msg;

	if (call->status == 401) {
		msg_set(&msg, MSG_DOCTOR_TOKEN);
		tell_github(look, FINDING_ERROR, "token", "GITHUB_TOKEN", &msg);
		return;
	}
	if (call->status == 404) {
		tell_error(look, "repository", MSG_DOCTOR_REPO,
		    look->conf->github_repo);
		return;
	}
	(void)github_call_end(call, &err);
	tell_failure(look, call->why, &err);
}

static void
check_archived(const struct github_look *look, struct json_object *repo)
{
	struct msg msg;

	if (!json_get_bool(repo, "archived"))
		return;
	msg_set(&msg, MSG_DOCTOR_ARCHIVED);
	msg_value(&msg, "%s", look->conf->github_repo);
	tell_github(look, FINDING_WARN, "repository", "GITHUB_REPO", &msg);
}

static void
check_push(const struct github_look *look, struct json_object *repo)
{
	struct json_object *rights =
	    json_get(repo, "permissions", json_type_object);
	struct msg msg;

	if (rights == NULL || json_get_bool(rights, "push"))
		return;
	msg_set(&msg, MSG_DOCTOR_PUSH);
	msg_value(&msg, "%s", look->conf->github_repo);
	tell_github(look, FINDING_WARN, "rechte", "GITHUB_TOKEN", &msg);
}

/* Return false if the repository cannot be seen. */
static bool
check_repo(const struct github_look *look)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct json_object *repo;
	bool seen;

	github_run(look->github, &call, 1);
	repo = github_call_json(&call);
	seen = repo != NULL;
	compare_clocks(look, &call);
	if (seen) {
		check_limit(look, &call);
		check_push(look, repo);
		check_archived(look, repo);
	} else {
		tell_unseen(look, &call);
	}
	json_object_put(repo);
	github_call_release(&call);
	return seen;
}

static void
check_branch(const struct github_look *look)
{
	const char *branch = look->conf->github_branch;
	struct object_id head;
	struct err err = ERR_INIT;

	switch (refs_head(look->github, branch, &head, &err)) {
	case GITHUB_OK:
	case GITHUB_CONFLICT: /* empty: the first push makes the branch */
		break;
	case GITHUB_ABSENT:
		tell_error(look, "branch", MSG_DOCTOR_BRANCH, branch);
		break;
	default:
		tell_failure(look, err.detail, &err);
	}
}

/* The webhook. */

static void
tell_hook(const struct github_look *look, enum finding_level level,
    enum msg_id id, const char *value)
{
	struct msg msg;

	msg_set(&msg, id);
	msg_value(&msg, "%s", value);
	tell_github(look, level, "webhook", "GITHUB_WEBHOOK_SECRET", &msg);
}

/* Return the repository's hook that leads to us, borrowed, or NULL. */
static struct json_object *
find_hook(struct json_object *hooks, const char *url)
{
	size_t i, n = json_object_is_type(hooks, json_type_array)
			  ? json_object_array_length(hooks)
			  : 0;

	for (i = 0; i < n; i++) {
		struct json_object *hook = json_object_array_get_idx(hooks, i);
		struct json_object *config =
		    json_get(hook, "config", json_type_object);

		if (std_streq(json_get_str(config, "url"), url))
			return hook;
	}
	return NULL;
}

/* Return true if the hook tells of pushes; "*" is every event. */
static bool
hears_pushes(struct json_object *hook)
{
	struct json_object *events = json_get(hook, "events", json_type_array);
	size_t i, n = events == NULL ? 0 : json_object_array_length(events);

	for (i = 0; i < n; i++) {
		const char *event = json_object_get_string(
		    json_object_array_get_idx(events, i));

		if (std_streq(event, "push") || std_streq(event, "*"))
			return true;
	}
	return false;
}

/* GitHub's `last_response` has no code before the first delivery. */
static void
judge_hook(
    const struct github_look *look, struct json_object *hook, const char *url)
{
	struct json_object *last =
	    json_get(hook, "last_response", json_type_object);
	int64_t status = json_get_int(last, "code", 0);
	struct buf why = BUF_INIT;

	if (look->conf->webhook_secret == NULL)
		tell_hook(look, FINDING_ERROR, MSG_DOCTOR_HOOK_SECRET, url);
	else if (!json_get_bool(hook, "active"))
		tell_hook(look, FINDING_ERROR, MSG_DOCTOR_HOOK_OFF, url);
	else if (!hears_pushes(hook))
		tell_hook(look, FINDING_ERROR, MSG_DOCTOR_HOOK_EVENTS, url);
	else if (status >= 300) {
		buf_addf(&why, "%lld", (long long)status);
		tell_hook(look, FINDING_ERROR, MSG_DOCTOR_HOOK_FAILED, why.s);
	}
	buf_release(&why);
}

static void
check_hook(const struct github_look *look)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct json_object *hooks, *hook;
	struct buf url = BUF_INIT;

	buf_addf(&url, "%s" WEBHOOK_PATH, look->conf->base_url);
	buf_adds(&call.path, "/hooks?per_page=100");
	github_run(look->github, &call, 1);
	hooks = github_call_json(&call);
	if (hooks != NULL) {
		hook = find_hook(hooks, url.s);
		if (hook != NULL)
			judge_hook(look, hook, url.s);
		else
			tell_hook(
			    look, FINDING_WARN, MSG_DOCTOR_HOOK_NONE, url.s);
	}
	json_object_put(hooks);
	github_call_release(&call);
	buf_release(&url);
}

void
doctor_github(const struct app *app, struct findings *found)
{
	const struct conf *conf = &app->conf;
	const struct github_options options = {
	    .api_url = conf->github_api_url,
	    .token = conf->github_token,
	    .owner = conf->github_owner,
	    .repo = conf->github_repo,
	    .proxy = conf->http_proxy,
	    .tries = 1,
	};
	struct github_look look = {.conf = conf, .found = found};
	struct err err = ERR_INIT;

	/* Without the token nothing can be asked; audit.h tells of that. */
	if (!conf_has_repo(conf) || conf->github_token == NULL ||
	    github_open(&options, &look.github, &err) == -1)
		return;
	if (check_repo(&look)) {
		check_branch(&look);
		check_hook(&look);
	}
	github_close(look.github);
}
