/*
 * cmd_doctor: `codex doctor`, tell all that is wrong with a site that runs: its
 * settings first (audit.h), and if they are sound its host, store, users,
 * repository and address (doctor_*.h).
 *
 * Error handling: report.h's exit status.
 */
#ifndef CMD_DOCTOR_H
#define CMD_DOCTOR_H

/* programs_file: scripts/programs, as it is installed. */
int cmd_doctor_main(int argc, char **argv, const char *programs_file);

#endif
