// @ts-check
/**
 * card: one task in a cell or a row, wherever it stands.
 */
import { stemOf } from './api.js';
import { byId, foreign, h, safeLink } from './dom.js';
import { slotKey } from './pending.js';
import { longDay, shortDay, t, told, wordFor } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./store.js').State} State
 *
 * What a click may ask for; app.js says how it is done.
 * @typedef {object} Actions
 * @property {(task: Task) => void} open show all of it
 * @property {(task: Task, place: Place | null) => void} complete
 * @property {(task: Task) => void} reopen
 * @property {(task: Task) => void} move ask where to
 * @property {(task: Task) => void} edit one with its text
 * @property {(task: Task) => void} cancel
 * @property {(task: Task, line: number, checked: boolean) => void} tick
 * @property {(tasks: Task[]) => void} unpin all of them at once
 * @property {(place: Place | null) => void} compose open the create form
 * @property {(list: string) => void} showMore
 * @property {(datum: string) => void} copyDay
 * @property {(conflict: import('./api.js').Conflict,
 *	take: 'mine' | 'theirs') => void} decide
 */

/**
 * What every view of a task says of it.
 *
 * @param {State} state
 * @param {Task} task
 * @param {Place | null} place its slot; null for an unplaced one
 */
export const taskProps = (state, task, place) => ({
	tabindex: -1, 'data-key': task.file, 'data-task': stemOf(task.file),
	'data-state': stateOf(task), 'data-slot': slotKey(place),
	'data-kategorie': task.kategorie, 'data-fresh': task.file === state.fresh,
	'aria-label': t.taskLabel(`${task.id} ${task.title}`, place ?
		t.placeAt(longDay(place.datum), t.times[place.zeit]) : t.placeNone),
});

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Task} task
 * @param {Place | null} place
 * @param {boolean} [wasDone] and can be opened again here; nothing of it
 *	leaves when it is, so that nothing moves
 */
export function card(state, actions, task, place, wasDone = false) {
	const today = state.week?.weekStart ?? '';
	return h('article', { class: 'task', ...taskProps(state, task, place) },
		task.status === 'abgebrochen' ? h('i') : doneButton(actions, task, place),
		/* A day after today has a heading of its own. */
		titleView(actions, task, place && place.datum !== today ? 'h4' : 'h3'),
		task.status === 'offen' && gripView(actions, task),
		marks(task, place, today, wasDone),
		wasDone && h('button', {
			type: 'button', class: 'text-button', 'data-key': `reopen ${task.file}`,
			'aria-label': t.reopenLabel(`${task.id} ${task.title}`),
			'aria-disabled': task.status === 'offen' && 'true',
			click: () => actions.reopen(task),
		}, t.reopen),
		task.warning && h('p', { class: 'task-warning' },
			told(task.warning, task.warningEnglish)));
}

/**
 * The title, which opens the task.
 *
 * @param {Actions} actions
 * @param {Task} task
 * @param {string} tag
 */
export const titleView = (actions, task, tag) =>
	h(tag, { class: 'task-title' }, h('button', {
		type: 'button', class: 'task-open', 'data-key': `open ${task.file}`,
		click: () => actions.open(task),
	}, foreign(task.title)));

/**
 * By it the task is drawn at once (drag.js); a press asks where to.
 *
 * @param {Actions} actions
 * @param {Task} task
 */
const gripView = (actions, task) => h('button', {
	type: 'button', class: 'grip', 'data-key': `grip ${task.file}`,
	title: t.move, 'aria-label': t.moveLabel(`${task.id} ${task.title}`),
	click: () => actions.move(task),
});

/** @param {Task} task */
export const kindMark = ({ kategorie }) => h('span', {
	class: 'task-kind', 'data-kategorie': kategorie,
}, wordFor(t.kinds, kategorie));

/**
 * @param {Task} task with a deadline
 * @param {string} today
 * @param {Place | null} place
 */
export const deadlineText = ({ deadline, deadlineRisk }, today, place) => [
	t.until(shortDay(deadline ?? today, today)),
	deadlineRisk && (place ? t.late : t.atRisk),
].filter(Boolean).join(', ');

