// @ts-check
/**
 * lists: what has no slot, and what is no task.
 */
import { card } from './card.js';
import { foreign, h } from './dom.js';
import { REASON_ORDER, t, wordFor } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Problem} Problem
 * @typedef {import('./store.js').State} State
 * @typedef {import('./card.js').Actions} Actions
 */

/** So many at first, and so many more with each press of the button. */
export const PORTION = 60;

/**
 * @param {State} state
 * @param {Task[]} tasks
 * @param {Actions} actions
 */
export function unplacedView(state, tasks, actions) {
	const reasons = new Set([
		...REASON_ORDER, ...tasks.map((task) => task.reason ?? ''),
	]);
	return [...reasons].map((reason) => {
		const group = tasks.filter((task) => (task.reason ?? '') === reason);
		return group.length > 0 && h('section', { class: 'group' },
			h('h3', { class: 'group-title' }, `${wordFor(t.reasons, reason)} `,
				h('span', { class: 'group-count' }, String(group.length))),
			h('ul', {
				class: 'group-tasks', role: 'list', 'data-list':
					reason === 'ueberfaellig' ? 'overdue' : 'unplaced',
			},
				portion(state, reason, group).map((task) =>
					h('li', null, card(state, actions, task, null)))),
			more(state, actions, reason, group.length));
	});
}

/**
 * @param {State} state
 * @param {Problem[]} problems
 * @param {Actions} actions
 */
export function problemsView(state, problems, actions) {
	return [
		h('ul', { class: 'problems', role: 'list', 'data-list': 'problems' },
			portion(state, 'problems', problems).map((problem) =>
				h('li', { class: 'problem' },
					h('p', { class: 'problem-file' }, foreign(problem.file),
						problem.line > 0 && h('span', { class: 'problem-line' },
							t.line(problem.line))),
					h('p', null, foreign(problem.reason))))),
		more(state, actions, 'problems', problems.length),
	];
}

/**
 * @template T
 * @param {State} state
 * @param {string} list
 * @param {T[]} items
 */
function portion(state, list, items) {
	return items.slice(0, state.shown[list] ?? PORTION);
}

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {string} list
 * @param {number} length
 */
function more(state, actions, list, length) {
	const left = length - (state.shown[list] ?? PORTION);
	return left > 0 && h('button', {
		type: 'button', class: 'button button-quiet', 'data-key': `more ${list}`,
		click: () => actions.showMore(list),
	}, t.more(left));
}
