/*
 * redis_address: the forms of REDIS_URL and AZURE_REDIS_CONNECTION_STRING.
 */
#include "settings/redis_address.h"

#include "base/std.h"
#include "t.h"

START_TEST(an_address_has_its_parts)
{
	static const struct {
		const char *text, *path, *host, *user, *password;
		long port, number;
		bool has_tls;
	} cases[] = {
	    {"redis://127.0.0.1", "", "127.0.0.1", "", "", 6379, 0, false},
	    {"redis://[::1]:7000/", "", "[::1]", "", "", 7000, 0, false},
	    {"rediss://:p%40w@r.example/3", "", "r.example", "", "p@w", 6379, 3,
		true},
	    {"rediss://ada:pw@r.example:6380/0", "", "r.example", "ada", "pw",
		6380, 0, true},
	    {"unix:/run/r.sock", "/run/r.sock", "", "", "", 0, 0, false},
	    {"unix://:pw@/run/r.sock?db=2", "/run/r.sock", "", "", "pw", 0, 2,
		false},
	    {"r.example:6380,password=a=b=,ssl=True,abortConnect=False", "",
		"r.example", "", "a=b=", 6380, 0, true},
	    {"r.example,user=ada,password=pw,ssl=true,defaultDatabase=4", "",
		"r.example", "ada", "pw", 6380, 4, true},
	    {"localhost", "", "localhost", "", "", 6379, 0, false},
	};
	size_t i;

	for (i = 0; i < ARRAY_LEN(cases); i++) {
		struct redis_address address = REDIS_ADDRESS_INIT;
		struct err err = ERR_INIT;

		ck_assert_msg(redis_address_parse(&address, "REDIS_URL",
				  cases[i].text, &err) == 0,
		    "%s: %s", cases[i].text, t_text(&err));
		ck_assert_str_eq(address.path.s, cases[i].path);
		ck_assert_str_eq(address.host.s, cases[i].host);
		ck_assert_str_eq(address.user.s, cases[i].user);
		ck_assert_str_eq(address.password.s, cases[i].password);
		if (*cases[i].path == '\0')
			ck_assert_int_eq(address.port, cases[i].port);
		ck_assert_int_eq(address.number, cases[i].number);
		ck_assert_int_eq(address.has_tls, cases[i].has_tls);
		redis_address_release(&address);
	}
}
END_TEST

START_TEST(an_address_that_names_no_server_is_refused)
{
	static const char *const bad[] = {"rediss://", "rediss:///0",
	    "rediss:////r.example", "rediss://r.example/x",
	    "rediss://r.example/10000", "rediss://r.example/0/",
	    "rediss://r.example?db=1", "rediss://r.example#1",
	    "rediss://pw@r.example", "rediss://r.example:0",
	    "rediss://r.example:65536", "REDISS://r.example",
	    "valkeys://r.example", "unix:run/r.sock", "unix:/",
	    "unix:", "unix:/run/r.sock?db=x", "unix:/run/r.sock?x=1", "",
	    "r.example:6380,ssl", ",ssl=True", "r.example:x,ssl=True",
	    "redis://r.example", "r.example:6379,password=pw"};
	size_t i;

	for (i = 0; i < ARRAY_LEN(bad); i++) {
		struct redis_address address = REDIS_ADDRESS_INIT;
		struct err err = ERR_INIT;

		ck_assert_msg(redis_address_parse(
				  &address, "REDIS_URL", bad[i], &err) == -1,
		    "%s", bad[i]);
	}
}
END_TEST

T_MAIN("redis_address", an_address_has_its_parts,
    an_address_that_names_no_server_is_refused)
