#include "base/etag.h"

/* Steps over the next tag of the list; its bytes, without W/ and quotes. */
static bool
next_tag(const char **list, const char **tag, size_t *len)
{
	const char *s = *list + strspn(*list, " \t,");
	bool quoted;

	if (*s == '\0')
		return false;
	if (std_starts(s, "W/"))
		s += 2;
	quoted = *s == '"';
	s += quoted;
	*tag = s;
	*len = strcspn(s, quoted ? "\"" : ", \t");
	*list = s + *len + (quoted && s[*len] != '\0');
	return true;
}

static bool
is_star(const char *list)
{
	list += strspn(list, " \t");
	return *list == '*' && list[1 + strspn(list + 1, " \t")] == '\0';
}

/* Return true if a tag of a list, without W/ and quotes, is the etag's. */
typedef bool fits_fn(const char *tag, size_t len, const char *etag);

static bool
has_fitting(const char *list, fits_fn *fits, const char *etag)
{
	const char *tag;
	size_t len;

	if (list == NULL)
		return false;
	if (is_star(list))
		return true;
	while (next_tag(&list, &tag, &len))
		if (fits(tag, len, etag))
			return true;
	return false;
}

static bool
is_etag(const char *tag, size_t len, const char *etag)
{
	size_t n = strlen(etag);

	return len >= n && memcmp(tag, etag, n) == 0 &&
	       (len == n || tag[n] == '-');
}

static bool
begins_hash(const char *tag, size_t len, const char *hash)
{
	const char *end = memchr(tag, '-', len);

	if (end != NULL)
		len = (size_t)(end - tag);
	return len >= ETAG_CONTENT_LEN && strncmp(tag, hash, len) == 0;
}

bool
etag_matches(const char *list, const char *etag)
{
	return has_fitting(list, is_etag, etag);
}

bool
etag_matches_content(const char *list, const char *hash)
{
	return has_fitting(list, begins_hash, hash);
}