/** @param {Task} task */
function stateOf({ status, sync }) {
	if (status !== 'offen')
		return 'done';
	return sync === 'clean' ? 'open' : sync;
}

/**
 * @param {Task} task
 * @param {Place | null} place
 * @param {string} today
 * @param {boolean} [wasDone] so that its fixed slot tells nothing any more
 */
export function marks(task, place, today, wasDone) {
	const { sync, reason, status, abgeschlossen_am: when } = task;
	const items = [
		['id', task.id], ['kind', kindMark(task)],
		task.isFixed && !wasDone && ['fixed', fixedText(task, place, today)],
		task.deadline && ['deadline', t.until(shortDay(task.deadline, today))],
		task.deadlineRisk && ['risk', place ? t.late : t.atRisk],
		sync !== 'clean' && sync && ['sync', syncView(task)],
		...task.tags.map((tag) => ['tag', foreign(`#${tag}`)]),
		!place && reason && ['reason', wordFor(t.reasonsShort, reason)],
		wasDone && !place && ['reason', status === 'offen' ? t.changing.reopen :
			when ? t.doneWhen(`${shortDay(when.datum, today)} ` +
				t.times[when.zeit]) : t.isCancelled],
	].filter(Array.isArray);
	return h('ul', { class: 'marks', role: 'list' }, items.map(([kind, text]) =>
		h('li', { class: `mark mark-${kind}` }, text)));
}

/**
 * How the task stands to Git, with a way to where that is settled.
 *
 * @param {Task} task
 */
export function syncView(task) {
	const { sync } = task;
	const title = t.syncHints[sync] ?? '';
	if (sync === 'conflict')
		return h('a', {
			href: '#conflicts', title, 'data-key': `sync ${task.file}`,
		}, wordFor(t.sync, sync));
	const pull = sync === 'pr' || sync === 'pending' ? task.pr : undefined;
	if (!pull || (sync === 'pending' && pull.state === 'open'))
		return h('span', { title }, wordFor(t.sync, sync));
	const name = pull.number ? t.pullNumber(pull.number) : t.pull;
	const text = [name, t.pulls[pull.state]].filter(Boolean).join(', ');
	return safeLink(pull.url, { title, 'data-key': `sync ${task.file}` }, text);
}

/**
 * @param {Task} task
 * @param {Place | null} place
 * @param {string} today
 */
function fixedText(task, place, today) {
	if (place || !task.fixedSlot)
		return t.fixed;
	const { datum, zeit } = task.fixedSlot;
	return t.fixedAt(shortDay(datum, today), t.times[zeit]);
}

/**
 * `aria-disabled` and not `disabled`: the keyboard keeps its place.  Its word
 * stays when it is done, so that nothing moves.
 *
 * @param {Actions} actions
 * @param {Task} task
 * @param {Place | null} place
 * @param {string} [look] of a button with its word
 */
export function doneButton(actions, task, place, look) {
	const done = task.status !== 'offen';
	const name = `${task.id} ${task.title}`;
	return h('button', {
		type: 'button', class: look ?? 'done', 'data-key': `done ${task.file}`,
		title: done ? t.isDone : t.done, 'aria-disabled': done && 'true',
		'aria-label': !look && (done ? t.isDoneLabel(name) : t.doneLabel(name)),
		click: () => done || actions.complete(task, place),
	}, look && t.done);
}

/**
 * The card of a task on the board.
 *
 * @param {string} file
 * @returns {HTMLElement | null}
 */
export const cardOf = (file) => byId('board')
	.querySelector(`[data-task="${CSS.escape(stemOf(file))}"]`);

/** So far within its edges a card is looked at. */
const INSET_PX = 8;

/**
 * Return true if all of a card is in the window, with nothing over it.
 *
 * @param {HTMLElement} node
 */
export function isInSight(node) {
	const { left, right, top, bottom } = node.getBoundingClientRect();
	return [left + INSET_PX, (left + right) / 2, right - INSET_PX].every((x) =>
		[top + INSET_PX, bottom - INSET_PX].every((y) =>
			node.contains(document.elementFromPoint(x, y))));
}
