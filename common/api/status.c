#include "api/status.h"

#include "api/lists.h"
#include "app/list_memory.h"
#include "base/buf.h"
#include "base/day.h"
#include "base/err.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "settings/conf.h"
#include "store/blob.h"
#include "store/names.h"
#include "store/store.h"
#include "sync/ledger_blob.h"
#include "week/ledger_clock.h"

void
status_release(struct status *status)
{
	size_t i;

	for (i = 0; i < status->n_listed; i++) {
		buf_release(&status->listed[i].mine);
		buf_release(&status->listed[i].theirs);
	}
	ledger_release(&status->sync);
	memset(status, 0, sizeof *status);
}

/* Count every file of the mirror, good or bad: all of them go to Git. */
static void
count_files(struct status *s, const struct store_list *list, size_t prefix_len)
{
	size_t i, at = 0;

	for (i = 0; i < list->n; i++) {
		const struct store_item *item = &list->items[i];
		const struct ledger_file *f =
		    ledger_next(&s->sync, &at, item->key + prefix_len);

		switch (ledger_shown(f, item->etag)) {
		case LEDGER_PENDING:
			s->pending++;
			break;
		case LEDGER_PR:
			s->pulls++;
			s->declined += !ledger_pr_waits(&f->pr);
			break;
		default:
			break;
		}
	}
}

static void
add_listed(
    struct status *s, const char *file, const char *copy, const char *fields)
{
	struct status_conflict *c = &s->listed[s->n_listed];

	s->conflicts++;
	if (s->n_listed == STATUS_LISTED || !names_file_ok(file) ||
	    !names_hash_ok(copy))
		return;
	*c = (struct status_conflict){
	    .file = file, .copy = copy, .fields = fields};
	buf_init(&c->mine);
	buf_init(&c->theirs);
	s->n_listed++;
}

/* By the records: the file of a conflict may be gone. */
static void
count_conflicts(struct status *s)
{
	size_t i, k;

	for (i = 0; i < s->sync.n; i++) {
		const struct ledger_file *f = s->sync.files[i];

		s->held += f->held;
		if (f->conflict[0] != '\0')
			add_listed(s, f->file, f->conflict, f->fields);
		for (k = f->n_older; k > 0; k--)
			add_listed(s, f->file, f->older[k - 1].hash,
			    f->older[k - 1].fields);
	}
}

static void
set_verdict(struct status *s, enum ledger_state state, const char *code)
{
	s->state = state;
	s->code = code;
}

static void
judge_pending(struct status *s)
{
	const struct ledger *sync = &s->sync;

	if (!s->synced)
		set_verdict(s, LEDGER_STATE_PENDING, "erster_abgleich");
	else if (sync->state == LEDGER_STATE_PENDING)
		set_verdict(s, LEDGER_STATE_PENDING, "stockt");
	else if (s->pending > 0)
		set_verdict(s, LEDGER_STATE_PENDING, "noch_nicht_in_git");
	else if (s->marked || sync->n_intents > 0 || sync->after[0] != '\0' ||
		 sync->raise)
		set_verdict(s, LEDGER_STATE_PENDING, "vorgemerkt");
}

static void
judge_ok(struct status *s)
{
	const char *text = s->sync.text;
	const char *code = "alles_in_git";

	if (s->held > 0)
		code = "entfernen_bestaetigen";
	else if (s->conflicts > 0)
		code = "konflikte";
	else if (s->pulls > s->declined)
		code = "pull_requests";
	else if (s->declined > 0)
		code = "abgelehnt";
	else if (text != NULL && *text != '\0')
		code = "hinweis";
	set_verdict(s, LEDGER_STATE_OK, code);
}

