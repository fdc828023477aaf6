#include "client/cmd_tasks.h"

#include <getopt.h>
#include <limits.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/std.h"
#include "client/client.h"
#include "inspect/cmdline.h"

#define TAGS_MAX 32

/* What stands on the command line. */
struct wish {
	bool json;
	const char *kind, *status, *deadline, *body;
	const char *tags[TAGS_MAX];
	size_t n_tags;
	char **words; /* what is no option */
	int n_words;
};

/* How a command is called. */
struct form {
	const char *usage;
	const char *letters; /* as getopt(3) wants them */
	int least, most;     /* how many words there may be */
};

/* Return the exit status that belongs to it. */
static int
print_form(const struct form *form, FILE *out)
{
	static const struct {
		char letter;
		const char *help;
	} lines[] = {
	    {'k', "-k KIND     arbeit or privat"},
	    {'s', "-s STATUS   offen, abgeschlossen or abgebrochen"},
	    {'d', "-d DATE     the deadline, as dd.mm.yyyy"},
	    {'t', "-t TAG      one of its tags"},
	    {'b', "-b TEXT     its text; - reads it from standard input"},
	    {'j', "-j, --json  print the server's answer as it comes"},
	};
	size_t i;

	fprintf(out, "Usage: codex %s\n", form->usage);
	for (i = 0; i < ARRAY_LEN(lines); i++)
		if (strchr(form->letters, lines[i].letter) != NULL)
			fprintf(out, "  %s\n", lines[i].help);
	return out == stdout ? 0 : 2;
}

/* Take one option; return false if it is none. */
static bool
take_letter(struct wish *wish, int letter)
{
	switch (letter) {
	case 'j':
		wish->json = true;
		return true;
	case 'k':
		wish->kind = optarg;
		return true;
	case 's':
		wish->status = optarg;
		return true;
	case 'd':
		wish->deadline = optarg;
		return true;
	case 'b':
		wish->body = optarg;
		return true;
	case 't':
		if (wish->n_tags == TAGS_MAX)
			return false;
		wish->tags[wish->n_tags++] = optarg;
		return true;
	default:
		return false;
	}
}

/* Read the command line.  Return -1 to go on, else the exit status. */
static int
read_wish(int argc, char **argv, const struct form *form, struct wish *wish)
{
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"json", no_argument, NULL, 'j'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	*wish = (struct wish){.words = argv};
	while ((c = getopt_long(argc, argv, form->letters, longs, NULL)) != -1)
		if (c == 'h')
			return print_form(form, stdout);
		else if (!take_letter(wish, c))
			return print_form(form, stderr);
	wish->words = argv + optind;
	wish->n_words = argc - optind;
	if (wish->n_words < form->least || wish->n_words > form->most)
		return print_form(form, stderr);
	return -1;
}

/* What is printed */

/* Return true at a character that changes the direction of text (Unicode's
 * bidirectional controls), by which a line can look like another one. */
static bool
turns_text(const char *s)
{
	const unsigned char *u = (const unsigned char *)s;

	return u[0] == 0xe2 &&
	       ((u[1] == 0x80 && u[2] >= 0xaa && u[2] <= 0xae) ||
		   (u[1] == 0x81 && u[2] >= 0xa6 && u[2] <= 0xa9));
}

static void
print_text(const char *s)
{
	char one[8];
	size_t len;

	for (; *s != '\0'; s += len) {
		len = enc_utf8_len(s);
		snprintf(one, sizeof one, "%.*s", (int)len, s);
		if (enc_has_control(one, len) || turns_text(one))
			putchar('?');
		else
			fputs(one, stdout);
	}
}

static const char *
text_of(struct json_object *obj, const char *key)
{
	const char *text = json_get_str(obj, key);

	return text != NULL ? text : "";
}

/* Call `show` for each element of a list. */
static void
for_each(struct json_object *obj, const char *key,
    void (*show)(struct json_object *))
{
	struct json_object *list = json_get(obj, key, json_type_array);
	size_t i, n = list == NULL ? 0 : json_object_array_length(list);

	for (i = 0; i < n; i++)
		show(json_object_array_get_idx(list, i));
}

