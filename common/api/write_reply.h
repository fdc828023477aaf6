/*
 * write_reply: end the answer to a write by saying whether Git has it
 * (http-api.md, "After a write").
 *
 *	"gitPushed":false}
 *	"gitPushed":true,"commitSha":"..","htmlUrl":".."}
 *	"gitPushed":true,"prUrl":"..","prNumber":7}
 *
 * gitPushed is true only if Git has exactly the bytes that the write has left.
 *
 * A client that sends `Prefer: wait=N` (RFC 7240) waits up to min(N, 5) s for
 * that, and SYNC_WAIT_MS at most, but not in the process that has written: the
 * answer is handed on by X-Accel-Redirect to the pool of codex-sync, so that
 * a slow GitHub holds up no other user's edit.  The answer so far travels in
 * the internal address, `/_wrote/` and the hex digits of
 *
 *	{"user":"ada","file":"0042-Brot.md","etag":"..","wait":5,"until":ms,
 *	 "body":"{\"ok\":true,.."}
 *
 * The address names the user, whom the program that has written knows: nobody
 * is asked a second time who sends the request, or counted a second time.
 *
 * Error handling: the write stands whatever happens here.  If nothing can be
 * learnt of Git, the answer says "gitPushed":false.  That answer goes along as
 * the header WRITE_REPLY_STORED; nginx gives it where the pool that waits gives
 * none or an error (nginx/snippets/parts/sync.conf).
 */
#ifndef WRITE_REPLY_H
#define WRITE_REPLY_H

#include "edit/edit.h"
#include "web/reply.h"
#include "web/request.h"

#define WRITE_REPLY_PATH   "/_wrote/"
#define WRITE_REPLY_WAIT_S 5
#define WRITE_REPLY_STORED "X-Codex-Stored"
/* Bytes of address and header together; nginx takes 16 KiB with all others. */
#define WRITE_REPLY_MAX ((size_t)12 << 10)

/*
 * End the body of the reply, an object that is still open, or hand it on; ring
 * the worker's bell if every edit goes to Git.  `file` and `etag` (hash of the
 * content) are what the write has left.
 */
void write_reply_answer(struct app *app, const struct request *request,
    const char *file, const char *etag, struct reply *reply);

/* Append the member `undo` if an edit has changed the file, not for a conflict
 * that was decided; null if it is too long to be sent back. */
void write_reply_add_undo(struct buf *out, const struct edit_result *result);

/* Make the whole answer of an edit and end it:
 * {"ok","id","file","etag","changed","undo","gitPushed",..}. */
void write_reply_edit(struct app *app, const struct request *request,
    const struct edit_result *result, struct reply *reply);

/*
 * Wait for Git and end the answer that was handed on: the handler of
 * WRITE_REPLY_PATH (serve.h).
 */
MUST_USE int write_reply_wait(struct app *app, struct request *request,
    struct reply *reply, struct err *err);

#endif
