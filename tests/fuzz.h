/*
 * fuzz: what reads bytes that strangers send, each as a target for libFuzzer
 * (scripts/test fuzz) and for the replay of what was found (test_fuzz).
 *
 * A target takes any bytes and aborts where a promise is broken.  Its corpus
 * is tests/data/fuzz/<name>/: what once broke, and one of each kind.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "base/std.h"

struct fuzz_target {
	const char *name;
	void (*run)(const char *bytes, size_t len);
};

extern const struct fuzz_target fuzz_targets[];
extern const size_t fuzz_n_targets;

/* NULL if there is none of that name. */
const struct fuzz_target *fuzz_find(const char *name);

#endif
