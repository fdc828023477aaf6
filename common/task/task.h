/*
 * task: one task file, read (design.md 3).  task_splice.h edits it,
 * task_print.h writes a new one.  Pure: bytes in, bytes out.
 *
 * A task file is YAML front matter between `---` lines, then Markdown:
 *
 *	---
 *	typ: task
 *	kategorie: arbeit
 *	status: offen
 *	tags: [team, q4]
 *	deadline: 05.12.2026
 *	fixedSlot: {datum: 26.11.2026, zeit: morgens}
 *	---
 *
 *	# Title
 *
 *	Text.
 *
 * fixedSlot may be a map, a list of one-key maps, or null.  A BOM and CRLF
 * line ends are fine.
 */
#ifndef TASK_H
#define TASK_H

#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/msg.h"
#include "task/task_title.h"

#define TASK_FILE_MAX ((size_t)256 << 10) /* bytes */
#define TASK_TAGS_MAX 32 /* in requests; a file may have more */
#define TASK_TAG_MAX  64 /* bytes, in requests */

enum task_kind { TASK_ARBEIT, TASK_PRIVAT, TASK_KINDS };
enum task_status {
	TASK_OFFEN,
	TASK_ABGESCHLOSSEN,
	TASK_ABGEBROCHEN,
	TASK_STATUSES
};
/* The three times of a day; the values on the wire are German. */
enum task_time { TASK_MORGENS, TASK_NACHMITTAGS, TASK_ABENDS, TASK_TIMES };

/* Words on the wire and back; the parsers return -1 for anything else. */
const char *task_kind_word(enum task_kind kind);
const char *task_status_word(enum task_status status);
const char *task_time_word(enum task_time time);
MUST_USE int task_kind_parse(const char *s, enum task_kind *out);
MUST_USE int task_status_parse(const char *s, enum task_status *out);
MUST_USE int task_time_parse(const char *s, enum task_time *out);

struct task_when {
	struct day date;
	enum task_time time;
};

bool task_same_when(const struct task_when *a, const struct task_when *b);
/* Appends `{datum: 26.11.2026, zeit: morgens}`. */
void task_add_when(struct buf *out, const struct task_when *when);

bool task_same_words(char *const *a, size_t n_a, char *const *b, size_t n_b);

/* What is odd but does no harm; bits of `warnings`. */
enum {
	TASK_WARN_FIXED_SLOT = 1, /* fixedSlot is not a real date and time */
	TASK_WARN_DEADLINE = 2,   /* deadline is no date */
	TASK_WARN_TAGS = 4,       /* tags is no list of words */
	TASK_WARN_DONE = 8,       /* abgeschlossen_am is no date and time */
};

struct task {
	unsigned number; /* 0..9999, from the file name */
	char *file;      /* bare name */
	char *title;     /* first heading, else first line, else file stem */
	enum task_kind kind;
	enum task_status status;
	char **tags;
	size_t n_tags;
	bool has_deadline, has_fixed, has_done;
	struct day deadline;
	struct task_when fixed; /* fixedSlot */
	struct task_when done;  /* abgeschlossen_am */
	unsigned warnings;
	/* Offset of the Markdown in the bytes parsed: after the closing line
	 * and one empty line, if there is one. */
	size_t body_at;
};

#define TASK_INIT                                                              \
	{                                                                      \
		.file = NULL                                                   \
	}

void task_release(struct task *task);

/* The message for the lowest bit of `warnings`; MSG_NONE for 0. */
enum msg_id task_warning_msg(unsigned warnings);

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

/*
 * An edit: for each member set, `has_x` says that it is part of the edit.
 * A NULL pointer or `x_null` removes the field; absent members leave their
 * bytes alone.  Strings are UTF-8 without control characters (title, tags);
 * callers have checked them (edit.h).
 */
struct task_edit {
	bool has_kind, has_status, has_tags, has_deadline, has_fixed, has_done;
	bool has_title, has_body;
	bool deadline_null, fixed_null, done_null;
	enum task_kind kind;
	enum task_status status;
	char **tags; /* owned by the edit */
	size_t n_tags;
	struct day deadline;
	struct task_when fixed, done;
	char *title; /* owned; sets the text of the first heading */
	char *body;  /* owned; replaces all Markdown */
};

#define TASK_EDIT_INIT                                                         \
	{                                                                      \
		.has_kind = false                                              \
	}

void task_edit_release(struct task_edit *edit);

#endif
