/*
 * conf: load, check and print the settings (design.md 10), from one table.
 *
 * Name, kind, place, default, range and meaning stand once, in conf_table.c;
 * loading, checking, printing, the manual and the example file all come from
 * there.
 * A setting is taken from the environment, else from the file given with
 * `-c` (conf_file.h), else it has its default; an empty value counts as
 * unset.  A secret may also be a file of its name in the folder
 * CREDENTIALS_DIRECTORY (that of systemd's LoadCredential=); that goes between
 * environment and `-c`, and line ends at its end do not count.
 *
 * Error handling: conf_load fails with ERR_SETTING; conf_read finds all that
 * is wrong at once; no other function fails.
 */
#ifndef CONF_H
#define CONF_H

#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"
#include "settings/conf_table.h"

/*
 * Load and check all settings.  `file` may be NULL.  On failure conf is
 * released and err names the setting, its value (unless that may be a secret)
 * and its rule.
 */
MUST_USE int conf_load(struct conf *conf, const char *file, struct err *err);
/*
 * The same with the file at `path`, and append all that is wrong: errors, and
 * as warnings names that are no setting or stand twice.  Return -1 if one is an
 * error; then conf has the defaults where a value is wrong.  Release it in
 * either case.
 */
int conf_read(struct conf *conf, const char *path, struct findings *found);
void conf_release(struct conf *conf);

/* Append names of the environment that are no setting (conf_name.h) or stand
 * twice, as warnings; conf_read does so, too. */
void conf_check_environment(struct findings *found);

/* Append a line `NAME=value` for each setting; a secret is shown as "set". */
void conf_print(struct buf *out, const struct conf *conf);

/* Tell settings apart: hash all that are no secrets.  Programs of a site have the
 * same, as long as none was changed after one of them had started. */
#define CONF_HASH_LEN 16
void conf_hash(const struct conf *conf, char hash[CONF_HASH_LEN + 1]);

/*
 * Append an example of the file: each setting with its meaning and, commented
 * out, its default (nothing after the '=' if it has none).
 */
void conf_describe(struct buf *out);

/*
 * Return true if a repository is set up: it has an owner and a name.  The
 * token does not count, as only the worker has it.
 */
bool conf_has_repo(const struct conf *conf);

/* Return true if every request is one user's (CODEX_AUTH=local:<user>). */
bool conf_is_local(const struct conf *conf);

/* Append the host of base_url without port and brackets. */
void conf_host(struct buf *out, const struct conf *conf);
/* Return true if that host is this machine: localhost, 127.0.0.0/8 or ::1. */
bool conf_is_loopback(const struct conf *conf);

#endif
