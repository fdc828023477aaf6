#include "text/frontmatter_edit.h"

#include "base/buf.h"
#include "base/std.h"
#include "text/frontmatter.h"
#include "text/frontmatter_comment.h"
#include "text/frontmatter_scalar.h"

static bool
is_blank_or_eol(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The first byte after the line end; the closing line is always behind. */
static size_t
find_line_end(const char *s, size_t at)
{
	while (s[at] != '\n')
		at++;
	return at + 1;
}

static bool
is_all_white(const char *s, size_t from, size_t to)
{
	while (from < to && is_blank_or_eol(s[from]))
		from++;
	return from == to;
}

void
frontmatter_edit_start(
    struct frontmatter_edit *edit, const struct frontmatter *front)
{
	edit->front = front;
	edit->bytes = front->bytes;
	edit->eol = frontmatter_eol(front);
}

void
frontmatter_edit_release(struct frontmatter_edit *edit)
{
	size_t i;

	for (i = 0; i < edit->n_patches; i++)
		buf_release(&edit->patches[i].text);
	free(edit->patches);
	buf_release(&edit->added);
	*edit = (struct frontmatter_edit)FRONTMATTER_EDIT_INIT;
}

void
frontmatter_edit_replace(
    struct frontmatter_edit *edit, size_t from, size_t to, struct buf *text)
{
	struct frontmatter_patch *patch;

	STD_GROW(edit->patches, edit->n_patches, edit->cap_patches);
	patch = &edit->patches[edit->n_patches++];
	patch->from = from;
	patch->to = to;
	buf_init(&patch->text);
	buf_move(&patch->text, text);
}

/* Appends the comments within a node, each behind `lead`. */
static void
add_comments(const struct frontmatter_edit *edit,
    const struct frontmatter_node *node, const struct buf *lead,
    struct buf *out)
{
	const char *s = edit->bytes;
	struct frontmatter_comment comment;
	size_t end;

	frontmatter_comment_start(&comment, node->from, node->to);
	while (frontmatter_comment_next(edit->front, &comment)) {
		for (end = comment.to; is_blank_or_eol(s[end - 1]);)
			end--;
		buf_add(out, lead->s, lead->len);
		buf_add(out, s + comment.from, end - comment.from);
	}
}

static bool
has_comment_in(const struct frontmatter_edit *edit, size_t from, size_t to)
{
	return frontmatter_comment_find(edit->front, from, to) < to;
}

/* Replacing a value. */

/*
 * The byte after the ':' of a field; 0 if it has none (`{a, b}`) or a comment
 * stands before it.
 */
static size_t
after_colon(
    const struct frontmatter_edit *edit, const struct frontmatter_field *field)
{
	size_t at;

	for (at = field->key->to; at < field->value->props; at++) {
		if (edit->bytes[at] == ':')
			return at + 1;
		if (edit->bytes[at] == '#')
			return 0;
	}
	return 0;
}

static size_t
column_of(const struct frontmatter_edit *edit, size_t at)
{
	return at - frontmatter_line_start(edit->bytes, at);
}

static bool
is_block_node(const struct frontmatter_node *node)
{
	return (node->kind == FRONTMATTER_LIST ||
		   node->kind == FRONTMATTER_MAP) &&
	       node->style == 0;
}

static void
fill_empty(struct frontmatter_edit *edit, const struct frontmatter_field *field,
    const char *flow)
{
	struct buf text = BUF_INIT;

	buf_adds(&text, after_colon(edit, field) > 0 ? " " : ": ");
	buf_adds(&text, flow);
	frontmatter_edit_replace(
	    edit, field->value->to, field->value->to, &text);
}

/*
 * The comments within the old value stay, each on a line of its own before
 * the new one; a block value otherwise moves up behind its ':'.
 */
static void
replace_value(struct frontmatter_edit *edit,
    const struct frontmatter_field *field, const char *flow)
{
	const struct frontmatter_node *node = field->value;
	size_t indent = column_of(edit, field->key->props) + 2;
	size_t from = node->tagged ? node->props : node->from;
	size_t colon = after_colon(edit, field);
	struct buf lead = BUF_INIT, text = BUF_INIT;

	if (node->from == node->to && !node->tagged) {
		fill_empty(edit, field, flow);
		return;
	}

	buf_addf(&lead, "%s%*s", edit->eol, (int)indent, "");
	add_comments(edit, node, &lead, &text);
	if (text.len > 0)
		buf_add(&text, lead.s, lead.len);

	if (has_comment_in(edit, colon > 0 ? colon : from, from)) {
		/* Behind that comment, deeper than the key. */
		if (text.len > 0)
			buf_splice(&text, 0, lead.len, NULL, 0);
		if (column_of(edit, from) < indent)
			buf_splice(&text, 0, 0,
			    lead.s + strlen(edit->eol) + column_of(edit, from),
			    indent - column_of(edit, from));
	} else if (colon > 0 && (is_block_node(node) || text.len > 0)) {
		while (from > colon && is_blank_or_eol(edit->bytes[from - 1]))
			from--;
		if (text.len == 0)
			buf_addc(&text, ' ');
	}
	buf_adds(&text, flow);
	frontmatter_edit_replace(edit, from, node->to, &text);
	buf_release(&lead);
}

void
frontmatter_edit_set_at(struct frontmatter_edit *edit,
    const struct frontmatter_field *field, const char *word)
{
	const char style = field->value->style;
	struct buf text = BUF_INIT;

	if (field->value->kind == FRONTMATTER_SCALAR &&
	    (style == '\'' || style == '"'))
		buf_addf(&text, "%c%s%c", style, word, style);
	else
		buf_adds(&text, word);
	replace_value(edit, field, text.s);
	buf_release(&text);
}

/* Adding and removing fields. */

static void
append_field(struct frontmatter_edit *edit, const char *key, const char *flow)
{
	const struct frontmatter_node *root = frontmatter_root(edit->front);
	const struct frontmatter_node *first =
	    frontmatter_child(edit->front, root);
	size_t indent = 0;

	if (root->style == '{') {
		buf_addf(&edit->added, ", %s: %s", key, flow);
		return;
	}
	/* YAML has line ends that we do not count: no column_of() here. */
	while (edit->bytes[first->props - indent - 1] == ' ')
		indent++;
	buf_addf(
	    &edit->added, "%*s%s: %s%s", (int)indent, "", key, flow, edit->eol);
}

void
frontmatter_edit_put(
    struct frontmatter_edit *edit, const char *key, const char *flow)
{
	struct frontmatter_field field;

	if (frontmatter_find(
		edit->front, frontmatter_root(edit->front), key, &field))
		replace_value(edit, &field, flow);
	else
		append_field(edit, key, flow);
}

void
frontmatter_edit_set(
    struct frontmatter_edit *edit, const char *key, const char *word)
{
	struct frontmatter_field field;

	if (frontmatter_find(
		edit->front, frontmatter_root(edit->front), key, &field))
		frontmatter_edit_set_at(edit, &field, word);
	else
		append_field(edit, key, word);
}

/* True if the field has its lines for itself. */
static bool
has_own_lines(
    const struct frontmatter_edit *edit, const struct frontmatter_field *field)
{
	const struct frontmatter_node *key = field->key, *value = field->value;
	const char *s = edit->bytes;
	struct buf comments = BUF_INIT, lead = BUF_INIT;
	bool own;

	add_comments(edit, value, &lead, &comments);
	own =
	    frontmatter_root(edit->front)->style == 0 && comments.len == 0 &&
	    key->props == key->from && value->props == value->from &&
	    is_all_white(s, frontmatter_line_start(s, key->from), key->from) &&
	    !has_comment_in(edit, key->to, value->from) &&
	    is_all_white(s, value->to, find_line_end(s, value->to));
	buf_release(&comments);
	return own;
}

void
frontmatter_edit_drop(struct frontmatter_edit *edit, const char *key)
{
	struct buf nothing = BUF_INIT;
	struct frontmatter_field field;

	if (!frontmatter_find(
		edit->front, frontmatter_root(edit->front), key, &field))
		return;
	if (has_own_lines(edit, &field))
		frontmatter_edit_replace(edit,
		    frontmatter_line_start(edit->bytes, field.key->from),
		    find_line_end(edit->bytes, field.value->to), &nothing);
	else if (!frontmatter_is_none(edit->front, field.value))
		replace_value(edit, &field, "null");
}

/* Lists. */

/* True if the item is this word and nothing more. */
static bool
is_item(const struct frontmatter_edit *edit,
    const struct frontmatter_node *item, const char *word)
{
	bool null = item->style == 0 && frontmatter_is_none(edit->front, item);

	return !null && std_streq(frontmatter_word(edit->front, item), word);
}

/* The first item of a list that is this word; NULL if none is. */
static const struct frontmatter_node *
find_item(const struct frontmatter_edit *edit,
    const struct frontmatter_node *list, const char *word)
{
	const struct frontmatter_node *item;

	for (item = frontmatter_child(edit->front, list); item != NULL;
	     item = frontmatter_next(edit->front, list, item))
		if (is_item(edit, item, word))
			return item;
	return NULL;
}

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

static void
add_flow_list(const struct frontmatter_edit *edit,
    const struct frontmatter_node *list, char *const *words, size_t n,
    struct buf *out)
{
	const struct frontmatter_node *item;
	size_t i;

	buf_addc(out, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_adds(out, ", ");
		item = NULL;
		if (list != NULL && list->kind == FRONTMATTER_LIST)
			item = find_item(edit, list, words[i]);
		if (item != NULL && fits_flow(edit, item))
			buf_add(out, edit->bytes + item->props,
			    item->to - item->props);
		else
			frontmatter_scalar_add(out, words[i]);
	}
	buf_addc(out, ']');
}

/* `  - word  # comment`: the item alone on one line. */
static bool
is_on_a_line(
    const struct frontmatter_edit *edit, const struct frontmatter_node *item)
{
	const char *s = edit->bytes;
	size_t at = frontmatter_line_start(s, item->props),
	       end = find_line_end(s, item->to);

	if (item->kind != FRONTMATTER_SCALAR ||
	    frontmatter_line_start(s, item->to) != at)
		return false;
	at += strspn(s + at, " \t");
	if (s[at] != '-' || at >= item->props)
		return false;
	if (!is_all_white(s, at + 1, item->props))
		return false;
	return is_all_white(
	    s, item->to, frontmatter_comment_find(edit->front, item->to, end));
}

/*
 * How many of the words stay as items in their order; marks those items.
 * -1 if the lines cannot give the list: an item is not alone on its line, or
 * a word that would come back behind had to go.
 */
static int
match_items(const struct frontmatter_edit *edit,
    const struct frontmatter_node *list, char *const *words, size_t n,
    struct buf *stays)
{
	const struct frontmatter_node *item;
	size_t kept = 0, i;

	for (item = frontmatter_child(edit->front, list); item != NULL;
	     item = frontmatter_next(edit->front, list, item)) {
		bool same = kept < n && is_item(edit, item, words[kept]);

		if (!is_on_a_line(edit, item))
			return -1;
		buf_addc(stays, same ? 'y' : 'n');
		kept += same;
	}
	for (i = kept; i < n; i++)
		if (find_item(edit, list, words[i]) != NULL)
			return -1;
	return (int)kept;
}

/* Changes a block list by whole lines; false if that cannot be. */
static bool
edit_lines(struct frontmatter_edit *edit, const struct frontmatter_node *list,
    char *const *words, size_t n)
{
	const char *s = edit->bytes;
	const struct frontmatter_node *item, *last = NULL;
	struct buf stays = BUF_INIT, text = BUF_INIT;
	int kept = match_items(edit, list, words, n, &stays);
	size_t i = 0, start = 0;

	if (kept < 0)
		goto out;
	for (item = frontmatter_child(edit->front, list); item != NULL;
	     item = frontmatter_next(edit->front, list, item)) {
		start = frontmatter_line_start(s, item->props);
		if (stays.s[i++] == 'n')
			frontmatter_edit_replace(
			    edit, start, find_line_end(s, item->to), &text);
		last = item;
	}
	/* A block list has an item, or it would be none. */
	for (i = (size_t)kept; last != NULL && i < n; i++) {
		buf_add(&text, s + start, last->props - start);
		frontmatter_scalar_add(&text, words[i]);
		buf_adds(&text, edit->eol);
	}
	if (text.len > 0)
		frontmatter_edit_replace(edit, find_line_end(s, last->to),
		    find_line_end(s, last->to), &text);
out:
	buf_release(&stays);
	return kept >= 0;
}

void
frontmatter_edit_list(struct frontmatter_edit *edit, const char *key,
    char *const *words, size_t n)
{
	struct buf flow = BUF_INIT;
	struct frontmatter_field field = {NULL, NULL};
	bool found = frontmatter_find(
	    edit->front, frontmatter_root(edit->front), key, &field);

	if (n > 0 && found && field.value->kind == FRONTMATTER_LIST &&
	    is_block_node(field.value) && !field.value->tagged &&
	    edit_lines(edit, field.value, words, n))
		return;

	add_flow_list(edit, field.value, words, n, &flow);
	frontmatter_edit_put(edit, key, flow.s);
	buf_release(&flow);
}

/* Writing it all. */

static int
compare_places(const void *va, const void *vb)
{
	const struct frontmatter_patch *a = va, *b = vb;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->to < b->to ? -1 : a->to > b->to;
}

/* Where new fields go: before the closing line or the closing brace. */
static void
place_added(struct frontmatter_edit *edit)
{
	const struct frontmatter *front = edit->front;
	const struct frontmatter_node *root = frontmatter_root(front), *node;
	size_t at = front->to;

	if (edit->added.len == 0)
		return;
	if (root->style == '{')
		for (node = frontmatter_child(front, root); node != NULL;
		     node = frontmatter_next(front, root, node))
			at = node->to;
	frontmatter_edit_replace(edit, at, at, &edit->added);
}

int
frontmatter_edit_finish(
    struct frontmatter_edit *edit, size_t len, struct buf *out)
{
	size_t at = 0, i, before = out->len;

	if (edit->n_patches > 1)
		qsort(edit->patches, edit->n_patches, sizeof *edit->patches,
		    compare_places);
	place_added(edit);
	for (i = 0; i < edit->n_patches; i++) {
		const struct frontmatter_patch *patch = &edit->patches[i];

		if (patch->from < at) {
			buf_splice(out, before, out->len - before, NULL, 0);
			return -1;
		}
		buf_add(out, edit->bytes + at, patch->from - at);
		buf_add(out, patch->text.s, patch->text.len);
		at = patch->to;
	}
	buf_add(out, edit->bytes + at, len - at);
	return 0;
}
