/*
 * conf_table: hold the settings as data (design.md 10): the name of each, its
 * place in struct conf, its default, its range and its meaning.  Pure.
 *
 * Texts in struct conf belong to it (conf_release), and are NULL where unset.
 * A new setting is a row in conf_table.c and a member here; conf.c does the
 * rest.
 */
#ifndef CONF_TABLE_H
#define CONF_TABLE_H

#include "base/std.h"

#define CONF_OFF (-1) /* value of a time that is switched off */
/* A hundred years: no sum of times leaves the calendar of day.h. */
#define CONF_MS_MAX INT64_C(3155760000000)

struct conf {
	int64_t cache_ttl_blob_ms;
	int64_t cache_ttl_local_ms;
	int64_t cache_revalidate_ms; /* CONF_OFF, 0 = at every request */
	int64_t cache_local_bytes;
	int64_t now_offset_ms; /* added to the clock; tests only */
	char *azure_blob_conn; /* secret; NULL = no azure */
	char *azure_blob_container;
	char *redis_url, *redis_azure; /* secrets; redis_address.h */
	char *redis_ca;                /* file; NULL: this machine's */
	int64_t redis_timeout_ms;
	bool redis_weeks;     /* weeks are kept there, too */
	char *store;          /* "fs:DIR", or NULL with azure */
	char *run;            /* folder for sockets, locks, generations */
	char *http_proxy;     /* secret; NULL: no proxy */
	char *base_url;       /* "http://127.0.0.1:8080", no slash at the end */
	char *auth;           /* "local:<user>", or NULL */
	char *proof;          /* secret; see guard_proof */
	char *metrics_token;  /* secret; NULL: only this machine (metrics.h) */
	char *key_file;       /* NULL on azure where it is not set */
	char *key_secret;     /* secret; see keyring.h */
	char *allowed_users;  /* see allowlist.h; NULL: nobody */
	int64_t user_rate;    /* requests per minute; 0 no limit */
	char *zone;           /* "Europe/Berlin" */
	char *slots;          /* see slots_parse */
	char *git_base_path;  /* "codex-miroir" */
	char *github_token;   /* secret; NULL: no Git */
	char *webhook_secret; /* secret; NULL: no webhook */
	char *webhook_secret_old; /* secret; taken, too, if it is there */
	char *github_owner, *github_repo, *github_branch, *github_api_url;
	char *committer_name, *committer_email;
	bool sync_on_operation; /* an edit starts a run */
	bool background_sync;   /* so does a look, after cache_ttl_blob_ms */
	bool via_pr;            /* push by pull request */
	bool create_via_pr;     /* the same, for new tasks alone */
	bool sync_button;       /* the page has one */
	char *pr_branch_prefix; /* "codex/tasks", no slash at the end */
	char *github_oauth_url; /* pages for people, no slash at the end */
	/* NULL: nobody can log in.  The secret is codex-auth's alone. */
	char *oauth_client_id, *oauth_client_secret;
	int64_t sync_head_ms, sync_poll_ms, sync_lag_ms, sync_lease_ms,
	    sync_push_ms;
	int64_t sync_min_ms, sync_wait_ms;
	char *sync_crash_at; /* "step" or "step:n"; tests only */
	bool debug;
};

/* What a value is, and so which rule it has: of texts in conf_rule.c, of
 * numbers in conf_value.c. */
enum conf_kind {
	CONF_TEXT,      /* no control characters */
	CONF_SECRET,    /* the same, and never shown */
	CONF_PROXY,     /* the address of a proxy; a secret, too */
	CONF_REDIS,     /* where a Redis server is; a secret, too */
	CONF_SITE,      /* an address without a path (address.h) */
	CONF_ADDRESS,   /* an address */
	CONF_STORE,     /* fs:FOLDER */
	CONF_PATH,      /* a path from the root on */
	CONF_ZONE,      /* a time zone of this machine */
	CONF_FOLDER,    /* a folder in the repository */
	CONF_OWNER,     /* a user or an organisation at GitHub */
	CONF_REPO,      /* a repository at GitHub */
	CONF_BRANCH,    /* a branch at GitHub */
	CONF_PERSON,    /* a name in a commit */
	CONF_MAIL,      /* an address in a commit */
	CONF_WORD,      /* visible ASCII without blanks */
	CONF_MS,        /* a time in milliseconds, read with or without unit */
	CONF_MS_OR_OFF, /* the same, or "off", which is CONF_OFF */
	CONF_BYTES,     /* a size, read with or without unit */
	CONF_RATE,      /* requests in a minute */
	CONF_BOOL,      /* true, false, 1, 0 */
};

struct conf_setting {
	const char *name;
	enum conf_kind kind;
	size_t at;            /* offset in struct conf */
	const char *fallback; /* as text; NULL = unset */
	int64_t min, max;     /* of a number; of a text the longest, 0 = any */
	const char *meaning;  /* English, for manual and example */
};

/* Return all settings, in the order in which they are printed, and set *n. */
const struct conf_setting *conf_table(size_t *n);

/* Return the setting of that name, or NULL. */
const struct conf_setting *conf_table_find(const char *name, size_t len);

#endif
