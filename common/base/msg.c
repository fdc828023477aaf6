#include "base/msg.h"

#include "words/words.h"

#define CAUSE "{*}"

void
msg_set(struct msg *msg, enum msg_id id)
{
	msg->id = id;
	msg->cause = MSG_NONE;
	msg->len = 0;
	msg->values[0] = '\0';
}

void
msg_add_value(struct msg *msg, const char *value, va_list ap)
{
	size_t room = sizeof msg->values - msg->len;
	int n;

	if (room == 0)
		return;
	n = vsnprintf(msg->values + msg->len, room, value, ap);
	if (n >= 0)
		msg->len += (size_t)n < room ? (size_t)n + 1 : room;
}

void
msg_value(struct msg *msg, const char *value, ...)
{
	va_list ap;

	va_start(ap, value);
	msg_add_value(msg, value, ap);
	va_end(ap);
}

void
msg_cause(struct msg *msg, const struct msg *cause)
{
	size_t room = sizeof msg->values - msg->len;
	size_t len = cause->len < room ? cause->len : room;

	msg->cause = cause->id;
	memcpy(msg->values + msg->len, cause->values, len);
	msg->len += len;
	/* If they were cut, the last one lost its end. */
	if (msg->len > 0)
		msg->values[msg->len - 1] = '\0';
}

static const char *
nth_value(const struct msg *msg, unsigned number)
{
	const char *value = msg->values, *end = msg->values + msg->len;

	for (; value < end; value += strlen(value) + 1)
		if (--number == 0)
			return value;
	return "?";
}

/* The number of `{1}` to `{9}`; 0 if something else stands there. */
static unsigned
placeholder(const char *s)
{
	return s[0] == '{' && s[1] >= '1' && s[1] <= '9' && s[2] == '}'
		   ? (unsigned)(s[1] - '0')
		   : 0;
}

static unsigned
count_values(const char *sentence)
{
	unsigned count = 0;

	for (; *sentence != '\0'; sentence++)
		if (placeholder(sentence) > count)
			count = placeholder(sentence);
	return count;
}

struct writer {
	const struct msg *msg;
	const char *const *sentences;
	char *text;
	size_t len;
};

static void
add_bytes(struct writer *out, const char *s, size_t len)
{
	size_t room = MSG_TEXT_MAX - 1 - out->len;

	if (len > room)
		len = room;
	memcpy(out->text + out->len, s, len);
	out->len += len;
}

/* Add a value, which may be a foreign name: people read sentences on terminals,
 * which obey U+0080 to U+009F (C2 80 to C2 9F), too. */
static void
add_value(struct writer *out, const char *value)
{
	const unsigned char *s = (const unsigned char *)value;
	bool is_c1;

	for (; *s != '\0'; s++) {
		is_c1 = *s == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0;
		if (is_c1)
			s++;
		if (is_c1 || *s < 0x20 || *s == 0x7f)
			add_bytes(out, is_c1 ? "??" : "?", is_c1 ? 2 : 1);
		else
			add_bytes(out, (const char *)s, 1);
	}
}

/* Placeholders of `sentence` count from value `skip` on. */
static void
add_sentence(struct writer *out, const char *sentence, unsigned skip)
{
	const struct msg *msg = out->msg;
	const char *cause = out->sentences[msg->cause], *s;

	for (s = sentence; *s != '\0'; s++) {
		if (placeholder(s) > 0) {
			add_value(out, nth_value(msg, skip + placeholder(s)));
			s += 2;
		} else if (sentence != cause && std_starts(s, CAUSE)) {
			/* The values of the cause stand behind ours. */
			add_sentence(out, cause, count_values(sentence));
			s += 2;
		} else {
			add_bytes(out, s, 1);
		}
	}
}

const char *
msg_text_in(
    const struct msg *msg, enum msg_language language, char text[MSG_TEXT_MAX])
{
	struct writer out = {
	    .msg = msg,
	    .text = text,
	    .sentences = language == MSG_ENGLISH ? words_en : words_de,
	};

	add_sentence(&out, out.sentences[msg->id], 0);
	text[out.len] = '\0';
	return text;
}

const char *
msg_text(const struct msg *msg, char text[MSG_TEXT_MAX])
{
	return msg_text_in(msg, MSG_GERMAN, text);
}

const char *
msg_sentence_in(enum msg_id id, enum msg_language language)
{
	return language == MSG_ENGLISH ? words_en[id] : words_de[id];
}

const char *
msg_sentence(enum msg_id id)
{
	return msg_sentence_in(id, MSG_GERMAN);
}
