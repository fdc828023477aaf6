// @ts-check
// group: abuse
// Requests and task files that are wrong in every way we could think of, at
// every program behind nginx: none dies, answers 500, costs much or keeps
// memory.  Once under sanitizers; once without, measured.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import test, { after, before } from 'node:test';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { signature } from './github/hooks.mjs';
import { bombs, malformed, random, send, statuses } from './malformed.mjs';
import { build, long, plainBuild, slow, startStack, taskFile, until } from './stack.mjs';

const seed = Number(process.env.T_SEED || 1);
const count = long ? 100000 : 10000;
const most_us = 50000; // of processor time, for one request
const secret = 'bombenfest';

const write = '{"kategorie":"arbeit","status":"offen","tags":["a"],' +
    '"deadline":"24.12.2026","title":"Brot","body":"*Brot*"}';
const push = JSON.stringify({ ref: 'refs/heads/main', before: 'a'.repeat(40),
    after: 'b'.repeat(40), repository: { full_name: 'usera/another' },
    commits: [{ id: 'b'.repeat(40), added: ['codex-miroir/usera/tasks/' +
	'0001-Eins.md'], modified: [], removed: [] }] });
const sign = (/** @type {Buffer} */ body) => signature(secret, body);

/** Good requests to each program.
 * @type {Record<string, import('./malformed.mjs').Lane[]>} */
const programs = {
	'codex-render': [['GET', '/codex'], ['GET', '/codex?nocache=true'],
	    ['GET', '/healthz']].map(([method, target]) => (
	    { name: 'render', method, target, body: '' })),
	'codex-tasks': ['/api/tasks', '/api/tasks/0001', '/api/sync',
	    '/api/tasks?status=offen&q=x', '/api/week?from=23.11.2026'].map((target) => (
	    { name: 'tasks', method: 'GET', target, body: '' })),
	'codex-create': [{ name: 'create', method: 'POST', body: write,
	    target: '/api/tasks', headers: { 'Idempotency-Key': 'x' } }],
	'codex-update': [['PATCH', '/api/tasks/0002'],
	    ['PUT', '/api/tasks/0002-Zwei'], ['POST', '/api/preview'],
	    ['DELETE', '/api/tasks/0003'], ['POST', '/api/tasks/0002/resolve'],
	].map(([method, target]) => (
	    { name: 'update', method, target, body: write })),
	'codex-complete': [{ name: 'complete', method: 'POST',
	    target: '/api/tasks/0004/complete',
	    body: '{"datum":"23.11.2026","zeit":"abends"}' }],
	'codex-sync': [{ name: 'sync', method: 'POST',
	    target: '/sync?mode=full', body: '{}' }],
	'codex-webhook': [{ name: 'webhook', method: 'POST',
	    target: '/github/webhook', body: push, headers: {
	    'X-GitHub-Event': 'push',
	    'X-Hub-Signature-256': sign(Buffer.from(push)) } }],
	'codex-auth': ['/auth/me', '/auth/login', '/auth/callback?code=x&state=y',
	    '/auth/logout'].map((target) => ({ name: 'auth', target, body: '',
	    method: target.endsWith('logout') ? 'POST' : 'GET' })),
};

/** @type {import('./github/fake.mjs').Fake} */
let fake;
before(async () => {
	fake = await startFake();
	await fake.createRepository({ files: { 'README.md': 'x' } });
});
after(() => fake.stop());

/** A system with one process per program, so that each can be watched.
 * @param {string} where */
async function open(where) {
	const stack = await startStack({ workers: 1, args: ['--build', where],
	    env: gitSettings(fake, {
		GITHUB_WEBHOOK_SECRET: secret, SYNC_WAIT_MS: '50',
		// So many refusals are answered slowly (guest.h).
		CODEX_LIMITS: 'off',
		// Git is left alone: the button works once, here.
		SYNC_MIN_MS: '3600000', SYNC_POLL_MS: '3600000',
		// Every look at the week builds it.
		CACHE_TTL_BLOB: '1', CACHE_TTL_LOCAL: '1' }) });
	await stack.send('POST', '/sync', {});
	await until(async () => (await stack.get('/api/sync')).json.state === 'ok',
	    10000, 'the sync');
	reset(stack);
	return stack;
}

