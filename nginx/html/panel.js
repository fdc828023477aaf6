// @ts-check
/**
 * panel: one task with all that is known of it: its text, where it stands and
 * why, how it stands to Git, and what can be done with it.
 *
 * It stands beside the page and locks nothing: keys, the toast and other tasks
 * are there while it is open.
 */
import { deadlineText, kindMark, syncView } from './card.js';
import {
	byId, foreign, h, moveHiddenFocus, setText, update,
} from './dom.js';
import { markdownView } from './markdown.js';
import { allTasks, placeOf, projectTask, ticksOf } from './pending.js';
import { longDay, t, told, wordFor } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./store.js').Store} Store
 * @typedef {import('./card.js').Actions} Actions
 */

export class Panel {
	#dialog = /** @type {HTMLDialogElement} */ (byId('panel'));
	#store;
	#actions;
	#details;
	#file = '';
	#refusal = '';
	/** The week that had come as a task was read that is in none. */
	#heard = /** @type {Week | null} */ (null);

	/**
	 * @param {Store} store
	 * @param {Actions} actions
	 * @param {import('./details.js').Details} details
	 */
	constructor(store, actions, details) {
		this.#store = store;
		this.#actions = actions;
		this.#details = details;
		byId('panel-close').addEventListener('click', () => this.close());
		document.addEventListener('keydown', (event) => {
			if (event.key !== 'Escape' || event.defaultPrevented ||
				!this.#dialog.open || document.querySelector('dialog:modal'))
				return;
			event.preventDefault();
			this.close();
		});
		store.addEventListener('change', () => this.#render());
	}

	/** @param {string} file */
	async open(file) {
		this.#file = file;
		this.#refusal = '';
		this.#heard = null;
		if (!this.#dialog.open)
			this.#dialog.show();
		this.#dialog.scrollTop = 0;
		this.#render();
		byId('panel-close').focus({ preventScroll: true });
		const refusal = await this.#details.need(
			{ file, etag: taskOf(this.#store, file)?.etag ?? '' }, true);
		this.#refusal = refusal?.message ?? '';
		this.#render();
	}

	/** The focus goes back to the card, or if that is gone, to the day. */
	close() {
		this.#dialog.close();
		moveHiddenFocus();
	}

	#render() {
		const task = this.#dialog.open && taskOf(this.#store, this.#file);
		if (!task)
			return;
		const { details, heard } = this.#store.state;
		/* If no list has it, only a look tells that it was changed elsewhere. */
		const again = task === details[task.file] && heard !== this.#heard;
		if (again)
			this.#heard = heard;
		this.#details.need(again ? { ...task, etag: '' } : task, again);
		setText(byId('panel-title'), task.title);
		update(byId('panel-body'), panelView(this.#store, task,
			details[task.file], this.#actions, this.#refusal));
	}
}

/**
 * The task as it is in a shown week, was found, or asked for.
 *
 * @param {Store} store
 * @param {string} file
 * @returns {Task | null}
 */
export function taskOf(store, file) {
	const { details, found, pending } = store.state;
	const shown = [store.shownWeek, store.shownOther].flatMap((week) =>
		week ? allTasks(week) : []).find((task) => task.file === file);
	const known = found?.find((task) => task.file === file) ?? details[file];
	return shown ?? (known ? projectTask(known, pending) : null);
}

/**
 * @param {Store} store
 * @param {Task} task
 * @param {Task | undefined} full
 * @param {Actions} actions
 * @param {string} refusal why there is no text
 */
function panelView(store, task, full, actions, refusal) {
	const week = store.shownWeek;
	const place = week && placeOf(week, task.file);
	const { pending } = store.state;
	return [
		h('p', { class: 'panel-where' }, task.id, ' · ', kindMark(task), ' · ',
			whereText(task, place)),
		task.why && h('p', { class: 'panel-why' }, whyText(store, task.why)),
		buttonsView(task, place, full, actions),
		full?.nodes ? h('div', { class: 'text', dir: 'auto' },
			markdownView(withoutTitle(full), {
				ticks: ticksOf(pending, task.file),
				tick: (line, checked) => actions.tick(task, line, checked),
			})) :
			h('p', { class: 'panel-wait', role: 'status' }, refusal || t.textLoading),
		h('dl', { class: 'facts' }, factsOf(task, week?.weekStart ?? '', place)
			.map(([name, value]) => h('div', null, h('dt', null, name),
				h('dd', null, value)))),
	];
}

/**
 * @param {Store} store
 * @param {{ code: string, by?: string }} why
 */
function whyText(store, { code, by }) {
	const other = by ? taskOf(store, by) : null;
	return t.why[code]?.(other ? `${other.id} ${other.title}` : by ?? '') ?? '';
}

/** The heading that is the title stands at the head of the panel already.
 * @param {Task} task */
const withoutTitle = ({ nodes = [], title }) =>
	nodes[0]?.type === 'heading' && nodes[0].children?.length === 1 &&
		nodes[0].children[0].text === title ? nodes.slice(1) : nodes;

/** @param {Task} task @param {Place | null} place */
function whereText({ status, abgeschlossen_am: when, reason }, place) {
	const at = (/** @type {Place} */ { datum, zeit }) =>
		t.placeAt(longDay(datum), t.times[zeit]);
	if (status === 'abgebrochen')
		return t.isCancelled;
	if (status !== 'offen')
		return when ? t.doneWhen(at(when)) : t.isDone;
	return place ? at(place) : wordFor(t.reasons, reason ?? '') || t.placeNone;
}

/**
 * @param {Task} task
 * @param {string} today
 * @param {Place | null} place
 * @returns {[string, any][]}
 */
function factsOf(task, today, place) {
	const { tags, deadline, fixedSlot, warning, warningEnglish, sync, file } = task;
	const facts = /** @type {[string, any][]} */ ([
		[t.fixedSlot, fixedSlot && t.placeAt(longDay(fixedSlot.datum),
			t.times[fixedSlot.zeit])],
		[t.deadline, deadline && deadlineText(task, today, place)],
		[t.tags, tags.length > 0 && foreign(tags.map((tag) => `#${tag}`).join(' '))],
		[t.gitFact, sync !== 'clean' && [
			syncView(task), ` ${t.syncHints[sync] ?? ''}`]],
		[t.warning, told(warning, warningEnglish)],
		[t.file, foreign(file)],
	]);
	return facts.filter(([, value]) => value);
}

/**
 * @param {Task} task
 * @param {Place | null} place
 * @param {Task | undefined} full
 * @param {Actions} actions
 */
function buttonsView(task, place, full, actions) {
	const button = (/** @type {string} */ key, /** @type {string} */ text,
		/** @type {() => void} */ click, look = '') => h('button', {
		type: 'button', class: `button ${look}`, 'data-key': key, click,
	}, text);
	const open = task.status === 'offen';
	return h('div', { class: 'acts', 'data-key': 'acts' },
		open && button('done', t.done, () => actions.complete(task, place),
			'button-main'),
		!open && button('reopen', t.reopen, () => actions.reopen(task),
			'button-main'),
		open && button('move', t.move, () => actions.move(task)),
		full && button('edit', t.editButton, () => actions.edit(full)),
		open && button('cancel', t.cancelTask, () => actions.cancel(task),
			'button-quiet'));
}
