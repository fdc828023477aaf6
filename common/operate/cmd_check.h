/*
 * cmd_check: `codex check`, tell all that is wrong with the settings
 * (audit.h), for a person or as JSON (findings.h).
 *
 * Error handling: the exit status is 0 if they are sound, 1 if one is an
 * error, 2 if it was called in a wrong way.
 */
#ifndef CMD_CHECK_H
#define CMD_CHECK_H

int cmd_check_main(int argc, char **argv);

#endif
