// @ts-check
// git-world: a store, workers that keep it and the fake GitHub the same, and
// everything that happens on both sides, for tests of syncing.  No web
// server: the programs are called with -1, the bell is rung by hand.
//
//	const world = await startWorld(fake, { files: { 'a.md': task() } });
//	await world.sync();                      // rings until it is settled
//	await world.edit('0001', { deadline: '24.12.2026' });
//	await world.push({ '0002-b.md': task() });    // another device
//	await world.same();                      // asserts: byte-equal
//	await world.stop();
//
// With AZURE_BLOB_CONN (tests/azurite.sh) the store is a container of its
// own; then only blobs() and what stands on it can look into it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
    statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azureBlobs } from './azure-blobs.mjs';
import { wholeRecords } from './records.mjs';
import { addTo, build, callProgram, isListening, listen, manyBuild,
    plainBuild, slow, sleep, taskFile, testAs, until, vaultPath }
    from './stack.mjs';

/** A task file. @param {string} title @param {Record<string, string>} fields
 * @param {string} text */
export const task = (title, fields = {}, text = '') =>
    taskFile({ kategorie: 'privat', ...fields }, `# ${title}\n${text}`);

/** As git names these bytes. @param {Buffer} bytes */
export const blobId = (bytes) => createHash('sha1')
    .update(`blob ${bytes.length}\0`).update(bytes).digest('hex');

/** An emulator of Azure, if the tests run beside one. */
export const azure = process.env.AZURE_BLOB_CONN ?? '';
/** After so long a run goes round in circles. */
const runMs = 30000 * slow;
/** The webhook's, everywhere. */
const secret = 's3cret';
let count = 0;

/** Everything that was started and must end. @type {Set<World>} */
const worlds = new Set();
process.on('exit', () => {
	for (const world of worlds)
		world.end();
});

/**
 * What is known of a user's files and Git, as far as tests look at it;
 * common/week/ledger.h has all of it.
 * @typedef {{conflict: string, fields?: string}} Copy
 * @typedef {{state?: 'open'|'closed'|'fremd', number?: number, url?: string,
 *     branch?: string, moving?: boolean}} PullRecord
 * @typedef {{file: string, base?: string, hash?: string, etag?: string,
 *     conflict?: string,
 *     fields?: string, older?: Copy[], pull?: PullRecord}} FileRecord
 * @typedef {{run?: {id: string, until: number}, state: string, text: string,
 *     lastSyncAt: number, files: FileRecord[],
 *     resolved?: {file: string, hash: string, at: number}[]}} Records
 */

export class World {
	/** @param {import('./github/fake.mjs').Fake} fake
	 * @param {import('./github/repository.mjs').Repository} repo
	 * @param {{user?: string, env?: Record<string, string>}} options */
	constructor(fake, repo, { user = 'usera', env = {} }) {
		this.fake = fake;
		this.repo = repo;
		this.user = user;
		this.dir = mkdtempSync(join(tmpdir(), 'cm-git-'));
		this.store = join(this.dir, 'store');
		mkdirSync(this.store);
		this.container = `world-${process.pid}-${count++}`;
		this.more = env;
		/** @type {Map<string, import('node:child_process')
		 *     .ChildProcess>} */
		this.workers = new Map();
		this.log = '';
		/** Folders of the programs: of the worker, and of those that
		 * answer one request. */
		this.programs = { worker: build, others: manyBuild };
		/** What receives the webhook.
		 * @type {import('node:http').Server|null} */
		this.ear = null;
		worlds.add(this);
	}

	/** Whose a request is: in local mode everybody's, else somebody's with a
	 * GitHub token that codex-auth has found good, as nginx would say.
	 * @param {string} user @returns {Record<string, string>} */
	as(user) {
		if (testAs === 'local')
			return { CODEX_AUTH: `local:${user}` };
		const id = 4711 + (Buffer.from(user)[user.length - 1] ?? 0);
		return { HTTP_AUTHORIZATION: 'Bearer gho_good',
		    CODEX_BEARER: `200 ${id} ${user}`, CODEX_ALLOWED_USERS: user,
		    CODEX_KEY_FILE: join(this.dir, 'site.key'),
		    CODEX_KEY_SECRET: 'for whom this world lets in: 32 letters',
		    CODEX_USER_RATE: '100000' };
	}

