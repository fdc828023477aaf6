#include "base/std.h"

static void *
checked(void *p)
{
	if (p == NULL) {
		fputs("codex-miroir: kein Speicher mehr\n", stderr);
		exit(70);
	}
	return p;
}

void *
std_alloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *
std_zalloc(size_t size)
{
	return checked(calloc(1, size ? size : 1));
}

void *
std_realloc(void *old, size_t n, size_t size)
{
	return checked(reallocarray(old, n ? n : 1, size ? size : 1));
}

char *
std_strdup(const char *s)
{
	return checked(strdup(s));
}

char *
std_strndup(const char *s, size_t len)
{
	return checked(strndup(s, len));
}

bool
std_streq(const char *a, const char *b)
{
	return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool
std_starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}
