/*
 * conf: the settings (design.md 10), from one table.
 *
 * Name, kind, place, default and meaning stand once, in conf.c; loading,
 * checking, printing, the manual and the example file all come from there.
 * A setting is taken from the environment, else from the file given with
 * `-c`, else it has its default; an empty value counts as unset.  A secret
 * may also be a file of its name in the folder CREDENTIALS_DIRECTORY (that of
 * systemd's LoadCredential=); that goes between environment and `-c`, and
 * line ends at its end do not count.
 *
 * The file has the shape of a systemd EnvironmentFile: lines `NAME=value`;
 * blank lines and lines that start with '#' do not count; blanks around a
 * value and then one pair of quotes are taken off; of two lines with one name
 * the last counts.  Names that we do not know are another program's.
 */
#ifndef CONF_H
#define CONF_H

#include "base/buf.h"
#include "base/err.h"

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
	char *store;          /* "fs:DIR", or NULL with azure */
	char *run;            /* folder for sockets, locks, generations */
	char *base_url;       /* "http://127.0.0.1:8080", no slash at the end */
	char *auth;           /* "local:<user>", or NULL */
	char *key_file;       /* NULL on azure where it is not set */
	char *allowed_users;  /* see allowlist.h; NULL: nobody */
	int64_t user_rate;    /* requests per minute; 0 no limit */
	char *zone;           /* "Europe/Berlin" */
	char *slots;          /* see placement_slots_parse */
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
	int64_t sync_poll_ms, sync_lag_ms, sync_lease_ms, sync_push_ms;
	int64_t sync_min_ms, sync_wait_ms;
	char *sync_crash_at; /* "step" or "step:n"; tests only */
	bool debug;
};

enum conf_kind {
	CONF_TEXT,      /* no control characters */
	CONF_SECRET,    /* the same, printed as "set" */
	CONF_MS,        /* milliseconds, 0 to CONF_MS_MAX */
	CONF_MS_OR_OFF, /* the same, or "off" */
	CONF_OFFSET,    /* milliseconds, CONF_MS_MAX to either side */
	CONF_COUNT,     /* 0 or more */
	CONF_BOOL,      /* true, false, 1, 0 */
};

struct conf_setting {
	const char *name;
	enum conf_kind kind;
	size_t at;            /* offset in struct conf */
	const char *fallback; /* as text; NULL = unset */
	const char *meaning;  /* English, for manual and example */
};

const struct conf_setting *conf_settings(size_t *n);

/*
 * Loads and checks all settings.  `file` may be NULL.  On failure conf is
 * released and err names the setting (never its value if it is a secret).
 */
MUST_USE int conf_load(struct conf *conf, const char *file, struct err *err);
void conf_release(struct conf *conf);

/* `NAME=value` per line; secrets as "set". */
void conf_print(struct buf *out, const struct conf *conf);

/*
 * An example of the file: each setting with its meaning and, commented out,
 * its default (nothing behind the '=' where it has none).
 */
void conf_describe(struct buf *out);

/*
 * True if a repository is set up: it has an owner and a name.  The token is
 * the worker's alone, and no other program can ask for it.
 */
bool conf_has_repo(const struct conf *conf);

/* CODEX_AUTH=local:<user>: everybody is that user. */
bool conf_is_local(const struct conf *conf);

/* The host of base_url without port and brackets. */
void conf_host(struct buf *out, const struct conf *conf);
/* True if that host is this machine: localhost, 127.0.0.0/8 or ::1. */
bool conf_is_loopback(const struct conf *conf);

#endif
