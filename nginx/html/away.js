// @ts-check
/**
 * away: asks for what stands in place of the board: another week, or what a
 * search finds.
 *
 * Asked anew for each week of the loader that is shown, so it is as live as
 * the board, holds still as long, and costs nothing while nothing changes.
 * After a failure it is asked for again with the loader's next answer.
 */
import { findTasks, getWeekFrom, Refusal } from './api.js';
import { isAway } from './address.js';
import { narrow, parseSearch } from './search.js';

/** @typedef {import('./address.js').View} View */

export class Away {
	#store;
	/** What the last question was about. */
	#asked = /** @type {unknown[]} */ ([]);
	#running = /** @type {AbortController | null} */ (null);

	/** @param {import('./store.js').Store} store */
	constructor(store) {
		this.#store = store;
		store.addEventListener('change', () => this.#look());
	}

	#look() {
		const { view, week, loadedAt, awayRefusal } = this.#store.state;
		if (!week)
			return;
		const about = [view, week, awayRefusal && loadedAt];
		if (about.every((one, i) => one === this.#asked[i]))
			return;
		this.#asked = about;
		this.#running?.abort();
		if (!isAway(view))
			this.#store.update({ other: null, found: null, awayRefusal: null });
		else
			this.#ask(view);
	}

	/** @param {View} view */
	async #ask(view) {
		const own = this.#running = new AbortController();
		const awayAt = this.#store.moment();
		try {
			const got = await answerTo(view, own.signal);
			if (own !== this.#running)
				return;
			this.#asked[2] = null;
			this.#store.update({ ...got, awayAt, awayRefusal: null });
			this.#store.settle(Date.now());
		} catch (error) {
			if (own !== this.#running || own.signal.aborted)
				return;
			const { loadedAt, other } = this.#store.state;
			this.#asked[2] = loadedAt;
			this.#store.update({
				other: other?.weekStart === view.from ? other : null,
				awayRefusal: error instanceof Refusal ? error :
					new Refusal('format', ''),
			});
		}
	}
}

/** @param {View} view @param {AbortSignal} signal */
async function answerTo({ q, from, text }, signal) {
	if (q === null)
		return { other: await getWeekFrom(from ?? '', signal) };
	const search = parseSearch(q);
	if (!search)
		return { found: [] };
	const inText = text && search.words.length > 0;
	const { tasks, unread = 0 } = await findTasks(search, inText, signal);
	return {
		found: narrow(inText ? { ...search, words: [] } : search, tasks), unread,
	};
}
