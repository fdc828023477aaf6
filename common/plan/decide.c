#include "plan/decide.h"

enum decide_action
decide(enum decide_remote remote, enum decide_mirror mirror)
{
	static const enum decide_action table[6][4] = {
	    [DECIDE_SAME] = {DECIDE_NOTHING, DECIDE_PUSH, DECIDE_PULL,
		DECIDE_PULL},
	    [DECIDE_CHANGED] = {DECIDE_PULL, DECIDE_MERGE, DECIDE_PULL,
		DECIDE_PULL},
	    [DECIDE_GONE] = {DECIDE_REMOVE, DECIDE_PUSH_NEW, DECIDE_REMOVE,
		DECIDE_FORGET},
	    /* Nothing is clean or damaged without a base. */
	    [DECIDE_NEW] = {DECIDE_ADOPT, DECIDE_ADOPT, DECIDE_ADOPT,
		DECIDE_PULL},
	    [DECIDE_NONE] = {DECIDE_PUSH, DECIDE_PUSH, DECIDE_PUSH,
		DECIDE_FORGET},
	    [DECIDE_FOREIGN] = {DECIDE_NOTHING, DECIDE_NOTHING, DECIDE_NOTHING,
		DECIDE_FORGET},
	};

	return mirror == DECIDE_BARRED ? DECIDE_NOTHING : table[remote][mirror];
}

bool
decide_needs_confirm(size_t removals, size_t recorded, bool none_left)
{
	size_t most = recorded * 3 / 10;

	if (removals == 0)
		return false;
	return none_left || removals > (most > 10 ? most : 10);
}
