/*
 * t: what every Check program here shares: one main, data files, scratch
 * folders.  A test's name is a sentence that is true when it passes.
 *
 *	START_TEST(a_missing_blob_is_absent) { ... } END_TEST
 *	...
 *	T_MAIN("store", a_missing_blob_is_absent, ...)
 *
 * Check runs each test in a process of its own; CK_FORK=no for a debugger,
 * CK_RUN_CASE=a_missing_blob_is_absent for one test alone.
 */
#ifndef T_H
#define T_H

#include <check.h>

#include "base/buf.h"
#include "base/err.h"

#define T_MAIN(name, ...)                                                      \
	int main(void)                                                         \
	{                                                                      \
		const TTest *const tests[] = {__VA_ARGS__};                    \
		return t_run(name, tests, ARRAY_LEN(tests));                   \
	}

/* Exit status: 0 if all passed. */
int t_run(const char *name, const TTest *const *tests, size_t n);

/* Reads a file, or fails the test. */
void t_read(struct buf *out, const char *path);
/* tests/data/<name>, wherever the build folder is. */
void t_data(struct buf *out, const char *name);
const char *t_data_path(const char *name); /* valid until the next call */

/*
 * Compares with the golden file tests/data/<name>; with T_RENEW=1 in the
 * environment writes it instead.
 */
void t_golden(const char *name, const void *bytes, size_t len);

/* A fresh folder under TMPDIR that goes when the process ends. */
const char *t_scratch(void);

/*
 * Returns true as soon as another process waits for the flock that is held on
 * fd, false if none does within a minute.
 */
bool t_await_waiter(int fd);

/* The sentence of an error; valid until the next call. */
const char *t_text(const struct err *err);
/* A message with this sentence; valid until the next call. */
const struct msg *t_msg(const char *text);

/* Take all settings out of the environment. */
void t_clear_settings(void);

/* True with `--long` in scripts/test (T_LONG=1). */
bool t_long(void);

#endif
