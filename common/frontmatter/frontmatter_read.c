#include "frontmatter/frontmatter_read.h"

#include <yaml.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/msg.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_keys.h"
#include "frontmatter/yaml_fault.h"

#define BOM "\xef\xbb\xbf"

/*
 * What is known while libyaml's events come in.  libyaml counts characters,
 * so its marks are turned into bytes by `at`.
 */
struct reader {
	struct frontmatter *front;
	const char *bytes;
	size_t *at; /* byte offset of each character of the YAML */
	size_t n_at;
	struct {
		size_t node;  /* index of the open collection */
		size_t count; /* of its children so far */
		size_t last;  /* index of the latest */
	} open[FRONTMATTER_DEPTH_MAX];
	size_t depth;
	unsigned documents;
	struct buf anchors; /* "\nname\nname\n" */
	struct frontmatter_fault *fault;
};

static int
fail_at(struct reader *r, size_t at, const char *code, enum msg_id reason)
{
	r->fault->line = frontmatter_line(r->bytes, at);
	r->fault->code = code;
	msg_set(&r->fault->reason, reason);
	return -1;
}

static int
fail_yaml(struct reader *r, const struct yaml_fault *why)
{
	r->fault->line = frontmatter_line(r->bytes, why->at);
	r->fault->code = "kein_yaml";
	r->fault->reason = why->reason;
	return -1;
}

/* The lines around it. */

/* Length of a line of three dashes with its line end; 0 if it is none. */
static size_t
fence_len(const char *s, size_t len)
{
	size_t n = 3;

	if (len < 3 || memcmp(s, "---", 3) != 0)
		return 0;
	while (n < len && (s[n] == ' ' || s[n] == '\t'))
		n++;
	if (n == len)
		return n;
	if (s[n] == '\r' && n + 1 < len)
		n++;
	return s[n] == '\n' ? n + 1 : 0;
}

static int
find_fences(struct reader *r, size_t len)
{
	static const char none[] = "kein_frontmatter";
	struct frontmatter *front = r->front;
	size_t at = 0, fence;
	const char *nl;

	if (len >= 3 && memcmp(r->bytes, BOM, 3) == 0)
		at = 3;
	fence = fence_len(r->bytes + at, len - at);
	if (fence == 0 || r->bytes[at + fence - 1] != '\n')
		return fail_at(r, 0, none, MSG_FRONT_NO_FENCE);

	front->from = at = at + fence;
	while ((fence = fence_len(r->bytes + at, len - at)) == 0) {
		nl = memchr(r->bytes + at, '\n', len - at);
		if (nl == NULL)
			return fail_at(r, 0, none, MSG_FRONT_NO_END);
		at = (size_t)(nl - r->bytes) + 1;
	}
	front->to = front->fields_to = at;
	front->after = at + fence;

	if (front->to - front->from > FRONTMATTER_MAX)
		return fail_at(r, 0, "zu_gross", MSG_FRONT_TOO_LARGE);
	return 0;
}

/* Events to nodes. */

static void
map_characters(struct reader *r)
{
	const struct frontmatter *front = r->front;
	size_t i;

	r->at = std_alloc((front->to - front->from) * sizeof *r->at);
	for (i = front->from; i < front->to; i++)
		if (((unsigned char)r->bytes[i] & 0xc0) != 0x80)
			r->at[r->n_at++] = i;
}

static size_t
byte_of(const struct reader *r, size_t character)
{
	return character < r->n_at ? r->at[character] : r->front->to;
}

static bool
is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static size_t
skip_white(const char *s, size_t at, size_t limit)
{
	while (at < limit && (is_white(s[at]) || s[at] == '#'))
		if (s[at] == '#')
			while (at < limit && s[at] != '\n')
				at++;
		else
			at++;
	return at;
}

/*
 * libyaml lets a node begin at its anchor or tag, at most `n`: find what
 * comes after them.
 */
static void
skip_props(
    const struct reader *r, struct frontmatter_node *node, size_t limit, int n)
{
	const char *s = r->bytes;
	size_t at = node->from;

	for (; n > 0 && at < limit && (s[at] == '&' || s[at] == '!'); n--) {
		node->tagged = node->tagged || s[at] == '!';
		while (at < limit && !is_white(s[at]))
			at++;
		node->from = at;
		at = skip_white(s, at, limit);
		if (at < limit)
			node->from = at;
	}
}

/* Where a map's missing value would stand: right behind its ':'. */
static size_t
place_of_empty(const struct reader *r, size_t key_end, size_t limit)
{
	size_t at = key_end;

	while (at < limit && is_white(r->bytes[at]))
		at++;
	return at < limit && r->bytes[at] == ':' ? at + 1 : key_end;
}

static bool
is_value(const struct reader *r)
{
	const struct frontmatter *front = r->front;

	return r->depth > 0 && r->open[r->depth - 1].count % 2 == 1 &&
	       front->nodes[r->open[r->depth - 1].node].kind == FRONTMATTER_MAP;
}

