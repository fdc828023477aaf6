#include <sys/mman.h>
#include <unistd.h>

#include "t.h"

#include <time.h>

#include "base/json.h"
#include "text/markdown.h"
#include "text/markdown_heading.h"
#include "text/markdown_text.h"

static void
check_nodes(const char *text, const char *want)
{
	struct buf json = BUF_INIT;

	markdown_nodes(&json, text, strlen(text), 1);
	ck_assert_str_eq(json.s, want);
	buf_release(&json);
}

/* A paragraph with these children. */
static void
check_inline(const char *text, const char *want)
{
	struct buf json = BUF_INIT;

	buf_addf(&json, "[{\"type\":\"paragraph\",\"children\":[%s]}]", want);
	check_nodes(text, json.s);
	buf_release(&json);
}

START_TEST(blocks_become_nodes)
{
	check_nodes("", "[]");
	check_nodes("## Titel\n\n---\n",
	    "[{\"type\":\"heading\",\"level\":2,\"children\":[{\"type\":"
	    "\"text\",\"text\":\"Titel\"}]},{\"type\":\"rule\"}]");
	check_nodes("> a\n",
	    "[{\"type\":\"quote\",\"children\":[{\"type\":\"paragraph\","
	    "\"children\":[{\"type\":\"text\",\"text\":\"a\"}]}]}]");
	check_nodes("```c\nint *x;\n\"a\"\n```\n",
	    "[{\"type\":\"code\",\"language\":\"c\",\"text\":\"int *x;\\n"
	    "\\\"a\\\"\\n\"}]");
	check_nodes("    x\n", "[{\"type\":\"code\",\"text\":\"x\\n\"}]");
}
END_TEST

START_TEST(lists_have_their_kind_and_check_marks)
{
	check_nodes("3. a\n4. b\n",
	    "[{\"type\":\"list\",\"ordered\":true,\"start\":3,\"children\":["
	    "{\"type\":\"item\",\"children\":[{\"type\":\"text\",\"text\":"
	    "\"a\"}]},{\"type\":\"item\",\"children\":[{\"type\":\"text\","
	    "\"text\":\"b\"}]}]}]");
	check_nodes("- [x] a\n- [ ] b\n",
	    "[{\"type\":\"list\",\"ordered\":false,\"children\":[{\"type\":"
	    "\"item\",\"checked\":true,\"line\":1,\"children\":[{\"type\":"
	    "\"text\","
	    "\"text\":\"a\"}]},{\"type\":\"item\",\"checked\":false,\"line\":2,"
	    "\"children\":[{\"type\":\"text\",\"text\":\"b\"}]}]}]");
}
END_TEST

/* The line of each box that is found, from the 1st to the 12th. */
static void
check_boxes(const char *text, const char *want)
{
	struct buf lines = BUF_INIT;
	size_t at;
	unsigned line;

	for (line = 0; line < 20; line++) {
		if (markdown_find_box(text, strlen(text), 7, line, &at) == -1)
			continue;
		ck_assert_int_eq(text[at - 1], '[');
		ck_assert_int_eq(text[at + 1], ']');
		buf_addf(&lines, " %u%c", line, text[at]);
	}
	ck_assert_str_eq(lines.s, want);
	buf_release(&lines);
}

START_TEST(a_box_is_found_by_its_line_in_the_file)
{
	check_boxes("- [ ] a\n- [x] b\n\n1. [X] c\n", " 7  8x 10X");
	check_boxes("a\r\n\r\n- [ ] b\r\n", " 9 ");
	check_boxes("a\r\r- [ ] b\r", " 9 ");
	check_boxes("> - [ ] a\n>   - [x] b\n", " 7  8x");
	check_boxes("- a\n  - [ ] b", " 8 ");
}
END_TEST

START_TEST(what_only_looks_like_a_box_is_none)
{
	check_boxes("", "");
	check_boxes("```\n- [ ] a\n```\n\n    - [ ] b\n", "");
	check_boxes("[ ] a\n\n- b [ ] c\n- [y] d\n- \\[ ] e\n- [] f\n", "");
	check_boxes("`` - [ ] a ``\n", "");
}
END_TEST

