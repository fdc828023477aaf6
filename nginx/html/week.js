// @ts-check
/**
 * week: the days as a grid, each with the slots that are left.
 */
import { card } from './card.js';
import { currentPlace } from './changes.js';
import { h } from './dom.js';
import { isFirst } from './git.js';
import { allTasks } from './pending.js';
import { isoDay, longDay, splitDay, t, TIMES } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Day} Day
 * @typedef {import('./api.js').Slot} Slot
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./store.js').State} State
 * @typedef {import('./card.js').Actions} Actions
 */

/**
 * @param {State} state
 * @param {Week} week
 * @param {Actions} actions
 */
export function weekView(state, week, actions) {
	const now = state.expired ? null : currentPlace(week);
	return [
		allTasks(week).length === 0 && nothingYet(state, week, actions),
		h('div', { class: 'week' },
			h('div', { class: 'times', 'aria-hidden': 'true' },
				TIMES.map((zeit) => h('span', { 'data-zeit': zeit }, t.times[zeit]))),
			h('ol', {
				class: 'days', role: 'list', 'aria-label': t.weekLabel,
			}, week.timeline.map((day) =>
				dayView(state, week, actions, day, now)))),
	];
}

/**
 * One sentence about the whole week.
 *
 * @param {Week} week
 */
export function weekSummary(week) {
	const slots = week.timeline.flatMap((day) => day.slots);
	const taken = slots.filter((slot) => slot.task).length;
	return [
		t.placed(taken),
		t.freeSlots(slots.length - taken),
		week.unplaced.length > 0 && t.waiting(week.unplaced.length),
	].filter(Boolean).join(' · ');
}

/**
 * @param {State} state
 * @param {Week} week
 * @param {Actions} actions
 */
function nothingYet(state, week, actions) {
	const files = week.problems.length;
	const { sync } = state;
	if (!sync || isFirst(sync))
		return sync && h('p', { class: 'first-load', role: 'status' },
			t.fetching);
	if (sync.state === 'failed' && !sync.lastSyncAt)
		return h('p', { class: 'first-load' },
			t.notFetched);
	return h('div', { class: 'empty' },
		h('p', { class: 'empty-title' }, files > 0 ?
			t.nothingOpen : t.nothingYet),
		h('p', null, files > 0 ? t.seeProblems : t.firstStep),
		h('button', {
			type: 'button', class: 'button', 'data-key': 'compose',
			click: () => actions.compose(null),
		}, t.firstStepButton));
}

/**
 * @param {State} state
 * @param {Week} week
 * @param {Actions} actions
 * @param {Day} day
 * @param {Place | null} now
 */
function dayView(state, week, actions, day, now) {
	const today = day.datum === week.weekStart;
	const weekend = day.dayOfWeek === 0 || day.dayOfWeek === 6;
	const { day: number, month } = splitDay(day.datum);
	return h('li', {
		class: 'day', 'data-weekend': weekend,
		'aria-current': today && 'date',
	},
	h('h3', { class: 'day-head' },
		h('span', { class: 'day-name' }, t.weekday(day.dayOfWeek)), ' ',
		h('time', { class: 'day-date', datetime: isoDay(day.datum) },
			h('span', { class: 'day-number' }, t.dayNumber(number)),
			t.dayAfter(month)), ' ',
		today && h('span', { class: 'day-today' }, t.today)),
	h('ol', { class: 'slots', role: 'list' }, day.slots.map((slot) =>
		slotView(state, actions, day, slot,
			now?.datum === day.datum && now.zeit === slot.zeit))));
}

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Day} day
 * @param {Slot} slot
 * @param {boolean} current
 */
function slotView(state, actions, day, slot, current) {
	const place = { datum: day.datum, zeit: slot.zeit };
	return h('li', {
		class: 'slot', 'data-zeit': slot.zeit, 'data-free': !slot.task,
		'aria-current': current && 'time',
	},
	h('p', { class: 'slot-head' },
		h('span', { class: 'slot-name' }, t.times[slot.zeit]),
		current && h('span', { class: 'slot-now' }, t.now)),
	slot.task ? card(state, actions, slot.task, place) :
		h('button', {
			type: 'button', class: 'free',
			'data-key': `free ${day.datum} ${slot.zeit}`,
			'data-slot': `${day.datum} ${slot.zeit}`, title: t.freeHint,
			'aria-label': t.freeLabel(longDay(day.datum), t.times[slot.zeit]),
			click: () => actions.compose(place),
		}, t.free));
}
