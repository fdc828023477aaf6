#include "host/version.h"

#include <unistd.h>

#include "base/counters.h"
#include "base/enc.h"
#include "base/std.h"
#include "store/names.h"

/* A generation is count << 16 | mark of the user that raised it last. */
#define MARK_BITS UINT64_C(0xffff)
#define ATTEMPTS  3

struct version {
	struct counters *counters;
};

int
version_open(const char *run, struct version **out, struct err *err)
{
	struct counters *counters;

	if (counters_open(run, "generations", &counters, err) == -1)
		return -1;
	*out = std_zalloc(sizeof **out);
	(*out)->counters = counters;
	return 0;
}

void
version_close(struct version *version)
{
	if (version == NULL)
		return;
	counters_close(version->counters);
	free(version);
}

uint64_t
version_generation(const struct version *version, const char *user)
{
	return atomic_load(counters_of(version->counters, user));
}

void
version_raise(struct version *version, const char *user)
{
	_Atomic uint64_t *at = counters_of(version->counters, user);
	uint64_t own = counters_mark(version->counters, user), next,
		 was = atomic_load(at);

	do
		next = ((was & ~MARK_BITS) + MARK_BITS + 1) | own;
	while (!atomic_compare_exchange_weak(at, &was, next));
}

bool
version_is_own(
    const struct version *version, const char *user, uint64_t generation)
{
	return (generation & MARK_BITS) ==
	       counters_mark(version->counters, user);
}

static bool
is_plain_token(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len > 64)
		return false;
	for (i = 0; i < len; i++)
		if (!(s[i] >= '0' && s[i] <= '9') &&
		    !(s[i] >= 'a' && s[i] <= 'z') && s[i] != '-')
			return false;
	return s[0] != '-';
}

void
version_token(const struct blob *blob, char token[VERSION_TOKEN_MAX])
{
	char hash[ENC_HASH_LEN + 1];
	size_t len = blob->bytes.len;

	if (!blob->is_there) {
		token[0] = '\0';
		return;
	}
	if (is_plain_token(blob->bytes.s, len)) {
		memcpy(token, blob->bytes.s, len + 1);
		return;
	}
	enc_hash(blob->bytes.s, len, hash);
	snprintf(token, VERSION_TOKEN_MAX, "h%s", hash);
}

int
version_bump(struct version *version, struct store *store, const char *user,
    int64_t now_ms, char put[VERSION_TOKEN_MAX], struct err *err)
{
	struct blob blob = BLOB_INIT;
	struct buf token = BUF_INIT;
	int attempt, rc = -1;

	names_key(&blob.key, NAMES_TOKEN, user);
	for (attempt = 0; rc == -1 && attempt < ATTEMPTS; attempt++) {
		if (attempt > 0)
			usleep(50000u << attempt);
		buf_reset(&token);
		enc_stamp(&token, now_ms);
		rc = blob_put(store, &blob, &token, err);
	}
	version_raise(version, user);
	snprintf(put, VERSION_TOKEN_MAX, "%s", rc == 0 ? token.s : "");
	buf_release(&token);
	blob_release(&blob);
	return rc;
}

void
version_print_state(struct buf *out, const struct version_state *state)
{
	buf_addf(out, "%llu/%s", (unsigned long long)state->generation,
	    state->token[0] != '\0' ? state->token : "-");
}

int
version_parse_state(const char *s, struct version_state *state)
{
	unsigned long long generation;
	char token[VERSION_TOKEN_MAX], end;

	if (sscanf(s, "%llu/%79[0-9a-z-]%c", &generation, token, &end) != 2)
		return -1;
	state->generation = generation;
	snprintf(state->token, sizeof state->token, "%s",
	    strcmp(token, "-") == 0 ? "" : token);
	return 0;
}
