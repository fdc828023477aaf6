// @ts-check
/**
 * changes: what a person can do to the week, each as {apply, revert, request}.
 */
import { completeTask, resolveConflict, startSync } from './api.js';
import { isoDay } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./store.js').State} State
 */

/**
 * The slot whose turn it is.  The hours of the slots are a setting of the
 * server, in its zone, so the browser's clock cannot tell.  But the server
 * lists of today (`weekStart`) only what has not ended: the first one runs
 * now, or is the next to begin, until `validUntil`.
 *
 * @param {Week} week
 * @returns {Place | null} null when today has no slot left
 */
export function currentPlace(week) {
	const first = week.timeline[0];
	if (!first || first.datum !== week.weekStart || !first.slots[0])
		return null;
	return { datum: first.datum, zeit: first.slots[0].zeit };
}

/**
 * @param {Week} week
 * @returns {Task[]} those in slots first, then the unplaced ones
 */
export function allTasks(week) {
	const placed = week.timeline.flatMap((day) =>
		day.slots.flatMap((slot) => slot.task ?? []));
	return [...placed, ...week.unplaced];
}

/**
 * When a task counts as done: in its slot if that is not still to come on
 * another day, else in the slot whose turn it is.
 *
 * @param {Week} week
 * @param {Place | null} place where it stands
 * @returns {Place}
 */
function doneAt(week, place) {
	if (place && isoDay(place.datum) <= isoDay(week.weekStart))
		return place;
	return currentPlace(week) ?? { datum: week.weekStart, zeit: 'abends' };
}

/**
 * @param {Week} week
 * @param {Task} task
 * @param {Place | null} place where it stands
 * @returns {import('./store.js').Change<{ completedAt: Place, changed: boolean }>}
 */
export function completion(week, task, place) {
	return {
		apply: (state) => state.leaving.set(task.file, 'asking'),
		revert: (state) => state.leaving.delete(task.file),
		request: () => completeTask(task, doneAt(week, place)),
	};
}

/**
 * What is asked of the server now, or was a moment ago, is not in Git yet.
 *
 * @param {State} state
 * @param {Task} task
 */
export function syncOf(state, task) {
	const hasGit = state.sync !== null && state.sync.state !== 'aus';
	const touched = state.leaving.has(task.file) ||
		[...state.deciding.values()].some(({ file, take }) =>
			file === task.file && take === 'mine');
	return hasGit && touched ? 'pending' : task.sync;
}

/**
 * @param {import('./api.js').Conflict} conflict
 * @param {'mine' | 'theirs'} take
 * @returns {import('./store.js').Change<unknown>}
 */
export function decision(conflict, take) {
	const { file, copy } = conflict;
	return {
		apply: (state) => state.deciding.set(copy, { file, take, step: 'asking' }),
		revert: (state) => state.deciding.delete(copy),
		request: () => resolveConflict(conflict, take),
	};
}

/**
 * @param {boolean} confirm
 * @returns {import('./store.js').Change<import('./api.js').SyncResult>}
 */
export function pressing(confirm) {
	return {
		apply: (state) => Object.assign(state, { syncing: 'asking', note: null }),
		revert: (state) => Object.assign(state, { syncing: '' }),
		request: () => startSync(confirm),
	};
}
