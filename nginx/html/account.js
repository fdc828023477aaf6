// @ts-check
/**
 * account: who is logged in, and the ways in and out.
 *
 * Who is not let in sees a door in place of the week (`data-view` of the
 * body, style.css); who is logged in by GitHub has a menu.
 */
import { getMe, logOut, Refusal } from './api.js';
import { byId, setText } from './dom.js';
import { dropAllDrafts } from './drafts.js';
import { markOfLogin } from './kept.js';
import { t } from './words.js';

/**
 * @typedef {import('./store.js').Store} Store
 */

/** What stands at the door, by the answer's status. */
const DOORS = {
	401: { title: t.doorTitle, button: t.doorButton, more: t.doorMore },
	403: {
		title: t.doorShutTitle, button: t.doorShutButton, more: t.doorShutMore,
	},
};

export class Account {
	#store;
	#kept;
	/** Whose week was shown first. */
	#user = '';
	/** Of the last login that is known to be that person's. */
	#mark = markOfLogin();
	/** Asked who it is; that does not change while the page is there. */
	#asked = false;

	/**
	 * @param {Store} store
	 * @param {import('./kept.js').Kept} kept
	 */
	constructor(store, kept) {
		this.#store = store;
		this.#kept = kept;
	}

	start() {
		this.#store.addEventListener('change', () => this.#look());
	}

	/**
	 * @param {boolean} everywhere on all devices
	 * @returns {Promise<void>} throws a Refusal if it did not work
	 */
	async leave(everywhere) {
		await logOut(everywhere);
		dropAllDrafts();
		this.#kept.end();
		location.reload();
	}

	/**
	 * Refuse if another tab has logged somebody else in, as what is written now
	 * would be theirs.  The server is asked only after a login.
	 */
	async confirm() {
		const mark = markOfLogin();
		if (mark !== this.#mark && this.#check((await getMe()).userId))
			throw new Refusal('status', t.doorTitle);
		this.#mark = mark;
	}

	#look() {
		const { phase, heard, refusal, me } = this.#store.state;
		this.#show(refusal);
		/* In local mode there is nobody to log out. */
		byId('account').hidden = me?.auth !== 'github';
		this.#check(heard?.userId ?? '');
		if (phase !== 'fresh' || !heard || this.#asked)
			return;
		this.#asked = true;
		this.#identify();
	}

	/**
	 * Somebody else has logged in, in another tab: nothing of the one before
	 * stays on the page.
	 *
	 * @param {string} user
	 */
	#check(user) {
		const other = this.#user && user && user !== this.#user;
		this.#user ||= user;
		if (other) {
			this.#kept.end();
			location.reload();
		}
		return other;
	}

	/** @param {Refusal | null} refusal */
	#show(refusal) {
		const door = refusal?.status === 401 || refusal?.status === 403 ?
			DOORS[refusal.status] : null;
		byId('door').hidden = !door;
		document.body.dataset.view = door ? 'door' : 'week';
		if (!door || !refusal)
			return;
		this.#kept.forget();
		/* What lies on the door, and shows tasks to whoever comes by.  The form and
		 * the tokens stay: they hold what is nowhere else. */
		for (const id of ['panel', 'move', 'palette'])
			/** @type {HTMLDialogElement} */ (byId(id)).close();
		setText(byId('door-title'), door.title);
		setText(byId('door-text'), refusal.message);
		setText(byId('door-more'), door.more);
		setText(byId('login'), door.button);
		byId('login').setAttribute('href', '/auth/login?return=' +
			encodeURIComponent(location.pathname + location.search +
				location.hash));
	}

	async #identify() {
		this.#store.update({ me: await getMe()
			.catch(() => this.#store.state.me) });
	}
}
