#include "inspect/records.h"

#include "app/user_cache.h"
#include "auth/account.h"
#include "auth/api_token.h"
#include "base/buf.h"
#include "base/std.h"
#include "edit/create.h"
#include "inspect/copies.h"
#include "store/names.h"
#include "store/store.h"

typedef enum user_cache_parsed judge_fn(const struct buf *bytes);

/* Return what judges the bytes under that key; NULL if nothing here does. */
static judge_fn *
find_judge(const char *key, const char *user, bool *is_claim)
{
	static const struct {
		enum names_blob blob;
		judge_fn *judge;
	} kinds[] = {
	    {NAMES_SESSION, account_judge_sessions},
	    {NAMES_TOKENS, api_token_judge},
	    {NAMES_GITHUB_ID, account_judge_id},
	};
	struct buf name = BUF_INIT;
	judge_fn *found = NULL;
	size_t i;

	names_key(&name, NAMES_CLAIMS, user);
	*is_claim = std_starts(key, name.s);
	if (*is_claim)
		found = create_judge_claim;
	for (i = 0; found == NULL && i < ARRAY_LEN(kinds); i++) {
		buf_reset(&name);
		names_key(&name, kinds[i].blob, user);
		if (strcmp(name.s, key) == 0)
			found = kinds[i].judge;
	}
	buf_release(&name);
	return found;
}

static void
judge_copies(const struct copies *copies, const char *user,
    records_tell_fn *tell, void *arg)
{
	size_t i;

	for (i = 0; i < copies->n; i++) {
		const struct copied *c = &copies->items[i];
		struct record record = {.key = c->key,
		    .etag = c->etag,
		    .parsed = USER_CACHE_BROKEN};
		judge_fn *judge = find_judge(c->key, user, &record.is_claim);

		if (judge != NULL && !c->is_barred)
			record.parsed = judge(&c->bytes);
		if (record.parsed != USER_CACHE_GOOD)
			tell(arg, &record);
	}
}

/* Keep in the list those that something judges. */
static size_t
choose_items(
    const struct store_list *list, const char *user, struct store_item *chosen)
{
	size_t i, n = 0;
	bool unused;

	for (i = 0; i < list->n; i++)
		if (find_judge(list->items[i].key, user, &unused) != NULL)
			chosen[n++] = list->items[i];
	return n;
}

int
records_check(struct store *store, const char *user, records_tell_fn *tell,
    void *arg, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	struct copies copies = COPIES_INIT;
	struct buf prefix = BUF_INIT;
	struct store_item *chosen;
	size_t i, n, of;
	int rc;

	names_area_prefix(&prefix, NAMES_AREA_STATE, user);
	rc = store_list(store, prefix.s, &list, err);
	chosen = std_alloc((list.n + 1) * sizeof *chosen);
	of = rc == 0 ? choose_items(&list, user, chosen) : 0;
	for (i = 0; rc == 0 && i < of; i += n) {
		n = copies_batch(of - i);
		rc = copies_add(store, chosen + i, n, &copies, err);
	}
	if (rc == 0)
		judge_copies(&copies, user, tell, arg);
	free(chosen);
	copies_release(&copies);
	store_list_release(&list);
	buf_release(&prefix);
	return rc;
}
