#include "week/ledger.h"

#include "base/msg.h"
#include "base/std.h"

/* Words as in sync.json and http-api.md, one table for each enum. */
static const char *const state_words[] = {
    [LEDGER_STATE_NONE] = NULL,
    [LEDGER_STATE_OTHER] = NULL,
    [LEDGER_STATE_OK] = "ok",
    [LEDGER_STATE_PENDING] = "pending",
    [LEDGER_STATE_FAILED] = "failed",
    [LEDGER_STATE_READ_ONLY] = "nur_lesen",
    [LEDGER_STATE_RUNNING] = "running",
    [LEDGER_STATE_OFF] = "aus",
};

static const char *const pr_words[] = {
    [LEDGER_PR_NONE] = NULL,
    [LEDGER_PR_OTHER] = NULL,
    [LEDGER_PR_OPEN] = "open",
    [LEDGER_PR_CLOSED] = "closed",
    [LEDGER_PR_FOREIGN] = "fremd",
};

static const struct {
	const char *word;
	enum msg_id msg;
} foreigns[] = {
    [LEDGER_PLAIN] = {NULL, MSG_NONE},
    [LEDGER_FOLDER] = {"folder", MSG_NAME_IS_FOLDER},
    [LEDGER_LINK] = {"link", MSG_NAME_IS_LINK},
    [LEDGER_SUBMODULE] = {"submodule", MSG_NAME_IS_SUBMODULE},
    [LEDGER_LOST] = {"name", MSG_NAME_IS_LOST},
};

/* Place of a word in its table, or `other`, with the word kept in *kept. */
static int
find_state_word(
    const char *const *words, size_t n, const char *word, char **kept)
{
	size_t i;

	free(*kept);
	*kept = NULL;
	for (i = 0; i < n; i++)
		if (std_streq(words[i], word))
			return (int)i;
	*kept = std_strdup(word);
	return -1;
}

const char *
ledger_state_word(enum ledger_state state)
{
	return state_words[state];
}

void
ledger_set_state_word(struct ledger *ledger, const char *word)
{
	int found = word == NULL
			? LEDGER_STATE_NONE
			: find_state_word(state_words, ARRAY_LEN(state_words),
			      word, &ledger->other_state);

	ledger->state =
	    found == -1 ? LEDGER_STATE_OTHER : (enum ledger_state)found;
}

void
ledger_set_state(
    struct ledger *ledger, enum ledger_state state, const struct msg *msg)
{
	char text[MSG_TEXT_MAX];

	free(ledger->other_state);
	ledger->other_state = NULL;
	ledger->state = state;
	free(ledger->text);
	free(ledger->english);
	ledger->text = std_strdup(msg_text(msg, text));
	ledger->english = std_strdup(msg_text_in(msg, MSG_ENGLISH, text));
}

const char *
ledger_foreign_word(enum ledger_foreign foreign)
{
	return foreigns[foreign].word;
}

enum ledger_foreign
ledger_foreign_of(const char *word)
{
	size_t i;

	for (i = 0; word != NULL && i < ARRAY_LEN(foreigns); i++)
		if (std_streq(foreigns[i].word, word))
			return (enum ledger_foreign)i;
	return LEDGER_PLAIN;
}

enum msg_id
ledger_foreign_msg(enum ledger_foreign foreign)
{
	return foreigns[foreign].msg;
}

const char *
ledger_pr_word(const struct ledger_pr *pr)
{
	return pr->state == LEDGER_PR_OTHER ? pr->other : pr_words[pr->state];
}

void
ledger_pr_set_word(struct ledger_pr *pr, const char *word)
{
	int found = word == NULL ? LEDGER_PR_NONE
				 : find_state_word(pr_words,
				       ARRAY_LEN(pr_words), word, &pr->other);

	pr->state = found == -1 ? LEDGER_PR_OTHER : (enum ledger_pr_state)found;
}

void
ledger_pr_set_state(struct ledger_pr *pr, enum ledger_pr_state state)
{
	free(pr->other);
	pr->other = NULL;
	pr->state = state;
}

bool
ledger_pr_waits(const struct ledger_pr *pr)
{
	return pr->state == LEDGER_PR_OPEN ||
	       (pr->state == LEDGER_PR_FOREIGN && pr->number > 0);
}

