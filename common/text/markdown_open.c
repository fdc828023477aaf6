#include "text/markdown_open.h"

#include "base/buf.h"
#include "text/markdown_text.h"

/* As other readers have them, HTML included. */
#define FLAGS (MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_TASKLISTS)

struct look {
	size_t steps; /* left */
	bool last_is_heading;
};

static int
count_step(struct look *look)
{
	return look->steps-- == 0 ? -1 : 0;
}

static int
look_at_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	struct look *look = arg;

	(void)detail;
	look->last_is_heading = type == MD_BLOCK_H;
	return count_step(look);
}

static int
count_block(MD_BLOCKTYPE type, void *detail, void *arg)
{
	(void)type;
	(void)detail;
	return count_step(arg);
}

static int
count_span(MD_SPANTYPE type, void *detail, void *arg)
{
	(void)type;
	(void)detail;
	return count_step(arg);
}

static int
count_text(MD_TEXTTYPE type, const MD_CHAR *text, MD_SIZE size, void *arg)
{
	(void)type;
	(void)text;
	(void)size;
	return count_step(arg);
}

bool
markdown_open_at_end(const char *text, size_t len)
{
	static const char probe[] = "\n\n# x\n";
	const MD_PARSER parser = {.flags = FLAGS,
	    .enter_block = look_at_block,
	    .leave_block = count_block,
	    .enter_span = count_span,
	    .leave_span = count_span,
	    .text = count_text};
	struct look look = {.steps = MARKDOWN_TEXT_STEPS_MAX(len)};
	struct buf copy = BUF_INIT;
	bool open = true;

	if (!markdown_text_is_too_deep(text, len)) {
		buf_add(&copy, text, len);
		buf_adds(&copy, probe);
		open =
		    md_parse(copy.s, (MD_SIZE)copy.len, &parser, &look) != 0 ||
		    !look.last_is_heading;
	}
	buf_release(&copy);
	return open;
}

static size_t
longest_run(const char *text, size_t len, char c)
{
	size_t i, n = 0, most = 0;

	for (i = 0; i < len; i++) {
		n = text[i] == c ? n + 1 : 0;
		if (n > most)
			most = n;
	}
	return most;
}

static void
add_run(struct buf *out, char c, size_t n)
{
	while (n-- > 0)
		buf_addc(out, c);
}

void
markdown_open_fence(
    struct buf *out, const char *language, const char *text, size_t len)
{
	size_t n = longest_run(text, len, '`') + 1;

	if (n < 3)
		n = 3;
	add_run(out, '`', n);
	buf_addf(out, "%s\n", language);
	buf_add(out, text, len);
	if (len > 0 && text[len - 1] != '\n')
		buf_addc(out, '\n');
	add_run(out, '`', n);
	buf_addc(out, '\n');
}
