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

#include "operate/origin.h"

/*
 * Append all that is wrong.  Sets variables of the environment; if the
 * settings are those of the units, root becomes their user for good once the
 * secrets are read, so that files are judged by what the programs may.
 */
void audit_settings(const struct origin_places *places, struct findings *found);

#endif
