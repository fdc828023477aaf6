/*
 * fuzz_main: libFuzzer's entry.  FUZZ_TARGET names the target.
 *
 *	FUZZ_TARGET=front ./fuzz -runs=20000 tests/data/fuzz/front
 */
#include <stdio.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	const char *name = getenv("FUZZ_TARGET");
	const struct fuzz_target *target =
	    name != NULL ? fuzz_find(name) : NULL;

	if (target == NULL) {
		fprintf(stderr, "FUZZ_TARGET names no target\n");
		exit(64);
	}
	target->run((const char *)bytes, len);
	return 0;
}
