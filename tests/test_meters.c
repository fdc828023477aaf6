/*
 * meters: what all processes of a host count together; and the text of
 * /metrics (metrics.h).
 */
#include "host/meters.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/metrics.h"
#include "t.h"
#include "world.h"

static struct meters *
start(const char *name)
{
	struct meters *meters;
	struct err err = ERR_INIT;

	ok(meters_open(t_scratch(), &meters, &err), &err);
	meters_join(meters, t_scratch(), name);
	return meters;
}

static uint64_t
answers(const struct meters *meters, size_t program, int status)
{
	return atomic_load(&meters->table->programs[program].requests[status]);
}

static const char *
table_path(void)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/metrics", t_scratch());
	return path;
}

START_TEST(processes_count_together)
{
	struct meters *meters = start("codex-render");
	pid_t children[4];
	size_t i, n;

	for (i = 0; i < ARRAY_LEN(children); i++) {
		children[i] = fork();
		if (children[i] == 0) {
			meters = start("codex-tasks");
			for (n = 0; n < 5000; n++)
				meters_count_request(meters, 200, 90);
			_exit(0);
		}
	}
	for (i = 0; i < ARRAY_LEN(children); i++)
		waitpid(children[i], NULL, 0);
	ck_assert_uint_eq(answers(meters, 2, 200), 20000);
	ck_assert_uint_eq(answers(meters, 0, 200), 0);
	ck_assert_uint_eq(
	    atomic_load(&meters->table->programs[2].le[0]), 20000);
	meters_close(meters);
}
END_TEST

