#include "git/object_id.h"

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/enc.h"

bool
object_id_ok(const char *hex)
{
	return hex != NULL && strlen(hex) == OBJECT_ID_LEN &&
	       strspn(hex, "0123456789abcdef") == OBJECT_ID_LEN;
}

void
object_id_of(
    const char *type, const void *bytes, size_t len, struct object_id *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	struct buf head = BUF_INIT, hex = BUF_INIT;

	buf_addf(&head, "%s %zu", type, len);
	out->hex[0] = '\0';
	if (ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha1(), NULL) == 1 &&
	    EVP_DigestUpdate(ctx, head.s, head.len + 1) == 1 &&
	    EVP_DigestUpdate(ctx, bytes, len) == 1 &&
	    EVP_DigestFinal_ex(ctx, digest, &size) == 1) {
		enc_hex(&hex, digest, size);
		snprintf(out->hex, sizeof out->hex, "%s", hex.s);
	}
	EVP_MD_CTX_free(ctx);
	buf_release(&head);
	buf_release(&hex);
}

void
object_id_of_blob(const void *bytes, size_t len, struct object_id *out)
{
	object_id_of("blob", bytes, len, out);
}
