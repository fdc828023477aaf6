#include "backend/azure_list.h"

#include <expat.h>

#include "backend/azure_sign.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/std.h"

#define DEPTH_MAX 16
#define TEXT_MAX  8192 /* bytes of one element */

struct reader {
	XML_Parser parser;
	struct store_list *list;
	struct buf *marker;
	const char *why;
	unsigned depth;
	bool in_blob, in_properties;
	bool encoded;    /* of the name */
	struct buf text; /* of the element that is open */
	struct buf name, etag;
	uint64_t size;
	int64_t modified_ms;
};

static void
stop_parser(struct reader *r, const char *why)
{
	if (r->why == NULL)
		r->why = why;
	XML_StopParser(r->parser, XML_FALSE);
}

static bool
is_encoded(const XML_Char **atts)
{
	for (; atts[0] != NULL; atts += 2)
		if (std_streq(atts[0], "Encoded"))
			return std_streq(atts[1], "true");
	return false;
}

static void
begin_blob(struct reader *r)
{
	r->in_blob = true;
	r->encoded = false;
	buf_reset(&r->name);
	buf_reset(&r->etag);
	r->size = 0;
	r->modified_ms = 0;
}

static void
start_element(void *arg, const XML_Char *name, const XML_Char **atts)
{
	struct reader *r = arg;

	buf_reset(&r->text);
	if (++r->depth > DEPTH_MAX)
		stop_parser(r, "nested too deeply");
	else if (r->depth == 1 && !std_streq(name, "EnumerationResults"))
		stop_parser(r, "not a list of blobs");
	else if (r->depth == 3 && std_streq(name, "Blob"))
		begin_blob(r);
	else if (r->in_blob && r->depth == 4 && std_streq(name, "Name"))
		r->encoded = is_encoded(atts);
	else if (r->in_blob && r->depth == 4 && std_streq(name, "Properties"))
		r->in_properties = true;
}

static void
add_element_text(void *arg, const XML_Char *text, int len)
{
	struct reader *r = arg;

	if (r->text.len + (size_t)len > TEXT_MAX)
		stop_parser(r, "an element is too long");
	else
		buf_add(&r->text, text, (size_t)len);
}

/* Take the name of a blob, decoded; "" if its encoding is broken. */
static void
take_blob_name(struct reader *r)
{
	if (!r->encoded)
		buf_set(&r->name, r->text.s, r->text.len);
	else if (enc_unpercent(&r->name, r->text.s, r->text.len, false) == -1)
		buf_reset(&r->name);
}

static void
take_blob_etag(struct reader *r)
{
	const char *from = r->text.s;
	size_t len = r->text.len;

	if (len >= 2 && from[0] == '"' && from[len - 1] == '"') {
		from++;
		len -= 2;
	}
	buf_set(&r->etag, from, len);
}

static void
take_property(struct reader *r, const char *name)
{
	int64_t unix_s;

	if (std_streq(name, "Etag"))
		take_blob_etag(r);
	else if (std_streq(name, "Content-Length"))
		r->size = strtoull(r->text.s, NULL, 10);
	else if (std_streq(name, "Last-Modified") &&
		 azure_sign_parse_date(r->text.s, &unix_s) == 0)
		r->modified_ms = unix_s * 1000;
}

static void
end_blob(struct reader *r)
{
	struct store_item item = {
	    .key = r->name.s,
	    .etag = r->etag.s,
	    .size = r->size,
	    .modified_ms = r->modified_ms,
	};

	r->in_blob = false;
	if (!store_key_ok(r->name.s))
		store_list_add_strange(r->list, r->name.s, STORE_STRANGE_NAME);
	else if (r->etag.len == 0)
		stop_parser(r, "a blob has no ETag");
	else
		store_list_add(r->list, &item);
}

static void
finish_element(void *arg, const XML_Char *name)
{
	struct reader *r = arg;

	if (r->in_properties && r->depth == 5)
		take_property(r, name);
	else if (r->in_properties && r->depth == 4)
		r->in_properties = false;
	else if (r->in_blob && r->depth == 4 && std_streq(name, "Name"))
		take_blob_name(r);
	else if (r->in_blob && r->depth == 3)
		end_blob(r);
	else if (r->depth == 2 && std_streq(name, "NextMarker"))
		buf_set(r->marker, r->text.s, r->text.len);
	r->depth--;
	buf_reset(&r->text);
}

/* Refuse a document type: no answer of the service has one, and it could
 * define entities that grow without bound. */
static void
refuse_doctype(void *arg, const XML_Char *name, const XML_Char *system_id,
    const XML_Char *public_id, int has_subset)
{
	(void)name, (void)system_id, (void)public_id, (void)has_subset;
	stop_parser(arg, "has a document type");
}

int
azure_list_parse(const void *bytes, size_t len, struct store_list *list,
    struct buf *marker, const char **why)
{
	struct reader r = {
	    .list = list,
	    .marker = marker,
	    .text = BUF_INIT,
	    .name = BUF_INIT,
	    .etag = BUF_INIT,
	};
	int rc = -1;

	buf_reset(marker);
	if (len > STORE_BLOB_MAX) {
		*why = "too large";
		return -1;
	}
	r.parser = XML_ParserCreate("UTF-8");
	if (r.parser == NULL) {
		*why = "no parser";
		return -1;
	}
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, start_element, finish_element);
	XML_SetCharacterDataHandler(r.parser, add_element_text);
	XML_SetStartDoctypeDeclHandler(r.parser, refuse_doctype);

	if (XML_Parse(r.parser, bytes, (int)len, XML_TRUE) == XML_STATUS_OK)
		rc = 0;
	else
		*why = r.why != NULL
			   ? r.why
			   : XML_ErrorString(XML_GetErrorCode(r.parser));

	XML_ParserFree(r.parser);
	buf_release(&r.text);
	buf_release(&r.name);
	buf_release(&r.etag);
	return rc;
}
