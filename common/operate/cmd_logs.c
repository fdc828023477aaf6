#include "operate/cmd_logs.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "inspect/cmdline.h"
#include "inspect/listener.h"
#include "inspect/origin.h"
#include "inspect/programs.h"
#include "settings/conf_file.h"

#define UNITS        "codex-miroir-"
#define NGINX_SITE   "/etc/nginx/sites-enabled/codex-miroir"
#define NGINX_LOG    "/var/log/nginx/codex-miroir.log"
#define NGINX_ERRORS "/var/log/nginx/error.log"

static void
print_place(const char *name, const char *where)
{
	printf("%-10s %s\n", name, where);
}

/* Print the file of each access_log of the site, once; what is not there is
 * where the installed one has it. */
static void
print_nginx_site(void)
{
	static const char directive[] = "access_log";
	FILE *f = fopen(NGINX_SITE, "re");
	struct buf seen = BUF_INIT;
	char *line = NULL;
	size_t size = 0;

	while (f != NULL && getline(&line, &size, f) != -1) {
		char *at = line + strspn(line, " \t");

		if (!std_starts(at, directive))
			continue;
		at += strlen(directive);
		at += strspn(at, " \t");
		at[strcspn(at, " \t;\r\n")] = '\0';
		if (at[0] != '/' || strstr(seen.s, at) != NULL)
			continue;
		buf_addf(&seen, "%s\n", at);
		print_place("requests", at);
	}
	if (seen.len == 0)
		print_place("requests", NGINX_LOG);
	print_place("nginx", NGINX_ERRORS);
	if (f != NULL)
		fclose(f);
	free(line);
	buf_release(&seen);
}

static void
print_unit(const struct programs_row *row)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "journalctl -u '" UNITS "%s%s'", row->name,
	    row->processes == PROGRAMS_ONE ? "" : "@*");
	print_place(row->name, text.s);
	buf_release(&text);
}

static int
print_units(const char *name, const char *programs_file)
{
	struct programs programs;
	struct err err = ERR_INIT;
	unsigned line;
	size_t i;

	if (programs_read(&programs, programs_file, &line) == -1) {
		err_set(&err, ERR_SETTING, MSG_DOCTOR_PROGRAMS);
		err_value(&err, "%s", programs_file);
		return cmdline_fail(name, &err);
	}
	print_place("all", "journalctl -u '" UNITS "*'");
	print_place("warnings", "journalctl -u '" UNITS "*' -p warning");
	print_place("check", "journalctl -u '" UNITS "check'");
	print_place("backup", "journalctl -u 'codex-backup'");
	print_place("doctor", "journalctl -u 'codex-doctor'");
	print_place("closed", "journalctl -u 'codex-closed@*'");
	for (i = 0; i < programs.n; i++)
		print_unit(&programs.rows[i]);
	print_nginx_site();
	programs_release(&programs);
	return 0;
}

/* Append CODEX_RUN of the file, else of the environment. */
static int
find_run_folder(const char *file, struct buf *run, struct err *err)
{
	struct conf_file settings = CONF_FILE_INIT;
	int rc = file != NULL ? conf_file_read(&settings, file, err) : 0;

	if (rc == 0)
		conf_file_value(&settings, "CODEX_RUN", run);
	if (rc == 0 && run->len == 0 && conf_file_env("CODEX_RUN") != NULL)
		buf_adds(run, conf_file_env("CODEX_RUN"));
	conf_file_release(&settings);
	return rc;
}

static void
print_process(pid_t pid)
{
	struct buf text = BUF_INIT;

	buf_addf(&text, "process %d, ", (int)pid);
	if (listener_output(pid, &text) == -1)
		buf_adds(&text, strerror(errno));
	print_place("all", text.s);
	print_place(
	    "nginx", "with scripts/run the same, else where its files say");
	buf_release(&text);
}

/* Every site has this program, and all of a supervisor write to one place. */
static int
print_running(const char *name, const char *file)
{
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;
	pid_t pid;
	int status = 0;

	if (find_run_folder(file, &path, &err) == -1) {
		buf_release(&path);
		return cmdline_fail(name, &err);
	}
	buf_adds(&path, "/tasks.sock");
	if (listener_connect(path.s, &pid) == 0) {
		print_process(pid);
	} else {
		err_set(&err, ERR_UNREADY, MSG_DOCTOR_SOCKET);
		err_value(&err, "codex-tasks (%s)", path.s);
		err_value(&err, "%s", strerror(errno));
		status = cmdline_fail(name, &err);
	}
	buf_release(&path);
	return status;
}

int
cmd_logs_main(int argc, char **argv, const char *programs_file)
{
	const struct cmdline_option options[] = {
	    {'p', NULL, "FILE", "the list of programs, not the installed one",
		NULL, &programs_file},
	};
	const struct cmdline_form form = {
	    "", 0, 0, options, ARRAY_LEN(options)};
	struct findings found = FINDINGS_INIT;
	struct origin origin;
	struct cmdline cmdline;
	int status = cmdline_read(argc, argv, &form, &cmdline);

	if (status != -1)
		return status;
	origin_load(&cmdline.places, &origin, &found);
	findings_release(&found);
	return origin.user != NULL
		   ? print_units(cmdline.name, programs_file)
		   : print_running(cmdline.name, cmdline.places.file);
}