START_TEST(a_text_that_is_shown_as_code_has_no_boxes)
{
	struct buf text = BUF_INIT;
	size_t at;

	buf_adds(&text, "- [ ] a\n\n");
	while (text.len <= MARKDOWN_TREE_MAX)
		buf_adds(&text, "x ");
	ck_assert_int_eq(markdown_find_box(text.s, text.len, 1, 1, &at), -1);
	buf_release(&text);
}
END_TEST

START_TEST(tables_are_rows_of_cells)
{
	check_nodes("| a | b |\n| --- | ---: |\n| 1 | |\n",
	    "[{\"type\":\"table\",\"children\":[{\"type\":\"row\",\"children\""
	    ":[{\"type\":\"cell\",\"header\":true,\"children\":[{\"type\":"
	    "\"text\",\"text\":\"a\"}]},{\"type\":\"cell\",\"header\":true,"
	    "\"align\":\"right\",\"children\":[{\"type\":\"text\",\"text\":"
	    "\"b\"}]}]},{\"type\":\"row\",\"children\":[{\"type\":\"cell\","
	    "\"header\":false,\"children\":[{\"type\":\"text\",\"text\":\"1\""
	    "}]},{\"type\":\"cell\",\"header\":false,\"align\":\"right\","
	    "\"children\":[]}]}]}]");
}
END_TEST

START_TEST(inlines_become_nodes_and_text_is_joined)
{
	check_inline("a &amp; b &auml;&#228;&#xe4; &foo; &#0;",
	    "{\"type\":\"text\",\"text\":\"a & b äää &foo; �\"}");
	check_inline("*a* **b** ~~c~~ `d\"`",
	    "{\"type\":\"em\",\"children\":[{\"type\":\"text\",\"text\":\"a\""
	    "}]},{\"type\":\"text\",\"text\":\" \"},{\"type\":\"strong\","
	    "\"children\":[{\"type\":\"text\",\"text\":\"b\"}]},{\"type\":"
	    "\"text\",\"text\":\" \"},{\"type\":\"del\",\"children\":[{"
	    "\"type\":\"text\",\"text\":\"c\"}]},{\"type\":\"text\",\"text\":"
	    "\" \"},{\"type\":\"code\",\"text\":\"d\\\"\"}");
	check_inline("a\nb  \nc",
	    "{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"softbreak\"},{"
	    "\"type\":\"text\",\"text\":\"b\"},{\"type\":\"break\"},{\"type\""
	    ":\"text\",\"text\":\"c\"}");
}
END_TEST

START_TEST(html_is_text)
{
	check_inline("<b onclick=x>a</b><!-- c -->",
	    "{\"type\":\"text\",\"text\":\"<b onclick=x>a</b><!-- c -->\"}");
	check_inline("<script>alert(1)</script>",
	    "{\"type\":\"text\",\"text\":\"<script>alert(1)</script>\"}");
}
END_TEST

#define TEXT(t) "{\"type\":\"text\",\"text\":\"" t "\"}"
#define LINK(h, t)                                                             \
	"{\"type\":\"link\",\"href\":\"" h "\",\"children\":[" TEXT(t) "]}"

START_TEST(links_lead_only_where_they_may)
{
	check_inline(
	    "[a](https://x.de/?a=1&amp;b)", LINK("https://x.de/?a=1&b", "a"));
	check_inline("[a](x.md \"T&quot;\")",
	    "{\"type\":\"link\",\"href\":\"x.md\",\"title\":\"T\\\"\","
	    "\"children\":[" TEXT("a") "]}");
	check_inline("<mailto:a@x.de> <a@x.de>",
	    LINK("mailto:a@x.de", "mailto:a@x.de") ",{\"type\":\"text\","
						   "\"text\":\" \"}," LINK(
						       "mailto:a@x.de",
						       "a@x.de"));
	check_inline("[a](JaVaScRiPt:alert(1))", TEXT("a"));
	check_inline("[a](&#106;avascript&#58;alert(1))", TEXT("a"));
	check_inline("[a](<java&#10;script:x>)", TEXT("a"));
	check_inline("[a](<&#1;javascript:x>)", TEXT("a"));
	check_inline("[a](data:text/html,x)", TEXT("a"));
	check_inline("<javascript:alert(1)>", TEXT("javascript:alert(1)"));
	check_inline("[a][1]\n\n[1]: vbscript:x", TEXT("a"));
}
END_TEST

