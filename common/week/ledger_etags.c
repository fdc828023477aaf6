#include "week/ledger_etags.h"

#include "base/std.h"

static void
replace_etag(char **etag, const char *found)
{
	if (*etag == NULL)
		return;
	free(*etag);
	*etag = std_strdup(found != NULL ? found : "");
}

void
ledger_etags_set(
    struct ledger *ledger, ledger_etags_find_fn *find, const void *arg)
{
	size_t i;

	for (i = 0; i < ledger->n; i++) {
		struct ledger_file *f =
		    ledger_record(ledger, ledger->files[i]->file);

		replace_etag(&f->etag, find(arg, f->file, f->hash));
		replace_etag(&f->pr.etag, find(arg, f->file, f->pr.hash));
	}
}
