#include "frontmatter/frontmatter_list.h"

#include "base/buf.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_comment.h"
#include "frontmatter/frontmatter_edit.h"

/* One item of the old list. */
struct list_item {
	const struct frontmatter_node *node;
	bool stays;
	/*
	 * [lead, from) are lines of comment above it; of a flow list it begins
	 * with the line end before them, and is empty if there are none.
	 */
	size_t lead, from;
	/* Of a block list [from, to) are its lines, of a flow list `to` is
	 * where its text begins and [from, to) are blanks. */
	size_t to;
	size_t before; /* of a flow list: where blanks before its comma end */
	size_t trail, end; /* of a flow list: blanks and comment behind it */
	struct buf after;  /* comments above items behind it that went */
};

struct list {
	struct frontmatter_edit *edit;
	const struct frontmatter_node *node;
	struct list_item *items;
	size_t n;
	struct list_item **order; /* for each new word the old item, or NULL */
	char *const *words;
	size_t n_words;
	struct buf head; /* comments before the first item */
};

/* Choosing the items that stay. */

/* True if the item is this word and nothing more. */
static bool
is_item(const struct frontmatter *front, const struct frontmatter_node *item,
    const char *word)
{
	bool null = item->style == 0 && frontmatter_is_none(front, item);

	return !null && std_streq(frontmatter_word(front, item), word);
}

static void
order_items(struct list *list)
{
	const struct frontmatter *front = list->edit->front;
	struct list_item *item;
	size_t i, k;

	for (i = 0; i < list->n_words; i++)
		for (k = 0; k < list->n; k++) {
			item = &list->items[k];
			if (item->stays ||
			    !is_item(front, item->node, list->words[i]))
				continue;
			item->stays = true;
			list->order[i] = item;
			break;
		}
}

/* What stood above an item that goes stays behind the one before it. */
static void
keep_leads(struct list *list)
{
	struct buf *last = &list->head;
	struct list_item *item;
	size_t i;

	for (i = 0; i < list->n; i++) {
		item = &list->items[i];
		if (item->stays)
			last = &item->after;
		else
			buf_add(last, list->edit->bytes + item->lead,
			    item->from - item->lead);
	}
}

/* Block lists, by whole lines. */

/* Goes on behind blank lines and lines of comment. */
static size_t
skip_comment_lines(const char *s, size_t at, size_t limit)
{
	size_t text;

	for (; at < limit; at = frontmatter_line_end(s, at)) {
		text = at + strspn(s + at, " \t\r");
		if (s[text] != '\n' && s[text] != '#')
			break;
	}
	return at;
}

/* Finds the lines of all items; false if they are not whole lines. */
static bool
find_item_lines(struct list *list)
{
	const char *s = list->edit->bytes;
	size_t at = frontmatter_line_start(s, list->node->from), i;
	struct list_item *item;

	for (i = 0; i < list->n; i++) {
		item = &list->items[i];
		item->lead = at;
		item->from = skip_comment_lines(s, at, item->node->props);
		at = item->from + strspn(s + item->from, " ");
		if (s[at] != '-' || at >= item->node->props)
			return false;
		item->to = at = frontmatter_line_end(s, item->node->to);
	}
	return true;
}

/* Begins a line as the last item does: `  -  `. */
static void
add_dash(const struct list *list, struct buf *out)
{
	const struct list_item *last = &list->items[list->n - 1];
	const char *s = list->edit->bytes + last->from;
	size_t dash = strspn(s, " ") + 1, blanks = strspn(s + dash, " ");

	if (last->from + dash + blanks != last->node->props)
		blanks = 0;
	buf_add(out, s, dash + blanks);
	if (blanks == 0)
		buf_addc(out, ' ');
}

static bool
edit_block(struct list *list)
{
	struct frontmatter_edit *edit = list->edit;
	struct buf text = BUF_INIT;
	const struct list_item *item;
	size_t i;

	if (list->n == 0 || !find_item_lines(list))
		return false;
	order_items(list);
	keep_leads(list);

	buf_add(&text, list->head.s, list->head.len);
	for (i = 0; i < list->n_words; i++) {
		item = list->order[i];
		if (item != NULL) {
			buf_add(&text, edit->bytes + item->lead,
			    item->to - item->lead);
			buf_add(&text, item->after.s, item->after.len);
			continue;
		}
		add_dash(list, &text);
		frontmatter_edit_add_text(list->edit, &text, list->words[i]);
		buf_adds(&text, edit->eol);
	}
	frontmatter_edit_replace(
	    edit, list->items[0].lead, list->items[list->n - 1].to, &text);
	return true;
}