	/** @param {string} host @returns {Record<string, string>} */
	env(host = 'a') {
		return { PATH: process.env.PATH ?? '',
		    ASAN_OPTIONS: 'detect_leaks=0',
		    ...(azure ? { AZURE_BLOB_CONN: azure,
			AZURE_BLOB_CONTAINER: this.container }
			: { CODEX_STORE: `fs:${this.store}` }),
		    CODEX_RUN: join(this.dir, `run-${host}`),
		    CODEX_BASE_URL: 'http://127.0.0.1:8080',
		    ...this.as(this.user), GITHUB_TOKEN: 'write-token',
		    GITHUB_OWNER: this.repo.owner.login,
		    GITHUB_REPO: this.repo.name,
		    GITHUB_API_URL: this.fake.urls.api,
		    GITHUB_WEBHOOK_SECRET: secret,
		    SYNC_POLL_MS: '600000', SYNC_LAG_MS: '400',
		    SYNC_LEASE_MS: '1500', ...this.more };
	}

	/** A worker; until its bell can be rung.
	 * @param {Record<string, string>} env
	 * @param {string[]} under what it is started by: strace and its
	 *     options, say, which want a program without sanitizers */
	async work(env = {}, host = 'a', under = []) {
		const line = [...under, join(under.length > 0 ? plainBuild
		    : this.programs.worker, 'codex-sync'), '--work'];
		const child = spawn(line[0], line.slice(1), { env: { ...this.env(host), ...env },
		    stdio: ['ignore', 'pipe', 'pipe'] });
		const keep = (/** @type {Buffer} */ chunk) => {
			this.log += chunk;
		};
		child.stdout.on('data', keep);
		child.stderr.on('data', keep);
		child.on('close', () => {
			if (this.workers.get(host) === child)
				this.workers.delete(host);
		});
		this.workers.set(host, child);
		const bell = this.bell(host);
		for (let i = 0; i < 500 * slow; i++) {
			if (child.exitCode !== null || child.signalCode)
				throw new Error(`no worker:\n${this.log}`);
			if (existsSync(bell) && await this.knock(host))
				return child;
			await sleep(10);
		}
		throw new Error('no bell');
	}

	/** @param {string} host */
	bell(host) {
		return join(this.dir, `run-${host}`, 'sync.bell');
	}

	/** Does anybody listen? @param {string} host */
	knock(host) {
		return isListening(this.bell(host));
	}

	/** Ends a worker. @param {NodeJS.Signals} signal */
	async rest(host = 'a', signal = 'SIGTERM') {
		const child = this.workers.get(host);
		if (!child)
			return;
		const gone = new Promise((done) => child.on('close', done));
		child.kill(signal);
		await gone;
		this.workers.delete(host);
	}

	/**
	 * Let a run die at a step, of the one worker that there is.
	 * @param {string} step
	 * @param {{env?: Record<string, string>, orEnd?: boolean}} how
	 *     orEnd: or let it end well, if it comes to no such step
	 */
	async dieAt(step, { env = {}, orEnd = false } = {}) {
		await this.rest();
		this.mark();
		// It may die before its bell can be rung.
		await this.work({ SYNC_CRASH_AT: step, ...env }).catch(() => {});
		await until(() => this.workers.size === 0 ||
		    (orEnd && !this.marked()), 4000, `its death at ${step}`);
	}

	/** One run, which must end; null if nobody answers.  With `after` as a webhook does,
	 * which marks first.
	 * @param {{user?: string, full?: boolean, confirm?: boolean,
	 *     after?: string, host?: string}} wish
	 * @returns {Promise<any>} */
	ring({ host = 'a', user = this.user, after, ...wish } = {}) {
		if (after)
			this.mark(user, after);
		return new Promise((done, failed) => {
			let text = '';
			const socket = connect(this.bell(host), () => socket
			    .write(`${JSON.stringify({ user, ...wish })}\n`));
			const timer = setTimeout(() => {
				failed(new Error('a run without an end'));
				socket.destroy();
			}, runMs);
			socket.on('data', (chunk) => { text += chunk; });
			socket.on('error', () => {});
			socket.on('close', () => {
				clearTimeout(timer);
				done(text ? JSON.parse(text) : null);
			});
		});
	}

