/*
 * first_keys: what the keys of the first system's container are, and where in
 * this system's store each belongs.  Pure.
 *
 *	raw/userA/tasks/0042-Brot.md    a file: raw/usera/tasks/0042-Brot.md
 *	raw/tasks/0042-Brot.md          one from before there were users
 *	state/userA/lastHeadSha.txt     a record, and lastSyncAt.txt
 *	state/userA/nextId.txt          a number, and state/nextId.txt, of all
 *	state/userA/cacheVersion.txt    a cache, and cacheValid.txt, for all, too
 *	artifacts/userA/timeline_V.json a cache, as is all of artifacts/
 *
 * Users were written as GitHub has them; here they are in lower case.
 *
 *	struct first_key key = FIRST_KEY_INIT;
 *
 *	first_keys_read("raw/userA/tasks/0042-Brot.md", NULL, &key);
 *	... key.sort, key.user, key.target.s ...
 *	first_keys_release(&key);
 *
 * Error handling: no function fails.
 */
#ifndef FIRST_KEYS_H
#define FIRST_KEYS_H

#include "base/buf.h"
#include "store/names.h"

enum first_sort {
	FIRST_OTHER,  /* not known, or of nobody */
	FIRST_FILE,   /* belongs to `target` */
	FIRST_RECORD, /* belongs to `target` */
	FIRST_NUMBER, /* the next number of `user`, or of all */
	FIRST_CACHE,  /* made anew */
	FIRST_OURS,   /* only this system has such */
};

struct first_key {
	enum first_sort sort;
	char user[NAMES_USER_MAX + 1]; /* in lower case; "" is nobody */
	struct buf target;             /* "" is nowhere */
};

#define FIRST_KEY_INIT                                                         \
	{                                                                      \
		.target = BUF_INIT                                             \
	}
void first_keys_release(struct first_key *key);

/* Find out what a key is; `out` must be empty.  `owner` is whose the files are
 * that name nobody; NULL: nobody's. */
void first_keys_read(const char *key, const char *owner, struct first_key *out);

#endif
