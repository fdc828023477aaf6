// @ts-check
/**
 * de: every word of the page in German.  en.js has the same keys.
 */

const WEEKDAYS = [
	'Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag',
	'Samstag',
];

const MONTHS = [
	'Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August',
	'September', 'Oktober', 'November', 'Dezember',
];

/** `1 Aufgabe`, `2 Aufgaben`.
 * @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** @type {Record<string, string>} */
const kinds = { arbeit: 'Arbeit', privat: 'Privat' };
/** @type {Record<string, string>} */
const times = {
	morgens: 'morgens', nachmittags: 'nachmittags', abends: 'abends',
};
/** @type {Record<string, string>} */
const reasons = {
	doppelt_belegt: 'Der feste Platz ist schon vergeben',
	ueberfaellig: 'Der feste Platz ist vorbei',
	kein_platz: 'Warten auf einen freien Platz',
	spaeter: 'Der feste Platz liegt hinter dieser Woche',
};
/** @type {Record<string, string>} */
const reasonsShort = {
	doppelt_belegt: 'Platz vergeben', ueberfaellig: 'vorbei',
	kein_platz: 'wartet', spaeter: 'später',
};
/** @type {Record<string, (task: string) => string>} */
const why = {
	reihenfolge: () => 'Hier, weil kleinere Nummern die Plätze davor haben.',
	verdraengt: (task) => `Hier, weil „${task}“ davor einen festen Platz hat.`,
	fest: () => 'Hier, weil es der feste Platz ist.',
	doppelt_belegt: (task) => `Den festen Platz hat schon „${task}“.`,
	ueberfaellig: () => 'Der feste Platz ist vorbei; gelöst bekommt sie den ersten freien.',
	spaeter: () => 'Der feste Platz kommt erst nach diesen Tagen.',
	kein_platz: () => 'In diesen Tagen ist kein Platz mehr frei.',
};
/** @type {Record<string, string>} */
const sync = {
	pending: 'noch nicht in Git', pr: 'im Pull Request',
	conflict: 'Konflikt mit Git',
};
/** @type {Record<string, string>} */
const syncHints = {
	pending: 'Hier gespeichert; Git hat es noch nicht.',
	pr: 'In Git erst, wenn der Pull Request übernommen ist.',
	conflict: 'Hier und in Git verschieden geändert.',
};
/** @type {Record<string, string>} */
const pulls = { closed: 'nicht übernommen', fremd: 'von anderen geändert' };
/** @type {Record<string, string>} */
const fields = {
	typ: 'Typ', kategorie: 'Kategorie', status: 'Status', tags: 'Tags',
	deadline: 'Deadline', fixedSlot: 'fester Platz',
	abgeschlossen_am: 'Abschluss', body: 'Text', '#': 'Kommentare',
};
/** @type {Record<string, string>} */
const todo = {
	konflikte: 'Unten stehen beide Fassungen; wähle, welche gilt.',
	entfernen_bestaetigen: 'Oben steht die Frage, ob sie auch hier gehen sollen.',
	pull_requests: 'Sie sind in Git, sobald jemand den Pull Request übernimmt.',
	abgelehnt: 'Ändere die Aufgabe, wenn sie noch einmal nach Git soll.',
	fehlgeschlagen: 'Er wird von selbst wiederholt. Alles ist hier gespeichert.',
	stockt: 'Es geht von selbst weiter. Alles ist hier gespeichert.',
	nur_lesen: 'Was Git hat, kommt hierher; Änderungen bleiben hier.',
	neuere_fassung: 'Wer diese Seite betreibt, muss das Programm erneuern.',
};
/** @type {Record<string, string>} */
const states = {
	nicht_eingerichtet: 'Die Aufgaben liegen nur hier: ein Git-Repository ist ' +
		'nicht eingerichtet.',
	neuere_fassung: 'Der Abgleich mit Git ruht.',
	laeuft: 'Der Abgleich mit Git läuft gerade.',
	fehlgeschlagen: 'Abgleich gescheitert.',
	nur_lesen: 'In Git dürfen wir nur lesen.',
	erster_abgleich: 'Der erste Abgleich mit Git steht noch aus.',
	stockt: 'Der Abgleich mit Git ist noch nicht fertig.',
	vorgemerkt: 'Der nächste Abgleich mit Git ist vorgemerkt.',
	entfernen_bestaetigen: 'Viele Aufgaben fehlen in Git.',
	hinweis: 'Alles ist in Git, mit einem Hinweis.',
	alles_in_git: 'Alles ist in Git.',
};
const git = {
	states,
	progress: (/** @type {number} */ done, /** @type {number} */ of) =>
		`Der Abgleich mit Git läuft: ${done} von ${of} Dateien sind fertig.`,
	pending: (/** @type {number} */ n) => n === 1 ?
		'Eine Aufgabe ist noch nicht in Git.' :
		`${n} Aufgaben sind noch nicht in Git.`,
	pulls: (/** @type {number} */ n) => n === 1 ?
		'Eine Aufgabe wartet im Pull Request.' :
		`${n} Aufgaben warten in Pull Requests.`,
	declined: (/** @type {number} */ n) => n === 1 ?
		'Eine Aufgabe ist nur hier: ihr Pull Request wurde abgelehnt.' :
		`${n} Aufgaben sind nur hier: ihre Pull Requests wurden abgelehnt.`,
	conflicts: (/** @type {number} */ n) => n === 1 ?
		'Ein Konflikt ist zu entscheiden.' :
		`${n} Konflikte sind zu entscheiden.`,
};
/** @type {Record<string, string>} */
const faults = {
	kein_utf8: 'Die Schrift der Datei ist nicht zu lesen.',
	zu_gross: 'Die Datei ist zu groß.',
	kein_frontmatter: 'Die Angaben am Anfang der Datei fehlen.',
	kein_yaml: 'Die Angaben am Anfang der Datei sind nicht zu lesen.',
	schluessel_doppelt: 'Eine Angabe am Anfang der Datei steht zweimal da.',
	kein_typ_task: 'Die Datei nennt sich nicht Aufgabe.',
	kategorie_unbekannt: 'Die Kategorie ist nicht bekannt.',
	status_unbekannt: 'Der Status ist nicht bekannt.',
	nummer_doppelt: '', // the server's reason says it all
	name_belegt: 'Der Name der Datei ist schon anders vergeben.',
	nicht_lesbar: 'Die Datei lässt sich nicht öffnen.',
	dateiname_falsch: 'Der Name der Datei ist keiner einer Aufgabe.',
};
/** @type {Record<string, string>} */
const access = { read: 'nur lesen', write: 'lesen und schreiben' };

