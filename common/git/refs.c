#include "git/refs.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/std.h"
#include "git/github_call.h"
#include "git/github_result.h"
#include "git/object_id.h"

#define HEAD_SHA "application/vnd.github.sha"

/* Git's own rules, as far as they keep a name from leaving its place. */
bool
refs_name_ok(const char *name)
{
	const char *s = name;
	size_t len;

	if (name == NULL || *name == '\0' || *name == '-' ||
	    strlen(name) > 200 || !enc_is_utf8(name, strlen(name)) ||
	    enc_has_control(name, strlen(name)) ||
	    strpbrk(name, " ~^:?*[\\") != NULL || strstr(name, "..") != NULL ||
	    strstr(name, "@{") != NULL)
		return false;
	for (;; s += len + 1) {
		len = strcspn(s, "/");
		if (len == 0 || *s == '.' || s[len - 1] == '.')
			return false;
		if (s[len] == '\0')
			return true;
	}
}

int
refs_add_branch(struct buf *path, const char *branch)
{
	if (!refs_name_ok(branch))
		return -1;
	enc_percent(path, branch, "/");
	return 0;
}

enum github_result
refs_head(struct github *github, const char *branch, struct object_id *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	buf_adds(&call.path, "/git/ref/heads/");
	if (refs_add_branch(&call.path, branch) == -1)
		result = github_call_refuse(&call, "no name of a branch", err);
	else
		result = object_run_for_id(github, &call, "object", out, err);
	github_call_release(&call);
	return result;
}

enum github_result
refs_poll(struct github *github, const char *branch, const char *known,
    struct object_id *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	if (!object_id_ok(known) || !refs_name_ok(branch))
		return refs_head(github, branch, out, err);

	call.accept = HEAD_SHA;
	call.known = known;
	buf_adds(&call.path, "/commits/heads/");
	enc_percent(&call.path, branch, "/");
	github_run(github, &call, 1);
	if (call.result == GITHUB_INVALID)
		call.result = GITHUB_ABSENT; /* "No commit found for SHA" */

	if (call.result == GITHUB_UNCHANGED) {
		memcpy(out->hex, known, sizeof out->hex);
		result = GITHUB_OK;
	} else if (call.result == GITHUB_OK) {
		result = refs_head(github, branch, out, err);
	} else {
		result = github_call_end(&call, err);
	}
	github_call_release(&call);
	return result;
}

/*
 * Return true if the answer speaks of a rule of the repository: a protected
 * branch, or a ruleset (docs.github.com/repositories/configuring-branches-and-
 * merges-in-your-repository).
 */