START_TEST(a_process_that_is_killed_takes_no_count_away)
{
	struct meters *meters = start("codex-render");
	volatile uint64_t *done = mmap(NULL, sizeof *done,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t all = 0, counted;
	pid_t child;
	int i;

	for (i = 0; i < 20; i++) {
		*done = 0;
		child = fork();
		if (child == 0) {
			meters = start("codex-tasks");
			for (;;) {
				meters_count_request(meters, 200, 90);
				++*done;
			}
		}
		while (*done < 100)
			;
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		all += *done;
	}
	counted = answers(meters, 2, 200);
	ck_assert_uint_ge(counted, all);
	ck_assert_uint_le(counted, all + 20);
	meters_close(meters);
}
END_TEST

START_TEST(counts_outlive_the_process)
{
	struct meters *meters = start("codex-tasks");

	meters_count_request(meters, 404, 90);
	meters_close(meters);
	meters = start("codex-tasks");
	ck_assert_uint_eq(answers(meters, 2, 404), 1);
	meters_close(meters);
}
END_TEST

/* Another layout of the table, as another version has it. */
static void
spoil_table(bool size)
{
	FILE *f = fopen(table_path(), "r+");

	if (size)
		ck_assert_int_eq(ftruncate(fileno(f), 4096), 0);
	else
		fputs("cmmet999", f);
	fclose(f);
}

START_TEST(a_table_of_another_layout_is_made_anew)
{
	struct meters *meters, *older;
	int size;

	for (size = 0; size < 2; size++) {
		older = start("codex-tasks");
		meters_count_request(older, 404, 90);
		if (size == 0)
			spoil_table(false);
		else
			meters_close(older);
		if (size == 1)
			spoil_table(true);
		meters = start("codex-tasks");
		ck_assert_uint_eq(answers(meters, 2, 404), 0);
		if (size == 0) { /* an older program still counts, unseen */
			meters_count_request(older, 404, 90);
			ck_assert_uint_eq(answers(meters, 2, 404), 0);
			meters_close(older);
		}
		meters_close(meters);
	}
}
END_TEST

START_TEST(nobody_else_can_open_the_table)
{
	struct stat st;

	umask(0);
	meters_close(start("codex-tasks"));
	ck_assert_int_eq(stat(table_path(), &st), 0);
	ck_assert_uint_eq(st.st_mode & 0007, 0);
}
END_TEST

START_TEST(memory_of_a_killed_process_counts_no_more)
{
	struct meters *meters = start("codex-render");
	struct meters_living living;
	int ready[2];
	char byte;
	pid_t child;

	meters_set_cached(meters, 1000);
	ck_assert_int_eq(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		meters = start("codex-render --build");
		meters_set_cached(meters, 500);
		ck_assert_int_eq(write(ready[1], "x", 1), 1);
		pause();
	}
	ck_assert_int_eq(read(ready[0], &byte, 1), 1);
	meters_look(meters, t_scratch(), &living);
	ck_assert_uint_eq(living.cached, 1500);
	ck_assert_uint_eq(living.processes[0], 1);
	ck_assert_uint_eq(living.processes[1], 1);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	meters_look(meters, t_scratch(), &living);
	ck_assert_uint_eq(living.cached, 1000);
	ck_assert_uint_eq(living.processes[1], 0);
	meters_close(meters);
}
END_TEST

/* Its first and its last word, which may be several. */
START_TEST(every_row_of_the_programs_has_its_word)
{
	struct buf list = BUF_INIT, path = BUF_INIT;
	char row[64], command[64], *line, *rest;
	struct meters *meters;
	size_t i = 0;

	buf_addf(&path, "%s/scripts/programs", getenv("srcdir"));
	t_read(&list, path.s);
	for (line = strtok_r(list.s, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (*line == '#' || sscanf(line, "%63s %*s %*s %*s %63[^\n]",
					row, command) != 2)
			continue;
		ck_assert_str_eq(meters_program_word(i), row);
		meters = start(command);
		ck_assert_ptr_eq(meters->program, &meters->table->programs[i]);
		meters_close(meters);
		i++;
	}
	ck_assert_uint_eq(i, METERS_PROGRAMS - 1);
	buf_release(&list);
	buf_release(&path);
}
END_TEST

static void
show(struct host *h, struct reply *reply)
{
	meters_join(h->app.meters, h->app.conf.run, "codex-tasks");
	metrics_show(&h->app, reply);
}

#define HAS(text)                                                              \
	ck_assert_msg(strstr(reply.body.s, text) != NULL, "%s in:\n%s", text,  \
	    reply.body.s)

START_TEST(times_are_cumulative_and_end_with_their_count)
{
	struct reply reply = REPLY_INIT;
	struct host h;

	host_open(&h, "a");
	meters_join(h.app.meters, h.app.conf.run, "codex-tasks");
	meters_count_request(h.app.meters, 200, 80);
	meters_count_request(h.app.meters, 200, 100);
	meters_count_request(h.app.meters, 404, 2000);
	meters_count_request(h.app.meters, 503, 12000000);
	show(&h, &reply);
	HAS("codex_requests_total{program=\"tasks\",status=\"200\"} 2\n");
	HAS("codex_requests_total{program=\"tasks\",status=\"503\"} 1\n");
	HAS("codex_requests_total{program=\"tasks\",status=\"500\"} 0\n");
	ck_assert_ptr_null(strstr(reply.body.s, "status=\"501\""));
	HAS("codex_request_seconds_bucket{program=\"tasks\",le=\"0.0001\"} "
	    "2\n");
	HAS("codex_request_seconds_bucket{program=\"tasks\",le=\"0.001\"} 2\n");
	HAS("codex_request_seconds_bucket{program=\"tasks\",le=\"0.0025\"} "
	    "3\n");
	HAS("codex_request_seconds_bucket{program=\"tasks\",le=\"10\"} 3\n");
	HAS("codex_request_seconds_bucket{program=\"tasks\",le=\"+Inf\"} 4\n");
	HAS("codex_request_seconds_sum{program=\"tasks\"} 12.002180\n");
	HAS("codex_request_seconds_count{program=\"tasks\"} 4\n");
	reply_release(&reply);
	host_close(&h);
}
END_TEST

START_TEST(users_and_marks_come_from_the_store)
{
	struct reply reply = REPLY_INIT;
	struct host h;

	host_open(&h, "a");
	host_put(&h, "state/ada/cacheVersion.txt", "1");
	host_put(&h, "state/bob/cacheVersion.txt", "1");
	host_put(&h, "pending/ada", "1-x");
	host_put(&h, "pending/Not a user", "1-x");
	h.app.conf.github_owner = std_strdup("ada");
	h.app.conf.github_repo = std_strdup("vault");
	show(&h, &reply);
	HAS("codex_store_up 1\n");
	HAS("codex_users{state=\"ok\"} 2\n");
	HAS("codex_pending_users 1\n");
	HAS("codex_pending_oldest_seconds 0\n");
	reply_release(&reply);
	host_close(&h);
}
END_TEST

START_TEST(without_a_repository_nobody_waits_for_git)
{
	struct reply reply = REPLY_INIT;
	struct host h;

	host_open(&h, "a");
	host_put(&h, "state/ada/cacheVersion.txt", "1");
	host_put(&h, "pending/ada", "1-x");
	host_set_age("pending/ada", 3600000);
	meters_set(h.app.meters, METERS_FAILED, 1);
	show(&h, &reply);
	HAS("codex_users{state=\"off\"} 1\n");
	HAS("codex_users{state=\"failed\"} 0\n");
	HAS("codex_pending_users 0\n");
	HAS("codex_pending_oldest_seconds 0\n");
	reply_release(&reply);
	host_close(&h);
}
END_TEST

START_TEST(the_store_is_not_asked_again_for_15_seconds)
{
	struct reply reply = REPLY_INIT;
	struct host h;

	host_open(&h, "a");
	show(&h, &reply);
	(void)host_requests(&h);
	show(&h, &reply);
	ck_assert_uint_eq(host_requests(&h), 0);
	meters_set(h.app.meters, METERS_LOOKED_MS,
	    meters_get(h.app.meters, METERS_LOOKED_MS) - METRICS_LOOK_MS);
	show(&h, &reply);
	ck_assert_uint_eq(host_requests(&h), 2);
	reply_release(&reply);
	host_close(&h);
}
END_TEST

START_TEST(a_store_that_fails_leaves_its_numbers_out)
{
	struct reply reply = REPLY_INIT;
	struct host h;

	host_open(&h, "a");
	h.plan = (struct store_fault){.at = 1, .count = 9};
	show(&h, &reply);
	HAS("codex_store_up 0\n");
	HAS("codex_week_total{layer=\"miss\"} 0\n");
	ck_assert_ptr_null(strstr(reply.body.s, "\ncodex_pending_users"));
	ck_assert_ptr_null(strstr(reply.body.s, "\ncodex_users"));
	reply_release(&reply);
	host_close(&h);
}
END_TEST

#define TOKEN "0123456789abcdef"

static struct {
	const char *address, *proxy; /* a header that only proxies send */
} sender;

static const char *
show_sender(void *arg, enum param param)
{
	(void)arg;
	if (param == PARAM_ADDRESS)
		return sender.address;
	return std_streq(param_name(param), sender.proxy) ? "x" : NULL;
}

static enum err_code
admit(const char *token, const char *authorization)
{
	const struct request request = {
	    .param = show_sender, .authorization = authorization};
	char room[sizeof TOKEN];
	struct conf conf = {.metrics_token = NULL};
	struct err err = ERR_INIT;

	if (token != NULL) {
		snprintf(room, sizeof room, "%s", token);
		conf.metrics_token = room;
	}
	return metrics_admit(&conf, &request, &err) == 0 ? ERR_NONE : err.code;
}

START_TEST(without_a_token_this_machine_alone_sees_the_numbers)
{
	static const char *const here[] = {"127.0.0.1", "127.8.9.1", "::1"};
	static const char *const elsewhere[] = {"10.0.0.1", "128.0.0.1", "::2",
	    "::ffff:10.0.0.1", "", "localhost", NULL};
	static const char *const proxies[] = {"HTTP_FORWARDED",
	    "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA"};
	size_t i, k;

	for (i = 0; i < ARRAY_LEN(elsewhere); i++) {
		sender.address = elsewhere[i];
		ck_assert_int_eq(admit(NULL, NULL), ERR_FORBIDDEN);
	}
	for (i = 0; i < ARRAY_LEN(here); i++) {
		sender.address = here[i];
		sender.proxy = NULL;
		ck_assert_int_eq(admit(NULL, NULL), ERR_NONE);
		for (k = 0; k < ARRAY_LEN(proxies); k++) {
			sender.proxy = proxies[k];
			ck_assert_int_eq(admit(NULL, NULL), ERR_FORBIDDEN);
		}
	}
}
END_TEST

START_TEST(with_a_token_its_bearer_alone_sees_the_numbers)
{
	static const char *const wrong[] = {NULL, "Bearer 0123456789abcdeF",
	    "Bearer 0123456789abcde", "Bearer 0123456789abcdef0",
	    "Basic 0123456789abcdef", "", TOKEN};
	size_t i;

	sender.address = "127.0.0.1";
	for (i = 0; i < ARRAY_LEN(wrong); i++)
		ck_assert_int_eq(admit(TOKEN, wrong[i]), ERR_LOGIN);
	sender.address = "10.0.0.1";
	ck_assert_int_eq(admit(TOKEN, "bearer 0123456789abcdef"), ERR_NONE);
}
END_TEST

START_TEST(a_short_token_is_refused)
{
	char token[] = "0123456789abcde";
	struct conf conf = {.metrics_token = token};
	struct err err = ERR_INIT;

	ck_assert_int_eq(metrics_check(&conf, &err), -1);
	conf.metrics_token = NULL;
	ok(metrics_check(&conf, &err), &err);
}
END_TEST

T_MAIN("meters", processes_count_together,
    a_process_that_is_killed_takes_no_count_away, counts_outlive_the_process,
    a_table_of_another_layout_is_made_anew, nobody_else_can_open_the_table,
    memory_of_a_killed_process_counts_no_more,
    every_row_of_the_programs_has_its_word,
    times_are_cumulative_and_end_with_their_count,
    users_and_marks_come_from_the_store,
    without_a_repository_nobody_waits_for_git,
    the_store_is_not_asked_again_for_15_seconds,
    a_store_that_fails_leaves_its_numbers_out,
    without_a_token_this_machine_alone_sees_the_numbers,
    with_a_token_its_bearer_alone_sees_the_numbers, a_short_token_is_refused)
