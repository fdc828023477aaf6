#include "operate/bar.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"

#define DRAW_MS   100 /* between two times */
#define CELLS_MAX 40
#define OTHERS    20 /* columns beside the cells: "[] 12345/12345" */

/* Return how many cells fit on the terminal; 0: none is worth it. */
static size_t
count_cells(void)
{
	struct winsize size;

	/* A terminal that does not tell its width has 0 columns. */
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return CELLS_MAX;
	if (size.ws_col <= OTHERS)
		return 0;
	return size.ws_col - OTHERS < CELLS_MAX ? size.ws_col - OTHERS
						: CELLS_MAX;
}

void
bar_draw(struct bar *bar, size_t done, size_t of)
{
	static const char full[] = "########################################";
	int64_t now = clock_monotonic_ms();
	size_t cells, filled;

	if (of == 0 || !isatty(STDERR_FILENO))
		return;
	/* All of it is shown, however soon after the last time. */
	if (done < of && bar->drawn_ms != 0 && now - bar->drawn_ms < DRAW_MS)
		return;
	bar->drawn_ms = now;
	bar->is_drawn = true;
	cells = count_cells();
	filled = done < of ? cells * done / of : cells;
	fprintf(stderr, "\r[%.*s%*s] %zu/%zu", (int)filled, full,
	    (int)(cells - filled), "", done, of);
}

void
bar_clear(struct bar *bar)
{
	if (bar->is_drawn)
		fputs("\r\033[K", stderr);
	bar->is_drawn = false;
}
