// @ts-check
// group: operate
// What docs/scaling.md tells: its counts are those of today, and its plans
// follow from measured rows and assumptions (scripts/scaling-plan.mjs).
// Skipped with a word where there is no redis-server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { Plan, lookSeconds, pollSeconds } from '../scripts/scaling-plan.mjs';
import { countOperations } from './bench/operations.mjs';
import { readRows, saveRows } from './bench/rows.mjs';
import { hasRedis } from './redis.mjs';
import { manyBuild, top } from './stack.mjs';

const skip = hasRedis ? false : 'no redis-server, or built without hiredis';
const { groups } = JSON.parse(readFileSync(join(top, 'docs/measured.json'),
    'utf8'));
const bytesMayDiffer = 0.1; // names of blobs, numbers in ETags

/** @param {number} a @param {number} b */
const isNear = (a, b) => Math.abs(a - b) <= bytesMayDiffer * Math.max(a, b);

test('requests and bytes of each operation are as docs/measured.json has them',
    { skip }, async (t) => {
	const scratch = mkdtempSync(join(tmpdir(), 'cm-scaling-'));
	t.after(() => rmSync(scratch, { recursive: true, force: true }));
	const counts = await countOperations({ build: manyBuild, scratch });
	assert.deepEqual(counts.map(({ operation, place }) =>
	    `${operation}, ${place}`), groups.operations.rows.map(
	    (/** @type {{row: string}} */ { row }) => row));
	const again = 'scripts/bench --rows docs/measured.json operations, ' +
	    'then scripts/make-docs build';
	for (const [i, { operation, place, asked }] of counts.entries()) {
		const { values } = groups.operations.rows[i];
		const { bytes, wire, ...requests } = asked;
		const { bytes: wereBytes, wire: wereWire, ...were } = values;
		assert.deepEqual(requests, were,
		    `${operation}, ${place}: if so it shall be, ${again}`);
		for (const [is, was] of [[bytes, wereBytes], [wire, wereWire]])
			assert.ok(isNear(is, was),
			    `${operation}, ${place}: ${is} bytes, not ${was}`);
	}
    });

test('rows of a group that is measured again replace those of that group alone',
    async (t) => {
	const scratch = mkdtempSync(join(tmpdir(), 'cm-scaling-'));
	t.after(() => rmSync(scratch, { recursive: true, force: true }));
	const file = join(scratch, 'rows.json');
	const row = (/** @type {string} */ group, /** @type {string} */ name) =>
	    ({ group, row: name, figure: '1', values: { us: 12345.6 } });
	await saveRows(file, [row('hits', 'old'), row('sync', 'other')]);
	await saveRows(file, [row('hits', 'new')]);
	const { groups: { hits, sync } } = await readRows(file);
	assert.deepEqual([hits.rows, sync.rows.map((one) => one.row)],
	    [[{ row: 'new', figure: '1', values: { us: 12350 } }], ['other']]);
    });

test('nothing is kept of a group that failed', async (t) => {
	const scratch = mkdtempSync(join(tmpdir(), 'cm-scaling-'));
	t.after(() => rmSync(scratch, { recursive: true, force: true }));
	const file = join(scratch, 'rows.json');
	await assert.rejects(saveRows(file, [{ group: 'hits', row: 'hits',
	    figure: 'Error: no nginx', must: 'no error', ok: false }]));
	assert.deepEqual((await readRows(file)).groups, {});
});

/** A row as scripts/bench keeps it. @param {string} row
 * @param {Record<string, number>} values */
const rowOf = (row, values) => ({ row, figure: '', values });

/** Of each operation one request of every kind, and a second of a processor.
 * @param {Record<string, number>} use */
function planOf(use) {
	const none = { seen: 0, opened: 0, logins: 0, edits: 0, created: 0,
		pushed: 0, sent: 0, busy: 0.1, tasks: 1000, stored_kb: 2 };
	const names = ['login', 'hit', 'look at the page', 'edit', 'create',
		'rebuild after it', 'hit from the artifact',
		'run that sends one edit', 'push of one file, by webhook'];
	const group = (/** @type {any[]} */ rows) =>
	    ({ day: '', commit: '', machine: '', load: 0, rows });
	const table = (/** @type {Record<string, number>} */ values) =>
	    /** @type {any} */ (Object.fromEntries(Object.entries(values).map(
		([name, value]) => [name, [value, '']])));
	return new Plan({ v: 1, groups: {
		operations: group(names.flatMap((name) => ['fs', 'Azure',
			'Azure, Redis'].map((place) => rowOf(`${name}, ${place}`,
			{ get: 1, put: 1, list: 1, remove: 1, redis: 1,
				github: 10, writes: 3 })))),
		processor: group(names.map((name) => rowOf(`processor time of: ${name}`, { us: 1e6 }))),
		redis: group([rowOf('Redis alone: GET', { rate: 1000 })]),
		webhook: group([rowOf('delivery of 1 file', { us: 1000 })]),
	} }, { use: table({ ...none, ...use }), limits: table({ github_ms: 100,
		github_hour: 5000, github_writes: 500, github_logins: 2000, blob_second: 20000,
		half: 0.5 }), prices: table({ read: 0.1, write: 1, list: 1,
		stored: 0.5, machine: 70, redis: 100 }) });
}

test('page and worker ask as often as the plans take them to', () => {
	const page = readFileSync(join(top, 'nginx/html/loader.js'), 'utf8');
	assert.equal(/^const LIVE_MS = ([\d_]+);$/m.exec(page)?.[1]
	    .replace('_', ''), String(1000 * lookSeconds));
	const settings = execFileSync(join(manyBuild, 'codex-render'),
	    ['--settings'], { encoding: 'utf8' });
	assert.match(settings, new RegExp(`^#SYNC_POLL_MS=${pollSeconds}s$`, 'm'));
});

test('a day\'s hits are one for each nine seconds in which the page is seen',
    () => {
	const plan = planOf({ seen: 30 });
	assert.equal(plan.requests('Azure'), 4 * 200);
	assert.equal(plan.hour(plan.asked('Azure', 'get')), 20);
    });

test('a month costs what its operations, bytes and machines cost', () => {
	const cost = planOf({ opened: 1 }).cost(10000, 'Azure, Redis', 2);
	assert.deepEqual(cost, { reads: 3, writes: 30,
	    lists: 30 + 2880 * 30 / 1e4, stored: 10, machines: 140,
	    redis: 100 });
	assert.deepEqual(planOf({ opened: 1 }).cost(10000, 'fs', 2),
	    { reads: 0, writes: 0, lists: 0, stored: 0, machines: 140, redis: 0 });
});

test('tokens suffice for all requests to GitHub and for those that write',
    () => {
	// 0.1 of a day in an hour: one request of GitHub, 0.3 that write.
	const plan = planOf({ opened: 1 });
	assert.equal(plan.tokens(1), 1);
	assert.equal(plan.tokens(1666), 1);
	assert.equal(plan.tokens(1667), 2);
    });

test('hosts suffice for processors and for the workers\' waits', () => {
	// Of 3600 s in an hour half may be used, of two processors: 3600.
	assert.equal(planOf({ logins: 1 }).hosts(36000), 1);
	assert.equal(planOf({ logins: 1 }).hosts(36001), 2);
	assert.equal(planOf({ logins: 1 }).hosts(1, 2), 2);
});

test('limits come in the order in which users meet them', () => {
	const [first, ...others] = planOf({ opened: 1 }).limits();
	assert.deepEqual([first.name, Math.round(first.users)],
	    ['github_writes', 1667]);
	for (const { users } of others)
		assert.ok(users >= first.users);
});
