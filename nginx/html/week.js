// @ts-check
/**
 * week: the days after today, each with its three slots.
 */
import { h } from './dom.js';
import { slotView } from './slot.js';
import { dayTitle, isoDay, splitDay, t, TIMES } from './words.js';

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
export const weekView = (state, week, actions) => sheetView(state,
	week.timeline.filter(({ datum }) => datum !== week.weekStart), actions);

/**
 * @param {State} state
 * @param {Day[]} days
 * @param {Actions} actions
 * @param {boolean} [copies] with a button that copies the day
 */
export const sheetView = (state, days, actions, copies = false) =>
	h('div', { class: 'week' },
		h('div', { class: 'times', 'aria-hidden': 'true' },
			TIMES.map((zeit) => h('span', { 'data-zeit': zeit }, t.times[zeit]))),
		h('ol', { class: 'days', role: 'list', 'aria-label': t.weekLabel },
			days.map((day) => dayView(state, actions, day, copies))));

/**
 * @param {State} state
 * @param {Actions} actions
 * @param {Day} day
 * @param {boolean} copies
 */
function dayView(state, actions, { datum, dayOfWeek, slots }, copies) {
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
	copies && copyView(actions, datum, t.copy),
	h('ol', { class: 'slots', role: 'list' }, slots.map((slot) =>
		slotView(state, actions, { datum, zeit: slot.zeit }, slot))));
}

/**
 * @param {Actions} actions
 * @param {string} datum
 * @param {string} word
 */
export const copyView = (actions, datum, word) => h('button', {
	type: 'button', class: 'text-button', 'data-key': `copy ${datum}`,
	'aria-label': `${t.copyDay}: ${dayTitle(datum)}`, title: t.copyDay,
	click: () => actions.copyDay(datum),
}, word);
