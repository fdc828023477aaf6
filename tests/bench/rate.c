/*
 * bench-rate PORT PATH RATE SECONDS [HEADER...]: asks at a fixed rate.
 *
 * Open loop: request i is due at start + i / RATE, whatever became of those
 * before it, and its latency counts from then on.  A client that waits for
 * answers would ask less often just when the server is slow, and so miss
 * what it came to see.  Requests that find all connections busy wait here,
 * which counts, too.
 *
 * Prints one line of JSON: number of answers, how many were no 2xx or 3xx
 * (a broken connection counts as one), the status of the last of these (0: a
 * broken connection), and latencies in microseconds.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"

#define CONNECTIONS 64

struct connection {
	int fd; /* -1 = not connected */
	bool busy;
	int64_t due_ns;
	struct buf got;
};

struct run {
	struct sockaddr_in to;
	struct buf request;
	struct connection connections[CONNECTIONS];
	int64_t start_ns, step_ns;
	long *us; /* latency of each answer */
	size_t total, sent, done, failed;
	int bad; /* status of the last failed one */
};

static int64_t
now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static int
open_connection(const struct run *run)
{
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (connect(fd, (const struct sockaddr *)&run->to, sizeof run->to) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
finish(struct run *run, struct connection *c, int status)
{
	bool is_good = status >= 200 && status < 400;

	run->us[run->done++] = (long)((now_ns() - c->due_ns) / 1000);
	run->failed += !is_good;
	if (!is_good)
		run->bad = status;
	c->busy = false;
	buf_reset(&c->got);
}

static void
fail(struct run *run, struct connection *c)
{
	close(c->fd);
	c->fd = -1;
	finish(run, c, 0);
}

static void
ask(struct run *run, struct connection *c)
{
	const struct buf *b = &run->request;

	c->due_ns = run->start_ns + (int64_t)run->sent++ * run->step_ns;
	c->busy = true;
	if (c->fd == -1)
		c->fd = open_connection(run);
	if (c->fd == -1 ||
	    send(c->fd, b->s, b->len, MSG_NOSIGNAL) != (ssize_t)b->len)
		fail(run, c);
}

/* Length of the whole answer, or 0 while its head is not complete. */
static size_t
answer_len(const struct buf *got)
{
	const char *end = strstr(got->s, "\r\n\r\n");
	const char *length = strcasestr(got->s, "\r\nContent-Length:");

	if (end == NULL)
		return 0;
	if (length == NULL || length > end)
		return (size_t)(end - got->s) + 4;
	return (size_t)(end - got->s) + 4 +
	       strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
}

static void
take(struct run *run, struct connection *c)
{
	char chunk[65536];
	ssize_t n = read(c->fd, chunk, sizeof chunk);
	size_t len;

	if (n <= 0) {
		fail(run, c);
		return;
	}
	buf_add(&c->got, chunk, (size_t)n);
	len = answer_len(&c->got);
	if (len > 0 && c->got.len >= len)
		finish(run, c, atoi(c->got.s + 9)); /* behind "HTTP/1.1 " */
}

static struct connection *
free_connection(struct run *run)
{
	size_t i;

	for (i = 0; i < CONNECTIONS; i++)
		if (!run->connections[i].busy)
			return &run->connections[i];
	return NULL;
}

/* Waits for answers, but not beyond the time when a request is due. */
static void
wait_for(struct run *run, int64_t until_ns)
{
	struct pollfd fds[CONNECTIONS];
	struct connection *of[CONNECTIONS];
	int64_t wait = until_ns - now_ns();
	struct timespec ts = {.tv_sec = 0};
	nfds_t i, n = 0;

	for (i = 0; i < CONNECTIONS; i++)
		if (run->connections[i].busy) {
			of[n] = &run->connections[i];
			fds[n].fd = of[n]->fd;
			fds[n++].events = POLLIN;
		}
	if (wait > 0)
		ts = (struct timespec){wait / 1000000000, wait % 1000000000};
	if (ppoll(fds, n, &ts, NULL) <= 0)
		return;
	for (i = 0; i < n; i++)
		if (fds[i].revents != 0)
			take(run, of[i]);
}

static void
work(struct run *run)
{
	run->start_ns = now_ns() + 1000000;
	while (run->done < run->total) {
		int64_t due = run->start_ns + (int64_t)run->sent * run->step_ns;
		struct connection *c = free_connection(run);

		if (run->sent == run->total || c == NULL)
			wait_for(run, now_ns() + 100000000);
		else if (now_ns() >= due)
			ask(run, c);
		else
			wait_for(run, due);
	}
}

static int
by_size(const void *a, const void *b)
{
	long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

static void
print(struct run *run)
{
	size_t n = run->done;

	qsort(run->us, n, sizeof *run->us, by_size);
	printf("{\"n\":%zu,\"failed\":%zu,\"bad\":%d,\"p50\":%ld,\"p90\":%ld,"
	       "\"p99\":%ld,\"max\":%ld}\n",
	    n, run->failed, run->bad, run->us[n / 2], run->us[n * 9 / 10],
	    run->us[n * 99 / 100], run->us[n - 1]);
}

static void
prepare(struct run *run, int argc, char **argv)
{
	size_t rate = strtoul(argv[3], NULL, 10);
	int i;

	run->to = (struct sockaddr_in){
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	run->step_ns = 1000000000 / (int64_t)rate;
	run->total = rate * strtoul(argv[4], NULL, 10);
	run->us = std_zalloc(run->total * sizeof *run->us);
	buf_addf(
	    &run->request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", argv[2]);
	for (i = 5; i < argc; i++)
		buf_addf(&run->request, "%s\r\n", argv[i]);
	buf_adds(&run->request, "\r\n");
	for (i = 0; i < CONNECTIONS; i++) {
		run->connections[i].fd = -1;
		buf_init(&run->connections[i].got);
	}
}

int
main(int argc, char **argv)
{
	struct run run = {.request = BUF_INIT};
	size_t i;

	if (argc < 5 || strtoul(argv[3], NULL, 10) == 0 ||
	    strtoul(argv[4], NULL, 10) == 0) {
		fprintf(stderr, "Usage: bench-rate PORT PATH RATE SECONDS "
				"[HEADER...]\n");
		return 2;
	}
	prctl(PR_SET_TIMERSLACK, 1UL);
	prepare(&run, argc, argv);
	work(&run);
	print(&run);
	for (i = 0; i < CONNECTIONS; i++)
		buf_release(&run.connections[i].got);
	buf_release(&run.request);
	free(run.us);
	return 0;
}
