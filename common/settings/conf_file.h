/*
 * conf_file: read a settings file, and judge its lines.
 *
 * It has the shape of a systemd EnvironmentFile: lines `NAME=value`; blank
 * lines and lines that start with '#' do not count; blanks around a value and
 * then one pair of quotes are taken off; of two lines with one name the last
 * counts.
 *
 * Error handling: what cannot be read is an ERR_SETTING.
 */
#ifndef CONF_FILE_H
#define CONF_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"

struct conf_file {
	const char *path; /* the caller's */
	struct buf text;
};

#define CONF_FILE_INIT                                                         \
	{                                                                      \
		.text = BUF_INIT                                               \
	}

/* Read the file at path, which must live as long as `file`. */
MUST_USE int conf_file_read(
    struct conf_file *file, const char *path, struct err *err);
/* Erase and free the text. */
void conf_file_release(struct conf_file *file);

/* Append the value of a name, nothing if the file has none. */
void conf_file_value(
    const struct conf_file *file, const char *name, struct buf *out);

/*
 * Find lines of no known shape, which are mistakes that would go unseen
 * (errors), names that stand twice, and names that are no setting
 * (conf_name.h).  Of each kind the first twenty are told.
 */
void conf_file_check(const struct conf_file *file, struct findings *found);

/* Tell that a name is no setting, and which one is nearest. */
void conf_file_odd_name(const char *name, size_t len, struct findings *found);

/* Return a variable of the environment; NULL if it is unset, or empty, which
 * counts the same. */
const char *conf_file_env(const char *name);

/* Append the secret in the file at path, without line ends at its end.  A file
 * that is not there is a secret that is not set. */
MUST_USE int conf_file_secret(
    const char *path, struct buf *out, struct err *err);
/* The same for the file of that name in the folder CREDENTIALS_DIRECTORY. */
MUST_USE int conf_file_credential(
    const char *name, struct buf *out, struct err *err);

#endif