/** The store as at first. @param {import('./stack.mjs').Stack} stack */
function reset(stack) {
	const keep = ['0001-Eins.md', '0002-Zwei.md', '0003-Drei.md',
	    '0004-Vier.md'];
	for (const name of keep)
		stack.place(name, taskFile({}, `# ${name}\n`));
	for (const name of readdirSync(dirname(stack.path('x'))))
		if (!keep.includes(name))
			rmSync(stack.path(name));
}

/** All workers that nginx may call.
 * @param {import('./stack.mjs').Stack} stack */
const workersOf = (stack) => Object.fromEntries(Object.keys(programs).map(
    (program) => [program, stack.workers(program,
	(args) => !args.includes('--work'))]));

/** Microseconds on a processor so far. @param {number[]} pids */
function cpu_us(pids) {
	let us = 0;
	for (const pid of pids) {
		const exact = `/proc/${pid}/schedstat`; // kernels may lack it
		if (existsSync(exact)) {
			us += Number(readFileSync(exact, 'utf8')
			    .split(' ')[0]) / 1000;
		} else {
			const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
			    .replace(/^.*\) /, '').split(' ');
			us += (Number(fields[11]) + Number(fields[12])) * 10000;
		}
	}
	return us;
}

/** KiB of memory of its own. @param {number} pid */
const memory_kb = (pid) => Number(/^RssAnon:\s*(\d+)/m.exec(
    readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

/**
 * One program's share of the requests, one after the other.
 * @param {import('./stack.mjs').Stack} stack @param {string} program
 * @param {number} n @param {number} from
 * @param {(request: Buffer) => void} begin
 * @param {(request: Buffer) => void} end
 */
async function abuse(stack, program, n, from, begin, end) {
	const { port, host } = new URL(stack.url);
	const pick = random(from * 7919 + program.length * 104729 + seed);
	for (let i = 0; i < n; i++) {
		const request = malformed(pick.of(programs[program]), pick,
		    { host, origin: stack.url, sign });
		begin(request);
		const { text } = await send(Number(port), request,
		    2000 * slow);
		for (const status of statuses(text))
			assert.ok(status < 500 || [501, 505].includes(status),
			    `${status} to ${request.toString('latin1', 0, 2000)}` +
			    ` (${request.length} bytes, T_SEED=${seed})`);
		end(request);
	}
}

/** What nginx says it has answered, whoever was still there to hear it.
 * @param {import('./stack.mjs').Stack} stack */
const wrongStatuses = (stack) => stack.log.match(
    /^time=\S+ request=\S+ address=127\.0\.0\.1 .* status=50[0234] .*$/gm) || [];

/** @param {import('./stack.mjs').Stack} stack @param {any} workers */
async function isAsBefore(stack, workers) {
	assert.deepEqual(workersOf(stack), workers, 'a worker has died');
	for (const path of ['/codex', '/api/tasks', '/api/tasks/0001',
	    '/api/sync', '/auth/me', '/healthz'])
		assert.equal((await stack.get(path)).status, 200, path);
	assert.deepEqual(wrongStatuses(stack), []);
}

test(`${count} malformed requests are answered by workers that live on`,
    async (t) => {
	const stack = await open(build);
	t.after(() => stack.stop());
	const workers = workersOf(stack);
	for (const [program, pids] of Object.entries(workers))
		assert.ok(pids.length > 0, program);
	const each = Math.ceil(count / Object.keys(programs).length);
	await Promise.all(Object.keys(programs).map((program) =>
	    abuse(stack, program, each, 1, () => {}, () => {})));
	await isAsBefore(stack, workers);
});

test('hostile task files hurt neither the week nor each other', async (t) => {
	const stack = await open(build);
	t.after(() => stack.stop());
	const workers = workersOf(stack);
	let n = 500;
	for (const [name, bytes] of Object.entries(bombs)) {
		const id = `0${n++}`;
		stack.place(`${id}-${name}.md`, bytes);
		const week = await stack.get('/codex');
		assert.equal(week.status, 200, name);
		// A rule of its own for bodies: edits only see front matter.
		for (const [method, path] of name.startsWith('markdown')
		    ? [['GET', '']]
		    : [['GET', ''], ['PATCH', ''], ['POST', '/complete']]) {
			const answer = await stack.send(method,
			    `/api/tasks/${id}${path}`, method === 'GET' ? undefined
			    : { tags: ['x'], datum: '23.11.2026', zeit: 'abends' });
			assert.ok([200, 409].includes(answer.status),
			    `${method} ${name}: ${answer.status} ${answer.text}`);
		}
	}
	const week = await stack.get('/codex');
	const listed = new Set(week.json.problems.map(
	    (/** @type {any} */ p) => p.file.slice(5, -3)));
	for (const name of ['merges', 'deep', 'deepBlock', 'flow', 'sameKey',
	    'longFront', 'noEnd', 'code', 'latin1', 'utf16', 'large', 'line'])
		assert.ok(listed.has(name), `${name} is a problem`);
	for (const name of ['Eins', 'Zwei', 'Drei', 'Vier'])
		assert.match(week.text, new RegExp(`-${name}\\.md"`));
	await isAsBefore(stack, workers);
});

test('no malformed request costs 50 ms or keeps memory', async (t) => {
	const stack = await open(plainBuild);
	t.after(() => stack.stop());
	const workers = workersOf(stack);
	/** @type {Map<string, Buffer>} */
	const now = new Map();
	/** @type {Set<Buffer>} */
	const suspects = new Set();
	const round = async (/** @type {number} */ n, /** @type {number} */ from) => {
		await Promise.all(Object.entries(workers).map(
		    async ([program, pids]) => {
			let before_us = 0;
			await abuse(stack, program, n, from, (request) => {
				before_us = cpu_us(pids);
				now.set(program, request);
			}, () => {
				// Another one's request may have come here.
				if (cpu_us(pids) - before_us > most_us / 2)
					[...now.values()].forEach((r) =>
					    suspects.add(r));
			});
		}));
		reset(stack);
		for (let i = 0; i < 3; i++)
			await isAsBefore(stack, workers);
	};
	const all = Object.values(workers).flat();
	const each = Math.ceil(count / Object.keys(programs).length);
	await round(Math.ceil(each / 4), 1);
	const warm = all.map(memory_kb);
	const began_us = cpu_us(all);
	await round(each - Math.ceil(each / 4), 2);
	const mean_us = (cpu_us(all) - began_us) / count / 0.75;
	const grown = all.map((pid, i) => memory_kb(pid) - warm[i]);
	t.diagnostic(`${mean_us | 0} us each, ${suspects.size} looked at ` +
	    `again, KiB grown ${grown}, of ${warm}`);
	assert.ok(mean_us < most_us / 10, `${mean_us} us in the mean`);
	for (const request of suspects)
		assert.ok(await cost_us(stack, all, request) < most_us,
		    request.toString('latin1', 0, 2000));
	// What malloc keeps depends on the order of sizes: about a megabyte,
	// where bodies have one.  LeakSanitizer has looked at the first test.
	for (const [i, kb] of grown.entries())
		assert.ok(kb < 2048, `${all[i]} has grown by ${kb} KiB`);
});

/** What a request costs when it is alone: the least of five tries,
 * as a busy machine takes its share.
 * @param {import('./stack.mjs').Stack} stack @param {number[]} pids
 * @param {Buffer} request */
async function cost_us(stack, pids, request) {
	let least = Infinity;
	for (let i = 0; i < 5; i++) {
		const before_us = cpu_us(pids);
		await send(Number(new URL(stack.url).port), request, 2000 * slow);
		least = Math.min(least, cpu_us(pids) - before_us);
	}
	return least;
}

test('no hostile task file costs 50 ms', async (t) => {
	const stack = await open(plainBuild);
	t.after(() => stack.stop());
	const { host } = new URL(stack.url);
	const all = Object.values(workersOf(stack)).flat();
	const ask = (/** @type {string} */ path) => Buffer.from(
	    `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
	/** @type {string[]} */
	const dear = [];
	for (const [name, bytes] of Object.entries(bombs)) {
		const file = `0500-${name}.md`;
		stack.place(file, bytes);
		for (const path of ['/codex', '/api/tasks', '/api/tasks/0500']) {
			const us = await cost_us(stack, all, ask(path));
			if (us >= most_us)
				dear.push(`${path} with ${name}: ${us | 0} us`);
		}
		rmSync(stack.path(file));
	}
	assert.deepEqual(dear, []);
});
