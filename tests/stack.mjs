// @ts-check
// stack: the whole system for an end-to-end test: scripts/run on a free port
// with a scratch folder, stopped and removed at the end.
//
//	const stack = await startStack({env: {CODEX_DEBUG: '1'}});
//	const answer = await stack.get('/codex');
//	...
//	await stack.stop();
//
// Requests go through stack.fetch, which sends what our own page would send
// (Origin, JSON).  With CODEX_DEBUG every store request is a line of the
// log: `stack.storeRequests(mark)` counts them.  A report of a sanitizer in
// the log makes stop() fail.
//
// It runs as a server runs: people log in, and requests are limited.  The
// requests here are those of one person who is logged in, and who asks more
// often than a person does, so the rates are higher (CODEX_LIMITS is a
// factor, CODEX_USER_RATE a number).  With CODEX_TEST_AS=local, or for a test
// of local mode with {as: 'local'}, everybody is that person, unlimited.  A
// test that has settings of a login logs in by itself (git-stack.mjs).

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync,
    writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sessionCookie } from './session.mjs';

/** How systems run whose test does not say: server or local. */
export const testAs = process.env.CODEX_TEST_AS || 'server';

export const top = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where the programs are. */
export const build = process.env.CODEX_BUILD || join(top, 'build');
/** Where those without sanitizers are. */
export const plainBuild = process.env.CODEX_BUILD_PLAIN || join(top, 'build');
/** For what is repeated a thousand times: those, if both were built. */
export const manyBuild = process.env.CODEX_BUILD_PLAIN ? plainBuild : build;

/** Factor for deadlines on slow machines. */
export const slow = Number(process.env.TEST_SLOW || 3);
/** True with --long in scripts/test. */
export const long = process.env.T_LONG === '1';

/**
 * Build what the tests alone need.  One at a time: a test and the same one in
 * local mode would both write the library.
 *
 * @param {string} folder of the build
 * @param {string} target
 */
export function make(folder, target) {
	const { status, stderr } = spawnSync('flock', [join(folder, 'Makefile'),
	    'make', '--quiet', '-C', folder, target], { encoding: 'utf8' });
	assert.equal(status, 0, stderr);
}

/**
 * Let a server listen on a free port of this host.
 * @param {import('node:net').Server} server
 * @returns {Promise<number>} the port
 */
export function listen(server) {
	return new Promise((done, failed) => {
		server.on('error', failed);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			done(typeof address === 'object' && address
			    ? address.port : 0);
		});
	});
}

/** @returns {Promise<number>} a port that was free a moment ago */
export async function freePort() {
	const server = createServer();
	const port = await listen(server);
	await new Promise((done) => server.close(done));
	return port;
}

/**
 * Return true if a server accepts connections there.
 * @param {number|string} to a port of this host, or a socket's path
 * @returns {Promise<boolean>}
 */
export const isListening = (to) => new Promise((done) => {
	const socket = typeof to === 'number' ? connect(to, '127.0.0.1')
	    : connect(to);
	socket.on('connect', () => {
		socket.destroy();
		done(true);
	});
	socket.on('error', () => done(false));
});

/** @param {number} ms */
export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Waits until check() is true, or fails after `ms` times TEST_SLOW.
 * @param {() => any} check
 * @param {number} ms
 * @param {string} what
 */
export async function until(check, ms, what) {
	const end = Date.now() + ms * slow;
	for (;;) {
		if (await check())
			return;
		if (Date.now() > end)
			throw new Error(`not in ${ms * slow} ms: ${what}`);
		await sleep(20);
	}
}

/**
 * Look until it is seen.  A look that begins later than `ms` from now must
 * see it; without TEST_SLOW, as a slow look began in time.
 * @param {number} ms
 * @param {() => boolean|Promise<boolean>} look
 * @param {string} what
 */
export async function within(ms, look, what) {
	const end = Date.now() + ms;
	for (let began = Date.now(); !(await look()); began = Date.now()) {
		if (began > end)
			throw new Error(`not seen after ${ms} ms: ${what}`);
		await sleep(20);
	}
}

/** The front matter of a good task. */
export const plain = {
	typ: 'task', kategorie: 'arbeit', status: 'offen',
};