bool
ledger_has_branch(const struct ledger *ledger, const char *branch)
{
	size_t i;

	for (i = 0; i < ledger->n; i++)
		if (std_streq(ledger->files[i]->pr.branch, branch))
			return true;
	return false;
}

bool
ledger_pr_is_there(const struct ledger_pr *pr)
{
	if (pr->state == LEDGER_PR_NONE || pr->moving)
		return false;
	return pr->number > 0 || pr->state == LEDGER_PR_CLOSED;
}

void
ledger_pr_end(struct ledger_pr *pr)
{
	ledger_pr_set_state(pr, LEDGER_PR_NONE);
	free(pr->url);
	pr->url = NULL;
	pr->number = pr->merged_ms = 0;
}

void
ledger_decline(struct ledger_pr *pr, const char *hash, const char *etag)
{
	if (pr->branch == NULL)
		return;
	snprintf(pr->hash, sizeof pr->hash, "%s", hash);
	free(pr->etag);
	pr->etag = std_strdup(etag);
}

void
ledger_intents_clear(struct ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->n_intents; i++) {
		free(ledger->intents[i].file);
		free(ledger->intents[i].before);
		free(ledger->intents[i].fields);
		free(ledger->intents[i].renamed);
		free(ledger->intents[i].source);
	}
	free(ledger->intents);
	ledger->intents = NULL;
	ledger->n_intents = ledger->cap_intents = 0;
	ledger->commit[0] = ledger->intent_head[0] = '\0';
	ledger->intent_ms = 0;
}

void
ledger_release(struct ledger *ledger)
{
	size_t i;

	for (i = 0; i < ledger->n; i++)
		ledger_record_drop(ledger->files[i]);
	free(ledger->files);
	for (i = 0; i < ledger->n_resolved; i++)
		free(ledger->resolved[i].file);
	free(ledger->resolved);
	ledger_intents_clear(ledger);
	strays_release(&ledger->strays);
	ledger_base_drop(ledger->under);
	free(ledger->run_id);
	free(ledger->folder);
	free(ledger->other_state);
	free(ledger->text);
	free(ledger->english);
	memset(ledger, 0, sizeof *ledger);
}

