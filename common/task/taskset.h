/*
 * taskset: all task files of one user, parsed, and their form as JSON.  Pure.
 *
 * The JSON is the index (design.md 5 and 6): each file under its name and ETag,
 * so that a later load fetches only what changed since.  It lies in two blobs,
 * so that a change of one task writes and reads little: a base of all files
 * (NAMES_INDEX_BASE), written seldom, and the index itself (NAMES_INDEX), which
 * has the files that the base lacks or knows with another ETag, and the id of
 * that base.  Few files need no base.
 *
 *	{"v":4,"sweptAt":0,"base":"<hash>","files":[
 *	 {"file":"0042-Brot.md","etag":"..","hash":"..","title":"Brot",...},
 *	 {"file":"0043.md","etag":"..","hash":"..","problem":{"line":1,
 *	  "code":"kein_frontmatter","reason":"..","english":".."}}]}
 *
 *	{"v":4,"files":[...],"id":"<hash of the array>"}
 *
 * Both are caches and nothing else.  Each entry stands for itself: it is true
 * of the bytes that have its name and ETag, whatever base or index it is from.
 * One that does not fit is left out and its file read again, and losing either
 * blob loses nothing.  A program that knows no base takes the index for all
 * there is, and reads the other files again.
 *
 * The ETag is that of the get which gave the bytes, never one of a list.
 */
#ifndef TASKSET_H
#define TASKSET_H

#include "base/enc.h"
#include "task/strays.h"
#include "task/task.h"

struct taskset_file {
	char *file;                  /* bare name */
	char *etag;                  /* the store's */
	unsigned number;             /* by its name */
	char hash[ENC_HASH_LEN + 1]; /* of the bytes: the API's `etag` */
	bool based;                  /* the base has it, with this ETag */
	bool bad;
	struct task task; /* if not bad */
	unsigned line;    /* if bad, as in struct task_problem */
	char *code;
	char *reason;  /* the sentence, in German */
	char *english; /* the same */
	/* What week.h has printed of the task to be used again, and how much of
	 * it the file alone tells; NULL: nothing. */
	char *shown;
	size_t shown_len, shown_own;
	size_t bytes; /* by taskset_bytes; 0: not counted yet */
};

struct taskset {
	struct taskset_file *files; /* by name bytewise, so by number */
	size_t n, cap;
	struct strays strays; /* what else the mirror has; not in the index */
	int64_t swept_ms;     /* when the user was swept last; 0 = never */
	char base[ENC_HASH_LEN + 1]; /* id of the base; "": none is based */
};

#define TASKSET_INIT                                                           \
	{                                                                      \
		.files = NULL                                                  \
	}

void taskset_release(struct taskset *set);

/* Appends a file, read and parsed; taskset_sort when all are there. */
void taskset_add(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len);
/* Appends a file that was not read because it is too large. */
void taskset_add_too_large(
    struct taskset *set, const char *file, const char *etag);
/* Moves a file from another set, which keeps only an empty place. */
void taskset_move(struct taskset *set, struct taskset_file *from);
/* Sort the files by name.  Of a set that is sorted but for a few at its end only
 * these are moved. */
void taskset_sort(struct taskset *set);

/* Of a sorted set, which stays so: as those of that name with `add`, and as
 * taskset_move, in place of a file with the same name. */
void taskset_put(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len);
void taskset_put_too_large(
    struct taskset *set, const char *file, const char *etag);
void taskset_put_moved(struct taskset *set, struct taskset_file *from);
/* Return the file of that name, or NULL; remove it if it is there. */
struct taskset_file *taskset_find(const struct taskset *set, const char *file);
void taskset_remove(struct taskset *set, const char *file);

/* True if the i-th file shares its number with a neighbour. */
bool taskset_is_twin(const struct taskset *set, size_t i);

/* Hash a content; the API's `etag` is the beginning of it. */
void taskset_hash(const void *bytes, size_t len, char hash[ENC_HASH_LEN + 1]);

/* Append the member `etag` of a content with that hash to the open object; of
 * "", where there is none, "". */
void taskset_add_etag(struct buf *out, const char *hash);

/* Append the index: the files that are not based, and which base has the
 * others. */
void taskset_print(struct buf *out, const struct taskset *set);
/* Read an index into an empty set; -1 (set stays empty) if it is none. */
MUST_USE int taskset_read(const struct buf *json, struct taskset *set);

/* Append a base of all files of the set, and make it that of the set. */
void taskset_print_base(struct buf *out, struct taskset *set);
/* Read a base into an empty set, as taskset_read; all its files are based. */
MUST_USE int taskset_read_base(const struct buf *json, struct taskset *set);
/* Note that no base is known to be stored. */
void taskset_drop_base(struct taskset *set);
/* Count the files that are not based. */
size_t taskset_count_new(const struct taskset *set);

/* Remove the files whose `keep` is false, one for each. */
void taskset_keep(struct taskset *set, const bool *keep);
/* Return about how many bytes of memory the set takes. */
size_t taskset_bytes(struct taskset *set);

#endif
