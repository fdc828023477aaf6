/*
 * msg: hold what the program has to tell a person, as a number with values.
 *
 * Modules name the matter (MSG_DEADLINE_NO_DATE); a table for each language
 * (msg_table.h) has the sentences.  A message becomes a sentence where it is
 * written: into a reply, a log, sync.json, the index of tasks.  No other file
 * holds words for people but the page of the login (auth/login_page.c).  Pure.
 *
 * Calling sequence
 *
 *	struct msg msg;
 *	char text[MSG_TEXT_MAX];
 *
 *	msg_set(&msg, MSG_IMPORT_FOLDER);
 *	msg_value(&msg, "%s", path);
 *	msg_value(&msg, "%s", strerror(errno));
 *	puts(msg_text(&msg, text));
 *
 * Values are texts: {1} is the first, {2} the second.  In a sentence they
 * may stand in any order, as other languages want them.  {*} is the sentence
 * of another message, added by msg_cause after the values.  A struct err
 * carries a message, too (err.h).
 *
 * Error handling: no function fails.  Values beyond MSG_VALUES_MAX bytes in
 * all are cut.  A value that was not given is shown as "?", as a sentence with
 * a hole is better than none.
 *
 * Adding one: a name in msg_id.h, its sentence in words_de.c and words_en.c.
 */
#ifndef MSG_H
#define MSG_H

#include "base/std.h"
#include "words/msg_id.h"

#define MSG_VALUES_MAX 400  /* bytes, a terminator for each value included */
#define MSG_TEXT_MAX   1000 /* of any sentence with its values, terminated */

struct msg {
	enum msg_id id, cause; /* MSG_NONE: has no {*} */
	size_t len;            /* bytes of values in use */
	char values[MSG_VALUES_MAX];
};

/* Make msg this message, without values. */
void msg_set(struct msg *msg, enum msg_id id);
/* Add the next value, a text that is the same in all languages. */
void msg_value(struct msg *msg, const char *value, ...) PRINTF(2, 3);
void msg_add_value(struct msg *msg, const char *value, va_list ap) PRINTF(2, 0);
/* Add, after all values, the message that {*} stands for; one level only. */
void msg_cause(struct msg *msg, const struct msg *cause);

enum msg_language {
	MSG_GERMAN, /* where nobody is there to choose: logs; what is kept has
		       both (records, index, weeks) */
	MSG_ENGLISH
};
/* Write the sentence, in UTF-8, to `text` and return that.  Control characters of
 * values, which may be foreign names, are shown as `?`. */
const char *msg_text_in(
    const struct msg *msg, enum msg_language language, char text[MSG_TEXT_MAX]);
/* The same in German. */
const char *msg_text(const struct msg *msg, char text[MSG_TEXT_MAX]);
/* Return the sentence of a message that has no values. */
const char *msg_sentence_in(enum msg_id id, enum msg_language language);
/* The same in German. */
const char *msg_sentence(enum msg_id id);

#endif
