// @ts-check
/**
 * pending: what a person changed, laid over the week that the server gave.
 *
 * Pure: no clock, no network, no page.  A change says which fields of which
 * task it sets (`after`); the shown week is `project(week, pending)`.  Where a
 * task is put down here is a guess that the next week from the server ends.
 *
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Edit} Edit
 *
 * @typedef {'complete' | 'create' | 'edit' | 'move' | 'cancel' | 'reopen' |
 *	'tick' | 'decide'} Verb which sentence of the catalogue tells of it
 *
 * @typedef {object} Change
 * @property {Verb} verb
 * @property {string} file '' for a creation without an answer
 * @property {string} title
 * @property {Task | null} task before the change, or as it was created
 * @property {Place | null} place where it stood, or shall stand
 * @property {Partial<Task>} after the fields that the change sets
 * @property {Edit} request
 * @property {'asking' | 'stored' | 'failed'} step
 * @property {number} hold so many ms no other task moves
 * @property {number} heldUntil when that is over
 * @property {number} storedAt when the answer came, as Store.moment() counts
 * @property {boolean} lost no answer came, so it may have happened
 * @property {boolean} [idle] the server had it so before
 * @property {Task} [was] with the file as it was read before the change, until
 *	an answer says what of it was replaced
 * @property {Change} [undoes] the change that this one takes back
 * @property {{ id: string } | null} made the answer to a creation
 * @property {import('./api.js').Piece} [undo] what brings the old bytes back
 * @property {{ line: number, checked: boolean }} [tick] of which box
 * @property {string} [group] changes with the same one are taken back together
 * @property {{ copy: string, take: 'mine' | 'theirs' }} [decision]
 */

/** @type {Record<string, (dayOfWeek: number) => boolean>} */
const DAYS_OF_KIND = {
	arbeit: (dayOfWeek) => dayOfWeek >= 1 && dayOfWeek <= 5,
	privat: (dayOfWeek) => dayOfWeek === 0 || dayOfWeek === 6,
};

/**
 * Return the week as the person expects to see it.  The argument stays as it
 * is, and is the result if nothing is pending.
 *
 * @param {Week} week
 * @param {Change[]} pending oldest first
 * @returns {Week}
 */
export function project(week, pending) {
	if (pending.length === 0)
		return week;
	const shown = {
		...week,
		timeline: week.timeline.map((day) => ({
			...day, slots: day.slots.map((slot) => ({ ...slot })),
		})),
		unplaced: [...week.unplaced],
	};
	for (const change of pending)
		if (change.task)
			lay(shown, change.task, change);
	return shown;
}

/**
 * The same for a week that is not the one from today on: only what stands in
 * it, or is moved into it, changes there.
 *
 * @param {Week} week
 * @param {Change[]} pending
 */
export function projectOther(week, pending) {
	const files = new Set(allTasks(week).map(({ file }) => file));
	return project(week, pending.filter(({ file, after }) => files.has(file) ||
		(after.fixedSlot && slotAt(week, after.fixedSlot))));
}

/**
 * Return true while the shown week must keep still: a request is under way, or
 * a struck card still offers to be taken back.
 *
 * @param {Change[]} pending
 * @param {number} now
 */
export const isHeld = (pending, now) => pending.some((change) =>
	change.step === 'asking' || change.heldUntil > now);

/**
 * When the last hold is over; 0 if nothing is held.
 *
 * @param {Change[]} pending
 */
export const heldUntil = (pending) =>
	Math.max(0, ...pending.map((change) => change.heldUntil));

/**
 * Leave out what a week that was asked for at `askedAt` already has.
 *
 * @param {Change[]} pending
 * @param {number} askedAt
 */
export const unsettled = (pending, askedAt) => pending.filter((change) =>
	change.step === 'asking' || change.storedAt > askedAt);

/**
 * A week that says of no task that Git lacks it.
 *
 * @template {Week} W
 * @param {W} week
 * @returns {W}
 */
export function withoutLacks(week) {
	const bare = (/** @type {Task} */ task) =>
		task.sync === 'pending' ? { ...task, sync: 'clean' } : task;
	if (!allTasks(week).some(({ sync }) => sync === 'pending'))
		return week;
	return {
		...week, unplaced: week.unplaced.map(bare),
		timeline: week.timeline.map((day) => ({
			...day, slots: day.slots.map((slot) => ({
				...slot, task: slot.task && bare(slot.task),
			})),
		})),
	};
}

/**
 * @param {Week} week
 * @returns {Task[]} those in slots first, then the unplaced ones
 */
export function allTasks(week) {
	const placed = week.timeline.flatMap((day) => day.slots.flatMap((slot) =>
		[...slot.done ?? [], ...slot.task ? [slot.task] : []]));
	return [...placed, ...week.unplaced];
}

/**
 * A task as the person expects it, also one that is in no week.
 *
 * @param {Task} task
 * @param {Change[]} pending
 */
export const projectTask = (task, pending) => pending
	.filter(({ file }) => file === task.file)
	.reduce((shown, { after }) => ({ ...shown, ...after }), task);

