/*
 * cmd_fsck: `codex fsck`, check all that is stored (fsck_user.h), and what
 * belongs to no user: marks, artifacts and what a doctor that was killed left.
 * With --repair it mends what can be mended without a loss; else it only reads.
 *
 * Error handling: report.h's exit status.
 */
#ifndef CMD_FSCK_H
#define CMD_FSCK_H

int cmd_fsck_main(int argc, char **argv);

#endif
