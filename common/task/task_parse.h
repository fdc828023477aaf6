/*
 * task_parse: reading a task file (design.md 3).  Pure.
 *
 * Error handling: what is no task is no failure of the program but a problem
 * of the file, which its owner sees with file, line and reason.
 */
#ifndef TASK_PARSE_H
#define TASK_PARSE_H

#include "task/task.h"

/* Why a file is no task (design.md 3, "Bad files"). */
struct task_problem {
	unsigned line;    /* 1-based line of the file; 0 if about the whole */
	const char *code; /* stable word: kein_utf8, kein_frontmatter,
			   * kein_yaml, schluessel_doppelt, kein_typ_task,
			   * kategorie_unbekannt, status_unbekannt, zu_gross,
			   * nummer_doppelt (that one by mirror.h) */
	struct msg reason;
};

/*
 * Reads a file.  `file` is its bare name (names_file_ok).  Returns 0 and
 * fills task, or -1 and fills problem; never fails otherwise.
 */
MUST_USE int task_parse(const char *file, const void *bytes, size_t len,
    struct task *task, struct task_problem *problem);

/* Fail with ERR_BAD_FILE, as an edit of a file does that is no task; the reason
 * is the problem's. */
int task_parse_refuse(const struct msg *reason, struct err *err);

#endif
