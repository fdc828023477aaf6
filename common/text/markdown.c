#include "text/markdown.h"

#include <strings.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/json.h"
#include "text/lines.h"
#include "text/markdown_text.h"

bool
markdown_link_ok(const char *href)
{
	static const char *const schemes[] = {"http", "https", "mailto"};
	size_t n = strcspn(href, ":/?#"), i;

	/* Browsers drop tabs and line ends within, and blanks before. */
	if (enc_has_control(href, strlen(href)) || href[0] == ' ')
		return false;
	if (href[n] != ':')
		return true;
	for (i = 0; i < ARRAY_LEN(schemes); i++)
		if (strlen(schemes[i]) == n &&
		    strncasecmp(href, schemes[i], n) == 0)
			return true;
	return false;
}

/*
 * What an open element is to the writer.  writer.open has two bytes for
 * each: this one, and what md4c calls it (element_id).
 */
enum {
	OPEN_NOTHING = '-', /* no node of its own: its content goes outside */
	OPEN_NODE = 'n',
	OPEN_LINK = 'l',
	OPEN_CODE = 'c',
};

/* Where the boxes of task items stand.  They are met in their order. */
struct lines {
	const char *text;
	size_t len;
	size_t at;     /* counted so far */
	unsigned line; /* of that byte */
};

struct writer {
	struct lines lines;
	struct buf *json;
	struct buf text; /* collected, not yet written */
	struct buf open;
	struct buf href; /* of the open link: there is never one inside */
	size_t depth;    /* nodes open */
	size_t steps;    /* left */
	size_t len;      /* of the input */
	bool in_link, in_code;
};

/* One byte for every type of block and span. */
static char
element_id(bool is_span, unsigned type)
{
	return (char)((is_span ? 0x40 : 0) + (int)type);
}

static bool
is_span_id(char id)
{
	return (id & 0x40) != 0;
}

static void
flush_text(struct writer *w)
{
	if (w->text.len == 0 || w->in_code)
		return;

	json_open(w->json, '{');
	json_key(w->json, "type");
	json_add_str(w->json, "text");
	json_key(w->json, "text");
	json_add_strn(w->json, w->text.s, w->text.len);
	json_close(w->json, '}');
	buf_reset(&w->text);
}

static void
begin_node(struct writer *w, const char *type)
{
	flush_text(w);
	json_open(w->json, '{');
	json_key(w->json, "type");
	json_add_str(w->json, type);
}

static void
begin_children(struct writer *w, char what)
{
	json_key(w->json, "children");
	json_open(w->json, '[');
	buf_addc(&w->open, what);
	w->depth++;
}

static void
begin_nothing(struct writer *w)
{
	buf_addc(&w->open, OPEN_NOTHING);
}

static void
add_leaf(struct writer *w, const char *type)
{
	begin_node(w, type);
	json_close(w->json, '}');
}

static void
add_attribute(struct buf *out, const MD_ATTRIBUTE *a)
{
	size_t i;

	if (a->size == 0)
		return;
	for (i = 0; a->substr_offsets[i] < a->size; i++)
		markdown_text_add(out, a->substr_types[i],
		    a->text + a->substr_offsets[i],
		    a->substr_offsets[i + 1] - a->substr_offsets[i]);
}

static void
add_attribute_member(struct writer *w, const char *key, const MD_ATTRIBUTE *a)
{
	struct buf value = BUF_INIT;

	add_attribute(&value, a);
	if (value.len > 0) {
		json_key(w->json, key);
		json_add_strn(w->json, value.s, value.len);
	}
	buf_release(&value);
}

static void
begin_code(struct writer *w, const MD_BLOCK_CODE_DETAIL *block)
{
	begin_node(w, "code");
	if (block != NULL)
		add_attribute_member(w, "language", &block->lang);
	buf_addc(&w->open, OPEN_CODE);
	w->depth++;
	w->in_code = true;
}

static void
begin_cell(struct writer *w, MD_BLOCKTYPE type, const MD_BLOCK_TD_DETAIL *cell)
{
	static const char *const words[] = {
	    [MD_ALIGN_LEFT] = "left",
	    [MD_ALIGN_CENTER] = "center",
	    [MD_ALIGN_RIGHT] = "right",
	};

	begin_node(w, "cell");
	json_key(w->json, "header");
	json_add_bool(w->json, type == MD_BLOCK_TH);
	if (cell->align != MD_ALIGN_DEFAULT) {
		json_key(w->json, "align");
		json_add_str(w->json, words[cell->align]);
	}
	begin_children(w, OPEN_NODE);
}

static void
begin_list(struct writer *w, const MD_BLOCK_OL_DETAIL *ordered)
{
	begin_node(w, "list");
	json_key(w->json, "ordered");
	json_add_bool(w->json, ordered != NULL);
	if (ordered != NULL) {
		json_key(w->json, "start");
		json_add_int(w->json, ordered->start);
	}
	begin_children(w, OPEN_NODE);
}

