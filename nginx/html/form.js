// @ts-check
/**
 * form: the dialog that creates a task, or changes all of one.
 *
 * What was typed is a draft until the server has taken it (drafts.js): after a
 * refusal, a lost answer, Escape, a reload or a login it is there again.  A slot
 * that a click has put into the form is none.  Trying again with the same
 * content sends the same Idempotency-Key, so a task whose answer was lost is
 * not created twice.
 */
import { creation, edit } from './changes.js';
import { byId, h, update } from './dom.js';
import { draftOf, dropDraft, freeKeyOfDraft, keepDraft } from './drafts.js';
import { parseDay } from './quick.js';
import { sidesView } from './sides.js';
import { longDay, t } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Refusal} Refusal
 * @typedef {import('./pending.js').Change} Change
 *
 * @typedef {object} Hands
 * @property {(change: Change) => Promise<Refusal | null>} make null if the
 *	server has it
 * @property {(file: string) => Promise<Task>} look at one task, with its text
 * @property {(file: string) => Place | null} placeOf
 * @property {() => { user: string, today: string }} scene
 * @property {(file: string) => void} back to the task that was changed
 */

const FIELDS = ['title', 'kategorie', 'tags', 'deadline', 'datum', 'zeit', 'body'];

export class TaskForm {
	#dialog = /** @type {HTMLDialogElement} */ (byId('editor'));
	#form = /** @type {HTMLFormElement} */ (byId('editor-form'));
	#submit = /** @type {HTMLButtonElement} */ (byId('editor-submit'));
	#hands;
	#busy = false;
	/** What is changed; null: a new task is made. */
	#task = /** @type {Task | null} */ (null);
	/** The fields as they were when the form was filled. */
	#before = /** @type {Record<string, string>} */ ({});
	/** Fields in which somebody has typed. */
	#typed = /** @type {Set<string>} */ (new Set());
	#kind = 'arbeit';
	#key = '';
	#keyOf = '';
	#asked = /** @type {Change | null} */ (null);

