/*
 * bar: show on a terminal how far a long command is, in one line that is drawn
 * anew in its place:
 *
 *	[##########                              ] 1250/5000
 *
 * It is drawn on standard error, ten times a second at most, and only if that
 * is a terminal: nothing of it is in a file, a pipe or a log.
 *
 *	struct bar bar = BAR_INIT;
 *
 *	bar_draw(&bar, done, of);
 *	bar_clear(&bar);          before anything else is written there
 *
 * Error handling: no function fails.
 */
#ifndef BAR_H
#define BAR_H

#include "base/std.h"

struct bar {
	bool is_drawn;
	int64_t drawn_ms; /* when last, by the monotonic clock; 0: never */
};

#define BAR_INIT                                                               \
	{                                                                      \
		.is_drawn = false                                              \
	}

void bar_draw(struct bar *bar, size_t done, size_t of);
/* Remove it from the terminal; the next bar_draw shows it again. */
void bar_clear(struct bar *bar);

#endif
