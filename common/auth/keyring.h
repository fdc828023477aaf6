/*
 * keyring: the secret keys of the site, from a file (CODEX_KEY_FILE).
 *
 * The file is text, a line for each key, the newest first; lines that begin
 * with '#' do not count:
 *
 *	<when it was made, ms since 1970> <32 bytes in lower-case hex>
 *
 * The first key seals, all of them open (seal.h).  The file is made with a
 * new key by whichever program starts first, with mode 0600, and is refused
 * if it is not ours or if anybody else may read it.
 *
 * Keys lie in memory that is not swapped and in no core dump, where the
 * machine allows it (sodium_malloc), and are wiped when they go.
 */
#ifndef KEYRING_H
#define KEYRING_H

#include "base/err.h"

#define KEYRING_BYTES   ((size_t)32)
#define KEYRING_MAX     16                 /* in one file */
#define KEYRING_KEEP_MS INT64_C(604800000) /* 7 days: what a session lasts */

struct keyring;

/* Opens the file, and makes it if it is not there.  ERR_SETTING. */
MUST_USE int keyring_open(
    const char *path, int64_t now_ms, struct keyring **out, struct err *err);
void keyring_close(struct keyring *key);

/*
 * Reads the file again if it has changed; looks at most once a second.  Where
 * it cannot be taken any more, the keys stay as they were, and this fails
 * once for each change.
 */
MUST_USE int keyring_refresh(
    struct keyring *key, int64_t now_ms, struct err *err);

size_t keyring_count(const struct keyring *key);
/* KEYRING_BYTES of the i-th key; the 0th is the newest. */
const unsigned char *keyring_at(const struct keyring *key, size_t i);

/*
 * Puts a new key in front; a running program follows within a second.  What
 * has not been the first one for KEYRING_KEEP_MS goes, and with `alone` all the
 * old ones do (nobody is logged in any more).  One at a time: a lock of the
 * folder `run`.
 */
MUST_USE int keyring_rotate(const char *path, const char *run, bool alone,
    int64_t now_ms, struct err *err);

#endif
