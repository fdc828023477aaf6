// @ts-check
/**
 * places: where a task can be moved to.  Pure.
 */
import { addDays } from './quick.js';
import { TIMES } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 */

/** @param {Place} a @param {Place | null} b */
export const samePlace = (a, b) => a.datum === b?.datum && a.zeit === b.zeit;

/**
 * `dd.mm.yyyy zeit`, as `data-slot` has it; null for none.
 *
 * @param {Place | null} place
 */
export const slotKey = (place) => place && `${place.datum} ${place.zeit}`;

/**
 * @param {string} key
 * @returns {Place}
 */
export function placeOfKey(key) {
	const [datum, zeit] = key.split(' ');
	return { datum, zeit: /** @type {Place['zeit']} */ (zeit) };
}

/**
 * The slot some days on: of the same time if no fixed task has it, else the
 * first one of that day that none has.
 *
 * @param {Week} week
 * @param {Place | null} place where the task stands
 * @param {number} days from there, from today if it stands nowhere
 * @returns {Place}
 */
export function placeIn(week, place, days) {
	const datum = addDays(place?.datum ?? week.weekStart, days);
	const zeit = place?.zeit ?? 'morgens';
	const slots = week.timeline.find((day) => day.datum === datum)?.slots ?? [];
	const isOpen = (/** @type {import('./api.js').Slot} */ slot) =>
		!slot.task?.isFixed && (place || !slot.task);
	const found = slots.find((slot) => slot.zeit === zeit && isOpen(slot)) ??
		slots.find(isOpen);
	return { datum, zeit: found?.zeit ?? zeit };
}

/**
 * Which tasks stand elsewhere in another week, but for one.
 *
 * @param {Week} before
 * @param {Week} after
 * @param {string} file of the one that is moved
 * @returns {{ task: Task, to: Place | null }[]}
 */
export function shifted(before, after, file) {
	const places = new Map(after.timeline.flatMap(({ datum, slots }) =>
		slots.flatMap(({ zeit, task }) => task ?
			[[task.file, { datum, zeit }]] : [])));
	return before.timeline.flatMap(({ datum, slots }) =>
		slots.flatMap(({ zeit, task }) => {
			const to = task && (places.get(task.file) ?? null);
			return task && task.file !== file && task.status === 'offen' &&
				!samePlace({ datum, zeit }, to) ? [{ task, to }] : [];
		}));
}

/** The times of a day in their order. */
export const ZEITEN = /** @type {Place['zeit'][]} */ (TIMES);
