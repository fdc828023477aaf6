// @ts-check
/**
 * gitbar: how the tasks stand to Git, in the head of the page, with the
 * button; and the question about removals.
 */
import { byId, setText } from './dom.js';
import { t } from './words.js';

/** @typedef {import('./store.js').State} State */

const BUSY = {
	'': '', asking: t.syncAsking, waiting: t.syncWaiting,
};

/** @param {State} state */
export function renderGit({ sync, syncing, note }) {
	const there = sync !== null && sync.state !== 'aus';
	byId('git').hidden = !there;
	const asked = there && sync.code === 'entfernen_bestaetigen';
	renderQuestion(asked);
	if (!there)
		return;
	setText(byId('git-state'), sync.text);
	byId('git-state').dataset.state = sync.state === 'ok' &&
		(asked || sync.conflicts > 0) ? 'decide' : sync.state;
	byId('git-more').hidden = sync.conflictList.length === 0;

	setText(byId('git-note'), BUSY[syncing] || (note?.text ?? ''));
	byId('git-note').dataset.kind = syncing ? 'busy' : note?.kind ?? '';
	byId('sync').hidden = !sync.button;
	for (const id of ['sync', 'confirm'])
		byId(id).setAttribute('aria-disabled', String(syncing !== ''));
}

/**
 * When it goes, it takes the keyboard's place with it.
 *
 * @param {boolean} asked
 */
function renderQuestion(asked) {
	const box = byId('question');
	if (!asked && box.contains(document.activeElement))
		byId('week').focus({ preventScroll: true });
	box.hidden = !asked;
}
