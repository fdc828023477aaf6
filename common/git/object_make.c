#include "git/object_make.h"

#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/json.h"
#include "git/github_call.h"
#include "git/object_id.h"

/* Blobs. */

enum github_result
object_make_blob(struct github *github, const void *bytes, size_t len,
    struct object_id *out, struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	struct buf text = BUF_INIT;
	struct object_id made, own;
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

	result = object_run_for_id(github, &call, NULL, &made, err);
	object_id_of_blob(bytes, len, &own);
	if (result == GITHUB_OK && strcmp(made.hex, own.hex) != 0) {
		call.result = GITHUB_DAMAGED;
		result = github_call_end(&call, err);
	}
	if (result == GITHUB_OK)
		*out = made;
	buf_release(&text);
	github_call_release(&call);
	return result;
}

/* Trees. */

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
    const struct object_change *change, struct err *err)
{
	struct object_id id;
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
	result = object_make_blob(github, bytes, change->len, &id, err);
	if (result == GITHUB_OK)
		json_add_str(json, id.hex);
	return result;
}

static enum github_result
add_change(struct github *github, struct buf *json,
    const struct object_change *change, struct err *err)
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
are_changes(const struct object_change *changes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (changes[i].path == NULL || changes[i].path[0] == '\0' ||
		    changes[i].path[0] == '/' ||
		    !enc_is_utf8(changes[i].path, strlen(changes[i].path)) ||
		    (!changes[i].gone && changes[i].id != NULL &&
			!object_id_ok(changes[i].id)))
			return false;
	return true;
}

enum github_result
object_make_tree(struct github *github, const char *base,
    const struct object_change *changes, size_t n, struct object_id *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result = GITHUB_OK;
	size_t i;

	call.method = "POST";
	buf_adds(&call.path, "/git/trees");
	if ((base != NULL && !object_id_ok(base)) || !are_changes(changes, n)) {
		result = github_call_refuse(&call, "no id, or no path", err);
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
		result = object_run_for_id(github, &call, NULL, out, err);
out:
	github_call_release(&call);
	return result;
}

/* Commits. */

static void
add_person(struct buf *json, const char *key, const struct object_person *who,
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
add_commit(struct buf *json, const struct object_new_commit *commit)
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
is_person(const struct object_person *who)
{
	return who->name != NULL && *who->name != '\0' && who->email != NULL &&
	       *who->email != '\0';
}

static bool
is_commit(const struct object_new_commit *commit)
{
	size_t i;

	for (i = 0; i < commit->n_parents; i++)
		if (!object_id_ok(commit->parents[i]))
			return false;
	return object_id_ok(commit->tree) && is_person(&commit->author) &&
	       (commit->committer.name == NULL ||
		   is_person(&commit->committer));
}

enum github_result
object_make_commit(struct github *github,
    const struct object_new_commit *commit, struct object_id *out,
    struct err *err)
{
	struct github_call call = GITHUB_CALL_INIT;
	enum github_result result;

	call.method = "POST";
	buf_adds(&call.path, "/git/commits");
	if (is_commit(commit)) {
		add_commit(&call.body, commit);
		result = object_run_for_id(github, &call, NULL, out, err);
	} else {
		result = github_call_refuse(&call, "no id, or no name", err);
	}
	github_call_release(&call);
	return result;
}
