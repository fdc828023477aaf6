// @ts-check
// group: git
// The scenarios and variants of the two design papers that the project began
// with, each by its name there: whole system, fake GitHub, two people.
//
// Each person has a web server and workers of his own over one store, as on
// two hosts, or two of them serve one person; that is all that tells them
// from what the papers draw.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, afterEach, before } from 'node:test';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { sleep, startStack, taskFile, tasksOf, until, vaultPath, within }
    from './stack.mjs';

/** @typedef {import('./stack.mjs').Stack} Stack */

const secret = 'geheim';
const variantA = { GITHUB_SYNC_ON_OPERATION: 'false',
    BACKGROUND_SYNC_ENABLED: 'false' };
const variantB = { GITHUB_SYNC_ON_OPERATION: 'true',
    BACKGROUND_SYNC_ENABLED: 'true' };
const variantC = { ...variantA, SYNC_BUTTON: 'false' };

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {any} */
let repo;
let data = '', count = 0;
/** @type {Stack[]} */
let stacks = [];

before(async () => { fake = await startFake(); });
after(async () => { await fake.stop(); });
afterEach(async () => {
	await Promise.all(stacks.map((stack) => stack.stop()));
	stacks = [];
	fake.behave();
	for (const path of [data, `${data}.key`, `${data}.key.secret`])
		await rm(path, { recursive: true, force: true });
});

/** A repository where both have a task, and a store that has nothing. */
async function begin() {
	data = await mkdtemp(join(tmpdir(), 'cm-papers-'));
	repo = await fake.createRepository({ name: `vault${count++}`, files: {
	    [vaultPath('0001-Brot.md', 'userA')]: taskFile({}, '# Brot\n'),
	    [vaultPath('0001-Buch.md', 'userB')]: taskFile({}, '# Buch\n') } });
}

/** One person's web server.
 * @param {string} user @param {Record<string, string>} env */
async function serve(user, env = {}) {
	const stack = await startStack({ data, workers: 1, env: {
	    CODEX_AUTH: `local:${user}`, CACHE_REVALIDATE_MS: '60000',
	    ...gitSettings(fake, { GITHUB_REPO: repo.name,
		GITHUB_WEBHOOK_SECRET: secret, SYNC_LAG_MS: '600', ...env }) } });
	stacks.push(stack);
	return stack;
}

/** Both, brought up to date, with a look at the week behind them.
 * @param {Record<string, string>} env */
async function serveBoth(env) {
	await begin();
	const [a, b] = await Promise.all([serve('usera', env),
	    serve('userb', env)]);
	for (const stack of [a, b]) {
		await sync(stack);
		await until(async () => cacheOf(await stack.get('/codex')) ===
		    'local', 5000, 'a week in memory');
	}
	return { a, b };
}

/** Git tells codex-webhook of each push. @param {Stack} stack */
async function hook(stack) {
	const made = fake.setHook({ secret, contentType: 'json',
	    url: `${stack.url}/github/webhook` });
	await fake.settled();
	return made;
}

/** The button. @param {Stack} stack @param {string} query */
async function sync(stack, query = '') {
	/** @type {any} */
	let answer;
	await until(async () => {
		answer = await stack.send('POST', `/sync${query}`, {});
		return answer.status === 200;
	}, 8000, 'a result of the button');
	return answer.json;
}

const cacheOf = (/** @type {any} */ answer) =>
    answer.headers.get('x-cache');

/** The first week that is built anew: when the caches' time is over.
 * @param {Stack} stack */
async function missed(stack) {
	let week = await stack.get('/codex');
	await until(async () => cacheOf(week) === 'miss' ||
	    cacheOf(week = await stack.get('/codex')) === 'miss', 5000, 'a miss');
	return week;
}

/** Titles that the week shows, placed or not. @param {any} week */
function titles(week) {
	return tasksOf(week).map((task) => task.title).sort();
}

/** What a person's cache consists of, for telling whether it was touched.
 * @param {string} user */