static void
print_title_line(struct json_object *task)
{
	struct json_object *tags = json_get(task, "tags", json_type_array);
	size_t i, n = tags == NULL ? 0 : json_object_array_length(tags);
	const char *deadline = json_get_str(task, "deadline");

	print_text(text_of(task, "id"));
	putchar(' ');
	print_text(text_of(task, "title"));
	for (i = 0; i < n; i++) {
		fputs(" #", stdout);
		print_text(
		    json_object_get_string(json_object_array_get_idx(tags, i)));
	}
	if (deadline != NULL) {
		fputs(" !", stdout);
		print_text(deadline);
	}
}

static void
print_done(struct json_object *task)
{
	fputs(" x ", stdout);
	print_title_line(task);
}

/* What was completed in the slot stands behind an x (past weeks). */
static void
print_slot(struct json_object *slot)
{
	struct json_object *task = json_get(slot, "task", json_type_object);
	struct json_object *done = json_get(slot, "done", json_type_array);

	printf("  %-12s", text_of(slot, "zeit"));
	if (task != NULL) {
		putchar(' ');
		print_title_line(task);
	} else if (done == NULL || json_object_array_length(done) == 0) {
		fputs(" -", stdout);
	}
	for_each(slot, "done", print_done);
	putchar('\n');
}

static void
print_day(struct json_object *day)
{
	print_text(text_of(day, "datum"));
	putchar('\n');
	for_each(day, "slots", print_slot);
}

static void
print_waiting(struct json_object *task)
{
	fputs("  ", stdout);
	print_title_line(task);
	fputs(" (", stdout);
	print_text(text_of(task, "reason"));
	puts(")");
}

static void
print_with_status(struct json_object *task)
{
	printf("%-14s", text_of(task, "status"));
	print_title_line(task);
	putchar('\n');
}

static void
print_bad_file(struct json_object *problem)
{
	print_text(text_of(problem, "file"));
	printf(":%d: ", (int)json_get_int(problem, "line", 0));
	print_text(text_of(problem,
	    cmdline_language() == MSG_ENGLISH ? "reasonEnglish" : "reason"));
	putchar('\n');
}

static void
print_week(struct json_object *week)
{
	struct json_object *rest = json_get(week, "unplaced", json_type_array);

	for_each(week, "timeline", print_day);
	if (rest != NULL && json_object_array_length(rest) > 0) {
		puts("-");
		for_each(week, "unplaced", print_waiting);
	}
	for_each(week, "problems", print_bad_file);
}

static void
print_list(struct json_object *list)
{
	for_each(list, "tasks", print_with_status);
	for_each(list, "problems", print_bad_file);
}

static void
print_file(struct json_object *answer)
{
	const char *file = json_get_str(answer, "file");

	print_text(file != NULL ? file : text_of(answer, "filename"));
	putchar('\n');
}

static void
print_id(struct json_object *answer)
{
	print_text(text_of(answer, "id"));
	putchar('\n');
}

/* One request */

/* Ask, and print the answer: as it came, or by `print`. */
static int
ask_and_print(struct client *client, const struct wish *wish,
    const struct client_request *asked, void (*print)(struct json_object *))
{
	struct json_object *json = NULL;
	int rc = client_ask(client, asked, &json);

	if (rc == 0 && wish->json)
		puts(client->reply.s);
	else if (rc == 0)
		print(json);
	json_object_put(json);
	return rc;
}

/* A whole command that is one request without a body. */
static int
show(const struct wish *wish, const char *path,
    void (*print)(struct json_object *))
{
	const struct client_request asked = {"GET", path, NULL, CLIENT_FRESH};
	struct client client;
	int rc = client_open(&client);

	if (rc == 0)
		rc = ask_and_print(&client, wish, &asked, print);
	client_close(&client);
	return rc == 0 ? 0 : 1;
}

int
cmd_tasks_week(int argc, char **argv)
{
	static const struct form form = {"week [-j] [DATE]", "hj", 0, 1};
	struct wish wish;
	int status = read_wish(argc, argv, &form, &wish);

	if (status != -1)
		return status;
	if (wish.n_words == 1) {
		struct buf path = BUF_INIT;

		buf_adds(&path, "/api/week?from=");
		enc_percent(&path, wish.words[0], "");
		status = show(&wish, path.s, print_week);
		buf_release(&path);
		return status;
	}
	return show(&wish, "/codex", print_week);
}

