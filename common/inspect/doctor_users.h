/*
 * doctor_users: find out whose files are no tasks, whose sync does not come to an
 * end, and whose records a newer program wrote.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef DOCTOR_USERS_H
#define DOCTOR_USERS_H

#include "app/app.h"
#include "base/findings.h"

void doctor_users(struct app *app, struct findings *found);

#endif
