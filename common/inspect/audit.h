/*
 * audit: find all that is wrong with the settings of a site, without starting
 * it: what conf_read finds, and what the programs check when they start, for
 * all of them together (`codex check`).
 *
 * Where the settings come from: origin.h.
 *
 * Nothing is made or changed, and no network is used.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef AUDIT_H
#define AUDIT_H

#include "inspect/origin.h"

/* Append all that is wrong with the settings of that origin, which is loaded;
 * files are judged by what this process may. */
void audit_settings(const struct origin *origin, struct findings *found);

#endif