	/** Runs until nothing is left undecided. @param {any} wish
	 * @returns {Promise<any>} what all of them did */
	async sync(wish = {}, ms = 8000) {
		const end = Date.now() + ms * slow;
		/** @type {Record<string, number>} */
		const sum = { changed: 0, removed: 0, pushed: 0,
		    conflicts: 0 };
		for (;;) {
			const result = await this.ring(wish);
			for (const key of Object.keys(sum))
				sum[key] += result?.[key] ?? 0;
			if (result && !result.pending)
				return { ...result, ...sum };
			if (Date.now() > end)
				throw new Error(`not settled: ${
				    JSON.stringify(result)}\n${this.log}`);
			await sleep(50);
		}
	}

	/** Calls a program without a web server.
	 * @param {string} program @param {string} method @param {string} uri
	 * @param {any} [json] @returns {Promise<any>} null if it was killed */
	async call(program, method, uri, json, { user = this.user, host = 'a',
	    match = '', kill = -1 } = {}) {
		const answer = await this.cgi(program, host, {
		    ...this.as(user), REQUEST_METHOD: method,
		    REQUEST_URI: uri, HTTP_ORIGIN: 'http://127.0.0.1:8080',
		    ...(match ? { HTTP_IF_MATCH: match } : {}),
		    CONTENT_TYPE: 'application/json' },
		    json ? JSON.stringify(json) : '', kill);
		return answer && { status: answer.status,
		    ...JSON.parse(answer.body.trim() || '{}') };
	}

	/** One request as a CGI script gets it.
	 * @param {string} program and its options @param {string} host
	 * @param {Record<string, string>} env @param {string|Buffer} input
	 * @param {number} kill after so many ms it is killed; -1 never
	 * @returns {Promise<{status: number, head: string, body: string}|null>}
	 *     null: killed */
	cgi(program, host, env, input = '', kill = -1) {
		const [name, ...options] = program.split(' ');
		// A history starts a thousand; sanitized ones answer in the
		// tests behind nginx.
		return callProgram(join(this.programs.others, name), options,
		    { ...this.env(host), ...env }, input, { kill,
			log: (text) => { this.log += text; } });
	}

	/** The week as the page gets it; `anew` builds it whatever there is.
	 * @param {{user?: string, host?: string, anew?: boolean}} how
	 * @returns {Promise<any>} */
	async week({ user = this.user, host = 'a', anew = false } = {}) {
		const env = { ...this.as(user), REQUEST_METHOD: 'GET',
		    REQUEST_URI: `/codex${anew ? '?nocache=true' : ''}` };
		let answer = await this.cgi('codex-render', host, env);
		const on = /^X-Accel-Redirect: (\S+)/m.exec(answer?.head ?? '');
		if (on)
			answer = await this.cgi('codex-render --build', host,
			    { ...env, DOCUMENT_URI: on[1] });
		assert.equal(answer?.status, 200, answer?.body);
		return JSON.parse(answer?.body ?? '');
	}

	/**
	 * From now on the fake's events go to codex-webhook, on one host or
	 * another; `kill` says after how many ms a call is killed, -1 never.
	 * @param {import('./github/hooks.mjs').Plan} plan
	 * @param {{host?: () => string, kill?: () => number}} how
	 */
	async hear(plan = {}, { host = () => 'a', kill = () => -1 } = {}) {
		const server = createServer(async (request, response) => {
			const chunks = [];
			for await (const chunk of request)
				chunks.push(chunk);
			const { headers } = request;
			const answer = await this.cgi('codex-webhook', host(), {
			    REQUEST_METHOD: 'POST',
			    REQUEST_URI: '/github/webhook',
			    CONTENT_TYPE: headers['content-type'] ?? '',
			    CONTENT_LENGTH: headers['content-length'] ?? '',
			    HTTP_X_GITHUB_EVENT:
				String(headers['x-github-event']),
			    HTTP_X_HUB_SIGNATURE_256:
				String(headers['x-hub-signature-256']) },
			    Buffer.concat(chunks), kill());
			if (!answer) {
				request.socket.destroy();
				return;
			}
			response.writeHead(answer.status);
			response.end(answer.body);
		});
		this.ear = server;
		const port = await listen(server);
		return this.fake.setHook({ secret, contentType: 'json', plan,
		    url: `http://127.0.0.1:${port}/` });
	}

