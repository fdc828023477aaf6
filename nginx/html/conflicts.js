// @ts-check
/**
 * conflicts: what was changed here and in Git, with both versions; and the
 * question about removals.
 */
import { stemOf } from './api.js';
import { foreign, h } from './dom.js';
import { allTasks } from './pending.js';
import { sidesView } from './sides.js';
import { fieldWords, t } from './words.js';

/**
 * @typedef {import('./api.js').Conflict} Conflict
 * @typedef {import('./api.js').Sync} Sync
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
	const step = state.pending.find(({ decision }) =>
		decision?.copy === copy)?.step;
	const side = (/** @type {'mine' | 'theirs'} */ take,
		/** @type {string} */ name, /** @type {string | false} */ text) => ({
		name, key: `${take} ${copy}`, label: `${id}: ${name}`,
		button: text ? {
			text, label: `${id}: ${text}`, disabled: !!step,
			click: () => {
				if (!step)
					actions.decide(conflict, take);
			},
		} : /** @type {false} */ (false),
	});
	return h('article', { class: 'conflict', 'data-step': step },
		h('h3', { class: 'conflict-title' },
			h('span', { class: 'task-id' }, id), ' ',
			foreign(titleOf(state, file))),
		h('p', { class: 'conflict-what' }, conflictText(conflict), isOlderCopy(state, conflict) &&
			` ${t.older}`),
		sidesView({
			...side('mine', t.mine, mine !== null && t.keepMine), text: mine,
			missing: t.mineGone,
		}, {
			...side('theirs', t.theirs,
				theirs !== null ? t.keepTheirs : t.keepRemoved),
			text: theirs, missing: t.theirsGone,
		}));
}

/** @param {Conflict} conflict */
function conflictText({ fields, theirs }) {
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
function isOlderCopy({ sync }, { file, copy }) {
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
