#include "app/base_memory.h"
#include "t.h"
#include "week/ledger.h"
#include "week/ledger_base.h"
#include "week/ledger_clock.h"
#include "week/ledger_json.h"
#include "week/ledger_scan.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
set_record(struct ledger *sync, unsigned i, const char *etag)
{
	char name[32];

	snprintf(name, sizeof name, "%04u-\"%u\".md", i, i % 7);
	ledger_set_base(ledger_record(sync, name), A, B B, etag);
}

static void
add_records(struct ledger *sync, unsigned from, unsigned to)
{
	while (from < to)
		set_record(sync, from++, "e");
}

/* Let the ledger lie on a base of all that it has. */
static void
lay_down(struct ledger *sync)
{
	struct buf text = BUF_INIT;
	struct ledger_base *base;

	ledger_json_print_base(&text, sync);
	base = ledger_base_new(&text);
	ck_assert_ptr_nonnull(base);
	ledger_base_set(&sync->under, base);
	ledger_base_drop(base);
	buf_release(&text);
}

/* Print the ledger as one that lies on no base. */
static void
print_whole(struct buf *out, struct ledger *sync)
{
	struct ledger_base *base = ledger_base_hold(sync->under);

	ledger_base_set(&sync->under, NULL);
	buf_reset(out);
	ledger_json_print(out, sync);
	ledger_base_set(&sync->under, base);
	ledger_base_drop(base);
}

/* Read the ledger from what it is printed as, in its place. */
static void
read_again(struct ledger *sync)
{
	struct ledger_base *base = ledger_base_hold(sync->under);
	struct buf text = BUF_INIT;

	ledger_json_print(&text, sync);
	ledger_release(sync);
	ck_assert_int_eq(
	    ledger_json_parse_on(&text, base, sync), LEDGER_JSON_GOOD);
	ledger_base_drop(base);
	buf_release(&text);
}

/* What is printed must come back, and each record be found by a scan. */
static void
check_reading(struct ledger *sync)
{
	struct buf text = BUF_INIT, mine = BUF_INIT, theirs = BUF_INIT;
	struct ledger again, one;
	size_t i;

	ledger_json_print(&text, sync);
	ck_assert_int_eq(
	    ledger_json_parse_on(&text, sync->under, &again), LEDGER_JSON_GOOD);
	print_whole(&mine, sync);
	print_whole(&theirs, &again);
	ck_assert_str_eq(mine.s, theirs.s);
	buf_reset(&theirs);
	ledger_json_print(&theirs, &again);
	ck_assert_str_eq(text.s, theirs.s);
	for (i = 0; i < sync->n; i++) {
		const char *file = sync->files[i]->file;

		one = (struct ledger)LEDGER_INIT;
		ck_assert_int_eq(
		    ledger_scan_file(&text, sync->under, file, &one), 0);
		ck_assert_uint_eq(one.n, 1);
		ck_assert_str_eq(one.files[0]->file, file);
		ck_assert_str_eq(one.files[0]->etag, sync->files[i]->etag);
		ledger_release(&one);
	}
	ledger_release(&again);
	buf_release(&text);
	buf_release(&mine);
	buf_release(&theirs);
}

START_TEST(a_ledger_on_a_base_has_only_what_differs)
{
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;

	add_records(&sync, 0, 100);
	lay_down(&sync);
	ck_assert_uint_eq(ledger_json_print(&text, &sync), 0);
	ck_assert_ptr_nonnull(strstr(text.s, "\"gone\":[],\"files\":[],"));
	ck_assert(std_starts(text.s, "{\"v\":2,"));

	set_record(&sync, 7, "new");
	set_record(&sync, 100, "e");
	ledger_remove(&sync, "0008-\"1\".md");
	ledger_record(&sync, "0009-\"2\".md")->held = true;
	buf_reset(&text);
	ck_assert_uint_eq(ledger_json_print(&text, &sync), 4);
	ck_assert_ptr_nonnull(strstr(text.s,
	    "\"gone\":[\"0008-\\\"1\\\".md\"],\"files\":[{\"file\":"
	    "\"0007-"));
	ck_assert_ptr_nonnull(strstr(text.s, "0009-"));
	ck_assert_ptr_nonnull(strstr(text.s, "0100-"));
	ck_assert_ptr_null(strstr(text.s, "0010-"));
	check_reading(&sync);
	ledger_release(&sync);
	buf_release(&text);
}
END_TEST

