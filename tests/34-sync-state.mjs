// @ts-check
// group: git
// What readers see of Git, through nginx: the state of each task and of all
// of them, conflicts with both sides, and whom a push of somebody else
// leaves alone.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { startStack, taskFile, tasksOf, until, vaultPath } from './stack.mjs';

const secret = 'geheim';
const bread = '0001-Brot.md', milk = '0002-Milch.md';
const text = (/** @type {string} */ title, fields = {}) =>
    taskFile(fields, `# ${title}\n`);

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;

before(async () => {
	fake = await startFake({ rateLimit: 1e6 });
	repo = await fake.createRepository({ files: {
	    [vaultPath(bread)]: text('Brot'), [vaultPath(milk)]: text('Milch'),
	    [vaultPath(bread, 'userb')]: text('Brot') } });
	stack = await startStack({ env: gitSettings(fake, { CODEX_DEBUG: '1',
	    GITHUB_WEBHOOK_SECRET: secret }) });
});
after(async () => {
	await stack.stop();
	await fake.stop();
});

const status = async () => (await stack.get('/api/sync')).json;
const one = async (id = '0001') =>
    (await stack.get(`/api/tasks/${id}`)).json;

/** How the week, the listing, the task and the summary show a task. */
async function shown(id = '0001') {
	const week = tasksOf((await stack.get('/codex')).json)
	    .find((t) => t.id === id);
	const list = (await stack.get('/api/tasks')).json.tasks.find(
	    (/** @type {any} */ t) => t.id === id);
	return [week?.sync, list.sync, (await one(id)).task.sync,
	    (await status()).state];
}

/** Until nothing is left to do. */
async function settle() {
	await until(async () => {
		await stack.send('POST', '/sync', {});
		const now = await status();
		return now.state === 'ok' || now.state === 'nur_lesen';
	}, 8000, 'the sync');
}

/** @param {any} fields */
const edit = async (fields, id = '0001') => assert.equal((await stack.send(
    'PATCH', `/api/tasks/${id}`, fields)).status, 200);

/** A blob of the store, "" if absent. @param {string} key */
function blob(key) {
	try {
		return readFileSync(join(stack.data || '', key), 'utf8');
	} catch {
		return '';
	}
}

test('before the first sync the state says that it is to come', async () => {
	const now = await status();
	assert.deepEqual({ ...now, text: '', textEnglish: '' }, { ok: true, state: 'pending',
	    lastSyncAt: null, head: null, pending: 0, pulls: 0, conflicts: 0,
	    code: 'erster_abgleich', progress: null, text: '', textEnglish: '',
	    reason: null,
	    reasonEnglish: null, button: true, conflictList: [] });
	assert.equal(now.text, 'Der erste Abgleich mit Git steht noch aus.');
	assert.equal(now.textEnglish, 'The first sync with Git is still to come.');
});

test('a synced task is clean, an edited one pending, then clean', async () => {
	await settle();
	assert.deepEqual(await shown(), ['clean', 'clean', 'clean', 'ok']);
	const first = await status();
	assert.equal(first.text, 'Alles ist in Git.');
	assert.equal(first.code, 'alles_in_git');
	assert.equal(first.head, await repo.head());
	assert.match(first.lastSyncAt, /^20\d\d-.*\.\d{3}Z$/);

	await edit({ tags: ['a'] });
	assert.deepEqual(await shown(),
	    ['pending', 'pending', 'pending', 'pending']);
	assert.deepEqual(await shown('0002'),
	    ['clean', 'clean', 'clean', 'pending']);
	const dirty = await status();
	assert.equal(dirty.pending, 1);
	assert.equal(dirty.text, 'Eine Aufgabe ist noch nicht in Git.');

	// The week is in every worker's memory and in the artifact by now.
	for (let i = 0; i < 12; i++)
		await stack.get('/codex');
	const token = blob('state/usera/cacheVersion.txt');
	await settle();
	assert.notEqual(blob('state/usera/cacheVersion.txt'), token);
	for (let i = 0; i < 12; i++)
		assert.deepEqual((await shown())[0], 'clean');
});

