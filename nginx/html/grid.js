// @ts-check
/**
 * grid: tasks and free slots as one stop of the Tab key, with arrows between
 * them.  An arrow goes to the nearest one on that side of the screen, so it is
 * right in a table and in a column.
 */

/** What an arrow goes to. */
const CELLS = '.task, .free';
const INSIDE = '.task:not(.now) :is(button, a)';

/** @type {Record<string, [number, number]>} */
const WAYS = {
	ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1],
};

export class Grid {
	#roots;
	/** The key of the cell that Tab comes to. */
	#stop = '';

	/** @param {HTMLElement[]} roots */
	constructor(roots) {
		this.#roots = roots;
		for (const root of roots)
			root.addEventListener('focusin', ({ target }) => {
				const cell = cellOf(/** @type {Element} */ (target));
				if (cell)
					this.#stopAt(cell);
			});
	}

	/** After the cells were drawn anew. */
	refresh() {
		for (const node of this.#all(INSIDE))
			node.tabIndex = -1;
		const cells = this.#all(CELLS);
		const stop = cells.find((cell) => cell.dataset.key === this.#stop) ??
			this.current ?? cells[0];
		if (stop)
			this.#stopAt(stop);
	}

	/** The cell of the slot whose turn it is. */
	get current() {
		return this.#all(':is(.task, .free):is([aria-current="time"], [aria-current="time"] *)')[0] ?? null;
	}

	/**
	 * @param {Element | null} from
	 * @param {string} key of an arrow
	 * @returns {boolean} false if the focus is elsewhere
	 */
	move(from, key) {
		const cell = from && this.#roots.some((root) => root.contains(from)) &&
			cellOf(from);
		if (!cell)
			return false;
		const next = nearest(cell, this.#all(CELLS), WAYS[key]);
		next?.focus();
		next?.scrollIntoView({ block: 'nearest' });
		return true;
	}

	/** @param {HTMLElement} stop */
	#stopAt(stop) {
		this.#stop = stop.dataset.key ?? '';
		for (const cell of this.#all(CELLS))
			cell.tabIndex = cell === stop ? 0 : -1;
	}

	/** @param {string} selector */
	#all(selector) {
		return /** @type {HTMLElement[]} */ (
			this.#roots.flatMap((root) => [...root.querySelectorAll(selector)]));
	}
}

/** @param {Element} node @returns {HTMLElement | null} */
const cellOf = (node) => node.closest(CELLS);

/**
 * @param {HTMLElement} from
 * @param {HTMLElement[]} cells
 * @param {[number, number]} way
 * @returns {HTMLElement | undefined}
 */
function nearest(from, cells, [x, y]) {
	const start = from.getBoundingClientRect();
	/** @type {HTMLElement | undefined} */
	let best;
	let least = Infinity;
	for (const cell of cells) {
		const box = cell.getBoundingClientRect();
		const dx = box.left - start.left;
		const dy = box.top - start.top;
		const ahead = dx * x + dy * y;
		const aside = Math.abs(dx * y) + Math.abs(dy * x);
		if (ahead > 1 && ahead + 3 * aside < least) {
			best = cell;
			least = ahead + 3 * aside;
		}
	}
	return best;
}
