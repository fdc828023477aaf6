#include "pace.h"

void
pace_release(struct pace *pace)
{
	size_t i;

	for (i = 0; i < pace->n; i++)
		free(pace->users[i].name);
	free(pace->users);
	*pace = (struct pace)PACE_INIT;
}

static struct pace_user *
find(const struct pace *pace, const char *user)
{
	size_t i;

	for (i = 0; i < pace->n; i++)
		if (strcmp(pace->users[i].name, user) == 0)
			return &pace->users[i];
	return NULL;
}

int64_t
pace_next(const struct pace *pace, const char *user)
{
	const struct pace_user *u = find(pace, user);

	return u != NULL ? u->next_ms : 0;
}

static struct pace_user *
add(struct pace *pace, const char *user)
{
	struct pace_user *u;

	STD_GROW(pace->users, pace->n, pace->cap);
	u = &pace->users[pace->n++];
	*u = (struct pace_user){.name = std_strdup(user)};
	return u;
}

void
pace_failed(
    struct pace *pace, const char *user, int64_t now_ms, int64_t first_ms)
{
	struct pace_user *u = find(pace, user);

	if (u == NULL)
		u = add(pace, user);
	u->wait_ms =
	    2 * u->wait_ms < PACE_MAX_MS ? 2 * u->wait_ms : PACE_MAX_MS;
	if (u->wait_ms < first_ms)
		u->wait_ms = first_ms;
	u->next_ms = now_ms + u->wait_ms;
}

void
pace_good(struct pace *pace, const char *user)
{
	struct pace_user *u = find(pace, user);

	if (u == NULL)
		return;
	free(u->name);
	*u = pace->users[--pace->n];
}
