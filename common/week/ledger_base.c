#include "week/ledger_base.h"

#include "base/json_scan.h"
#include "base/std.h"
#include "store/sorted.h"

#define NAME_MAX_KEPT 512 /* bytes: more than any file's name has */
#define ALLOC_COST    16  /* of malloc(3), for each name */

/* A base while it is read. */
struct reading {
	struct ledger_base *base;
	struct buf name; /* of the record under way; "" none */
	bool has_files;
};

static int
read_member(struct json_scan *scan)
{
	struct reading *r = scan->arg;

	if (json_scan_is_key(scan, "file") && json_scan_is_next(scan, '"'))
		return json_scan_string(scan, &r->name, NAME_MAX_KEPT);
	return json_scan_skip(scan);
}

static int
scan_record(struct json_scan *scan)
{
	struct reading *r = scan->arg;
	struct ledger_base *base = r->base;
	const char *from;

	buf_reset(&r->name);
	if (!json_scan_is_next(scan, '{'))
		return -1;
	from = scan->p;
	if (json_scan_object(scan, read_member) == -1)
		return -1;
	if (base->n > 0 &&
	    strcmp(base->records[base->n - 1].file, r->name.s) >= 0)
		return -1;
	STD_GROW(base->records, base->n, base->cap);
	base->records[base->n++] =
	    (struct ledger_base_record){std_strdup(r->name.s),
		(size_t)(from - base->text.s), (size_t)(scan->p - from)};
	return 0;
}

static int
read_top(struct json_scan *scan)
{
	struct reading *r = scan->arg;

	if (!json_scan_is_key(scan, "files"))
		return json_scan_skip(scan);
	if (r->has_files) /* other readers take the last of them */
		return -1;
	r->has_files = true;
	return json_scan_array(scan, scan_record);
}

struct ledger_base *
ledger_base_new(const struct buf *text)
{
	struct ledger_base *base = std_zalloc(sizeof *base);
	struct reading r = {.base = base, .name = BUF_INIT};
	bool ok;

	base->holders = 1;
	buf_init(&base->text);
	buf_add(&base->text, text->s, text->len);
	buf_trim(&base->text);
	enc_hash(text->s, text->len, base->id);

	struct json_scan scan =
	    JSON_SCAN_INIT(base->text.s, base->text.len, &r);
	ok = json_scan_object(&scan, read_top) == 0 && r.has_files &&
	     json_scan_is_end(&scan);
	json_scan_release(&scan);
	buf_release(&r.name);
	if (ok)
		return base;
	ledger_base_drop(base);
	return NULL;
}

struct ledger_base *
ledger_base_hold(struct ledger_base *base)
{
	if (base != NULL)
		base->holders++;
	return base;
}

void
ledger_base_drop(struct ledger_base *base)
{
	size_t i;

	if (base == NULL || --base->holders > 0)
		return;
	ledger_base_unread(base);
	for (i = 0; i < base->n; i++)
		free(base->records[i].file);
	free(base->records);
	buf_release(&base->text);
	free(base);
}

void
ledger_base_set(struct ledger_base **held, struct ledger_base *base)
{
	ledger_base_hold(base);
	ledger_base_drop(*held);
	*held = base;
}

void
ledger_base_set_read(struct ledger_base *base, const struct ledger_file **read)
{
	size_t i;

	ledger_base_unread(base);
	base->read = read;
	for (i = 0; i < base->n; i++)
		base->read_bytes += ledger_record_bytes(read[i]);
}

void
ledger_base_unread(struct ledger_base *base)
{
	size_t i;

	for (i = 0; base->read != NULL && i < base->n; i++)
		ledger_record_drop(base->read[i]);
	free(base->read);
	base->read = NULL;
	base->read_bytes = 0;
}

const char *
ledger_base_find(const struct ledger_base *base, const char *file, size_t *len)
{
	size_t at;

	if (!sorted_find(
		base->records, base->n, sizeof *base->records, file, &at))
		return NULL;
	*len = base->records[at].len;
	return base->text.s + base->records[at].at;
}

size_t
ledger_base_bytes(const struct ledger_base *base)
{
	size_t i, bytes = sizeof *base + base->text.cap +
			  base->cap * sizeof *base->records;

	for (i = 0; i < base->n; i++)
		bytes += strlen(base->records[i].file) + 1 + ALLOC_COST;
	return bytes;
}
