// @ts-check
// group: http
// kill -9 of random workers while tasks are written: nothing that was
// acknowledged is lost, no file is half, and the service goes on.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import { random as choices } from './malformed.mjs';
import { long, sleep, startStack, tasksOf, until } from './stack.mjs';

const count = long ? 2000 : 400;
const clients = 6;
const programs = ['codex-create', 'codex-update', 'codex-complete',
    'codex-render', 'codex-tasks'];
const when = { datum: '23.11.2026', zeit: 'abends' };

/** A failure can be had again by it. */
const seed = Number(process.env.T_SEED || Date.now() % 100000);
const { n: random } = choices(seed);

test(`${count} writes, seed ${seed}`, async () => {
	const stack = await startStack({ workers: 3 });
	let writes = 0, failed = 0, kills = 0, stored = 0, over = false;
	/** What each task must be at least: acknowledged, in order.
	 * @type {Map<string, {body: string, tag: string|null, done: boolean}>} */
	const known = new Map();

	/** Sends until it is acknowledged; only a worker's death may fail.
	 * @param {string} method @param {string} path @param {any} json
	 * @param {Record<string, string>} headers */
	async function insist(method, path, json, headers = {}) {
		for (;;) {
			writes++;
			const answer = await stack.send(method, path, json,
			    headers);
			if (answer.status === 200) {
				stored++;
				return answer.json;
			}
			assert.equal(answer.status, 502, answer.text);
			failed++;
		}
	}

	/** @param {number} client */
	async function client(client) {
		const own = [];
		for (let i = 0; writes < count; i++) {
			const what = own.length === 0 ? 0 : random(3);
			const file = own[random(own.length || 1)];
			const task = known.get(file);
			if (what === 0 || !task) {
				const body = `${client}-${i} ` +
				    'x'.repeat(random(20000)) + ' Ende\n';
				const made = await insist('POST', '/api/tasks',
				    { kategorie: 'arbeit', title: 'Tod', body },
				    { 'Idempotency-Key': `${client}-${i}` });
				assert.ok(!known.has(made.filename),
				    `${made.filename} twice`);
				known.set(made.filename,
				    { body, tag: null, done: false });
				own.push(made.filename);
			} else if (what === 1) {
				const id = file.slice(0, -3);
				const tag = `t${client}-${i}`;
				await insist('PATCH', `/api/tasks/${id}`,
				    { tags: [tag] });
				task.tag = tag;
			} else {
				await insist('POST',
				    `/api/tasks/${file.slice(0, 4)}/complete`,
				    when);
				task.done = true;
			}
		}
	}

	/** Kills no faster than the machine starts workers: who kills sooner than
	 * one of them gets to an answer leaves none. */
	async function killer() {
		let seen = -1;
		while (!over) {
			await sleep(10 + random(40)); // the moment varies
			if (stored === seen)
				continue;
			seen = stored;
			const pids = stack.workers(
			    programs[random(programs.length)]);
			if (pids.length === 0)
				continue;
			try {
				process.kill(pids[random(pids.length)],
				    'SIGKILL');
				kills++;
			} catch {
				// Gone by itself meanwhile.
			}
		}
	}

	const killing = killer();
	await Promise.all(Array.from({ length: clients }, (_, i) => client(i)));
	over = true;
	await killing;

	assert.ok(kills > 10, `${kills} kills`);
	assert.ok(failed <= kills,
	    `${failed} requests failed, more than ${kills} kills can explain`);

	const list = (await stack.get('/api/tasks')).json;
	assert.deepEqual(list.problems, [], 'half a file');
	const names = readdirSync(stack.path(''))
	    .filter((name) => !name.startsWith('.'));
	assert.deepEqual(names.sort(), [...known.keys()].sort());
	for (const task of list.tasks) {
		const want = known.get(task.file);
		assert.ok(want, task.file);
		const bytes = stack.text(task.file);
		assert.ok(bytes.endsWith(want.body), task.file);
		assert.deepEqual(task.tags, want.tag ? [want.tag] : [],
		    task.file);
		assert.equal(task.status,
		    want.done ? 'abgeschlossen' : 'offen');
	}
	const week = (await stack.get('/codex')).json;
	assert.equal(tasksOf(week).length,
	    [...known.values()].filter((t) => !t.done).length);
	const next = Number(week.nextAvailableId);
	assert.ok(next >= known.size);
	await stack.stop();
});

test('when all workers of a program die, it is back at once', async () => {
	const stack = await startStack({ workers: 3 });
	for (const program of programs) {
		const before = stack.workers(program);
		assert.ok(before.length >= 3, program);
		for (const pid of before)
			process.kill(pid, 'SIGKILL');
		const path = program === 'codex-render' ? '/codex'
		    : '/api/tasks';
		// Who comes now waits in the socket's queue; but each of the
		// dying may have taken one request to the grave.
		let lost = 0;
		while ((await stack.get(path)).status !== 200)
			lost++;
		assert.ok(lost <= before.length, `${program}: ${lost} lost`);
	}
	for (const program of programs)
		await until(() => stack.workers(program).length >= 3, 10000,
		    `all of ${program}`);
	await stack.stop();
});
