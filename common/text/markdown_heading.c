#include "text/markdown_heading.h"

#include "base/buf.h"
#include "base/enc.h"
#include "text/markdown_text.h"

#define NOWHERE SIZE_MAX

/* As text, but for HTML: it is markup, and none that a title has. */
#define TITLE_FLAGS (MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS)

struct finder {
	const char *text;
	size_t len;
	size_t steps;    /* left */
	unsigned silent; /* open blocks whose text is none: code, HTML, table */
	unsigned quotes; /* open */
	bool in_heading, in_comment;
	bool found; /* the heading is complete */
	/* Bytes of the input that the heading's text has, [first, last); where
	 * a comment before it ends and one behind it begins. */
	size_t first, last, lead_to, tail_from;
	struct buf plain; /* text of the heading */
	bool has_line;
	struct buf line; /* first line of text outside of headings */
};

/*
 * Take the mark off that makes a quote an alert of GitHub or a callout of
 * Obsidian: `[!NOTE]`, `[!tip]- Title`.
 */
static void
strip_alert(struct buf *line)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
	size_t n;

	if (strncmp(line->s, "[!", 2) != 0)
		return;
	n = 2 + strspn(line->s + 2, letters);
	if (n == 2 || line->s[n] != ']')
		return;
	n++;
	n += line->s[n] == '-' || line->s[n] == '+';
	buf_splice(line, 0, n, NULL, 0);
}

/* Keep the line if it has something to be seen; else the next one is tried. */
static void
end_line(struct finder *f)
{
	if (f->has_line)
		return;
	if (f->quotes > 0)
		strip_alert(&f->line);
	f->has_line = !enc_is_invisible(f->line.s, f->line.len);
	if (!f->has_line)
		buf_reset(&f->line);
}

static bool
is_silent(MD_BLOCKTYPE type)
{
	return type == MD_BLOCK_CODE || type == MD_BLOCK_HTML ||
	       type == MD_BLOCK_TABLE;
}

static int
enter_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct finder *f = arg;

	(void)detail;
	if (f->steps-- == 0)
		return -1;
	end_line(f);
	f->silent += is_silent(type);
	f->quotes += type == MD_BLOCK_QUOTE;
	if (type != MD_BLOCK_H)
		return 0;

	f->in_heading = true;
	f->first = f->len;
	f->last = f->lead_to = 0;
	f->tail_from = NOWHERE;
	buf_reset(&f->plain);
	return 0;
}

static int
leave_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct finder *f = arg;

	(void)detail;
	end_line(f);
	f->in_comment = false;
	f->silent -= is_silent(type) && f->silent > 0;
	f->quotes -= type == MD_BLOCK_QUOTE && f->quotes > 0;
	if (type != MD_BLOCK_H)
		return 0;

	f->in_heading = false;
	f->found =
	    !enc_is_invisible(f->plain.s, f->plain.len) && f->first < f->last;
	return f->found ? -1 : 0; /* -1 ends the parse; md4c ignores some 1s */
}

static int
pass_span(MD_SPANTYPE type, void *detail, void *arg)
{
	struct finder *f = arg;

	(void)type, (void)detail;
	return f->steps-- == 0 ? -1 : 0;
}

/*
 * Return true if the text belongs to an HTML comment, of which md4c gives one
 * piece a line.
 */
static bool
is_comment(struct finder *f, MD_TEXTTYPE type, const MD_CHAR *s, size_t len)
{
	bool is = f->in_comment || (len >= 4 && memcmp(s, "<!--", 4) == 0);

	is = is && type == MD_TEXT_HTML;
	f->in_comment = is && (len < 3 || memcmp(s + len - 3, "-->", 3) != 0);
	return is;
}

/* Note where in the heading a comment stands, [at, to). */
static void
note_comment(struct finder *f, size_t at, size_t to)
{
	if (f->first == f->len)
		f->lead_to = to;
	else if (f->tail_from == NOWHERE)
		f->tail_from = at;
}

static void
note_text(struct finder *f, size_t at, size_t to)
{
	if (at < f->first)
		f->first = at;
	if (to > f->last)
		f->last = to;
	f->tail_from = NOWHERE;
}

static void
take_heading_text(
    struct finder *f, MD_TEXTTYPE type, const MD_CHAR *s, size_t len)
{
	uintptr_t at = (uintptr_t)s - (uintptr_t)f->text;
	/* Some texts are constants of md4c and not from the input. */
	bool is_input = at < f->len && len <= f->len - at;

	if (is_comment(f, type, s, len)) {
		if (is_input)
			note_comment(f, at, at + len);
		return;
	}
	if (type != MD_TEXT_HTML)
		markdown_text_add(&f->plain, type, s, len);
	if (is_input)
		note_text(f, at, at + len);
}

