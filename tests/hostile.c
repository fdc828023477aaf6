#include "hostile.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

#define CONNS 128
#define HEADS 64

/* What both processes see. */
struct shared {
	unsigned requests, connections;
	char heads[HEADS][4096];
};

struct hostile {
	pid_t pid;
	unsigned port;
	struct shared *shared;
};

struct conn {
	int fd; /* -1: free */
	bool held;
	struct buf in;
};

struct server {
	const struct hostile_step *steps;
	size_t n, step;
	unsigned done; /* of this step */
	unsigned relay_port;
	struct shared *shared;
	struct conn conns[CONNS];
};

static void
send_all(int fd, const char *s, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, s, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		s += n;
		len -= (size_t)n;
	}
}

static int
connect_to(unsigned port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (connect(fd, (struct sockaddr *)&address, sizeof address) == -1)
		_exit(1);
	return fd;
}

/* Asks the server behind to close, so that its answer ends with the stream. */
static void
relay(const struct server *server, const struct buf *request, struct buf *out)
{
	int fd = connect_to(server->relay_port);
	size_t line = (size_t)(strstr(request->s, "\r\n") + 2 - request->s);
	static const char close_it[] = "Connection: close\r\n";
	char chunk[8192];
	ssize_t n;

	send_all(fd, request->s, line);
	send_all(fd, close_it, sizeof close_it - 1);
	send_all(fd, request->s + line, request->len - line);
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(out, chunk, (size_t)n);
	close(fd);
}

static void
drop(struct conn *conn)
{
	close(conn->fd);
	conn->fd = -1;
	conn->held = false;
	buf_release(&conn->in);
}

static void
answer_held(struct server *server, const struct hostile_step *step)
{
	struct conn *conn;
	unsigned held = 0;

	for (conn = server->conns; conn < server->conns + CONNS; conn++)
		held += conn->fd != -1 && conn->held;
	if (held < step->hold)
		return;
	for (conn = server->conns; conn < server->conns + CONNS; conn++)
		if (conn->fd != -1 && conn->held) {
			conn->held = false;
			send_all(conn->fd, step->text, strlen(step->text));
		}
}

static void
act(struct server *server, struct conn *conn, const struct hostile_step *step,
    const struct buf *request)
{
	struct buf reply = BUF_INIT;

	switch (step->act) {
	case HOSTILE_REPLY:
	case HOSTILE_REPLY_CLOSE:
		send_all(conn->fd, step->text, strlen(step->text));
		break;
	case HOSTILE_HOLD:
		conn->held = true;
		answer_held(server, step);
		break;
	case HOSTILE_RELAY:
	case HOSTILE_RELAY_CLOSE:
		relay(server, request, &reply);
		if (step->act == HOSTILE_RELAY)
			send_all(conn->fd, reply.s, reply.len);
		break;
	case HOSTILE_CLOSE:
	case HOSTILE_HANG:
		break;
	}
	if (step->act == HOSTILE_REPLY_CLOSE || step->act == HOSTILE_CLOSE ||
	    step->act == HOSTILE_RELAY || step->act == HOSTILE_RELAY_CLOSE)
		drop(conn);
	buf_release(&reply);
}

static const struct hostile_step *
next_step(struct server *server)
{
	static const struct hostile_step on = {.act = HOSTILE_RELAY};
	const struct hostile_step *step;

	if (server->step == server->n && server->relay_port != 0)
		return &on;
	if (server->step == server->n)
		return &server->steps[server->n - 1];

	step = &server->steps[server->step];
	if (++server->done >= (step->times ? step->times : 1)) {
		server->step++;
		server->done = 0;
	}
	return step;
}

static void
note(struct server *server, const struct buf *request, size_t head_len)
{
	unsigned i = server->shared->requests;

	if (i < HEADS)
		snprintf(server->shared->heads[i],
		    sizeof server->shared->heads[i], "%.*s", (int)head_len,
		    request->s);
	__atomic_add_fetch(&server->shared->requests, 1, __ATOMIC_SEQ_CST);
}

