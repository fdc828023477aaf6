#include "frontmatter/frontmatter_edit.h"

#include "base/buf.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_comment.h"
#include "frontmatter/frontmatter_scalar.h"

static bool
is_blank_or_eol(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
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

bool
frontmatter_edit_is_json(const struct frontmatter_edit *edit)
{
	const struct frontmatter_node *root = frontmatter_root(edit->front);
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT;

	while (frontmatter_next_field(edit->front, root, &field))
		if (field.key->style != '"')
			return false;
	return root->style == '{';
}

void
frontmatter_edit_add_text(
    const struct frontmatter_edit *edit, struct buf *out, const char *text)
{
	if (frontmatter_edit_is_json(edit))
		frontmatter_scalar_add_quoted(out, text);
	else
		frontmatter_scalar_add(out, text);
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

/* Where the '?' of a key stands that is written `? key`; 0 if it is not. */
static size_t
find_question(
    const struct frontmatter_edit *edit, const struct frontmatter_field *field)
{
	const char *s = edit->bytes;
	size_t at = field->key->props;

	while (s[at - 1] == ' ' || s[at - 1] == '\t')
		at--;
	return s[at - 1] == '?' ? at - 1 : 0;
}

/* A key without ':' is one of `{a, b}`, or `? a` on a line of its own. */
static void
fill_empty(struct frontmatter_edit *edit, const struct frontmatter_field *field,
    const char *flow)
{
	size_t at = field->value->to, question = find_question(edit, field);
	struct buf text = BUF_INIT;

	if (after_colon(edit, field) > 0) {
		buf_addf(&text, " %s", flow);
	} else if (question > 0 && frontmatter_root(edit->front)->style == 0) {
		at = frontmatter_line_end(edit->bytes, at);
		buf_addf(&text, "%*s: %s%s", (int)column_of(edit, question), "",
		    flow, edit->eol);
	} else {
		buf_addf(&text, ": %s", flow);
	}
	frontmatter_edit_replace(edit, at, at, &text);
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

/* Appends a word that needs no quotes, but for JSON. */
static void
add_plain(
    const struct frontmatter_edit *edit, struct buf *out, const char *word)
{
	const char *quote = frontmatter_edit_is_json(edit) ? "\"" : "";

	buf_addf(out, "%s%s%s", quote, word, quote);
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
		add_plain(edit, &text, word);
	replace_value(edit, field, text.s);
	buf_release(&text);
}

/* Adding and removing fields. */

/* The last field, of which a task has one; in braces new ones go behind it. */
static struct frontmatter_field
find_last_field(const struct frontmatter *front)
{
	const struct frontmatter_node *root = frontmatter_root(front);
	struct frontmatter_field field = FRONTMATTER_FIELD_INIT, last;
	bool more = frontmatter_next_field(front, root, &field);

	do {
		last = field;
		more = more && frontmatter_next_field(front, root, &field);
	} while (more);
	return last;
}

/*
 * True if a new field in braces gets a line of its own: the last one has, or
 * a comment follows it, which must stay behind it.
 */
static bool
has_brace_lines(const struct frontmatter_edit *edit)
{
	const struct frontmatter_node *root = frontmatter_root(edit->front);
	const struct frontmatter_field last = find_last_field(edit->front);
	const char *s = edit->bytes;
	size_t key = last.key->props;

	return is_all_white(s, frontmatter_line_start(s, key), key) ||
	       has_comment_in(edit, last.value->to, root->to);
}

/* Begins a line in braces, at the column of the last field that has one. */
static void
add_brace_line(const struct frontmatter_edit *edit, struct buf *out)
{
	const struct frontmatter_field last = find_last_field(edit->front);
	const char *s = edit->bytes;
	size_t key = last.key->props, line = frontmatter_line_start(s, key);

	buf_adds(out, edit->eol);
	buf_add(out, s + line, strspn(s + line, " \t"));
	if (!is_all_white(s, line, key))
		buf_addc(out, ' ');
}

static void
append_in_braces(
    struct frontmatter_edit *edit, const char *key, const char *flow)
{
	const char *quote = frontmatter_edit_is_json(edit) ? "\"" : "";

	if (edit->added.len > 0) {
		buf_addc(&edit->added, ',');
		if (has_brace_lines(edit))
			add_brace_line(edit, &edit->added);
		else
			buf_addc(&edit->added, ' ');
	}
	buf_addf(&edit->added, "%s%s%s: %s", quote, key, quote, flow);
}

static void
append_field(struct frontmatter_edit *edit, const char *key, const char *flow)
{
	const struct frontmatter_node *root = frontmatter_root(edit->front);
	size_t indent = 0;

	if (root->style == '{') {
		append_in_braces(edit, key, flow);
		return;
	}
	/* YAML has line ends that we do not count: no column_of() here. */
	while (edit->bytes[root->from - indent - 1] == ' ')
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
	struct buf text = BUF_INIT;

	if (frontmatter_find(
		edit->front, frontmatter_root(edit->front), key, &field)) {
		frontmatter_edit_set_at(edit, &field, word);
		return;
	}
	add_plain(edit, &text, word);
	append_field(edit, key, text.s);
	buf_release(&text);
}

bool
frontmatter_edit_has_lines(
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
	    is_all_white(s, value->to, frontmatter_line_end(s, value->to));
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
	if (frontmatter_edit_has_lines(edit, &field))
		frontmatter_edit_replace(edit,
		    frontmatter_line_start(edit->bytes, field.key->from),
		    frontmatter_line_end(edit->bytes, field.value->to),
		    &nothing);
	else if (!frontmatter_is_none(edit->front, field.value))
		replace_value(edit, &field, "null");
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

/* True if a comma stands behind the last field in braces. */
static bool
has_last_comma(const struct frontmatter_edit *edit, size_t at)
{
	const char *s = edit->bytes;

	while (is_blank_or_eol(s[at]) || s[at] == '#')
		if (s[at] == '#')
			at = frontmatter_line_end(s, at);
		else
			at++;
	return s[at] == ',';
}

/*
 * Behind the last field; where that has a line, behind its line and its
 * comment, with the comma before them.
 */
static void
place_in_braces(struct frontmatter_edit *edit)
{
	const struct frontmatter_node *root = frontmatter_root(edit->front);
	const char *s = edit->bytes;
	size_t last = find_last_field(edit->front).value->to, at = last;
	size_t line_end = last + strcspn(s + last, "\r\n");
	bool lines = has_brace_lines(edit), comma = has_last_comma(edit, last);
	bool below = lines && line_end < root->to;
	struct buf text = BUF_INIT;

	if (!below || !comma)
		buf_addc(&text, ',');
	if (below) {
		frontmatter_edit_replace(edit, last, last, &text);
		at = line_end;
	}
	if (lines)
		add_brace_line(edit, &text);
	else
		buf_addc(&text, ' ');
	buf_add(&text, edit->added.s, edit->added.len);
	if (below && comma)
		buf_addc(&text, ',');
	frontmatter_edit_replace(edit, at, at, &text);
}

/* Where new fields go: before the closing line, or into the braces. */
static void
place_added(struct frontmatter_edit *edit)
{
	size_t at = edit->front->fields_to;

	if (edit->added.len == 0)
		return;
	if (frontmatter_root(edit->front)->style == '{')
		place_in_braces(edit);
	else
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
			buf_cut(out, before);
			return -1;
		}
		buf_add(out, edit->bytes + at, patch->from - at);
		buf_add(out, patch->text.s, patch->text.len);
		at = patch->to;
	}
	buf_add(out, edit->bytes + at, len - at);
	return 0;
}
