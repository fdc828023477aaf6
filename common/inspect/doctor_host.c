#include "inspect/doctor_host.h"

#include <dirent.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "api/parts.h"
#include "base/buf.h"
#include "base/findings.h"
#include "base/msg.h"
#include "base/std.h"
#include "inspect/listener.h"
#include "inspect/programs.h"
#include "settings/conf.h"
#include "store/names.h"
#include "sync/bell.h"

/* Tell if others of this machine have any of these rights. */
static bool
check_others(const char *path, mode_t rights, struct findings *found)
{
	struct stat st;
	struct msg msg;

	if (stat(path, &st) == -1 || (st.st_mode & rights) == 0)
		return true;
	msg_set(&msg, MSG_DOCTOR_RIGHTS);
	msg_value(&msg, "%s", path);
	findings_add(found, FINDING_ERROR, "rechte", path, &msg);
	return false;
}

/* As root. */

/* Append what a command says; return its exit status, or -1 if it did not end by
 * itself. */
static int
run_command(char *const *args, struct buf *said)
{
	char block[1024];
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	if (pipe(ends) == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		dup2(ends[1], STDERR_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(args[0], args);
		_exit(127);
	}
	close(ends[1]);
	while (pid != -1 && (n = read(ends[0], block, sizeof block)) > 0)
		buf_add(said, block, (size_t)n);
	close(ends[0]);
	if (pid == -1 || waitpid(pid, &status, 0) == -1 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* Cut the text down to its first line of weight. */
static void
keep_first_fault(struct buf *said)
{
	const char *fault = strstr(said->s, "[emerg]");
	struct buf line = BUF_INIT;

	if (fault == NULL)
		fault = said->s;
	buf_add(&line, fault, strcspn(fault, "\n"));
	buf_move(said, &line);
}

static void
check_nginx(struct findings *found)
{
	char program[] = "nginx", test[] = "-t", quiet[] = "-q";
	char *const args[] = {program, test, quiet, NULL};
	struct buf said = BUF_INIT;
	struct msg msg;
	int status = run_command(args, &said);

	/* 127: there is none, it may run elsewhere. */
	if (status != 0 && status != 127) {
		keep_first_fault(&said);
		msg_set(&msg, MSG_DOCTOR_NGINX);
		msg_value(&msg, "%s", said.s);
		findings_add(found, FINDING_ERROR, "nginx", "nginx -t", &msg);
	}
	buf_release(&said);
}

/* The other workers of its program go on, so that nothing else tells. */
static void
tell_given_up(const char *unit, size_t len, struct findings *found)
{
	char name[128];
	struct msg msg;

	snprintf(name, sizeof name, "%.*s", (int)len, unit);
	msg_set(&msg, MSG_DOCTOR_GIVEN_UP);
	msg_value(&msg, "%s", name);
	findings_add(found, FINDING_ERROR, "programm", name, &msg);
}

/* Ask systemd, where it runs, for the workers that it has given up. */
static void
check_units(struct findings *found)
{
	char program[] = "systemctl", list[] = "list-units",
	     plain[] = "--plain", bare[] = "--no-legend",
	     failed[] = "--state=failed",
	     workers[] = "codex-miroir-*@*.service";
	char *const args[] = {
	    program, list, plain, bare, failed, workers, NULL};
	struct buf said = BUF_INIT;
	const char *line;

	if (run_command(args, &said) == 0)
		for (line = said.s; *line != '\0'; line += strspn(line, "\n")) {
			if (std_starts(line, "codex-miroir-"))
				tell_given_up(
				    line, strcspn(line, " \n"), found);
			line += strcspn(line, "\n");
		}
	buf_release(&said);
}

static void
check_readers(const char *path, struct findings *found)
{
	struct stat st;
	struct msg msg;

	if (stat(path, &st) == -1 || (st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return;
	msg_set(&msg, MSG_DOCTOR_OPEN);
	msg_value(&msg, "%s", path);
	findings_add(found, FINDING_ERROR, "rechte", path, &msg);
}

/* Only root shall read what the units get by LoadCredential=. */
static void
check_credstore(const char *folder, struct findings *found)
{
	static const char lead[] = "codex-miroir.";
	struct buf path = BUF_INIT;
	const struct dirent *entry;
	DIR *dir = opendir(folder);

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (std_starts(entry->d_name, lead)) {
			buf_reset(&path);
			buf_addf(&path, "%s/%s", folder, entry->d_name);
			check_readers(path.s, found);
		}
	if (dir != NULL)
		closedir(dir);
	buf_release(&path);
}

/* Who may write the settings, or put another file in their place, decides where
 * the store is and who may come in. */
static void
check_settings_file(const char *path, struct findings *found)
{
	struct buf folder = BUF_INIT;

	buf_add(&folder, path, (size_t)(strrchr(path, '/') - path));
	check_others(path, S_IWOTH, found);
	check_others(folder.s, S_IWOTH, found);
	buf_release(&folder);
}

void
doctor_host_as_root(
    const struct doctor_host_places *places, struct findings *found)
{
	if (geteuid() != 0)
		return;
	check_nginx(found);
	check_units(found);
	if (places->settings != NULL)
		check_settings_file(places->settings, found);
	if (places->proof != NULL)
		check_readers(places->proof, found);
	if (places->secrets == NULL)
		return;
	check_others(places->secrets, S_IWOTH, found);
	check_credstore(places->secrets, found);
}

/* As anybody who may use the sockets. */

/* Look at the socket of a program: one that the site has must take a
 * connection, and there must be none of another (`is_left`). */
static void
check_socket(const struct doctor_host_places *places, const char *name,
    bool is_left, struct findings *found)
{
	struct buf path = BUF_INIT;
	struct msg msg;

	buf_addf(&path, "%s/%s.sock", places->sockets, name);
	msg_set(&msg, is_left ? MSG_DOCTOR_LEFT : MSG_DOCTOR_SOCKET);
	msg_value(&msg, "%s", name);
	if (is_left) {
		findings_add(found, FINDING_WARN, "socket", path.s, &msg);
	} else if (listener_connect(path.s, NULL) == -1) {
		msg_value(&msg, "%s", strerror(errno));
		findings_add(found, FINDING_ERROR, "socket", path.s, &msg);
	}
	buf_release(&path);
}

static void
check_worker(const struct app *app, struct findings *found)
{
	struct msg msg;

	if (bell_is_heard(app))
		return;
	msg_set(&msg, MSG_DOCTOR_WORKER);
	findings_add(found, FINDING_ERROR, "worker", "codex-sync --work", &msg);
}

/* The store makes its folders for its user alone, in whatever folder. */
static void
check_store_folder(const char *folder, struct findings *found)
{
	struct buf path = BUF_INIT;
	struct stat st;
	size_t i;
	bool open;

	if (!check_others(folder, S_IWOTH, found))
		return;
	open = stat(folder, &st) == 0 && (st.st_mode & S_IXOTH) != 0;
	for (i = 0; open && i < NAMES_AREAS; i++) {
		buf_reset(&path);
		buf_addf(
		    &path, "%s/%s", folder, names_area((enum names_area)i));
		check_others(path.s, S_IRWXO, found);
	}
	buf_release(&path);
}

/* A program that starts refuses keys that others can read. */
static void
check_rights(const struct app *app, const struct doctor_host_places *places,
    struct findings *found)
{
	const struct conf *conf = &app->conf;

	if (conf->key_file != NULL && !conf_is_local(conf))
		check_others(conf->key_file, S_IRWXG | S_IRWXO, found);
	if (conf->azure_blob_conn == NULL && conf->store != NULL)
		check_store_folder(conf->store + strlen("fs:"), found);
	/* Who may change it can put another program's socket there. */
	check_others(places->sockets, S_IWOTH, found);
}

static void
check_program(const struct app *app, const struct doctor_host_places *places,
    const struct programs_row *row, struct findings *found)
{
	enum parts_secret secret =
	    programs_is_needed(row) ? PARTS_SECRET_SET : PARTS_SECRET_MISSING;

	switch (parts_look(&app->conf, places->sockets, row->name, secret)) {
	case PARTS_OFF:
		return;
	case PARTS_LEFT:
		check_socket(places, row->name, true, found);
		return;
	case PARTS_ON:
		break;
	}
	if (row->processes == PROGRAMS_ONE)
		check_worker(app, found);
	else
		check_socket(places, row->name, false, found);
}

void
doctor_host(const struct app *app, const struct doctor_host_places *places,
    struct findings *found)
{
	struct programs programs;
	struct msg msg;
	unsigned line;
	size_t i;

	check_rights(app, places, found);
	if (programs_read(&programs, places->programs_file, &line) == -1) {
		msg_set(&msg, MSG_DOCTOR_PROGRAMS);
		msg_value(&msg, "%s", places->programs_file);
		findings_add(found, FINDING_ERROR, "programme",
		    places->programs_file, &msg);
		return;
	}
	for (i = 0; i < programs.n; i++)
		check_program(app, places, &programs.rows[i], found);
	programs_release(&programs);
}
