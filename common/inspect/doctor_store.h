/*
 * doctor_store: find out whether the store does what store.h promises, with a
 * blob of its own that it puts, changes and removes, and how its clock goes.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef DOCTOR_STORE_H
#define DOCTOR_STORE_H

#include "app/app.h"
#include "base/findings.h"

/* Return false if the store cannot be used at all. */
bool doctor_store(struct app *app, struct findings *found);

#endif
