#include "week/ledger.h"

#include "base/json.h"
#include "base/std.h"

#define SYNC_VERSION 1

void
ledger_pull_clear(struct ledger_pull *pull)
{
	free(pull->state);
	free(pull->url);
	free(pull->branch);
	free(pull->etag);
	memset(pull, 0, sizeof *pull);
}

bool
ledger_pull_waits(const struct ledger_pull *pull)
{
	return std_streq(pull->state, "open") ||
	       (std_streq(pull->state, "fremd") && pull->number > 0);
}

bool
ledger_pull_is_there(const struct ledger_pull *pull)
{
	if (pull->state == NULL || pull->moving)
		return false;
	return pull->number > 0 || strcmp(pull->state, "closed") == 0;
}

void
ledger_pull_end(struct ledger_pull *pull)
{
	free(pull->state);
	free(pull->url);
	pull->state = pull->url = NULL;
	pull->number = pull->merged_ms = 0;
}

void
ledger_decline(struct ledger_pull *pull, const char *hash, const char *etag)
{
	if (pull->branch == NULL)
		return;
	snprintf(pull->hash, sizeof pull->hash, "%s", hash);
	free(pull->etag);
	pull->etag = std_strdup(etag);
}

static void
release_older(struct ledger_file *f)
{
	size_t i;

	for (i = 0; i < f->n_older; i++)
		free(f->older[i].fields);
	free(f->older);
	f->older = NULL;
	f->n_older = f->cap_older = 0;
}

static void
release_file(struct ledger_file *f)
{
	ledger_pull_clear(&f->pull);
	release_older(f);
	free(f->file);
	free(f->etag);
	free(f->fields);
}

void
ledger_intents_clear(struct ledger *sync)
{
	size_t i;

	for (i = 0; i < sync->n_intents; i++) {
		free(sync->intents[i].file);
		free(sync->intents[i].before);
		free(sync->intents[i].fields);
		free(sync->intents[i].renamed);
	}
	free(sync->intents);
	sync->intents = NULL;
	sync->n_intents = sync->cap_intents = 0;
	sync->commit[0] = sync->intent_head[0] = '\0';
	sync->intent_ms = 0;
}

void
ledger_release(struct ledger *sync)
{
	size_t i;

	for (i = 0; i < sync->n; i++)
		release_file(&sync->files[i]);
	free(sync->files);
	for (i = 0; i < sync->n_resolved; i++)
		free(sync->resolved[i].file);
	free(sync->resolved);
	ledger_intents_clear(sync);
	free(sync->run_id);
	free(sync->folder);
	free(sync->state);
	free(sync->text);
	memset(sync, 0, sizeof *sync);
}