static unsigned
count_line(struct lines *lines, size_t at)
{
	lines->line +=
	    (unsigned)lines_count(lines->text, lines->len, lines->at, at);
	lines->at = at;
	return lines->line;
}

static void
begin_item(struct writer *w, const MD_BLOCK_LI_DETAIL *item)
{
	begin_node(w, "item");
	if (item->is_task) {
		json_key(w->json, "checked");
		json_add_bool(w->json, item->task_mark != ' ');
		json_key(w->json, "line");
		json_add_int(
		    w->json, count_line(&w->lines, item->task_mark_offset));
	}
	begin_children(w, OPEN_NODE);
}

static void
begin_heading(struct writer *w, const MD_BLOCK_H_DETAIL *heading)
{
	begin_node(w, "heading");
	json_key(w->json, "level");
	json_add_int(w->json, heading->level);
	begin_children(w, OPEN_NODE);
}

static void
begin_plain(struct writer *w, const char *type)
{
	begin_node(w, type);
	begin_children(w, OPEN_NODE);
}

static void
begin_block(struct writer *w, MD_BLOCKTYPE type, void *detail)
{
	switch (type) {
	case MD_BLOCK_QUOTE:
		begin_plain(w, "quote");
		break;
	case MD_BLOCK_UL:
		begin_list(w, NULL);
		break;
	case MD_BLOCK_OL:
		begin_list(w, detail);
		break;
	case MD_BLOCK_LI:
		begin_item(w, detail);
		break;
	case MD_BLOCK_H:
		begin_heading(w, detail);
		break;
	case MD_BLOCK_CODE:
		begin_code(w, detail);
		break;
	case MD_BLOCK_P:
		begin_plain(w, "paragraph");
		break;
	case MD_BLOCK_TABLE:
		begin_plain(w, "table");
		break;
	case MD_BLOCK_TR:
		begin_plain(w, "row");
		break;
	case MD_BLOCK_TH:
	case MD_BLOCK_TD:
		begin_cell(w, type, detail);
		break;
	default:
		begin_nothing(w);
	}
}

static int
write_enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;

	if (w->steps-- == 0)
		return -1;

	flush_text(w);
	if (w->depth >= MARKDOWN_DEPTH_MAX) {
		begin_nothing(w);
	} else if (type == MD_BLOCK_HR) {
		add_leaf(w, "rule");
		begin_nothing(w);
	} else {
		begin_block(w, type, detail);
	}
	buf_addc(&w->open, element_id(false, type));
	return 0;
}

static void
begin_link(
    struct writer *w, const MD_ATTRIBUTE *href, const MD_ATTRIBUTE *title)
{
	if (w->in_link) {
		begin_nothing(w);
		return;
	}

	buf_reset(&w->href);
	add_attribute(&w->href, href);
	if (strlen(w->href.s) != w->href.len || !markdown_link_ok(w->href.s)) {
		begin_nothing(w);
		return;
	}

	begin_node(w, "link");
	json_key(w->json, "href");
	json_add_strn(w->json, w->href.s, w->href.len);
	add_attribute_member(w, "title", title);
	begin_children(w, OPEN_LINK);
	w->in_link = true;
}

static void
begin_span(struct writer *w, MD_SPANTYPE type, void *detail)
{
	const MD_SPAN_A_DETAIL *link = detail;
	const MD_SPAN_IMG_DETAIL *image = detail;

	switch (type) {
	case MD_SPAN_EM:
		begin_plain(w, "em");
		break;
	case MD_SPAN_STRONG:
		begin_plain(w, "strong");
		break;
	case MD_SPAN_DEL:
		begin_plain(w, "del");
		break;
	case MD_SPAN_CODE:
		begin_code(w, NULL);
		break;
	case MD_SPAN_A:
		begin_link(w, &link->href, &link->title);
		break;
	case MD_SPAN_IMG:
		begin_link(w, &image->src, &image->title);
		break;
	default:
		begin_nothing(w);
	}
}

static int
write_enter_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;

	if (w->steps-- == 0)
		return -1;

	if (w->depth >= MARKDOWN_DEPTH_MAX)
		begin_nothing(w);
	else
		begin_span(w, type, detail);
	buf_addc(&w->open, element_id(true, type));
	return 0;
}

static void
end_code(struct writer *w)
{
	json_key(w->json, "text");
	json_add_strn(w->json, w->text.s, w->text.len);
	buf_reset(&w->text);
	w->in_code = false;
}

/* A link without text, as of `![](x.png)`, shows where it leads. */
static void
end_link(struct writer *w)
{
	if (w->text.len == 0 && w->json->s[w->json->len - 1] == '[')
		buf_add(&w->text, w->href.s, w->href.len);
	w->in_link = false;
}

