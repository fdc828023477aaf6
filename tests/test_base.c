/*
 * The ground that all stands on: buf, enc, json, log, lock.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/log.h"
#include "t.h"

/* buf */

START_TEST(a_number_is_printed_as_printf_does)
{
	static const uintmax_t numbers[] = {
	    0, 1, 9, 10, 42, 999, 1000, INT64_MAX, UINT64_MAX - 1, UINT64_MAX};
	struct buf got = BUF_INIT, want = BUF_INIT;
	unsigned digits;
	size_t i;

	for (i = 0; i < ARRAY_LEN(numbers); i++)
		for (digits = 1; digits <= 20; digits++) {
			buf_add_number(&got, numbers[i], digits);
			buf_addf(&want, "%0*ju", (int)digits, numbers[i]);
		}
	ck_assert_str_eq(got.s, want.s);
	buf_reset(&got);
	json_open(&got, '[');
	json_add_int(&got, INT64_MIN);
	json_add_int(&got, -1);
	json_add_int(&got, INT64_MAX);
	ck_assert_str_eq(got.s, "[-9223372036854775808,-1,9223372036854775807");
	buf_release(&got);
	buf_release(&want);
}
END_TEST

START_TEST(an_empty_buf_is_an_empty_string_that_can_be_used_again)
{
	struct buf b = BUF_INIT, other = BUF_INIT;

	ck_assert_str_eq(b.s, "");
	buf_reset(&b);
	buf_release(&b);
	buf_splice(&b, 0, 0, NULL, 0);
	buf_cut(&b, 0);
	buf_add(&b, NULL, 0);
	ck_assert(buf_eq(&b, &other));
	ck_assert_uint_eq(b.cap, 0);
	buf_reserve(&b, 1000);
	ck_assert_str_eq(b.s, "");
	buf_adds(&b, "x");
	ck_assert(!buf_eq(&b, &other));
	buf_release(&b);
	ck_assert_str_eq(b.s, "");
}
END_TEST

START_TEST(a_buf_is_terminated_whatever_was_added)
{
	struct buf b = BUF_INIT;
	size_t i;

	for (i = 0; i < 5000; i++) {
		buf_addc(&b, i % 7 == 0 ? '\0' : 'a');
		ck_assert_uint_eq(b.len, i + 1);
		ck_assert_int_eq(b.s[b.len], '\0');
	}
	buf_reset(&b);
	ck_assert_str_eq(b.s, "");
	buf_addf(&b, "%s-%04d", "x", 7);
	buf_addf(&b, "%s", "");
	ck_assert_str_eq(b.s, "x-0007");
	buf_addf(&b, "%5000d", 1);
	ck_assert_uint_eq(b.len, 5006);
	ck_assert_int_eq(b.s[5005], '1');
	buf_set(&b, "a\0b", 3);
	ck_assert_uint_eq(b.len, 3);
	ck_assert_int_eq(b.s[2], 'b');
	buf_release(&b);
}
END_TEST

START_TEST(a_splice_grows_shrinks_and_removes)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "0123456789");
	buf_splice(&b, 2, 3, "abcdef", 6);
	ck_assert_str_eq(b.s, "01abcdef56789");
	buf_splice(&b, 2, 6, "2", 1);
	ck_assert_str_eq(b.s, "01256789");
	buf_cut(&b, 3);
	ck_assert_str_eq(b.s, "012");
	buf_splice(&b, 3, 0, "!", 1);
	buf_splice(&b, 0, 0, "<", 1);
	ck_assert_str_eq(b.s, "<012!");
	ck_assert_uint_eq(b.len, 5);
	buf_release(&b);
}
END_TEST

START_TEST(a_move_leaves_nothing_behind)
{
	struct buf a = BUF_INIT, b = BUF_INIT;

	buf_adds(&a, "alt");
	buf_adds(&b, "neu");
	buf_move(&a, &b);
	ck_assert_str_eq(a.s, "neu");
	ck_assert_str_eq(b.s, "");
	ck_assert_uint_eq(b.cap, 0);
	buf_move(&a, &b);
	ck_assert_str_eq(a.s, "");
}
END_TEST

