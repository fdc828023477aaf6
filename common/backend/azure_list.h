/*
 * azure_list: read an answer of "List Blobs" (Azure Blob REST, "List Blobs").
 * Pure.
 *
 *	<EnumerationResults ...>
 *	  <Blobs>
 *	    <Blob>
 *	      <Name>raw/usera/tasks/0042.md</Name>
 *	      <Properties>
 *	        <Last-Modified>Fri, 26 Jun 2015 23:39:12 GMT</Last-Modified>
 *	        <Etag>0x8DB...</Etag>
 *	        <Content-Length>120</Content-Length>
 *	      </Properties>
 *	    </Blob>
 *	  </Blobs>
 *	  <NextMarker>...</NextMarker>
 *	</EnumerationResults>
 *
 * A name with characters that XML cannot hold comes percent-encoded, with
 * Encoded="true".  Blobs whose name is no key (store_key_ok) go to the list's
 * `strange`: we did not write them.
 */
#ifndef AZURE_LIST_H
#define AZURE_LIST_H

#include "store/store.h"

/*
 * Append the blobs to `list` and set `marker` to NextMarker, "" on the last
 * page.  -1 if the bytes are not one whole document of this form: *why then
 * says what is wrong with it (static, English, for the log), and `list` may
 * have grown.
 */
MUST_USE int azure_list_parse(const void *bytes, size_t len,
    struct store_list *list, struct buf *marker, const char **why);

#endif
