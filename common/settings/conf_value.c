#include "settings/conf_value.h"

#include "base/enc.h"
#include "base/std.h"

#define DIGITS "0123456789"

struct unit {
	const char *word;
	int64_t factor;
};

/* Largest first; the last one is for numbers that no other divides. */
static const struct unit times[] = {
    {"d", 86400000},
    {"h", 3600000},
    {"m", 60000},
    {"s", 1000},
    {"ms", 1},
    {NULL, 0},
};
static const struct unit sizes[] = {
    {"G", INT64_C(1) << 30},
    {"g", INT64_C(1) << 30},
    {"M", INT64_C(1) << 20},
    {"m", INT64_C(1) << 20},
    {"k", INT64_C(1) << 10},
    {"K", INT64_C(1) << 10},
    {"", 1},
    {NULL, 0},
};
static const struct unit counts[] = {{"", 1}, {NULL, 0}};

static const struct unit *
units_of(enum conf_kind kind)
{
	if (kind == CONF_MS || kind == CONF_MS_OR_OFF)
		return times;
	return kind == CONF_BYTES ? sizes : counts;
}

/* Set *factor to that of the unit; a number without one is the smallest. */
static bool
find_unit(const struct unit *units, const char *word, int64_t *factor)
{
	*factor = 1;
	if (*word == '\0')
		return true;
	for (; units->word != NULL; units++)
		if (strcmp(units->word, word) == 0) {
			*factor = units->factor;
			return true;
		}
	return false;
}

static int
parse_number(const struct conf_setting *setting, const char *s, int64_t *out)
{
	const char *digits = s + (*s == '-');
	size_t len = strspn(digits, DIGITS);
	int64_t n, factor;

	if (len == 0 ||
	    !find_unit(units_of(setting->kind), digits + len, &factor))
		return -1;
	errno = 0;
	n = strtoll(s, NULL, 10);
	if (errno != 0 || __builtin_mul_overflow(n, factor, &n) ||
	    n < setting->min || n > setting->max)
		return -1;
	*out = n;
	return 0;
}

static int
parse_bool(const char *s, bool *out)
{
	bool yes = strcmp(s, "true") == 0 || strcmp(s, "1") == 0;
	bool no = strcmp(s, "false") == 0 || strcmp(s, "0") == 0;

	if (!yes && !no)
		return -1;
	*out = yes;
	return 0;
}

bool
conf_value_is_secret(const struct conf_setting *setting)
{
	return setting->kind == CONF_SECRET || setting->kind == CONF_PROXY ||
	       setting->kind == CONF_REDIS;
}

bool
conf_value_is_text(const struct conf_setting *setting)
{
	return setting->kind < CONF_MS;
}

/* Return the length of an address without slashes at its end: paths, which begin
 * with one, are put behind it. */
static size_t
address_len(const char *text)
{
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '/')
		len--;
	return len;
}

int
conf_value_read(
    struct conf *conf, const struct conf_setting *setting, const char *text)
{
	void *place = (char *)conf + setting->at;

	if (setting->kind == CONF_BOOL)
		return parse_bool(text, place);
	if (setting->kind == CONF_MS_OR_OFF && strcmp(text, "off") == 0) {
		*(int64_t *)place = CONF_OFF;
		return 0;
	}
	if (!conf_value_is_text(setting))
		return parse_number(setting, text, place);
	if (enc_has_control(text, strlen(text)))
		return -1;
	*(char **)place = setting->kind == CONF_ADDRESS
			      ? std_strndup(text, address_len(text))
			      : std_strdup(text);
	return 0;
}

void
conf_value_print(struct buf *out, const struct conf *conf,
    const struct conf_setting *setting)
{
	const void *place = (const char *)conf + setting->at;
	const char *text;
	int64_t n;

	if (conf_value_is_text(setting)) {
		text = *(char *const *)place;
		if (text != NULL)
			buf_adds(
			    out, conf_value_is_secret(setting) ? "set" : text);
		return;
	}
	if (setting->kind == CONF_BOOL) {
		buf_adds(out, *(const bool *)place ? "true" : "false");
		return;
	}
	n = *(const int64_t *)place;
	if (setting->kind == CONF_MS_OR_OFF && n == CONF_OFF)
		buf_adds(out, "off");
	else
		buf_addf(out, "%lld", (long long)n);
}

void
conf_value_limit(struct buf *out, const struct conf_setting *setting, int64_t n)
{
	const struct unit *unit = units_of(setting->kind);

	if (n == 0) {
		buf_addc(out, '0');
		return;
	}
	while (n % unit->factor != 0)
		unit++;
	buf_addf(out, "%lld%s", (long long)(n / unit->factor), unit->word);
}
