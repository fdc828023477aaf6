#include "inspect/report.h"

#include <getopt.h>

#include "base/buf.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"

static void
describe_report(const char *name, int more, FILE *out)
{
	fprintf(out,
	    "Usage: codex %s [-c FILE] [-j]%s%s\n"
	    "  -c FILE     settings that the environment does not have;\n"
	    "              without it, and without settings in the\n"
	    "              environment, those of the units\n"
	    "  -j, --json  print what is found as JSON\n",
	    name, more & REPORT_PROGRAMS ? " [-p FILE]" : "",
	    more & REPORT_REPAIR ? " [--repair]" : "");
	if (more & REPORT_PROGRAMS)
		fputs("  -p FILE     the list of programs, instead of the "
		      "installed one\n",
		    out);
	if (more & REPORT_REPAIR)
		fputs("  --repair    mend what can be mended without a loss\n",
		    out);
}

int
report_options(int argc, char **argv, int more, struct report *report)
{
	static const struct option longs[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"help", no_argument, NULL, 'h'},
	    {"repair", no_argument, NULL, 'r'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	*report = (struct report){
	    .name = argv[0], .places = origin_server, .found = FINDINGS_INIT};
	while ((c = getopt_long(argc, argv, "c:jhp:", longs, NULL)) != -1) {
		if (c == 'c')
			report->places.file = optarg;
		else if (c == 'j')
			report->json = true;
		else if (c == 'p' && more & REPORT_PROGRAMS)
			report->programs_file = optarg;
		else if (c == 'r' && more & REPORT_REPAIR)
			report->repair = true;
		else {
			describe_report(
			    argv[0], more, c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : 2;
		}
	}
	if (optind == argc)
		return -1;
	describe_report(argv[0], more, stderr);
	return 2;
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

		buf_addf(out, "%s", msg_sentence(weight));
		buf_addf(out, "%s\n", msg_text(&f->msg, text));
	}
	if (findings_error(found) == NULL)
		buf_addf(out, "%s\n", msg_sentence(sound));
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

	if (report->json) {
		findings_json(&out, &report->found);
		buf_addc(&out, '\n');
	} else {
		add_lines(&out, &report->found, sound);
	}
	fputs(out.s, stdout);
	buf_release(&out);
	findings_release(&report->found);
	return status;
}
