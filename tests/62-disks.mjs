// @ts-check
// group: fault
// Disks that are full, read-only or out of descriptors: a request is answered
// 503 with Retry-After and comes through as soon as there is room; reads go on
// as long as they can.  Runs itself in a mount namespace of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { Desk, requests, seed, some } from './fault-scene.mjs';

const isInside = process.env.T_MOUNTS === '1';
const writes = Object.values(requests);

/** @param {string[]} line */
function run(...line) {
	const ended = spawnSync(line[0], line.slice(1), { encoding: 'utf8' });
	assert.equal(ended.status, 0, `${line.join(' ')}: ${ended.stderr}`);
}

/** @param {string} at @param {string} options */
const mount = (at, options) =>
    run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', at);

/** Takes what room is left below a folder, but for so many bytes.
 * @param {string} folder @param {number} spare */
function fillUp(folder, spare) {
	const filler = join(folder, '.filler');
	const page = Buffer.alloc(4096);
	try {
		for (;;)
			writeFileSync(filler, page, { flag: 'a' });
	} catch (e) {
		assert.equal(/** @type {any} */ (e).code, 'ENOSPC');
	}
	const full = spawnSync('stat', ['-c', '%s', filler],
	    { encoding: 'utf8' });
	run('truncate', '-s', String(Math.max(Number(full.stdout) - spare, 0)),
	    filler);
}

/** A store of its own size with the blobs that each request begins with.
 * @param {Desk} desk @param {string} options */
function smallStore(desk, options) {
	rmSync(desk.store, { recursive: true, force: true });
	mkdirSync(desk.store);
	mount(desk.store, options);
	cpSync(desk.first, desk.store, { recursive: true,
	    preserveTimestamps: true });
}

/** @param {Desk} desk @param {string} uri */
const read = (desk, uri, program = 'codex-tasks') => desk.cgi(program,
    { REQUEST_METHOD: 'GET', REQUEST_URI: uri }, '');

/** @param {string} name @param {(desk: Desk) => void} body */
const scene = (name, body) => test(name, () => {
	const desk = new Desk();
	try {
		body(desk);
	} finally {
		for (const at of [desk.store, desk.run])
			spawnSync('umount', ['-q', at]);
		desk.end();
	}
});

if (!isInside) {
	test('in a mount namespace', () => {
		const inside = spawnSync('unshare', ['-m',
		    ...(process.getuid?.() === 0 ? [] : ['-r']),
		    process.execPath, fileURLToPath(import.meta.url)],
		    { env: { ...process.env, T_MOUNTS: '1',
			T_SEED: String(seed) }, encoding: 'utf8' });
		console.log(inside.stdout.replace(/^(?=[# ]*(# |not |ok ))/gm,
		    '# inside: '));
		assert.equal(inside.status, 0, inside.stdout + inside.stderr);
	});
} else {
	scene('a full store answers 503, shows the week, and takes up again',
	    (desk) => {
		    smallStore(desk, 'size=160k');
		    for (const spare of [0, 4096, 8192, 12288])
			    for (const wish of writes) {
				    rmSync(join(desk.store, '.filler'),
					{ force: true });
				    run('sh', '-c', 'rm -rf "$1"/*/ && ' +
					'cp -a "$2"/* "$1"', 'sh', desk.store,
					desk.first);
				    fillUp(desk.store, spare);
				    const answer = desk.call(wish);
				    assert.ok([...wish.good, 503].includes(
					answer.status), answer.body + answer.log);
				    desk.checkFiles(wish);
				    assert.ok(desk.week());
				    rmSync(join(desk.store, '.filler'));
				    // Where the task took the last page,
				    // the token had none.
				    desk.check(wish, answer, { atOnce: false });
			    }
	    });

	scene('a run folder without room answers 503 and takes up again',
	    (desk) => {
		    rmSync(desk.run, { recursive: true });
		    mkdirSync(desk.run);
		    mount(desk.run, 'size=4m,nr_inodes=64');
		    for (const wish of writes) {
			    desk.again();
			    rmSync(join(desk.run, 'full'),
				{ recursive: true, force: true });
			    // The tables are made when the programs start.
			    assert.equal(read(desk, '/api/tasks').status, 200);
			    mkdirSync(join(desk.run, 'full'));
			    try {
				    for (let i = 0; ; i++)
					    writeFileSync(join(desk.run,
						`full/${i}`), '');
			    } catch (e) {
				    assert.equal(/** @type {any} */ (e).code,
					'ENOSPC');
			    }
			    const answer = desk.call(wish);
			    rmSync(join(desk.run, 'full'),
				{ recursive: true });
			    desk.check(wish, answer);
			    if (wish.name.startsWith('create'))
				    assert.equal(answer.status, 503);
		    }
	    });

	scene('a read-only store is read, and a write is a 503', (desk) => {
		const before = [read(desk, '/api/tasks').body, desk.week()];
		for (const without of [false, true]) {
			if (without)
				for (const name of ['.tmp', '.locks'])
					rmSync(join(desk.store, name),
					    { recursive: true });
			run('mount', '--bind', desk.store, desk.store);
			run('mount', '-o', 'remount,bind,ro', desk.store);
			for (const wish of writes) {
				const answer = desk.call(wish);
				assert.equal(answer.status, 503,
				    answer.body + answer.log);
				assert.match(answer.head, /^Retry-After: \d/m);
			}
			assert.deepEqual([read(desk, '/api/tasks').body,
			    desk.week()], before);
			// A build is an answer, though it cannot be kept.
			const built = desk.cgi('codex-render --build', {
			    REQUEST_METHOD: 'GET', REQUEST_URI: '/codex',
			    DOCUMENT_URI: '/_build/0/-' }, '');
			assert.equal(built.status, 200, built.body + built.log);
			run('umount', desk.store);
		}
		for (const wish of writes) {
			desk.again();
			assert.ok(wish.good.includes(desk.call(wish).status));
		}
	});

	scene('a program without descriptors answers 503 or not at all',
	    (desk) => {
		    const limits = Array.from({ length: 10 }, (_, i) => 3 + i);
		    for (const wish of writes)
			    for (const n of some(limits, 3)) {
				    desk.again();
				    const answer = desk.call(wish, { fault: [
					'prlimit', `--nofile=${n}:${n}`] });
				    desk.check(wish, answer);
			    }
	    });
}