static void
add_query(struct buf *path, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buf_addf(path, "%c%s=", strchr(path->s, '?') == NULL ? '?' : '&', name);
	enc_percent(path, value, "");
}

/* All words as one text. */
static void
join_words(struct buf *out, const struct wish *wish)
{
	int i;

	for (i = 0; i < wish->n_words; i++)
		buf_addf(out, "%s%s", i > 0 ? " " : "", wish->words[i]);
}

int
cmd_tasks_list(int argc, char **argv)
{
	static const struct form form = {
	    "list [-j] [-k KIND] [-s STATUS] [-t TAG] [TEXT...]", "hjk:s:t:", 0,
	    INT_MAX};
	struct buf path = BUF_INIT, text = BUF_INIT;
	struct wish wish;
	int status = read_wish(argc, argv, &form, &wish);

	if (status != -1)
		return status;
	if (wish.n_tags > 1)
		return print_form(&form, stderr);
	buf_adds(&path, "/api/tasks");
	add_query(&path, "kategorie", wish.kind);
	add_query(&path, "status", wish.status);
	add_query(&path, "tag", wish.n_tags > 0 ? wish.tags[0] : NULL);
	join_words(&text, &wish);
	add_query(&path, "q", text.len > 0 ? text.s : NULL);
	status = show(&wish, path.s, print_list);
	buf_release(&path);
	buf_release(&text);
	return status;
}

/* Writing */

static void
add_member(struct buf *body, const char *key, const char *value)
{
	if (value == NULL)
		return;
	json_key(body, key);
	json_add_str(body, value);
}

static void
add_slot(struct buf *body, const char *date, const char *time)
{
	json_open(body, '{');
	add_member(body, "datum", date);
	add_member(body, "zeit", time);
	json_close(body, '}');
}

/* Read standard input to its end. */
static void
read_input(struct buf *out)
{
	char chunk[4096];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, stdin)) > 0)
		buf_add(out, chunk, n);
}

static void
write_creation(const struct wish *wish, struct buf *body)
{
	struct buf title = BUF_INIT, text = BUF_INIT;
	size_t i;

	join_words(&title, wish);
	json_open(body, '{');
	add_member(
	    body, "kategorie", wish->kind != NULL ? wish->kind : "privat");
	add_member(body, "title", title.s);
	add_member(body, "deadline", wish->deadline);
	json_key(body, "tags");
	json_open(body, '[');
	for (i = 0; i < wish->n_tags; i++)
		json_add_str(body, wish->tags[i]);
	json_close(body, ']');
	if (wish->body != NULL) {
		if (strcmp(wish->body, "-") == 0)
			read_input(&text);
		else
			buf_adds(&text, wish->body);
		json_key(body, "body");
		json_add_strn(body, text.s, text.len);
	}
	json_close(body, '}');
	buf_release(&title);
	buf_release(&text);
}

int
cmd_tasks_add(int argc, char **argv)
{
	static const struct form form = {
	    "add [-j] [-k KIND] [-d DATE] [-t TAG]... [-b TEXT | -b -] "
	    "TITLE...",
	    "hjk:d:b:t:", 1, INT_MAX};
	struct buf body = BUF_INIT, key = BUF_INIT;
	struct client client;
	struct wish wish;
	int rc = read_wish(argc, argv, &form, &wish);

	if (rc != -1)
		return rc;
	write_creation(&wish, &body);
	buf_adds(&key, "Idempotency-Key: ");
	enc_random(&key, 32);
	rc = client_open(&client);
	if (rc == 0) {
		const struct client_request asked = {
		    "POST", "/api/tasks", &body, key.s};

		rc = ask_and_print(&client, &wish, &asked, print_file);
	}
	client_close(&client);
	buf_release(&body);
	buf_release(&key);
	return rc == 0 ? 0 : 1;
}

/* Find the task: its address, and the header that its content needs. */
static int
look_up(struct client *client, const char *name, struct buf *path,
    struct buf *if_match)
{
	struct client_request request = {.method = "GET"};
	struct json_object *json = NULL, *task;
	struct buf asked = BUF_INIT;
	const char *file;
	int rc;