START_TEST(an_image_is_a_link_to_it)
{
	check_inline("![a](b.png)", LINK("b.png", "a"));
	check_inline("![](b.png)", LINK("b.png", "b.png"));
	check_inline("[![a](b.png)](c)", LINK("c", "a"));
	check_inline("[![](b.png)](c)", LINK("c", "c"));
	check_inline("![a](javascript:x)", TEXT("a"));
	check_inline("![a ![b](c)](d)",
	    "{\"type\":\"link\",\"href\":\"d\",\"children\":[" TEXT(
		"a b") "]}");
}
END_TEST

START_TEST(an_address_is_judged_as_a_browser_reads_it)
{
	static const char *const good[] = {"", "#a", "?a:b", "a/b:c", "/a",
	    "//x.de/a", "HTTPS://x", "http:x", "mailto:a", "a%3Ab",
	    "./javascript:x"};
	static const char *const bad[] = {"javascript:x", "JAVASCRIPT:x",
	    " javascript:x", "\tjavascript:x", "java\tscript:x",
	    "java\nscript:x", "\x01javascript:x", "data:x", "file:///x",
	    "ftp:x", ":x", "httpss:x", "http\x7f:x", "blob:x", "a b:c"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(markdown_link_ok(good[i]), "%s", good[i]);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!markdown_link_ok(bad[i]), "%s", bad[i]);
}
END_TEST

static size_t
depth_of(const char *json)
{
	size_t depth = 0, most = 0;

	for (; *json != '\0'; json++) {
		depth += *json == '[';
		depth -= *json == ']';
		if (depth > most)
			most = depth;
	}
	return most;
}

START_TEST(nesting_is_cut_and_the_text_stays)
{
	struct markdown_heading heading = MARKDOWN_HEADING_INIT;
	struct buf text = BUF_INIT, json = BUF_INIT;
	int i;

	for (i = 0; i < 1000; i++)
		buf_adds(&text, "> ");
	buf_adds(&text, "*tief* `code`\n");
	markdown_nodes(&json, text.s, text.len, 1);
	ck_assert_uint_eq(depth_of(json.s), MARKDOWN_DEPTH_MAX + 1);
	ck_assert_ptr_nonnull(strstr(json.s, "\"text\":\"tief code\""));

	/* Lists within lists have a limit of their own. */
	buf_reset(&text);
	for (i = 0; i < MARKDOWN_TEXT_LISTS_MAX; i++)
		buf_adds(&text, "- ");
	buf_adds(&text, "# tief\n");
	buf_reset(&json);
	markdown_nodes(&json, text.s, text.len, 1);
	ck_assert_ptr_nonnull(strstr(json.s, "\"text\":\"tief\""));
	buf_splice(&text, 0, 0, "1. ", 3);
	buf_reset(&json);
	markdown_nodes(&json, text.s, text.len, 1);
	ck_assert(std_starts(json.s, "[{\"type\":\"code\",\"text\":\"1. - - "));
	ck_assert(!markdown_heading_find(text.s, text.len, &heading));

	/* A line of dashes is a rule, however long. */
	buf_reset(&text);
	for (i = 0; i < 1000; i++)
		buf_adds(&text, "- ");
	buf_reset(&json);
	markdown_nodes(&json, text.s, text.len, 1);
	ck_assert_str_eq(json.s, "[{\"type\":\"rule\"}]");
	buf_release(&text);
	buf_release(&json);
}
END_TEST

START_TEST(the_first_heading_says_where_it_stands)
{
	static const struct {
		const char *text, *plain, *lines, *source;
	} cases[] = {
	    {"a\n\n# *b* c #\nd", "b c", "# *b* c #\n", "*b* c"},
	    {"> 1. # b\nd", "b", "> 1. # b\n", "b"},
	    {"a\n*b*\n===\nd", "a b", "a\n*b*\n===\n", "a\n*b*"},
	    {"#\n## \n### c", "c", "### c", "c"},
	    {"# a\\#\r\n", "a#", "# a\\#\r\n", "a\\#"},
	    {"- x\n\n  b\n  ---\n", "b", "  b\n  ---\n", "b"},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct markdown_heading h = MARKDOWN_HEADING_INIT;
		const char *t = cases[i].text;

		ck_assert_msg(markdown_heading_find(t, strlen(t), &h), "%s", t);
		ck_assert_str_eq(h.text.s, cases[i].plain);
		ck_assert_msg(
		    h.to - h.from == strlen(cases[i].lines) &&
			memcmp(t + h.from, cases[i].lines, h.to - h.from) == 0,
		    "%s: lines %zu to %zu", t, h.from, h.to);
		ck_assert_msg(
		    h.source_to - h.source_from == strlen(cases[i].source) &&
			memcmp(t + h.source_from, cases[i].source,
			    h.source_to - h.source_from) == 0,
		    "%s: source %zu to %zu", t, h.source_from, h.source_to);
		buf_release(&h.text);
	}
}
END_TEST

