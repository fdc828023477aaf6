#include "carry/bundle.h"

#include <archive.h>
#include <archive_entry.h>
#include <locale.h>
#include <sodium.h>
#include <unistd.h>

#include "base/json.h"
#include "base/std.h"
#include "store/store.h"

#define HEAD_NAME "BUNDLE"
#define SUMS_NAME "SHA256SUMS"
#define BLOB_TOP  "store/"
/* Of a bundle's last entry: 100 bytes and a key for each of a million blobs. */
#define SUMS_MOST ((size_t)256 << 20)
#define BLOCK     65536

struct bundle_writer {
	struct archive *archive;
	int fd;
	struct buf sums;
};

/* Names are UTF-8, whatever the locale of the caller is; libarchive asks it. */
static void
speak_utf8(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
}

static int
fail_archive(struct err *err, enum msg_id id, struct archive *archive)
{
	const char *why = archive_error_string(archive);

	err_set(err, ERR_SETTING, id);
	return err_detail(err, "%s", why != NULL ? why : "");
}

static void
add_sum(struct buf *sums, const char *name, const struct buf *bytes)
{
	unsigned char sum[crypto_hash_sha256_BYTES];
	char hex[2 * sizeof sum + 1];

	crypto_hash_sha256(sum, (const unsigned char *)bytes->s,
	    (unsigned long long)bytes->len);
	sodium_bin2hex(hex, sizeof hex, sum, sizeof sum);
	buf_addf(sums, "%s  %s\n", hex, name);
}

/* Writing. */

static int
write_entry(struct bundle_writer *writer, const char *name,
    const struct buf *bytes, int64_t modified_ms, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();
	int rc = 0;

	if (entry == NULL)
		return fail_archive(err, MSG_BUNDLE_UNWRITTEN, writer->archive);
	archive_entry_copy_pathname(entry, name);
	archive_entry_set_size(entry, (la_int64_t)bytes->len);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0600);
	archive_entry_set_mtime(entry, (time_t)(modified_ms / 1000),
	    (long)(modified_ms % 1000) * 1000000);
	if (archive_write_header(writer->archive, entry) != ARCHIVE_OK ||
	    archive_write_data(writer->archive, bytes->s, bytes->len) !=
		(la_ssize_t)bytes->len)
		rc = fail_archive(err, MSG_BUNDLE_UNWRITTEN, writer->archive);
	archive_entry_free(entry);
	return rc;
}

static int
write_head(struct bundle_writer *writer, struct err *err)
{
	struct buf head = BUF_INIT;
	int rc;

	json_open(&head, '{');
	json_key(&head, "v");
	json_add_int(&head, BUNDLE_VERSION);
	json_key(&head, "by");
	json_add_str(&head, PACKAGE_STRING);
	json_close(&head, '}');
	buf_addc(&head, '\n');
	rc = write_entry(writer, HEAD_NAME, &head, 0, err);
	buf_release(&head);
	return rc;
}

int
bundle_create(int fd, struct bundle_writer **out, struct err *err)
{
	struct bundle_writer *writer = std_zalloc(sizeof *writer);
	struct archive *archive = archive_write_new();

	speak_utf8();
	*writer = (struct bundle_writer){archive, fd, BUF_INIT};
	if (archive == NULL ||
	    archive_write_add_filter_gzip(archive) != ARCHIVE_OK ||
	    archive_write_set_format_pax_restricted(archive) != ARCHIVE_OK ||
	    archive_write_open_fd(archive, fd) != ARCHIVE_OK) {
		fail_archive(err, MSG_BUNDLE_UNWRITTEN, archive);
		bundle_abandon(writer);
		return -1;
	}
	if (write_head(writer, err) == -1) {
		bundle_abandon(writer);
		return -1;
	}
	*out = writer;
	return 0;
}

int
bundle_add(struct bundle_writer *writer, const char *key,
    const struct buf *bytes, int64_t modified_ms, struct err *err)
{
	struct buf name = BUF_INIT;
	int rc;

	buf_addf(&name, BLOB_TOP "%s", key);
	rc = write_entry(writer, name.s, bytes, modified_ms, err);
	if (rc == 0)
		add_sum(&writer->sums, name.s, bytes);
	buf_release(&name);
	return rc;
}

int
bundle_finish(struct bundle_writer *writer, struct err *err)
{
	int rc = write_entry(writer, SUMS_NAME, &writer->sums, 0, err);

	if (rc == 0 && archive_write_close(writer->archive) != ARCHIVE_OK)
		rc = fail_archive(err, MSG_BUNDLE_UNWRITTEN, writer->archive);
	if (rc == 0 && fsync(writer->fd) == -1) {
		err_set(err, ERR_SETTING, MSG_BUNDLE_UNWRITTEN);
		rc = err_detail(err, "%s", strerror(errno));
	}
	bundle_abandon(writer);
	return rc;
}