async function cacheBytes(user) {
	const read = (/** @type {string} */ key) =>
	    readFile(join(data, key), 'utf8');
	return Promise.all([read(`state/${user}/cacheVersion.txt`),
	    read(`artifacts/${user}/timeline.json`)]);
}

/** B's memory still answers, and nobody has written to what lies below it.
 * @param {Stack} b @param {string[]} before */
async function untouched(b, before) {
	assert.equal(cacheOf(await b.get('/codex')), 'local');
	assert.deepEqual(await cacheBytes('userb'), before);
}

/** The branch's bytes of a file. @param {string} file */
const inGit = async (file, user = 'userA') =>
    (await repo.readFile(vaultPath(file, user)))?.toString() ?? '';

test('Szenario 1: User erstellt Task in Web-UI', async () => {
	const { a, b } = await serveBoth(variantA);
	const before = await cacheBytes('userb');

	const made = await a.send('POST', '/api/tasks',
	    { kategorie: 'arbeit', title: 'Neu' });
	assert.equal(made.status, 200, made.text);
	assert.equal(made.json.id, '0002');
	assert.equal(made.json.path, vaultPath('0002-Neu.md', 'userA'),
	    'where it will be in the repository');
	const week = await a.get('/codex');
	assert.equal(cacheOf(week), 'miss');
	assert.deepEqual(titles(week.json), ['Brot', 'Neu']);
	// Who builds leaves an artifact, who shows it keeps it in memory.
	assert.equal(cacheOf(await a.get('/codex')), 'blob');
	assert.equal(cacheOf(await a.get('/codex')), 'local');
	await untouched(b, before);
});

test('Szenario 2: User pusht von Mobile/CLI → Webhook', async () => {
	const { a, b } = await serveBoth(variantA);
	const made = await hook(a);
	const before = await cacheBytes('userb');

	const phone = await repo.device();
	phone.write(vaultPath('0042-Update.md', 'userA'),
	    taskFile({}, '# Von unterwegs\n'));
	const head = await phone.commit();
	await phone.push();
	await fake.settled();

	const sent = made.deliveries.at(-1)?.sent.at(-1);
	assert.equal(sent?.status, 200, sent?.body);
	const answer = JSON.parse(sent?.body ?? '');
	assert.equal(answer.usersAffected, 1);
	assert.equal(answer.results[0].userId, 'usera');
	assert.equal(await readFile(join(data, 'raw/usera/tasks/0042-Update.md'),
	    'utf8'), taskFile({}, '# Von unterwegs\n'));
	assert.equal(await readFile(join(data,
	    'state/usera/lastHeadSha.txt'), 'utf8'), head);
	const week = await a.get('/codex');
	assert.equal(cacheOf(week), 'miss');
	assert.deepEqual(titles(week.json), ['Brot', 'Von unterwegs']);
	await untouched(b, before);
});

test('Szenario 3: Cache-TTL läuft ab (15 Minuten)', async () => {
	const ttl = { CACHE_TTL_LOCAL: '400', CACHE_TTL_BLOB: '1500' };
	await begin();
	const a = await serve('usera', { ...variantB, ...ttl });
	await sync(a);
	await until(async () => cacheOf(await a.get('/codex')) === 'local',
	    5000, 'a week in memory');
	// Past the memory's time the artifact answers.
	await until(async () => cacheOf(await a.get('/codex')) === 'blob',
	    5000, 'the artifact');
	// No webhook tells of this; GitHub is slow, and nobody waits for it.
	await repo.commit({ files: { [vaultPath('0003-Still.md', 'userA')]:
	    taskFile({}, '# Still\n') } });
	fake.misbehave({ times: 100, delay: 400 });
	const from = fake.mark();
	const week = await missed(a);
	assert.deepEqual(titles(week.json), ['Brot']);
	await until(async () => titles((await a.get('/codex')).json)
	    .includes('Still'), 8000, 'what the look has set going');
	assert.ok(fake.log.length > from);
});

