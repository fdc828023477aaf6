#include "store/changes.h"

#include "base/enc.h"
#include "base/std.h"
#include "store/store.h"

void
changes_add_file(struct buf *files, const char *file)
{
	size_t at;

	if (files->len > STORE_NOTE_MAX)
		return;
	for (at = 0; at < files->len; at += strlen(files->s + at) + 1)
		if (strcmp(files->s + at, file) == 0)
			return;
	buf_add(files, file, strlen(file) + 1);
}

bool
changes_is_token(const char *s, size_t len)
{
	size_t i;

	if (len == 0 || len > CHANGES_TOKEN_MAX || s[0] == '-')
		return false;
	for (i = 0; i < len; i++)
		if (!(s[i] >= '0' && s[i] <= '9') &&
		    !(s[i] >= 'a' && s[i] <= 'z') && s[i] != '-')
			return false;
	return true;
}

void
changes_note(struct buf *note, const char *replaced, const struct buf *files)
{
	struct buf made = BUF_INIT;
	size_t at;

	if (files != NULL && changes_is_token(replaced, strlen(replaced))) {
		buf_adds(&made, replaced);
		for (at = 0; at < files->len; at += strlen(files->s + at) + 1) {
			buf_addc(&made, ',');
			enc_percent(&made, files->s + at, "");
		}
		if (made.len > STORE_NOTE_MAX)
			buf_reset(&made);
		else if (note->len > 0)
			buf_addf(&made, ";%s", note->s);
	}
	while (made.len > STORE_NOTE_MAX)
		buf_cut(&made, (size_t)(strrchr(made.s, ';') - made.s));
	buf_move(note, &made);
	buf_release(&made);
}

/* Add the files of one entry, which ends at `end`. */
static bool
add_files(const char *at, const char *end, struct buf *files)
{
	struct buf file = BUF_INIT;
	bool ok = true;

	while (ok && at < end) {
		size_t len = strcspn(++at, ",;");

		buf_reset(&file);
		ok = enc_unpercent(&file, at, len, false) == 0 &&
		     store_segment_ok(file.s);
		if (ok)
			changes_add_file(files, file.s);
		at += len;
	}
	buf_release(&file);
	return ok;
}

bool
changes_since(const char *note, const char *token, struct buf *files)
{
	size_t len = strlen(token);

	/* A newer program's may have more files than changes_add_file takes. */
	if (strlen(note) > STORE_NOTE_MAX)
		return false;
	while (*note != '\0') {
		size_t of_token = strcspn(note, ",;");
		size_t all = strcspn(note, ";");

		if (!add_files(note + of_token, note + all, files))
			return false;
		if (of_token == len && strncmp(note, token, len) == 0)
			return true;
		note += all;
		note += *note == ';';
	}
	return false;
}
