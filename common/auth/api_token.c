#include "auth/api_token.h"

#include <sodium.h>

#include "app/app.h"
#include "app/cache.h"
#include "app/user_cache.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/json.h"
#include "base/span.h"
#include "base/std.h"
#include "store/blob.h"
#include "store/changes.h"
#include "store/names.h"

#define TOKENS_VERSION 1
#define SECRET_LEN     64 /* hex digits */
#define TRIES          5  /* swaps that may be lost before ERR_CONTENDED */
#define HEX            "0123456789abcdef"

void
api_token_list_release(struct api_token_list *list)
{
	buf_release(&list->room);
	*list = (struct api_token_list)API_TOKEN_LIST_INIT;
}

static bool
copy_bounded(char *to, size_t size, const char *from)
{
	if (from == NULL || strlen(from) >= size)
		return false;
	memcpy(to, from, strlen(from) + 1);
	return true;
}

static int
parse_token(struct json_object *json, struct api_token *token)
{
	const char *access = json_get_str(json, "access");

	memset(token, 0, sizeof *token);
	if (!copy_bounded(
		token->id, sizeof token->id, json_get_str(json, "id")) ||
	    !copy_bounded(
		token->name, sizeof token->name, json_get_str(json, "name")) ||
	    !copy_bounded(
		token->hash, sizeof token->hash, json_get_str(json, "hash")) ||
	    strlen(token->hash) != ENC_HASH_LEN || access == NULL)
		return -1;
	token->may_write = strcmp(access, "write") == 0;
	token->made_ms = json_get_int(json, "createdAt", 0);
	token->used_ms = json_get_int(json, "lastUsedAt", 0);
	return 0;
}

/* Append the tokens as an array of struct api_token, so that api_token_check
 * parses nothing when memory answers. */
static enum user_cache_parsed
parse_tokens(const struct buf *bytes, struct buf *out)
{
	struct json_object *json = NULL, *list;
	struct err err = ERR_INIT;
	struct api_token token;
	size_t i;
	enum user_cache_parsed parsed = USER_CACHE_BROKEN;

	if (bytes == NULL)
		return USER_CACHE_GOOD;
	if (json_parse(bytes->s, bytes->len, &json, &err) == -1)
		return USER_CACHE_BROKEN;
	list = json_get(json, "tokens", json_type_array);
	if (json_is_newer(json, TOKENS_VERSION))
		parsed = USER_CACHE_NEWER;
	if (parsed == USER_CACHE_NEWER || list == NULL)
		goto out;
	for (i = 0; i < json_object_array_length(list); i++) {
		if (parse_token(json_object_array_get_idx(list, i), &token) ==
		    -1)
			goto out;
		buf_add(out, &token, sizeof token);
	}
	parsed = USER_CACHE_GOOD;
out:
	json_object_put(json);
	return parsed;
}

static struct user_cache
token_cache(const struct auth *auth)
{
	return (struct user_cache){
	    auth->api_tokens, NAMES_TOKENS, parse_tokens, false};
}

static void
point_to_room(struct api_token_list *list)
{
	list->items = (struct api_token *)(void *)list->room.s;
	list->n = list->room.len / sizeof *list->items;
}

int
api_token_list(const struct auth *auth, const char *user,
    struct api_token_list *list, struct err *err)
{
	struct user_cache what = token_cache(auth);

	api_token_list_release(list);
	if (user_cache_now(auth->app, &what, user, &list->room, err) == -1) {
		api_token_list_release(list);
		return -1;
	}
	point_to_room(list);
	return 0;
}

static void
print_tokens(struct buf *out, const struct api_token_list *list)
{
	const struct api_token *t;

	json_open(out, '{');
	json_key(out, "v");
	json_add_int(out, TOKENS_VERSION);
	json_key(out, "tokens");
	json_open(out, '[');
	for (t = list->items; t < list->items + list->n; t++) {
		json_open(out, '{');
		json_key(out, "id");
		json_add_str(out, t->id);
		json_key(out, "name");
		json_add_str(out, t->name);
		json_key(out, "access");
		json_add_str(out, t->may_write ? "write" : "read");
		json_key(out, "hash");
		json_add_str(out, t->hash);
		json_key(out, "createdAt");
		json_add_int(out, t->made_ms);
		json_key(out, "lastUsedAt");
		json_add_int(out, t->used_ms);
		json_close(out, '}');
	}
	json_close(out, ']');
	json_close(out, '}');
	buf_addc(out, '\n');
}

static void
add_token_time(struct buf *out, const char *name, int64_t ms)
{
	struct buf text = BUF_INIT;

	json_key(out, name);
	if (ms > 0) {
		day_add_rfc3339(&text, ms);
		json_add_str(out, text.s);
	} else {
		json_add_null(out);
	}
	buf_release(&text);
}

