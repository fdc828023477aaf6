/*
 * bench-nothing FILE: a FastCGI program that does nothing.
 *
 * It answers every request on descriptor 0 with the bytes of FILE (a whole
 * CGI answer, headers and body), in the way our own workers do: the same
 * accept loop, one write.  What it can do in a second is what nginx, libfcgi
 * and the kernel leave to any program; scripts/bench compares with that.
 */
#include <fcgiapp.h>
#include <signal.h>

#include "base/buf.h"

static volatile sig_atomic_t stopping;

static void
stop(int sig)
{
	(void)sig;
	stopping = 1;
}

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

static void
answer_all(FCGX_Request *fcgi, const struct buf *answer)
{
	while (!stopping && FCGX_Accept_r(fcgi) == 0) {
		FCGX_PutStr(answer->s, (int)answer->len, fcgi->out);
		FCGX_Finish_r(fcgi);
	}
}

int
main(int argc, char **argv)
{
	struct sigaction act = {.sa_handler = stop};
	struct buf answer = BUF_INIT;
	FCGX_Request fcgi;

	if (argc != 2 || read_file(argv[1], &answer) == -1) {
		fprintf(stderr, "Usage: bench-nothing FILE\n");
		return 2;
	}
	if (FCGX_Init() != 0 ||
	    FCGX_InitRequest(&fcgi, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return 1;
	sigaction(SIGTERM, &act, NULL);
	sigaction(SIGUSR1, &act, NULL);
	answer_all(&fcgi, &answer);
	buf_release(&answer);
	return 0;
}
