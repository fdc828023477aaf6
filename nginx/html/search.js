// @ts-check
/**
 * search: what a search asks for, and what it finds.
 *
 *	steuer 2025 #haus +privat
 *
 * Each word stands in the title, in the file's name or in a tag; `#` and `+`
 * are those of the quick line, but `#` finds a word of a tag, too, as a tag may
 * have several.  The server looks for the longest word (api.js), the page for
 * all of them; in texts, which are many and not at hand, the server alone looks,
 * and only where a person asks for that.
 */
import { addressOf } from './address.js';
import { card } from './card.js';
import { h } from './dom.js';
import { more, portion } from './lists.js';
import { placeOf } from './pending.js';
import { parseLine } from './quick.js';
import { isoDay, t } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Week} Week
 *
 * @typedef {{ words: string[], tags: string[], kategorie: string }} Search
 */

/**
 * @param {string} text
 * @returns {Search | null} null if it asks for nothing
 */
export function parseSearch(text) {
	const { title, tags, kategorie, parts } = parseLine(text, '01.01.1970');
	const words = [
		...title.split(' '), ...parts.flatMap((part) =>
			part.what === 'kind' || part.what === 'tag' ? [] : part.text.split(/\s+/)),
	].filter(Boolean);
	return words.length + tags.length > 0 || kategorie ?
		{ words, tags, kategorie } : null;
}

/**
 * The tasks that all of a search is true for: open ones by their number, then
 * those that were done last, then those that were called off.
 *
 * @param {Search} search
 * @param {Task[]} tasks
 */
export function narrow({ words, tags, kategorie }, tasks) {
	return tasks.filter((task) => {
		const own = task.tags.map(fold);
		const texts = [fold(task.title), fold(task.file), ...own];
		const parts = [...own, ...own.flatMap((tag) => tag.split(/\s+/))];
		return (!kategorie || task.kategorie === kategorie) &&
			tags.every((tag) => parts.includes(fold(tag))) &&
			words.every((word) =>
				texts.some((text) => text.includes(fold(word))));
	}).sort(compare);
}

/** As the server compares, with one form for each letter.
 * @param {string} text */
const fold = (text) => text.normalize('NFC').toLowerCase()
	.replace(/ß/g, 'ss').replace(/ς/g, 'σ');

const ORDER = ['offen', 'abgeschlossen', 'abgebrochen'];

/** @param {Task} a @param {Task} b */
const compare = (a, b) =>
	ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
	doneDay(b).localeCompare(doneDay(a)) || (a.file < b.file ? -1 : 1);

/** @param {Task} task */
const doneDay = ({ abgeschlossen_am: when }) => when ? isoDay(when.datum) : '';

/**
 * @param {import('./store.js').State} state
 * @param {Task[]} found
 * @param {Task[]} shown the same as the person expects them
 * @param {Week | null} week
 * @param {import('./card.js').Actions} actions
 */
export const searchView = (state, found, shown, week, actions) => [
	h('ul', { class: 'rows columns', role: 'list', 'data-list': 'search' },
		portion(state, 'search', shown).map((task, i) => h('li', {
			'data-key': task.file,
		}, card(state, actions, task, week && placeOf(week, task.file),
			found[i].status !== 'offen')))),
	more(state, actions, 'search', found.length),
	state.found && !state.view.text && parseSearch(state.view.q ?? '')?.words[0] &&
		h('p', { class: 'section-note' }, h('a', {
			class: 'text-button', 'data-view': true,
			href: addressOf({ ...state.view, text: true }),
		}, t.searchTexts)),
];