/* Return the place of the file, or the one where it would stand. */
static size_t
find_position(const struct ledger *ledger, const char *file)
{
	size_t low = 0, high = ledger->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(ledger->files[middle]->file, file) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct ledger_file *
ledger_find(const struct ledger *ledger, const char *file)
{
	size_t at = find_position(ledger, file);

	if (at < ledger->n && strcmp(ledger->files[at]->file, file) == 0)
		return ledger->files[at];
	return NULL;
}

const struct ledger_file *
ledger_next(const struct ledger *ledger, size_t *at, const char *file)
{
	int order = -1;

	while (*at < ledger->n &&
	       (order = strcmp(ledger->files[*at]->file, file)) < 0)
		(*at)++;
	return *at < ledger->n && order == 0 ? ledger->files[*at] : NULL;
}

/* Make the record one that nobody else holds. */
static struct ledger_file *
own_record(const struct ledger_file **f)
{
	const struct ledger_file *shared = *f;

	if (shared->holders > 1) {
		*f = ledger_record_copy(shared);
		ledger_record_drop(shared);
	}
	return (struct ledger_file *)*f;
}

struct ledger_file *
ledger_record(struct ledger *ledger, const char *file)
{
	size_t at = find_position(ledger, file);
	struct ledger_file *f;

	if (at < ledger->n && strcmp(ledger->files[at]->file, file) == 0)
		return own_record(&ledger->files[at]);
	STD_GROW(ledger->files, ledger->n, ledger->cap);
	memmove(ledger->files + at + 1, ledger->files + at,
	    (ledger->n - at) * sizeof *ledger->files);
	ledger->n++;
	ledger->files[at] = f = ledger_record_new(file);
	return f;
}

void
ledger_remove(struct ledger *ledger, const char *file)
{
	const struct ledger_file *f = ledger_find(ledger, file);
	size_t at;

	if (f == NULL)
		return;
	at = find_position(ledger, file);
	ledger_record_drop(f);
	ledger->n--;
	memmove(ledger->files + at, ledger->files + at + 1,
	    (ledger->n - at) * sizeof *ledger->files);
}

void
ledger_forget(struct ledger *ledger, const char *file)
{
	const struct ledger_file *known = ledger_find(ledger, file);
	struct ledger_file *f;

	if (known == NULL || known->conflict[0] == '\0') {
		ledger_remove(ledger, file);
		return;
	}
	f = ledger_record(ledger, file);
	ledger_set_base(f, "", "", "");
	f->held = false;
}

/* Copy a text; unlike with snprintf, the two may be the same. */
static void
copy_text(char *to, size_t size, const char *from)
{
	size_t n = strnlen(from, size - 1);

	memmove(to, from, n);
	to[n] = '\0';
}

void
ledger_set_base(
    struct ledger_file *f, const char *blob, const char *hash, const char *etag)
{
	char *old = f->etag;

	copy_text(f->base, sizeof f->base, blob);
	copy_text(f->hash, sizeof f->hash, hash);
	f->etag = std_strdup(etag);
	free(old);
}

enum ledger_shown
ledger_shown(const struct ledger_file *f, const char *etag)
{
	if (f == NULL)
		return LEDGER_PENDING;
	if (f->conflict[0] != '\0')
		return LEDGER_CONFLICT;
	if (f->foreign != LEDGER_PLAIN)
		return LEDGER_PENDING;
	if (!ledger_pr_waits(&f->pr) && f->base[0] != '\0' &&
	    strcmp(f->etag, etag) == 0)
		return LEDGER_CLEAN;
	if (ledger_pr_is_there(&f->pr) && std_streq(f->pr.etag, etag))
		return LEDGER_PR;
	return LEDGER_PENDING;
}

const char *
ledger_shown_word(enum ledger_shown shown)
{
	static const char *const words[] = {
	    [LEDGER_CLEAN] = "clean",
	    [LEDGER_PENDING] = "pending",
	    [LEDGER_PR] = "pr",
	    [LEDGER_CONFLICT] = "conflict",
	};

	return words[shown];
}

struct ledger_intent *
ledger_intent_add(struct ledger *ledger, const char *file)
{
	struct ledger_intent *i;

	STD_GROW(ledger->intents, ledger->n_intents, ledger->cap_intents);
	i = &ledger->intents[ledger->n_intents++];
	memset(i, 0, sizeof *i);
	i->file = std_strdup(file);
	i->before = std_strdup("");
	return i;
}

static size_t
find_older(const struct ledger_file *f, const char *copy)
{
	size_t i = 0;

	while (i < f->n_older && strcmp(f->older[i].hash, copy) != 0)
		i++;
	return i;
}

/* Takes it out; its fields are the caller's. */
static char *
take_older(struct ledger_file *f, size_t at)
{
	char *fields = f->older[at].fields;

	f->n_older--;
	memmove(&f->older[at], &f->older[at + 1],
	    (f->n_older - at) * sizeof *f->older);
	return fields;
}

void
ledger_set_conflict(struct ledger_file *f, const char *copy, const char *fields)
{
	char *now = fields != NULL ? std_strdup(fields) : NULL;
	struct ledger_copy *old;
	size_t at = find_older(f, copy);

	if (at < f->n_older)
		free(take_older(f, at));
	if (f->conflict[0] != '\0' && strcmp(f->conflict, copy) != 0) {
		STD_GROW(f->older, f->n_older, f->cap_older);
		old = &f->older[f->n_older++];
		memcpy(old->hash, f->conflict, sizeof old->hash);
		old->fields = f->fields;
		f->fields = NULL;
	}
	snprintf(f->conflict, sizeof f->conflict, "%s", copy);
	free(f->fields);
	f->fields = now;
}

bool
ledger_in_conflict(const struct ledger_file *f, const char *copy)
{
	return *copy != '\0' && (strcmp(f->conflict, copy) == 0 ||
				    find_older(f, copy) < f->n_older);
}

/* Put the newest of the older conflicts in the place of the present one. */
static void
drop_conflict(struct ledger_file *f, const char *copy)
{
	size_t at = find_older(f, copy), last = f->n_older - 1;

	if (at < f->n_older) {
		free(take_older(f, at));
		return;
	}
	free(f->fields);
	f->fields = NULL;
	f->conflict[0] = '\0';
	if (f->n_older == 0)
		return;
	memcpy(f->conflict, f->older[last].hash, sizeof f->conflict);
	f->fields = take_older(f, last);
}

/* Take conflicts and pull request out of the record into an empty one. */
static void
take_luggage(struct ledger_file *f, struct ledger_file *held)
{
	*held = *f;
	held->file = held->etag = NULL;
	f->conflict[0] = '\0';
	f->fields = NULL;
	f->older = NULL;
	f->n_older = f->cap_older = 0;
	memset(&f->pr, 0, sizeof f->pr);
}

static void
move_pr(struct ledger_pr *from, struct ledger_pr *to)
{
	ledger_record_clear_pr(to);
	*to = *from;
	memset(from, 0, sizeof *from);
}

/* Give what was taken to the new name, and free what that has of its own. */
static void
give_luggage(struct ledger *ledger, const char *to, struct ledger_file *held)
{
	struct ledger_file *g = ledger_record(ledger, to);
	size_t i;

	for (i = 0; i < held->n_older; i++)
		ledger_set_conflict(
		    g, held->older[i].hash, held->older[i].fields);
	if (held->conflict[0] != '\0')
		ledger_set_conflict(g, held->conflict, held->fields);
	if (g->pr.branch == NULL)
		move_pr(&held->pr, &g->pr);
}

/* Leave a branch that the new name does not take with the old one, or it could
 * not be told from somebody else's. */
static void
keep_branch(struct ledger *ledger, const char *from, struct ledger_file *held)
{
	const struct ledger_file *known = ledger_find(ledger, from);
	struct ledger_file *f;

	if (held->pr.branch == NULL || known == NULL ||
	    known->pr.branch != NULL)
		return;
	f = ledger_record(ledger, from);
	move_pr(&held->pr, &f->pr);
	ledger_pr_end(&f->pr);
}

static bool
has_luggage(const struct ledger_file *f)
{
	return f->conflict[0] != '\0' || f->pr.branch != NULL;
}

void
ledger_move(struct ledger *ledger, const struct ledger_move *moves, size_t n)
{
	struct ledger_file *held = std_zalloc(n * sizeof *held);
	size_t i;

	for (i = 0; i < n; i++) {
		const struct ledger_file *f =
		    ledger_find(ledger, moves[i].from);

		if (f != NULL && has_luggage(f))
			take_luggage(
			    ledger_record(ledger, moves[i].from), &held[i]);
	}
	for (i = 0; i < n; i++)
		if (has_luggage(&held[i]))
			give_luggage(ledger, moves[i].to, &held[i]);
	for (i = 0; i < n; i++) {
		keep_branch(ledger, moves[i].from, &held[i]);
		ledger_record_release(&held[i]);
	}
	free(held);
}

struct ledger_resolved *
ledger_add_resolved(struct ledger *ledger, const char *file, int64_t at_ms)
{
	struct ledger_resolved *r;

	STD_GROW(ledger->resolved, ledger->n_resolved, ledger->cap_resolved);
	r = &ledger->resolved[ledger->n_resolved++];
	memset(r, 0, sizeof *r);
	r->file = std_strdup(file);
	r->at_ms = at_ms;
	return r;
}

void
ledger_resolve(
    struct ledger *ledger, const char *file, const char *copy, int64_t now_ms)
{
	const struct ledger_file *known = ledger_find(ledger, file);
	struct ledger_resolved *r;
	struct ledger_file *f;

	if (known == NULL || !ledger_in_conflict(known, copy))
		return;
	f = ledger_record(ledger, file);
	r = ledger_add_resolved(ledger, file, now_ms);
	snprintf(r->hash, sizeof r->hash, "%s", copy);
	drop_conflict(f, r->hash);
	/* The file is gone, and only the conflict has kept the record. */
	if (f->conflict[0] == '\0' && f->base[0] == '\0' &&
	    f->etag[0] == '\0' && f->pr.state == LEDGER_PR_NONE)
		ledger_forget(ledger, file);
}

const struct ledger_resolved *
ledger_find_resolved(
    const struct ledger *ledger, const char *file, const char *copy)
{
	size_t i;

	for (i = ledger->n_resolved; i > 0; i--) {
		const struct ledger_resolved *r = &ledger->resolved[i - 1];

		if (strcmp(r->file, file) == 0 &&
		    (copy == NULL || strcmp(r->hash, copy) == 0))
			return r;
	}
	return NULL;
}

void
ledger_forget_resolved(struct ledger *ledger, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(ledger->resolved[i].file);
	ledger->n_resolved -= n;
	memmove(ledger->resolved, ledger->resolved + n,
	    ledger->n_resolved * sizeof *ledger->resolved);
}
