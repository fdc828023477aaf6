// @ts-check
// group: fault
// Each allocation of a program fails in turn, a library's too: the program
// ends with 70, or answers with a right error; the same request gives the
// right answer then, and nothing that is wrong was kept.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Desk, requests, seed, some } from './fault-scene.mjs';
import { make, plainBuild } from './stack.mjs';

const library = join(plainBuild, 'tests/failmalloc.so');

/** @type {Desk} */
let desk;
before(() => {
	make(plainBuild, 'tests/failmalloc.so');
	desk = new Desk();
});
after(() => desk.end());

/** @param {string} name @param {string} program @param {string} uri
 * @param {Record<string, string>} env
 * @returns {import('./fault-scene.mjs').Wish} */
const read = (name, program, uri, env = {}) => ({ name, program,
    env: { REQUEST_METHOD: 'GET', REQUEST_URI: uri, ...env }, input: '',
    good: [200], isDone: () => true });

const reads = [
	read('week', 'codex-render', '/codex'),
	read('list', 'codex-tasks', '/api/tasks'),
	read('task', 'codex-tasks', '/api/tasks/0001'),
	read('state', 'codex-tasks', '/api/sync'),
	read('tokens', 'codex-account', '/api/tokens'),
	read('who', 'codex-auth', '/auth/me'),
	{ ...requests.update, name: 'run', program: 'codex-sync',
	    env: { ...requests.update.env, REQUEST_METHOD: 'POST',
		REQUEST_URI: '/sync' }, input: '{}', good: [200],
	    isDone: () => true },
];
/** A build: of files that no index knows yet. */
const build = read('build', 'codex-render --build', '/codex',
    { DOCUMENT_URI: '/_build/0/-' });

/** @param {import('./fault-scene.mjs').Wish} wish */
function count(wish) {
	const file = join(desk.dir, 'count');
	const answer = desk.call(wish, { env: { LD_PRELOAD: library,
	    FAIL_MALLOC_COUNT: file } });
	assert.equal(answer.exit, 0, answer.log);
	return { answer, n: Number(readFileSync(file, 'utf8')) };
}

/** What an answer says, but for the moment at which it was made.
 * @param {import('./fault-scene.mjs').Answer} answer */
const said = ({ status, body }) => [status,
    body.replace(/"(cacheCreatedAt|generatedAt|validUntil|now)":("[^"]*"|\d+)/g, '"$1":0')];

/** About so many of the allocations from one on, up to another.
 * @param {number} from @param {number} to @param {number} about */
const part = (from, to, about) => some(Array.from({ length: to - from },
    (_, i) => from + i + 1), Math.ceil((to - from) / about));

/** Whose start was tried: it is alike whatever a program is asked.
 * @type {Set<string>} */
const started = new Set();

/** Whether a program ended with 70 before it did anything.
 * @param {import('./fault-scene.mjs').Answer} answer */
const gaveUpAtStart = (answer) => answer.exit === 70 && answer.status === 0 &&
    spawnSync('diff', ['-r', desk.first, desk.store]).status === 0;

for (const wish of [...reads, build, ...Object.values(requests)])
	test(`${wish.name}: no allocation that fails leaves a wrong answer, ` +
	    `seed ${seed}`, () => {
		const fresh = () => {
			desk.again();
			// A build is of all files.
			if (wish === build)
				spawnSync('rm', ['-rf',
				    join(desk.store, 'artifacts')]);
		};
		fresh();
		const { answer: right, n } = count(wish);
		// Most are made at the start.
		const { n: start } = count(read('start', wish.program,
		    '/healthz'));
		assert.ok(n >= start, `${n} allocations, ${start} at the start`);
		const [program] = wish.program.split(' ');
		const first = started.has(program) ? [] : part(0, start, 4);
		started.add(program);
		fresh();
		for (const at of [...first, ...part(start, n, 12)]) {
			const answer = desk.call(wish, { env: {
			    LD_PRELOAD: library, FAIL_MALLOC: String(at) } });
			const what = `allocation ${at}: ${answer.exit} ${
			    answer.status} ${answer.body}${answer.log}`;
			if (at <= start && gaveUpAtStart(answer))
				continue;
			if (answer.exit !== 70)
				assert.deepEqual(said(answer), said(right), what);
			desk.checkFiles(wish);
			// The press that failed may have been counted.
			spawnSync('find', [desk.dir, '-name', 'sync-usera*',
			    '-delete']);
			const again = desk.call(wish);
			// What is done already changes nothing a second time.
			if (wish === build || reads.includes(wish))
				assert.deepEqual(said(again), said(right), what);
			else
				assert.ok(wish.isDone(desk), what);
			desk.checkFiles(wish);
			desk.checkWeek();
			desk.checkRests();
			fresh();
		}
	});