static void
judge_all(struct status *s, int64_t lease_ms, int64_t now)
{
	const struct ledger *sync = &s->sync;

	if (!s->has_repo)
		set_verdict(s, LEDGER_STATE_OFF, "nicht_eingerichtet");
	else if (s->newer)
		set_verdict(s, LEDGER_STATE_FAILED, err_word(ERR_NEWER));
	else if (ledger_clock_is_leased(sync, lease_ms, now))
		set_verdict(s, LEDGER_STATE_RUNNING, "laeuft");
	else if (sync->state == LEDGER_STATE_FAILED)
		set_verdict(s, LEDGER_STATE_FAILED, "fehlgeschlagen");
	else if (sync->state == LEDGER_STATE_READ_ONLY)
		set_verdict(s, LEDGER_STATE_READ_ONLY, "nur_lesen");
	else
		judge_pending(s);
	if (s->state == LEDGER_STATE_NONE)
		judge_ok(s);
}

static void
move_body(struct store_op *got, struct buf *text, bool *has)
{
	*has = got->result == STORE_OK;
	if (*has)
		buf_move(text, &got->body);
}

/* Read both sides of all conflicts that are listed. */
static int
read_texts(struct app *app, const char *user, struct status *s, struct err *err)
{
	struct buf keys[2 * STATUS_LISTED];
	struct store_op ops[2 * STATUS_LISTED];
	size_t i, n = 2 * s->n_listed;
	int rc;

	for (i = 0; i < n; i++) {
		const struct status_conflict *c = &s->listed[i / 2];

		buf_init(&keys[i]);
		if (i % 2 == 0)
			names_copy_key(
			    &keys[i], NAMES_CONFLICTS, user, c->file, c->copy);
		else
			names_task_key(&keys[i], user, c->file);
		ops[i] = (struct store_op)STORE_GET(keys[i].s);
	}
	rc = store_run(app->store, ops, n, err);
	if (rc == -1 && store_only_barred(ops, n))
		rc = 0;
	for (i = 0; rc == 0 && i < s->n_listed; i++) {
		struct status_conflict *c = &s->listed[i];

		move_body(&ops[2 * i], &c->mine, &c->has_mine);
		move_body(&ops[2 * i + 1], &c->theirs, &c->has_theirs);
	}
	store_ops_release(ops, n);
	for (i = 0; i < n; i++)
		buf_release(&keys[i]);
	return rc;
}

static int
read_sync(struct app *app, const char *user, struct status *s,
    struct blob *sync, struct err *err)
{
	enum ledger_json parsed;

	if (ledger_blob_parse(app, user, sync, &s->sync, &parsed, err) == -1)
		return -1;
	ledger_clock_read(&s->sync, app_now(app), sync->age_ms);
	s->synced = parsed == LEDGER_JSON_GOOD;
	s->newer = parsed == LEDGER_JSON_NEWER;
	return 0;
}

static int
read_state(struct app *app, struct list_memory *memory, const char *user,
    struct status *s, struct err *err)
{
	struct store_list list = STORE_LIST_SHALLOW, known = STORE_LIST_INIT;
	struct buf prefix = BUF_INIT, mark = BUF_INIT, token = BUF_INIT;
	struct blob sync = BLOB_INIT;
	int rc;

	names_task_prefix(&prefix, user);
	names_key(&token, NAMES_TOKEN, user);
	names_key(&sync.key, NAMES_SYNC, user);
	names_key(&mark, NAMES_PENDING, user);
	if (memory != NULL) {
		list_memory_take(memory, user, &known);
		list.since = known.mark;
		list.told_by = token.s;
	}
	struct store_op ops[] = {
	    STORE_LIST(prefix.s, &list),
	    STORE_GET(sync.key.s),
	    STORE_GET(mark.s),
	};
	rc = store_run(app->store, ops, ARRAY_LEN(ops), err);
	if (rc == 0) {
		blob_take(&sync, &ops[1]);
		rc = read_sync(app, user, s, &sync, err);
	}
	if (rc == 0) {
		s->marked = ops[2].result == STORE_OK;
		list_memory_update(&known, &list, user);
		count_files(s, &known, prefix.len);
		count_conflicts(s);
		if (memory != NULL)
			list_memory_put(memory, user, &known);
	}
	store_ops_release(ops, ARRAY_LEN(ops));
	store_list_release(&list);
	store_list_release(&known);
	buf_release(&prefix);
	blob_release(&sync);
	buf_release(&mark);
	buf_release(&token);
	return rc;
}

