/*
 * keyring: the secret keys of the site, from a file (CODEX_KEY_FILE).
 *
 * The file is text, a line for each key, the newest first; lines that begin
 * with '#' do not count:
 *
 *	<when it was made, ms since 1970> <32 bytes in lower-case hex>
 *
 * The first key seals, all of them open (seal.h).  The program that starts
 * first makes the file with one new key and mode 0600.  A file of another
 * owner, or with any right for group or others, is refused.
 *
 * What stands in the file is no key yet: a key is HMAC-SHA256 of its bytes by a
 * secret (CODEX_KEY_SECRET) that only programs get which check sessions.  So
 * the other programs of the same Unix user, which can read and write the file,
 * can neither make nor open a seal, and a rotation needs no secret.
 *
 * Keys lie in memory that is not swapped and in no core dump, where the
 * machine allows it (sodium_malloc), and are wiped when they are dropped.
 *
 * Calling sequence
 *
 *	if (keyring_open(conf->key_file, conf->key_secret, now_ms, &key,
 *	    err) == -1)
 *		...
 *	keyring_refresh(key, now_ms, err)	before each request
 *	seal_make(&out, key, ...)
 *	keyring_close(key);
 *
 * Error handling
 *
 * ERR_SETTING if the file cannot be used; *out is untouched.  A keyring that
 * was open keeps its keys.  If keyring_rotate fails, the file holds either the
 * old keys or the new ones, never a part of them.
 */
#ifndef KEYRING_H
#define KEYRING_H

#include "base/err.h"

#define KEYRING_BYTES   ((size_t)32)
#define KEYRING_MAX     16                 /* in one file */
#define KEYRING_KEEP_MS INT64_C(604800000) /* 7 days: what a session lasts */

struct keyring;

/* Read the file; make it if it is missing.  The secret stays the caller's and
 * must outlive the keyring. */
MUST_USE int keyring_open(const char *path, const char *secret, int64_t now_ms,
    struct keyring **out, struct err *err);
void keyring_close(struct keyring *key);

/*
 * Read the file again if it has changed; look at most once a second.  If the
 * file cannot be used any more, keep the keys as they were and fail once for
 * each change of the file.
 */
MUST_USE int keyring_refresh(
    struct keyring *key, int64_t now_ms, struct err *err);

/* Return true if keyring_open has made the file. */
bool keyring_is_first(const struct keyring *key);

/* Return the number of keys, 1 to KEYRING_MAX. */
size_t keyring_count(const struct keyring *key);

/* Return the KEYRING_BYTES bytes of the i-th key; the 0th is the newest.  They
 * hold until the next keyring_refresh. */
const unsigned char *keyring_at(const struct keyring *key, size_t i);

/*
 * Put a new key in front of the file; running programs follow within a second.
 * Drop each key that was replaced as the first KEYRING_KEEP_MS ago: no session
 * that it sealed lives any more.  With `alone` drop all old keys, which ends
 * all sessions.  A lock in the folder `run` lets one caller at a time do this,
 * so that no new key is lost.  ERR_BUSY if the lock stays taken for 5 s.
 */
MUST_USE int keyring_rotate(const char *path, const char *run, bool alone,
    int64_t now_ms, struct err *err);

#endif
