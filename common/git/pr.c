#include "git/pr.h"

#include <strings.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/std.h"
#include "git/github_call.h"
#include "git/refs.h"

void
pr_release(struct pr *pull)
{
	free(pull->branch);
	free(pull->url);
	*pull = (struct pr)PR_INIT;
}

/*
 * Read a pull request into *out.  Return false, and leave *out as it was, if
 * the JSON is none.  The items of a list have no "merged", so go by
 * "merged_at"; "merge_commit_sha" is a test merge before that, so read it
 * only after.
 */
static bool
parse_pull(struct json_object *json, struct pr *out)
{
	struct json_object *head = json_get(json, "head", json_type_object);
	const char *state = json_get_str(json, "state");
	const char *branch = json_get_str(head, "ref");
	const char *url = json_get_str(json, "html_url");
	struct pr pull = PR_INIT;

	pull.number = json_get_int(json, "number", 0);
	pull.open = std_streq(state, "open");
	pull.merged = json_get_str(json, "merged_at") != NULL;
	if (pull.number < 1 || branch == NULL || url == NULL ||
	    (!pull.open && !std_streq(state, "closed")) ||
	    !object_read_id(head, "sha", &pull.head) ||
	    (pull.merged &&
		!object_read_id(json, "merge_commit_sha", &pull.merge)))
		return false;
	pull.branch = std_strdup(branch);
	pull.url = std_strdup(url);
	*out = pull;
	return true;
}

/*
 * Run a call whose answer is a pull request, which becomes *out.  GitHub has
 * no status of its own for a second request of a branch, so tell that 422 by
 * its words.
 */
static enum github_result
run_for_pull(struct github *github, struct github_call *call, struct pr *out,
    struct err *err)
{
	struct json_object *json;

	github_run(github, call, 1);
	json = github_call_json(call);
	if (call->result == GITHUB_OK && !parse_pull(json, out))
		github_call_spoil(call, "the answer is no pull request");
	json_object_put(json);
	if (call->result == GITHUB_INVALID &&
	    github_call_says(call, "pull request already exists"))
		call->result = GITHUB_EXISTS;
	return github_call_end(call, err);
}

enum github_result
pr_open(struct github *github, const struct pr_new *what, struct pr *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	call.method = "POST";
	call.once = true;
	buf_adds(&call.path, "/pulls");
	if (!refs_name_ok(what->branch) || !refs_name_ok(what->into)) {
		result = github_call_refuse(&call, "no name of a branch", err);
		goto out;
	}
	json_open(&call.body, '{');
	json_key(&call.body, "title");
	json_add_str(&call.body, what->title);
	json_key(&call.body, "head");
	json_add_str(&call.body, what->branch);
	json_key(&call.body, "base");
	json_add_str(&call.body, what->into);
	json_key(&call.body, "body");
	json_add_str(&call.body, what->body != NULL ? what->body : "");
	json_close(&call.body, '}');
	result = run_for_pull(github, &call, out, err);
out:
	github_call_release(&call);
	return result;
}

enum github_result
pr_get(struct github *github, int64_t number, struct pr *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	buf_addf(&call.path, "/pulls/%lld", (long long)number);
	result = run_for_pull(github, &call, out, err);
	github_call_release(&call);
	return result;
}

/* Lists. */

/*
 * Return true if the pull request's head is the branch (NULL: any) of this
 * repository's owner.  Checked here, too, since GitHub ignores a filter that
 * it does not understand, and a fork may have a branch of the same name.
 */
static bool
is_of_branch(const struct github *github, struct json_object *json,
    const struct pr *pull, const char *branch)
{
	struct json_object *head = json_get(json, "head", json_type_object);
	const char *label = json_get_str(head, "label");
	const char *owner = github_owner(github);
	size_t len = strlen(owner);

	return (branch == NULL || strcmp(pull->branch, branch) == 0) &&
	       (label == NULL ||
		   (strncasecmp(label, owner, len) == 0 && label[len] == ':'));
}

/*
 * Append the pull requests of the answer to out, but for those of other
 * branches.  If one item cannot be read, spoil the call: a list without it
 * would say that there is no such request.
 */
static void
read_pulls(const struct github *github, struct github_call *call,
    struct json_object *json, const char *branch, struct pr_list *out)
{
	struct json_object *item;
	struct pr pull;
	size_t i, n;

	if (!json_object_is_type(json, json_type_array)) {
		github_call_spoil(call, "the answer is no list");
		return;
	}
	n = json_object_array_length(json);
	for (i = 0; i < n; i++) {
		item = json_object_array_get_idx(json, i);
		if (!parse_pull(item, &pull)) {
			github_call_spoil(call, "an item is no pull request");
			return;
		}
		if (!is_of_branch(github, item, &pull, branch)) {
			pr_release(&pull);
			continue;
		}
		STD_GROW(out->pulls, out->n, out->cap);
		out->pulls[out->n++] = pull;
	}
}

static void
build_list_path(const struct github *github, struct github_call *call,
    const char *branch, enum pr_state state)
{
	static const char *const words[] = {
	    [PR_OPEN] = "open", [PR_CLOSED] = "closed", [PR_ALL] = "all"};

	buf_addf(&call->path,
	    "/pulls?state=%s&sort=created&direction=desc&per_page=100",
	    words[state]);
	if (branch == NULL)
		return;
	buf_adds(&call->path, "&head=");
	enc_percent(&call->path, github_owner(github), "");
	buf_adds(&call->path, "%3A");
	enc_percent(&call->path, branch, "/");
}

enum github_result
pr_find(struct github *github, const char *branch, enum pr_state state,
    struct pr_list *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct pr_list list = PR_LIST_INIT;
	struct json_object *json = NULL;
	enum github_result result;

	if (branch != NULL && !refs_name_ok(branch)) {
		buf_adds(&call.path, "/pulls");
		result = github_call_refuse(&call, "no name of a branch", err);
		goto out;
	}
	build_list_path(github, &call, branch, state);
	github_run(github, &call, 1);
	json = github_call_json(&call);
	if (json != NULL)
		read_pulls(github, &call, json, branch, &list);
	if (call.result == GITHUB_OK) {
		*out = list;
		list = (struct pr_list)PR_LIST_INIT;
	}
	result = github_call_end(&call, err);
out:
	json_object_put(json);
	pr_list_release(&list);
	github_call_release(&call);
	return result;
}

void
pr_list_release(struct pr_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		pr_release(&list->pulls[i]);
	free(list->pulls);
	*list = (struct pr_list)PR_LIST_INIT;
}