/* enc */

START_TEST(base64_is_that_of_the_rfc_and_decodes_strictly)
{
	/* RFC 4648, section 10. */
	static const char *const pairs[][2] = {
	    {"", ""},
	    {"f", "Zg=="},
	    {"fo", "Zm8="},
	    {"foo", "Zm9v"},
	    {"foob", "Zm9vYg=="},
	    {"fooba", "Zm9vYmE="},
	    {"foobar", "Zm9vYmFy"},
	};
	static const char *const broken[] = {"Zg", "Zg=", "Zh==", "Zm9v\n",
	    " Zm9v", "Zm9v=", "Zm-v", "====", "Z", "Zm9vZg==Zg=="};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(pairs); i++) {
		buf_reset(&out);
		enc_base64(&out, pairs[i][0], strlen(pairs[i][0]));
		ck_assert_str_eq(out.s, pairs[i][1]);
		buf_reset(&out);
		ck_assert_int_eq(
		    enc_unbase64(&out, pairs[i][1], strlen(pairs[i][1])), 0);
		ck_assert_str_eq(out.s, pairs[i][0]);
	}
	buf_set(&out, "unberührt", strlen("unberührt"));
	for (i = 0; i < ARRAY_LEN(broken); i++)
		ck_assert_msg(
		    enc_unbase64(&out, broken[i], strlen(broken[i])) == -1,
		    "%s", broken[i]);
	ck_assert_str_eq(out.s, "unberührt");
	buf_release(&out);
}
END_TEST

START_TEST(a_byte_beyond_ascii_is_no_base64)
{
	struct buf out = BUF_INIT;
	char text[] = "QUJD";
	size_t at;
	int byte;

	for (at = 0; at < 4; at++) {
		char kept = text[at];

		for (byte = 0x80; byte <= 0xff; byte++) {
			text[at] = (char)byte;
			ck_assert_msg(enc_unbase64(&out, text, 4) == -1, "%x",
			    (unsigned)byte);
		}
		text[at] = kept;
	}
	ck_assert_uint_eq(out.len, 0);
	buf_release(&out);
}
END_TEST

START_TEST(hashes_are_blake2b_in_lower_case_hex)
{
	struct err err = ERR_INIT;
	struct buf out = BUF_INIT;
	char hash[ENC_HASH_LEN + 1];

	ck_assert_int_eq(enc_start(&err), 0);
	enc_hash("", 0, hash);
	ck_assert_str_eq(hash, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f77"
			       "87faab45cdf12fe3a8");
	enc_hash("abc", 3, hash);
	ck_assert_str_eq(hash, "bddd813c634239723171ef3fee98579b94964e3bb1cb3e"
			       "427262c8c068d52319");
	enc_hex(&out, "\x00\xff\x0a", 3);
	enc_hex(&out, "", 0);
	ck_assert_str_eq(out.s, "00ff0a");
	buf_release(&out);
}
END_TEST

START_TEST(percent_encoding_there_and_back_is_the_same)
{
	struct buf all = BUF_INIT, there = BUF_INIT, back = BUF_INIT;
	int c;

	for (c = 1; c < 256; c++)
		buf_addc(&all, (char)c);
	enc_percent(&there, all.s, "/");
	ck_assert_ptr_nonnull(strstr(there.s, "%2B%2C-./0123456789%3A"));
	ck_assert_ptr_nonnull(strstr(there.s, "%5E_%60abc"));
	ck_assert_ptr_nonnull(strstr(there.s, "xyz%7B%7C%7D~%7F%80"));
	ck_assert_int_eq(enc_unpercent(&back, there.s, there.len, true), 0);
	ck_assert(buf_eq(&all, &back));
	buf_release(&all);
	buf_release(&there);
	buf_release(&back);
}
END_TEST

