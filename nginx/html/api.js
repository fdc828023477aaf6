// @ts-check
/**
 * api: what the server is asked, and what can come of it.
 *
 * Every function gives the parsed answer or throws a Refusal.  Nothing is
 * sent twice from here: who asked decides whether to ask again.
 *
 * @typedef {'morgens' | 'nachmittags' | 'abends'} Zeit
 * @typedef {{ datum: string, zeit: Zeit }} Place
 *
 * @typedef {object} Task
 * @property {string} id four digits
 * @property {string} file bare name
 * @property {string} title
 * @property {string} kategorie
 * @property {string} status
 * @property {string[]} tags
 * @property {string | null} deadline
 * @property {boolean} deadlineRisk
 * @property {Place | null} fixedSlot
 * @property {boolean} isFixed
 * @property {Place | null} [abgeschlossen_am]
 * @property {string} [warning]
 * @property {string} [warningEnglish]
 * @property {string} sync clean | pending | pr | conflict
 * @property {string} etag of its content
 * @property {Pull} [pr] its pull request, if it ever had one
 * @property {string} [reason] of an unplaced one
 * @property {{ code: string, by?: string }} [why] why it stands where it stands
 * @property {string} [body] of one that was asked for by itself, as are
 * @property {Node[]} [nodes] its Markdown as a tree
 * @property {string} [frontMatter] what stands in its file before the body
 *
 * @typedef {object} Node
 * @property {string} type
 * @property {Node[]} [children]
 * @property {string} [text]
 * @property {number} [level] of a heading
 * @property {boolean} [ordered] of a list
 * @property {number} [start]
 * @property {boolean} [checked] of an item with a box
 * @property {number} [line] of the file in which that box stands
 * @property {string} [language] of code
 * @property {boolean} [header] of a cell
 * @property {string} [align]
 * @property {string} [href] of a link
 * @property {string} [title]
 *
 * What of the old file an edit has replaced, in one piece.
 * @typedef {{ at: number, cut: number, text: string }} Piece
 *
 * @typedef {object} Pull
 * @property {number | null} number null while none is opened
 * @property {string | null} url of its page
 * @property {string} state open | closed (unmerged) | fremd (not our branch)
 *
 * What a person writes of a new task; members that are absent are not sent.
 * @typedef {{ title: string, kategorie: string, tags: string[],
 *	deadline?: string, fixedSlot?: Place, body?: string }} Draft
 *
 * A write to a task, as data.
 * @typedef {{ method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object,
 *	etag?: string, key?: string }} Edit
 *
 * `done` and `over` are there in weeks that were asked for by their day.
 * @typedef {{ zeit: Zeit, task: Task | null, done?: Task[], over?: boolean }} Slot
 * @typedef {{ datum: string, dayOfWeek: number, slots: Slot[] }} Day
 * @typedef {{ file: string, from: Place | null, to: Place | null }} Move
 * @typedef {{ file: string, line: number, code: string, reason: string,
 *	reasonEnglish: string }} Problem
 *
 * @typedef {object} Week
 * @property {string} generatedAt
 * @property {string} [now]
 * @property {string} validUntil
 * @property {string} weekStart its first day; of /codex today, by the server
 * @property {string | null} [prev] the first day of the week before
 * @property {string | null} [next]
 * @property {string} userId
 * @property {Day[]} timeline
 * @property {Task[]} unplaced
 * @property {Problem[]} problems
 * @property {number} [otherFiles] no tasks, and not meant as such
 *
 * @typedef {{ userId: string, login: string, auth: 'github' | 'local',
 *	expires?: string }} Me
 *
 * @typedef {object} Token an API token, without its secret
 * @property {string} id
 * @property {string} name
 * @property {'read' | 'write'} access
 * @property {string} createdAt
 * @property {string | null} lastUsedAt may be an hour too old
 *
 * How all tasks stand to Git; status.h says which word means what.
 *
 * @typedef {object} Sync
 * @property {'ok' | 'pending' | 'running' | 'failed' | 'nur_lesen' | 'aus'} state
 * @property {string | null} lastSyncAt null before the first one is done
 * @property {string | null} head
 * @property {number} pending
 * @property {number} pulls
 * @property {number} conflicts
 * @property {string} code
 * @property {{ done: number, of: number } | null} [progress] in files, of a run
 *	with many
 * @property {string | null} reason a sentence of the last run, in German
 * @property {string | null} reasonEnglish
 * @property {boolean} button whether the page shall have one
 * @property {Conflict[]} conflictList the first of them
 *
 * @typedef {object} Conflict
 * @property {string} id
 * @property {string} file
 * @property {string} copy which of several that the file may be in
 * @property {string | null} fields `status, body`; null: the whole file
 * @property {string | null} mine null if that copy is gone
 * @property {string | null} theirs null if the file is gone in Git
 * @property {string | null} etag of theirs
 *
 * What a press of the button has done; `queued`: it goes on without us.
 * @typedef {{ queued: true } | SyncDone} SyncResult
 * @typedef {{ queued?: false, changed: number, removed: number,
 *	pushed: number, pulls: number, conflicts: number, kept: number }} SyncDone
 */