test('a state without conflicts costs 3 requests in 1 round', async () => {
	const mark = stack.mark();
	await status();
	const heard = stack.storeRequests(mark);
	assert.equal(heard.length, 3);
	assert.equal(new Set(heard.map((r) => r.round)).size, 1);
});

test('pending tasks are counted', async () => {
	await edit({ tags: ['b'] });
	await edit({ tags: ['b'] }, '0002');
	assert.equal((await status()).text,
	    '2 Aufgaben sind noch nicht in Git.');
	await settle();
});

test('a field changed on both sides is a conflict with both versions', async () => {
	const key = 'raw/usera/tasks/0001-Brot.md';
	await edit({ deadline: '24.12.2026' });
	const mine = blob(key);
	const theirs = text('Brot', { deadline: '31.12.2026' });
	await repo.commit({ files: { [vaultPath(bread)]: theirs } });
	await settle();
	assert.deepEqual(await shown(),
	    ['conflict', 'conflict', 'conflict', 'ok']);
	assert.equal(blob(key), theirs);

	const { task: { etag }, conflict: { fields, copy } } = await one();
	const sides = { copy, fields, mine, theirs, etag };
	assert.match(fields, /deadline/);
	assert.match(copy, /^[0-9a-f]{64}$/);
	assert.deepEqual((await one()).conflict, { ...sides, older: 0 });
	const now = await status();
	assert.equal(now.conflicts, 1);
	assert.equal(now.pending, 0);
	assert.equal(now.text, 'Ein Konflikt ist zu entscheiden.');
	assert.deepEqual(now.conflictList, [{ id: '0001', file: bread,
	    ...sides }]);
});

test('a conflict whose file is gone is told', async () => {
	await repo.commit({ files: { [vaultPath(bread)]: null } });
	await settle();
	assert.equal((await stack.get('/api/tasks/0001')).status, 404);
	const [left] = (await status()).conflictList;
	assert.equal(left.file, bread);
	assert.match(left.mine, /24\.12\.2026/);
	assert.equal(left.theirs, null);
});

test('a copy that is missing is null', async () => {
	rmSync(join(stack.data || '', 'conflicts'), { recursive: true });
	const [left] = (await status()).conflictList;
	assert.equal(left.mine, null);
	stack.place(bread, text('Brot'));
	assert.equal((await one()).conflict.mine, null);
});

// A week that is built now would start a run (test_view.c has it).
test('broken records are answered without harm', async () => {
	const file = join(stack.data || '', 'state/usera/sync.json');
	const good = readFileSync(file, 'utf8');
	const odd = JSON.stringify({ v: 1, files: [{ file: '../x.md', etag: '',
	    conflict: 'a' }, { file: bread, etag: '', conflict: '../y' }] });
	for (const [records, conflicts] of /** @type {[string, number][]} */ (
	    [['{kaputt', 0], ['', 0], [odd, 2]])) {
		writeFileSync(file, records);
		const now = await status();
		assert.equal(now.state, 'pending');
		assert.equal(now.conflicts, conflicts);
		assert.deepEqual(now.conflictList, []);
		assert.equal((await stack.get('/api/tasks')).status, 200);
		assert.equal((await one()).ok, true);
	}
	writeFileSync(file, good);
});

