// @ts-check
/**
 * app: puts the parts together: store, loader, views, form.
 */
import { Account } from './account.js';
import { Refusal } from './api.js';
import { allTasks, completion, decision } from './changes.js';
import { conflictsView } from './conflicts.js';
import { byId, foreign, replace, setText } from './dom.js';
import { CreateForm } from './form.js';
import { Git, isFirst } from './git.js';
import { renderGit } from './gitbar.js';
import { othersNote, PORTION, problemsView, unplacedView } from './lists.js';
import { Loader } from './loader.js';
import { Store } from './store.js';
import { TokensDialog } from './tokens.js';
import { weekSummary, weekView } from './week.js';
import { clockTime, longDay, shortDay } from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Week} Week
 */

const GOOD_NEWS_MS = 10_000;

const store = new Store();
const loader = new Loader(store);
const git = new Git(store, () => loader.load());
const account = new Account(store);
const form = new CreateForm(created);
const tokens = new TokensDialog();
const actions = { complete, compose, showMore, decide };

/**
 * @param {Task} task
 * @param {Place | null} place
 */
async function complete(task, place) {
	const { week, leaving } = store.state;
	if (!week || leaving.has(task.file))
		return;
	try {
		const answer = await store.run(completion(week, task, place));
		const { datum, zeit } = answer.completedAt;
		leaving.set(task.file, 'done');
		tell('good', task.title, answer.changed ?
			`abgeschlossen, ${shortDay(datum, week.weekStart)} ${zeit}.` :
			'war schon abgeschlossen.');
	} catch (error) {
		const lost = error instanceof Refusal && error.kind !== 'status';
		tell('bad', task.title, lost ?
			`${error.message} Ob der Abschluss angekommen ist, zeigt erst die ` +
			'neu geladene Woche.' :
			`nicht abgeschlossen. ${textOf(error)}`);
	}
	git.touch();
	loader.load();
}

/**
 * Which version of a file stays.
 *
 * @param {import('./api.js').Conflict} conflict
 * @param {'mine' | 'theirs'} take
 */
async function decide(conflict, take) {
	const { file, copy } = conflict;
	const { deciding } = store.state;
	if (deciding.has(copy))
		return;
	try {
		await store.run(decision(conflict, take));
		deciding.set(copy, { file, take, step: 'done' });
		tell('good', file, take === 'mine' ?
			'Deine Fassung gilt und geht mit dem nächsten Abgleich nach Git.' :
			'Es gilt, was in Git steht.');
	} catch (error) {
		tell('bad', file, `nicht entschieden. ${textOf(error)}`);
	}
	git.touch();
	loader.load();
}

/** @param {Place | null} place */
function compose(place) {
	form.open(place);
}

/** @param {string} list */
function showMore(list) {
	const { shown } = store.state;
	store.update({
		shown: { ...shown, [list]: (shown[list] ?? PORTION) + PORTION },
	});
}

/**
 * Told at once, and again with its place when the week has it.
 *
 * @param {{ id: string, filename: string }} answer
 * @param {string} title
 */
async function created({ id, filename }, title) {
	tell('good', title, `angelegt mit der Nummer ${id}.`);
	git.touch();
	store.update({ fresh: filename });
	setTimeout(() => {
		if (store.state.fresh === filename)
			store.update({ fresh: '' });
	}, GOOD_NEWS_MS);
	await loader.load();
	const { phase, week } = store.state;
	if (phase === 'fresh' && week)
		tell('good', title, `angelegt mit der Nummer ${id}, ` +
			`${whereIs(week, filename)}.`);
}

/**
 * @param {Week} week
 * @param {string} file
 */
function whereIs(week, file) {
	for (const day of week.timeline)
		for (const slot of day.slots)
			if (slot.task?.file === file)
				return `${longDay(day.datum)}, ${slot.zeit}`;
	return allTasks(week).some((task) => task.file === file) ?
		'vorerst ohne Platz' : 'erscheint beim nächsten Laden';
}

/**
 * Good news leaves by itself, bad news stays until it is closed.
 *
 * @param {'good' | 'bad'} kind
 * @param {string} title
 * @param {string} text
 */
function tell(kind, title, text) {
	/** @type {import('./store.js').Message} */
	const message = { kind, title, text };
	store.update({ message });
	if (kind === 'good')
		setTimeout(() => {
			if (store.state.message === message)
				store.update({ message: null });
		}, GOOD_NEWS_MS);
}

/** @param {unknown} error */
function textOf(error) {
	return error instanceof Error ? error.message : '';
}

/** By hand, so its end is said aloud; what the clock reloads is not. */
async function reload() {
	setText(byId('spoken'), '');
	await loader.load();
	if (store.state.phase === 'fresh')
		setText(byId('spoken'), 'Die Woche ist neu geladen.');
}

