#include "sync/pending.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/std.h"
#include "store/names.h"
#include "store/store.h"

#define BELL           "/sync.bell"
#define PRESS_WAIT_MS  1000 /* for another press of the same moment */
#define LINE_MAX_BYTES ((size_t)64 << 10)

int
pending_all(struct app *app, const struct user_set *users, const char *after,
    struct err *err)
{
	struct store_op *ops = std_zalloc((users->n + 1) * sizeof *ops);
	struct buf *keys = std_zalloc((users->n + 1) * sizeof *keys);
	struct buf bytes = BUF_INIT;
	size_t i;
	int rc;

	enc_stamp(&bytes, app_now(app));
	if (after != NULL)
		buf_addf(&bytes, "\n%s", after);
	for (i = 0; i < users->n; i++) {
		buf_init(&keys[i]);
		names_key(&keys[i], NAMES_PENDING, users->names[i]);
		ops[i] = (struct store_op)STORE_PUT(
		    keys[i].s, STORE_ALWAYS, NULL, bytes.s, bytes.len);
	}
	rc = store_run(app->store, ops, users->n, err);
	store_ops_release(ops, users->n);
	for (i = 0; i < users->n; i++)
		buf_release(&keys[i]);
	buf_release(&bytes);
	free(keys);
	free(ops);
	return rc;
}

int
pending_put(struct app *app, const char *user, struct err *err)
{
	struct user_set one = USER_SET_INIT;
	int rc;

	user_set_add(&one, user, strlen(user));
	rc = pending_all(app, &one, NULL, err);
	user_set_release(&one);
	return rc;
}

void
pending_read(const struct buf *bytes, struct pending_note *note)
{
	const char *after = strchr(bytes->s, '\n');

	memset(note, 0, sizeof *note);
	note->at_ms = strtoll(bytes->s, NULL, 10);
	if (after != NULL && object_id_ok(after + 1))
		snprintf(note->after, sizeof note->after, "%s", after + 1);
}

/* The lock's file holds the time of the last one; nobody sweeps it. */
static int
note_time(const struct app *app, int fd, int64_t every_ms, struct err *err)
{
	int64_t now = app_now(app), last, left;
	char text[32] = "";

	if (pread(fd, text, sizeof text - 1, 0) == -1)
		return err_set(err, ERR_STORE, "Der Abgleich startet nicht.");
	last = strtoll(text, NULL, 10);
	left = last <= now ? last + every_ms - now : 0;
	if (left > 0) {
		err_set(err, ERR_RATE,
		    "Eben erst wurde abgeglichen. Bitte gleich noch einmal.");
		err->retry_s = (unsigned)((left + 999) / 1000);
		return -1;
	}
	snprintf(text, sizeof text, "%020lld", (long long)now);
	if (pwrite(fd, text, strlen(text), 0) == -1)
		return err_set(err, ERR_STORE, "Der Abgleich startet nicht.");
	return 0;
}

/* ERR_RATE if the user did that less than every_ms ago on this host. */
static int
not_so_often(const struct app *app, const char *what, const char *user,
    int64_t every_ms, struct err *err)
{
	struct buf name = BUF_INIT;
	int fd, rc;

	buf_addf(&name, "%s-%s", what, user);
	rc = lock_take(app->conf.run, name.s, PRESS_WAIT_MS, &fd, err);
	buf_release(&name);
	if (rc == -1)
		return -1;
	rc = note_time(app, fd, every_ms, err);
	lock_drop(fd);
	return rc;
}

int
pending_press(struct app *app, const char *user, struct err *err)
{
	return not_so_often(app, "sync", user, app->conf.sync_min_ms, err);
}

int
pending_list(struct app *app, char ***users, size_t *n, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	size_t i, cap = 0;

	*users = NULL;
	*n = 0;
	if (store_list(app->store, "pending/", &list, err) == -1)
		return -1;
	for (i = 0; i < list.n; i++) {
		const char *user = list.items[i].key + strlen("pending/");

		if (!names_user_ok(user))
			continue;
		STD_GROW(*users, *n, cap);
		(*users)[(*n)++] = std_strdup(user);
	}
	store_list_release(&list);
	return 0;
}

