#include "backend/fs_changes.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/fs_file.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/lock.h"

#define ID_LEN    16 /* hex digits */
#define CTIME_MAX 40

/* What a mark says. */
struct place {
	char id[ID_LEN + 1];   /* of the log */
	size_t at;             /* so much of the log is older */
	char ctime[CTIME_MAX]; /* of the folder */
	int64_t looked_ms;     /* at all files, by the monotonic clock */
};

static int
open_log(int logs, const char *path, int how)
{
	char hash[ENC_HASH_LEN + 1];

	enc_hash(path, strlen(path), hash);
	return openat(
	    logs, hash, O_RDWR | O_APPEND | FS_FILE_NO_LINKS | how, 0600);
}

int
fs_changes_open(int logs, const char *path)
{
	return open_log(logs, path, O_CREAT);
}

/* Print the ctime of a folder; -1 if there is none that tells of each change,
 * as the file system counts in whole seconds. */
static int
print_ctime(int folder, char ctime[CTIME_MAX])
{
	struct stat st;

	if (fstat(folder, &st) == -1 || st.st_ctim.tv_nsec == 0)
		return -1;
	snprintf(ctime, CTIME_MAX, "%jx.%jx", (uintmax_t)st.st_ctim.tv_sec,
	    (uintmax_t)st.st_ctim.tv_nsec);
	return 0;
}

/* Return how long a log is; 0 if it takes no lines. */
static size_t
log_size(int log)
{
	struct stat st;

	return fstat(log, &st) == 0 ? (size_t)st.st_size : 0;
}

/* Append a line, or empty the log, so that nobody believes it. */
static int
append_line(int log, const char *prefix, const char *ctime, const char *name)
{
	struct buf line = BUF_INIT;
	int rc;

	buf_addf(&line, "\n%s%s%s%s", prefix, ctime, name[0] != '\0' ? " " : "",
	    name);
	rc = fs_file_write(log, line.s, line.len);
	if (rc == -1)
		rc = ftruncate(log, 0);
	buf_release(&line);
	return rc;
}

/* Note that an entry of the folder is about to change.  If that cannot be noted,
 * nobody may believe the log; -1 with errno if they would. */
static int
note_changing(int log, int folder, const char *name)
{
	char ctime[CTIME_MAX];
	size_t size = log_size(log);

	if (size == 0)
		return 0;
	if (size > FS_CHANGES_MAX || print_ctime(folder, ctime) == -1)
		return ftruncate(log, 0);
	return append_line(log, "", ctime, name);
}

/* Note that it has changed, or not. */
static void
note_changed(int log, int folder)
{
	char ctime[CTIME_MAX];

	/* Without its second line a change ends the chain, which is noticed. */
	if (log_size(log) > 0 && print_ctime(folder, ctime) == 0)
		(void)!append_line(log, "=", ctime, "");
}

static int
swap_entry(const struct fs_change *change)
{
	return change->temp != NULL ? renameat(change->tmp, change->temp,
					  change->folder, change->name)
				    : unlinkat(change->folder, change->name, 0);
}

static int
swap_noted(const struct fs_change *change, int log)
{
	int rc, error;

	if (note_changing(log, change->folder, change->name) == -1)
		return -1;
	rc = swap_entry(change);
	error = errno;
	note_changed(log, change->folder);
	errno = error;
	return rc;
}

/* A log is made only with the lock, so while writers share that there is one or
 * none; into one only a single writer writes at a time. */
int
fs_changes_swap(const struct fs_change *change)
{
	int rc = -1, log, error;

	if (lock_file(change->folder, LOCK_SH, change->until_ms) == -1)
		return -1;
	log = open_log(change->logs, change->path, 0);
	if (log == -1 && errno == ENOENT)
		rc = swap_entry(change);
	else if (log != -1 &&
		 lock_file(change->folder, LOCK_EX, change->until_ms) == 0)
		rc = swap_noted(change, log);
	error = errno;
	if (log != -1)
		close(log);
	flock(change->folder, LOCK_UN);
	errno = error;
	return rc;
}

