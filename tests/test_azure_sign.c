#include <locale.h>

#include "backend/azure_sign.h"
#include "t.h"

/* The published key of the emulator. */
#define KEY                                                                    \
	"Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/"      \
	"K1SZFPTOtr/KBHBeksoGMGw=="

static struct azure_sign
parsed(const char *conn)
{
	struct azure_sign account = AZURE_SIGN_INIT;
	struct err err = ERR_INIT;

	ck_assert_msg(azure_sign_parse(conn, strlen(conn), &account, &err) == 0,
	    "%s: %s", conn, t_text(&err));
	return account;
}

static void
check_endpoint(const char *conn, const char *endpoint)
{
	struct azure_sign account = parsed(conn);

	ck_assert_str_eq(account.endpoint.s, endpoint);
	azure_sign_release(&account);
}

START_TEST(endpoints_are_made_from_the_connection_string)
{
	check_endpoint("DefaultEndpointsProtocol=https;AccountName=ab;"
		       "AccountKey=" KEY ";EndpointSuffix=core.windows.net",
	    "https://ab.blob.core.windows.net");
	check_endpoint("accountname=ab;ACCOUNTKEY=" KEY,
	    "https://ab.blob.core.windows.net");
	check_endpoint("DefaultEndpointsProtocol=http;AccountName=ab;"
		       "AccountKey=" KEY ";EndpointSuffix=example.org;",
	    "http://ab.blob.example.org");
	check_endpoint(" AccountName=ab ;\n AccountKey=" KEY
		       " ;BlobEndpoint=https://blob.example.org/x/ ;",
	    "https://blob.example.org/x");
	check_endpoint("BlobEndpoint=https://ab.blob.core.windows.net/;"
		       "QueueEndpoint=https://ab.queue.core.windows.net/;"
		       "SharedAccessSignature=sv=2021-12-02&sig=abc%3D",
	    "https://ab.blob.core.windows.net");
	check_endpoint("UseDevelopmentStorage=true",
	    "http://127.0.0.1:10000/devstoreaccount1");
}
END_TEST

START_TEST(the_emulator_is_its_published_account)
{
	struct azure_sign account = parsed("UseDevelopmentStorage=true;");

	ck_assert_str_eq(account.name.s, "devstoreaccount1");
	ck_assert_uint_eq(account.key.len, 64);
	ck_assert_uint_eq(account.sas.len, 0);
	azure_sign_release(&account);
}
END_TEST

START_TEST(a_shared_access_signature_goes_before_a_key)
{
	struct azure_sign account =
	    parsed("AccountName=ab;AccountKey=" KEY
		   ";SharedAccessSignature=?sv=2021-12-02&sig=abc%3D&se=2030");

	ck_assert_str_eq(account.sas.s, "sv=2021-12-02&sig=abc%3D&se=2030");
	ck_assert_uint_eq(account.key.len, 0);
	azure_sign_release(&account);
}
END_TEST

START_TEST(bad_connection_strings_are_refused_without_their_values)
{
	static const char *const conns[] = {
	    "",
	    ";;;",
	    "hemlich",
	    "AccountName=ab",
	    "AccountKey=hemlich",
	    "AccountName=ab;AccountKey=hemlich!",
	    "AccountName=ab/hemlich;AccountKey=" KEY,
	    "AccountName=ab;AccountKey=" KEY ";EndpointSuffix=hemlich/",
	    "BlobEndpoint=http://a;AccountKey=" KEY,
	    "AccountName=ab;SharedAccessSignature=sig=hem lich",
	    "AccountName=ab;SharedAccessSignature=sig=\xc3\xa4hemlich",
	    "UseDevelopmentStorage=false",
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(conns); i++) {
		struct azure_sign account = AZURE_SIGN_INIT;
		struct err err = ERR_INIT;

		ck_assert_msg(azure_sign_parse(conns[i], strlen(conns[i]),
				  &account, &err) == -1,
		    "taken: %s", conns[i]);
		ck_assert_int_eq(err.code, ERR_SETTING);
		ck_assert_ptr_null(strstr(t_text(&err), "hemlich"));
		ck_assert_ptr_null(strstr(err.detail, "hemlich"));
		ck_assert_ptr_null(strstr(t_text(&err), "Eby8"));
		ck_assert_uint_eq(account.endpoint.len, 0);
	}
}
END_TEST

START_TEST(cut_connection_strings_do_no_harm)
{
	static const char conn[] =
	    "DefaultEndpointsProtocol=https;AccountName=ab;AccountKey=" KEY
	    ";EndpointSuffix=core.windows.net;SharedAccessSignature=?sig=x";
	size_t i;

	for (i = 0; i < sizeof conn; i++) {
		struct azure_sign account = AZURE_SIGN_INIT;
		struct err err = ERR_INIT;
		char *copy = std_strndup(conn, i);

		/* Whether it is taken depends on where it was cut. */
		(void)!azure_sign_parse(copy, i, &account, &err);
		azure_sign_release(&account);
		free(copy);
	}
}
END_TEST

