#include "sync/outcome.h"

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

static struct outcome_user *
find_troubled(const struct outcome *outcome, const char *user)
{
	size_t i;

	for (i = 0; i < outcome->n; i++)
		if (strcmp(outcome->users[i].name, user) == 0)
			return &outcome->users[i];
	return NULL;
}

bool
outcome_note(struct outcome *outcome, const char *user, const char *word)
{
	struct outcome_user *u = find_troubled(outcome, user);
	bool good = strcmp(word, OUTCOME_GOOD) == 0;

	if (u == NULL && good)
		return false;
	if (u != NULL && strcmp(u->word, word) == 0)
		return false;

	if (u == NULL) {
		STD_GROW(outcome->users, outcome->n, outcome->cap);
		outcome->users[outcome->n++] =
		    (struct outcome_user){std_strdup(user), std_strdup(word)};
		return true;
	}
	free_user(u);
	/* The order does not count: fill the gap with the last user. */
	*u = good ? outcome->users[--outcome->n]
		  : (struct outcome_user){std_strdup(user), std_strdup(word)};
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
