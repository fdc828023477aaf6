#include "base/err.h"

static const struct {
	const char *word;
	int status;
} table[ERR_CODES] = {
    [ERR_NONE] = {"ok", 200},
    [ERR_INTERNAL] = {"intern", 500},
    [ERR_VALUE] = {"ungueltiger_wert", 400},
    [ERR_JSON] = {"kein_json", 400},
    [ERR_LOGIN] = {"nicht_angemeldet", 401},
    [ERR_FORBIDDEN] = {"nicht_erlaubt", 403},
    [ERR_ORIGIN] = {"fremde_herkunft", 403},
    [ERR_NOT_LISTED] = {"nicht_auf_der_liste", 403},
    [ERR_OTHER_ID] = {"anderes_konto", 403},
    [ERR_READ_ONLY] = {"nur_lesen", 403},
    [ERR_NOT_FOUND] = {"nicht_gefunden", 404},
    [ERR_METHOD] = {"methode_nicht_erlaubt", 405},
    [ERR_AMBIGUOUS] = {"nummer_doppelt", 409},
    [ERR_NUMBERS] = {"nummern_erschoepft", 409},
    [ERR_BAD_FILE] = {"datei_fehlerhaft", 409},
    [ERR_CONTENDED] = {"gleichzeitig_geaendert", 409},
    [ERR_SETTLED] = {"kein_konflikt", 409},
    [ERR_MODIFIED] = {"inzwischen_geaendert", 412},
    [ERR_NO_MATCH] = {"if_match_fehlt", 428},
    [ERR_TOO_LARGE] = {"zu_gross", 413},
    [ERR_MEDIA_TYPE] = {"falscher_medientyp", 415},
    [ERR_KEY_REUSED] = {"schluessel_vergeben", 422},
    [ERR_RATE] = {"zu_oft", 429},
    [ERR_UNREADY] = {"nicht_erreichbar", 503},
    [ERR_BUSY] = {"beschaeftigt", 503},
    [ERR_STORE] = {"speicher_gestoert", 503},
    [ERR_NEWER] = {"neuere_fassung", 503},
    [ERR_UNKNOWN] = {"github_gestoert", 503},
    [ERR_GITHUB] = {"github_gestoert", 502},
    [ERR_SLOW] = {"github_langsam", 504},
    [ERR_SETTING] = {"einstellung", 500},
};

int
err_set(struct err *err, enum err_code code, enum msg_id id)
{
	err->code = code;
	msg_set(&err->msg, id);
	err->field[0] = err->detail[0] = '\0';
	err->retry_s = 0;
	return -1;
}

int
err_field(struct err *err, const char *field, enum msg_id id)
{
	err_set(err, ERR_VALUE, id);
	snprintf(err->field, sizeof err->field, "%s", field);
	return -1;
}

int
err_value(struct err *err, const char *value, ...)
{
	va_list ap;

	va_start(ap, value);
	msg_add_value(&err->msg, value, ap);
	va_end(ap);
	return -1;
}

int
err_cause(struct err *err, const struct msg *cause)
{
	msg_cause(&err->msg, cause);
	return -1;
}

int
err_detail(struct err *err, const char *detail, ...)
{
	va_list ap;

	va_start(ap, detail);
	vsnprintf(err->detail, sizeof err->detail, detail, ap);
	va_end(ap);
	return -1;
}

const char *
err_text_in(
    const struct err *err, enum msg_language language, char text[MSG_TEXT_MAX])
{
	return msg_text_in(&err->msg, language, text);
}

const char *
err_text(const struct err *err, char text[MSG_TEXT_MAX])
{
	return msg_text(&err->msg, text);
}

const char *
err_word(enum err_code code)
{
	return table[code].word;
}

int
err_status(enum err_code code)
{
	return table[code].status;
}
