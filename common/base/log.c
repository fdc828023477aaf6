#include "base/log.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"

#define HEX "0123456789abcdef"

/* The one state here: which program writes, for whom, and to where. */
static const char *name = "codex-miroir";
static bool debugging, to_journal;
static log_context_fn *context;
static const void *context_arg;

static const struct {
	const char *word, *prefix; /* for the journal */
} levels[] = {
    [LOG_ERR] = {"err", "<3>"},
    [LOG_WARNING] = {"warning", "<4>"},
    [LOG_INFO] = {"info", "<6>"},
    [LOG_DEBUG] = {"debug", "<7>"},
};

/* Return true if standard error is the journal's (systemd.exec(5),
 * JOURNAL_STREAM): `device:inode` of it. */
static bool
leads_to_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	return stream != NULL &&
	       sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == device &&
	       st.st_ino == inode;
}

void
log_start(const char *program, bool debug)
{
	name = program;
	debugging = debug;
	to_journal = leads_to_journal();
}

bool
log_is_on(enum log_level level)
{
	return level != LOG_DEBUG || debugging;
}

bool
log_is_journal(void)
{
	return to_journal;
}

void
log_set_context(log_context_fn *fn, const void *arg)
{
	context = fn;
	context_arg = arg;
}

/* Return the bytes of the character at s if it can be shown as it is, 0 if it
 * cannot.  U+0080 to U+009F, which are C2 80 to C2 9F, move terminals, too. */
static size_t
measure_char(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t len;

	if (*u < 0x80)
		return *u >= 0x20 && *u != 0x7f;
	if (*u == 0xc2 && u[1] < 0xa0)
		return 0;
	len = strnlen(s, enc_utf8_len(s));
	return enc_is_utf8(s, len) ? len : 0;
}

/* Write the character at *s as it stands in quotes, without an end, and go on
 * to the next one. */
static size_t
show_char(char out[8], const char **s)
{
	static const char lead[] = {'\\', 'u', '0', '0'};
	size_t len = measure_char(*s), n = 0;
	unsigned char byte = (unsigned char)**s;

	if (len == 0) {
		memcpy(out, lead, sizeof lead);
		out[4] = HEX[byte >> 4];
		out[5] = HEX[byte & 15];
		*s += 1;
		return 6;
	}
	if (byte == '"' || byte == '\\')
		out[n++] = '\\';
	memcpy(out + n, *s, len);
	*s += len;
	return n + len;
}

static bool
needs_quotes(const char *s)
{
	size_t len;

	for (; *s != '\0'; s += len) {
		len = measure_char(s);
		if (len == 0 || strchr(" \"=\\", *s) != NULL)
			return true;
	}
	return false;
}

/* Append what is ours and needs no look. */
static void
put_plain(struct log_line *line, const char *s)
{
	size_t len = strlen(s);

	memcpy(line->text + line->len, s, len);
	line->len += len;
}

static void
add_quoted(struct log_line *line, const char *s, size_t most)
{
	char shown[8];
	size_t n, used = 0;

	line->text[line->len++] = '"';
	while (*s != '\0') {
		n = show_char(shown, &s);
		if (used + n > most)
			break;
		memcpy(line->text + line->len, shown, n);
		line->len += n;
		used += n;
	}
	line->text[line->len++] = '"';
}

void
log_str(struct log_line *line, const char *field, const char *value)
{
	/* A blank, `=`, two quotes, and the end of the line. */
	size_t room = sizeof line->text - line->len, need = strlen(field) + 5;

	if (line->is_off || room < need + 1)
		return;
	room -= need;
	if (value == NULL || *value == '\0')
		value = "-";
	put_plain(line, " ");
	put_plain(line, field);
	put_plain(line, "=");
	if (needs_quotes(value) || strlen(value) > LOG_VALUE_MAX ||
	    strlen(value) > room)
		add_quoted(
		    line, value, room < LOG_VALUE_MAX ? room : LOG_VALUE_MAX);
	else
		put_plain(line, value);
}

static void
add_formatted(
    struct log_line *line, const char *field, const char *fmt, va_list ap)
{
	char value[LOG_VALUE_MAX + 2]; /* one more, so that it is cut */

	if (line->is_off)
		return;
	vsnprintf(value, sizeof value, fmt, ap);
	log_str(line, field, value);
}

void
log_fmt(struct log_line *line, const char *field, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_formatted(line, field, fmt, ap);
	va_end(ap);
}

void
log_int(struct log_line *line, const char *field, int64_t value)
{
	log_fmt(line, field, "%lld", (long long)value);
}

static void
begin_line(struct log_line *line, enum log_level level)
{
	line->len = 0;
	line->is_off = !log_is_on(level);
	if (line->is_off)
		return;
	if (to_journal)
		put_plain(line, levels[level].prefix);
	put_plain(line, "level=");
	put_plain(line, levels[level].word);
}

static void
end_head(struct log_line *line)
{
	log_str(line, "program", name);
	log_int(line, "pid", (int64_t)getpid());
	if (context != NULL && !line->is_off)
		context(line, context_arg);
}

void
log_begin(struct log_line *line, enum log_level level, const char *msg)
{
	begin_line(line, level);
	log_str(line, "msg", msg);
	end_head(line);
}

void
log_end(struct log_line *line)
{
	ssize_t n;

	if (line->is_off)
		return;
	line->text[line->len++] = '\n';
	n = write(STDERR_FILENO, line->text, line->len);
	(void)n; /* a failure could only be logged */
}

static void
write_sentence(enum log_level level, const char *fmt, va_list ap)
{
	struct log_line line;

	begin_line(&line, level);
	add_formatted(&line, "msg", fmt, ap);
	end_head(&line);
	log_end(&line);
}

void
log_debug(const char *fmt, ...)
{
	va_list ap;

	if (!debugging)
		return;
	va_start(ap, fmt);
	write_sentence(LOG_DEBUG, fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_sentence(LOG_INFO, fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_sentence(LOG_WARNING, fmt, ap);
	va_end(ap);
}

void
log_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_sentence(LOG_ERR, fmt, ap);
	va_end(ap);
}
