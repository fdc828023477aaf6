// @ts-check
/**
 * card: one task, wherever it stands.
 */
import { foreign, h } from './dom.js';
import { kindWord, shortDay, syncWord } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./store.js').State} State
 *
 * What a click may ask for; app.js says how it is done.
 * @typedef {object} Actions
 * @property {(task: Task, place: Place | null) => void} complete
 * @property {(place: Place | null) => void} compose open the create form
 * @property {(list: string) => void} showMore
 */

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Task} task
 * @param {Place | null} place its slot; null for an unplaced one
 */
export function card(state, actions, task, place) {
	const step = state.leaving.get(task.file);
	const today = state.week?.weekStart ?? '';
	return h('article', {
		class: 'task', tabindex: -1, 'data-key': task.file,
		'data-kategorie': task.kategorie, 'data-step': step,
		'data-fresh': task.file === state.fresh,
	},
	h('p', { class: 'task-head' },
		h('span', { class: 'task-id' }, task.id), ' ',
		h('span', { class: 'task-kind' }, kindWord(task.kategorie))),
	h('h4', { class: 'task-title' }, foreign(task.title)),
	marks(task, place, today),
	task.warning && h('p', { class: 'task-warning' }, foreign(task.warning)),
	doneButton(actions, task, place, step));
}

/**
 * @param {Task} task
 * @param {Place | null} place
 * @param {string} today
 */
function marks(task, place, today) {
	const items = [
		task.isFixed && ['fixed', fixedText(task, place, today)],
		task.deadline && ['deadline', `bis ${shortDay(task.deadline, today)}`],
		task.deadlineRisk && ['risk', place ?
			'liegt nach der Deadline' : 'Deadline in Gefahr'],
		task.sync !== 'clean' && task.sync && ['sync', syncWord(task.sync)],
		...task.tags.map((tag) => ['tag', foreign(`#${tag}`)]),
	].filter(Array.isArray);
	return items.length > 0 && h('ul', { class: 'marks', role: 'list' },
		items.map(([kind, text]) =>
			h('li', { class: `mark mark-${kind}` }, text)));
}

/**
 * @param {Task} task
 * @param {Place | null} place
 * @param {string} today
 */
function fixedText(task, place, today) {
	if (place || !task.fixedSlot)
		return 'fester Platz';
	const { datum, zeit } = task.fixedSlot;
	return `fest: ${shortDay(datum, today)} ${zeit}`;
}

/**
 * `aria-disabled` and not `disabled`: the keyboard keeps its place.
 *
 * @param {Actions} actions
 * @param {Task} task
 * @param {Place | null} place
 * @param {'asking' | 'done' | undefined} step
 */
function doneButton(actions, task, place, step) {
	const name = { asking: 'wird abgeschlossen', done: 'abgeschlossen' };
	return h('button', {
		type: 'button', class: 'done', 'data-key': `done ${task.file}`,
		title: step ? name[step] : 'Abschließen', 'aria-disabled': step && 'true',
		'aria-label': `${task.id} ${task.title}: ${step ? name[step] : 'abschließen'}`,
		click: () => step || actions.complete(task, place),
	});
}
