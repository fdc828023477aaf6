/*
 * cmd_logs: `codex logs-where`, where each log of a site is: of the units the
 * commands that show it, of nginx the files, of programs that `codex run` has
 * started what their standard error is.
 *
 * Which of these a site has: with settings in a file of -c or in the
 * environment, programs with sockets in CODEX_RUN; else units (origin.h).
 *
 * Error handling: a sentence on standard error, and an exit status: 0 told, 1
 * no program listens, 2 called in a wrong way.
 */
#ifndef CMD_LOGS_H
#define CMD_LOGS_H

/* `programs_file` is the list of the programs, as it is installed. */
int cmd_logs_main(int argc, char **argv, const char *programs_file);

#endif
