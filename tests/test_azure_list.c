#include "t.h"
#include "backend/azure_list.h"

#define LIST(blobs)                                                            \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults "       \
	"ServiceEndpoint=\"https://x/\" ContainerName=\"c\"><Blobs>" blobs     \
	"</Blobs><NextMarker>m/2</NextMarker></EnumerationResults>"
#define BLOB(name)                                                             \
	"<Blob>" name "<Properties><Creation-Time>x</Creation-Time>"           \
	"<Last-Modified>Fri, 26 Jun 2015 23:39:12 GMT</Last-Modified>"         \
	"<Etag>0x8DB</Etag><Content-Length>120</Content-Length>"               \
	"</Properties></Blob>"

static int
parse(const char *xml, size_t len, struct store_list *list)
{
	struct buf marker = BUF_INIT;
	const char *why = NULL;
	int rc = azure_list_parse(xml, len, list, &marker, &why);

	if (rc == -1)
		ck_assert_ptr_nonnull(why);
	else
		ck_assert_str_eq(marker.s, "m/2");
	buf_release(&marker);
	return rc;
}

static void
check_key(const char *xml, const char *key)
{
	struct store_list list = STORE_LIST_INIT;

	ck_assert_int_eq(parse(xml, strlen(xml), &list), 0);
	ck_assert_uint_eq(list.n, 1);
	ck_assert_str_eq(list.items[0].key, key);
	ck_assert_str_eq(list.items[0].etag, "0x8DB");
	ck_assert_uint_eq(list.items[0].size, 120);
	ck_assert_int_eq(list.items[0].modified_ms, 1435361952000);
	store_list_release(&list);
}

START_TEST(a_blob_has_key_etag_size_and_time)
{
	check_key(LIST(BLOB("<Name>raw/u/tasks/0042.md</Name>")),
	    "raw/u/tasks/0042.md");
	check_key(LIST(BLOB("<Name>a&amp;b &lt;\xc3\xa4&#x20AC;</Name>")),
	    "a&b <\xc3\xa4\xe2\x82\xac");
	check_key(LIST(BLOB("<Name Encoded=\"true\">a%EF%BF%BE%25</Name>")),
	    "a\xef\xbf\xbe%");
	check_key(LIST(BLOB("<Name Encoded=\"false\">a%25</Name>")), "a%25");
}
END_TEST

START_TEST(names_that_are_no_keys_are_listed_apart)
{
	static const char strange[] = LIST(BLOB("<Name>a/0016-a\\b.md</Name>"));
	struct store_list list = STORE_LIST_INIT;

	check_key(LIST(BLOB("<Name>.hidden</Name>") BLOB("<Name>a//b</Name>")
			  BLOB("<Name>a\\b</Name>") BLOB("<Name></Name>")
			      BLOB("<Name Encoded=\"true\">%zz</Name>") BLOB("")
				  BLOB("<Name>ok</Name>")),
	    "ok");
	ck_assert_int_eq(parse(strange, strlen(strange), &list), 0);
	ck_assert_uint_eq(list.n, 0);
	ck_assert_uint_eq(list.n_strange, 1);
	ck_assert_str_eq(list.strange[0].name, "a/0016-a\\b.md");
	store_list_release(&list);
}
END_TEST

START_TEST(other_documents_are_refused)
{
	static const char *const xmls[] = {
	    "",
	    "x",
	    "<html></html>",
	    "<Error><Code>x</Code></Error>",
	    "<EnumerationResults>",
	    "<EnumerationResults></EnumerationResults>x",
	    LIST("<Blob><Name>a</Name><Properties></Properties></Blob>"),
	    LIST("<a><b><c><d><e><f><g><h><i><j><k><l><m><n><o></o></n></m>"
		 "</l></k></j></i></h></g></f></e></d></c></b></a>"),
	    "<!DOCTYPE x [<!ENTITY a \"b\">]>" LIST(BLOB("<Name>&a;</Name>")),
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(xmls); i++) {
		struct store_list list = STORE_LIST_INIT;

		ck_assert_msg(parse(xmls[i], strlen(xmls[i]), &list) == -1,
		    "taken: %s", xmls[i]);
		store_list_release(&list);
	}
}
END_TEST

START_TEST(a_cut_list_is_refused_wherever_it_is_cut)
{
	static const char xml[] =
	    LIST(BLOB("<Name>a</Name>") BLOB("<Name>b</Name>"));
	size_t i;

	for (i = 0; i < sizeof xml - 1; i++) {
		struct store_list list = STORE_LIST_INIT;

		ck_assert_int_eq(parse(xml, i, &list), -1);
		store_list_release(&list);
	}
}
END_TEST

START_TEST(an_endless_element_is_refused)
{
	struct store_list list = STORE_LIST_INIT;
	struct buf xml = BUF_INIT;
	int i;

	buf_adds(&xml, "<EnumerationResults><Blobs><Blob><Name>");
	for (i = 0; i < 20000; i++)
		buf_addc(&xml, 'x');
	ck_assert_int_eq(parse(xml.s, xml.len, &list), -1);
	store_list_release(&list);
	buf_release(&xml);
}
END_TEST

T_MAIN("azure_list", a_blob_has_key_etag_size_and_time,
    names_that_are_no_keys_are_listed_apart, other_documents_are_refused,
    a_cut_list_is_refused_wherever_it_is_cut, an_endless_element_is_refused)