START_TEST(broken_escapes_and_nul_decode_to_nothing)
{
	static const char *const broken[] = {
	    "%", "a%", "%4", "%zz", "%4g", "%00", "ab%00c", "%%41", "%-1"};
	struct buf out = BUF_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(broken); i++)
		ck_assert_msg(enc_unpercent(&out, broken[i], strlen(broken[i]),
				  true) == -1,
		    "%s", broken[i]);
	ck_assert_int_eq(enc_unpercent(&out, "a\0b", 3, true), -1);
	/* The escape ends behind the bytes that count. */
	ck_assert_int_eq(enc_unpercent(&out, "a%41", 3, true), -1);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(enc_unpercent(&out, "a+b%2bc", 7, true), 0);
	ck_assert_str_eq(out.s, "a b+c");
	ck_assert_int_eq(enc_unpercent(&out, "+%2E", 4, false), 0);
	ck_assert_str_eq(out.s, "a b+c+.");
	buf_release(&out);
}
END_TEST

START_TEST(utf8_is_only_its_shortest_form)
{
	static const char *const good[] = {"", "a", "ä", "€", "🎯",
	    "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xee\x80\x80"};
	static const char *const bad[] = {"\xff", "\x80", "\xc3", "\xc0\xaf",
	    "\xe0\x80\xaf", "\xf0\x80\x80\xaf", "\xed\xa0\x80", "\xe2\x82",
	    "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "a\xc3(", "ä\xa4"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(good); i++)
		ck_assert_msg(
		    enc_is_utf8(good[i], strlen(good[i])), "%s", good[i]);
	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(!enc_is_utf8(bad[i], strlen(bad[i])), "%zu", i);
	ck_assert(enc_is_utf8("a\0b", 3));
	/* Wherever it stands among ASCII, which is read in words. */
	for (i = 0; i < 20; i++) {
		char text[] = "0123456789 123456789";

		text[i] = '\xe4';
		ck_assert_msg(!enc_is_utf8(text, strlen(text)), "%zu", i);
		ck_assert(enc_is_utf8(text, i));
	}
	ck_assert_uint_eq(enc_utf8_len("\xc3\xa4"), 2);
	ck_assert_uint_eq(enc_utf8_len("€"), 3);
	ck_assert_uint_eq(enc_utf8_len("🎯"), 4);
	ck_assert_uint_eq(enc_utf8_len("\x80"), 1);
	ck_assert_uint_eq(enc_utf8_len("\xff"), 1);
	ck_assert_uint_eq(enc_utf8_count("aä€🎯", strlen("aä€🎯")), 4);
}
END_TEST

START_TEST(control_characters_are_found_in_both_ranges)
{
	ck_assert(!enc_has_control("Größe, 100 €\xc2\xa0🎯", 20));
	ck_assert(enc_has_control("a\nb", 3));
	ck_assert(enc_has_control("a\0b", 3));
	ck_assert(enc_has_control("\x1b", 1));
	ck_assert(enc_has_control("\x7f", 1));
	ck_assert(enc_has_control("\xc2\x80", 2));
	ck_assert(enc_has_control("x\xc2\x9f", 3));
	ck_assert(!enc_has_control("\xc3\x80", 2));
	ck_assert(!enc_has_control("\xc2", 1));
}
END_TEST

START_TEST(a_control_is_found_wherever_it_stands)
{
	char text[21];
	size_t at;
	int c;

	for (at = 0; at < sizeof text; at++)
		for (c = 0; c < 128; c++) {
			memset(text, '~', sizeof text);
			text[at] = (char)c;
			ck_assert_int_eq(enc_has_control(text, sizeof text),
			    c < 0x20 || c == 0x7f);
			ck_assert(!enc_has_control(text, at));
		}
	for (at = 0; at + 1 < sizeof text; at++) {
		memset(text, ' ', sizeof text);
		memcpy(text + at, "\xc2\x85", 2);
		ck_assert(enc_has_control(text, sizeof text));
		memcpy(text + at, "\xc3\x85", 2);
		ck_assert(!enc_has_control(text, sizeof text));
	}
}
END_TEST

START_TEST(random_names_differ)
{
	struct err err = ERR_INIT;
	struct buf a = BUF_INIT, b = BUF_INIT;

	ck_assert_int_eq(enc_start(&err), 0);
	enc_random(&a, 33);
	enc_random(&b, 33);
	ck_assert_uint_eq(a.len, 33);
	ck_assert_uint_eq(strspn(a.s, "0123456789abcdef"), 33);
	ck_assert(!buf_eq(&a, &b));
	buf_release(&a);
	buf_release(&b);
}
END_TEST

/* json */

START_TEST(commas_come_by_themselves)
{
	struct buf b = BUF_INIT;

	json_open(&b, '{');
	json_key(&b, "a:[{,");
	json_add_str(&b, "x:");
	json_key(&b, "b");
	json_add_str(&b, "[");
	json_key(&b, "");
	json_add_str(&b, "");
	json_key(&b, "c");
	json_open(&b, '[');
	json_add_str(&b, ",");
	json_add_str(&b, "\n");
	json_add_int(&b, INT64_MIN);
	json_add_bool(&b, true);
	json_add_null(&b);
	json_open(&b, '[');
	json_close(&b, ']');
	json_open(&b, '{');
	json_close(&b, '}');
	json_add_raw(&b, "[1]", 3);
	json_close(&b, ']');
	json_key(&b, "d");
	json_add_bool(&b, false);
	json_close(&b, '}');
	ck_assert_str_eq(b.s,
	    "{\"a:[{,\":\"x:\",\"b\":\"[\",\"\":\"\",\"c\":[\",\",\"\\n\","
	    "-9223372036854775808,true,null,[],{},[1]],\"d\":false}");
	buf_release(&b);
}
END_TEST

START_TEST(documents_begin_anew_on_a_new_line)
{
	struct buf b = BUF_INIT;
	int i;

	for (i = 0; i < 2; i++) {
		json_open(&b, '[');
		json_add_int(&b, i);
		json_close(&b, ']');
		buf_addc(&b, '\n');
	}
	ck_assert_str_eq(b.s, "[0]\n[1]\n");
	buf_release(&b);
}
END_TEST

/* What was written reads back as `want`. */
static void
round_trip(const char *s, size_t len, const char *want)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	struct buf b = BUF_INIT;

	json_add_strn(&b, s, len);
	ck_assert(!enc_has_control(b.s, b.len));
	ck_assert_msg(json_parse(b.s, b.len, &json, &err) == 0, "%s", b.s);
	ck_assert_str_eq(json_object_get_string(json), want);
	json_object_put(json);
	buf_release(&b);
}

START_TEST(every_string_is_written_so_that_it_reads_back)
{
	char all[128];
	int c;

	for (c = 1; c < 128; c++)
		all[c - 1] = (char)c;
	all[127] = '\0';
	round_trip(all, 127, all);
	round_trip(
	    "Größe „100 €“ 🎯", strlen("Größe „100 €“ 🎯"), "Größe „100 €“ 🎯");
	/* U+FFFD for each byte that belongs to no character. */
	round_trip("\xff-\xc3", 3, "\ufffd-\ufffd");
	round_trip("\xed\xa0\x80", 3, "\ufffd\ufffd\ufffd");
	round_trip("\xe2\x82(ä", 5, "\ufffd\ufffd(ä");
}
END_TEST

START_TEST(json_ends_where_its_bytes_end)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	/* Not terminated: what follows is none of it. */
	ck_assert_int_eq(json_parse("12345", 2, &json, &err), 0);
	ck_assert_int_eq(json_object_get_int64(json), 12);
	json_object_put(json);
	ck_assert_int_eq(json_parse("{}x", 2, &json, &err), 0);
	json_object_put(json);
	ck_assert_int_eq(json_parse(" \n[1] \r\n\t", 9, &json, &err), 0);
	json_object_put(json);
	ck_assert_int_eq(json_parse("null", 4, &json, &err), 0);
	ck_assert_ptr_null(json);
}
END_TEST