test('Szenario 3: ohne Background-Sync bleibt es beim Speicher', async () => {
	await begin();
	const a = await serve('usera', { ...variantA,
	    CACHE_TTL_LOCAL: '100', CACHE_TTL_BLOB: '300' });
	await sync(a);
	await a.get('/codex');
	await repo.commit({ files: { [vaultPath('0003-Still.md', 'userA')]:
	    taskFile({}, '# Still\n') } });
	const from = fake.mark();
	await missed(a);
	await sleep(500); // what it would set going would be there by then
	assert.deepEqual(titles((await a.get('/codex')).json), ['Brot']);
	assert.equal(fake.log.length - from, 0);
});

test('Szenario 4: Manual Sync (User klickt "Sync")', async () => {
	const { a, b } = await serveBoth(variantA);
	await repo.commit({ files: {
	    [vaultPath('0001-Brot.md', 'userA')]: null,
	    [vaultPath('0007-Sieben.md', 'userA')]: taskFile({}, '# Sieben\n'),
	    [vaultPath('0008-Acht.md', 'userA')]: taskFile({}, '# Acht\n') } });
	const before = await cacheBytes('userb');

	const answer = await sync(a, '?mode=full');
	assert.equal(answer.ok, true);
	assert.equal(answer.mode, 'full');
	assert.equal(answer.userId, 'usera');
	assert.equal(answer.changed, 2);
	// All that was recorded is gone: nothing is removed unasked.
	assert.deepEqual([answer.removed, answer.kept], [0, 1]);
	const confirmed = await sync(a, '?mode=full&confirm=true');
	assert.equal(confirmed.removed, 1);
	assert.equal(confirmed.head, await repo.head());
	assert.equal(confirmed.nextId, '0009');
	assert.equal(await readFile(join(data, 'state/usera/nextId.txt'),
	    'utf8').then((text) => Number(text)), 9);
	const week = await a.get('/codex');
	assert.deepEqual(titles(week.json), ['Acht', 'Sieben']);
	await untouched(b, before);
});

test('Kritisches Szenario 1: Multi-Instance-Deployment', async () => {
	await begin();
	const env = { ...variantA, CACHE_REVALIDATE_MS: '600' };
	const [one, two] = await Promise.all([serve('usera', env),
	    serve('usera', env)]);
	await sync(one);
	for (const stack of [one, two])
		await until(async () => cacheOf(await stack.get('/codex')) ===
		    'local', 5000, 'a week in memory');

	const done = await one.send('POST', '/api/tasks/0001/complete',
	    { datum: '22.11.2026', zeit: 'abends' });
	assert.equal(done.status, 200, done.text);
	// The next request of the same browser meets the other instance.
	const cookie = done.headers.getSetCookie()
	    .map((line) => line.split(';')[0]).join('; ');
	assert.deepEqual(titles((await two.get('/codex',
	    { Cookie: cookie })).json), []);
	// Another device's does, too, as soon as it looks at the token again.
	await within(600, async () => titles((await two.get('/codex')).json)
	    .length === 0, 'what the other instance wrote');
});

test('Kritisches Szenario 2: Cold Start nach Inaktivität', async () => {
	await begin();
	const a = await serve('usera', { ...variantA, CODEX_DEBUG: '1',
	    CACHE_REVALIDATE_MS: '' });
	await sync(a);
	await until(async () => cacheOf(await a.get('/codex')) === 'local',
	    5000, 'a week in memory');
	await a.stop(false);
	await a.start();
	const mark = a.mark();
	const week = await a.get('/codex');
	assert.equal(cacheOf(week), 'blob');
	assert.deepEqual(titles(week.json), ['Brot']);
	await until(() => a.storeRequests(mark).length > 0, 2000, 'the log');
	assert.equal(a.storeRequests(mark).filter(({ process }) =>
	    process.includes('render')).length, 2);
});

