// @ts-check
// group: operate
/**
 * A real Prometheus that scrapes a running system with Git and Redis: docs/watching
 * asks it for nothing that it does not have.  Skipped where there is none.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { modules } from './openapi.mjs';
import { hasRedis, startRedis } from './redis.mjs';
import { freePort, manyBuild, startStack, taskFile, top, until, vaultPath }
    from './stack.mjs';

const skip = spawnSync('prometheus', ['--version']).status !== 0
    ? 'there is no prometheus' : !hasRedis && 'there is no redis-server';
const yaml = createRequire(join(modules, 'x.js'))('js-yaml');
const token = 'a-token-for-prometheus';
const room = mkdtempSync(join(tmpdir(), 'cm-prometheus-'));
const folder = join(top, 'docs/watching');
/** @type {any} */
const rules = yaml.load(readFileSync(join(folder, 'alerts.yml'), 'utf8'));
const dashboard = JSON.parse(readFileSync(join(folder, 'dashboard.json'),
    'utf8'));
/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {Awaited<ReturnType<typeof startRedis>>} */
let redis;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** @type {import('node:child_process').ChildProcess} */
let prometheus;
let url = '';

async function startPrometheus() {
	const config = join(room, 'prometheus.yml');
	const port = await freePort();
	writeFileSync(config, yaml.dump({ global: { scrape_interval: '500ms',
	    evaluation_interval: '500ms' }, rule_files: [join(folder,
	    'alerts.yml')], scrape_configs: [{ job_name: 'codex-miroir',
	    authorization: { credentials: token },
	    static_configs: [{ targets: [new URL(stack.url).host] }] }] }));
	prometheus = spawn('setpriv', ['--pdeathsig', 'TERM', '--', 'prometheus',
	    `--config.file=${config}`, `--storage.tsdb.path=${join(room, 'data')}`,
	    `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
	    { stdio: ['ignore', 'ignore', 'inherit'] });
	url = `http://127.0.0.1:${port}`;
	await until(() => fetch(`${url}/-/ready`).then(({ ok }) => ok,
	    () => false), 15000, 'Prometheus');
}

before(async () => {
	if (skip)
		return;
	fake = await startFake();
	await fake.createRepository({ files: {
	    [vaultPath('0001-Brot.md')]: taskFile({}, '# Brot\n') } });
	redis = await startRedis();
	stack = await startStack({ workers: 1, env: { CODEX_BUILD: manyBuild,
	    ...gitSettings(fake), REDIS_URL: redis.url,
	    CODEX_METRICS_TOKEN: token, CODEX_LIMITS: 'off' } });
	await startPrometheus();
});
after(async () => {
	prometheus?.kill('SIGTERM');
	if (prometheus)
		await new Promise((done) => prometheus.once('close', done));
	await stack?.stop();
	await redis?.stop();
	await fake?.stop();
	rmSync(room, { recursive: true, force: true });
});

/** @param {string} path */
async function asked(path) {
	const answer = /** @type {any} */ (await (await fetch(url + path)).json());
	assert.equal(answer.status, 'success', JSON.stringify(answer));
	return answer.data;
}

/** How many series an expression gives. @param {string} expr */
const count = async (expr) => (await asked(
    `/api/v1/query?query=${encodeURIComponent(expr)}`)).result.length;

/** What people do: everything that is counted. */
async function live() {
	await stack.get('/codex?nocache=true');
	await stack.get('/codex');
	await stack.get('/api/tasks/9999');
	await stack.send('POST', '/api/tasks', { kategorie: 'privat' });
	await stack.send('POST', '/sync', undefined);
}

/** An expression of Grafana's, for all hosts. @param {string} expr */
const shown = (expr) => expr.replaceAll('$instance', '.*')
    .replaceAll('$__rate_interval', '10s');

/** What a rule looks at, whether it is as bad as it says or not.
 * @param {string} expr */
const lookedAt = (expr) => expr.replace(/\s(?:==|<|>)\s*[\d.]+\s*$/, '')
    .replace(/\sunless\s[^]*$/, '');

test('a running system has a series for all that is shown or looked at',
    { skip }, async () => {
	const exprs = [...dashboard.panels.flatMap((/** @type {any} */ panel) =>
	    panel.targets.map((/** @type {any} */ one) => shown(one.expr))),
	...rules.groups.flatMap((/** @type {any} */ group) => group.rules.map(
	    (/** @type {any} */ rule) => lookedAt(rule.expr)))];
	assert.ok(exprs.length >= 30);
	let empty = exprs;
	await until(async () => {
		await live();
		const counts = await Promise.all(empty.map(count));
		empty = empty.filter((_, i) => counts[i] === 0);
		return empty.length === 0;
	}, 15000, 'a series for each').catch(() => {});
	assert.deepEqual(empty, []);
});

/** Rules that speak of how fast a machine is, as this one may be slow. */
const ofPace = /^Codex(?:Errors|SlowWeek|Stale|RedisDown)$/;

test('Prometheus computes the rules, and a sound system raises no alert',
    { skip }, async () => {
	const computed = async () => /** @type {any[]} */ ((await asked(
	    '/api/v1/rules')).groups).flatMap(({ rules }) => rules);
	const all = await computed();
	assert.equal(all.length, rules.groups.flatMap(
	    (/** @type {any} */ group) => group.rules).length);
	for (const { name, health, lastError } of all)
		assert.deepEqual([name, health, lastError ?? ''], [name, 'ok', '']);
	/** @type {string[]} */
	let raised = [];
	await until(async () => {
		raised = (await computed()).filter(({ name, state }) =>
		    state !== 'inactive' && !ofPace.test(name))
		    .map(({ name }) => name);
		return raised.length === 0;
	}, 5000, 'silence').catch(() => {});
	assert.deepEqual(raised, []);
});

test('a system that does not answer raises the alert', { skip }, async () => {
	await stack.stop(false);
	await until(async () => (await asked('/api/v1/alerts')).alerts.some(
	    (/** @type {any} */ alert) => alert.labels.alertname === 'CodexDown'),
	15000, 'the alert');
});

test('the dashboard has what its model names, and each panel its own place',
    () => {
	const { panels } = dashboard;
	const kinds = { id: 'object', uid: 'string', title: 'string',
	    timezone: 'string', refresh: 'string', editable: 'boolean',
	    graphTooltip: 'number', schemaVersion: 'number', version: 'number',
	    tags: 'object', time: 'object', timepicker: 'object',
	    templating: 'object', annotations: 'object', links: 'object',
	    panels: 'object' };
	assert.deepEqual(Object.fromEntries(Object.entries(dashboard).map(
	    ([name, value]) => [name, typeof value])), kinds);
	assert.ok(dashboard.uid.length >= 8 && dashboard.uid.length <= 40);
	assert.deepEqual(Object.keys(dashboard.time).sort(), ['from', 'to']);
	const names = new Set(dashboard.templating.list.map(
	    (/** @type {any} */ one) => one.name));
	const taken = new Set();
	for (const { id, type, title, gridPos: { x, y, w, h }, targets } of panels) {
		assert.ok(type && title && x + w <= 24, title);
		for (let i = 0; i < w * h; i++) {
			const cell = `${x + i % w} ${y + Math.floor(i / w)}`;
			assert.ok(!taken.has(cell), `${title} on ${cell}`);
			taken.add(cell);
		}
		for (const { expr } of targets)
			for (const [, name] of expr.matchAll(/\$(\w+)/g))
				assert.ok(names.has(name) || name === '__rate_interval',
				    name);
		assert.equal(panels.filter((/** @type {any} */ one) =>
		    one.id === id).length, 1, title);
	}
});
