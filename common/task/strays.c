#include "task/strays.h"

#include "base/json.h"
#include "base/std.h"
#include "store/names.h"

static void
release_names(struct strays_names *names)
{
	while (names->n > 0)
		free(names->list[--names->n]);
	free(names->list);
	*names = (struct strays_names){.n = 0};
}

void
strays_release(struct strays *strays)
{
	release_names(&strays->odd);
	release_names(&strays->large);
	while (strays->n_barred > 0)
		free(strays->barred[--strays->n_barred].name);
	free(strays->barred);
	*strays = (struct strays)STRAYS_INIT;
}

static void
add_stray_name(struct strays_names *names, const char *name)
{
	STD_GROW(names->list, names->n, names->cap);
	names->list[names->n++] = std_strdup(name);
}

void
strays_add(struct strays *strays, const char *name)
{
	enum names_sort sort = names_sort(name);

	if (sort == NAMES_SORT_ODD)
		strays_add_odd(strays, name);
	else if (sort == NAMES_SORT_OTHER)
		strays->others++;
}

void
strays_add_odd(struct strays *strays, const char *name)
{
	if (strays->odd.n < STRAYS_NAMES_MAX)
		add_stray_name(&strays->odd, name);
	else
		strays->others++;
}

void
strays_bar(struct strays *strays, const char *name, enum strays_kind kind)
{
	STD_GROW(strays->barred, strays->n_barred, strays->cap_barred);
	strays->barred[strays->n_barred++] = (struct strays_barred){
	    .name = std_strdup(name),
	    .kind = kind,
	};
}

void
strays_add_large(struct strays *strays, const char *name)
{
	add_stray_name(&strays->large, name);
}

static bool
same_names(const struct strays_names *a, const struct strays_names *b)
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
set_stray_names(struct strays_names *to, const struct strays_names *from)
{
	size_t i;

	if (same_names(to, from))
		return false;
	release_names(to);
	for (i = 0; i < from->n; i++)
		add_stray_name(to, from->list[i]);
	return true;
}

bool
strays_set_names(struct strays *strays, const struct strays *from)
{
	bool counted = strays->others == from->others;

	strays->others = from->others;
	return set_stray_names(&strays->odd, &from->odd) || !counted;
}

bool
strays_set_large(struct strays *strays, const struct strays *from)
{
	return set_stray_names(&strays->large, &from->large);
}

static void
print_names(struct buf *out, const char *key, const struct strays_names *names)
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
strays_print(struct buf *out, const struct strays *strays)
{
	json_open(out, '{');
	print_names(out, "odd", &strays->odd);
	print_names(out, "large", &strays->large);
	json_key(out, "others");
	json_add_int(out, (int64_t)strays->others);
	json_close(out, '}');
}

static int
read_stray_names(
    struct json_object *json, const char *key, struct strays_names *names)
{
	struct json_object *list = json_get(json, key, json_type_array);
	size_t i, n = list != NULL ? json_object_array_length(list) : 0;

	for (i = 0; i < n; i++) {
		struct json_object *name = json_object_array_get_idx(list, i);

		if (!json_object_is_type(name, json_type_string))
			return -1;
		add_stray_name(names, json_object_get_string(name));
	}
	return 0;
}

int
strays_read(struct json_object *json, struct strays *strays)
{
	int64_t others = json_get_int(json, "others", -1);

	if (others < 0 || read_stray_names(json, "odd", &strays->odd) == -1 ||
	    read_stray_names(json, "large", &strays->large) == -1) {
		strays_release(strays);
		return -1;
	}
	strays->others = (size_t)others;
	return 0;
}
