// @ts-check
/**
 * store: all that the page knows, in one plain object, with an event.
 *
 * The week is what the server said and is never edited here.  What the
 * person did meanwhile stands beside it (`leaving`), so a reload in the
 * middle of a change neither loses nor doubles it.
 *
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Refusal} Refusal
 * @typedef {import('./api.js').Sync} Sync
 *
 * @typedef {object} State
 * @property {'loading' | 'fresh' | 'offline' | 'error'} phase of the last try
 * @property {Week | null} week the last one that came
 * @property {number} loadedAt when it came, by the browser's clock
 * @property {boolean} expired its validUntil is over and no newer one came
 * @property {Refusal | null} refusal why the last try failed
 * @property {number} retryAt when the next try is due; 0 if none is
 * @property {Map<string, 'asking' | 'done'>} leaving files being completed
 * @property {string} fresh file that was just created
 * @property {Message | null} message the last thing to tell
 * @property {Record<string, number>} shown how much of each long list
 * @property {Sync | null} sync how the tasks stand to Git; null before the
 *	first answer
 * @property {'' | 'asking' | 'waiting'} syncing of the sync button: the server
 *	is asked, or goes on by itself
 * @property {Note | null} note what came of the last press of it
 * @property {Map<string, Decision>} deciding conflicts, by copy
 *
 * @typedef {{ kind: 'good' | 'bad', title: string, text: string }} Message
 * @typedef {{ kind: 'good' | 'bad', text: string }} Note
 * @typedef {{ file: string, take: 'mine' | 'theirs',
 *	step: 'asking' | 'done' }} Decision
 */

/**
 * A change: `apply` shows it at once, `request` asks the server, `revert`
 * takes it back if the server did not agree.
 *
 * @template T
 * @typedef {object} Change
 * @property {(state: State) => void} apply
 * @property {(state: State) => void} revert
 * @property {() => Promise<T>} request
 */

export class Store extends EventTarget {
	/** @type {State} */
	state = {
		phase: 'loading',
		week: null,
		loadedAt: 0,
		expired: false,
		refusal: null,
		retryAt: 0,
		leaving: new Map(),
		fresh: '',
		message: null,
		shown: {},
		sync: null,
		syncing: '',
		note: null,
		deciding: new Map(),
	};

	/** @param {Partial<State>} part */
	update(part) {
		Object.assign(this.state, part);
		this.dispatchEvent(new Event('change'));
	}

	/**
	 * @template T
	 * @param {Change<T>} change
	 * @returns {Promise<T>} the answer; throws the Refusal after reverting
	 */
	async run(change) {
		change.apply(this.state);
		this.update({});
		try {
			return await change.request();
		} catch (refusal) {
			change.revert(this.state);
			this.update({});
			throw refusal;
		}
	}
}