import { t } from './words.js';

const TIMEOUT_MS = 20_000;
/** So much of a request's id is enough to find it in the log. */
const ID_LENGTH = 8;

/** Has an event `shut` when nobody is logged in any more. */
export const door = new EventTarget();

/**
 * The server said no, or nothing that can be used.
 *
 * `kind`: `silent` no answer came, `status` an answer other than 2xx,
 * `format` an answer that is not what http-api.md promises.
 */
export class Refusal extends Error {
	/**
	 * @param {'silent' | 'status' | 'format'} kind
	 * @param {string} text a sentence
	 * @param {{ status?: number, code?: string, field?: string,
	 *	retryAfter?: number, id?: string }} [more] retryAfter in seconds, the
	 *	id by which the server's log knows a request that it failed
	 */
	constructor(kind, text, more = {}) {
		super(text);
		this.kind = kind;
		this.status = more.status ?? 0;
		this.code = more.code ?? '';
		this.field = more.field ?? '';
		this.retryAfter = more.retryAfter;
		this.id = more.id ?? '';
	}

	/** The sentence, and where more can be found. */
	get told() {
		return this.id ? `${this.message} ${t.requestId(this.id)}` : this.message;
	}
}

/**
 * The week, and how many milliseconds it may be shown.  That is counted
 * from the server's clock, so a browser whose clock is wrong still reloads in
 * time.  `no-cache` lets the browser ask with its ETag.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<{ week: Week, etag: string, leftMs: number }>}
 */
export async function getWeek(signal) {
	const response = await send('/codex', { cache: 'no-cache' }, signal);
	const week = checkWeek(await parse(response));
	const now = Date.parse(response.headers.get('X-Now') ?? week.now ?? '') ||
		Date.now();
	return {
		week, etag: response.headers.get('ETag') ?? '',
		leftMs: Date.parse(week.validUntil) - now,
	};
}

/**
 * Seven days from one on, with what was done in them.
 *
 * @param {string} from
 * @param {AbortSignal} [signal]
 * @returns {Promise<Week>}
 */
export async function getWeekFrom(from, signal) {
	return checkWeek(await parse(await send(
		`/api/week?${new URLSearchParams({ from })}`, { cache: 'no-cache' },
		signal)));
}

/** @param {any} week @returns {Week} */
function checkWeek(week) {
	if (!Array.isArray(week?.timeline) || !Array.isArray(week?.unplaced) ||
		!Array.isArray(week?.problems))
		throw new Refusal('format', t.serverNoWeek);
	return week;
}

/**
 * Tasks of every status.
 *
 * @param {import('./search.js').Search} search of which the server looks at
 *	the longest word, or in texts at all words
 * @param {boolean} text
 * @param {AbortSignal} signal
 * @returns {Promise<{ tasks: Task[], unread?: number }>}
 */
export async function findTasks({ words, tags, kategorie }, text, signal) {
	const q = text ? words.join(' ') :
		[...words, ...tags].reduce((a, b) => a.length < b.length ? b : a, '');
	const fields = Object.entries({ q, kategorie, text: text && 'true' })
		.flatMap(([name, value]) => value ? [[name, value]] : []);
	return parse(await send(`/api/tasks?${new URLSearchParams(fields)}`,
		{ cache: 'no-cache' }, signal));
}