/* Flow lists, by what stands between brackets and commas. */

static size_t
skip_spaces(const char *s, size_t at)
{
	return at + strspn(s + at, " \t");
}

/* Where the comment ends that begins here behind blanks; `at` without one. */
static size_t
skip_comment(const char *s, size_t at)
{
	size_t hash = skip_spaces(s, at);

	return s[hash] == '#' ? hash + strcspn(s + hash, "\r\n") : at;
}

/* Where the last comment of [from, to) ends; `from` if there is none. */
static size_t
find_comments_end(const struct list *list, size_t from, size_t to)
{
	struct frontmatter_comment comment;
	size_t end = from;

	frontmatter_comment_start(&comment, from, to);
	while (frontmatter_comment_next(list->edit->front, &comment))
		end = comment.to;
	return end;
}

/*
 * Finds what belongs to each item, and sets *comma if one stands behind the
 * last.  False if a comma stands on another line than the item before it.
 */
static bool
find_item_gaps(struct list *list, bool *comma)
{
	const char *s = list->edit->bytes;
	size_t at = list->node->from + 1, i;
	struct list_item *item;

	*comma = false;
	at = skip_comment(s, at);
	buf_add(
	    &list->head, s + list->node->from + 1, at - list->node->from - 1);
	for (i = 0; i < list->n; i++) {
		item = &list->items[i];
		item->lead = at;
		item->from = find_comments_end(list, at, item->node->props);
		item->to = item->node->props;

		at = skip_spaces(s, item->node->to);
		*comma = s[at] == ',';
		if (!*comma && i + 1 < list->n)
			return false;
		item->before = *comma ? at : item->node->to;
		at = item->before + *comma;
		item->trail = at;
		item->end = at = skip_comment(s, at);
	}
	return true;
}

/* Appends the blanks of a place; behind a comment they must end the line. */
static void
add_blanks(const struct list *list, struct buf *out, size_t from, size_t to,
    bool behind_comment)
{
	const char *s = list->edit->bytes;
	size_t line = frontmatter_line_start(s, list->node->from);

	if (behind_comment && memchr(s + from, '\n', to - from) == NULL)
		buf_addf(out, "%s%*s", list->edit->eol,
		    (int)strspn(s + line, " ") + 2, "");
	else
		buf_add(out, s + from, to - from);
}

/* The old item of the i-th place; new places are as the last one is. */
static const struct list_item *
find_place(const struct list *list, size_t i)
{
	return &list->items[i < list->n ? i : list->n - 1];
}

/* The blanks before the i-th place. */
static void
add_place(
    const struct list *list, struct buf *out, size_t i, bool behind_comment)
{
	const struct list_item *like = find_place(list, i);
	const char *s = list->edit->bytes;

	if (i >= list->n && list->n == 1 && !behind_comment &&
	    memchr(s + like->from, '\n', like->to - like->from) == NULL)
		buf_addc(out, ' ');
	else
		add_blanks(list, out, like->from, like->to, behind_comment);
}

/* The comma of the i-th place, behind the blanks that it has there. */
static void
add_flow_comma(const struct list *list, struct buf *out, size_t i)
{
	const struct list_item *like = find_place(list, i);

	buf_add(out, list->edit->bytes + like->node->to,
	    like->before - like->node->to);
	buf_addc(out, ',');
}

