#include "inspect/doctor_users.h"

#include "api/status.h"
#include "app/user_cache.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "edit/mirror.h"
#include "inspect/cmdline.h"
#include "inspect/records.h"
#include "inspect/report.h"
#include "settings/conf.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/user_set.h"
#include "store/users.h"

#define FILES_TOLD 5               /* of each user */
#define PENDING_MS INT64_C(900000) /* 15 min: longer than any pause */
#define MINUTE_MS  60000

/* Return the sentence in the language of the caller; an older program stored
 * the German one alone. */
static const char *
choose_text(const char *german, const char *english)
{
	return cmdline_language() == MSG_ENGLISH && english != NULL ? english
								    : german;
}

static void
tell_bad_file(
    struct findings *found, const char *user, const struct taskset_file *file)
{
	struct buf key = BUF_INIT;
	struct msg msg;

	names_task_key(&key, user, file->file);
	msg_set(&msg, MSG_DOCTOR_FILE);
	msg_value(&msg, "%s:%u", key.s, file->line);
	msg_value(&msg, "%s", choose_text(file->reason, file->english));
	findings_add(found, FINDING_WARN, "datei", key.s, &msg);
	buf_release(&key);
}

static void
check_files(struct app *app, const char *user, struct findings *found)
{
	struct mirror mirror = MIRROR_INIT;
	struct err err = ERR_INIT;
	struct msg msg;
	size_t i, bad = 0;

	if (mirror_load(app, user, &mirror, &err) == -1) {
		report_fault(found, user, &err);
		return;
	}
	for (i = 0; i < mirror.set.n; i++)
		if (mirror.set.files[i].bad && ++bad <= FILES_TOLD)
			tell_bad_file(found, user, &mirror.set.files[i]);
	if (bad > FILES_TOLD) {
		msg_set(&msg, MSG_DOCTOR_FILES_MORE);
		msg_value(&msg, "%s", user);
		msg_value(&msg, "%zu", bad - FILES_TOLD);
		findings_add(found, FINDING_WARN, "datei", user, &msg);
	}
	mirror_release(&mirror);
}

/* A mark that a run should have taken long ago. */
static void
check_mark(struct app *app, const char *user, struct findings *found)
{
	struct blob mark = BLOB_INIT;
	struct err err = ERR_INIT;
	struct msg msg;

	names_key(&mark.key, NAMES_PENDING, user);
	if (blob_get(app->store, &mark, &err) == -1) {
		report_fault(found, mark.key.s, &err);
	} else if (mark.is_there && mark.age_ms > PENDING_MS) {
		msg_set(&msg, MSG_DOCTOR_PENDING);
		msg_value(&msg, "%s", user);
		msg_value(&msg, "%lld", (long long)(mark.age_ms / MINUTE_MS));
		findings_add(
		    found, FINDING_ERROR, "abgleich", mark.key.s, &msg);
	}
	blob_release(&mark);
}

static void
tell_sync(struct findings *found, const char *user, const struct status *status)
{
	const char *text = choose_text(status->sync.text, status->sync.english);
	enum finding_level level = status->state == LEDGER_STATE_READ_ONLY
				       ? FINDING_WARN
				       : FINDING_ERROR;
	struct msg msg;

	msg_set(&msg, status->newer ? MSG_DOCTOR_NEWER : MSG_DOCTOR_SYNC);
	msg_value(&msg, "%s", user);
	msg_value(
	    &msg, "%s", text != NULL && *text != '\0' ? text : status->code);
	findings_add(
	    found, level, status->newer ? "fassung" : "abgleich", user, &msg);
}

static void
check_sync(struct app *app, const char *user, struct findings *found)
{
	struct status status = STATUS_INIT;
	struct err err = ERR_INIT;

	if (status_load(app, NULL, user, &status, &err) == -1)
		report_fault(found, user, &err);
	else if (status.state == LEDGER_STATE_FAILED ||
		 status.state == LEDGER_STATE_READ_ONLY)
		tell_sync(found, user, &status);
	status_release(&status);
	check_mark(app, user, found);
}

static void
tell_unread(void *arg, const struct record *record)
{
	struct findings *found = arg;
	bool newer = record->parsed == USER_CACHE_NEWER;
	struct msg msg;

	msg_set(&msg, newer ? MSG_DOCTOR_NEWER : MSG_FSCK_BROKEN);
	msg_value(&msg, "%s", record->key);
	findings_add(found, FINDING_ERROR, newer ? "fassung" : "unlesbar",
	    record->key, &msg);
}

static void
check_state(struct app *app, const char *user, struct findings *found)
{
	struct err err = ERR_INIT;

	if (records_check(app->store, user, tell_unread, found, &err) == -1)
		report_fault(found, user, &err);
}

void
doctor_users(struct app *app, struct findings *found)
{
	struct user_set users = USER_SET_INIT;
	struct err err = ERR_INIT;
	size_t i;

	if (users_list(app->store, &users, &err) == -1)
		report_fault(found, "state/", &err);
	for (i = 0; i < users.n; i++) {
		check_files(app, users.names[i], found);
		check_state(app, users.names[i], found);
		if (conf_has_repo(&app->conf))
			check_sync(app, users.names[i], found);
	}
	user_set_release(&users);
}
