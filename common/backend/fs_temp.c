#include "backend/fs_temp.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backend/fs_file.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"

int
fs_temp_open(int folder, struct buf *name)
{
	const int how = O_WRONLY | O_CREAT | O_EXCL | FS_FILE_NO_LINKS;
	struct stat st;
	bool locked;
	int fd, error;

	for (;;) {
		buf_reset(name);
		enc_random(name, 32);
		fd = openat(folder, name->s, how, 0600);
		if (fd == -1)
			return -1;
		locked = flock(fd, LOCK_EX | LOCK_NB) == 0;
		if ((!locked && errno != EWOULDBLOCK) || fstat(fd, &st) == -1)
			break;
		if (locked && st.st_nlink > 0)
			return fd;
		/* A sweep was there first, and removes it. */
		close(fd);
	}
	error = errno;
	close(fd);
	unlinkat(folder, name->s, 0);
	errno = error;
	return -1;
}

static void
remove_unlocked(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_NONBLOCK | FS_FILE_NO_LINKS);

	if (fd == -1)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		unlinkat(folder, name, 0);
	close(fd);
}

void
fs_temp_sweep(int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | FS_FILE_NO_LINKS);
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			remove_unlocked(fd, entry->d_name);
	closedir(dir);
}