START_TEST(without_a_heading_with_text_there_is_none)
{
	static const char *const texts[] = {
	    "", "a", "#a", "#", "# \n", "    # a", "```\n# a\n```", "# ![](x)"};
	struct markdown_heading h = MARKDOWN_HEADING_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(texts); i++)
		ck_assert_msg(
		    !markdown_heading_find(texts[i], strlen(texts[i]), &h),
		    "%s", texts[i]);
}
END_TEST

START_TEST(elements_that_md4c_closes_wrongly_still_make_a_tree)
{
	/* md4c 0.4.8 leaves em before the link that it entered within. */
	check_nodes("*[a](*)\n\nb",
	    "[{\"type\":\"paragraph\",\"children\":[{\"type\":\"em\","
	    "\"children\":[" LINK("*", "a") "]}]},{\"type\":\"paragraph\","
					    "\"children\":[" TEXT("b") "]}]");
	check_inline(
	    "**[a](*~~)ä", TEXT("*") ",{\"type\":\"em\",\"children\":[" LINK(
			       "*~~", "a") "," TEXT("ä") "]}");
}
END_TEST

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The piece over and over, as much as makes a tree, behind a head and before a tail. */
static void
check_hostile(const char *head, const char *piece, const char *tail)
{
	struct buf text = BUF_INIT, json = BUF_INIT;
	struct markdown_heading h = MARKDOWN_HEADING_INIT;
	double begun = seconds(), taken;

	buf_adds(&text, head);
	while (text.len < MARKDOWN_TREE_MAX - 64)
		buf_adds(&text, piece);
	buf_adds(&text, tail);
	markdown_nodes(&json, text.s, text.len, 1);
	if (markdown_heading_find(text.s, text.len, &h))
		buf_release(&h.text);
	taken = seconds() - begun;
	if (getenv("T_SHOW") != NULL)
		printf("%.3f s %zu KiB: %.20s %s\n", taken, json.len >> 10,
		    head, piece);
	ck_assert_msg(taken < 5, "%s takes %f s", piece, taken);
	ck_assert_uint_lt(json.len, 32 << 20);
	ck_assert_int_eq(json.s[0], '[');
	ck_assert_int_eq(json.s[json.len - 1], ']');
	buf_release(&text);
	buf_release(&json);
}

START_TEST(hostile_markdown_is_read_within_a_moment)
{
	static const char *const pieces[] = {">", "> ", "- ", "1. ", "* a\n",
	    "[", "![", "[a](", "](x)", "*a ", "**a", "*a_ ", "_a *b ", "`",
	    "``a`", "<", "<a ", "<!--", "&", "&a;", "\\", "|", "|-", "# ",
	    "a\n===\n", "[a]: b\n", "[a][", "~~~\n", "~~a ", "http://a@",
	    "a@b.c ", "www.a", "\n", "- \n", ">\n\n", "\t", " a\n", "\r",
	    "![a](b ", "[](<", "- [x] ", "\x01", "\xff", "*_*_", "a**b", "((",
	    "[a](b) ", "1) a\n"};
	struct buf head = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(pieces); i++)
		check_hostile("", pieces[i], "\n");
	check_hostile("[a]: b\n\n", "[a] ", "\n");
	check_hostile("", "[a]: b\n[", "\n");

	/* Half of it columns or depth, half of it short lines. */
	for (i = 0; i < 30000; i++)
		buf_adds(&head, "|a");
	buf_adds(&head, "\n");
	for (i = 0; i < 30000; i++)
		buf_adds(&head, "|-");
	buf_adds(&head, "\n");
	check_hostile(head.s, "|\n", "");
	buf_reset(&head);
	for (i = 0; i < 60000; i++)
		buf_adds(&head, ">");
	buf_adds(&head, " a\n");
	check_hostile(head.s, "b\n", "");
	buf_reset(&head);
	for (i = 0; i < 60000; i++)
		buf_adds(&head, "- ");
	buf_adds(&head, "a\n");
	check_hostile(head.s, "\n", "");
	check_hostile(head.s, "b\n", "");
	check_hostile(head.s, "- b\n", "");
	buf_release(&head);
}
END_TEST