/* Appends a word at its place; returns true if a comment ends it. */
static bool
add_flow_item(const struct list *list, struct buf *out, size_t i, bool comma,
    bool behind_comment)
{
	const struct list_item *item = list->order[i];
	const char *s = list->edit->bytes;

	if (item != NULL && item->lead < item->from) {
		buf_add(out, s + item->lead, item->from - item->lead);
		behind_comment = true;
	}
	add_place(list, out, i, behind_comment);
	if (item != NULL)
		buf_add(out, s + item->node->props,
		    item->node->to - item->node->props);
	else
		frontmatter_edit_add_text(list->edit, out, list->words[i]);
	if (comma)
		add_flow_comma(list, out, i);
	if (item == NULL)
		return false;
	buf_add(out, s + item->trail, item->end - item->trail);
	buf_add(out, item->after.s, item->after.len);
	return item->trail < item->end || item->after.len > 0;
}

static bool
edit_flow(struct list *list)
{
	const struct frontmatter_node *node = list->node;
	struct buf text = BUF_INIT;
	size_t i, end;
	bool comma, commented;

	if (list->n == 0 || !find_item_gaps(list, &comma))
		return false;
	end = list->items[list->n - 1].end;
	order_items(list);
	keep_leads(list);

	buf_addc(&text, '[');
	buf_add(&text, list->head.s, list->head.len);
	commented = list->head.len > 0;
	for (i = 0; i < list->n_words; i++)
		commented = add_flow_item(
		    list, &text, i, comma || i + 1 < list->n_words, commented);
	add_blanks(list, &text, end, node->to - 1, commented);
	buf_addc(&text, ']');
	frontmatter_edit_replace(list->edit, node->from, node->to, &text);
	return true;
}

/* All lists. */

/* True if the source of an item can stand in a flow list as it is. */
static bool
fits_flow(
    const struct frontmatter_edit *edit, const struct frontmatter_node *item)
{
	const char *s = edit->bytes;
	size_t at;

	if (item->style == '|' || item->style == '>')
		return false;
	for (at = item->props; at < item->to; at++)
		if (s[at] == '\n' || s[at] == '\r' ||
		    (item->style == 0 && strchr(",[]{}", s[at]) != NULL))
			return false;
	return true;
}

/* Writes the list on one line; old words keep their quotes. */
static void
put_line(struct list *list, const char *key)
{
	const struct frontmatter_node *node;
	struct buf text = BUF_INIT;
	size_t i;

	order_items(list);
	buf_addc(&text, '[');
	for (i = 0; i < list->n_words; i++) {
		if (i > 0)
			buf_adds(&text, ", ");
		node = list->order[i] != NULL ? list->order[i]->node : NULL;
		if (node != NULL && fits_flow(list->edit, node))
			buf_add(&text, list->edit->bytes + node->props,
			    node->to - node->props);
		else
			frontmatter_edit_add_text(
			    list->edit, &text, list->words[i]);
	}
	buf_addc(&text, ']');
	frontmatter_edit_put(list->edit, key, text.s);
	buf_release(&text);
}

static void
collect_items(struct list *list)
{
	const struct frontmatter *front = list->edit->front;
	const struct frontmatter_node *item;
	size_t cap = 0;

	if (list->node == NULL || list->node->kind != FRONTMATTER_LIST)
		return;
	for (item = frontmatter_child(front, list->node); item != NULL;
	     item = frontmatter_next(front, list->node, item)) {
		STD_GROW(list->items, list->n, cap);
		list->items[list->n++] =
		    (struct list_item){.node = item, .after = BUF_INIT};
	}
}

/* Edits the list where it stands; false if its form has no place for that. */
static bool
edit_in_place(struct list *list)
{
	if (list->n_words == 0 || list->n == 0 || list->node->tagged)
		return false;
	return list->node->style == '[' ? edit_flow(list) : edit_block(list);
}

void
frontmatter_list_set(struct frontmatter_edit *edit, const char *key,
    char *const *words, size_t n)
{
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;
	struct list list = {
	    .edit = edit,
	    .words = words,
	    .n_words = n,
	    .order = std_zalloc(n * sizeof(struct list_item *)),
	    .head = BUF_INIT,
	};
	size_t i;

	if (frontmatter_find(
		edit->front, frontmatter_root(edit->front), key, &field))
		list.node = field.value;
	collect_items(&list);
	if (!edit_in_place(&list))
		put_line(&list, key);

	for (i = 0; i < list.n; i++)
		buf_release(&list.items[i].after);
	free(list.items);
	free(list.order);
	buf_release(&list.head);
}
