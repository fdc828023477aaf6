#include "worker/result_line.h"

#include "base/err.h"
#include "base/json.h"
#include "base/std.h"
#include "store/names.h"
#include "week/ledger.h"

static void
print_next_id(struct buf *out, unsigned next)
{
	char number[8];

	json_key(out, "nextId");
	snprintf(number, sizeof number, "%04u", next);
	if (next < NAMES_NUMBER_END)
		json_add_str(out, number);
	else
		json_add_null(out);
}

void
result_line_print(struct buf *out, const char *user, bool full,
    unsigned next_id, const struct job_result *r)
{
	const struct {
		const char *key;
		unsigned n;
	} counts[] = {
	    {"changed", r->changed},
	    {"removed", r->removed},
	    {"pushed", r->pushed},
	    {"pulls", r->pulls},
	    {"conflicts", r->conflicts},
	    {"kept", r->kept},
	};
	size_t i;

	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, r->state != LEDGER_STATE_FAILED);
	json_key(out, "mode");
	json_add_str(out, full ? "full" : "diff");
	json_key(out, "userId");
	json_add_str(out, user);
	json_key(out, "state");
	json_add_str(out, ledger_state_word(r->state));
	if (r->code != ERR_NONE) {
		json_key(out, "code");
		json_add_str(out, err_word(r->code));
	}
	json_key(out, "text");
	json_add_str(out, r->text);
	json_key(out, "textEnglish");
	json_add_str(out, r->english);
	for (i = 0; i < ARRAY_LEN(counts); i++) {
		json_key(out, counts[i].key);
		json_add_int(out, counts[i].n);
	}
	print_next_id(out, next_id);
	json_key(out, "head");
	json_add_str(out, r->head);
	json_key(out, "pending");
	json_add_bool(out, r->undecided || r->busy);
	json_close(out, '}');
	buf_addc(out, '\n');
}
