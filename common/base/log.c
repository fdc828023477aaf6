#include "base/log.h"

#include <sys/stat.h>
#include <unistd.h>

/* The one state here: who is speaking, and to whom, set once at start. */
static const char *name = "codex-miroir";
static bool debugging, to_journal;

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

/* The prefix by which the journal knows a line's priority (sd-daemon(3)). */
static const char *
find_priority(const char *level)
{
	if (!to_journal)
		return "";
	if (strcmp(level, "warn") == 0)
		return "<4>";
	return strcmp(level, "info") == 0 ? "<6>" : "<7>";
}

/* U+0080 to U+009F too, which are C2 80 to C2 9F: terminals obey them. */
static void
mask_controls(unsigned char *s)
{
	for (; *s != '\0'; s++)
		if (*s < 0x20 || *s == 0x7f)
			*s = '?';
		else if (*s == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0)
			s[0] = s[1] = '?';
}

/* On the stack, as the heap may be what has failed. */
static void
write_line(const char *level, const char *fmt, va_list ap)
{
	char text[2048], line[sizeof text + 128];
	ssize_t n;

	vsnprintf(text, sizeof text, fmt, ap);
	mask_controls((unsigned char *)text);
	n = snprintf(line, sizeof line, "%s%.64s[%ld] %s %s\n",
	    find_priority(level), name, (long)getpid(), level, text);
	n = write(STDERR_FILENO, line, (size_t)n);
	(void)n; /* a failure could only be logged */
}

void
log_debug(const char *fmt, ...)
{
	va_list ap;

	if (!debugging)
		return;
	va_start(ap, fmt);
	write_line("debug", fmt, ap);
	va_end(ap);
}

void
log_info(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line("info", fmt, ap);
	va_end(ap);
}

void
log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	write_line("warn", fmt, ap);
	va_end(ap);
}
