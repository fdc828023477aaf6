#include "keys/seal.h"

#include <sodium.h>

#define NONCE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG   crypto_aead_xchacha20poly1305_ietf_ABYTES
#define TEXT  sodium_base64_VARIANT_URLSAFE_NO_PADDING

_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == KEYRING_BYTES,
    "a key of the ring is a key of the cipher");

void
seal_make(struct buf *out, const struct keyring *key, const char *purpose,
    const void *bytes, size_t len)
{
	size_t room = sodium_base64_encoded_len(NONCE + len + TAG, TEXT);
	struct buf raw = BUF_INIT;
	unsigned char *nonce;

	buf_reserve(&raw, NONCE + len + TAG);
	nonce = (unsigned char *)raw.s;
	randombytes_buf(nonce, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE, NULL, bytes,
	    len, (const unsigned char *)purpose, strlen(purpose), NULL, nonce,
	    keyring_at(key, 0));

	buf_reserve(out, room);
	sodium_bin2base64(
	    out->s + out->len, room, nonce, NONCE + len + TAG, TEXT);
	out->len += room - 1;
	buf_release(&raw);
}

static int
open_by_key(const unsigned char *key, const char *purpose,
    const unsigned char *raw, size_t len, unsigned char *plain)
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL,
	    raw + NONCE, len - NONCE, (const unsigned char *)purpose,
	    strlen(purpose), raw, key);
}

/* Return true if all bytes are ASCII.  libsodium 1.0.18 decodes some bytes
 * from 0x80 on as letters, so two texts would open as the same. */
static bool
is_ascii(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

int
seal_open(struct buf *out, const struct keyring *key, const char *purpose,
    const char *sealed, size_t len)
{
	unsigned char raw[SEAL_MAX], plain[SEAL_MAX];
	size_t n, i;
	int rc = -1;

	if (len > SEAL_MAX || !is_ascii(sealed, len) ||
	    sodium_base642bin(
		raw, sizeof raw, sealed, len, NULL, &n, NULL, TEXT) == -1 ||
	    n < NONCE + TAG)
		return -1;

	for (i = 0; rc == -1 && i < keyring_count(key); i++)
		rc = open_by_key(keyring_at(key, i), purpose, raw, n, plain);
	if (rc == 0) {
		buf_add(out, plain, n - NONCE - TAG);
		sodium_memzero(plain, n - NONCE - TAG);
	}
	return rc;
}
