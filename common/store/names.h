/*
 * names: users, task files and the keys of everything stored (design.md 2, 5).
 *
 * All keys are built here, and only from parts that have the shape of section
 * 2.  So no text from outside can become a path of a store.
 */
#ifndef NAMES_H
#define NAMES_H

#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"

#define NAMES_USER_MAX   64  /* bytes */
#define NAMES_TITLE_MAX  200 /* bytes of the title part of a file name */
#define NAMES_NUMBER_END 10000

/* Return true if the name matches ^[a-z0-9][a-z0-9_-]{0,63}$. */
bool names_user_ok(const char *user);

/*
 * Return true for a bare task file name: `NNNN.md` or `NNNN-Title.md`, title
 * part 1 to 200 bytes of UTF-8 without '/', '\' and control characters.
 */
bool names_file_ok(const char *file);

/*
 * What an entry of a folder of tasks is by its name.  Odd is what a person
 * may have meant as a task: it begins with a digit and ends as Markdown does
 * (`.md`, `.markdown` and the like, in any case), but names_file_ok refuses
 * it.  What begins with a dot is hidden and counts nowhere.
 */
enum names_sort {
	NAMES_SORT_TASK,
	NAMES_SORT_ODD,
	NAMES_SORT_OTHER,
	NAMES_SORT_HIDDEN,
};
enum names_sort names_sort(const char *name);

/* Return the sentence that says why an odd name is none of a task: of a name
 * without fault that it is not UTF-8 (strays_add_odd). */
enum msg_id names_fault(const char *name);

/* Return the number of a name that names_file_ok accepts (or of its stem):
 * 0..9999. */
unsigned names_number(const char *file);

/* Append the name with its characters composed (NFC). */
void names_compose(struct buf *out, const char *file);
/* Return true if the two names differ only in how characters are composed
 * (Unicode, UAX #15), so that a reader sees no difference. */
bool names_look_same(const char *a, const char *b);
/* Return what tells such names apart: "NFC", "NFD", or "NFC+NFD" of a name that
 * has characters of both forms. */
const char *names_form(const char *file);

/* Append the name without `.md`. */
void names_stem(struct buf *out, const char *file);

/*
 * Read {id} of a path, percent-decoded: a number (four digits), or the stem of
 * one file.  Set *number in both cases; append to `file` the name (with `.md`)
 * of a stem.  -1 if it is neither, and outputs are untouched.
 */
enum names_id { NAMES_ID_NUMBER, NAMES_ID_FILE };
MUST_USE int names_parse_id(
    const char *id, enum names_id *kind, unsigned *number, struct buf *file);

/*
 * Append the name of a new file (http-api.md): of the title the letters, the
 * digits and '-', white space as '-', composed (NFC), at most 50 characters;
 * no '-' doubled or at an end; `NNNN.md` if nothing is left.  number < 10000.
 *
 *	names_make_file(&b, 5, "Release-Notes 4.2 schreiben");
 *	-> 0005-Release-Notes-42-schreiben.md
 */
void names_make_file(struct buf *out, unsigned number, const char *title);

/*
 * Append a key.  The user must be names_user_ok, the file names_file_ok:
 * anything else is a fault of the caller and ends the program.
 */
void names_task_key(struct buf *out, const char *user, const char *file);

/* Append the prefix of all tasks of the user, which ends in '/'. */
void names_task_prefix(struct buf *out, const char *user);

/* Append raw/<user>/tasks/NNNN, which both `NNNN.md` and `NNNN-x.md` start
 * with. */
void names_number_prefix(struct buf *out, const char *user, unsigned number);

/* Return the file name within a task key of that user (it points into the
 * key); NULL if the key is no task of theirs. */
const char *names_task_of_key(const char *key, const char *user);

/* Return what stands behind the prefix of all tasks of that user, any text;
 * NULL if the key has another prefix. */
const char *names_entry_of_key(const char *key, const char *user);