int
status_load(struct app *app, struct list_memory *memory, const char *user,
    struct status *status, struct err *err)
{
	int rc = 0;

	status->has_repo = conf_has_repo(&app->conf);
	if (status->has_repo)
		rc = read_state(app, memory, user, status, err);
	if (rc == 0 && status->n_listed > 0)
		rc = read_texts(app, user, status, err);
	if (rc == 0)
		judge_all(status, app->conf.sync_lease_ms, app_now(app));
	if (rc == 0 && status->state == LEDGER_STATE_RUNNING)
		rc = progress_get(
		    app, user, status->sync.run_id, &status->progress, err);
	if (rc == -1)
		status_release(status);
	return rc;
}

/* Append a sentence after others. */
static void
append_sentence(struct buf *out, const char *sentence)
{
	if (out->len > 0)
		buf_addc(out, ' ');
	buf_adds(out, sentence);
}

static void
append_number(struct buf *out, size_t n, enum msg_id one, enum msg_id many,
    enum msg_language language)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	if (n == 0)
		return;
	msg_set(&msg, n == 1 ? one : many);
	msg_value(&msg, "%zu", n);
	append_sentence(out, msg_text_in(&msg, language, text));
}

/* In place of the state's own sentence, which is that a run goes on. */
static void
append_progress(struct buf *out, const struct progress *progress,
    enum msg_language language)
{
	char text[MSG_TEXT_MAX];
	struct msg msg;

	msg_set(&msg, MSG_GIT_RUNNING_OF);
	msg_value(&msg, "%lld", (long long)progress->done);
	msg_value(&msg, "%lld", (long long)progress->of);
	append_sentence(out, msg_text_in(&msg, language, text));
}

/* What the state itself has to say, before the numbers. */
static const char *
first_sentence(const struct status *s, enum msg_language language)
{
	static const struct {
		const char *code;
		enum msg_id msg;
	} openings[] = {
	    {"nicht_eingerichtet", MSG_GIT_NONE},
	    {"neuere_fassung", MSG_NEWER_RECORD},
	    {"laeuft", MSG_GIT_RUNNING},
	    {"fehlgeschlagen", MSG_GIT_FAILED},
	    {"nur_lesen", MSG_GIT_READ_ONLY},
	    {"erster_abgleich", MSG_GIT_FIRST},
	    {"stockt", MSG_GIT_STUCK},
	    {"vorgemerkt", MSG_GIT_DUE},
	    {"alles_in_git", MSG_GIT_ALL_THERE},
	};
	const char *text =
	    language == MSG_ENGLISH ? s->sync.english : s->sync.text;
	size_t i;

	if (text != NULL && *text != '\0' && strcmp(s->code, "laeuft") != 0)
		return text;
	for (i = 0; i < ARRAY_LEN(openings); i++)
		if (strcmp(openings[i].code, s->code) == 0)
			return msg_sentence_in(openings[i].msg, language);
	return NULL;
}

static void
add_status_text(
    struct buf *out, const struct status *s, enum msg_language language)
{
	const char *first = first_sentence(s, language);
	struct buf text = BUF_INIT;

	if (s->progress.of > 0)
		append_progress(&text, &s->progress, language);
	else if (first != NULL)
		append_sentence(&text, first);
	append_number(&text, s->pending, MSG_GIT_ONE_PENDING,
	    MSG_GIT_MANY_PENDING, language);
	append_number(&text, s->pulls - s->declined, MSG_GIT_ONE_PULL,
	    MSG_GIT_MANY_PULLS, language);
	append_number(&text, s->declined, MSG_GIT_ONE_DECLINED,
	    MSG_GIT_MANY_DECLINED, language);
	append_number(&text, s->conflicts, MSG_GIT_ONE_CONFLICT,
	    MSG_GIT_MANY_CONFLICTS, language);
	json_key(out, language == MSG_ENGLISH ? "textEnglish" : "text");
	json_add_str(out, text.s);
	buf_release(&text);
}

