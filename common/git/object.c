#include "git/object.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/std.h"
#include "git/github_call.h"

#define BLOB_RAW       "application/vnd.github.raw+json"
#define BLOB_REPLY_MAX (OBJECT_BLOB_MAX / 2 * 3) /* in base64, with lines */

bool
object_read_id(struct json_object *json, const char *key, struct object_id *out)
{
	const char *hex = json_get_str(json, key);

	if (!object_id_ok(hex))
		return false;
	memcpy(out->hex, hex, sizeof out->hex);
	return true;
}

enum github_result
object_run_for_id(struct github *github, struct github_call *call,
    const char *inner, struct object_id *out, struct err *err)
{
	struct json_object *json, *object;
	struct object_id id;

	github_run(github, call, 1);
	json = github_call_json(call);
	object = inner != NULL ? json_get(json, inner, json_type_object) : json;
	if (call->result == GITHUB_OK && !object_read_id(object, "sha", &id))
		github_call_spoil(call, "the answer lacks an id");
	if (call->result == GITHUB_OK)
		*out = id;
	json_object_put(json);
	return github_call_end(call, err);
}

/* Commits. */

static bool
parse_commit(
    struct json_object *json, const char *id, struct object_commit *out)
{
	struct json_object *parents =
	    json_get(json, "parents", json_type_array);
	size_t i, n;

	if (parents == NULL || !std_streq(json_get_str(json, "sha"), id) ||
	    !object_read_id(
		json_get(json, "tree", json_type_object), "sha", &out->tree))
		return false;
	n = json_object_array_length(parents);
	out->parents = std_alloc(n * sizeof *out->parents);
	for (i = 0; i < n; i++)
		if (!object_read_id(json_object_array_get_idx(parents, i),
			"sha", &out->parents[i]))
			return false;
	out->n_parents = n;
	return true;
}

enum github_result
object_get_commit(struct github *github, const char *id,
    struct object_commit *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct object_commit commit = OBJECT_COMMIT_INIT;
	struct json_object *json = NULL;
	enum github_result result;

	if (!object_id_ok(id)) {
		result = github_call_refuse(&call, "no id", err);
		goto out;
	}
	buf_addf(&call.path, "/git/commits/%s", id);
	github_run(github, &call, 1);
	json = github_call_json(&call);
	if (call.result == GITHUB_OK && !parse_commit(json, id, &commit))
		github_call_spoil(&call, "the answer is not this commit");
	if (call.result == GITHUB_OK) {
		*out = commit;
		commit = (struct object_commit)OBJECT_COMMIT_INIT;
	}
	result = github_call_end(&call, err);
out:
	json_object_put(json);
	object_commit_release(&commit);
	github_call_release(&call);
	return result;
}

void
object_commit_release(struct object_commit *commit)
{
	free(commit->parents);
	*commit = (struct object_commit)OBJECT_COMMIT_INIT;
}

/* Trees. */

