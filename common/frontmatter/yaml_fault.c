#include "frontmatter/yaml_fault.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/msg.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_comment.h"

#define KEY_MAX   1024 /* characters; libyaml looks no further for a ':' */
#define LEVEL_MAX 64   /* brackets within each other */

static void
blame(struct yaml_fault *fault, size_t at, enum msg_id reason)
{
	fault->at = at;
	msg_set(&fault->reason, reason);
}

/* The same, where the sentence names the mark. */
static void
blame_mark(struct yaml_fault *fault, size_t at, enum msg_id reason, char mark)
{
	blame(fault, at, reason);
	msg_value(&fault->reason, "%c", mark);
}

/* The same, where the sentence names the place within the line. */
static void
blame_place(
    const char *s, struct yaml_fault *fault, size_t at, enum msg_id reason)
{
	size_t line = frontmatter_line_start(s, at);

	blame(fault, at, reason);
	msg_value(
	    &fault->reason, "%zu", 1 + enc_utf8_count(s + line, at - line));
}

static void
blame_key(struct yaml_fault *fault, size_t at)
{
	blame(fault, at, MSG_FRONT_LONG_KEY);
	msg_value(&fault->reason, "%d", KEY_MAX);
}

/* Looking at the text. */

static bool
ends_word(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The ':' with a blank behind it; `to` if none stands in [from, to). */
static size_t
find_colon(const char *s, size_t from, size_t to)
{
	while (from < to && (s[from] != ':' || !ends_word(s[from + 1])))
		from++;
	return from;
}

/* Where the text of a line begins, behind the dashes of lists. */
static size_t
skip_indent(const char *s, size_t at)
{
	for (;; at++) {
		if (s[at] == '-' || s[at] == '?') {
			if (s[at + 1] != ' ')
				return at;
		} else if (s[at] != ' ') {
			return at;
		}
	}
}

static size_t
find_text_end(const char *s, size_t at)
{
	return at + strcspn(s + at, "\r\n");
}

static char
closing_of(char bracket)
{
	return bracket == '[' ? ']' : '}';
}

/* Goes on behind a quoted text, or behind the quote that opens none. */
static size_t
skip_quotes(const char *s, size_t at, size_t limit)
{
	size_t end = at + 1;

	if (strchr(" \t\r\n,[{:", s[at - 1]) == NULL)
		return end;
	for (; end < limit && s[end] != s[at]; end++)
		if (s[at] == '"' && s[end] == '\\')
			end++;
	return end < limit ? end + 1 : at + 1;
}

/* True if the bracket has its closing one, as a reader would match them. */
static bool
is_closed(const char *s, size_t at, size_t limit)
{
	char open[LEVEL_MAX];
	size_t n = 0;

	while (at < limit) {
		char c = s[at];

		if (c == '"' || c == '\'') {
			at = skip_quotes(s, at, limit);
			continue;
		}
		if (c == '#' && ends_word(s[at - 1])) {
			at = find_text_end(s, at);
			continue;
		}
		if (c == '[' || c == '{') {
			if (n == LEVEL_MAX)
				return false;
			open[n++] = closing_of(c);
		} else if (c == ']' || c == '}') {
			if (n == 0 || open[n - 1] != c)
				return false;
			if (--n == 0)
				return true;
		}
		at++;
	}
	return false;
}

/* Looking at the tree. */

/* The last scalar or alias that ends before the place; NULL if there is none.
 */
static const struct frontmatter_node *
find_leaf_before(const struct frontmatter *front, size_t at)
{
	const struct frontmatter_node *node;
	size_t i;

	for (i = front->n_nodes; i > 0; i--) {
		node = &front->nodes[i - 1];
		if ((node->kind == FRONTMATTER_SCALAR ||
			node->kind == FRONTMATTER_ALIAS) &&
		    node->to <= at && node->to > node->from)
			return node;
	}
	return NULL;
}

static bool
is_in_quotes(const struct frontmatter_node *node)
{
	return node != NULL && (node->style == '\'' || node->style == '"');
}

static size_t
column_at(const char *s, size_t at)
{
	return at - frontmatter_line_start(s, at);
}

static bool
is_on_line_of(const char *s, size_t a, size_t b)
{
	return frontmatter_line_start(s, a) == frontmatter_line_start(s, b);
}

/*
 * A quote that is never closed ends at the next one, lines below, which was
 * meant to open: then the parser stumbles over what stands behind that.
 */
static bool
explain_run_on(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const char *s = scene->front->bytes;
	const struct frontmatter_node *leaf =
	    find_leaf_before(scene->front, scene->at);

	if (!is_in_quotes(leaf) || is_on_line_of(s, leaf->from, leaf->to) ||
	    !is_on_line_of(s, leaf->to, scene->at) ||
	    strchr(" \t\r\n,[{", s[leaf->to - 2]) == NULL)
		return false;
	blame(fault, leaf->from, MSG_FRONT_NO_QUOTE);
	return true;
}

/* What libyaml says, and what it means. */

typedef void explain_fn(
    const struct yaml_fault_scene *scene, struct yaml_fault *fault);

/* A line that should be a field, and has no ": ". */
static void
explain_bare_line(const char *s, size_t at, struct yaml_fault *fault)
{
	size_t end = find_text_end(s, at);
	const char *colon = memchr(s + at, ':', end - at);

	if (s[at] == '-' && !ends_word(s[at + 1]))
		blame_mark(fault, at, MSG_FRONT_NO_BLANK, '-');
	else if (colon != NULL)
		blame_mark(fault, at, MSG_FRONT_NO_BLANK, ':');
	else
		blame(fault, at, MSG_FRONT_NO_COLON);
}

/* "could not find expected ':'": of a key that begins at the context. */
static void
explain_key(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const char *s = scene->front->bytes;
	size_t at = scene->context_at;
	size_t colon = find_colon(s, at, find_text_end(s, at));

	if (enc_utf8_count(s + at, colon - at) > KEY_MAX)
		blame_key(fault, at);
	else if (scene->in_list && s[at] != '-')
		blame(fault, at, MSG_FRONT_NO_ITEM);
	else
		explain_bare_line(s, at, fault);
}

/*
 * The first of the lines right above that stand at the same column and have
 * no ": ": for YAML they are one text with the line of the ':'.
 */
static bool
find_bare_line(const struct frontmatter *front, size_t text, size_t *out)
{
	const char *s = front->bytes;
	size_t line = frontmatter_line_start(s, text), column = text - line;
	size_t above, at, end;
	bool found = false;

	while (line > front->from) {
		above = frontmatter_line_start(s, line - 1);
		at = skip_indent(s, above);
		end = find_text_end(s, at);
		line = above;
		if (at == end)
			continue;
		if (at - above != column || s[at] == '#' ||
		    find_colon(s, at, end) < end)
			break;
		*out = at;
		found = true;
	}
	return found;
}

/* "mapping values are not allowed": the ':' is not that of a key. */
static void
explain_colon(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const char *s = scene->front->bytes;
	size_t line = frontmatter_line_start(s, scene->at);
	size_t text = skip_indent(s, line), bare;
	const struct frontmatter_node *leaf =
	    find_leaf_before(scene->front, scene->at);

	if (is_in_quotes(leaf) && leaf->to > line && leaf->from < line)
		blame(fault, leaf->from, MSG_FRONT_NO_QUOTE);
	else if (find_colon(s, text, scene->at) < scene->at)
		blame(fault, scene->at, MSG_FRONT_COLON_IN_VALUE);
	else if (enc_utf8_count(s + text, scene->at - text) > KEY_MAX)
		blame_key(fault, text);
	else if (find_bare_line(scene->front, text, &bare))
		explain_bare_line(s, bare, fault);
	else
		blame(fault, text, MSG_FRONT_INDENT);
}

static void
explain_quote(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	blame(fault, scene->context_at, MSG_FRONT_NO_QUOTE);
}

/* "did not find expected ',' or ']'" in the brackets of the context. */
static void
explain_bracket(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const struct frontmatter *front = scene->front;
	const struct frontmatter_node *leaf =
	    find_leaf_before(front, scene->at);
	const char *s = front->bytes;
	size_t open = scene->context_at;
	size_t last = leaf != NULL && leaf->from > open ? leaf->from : open;

	if (s[scene->at] == ':' &&
	    enc_utf8_count(s + last, scene->at - last) > KEY_MAX)
		blame_key(fault, last);
	else if (is_closed(s, open, front->to))
		blame(fault, last, MSG_FRONT_NO_COMMA);
	else
		blame_mark(fault, open, MSG_FRONT_NO_BRACKET, s[open]);
}

static void
explain_start(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const char *s = scene->front->bytes;

	if (s[scene->at] == '\t')
		blame_place(s, fault, scene->at, MSG_FRONT_TAB);
	else
		blame_mark(fault, scene->at, MSG_FRONT_BAD_START, s[scene->at]);
}

/* "did not find expected node content" */
static void
explain_value(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const struct frontmatter *front = scene->front;
	const char *s = front->bytes;
	size_t open = scene->bracket;

	if (open == 0)
		explain_start(scene, fault);
	else if (is_closed(s, open, front->to))
		blame(fault, scene->at, MSG_FRONT_NO_VALUE);
	else
		blame_mark(fault, open, MSG_FRONT_NO_BRACKET, s[open]);
}

/* "did not find expected key" of a block map, "expected <document start>" */
static void
explain_field(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	const struct frontmatter *front = scene->front;
	const struct frontmatter_node *root = frontmatter_root(front);
	const struct frontmatter_node *leaf =
	    find_leaf_before(front, scene->at);
	const char *s = front->bytes;
	size_t at = scene->at;

	if (at < front->to && front->fields_to < at)
		blame(fault, at, MSG_FRONT_DOCUMENTS);
	else if (is_in_quotes(leaf) && is_on_line_of(s, leaf->to, at))
		blame(fault, at, MSG_FRONT_BEHIND_QUOTE);
	else if (s[at] == ']' || s[at] == '}')
		blame_mark(fault, at, MSG_FRONT_EXTRA_BRACKET, s[at]);
	else if (root != NULL && root->kind == FRONTMATTER_SCALAR)
		explain_bare_line(s, root->from, fault);
	else if (skip_indent(s, frontmatter_line_start(s, at)) < at)
		blame(fault, at, MSG_FRONT_BEHIND_VALUE);
	else if ((s[at] == '-' || s[at] == ':') &&
		 column_at(s, at) == column_at(s, scene->context_at))
		blame(fault, at, MSG_FRONT_NO_FIELD);
	else
		blame(fault, at, MSG_FRONT_INDENT);
}

static void
explain_item(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	blame(fault, scene->at, MSG_FRONT_NO_ITEM);
}

static void
explain_tab(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	blame_place(scene->front->bytes, fault, scene->at, MSG_FRONT_TAB);
}

static void
explain_escape(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	blame(fault, scene->at, MSG_FRONT_ESCAPE);
}

static void
explain_character(
    const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	blame_place(scene->front->bytes, fault, scene->at, MSG_FRONT_CHARACTER);
	msg_value(&fault->reason, "U+%04X", (unsigned)scene->character);
}

/* libyaml 0.2.5, scanner.c, parser.c and reader.c. */
static const struct {
	const char *problem;
	explain_fn *explain;
} problems[] = {
    {"could not find expected ':'", explain_key},
    {"mapping values are not allowed in this context", explain_colon},
    {"found unexpected end of stream", explain_quote},
    {"found unexpected document indicator", explain_quote},
    {"did not find expected ',' or ']'", explain_bracket},
    {"did not find expected ',' or '}'", explain_bracket},
    {"did not find expected node content", explain_value},
    {"did not find expected key", explain_field},
    {"did not find expected <document start>", explain_field},
    {"did not find expected '-' indicator", explain_item},
    {"found character that cannot start any token", explain_start},
    {"found a tab character where an indentation space is expected",
	explain_tab},
    {"found a tab character that violates indentation", explain_tab},
    {"found unknown escape character", explain_escape},
    {"did not find expected hexdecimal number", explain_escape},
    {"found invalid Unicode character escape code", explain_escape},
    {"control characters are not allowed", explain_character},
};

static explain_fn *
find_problem(const char *problem)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(problems); i++)
		if (std_streq(problem, problems[i].problem))
			return problems[i].explain;
	return NULL;
}

