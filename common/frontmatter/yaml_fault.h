/*
 * yaml_fault: where YAML that libyaml refuses is wrong, and what is missing
 * there, in words for the owner of the file (design.md 3, "Bad files").
 *
 * libyaml says where it gave up, which is often lines behind the mistake: a
 * quote that is never closed ends with the file.  Its context mark is where
 * the construct begins that it could not finish.  It has none that helps
 * for a block map, so there the tree that was read so far decides.  Pure.
 */
#ifndef YAML_FAULT_H
#define YAML_FAULT_H

#include "base/msg.h"
#include "frontmatter/frontmatter.h"

/* What was known when the parser gave up.  All offsets are bytes of the file. */
struct yaml_fault_scene {
	const struct frontmatter *front; /* nodes: those before the place; the
					  * ends of open ones are not known */
	const char *problem, *context;   /* libyaml's words; context or NULL */
	size_t at, context_at;           /* its marks */
	int character;  /* a code point that may not stand in YAML, at `at` */
	size_t bracket; /* innermost that is open; 0: none */
	bool in_list;   /* innermost open collection is a block list */
};

struct yaml_fault {
	size_t at; /* what the owner has to look at */
	struct msg reason;
};

/* Explains an error of the parser. */
void yaml_fault_explain(
    const struct yaml_fault_scene *scene, struct yaml_fault *out);

/*
 * Finds, in a front matter that was read, what libyaml takes for something
 * else than newer YAML does: a comment that holds a line break of YAML 1.1
 * alone (U+0085, U+2028, U+2029), and top-level text instead of fields.
 * False if there is no such thing.
 */
MUST_USE bool yaml_fault_find(
    const struct frontmatter *front, struct yaml_fault *out);

#endif
