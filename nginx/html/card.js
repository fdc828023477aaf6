// @ts-check
/**
 * card: one task, wherever it stands.
 */
import { syncOf } from './changes.js';
import { foreign, h, safeLink } from './dom.js';
import { kindWord, pullWord, shortDay, syncTitle, syncWord } from './words.js';

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
 * @property {(conflict: import('./api.js').Conflict,
 *	take: 'mine' | 'theirs') => void} decide
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
	marks(task, place, today, syncOf(state, task)),
	task.warning && h('p', { class: 'task-warning' }, foreign(task.warning)),
	doneButton(actions, task, place, step));
}

/**
 * @param {Task} task
 * @param {Place | null} place
 * @param {string} today
 * @param {string} sync
 */
function marks(task, place, today, sync) {
	const items = [
		task.isFixed && ['fixed', fixedText(task, place, today)],
		task.deadline && ['deadline', `bis ${shortDay(task.deadline, today)}`],
		task.deadlineRisk && ['risk', place ?
			'liegt nach der Deadline' : 'Deadline in Gefahr'],
		sync !== 'clean' && sync && ['sync', syncMark(task, sync)],
		...task.tags.map((tag) => ['tag', foreign(`#${tag}`)]),
	].filter(Array.isArray);
	return items.length > 0 && h('ul', { class: 'marks', role: 'list' },
		items.map(([kind, text]) =>
			h('li', { class: `mark mark-${kind}` }, text)));
}

/**
 * How the task stands to Git, with a way to where that is settled.
 *
 * @param {Task} task
 * @param {string} sync
 */
function syncMark(task, sync) {
	const title = syncTitle(sync);
	if (sync === 'conflict')
		return h('a', {
			href: '#conflicts', title, 'data-key': `sync ${task.file}`,
		}, syncWord(sync));
	const pull = sync === 'pr' || sync === 'pending' ? task.pr : undefined;
	if (!pull || (sync === 'pending' && pull.state === 'open'))
		return h('span', { title }, syncWord(sync));
	const name = pull.number ? `Pull Request ${pull.number}` : 'Pull Request';
	const text = [name, pullWord(pull.state)].filter(Boolean).join(', ');
	return safeLink(pull.url, { title, 'data-key': `sync ${task.file}` }, text);
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
