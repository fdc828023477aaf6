// @ts-check
// group: git
// A first sync brings thousands of files with few requests: by queries that
// name many blobs, and singly where a query does not give them.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fake, numbered, scene } from './git-scene.mjs';
import { task } from './git-world.mjs';
import { until } from './stack.mjs';

/** @typedef {import('./git-world.mjs').World} World */

const query = 'POST /graphql';
const single = 'GET /repos/{owner}/{repo}/git/blobs/{file_sha}';

/**
 * Sync, and count what that asked GitHub for.
 * @param {World} w
 */
async function counted(w) {
	const mark = fake.mark();
	const result = await w.sync();
	const counts = fake.counts(mark);
	const all = Object.values(counts).reduce((a, b) => a + b, 0);
	return { result, all, queries: counts[query] ?? 0,
	    singles: counts[single] ?? 0 };
}

/**
 * Do something while GitHub keeps a run waiting at such a request, however long
 * that takes.
 * @param {World} w
 * @param {import('./github/trouble.mjs').Rule} at
 * @param {() => unknown} meanwhile
 * @returns {Promise<any>} the run's result
 */
async function held(w, at, meanwhile) {
	let release = () => {};
	const rule = fake.misbehave({ ...at, until: new Promise((done) => {
		release = () => done(null);
	}) });
	const run = w.ring();
	try {
		await until(() => (rule.hits ?? 0) > 0, 8000, 'the request');
		await meanwhile();
	} finally {
		release();
	}
	return run;
}

scene('a first sync of 5,000 files takes at most 60 requests', {
    files: numbered(5000) }, async (w) => {
	const { result, all, singles } = await counted(w);
	assert.equal(result.changed, 5000);
	assert.ok(all <= 60, `${all} requests`);
	assert.equal(singles, 0);
	await w.same();
	assert.deepEqual(fake.mismatches, []);
});

/** How many files come at once, and how they are asked for: queries have up to
 * 200, and the last five or fewer come singly.
 * @type {[number, { queries: number, singles: number }][]} */
const amounts = [
	[1, { queries: 0, singles: 1 }],
	[5, { queries: 0, singles: 5 }],
	[6, { queries: 1, singles: 0 }],
	[100, { queries: 1, singles: 0 }],
	[500, { queries: 3, singles: 0 }],
	[1001, { queries: 6, singles: 0 }],
];
for (const [files, wanted] of amounts)
	scene(`a first sync of ${files} asks for them with few requests`, {
	    files: numbered(files) }, async (w) => {
		const { all, queries, singles } = await counted(w);
		assert.deepEqual({ queries, singles }, wanted);
		// Of the repository, and of the head, its commit and three trees.
		assert.ok(all - queries - singles <= 12, `${all} requests`);
		await w.same();
	});

scene('what no query gives is fetched singly', { files: numbered(120) },
    async (w) => {
	    await w.push({
		'0201-Latin1.md': Buffer.from(task('Gr\xfc\xdfe'), 'latin1'),
		'0202-Null.md': `${task('Null')}\0`,
		'0203-BOM.md': `\ufeff${task('BOM')}`,
		'0204-Leer.md': '',
		'0205-Zeilen.md': task('Zeilen').replaceAll('\n', '\r\n'),
		'0206-Lang.md': task('Lang', {}, 'lang '.repeat(60000)) });
	    const { queries, singles } = await counted(w);
	    assert.equal(queries, 1);
	    // Those that are no UTF-8, have a NUL, or are long.
	    assert.equal(singles, 3);
	    await w.same();
	    assert.deepEqual(fake.mismatches, []);
    });

/** What goes wrong with a query, and how often it is sent then.
 * @type {[string, import('./github/trouble.mjs').Rule, number][]} */
const faults = [
	['a token that may not', { status: 403 }, 1],
	['an Enterprise Server without it', { status: 404 }, 1],
	['a server that fails', { status: 502 }, 4],
	['texts of other files', { json: (json) => JSON.parse(JSON.stringify(
	    json).replaceAll('Nr ', 'No ')) }, 1],
	['an error in place of data', { status: 200, body: { errors: [{
	    message: 'Something went wrong' }] } }, 1],
];
for (const [what, rule, sent] of faults)
	scene(`${what} makes the run fetch singly, and the log says so`,
	    { files: numbered(120) }, async (w) => {
		    fake.misbehave({ path: /^\/graphql$/, times: 100, ...rule });
		    const { queries, singles } = await counted(w);
		    fake.behave();
		    assert.deepEqual([queries, singles], [sent, 120]);
		    assert.match(w.log, /blobs are asked for singly/);
		    await w.same();
	    });

for (const files of [150, 450])
	scene(`a task made during a first sync of ${files} gets no number of Git's`,
	    { files: numbered(files) }, async (w) => {
		    let made = '';
		    await held(w, { path: '/graphql', skip: files > 200 ? 1 : 0 },
			async () => {
				made = await w.create({ title: 'Neu' });
			});
		    assert.equal(made, `0${files + 1}-Neu.md`);
		    await w.sync();
		    await w.same();
		    assert.equal(await w.gitText(made), w.text(made));
	    });

scene('texts that a query gets wrong are fetched singly', {
    files: numbered(120) }, async (w) => {
	fake.misbehave({ path: '/graphql', json: (json) => {
		json.data.repository.b7.text += ' ';
		json.data.repository.b8 = null;
		return json;
	} });
	const { queries, singles } = await counted(w);
	assert.deepEqual([queries, singles], [1, 2]);
	await w.same();
});

