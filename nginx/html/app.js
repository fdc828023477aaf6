// @ts-check
/**
 * app: puts the parts together: store, loader, views, form.
 */
/* These first: the modules are joined in this order, and so pack best. */
import { TaskForm } from './form.js';
import { Ledger } from './ledger.js';
import { Account } from './account.js';
import { Address, addressOf, isAway } from './address.js';
import { door, getTask, getWeekFrom, Refusal, sendEdit } from './api.js';
import { Away } from './away.js';
import { AwayView } from './awayview.js';
import { cardOf } from './card.js';
import {
	cancellation, completion, decision, HOLD_MS, move, reopening, ticking,
} from './changes.js';
import { conflictsView } from './conflicts.js';
import { Details } from './details.js';
import { byId, keepFocus, moveHiddenFocus, setText, update } from './dom.js';
import { Drag } from './drag.js';
import { openDraft } from './drafts.js';
import { Git, isFirst } from './git.js';
import { renderGit } from './gitbar.js';
import { Grid } from './grid.js';
import { Kept } from './kept.js';
import { Keys } from './keys.js';
import {
	PORTION, problemsView, unplacedView, waiting, waitingNote,
} from './lists.js';
import { bindMenus } from './menu.js';
import { Loader } from './loader.js';
import { MoveDialog } from './move.js';
import { Palette } from './palette.js';
import { Panel, taskOf } from './panel.js';
import { dayText, pagerView } from './past.js';
import { allTasks, displaced, placeOf, ticksOf } from './pending.js';
import { Preview } from './preview.js';
import { QuickLine } from './quickline.js';
import { Store } from './store.js';
import { messageOf, Toast } from './toast.js';
import { currentTask, todayView, weekSummary } from './today.js';
import { TokensDialog } from './tokens.js';
import { weekView } from './week.js';
import {
	changeLanguage, dayTitle, longDay, t, translate, whenOf,
} from './words.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Place} Place
 * @typedef {import('./api.js').Week} Week
 */

/** So many waiting tasks are on one page of paper. */
const PRINTED = 300;
/** So many cards at most are laid out to bring one of them into sight. */
const REACHED = 10 * PORTION;

translate(document);
const store = new Store();
const loader = new Loader(store);
const git = new Git(store, () => loader.load());
const kept = new Kept(store);
const account = new Account(store, kept);
const ledger = new Ledger(store, {
	send: (edit) => account.confirm().then(() => sendEdit(edit)),
	look: getTask, read: (task) => details.read(task),
	tell: hear, owns: (change) => form.owns(change), reload: reloadAfter,
});
const toast = new Toast(store, {
	undo, retry: () => ledger.retry(), show: showTask,
});
const details = new Details(store, getTask);
const form = new TaskForm({
	make: (change) => ledger.do(change), look: getTask, placeOf: placeIn,
	scene: () => ({
		user: store.state.week?.userId ?? '',
		today: store.state.week?.weekStart ?? '01.01.1970',
	}),
	back: (file) => panel.open(file),
});
const quick = new QuickLine((change) => ledger.do(change),
	() => store.shownWeek);
const tokens = new TokensDialog();
const grids = [
	new Grid([byId('today-body'), byId('week-body')]),
	new Grid([byId('unplaced-body')]),
	new Grid([byId('search-body')]),
	new Grid([byId('past-body')]),
];
const preview = new Preview(() => store.shownWeek);
const mover = new MoveDialog(() => store.shownWeek, moveTo, preview);
/** @type {import('./card.js').Actions} */
const actions = {
	open: ({ file }) => panel.open(file), complete, reopen, move: askWhere,
	edit: editTask, cancel, tick, unpin, compose, showMore, copyDay, decide,
};
const panel = new Panel(store, actions, details);
const palette = new Palette();
const address = new Address(store);
const away = new AwayView(store, actions, address);

/** @param {string} file */
function placeIn(file) {
	const week = store.shownWeek;
	return week && placeOf(week, file);
}

/**
 * A card can be older than what was asked since, so the task is looked up.
 *
 * @param {{ file: string }} shown
 */
