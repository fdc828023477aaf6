/*
 * publish: how long a write waits for Git, and what it asks the worker.
 */
#include "base/clock.h"
#include "sync/publish.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sync/bell.h"
#include "t.h"
#include "world.h"

#define PENDING "{\"ok\":true,\"pending\":true}\n"
#define DONE    "{\"ok\":true,\"pending\":false}\n"
#define FAILED  "{\"ok\":false,\"pending\":false}\n"

/* A worker that answers each ring with the next line, the last one for ever,
 * and writes a byte to `rung` for each. */
struct worker {
	pid_t pid;
	int rung; /* read end */
};

static void
answer_rings(int bell, int rung, const char *const *lines)
{
	struct pollfd p = {.fd = bell, .events = POLLIN};
	char line[4096];

	for (;;) {
		int fd;

		if (poll(&p, 1, -1) != 1)
			continue;
		fd = accept(bell, NULL, NULL);
		if (fd == -1)
			continue;
		/* The ring before its answer; the bell is non-blocking. */
		if (read(fd, line, sizeof line) > 0 && write(rung, "x", 1) == 1)
			(void)send(fd, *lines, strlen(*lines), MSG_NOSIGNAL);
		if (lines[1] != NULL)
			lines++;
		close(fd);
	}
}

static struct worker
start_worker(struct host *host, const char *const *lines)
{
	struct worker worker;
	struct err err = ERR_INIT;
	int bell, ends[2];

	ok(bell_listen(&host->app, &bell, &err), &err);
	ck_assert_int_eq(pipe(ends), 0);
	worker.pid = fork();
	ck_assert_int_ne(worker.pid, -1);
	if (worker.pid == 0) {
		close(ends[0]);
		answer_rings(bell, ends[1], lines);
	}
	close(bell);
	close(ends[1]);
	worker.rung = ends[0];
	return worker;
}

/* Ends the worker and returns how often it was rung. */
static size_t
end_worker(struct worker *worker)
{
	size_t n = 0;
	char c;

	kill(worker->pid, SIGKILL);
	waitpid(worker->pid, NULL, 0);
	while (read(worker->rung, &c, 1) == 1)
		n++;
	close(worker->rung);
	return n;
}

/* How often a write that waits so long rings a worker with these answers. */
static size_t
rings(const char *const *lines, int64_t wait_ms)
{
	const struct publish write = {
	    .user = "ada", .file = "0001-Brot.md", .hash = "0"};
	struct publish_git git = PUBLISH_GIT_INIT;
	struct err err = ERR_INIT;
	struct worker worker;
	struct host host;

	host_open(&host, "a");
	worker = start_worker(&host, lines);
	ok(publish_wait(
	       &host.app, &write, clock_monotonic_ms() + wait_ms, &git, &err),
	    &err);
	ck_assert(!git.pushed);
	publish_git_release(&git);
	host_close(&host);
	return end_worker(&worker);
}

START_TEST(an_undecided_user_is_rung_for_again_until_it_is_done)
{
	ck_assert_uint_eq(
	    rings((const char *[]){PENDING, PENDING, DONE, NULL}, 60000), 3);
}
END_TEST

START_TEST(a_user_whose_run_is_over_is_not_rung_for_again)
{
	ck_assert_uint_eq(rings((const char *[]){DONE, NULL}, 60000), 1);
	ck_assert_uint_eq(rings((const char *[]){FAILED, NULL}, 60000), 1);
}
END_TEST

START_TEST(an_undecided_user_is_not_rung_for_past_the_wait)
{
	/* Pauses of 250 and 500 ms fit into a second, one more does not. */
	size_t n = rings((const char *[]){PENDING, NULL}, 1000);

	ck_assert_uint_ge(n, 1);
	ck_assert_uint_le(n, 3);
}
END_TEST

T_MAIN("publish", an_undecided_user_is_rung_for_again_until_it_is_done,
    a_user_whose_run_is_over_is_not_rung_for_again,
    an_undecided_user_is_not_rung_for_past_the_wait)
