#include "edit/import.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/numbers.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/msg.h"
#include "base/std.h"
#include "store/fill.h"
#include "store/names.h"
#include "store/store.h"
#include "task/task.h"

static void
tell_file(const struct import *import, enum msg_id id, const char *what)
{
	struct msg msg;

	msg_set(&msg, id);
	msg_value(&msg, "%s", what);
	import->tell(import->arg, &msg);
}

/* Note that one more file, or entry, is done. */
static void
count_file_done(struct import *import, size_t *count)
{
	(*count)++;
	if (import->progress != NULL)
		import->progress(import->arg,
		    import->added + import->same + import->kept + import->left,
		    import->of);
}

/* Tell that the entry of a folder of tasks is none, of an odd one why. */
static void
tell_no_task(struct import *import, const char *name, const char *path)
{
	bool odd = names_sort(name) == NAMES_SORT_ODD;
	struct msg msg, reason;

	msg_set(&msg, odd ? MSG_IMPORT_NAME : MSG_IMPORT_NO_TASK);
	msg_value(&msg, "%s", path);
	if (odd) {
		msg_set(&reason, names_fault(name));
		msg_cause(&msg, &reason);
	}
	import->tell(import->arg, &msg);
	count_file_done(import, &import->left);
}

static void
tell_two_folders(
    const struct import *import, const char *first, const char *second)
{
	struct msg msg;

	msg_set(&msg, MSG_IMPORT_TWO_FOLDERS);
	msg_value(&msg, "%s", first);
	msg_value(&msg, "%s", second);
	import->tell(import->arg, &msg);
}

static int
compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct folder {
	char **names; /* sorted, without those that start with a dot */
	size_t n, cap;
};

static int
list_folder(const char *path, struct folder *folder, struct err *err)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	memset(folder, 0, sizeof *folder);
	if (dir == NULL)
		goto fail;
	/* readdir tells the end from a failure only by errno. */
	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		STD_GROW(folder->names, folder->n, folder->cap);
		folder->names[folder->n++] = std_strdup(entry->d_name);
	}
	if (errno != 0)
		goto fail;
	closedir(dir);
	if (folder->n > 0)
		qsort(folder->names, folder->n, sizeof *folder->names,
		    compare_texts);
	return 0;
fail:
	err_set(err, ERR_SETTING, MSG_IMPORT_FOLDER);
	err_value(err, "%s", path);
	err_value(err, "%s", strerror(errno));
	if (dir != NULL)
		closedir(dir);
	return -1;
}

static void
folder_release(struct folder *folder)
{
	while (folder->n > 0)
		free(folder->names[--folder->n]);
	free(folder->names);
}

/*
 * Read a file into out: 1 if it was read, 0 if it is no regular file or is too
 * large, -1 on failure.  O_NONBLOCK, so that a FIFO does not hold it up.
 */
static int
read_vault_file(const char *path, struct buf *out, struct err *err)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	char chunk[16384];
	ssize_t n = 0;

	if (fd == -1 && (errno == ELOOP || errno == ENXIO))
		return 0;
	if (fd == -1 || fstat(fd, &st) == -1)
		goto fail;
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > STORE_BLOB_MAX) {
		close(fd);
		return 0;
	}
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		buf_add(out, chunk, (size_t)n);
	if (n == 0) {
		close(fd);
		return 1;
	}
fail:
	if (fd != -1)
		close(fd);
	err_set(err, ERR_SETTING, MSG_IMPORT_FILE);
	err_value(err, "%s", path);
	return err_value(err, "%s", strerror(errno));
}

/* Count what became of a file. */
static int
count_put(void *arg, const struct fill_blob *blob, enum fill_result result,
    const char *etag, struct err *err)
{
	struct import *import = arg;

	(void)etag;
	(void)err;
	if (result == FILL_ADDED) {
		count_file_done(import, &import->added);
	} else if (result == FILL_SAME) {
		count_file_done(import, &import->same);
	} else {
		tell_file(import, MSG_IMPORT_KEPT, blob->key);
		count_file_done(import, &import->kept);
	}
	return 0;
}

/* The tasks of one folder. */
struct tasks {
	const char *path; /* .../tasks */
	const char *user;
	unsigned next_id; /* highest number + 1 */
};

/* Add one file, or tell that it is left out. */
static int
take_file(struct import *import, struct tasks *tasks, const char *name,
    struct fill *fill, struct err *err)
{
	struct buf path = BUF_INIT, key = BUF_INIT, bytes = BUF_INIT;
	int rc;

