#include "settings/conf_file.h"

#include <pwd.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/std.h"
#include "settings/conf_name.h"

#define BLANKS   " \t\r"
#define DIGITS   "0123456789"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#define TOLD_MAX 20 /* of a file that is none of settings */

struct line {
	const char *s;
	size_t len, name; /* bytes of the line, and of the name in front */
	unsigned number;
};

/* Move to the next line, the first one if it is all zero. */
static bool
next_line(const struct buf *text, struct line *line)
{
	const char *end = text->s + text->len;

	line->s = line->s == NULL ? text->s : line->s + line->len + 1;
	if (line->s >= end)
		return false;
	line->number++;
	line->len = strcspn(line->s, "\n");
	line->name = strspn(line->s, CAPITALS DIGITS "_");
	if (line->s[line->name] != '=')
		line->name = 0;
	return true;
}

static bool
is_line_of(const struct line *line, const char *name, size_t len)
{
	return len > 0 && line->name == len && memcmp(line->s, name, len) == 0;
}

/* A NUL ends a line before its end. */
static bool
is_sound(const struct buf *text, const struct line *line)
{
	if (line->s[line->len] == '\0' &&
	    line->s + line->len < text->s + text->len)
		return false;
	return *line->s == '#' || strspn(line->s, BLANKS) == line->len ||
	       line->name > 0;
}

/* Name the user, too, if another one may: root, who has called, is the programs'
 * user by then (origin.h). */
static int
refuse_unopened(struct err *err, const char *path, int error)
{
	const struct passwd *user =
	    error == EACCES ? getpwuid(geteuid()) : NULL;

	err_set(err, ERR_SETTING,
	    user != NULL ? MSG_FILE_UNREADABLE_AS : MSG_FILE_UNREADABLE_WHY);
	err_value(err, "%s", path);
	return err_value(
	    err, "%s", user != NULL ? user->pw_name : strerror(error));
}

static int
read_bytes(const char *path, struct buf *out, struct err *err)
{
	FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;
	int rc;

	if (f == NULL)
		return refuse_unopened(err, path, errno);
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, chunk, n);
	rc = ferror(f) ? -1 : 0;
	if (rc == -1) {
		err_set(err, ERR_SETTING, MSG_FILE_UNREADABLE);
		err_value(err, "%s", path);
	}
	fclose(f);
	return rc;
}

int
conf_file_read(struct conf_file *file, const char *path, struct err *err)
{
	file->path = path;
	return read_bytes(path, &file->text, err);
}

void
conf_file_release(struct conf_file *file)
{
	explicit_bzero(file->text.s, file->text.len);
	buf_release(&file->text);
}

/* Take off blanks, then one pair of quotes. */
static void
unwrap(struct buf *value)
{
	buf_splice(value, 0, strspn(value->s, BLANKS), NULL, 0);
	while (value->len > 0 && strchr(BLANKS, value->s[value->len - 1]))
		buf_cut(value, value->len - 1);
	if (value->len >= 2 && strchr("\"'", value->s[0]) != NULL &&
	    value->s[value->len - 1] == value->s[0]) {
		buf_cut(value, value->len - 1);
		buf_splice(value, 0, 1, NULL, 0);
	}
}

void
conf_file_value(const struct conf_file *file, const char *name, struct buf *out)
{
	struct line line = {.s = NULL};
	size_t n = strlen(name);

	while (next_line(&file->text, &line))
		if (is_line_of(&line, name, n))
			buf_set(out, line.s + n + 1, line.len - n - 1);
	unwrap(out);
}

static void
check_shapes(const struct conf_file *file, struct findings *found)
{
	struct line line = {.s = NULL};
	struct msg msg;
	unsigned told = 0;

	while (told < TOLD_MAX && next_line(&file->text, &line)) {
		if (is_sound(&file->text, &line))
			continue;
		msg_set(&msg, MSG_CONF_LINE);
		msg_value(&msg, "%u", line.number);
		msg_value(&msg, "%s", file->path);
		findings_add(found, FINDING_ERROR, "zeile", file->path, &msg);
		told++;
	}
}

/* Return the number of an earlier line with that name, 0 if there is none. */
static unsigned
find_earlier(const struct conf_file *file, const struct line *of)
{
	struct line line = {.s = NULL};

	while (next_line(&file->text, &line) && line.s < of->s)
		if (is_line_of(&line, of->s, of->name))
			return line.number;
	return 0;
}

static void
check_doubles(const struct conf_file *file, struct findings *found)
{
	struct line line = {.s = NULL};
	char name[64];
	struct msg msg;
	unsigned earlier, told = 0;

	while (told < TOLD_MAX && next_line(&file->text, &line)) {
		earlier = find_earlier(file, &line);
		if (earlier == 0)
			continue;
		snprintf(name, sizeof name, "%.*s", (int)line.name, line.s);
		msg_set(&msg, MSG_CONF_DOUBLED);
		msg_value(&msg, "%s", name);
		msg_value(&msg, "%u", earlier);
		msg_value(&msg, "%u", line.number);
		msg_value(&msg, "%s", file->path);
		findings_add(found, FINDING_WARN, "doppelt", name, &msg);
		told++;
	}
}

void
conf_file_odd_name(const char *name, size_t len, struct findings *found)
{
	const char *nearest = conf_name_nearest(name, len);
	char shown[64];
	struct msg msg;

	snprintf(shown, sizeof shown, "%.*s", (int)len, name);
	msg_set(
	    &msg, nearest != NULL ? MSG_CONF_UNKNOWN_NEAR : MSG_CONF_UNKNOWN);
	msg_value(&msg, "%s", shown);
	if (nearest != NULL)
		msg_value(&msg, "%s", nearest);
	findings_add(found, FINDING_WARN, "unbekannt", shown, &msg);
}

static void
check_names(const struct conf_file *file, struct findings *found)
{
	struct line line = {.s = NULL};
	unsigned told = 0;

	while (told < TOLD_MAX && next_line(&file->text, &line))
		if (line.name > 0 && conf_name_is_odd(line.s, line.name) &&
		    find_earlier(file, &line) == 0) {
			conf_file_odd_name(line.s, line.name, found);
			told++;
		}
}

void
conf_file_check(const struct conf_file *file, struct findings *found)
{
	check_shapes(file, found);
	check_doubles(file, found);
	check_names(file, found);
}

const char *
conf_file_env(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0' ? value : NULL;
}

int
conf_file_secret(const char *path, struct buf *out, struct err *err)
{
	int rc = 0;

	if (access(path, F_OK) == 0 || errno != ENOENT)
		rc = read_bytes(path, out, err);
	while (out->len > 0 && strchr("\r\n", out->s[out->len - 1]))
		buf_cut(out, out->len - 1);
	return rc;
}

int
conf_file_credential(const char *name, struct buf *out, struct err *err)
{
	const char *folder = conf_file_env("CREDENTIALS_DIRECTORY");
	struct buf path = BUF_INIT;
	int rc;

	if (folder == NULL)
		return 0;
	buf_addf(&path, "%s/%s", folder, name);
	rc = conf_file_secret(path.s, out, err);
	buf_release(&path);
	return rc;
}
