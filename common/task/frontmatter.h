/*
 * frontmatter: the front matter of a Markdown file as a flat tree whose nodes know
 * where they stand in the bytes (design.md 3).  Pure.  It knows YAML and
 * nothing of tasks; frontmatter_edit.h changes what is read here.
 *
 * Read with libyaml's event parser.  Nothing is resolved or executed: an
 * alias stays an alias, a tag is only noticed.  Offsets are bytes of the
 * file; libyaml counts characters, so they are converted.
 */
#ifndef FRONTMATTER_H
#define FRONTMATTER_H

#include "base/buf.h"

#define FRONTMATTER_MAX       ((size_t)16 << 10) /* bytes between the two lines */
#define FRONTMATTER_DEPTH_MAX 8 /* collections within each other */

enum frontmatter_kind {
	FRONTMATTER_SCALAR,
	FRONTMATTER_LIST,
	FRONTMATTER_MAP,
	FRONTMATTER_ALIAS
};

struct frontmatter_node {
	enum frontmatter_kind kind;
	/* Scalars: 0 (plain) or ' " | >.  Collections: 0 (block), [ or {. */
	char style;
	bool tagged;       /* an explicit tag stands before it */
	size_t value, len; /* scalars: the decoded value in front.values */
	/*
	 * props is where its anchor or tag begins (`from` if it has none),
	 * [from, to) is the node: a block collection ends with its last
	 * leaf.  An empty value is empty there, right behind the ':'.
	 */
	size_t props, from, to;
	size_t end; /* index of the first node that is not below it */
};

struct frontmatter {
	size_t from, to; /* the YAML, without the two lines around it */
	size_t after;    /* first byte after the closing line */
	struct frontmatter_node
	    *nodes; /* in the order of the file; 0 is the root */
	size_t n_nodes, cap_nodes;
	struct buf values; /* each with a terminator */
};

#define FRONTMATTER_INIT                                                       \
	{                                                                      \
		.values = BUF_INIT                                             \
	}

/* Why there is none. */
struct frontmatter_fault {
	unsigned line;    /* of the file, 1-based */
	const char *code; /* kein_frontmatter, kein_yaml, zu_gross,
			   * schluessel_doppelt */
	char reason[200]; /* German sentence */
};

/*
 * Reads the front matter of a file, which must be UTF-8; `front` must be
 * empty.  Refuses: no `---` line at the start (a BOM may stand before it) or
 * none that ends it, more than FRONTMATTER_MAX bytes, more than FRONTMATTER_DEPTH_MAX
 * levels, no YAML, several documents, an alias without its anchor, a scalar
 * key twice in one map.  On -1 `front` is empty.
 */
MUST_USE int frontmatter_read(struct frontmatter *front, const char *bytes,
    size_t len, struct frontmatter_fault *fault);
void frontmatter_release(struct frontmatter *front);

/* The outermost node; NULL if nothing stands between the lines. */
const struct frontmatter_node *frontmatter_root(
    const struct frontmatter *front);

/* Children of a collection (in a map key, value, key, ...); NULL at the end. */
const struct frontmatter_node *frontmatter_child(
    const struct frontmatter *front, const struct frontmatter_node *node);
const struct frontmatter_node *frontmatter_next(const struct frontmatter *front,
    const struct frontmatter_node *parent, const struct frontmatter_node *node);

struct frontmatter_field {
	const struct frontmatter_node *key, *value;
};

/* The field of a map.  False if `map` is NULL, no map or has no such key. */
bool frontmatter_find(const struct frontmatter *front,
    const struct frontmatter_node *map, const char *key,
    struct frontmatter_field *out);

/*
 * The same for a map or a list of maps; returns how often the key is there
 * and gives the last.
 */
unsigned frontmatter_pick(const struct frontmatter *front,
    const struct frontmatter_node *node, const char *key,
    struct frontmatter_field *out);

/* Value of a scalar without a tag; NULL if it is none or holds a NUL. */
const char *frontmatter_word(
    const struct frontmatter *front, const struct frontmatter_node *node);

/* True for `null`, `~`, nothing at all, and an empty collection. */
bool frontmatter_is_none(
    const struct frontmatter *front, const struct frontmatter_node *node);

/*
 * Appends the text as a YAML scalar: plain if no reader of YAML 1.1 or 1.2,
 * in block or flow, could take it for anything else, quoted otherwise.
 */
void frontmatter_add_scalar(struct buf *out, const char *text);

/* 1-based line of a byte. */
unsigned frontmatter_line(const char *bytes, size_t at);

/* Where the line begins that byte `at` of s stands in. */
size_t frontmatter_line_start(const char *s, size_t at);

#endif