/* True where a mark begins what text was meant to be: & * ! | > % */
static bool
explain_context(const struct yaml_fault_scene *scene, struct yaml_fault *fault)
{
	static const char marks[] = "&*!|>%";
	char mark = scene->front->bytes[scene->context_at];

	if (scene->context == NULL || mark == '\0' ||
	    strchr(marks, mark) == NULL)
		return false;
	blame_mark(fault, scene->context_at, MSG_FRONT_BAD_START, mark);
	return true;
}

/* Line breaks of YAML 1.1. */

static const char *
name_break(const char *s)
{
	static const char *const breaks[][2] = {{"\xc2\x85", "U+0085"},
	    {"\xe2\x80\xa8", "U+2028"}, {"\xe2\x80\xa9", "U+2029"}};
	size_t i;

	for (i = 0; i < ARRAY_LEN(breaks); i++)
		if (strncmp(s, breaks[i][0], strlen(breaks[i][0])) == 0)
			return breaks[i][1];
	return NULL;
}

/* A block of text ends its lines there, too. */
static bool
is_in_word(const struct frontmatter *front, size_t at)
{
	const struct frontmatter_node *node;
	size_t i;

	for (i = 0; i < front->n_nodes; i++) {
		node = &front->nodes[i];
		if (node->kind == FRONTMATTER_SCALAR && node->style != '|' &&
		    node->style != '>' && node->from <= at && at < node->to)
			return true;
	}
	return false;
}