START_TEST(text_that_is_not_one_whole_json_document_is_refused)
{
	static const char *const bad[] = {"", " ", "{", "[1", "\"a", "tru",
	    "{}{}", "{} x", "1 2", "[1,]", "{\"a\":1,}", "{a:1}", "'a'",
	    "// x\n1", "/* x */1", "\"\xff\"", "\"\xc3\"", "[\"\xc3", "nul",
	    "]", "}", ",", ":", "{\"a\"}", "\\", "\xef\xbb\xbf{}"};
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		ck_assert_msg(
		    json_parse(bad[i], strlen(bad[i]), &json, &err) == -1, "%s",
		    bad[i]);
		ck_assert_int_eq(err.code, ERR_JSON);
		ck_assert_ptr_null(json);
	}
	ck_assert_int_eq(json_parse("[1]\0", 4, &json, &err), -1);
	ck_assert_int_eq(json_parse("\"a\0b\"", 5, &json, &err), -1);
}
END_TEST

/* Parse each text; `rc` is what that must return. */
static void
check_json(const char *const *texts, size_t n, int rc)
{
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < n; i++) {
		ck_assert_msg(
		    json_parse(texts[i], strlen(texts[i]), &json, &err) == rc,
		    "%s", texts[i]);
		if (rc == 0)
			json_object_put(json);
	}
}

