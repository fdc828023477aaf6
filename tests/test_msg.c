#include "base/err.h"
#include "base/msg.h"
#include "t.h"
#include "words/words.h"

#define VALUES 9 /* as many as a sentence can name */

/* How often the sentence names value `number`. */
static unsigned
count_uses(const char *sentence, unsigned number)
{
	const char hole[] = {'{', (char)('0' + number), '}', '\0'};
	unsigned n = 0;

	for (; (sentence = strstr(sentence, hole)) != NULL; sentence++)
		n++;
	return n;
}

static unsigned
count_values(const char *sentence)
{
	unsigned number = 0;

	while (number < VALUES && count_uses(sentence, number + 1) > 0)
		number++;
	return number;
}

START_TEST(every_message_has_a_sentence)
{
	const char *sentence;
	int id;

	ck_assert_str_eq(msg_sentence(MSG_NONE), "");
	for (id = MSG_NONE + 1; id < MSG_IDS; id++) {
		sentence = msg_sentence((enum msg_id)id);
		ck_assert_msg(sentence != NULL, "message %d has none", id);
		ck_assert_msg(*sentence != '\0', "message %d is empty", id);
	}
}
END_TEST

START_TEST(no_two_messages_have_one_sentence)
{
	int a, b;

	for (a = MSG_NONE + 1; a < MSG_IDS; a++)
		for (b = a + 1; b < MSG_IDS; b++)
			ck_assert_str_ne(msg_sentence((enum msg_id)a),
			    msg_sentence((enum msg_id)b));
}
END_TEST

START_TEST(a_sentence_has_the_same_values_in_each_language)
{
	const char *german, *english;
	unsigned number;
	int id;

	for (id = MSG_NONE + 1; id < MSG_IDS; id++) {
		german = words_de[id];
		english = words_en[id];
		ck_assert(german != NULL && english != NULL && *english);
		for (number = 1; number <= VALUES; number++)
			ck_assert_msg(count_uses(english, number) ==
					  count_uses(german, number),
			    "{%u} in: %s", number, english);
		ck_assert_msg((strstr(english, "{*}") == NULL) ==
				  (strstr(german, "{*}") == NULL),
		    "%s", english);
		ck_assert_ptr_null(strchr(english, '%'));
	}
}
END_TEST

START_TEST(no_two_messages_have_one_sentence_in_english)
{
	int a, b;

	for (a = MSG_NONE + 1; a < MSG_IDS; a++)
		for (b = a + 1; b < MSG_IDS; b++)
			ck_assert_str_ne(words_en[a], words_en[b]);
}
END_TEST

/* Say that a key of a file is there twice. */
static void
set_bad_task(struct msg *msg, struct msg *cause)
{
	msg_set(cause, MSG_FRONT_KEY_TWICE);
	msg_value(cause, "status");
	msg_set(msg, MSG_TASK_INVALID_AT);
	msg_value(msg, "0001.md");
	msg_value(msg, "%u", 4U);
	msg_cause(msg, cause);
}

START_TEST(a_cause_is_in_the_language_of_its_sentence)
{
	char text[MSG_TEXT_MAX];
	struct msg msg, cause;

	set_bad_task(&msg, &cause);
	ck_assert_str_eq(msg_text_in(&msg, MSG_ENGLISH, text),
	    "0001.md, line 4: The key “status” is there twice.");
	ck_assert_str_eq(
	    msg_text_in(&msg, MSG_GERMAN, text), msg_text(&msg, text));
}
END_TEST

START_TEST(a_sentence_names_its_values_without_a_gap_and_once)
{
	const char *sentence;
	unsigned number, count;
	int id;

	for (id = MSG_NONE + 1; id < MSG_IDS; id++) {
		sentence = msg_sentence((enum msg_id)id);
		count = count_values(sentence);
		for (number = 1; number <= VALUES; number++)
			ck_assert_msg(count_uses(sentence, number) ==
					  (number <= count ? 1U : 0U),
			    "{%u} in: %s", number, sentence);
		ck_assert_ptr_null(strstr(sentence, "{0}"));
		ck_assert_ptr_null(strchr(sentence, '%'));
	}
}
END_TEST

START_TEST(every_sentence_takes_all_its_values)
{
	char text[MSG_TEXT_MAX], value[16];
	struct msg msg;
	unsigned number, count;
	int id;

	for (id = MSG_NONE + 1; id < MSG_IDS; id++) {
		count = count_values(msg_sentence((enum msg_id)id));
		msg_set(&msg, (enum msg_id)id);
		for (number = 1; number <= count; number++)
			msg_value(&msg, "<v%u>", number);
		msg_text(&msg, text);
		for (number = 1; number <= count; number++) {
			snprintf(value, sizeof value, "<v%u>", number);
			ck_assert_msg(strstr(text, value) != NULL, "%s", text);
		}
		ck_assert_ptr_null(strstr(text, "?"));
		ck_assert_uint_eq(count_values(text), 0);
	}
}
END_TEST