/**
 * Tasks are written by stem and etag: numbers are given anew in Git, and what
 * stands under the name may be another task by now.  Then the answer is a 404
 * or 412.
 *
 * @param {Edit} edit `key` is the Idempotency-Key
 * @returns {Promise<any>}
 */
export async function sendEdit({ method, path, body, etag, key }) {
	return parse(await send(path, {
		method,
		headers: {
			...body && { 'Content-Type': 'application/json' },
			...etag !== undefined && { 'If-Match': `"${etag}"` },
			...key !== undefined && { 'Idempotency-Key': key },
		},
		...body && { body: JSON.stringify(body) },
	}));
}

/**
 * One task with its text.
 *
 * @param {string} file
 * @returns {Promise<Task>}
 */
export async function getTask(file) {
	const path = `/api/tasks/${encodeURIComponent(stemOf(file))}`;
	return (await parse(await send(path, { cache: 'no-cache' }))).task;
}

/**
 * Which tasks a change would move, itself too; nothing is stored.
 *
 * @param {string} file
 * @param {{ fixedSlot: Place | null }} fields
 * @returns {Promise<Move[]>}
 */
export async function previewMoves(file, fields) {
	return (await parse(await send('/api/preview',
		post({ id: stemOf(file), ...fields })))).moves;
}

/** @returns {Promise<Me>} */
export async function getMe() {
	return parse(await send('/auth/me', {}));
}

/** @returns {Promise<Sync>} */
export async function getSync() {
	return parse(await send('/api/sync', {}));
}

/**
 * @param {boolean} confirm removals are meant
 * @returns {Promise<SyncResult>}
 */
export async function startSync(confirm) {
	return parse(await send(confirm ? '/sync?confirm=true' : '/sync', post({})));
}

/**
 * A file's name without its ending.
 *
 * @param {string} file
 */
export const stemOf = (file) => file.replace(/\.md$/, '');

/** @param {boolean} everywhere end all sessions of this person */
export async function logOut(everywhere) {
	return parse(await send('/auth/logout', post(everywhere ?
		{ everywhere } : {})));
}

/** @returns {Promise<Token[]>} */
export async function listTokens() {
	return (await parse(await send('/api/tokens', {}))).tokens;
}

/**
 * @param {string} name
 * @param {'read' | 'write'} access
 * @returns {Promise<Token & { token: string }>} with the secret, this once
 */
export async function makeToken(name, access) {
	return parse(await send('/api/tokens', post({ name, access })));
}

/** @param {string} id */
export async function revokeToken(id) {
	return parse(await send(`/api/tokens/${encodeURIComponent(id)}`,
		{ ...post({}), method: 'DELETE' }));
}

/** @param {object} body */
function post(body) {
	return {
		method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	};
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @param {AbortSignal} [signal]
 */
async function send(path, init, signal) {
	const limit = AbortSignal.timeout(TIMEOUT_MS);
	const signals = signal ? AbortSignal.any([signal, limit]) : limit;
	let response;
	try {
		response = await fetch(path, {
			...init, signal: signals,
			headers: { ...init.headers, 'Accept-Language': t.locale },
		});
	} catch {
		throw new Refusal('silent', limit.aborted ?
			t.serverSilent : navigator.onLine ? t.serverGone : t.serverOffline);
	}
	if (response.ok)
		return response;
	/* That the week is refused, too, is for the loader to hear. */
	if (response.status === 401 && path !== '/codex')
		door.dispatchEvent(new Event('shut'));
	throw await refusalOf(response);
}

/** @param {Response} response */
async function parse(response) {
	try {
		return await response.json();
	} catch (error) {
		if (error instanceof SyntaxError)
			throw new Refusal('format', t.serverGarbled);
		throw new Refusal('silent', t.serverBroke);
	}
}

/** @param {Response} response */
async function refusalOf(response) {
	const body = await response.json().catch(() => null);
	const seconds = parseInt(response.headers.get('Retry-After') ?? '', 10);
	return new Refusal('status',
		typeof body?.error === 'string' ? body.error :
			t.serverStatus(response.status),
		{
			status: response.status,
			code: body?.code,
			field: body?.field,
			retryAfter: seconds >= 0 ? seconds : undefined,
			id: response.status < 500 ? '' :
				response.headers.get('X-Request-Id')?.slice(0, ID_LENGTH),
		});
}
