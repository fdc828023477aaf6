#include "sync/outcome.h"

#include "store/sorted.h"

static void
free_user(struct outcome_user *u)
{
	free(u->name);
	free(u->word);
}

void
outcome_release(struct outcome *outcome)
{
	size_t i;

	for (i = 0; i < outcome->n; i++)
		free_user(&outcome->users[i]);
	free(outcome->users);
	*outcome = (struct outcome)OUTCOME_INIT;
}

/* Add the user at that index, with the trouble. */
static void
add_troubled(
    struct outcome *outcome, const char *user, const char *word, size_t at)
{
	STD_GROW(outcome->users, outcome->n, outcome->cap);
	sorted_open(outcome->users, outcome->n++, sizeof *outcome->users, at);
	outcome->users[at] =
	    (struct outcome_user){std_strdup(user), std_strdup(word)};
}

static void
remove_troubled(struct outcome *outcome, size_t at)
{
	free_user(&outcome->users[at]);
	sorted_close(outcome->users, outcome->n--, sizeof *outcome->users, at);
}

bool
outcome_note(struct outcome *outcome, const char *user, const char *word)
{
	bool good = strcmp(word, OUTCOME_GOOD) == 0;
	size_t at;

	if (!sorted_find(outcome->users, outcome->n, sizeof *outcome->users,
		user, &at)) {
		if (!good)
			add_troubled(outcome, user, word, at);
		return !good;
	}
	if (strcmp(outcome->users[at].word, word) == 0)
		return false;
	if (good) {
		remove_troubled(outcome, at);
		return true;
	}
	free(outcome->users[at].word);
	outcome->users[at].word = std_strdup(word);
	return true;
}

size_t
outcome_count(const struct outcome *outcome, const char *word)
{
	size_t i, n = 0;

	for (i = 0; i < outcome->n; i++)
		n +=
		    outcome->users[i].name[0] != '\0' &&
		    (word == NULL || strcmp(outcome->users[i].word, word) == 0);
	return n;
}