/** @param {boolean} everywhere */
async function leave(everywhere) {
	try {
		await account.leave(everywhere);
	} catch (error) {
		tell('bad', 'Abmelden', `hat nicht geklappt. ${textOf(error)}`);
	}
}

async function openTokens() {
	try {
		await tokens.open();
	} catch (error) {
		byId('tokens-open').hidden = error instanceof Refusal &&
			error.code === 'nicht_eingerichtet';
		tell('bad', 'API-Token', textOf(error));
	}
}

function closeMessage() {
	store.update({ message: null });
	byId('week').focus({ preventScroll: true });
}

/** What one look at the store shows; each part is redrawn if it changed. */
function render() {
	renderState();
	renderMessage();
	renderTrouble();
	renderWeek();
	renderConflicts();
	renderGit(store.state);
}

const STATE_WORDS = {
	loading: 'wird geladen', fresh: 'aktuell', offline: 'offline',
	error: 'Fehler',
};

function renderState() {
	const { phase, week, loadedAt } = store.state;
	const node = byId('state');
	node.dataset.phase = phase;
	setText(node, STATE_WORDS[phase]);
	setText(byId('since'), week ? `Stand ${clockTime(loadedAt)}` : '');
	setText(byId('user'), week?.userId ?? '');
	byId('week').setAttribute('aria-busy', String(phase === 'loading'));
}

/** @type {import('./store.js').Message | null} */
let told = null;

function renderMessage() {
	const { message } = store.state;
	if (message === told)
		return;
	told = message;
	for (const kind of ['good', 'bad']) {
		const here = message?.kind === kind;
		byId(`message-${kind}`).replaceChildren(...here ? [
			foreign(message.title, 'message-title'), ` ${message.text}`,
		] : []);
	}
	byId('message').dataset.kind = message?.kind ?? '';
	byId('message-close').hidden = !message;
}

function renderTrouble() {
	const { refusal, week } = store.state;
	byId('trouble').hidden = !refusal;
	if (!refusal)
		return;
	setText(byId('trouble-title'), refusal.message);
	setText(byId('trouble-text'), week ?
		`Gezeigt wird die Woche von ${clockTime(store.state.loadedAt)}.` : '');
	renderCountdown();
}

/** Counts down to the next try; not spoken, it changes every second. */
function renderCountdown() {
	const { phase, retryAt } = store.state;
	const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
	setText(byId('countdown'), phase === 'loading' ? 'Neuer Versuch läuft …' :
		retryAt > 0 ? `Neuer Versuch von selbst in ${seconds} s.` : '');
}

/** What renderWeek drew last. */
let drawn = '';

function renderWeek() {
	const { week, leaving, fresh, shown, expired, refusal, deciding, sync } =
		store.state;
	byId('first-load').hidden = week !== null;
	byId('week').hidden = week === null && refusal !== null;
	if (!week)
		return;
	const now = JSON.stringify([
		week, [...leaving], fresh, shown, expired, [...deciding],
		sync && [sync.state, isFirst(sync)],
	]);
	if (now === drawn)
		return;
	drawn = now;
	const { state } = store;
	setText(byId('week-title'), longDay(week.weekStart));
	setText(byId('week-summary'), weekSummary(week));
	replace(byId('week-body'), weekView(state, week, actions));
	replace(byId('unplaced-body'),
		unplacedView(state, week.unplaced, actions));
	replace(byId('problems-body'),
		problemsView(state, week.problems, actions));
	setText(byId('others'), othersNote(week.otherFiles ?? 0));
	byId('unplaced').hidden = week.unplaced.length === 0;
	byId('problems').hidden = week.problems.length === 0;
	byId('others').hidden = !week.otherFiles;
}

/** What renderConflicts drew last. */
let drawnConflicts = '';

function renderConflicts() {
	const { sync, deciding, week } = store.state;
	const list = sync?.conflictList ?? [];
	byId('conflicts').hidden = list.length === 0;
	const now = JSON.stringify([list, sync?.conflicts, [...deciding],
		week && allTasks(week).map(({ file, title }) => [file, title])]);
	if (!sync || now === drawnConflicts)
		return;
	drawnConflicts = now;
	replace(byId('conflicts-body'),
		conflictsView(store.state, sync, actions));
}

function start() {
	byId('reload').addEventListener('click', reload);
	byId('retry').addEventListener('click', reload);
	byId('logout').addEventListener('click', () => leave(false));
	byId('logout-all').addEventListener('click', () => leave(true));
	byId('tokens-open').addEventListener('click', openTokens);
	byId('sync').addEventListener('click', () => git.press(false));
	byId('confirm').addEventListener('click', () => git.press(true));
	byId('compose').addEventListener('click', () => compose(null));
	byId('message-close').addEventListener('click', closeMessage);
	store.addEventListener('change', render);
	account.start();
	git.start();
	setInterval(renderCountdown, 1000);
	loader.start();
}

start();
