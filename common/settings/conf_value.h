/*
 * conf_value: read and print what a setting is: a text, a number, a switch.
 * Pure.
 *
 * A time is a whole number with ms, s, m, h or d behind it, a size one with k,
 * M or G (of 1024 each, as nginx counts them); a number without a unit is in
 * milliseconds or bytes.  Nothing stands between, before or behind them but
 * the minus of a setting whose range goes below zero.
 *
 *	15m  500ms  32M  900000
 */
#ifndef CONF_VALUE_H
#define CONF_VALUE_H

#include "base/buf.h"
#include "settings/conf_table.h"

/* Return true if struct conf holds the setting as a text of its own. */
bool conf_value_is_text(const struct conf_setting *setting);

/* Return true if its value is never shown. */
bool conf_value_is_secret(const struct conf_setting *setting);

/*
 * Read the text into the setting's place in conf.  Return -1, and change
 * nothing, if it is no value of its kind or outside of its range.  Of a text
 * only control characters are judged here, the rest by conf_rule.h; of a
 * CONF_ADDRESS slashes at its end are left out.
 */
MUST_USE int conf_value_read(
    struct conf *conf, const struct conf_setting *setting, const char *text);

/* Append the value as conf_value_read takes it, numbers without units; of a
 * secret "set", and nothing for what is unset. */
void conf_value_print(struct buf *out, const struct conf *conf,
    const struct conf_setting *setting);

/* Append a number of the setting's kind with the largest unit that fits. */
void conf_value_limit(
    struct buf *out, const struct conf_setting *setting, int64_t n);

#endif
