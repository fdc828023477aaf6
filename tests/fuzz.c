#include "fuzz.h"

#include <stdio.h>
#include <unistd.h>

#include "auth/oauth.h"
#include "backend/azure_list.h"
#include "backend/azure_sign.h"
#include "base/enc.h"
#include "base/etag.h"
#include "frontmatter/frontmatter.h"
#include "frontmatter/frontmatter_read.h"
#include "frontmatter/frontmatter_scalar.h"
#include "git/object.h"
#include "keys/login_ticket.h"
#include "keys/session.h"
#include "store/names.h"
#include "sync/pending.h"
#include "sync/webhook.h"
#include "task/fields.h"
#include "task/merge.h"
#include "task/task_parse.h"
#include "task/task_print.h"
#include "task/task_splice.h"
#include "task/taskset.h"
#include "text/markdown.h"
#include "text/markdown_heading.h"
#include "web/request.h"
#include "week/ledger.h"
#include "week/ledger_json.h"
#include "week/placement.h"

#define FILE_NAME "0042-Titel.md"

/* Unlike assert, in every build. */
#define PROMISE(what)                                                          \
	do {                                                                   \
		if (!(what)) {                                                 \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__,       \
			    __LINE__, #what);                                  \
			abort();                                               \
		}                                                              \
	} while (0)

static void
to_buf(struct buf *b, const char *bytes, size_t len)
{
	buf_init(b);
	buf_add(b, bytes, len);
}