/* Let a task with a branch go to another name. */
static void
move_task(struct ledger *sync, const char *name)
{
	const struct ledger_move move = {name, "0090.md"};
	struct ledger_pr *pr = &ledger_record(sync, name)->pr;

	if (pr->branch == NULL)
		pr->branch = std_strdup(name);
	ledger_move(sync, &move, 1);
}

/* One change of a record. */
static void
change_record(struct ledger *sync)
{
	char name[32];
	unsigned i = (unsigned)random() % 80;

	snprintf(name, sizeof name, "%04u-\"%u\".md", i, i % 7);
	switch (random() % 8) {
	case 0:
		ledger_remove(sync, name);
		break;
	case 1:
		set_record(sync, i, "e");
		break;
	case 2:
		set_record(sync, i, "f");
		break;
	case 3:
		ledger_set_conflict(ledger_record(sync, name), B B, "status");
		break;
	case 4:
		ledger_resolve(sync, name, B B, 1);
		break;
	case 5:
		ledger_forget(sync, name);
		break;
	case 6:
		move_task(sync, name);
		break;
	default:
		ledger_record_clear_pr(&ledger_record(sync, name)->pr);
	}
}

/* The same, or another base, on which the ledger lies with or without reading
 * it. */
static void
change(struct ledger *sync)
{
	switch (random() % 30) {
	case 0:
		lay_down(sync);
		break;
	case 1:
		read_again(sync);
		break;
	default:
		change_record(sync);
	}
}

START_TEST(whatever_changes_comes_back)
{
	struct ledger sync = LEDGER_INIT;
	int i;

	srandom(7);
	add_records(&sync, 0, 70);
	for (i = 0; i < 1000; i++) {
		change(&sync);
		check_reading(&sync);
	}
	ledger_release(&sync);
}
END_TEST

START_TEST(records_of_a_base_are_read_once_for_all_who_lie_on_it)
{
	struct ledger one = LEDGER_INIT, two = LEDGER_INIT;
	struct buf text = BUF_INIT;
	struct ledger_base *base;
	size_t i;

	add_records(&one, 0, 70);
	lay_down(&one);
	base = one.under;
	ledger_json_print(&text, &one);
	ck_assert_ptr_null(base->read);
	ck_assert_int_eq(
	    ledger_json_parse_on(&text, base, &two), LEDGER_JSON_GOOD);
	read_again(&one);
	for (i = 0; i < 70; i++) {
		ck_assert_ptr_eq(one.files[i], base->read[i]);
		ck_assert_ptr_eq(two.files[i], base->read[i]);
	}
	ck_assert_uint_gt(base->read_bytes, 70 * sizeof *base->read[0]);

	/* Who lies on a base that has them no more keeps what it took. */
	ledger_base_unread(base);
	ledger_release(&two);
	for (i = 0; i < 70; i++)
		ck_assert_str_eq(one.files[i]->etag, "e");
	check_reading(&one);
	ledger_release(&one);
	buf_release(&text);
}
END_TEST

START_TEST(a_change_of_one_ledger_is_none_of_another_on_its_base)
{
	struct ledger one = LEDGER_INIT, two = LEDGER_INIT, whole = LEDGER_INIT;
	struct buf text = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	unsigned i, seed;

	srandom(11);
	add_records(&one, 0, 70);
	lay_down(&one);
	for (i = 0; i < 500; i++) {
		if (random() % 20 == 0)
			lay_down(&one);
		read_again(&one);
		buf_reset(&text);
		ledger_json_print(&text, &one);
		ck_assert_int_eq(ledger_json_parse_on(&text, one.under, &two),
		    LEDGER_JSON_GOOD);
		print_whole(&before, &two);
		ck_assert_int_eq(
		    ledger_json_parse(&before, &whole), LEDGER_JSON_GOOD);
		/* The same, of shared records and of its own. */
		for (seed = (unsigned)random(); seed % 4 > 0; seed--) {
			srandom(seed);
			change_record(&one);
			srandom(seed);
			change_record(&whole);
		}
		srandom(i);
		print_whole(&after, &two);
		ck_assert_str_eq(before.s, after.s);
		print_whole(&before, &one);
		print_whole(&after, &whole);
		ck_assert_str_eq(before.s, after.s);
		ledger_release(&two);
		ledger_release(&whole);
	}
	ledger_release(&one);
	buf_release(&text);
	buf_release(&before);
	buf_release(&after);
}
END_TEST

