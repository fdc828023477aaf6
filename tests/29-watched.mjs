// @ts-check
// group: operate
/**
 * What an operator sees of a running system: /metrics and /readyz.
 *
 * A program counts an answer before it sends it. So of each answer that nginx
 * has had from a program the count is there, and what was counted and not
 * sent is one of those that nginx says 502 for, as its program was killed.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseMetrics } from './exposition.mjs';
import { random as choices } from './malformed.mjs';
import { modules } from './openapi.mjs';
import { manyBuild, sleep, startStack, top, until, within } from './stack.mjs';

const seed = Number(process.env.T_SEED || Date.now() % 100000);
const { n: random } = choices(seed);
const token = 'a-token-for-prometheus';
const requests = 2000, kills = 50, clients = 8;
const noPromtool = spawnSync('promtool', ['--version']).status !== 0 &&
    'there is no promtool';
const yaml = createRequire(join(modules, 'x.js'))('js-yaml');
/** @type {import('./stack.mjs').Stack} */
let stack;

before(async () => {
	stack = await startStack({ workers: 3, env: { CODEX_BUILD: manyBuild,
	    CODEX_METRICS_TOKEN: token, CODEX_LIMITS: 'off' } });
});
after(() => stack.stop());

const metrics = async () => {
	const { status, text, headers } = await stack.get('/metrics',
	    { Authorization: `Bearer ${token}` });
	assert.equal(status, 200, text);
	assert.equal(headers.get('content-type'),
	    'text/plain; version=0.0.4; charset=utf-8');
	return text;
};

/** Numbers of a family's samples by a label, added up.
 * @param {string} text @param {string} name @param {string} label
 * @returns {Record<string, number>} */
function sums(text, name, label) {
	/** @type {Record<string, number>} */
	const all = {};
	for (const { labels, value } of parseMetrics(text).get(name)?.samples ??
	    [])
		all[labels[label]] = (all[labels[label]] ?? 0) + value;
	return all;
}

/** What nginx has logged of requests that a program was asked for: how many,
 * by status. @returns {Record<string, number>} */