/**
 * A task file: fields as YAML lines, then the body.
 * @param {Record<string, string>} fields @param {string} body
 */
export function taskFile(fields = {}, body = '') {
	const lines = Object.entries({ ...plain, ...fields })
	    .map(([name, value]) => `${name}: ${value}\n`).join('');
	return `---\n${lines}---\n${body}`;
}

/** A task's path in the repository. @param {string} file */
export const vaultPath = (file, folder = 'usera') =>
    `codex-miroir/${folder}/tasks/${file}`;

/** What is read, or undefined if it has gone since it was seen.
 * @template T @param {() => T} read @returns {T|undefined} */
function unlessGone(read) {
	try {
		return read();
	} catch (e) {
		if (/** @type {any} */ (e).code !== 'ENOENT')
			throw e;
		return undefined;
	}
}

/** Paths and hashes of all files below a folder. @param {string} top */
export function treeOf(top) {
	/** @type {Record<string, string>} */
	const tree = {};
	const entries = unlessGone(() => readdirSync(top,
	    { withFileTypes: true })) ?? [];
	for (const entry of entries) {
		const path = join(top, entry.name);
		if (entry.isDirectory()) {
			for (const [k, v] of Object.entries(treeOf(path)))
				tree[`${entry.name}/${k}`] = v;
			continue;
		}
		const bytes = unlessGone(() => readFileSync(path));
		if (bytes)
			tree[entry.name] = createHash('sha256')
			    .update(bytes).digest('hex');
	}
	return tree;
}

/** What a test that failed has left behind. @type {Set<Stack>} */
const running = new Set();
/** How many stacks this file has started. */
let started = 0;

/**
 * The first stack of a file looks for leaks when it is stopped: that is half
 * of what a sanitized program costs.
 * @returns {Record<string, string>}
 */
const leakOptions = () => started++ === 0 ? {} : {
	ASAN_OPTIONS: `${process.env.ASAN_OPTIONS ?? ''}:detect_leaks=0` };
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.once(signal, () => process.exit(1));
process.on('exit', () => {
	for (const { child, scratch } of running) {
		child?.kill('SIGTERM');
		spawn('sh', ['-c', 'while kill -0 "$0" 2>/dev/null; ' +
		    'do sleep 0.1; done; rm -rf -- "$1"',
		    String(child?.pid), scratch],
		    { detached: true, stdio: 'ignore' }).unref();
	}
});

export class Stack {
	/**
	 * @param {{env?: Record<string, string>, args?: string[],
	 *     data?: string, workers?: number, sample?: boolean,
	 *     import?: string, as?: string, under?: string[]}} options
	 *     sample: take in the sample vault (default: an empty store);
	 *     as: server or local, if the test stands on it;
	 *     under: a command and its options that becomes scripts/run, as
	 *     `ip netns exec NAME` does
	 */
	constructor(options = {}) {
		this.options = options;
		this.log = '';
		this.url = '';
		this.scratch = '';
		this.data = options.data || '';
		this.began = 0;
		/** @type {import('node:child_process').ChildProcess|null} */
		this.child = null;
	}

	async start() {
		this.scratch = this.scratch ||
		    await mkdtemp(join(tmpdir(), 'cm-'));
		this.data = this.options.data || join(this.scratch, 'data');
		const args = ['--port', '0', ...await this.storeArgs(),
		    ...(this.options.workers
			? ['--workers', String(this.options.workers)] : []),
		    ...(this.options.args || [])];
		this.spawn(args);
		const from = this.log.length;
		const address = /läuft auf (http:\S+)/;
		await until(() => this.child?.exitCode !== null ||
		    address.test(this.log.slice(from)), 60000, 'the start')
		    .catch((error) => {
			    throw new Error(`${error.message}\n${this.log}`);
		    });
		const found = address.exec(this.log.slice(from));
		if (!found) {
			await this.stop().catch(() => {});
			throw new Error(`scripts/run ended:\n${this.log}`);
		}
		this.url = found[1];
		return this;
	}

	/** How it runs: as a server, in local mode, or with the test's login. */
	get as() {
		return this.options.env?.GITHUB_OAUTH_CLIENT_ID ? 'own'
		    : this.options.as ?? testAs;
	}