/* Where the file is, or where it would have to stand. */
static size_t
position(const struct ledger *sync, const char *file)
{
	size_t low = 0, high = sync->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(sync->files[middle].file, file) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct ledger_file *
ledger_find(const struct ledger *sync, const char *file)
{
	size_t at = position(sync, file);

	if (at < sync->n && strcmp(sync->files[at].file, file) == 0)
		return &sync->files[at];
	return NULL;
}

struct ledger_file *
ledger_record(struct ledger *sync, const char *file)
{
	size_t at = position(sync, file);
	struct ledger_file *f;

	if (at < sync->n && strcmp(sync->files[at].file, file) == 0)
		return &sync->files[at];
	STD_GROW(sync->files, sync->n, sync->cap);
	f = &sync->files[at];
	memmove(f + 1, f, (sync->n - at) * sizeof *f);
	sync->n++;
	memset(f, 0, sizeof *f);
	f->file = std_strdup(file);
	f->etag = std_strdup("");
	return f;
}

void
ledger_forget(struct ledger *sync, const char *file)
{
	struct ledger_file *f = ledger_find(sync, file);

	if (f == NULL)
		return;
	if (f->conflict[0] != '\0') {
		ledger_set_base(f, "", "", "");
		f->held = false;
		return;
	}
	release_file(f);
	sync->n--;
	memmove(f, f + 1, (size_t)(&sync->files[sync->n] - f) * sizeof *f);
}

/* Unlike snprintf, also from where it goes to. */
static void
set_text(char *to, size_t size, const char *from)
{
	size_t n = strnlen(from, size - 1);

	memmove(to, from, n);
	to[n] = '\0';
}

void
ledger_set_base(
    struct ledger_file *f, const char *blob, const char *hash, const char *etag)
{
	char *old = f->etag;

	set_text(f->base, sizeof f->base, blob);
	set_text(f->hash, sizeof f->hash, hash);
	f->etag = std_strdup(etag);
	free(old);
}

enum ledger_shown
ledger_shown(const struct ledger_file *f, const char *etag)
{
	if (f == NULL)
		return LEDGER_PENDING;
	if (f->conflict[0] != '\0')
		return LEDGER_CONFLICT;
	if (!ledger_pull_waits(&f->pull) && f->base[0] != '\0' &&
	    strcmp(f->etag, etag) == 0)
		return LEDGER_CLEAN;
	if (ledger_pull_is_there(&f->pull) && std_streq(f->pull.etag, etag))
		return LEDGER_PR;
	return LEDGER_PENDING;
}

const char *
ledger_shown_word(enum ledger_shown shown)
{
	static const char *const words[] = {
	    [LEDGER_CLEAN] = "clean",
	    [LEDGER_PENDING] = "pending",
	    [LEDGER_PR] = "pr",
	    [LEDGER_CONFLICT] = "conflict",
	};

	return words[shown];
}

struct ledger_intent *
ledger_intent_add(struct ledger *sync, const char *file)
{
	struct ledger_intent *i;

	STD_GROW(sync->intents, sync->n_intents, sync->cap_intents);
	i = &sync->intents[sync->n_intents++];
	memset(i, 0, sizeof *i);
	i->file = std_strdup(file);
	i->before = std_strdup("");
	return i;
}

void
ledger_set_state(struct ledger *sync, const char *state, const char *text)
{
	free(sync->state);
	free(sync->text);
	sync->state = std_strdup(state);
	sync->text = std_strdup(text);
}

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
static const struct text_member pull_texts[] = {
    TEXT(struct ledger_pull, "tip", tip),
    TEXT(struct ledger_pull, "blob", blob),
    TEXT(struct ledger_pull, "hash", hash),
    TEXT(struct ledger_pull, "old", old),
    TEXT(struct ledger_pull, "oldBlob", old_blob),
    TEXT(struct ledger_pull, "oldHash", old_hash),
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
static const struct text_member sync_texts[] = {
    TEXT(struct ledger, "head", head),
    TEXT(struct ledger, "after", after),
    TEXT(struct ledger, "tree", tree),
    TEXT(struct ledger, "treeHead", tree_head),
};
static const struct text_member resolved_texts[] = {
    TEXT(struct ledger_resolved, "hash", hash),
};
static const struct text_member commit_texts[] = {
    TEXT(struct ledger, "commit", commit),
    TEXT(struct ledger, "head", intent_head),
};

static void
print_texts(
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
read_texts(
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
print_text(struct buf *out, const char *key, const char *s)
{
	if (s == NULL)
		return;
	json_key(out, key);
	json_add_str(out, s);
}

static void
print_number(struct buf *out, const char *key, int64_t n)
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
print_pull(struct buf *out, const struct ledger_pull *pull)
{
	if (pull->branch == NULL)
		return;
	json_key(out, "pull");
	json_open(out, '{');
	print_text(out, "state", pull->state);
	print_number(out, "number", pull->number);
	print_text(out, "url", pull->url);
	print_text(out, "branch", pull->branch);
	print_texts(out, pull, pull_texts, ARRAY_LEN(pull_texts));
	print_text(out, "etag", pull->etag);
	print_flag(out, "moving", pull->moving);
	print_number(out, "pushedAt", pull->pushed_ms);
	print_number(out, "mergedAt", pull->merged_ms);
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
		print_texts(
		    out, &f->older[i], copy_texts, ARRAY_LEN(copy_texts));
		print_text(out, "fields", f->older[i].fields);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
print_files(struct buf *out, const struct ledger *sync)
{
	size_t i;

	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < sync->n; i++) {
		const struct ledger_file *f = &sync->files[i];

		json_open(out, '{');
		print_text(out, "file", f->file);
		print_texts(out, f, file_texts, ARRAY_LEN(file_texts));
		print_text(out, "etag", f->etag);
		print_text(out, "fields", f->fields);
		print_flag(out, "held", f->held);
		print_older(out, f);
		print_pull(out, &f->pull);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
print_intents(struct buf *out, const struct ledger *sync)
{
	size_t i;

	json_key(out, "intent");
	json_open(out, '{');
	print_texts(out, sync, commit_texts, ARRAY_LEN(commit_texts));
	print_number(out, "at", sync->intent_ms);
	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < sync->n_intents; i++) {
		const struct ledger_intent *f = &sync->intents[i];

		json_open(out, '{');
		print_text(out, "file", f->file);
		print_texts(out, f, intent_texts, ARRAY_LEN(intent_texts));
		print_text(out, "before", f->before);
		print_text(out, "fields", f->fields);
		print_text(out, "renamed", f->renamed);
		json_key(out, "written");
		json_add_bool(out, f->written);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}

static void
print_resolved(struct buf *out, const struct ledger *sync)
{
	size_t i;

	json_key(out, "resolved");
	json_open(out, '[');
	for (i = 0; i < sync->n_resolved; i++) {
		const struct ledger_resolved *r = &sync->resolved[i];

		json_open(out, '{');
		print_text(out, "file", r->file);
		print_texts(out, r, resolved_texts, ARRAY_LEN(resolved_texts));
		print_number(out, "at", r->at_ms);
		json_close(out, '}');
	}
	json_close(out, ']');
}

void
ledger_print(struct buf *out, const struct ledger *sync)
{
	json_open(out, '{');
	print_number(out, "v", SYNC_VERSION);
	if (sync->run_id != NULL) {
		json_key(out, "run");
		json_open(out, '{');
		print_text(out, "id", sync->run_id);
		print_number(out, "until", sync->run_until_ms);
		json_close(out, '}');
	}
	print_texts(out, sync, sync_texts, ARRAY_LEN(sync_texts));
	print_number(out, "headAt", sync->head_ms);
	print_number(out, "afterAt", sync->after_ms);
	print_text(out, "folder", sync->folder);
	print_text(out, "state", sync->state);
	print_text(out, "text", sync->text);
	print_number(out, "lastSyncAt", sync->last_ms);
	json_key(out, "raise");
	json_add_bool(out, sync->raise);
	print_files(out, sync);
	if (sync->n_intents > 0)
		print_intents(out, sync);
	if (sync->n_resolved > 0)
		print_resolved(out, sync);
	json_close(out, '}');
}

static char *
read_text(struct json_object *json, const char *key)
{
	const char *s = json_get_str(json, key);

	return s != NULL ? std_strdup(s) : NULL;
}

static bool
read_flag(struct json_object *json, const char *key)
{
	return json_object_get_boolean(json_get(json, key, json_type_boolean));
}

static int
read_pull(struct json_object *file, struct ledger_pull *pull)
{
	struct json_object *json = json_get(file, "pull", json_type_object);

	ledger_pull_clear(pull);
	if (json == NULL)
		return 0;
	pull->state = read_text(json, "state");
	pull->number = json_get_int(json, "number", 0);
	pull->url = read_text(json, "url");
	pull->branch = read_text(json, "branch");
	pull->etag = read_text(json, "etag");
	pull->moving = read_flag(json, "moving");
	pull->pushed_ms = json_get_int(json, "pushedAt", 0);
	pull->merged_ms = json_get_int(json, "mergedAt", 0);
	if (pull->branch == NULL)
		return -1;
	return read_texts(json, pull, pull_texts, ARRAY_LEN(pull_texts));
}

static int
read_older(struct json_object *file, struct ledger_file *f)
{
	struct json_object *list = json_get(file, "older", json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	release_older(f);
	for (i = 0; i < n; i++) {
		struct json_object *json = json_object_array_get_idx(list, i);
		struct ledger_copy *copy;

		STD_GROW(f->older, f->n_older, f->cap_older);
		copy = &f->older[f->n_older++];
		memset(copy, 0, sizeof *copy);
		copy->fields = read_text(json, "fields");
		if (read_texts(json, copy, copy_texts, ARRAY_LEN(copy_texts)) ==
		    -1)
			return -1;
	}
	return 0;
}

static int
read_file(struct json_object *json, struct ledger *sync)
{
	const char *file = json_get_str(json, "file");
	const char *etag = json_get_str(json, "etag");
	struct ledger_file *f;

	if (file == NULL || etag == NULL)
		return -1;
	f = ledger_record(sync, file);
	free(f->etag);
	f->etag = std_strdup(etag);
	free(f->fields);
	f->fields = read_text(json, "fields");
	f->held = read_flag(json, "held");
	if (read_pull(json, &f->pull) == -1 || read_older(json, f) == -1)
		return -1;
	return read_texts(json, f, file_texts, ARRAY_LEN(file_texts));
}

static int
read_intent(struct json_object *json, struct ledger *sync)
{
	const char *file = json_get_str(json, "file");
	const char *before = json_get_str(json, "before");
	struct ledger_intent *i;

	if (file == NULL || before == NULL)
		return -1;
	i = ledger_intent_add(sync, file);
	free(i->before);
	i->before = std_strdup(before);
	i->fields = read_text(json, "fields");
	i->renamed = read_text(json, "renamed");
	i->written = read_flag(json, "written");
	return read_texts(json, i, intent_texts, ARRAY_LEN(intent_texts));
}

static struct ledger_resolved *
add_resolved(struct ledger *sync, const char *file, int64_t at_ms)
{
	struct ledger_resolved *r;

	STD_GROW(sync->resolved, sync->n_resolved, sync->cap_resolved);
	r = &sync->resolved[sync->n_resolved++];
	memset(r, 0, sizeof *r);
	r->file = std_strdup(file);
	r->at_ms = at_ms;
	return r;
}

static int
read_resolved(struct json_object *json, struct ledger *sync)
{
	const char *file = json_get_str(json, "file");
	struct ledger_resolved *r;

	if (file == NULL)
		return -1;
	r = add_resolved(sync, file, json_get_int(json, "at", 0));
	return read_texts(json, r, resolved_texts, ARRAY_LEN(resolved_texts));
}

static int
read_list(struct json_object *json, const char *key, struct ledger *sync,
    int (*read)(struct json_object *, struct ledger *))
{
	struct json_object *list = json_get(json, key, json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	if (list == NULL)
		return -1;
	for (i = 0; i < n; i++)
		if (read(json_object_array_get_idx(list, i), sync) == -1)
			return -1;
	return 0;
}

static int
read_intents(struct json_object *json, struct ledger *sync)
{
	struct json_object *in = json_get(json, "intent", json_type_object);

	if (in == NULL)
		return 0;
	sync->intent_ms = json_get_int(in, "at", 0);
	if (read_texts(in, sync, commit_texts, ARRAY_LEN(commit_texts)) == -1)
		return -1;
	return read_list(in, "files", sync, read_intent);
}

static int
read_sync(struct json_object *json, struct ledger *sync)
{
	struct json_object *run = json_get(json, "run", json_type_object);

	if (json_get_int(json, "v", 0) != SYNC_VERSION)
		return -1;
	if (run != NULL) {
		sync->run_id = read_text(run, "id");
		sync->run_until_ms = json_get_int(run, "until", 0);
	}
	sync->head_ms = json_get_int(json, "headAt", 0);
	sync->after_ms = json_get_int(json, "afterAt", 0);
	sync->folder = read_text(json, "folder");
	sync->state = read_text(json, "state");
	sync->text = read_text(json, "text");
	sync->last_ms = json_get_int(json, "lastSyncAt", 0);
	sync->raise = read_flag(json, "raise");
	if (read_texts(json, sync, sync_texts, ARRAY_LEN(sync_texts)) == -1 ||
	    read_list(json, "files", sync, read_file) == -1)
		return -1;
	if (json_get(json, "resolved", json_type_array) != NULL &&
	    read_list(json, "resolved", sync, read_resolved) == -1)
		return -1;
	return read_intents(json, sync);
}

/* "" or a Git id: nothing else may ever be sent to Git as one. */
static bool
is_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return s[n] == '\0' && (n == 0 || n == 40 || n == 64);
}

static bool
has_ids(const struct ledger *sync)
{
	size_t i;

	for (i = 0; i < sync->n; i++)
		if (!is_id(sync->files[i].base) ||
		    !is_id(sync->files[i].pull.tip) ||
		    !is_id(sync->files[i].pull.blob) ||
		    !is_id(sync->files[i].pull.old) ||
		    !is_id(sync->files[i].pull.old_blob))
			return false;
	for (i = 0; i < sync->n_intents; i++)
		if (!is_id(sync->intents[i].base) ||
		    !is_id(sync->intents[i].pushed))
			return false;
	return is_id(sync->head) && is_id(sync->after) && is_id(sync->tree) &&
	       is_id(sync->tree_head) && is_id(sync->commit) &&
	       is_id(sync->intent_head);
}

int
ledger_parse(const struct buf *text, struct ledger *sync)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	int rc = -1;

	memset(sync, 0, sizeof *sync);
	if (json_parse(text->s, text->len, &json, &err) == 0)
		rc = read_sync(json, sync) == 0 && has_ids(sync) ? 0 : -1;
	json_object_put(json);
	if (rc == -1)
		ledger_release(sync);
	return rc;
}

static size_t
find_older(const struct ledger_file *f, const char *copy)
{
	size_t i = 0;

	while (i < f->n_older && strcmp(f->older[i].hash, copy) != 0)
		i++;
	return i;
}

/* Takes it out; its fields are the caller's. */
static char *
take_older(struct ledger_file *f, size_t at)
{
	char *fields = f->older[at].fields;

	f->n_older--;
	memmove(&f->older[at], &f->older[at + 1],
	    (f->n_older - at) * sizeof *f->older);
	return fields;
}

void
ledger_set_conflict(struct ledger_file *f, const char *copy, const char *fields)
{
	char *now = fields != NULL ? std_strdup(fields) : NULL;
	struct ledger_copy *old;
	size_t at = find_older(f, copy);

	if (at < f->n_older)
		free(take_older(f, at));
	if (f->conflict[0] != '\0' && strcmp(f->conflict, copy) != 0) {
		STD_GROW(f->older, f->n_older, f->cap_older);
		old = &f->older[f->n_older++];
		memcpy(old->hash, f->conflict, sizeof old->hash);
		old->fields = f->fields;
		f->fields = NULL;
	}
	snprintf(f->conflict, sizeof f->conflict, "%s", copy);
	free(f->fields);
	f->fields = now;
}

bool
ledger_in_conflict(const struct ledger_file *f, const char *copy)
{
	return *copy != '\0' && (strcmp(f->conflict, copy) == 0 ||
				    find_older(f, copy) < f->n_older);
}

/* The newest of the older conflicts takes the place of the one now. */
static void
drop_conflict(struct ledger_file *f, const char *copy)
{
	size_t at = find_older(f, copy), last = f->n_older - 1;

	if (at < f->n_older) {
		free(take_older(f, at));
		return;
	}
	free(f->fields);
	f->fields = NULL;
	f->conflict[0] = '\0';
	if (f->n_older == 0)
		return;
	memcpy(f->conflict, f->older[last].hash, sizeof f->conflict);
	f->fields = take_older(f, last);
}

void
ledger_rename(struct ledger *sync, const char *from, const char *to)
{
	struct ledger_file *f = ledger_find(sync, from), *g;
	size_t i;

	if (f == NULL || (f->conflict[0] == '\0' && f->pull.branch == NULL))
		return;
	g = ledger_record(sync, to);
	f = ledger_find(sync, from); /* it may have moved */
	for (i = 0; i < f->n_older; i++)
		ledger_set_conflict(g, f->older[i].hash, f->older[i].fields);
	if (f->conflict[0] != '\0')
		ledger_set_conflict(g, f->conflict, f->fields);
	release_older(f);
	f->conflict[0] = '\0';
	free(f->fields);
	f->fields = NULL;
	if (g->pull.branch == NULL) {
		ledger_pull_clear(&g->pull);
		g->pull = f->pull;
		memset(&f->pull, 0, sizeof f->pull);
	}
}

void
ledger_resolve(
    struct ledger *sync, const char *file, const char *copy, int64_t now_ms)
{
	struct ledger_file *f = ledger_find(sync, file);
	struct ledger_resolved *r;

	if (f == NULL || !ledger_in_conflict(f, copy))
		return;
	r = add_resolved(sync, file, now_ms);
	snprintf(r->hash, sizeof r->hash, "%s", copy);
	drop_conflict(f, r->hash);
	/* Its file has gone, and only the conflict has kept it. */
	if (f->conflict[0] == '\0' && f->base[0] == '\0' &&
	    f->etag[0] == '\0' && f->pull.state == NULL)
		ledger_forget(sync, file);
}

const struct ledger_resolved *
ledger_find_resolved(
    const struct ledger *sync, const char *file, const char *copy)
{
	size_t i;

	for (i = sync->n_resolved; i > 0; i--) {
		const struct ledger_resolved *r = &sync->resolved[i - 1];

		if (strcmp(r->file, file) == 0 &&
		    (copy == NULL || strcmp(r->hash, copy) == 0))
			return r;
	}
	return NULL;
}

void
ledger_forget_resolved(struct ledger *sync, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(sync->resolved[i].file);
	sync->n_resolved -= n;
	memmove(sync->resolved, sync->resolved + n,
	    sync->n_resolved * sizeof *sync->resolved);
}
