#include "week/ledger_json.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/std.h"
#include "task/strays.h"
#include "week/ledger_base.h"
#include "week/ledger_file.h"
#include "week/ledger_member.h"
#include "week/ledger_record.h"

#define LEDGER_VERSION  1 /* of one that has all its records */
#define BASED_VERSION   2 /* of one that lies on a base */
#define RECORDS_VERSION 1 /* of a base */

/* Without a base up to so many records: they are few bytes. */
#define FEW 64
/* A base is put anew when so much differs from it: so a base is written and read
 * about once in so many changes. */
#define BESIDE_MIN  32
#define BESIDE_PART 64 /* and one of so many records */

static const struct ledger_member intent_texts[] = {
    LEDGER_MEMBER(struct ledger_intent, "after", after),
    LEDGER_MEMBER(struct ledger_intent, "base", base),
    LEDGER_MEMBER(struct ledger_intent, "hash", hash),
    LEDGER_MEMBER(struct ledger_intent, "pushed", pushed),
    LEDGER_MEMBER(struct ledger_intent, "conflict", conflict),
};
static const struct ledger_member ledger_texts[] = {
    LEDGER_MEMBER(struct ledger, "head", head),
    LEDGER_MEMBER(struct ledger, "after", after),
    /* Not "tree" and "treeHead", which an older program wrote of trees whose
     * modes and foreign entries are not recorded. */
    LEDGER_MEMBER(struct ledger, "tasks", tree),
    LEDGER_MEMBER(struct ledger, "tasksHead", tree_head),
};
static const struct ledger_member resolved_texts[] = {
    LEDGER_MEMBER(struct ledger_resolved, "hash", hash),
};
static const struct ledger_member commit_texts[] = {
    LEDGER_MEMBER(struct ledger, "commit", commit),
    LEDGER_MEMBER(struct ledger, "head", intent_head),
};

/* Return true if the base has these very bytes as the record of the file. */
static bool
is_in_base(
    const struct ledger_base *base, const char *file, const struct buf *record)
{
	const char *found;
	size_t len;

	if (base == NULL)
		return false;
	found = ledger_base_find(base, file, &len);
	return found != NULL && len == record->len &&
	       memcmp(found, record->s, len) == 0;
}

/*
 * Return true if the record is the very one of the base, which nobody can have
 * changed.  *at is how far a walk by names has come in the base.
 */
static bool
is_of_base(
    const struct ledger_base *base, size_t *at, const struct ledger_file *f)
{
	if (base == NULL || base->read == NULL)
		return false;
	while (*at < base->n && base->read[*at] != f &&
	       strcmp(base->records[*at].file, f->file) <= 0)
		(*at)++;
	if (*at == base->n || base->read[*at] != f)
		return false;
	(*at)++;
	return true;
}

/* Print the records that the base (NULL: none) does not have as they are, and
 * return how many.  All others are compared by what is printed: no code that
 * changes a record has to tell of it. */
static size_t
print_files(struct buf *out, const struct ledger *ledger,
    const struct ledger_base *base)
{
	struct buf record = BUF_INIT;
	size_t i, at = 0, printed = 0;

	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < ledger->n; i++) {
		if (is_of_base(base, &at, ledger->files[i]))
			continue;
		buf_reset(&record);
		ledger_file_print(&record, ledger->files[i]);
		if (is_in_base(base, ledger->files[i]->file, &record))
			continue;
		json_add_raw(out, record.s, record.len);
		printed++;
	}
	json_close(out, ']');
	buf_release(&record);
	return printed;
}

/* Return true if the ledger has a record for that of the base.  *at is how far a
 * walk by names has come in the ledger. */
static bool
has_record(const struct ledger *ledger, size_t *at,
    const struct ledger_base *base, size_t i)
{
	const char *file = base->records[i].file;

	while (*at < ledger->n) {
		const struct ledger_file *f = ledger->files[*at];
		bool same = base->read != NULL && base->read[i] == f;
		int order = same ? 0 : strcmp(f->file, file);

		if (order > 0)
			return false;
		(*at)++;
		if (order == 0)
			return true;
	}
	return false;
}

/* Print which base the records lie on, and which of it are gone; return how many
 * are. */
static size_t
print_base(struct buf *out, const struct ledger *ledger)
{
	const struct ledger_base *base = ledger->under;
	size_t i, at = 0, gone = 0;

	if (base == NULL)
		return 0;
	ledger_member_add_word(out, "base", base->id);
	json_key(out, "gone");
	json_open(out, '[');
	for (i = 0; i < base->n; i++)
		if (!has_record(ledger, &at, base, i)) {
			json_add_str(out, base->records[i].file);
			gone++;
		}
	json_close(out, ']');
	return gone;
}

