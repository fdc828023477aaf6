// @ts-check
/**
 * changes: what a person can do to a task, each with its request, its inverse
 * and the word by which the catalogue tells of it.  Pure, as pending.js.
 */
import { isoDay } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Draft} Draft
 * @typedef {import('./pending.js').Change} Change
 * @typedef {import('./pending.js').Verb} Verb
 */

/** So long a struck card stays, and its toast. */
export const HOLD_MS = 10_000;

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
 * When a task counts as done: in its slot if that is not still to come on
 * another day, else in the slot whose turn it is.
 *
 * @param {Week} week
 * @param {Place | null} place where it stands
 * @returns {Place}
 */
export function doneAt(week, place) {
	if (place && isoDay(place.datum) <= isoDay(week.weekStart))
		return place;
	return currentPlace(week) ?? { datum: week.weekStart, zeit: 'abends' };
}

/**
 * @param {Week} week
 * @param {Task} task
 * @param {Place | null} place where it stands
 * @returns {Change}
 */
export const completion = (week, task, place) => ({
	...completionAt(task, place, doneAt(week, place)), hold: HOLD_MS,
});

/**
 * @param {Task} task
 * @param {Place | null} place where it stands
 * @param {Place} when it counts as done
 * @returns {Change}
 */
const completionAt = (task, place, when) => ({
	...blank('complete', task, place),
	after: { status: 'abgeschlossen', abgeschlossen_am: when },
	request: {
		method: 'POST', path: `${pathOf(task.file)}/complete`, body: when,
		etag: task.etag,
	},
});

/**
 * @param {Draft} draft
 * @param {string} key Idempotency-Key: the same for each try of one task
 * @returns {Change}
 */
export function creation(draft, key) {
	return {
		...blank('create', null, null), title: draft.title,
		request: { method: 'POST', path: '/api/tasks', body: draft, key },
	};
}

/**
 * A change of fields.  `fields` are those of a PATCH and, but for `body` and
 * `title`, have the names and shapes of a task's members.
 *
 * @param {Verb} verb
 * @param {Task} task
 * @param {Place | null} place
 * @param {Partial<Task>} fields
 * @returns {Change}
 */
export function edit(verb, task, place, fields) {
	const { body: _, ...after } = fields;
	return {
		...blank(verb, task, place),
		after: fields.fixedSlot === undefined ? after :
			{ ...after, isFixed: fields.fixedSlot !== null },
		request: {
			method: 'PATCH', path: pathOf(task.file), body: fields,
			etag: task.etag,
		},
	};
}

/**
 * @param {Task} task
 * @param {Place | null} place the slot to pin to; null unpins
 * @returns {Change}
 */
export const move = (task, place) => edit('move', task, place,
	{ fixedSlot: place });

/**
 * @param {Task} task done or cancelled
 * @param {Place | null} place where it stood
 * @returns {Change}
 */
export const reopening = (task, place) => ({
	...edit('reopen', task, place, { status: 'offen' }),
	after: { status: 'offen', abgeschlossen_am: null },
});

/**
 * Tick a box of the text, or take its tick away.
 *
 * @param {Task} task
 * @param {number} line of the file
 * @param {boolean} checked
 * @returns {Change}
 */
export const ticking = (task, line, checked) => ({
	...blank('tick', task, null), tick: { line, checked }, request: {
		method: 'PATCH', path: pathOf(task.file), etag: task.etag,
		body: { tick: { line, checked } },
	},
});

/**
 * @param {Task} task
 * @param {Place | null} place
 * @returns {Change}
 */
export function cancellation(task, place) {
	return {
		...blank('cancel', task, place), after: { status: 'abgebrochen' },
		request: { method: 'DELETE', path: pathOf(task.file), etag: task.etag },
	};
}

/**
 * @param {import('./api.js').Conflict} conflict its file's stem is never
 *	ambiguous
 * @param {'mine' | 'theirs'} take
 * @returns {Change}
 */
export function decision({ file, copy, etag }, take) {
	return {
		...blank('decide', null, null), file, title: file,
		decision: { copy, take }, request: {
			method: 'POST', path: `${pathOf(file)}/resolve`,
			body: { take, copy }, etag: etag ?? undefined,
		},
	};
}

