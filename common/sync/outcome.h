/*
 * outcome: find out which users' syncs have changed from good to bad, from one
 * trouble to another, or back, so that each change is logged once and not each
 * try (design.md 7).
 *
 * Pure and in memory only: after a restart all users count as good, and a
 * trouble that lasts is told once more.
 *
 * Calling sequence
 *
 *	struct outcome outcome = OUTCOME_INIT;
 *
 *	if (outcome_note(&outcome, "ada", "failed"))
 *		log it;
 *	...
 *	outcome_release(&outcome);
 *
 * Error handling: no function fails.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "base/std.h"

#define OUTCOME_GOOD "ok"

/* The users who are in trouble, in the order of names (sorted.h); a user that is
 * absent is good. */
struct outcome {
	struct outcome_user {
		char *name;
		char *word;
	} * users;
	size_t n, cap;
};

#define OUTCOME_INIT                                                           \
	{                                                                      \
		.users = NULL                                                  \
	}
void outcome_release(struct outcome *outcome);

/*
 * Note how a user's sync went, in a word, OUTCOME_GOOD or a trouble; return
 * true if it is another word than last time.
 */
bool outcome_note(struct outcome *outcome, const char *user, const char *word);

/* Return how many users are in trouble of that word, or of any if it is NULL. */
size_t outcome_count(const struct outcome *outcome, const char *word);

#endif
