// @ts-check
/**
 * store: all that the page knows, in one plain object, with an event.
 *
 * A week is what the server said and is never edited here.  What the person
 * changed stands beside it (`pending`), and what is shown is `project` of both.
 * While something is held, a newer week waits (`heard`), so that nothing moves
 * under the pointer.
 */
import {
	isHeld, project, projectOther, unsettled, withoutLacks,
} from './pending.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Refusal} Refusal
 * @typedef {import('./api.js').Sync} Sync
 * @typedef {import('./pending.js').Change} Change
 *
 * @typedef {object} State
 * @property {'loading' | 'fresh' | 'offline' | 'error'} phase of the last try
 * @property {Week | null} heard the last one that came
 * @property {string} etag of that
 * @property {number} askedAt when that was asked for, as moment() counts
 * @property {Week | null} week the one that is shown, but for `pending`
 * @property {Change[]} pending oldest first
 * @property {Record<string, Task>} details tasks with their text, by file
 * @property {number} loadedAt when it came, by the browser's clock
 * @property {number} validTo its validUntil, by the browser's clock
 * @property {boolean} expired its validUntil is over and no newer one came
 * @property {Refusal | null} refusal why the last try failed
 * @property {number} retryAt when the next try is due; 0 if none is
 * @property {string} fresh file that was just created
 * @property {Message | null} message the last thing to tell
 * @property {Record<string, number>} shown how much of each long list
 * @property {Sync | null} sync how the tasks stand to Git; null before the
 *	first answer
 * @property {import('./api.js').Me | null} me whose page it is, once the server
 *	has said so
 * @property {'' | 'asking' | 'waiting'} syncing of the sync button: the server
 *	is asked, or goes on by itself
 * @property {Note | null} note what came of the last press of it
 * @property {import('./address.js').View} view
 * @property {Week | null} other the week of the view, if that is another one
 * @property {Task[] | null} found by the search of the view
 * @property {number} unread tasks in whose text that did not look
 * @property {number} awayAt when these were asked for, as moment() counts
 * @property {Refusal | null} awayRefusal why they are not there
 *
 * @typedef {{ kind: 'good' | 'bad', title: string, text: string,
 *	undo?: boolean, retry?: boolean, show?: string }} Message show: the file of a
 *	task that may be out of sight
 * @typedef {{ kind: 'good' | 'bad', text: string }} Note
 */

export class Store extends EventTarget {
	#moments = 0;
	/** @type {State} */
	state = {
		phase: 'loading',
		heard: null,
		etag: '',
		askedAt: 0,
		week: null,
		pending: [],
		details: {},
		loadedAt: 0,
		validTo: 0,
		expired: false,
		refusal: null,
		retryAt: 0,
		fresh: '',
		message: null,
		shown: {},
		sync: null,
		me: null,
		syncing: '',
		note: null,
		view: { q: null, from: null, text: false },
		other: null,
		found: null,
		unread: 0,
		awayAt: 0,
		awayRefusal: null,
	};

	/** Return a number that is higher each time: what came before what. */
	moment() {
		return ++this.#moments;
	}

	/** @param {Partial<State>} part */
	update(part) {
		Object.assign(this.state, part);
		this.dispatchEvent(new Event('change'));
	}

	/**
	 * Show the last week that came, unless the shown one is held.
	 *
	 * @param {number} now
	 */
	settle(now) {
		const { heard, week, pending, askedAt, other, found, awayAt } = this.state;
		if (week && isHeld(pending, now))
			return this.update({});
		const known = other || found ? Math.min(askedAt, awayAt) : askedAt;
		this.update({ week: heard, pending: unsettled(pending, known) });
	}

	/** The week as the person expects to see it. */
	get shownWeek() {
		const { week, pending } = this.state;
		return week && this.#told(project(week, pending));
	}

	/** The other week of the view, the same. */
	get shownOther() {
		const { other, pending } = this.state;
		return other && this.#told(projectOther(other, pending));
	}

	/**
	 * What Git lacks is known only once there was a sync.
	 *
	 * @template {Week} W
	 * @param {W} week
	 * @returns {W}
	 */
	#told(week) {
		const { sync } = this.state;
		return sync && (sync.lastSyncAt || sync.state === 'aus') ? week :
			withoutLacks(week);
	}
}