static void
print_intents(struct buf *out, const struct ledger *ledger)
{
	size_t i;

	json_key(out, "intent");
	json_open(out, '{');
	ledger_member_add_fixed(
	    out, ledger, commit_texts, ARRAY_LEN(commit_texts));
	ledger_member_add_int(out, "at", ledger->intent_ms);
	json_key(out, "files");
	json_open(out, '[');
	for (i = 0; i < ledger->n_intents; i++) {
		const struct ledger_intent *f = &ledger->intents[i];

		json_open(out, '{');
		ledger_member_add_word(out, "file", f->file);
		ledger_member_add_fixed(
		    out, f, intent_texts, ARRAY_LEN(intent_texts));
		ledger_member_add_word(out, "before", f->before);
		ledger_member_add_word(out, "fields", f->fields);
		ledger_member_add_word(out, "renamed", f->renamed);
		ledger_member_add_word(out, "source", f->source);
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
		ledger_member_add_word(out, "file", r->file);
		ledger_member_add_fixed(
		    out, r, resolved_texts, ARRAY_LEN(resolved_texts));
		ledger_member_add_int(out, "at", r->at_ms);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
print_lease(struct buf *out, const struct ledger *ledger)
{
	if (ledger->run_id == NULL)
		return;
	json_key(out, "run");
	json_open(out, '{');
	ledger_member_add_word(out, "id", ledger->run_id);
	ledger_member_add_int(out, "until", ledger->run_until_ms);
	json_close(out, '}');
}

size_t
ledger_json_print(struct buf *out, const struct ledger *ledger)
{
	size_t beside;

	json_open(out, '{');
	ledger_member_add_int(
	    out, "v", ledger->under != NULL ? BASED_VERSION : LEDGER_VERSION);
	print_lease(out, ledger);
	ledger_member_add_fixed(
	    out, ledger, ledger_texts, ARRAY_LEN(ledger_texts));
	ledger_member_add_int(out, "headAt", ledger->head_ms);
	ledger_member_add_int(out, "afterAt", ledger->after_ms);
	ledger_member_add_word(out, "folder", ledger->folder);
	ledger_member_add_word(out, "state",
	    ledger->state == LEDGER_STATE_OTHER
		? ledger->other_state
		: ledger_state_word(ledger->state));
	ledger_member_add_word(out, "text", ledger->text);
	ledger_member_add_word(out, "english", ledger->english);
	ledger_member_add_int(out, "lastSyncAt", ledger->last_ms);
	ledger_member_add_int(out, "savedAt", ledger->saved_ms);
	json_key(out, "raise");
	json_add_bool(out, ledger->raise);
	beside = print_base(out, ledger);
	beside += print_files(out, ledger, ledger->under);
	if (ledger->n_intents > 0)
		print_intents(out, ledger);
	if (ledger->n_resolved > 0)
		print_resolved(out, ledger);
	json_key(out, "aside");
	strays_print(out, &ledger->strays);
	json_close(out, '}');
	return beside;
}

bool
ledger_json_is_outgrown(const struct ledger *ledger, size_t beside)
{
	if (ledger->under == NULL)
		return ledger->n > FEW;
	return beside > BESIDE_MIN + ledger->n / BESIDE_PART;
}

void
ledger_json_print_base(struct buf *out, const struct ledger *ledger)
{
	json_open(out, '{');
	ledger_member_add_int(out, "v", RECORDS_VERSION);
	(void)print_files(out, ledger, NULL);
	json_close(out, '}');
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
	i->fields = ledger_member_get_word(json, "fields");
	i->renamed = ledger_member_get_word(json, "renamed");
	i->source = ledger_member_get_word(json, "source");
	i->written = json_get_bool(json, "written");
	return ledger_member_get_fixed(
	    json, i, intent_texts, ARRAY_LEN(intent_texts));
}

static int
read_resolved(struct json_object *json, struct ledger *ledger)
{
	const char *file = json_get_str(json, "file");
	struct ledger_resolved *r;

	if (file == NULL)
		return -1;
	r = ledger_add_resolved(ledger, file, json_get_int(json, "at", 0));
	return ledger_member_get_fixed(
	    json, r, resolved_texts, ARRAY_LEN(resolved_texts));
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
	if (ledger_member_get_fixed(
		in, ledger, commit_texts, ARRAY_LEN(commit_texts)) == -1)
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
		ledger->run_id = ledger_member_get_word(run, "id");
		ledger->run_until_ms = json_get_int(run, "until", 0);
	}
	ledger->head_ms = json_get_int(json, "headAt", 0);
	ledger->after_ms = json_get_int(json, "afterAt", 0);
	ledger->folder = ledger_member_get_word(json, "folder");
	ledger_set_state_word(ledger, json_get_str(json, "state"));
	ledger->text = ledger_member_get_word(json, "text");
	ledger->english = ledger_member_get_word(json, "english");
	ledger->last_ms = json_get_int(json, "lastSyncAt", 0);
	ledger->saved_ms = json_get_int(json, "savedAt", 0);
	ledger->raise = json_get_bool(json, "raise");
	if (ledger_member_get_fixed(
		json, ledger, ledger_texts, ARRAY_LEN(ledger_texts)) == -1 ||
	    read_entries(json, "files", ledger, ledger_file_read) == -1)
		return -1;
	if (read_strays(json, ledger) == -1)
		return -1;
	if (json_get(json, "resolved", json_type_array) != NULL &&
	    read_entries(json, "resolved", ledger, read_resolved) == -1)
		return -1;
	return read_intents(json, ledger);
}

/* Remove the records that only the base has. */
static int
read_gone(struct json_object *json, struct ledger *ledger)
{
	struct json_object *list = json_get(json, "gone", json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		struct json_object *name = json_object_array_get_idx(list, i);

		if (!json_object_is_type(name, json_type_string))
			return -1;
		ledger_remove(ledger, json_object_get_string(name));
	}
	return list != NULL ? 0 : -1;
}

/* "" or a Git id: nothing else may ever be sent to Git as one. */
static bool
is_id(const char *s)
{
	size_t n = strspn(s, "0123456789abcdef");

	return s[n] == '\0' && (n == 0 || n == 40 || n == 64);
}

static bool
are_ids(const struct ledger_file *f)
{
	return is_id(f->base) && is_id(f->pr.tip) && is_id(f->pr.blob) &&
	       is_id(f->pr.old) && is_id(f->pr.old_blob);
}

/* Those of a base were looked at when it was read. */
static bool
has_ids(const struct ledger *ledger)
{
	size_t i, at = 0;

	for (i = 0; i < ledger->n; i++)
		if (!is_of_base(ledger->under, &at, ledger->files[i]) &&
		    !are_ids(ledger->files[i]))
			return false;
	for (i = 0; i < ledger->n_intents; i++)
		if (!is_id(ledger->intents[i].base) ||
		    !is_id(ledger->intents[i].pushed))
			return false;
	return is_id(ledger->head) && is_id(ledger->after) &&
	       is_id(ledger->tree) && is_id(ledger->tree_head) &&
	       is_id(ledger->commit) && is_id(ledger->intent_head);
}

/* Read all records of a base into an empty ledger. */
static int
read_records(const struct ledger_base *base, struct ledger *all)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	size_t i;
	int rc = json_parse(base->text.s, base->text.len, &json, &err);

	if (rc == 0 && json_get_int(json, "v", 0) != RECORDS_VERSION)
		rc = -1;
	if (rc == 0)
		rc = read_entries(json, "files", all, ledger_file_read);
	json_object_put(json);
	if (all->n != base->n)
		rc = -1;
	for (i = 0; rc == 0 && i < base->n; i++)
		if (!std_streq(all->files[i]->file, base->records[i].file))
			rc = -1;
	return rc == 0 && has_ids(all) ? 0 : -1;
}

