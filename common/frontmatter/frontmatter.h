/*
 * frontmatter: the front matter of a Markdown file as a flat tree whose nodes
 * know where they stand in the bytes (design.md 3).  It knows YAML and
 * nothing of tasks.  Pure.
 *
 * frontmatter_read.h makes it, frontmatter_edit.h changes the file, and this
 * looks at it:
 *
 *	struct frontmatter front = FRONTMATTER_INIT;
 *	struct frontmatter_field field;
 *
 *	if (frontmatter_read(&front, bytes, len, &fault) == -1)
 *		return fail(&fault);
 *	if (frontmatter_find(
 *		&front, frontmatter_root(&front), "status", &field))
 *		show(frontmatter_word(&front, field.value));
 *	frontmatter_release(&front);
 *
 * Nothing is resolved or executed: an alias stays an alias, a tag is only
 * noticed.
 */
#ifndef FRONTMATTER_H
#define FRONTMATTER_H

#include "base/buf.h"

#define FRONTMATTER_MAX       ((size_t)16 << 10) /* bytes between its lines */
#define FRONTMATTER_DEPTH_MAX 8 /* collections within each other */

enum frontmatter_kind {
	FRONTMATTER_SCALAR,
	FRONTMATTER_LIST,
	FRONTMATTER_MAP,
	FRONTMATTER_ALIAS
};

/* All offsets are bytes of the file. */
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
	const char *bytes; /* the file; borrowed */
	size_t from, to;   /* the YAML, without the two lines around it */
	size_t fields_to;  /* where it ends: at a line `...`, or at `to` */
	size_t after;      /* first byte after the closing line */
	struct frontmatter_node *nodes; /* as in the file; 0 is the root */
	size_t n_nodes, cap_nodes;
	struct buf values; /* each with a terminator */
};

#define FRONTMATTER_INIT                                                       \
	{                                                                      \
		.values = BUF_INIT                                             \
	}

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
#define FRONTMATTER_FIELD_INIT                                                 \
	{                                                                      \
		.key = NULL                                                    \
	}

/*
 * Moves on to the next field of a map, from FRONTMATTER_FIELD_INIT to the
 * first.  False at the end, or if `map` is NULL or no map.
 */
bool frontmatter_next_field(const struct frontmatter *front,
    const struct frontmatter_node *map, struct frontmatter_field *field);

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

/*
 * The node that an alias stands for, the last with its anchor before it; NULL
 * if none has.
 */
const struct frontmatter_node *frontmatter_target(
    const struct frontmatter *front, const struct frontmatter_node *alias);

/* True for `null`, `~`, nothing at all, and an empty collection. */
bool frontmatter_is_none(
    const struct frontmatter *front, const struct frontmatter_node *node);

/*
 * True if two nodes, of two files perhaps, are the same YAML with all that
 * is below them: kinds, texts, plain or quoted, tags, anchors and aliases,
 * in whatever layout and with whatever comments.
 */
bool frontmatter_same(const struct frontmatter *a,
    const struct frontmatter_node *x, const struct frontmatter *b,
    const struct frontmatter_node *y);
/* The same, and true only if they are written with the same bytes. */
bool frontmatter_same_bytes(const struct frontmatter *a,
    const struct frontmatter_node *x, const struct frontmatter *b,
    const struct frontmatter_node *y);

/* 1-based line of a byte. */
unsigned frontmatter_line(const char *bytes, size_t at);

/* Where the line begins that byte `at` of s stands in. */
size_t frontmatter_line_start(const char *s, size_t at);

/* The first byte behind the line; the closing line always stands behind. */
size_t frontmatter_line_end(const char *s, size_t at);

/* The line end of the file, that of its first line: "\n" or "\r\n". */
const char *frontmatter_eol(const struct frontmatter *front);

#endif
