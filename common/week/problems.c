#include "week/problems.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/names.h"

struct problem {
	const char *file;
	size_t order; /* of one file: as they were found */
	unsigned line;
	const char *code;
	const char *reason, *english;
};

struct problems {
	struct problem *list;
	size_t n, cap;
};

static void
note_problem(struct problems *problems, struct problem problem)
{
	STD_GROW(problems->list, problems->n, problems->cap);
	problem.order = problems->n;
	problems->list[problems->n++] = problem;
}

/* Note what is told by a sentence without values. */
static void
note_sentence(struct problems *problems, const char *file, unsigned line,
    const char *code, enum msg_id reason)
{
	note_problem(
	    problems, (struct problem){
			  .file = file,
			  .line = line,
			  .code = code,
			  .reason = msg_sentence(reason),
			  .english = msg_sentence_in(reason, MSG_ENGLISH),
		      });
}

static int
compare_name(const void *name, const void *file)
{
	return strcmp(name, ((const struct taskset_file *)file)->file);
}

/*
 * Return a flag for each file of a shared number: another one's name looks the
 * same, as one of the two is not composed (NFC).
 */
static bool *
list_alike(const struct taskset *set)
{
	bool *alike = std_zalloc(set->n * sizeof *alike);
	struct buf name = BUF_INIT;
	struct taskset_file *other;
	size_t i;

	for (i = 0; i < set->n; i++) {
		if (!taskset_is_twin(set, i))
			continue;
		buf_reset(&name);
		names_compose(&name, set->files[i].file);
		if (strcmp(name.s, set->files[i].file) == 0)
			continue;
		other = bsearch(name.s, set->files, set->n, sizeof *set->files,
		    compare_name);
		if (other != NULL)
			alike[i] = alike[other - set->files] = true;
	}
	buf_release(&name);
	return alike;
}

/* Return the sentence about a number that is not the file's alone. */
static enum msg_id
twin_sentence(const char *file, bool alike)
{
	const char *form = alike ? names_form(file) : "";

	if (strcmp(form, "NFC") == 0)
		return MSG_TASK_NUMBER_TWICE_NFC;
	if (strcmp(form, "NFD") == 0)
		return MSG_TASK_NUMBER_TWICE_NFD;
	return alike ? MSG_TASK_NUMBER_TWICE_MIXED : MSG_TASK_NUMBER_TWICE;
}

static void
note_files(struct problems *problems, const struct taskset *set)
{
	bool *alike = list_alike(set);
	size_t i;

	for (i = 0; i < set->n; i++) {
		const struct taskset_file *f = &set->files[i];

		if (f->bad)
			note_problem(problems, (struct problem){
						   .file = f->file,
						   .line = f->line,
						   .code = f->code,
						   .reason = f->reason,
						   .english = f->english,
					       });
		if (taskset_is_twin(set, i))
			note_sentence(problems, f->file, 1, "nummer_doppelt",
			    twin_sentence(f->file, alike[i]));
	}
	free(alike);
}

static void
note_strays(struct problems *problems, const struct strays *strays)
{
	size_t i;

	for (i = 0; i < strays->odd.n; i++)
		note_sentence(problems, strays->odd.list[i], 0,
		    "dateiname_falsch", names_fault(strays->odd.list[i]));
	for (i = 0; i < strays->large.n; i++)
		note_sentence(problems, strays->large.list[i], 0, "zu_gross",
		    MSG_TASK_TOO_LARGE_IN_GIT);
}

static const struct barred_word {
	const char *code;
	enum msg_id reason;
} barred_words[] = {
    [STRAYS_FOLDER] = {"name_belegt", MSG_BARRED_FOLDER},
    [STRAYS_LINK] = {"name_belegt", MSG_BARRED_LINK},
    [STRAYS_NO_FILE] = {"name_belegt", MSG_BARRED_NO_FILE},
    [STRAYS_UNREADABLE] = {"nicht_lesbar", MSG_BARRED_UNREADABLE},
};

/* List the barred names, up to the limit; return how many are only counted. */
static size_t
note_barred(struct problems *problems, const struct strays *strays)
{
	size_t i;

	for (i = 0; i < strays->n_barred && i < STRAYS_NAMES_MAX; i++) {
		const struct strays_barred *barred = &strays->barred[i];
		const struct barred_word *word = &barred_words[barred->kind];

		note_sentence(
		    problems, barred->name, 0, word->code, word->reason);
	}
	return strays->n_barred - i;
}

static void
note_foreign(struct problems *problems, const struct ledger *sync)
{
	size_t i;

	for (i = 0; i < sync->n; i++)
		if (sync->files[i]->foreign != LEDGER_PLAIN)
			note_sentence(problems, sync->files[i]->file, 0,
			    "name_belegt",
			    ledger_foreign_msg(sync->files[i]->foreign));
}

static int
compare_problems(const void *va, const void *vb)
{
	const struct problem *a = va, *b = vb;
	int rc = strcmp(a->file, b->file);

	if (rc != 0)
		return rc;
	return a->order < b->order ? -1 : 1;
}

/* True if the mirror has the very name that Git has. */
static bool
is_repeated(const struct problem *a, const struct problem *b)
{
	return strcmp(a->file, b->file) == 0 && strcmp(a->code, b->code) == 0;
}

static void
print_listed(struct buf *out, const struct problem *problem)
{
	json_open(out, '{');
	json_key(out, "file");
	json_add_str(out, problem->file);
	json_key(out, "line");
	json_add_int(out, problem->line);
	json_key(out, "code");
	json_add_str(out, problem->code);
	json_key(out, "reason");
	json_add_str(out, problem->reason);
	json_key(out, "reasonEnglish");
	json_add_str(out, problem->english);
	json_close(out, '}');
}

void
problems_add(
    struct buf *out, const struct taskset *set, const struct ledger *sync)
{
	struct problems problems = {.list = NULL};
	size_t i, others = set->strays.others;

	note_files(&problems, set);
	note_strays(&problems, &set->strays);
	others += note_barred(&problems, &set->strays);
	if (sync != NULL) {
		note_foreign(&problems, sync);
		note_strays(&problems, &sync->strays);
		others += sync->strays.others;
	}
	if (problems.n > 0)
		qsort(problems.list, problems.n, sizeof *problems.list,
		    compare_problems);

	json_key(out, "problems");
	json_open(out, '[');
	for (i = 0; i < problems.n; i++)
		if (i == 0 ||
		    !is_repeated(&problems.list[i - 1], &problems.list[i]))
			print_listed(out, &problems.list[i]);
	json_close(out, ']');
	json_key(out, "otherFiles");
	json_add_int(out, (int64_t)others);
	free(problems.list);
}
