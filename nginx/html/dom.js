// @ts-check
/**
 * dom: making elements, and bringing those that are shown up to date.
 *
 * Text goes in as text nodes only, so nothing that a task file holds can
 * become markup.  A view is made anew as a whole and laid over the old one:
 * an element that is in both stays the same node, so that selection, focus and
 * an open menu survive.
 */

/** What elements do on an event. */
const handlers = /** @type {WeakMap<EventTarget,
	Record<string, (event: Event) => unknown>>} */ (new WeakMap());

/**
 * One element.  A property that is a function listens to the event of that
 * name; true gives an empty attribute; null, undefined and false give none.
 * Children that are null or false are left out, lists are laid flat.
 *
 *	h('button', { type: 'button', click: reload }, 'Neu laden')
 *
 * @param {string} tag
 * @param {Record<string, any> | null} [props]
 * @param {...any} children
 * @returns {HTMLElement}
 */
export function h(tag, props, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(props ?? {}))
		set(node, name, value);
	for (const child of children.flat(Infinity))
		if (child !== null && child !== undefined && child !== false)
			node.append(child);
	return node;
}

/**
 * @param {HTMLElement} node
 * @param {string} name
 * @param {any} value
 */
function set(node, name, value) {
	if (value === null || value === undefined || value === false)
		return;
	if (typeof value === 'function')
		listen(node, { ...handlers.get(node), [name]: value });
	else
		node.setAttribute(name, value === true ? '' : String(value));
}

/**
 * @param {Element} node
 * @param {Record<string, (event: Event) => unknown>} own by event
 */
function listen(node, own) {
	handlers.set(node, own);
	for (const name of Object.keys(own))
		node.addEventListener(name, handle);
}

/** @param {Event} event */
function handle(event) {
	const { currentTarget, type } = event;
	if (currentTarget)
		handlers.get(currentTarget)?.[type]?.(event);
}

/**
 * What people wrote, kept apart from the direction of the text around it.
 *
 * @param {string} text
 * @param {string} [className]
 */
export function foreign(text, className) {
	return h('bdi', { class: className, dir: 'auto' }, text);
}

/**
 * A link that opens beside the page.  Only https, and http to this machine;
 * what else an address may hold is no link.
 *
 * @param {string | null} address
 * @param {Record<string, any>} props
 * @param {string} text
 */
export function safeLink(address, props, text) {
	const url = address && URL.canParse(address) ? new URL(address) : null;
	const here = ['127.0.0.1', '[::1]', 'localhost'];
	const safe = url?.protocol === 'https:' ||
		(url?.protocol === 'http:' && here.includes(url.hostname));
	return url && safe ? h('a', {
		...props, href: url.href, target: '_blank', rel: 'noopener noreferrer',
	}, text) : h('span', props, text);
}

/**
 * The element of the page with that id, which index.html promises.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function byId(id) {
	const node = document.getElementById(id);
	if (!node)
		throw new Error(`index.html lacks #${id}`);
	return /** @type {T} */ (node);
}

/**
 * Only where it differs, so that a live region speaks once.
 *
 * @param {HTMLElement} node
 * @param {string} text
 */
export function setText(node, text) {
	if (node.textContent !== text)
		node.textContent = text;
}

/**
 * Show `children` in `root`.  Elements with the same `data-key` under the same
 * parent stay the same nodes.  If the focused one is gone, the focus goes to
 * the element with its key, else to the card that now stands where its card
 * stood, never to a button, so that a key pressed twice does not hit another
 * task.
 *
 * @param {HTMLElement} root
 * @param {...any} children
 */
export function update(root, ...children) {
	const active = document.activeElement;
	const inside = active instanceof HTMLElement && root.contains(active);
	const cards = () =>
		/** @type {HTMLElement[]} */ ([...root.querySelectorAll('.task')]);
	const at = inside ? cards().findIndex((card) => card.contains(active)) : -1;

	layChildren(root, h('div', null, ...children));
	if (!inside || (document.activeElement === active && root.contains(active)))
		return;
	const left = cards();
	const next = withKey(root, active) ??
		left[Math.min(Math.max(at, 0), left.length - 1)] ?? root;
	next.focus({ preventScroll: true });
}

/** Move the focus to the day if what had it is gone or hidden. */
export function moveHiddenFocus() {
	const at = document.activeElement;
	if (at === document.body || !at?.checkVisibility())
		byId('today').focus({ preventScroll: true });
}

/**
 * Draw several roots; the focus goes along with an element that comes from one
 * to another.
 *
 * @param {() => void} draw
 */
export function keepFocus(draw) {
	const active = document.activeElement;
	draw();
	if (active instanceof HTMLElement && document.activeElement !== active)
		withKey(document, active)?.focus({ preventScroll: true });
}

/**
 * The element that is seen with the key of one that is gone; an item that holds
 * a card has the card's.
 *
 * @param {ParentNode} root
 * @param {HTMLElement} gone
 */
const withKey = (root, { dataset: { key } }) => key ?
	/** @type {HTMLElement[]} */ ([...root.querySelectorAll(
		`[data-key="${CSS.escape(key)}"]:not(li)`)])
		.find((node) => node.checkVisibility()) : undefined;

/**
 * Give `old` the children of `next`.  Walk both in step: what `next` does not
 * have leaves first, so that what stays need not move.
 *
 * @param {Element} old
 * @param {Element} next is emptied
 */
function layChildren(old, next) {
	const wanted = [...next.childNodes];
	const keys = new Set(wanted.map(keyOf));
	for (const node of [...old.childNodes])
		if (keyOf(node) && !keys.has(keyOf(node)))
			node.remove();
	const known = new Map([...old.childNodes].map((node) => [keyOf(node), node]));
	let at = old.firstChild;
	for (const node of wanted) {
		const key = keyOf(node);
		const match = key ? known.get(key) :
			at && !keyOf(at) && at.nodeName === node.nodeName ? at : null;
		if (match)
			patch(match, node);
		if (match && match === at)
			at = at.nextSibling;
		else
			old.insertBefore(match ?? node, at);
	}
	while (at) {
		const gone = at;
		at = at.nextSibling;
		gone.remove();
	}
}

/** @param {Node} node */
const keyOf = (node) =>
	node instanceof HTMLElement ? node.dataset.key : undefined;

/** @param {Node} old @param {Node} next of the same name */
function patch(old, next) {
	if (!(old instanceof Element && next instanceof Element)) {
		if (old.nodeValue !== next.nodeValue)
			old.nodeValue = next.nodeValue;
		return;
	}
	/* Whether a person has opened it is theirs. */
	for (const name of old.getAttributeNames())
		if (!next.hasAttribute(name) && name !== 'open')
			old.removeAttribute(name);
	for (const { name, value } of next.attributes)
		if (old.getAttribute(name) !== value)
			old.setAttribute(name, value);
	listen(old, handlers.get(next) ?? {});
	layChildren(old, next);
}
