// @ts-check
/**
 * preview: which tasks would move if one got another place.  The server tells,
 * in a dry run; asked for after a short rest, the last question counts.  What
 * it said of a week is known while that is shown.
 */
import { previewMoves } from './api.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Move} Move
 */

const ASK_AFTER_MS = 150;

export class Preview {
	#week;
	/** Answers about `#of`, by question. */
	#known = /** @type {Map<string, Move[]>} */ (new Map());
	#of = /** @type {Week | null} */ (null);
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
	 * @param {(moves: Move[]) => void} tell of the others
	 */
	ask(file, place, tell) {
		const question = JSON.stringify([file, place]);
		if (question === this.#question)
			return;
		this.stop();
		this.#question = question;
		if (this.#of !== this.#week())
			this.#known.clear();
		this.#of = this.#week();
		const known = this.#known.get(question);
		if (known) {
			tell(known);
			return;
		}
		const own = this.#own = {};
		this.#timer = setTimeout(async () => {
			const moves = await previewMoves(file, { fixedSlot: place })
				.catch(() => null);
			if (own !== this.#own || !moves)
				return;
			const others = moves.filter((one) => one.file !== file);
			this.#known.set(question, others);
			tell(others);
		}, ASK_AFTER_MS);
	}

	stop() {
		clearTimeout(this.#timer);
		this.#own = null;
		this.#question = '';
	}
}
