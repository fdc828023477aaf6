#include "git/github_limit.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/err.h"
#include "base/span.h"

#define DIGITS 20
#define WIDTH  (2 * DIGITS + 1) /* two numbers and a blank */

/* Return the time in the file; 0 if there is none that can be right. */
static int64_t
read_limit(int fd)
{
	char text[WIDTH + 1] = "";
	int64_t since, until;

	if (pread(fd, text, WIDTH, 0) != WIDTH)
		return 0;
	since = strtoll(text, NULL, 10);
	until = strtoll(text + DIGITS, NULL, 10);
	if (until < since || until - since > GITHUB_WAIT_MAX_MS)
		return 0;
	return span_lasts(since, until - since, clock_real_ms()) ? until : 0;
}

int
github_limit_open(struct github_limit *limit, const char *run,
    const char *token, struct github *github, struct err *err)
{
	char hash[ENC_HASH_LEN + 1];
	struct buf path = BUF_INIT;

	enc_hash(token, strlen(token), hash);
	buf_addf(&path, "%s/limit-%s", run, hash);
	limit->fd = open(path.s, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    S_IRUSR | S_IWUSR);
	if (limit->fd == -1) {
		err_set(err, ERR_SETTING, MSG_CONF_RUN_READ_ONLY);
		err_detail(err, "%s: %s", path.s, strerror(errno));
	} else {
		limit->until_ms = read_limit(limit->fd);
		github_limit(github, limit->until_ms);
	}
	buf_release(&path);
	return limit->fd == -1 ? -1 : 0;
}

int
github_limit_keep(struct github_limit *limit, const struct github *github)
{
	int64_t until = github_limited_until(github);
	char text[WIDTH + 1];

	if (until == limit->until_ms)
		return 0;
	limit->until_ms = until;
	/* All digits, so that none of an earlier number stays. */
	snprintf(text, sizeof text, "%0*lld %0*lld", DIGITS,
	    (long long)clock_real_ms(), DIGITS, (long long)until);
	return pwrite(limit->fd, text, WIDTH, 0) == WIDTH ? 0 : -1;
}

void
github_limit_close(struct github_limit *limit)
{
	if (limit->fd != -1)
		close(limit->fd);
	limit->fd = -1;
}