	/** The one whose requests these are. */
	get user() {
		return /^local:(.*)/.exec(this.options.env?.CODEX_AUTH ?? '')?.[1] ||
		    'usera';
	}

	get keyFile() {
		return this.options.env?.CODEX_KEY_FILE ?? (this.options.env
		    ?.AZURE_BLOB_CONN ? join(this.scratch, 'site.key')
		    : `${this.data}.key`);
	}

	/** The settings of the way in which it runs.
	 * @returns {Record<string, string>} */
	loginEnv() {
		const given = this.options.env ?? {};
		if (this.as !== 'server')
			return { CODEX_LIMITS: 'off', ...given };
		return { CODEX_LIMITS: '100', CODEX_USER_RATE: '100000',
		    CODEX_ALLOWED_USERS: this.user, CODEX_KEY_FILE: this.keyFile,
		    GITHUB_OAUTH_CLIENT_ID: 'Iv1.0123456789abcdef',
		    GITHUB_OAUTH_CLIENT_SECRET: 'the-secret-of-the-app',
		    ...given, CODEX_AUTH: '' };
	}

	/** Now, on the system's clock. */
	now() {
		const set = this.options.env?.CODEX_NOW ?? '0';
		return /^-?\d+$/.test(set) ? Date.now() + Number(set)
		    : Date.parse(set) + Date.now() - this.began;
	}

	/** The headers of somebody who is logged in, before their own cookies;
	 * with a session or token of their own they are that one's.
	 * @param {Record<string, string>} headers
	 * @returns {Record<string, string>} */
	loggedIn(headers) {
		const { Cookie: more, ...rest } = headers;
		if (this.as !== 'server' || 'Authorization' in headers ||
		    more?.includes('__Host-cm_session'))
			return headers;
		return { Cookie: more === undefined ? this.cookie
		    : `${this.cookie}; ${more}`, ...rest };
	}

	/** A session of that person, good for 12 hours. */
	get cookie() {
		return sessionCookie(this.keyFile,
		    { user: this.user, id: 4711, now: this.now() });
	}

	/** @param {string[]} args */
	spawn(args) {
		const line = [...this.options.under ?? [],
		    join(top, 'scripts/run'), ...args];
		const child = spawn(line[0], line.slice(1),
		    { env: cleanEnv({ ...leakOptions(), ...this.loginEnv() }),
		    stdio: ['ignore', 'pipe', 'pipe'] });
		this.began = Date.now();
		this.child = child;
		running.add(this);
		this.hold(false);
		const keep = (/** @type {Buffer} */ chunk) => {
			this.log += chunk.toString('utf8');
		};
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		/** @type {Promise<number|null>} */
		this.ended = new Promise((done) => child.on('close', (code) => {
			running.delete(this);
			done(code);
		}));
	}

	/** Whether Node lives on for it. @param {boolean} on */
	hold(on) {
		const { child } = this;
		const how = on ? 'ref' : 'unref';
		child?.[how]();
		for (const pipe of [child?.stdout, child?.stderr])
			/** @type {import('node:net').Socket|undefined} */
			(pipe)?.[how]();
	}

	/** Where tasks are kept, and what they begin with. */
	async storeArgs() {
		const where = this.options.env?.AZURE_BLOB_CONN
		    ? [] : ['--data', this.data || ''];
		if (this.options.sample || this.options.import)
			return this.options.import
			    ? [...where, '--import', this.options.import] : where;
		// An empty checkout keeps the sample tasks away.
		const empty = join(this.scratch, 'empty');
		await mkdir(join(empty, 'codex-miroir'), { recursive: true });
		return [...where, '--import', empty];
	}

	/**
	 * Stops the system and gives its exit status; `remove` also removes
	 * its scratch folder.  start() after stop(false) goes on with the
	 * same store.
	 */
	async stop(remove = true) {
		this.hold(true);
		this.child?.kill('SIGTERM');
		const status = await this.ended;
		if (remove && this.scratch)
			await rm(this.scratch, { recursive: true, force: true });
		const report = /^.*(Sanitizer: |runtime error: )(.|\n){0,3000}/m
		    .exec(this.log);
		if (report)
			throw new Error(`a sanitizer reports:\n${report[0]}`);
		return status;
	}

