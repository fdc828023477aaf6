// @ts-check
// group: git
// Records that lie on a base: what a run moves of them, and what becomes of
// the base when it is outgrown, lost, or put by a run that dies.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { numbered, syncedScene as scene } from './git-scene.mjs';
import { task } from './git-world.mjs';
import { manyBuild, until } from './stack.mjs';

/** @typedef {import('./git-world.mjs').World} World */

const debug = { CODEX_DEBUG: '1' };
const many = numbered(200);
const file = Object.keys(many)[7];

/** sync.json as it is stored. @param {World} w */
const head = (w) => JSON.parse(readFileSync(
    join(w.store, 'state/usera/sync.json'), 'utf8'));

/** @param {World} w */
const bases = (w) => {
	const top = join(w.store, 'state/usera/records');
	return existsSync(top) ? readdirSync(top).sort() : [];
};

/** Requests for records since the log was emptied: verb, what, bytes.
 * @param {World} w */
const moved = (w) => [...w.log.matchAll(
    / verb=(\S+) key=state\/usera\/(sync|records).* bytes=(\d+)/gm)]
    .map((m) => ({ verb: m[1], what: m[2], bytes: Number(m[3]) }));

scene('a run of one file moves a tenth of all records at most',
    { files: many, env: debug }, async (w) => {
	    assert.equal(w.records().files.length, 200);
	    assert.deepEqual(bases(w), [`${head(w).base}.json`]);
	    await w.push({ [file]: task('Neu') });
	    w.log = '';
	    await w.sync();
	    const requests = moved(w);
	    assert.ok(requests.length >= 4);
	    // As it would be if each had all.
	    const whole = requests.length * JSON.stringify(w.records()).length;
	    const sum = requests.reduce((n, r) => n + r.bytes, 0);
	    assert.ok(10 * sum < whole, `${sum} of ${whole}`);
	    // The worker remembers the base that it has put.
	    assert.deepEqual(requests.filter((r) => r.what === 'records'), []);
	    assert.deepEqual(head(w).files.map((/** @type {any} */ f) =>
		f.file), [file]);
	    await w.same();
    });

scene('records get a base when they become many, and another when it is outgrown',
    { files: numbered(64) }, async (w) => {
	    assert.equal(head(w).v, 1);
	    assert.deepEqual(bases(w), []);
	    await w.push(numbered(1, 65));
	    await w.sync();
	    const { v, base } = head(w);
	    assert.deepEqual([v, bases(w)], [2, [`${base}.json`]]);
	    await w.push(numbered(32, 66));
	    await w.sync();
	    assert.equal(head(w).base, base);
	    assert.equal(head(w).files.length, 32);
	    await w.push(numbered(2, 98));
	    await w.sync();
	    assert.notEqual(head(w).base, base);
	    assert.deepEqual(head(w).files, []);
	    assert.equal(w.records().files.length, 99);
	    // A worker that starts reads it.
	    await w.rest();
	    await w.work();
	    await w.push({ '0099-Nr-99.md': null });
	    await w.sync();
	    assert.deepEqual(head(w).gone, ['0099-Nr-99.md']);
	    await w.same();
    });

scene('a run that dies behind a base leaves one that nothing lies on',
    { files: many, idle: true }, async (w) => {
	    await w.work({ SYNC_CRASH_AT: 'base' });
	    await w.ring().catch(() => {});
	    await until(() => bases(w).length === 1, 5000, 'the base');
	    await w.rest('a', 'SIGKILL');
	    assert.equal(head(w).v, 1);
	    await w.work();
	    await w.sync();
	    assert.equal(head(w).v, 2);
	    assert.ok(bases(w).includes(`${head(w).base}.json`));
	    await w.same();
    });

scene('a base that is lost counts as no records, and all goes on',
    { files: many }, async (w) => {
	    const id = head(w).base;
	    await w.rest(); // who does not remember it
	    rmSync(join(w.store, 'state/usera/records', `${id}.json`));
	    await w.push({ [file]: task('Neu') });
	    assert.equal((await w.call('codex-tasks', 'GET', '/api/sync'))
		.code, 'erster_abgleich');
	    assert.equal((await w.week({ anew: true })).userId, 'usera');
	    w.log = '';
	    await w.work();
	    await w.sync();
	    assert.match(w.log, /msg="records cannot be read".* user=usera/);
	    assert.equal(w.records().files.length, 200);
	    // Without bases what differs is a conflict, and nothing is lost.
	    assert.equal(w.copies('conflicts').length, 1);
	    assert.match(String(w.text(file)), /Neu/);
	    await w.same();
    });

scene('a downgrade writes what the version before reads, and a sync goes on',
    { files: many, env: { SYNC_LEASE_MS: '300000' } }, async (w) => {
	    /** @type {any} */
	    const known = w.records();
	    const { savedAt: _, ...before } = known;
	    /** @returns {[number, string]} */
	    const downgrade = () => {
		    const { status, stdout } = spawnSync(join(manyBuild,
			'codex'), ['downgrade', '-j'],
			{ env: w.env(), encoding: 'utf8' });
		    return [status ?? -1, stdout];
	    };
	    await w.rest();
	    const based = readFileSync(join(w.store,
		'state/usera/sync.json'), 'utf8');
	    w.setRecords(based.replace('"v":2,', `"v":2,"run":{"id":"x",` +
		`"until":${Date.now() + 200000}},`));
	    const [status, told] = downgrade();
	    assert.equal(status, 1, told);
	    assert.deepEqual(JSON.parse(told).findings.map(
		(/** @type {any} */ f) => [f.code, f.what]),
		[['beschaeftigt', 'usera']]);
	    w.setRecords(based);
	    assert.deepEqual(downgrade(), [0, '{"ok":true,"findings":[]}\n']);
	    const { savedAt, ...after } = head(w);
	    assert.ok(savedAt > 0);
	    assert.deepEqual(after, before);
	    assert.equal(after.v, 1);
	    await w.work();
	    await w.push({ [file]: task('Neu') });
	    assert.equal((await w.sync()).changed, 1);
	    await w.same();
    });
