/*
 * cmd_export: `codex export`, the tasks of a user for other programs, on
 * standard output or in a new file (export.h).
 *
 * The settings come from where `codex check` has them (origin.h); the file is
 * opened before root becomes the user of the programs.
 *
 * Error handling: a sentence on standard error, and an exit status: 0 done, 1
 * no such user, or not read or written, 2 called in a wrong way.
 */
#ifndef CMD_EXPORT_H
#define CMD_EXPORT_H

int cmd_export_main(int argc, char **argv);

#endif
