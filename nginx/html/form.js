// @ts-check
/**
 * form: the dialog that creates a task.
 *
 * What was typed stays until the server has taken it: after a refusal, a
 * lost answer, or Escape.  Trying again with the same content sends the same
 * Idempotency-Key, so a task whose answer was lost is not created twice.
 */
import { creation } from './changes.js';
import { byId } from './dom.js';
import { germanDay, isoDay, t } from './words.js';

/**
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Draft} Draft
 * @typedef {import('./api.js').Refusal} Refusal
 * @typedef {(change: import('./pending.js').Change) =>
 *	Promise<Refusal | null>} Make
 */

export class CreateForm {
	#dialog = /** @type {HTMLDialogElement} */ (byId('create'));
	#form = /** @type {HTMLFormElement} */ (byId('create-form'));
	#submit = /** @type {HTMLButtonElement} */ (byId('create-submit'));
	#busy = false;
	#key = '';
	#keyOf = '';
	#make;

	/** @param {Make} make has a task created; null if the server has it */
	constructor(make) {
		this.#make = make;
		this.#form.addEventListener('submit', (event) => {
			event.preventDefault();
			this.#send();
		});
		this.#form.addEventListener('input', (event) => {
			if (event.target instanceof HTMLElement)
				this.#showError(fieldOf(event.target), '');
		});
		byId('create-close').addEventListener('click', () =>
			this.#dialog.close());
	}

	/**
	 * Whether a change was asked for here, and its failure is told here.
	 *
	 * @param {import('./pending.js').Change} change
	 */
	owns({ request }) {
		return request.key !== undefined && request.key === this.#key;
	}

	/** @param {Place | null} place sets the fixed slot; null leaves it */
	open(place) {
		if (place) {
			this.#input('datum').value = isoDay(place.datum);
			this.#input('zeit').value = place.zeit;
		}
		this.#dialog.showModal();
		this.#input('title').focus();
	}

	/** @param {string} name */
	#input(name) {
		return /** @type {HTMLInputElement} */ (
			this.#form.elements.namedItem(name)
		);
	}

	async #send() {
		if (this.#busy)
			return;
		this.#clearErrors();
		if (!this.#complete())
			return;

		const task = this.#read();
		const content = JSON.stringify(task);
		if (content !== this.#keyOf) {
			this.#keyOf = content;
			this.#key = crypto.randomUUID();
		}
		this.#setBusy(true);
		const refusal = await this.#make(creation(task, this.#key));
		this.#setBusy(false);
		if (refusal)
			this.#refused(refusal);
		else
			this.#reset();
	}

	/** What the server would only call wrong: nothing, or half of it. */
	#complete() {
		if (this.#input('title').value.trim() === '')
			this.#showError('title', t.needTitle);
		if (this.#input('deadline').validity.badInput)
			this.#showError('deadline', t.needDate);
		if (this.#input('datum').validity.badInput ||
			(this.#input('datum').value === '') !==
				(this.#input('zeit').value === ''))
			this.#showError('fixedSlot', t.needSlot);
		return !this.#focusError();
	}

	/** @returns {Draft} */
	#read() {
		const value = (/** @type {string} */ name) => this.#input(name).value;
		const day = (/** @type {string} */ name) =>
			value(name) && germanDay(value(name));
		const tags = value('tags').split(',')
			.map((tag) => tag.trim().replace(/^#/, '')).filter(Boolean);
		return {
			title: value('title').trim(),
			kategorie: value('kategorie'),
			tags: [...new Set(tags)],
			deadline: day('deadline') || undefined,
			fixedSlot: value('datum') === '' ? undefined :
				{
					datum: day('datum'),
					zeit: /** @type {Place['zeit']} */ (value('zeit')),
				},
			body: value('body').trim() === '' ? undefined : value('body'),
		};
	}

	/** Empty again, but for the kind: the next task is often alike. */
	#reset() {
		const kind = this.#input('kategorie').value;
		this.#form.reset();
		this.#input('kategorie').value = kind;
		this.#key = this.#keyOf = '';
		this.#dialog.close();
	}

	/** @param {Refusal} refusal */
	#refused(refusal) {
		const lost = refusal.kind !== 'status';
		if (!this.#dialog.open)
			this.#dialog.showModal();
		const text = refusal.message || t.wentWrong;
		const shown = refusal.field !== '' && this.#showError(refusal.field, text);
		if (!shown)
			this.#showError('', lost ?
				`${text} ${t.maybeCreated}` : text);
		this.#focusError();
	}

	/**
	 * @param {string} field member of the request; '' is the form as a whole
	 * @param {string} text '' takes the error away
	 * @returns {boolean} false if the form has no such field
	 */
	#showError(field, text) {
		const place = this.#form.querySelector(
			`[data-error="${CSS.escape(field)}"]`);
		if (!(place instanceof HTMLElement))
			return false;
		place.textContent = text;
		place.hidden = text === '';
		for (const input of this.#inputs(field))
			if (text)
				input.setAttribute('aria-invalid', 'true');
			else
				input.removeAttribute('aria-invalid');
		return true;
	}

	/** @param {string} field */
	#inputs(field) {
		return [...this.#form.elements].filter((node) =>
			field !== '' && fieldOf(node) === field);
	}

	#clearErrors() {
		for (const place of this.#form.querySelectorAll('[data-error]'))
			if (place instanceof HTMLElement)
				this.#showError(place.dataset.error ?? '', '');
	}

	/** @returns {boolean} whether there was an error to go to */
	#focusError() {
		const bad = this.#form.querySelector('[aria-invalid]');
		if (bad instanceof HTMLElement)
			bad.focus();
		return bad !== null;
	}

	/** @param {boolean} busy */
	#setBusy(busy) {
		this.#busy = busy;
		this.#submit.setAttribute('aria-disabled', String(busy));
		this.#submit.textContent = busy ? t.creating : t.create;
	}
}

/**
 * The member of the request that an input belongs to.
 *
 * @param {Element} node
 */
function fieldOf(node) {
	const name = node.getAttribute('name') ?? '';
	return name === 'datum' || name === 'zeit' ? 'fixedSlot' : name;
}
