// @ts-check
/**
 * drag: a task is drawn to another place: with the mouse or by its handle at
 * once, with a finger elsewhere after a long press.  On a slot it is pinned there, on the list of what waits
 * it is unpinned.  A finger that moves before the long press is over scrolls,
 * and moves no task.  While it is over a place, the tasks that would move are
 * marked.
 */
import { h } from './dom.js';
import { placeOfKey } from './pending.js';

/**
 * @typedef {import('./api.js').Place} Place
 *
 * @typedef {object} Held
 * @property {HTMLElement} card
 * @property {number} pointer
 * @property {boolean} touch
 * @property {boolean} free it is lifted by a move, without a long press
 * @property {number} x where it was taken
 * @property {number} y
 * @property {HTMLElement | null} ghost follows the pointer; null before
 * @property {Element | null} over the place under the pointer
 * @property {number} timer of the long press
 */

const PRESS_MS = 450;
/** So far a pointer may go astray. */
const SLIP_PX = 8;
/** So near to the window's edge the page scrolls along. */
const EDGE_PX = 70;
const NO_HANDLE = '.done, .box, a, .acts, input';
const TARGETS = '[data-slot]:not([data-list="done"] *), #unplaced, ' +
	'[data-list="unplaced"]';

export class Drag {
	#move;
	#preview;
	#held = /** @type {Held | null} */ (null);
	#dropped = false;

	/**
	 * @param {(file: string, place: Place | null) => void} move
	 * @param {import('./preview.js').Preview} preview
	 */
	constructor(move, preview) {
		this.#move = move;
		this.#preview = preview;
		document.addEventListener('pointerdown', (event) => this.#take(event));
		document.addEventListener('pointermove', (event) => this.#follow(event));
		document.addEventListener('pointerup', () => this.#drop());
		document.addEventListener('pointercancel', () => this.#letGo());
		document.addEventListener('touchmove', (event) => {
			if (this.#held?.ghost)
				event.preventDefault();
		}, { passive: false });
		document.addEventListener('contextmenu', (event) => {
			if (this.#held?.touch)
				event.preventDefault();
		});
		document.addEventListener('keydown', (event) => {
			if (event.key !== 'Escape' || !this.#held?.ghost)
				return;
			event.preventDefault();
			this.#letGo();
		}, { capture: true });
		document.addEventListener('click', (event) => this.#swallow(event),
			{ capture: true });
	}

	/** @param {PointerEvent} event */
	#take(event) {
		const { target, pointerId, pointerType, clientX, clientY } = event;
		this.#letGo();
		this.#dropped = false;
		const card = target instanceof Element && !target.closest(NO_HANDLE) &&
			target.closest('.task[data-state]:not([data-state="done"])');
		if (event.button !== 0 || !event.isPrimary ||
			!(card instanceof HTMLElement))
			return;
		const touch = pointerType !== 'mouse';
		const free = !touch ||
			(target instanceof Element && target.closest('.grip') !== null);
		this.#held = {
			card, pointer: pointerId, touch, free, x: clientX, y: clientY,
			ghost: null, over: null,
			timer: free ? 0 : setTimeout(() => this.#lift(), PRESS_MS),
		};
	}

	/** From now on it is a drag. */
	#lift() {
		const held = this.#held;
		if (!held)
			return;
		getSelection()?.removeAllRanges();
		held.ghost = h('div', { class: 'ghost', 'aria-hidden': 'true' },
			held.card.querySelector('.task-title')?.textContent ?? '');
		document.body.append(held.ghost);
		document.body.dataset.dragging = '';
		this.#place(held.x, held.y);
	}

	/** @param {PointerEvent} event */
	#follow({ pointerId, clientX, clientY }) {
		const held = this.#held;
		if (!held || pointerId !== held.pointer)
			return;
		const slipped = Math.hypot(clientX - held.x, clientY - held.y) > SLIP_PX;
		if (!held.ghost && slipped && !held.free)
			this.#letGo();
		else if (!held.ghost && slipped)
			this.#lift();
		if (held.ghost)
			this.#place(clientX, clientY);
	}

	/** @param {number} x @param {number} y */
	#place(x, y) {
		const held = this.#held;
		if (!held?.ghost)
			return;
		held.ghost.style.transform = `translate(${x + 12}px, ${y + 8}px)`;
		if (y < EDGE_PX || y > innerHeight - EDGE_PX)
			scrollBy(0, y < EDGE_PX ? -12 : 12);
		const over = document.elementFromPoint(x, y)?.closest(TARGETS) ?? null;
		if (over === held.over)
			return;
		this.#unmark();
		held.over = over;
		over?.setAttribute('data-drop', '');
		this.#preview.stop();
		if (over && over !== held.card)
			this.#preview.ask(fileOf(held.card), targetOf(over), (moves) => {
				for (const { file } of moves)
					for (const card of document.querySelectorAll(
						`[data-key="${CSS.escape(file)}"].task`))
						card.setAttribute('data-shift', '');
			});
	}

	#drop() {
		const held = this.#held;
		const { over, card } = held ?? {};
		const lifted = !!held?.ghost;
		this.#letGo();
		this.#dropped = lifted;
		if (lifted && card && over && over !== card)
			this.#move(fileOf(card), targetOf(over));
	}

	#letGo() {
		const held = this.#held;
		if (!held)
			return;
		clearTimeout(held.timer);
		held.ghost?.remove();
		this.#unmark();
		this.#preview.stop();
		delete document.body.dataset.dragging;
		this.#held = null;
	}

	#unmark() {
		for (const node of document.querySelectorAll('[data-drop], [data-shift]')) {
			node.removeAttribute('data-drop');
			node.removeAttribute('data-shift');
		}
	}

	/** The click that ends a drag opens nothing. @param {Event} event */
	#swallow(event) {
		if (!this.#dropped)
			return;
		this.#dropped = false;
		event.preventDefault();
		event.stopPropagation();
	}
}

/** @param {HTMLElement} card */
const fileOf = (card) => card.dataset.key ?? '';

/** @param {Element} over */
const targetOf = (over) => {
	const key = over.getAttribute('data-slot');
	return key ? placeOfKey(key) : null;
};
