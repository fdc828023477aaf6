#include "carry/first_keys.h"

#include <ctype.h>

#include "base/buf.h"
#include "base/std.h"
#include "store/names.h"

void
first_keys_release(struct first_key *key)
{
	buf_release(&key->target);
	*key = (struct first_key)FIRST_KEY_INIT;
}

/* Take the name in lower case; return false if it is no user's. */
static bool
lower_user(const char *name, size_t len, struct first_key *out)
{
	size_t i;

	if (len == 0 || len > NAMES_USER_MAX)
		return false;
	for (i = 0; i < len; i++)
		out->user[i] = (char)tolower((unsigned char)name[i]);
	out->user[len] = '\0';
	if (names_user_ok(out->user))
		return true;
	out->user[0] = '\0';
	return false;
}

static void
aim_at_tasks(const char *rest, struct first_key *out)
{
	names_task_prefix(&out->target, out->user);
	buf_adds(&out->target, rest);
}

/* raw/<User>/tasks/<whatever> */
static bool
is_file(const char *key, struct first_key *out)
{
	static const char tasks[] = "/tasks/";
	const char *name = key + strlen(names_area(NAMES_AREA_RAW));
	size_t len = strcspn(name, "/");

	if (!std_starts(name + len, tasks) ||
	    name[len + strlen(tasks)] == '\0' || !lower_user(name, len, out))
		return false;
	aim_at_tasks(name + len + strlen(tasks), out);
	return true;
}

/* raw/tasks/<whatever> */
static bool
is_owners_file(const char *key, const char *owner, struct first_key *out)
{
	static const char tasks[] = "tasks/";
	const char *name = key + strlen(names_area(NAMES_AREA_RAW));

	if (owner == NULL || !std_starts(name, tasks) ||
	    name[strlen(tasks)] == '\0' ||
	    !lower_user(owner, strlen(owner), out))
		return false;
	aim_at_tasks(name + strlen(tasks), out);
	return true;
}

/* state/<User>/<name>, for the blob of that name. */
static bool
is_of_user(const char *key, enum names_blob blob, struct first_key *out)
{
	const char *name;
	size_t len = names_user_of_key(key, blob, &name);

	return len > 0 && lower_user(name, len, out);
}

static bool
is_record(const char *key, struct first_key *out)
{
	static const enum names_blob records[] = {
	    NAMES_LAST_HEAD, NAMES_LAST_SYNC};
	size_t i;

	for (i = 0; i < ARRAY_LEN(records); i++)
		if (is_of_user(key, records[i], out)) {
			names_key(&out->target, records[i], out->user);
			return true;
		}
	return false;
}

static bool
is_number(const char *key, struct first_key *out)
{
	return strcmp(key, "state/nextId.txt") == 0 ||
	       is_of_user(key, NAMES_NEXT_ID, out);
}

/* state/<User>/cacheValid.txt said whether an artifact could be shown. */
static bool
is_cache(const char *key, struct first_key *out)
{
	static const char valid[] = "/cacheValid.txt";
	const char *area = names_area(NAMES_AREA_STATE);
	const char *name = key + strlen(area);

	if (std_starts(key, "artifacts/") ||
	    strcmp(key, "state/cacheVersion.txt") == 0 ||
	    is_of_user(key, NAMES_TOKEN, out))
		return true;
	return std_starts(key, area) &&
	       strcmp(name + strcspn(name, "/"), valid) == 0 &&
	       lower_user(name, strcspn(name, "/"), out);
}

/* What names.h makes keys of, and no first system had. */
static bool
is_ours(const char *key)
{
	const char *user;

	return names_user_of_key(key, NAMES_PENDING, &user) > 0 ||
	       std_starts(key, names_probes()) ||
	       (!std_starts(key, names_area(NAMES_AREA_RAW)) &&
		   names_area_user(key, &user) > 0);
}

void
first_keys_read(const char *key, const char *owner, struct first_key *out)
{
	if (std_starts(key, names_area(NAMES_AREA_RAW)))
		out->sort = is_file(key, out) || is_owners_file(key, owner, out)
				? FIRST_FILE
				: FIRST_OTHER;
	else if (is_record(key, out))
		out->sort = FIRST_RECORD;
	else if (is_number(key, out))
		out->sort = FIRST_NUMBER;
	else if (is_cache(key, out))
		out->sort = FIRST_CACHE;
	else
		out->sort = is_ours(key) ? FIRST_OURS : FIRST_OTHER;
}
