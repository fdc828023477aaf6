// @ts-check
/**
 * gitbar: the pill in the head of the page, which says in one sentence whether
 * the week is up to date and how the tasks stand to Git, and what opens under
 * it; and the question about removals.
 */
import { byId, h, setText, update } from './dom.js';
import { clockTime, gitWords, t, whenOf } from './words.js';

/** @typedef {import('./store.js').State} State */

const BUSY = {
	'': '', asking: t.syncAsking, waiting: t.syncWaiting,
};

/** @param {State} state */
export function renderGit(state) {
	const { sync, phase } = state;
	const there = sync !== null && sync.state !== 'aus';
	const trouble = phase === 'offline' || phase === 'error';
	const asked = there && sync.code === 'entfernen_bestaetigen';
	renderQuestion(asked);
	/* While the page has no answer it says so, and nothing about Git. */
	byId('git-state').hidden = !there || trouble;
	byId('state').classList.toggle('spoken', there && !trouble);
	const look = !there ? '' : sync.state === 'ok' &&
		(asked || sync.conflicts > 0) ? 'decide' : sync.state;
	byId('git-state').dataset.state = look;
	pill().dataset.state = trouble ? phase : there ? look : phase;
	setText(byId('git-state'), there ? gitWords(sync)[0] ?? '' : '');
	renderMore(state, there);
}

const pill = () => /** @type {HTMLElement} */ (byId('state').parentElement);

/**
 * @param {State} state
 * @param {boolean} there
 */
function renderMore(state, there) {
	const { sync, syncing, note } = state;
	byId('status-text').hidden = !sync;
	setText(byId('status-text'), sync ? gitWords(sync).join(' ') : '');
	setText(byId('git-todo'), there && sync ? t.todo[sync.code] ?? '' : '');
	update(byId('status-facts'), gitFacts(state, there).map(([name, value]) =>
		h('div', null, h('dt', null, name), h('dd', null, value))));
	setText(byId('git-note'), BUSY[syncing] || (note?.text ?? ''));
	byId('git-note').dataset.kind = syncing ? 'busy' : note?.kind ?? '';
	byId('git-more').hidden = !there || sync?.conflictList.length === 0;
	byId('sync').hidden = !there || !sync?.button;
	for (const id of ['sync', 'confirm'])
		byId(id).setAttribute('aria-disabled', String(syncing !== ''));
}

/**
 * @param {State} state
 * @param {boolean} there
 * @returns {[string, string][]}
 */
function gitFacts({ sync, week, loadedAt }, there) {
	const facts = /** @type {[string, string][]} */ ([
		[t.lastSync, there && (sync?.lastSyncAt ? whenOf(Date.parse(sync.lastSyncAt)) :
			t.never)],
		[t.head, there && sync?.head?.slice(0, 10)],
		[t.loadedAt, week && clockTime(loadedAt)],
		[t.user, week?.userId],
	]);
	return facts.filter(([, value]) => value);
}

/**
 * When it goes, it takes the keyboard's place with it.
 *
 * @param {boolean} asked
 */
function renderQuestion(asked) {
	const box = byId('question');
	if (!asked && box.contains(document.activeElement))
		byId('today').focus({ preventScroll: true });
	box.hidden = !asked;
}
