#include "operate/cmd_run.h"

#include <fcntl.h>
#include <getopt.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/start_log.h"
#include "base/buf.h"
#include "base/findings.h"
#include "base/log.h"
#include "base/std.h"
#include "host/notify.h"
#include "inspect/programs.h"
#include "operate/supervisor.h"
#include "settings/conf.h"
#include "settings/conf_file.h"

#define WORKERS_MOST 64

/* What is asked for, and what comes of it: one supervised program per row. */
struct run_site {
	const char *programs_file, *programs_dir, *secrets_dir, *run_dir;
	unsigned workers;
	struct programs programs;
	const struct programs_row **rows;
	struct supervisor_program *supervised;
	size_t n;
	int lock;
};

/* A row, with its own arguments: the path instead of the name. */
struct part {
	const struct run_site *site;
	const struct programs_row *row;
	char *args[PROGRAMS_ARGS_MAX + 1];
	char *socket; /* its path; NULL if it has none */
};

static void
print_options(void)
{
	puts("codex run: starts the programs and keeps them running\n\n"
	     "Usage: codex run [-p FILE] [-d DIR] [-s DIR] [-w N] [ROW...]\n"
	     "  -p FILE     the list of programs\n"
	     "  -d DIR      the folder that they are in\n"
	     "  -s DIR      secrets: the files in DIR/ROW are that program's\n"
	     "  -w N        processes of each program, 1 to 64; default 2\n"
	     "  -h          this text\n\n"
	     "Without rows those of the list run whose need is set. CODEX_RUN\n"
	     "is the folder of their sockets. INT, TERM and HUP end it.");
}

/* Take from the environment what is another program's secret. */
static void
drop_secrets(const struct programs *programs, const struct programs_row *own)
{
	size_t i;

	for (i = 0; i < programs->n; i++) {
		char *copy = std_strdup(programs->rows[i].secrets);
		char *rest = copy, *name;

		while ((name = strsep(&rest, ",")) != NULL)
			if (!programs_list_has(own->secrets, name))
				unsetenv(name);
		free(copy);
	}
	if (own->processes == PROGRAMS_ONE)
		unsetenv("CODEX_PROOF");
}

static void
prepare_program(const struct supervisor_program *program)
{
	const struct part *part = program->arg;
	struct buf dir = BUF_INIT;

	drop_secrets(&part->site->programs, part->row);
	if (part->site->secrets_dir != NULL) {
		buf_addf(
		    &dir, "%s/%s", part->site->secrets_dir, part->row->name);
		setenv("CREDENTIALS_DIRECTORY", dir.s, 1);
	}
	buf_release(&dir);
}