START_TEST(an_extension_of_json_c_is_refused)
{
	static const char *const bad[] = {"{'a':1}", "NaN", "[Infinity]",
	    "-Infinity", "[1.]", "[.5]", "[01]", "[-]", "[1e]", "[+1]",
	    "[\"a\nb\"]", "[\"\t\"]", "[tru]", "[True]", "[nul]", "/* */ 1",
	    "[1,2,]", "{\"a\":1,}", "[0x10]", "\"a", "[1 2]"};
	static const char *const good[] = {"[-0,0.5,1e9,1E-2,10.25e+3]",
	    "[true,false,null]", "\"\\u00e4 \\\" \\n\"", " {\"a\" : [ ] } "};

	check_json(bad, ARRAY_LEN(bad), -1);
	check_json(good, ARRAY_LEN(good), 0);
}
END_TEST

START_TEST(a_body_with_surrogates_is_no_json)
{
	static const char *const bad[] = {"\"\xed\xa0\x80\"", "\"\xc0\xaf\"",
	    "\"\xf4\x90\x80\x80\"", "\"\\ud800x\"", "\"\\udc00\"",
	    "{\"\\ud800\":1}"};
	struct json_object *json = NULL;
	struct err err = ERR_INIT;
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++)
		ck_assert_msg(
		    json_parse(bad[i], strlen(bad[i]), &json, &err) == -1,
		    "%zu", i);
	/* As escapes, a whole pair is a character. */
	ck_assert_int_eq(json_parse("\"\\ud83c\\udfaf\"", 14, &json, &err), 0);
	ck_assert_str_eq(json_object_get_string(json), "🎯");
	json_object_put(json);
}
END_TEST

START_TEST(a_name_with_a_nul_is_no_json)
{
	static const char *const bad[] = {
	    "{\"a\\u0000b\":1}", "{\"a\":{\"\\u0000\" \n:1}}"};
	static const char *const good[] = {"{\"a\":\"\\u0000\"}",
	    "[\"\\u0000\"]", "{\"\\\\u0000\":1}", "{\"\\u0001\":1}"};

	check_json(bad, ARRAY_LEN(bad), -1);
	check_json(good, ARRAY_LEN(good), 0);
}
END_TEST

static int
parse_nested(size_t depth, struct err *err)
{
	struct json_object *json = NULL;
	struct buf b = BUF_INIT;
	size_t i;
	int rc;

	for (i = 0; i < depth; i++)
		buf_adds(&b, i % 2 ? "{\"a\":" : "[");
	buf_addc(&b, '1');
	while (depth-- > 0)
		buf_adds(&b, depth % 2 ? "}" : "]");
	rc = json_parse(b.s, b.len, &json, err);
	json_object_put(json);
	buf_release(&b);
	return rc;
}

START_TEST(json_deeper_than_the_limit_has_its_own_error)
{
	struct err err = ERR_INIT;

	ck_assert_int_eq(parse_nested(JSON_DEPTH_MAX - 1, &err), 0);
	ck_assert_int_eq(parse_nested(JSON_DEPTH_MAX + 1, &err), -1);
	ck_assert_int_eq(err.code, ERR_JSON);
	ck_assert_ptr_nonnull(strstr(t_text(&err), "tiefer als 32"));
	ck_assert_int_eq(parse_nested(100000, &err), -1);
}
END_TEST