static int
address(const struct app *app, struct sockaddr_un *addr)
{
	int n;

	memset(addr, 0, sizeof *addr);
	addr->sun_family = AF_UNIX;
	n = snprintf(
	    addr->sun_path, sizeof addr->sun_path, "%s" BELL, app->conf.run);
	return n < (int)sizeof addr->sun_path ? 0 : -1;
}

static void
print_ring(struct buf *out, const struct pending_ring *ring)
{
	json_open(out, '{');
	json_key(out, "user");
	json_add_str(out, ring->user);
	json_key(out, "full");
	json_add_bool(out, ring->full);
	json_key(out, "confirm");
	json_add_bool(out, ring->confirm);
	json_key(out, "later");
	json_add_bool(out, ring->later);
	json_close(out, '}');
	buf_addc(out, '\n');
}

/* One line, or what came until the time was over. */
static bool
read_line(int fd, int64_t wait_ms, struct buf *out)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char chunk[4096];
	ssize_t n;

	while (out->len < LINE_MAX_BYTES && poll(&p, 1, (int)wait_ms) == 1 &&
	       (n = read(fd, chunk, sizeof chunk)) > 0) {
		buf_add(out, chunk, (size_t)n);
		if (memchr(chunk, '\n', (size_t)n) != NULL)
			return true;
	}
	return false;
}

/* A socket at the bell, or -1. */
static int
reach(const struct app *app)
{
	struct sockaddr_un addr;
	/* A worker with a full queue must not hold who rings: he is marked. */
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd != -1 && address(app, &addr) == 0 &&
	    connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0)
		return fd;
	if (fd != -1)
		close(fd);
	return -1;
}

bool
pending_is_heard(const struct app *app)
{
	int fd = reach(app);

	if (fd != -1)
		close(fd);
	return fd != -1;
}

bool
pending_ring(const struct app *app, const struct pending_ring *ring,
    int64_t wait_ms, struct buf *out)
{
	struct buf line = BUF_INIT, answer = BUF_INIT;
	bool answered = false;
	int fd = reach(app);

	if (fd == -1)
		return false;
	print_ring(&line, ring);
	if (send(fd, line.s, line.len, MSG_NOSIGNAL) == (ssize_t)line.len &&
	    wait_ms > 0 && read_line(fd, wait_ms, &answer)) {
		buf_add(out, answer.s, answer.len - 1);
		answered = true;
	}
	close(fd);
	buf_release(&line);
	buf_release(&answer);
	return answered;
}

int
pending_listen(const struct app *app, int *out, struct err *err)
{
	struct sockaddr_un addr;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1 || address(app, &addr) == -1)
		goto fail;
	unlink(addr.sun_path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof addr) == -1 ||
	    chmod(addr.sun_path, 0660) == -1 || listen(fd, 128) == -1)
		goto fail;
	*out = fd;
	return 0;
fail:
	err_set(err, ERR_SETTING,
	    "Die Klingel für den Abgleich ließ sich nicht anlegen: %s.",
	    strerror(errno));
	if (fd != -1)
		close(fd);
	return -1;
}

/* Marks and rings. */
static int
start(struct app *app, const char *user, struct err *err)
{
	const struct pending_ring ring = {.user = user, .later = true};
	struct buf nothing = BUF_INIT;

	if (pending_put(app, user, err) == -1)
		return -1;
	pending_ring(app, &ring, 0, &nothing);
	buf_release(&nothing);
	return 0;
}

static bool
is_due(const struct app *app, const struct pending_seen *seen)
{
	const struct conf *conf = &app->conf;
	int64_t age = app_now(app) - seen->synced_ms;

	if (seen->unsynced)
		return true;
	/* A time to come was a wrong clock's. */
	return conf->background_sync && conf_has_repo(conf) &&
	       (age >= conf->cache_ttl_blob_ms || age < 0);
}

int
pending_background(struct app *app, const char *user,
    const struct pending_seen *seen, struct err *err)
{
	struct err often = ERR_INIT;

	if (!is_due(app, seen))
		return 0;
	if (not_so_often(app, "background", user, app->conf.cache_ttl_blob_ms,
		&often) == 0)
		return start(app, user, err);
	if (often.code == ERR_RATE)
		return 0;
	*err = often;
	return -1;
}
