/*
 * codex-import DIR: takes a checkout into the store (import.h).  A command,
 * no worker; it needs the settings of one.
 */
#include "app/app.h"
#include "base/err.h"
#include "base/log.h"
#include "base/msg.h"
#include "edit/import.h"
#include "inspect/origin.h"
#include "operate/bar.h"

static void
print_told(void *arg, const struct msg *what)
{
	char text[MSG_TEXT_MAX];

	bar_clear(arg);
	fprintf(stderr, "codex-import: %s\n", msg_text(what, text));
}

static void
show_progress(void *arg, size_t done, size_t of)
{
	bar_draw(arg, done, of);
}

static int
import_folder(struct import *import, struct err *err)
{
	const struct origin origin = {.file = NULL};
	struct app app;
	int rc;

	if (origin_open_site(&origin, &app, err) == -1)
		return -1;
	rc = import_run(&app, import, err);
	app_close(&app);
	return rc;
}

int
main(int argc, char **argv)
{
	struct bar bar = BAR_INIT;
	struct import import = {
	    .tell = print_told, .progress = show_progress, .arg = &bar};
	struct err err = ERR_INIT;
	char text[MSG_TEXT_MAX];
	struct msg done;
	int rc;

	if (argc != 2 || argv[1][0] == '-') {
		fprintf(argc == 2 ? stdout : stderr,
		    "Usage: codex-import DIR\n"
		    "Takes the task files of a checkout into the store; what "
		    "the store has with\nother bytes stays as it is.\n");
		return argc == 2 && strcmp(argv[1], "--help") == 0 ? 0 : 2;
	}
	log_start("codex-import", false);
	import.dir = argv[1];
	rc = import_folder(&import, &err);
	bar_clear(&bar);
	if (rc == -1) {
		fprintf(stderr, "codex-import: %s %s\n", err_text(&err, text),
		    err.detail);
		return 1;
	}
	msg_set(&done, MSG_IMPORT_DONE);
	msg_value(&done, "%zu", import.users);
	msg_value(&done, "%zu", import.added);
	msg_value(&done, "%zu", import.same);
	msg_value(&done, "%zu", import.kept);
	msg_value(&done, "%zu", import.left);
	printf("codex-import: %s\n", msg_text(&done, text));
	return 0;
}
