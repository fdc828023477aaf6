// @ts-check
/**
 * markdown: a task's text as elements, made from the server's tree of nodes.
 * A box is a button that can be ticked.
 */
import { h, safeLink } from './dom.js';

/**
 * @typedef {import('./api.js').Node} Node
 *
 * @typedef {object} Ticking
 * @property {Map<number, boolean>} ticks of boxes whose answer is to come
 * @property {(line: number, checked: boolean) => void} tick
 */

/** @type {Record<string, string>} */
const TAGS = {
	paragraph: 'p', quote: 'blockquote', rule: 'hr', em: 'em', strong: 'strong',
	del: 'del', break: 'br', row: 'tr',
};

/**
 * @param {Node[]} nodes
 * @param {Ticking} ticking
 */
export const markdownView = (nodes, ticking) =>
	nodes.map((node) => nodeView(node, ticking));

/**
 * Only the boxes of a text, one under the other: also one that stands in the
 * list of another.
 *
 * @param {Node[]} boxes
 * @param {Ticking} ticking
 */
export const boxesView = (boxes, ticking) => boxes.length > 0 &&
	h('ul', { class: 'text boxes', role: 'list' }, boxes.map((box) =>
		itemView({ ...box, children: withoutLists(box) }, ticking)));

/** What an item says itself. @param {Node} item */
const withoutLists = ({ children = [] }) =>
	children.filter(({ type }) => type !== 'list');

/**
 * @param {Node} node
 * @param {Ticking} ticking
 * @returns {any}
 */
function nodeView(node, ticking) {
	const children = () => markdownView(node.children ?? [], ticking);
	switch (node.type) {
	case 'text':
		return node.text;
	case 'softbreak':
		return ' ';
	case 'heading':
		return h(`h${Math.min((node.level ?? 1) + 2, 6)}`, null, children());
	case 'list':
		return h(node.ordered ? 'ol' : 'ul', {
			start: node.ordered && node.start !== 1 && node.start,
		}, children());
	case 'item':
		return itemView(node, ticking);
	case 'code':
		return codeView(node);
	case 'table':
		return h('div', { class: 'table', tabindex: 0 },
			h('table', null, children()));
	case 'cell':
		return h(node.header ? 'th' : 'td', { 'data-align': node.align },
			children());
	case 'link':
		return safeLink(node.href ?? '', { title: node.title }, plainText(node));
	default:
		return h(TAGS[node.type] ?? 'span', null, children());
	}
}

/** In a line `code`, as a block with its language. @param {Node} node */
function codeView({ text, language, children }) {
	const code = h('code', null, text ?? plainText({ type: '', children }));
	return language === undefined && !text?.includes('\n') ? code :
		h('pre', { tabindex: 0, 'data-language': language }, code);
}

/**
 * @param {Node} node
 * @param {Ticking} ticking
 */
function itemView(node, { ticks, tick }) {
	const { children = [], line = 0 } = node;
	const view = () => markdownView(children, { ticks, tick });
	if (node.checked === undefined)
		return h('li', null, view());
	const checked = ticks.get(line) ?? node.checked;
	return h('li', { class: 'box-item', 'data-checked': String(checked) },
		h('button', {
			type: 'button', role: 'checkbox', class: 'box',
			'aria-checked': String(checked), 'data-key': `box ${line}`,
			'aria-label': plainText({ type: '', children: withoutLists(node) }),
			click: () => tick(line, !checked),
		}), h('div', null, view()));
}

/** @param {Node} node @returns {string} */
const plainText = ({ text, children = [], type }) =>
	text ?? (/break$/.test(type) ? ' ' : children.map(plainText).join(''));
