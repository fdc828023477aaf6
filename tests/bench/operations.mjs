// @ts-check
// operations: what each thing that a person, a push or the clock does asks of
// the store, of Redis and of GitHub, counted on a running site with logins.
//
// Four sites: the store in a folder or in Azurite, each alone and with a Redis.
// What is read again once in CACHE_REVALIDATE_MS is read in every request here
// where the store is Azurite alone, as people's requests are further apart
// than that.  With Redis it is read once in ten minutes: Redis tells of other
// hosts' writes.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { startAzurite } from '../azurite.mjs';
import { Visitor, gitSettings, oauthSettings } from '../git-stack.mjs';
import { filesOf, startFake } from '../github/fake.mjs';
import { startRedis } from '../redis.mjs';
import { relay } from '../relay.mjs';
import { slow, startStack, taskFile, until } from '../stack.mjs';
import { makeVault } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {{name: string, azure: boolean, redis: boolean}} Place
 *
 * What one operation asked for.
 * @typedef {object} Asked
 * @property {number} get  requests to the store, by kind
 * @property {number} put
 * @property {number} list
 * @property {number} remove
 * @property {number} bytes  of the blobs that went one way or the other
 * @property {number} wire  all bytes between programs and Azurite, both ways
 * @property {number} redis  requests
 * @property {number} github  requests
 * @property {number} writes  those of them that make or move something there
 *
 * @typedef {{operation: string, place: string, asked: Asked}} Count
 * @typedef {Awaited<ReturnType<typeof startFake>>} Fake
 * @typedef {Awaited<ReturnType<Fake['createRepository']>>} Repository
 * @typedef {import('../stack.mjs').Stack} Stack
 */

const secret = 'a secret of the bench';

/** @type {Place[]} */
export const places = [
	{ name: 'fs', azure: false, redis: false },
	{ name: 'fs, Redis', azure: false, redis: true },
	{ name: 'Azure', azure: true, redis: false },
	{ name: 'Azure, Redis', azure: true, redis: true },
];

/** A way to a port that counts the bytes on it.  @param {number} port */
async function startCounter(port) {
	/** @type {Set<import('node:net').Socket>} */
	const open = new Set();
	let closed = 0;
	const bytesOf = (/** @type {import('node:net').Socket} */ socket) =>
	    socket.bytesRead + socket.bytesWritten;
	const server = await relay({ host: '127.0.0.1', port: 0 },
	    { host: '127.0.0.1', port });
	server.on('connection', (socket) => {
		open.add(socket);
		socket.on('close', () => {
			open.delete(socket);
			closed += bytesOf(socket);
		});
	});
	const address = server.address();
	return {
		port: typeof address === 'object' ? address?.port ?? 0 : 0,
		bytes: () => closed +
		    [...open].reduce((sum, socket) => sum + bytesOf(socket), 0),
		stop: () => {
			server.close();
			open.forEach((socket) => socket.destroy());
		},
	};
}

/** What all four sites stand beside.
 * @param {Pick<Bench, 'build'|'scratch'>} bench
 * @param {number} tasks  of the user */
export async function startWorld(bench, tasks) {
	const azurite = await startAzurite();
	const counter = await startCounter(azurite.port);
	const redis = await startRedis();
	const fake = await startFake({ rateLimit: 1e6 });
	const files = filesOf(await makeVault(join(bench.scratch, 'operations'),
	    { users: 1, tasks }));
	return { build: bench.build, scratch: bench.scratch, counter, redis, fake,
		files, pushed: Object.keys(files)[0],
		conn: azurite.conn.replaceAll(`:${azurite.port}`,
		    `:${counter.port}`),
		stop: async () => {
			await fake.stop();
			await redis.stop();
			counter.stop();
			azurite.stop();
		} };
}

/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */

/** @param {Place} place */
const repositoryOf = (place) => `vault-${places.indexOf(place)}`;

/** @param {World} world @param {Place} place
 * @returns {Record<string, string>} */
function settingsOf(world, place) {
	return { CODEX_BUILD: world.build, CODEX_DEBUG: '1',
		...oauthSettings(world.fake), ...gitSettings(world.fake),
		GITHUB_REPO: repositoryOf(place), SYNC_LAG_MS: '0', SYNC_WAIT_MS: '9000',
		GITHUB_WEBHOOK_SECRET: secret, CODEX_ALLOWED_USERS: 'usera',
		...(place.azure ? { AZURE_BLOB_CONN: world.conn,
			CODEX_KEY_FILE: join(world.scratch, `${place.name}.key`),
			AZURE_BLOB_CONTAINER: place.redis ? 'two' : 'one',
			CACHE_REVALIDATE_MS: place.redis ? '600000' : '0' } : {}),
		// A Redis that is slow by load would be left alone for a while.
		...(place.redis ? { CACHE_REDIS_WEEKS: 'true',
			REDIS_TIMEOUT_MS: String(300 * slow),
			REDIS_URL: `unix://${world.redis.path}` } : {}) };
}

