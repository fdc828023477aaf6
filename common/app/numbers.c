#include "app/numbers.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "store/names.h"
#include "store/store.h"

#define SWAPS 40 /* lost to other hosts, before giving up */

int
numbers_parse(const struct store_op *got, unsigned *next)
{
	unsigned n = 0;
	size_t i;

	if (got->result != STORE_OK || got->body.len == 0)
		return -1;
	for (i = 0; i < got->body.len && got->body.s[i] != '\n'; i++) {
		char c = got->body.s[i];

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
highest_in_mirror(
    struct app *app, const char *user, unsigned *next, struct err *err)
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

/* Swaps the stored number that `got` has read for `next`. */
static int
swap(struct app *app, const struct store_op *got, unsigned next,
    enum store_result *result, struct err *err)
{
	bool absent = got->result == STORE_ABSENT;
	char text[16];
	int rc;

	snprintf(text, sizeof text, "%u", next);
	struct store_op op =
	    STORE_PUT(got->key, absent ? STORE_IF_NEW : STORE_IF_MATCH,
		got->new_etag.s, text, strlen(text));
	rc = store_run(app->store, &op, 1, err);
	*result = op.result;
	store_ops_release(&op, 1);
	return rc;
}

struct move {
	struct app *app;
	const char *user;
	unsigned at_least; /* where the number must be afterwards */
	bool take;         /* take the number found, so go one past it */
};

static int
find_next(const struct move *m, const struct store_op *got, unsigned *next,
    struct err *err)
{
	if (numbers_parse(got, next) == -1 &&
	    highest_in_mirror(m->app, m->user, next, err) == -1)
		return -1;
	if (*next < m->at_least)
		*next = m->at_least;
	if (m->take && *next >= NAMES_NUMBER_END)
		return err_set(
		    err, ERR_NUMBERS, "Alle Nummern bis 9999 sind vergeben.");
	return 0;
}

/* One attempt; *done says whether the swap was won, or not needed. */
static int
attempt(const struct move *m, unsigned *number, bool *done, struct err *err)
{
	struct buf key = BUF_INIT;
	enum store_result result;
	unsigned stored, next;
	int rc = -1;

	names_key(&key, NAMES_NEXT_ID, m->user);
	struct store_op got = STORE_GET(key.s);
	if (store_run(m->app->store, &got, 1, err) == -1 ||
	    find_next(m, &got, &next, err) == -1)
		goto out;

	rc = 0;
	*number = next;
	*done = !m->take && numbers_parse(&got, &stored) == 0 && stored >= next;
	if (*done)
		goto out;
	rc = swap(m->app, &got, m->take ? next + 1 : next, &result, err);
	*done = rc == 0 && result == STORE_OK;
out:
	store_ops_release(&got, 1);
	buf_release(&key);
	return rc;
}

static int
advance(const struct move *m, unsigned *number, struct err *err)
{
	bool done = false;
	int i;

	for (i = 0; i < SWAPS; i++) {
		if (attempt(m, number, &done, err) == -1)
			return -1;
		if (done)
			return 0;
		usleep(2000u * (unsigned)(1 + i % 8));
	}
	return err_set(err, ERR_CONTENDED,
	    "Gerade werden sehr viele Aufgaben angelegt. Bitte noch einmal.");
}

int
numbers_take(
    struct app *app, const char *user, unsigned *number, struct err *err)
{
	const struct move m = {.app = app, .user = user, .take = true};

	return advance(&m, number, err);
}

int
numbers_raise(struct app *app, const char *user, unsigned next, struct err *err)
{
	const struct move m = {.app = app, .user = user, .at_least = next};
	unsigned before;

	return advance(&m, &before, err);
}

int
numbers_look(struct app *app, const char *user, unsigned *next, struct err *err)
{
	const struct move m = {.app = app, .user = user};
	struct buf key = BUF_INIT;
	int rc = -1;

	names_key(&key, NAMES_NEXT_ID, user);
	struct store_op got = STORE_GET(key.s);
	if (store_run(app->store, &got, 1, err) == 0)
		rc = find_next(&m, &got, next, err);
	store_ops_release(&got, 1);
	buf_release(&key);
	return rc;
}
