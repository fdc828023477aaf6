#include "api/channel.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "api/fcgi_records.h"
#include "base/std.h"
#include "base/stop.h"
#include "web/param.h"

/* A connection that waits for its next request, or for its first. */
struct parked {
	int fd;
	unsigned served;
};

/* A channel and what libfcgi keeps of its request. */
struct socket_channel {
	struct channel channel; /* its arg is this struct */
	FCGX_Request fcgi;
	int listening;
	int signals; /* of stop.h */
	int epoll;   /* the two above, and what is parked */
	/* Of the connection whose request is answered now. */
	unsigned served;
	bool is_watched;
	struct param_index index;
	const char *params[PARAM_COUNT]; /* of libfcgi; NULL is absent */
	/* The longest parked first. */
	struct parked parked[CHANNEL_PARKED];
	size_t n_parked;
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
cgi_param(void *arg, enum param param)
{
	(void)arg;
	return getenv(param_name(param));
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
fcgi_param(void *arg, enum param param)
{
	const struct socket_channel *own = arg;

	return own->params[param];
}

static int
fcgi_read(void *arg, char *bytes, int len)
{
	struct socket_channel *own = arg;
	int n = FCGX_GetStr(bytes, len, own->fcgi.in);

	return n < len && FCGX_GetError(own->fcgi.in) != 0 ? -1 : n;
}

static int
watch(const struct socket_channel *own, int fd, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.fd = fd};

	return epoll_ctl(own->epoll, EPOLL_CTL_ADD, fd, &event);
}

/* Take the connection at `at` out of those that are parked. */
static struct parked
unpark(struct socket_channel *own, size_t at)
{
	const struct parked taken = own->parked[at];

	own->n_parked--;
	memmove(own->parked + at, own->parked + at + 1,
	    (own->n_parked - at) * sizeof *own->parked);
	return taken;
}

/* Let a connection wait for its next request.  Of too many the one that has
 * waited longest is closed: nginx has a use for the others first. */
static void
park(struct socket_channel *own, int conn, unsigned served)
{
	if (own->n_parked == CHANNEL_PARKED)
		close(unpark(own, 0).fd);
	if (!own->is_watched && watch(own, conn, EPOLLIN) == -1) {
		close(conn);
		return;
	}
	own->parked[own->n_parked++] = (struct parked){conn, served};
}

/* The client has a request ready that it sends over a new connection, and is
 * not to blame if that breaks, so only those that are kept are closed. */
void
channel_let_go(void *channel)
{
	struct socket_channel *own = ((struct channel *)channel)->arg;
	size_t i, n = 0;

	for (i = 0; i < own->n_parked; i++)
		if (own->parked[i].served > 0)
			close(own->parked[i].fd);
		else
			own->parked[n++] = own->parked[i];
	own->n_parked = n;
}

/*
 * Send both past libfcgi, which then has nothing to send: it only frees what it
 * has of the request, and closes the connection unless the client asked to keep
 * it.  It is not kept with a part of the request unread, which would be taken
 * for the next one.
 */
static void
fcgi_write(void *arg, const struct buf *head, const struct buf *body)
{
	struct socket_channel *own = arg;

	bool sent = fcgi_records_send(own->fcgi.ipcFd,
			(unsigned)own->fcgi.requestId, head, body) == 0;
	bool keep = sent && own->fcgi.keepConnection && !*stop_flag() &&
		    own->fcgi.in->isClosed &&
		    FCGX_GetError(own->fcgi.in) == 0 &&
		    own->served < CHANNEL_REQUESTS;

	FCGX_Free(&own->fcgi, !keep);
	if (own->fcgi.ipcFd != -1)
		park(own, own->fcgi.ipcFd, own->served);
	own->fcgi.ipcFd = -1;
}

/* Share the listening socket with other processes: one of them is woken by a
 * connection, and another one may have taken it by then. */
static int
watch_all(struct socket_channel *own)
{
	int flags = fcntl(own->listening, F_GETFL);

	if (flags == -1 ||
	    fcntl(own->listening, F_SETFL, flags | O_NONBLOCK) == -1)
		return -1;
	own->signals = stop_descriptor();
	own->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (own->signals == -1 || own->epoll == -1)
		return -1;
	/* The signals first: epoll tells of what is ready in this order. */
	if (watch(own, own->signals, EPOLLIN) == -1)
		return -1;
	return watch(own, own->listening, EPOLLIN | EPOLLEXCLUSIVE);
}

int
channel_open(struct channel **out, int fd)
{
	struct socket_channel *own;

	/* FCGX_Init puts handlers of its own in place of defaults: one that
	 * heard a signal would keep it from us, so ours take their place
	 * before any is let in. */
	stop_defer();
	if (FCGX_Init() != 0)
		return -1;
	stop_catch();

	own = std_zalloc(sizeof *own);
	own->channel =
	    (struct channel){true, fcgi_param, fcgi_read, fcgi_write, own};
	own->listening = fd;
	own->signals = own->epoll = -1;
	param_index_fill(&own->index);
	/* -1: libfcgi must not accept by itself. */
	FCGX_InitRequest(&own->fcgi, -1, FCGI_FAIL_ACCEPT_ON_INTR);
	*out = &own->channel;
	if (watch_all(own) == 0)
		return 0;
	channel_close(*out);
	return -1;
}

void
channel_close(struct channel *channel)
{
	struct socket_channel *own = channel->arg;

	while (own->n_parked > 0)
		close(unpark(own, 0).fd);
	FCGX_Free(&own->fcgi, own->fcgi.ipcFd != -1);
	if (own->epoll != -1)
		close(own->epoll);
	if (own->signals != -1)
		close(own->signals);
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
	own->served++;
	if (FCGX_Accept_r(&own->fcgi) != 0)
		return false;
	/* FCGX_GetParam compares a name with all of them, at each call. */
	param_take(&own->index, own->fcgi.envp, own->params);
	return true;
}

/* Return true if an accept that failed with this says nothing about us. */
static bool
is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED ||
	       error == EPROTO;
}

