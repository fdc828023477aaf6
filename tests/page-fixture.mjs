// @ts-check
/**
 * page-fixture: the page with a server whose answers a test can spoil.
 *
 * Serves the page under the same Content-Security-Policy as nginx does,
 * and a small, canned GET /codex, POST /api/tasks and POST …/complete, in
 * http-api.md's shapes.  It hardly places: a created task takes its fixed slot
 * or the first free one, a completed one leaves its slot free, a reopened one
 * comes back there.  Of Git it says
 * what it is told to; a conflict that is decided leaves the list.  It keeps
 * tokens, all with the same secret.
 *
 *	const fixture = await startFixture();
 *	fixture.spoil('/codex', { status: 503, headers: { 'Retry-After': '2' } });
 *	…
 *	await fixture.stop();
 *
 * Run by hand (`node tests/page-fixture.mjs`) it prints its address.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { listen } from './stack.mjs';

const HTML = fileURLToPath(new URL('../nginx/html', import.meta.url));
const MAKE_PAGE = fileURLToPath(new URL('../scripts/make-page', import.meta.url));
const HEADERS = new URL(
	'../nginx/snippets/headers.conf', import.meta.url);

const POLICY = /Content-Security-Policy "([^"]+)"/
	.exec(await readFile(HEADERS, 'utf8'))?.[1] ?? "default-src 'none'";

/** @type {Record<string, string>} */
const TYPES = {
	'.html': 'text/html; charset=utf-8', '.css': 'text/css; charset=utf-8',
	'.js': 'text/javascript; charset=utf-8', '.svg': 'image/svg+xml',
};

/**
 * How an answer is spoiled: with a status and a body of the caller's, as
 * text that is no JSON, by closing the connection (`lost`: after the work is
 * done), or only by being held back until a promise is kept.
 *
 * @typedef {{ status?: number, body?: any, raw?: string, cut?: boolean,
 *	lost?: boolean, headers?: Record<string, string>, until?: Promise<void>,
 *	times?: number }} Fault
 */

/**
 * @param {{ week?: any, sync?: any, asItLies?: boolean }} [options] a week in
 *	place of sampleWeek(), an answer of GET /api/sync in place of noGit(); the
 *	page's modules as they lie in the sources, not as a server has them
 */
export async function startFixture({ week = sampleWeek(), sync = noGit(),
	asItLies = false } = {}) {
	/** @type {Map<string, Fault>} */
	const faults = new Map();
	/** @type {{ method: string, path: string, headers: any, body: any }[]} */
	const requests = [];
	const html = asItLies ? HTML : await laidOut();
	const state = { week, sync, tokens: [], gone: [], faults, requests, html };
	const server = createServer((request, response) => {
		serve(state, request, response).catch((error) => {
			response.writeHead(500).end(String(error));
		});
	});
	const port = await listen(server);
	return {
		url: `http://127.0.0.1:${port}/`,
		/** Every request for data so far, oldest first. */
		requests,
		/** The week that is served; change it as you like. */
		week,
		/** What is said of Git; the same. */
		sync,
		/** @param {string} path @param {Fault} fault */
		spoil: (path, fault) => faults.set(path, fault),
		heal: () => faults.clear(),
		stop: () => new Promise((resolve) => {
			server.close(resolve);
			server.closeAllConnections();
		}),
	};
}

/**
 * @param {any} state
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function serve(state, request, response) {
	const path = new URL(request.url ?? '/', 'http://x').pathname;
	if (!['/codex', '/sync'].includes(path) && !/^\/(api|auth)\//.test(path))
		return serveFile(state.html, path, response);

	let text = '';
	for await (const chunk of request)
		text += chunk;
	const body = text ? JSON.parse(text) : null;
	state.requests.push({
		method: request.method, path, headers: request.headers, body,
	});
	const fault = takeFault(state.faults, path);
	await fault?.until;
	if (fault?.cut)
		return response.destroy();
	if (fault?.raw !== undefined)
		return send(request, response, fault.status ?? 200, fault.raw);
	if (fault?.status)
		return send(request, response, fault.status,
			JSON.stringify(fault.body ?? {}), fault.headers);
	const [status, answer] = answerTo(state, path, body, request.method,
		request.headers['if-match']);
	if (fault?.lost)
		return response.destroy();
	send(request, response, status, JSON.stringify(answer));
}

/**
 * @param {Map<string, Fault>} faults
 * @param {string} path
 */
function takeFault(faults, path) {
	const fault = faults.get(path);
	if (fault?.times !== undefined && fault.times-- <= 1)
		faults.delete(path);
	return fault;
}

/** @type {Promise<string> | undefined} */
let laid;

