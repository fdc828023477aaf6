/*
 * fs_changes: which names of a folder the store has changed since a moment, so
 * that who keeps the list of a long folder need not look at every file again.
 *
 * A folder whose list somebody keeps has a log, in `.locks/.changes/` under the
 * hash of its path.  Whoever changes an entry of the folder by way of the store
 * adds two lines to it, with the lock of the folder; the first line is the id
 * of the log:
 *
 *	<id>
 *	<ctime> <name>		the folder's ctime before the change
 *	=<ctime>		and after it
 *
 * So each ctime is the one above it, and the last one is the folder's.  If not,
 * somebody else was at work: a person, a program that writes no log, a writer
 * that died half way.  Then nothing is known, and all files are looked at.
 * What the chain of ctimes cannot show is known late, once a mark is
 * FS_CHANGES_TRUST_MS old: bytes that somebody else has written into a file
 * where it lies, and an entry changed by somebody else within the tick of the
 * kernel's clock in which the store has changed one, too.
 *
 * A log that has become long is emptied.  An empty one takes no lines until
 * somebody marks the folder again.  None is ever removed, so all who have it
 * open mean the same one.  It need not outlive a power cut, as no mark does.
 *
 * Calling sequence, with the folder open and locked (flock(2), LOCK_EX)
 *
 *	log = fs_changes_open(logs, "raw/ada/tasks/");
 *	if (!fs_changes_read(log, folder, mark, &names) &&
 *	    fs_changes_mark(log, folder, mark) == 0)
 *		... look at all files after the lock is dropped ...
 *
 * and of a writer, who has locked nothing, fs_changes_swap.
 */
#ifndef FS_CHANGES_H
#define FS_CHANGES_H

#include "base/buf.h"
#include "base/std.h"
#include "store/store.h"

#define FS_CHANGES_TRUST_MS 60000
#define FS_CHANGES_MAX      ((size_t)64 << 10) /* bytes of a log, about */

/* An entry of a folder that is to change. */
struct fs_change {
	int logs;
	int folder;       /* open */
	const char *path; /* of the folder below the root */
	const char *name;
	int tmp;          /* a folder, and in it */
	const char *temp; /* the file that gets the name; NULL: remove it */
	int64_t until_ms; /* as in store_set_deadline */
};

/*
 * Change an entry, and note it in the log of its folder, if it has one.  Nobody
 * lists the folder meanwhile: on some file systems a replaced entry moves, and
 * a reader could miss it at both places.  Return -1 with errno, and nothing has
 * changed, if it cannot be done, or those who keep a list would not know.
 */
MUST_USE int fs_changes_swap(const struct fs_change *change);

/* Open the log of a folder, or make it.  Return the descriptor, or -1 with
 * errno. */
MUST_USE int fs_changes_open(int logs, const char *path);

/* Set the mark of this moment.  Return -1 if the folder can have none; the mark
 * is "" then. */
MUST_USE int fs_changes_mark(
    int log, int folder, char mark[STORE_MARK_MAX + 1]);

/*
 * If it is known what has changed since the mark, append these names, each with
 * its '\0', also more than once, move the mark to this moment, and return true.
 */
MUST_USE bool fs_changes_read(
    int log, int folder, char mark[STORE_MARK_MAX + 1], struct buf *names);

#endif
