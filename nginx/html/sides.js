// @ts-check
/**
 * sides: two versions of a text beside each other, with the lines in which they
 * differ marked.
 */
import { diffLines } from './diff.js';
import { h } from './dom.js';

/**
 * @typedef {import('./diff.js').Line} Line
 *
 * @typedef {object} Side
 * @property {string} name
 * @property {string | null} text null: there is none
 * @property {string} [missing] what is said then
 * @property {string} label of the text
 * @property {string} key of its elements
 * @property {false | { text: string, label?: string, disabled?: boolean,
 *	click: () => void }} button takes this side
 */

/**
 * @param {Side} left
 * @param {Side} right
 */
export function sidesView(left, right) {
	const [a, b] = left.text !== null && right.text !== null ?
		diffLines(left.text, right.text) : [plain(left.text), plain(right.text)];
	return h('div', { class: 'sides' }, sideView(left, a), sideView(right, b));
}

/** @param {string | null} text @returns {Line[] | null} */
const plain = (text) => text === null ? null :
	text.split('\n').map((line) => ({ text: line, differs: false }));

/**
 * A text can be longer than its box, so the keyboard can go there.
 *
 * @param {Side} side
 * @param {Line[] | null} lines
 */
function sideView({ name, label, key, missing, button }, lines) {
	return h('section', { class: 'side' },
		h('h4', { class: 'side-name' }, name),
		lines ? h('pre', {
			class: 'side-text', tabindex: 0, role: 'region', dir: 'auto',
			'aria-label': label, 'data-key': key,
		}, lines.map(lineView)) :
			h('p', { class: 'side-text side-missing' }, missing),
		button && h('button', {
			type: 'button', class: 'button', 'data-key': `take ${key}`,
			'aria-disabled': button.disabled && 'true', 'aria-label': button.label,
			click: button.click,
		}, button.text));
}

/**
 * @param {Line} line
 * @param {number} i
 * @param {Line[]} lines
 */
function lineView({ text, differs }, i, lines) {
	const end = i < lines.length - 1 ? '\n' : '';
	return differs ? h('mark', null, text + end) : text + end;
}
