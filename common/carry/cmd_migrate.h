/*
 * cmd_migrate: `codex migrate`, the container of the first system taken into
 * this one (migrate.h).
 *
 * A container is a folder if its name has a '/', else one of the account of
 * AZURE_BLOB_CONN.  Settings come from where `codex check` has them (origin.h).
 *
 * Error handling: sentences on standard error, and an exit status: 0 all was
 * taken, 1 it was not, 2 called in a wrong way.
 */
#ifndef CMD_MIGRATE_H
#define CMD_MIGRATE_H

int cmd_migrate_main(int argc, char **argv);

#endif
