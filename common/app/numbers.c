#include "app/numbers.h"

#include "base/buf.h"
#include "base/err.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"

#define TRIES 40 /* swaps that may be lost before ERR_CONTENDED */

int
numbers_parse(const struct buf *bytes, unsigned *next)
{
	unsigned n = 0;
	size_t i;

	if (bytes->len == 0)
		return -1;
	for (i = 0; i < bytes->len && bytes->s[i] != '\n'; i++) {
		char c = bytes->s[i];

		if (c < '0' || c > '9' || i >= 5)
			return -1;
		n = n * 10 + (unsigned)(c - '0');
	}
	if (i == 0 || n > NAMES_NUMBER_END)
		return -1;
	*next = n;
	return 0;
}

static int
find_highest(struct app *app, const char *user, unsigned *next, struct err *err)
{
	struct store_list list = STORE_LIST_INIT;
	struct buf prefix = BUF_INIT;
	const char *file;
	size_t i;
	int rc = -1;

	names_task_prefix(&prefix, user);
	if (store_list(app->store, prefix.s, &list, err) == -1)
		goto out;
	*next = 0;
	for (i = 0; i < list.n; i++) {
		file = names_task_of_key(list.items[i].key, user);
		if (file != NULL && names_number(file) >= *next)
			*next = names_number(file) + 1;
	}
	rc = 0;
out:
	store_list_release(&list);
	buf_release(&prefix);
	return rc;
}

struct move {
	struct app *app;
	const char *user;
	unsigned at_least; /* where the number must be afterwards */
	bool take;         /* take the number found, so go one past it */
	unsigned found;    /* the next free number before */
};

/* Find the next free number, in the blob or, if that holds none, by a list of
 * the mirror, and raise it to `at_least`. */
static int
find_next(struct move *m, const struct blob *stored, struct err *err)
{
	if (numbers_parse(&stored->bytes, &m->found) == -1 &&
	    find_highest(m->app, m->user, &m->found, err) == -1)
		return -1;
	if (m->found < m->at_least)
		m->found = m->at_least;
	if (m->take && m->found >= NAMES_NUMBER_END)
		return err_set(err, ERR_NUMBERS, MSG_NUMBERS_USED_UP);
	return 0;
}

static int
move_number(
    const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	struct move *m = arg;
	unsigned stored;

	if (find_next(m, old, err) == -1)
		return -1;
	if (!m->take && numbers_parse(&old->bytes, &stored) == 0 &&
	    stored >= m->found)
		return BLOB_KEEP;
	buf_addf(bytes, "%u", m->take ? m->found + 1 : m->found);
	return BLOB_SWAP;
}

static int
update_number(struct move *m, struct err *err)
{
	const struct blob_update update = {
	    .change = move_number,
	    .arg = m,
	    .tries = TRIES,
	    .contended = MSG_NUMBERS_CONTENDED,
	};
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_NEXT_ID, m->user);
	rc = blob_update(m->app->store, &blob, &update, err);
	blob_release(&blob);
	return rc;
}

int
numbers_take(
    struct app *app, const char *user, unsigned *number, struct err *err)
{
	struct move m = {.app = app, .user = user, .take = true};

	if (update_number(&m, err) == -1)
		return -1;
	*number = m.found;
	return 0;
}

int
numbers_raise(struct app *app, const char *user, unsigned next, struct err *err)
{
	struct move m = {.app = app, .user = user, .at_least = next};

	return update_number(&m, err);
}

int
numbers_look(struct app *app, const char *user, unsigned *next, struct err *err)
{
	struct move m = {.app = app, .user = user};
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_NEXT_ID, user);
	rc = blob_get(app->store, &blob, err);
	if (rc == 0)
		rc = find_next(&m, &blob, err);
	if (rc == 0)
		*next = m.found;
	blob_release(&blob);
	return rc;
}