static bool
read_kind(struct json_object *json, enum object_kind *out)
{
	static const char *const words[] = {
	    [OBJECT_BLOB] = "blob",
	    [OBJECT_TREE] = "tree",
	    [OBJECT_COMMIT] = "commit",
	};
	const char *type = json_get_str(json, "type");
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (std_streq(type, words[i])) {
			*out = (enum object_kind)i;
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
read_entry(struct json_object *json, struct object_entry *out)
{
	const char *name = json_get_str(json, "path");
	int64_t size = json_get_int(json, "size", -1);

	if (name == NULL || *name == '\0' || strchr(name, '/') != NULL ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	    !object_read_id(json, "sha", &out->id) ||
	    !read_kind(json, &out->kind) || !read_mode(json, &out->mode) ||
	    (out->kind == OBJECT_BLOB && size < 0))
		return false;
	out->size = size > 0 ? (uint64_t)size : 0;
	out->name = std_strdup(name);
	return true;
}

/* Order entries as Git does: a folder as if its name ended in '/'. */
static int
order_entries_of_tree(const void *va, const void *vb)
{
	const struct object_entry *a = va, *b = vb;
	size_t x = strlen(a->name), y = strlen(b->name);
	size_t least = x < y ? x : y;
	int order = memcmp(a->name, b->name, least);
	unsigned char c = (unsigned char)a->name[least];
	unsigned char d = (unsigned char)b->name[least];

	if (order != 0)
		return order;
	if (c == '\0' && a->kind == OBJECT_TREE)
		c = '/';
	if (d == '\0' && b->kind == OBJECT_TREE)
		d = '/';
	return c - d;
}

struct object_id
object_tree_id(struct object_tree *tree)
{
	struct buf bytes = BUF_INIT;
	struct object_id id = {""};
	size_t i;
	int rc = 0;

	qsort(tree->entries, tree->n, sizeof *tree->entries,
	    order_entries_of_tree);
	for (i = 0; rc == 0 && i < tree->n; i++) {
		const struct object_entry *entry = &tree->entries[i];

		buf_addf(&bytes, "%o %s", entry->mode, entry->name);
		buf_addc(&bytes, '\0');
		rc = enc_unhex(&bytes, entry->id.hex);
	}
	if (rc == 0)
		object_id_of("tree", bytes.s, bytes.len, &id);
	buf_release(&bytes);
	return id;
}

bool
object_name_is_lost(const struct object_entry *entry)
{
	return strstr(entry->name, "\xef\xbf\xbd") != NULL;
}

static bool
has_lost_name(const struct object_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->n; i++)
		if (object_name_is_lost(&tree->entries[i]))
			return true;
	return false;
}

static bool
is_tree_of_id(struct object_tree *tree, const char *id)
{
	struct object_id own;

	if (tree->n == 0)
		return true;
	own = object_tree_id(tree);
	if (strcmp(own.hex, id) == 0)
		return true;
	tree->has_lost_names = has_lost_name(tree);
	return tree->has_lost_names;
}

/* "truncated" must be there: a missing one is no promise. */
enum github_result
object_parse_tree(struct json_object *json, const char *id,
    struct object_tree *out, const char **why)
{
	struct json_object *truncated =
	    json_get(json, "truncated", json_type_boolean);
	struct json_object *list = json_get(json, "tree", json_type_array);
	struct object_tree tree = OBJECT_TREE_INIT;
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
			object_tree_release(&tree);
			return GITHUB_BROKEN;
		}
		tree.n++;
	}
	if (!is_tree_of_id(&tree, id)) {
		*why = "the entries are not those of the id";
		object_tree_release(&tree);
		return GITHUB_DAMAGED;
	}
	*out = tree;
	return GITHUB_OK;
}

/* Read the tree whose id ends the call's path into the call's `into`. */
static enum github_result
check_listing(struct github_call *call)
{
	const char *id = call->path.s + call->path.len - OBJECT_ID_LEN;
	struct json_object *json = github_call_json(call);
	enum github_result result = call->result;
	const char *why = NULL;

	if (json != NULL)
		result = object_parse_tree(json, id, call->into, &why);
	if (why != NULL && result != GITHUB_OK && result != GITHUB_TRUNCATED)
		snprintf(call->why, sizeof call->why, "%s", why);
	json_object_put(json);
	return result;
}

enum github_result
object_get_tree(struct github *github, const char *id, struct object_tree *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	if (!object_id_ok(id))
		return github_call_refuse(&call, "no id", err);
	call.check = check_listing;
	call.into = out;
	buf_addf(&call.path, "/git/trees/%s", id);
	github_run(github, &call, 1);
	result = github_call_end(&call, err);
	github_call_release(&call);
	return result;
}

void
object_tree_release(struct object_tree *tree)
{
	size_t i;

	for (i = 0; i < tree->n; i++)
		free(tree->entries[i].name);
	free(tree->entries);
	*tree = (struct object_tree)OBJECT_TREE_INIT;
}

/* Blobs. */

/* A blob in the order of ids, where the same ones stand together. */
struct place {
	struct object_blob *blob;
};

static int
by_id(const void *va, const void *vb)
{
	const struct place *a = va, *b = vb;

	return strcmp(a->blob->id.hex, b->blob->id.hex);
}