function complete({ file }) {
	const week = store.shownWeek;
	const task = taskOf(store, file);
	if (week && task?.status === 'offen')
		ledger.do(completion(week, task, placeIn(file)));
}

/**
 * In a search or another week the card stays where it was clicked.
 *
 * @param {{ file: string }} shown
 */
function reopen({ file }) {
	const task = taskOf(store, file);
	if (task && task.status !== 'offen')
		ledger.do({
			...reopening(task, placeIn(file)),
			hold: isAway(store.state.view) ? HOLD_MS : 0,
		});
}

/** @param {{ file: string }} shown */
function cancel({ file }) {
	const task = taskOf(store, file);
	if (task?.status === 'offen')
		ledger.do(cancellation(task, placeIn(file)));
}

/**
 * @param {{ file: string }} shown
 * @param {number} line
 * @param {boolean} checked
 */
function tick({ file }, line, checked) {
	const task = taskOf(store, file);
	if (task)
		ledger.do(ticking(task, line, checked));
}

/** @param {Task} task */
function askWhere(task) {
	panel.close();
	mover.open(task);
}

/**
 * @param {{ file: string }} shown
 * @param {Place | null} place null unpins
 */
function moveTo({ file }, place) {
	const task = taskOf(store, file);
	if (task?.status === 'offen' &&
		JSON.stringify(task.fixedSlot) !== JSON.stringify(place))
		ledger.do(move(task, place));
}

/** Fixed slots that are over, all at once. @param {Task[]} tasks */
function unpin(tasks) {
	const group = crypto.randomUUID();
	for (const task of tasks)
		ledger.do({ ...move(task, null), group });
}

/** @param {Task} task perhaps without its text */
async function editTask(task) {
	try {
		const full = await details.read(task);
		panel.close();
		form.edit(full);
	} catch (error) {
		complain(task.title, error);
	}
}

/**
 * Which version of a file stays.
 *
 * @param {import('./api.js').Conflict} conflict
 * @param {'mine' | 'theirs'} take
 */
function decide(conflict, take) {
	const asked = store.state.pending.some((change) =>
		change.decision?.copy === conflict.copy);
	if (!asked)
		ledger.do(decision(conflict, take));
}

/** @type {import('./keys.js').Key[]} */
const keyTable = [
	{
		keys: ['ArrowLeft', 'ArrowUp', 'ArrowDown', 'ArrowRight'],
		shown: '← ↑ ↓ →', what: t.keyArrows, board: true,
		run: (from, key) => grids.some((grid) => grid.move(from, key)),
	},
	{
		keys: ['Enter'], what: t.keyOpen, board: true,
		run: (from) => from?.matches('.task') ? onTask(actions.open)(from) : false,
	},
	{ keys: ['x'], what: t.keyDone, task: true, run: onTask(complete) },
	{
		keys: ['e', 'b'], shown: 'e b', what: t.keyEdit, task: true,
		run: onTask(editTask),
	},
	{ keys: ['m'], what: t.keyMove, task: true, run: onTask(askWhere) },
	{ keys: ['n'], what: t.keyQuick, run: () => quick.focus() },
	{ keys: ['/'], what: t.keySearch, run: () => away.focus() },
	{
		keys: ['t'], what: t.keyToday, run: () => {
			leaveView();
			(grids[0].current ?? byId('today')).focus();
		},
	},
	{
		keys: ['<', '>'], shown: '< >', what: t.keyWeeks,
		run: (_, key) => turnWeek(key),
	},
	{
		keys: ['c'], what: t.keyCopy, run: (from) => copyDay(
			from?.closest('[data-slot]')?.getAttribute('data-slot')?.split(' ')[0] ??
			(store.state.other ?? store.state.week)?.weekStart ?? ''),
	},
	{
		keys: ['s'], what: t.keySync,
		run: () => store.state.sync?.button && pressSync(false),
	},
	{ keys: ['z'], what: t.keyUndo, run: undo },
	{
		keys: ['k'], chord: true, shown: t.keyChord, what: t.palette,
		run: openPalette,
	},
];