	/** @param {Hands} hands */
	constructor(hands) {
		this.#hands = hands;
		this.#form.addEventListener('submit', (event) => {
			event.preventDefault();
			this.#send();
		});
		this.#form.addEventListener('input', ({ target }) =>
			this.#changed(/** @type {HTMLInputElement} */ (target)));
		byId('editor-close').addEventListener('click', () =>
			this.#dialog.close());
		byId('editor-discard').addEventListener('click', () => this.#discard());
		this.#dialog.addEventListener('close', () => this.#keep(false));
		addEventListener('keydown', (event) => {
			if (this.#dialog.open && event.key === 'Enter' &&
				(event.ctrlKey || event.metaKey))
				this.#send();
		});
	}

	/**
	 * Return true if a change was asked for here, and the form was not opened
	 * again since: then its failure is told here.
	 *
	 * @param {Change} change
	 */
	owns(change) {
		return change === this.#asked;
	}

	/** A task of that key was taken back. @param {string} key */
	freeKey(key) {
		if (this.#key === key)
			this.#key = this.#keyOf = '';
		freeKeyOfDraft(this.#hands.scene().user, key);
	}

	/** @param {Place | null} place sets the fixed slot; null leaves it */
	create(place) {
		this.#open(null, { ...blankFields(), kategorie: this.#kind }, place ?? {});
	}

	/** @param {Task} task with its text */
	edit(task) {
		const draft = draftOf(this.#hands.scene().user, task.file);
		this.#open(draft?.task ?? task, valuesOf(draft?.task ?? task));
	}

	/** After a reload. @param {import('./drafts.js').Draft} draft */
	resume({ task }) {
		if (task)
			this.edit(task);
		else
			this.create(null);
	}

	/**
	 * @param {Task | null} task
	 * @param {Record<string, string>} values
	 * @param {Partial<Place>} [place] of a click, before any draft
	 */
	#open(task, values, place = {}) {
		const draft = draftOf(this.#hands.scene().user, task?.file ?? '');
		this.#task = task;
		this.#asked = null;
		this.#fill({ ...values, ...draft?.values, ...place });
		this.#before = this.#normal(values);
		this.#typed = new Set(Object.keys({ ...draft?.values })
			.filter((name) => !(name in place)));
		this.#key = draft?.key ?? '';
		this.#keyOf = draft?.keyOf ?? '';
		this.#clearErrors();
		update(byId('editor-conflict'));
		byId('editor-title').textContent = task ? t.editTitle(task.id) : t.compose;
		byId('editor-draft').hidden = !draft;
		this.#setBusy(false);
		if (!this.#dialog.open)
			this.#dialog.showModal();
		this.#keep(true);
		this.#input('title').focus();
	}

	/** @param {string} name */
	#input(name) {
		return /** @type {HTMLInputElement} */ (
			this.#form.elements.namedItem(name)
		);
	}

	/** @param {Record<string, string>} values */
	#fill(values) {
		for (const name of FIELDS)
			this.#input(name).value = name === 'datum' || name === 'deadline' ?
				dayShown(values[name], this.#today) : values[name];
		this.#sayDays();
	}

	#values() {
		return Object.fromEntries(FIELDS.map((name) =>
			[name, this.#input(name).value]));
	}

	/** Values as the fields give them back: a text area knows no CR.
	 * @param {Record<string, string>} values */
	#normal(values) {
		const shown = this.#values();
		this.#fill(values);
		const normal = this.#values();
		this.#fill(shown);
		return normal;
	}

	get #today() {
		return this.#hands.scene().today;
	}

	/** @param {HTMLInputElement} input */
	#changed(input) {
		this.#showError(fieldOf(input), '');
		this.#typed.add(input.name);
		/* A day without its time is half a slot. */
		if (fieldOf(input) === 'fixedSlot')
			this.#typed.add('datum').add('zeit');
		this.#sayDays();
		this.#keep(true);
	}

	/** Under each day stands how it was understood. */
	#sayDays() {
		for (const name of ['deadline', 'datum']) {
			const day = parseDay(this.#input(name).value, this.#today);
			byId(`d-${name}`).textContent = day && longDay(day);
		}
	}

	/** @param {boolean} open */
	#keep(open) {
		const { user } = this.#hands.scene();
		const values = this.#values();
		const typed = Object.fromEntries([...this.#typed].map((name) =>
			[name, values[name]]));
		if (this.#typed.size > 0)
			keepDraft(user, this.#task?.file ?? '', {
				values: typed, task: this.#task, key: this.#key,
				keyOf: this.#keyOf, open,
			});
	}

	#forget() {
		dropDraft(this.#hands.scene().user, this.#task?.file ?? '');
		this.#typed.clear();
	}

	#discard() {
		this.#forget();
		if (this.#task)
			this.#open(this.#task, valuesOf(this.#task));
		else
			this.create(null);
	}

	async #send() {
		if (this.#busy)
			return;
		this.#clearErrors();
		if (!this.#complete())
			return;
		const change = this.#task ? this.#edit(this.#task) : this.#creation();
		if (!change)
			return this.#done();
		this.#asked = change;
		this.#setBusy(true);
		this.#keep(true);
		const file = this.#task?.file ?? '';
		const { user } = this.#hands.scene();
		const draft = () => JSON.stringify(draftOf(user, file)?.values);
		const sent = draft();
		const refusal = await this.#hands.make(change);
		/* If the form was opened again meanwhile, what was typed since stays. */
		if (!this.owns(change)) {
			if (!refusal && draft() === sent)
				dropDraft(user, file);
			return;
		}
		this.#setBusy(false);
		if (!refusal)
			this.#done();
		else if (refusal.status === 412 && this.#task)
			await this.#compare(refusal);
		else
			this.#refused(refusal);
	}

	#creation() {
		const task = this.#read();
		const content = JSON.stringify(task);
		if (content !== this.#keyOf) {
			this.#keyOf = content;
			this.#key = crypto.randomUUID();
		}
		return creation(/** @type {any} */ (task), this.#key);
	}

	/**
	 * Only what differs is sent, so that another's change of another field
	 * stays.
	 *
	 * @param {Task} task
	 */
	#edit(task) {
		const fields = this.#read();
		const names = this.#changedFields();
		const sent = Object.fromEntries(names.map((name) =>
			[name, /** @type {any} */ (fields)[name] ?? null]));
		return names.length > 0 ?
			edit('edit', task, this.#hands.placeOf(task.file), sent) : null;
	}

	/** Members of the request that differ from the task. */
	#changedFields() {
		const now = this.#values();
		return [...new Set(FIELDS.filter((name) => now[name] !== this.#before[name])
			.map((name) => name === 'datum' || name === 'zeit' ? 'fixedSlot' : name))];
	}

	/** What the server would only call wrong: nothing, or half of it. */
	#complete() {
		if (this.#input('title').value.trim() === '')
			this.#showError('title', t.needTitle);
		for (const [name, field] of [['deadline', 'deadline'],
			['datum', 'fixedSlot']])
			if (this.#input(name).value.trim() !== '' && !this.#day(name))
				this.#showError(field, t.needDate);
		if (!this.#day('datum') !== (this.#input('zeit').value === ''))
			this.#showError('fixedSlot', t.needSlot);
		return !this.#focusError();
	}

	/** @param {string} name */
	#day(name) {
		return parseDay(this.#input(name).value, this.#today);
	}

	#read() {
		const { title, kategorie, tags, zeit, body } = this.#values();
		const list = tags.split(',').map((tag) => tag.trim().replace(/^#/, ''));
		const datum = this.#day('datum');
		return {
			title: title.trim(), kategorie,
			tags: [...new Set(list.filter(Boolean))],
			deadline: this.#day('deadline') || undefined,
			fixedSlot: datum ?
				{ datum, zeit: /** @type {Place['zeit']} */ (zeit) } : undefined,
			body: body.trim() === '' ? undefined : body,
		};
	}

	/** The kind stays for the next task, which is often alike. */
	#done() {
		const task = this.#task;
		this.#kind = task ? this.#kind : this.#input('kategorie').value;
		this.#forget();
		this.#dialog.close();
		if (task)
			this.#hands.back(task.file);
	}

	/**
	 * The task is another one now: show both, and let one be chosen.
	 *
	 * @param {Refusal} refusal
	 */
	async #compare(refusal) {
		const file = this.#task?.file ?? '';
		const theirs = await this.#hands.look(file).catch(() => null);
		if (!theirs)
			return this.#refused(refusal);
		const names = this.#changedFields();
		const shown = this.#values();
		const other = this.#normal(valuesOf(theirs));
		const side = (/** @type {'mine' | 'theirs'} */ take,
			/** @type {Record<string, string>} */ values) => ({
			name: take === 'mine' ? t.mine : t.theirsNow, key: `${take} form`,
			label: take === 'mine' ? t.mine : t.theirsNow,
			text: valuesText(names, values), button: {
				text: take === 'mine' ? t.saveMine : t.takeTheirs,
				click: () => this.#take(take, theirs),
			},
		});
		this.#showError('', t.changedMeanwhile);
		update(byId('editor-conflict'), sidesView(
			side('mine', shown), side('theirs', other)));
		byId('editor-conflict').focus();
	}

	/**
	 * Mine: what was changed here is laid on the task as it is now.
	 *
	 * @param {'mine' | 'theirs'} take
	 * @param {Task} theirs
	 */
	#take(take, theirs) {
		const mine = this.#values();
		const names = FIELDS.filter((name) => mine[name] !== this.#before[name]);
		this.#forget();
		this.#open(theirs, valuesOf(theirs));
		if (take === 'theirs')
			return;
		for (const name of names) {
			this.#input(name).value = mine[name];
			this.#typed.add(name);
		}
		this.#send();
	}

	/** @param {Refusal} refusal */
	#refused(refusal) {
		const lost = !this.#task && this.#asked?.lost;
		if (!this.#dialog.open)
			this.#dialog.showModal();
		const text = refusal.told || t.wentWrong;
		const shown = refusal.field !== '' && this.#showError(refusal.field, text);
		if (!shown)
			this.#showError('', lost ? `${text} ${t.maybeCreated}` : text);
		if (refusal.status === 401)
			byId('editor-error').append(' ', h('a', {
				href: '/auth/login?return=%2F',
			}, t.doorButton));
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
		for (const input of this.#form.elements)
			if (field !== '' && fieldOf(input) === field && text)
				input.setAttribute('aria-invalid', 'true');
			else if (fieldOf(input) === field)
				input.removeAttribute('aria-invalid');
		return true;
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
		/* What is typed into a form that closes would be lost. */
		for (const field of this.#form.querySelectorAll(
			busy ? ':read-write' : '[readonly]'))
			field.toggleAttribute('readonly', busy);
		this.#submit.textContent = busy ? t.saving : this.#task ? t.save : t.create;
	}
}

const blankFields = () => Object.fromEntries(FIELDS.map((name) => [name, '']));

/**
 * A task as its fields show it.
 *
 * @param {Task} task
 * @returns {Record<string, string>}
 */
const valuesOf = ({ title, kategorie, tags, deadline, fixedSlot, body }) => ({
	title, kategorie, tags: tags.join(', '), deadline: deadline ?? '',
	datum: fixedSlot?.datum ?? '', zeit: fixedSlot?.zeit ?? '', body: body ?? '',
});

/** `dd.mm.yyyy` as the page's language writes it into a field; else as it is.
 * @param {string} text @param {string} today */
const dayShown = (text, today) => {
	const day = parseDay(text, today);
	return day ? t.dayField(.../** @type {[string, string, string]} */ (
		day.split('.'))) : text;
};

/**
 * Some fields, as text.
 *
 * @param {string[]} names
 * @param {Record<string, string>} values
 */
const valuesText = (names, values) => names.map((name) => name === 'body' ?
	values.body : `${name === 'title' ? t.title : t.fields[name]}: ` +
	(name === 'fixedSlot' ? `${values.datum} ${values.zeit}` : values[name]))
	.join('\n');

/**
 * The member of the request that an input belongs to.
 *
 * @param {Element} node
 */
function fieldOf(node) {
	const name = node.getAttribute('name') ?? '';
	return name === 'datum' || name === 'zeit' ? 'fixedSlot' : name;
}
