/*
 * azure_sign: read the connection string of an Azure storage account, and sign
 * requests with its key (Azure REST reference, "Authorize with Shared Key").
 * Pure.
 *
 * Calling sequence
 *
 *	struct azure_sign account = AZURE_SIGN_INIT;
 *
 *	if (azure_sign_parse(conn, strlen(conn), &account, err) == -1)
 *		return -1;
 *	azure_sign_request(&authorization, &account, &request);
 *	...
 *	azure_sign_release(&account);
 */
#ifndef AZURE_SIGN_H
#define AZURE_SIGN_H

#include "base/buf.h"
#include "base/err.h"

#define AZURE_SIGN_CONN_MAX 8192 /* bytes of a connection string */

struct azure_sign {
	struct buf name;     /* of the account; "" if only SAS is known */
	struct buf key;      /* secret: raw bytes; empty with SAS */
	struct buf sas;      /* secret: query without '?'; "" with a key */
	struct buf endpoint; /* "https://x.blob.core.windows.net", or with a
			      * path; no '/' at its end */
};

#define AZURE_SIGN_INIT                                                        \
	{                                                                      \
		.name = BUF_INIT, .key = BUF_INIT, .sas = BUF_INIT,            \
		.endpoint = BUF_INIT                                           \
	}

/*
 * Read `Key=Value;...` as Azure's portal gives it: AccountName, AccountKey,
 * SharedAccessSignature, BlobEndpoint, DefaultEndpointsProtocol,
 * EndpointSuffix; keys in any case, others are skipped.  A shared access
 * signature goes before a key.  `UseDevelopmentStorage=true` is the emulator
 * on its usual port.  ERR_SETTING; errors name the key, never a value, as that
 * may be a secret.
 */
MUST_USE int azure_sign_parse(
    const char *conn, size_t len, struct azure_sign *out, struct err *err);

/* Wipe the secrets and free all. */
void azure_sign_release(struct azure_sign *account);

struct azure_sign_param { /* of the query, not percent-encoded */
	const char *name;
	const char *value;
};

struct azure_sign_request {
	const char *method;
	const char *path;           /* of the URL, percent-encoded as sent */
	const char *const *headers; /* "Name: value"; all that are sent */
	size_t n_headers;
	const struct azure_sign_param *params;
	size_t n_params;
	size_t len; /* of the body, in bytes */
};

/* Append the string to sign (StringToSign). */
void azure_sign_string(struct buf *out, const struct azure_sign *account,
    const struct azure_sign_request *request);

/* Append the value of the Authorization header. */
void azure_sign_request(struct buf *out, const struct azure_sign *account,
    const struct azure_sign_request *request);

/* Append `Fri, 26 Jun 2015 23:39:12 GMT` (RFC 7231, 7.1.1.1). */
void azure_sign_date(struct buf *out, int64_t unix_s);

/* Read a date of that form.  -1 for anything else. */
MUST_USE int azure_sign_parse_date(const char *s, int64_t *unix_s);

#endif
