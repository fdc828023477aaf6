#include "frontmatter/frontmatter_comment.h"

#include "base/buf.h"
#include "frontmatter/frontmatter.h"

void
frontmatter_comment_start(
    struct frontmatter_comment *comment, size_t from, size_t to)
{
	*comment = (struct frontmatter_comment){.at = from, .limit = to};
}

/* The scalar or alias that ends behind the walk's place; NULL if none does. */
static const struct frontmatter_node *
find_leaf_ahead(
    const struct frontmatter *front, struct frontmatter_comment *comment)
{
	const struct frontmatter_node *node;

	for (; comment->node < front->n_nodes; comment->node++) {
		node = &front->nodes[comment->node];
		if ((node->kind == FRONTMATTER_SCALAR ||
			node->kind == FRONTMATTER_ALIAS) &&
		    node->to > comment->at)
			return node;
	}
	return NULL;
}

/* A '#' within a tag or a word of flow YAML begins no comment. */
static bool
begins_comment(const char *s, size_t at)
{
	return s[at] == '#' && strchr(" \t\r\n,[]{}", s[at - 1]) != NULL;
}

bool
frontmatter_comment_next(
    const struct frontmatter *front, struct frontmatter_comment *comment)
{
	const char *s = front->bytes;
	const struct frontmatter_node *leaf;

	while (comment->at < comment->limit) {
		leaf = find_leaf_ahead(front, comment);
		if (leaf != NULL && comment->at >= leaf->from) {
			comment->at = leaf->to;
		} else if (begins_comment(s, comment->at)) {
			comment->from = comment->at;
			comment->at += strcspn(s + comment->at, "\r\n");
			comment->to = comment->at;
			return true;
		} else {
			comment->at++;
		}
	}
	return false;
}

size_t
frontmatter_comment_find(
    const struct frontmatter *front, size_t from, size_t to)
{
	struct frontmatter_comment comment;

	frontmatter_comment_start(&comment, from, to);
	return frontmatter_comment_next(front, &comment) ? comment.from : to;
}

bool
frontmatter_comment_has(
    const struct frontmatter *front, const char *text, size_t len)
{
	struct frontmatter_comment comment;

	frontmatter_comment_start(&comment, front->from, front->to);
	while (frontmatter_comment_next(front, &comment))
		if (comment.to - comment.from == len &&
		    memcmp(front->bytes + comment.from, text, len) == 0)
			return true;
	return false;
}