static void
end_element(struct writer *w)
{
	char what = w->open.s[w->open.len - 2];

	w->open.len -= 2;
	if (what == OPEN_NOTHING)
		return;

	w->depth--;
	if (what == OPEN_CODE) {
		end_code(w);
	} else {
		if (what == OPEN_LINK)
			end_link(w);
		flush_text(w);
		json_close(w->json, ']');
	}
	json_close(w->json, '}');
}

static char
innermost(const struct writer *w)
{
	return w->open.len > 0 ? w->open.s[w->open.len - 1] : '\0';
}

/*
 * md4c 0.4.8 leaves some elements that it never entered, and not all that it
 * did: only what fits the innermost one closes it, and a block closes its
 * spans.
 */
static int
write_leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;

	(void)detail;
	if (w->steps-- == 0)
		return -1;
	while (is_span_id(innermost(w)))
		end_element(w);
	if (w->open.len > 0 && innermost(w) == element_id(false, type))
		end_element(w);
	return 0;
}

static int
write_leave_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct writer *w = arg;

	(void)detail;
	if (w->steps-- == 0)
		return -1;
	if (innermost(w) == element_id(true, type))
		end_element(w);
	return 0;
}

static int
write_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *arg)
{
	struct writer *w = arg;

	if (w->steps-- == 0 || markdown_text_is_astray(len, w->len))
		return -1;
	if (type == MD_TEXT_BR)
		add_leaf(w, "break");
	else if (type == MD_TEXT_SOFTBR)
		add_leaf(w, "softbreak");
	else
		markdown_text_add(&w->text, type, s, len);
	return 0;
}

static bool
is_shown_as_code(const char *text, size_t len)
{
	return len > MARKDOWN_TREE_MAX || markdown_text_is_too_deep(text, len);
}

void
markdown_nodes(
    struct buf *json, const char *text, size_t len, unsigned first_line)
{
	const MD_PARSER parser = {
	    .flags = MARKDOWN_TEXT_FLAGS,
	    .enter_block = write_enter_block,
	    .leave_block = write_leave_block,
	    .enter_span = write_enter_span,
	    .leave_span = write_leave_span,
	    .text = write_text,
	};
	struct writer w = {
	    .lines = {.text = text, .len = len, .line = first_line},
	    .json = json,
	    .text = BUF_INIT,
	    .open = BUF_INIT,
	    .href = BUF_INIT,
	    .steps = MARKDOWN_TEXT_STEPS_MAX(len),
	    .len = len,
	};
	struct buf copy;

	json_open(json, '[');
	if (is_shown_as_code(text, len)) {
		begin_code(&w, NULL);
		buf_addc(&w.open, element_id(false, MD_BLOCK_CODE));
		buf_add(&w.text, text, len);
	} else {
		markdown_text_pad(&copy, text, len);
		md_parse(copy.s, (MD_SIZE)len, &parser, &w);
		buf_release(&copy);
	}
	/* A parse that was cut off has left elements open. */
	while (w.open.len > 0)
		end_element(&w);
	flush_text(&w);
	json_close(json, ']');

	buf_release(&w.text);
	buf_release(&w.open);
	buf_release(&w.href);
}

struct box_search {
	struct lines lines;
	unsigned line; /* wanted */
	size_t at;
	size_t steps; /* left */
	bool found;
};

static int
search_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	const MD_BLOCK_LI_DETAIL *item = detail;
	struct box_search *search = arg;

	if (search->steps-- == 0)
		return -1;
	if (type != MD_BLOCK_LI || !item->is_task ||
	    count_line(&search->lines, item->task_mark_offset) != search->line)
		return 0;
	search->at = item->task_mark_offset;
	search->found = true;
	return -1; /* ends the parse */
}

static int
skip_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct box_search *search = arg;

	(void)type, (void)detail;
	return search->steps-- == 0 ? -1 : 0;
}

static int
skip_span(MD_SPANTYPE type, void *detail, void *arg)
{
	return skip_block((MD_BLOCKTYPE)type, detail, arg);
}

static int
skip_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *arg)
{
	struct box_search *search = arg;

	(void)type, (void)s;
	return search->steps-- == 0 ||
		       markdown_text_is_astray(len, search->lines.len)
		   ? -1
		   : 0;
}

int
markdown_find_box(const char *text, size_t len, unsigned first_line,
    unsigned line, size_t *at)
{
	const MD_PARSER parser = {
	    .flags = MARKDOWN_TEXT_FLAGS,
	    .enter_block = search_block,
	    .leave_block = skip_block,
	    .enter_span = skip_span,
	    .leave_span = skip_span,
	    .text = skip_text,
	};
	struct box_search search = {
	    .lines = {.text = text, .len = len, .line = first_line},
	    .line = line,
	    .steps = MARKDOWN_TEXT_STEPS_MAX(len),
	};
	struct buf copy;

	if (is_shown_as_code(text, len))
		return -1;
	markdown_text_pad(&copy, text, len);
	md_parse(copy.s, (MD_SIZE)len, &parser, &search);
	buf_release(&copy);
	if (!search.found)
		return -1;
	*at = search.at;
	return 0;
}
