/*
 * conf: the settings (design.md 10), from one table.
 *
 * Name, kind, place, default and meaning stand once, in conf_table.c;
 * loading, checking, printing, the manual and the example file all come from
 * there.
 * A setting is taken from the environment, else from the file given with
 * `-c`, else it has its default; an empty value counts as unset.  A secret
 * may also be a file of its name in the folder CREDENTIALS_DIRECTORY (that of
 * systemd's LoadCredential=); that goes between environment and `-c`, and
 * line ends at its end do not count.
 *
 * The file has the shape of a systemd EnvironmentFile: lines `NAME=value`;
 * blank lines and lines that start with '#' do not count; blanks around a
 * value and then one pair of quotes are taken off; of two lines with one name
 * the last counts.  Names that we do not know are another program's.
 */
#ifndef CONF_H
#define CONF_H

#include "base/buf.h"
#include "base/conf_table.h"
#include "base/err.h"

/*
 * Loads and checks all settings.  `file` may be NULL.  On failure conf is
 * released and err names the setting (never its value if it is a secret).
 */
MUST_USE int conf_load(struct conf *conf, const char *file, struct err *err);
void conf_release(struct conf *conf);

/* `NAME=value` per line; secrets as "set". */
void conf_print(struct buf *out, const struct conf *conf);

/*
 * An example of the file: each setting with its meaning and, commented out,
 * its default (nothing behind the '=' where it has none).
 */
void conf_describe(struct buf *out);

/*
 * True if a repository is set up: it has an owner and a name.  The token is
 * the worker's alone, and no other program can ask for it.
 */
bool conf_has_repo(const struct conf *conf);

/* CODEX_AUTH=local:<user>: everybody is that user. */
bool conf_is_local(const struct conf *conf);

/* The host of base_url without port and brackets. */
void conf_host(struct buf *out, const struct conf *conf);
/* True if that host is this machine: localhost, 127.0.0.0/8 or ::1. */
bool conf_is_loopback(const struct conf *conf);

#endif
