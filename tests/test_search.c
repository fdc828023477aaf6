/*
 * Searching the texts of tasks: what is found, and what it costs.
 */
#include "edit/search.h"

#include "edit/mirror.h"
#include "t.h"
#include "world.h"

#define HEAD "---\ntyp: task\nkategorie: arbeit\nstatus: offen\n---\n"

static void
fill(struct host *host)
{
	host_open(host, "a");
	host_put(host, "raw/ada/tasks/0001-Brot.md",
	    HEAD "# Brot\n\nMit KÜMMEL und Salz.\n");
	host_put(host, "raw/ada/tasks/0002-Salz.md", HEAD "# Salz\n\nGrob.\n");
	host_put(host, "raw/ada/tasks/0003-Weg.md",
	    "---\ntyp: task\nkategorie: arbeit\nstatus: abgebrochen\n---\n"
	    "# Weg\n\nSalz und Kümmel.\n");
	host_put(host, "raw/ada/tasks/0004-Leer.md", HEAD);
	host_put(host, "raw/ada/tasks/0005-Kaputt.md", "Salz");
}

/* Search, and expect files of those numbers; say how many requests it took. */
static unsigned
expect_found(struct host *host, struct filter *filter, struct search *found,
    const char *want)
{
	struct mirror mirror = MIRROR_INIT;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	unsigned n;
	size_t i;

	ok(mirror_load(&host->app, "ada", &mirror, &err), &err);
	(void)host_requests(host);
	ok(search_texts(&host->app, "ada", &mirror.set, filter, found, &err),
	    &err);
	n = host_requests(host);
	for (i = 0; i < filter->n_files; i++)
		buf_addf(&out, "%.4s ", filter->files[i]);
	ck_assert_str_eq(out.s, want);
	for (i = 0; i < mirror.set.n; i++)
		if (!mirror.set.files[i].bad)
			ck_assert_int_eq(
			    filter_passes(filter, &mirror.set.files[i].task),
			    strstr(want, (char[]){mirror.set.files[i].file[3],
					     ' ', '\0'}) != NULL);
	buf_release(&out);
	search_release(found);
	mirror_release(&mirror);
	return n;
}

static unsigned
search(struct host *host, const char *words, int status, const char *want)
{
	struct search found = SEARCH_INIT;
	struct filter filter = FILTER_ANY;
	unsigned n;

	filter.status = status;
	filter_set_search(&filter, words);
	n = expect_found(host, &filter, &found, want);
	filter_release(&filter);
	return n;
}

START_TEST(each_word_stands_in_title_name_tags_or_text)
{
	struct host host;

	fill(&host);
	search(&host, "kümmel", -1, "0001 0003 ");
	search(&host, "salz KUMMEL", -1, "");
	search(&host, "  SALZ kümmel ", -1, "0001 0003 ");
	search(&host, "brot salz", -1, "0001 ");
	search(&host, "salz", TASK_OFFEN, "0001 0002 ");
	search(&host, "status", -1, "");
	search(&host, "\xff", -1, "");
	search(&host, " ", -1, "0001 0002 0003 0004 ");
	host_close(&host);
}
END_TEST

START_TEST(what_the_index_shows_is_not_read)
{
	struct host host;

	fill(&host);
	ck_assert_uint_eq(search(&host, "salz", -1, "0001 0002 0003 "), 3);
	ck_assert_uint_eq(search(&host, "salz", TASK_ABGEBROCHEN, "0003 "), 1);
	ck_assert_uint_eq(search(&host, "00", -1, "0001 0002 0003 0004 "), 0);
	host_close(&host);
}
END_TEST

START_TEST(so_many_files_are_read_the_newest_first)
{
	struct host host;
	struct search found = SEARCH_INIT;
	struct filter filter = FILTER_ANY;

	fill(&host);
	filter_set_search(&filter, "kümmel");
	found.most = 2;
	ck_assert_uint_eq(expect_found(&host, &filter, &found, "0003 "), 2);
	filter_release(&filter);
	host_close(&host);
}
END_TEST

START_TEST(a_store_that_fails_leaves_the_filter_as_it_was)
{
	struct host host;
	struct mirror mirror = MIRROR_INIT;
	struct search found = SEARCH_INIT;
	struct filter filter = FILTER_ANY;
	struct err err = ERR_INIT;

	fill(&host);
	filter_set_search(&filter, "kümmel");
	ok(mirror_load(&host.app, "ada", &mirror, &err), &err);
	(void)host_requests(&host);
	host.plan.at = 1;
	ck_assert_int_eq(
	    search_texts(&host.app, "ada", &mirror.set, &filter, &found, &err),
	    -1);
	ck_assert(!filter.has_files && found.files == NULL);
	filter_release(&filter);
	mirror_release(&mirror);
	host_close(&host);
}
END_TEST

T_MAIN("search", each_word_stands_in_title_name_tags_or_text,
    what_the_index_shows_is_not_read, so_many_files_are_read_the_newest_first,
    a_store_that_fails_leaves_the_filter_as_it_was)
