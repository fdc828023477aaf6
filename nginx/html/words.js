// @ts-check
/**
 * words: dates and wire values as German text.
 *
 * Dates come as `dd.mm.yyyy` in the server's zone and stay calendar dates:
 * they are counted in UTC, so the zone of the browser never moves a day.
 */

export const TIMES = ['morgens', 'nachmittags', 'abends'];

const WEEKDAYS = [
	'Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag',
	'Samstag',
];

const MONTHS = [
	'Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli', 'August',
	'September', 'Oktober', 'November', 'Dezember',
];

/** @type {Record<string, string>} */
const KINDS = { arbeit: 'Arbeit', privat: 'Privat' };

/** @type {Record<string, string>} */
const REASONS = {
	doppelt_belegt: 'Der feste Platz ist schon vergeben',
	ueberfaellig: 'Der feste Platz ist vorbei',
	kein_platz: 'In dieser Woche ist kein passender Platz mehr frei',
	spaeter: 'Der feste Platz liegt hinter dieser Woche',
};

/** @type {Record<string, string>} */
const SYNC = {
	pending: 'noch nicht in Git',
	pr: 'im Pull Request',
	conflict: 'Konflikt mit Git',
};

/** @type {Record<string, string>} */
const SYNC_TITLES = {
	pending: 'Hier gespeichert; Git hat es noch nicht.',
	pr: 'In Git erst, wenn der Pull Request übernommen ist.',
	conflict: 'Hier und in Git verschieden geändert.',
};

/** @type {Record<string, string>} */
const PULLS = {
	closed: 'nicht übernommen',
	fremd: 'von anderen geändert',
};

/** @type {Record<string, string>} */
const FIELDS = {
	typ: 'Typ', kategorie: 'Kategorie', status: 'Status', tags: 'Tags',
	deadline: 'Deadline', fixedSlot: 'fester Platz',
	abgeschlossen_am: 'Abschluss', body: 'Text', '#': 'Kommentare',
};

/** Reasons in the order in which they ask for attention. */
export const REASON_ORDER = Object.keys(REASONS);

/** @param {string} kind */
export const kindWord = (kind) => KINDS[kind] ?? kind;

/** @param {string} reason */
export const reasonWord = (reason) => REASONS[reason] ?? reason;

/** @param {string} state */
export const syncWord = (state) => SYNC[state] ?? state;

/** @param {string} state */
export const syncTitle = (state) => SYNC_TITLES[state] ?? '';

/** @param {string} state of a pull request; '' for an open one */
export const pullWord = (state) => PULLS[state] ?? '';

/**
 * `Status, Text` for `status, body`.
 *
 * @param {string} fields
 */
export const fieldWords = (fields) => fields.split(', ')
	.map((field) => FIELDS[field] ?? field).join(', ');

/**
 * What a sync has done, in a sentence.
 *
 * @param {import('./api.js').SyncDone} done
 */
export function syncWords({ changed, removed, pushed, pulls, conflicts }) {
	const more = [
		pulls > 0 && count(pulls, 'im Pull Request', 'in Pull Requests'),
		conflicts > 0 && count(conflicts, 'Konflikt', 'Konflikte'),
	].filter(Boolean);
	if (changed + removed + pushed + more.length === 0)
		return 'Abgeglichen: nichts zu tun.';
	return `${[`${changed} geholt`, `${pushed} gesendet`, `${removed} entfernt`,
		...more].join(', ')}.`;
}

/** @param {number} dayOfWeek 0 = Sunday */
export const weekdayWord = (dayOfWeek) => WEEKDAYS[dayOfWeek] ?? '';

/**
 * `dd.mm.yyyy` taken apart.
 *
 * @param {string} datum
 */
export function splitDay(datum) {
	const [day, month, year] = datum.split('.');
	return { day, month, year };
}

/**
 * `dd.mm.yyyy` as `yyyy-mm-dd`, which orders as text.
 *
 * @param {string} datum
 */
export function isoDay(datum) {
	const { day, month, year } = splitDay(datum);
	return `${year}-${month}-${day}`;
}

/**
 * `yyyy-mm-dd`, as date inputs give it, as `dd.mm.yyyy`.
 *
 * @param {string} iso
 */
export function germanDay(iso) {
	const [year, month, day] = iso.split('-');
	return `${day}.${month}.${year}`;
}

/** @param {string} datum */
function weekdayOf(datum) {
	const { day, month, year } = splitDay(datum);
	return new Date(Date.UTC(+year, +month - 1, +day)).getUTCDay();
}

/**
 * `Di 01.12.`, with the year only where it is another than today's.
 *
 * @param {string} datum
 * @param {string} today
 */
export function shortDay(datum, today) {
	const { day, month, year } = splitDay(datum);
	const tail = year === splitDay(today).year ? '' : year;
	return `${weekdayWord(weekdayOf(datum)).slice(0, 2)} ${day}.${month}.${tail}`;
}

/**
 * `Sonntag, 22. November 2026`.
 *
 * @param {string} datum
 */
export function longDay(datum) {
	const { day, month, year } = splitDay(datum);
	const weekday = weekdayWord(weekdayOf(datum));
	return `${weekday}, ${+day}. ${MONTHS[+month - 1]} ${year}`;
}

/**
 * `1 Aufgabe`, `2 Aufgaben`.
 *
 * @param {number} n
 * @param {string} one
 * @param {string} many
 */
export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/**
 * The browser's own clock, for "when did I last hear from the server".
 *
 * @param {number} at milliseconds since the epoch
 * @param {boolean} [seconds] with them
 */
export function clockTime(at, seconds = false) {
	return new Date(at).toLocaleTimeString('de-DE', {
		hour: '2-digit', minute: '2-digit',
		second: seconds ? '2-digit' : undefined,
	});
}

/**
 * `22.11.2026`, as the browser's calendar has it.
 *
 * @param {string} iso an instant
 */
export function dateOf(iso) {
	return new Date(iso).toLocaleDateString('de-DE', {
		day: '2-digit', month: '2-digit', year: 'numeric',
	});
}
