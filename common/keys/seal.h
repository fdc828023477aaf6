/*
 * seal: small texts that a browser keeps for us and cannot read, change or
 * make (design.md 9).
 *
 * XChaCha20-Poly1305 (libsodium crypto_aead_xchacha20poly1305_ietf) under
 * the newest key, with a random nonce, and the purpose as associated data:
 * what was sealed for one purpose opens for no other.  The text is nonce,
 * ciphertext and tag in base64url without padding (RFC 4648, section 5).
 *
 * A seal proves that a program with our keys made the text, not when: a text
 * that must expire carries its own time.
 *
 * Error handling
 *
 * seal_open does not say why it fails: the caller treats a text that is cut,
 * forged or sealed by a dropped key as if there were none.
 */
#ifndef SEAL_H
#define SEAL_H

#include "base/buf.h"
#include "keys/keyring.h"

#define SEAL_MAX 4096 /* bytes of a sealed text (RFC 6265, 6.1) */

/* Append the sealed text.  seal_open takes it only up to SEAL_MAX bytes, so
 * `len` is at most about 3000. */
void seal_make(struct buf *out, const struct keyring *key, const char *purpose,
    const void *bytes, size_t len);

/*
 * Append the text that was sealed.  -1, and `out` is untouched, if `sealed`
 * was not sealed for this purpose with one of the keys.
 */
MUST_USE int seal_open(struct buf *out, const struct keyring *key,
    const char *purpose, const char *sealed, size_t len);

#endif
