// @ts-check
/**
 * slot: one slot of a day, with its task or free.
 */
import { card } from './card.js';
import { h } from './dom.js';
import { slotKey } from './pending.js';
import { longDay, t } from './words.js';

/**
 * @typedef {import('./api.js').Place} Place
 *
 * @param {import('./store.js').State} state
 * @param {import('./card.js').Actions} actions
 * @param {Place} place
 * @param {Omit<import('./api.js').Slot, 'zeit'>} slot
 */
export const slotView = (state, actions, place, { task, done = [], over }) =>
	h('li', {
		class: 'slot', 'data-zeit': place.zeit, 'data-key': slotKey(place),
	},
	h('p', { class: 'slot-name' }, t.times[place.zeit]),
	done.length > 0 && h('ul', { role: 'list', 'data-list': 'done' },
		done.map((one) => h('li', { 'data-key': one.file },
			card(state, actions, one, place, true)))),
	task ? card(state, actions, task, place) :
		!over && freeView(actions, place));

/**
 * @param {import('./card.js').Actions} actions
 * @param {Place} place
 */
export const freeView = (actions, place) => h('button', {
	type: 'button', class: 'free', 'data-key': `free ${slotKey(place)}`,
	'data-slot': slotKey(place), title: t.freeHint,
	'aria-label': t.freeLabel(longDay(place.datum), t.times[place.zeit]),
	click: () => actions.compose(place),
}, t.free);