static struct frontmatter_node *
add_node(
    struct reader *r, enum frontmatter_kind kind, const yaml_event_t *event)
{
	struct frontmatter *front = r->front;
	struct frontmatter_node *node;

	STD_GROW(front->nodes, front->n_nodes, front->cap_nodes);
	node = &front->nodes[front->n_nodes++];
	memset(node, 0, sizeof *node);
	node->kind = kind;
	node->from = byte_of(r, event->start_mark.index);
	node->to = byte_of(r, event->end_mark.index);
	node->props = node->from;
	return node;
}

/* The node is complete: its parent reaches at least to its end. */
static void
end_node(struct reader *r, size_t index)
{
	struct frontmatter *front = r->front;
	struct frontmatter_node *node = &front->nodes[index];

	node->end = front->n_nodes;
	if (r->depth == 0)
		return;
	front->nodes[r->open[r->depth - 1].node].to = node->to;
	r->open[r->depth - 1].count++;
	r->open[r->depth - 1].last = index;
}

static void
add_scalar(struct reader *r, const yaml_event_t *event)
{
	static const char styles[] = {
	    [YAML_SINGLE_QUOTED_SCALAR_STYLE] = '\'',
	    [YAML_DOUBLE_QUOTED_SCALAR_STYLE] = '"',
	    [YAML_LITERAL_SCALAR_STYLE] = '|',
	    [YAML_FOLDED_SCALAR_STYLE] = '>',
	};
	struct frontmatter *front = r->front;
	struct frontmatter_node *node = add_node(r, FRONTMATTER_SCALAR, event);

	node->style = styles[event->data.scalar.style];
	node->len = event->data.scalar.length;
	node->value = front->values.len;
	buf_add(&front->values, event->data.scalar.value, node->len);
	buf_addc(&front->values, '\0');

	skip_props(r, node, node->to, 2);
	if (node->style == '|' || node->style == '>')
		while (
		    node->to > node->from && is_white(r->bytes[node->to - 1]))
			node->to--;
	if (node->props == node->to && is_value(r)) {
		size_t key = r->open[r->depth - 1].last;

		node->props = node->from = node->to =
		    place_of_empty(r, front->nodes[key].to, node->to);
	}
	end_node(r, front->n_nodes - 1);
}

static int
add_alias(struct reader *r, const yaml_event_t *event)
{
	struct buf name = BUF_INIT;
	bool known;

	add_node(r, FRONTMATTER_ALIAS, event);
	buf_addf(&name, "\n%s\n", (const char *)event->data.alias.anchor);
	known = memmem(r->anchors.s, r->anchors.len, name.s, name.len) != NULL;
	buf_release(&name);
	if (!known)
		return fail_at(r, byte_of(r, event->start_mark.index),
		    "kein_yaml", MSG_FRONT_ALIAS);
	end_node(r, r->front->n_nodes - 1);
	return 0;
}

static int
open_node(
    struct reader *r, enum frontmatter_kind kind, const yaml_event_t *event)
{
	struct frontmatter_node *node;
	int props;

	if (r->depth == FRONTMATTER_DEPTH_MAX)
		return fail_at(r, byte_of(r, event->start_mark.index),
		    "kein_yaml", MSG_FRONT_TOO_DEEP);

	node = add_node(r, kind, event);
	if (kind == FRONTMATTER_LIST) {
		if (event->data.sequence_start.style ==
		    YAML_FLOW_SEQUENCE_STYLE)
			node->style = '[';
		props = (event->data.sequence_start.anchor != NULL) +
			(event->data.sequence_start.tag != NULL);
	} else {
		if (event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE)
			node->style = '{';
		props = (event->data.mapping_start.anchor != NULL) +
			(event->data.mapping_start.tag != NULL);
	}
	skip_props(r, node, r->front->to, props);
	r->open[r->depth].node = r->front->n_nodes - 1;
	r->open[r->depth].count = 0;
	r->depth++;
	return 0;
}

static void
close_node(struct reader *r, const yaml_event_t *event)
{
	size_t index = r->open[--r->depth].node;

	/* The end mark of a block is beyond the comments that follow it. */
	if (r->front->nodes[index].style != 0)
		r->front->nodes[index].to = byte_of(r, event->end_mark.index);
	end_node(r, index);
}

static const char *
anchor_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return (const char *)event->data.scalar.anchor;
	case YAML_SEQUENCE_START_EVENT:
		return (const char *)event->data.sequence_start.anchor;
	case YAML_MAPPING_START_EVENT:
		return (const char *)event->data.mapping_start.anchor;
	default:
		return NULL;
	}
}

