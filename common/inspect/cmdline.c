#include "inspect/cmdline.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/std.h"
#include "inspect/origin.h"
#include "settings/conf_file.h"

#define FIRST_VALUE 256 /* of getopt_long, for the options of the form */

static const struct cmdline_option file_option = {'c', NULL, "FILE",
    "settings that the environment does not have;\n"
    "without it, and without settings in the\n"
    "environment, those of the units",
    NULL, NULL};

/* Append "  -j, --json" or the like. */
static void
add_spelling(struct buf *out, const struct cmdline_option *option)
{
	buf_adds(out, "  ");
	if (option->letter != 0)
		buf_addf(out, "-%c", option->letter);
	if (option->letter != 0 && option->word != NULL)
		buf_adds(out, ", ");
	if (option->word != NULL)
		buf_addf(out, "--%s", option->word);
	if (option->value != NULL)
		buf_addf(out, " %s", option->value);
}

static void
measure_option(const struct cmdline_option *option, int *width)
{
	struct buf text = BUF_INIT;

	add_spelling(&text, option);
	if ((int)text.len > *width)
		*width = (int)text.len;
	buf_release(&text);
}

/* Append the option and, in a column of its own, each line of its help. */
static void
describe_option(struct buf *out, const struct cmdline_option *option, int width)
{
	struct buf left = BUF_INIT;
	const char *line = option->help;
	int len;

	add_spelling(&left, option);
	while (*line != '\0') {
		len = (int)strcspn(line, "\n");
		buf_addf(out, "%-*s  %.*s\n", width, left.s, len, line);
		buf_reset(&left);
		line += len + (line[len] == '\n');
	}
	buf_release(&left);
}

static void
print_cmdline_help(const char *name, const struct cmdline_form *form, FILE *out)
{
	struct buf text = BUF_INIT;
	int width = 0;
	size_t i;

	measure_option(&file_option, &width);
	for (i = 0; i < form->n; i++)
		measure_option(&form->options[i], &width);
	buf_addf(&text, "Usage: codex %s [OPTION...]%s%s\n", name,
	    form->operands[0] != '\0' ? " " : "", form->operands);
	describe_option(&text, &file_option, width);
	for (i = 0; i < form->n; i++)
		describe_option(&text, &form->options[i], width);
	fputs(text.s, out);
	buf_release(&text);
}

/* What getopt_long wants: both end with a zero. */
struct tables {
	struct option longs[CMDLINE_OPTIONS_MAX + 2];
	char letters[2 * CMDLINE_OPTIONS_MAX + 4];
};

static void
fill_tables(const struct cmdline_form *form, struct tables *tables)
{
	size_t i, n = 0;
	char *at = stpcpy(tables->letters, "c:h");

	memset(tables->longs, 0, sizeof tables->longs);
	tables->longs[n++] = (struct option){"help", no_argument, NULL, 'h'};
	for (i = 0; i < form->n && i < CMDLINE_OPTIONS_MAX; i++) {
		const struct cmdline_option *option = &form->options[i];

		if (option->word != NULL)
			tables->longs[n++] = (struct option){option->word,
			    option->value != NULL ? required_argument
						  : no_argument,
			    NULL, FIRST_VALUE + (int)i};
		if (option->letter != 0)
			*at++ = option->letter;
		if (option->letter != 0 && option->value != NULL)
			*at++ = ':';
	}
	*at = '\0';
}

static const struct cmdline_option *
find_option(const struct cmdline_form *form, int c)
{
	size_t i;

	for (i = 0; i < form->n; i++)
		if (c == FIRST_VALUE + (int)i ||
		    (c != 0 && c == form->options[i].letter))
			return &form->options[i];
	return NULL;
}

int
cmdline_read(int argc, char **argv, const struct cmdline_form *form,
    struct cmdline *cmdline)
{
	const struct cmdline_option *option;
	struct tables tables;
	int c;

	*cmdline = (struct cmdline){.name = argv[0], .places = origin_server};
	fill_tables(form, &tables);
	while ((c = getopt_long(
		    argc, argv, tables.letters, tables.longs, NULL)) != -1) {
		option = find_option(form, c);
		if (c == 'c') {
			cmdline->places.file = optarg;
		} else if (option == NULL) {
			print_cmdline_help(
			    cmdline->name, form, c == 'h' ? stdout : stderr);
			return c == 'h' ? 0 : 2;
		} else if (option->value != NULL) {
			*option->text = optarg;
		} else {
			*option->given = true;
		}
	}
	cmdline->args = argv + optind;
	cmdline->n_args = argc - optind;
	if (cmdline->n_args < form->least || cmdline->n_args > form->most)
		return cmdline_refuse(cmdline->name, form);
	return -1;
}

int
cmdline_refuse(const char *name, const struct cmdline_form *form)
{
	print_cmdline_help(name, form, stderr);
	return 2;
}

enum msg_language
cmdline_language(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
	const char *value = NULL;
	size_t i;

	for (i = 0; i < ARRAY_LEN(names) && value == NULL; i++)
		value = conf_file_env(names[i]);
	return value != NULL && std_starts(value, "en") ? MSG_ENGLISH
							: MSG_GERMAN;
}

int
cmdline_refuse_file(struct err *err, const char *path, int error)
{
	err_set(err, ERR_SETTING, MSG_BACKUP_OPEN);
	err_value(err, "%s", path);
	return err_value(err, "%s", strerror(error));
}

int
cmdline_fail(const char *name, const struct err *err)
{
	char text[MSG_TEXT_MAX];

	fprintf(stderr, "codex %s: %s%s%s\n", name,
	    err_text_in(err, cmdline_language(), text),
	    err->detail[0] != '\0' ? " " : "", err->detail);
	return 1;
}

void
cmdline_begin(void)
{
	int fd;

	/* If the caller has closed one of the three, a file that is opened later
	 * would have its number, and get what is told. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd != -1 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
	/* A caller that ignores SIGCHLD leaves that to this program, which would
	 * not learn how its own children end. */
	signal(SIGCHLD, SIG_DFL);
}

int
cmdline_end(int status)
{
	errno = 0;
	/* EBADF: it is open for reading alone, so nothing is to be told. */
	if ((fflush(stdout) == 0 && !ferror(stdout)) || errno == EBADF)
		return status;
	fputs("codex: standard output cannot be written\n", stderr);
	return status != 0 ? status : 1;
}
