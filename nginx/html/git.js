// @ts-check
/**
 * git: asks how the tasks stand to Git, and when again; and the button.
 *
 * It asks once for each week that comes.  After that again only while
 * something is on its way to Git and the page is seen, with pauses that grow
 * from 2 to 30 seconds.  If something has moved, the week is loaded anew.
 * Where no repository is set up, the first answer is the last.
 */
import { getSync, Refusal, startSync } from './api.js';
import { allTasks } from './pending.js';
import { clockTime, syncWords, t } from './words.js';

/**
 * @typedef {import('./api.js').Sync} Sync
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./store.js').Store} Store
 */

const FIRST_PAUSE_MS = 2_000;
const LAST_PAUSE_MS = 30_000;
/** While a run goes on, which may last: not much longer than it does. */
const RUN_PAUSE_MS = 5_000;

export class Git {
	#store;
	#reload;
	/** The week for which it was asked. */
	#week = /** @type {Week | null} */ (null);
	/** The last answer; what the store has may be one that was kept. */
	#said = /** @type {Sync | null} */ (null);
	#running = /** @type {unknown} */ (null);
	#timer = 0;
	#pause = FIRST_PAUSE_MS;
	/** When the last sync was, as the button was pressed. */
	#pressedAt = /** @type {string | null | undefined} */ (undefined);

	/**
	 * @param {Store} store
	 * @param {() => Promise<void>} reload
	 */
	constructor(store, reload) {
		this.#store = store;
		this.#reload = reload;
	}

	start() {
		this.#store.addEventListener('change', () => {
			const { heard, phase } = this.#store.state;
			if (phase !== 'fresh' || heard === this.#week)
				return;
			this.#week = heard;
			if (this.#said?.state !== 'aus')
				this.ask();
		});
	}

	/** Somebody has changed something: soon there is news. */
	touch() {
		this.#pause = FIRST_PAUSE_MS;
	}

	/** The next week asks, even if it is the same one: a decision about a
	 * conflict need not change it. */
	renew() {
		this.touch();
		this.#week = null;
	}

	/**
	 * Asks now; an answer that is still to come counts no more.  Who is not
	 * let in asks again only with the next week that comes.
	 */
	async ask() {
		clearTimeout(this.#timer);
		const own = this.#running = {};
		try {
			const sync = await getSync();
			if (own === this.#running)
				this.#take(sync);
		} catch (error) {
			const out = error instanceof Refusal &&
				[401, 403, 404].includes(error.status);
			if (own === this.#running && !out)
				this.#later();
		}
	}

	/**
	 * The button.
	 *
	 * @param {boolean} confirm removals are meant
	 */
	async press(confirm) {
		if (this.#store.state.syncing)
			return;
		this.touch();
		this.#pressedAt = this.#store.state.sync?.lastSyncAt;
		this.#store.update({ syncing: 'asking', note: null });
		try {
			const result = await startSync(confirm);
			this.#store.update(result.queued ? { syncing: 'waiting' } : {
				syncing: '', note: { kind: 'good', text: syncWords(result) },
			});
		} catch (error) {
			this.#store.update({
				syncing: '', note: { kind: 'bad', text: refusalText(error) },
			});
		}
		await this.ask();
	}

	/** @param {Sync} sync */
	#take(sync) {
		const before = this.#said;
		this.#said = sync;
		this.#store.update({ sync, ...this.#settled(sync) });
		const moved = before ? gist(before) !== gist(sync) :
			isOlder(this.#week, sync);
		if (moved) {
			this.touch();
			this.#reload();
		}
		/* The week may be the same one, and then does not ask. */
		if (isOpen(sync))
			this.#later();
		else if (!moved && this.#week && sync.state !== 'aus' &&
			!agrees(this.#week, sync))
			this.#later(this.#reload);
	}

	/**
	 * What the button waited for has come.
	 *
	 * @param {Sync} sync
	 * @returns {Partial<import('./store.js').State>}
	 */
	#settled({ state, code, lastSyncAt }) {
		const over = !['pending', 'running'].includes(state) ||
			code === 'stockt' ||
			(state === 'pending' && lastSyncAt !== this.#pressedAt);
		if (this.#store.state.syncing !== 'waiting' || !over)
			return {};
		return {
			syncing: '',
			note: state === 'ok' ?
				{ kind: 'good', text: t.syncOver } : null,
		};
	}

	/** A hidden page asks nothing; as it is seen, it loads the week. */
	#later(what = () => this.ask()) {
		this.#timer = setTimeout(() => {
			if (!document.hidden)
				what();
		}, this.#grow());
	}

	#grow() {
		const { sync } = this.#store.state;
		const most = sync?.state === 'running' || isFirst(sync) ?
			RUN_PAUSE_MS : LAST_PAUSE_MS;
		const pause = Math.min(this.#pause, most);
		this.#pause = Math.min(this.#pause * 1.5, LAST_PAUSE_MS);
		return pause;
	}
}

/**
 * The first sync of a user is under way: the tasks are still to come.
 *
 * @param {Sync | null} sync
 */
export function isFirst(sync) {
	return !!sync && !sync.lastSyncAt &&
		(sync.state === 'pending' || sync.state === 'running');
}

/** Something is on its way. @param {Sync} sync */
function isOpen({ state, pending }) {
	return state === 'running' || state === 'pending' ||
		(state === 'failed' && pending > 0);
}

/**
 * Whether something has happened that the week may show.
 *
 * @param {Sync} sync
 */
function gist({ head, pending, pulls, conflicts, lastSyncAt }) {
	return [head, pending, pulls, conflicts, lastSyncAt].join(' ');
}

/**
 * Return true if a run ended after the week was made.  The first answer about
 * Git may tell of a run that was too late for the week beside it.
 *
 * @param {Week | null} week
 * @param {Sync} sync
 */
function isOlder(week, { lastSyncAt }) {
	return !!week && !!lastSyncAt &&
		Date.parse(week.generatedAt) < Date.parse(lastSyncAt);
}

/**
 * A week may be a moment older than what is said of Git.
 *
 * @param {Week} week
 * @param {Sync} sync
 */
function agrees(week, sync) {
	const shown = (/** @type {string} */ word) =>
		allTasks(week).filter((task) => task.sync === word).length;
	return shown('pending') <= sync.pending && shown('pr') <= sync.pulls &&
		shown('conflict') <= sync.conflicts;
}

/** @param {unknown} error */
function refusalText(error) {
	if (!(error instanceof Refusal))
		return t.syncFailed;
	const { message, status, retryAfter } = error;
	if (status !== 429 || !retryAfter)
		return error.told;
	const when = clockTime(Date.now() + retryAfter * 1000, true);
	return `${message} ${t.possibleAt(when, retryAfter)}`;
}
