/*
 * export: read the tasks of a user from the store, and print them in a form for
 * other programs (export_forms.h).
 *
 * Nothing is changed.  A file that is written meanwhile is taken as it was read
 * last, one that is removed is left out.
 *
 * Error handling: ERR_NOT_FOUND if there is no such user, or the store's error.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "app/app.h"
#include "carry/export_forms.h"

MUST_USE int export_run(struct app *app, const char *user, export_form_fn *form,
    struct buf *out, struct err *err);

#endif
