#include "store/names.h"

#include <strings.h>
#include <utf8proc.h>

#include "base/enc.h"
#include "base/std.h"

#define SLUG_CHARS 50 /* http-api.md */

static bool
is_ascii_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_ascii_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

bool
names_user_ok(const char *user)
{
	size_t i;

	if (!is_ascii_lower(user[0]) && !is_ascii_digit(user[0]))
		return false;

	for (i = 1; user[i] != '\0'; i++)
		if (!is_ascii_lower(user[i]) && !is_ascii_digit(user[i]) &&
		    user[i] != '_' && user[i] != '-')
			return false;
	return i <= NAMES_USER_MAX;
}

static bool
has_number(const char *s)
{
	return is_ascii_digit(s[0]) && is_ascii_digit(s[1]) &&
	       is_ascii_digit(s[2]) && is_ascii_digit(s[3]);
}

static bool
is_title_part(const char *s, size_t len)
{
	return len >= 1 && len <= NAMES_TITLE_MAX &&
	       memchr(s, '/', len) == NULL && memchr(s, '\\', len) == NULL &&
	       enc_is_utf8(s, len) && !enc_has_control(s, len);
}

bool
names_file_ok(const char *file)
{
	size_t len = strlen(file);

	if (len < 7 || !has_number(file) || strcmp(file + len - 3, ".md") != 0)
		return false;
	if (len == 7)
		return true;
	return file[4] == '-' && is_title_part(file + 5, len - 5 - 3);
}

static const char *
find_extension(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL ? dot : "";
}

/* As GitHub tells Markdown (linguist, languages.yml). */
static bool
is_markdown_extension(const char *s)
{
	static const char *const extensions[] = {
	    ".md", ".markdown", ".mdown", ".mdwn", ".mkd", ".mkdn", ".mkdown"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(extensions); i++)
		if (strcasecmp(s, extensions[i]) == 0)
			return true;
	return false;
}

enum names_sort
names_sort(const char *name)
{
	if (name[0] == '.')
		return NAMES_SORT_HIDDEN;
	if (names_file_ok(name))
		return NAMES_SORT_TASK;
	if (is_ascii_digit(name[0]) && strchr(name, '/') == NULL &&
	    is_markdown_extension(find_extension(name)))
		return NAMES_SORT_ODD;
	return NAMES_SORT_OTHER;
}

enum msg_id
names_fault(const char *name)
{
	const char *extension = find_extension(name);
	size_t len = (size_t)(extension - name);

	if (strcmp(extension, ".md") != 0)
		return MSG_NAME_EXTENSION;
	if (!has_number(name) || is_ascii_digit(name[4]))
		return MSG_NAME_DIGITS;
	if (name[4] != '-')
		return MSG_NAME_DASH;
	if (len == 5)
		return MSG_NAME_NO_TITLE;
	if (len - 5 > NAMES_TITLE_MAX)
		return MSG_NAME_LONG;
	/* A name without fault is odd where its bytes in Git are others, for
	 * which JSON has U+FFFD. */
	return enc_is_utf8(name, strlen(name)) && !names_file_ok(name)
		   ? MSG_NAME_CHARACTERS
		   : MSG_NAME_NO_UTF8;
}

/* End the program if a caller breaks the rules, so that no such text becomes a
 * key. */
static void
insist(bool ok)
{
	if (!ok)
		abort();
}

unsigned
names_number(const char *file)
{
	unsigned n = 0;
	int i;

	insist(has_number(file));
	for (i = 0; i < 4; i++)
		n = 10 * n + (unsigned)(file[i] - '0');
	return n;
}

/* Append what utf8proc made of a name, and free it; the name itself where it
 * made nothing. */
static void
add_form(struct buf *out, utf8proc_uint8_t *form, const char *file)
{
	buf_adds(out, form != NULL ? (const char *)form : file);
	free(form);
}

void
names_compose(struct buf *out, const char *file)
{
	add_form(out, utf8proc_NFC((const utf8proc_uint8_t *)file), file);
}