scene('without points of GraphQL files come singly, and no query is sent', {
    files: numbered(120) }, async (w) => {
	fake.setRate({ resource: 'graphql', remaining: 0 });
	assert.deepEqual((await counted(w)).queries, 1);
	await w.same();
	await w.push(numbered(120, 201));
	const { queries, singles } = await counted(w);
	assert.deepEqual([queries, singles], [0, 120]);
	fake.setRate({ resource: 'graphql' });
	await w.same();
});

scene('a pause that GitHub asks for at a query is kept', {
    files: numbered(120) }, async (w) => {
	const mark = fake.mark();
	fake.misbehave({ path: '/graphql', retryAfter: 1 });
	const run = await w.ring();
	assert.equal(run.pending, true);
	assert.match(run.text, /Pause bis/);
	assert.deepEqual(fake.counts(mark)[single], undefined);
	await w.sync();
	assert.deepEqual(fake.early, []);
	await w.same();
});

scene('a worker that is told to end stops after the queries it is at', {
    files: numbered(450), idle: true }, async (w) => {
	const worker = await w.work();
	const mark = fake.mark();
	await held(w, { path: '/graphql' }, () => worker.kill('SIGTERM'));
	await w.rest();
	assert.equal(fake.counts(mark)[query], 1);
	assert.deepEqual(w.mirror(), {});
	assert.equal(w.records().run, undefined);
	await w.work();
	await w.sync();
	await w.same();
});

scene('a run whose lease was taken during a query writes nothing', {
    files: numbered(120), env: { SYNC_LEASE_MS: '60000' } }, async (w) => {
	/** @param {any} run */
	const lease = (run) =>
	    w.setRecords(JSON.stringify({ ...w.records(), run }));
	const other = { id: '0'.repeat(32), until: 0 };
	const result = await held(w, { path: '/graphql' }, () => {
		other.until = Date.now() + 60000;
		lease(other);
	});
	assert.equal(result.pending, true);
	assert.deepEqual(w.mirror(), {});
	assert.deepEqual(w.records().run, other);
	lease(undefined);
	await w.sync();
	await w.same();
});

scene('a worker that dies after a query loses nothing', {
    files: numbered(120), idle: true }, async (w) => {
	const worker = await w.work({ SYNC_CRASH_AT: 'blobs' });
	await w.ring();
	await until(() => worker.signalCode !== null, 4000, 'the death');
	assert.deepEqual(w.mirror(), {});
	await w.work();
	await w.sync();
	await w.same();
});

// Progress

/** How the tasks stand to Git. @param {World} w @param {string} host */
const state = (w, host = 'a') => w.call('codex-tasks', 'GET', '/api/sync',
    undefined, { host });

/** @param {World} w @param {string} host */
const progress = async (w, host = 'a') => (await state(w, host)).progress;

scene('a run with many files tells how many are done, on every host', {
    files: numbered(450) }, async (w) => {
	assert.equal(await progress(w), null);
	const result = await held(w, { path: '/graphql', skip: 1 },
	    async () => {
		    for (const host of ['a', 'b'])
			    assert.deepEqual(await progress(w, host),
				{ done: 200, of: 450 });
	    });
	assert.equal(result.changed, 450);
	assert.equal(await progress(w), null);
	assert.equal(existsSync(join(w.store, 'state/usera/progress.json')),
	    false);
	await w.same();
});

scene('progress does not go back when Git gets more files meanwhile', {
    files: numbered(450) }, async (w) => {
	/** @type {any[]} */
	const told = [];
	const path = join(w.store, 'state/usera/progress.json');
	await held(w, { path: '/graphql', skip: 1 }, async () => {
		await w.push(numbered(300, 501));
		fake.misbehave({ path: '/graphql', times: 9, json: (body) => {
			const { done, of } = JSON.parse(readFileSync(path, 'utf8'));
			told.push({ done, of });
			return body;
		} });
	});
	assert.deepEqual(told, [{ done: 400, of: 750 },
	    { done: 600, of: 750 }]);
	await w.same();
});

scene('a run with few files puts no progress', { files: numbered(100),
    env: { CODEX_DEBUG: '1' } }, async (w) => {
	await w.sync();
	assert.doesNotMatch(w.log, /progress\.json/);
	await w.push(numbered(101, 201));
	await w.sync();
	// At its beginning, and when it is over; between them once a second.
	const put = w.log.match(/verb=put key=state\/usera\/progress/g) ?? [];
	const took = Number(/changed=101 .* us=(\d+)/.exec(w.log)?.[1]) / 1e6;
	assert.ok(put.length >= 1 && put.length <= 1 + took, `${put.length
	    } in ${took} s`);
	assert.match(w.log, /verb=remove key=state\/usera\/progress/);
});

scene('the progress of a run that died is not shown as that of the next', {
    files: numbered(450), idle: true }, async (w) => {
	await w.work({ SYNC_CRASH_AT: 'mirror:20' });
	await w.ring();
	assert.ok(existsSync(join(w.store, 'state/usera/progress.json')));
	await until(async () => (await state(w)).state !== 'running', 4000,
	    'the end of the lease');
	assert.equal(await progress(w), null);
	await w.work();
	await held(w, { path: /\/(git\/ref|commits)\// }, async () =>
	    assert.equal(await progress(w), null));
	await w.sync();
	await w.same();
	assert.equal(existsSync(join(w.store, 'state/usera/progress.json')),
	    false);
});
