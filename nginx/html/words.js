// @ts-check
/**
 * words: the catalogue of the person's language, and dates in it.
 *
 * All text stands in de.js and en.js; `t` is the one that was chosen on the page,
 * else the one for the browser's languages, and the only one that is fetched.
 * Sentences of the server come in both languages (told).  Dates come as
 * `dd.mm.yyyy` in the server's zone and stay calendar dates: they are counted
 * in UTC, so the zone of the browser never moves a day.
 */
import { lasting } from './storage.js';

const CHOICE = 'codex-language';

/** The first language that there is a catalogue for, else German.
 * @param {readonly string[]} languages */
export const firstLanguage = (languages) =>
	languages.map((language) => language.slice(0, 2))
		.find((language) => language === 'de' || language === 'en') ?? 'de';

const language = firstLanguage([lasting.get(CHOICE) ?? '',
	...globalThis.navigator?.languages ?? []]);

export const t = language === 'en' ? (await import('./en.js')).en :
	(await import('./de.js')).de;

/** The page begins anew in its other language, and stays with that. */
export function changeLanguage() {
	lasting.set(CHOICE, language === 'de' ? 'en' : 'de');
	location.reload();
}

export const TIMES = /** @type {import('./api.js').Zeit[]} */ (
	['morgens', 'nachmittags', 'abends']);

/**
 * The catalogue's word for a word of the server, or that itself.
 *
 * @param {Record<string, string>} words
 * @param {string} word
 */
export const wordFor = (words, word) => words[word] ?? word;

/**
 * Put the words into the elements of index.html that name them: `data-t` is
 * the text, `data-t-label` the accessible name, `data-t-hint` the placeholder.
 *
 * @param {Document} document
 */
export function translate(document) {
	document.documentElement.lang = t.locale.slice(0, 2);
	document.getElementById('language')?.setAttribute('lang',
		language === 'de' ? 'en' : 'de');
	for (const node of document.querySelectorAll('[data-t]'))
		node.textContent = wordAt(t, node.getAttribute('data-t') ?? '');
	for (const [from, to] of [
		['data-t-label', 'aria-label'], ['data-t-hint', 'placeholder'],
	])
		for (const node of document.querySelectorAll(`[${from}]`))
			node.setAttribute(to, wordAt(t, node.getAttribute(from) ?? ''));
}

/**
 * `kinds.arbeit` of a catalogue.
 *
 * @param {any} words
 * @param {string} key
 * @returns {string}
 */
export const wordAt = (words, key) =>
	key.split('.').reduce((part, name) => part?.[name], words);

/**
 * `Status, Text` for `status, body`.
 *
 * @param {string} fields
 */
export const fieldWords = (fields) => fields.split(', ')
	.map((field) => wordFor(t.fields, field)).join(', ');

/**
 * A sentence of the server in the language of the page; nothing where it has
 * none in that.
 *
 * @param {string | null} [german]
 * @param {string | null} [english]
 * @param {typeof t} [words]
 */
export const told = (german, english, words = t) =>
	(words.locale === 'de-DE' ? german : english) ?? '';

/**
 * How the tasks stand to Git, in sentences: first the one that matters most,
 * then why.  Before the first sync nobody knows which of them Git has.
 *
 * @param {import('./api.js').Sync} sync
 * @param {typeof t} [words]
 * @returns {string[]}
 */
export function gitWords({ code, pending, pulls, conflicts, lastSyncAt, reason,
	reasonEnglish, progress }, words = t) {
	const why = told(reason, reasonEnglish, words);
	const state = progress ? words.git.progress(progress.done, progress.of) :
		words.git.states[code] ?? '';
	const counted = [
		pending > 0 && lastSyncAt && words.git.pending(pending),
		pulls > 0 && (code === 'abgelehnt' ? words.git.declined(pulls) :
			words.git.pulls(pulls)),
		conflicts > 0 && words.git.conflicts(conflicts),
	];
	if (code === 'konflikte')
		counted.reverse();
	/* A reason may begin with what the state says. */
	const [first, ...rest] = [!why.startsWith(state.slice(0, -1)) && state,
		...counted].filter(Boolean);
	return /** @type {string[]} */ ([first, why, ...rest].filter(Boolean));
}

/**
 * What a sync has done, in a sentence.
 *
 * @param {import('./api.js').SyncDone} done
 */
export function syncWords({ changed, removed, pushed, pulls, conflicts }) {
	const more = [
		pulls > 0 && t.inPulls(pulls),
		conflicts > 0 && t.newConflicts(conflicts),
	].filter(Boolean);
	if (changed + removed + pushed + more.length === 0)
		return t.syncNothing;
	return `${[t.fetched(changed), t.pushed(pushed), t.removed(removed),
		...more].join(', ')}.`;
}

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

/** 0 = Sunday. @param {string} datum */
export function weekdayOf(datum) {
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
	return t.shortDay(weekdayOf(datum), day, month,
		year === splitDay(today).year ? '' : year);
}

/**
 * `Sonntag, 22. November`.
 *
 * @param {string} datum
 */
export function dayTitle(datum) {
	const { day, month } = splitDay(datum);
	return t.dayTitle(weekdayOf(datum), day, month);
}

/**
 * `Sonntag, 22. November 2026`.
 *
 * @param {string} datum
 */
export function longDay(datum) {
	const { day, month, year } = splitDay(datum);
	return t.longDay(weekdayOf(datum), day, month, year);
}

/**
 * The browser's own clock, for "when did I last hear from the server".
 *
 * @param {number} at milliseconds since the epoch
 * @param {boolean} [seconds] with them
 */
export function clockTime(at, seconds = false) {
	return new Date(at).toLocaleTimeString(t.locale, {
		hour: '2-digit', minute: '2-digit',
		second: seconds ? '2-digit' : undefined,
	});
}

/**
 * The time, with the day where that is not today.
 *
 * @param {number} at
 */
export function whenOf(at) {
	const day = dateOf(new Date(at).toISOString());
	return day === dateOf(new Date().toISOString()) ? clockTime(at) :
		`${day}, ${clockTime(at)}`;
}

/**
 * `22.11.2026`, as the browser's calendar has it.
 *
 * @param {string} iso an instant
 */
export function dateOf(iso) {
	return new Date(iso).toLocaleDateString(t.locale, {
		day: '2-digit', month: '2-digit', year: 'numeric',
	});
}