/**
 * @param {(task: Task) => unknown} run with the task that has the focus
 * @returns {(from: Element | null) => unknown}
 */
function onTask(run) {
	return (from) => {
		const stem = from?.closest('[data-task]')?.getAttribute('data-task');
		const task = stem && taskOf(store, `${stem}.md`);
		return task ? void run(task) : false;
	};
}

/** @param {Element | null} from has the focus */
function openPalette(from) {
	const { week } = store.state;
	palette.open([
		...keyTable.filter(({ board, chord, task }) => !board && !chord &&
			(!task || from?.closest('[data-task]'))).map(({ keys: [key], what, run }) =>
			({ key, what, run: () => run(from, key) })),
		...week ? allTasks(week).map((task) => ({
			what: `${task.id} ${task.title}`, run: () => actions.open(task),
		})) : [],
	]);
}

function undo() {
	if (ledger.next)
		ledger.undo();
	else
		toast.tell({ kind: 'good', title: '', text: t.nothingToUndo });
}

/** @param {Place | null} place */
function compose(place) {
	form.create(place);
}

function leaveView() {
	if (isAway(store.state.view))
		address.go('/');
}

/** @param {string} key `<` is back */
function turnWeek(key) {
	const { view, other, week } = store.state;
	const shown = view.from === null ? week : other;
	const from = key === '<' ? shown?.prev : shown?.next;
	if (from && (view.from ?? shown?.weekStart) === shown?.weekStart)
		address.go(addressOf({ from: from === week?.weekStart ? null : from }));
	return !!from;
}

/**
 * The server is asked, as the board does not show what was done today.
 *
 * @param {string} datum
 */
async function copyDay(datum) {
	const text = getWeekFrom(datum).then(dayText);
	try {
		await navigator.clipboard.write([new ClipboardItem({
			'text/plain': text.then((all) => new Blob([all], { type: 'text/plain' })),
		})]);
		toast.tell({ kind: 'good', title: dayTitle(datum), text: t.dayCopied });
	} catch {
		complain(dayTitle(datum),
			await text.then(() => new Error(t.copyFailed), (error) => error));
	}
}

/**
 * Bring a task of the week into sight, and the keyboard's place there.  One
 * behind many others is shown by itself: thousands of cards would take seconds
 * to lay out, now and at each change.
 *
 * @param {string} file
 */
function showTask(file) {
	leaveView();
	const { shown } = store.state;
	const n = waiting(store.shownWeek?.unplaced ?? [])
		.findIndex((task) => task.file === file) + 1;
	if (n > REACHED)
		return void panel.open(file);
	if (n > (shown.unplaced ?? PORTION))
		store.update({
			shown: { ...shown, unplaced: Math.ceil(n / PORTION) * PORTION },
		});
	const card = cardOf(file);
	card?.scrollIntoView({ block: 'center' });
	card?.focus({ preventScroll: true });
}

/** @param {string} list */
function showMore(list) {
	const { shown } = store.state;
	store.update({
		shown: { ...shown, [list]: (shown[list] ?? PORTION) + PORTION },
	});
}

/**
 * What the ledger has to tell.  The form tells of its own failures.
 *
 * @param {import('./ledger.js').Event} event
 */
function hear(event) {
	const { kind, change } = event;
	const message = messageOf(event, store.state.week?.weekStart ?? '');
	if (message && !(kind === 'failed' && form.owns(change)))
		toast.tell(message);
	if (kind !== 'stored')
		return;
	details.follow(change);
	const key = change.undoes?.request.key;
	if (key)
		freeKey(key);
	if (change.made) {
		quick.stored(change);
		greet(change);
	}
}

/**
 * The task of that key has been taken back: the same text would find it, where
 * a person who sends that again wants another one.
 *
 * @param {string} key
 */
function freeKey(key) {
	quick.freeKey(key);
	form.freeKey(key);
}

/**
 * A new task is told at once, and again with its place when the week has it.
 *
 * @param {import('./pending.js').Change} change
 */