START_TEST(times_are_moved_in_no_record_of_a_base)
{
	struct ledger one = LEDGER_INIT;
	const struct ledger_file *shared;

	add_records(&one, 0, 70);
	ledger_record(&one, one.files[3]->file)->pr.branch = std_strdup("b");
	ledger_record(&one, one.files[3]->file)->pr.pushed_ms = 1000000;
	one.saved_ms = 1000000;
	lay_down(&one);
	read_again(&one);
	shared = one.files[3];
	ledger_clock_read(&one, 9000000, 0);
	ck_assert_int_eq(shared->pr.pushed_ms, 1000000);
	ck_assert_int_eq(one.files[3]->pr.pushed_ms, 9000000);
	ck_assert_ptr_eq(one.files[4], one.under->read[4]);
	ledger_release(&one);
}
END_TEST

START_TEST(a_gone_record_is_not_found)
{
	struct ledger sync = LEDGER_INIT, one = LEDGER_INIT;
	struct buf text = BUF_INIT;

	add_records(&sync, 0, 70);
	lay_down(&sync);
	ledger_remove(&sync, "0000-\"0\".md");
	ledger_json_print(&text, &sync);
	ck_assert_int_eq(
	    ledger_scan_file(&text, sync.under, "0000-\"0\".md", &one), 0);
	ck_assert_uint_eq(one.n, 0);
	ledger_release(&one);
	ck_assert_int_eq(
	    ledger_scan_file(&text, sync.under, "0099.md", &one), 0);
	ck_assert_uint_eq(one.n, 0);
	ledger_release(&one);
	ledger_release(&sync);
	buf_release(&text);
}
END_TEST

START_TEST(a_ledger_without_its_base_is_broken)
{
	struct ledger sync = LEDGER_INIT, again = LEDGER_INIT;
	struct buf text = BUF_INIT;
	char id[ENC_HASH_LEN + 1] = "";

	add_records(&sync, 0, 70);
	lay_down(&sync);
	ledger_json_print(&text, &sync);
	ck_assert(ledger_scan_base(&text, id));
	ck_assert_str_eq(id, sync.under->id);
	ck_assert_int_eq(ledger_json_parse(&text, &again), LEDGER_JSON_BROKEN);
	ck_assert_int_eq(
	    ledger_scan_file(&text, NULL, "0000-\"0\".md", &again), -1);

	set_record(&sync, 70, "e");
	lay_down(&sync);
	ck_assert_int_eq(ledger_json_parse_on(&text, sync.under, &again),
	    LEDGER_JSON_BROKEN);
	ck_assert_int_eq(
	    ledger_scan_file(&text, sync.under, "0000-\"0\".md", &again), -1);
	ck_assert_uint_eq(again.n, 0);
	ledger_release(&sync);
	buf_release(&text);
}
END_TEST

START_TEST(only_a_ledger_on_a_base_names_one)
{
	static const char *const none[] = {"", "{}", "{\"v\":1,\"files\":[]}",
	    "{\"v\":1,\"base\":\"" B "\",\"gone\":[],\"files\":[]}",
	    "{\"v\":2,\"base\":\"../" B "\",\"gone\":[],\"files\":[]}",
	    "{\"v\":2,\"files\":[]}"};
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;
	char id[ENC_HASH_LEN + 1] = "as it was";
	size_t i;

	for (i = 0; i < ARRAY_LEN(none); i++) {
		buf_set(&text, none[i], strlen(none[i]));
		ck_assert_msg(!ledger_scan_base(&text, id), "%s", none[i]);
		ck_assert_int_eq(
		    ledger_scan_file(&text, NULL, "0001.md", &sync),
		    i == 2 || i == 3 ? 0 : -1);
		ledger_release(&sync);
	}
	ck_assert_str_eq(id, "as it was");
	ck_assert_int_eq(ledger_json_parse(&text, &sync), LEDGER_JSON_BROKEN);
	buf_release(&text);
}
END_TEST

