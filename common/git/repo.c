#include "git/repo.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/std.h"

#define BLOB_RAW "application/vnd.github.raw+json"
#define HEAD_SHA "application/vnd.github.sha"

bool
repo_id_ok(const char *hex)
{
	return hex != NULL && strlen(hex) == REPO_ID_LEN &&
	       strspn(hex, "0123456789abcdef") == REPO_ID_LEN;
}

/* Git's own rules, as far as they keep a name from leaving its place. */
static bool
is_branch(const char *name)
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
repo_add_branch(struct buf *path, const char *branch)
{
	if (!is_branch(branch))
		return -1;
	enc_percent(path, branch, "/");
	return 0;
}

void
repo_spoil(struct github_call *call, const char *why)
{
	/* What was to happen once has been answered, so it may have. */
	call->result = call->once ? GITHUB_UNKNOWN : GITHUB_BROKEN;
	snprintf(call->why, sizeof call->why, "%s", why);
}

struct json_object *
repo_answer(struct github_call *call)
{
	struct json_object *json = NULL;
	struct err err;

	if (call->result != GITHUB_OK)
		return NULL;
	if (json_parse(call->reply.s, call->reply.len, &json, &err) == 0 &&
	    json != NULL)
		return json;
	repo_spoil(call, "the answer is no JSON");
	return NULL;
}

/* Refused by ourselves, before any request. */
static enum github_result
refuse(struct github_call *call, const char *why, struct err *err)
{
	call->result = GITHUB_INVALID;
	snprintf(call->why, sizeof call->why, "%s", why);
	return github_end(call, err);
}

bool
repo_read_id(struct json_object *json, const char *key, struct repo_id *out)
{
	const char *hex = json_get_str(json, key);

	if (!repo_id_ok(hex))
		return false;
	memcpy(out->hex, hex, sizeof out->hex);
	return true;
}

/* A call whose answer is an object with a "sha", maybe within `inner`. */
static enum github_result
run_for_id(struct github *github, struct github_call *call, const char *inner,
    struct repo_id *out, struct err *err)
{
	struct json_object *json, *object;
	struct repo_id id;

	github_run(github, call, 1);
	json = repo_answer(call);
	object = inner != NULL ? json_get(json, inner, json_type_object) : json;
	if (call->result == GITHUB_OK && !repo_read_id(object, "sha", &id))
		repo_spoil(call, "the answer lacks an id");
	if (call->result == GITHUB_OK)
		*out = id;
	json_object_put(json);
	return github_end(call, err);
}

/* Refs. */

enum github_result
repo_head(struct github *github, const char *branch, struct repo_id *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	buf_adds(&call.path, "/git/ref/heads/");
	if (repo_add_branch(&call.path, branch) == -1)
		result = refuse(&call, "no name of a branch", err);
	else
		result = run_for_id(github, &call, "object", out, err);
	github_call_release(&call);
	return result;
}

static enum github_result
hear_poll(struct github_call *call, struct repo_id *out, struct err *err)
{
	if (call->result == GITHUB_UNCHANGED)
		return GITHUB_UNCHANGED;
	if (call->result == GITHUB_INVALID)
		call->result = GITHUB_ABSENT; /* "No commit found" */
	if (call->result == GITHUB_OK && !repo_id_ok(call->reply.s))
		repo_spoil(call, "the answer is no id");
	if (call->result == GITHUB_OK)
		memcpy(out->hex, call->reply.s, sizeof out->hex);
	return github_end(call, err);
}

enum github_result
repo_poll(struct github *github, const char *branch, const char *known,
    struct repo_id *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	call.accept = HEAD_SHA;
	call.known = repo_id_ok(known) ? known : NULL;
	buf_adds(&call.path, "/commits/heads/");
	if (repo_add_branch(&call.path, branch) == -1) {
		result = refuse(&call, "no name of a branch", err);
	} else {
		github_run(github, &call, 1);
		result = hear_poll(&call, out, err);
	}
	github_call_release(&call);
	return result;
}

/* A 422 about refs says only in words what it is about. */
static void
judge_ref(struct github_call *call)
{
	if (call->result != GITHUB_INVALID)
		return;
	if (github_says(call, "not a fast forward") ||
	    github_says(call, "not a fast-forward"))
		call->result = GITHUB_NOT_FORWARD;
	else if (github_says(call, "reference does not exist"))
		call->result = GITHUB_ABSENT;
	else if (github_says(call, "reference already exists"))
		call->result = GITHUB_EXISTS;
}