bool
names_look_same(const char *a, const char *b)
{
	struct buf x = BUF_INIT, y = BUF_INIT;
	bool same;

	names_compose(&x, a);
	names_compose(&y, b);
	same = buf_eq(&x, &y) && strcmp(a, b) != 0;
	buf_release(&x);
	buf_release(&y);
	return same;
}

const char *
names_form(const char *file)
{
	struct buf composed = BUF_INIT, parted = BUF_INIT;
	const char *form = "NFC+NFD";

	names_compose(&composed, file);
	add_form(&parted, utf8proc_NFD((const utf8proc_uint8_t *)file), file);
	if (strcmp(composed.s, file) == 0)
		form = "NFC";
	else if (strcmp(parted.s, file) == 0)
		form = "NFD";
	buf_release(&composed);
	buf_release(&parted);
	return form;
}

void
names_stem(struct buf *out, const char *file)
{
	insist(names_file_ok(file));
	buf_add(out, file, strlen(file) - 3);
}

int
names_parse_id(
    const char *id, enum names_id *kind, unsigned *number, struct buf *file)
{
	struct buf name = BUF_INIT;
	int rc = -1;

	if (has_number(id) && id[4] == '\0') {
		*kind = NAMES_ID_NUMBER;
		*number = names_number(id);
		return 0;
	}

	buf_adds(&name, id);
	buf_adds(&name, ".md");
	if (names_file_ok(name.s)) {
		*kind = NAMES_ID_FILE;
		*number = names_number(name.s);
		buf_add(file, name.s, name.len);
		rc = 0;
	}
	buf_release(&name);
	return rc;
}

enum shape { SHAPE_NONE, SHAPE_LETTER, SHAPE_MARK, SHAPE_NUMBER, SHAPE_SPACE };

static enum shape
shape_of(utf8proc_int32_t c)
{
	if (c == '-' || (c >= '\t' && c <= '\r') || c == 0x85)
		return SHAPE_SPACE;

	switch (utf8proc_category(c)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return SHAPE_LETTER;
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
	case UTF8PROC_CATEGORY_ME:
		return SHAPE_MARK;
	case UTF8PROC_CATEGORY_ND:
	case UTF8PROC_CATEGORY_NL:
	case UTF8PROC_CATEGORY_NO:
		return SHAPE_NUMBER;
	case UTF8PROC_CATEGORY_ZS:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return SHAPE_SPACE;
	default:
		return SHAPE_NONE;
	}
}

/* Append the characters of the title that a file name may have. */
static void
add_slug(struct buf *out, const char *title)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)title;
	enum shape last = SHAPE_NONE;
	utf8proc_ssize_t len;
	utf8proc_int32_t c;

	for (; *at != '\0'; at += len) {
		enum shape shape;

		len = utf8proc_iterate(at, -1, &c);
		if (len <= 0)
			return; /* no UTF-8: the rest has no meaning */

		shape = shape_of(c);
		/* A mark alone, or on an emoji, is no part of a word. */
		if (shape == SHAPE_MARK)
			shape =
			    last == SHAPE_LETTER ? SHAPE_LETTER : SHAPE_NONE;
		if (shape == SHAPE_LETTER || shape == SHAPE_NUMBER)
			buf_add(out, at, (size_t)len);
		else if (shape == SHAPE_SPACE && out->len > 0 &&
			 out->s[out->len - 1] != '-')
			buf_addc(out, '-');
		last = shape;
	}
}

/* Return the bytes of the longest beginning that fits into a name and does not
 * end in '-'. */
static size_t
slug_bytes(const char *s)
{
	size_t len = 0, chars;

	for (chars = 0; s[len] != '\0' && chars < SLUG_CHARS; chars++) {
		size_t n = enc_utf8_len(s + len);

		if (len + n > NAMES_TITLE_MAX)
			break;
		len += n;
	}
	while (len > 0 && s[len - 1] == '-')
		len--;
	return len;
}

