// @ts-check
/**
 * past: another week, past or to come, with what was done in each slot; the
 * links from week to week; and a day as Markdown.
 */
import { addressOf } from './address.js';
import { h } from './dom.js';
import { sheetView } from './week.js';
import { longDay, splitDay, t } from './words.js';

/**
 * @typedef {import('./api.js').Week} Week
 * @typedef {import('./api.js').Task} Task
 */

/**
 * @param {import('./store.js').State} state
 * @param {Week} week
 * @param {import('./card.js').Actions} actions
 */
export const pastView = (state, week, actions) =>
	sheetView(state, week.timeline, actions, true);

/**
 * Links to the weeks before and after, which stay in their places at the end
 * of the calendar.  This week is the board.
 *
 * @param {Week | null} week that is shown
 * @param {string} today
 */
export const pagerView = (week, today) => [
	link('‹', t.weekBefore, week?.prev, today),
	link('›', t.weekAfter, week?.next, today),
];

/**
 * @param {string} text
 * @param {string} label
 * @param {string | null | undefined} from
 * @param {string} today
 */
const link = (text, label, from, today) => h('a', {
	class: 'button button-quiet', 'data-view': true, 'data-key': label,
	href: from && addressOf({ from: from === today ? null : from }),
	role: !from && 'link', 'aria-disabled': !from && 'true',
	'aria-label': label, title: label,
}, text);

/** `21. bis 27. November 2026`. @param {Week} week */
export function spanOf({ timeline }) {
	const [first, last] = [timeline[0], timeline.at(-1)].map((day) =>
		splitDay(day?.datum ?? '01.01.1970'));
	return t.span(first.day, first.month, last.day, last.month, last.year);
}

/**
 * The first day of a week as Markdown, with boxes.
 *
 * @param {Week} week
 */
export function dayText({ timeline: [{ datum, slots }] }) {
	const lines = slots.flatMap(({ zeit, task, done = [] }) => [
		...done.map((one) => markdownLine('x', zeit, one)),
		...task ? [markdownLine(' ', zeit, task)] : [],
	]);
	return `## ${longDay(datum)}\n\n${lines.join('') || `${t.emptyDay}\n`}`;
}

/**
 * @param {string} mark
 * @param {import('./api.js').Zeit} zeit
 * @param {Task} task
 */
const markdownLine = (mark, zeit, { id, title, tags }) =>
	`- [${mark}] ${t.times[zeit]}: ${escaped(title)} (${id})` +
	`${tags.map((tag) => ` #${escaped(tag)}`).join('')}\n`;

/** So that a title stays what it is. @param {string} text */
const escaped = (text) => text.replace(/[\\`*_[\]<~]|&(?=#?\w+;)/g, '\\$&');
