// @ts-check
/**
 * palette: what the keys do, and the tasks, by a few letters of their names.
 */
import { byId, h } from './dom.js';

/**
 * @typedef {object} Entry
 * @property {string} what
 * @property {string} [key] that does the same
 * @property {() => unknown} run
 */

const SHOWN = 8;

export class Palette {
	#dialog = /** @type {HTMLDialogElement} */ (byId('palette'));
	#field = /** @type {HTMLInputElement} */ (byId('palette-field'));
	#list = byId('palette-list');
	/** @type {Entry[]} */
	#all = [];
	/** @type {Entry[]} */
	#found = [];
	#at = 0;

	constructor() {
		this.#field.addEventListener('input', () => this.#find());
		this.#field.addEventListener('keydown', (event) => this.#press(event));
		this.#list.addEventListener('click', ({ target }) =>
			this.#run([...this.#list.children].findIndex((row) =>
				row.contains(/** @type {Node} */ (target)))));
	}

	/** @param {Entry[]} entries */
	open(entries) {
		this.#all = entries;
		this.#field.value = '';
		this.#find();
		this.#dialog.showModal();
	}

	#find() {
		const words = this.#field.value.toLowerCase().split(/\s+/);
		this.#found = this.#all.filter(({ what }) => words.every((word) =>
			what.toLowerCase().includes(word))).slice(0, SHOWN);
		this.#mark(0);
	}

	/** @param {number} at */
	#mark(at) {
		this.#at = at;
		this.#list.replaceChildren(...this.#found.map(({ what, key }, i) =>
			h('li', { id: `palette-${i}`, role: 'option', 'aria-selected': `${i === at}` },
				what, key && h('kbd', null, key))));
		this.#field.setAttribute('aria-activedescendant', `palette-${at}`);
	}

	/** @param {KeyboardEvent} event */
	#press(event) {
		const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
		const n = this.#found.length;
		if (step && n)
			this.#mark((this.#at + step + n) % n);
		else if (event.key === 'Enter')
			this.#run(this.#at);
		if (step || event.key === 'Enter')
			event.preventDefault();
	}

	/** @param {number} at */
	#run(at) {
		const found = this.#found[at];
		if (found)
			this.#dialog.close();
		found?.run();
	}
}
