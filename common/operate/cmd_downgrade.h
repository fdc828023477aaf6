/*
 * cmd_downgrade: `codex downgrade`, which writes the records of all users as the
 * version before this one reads them (downgrade.h), so that it can be installed
 * again.
 */
#ifndef CMD_DOWNGRADE_H
#define CMD_DOWNGRADE_H

/* Return the exit status: 0, 1 if some user's records could not be written, 2
 * after a wrong call. */
int cmd_downgrade_main(int argc, char **argv);

#endif
