/*
 * fcgi_records: send an answer in the records of FastCGI 1.0 (section 3.3, 5.3,
 * 5.5).
 *
 * libfcgi sends 8 KiB at a time from a buffer of its own, and nginx wakes up,
 * reads and passes on each of them.  Here an answer goes out from where its
 * parts are, at once up to FCGI_RECORDS_CONTENT_MAX, with what ends the request.
 */
#ifndef FCGI_RECORDS_H
#define FCGI_RECORDS_H

#include "base/buf.h"

/* Bytes of one record: the most that keeps what follows aligned to 8. */
#define FCGI_RECORDS_CONTENT_MAX 65528

/*
 * Send both parts as the standard output of the request, and its end, over a
 * blocking socket.  -1 with errno set if the client takes them no more; part of
 * them may have been sent then, so the connection is of no use.
 */
MUST_USE int fcgi_records_send(int fd, unsigned request_id,
    const struct buf *head, const struct buf *body);

#endif