/* Return true for `<br>`, by which a line ends, too. */
static bool
is_break_tag(MD_TEXTTYPE type, const MD_CHAR *s, size_t len)
{
	return type == MD_TEXT_HTML && len >= 4 &&
	       strncasecmp(s, "<br", 3) == 0 && strchr(" \t/>", s[3]) != NULL;
}

static int
take_text(MD_TEXTTYPE type, const MD_CHAR *s, MD_SIZE len, void *arg)
{
	struct finder *f = arg;
	bool is_break = type == MD_TEXT_BR || type == MD_TEXT_SOFTBR ||
			is_break_tag(type, s, len);

	if (f->steps-- == 0 || markdown_text_is_astray(len, f->len))
		return -1;
	if (f->silent > 0)
		return 0;
	if (is_break && f->in_heading)
		buf_addc(&f->plain, ' ');
	else if (is_break)
		end_line(f);
	else if (f->in_heading)
		take_heading_text(f, type, s, len);
	else if (!f->has_line && type != MD_TEXT_HTML)
		markdown_text_add(&f->line, type, s, len);
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

/* Leave out the comments at both ends of the source: they stay. */
static void
spare_comments(
    const char *text, const struct finder *f, struct markdown_heading *out)
{
	if (f->tail_from < out->source_to)
		out->source_to = trim_end(text, out->source_from, f->tail_from);
	if (f->lead_to > out->source_from)
		out->source_from = f->lead_to;
	while (out->source_from < out->source_to &&
	       markdown_text_is_blank(text[out->source_from]))
		out->source_from++;
}

/*
 * Turn tabs at the end of a line, and before '#'s that end it, into spaces:
 * md4c 0.4.8 takes nothing but spaces there, behind a setext underline, behind
 * a closing fence and around the closing sequence of a heading (CommonMark
 * 4.2, 4.3, 4.5).  All offsets stay.
 */
static void
straighten_line(char *line, size_t len)
{
	size_t end = len, at;

	while (end > 0 && strchr(" \t\r\n", line[end - 1]) != NULL) {
		end--;
		if (line[end] == '\t')
			line[end] = ' ';
	}
	while (end > 0 && line[end - 1] == '#')
		end--;
	for (at = end; at > 0 && markdown_text_is_blank(line[at - 1]);)
		at--;
	/* Indentation is what it is: a tab there makes code. */
	if (at > 0)
		memset(line + at, ' ', end - at);
}

static void
straighten_tabs(struct buf *copy)
{
	size_t at, end;

	for (at = 0; at < copy->len; at = end) {
		end = markdown_text_line_end(copy->s, copy->len, at);
		straighten_line(copy->s + at, end - at);
	}
}

/* Parse the text; `copy` must outlive what the finder points to. */
static void
find_title(const char *text, size_t len, struct finder *f, struct buf *copy)
{
	const MD_PARSER parser = {
	    .flags = TITLE_FLAGS,
	    .enter_block = enter_block,
	    .leave_block = leave_block,
	    .enter_span = pass_span,
	    .leave_span = pass_span,
	    .text = take_text,
	};

	*f = (struct finder){
	    .len = len,
	    .steps = MARKDOWN_TEXT_STEPS_MAX(len),
	    .plain = BUF_INIT,
	    .line = BUF_INIT,
	};
	markdown_text_pad(copy, text, len);
	straighten_tabs(copy);
	f->text = copy->s;
	if (!markdown_text_is_too_deep(text, len))
		md_parse(copy->s, (MD_SIZE)len, &parser, f);
}

static void
release_finder(struct finder *f, struct buf *copy)
{
	buf_release(&f->plain);
	buf_release(&f->line);
	buf_release(copy);
}

bool
markdown_heading_find(
    const char *text, size_t len, struct markdown_heading *out)
{
	struct finder f;
	struct buf copy;

	find_title(text, len, &f, &copy);
	if (f.found) {
		out->from = line_start(text, f.first);
		out->to = markdown_text_line_end(text, len, f.last);
		if (!locate_atx(text, out))
			locate_setext(text, len, out);
		spare_comments(text, &f, out);
		buf_move(&out->text, &f.plain);
	}
	release_finder(&f, &copy);
	return f.found;
}

bool
markdown_heading_text(struct buf *out, const char *text, size_t len)
{
	struct finder f;
	struct buf copy;
	bool has_any;

	find_title(text, len, &f, &copy);
	has_any = f.found || f.has_line;
	if (f.found)
		buf_add(out, f.plain.s, f.plain.len);
	else if (f.has_line)
		buf_add(out, f.line.s, f.line.len);
	release_finder(&f, &copy);
	return has_any;
}
