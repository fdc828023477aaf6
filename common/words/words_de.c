/* A table of data: the sentences in German (words.h). */
#include "words/words.h"

enum { FIRST = __COUNTER__ + 1 };

/* NOLINTBEGIN(bugprone-suspicious-missing-comma) */
const char *const words_de[MSG_IDS] = {
    SAY(MSG_NONE) = "",

    SAY(MSG_NO_SUCH_ADDRESS) = "Diese Adresse gibt es nicht.",
    SAY(MSG_NO_SUCH_METHOD) = "Diese Methode gibt es hier nicht.",
    SAY(MSG_BODY_TOO_LARGE) = "Der Inhalt ist größer als {1} KiB.",
    SAY(MSG_BODY_NO_OBJECT) = "Der Inhalt muss ein Objekt sein.",
    SAY(MSG_BODY_NO_JSON_OBJECT) = "Der Inhalt muss ein JSON-Objekt sein.",
    SAY(MSG_BODY_NOT_JSON_TYPE) = "Der Inhalt muss application/json sein.",
    SAY(MSG_JSON_INVALID) = "Das ist kein gültiges JSON.",
    SAY(MSG_JSON_TOO_DEEP) =
	"Das JSON ist tiefer als {1} Ebenen verschachtelt.",
    SAY(MSG_LIBRARY_CRYPTO) = "Die Kryptobibliothek ließ sich nicht starten.",
    SAY(MSG_LIBRARY_HTTP) = "Die Bibliothek für HTTP ließ sich nicht starten.",
    SAY(MSG_LOCK_FAILED) = "Eine Sperre ließ sich nicht anlegen.",
    SAY(MSG_LOCK_TAKEN) =
	"Gerade wird schon gearbeitet. Bitte gleich noch einmal.",
    SAY(MSG_RATE_EXCEEDED) =
	"Das waren sehr viele Anfragen. Bitte warte einen Augenblick.",

    SAY(MSG_NEWER_RECORD) =
	"Eine neuere Fassung von Codex Miroir hat diese Daten geschrieben. "
	"Sie bleiben, wie sie sind, bis diese auch hier läuft.",

    SAY(MSG_FILE_UNREADABLE) = "Die Datei {1} lässt sich nicht lesen.",
    SAY(MSG_FILE_UNREADABLE_AS) = "Die Datei {1} darf der Benutzer {2} nicht "
				  "lesen, oder ihren Ordner nicht betreten.",
    SAY(MSG_FILE_UNREADABLE_WHY) = "Die Datei {1} lässt sich nicht lesen: {2}.",
    SAY(MSG_CONF_LINE) =
	"Zeile {1} von {2} ist weder NAME=Wert noch ein Kommentar.",
    SAY(MSG_CONF_NOT_MS_OR_OFF) =
	"{1} ist weder off noch eine Zeit von {2} bis {3}: eine ganze Zahl mit "
	"ms, s, m, h oder d dahinter, ohne Einheit in Millisekunden.",
    SAY(MSG_CONF_NOT_MS) =
	"{1} ist keine Zeit von {2} bis {3}: eine ganze Zahl mit ms, s, m, h "
	"oder d dahinter, ohne Einheit in Millisekunden.",
    SAY(MSG_CONF_NOT_BYTES) =
	"{1} ist keine Größe von {2} bis {3}: eine ganze Zahl mit k, M oder G "
	"dahinter, ohne Einheit in Bytes.",
    SAY(MSG_CONF_NOT_RATE) = "{1} ist keine ganze Zahl von {2} bis {3}: so "
			     "viele Anfragen je Minute.",
    SAY(MSG_CONF_NOT_BOOL) = "{1} ist weder true noch false.",
    SAY(MSG_CONF_NOT_TEXT) = "{1} muss ein Text ohne Steuerzeichen sein.",
    SAY(MSG_CONF_TOO_LONG) = "{1} ist länger als {2} Bytes.",
    SAY(MSG_CONF_WORD) =
	"{1} darf nur aus sichtbaren ASCII-Zeichen ohne Leerzeichen bestehen.",
    SAY(MSG_CONF_UNKNOWN) = "{1} ist keine Einstellung.",
    SAY(MSG_CONF_UNKNOWN_NEAR) =
	"{1} ist keine Einstellung; die ähnlichste heißt {2}.",
    SAY(MSG_CONF_DOUBLED) =
	"{1} steht in Zeile {2} und in Zeile {3} von {4}; die letzte zählt.",
    SAY(MSG_CONF_DOUBLED_HERE) =
	"{1} steht zweimal in der Umgebung; das erste zählt.",
    SAY(MSG_AUDIT_ERROR) = "Fehler: ",
    SAY(MSG_AUDIT_WARN) = "Hinweis: ",
    SAY(MSG_AUDIT_SOUND) = "Die Einstellungen passen.",
    SAY(MSG_AUDIT_SECRETS) =
	"Die Geheimnisse in {1} liest nur root: ob eines fehlt, bleibt offen.",
    SAY(MSG_AUDIT_NOBODY) = "CODEX_ALLOWED_USERS fehlt: niemand darf herein.",
    SAY(MSG_AUDIT_USER) = "Den Benutzer {1}, unter dem die Programme laufen, "
			  "gibt es nicht: systemd-sysusers legt ihn an.",
    SAY(MSG_CONF_NO_BASE_URL) = "CODEX_BASE_URL fehlt.",
    SAY(MSG_ADDRESS_FORM) =
	"{1} ist keine Adresse der Form https://HOST[:PORT][/PFAD].",
    SAY(MSG_ADDRESS_USER) = "{1} darf weder Benutzer noch Passwort enthalten.",
    SAY(MSG_ADDRESS_PATH) =
	"{1} muss http(s)://HOST[:PORT] sein, ohne Schrägstrich am Ende.",
    SAY(MSG_ADDRESS_PROXY) =
	"{1} muss http(s)://[NAME:PASSWORT@]HOST[:PORT] sein, ohne "
	"Schrägstrich am Ende.",
    SAY(MSG_ADDRESS_PLAIN) =
	"{1} muss mit https:// beginnen; http:// gibt es nur auf diesem "
	"Rechner (127.0.0.0/8, [::1], localhost).",
    SAY(MSG_REDIS_FORM) =
	"{1} muss redis(s)://[[NAME]:PASSWORT@]HOST[:PORT][/NUMMER] oder "
	"unix:/PFAD sein.",
    SAY(MSG_REDIS_AZURE_FORM) =
	"{1} muss HOST:PORT,password=…,ssl=True sein, wie Azure es zeigt.",
    SAY(MSG_REDIS_PLAIN) =
	"{1} braucht TLS (rediss:// oder ssl=True); ohne das gibt es nur "
	"diesen Rechner (127.0.0.0/8, [::1], localhost, unix:).",
    SAY(MSG_REDIS_CA) = "REDIS_CA_FILE ist nicht lesbar.",
    SAY(MSG_REDIS_NOT_BUILT) =
	"{1} ist gesetzt, aber die Programme sind ohne Redis gebaut "
	"(hiredis fehlte).",
    SAY(MSG_CONF_AUTH_LOOPBACK) =
	"CODEX_AUTH=local:… gibt es nur, wenn CODEX_BASE_URL eine "
	"Loopback-Adresse ist.",
    SAY(MSG_CONF_AUTH_LOCAL) =
	"CODEX_AUTH muss local:NAME sein, der Name in Kleinbuchstaben.",
    SAY(MSG_CONF_METRICS_TOKEN) =
	"CODEX_METRICS_TOKEN hat weniger als 16 Zeichen.",
    SAY(MSG_CONF_PROOF) =
	"CODEX_PROOF fehlt oder hat weniger als 32 Zeichen: daran erkennen "
	"die Programme ihren Webserver.",
    SAY(MSG_CONF_NOW_LOOPBACK) =
	"CODEX_NOW gibt es nur, wenn CODEX_BASE_URL eine Loopback-Adresse "
	"ist.",
    SAY(MSG_CONF_CRASH_LOOPBACK) =
	"SYNC_CRASH_AT gibt es nur, wenn CODEX_BASE_URL eine "
	"Loopback-Adresse ist.",
    SAY(MSG_CONF_NO_STORE) = "CODEX_STORE fehlt (oder AZURE_BLOB_CONN).",
    SAY(MSG_CONF_STORE) = "{1} ist nicht fs:ORDNER mit dem ganzen Pfad ab /.",
    SAY(MSG_CONF_PATH) = "{1} ist kein ganzer Pfad: er beginnt mit /.",
    SAY(MSG_CONF_STORE_FOLDER) =
	"Der Ordner des Speichers (CODEX_STORE) lässt sich nicht öffnen.",
    SAY(MSG_CONF_NO_RUN) = "CODEX_RUN fehlt.",
    SAY(MSG_CONF_RUN_FOLDER) =
	"Der Ordner CODEX_RUN lässt sich nicht anlegen: {1}.",
    SAY(MSG_CONF_RUN_READ_ONLY) = "In CODEX_RUN fehlt Schreibrecht.",
    SAY(MSG_CONF_RUN_TABLE) =
	"Die Tabelle {1} in CODEX_RUN lässt sich nicht öffnen: {2}.",
    SAY(MSG_CONF_TZ) = "{1} ist keine Zeitzone, die dieser Rechner kennt, wie "
		       "Europe/Berlin eine ist.",
    SAY(MSG_CONF_SLOTS) =
	"CODEX_SLOTS hat nicht die Form "
	"morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30, "
	"in dieser Reihenfolge und ohne Überschneidung.",
    SAY(MSG_CONF_NO_KEY_FILE) = "CODEX_KEY_FILE fehlt.",
    SAY(MSG_CONF_KEY_SECRET) =
	"CODEX_KEY_SECRET fehlt oder hat weniger als 32 Zeichen: ohne es gibt "
	"CODEX_KEY_FILE keine Schlüssel.",
    SAY(MSG_CONF_GIT_BASE_PATH) =
	"{1} ist kein Ordner im Repository: Namen mit / dazwischen, keiner "
	"leer, „.“, „..“ oder „.git“, ohne \\.",
    SAY(MSG_CONF_GIT_TOKEN) = "GITHUB_TOKEN fehlt oder enthält Leerzeichen.",
    SAY(MSG_CONF_GIT_REPO) =
	"GITHUB_OWNER und GITHUB_REPO sind die zwei Namen des Repositorys bei "
	"GitHub, ohne Adresse und Schrägstriche.",
    SAY(MSG_CONF_OWNER) =
	"{1} ist kein Name bei GitHub: bis zu 39 Buchstaben (ohne Umlaute), "
	"Ziffern, - und _, vorn ein Buchstabe oder eine Ziffer.",
    SAY(MSG_CONF_REPO) =
	"{1} ist kein Repository bei GitHub: sein Name allein, bis zu 100 "
	"Buchstaben (ohne Umlaute), Ziffern, Punkte, - und _, ohne .git oder "
	".wiki am Ende.",
    SAY(MSG_CONF_GIT_BRANCH) =
	"{1} ist kein Branch, wie Git und GitHub ihn zulassen: ohne "
	"Leerzeichen, Fragezeichen, ~ ^ : * [ \\ .. und @{, ohne - oder refs/ "
	"vorn, kein "
	"Teil zwischen / leer, mit Punkt vorn oder .lock am Ende, nicht HEAD "
	"und keine Objektnummer.",
    SAY(MSG_CONF_BRANCHES) =
	"GITHUB_BRANCH und GITHUB_PR_BRANCH_PREFIX stehen einander im Weg: "
	"unter dem Namen eines Branches kann Git keine anderen anlegen.",
    SAY(MSG_CONF_PERSON) = "{1} ist kein Name für einen Commit: ohne < und >, "
			   "und mit mehr als Satzzeichen.",
    SAY(MSG_CONF_MAIL) = "{1} ist keine Adresse der Form NAME@HOST.",
    SAY(MSG_CONF_GIT_TOGETHER) =
	"GITHUB_TOKEN, GITHUB_OWNER und GITHUB_REPO gehören zusammen.",
    SAY(MSG_CONF_WEBHOOK_TOGETHER) =
	"GITHUB_WEBHOOK_SECRET, GITHUB_OWNER und GITHUB_REPO gehören "
	"zusammen.",
    SAY(MSG_CONF_OAUTH_TOGETHER) =
	"GITHUB_OAUTH_CLIENT_ID und GITHUB_OAUTH_CLIENT_SECRET gehören "
	"zusammen.",
    SAY(MSG_CONF_WAKE_PIPE) =
	"Die Klingel für den Abgleich ließ sich nicht anlegen: {1}.",
    SAY(MSG_CONF_ALLOWED_ENTRY) =
	"In CODEX_ALLOWED_USERS ist „{1}“ weder ein GitHub-Name noch eine "
	"Nummer.",
    SAY(MSG_CONF_ALLOWED_FILE) =
	"Die Datei {1} aus CODEX_ALLOWED_USERS lässt sich nicht "
	"verwenden: {2}.",
    SAY(MSG_CONF_ALLOWED_LARGE) =
	"Die Datei {1} aus CODEX_ALLOWED_USERS lässt sich nicht "
	"verwenden: sie ist zu groß.",
    SAY(MSG_CONF_ALLOWED_NO_TEXT) =
	"Die Datei {1} aus CODEX_ALLOWED_USERS lässt sich nicht "
	"verwenden: sie ist kein Text.",
    SAY(MSG_KEY_FILE) =
	"Die Schlüsseldatei {1} lässt sich nicht verwenden: {2}.",
    SAY(MSG_KEY_FILE_NO_FILE) =
	"Die Schlüsseldatei {1} lässt sich nicht verwenden: sie ist keine "
	"Datei.",
    SAY(MSG_KEY_FILE_OWNER) =
	"Die Schlüsseldatei {1} lässt sich nicht verwenden: sie gehört "
	"jemand anderem.",
    SAY(MSG_KEY_FILE_MODE) =
	"Die Schlüsseldatei {1} lässt sich nicht verwenden: andere dürfen "
	"an sie heran; chmod 600 hilft.",
    SAY(MSG_KEY_FILE_LARGE) =
	"Die Schlüsseldatei {1} lässt sich nicht verwenden: sie ist zu "
	"groß.",
    SAY(MSG_KEY_FILE_DAMAGED) =
	"Die Schlüsseldatei {1} lässt sich nicht verwenden: ihr Inhalt "
	"ist beschädigt.",
    SAY(MSG_AZURE_CONTAINER) =
	"AZURE_BLOB_CONTAINER ist kein Name eines Containers.",
    SAY(MSG_AZURE_NO_EQUALS) =
	"AZURE_BLOB_CONN ist unbrauchbar: ein Teil hat kein "
	"Gleichheitszeichen.",
    SAY(MSG_AZURE_SPACE) =
	"AZURE_BLOB_CONN ist unbrauchbar: ein Wert enthält Leerzeichen.",
    SAY(MSG_AZURE_LONG) = "AZURE_BLOB_CONN ist unbrauchbar: zu lang.",
    SAY(MSG_AZURE_NO_ENDPOINT) =
	"AZURE_BLOB_CONN ist unbrauchbar: AccountName oder BlobEndpoint "
	"fehlt.",
    SAY(MSG_AZURE_SUFFIX) =
	"AZURE_BLOB_CONN ist unbrauchbar: EndpointSuffix ist kein "
	"Rechnername.",
    SAY(MSG_AZURE_NO_NAME) =
	"AZURE_BLOB_CONN ist unbrauchbar: AccountName fehlt.",
    SAY(MSG_AZURE_NO_SECRET) =
	"AZURE_BLOB_CONN ist unbrauchbar: weder AccountKey noch "
	"SharedAccessSignature ist da.",
    SAY(MSG_AZURE_KEY) =
	"AZURE_BLOB_CONN ist unbrauchbar: AccountKey ist kein Base64.",
    SAY(MSG_AZURE_NAME) =
	"AZURE_BLOB_CONN ist unbrauchbar: AccountName hat unerlaubte "
	"Zeichen.",

    SAY(MSG_STORE_FAILS) =
	"Der Speicher ist gerade gestört. Bitte gleich noch einmal "
	"versuchen.",
    SAY(MSG_STORE_MALFORMED) =
	"Das Programm wollte etwas speichern oder lesen, das es nicht "
	"geben kann.",
    SAY(MSG_CACHE_STORE_FAILS) = "Der Speicher ist gestört.",
    SAY(MSG_CACHE_FULL) = "Ein Konto passt nicht in den Speicher.",

    SAY(MSG_FIELD_NO_TEXT) = "{1} muss ein Text sein.",
    SAY(MSG_FIELD_CONTROL) =
	"{1} darf keine Zeilenumbrüche und Steuerzeichen haben.",
    SAY(MSG_FIELD_NOT_REMOVABLE) = "{1} lässt sich nicht entfernen.",
    SAY(MSG_FIELD_ONE_OF_TWO) = "{1} muss {2} oder {3} sein.",
    SAY(MSG_FIELD_SHAPE) = "{1} hat nicht die beschriebene Form.",
    SAY(MSG_KIND_UNKNOWN) = "Die Kategorie muss arbeit oder privat sein.",
    SAY(MSG_KIND_MISSING) = "Die Kategorie fehlt: arbeit oder privat.",
    SAY(MSG_STATUS_UNKNOWN) =
	"Der Status muss offen, abgeschlossen oder abgebrochen sein.",
    SAY(MSG_TAGS_NO_LIST) = "tags muss eine Liste sein.",
    SAY(MSG_TAGS_TOO_MANY) = "Es sind höchstens {1} Tags.",
    SAY(MSG_TAG_NO_TEXT) = "Jeder Tag muss ein Text sein.",
    SAY(MSG_TAG_LENGTH) = "Ein Tag hat 1 bis {1} Bytes.",
    SAY(MSG_TAG_CONTROL) =
	"Ein Tag darf keine Zeilenumbrüche und Steuerzeichen haben.",
    SAY(MSG_DEADLINE_NO_DATE) =
	"Die Deadline ist kein Datum der Form TT.MM.JJJJ.",
    SAY(MSG_SLOT_SHAPE) = "fixedSlot muss {datum, zeit} oder null sein.",
    SAY(MSG_SLOT_DATE) = "datum muss ein Datum der Form TT.MM.JJJJ sein.",
    SAY(MSG_SLOT_TIME) = "zeit muss morgens, nachmittags oder abends sein.",
    SAY(MSG_TITLE_LENGTH) = "Der Titel hat 1 bis {1} Zeichen.",
    SAY(MSG_TAKE_UNKNOWN) = "take muss mine oder theirs sein.",
    SAY(MSG_COPY_UNKNOWN) = "copy muss eine Fassung des Konflikts nennen.",
    SAY(MSG_TICK_NO_BOX) = "In Zeile {1} steht kein Kästchen.",
    SAY(MSG_SEARCH_NO_UTF8) = "Die Suche ist kein UTF-8.",
    SAY(MSG_FROM_NO_DAY) =
	"from muss ein Datum der Form TT.MM.JJJJ sein, vom {1} bis zum {2}.",
    SAY(MSG_IDEMPOTENCY_KEY) =
	"Der Idempotency-Key hat 1 bis 255 druckbare Zeichen.",
    SAY(MSG_EVERYWHERE_NO_BOOL) = "everywhere muss true oder false sein.",
    SAY(MSG_ACCESS_UNKNOWN) = "access muss read oder write sein.",

    SAY(MSG_FRONT_NO_FENCE) = "Die Datei beginnt nicht mit einer Zeile ---.",
    SAY(MSG_FRONT_NO_END) = "Dem Frontmatter fehlt die schließende Zeile ---.",
    SAY(MSG_FRONT_TOO_LARGE) = "Das Frontmatter ist größer als 16 KiB.",
    SAY(MSG_FRONT_NO_YAML) = "Das Frontmatter ist ab hier kein gültiges YAML.",
    SAY(MSG_FRONT_NO_COLON) =
	"Hinter dem Namen des Feldes fehlt ein Doppelpunkt.",
    SAY(MSG_FRONT_NO_BLANK) = "Hinter „{1}“ fehlt ein Leerzeichen.",
    SAY(MSG_FRONT_NO_QUOTE) = "Das schließende Anführungszeichen fehlt.",
    SAY(MSG_FRONT_BEHIND_QUOTE) =
	"Hinter dem schließenden Anführungszeichen steht noch Text.",
    SAY(MSG_FRONT_BEHIND_VALUE) = "Hinter dem Wert steht noch Text.",
    SAY(MSG_FRONT_NO_BRACKET) = "Die Klammer „{1}“ ist nicht geschlossen.",
    SAY(MSG_FRONT_EXTRA_BRACKET) = "Die Klammer „{1}“ schließt keine offene.",
    SAY(MSG_FRONT_NO_COMMA) = "Zwischen zwei Einträgen fehlt ein Komma.",
    SAY(MSG_FRONT_NO_VALUE) = "Zwischen den Klammern fehlt ein Eintrag.",
    SAY(MSG_FRONT_NO_FIELD) =
	"Hier müsste ein Feld beginnen: Name, Doppelpunkt, Leerzeichen, Wert.",
    SAY(MSG_FRONT_NO_ITEM) =
	"Hier müsste ein Eintrag der Liste beginnen: Strich, Leerzeichen, "
	"Wert.",
    SAY(MSG_FRONT_INDENT) = "Die Einrückung passt nicht zu den Zeilen davor.",
    SAY(MSG_FRONT_COLON_IN_VALUE) =
	"Ein Wert mit Doppelpunkt und Leerzeichen braucht "
	"Anführungszeichen.",
    SAY(MSG_FRONT_LONG_KEY) = "Ein Schlüssel ist länger als {1} Zeichen.",
    SAY(MSG_FRONT_ESCAPE) =
	"Zwischen doppelten Anführungszeichen steht „\\\\“ für „\\“; was hier "
	"folgt, kennt YAML nicht.",
    SAY(MSG_FRONT_BAD_START) =
	"Mit „{1}“ darf hier nichts beginnen; als Text braucht es "
	"Anführungszeichen.",
    SAY(MSG_FRONT_TAB) =
	"Zeichen {1} der Zeile ist ein Tabulator; YAML will hier "
	"Leerzeichen.",
    SAY(MSG_FRONT_CHARACTER) =
	"Zeichen {1} der Zeile ist {2}; das darf in YAML nicht stehen.",
    SAY(MSG_FRONT_LINE_BREAK) =
	"Zeichen {1} der Zeile ist {2}; damit endet die Zeile für YAML.",
    SAY(MSG_FRONT_TOO_DEEP) =
	"Das Frontmatter ist tiefer als 8 Ebenen verschachtelt.",
    SAY(MSG_FRONT_DOCUMENTS) =
	"Das Frontmatter enthält mehr als ein YAML-Dokument.",
    SAY(MSG_FRONT_ALIAS) = "Der Alias verweist auf keinen Anker davor.",
    SAY(MSG_FRONT_KEY_TWICE) = "Der Schlüssel „{1}“ steht doppelt.",
    SAY(MSG_FRONT_SOME_KEY_TWICE) = "Ein Schlüssel steht doppelt.",
    SAY(MSG_FRONT_NO_FIELDS) = "Das Frontmatter besteht nicht aus Feldern.",
    SAY(MSG_TASK_NO_TYP) = "Das Feld typ ist nicht task.",
    SAY(MSG_TASK_KIND) = "Die Kategorie ist weder arbeit noch privat.",
    SAY(MSG_TASK_STATUS) =
	"Der Status ist weder offen noch abgeschlossen noch abgebrochen.",
    SAY(MSG_TASK_TOO_LARGE) = "Die Datei ist größer als {1} KiB.",
    SAY(MSG_TASK_TOO_LARGE_IN_GIT) =
	"Die Datei ist in Git größer als 1 MiB und bleibt dort.",
    SAY(MSG_TASK_NO_UTF8) = "Die Datei ist nicht in UTF-8 kodiert.",
    SAY(MSG_TASK_NUMBER_TWICE) =
	"Die Nummer gibt es zweimal; beide Aufgaben bleiben.",
    SAY(MSG_TASK_NUMBER_TWICE_NFC) =
	"Die Nummer gibt es zweimal, und die Namen sehen gleich aus (dieser "
	"ist NFC); beide Aufgaben bleiben.",
    SAY(MSG_TASK_NUMBER_TWICE_NFD) =
	"Die Nummer gibt es zweimal, und die Namen sehen gleich aus (dieser "
	"ist NFD); beide Aufgaben bleiben.",
    SAY(MSG_TASK_NUMBER_TWICE_MIXED) =
	"Die Nummer gibt es zweimal, und die Namen sehen gleich aus (dieser "
	"ist teils NFC, teils NFD); beide Aufgaben bleiben.",
    SAY(MSG_WARN_SLOT) =
	"fixedSlot ist kein gültiges Datum mit Tageszeit und zählt nicht.",
    SAY(MSG_WARN_DEADLINE) =
	"deadline ist kein gültiges Datum und zählt nicht.",
    SAY(MSG_WARN_TAGS) = "tags ist keine Liste von Wörtern und zählt nicht.",
    SAY(MSG_WARN_DONE) =
	"abgeschlossen_am ist kein gültiges Datum mit Tageszeit und zählt "
	"nicht.",
    SAY(MSG_TASK_INVALID) = "Die Datei ist keine gültige Aufgabe: {*}",
    SAY(MSG_TASK_INVALID_AT) = "{1}, Zeile {2}: {*}",
    SAY(MSG_TASK_UNSAFE) =
	"Die Datei ist so geschrieben, dass diese Änderung anderes darin "
	"mitändern würde. Bitte direkt in der Datei ändern.",
    SAY(MSG_TASK_ANCHOR) =
	"Ein anderes Feld übernimmt den alten Wert durch einen Alias und "
	"würde sich mitändern. Bitte direkt in der Datei ändern.",

    SAY(MSG_NO_SUCH_TASK) = "Diese Aufgabe gibt es nicht.",
    SAY(MSG_NUMBER_TWICE) = "Die Nummer {1} gibt es zweimal: {2} und {3}.",
    SAY(MSG_NUMBER_TWICE_ALIKE) =
	"Die Nummer {1} gibt es zweimal, und die Namen sehen gleich aus: "
	"{2} ({4}) und {3} ({5}).",
    SAY(MSG_NUMBERS_USED_UP) = "Alle Nummern bis 9999 sind vergeben.",
    SAY(MSG_NUMBERS_CONTENDED) =
	"Gerade werden sehr viele Aufgaben angelegt. Bitte noch einmal.",
    SAY(MSG_TASK_OUTGROWS) = "Die Aufgabe würde größer als {1} KiB.",
    SAY(MSG_FRONT_OUTGROWS) = "Das Frontmatter würde größer als {1} KiB.",
    SAY(MSG_TASK_MODIFIED) = "Die Aufgabe wurde inzwischen geändert.",
    SAY(MSG_IF_MATCH_MISSING) = "If-Match fehlt: der ETag der Fassung.",
    SAY(MSG_TASK_CONTENDED) =
	"Die Aufgabe wird gerade von anderen geändert. Bitte noch einmal.",
    SAY(MSG_FILE_EXISTS) =
	"Eine Datei dieses Namens gibt es schon. Bitte noch einmal.",
    SAY(MSG_KEY_REUSED) =
	"Dieser Idempotency-Key gehört zu einem anderen Inhalt.",
    SAY(MSG_REQUEST_RUNS) = "Diese Anfrage läuft gerade schon.",
    SAY(MSG_CLAIM_CHANGED) =
	"Vielleicht hat diese Anfrage {1} schon angelegt; die Datei hat "
	"inzwischen einen anderen Text.",
    SAY(MSG_NO_CONFLICT) = "Diese Aufgabe ist in keinem Konflikt.",
    SAY(MSG_OWN_VERSION_GONE) = "Die eigene Fassung gibt es nicht mehr.",

    SAY(MSG_NAME_EXTENSION) =
	"Die Endung einer Aufgabe ist .md, klein geschrieben.",
    SAY(MSG_NAME_DIGITS) =
	"Der Name einer Aufgabe beginnt mit genau vier Ziffern.",
    SAY(MSG_NAME_DASH) = "Hinter den vier Ziffern fehlt das -.",
    SAY(MSG_NAME_NO_TITLE) = "Hinter dem - fehlt der Titel.",
    SAY(MSG_NAME_LONG) = "Der Titel im Dateinamen ist länger als 200 Bytes.",
    SAY(MSG_NAME_CHARACTERS) =
	"Der Dateiname enthält \\ oder ein Steuerzeichen.",
    SAY(MSG_NAME_NO_UTF8) = "Der Dateiname ist kein UTF-8.",
    SAY(MSG_BARRED_FOLDER) = "Unter diesem Namen liegt hier ein Ordner.",
    SAY(MSG_BARRED_LINK) =
	"Unter diesem Namen liegt hier ein symbolischer Link; ihm wird nicht "
	"gefolgt.",
    SAY(MSG_BARRED_NO_FILE) =
	"Was hier unter diesem Namen liegt, ist keine Datei.",
    SAY(MSG_BARRED_UNREADABLE) =
	"Die Datei lässt sich hier nicht lesen; ihre Rechte lassen es nicht "
	"zu.",

    SAY(MSG_IMPORT_FOLDER) = "Der Ordner {1} lässt sich nicht lesen: {2}.",
    SAY(MSG_IMPORT_FILE) = "{1} lässt sich nicht lesen: {2}.",
    SAY(MSG_IMPORT_KEPT) = "bleibt, wie es im Speicher steht: {1}",
    SAY(MSG_IMPORT_SKIPPED) = "übergangen: {1}",
    SAY(MSG_IMPORT_NO_TASK) = "keine Aufgabe: {1}",
    SAY(MSG_IMPORT_NAME) = "keine Aufgabe: {1}: {*}",
    SAY(MSG_IMPORT_NO_USER) = "kein Benutzername, übergangen: {1}",
    SAY(MSG_IMPORT_TWO_FOLDERS) = "zwei Ordner für einen Benutzer: {1} und {2}",
    SAY(MSG_IMPORT_DONE) =
	"{1} Benutzer, {2} neu, {3} gleich, {4} mit anderem Inhalt "
	"behalten, {5} übergangen",

    SAY(MSG_LOGIN_FIRST) = "Bitte melde dich zuerst an.",
    SAY(MSG_LOGIN_LOCAL) =
	"Hier meldet sich niemand an: alle sind derselbe Benutzer.",
    SAY(MSG_LOGIN_EXPIRED) =
	"Diese Anmeldung ist abgelaufen, oder sie begann nicht in diesem "
	"Browser.",
    SAY(MSG_LOGIN_OTHER) =
	"Diese Antwort gehört nicht zu der Anmeldung, die hier zuletzt "
	"begonnen wurde.",
    SAY(MSG_LOGIN_USED) = "Diese Anmeldung ist schon benutzt worden.",
    SAY(MSG_LOGIN_NOT_KEPT) = "Die Anmeldung ließ sich nicht festhalten.",
    SAY(MSG_LOGIN_CANCELLED) = "Du hast die Anmeldung bei GitHub abgebrochen.",
    SAY(MSG_LOGIN_DENIED) = "GitHub hat die Anmeldung abgelehnt.",
    SAY(MSG_LOGIN_INCOMPLETE) = "In der Antwort von GitHub fehlt etwas.",
    SAY(MSG_LOGIN_UNCONFIRMED) =
	"GitHub hat diese Anmeldung nicht bestätigt: sie ist abgelaufen "
	"oder wurde schon benutzt.",
    SAY(MSG_LOGIN_ANSWER_BROKEN) =
	"GitHub hat etwas geantwortet, das nicht zu verstehen ist.",
    SAY(MSG_LOGIN_SLOW) = "GitHub hat nicht rechtzeitig geantwortet.",
    SAY(MSG_LOGIN_UNREACHABLE) = "GitHub ist nicht zu erreichen.",
    SAY(MSG_LOGIN_LIMITED) = "GitHub verlangt gerade eine Pause.",
    SAY(MSG_LOGIN_UNAVAILABLE) =
	"GitHub kann die Anmeldung gerade nicht bearbeiten.",
    SAY(MSG_LOGIN_NAME_UNFIT) =
	"Mit dem GitHub-Namen „{1}“ kann man sich hier nicht anmelden: er "
	"passt zu keinem Ordner.",
    SAY(MSG_LOGIN_NOT_LISTED) =
	"Das GitHub-Konto „{1}“ ist hier nicht freigeschaltet.",
    SAY(MSG_USER_NOT_LISTED) =
	"Du bist angemeldet, stehst aber nicht auf der Liste derer, die "
	"hier etwas dürfen.",
    SAY(MSG_NAME_TAKEN) =
	"Dieser GitHub-Name gehört hier schon jemand anderem.",
    SAY(MSG_SESSIONS_CONTENDED) =
	"Deine Anmeldungen wurden gleichzeitig geändert.",
    SAY(MSG_GITHUB_WHO_UNKNOWN) =
	"GitHub ist gerade nicht zu fragen, wer du bist.",
    SAY(MSG_FOREIGN_PAGE) = "Das kam nicht von unserer eigenen Seite.",
    SAY(MSG_NOT_FROM_NGINX) = "Das kam nicht vom Webserver dieser Seite.",
    SAY(MSG_METRICS_TOKEN) =
	"Die Zahlen gibt es nur mit dem Token aus CODEX_METRICS_TOKEN.",
    SAY(MSG_METRICS_LOOPBACK) =
	"Die Zahlen gibt es nur auf diesem Rechner; für andere ist "
	"CODEX_METRICS_TOKEN da.",
    SAY(MSG_NOT_READY) = "Dieser Host ist nicht bereit.",
    SAY(MSG_BROWSER_ONLY) = "Das geht nur im Browser, nicht mit einem Token.",
    SAY(MSG_TOKEN_READ_ONLY) = "Dieser Token darf nur lesen.",
    SAY(MSG_TOKEN_INVALID) = "Dieser Token gilt nicht oder nicht mehr.",
    SAY(MSG_TOKENS_CONTENDED) =
	"Die Liste der Tokens wurde gleichzeitig geändert.",
    SAY(MSG_TOKENS_TOO_MANY) =
	"Mehr als {1} Tokens gibt es nicht. Lösche zuerst einen.",
    SAY(MSG_TOKEN_NO_NAME) = "Ein Token braucht einen Namen.",
    SAY(MSG_TOKEN_NAME) =
	"Der Name darf höchstens {1} Zeichen haben, und keine "
	"Steuerzeichen.",
    SAY(MSG_NO_SUCH_TOKEN) = "Diesen Token gibt es nicht.",

    SAY(MSG_GITHUB_OK) = "Mit GitHub ist alles in Ordnung.",
    SAY(MSG_GITHUB_UNCHANGED) = "Bei GitHub ist nichts neu.",
    SAY(MSG_GITHUB_ABSENT) =
	"GitHub findet das Repository, den Branch oder den Ordner nicht, "
	"oder das Token darf ihn nicht sehen.",
    SAY(MSG_GITHUB_UNAUTHORIZED) = "GitHub nimmt das Token nicht an.",
    SAY(MSG_GITHUB_FORBIDDEN) = "GitHub erlaubt das mit diesem Token nicht.",
    SAY(MSG_GITHUB_MOVED) =
	"Das Repository hat bei GitHub einen anderen Namen bekommen.",
    SAY(MSG_GITHUB_NOT_FORWARD) = "Der Branch ist inzwischen weitergegangen.",
    SAY(MSG_GITHUB_EXISTS) = "Das gibt es bei GitHub schon.",
    SAY(MSG_GITHUB_PROTECTED) = "Eine Regel des Repositorys verbietet das.",
    SAY(MSG_GITHUB_INVALID) = "GitHub hat die Änderung als ungültig abgelehnt.",
    SAY(MSG_GITHUB_SAYS) = "GitHub hat die Änderung abgelehnt: „{1}“",
    SAY(MSG_GITHUB_CONFLICT) = "GitHub meldet einen Konflikt.",
    SAY(MSG_GITHUB_EMPTY) =
	"Das Repository ist leer. Lege bei GitHub eine erste Datei an, etwa "
	"eine README.",
    SAY(MSG_GITHUB_LIMITED) = "GitHub verlangt eine Pause.",
    SAY(MSG_GITHUB_LIMITED_UNTIL) = "GitHub verlangt eine Pause bis {1} Uhr.",
    SAY(MSG_GITHUB_TRUNCATED) =
	"GitHub hat nur einen Teil des Ordners gezeigt.",
    SAY(MSG_GITHUB_TOO_LARGE) = "Die Antwort von GitHub ist zu groß.",
    SAY(MSG_GITHUB_BROKEN) = "Die Antwort von GitHub ist nicht zu verstehen.",
    SAY(MSG_GITHUB_DAMAGED) =
	"Eine Datei kommt von GitHub beschädigt an. Der Abgleich wird "
	"wiederholt.",
    SAY(MSG_GITHUB_TEMPORARY) = "GitHub ist zur Zeit nicht erreichbar.",
    SAY(MSG_GITHUB_UNKNOWN) =
	"GitHub hat nicht geantwortet; ob die Änderung angekommen ist, "
	"zeigt sich noch.",

    SAY(MSG_SYNC_NOT_STARTED) = "Der Abgleich startet nicht.",
    SAY(MSG_SYNC_TOO_SOON) =
	"Eben erst wurde abgeglichen. Bitte gleich noch einmal.",
    SAY(MSG_SYNC_FAILED) = "Der Abgleich mit Git ist nicht gelungen.",
    SAY(MSG_SYNC_SAYS) = "{1}",
    SAY(MSG_SYNC_FOLDER_EMPTY) =
	"GitHub zeigt einen Ordner leer, der es nicht ist.",
    SAY(MSG_SYNC_FOLDER_TWICE) =
	"Im Repository gibt es zwei Ordner, die sich nur in Groß- und "
	"Kleinschreibung unterscheiden.",
    SAY(MSG_SYNC_BRANCH_UNSEEN) = "GitHub zeigt unseren Zweig noch nicht.",
    SAY(MSG_SYNC_BRANCH_GONE) = "Der Zweig in GitHub ist weg.",
    SAY(MSG_SYNC_BRANCH_IN_WAY) =
	"Der Branch {1} ist im Weg: neben ihm kann es {2} nicht geben. "
	"Benenne ihn um, oder ändere GITHUB_PR_BRANCH_PREFIX.",
    SAY(MSG_SYNC_READ_ONLY) =
	"In Git dürfen wir nur lesen: Änderungen bleiben hier.",
    SAY(MSG_SYNC_READ_ONLY_SAYS) =
	"In Git dürfen wir nur lesen: Änderungen bleiben hier. GitHub sagt: "
	"„{1}“",
    SAY(MSG_SYNC_FOLDER_GONE) =
	"Der Ordner mit den Aufgaben fehlt in Git. Sie bleiben hier, bis "
	"das Entfernen bestätigt ist.",
    SAY(MSG_SYNC_MANY_GONE) =
	"Viele Aufgaben fehlen in Git. Sie bleiben hier, bis das "
	"Entfernen bestätigt ist.",
    SAY(MSG_SYNC_NO_FOLDER) =
	"„{1}“ ist in Git kein Ordner. Die Aufgaben bleiben hier.",
    SAY(MSG_SYNC_NAME_TAKEN) = "{1}: {*}",
    SAY(MSG_NAME_IS_FOLDER) =
	"Unter diesem Namen steht in Git ein Ordner; die Aufgabe bleibt "
	"nur hier.",
    SAY(MSG_NAME_IS_LINK) =
	"Unter diesem Namen steht in Git ein symbolischer Link; die "
	"Aufgabe bleibt nur hier.",
    SAY(MSG_NAME_IS_SUBMODULE) =
	"Unter diesem Namen steht in Git ein Submodul; die Aufgabe bleibt "
	"nur hier.",
    SAY(MSG_NAME_IS_LOST) =
	"Dieser Name ist in Git kein UTF-8; die Aufgabe bleibt nur hier.",
    SAY(MSG_SYNC_NAME_BARRED) =
	"Was hier unter diesem Namen liegt, lässt sich weder lesen noch "
	"ersetzen; die Aufgabe bleibt nur in Git.",
    SAY(MSG_SYNC_FILE_TOO_LARGE) =
	"{1} ist in Git zu groß (über 1 MiB) und wurde ausgelassen.",
    SAY(MSG_SYNC_FILES_TOO_LARGE) =
	"{1} und {2} weitere sind in Git zu groß (über 1 MiB) und wurden "
	"ausgelassen.",
    SAY(MSG_SYNC_REVIVED) =
	"Was in Git entfernt, hier aber geändert wurde, ist wieder in "
	"Git.",
    SAY(MSG_SYNC_COMMIT) = "{1} Aufgaben",
    SAY(MSG_SYNC_PULL_REQUEST) = "Codex Miroir, für {1}:",
    SAY(MSG_WEBHOOK_SIGNATURE) = "Die Signatur fehlt oder ist falsch.",
    SAY(MSG_WEBHOOK_TYPE) = "Der Inhalt muss JSON oder ein Formular sein.",
    SAY(MSG_WEBHOOK_FORM) = "Das Formular ist fehlerhaft kodiert.",
    SAY(MSG_WEBHOOK_NO_PAYLOAD) = "Dem Formular fehlt payload.",
    SAY(MSG_WEBHOOK_NO_JSON) =
	"Die Nachricht ist kein JSON, wie GitHub es sendet.",

    SAY(MSG_GIT_NONE) = "Es ist kein Git-Repository eingerichtet.",
    SAY(MSG_GIT_RUNNING) = "Der Abgleich mit Git läuft gerade.",
    SAY(MSG_GIT_RUNNING_OF) =
	"Der Abgleich mit Git läuft: {1} von {2} Dateien sind fertig.",
    SAY(MSG_GIT_FAILED) = "Der letzte Abgleich mit Git ist gescheitert.",
    SAY(MSG_GIT_READ_ONLY) = "In Git dürfen wir nur lesen.",
    SAY(MSG_GIT_FIRST) = "Der erste Abgleich mit Git steht noch aus.",
    SAY(MSG_GIT_STUCK) = "Der Abgleich mit Git ist noch nicht fertig.",
    SAY(MSG_GIT_DUE) = "Der nächste Abgleich mit Git ist vorgemerkt.",
    SAY(MSG_GIT_ALL_THERE) = "Alles ist in Git.",
    SAY(MSG_GIT_ONE_PENDING) = "Eine Aufgabe ist noch nicht in Git.",
    SAY(MSG_GIT_MANY_PENDING) = "{1} Aufgaben sind noch nicht in Git.",
    SAY(MSG_GIT_ONE_PULL) = "Eine Aufgabe wartet im Pull Request.",
    SAY(MSG_GIT_MANY_PULLS) = "{1} Aufgaben warten in Pull Requests.",
    SAY(MSG_GIT_ONE_DECLINED) =
	"Eine Aufgabe ist nur hier: ihr Pull Request wurde abgelehnt.",
    SAY(MSG_GIT_MANY_DECLINED) =
	"{1} Aufgaben sind nur hier: ihre Pull Requests wurden abgelehnt.",
    SAY(MSG_GIT_ONE_CONFLICT) = "Ein Konflikt ist zu entscheiden.",
    SAY(MSG_GIT_MANY_CONFLICTS) = "{1} Konflikte sind zu entscheiden.",

    SAY(MSG_BUNDLE_UNWRITTEN) = "Die Sicherung lässt sich nicht schreiben.",
    SAY(MSG_BUNDLE_BROKEN) = "Die Datei ist keine Sicherung oder beschädigt.",
    SAY(MSG_BUNDLE_CUT) =
	"Die Sicherung ist nicht vollständig: ihr Ende fehlt.",
    SAY(MSG_BUNDLE_NEWER) = "Die Sicherung stammt von einer neueren Fassung.",
    SAY(MSG_BACKUP_OPEN) = "{1} lässt sich nicht öffnen: {2}.",
    SAY(MSG_BACKUP_BUSY) =
	"Die Aufgaben von {1} kommen nicht zur Ruhe, da gerade "
	"mit Git abgeglichen wird; bitte später noch einmal.",
    SAY(MSG_BACKUP_LEFT) =
	"{1} ist nicht lesbar oder gehört niemandem und fehlt in "
	"der Sicherung.",
    SAY(MSG_BACKUP_DONE) = "Gesichert: {1} Benutzer, {2} Dateien.",
    SAY(MSG_RESTORE_NOT_EMPTY) =
	"Der Speicher ist nicht leer: {1} ist nicht aus dieser "
	"Sicherung.",
    SAY(MSG_RESTORE_RUNS) =
	"Die Programme laufen: zuerst systemctl stop codex-miroir.target "
	"'codex-miroir-*'.",
    SAY(MSG_RESTORE_DONE) =
	"Wiederhergestellt: {1} Benutzer, {2} Dateien. Sitzungen "
	"und Tokens sind wie damals; codex-key --alone beendet "
	"alle Sitzungen.",

    SAY(MSG_DOCTOR_SOUND) = "Nichts hindert die Site am Betrieb.",
    SAY(MSG_DOCTOR_NGINX) = "nginx nimmt seine Dateien nicht an: {1}",
    SAY(MSG_DOCTOR_GIVEN_UP) =
	"{1} läuft nicht mehr und wird nicht neu gestartet; warum, sagt das "
	"Journal. systemctl reset-failed 'codex-miroir-*', dann systemctl "
	"restart codex-miroir.target startet alles.",
    SAY(MSG_DOCTOR_OPEN) =
	"{1} können nicht nur root, sondern auch andere lesen.",
    SAY(MSG_DOCTOR_RIGHTS) =
	"{1} können auch andere auf diesem Rechner lesen oder ändern.",
    SAY(MSG_DOCTOR_PROGRAMS) = "Die Liste der Programme {1} ist nicht lesbar.",
    SAY(MSG_DOCTOR_SOCKET) = "Das Programm {1} nimmt keine Anfragen an: {2}.",
    SAY(MSG_DOCTOR_LEFT) = "{1} ist abgeschaltet, aber der Socket ist noch da: "
			   "alle Programme neu starten oder ihn entfernen.",
    SAY(MSG_DOCTOR_WORKER) =
	"Der Abgleich mit Git läuft nicht: Änderungen bleiben "
	"hier, und ein Push kommt nicht an.",
    SAY(MSG_DOCTOR_STORE) = "Der Speicher tut nicht, was er soll: {*} {1}",
    SAY(MSG_DOCTOR_SWAP) =
	"Der Speicher überschreibt, was ein anderer geändert hat,"
	" oder zeigt einen alten Stand.",
    SAY(MSG_DOCTOR_REDIS_DOWN) =
	"Redis antwortet nicht ({1}): was andere Rechner schreiben, ist hier "
	"erst nach CACHE_REVALIDATE_MS zu sehen.",
    SAY(MSG_DOCTOR_REDIS_FULL) =
	"Redis nimmt nichts an ({1}): jeder Blick auf die Woche fragt den "
	"Speicher.",
    SAY(MSG_DOCTOR_CLOCK) =
	"Die Uhr dieses Rechners und die von {1} gehen um {2} s "
	"auseinander.",
    SAY(MSG_DOCTOR_FILE) = "{1}: {2}",
    SAY(MSG_DOCTOR_FILES_MORE) =
	"{1} hat {2} weitere Dateien, die keine Aufgaben sind.",
    SAY(MSG_DOCTOR_PENDING) =
	"Änderungen von {1} warten seit {2} min auf den Abgleich "
	"mit Git.",
    SAY(MSG_DOCTOR_SYNC) = "Der Abgleich von {1} mit Git gelingt nicht: {2}",
    SAY(MSG_DOCTOR_NEWER) =
	"Was zu {1} gespeichert ist, hat eine neuere Fassung "
	"geschrieben.",
    SAY(MSG_DOCTOR_TOKEN) = "GitHub nimmt GITHUB_TOKEN nicht an.",
    SAY(MSG_DOCTOR_REPO) = "GitHub zeigt mit diesem Token kein Repository {1}.",
    SAY(MSG_DOCTOR_BRANCH) = "Das Repository hat keinen Branch {1}.",
    SAY(MSG_DOCTOR_PUSH) =
	"GITHUB_TOKEN darf in {1} nur lesen: Änderungen bleiben "
	"hier.",
    SAY(MSG_DOCTOR_ARCHIVED) =
	"Das Repository {1} ist in GitHub archiviert: Änderungen "
	"bleiben hier.",
    SAY(MSG_DOCTOR_RATE) = "GitHub lässt mit diesem Token bis {2} nur noch {1} "
			   "Anfragen zu.",
    SAY(MSG_DOCTOR_GITHUB) = "GitHub antwortet nicht wie erwartet: {*} {1}",
    SAY(MSG_DOCTOR_HOOK_NONE) =
	"Das Repository hat keinen Webhook auf {1}: ein Push "
	"fällt erst bei der nächsten Nachfrage auf.",
    SAY(MSG_DOCTOR_HOOK_OFF) =
	"Der Webhook auf {1} ist in GitHub abgeschaltet.",
    SAY(MSG_DOCTOR_HOOK_EVENTS) =
	"Der Webhook auf {1} meldet keine Pushes („push“).",
    SAY(MSG_DOCTOR_HOOK_FAILED) =
	"Die letzte Nachricht von GitHub an den Webhook wurde mit"
	" {1} beantwortet. „Redeliver“ daneben in GitHub schickt "
	"sie noch einmal.",
    SAY(MSG_DOCTOR_HOOK_SECRET) =
	"Das Repository hat einen Webhook auf {1}, aber "
	"GITHUB_WEBHOOK_SECRET fehlt.",
    SAY(MSG_DOCTOR_UNREACHED) = "{1} ist nicht zu erreichen: {2}.",
    SAY(MSG_DOCTOR_OTHER_SITE) =
	"Unter {1} antwortet etwas anderes als diese Seite ({2}).",
    SAY(MSG_DOCTOR_PROOF) =
	"nginx zeigt den Programmen ein anderes Geheimnis, als "
	"sie kennen: {1} antwortet 403.",
    SAY(MSG_DOCTOR_ANSWERS) = "{1} antwortet {2}.",
    SAY(MSG_DOCTOR_NOT_READY) = "{1}/readyz nennt, was nicht bereit ist: {2}.",
    SAY(MSG_DOCTOR_CERTIFICATE) =
	"Das Zertifikat von {1} gilt nur noch {2} Tage.",

    SAY(MSG_STATUS_WEEK_NONE) =
	"Von der Woche ist nichts gespeichert: sie wird beim "
	"nächsten Blick gebaut.",
    SAY(MSG_STATUS_WEEK_OLD) =
	"Die gespeicherte Woche ist von vor der letzten Änderung:"
	" sie wird beim nächsten Blick neu gebaut.",
    SAY(MSG_STATUS_WEEK_OVER) =
	"Die gespeicherte Woche hat den jetzigen Stand, ihre Zeit"
	" ist aber um: sie wird beim nächsten Blick neu gebaut.",
    SAY(MSG_STATUS_WEEK_GOOD) =
	"Die gespeicherte Woche hat den jetzigen Stand: wer eine "
	"ältere sieht, hat sie in seinem Browser.",
    SAY(MSG_STATUS_GIT) = "Git: {2} ({1})",
    SAY(MSG_STATUS_LAST) = "Der letzte Abgleich war {1}, bei {2}.",
    SAY(MSG_STATUS_MARKED) = "Ein Abgleich ist seit {1} s vorgemerkt.",
    SAY(MSG_STATUS_COST) =
	"Der letzte Lauf dieses Rechners endete am {1}, dauerte {2} ms und "
	"brauchte {3} Anfragen an den Speicher und {4} an GitHub.",
    SAY(MSG_STATUS_NEXT) = "Der nächste Versuch kommt nicht vor {1}.",
    SAY(MSG_STATUS_NOBODY) = "Einen Benutzer {1} gibt es nicht.",

    SAY(MSG_FSCK_SOUND) = "Alles Gespeicherte passt zusammen.",
    SAY(MSG_FSCK_MENDED) = "{*} Behoben.",
    SAY(MSG_FSCK_BROKEN) = "{1} ist nicht lesbar.",
    SAY(MSG_FSCK_UNLIKE_RECORD) =
	"{1} hat anderen Inhalt, als aufgezeichnet ist.",
    SAY(MSG_FSCK_UNLIKE_GIT) =
	"{1} ist nicht, was Git hat, obwohl es so aufgezeichnet "
	"ist.",
    SAY(MSG_FSCK_TWIN) = "{1} hat die Nummer einer anderen Aufgabe.",
    SAY(MSG_FSCK_NUMBER) = "{1} ist kleiner als eine vergebene Nummer.",
    SAY(MSG_FSCK_ORPHAN) = "{1} gehört zu nichts mehr.",
    SAY(MSG_DOWNGRADE_BUSY) =
	"Ein Abgleich von {1} läuft, oder seine Frist ist noch nicht um; bitte "
	"den Worker anhalten und noch einmal.",
    SAY(MSG_DOWNGRADE_DONE) =
	"Alle Aufzeichnungen sind so, wie die Fassung davor sie liest.",
    SAY(MSG_FSCK_MOVING) = "{1} wurde gerade geändert; bitte noch einmal.",

    SAY(MSG_MIGRATE_EMPTY) = "In {1} liegt nichts.",
    SAY(MSG_MIGRATE_NO_ACCOUNT) =
	"{1} ist kein Ordner (ohne /), und AZURE_BLOB_CONN ist nicht gesetzt.",
    SAY(MSG_MIGRATE_LEFT) =
	"{1} ist nichts, was das erste System kannte, oder gehört niemandem: "
	"es bleibt dort.",
    SAY(MSG_MIGRATE_KEPT) =
	"{1} bleibt dort: unter seinem neuen Namen steht hier etwas anderes.",
    SAY(MSG_MIGRATE_UNREAD) = "{1} ist nicht lesbar und bleibt dort.",
    SAY(MSG_MIGRATE_DONE) =
	"{1} Benutzer; {2} Dateien übernommen, {3} waren schon da, {4} "
	"bleiben, {5} aufgeräumt.",
    SAY(MSG_MIGRATE_WOULD) =
	"Nur nachgesehen. {1} Benutzer; {2} Dateien würden übernommen, {3} "
	"sind schon da, {4} würden bleiben, {5} aufgeräumt.",
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

_Static_assert(__COUNTER__ - FIRST == MSG_IDS, "a sentence for each message");
