/*
 * failmalloc: a library to be preloaded, with which the n-th allocation of a
 * program fails.  For tests/61-malloc.mjs.
 *
 *	FAIL_MALLOC=17 LD_PRELOAD=failmalloc.so codex-render -1
 *
 * The 17th call of malloc, calloc or realloc since the start returns NULL,
 * whoever calls, and the others succeed.  With FAIL_MALLOC_COUNT=FILE the
 * number of calls is written there when the program ends by itself.
 *
 * A program of ours has a malloc of its own, which calls the C library's by
 * the names that begin with __libc (std.c); any other calls those without.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);

static unsigned long calls, at;
static void *(*real_malloc)(size_t size);
static void *(*real_calloc)(size_t n, size_t size);
static void *(*real_realloc)(void *old, size_t size);

/* Find the C library's functions, before the first call is answered. */
static void
find_real(void)
{
	const char *n = getenv("FAIL_MALLOC");

	at = n != NULL ? strtoul(n, NULL, 10) : 0;
	*(void **)&real_malloc = dlsym(RTLD_NEXT, "__libc_malloc");
	*(void **)&real_calloc = dlsym(RTLD_NEXT, "__libc_calloc");
	*(void **)&real_realloc = dlsym(RTLD_NEXT, "__libc_realloc");
}

/* Count a call; return true if it is the one that fails. */
static int
is_due(void)
{
	if (real_malloc == NULL)
		find_real();
	if (++calls != at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *
__libc_malloc(size_t size)
{
	return is_due() ? NULL : real_malloc(size);
}

void *
__libc_calloc(size_t n, size_t size)
{
	return is_due() ? NULL : real_calloc(n, size);
}

void *
__libc_realloc(void *old, size_t size)
{
	return is_due() ? NULL : real_realloc(old, size);
}

void *
malloc(size_t size)
{
	return __libc_malloc(size);
}

void *
calloc(size_t n, size_t size)
{
	return __libc_calloc(n, size);
}

void *
realloc(void *old, size_t size)
{
	return __libc_realloc(old, size);
}

__attribute__((destructor)) static void
write_count(void)
{
	const char *path = getenv("FAIL_MALLOC_COUNT");
	unsigned long n = calls;
	FILE *f = path != NULL ? fopen(path, "w") : NULL;

	if (f == NULL)
		return;
	fprintf(f, "%lu\n", n);
	fclose(f);
}