void
names_make_file(struct buf *out, unsigned number, const char *title)
{
	struct buf slug = BUF_INIT;
	utf8proc_uint8_t *nfc;
	size_t len;

	insist(number < NAMES_NUMBER_END);
	add_slug(&slug, title);
	/* Compose last: leaving out what stands between two characters can
	 * bring together two that compose. */
	nfc = utf8proc_NFC((const utf8proc_uint8_t *)slug.s);
	len = nfc != NULL ? slug_bytes((const char *)nfc) : 0;

	buf_addf(out, "%04u", number);
	if (len > 0) {
		buf_addc(out, '-');
		buf_add(out, nfc, len);
	}
	buf_adds(out, ".md");
	free(nfc);
	buf_release(&slug);
}

/* What stands around the user in the keys of tasks. */
static const char before_user[] = "raw/", behind_user[] = "/tasks/";

void
names_task_prefix(struct buf *out, const char *user)
{
	insist(names_user_ok(user));
	buf_addf(out, "%s%s%s", before_user, user, behind_user);
}

void
names_task_key(struct buf *out, const char *user, const char *file)
{
	insist(names_file_ok(file));
	names_task_prefix(out, user);
	buf_adds(out, file);
}

void
names_number_prefix(struct buf *out, const char *user, unsigned number)
{
	insist(number < NAMES_NUMBER_END);
	names_task_prefix(out, user);
	buf_addf(out, "%04u", number);
}

const char *
names_entry_of_key(const char *key, const char *user)
{
	insist(names_user_ok(user));
	if (!std_starts(key, before_user))
		return NULL;
	key += strlen(before_user);
	if (!std_starts(key, user))
		return NULL;
	key += strlen(user);
	return std_starts(key, behind_user) ? key + strlen(behind_user) : NULL;
}

const char *
names_task_of_key(const char *key, const char *user)
{
	const char *entry = names_entry_of_key(key, user);

	return entry != NULL && names_file_ok(entry) ? entry : NULL;
}

/* A key of a blob of a user: before the name, and after it. */
static const struct {
	const char *before, *after;
} blob_parts[] = {
    [NAMES_TOKEN] = {"state/", "/cacheVersion.txt"},
    [NAMES_NEXT_ID] = {"state/", "/nextId.txt"},
    [NAMES_TIMELINE] = {"artifacts/", "/timeline.json"},
    [NAMES_INDEX] = {"artifacts/", "/tasks.json"},
    [NAMES_INDEX_BASE] = {"artifacts/", "/tasks-base.json"},
    [NAMES_PENDING] = {"pending/", ""},
    [NAMES_CLAIMS] = {"state/", "/idempotency/"},
    [NAMES_TRASH] = {"trash/", "/"},
    [NAMES_CONFLICTS] = {"conflicts/", "/"},
    [NAMES_SYNC] = {"state/", "/sync.json"},
    [NAMES_RECORDS] = {"state/", "/records/"},
    [NAMES_LAST_HEAD] = {"state/", "/lastHeadSha.txt"},
    [NAMES_LAST_SYNC] = {"state/", "/lastSyncAt.txt"},
    [NAMES_GITHUB_ID] = {"state/", "/githubId.txt"},
    [NAMES_SESSION] = {"state/", "/session.json"},
    [NAMES_TOKENS] = {"state/", "/tokens.json"},
    [NAMES_PROGRESS] = {"state/", "/progress.json"},
};

void
names_key(struct buf *out, enum names_blob blob, const char *user)
{
	insist((size_t)blob < ARRAY_LEN(blob_parts) && names_user_ok(user));
	buf_adds(out, blob_parts[blob].before);
	buf_adds(out, user);
	buf_adds(out, blob_parts[blob].after);
}

const char *
names_folder(enum names_blob blob)
{
	return blob_parts[blob].before;
}

