/* Replays what the fuzz targets have been given, and what they once found. */
#include <dirent.h>

#include "fuzz.h"
#include "t.h"

static size_t
replay(const struct fuzz_target *target)
{
	struct buf path = BUF_INIT, bytes = BUF_INIT;
	struct dirent *entry;
	size_t n = 0;
	DIR *folder;

	buf_addf(&path, "fuzz/%s", target->name);
	folder = opendir(t_data_path(path.s));
	ck_assert_msg(folder != NULL, "no corpus of %s", target->name);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		buf_reset(&path);
		buf_addf(&path, "fuzz/%s/%s", target->name, entry->d_name);
		buf_reset(&bytes);
		t_data(&bytes, path.s);
		target->run(bytes.s, bytes.len);
		n++;
	}
	closedir(folder);
	buf_release(&path);
	buf_release(&bytes);
	return n;
}

START_TEST(every_corpus_is_taken_without_a_finding)
{
	size_t i;

	for (i = 0; i < fuzz_n_targets; i++)
		ck_assert_uint_gt(replay(&fuzz_targets[i]), 0);
}
END_TEST

T_MAIN("fuzz", every_corpus_is_taken_without_a_finding)
