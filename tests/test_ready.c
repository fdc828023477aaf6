/*
 * ready: what GET /readyz says of programs that answer, do not, or run with
 * other settings.  Store, keys and the rest: 29-watched.mjs.
 */
#include "api/ready.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/probe.h"
#include "t.h"
#include "world.h"

static const char *bound_in; /* the folder of sockets; NULL: the run folder */

/* A program in another process: it answers with these bytes, or never. */
static pid_t
start(const struct host *h, const char *name, const char *answer)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), client;
	char bytes[4096];
	pid_t pid;

	snprintf(address.sun_path, sizeof address.sun_path, "%s/%s.sock",
	    bound_in != NULL ? bound_in : h->app.conf.run, name);
	unlink(address.sun_path);
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(fd, 8), 0);
	pid = fork();
	while (pid == 0) {
		client = accept(fd, NULL, NULL);
		if (answer == NULL) {
			pause();
			_exit(0);
		}
		if (read(client, bytes, sizeof bytes) > 0 &&
		    write(client, answer, strlen(answer)) == -1)
			_exit(1);
		close(client);
	}
	close(fd);
	return pid;
}

static void
stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static const char *const names[] = {
    "render", "build", "create", "update", "complete"};

/* What is said where one of them answers something else. */
static void
show(struct host *h, const char *other, const char *answer, struct buf *out)
{
	struct auth auth = {.app = &h->app};
	const struct request request = REQUEST_INIT;
	struct ready ready = {.looked_ms = 0};
	struct reply reply = REPLY_INIT;
	struct buf good = BUF_INIT;
	struct err err = ERR_INIT;
	pid_t pids[ARRAY_LEN(names)];
	size_t i;

	buf_adds(&good, "Status: 200 OK\r\n\r\n");
	probe_print(&good, &h->app.conf);
	for (i = 0; i < ARRAY_LEN(names); i++)
		pids[i] = start(h, names[i],
		    strcmp(names[i], other) == 0 ? answer : good.s);
	ready_show(&auth, &request, &ready, &reply, &err);
	ck_assert_int_eq(reply.status, err.code == ERR_NONE ? 200 : 503);
	buf_reset(out);
	buf_add(out, reply.body.s, reply.body.len);
	for (i = 0; i < ARRAY_LEN(names); i++)
		stop(pids[i]);
	reply_release(&reply);
	buf_release(&good);
}

START_TEST(a_program_that_answers_otherwise_is_named)
{
	static const struct {
		const char *answer, *said;
	} cases[] = {
	    {NULL, "\"notReady\":[\"update\"]}"},
	    {"", "\"notReady\":[\"update\"]}"},
	    {"Status: 403 Forbidden\r\n\r\n{\"ok\":false}",
		"\"notReady\":[\"update\"]}"},
	    {"Status: 200 OK\r\n\r\n{\"ok\":true,\"settings\":\"0\"}",
		"\"notReady\":[\"settings\"]}"},
	};
	struct buf said = BUF_INIT;
	struct host h;
	size_t i;

	host_open(&h, "a");
	show(&h, "", "", &said);
	ck_assert_str_eq(said.s, "{\"ok\":true}");
	for (i = 0; i < ARRAY_LEN(cases); i++) {
		show(&h, "update", cases[i].answer, &said);
		ck_assert_msg(strstr(said.s, cases[i].said) != NULL, "%zu: %s",
		    i, said.s);
	}
	buf_release(&said);
	host_close(&h);
}
END_TEST

START_TEST(programs_of_every_site_must_be_there)
{
	const struct request request = REQUEST_INIT;
	struct ready ready = {.looked_ms = 0};
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;
	struct auth auth;
	struct host h;

	host_open(&h, "a");
	auth = (struct auth){.app = &h.app};
	ready_show(&auth, &request, &ready, &reply, &err);
	ck_assert_ptr_nonnull(strstr(reply.body.s,
	    "[\"render\",\"build\",\"create\",\"update\",\"complete\"]"));
	ck_assert_str_eq(
	    err.detail, "not ready: render build create update complete");
	reply_release(&reply);
	host_close(&h);
}
END_TEST

