#include "host/version.h"

#include <unistd.h>

#include "base/counters.h"
#include "base/enc.h"
#include "base/std.h"
#include "store/changes.h"
#include "store/names.h"

/* A generation is count << 16 | mark of the user that raised it last. */
#define MARK_BITS UINT64_C(0xffff)
/*
 * A number of looks is count << 40 | mark of the token that was found last (0: of
 * none).  The mark is long, as a token that is taken for another one is told to
 * nobody.  The count may be short: it only keeps a look that comes late from
 * bringing an earlier number back.
 */
#define LOOK_MARK_BITS ((UINT64_C(1) << 40) - 1)
#define ATTEMPTS       3

struct version {
	struct counters *counters, *looks;
};

int
version_open(const char *run, struct version **out, struct err *err)
{
	struct counters *counters, *looks;

	if (counters_open(run, "generations", &counters, err) == -1)
		return -1;
	if (counters_open(run, "looks", &looks, err) == -1) {
		counters_close(counters);
		return -1;
	}
	*out = std_zalloc(sizeof **out);
	(*out)->counters = counters;
	(*out)->looks = looks;
	return 0;
}

void
version_close(struct version *version)
{
	if (version == NULL)
		return;
	counters_close(version->counters);
	counters_close(version->looks);
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

uint64_t
version_looks(const struct version *version, const char *user)
{
	return atomic_load(counters_of(version->looks, user));
}

/* Return the mark of a token, never that of none. */
static uint64_t
mark_token(const struct version *version, const char *token)
{
	return (counters_long_mark(version->looks, token) & LOOK_MARK_BITS) | 1;
}

void
version_count_look(struct version *version, const char *user, const char *token,
    uint64_t *looks)
{
	_Atomic uint64_t *at = counters_of(version->looks, user);
	uint64_t mark = token != NULL ? mark_token(version, token) : 0;
	uint64_t was = atomic_load(at), next;

	do {
		if (token != NULL && (was & LOOK_MARK_BITS) == mark)
			return;
		next = ((was & ~LOOK_MARK_BITS) + LOOK_MARK_BITS + 1) | mark;
	} while (!atomic_compare_exchange_weak(at, &was, next));
	if (looks != NULL && *looks == was)
		*looks = next;
}

bool
version_is_own(
    const struct version *version, const char *user, uint64_t generation)
{
	return (generation & MARK_BITS) ==
	       counters_mark(version->counters, user);
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
	if (changes_is_token(blob->bytes.s, len)) {
		memcpy(token, blob->bytes.s, len + 1);
		return;
	}
	enc_hash(blob->bytes.s, len, hash);
	snprintf(token, VERSION_TOKEN_MAX, "h%s", hash);
}

/* A token that is put, and what goes out with it. */
struct bump {
	struct store *store;
	struct blob blob;        /* the token's */
	struct buf token;        /* the new one */
	struct store_op *beside; /* NULL: nothing, or it is done */
	bool done;
};

/* Run the op and what goes out with it. */
static int
run_beside(struct bump *bump, struct store_op *op, struct err *err)
{
	struct store_op ops[2] = {*op};
	int rc;

	if (bump->beside != NULL)
		ops[1] = *bump->beside;
	rc = store_run(bump->store, ops, bump->beside != NULL ? 2 : 1, err);
	*op = ops[0];
	if (bump->beside != NULL) {
		*bump->beside = ops[1];
		if (ops[1].result == STORE_OK)
			bump->beside = NULL;
	}
	return rc;
}

/*
 * Put the token with a note of what has changed, unless another writer puts one
 * meanwhile, which the note would not know.
 */
static int
put_noted(struct bump *bump, const struct buf *files, struct err *err)
{
	struct blob *blob = &bump->blob;
	struct store_op get = STORE_GET(blob->key.s);
	int rc = run_beside(bump, &get, err);

	if (rc == 0) {
		blob_take(blob, &get);
		changes_note(&blob->note, blob->bytes.s, files);
		blob->put_note = blob->note.s;
		rc = blob_swap(
		    bump->store, blob, &bump->token, &bump->done, err);
	}
	store_ops_release(&get, 1);
	return rc;
}

/* Put the token without a note, whatever others put. */
static int
put_unnoted(struct bump *bump, struct err *err)
{
	struct store_op put = STORE_PUT(bump->blob.key.s, STORE_ALWAYS, NULL,
	    bump->token.s, bump->token.len);
	int rc = run_beside(bump, &put, err);

	bump->done = rc == 0;
	store_ops_release(&put, 1);
	return rc;
}

int
version_bump(struct version *version, struct store *store,
    const struct version_write *write, char put[VERSION_TOKEN_MAX],
    struct err *err)
{
	const struct buf *files =
	    store_takes_notes(store) ? write->files : NULL;
	struct bump bump = {.store = store,
	    .blob = BLOB_INIT,
	    .token = BUF_INIT,
	    .beside = write->beside};
	int attempt, rc = 0;

	names_key(&bump.blob.key, NAMES_TOKEN, write->user);
	for (attempt = 0; !bump.done && attempt < ATTEMPTS; attempt++) {
		if (rc == -1)
			usleep(50000u << attempt);
		buf_reset(&bump.token);
		enc_stamp(&bump.token, write->now_ms);
		rc = files != NULL && attempt + 1 < ATTEMPTS
			 ? put_noted(&bump, files, err)
			 : put_unnoted(&bump, err);
	}
	version_raise(version, write->user);
	snprintf(put, VERSION_TOKEN_MAX, "%s", rc == 0 ? bump.token.s : "");
	buf_release(&bump.token);
	blob_release(&bump.blob);
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