enum github_result
repo_move(struct github *github, const char *branch, const char *commit,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct repo_id id = {""};
	enum github_result result;

	call.method = "PATCH";
	call.once = true;
	buf_adds(&call.path, "/git/refs/heads/");
	if (repo_add_branch(&call.path, branch) == -1 || !repo_id_ok(commit)) {
		result = refuse(&call, "no name of a branch, or no id", err);
		goto out;
	}
	json_open(&call.body, '{');
	json_key(&call.body, "sha");
	json_add_str(&call.body, commit);
	json_key(&call.body, "force");
	json_add_bool(&call.body, false);
	json_close(&call.body, '}');

	result = run_for_id(github, &call, "object", &id, err);
	if (result == GITHUB_OK && strcmp(id.hex, commit) != 0)
		repo_spoil(&call, "the branch is somewhere else");
	judge_ref(&call);
	result = github_end(&call, err);
out:
	github_call_release(&call);
	return result;
}

enum github_result
repo_make_branch(struct github *github, const char *branch, const char *commit,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct buf ref = BUF_INIT;
	enum github_result result;

	call.method = "POST";
	call.once = true;
	buf_adds(&call.path, "/git/refs");
	buf_addf(&ref, "refs/heads/%s", branch != NULL ? branch : "");
	if (!is_branch(branch) || !repo_id_ok(commit)) {
		result = refuse(&call, "no name of a branch, or no id", err);
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
	result = github_end(&call, err);
out:
	buf_release(&ref);
	github_call_release(&call);
	return result;
}

enum github_result
repo_drop_branch(struct github *github, const char *branch, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	call.method = "DELETE";
	call.once = true;
	buf_adds(&call.path, "/git/refs/heads/");
	if (repo_add_branch(&call.path, branch) == -1) {
		result = refuse(&call, "no name of a branch", err);
	} else {
		github_run(github, &call, 1);
		judge_ref(&call);
		result = github_end(&call, err);
	}
	github_call_release(&call);
	return result;
}

/* Commits. */

static bool
read_commit(struct json_object *json, struct repo_commit *out)
{
	struct json_object *parents =
	    json_get(json, "parents", json_type_array);
	size_t i, n;

	if (parents == NULL ||
	    !repo_read_id(
		json_get(json, "tree", json_type_object), "sha", &out->tree))
		return false;
	n = json_object_array_length(parents);
	out->parents = std_alloc(n * sizeof *out->parents);
	for (i = 0; i < n; i++)
		if (!repo_read_id(json_object_array_get_idx(parents, i), "sha",
			&out->parents[i]))
			return false;
	out->n_parents = n;
	return true;
}

enum github_result
repo_commit(struct github *github, const char *id, struct repo_commit *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct repo_commit commit = REPO_COMMIT_INIT;
	struct json_object *json = NULL;
	enum github_result result;

	if (!repo_id_ok(id)) {
		result = refuse(&call, "no id", err);
		goto out;
	}
	buf_addf(&call.path, "/git/commits/%s", id);
	github_run(github, &call, 1);
	json = repo_answer(&call);
	if (call.result == GITHUB_OK && !read_commit(json, &commit))
		repo_spoil(&call, "the answer is no commit");
	if (call.result == GITHUB_OK) {
		*out = commit;
		commit = (struct repo_commit)REPO_COMMIT_INIT;
	}
	result = github_end(&call, err);
out:
	json_object_put(json);
	repo_commit_release(&commit);
	github_call_release(&call);
	return result;
}

void
repo_commit_release(struct repo_commit *commit)
{
	free(commit->parents);
	*commit = (struct repo_commit)REPO_COMMIT_INIT;
}

enum github_result
repo_compare(struct github *github, const char *base, const char *head,
    enum repo_order *out, struct err *err)
{
	static const char *const words[] = {
	    [REPO_IDENTICAL] = "identical",
	    [REPO_AHEAD] = "ahead",
	    [REPO_BEHIND] = "behind",
	    [REPO_DIVERGED] = "diverged",
	};
	struct github_call call = GITHUB_CALL_INIT;
	struct json_object *json = NULL;
	enum repo_order order = REPO_UNRELATED;
	enum github_result result;
	const char *status;
	size_t i;

	if (!repo_id_ok(base) || !repo_id_ok(head)) {
		result = refuse(&call, "no id", err);
		goto out;
	}
	/* One commit is enough: only the status counts. */
	buf_addf(&call.path, "/compare/%s...%s?per_page=1", base, head);
	github_run(github, &call, 1);
	json = repo_answer(&call);
	status = json_get_str(json, "status");
	for (i = 0; i < ARRAY_LEN(words); i++)
		if (std_streq(status, words[i]))
			order = (enum repo_order)i;
	if (call.result == GITHUB_OK && order == REPO_UNRELATED)
		repo_spoil(&call, "the answer is no comparison");
	if (call.result == GITHUB_ABSENT)
		call.result = GITHUB_OK;
	if (call.result == GITHUB_OK)
		*out = order;
	result = github_end(&call, err);
out:
	json_object_put(json);
	github_call_release(&call);
	return result;
}

/* Trees. */

static bool
read_kind(struct json_object *json, enum repo_kind *out)
{
	static const char *const words[] = {
	    [REPO_BLOB] = "blob",
	    [REPO_TREE] = "tree",
	    [REPO_COMMIT] = "commit",
	};
	const char *type = json_get_str(json, "type");
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (std_streq(type, words[i])) {
			*out = (enum repo_kind)i;
			return true;
		}
	return false;
}

static bool
read_mode(struct json_object *json, unsigned *out)
{
	const char *mode = json_get_str(json, "mode");

	if (mode == NULL || strlen(mode) != 6 || strspn(mode, "01234567") != 6)
		return false;
	*out = (unsigned)strtoul(mode, NULL, 8);
	return true;
}

static bool
read_entry(struct json_object *json, struct repo_entry *out)
{
	const char *name = json_get_str(json, "path");
	int64_t size = json_get_int(json, "size", -1);

	if (name == NULL || *name == '\0' || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    !repo_read_id(json, "sha", &out->id) ||
	    !read_kind(json, &out->kind) || !read_mode(json, &out->mode) ||
	    (out->kind == REPO_BLOB && size < 0))
		return false;
	out->size = size > 0 ? (uint64_t)size : 0;
	out->name = std_strdup(name);
	return true;
}

/* "truncated" must be there: a missing one is no promise. */
enum github_result
repo_read_tree(struct json_object *json, const char *id, struct repo_tree *out,
    const char **why)
{
	struct json_object *truncated =
	    json_get(json, "truncated", json_type_boolean);
	struct json_object *list = json_get(json, "tree", json_type_array);
	struct repo_tree tree = REPO_TREE_INIT;
	size_t i, n;

	*why = "the answer is not this tree";
	if (list == NULL || truncated == NULL ||
	    !std_streq(json_get_str(json, "sha"), id))
		return GITHUB_BROKEN;
	if (json_object_get_boolean(truncated))
		return GITHUB_TRUNCATED;

	n = json_object_array_length(list);
	for (i = 0; i < n; i++) {
		STD_GROW(tree.entries, tree.n, tree.cap);
		if (!read_entry(json_object_array_get_idx(list, i),
			&tree.entries[tree.n])) {
			*why = "an entry of the tree is none";
			repo_tree_release(&tree);
			return GITHUB_BROKEN;
		}
		tree.n++;
	}
	*out = tree;
	return GITHUB_OK;
}

enum github_result
repo_tree(struct github *github, const char *id, struct repo_tree *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct json_object *json = NULL;
	enum github_result result;
	const char *why;

	if (!repo_id_ok(id)) {
		result = refuse(&call, "no id", err);
		goto out;
	}
	buf_addf(&call.path, "/git/trees/%s", id);
	github_run(github, &call, 1);
	json = repo_answer(&call);
	if (json != NULL)
		call.result = repo_read_tree(json, id, out, &why);
	if (call.result == GITHUB_BROKEN && json != NULL)
		repo_spoil(&call, why);
	result = github_end(&call, err);
out:
	json_object_put(json);
	github_call_release(&call);
	return result;
}

void
repo_tree_release(struct repo_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->n; i++)
		free(tree->entries[i].name);
	free(tree->entries);
	*tree = (struct repo_tree)REPO_TREE_INIT;
}

