#include "sync/decide.h"

enum decide_action
decide(enum decide_remote remote, enum decide_mirror mirror)
{
	static const enum decide_action table[5][3] = {
	    [DECIDE_SAME] = {DECIDE_NOTHING, DECIDE_PUSH, DECIDE_PULL},
	    [DECIDE_CHANGED] = {DECIDE_PULL, DECIDE_MERGE, DECIDE_PULL},
	    [DECIDE_GONE] = {DECIDE_REMOVE, DECIDE_PUSH_NEW, DECIDE_FORGET},
	    /* Nothing is clean without a base. */
	    [DECIDE_NEW] = {DECIDE_ADOPT, DECIDE_ADOPT, DECIDE_PULL},
	    [DECIDE_NONE] = {DECIDE_PUSH, DECIDE_PUSH, DECIDE_FORGET},
	};

	return table[remote][mirror];
}

const char *
decide_word(enum decide_action action)
{
	static const char *const words[] = {
	    [DECIDE_NOTHING] = "nothing",
	    [DECIDE_PULL] = "pull",
	    [DECIDE_PUSH] = "push",
	    [DECIDE_PUSH_NEW] = "push as new",
	    [DECIDE_MERGE] = "merge",
	    [DECIDE_ADOPT] = "adopt",
	    [DECIDE_REMOVE] = "remove",
	    [DECIDE_FORGET] = "forget",
	};

	return words[action];
}

bool
decide_needs_leave(size_t removals, size_t recorded, bool none_left)
{
	size_t most = recorded * 3 / 10;

	if (removals == 0)
		return false;
	return none_left || removals > (most > 10 ? most : 10);
}
