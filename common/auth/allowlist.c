#include "auth/allowlist.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/std.h"
#include "keys/filewatch.h"
#include "store/names.h"
#include "store/user_set.h"

#define BLANKS ", \t\r"
#define DIGITS "0123456789"
#define ID_MAX 18 /* digits */

/* Logins and ids stand in one set, ids as text: no login of an entry is all
 * digits, so they cannot be mistaken for each other. */
struct allowlist {
	char *path; /* NULL: the setting itself is the list */
	struct filewatch seen;
	struct user_set users;
	bool has_ids;
	struct err fault; /* of the file; ERR_NONE: it is sound */
};

/* Return true if the entry is a login, in any case, or an id.  Refuse an id
 * with a leading 0: it would never equal the digits that allowlist_has looks
 * for. */
static bool
is_entry(const char *s, size_t len)
{
	char small[NAMES_USER_MAX + 1];
	size_t i;

	if (len > NAMES_USER_MAX)
		return false;
	for (i = 0; i < len; i++)
		small[i] =
		    s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
	small[len] = '\0';
	return names_user_ok(small) && (strspn(small, DIGITS) < len ||
					   (len <= ID_MAX && small[0] != '0'));
}

/* Move *s to the next entry of the line; return its length, 0 at the end. */
static size_t
find_entry(const char **s)
{
	*s += strspn(*s, BLANKS);
	return strcspn(*s, BLANKS "#\n");
}

/* Take the entries of a line, or none if one of them is bad. */
static int
take_line(struct allowlist *allow, const char *line, struct err *err)
{
	const char *s;
	size_t len;

	for (s = line; (len = find_entry(&s)) > 0; s += len)
		if (!is_entry(s, len)) {
			err_set(err, ERR_SETTING, MSG_CONF_ALLOWED_ENTRY);
			return err_value(
			    err, "%.*s", (int)(len < 100 ? len : 100), s);
		}
	for (s = line; (len = find_entry(&s)) > 0; s += len) {
		user_set_add(&allow->users, s, len);
		allow->has_ids = allow->has_ids || strspn(s, DIGITS) >= len;
	}
	return 0;
}

static void
forget_users(struct allowlist *allow)
{
	user_set_release(&allow->users);
	allow->has_ids = false;
}

/* Fill the list from the text.  -1 with the first bad line, which does not
 * count; the others do. */
static int
parse_list(struct allowlist *allow, const char *s, struct err *err)
{
	struct err other;
	int rc = 0;

	forget_users(allow);
	for (; *s != '\0'; s += strcspn(s, "\n"), s += *s == '\n')
		if (take_line(allow, s, rc == 0 ? err : &other) == -1)
			rc = -1;
	return rc;
}

static int
refuse_file(struct err *err, const char *path, enum msg_id why)
{
	err_set(err, ERR_SETTING, why);
	return err_value(err, "%s", path);
}

/* Refuse the file with the reason in errno. */
static int
refuse_unread(struct err *err, const char *path)
{
	refuse_file(err, path, MSG_CONF_ALLOWED_FILE);
	return err_value(err, "%s", strerror(errno));
}

static int
read_list_file(
    struct allowlist *allow, int64_t now_ms, struct buf *text, struct err *err)
{
	/* O_NONBLOCK: opening a pipe must not hold up the program. */
	int fd = open(allow->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char chunk[4096];
	struct stat st;
	ssize_t n = -1;

	if (fd == -1 || fstat(fd, &st) == -1) {
		refuse_unread(err, allow->path);
		goto out;
	}
	filewatch_note(&allow->seen, &st, now_ms);
	while ((n = read(fd, chunk, sizeof chunk)) > 0 &&
	       text->len <= ALLOWLIST_FILE_MAX)
		buf_add(text, chunk, (size_t)n);
	if (n < 0)
		refuse_unread(err, allow->path);
	else if (n > 0)
		n = refuse_file(err, allow->path, MSG_CONF_ALLOWED_LARGE);
	else if (strlen(text->s) != text->len)
		n = refuse_file(err, allow->path, MSG_CONF_ALLOWED_NO_TEXT);
out:
	if (fd != -1)
		close(fd);
	return (int)n;
}

/*
 * Read the file.  One that cannot be read is an empty list: who was taken off
 * it is not known, so nobody may stay.  Forget what was seen of it then, as it
 * may become readable without a change (a process that ran out of descriptors).
 */
static void
load_list(struct allowlist *allow, int64_t now_ms)
{
	struct buf text = BUF_INIT;

	allow->fault = (struct err)ERR_INIT;
	if (read_list_file(allow, now_ms, &text, &allow->fault) == -1) {
		memset(&allow->seen.stat, 0, sizeof allow->seen.stat);
		forget_users(allow);
	} else {
		(void)!parse_list(allow, text.s, &allow->fault);
	}
	buf_release(&text);
}

int
allowlist_open(const char *setting, int64_t now_ms, struct allowlist **out,
    struct err *err)
{
	struct allowlist *allow = std_zalloc(sizeof *allow);
	int rc = 0;

	if (setting != NULL && *setting == '/') {
		allow->path = std_strdup(setting);
		load_list(allow, now_ms);
	} else if (setting != NULL) {
		rc = parse_list(allow, setting, err);
	}
	if (rc == 0)
		*out = allow;
	else
		allowlist_close(allow);
	return rc;
}

void
allowlist_close(struct allowlist *allow)
{
	if (allow == NULL)
		return;
	user_set_release(&allow->users);
	free(allow->path);
	free(allow);
}

int
allowlist_refresh(struct allowlist *allow, int64_t now_ms, struct err *err)
{
	if (allow->path != NULL &&
	    filewatch_changed(&allow->seen, allow->path, now_ms))
		load_list(allow, now_ms);
	if (allow->fault.code == ERR_NONE)
		return 0;
	*err = allow->fault;
	return -1;
}

bool
allowlist_has_ids(const struct allowlist *allow)
{
	return allow->has_ids;
}

bool
allowlist_has(const struct allowlist *allow, const char *user, int64_t id)
{
	char digits[24];

	/* A login of digits alone is not looked up: it would match the entry
	 * of the person with that id. */
	snprintf(digits, sizeof digits, "%lld", (long long)id);
	return (id > 0 && user_set_has(&allow->users, digits)) ||
	       (strspn(user, DIGITS) < strlen(user) &&
		   user_set_has(&allow->users, user));
}
