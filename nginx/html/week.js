// @ts-check
/**
 * week: the days after today, each with its three slots.
 */
import { h } from './dom.js';
import { slotView } from './slot.js';
import { isoDay, splitDay, t, TIMES } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Day} Day
 * @typedef {import('./store.js').State} State
 * @typedef {import('./card.js').Actions} Actions
 */

/**
 * @param {State} state
 * @param {Week} week
 * @param {Actions} actions
 */
export const weekView = (state, week, actions) => h('div', { class: 'week' },
	h('div', { class: 'times', 'aria-hidden': 'true' },
		TIMES.map((zeit) => h('span', { 'data-zeit': zeit }, t.times[zeit]))),
	h('ol', { class: 'days', role: 'list', 'aria-label': t.weekLabel },
		week.timeline.filter(({ datum }) => datum !== week.weekStart)
			.map((day) => dayView(state, actions, day))));

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Day} day
 */
function dayView(state, actions, { datum, dayOfWeek, slots }) {
	const { day, month } = splitDay(datum);
	return h('li', {
		class: 'day', 'data-key': datum,
		'data-weekend': dayOfWeek === 0 || dayOfWeek === 6,
	},
	h('h3', { class: 'day-head' },
		h('span', { class: 'day-name' }, t.weekday(dayOfWeek)), ' ',
		h('time', { class: 'day-date', datetime: isoDay(datum) },
			h('span', { class: 'day-number' }, t.dayNumber(day)),
			t.dayAfter(month))),
	h('ol', { class: 'slots', role: 'list' }, slots.map(({ zeit, task }) =>
		slotView(state, actions, { datum, zeit }, task))));
}
