#include "api/channel.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/std.h"
#include "base/stop.h"

/* A channel and what libfcgi keeps of its request. */
struct socket_channel {
	struct channel channel; /* its arg is this struct */
	FCGX_Request fcgi;
	int fd;
};

bool
channel_is_listening(int fd)
{
	int listening = 0;
	socklen_t len = sizeof listening;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) ==
		   0 &&
	       listening;
}

static const char *
cgi_param(void *arg, const char *name)
{
	(void)arg;
	return getenv(name);
}

static int
cgi_read(void *arg, char *bytes, int len)
{
	(void)arg;
	return (int)read(STDIN_FILENO, bytes, (size_t)len);
}

static void
cgi_write(void *arg, const struct buf *head, const struct buf *body)
{
	(void)arg;
	fwrite(head->s, 1, head->len, stdout);
	fwrite(body->s, 1, body->len, stdout);
	fflush(stdout);
}

const struct channel *
channel_cgi(void)
{
	static const struct channel cgi = {
	    false, cgi_param, cgi_read, cgi_write, NULL};

	return &cgi;
}

static const char *
fcgi_param(void *arg, const char *name)
{
	struct socket_channel *own = arg;

	return FCGX_GetParam(name, own->fcgi.envp);
}

static int
fcgi_read(void *arg, char *bytes, int len)
{
	struct socket_channel *own = arg;
	int n = FCGX_GetStr(bytes, len, own->fcgi.in);

	return n < len && FCGX_GetError(own->fcgi.in) != 0 ? -1 : n;
}

/* libfcgi gathers both; then the connection is over for the client. */
static void
fcgi_write(void *arg, const struct buf *head, const struct buf *body)
{
	struct socket_channel *own = arg;

	FCGX_PutStr(head->s, (int)head->len, own->fcgi.out);
	FCGX_PutStr(body->s, (int)body->len, own->fcgi.out);
	FCGX_Finish_r(&own->fcgi);
}

int
channel_open(struct channel **out, int fd)
{
	struct socket_channel *own;
	int flags = fcntl(fd, F_GETFL);

	/* FCGX_Init puts handlers of its own in place of defaults: one that
	 * heard a signal would keep it from us, so ours take their place
	 * before any is let in. */
	stop_defer();
	/* Another process may take the connection that ends our wait. */
	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1 ||
	    FCGX_Init() != 0)
		return -1;
	stop_catch();

	own = std_zalloc(sizeof *own);
	own->channel =
	    (struct channel){true, fcgi_param, fcgi_read, fcgi_write, own};
	own->fd = fd;
	/* -1: libfcgi must not accept by itself. */
	FCGX_InitRequest(&own->fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	*out = &own->channel;
	return 0;
}

void
channel_close(struct channel *channel)
{
	struct socket_channel *own = channel->arg;

	FCGX_Free(&own->fcgi, 1);
	free(own);
}

/* Let no read or write of the connection last for ever. */
static void
limit_silence(int conn)
{
	const struct timeval most = {.tv_sec = CHANNEL_NEXT_MS / 1000};

	setsockopt(conn, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
	setsockopt(conn, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
}

/* Give the connection, which libfcgi closes, to libfcgi to read its head. */
static bool
read_head(struct socket_channel *own, int conn)
{
	own->fcgi.ipcFd = conn;
	/* Else FCGX_Accept_r would begin by closing it. */
	own->fcgi.keepConnection = 1;
	return FCGX_Accept_r(&own->fcgi) == 0;
}

/* Return true if an accept that failed with this says nothing about us. */
static bool
is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED ||
	       error == EPROTO;
}

int
channel_accept(struct channel *channel)
{
	struct socket_channel *own = channel->arg;
	struct pollfd first = {.events = POLLIN};
	int n = stop_poll(own->fd, -1);

	if (n != 1)
		return n;
	first.fd = accept4(own->fd, NULL, NULL, SOCK_CLOEXEC);
	if (first.fd == -1)
		return is_passing(errno) ? 0 : -1;

	limit_silence(first.fd);
	if (poll(&first, 1, CHANNEL_FIRST_MS) == 1)
		return read_head(own, first.fd);
	close(first.fd);
	return 0;
}
