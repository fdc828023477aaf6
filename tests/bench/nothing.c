/*
 * bench-nothing FILE: a FastCGI program that does nothing.
 *
 * It answers every request on descriptor 0 with the bytes of FILE (a whole CGI
 * answer, headers and body), over the same channel as our own workers.  What it
 * can do in a second is what nginx, libfcgi and the kernel leave to any program;
 * scripts/bench compares with that.
 */
#include "api/channel.h"
#include "base/buf.h"

static int
read_file(const char *path, struct buf *out)
{
	FILE *f = fopen(path, "re");
	char chunk[4096];
	size_t n;

	if (f == NULL)
		return -1;
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(out, chunk, n);
	fclose(f);
	return 0;
}

/* Read the request to its end, else the connection would not be kept. */
static void
answer(const struct channel *channel, const struct buf *bytes)
{
	const struct buf nothing = BUF_INIT;
	char rest[256];

	while (channel->read(channel->arg, rest, sizeof rest) > 0)
		continue;
	channel->write(channel->arg, bytes, &nothing);
}

int
main(int argc, char **argv)
{
	struct buf bytes = BUF_INIT;
	struct channel *channel;

	if (argc != 2 || read_file(argv[1], &bytes) == -1) {
		fprintf(stderr, "Usage: bench-nothing FILE\n");
		return 2;
	}
	if (channel_open(&channel, 0) == -1)
		return 1;
	while (channel_accept(channel) == 1)
		answer(channel, &bytes);
	channel_close(channel);
	buf_release(&bytes);
	return 0;
}
