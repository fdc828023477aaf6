// @ts-check
/**
 * move: the dialog in which a task gets another place: tomorrow, next week, a
 * slot of the shown days, or any day.  Before anything is stored it says which
 * other tasks would move.
 */
import { byId, foreign, h, setText, update } from './dom.js';
import { allTasks, placeOf, slotKey } from './pending.js';
import { addDays, parseDay } from './quick.js';
import { longDay, shortDay, splitDay, t, TIMES } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./preview.js').Preview} Preview
 */

/** So many tasks that would move are named. */
const SAID = 3;

export class MoveDialog {
	#dialog = /** @type {HTMLDialogElement} */ (byId('move'));
	#week;
	#move;
	#preview;
	#file = '';

	/**
	 * @param {() => Week | null} week the one that is shown
	 * @param {(task: Task, place: Place | null) => void} move
	 * @param {Preview} preview
	 */
	constructor(week, move, preview) {
		this.#week = week;
		this.#move = move;
		this.#preview = preview;
		byId('move-close').addEventListener('click', () => this.#dialog.close());
		byId('move-form').addEventListener('submit', (event) => {
			event.preventDefault();
			this.#send();
		});
		this.#dialog.addEventListener('close', () => preview.stop());
		for (const event of ['focusin', 'pointerover'])
			this.#dialog.addEventListener(event, ({ target }) => this.#look(target));
	}

	/** @param {Task} task */
	open(task) {
		const week = this.#week();
		if (!week)
			return;
		this.#file = task.file;
		setText(byId('move-title'), t.moveTitle(task.title));
		setText(byId('move-shift'), '');
		setText(byId('move-error'), '');
		update(byId('move-body'), choicesView(week, task,
			(place) => this.#choose(place)));
		this.#dialog.showModal();
		/** @type {HTMLElement | null} */ (
			byId('move-body').querySelector('button'))?.focus();
	}

	/** @param {Place | null} place */
	#choose(place) {
		const week = this.#week();
		const task = week && allTasks(week).find((one) => one.file === this.#file);
		this.#dialog.close();
		if (task)
			this.#move(task, place);
	}

	#send() {
		const day = /** @type {HTMLInputElement} */ (byId('move-day')).value;
		const datum = parseDay(day, this.#week()?.weekStart ?? '01.01.1970');
		const zeit = /** @type {HTMLSelectElement} */ (byId('move-time')).value;
		setText(byId('move-error'), datum ? '' : t.needDate);
		if (datum)
			this.#choose({ datum, zeit: /** @type {Place['zeit']} */ (zeit) });
	}

	/** @param {EventTarget | null} target */
	#look(target) {
		const button = target instanceof Element &&
			target.closest('#move-body [data-place]');
		if (!button)
			return;
		const place = JSON.parse(button.getAttribute('data-place') ?? 'null');
		this.#preview.ask(this.#file, place, (moves) =>
			setText(byId('move-shift'), shiftText(moves, this.#week())));
	}
}

/**
 * What would move, in a sentence.
 *
 * @param {import('./api.js').Move[]} moves
 * @param {Week | null} week
 */
function shiftText(moves, week) {
	const today = week?.weekStart ?? '';
	const titles = new Map(week ? allTasks(week).map(({ file, title }) =>
		[file, title]) : []);
	return moves.length === 0 ? t.nothingShifts : t.shifts(
		moves.slice(0, SAID).map(({ file, to }) => {
			const title = titles.get(file) ?? file;
			return to ? t.shift(title,
				`${shortDay(to.datum, today)} ${t.times[to.zeit]}`) : t.shiftOut(title);
		}), moves.length - SAID);
}

/**
 * The slot some days on: of the same time if no fixed task has it, else the
 * first one of that day that none has.
 *
 * @param {Week} week
 * @param {Place | null} place where the task stands
 * @param {number} days from there, from today if it stands nowhere
 * @returns {Place}
 */
function placeAfter(week, place, days) {
	const datum = addDays(place?.datum ?? week.weekStart, days);
	const zeit = place?.zeit ?? 'morgens';
	const slots = week.timeline.find((day) => day.datum === datum)?.slots ?? [];
	const isOpen = (/** @type {import('./api.js').Slot} */ slot) =>
		!slot.task?.isFixed && (place || !slot.task);
	const found = slots.find((slot) => slot.zeit === zeit && isOpen(slot)) ??
		slots.find(isOpen);
	return { datum, zeit: found?.zeit ?? zeit };
}

/**
 * @param {Week} week
 * @param {Task} task
 * @param {(place: Place | null) => void} choose
 */
function choicesView(week, task, choose) {
	const place = placeOf(week, task.file);
	const quick = (/** @type {string} */ key, /** @type {string} */ text,
		/** @type {Place | null} */ to) => h('button', {
		type: 'button', class: 'button', 'data-key': key,
		'data-place': JSON.stringify(to), click: () => choose(to),
	}, text, to && h('small', null,
		`${shortDay(to.datum, week.weekStart)} ${t.times[to.zeit]}`));
	return [
		h('div', { class: 'acts' },
			quick('tomorrow', t.toTomorrow, placeAfter(week, place, 1)),
			quick('next', t.toNextWeek, placeAfter(week, place, 7)),
			task.isFixed && quick('free', t.unpin, null)),
		h('ol', { class: 'places', role: 'list' }, week.timeline.map((day) =>
			h('li', null,
				h('h3', { class: 'place-day' }, t.weekday(day.dayOfWeek).slice(0, 2),
					' ', t.dayNumber(splitDay(day.datum).day)),
				TIMES.map((zeit) => {
					const slot = day.slots.find((one) => one.zeit === zeit);
					return slot ? placeButton({ datum: day.datum, zeit }, slot.task,
						place, choose) : h('span', { class: 'place-over' });
				})))),
	];
}

/**
 * @param {Place} to
 * @param {Task | null} taken
 * @param {Place | null} from
 * @param {(place: Place) => void} choose
 */
function placeButton(to, taken, from, choose) {
	const here = slotKey(to) === slotKey(from);
	return h('button', {
		type: 'button', class: 'place', 'data-key': slotKey(to),
		'data-place': JSON.stringify(to), 'data-here': here,
		'data-taken': !!taken, 'data-fixed': !!taken?.isFixed,
		'aria-label': t.placeLabel(longDay(to.datum), t.times[to.zeit],
			[taken ? taken.title : t.free, taken?.isFixed && t.fixed,
				here && t.placeHere].filter(Boolean).join(', ')),
		click: () => choose(to),
	}, h('span', { class: 'place-time' }, t.times[to.zeit]), ' ',
	taken ? foreign(taken.title, 'place-task') : h('i', null, t.free));
}