START_TEST(a_very_long_text_is_shown_as_code)
{
	const char *tree = "[{\"type\":\"heading\"";
	const char *code = "[{\"type\":\"code\",\"text\":\"# a\\n";
	struct buf text = BUF_INIT, json = BUF_INIT;

	while (text.len + 4 <= MARKDOWN_TREE_MAX)
		buf_adds(&text, "# a\n");
	markdown_nodes(&json, text.s, text.len, 1);
	ck_assert_int_eq(strncmp(json.s, tree, strlen(tree)), 0);

	buf_adds(&text, "# a\n");
	buf_reset(&json);
	markdown_nodes(&json, text.s, text.len, 1);
	ck_assert_int_eq(strncmp(json.s, code, strlen(code)), 0);
	ck_assert_uint_gt(json.len, text.len);
	buf_release(&text);
	buf_release(&json);
}
END_TEST

START_TEST(any_bytes_give_valid_json)
{
	static const char *const pieces[] = {"# ", "> ", "- ", "1. ", "*", "**",
	    "`", "```\n", "[a](", ")", "![", "]", "<", ">", "\n", "\n\n", "|",
	    "|-|\n", "&amp;", "\\", "\"", "a", "ä", "\xff", "\t", "    ", "~~",
	    "- [x] ", "===\n", "---\n", "http://a", "\x00"};
	const int rounds = t_long() ? 100000 : 2000;
	struct buf text = BUF_INIT, json = BUF_INIT;
	struct json_object *tree;
	uint32_t seed = 7, n;
	int round;

	for (round = 0; round < rounds; round++) {
		buf_reset(&text);
		buf_reset(&json);
		for (n = round % 60; n > 0; n--) {
			const char *piece;

			seed = seed * 1103515245 + 12345;
			piece = pieces[(seed >> 16) % ARRAY_LEN(pieces)];
			buf_add(&text, piece, piece[0] ? strlen(piece) : 1);
		}
		markdown_nodes(&json, text.s, text.len, 1);
		tree = json_tokener_parse(json.s);
		ck_assert_msg(json_object_is_type(tree, json_type_array) ||
				  depth_of(json.s) > 15,
		    "%s\n%s", text.s, json.s);
		json_object_put(tree);
	}
	buf_release(&text);
	buf_release(&json);
}
END_TEST

/* md4c 0.4.8 went on by what stood behind a text without a line end. */
START_TEST(no_byte_behind_the_end_of_a_text_is_read)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct buf text = BUF_INIT, nodes = BUF_INIT;
	struct markdown_heading heading = MARKDOWN_HEADING_INIT;
	char *room, *at;

	t_data(&text, "fuzz/markdown/hinter-dem-ende");
	room = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert(room != MAP_FAILED);
	ck_assert_int_eq(mprotect(room + page, page, PROT_NONE), 0);
	at = room + page - text.len;
	memcpy(at, text.s, text.len);

	markdown_nodes(&nodes, at, text.len, 1);
	ck_assert(markdown_heading_find(at, text.len, &heading));
	ck_assert_str_eq(heading.text.s, "Eins zwei drei");
	munmap(room, 2 * page);
	buf_release(&heading.text);
	buf_release(&nodes);
	buf_release(&text);
}
END_TEST

T_MAIN("markdown", no_byte_behind_the_end_of_a_text_is_read,
    blocks_become_nodes, lists_have_their_kind_and_check_marks,
    a_box_is_found_by_its_line_in_the_file, what_only_looks_like_a_box_is_none,
    a_text_that_is_shown_as_code_has_no_boxes, tables_are_rows_of_cells,
    inlines_become_nodes_and_text_is_joined, html_is_text,
    links_lead_only_where_they_may, an_image_is_a_link_to_it,
    an_address_is_judged_as_a_browser_reads_it,
    nesting_is_cut_and_the_text_stays,
    elements_that_md4c_closes_wrongly_still_make_a_tree,
    the_first_heading_says_where_it_stands,
    without_a_heading_with_text_there_is_none,
    hostile_markdown_is_read_within_a_moment, a_very_long_text_is_shown_as_code,
    any_bytes_give_valid_json)
