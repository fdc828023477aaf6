/*
 * doctor_github: find out what GitHub says of the repository, the token, its
 * limits and the webhook, in three requests.  What a token may not see of the
 * webhook is no fault.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef DOCTOR_GITHUB_H
#define DOCTOR_GITHUB_H

#include "app/app.h"
#include "base/findings.h"

void doctor_github(const struct app *app, struct findings *found);

#endif
