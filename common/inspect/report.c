#include "inspect/report.h"

#include "api/start_log.h"
#include "base/buf.h"
#include "base/findings.h"
#include "base/log.h"
#include "base/msg.h"
#include "base/std.h"
#include "inspect/cmdline.h"

int
report_options(int argc, char **argv, int more, struct report *report)
{
	struct cmdline_option options[3] = {{'j', "json", NULL,
	    "print what is found as JSON", &report->json, NULL}};
	struct cmdline_form form = {"", 0, 0, options, 1};
	struct cmdline cmdline;
	int status;

	*report = (struct report){.found = FINDINGS_INIT};
	if (more & REPORT_PROGRAMS)
		options[form.n++] = (struct cmdline_option){'p', NULL, "FILE",
		    "the list of programs, instead of the installed one", NULL,
		    &report->programs_file};
	if (more & REPORT_REPAIR)
		options[form.n++] = (struct cmdline_option){0, "repair", NULL,
		    "mend what can be mended without a loss", &report->repair,
		    NULL};
	status = cmdline_read(argc, argv, &form, &cmdline);
	report->name = cmdline.name;
	report->places = cmdline.places;
	return status;
}

/* One sentence to a line, with its weight in front. */
static void
add_lines(struct buf *out, const struct findings *found, enum msg_id sound)
{
	char text[MSG_TEXT_MAX];
	const struct finding *f;

	for (f = found->items; f < found->items + found->n; f++) {
		enum msg_id weight = f->level == FINDING_ERROR ? MSG_AUDIT_ERROR
							       : MSG_AUDIT_WARN;

		buf_addf(
		    out, "%s", msg_sentence_in(weight, cmdline_language()));
		buf_addf(out, "%s\n",
		    msg_text_in(&f->msg, cmdline_language(), text));
	}
	if (findings_error(found) == NULL)
		buf_addf(
		    out, "%s\n", msg_sentence_in(sound, cmdline_language()));
}

void
report_fault(struct findings *found, const char *what, const struct err *err)
{
	struct msg msg;

	msg_set(&msg, MSG_DOCTOR_STORE);
	msg_value(&msg, "%s", err->detail);
	msg_cause(&msg, &err->msg);
	findings_add(found, FINDING_ERROR, "speicher", what, &msg);
}

int
report_end(struct report *report, enum msg_id sound)
{
	int status = findings_error(&report->found) == NULL ? 0 : 1;
	struct buf out = BUF_INIT;

	if (log_is_journal() && !report->json) {
		start_log_findings(&report->found);
	} else if (report->json) {
		findings_json(&out, &report->found, cmdline_language());
		buf_addc(&out, '\n');
	} else {
		add_lines(&out, &report->found, sound);
	}
	fputs(out.s, stdout);
	buf_release(&out);
	findings_release(&report->found);
	return status;
}