/* Read what the base has, unless somebody has before. */
static int
fill_base(struct ledger_base *base)
{
	struct ledger all = LEDGER_INIT;

	if (base->read != NULL)
		return 0;
	if (read_records(base, &all) == -1) {
		ledger_release(&all);
		return -1;
	}
	ledger_base_set_read(base, all.files);
	all.files = NULL;
	all.n = 0;
	ledger_release(&all);
	return 0;
}

/* Take the records of the base that the ledger lies on, if it lies on one: those
 * of the ledger itself come after, and take their places. */
static int
read_base(
    struct json_object *json, struct ledger_base *base, struct ledger *ledger)
{
	if (json_get_int(json, "v", 0) < BASED_VERSION)
		return 0;
	if (base == NULL || !std_streq(json_get_str(json, "base"), base->id) ||
	    fill_base(base) == -1)
		return -1;
	ledger->files = std_alloc(base->n * sizeof *ledger->files);
	ledger->cap = base->n;
	for (; ledger->n < base->n; ledger->n++)
		ledger->files[ledger->n] =
		    ledger_record_hold(base->read[ledger->n]);
	ledger_base_set(&ledger->under, base);
	return read_gone(json, ledger);
}

enum ledger_json
ledger_json_parse_on(
    const struct buf *text, struct ledger_base *base, struct ledger *ledger)
{
	enum ledger_json parsed = LEDGER_JSON_BROKEN;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	memset(ledger, 0, sizeof *ledger);
	if (json_parse(text->s, text->len, &json, &err) == -1)
		return LEDGER_JSON_BROKEN;
	if (json_is_newer(json, BASED_VERSION))
		parsed = LEDGER_JSON_NEWER;
	else if (read_base(json, base, ledger) == 0 &&
		 read_ledger(json, ledger) == 0 && has_ids(ledger))
		parsed = LEDGER_JSON_GOOD;
	json_object_put(json);
	if (parsed != LEDGER_JSON_GOOD)
		ledger_release(ledger);
	return parsed;
}

enum ledger_json
ledger_json_parse(const struct buf *text, struct ledger *ledger)
{
	return ledger_json_parse_on(text, NULL, ledger);
}

bool
ledger_json_find_base(const struct buf *text, struct buf *id)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	const char *base = NULL;

	if (json_parse(text->s, text->len, &json, &err) == 0 &&
	    json_get_int(json, "v", 0) == BASED_VERSION)
		base = json_get_str(json, "base");
	if (base != NULL)
		buf_set(id, base, strlen(base));
	json_object_put(json);
	return base != NULL;
}
