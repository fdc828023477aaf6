#include "base/findings.h"

#include "base/json.h"
#include "base/std.h"

void
findings_add(struct findings *found, enum finding_level level, const char *code,
    const char *what, const struct msg *msg)
{
	STD_GROW(found->items, found->n, found->cap);
	found->items[found->n++] = (struct finding){
	    .level = level,
	    .code = code,
	    .what = std_strdup(what),
	    .msg = *msg,
	};
}

void
findings_release(struct findings *found)
{
	size_t i;

	for (i = 0; i < found->n; i++)
		free(found->items[i].what);
	free(found->items);
	*found = (struct findings)FINDINGS_INIT;
}

const struct finding *
findings_error(const struct findings *found)
{
	size_t i;

	for (i = 0; i < found->n; i++)
		if (found->items[i].level == FINDING_ERROR)
			return &found->items[i];
	return NULL;
}

void
findings_json(
    struct buf *out, const struct findings *found, enum msg_language language)
{
	char text[MSG_TEXT_MAX];
	const struct finding *f;

	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, findings_error(found) == NULL);
	json_key(out, "findings");
	json_open(out, '[');
	for (f = found->items; f < found->items + found->n; f++) {
		json_open(out, '{');
		json_key(out, "level");
		json_add_str(out, f->level == FINDING_ERROR ? "error" : "warn");
		json_key(out, "code");
		json_add_str(out, f->code);
		json_key(out, "what");
		json_add_str(out, f->what);
		json_key(out, "text");
		json_add_str(out, msg_text_in(&f->msg, language, text));
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
}