	buf_addf(&path, "%s/%s", tasks->path, name);
	if (!names_file_ok(name)) {
		tell_no_task(import, name, path.s);
		buf_release(&path);
		return 0;
	}
	rc = read_vault_file(path.s, &bytes, err);
	if (rc == 1) {
		names_task_key(&key, tasks->user, name);
		if (names_number(name) >= tasks->next_id)
			tasks->next_id = names_number(name) + 1;
		rc = fill_add(fill, key.s, &bytes, err);
	} else if (rc == 0) {
		tell_file(import, MSG_IMPORT_SKIPPED, path.s);
		count_file_done(import, &import->left);
	}
	buf_release(&bytes);
	buf_release(&path);
	buf_release(&key);
	return rc;
}

static int
take_tasks(struct app *app, struct import *import, struct tasks *tasks,
    struct err *err)
{
	struct fill fill = FILL_INIT(app->store, count_put, import);
	struct folder folder;
	size_t i;
	int rc = list_folder(tasks->path, &folder, err);

	for (i = 0; rc == 0 && i < folder.n; i++)
		rc = take_file(import, tasks, folder.names[i], &fill, err);
	if (rc == 0)
		rc = fill_end(&fill, err);
	fill_release(&fill);
	folder_release(&folder);
	return rc;
}

/* Import one user's folder; then raise the next number and the version, this one
 * even after a failure, as a part may be stored. */
static int
take_user(struct app *app, struct import *import, const char *path,
    const char *user, struct err *err)
{
	struct tasks tasks = {.path = path, .user = user};
	struct err unused = ERR_INIT;
	int rc = take_tasks(app, import, &tasks, err);

	if (tasks.next_id == 0)
		return rc;
	if (rc == 0) {
		import->users++;
		rc = numbers_raise(app, user, tasks.next_id, err);
	}
	/* Put no mark: the files come from Git, which has them. */
	if (rc == 0)
		return app_bump(app, user, NULL, err);
	(void)!app_bump(app, user, NULL, &unused);
	return -1;
}

static bool
is_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/*
 * Return the folder before the i-th that differs from it only in case, NULL
 * if there is none: both would become one user's mirror.
 */
static const char *
find_twin(const struct folder *folder, size_t i)
{
	size_t k;

	for (k = 0; k < i; k++)
		if (strcasecmp(folder->names[k], folder->names[i]) == 0)
			return folder->names[k];
	return NULL;
}

/* What an entry of the base folder is. */
enum entry { ENTRY_OTHER, ENTRY_NO_USER, ENTRY_USER };

/* Tell what the entry is, and append its folder of tasks and its user. */
static enum entry
judge_base_entry(
    const char *base, const char *name, struct buf *path, struct buf *user)
{
	const char *c;
	bool is;

	buf_addf(path, "%s/%s", base, name);
	is = is_folder(path->s);
	buf_adds(path, "/tasks");
	if (!is || !is_folder(path->s))
		return ENTRY_OTHER;
	for (c = name; *c != '\0'; c++)
		buf_addc(user, (char)tolower((unsigned char)*c));
	return names_user_ok(user->s) ? ENTRY_USER : ENTRY_NO_USER;
}

/* Import the i-th entry of the base folder, if it is a user's folder. */
static int
take_entry(struct app *app, struct import *import, const char *base,
    const struct folder *folder, size_t i, struct err *err)
{
	const char *name = folder->names[i], *other = find_twin(folder, i);
	struct buf path = BUF_INIT, user = BUF_INIT;
	enum entry entry = judge_base_entry(base, name, &path, &user);
	int rc = 0;

	if (entry == ENTRY_NO_USER)
		tell_file(import, MSG_IMPORT_NO_USER, name);
	if (entry == ENTRY_USER && other != NULL)
		tell_two_folders(import, other, name);
	if (entry == ENTRY_USER)
		rc = take_user(app, import, path.s, user.s, err);
	buf_release(&path);
	buf_release(&user);
	return rc;
}

/* Count what the i-th entry of the base folder has, as take_entry takes it. */
static int
count_entry(struct import *import, const char *base,
    const struct folder *folder, size_t i, struct err *err)
{
	struct buf path = BUF_INIT, user = BUF_INIT;
	struct folder tasks;
	int rc = 0;

	if (judge_base_entry(base, folder->names[i], &path, &user) ==
	    ENTRY_USER) {
		rc = list_folder(path.s, &tasks, err);
		import->of += tasks.n;
		folder_release(&tasks);
	}
	buf_release(&path);
	buf_release(&user);
	return rc;
}

int
import_run(struct app *app, struct import *import, struct err *err)
{
	struct buf base = BUF_INIT;
	struct folder folder;
	size_t i;
	int rc;

	buf_addf(&base, "%s/%s", import->dir, app->conf.git_base_path);
	rc = list_folder(base.s, &folder, err);
	for (i = 0; rc == 0 && import->progress && i < folder.n; i++)
		rc = count_entry(import, base.s, &folder, i, err);
	for (i = 0; rc == 0 && i < folder.n; i++)
		rc = take_entry(app, import, base.s, &folder, i, err);
	folder_release(&folder);
	buf_release(&base);
	return rc;
}
