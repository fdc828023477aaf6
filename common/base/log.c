#include "base/log.h"

#include <unistd.h>

/* The one state here: who is speaking, set once at start. */
static const char *name = "codex-miroir";
static bool debugging;

void
log_start(const char *program, bool debug)
{
	name = program;
	debugging = debug;
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
	n = snprintf(line, sizeof line, "%.64s[%ld] %s %s\n", name,
	    (long)getpid(), level, text);
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
