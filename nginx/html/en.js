// @ts-check
/**
 * en: every word of the page in English, under the keys of de.js.
 */

const WEEKDAYS = [
	'Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday',
	'Saturday',
];

const MONTHS = [
	'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August',
	'September', 'October', 'November', 'December',
];

/** @param {number} n @param {string} one @param {string} many */
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;

/** @type {typeof import('./de.js').de} */
export const en = {
	locale: 'en-GB',
	otherLanguage: 'Deutsch',
	kinds: { arbeit: 'Work', privat: 'Private' },
	times: {
		morgens: 'morning', nachmittags: 'afternoon', abends: 'evening',
	},
	reasons: {
		doppelt_belegt: 'The fixed slot is taken',
		ueberfaellig: 'The fixed slot is over',
		kein_platz: 'Waiting for a free slot',
		spaeter: 'The fixed slot is after this week',
	},
	why: {
		reihenfolge: () => 'Here, as lower numbers have the slots before.',
		verdraengt: (task) => `Here, as “${task}” is fixed to a slot before.`,
		fest: () => 'Here, as this is its fixed slot.',
		doppelt_belegt: (task) => `“${task}” has the fixed slot already.`,
		ueberfaellig: () => 'Its fixed slot is over; released it gets the first free one.',
		spaeter: () => 'Its fixed slot comes after these days.',
		kein_platz: () => 'These days have no free slot left.',
	},
	reasonsShort: {
		doppelt_belegt: 'slot taken', ueberfaellig: 'over',
		kein_platz: 'waits', spaeter: 'later',
	},
	sync: {
		pending: 'not in Git yet', pr: 'in a pull request',
		conflict: 'conflict with Git',
	},
	syncHints: {
		pending: 'Stored here; Git does not have it yet.',
		pr: 'In Git once the pull request is merged.',
		conflict: 'Changed here and in Git, differently.',
	},
	pulls: { closed: 'not merged', fremd: 'changed by others' },
	fields: {
		typ: 'type', kategorie: 'kind', status: 'status', tags: 'tags',
		deadline: 'deadline', fixedSlot: 'fixed slot',
		abgeschlossen_am: 'completion', body: 'text', '#': 'comments',
	},
	access: { read: 'read only', write: 'read and write' },
	git: {
		states: {
			nicht_eingerichtet: 'The tasks are only here: no Git repository is set up.',
			neuere_fassung: 'The sync with Git is at rest.',
			laeuft: 'A sync with Git is running.',
			fehlgeschlagen: 'The sync has failed.',
			nur_lesen: 'In Git we may only read.',
			erster_abgleich: 'The first sync with Git is still to come.',
			stockt: 'The sync with Git is not finished yet.',
			vorgemerkt: 'The next sync with Git is due.',
			entfernen_bestaetigen: 'Many tasks are missing in Git.',
			hinweis: 'All is in Git, with a note.',
			alles_in_git: 'All is in Git.',
		},
		progress: (done, of) =>
			`A sync with Git is running: ${done} of ${of} files are done.`,
		pending: (n) => n === 1 ? 'One task is not in Git yet.' :
			`${n} tasks are not in Git yet.`,
		pulls: (n) => n === 1 ? 'One task waits in a pull request.' :
			`${n} tasks wait in pull requests.`,
		declined: (n) => n === 1 ?
			'One task is only here: its pull request was declined.' :
			`${n} tasks are only here: their pull requests were declined.`,
		conflicts: (n) => n === 1 ? 'One conflict is to be decided.' :
			`${n} conflicts are to be decided.`,
	},
	faults: {
		kein_utf8: 'The script of the file cannot be read.',
		zu_gross: 'The file is too large.',
		kein_frontmatter: 'The fields at the start of the file are missing.',
		kein_yaml: 'The fields at the start of the file cannot be read.',
		schluessel_doppelt: 'A field at the start of the file stands there twice.',
		kein_typ_task: 'The file does not call itself a task.',
		kategorie_unbekannt: 'The kind is not known.',
		status_unbekannt: 'The status is not known.',
		nummer_doppelt: '',
		name_belegt: 'The name of the file is taken by something else.',
		nicht_lesbar: 'The file cannot be opened.',
		dateiname_falsch: 'The name of the file is none of a task.',
	},

	/* Dates. */
	dayTitle: (weekday, day, month) =>
		`${WEEKDAYS[weekday]}, ${+day} ${MONTHS[+month - 1]}`,
	weekday: (n) => WEEKDAYS[n] ?? '',
	shortDay: (weekday, day, month, year) =>
		`${WEEKDAYS[weekday].slice(0, 3)} ${+day} ` +
		`${MONTHS[+month - 1].slice(0, 3)}${year && ` ${year}`}`,
	longDay: (weekday, day, month, year) =>
		`${WEEKDAYS[weekday]}, ${+day} ${MONTHS[+month - 1]} ${year}`,
	dayAfter: (month) => ` ${MONTHS[+month - 1].slice(0, 3)}`,
	dayField: (day, month, year) => `${year}-${month}-${day}`,
	dayHint: 'fri or 31.10.',
	dayNumber: (day) => `${+day}`,

	/* The head of the page. */
	skip: 'To the week',
	account: 'Account',
	logout: 'Log out',
	logoutAll: 'Log out everywhere',
	logoutFailed: 'did not work.',
	reload: 'Reload',
	reloaded: 'The week has been reloaded.',
	compose: 'New task',
	quick: 'New task in one line',
	quickHint: 'Do taxes +private #money @fri evening !31.10.',
	quickChips: 'What the line says',
	removeChip: (what) => `Remove ${what}`,
	phases: {
		loading: 'loading', fresh: 'up to date', offline: 'offline',
		error: 'error',
	},

	/* Trouble. */
	troubleTitle: 'The week cannot be loaded',
	retryNow: 'Try now',
	requestId: (id) => `Who runs this page finds the error under ${id}.`,
	serverOffline: 'This device has no network at the moment.',
	shownSince: (time) => `You see the week as of ${time}.`,
	retrying: 'Trying again …',
	retryIn: (seconds) => `Next try by itself in ${seconds}\u00a0s.`,
	serverSilent: 'The server does not answer.',
	serverGone: 'The server cannot be reached.',
	serverGarbled: 'The answer of the server makes no sense.',
	serverBroke: 'The answer of the server broke off.',
	serverNoWeek: 'The answer of the server is no week.',
	serverStatus: (status) => `The server answers with ${status}.`,
	notUnderstood: 'The page did not understand the answer.',

	/* The door. */
	doorTitle: 'Please log in',
	doorMore: 'Tasks are seen only by those who own them.',
	doorButton: 'Log in with GitHub',
	doorShutTitle: 'No access',
	doorShutMore: 'Whoever runs this page can change that. To use another ' +
		'account, log out at GitHub first.',
	doorShutButton: 'Log in with another account',

	/* The week. */
	week: 'Week',
	weekLabel: 'The week. Arrow keys go from slot to slot.',
	firstLoad: 'The week is being loaded …',
	nextDays: 'The next days',
	weeks: 'Weeks',
	weekBefore: 'One week back',
	weekAfter: 'One week on',
	toBoard: 'To today',
	doneToday: 'Done today',
	span: (day, month, lastDay, lastMonth, year) =>
		`${+day}${month === lastMonth ? '' : ` ${MONTHS[+month - 1]}`} to ` +
		`${+lastDay} ${MONTHS[+lastMonth - 1]} ${year}`,
	copyDay: 'Copy day',
	dayCopied: 'copied.',
	copyFailed: 'not copied: the browser does not allow it.',
	emptyDay: 'Nothing.',

	/* Search. */
	search: 'Search',
	searchHint: 'Text, #tag, +private',
	searchNone: 'Nothing found.',
	searchFound: (n) => count(n, 'task', 'tasks'),
	searchTexts: 'Search in the texts, too',
	searchUnread: (n) => `The text of ${n} older ones was not searched.`,
	nowAt: (time) => `Now · ${time}`,
	dayOver: 'Today has no slot left.',
	restOfDay: 'The rest of the day',
	free: 'free',
	freeHint: 'Create a task with this fixed slot',
	freeLabel: (day, time) => `free: ${day}, ${time}. Create a task here`,
	leftToday: (n) => n === 0 ? 'Nothing left today' :
		`${count(n, 'task', 'tasks')} left today`,
	leftWeek: (n) => `${n} in seven days`,
	waiting: (n) => `${n} without a slot`,
	overdue: (n) => count(n, 'fixed slot is over', 'fixed slots are over'),
	unpinAll: 'Release all',
	look: 'Show',
	open: 'Open',
	moreBoxes: (n) => `and ${count(n, 'more item', 'more items')}`,
	fetching: (n) => n === 0 ? 'Your tasks are being fetched …' :
		`Your tasks are being fetched … ${n} ${n === 1 ? 'is' : 'are'} here.`,
	fetchingOf: (done, of) =>
		`Your tasks are being fetched … ${done} of ${of} are here.`,
	notFetched: 'The tasks could not be fetched from Git yet.',
	nothingOpen: 'No open tasks',
	nothingYet: 'No tasks yet',
	seeProblems: 'Below you see which files could not be read.',
	firstStep: 'The week is free. What you create here gets the first slot ' +
		'that fits.',
	firstStepButton: 'Create a task',

	/* A task. */
	until: (day) => `due ${day}`,
	late: 'after its deadline',
	atRisk: 'deadline at risk',
	fixed: 'fixed slot',
	fixedAt: (day, time) => `fixed: ${day} ${time}`,
	pull: 'pull request',
	pullNumber: (n) => `pull request ${n}`,
	done: 'Done',
	doneLabel: (task) => `${task}: mark as done`,
	isDone: 'done',
	isDoneLabel: (task) => `${task}: is done`,
	taskLabel: (task, where) => `${task}, ${where}`,

	/* One task. */
	taskTitle: 'Task',
	textLoading: 'The text is being loaded …',
	isCancelled: 'cancelled',
	doneWhen: (when) => `done: ${when}`,
	reopen: 'Reopen',
	reopenLabel: (task) => `${task}: reopen`,
	move: 'Move',
	moveLabel: (task) => `${task}: move`,
	editButton: 'Edit',
	cancelTask: 'Cancel task',
	gitFact: 'Git',
	warning: 'Note',
	file: 'File',
	moveTitle: (task) => `Move “\u2068${task}\u2069”`,
	toTomorrow: 'To tomorrow',
	toNextWeek: 'Next week',
	unpin: 'Release the fixed slot',
	otherDay: 'Another day',
	placeLabel: (day, time, what) => `${day}, ${time}: ${what}`,
	placeHere: 'it stands here',
	nothingShifts: 'No other task moves.',
	shifts: (all, more) =>
		`This moves: ${all.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
	shiftOut: (task) => `“${task}” loses its slot`,
	shift: (task, where) => `“${task}” to ${where}`,

	/* Lists. */
	unplaced: 'Without a slot',
	problems: 'Files with mistakes',
	problemsNote: 'They stay in the folder as they are; other tasks are not ' +
		'affected.',
	line: (n) => `line ${n}`,
	others: (n) => `${count(n, 'other file', 'other files')} in the folder: ` +
		'no tasks.',
	more: (n) => `show ${n} more`,
	leftOut: (n) => `and ${n} more for which there is no room`,

	/* Keys. */
	keys: 'Keyboard shortcuts',
	keysOn: 'Use keyboard shortcuts',
	keysNote: 'In fields only Ctrl/⌘ K works.',
	keyArrows: 'from task to task, from slot to slot',
	keyOpen: 'open the task',
	keyEdit: 'edit the task',
	keyMove: 'move the task',
	keyDone: 'mark the task as done',
	keyQuick: 'new task in one line',
	keySync: 'sync with Git',
	keyToday: 'to what is on now',
	keySearch: 'search',
	keyWeeks: 'one week back, one on',
	keyCopy: 'copy the day',
	keyUndo: 'take back the last change',
	keyChord: 'Ctrl/⌘ K',
	palette: 'Command or task',
	keyHelp: 'this list',

	/* What happened to a change. */
	undo: 'Undo',
	show: 'Show',
	retry: 'Try again',
	closeMessage: 'Close message',
	nothingToUndo: 'Nothing to undo.',
	changing: {
		complete: (when) => `done, ${when}.`,
		create: 'is being created …', edit: 'changed.', move: '',
		cancel: 'cancelled.', reopen: 'open again.', tick: 'box changed.',
		decide: '',
	},
	taskMoved: (id, what) => `Task ${id} ${what}`,
	movedTo: (day, time) => `to ${day} ${time}.`,
	released: 'has no fixed slot any more.',
	undoing: {
		complete: 'open again.', create: 'taken back.',
		edit: 'as it was before.', move: 'back in its old slot.',
		cancel: 'open again.', reopen: 'as it was before.',
		tick: 'box as it was before.', decide: '',
	},
	failed: {
		complete: 'not marked as done.', create: 'not created.',
		edit: 'not changed.', move: 'not moved.', cancel: 'not cancelled.',
		reopen: 'not opened again.', tick: 'box not changed.',
		decide: 'not decided.',
	},
	undoFailed: 'not taken back.',
	othersFailed: (n) => `${count(n, 'more change', 'more changes')} failed, too.`,
	undoNext: (title, what) => `Before that: “${title}” ${what}`,
	unsure: 'Whether it arrived will show when the week is loaded again.',
	created: (id) => `created with number ${id}.`,
	createdAt: (id, where) => `created with number ${id}, ${where}.`,
	placeAt: (day, time) => `${day}, ${time}`,
	displaced: (more) => more > 0 ?
		`and ${count(more, 'more task', 'more tasks')} have no slot any more.` :
		'has no slot any more.',
	placeNone: 'waiting under “Without a slot”',
	placeLater: 'to be seen after the next reload',
	mineStays: 'Your version stays and goes to Git with the next sync.',
	theirsStays: 'What is in Git stays.',

	/* Git. */
	syncButton: 'Sync with Git',
	gitMore: 'View',
	syncAsking: 'Syncing …',
	lastSync: 'Last sync',
	head: 'Head in Git',
	loadedAt: 'Week loaded',
	user: 'Logged in as',
	never: 'never',
	todo: {
		konflikte: 'Both versions stand below; choose which one counts.',
		entfernen_bestaetigen: 'Above is the question whether they go here, too.',
		pull_requests: 'They are in Git once somebody merges the pull request.',
		abgelehnt: 'Change the task if it shall go to Git once more.',
		fehlgeschlagen: 'It is tried again by itself. All is stored here.',
		stockt: 'It goes on by itself. All is stored here.',
		nur_lesen: 'What Git has comes here; changes stay here.',
		neuere_fassung: 'Who runs this page must renew the program.',
	},
	syncWaiting: 'Still syncing …',
	syncOver: 'The sync is done.',
	syncNothing: 'Synced: nothing to do.',
	syncFailed: 'The sync did not work.',
	fetched: (n) => `${n} fetched`,
	pushed: (n) => `${n} pushed`,
	removed: (n) => `${n} removed`,
	inPulls: (n) => count(n, 'in a pull request', 'in pull requests'),
	newConflicts: (n) => count(n, 'conflict', 'conflicts'),
	possibleAt: (time, seconds) =>
		`Possible from ${time}, in ${count(seconds, 'second', 'seconds')}.`,
	questionTitle: 'Remove here, too, what is missing in Git?',
	questionText: 'Until you confirm, the tasks stay here. What is removed ' +
		'lies in the trash of the store for another 30 days.',
	questionYes: 'Yes, remove here',

	/* Conflicts. */
	conflicts: 'Conflicts with Git',
	conflictsNote: 'Changed here and in Git, differently. The week shows what ' +
		'Git has.',
	moreConflicts: (n) => `${count(n, 'more conflict', 'more conflicts')} will ` +
		'appear once these are decided.',
	older: 'An earlier version of the same task.',
	mine: 'My version',
	mineGone: 'This version is gone.',
	keepMine: 'Keep mine',
	theirs: 'Version in Git',
	theirsGone: 'The file is gone in Git.',
	keepTheirs: 'Keep the one in Git',
	keepRemoved: 'Leave it removed',
	removedInGit: 'Changed here, deleted in Git.',
	differIn: (names) => `Differs here and in Git: ${names}.`,
	differAll: 'The whole file differs here and in Git.',

	/* The form. */
	close: 'Close',
	closeForm: 'Close, what you typed stays',
	title: 'Title',
	kind: 'Kind',
	kindWorkDays: 'Mon to Fri',
	kindHomeDays: 'Sat and Sun',
	tags: 'Tags',
	tagsHint: 'separated by commas',
	deadline: 'Deadline',
	fixedSlot: 'Fixed slot',
	fixedSlotHint: 'else the first free one',
	editTitle: (id) => `Edit task ${id}`,
	draftThere: 'This was not saved yet.',
	draftDrop: 'Discard',
	fixedDay: 'Day of the fixed slot',
	fixedTime: 'Time of the fixed slot',
	time: 'Time',
	body: 'Text',
	bodyHint: 'Markdown',
	create: 'Create',
	save: 'Save',
	saving: 'Saving …',
	changedMeanwhile: 'The task was changed meanwhile. Which version counts?',
	theirsNow: 'The present version',
	saveMine: 'Save mine',
	takeTheirs: 'Take the present one',
	needTitle: 'Please give a title.',
	needDate: 'That is no day: 2026-10-31, 31.10., fri or tomorrow.',
	needSlot: 'A fixed slot is a day and a time of day.',
	wentWrong: 'That did not work.',
	maybeCreated: 'Whether the task arrived is not known. Creating it once ' +
		'more is safe: there will be only one.',

	/* Tokens. */
	tokens: 'API tokens',
	tokensNote: 'By it a script acts as you:',
	tokensApi: 'What it can ask for',
	tokensNone: 'No tokens yet.',
	tokenNew: 'New token',
	tokenName: 'Name',
	tokenNameHint: 'what it is for',
	tokenAccess: 'What it may do',
	tokenLabel: (name) => `Token ${name}`,
	tokenOnce: ': the token is shown only now.',
	tokenUsed: (day) => `last used on ${day}`,
	tokenUnused: 'never used',
	copy: 'Copy',
	copied: 'Copied',
	copyByHand: 'Please copy by hand',
	revoke: 'Revoke',
	revokeSure: 'Really revoke',
};
