// @ts-check
/**
 * account: who is logged in, the ways in and out, and the wait after the
 * first login, while the server fetches the tasks from Git.
 */
import { getMe, getSync, logOut } from './api.js';
import { allTasks } from './changes.js';
import { byId } from './dom.js';

/**
 * @typedef {import('./api.js').Sync} Sync
 * @typedef {import('./store.js').Store} Store
 */

const LOOK_MS = 1_000;

export class Account {
	#store;
	#reload;
	/** Asked who it is; that does not change while the page is there. */
	#asked = false;
	/** The week for which somebody is looking at the first sync. */
	#seen = /** @type {unknown} */ (null);

	/**
	 * @param {Store} store
	 * @param {() => void} reload
	 */
	constructor(store, reload) {
		this.#store = store;
		this.#reload = reload;
	}

	start() {
		this.#store.addEventListener('change', () => this.#look());
	}

	/** @returns {Promise<void>} throws a Refusal if it did not work */
	async leave() {
		await logOut();
		location.reload();
	}

	#look() {
		const { phase, week, refusal } = this.#store.state;
		const out = refusal?.status === 401 || refusal?.status === 403;
		const login = /** @type {HTMLAnchorElement} */ (byId('login'));
		login.hidden = !out;
		byId('retry').hidden = out;
		if (out)
			login.href = '/auth/login?return=' + encodeURIComponent(
				location.pathname + location.search + location.hash);
		if (phase !== 'fresh' || !week)
			return;
		if (!this.#asked) {
			this.#asked = true;
			this.#identify();
		}
		if (this.#seen !== week) {
			this.#seen = week;
			if (allTasks(week).length === 0)
				this.#watch();
		}
	}

	/** In local mode there is nobody to log out. */
	async #identify() {
		const me = await getMe().catch(() => null);
		byId('logout').hidden = me?.auth !== 'github';
	}

	/** An empty week may be one that is not there yet. */
	async #watch() {
		const before = this.#store.state.fetching;
		const first = isFirst(await getSync().catch(() => null));
		if (first !== before)
			this.#store.update({ fetching: first });
		if (first)
			setTimeout(() => this.#watch(), LOOK_MS);
		else if (before)
			this.#reload();
	}
}

/** @param {Sync | null} sync */
function isFirst(sync) {
	return !!sync && !sync.lastSyncAt &&
		(sync.state === 'pending' || sync.state === 'running');
}