/** The folder of the page as it is laid out for a server, once a process. */
const laidOut = () => laid ??= (async () => {
	const folder = await mkdtemp(join(tmpdir(), 'cm-page-'));
	process.once('exit', () => rmSync(folder, { recursive: true }));
	await promisify(execFile)(MAKE_PAGE, [HTML, folder]);
	return folder;
})();

/**
 * @param {string} html the folder of the page
 * @param {string} path
 * @param {import('node:http').ServerResponse} response
 */
async function serveFile(html, path, response) {
	const name = path === '/' ? 'index.html' : path.slice(1);
	const bytes = /^(v\/\w+\/)?[\w.-]+$/.test(name) &&
		await readFile(join(html, name)).catch(() => null);
	response.writeHead(bytes ? 200 : 404, {
		'Content-Type': TYPES[extname(name)] ?? 'text/plain',
		'Content-Security-Policy': POLICY,
		'X-Content-Type-Options': 'nosniff',
		'Cache-Control': 'no-cache',
	});
	response.end(bytes || '');
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {string} text
 * @param {Record<string, string>} [headers]
 */
function send(request, response, status, text, headers = {}) {
	const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
	const same = status === 200 && request.headers['if-none-match'] === etag;
	response.writeHead(same ? 304 : status, {
		'Content-Type': 'application/json; charset=utf-8',
		'Content-Security-Policy': POLICY,
		'Cache-Control': 'private, no-cache', ETag: etag, ...headers,
	});
	response.end(same ? '' : text);
}

/**
 * @param {any} state
 * @param {string} path
 * @param {any} body
 * @param {string} [method]
 * @param {string} [ifMatch]
 * @returns {[number, any]}
 */
function answerTo(state, path, body, method, ifMatch) {
	const { week, sync } = state;
	if (path === '/codex')
		return [200, week];
	if (path === '/auth/me')
		return [200, { userId: week.userId, login: week.userId, auth: 'local' }];
	if (path === '/auth/logout')
		return [200, { ok: true }];
	if (path === '/api/sync')
		return [200, sync];
	if (path === '/sync')
		return [200, {
			ok: true, mode: 'diff', userId: week.userId, changed: 0, removed: 0,
			pushed: 0, pulls: 0, conflicts: 0, kept: 0,
		}];
	if (path === '/api/tasks')
		return [200, create(week, body)];
	if (path === '/api/tokens')
		return [200, method === 'POST' ? makeToken(state.tokens, body) :
			{ tokens: state.tokens }];
	const ref = decodeURIComponent(path.split('/')[3]);
	if (path.startsWith('/api/tokens/')) {
		state.tokens = state.tokens.filter((/** @type {any} */ one) =>
			one.id !== ref);
		return [200, { ok: true }];
	}
	if (path.endsWith('/resolve')) {
		sync.conflictList = sync.conflictList.filter((/** @type {any} */ one) =>
			one.copy !== body.copy);
		sync.conflicts = sync.conflictList.length;
		return [200, { ok: true, id: ref.slice(0, 4), changed: true }];
	}
	return change(state, ref, method ?? '', path.endsWith('/complete'), body,
		ifMatch);
}

/**
 * A look at a task, or a write to it; completed and cancelled ones leave the
 * week, and come back to where they were.
 *
 * @param {any} state
 * @param {string} stem
 * @param {string} method
 * @param {boolean} completes
 * @param {any} body
 * @param {string} [ifMatch]
 * @returns {[number, any]}
 */
function change({ week, gone }, stem, method, completes, body, ifMatch) {
	const file = `${stem}.md`;
	const task = [...allOf(week), ...gone.map((/** @type {any} */ one) =>
		one.task)].find((one) => one.file === file);
	if (method === 'GET' && task)
		return [200, { ok: true, task }];
	if (!task || `"${task.etag}"` !== ifMatch)
		return [412, {
			ok: false, code: 'inzwischen_geaendert',
			error: 'Die Aufgabe wurde inzwischen geändert.',
		}];
	const fields = completes ?
		{ status: 'abgeschlossen', abgeschlossen_am: body } :
		method === 'DELETE' ? { status: 'abgebrochen' } : { ...body };
	if (fields.status === 'offen')
		fields.abgeschlossen_am = null;
	const next = { ...task, ...fields };
	const { etag, ...content } = next;
	next.etag = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
	place(week, gone, next);
	return [200, {
		ok: true, id: task.id, file, etag: next.etag, changed: true,
		completedAt: next.abgeschlossen_am,
	}];
}

/** @param {any} week @param {any[]} gone @param {any} task */
function place(week, gone, task) {
	const slots = week.timeline.flatMap((/** @type {any} */ day) => day.slots);
	const slot = slots.find((/** @type {any} */ one) =>
		one.task?.file === task.file);
	const before = gone.findIndex((one) => one.task.file === task.file);
	if (task.status === 'offen' && before >= 0) {
		const [{ slot: old }] = gone.splice(before, 1);
		if (old && !old.task)
			old.task = task;
		else
			week.unplaced.push({ ...task, reason: 'kein_platz' });
	} else if (task.status === 'offen') {
		remove(week, (one) => one.file === task.file);
		if (slot)
			slot.task = task;
		else
			week.unplaced.push({ reason: 'kein_platz', ...task });
	} else {
		remove(week, (one) => one.file === task.file);
		gone.push({ task, slot });
	}
}

/** @param {any[]} tokens @param {any} body */
function makeToken(tokens, { name, access }) {
	const made = {
		id: String(tokens.length).padStart(16, '0'), name, access,
		createdAt: new Date().toISOString(), lastUsedAt: null,
	};
	tokens.push(made);
	return { ok: true, ...made, token: `cm_usera_${'0f'.repeat(32)}` };
}

/** @param {any} week @param {any} body */
function create(week, body) {
	const id = week.nextAvailableId;
	const filename = `${id}-${body.title.replace(/[^\p{L}\d]+/gu, '-')}.md`;
	const wish = body.fixedSlot;
	const slot = week.timeline.flatMap((/** @type {any} */ day) =>
		day.slots.filter((/** @type {any} */ one) => !one.task && (!wish ||
			(wish.datum === day.datum && wish.zeit === one.zeit))))[0];
	week.nextAvailableId = String(+id + 1).padStart(4, '0');
	const made = task(id, body.title, body.kategorie, {
		file: filename, tags: body.tags, deadline: body.deadline ?? null,
		fixedSlot: wish ?? null, isFixed: !!wish,
	});
	if (slot)
		slot.task = made;
	else
		week.unplaced.push({ ...made, reason: 'kein_platz' });
	return { ok: true, id, filename, path: filename, etag: made.etag, gitPushed: false };
}

/** @param {any} week @returns {any[]} */
const allOf = (week) => [
	...week.timeline.flatMap((/** @type {any} */ day) =>
		day.slots.flatMap((/** @type {any} */ slot) => slot.task ?? [])),
	...week.unplaced,
];

/** @param {any} week @param {(task: any) => boolean} which */
function remove(week, which) {
	let found = false;
	for (const day of week.timeline)
		for (const slot of day.slots)
			if (slot.task && which(slot.task)) {
				slot.task = null;
				found = true;
			}
	const left = week.unplaced.filter((/** @type {any} */ one) => !which(one));
	found ||= left.length < week.unplaced.length;
	week.unplaced = left;
	return found;
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} kategorie
 * @param {any} [more]
 */
export function task(id, title, kategorie, more = {}) {
	return {
		id, file: `${id}-${title.replace(/[^\p{L}\d]+/gu, '-')}.md`, title,
		kategorie, status: 'offen', tags: [], deadline: null,
		deadlineRisk: false, fixedSlot: null, isFixed: false, sync: 'clean',
		etag: createHash('sha256').update(id + title).digest('hex').slice(0, 32), ...more,
	};
}

/** GET /api/sync of a system without a repository. */
export const noGit = () => ({
	...gitOf(), state: 'aus', lastSyncAt: null, head: null,
	code: 'nicht_eingerichtet', button: false,
});

/**
 * GET /api/sync where all is in Git.
 *
 * @param {any} [more]
 */
export const gitOf = (more = {}) => ({
	ok: true, state: 'ok',
	lastSyncAt: new Date(Date.now() - 3_600_000).toISOString(),
	head: 'a'.repeat(40), pending: 0, pulls: 0, conflicts: 0,
	code: 'alles_in_git', progress: null, reason: null, reasonEnglish: null, button: true,
	conflictList: [], ...more,
});

/**
 * Monday to Sunday; of Monday the morning is over.
 *
 * @param {Record<string, any>} [tasks] by `<day 0..6> <zeit>`
 * @param {any} [more]
 */
export function weekOf(tasks = {}, more = {}) {
	const days = ['23', '24', '25', '26', '27', '28', '29'];
	return {
		cacheCreatedAt: new Date().toISOString(),
		generatedAt: new Date().toISOString(),
		validUntil: new Date(Date.now() + 900_000).toISOString(),
		nextAvailableId: '0042', weekStart: '23.11.2026', userId: 'usera',
		timeline: days.map((day, i) => ({
			datum: `${day}.11.2026`, dayOfWeek: (i + 1) % 7,
			slots: ['morgens', 'nachmittags', 'abends'].slice(i === 0 ? 1 : 0)
				.map((zeit) => ({ zeit, task: tasks[`${i} ${zeit}`] ?? null })),
		})),
		unplaced: [], problems: [], ...more,
	};
}

/** A week with something of everything. */
export function sampleWeek() {
	return weekOf({
		'0 nachmittags': task('0000', 'Onboarding neuer Kollege', 'arbeit', {
			tags: ['finanzen', 'wichtig'],
		}),
		'0 abends': task('0033', 'Elternabend', 'privat', {
			isFixed: true, fixedSlot: { datum: '23.11.2026', zeit: 'abends' },
		}),
		'1 morgens': task('0001', 'Kapazitätsplanung Dezember', 'arbeit', {
			deadline: '30.11.2026',
		}),
		'1 nachmittags': task('0005', 'Release-Notes 4.2 schreiben', 'arbeit', {
			tags: ['team'], sync: 'pending',
		}),
		'2 morgens': task('0006', 'Angebot Stadtwerke nachfassen', 'arbeit', {
			deadline: '24.11.2026', deadlineRisk: true, tags: ['q4'],
		}),
		'2 nachmittags': task('0007', 'Architektur-Workshop planen', 'arbeit'),
		'2 abends': task('0009', 'Geschenk für Oma', 'privat', {
			isFixed: true, fixedSlot: { datum: '25.11.2026', zeit: 'abends' },
			tags: ['wichtig'],
		}),
		'3 morgens': task('0008', 'Code-Review Zahlungsmodul', 'arbeit', {
			tags: ['team', 'q4'],
		}),
		'3 nachmittags': task('0011',
			'Donaudampfschifffahrtsgesellschaftskapitänsmützenbestellung', 'arbeit', {
				warning: 'Der feste Platz ist kein Datum, das es gibt; ' +
					'er zählt nicht.',
				warningEnglish: 'The fixed slot is no day that there is.',
			}),
		'4 morgens': task('0012', '<script>alert(1)</script>', 'arbeit', {
			file: '0012-HTML-im-Text.md', tags: ['<b>'],
		}),
		'5 morgens': task('0002', 'Steuererklärung 2025', 'privat', {
			deadline: '30.11.2026', tags: ['haus'],
		}),
		'5 nachmittags': task('0003', 'Balkon bepflanzen', 'privat'),
		'6 morgens': task('0004', 'תור לרופא שיניים', 'privat', {
			file: '0004-x.md',
		}),
	}, {
		unplaced: [
			task('0015', 'Doppelt A', 'arbeit', {
				reason: 'doppelt_belegt', isFixed: true,
				fixedSlot: { datum: '25.11.2026', zeit: 'abends' },
			}),
			task('0015', 'Doppelt B', 'arbeit', {
				reason: 'ueberfaellig', isFixed: true,
				fixedSlot: { datum: '20.11.2026', zeit: 'morgens' },
			}),
			task('0018', 'Keller aufräumen', 'privat', {
				reason: 'kein_platz', deadline: '29.11.2026', deadlineRisk: true,
			}),
			task('0019', 'Fahrrad zur Inspektion', 'privat', {
				reason: 'kein_platz', tags: ['haus'], sync: 'conflict',
			}),
			task('0021', 'Jahresgespräch', 'arbeit', {
				reason: 'spaeter', isFixed: true,
				fixedSlot: { datum: '12.01.2027', zeit: 'nachmittags' },
			}),
		],
		problems: [{
			file: '0010-kaputtes-YAML.md', line: 3, code: 'kein_yaml',
			reason: 'Die Klammer „[“ ist nicht geschlossen.',
			reasonEnglish: 'The bracket “[” is not closed.',
		}, {
			file: '0013-nicht-UTF-8.md', line: 0, code: 'kein_utf8',
			reason: 'Die Datei ist nicht in UTF-8.',
			reasonEnglish: 'The file is not in UTF-8.',
		}],
	});
}

/** The sample a day later, as the server places it. */
export function nextWeek() {
	const week = sampleWeek();
	const all = allOf(week);
	const find = (/** @type {string} */ id) => {
		const { reason, ...found } = all.find((one) => one.id === id);
		return found;
	};
	const slots = ['0000 0001 -', '0005 0006 0009', '0007 0008 -', '0011 0012 -',
		'0002 0003 -', '0004 0018 -', '- - -'].map((ids) => ids.split(' '));
	week.timeline = slots.map((ids, i) => ({
		datum: `${24 + i}.11.2026`, dayOfWeek: (i + 2) % 7,
		slots: ['morgens', 'nachmittags', 'abends'].map((zeit, k) => ({
			zeit, task: ids[k] === '-' ? null : find(ids[k]),
		})),
	}));
	week.weekStart = '24.11.2026';
	week.unplaced = [
		...week.unplaced.filter((/** @type {any} */ { id }) => id !== '0018'),
		{ ...find('0033'), reason: 'ueberfaellig' },
	];
	return week;
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	console.log((await startFixture({ asItLies: true })).url);
