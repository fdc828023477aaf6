#include "week/slots.h"

#include "base/err.h"
#include "base/std.h"

/* Each of these moves *s behind what it has read, if that was there. */
static bool
eat(const char **s, const char *word)
{
	if (!std_starts(*s, word))
		return false;
	*s += strlen(word);
	return true;
}

/* Two digits. */
static bool
eat_number(const char **s, int *number)
{
	int tens = (*s)[0] - '0', ones;

	if (tens < 0 || tens > 9)
		return false;
	ones = (*s)[1] - '0';
	if (ones < 0 || ones > 9)
		return false;

	*number = 10 * tens + ones;
	*s += 2;
	return true;
}

/* `hh:mm`, 00:00 to 24:00. */
static bool
eat_clock(const char **s, int *minute)
{
	int hours, minutes;

	if (!eat_number(s, &hours) || !eat(s, ":") || !eat_number(s, &minutes))
		return false;
	*minute = 60 * hours + minutes;
	return minutes < 60 && *minute <= 1440;
}

int
slots_parse(const char *s, struct slots *out, struct err *err)
{
	struct slots slots;
	int i, from, to, end = 0;

	for (i = 0; i < TASK_TIMES; i++) {
		if ((i > 0 && !eat(&s, ",")) ||
		    !eat(&s, task_time_word((enum task_time)i)) ||
		    !eat(&s, "=") || !eat_clock(&s, &from) || !eat(&s, "-") ||
		    !eat_clock(&s, &to))
			break;
		if (from < end || from >= to)
			break;
		slots.at[i].from = from;
		slots.at[i].to = end = to;
	}
	if (i < TASK_TIMES || *s != '\0')
		return err_set(err, ERR_SETTING, MSG_CONF_SLOTS);

	*out = slots;
	return 0;
}

int64_t
slots_end(const struct slots *slots, struct day date, enum task_time time,
    struct day_zone zone)
{
	return day_at(date, slots->at[time].to, zone);
}
