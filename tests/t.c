#include "t.h"

#include <ftw.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "settings/conf_table.h"

static char scratch[256];

int
t_run(const char *name, const TTest *const *tests, size_t n)
{
	Suite *suite = suite_create(name);
	SRunner *runner;
	TCase *one;
	size_t i;
	int failed;

	/* A case of its own for each, so that CK_RUN_CASE can choose it. */
	for (i = 0; i < n; i++) {
		one = tcase_create(tests[i]->name);
		tcase_set_timeout(one, t_long() ? 3600 : 300);
		tcase_add_test(one, tests[i]);
		suite_add_tcase(suite, one);
	}
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? 0 : 1;
}

void
t_read(struct buf *out, const char *path)
{
	FILE *f = fopen(path, "rb");
	char chunk[8192];
	size_t n;

	ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
}

const char *
t_data_path(const char *name)
{
	static char path[1024];
	const char *top = getenv("srcdir");

	snprintf(path, sizeof path, "%s/tests/data/%s", top ? top : ".", name);
	return path;
}

void
t_data(struct buf *out, const char *name)
{
	t_read(out, t_data_path(name));
}

void
t_golden(const char *name, const void *bytes, size_t len)
{
	struct buf want = BUF_INIT;
	const char *path = t_data_path(name);
	FILE *f;

	if (getenv("T_RENEW") != NULL) {
		f = fopen(path, "wb");
		ck_assert_msg(f != NULL, "%s: %s", path, strerror(errno));
		ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
		fclose(f);
		return;
	}

	t_read(&want, path);
	ck_assert_msg(want.len == len && memcmp(want.s, bytes, len) == 0,
	    "%s differs; it should be:\n%.*s\nbut is:\n%.*s", name,
	    (int)want.len, want.s, (int)len, (const char *)bytes);
	buf_release(&want);
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void
remove_scratch(void)
{
	nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *
t_scratch(void)
{
	const char *tmp = getenv("TMPDIR");

	if (scratch[0] != '\0')
		return scratch;

	snprintf(scratch, sizeof scratch, "%s/codex-test-XXXXXX",
	    tmp != NULL ? tmp : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(scratch));
	atexit(remove_scratch);
	return scratch;
}

static bool
has_waiter(ino_t inode)
{
	FILE *f = fopen("/proc/locks", "r");
	char line[256], file[40];
	bool found = false;

	ck_assert_ptr_nonnull(f);
	snprintf(file, sizeof file, ":%llu ", (unsigned long long)inode);
	while (!found && fgets(line, sizeof line, f) != NULL)
		found = strstr(line, "-> FLOCK ") != NULL &&
			strstr(line, file) != NULL;
	fclose(f);
	return found;
}

bool
t_await_waiter(int fd)
{
	const struct timespec pause = {0, 1000000};
	struct stat st;
	int left;

	ck_assert_int_eq(fstat(fd, &st), 0);
	for (left = 60000; left > 0; left--) {
		if (has_waiter(st.st_ino))
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

const char *
t_text(const struct err *err)
{
	static char text[MSG_TEXT_MAX];

	return err_text(err, text);
}

const struct msg *
t_msg(const char *text)
{
	static struct msg msg;

	msg_set(&msg, MSG_SYNC_SAYS);
	msg_value(&msg, "%s", text);
	return &msg;
}

void
t_clear_settings(void)
{
	size_t i, n;
	const struct conf_setting *settings = conf_table(&n);

	for (i = 0; i < n; i++)
		unsetenv(settings[i].name);
}

bool
t_long(void)
{
	return getenv("T_LONG") != NULL;
}
