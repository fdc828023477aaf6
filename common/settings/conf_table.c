/* A table of data: all settings. */
#include "settings/conf_table.h"

#define AT(member) offsetof(struct conf, member)
#define NONE       0, 0 /* no range */
#define UP_TO(len) 0, (len)

#define SECOND INT64_C(1000)
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)
#define GIB    (INT64_C(1) << 30)

/* A path of a socket has 107 bytes (unix(7)): /complete.sock is one. */
#define RUN_MAX 93
/* GitHub takes 255 bytes of a branch with refs/heads/ before it; behind a
 * prefix stand a user and the name of a task. */
#define REF_MAX    244
#define PREFIX_MAX 100
#define FOLDER_MAX 200
#define NAME_MAX   100
#define MAIL_MAX   254 /* RFC 5321, 4.5.3.1.3, without its brackets */

static const struct conf_setting settings[] = {
    {"CACHE_TTL_BLOB", CONF_MS, AT(cache_ttl_blob_ms), "15m", 0, 365 * DAY,
	"How long a stored week may be shown before it is built anew."},
    {"CACHE_TTL_LOCAL", CONF_MS, AT(cache_ttl_local_ms), "5m", 0, 365 * DAY,
	"How long a worker may keep a week in its memory."},
    {"CACHE_REVALIDATE_MS", CONF_MS_OR_OFF, AT(cache_revalidate_ms), NULL, 0,
	HOUR,
	"How old a worker's knowledge of a user's version may be when "
	"other hosts write too: a time, 0 for every request, or "
	"off. Default: 1s on Azure, off on a local folder."},
    {"CACHE_LOCAL_BYTES", CONF_BYTES, AT(cache_local_bytes), "32M", 0, GIB,
	"How much of weeks and tasks one worker keeps in its memory; of "
	"sessions, of "
	"API tokens and of GitHub's numbers up to a quarter of that each, "
	"or 1M; of what is known of Git up to a half."},
    {"CACHE_REDIS_WEEKS", CONF_BOOL, AT(redis_weeks), "false", NONE,
	"Finished weeks are kept in Redis, too, for 15 minutes, where "
	"REDIS_URL "
	"or AZURE_REDIS_CONNECTION_STRING names one."},
    {"AZURE_BLOB_CONN", CONF_SECRET, AT(azure_blob_conn), NULL, NONE,
	"Connection string of an Azure storage account (or "
	"UseDevelopmentStorage=true); switches the store to Azure Blob."},
    {"AZURE_BLOB_CONTAINER", CONF_TEXT, AT(azure_blob_container), "codex-cache",
	NONE, "Container in that account; made if missing."},
    {"REDIS_URL", CONF_REDIS, AT(redis_url), NULL, NONE,
	"Redis or Valkey, by which each host of a site sees at its next "
	"request what another one wrote: redis://[[USER]:PASSWORD@]HOST[:PORT]"
	"[/NUMBER], on this machine alone, rediss:// with TLS, or "
	"unix:/PATH[?db=NUMBER]. NUMBER is a database that nothing else uses."},
    {"AZURE_REDIS_CONNECTION_STRING", CONF_REDIS, AT(redis_azure), NULL, NONE,
	"The same as Azure shows it: HOST:PORT,password=...,ssl=True,"
	"abortConnect=False. REDIS_URL goes before it."},
    {"REDIS_CA_FILE", CONF_PATH, AT(redis_ca), NULL, NONE,
	"File with the certificates (PEM) by which that of Redis is checked. "
	"Default: those of this machine."},
    {"REDIS_TIMEOUT_MS", CONF_MS, AT(redis_timeout_ms), "50", 1, 10 * SECOND,
	"How long Redis may take for its answer, and four times that for a "
	"connection; then it is not asked for 5 s."},
    {"CODEX_STORE", CONF_STORE, AT(store), NULL, NONE,
	"The local blob store, as fs:DIR. Needed without "
	"AZURE_BLOB_CONN."},
    {"CODEX_RUN", CONF_PATH, AT(run), NULL, UP_TO(RUN_MAX),
	"Folder for sockets, locks and the tables of generations and "
	"looks; one per host, kept while any program runs."},
    {"CODEX_BASE_URL", CONF_SITE, AT(base_url), NULL, NONE,
	"Address of the site as the browser shows it, without a slash "
	"at the end."},
    {"CODEX_HTTP_PROXY", CONF_PROXY, AT(http_proxy), NULL, NONE,
	"Proxy by way of which GitHub and Azure are asked, as "
	"http://[USER:PASSWORD@]HOST[:PORT], or with https. This machine is "
	"asked without it."},
    {"CODEX_AUTH", CONF_TEXT, AT(auth), NULL, NONE,
	"local:USER lets everybody in as USER; only on a loopback "
	"address."},
    {"CODEX_PROOF", CONF_SECRET, AT(proof), NULL, NONE,
	"Secret that nginx sends with each request, by which a program knows "
	"it: at least 32 characters. Needed without CODEX_AUTH."},
    {"CODEX_ALLOWED_USERS", CONF_TEXT, AT(allowed_users), NULL, NONE,
	"Who may use the site: GitHub logins and numeric ids, with commas "
	"between them, or the path of a file with one to a line, which is "
	"read again when it changes. What is all digits is an id. Of a file a "
	"line that is wrong does not count, and one that is missing lets "
	"nobody in. Default: nobody."},
    {"CODEX_KEY_FILE", CONF_PATH, AT(key_file), NULL, NONE,
	"File with the keys of sessions, made at the first start; it must "
	"outlive restarts, and be the same on all hosts. Default: the "
	"folder of CODEX_STORE with .key behind its name; none on Azure."},
    {"CODEX_KEY_SECRET", CONF_SECRET, AT(key_secret), NULL, NONE,
	"Secret without which nobody gets a key out of CODEX_KEY_FILE: at "
	"least 32 characters, the same on all hosts. Needed without "
	"CODEX_AUTH."},
    {"CODEX_METRICS_TOKEN", CONF_SECRET, AT(metrics_token), NULL, NONE,
	"Bearer token that opens /metrics, from anywhere: at least 16 "
	"characters. Without it only requests of this machine do, and none "
	"that a proxy says to have forwarded."},
    {"CODEX_USER_RATE", CONF_RATE, AT(user_rate), "600", 0, 1000000,
	"Requests that one user may make in a minute, in whatever way they "
	"have logged in; a week that memory answers is not counted.  0 is no "
	"limit, and in local mode there is none."},
    {"CODEX_TZ", CONF_ZONE, AT(zone), "Europe/Berlin", NONE,
	"Time zone of days and slots."},
    {"CODEX_SLOTS", CONF_TEXT, AT(slots),
	"morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30", NONE,
	"When the three slots of a day begin and end."},
    {"GITHUB_BASE_PATH", CONF_FOLDER, AT(git_base_path), "codex-miroir",
	UP_TO(FOLDER_MAX),
	"Folder in the repository that holds one folder per user."},
    {"GITHUB_TOKEN", CONF_SECRET, AT(github_token), NULL, NONE,
	"Token that reads and writes the repository; without it there is "
	"no Git, and everything else works."},
    {"GITHUB_OWNER", CONF_OWNER, AT(github_owner), NULL, UP_TO(39),
	"Who the repository belongs to."},
    {"GITHUB_REPO", CONF_REPO, AT(github_repo), NULL, UP_TO(100),
	"Name of the repository."},
    {"GITHUB_BRANCH", CONF_BRANCH, AT(github_branch), "main", UP_TO(REF_MAX),
	"Branch that the tasks are on."},
    {"GITHUB_API_URL", CONF_ADDRESS, AT(github_api_url),
	"https://api.github.com", NONE,
	"Address of GitHub's REST interface, for GitHub Enterprise."},
    {"GITHUB_COMMITTER_NAME", CONF_PERSON, AT(committer_name), "Codex Miroir",
	UP_TO(NAME_MAX), "Committer of our commits; the author is the user."},
    {"GITHUB_COMMITTER_EMAIL", CONF_MAIL, AT(committer_email),
	"codex-miroir@users.noreply.github.com", UP_TO(MAIL_MAX),
	"Address of the committer."},
    {"GITHUB_WEBHOOK_SECRET", CONF_SECRET, AT(webhook_secret), NULL, NONE,
	"Secret of the repository's webhook; without it there is none."},
    {"GITHUB_WEBHOOK_SECRET_OLD", CONF_SECRET, AT(webhook_secret_old), NULL,
	NONE, "The secret before that one, taken too while it is replaced."},
    {"GITHUB_SYNC_ON_OPERATION", CONF_BOOL, AT(sync_on_operation), "false",
	NONE, "Every edit is followed by Git at once."},
    {"BACKGROUND_SYNC_ENABLED", CONF_BOOL, AT(background_sync), "false", NONE,
	"A look at the week brings the user's Git up to date, without waiting, "
	"where that was last done more than CACHE_TTL_BLOB ago."},
    {"VIA_PR", CONF_BOOL, AT(via_pr), "false", NONE,
	"Edits go to Git as pull requests, one for each task."},
    {"CREATE_VIA_PR", CONF_BOOL, AT(create_via_pr), "false", NONE,
	"The same for new tasks alone."},
    {"GITHUB_PR_BRANCH_PREFIX", CONF_BRANCH, AT(pr_branch_prefix),
	"codex/tasks", UP_TO(PREFIX_MAX),
	"What the names of the branches of pull requests begin with."},
    {"SYNC_BUTTON", CONF_BOOL, AT(sync_button), "true", NONE,
	"The page has a button that brings Git up to date."},
    {"GITHUB_OAUTH_URL", CONF_ADDRESS, AT(github_oauth_url),
	"https://github.com", NONE,
	"GitHub's pages for people, without a slash at the end; https, or "
	"this machine."},
    {"GITHUB_OAUTH_CLIENT_ID", CONF_WORD, AT(oauth_client_id), NULL,
	UP_TO(NAME_MAX),
	"Client ID of the OAuth app by which people log in; its callback is "
	"CODEX_BASE_URL with /auth/callback behind it."},
    {"GITHUB_OAUTH_CLIENT_SECRET", CONF_SECRET, AT(oauth_client_secret), NULL,
	NONE, "Secret of that app."},
    {"SYNC_POLL_MS", CONF_MS, AT(sync_poll_ms), "30s", 10, DAY,
	"How often the worker looks for users that are marked."},
    {"SYNC_HEAD_MS", CONF_MS, AT(sync_head_ms), "0", 0, DAY,
	"How often the worker asks GitHub whether the branch has moved, for "
	"pushes of which no webhook tells; 0: never."},
    {"SYNC_LAG_MS", CONF_MS, AT(sync_lag_ms), "60s", 0, HOUR,
	"How long GitHub may answer with an old head after a push."},
    {"SYNC_LEASE_MS", CONF_MS, AT(sync_lease_ms), "60s", 50, HOUR,
	"How long a run holds a user before another may take over."},
    {"SYNC_PUSH_MS", CONF_MS, AT(sync_push_ms), "30s", 10, HOUR,
	"How late after it was announced in the store a push may be sent."},
    {"SYNC_MIN_MS", CONF_MS, AT(sync_min_ms), "30s", 0, DAY,
	"How often the button may start a sync, per user."},
    {"SYNC_WAIT_MS", CONF_MS, AT(sync_wait_ms), "5s", 0, 10 * SECOND,
	"How long webhook and button wait for the result."},
    {"SYNC_CRASH_AT", CONF_TEXT, AT(sync_crash_at), NULL, NONE,
	"Name of a step of a sync, or NAME:N, at which the worker kills "
	"itself, "
	"for tests; only on a loopback address."},
    {"CODEX_NOW", CONF_MS, AT(now_offset_ms), "0", -CONF_MS_MAX, CONF_MS_MAX,
	"Time added to the clock, for tests; only on a loopback "
	"address."},
    {"CODEX_DEBUG", CONF_BOOL, AT(debug), "false", NONE,
	"Logs every request to the store, and to Redis, with its result and "
	"microseconds."},
};

const struct conf_setting *
conf_table(size_t *n)
{
	*n = ARRAY_LEN(settings);
	return settings;
}

const struct conf_setting *
conf_table_find(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(settings); i++)
		if (strlen(settings[i].name) == len &&
		    memcmp(settings[i].name, name, len) == 0)
			return &settings[i];
	return NULL;
}
