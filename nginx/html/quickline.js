// @ts-check
/**
 * quickline: the line at the head of the page that makes a task of what is
 * typed, with a chip for each part that has a meaning (quick.js).
 *
 * What was typed stays until the server has the task.  The same line sends the
 * same Idempotency-Key, also after a reload, so a lost answer makes no second
 * task.
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
	/** The line that was sent last, with its task, and under which key. */
	#sent = /** @type {{ key?: string, task?: string, text?: string }} */ ({});
	#make;
	#week;

	/**
	 * @param {(change: Change) => Promise<unknown>} make has a task created
	 * @param {() => Week | null} week the one that is shown
	 */
	constructor(make, week) {
		this.#make = make;
		this.#week = week;
		this.#input.addEventListener('input', () => this.#render());
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
	 * What was typed since stays.
	 *
	 * @param {Change} change
	 */
	stored({ request: { key } }) {
		if (key === this.#sent.key && this.#input.value === this.#sent.text)
			this.#input.value = '';
		this.freeKey(key);
	}

	/** A task of that key was taken back. @param {string} [key] */
	freeKey(key) {
		if (this.#sent.key === key)
			this.#sent = {};
		this.#render();
	}

	/** What was typed before a reload or a login is there again. */
	resume() {
		const [text = '', sent = {}] = lineOf(this.#week()?.userId ?? '');
		this.#input.value ||= text;
		this.#sent = sent;
		this.#render();
	}

	async #send() {
		const week = this.#week();
		if (this.#input.readOnly || !week)
			return;
		const line = parseLine(this.#input.value, week.weekStart);
		if (line.title === '')
			return this.#sayError(t.needTitle);
		const { title, tags, deadline } = line;
		const draft = {
			title, tags, kategorie: line.kategorie || KIND,
			deadline: deadline || undefined, fixedSlot: slotOf(line, week),
		};
		const task = JSON.stringify(draft);
		if (task !== this.#sent.task)
			this.#sent = { task, key: crypto.randomUUID() };
		this.#sent.text = this.#input.value;
		this.#render();
		this.#input.readOnly = true;
		await this.#make(creation(draft, this.#sent.key ?? ''));
		this.#input.readOnly = false;
	}

	/** @param {string} text '' takes it away */
	#sayError(text) {
		byId('quick-error').textContent = text;
		this.#input.toggleAttribute('aria-invalid', text !== '');
	}

	/** What is shown is also kept. */
	#render() {
		const week = this.#week();
		const text = this.#input.value;
		keepLine(week?.userId ?? '', text, this.#sent);
		this.#sayError('');
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
		if (this.#input.readOnly)
			return;
		this.#input.value = withoutPart(this.#input.value, part);
		this.#render();
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