	/** As a page of ours would: same origin, JSON.
	 * @param {string} path @param {RequestInit & {json?: any}} init */
	async fetch(path, init = {}) {
		/** @type {Record<string, string>} */
		const headers = {
			...(init.method && init.method !== 'GET'
			    ? { Origin: this.url,
				'Content-Type': 'application/json' } : {}),
			...(/** @type {any} */ (init.headers) || {}),
		};
		const body = init.json !== undefined
		    ? JSON.stringify(init.json) : init.body;
		return fetch(this.url + path, { redirect: 'manual', ...init,
		    headers: this.loggedIn(headers), body });
	}

	/** @param {string} path @param {Record<string, string>} headers */
	async get(path, headers = {}) {
		return readAnswer(await this.fetch(path, { headers }));
	}

	/** @param {string} method @param {string} path @param {any} json
	 * @param {Record<string, string>} headers */
	async send(method, path, json, headers = {}) {
		return readAnswer(await this.fetch(path, { method, json, headers }));
	}

	/** Creates a task. @param {any} fields
	 * @returns {Promise<string>} its stem */
	async make(fields) {
		const { status, json } = await this.send('POST', '/api/tasks',
		    { kategorie: 'privat', ...fields });
		assert.equal(status, 200);
		return json.filename.replace(/\.md$/, '');
	}

	/** A task as it is now. @param {string} ref  its stem or number
	 * @returns {Promise<any>} */
	async task(ref) {
		return (await this.get(`/api/tasks/${ref}`)).json.task;
	}

	/**
	 * Sends bytes as they are and reads one answer.
	 * @param {string|Buffer} bytes
	 */
	async raw(bytes) {
		const { port } = new URL(this.url);
		/** @type {Buffer[]} */
		const chunks = [];
		await new Promise((done, failed) => {
			const socket = connect(Number(port), '127.0.0.1');
			socket.setTimeout(20000 * slow, () => socket.destroy(
			    new Error('no answer')));
			socket.on('data', (chunk) => {
				chunks.push(chunk);
				if (isWhole(Buffer.concat(chunks)))
					socket.destroy();
			});
			// A server that has answered early may hang up early.
			socket.on('error', (why) => chunks.length > 0
			    ? done(null) : failed(why));
			socket.on('close', done);
			socket.write(bytes);
		});
		return parseAnswer(Buffer.concat(chunks));
	}

