#include "sync/backoff.h"

#include "store/sorted.h"

void
backoff_release(struct backoff *pace)
{
	size_t i;

	for (i = 0; i < pace->n; i++)
		free(pace->users[i].name);
	free(pace->users);
	*pace = (struct backoff)BACKOFF_INIT;
}

static struct backoff_user *
find_waiting(const struct backoff *pace, const char *user)
{
	size_t at;

	return sorted_find(pace->users, pace->n, sizeof *pace->users, user, &at)
		   ? &pace->users[at]
		   : NULL;
}

int64_t
backoff_next(const struct backoff *pace, const char *user)
{
	const struct backoff_user *u = find_waiting(pace, user);

	return u != NULL ? u->next_ms : 0;
}

/* Add the user at that index, without a wait. */
static void
add_waiting(struct backoff *pace, const char *user, size_t at)
{
	STD_GROW(pace->users, pace->n, pace->cap);
	sorted_open(pace->users, pace->n++, sizeof *pace->users, at);
	pace->users[at] = (struct backoff_user){.name = std_strdup(user)};
}

void
backoff_failed(
    struct backoff *pace, const char *user, int64_t now_ms, int64_t first_ms)
{
	struct backoff_user *u;
	size_t at;

	if (!sorted_find(pace->users, pace->n, sizeof *pace->users, user, &at))
		add_waiting(pace, user, at);
	u = &pace->users[at];
	/*
	 * The wait of a new user is 0, so the last line below makes it
	 * first_ms, even if that is more than BACKOFF_MAX_MS: SYNC_POLL_MS
	 * may be set higher.
	 */
	u->wait_ms =
	    2 * u->wait_ms < BACKOFF_MAX_MS ? 2 * u->wait_ms : BACKOFF_MAX_MS;
	if (u->wait_ms < first_ms)
		u->wait_ms = first_ms;
	u->next_ms = now_ms + u->wait_ms;
}

void
backoff_good(struct backoff *pace, const char *user)
{
	struct backoff_user *u = find_waiting(pace, user);

	if (u == NULL)
		return;
	free(u->name);
	sorted_close(pace->users, pace->n--, sizeof *pace->users,
	    (size_t)(u - pace->users));
}