	buf_adds(&asked, "/api/tasks/");
	enc_percent(&asked, name, "");
	request.path = asked.s;
	rc = client_ask(client, &request, &json);
	task = json_get(json, "task", json_type_object);
	file = json_get_str(task, "file");
	if (rc == 0 && (file == NULL || strlen(file) < 4)) {
		fprintf(stderr, "codex: %s: no task\n", asked.s);
		rc = -1;
	}
	if (rc == 0) {
		struct buf stem = BUF_INIT;

		buf_add(&stem, file, strlen(file) - 3); /* .md */
		buf_adds(path, "/api/tasks/");
		enc_percent(path, stem.s, "");
		buf_release(&stem);
		buf_addf(if_match, "If-Match: \"%s\"", text_of(task, "etag"));
	}
	json_object_put(json);
	buf_release(&asked);
	return rc;
}

/* Append the slot that is now: the first that is left of today, or its last. */
static int
add_present_slot(struct client *client, struct buf *body)
{
	const struct client_request codex = {.method = "GET", .path = "/codex"};
	struct json_object *week = NULL, *days, *day, *slots;
	const char *today, *time = "abends";
	int rc = client_ask(client, &codex, &week);

	if (rc == 0) {
		today = text_of(week, "weekStart");
		days = json_get(week, "timeline", json_type_array);
		day = days == NULL ? NULL : json_object_array_get_idx(days, 0);
		slots = json_get(day, "slots", json_type_array);
		if (std_streq(json_get_str(day, "datum"), today) &&
		    slots != NULL && json_object_array_length(slots) > 0)
			time = text_of(
			    json_object_array_get_idx(slots, 0), "zeit");
		add_slot(body, today, time);
	}
	json_object_put(week);
	return rc;
}

/* Change the first of the words; `body` is what to send. */
static int
change_first(struct client *client, const struct wish *wish, const char *method,
    const char *tail, const struct buf *body)
{
	struct buf path = BUF_INIT, if_match = BUF_INIT;
	int rc = look_up(client, wish->words[0], &path, &if_match);

	if (rc == 0) {
		buf_adds(&path, tail);
		rc = ask_and_print(client, wish,
		    &(const struct client_request){
			method, path.s, body, if_match.s},
		    print_id);
	}
	buf_release(&path);
	buf_release(&if_match);
	return rc;
}

int
cmd_tasks_done(int argc, char **argv)
{
	static const struct form form = {
	    "done [-j] TASK [DATE TIME]", "hj", 1, 3};
	struct buf body = BUF_INIT;
	struct client client;
	struct wish wish;
	int rc = read_wish(argc, argv, &form, &wish);

	if (rc != -1)
		return rc;
	if (wish.n_words == 2)
		return print_form(&form, stderr);
	rc = client_open(&client);
	if (rc == 0 && wish.n_words == 3)
		add_slot(&body, wish.words[1], wish.words[2]);
	else if (rc == 0)
		rc = add_present_slot(&client, &body);
	if (rc == 0)
		rc = change_first(&client, &wish, "POST", "/complete", &body);
	client_close(&client);
	buf_release(&body);
	return rc == 0 ? 0 : 1;
}

int
cmd_tasks_move(int argc, char **argv)
{
	static const struct form form = {
	    "move [-j] TASK DATE TIME | move [-j] TASK free", "hj", 2, 3};
	struct buf body = BUF_INIT;
	struct client client;
	struct wish wish;
	int rc = read_wish(argc, argv, &form, &wish);

	if (rc != -1)
		return rc;
	if (wish.n_words == 2 && strcmp(wish.words[1], "free") != 0)
		return print_form(&form, stderr);
	json_open(&body, '{');
	json_key(&body, "fixedSlot");
	if (wish.n_words == 3)
		add_slot(&body, wish.words[1], wish.words[2]);
	else
		json_add_null(&body);
	json_close(&body, '}');
	rc = client_open(&client);
	if (rc == 0)
		rc = change_first(&client, &wish, "PATCH", "", &body);
	client_close(&client);
	buf_release(&body);
	return rc == 0 ? 0 : 1;
}
