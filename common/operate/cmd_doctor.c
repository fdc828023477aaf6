#include "operate/cmd_doctor.h"

#include "app/app.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/std.h"
#include "inspect/audit.h"
#include "inspect/doctor_address.h"
#include "inspect/doctor_github.h"
#include "inspect/doctor_host.h"
#include "inspect/doctor_redis.h"
#include "inspect/doctor_store.h"
#include "inspect/doctor_users.h"
#include "inspect/origin.h"
#include "inspect/report.h"

/* Where the units' sockets are, whatever CODEX_RUN is. */
#define UNIT_SOCKETS "/run/codex-miroir"
/* Written by codex-secrets. */
#define NGINX_PROOF "/etc/nginx/snippets/codex-miroir-proof.conf"

static void
look_at_site(const struct origin *origin, struct doctor_host_places *places,
    struct findings *found)
{
	struct err err = ERR_INIT;
	struct app app;

	if (origin_open_site(origin, &app, &err) == -1) {
		findings_add(
		    found, FINDING_ERROR, "wert", "CODEX_STORE", &err.msg);
		return;
	}
	places->sockets = origin->user != NULL ? UNIT_SOCKETS : app.conf.run;
	doctor_host(&app, places, found);
	doctor_redis(&app, found);
	if (doctor_store(&app, found))
		doctor_users(&app, found);
	doctor_github(&app, found);
	doctor_address(&app, found);
	app_close(&app);
}

int
cmd_doctor_main(int argc, char **argv, const char *programs_file)
{
	struct doctor_host_places places = {.programs_file = programs_file};
	struct report report;
	struct origin origin;
	struct err err = ERR_INIT;
	int status = report_options(argc, argv, REPORT_PROGRAMS, &report);

	if (status != -1)
		return status;
	if (enc_start(&err) == -1) {
		findings_add(&report.found, FINDING_ERROR, "bibliothek",
		    "libsodium", &err.msg);
		return report_end(&report, MSG_DOCTOR_SOUND);
	}
	if (report.programs_file != NULL)
		places.programs_file = report.programs_file;
	origin_load(&report.places, &origin, &report.found);
	if (origin.user != NULL) {
		places.secrets = report.places.secrets;
		places.settings = report.places.settings;
		places.proof = NGINX_PROOF;
		doctor_host_as_root(&places, &report.found);
	}
	origin_drop_root(&origin, &report.found);
	audit_settings(&origin, &report.found);
	if (findings_error(&report.found) == NULL)
		look_at_site(&origin, &places, &report.found);
	return report_end(&report, MSG_DOCTOR_SOUND);
}
