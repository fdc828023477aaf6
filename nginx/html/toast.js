// @ts-check
/**
 * toast: what is told of a change, and where on the page.
 */
import { cardOf, isInSight } from './card.js';
import { HOLD_MS } from './changes.js';
import { byId, foreign } from './dom.js';
import { addDays } from './quick.js';
import { isoDay, shortDay, t, weekdayOf } from './words.js';

/**
 * @typedef {import('./pending.js').Change} Change
 * @typedef {import('./store.js').Message} Message
 * @typedef {import('./store.js').Store} Store
 */

/**
 * What a ledger's event is worth telling; null if nothing.
 *
 * @param {import('./ledger.js').Event} event
 * @param {string} today
 * @returns {Message | null}
 */
export function messageOf({ kind, change, refusal, next, failed }, today) {
	const { title, verb, undoes } = change;
	const others = failed.filter((one) => one !== change).length;
	if (kind === 'failed' && refusal)
		return {
			kind: 'bad', title, retry: failed.length > 0, text: [
				undoes ? t.undoFailed : t.failed[verb], refusal.told,
				change.lost && t.unsure, others > 0 && t.othersFailed(others),
			].filter(Boolean).join(' '),
		};
	if (kind === 'asking' && undoes)
		return {
			kind: 'good', title, undo: !!next, text: [
				t.undoing[undoes.verb],
				next && t.undoNext(next.title, whatOf(next, today)),
			].filter(Boolean).join(' '),
		};
	if (kind !== (/create|decide|edit/.test(verb) ? 'stored' : 'asking'))
		return null;
	return {
		kind: 'good', title, undo: verb !== 'decide', text: verb === 'move' ?
			t.taskMoved(+(change.task?.id ?? 0), whatOf(change, today)) :
			whatOf(change, today),
	};
}

/**
 * @param {Change} change
 * @param {string} today
 */
function whatOf({ verb, after, made, decision }, today) {
	const when = after.abgeschlossen_am;
	if (verb === 'complete' && when)
		return t.changing.complete(`${shortDay(when.datum, today)} ` +
			t.times[when.zeit]);
	if (verb === 'create')
		return made ? t.created(made.id) : t.changing.create;
	if (decision)
		return decision.take === 'mine' ? t.mineStays : t.theirsStays;
	if (verb === 'move')
		return after.fixedSlot ? t.movedTo(nearDay(after.fixedSlot.datum, today),
			t.times[after.fixedSlot.zeit]) : t.released;
	return verb === 'complete' ? '' : t.changing[verb];
}

/**
 * A day of the week from today on by its name alone.
 *
 * @param {string} datum
 * @param {string} today
 */
const nearDay = (datum, today) => isoDay(datum) >= isoDay(today) &&
	isoDay(datum) < isoDay(addDays(today, 7)) ?
	t.weekday(weekdayOf(datum)) : shortDay(datum, today);

/**
 * Return true if there is nothing to show, or the card of that task is seen
 * already, not outside of the window or under the toast.
 *
 * @param {string} [file]
 */
function isSeen(file) {
	const card = file && cardOf(file);
	return !file || (!!card && isInSight(card));
}

export class Toast {
	#store;
	#told = /** @type {Message | null} */ (null);
	/** Where the pointer was pressed last, outside of the toast. */
	#pressedAt = 0;

	/**
	 * @param {Store} store
	 * @param {{ undo: () => void, retry: () => void,
	 *	show: (file: string) => void }} hands
	 */
	constructor(store, { undo, retry, show }) {
		this.#store = store;
		byId('message-undo').addEventListener('click', undo);
		byId('message-retry').addEventListener('click', retry);
		byId('message-show').addEventListener('click', () => {
			const { message } = store.state;
			show(message?.show ?? '');
			byId('message-show').hidden = isSeen(message?.show);
		});
		byId('message-close').addEventListener('click', () =>
			store.update({ message: null }));
		byId('quick').addEventListener('focus', () => this.#leaveLine());
		document.addEventListener('pointerdown', ({ target, clientY }) => {
			if (!byId('message').contains(/** @type {Node} */ (target)))
				this.#pressedAt = clientY;
		}, { capture: true });
		store.addEventListener('change', () => this.#render());
	}

	/**
	 * Good news leaves by itself, bad news stays until it is closed.
	 *
	 * @param {Message} message
	 */
	tell(message) {
		this.#store.update({ message });
		if (message.kind === 'good')
			setTimeout(() => {
				if (this.#store.state.message === message)
					this.#store.update({ message: null });
			}, HOLD_MS);
	}

	/** The toast comes where the pointer is not, so that a second click on a
	 * task does not take the first one back. */
	#place() {
		byId('message').dataset.side =
			this.#pressedAt > innerHeight / 2 ? 'top' : 'bottom';
	}

	/** Nor does it lie on the quick line and its chips while a person types
	 * there. */
	#leaveLine() {
		this.#pressedAt = byId('quick').getBoundingClientRect().top;
		this.#place();
	}

	#render() {
		const { message } = this.#store.state;
		if (message === this.#told)
			return;
		const box = byId('message');
		const focused = box.contains(document.activeElement);
		if (!focused || !this.#told)
			this.#place();
		this.#told = message;
		for (const kind of ['good', 'bad'])
			byId(`message-${kind}`).replaceChildren(...message?.kind === kind ? [
				message.title && foreign(message.title, 'message-title'),
				` ${message.text}`,
			] : []);
		box.dataset.kind = message?.kind ?? '';
		box.toggleAttribute('data-toast', !!message);
		byId('message-undo').hidden = !message?.undo;
		byId('message-retry').hidden = !message?.retry;
		byId('message-show').hidden = isSeen(message?.show);
		byId('message-close').hidden = !message;
		if (focused && document.activeElement?.checkVisibility() !== true)
			byId('today').focus({ preventScroll: true });
	}
}
