/*
 * taskset: all task files of one user, parsed, and their form as JSON.  Pure.
 *
 * The JSON is the index `artifacts/<user>/tasks.json` (design.md 5): each file
 * under its name and ETag, so that a later load fetches only what changed
 * since.  The index is a cache and nothing else: an entry that does not fit
 * is left out and its file read again, and losing the index loses nothing.
 *
 *	{"v":4,"sweptAt":0,"files":[
 *	 {"file":"0042-Brot.md","etag":"..","hash":"..","title":"Brot",...},
 *	 {"file":"0043.md","etag":"..","hash":"..","problem":{"line":1,
 *	  "code":"kein_frontmatter","reason":"..","english":".."}}]}
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
	char hash[ENC_HASH_LEN + 1]; /* of the bytes: the API's `etag` */
	bool bad;
	struct task task; /* if not bad */
	unsigned line;    /* if bad, as in struct task_problem */
	char *code;
	char *reason;  /* the sentence, in German */
	char *english; /* the same */
};

struct taskset {
	struct taskset_file *files; /* by name bytewise, so by number */
	size_t n, cap;
	struct strays strays; /* what else the mirror has; not in the index */
	int64_t swept_ms;     /* when the user was swept last; 0 = never */
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
void taskset_sort(struct taskset *set);

/* As taskset_add, in place of a file with the same name; stays sorted. */
void taskset_put(struct taskset *set, const char *file, const char *etag,
    const void *bytes, size_t len);

/* True if the i-th file shares its number with a neighbour. */
bool taskset_is_twin(const struct taskset *set, size_t i);

/* Hash a content; the API's `etag` is the beginning of it. */
void taskset_hash(const void *bytes, size_t len, char hash[ENC_HASH_LEN + 1]);

/* Append the member `etag` of a content with that hash to the open object; of
 * "", where there is none, "". */
void taskset_add_etag(struct buf *out, const char *hash);

void taskset_print(struct buf *out, const struct taskset *set);
/* Reads an index into an empty set; -1 (set stays empty) if it is none. */
MUST_USE int taskset_read(const struct buf *json, struct taskset *set);

#endif
