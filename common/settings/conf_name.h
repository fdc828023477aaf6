/*
 * conf_name: tell a setting's name that is misspelt.  Pure.
 *
 * Names that begin as ours do (CODEX_, CACHE_, GITHUB_, SYNC_, AZURE_) or as
 * those of the first system did (REDIS_), and stand in no row of
 * conf_table.c, are most likely a mistake, which nothing else would show: the
 * default would be in force.  In the environment names of GITHUB_ and AZURE_
 * are other programs', too (GitHub's runners, Azure's tools): there one is
 * told only if it is close to one of ours.
 */
#ifndef CONF_NAME_H
#define CONF_NAME_H

#include "base/std.h"

/* Return true if a settings file should not have that name. */
bool conf_name_is_odd(const char *name, size_t len);
/* Return true if the environment should not. */
bool conf_name_is_odd_here(const char *name, size_t len);

/*
 * Return the name of the setting that takes the fewest changes of a letter
 * (one too many, one missing, another one, two swapped), or NULL if more than
 * half of the name would change.
 */
const char *conf_name_nearest(const char *name, size_t len);

#endif
