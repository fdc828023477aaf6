/*
 * object_bulk: fetch many blobs with few requests, by GitHub's GraphQL
 * interface (docs.github.com/graphql: "Forming calls with GraphQL", the objects
 * Repository and Blob).
 *
 * A query names each blob by its id, under an alias:
 *
 *	query($owner:String!,$name:String!){
 *	 repository(owner:$owner,name:$name){
 *	  b0:object(oid:"<id>"){...f}
 *	  b1:object(oid:"<id>"){...f}}}
 *	fragment f on Blob{text}
 *
 * It costs one point of GraphQL's own limit, whatever number of blobs it has,
 * and no request of REST's.  The tarball of a commit would take one request,
 * but it has the whole repository, all users' folders and all else, comes from
 * another host, and is made as .gitattributes say.
 *
 * GraphQL has text alone: `text` is null for bytes that GitHub takes for
 * binary, in UTF-8 whatever the file has, and cut after 512,000 bytes.  So
 * each text is held against the id, and what does not have it is to be asked
 * for singly (object_get_blobs).
 *
 *	if (object_bulk_get(github, blobs, n, err) != GITHUB_OK)
 *		ask for what is not GITHUB_OK without queries from now on;
 *	...
 *	object_blobs_release(blobs, n);
 *
 * Error handling: as in object.h.
 */
#ifndef OBJECT_BULK_H
#define OBJECT_BULK_H

#include "git/object.h"

#define OBJECT_BULK_BLOBS 200 /* of a query; known to work with 250 */
#define OBJECT_BULK_BYTES ((uint64_t)2 << 20)   /* of a query's blobs */
#define OBJECT_BULK_MAX   ((uint64_t)256 << 10) /* of a blob in a query */

/*
 * Fetch the blobs, which all have another id, at most OBJECT_BULK_MAX bytes
 * each.  Return GITHUB_OK if all queries were answered: the blobs have their
 * results, and GITHUB_ABSENT is no more than "not by a query".  Else return the
 * first other result of a query; the blobs that came are there all the same.
 */
MUST_USE enum github_result object_bulk_get(struct github *github,
    struct object_blob *blobs, size_t n, struct err *err);

#endif
