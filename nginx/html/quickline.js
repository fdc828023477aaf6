// @ts-check
/**
 * quickline: the line at the head of the page that makes a task of what is
 * typed, with a chip for each part that has a meaning (quick.js).
 *
 * What was typed stays until the server has the task.  The same line sends the
 * same Idempotency-Key, so a lost answer makes no second task.
 */
import { creation } from './changes.js';
import { byId, h, update } from './dom.js';
import { keepLine, lineOf } from './drafts.js';
import { parseLine, slotOf, withoutPart } from './quick.js';
import { shortDay, t, wordFor } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./pending.js').Change} Change
 * @typedef {import('./quick.js').Line} Line
 * @typedef {import('./quick.js').Part} Part
 */

/** Of a line that names none, whatever the line before has said. */
const KIND = 'arbeit';

export class QuickLine {
	#input = /** @type {HTMLInputElement} */ (byId('quick'));
	#key = '';
	#keyOf = '';
	#busy = false;
	#make;
	#week;

	/**
	 * @param {(change: Change) => Promise<unknown>} make has a task created
	 * @param {() => Week | null} week the one that is shown
	 */
	constructor(make, week) {
		this.#make = make;
		this.#week = week;
		this.#input.addEventListener('input', () => this.#changed());
		this.#input.addEventListener('keydown', ({ key }) => {
			if (key === 'Escape')
				this.#input.blur();
		});
		byId('quick-form').addEventListener('submit', (event) => {
			event.preventDefault();
			this.#send();
		});
	}

	focus() {
		this.#input.focus();
	}

	/**
	 * The server has a task; if it is the one of this line, the line is free.
	 *
	 * @param {Change} change
	 */
	stored({ request }) {
		if (!this.#key || request.key !== this.#key)
			return;
		this.#key = this.#keyOf = '';
		this.#input.value = '';
		this.#changed();
	}

	/** A task of that key was taken back. @param {string} key */
	freeKey(key) {
		if (this.#key === key)
			this.#key = this.#keyOf = '';
	}

	/** What was typed before a reload or a login is there again. */
	resume() {
		this.#input.value ||= lineOf(this.#week()?.userId ?? '');
		this.#render();
	}

	#changed() {
		keepLine(this.#week()?.userId ?? '', this.#input.value);
		this.#render();
	}

	async #send() {
		const week = this.#week();
		if (this.#busy || !week)
			return;
		const line = parseLine(this.#input.value, week.weekStart);
		this.#sayError(line.title === '' ? t.needTitle : '');
		if (line.title === '')
			return;
		const { title, tags, deadline } = line;
		const draft = {
			title, tags, kategorie: line.kategorie || KIND,
			deadline: deadline || undefined, fixedSlot: slotOf(line, week),
		};
		if (JSON.stringify(draft) !== this.#keyOf) {
			this.#keyOf = JSON.stringify(draft);
			this.#key = crypto.randomUUID();
		}
		this.#busy = true;
		this.#input.setAttribute('readonly', '');
		await this.#make(creation(draft, this.#key));
		this.#input.removeAttribute('readonly');
		this.#busy = false;
	}

	/** @param {string} text '' takes it away */
	#sayError(text) {
		byId('quick-error').textContent = text;
		this.#input.toggleAttribute('aria-invalid', text !== '');
	}

	#render() {
		const week = this.#week();
		this.#sayError('');
		const text = this.#input.value;
		const line = parseLine(text, week?.weekStart ?? '01.01.1970');
		const kindOpen = line.title !== '' && !line.kategorie;
		update(byId('quick-chips'), week && line.parts.map((part) =>
			h('li', null, h('button', {
				type: 'button', class: 'chip', 'data-chip': part.what,
				'data-kategorie': part.what === 'kind' && line.kategorie,
				'aria-label': t.removeChip(chipWord(line, part, week)),
				title: t.removeChip(chipWord(line, part, week)),
				click: () => this.#remove(part),
			}, chipWord(line, part, week)))),
		kindOpen && h('li', { class: 'chip-quiet' },
			wordFor(t.kinds, KIND)));
	}

	/** @param {Part} part */
	#remove(part) {
		if (this.#busy)
			return;
		this.#input.value = withoutPart(this.#input.value, part);
		this.#changed();
		this.focus();
	}
}

/**
 * @param {Line} line
 * @param {Part} part
 * @param {Week} week
 */
function chipWord(line, { what, text }, week) {
	const slot = slotOf(line, week);
	if (what === 'kind')
		return wordFor(t.kinds, line.kategorie);
	if (what === 'deadline')
		return t.until(shortDay(line.deadline, week.weekStart));
	return what === 'slot' && slot ?
		`${shortDay(slot.datum, week.weekStart)} ${t.times[slot.zeit]}` : text;
}
