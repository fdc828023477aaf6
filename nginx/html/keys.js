// @ts-check
/**
 * keys: the keyboard's table, and the dialog that lists it.
 *
 * Off in fields, in dialogs and with a modifier that is not of the table's,
 * which belong to the browser;
 * a person can switch all of them off but `?`.
 */
import { byId, h } from './dom.js';
import { lasting } from './storage.js';

/**
 * @typedef {object} Key
 * @property {string[]} keys as KeyboardEvent.key has them
 * @property {string} [shown] how the list names them
 * @property {boolean} [chord] with Ctrl, or Cmd
 * @property {boolean} [board] it has a meaning on the board alone
 * @property {boolean} [task] it wants a task that has the focus
 * @property {string} what the sentence of the catalogue about it
 * @property {(from: Element | null, key: string) => unknown} run `from` has
 *	the focus; false: nothing was done, the key is the browser's
 */

/** In the browser's storage while a person wants no keys. */
const OFF = 'codex-keys-off';

export class Keys {
	#dialog = /** @type {HTMLDialogElement} */ (byId('help'));
	#switch = /** @type {HTMLInputElement} */ (byId('help-on'));
	#table;

	/**
	 * @param {Key[]} table
	 * @param {string} help the sentence about `?`
	 */
	constructor(table, help) {
		this.#table = [...table, {
			keys: ['?'], what: help, run: () => this.#dialog.showModal(),
		}];
		document.addEventListener('keydown', (event) => this.#press(event));
		byId('help-open').addEventListener('click', () =>
			this.#dialog.showModal());
		byId('help-close').addEventListener('click', () => this.#dialog.close());
		this.#switch.checked = lasting.get(OFF) === null;
		this.#switch.addEventListener('change', () =>
			this.#switch.checked ? lasting.drop(OFF) :
				lasting.set(OFF, ''));
		byId('help-keys').replaceChildren(...this.#table.map((one) =>
			h('div', { class: 'key', 'data-keys': one.keys.join(' ') },
				h('dt', null, h('kbd', null, one.shown ?? one.keys[0])),
				h('dd', null, one.what))));
	}

	/** @param {KeyboardEvent} event */
	#press(event) {
		const { key, target } = event;
		const bound = this.#table.find((one) => one.keys.includes(key) &&
			!one.chord === !(event.ctrlKey || event.metaKey));
		if (!bound || event.defaultPrevented || event.altKey ||
			(isField(target) && !bound.chord) ||
			document.querySelector('dialog:modal') ||
			(key !== '?' && !this.#switch.checked))
			return;
		/* A key that is held down moves, but does nothing twice. */
		const again = event.repeat && !key.startsWith('Arrow');
		if (again || bound.run(document.activeElement, key) !== false)
			event.preventDefault();
	}
}

/** @param {EventTarget | null} target */
const isField = (target) => target instanceof HTMLElement &&
	(target.isContentEditable || target.matches('input, select, textarea'));