	/** A request line and headers as they are.
	 * @param {string} method @param {string} target
	 * @param {Record<string, string>} headers @param {string|Buffer} body */
	async plainly(method, target, headers = {}, body = '') {
		const bytes = Buffer.from(body);
		/** @type {Record<string, string>} */
		const all = { Host: new URL(this.url).host,
		    Connection: 'close', ...this.loggedIn(headers) };
		if (bytes.length > 0 && !('Transfer-Encoding' in all) &&
		    !('Content-Length' in all))
			all['Content-Length'] = String(bytes.length);
		const head = Object.entries(all).map(([k, v]) =>
		    `${k}: ${v}\r\n`).join('');
		return this.raw(Buffer.concat([
		    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`),
		    bytes]));
	}

	/** Where the log ends now. */
	mark() {
		return this.log.length;
	}

	/**
	 * All store requests since a mark: needs CODEX_DEBUG=1.
	 * @param {number} mark
	 * @returns {{process: string, round: number, verb: string,
	 *     key: string, result: string, bytes: number}[]}
	 */
	allStoreRequests(mark) {
		const line = new RegExp('^level=debug msg=store program=(.* pid=\\d+)' +
		    '.* round=(\\d+) verb=(\\w+) key=(.*) result=(\\w+) ' +
		    'bytes=(\\d+) us=\\d+$', 'gm');
		return [...this.log.slice(mark).matchAll(line)].map((m) => ({
			process: m[1], round: Number(m[2]), verb: m[3],
			key: m[4], result: m[5], bytes: Number(m[6]) }));
	}

	/** The same without those rounds that look whether a session is over
	 * (ARCHITECTURE.md, "What it costs").  @param {number} mark */
	storeRequests(mark) {
		const all = this.allStoreRequests(mark);
		const looks = new Set(all.filter(({ verb, key }) =>
		    verb === 'get' && key.endsWith('/session.json'))
		    .map(({ process, round }) => `${process} ${round}`));
		return all.filter(({ process, round }) =>
		    !looks.has(`${process} ${round}`));
	}

	/** Bytes of a blob of the fs store. @param {string} key */
	async blob(key) {
		return readFile(join(this.data || '', key));
	}

	/** @param {string} file @param {string} user */
	path(file, user = 'usera') {
		return join(this.data || '', 'raw', user, 'tasks', file);
	}

	/** A task file's text in the fs store. @param {string} file */
	text(file, user = 'usera') {
		return readFileSync(this.path(file, user), 'utf8');
	}

	/**
	 * Puts a file into the fs store as somebody else would, whole at once.
	 * @param {string} file @param {string|Buffer} bytes
	 * @param {string} user
	 */
	place(file, bytes, user = 'usera') {
		const path = this.path(file, user);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(join(this.scratch, 'placed'), bytes);
		renameSync(join(this.scratch, 'placed'), path);
	}

	/** Empties a user's part of the fs store. @param {string} user */
	clear(user = 'usera') {
		for (const part of ['raw', 'artifacts', 'state'])
			rmSync(join(this.data || '', part, user),
			    { recursive: true, force: true });
	}

	/** All blobs and their hashes. */
	tree() {
		const tree = treeOf(this.data || '');
		delete tree['.in-use'];
		return tree;
	}

	/**
	 * The processes that this scripts/run has started whose command line
	 * holds `word`; never those of another instance.
	 * @param {string} word
	 */
	processes(word) {
		/** @type {number[]} */
		const found = [];
		const walk = (/** @type {number} */ pid) => {
			for (const child of childrenOf(pid)) {
				if (commandOf(child).includes(word))
					found.push(child);
				walk(child);
			}
		};
		walk(this.child?.pid || 0);
		return found;
	}

	/** Only the workers of a program. @param {string} program
	 * @param {(args: string[]) => boolean} wanted */
	workers(program, wanted = () => true) {
		return this.processes(program).filter((pid) => {
			const args = commandOf(pid).split('\0');
			return (args[0] || '').endsWith(`/${program}`) &&
			    wanted(args.slice(1));
		});
	}
}

/**
 * What a process was started with.  A worker shows that to root alone; its
 * supervisor, which has handed it on, does to us too.
 * @param {number} pid @returns {Record<string, string>}
 */
export function environOf(pid) {
	let text = '';
	try {
		text = readFileSync(`/proc/${pid}/environ`, 'utf8');
	} catch {
		const parent = /^PPid:\s*(\d+)/m.exec(
		    readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		text = readFileSync(`/proc/${parent}/environ`, 'utf8');
	}
	return Object.fromEntries(text.split('\0').filter(Boolean).map((line) =>
	    [line.slice(0, line.indexOf('=')),
		line.slice(line.indexOf('=') + 1)]));
}

/** The secrets that a worker gets: name and value.
 * @param {number} pid @returns {Record<string, string>} */
export function secretsOf(pid) {
	const folder = environOf(pid).CREDENTIALS_DIRECTORY;
	return Object.fromEntries(readdirSync(folder).map((name) =>
	    [name, readFileSync(join(folder, name), 'utf8')]));
}

/** @param {number} pid @returns {number[]} */
export function childrenOf(pid) {
	try {
		return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
		    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
			.split(' ').filter(Boolean).map(Number));
	} catch {
		return []; // gone meanwhile
	}
}

/** With NUL between its words. @param {number} pid */
export function commandOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		return '';
	}
}

/**
 * An answer: `json` is null if the text is none, and any shape otherwise.
 * @typedef {{status: number, headers: Headers, text: string, json: any,
 *     bytes?: Buffer}} Answer  bytes as they came, if by `raw` or `plainly`
 */

/** Return the value of a JSON text, null if it is none. @param {string} text
 * @returns {any} */
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return null;
	}
}

/** @param {Response} answer @returns {Promise<Answer>} */
export async function readAnswer(answer) {
	const text = await answer.text();
	return { status: answer.status, headers: answer.headers, text,
	    json: parseJson(text) };
}

/** True if an answer with a length is all there. @param {Buffer} bytes */
function isWhole(bytes) {
	const at = bytes.indexOf('\r\n\r\n');
	const length = /\r\ncontent-length: (\d+)/i.exec(
	    bytes.subarray(0, at < 0 ? 0 : at).toString('latin1'));
	return length !== null && bytes.length >= at + 4 + Number(length[1]);
}

/** @param {Buffer} bytes @returns {Answer} */
function parseAnswer(bytes) {
	const at = bytes.indexOf('\r\n\r\n');
	const lines = bytes.subarray(0, at < 0 ? 0 : at).toString('latin1')
	    .split('\r\n');
	const headers = new Headers();
	for (const line of lines.slice(1)) {
		const colon = line.indexOf(':');
		headers.append(line.slice(0, colon),
		    line.slice(colon + 1).trim());
	}
	let text = bytes.subarray(at + 4).toString('utf8');
	if (headers.get('transfer-encoding') === 'chunked')
		text = text.replace(/^[0-9a-f]+\r\n/, '')
		    .replace(/\r\n0\r\n\r\n$/, '');
	return { status: Number(lines[0]?.split(' ')[1] || 0), headers, text,
	    json: parseJson(text), bytes: bytes.subarray(at + 4) };
}

/**
 * Call a program with -1, as a CGI script: one request.
 * @param {string} path of the program
 * @param {string[]} options before the -1
 * @param {Record<string, string>} env
 * @param {string|Buffer} input the request's body
 * @param {{kill?: number, log?: (text: string) => void}} how
 *     kill: after so many ms it is killed; log: hears its standard error
 * @returns {Promise<{status: number, head: string, body: string}|null>}
 *     null: killed
 */
export function callProgram(path, options, env, input = '', { kill = -1,
    log = () => {} } = {}) {
	return new Promise((done) => {
		const child = spawn(path, [...options, '-1'], { env });
		const timer = kill < 0 ? undefined
		    : setTimeout(() => child.kill('SIGKILL'), kill);
		let out = '';
		child.stdout.on('data', (chunk) => { out += chunk; });
		child.stderr.on('data', (chunk) => log(String(chunk)));
		child.on('close', (_, signal) => {
			clearTimeout(timer);
			const at = out.indexOf('\r\n\r\n');
			const status = /^Status: (\d+)/m.exec(out);
			done(signal ? null : {
			    status: Number(status?.[1] ?? 200),
			    head: out.slice(0, at), body: out.slice(at + 4) });
		});
		child.stdin.on('error', () => {});
		child.stdin.end(input);
	});
}

/**
 * A task as the week shows it, as far as the tests look at it.
 * @typedef {{id: string, file: string, title: string, sync?: string,
 *     pr?: {number: number, state: string}}} ShownTask
 */

/**
 * Return the tasks that a week shows, placed or not.
 * @param {{timeline: {slots: {task: ShownTask|null}[]}[],
 *     unplaced: ShownTask[]}} week
 * @returns {ShownTask[]}
 */
export const tasksOf = (week) => [...week.timeline.flatMap((day) =>
    day.slots.flatMap((slot) => slot.task ?? [])), ...week.unplaced];

/** Add to an error what a program had said before it.
 * @param {unknown} error @param {string} text */
export function addTo(error, text) {
	if (error instanceof Error)
		error.message += `\n${text}`;
}

/** The environment without settings of ours. @param {Record<string, string>} own */
export function cleanEnv(own) {
	/** @type {Record<string, string>} */
	const env = {};
	const ours = /^(CODEX_|CACHE_|AZURE_|REDIS_|GITHUB_|SYNC_|BACKGROUND_|VIA_PR|CREATE_VIA_PR)/;
	for (const [name, value] of Object.entries(process.env))
		if (value !== undefined &&
		    (name === 'CODEX_BUILD' || !ours.test(name)))
			env[name] = value;
	// Commands speak the language of who calls them.
	delete env.LC_ALL;
	delete env.LC_MESSAGES;
	env.LANG = 'C.UTF-8';
	return { ...env, ...own };
}

/** @param {ConstructorParameters<typeof Stack>[0]} options */
export async function startStack(options = {}) {
	return new Stack(options).start();
}
