// @ts-check
/**
 * dom: making elements.
 *
 * Text goes in as text nodes only, so nothing that a task file holds can
 * become markup.
 */

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
		node.addEventListener(name, value);
	else
		node.setAttribute(name, value === true ? '' : String(value));
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
 * Puts `children` in place of what `root` holds and keeps the keyboard's
 * place: elements are known by `data-key`.  If the focused one is gone, the
 * focus goes to the card that now stands where its card stood, never to a
 * button, so that a key pressed twice does not hit another task.
 *
 * @param {HTMLElement} root
 * @param {...any} children
 */
export function replace(root, ...children) {
	const active = document.activeElement;
	const inside = active instanceof HTMLElement && root.contains(active);
	const key = inside ? active.dataset.key : undefined;
	const cards = () =>
		/** @type {HTMLElement[]} */ ([...root.querySelectorAll('.task')]);
	const at = inside ? cards().findIndex((card) => card.contains(active)) : -1;

	root.replaceChildren(...h('div', null, ...children).childNodes);
	if (!inside)
		return;
	const same = key &&
		/** @type {HTMLElement | null} */ (
			root.querySelector(`[data-key="${CSS.escape(key)}"]`)
		);
	const left = cards();
	const next = same || left[Math.min(Math.max(at, 0), left.length - 1)] || root;
	next.focus({ preventScroll: true });
}