void
api_token_add(struct buf *out, const struct api_token *token)
{
	json_key(out, "id");
	json_add_str(out, token->id);
	json_key(out, "name");
	json_add_str(out, token->name);
	json_key(out, "access");
	json_add_str(out, token->may_write ? "write" : "read");
	add_token_time(out, "createdAt", token->made_ms);
	add_token_time(out, "lastUsedAt", token->used_ms);
}

/* Change the list.  Return BLOB_SWAP to store it, BLOB_KEEP to leave the blob
 * as it is, or -1 with err. */
typedef int change_fn(struct api_token_list *list, void *arg, struct err *err);

struct list_change {
	const struct auth *auth;
	change_fn *fn;
	void *arg;
};

static int
change_tokens_blob(
    const struct blob *old, struct buf *bytes, void *arg, struct err *err)
{
	const struct list_change *change = arg;
	struct user_cache what = token_cache(change->auth);
	struct api_token_list list = API_TOKEN_LIST_INIT;
	int rc = user_cache_parse(&what, old, &list.room, err);

	point_to_room(&list);
	if (rc == 0)
		rc = change->fn(&list, change->arg, err);
	if (rc == BLOB_SWAP)
		print_tokens(bytes, &list);
	api_token_list_release(&list);
	return rc;
}

static int
update_tokens(const struct auth *auth, const char *user, change_fn *fn,
    void *arg, struct err *err)
{
	struct list_change change = {.auth = auth, .fn = fn, .arg = arg};
	const struct blob_update update = {
	    .change = change_tokens_blob,
	    .arg = &change,
	    .tries = TRIES,
	    .contended = MSG_TOKENS_CONTENDED,
	};
	struct blob blob = BLOB_INIT;
	int rc;

	names_key(&blob.key, NAMES_TOKENS, user);
	rc = blob_update(auth->app->store, &blob, &update, err);
	app_bump_unsure(auth->app, user, &blob);
	blob_release(&blob);
	return rc;
}

static struct api_token *
find_token(struct api_token_list *list, const char *id)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (strcmp(list->items[i].id, id) == 0)
			return &list->items[i];
	return NULL;
}

/* An earlier try whose answer was lost may have made the token: made twice it
 * would outlive its end. */
static int
append_token(struct api_token_list *list, void *arg, struct err *err)
{
	const struct api_token *made = arg;

	if (find_token(list, made->id) != NULL)
		return BLOB_KEEP;
	if (list->n >= API_TOKEN_PER_USER) {
		err_set(err, ERR_VALUE, MSG_TOKENS_TOO_MANY);
		return err_value(err, "%d", API_TOKEN_PER_USER);
	}
	buf_add(&list->room, made, sizeof *made);
	point_to_room(list);
	return BLOB_SWAP;
}

static int
check_token_name(const char *name, struct err *err)
{
	size_t len = strlen(name);

	if (len == 0 || strspn(name, " ") == len)
		return err_field(err, "name", MSG_TOKEN_NO_NAME);
	if (!enc_is_utf8(name, len) || enc_has_control(name, len) ||
	    enc_utf8_count(name, len) > API_TOKEN_NAME_MAX) {
		err_field(err, "name", MSG_TOKEN_NAME);
		return err_value(err, "%d", API_TOKEN_NAME_MAX);
	}
	return 0;
}

int
api_token_make(const struct auth *auth, const char *user,
    const struct api_token_new *what, struct api_token *token,
    struct buf *secret, struct err *err)
{
	struct api_token made = {
	    .may_write = what->may_write,
	    .made_ms = app_now(auth->app),
	};
	struct buf text = BUF_INIT, id = BUF_INIT;
	int rc = check_token_name(what->name, err);

	if (rc == 0) {
		buf_addf(&text, API_TOKEN_PREFIX "%s_", user);
		enc_random(&text, SECRET_LEN);
		enc_random(&id, API_TOKEN_ID_LEN);
		enc_hash(text.s, text.len, made.hash);
		copy_bounded(made.id, sizeof made.id, id.s);
		copy_bounded(made.name, sizeof made.name, what->name);
		rc = update_tokens(auth, user, append_token, &made, err);
	}
	if (rc == 0)
		rc = app_bump(auth->app, user, CHANGES_NONE, err);
	/* Only now: a token that is not known to be stored is not shown. */
	if (rc == 0) {
		buf_add(secret, text.s, text.len);
		*token = made;
	}
	sodium_memzero(text.s, text.len);
	buf_release(&text);
	buf_release(&id);
	return rc;
}

static int
remove_token(struct api_token_list *list, void *arg, struct err *err)
{
	struct api_token *token = find_token(list, arg);

	if (token == NULL)
		return err_set(err, ERR_NOT_FOUND, MSG_NO_SUCH_TOKEN);
	buf_splice(&list->room, (size_t)(token - list->items) * sizeof *token,
	    sizeof *token, NULL, 0);
	point_to_room(list);
	return BLOB_SWAP;
}

/* Bump even if the token is gone: an earlier attempt may have crashed between
 * swap and bump, and other hosts would go on taking the token. */