test('a task in a pull request names the request', async () => {
	const file = join(stack.data || '', 'state/usera/sync.json');
	const good = readFileSync(file, 'utf8');
	const records = JSON.parse(good);
	const etag = records.files.find((/** @type {any} */ f) =>
	    f.file === milk).etag;
	writeFileSync(file, JSON.stringify({ ...records, state: 'ok', text: '',
	    files: [{ file: milk, etag: '', pull: { state: 'open', number: 7,
		url: 'https://git.example/7', branch: 'codex/tasks/0002',
		etag } }] }));
	rmSync(stack.path(bread));
	const { task } = await one('0002');
	assert.equal(task.sync, 'pr');
	assert.deepEqual(task.pr, { number: 7, url: 'https://git.example/7',
	    state: 'open' });
	const now = await status();
	assert.deepEqual([now.state, now.code, now.pending, now.pulls],
	    ['ok', 'pull_requests', 0, 1]);
	assert.equal(now.text, 'Eine Aufgabe wartet im Pull Request.');
	writeFileSync(file, good);
});

test('a refusal of GitHub is told in its words', async () => {
	await edit({ tags: ['c'] }, '0002');
	fake.misbehave({ status: 503, times: 999 });
	await stack.send('POST', '/sync', {});
	const waits = await status();
	assert.deepEqual([waits.state, waits.code], ['pending', 'stockt']);
	assert.match(waits.text, /GitHub/);
	assert.match(waits.text, /Eine Aufgabe ist noch nicht in Git\./);
	fake.behave();
	fake.misbehave({ status: 401, times: 999 });
	await stack.send('POST', '/sync', {});
	const failed = await status();
	assert.deepEqual([failed.state, failed.code],
	    ['failed', 'fehlgeschlagen']);
	assert.notEqual(failed.text, '');
	fake.behave();
});

test('a run that holds its lease is running', async () => {
	const file = join(stack.data || '', 'state/usera/sync.json');
	const good = readFileSync(file, 'utf8');
	const run = (/** @type {number} */ until) => writeFileSync(file,
	    JSON.stringify({ ...JSON.parse(good), run: { id: 'x', until } }));
	run(Date.now() + 60000);
	const now = await status();
	assert.deepEqual([now.state, now.code], ['running', 'laeuft']);
	run(Date.now() - 1);
	assert.notEqual((await status()).state, 'running');
	writeFileSync(file, good);
});

test('the progress of the run that has the lease is told', async () => {
	const file = join(stack.data || '', 'state/usera/sync.json');
	const beside = join(stack.data || '', 'state/usera/progress.json');
	const good = readFileSync(file, 'utf8');
	writeFileSync(file, JSON.stringify({ ...JSON.parse(good),
	    run: { id: 'x', until: Date.now() + 60000 } }));
	const told = async (/** @type {string} */ text) => {
		writeFileSync(beside, text);
		return status();
	};
	const now = await told('{"run":"x","done":1250,"of":5000}');
	assert.deepEqual(now.progress, { done: 1250, of: 5000 });
	assert.match(now.text, /^Der Abgleich mit Git läuft: 1250 von 5000 /);
	for (const other of ['{"run":"y","done":1250,"of":5000}', '{"run":"x"',
	    '{"run":"x","done":2,"of":1}', '{"run":"x","done":-1,"of":1}', '']) {
		const { progress, text } = await told(other);
		assert.equal(progress, null, other);
		assert.match(text, /^Der Abgleich mit Git läuft gerade\./);
	}
	const cost = async () => {
		const mark = stack.mark();
		await status();
		return stack.storeRequests(mark).length;
	};
	const running = await cost();
	writeFileSync(file, good);
	assert.equal(running, await cost() + 1);
	assert.equal((await told('{"run":"x","done":1,"of":2}')).progress, null);
	rmSync(beside);
});

test('only GET is answered', async () => {
	for (const method of ['POST', 'PUT', 'DELETE']) {
		const answer = await stack.plainly(method, '/api/sync');
		assert.equal(answer.status, 405, method);
		assert.match(answer.headers.get('allow') || '', /^GET\b/);
		assert.equal(answer.json.ok, false);
	}
	const head = await stack.plainly('HEAD', '/api/sync');
	assert.equal(head.status, 200);
	assert.equal((await stack.get('/api/sync/')).status, 404);
});