static int
open_socket(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd;

	if (strlen(path) >= sizeof at.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(at.sun_path, path, strlen(path));
	if (unlink(path) == -1 && errno != ENOENT)
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* The mode is the file's from its first moment: fchmod of a socket
	 * does not reach it. */
	umask(0117);
	if (fd != -1 && (bind(fd, (struct sockaddr *)&at, sizeof at) == -1 ||
			    listen(fd, SOMAXCONN) == -1)) {
		close(fd);
		fd = -1;
	}
	umask(077);
	return fd;
}

static unsigned
count_processes(const struct run_site *site, const struct programs_row *row)
{
	switch (row->processes) {
	case PROGRAMS_HALF:
		return (site->workers + 1) / 2;
	case PROGRAMS_ONE:
		return 1;
	case PROGRAMS_ALL:
		break;
	}
	return site->workers;
}

static void
add_socket_path(struct buf *out, const struct run_site *site,
    const struct programs_row *row)
{
	buf_addf(out, "%s/%s.sock", site->run_dir, row->name);
}

static struct part *
make_part(const struct run_site *site, const struct programs_row *row)
{
	struct part *part = std_zalloc(sizeof *part);
	struct buf path = BUF_INIT;

	part->site = site;
	part->row = row;
	memcpy(part->args, row->args, sizeof part->args);
	buf_addf(&path, "%s/%s", site->programs_dir, row->args[0]);
	part->args[0] = std_strdup(path.s);
	if (row->processes != PROGRAMS_ONE) {
		buf_reset(&path);
		add_socket_path(&path, site, row);
		part->socket = std_strdup(path.s);
	}
	buf_release(&path);
	return part;
}

static int
add_program(struct run_site *site, const struct programs_row *row)
{
	struct part *part = make_part(site, row);
	struct supervisor_program *program = &site->supervised[site->n++];

	program->args = part->args;
	program->fd = -1;
	program->processes = count_processes(site, row);
	program->prepare = prepare_program;
	program->arg = part;
	if (part->socket == NULL)
		return 0;
	program->fd = open_socket(part->socket);
	if (program->fd == -1)
		log_err("%s: %s", part->socket, strerror(errno));
	return program->fd == -1 ? -1 : 0;
}

static void
release_site(struct run_site *site)
{
	while (site->n > 0) {
		struct supervisor_program *program =
		    &site->supervised[--site->n];
		struct part *part = (struct part *)program->arg;

		if (program->fd != -1) {
			unlink(part->socket);
			close(program->fd);
		}
		free(part->args[0]);
		free(part->socket);
		free(part);
	}
	free(site->supervised);
	programs_release(&site->programs);
	if (site->lock != -1)
		close(site->lock);
}

/* Two instances in one folder would take each other's sockets away. */
static int
claim_run_dir(struct run_site *site)
{
	if (site->run_dir == NULL) {
		log_err("CODEX_RUN is not set");
		return -1;
	}
	site->lock = open(site->run_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (site->lock == -1) {
		log_err("%s: %s", site->run_dir, strerror(errno));
		return -1;
	}
	if (flock(site->lock, LOCK_EX | LOCK_NB) == -1) {
		log_err("%s is in use by another instance", site->run_dir);
		return -1;
	}
	return 0;
}

static int
read_list(struct run_site *site)
{
	unsigned line;

	if (programs_read(&site->programs, site->programs_file, &line) == 0)
		return 0;
	if (line > 0)
		log_err("%s:%u: no row of programs", site->programs_file, line);
	else
		log_err("%s: %s", site->programs_file, strerror(errno));
	return -1;
}

static int
add_named(struct run_site *site, char *const *names)
{
	const struct programs_row *row;

	for (; *names != NULL; names++) {
		row = programs_find(&site->programs, *names);
		if (row == NULL) {
			log_err(
			    "%s has no row %s", site->programs_file, *names);
			return -1;
		}
		if (add_program(site, row) == -1)
			return -1;
	}
	return 0;
}

/* Remove the file that a run which was killed has left of a part that is off
 * now: by it others would take the part to be on (parts.h). */
static void
drop_socket(const struct run_site *site, const struct programs_row *row)
{
	struct buf path = BUF_INIT;

	add_socket_path(&path, site, row);
	if (unlink(path.s) == -1 && errno != ENOENT)
		log_warn("%s: %s", path.s, strerror(errno));
	buf_release(&path);
}

static int
add_needed(struct run_site *site)
{
	const struct programs_row *row;
	size_t i;

	for (i = 0; i < site->programs.n; i++) {
		row = &site->programs.rows[i];
		if (!programs_is_needed(row))
			drop_socket(site, row);
		else if (add_program(site, row) == -1)
			return -1;
	}
	return 0;
}

/* The programs do not: each takes what it knows, and a default for the rest. */
static void
tell_odd_names(void)
{
	struct findings found = FINDINGS_INIT;

	conf_check_environment(&found);
	start_log_findings(&found);
	findings_release(&found);
}

static void
say_ready(void)
{
	puts("ready");
	fflush(stdout);
	notify_ready();
}

static int
run_site(struct run_site *site, char *const *names, int n_names)
{
	size_t room;
	int status = 1;

	tell_odd_names();
	site->run_dir = conf_file_env("CODEX_RUN");
	if (claim_run_dir(site) == -1 || read_list(site) == -1)
		goto out;
	room = site->programs.n + (size_t)n_names;
	site->supervised = std_zalloc(room * sizeof *site->supervised);
	if ((n_names > 0 ? add_named(site, names) : add_needed(site)) == 0)
		status = supervisor_run(site->supervised, site->n, say_ready);
out:
	release_site(site);
	return status;
}

static int
read_workers(const char *text, unsigned *number)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || n < 1 ||
	    n > WORKERS_MOST)
		return -1;
	*number = (unsigned)n;
	return 0;
}

int
cmd_run_main(int argc, char **argv, const struct cmd_run_places *places)
{
	struct run_site site = {.programs_file = places->programs_file,
	    .programs_dir = places->programs_dir,
	    .workers = 2,
	    .lock = -1};
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'}, {NULL, 0, NULL, 0}};
	int c;

	log_start("codex run", false);
	while ((c = getopt_long(argc, argv, "p:d:s:w:h", longs, NULL)) != -1)
		switch (c) {
		case 'p':
			site.programs_file = optarg;
			break;
		case 'd':
			site.programs_dir = optarg;
			break;
		case 's':
			site.secrets_dir = optarg;
			break;
		case 'w':
			if (read_workers(optarg, &site.workers) == 0)
				break;
			log_err("-w: a number from 1 to 64");
			return 2;
		case 'h':
			print_options();
			return 0;
		default:
			return 2;
		}
	return run_site(&site, argv + optind, argc - optind);
}
