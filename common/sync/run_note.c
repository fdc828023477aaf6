#include "sync/run_note.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/json.h"

#define NOTE_MAX 512 /* bytes; no note is as long */

/* Write the file whole or not at all: nobody is to read half a line. */
static int
swap_note(const char *path, const struct buf *text)
{
	struct buf fresh = BUF_INIT;
	int fd, rc = -1;

	buf_addf(&fresh, "%s.new", path);
	fd = open(fresh.s, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0660);
	if (fd != -1) {
		if (write(fd, text->s, text->len) == (ssize_t)text->len)
			rc = rename(fresh.s, path);
		close(fd);
	}
	buf_release(&fresh);
	return rc;
}

int
run_note_put(const char *run, const char *user, const struct run_note *note)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc;

	json_open(&text, '{');
	json_key(&text, "at");
	json_add_int(&text, note->at_ms);
	json_key(&text, "tookMs");
	json_add_int(&text, note->took_ms);
	json_key(&text, "store");
	json_add_int(&text, note->store_requests);
	json_key(&text, "github");
	json_add_int(&text, note->github_requests);
	json_key(&text, "nextAt");
	json_add_int(&text, note->next_ms);
	json_close(&text, '}');
	buf_addc(&text, '\n');
	buf_addf(&path, "%s/last-%s", run, user);
	rc = swap_note(path.s, &text);
	buf_release(&path);
	buf_release(&text);
	return rc;
}

void
run_note_get(const char *run, const char *user, struct run_note *note)
{
	struct json_object *json = NULL;
	struct buf path = BUF_INIT;
	struct err unused = ERR_INIT;
	char text[NOTE_MAX];
	ssize_t n = -1;
	int fd;

	*note = (struct run_note){0};
	buf_addf(&path, "%s/last-%s", run, user);
	fd = open(path.s, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd != -1) {
		n = read(fd, text, sizeof text);
		close(fd);
	}
	if (n > 0 && json_parse(text, (size_t)n, &json, &unused) == 0)
		*note = (struct run_note){
		    .at_ms = json_get_int(json, "at", 0),
		    .took_ms = json_get_int(json, "tookMs", 0),
		    .store_requests = json_get_int(json, "store", 0),
		    .github_requests = json_get_int(json, "github", 0),
		    .next_ms = json_get_int(json, "nextAt", 0),
		};
	json_object_put(json);
	buf_release(&path);
}
