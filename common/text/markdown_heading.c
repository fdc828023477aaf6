#include "text/markdown_heading.h"

#include "base/buf.h"
#include "text/markdown_text.h"

struct finder {
	const char *text;
	size_t len;
	size_t steps; /* left */
	bool inside, found;
	size_t first, last; /* bytes of the input that the heading's text has */
	struct buf plain;
};

static bool
has_words(const struct buf *b)
{
	return strspn(b->s, " \t\r\n") < b->len;
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct finder *f = arg;

	(void)detail;
	if (f->steps-- == 0)
		return -1;
	if (type != MD_BLOCK_H)
		return 0;

	f->inside = true;
	f->first = f->len;
	f->last = 0;
	buf_reset(&f->plain);
	return 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct finder *f = arg;

	(void)detail;
	if (type != MD_BLOCK_H)
		return 0;

	f->inside = false;
	f->found = has_words(&f->plain) && f->first < f->last;
	return f->found ? -1 : 0; /* -1 ends the parse; md4c ignores some 1s */
}

static int
pass_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct finder *f = arg;

	(void)type, (void)detail;
	return f->steps-- == 0 ? -1 : 0;
}

static int
take_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *arg)
{
	struct finder *f = arg;
	uintptr_t at = (uintptr_t)s - (uintptr_t)f->text;

	if (f->steps-- == 0 || markdown_text_is_astray(len, f->len))
		return -1;
	if (!f->inside)
		return 0;
	if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
		buf_addc(&f->plain, ' ');
		return 0;
	}

	markdown_text_add(&f->plain, type, s, len);
	/* Some texts are constants of md4c and not from the input. */
	if (at < f->len && len <= f->len - at) {
		if (at < f->first)
			f->first = at;
		if (at + len > f->last)
			f->last = at + len;
	}
	return 0;
}

static size_t
line_start(const char *text, size_t at)
{
	while (at > 0 && text[at - 1] != '\n')
		at--;
	return at;
}

/* Where a line's own content begins behind quotes and list markers. */
static size_t
content_start(const char *text, size_t at, size_t end)
{
	size_t n;

	for (;;) {
		while (at < end && markdown_text_is_blank(text[at]))
			at++;
		n = markdown_text_container_len(text + at, end - at);
		if (n == 0)
			return at;
		at += n;
	}
}

static size_t
trim_end(const char *text, size_t from, size_t to)
{
	while (to > from && strchr(" \t\r\n", text[to - 1]) != NULL)
		to--;
	return to;
}

/* True if the line underlines a setext heading. */
static bool
is_underline(const char *text, size_t from, size_t to)
{
	size_t end = trim_end(text, from, to), i;

	while (from < end &&
	       (markdown_text_is_blank(text[from]) || text[from] == '>'))
		from++;
	if (from == end || (text[from] != '=' && text[from] != '-'))
		return false;
	for (i = from; i < end; i++)
		if (text[i] != text[from])
			return false;
	return true;
}

/* `# Title #`: the source is between the two runs of '#'. */
static bool
locate_atx(const char *text, struct markdown_heading *out)
{
	size_t at = content_start(text, out->from, out->to);
	size_t end = trim_end(text, at, out->to), run = at;

	while (run < end && text[run] == '#')
		run++;
	if (run == at || run - at > 6 || run == end ||
	    !markdown_text_is_blank(text[run]))
		return false;
	while (run < end && markdown_text_is_blank(text[run]))
		run++;

	out->source_from = run;
	out->source_to = end;
	while (end > run && text[end - 1] == '#')
		end--;
	if (end < out->source_to && end > run &&
	    markdown_text_is_blank(text[end - 1]))
		out->source_to = trim_end(text, run, end);
	return true;
}

static void
locate_setext(const char *text, size_t len, struct markdown_heading *out)
{
	size_t next;

	out->source_from = content_start(text, out->from, out->to);
	out->source_to = trim_end(text, out->source_from, out->to);
	while (out->to < len) {
		next = markdown_text_line_end(text, len, out->to);
		if (is_underline(text, out->to, next)) {
			out->to = next;
			return;
		}
		out->source_to = trim_end(text, out->source_from, next);
		out->to = next;
	}
}

bool
markdown_heading_find(
    const char *text, size_t len, struct markdown_heading *out)
{
	const MD_PARSER parser = {
	    .flags = MARKDOWN_TEXT_FLAGS,
	    .enter_block = enter_block,
	    .leave_block = leave_block,
	    .enter_span = pass_span,
	    .leave_span = pass_span,
	    .text = take_text,
	};
	struct buf copy;
	struct finder f = {
	    .len = len,
	    .steps = MARKDOWN_TEXT_STEPS_MAX(len),
	    .plain = BUF_INIT,
	};

	markdown_text_pad(&copy, text, len);
	f.text = copy.s;
	if (!markdown_text_is_too_deep(text, len))
		md_parse(copy.s, (MD_SIZE)len, &parser, &f);
	if (f.found) {
		out->from = line_start(text, f.first);
		out->to = markdown_text_line_end(text, len, f.last);
		if (!locate_atx(text, out))
			locate_setext(text, len, out);
		buf_move(&out->text, &f.plain);
	}
	buf_release(&f.plain);
	buf_release(&copy);
	return f.found;
}
