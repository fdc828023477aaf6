/*
 * write_reply: how the answer to a write ends (http-api.md): is it in Git?
 *
 *	"gitPushed":false}
 *	"gitPushed":true,"commitSha":"..","htmlUrl":".."}
 *	"gitPushed":true,"prUrl":"..","prNumber":7}
 *
 * It is true only if exactly the bytes that the write has left are there.
 *
 * Who sends `Prefer: wait=N` (RFC 7240) waits up to min(N, 5) s for that,
 * and SYNC_WAIT_MS at most, but not in the process that has written: the
 * answer is handed on by X-Accel-Redirect to the pool of codex-sync, so that
 * a slow GitHub holds up nobody else's edit.  It travels in the internal
 * address, `/_wrote/` and the hex digits of
 *
 *	{"file":"0042-Brot.md","etag":"..","wait":5,"until":ms,
 *	 "body":"{\"ok\":true,.."}
 */
#ifndef WRITE_REPLY_H
#define WRITE_REPLY_H

#include "edit/edit.h"
#include "web/reply.h"
#include "web/request.h"

#define WRITE_REPLY_PATH   "/_wrote/"
#define WRITE_REPLY_WAIT_S 5

/*
 * Ends the body of the reply, an object that is still open, or hands it on;
 * rings for Git where every edit goes there.  `file` and `etag` (hash of the
 * content) are what the write has left.
 */
void write_reply_answer(struct app *app, const struct request *request,
    const char *file, const char *etag, struct reply *reply);

/* The whole answer: {"ok","id","file","etag","changed","gitPushed",..}. */
void write_reply_edit(struct app *app, const struct request *request,
    const struct edit_result *result, struct reply *reply);

/* The handler of WRITE_REPLY_PATH (serve.h). */
MUST_USE int write_reply_wait(struct app *app, struct request *request,
    struct reply *reply, struct err *err);

#endif
