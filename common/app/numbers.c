#include "app/numbers.h"

#include "app/strays_list.h"
#include "base/buf.h"
#include "base/err.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"

#define TRIES  40 /* swaps that may be lost before ERR_CONTENDED */
#define LATELY 16 /* numbers that are remembered behind the first */

/* Read the number of one line, and move on to the next line.  -1 if the line
 * holds none up to NAMES_NUMBER_END. */
static int
read_line(const char **at, unsigned *number)
{
	const char *s = *at;
	size_t i, len = strcspn(s, "\n");
	unsigned n = 0;

	*at += len + (s[len] == '\n');
	if (len == 0 || len > 5)
		return -1;
	for (i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		n = n * 10 + (unsigned)(s[i] - '0');
	}
	if (n > NAMES_NUMBER_END)
		return -1;
	*number = n;
	return 0;
}

int
numbers_parse(const struct buf *bytes, unsigned *next)
{
	const char *at = bytes->s;

	return read_line(&at, next);
}

void
numbers_note(struct numbers_used *used, unsigned number)
{
	used->is[number] = true;
	if (number >= used->end)
		used->end = number + 1;
}

void
numbers_note_barred(struct numbers_used *used, const struct strays *strays)
{
	size_t i;

	for (i = 0; i < strays->n_barred; i++)
		numbers_note(used, names_number(strays->barred[i].name));
}

void
numbers_note_stored(struct numbers_used *used, const struct buf *stored)
{
	const char *at = stored->s;
	unsigned next, given;

	if (read_line(&at, &next) == -1)
		return;
	if (next > used->end)
		used->end = next;
	while (next == NAMES_NUMBER_END && *at != '\0')
		if (read_line(&at, &given) == 0 && given < NAMES_NUMBER_END)
			numbers_note(used, given);
}

unsigned
numbers_next(const struct numbers_used *used)
{
	unsigned n;

	if (used->end < NAMES_NUMBER_END)
		return used->end;
	for (n = NAMES_NUMBER_END - 1; n > 0; n--)
		if (used->is[n - 1] && !used->is[n])
			return n;
	return used->is[0] ? NAMES_NUMBER_END : 0;
}

static int
list_used(struct app *app, const char *user, struct numbers_used *used,
    struct err *err)
{
	struct store_list list = STORE_LIST_SHALLOW;
	struct strays strays = STRAYS_INIT;
	struct buf prefix = BUF_INIT;
	const char *file;
	size_t i;
	int rc;

	memset(used, 0, sizeof *used);
	names_task_prefix(&prefix, user);
	rc = store_list(app->store, prefix.s, &list, err);
	for (i = 0; rc == 0 && i < list.n; i++) {
		file = names_task_of_key(list.items[i].key, user);
		if (file != NULL)
			numbers_note(used, names_number(file));
	}
	strays_list_read(&strays, &list, NULL, user);
	numbers_note_barred(used, &strays);
	strays_release(&strays);
	store_list_release(&list);
	buf_release(&prefix);
	return rc;
}

struct move {
	struct app *app;
	const char *user;
	unsigned at_least; /* where the number must be afterwards */
	bool take;         /* take the number found, so go one past it */
	unsigned next;     /* out: the first number that was never given */
	unsigned number;   /* out: the one to give next */
};

/* Find m->next: in the blob or, if that holds no number, by a list of the
 * mirror; and raise it to `at_least`. */
static int
find_next(struct move *m, const struct buf *stored, struct err *err)
{
	struct numbers_used used;

	if (numbers_parse(stored, &m->next) == -1) {
		if (list_used(m->app, m->user, &used, err) == -1)
			return -1;
		m->next = used.end;
	}
	if (m->next < m->at_least)
		m->next = m->at_least;
	return 0;
}

/* Find m->number: m->next or, where 9999 has been given, a gap in a list of
 * the mirror. */
static int
find_number(struct move *m, const struct buf *stored, struct err *err)
{
	struct numbers_used used;

	if (find_next(m, stored, err) == -1)
		return -1;
	m->number = m->next;
	if (m->next < NAMES_NUMBER_END)
		return 0;
	if (list_used(m->app, m->user, &used, err) == -1)
		return -1;
	numbers_note_stored(&used, stored);
	used.end = m->next;
	m->number = numbers_next(&used);
	return 0;
}

/* Print what is stored near the top and behind it: this number, before those
 * that were given last, as their files may not be there yet. */
static void
print_given(
    struct buf *out, unsigned next, unsigned number, const struct buf *old)
{
	const char *at = old->s;
	unsigned given, n;

	buf_addf(out, "%u\n%u", next, number);
	(void)!read_line(&at, &given);
	for (n = 1; *at != '\0' && n < LATELY; n++)
		if (read_line(&at, &given) == 0)
			buf_addf(out, "\n%u", given);
}

static int
take_number(
    struct move *m, const struct buf *old, struct buf *bytes, struct err *err)
{
	if (find_number(m, old, err) == -1)
		return -1;
	if (m->number == NAMES_NUMBER_END)
		return err_set(err, ERR_NUMBERS, MSG_NUMBERS_USED_UP);
	if (m->number == m->next)
		m->next++;
	if (m->next < NAMES_NUMBER_END - LATELY)
		buf_addf(bytes, "%u", m->next);
	else
		print_given(bytes, m->next, m->number, old);
	return BLOB_SWAP;
}

static int
move_number(
    const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	struct move *m = arg;
	const char *given;
	unsigned stored;

	if (m->take)
		return take_number(m, &old->bytes, bytes, err);
	if (find_next(m, &old->bytes, err) == -1)
		return -1;
	if (numbers_parse(&old->bytes, &stored) == 0 && stored >= m->next)
		return BLOB_KEEP;
	given = strchr(old->bytes.s, '\n');
	buf_addf(bytes, "%u%s", m->next, given != NULL ? given : "");
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
	*number = m.number;
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
		rc = find_number(&m, &blob.bytes, err);
	if (rc == 0)
		*next = m.number;
	blob_release(&blob);
	return rc;
}
