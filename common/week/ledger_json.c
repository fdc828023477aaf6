#include "week/ledger_json.h"

#include "base/json.h"
#include "base/std.h"
#include "task/strays.h"

#define LEDGER_VERSION 1

/* Strings of fixed room: name, offset and size, for reading and printing. */
struct text_member {
	const char *key;
	size_t at, size;
};
#define TEXT(type, key, member)                                                \
	{                                                                      \
		key, offsetof(type, member), sizeof(((type *)0)->member)       \
	}

static const struct text_member file_texts[] = {
    TEXT(struct ledger_file, "base", base),
    TEXT(struct ledger_file, "hash", hash),
    TEXT(struct ledger_file, "conflict", conflict),
};
static const struct text_member pr_texts[] = {
    TEXT(struct ledger_pr, "tip", tip),
    TEXT(struct ledger_pr, "blob", blob),
    TEXT(struct ledger_pr, "hash", hash),
    TEXT(struct ledger_pr, "old", old),
    TEXT(struct ledger_pr, "oldBlob", old_blob),
    TEXT(struct ledger_pr, "oldHash", old_hash),
};
static const struct text_member copy_texts[] = {
    TEXT(struct ledger_copy, "conflict", hash),
};
static const struct text_member intent_texts[] = {
    TEXT(struct ledger_intent, "after", after),
    TEXT(struct ledger_intent, "base", base),
    TEXT(struct ledger_intent, "hash", hash),
    TEXT(struct ledger_intent, "pushed", pushed),
    TEXT(struct ledger_intent, "conflict", conflict),
};
static const struct text_member ledger_texts[] = {
    TEXT(struct ledger, "head", head),
    TEXT(struct ledger, "after", after),
    /* Not "tree" and "treeHead", which an older program wrote of trees whose
     * modes and foreign entries are not recorded. */
    TEXT(struct ledger, "tasks", tree),
    TEXT(struct ledger, "tasksHead", tree_head),
};
static const struct text_member resolved_texts[] = {
    TEXT(struct ledger_resolved, "hash", hash),
};
static const struct text_member commit_texts[] = {
    TEXT(struct ledger, "commit", commit),
    TEXT(struct ledger, "head", intent_head),
};

static void
print_fixed(
    struct buf *out, const void *from, const struct text_member *m, size_t n)
{
	const char *s;

	for (; n > 0; n--, m++) {
		s = (const char *)from + m->at;
		if (*s == '\0')
			continue;
		json_key(out, m->key);
		json_add_str(out, s);
	}
}

/* Absent is empty; what is too long makes the whole useless. */
static int
read_fixed(
    struct json_object *json, void *into, const struct text_member *m, size_t n)
{
	const char *s;

	for (; n > 0; n--, m++) {
		s = json_get_str(json, m->key);
		if (s == NULL)
			continue;
		if (strlen(s) >= m->size)
			return -1;
		memcpy((char *)into + m->at, s, strlen(s) + 1);
	}
	return 0;
}

static void
print_word(struct buf *out, const char *key, const char *s)
{
	if (s == NULL)
		return;
	json_key(out, key);
	json_add_str(out, s);
}

static void
print_integer(struct buf *out, const char *key, int64_t n)
{
	json_key(out, key);
	json_add_int(out, n);
}

static void
print_flag(struct buf *out, const char *key, bool flag)
{
	if (!flag)
		return;
	json_key(out, key);
	json_add_bool(out, true);
}

static void
print_pr(struct buf *out, const struct ledger_pr *pr)
{
	if (pr->branch == NULL)
		return;
	json_key(out, "pull");
	json_open(out, '{');
	print_word(out, "state", ledger_pr_word(pr));
	print_integer(out, "number", pr->number);
	print_word(out, "url", pr->url);
	print_word(out, "branch", pr->branch);
	print_fixed(out, pr, pr_texts, ARRAY_LEN(pr_texts));
	print_word(out, "etag", pr->etag);
	print_flag(out, "moving", pr->moving);
	print_integer(out, "pushedAt", pr->pushed_ms);
	print_integer(out, "mergedAt", pr->merged_ms);
	json_close(out, '}');
}

