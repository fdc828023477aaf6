// @ts-check
/**
 * kept: the week that was seen last, to be painted before the server has
 * answered.
 *
 * It is one person's, seen in one login: nginx gives a new mark with each, and
 * what was kept under another one is never shown, nor what was kept by another
 * version of the page or damaged, nor anything once that session must have
 * ended.  It goes at the logout, and where the server lets nobody in.  Where
 * the browser stores nothing, the page just waits for the server.
 */
import { placeAnew } from './pending.js';
import { addDays, DAY_MS } from './quick.js';
import { lasting } from './storage.js';
import { currentTask } from './today.js';
import { TIMES, weekdayOf } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./store.js').State} State
 * @typedef {import('./store.js').Store} Store
 */

const NAME = 'codex-week';
const PARTS = /** @type {const} */ (['heard', 'etag', 'loadedAt', 'validTo',
	'sync', 'me', 'details']);

export class Kept {
	#store;
	/** Of the login that this page is of; another tab may have another one. */
	#mark = markOfLogin();
	/** What was kept last, part by part. */
	#last = /** @type {unknown[]} */ ([]);
	#over = false;

	/** @param {Store} store */
	constructor(store) {
		this.#store = store;
	}

	/** Show what is kept, and keep what comes. */
	start() {
		const known = recall(Date.now());
		if (known)
			this.#store.update(known);
		else
			this.forget();
		this.#store.addEventListener('change', () => this.#keep());
	}

	forget() {
		this.#last = [];
		lasting.drop(NAME);
	}

	/** Nothing is kept any more. */
	end() {
		this.#over = true;
		this.forget();
	}

	#keep() {
		const { state } = this.#store;
		const { phase, heard, sync, me, details } = state;
		if (this.#over || phase !== 'fresh' || !heard ||
			me?.userId !== heard.userId || this.#mark !== markOfLogin())
			return;
		const current = currentTask(heard);
		const text = current && details[current.file];
		const now = [heard, sync, me, text];
		if (now.every((one, i) => one === this.#last[i]))
			return;
		this.#last = now;
		write(this.#mark,
			{ ...state, details: text ? { [text.file]: text } : {} });
	}
}

/** @param {string} mark @param {State} state */
function write(mark, state) {
	const { heard, validTo, me } = state;
	const ahead = Date.parse(heard?.validUntil ?? '') - validTo;
	const text = JSON.stringify({
		page: import.meta.url, mark,
		until: me?.expires ? Date.parse(me.expires) - ahead : null,
		state: Object.fromEntries(PARTS.map((name) => [name, state[name]])),
	});
	lasting.set(NAME, `${sumOf(text)} ${text}`);
}

/**
 * @param {number} now
 * @returns {Partial<State> | null}
 */
function recall(now) {
	try {
		const [, sum, text] =
			/^(-?\d+) (.*)$/s.exec(lasting.get(NAME) ?? '') ?? [];
		if (sum !== String(sumOf(text)))
			return null;
		const { page, mark, until, state } = JSON.parse(text);
		if (page !== import.meta.url || mark !== markOfLogin() ||
			(until !== null && now >= until))
			return null;
		const week = turned(state.heard, state.loadedAt, now);
		return week && {
			...state, heard: week, week, expired: now >= state.validTo,
			etag: week === state.heard ? state.etag : '',
		};
	} catch {
		return null;
	}
}

/** Damage shows in it. @param {string} text */
function sumOf(text) {
	let sum = 0;
	for (let i = 0; i < text.length; i++)
		sum = Math.imul(sum, 31) + text.charCodeAt(i) | 0;
	return sum;
}

/** What nginx gives with each login. */
export const markOfLogin = () =>
	/(?:^|; )cm_mark=([^;]*)/.exec(document.cookie)?.[1] ?? '';

/**
 * A week as it is some days later, if nothing was done meanwhile.
 *
 * @param {Week} week
 * @param {number} from when it came
 * @param {number} to
 * @returns {Week | null} null if the clock was put back
 */
function turned(week, from, to) {
	const midnight = (/** @type {number} */ at) => new Date(at).setHours(0, 0, 0, 0);
	const days = Math.round((midnight(to) - midnight(from)) / DAY_MS);
	if (days <= 0)
		return days === 0 ? week : null;
	const dayOn = (/** @type {number} */ n) => {
		const datum = addDays(week.weekStart, days + n);
		return {
			datum, dayOfWeek: weekdayOf(datum),
			slots: TIMES.map((zeit) => ({ zeit, task: null })),
		};
	};
	return {
		...placeAnew(week, [0, 1, 2, 3, 4, 5, 6].map(dayOn)),
		prev: week.prev && addDays(week.prev, days),
		next: week.next && addDays(week.next, days),
	};
}
