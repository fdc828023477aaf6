/*
 * render: what the two pools of codex-render share.
 */
#ifndef RENDER_H
#define RENDER_H

#include "api/serve.h"
#include "app/view.h"

/* Where the hit pool hands on to; the state of view.h follows. */
#define RENDER_BUILD_PATH "/_build/"

/* The pool behind that address (render-build.c). */
extern const struct serve_program render_build;

/* True with ?nocache=true: build in any case. */
bool render_wants_build(const struct request *request);
/* Make the reply of an answer, with the present moment beside the body; take
 * over what the answer owns. */
void render_reply(
    const struct app *app, struct reply *reply, struct view_answer *answer);

#endif
