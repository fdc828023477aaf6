#include "api/start_log.h"

#include "base/log.h"
#include "base/msg.h"
#include "settings/conf.h"

void
start_log_findings(const struct findings *found)
{
	char sentence[MSG_TEXT_MAX];
	struct log_line line;
	size_t i;

	for (i = 0; i < found->n; i++) {
		const struct finding *f = &found->items[i];

		log_begin(&line,
		    f->level == FINDING_ERROR ? LOG_ERR : LOG_WARNING,
		    f->level == FINDING_ERROR ? "wrong setting"
					      : "odd setting");
		log_str(&line, "text", msg_text(&f->msg, sentence));
		log_end(&line);
	}
}

bool
start_log_settings(const char *file, const char *person)
{
	struct findings found = FINDINGS_INIT;
	char sentence[MSG_TEXT_MAX];
	struct conf conf;
	bool sound = conf_read(&conf, file, &found) == 0;
	size_t i;

	if (person == NULL)
		start_log_findings(&found);
	for (i = 0; person != NULL && i < found.n; i++)
		fprintf(stderr, "%s: %s\n", person,
		    msg_text(&found.items[i].msg, sentence));
	findings_release(&found);
	conf_release(&conf);
	return sound;
}

void
start_log_fault(const struct err *err, const char *person)
{
	char sentence[MSG_TEXT_MAX];
	struct log_line line;

	if (person != NULL) {
		fprintf(stderr, "%s: %s %s\n", person, err_text(err, sentence),
		    err->detail);
		return;
	}
	log_begin(&line, LOG_ERR, "cannot start");
	log_str(&line, "text", err_text(err, sentence));
	if (err->detail[0] != '\0')
		log_str(&line, "detail", err->detail);
	log_end(&line);
}

void
start_log_started(const struct app *app)
{
	const struct conf *conf = &app->conf;
	char hash[CONF_HASH_LEN + 1];
	struct log_line line;

	conf_hash(conf, hash);
	log_begin(&line, LOG_INFO, "started");
	log_str(&line, "version", &PACKAGE_STRING[sizeof "codex-miroir " - 1]);
	/* Of a connection string only the container is no secret. */
	if (conf->azure_blob_conn != NULL)
		log_fmt(&line, "store", "azure:%s", conf->azure_blob_container);
	else
		log_str(&line, "store", conf->store);
	log_str(&line, "settings", hash);
	log_end(&line);
}
