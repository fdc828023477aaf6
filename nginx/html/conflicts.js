// @ts-check
/**
 * conflicts: what was changed here and in Git, with both versions; and the
 * question about removals.
 */
import { stemOf } from './api.js';
import { diffLines } from './diff.js';
import { foreign, h } from './dom.js';
import { allTasks } from './pending.js';
import { fieldWords, t } from './words.js';

/**
 * @typedef {import('./api.js').Conflict} Conflict
 * @typedef {import('./api.js').Sync} Sync
 * @typedef {import('./diff.js').Line} Line
 * @typedef {import('./store.js').State} State
 * @typedef {import('./card.js').Actions} Actions
 */

/**
 * @param {State} state
 * @param {Sync} sync
 * @param {Actions} actions
 */
export function conflictsView(state, sync, actions) {
	const more = sync.conflicts - sync.conflictList.length;
	return [
		h('ul', { class: 'conflicts', role: 'list' },
			sync.conflictList.map((conflict) =>
				h('li', null, conflictView(state, conflict, actions)))),
		more > 0 && h('p', { class: 'section-note' }, t.moreConflicts(more)),
	];
}

/**
 * @param {State} state
 * @param {Conflict} conflict
 * @param {Actions} actions
 */
function conflictView(state, conflict, actions) {
	const { id, file, copy, mine, theirs } = conflict;
	const [left, right] = mine !== null && theirs !== null ?
		diffLines(mine, theirs) : [plain(mine), plain(theirs)];
	const step = state.pending.find(({ decision }) =>
		decision?.copy === copy)?.step;
	const decide = (/** @type {'mine' | 'theirs'} */ take) =>
		step || actions.decide(conflict, take);
	return h('article', { class: 'conflict', 'data-step': step },
		h('h3', { class: 'conflict-title' },
			h('span', { class: 'task-id' }, id), ' ',
			foreign(titleOf(state, file))),
		h('p', { class: 'conflict-what' }, whatOf(conflict), isOlder(state, conflict) &&
			` ${t.older}`),
		h('div', { class: 'sides' },
			side(conflict, {
				take: 'mine', name: t.mine, lines: left, step, decide,
				missing: t.mineGone,
				button: mine !== null && t.keepMine,
			}),
			side(conflict, {
				take: 'theirs', name: t.theirs, lines: right, step, decide,
				missing: t.theirsGone,
				button: theirs !== null ? t.keepTheirs : t.keepRemoved,
			})));
}

/** @param {Conflict} conflict */
function whatOf({ fields, theirs }) {
	if (theirs === null)
		return t.removedInGit;
	return fields ? t.differIn(fieldWords(fields)) : t.differAll;
}

/**
 * A file can be in several; the newest comes first.
 *
 * @param {State} state
 * @param {Conflict} conflict
 */
function isOlder({ sync }, { file, copy }) {
	return sync?.conflictList.find((one) => one.file === file)?.copy !== copy;
}

/**
 * @param {State} state
 * @param {string} file
 */
function titleOf({ week }, file) {
	const task = week && allTasks(week).find((one) => one.file === file);
	return task ? task.title :
		stemOf(file).replace(/^\d{4}-?/, '').replaceAll('-', ' ');
}

/**
 * @param {string | null} text
 * @returns {Line[] | null}
 */
function plain(text) {
	return text === null ? null :
		text.split('\n').map((line) => ({ text: line, differs: false }));
}

/**
 * One version and its button.  A text can be longer than its box, so the
 * keyboard can go there.
 *
 * @param {Conflict} conflict
 * @param {{ take: 'mine' | 'theirs', name: string, lines: Line[] | null,
 *	missing: string, button: string | false,
 *	step: string | undefined,
 *	decide: (take: 'mine' | 'theirs') => void }} of
 */
function side({ id, copy }, { take, name, lines, missing, button, step, decide }) {
	return h('section', { class: 'side' },
		h('h4', { class: 'side-name' }, name),
		lines ? h('pre', {
			class: 'side-text', tabindex: 0, role: 'region', dir: 'auto',
			'aria-label': `${id}: ${name}`, 'data-key': `${take} ${copy}`,
		}, lines.map(lineView)) :
			h('p', { class: 'side-text side-missing' }, missing),
		button && h('button', {
			type: 'button', class: 'button', 'data-key': `take ${take} ${copy}`,
			'aria-disabled': step && 'true', 'aria-label': `${id}: ${button}`,
			click: () => decide(take),
		}, button));
}

/**
 * @param {Line} line
 * @param {number} i
 * @param {Line[]} lines
 */
function lineView({ text, differs }, i, lines) {
	const end = i < lines.length - 1 ? '\n' : '';
	return differs ? h('mark', null, text + end) : text + end;
}
