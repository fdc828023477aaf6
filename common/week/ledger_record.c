#include "week/ledger_record.h"

#define ALLOC_COST 16 /* of malloc(3), for each piece */

void
ledger_record_clear_pr(struct ledger_pr *pr)
{
	free(pr->other);
	free(pr->url);
	free(pr->branch);
	free(pr->etag);
	memset(pr, 0, sizeof *pr);
}

void
ledger_record_clear_older(struct ledger_file *f)
{
	size_t i;

	for (i = 0; i < f->n_older; i++)
		free(f->older[i].fields);
	free(f->older);
	f->older = NULL;
	f->n_older = f->cap_older = 0;
}

struct ledger_file *
ledger_record_new(const char *file)
{
	struct ledger_file *f = std_zalloc(sizeof *f);

	f->holders = 1;
	f->file = std_strdup(file);
	f->etag = std_strdup("");
	return f;
}

void
ledger_record_release(struct ledger_file *f)
{
	ledger_record_clear_pr(&f->pr);
	ledger_record_clear_older(f);
	free(f->file);
	free(f->etag);
	free(f->fields);
}

/* The holders are the one thing that changes of a record that is shared. */
static struct ledger_file *
unlock_record(const struct ledger_file *f)
{
	return (struct ledger_file *)f;
}

const struct ledger_file *
ledger_record_hold(const struct ledger_file *f)
{
	unlock_record(f)->holders++;
	return f;
}

void
ledger_record_drop(const struct ledger_file *f)
{
	struct ledger_file *record = unlock_record(f);

	if (--record->holders > 0)
		return;
	ledger_record_release(record);
	free(record);
}

static size_t
word_bytes(const char *word)
{
	return word != NULL ? strlen(word) + 1 + ALLOC_COST : 0;
}

size_t
ledger_record_bytes(const struct ledger_file *f)
{
	size_t i, bytes = sizeof *f + ALLOC_COST + word_bytes(f->file) +
			  word_bytes(f->etag) + word_bytes(f->fields) +
			  word_bytes(f->pr.other) + word_bytes(f->pr.url) +
			  word_bytes(f->pr.branch) + word_bytes(f->pr.etag);

	for (i = 0; i < f->n_older; i++)
		bytes += sizeof f->older[i] + word_bytes(f->older[i].fields);
	return bytes;
}

static char *
copy_word(const char *word)
{
	return word != NULL ? std_strdup(word) : NULL;
}

struct ledger_file *
ledger_record_copy(const struct ledger_file *f)
{
	struct ledger_file *own = std_alloc(sizeof *own);
	size_t i;

	*own = *f;
	own->holders = 1;
	own->file = std_strdup(f->file);
	own->etag = std_strdup(f->etag);
	own->fields = copy_word(f->fields);
	own->pr.other = copy_word(f->pr.other);
	own->pr.url = copy_word(f->pr.url);
	own->pr.branch = copy_word(f->pr.branch);
	own->pr.etag = copy_word(f->pr.etag);
	own->cap_older = f->n_older;
	own->older = std_alloc(f->n_older * sizeof *own->older);
	for (i = 0; i < f->n_older; i++) {
		own->older[i] = f->older[i];
		own->older[i].fields = copy_word(f->older[i].fields);
	}
	return own;
}
