// @ts-check
// group: fault
// Each call of the system that a run makes fails in turn, or the worker dies
// there: the next runs make mirror and Git equal, and lose no edit.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seed, some } from './fault-scene.mjs';
import { one, syncedScene, two } from './git-scene.mjs';
import { task } from './git-world.mjs';

/** @typedef {import('./git-world.mjs').World} World */

const calls = ['openat', 'write', 'fsync', 'renameat', 'unlinkat', 'flock',
    'connect', 'sendto'];
const faults = ['signal=SIGKILL', 'error=EIO', 'error=ENOSPC', 'error=EMFILE',
    'error=EINTR'];
let count = 0;

/** @param {string[]} options */
const strace = (...options) => ['strace', '-qq', '-I', '2', '--seccomp-bpf', '-f',
    ...options];

/**
 * An edit of a task here and one of another in Git, and a run of a worker that
 * is started by `under`, and may not live to the end of it.
 * @param {World} w @param {string[]} under
 * @returns {Promise<{deadline: string, text: string}>} what must be in both
 */
async function runUnder(w, under) {
	const n = ++count;
	const deadline = `${String(1 + n % 28).padStart(2, '0')}.12.${
	    2027 + Math.floor(n / 28)}`;
	const text = `Text ${n}\n`;
	await w.rest();
	await w.push({ [one]: task('Eins', {}, text) });
	await w.edit('0002', { deadline });
	w.mark();
	await w.work({}, 'a', under).catch(() => {});
	await w.ring().catch(() => {});
	await w.rest();
	return { deadline, text };
}

/** Where a run can be hit, from its first look at the store on.
 * @param {World} w */
async function pointsOf(w) {
	const log = join(w.dir, 'trace');
	await runUnder(w, strace('-o', log, '-e', `trace=${calls}`));
	/** @type {Record<string, number>} */
	const seen = {};
	const points = [];
	let began = false;
	for (const line of readFileSync(log, 'utf8').split('\n')) {
		const call = /^\d+ +(\w+)\(/.exec(line)?.[1] ?? '';
		if (!calls.includes(call))
			continue;
		seen[call] = (seen[call] ?? 0) + 1;
		began ||= line.includes('sync.json');
		if (began)
			points.push({ call, n: seen[call] });
	}
	return points;
}

syncedScene(`no fault of a call loses what a run brings, seed ${seed}`, {},
    async (w) => {
	    const points = (await pointsOf(w)).flatMap((point) =>
		faults.map((fault) => ({ ...point, fault })));
	    assert.ok(points.length > 200, `only ${points.length} points`);
	    const chosen = some(points, Math.ceil(points.length / 25));
	    for (const { call, n, fault } of chosen) {
		    const { deadline, text } = await runUnder(w, strace('-o',
			'/dev/null', '-e', `trace=${call}`, '-e',
			`inject=${call}:${fault}:when=${n}`));
		    const where = `${call} ${n} ${fault}`;
		    await w.work();
		    await w.sync();
		    await w.same();
		    assert.ok(w.text(one)?.endsWith(text), where);
		    assert.ok(w.text(two)?.includes(deadline), where);
		    assert.deepEqual((await w.week()).problems, [], where);
		    assert.deepEqual(w.copies('conflicts'), [], where);
	    }
	    console.log(`# ${chosen.length} of ${points.length}`);
    });

syncedScene('a run that dies a day ahead holds up none after it', {},
    async (w) => {
	    for (const step of ['intents', 'mirror', 'push']) {
		    const n = ++count;
		    await w.push({ [one]: task('Eins', {}, `Tag ${n}\n`) });
		    await w.edit('0002', { deadline: `0${n % 9 + 1}.01.2030` });
		    await w.dieAt(step, { env: {
			CODEX_NOW: String(24 * 3600e3) } });
		    await w.work();
		    await w.sync();
		    await w.same();
		    assert.ok(w.text(one)?.endsWith(`Tag ${n}\n`), step);
		    assert.deepEqual(w.copies('conflicts'), [], step);
	    }
    });