function logged() {
	/** @type {Record<string, number>} */
	const all = {};
	for (const [, status] of stack.log.matchAll(
	    / status=(\d+) bytes=\d+ seconds=\S+ program_seconds="[\d.]/g))
		all[status] = (all[status] ?? 0) + 1;
	return all;
}

const total = (/** @type {Record<string, number>} */ counts) =>
	Object.values(counts).reduce((sum, n) => sum + n, 0);

const asks = [
	() => stack.get('/codex'),
	() => stack.get('/codex'),
	() => stack.get('/codex?nocache=true'),
	() => stack.get('/api/tasks'),
	() => stack.get('/api/tasks/9999'),
	() => stack.get('/auth/me'),
	() => stack.send('PUT', '/codex', {}),
	() => stack.send('POST', '/api/tasks', { kategorie: 'arbeit',
	    title: 'Zählen' }),
	() => stack.send('POST', '/api/tasks', { kategorie: 'Unfug' }),
];

/** Kills one worker after the other, each between two answers.
 * @param {() => number} done */
async function kill(done) {
	let killed = 0;
	while (killed < kills) {
		if (done() < (killed + 1) * requests / (kills + 1)) {
			await sleep(5);
			continue;
		}
		const pids = ['codex-render', 'codex-tasks', 'codex-create',
		    'codex-auth'].flatMap((name) => stack.workers(name));
		process.kill(pids[random(pids.length)], 'SIGKILL');
		killed++;
	}
}

test(`${requests} requests and ${kills} kills: each is counted, seed ${seed}`,
    async () => {
	let begun = 0, done = 0;
	const client = async () => {
		while (begun < requests) {
			begun++;
			await asks[random(asks.length)]();
			done++;
		}
	};
	await Promise.all([kill(() => done),
	    ...Array.from({ length: clients }, client)]);
	await until(() => (stack.log.match(/^time=.* cache="\w*"$/gm)?.length ?? 0) >=
	    requests, 10000, 'the log');
	const log = logged();
	const counted = sums(await metrics(), 'codex_requests_total', 'status');
	const { 502: died = 0, ...answered } = log;
	assert.ok(died <= kills, `${died} requests died`);
	for (const [status, n] of Object.entries(answered))
		assert.ok(counted[status] >= n,
		    `${status}: ${counted[status]} of ${n}`);
	assert.ok(total(counted) <= total(log),
	    `${total(counted)} counted, ${total(log)} logged`);
	assert.ok(total(counted) >= total(answered));
	assert.ok(answered['404'] > 0 && answered['405'] > 0 &&
	    answered['400'] > 0);
});

test('weeks are counted by where they came from', async () => {
	const { text } = await stack.get('/codex');
	assert.ok(text);
	const before = sums(await metrics(), 'codex_week_total', 'layer');
	for (let i = 0; i < 6; i++)
		await stack.get('/codex');
	await stack.get('/codex?nocache=true');
	const now = sums(await metrics(), 'codex_week_total', 'layer');
	assert.equal(now.miss, before.miss + 1);
	assert.equal(now.local + now.blob, before.local + before.blob + 6);
	assert.deepEqual(Object.keys(now), ['local', 'blob', 'miss', 'stale']);
});

test('the numbers tell programs, store and users', async () => {
	const text = await metrics();
	assert.equal(parseMetrics(text).get('codex_store_up')
	    ?.samples[0].value, 1);
	assert.deepEqual(sums(text, 'codex_users', 'state'),
	    { off: 1, failed: 0, read_only: 0 });
	assert.deepEqual(sums(text, 'codex_processes', 'program'), { render: 3,
	    build: 2, tasks: 3, create: 3, update: 3, complete: 3, auth: 3,
	    account: 3 });
	assert.ok(sums(text, 'codex_store_requests_total', 'outcome').ok > 0);
	assert.ok((parseMetrics(text).get('codex_cached_bytes')
	    ?.samples[0].value ?? 0) > 0);
	assert.match(text, /^# TYPE codex_redis_up gauge$/m);
	assert.doesNotMatch(text, /^codex_redis_up /m, 'there is none');
	assert.doesNotMatch(text, /usera|Zählen/);
});

test('promtool finds nothing', { skip: noPromtool }, async () => {
	const { status, stdout, stderr } = spawnSync('promtool',
	    ['check', 'metrics'], { input: await metrics(), encoding: 'utf8' });
	assert.equal(`${stdout}${stderr}`, '');
	assert.equal(status, 0);
});

test('rules and dashboard speak of numbers that there are', async () => {
	const families = parseMetrics(await metrics());
	const names = new Set([...families].flatMap(([name, { type }]) =>
	    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`,
		`${name}_count`] : [name]));
	const folder = join(top, 'docs/watching');
	const rules = /** @type {any} */ (yaml.load(readFileSync(
	    join(folder, 'alerts.yml'), 'utf8'))).groups.flatMap(
	    (/** @type {any} */ group) => group.rules);
	assert.ok(rules.length >= 10);
	const dashboard = JSON.parse(readFileSync(
	    join(folder, 'dashboard.json'), 'utf8'));
	const shown = dashboard.panels.flatMap((/** @type {any} */ panel) =>
	    panel.targets.map((/** @type {any} */ target) => target.expr));
	const used = new Set();
	for (const expr of [...rules.map((/** @type {any} */ rule) =>
	    rule.expr), ...shown])
		for (const [name] of expr.matchAll(/\bcodex_\w+/g)) {
			assert.ok(names.has(name), `${name} in ${expr}`);
			used.add(name);
		}
	// Each is shown, but for what stands in one that is.
	assert.deepEqual([...names].filter((name) => !used.has(name) &&
	    !/_(sum|count)$/.test(name)), ['codex_info']);
});

test('promtool takes the rules', { skip: noPromtool }, () => {
	const { status, stdout } = spawnSync('promtool', ['check', 'rules',
	    join(top, 'docs/watching/alerts.yml')], { encoding: 'utf8' });
	assert.equal(status, 0, stdout);
});

test('with a token nobody sees the numbers without it', async () => {
	for (const shown of ['', 'Bearer wrong', `Bearer ${token}x`]) {
		const { status, text } = await stack.get('/metrics',
		    { Authorization: shown });
		assert.equal(status, 401);
		assert.doesNotMatch(text, /codex_/);
	}
	assert.equal((await stack.send('POST', '/metrics', {})).status, 405);
});

/** What /readyz says, as soon as it may look again. */
const ready = async () => {
	const { status, json } = await stack.get('/readyz', { Cookie: '' });
	assert.equal(json.ok, status === 200);
	assert.equal(json.code, status === 200 ? undefined : 'nicht_erreichbar');
	return { status, parts: (json.notReady ?? []).join(' ') };
};

/** Awaits that it says so, within the 10 s that are promised.
 * @param {string} parts @param {number} [ms] */
const awaitReady = (parts, ms = 10000) => within(ms, async () => {
	const said = await ready();
	return said.parts === parts && (said.status === 200) === (parts === '');
}, `not ready: ${parts || 'nothing'}`);

test('a host that can serve is ready, whoever asks', async () => {
	await awaitReady('');
	assert.deepEqual(await ready(), { status: 200, parts: '' });
	assert.equal((await stack.send('POST', '/readyz', {})).status, 405);
});

test('what does not work is told within 10 s', async () => {
	const pids = stack.workers('codex-update');
	for (const pid of pids)
		process.kill(pid, 'SIGSTOP');
	renameSync(stack.data, `${stack.data}.away`);
	chmodSync(stack.keyFile, 0o644);
	await awaitReady('update store keys');
	assert.equal((await stack.get('/healthz')).status, 200);
	for (const pid of pids)
		process.kill(pid, 'SIGCONT');
	renameSync(`${stack.data}.away`, stack.data);
	chmodSync(stack.keyFile, 0o600);
	await awaitReady('');
});

test('so is that the program that knows has stopped', async () => {
	const pids = stack.workers('codex-tasks');
	for (const pid of pids)
		process.kill(pid, 'SIGSTOP');
	await awaitReady('tasks');
	for (const pid of pids)
		process.kill(pid, 'SIGCONT');
	await awaitReady('');
});

test('a probe of the programs is no request', async () => {
	const { tasks: before } = sums(await metrics(), 'codex_requests_total',
	    'program');
	const rest = sums(await metrics(), 'codex_requests_total', 'program');
	await awaitReady('');
	const now = sums(await metrics(), 'codex_requests_total', 'program');
	assert.ok(now.tasks > before);
	assert.deepEqual({ ...now, tasks: 0 }, { ...rest, tasks: 0 });
	assert.equal((await stack.get('/_probe')).status, 404);
});

test('a line about a refused request has its id, user and address', async () => {
	const from = stack.mark();
	const { headers } = await stack.get('/api/tasks/9998');
	const id = headers.get('x-request-id');
	assert.match(id ?? '', /^[0-9a-f]{32}$/);
	const line = new RegExp('^level=info msg="request refused" ' +
	    `program=codex-tasks pid=\\d+ request=${id} user=usera ` +
	    'address=127\\.0\\.0\\.1 method=GET path=/api/tasks/9998 status=404 ' +
	    'code=nicht_gefunden us=\\d+ store=\\d+ github=0$', 'm');
	await until(() => line.test(stack.log.slice(from)), 5000, String(line));
	const own = new RegExp(`^time=\\S+ request=${id} address=127\\.0\\.0\\.1 ` +
	    'method="GET" path="/api/tasks/9998" status=404 bytes=\\d+ ' +
	    'seconds=[\\d.]+ program_seconds="[\\d.]+" cache=""$', 'm');
	await until(() => own.test(stack.log.slice(from)), 5000, String(own));
});
