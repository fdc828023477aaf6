#include "base/std.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_OTHER_MALLOC 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HAS_OTHER_MALLOC 1
#endif

void
std_no_memory(void)
{
	fputs("codex-miroir: kein Speicher mehr\n", stderr);
	/* Without exit handlers: a library may be in the middle of a call. */
	_Exit(70);
}

static void *
checked(void *p)
{
	if (p == NULL)
		std_no_memory();
	return p;
}

/*
 * The libraries' malloc, too, ends the worker when it fails.  Not all of them
 * can say that it did: json-c 0.16 drops the member that it has no room for
 * and reports a success, md4c ends in the middle of a text, setenv leaves the
 * zone as it was; the wrong answer would be kept in index and artifact.  The C
 * library lets a program have a malloc of its own; this one calls the C
 * library's.  The sanitizers bring theirs, which ends the program as well.
 */
#ifndef HAS_OTHER_MALLOC
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t nmemb, size_t size);
extern void *__libc_realloc(void *ptr, size_t size);

void *
malloc(size_t size)
{
	return checked(__libc_malloc(size));
}

void *
calloc(size_t nmemb, size_t size)
{
	return checked(__libc_calloc(nmemb, size));
}

void *
realloc(void *ptr, size_t size)
{
	void *p = __libc_realloc(ptr, size);

	/* A size of 0 frees the old one. */
	return p == NULL && size > 0 ? checked(p) : p;
}
#endif

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