/**
 * What takes a stored change back.  Its request acts on the content that the
 * change left behind, so it undoes that change and no later one.  It brings the
 * old bytes back where the answer said how, else the old values.
 *
 * @param {Change} change
 * @returns {Change | null} null where the API has no way back
 */
export function inverseOf(change) {
	const { verb, task, place, after, decision: decided, undo } = change;
	if (!task && verb === 'create' && change.lost)
		return {
			...blank('cancel', null, null), title: change.title,
			request: change.request, group: change.group, undoes: change,
		};
	if (!task || decided)
		return null;
	const now = { ...task, ...after };
	const back = verb === 'create' ? cancellation(now, place) :
		fieldsBack(change, now);
	if (undo)
		back.request = {
			...back.request, method: 'PATCH', path: pathOf(now.file), body: { undo },
		};
	return { ...back, group: change.group, undoes: change };
}

/**
 * @param {Change} change
 * @param {Task} now as the change left it
 */
function fieldsBack({ verb, task, place, tick, request }, now) {
	if (tick)
		return ticking(now, tick.line, !tick.checked);
	if (verb === 'reopen' && task?.abgeschlossen_am)
		return completionAt(now, place, task.abgeschlossen_am);
	if (verb === 'complete' || verb === 'cancel')
		return reopening(now, place);
	/** @type {any} */
	const before = {};
	for (const field of Object.keys(request.body ?? {}))
		before[field] = task?.[/** @type {keyof Task} */ (field)];
	return edit(verb, now, before.fixedSlot ?? place, before);
}

/**
 * Whether a task as the server has it shows that a change has happened.
 *
 * @param {Change} change
 * @param {Task} task
 */
export function hasHappened({ after, request, tick, undoes }, task) {
	const { body = {} } = request;
	if ('undo' in body)
		return task.etag === undoes?.request.etag;
	if (task.etag === request.etag)
		return false;
	if (tick)
		return boxesOf(task.nodes ?? []).some(({ line, checked }) =>
			line === tick.line && checked === tick.checked);
	/** @type {any} */
	const fields = request.method === 'PATCH' ? body : after;
	const same = (/** @type {any} */ a, /** @type {any} */ b) =>
		JSON.stringify(a ?? null) === JSON.stringify(b ?? null);
	return Object.keys(fields).every((name) => name === 'etag' ||
		(name === 'body' ? bareBody(fields.body) === bareBody(task.body) :
			same(fields[name], /** @type {any} */ (task)[name])));
}

/**
 * A body without what the server makes of its heading, where the title may
 * stand, and of its line ends.
 *
 * @param {string | null} [body]
 */
const bareBody = (body) => (body ?? '').replaceAll('\r', '')
	.replace(/^\s*#[^\n]*/, '').trim();

/**
 * The boxes of a text, from the first on.
 *
 * @param {import('./api.js').Node[]} nodes
 * @returns {import('./api.js').Node[]}
 */
export const boxesOf = (nodes) => nodes.flatMap((node) => [
	...node.checked === undefined ? [] : [node], ...boxesOf(node.children ?? []),
]);

/**
 * What the answer to a creation and its draft tell of the new task.
 *
 * @param {Draft} draft
 * @param {{ id: string, filename: string, etag: string }} answer
 * @returns {Task}
 */
export function createdTask(draft, { id, filename, etag }) {
	return {
		id, file: filename, etag, title: draft.title,
		kategorie: draft.kategorie, status: 'offen', tags: draft.tags,
		deadline: draft.deadline ?? null, deadlineRisk: false,
		fixedSlot: draft.fixedSlot ?? null, isFixed: !!draft.fixedSlot,
		sync: 'clean',
	};
}

/**
 * @param {Verb} verb
 * @param {Task | null} task
 * @param {Place | null} place
 */
function blank(verb, task, place) {
	return {
		verb, task, place, file: task?.file ?? '', title: task?.title ?? '',
		after: {}, step: /** @type {const} */ ('asking'), hold: 0, heldUntil: 0,
		storedAt: 0, lost: false, made: null,
	};
}

/** @param {string} file */
const pathOf = (file) =>
	`/api/tasks/${encodeURIComponent(file.replace(/\.md$/, ''))}`;