enum names_blob {
	NAMES_TOKEN,      /* state/<user>/cacheVersion.txt */
	NAMES_NEXT_ID,    /* state/<user>/nextId.txt */
	NAMES_TIMELINE,   /* artifacts/<user>/timeline.json */
	NAMES_INDEX,      /* artifacts/<user>/tasks.json */
	NAMES_INDEX_BASE, /* artifacts/<user>/tasks-base.json */
	NAMES_PENDING,    /* pending/<user> */
	NAMES_CLAIMS,     /* state/<user>/idempotency/ (a prefix) */
	NAMES_TRASH,      /* trash/<user>/ (a prefix) */
	NAMES_CONFLICTS,  /* conflicts/<user>/ (a prefix) */
	NAMES_SYNC,       /* state/<user>/sync.json */
	NAMES_RECORDS,    /* state/<user>/records/ (a prefix) */
	NAMES_LAST_HEAD,  /* state/<user>/lastHeadSha.txt */
	NAMES_LAST_SYNC,  /* state/<user>/lastSyncAt.txt */
	NAMES_GITHUB_ID,  /* state/<user>/githubId.txt */
	NAMES_SESSION,    /* state/<user>/session.json */
	NAMES_TOKENS,     /* state/<user>/tokens.json */
	NAMES_PROGRESS,   /* state/<user>/progress.json */
};

/* Append the key of a blob of the user, or the prefix of its folder. */
void names_key(struct buf *out, enum names_blob blob, const char *user);

/*
 * Find the users who have a blob of a kind: list names_folder, which ends in
 * '/', then ask names_user_of_key of each key.  It returns the length of the
 * user's name, to which *user points in the key, or 0 if the key is none of
 * that kind.  The name may be any text: judge it by names_user_ok.
 */
const char *names_folder(enum names_blob blob);
size_t names_user_of_key(
    const char *key, enum names_blob blob, const char **user);

/*
 * Append the key by which a host is known to the others, pending/host.<id>; the
 * id is NAMES_HOST_LEN lower hex digits.  It lies among the marks, so that one
 * list shows both, and is the key of no user's.
 */
#define NAMES_HOST_LEN 16
void names_host_key(struct buf *out, const char *id);
/* Return the id in such a key, to its end; NULL if it is another one. */
const char *names_host_of_key(const char *key);

/* Append the key of a blob that is put and removed only to see whether that
 * goes; no other key begins so. */
void names_probe_key(struct buf *out, const char *hash);
/* Return what all of these keys begin with. */
const char *names_probes(void);

/*
 * The folders of what a user has that lasts: all but artifacts/ and pending/,
 * which are made anew.
 */
enum names_area {
	NAMES_AREA_RAW,
	NAMES_AREA_STATE,
	NAMES_AREA_TRASH,
	NAMES_AREA_CONFLICTS,
	NAMES_AREAS
};
/* Return the prefix of an area, and append that of one user in it; both end
 * in '/'. */
const char *names_area(enum names_area area);
void names_area_prefix(struct buf *out, enum names_area area, const char *user);
/* Change a key of one area into that of the same place in another. */
void names_area_move(struct buf *key, enum names_area from, enum names_area to);
/* Return the length of the name of the user whose key that is, to which *user
 * points in it; 0 if it lies in no area, or is no user's. */
size_t names_area_user(const char *key, const char **user);

/* Append state/<user>/idempotency/<hash>; the hash as enc_hash writes it. */
void names_claim_key(struct buf *out, const char *user, const char *hash);

/* Append state/<user>/records/<id>.json; the id is a hash. */
void names_records_key(struct buf *out, const char *user, const char *id);
/* Return true if the key begins as such a one of some user does. */
bool names_is_records(const char *key);

/* Append trash/<user>/<stem>/. */
void names_trash_prefix(struct buf *out, const char *user, const char *file);

/* Return true if the text has the shape that enc_hash writes. */
bool names_hash_ok(const char *hash);

/* Append the key of a copy of a file's bytes: <NAMES_TRASH or
 * _CONFLICTS>/<stem>/<hash>.md */
void names_copy_key(struct buf *out, enum names_blob folder, const char *user,
    const char *file, const char *hash);

#endif
