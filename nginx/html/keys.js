// @ts-check
/**
 * keys: the keyboard's table.  What is bound is listed from the same table.
 *
 * Off in fields, in dialogs and with a modifier, which belong to the browser.
 */

/**
 * @typedef {object} Key
 * @property {string} key as KeyboardEvent.key has it
 * @property {string} what the sentence of the catalogue about it
 * @property {(from: Element | null) => void} run `from` has the focus
 */

/** @param {Key[]} table */
export function bindKeys(table) {
	document.addEventListener('keydown', (event) => {
		const { key, target, repeat } = event;
		const bound = table.find((one) => one.key === key);
		if (!bound || repeat || event.defaultPrevented || event.ctrlKey ||
			event.metaKey || event.altKey || isField(target) ||
			document.querySelector('dialog[open]'))
			return;
		event.preventDefault();
		bound.run(document.activeElement);
	});
}

/** @param {EventTarget | null} target */
const isField = (target) => target instanceof HTMLElement &&
	(target.isContentEditable || target.matches('input, select, textarea'));
