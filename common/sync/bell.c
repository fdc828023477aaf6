#include "sync/bell.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"
#include "base/std.h"

#define FILE_NAME   "/sync.bell"
#define BACKLOG     128
#define RING_MAX    4096 /* bytes of a ring */
#define RING_WAIT_S 1
#define ANSWER_MAX  ((size_t)64 << 10) /* bytes of an answer */

static int
fill_address(const struct app *app, struct sockaddr_un *addr)
{
	int n;

	memset(addr, 0, sizeof *addr);
	addr->sun_family = AF_UNIX;
	n = snprintf(addr->sun_path, sizeof addr->sun_path, "%s" FILE_NAME,
	    app->conf.run);
	return n < (int)sizeof addr->sun_path ? 0 : -1;
}

/* The side of the programs that ring. */

/*
 * Return a socket that is connected to the worker, or -1.  Non-blocking, so
 * that a worker whose queue is full does not hold up a request: its user is
 * marked anyway.
 */
static int
connect_bell(const struct app *app)
{
	struct sockaddr_un addr;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd != -1 && fill_address(app, &addr) == 0 &&
	    connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

static void
print_wish(struct buf *out, const struct app *app, const char *user,
    const struct bell_wish *wish)
{
	json_open(out, '{');
	json_key(out, "user");
	json_add_str(out, user);
	json_key(out, "full");
	json_add_bool(out, wish->full);
	json_key(out, "confirm");
	json_add_bool(out, wish->confirm);
	json_key(out, "later");
	json_add_bool(out, wish->later);
	json_key(out, "request");
	json_add_str(out, app_request_id(app));
	json_close(out, '}');
	buf_addc(out, '\n');
}

/*
 * Append what the worker sends to out.  Return true if a whole line came
 * before wait_ms passed without a byte.
 */
static bool
read_answer_line(int fd, int64_t wait_ms, struct buf *out)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char chunk[4096];
	ssize_t n;

	while (out->len < ANSWER_MAX && poll(&p, 1, (int)wait_ms) == 1 &&
	       (n = read(fd, chunk, sizeof chunk)) > 0) {
		buf_add(out, chunk, (size_t)n);
		if (memchr(chunk, '\n', (size_t)n) != NULL)
			return true;
	}
	return false;
}

bool
bell_ring(const struct app *app, const char *user, const struct bell_wish *wish,
    int64_t wait_ms, struct buf *out)
{
	struct buf line = BUF_INIT, answer = BUF_INIT;
	bool answered = false;
	int fd = connect_bell(app);

	if (fd == -1)
		return false;
	print_wish(&line, app, user, wish);
	if (send(fd, line.s, line.len, MSG_NOSIGNAL) == (ssize_t)line.len &&
	    wait_ms > 0 && read_answer_line(fd, wait_ms, &answer)) {
		buf_add(out, answer.s, answer.len - 1);
		answered = true;
	}
	close(fd);
	buf_release(&line);
	buf_release(&answer);
	return answered;
}

void
bell_ring_later(const struct app *app, const char *user)
{
	const struct bell_wish wish = {.later = true};
	struct buf unused = BUF_INIT;

	bell_ring(app, user, &wish, 0, &unused);
	buf_release(&unused);
}

bool
bell_is_heard(const struct app *app)
{
	int fd = connect_bell(app);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

/* The worker's side. */

int
bell_listen(const struct app *app, int *out, struct err *err)
{
	struct sockaddr_un addr;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1 || fill_address(app, &addr) == -1)
		goto fail;
	/* A worker that was killed has left its socket. */
	unlink(addr.sun_path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1 ||
	    chmod(addr.sun_path, 0660) == -1 || listen(fd, BACKLOG) == -1)
		goto fail;
	*out = fd;
	return 0;
fail:
	err_set(err, ERR_SETTING, MSG_CONF_WAKE_PIPE);
	err_value(err, "%s", strerror(errno));
	if (fd != -1)
		close(fd);
	return -1;
}

/* Copy what has the form of an id, for lines of the log. */
static void
copy_request(struct bell_wish *wish, const char *id)
{
	size_t len = id != NULL ? strlen(id) : 0;

	wish->request[0] = '\0';
	if (len <= BELL_REQUEST_MAX && len > 0 &&
	    strspn(id, "0123456789abcdef") == len)
		memcpy(wish->request, id, len + 1);
}

static bool
parse_wish(const struct buf *line, char user[NAMES_USER_MAX + 1],
    struct bell_wish *wish)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	const char *name;
	bool is_good;

	if (json_parse(line->s, line->len, &json, &err) == -1)
		return false;
	name = json_get_str(json, "user");
	is_good = name != NULL && names_user_ok(name);
	if (is_good) {
		snprintf(user, NAMES_USER_MAX + 1, "%s", name);
		wish->full = json_get_bool(json, "full");
		wish->confirm = json_get_bool(json, "confirm");
		wish->later = json_get_bool(json, "later");
		copy_request(wish, json_get_str(json, "request"));
	}
	json_object_put(json);
	return is_good;
}

bool
bell_read(int fd, char user[NAMES_USER_MAX + 1], struct bell_wish *wish)
{
	const struct timeval limit = {RING_WAIT_S, 0};
	struct buf line = BUF_INIT;
	char chunk[512];
	ssize_t n;
	bool is_good;

	/* A connection that sends nothing must not stop the worker. */
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	while (line.len < RING_MAX && strchr(line.s, '\n') == NULL &&
	       (n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(&line, chunk, (size_t)n);
	is_good = line.len > 0 && parse_wish(&line, user, wish);
	buf_release(&line);
	return is_good;
}
