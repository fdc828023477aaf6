/*
 * azure_call: what an answer of Azure Blob Storage means for a store op (Azure
 * Blob REST; platforms.md). 
 *
 * A call takes one step after another until its op has a result.  The caller
 * (store_azure.c) sends the request of the step and hands the answer to
 * azure_call_hear, which sets the op's result or the next step:
 *
 *	op          the op itself, or the next page of a list
 *	container   make the container, then the op again
 *	look up     get the blob: was an earlier try stored after all?
 *	note        of a list of changes: get what tells of them
 *	changed     of such a list: look at one of the blobs that may have changed
 *
 * Error handling
 *
 * A request without an answer, and a 408, 429 or 5xx, is tried again after
 * `wait_ms`, four times in all; a write without condition never, once it may
 * have been sent.  Any other unexpected answer ends the op in STORE_FAILED.
 * An op that is given up between two tries has the error of the last one.
 */
#ifndef AZURE_CALL_H
#define AZURE_CALL_H

#include "backend/azure_changes.h"
#include "base/http.h"
#include "store/store.h"

enum azure_call_step {
	AZURE_CALL_OP,
	AZURE_CALL_CONTAINER,
	AZURE_CALL_LOOK_UP,
	AZURE_CALL_NOTE,
	AZURE_CALL_CHANGED,
	AZURE_CALL_DONE,
};

/* Header fields of answers that the caller must ask for, in this order. */
enum {
	AZURE_CALL_ETAG,     /* ETag */
	AZURE_CALL_CODE,     /* x-ms-error-code */
	AZURE_CALL_DATE,     /* Date */
	AZURE_CALL_ID,       /* x-ms-meta-put */
	AZURE_CALL_MODIFIED, /* Last-Modified */
	AZURE_CALL_CHANGES,  /* x-ms-meta-changes: a note */
	AZURE_CALL_LENGTH,   /* Content-Length */
	AZURE_CALL_FIELDS
};

struct azure_call {
	struct store_op *op;
	enum azure_call_step step;
	unsigned tries;            /* of this step that failed */
	long wait_ms;              /* before the next try */
	bool unsure;               /* the write may have happened */
	bool clock_judged;         /* a 403 was already taken for the clock's */
	bool made;                 /* the container was made for this call */
	int64_t clock_ahead_s;     /* when it was sent last */
	enum store_result verdict; /* if the look-up finds other bytes */
	struct buf id;             /* of a conditional put, in x-ms-meta-put */
	struct buf page;           /* of a list: the marker to go on from */
	struct azure_changes changes; /* of a list that is kept */
};

/* Shared by all calls of a store. */
struct azure_call_service {
	long retry_ms;         /* before the second try after a 5xx */
	int64_t clock_ahead_s; /* of the service's clock, before ours */
};

void azure_call_init(struct azure_call *call, struct store_op *op);
void azure_call_release(struct azure_call *call);

/* True if the step's request changes a blob. */
bool azure_call_is_write(const struct azure_call *call);

/*
 * Take the answer to the step's request.  Returns true if the service
 * answered, so that a batch that gets answers may go on.  May move the
 * reply's body into the op.
 */
bool azure_call_hear(struct azure_call *call, struct http_request *request,
    struct azure_call_service *service);

#endif
