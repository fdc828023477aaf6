#include "carry/cmd_backup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/backup.h"
#include "carry/new_file.h"
#include "carry/restore.h"
#include "inspect/cmdline.h"
#include "inspect/listener.h"
#include "inspect/origin.h"

/* Print what was found; return true if one is an error. */
static bool
say_findings(const struct cmdline *cmdline, const struct findings *found)
{
	char text[MSG_TEXT_MAX];
	size_t i;

	for (i = 0; i < found->n; i++)
		fprintf(stderr, "codex %s: %s\n", cmdline->name,
		    msg_text_in(
			&found->items[i].msg, cmdline_language(), text));
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
	puts(msg_text_in(&msg, cmdline_language(), text));
}

static int
open_backup(const struct cmdline *cmdline, int *fd, struct err *err)
{
	struct stat st;

	*fd = open(cmdline->args[0], O_RDONLY | O_CLOEXEC);
	if (*fd != -1 && fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	cmdline_refuse_file(err, cmdline->args[0], *fd == -1 ? errno : EINVAL);
	if (*fd != -1)
		close(*fd);
	return -1;
}

/* Save the site; return the exit status, NEW_FILE_NONE if that failed. */
static int
save_site(void *arg, int fd)
{
	const struct cmdline *cmdline = arg;
	struct findings found = FINDINGS_INIT;
	struct backup_counts counts = {0, 0};
	struct err err = ERR_INIT;
	struct app app;
	int rc = origin_open(&cmdline->places, &app, &err);

	if (rc == 0) {
		rc = backup_save(app.store, fd, &counts, &found, &err);
		app_close(&app);
	}
	if (rc == 0) {
		rc = say_findings(cmdline, &found) ? 1 : 0;
		say_counts(MSG_BACKUP_DONE, &counts);
	} else {
		(void)cmdline_fail(cmdline->name, &err);
		rc = NEW_FILE_NONE;
	}
	findings_release(&found);
	return rc;
}

static int
run_backup(struct cmdline *cmdline)
{
	struct err err = ERR_INIT;
	int status;

	if (new_file_make(
		cmdline->args[0], save_site, cmdline, &status, &err) == -1)
		return cmdline_fail(cmdline->name, &err);
	return status;
}

/* Programs that run have versions in memory and may write between two blobs. */
static int
check_stopped(const struct app *app, struct err *err)
{
	struct buf path = BUF_INIT;
	int rc;

	buf_addf(&path, "%s/render.sock", app->conf.run);
	rc = listener_connect(path.s, NULL) == -1 ? 0 : -1;
	if (rc == -1)
		err_set(err, ERR_SETTING, MSG_RESTORE_RUNS);
	buf_release(&path);
	return rc;
}

static int
run_restore(const struct cmdline *cmdline)
{
	struct backup_counts counts = {0, 0};
	struct err err = ERR_INIT;
	struct app app;
	int fd, rc;

	if (open_backup(cmdline, &fd, &err) == -1)
		return cmdline_fail(cmdline->name, &err);
	rc = origin_open(&cmdline->places, &app, &err);
	if (rc == 0) {
		rc = check_stopped(&app, &err);
		if (rc == 0)
			rc = restore_run(&app, fd, &counts, &err);
		app_close(&app);
	}
	close(fd);
	if (rc == -1)
		return cmdline_fail(cmdline->name, &err);
	say_counts(MSG_RESTORE_DONE, &counts);
	return 0;
}

/* Read the command line.  Return -1 to go on, else the exit status. */
static int
read_cmdline(int argc, char **argv, struct cmdline *cmdline)
{
	static const struct cmdline_form form = {"BACKUP", 1, 1, NULL, 0};

	return cmdline_read(argc, argv, &form, cmdline);
}

int
cmd_backup_save(int argc, char **argv)
{
	struct cmdline cmdline;
	int status = read_cmdline(argc, argv, &cmdline);

	return status != -1 ? status : run_backup(&cmdline);
}

int
cmd_backup_restore(int argc, char **argv)
{
	struct cmdline cmdline;
	int status = read_cmdline(argc, argv, &cmdline);

	return status != -1 ? status : run_restore(&cmdline);
}
