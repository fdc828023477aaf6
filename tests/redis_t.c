#include "redis_t.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "redis/redis_wire.h"
#include "t.h"

static pid_t server;
static int port;

bool
redis_t_is_there(void)
{
	if (redis_wire_is_built() &&
	    system("command -v redis-server >/dev/null") == 0)
		return true;
	fputs("# skipped: no redis-server, or built without hiredis\n", stderr);
	return false;
}

static const char *
socket_path(void)
{
	static char path[300];

	snprintf(path, sizeof path, "%s/redis.sock", t_scratch());
	return path;
}

const char *
redis_t_url(void)
{
	static char url[320];

	snprintf(url, sizeof url, "unix:%s", socket_path());
	return url;
}

const char *
redis_t_cli(const char *arguments)
{
	static char out[65536];
	char command[900];
	FILE *pipe;
	size_t n;

	snprintf(command, sizeof command, "redis-cli -s %s %s 2>&1",
	    socket_path(), arguments);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	n = fread(out, 1, sizeof out - 1, pipe);
	pclose(pipe);
	while (n > 0 && out[n - 1] == '\n')
		n--;
	out[n] = '\0';
	return out;
}

/* Return a port that was free a moment ago. */
static int
free_port(void)
{
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void
start_with_port(const char *which, const char *options)
{
	char all[1200];

	port = free_port();
	snprintf(
	    all, sizeof all, "--bind 127.0.0.1 %s %d %s", which, port, options);
	redis_t_start(all);
}

void
redis_t_start_tcp(const char *options)
{
	start_with_port("--port", options);
}

void
redis_t_start_tls(const char *options)
{
	start_with_port("--tls-port", options);
}

int
redis_t_port(void)
{
	return port;
}

static bool
answers(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), rc;

	ck_assert_uint_lt(strlen(socket_path()), sizeof at.sun_path);
	memcpy(at.sun_path, socket_path(), strlen(socket_path()));
	rc = connect(fd, (struct sockaddr *)&at, sizeof at);
	close(fd);
	return rc == 0;
}

/* exec keeps the process, so that its id is the server's. */
void
redis_t_start(const char *options)
{
	char command[2400];
	int tries;

	snprintf(command, sizeof command,
	    "exec redis-server --port 0 --unixsocket %s --dir %s --save '' "
	    "--appendonly no %s >/dev/null",
	    socket_path(), t_scratch(), options);
	unlink(socket_path());
	server = fork();
	ck_assert_int_ne(server, -1);
	if (server == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	for (tries = 0; tries < 3000; tries++) {
		if (answers())
			return;
		usleep(2000);
	}
	ck_abort_msg("redis-server does not start");
}

bool
redis_t_begin(const char *options)
{
	if (!redis_t_is_there())
		return false;
	redis_t_start(options);
	return true;
}

void
redis_t_stop(void)
{
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
}

void
redis_t_hang(void)
{
	kill(server, SIGSTOP);
}

void
redis_t_go_on(void)
{
	kill(server, SIGCONT);
}
