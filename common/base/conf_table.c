/* A table of data: all settings. */
#include "base/conf_table.h"

#define AT(member) offsetof(struct conf, member)

static const struct conf_setting settings[] = {
    {"CACHE_TTL_BLOB", CONF_MS, AT(cache_ttl_blob_ms), "900000",
	"How long a stored week may be shown before it is built anew, "
	"in milliseconds."},
    {"CACHE_TTL_LOCAL", CONF_MS, AT(cache_ttl_local_ms), "300000",
	"How long a worker may keep a week in its memory, in "
	"milliseconds."},
    {"CACHE_REVALIDATE_MS", CONF_MS_OR_OFF, AT(cache_revalidate_ms), NULL,
	"How old a worker's knowledge of a user's version may be when "
	"other hosts write too: milliseconds, 0 for every request, or "
	"off. Default: 1000 on Azure, off on a local folder."},
    {"CACHE_LOCAL_BYTES", CONF_COUNT, AT(cache_local_bytes), "33554432",
	"How many bytes of weeks one worker keeps in its memory."},
    {"AZURE_BLOB_CONN", CONF_SECRET, AT(azure_blob_conn), NULL,
	"Connection string of an Azure storage account (or "
	"UseDevelopmentStorage=true); switches the store to Azure Blob."},
    {"AZURE_BLOB_CONTAINER", CONF_TEXT, AT(azure_blob_container), "codex-cache",
	"Container in that account; made if missing."},
    {"CODEX_STORE", CONF_TEXT, AT(store), NULL,
	"The local blob store, as fs:DIR. Needed without "
	"AZURE_BLOB_CONN."},
    {"CODEX_RUN", CONF_TEXT, AT(run), NULL,
	"Folder for sockets, locks and the table of generations; one "
	"per host, kept while any program runs."},
    {"CODEX_BASE_URL", CONF_TEXT, AT(base_url), NULL,
	"Address of the site as the browser shows it, without a slash "
	"at the end."},
    {"CODEX_AUTH", CONF_TEXT, AT(auth), NULL,
	"local:USER lets everybody in as USER; only on a loopback "
	"address."},
    {"CODEX_PROOF", CONF_SECRET, AT(proof), NULL,
	"Secret that nginx sends with each request, by which a program knows "
	"it: at least 32 characters. Needed without CODEX_AUTH."},
    {"CODEX_ALLOWED_USERS", CONF_TEXT, AT(allowed_users), NULL,
	"Who may use the site: GitHub logins and numeric ids, with commas "
	"between them, or the path of a file with one to a line, which is "
	"read again when it changes. What is all digits is an id. Of a file a "
	"line that is wrong does not count, and one that is missing lets "
	"nobody in. Default: nobody."},
    {"CODEX_KEY_FILE", CONF_TEXT, AT(key_file), NULL,
	"File with the keys of sessions, made at the first start; it must "
	"outlive restarts, and be the same on all hosts. Default: the "
	"folder of CODEX_STORE with .key behind its name; none on Azure."},
    {"CODEX_KEY_SECRET", CONF_SECRET, AT(key_secret), NULL,
	"Secret without which nobody gets a key out of CODEX_KEY_FILE: at "
	"least 32 characters, the same on all hosts. Needed without "
	"CODEX_AUTH."},
    {"CODEX_USER_RATE", CONF_COUNT, AT(user_rate), "600",
	"Requests that one user may make in a minute, in whatever way he has "
	"logged in; a week that memory answers is not counted.  0 is no limit, "
	"and in local mode there is none."},
    {"CODEX_TZ", CONF_TEXT, AT(zone), "Europe/Berlin",
	"Time zone of days and slots."},
    {"CODEX_SLOTS", CONF_TEXT, AT(slots),
	"morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30",
	"When the three slots of a day begin and end."},
    {"GITHUB_BASE_PATH", CONF_TEXT, AT(git_base_path), "codex-miroir",
	"Folder in the repository that holds one folder per user."},
    {"GITHUB_TOKEN", CONF_SECRET, AT(github_token), NULL,
	"Token that reads and writes the repository; without it there is "
	"no Git, and everything else works."},
    {"GITHUB_OWNER", CONF_TEXT, AT(github_owner), NULL,
	"Who the repository belongs to."},
    {"GITHUB_REPO", CONF_TEXT, AT(github_repo), NULL,
	"Name of the repository."},
    {"GITHUB_BRANCH", CONF_TEXT, AT(github_branch), "main",
	"Branch that the tasks are on."},
    {"GITHUB_API_URL", CONF_TEXT, AT(github_api_url), "https://api.github.com",
	"Address of GitHub's REST interface, for GitHub Enterprise."},
    {"GITHUB_COMMITTER_NAME", CONF_TEXT, AT(committer_name), "Codex Miroir",
	"Committer of our commits; the author is the user."},
    {"GITHUB_COMMITTER_EMAIL", CONF_TEXT, AT(committer_email),
	"codex-miroir@users.noreply.github.com", "Address of the committer."},
    {"GITHUB_WEBHOOK_SECRET", CONF_SECRET, AT(webhook_secret), NULL,
	"Secret of the repository's webhook; without it there is none."},
    {"GITHUB_WEBHOOK_SECRET_OLD", CONF_SECRET, AT(webhook_secret_old), NULL,
	"The secret before that one, taken too while it is replaced."},
    {"GITHUB_SYNC_ON_OPERATION", CONF_BOOL, AT(sync_on_operation), "false",
	"Every edit is followed by Git at once."},
    {"BACKGROUND_SYNC_ENABLED", CONF_BOOL, AT(background_sync), "false",
	"A look at the week brings the user's Git up to date, without waiting, "
	"where that was last done more than CACHE_TTL_BLOB ago."},
    {"VIA_PR", CONF_BOOL, AT(via_pr), "false",
	"Edits go to Git as pull requests, one for each task."},
    {"CREATE_VIA_PR", CONF_BOOL, AT(create_via_pr), "false",
	"The same for new tasks alone."},
    {"GITHUB_PR_BRANCH_PREFIX", CONF_TEXT, AT(pr_branch_prefix), "codex/tasks",
	"What the names of the branches of pull requests begin with."},
    {"SYNC_BUTTON", CONF_BOOL, AT(sync_button), "true",
	"The page has a button that brings Git up to date."},
    {"GITHUB_OAUTH_URL", CONF_TEXT, AT(github_oauth_url), "https://github.com",
	"GitHub's pages for people, without a slash at the end; https, or "
	"this machine."},
    {"GITHUB_OAUTH_CLIENT_ID", CONF_TEXT, AT(oauth_client_id), NULL,
	"Number of the OAuth app by which people log in; its callback is "
	"CODEX_BASE_URL with /auth/callback behind it."},
    {"GITHUB_OAUTH_CLIENT_SECRET", CONF_SECRET, AT(oauth_client_secret), NULL,
	"Secret of that app."},
    {"SYNC_POLL_MS", CONF_MS, AT(sync_poll_ms), "30000",
	"How often the worker looks for users that are marked."},
    {"SYNC_HEAD_MS", CONF_MS, AT(sync_head_ms), "0",
	"How often the worker asks GitHub whether the branch has moved, for "
	"pushes of which no webhook tells; 0: never."},
    {"SYNC_LAG_MS", CONF_MS, AT(sync_lag_ms), "60000",
	"How long GitHub may answer with an old head after a push."},
    {"SYNC_LEASE_MS", CONF_MS, AT(sync_lease_ms), "60000",
	"How long a run holds a user before another may take over."},
    {"SYNC_PUSH_MS", CONF_MS, AT(sync_push_ms), "30000",
	"How late after it was announced in the store a push may be sent."},
    {"SYNC_MIN_MS", CONF_MS, AT(sync_min_ms), "30000",
	"How often the button may start a sync, per user."},
    {"SYNC_WAIT_MS", CONF_MS, AT(sync_wait_ms), "5000",
	"How long webhook and button wait for the result."},
    {"SYNC_CRASH_AT", CONF_TEXT, AT(sync_crash_at), NULL,
	"Name of a step of a sync, or NAME:N, at which the worker kills "
	"itself, "
	"for tests; only on a loopback address."},
    {"CODEX_NOW", CONF_OFFSET, AT(now_offset_ms), "0",
	"Milliseconds added to the clock, for tests; only on a loopback "
	"address."},
    {"CODEX_DEBUG", CONF_BOOL, AT(debug), "false",
	"Logs every request to the store with its result and "
	"microseconds."},
};

const struct conf_setting *
conf_table(size_t *n)
{
	*n = ARRAY_LEN(settings);
	return settings;
}