/* Blames the first such break of [from, to) that is no part of a word. */
static bool
find_break(const struct frontmatter *front, size_t from, size_t to,
    struct yaml_fault *fault)
{
	const char *s = front->bytes, *name;

	for (; from < to; from++) {
		name = name_break(s + from);
		if (name == NULL || is_in_word(front, from))
			continue;
		blame_place(s, fault, from, MSG_FRONT_LINE_BREAK);
		msg_value(&fault->reason, "%s", name);
		return true;
	}
	return false;
}

static bool
find_break_in_comments(
    const struct frontmatter *front, struct yaml_fault *fault)
{
	struct frontmatter_comment comment;

	frontmatter_comment_start(&comment, front->from, front->to);
	while (frontmatter_comment_next(front, &comment))
		if (find_break(front, comment.from, comment.to, fault))
			return true;
	return false;
}

void
yaml_fault_explain(const struct yaml_fault_scene *scene, struct yaml_fault *out)
{
	const struct frontmatter *front = scene->front;
	explain_fn *explain = find_problem(scene->problem);

	/* Such a character is found before anything is parsed. */
	if (explain == explain_character)
		explain(scene, out);
	else if (find_break(front, front->from, scene->at, out) ||
		 explain_run_on(scene, out))
		return;
	else if (explain != NULL)
		explain(scene, out);
	else if (!explain_context(scene, out))
		blame(out, scene->at, MSG_FRONT_NO_YAML);
}

bool
yaml_fault_find(const struct frontmatter *front, struct yaml_fault *out)
{
	const struct frontmatter_node *root = frontmatter_root(front);

	if (find_break_in_comments(front, out))
		return true;
	if (root == NULL || root->kind == FRONTMATTER_MAP)
		return false;
	if (root->kind == FRONTMATTER_SCALAR && root->style == 0)
		explain_bare_line(front->bytes, root->from, out);
	else
		blame(out, root->from, MSG_FRONT_NO_FIELDS);
	return true;
}