START_TEST(members_are_found_by_name_and_type)
{
	static const char text[] =
	    "{\"s\":\"x\",\"n\":7,\"d\":7.0,\"z\":\"a\\u0000b\",\"0\":null,"
	    "\"big\":99999999999999999999,\"two\":1,\"two\":2}";
	struct json_object *json = NULL;
	struct err err = ERR_INIT;

	ck_assert_int_eq(json_parse(text, strlen(text), &json, &err), 0);
	ck_assert_str_eq(json_get_str(json, "s"), "x");
	ck_assert_ptr_null(json_get_str(json, "n"));
	ck_assert_ptr_null(json_get_str(json, "z"));
	ck_assert_ptr_null(json_get_str(json, "0"));
	ck_assert_ptr_null(json_get_str(json, "none"));
	ck_assert_ptr_null(json_get_str(NULL, "s"));
	ck_assert_int_eq(json_get_int(json, "n", -1), 7);
	ck_assert_int_eq(json_get_int(json, "d", -1), -1);
	ck_assert_int_eq(json_get_int(json, "s", -1), -1);
	ck_assert_int_eq(json_get_int(json, "none", -1), -1);
	ck_assert_int_eq(json_get_int(json, "big", -1), INT64_MAX);
	ck_assert_int_eq(json_get_int(json, "two", -1), 2);
	ck_assert_ptr_null(json_get(json, "s", json_type_object));
	ck_assert_ptr_null(json_get(
	    json_get(json, "s", json_type_string), "s", json_type_string));
	json_object_put(json);
}
END_TEST

/* log */

