#include "operate/cmd_check.h"

#include "base/enc.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/log.h"
#include "inspect/audit.h"
#include "inspect/origin.h"
#include "inspect/report.h"

int
cmd_check_main(int argc, char **argv)
{
	struct report report;
	struct origin origin;
	struct err err = ERR_INIT;
	int status = report_options(argc, argv, 0, &report);

	log_start("codex check", false);
	if (status != -1)
		return status;
	if (enc_start(&err) == -1) {
		findings_add(&report.found, FINDING_ERROR, "bibliothek",
		    "libsodium", &err.msg);
		return report_end(&report, MSG_AUDIT_SOUND);
	}
	origin_load(&report.places, &origin, &report.found);
	origin_drop_root(&origin, &report.found);
	audit_settings(&origin, &report.found);
	return report_end(&report, MSG_AUDIT_SOUND);
}