/* Leave sockets of Git and of logins as programs do that were killed. */
static void
leave_sockets(const struct host *h)
{
	static const char *const parts[] = {
	    "sync", "webhook", "auth", "account"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(parts); i++)
		stop(start(h, parts[i], NULL));
}

START_TEST(a_part_that_was_turned_off_is_not_asked)
{
	struct buf said = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	ck_assert(conf_is_local(&h.app.conf));
	ck_assert(!conf_has_repo(&h.app.conf));
	leave_sockets(&h);
	show(&h, "", "", &said);
	ck_assert_str_eq(said.s, "{\"ok\":true}");
	buf_release(&said);
	host_close(&h);
}
END_TEST

START_TEST(a_part_that_is_set_up_must_answer)
{
	struct buf said = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	leave_sockets(&h);
	h.app.conf.github_owner = strdup("usera");
	h.app.conf.github_repo = strdup("vault");
	show(&h, "", "", &said);
	ck_assert_msg(
	    strstr(said.s, "\"notReady\":[\"sync\",\"work\",\"webhook\"]}") !=
		NULL,
	    "%s", said.s);
	buf_release(&said);
	host_close(&h);
}
END_TEST

/* systemd binds sockets in a folder of its own, whatever CODEX_RUN is. */
START_TEST(programs_are_asked_beside_the_socket_of_this_one)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct buf folder = BUF_INIT, said = BUF_INIT;
	struct host h;

	host_open(&h, "a");
	probe_folder(&folder, &h.app.conf);
	ck_assert_uint_eq(folder.len, strlen(h.app.conf.run) + 1);
	snprintf(address.sun_path, sizeof address.sun_path, "%s/tasks.sock",
	    t_scratch());
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	bound_in = t_scratch();
	show(&h, "", "", &said);
	bound_in = NULL;
	ck_assert_str_eq(said.s, "{\"ok\":true}");
	close(fd);
	buf_release(&folder);
	buf_release(&said);
	host_close(&h);
}
END_TEST

START_TEST(what_was_found_holds_for_5_seconds)
{
	const struct request request = REQUEST_INIT;
	struct ready ready = {.looked_ms = 0};
	struct reply reply = REPLY_INIT;
	struct err err = ERR_INIT;
	struct auth auth;
	struct host h;

	host_open(&h, "a");
	auth = (struct auth){.app = &h.app};
	ready_show(&auth, &request, &ready, &reply, &err);
	(void)host_requests(&h);
	ready_show(&auth, &request, &ready, &reply, &err);
	ck_assert_uint_eq(host_requests(&h), 0);
	ready.looked_ms -= READY_KEEP_MS;
	ready_show(&auth, &request, &ready, &reply, &err);
	ck_assert_uint_eq(host_requests(&h), 1);
	reply_release(&reply);
	host_close(&h);
}
END_TEST

START_TEST(the_hash_of_settings_knows_no_secret)
{
	char was[CONF_HASH_LEN + 1], now[CONF_HASH_LEN + 1];
	struct host h;

	host_open(&h, "a");
	conf_hash(&h.app.conf, was);
	h.app.conf.github_token = strdup("ghp_x");
	h.app.conf.http_proxy = strdup("http://proxy.example");
	conf_hash(&h.app.conf, now);
	ck_assert_str_eq(was, now);
	h.app.conf.user_rate++;
	conf_hash(&h.app.conf, now);
	ck_assert_str_ne(was, now);
	host_close(&h);
}
END_TEST

T_MAIN("ready", a_part_that_was_turned_off_is_not_asked,
    a_part_that_is_set_up_must_answer,
    programs_are_asked_beside_the_socket_of_this_one,
    a_program_that_answers_otherwise_is_named,
    programs_of_every_site_must_be_there, what_was_found_holds_for_5_seconds,
    the_hash_of_settings_knows_no_secret)
