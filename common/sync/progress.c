#include "sync/progress.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/std.h"
#include "store/blob.h"
#include "store/names.h"

#define VERSION 1

int
progress_put(struct app *app, const char *user, const char *run,
    const struct progress *progress, struct err *err)
{
	struct blob blob = BLOB_INIT;
	struct buf text = BUF_INIT;
	int rc;

	json_open(&text, '{');
	json_key(&text, "v");
	json_add_int(&text, VERSION);
	json_key(&text, "run");
	json_add_str(&text, run);
	json_key(&text, "done");
	json_add_int(&text, progress->done);
	json_key(&text, "of");
	json_add_int(&text, progress->of);
	json_close(&text, '}');
	names_key(&blob.key, NAMES_PROGRESS, user);
	rc = blob_put(app->store, &blob, &text, err);
	buf_release(&text);
	blob_release(&blob);
	return rc;
}

int
progress_remove(struct app *app, const char *user, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_PROGRESS, user);
	rc = blob_remove(app->store, &blob, err);
	blob_release(&blob);
	return rc;
}

/* Read what the blob says of that run; leave *out alone if it does not. */
static void
parse_progress(const struct buf *text, const char *run, struct progress *out)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	struct progress read;

	if (json_parse(text->s, text->len, &json, &err) == 0 &&
	    !json_is_newer(json, VERSION) &&
	    std_streq(json_get_str(json, "run"), run)) {
		read.done = json_get_int(json, "done", -1);
		read.of = json_get_int(json, "of", 0);
		if (read.done >= 0 && read.done <= read.of)
			*out = read;
	}
	json_object_put(json);
}

int
progress_get(struct app *app, const char *user, const char *run,
    struct progress *progress, struct err *err)
{
	struct blob blob = BLOB_INIT;
	int rc;

	*progress = (struct progress){0, 0};
	names_key(&blob.key, NAMES_PROGRESS, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0 && blob.is_there)
		parse_progress(&blob.bytes, run, progress);
	blob_release(&blob);
	return rc;
}
