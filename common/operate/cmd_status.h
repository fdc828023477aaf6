/*
 * cmd_status: `codex status [USER...]`, how a user's week and sync stand and
 * why, and `codex users`, who there is.
 *
 * Status answers: why does somebody see an old week (what is stored of it, and
 * whether it is the present one), is the sync stuck, since when, and what comes
 * next.  As JSON it is {"ok":true,"worker":bool,"users":[{"user","week":
 * {"token","stored","current","good"},"markedForS","sync"}]}, `sync` being what
 * GET /api/sync answers; instants are RFC 3339, null is unknown.
 *
 * Error handling: a sentence on standard error, and an exit status: 0 told, 1
 * not reached or no such user, 2 called in a wrong way.
 */
#ifndef CMD_STATUS_H
#define CMD_STATUS_H

int cmd_status_main(int argc, char **argv);
int cmd_status_users(int argc, char **argv);

#endif
