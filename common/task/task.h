/*
 * task: what a task is, and what an edit of one (design.md 3).  task_parse.h
 * reads a file, task_splice.h edits it, task_print.h writes a new one; the
 * fields are walked by the table of task_field.h.  Pure.
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
extern const char *const task_kind_words[TASK_KINDS];
extern const char *const task_status_words[TASK_STATUSES];
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
/* Frees a list of words. */
void task_free_words(char **words, size_t n);

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
	char *title;     /* as task_title.h reads it; never empty */
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

/*
 * An edit: `has_x` says that the field is part of it, `to` what it becomes;
 * a field that `to` has no value of is removed.  All others keep their bytes.
 * Strings are UTF-8 without control characters (tags, title); callers have
 * checked them (fields.h).
 */
struct task_edit {
	bool has_kind, has_status, has_tags, has_deadline, has_fixed, has_done;
	bool has_title, has_body;
	struct task to; /* its file and title are not used */
	char *title;    /* of the first heading; NULL removes it */
	char *body;     /* replaces all Markdown; NULL removes it */
};

#define TASK_EDIT_INIT                                                         \
	{                                                                      \
		.has_kind = false                                              \
	}

void task_edit_release(struct task_edit *edit);

#endif