static int
take_event(struct reader *r, const yaml_event_t *event)
{
	const char *anchor = anchor_of(event);

	if (anchor != NULL)
		buf_addf(&r->anchors, "%s\n", anchor);

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (r->documents++ > 0)
			return fail_at(r, byte_of(r, event->start_mark.index),
			    "kein_yaml", MSG_FRONT_DOCUMENTS);
		return 0;
	case YAML_DOCUMENT_END_EVENT:
		if (!event->data.document_end.implicit)
			r->front->fields_to =
			    byte_of(r, event->start_mark.index);
		return 0;
	case YAML_SCALAR_EVENT:
		add_scalar(r, event);
		return 0;
	case YAML_ALIAS_EVENT:
		return add_alias(r, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(r, FRONTMATTER_LIST, event);
	case YAML_MAPPING_START_EVENT:
		return open_node(r, FRONTMATTER_MAP, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_node(r, event);
		return 0;
	default:
		return 0;
	}
}

/* True within a block list whose dashes stand deeper than the key. */
static bool
is_in_list(const struct reader *r)
{
	const struct frontmatter_node *list, *map;
	const char *s = r->bytes;

	if (r->depth == 0)
		return false;
	list = &r->front->nodes[r->open[r->depth - 1].node];
	if (list->kind != FRONTMATTER_LIST || list->style != 0)
		return false;
	if (r->depth == 1)
		return true;
	map = &r->front->nodes[r->open[r->depth - 2].node];
	return list->from - frontmatter_line_start(s, list->from) !=
	       map->from - frontmatter_line_start(s, map->from);
}

/* The innermost open bracket; 0 if there is none.  A pair in a list is a map
 * without one. */
static size_t
find_bracket(const struct reader *r)
{
	const struct frontmatter_node *node;
	size_t i;

	for (i = r->depth; i > 0; i--) {
		node = &r->front->nodes[r->open[i - 1].node];
		if (node->style != 0 && r->bytes[node->from] == node->style)
			return node->from;
	}
	return 0;
}

static int
fail_parser(struct reader *r, const yaml_parser_t *parser)
{
	const struct frontmatter *front = r->front;
	struct yaml_fault why;
	struct yaml_fault_scene scene = {
	    .front = front,
	    .problem = parser->problem,
	    .context = parser->context,
	    .at = byte_of(r, parser->problem_mark.index),
	    .context_at = byte_of(r, parser->context_mark.index),
	    .character = parser->problem_value,
	    .bracket = find_bracket(r),
	    .in_list = is_in_list(r),
	};

	/* The file may be good, and what is said of it is kept. */
	if (parser->error == YAML_MEMORY_ERROR)
		std_no_memory();
	/* A byte that may not stand in YAML has an offset but no mark. */
	if (parser->error == YAML_READER_ERROR)
		scene.at = front->from + parser->problem_offset;
	yaml_fault_explain(&scene, &why);
	return fail_yaml(r, &why);
}

static int
read_events(struct reader *r)
{
	const unsigned char *yaml =
	    (const unsigned char *)r->bytes + r->front->from;
	yaml_parser_t parser;
	yaml_event_t event;
	bool over = false;
	int rc = 0;

	if (!yaml_parser_initialize(&parser))
		std_no_memory();
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(
	    &parser, yaml, r->front->to - r->front->from);

	while (rc == 0 && !over) {
		if (!yaml_parser_parse(&parser, &event)) {
			rc = fail_parser(r, &parser);
			break;
		}
		over = event.type == YAML_STREAM_END_EVENT;
		rc = take_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return rc;
}

/* What libyaml takes, and a task does not. */

static int
fail_twice(struct reader *r, const struct frontmatter_node *key)
{
	const char *name = r->front->values.s + key->value;
	/* A long name would make a long sentence. */
	bool is_shown =
	    key->len > 0 && key->len <= 100 && !enc_has_control(name, key->len);

	fail_at(r, key->from, "schluessel_doppelt",
	    is_shown ? MSG_FRONT_KEY_TWICE : MSG_FRONT_SOME_KEY_TWICE);
	if (is_shown)
		msg_value(&r->fault->reason, "%s", name);
	return -1;
}

static int
check_tree(struct reader *r)
{
	const struct frontmatter_node *twice;
	struct yaml_fault why;

	if (yaml_fault_find(r->front, &why))
		return fail_yaml(r, &why);
	twice = frontmatter_keys_twice(r->front);
	return twice != NULL ? fail_twice(r, twice) : 0;
}

int
frontmatter_read(struct frontmatter *front, const char *bytes, size_t len,
    struct frontmatter_fault *fault)
{
	struct reader r = {
	    .front = front,
	    .bytes = bytes,
	    .anchors = BUF_INIT,
	    .fault = fault,
	};
	int rc = -1;

	front->bytes = bytes;
	buf_addc(&r.anchors, '\n');
	if (find_fences(&r, len) < 0)
		goto out;
	map_characters(&r);
	if (read_events(&r) < 0)
		goto out;
	if (check_tree(&r) < 0)
		goto out;
	rc = 0;
out:
	free(r.at);
	buf_release(&r.anchors);
	if (rc < 0)
		frontmatter_release(front);
	return rc;
}
