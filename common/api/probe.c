#include "api/probe.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/std.h"
#include "web/param.h"

#define ANSWER_MAX 4096

/* FastCGI 1.0, 8: types of records, and a role. */
enum { BEGIN_REQUEST = 1, PARAMS = 4, STDIN = 5, RESPONDER = 1 };

void
probe_print(struct buf *out, const struct conf *conf)
{
	char hash[CONF_HASH_LEN + 1];

	conf_hash(conf, hash);
	buf_addf(out, "{\"ok\":true,\"settings\":\"%s\"}", hash);
}

/* Append the head of a record of request 1; FastCGI 1.0, 3.3. */
static void
add_head(struct buf *out, int type, size_t len)
{
	const unsigned char head[] = {1, (unsigned char)type, 0, 1,
	    (unsigned char)(len >> 8), (unsigned char)(len & 0xff), 0, 0};

	buf_add(out, head, sizeof head);
}

/* FastCGI 1.0, 3.4: a length of four bytes has its first bit set. */
static void
add_param(struct buf *out, enum param param, const char *value)
{
	const char *name = param_name(param);
	size_t len = strlen(value);

	buf_addc(out, (char)strlen(name));
	buf_addc(out, (char)0x80);
	buf_addc(out, (char)(len >> 16));
	buf_addc(out, (char)(len >> 8));
	buf_addc(out, (char)len);
	buf_adds(out, name);
	buf_add(out, value, len);
}

static void
print_question(struct buf *out, const struct conf *conf)
{
	static const char begin[8] = {0, RESPONDER};
	struct buf params = BUF_INIT;

	add_param(&params, PARAM_METHOD, "GET");
	add_param(&params, PARAM_TARGET, PROBE_PATH);
	add_param(&params, PARAM_INTERNAL, PROBE_PATH);
	if (conf->proof != NULL)
		add_param(&params, PARAM_PROOF, conf->proof);
	add_head(out, BEGIN_REQUEST, sizeof begin);
	buf_add(out, begin, sizeof begin);
	add_head(out, PARAMS, params.len);
	buf_add(out, params.s, params.len);
	add_head(out, PARAMS, 0);
	add_head(out, STDIN, 0);
	buf_release(&params);
}

void
probe_folder(struct buf *out, const struct conf *conf)
{
	struct sockaddr_un own = {0};
	socklen_t len = sizeof own - 1; /* the path stays terminated */
	const char *slash = NULL;

	if (getsockname(STDIN_FILENO, (struct sockaddr *)&own, &len) == 0 &&
	    own.sun_family == AF_UNIX)
		slash = strrchr(own.sun_path, '/');
	if (slash != NULL)
		buf_add(out, own.sun_path, (size_t)(slash + 1 - own.sun_path));
	else
		buf_addf(out, "%s/", conf->run);
}

/* Connect and ask, without waiting: a queue that is full is no answer. */
static int
send_question(
    const struct buf *folder, const char *name, const struct buf *question)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return -1;
	snprintf(address.sun_path, sizeof address.sun_path, "%s%s.sock",
	    folder->s, name);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    send(fd, question->s, question->len, MSG_NOSIGNAL) ==
		(ssize_t)question->len)
		return fd;
	close(fd);
	return -1;
}

/* Read an answer, which is sent in one piece, and close. */
static void
note_answer(struct probe *probe, const struct buf *expected)
{
	static const char good[] = "{\"ok\":true";
	char answer[ANSWER_MAX];
	ssize_t n = recv(probe->fd, answer, sizeof answer, 0);

	close(probe->fd);
	probe->fd = -1;
	if (n <= 0)
		return;
	probe->answers =
	    memmem(answer, (size_t)n, good, sizeof good - 1) != NULL;
	probe->same_settings =
	    memmem(answer, (size_t)n, expected->s, expected->len) != NULL;
}

/* Wait for some answers; false if there is none left to wait for. */
static bool
await_answers(
    struct probe *probes, size_t n, int wait_ms, const struct buf *expected)
{
	struct pollfd fds[PROBE_MAX];
	bool waits = false;
	size_t i;

	for (i = 0; i < n; i++) {
		fds[i] = (struct pollfd){.fd = probes[i].fd, .events = POLLIN};
		waits |= probes[i].fd != -1;
	}
	if (!waits || poll(fds, n, wait_ms) <= 0)
		return false;
	for (i = 0; i < n; i++)
		if (fds[i].fd != -1 && fds[i].revents != 0)
			note_answer(&probes[i], expected);
	return true;
}

void
probe_run(const struct conf *conf, struct probe *probes, size_t n, int wait_ms)
{
	int64_t until = clock_monotonic_ms() + wait_ms, now;
	struct buf question = BUF_INIT, expected = BUF_INIT;
	struct buf folder = BUF_INIT;
	size_t i;

	probe_folder(&folder, conf);
	print_question(&question, conf);
	probe_print(&expected, conf);
	for (i = 0; i < n; i++) {
		probes[i].answers = probes[i].same_settings = false;
		probes[i].fd =
		    send_question(&folder, probes[i].name, &question);
	}
	do
		now = clock_monotonic_ms();
	while (now < until &&
	       await_answers(probes, n, (int)(until - now), &expected));
	for (i = 0; i < n; i++)
		if (probes[i].fd != -1)
			close(probes[i].fd);
	buf_release(&question);
	buf_release(&expected);
	buf_release(&folder);
}