static struct ledger_base *
make(const char *text)
{
	struct buf b = BUF_INIT;
	struct ledger_base *base;

	buf_adds(&b, text);
	base = ledger_base_new(&b);
	buf_release(&b);
	return base;
}

START_TEST(records_in_no_order_are_no_base)
{
	static const char *const none[] = {"", "[]", "{}", "{\"v\":1}",
	    "{\"v\":1,\"files\":{}}", "{\"v\":1,\"files\":[7]}",
	    "{\"v\":1,\"files\":[]",
	    "{\"v\":1,\"files\":[{\"file\":\"2\"},{\"file\":\"1\"}]}",
	    "{\"v\":1,\"files\":[{\"file\":\"1\"},{\"file\":\"1\"}]}",
	    "{\"v\":1,\"files\":[],\"files\":[]}", "{\"v\":1,\"files\":[]} x"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(none); i++)
		ck_assert_msg(make(none[i]) == NULL, "%s", none[i]);
}
END_TEST

START_TEST(a_base_of_another_version_is_none)
{
	struct ledger_base *base = make("{\"v\":2,\"files\":[]}");
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;

	ck_assert_ptr_nonnull(base);
	ledger_base_set(&sync.under, base);
	ledger_json_print(&text, &sync);
	ledger_release(&sync);
	ck_assert_int_eq(
	    ledger_json_parse_on(&text, base, &sync), LEDGER_JSON_BROKEN);
	ledger_base_drop(base);
	buf_release(&text);
}
END_TEST

START_TEST(many_records_get_a_base_and_much_that_differs_another)
{
	struct ledger sync = LEDGER_INIT;
	struct buf text = BUF_INIT;

	add_records(&sync, 0, 64);
	ck_assert(
	    !ledger_json_is_outgrown(&sync, ledger_json_print(&text, &sync)));
	add_records(&sync, 64, 65);
	ck_assert(
	    ledger_json_is_outgrown(&sync, ledger_json_print(&text, &sync)));
	lay_down(&sync);
	add_records(&sync, 65, 98);
	ck_assert(
	    !ledger_json_is_outgrown(&sync, ledger_json_print(&text, &sync)));
	add_records(&sync, 98, 99);
	ck_assert(
	    ledger_json_is_outgrown(&sync, ledger_json_print(&text, &sync)));
	ledger_release(&sync);
	buf_release(&text);
}
END_TEST

START_TEST(a_process_remembers_a_base_by_its_id)
{
	struct base_memory *memory = base_memory_new(1 << 20);
	struct ledger_base *one = make("{\"v\":1,\"files\":[]}"), *found;
	struct ledger_base *two = make("{\"v\":1,\"files\":[] }");

	base_memory_keep(memory, "usera", one);
	found = base_memory_find(memory, "usera", one->id);
	ck_assert_ptr_eq(found, one);
	ledger_base_drop(found);
	ck_assert_ptr_null(base_memory_find(memory, "userb", one->id));
	base_memory_keep(memory, "usera", two);
	ck_assert_ptr_null(base_memory_find(memory, "usera", one->id));
	ck_assert_ptr_null(base_memory_find(NULL, "usera", two->id));
	ck_assert_str_eq(one->text.s, "{\"v\":1,\"files\":[]}");
	ledger_base_drop(one);
	ledger_base_drop(two);
	base_memory_free(memory);
}
END_TEST

/* Read a base, by a ledger that has what it has. */
static void
read_base(struct ledger_base *base)
{
	struct ledger sync = LEDGER_INIT;

	ledger_base_set(&sync.under, base);
	read_again(&sync);
	ledger_release(&sync);
	ck_assert_ptr_nonnull(base->read);
}

/* A base of so many records, read. */
static struct ledger_base *
make_read(unsigned n)
{
	struct ledger sync = LEDGER_INIT;
	struct ledger_base *base;

	add_records(&sync, 0, n);
	lay_down(&sync);
	base = ledger_base_hold(sync.under);
	ledger_release(&sync);
	read_base(base);
	return base;
}

/* Let the memory have a base with what is read of it. */
static void
keep_read(
    struct base_memory *memory, const char *user, struct ledger_base *base)
{
	base_memory_keep(memory, user, base);
	base_memory_keep_read(memory, user, base);
}

