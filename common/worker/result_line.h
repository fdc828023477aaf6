/*
 * result_line: print what a run came to, as POST /sync and `results` of a
 * webhook show it (http-api.md):
 *
 *	{"ok":true,"mode":"diff","userId":"ada","state":"ok","text":"",
 *	 "textEnglish":"","changed":1,"removed":0,"pushed":2,"pulls":0,"conflicts":0,
 *	 "kept":0,"nextId":"0043","head":"<sha>","pending":false}
 *
 * `mode` is full if a full run was wished; `nextId` is null after 9999.
 *
 * Error handling: it does not fail.
 */
#ifndef RESULT_LINE_H
#define RESULT_LINE_H

#include "base/buf.h"
#include "run/job.h"

/* Append the line with its line end. */
void result_line_print(struct buf *out, const char *user, bool full,
    unsigned next_id, const struct job_result *r);

#endif