	/** @param {any} fields @param {any} who */
	async create(fields, who = {}) {
		const made = await this.call('codex-create', 'POST',
		    '/api/tasks', { kategorie: 'privat', ...fields }, who);
		assert.equal(made.ok, true, JSON.stringify(made));
		return made.filename;
	}

	/** @param {string} id @param {any} fields @param {any} who */
	async edit(id, fields, who = {}) {
		const made = await this.call('codex-update', 'PATCH',
		    `/api/tasks/${encodeURIComponent(id)}`, fields, who);
		assert.equal(made.ok, true, JSON.stringify(made));
		return made;
	}

	// What stands where

	/** Bytes by key. @param {string} prefix
	 * @returns {Promise<Record<string, Buffer>>} */
	async blobs(prefix) {
		if (azure)
			return azureBlobs(azure, this.container, prefix);
		const folder = prefix.slice(0, prefix.lastIndexOf('/'));
		return Object.fromEntries(Object.entries(this.read(folder,
		    `${folder}/`)).filter(([key]) => key.startsWith(prefix)));
	}

	/** By name, or by name below `top`. @param {string} folder
	 * @param {string} [below] @returns {Record<string, Buffer>} */
	read(folder, below) {
		const top = join(this.store, folder);
		/** @type {Record<string, Buffer>} */
		const files = {};
		const names = existsSync(top) ? readdirSync(top,
		    { withFileTypes: true }) : [];
		for (const entry of names)
			if (entry.isFile() && !entry.name.startsWith('.'))
				files[(below ?? '') + entry.name] =
				    readFileSync(join(top, entry.name));
			else if (entry.isDirectory())
				Object.assign(files, this.read(join(folder,
				    entry.name), below === undefined ? below
				    : `${below}${entry.name}/`));
		return files;
	}

	mirror(user = this.user) {
		return this.read(`raw/${user}/tasks`);
	}

	/** @param {string} file */
	text(file, user = this.user) {
		return this.mirror(user)[file]?.toString();
	}

	/** Bytes of all copies. @param {'trash'|'conflicts'} where
	 * @returns {string[]} */
	copies(where, user = this.user) {
		return Object.values(this.read(`${where}/${user}`))
		    .map(String);
	}

	/** Puts a task into the mirror as an import does.
	 * @param {string} file @param {string|Buffer} bytes */
	place(file, bytes, user = this.user) {
		const top = join(this.store, 'raw', user, 'tasks');
		mkdirSync(top, { recursive: true });
		writeFileSync(join(top, file), bytes);
	}

	/** As the store's list has it. @param {string} file */
	etag(file, user = this.user) {
		const { ino, size, mtimeNs } = statSync(join(this.store, 'raw',
		    user, 'tasks', file), { bigint: true });
		return `${ino.toString(16)}-${size.toString(16)}-${
		    (mtimeNs / 1000000000n).toString(16)}.${
		    (mtimeNs % 1000000000n).toString(16).padStart(9, '0')}`;
	}

	/** @returns {Records} */
	records(user = this.user) {
		const top = join(this.store, 'state', user);
		return wholeRecords(readFileSync(join(top, 'sync.json'), 'utf8'),
		    (id) => readFileSync(join(top, 'records', `${id}.json`),
			'utf8'));
	}

	/** @param {string} text */
	setRecords(text, user = this.user) {
		writeFileSync(join(this.store, 'state', user, 'sync.json'), text);
	}

	token(user = this.user) {
		const path = join(this.store, 'state', user, 'cacheVersion.txt');
		return existsSync(path) ? readFileSync(path, 'utf8') : '';
	}