/* What a run or a newer program has to say, apart from state and numbers. */
static void
add_reason(struct buf *out, const struct status *s)
{
	const char *german =
	    s->newer ? msg_sentence(MSG_NEWER_RECORD) : s->sync.text;
	const char *english =
	    s->newer ? msg_sentence_in(MSG_NEWER_RECORD, MSG_ENGLISH)
		     : s->sync.english;
	const bool told = german != NULL && *german != '\0' &&
			  s->state != LEDGER_STATE_RUNNING;

	json_key(out, "reason");
	if (told)
		json_add_str(out, german);
	else
		json_add_null(out);
	json_key(out, "reasonEnglish");
	if (told && english != NULL)
		json_add_str(out, english);
	else
		json_add_null(out);
}

static void
add_progress(struct buf *out, const struct progress *progress)
{
	json_key(out, "progress");
	if (progress->of == 0) {
		json_add_null(out);
		return;
	}
	json_open(out, '{');
	json_key(out, "done");
	json_add_int(out, progress->done);
	json_key(out, "of");
	json_add_int(out, progress->of);
	json_close(out, '}');
}

static void
add_conflicts(struct buf *out, const struct status *s)
{
	size_t i, len = 0;
	char id[8];

	json_key(out, "conflictList");
	json_open(out, '[');
	for (i = 0; i < s->n_listed; i++) {
		const struct status_conflict *c = &s->listed[i];

		len += c->mine.len + c->theirs.len;
		if (i > 0 && len > STATUS_TEXT_MAX)
			break;
		snprintf(id, sizeof id, "%04u",
		    names_number(c->file) % NAMES_NUMBER_END);
		json_open(out, '{');
		json_key(out, "id");
		json_add_str(out, id);
		json_key(out, "file");
		json_add_str(out, c->file);
		json_key(out, "copy");
		json_add_str(out, c->copy);
		lists_add_sides(out, c->fields, c->has_mine ? &c->mine : NULL,
		    c->has_theirs ? &c->theirs : NULL);
		json_close(out, '}');
	}
	json_close(out, ']');
}

static void
add_last_run(struct buf *out, const struct ledger *sync)
{
	struct buf at = BUF_INIT;

	json_key(out, "lastSyncAt");
	if (sync->last_ms > 0) {
		day_add_rfc3339(&at, sync->last_ms);
		json_add_str(out, at.s);
	} else {
		json_add_null(out);
	}
	json_key(out, "head");
	if (sync->head[0] != '\0')
		json_add_str(out, sync->head);
	else
		json_add_null(out);
	buf_release(&at);
}

static void
add_counts(struct buf *out, const struct status *s)
{
	json_key(out, "pending");
	json_add_int(out, (int64_t)s->pending);
	json_key(out, "pulls");
	json_add_int(out, (int64_t)s->pulls);
	json_key(out, "conflicts");
	json_add_int(out, (int64_t)s->conflicts);
}

void
status_print(struct buf *out, const struct status *status, bool button)
{
	json_open(out, '{');
	json_key(out, "ok");
	json_add_bool(out, true);
	json_key(out, "state");
	json_add_str(out, ledger_state_word(status->state));
	add_last_run(out, &status->sync);
	add_counts(out, status);
	json_key(out, "code");
	json_add_str(out, status->code);
	add_progress(out, &status->progress);
	add_status_text(out, status, MSG_GERMAN);
	add_status_text(out, status, MSG_ENGLISH);
	add_reason(out, status);
	json_key(out, "button");
	json_add_bool(out, button && status->has_repo);
	add_conflicts(out, status);
	json_close(out, '}');
}