size_t
names_user_of_key(const char *key, enum names_blob blob, const char **user)
{
	const char *name, *end;

	if (!std_starts(key, blob_parts[blob].before))
		return 0;
	name = key + strlen(blob_parts[blob].before);
	end = name + strcspn(name, "/");
	if (strcmp(end, blob_parts[blob].after) != 0)
		return 0;
	*user = name;
	return (size_t)(end - name);
}

static const char before_host[] = "pending/host.";

static bool
is_hex(const char *s, size_t len)
{
	return strlen(s) == len && strspn(s, "0123456789abcdef") == len;
}

void
names_host_key(struct buf *out, const char *id)
{
	insist(is_hex(id, NAMES_HOST_LEN));
	buf_addf(out, "%s%s", before_host, id);
}

const char *
names_host_of_key(const char *key)
{
	if (!std_starts(key, before_host))
		return NULL;
	key += strlen(before_host);
	return is_hex(key, NAMES_HOST_LEN) ? key : NULL;
}

const char *
names_probes(void)
{
	return "probe/";
}

void
names_probe_key(struct buf *out, const char *hash)
{
	insist(names_hash_ok(hash));
	buf_addf(out, "%s%s", names_probes(), hash);
}

static const char *const areas[NAMES_AREAS] = {
    [NAMES_AREA_RAW] = "raw/",
    [NAMES_AREA_STATE] = "state/",
    [NAMES_AREA_TRASH] = "trash/",
    [NAMES_AREA_CONFLICTS] = "conflicts/",
};

const char *
names_area(enum names_area area)
{
	return areas[area];
}

void
names_area_prefix(struct buf *out, enum names_area area, const char *user)
{
	insist((size_t)area < NAMES_AREAS && names_user_ok(user));
	buf_addf(out, "%s%s/", areas[area], user);
}

void
names_area_move(struct buf *key, enum names_area from, enum names_area to)
{
	insist(std_starts(key->s, areas[from]));
	buf_splice(key, 0, strlen(areas[from]), areas[to], strlen(areas[to]));
}

static bool
is_user(const char *name, size_t len)
{
	char user[NAMES_USER_MAX + 1];

	if (len > NAMES_USER_MAX)
		return false;
	memcpy(user, name, len);
	user[len] = '\0';
	return names_user_ok(user);
}

size_t
names_area_user(const char *key, const char **user)
{
	size_t i, len;

	for (i = 0; i < NAMES_AREAS; i++) {
		if (!std_starts(key, areas[i]))
			continue;
		*user = key + strlen(areas[i]);
		len = strcspn(*user, "/");
		return (*user)[len] == '/' && is_user(*user, len) ? len : 0;
	}
	return 0;
}

bool
names_hash_ok(const char *s)
{
	return is_hex(s, ENC_HASH_LEN);
}

void
names_claim_key(struct buf *out, const char *user, const char *hash)
{
	insist(names_hash_ok(hash));
	names_key(out, NAMES_CLAIMS, user);
	buf_adds(out, hash);
}

void
names_records_key(struct buf *out, const char *user, const char *id)
{
	insist(names_hash_ok(id));
	names_key(out, NAMES_RECORDS, user);
	buf_addf(out, "%s.json", id);
}

bool
names_is_records(const char *key)
{
	const char *user;
	size_t len = names_area_user(key, &user);

	return len > 0 && std_starts(key, blob_parts[NAMES_RECORDS].before) &&
	       std_starts(user + len, blob_parts[NAMES_RECORDS].after);
}

void
names_trash_prefix(struct buf *out, const char *user, const char *file)
{
	names_key(out, NAMES_TRASH, user);
	names_stem(out, file);
	buf_addc(out, '/');
}

void
names_copy_key(struct buf *out, enum names_blob folder, const char *user,
    const char *file, const char *hash)
{
	insist(folder == NAMES_TRASH || folder == NAMES_CONFLICTS);
	insist(names_file_ok(file) && names_hash_ok(hash));
	names_key(out, folder, user);
	names_stem(out, file);
	buf_addf(out, "/%s.md", hash);
}
