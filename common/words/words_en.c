/* A table of data: the sentences in English (words.h). */
#include "words/words.h"

enum { FIRST = __COUNTER__ + 1 };

/* NOLINTBEGIN(bugprone-suspicious-missing-comma) */
const char *const words_en[MSG_IDS] = {
    SAY(MSG_NONE) = "",

    SAY(MSG_NO_SUCH_ADDRESS) = "There is no such address.",
    SAY(MSG_NO_SUCH_METHOD) = "There is no such method here.",
    SAY(MSG_BODY_TOO_LARGE) = "The body is larger than {1} KiB.",
    SAY(MSG_BODY_NO_OBJECT) = "The body must be an object.",
    SAY(MSG_BODY_NO_JSON_OBJECT) = "The body must be a JSON object.",
    SAY(MSG_BODY_NOT_JSON_TYPE) = "The body must be application/json.",
    SAY(MSG_JSON_INVALID) = "This is not valid JSON.",
    SAY(MSG_JSON_TOO_DEEP) = "The JSON is nested deeper than {1} levels.",
    SAY(MSG_LIBRARY_CRYPTO) = "The crypto library could not be started.",
    SAY(MSG_LIBRARY_HTTP) = "The library for HTTP could not be started.",
    SAY(MSG_LOCK_FAILED) = "A lock could not be made.",
    SAY(MSG_LOCK_TAKEN) =
	"This is being worked on already. Please try again in a moment.",
    SAY(MSG_RATE_EXCEEDED) =
	"These were very many requests. Please wait a moment.",

    SAY(MSG_NEWER_RECORD) =
	"A newer version of Codex Miroir has written these data. They stay as "
	"they are until it runs here, too.",

    SAY(MSG_FILE_UNREADABLE) = "The file {1} cannot be read.",
    SAY(MSG_FILE_UNREADABLE_AS) =
	"The user {2} may not read the file {1}, or not "
	"enter its folder.",
    SAY(MSG_FILE_UNREADABLE_WHY) = "The file {1} cannot be read: {2}.",
    SAY(MSG_CONF_LINE) = "Line {1} of {2} is neither NAME=value nor a comment.",
    SAY(MSG_CONF_NOT_MS_OR_OFF) =
	"{1} is neither off nor a time from {2} to {3}: a whole number with "
	"ms, s, m, h or d behind it, without a unit in milliseconds.",
    SAY(MSG_CONF_NOT_MS) =
	"{1} is no time from {2} to {3}: a whole number with ms, s, m, h or d "
	"behind it, without a unit in milliseconds.",
    SAY(MSG_CONF_NOT_BYTES) =
	"{1} is no size from {2} to {3}: a whole number with k, M or G behind "
	"it, without a unit in bytes.",
    SAY(MSG_CONF_NOT_RATE) =
	"{1} is no whole number from {2} to {3}: so many requests in a minute.",
    SAY(MSG_CONF_NOT_BOOL) = "{1} is neither true nor false.",
    SAY(MSG_CONF_NOT_TEXT) = "{1} must be text without control characters.",
    SAY(MSG_CONF_TOO_LONG) = "{1} is longer than {2} bytes.",
    SAY(MSG_CONF_WORD) = "{1} must be visible ASCII characters without blanks.",
    SAY(MSG_CONF_UNKNOWN) = "{1} is no setting.",
    SAY(MSG_CONF_UNKNOWN_NEAR) = "{1} is no setting; the nearest one is {2}.",
    SAY(MSG_CONF_DOUBLED) =
	"{1} stands in line {2} and in line {3} of {4}; the last one counts.",
    SAY(MSG_CONF_DOUBLED_HERE) =
	"{1} stands twice in the environment; the first one counts.",
    SAY(MSG_AUDIT_ERROR) = "Error: ",
    SAY(MSG_AUDIT_WARN) = "Note: ",
    SAY(MSG_AUDIT_SOUND) = "The settings are sound.",
    SAY(MSG_AUDIT_SECRETS) = "Only root reads the secrets in {1}: whether one "
			     "is missing stays open.",
    SAY(MSG_AUDIT_NOBODY) =
	"CODEX_ALLOWED_USERS is missing: nobody may come in.",
    SAY(MSG_AUDIT_USER) = "There is no user {1}, as whom the programs run: "
			  "systemd-sysusers makes one.",
    SAY(MSG_CONF_NO_BASE_URL) = "CODEX_BASE_URL is missing.",
    SAY(MSG_ADDRESS_FORM) =
	"{1} is no address of the form https://HOST[:PORT][/PATH].",
    SAY(MSG_ADDRESS_USER) = "{1} must have neither user nor password.",
    SAY(MSG_ADDRESS_PATH) =
	"{1} must be http(s)://HOST[:PORT], without a slash at the end.",
    SAY(MSG_ADDRESS_PROXY) =
	"{1} must be http(s)://[USER:PASSWORD@]HOST[:PORT], without a slash "
	"at the end.",
    SAY(MSG_ADDRESS_PLAIN) =
	"{1} must begin with https://; http:// is for this machine alone "
	"(127.0.0.0/8, [::1], localhost).",
    SAY(MSG_REDIS_FORM) =
	"{1} must be redis(s)://[[USER]:PASSWORD@]HOST[:PORT][/NUMBER] or "
	"unix:/PATH.",
    SAY(MSG_REDIS_AZURE_FORM) =
	"{1} must be HOST:PORT,password=…,ssl=True, as Azure shows it.",
    SAY(MSG_REDIS_PLAIN) =
	"{1} must have TLS (rediss:// or ssl=True); without it there is only "
	"this machine (127.0.0.0/8, [::1], localhost, unix:).",
    SAY(MSG_REDIS_CA) = "REDIS_CA_FILE cannot be read.",
    SAY(MSG_REDIS_NOT_BUILT) =
	"{1} is set, but this build has no Redis (hiredis was missing).",
    SAY(MSG_CONF_AUTH_LOOPBACK) =
	"CODEX_AUTH=local:… is only for a CODEX_BASE_URL that is a loopback "
	"address.",
    SAY(MSG_CONF_AUTH_LOCAL) =
	"CODEX_AUTH must be local:NAME, the name in lower case.",
    SAY(MSG_CONF_METRICS_TOKEN) =
	"CODEX_METRICS_TOKEN has less than 16 characters.",
    SAY(MSG_CONF_PROOF) =
	"CODEX_PROOF is missing or has less than 32 characters: by it the "
	"programs know their web server.",
    SAY(MSG_CONF_NOW_LOOPBACK) =
	"CODEX_NOW is only for a CODEX_BASE_URL that is a loopback address.",
    SAY(MSG_CONF_CRASH_LOOPBACK) =
	"SYNC_CRASH_AT is only for a CODEX_BASE_URL that is a loopback "
	"address.",
    SAY(MSG_CONF_NO_STORE) = "CODEX_STORE is missing (or AZURE_BLOB_CONN).",
    SAY(MSG_CONF_STORE) = "{1} is not fs:FOLDER with its whole path from / on.",
    SAY(MSG_CONF_PATH) = "{1} is no whole path: one begins with /.",
    SAY(MSG_CONF_STORE_FOLDER) =
	"The folder of the store (CODEX_STORE) cannot be opened.",
    SAY(MSG_CONF_NO_RUN) = "CODEX_RUN is missing.",
    SAY(MSG_CONF_RUN_FOLDER) = "The folder CODEX_RUN cannot be made: {1}.",
    SAY(MSG_CONF_RUN_READ_ONLY) = "CODEX_RUN cannot be written to.",
    SAY(MSG_CONF_RUN_TABLE) =
	"The table {1} in CODEX_RUN cannot be opened: {2}.",
    SAY(MSG_CONF_TZ) =
	"{1} is no time zone that this machine knows, as Europe/Berlin is one.",
    SAY(MSG_CONF_SLOTS) =
	"CODEX_SLOTS has not the form "
	"morgens=09:00-12:30,nachmittags=13:30-17:00,abends=18:00-21:30, "
	"in this order and without overlap.",
    SAY(MSG_CONF_NO_KEY_FILE) = "CODEX_KEY_FILE is missing.",
    SAY(MSG_CONF_KEY_SECRET) =
	"CODEX_KEY_SECRET is missing or has less than 32 characters: without "
	"it CODEX_KEY_FILE gives no keys.",
    SAY(MSG_CONF_GIT_BASE_PATH) =
	"{1} is no folder in the repository: names with / between them, none "
	"of them empty, “.”, “..” or “.git”, without \\.",
    SAY(MSG_CONF_GIT_TOKEN) = "GITHUB_TOKEN is missing or has blanks.",
    SAY(MSG_CONF_GIT_REPO) =
	"GITHUB_OWNER and GITHUB_REPO are the two names of the repository at "
	"GitHub, without address and slashes.",
    SAY(MSG_CONF_OWNER) =
	"{1} is no name at GitHub: up to 39 letters of ASCII, digits, - and _, "
	"the first one a letter or a digit.",
    SAY(MSG_CONF_REPO) =
	"{1} is no repository at GitHub: its name alone, up to 100 letters of "
	"ASCII, digits, dots, - and _, without .git or .wiki at the end.",
    SAY(MSG_CONF_GIT_BRANCH) =
	"{1} is no branch as Git and GitHub take it: without blanks, question "
	"marks, ~ ^ : * "
	"[ \\ .. and @{, without - or refs/ in front, no part between / empty, "
	"with a dot in front or .lock at the end, not HEAD and no id of an "
	"object.",
    SAY(MSG_CONF_BRANCHES) =
	"GITHUB_BRANCH and GITHUB_PR_BRANCH_PREFIX are in each other's way: "
	"below the name of a branch Git can make no others.",
    SAY(MSG_CONF_PERSON) = "{1} is no name for a commit: without < and >, and "
			   "with more than punctuation.",
    SAY(MSG_CONF_MAIL) = "{1} is no address of the form NAME@HOST.",
    SAY(MSG_CONF_GIT_TOGETHER) =
	"GITHUB_TOKEN, GITHUB_OWNER and GITHUB_REPO belong together.",
    SAY(MSG_CONF_WEBHOOK_TOGETHER) =
	"GITHUB_WEBHOOK_SECRET, GITHUB_OWNER and GITHUB_REPO belong together.",
    SAY(MSG_CONF_OAUTH_TOGETHER) =
	"GITHUB_OAUTH_CLIENT_ID and GITHUB_OAUTH_CLIENT_SECRET belong "
	"together.",
    SAY(MSG_CONF_WAKE_PIPE) = "The bell of the sync could not be made: {1}.",
    SAY(MSG_CONF_ALLOWED_ENTRY) =
	"In CODEX_ALLOWED_USERS “{1}” is neither a GitHub login nor a number.",
    SAY(MSG_CONF_ALLOWED_FILE) =
	"The file {1} of CODEX_ALLOWED_USERS cannot be used: {2}.",
    SAY(MSG_CONF_ALLOWED_LARGE) =
	"The file {1} of CODEX_ALLOWED_USERS cannot be used: it is too large.",
    SAY(MSG_CONF_ALLOWED_NO_TEXT) =
	"The file {1} of CODEX_ALLOWED_USERS cannot be used: it is no text.",
    SAY(MSG_KEY_FILE) = "The key file {1} cannot be used: {2}.",
    SAY(MSG_KEY_FILE_NO_FILE) =
	"The key file {1} cannot be used: it is no file.",
    SAY(MSG_KEY_FILE_OWNER) =
	"The key file {1} cannot be used: it belongs to somebody else.",
    SAY(MSG_KEY_FILE_MODE) =
	"The key file {1} cannot be used: others can get at it; chmod 600 "
	"helps.",
    SAY(MSG_KEY_FILE_LARGE) =
	"The key file {1} cannot be used: it is too large.",
    SAY(MSG_KEY_FILE_DAMAGED) =
	"The key file {1} cannot be used: its content is damaged.",
    SAY(MSG_AZURE_CONTAINER) =
	"AZURE_BLOB_CONTAINER is no name of a container.",
    SAY(MSG_AZURE_NO_EQUALS) =
	"AZURE_BLOB_CONN cannot be used: a part has no equals sign.",
    SAY(MSG_AZURE_SPACE) =
	"AZURE_BLOB_CONN cannot be used: a value has blanks.",
    SAY(MSG_AZURE_LONG) = "AZURE_BLOB_CONN cannot be used: it is too long.",
    SAY(MSG_AZURE_NO_ENDPOINT) =
	"AZURE_BLOB_CONN cannot be used: AccountName or BlobEndpoint is "
	"missing.",
    SAY(MSG_AZURE_SUFFIX) =
	"AZURE_BLOB_CONN cannot be used: EndpointSuffix is no name of a host.",
    SAY(MSG_AZURE_NO_NAME) =
	"AZURE_BLOB_CONN cannot be used: AccountName is missing.",
    SAY(MSG_AZURE_NO_SECRET) =
	"AZURE_BLOB_CONN cannot be used: there is neither AccountKey nor "
	"SharedAccessSignature.",
    SAY(MSG_AZURE_KEY) =
	"AZURE_BLOB_CONN cannot be used: AccountKey is no Base64.",
    SAY(MSG_AZURE_NAME) =
	"AZURE_BLOB_CONN cannot be used: AccountName has characters that are "
	"not allowed.",

    SAY(MSG_STORE_FAILS) =
	"The store has a problem. Please try again in a moment.",
    SAY(MSG_STORE_MALFORMED) =
	"The program wanted to store or read something that cannot exist.",
    SAY(MSG_CACHE_STORE_FAILS) = "The store has a problem.",
    SAY(MSG_CACHE_FULL) = "An account does not fit into memory.",

    SAY(MSG_FIELD_NO_TEXT) = "{1} must be text.",
    SAY(MSG_FIELD_CONTROL) =
	"{1} must have neither line breaks nor control characters.",
    SAY(MSG_FIELD_NOT_REMOVABLE) = "{1} cannot be removed.",
    SAY(MSG_FIELD_ONE_OF_TWO) = "{1} must be {2} or {3}.",
    SAY(MSG_FIELD_SHAPE) = "{1} has not the form that is described.",
    SAY(MSG_KIND_UNKNOWN) = "The kind must be arbeit or privat.",
    SAY(MSG_KIND_MISSING) = "The kind is missing: arbeit or privat.",
    SAY(MSG_STATUS_UNKNOWN) =
	"The status must be offen, abgeschlossen or abgebrochen.",
    SAY(MSG_TAGS_NO_LIST) = "tags must be a list.",
    SAY(MSG_TAGS_TOO_MANY) = "There can be {1} tags at most.",
    SAY(MSG_TAG_NO_TEXT) = "Each tag must be text.",
    SAY(MSG_TAG_LENGTH) = "A tag has 1 to {1} bytes.",
    SAY(MSG_TAG_CONTROL) =
	"A tag must have neither line breaks nor control characters.",
    SAY(MSG_DEADLINE_NO_DATE) =
	"The deadline is no date of the form DD.MM.YYYY.",
    SAY(MSG_SLOT_SHAPE) = "fixedSlot must be {datum, zeit} or null.",
    SAY(MSG_SLOT_DATE) = "datum must be a date of the form DD.MM.YYYY.",
    SAY(MSG_SLOT_TIME) = "zeit must be morgens, nachmittags or abends.",
    SAY(MSG_TITLE_LENGTH) = "The title has 1 to {1} characters.",
    SAY(MSG_TAKE_UNKNOWN) = "take must be mine or theirs.",
    SAY(MSG_COPY_UNKNOWN) = "copy must name a version of the conflict.",
    SAY(MSG_TICK_NO_BOX) = "There is no box in line {1}.",
    SAY(MSG_SEARCH_NO_UTF8) = "What is searched for is no UTF-8.",
    SAY(MSG_FROM_NO_DAY) =
	"from must be a date of the form DD.MM.YYYY, from {1} to {2}.",
    SAY(MSG_IDEMPOTENCY_KEY) =
	"The Idempotency-Key has 1 to 255 printable characters.",
    SAY(MSG_EVERYWHERE_NO_BOOL) = "everywhere must be true or false.",
    SAY(MSG_ACCESS_UNKNOWN) = "access must be read or write.",

    SAY(MSG_FRONT_NO_FENCE) = "The file does not begin with a line ---.",
    SAY(MSG_FRONT_NO_END) = "The front matter has no closing line ---.",
    SAY(MSG_FRONT_TOO_LARGE) = "The front matter is larger than 16 KiB.",
    SAY(MSG_FRONT_NO_YAML) = "From here the front matter is not valid YAML.",
    SAY(MSG_FRONT_NO_COLON) = "There is no colon behind the name of the field.",
    SAY(MSG_FRONT_NO_BLANK) = "There is no blank behind “{1}”.",
    SAY(MSG_FRONT_NO_QUOTE) = "The closing quotation mark is missing.",
    SAY(MSG_FRONT_BEHIND_QUOTE) =
	"There is more text behind the closing quotation mark.",
    SAY(MSG_FRONT_BEHIND_VALUE) = "There is more text behind the value.",
    SAY(MSG_FRONT_NO_BRACKET) = "The bracket “{1}” is not closed.",
    SAY(MSG_FRONT_EXTRA_BRACKET) = "The bracket “{1}” closes no open one.",
    SAY(MSG_FRONT_NO_COMMA) = "There is no comma between two items.",
    SAY(MSG_FRONT_NO_VALUE) = "There is no item between the brackets.",
    SAY(MSG_FRONT_NO_FIELD) =
	"A field should begin here: name, colon, blank, value.",
    SAY(MSG_FRONT_NO_ITEM) =
	"An item of the list should begin here: dash, blank, value.",
    SAY(MSG_FRONT_INDENT) = "The indentation does not fit the lines before.",
    SAY(MSG_FRONT_COLON_IN_VALUE) =
	"A value with a colon and a blank needs quotation marks.",
    SAY(MSG_FRONT_LONG_KEY) = "A key is longer than {1} characters.",
    SAY(MSG_FRONT_ESCAPE) =
	"Between double quotation marks “\\\\” stands for “\\”; YAML does not "
	"know what follows here.",
    SAY(MSG_FRONT_BAD_START) =
	"Nothing may begin with “{1}” here; as text it needs quotation marks.",
    SAY(MSG_FRONT_TAB) =
	"Character {1} of the line is a tab; YAML wants blanks here.",
    SAY(MSG_FRONT_CHARACTER) =
	"Character {1} of the line is {2}, which YAML does not allow.",
    SAY(MSG_FRONT_LINE_BREAK) =
	"Character {1} of the line is {2}, which ends the line for YAML.",
    SAY(MSG_FRONT_TOO_DEEP) =
	"The front matter is nested deeper than 8 levels.",
    SAY(MSG_FRONT_DOCUMENTS) =
	"The front matter holds more than one YAML document.",
    SAY(MSG_FRONT_ALIAS) = "The alias names no anchor before it.",
    SAY(MSG_FRONT_KEY_TWICE) = "The key “{1}” is there twice.",
    SAY(MSG_FRONT_SOME_KEY_TWICE) = "A key is there twice.",
    SAY(MSG_FRONT_NO_FIELDS) = "The front matter does not consist of fields.",
    SAY(MSG_TASK_NO_TYP) = "The field typ is not task.",
    SAY(MSG_TASK_KIND) = "The kind is neither arbeit nor privat.",
    SAY(MSG_TASK_STATUS) =
	"The status is neither offen nor abgeschlossen nor abgebrochen.",
    SAY(MSG_TASK_TOO_LARGE) = "The file is larger than {1} KiB.",
    SAY(MSG_TASK_TOO_LARGE_IN_GIT) =
	"In Git the file is larger than 1 MiB, and stays there.",
    SAY(MSG_TASK_NO_UTF8) = "The file is not in UTF-8.",
    SAY(MSG_TASK_NUMBER_TWICE) =
	"Two tasks have this number; both of them stay.",
    SAY(MSG_TASK_NUMBER_TWICE_NFC) =
	"Two tasks have this number, and their names look the same (this one "
	"is NFC); both of them stay.",
    SAY(MSG_TASK_NUMBER_TWICE_NFD) =
	"Two tasks have this number, and their names look the same (this one "
	"is NFD); both of them stay.",
    SAY(MSG_TASK_NUMBER_TWICE_MIXED) =
	"Two tasks have this number, and their names look the same (this one "
	"is partly NFC, partly NFD); both of them stay.",
    SAY(MSG_WARN_SLOT) =
	"fixedSlot is no valid date with a time of day, and does not count.",
    SAY(MSG_WARN_DEADLINE) = "deadline is no valid date, and does not count.",
    SAY(MSG_WARN_TAGS) = "tags is no list of words, and does not count.",
    SAY(MSG_WARN_DONE) =
	"abgeschlossen_am is no valid date with a time of day, and does not "
	"count.",
    SAY(MSG_TASK_INVALID) = "The file is no valid task: {*}",
    SAY(MSG_TASK_INVALID_AT) = "{1}, line {2}: {*}",
    SAY(MSG_TASK_UNSAFE) =
	"The file is written in such a way that this edit would change other "
	"things in it. Please change the file itself.",
    SAY(MSG_TASK_ANCHOR) =
	"Another field takes the old value by an alias, and would change, too. "
	"Please change the file itself.",

    SAY(MSG_NO_SUCH_TASK) = "There is no such task.",
    SAY(MSG_NUMBER_TWICE) = "Two tasks have the number {1}: {2} and {3}.",
    SAY(MSG_NUMBER_TWICE_ALIKE) =
	"Two tasks have the number {1}, and their names look the same: "
	"{2} ({4}) and {3} ({5}).",
    SAY(MSG_NUMBERS_USED_UP) = "All numbers up to 9999 are in use.",
    SAY(MSG_NUMBERS_CONTENDED) =
	"Very many tasks are being created. Please try again.",
    SAY(MSG_TASK_OUTGROWS) = "The task would be larger than {1} KiB.",
    SAY(MSG_FRONT_OUTGROWS) = "The front matter would be larger than {1} KiB.",
    SAY(MSG_TASK_MODIFIED) = "The task has been changed meanwhile.",
    SAY(MSG_IF_MATCH_MISSING) = "If-Match is missing: the ETag of the version.",
    SAY(MSG_TASK_CONTENDED) =
	"Others are changing this task. Please try again.",
    SAY(MSG_FILE_EXISTS) =
	"There is a file of this name already. Please try again.",
    SAY(MSG_KEY_REUSED) = "This Idempotency-Key belongs to other content.",
    SAY(MSG_REQUEST_RUNS) = "This request is under way already.",
    SAY(MSG_CLAIM_CHANGED) =
	"This request may have made {1} already; by now the file has another "
	"text.",
    SAY(MSG_NO_CONFLICT) = "This task is in no conflict.",
    SAY(MSG_OWN_VERSION_GONE) = "Your own version is gone.",

    SAY(MSG_NAME_EXTENSION) = "The extension of a task is .md, in lower case.",
    SAY(MSG_NAME_DIGITS) =
	"The name of a task begins with exactly four digits.",
    SAY(MSG_NAME_DASH) = "There is no - behind the four digits.",
    SAY(MSG_NAME_NO_TITLE) = "There is no title behind the -.",
    SAY(MSG_NAME_LONG) = "The title in the file name is longer than 200 bytes.",
    SAY(MSG_NAME_CHARACTERS) = "The file name has \\ or a control character.",
    SAY(MSG_NAME_NO_UTF8) = "The file name is no UTF-8.",
    SAY(MSG_BARRED_FOLDER) = "Here a folder has this name.",
    SAY(MSG_BARRED_LINK) =
	"Here a symbolic link has this name; it is not followed.",
    SAY(MSG_BARRED_NO_FILE) = "What has this name here is no file.",
    SAY(MSG_BARRED_UNREADABLE) =
	"The file cannot be read here; its permissions forbid it.",

    SAY(MSG_IMPORT_FOLDER) = "The folder {1} cannot be read: {2}.",
    SAY(MSG_IMPORT_FILE) = "{1} cannot be read: {2}.",
    SAY(MSG_IMPORT_KEPT) = "stays as it is in the store: {1}",
    SAY(MSG_IMPORT_SKIPPED) = "skipped: {1}",
    SAY(MSG_IMPORT_NO_TASK) = "no task: {1}",
    SAY(MSG_IMPORT_NAME) = "no task: {1}: {*}",
    SAY(MSG_IMPORT_NO_USER) = "no name of a user, skipped: {1}",
    SAY(MSG_IMPORT_TWO_FOLDERS) = "two folders for one user: {1} and {2}",
    SAY(MSG_IMPORT_DONE) =
	"{1} users, {2} new, {3} the same, {4} kept with other content, "
	"{5} skipped",

    SAY(MSG_LOGIN_FIRST) = "Please log in first.",
    SAY(MSG_LOGIN_LOCAL) = "Nobody logs in here: all are one user.",
    SAY(MSG_LOGIN_EXPIRED) =
	"This login has expired, or it did not begin in this browser.",
    SAY(MSG_LOGIN_OTHER) =
	"This answer does not belong to the login that was begun here last.",
    SAY(MSG_LOGIN_USED) = "This login has been used already.",
    SAY(MSG_LOGIN_NOT_KEPT) = "The login could not be noted.",
    SAY(MSG_LOGIN_CANCELLED) = "You have cancelled the login at GitHub.",
    SAY(MSG_LOGIN_DENIED) = "GitHub has refused the login.",
    SAY(MSG_LOGIN_INCOMPLETE) = "Something is missing in GitHub's answer.",
    SAY(MSG_LOGIN_UNCONFIRMED) =
	"GitHub has not confirmed this login: it has expired, or was used "
	"before.",
    SAY(MSG_LOGIN_ANSWER_BROKEN) =
	"GitHub has answered something that cannot be understood.",
    SAY(MSG_LOGIN_SLOW) = "GitHub has not answered in time.",
    SAY(MSG_LOGIN_UNREACHABLE) = "GitHub cannot be reached.",
    SAY(MSG_LOGIN_LIMITED) = "GitHub wants a pause at the moment.",
    SAY(MSG_LOGIN_UNAVAILABLE) =
	"GitHub cannot work on the login at the moment.",
    SAY(MSG_LOGIN_NAME_UNFIT) =
	"With the GitHub login “{1}” nobody can log in here: it fits no "
	"folder.",
    SAY(MSG_LOGIN_NOT_LISTED) = "The GitHub account “{1}” is not enabled here.",
    SAY(MSG_USER_NOT_LISTED) =
	"You are logged in, but not on the list of those who may do something "
	"here.",
    SAY(MSG_NAME_TAKEN) = "Here this GitHub login belongs to somebody else.",
    SAY(MSG_SESSIONS_CONTENDED) = "Your logins were changed at the same time.",
    SAY(MSG_GITHUB_WHO_UNKNOWN) =
	"GitHub cannot be asked at the moment who you are.",
    SAY(MSG_FOREIGN_PAGE) = "This did not come from our own page.",
    SAY(MSG_NOT_FROM_NGINX) =
	"This did not come from the web server of this site.",
    SAY(MSG_METRICS_TOKEN) =
	"The numbers need the token of CODEX_METRICS_TOKEN.",
    SAY(MSG_METRICS_LOOPBACK) =
	"The numbers are for this machine alone; others need a "
	"CODEX_METRICS_TOKEN.",
    SAY(MSG_NOT_READY) = "This host is not ready.",
    SAY(MSG_BROWSER_ONLY) = "This needs a browser, a token cannot do it.",
    SAY(MSG_TOKEN_READ_ONLY) = "This token may only read.",
    SAY(MSG_TOKEN_INVALID) = "This token is not valid, or not any more.",
    SAY(MSG_TOKENS_CONTENDED) =
	"The list of tokens was changed at the same time.",
    SAY(MSG_TOKENS_TOO_MANY) =
	"There are no more than {1} tokens. Delete one first.",
    SAY(MSG_TOKEN_NO_NAME) = "A token needs a name.",
    SAY(MSG_TOKEN_NAME) =
	"The name has {1} characters at most, and no control characters.",
    SAY(MSG_NO_SUCH_TOKEN) = "There is no such token.",

    SAY(MSG_GITHUB_OK) = "All is well with GitHub.",
    SAY(MSG_GITHUB_UNCHANGED) = "There is nothing new at GitHub.",
    SAY(MSG_GITHUB_ABSENT) =
	"GitHub does not find the repository, the branch or the folder, or "
	"the token may not see it.",
    SAY(MSG_GITHUB_UNAUTHORIZED) = "GitHub does not accept the token.",
    SAY(MSG_GITHUB_FORBIDDEN) = "GitHub does not allow this with this token.",
    SAY(MSG_GITHUB_MOVED) = "The repository has got another name at GitHub.",
    SAY(MSG_GITHUB_NOT_FORWARD) = "The branch has moved on meanwhile.",
    SAY(MSG_GITHUB_EXISTS) = "This exists at GitHub already.",
    SAY(MSG_GITHUB_PROTECTED) = "A rule of the repository forbids this.",
    SAY(MSG_GITHUB_INVALID) = "GitHub has refused the change as invalid.",
    SAY(MSG_GITHUB_SAYS) = "GitHub has refused the change: “{1}”",
    SAY(MSG_GITHUB_CONFLICT) = "GitHub tells of a conflict.",
    SAY(MSG_GITHUB_EMPTY) =
	"The repository is empty. Create a first file at GitHub, a README for "
	"instance.",
    SAY(MSG_GITHUB_LIMITED) = "GitHub wants a pause.",
    SAY(MSG_GITHUB_LIMITED_UNTIL) = "GitHub wants a pause until {1}.",
    SAY(MSG_GITHUB_TRUNCATED) = "GitHub has shown only a part of the folder.",
    SAY(MSG_GITHUB_TOO_LARGE) = "GitHub's answer is too large.",
    SAY(MSG_GITHUB_BROKEN) = "GitHub's answer cannot be understood.",
    SAY(MSG_GITHUB_DAMAGED) =
	"A file comes damaged from GitHub. The sync will be repeated.",
    SAY(MSG_GITHUB_TEMPORARY) = "GitHub cannot be reached for the time being.",
    SAY(MSG_GITHUB_UNKNOWN) =
	"GitHub has not answered; it will show whether the change has "
	"arrived.",

    SAY(MSG_SYNC_NOT_STARTED) = "The sync does not start.",
    SAY(MSG_SYNC_TOO_SOON) =
	"A sync has ended only just now. Please try again in a moment.",
    SAY(MSG_SYNC_FAILED) = "The sync with Git has not worked.",
    SAY(MSG_SYNC_SAYS) = "{1}",
    SAY(MSG_SYNC_FOLDER_EMPTY) =
	"GitHub shows a folder as empty that is not empty.",
    SAY(MSG_SYNC_FOLDER_TWICE) =
	"The repository has two folders that differ in case alone.",
    SAY(MSG_SYNC_BRANCH_UNSEEN) = "GitHub does not show our branch yet.",
    SAY(MSG_SYNC_BRANCH_GONE) = "The branch at GitHub is gone.",
    SAY(MSG_SYNC_BRANCH_IN_WAY) =
	"The branch {1} is in the way: beside it there cannot be {2}. Rename "
	"it, or change GITHUB_PR_BRANCH_PREFIX.",
    SAY(MSG_SYNC_READ_ONLY) = "In Git we may only read: edits stay here.",
    SAY(MSG_SYNC_READ_ONLY_SAYS) =
	"In Git we may only read: edits stay here. GitHub says: “{1}”",
    SAY(MSG_SYNC_FOLDER_GONE) =
	"The folder of the tasks is missing in Git. They stay here until the "
	"removal is confirmed.",
    SAY(MSG_SYNC_MANY_GONE) =
	"Many tasks are missing in Git. They stay here until the removal is "
	"confirmed.",
    SAY(MSG_SYNC_NO_FOLDER) = "In Git “{1}” is no folder. The tasks stay here.",
    SAY(MSG_SYNC_NAME_TAKEN) = "{1}: {*}",
    SAY(MSG_NAME_IS_FOLDER) =
	"In Git a folder has this name; the task stays here alone.",
    SAY(MSG_NAME_IS_LINK) =
	"In Git a symbolic link has this name; the task stays here alone.",
    SAY(MSG_NAME_IS_SUBMODULE) =
	"In Git a submodule has this name; the task stays here alone.",
    SAY(MSG_NAME_IS_LOST) =
	"In Git this name is not UTF-8; the task stays here alone.",
    SAY(MSG_SYNC_NAME_BARRED) =
	"What has this name here can be neither read nor replaced; the task "
	"stays in Git alone.",
    SAY(MSG_SYNC_FILE_TOO_LARGE) =
	"In Git {1} is too large (over 1 MiB), and was left out.",
    SAY(MSG_SYNC_FILES_TOO_LARGE) =
	"In Git {1} and {2} others are too large (over 1 MiB), and were left "
	"out.",
    SAY(MSG_SYNC_REVIVED) =
	"What was removed in Git but changed here is in Git again.",
    SAY(MSG_SYNC_COMMIT) = "{1} tasks",
    SAY(MSG_SYNC_PULL_REQUEST) = "Codex Miroir, for {1}:",
    SAY(MSG_WEBHOOK_SIGNATURE) = "The signature is missing or wrong.",
    SAY(MSG_WEBHOOK_TYPE) = "The body must be JSON or a form.",
    SAY(MSG_WEBHOOK_FORM) = "The form is badly encoded.",
    SAY(MSG_WEBHOOK_NO_PAYLOAD) = "The form has no payload.",
    SAY(MSG_WEBHOOK_NO_JSON) = "The message is no JSON as GitHub sends it.",

    SAY(MSG_GIT_NONE) = "No Git repository is set up.",
    SAY(MSG_GIT_RUNNING) = "The sync with Git is running.",
    SAY(MSG_GIT_RUNNING_OF) =
	"The sync with Git is running: {1} of {2} files are done.",
    SAY(MSG_GIT_FAILED) = "The last sync with Git has failed.",
    SAY(MSG_GIT_READ_ONLY) = "In Git we may only read.",
    SAY(MSG_GIT_FIRST) = "The first sync with Git is still to come.",
    SAY(MSG_GIT_STUCK) = "The sync with Git is not done yet.",
    SAY(MSG_GIT_DUE) = "The next sync with Git is due.",
    SAY(MSG_GIT_ALL_THERE) = "All is in Git.",
    SAY(MSG_GIT_ONE_PENDING) = "One task is not in Git yet.",
    SAY(MSG_GIT_MANY_PENDING) = "{1} tasks are not in Git yet.",
    SAY(MSG_GIT_ONE_PULL) = "One task waits in a pull request.",
    SAY(MSG_GIT_MANY_PULLS) = "{1} tasks wait in pull requests.",
    SAY(MSG_GIT_ONE_DECLINED) =
	"One task is only here: its pull request was declined.",
    SAY(MSG_GIT_MANY_DECLINED) =
	"{1} tasks are only here: their pull requests were declined.",
    SAY(MSG_GIT_ONE_CONFLICT) = "One conflict is to be decided.",
    SAY(MSG_GIT_MANY_CONFLICTS) = "{1} conflicts are to be decided.",

    SAY(MSG_BUNDLE_UNWRITTEN) = "The backup cannot be written.",
    SAY(MSG_BUNDLE_BROKEN) = "The file is no backup, or is damaged.",
    SAY(MSG_BUNDLE_CUT) = "The backup is not complete: its end is missing.",
    SAY(MSG_BUNDLE_NEWER) = "The backup was made by a newer version.",
    SAY(MSG_BACKUP_OPEN) = "{1} cannot be opened: {2}.",
    SAY(MSG_BACKUP_BUSY) =
	"The tasks of {1} do not come to rest, as they are being "
	"synchronised with Git; please try again later.",
    SAY(MSG_BACKUP_LEFT) =
	"{1} cannot be read, or belongs to nobody, and is not in "
	"the backup.",
    SAY(MSG_BACKUP_DONE) = "Saved: {1} users, {2} files.",
    SAY(MSG_RESTORE_NOT_EMPTY) =
	"The store is not empty: {1} is not from this backup.",
    SAY(MSG_RESTORE_RUNS) =
	"The programs are running: first systemctl stop codex-miroir.target "
	"'codex-miroir-*'.",
    SAY(MSG_RESTORE_DONE) =
	"Restored: {1} users, {2} files. Sessions and tokens are "
	"as they were then; codex-key --alone ends all sessions.",

    SAY(MSG_DOCTOR_SOUND) = "Nothing stops the site from working.",
    SAY(MSG_DOCTOR_NGINX) = "nginx does not take its files: {1}",
    SAY(MSG_DOCTOR_GIVEN_UP) =
	"{1} has ended and is not started again; the journal says why. "
	"systemctl reset-failed 'codex-miroir-*', then systemctl restart "
	"codex-miroir.target starts all.",
    SAY(MSG_DOCTOR_OPEN) = "{1} can be read by others than root.",
    SAY(MSG_DOCTOR_RIGHTS) =
	"Others on this machine can read or change {1}, too.",
    SAY(MSG_DOCTOR_PROGRAMS) = "The list of programs {1} cannot be read.",
    SAY(MSG_DOCTOR_SOCKET) = "The program {1} takes no requests: {2}.",
    SAY(MSG_DOCTOR_LEFT) = "{1} is turned off, but its socket is still there: "
			   "restart all programs, or remove it.",
    SAY(MSG_DOCTOR_WORKER) =
	"The worker that syncs with Git does not run: edits stay "
	"here, and no push arrives.",
    SAY(MSG_DOCTOR_STORE) = "The store does not do what it should: {*} {1}",
    SAY(MSG_DOCTOR_SWAP) =
	"The store overwrites what somebody else has changed, or "
	"shows an old state.",
    SAY(MSG_DOCTOR_REDIS_DOWN) =
	"Redis does not answer ({1}): what other hosts write is seen here "
	"only after CACHE_REVALIDATE_MS.",
    SAY(MSG_DOCTOR_REDIS_FULL) =
	"Redis takes no writes ({1}): each look at a week asks the store.",
    SAY(MSG_DOCTOR_CLOCK) =
	"The clock of this machine and that of {1} are {2} s "
	"apart.",
    SAY(MSG_DOCTOR_FILE) = "{1}: {2}",
    SAY(MSG_DOCTOR_FILES_MORE) = "{1} has {2} more files that are no tasks.",
    SAY(MSG_DOCTOR_PENDING) =
	"Edits of {1} have been waiting for a sync with Git for "
	"{2} min.",
    SAY(MSG_DOCTOR_SYNC) = "The sync of {1} with Git does not succeed: {2}",
    SAY(MSG_DOCTOR_NEWER) =
	"What is stored of {1} was written by a newer version.",
    SAY(MSG_DOCTOR_TOKEN) = "GitHub does not take GITHUB_TOKEN.",
    SAY(MSG_DOCTOR_REPO) = "GitHub shows no repository {1} with this token.",
    SAY(MSG_DOCTOR_BRANCH) = "The repository has no branch {1}.",
    SAY(MSG_DOCTOR_PUSH) =
	"GITHUB_TOKEN may only read in {1}: edits stay here.",
    SAY(MSG_DOCTOR_ARCHIVED) =
	"The repository {1} is archived at GitHub: edits stay here.",
    SAY(MSG_DOCTOR_RATE) =
	"Until {2} GitHub allows only {1} more requests with this"
	" token.",
    SAY(MSG_DOCTOR_GITHUB) = "GitHub does not answer as expected: {*} {1}",
    SAY(MSG_DOCTOR_HOOK_NONE) =
	"The repository has no webhook to {1}: a push is noticed "
	"only when we ask the next time.",
    SAY(MSG_DOCTOR_HOOK_OFF) = "The webhook to {1} is switched off at GitHub.",
    SAY(MSG_DOCTOR_HOOK_EVENTS) =
	"The webhook to {1} does not tell of pushes (\"push\").",
    SAY(MSG_DOCTOR_HOOK_FAILED) =
	"GitHub's last message to the webhook was answered with "
	"{1}. \"Redeliver\" beside it at GitHub sends it once more.",
    SAY(MSG_DOCTOR_HOOK_SECRET) = "The repository has a webhook to {1}, but "
				  "GITHUB_WEBHOOK_SECRET is missing.",
    SAY(MSG_DOCTOR_UNREACHED) = "{1} is not reached: {2}.",
    SAY(MSG_DOCTOR_OTHER_SITE) =
	"At {1} something else than this site answers ({2}).",
    SAY(MSG_DOCTOR_PROOF) =
	"nginx shows the programs another secret than they know: "
	"{1} answers 403.",
    SAY(MSG_DOCTOR_ANSWERS) = "{1} answers {2}.",
    SAY(MSG_DOCTOR_NOT_READY) = "{1}/readyz says what is not ready: {2}.",
    SAY(MSG_DOCTOR_CERTIFICATE) =
	"The certificate of {1} holds for only {2} more days.",

    SAY(MSG_STATUS_WEEK_NONE) =
	"Nothing of the week is stored: it is built at the next "
	"look.",
    SAY(MSG_STATUS_WEEK_OLD) =
	"The stored week is from before the last change: it is "
	"built anew at the next look.",
    SAY(MSG_STATUS_WEEK_OVER) =
	"The stored week is of the present state, but its time is"
	" over: it is built anew at the next look.",
    SAY(MSG_STATUS_WEEK_GOOD) =
	"The stored week is of the present state: who sees an "
	"older one has it in the browser.",
    SAY(MSG_STATUS_GIT) = "Git: {2} ({1})",
    SAY(MSG_STATUS_LAST) = "The last sync was at {1}, at commit {2}.",
    SAY(MSG_STATUS_MARKED) = "A sync has been due for {1} s.",
    SAY(MSG_STATUS_COST) =
	"The last run of this host ended at {1}, took {2} ms, and {3} requests "
	"to the store and {4} to GitHub.",
    SAY(MSG_STATUS_NEXT) = "The next try comes no earlier than {1}.",
    SAY(MSG_STATUS_NOBODY) = "There is no user {1}.",

    SAY(MSG_FSCK_SOUND) = "All that is stored fits together.",
    SAY(MSG_FSCK_MENDED) = "{*} Mended.",
    SAY(MSG_FSCK_BROKEN) = "{1} cannot be read.",
    SAY(MSG_FSCK_UNLIKE_RECORD) = "{1} has other bytes than is recorded.",
    SAY(MSG_FSCK_UNLIKE_GIT) =
	"{1} is not what Git has, though it is recorded so.",
    SAY(MSG_FSCK_TWIN) = "{1} has the number of another task.",
    SAY(MSG_FSCK_NUMBER) = "{1} is lower than a number that is in use.",
    SAY(MSG_FSCK_ORPHAN) = "{1} belongs to nothing any more.",
    SAY(MSG_DOWNGRADE_BUSY) =
	"A sync of {1} is running, or its lease is not over; please stop the "
	"worker and try again.",
    SAY(MSG_DOWNGRADE_DONE) =
	"All records are as the version before this one reads them.",
    SAY(MSG_FSCK_MOVING) = "{1} was changed just now; please try again.",

    SAY(MSG_MIGRATE_EMPTY) = "There is nothing in {1}.",
    SAY(MSG_MIGRATE_NO_ACCOUNT) =
	"{1} is no folder (it has no /), and AZURE_BLOB_CONN is not set.",
    SAY(MSG_MIGRATE_LEFT) =
	"{1} is nothing that the first system knew, or belongs to nobody: it "
	"stays there.",
    SAY(MSG_MIGRATE_KEPT) =
	"{1} stays there: under its new name there is something else here.",
    SAY(MSG_MIGRATE_UNREAD) = "{1} cannot be read and stays there.",
    SAY(MSG_MIGRATE_DONE) =
	"{1} users; {2} files taken, {3} were there already, {4} stay, {5} "
	"removed.",
    SAY(MSG_MIGRATE_WOULD) =
	"Only looked. {1} users; {2} files would be taken, {3} are there "
	"already, {4} would stay, {5} be removed.",
};
/* NOLINTEND(bugprone-suspicious-missing-comma) */

_Static_assert(__COUNTER__ - FIRST == MSG_IDS, "a sentence for each message");