function greet(change) {
	store.update({ fresh: change.file });
	newest = change;
	setTimeout(() => {
		if (store.state.fresh === change.file)
			store.update({ fresh: '' });
	}, HOLD_MS);
}

/** The creation whose place is still to be told. */
let newest = /** @type {import('./pending.js').Change | null} */ (null);

async function reloadAfter() {
	git.renew();
	const change = newest;
	const message = store.state.message;
	await loader.load();
	const { phase, heard } = store.state;
	if (!change || phase !== 'fresh' || !heard)
		return;
	newest = null;
	if (store.state.message === message)
		toast.tell({
			kind: 'good', title: change.title, undo: true, show: change.file,
			text: t.createdAt(change.made?.id ?? '', whereIs(heard, change.file)),
		});
}

/**
 * @param {Week} week
 * @param {string} file
 */
function whereIs(week, file) {
	const place = placeOf(week, file);
	if (place)
		return t.placeAt(longDay(place.datum), t.times[place.zeit]);
	return week.unplaced.some((task) => task.file === file) ?
		t.placeNone : t.placeLater;
}

/** @param {string} title @param {unknown} error @param {string} [text] */
function complain(title, error, text = '') {
	const reason = error instanceof Error ? error.message : '';
	toast.tell({ kind: 'bad', title, text: `${text} ${reason}`.trim() });
}

/** By hand, so its end is said aloud; what the clock reloads is not. */
async function reload() {
	setText(byId('spoken'), '');
	await loader.load();
	if (store.state.phase === 'fresh')
		setText(byId('spoken'), t.reloaded);
}

/**
 * What comes of it is told under the pill, which a click elsewhere closes.
 *
 * @param {boolean} confirm
 */
function pressSync(confirm) {
	setTimeout(() => {
		/** @type {HTMLDetailsElement} */ (byId('status')).open = true;
	});
	git.press(confirm);
}

/** @param {boolean} everywhere */
async function leave(everywhere) {
	try {
		await account.leave(everywhere);
	} catch (error) {
		complain(t.logout, error, t.logoutFailed);
	}
}

async function openTokens() {
	try {
		await tokens.open();
	} catch (error) {
		byId('tokens-open').hidden = error instanceof Refusal &&
			error.code === 'nicht_eingerichtet';
		complain(t.tokens, error);
	}
}

/** The form that was open when the page went away is open again. */
let resumed = false;

function resume() {
	const { week } = store.state;
	if (resumed || !week)
		return;
	resumed = true;
	quick.resume();
	const draft = openDraft(week.userId);
	if (draft)
		form.resume(draft);
}

/** What one look at the store shows; each part is redrawn if it changed. */
function render() {
	const had = document.activeElement !== document.body;
	renderState();
	renderTrouble();
	renderWeek();
	if (away.render())
		for (const grid of grids)
			grid.refresh();
	renderConflicts();
	renderGit(store.state);
	if (had)
		moveHiddenFocus();
	resume();
}

function renderState() {
	const { phase, week } = store.state;
	const node = byId('state');
	node.dataset.phase = phase;
	setText(node, t.phases[phase]);
	byId('today').setAttribute('aria-busy', String(phase === 'loading' && !week));
}

function renderTrouble() {
	const { refusal, week } = store.state;
	byId('trouble').hidden = !refusal;
	if (!refusal)
		return;
	setText(byId('trouble-title'), refusal.message);
	setText(byId('trouble-text'), [
		week && t.shownSince(whenOf(store.state.loadedAt)),
		refusal.id && t.requestId(refusal.id),
	].filter(Boolean).join(' '));
	renderCountdown();
}

/** Counts down to the next try; not spoken, it changes every second. */
function renderCountdown() {
	const { phase, retryAt } = store.state;
	const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
	setText(byId('countdown'), phase === 'loading' ? t.retrying :
		retryAt > 0 ? t.retryIn(seconds) : '');
}

/** What renderWeek drew last. */
let drawn = '';

