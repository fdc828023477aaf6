#include "week/ledger_member.h"

void
ledger_member_add_fixed(
    struct buf *out, const void *from, const struct ledger_member *m, size_t n)
{
	const char *s;

	for (; n > 0; n--, m++) {
		s = (const char *)from + m->at;
		if (*s == '\0')
			continue;
		json_key(out, m->key);
		json_add_str(out, s);
	}
}

int
ledger_member_get_fixed(struct json_object *json, void *into,
    const struct ledger_member *m, size_t n)
{
	const char *s;

	for (; n > 0; n--, m++) {
		s = json_get_str(json, m->key);
		if (s == NULL)
			continue;
		if (strlen(s) >= m->size)
			return -1;
		memcpy((char *)into + m->at, s, strlen(s) + 1);
	}
	return 0;
}

void
ledger_member_add_word(struct buf *out, const char *key, const char *s)
{
	if (s == NULL)
		return;
	json_key(out, key);
	json_add_str(out, s);
}

void
ledger_member_add_int(struct buf *out, const char *key, int64_t n)
{
	json_key(out, key);
	json_add_int(out, n);
}

void
ledger_member_add_flag(struct buf *out, const char *key, bool flag)
{
	if (!flag)
		return;
	json_key(out, key);
	json_add_bool(out, true);
}

char *
ledger_member_get_word(struct json_object *json, const char *key)
{
	const char *s = json_get_str(json, key);

	return s != NULL ? std_strdup(s) : NULL;
}
