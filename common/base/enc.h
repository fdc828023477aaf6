/*
 * enc: encodings, hashes and random names.  Pure but for enc_random.
 *
 * Hashes are BLAKE2b-256 (libsodium crypto_generichash, RFC 7693), written
 * in lower-case hex.  Call enc_start once before anything else.
 */
#ifndef ENC_H
#define ENC_H

#include "base/buf.h"
#include "base/err.h"

#define ENC_HASH_LEN 64 /* hex digits */

/* Prepares libsodium; fails only on a broken machine. */
MUST_USE int enc_start(struct err *err);

/* out: ENC_HASH_LEN digits and a NUL. */
void enc_hash(const void *bytes, size_t len, char out[ENC_HASH_LEN + 1]);

/* Value of a hex digit of either case; -1 if it is none. */
int enc_hex_digit(char c);

void enc_hex(struct buf *out, const void *bytes, size_t len);
/* Appends the bytes; -1, and nothing, if it is not pairs of digits. */
MUST_USE int enc_unhex(struct buf *out, const char *hex);

/* RFC 4648 section 4 (with padding); decoding is strict. */
void enc_base64(struct buf *out, const void *bytes, size_t len);
MUST_USE int enc_unbase64(struct buf *out, const char *s, size_t len);

/* Percent-encodes all but RFC 3986 "unreserved" and the bytes of `keep`. */
void enc_percent(struct buf *out, const char *s, const char *keep);

/*
 * Percent-decodes; with `plus`, '+' is a space (forms, queries).  -1 for a
 * broken escape or a NUL byte, encoded or not.
 */
MUST_USE int enc_unpercent(
    struct buf *out, const char *s, size_t len, bool plus);

/* True if the bytes are UTF-8 (RFC 3629: shortest forms, no surrogates). */
bool enc_is_utf8(const void *bytes, size_t len);

/* Bytes of the UTF-8 character that starts at s; 1 for a stray byte. */
size_t enc_utf8_len(const char *s);

/* Characters (code points) in valid UTF-8. */
size_t enc_utf8_count(const char *s, size_t len);

/* True if a control character (C0, DEL, C1) stands in valid UTF-8. */
bool enc_has_control(const char *s, size_t len);

/* `<ms>-<16 random hex digits>`: no two are alike, and one sees how old. */
void enc_stamp(struct buf *out, int64_t ms);

/* `digits` random hex digits. */
void enc_random(struct buf *out, size_t digits);

#endif
