#include "auth/login_page.h"

#include "base/enc.h"

static const struct {
	const char *lang, *title, *heading, *again;
} words = {
    .lang = "de",
    .title = "Anmeldung · Codex Miroir",
    .heading = "Die Anmeldung hat nicht geklappt",
    .again = "Noch einmal anmelden",
};

/* Append a text with its HTML characters escaped: sentences may hold a login
 * or other text from outside. */
static void
add_html(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++)
		if (strchr("&<>\"'", *s) != NULL)
			buf_addf(out, "&#%d;", *s);
		else
			buf_addc(out, *s);
}

void
login_page_print(struct buf *out, const char *sentence, const char *back)
{
	buf_addf(out,
	    "<!doctype html>\n<html lang=\"%s\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "<title>%s</title>\n"
	    "<link rel=\"icon\" href=\"/icon.svg\" type=\"image/svg+xml\">\n"
	    "<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n"
	    "<header class=\"top\"><h1 class=\"brand\">"
	    "<img class=\"brand-icon\" src=\"/icon.svg\" alt=\"\" width=\"28\" "
	    "height=\"28\">Codex <em>Miroir</em></h1></header>\n"
	    "<main><section class=\"panel trouble\">\n"
	    "<h2 class=\"panel-title\">%s</h2>\n"
	    "<p id=\"why\">",
	    words.lang, words.title, words.heading);
	add_html(out, sentence);
	buf_adds(out, "</p>\n<p class=\"trouble-next\">"
		      "<a id=\"again\" class=\"button\" "
		      "href=\"/auth/login?return=");
	enc_percent(out, back, "/");
	buf_addf(out,
	    "\">%s</a></p>\n"
	    "</section></main>\n</body>\n</html>\n",
	    words.again);
}
