#include "api/parts.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/std.h"

enum asked_for { BY_REPOSITORY, BY_LOGIN };

/* What is not here every site has.  The worker is told by the socket of the
 * button, as it is set up together with it. */
static const struct part {
	const char *name;
	enum asked_for asked_for;
	const char *socket;
} parts[] = {
    {"sync", BY_REPOSITORY, "sync"},
    {"work", BY_REPOSITORY, "sync"},
    {"webhook", BY_REPOSITORY, "webhook"},
    {"auth", BY_LOGIN, "auth"},
    {"account", BY_LOGIN, "account"},
};

static const struct part *
find_part(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(parts); i++)
		if (std_streq(parts[i].name, name))
			return &parts[i];
	return NULL;
}

static bool
has_file(const char *sockets, const struct part *part)
{
	struct buf path = BUF_INIT;
	bool is_there;

	buf_addf(&path, "%s/%s.sock", sockets, part->socket);
	is_there = access(path.s, F_OK) == 0;
	buf_release(&path);
	return is_there;
}

static bool
settings_ask_for(const struct conf *conf, const struct part *part)
{
	return part->asked_for == BY_REPOSITORY ? conf_has_repo(conf)
						: !conf_is_local(conf);
}

enum parts_state
parts_look(const struct conf *conf, const char *sockets, const char *name,
    enum parts_secret secret)
{
	const struct part *part = find_part(name);
	bool is_there;

	if (part == NULL)
		return PARTS_ON;
	is_there = has_file(sockets, part);
	if (!settings_ask_for(conf, part) || secret == PARTS_SECRET_MISSING)
		return is_there && std_streq(part->socket, name) ? PARTS_LEFT
								 : PARTS_OFF;
	return is_there || secret == PARTS_SECRET_SET ? PARTS_ON : PARTS_OFF;
}
