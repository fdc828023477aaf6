/*
 * cmd_backup: `codex backup FILE` and `codex restore FILE` (backup.h,
 * restore.h).
 *
 * The file is opened before root becomes the service's user, so it may lie
 * where only root can write.  A backup goes into a file that was not there.
 *
 * Error handling: a sentence on standard error, and an exit status: 0 done, 1
 * not, or not all of it, 2 called in a wrong way.  A backup that failed leaves
 * no file, or an empty one where it may not remove it.
 */
#ifndef CMD_BACKUP_H
#define CMD_BACKUP_H

int cmd_backup_save(int argc, char **argv);
int cmd_backup_restore(int argc, char **argv);

#endif
