#include "week/ledger_file.h"

#include "base/std.h"
#include "week/ledger_member.h"
#include "week/ledger_record.h"

static const struct ledger_member file_texts[] = {
    LEDGER_MEMBER(struct ledger_file, "base", base),
    LEDGER_MEMBER(struct ledger_file, "hash", hash),
    LEDGER_MEMBER(struct ledger_file, "conflict", conflict),
};
static const struct ledger_member pr_texts[] = {
    LEDGER_MEMBER(struct ledger_pr, "tip", tip),
    LEDGER_MEMBER(struct ledger_pr, "blob", blob),
    LEDGER_MEMBER(struct ledger_pr, "hash", hash),
    LEDGER_MEMBER(struct ledger_pr, "old", old),
    LEDGER_MEMBER(struct ledger_pr, "oldBlob", old_blob),
    LEDGER_MEMBER(struct ledger_pr, "oldHash", old_hash),
};
static const struct ledger_member copy_texts[] = {
    LEDGER_MEMBER(struct ledger_copy, "conflict", hash),
};

static void
print_pr(struct buf *out, const struct ledger_pr *pr)
{
	if (pr->branch == NULL)
		return;
	json_key(out, "pull");
	json_open(out, '{');
	ledger_member_add_word(out, "state", ledger_pr_word(pr));
	ledger_member_add_int(out, "number", pr->number);
	ledger_member_add_word(out, "url", pr->url);
	ledger_member_add_word(out, "branch", pr->branch);
	ledger_member_add_fixed(out, pr, pr_texts, ARRAY_LEN(pr_texts));
	ledger_member_add_word(out, "etag", pr->etag);
	ledger_member_add_flag(out, "moving", pr->moving);
	ledger_member_add_int(out, "pushedAt", pr->pushed_ms);
	ledger_member_add_int(out, "mergedAt", pr->merged_ms);
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
		ledger_member_add_fixed(
		    out, &f->older[i], copy_texts, ARRAY_LEN(copy_texts));
		ledger_member_add_word(out, "fields", f->older[i].fields);
		json_close(out, '}');
	}
	json_close(out, ']');
}

void
ledger_file_print(struct buf *out, const struct ledger_file *f)
{
	json_open(out, '{');
	ledger_member_add_word(out, "file", f->file);
	ledger_member_add_fixed(out, f, file_texts, ARRAY_LEN(file_texts));
	ledger_member_add_word(out, "etag", f->etag);
	ledger_member_add_word(out, "fields", f->fields);
	ledger_member_add_flag(out, "executable", f->executable);
	ledger_member_add_word(out, "foreign", ledger_foreign_word(f->foreign));
	ledger_member_add_flag(out, "held", f->held);
	print_older(out, f);
	print_pr(out, &f->pr);
	json_close(out, '}');
}

static int
read_pr(struct json_object *file, struct ledger_pr *pr)
{
	struct json_object *json = json_get(file, "pull", json_type_object);

	ledger_record_clear_pr(pr);
	if (json == NULL)
		return 0;
	ledger_pr_set_word(pr, json_get_str(json, "state"));
	pr->number = json_get_int(json, "number", 0);
	pr->url = ledger_member_get_word(json, "url");
	pr->branch = ledger_member_get_word(json, "branch");
	pr->etag = ledger_member_get_word(json, "etag");
	pr->moving = json_get_bool(json, "moving");
	pr->pushed_ms = json_get_int(json, "pushedAt", 0);
	pr->merged_ms = json_get_int(json, "mergedAt", 0);
	if (pr->branch == NULL)
		return -1;
	return ledger_member_get_fixed(json, pr, pr_texts, ARRAY_LEN(pr_texts));
}

static int
read_older(struct json_object *file, struct ledger_file *f)
{
	struct json_object *list = json_get(file, "older", json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	ledger_record_clear_older(f);
	for (i = 0; i < n; i++) {
		struct json_object *json = json_object_array_get_idx(list, i);
		struct ledger_copy *copy;

		STD_GROW(f->older, f->n_older, f->cap_older);
		copy = &f->older[f->n_older++];
		memset(copy, 0, sizeof *copy);
		copy->fields = ledger_member_get_word(json, "fields");
		if (ledger_member_get_fixed(
			json, copy, copy_texts, ARRAY_LEN(copy_texts)) == -1)
			return -1;
	}
	return 0;
}

int
ledger_file_read(struct json_object *json, struct ledger *ledger)
{
	const char *file = json_get_str(json, "file");
	const char *etag = json_get_str(json, "etag");
	struct ledger_file *f;

	if (file == NULL || etag == NULL)
		return -1;
	ledger_remove(ledger, file); /* that of the base */
	f = ledger_record(ledger, file);
	free(f->etag);
	f->etag = std_strdup(etag);
	free(f->fields);
	f->fields = ledger_member_get_word(json, "fields");
	f->executable = json_get_bool(json, "executable");
	f->foreign = ledger_foreign_of(json_get_str(json, "foreign"));
	f->held = json_get_bool(json, "held");
	if (read_pr(json, &f->pr) == -1 || read_older(json, f) == -1)
		return -1;
	return ledger_member_get_fixed(
	    json, f, file_texts, ARRAY_LEN(file_texts));
}
