// @ts-check
// group: fault
// Each call of the system that a request makes fails in turn, or the program
// dies there: nothing that was acknowledged is lost, a second try succeeds,
// and no week is shown that the files do not give.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk, requests, seed, some } from './fault-scene.mjs';

/** As the C library of Debian 12 calls them. */
const calls = ['openat', 'write', 'fsync', 'renameat', 'rename', 'unlinkat',
    'unlink', 'mkdirat', 'mkdir', 'flock', 'connect', 'sendto'];
const faults = ['signal=SIGKILL', 'error=EIO', 'error=ENOSPC', 'error=EMFILE',
    'error=EINTR'];

/** @type {Desk} */
let desk;
/** What rings connects to it; nobody hears.
 * @type {import('node:net').Server} */
let bell;
before(async () => {
	desk = new Desk();
	mkdirSync(desk.run, { recursive: true });
	bell = createServer();
	await new Promise((done) => bell.listen(join(desk.run, 'sync.bell'),
	    () => done(null)));
});
after(() => {
	bell.close();
	desk.end();
});

/** @param {string[]} options */
const strace = (...options) => ['strace', '-qq', '--seccomp-bpf', '-f',
    ...options];

/**
 * Where a request can be hit: the n-th call of a kind, from the first one on
 * that is the program's and not the loader's.
 * @param {import('./fault-scene.mjs').Wish} wish
 * @returns {{call: string, n: number}[]}
 */
function pointsOf(wish) {
	const log = join(desk.dir, 'trace');
	desk.again(wish === requests.create);
	const answer = desk.call(wish, { fault: strace('-o', log, '-e',
	    `trace=${calls}`) });
	assert.ok(wish.good.includes(answer.status), answer.log);
	/** @type {Record<string, number>} */
	const seen = {};
	const points = [];
	let began = false;
	for (const line of readFileSync(log, 'utf8').split('\n')) {
		const call = /^\d+ +(\w+)\(/.exec(line)?.[1] ?? '';
		if (!calls.includes(call))
			continue;
		seen[call] = (seen[call] ?? 0) + 1;
		began ||= !line.includes('.so');
		if (began)
			points.push({ call, n: seen[call] });
	}
	return points;
}

test('strace is there', () => {
	assert.equal(spawnSync('strace', ['--version']).status, 0);
});

for (const wish of Object.values(requests))
	test(`${wish.name}: no fault of a call loses it, seed ${seed}`, () => {
		const points = pointsOf(wish).flatMap((point) =>
		    faults.map((fault) => ({ ...point, fault })));
		assert.ok(points.length > 50, `only ${points.length} points`);
		let hits = 0;
		for (const { call, n, fault } of some(points, 10)) {
			desk.again(wish === requests.create);
			const answer = desk.call(wish, { fault: strace('-o',
			    '/dev/null', '-e', `trace=${call}`, '-e',
			    `inject=${call}:${fault}:when=${n}`) });
			try {
				desk.check(wish, answer);
			} catch (e) {
				if (e instanceof Error)
					e.message = `${call} ${n} ${fault}: ${
					    e.message}`;
				throw e;
			}
			hits++;
		}
		console.log(`# ${wish.name}: ${hits} of ${points.length}`);
	});
