/*
 * codex: what a person who runs the system needs, one program with
 * subcommands.
 */
#include "base/std.h"
#include "carry/cmd_backup.h"
#include "carry/cmd_export.h"
#include "carry/cmd_migrate.h"
#include "client/cmd_tasks.h"
#include "inspect/cmdline.h"
#include "operate/cmd_check.h"
#include "operate/cmd_doctor.h"
#include "operate/cmd_downgrade.h"
#include "operate/cmd_fsck.h"
#include "operate/cmd_logs.h"
#include "operate/cmd_run.h"
#include "operate/cmd_status.h"

struct command {
	const char *name;
	const char *summary; /* one line for --help */
	int (*main)(int argc, char **argv);
};

static int
run_programs(int argc, char **argv)
{
	static const struct cmd_run_places places = {
	    .programs_dir = PROGRAMS_DIR,
	    .programs_file = PROGRAMS_FILE,
	};

	return cmd_run_main(argc, argv, &places);
}

static int
run_doctor(int argc, char **argv)
{
	return cmd_doctor_main(argc, argv, PROGRAMS_FILE);
}

static int
show_logs(int argc, char **argv)
{
	return cmd_logs_main(argc, argv, PROGRAMS_FILE);
}

static const struct command commands[] = {
    {"run", "start the programs and keep them running", run_programs},
    {"check", "tell all that is wrong with the settings", cmd_check_main},
    {"doctor", "tell all that is wrong with a running site", run_doctor},
    {"status", "tell how a user's week and sync stand", cmd_status_main},
    {"users", "list the users, with the state of their sync", cmd_status_users},
    {"logs-where", "tell where each log is", show_logs},
    {"fsck", "check all that is stored, and mend it", cmd_fsck_main},
    {"backup", "save all that is stored into one file", cmd_backup_save},
    {"restore", "put what was saved into an empty store", cmd_backup_restore},
    {"downgrade", "let the version before read what is stored",
	cmd_downgrade_main},
    {"migrate", "take in the container of the first system", cmd_migrate_main},
    {"export", "print a user's tasks for other programs", cmd_export_main},
    {"week", "show a person's week", cmd_tasks_week},
    {"list", "list a person's tasks", cmd_tasks_list},
    {"add", "make a task", cmd_tasks_add},
    {"done", "complete a task", cmd_tasks_done},
    {"move", "put a task into a slot, or take it out", cmd_tasks_move},
};

static void
print_commands(FILE *out)
{
	size_t i;

	fputs("codex: runs and looks after Codex Miroir\n\n"
	      "Usage: codex COMMAND [OPTION...]\n",
	    out);
	for (i = 0; i < ARRAY_LEN(commands); i++)
		fprintf(
		    out, "  %-11s %s\n", commands[i].name, commands[i].summary);
	fputs("\ncodex COMMAND -h tells a command's options; codex --version\n"
	      "the version.\n",
	    out);
}

static int
call_command(int argc, char **argv)
{
	size_t i;

	if (argc > 1 && strcmp(argv[1], "--version") == 0) {
		puts(PACKAGE_STRING);
		return 0;
	}
	if (argc > 1 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		print_commands(stdout);
		return 0;
	}
	for (i = 0; argc > 1 && i < ARRAY_LEN(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].main(argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "codex: there is no command '%s'\n\n", argv[1]);
	print_commands(stderr);
	return 2;
}

int
main(int argc, char **argv)
{
	cmdline_begin();
	return cmdline_end(call_command(argc, argv));
}