/* The example of "Authorize with Shared Key": Get Container Metadata. */
static const char *const metadata_headers[] = {
    "x-ms-version: 2015-02-21",
    "x-ms-date: Fri, 26 Jun 2015 23:39:12 GMT",
};
static const struct azure_sign_param metadata_params[] = {
    {"restype", "container"},
    {"timeout", "20"},
    {"comp", "metadata"},
};
static const struct azure_sign_request metadata = {
    .method = "GET",
    .path = "/mycontainer",
    .headers = metadata_headers,
    .n_headers = 2,
    .params = metadata_params,
    .n_params = 3,
};

START_TEST(the_published_string_to_sign_is_ours)
{
	struct azure_sign account =
	    parsed("AccountName=myaccount;AccountKey=" KEY);
	struct buf out = BUF_INIT;

	azure_sign_string(&out, &account, &metadata);
	ck_assert_str_eq(out.s,
	    "GET\n\n\n\n\n\n\n\n\n\n\n\n"
	    "x-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\n"
	    "x-ms-version:2015-02-21\n"
	    "/myaccount/mycontainer\ncomp:metadata\nrestype:container\n"
	    "timeout:20");
	buf_reset(&out);
	azure_sign_request(&out, &account, &metadata);
	ck_assert_str_eq(out.s,
	    "SharedKey myaccount:1u9lui2jDxj0+fpbHjQ5m5NnastJRSYM+PSmfi8TXx4=");
	buf_release(&out);
	azure_sign_release(&account);
}
END_TEST

START_TEST(a_put_signs_its_length_type_and_encoded_path)
{
	static const char *const headers[] = {
	    "x-ms-version: 2011-08-18",
	    "Content-Type: text/plain; charset=UTF-8",
	    "X-MS-Date: Sun, 25 Sep 2011 14:37:35 GMT",
	    "x-ms-blob-type: BlockBlob",
	};
	const struct azure_sign_request request = {
	    .method = "PUT",
	    .path = "/devstoreaccount1/c/%C3%A4%20%23",
	    .headers = headers,
	    .n_headers = 4,
	    .len = 11,
	};
	struct azure_sign account = parsed("UseDevelopmentStorage=true");
	struct buf out = BUF_INIT;

	azure_sign_request(&out, &account, &request);
	ck_assert_str_eq(out.s,
	    "SharedKey "
	    "devstoreaccount1:HFHXaoD1Uecmi+evzX2AXJF9KVfXWzCbgilQcCdUN2g=");
	buf_release(&out);
	azure_sign_release(&account);
}
END_TEST

START_TEST(conditions_stand_in_their_lines)
{
	static const char *const headers[] = {
	    "If-None-Match: *", "If-Match: \"0x1\""};
	const struct azure_sign_request request = {.method = "PUT",
	    .path = "/c/k",
	    .headers = headers,
	    .n_headers = 2};
	struct azure_sign account = parsed("AccountName=a;AccountKey=" KEY);
	struct buf out = BUF_INIT;

	azure_sign_string(&out, &account, &request);
	ck_assert_str_eq(out.s, "PUT\n\n\n\n\n\n\n\n\"0x1\"\n*\n\n\n/a/c/k");
	buf_release(&out);
	azure_sign_release(&account);
}
END_TEST

START_TEST(dates_are_english_whatever_the_locale)
{
	struct buf out = BUF_INIT;
	int64_t t = 0;

	setlocale(LC_ALL, "de_DE.UTF-8");
	azure_sign_date(&out, 1435361952);
	ck_assert_str_eq(out.s, "Fri, 26 Jun 2015 23:39:12 GMT");
	ck_assert_int_eq(azure_sign_parse_date(out.s, &t), 0);
	ck_assert_int_eq(t, 1435361952);
	buf_release(&out);
}
END_TEST

START_TEST(other_forms_of_dates_are_refused)
{
	static const char *const dates[] = {"", "Fri",
	    "Fri, 26 Jun 2015 23:39:12", "Thu, 26 Jun 2015 23:39:12 GMT",
	    "Fri, 26 jun 2015 23:39:12 GMT", "Fri, 26 Jux 2015 23:39:12 GMT",
	    "Fri, 32 Jun 2015 23:39:12 GMT", "Fri, 26 Jun 2015 24:39:12 GMT",
	    "Fri, 26 Jun 2015 23:39:12 GMT ", "Friday, 26-Jun-15 23:39:12 GMT",
	    "Fri, 26 Jun 99999 23:39:12 GMT", "Fri, -6 Jun 2015 23:39:12 GMT"};
	int64_t t = 7;
	size_t i;

	for (i = 0; i < ARRAY_LEN(dates); i++)
		ck_assert_msg(azure_sign_parse_date(dates[i], &t) == -1,
		    "taken: %s", dates[i]);
	ck_assert_int_eq(t, 7);
}
END_TEST

T_MAIN("azure_sign", endpoints_are_made_from_the_connection_string,
    the_emulator_is_its_published_account,
    a_shared_access_signature_goes_before_a_key,
    bad_connection_strings_are_refused_without_their_values,
    cut_connection_strings_do_no_harm, the_published_string_to_sign_is_ours,
    a_put_signs_its_length_type_and_encoded_path,
    conditions_stand_in_their_lines, dates_are_english_whatever_the_locale,
    other_forms_of_dates_are_refused)