static void
print_mark(const struct place *place, char mark[STORE_MARK_MAX + 1])
{
	snprintf(mark, STORE_MARK_MAX + 1, "%s-%zu-%s-%" PRId64, place->id,
	    place->at, place->ctime, place->looked_ms);
}

static int
read_mark(const char *mark, struct place *place)
{
	return sscanf(mark, "%16[0-9a-f]-%zu-%39[0-9a-f.]-%" SCNd64, place->id,
		   &place->at, place->ctime, &place->looked_ms) == 4
		   ? 0
		   : -1;
}

/* Read a log from its beginning. */
static int
read_log(int log, struct buf *text)
{
	size_t size = log_size(log);

	return lseek(log, 0, SEEK_SET) == 0 ? fs_file_read(log, text, size)
					    : -1;
}

/* Give an empty log an id. */
static int
begin_log(int log, struct buf *text)
{
	enc_random(text, ID_LEN);
	if (fs_file_write(log, text->s, text->len) == 0)
		return 0;
	(void)!ftruncate(log, 0);
	return -1;
}

int
fs_changes_mark(int log, int folder, char mark[STORE_MARK_MAX + 1])
{
	struct place place = {.looked_ms = clock_monotonic_ms()};
	struct buf text = BUF_INIT;
	int rc = read_log(log, &text);

	mark[0] = '\0';
	if (rc == 0 && text.len == 0)
		rc = begin_log(log, &text);
	if (rc == 0)
		rc = print_ctime(folder, place.ctime);
	if (rc == 0) {
		snprintf(place.id, sizeof place.id, "%.*s", ID_LEN, text.s);
		place.at = text.len;
		print_mark(&place, mark);
	}
	buf_release(&text);
	return rc;
}

/* Skip a line "\n<prefix><ctime>..." of that ctime; return what is behind it, or
 * NULL if it is another one. */
static const char *
skip_line(const char *at, const char *prefix, const char *ctime)
{
	size_t len = strlen(prefix), n = strlen(ctime);

	if (*at != '\n' || strncmp(at + 1, prefix, len) != 0 ||
	    strncmp(at + 1 + len, ctime, n) != 0)
		return NULL;
	return at + 1 + len + n;
}

/*
 * Follow the chain of changes from a ctime on, and add their names.  `ctime`
 * becomes the one at its end.
 */
static bool
follow(const char *at, char ctime[CTIME_MAX], struct buf *names)
{
	while (*at != '\0') {
		size_t len;

		at = skip_line(at, "", ctime);
		if (at == NULL || *at != ' ')
			return false;
		len = strcspn(++at, "\n");
		buf_add(names, at, len);
		buf_addc(names, '\0');
		at += len;

		if (strncmp(at, "\n=", 2) != 0)
			return false;
		at += 2;
		len = strspn(at, "0123456789abcdef.");
		if (len >= CTIME_MAX)
			return false;
		memcpy(ctime, at, len);
		ctime[len] = '\0';
		at += len;
	}
	return true;
}

static bool
is_of_log(const struct place *place, const struct buf *text)
{
	return text->len >= ID_LEN && place->at >= ID_LEN &&
	       place->at <= text->len &&
	       memcmp(text->s, place->id, ID_LEN) == 0 &&
	       memchr(text->s, '\0', text->len) == NULL;
}

bool
fs_changes_read(
    int log, int folder, char mark[STORE_MARK_MAX + 1], struct buf *names)
{
	struct place place;
	struct buf text = BUF_INIT;
	char now[CTIME_MAX];
	bool known =
	    read_mark(mark, &place) == 0 &&
	    clock_monotonic_ms() - place.looked_ms < FS_CHANGES_TRUST_MS &&
	    read_log(log, &text) == 0 && is_of_log(&place, &text) &&
	    follow(text.s + place.at, place.ctime, names) &&
	    print_ctime(folder, now) == 0 && strcmp(now, place.ctime) == 0;

	if (known) {
		place.at = text.len;
		print_mark(&place, mark);
	}
	buf_release(&text);
	return known;
}
