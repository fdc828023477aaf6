#include "week/ledger_scan.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/json_scan.h"
#include "base/std.h"
#include "store/names.h"
#include "week/ledger_base.h"
#include "week/ledger_json.h"

#define NAME_MAX_KEPT 512 /* bytes: more than any file's name has */
/* How a record begins.  No string can have these bytes, as its quotes are
 * escaped. */
#define RECORD "{\"file\":\""

/* What stands before the first record. */
struct head {
	struct buf version;
	struct buf base;     /* id of the base; "" none */
	struct buf name;     /* the last of those that are gone */
	const char *file;    /* that is looked for; NULL: none is */
	bool has_gone;       /* those that are gone are told here */
	bool is_gone;        /* it is one of the base, and no more */
	const char *records; /* behind the bracket; NULL: there are none */
};

#define HEAD_INIT(file_)                                                       \
	{                                                                      \
		.version = BUF_INIT, .base = BUF_INIT, .name = BUF_INIT,       \
		.file = (file_)                                                \
	}

/* Only a ledger of this version lies on a base. */
static bool
is_based(const struct head *head)
{
	return strcmp(head->version.s, "2") == 0;
}

/* An object that begins as a record does. */
struct entry {
	const char *from, *end;
	struct buf name;
	bool has_etag; /* a record has, intents and what is resolved have not */
};

static int
scan_gone(struct json_scan *scan)
{
	struct head *head = scan->arg;

	if (json_scan_string(scan, &head->name, NAME_MAX_KEPT) == -1)
		return -1;
	head->is_gone = head->is_gone || std_streq(head->file, head->name.s);
	return 0;
}

/* Read the members up to the records, and stop there. */
static int
scan_head(struct json_scan *scan)
{
	struct head *head = scan->arg;
	bool is_string = json_scan_is_next(scan, '"');
	const char *from = scan->p; /* behind blanks */

	if (json_scan_is_key(scan, "base") && is_string)
		return json_scan_string(scan, &head->base, NAME_MAX_KEPT);
	if (json_scan_is_key(scan, "gone") && json_scan_is_next(scan, '[')) {
		head->has_gone = true;
		return json_scan_array(scan, scan_gone);
	}
	if (json_scan_is_key(scan, "files")) {
		if (json_scan_is_next(scan, '['))
			head->records = scan->p + 1;
		return -1;
	}
	if (json_scan_skip(scan) == -1)
		return -1;
	if (json_scan_is_key(scan, "v"))
		buf_set(&head->version, from, (size_t)(scan->p - from));
	return 0;
}

static int
scan_member(struct json_scan *scan)
{
	struct entry *entry = scan->arg;

	if (json_scan_is_key(scan, "file") && json_scan_is_next(scan, '"'))
		return json_scan_string(scan, &entry->name, NAME_MAX_KEPT);
	if (json_scan_is_key(scan, "etag"))
		entry->has_etag = true;
	return json_scan_skip(scan);
}

/* Read the object at `from`; -1 if it is cut, or not followed as an item is. */
static int
read_object(struct entry *entry, const char *from, const char *end)
{
	struct json_scan scan =
	    JSON_SCAN_INIT(from, (size_t)(end - from), entry);
	int rc;

	buf_reset(&entry->name);
	entry->has_etag = false;
	rc = json_scan_object(&scan, scan_member);
	if (rc == 0 && !json_scan_is_next(&scan, ',') &&
	    !json_scan_is_next(&scan, ']'))
		rc = -1;
	entry->from = from;
	entry->end = scan.p;
	json_scan_release(&scan);
	return rc;
}

/* Return the first record that begins in [from, to), or what looks like one. */
static const char *
next_record(const char *from, const char *to, const char *end)
{
	size_t mark = strlen(RECORD);

	to = (size_t)(end - to) < mark ? end : to + mark - 1;
	return memmem(from, (size_t)(to - from), RECORD, mark);
}

/*
 * Set `entry` to the file's record in the bytes from `low` on, or its from to
 * NULL: halve what is left by the first record behind its middle.  What begins
 * as one and is none stands behind all of them.
 */
