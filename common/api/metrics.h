/*
 * metrics: answer GET /metrics, what this host does, in the text format of
 * Prometheus (version 0.0.4; http-api.md).
 *
 * Counters are those of all processes of the host (meters.h).  What only the
 * store knows (users, marks) is looked up at most every METRICS_LOOK_MS by
 * whichever process is asked, with two lists, and kept in the table for the
 * others.  If the store does not answer in time, codex_store_up is 0 and the
 * numbers that it would give are left out.
 *
 * Names of users, tasks and keys are in none of the numbers.
 *
 * Error handling: metrics_admit fails with ERR_LOGIN or ERR_FORBIDDEN;
 * metrics_check with ERR_SETTING.
 */
#ifndef METRICS_H
#define METRICS_H

#include "app/app.h"
#include "web/reply.h"
#include "web/request.h"

#define METRICS_LOOK_MS INT64_C(15000)

/* Refuse a CODEX_METRICS_TOKEN that is too short. */
MUST_USE int metrics_check(const struct conf *conf, struct err *err);
/* The same, as a program starts (serve.h). */
MUST_USE int metrics_start(struct app *app, struct err *err);

/*
 * Refuse a request that may not see the numbers.  With CODEX_METRICS_TOKEN
 * only its bearer may, wherever from.  Without it whoever sends from this
 * machine, and nobody in whose name a proxy of this machine sends: such a
 * request has a header that says so.
 */
MUST_USE int metrics_admit(
    const struct conf *conf, const struct request *request, struct err *err);

/* Fill the answer. */
void metrics_show(struct app *app, struct reply *reply);

#endif