static void
print_older(struct buf *out, const struct ledger_file *f)
{
	size_t i;

	if (f->n_older == 0)
		return;
	json_key(out, "older");
	json_open(out, '[');
	for (i = 0; i < f->n_older; i++) {
		json_open(out, '{');
		print_fixed(
		    out, &f->older[i], copy_texts, ARRAY_LEN(copy_texts));
		print_word(out, "fields", f->older[i].fields);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
print_files(struct buf *out, const struct ledger *ledger)
{
	size_t i;

	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < ledger->n; i++) {
		const struct ledger_file *f = ledger->files[i];

		json_open(out, '{');
		print_word(out, "file", f->file);
		print_fixed(out, f, file_texts, ARRAY_LEN(file_texts));
		print_word(out, "etag", f->etag);
		print_word(out, "fields", f->fields);
		print_flag(out, "executable", f->executable);
		print_word(out, "foreign", ledger_foreign_word(f->foreign));
		print_flag(out, "held", f->held);
		print_older(out, f);
		print_pr(out, &f->pr);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
print_intents(struct buf *out, const struct ledger *ledger)
{
	size_t i;

	json_key(out, "intent");
	json_open(out, '{');
	print_fixed(out, ledger, commit_texts, ARRAY_LEN(commit_texts));
	print_integer(out, "at", ledger->intent_ms);
	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < ledger->n_intents; i++) {
		const struct ledger_intent *f = &ledger->intents[i];

		json_open(out, '{');
		print_word(out, "file", f->file);
		print_fixed(out, f, intent_texts, ARRAY_LEN(intent_texts));
		print_word(out, "before", f->before);
		print_word(out, "fields", f->fields);
		print_word(out, "renamed", f->renamed);
		print_word(out, "source", f->source);
		json_key(out, "written");
		json_add_bool(out, f->written);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}

static void
print_resolved(struct buf *out, const struct ledger *ledger)
{
	size_t i;

	json_key(out, "resolved");
	json_open(out, '[');
	for (i = 0; i < ledger->n_resolved; i++) {
		const struct ledger_resolved *r = &ledger->resolved[i];

		json_open(out, '{');
		print_word(out, "file", r->file);
		print_fixed(out, r, resolved_texts, ARRAY_LEN(resolved_texts));
		print_integer(out, "at", r->at_ms);
		json_close(out, '}');
	}
	json_close(out, ']');
}

void
ledger_json_print(struct buf *out, const struct ledger *ledger)
{
	json_open(out, '{');
	print_integer(out, "v", LEDGER_VERSION);
	if (ledger->run_id != NULL) {
		json_key(out, "run");
		json_open(out, '{');
		print_word(out, "id", ledger->run_id);
		print_integer(out, "until", ledger->run_until_ms);
		json_close(out, '}');
	}
	print_fixed(out, ledger, ledger_texts, ARRAY_LEN(ledger_texts));
	print_integer(out, "headAt", ledger->head_ms);
	print_integer(out, "afterAt", ledger->after_ms);
	print_word(out, "folder", ledger->folder);
	print_word(out, "state",
	    ledger->state == LEDGER_STATE_OTHER
		? ledger->other_state
		: ledger_state_word(ledger->state));
	print_word(out, "text", ledger->text);
	print_word(out, "english", ledger->english);
	print_integer(out, "lastSyncAt", ledger->last_ms);
	print_integer(out, "savedAt", ledger->saved_ms);
	json_key(out, "raise");
	json_add_bool(out, ledger->raise);
	print_files(out, ledger);
	if (ledger->n_intents > 0)
		print_intents(out, ledger);
	if (ledger->n_resolved > 0)
		print_resolved(out, ledger);
	json_key(out, "aside");
	strays_print(out, &ledger->strays);
	json_close(out, '}');
}

static char *
copy_word(struct json_object *json, const char *key)
{
	const char *s = json_get_str(json, key);

	return s != NULL ? std_strdup(s) : NULL;
}

static int
read_pr(struct json_object *file, struct ledger_pr *pr)
{
	struct json_object *json = json_get(file, "pull", json_type_object);

	ledger_pr_clear(pr);
	if (json == NULL)
		return 0;
	ledger_pr_set_word(pr, json_get_str(json, "state"));
	pr->number = json_get_int(json, "number", 0);
	pr->url = copy_word(json, "url");
	pr->branch = copy_word(json, "branch");
	pr->etag = copy_word(json, "etag");
	pr->moving = json_get_bool(json, "moving");
	pr->pushed_ms = json_get_int(json, "pushedAt", 0);
	pr->merged_ms = json_get_int(json, "mergedAt", 0);
	if (pr->branch == NULL)
		return -1;
	return read_fixed(json, pr, pr_texts, ARRAY_LEN(pr_texts));
}

static int
read_older(struct json_object *file, struct ledger_file *f)
{
	struct json_object *list = json_get(file, "older", json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	ledger_clear_older(f);
	for (i = 0; i < n; i++) {
		struct json_object *json = json_object_array_get_idx(list, i);
		struct ledger_copy *copy;

		STD_GROW(f->older, f->n_older, f->cap_older);
		copy = &f->older[f->n_older++];
		memset(copy, 0, sizeof *copy);
		copy->fields = copy_word(json, "fields");
		if (read_fixed(json, copy, copy_texts, ARRAY_LEN(copy_texts)) ==
		    -1)
			return -1;
	}
	return 0;
}

static int
read_record(struct json_object *json, struct ledger *ledger)
{
	const char *file = json_get_str(json, "file");
	const char *etag = json_get_str(json, "etag");
	struct ledger_file *f;

	if (file == NULL || etag == NULL)
		return -1;
	f = ledger_record(ledger, file);
	free(f->etag);
	f->etag = std_strdup(etag);
	free(f->fields);
	f->fields = copy_word(json, "fields");
	f->executable = json_get_bool(json, "executable");
	f->foreign = ledger_foreign_of(json_get_str(json, "foreign"));
	f->held = json_get_bool(json, "held");
	if (read_pr(json, &f->pr) == -1 || read_older(json, f) == -1)
		return -1;
	return read_fixed(json, f, file_texts, ARRAY_LEN(file_texts));
}

static int
read_intent(struct json_object *json, struct ledger *ledger)
{
	const char *file = json_get_str(json, "file");
	const char *before = json_get_str(json, "before");
	struct ledger_intent *i;

	if (file == NULL || before == NULL)
		return -1;
	i = ledger_intent_add(ledger, file);
	free(i->before);
	i->before = std_strdup(before);
	i->fields = copy_word(json, "fields");
	i->renamed = copy_word(json, "renamed");
	i->source = copy_word(json, "source");
	i->written = json_get_bool(json, "written");
	return read_fixed(json, i, intent_texts, ARRAY_LEN(intent_texts));
}

static int
read_resolved(struct json_object *json, struct ledger *ledger)
{
	const char *file = json_get_str(json, "file");
	struct ledger_resolved *r;

	if (file == NULL)
		return -1;
	r = ledger_add_resolved(ledger, file, json_get_int(json, "at", 0));
	return read_fixed(json, r, resolved_texts, ARRAY_LEN(resolved_texts));
}

static int
read_entries(struct json_object *json, const char *key, struct ledger *ledger,
    int (*read)(struct json_object *, struct ledger *))
{
	struct json_object *list = json_get(json, key, json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	if (list == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (read(json_object_array_get_idx(list, i), ledger) == -1)
			return -1;
	return 0;
}

static int
read_intents(struct json_object *json, struct ledger *ledger)
{
	struct json_object *in = json_get(json, "intent", json_type_object);

	if (in == NULL)
		return 0;
	ledger->intent_ms = json_get_int(in, "at", 0);
	if (read_fixed(in, ledger, commit_texts, ARRAY_LEN(commit_texts)) == -1)
		return -1;
	return read_entries(in, "files", ledger, read_intent);
}

/* Records of a program that did not look at what else lies in Git's folder
 * have no such member, and no tree by which a run could pass the folder by. */
static int
read_strays(struct json_object *json, struct ledger *ledger)
{
	struct json_object *strays = json_get(json, "aside", json_type_object);

	return strays == NULL ? 0 : strays_read(strays, &ledger->strays);
}

static int
read_ledger(struct json_object *json, struct ledger *ledger)
{
	struct json_object *run = json_get(json, "run", json_type_object);

	if (json_get_int(json, "v", 0) < 1)
		return -1;
	if (run != NULL) {
		ledger->run_id = copy_word(run, "id");
		ledger->run_until_ms = json_get_int(run, "until", 0);
	}
	ledger->head_ms = json_get_int(json, "headAt", 0);
	ledger->after_ms = json_get_int(json, "afterAt", 0);
	ledger->folder = copy_word(json, "folder");
	ledger_set_state_word(ledger, json_get_str(json, "state"));
	ledger->text = copy_word(json, "text");
	ledger->english = copy_word(json, "english");
	ledger->last_ms = json_get_int(json, "lastSyncAt", 0);
	ledger->saved_ms = json_get_int(json, "savedAt", 0);
	ledger->raise = json_get_bool(json, "raise");
	if (read_fixed(json, ledger, ledger_texts, ARRAY_LEN(ledger_texts)) ==
		-1 ||
	    read_entries(json, "files", ledger, read_record) == -1)
		return -1;
	if (read_strays(json, ledger) == -1)
		return -1;
	if (json_get(json, "resolved", json_type_array) != NULL &&
	    read_entries(json, "resolved", ledger, read_resolved) == -1)
		return -1;
	return read_intents(json, ledger);
}

/* "" or a Git id: nothing else may ever be sent to Git as one. */
static bool
is_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return s[n] == '\0' && (n == 0 || n == 40 || n == 64);
}

static bool
has_ids(const struct ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->n; i++)
		if (!is_id(ledger->files[i]->base) ||
		    !is_id(ledger->files[i]->pr.tip) ||
		    !is_id(ledger->files[i]->pr.blob) ||
		    !is_id(ledger->files[i]->pr.old) ||
		    !is_id(ledger->files[i]->pr.old_blob))
			return false;
	for (i = 0; i < ledger->n_intents; i++)
		if (!is_id(ledger->intents[i].base) ||
		    !is_id(ledger->intents[i].pushed))
			return false;
	return is_id(ledger->head) && is_id(ledger->after) &&
	       is_id(ledger->tree) && is_id(ledger->tree_head) &&
	       is_id(ledger->commit) && is_id(ledger->intent_head);
}

enum ledger_json
ledger_json_parse(const struct buf *text, struct ledger *ledger)
{
	enum ledger_json parsed = LEDGER_JSON_BROKEN;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	memset(ledger, 0, sizeof *ledger);
	if (json_parse(text->s, text->len, &json, &err) == -1)
		return LEDGER_JSON_BROKEN;
	if (json_is_newer(json, LEDGER_VERSION))
		parsed = LEDGER_JSON_NEWER;
	else if (read_ledger(json, ledger) == 0 && has_ids(ledger))
		parsed = LEDGER_JSON_GOOD;
	json_object_put(json);
	if (parsed != LEDGER_JSON_GOOD)
		ledger_release(ledger);
	return parsed;
}