START_TEST(what_is_read_of_bases_has_a_bound_of_its_own)
{
	struct ledger_base *few = make_read(10), *many = make_read(100);
	struct ledger_base *others = make_read(99);
	struct base_memory *memory =
	    base_memory_new(many->read_bytes + few->read_bytes / 2);

	keep_read(memory, "usera", many);
	keep_read(memory, "usera", many);
	ck_assert_ptr_nonnull(many->read);
	/* The texts of both fit. */
	keep_read(memory, "userb", few);
	ck_assert_ptr_nonnull(few->read);
	ck_assert_ptr_null(many->read);
	ledger_base_drop(many);
	many = base_memory_find(memory, "usera", many->id);
	ck_assert_ptr_nonnull(many);
	/* Another one of the same user. */
	keep_read(memory, "userb", others);
	ck_assert_ptr_null(few->read);
	ck_assert_ptr_nonnull(others->read);
	base_memory_free(memory);
	ck_assert_ptr_null(others->read);
	ledger_base_drop(few);
	ledger_base_drop(many);
	ledger_base_drop(others);
}
END_TEST

START_TEST(a_base_that_is_not_kept_is_not_kept_as_it_is_read_either)
{
	struct ledger_base *base = make_read(100);
	struct base_memory *memory = base_memory_new(ledger_base_bytes(base));

	keep_read(memory, "usera", base);
	ck_assert_ptr_null(base->read);
	base_memory_free(memory);
	ledger_base_drop(base);

	/* One that nobody has read takes no place until somebody does. */
	base = make_read(100);
	memory = base_memory_new(ledger_base_bytes(base) + 1000);
	ledger_base_unread(base);
	keep_read(memory, "usera", base);
	read_base(base);
	keep_read(memory, "usera", base);
	ck_assert_ptr_null(base->read);
	base_memory_free(memory);
	ledger_base_drop(base);

	base = make_read(100);
	base_memory_keep_read(NULL, "usera", base);
	ck_assert_ptr_null(base->read);
	ledger_base_drop(base);
}
END_TEST

/* Of a user whose tasks are shown one by one, no records are read. */
START_TEST(a_base_that_makes_room_goes_with_what_is_read_of_it)
{
	struct ledger_base *base = make_read(100), *larger = make_read(1000);
	struct base_memory *memory =
	    base_memory_new(ledger_base_bytes(larger) + 1000);

	ledger_base_unread(larger);
	keep_read(memory, "usera", base);
	ck_assert_ptr_nonnull(base->read);
	base_memory_keep(memory, "userb", larger);
	ck_assert_ptr_null(base_memory_find(memory, "usera", base->id));
	ck_assert_ptr_null(base->read);
	ck_assert_uint_eq(base->holders, 1);
	base_memory_free(memory);
	ledger_base_drop(base);
	ledger_base_drop(larger);
}
END_TEST

START_TEST(a_memory_without_room_keeps_no_base)
{
	struct base_memory *memory = base_memory_new(0);
	struct ledger_base *base = make("{\"v\":1,\"files\":[]}");

	base_memory_keep(memory, "usera", base);
	ck_assert_ptr_null(base_memory_find(memory, "usera", base->id));
	base_memory_keep(NULL, "usera", base);
	ledger_base_drop(base);
	base_memory_free(memory);
}
END_TEST

T_MAIN("ledger_base", a_ledger_on_a_base_has_only_what_differs,
    whatever_changes_comes_back,
    records_of_a_base_are_read_once_for_all_who_lie_on_it,
    a_change_of_one_ledger_is_none_of_another_on_its_base,
    times_are_moved_in_no_record_of_a_base, a_gone_record_is_not_found,
    a_ledger_without_its_base_is_broken, only_a_ledger_on_a_base_names_one,
    records_in_no_order_are_no_base, a_base_of_another_version_is_none,
    many_records_get_a_base_and_much_that_differs_another,
    a_process_remembers_a_base_by_its_id,
    what_is_read_of_bases_has_a_bound_of_its_own,
    a_base_that_is_not_kept_is_not_kept_as_it_is_read_either,
    a_base_that_makes_room_goes_with_what_is_read_of_it,
    a_memory_without_room_keeps_no_base)
