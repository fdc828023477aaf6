#include "api/options.h"

#include <getopt.h>
#include <unistd.h>

#include "base/buf.h"
#include "settings/conf.h"

static void
print_usage(const char *name, const char *summary)
{
	printf("%s: %s\n\n"
	       "Usage: %s [-c FILE] [-t [-q] | -1]\n"
	       "  -c FILE    settings that the environment does not have\n"
	       "  -t         check the settings, print them, leave\n"
	       "  -q         with -t: print only what is wrong\n"
	       "  -1         serve one request and leave (without a socket on\n"
	       "             descriptor 0: as a CGI script)\n"
	       "  --settings print all settings, as an example of FILE\n"
	       "  --help     this text\n"
	       "  --version  the version\n",
	    name, summary, name);
}

static void
print_settings(void)
{
	struct buf text = BUF_INIT;

	conf_describe(&text);
	fputs(text.s, stdout);
	buf_release(&text);
}

int
options_parse(int argc, char **argv, const char *name, const char *summary,
    struct options *options)
{
	static const struct option longs[] = {
	    {"help", no_argument, NULL, 'h'},
	    {"settings", no_argument, NULL, 'S'},
	    {"version", no_argument, NULL, 'V'},
	    {NULL, 0, NULL, 0},
	};
	int c;

	memset(options, 0, sizeof *options);
	while ((c = getopt_long(argc, argv, "c:tq1h", longs, NULL)) != -1)
		switch (c) {
		case 'c':
			options->file = optarg;
			break;
		case 't':
			options->check = true;
			break;
		case 'q':
			options->quiet = true;
			break;
		case '1':
			options->once = true;
			break;
		case 'h':
			print_usage(name, summary);
			return 0;
		case 'S':
			print_settings();
			return 0;
		case 'V':
			puts(PACKAGE_STRING);
			return 0;
		default:
			return 2;
		}
	return optind == argc ? -1 : 2;
}
