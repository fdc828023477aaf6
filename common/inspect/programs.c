#include "inspect/programs.h"

#include "settings/conf_file.h"

#define BLANKS " \t\n"

static int
read_processes(const char *word, enum programs_processes *processes)
{
	static const char *const words[] = {
	    [PROGRAMS_ALL] = "all",
	    [PROGRAMS_HALF] = "half",
	    [PROGRAMS_ONE] = "one",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(words); i++)
		if (std_streq(word, words[i])) {
			*processes = (enum programs_processes)i;
			return 0;
		}
	return -1;
}

/* Split a line into a row; return -1 if it has too few words, or too many. */
static int
split_row(const char *line, struct programs_row *row)
{
	char *rest = NULL;
	size_t n = 0;

	memset(row, 0, sizeof *row);
	row->text = std_strdup(line);
	row->name = strtok_r(row->text, BLANKS, &rest);
	row->needs = strtok_r(NULL, BLANKS, &rest);
	row->secrets = strtok_r(NULL, BLANKS, &rest);
	if (read_processes(strtok_r(NULL, BLANKS, &rest), &row->processes) ==
	    -1)
		return -1;
	while (n < PROGRAMS_ARGS_MAX &&
	       (row->args[n] = strtok_r(NULL, BLANKS, &rest)) != NULL)
		n++;
	return n > 0 && strtok_r(NULL, BLANKS, &rest) == NULL ? 0 : -1;
}

static int
read_rows(struct programs *programs, FILE *file, unsigned *line)
{
	struct programs_row row;
	char *text = NULL;
	size_t size = 0;
	int rc = 0;

	for (*line = 1; rc == 0 && getline(&text, &size, file) != -1; ++*line) {
		const char *at = text + strspn(text, BLANKS);

		if (*at == '\0' || *at == '#')
			continue;
		rc = split_row(at, &row);
		STD_GROW(programs->rows, programs->n, programs->cap);
		programs->rows[programs->n++] = row;
	}
	free(text);
	--*line;
	return rc;
}

int
programs_read(struct programs *programs, const char *file, unsigned *line)
{
	FILE *f = fopen(file, "re");
	int rc;

	memset(programs, 0, sizeof *programs);
	*line = 0;
	if (f == NULL)
		return -1;
	rc = read_rows(programs, f, line);
	if (rc == 0 && ferror(f)) {
		*line = 0;
		rc = -1;
	} else if (rc == -1) {
		errno = EINVAL;
	}
	fclose(f);
	if (rc == -1)
		programs_release(programs);
	return rc;
}

void
programs_release(struct programs *programs)
{
	while (programs->n > 0)
		free(programs->rows[--programs->n].text);
	free(programs->rows);
	memset(programs, 0, sizeof *programs);
}

const struct programs_row *
programs_find(const struct programs *programs, const char *name)
{
	size_t i;

	for (i = 0; i < programs->n; i++)
		if (strcmp(programs->rows[i].name, name) == 0)
			return &programs->rows[i];
	return NULL;
}

bool
programs_is_needed(const struct programs_row *row)
{
	return strcmp(row->needs, "-") == 0 ||
	       conf_file_env(row->needs) != NULL;
}

bool
programs_list_has(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (; *list != '\0'; list += strcspn(list, ","), list += *list == ',')
		if (strncmp(list, name, len) == 0 &&
		    (list[len] == ',' || list[len] == '\0'))
			return true;
	return false;
}