int
api_token_revoke(
    const struct auth *auth, const char *user, const char *id, struct err *err)
{
	struct err why = ERR_INIT;
	char wanted[API_TOKEN_ID_LEN + 1] = "";
	int rc;

	(void)copy_bounded(wanted, sizeof wanted, id);
	rc = update_tokens(auth, user, remove_token, wanted, err);
	if (rc == -1 && err->code != ERR_NOT_FOUND)
		return -1;
	if (app_bump(auth->app, user, CHANGES_NONE, &why) == -1) {
		*err = why;
		return -1;
	}
	return rc;
}

/* Read the user from the token, which tells whose list to look at.  The last
 * '_' ends the name: a user may have one, the secret has none. */
int
api_token_user(const char *text, char *user)
{
	const char *name = text + strlen(API_TOKEN_PREFIX);
	const char *secret = strrchr(text, '_');
	char read[NAMES_USER_MAX + 1];

	if (!std_starts(text, API_TOKEN_PREFIX) || secret <= name ||
	    secret - name > NAMES_USER_MAX ||
	    strlen(secret + 1) != SECRET_LEN ||
	    strspn(secret + 1, HEX) != SECRET_LEN)
		return -1;
	memcpy(read, name, (size_t)(secret - name));
	read[secret - name] = '\0';
	if (!names_user_ok(read))
		return -1;
	memcpy(user, read, sizeof read);
	return 0;
}

/* Return the token of that hash, or NULL.  The hash alone decides: it is that of
 * the whole token, the user included. */
static const struct api_token *
find_hash(const struct buf *body, const char hash[ENC_HASH_LEN + 1])
{
	const struct api_token *items =
	    (const struct api_token *)(const void *)body->s;
	size_t i;

	for (i = 0; i < body->len / sizeof *items; i++)
		if (sodium_memcmp(items[i].hash, hash, ENC_HASH_LEN) == 0)
			return &items[i];
	return NULL;
}

/* Find the token of the text among those of the user. */
static int
take_token(const struct buf *body, const char *text, struct api_token *token,
    struct err *err)
{
	char hash[ENC_HASH_LEN + 1];
	const struct api_token *found;

	enc_hash(text, strlen(text), hash);
	found = find_hash(body, hash);
	if (found == NULL)
		return err_set(err, ERR_LOGIN, MSG_TOKEN_INVALID);
	*token = *found;
	return 0;
}

static int
check_token(const struct auth *auth, bool recheck, const char *text, char *user,
    struct api_token *token, struct err *err)
{
	struct user_cache what = token_cache(auth);
	char name[NAMES_USER_MAX + 1] = "";
	struct buf *body;

	if (api_token_user(text, name) == -1)
		return err_set(err, ERR_LOGIN, MSG_TOKEN_INVALID);
	what.recheck = recheck;
	if (user_cache_get(auth->app, &what, name, &body, err) == -1 ||
	    take_token(body, text, token, err) == -1)
		return -1;
	memcpy(user, name, sizeof name);
	return 0;
}

int
api_token_check(const struct auth *auth, const char *text, char *user,
    struct api_token *token, struct err *err)
{
	return check_token(auth, false, text, user, token, err);
}

int
api_token_recheck(const struct auth *auth, const char *text, char *user,
    struct api_token *token, struct err *err)
{
	return check_token(auth, true, text, user, token, err);
}

struct use {
	const char *id;
	int64_t now_ms;
	bool is_first; /* in API_TOKEN_USED_MS, as far as the list says */
};

/* Set lastUsedAt, unless it is young enough: another process of the host may
 * have written it since. */
static int
note_token_use(struct api_token_list *list, void *arg, struct err *err)
{
	struct use *use = arg;
	struct api_token *token = find_token(list, use->id);

	(void)err;
	use->is_first = token != NULL && !span_lasts(token->used_ms,
					     API_TOKEN_USED_MS, use->now_ms);
	if (!use->is_first)
		return BLOB_KEEP;
	token->used_ms = use->now_ms;
	return BLOB_SWAP;
}

/* Note the use in memory first, so that this process writes once in
 * API_TOKEN_USED_MS even if the store fails.  No bump: a process that
 * remembers an older time only reads the list once more. */
bool
api_token_touch(const struct auth *auth, const char *user, const char *id)
{
	struct cache_entry *e = cache_find(auth->api_tokens, user);
	struct use use = {id, app_now(auth->app), false};
	struct api_token_list known = API_TOKEN_LIST_INIT;
	struct err err = ERR_INIT;

	if (e == NULL)
		return false;
	known.items = (struct api_token *)(void *)e->body.s;
	known.n = e->body.len / sizeof *known.items;
	if (note_token_use(&known, &use, &err) != BLOB_SWAP)
		return false;
	/* Another process may have noted it since: the store's list decides. */
	(void)!update_tokens(auth, user, note_token_use, &use, &err);
	return use.is_first;
}

enum user_cache_parsed
api_token_judge(const struct buf *bytes)
{
	return user_cache_judge(parse_tokens, bytes);
}
