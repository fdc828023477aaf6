// @ts-check
/**
 * awayview: what stands in place of the board: the field of the search with
 * what was found, or another week.
 */
import { addressOf, isAway } from './address.js';
import { byId, setText, update } from './dom.js';
import { pagerView, pastView, spanOf } from './past.js';
import { projectTask } from './pending.js';
import { searchView } from './search.js';
import { t } from './words.js';

/** So long a rest in typing starts a search. */
const REST_MS = 200;

export class AwayView {
	#input = /** @type {HTMLInputElement} */ (byId('search-text'));
	#store;
	#actions;
	#address;
	#timer = 0;
	#part = 'today';
	/** The text that the address has of the field. */
	#typed = '';
	#drawn = '';

	/**
	 * @param {import('./store.js').Store} store
	 * @param {import('./card.js').Actions} actions
	 * @param {import('./address.js').Address} address
	 */
	constructor(store, actions, address) {
		this.#store = store;
		this.#actions = actions;
		this.#address = address;
		this.#input.addEventListener('input', () => {
			clearTimeout(this.#timer);
			this.#timer = setTimeout(() => this.#search(), REST_MS);
		});
		byId('search-open').addEventListener('click', () => this.focus());
		this.#input.addEventListener('keydown', (event) => this.#press(event));
	}

	/** Open the search, or come back to its field. */
	focus() {
		if (this.#store.state.view.q === null)
			this.#address.go(addressOf({ q: '' }));
		this.#input.focus();
		this.#input.select();
	}

	#search() {
		clearTimeout(this.#timer);
		const { q } = this.#store.state.view;
		if (q === null || q === this.#input.value)
			return;
		this.#typed = this.#input.value;
		this.#address.go(addressOf({ q: this.#typed }), true);
	}

	/** @param {KeyboardEvent} event */
	#press(event) {
		if (event.key === 'Escape') {
			event.preventDefault();
			this.#address.go('/');
			byId('today').focus({ preventScroll: true });
		}
		if (event.key === 'Enter')
			this.#search();
		if (event.key === 'Enter' || event.key === 'ArrowDown')
			/** @type {HTMLElement | null} */ (
				byId('search-body').querySelector('.task, a'))?.focus();
	}

	/** @returns {boolean} whether anything was drawn anew */
	render() {
		const { view, found, awayRefusal, week } = this.#store.state;
		this.#turn(view);
		this.#renderTitle();
		if (view.q !== null && view.q !== this.#typed)
			this.#typed = this.#input.value = view.q;
		const { shown, pending } = this.#store.state;
		const all = found?.map((task) => projectTask(task, pending)) ?? [];
		const other = this.#store.shownOther;
		const now = JSON.stringify([view, found, all, other, shown, week,
			awayRefusal?.message]);
		if (now === this.#drawn)
			return false;
		this.#drawn = now;
		this.#draw(all, other);
		return true;
	}

	/**
	 * Show the part of the page that a view is about.  The keyboard's place goes
	 * along if it was in one that is hidden now, or in none, but at the start.
	 *
	 * @param {import('./address.js').View} view
	 */
	#turn(view) {
		const own = view.q !== null ? 'search' : view.from !== null ? 'past' :
			'today';
		if (own === this.#part)
			return;
		this.#part = own;
		document.body.toggleAttribute('data-away', isAway(view));
		byId('search').hidden = own !== 'search';
		byId('past').hidden = own !== 'past';
		const { activeElement: at } = document;
		if (!at?.checkVisibility() || (this.#drawn && at === document.body))
			byId(own).focus({ preventScroll: true });
	}

	/**
	 * @param {import('./api.js').Task[]} all that were found
	 * @param {import('./api.js').Week | null} other
	 */
	#draw(all, other) {
		const { state } = this.#store;
		const { found, view, awayRefusal, unread } = state;
		const said = awayRefusal?.message ?? '';
		if (view.q !== null) {
			setText(byId('search-note'), said || (!found || !view.q.trim() ? '' :
				[found.length > 0 ? t.searchFound(found.length) : t.searchNone,
					view.text && unread > 0 && t.searchUnread(unread)]
					.filter(Boolean).join(' ')));
			update(byId('search-body'), searchView(state, found ?? [], all,
				this.#store.shownWeek, this.#actions));
		}
		if (view.from === null)
			return;
		setText(byId('past-note'), said || (other ? '' : t.firstLoad));
		if (other)
			setText(byId('past-title'), spanOf(other));
		update(byId('past-pager'),
			pagerView(other, state.week?.weekStart ?? ''));
		update(byId('past-body'), other && pastView(state, other, this.#actions));
	}

	#renderTitle() {
		const { view, other } = this.#store.state;
		const name = view.q !== null ? `${t.search}: ${view.q}` :
			view.from !== null && other ? spanOf(other) : '';
		document.title = [name, 'Codex Miroir'].filter(Boolean).join(' · ');
	}
}
