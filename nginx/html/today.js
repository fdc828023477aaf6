// @ts-check
/**
 * today: the task whose turn it is, large; the rest of the day; and fixed slots
 * that are over.
 */
import { addressOf } from './address.js';
import { card, doneButton, marks, taskProps, titleView } from './card.js';
import { boxesOf, currentPlace } from './changes.js';
import { h } from './dom.js';
import { isFirst } from './git.js';
import { boxesView } from './markdown.js';
import { allTasks, ticksOf } from './pending.js';
import { freeView, slotView } from './slot.js';
import { copyView } from './week.js';
import { t } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./store.js').State} State
 * @typedef {import('./card.js').Actions} Actions
 */

/** So many boxes of the current task; the panel has all. */
const BOXES = 6;

/**
 * @param {State} state
 * @param {Week} week
 * @param {Actions} actions
 */
export function todayView(state, week, actions) {
	const now = currentPlace(week);
	const [today] = week.timeline;
	const [first, ...rest] = now ? today.slots : [];
	const late = week.unplaced.filter(({ reason }) => reason === 'ueberfaellig');
	const n = allTasks(week).length;
	return [
		isFirst(state.sync) && h('p', { class: 'first-load', role: 'status' },
			fetchingText(state.sync, n)),
		n === 0 && nothingYet(state, week, actions),
		now && first ? nowView(state, actions, now, first.task) :
			h('p', { class: 'over' }, t.dayOver),
		rest.length > 0 && h('ol', {
			class: 'rest', role: 'list', 'aria-label': t.restOfDay,
		}, rest.map((slot) => slotView(state, actions,
			{ datum: week.weekStart, zeit: slot.zeit }, slot))),
		late.length > 0 && lateView(state, actions, late),
		h('p', { class: 'acts today-more' },
			h('a', {
				class: 'text-button', 'data-key': 'done today',
				href: addressOf({ from: week.weekStart }), 'data-view': true,
			}, t.doneToday),
			copyView(actions, week.weekStart, t.copyDay)),
	];
}

/**
 * How far the first sync is: by what the run tells, else by the tasks that the
 * week has.
 *
 * @param {import('./api.js').Sync | null} sync
 * @param {number} n
 */
function fetchingText(sync, n) {
	const { done, of } = sync?.progress ?? {};
	return done === undefined || of === undefined ? t.fetching(n) :
		t.fetchingOf(done, of);
}

/**
 * The current task of a week.
 *
 * @param {Week} week
 * @returns {Task | null}
 */
export const currentTask = (week) =>
	currentPlace(week) && week.timeline[0].slots[0].task;

/**
 * One sentence about the whole week.
 *
 * @param {Week} week
 */
export function weekSummary(week) {
	const open = (/** @type {import('./api.js').Day[]} */ days) =>
		days.flatMap((day) => day.slots)
			.filter((slot) => slot.task?.status === 'offen').length;
	const { timeline, weekStart } = week;
	return [
		t.leftToday(open(timeline.filter(({ datum }) => datum === weekStart))),
		t.leftWeek(open(timeline)),
		week.unplaced.length > 0 && t.waiting(week.unplaced.length),
	].filter(Boolean).join(' · ');
}

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Place} place
 * @param {Task | null} task
 */
function nowView(state, actions, place, task) {
	const when = h('p', { class: 'now-when' }, state.expired ? t.times[place.zeit] :
		t.nowAt(t.times[place.zeit]));
	if (!task)
		return h('div', { class: 'now', 'aria-current': !state.expired && 'time' },
			when, freeView(actions, place));
	const boxes = boxesOf(state.details[task.file]?.nodes ?? []);
	return h('article', {
		class: 'task now', 'aria-current': !state.expired && 'time',
		...taskProps(state, task, place),
	},
	when, titleView(actions, task, 'h3'),
	task.status === 'offen' && h('span', { class: 'grip', 'aria-hidden': 'true' }),
	h('div', { class: 'acts' },
		doneButton(actions, task, place, 'button button-main'),
		button('move', t.move, () => actions.move(task)),
		button('open', t.open, () => actions.open(task))),
	marks(task, place, state.week?.weekStart ?? ''),
	boxesView(boxes.slice(0, BOXES), {
		ticks: ticksOf(state.pending, task.file),
		tick: (line, checked) => actions.tick(task, line, checked),
	}),
	boxes.length > BOXES && h('p', { class: 'now-more' },
		t.moreBoxes(boxes.length - BOXES)));
}

/** @param {string} key @param {string} text @param {() => void} click */
const button = (key, text, click) =>
	h('button', { type: 'button', class: 'button', 'data-key': key, click }, text);

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Task[]} tasks
 */
function lateView(state, actions, tasks) {
	const open = tasks.length < 3 || !!state.shown.overdue;
	return h('section', { class: 'late', 'aria-label': t.overdue(tasks.length) },
		h('div', { class: 'late-head' },
			h('p', null, t.overdue(tasks.length)),
			button('unpin', t.unpinAll, () => actions.unpin(tasks)),
			tasks.length > 2 && !open &&
				button('look', t.look, () => actions.showMore('overdue'))),
		h('ul', { class: 'rows', role: 'list', 'data-list': 'overdue', hidden: !open },
			tasks.map((task) => h('li', { 'data-key': task.file },
				card(state, actions, task, null)))));
}

/**
 * @param {State} state
 * @param {Week} week
 * @param {Actions} actions
 */
function nothingYet({ sync }, week, actions) {
	const files = week.problems.length;
	if (!sync || isFirst(sync))
		return null;
	if (sync.state === 'failed' && !sync.lastSyncAt)
		return h('p', { class: 'first-load' }, t.notFetched);
	return h('div', { class: 'empty' },
		h('p', { class: 'empty-title' }, files > 0 ? t.nothingOpen : t.nothingYet),
		h('p', null, files > 0 ? t.seeProblems : t.firstStep),
		button('compose', t.firstStepButton, () => actions.compose(null)));
}
