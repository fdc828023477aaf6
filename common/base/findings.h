/*
 * findings: collect what a look at settings, stores and hosts has found, each
 * as a sentence, and print all of it for a person or as JSON.  Pure.
 *
 *	struct findings found = FINDINGS_INIT;
 *
 *	findings_add(&found, FINDING_ERROR, "wert", "CODEX_TZ", &err.msg);
 *	status = findings_sound(&found) ? 0 : 1;
 *	findings_json(&out, &found, MSG_GERMAN);
 *	findings_release(&found);
 *
 * The JSON is {"ok":true,"findings":[{"level":"error" or "warn","code":…,
 * "what":…,"text":…}]}: `code` a stable word, `what` a setting, a blob or a
 * path, `text` the German sentence.  `ok` is false if one is an error.
 *
 * Error handling: no function fails.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "base/buf.h"
#include "base/msg.h"

enum finding_level { FINDING_WARN, FINDING_ERROR };

struct finding {
	enum finding_level level;
	const char *code; /* a literal */
	char *what;
	struct msg msg;
};

struct findings {
	struct finding *items;
	size_t n, cap;
};

#define FINDINGS_INIT                                                          \
	{                                                                      \
		.items = NULL                                                  \
	}

/* Append one; what is copied. */
void findings_add(struct findings *found, enum finding_level level,
    const char *code, const char *what, const struct msg *msg);
void findings_release(struct findings *found);

/* Return the first error, or NULL if there is none. */
const struct finding *findings_error(const struct findings *found);

void findings_json(
    struct buf *out, const struct findings *found, enum msg_language language);

#endif
