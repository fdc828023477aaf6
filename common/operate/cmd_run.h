/*
 * cmd_run: `codex run`, start the programs of a site and keep them running
 * (supervisor.h).  cmd_run.c has its options.
 *
 * A program listens at CODEX_RUN/ROW.sock, mode 0660; of all secrets its
 * environment has only its own, and with -s the files in DIR/ROW are its
 * CREDENTIALS_DIRECTORY.  Once all serve, the line `ready` is printed, and our
 * own supervisor told (notify.h).  One instance at a time has a CODEX_RUN.
 *
 * Error handling: a sentence on standard error, and an exit status: 0 ended by
 * a signal, 1 not started, 2 called in a wrong way.
 */
#ifndef CMD_RUN_H
#define CMD_RUN_H

/* Where an installed system has its parts. */
struct cmd_run_places {
	const char *programs_dir;
	const char *programs_file;
};

int cmd_run_main(int argc, char **argv, const struct cmd_run_places *places);

#endif