static bool
is_about_rules(const struct github_call *call)
{
	static const char *const words[] = {
	    "protected branch",
	    "rule violation",
	    "through a pull request",
	    "status check",
	    "review is required",
	    "not authorized to push",
	    "being restricted",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (github_call_says(call, words[i]))
			return true;
	return false;
}

/*
 * A 422 about refs says only in words what it is about.  "Reference update
 * failed" stays GITHUB_INVALID: it comes for a branch in the way as for a
 * rule.
 */
static void
judge_ref(struct github_call *call)
{
	if (call->result != GITHUB_INVALID)
		return;
	if (github_call_says(call, "not a fast forward") ||
	    github_call_says(call, "not a fast-forward"))
		call->result = GITHUB_NOT_FORWARD;
	else if (github_call_says(call, "reference does not exist"))
		call->result = GITHUB_ABSENT;
	else if (github_call_says(call, "reference already exists"))
		call->result = GITHUB_EXISTS;
	else if (is_about_rules(call))
		call->result = GITHUB_PROTECTED;
}

enum github_result
refs_update(struct github *github, const char *branch, const char *commit,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct object_id id = {""};
	enum github_result result;

	call.method = "PATCH";
	call.once = true;
	buf_adds(&call.path, "/git/refs/heads/");
	if (refs_add_branch(&call.path, branch) == -1 ||
	    !object_id_ok(commit)) {
		result = github_call_refuse(
		    &call, "no name of a branch, or no id", err);
		goto out;
	}
	json_open(&call.body, '{');
	json_key(&call.body, "sha");
	json_add_str(&call.body, commit);
	json_key(&call.body, "force");
	json_add_bool(&call.body, false);
	json_close(&call.body, '}');

	result = object_run_for_id(github, &call, "object", &id, err);
	if (result == GITHUB_OK && strcmp(id.hex, commit) != 0)
		github_call_spoil(&call, "the branch is somewhere else");
	judge_ref(&call);
	result = github_call_end(&call, err);
out:
	github_call_release(&call);
	return result;
}

enum github_result
refs_create(struct github *github, const char *branch, const char *commit,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct buf ref = BUF_INIT;
	enum github_result result;

	call.method = "POST";
	call.once = true;
	buf_adds(&call.path, "/git/refs");
	buf_addf(&ref, "refs/heads/%s", branch != NULL ? branch : "");
	if (!refs_name_ok(branch) || !object_id_ok(commit)) {
		result = github_call_refuse(
		    &call, "no name of a branch, or no id", err);
		goto out;
	}
	json_open(&call.body, '{');
	json_key(&call.body, "ref");
	json_add_str(&call.body, ref.s);
	json_key(&call.body, "sha");
	json_add_str(&call.body, commit);
	json_close(&call.body, '}');

	github_run(github, &call, 1);
	judge_ref(&call);
	result = github_call_end(&call, err);
out:
	buf_release(&ref);
	github_call_release(&call);
	return result;
}

/* Find a branch whose name is a leading part of this one's. */
static enum github_result
find_above(
    struct github *github, const char *branch, struct buf *out, struct err *err)
{
	enum github_result result = GITHUB_ABSENT;
	const char *slash = branch;
	struct object_id unused;

	while (
	    result == GITHUB_ABSENT && (slash = strchr(slash, '/')) != NULL) {
		buf_set(out, branch, (size_t)(slash - branch));
		result = refs_head(github, out->s, &unused, err);
		slash++;
	}
	return result;
}

/* Return the name in a ref of a list, if it is of a branch below this one;
 * else NULL. */
static const char *
branch_below(struct json_object *ref, const char *branch)
{
	static const char heads[] = "refs/heads/";
	const char *name = json_get_str(ref, "ref");

	if (name == NULL || !std_starts(name, heads))
		return NULL;
	name += strlen(heads);
	if (!refs_name_ok(name) || !std_starts(name, branch) ||
	    name[strlen(branch)] != '/')
		return NULL;
	return name;
}

/* Take the first branch below this one from the list of an answer. */
static void
take_below(struct github_call *call, const char *branch, struct buf *out)
{
	struct json_object *list = github_call_json(call);
	const char *name = NULL;
	size_t i, n = 0;

	if (json_object_is_type(list, json_type_array))
		n = json_object_array_length(list);
	for (i = 0; name == NULL && i < n; i++)
		name = branch_below(json_object_array_get_idx(list, i), branch);
	if (name != NULL)
		buf_set(out, name, strlen(name));
	else if (call->result == GITHUB_OK)
		call->result = GITHUB_ABSENT;
	json_object_put(list);
}

/*
 * Find a branch whose name begins with this one's and a slash.  GitHub lists
 * all whose names begin alike (docs.github.com/rest/git/refs).
 */
static enum github_result
find_below(
    struct github *github, const char *branch, struct buf *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	buf_adds(&call.path, "/git/matching-refs/heads/");
	if (refs_add_branch(&call.path, branch) == -1) {
		result = github_call_refuse(&call, "no name of a branch", err);
	} else {
		github_run(github, &call, 1);
		take_below(&call, branch, out);
		result = github_call_end(&call, err);
	}
	github_call_release(&call);
	return result;
}

enum github_result
refs_in_way(
    struct github *github, const char *branch, struct buf *out, struct err *err)
{
	enum github_result result = find_above(github, branch, out, err);

	if (result == GITHUB_ABSENT)
		result = find_below(github, branch, out, err);
	return result;
}

/* Return GITHUB_OK if GitHub knows the commit, GITHUB_ABSENT if it does not. */
static enum github_result
look_up_commit(struct github *github, const char *id, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	buf_addf(&call.path, "/git/commits/%s", id);
	github_run(github, &call, 1);
	result = github_call_end(&call, err);
	github_call_release(&call);
	return result;
}

/*
 * Judge a comparison that got a 404.  It is an answer if GitHub says that the
 * commits have no common ancestor, or does not know one of them.  While GitHub
 * is not well it means nothing, and must not end in "not in the history": a
 * push that landed would count as lost, and be made again over a revert.
 */
static enum github_result
judge_absent(struct github *github, const struct github_call *call,
    const char *base, const char *head, struct err *err)
{
	enum github_result result;

	if (github_call_says(call, "No common ancestor"))
		return GITHUB_OK;
	result = look_up_commit(github, base, err);
	if (result == GITHUB_OK)
		result = look_up_commit(github, head, err);
	if (result == GITHUB_ABSENT)
		return GITHUB_OK;
	if (result != GITHUB_OK)
		return result;
	err_set(err, ERR_BUSY, github_result_msg(GITHUB_TEMPORARY));
	return GITHUB_TEMPORARY;
}

enum github_result
refs_compare(struct github *github, const char *base, const char *head,
    enum refs_order *out, struct err *err)
{
	static const char *const words[] = {
	    [REFS_IDENTICAL] = "identical",
	    [REFS_AHEAD] = "ahead",
	    [REFS_BEHIND] = "behind",
	    [REFS_DIVERGED] = "diverged",
	};
	struct github_call call = GITHUB_CALL_INIT;
	struct json_object *json = NULL;
	enum refs_order order = REFS_UNRELATED;
	enum github_result result;
	const char *status;
	size_t i;

	if (!object_id_ok(base) || !object_id_ok(head)) {
		result = github_call_refuse(&call, "no id", err);
		goto out;
	}
	/* One commit is enough: only the status counts. */
	buf_addf(&call.path, "/compare/%s...%s?per_page=1", base, head);
	github_run(github, &call, 1);
	json = github_call_json(&call);
	status = json_get_str(json, "status");
	for (i = 0; i < ARRAY_LEN(words); i++)
		if (std_streq(status, words[i]))
			order = (enum refs_order)i;
	if (call.result == GITHUB_OK && order == REFS_UNRELATED)
		github_call_spoil(&call, "the answer is no comparison");
	if (call.result == GITHUB_ABSENT)
		result = judge_absent(github, &call, base, head, err);
	else
		result = github_call_end(&call, err);
	if (result == GITHUB_OK)
		*out = order;
out:
	json_object_put(json);
	github_call_release(&call);
	return result;
}
