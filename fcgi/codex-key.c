/*
 * codex-key: a new key for sessions (keyring.h), by hand or from a timer.  Not a
 * worker.
 */
#include <getopt.h>

#include "app/app.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/log.h"
#include "inspect/origin.h"
#include "keys/keyring.h"

static void
print_help(void)
{
	puts("codex-key: puts a new key into CODEX_KEY_FILE\n\n"
	     "Usage: codex-key [-c FILE] [--alone]\n"
	     "  -c FILE    settings that the environment does not have\n"
	     "  --alone    forget all old keys: everybody is logged out\n"
	     "  --help     this text\n\n"
	     "Programs that run follow within a second. Old keys go after\n"
	     "seven days, when the next new one comes.");
}

static int
rotate_key(const char *file, bool alone)
{
	struct err err = ERR_INIT;
	char text[MSG_TEXT_MAX];
	const struct origin origin = {.file = file};
	struct app app;
	int rc = origin_open_site(&origin, &app, &err);

	if (rc == 0 && app.conf.key_file == NULL)
		rc = err_set(&err, ERR_SETTING, MSG_CONF_NO_KEY_FILE);
	log_start("codex-key", false);
	if (rc == 0)
		rc = keyring_rotate(app.conf.key_file, app.conf.run, alone,
		    app_now(&app), &err);
	if (rc == 0)
		log_info(alone ? "new key of sessions, the only one"
			       : "new key of sessions");
	if (rc == -1)
		fprintf(stderr, "codex-key: %s %s\n", err_text(&err, text),
		    err.detail);
	app_close(&app);
	return rc == -1 ? 78 : 0;
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
	    {"alone", no_argument, NULL, 'a'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	const char *file = NULL;
	bool alone = false;
	int c;

	while ((c = getopt_long(argc, argv, "c:h", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'a':
			alone = true;
			break;
		case 'h':
			print_help();
			return 0;
		default:
			return 2;
		}
	return optind == argc ? rotate_key(file, alone) : 2;
}
