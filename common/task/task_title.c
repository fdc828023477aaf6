#include "task/task_title.h"

#include "base/enc.h"
#include "base/std.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_edit.h"
#include "frontmatter/frontmatter_scalar.h"
#include "store/names.h"
#include "text/markdown_heading.h"

#define ELLIPSIS "…"

static void
trim_title(const char **text, size_t *len)
{
	while (*len > 0 && strchr(" \t\r\n", (*text)[*len - 1]) != NULL)
		--*len;
	while (*len > 0 && strchr(" \t\r\n", **text) != NULL) {
		++*text;
		--*len;
	}
}

/* Bytes of the control character at s, 0 if there is none. */
static size_t
control_char_len(const char *s, size_t len)
{
	size_t n = enc_utf8_len(s);

	return n <= len && enc_has_control(s, n) ? n : 0;
}

static void
cut_title(struct buf *title)
{
	size_t at = 0;
	int i;

	if (enc_utf8_count(title->s, title->len) <= TASK_TITLE_MAX)
		return;
	for (i = 0; i < TASK_TITLE_MAX - 1; i++)
		at += enc_utf8_len(title->s + at);
	buf_splice(title, at, title->len - at, ELLIPSIS, sizeof ELLIPSIS - 1);
}

void
task_title_clean(struct buf *out, const char *text, size_t len)
{
	struct buf clean = BUF_INIT;
	const char *s;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = control_char_len(text + i, len - i);
		if (n > 0) {
			buf_addc(&clean, ' ');
		} else {
			buf_addc(&clean, text[i]);
			n = 1;
		}
	}
	s = clean.s;
	n = clean.len;
	trim_title(&s, &n);
	buf_splice(&clean, 0, (size_t)(s - clean.s), NULL, 0);
	buf_cut(&clean, n);
	cut_title(&clean);
	buf_add(out, clean.s, clean.len);
	buf_release(&clean);
}

/* Append the heading's title; false if there is none. */
static bool
take_heading(struct buf *out, const char *body, size_t len)
{
	struct markdown_heading heading = MARKDOWN_HEADING_INIT;

	if (!markdown_heading_find(body, len, &heading))
		return false;
	task_title_clean(out, heading.text.s, heading.text.len);
	buf_release(&heading.text);
	return true;
}

bool
task_title_field(
    const struct frontmatter *front, struct frontmatter_field *field)
{
	static const char *const keys[] = {"title", "titel"};
	const struct frontmatter_node *root = frontmatter_root(front);
	const char *word;
	size_t i;

	for (i = 0; i < ARRAY_LEN(keys); i++) {
		if (!frontmatter_find(front, root, keys[i], field) ||
		    frontmatter_is_none(front, field->value))
			continue;
		word = frontmatter_word(front, field->value);
		if (word != NULL && !enc_is_invisible(word, strlen(word)))
			return true;
	}
	return false;
}

void
task_title_read(struct buf *out, const char *file,
    const struct frontmatter *front, const char *body, size_t len)
{
	struct frontmatter_field field;
	struct buf text = BUF_INIT;

	if (task_title_field(front, &field))
		buf_adds(&text, frontmatter_word(front, field.value));
	else if (!markdown_heading_text(&text, body, len))
		names_stem(&text, file);
	task_title_clean(out, text.s, text.len);
	buf_release(&text);
}

/* True if the text reads as that title. */
static bool
is_same_title(const char *text, const char *title)
{
	struct buf a = BUF_INIT, b = BUF_INIT;
	bool same;

	task_title_clean(&a, text, strlen(text));
	task_title_clean(&b, title, strlen(title));
	same = buf_eq(&a, &b);
	buf_release(&a);
	buf_release(&b);
	return same;
}

void
task_title_splice(struct frontmatter_edit *edit,
    const struct frontmatter_field *field, const char *title)
{
	const char *key = frontmatter_word(edit->front, field->key);
	const char *now = frontmatter_word(edit->front, field->value);
	struct buf text = BUF_INIT;

	if (title == NULL) {
		frontmatter_edit_drop(edit, key);
	} else if (!is_same_title(now, title)) {
		frontmatter_scalar_add_as(&text, title, field->value->style);
		frontmatter_edit_put(edit, key, text.s);
	}
	buf_release(&text);
}