/*
 * Take a new connection.  nginx writes right after it has connected; one that
 * says nothing yet is parked, so that it holds nobody.  Return 1 if there is a
 * request, 0 if not, -1 without a descriptor for it.
 */
static int
take_new(struct socket_channel *own)
{
	struct pollfd first = {.events = POLLIN};

	first.fd = accept4(own->listening, NULL, NULL, SOCK_CLOEXEC);
	if (first.fd == -1)
		return is_passing(errno) ? 0 : -1;
	limit_silence(first.fd);
	own->is_watched = false;
	own->served = 0;
	if (poll(&first, 1, CHANNEL_FIRST_MS) == 1)
		return read_head(own, first.fd);
	park(own, first.fd, 0);
	return 0;
}

/* Take a connection that was parked: its next request is there, or its end. */
static int
take_parked(struct socket_channel *own, int conn)
{
	size_t i = 0;

	while (own->parked[i].fd != conn)
		i++;
	own->is_watched = true;
	own->served = unpark(own, i).served;
	return read_head(own, conn);
}

/* Hear the signal: what has come over a connection is still answered. */
static void
hear_signal(struct socket_channel *own)
{
	stop_take(own->signals);
	epoll_ctl(own->epoll, EPOLL_CTL_DEL, own->signals, NULL);
	epoll_ctl(own->epoll, EPOLL_CTL_DEL, own->listening, NULL);
}

/* Take what epoll tells of: return 1 if it is a request, 0 if not, -1 if there
 * is no descriptor for it. */
static int
take_ready(struct socket_channel *own, int fd)
{
	if (fd == own->listening)
		return take_new(own);
	if (fd != own->signals)
		return take_parked(own, fd);
	hear_signal(own);
	return 0;
}

/* How long to wait: for ever, or once a signal has come only for what is on its
 * way over new connections. */
static int
wait_ms(const struct socket_channel *own)
{
	size_t i;

	if (!*stop_flag())
		return -1;
	for (i = 0; i < own->n_parked; i++)
		if (own->parked[i].served == 0)
			return CHANNEL_LAST_MS;
	return 0;
}

int
channel_accept(struct channel *channel)
{
	struct socket_channel *own = channel->arg;
	struct epoll_event event;
	int n;

	do {
		n = epoll_wait(own->epoll, &event, 1, wait_ms(own));
		if (n == 0)
			return 0;
		if (n == 1)
			n = take_ready(own, event.data.fd);
		else if (errno == EINTR)
			n = 0;
	} while (n == 0);
	return n;
}
