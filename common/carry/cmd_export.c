#include "carry/cmd_export.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/export.h"
#include "carry/export_forms.h"
#include "inspect/cmdline.h"
#include "inspect/origin.h"

#define FORMS 4

/* In the order of the options. */
static export_form_fn *const forms[FORMS] = {
    export_forms_md, export_forms_json, export_forms_csv, export_forms_ics};

/* Return the form that was asked for; NULL if it is not exactly one. */
static export_form_fn *
choose_form(const bool given[FORMS])
{
	export_form_fn *form = NULL;
	size_t i, n = 0;

	for (i = 0; i < FORMS; i++)
		if (given[i]) {
			form = forms[i];
			n++;
		}
	return n == 1 ? form : NULL;
}

static int
refuse_output(struct err *err, const char *path)
{
	const char *why = strerror(errno);

	err_set(err, ERR_SETTING, MSG_BACKUP_OPEN);
	err_value(err, "%s", path);
	return err_value(err, "%s", why);
}

/* Open the new file, or standard output where there is none. */
static int
open_output(const char *path, int *fd, struct err *err)
{
	*fd = path == NULL
		  ? STDOUT_FILENO
		  : open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return *fd != -1 ? 0 : refuse_output(err, path);
}

static int
write_all(int fd, const char *path, const struct buf *bytes, struct err *err)
{
	size_t at = 0;
	ssize_t n;

	while (at < bytes->len) {
		n = write(fd, bytes->s + at, bytes->len - at);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return refuse_output(err, path != NULL ? path : "-");
		at += (size_t)n;
	}
	return 0;
}

static int
export_user(const struct cmdline *cmdline, export_form_fn *form,
    struct buf *out, struct err *err)
{
	struct app app;
	int rc = origin_open(&cmdline->places, &app, err);

	if (rc == 0) {
		rc = export_run(&app, cmdline->args[0], form, out, err);
		app_close(&app);
	}
	return rc;
}

static int
run_export(const struct cmdline *cmdline, export_form_fn *form)
{
	const char *path = cmdline->n_args > 1 ? cmdline->args[1] : NULL;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	int fd, rc;

	if (open_output(path, &fd, &err) == -1)
		return cmdline_fail(cmdline->name, &err);
	rc = export_user(cmdline, form, &out, &err);
	if (rc == 0)
		rc = write_all(fd, path, &out, &err);
	if (path != NULL && close(fd) == -1 && rc == 0)
		rc = refuse_output(&err, path);
	if (rc == -1 && path != NULL)
		unlink(path);
	buf_release(&out);
	return rc == 0 ? 0 : cmdline_fail(cmdline->name, &err);
}

int
cmd_export_main(int argc, char **argv)
{
	bool given[FORMS] = {false};
	const struct cmdline_option options[FORMS] = {
	    {0, "md", NULL, "one Markdown document", &given[0], NULL},
	    {0, "json", NULL, "JSON, tasks as the API has them", &given[1],
		NULL},
	    {0, "csv", NULL, "a table for spreadsheets", &given[2], NULL},
	    {0, "ics", NULL, "a calendar", &given[3], NULL},
	};
	const struct cmdline_form form = {"USER [FILE]", 1, 2, options, FORMS};
	struct cmdline cmdline;
	int status = cmdline_read(argc, argv, &form, &cmdline);
	export_form_fn *chosen = choose_form(given);

	if (status != -1)
		return status;
	if (chosen == NULL)
		return cmdline_refuse(cmdline.name, &form);
	return run_export(&cmdline, chosen);
}
