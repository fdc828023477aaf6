#include "carry/cmd_export.h"

#include <unistd.h>

#include "app/app.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "carry/export.h"
#include "carry/export_forms.h"
#include "carry/new_file.h"
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

/* An export that goes on. */
struct job {
	const struct cmdline *cmdline;
	export_form_fn *form;
	const char *path; /* NULL: standard output */
};

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
			return cmdline_refuse_file(
			    err, path != NULL ? path : "-", errno);
		at += (size_t)n;
	}
	/* Some disks tell only then that they are full. */
	if (path != NULL && fsync(fd) == -1)
		return cmdline_refuse_file(err, path, errno);
	return 0;
}

/* Export the user; return the exit status, NEW_FILE_NONE if that failed. */
static int
export_user(void *arg, int fd)
{
	const struct job *job = arg;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	struct app app;
	int rc = origin_open(&job->cmdline->places, &app, &err);

	if (rc == 0) {
		rc = export_run(
		    &app, job->cmdline->args[0], job->form, &out, &err);
		app_close(&app);
	}
	if (rc == 0)
		rc = write_all(fd, job->path, &out, &err);
	if (rc == -1)
		(void)cmdline_fail(job->cmdline->name, &err);
	buf_release(&out);
	return rc == 0 ? 0 : NEW_FILE_NONE;
}

static int
run_export(const struct cmdline *cmdline, export_form_fn *form)
{
	struct job job = {.cmdline = cmdline,
	    .form = form,
	    .path = cmdline->n_args > 1 ? cmdline->args[1] : NULL};
	struct err err = ERR_INIT;
	int status;

	if (job.path == NULL)
		return export_user(&job, STDOUT_FILENO) == 0 ? 0 : 1;
	if (new_file_make(job.path, export_user, &job, &status, &err) == -1)
		return cmdline_fail(cmdline->name, &err);
	return status;
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