const struct repo_entry *
repo_tree_find(const struct repo_tree *tree, const char *name)
{
	size_t i;

	for (i = 0; i < tree->n; i++)
		if (strcmp(tree->entries[i].name, name) == 0)
			return &tree->entries[i];
	return NULL;
}

static void
add_mode(struct buf *json, unsigned mode)
{
	char text[16];

	snprintf(text, sizeof text, "%06o", mode != 0 ? mode : 0100644u);
	json_key(json, "mode");
	json_add_str(json, text);
	json_key(json, "type");
	json_add_str(json, mode == 040000    ? "tree"
			   : mode == 0160000 ? "commit"
					     : "blob");
}

/* JSON carries UTF-8; what it does not carry goes ahead as a blob. */
static enum github_result
add_content(struct github *github, struct buf *json,
    const struct repo_change *change, struct err *err)
{
	struct repo_id id;
	enum github_result result;
	const char *bytes = change->len > 0 ? change->bytes : "";

	if (change->id == NULL && enc_is_utf8(bytes, change->len) &&
	    memchr(bytes, '\0', change->len) == NULL) {
		json_key(json, "content");
		json_add_strn(json, bytes, change->len);
		return GITHUB_OK;
	}

	json_key(json, "sha");
	if (change->id != NULL) {
		json_add_str(json, change->id);
		return GITHUB_OK;
	}
	result = repo_make_blob(github, bytes, change->len, &id, err);
	if (result == GITHUB_OK)
		json_add_str(json, id.hex);
	return result;
}

