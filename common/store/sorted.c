#include "store/sorted.h"

static const char *
name_at(const void *items, size_t size, size_t at)
{
	return *(char *const *)(const void *)((const char *)items + at * size);
}

bool
sorted_find(
    const void *items, size_t n, size_t size, const char *name, size_t *at)
{
	size_t low = 0, high = n, middle;
	int order;

	while (low < high) {
		middle = low + (high - low) / 2;
		order = strcmp(name_at(items, size, middle), name);
		if (order == 0) {
			*at = middle;
			return true;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return false;
}

void
sorted_open(void *items, size_t n, size_t size, size_t at)
{
	char *gap = (char *)items + at * size;

	memmove(gap + size, gap, (n - at) * size);
}

void
sorted_close(void *items, size_t n, size_t size, size_t at)
{
	char *gap = (char *)items + at * size;

	memmove(gap, gap + size, (n - at - 1) * size);
}
