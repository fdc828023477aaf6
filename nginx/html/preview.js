// @ts-check
/**
 * preview: which tasks would move if one got another place.  The server tells,
 * in a dry run; asked for after a short rest, the last question counts.
 */
import { previewWeek } from './api.js';
import { shifted } from './places.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Place} Place
 * @typedef {{ task: import('./api.js').Task, to: Place | null }} Shift
 */

const REST_MS = 150;

export class Preview {
	#week;
	#timer = 0;
	#own = /** @type {unknown} */ (null);
	#question = '';

	/** @param {() => Week | null} week the one that is shown */
	constructor(week) {
		this.#week = week;
	}

	/**
	 * @param {string} file
	 * @param {Place | null} place null: no fixed one
	 * @param {(moved: Shift[]) => void} tell
	 */
	ask(file, place, tell) {
		const question = JSON.stringify([file, place]);
		if (question === this.#question)
			return;
		this.stop();
		this.#question = question;
		const own = this.#own = {};
		this.#timer = setTimeout(async () => {
			const before = this.#week();
			const after = await previewWeek(file, { fixedSlot: place })
				.catch(() => null);
			if (own === this.#own && before && after)
				tell(shifted(before, after, file));
		}, REST_MS);
	}

	stop() {
		clearTimeout(this.#timer);
		this.#own = null;
		this.#question = '';
	}
}