static int
find_record(struct entry *entry, const char *file, const char *low,
    const struct buf *json)
{
	const char *end = json->s + json->len, *high = end;

	while (low < high) {
		const char *middle = low + (high - low) / 2;
		const char *from = next_record(middle, high, end);
		int order = 1;

		if (from != NULL && read_object(entry, from, end) == -1)
			return -1;
		if (from != NULL && entry->has_etag)
			order = strcmp(entry->name.s, file);
		if (order == 0)
			return 0;
		if (order < 0)
			low = entry->end;
		else
			high = middle;
	}
	entry->from = NULL;
	return 0;
}

/* Check what can be checked in passing: the first record, and the last byte. */
static bool
has_records(
    const struct head *head, struct entry *first, const struct buf *json)
{
	const char *end = json->s + json->len;

	if (head->records == NULL || end[-1] != '}')
		return false;
	return *head->records == ']' ||
	       (std_starts(head->records, RECORD) &&
		   read_object(first, head->records, end) == 0 &&
		   first->has_etag);
}

/* Read what was found as a ledger that has nothing else: one without a base. */
static int
read_found(
    const struct head *head, const struct entry *record, struct ledger *ledger)
{
	struct buf text = BUF_INIT;
	int rc;

	json_open(&text, '{');
	json_key(&text, "v");
	if (is_based(head))
		json_add_int(&text, 1);
	else
		json_add_raw(&text, head->version.s, head->version.len);
	json_key(&text, "files");
	json_open(&text, '[');
	if (record->from != NULL)
		json_add_raw(
		    &text, record->from, (size_t)(record->end - record->from));
	json_close(&text, ']');
	json_close(&text, '}');
	rc = ledger_json_parse(&text, ledger) == LEDGER_JSON_GOOD ? 0 : -1;
	buf_release(&text);
	return rc;
}

/* Look for the record in the base that the ledger lies on, unless it is found or
 * gone; -1 if that is not this base, or what is gone stands elsewhere. */
static int
find_in_base(const struct head *head, const struct ledger_base *base,
    struct entry *entry)
{
	size_t len;

	if (!is_based(head))
		return 0;
	if (base == NULL || !head->has_gone ||
	    strcmp(head->base.s, base->id) != 0)
		return -1;
	if (entry->from != NULL || head->is_gone)
		return 0;
	entry->from = ledger_base_find(base, head->file, &len);
	if (entry->from != NULL)
		entry->end = entry->from + len;
	return 0;
}

static void
scan_members(struct head *head, const struct buf *json)
{
	struct json_scan scan = JSON_SCAN_INIT(json->s, json->len, head);

	/* The scan ends as failed wherever the records begin. */
	(void)!json_scan_object(&scan, scan_head);
	json_scan_release(&scan);
}

static void
release_head(struct head *head)
{
	buf_release(&head->version);
	buf_release(&head->base);
	buf_release(&head->name);
}

int
ledger_scan_file(const struct buf *json, const struct ledger_base *base,
    const char *file, struct ledger *ledger)
{
	struct head head = HEAD_INIT(file);
	struct entry entry = {.name = BUF_INIT};
	int rc = -1;

	scan_members(&head, json);
	if (has_records(&head, &entry, json))
		rc = find_record(&entry, file, head.records, json);
	if (rc == 0)
		rc = find_in_base(&head, base, &entry);
	if (rc == 0)
		rc = read_found(&head, &entry, ledger);
	release_head(&head);
	buf_release(&entry.name);
	return rc;
}

bool
ledger_scan_base(const struct buf *json, char id[ENC_HASH_LEN + 1])
{
	struct head head = HEAD_INIT(NULL);
	bool is;

	scan_members(&head, json);
	if (head.version.len == 0 || (is_based(&head) && head.base.len == 0))
		is = ledger_json_find_base(json, &head.base);
	else
		is = is_based(&head);
	is = is && names_hash_ok(head.base.s);
	if (is)
		memcpy(id, head.base.s, ENC_HASH_LEN + 1);
	release_head(&head);
	return is;
}

static int
scan_folder_name(struct json_scan *scan)
{
	if (!json_scan_is_key(scan, "folder") || !json_scan_is_next(scan, '"'))
		return json_scan_skip(scan);
	/* Stop here: the rest may be large, and is of no interest. */
	(void)!json_scan_string(scan, scan->arg, NAME_MAX_KEPT);
	return -1;
}

void
ledger_scan_folder(const struct buf *json, struct buf *out)
{
	struct json_scan scan = JSON_SCAN_INIT(json->s, json->len, out);

	(void)!json_scan_object(&scan, scan_folder_name);
	json_scan_release(&scan);
}
