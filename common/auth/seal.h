/*
 * seal: small texts that a browser keeps for us and can neither read nor
 * change nor make.
 *
 * XChaCha20-Poly1305 (libsodium crypto_aead_xchacha20poly1305_ietf) under
 * the newest key, with a random nonce, and the purpose as associated data:
 * what was sealed for one purpose opens for no other.  The text is nonce,
 * ciphertext and tag in base64url without padding (RFC 4648, section 5).
 *
 * A seal says who made a text, not when: what shall end carries its end.
 */
#ifndef SEAL_H
#define SEAL_H

#include "auth/keyring.h"
#include "base/buf.h"

#define SEAL_MAX 4096 /* bytes of a sealed text: what a cookie may have */

/* Appends the sealed text. */
void seal_make(struct buf *out, const struct keyring *key, const char *purpose,
    const void *bytes, size_t len);

/*
 * Appends what was sealed; -1, and `out` is untouched, if this is no text
 * that was sealed for this purpose with one of the keys.
 */
MUST_USE int seal_open(struct buf *out, const struct keyring *key,
    const char *purpose, const char *sealed, size_t len);

#endif