	/** @param {string} user @param {string} after
	 * @param {number} at when it was put; its file is as old */
	mark(user = this.user, after = '', at = 0) {
		const path = join(this.store, 'pending', user);
		mkdirSync(join(this.store, 'pending'), { recursive: true });
		writeFileSync(path,
		    `${at || Date.now()}-${Math.random()}${
			after && `\n${after}`}`);
		if (at)
			utimesSync(path, at / 1000, at / 1000);
	}

	marked(user = this.user) {
		return existsSync(join(this.store, 'pending', user));
	}

	// Git

	/** @param {string} file */
	path(file, folder = this.user) {
		return file.includes('/') ? file : vaultPath(file, folder);
	}

	/** Another device: null removes.
	 * @param {Record<string, string|Buffer|null>} files @param {any} how */
	push(files, { folder = this.user, ...how } = {}) {
		return this.repo.commit({ files: Object.fromEntries(
		    Object.entries(files).map(([file, bytes]) =>
			[this.path(file, folder), bytes])), ...how });
	}

	/** Blob ids by file. @returns {Promise<Record<string, string>>} */
	async git(folder = this.user) {
		const top = this.path('', folder);
		const found = await this.repo.files();
		return Object.fromEntries(Object.entries(found)
		    .filter(([path]) => path.startsWith(top))
		    .map(([path, id]) => [path.slice(top.length), id]));
	}

	/** @param {string} file */
	async gitText(file, folder = this.user) {
		return (await this.repo.readFile(this.path(file, folder)))
		    ?.toString();
	}

	/** Mirror and branch have the same bytes. */
	async same(folder = this.user, user = this.user) {
		const top = `raw/${user}/tasks/`;
		const mine = Object.fromEntries(Object.entries(
		    await this.blobs(top)).map(([key, bytes]) =>
			[key.slice(top.length), blobId(bytes)]));
		assert.deepEqual(mine, await this.git(folder));
	}

	end() {
		this.ear?.close();
		for (const child of this.workers.values())
			child.kill('SIGKILL');
		rmSync(this.dir, { recursive: true, force: true });
		worlds.delete(this);
	}

	async stop() {
		for (const host of [...this.workers.keys()])
			await this.rest(host);
		this.end();
		const report = /(Sanitizer: |runtime error: )(.|\n){0,3000}/
		    .exec(this.log);
		if (report)
			throw new Error(`a sanitizer reports:\n${report[0]}`);
	}
}

/**
 * @param {import('./github/fake.mjs').Fake} fake
 * @param {{files?: Record<string, string>, user?: string, folder?: string,
 *     other?: Record<string, string>, env?: Record<string, string>,
 *     idle?: boolean}} options
 *     files: in Git; other: by whole paths; idle: without a worker
 */
export async function startWorld(fake, { files = {}, user = 'usera',
    folder = user, other = {}, env = {}, idle = false } = {}) {
	const repo = await fake.createRepository({ name: `vault${count++}`,
	    files: { 'README.md': '# Vault\n', ...other,
		...Object.fromEntries(Object.entries(files)
		    .map(([file, bytes]) => [vaultPath(file, folder), bytes])) } });
	const world = new World(fake, repo, { user, env });
	if (!idle)
		await world.work();
	return world;
}

/**
 * Does something in a world of its own, and what the worker said goes along
 * with what goes wrong.  The fake is as new before and after; it must have
 * understood all that it was asked, and been asked nothing during a pause.
 * @param {import('./github/fake.mjs').Fake} fake
 * @param {Parameters<typeof startWorld>[1]} options
 * @param {(world: World) => Promise<void>} body
 */
export async function inWorld(fake, options, body) {
	fake.behave();
	fake.hooks = [];
	fake.early.length = fake.mismatches.length = 0;
	const world = await startWorld(fake, options);
	try {
		await body(world);
	} catch (e) {
		addTo(e, world.log.slice(-2000));
		world.end();
		throw e;
	}
	fake.behave();
	fake.hooks = [];
	await world.stop();
	assert.deepEqual([fake.mismatches, fake.early], [[], []]);
}
