// @ts-check
/**
 * address: what the address of the page asks for, so that it can be shared,
 * and the browser's back button goes through it: the board (`/`), another week
 * (`?from=21.11.2026`), or a search (`?q=steuer`), in texts, too
 * (`?q=steuer&text=true`).
 */

/**
 * Both null: the board.
 *
 * @typedef {{ q: string | null, from: string | null, text: boolean }} View
 */

/** @param {string} search as Location has it @returns {View} */
export function viewOf(search) {
	const fields = new URLSearchParams(search);
	const q = fields.get('q');
	return {
		q, from: q === null ? fields.get('from') : null,
		text: q !== null && fields.get('text') === 'true',
	};
}

/** @param {Partial<View>} view */
export const addressOf = ({ q = null, from = null, text }) => q !== null ?
	`?q=${encodeURIComponent(q)}${text ? '&text=true' : ''}` :
	from ? `?from=${from}` : '/';

/** @param {View} view */
export const isAway = ({ q, from }) => q !== null || from !== null;

export class Address {
	#store;

	/** @param {import('./store.js').Store} store */
	constructor(store) {
		this.#store = store;
		addEventListener('popstate', () => this.#follow());
		document.addEventListener('click', (event) => this.#click(event));
		this.#follow();
	}

	/**
	 * @param {string} to an address
	 * @param {boolean} [again] in place of the one that is shown
	 */
	go(to, again = false) {
		if (again)
			history.replaceState(null, '', to);
		else
			history.pushState(null, '', to);
		this.#follow();
	}

	#follow() {
		const { view } = this.#store.state;
		const next = viewOf(location.search);
		if (JSON.stringify(next) !== JSON.stringify(view))
			this.#store.update({ view: next });
	}

	/** A link to a view leads there without a load. @param {MouseEvent} event */
	#click(event) {
		const { target, button, ctrlKey, metaKey, shiftKey, altKey } = event;
		const link = target instanceof Element && target.closest('a[data-view]');
		const to = link && link.getAttribute('href');
		if (!to || event.defaultPrevented || button !== 0 || ctrlKey || metaKey ||
			shiftKey || altKey)
			return;
		event.preventDefault();
		this.go(to);
		scrollTo(0, 0);
	}
}