/* Every ASCII punctuation mark may be escaped (CommonMark 2.4). */
static bool
is_punctuation(char c)
{
	return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9') &&
	       !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z');
}

/* Ever more escapes: none, the usual ones, all. */
enum { PLAIN, USUAL, ALL, LEVELS };

static void
add_escaped_title(struct buf *out, const char *title, int level)
{
	for (; *title != '\0'; title++) {
		if ((level == USUAL && strchr("\\`*_[]<>&~#!|", *title)) ||
		    (level == ALL && is_punctuation(*title)))
			buf_addc(out, '\\');
		buf_addc(out, *title);
	}
}

/* Replaces [from, to) of the file so that its Markdown has the title. */
static int
try_write(struct buf *file, size_t at, size_t from, size_t to,
    const struct buf *text, const struct buf *want)
{
	struct buf copy = BUF_INIT, got = BUF_INIT;
	int rc = -1;

	buf_add(&copy, file->s, file->len);
	buf_splice(&copy, from, to - from, text->s, text->len);
	if (take_heading(&got, copy.s + at, copy.len - at) &&
	    buf_eq(&got, want)) {
		buf_move(file, &copy);
		rc = 0;
	}
	buf_release(&copy);
	buf_release(&got);
	return rc;
}

static int
replace_heading(struct buf *file, size_t at,
    const struct markdown_heading *heading, const struct buf *title)
{
	struct buf text = BUF_INIT, want = BUF_INIT;
	int level, rc = -1;

	task_title_clean(&want, title->s, title->len);
	for (level = PLAIN; level < LEVELS && rc < 0; level++) {
		buf_reset(&text);
		add_escaped_title(&text, title->s, level);
		rc = try_write(file, at, at + heading->source_from,
		    at + heading->source_to, &text, &want);
	}
	buf_release(&text);
	buf_release(&want);
	return rc;
}

static int
insert_heading(
    struct buf *file, size_t at, const char *eol, const struct buf *title)
{
	struct buf text = BUF_INIT, want = BUF_INIT;
	bool open_line = at == file->len && file->s[at - 1] != '\n';
	int level, rc = -1;

	task_title_clean(&want, title->s, title->len);
	for (level = PLAIN; level < LEVELS && rc < 0; level++) {
		buf_reset(&text);
		if (open_line)
			buf_adds(&text, eol);
		buf_adds(&text, "# ");
		add_escaped_title(&text, title->s, level);
		buf_adds(&text, eol);
		if (at < file->len)
			buf_adds(&text, eol);
		rc = try_write(file, at, at, at, &text, &want);
	}
	buf_release(&text);
	buf_release(&want);
	return rc;
}

int
task_title_write(
    struct buf *file, size_t at, const char *eol, const char *title)
{
	struct markdown_heading heading = MARKDOWN_HEADING_INIT;
	struct buf line = BUF_INIT;
	const char *s = title != NULL ? title : "";
	size_t len = strlen(s);
	bool found;
	int rc = 0;

	trim_title(&s, &len);
	buf_add(&line, s, len);
	found = markdown_heading_find(file->s + at, file->len - at, &heading);
	if (len > 0)
		rc = found ? replace_heading(file, at, &heading, &line)
			   : insert_heading(file, at, eol, &line);
	else if (found)
		buf_splice(file, at + heading.from, heading.to - heading.from,
		    NULL, 0);
	buf_release(&line);
	buf_release(&heading.text);
	return rc;
}

/* True if there is a heading, but something stands before it. */
static bool
begins_with_text(const struct buf *file, size_t at)
{
	struct markdown_heading heading = MARKDOWN_HEADING_INIT;
	const char *body = file->s + at;
	bool found = markdown_heading_find(body, file->len - at, &heading);

	buf_release(&heading.text);
	return found && heading.from > strspn(body, " \t\r\n");
}

int
task_title_lead(struct buf *file, size_t at, const char *eol, const char *title)
{
	struct buf line = BUF_INIT;
	const char *s = title != NULL ? title : "";
	size_t len = strlen(s);
	int rc = 0;

	if (!begins_with_text(file, at))
		return task_title_write(file, at, eol, title);

	trim_title(&s, &len);
	buf_add(&line, s, len);
	if (len > 0)
		rc = insert_heading(file, at, eol, &line);
	buf_release(&line);
	return rc;
}
