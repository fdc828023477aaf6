#include "task/aside.h"

#include "base/json.h"
#include "base/std.h"
#include "store/names.h"

static void
release_names(struct aside_names *names)
{
	while (names->n > 0)
		free(names->list[--names->n]);
	free(names->list);
	*names = (struct aside_names){.n = 0};
}

void
aside_release(struct aside *aside)
{
	release_names(&aside->odd);
	release_names(&aside->large);
	while (aside->n_barred > 0)
		free(aside->barred[--aside->n_barred].name);
	free(aside->barred);
	*aside = (struct aside)ASIDE_INIT;
}

static void
add_aside_name(struct aside_names *names, const char *name)
{
	STD_GROW(names->list, names->n, names->cap);
	names->list[names->n++] = std_strdup(name);
}

void
aside_add(struct aside *aside, const char *name)
{
	enum names_sort sort = names_sort(name);

	if (sort == NAMES_SORT_ODD && aside->odd.n < ASIDE_NAMES_MAX)
		add_aside_name(&aside->odd, name);
	else if (sort == NAMES_SORT_ODD || sort == NAMES_SORT_OTHER)
		aside->others++;
}

void
aside_bar(struct aside *aside, const char *name, enum aside_kind kind)
{
	STD_GROW(aside->barred, aside->n_barred, aside->cap_barred);
	aside->barred[aside->n_barred++] = (struct aside_barred){
	    .name = std_strdup(name),
	    .kind = kind,
	};
}

void
aside_add_large(struct aside *aside, const char *name)
{
	add_aside_name(&aside->large, name);
}

static bool
same_names(const struct aside_names *a, const struct aside_names *b)
{
	size_t i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (strcmp(a->list[i], b->list[i]) != 0)
			return false;
	return true;
}

static bool
set_aside_names(struct aside_names *to, const struct aside_names *from)
{
	size_t i;

	if (same_names(to, from))
		return false;
	release_names(to);
	for (i = 0; i < from->n; i++)
		add_aside_name(to, from->list[i]);
	return true;
}

bool
aside_set_names(struct aside *aside, const struct aside *from)
{
	bool counted = aside->others == from->others;

	aside->others = from->others;
	return set_aside_names(&aside->odd, &from->odd) || !counted;
}

bool
aside_set_large(struct aside *aside, const struct aside *from)
{
	return set_aside_names(&aside->large, &from->large);
}

static void
print_names(struct buf *out, const char *key, const struct aside_names *names)
{
	size_t i;

	if (names->n == 0)
		return;
	json_key(out, key);
	json_open(out, '[');
	for (i = 0; i < names->n; i++)
		json_add_str(out, names->list[i]);
	json_close(out, ']');
}

void
aside_print(struct buf *out, const struct aside *aside)
{
	json_open(out, '{');
	print_names(out, "odd", &aside->odd);
	print_names(out, "large", &aside->large);
	json_key(out, "others");
	json_add_int(out, (int64_t)aside->others);
	json_close(out, '}');
}

static int
read_aside_names(
    struct json_object *json, const char *key, struct aside_names *names)
{
	struct json_object *list = json_get(json, key, json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		struct json_object *name = json_object_array_get_idx(list, i);

		if (!json_object_is_type(name, json_type_string))
			return -1;
		add_aside_name(names, json_object_get_string(name));
	}
	return 0;
}

int
aside_read(struct json_object *json, struct aside *aside)
{
	int64_t others = json_get_int(json, "others", -1);

	if (others < 0 || read_aside_names(json, "odd", &aside->odd) == -1 ||
	    read_aside_names(json, "large", &aside->large) == -1) {
		aside_release(aside);
		return -1;
	}
	aside->others = (size_t)others;
	return 0;
}
