// @ts-check
/**
 * conflicts: what was changed here and in Git, with both versions; and the
 * question about removals.
 */
import { stemOf } from './api.js';
import { allTasks } from './changes.js';
import { diffLines } from './diff.js';
import { foreign, h } from './dom.js';
import { count, fieldWords } from './words.js';

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
		more > 0 && h('p', { class: 'section-note' }, count(more,
			'weiterer Konflikt erscheint', 'weitere Konflikte erscheinen'),
		', wenn diese entschieden sind.'),
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
	const step = state.deciding.get(copy)?.step;
	const decide = (/** @type {'mine' | 'theirs'} */ take) =>
		step || actions.decide(conflict, take);
	return h('article', { class: 'conflict', 'data-step': step },
		h('h3', { class: 'conflict-title' },
			h('span', { class: 'task-id' }, id), ' ',
			foreign(titleOf(state, file))),
		h('p', { class: 'conflict-what' }, whatOf(conflict), isOlder(state, conflict) &&
			' Eine frühere Fassung derselben Aufgabe.'),
		h('div', { class: 'sides' },
			side(conflict, {
				take: 'mine', name: 'Meine Fassung', lines: left, step, decide,
				missing: 'Diese Fassung gibt es nicht mehr.',
				button: mine !== null && 'Meine behalten',
			}),
			side(conflict, {
				take: 'theirs', name: 'Fassung aus Git', lines: right, step, decide,
				missing: 'In Git gibt es die Datei nicht mehr.',
				button: theirs !== null ? 'Die aus Git behalten' :
					'Entfernt lassen',
			})));
}

/** @param {Conflict} conflict */
function whatOf({ fields, theirs }) {
	if (theirs === null)
		return 'Hier geändert, in Git gelöscht.';
	return fields ? `Hier und in Git verschieden: ${fieldWords(fields)}.` :
		'Die ganze Datei ist hier und in Git verschieden.';
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
 *	step: 'asking' | 'done' | undefined,
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