START_TEST(the_longest_values_fit_into_every_sentence)
{
	char text[MSG_TEXT_MAX];
	struct msg msg, cause;
	int id, other;

	msg_set(&cause, MSG_FRONT_KEY_TWICE);
	for (id = MSG_NONE + 1; id < MSG_IDS; id++) {
		msg_set(&msg, (enum msg_id)id);
		msg_value(&msg, "%0500d", 7);
		for (other = MSG_NONE; other < MSG_IDS; other++) {
			cause.id = (enum msg_id)other;
			msg_cause(&msg, &cause);
			ck_assert_uint_lt(
			    strlen(msg_text(&msg, text)), sizeof text - 1);
		}
	}
}
END_TEST

START_TEST(values_stand_where_the_sentence_has_their_number)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	msg_set(&msg, MSG_NUMBER_TWICE);
	msg_value(&msg, "%04u", 7U);
	msg_value(&msg, "%s", "0007-Brot.md");
	msg_value(&msg, "%s", "0007-{1}.md");
	ck_assert_str_eq(msg_text(&msg, text),
	    "Die Nummer 0007 gibt es zweimal: 0007-Brot.md und "
	    "0007-{1}.md.");
}
END_TEST

/* C0, DEL and C1 (U+009B begins what a terminal obeys, as ESC [ does). */
START_TEST(no_value_brings_a_control_character_into_a_sentence)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	msg_set(&msg, MSG_IMPORT_NO_TASK);
	msg_value(&msg, "a\x1b[2Jb\nc\x7f\xc2\x9b"
			"d\xc3\xa4");
	msg_text(&msg, text);
	ck_assert_ptr_nonnull(strstr(text, "a?[2Jb?c???d\xc3\xa4"));
}
END_TEST

START_TEST(a_missing_value_is_a_question_mark)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	msg_set(&msg, MSG_FILE_UNREADABLE_WHY);
	msg_value(&msg, "%s", "");
	ck_assert_str_eq(
	    msg_text(&msg, text), "Die Datei  lässt sich nicht lesen: ?.");
}
END_TEST

START_TEST(a_cause_brings_its_values)
{
	char text[MSG_TEXT_MAX];
	struct msg msg, cause;

	set_bad_task(&msg, &cause);
	ck_assert_str_eq(msg_text(&msg, text),
	    "0001.md, Zeile 4: Der Schlüssel „status“ steht doppelt.");

	msg_set(&msg, MSG_TASK_INVALID);
	msg_cause(&msg, &cause);
	ck_assert_str_eq(msg_text(&msg, text),
	    "Die Datei ist keine gültige Aufgabe: Der Schlüssel „status“ "
	    "steht doppelt.");
}
END_TEST

START_TEST(values_beyond_the_room_are_cut)
{
	char text[MSG_TEXT_MAX], shown[MSG_VALUES_MAX];
	struct msg msg;

	memset(shown, 'x', sizeof shown);
	shown[sizeof shown - 1] = '\0';
	msg_set(&msg, MSG_SYNC_SAYS);
	msg_value(&msg, "%sy", shown);
	msg_value(&msg, "%s", "z");
	ck_assert_str_eq(msg_text(&msg, text), shown);
	ck_assert_uint_eq(msg.len, sizeof msg.values);
}
END_TEST

START_TEST(a_new_error_forgets_the_old_one)
{
	char text[MSG_TEXT_MAX];
	struct err err = ERR_INIT;

	ck_assert_str_eq(err_text(&err, text), "");
	err_field(&err, "tags", MSG_TAGS_TOO_MANY);
	err_value(&err, "%d", 20);
	err_detail(&err, "for the log");
	err.retry_s = 3;
	ck_assert_str_eq(err_text(&err, text), "Es sind höchstens 20 Tags.");

	ck_assert_int_eq(err_set(&err, ERR_LOGIN, MSG_FIELD_NO_TEXT), -1);
	ck_assert_str_eq(err_text(&err, text), "? muss ein Text sein.");
	ck_assert_str_eq(err.field, "");
	ck_assert_str_eq(err.detail, "");
	ck_assert_uint_eq(err.retry_s, 0);
}
END_TEST

T_MAIN("msg", every_message_has_a_sentence, no_two_messages_have_one_sentence,
    a_sentence_names_its_values_without_a_gap_and_once,
    a_sentence_has_the_same_values_in_each_language,
    no_two_messages_have_one_sentence_in_english,
    a_cause_is_in_the_language_of_its_sentence,
    every_sentence_takes_all_its_values,
    the_longest_values_fit_into_every_sentence,
    values_stand_where_the_sentence_has_their_number,
    no_value_brings_a_control_character_into_a_sentence,
    a_missing_value_is_a_question_mark, a_cause_brings_its_values,
    values_beyond_the_room_are_cut, a_new_error_forgets_the_old_one)