static enum github_result
add_change(struct github *github, struct buf *json,
    const struct repo_change *change, struct err *err)
{
	enum github_result result = GITHUB_OK;

	json_open(json, '{');
	json_key(json, "path");
	json_add_str(json, change->path);
	add_mode(json, change->mode);
	if (change->gone) {
		json_key(json, "sha");
		json_add_null(json);
	} else {
		result = add_content(github, json, change, err);
	}
	json_close(json, '}');
	return result;
}

static bool
are_changes(const struct repo_change *changes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (changes[i].path == NULL || changes[i].path[0] == '\0' ||
		    changes[i].path[0] == '/' ||
		    !enc_is_utf8(changes[i].path, strlen(changes[i].path)) ||
		    (!changes[i].gone && changes[i].id != NULL &&
			!repo_id_ok(changes[i].id)))
			return false;
	return true;
}

enum github_result
repo_make_tree(struct github *github, const char *base,
    const struct repo_change *changes, size_t n, struct repo_id *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result = GITHUB_OK;
	size_t i;

	call.method = "POST";
	buf_adds(&call.path, "/git/trees");
	if ((base != NULL && !repo_id_ok(base)) || !are_changes(changes, n)) {
		result = refuse(&call, "no id, or no path", err);
		goto out;
	}
	json_open(&call.body, '{');
	if (base != NULL) {
		json_key(&call.body, "base_tree");
		json_add_str(&call.body, base);
	}
	json_key(&call.body, "tree");
	json_open(&call.body, '[');
	for (i = 0; i < n && result == GITHUB_OK; i++)
		result = add_change(github, &call.body, &changes[i], err);
	json_close(&call.body, ']');
	json_close(&call.body, '}');
	if (result == GITHUB_OK)
		result = run_for_id(github, &call, NULL, out, err);
out:
	github_call_release(&call);
	return result;
}

/* Blobs. */

/* A blob in the order of ids, where the same ones stand together. */
struct place {
	struct repo_blob *blob;
};

static int
by_id(const void *va, const void *vb)
{
	const struct place *a = va, *b = vb;

	return strcmp(a->blob->id.hex, b->blob->id.hex);
}

static void
ask_blob(struct github_call *call, const struct repo_blob *blob)
{
	*call = (struct github_call)GITHUB_CALL_INIT;
	call->accept = BLOB_RAW;
	call->reply_max = REPO_BLOB_MAX;
	buf_addf(&call->path, "/git/blobs/%s", blob->id.hex);
}

/* Hands the answers out. */
static enum github_result
take_blobs(struct github_call *calls, const struct place *sorted, size_t n,
    struct err *err)
{
	enum github_result all = GITHUB_OK;
	size_t i, k = 0;

