// @ts-check
/**
 * lists: what has no slot, and what is no task.
 */
import { card } from './card.js';
import { foreign, h } from './dom.js';
import { t, told } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Problem} Problem
 * @typedef {import('./store.js').State} State
 * @typedef {import('./card.js').Actions} Actions
 */

/** So many at first, and so many more with each press of the button. */
export const PORTION = 60;

/**
 * Tasks that wait, in the order of their numbers.  Those whose fixed slot is
 * over stand under today.
 *
 * @param {Task[]} tasks
 */
export const waiting = (tasks) => tasks
	.filter(({ reason }) => reason !== 'ueberfaellig')
	.sort((a, b) => a.file < b.file ? -1 : 1);

/**
 * @param {State} state
 * @param {Task[]} tasks that wait
 * @param {Actions} actions
 */
export const unplacedView = (state, tasks, actions) => [
	h('ul', { class: 'rows columns', role: 'list', 'data-list': 'unplaced' },
		portion(state, 'unplaced', tasks).map((task) =>
			h('li', { 'data-key': task.file }, card(state, actions, task, null)))),
	more(state, actions, 'unplaced', tasks.length),
];

/**
 * How many wait only because there is no room.
 *
 * @param {Task[]} tasks
 */
export function waitingNote(tasks) {
	const n = tasks.filter(({ reason }) => reason === 'kein_platz').length;
	return n > 0 ? `${t.reasons.kein_platz}: ${n}` : '';
}

/**
 * @param {State} state
 * @param {Problem[]} problems
 * @param {Actions} actions
 */
export const problemsView = (state, problems, actions) => [
	h('ul', { class: 'problems', role: 'list', 'data-list': 'problems' },
		portion(state, 'problems', problems).map((problem) =>
			h('li', { class: 'problem' },
				h('p', { class: 'problem-file' }, foreign(problem.file),
					problem.line > 0 && h('span', { class: 'problem-line' },
						t.line(problem.line))),
				h('p', null, t.faults[problem.code], ' ',
					told(problem.reason, problem.reasonEnglish))))),
	more(state, actions, 'problems', problems.length),
];

/**
 * @template T
 * @param {State} state
 * @param {string} list
 * @param {T[]} items
 */
export const portion = (state, list, items) =>
	items.slice(0, state.shown[list] ?? PORTION);

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {string} list
 * @param {number} length
 */
export function more(state, actions, list, length) {
	const left = length - (state.shown[list] ?? PORTION);
	return left > 0 && [
		h('button', {
			type: 'button', class: 'button button-quiet', 'data-key': `more ${list}`,
			click: () => actions.showMore(list),
		}, t.more(left)),
		h('p', { class: 'left-out' }, t.leftOut(left)),
	];
}