/**
 * Boxes that were ticked and whose answer is still to come.
 *
 * @param {Change[]} pending
 * @param {string} file
 */
export const ticksOf = (pending, file) => new Map(pending.flatMap((change) =>
	change.file === file && change.step === 'asking' && change.tick ?
		[[change.tick.line, change.tick.checked]] : []));

/**
 * Where a task stands; null for one without a slot, or that is not there.
 *
 * @param {Week} week
 * @param {string} file
 * @returns {Place | null}
 */
export function placeOf(week, file) {
	for (const { datum, slots } of week.timeline)
		for (const { zeit, task } of slots)
			if (task?.file === file)
				return { datum, zeit };
	return null;
}

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
 * @param {Week} week is changed
 * @param {Task} known
 * @param {Change} change
 */
function lay(week, known, { place, after }) {
	const there = allTasks(week).find((task) => task.file === known.file);
	const next = { ...there ?? known, ...after };
	const moves = after.fixedSlot !== undefined || !there;
	if (next.status === 'abgebrochen') {
		take(week, known.file);
	} else if (!moves) {
		swap(week, next);
	} else if (there || next.status === 'offen') {
		take(week, known.file);
		put(week, next, after.fixedSlot ?? place);
	}
}

/**
 * Tasks that had a slot, and have none in a newer week though they are open.
 *
 * @param {Week} before
 * @param {Week} after
 */
export const displaced = (before, after) => after.unplaced.filter(({ file }) =>
	placeOf(before, file) !== null);

/** @param {Week} week @param {Task} next */
function swap(week, next) {
	for (const slot of week.timeline.flatMap((day) => day.slots)) {
		if (slot.task?.file === next.file)
			slot.task = next;
		if (slot.done)
			slot.done = slot.done.map((task) =>
				task.file === next.file ? next : task);
	}
	week.unplaced = week.unplaced.map((task) =>
		task.file === next.file ? next : task);
}

/** @param {Week} week @param {string} file */
function take(week, file) {
	for (const slot of week.timeline.flatMap((day) => day.slots))
		if (slot.task?.file === file)
			slot.task = null;
	week.unplaced = week.unplaced.filter((task) => task.file !== file);
}

/**
 * Put a task into the slot that is meant, else into the first free one of its
 * kind, else into the list.  A fixed task sends away one that is not.
 *
 * @param {Week} week
 * @param {Task} task
 * @param {Place | null} place
 */
function put(week, task, place) {
	const meant = place && slotAt(week, place);
	const away = meant?.task && task.isFixed && !meant.task.isFixed ?
		meant.task : null;
	if (meant && (!meant.task || away)) {
		meant.task = task;
		if (away)
			put(week, away, null);
		return;
	}
	const free = task.isFixed ? undefined : firstFree(week, task.kategorie);
	if (free)
		free.task = task;
	else
		week.unplaced = [...week.unplaced, { ...task, reason: reasonOf(week,
			task, !!meant) }].sort((a, b) => a.id.localeCompare(b.id));
}

/**
 * A week of other days, with all open tasks placed there as the server would:
 * those with a fixed slot, then the others by number.
 *
 * @param {Week} week
 * @param {import('./api.js').Day[]} timeline without tasks, from today on
 * @returns {Week}
 */
export function placeAnew(week, timeline) {
	const next = {
		...week, timeline, weekStart: timeline[0].datum,
		unplaced: /** @type {Task[]} */ ([]),
	};
	const open = allTasks(week).filter(({ status }) => status === 'offen')
		.sort((a, b) => a.file < b.file ? -1 : 1);
	for (const fixed of [true, false])
		for (const { reason: _, why: __, ...task } of open)
			if (task.isFixed === fixed)
				put(next, task, task.fixedSlot);
	return next;
}

/**
 * Design.md 4: why a task has no slot.
 *
 * @param {Week} week
 * @param {Task} task
 * @param {boolean} taken its fixed slot is another's
 */
function reasonOf(week, { isFixed, fixedSlot }, taken) {
	if (!isFixed || !fixedSlot)
		return 'kein_platz';
	if (taken)
		return 'doppelt_belegt';
	return order(fixedSlot.datum) > order(week.weekStart) ?
		'spaeter' : 'ueberfaellig';
}

/** `dd.mm.yyyy` as `yyyymmdd`, which orders as text. @param {string} datum */
const order = (datum) => datum.split('.').reverse().join('');

/** @param {Week} week @param {Place} place */
const slotAt = (week, { datum, zeit }) => week.timeline
	.find((day) => day.datum === datum)?.slots
	.find((slot) => slot.zeit === zeit);

/** @param {Week} week @param {string} kategorie */
const firstFree = (week, kategorie) => week.timeline
	.filter((day) => DAYS_OF_KIND[kategorie]?.(day.dayOfWeek))
	.flatMap((day) => day.slots)
	.find((slot) => !slot.task && !slot.over && slot.zeit !== 'abends');