/* The n-th part of the bytes between NULs, as a string; "" if there is none. */
static void
part(struct buf *out, const char *bytes, size_t len, unsigned n)
{
	const char *end;

	buf_init(out);
	for (; n > 0 && len > 0; n--) {
		end = memchr(bytes, '\0', len);
		if (end == NULL)
			return;
		len -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
	end = len > 0 ? memchr(bytes, '\0', len) : NULL;
	buf_add(out, bytes, end != NULL ? (size_t)(end - bytes) : len);
}

/* A fault names a line of the file, in a sentence that can be shown. */
static void
check_fault(
    const char *bytes, size_t len, const struct frontmatter_fault *fault)
{
	char text[MSG_TEXT_MAX];
	size_t i, lines = 1;

	for (i = 0; i < len; i++)
		lines += bytes[i] == '\n';
	PROMISE(fault->code != NULL && fault->reason.id != MSG_NONE);
	PROMISE(fault->line >= 1 && fault->line <= lines);
	if (enc_is_utf8(bytes, len))
		PROMISE(
		    enc_is_utf8(text, strlen(msg_text(&fault->reason, text))));
}

/* Every node lies within the YAML, and children within their parents. */
static void
front(const char *bytes, size_t len)
{
	struct frontmatter front = FRONTMATTER_INIT;
	struct frontmatter_fault fault;
	struct frontmatter_field field;
	size_t i;

	if (frontmatter_read(&front, bytes, len, &fault) == -1) {
		check_fault(bytes, len, &fault);
		return;
	}
	PROMISE(front.from <= front.to && front.to <= front.after &&
		front.after <= len);
	for (i = 0; i < front.n_nodes; i++) {
		const struct frontmatter_node *node = &front.nodes[i];

		PROMISE(node->from <= node->to && node->to <= front.to);
		PROMISE(node->end > i && node->end <= front.n_nodes);
		(void)frontmatter_word(&front, node);
		(void)frontmatter_is_none(&front, node);
	}
	(void)frontmatter_pick(
	    &front, frontmatter_root(&front), "datum", &field);
	frontmatter_release(&front);
}

/* What is written as a scalar is read as the same text, in map and list. */
static void
scalar(const char *bytes, size_t len)
{
	struct buf text, file = BUF_INIT, value = BUF_INIT;
	struct frontmatter front = FRONTMATTER_INIT;
	struct frontmatter_fault fault;
	struct frontmatter_field field;
	size_t i;

	part(&text, bytes, len, 0);
	/* What is no text is refused before: a 400. */
	if (!enc_is_utf8(text.s, text.len))
		goto out;
	for (i = 0; i < text.len; i++)
		if ((unsigned char)text.s[i] < 0x20 || text.s[i] == 0x7f)
			goto out;
	frontmatter_scalar_add(&value, text.s);
	buf_addf(&file, "---\na: %s\nb: [%s, x]\n---\n", value.s, value.s);
	if (frontmatter_read(&front, file.s, file.len, &fault) == -1) {
		PROMISE(std_streq(fault.code, "zu_gross"));
		goto out;
	}
	PROMISE(
	    frontmatter_find(&front, frontmatter_root(&front), "a", &field));
	PROMISE(std_streq(frontmatter_word(&front, field.value), text.s));
out:
	frontmatter_release(&front);
	buf_release(&text);
	buf_release(&file);
	buf_release(&value);
}

/* An edit of which the first bytes say what it is about. */
static void
make_edit(struct task_edit *edit, unsigned char what, unsigned char how)
{
	const struct task_when when = {
	    {2026, 12, 1 + how % 31}, (enum task_time)(how % TASK_TIMES)};

	edit->has_status = what & 1;
	edit->to.status = (enum task_status)(how % TASK_STATUSES);
	edit->has_deadline = what & 2;
	edit->to.has_deadline = !(how & 4);
	edit->to.deadline = (struct day){2026, 1 + how % 12, 1 + how % 28};
	edit->has_fixed = what & 4;
	edit->to.has_fixed = !(how & 8);
	edit->to.fixed = when;
	edit->has_done = what & 8;
	edit->to.has_done = !(how & 16);
	edit->to.done = when;
	edit->has_title = what & 16;
	if (edit->has_title && !(how & 32))
		edit->title = std_strdup(how & 64 ? "# \"Neu\" *so*" : "Neu");
	edit->has_tags = what & 32;
	if (edit->has_tags && how & 128) {
		edit->to.tags = std_alloc(sizeof *edit->to.tags);
		edit->to.tags[edit->to.n_tags++] = std_strdup("ja: nein");
	}
	edit->has_kind = what & 64;
	edit->to.kind = (enum task_kind)(how % TASK_KINDS);
	edit->has_body = what & 128;
	if (edit->has_body)
		edit->body = std_strdup(how & 1 ? "Text\n" : "---\nx: y\n---");
}

/* Lets the edit turn the tags of the file around, behind its own. */
static void
turn_tags(struct task_edit *edit, const struct task *task)
{
	struct task *to = &edit->to;
	size_t i;

	to->tags =
	    std_realloc(to->tags, to->n_tags + task->n_tags, sizeof *to->tags);
	for (i = task->n_tags; i > 0; i--)
		to->tags[to->n_tags++] = std_strdup(task->tags[i - 1]);
}

static bool
has_tags(const struct task *task, const struct task_edit *edit)
{
	size_t i;

	if (task->n_tags != edit->to.n_tags)
		return false;
	for (i = 0; i < task->n_tags; i++)
		if (strcmp(task->tags[i], edit->to.tags[i]) != 0)
			return false;
	return true;
}

/* What was meant stands there, and the same edit again changes no byte. */
static void
check_spliced(const struct buf *file, const struct task_edit *edit)
{
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct buf again = BUF_INIT;
	struct err err = ERR_INIT;

	PROMISE(
	    task_parse(FILE_NAME, file->s, file->len, &task, &problem) == 0);
	PROMISE(!edit->has_status || task.status == edit->to.status);
	PROMISE(!edit->has_kind || task.kind == edit->to.kind);
	PROMISE(
	    !edit->has_deadline || task.has_deadline == edit->to.has_deadline);
	PROMISE(!edit->has_fixed || task.has_fixed == edit->to.has_fixed);
	PROMISE(!edit->has_tags || has_tags(&task, edit));
	PROMISE(task_splice(
		    FILE_NAME, file->s, file->len, edit, &again, &err) == 0);
	/* Where a heading was removed, the next one is the title now. */
	PROMISE(buf_eq(&again, file) || (edit->has_title && !edit->title));
	buf_release(&again);
	task_release(&task);
}

static void
task(const char *bytes, size_t len)
{
	struct task_edit edit = TASK_EDIT_INIT;
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	bool good;

	if (len < 2)
		return;
	make_edit(&edit, (unsigned char)bytes[0], (unsigned char)bytes[1]);
	good = task_parse(FILE_NAME, bytes + 2, len - 2, &task, &problem) == 0;
	PROMISE(!good || task.title != NULL);
	PROMISE(good || problem.reason.id != MSG_NONE);
	if (good && edit.has_tags)
		turn_tags(&edit, &task);
	if (task_splice(FILE_NAME, bytes + 2, len - 2, &edit, &out, &err) ==
	    0) {
		PROMISE(good);
		check_spliced(&out, &edit);
	}
	buf_release(&out);
	task_release(&task);
	task_edit_release(&edit);
}

/* A creation: what is accepted prints as a task that parses. */
static void
fields(const char *bytes, size_t len)
{
	struct fields_change change = FIELDS_CHANGE_INIT;
	struct task task = TASK_INIT;
	struct task_problem problem;
	struct buf body, out = BUF_INIT, ignored = BUF_INIT;
	struct err err = ERR_INIT;

	to_buf(&body, bytes, len);
	if (fields_read_change(&body, &change, &ignored, &err) == -1) {
		PROMISE(err.msg.id != MSG_NONE);
	} else if (change.edit.has_kind) {
		task_print(&out, &change.edit);
		PROMISE(out.len > TASK_FILE_MAX ||
			task_parse(
			    FILE_NAME, out.s, out.len, &task, &problem) == 0);
	}
	task_release(&task);
	fields_change_release(&change);
	buf_release(&ignored);
	buf_release(&out);
	buf_release(&body);
}

static void
markdown(const char *bytes, size_t len)
{
	struct markdown_heading heading = MARKDOWN_HEADING_INIT;
	struct json_object *json = NULL;
	struct buf nodes = BUF_INIT;
	struct err err = ERR_INIT;
	size_t box;

	if (markdown_find_box(bytes, len, 1, 1, &box) == 0)
		PROMISE(box > 0 && box + 1 < len && bytes[box - 1] == '[' &&
			bytes[box + 1] == ']');
	markdown_nodes(&nodes, bytes, len, 1);
	/* Deeper than what json_parse takes in, it is still bounded. */
	PROMISE(nodes.len > 0 && nodes.s[0] == '[');
	if (json_parse(nodes.s, nodes.len, &json, &err) == 0)
		PROMISE(json_object_is_type(json, json_type_array));
	json_object_put(json);
	if (markdown_heading_find(bytes, len, &heading)) {
		PROMISE(heading.from <= heading.to && heading.to <= len);
		PROMISE(heading.source_from <= heading.source_to);
	}
	buf_release(&heading.text);
	buf_release(&nodes);
}

/* Three sides, between NULs. */
static void
merge(const char *bytes, size_t len)
{
	struct merge_conflict conflict = MERGE_CONFLICT_INIT;
	struct buf base, mine, theirs, out = BUF_INIT;
	struct task task = TASK_INIT;
	struct task_problem problem;
	bool changed;

	part(&base, bytes, len, 0);
	part(&mine, bytes, len, 1);
	part(&theirs, bytes, len, 2);
	const struct merge merge = {
	    .file = FILE_NAME,
	    .base = {base.s, base.len},
	    .mine = {mine.s, mine.len},
	    .theirs = {theirs.s, theirs.len},
	};
	changed = !buf_eq(&base, &mine) && !buf_eq(&base, &theirs) &&
		  !buf_eq(&mine, &theirs);
	if (merge_task(&merge, &out, &conflict) == 0 && changed)
		PROMISE(task_parse(
			    FILE_NAME, out.s, out.len, &task, &problem) == 0);
	task_release(&task);
	merge_conflict_release(&conflict);
	buf_release(&out);
	buf_release(&base);
	buf_release(&mine);
	buf_release(&theirs);
}

/* Content type and body, between NULs. */
static void
webhook(const char *bytes, size_t len)
{
	struct webhook_push push = WEBHOOK_PUSH_INIT;
	struct buf type, signature, body = BUF_INIT;
	struct err err = ERR_INIT;
	size_t skip;

	part(&type, bytes, len, 0);
	part(&signature, bytes, len, 1);
	skip = type.len + signature.len + 2;
	if (skip < len)
		buf_add(&body, bytes + skip, len - skip);
	(void)webhook_signed(&body, signature.s, "geheim", NULL);
	if (webhook_payload(&body, type.s, &err) == 0 &&
	    webhook_scan(&body, "codex-miroir", &push, &err) == 0)
		PROMISE(!push.whole || !(push.created || push.forced));
	webhook_push_release(&push);
	buf_release(&type);
	buf_release(&signature);
	buf_release(&body);
}

/* Target and cookie, between NULs. */
static void
request(const char *bytes, size_t len)
{
	static const char *const patterns[] = {"/codex", "/api/tasks",
	    "/api/tasks/{id}", "/api/tasks/{id}/complete"};
	struct request r = REQUEST_INIT;
	struct buf target, cookie, list, value = BUF_INIT;
	size_t i;

	part(&target, bytes, len, 0);
	part(&cookie, bytes, len, 1);
	part(&list, bytes, len, 2);
	r.method = "GET";
	r.target = target.s;
	r.cookie = cookie.s;
	for (i = 0; i < ARRAY_LEN(patterns); i++)
		if (request_match(&r, patterns[i]))
			PROMISE(strlen(r.id.s) == r.id.len &&
				strchr(r.id.s, '/') == NULL);
	(void)request_query(&r, "status", &value);
	buf_reset(&value);
	if (request_cookie(&r, "session", &value))
		PROMISE(strstr(cookie.s, "session") != NULL &&
			strchr(value.s, ';') == NULL);
	(void)etag_matches(list.s, "abc");
	r.prefer = list.s;
	PROMISE(
	    request_wait_s(&r) >= -1 && request_wait_s(&r) <= REQUEST_WAIT_MAX);
	r.body = (struct buf)BUF_INIT;
	request_release(&r);
	buf_release(&value);
	buf_release(&target);
	buf_release(&cookie);
	buf_release(&list);
}

static void
azure_list(const char *bytes, size_t len)
{
	struct store_list list = STORE_LIST_INIT;
	struct buf marker = BUF_INIT;
	const char *why = NULL;
	size_t i;

	if (azure_list_parse(bytes, len, &list, &marker, &why) == -1)
		PROMISE(why != NULL);
	for (i = 0; i < list.n; i++)
		PROMISE(store_key_ok(list.items[i].key));
	store_list_release(&list);
	buf_release(&marker);
}

static void
connection(const char *bytes, size_t len)
{
	struct azure_sign account = AZURE_SIGN_INIT;
	struct err err = ERR_INIT;

	if (azure_sign_parse(bytes, len, &account, &err) == 0)
		PROMISE(account.endpoint.len > 0 &&
			(account.key.len > 0 || account.sas.len > 0));
	else
		PROMISE(err.msg.id != MSG_NONE);
	azure_sign_release(&account);
}

/* What GitHub says of a tree: names of one segment, or nothing. */
static void
tree(const char *bytes, size_t len)
{
	static const char id[] = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
	struct object_tree tree = OBJECT_TREE_INIT;
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	const char *why;
	size_t i;

	if (json_parse(bytes, len, &json, &err) == 0 &&
	    object_parse_tree(json, id, &tree, &why) == GITHUB_OK)
		for (i = 0; i < tree.n; i++)
			PROMISE(strchr(tree.entries[i].name, '/') == NULL &&
				object_id_ok(tree.entries[i].id.hex));
	object_tree_release(&tree);
	json_object_put(json);
}

static struct keyring *
open_key(void)
{
	static struct keyring *key; /* one for all inputs */
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;

	if (key != NULL)
		return key;
	PROMISE(enc_start(&err) == 0);
	buf_addf(&path, "/tmp/codex-fuzz-key.%d", (int)getpid());
	PROMISE(keyring_open(path.s, "a secret", 1, &key, &err) == 0);
	unlink(path.s);
	buf_release(&path);
	return key;
}

/* Nobody but us can seal; wherever a login leads, it is on this site. */
static void
cookie(const char *bytes, size_t len)
{
	struct session session;
	struct login_ticket ticket = LOGIN_TICKET_INIT;
	struct buf wanted, back = BUF_INIT;

	PROMISE(session_parse(&session, open_key(), bytes, len, 1) == -1);
	PROMISE(login_ticket_parse(&ticket, open_key(), bytes, len, 1) == -1);
	part(&wanted, bytes, len, 0);
	login_ticket_back(&back, wanted.s);
	PROMISE(back.s[0] == '/' && back.s[1] != '/' && back.s[1] != '\\');
	PROMISE(back.len <= LOGIN_TICKET_BACK_MAX &&
		strpbrk(back.s, "\\\r\n\t ") == NULL);
	login_ticket_release(&ticket);
	buf_release(&wanted);
	buf_release(&back);
}

/* What GitHub says of a login. */
static void
oauth(const char *bytes, size_t len)
{
	struct oauth_user user = {.id = 0};
	struct buf answer, token = BUF_INIT;
	struct err err = ERR_INIT;

	to_buf(&answer, bytes, len);
	if (oauth_read_token(&answer, &token, &err) == 0)
		PROMISE(token.len > 0 && strlen(token.s) == token.len);
	if (oauth_read_user(&answer, &user, &err) == 0)
		PROMISE(user.id > 0 && user.login[0] != '\0');
	buf_release(&answer);
	buf_release(&token);
}

/* Any ledger can lie on a base of its records, and the bytes may be those of a
 * base. */
static void
lay_on_base(struct ledger *sync, const struct buf *bytes)
{
	struct ledger_base *bases[] = {NULL, ledger_base_new(bytes)};
	struct buf text = BUF_INIT;
	size_t i;

	ledger_json_print_base(&text, sync);
	bases[0] = ledger_base_new(&text);
	for (i = 0; i < ARRAY_LEN(bases); i++) {
		struct ledger again = LEDGER_INIT;

		if (bases[i] == NULL)
			continue;
		ledger_base_set(&sync->under, bases[i]);
		buf_reset(&text);
		ledger_json_print(&text, sync);
		PROMISE(ledger_json_parse_on(&text, bases[i], &again) == 0);
		PROMISE(again.n == sync->n);
		ledger_release(&again);
		ledger_base_drop(bases[i]);
	}
	buf_release(&text);
}

/* Our own blobs, which a broken disk or a stranger may have written. */
static void
records(const char *bytes, size_t len)
{
	struct taskset set = TASKSET_INIT, same = TASKSET_INIT;
	struct pending_note note;
	struct ledger sync = LEDGER_INIT, again = LEDGER_INIT;
	struct buf text, out = BUF_INIT;

	to_buf(&text, bytes, len);
	pending_read(&text, &note);
	PROMISE(note.after[0] == '\0' || object_id_ok(note.after));
	if (ledger_json_parse(&text, &sync) == 0) {
		ledger_json_print(&out, &sync);
		PROMISE(ledger_json_parse(&out, &again) == 0);
		lay_on_base(&sync, &text);
	}
	buf_reset(&out);
	if (taskset_read(&text, &set) == 0) {
		taskset_print(&out, &set);
		PROMISE(taskset_read(&out, &same) == 0);
		PROMISE(same.n == set.n);
	}
	ledger_release(&sync);
	ledger_release(&again);
	taskset_release(&set);
	taskset_release(&same);
	buf_release(&text);
	buf_release(&out);
}

static void
date(const char *bytes, size_t len)
{
	struct buf text, out = BUF_INIT;
	struct slots slots;
	struct err err = ERR_INIT;
	struct day day;
	int64_t ms, again;

	part(&text, bytes, len, 0);
	if (day_parse(text.s, &day) == 0) {
		day_add(&out, day);
		PROMISE(buf_eq(&out, &text));
	}
	if (day_parse_rfc3339(text.s, &ms) == 0) {
		buf_reset(&out);
		day_add_rfc3339(&out, ms);
		PROMISE(day_parse_rfc3339(out.s, &again) == 0 && again == ms);
	}
	if (azure_sign_parse_date(text.s, &ms) == 0) {
		buf_reset(&out);
		azure_sign_date(&out, ms);
		PROMISE(buf_eq(&out, &text));
	}
	if (slots_parse(text.s, &slots, &err) == -1)
		PROMISE(err.msg.id != MSG_NONE);
	(void)names_user_ok(text.s);
	(void)names_file_ok(text.s);
	buf_release(&text);
	buf_release(&out);
}

const struct fuzz_target fuzz_targets[] = {
    {"front", front},
    {"scalar", scalar},
    {"task", task},
    {"fields", fields},
    {"markdown", markdown},
    {"merge", merge},
    {"webhook", webhook},
    {"request", request},
    {"azure-list", azure_list},
    {"connection", connection},
    {"tree", tree},
    {"cookie", cookie},
    {"oauth", oauth},
    {"records", records},
    {"date", date},
};
const size_t fuzz_n_targets = ARRAY_LEN(fuzz_targets);

const struct fuzz_target *
fuzz_find(const char *name)
{
	size_t i;

	for (i = 0; i < fuzz_n_targets; i++)
		if (strcmp(fuzz_targets[i].name, name) == 0)
			return &fuzz_targets[i];
	return NULL;
}