/** One of the four sites, with somebody who only reads and somebody who
 * writes: two devices of one person. */
class Site {
	/** @param {{world: World, place: Place, repo: Repository,
	 *     settings: Record<string, string>, stack: Stack}} parts */
	constructor({ world, place, repo, settings, stack }) {
		this.world = world;
		this.place = place;
		this.repo = repo;
		this.settings = settings;
		this.stack = stack;
		this.reader = new Visitor(stack);
		this.writer = new Visitor(stack);
		/** @type {Count[]} */
		this.counts = [];
		/** Ids of the requests since the last count. */
		this.ids = new Set();
		/** What is edited next, and what was created last. */
		this.task = { file: '', etag: '', tags: [''] };
		this.made = '';
	}

	/** One more device logs in. */
	async login() {
		const answer = await new Visitor(this.stack).login('usera');
		this.ids.add(answer.headers.get('x-request-id'));
	}

	/** Log in, and take all files from Git. */
	async begin() {
		await this.reader.login('usera');
		await this.writer.login('usera');
		await this.sync();
		await this.rest();
	}

	/** @param {Visitor} who @param {string} path
	 * @param {RequestInit & {json?: any}} init */
	async go(who, path, init = {}) {
		const answer = await who.go(path, init);
		assert.ok(answer.status < 400, `${path}: ${answer.status} ${
		    answer.text}`);
		this.ids.add(answer.headers.get('x-request-id'));
		return answer;
	}

	/** The week, from where it is expected.
	 * @param {Visitor} who @param {string} from */
	async week(who, from) {
		const answer = await this.go(who, '/codex');
		assert.equal(answer.headers.get('x-cache'), from);
	}

	/** Look until the week is in memory, and nobody asks for anything new. */
	async rest() {
		for (const who of [this.writer, this.reader])
			for (let i = 0; i < 3; i++)
				await this.look(who);
		await this.week(this.reader, 'local');
	}

	/** What the page's scripts ask for when it is opened.
	 * @param {Visitor} who */
	async look(who) {
		for (const path of ['/codex', '/api/sync', '/auth/me'])
			await this.go(who, path);
	}

	async sync() {
		const answer = await this.go(this.writer, '/sync',
		    { method: 'POST' });
		await this.end(answer.headers.get('x-request-id') ?? '');
	}

	/** Wait for the last line of a run, which comes after its answer.
	 * @param {string} id  of the request that it is for; '': of any
	 * @param {number} mark  from where on in the log */
	async end(id, mark = 0) {
		const line = new RegExp(`^.* request=${id}.*step=answer$`, 'm');
		await until(() => !this.settings.CODEX_DEBUG ||
		    line.test(this.stack.log.slice(mark)), 10000, 'the end of a run');
	}

	/** @param {string} word */
	async edit(word) {
		const { file, etag, tags } = this.task;
		const answer = await this.go(this.writer,
		    `/api/tasks/${encodeURIComponent(file.slice(0, -3))}`,
		    { method: 'PATCH', json: { tags: [...tags, word] },
			headers: { 'If-Match': `"${etag}"` } });
		return answer;
	}

	async create() {
		const { json } = await this.go(this.writer, '/api/tasks',
		    { method: 'POST', json: { kategorie: 'privat',
			title: 'Messung' } });
		this.made = json.filename.slice(0, -3);
	}

	async complete() {
		await this.go(this.writer,
		    `/api/tasks/${encodeURIComponent(this.made)}/complete`,
		    { method: 'POST', json: { datum: '22.11.2026',
			zeit: 'morgens' } });
	}

	/** Take the first open task for edits. */
	async choose() {
		const { json } = await this.go(this.writer,
		    '/api/tasks?status=offen');
		[this.task] = json.tasks;
	}

	/** Change one file in Git, as a push does.  @param {string} body */
	async push(body) {
		await this.repo.commit({ files: {
		    [this.world.pushed]: taskFile({}, body) } });
	}

	/** Be told of pushes from now on. */
	async hear() {
		this.world.fake.setHook({ secret, contentType: 'json',
			url: `${this.stack.url}/github/webhook` });
		await this.world.fake.settled();
	}

	/** A push of which GitHub tells; its run is over when GitHub has its
	 * answer.  @param {string} body */
	async deliver(body) {
		const mark = this.stack.mark();
		await this.push(body);
		await this.world.fake.settled();
		await this.end('', mark);
	}

	/** Where log and counters are now. */
	mark() {
		return { log: this.stack.mark(), wire: this.world.counter.bytes(),
			github: this.world.fake.mark() };
	}