test('a push and its week cost a bounded number of requests', async () => {
	rmSync(join(stack.data || '', 'state/usera/sync.json'));
	await stack.send('POST', '/sync', {});
	await until(async () => {
		await stack.send('POST', '/sync', {});
		return (await status()).pending === 0;
	}, 8000, 'the sync');
	await stack.get('/codex');
	fake.setHook({ secret, contentType: 'json',
	    url: `${stack.url}/github/webhook` });
	await fake.settled();

	const github = fake.mark(), mark = stack.mark();
	await repo.commit({ files: { [vaultPath('0009-Neu.md')]: text('Neu') } });
	await fake.settled();
	const isToken = (/** @type {any} */ r) => r.verb === 'put' &&
	    r.key === 'state/usera/cacheVersion.txt';
	await until(() => stack.storeRequests(mark).some(isToken), 5000,
	    'the token');
	await until(async () => (await status()).state === 'ok', 5000,
	    'the end');
	assert.ok(fake.log.length - github <= 8,
	    `${fake.log.length - github} at GitHub`);
	const heard = stack.storeRequests(mark);
	const upTo = heard.slice(0, heard.findIndex(isToken) + 1);
	assert.ok(upTo.length <= 13, JSON.stringify(upTo, null, 1));

	const from = stack.mark();
	const week = await stack.get('/codex');
	assert.match(week.text, /Neu/);
	assert.equal(week.headers.get('x-cache'), 'miss');
	const warm = stack.storeRequests(from);
	assert.ok(warm.length <= 9, JSON.stringify(warm, null, 1));
});

test("another user's push leaves memory, artifact and token alone",
    async () => {
	    await repo.commit({ files: { [vaultPath(bread, 'userb')]:
		text('Von B') } });
	    await fake.settled();
	    await until(() => blob('raw/userb/tasks/0001-Brot.md')
		.includes('Von B'), 5000, 'the file of B');
	    const keys = ['state/usera/cacheVersion.txt',
		'artifacts/usera/timeline.json', 'state/usera/sync.json'];
	    for (let i = 0; i < 12; i++)
		    await stack.get('/codex');
	    const was = keys.map(blob);
	    await repo.commit({ files: { [vaultPath(bread, 'userb')]:
		text('Noch einmal B') } });
	    await fake.settled();
	    await until(() => blob('raw/userb/tasks/0001-Brot.md')
		.includes('Noch einmal B'), 5000, 'the file of B');
	    const mark = stack.mark();
	    for (let i = 0; i < 12; i++)
		    assert.notEqual((await stack.get('/codex')).headers
			.get('x-cache'), 'miss');
	    assert.deepEqual(keys.map(blob), was);
	    assert.deepEqual(stack.storeRequests(mark).filter((r) =>
		r.process.startsWith('codex-render') &&
		!r.key.endsWith('cacheVersion.txt') &&
		!r.key.endsWith('timeline.json')), []);
    });

test('without a repository the state is that none is set up', async () => {
	const bare = await startStack({ env: { CODEX_DEBUG: '1',
	    GITHUB_OWNER: 'usera', GITHUB_REPO: 'vault' } });
	try {
		await bare.send('POST', '/api/tasks', { kategorie: 'arbeit',
		    title: 'Brot' });
		const mark = bare.mark();
		const { status: code, json } = await bare.get('/api/sync');
		assert.equal(code, 200);
		assert.deepEqual(json, { ok: true, state: 'aus',
		    lastSyncAt: null, head: null, pending: 0, pulls: 0,
		    conflicts: 0, code: 'nicht_eingerichtet', progress: null,
		    text: 'Es ist kein Git-Repository eingerichtet.',
		    textEnglish: 'No Git repository is set up.',
		    reason: null, reasonEnglish: null, button: false, conflictList: [] });
		assert.deepEqual(bare.storeRequests(mark), []);
		const [task] = (await bare.get('/api/tasks')).json.tasks;
		assert.equal(task.sync, 'clean');
		assert.equal('pr' in task, false);
	} finally {
		await bare.stop();
	}
});
