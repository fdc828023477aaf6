#include "operate/cmd_backup.h"

#include <fcntl.h>
#include <getopt.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "inspect/origin.h"
#include "operate/backup.h"
#include "operate/restore.h"

struct call {
	const char *name; /* of the command */
	const char *file;
	struct origin_places places;
};

/* Say what is wrong; return the exit status. */
static int
say_error(const struct call *call, const struct err *err)
{
	char text[MSG_TEXT_MAX];

	fprintf(stderr, "codex %s: %s%s%s\n", call->name, err_text(err, text),
	    err->detail[0] != '\0' ? " " : "", err->detail);
	return 1;
}

/* Print what was found; return true if one is an error. */
static bool
say_findings(const struct call *call, const struct findings *found)
{
	char text[MSG_TEXT_MAX];
	size_t i;

	for (i = 0; i < found->n; i++)
		fprintf(stderr, "codex %s: %s\n", call->name,
		    msg_text(&found->items[i].msg, text));
	return findings_error(found) != NULL;
}

static void
say_counts(enum msg_id id, const struct backup_counts *counts)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	msg_set(&msg, id);
	msg_value(&msg, "%zu", counts->users);
	msg_value(&msg, "%zu", counts->blobs);
	puts(msg_text(&msg, text));
}

static int
open_backup(const struct call *call, int flags, int *fd, struct err *err)
{
	struct stat st;

	*fd = open(call->file, flags | O_CLOEXEC, 0600);
	if (*fd != -1 && fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	err_set(err, ERR_SETTING, MSG_BACKUP_OPEN);
	err_value(err, "%s", call->file);
	err_value(err, "%s", strerror(*fd == -1 ? errno : EINVAL));
	if (*fd != -1)
		close(*fd);
	return -1;
}

static int
save_site(const struct call *call, int fd, struct err *err)
{
	struct findings found = FINDINGS_INIT;
	struct backup_counts counts = {0, 0};
	struct app app;
	int rc;

	if (origin_open(&call->places, &app, err) == -1)
		return -1;
	rc = backup_save(app.store, fd, &counts, &found, err);
	app_close(&app);
	if (rc == 0) {
		rc = say_findings(call, &found) ? 1 : 0;
		say_counts(MSG_BACKUP_DONE, &counts);
	}
	findings_release(&found);
	return rc;
}

static int
run_backup(const struct call *call)
{
	struct err err = ERR_INIT;
	int fd, rc;

	if (open_backup(call, O_WRONLY | O_CREAT | O_EXCL, &fd, &err) == -1)
		return say_error(call, &err);
	rc = save_site(call, fd, &err);
	if (rc == -1) {
		(void)!ftruncate(fd, 0);
		unlink(call->file);
		say_error(call, &err);
	}
	close(fd);
	return rc == 0 ? 0 : 1;
}

static int
run_restore(const struct call *call)
{
	struct backup_counts counts = {0, 0};
	struct err err = ERR_INIT;
	struct app app;
	int fd, rc;

	if (open_backup(call, O_RDONLY, &fd, &err) == -1)
		return say_error(call, &err);
	rc = origin_open(&call->places, &app, &err);
	if (rc == 0) {
		rc = restore_run(&app, fd, &counts, &err);
		app_close(&app);
	}
	close(fd);
	if (rc == -1)
		return say_error(call, &err);
	say_counts(MSG_RESTORE_DONE, &counts);
	return 0;
}

static void
describe_call(const struct call *call, FILE *out)
{
	fprintf(out,
	    "Usage: codex %s [-c FILE] BACKUP\n"
	    "  -c FILE  settings that the environment does not have;\n"
	    "           without it, and without settings in the\n"
	    "           environment, those of the units\n",
	    call->name);
}

/* Read the command line.  Return -1 to go on, else the exit status. */
static int
read_call(int argc, char **argv, struct call *call)
{
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	*call = (struct call){.name = argv[0], .places = origin_server};
	while ((c = getopt_long(argc, argv, "c:h", longs, NULL)) != -1) {
		if (c == 'c') {
			call->places.file = optarg;
			continue;
		}
		describe_call(call, c == 'h' ? stdout : stderr);
		return c == 'h' ? 0 : 2;
	}
	if (optind + 1 != argc) {
		describe_call(call, stderr);
		return 2;
	}
	call->file = argv[optind];
	return -1;
}

int
cmd_backup_save(int argc, char **argv)
{
	struct call call;
	int status = read_call(argc, argv, &call);

	return status != -1 ? status : run_backup(&call);
}

int
cmd_backup_restore(int argc, char **argv)
{
	struct call call;
	int status = read_call(argc, argv, &call);

	return status != -1 ? status : run_restore(&call);
}