	/** All that was asked for since a mark.
	 * @param {ReturnType<Site['mark']>} mark @returns {Asked} */
	asked(mark) {
		const store = this.stack.allStoreRequests(mark.log);
		const of = (/** @type {string} */ verb) =>
		    store.filter((one) => one.verb === verb).length;
		// The page on which a person logs in is no request of ours.
		const github = this.world.fake.log.slice(mark.github)
		    .filter(({ path }) => !path.startsWith('/login/oauth/authorize'));
		return { get: of('get'), put: of('put'), list: of('list'),
			remove: of('remove'),
			bytes: store.reduce((sum, one) => sum + one.bytes, 0),
			wire: this.place.azure
			    ? this.world.counter.bytes() - mark.wire : 0,
			redis: this.stack.log.slice(mark.log)
			    .match(/^level=debug msg=redis /gm)?.length ?? 0,
			github: github.length,
			writes: github.filter(({ method, path }) =>
			    method !== 'GET' && path.startsWith('/repos/')).length };
	}

	/** Do something, and count what it asked for.
	 * @param {string} operation @param {() => Promise<any>} act */
	async count(operation, act) {
		const mark = this.mark();
		this.ids.clear();
		await act();
		// The log comes through a pipe: the line of a request is its last.
		for (const id of this.ids)
			await until(() => new RegExp(`^.* request=${id} .* status=\\d`,
			    'm').test(this.stack.log.slice(mark.log)), 5000,
			    `a line of ${id}`);
		this.counts.push({ operation, place: this.place.name,
			asked: this.asked(mark) });
	}
}

/** @param {World} world @param {Place} place
 * @param {Record<string, string>} more  settings */
export async function openSite(world, place, more = {}) {
	const settings = { ...settingsOf(world, place), ...more };
	world.fake.hooks = [];
	await world.redis.cli('FLUSHALL');
	const repo = await world.fake.createRepository({ owner: 'usera',
		name: settings.GITHUB_REPO, files: world.files });
	const stack = await startStack({ workers: 1, env: settings });
	return new Site({ world, place, repo, settings, stack });
}

/** What people do, one after the other.  @param {Site} site */
async function countPeople(site) {
	await site.count('login', () => site.login());
	await site.rest();
	await site.count('hit', () => site.week(site.reader, 'local'));
	await site.count('look at the page', () => site.look(site.reader));
	await site.choose();
	await site.count('edit', () => site.edit('eins'));
	await site.count('rebuild after it', () => site.week(site.writer, 'miss'));
	await site.count('hit from the artifact', () =>
	    site.week(site.writer, 'blob'));
	await site.count('create', () => site.create());
	await site.count('complete', () => site.complete());
	await site.rest();
}

/** What goes to Git and comes from it.  @param {Site} site */
async function countRuns(site) {
	await site.sync();
	await site.rest();
	await site.choose();
	await site.edit('zwei');
	await site.count('run that sends one edit', () => site.sync());
	await site.count('run with nothing to do', () => site.sync());
	await site.push('# Eins\n');
	await site.count('run that fetches one file', () => site.sync());
	await site.hear();
	await site.count('push of one file, by webhook', () => site.deliver('# Zwei\n'));
}

/** What a poll of the worker asks for while nobody does anything: of ten, as
 * each is the same.  @param {World} world @param {Place} place */
async function countPolls(world, place) {
	const site = await openSite(world, place, { SYNC_POLL_MS: '300' });
	const polls = (/** @type {number} */ mark) => site.stack
	    .allStoreRequests(mark).filter(({ key }) => key === 'pending/').length;
	try {
		await until(() => polls(0) > 1, 10000, 'the first polls');
		const mark = site.mark();
		await until(() => polls(mark.log) >= 10, 10000, 'ten polls');
		const asked = Object.entries(site.asked(mark)).map(([what, n]) =>
		    [what, Math.round(n / polls(mark.log))]);
		return { operation: 'poll of the worker', place: place.name,
			asked: Object.fromEntries(asked) };
	} finally {
		await site.stack.stop();
	}
}

/** All of it on one of the four sites.  @param {World} world
 * @param {Place} place */
async function countAt(world, place) {
	const site = await openSite(world, place);
	try {
		await site.begin();
		await countPeople(site);
		await countRuns(site);
	} finally {
		await site.stack.stop();
	}
	return [...site.counts, await countPolls(world, place)];
}

/** @param {Pick<Bench, 'build'|'scratch'>} bench @returns {Promise<Count[]>} */
export async function countOperations(bench) {
	const world = await startWorld(bench, 50);
	try {
		/** @type {Count[]} */
		const all = [];
		for (const place of places)
			all.push(...await countAt(world, place));
		return all;
	} finally {
		await world.stop();
	}
}

/** @param {Bench} bench */
export async function operations(bench) {
	if (bench.smoke)
		return; // tests/29-scaling.mjs judges them
	for (const { operation, place, asked } of await countOperations(bench)) {
		const { get, put, list, remove, bytes, redis, github } = asked;
		bench.add({ row: `${operation}, ${place}`,
			figure: `${get + put + list + remove} requests to the ` +
			    `store, ${redis} to Redis, ${github} to GitHub, ` +
			    `${(bytes / 1000).toFixed(1)} KB of blobs`,
			values: { ...asked } });
	}
}