static bool
is_blob(const struct buf *bytes, const char *id)
{
	struct object_id own;

	object_id_of_blob(bytes->s, bytes->len, &own);
	return strcmp(own.hex, id) == 0;
}

/* Append text in base64, which GitHub writes in lines. */
static int
add_decoded(struct buf *out, const char *text)
{
	struct buf joined = BUF_INIT;
	int rc;

	for (; *text != '\0'; text++)
		if (*text != '\n' && *text != '\r')
			buf_addc(&joined, *text);
	rc = enc_unbase64(out, joined.s, joined.len);
	buf_release(&joined);
	return rc;
}

/*
 * Read the bytes out of the JSON that GitHub sends where the media type "raw"
 * has been lost on the way ("Get a blob").
 */
static bool
read_wrapped(const struct buf *reply, struct buf *out)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	const char *content = NULL, *encoding = NULL;
	bool is = false;

	if (json_parse(reply->s, reply->len, &json, &err) == 0) {
		content = json_get_str(json, "content");
		encoding = json_get_str(json, "encoding");
	}
	if (content != NULL && std_streq(encoding, "base64")) {
		is = add_decoded(out, content) == 0;
	} else if (content != NULL && std_streq(encoding, "utf-8")) {
		buf_adds(out, content);
		is = true;
	}
	json_object_put(json);
	return is;
}

/*
 * Let only the bytes of the id through, which ends the call's path: not an
 * answer that was cut, nor a page of a proxy.
 */
static enum github_result
check_blob(struct github_call *call)
{
	const char *id = call->path.s + call->path.len - OBJECT_ID_LEN;
	struct buf bytes = BUF_INIT;
	bool is = is_blob(&call->reply, id);

	if (!is && read_wrapped(&call->reply, &bytes) && is_blob(&bytes, id)) {
		buf_move(&call->reply, &bytes);
		is = true;
	}
	buf_release(&bytes);
	if (is)
		return call->reply.len > OBJECT_BLOB_MAX ? GITHUB_TOO_LARGE
							 : GITHUB_OK;
	snprintf(call->why, sizeof call->why,
	    "%zu bytes that are not those of the id", call->reply.len);
	return GITHUB_DAMAGED;
}

static void
fill_blob_call(struct github_call *call, const struct object_blob *blob)
{
	*call = (struct github_call)GITHUB_CALL_INIT;
	call->accept = BLOB_RAW;
	call->reply_max = BLOB_REPLY_MAX;
	call->check = check_blob;
	buf_addf(&call->path, "/git/blobs/%s", blob->id.hex);
}

/* Hands the answers out. */
static enum github_result
hand_out_blobs(struct github_call *calls, const struct place *sorted, size_t n,
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
			all = github_call_end(&calls[k], err);
	}
	return all;
}

enum github_result
object_get_blobs(
    struct github *github, struct object_blob *blobs, size_t n, struct err *err)
{
	struct github_call refused = GITHUB_CALL_INIT;
	struct place *sorted;
	struct github_call *calls;
	enum github_result result;
	size_t i, distinct = 0;

	for (i = 0; i < n; i++)
		if (!object_id_ok(blobs[i].id.hex))
			return github_call_refuse(&refused, "no id", err);
	if (n == 0)
		return GITHUB_OK;

	sorted = std_alloc(n * sizeof *sorted);
	calls = std_alloc(n * sizeof *calls);
	for (i = 0; i < n; i++)
		sorted[i].blob = &blobs[i];
	qsort(sorted, n, sizeof *sorted, by_id);
	for (i = 0; i < n; i++)
		if (i == 0 || by_id(&sorted[i - 1], &sorted[i]) != 0)
			fill_blob_call(&calls[distinct++], sorted[i].blob);

	github_run(github, calls, distinct);
	result = hand_out_blobs(calls, sorted, n, err);
	for (i = 0; i < distinct; i++)
		github_call_release(&calls[i]);
	free(calls);
	free(sorted);
	return result;
}

void
object_blobs_release(struct object_blob *blobs, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		buf_release(&blobs[i].bytes);
}
