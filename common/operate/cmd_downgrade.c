#include "operate/cmd_downgrade.h"

#include "app/app.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "carry/downgrade.h"
#include "inspect/origin.h"
#include "inspect/report.h"
#include "store/names.h"
#include "store/user_set.h"
#include "store/users.h"

/* Go on after a user for whom it does not succeed. */
static void
downgrade_all(struct app *app, struct findings *found)
{
	struct user_set users = USER_SET_INIT;
	struct err err = ERR_INIT;
	size_t i;

	if (users_list(app->store, &users, &err) == -1)
		report_fault(found, names_area(NAMES_AREA_STATE), &err);
	for (i = 0; i < users.n; i++) {
		err = (struct err)ERR_INIT;
		if (downgrade_user(app, users.names[i], &err) == -1)
			findings_add(found, FINDING_ERROR, err_word(err.code),
			    users.names[i], &err.msg);
	}
	user_set_release(&users);
}

int
cmd_downgrade_main(int argc, char **argv)
{
	struct report report;
	struct app app;
	struct err err = ERR_INIT;
	int status = report_options(argc, argv, 0, &report);

	if (status != -1)
		return status;
	if (origin_open(&report.places, &app, &err) == -1) {
		findings_add(&report.found, FINDING_ERROR, "wert",
		    "CODEX_STORE", &err.msg);
	} else {
		downgrade_all(&app, &report.found);
		app_close(&app);
	}
	return report_end(&report, MSG_DOWNGRADE_DONE);
}