/* What `say` writes to standard error. */
static void
caught(struct buf *out, void (*say)(void))
{
	int old = dup(STDERR_FILENO), ends[2];
	char chunk[8192];
	ssize_t n;

	ck_assert_int_eq(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	say();
	dup2(old, STDERR_FILENO);
	close(old);
	buf_reset(out);
	while ((n = read(ends[0], chunk, sizeof chunk)) > 0)
		buf_add(out, chunk, (size_t)n);
	close(ends[0]);
}

static void
say_forged(void)
{
	struct log_line line;

	log_start("codex test", false);
	log_begin(&line, LOG_WARNING, "request \"refused\"\n<3>level=err");
	log_str(&line, "user", "usera status=200");
	log_str(&line, "path", "/a\r\nlevel=err \x1b[2J\x7f\xc2\x9b\\\" b=\"c");
	log_str(&line, "word", "m\xc3\xa4\xe2\x82\xac");
	log_str(&line, "odd", "\xff\xc3");
	log_str(&line, "none", NULL);
	log_str(&line, "empty", "");
	log_int(&line, "us", -7);
	log_end(&line);
	log_debug("%s", "not to be seen");
}

START_TEST(a_value_forges_no_line_and_no_field_of_the_log)
{
	struct buf out = BUF_INIT, want = BUF_INIT;

	buf_addf(&want,
	    "level=warning msg=\"request \\\"refused\\\"\\u000a<3>level=err\" "
	    "program=\"codex test\" pid=%ld user=\"usera status=200\" "
	    "path=\"/a\\u000d\\u000alevel=err \\u001b[2J\\u007f\\u00c2\\u009b"
	    "\\\\\\\" b=\\\"c\" word=m\xc3\xa4\xe2\x82\xac "
	    "odd=\"\\u00ff\\u00c3\" none=- empty=- us=-7\n",
	    (long)getpid());
	caught(&out, say_forged);
	ck_assert_str_eq(out.s, want.s);
	buf_release(&out);
	buf_release(&want);
}
END_TEST

static void
add_asker(struct log_line *line, const void *arg)
{
	log_str(line, "request", arg);
}

static void
say_for_somebody(void)
{
	log_start("codex-test", true);
	log_set_context(add_asker, "5f");
	log_info("eins");
	log_set_context(NULL, NULL);
	log_info("zwei");
}

START_TEST(a_line_says_for_whom_the_program_works)
{
	struct buf out = BUF_INIT;

	caught(&out, say_for_somebody);
	ck_assert_ptr_nonnull(
	    strstr(out.s, " request=5f\nlevel=info msg=zwei "));
	ck_assert_ptr_eq(strstr(out.s, "request"), strstr(out.s, "request=5f"));
	buf_release(&out);
}
END_TEST

static void
say_levels(void)
{
	log_start("codex-test", true);
	log_err("null");
	log_warn("eins");
	log_info("zwei");
	log_debug("drei");
}

/* With the variable that systemd sets for the stream that is the journal's. */
static void
say_to_journal(void)
{
	char stream[64];
	struct stat st;

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof stream, "%llu:%llu",
	    (unsigned long long)st.st_dev, (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	say_levels();
	unsetenv("JOURNAL_STREAM");
}

START_TEST(the_journal_gets_the_priority_of_a_line)
{
	struct buf out = BUF_INIT;

	caught(&out, say_to_journal);
	ck_assert(std_starts(out.s, "<3>level=err msg=null "));
	ck_assert_ptr_nonnull(strstr(out.s, "\n<4>level=warning msg=eins "));
	ck_assert_ptr_nonnull(strstr(out.s, "\n<6>level=info msg=zwei "));
	ck_assert_ptr_nonnull(strstr(out.s, "\n<7>level=debug msg=drei "));
	/* Handed on to a program whose output goes elsewhere. */
	setenv("JOURNAL_STREAM", "1:2", 1);
	caught(&out, say_levels);
	unsetenv("JOURNAL_STREAM");
	ck_assert_ptr_null(strchr(out.s, '<'));
	buf_release(&out);
}
END_TEST

static void
say_much(void)
{
	struct log_line line;
	struct buf b = BUF_INIT;
	char field[16];
	int i;

	while (b.len < 100000)
		buf_adds(&b, "x\n%n%s");
	log_start("codex-test", true);
	log_debug("%s", b.s);
	log_begin(&line, LOG_INFO, "lang");
	for (i = 0; i < 9; i++) {
		snprintf(field, sizeof field, "f%d", i);
		log_str(&line, field, b.s);
	}
	log_end(&line);
	log_info("kurz");
	buf_release(&b);
}

START_TEST(a_long_line_is_cut_with_its_quotes_closed)
{
	struct buf out = BUF_INIT;
	const char *second, *third;

	caught(&out, say_much);
	ck_assert(std_starts(out.s, "level=debug msg=\"x\\u000a%n%sx\\u000a"));
	second = strchr(out.s, '\n') + 1;
	ck_assert_int_lt(second - out.s, LOG_ROOM);
	ck_assert_ptr_nonnull(strstr(out.s, "\" program=codex-test pid="));
	third = strchr(second, '\n') + 1;
	ck_assert_int_le(third - second, LOG_ROOM);
	ck_assert_mem_eq(third - 2, "\"\n", 2);
	ck_assert_ptr_nonnull(strstr(second, "\" f2=\"x"));
	ck_assert(std_starts(third, "level=info msg=kurz "));
	buf_release(&out);
}
END_TEST

/* lock */

/* A child that holds the lock and dies without dropping it: as soon as another
 * process waits for it, or when it is killed. */
static pid_t
holder(const char *run, const char *name, bool until_awaited)
{
	struct err err = ERR_INIT;
	int ends[2], lock;
	char c;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		if (lock_take(run, name, 0, &lock, &err) == -1 ||
		    write(ends[1], "x", 1) != 1)
			_exit(1);
		if (until_awaited)
			_exit(t_await_waiter(lock) ? 0 : 1);
		for (;;)
			pause();
	}
	close(ends[1]);
	ck_assert_int_eq(read(ends[0], &c, 1), 1);
	close(ends[0]);
	return pid;
}

START_TEST(a_lock_is_one_at_a_time_and_by_name)
{
	struct err err = ERR_INIT;
	const char *run = t_scratch();
	int a, b;

	ck_assert_int_eq(lock_take(run, "create-ada", 0, &a, &err), 0);
	ck_assert_int_eq(lock_take(run, "create-ada", 0, &b, &err), -1);
	ck_assert_int_eq(err.code, ERR_BUSY);
	ck_assert_int_eq(lock_take(run, "create-bob", 0, &b, &err), 0);
	lock_drop(b);
	lock_drop(a);
	ck_assert_int_eq(lock_take(run, "create-ada", 0, &a, &err), 0);
	lock_drop(a);
}
END_TEST

START_TEST(a_waiter_gets_the_lock_of_a_dead_holder)
{
	struct err err = ERR_INIT;
	const char *run = t_scratch();
	pid_t pid = holder(run, "build-ada", true);
	int lock, status;

	ck_assert_int_eq(lock_take(run, "build-ada", 60000, &lock, &err), 0);
	lock_drop(lock);
	waitpid(pid, &status, 0);
	ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(a_waiter_gives_up_after_its_time)
{
	const struct itimerval none = {{0, 0}, {0, 0}};
	struct itimerval timer;
	struct err err = ERR_INIT;
	const char *run = t_scratch();
	pid_t pid = holder(run, "build-ada", false);
	int64_t began = clock_monotonic_ms();
	int lock;

	ck_assert_int_eq(lock_take(run, "build-ada", 200, &lock, &err), -1);
	ck_assert_int_eq(err.code, ERR_BUSY);
	ck_assert_int_ge(clock_monotonic_ms() - began, 200);
	ck_assert_int_lt(clock_monotonic_ms() - began, 1000);
	/* And the timer that woke us is off again. */
	ck_assert_int_eq(getitimer(ITIMER_REAL, &timer), 0);
	ck_assert_int_eq(memcmp(&timer, &none, sizeof timer), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}
END_TEST

START_TEST(a_lock_that_cannot_be_made_is_busy_without_a_path_for_users)
{
	struct err err = ERR_INIT;
	char nowhere[300];
	int lock;

	snprintf(nowhere, sizeof nowhere, "%s/none", t_scratch());
	ck_assert_int_eq(lock_take(nowhere, "x", 0, &lock, &err), -1);
	ck_assert_int_eq(err.code, ERR_BUSY);
	ck_assert_ptr_null(strstr(t_text(&err), nowhere));
	ck_assert_ptr_nonnull(strstr(err.detail, nowhere));
}
END_TEST

T_MAIN("base", a_number_is_printed_as_printf_does,
    an_empty_buf_is_an_empty_string_that_can_be_used_again,
    a_buf_is_terminated_whatever_was_added, a_splice_grows_shrinks_and_removes,
    a_move_leaves_nothing_behind,
    base64_is_that_of_the_rfc_and_decodes_strictly,
    a_byte_beyond_ascii_is_no_base64, hashes_are_blake2b_in_lower_case_hex,
    percent_encoding_there_and_back_is_the_same,
    broken_escapes_and_nul_decode_to_nothing, utf8_is_only_its_shortest_form,
    control_characters_are_found_in_both_ranges,
    a_control_is_found_wherever_it_stands, random_names_differ,
    commas_come_by_themselves, documents_begin_anew_on_a_new_line,
    every_string_is_written_so_that_it_reads_back,
    json_ends_where_its_bytes_end,
    text_that_is_not_one_whole_json_document_is_refused,
    an_extension_of_json_c_is_refused, a_body_with_surrogates_is_no_json,
    a_name_with_a_nul_is_no_json, json_deeper_than_the_limit_has_its_own_error,
    members_are_found_by_name_and_type,
    a_value_forges_no_line_and_no_field_of_the_log,
    a_line_says_for_whom_the_program_works,
    the_journal_gets_the_priority_of_a_line,
    a_long_line_is_cut_with_its_quotes_closed,
    a_lock_is_one_at_a_time_and_by_name,
    a_waiter_gets_the_lock_of_a_dead_holder, a_waiter_gives_up_after_its_time,
    a_lock_that_cannot_be_made_is_busy_without_a_path_for_users)
