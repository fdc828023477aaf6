#include "operate/cmd_check.h"

#include <getopt.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "operate/audit.h"

static void
tell_options(FILE *out)
{
	fputs("Usage: codex check [-c FILE] [-j]\n"
	      "  -c FILE     settings that the environment does not have;\n"
	      "              without it, and without settings in the\n"
	      "              environment, those of the units\n"
	      "  -j, --json  print what is found as JSON\n",
	    out);
}

/* One sentence to a line, with its weight in front. */
static void
add_lines(struct buf *out, const struct findings *found)
{
	char text[MSG_TEXT_MAX];
	const struct finding *f;
	struct msg msg;

	for (f = found->items; f < found->items + found->n; f++) {
		msg_set(&msg, f->level == FINDING_ERROR ? MSG_AUDIT_ERROR
							: MSG_AUDIT_WARN);
		msg_cause(&msg, &f->msg);
		buf_addf(out, "%s\n", msg_text(&msg, text));
	}
	if (findings_error(found) == NULL)
		buf_addf(out, "%s\n", msg_sentence(MSG_AUDIT_SOUND));
}

static int
run_check(const char *file, bool json)
{
	struct origin_places places = origin_server;
	struct findings found = FINDINGS_INIT;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	int status;

	places.file = file;
	if (enc_start(&err) == -1)
		findings_add(
		    &found, FINDING_ERROR, "bibliothek", "libsodium", &err.msg);
	else
		audit_settings(&places, &found);
	if (json) {
		findings_json(&out, &found);
		buf_addc(&out, '\n');
	} else {
		add_lines(&out, &found);
	}
	status = findings_error(&found) == NULL ? 0 : 1;
	fputs(out.s, stdout);
	buf_release(&out);
	findings_release(&found);
	return status;
}

int
cmd_check_main(int argc, char **argv)
{
	static const struct option longs[] = {
	    {"json", no_argument, NULL, 'j'},
	    {"help", no_argument, NULL, 'h'},
	    {NULL, 0, NULL, 0},
	};
	const char *file = NULL;
	bool json = false;
	int c;

	while ((c = getopt_long(argc, argv, "c:jh", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			file = optarg;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			tell_options(stdout);
			return 0;
		default:
			tell_options(stderr);
			return 2;
		}
	if (optind != argc) {
		tell_options(stderr);
		return 2;
	}
	return run_check(file, json);
}
