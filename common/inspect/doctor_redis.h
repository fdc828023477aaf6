/*
 * doctor_redis: find out whether the Redis of the settings, if they have one,
 * answers and takes a value.  A site goes on without it, so what is wrong is a
 * warning.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef DOCTOR_REDIS_H
#define DOCTOR_REDIS_H

#include "app/app.h"
#include "base/findings.h"

void doctor_redis(const struct app *app, struct findings *found);

#endif
