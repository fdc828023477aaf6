/*
 * frontmatter_read: from the bytes of a file to the tree of frontmatter.h.
 * Pure.
 *
 * Error handling: what is no front matter is no failure of the program but a
 * fault of the file, with the line that its owner has to look at.
 */
#ifndef FRONTMATTER_READ_H
#define FRONTMATTER_READ_H

#include "base/msg.h"
#include "frontmatter/frontmatter.h"

/* Why there is none. */
struct frontmatter_fault {
	unsigned line;    /* of the file, 1-based */
	const char *code; /* kein_frontmatter, kein_yaml, zu_gross,
			   * schluessel_doppelt */
	struct msg reason;
};

/*
 * Reads the front matter of a file, which must be UTF-8 and outlive `front`;
 * `front` must be empty.  Refuses: no `---` line at the start (a BOM may
 * stand before it) or none that ends it, more than FRONTMATTER_MAX bytes,
 * more than FRONTMATTER_DEPTH_MAX levels, no YAML, several documents, an
 * alias without its anchor, anything but a map, a comment with a line break
 * that not every reader of YAML knows, a scalar key twice in one map.  On -1
 * `front` is empty.
 */
MUST_USE int frontmatter_read(struct frontmatter *front, const char *bytes,
    size_t len, struct frontmatter_fault *fault);

#endif
