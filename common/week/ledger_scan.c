#include "week/ledger_scan.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/json_scan.h"
#include "week/ledger_json.h"

#define NAME_MAX_KEPT 512 /* bytes: more than any file's name has */

/* What is looked for, and the bytes of what was found. */
struct search {
	const char *file;
	struct buf name; /* of the record under way */
	struct buf version, record;
	bool has_files;
};

/* Read any value, and set out to its bytes. */
static int
copy_value(struct json_scan *scan, struct buf *out)
{
	const char *from = scan->p;

	if (json_scan_skip(scan) == -1)
		return -1;
	buf_set(out, from, (size_t)(scan->p - from));
	return 0;
}

static int
scan_name(struct json_scan *scan)
{
	struct search *search = scan->arg;

	if (json_scan_is_key(scan, "file") && json_scan_is_next(scan, '"'))
		return json_scan_string(scan, &search->name, NAME_MAX_KEPT);
	return json_scan_skip(scan);
}

static int
scan_record(struct json_scan *scan)
{
	struct search *search = scan->arg;
	const char *from = scan->p;

	buf_reset(&search->name);
	if (json_scan_object(scan, scan_name) == -1)
		return -1;
	if (strcmp(search->name.s, search->file) == 0)
		buf_set(&search->record, from, (size_t)(scan->p - from));
	return 0;
}

static int
scan_ledger(struct json_scan *scan)
{
	struct search *search = scan->arg;

	if (json_scan_is_key(scan, "v"))
		return copy_value(scan, &search->version);
	if (json_scan_is_key(scan, "files")) {
		search->has_files = true;
		return json_scan_array(scan, scan_record);
	}
	return json_scan_skip(scan);
}

/* Read what was found as a ledger that has nothing else. */
static int
read_found(const struct search *search, struct ledger *ledger)
{
	struct buf text = BUF_INIT;
	int rc;

	json_open(&text, '{');
	json_key(&text, "v");
	json_add_raw(&text, search->version.s, search->version.len);
	json_key(&text, "files");
	json_open(&text, '[');
	if (search->record.len > 0)
		json_add_raw(&text, search->record.s, search->record.len);
	json_close(&text, ']');
	json_close(&text, '}');
	rc = ledger_json_parse(&text, ledger) == LEDGER_JSON_GOOD ? 0 : -1;
	buf_release(&text);
	return rc;
}

int
ledger_scan_file(
    const struct buf *json, const char *file, struct ledger *ledger)
{
	struct search search = {.file = file,
	    .name = BUF_INIT,
	    .version = BUF_INIT,
	    .record = BUF_INIT};
	struct json_scan scan = JSON_SCAN_INIT(json->s, json->len, &search);
	int rc = json_scan_object(&scan, scan_ledger);

	if (rc == 0 && (!search.has_files || !json_scan_is_end(&scan)))
		rc = -1;
	if (rc == 0)
		rc = read_found(&search, ledger);
	json_scan_release(&scan);
	buf_release(&search.name);
	buf_release(&search.version);
	buf_release(&search.record);
	return rc;
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
