#include "backend/azure_changes.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/std.h"
#include "store/changes.h"

/* What a mark says. */
struct place {
	char token[CHANGES_TOKEN_MAX + 1];
	int64_t listed_ms; /* all blobs, by the monotonic clock */
};

void
azure_changes_release(struct azure_changes *changes)
{
	buf_release(&changes->names);
}

bool
azure_changes_wanted(const struct store_op *op)
{
	size_t len = strlen(op->key);

	return op->verb == STORE_VERB_LIST && op->list->since != NULL &&
	       op->list->told_by != NULL && op->list->shallow && len > 0 &&
	       op->key[len - 1] == '/';
}

static int
parse_place(const char *mark, struct place *place)
{
	return sscanf(mark, "%64[0-9a-z-]@%" SCNd64, place->token,
		   &place->listed_ms) == 2
		   ? 0
		   : -1;
}

static void
mark_list(struct store_list *list, const struct place *place)
{
	snprintf(list->mark, sizeof list->mark, "%s@%" PRId64, place->token,
	    place->listed_ms);
}

static size_t
count_names(const struct buf *names)
{
	size_t at, n = 0;

	for (at = 0; at < names->len; at += strlen(names->s + at) + 1)
		n++;
	return n;
}

/* Return true if it has the names of all that may have changed since then. */
static bool
knows_all(struct azure_changes *changes, const struct place *since,
    const char *token, const char *note)
{
	if (clock_monotonic_ms() - since->listed_ms >= AZURE_CHANGES_TRUST_MS)
		return false;
	if (strcmp(since->token, token) == 0)
		return true;
	return changes_since(note, since->token, &changes->names) &&
	       count_names(&changes->names) <= AZURE_CHANGES_MAX;
}

bool
azure_changes_begin(struct azure_changes *changes, struct store_list *list,
    const struct buf *token, const char *note)
{
	struct place since, now = {.listed_ms = clock_monotonic_ms()};

	list->changes = false;
	list->mark[0] = '\0';
	if (!changes_is_token(token->s, token->len))
		return false;
	memcpy(now.token, token->s, token->len + 1);
	list->changes = parse_place(list->since, &since) == 0 &&
			knows_all(changes, &since, token->s, note);
	if (list->changes)
		now.listed_ms = since.listed_ms;
	mark_list(list, &now);
	changes->until_ms = clock_monotonic_ms() + AZURE_CHANGES_LOOK_MS;
	return list->changes;
}

const char *
azure_changes_name(const struct azure_changes *changes)
{
	return changes->at < changes->names.len ? changes->names.s + changes->at
						: NULL;
}

bool
azure_changes_give_up(
    const struct azure_changes *changes, struct store_list *list)
{
	struct place place;

	if (clock_monotonic_ms() < changes->until_ms ||
	    parse_place(list->mark, &place) == -1)
		return false;
	store_list_clear(list);
	list->changes = false;
	place.listed_ms = clock_monotonic_ms();
	mark_list(list, &place);
	return true;
}

void
azure_changes_add(struct azure_changes *changes, const struct store_op *op,
    const struct store_item *item)
{
	const char *name = azure_changes_name(changes);
	struct store_item told = *item;
	struct buf key = BUF_INIT;

	buf_addf(&key, "%s%s", op->key, name);
	told.key = key.s;
	store_list_add(op->list, &told);
	changes->at += strlen(name) + 1;
	buf_release(&key);
}