void
bundle_abandon(struct bundle_writer *writer)
{
	if (writer == NULL)
		return;
	archive_write_free(writer->archive);
	buf_release(&writer->sums);
	free(writer);
}

/* Reading. */

struct reader {
	struct archive *archive;
	bundle_take_fn *take;
	void *arg;
	struct buf sums;
};

static int
fail_read(struct reader *reader, struct err *err)
{
	return fail_archive(err, MSG_BUNDLE_BROKEN, reader->archive);
}

static int
unpack_bytes(
    struct reader *reader, size_t most, struct buf *bytes, struct err *err)
{
	char block[BLOCK];
	la_ssize_t n;

	buf_reset(bytes);
	while (
	    (n = archive_read_data(reader->archive, block, sizeof block)) > 0) {
		if (bytes->len + (size_t)n > most)
			return err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
		buf_add(bytes, block, (size_t)n);
	}
	return n == 0 ? 0 : fail_read(reader, err);
}

/* Read the next entry: 1, its name and bytes; 0 at the end of the file. */
static int
unpack_entry(
    struct reader *reader, struct buf *name, struct buf *bytes, struct err *err)
{
	struct archive_entry *entry;
	const char *path;
	size_t most;
	int rc = archive_read_next_header(reader->archive, &entry);

	if (rc == ARCHIVE_EOF)
		return 0;
	if (rc != ARCHIVE_OK)
		return fail_read(reader, err);
	path = archive_entry_pathname(entry);
	if (path == NULL || archive_entry_filetype(entry) != AE_IFREG)
		return err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
	buf_reset(name);
	buf_adds(name, path);
	most = strcmp(path, SUMS_NAME) == 0 ? SUMS_MOST : STORE_BLOB_MAX;
	return unpack_bytes(reader, most, bytes, err) == 0 ? 1 : -1;
}

static int
unpack_head(
    struct reader *reader, struct buf *name, struct buf *bytes, struct err *err)
{
	struct json_object *head = NULL;
	int64_t v;
	int rc = unpack_entry(reader, name, bytes, err);

	if (rc == -1)
		return -1;
	if (rc == 0 || strcmp(name->s, HEAD_NAME) != 0 ||
	    json_parse(bytes->s, bytes->len, &head, err) == -1)
		return err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
	v = json_get_int(head, "v", 0);
	json_object_put(head);
	if (v > BUNDLE_VERSION)
		return err_set(err, ERR_NEWER, MSG_BUNDLE_NEWER);
	return v == BUNDLE_VERSION
		   ? 0
		   : err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
}

static int
take_unpacked(struct reader *reader, const struct buf *name,
    const struct buf *bytes, struct err *err)
{
	const char *key = name->s + strlen(BLOB_TOP);

	if (!std_starts(name->s, BLOB_TOP) || !store_key_ok(key))
		return err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
	add_sum(&reader->sums, name->s, bytes);
	return reader->take(reader->arg, key, bytes, err);
}

/* Read all entries up to the sums, which must be the last and true. */
static int
unpack_all(
    struct reader *reader, struct buf *name, struct buf *bytes, struct err *err)
{
	int rc = unpack_head(reader, name, bytes, err);

	if (rc == -1)
		return -1;
	while ((rc = unpack_entry(reader, name, bytes, err)) == 1 &&
	       strcmp(name->s, SUMS_NAME) != 0)
		if (take_unpacked(reader, name, bytes, err) == -1)
			return -1;
	if (rc == 0)
		return err_set(err, ERR_SETTING, MSG_BUNDLE_CUT);
	if (rc == -1)
		return -1;
	if (bytes->len != reader->sums.len ||
	    memcmp(bytes->s, reader->sums.s, bytes->len) != 0)
		return err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN);
	/* The rest of the file tells a damaged end. */
	rc = unpack_entry(reader, name, bytes, err);
	return rc == 1 ? err_set(err, ERR_SETTING, MSG_BUNDLE_BROKEN) : rc;
}

int
bundle_read(int fd, bundle_take_fn *take, void *arg, struct err *err)
{
	struct reader reader = {.archive = archive_read_new(),
	    .take = take,
	    .arg = arg,
	    .sums = BUF_INIT};
	struct buf name = BUF_INIT, bytes = BUF_INIT;
	int rc;

	speak_utf8();
	if (lseek(fd, 0, SEEK_SET) == -1 || reader.archive == NULL ||
	    archive_read_support_filter_gzip(reader.archive) != ARCHIVE_OK ||
	    archive_read_support_format_tar(reader.archive) != ARCHIVE_OK ||
	    archive_read_open_fd(reader.archive, fd, BLOCK) != ARCHIVE_OK)
		rc = fail_read(&reader, err);
	else
		rc = unpack_all(&reader, &name, &bytes, err);
	archive_read_free(reader.archive);
	buf_release(&reader.sums);
	buf_release(&name);
	buf_release(&bytes);
	return rc;
}