export const de = {
	locale: 'de-DE',
	otherLanguage: 'English',
	kinds, times, reasons, why, reasonsShort, sync, syncHints, pulls, fields,
	access, git, faults,

	/* Dates. */
	dayTitle: (/** @type {number} */ weekday, /** @type {string} */ day,
		/** @type {string} */ month) =>
		`${WEEKDAYS[weekday]}, ${+day}. ${MONTHS[+month - 1]}`,
	weekday: (/** @type {number} */ n) => WEEKDAYS[n] ?? '',
	shortDay: (/** @type {number} */ weekday, /** @type {string} */ day,
		/** @type {string} */ month, /** @type {string} */ year) =>
		`${WEEKDAYS[weekday].slice(0, 2)} ${day}.${month}.${year}`,
	longDay: (/** @type {number} */ weekday, /** @type {string} */ day,
		/** @type {string} */ month, /** @type {string} */ year) =>
		`${WEEKDAYS[weekday]}, ${+day}. ${MONTHS[+month - 1]} ${year}`,
	dayAfter: (/** @type {string} */ month) => `${month}.`,
	dayField: (/** @type {string} */ day, /** @type {string} */ month,
		/** @type {string} */ year) => `${day}.${month}.${year}`,
	dayHint: 'fr oder 31.10.',
	dayNumber: (/** @type {string} */ day) => `${day}.`,

	/* The head of the page. */
	skip: 'Zur Woche',
	account: 'Konto',
	logout: 'Abmelden',
	logoutAll: 'Überall abmelden',
	logoutFailed: 'hat nicht geklappt.',
	reload: 'Neu laden',
	reloaded: 'Die Woche ist neu geladen.',
	compose: 'Neue Aufgabe',
	quick: 'Neue Aufgabe in einer Zeile',
	quickHint: 'Steuer machen +privat #finanzen @fr abends !31.10.',
	quickChips: 'Was die Zeile sagt',
	removeChip: (/** @type {string} */ what) => `${what} entfernen`,
	phases: {
		loading: 'wird geladen', fresh: 'aktuell', offline: 'offline',
		error: 'Fehler',
	},

	/* Trouble. */
	troubleTitle: 'Die Woche ist nicht zu laden',
	retryNow: 'Jetzt versuchen',
	requestId: (/** @type {string} */ id) =>
		`Wer diese Seite betreibt, findet den Fehler unter ${id}.`,
	serverOffline: 'Dieses Gerät ist gerade ohne Netz.',
	shownSince: (/** @type {string} */ time) =>
		`Gezeigt wird die Woche von ${time}.`,
	retrying: 'Neuer Versuch läuft …',
	retryIn: (/** @type {number} */ seconds) =>
		`Neuer Versuch von selbst in ${seconds}\u00a0s.`,
	serverSilent: 'Der Server antwortet nicht.',
	serverGone: 'Der Server ist nicht zu erreichen.',
	serverGarbled: 'Die Antwort des Servers ist unverständlich.',
	serverBroke: 'Die Antwort des Servers brach ab.',
	serverNoWeek: 'Die Antwort des Servers ist keine Woche.',
	serverStatus: (/** @type {number} */ status) =>
		`Der Server antwortet mit ${status}.`,
	notUnderstood: 'Die Seite hat die Antwort nicht verstanden.',

	/* The door. */
	doorTitle: 'Bitte anmelden',
	doorMore: 'Die Aufgaben sieht nur, wem sie gehören.',
	doorButton: 'Mit GitHub anmelden',
	doorShutTitle: 'Kein Zugang',
	doorShutMore: 'Wer diese Seite betreibt, kann das ändern. Um ein anderes ' +
		'Konto zu nehmen, melde dich erst bei GitHub ab.',
	doorShutButton: 'Mit einem anderen Konto anmelden',

	/* The week. */
	week: 'Woche',
	weekLabel: 'Die Woche. Pfeiltasten gehen von Platz zu Platz.',
	firstLoad: 'Die Woche wird geladen …',
	nextDays: 'Die nächsten Tage',
	weeks: 'Wochen',
	weekBefore: 'Eine Woche zurück',
	weekAfter: 'Eine Woche weiter',
	toBoard: 'Zu heute',
	doneToday: 'Heute erledigt',
	span: (/** @type {string} */ day, /** @type {string} */ month,
		/** @type {string} */ lastDay, /** @type {string} */ lastMonth,
		/** @type {string} */ year) =>
		`${+day}.${month === lastMonth ? '' : ` ${MONTHS[+month - 1]}`} bis ` +
		`${+lastDay}. ${MONTHS[+lastMonth - 1]} ${year}`,
	copyDay: 'Tag kopieren',
	dayCopied: 'kopiert.',
	copyFailed: 'nicht kopiert: der Browser erlaubt es nicht.',
	emptyDay: 'Nichts.',

	/* Search. */
	search: 'Suchen',
	searchHint: 'Text, #tag, +privat',
	searchNone: 'Nichts gefunden.',
	searchFound: (/** @type {number} */ n) => count(n, 'Aufgabe', 'Aufgaben'),
	searchTexts: 'Auch in den Texten suchen',
	searchUnread: (/** @type {number} */ n) =>
		`In ${n} älteren wurde der Text nicht durchsucht.`,
	nowAt: (/** @type {string} */ time) => `Jetzt · ${time}`,
	dayOver: 'Für heute ist kein Platz mehr.',
	restOfDay: 'Der Rest des Tages',
	free: 'frei',
	freeHint: 'Aufgabe mit diesem festen Platz anlegen',
	freeLabel: (/** @type {string} */ day, /** @type {string} */ time) =>
		`frei: ${day}, ${time}. Aufgabe hier anlegen`,
	leftToday: (/** @type {number} */ n) => n === 0 ? 'Heute nichts mehr' :
		`Noch ${count(n, 'Aufgabe', 'Aufgaben')} heute`,
	leftWeek: (/** @type {number} */ n) => `${n} in sieben Tagen`,
	waiting: (/** @type {number} */ n) => `${n} ohne Platz`,
	overdue: (/** @type {number} */ n) =>
		count(n, 'fester Platz ist vorbei', 'feste Plätze sind vorbei'),
	unpinAll: 'Alle lösen',
	look: 'Ansehen',
	open: 'Öffnen',
	moreBoxes: (/** @type {number} */ n) =>
		`und ${count(n, 'weiterer Punkt', 'weitere Punkte')}`,
	fetching: (/** @type {number} */ n) => n === 0 ?
		'Deine Aufgaben werden geholt …' :
		`Deine Aufgaben werden geholt … ${n} ${n === 1 ? 'ist' : 'sind'} schon da.`,
	fetchingOf: (/** @type {number} */ done, /** @type {number} */ of) =>
		`Deine Aufgaben werden geholt … ${done} von ${of} sind schon da.`,
	notFetched: 'Die Aufgaben konnten noch nicht aus Git geholt werden.',
	nothingOpen: 'Keine offenen Aufgaben',
	nothingYet: 'Noch keine Aufgaben',
	seeProblems: 'Unten steht, welche Dateien nicht gelesen werden konnten.',
	firstStep: 'Die Woche ist frei. Was hier angelegt wird, bekommt von selbst ' +
		'den ersten passenden Platz.',
	firstStepButton: 'Aufgabe anlegen',

	/* A task. */
	until: (/** @type {string} */ day) => `bis ${day}`,
	late: 'liegt nach der Deadline',
	atRisk: 'Deadline in Gefahr',
	fixed: 'fester Platz',
	fixedAt: (/** @type {string} */ day, /** @type {string} */ time) =>
		`fest: ${day} ${time}`,
	pull: 'Pull Request',
	pullNumber: (/** @type {number} */ n) => `Pull Request ${n}`,
	done: 'Erledigt',
	doneLabel: (/** @type {string} */ task) => `${task}: abschließen`,
	isDone: 'abgeschlossen',
	isDoneLabel: (/** @type {string} */ task) => `${task}: abgeschlossen`,
	taskLabel: (/** @type {string} */ task, /** @type {string} */ where) =>
		`${task}, ${where}`,

	/* One task. */
	taskTitle: 'Aufgabe',
	textLoading: 'Der Text wird geladen …',
	isCancelled: 'abgebrochen',
	doneWhen: (/** @type {string} */ when) => `abgeschlossen: ${when}`,
	reopen: 'Wieder öffnen',
	reopenLabel: (/** @type {string} */ task) => `${task}: wieder öffnen`,
	move: 'Verschieben',
	moveLabel: (/** @type {string} */ task) => `${task}: verschieben`,
	editButton: 'Bearbeiten',
	cancelTask: 'Aufgabe abbrechen',
	gitFact: 'Git',
	warning: 'Hinweis',
	file: 'Datei',
	moveTitle: (/** @type {string} */ task) => `„\u2068${task}\u2069“ verschieben`,
	toTomorrow: 'Auf morgen',
	toNextWeek: 'Nächste Woche',
	unpin: 'Festen Platz lösen',
	otherDay: 'Anderer Tag',
	placeLabel: (/** @type {string} */ day, /** @type {string} */ time,
		/** @type {string} */ what) => `${day}, ${time}: ${what}`,
	placeHere: 'hier steht sie',
	nothingShifts: 'Keine andere Aufgabe rückt.',
	shifts: (/** @type {string[]} */ all, /** @type {number} */ more) =>
		`Dadurch rückt: ${all.join('; ')}${more > 0 ?
			`; und ${more} weitere` : ''}.`,
	shiftOut: (/** @type {string} */ task) => `„${task}“ hat dann keinen Platz`,
	shift: (/** @type {string} */ task, /** @type {string} */ where) =>
		`„${task}“ auf ${where}`,

	/* Lists. */
	unplaced: 'Ohne Platz',
	problems: 'Dateien mit Fehlern',
	problemsNote: 'Sie stehen unverändert im Ordner; die übrigen Aufgaben ' +
		'berührt das nicht.',
	line: (/** @type {number} */ n) => `Zeile ${n}`,
	others: (/** @type {number} */ n) =>
		`${count(n, 'weitere Datei', 'weitere Dateien')} im Ordner: ` +
		'keine Aufgaben.',
	more: (/** @type {number} */ n) => `${n} weitere zeigen`,
	leftOut: (/** @type {number} */ n) => `und ${n} weitere, für die kein Platz ist`,

	/* Keys. */
	keys: 'Tastenkürzel',
	keysOn: 'Tastenkürzel benutzen',
	keysNote: 'In Feldern gilt nur Strg/⌘ K.',
	keyArrows: 'von Aufgabe zu Aufgabe, von Platz zu Platz',
	keyOpen: 'die Aufgabe öffnen',
	keyEdit: 'die Aufgabe bearbeiten',
	keyMove: 'die Aufgabe verschieben',
	keyDone: 'die Aufgabe abschließen',
	keyQuick: 'neue Aufgabe in einer Zeile',
	keySync: 'mit Git abgleichen',
	keyToday: 'zu dem, was jetzt dran ist',
	keySearch: 'suchen',
	keyWeeks: 'eine Woche zurück, eine weiter',
	keyCopy: 'den Tag kopieren',
	keyUndo: 'die letzte Änderung zurücknehmen',
	keyChord: 'Strg/⌘ K',
	palette: 'Befehl oder Aufgabe',
	keyHelp: 'diese Liste',

	/* What happened to a change. */
	undo: 'Rückgängig',
	show: 'Zeigen',
	retry: 'Erneut versuchen',
	closeMessage: 'Meldung schließen',
	nothingToUndo: 'Nichts zurückzunehmen.',
	changing: {
		complete: (/** @type {string} */ when) => `abgeschlossen, ${when}.`,
		create: 'wird angelegt …', edit: 'geändert.', move: '',
		cancel: 'abgebrochen.', reopen: 'wieder offen.', tick: 'Haken geändert.',
		decide: '',
	},
	taskMoved: (/** @type {number} */ id, /** @type {string} */ what) =>
		`Aufgabe ${id} ${what}`,
	movedTo: (/** @type {string} */ day, /** @type {string} */ time) =>
		`auf ${day} ${time}.`,
	released: 'hat keinen festen Platz mehr.',
	undoing: {
		complete: 'wieder offen.', create: 'zurückgenommen.',
		edit: 'wieder wie vorher.', move: 'wieder am alten Platz.',
		cancel: 'wieder offen.', reopen: 'wieder wie vorher.',
		tick: 'Haken wieder wie vorher.', decide: '',
	},
	failed: {
		complete: 'nicht abgeschlossen.', create: 'nicht angelegt.',
		edit: 'nicht geändert.', move: 'nicht verschoben.',
		cancel: 'nicht abgebrochen.', reopen: 'nicht wieder geöffnet.',
		tick: 'Haken nicht geändert.', decide: 'nicht entschieden.',
	},
	undoFailed: 'nicht zurückgenommen.',
	othersFailed: (/** @type {number} */ n) =>
		`${count(n, 'weitere Änderung', 'weitere Änderungen')} auch nicht.`,
	undoNext: (/** @type {string} */ title, /** @type {string} */ what) =>
		`Davor: „${title}“ ${what}`,
	unsure: 'Ob es angekommen ist, zeigt erst die neu geladene Woche.',
	created: (/** @type {string} */ id) => `angelegt mit der Nummer ${id}.`,
	createdAt: (/** @type {string} */ id, /** @type {string} */ where) =>
		`angelegt mit der Nummer ${id}, ${where}.`,
	placeAt: (/** @type {string} */ day, /** @type {string} */ time) =>
		`${day}, ${time}`,
	displaced: (/** @type {number} */ more) => more > 0 ?
		`und ${count(more, 'weitere Aufgabe haben', 'weitere Aufgaben haben')} ` +
		'keinen Platz mehr.' : 'hat keinen Platz mehr.',
	placeNone: 'wartet unter „Ohne Platz“',
	placeLater: 'erscheint beim nächsten Laden',
	mineStays: 'Deine Fassung gilt und geht mit dem nächsten Abgleich nach Git.',
	theirsStays: 'Es gilt, was in Git steht.',

	/* Git. */
	syncButton: 'Mit Git abgleichen',
	gitMore: 'Ansehen',
	syncAsking: 'Abgleich läuft …',
	lastSync: 'Letzter Abgleich',
	head: 'Stand in Git',
	loadedAt: 'Woche geladen',
	user: 'Angemeldet als',
	never: 'noch nie',
	todo,
	syncWaiting: 'Der Abgleich läuft noch …',
	syncOver: 'Der Abgleich ist fertig.',
	syncNothing: 'Abgeglichen: nichts zu tun.',
	syncFailed: 'Der Abgleich ist nicht gelungen.',
	fetched: (/** @type {number} */ n) => `${n} geholt`,
	pushed: (/** @type {number} */ n) => `${n} gesendet`,
	removed: (/** @type {number} */ n) => `${n} entfernt`,
	inPulls: (/** @type {number} */ n) =>
		count(n, 'im Pull Request', 'in Pull Requests'),
	newConflicts: (/** @type {number} */ n) => count(n, 'Konflikt', 'Konflikte'),
	possibleAt: (/** @type {string} */ time, /** @type {number} */ seconds) =>
		`Möglich ab ${time}, in ${count(seconds, 'Sekunde', 'Sekunden')}.`,
	questionTitle: 'Auch hier entfernen, was in Git fehlt?',
	questionText: 'Solange nichts bestätigt ist, bleiben die Aufgaben hier ' +
		'stehen. Was entfernt wird, liegt noch 30 Tage im Papierkorb des ' +
		'Speichers.',
	questionYes: 'Ja, hier entfernen',

	/* Conflicts. */
	conflicts: 'Konflikte mit Git',
	conflictsNote: 'Hier und in Git verschieden geändert. In der Woche steht, ' +
		'was Git hat.',
	moreConflicts: (/** @type {number} */ n) => `${count(n,
		'weiterer Konflikt erscheint', 'weitere Konflikte erscheinen')}, wenn ` +
		'diese entschieden sind.',
	older: 'Eine frühere Fassung derselben Aufgabe.',
	mine: 'Meine Fassung',
	mineGone: 'Diese Fassung gibt es nicht mehr.',
	keepMine: 'Meine behalten',
	theirs: 'Fassung aus Git',
	theirsGone: 'In Git gibt es die Datei nicht mehr.',
	keepTheirs: 'Die aus Git behalten',
	keepRemoved: 'Entfernt lassen',
	removedInGit: 'Hier geändert, in Git gelöscht.',
	differIn: (/** @type {string} */ names) =>
		`Hier und in Git verschieden: ${names}.`,
	differAll: 'Die ganze Datei ist hier und in Git verschieden.',

	/* The form. */
	close: 'Schließen',
	closeForm: 'Schließen, Eingaben bleiben',
	title: 'Titel',
	kind: 'Kategorie',
	kindWorkDays: 'Mo bis Fr',
	kindHomeDays: 'Sa und So',
	tags: 'Tags',
	tagsHint: 'mit Komma getrennt',
	deadline: 'Deadline',
	fixedSlot: 'Fester Platz',
	fixedSlotHint: 'sonst der erste freie',
	editTitle: (/** @type {string} */ id) => `Aufgabe ${id} bearbeiten`,
	draftThere: 'Das war noch nicht gesichert.',
	draftDrop: 'Verwerfen',
	fixedDay: 'Tag des festen Platzes',
	fixedTime: 'Tageszeit des festen Platzes',
	time: 'Zeit',
	body: 'Text',
	bodyHint: 'Markdown',
	create: 'Anlegen',
	save: 'Sichern',
	saving: 'Wird gesichert …',
	changedMeanwhile: 'Die Aufgabe wurde inzwischen geändert. Welche Fassung gilt?',
	theirsNow: 'Jetzige Fassung',
	saveMine: 'Meine sichern',
	takeTheirs: 'Die jetzige nehmen',
	needTitle: 'Bitte einen Titel angeben.',
	needDate: 'Das ist kein Tag: 31.10.2026, 31.10., fr oder morgen.',
	needSlot: 'Ein fester Platz ist ein Tag und eine Tageszeit.',
	wentWrong: 'Das ging nicht.',
	maybeCreated: 'Ob die Aufgabe angekommen ist, ist offen. Noch einmal ' +
		'anlegen ist sicher: sie entsteht nur einmal.',

	/* Tokens. */
	tokens: 'API-Token',
	tokensNote: 'Damit weist sich ein Skript als du aus:',
	tokensApi: 'Was es fragen kann',
	tokensNone: 'Noch keine Token.',
	tokenNew: 'Neuer Token',
	tokenName: 'Name',
	tokenNameHint: 'wofür er ist',
	tokenAccess: 'Was er darf',
	tokenLabel: (/** @type {string} */ name) => `Token ${name}`,
	tokenOnce: ': Der Token ist nur jetzt zu sehen.',
	tokenUsed: (/** @type {string} */ day) => `zuletzt benutzt am ${day}`,
	tokenUnused: 'noch nie benutzt',
	copy: 'Kopieren',
	copied: 'Kopiert',
	copyByHand: 'Bitte von Hand kopieren',
	revoke: 'Widerrufen',
	revokeSure: 'Wirklich widerrufen',
};
