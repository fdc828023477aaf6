#include "operate/cmd_fsck.h"

#include "app/app.h"
#include "app/artifact.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "git/github.h"
#include "git/refs.h"
#include "inspect/copies.h"
#include "inspect/fsck_user.h"
#include "inspect/origin.h"
#include "inspect/report.h"
#include "settings/conf.h"
#include "store/names.h"
#include "store/user_set.h"
#include "store/users.h"

static bool
is_known(const struct user_set *users, const char *name)
{
	char user[NAMES_USER_MAX + 2];

	snprintf(user, sizeof user, "%.*s", (int)strcspn(name, "/"), name);
	return names_user_ok(user) && user_set_has(users, user);
}

/* An artifact that does not parse is built anew; one of another version is so
 * at the next look. */
static bool
is_broken_artifact(const struct copied *c)
{
	struct artifact artifact;
	struct buf body = BUF_INIT;
	const char *user;
	bool broken = names_user_of_key(c->key, NAMES_TIMELINE, &user) > 0 &&
		      artifact_parse(&c->bytes, &artifact, &body) == -1 &&
		      !artifact_is_of_other_version(&c->bytes);

	buf_release(&body);
	return broken;
}

/* The first system kept each week under a name of its own: nobody reads it. */
static bool
is_old_artifact(const char *key)
{
	const char *file = strrchr(key, '/');

	return std_starts(key, names_folder(NAMES_TIMELINE)) &&
	       std_starts(file, "/timeline_");
}

/* Tell of what can be removed in a folder, as it is nobody's or is made anew. */
static void
check_folder(const struct fsck *fsck, const struct user_set *users,
    const char *folder, const char *code)
{
	struct copies copies = COPIES_INIT;
	struct err err = ERR_INIT;
	size_t i;

	if (copies_add_prefix(fsck->app->store, folder, &copies, &err) == -1)
		report_fault(fsck->found, folder, &err);
	for (i = 0; i < copies.n; i++) {
		const struct copied *c = &copies.items[i];

		if (names_host_of_key(c->key) != NULL)
			continue;
		if (users == NULL ||
		    !is_known(users, c->key + strlen(folder)) ||
		    is_old_artifact(c->key))
			fsck_user_tell_waste(
			    fsck, code, c->key, c->etag, MSG_FSCK_ORPHAN);
		else if (is_broken_artifact(c))
			fsck_user_tell_waste(
			    fsck, code, c->key, c->etag, MSG_FSCK_BROKEN);
	}
	copies_release(&copies);
}

static void
check_all(const struct fsck *fsck)
{
	struct user_set users = USER_SET_INIT;
	struct err err = ERR_INIT;
	size_t i;

	if (users_list(fsck->app->store, &users, &err) == -1) {
		report_fault(fsck->found, names_area(NAMES_AREA_STATE), &err);
		return;
	}
	for (i = 0; i < users.n; i++)
		fsck_user(fsck, users.names[i]);
	check_folder(fsck, &users, names_folder(NAMES_PENDING), "marke");
	check_folder(fsck, &users, names_folder(NAMES_TIMELINE), "artefakt");
	check_folder(fsck, NULL, names_probes(), "verwaist");
	user_set_release(&users);
}

/* Tell that the branch's tree cannot be asked for. */
static void
tell_no_tree(const struct fsck *fsck, const struct err *err)
{
	struct msg msg;

	msg_set(&msg, MSG_DOCTOR_GITHUB);
	msg_value(&msg, "%s", err->detail);
	msg_cause(&msg, &err->msg);
	findings_add(fsck->found, FINDING_ERROR, "github", "GITHUB_REPO", &msg);
}

/* Check with the branch's tree if GitHub shows it. */
static void
check_site(struct fsck *fsck)
{
	const struct conf *conf = &fsck->app->conf;
	const struct github_options options = {
	    .api_url = conf->github_api_url,
	    .token = conf->github_token,
	    .owner = conf->github_owner,
	    .repo = conf->github_repo,
	};
	struct object_id head;
	struct err err = ERR_INIT;

	if (conf_has_repo(conf) && conf->github_token != NULL) {
		if (github_open(&options, &fsck->github, &err) == -1 ||
		    refs_head(fsck->github, conf->github_branch, &head, &err) !=
			GITHUB_OK) {
			tell_no_tree(fsck, &err);
			github_close(fsck->github);
			fsck->github = NULL;
		}
		fsck->head = head.hex;
	}
	check_all(fsck);
	github_close(fsck->github);
	fsck->github = NULL;
	fsck->head = NULL;
}

int
cmd_fsck_main(int argc, char **argv)
{
	struct report report;
	struct fsck fsck = {0};
	struct app app;
	struct err err = ERR_INIT;
	int status = report_options(argc, argv, REPORT_REPAIR, &report);

	if (status != -1)
		return status;
	fsck = (struct fsck){
	    .app = &app, .repair = report.repair, .found = &report.found};
	if (origin_open(&report.places, &app, &err) == -1) {
		findings_add(&report.found, FINDING_ERROR, "wert",
		    "CODEX_STORE", &err.msg);
	} else {
		check_site(&fsck);
		app_close(&app);
	}
	return report_end(&report, MSG_FSCK_SOUND);
}
