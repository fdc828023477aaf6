/*
 * conf_rule: say what the value of a setting must be.
 *
 * A number has its range (conf_table.c), a text the rule of its kind: what
 * will use it must be able to.  Addresses are judged as libcurl reads them
 * (address.h); owner and repository as GitHub names them: of an owner letters,
 * digits and hyphens, and the underscore before the short code of a managed
 * user, 39 at most; of a repository the same and dots, 100 at most, without
 * .git or .wiki at its end.  Older owners have two hyphens in a row or one at
 * the end, so these are taken.  A branch is what git-check-ref-format(1) and
 * `git check-ref-format --branch` take, without what GitHub takes from nobody:
 * refs/ in front, and 40 hexadecimal digits, which are an object's id.
 *
 * Error handling: ERR_SETTING.  Its sentence has the value, the rule and the
 * unit; a secret, or what looks like one that was pasted into the wrong line,
 * is never in it, nor what a terminal would obey: then the name stands alone.
 */
#ifndef CONF_RULE_H
#define CONF_RULE_H

#include "base/err.h"
#include "settings/conf_table.h"

/* Check the text of a setting of whatever kind. */
MUST_USE int conf_rule_check(
    const struct conf_setting *setting, const char *text, struct err *err);

#endif
