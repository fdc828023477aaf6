/*
 * enc: encode, hash and make random names.  Pure but for enc_random and
 * enc_stamp.
 *
 * Hashes are BLAKE2b-256 (libsodium crypto_generichash, RFC 7693), written
 * in lower-case hex.  Call enc_start once before anything else.
 *
 * Error handling: decoding returns -1, without err, for what is malformed.
 */
#ifndef ENC_H
#define ENC_H

#include "base/buf.h"
#include "base/err.h"

#define ENC_HASH_LEN 64 /* hex digits */

/* Prepare libsodium; fails only on a broken machine. */
MUST_USE int enc_start(struct err *err);

/* Hash the bytes into out: ENC_HASH_LEN digits and a NUL. */
void enc_hash(const void *bytes, size_t len, char out[ENC_HASH_LEN + 1]);

/* Return the value of a hex digit of either case; -1 if it is none. */
int enc_hex_digit(char c);
/* Return the value of the four hex digits at s, a unit of UTF-16 as JSON
 * escapes it; -1 if they are none or go beyond end. */
int enc_hex_unit(const char *s, const char *end);

void enc_hex(struct buf *out, const void *bytes, size_t len);
/* Append the bytes; -1, and nothing, if hex is not pairs of digits. */
MUST_USE int enc_unhex(struct buf *out, const char *hex);

/* Encode and decode RFC 4648 section 4 (with padding); strictly. */
void enc_base64(struct buf *out, const void *bytes, size_t len);
MUST_USE int enc_unbase64(struct buf *out, const char *s, size_t len);

/* Percent-encode all but RFC 3986 "unreserved" and the bytes of `keep`. */
void enc_percent(struct buf *out, const char *s, const char *keep);

/*
 * Percent-decode; with `plus`, '+' is a space (forms, queries).  -1 for a
 * broken escape or a NUL byte, encoded or not.
 */
MUST_USE int enc_unpercent(
    struct buf *out, const char *s, size_t len, bool plus);

/* Return true if the bytes are UTF-8 (RFC 3629: shortest, no surrogates). */
bool enc_is_utf8(const void *bytes, size_t len);

/* Return the bytes of the UTF-8 character at s; 1 for a stray byte. */
size_t enc_utf8_len(const char *s);

/* Count the characters (code points) in valid UTF-8. */
size_t enc_utf8_count(const char *s, size_t len);

/* Return true if the text is visible ASCII alone: no blank, no control. */
bool enc_is_visible(const char *text);

/* Return true if valid UTF-8 has a control character (C0, DEL, C1). */
bool enc_has_control(const char *s, size_t len);

/*
 * Return true if valid UTF-8 has nothing to be seen: spaces of whatever kind,
 * control and format characters (Unicode Z*, Cc, Cf), or nothing at all.
 */
bool enc_is_invisible(const char *text, size_t len);

/* Append `<ms>-<16 random hex digits>`: unlike all others, and with its age. */
void enc_stamp(struct buf *out, int64_t ms);

/* Append `digits` random hex digits. */
void enc_random(struct buf *out, size_t digits);

#endif
