// @ts-check
/**
 * account: who is logged in, and the ways in and out.
 */
import { getMe, logOut } from './api.js';
import { byId } from './dom.js';

/** @typedef {import('./store.js').Store} Store */

export class Account {
	#store;
	/** Asked who it is; that does not change while the page is there. */
	#asked = false;

	/** @param {Store} store */
	constructor(store) {
		this.#store = store;
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
		if (phase !== 'fresh' || !week || this.#asked)
			return;
		this.#asked = true;
		this.#identify();
	}

	/** In local mode there is nobody to log out. */
	async #identify() {
		const me = await getMe().catch(() => null);
		byId('logout').hidden = me?.auth !== 'github';
	}
}
