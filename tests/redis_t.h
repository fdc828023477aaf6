/*
 * redis_t: a real redis-server for a test, on a socket in the scratch folder,
 * and on a free port if that is asked for.  It goes when the test's process
 * does.
 *
 *	if (!redis_t_begin(""))		or "--requirepass geheim"
 *		return;			there is none, which was said
 *	... redis_t_url ...
 *	redis_t_stop();
 */
#ifndef REDIS_T_H
#define REDIS_T_H

#include <stdbool.h>

/* Return false, with a word on standard error, if this machine has none, or
 * the programs were built without it. */
bool redis_t_is_there(void);

/* Start it with these further options if there is one; else return false. */
bool redis_t_begin(const char *options);
/* Start it with these further options, and wait until it answers. */
void redis_t_start(const char *options);
/* The same with a free port of 127.0.0.1 besides, plain or with TLS. */
void redis_t_start_tcp(const char *options);
void redis_t_start_tls(const char *options);
int redis_t_port(void);
/* End it as by kill -9; it keeps nothing. */
void redis_t_stop(void);
/* Let it take connections and answer nothing, until it goes on. */
void redis_t_hang(void);
void redis_t_go_on(void);
/* Run redis-cli with these arguments; its output holds until the next call. */
const char *redis_t_cli(const char *arguments);

/* `unix:/…`; valid until the next start. */
const char *redis_t_url(void);

#endif