function renderWeek() {
	const { state } = store;
	const week = store.shownWeek;
	byId('skeleton').hidden = week !== null;
	byId('board').hidden = week === null && state.refusal !== null;
	if (!week)
		return;
	const current = currentTask(week);
	if (current?.status === 'offen')
		details.need(current);
	const now = JSON.stringify([
		week, state.fresh, state.shown, state.expired, current &&
		[state.details[current.file]?.nodes, [...ticksOf(state.pending, current.file)]],
		state.sync && [state.sync.state, isFirst(state.sync) && [state.sync.progress]],
	]);
	if (now === drawn)
		return;
	drawn = now;
	keepFocus(() => drawWeek(week));
}

/** The week that was drawn last. */
let drawnWeek = /** @type {Week | null} */ (null);

/**
 * A task that has lost its place is said: in the toast, unless that still tells
 * of a change, which a person may want to take back or to try again; then only
 * aloud.
 *
 * @param {Week} week
 */
function tellDisplaced(week) {
	const gone = drawnWeek ? displaced(drawnWeek, week) : [];
	drawnWeek = week;
	const [first] = gone;
	if (!first)
		return;
	const text = t.displaced(gone.length - 1);
	if (store.state.message)
		setText(byId('spoken'), `${first.title} ${text}`);
	else
		toast.tell({ kind: 'good', title: first.title, text, show: first.file });
}

/** @param {Week} week */
function drawWeek(week) {
	tellDisplaced(week);
	const { state } = store;
	const left = waiting(week.unplaced);
	setText(byId('week-title'), dayTitle(week.weekStart));
	setText(byId('week-summary'), weekSummary(week));
	setText(byId('user'), week.userId);
	update(byId('today-body'), todayView(state, week, actions));
	update(byId('pager'), pagerView(week, week.weekStart));
	byId('pager').hidden = !week.prev && !week.next;
	update(byId('week-body'), weekView(state, week, actions));
	update(byId('unplaced-body'), unplacedView(state, left, actions));
	update(byId('problems-body'), problemsView(state, week.problems, actions));
	for (const grid of grids)
		grid.refresh();
	setText(byId('unplaced-note'), waitingNote(left));
	setText(byId('others'), t.others(week.otherFiles ?? 0));
	byId('unplaced').hidden = left.length === 0;
	byId('problems').hidden = week.problems.length === 0;
	byId('others').hidden = !week.otherFiles;
}

/** What renderConflicts drew last. */
let drawnConflicts = '';

function renderConflicts() {
	const { sync, pending, week } = store.state;
	const list = sync?.conflictList ?? [];
	byId('conflicts').hidden = list.length === 0;
	const now = JSON.stringify([list, sync?.conflicts,
		pending.map(({ decision: one, step }) => one && [one, step]),
		week && allTasks(week).map(({ file, title }) => [file, title])]);
	if (!sync || now === drawnConflicts)
		return;
	drawnConflicts = now;
	update(byId('conflicts-body'),
		conflictsView(store.state, sync, actions));
}

/** Paper has no button for more. */
function printAll() {
	const { shown } = store.state;
	const all = { unplaced: PRINTED, overdue: 1, search: Infinity };
	store.update({ shown: { ...shown, ...all } });
	addEventListener('afterprint', () => store.update({ shown }), { once: true });
}

function start() {
	addEventListener('beforeprint', printAll);
	byId('reload').addEventListener('click', reload);
	byId('retry').addEventListener('click', reload);
	byId('logout').addEventListener('click', () => leave(false));
	byId('logout-all').addEventListener('click', () => leave(true));
	byId('tokens-open').addEventListener('click', openTokens);
	byId('sync').addEventListener('click', () => git.press(false));
	byId('confirm').addEventListener('click', () => pressSync(true));
	byId('compose').addEventListener('click', () => compose(null));
	byId('language').addEventListener('click', changeLanguage);
	new Keys(keyTable, t.keyHelp);
	store.addEventListener('change', render);
	bindMenus(document);
	new Drag((file, place) => moveTo({ file }, place), preview);
	new Away(store);
	account.start();
	git.start();
	door.addEventListener('shut', () => loader.load());
	setInterval(renderCountdown, 1000);
	kept.start();
	document.documentElement.removeAttribute('data-waits');
	loader.start();
}

start();
