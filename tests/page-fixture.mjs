// @ts-check
/**
 * page-fixture: a way to the system that a test can spoil, path by path, with
 * what no system can be brought to say.
 *
 * Each has a person of its own, who is logged in and has the tasks of
 * sampleWeek(); it is the Monday of that.  What the page asks for goes to the
 * system (scripts/run), but for
 *
 *	spoil(path, fault)	an answer that is refused, garbled, late or lost
 *	week			a week that is told in place of the system's
 *	sync			the same of GET /api/sync; then POST /sync has
 *				nothing to do, and a decided conflict leaves the list
 *
 *	const fixture = await startFixture();
 *	fixture.spoil('/codex', { status: 503, headers: { 'Retry-After': '2' } });
 *	…
 *	await fixture.stop();
 *	await stopSystem();     // after the last one
 *
 * Run by hand (`node tests/page-fixture.mjs`) it prints the address of the page as
 * it lies in the sources.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sampleFiles } from './page-weeks.mjs';
import { sessionCookie } from './session.mjs';
import { askSystem } from './shaky.mjs';
import { listen, manyBuild, startStack } from './stack.mjs';

const HTML = new URL('../nginx/html/', import.meta.url);
/** Monday, at half past one in Berlin. */
const NOW = '2026-11-23T12:30:00Z';
const PEOPLE = Array.from({ length: 200 }, (_, i) => `user${i}`);

/** @type {Record<string, string>} */
const TYPES = {
	'.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript',
	'.svg': 'image/svg+xml',
};

/**
 * How an answer is spoiled: with a status and a body of the caller's, as
 * text that is no JSON, by closing the connection, or only by being held back
 * until a promise is kept.
 *
 * @typedef {{ status?: number, body?: any, raw?: string, cut?: boolean,
 *	headers?: Record<string, string>, until?: Promise<void>,
 *	times?: number }} Fault
 */

/** @type {ReturnType<typeof startStack> | undefined} */
let system;
let people = 0;

/** The system of all fixtures of a process. */
const theSystem = () => system ??= startStack({ as: 'server', workers: 1, env: {
	CODEX_NOW: NOW, CODEX_BUILD: manyBuild, CODEX_ALLOWED_USERS: PEOPLE.join(),
} });

export async function stopSystem() {
	await (await system)?.stop();
	system = undefined;
}

/**
 * Log somebody in.
 *
 * @param {import('./stack.mjs').Stack} stack
 * @param {string} user
 */
function loggedIn(stack, user) {
	for (const [file, bytes] of sampleFiles())
		stack.place(file, bytes, user);
	return {
		user, cookie: sessionCookie(stack.keyFile,
			{ user, id: 4000 + people, now: stack.now() }),
	};
}

/** Who has been nobody's person yet. */
const nextPerson = () => PEOPLE[people++ % PEOPLE.length];

/**
 * @param {{ week?: any, sync?: any, asItLies?: boolean }} [options] asItLies:
 *	the page's modules come from the sources, not as a server has them
 */
export async function startFixture({ week = null, sync = null,
	asItLies = false } = {}) {
	const stack = await theSystem();
	const fixture = {
		url: '', week, sync, asItLies, stack, ...loggedIn(stack, nextPerson()),
		/** @type {Map<string, Fault>} */
		faults: new Map(),
		/** Every request for data so far, oldest first.
		 * @type {{ method: string, path: string, headers: any, body: any }[]} */
		requests: [],
		/** @param {string} path @param {Fault} fault */
		spoil: (path, fault) => fixture.faults.set(path, fault),
		heal: () => fixture.faults.clear(),
		/** From now on it is somebody else, with the same tasks. */
		become: (user = nextPerson()) =>
			Object.assign(fixture, loggedIn(stack, user)),
		/** What the system itself answers, to another browser of that person.
		 * @param {string} path @param {string} [method] @param {any} [body] */
		ask: async (path, method = 'GET', body = undefined) =>
			(await stack.send(method, path, body, { Cookie: fixture.cookie })).json,
		stop: () => new Promise((resolve) => {
			server.close(resolve);
			server.closeAllConnections();
		}),
	};
	const server = createServer((request, response) => {
		serve(fixture, request, response).catch((error) => {
			response.writeHead(500).end(String(error));
		});
	});
	fixture.url = `http://127.0.0.1:${await listen(server)}/`;
	return fixture;
}

/**
 * @param {any} fixture
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
async function serve(fixture, request, response) {
	const path = new URL(request.url ?? '/', 'http://x').pathname;
	const isData = /^\/(codex|sync|(api|auth)\/.*)$/.test(path);
	if (fixture.asItLies && !isData)
		return serveSource(path, response);

	let text = '';
	for await (const chunk of request)
		text += chunk;
	const body = text ? JSON.parse(text) : null;
	if (isData)
		fixture.requests.push({
			method: request.method, path, headers: request.headers, body,
		});
	const fault = takeFault(fixture.faults, path);
	await fault?.until;
	if (fault?.cut)
		return response.destroy();
	const answer = fault?.raw ?? (fault?.status ? fault.body ?? {} :
		madeUp(fixture, path, body));
	if (answer !== undefined)
		return send(request, response, answer, fault);
	askSystem(fixture.stack.url, {
		method: request.method, url: request.url, headers: {
			...request.headers, cookie: [fixture.cookie, request.headers.cookie]
				.filter(Boolean).join('; '),
		},
	}, (real) => {
		response.writeHead(real.statusCode ?? 502, real.headers);
		real.pipe(response);
	}).on('error', () => response.destroy()).end(text);
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

/**
 * What is said in the system's place; undefined if it answers itself.
 *
 * @param {any} fixture
 * @param {string} path
 * @param {any} body
 */
function madeUp({ user, week, sync }, path, body) {
	if (path === '/codex')
		return week ? { ...week, userId: user } : undefined;
	if (path === '/api/sync')
		return sync ?? undefined;
	if (sync && path === '/sync')
		return {
			ok: true, mode: 'diff', userId: user, changed: 0, removed: 0,
			pushed: 0, pulls: 0, conflicts: 0, kept: 0,
		};
	if (!sync || !path.endsWith('/resolve'))
		return undefined;
	sync.conflictList = sync.conflictList.filter((/** @type {any} */ { copy }) =>
		copy !== body.copy);
	sync.conflicts = sync.conflictList.length;
	return { ok: true, changed: true };
}

/**
 * @param {string} path
 * @param {import('node:http').ServerResponse} response
 */
async function serveSource(path, response) {
	const name = path === '/' ? 'index.html' : path.slice(1);
	const bytes = /^[\w.-]+$/.test(name) &&
		await readFile(new URL(name, HTML)).catch(() => null);
	response.writeHead(bytes ? 200 : 404, {
		'Content-Type': `${TYPES[extname(name)] ?? 'text/plain'}; charset=utf-8`,
	});
	response.end(bytes || '');
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {any} answer
 * @param {Fault} [fault]
 */
function send(request, response, answer, { status = 200, headers = {} } = {}) {
	const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
	const etag = `"${createHash('sha256').update(text).digest('hex')}"`;
	const same = status === 200 && request.headers['if-none-match'] === etag;
	response.writeHead(same ? 304 : status, {
		'Content-Type': 'application/json; charset=utf-8',
		'Cache-Control': 'private, no-cache', ETag: etag, ...headers,
	});
	response.end(same ? '' : text);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	console.log((await startFixture({ asItLies: true })).url);