	for (i = 0; i < n; i++) {
		k += i > 0 && by_id(&sorted[i - 1], &sorted[i]) != 0;
		sorted[i].blob->result = calls[k].result;
		if (calls[k].result == GITHUB_OK)
			buf_set(&sorted[i].blob->bytes, calls[k].reply.s,
			    calls[k].reply.len);
		else if (all == GITHUB_OK)
			all = github_end(&calls[k], err);
	}
	return all;
}

enum github_result
repo_blobs(
    struct github *github, struct repo_blob *blobs, size_t n, struct err *err)
{
	struct github_call refused = GITHUB_CALL_INIT;
	struct place *sorted;
	struct github_call *calls;
	enum github_result result;
	size_t i, distinct = 0;

	for (i = 0; i < n; i++)
		if (!repo_id_ok(blobs[i].id.hex))
			return refuse(&refused, "no id", err);
	if (n == 0)
		return GITHUB_OK;

	sorted = std_alloc(n * sizeof *sorted);
	calls = std_alloc(n * sizeof *calls);
	for (i = 0; i < n; i++)
		sorted[i].blob = &blobs[i];
	qsort(sorted, n, sizeof *sorted, by_id);
	for (i = 0; i < n; i++)
		if (i == 0 || by_id(&sorted[i - 1], &sorted[i]) != 0)
			ask_blob(&calls[distinct++], sorted[i].blob);

	github_run(github, calls, distinct);
	result = take_blobs(calls, sorted, n, err);
	for (i = 0; i < distinct; i++)
		github_call_release(&calls[i]);
	free(calls);
	free(sorted);
	return result;
}

void
repo_blobs_release(struct repo_blob *blobs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_release(&blobs[i].bytes);
}

enum github_result
repo_make_blob(struct github *github, const void *bytes, size_t len,
    struct repo_id *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct buf text = BUF_INIT;
	enum github_result result;

	call.method = "POST";
	buf_adds(&call.path, "/git/blobs");
	enc_base64(&text, bytes, len);
	json_open(&call.body, '{');
	json_key(&call.body, "content");
	json_add_str(&call.body, text.s);
	json_key(&call.body, "encoding");
	json_add_str(&call.body, "base64");
	json_close(&call.body, '}');

	result = run_for_id(github, &call, NULL, out, err);
	buf_release(&text);
	github_call_release(&call);
	return result;
}

/* Commits of our own. */

static void
add_person(struct buf *json, const char *key, const struct repo_person *who,
    int64_t when)
{
	struct buf date = BUF_INIT;

	day_add_rfc3339(&date, when - when % 1000);
	json_key(json, key);
	json_open(json, '{');
	json_key(json, "name");
	json_add_str(json, who->name);
	json_key(json, "email");
	json_add_str(json, who->email);
	json_key(json, "date");
	json_add_str(json, date.s);
	json_close(json, '}');
	buf_release(&date);
}

static void
add_commit(struct buf *json, const struct repo_new_commit *commit)
{
	size_t i;

	json_open(json, '{');
	json_key(json, "message");
	json_add_str(json, commit->message);
	json_key(json, "tree");
	json_add_str(json, commit->tree);
	json_key(json, "parents");
	json_open(json, '[');
	for (i = 0; i < commit->n_parents; i++)
		json_add_str(json, commit->parents[i]);
	json_close(json, ']');
	add_person(json, "author", &commit->author, commit->when);
	if (commit->committer.name != NULL)
		add_person(json, "committer", &commit->committer, commit->when);
	json_close(json, '}');
}

static bool
is_person(const struct repo_person *who)
{
	return who->name != NULL && *who->name != '\0' && who->email != NULL &&
	       *who->email != '\0';
}

static bool
is_commit(const struct repo_new_commit *commit)
{
	size_t i;

	for (i = 0; i < commit->n_parents; i++)
		if (!repo_id_ok(commit->parents[i]))
			return false;
	return repo_id_ok(commit->tree) && is_person(&commit->author) &&
	       (commit->committer.name == NULL ||
		   is_person(&commit->committer));
}

enum github_result
repo_make_commit(struct github *github, const struct repo_new_commit *commit,
    struct repo_id *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	call.method = "POST";
	buf_adds(&call.path, "/git/commits");
	if (is_commit(commit)) {
		add_commit(&call.body, commit);
		result = run_for_id(github, &call, NULL, out, err);
	} else {
		result = refuse(&call, "no id, or no name", err);
	}
	github_call_release(&call);
	return result;
}