/* Takes one whole request out of what came in, if there is one. */
static bool
take_request(struct conn *conn, struct buf *out, size_t *head_len)
{
	const char *end = strstr(conn->in.s, "\r\n\r\n");
	const char *field;
	size_t len;

	if (end == NULL)
		return false;
	*head_len = len = (size_t)(end + 4 - conn->in.s);
	field = strcasestr(conn->in.s, "\r\nContent-Length:");
	if (field != NULL && field < end)
		len += strtoul(field + 17, NULL, 10);
	if (conn->in.len < len)
		return false;

	buf_set(out, conn->in.s, len);
	buf_splice(&conn->in, 0, len, NULL, 0);
	return true;
}

static void
hear(struct server *server, struct conn *conn)
{
	struct buf request = BUF_INIT;
	char chunk[65536];
	size_t head_len;
	ssize_t n = read(conn->fd, chunk, sizeof chunk);

	if (n <= 0) {
		drop(conn);
		return;
	}
	buf_add(&conn->in, chunk, (size_t)n);
	while (conn->fd != -1 && take_request(conn, &request, &head_len)) {
		note(server, &request, head_len);
		act(server, conn, next_step(server), &request);
	}
	buf_release(&request);
}

static void
welcome(struct server *server, int listener)
{
	int fd = accept(listener, NULL, NULL);
	size_t i;

	for (i = 0; i < CONNS; i++)
		if (server->conns[i].fd == -1) {
			server->conns[i].fd = fd;
			server->shared->connections++;
			return;
		}
	close(fd);
}

static void
serve(struct server *server, int listener)
{
	struct pollfd fds[CONNS + 1];
	size_t i;

	for (;;) {
		fds[CONNS] = (struct pollfd){.fd = listener, .events = POLLIN};
		for (i = 0; i < CONNS; i++)
			fds[i] = (struct pollfd){
			    .fd = server->conns[i].fd, .events = POLLIN};
		if (poll(fds, CONNS + 1, -1) == -1)
			continue;
		for (i = 0; i < CONNS; i++)
			if (fds[i].revents != 0)
				hear(server, &server->conns[i]);
		if (fds[CONNS].revents != 0)
			welcome(server, listener);
	}
}

static int
listen_anywhere(unsigned *port)
{
	struct sockaddr_in address = {
	    .sin_family = AF_INET,
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	socklen_t len = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ne(fd, -1);
	ck_assert_int_eq(
	    bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	ck_assert_int_eq(listen(fd, CONNS), 0);
	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

struct hostile *
hostile_start(const struct hostile_step *steps, size_t n, unsigned relay_port)
{
	struct hostile *hostile = std_zalloc(sizeof *hostile);
	struct server server = {
	    .steps = steps, .n = n, .relay_port = relay_port};
	int fd = listen_anywhere(&hostile->port);
	size_t i;

	hostile->shared = mmap(NULL, sizeof *hostile->shared,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(hostile->shared, MAP_FAILED);
	hostile->pid = fork();
	ck_assert_int_ne(hostile->pid, -1);
	if (hostile->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		server.shared = hostile->shared;
		for (i = 0; i < CONNS; i++) {
			server.conns[i].fd = -1;
			buf_init(&server.conns[i].in);
		}
		serve(&server, fd);
	}
	close(fd);
	return hostile;
}

void
hostile_stop(struct hostile *server)
{
	kill(server->pid, SIGKILL);
	waitpid(server->pid, NULL, 0);
	munmap(server->shared, sizeof *server->shared);
	free(server);
}

unsigned
hostile_port(const struct hostile *server)
{
	return server->port;
}

unsigned
hostile_requests(const struct hostile *server)
{
	return __atomic_load_n(&server->shared->requests, __ATOMIC_SEQ_CST);
}

unsigned
hostile_connections(const struct hostile *server)
{
	return server->shared->connections;
}

const char *
hostile_head(const struct hostile *server, unsigned i)
{
	return i < HEADS ? server->shared->heads[i] : "";
}
