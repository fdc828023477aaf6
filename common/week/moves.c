#include "week/moves.h"

#include "base/day.h"
#include "base/json.h"
#include "task/task.h"
#include "task/task_json.h"

#define ID_LEN 4 /* digits that every file name begins with */

static void
add_slot_of(struct buf *out, const char *key, const struct week_place *place)
{
	json_key(out, key);
	if (place != NULL)
		task_json_add_when(out, &place->slot);
	else
		json_add_null(out);
}

/* from and to may be NULL. */
static void
add_move(struct buf *out, const char *file, const struct week_place *from,
    const struct week_place *to)
{
	json_open(out, '{');
	json_key(out, "id");
	json_add_strn(out, file, ID_LEN);
	json_key(out, "file");
	json_add_str(out, file);
	add_slot_of(out, "from", from);
	add_slot_of(out, "to", to);
	json_close(out, '}');
}

static bool
is_same_slot(const struct week_place *a, const struct week_place *b)
{
	return a->slot.time == b->slot.time &&
	       day_cmp(a->slot.date, b->slot.date) == 0;
}

static const struct week_place *
nth_place(const struct week_places *places, size_t n)
{
	return n < places->n ? &places->list[n] : NULL;
}

/* Compare by file name; a place that is not there comes last. */
static int
compare_places_at(const struct week_place *a, const struct week_place *b)
{
	if (a == NULL || b == NULL)
		return (a == NULL) - (b == NULL);
	return strcmp(a->file, b->file);
}

void
moves_add(struct buf *out, const struct week_places *before,
    const struct week_places *after)
{
	size_t i = 0, k = 0;

	json_open(out, '[');
	while (i < before->n || k < after->n) {
		const struct week_place *from = nth_place(before, i);
		const struct week_place *to = nth_place(after, k);
		int order = compare_places_at(from, to);

		if (order < 0)
			add_move(out, from->file, from, NULL);
		else if (order > 0)
			add_move(out, to->file, NULL, to);
		else if (!is_same_slot(from, to))
			add_move(out, from->file, from, to);
		i += order <= 0;
		k += order >= 0;
	}
	json_close(out, ']');
}
