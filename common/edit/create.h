/*
 * create: create a task (http-api.md, "POST /api/tasks"; design.md 7,
 * "Numbers").
 *
 * With a key (Idempotency-Key) the request claims
 * `state/<user>/idempotency/<hash of key>` for 24 h, after it has a number
 * and before the task is stored:
 *
 *	{"created":ms,"request":"<hash>","file":"..","etag":"..",
 *	 "stored":false}
 *
 * `request` is the hash of the request's value, so it does not matter how the
 * JSON was spelled; `etag` is that of the task's bytes.  `stored` becomes true
 * after the task is put, and before the creation is acknowledged.
 *
 * The claim names the file, so another try of the same request finishes the
 * job and gives the same answer; another request is ERR_KEY_REUSED.  A task
 * that was stored may be changed or removed since: it is not made a second
 * time.  Until `stored` is true, a file counts as that task if it has the
 * claimed bytes, under its name or in the trash, or the claimed Markdown: its
 * owner may have changed it after a request that was killed.  Another file is
 * somebody else's if Git has it, and the task gets another number; if Git does
 * not have it, nobody can tell, and the answer is ERR_CONTENDED.
 *
 * Error handling: -1 with ERR_NUMBERS, ERR_BUSY (the lock), ERR_CONTENDED,
 * ERR_KEY_REUSED, or the store's error.  A number that was taken stays used
 * up.  After a fault of the store the task may be there: with a key the same
 * request again finishes the job, without one it makes a second task.
 */
#ifndef CREATE_H
#define CREATE_H

#include "app/app.h"
#include "app/user_cache.h"
#include "base/enc.h"
#include "task/task.h"

#define CREATE_CLAIM_MS DAY_MS

struct create {
	const char *user;
	const struct task_edit *edit; /* kind set */
	const char *key;              /* or NULL; 1 to 255 printable bytes */
	const struct buf *request;    /* what came with the key: its value,
				       * as json_add_value prints it */
};
struct create_result {
	struct buf file;             /* bare name */
	char etag[ENC_HASH_LEN + 1]; /* hash of the content */
};
#define CREATE_RESULT_INIT                                                     \
	{                                                                      \
		.file = BUF_INIT                                               \
	}
void create_result_release(struct create_result *result);

/* Store a new task and publish it (publish_write); fill result. */
MUST_USE int create_task(struct app *app, const struct create *create,
    struct create_result *result, struct err *err);

/*
 * Append the title that a new file of these bytes is named by: the edit's, or
 * else the one that follows from its body; nothing if there is none.
 */
void create_title(
    struct buf *out, const struct task_edit *edit, const struct buf *bytes);

/* Say what the bytes of a claim are. */
enum user_cache_parsed create_judge_claim(const struct buf *bytes);

#endif