test('Kritisches Szenario 3: Git-Webhook + gleichzeitige User-Operation',
    async () => {
	const { a } = await serveBoth(variantB);
	await hook(a);
	await repo.commit({ files: { [vaultPath('0005-Fünf.md', 'userA')]:
	    taskFile({}, '# Fünf\n') } });
	await fake.settled();
	await until(async () => titles((await a.get('/codex')).json)
	    .includes('Fünf'), 5000, 'task 5');

	// T0: an edit here; T1: a push of another task, and of another field
	// of the same; T2: the week has all of it, and so has Git.
	const [edited] = await Promise.all([
	    a.send('PATCH', '/api/tasks/0005', { deadline: '24.12.2026' }),
	    repo.commit({ files: {
		[vaultPath('0005-Fünf.md', 'userA')]:
		    taskFile({ tags: '[neu]' }, '# Fünf\n'),
		[vaultPath('0006-Sechs.md', 'userA')]:
		    taskFile({}, '# Sechs\n') } })]);
	assert.equal(edited.status, 200, edited.text);
	// One's own write is there at once, whatever the webhook does.
	const task = (await a.get('/api/tasks/0005')).json.task;
	assert.equal(task.deadline, '24.12.2026');
	await until(async () => {
		const now = (await a.get('/api/tasks/0005')).json.task;
		assert.equal(now.deadline, '24.12.2026');
		return now.tags.includes('neu') && now.sync === 'clean';
	}, 10000, 'both changes');
	assert.deepEqual(titles((await a.get('/codex')).json),
	    ['Brot', 'Fünf', 'Sechs']);
	const text = await inGit('0005-Fünf.md');
	assert.match(text, /24\.12\.2026/);
	assert.match(text, /neu/);
});

test('Variante A: Minimaler Sync', async () => {
	const { a } = await serveBoth(variantA);
	await hook(a);
	// An edit asks nothing of GitHub, now or later.
	const from = fake.mark();
	assert.equal((await a.send('PATCH', '/api/tasks/0001',
	    { deadline: '24.12.2026' })).json.gitPushed, false);
	await sleep(700); // what it would set going would be there by then
	assert.equal(fake.log.length - from, 0);
	assert.equal((await a.get('/api/sync')).json.pending, 1);
	assert.equal((await a.get('/api/sync')).json.button, true);
	// The button takes it along,
	assert.equal((await sync(a)).pushed, 1);
	assert.match(await inGit('0001-Brot.md'), /24\.12\.2026/);
	// and a push comes in by itself.
	await repo.commit({ files: { [vaultPath('0002-Zwei.md', 'userA')]:
	    taskFile({}, '# Zwei\n') } });
	await fake.settled();
	await until(async () => titles((await a.get('/codex')).json)
	    .includes('Zwei'), 5000, 'the push');
});

test('Variante B: Smart Sync', async () => {
	const { a } = await serveBoth({ ...variantB, CACHE_TTL_LOCAL: '300',
	    CACHE_TTL_BLOB: '1000' });
	const edited = await a.send('PATCH', '/api/tasks/0001',
	    { deadline: '24.12.2026' }, { Prefer: 'wait=5' });
	assert.equal(edited.json.gitPushed, true, edited.text);
	assert.equal(edited.json.commitSha, await repo.head());
	assert.match(await inGit('0001-Brot.md'), /24\.12\.2026/);
	// Without any webhook a push is seen within the time of the cache.
	await repo.commit({ files: { [vaultPath('0002-Zwei.md', 'userA')]:
	    taskFile({}, '# Zwei\n') } });
	await until(async () => titles((await a.get('/codex')).json)
	    .includes('Zwei'), 10000, 'the push');
});

test('Variante C: Webhook-Only', async () => {
	const { a } = await serveBoth(variantC);
	await hook(a);
	const from = fake.mark();
	await a.send('PATCH', '/api/tasks/0001', { deadline: '24.12.2026' });
	await sleep(500); // what it would set going would be there by then
	assert.equal(fake.log.length - from, 0);
	assert.equal((await a.get('/api/sync')).json.button, false);
	await repo.commit({ files: { [vaultPath('0002-Zwei.md', 'userA')]:
	    taskFile({}, '# Zwei\n') } });
	await fake.settled();
	await until(async () => titles((await a.get('/codex')).json)
	    .includes('Zwei'), 5000, 'the push');
});
