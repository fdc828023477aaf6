// @ts-check
// group: git
// The worker itself: when it asks GitHub, when it is silent, what it says
// then, and that its end loses nothing.

import assert from 'node:assert/strict';
import test from 'node:test';
import { both, fake, one, scene, two } from './git-scene.mjs';
import { inWorld, task } from './git-world.mjs';
import { hasRedis, startRedis } from './redis.mjs';
import { sleep, slow, until } from './stack.mjs';

const often = { SYNC_POLL_MS: '20' };
const pause = /^GitHub verlangt eine Pause bis \d\d:\d\d Uhr\.$/;

for (const [name, trouble] of /** @type {[string, any][]} */ ([
    ['Retry-After', { retryAfter: 3 }],
    ['Retry-After with a 429', { retryAfter: 3, status: 429 }],
    ['an empty account', { remaining: 0, resetIn: 3 }]]))
	scene(`after ${name} no worker asks GitHub before the pause is over`,
	    { files: both }, async (w) => {
		    await w.sync();
		    await w.edit('0001', { deadline: '24.12.2026' });
		    fake.misbehave(trouble);
		    const told = await w.ring();
		    assert.deepEqual([told.state, told.pending, told.ok],
			['pending', true, true]);
		    assert.match(told.text, pause);
		    await w.rest('a', 'SIGKILL');
		    w.mark();
		    await w.work(often);
		    // Of another user, too; and nobody hangs.
		    const other = await w.ring({ user: 'userb' });
		    assert.equal(other.state, 'pending');
		    assert.match(other.text, pause);
		    assert.match(w.records('userb').text, pause);
		    // The mark has stayed, and nobody need ring.  Until then
		    // nothing is asked (fake.early).
		    await until(() => !w.marked(), 6000, 'the end of the pause');
		    await w.same();
		    assert.equal(w.records().state, 'ok');
	    });

scene('a pause told to one user\'s run holds for all users',
    { files: both, other: {
	'codex-miroir/userb/tasks/0001-Eins.md': both[one] } }, async (w) => {
	await w.sync();
	await w.sync({ user: 'userb' });
	fake.misbehave({ retryAfter: 3, status: 429 });
	const began = Date.now(), from = fake.mark();
	assert.match((await w.ring()).text, pause);
	const told = await w.ring({ user: 'userb' });
	const n = fake.mark() - from;
	if (Date.now() - began < 2500) {
		assert.equal(n, 1);
		assert.match(told.text, pause);
	}
	await w.push({ [one]: task('Eins', {}, 'neu') }, { folder: 'userb' });
	await w.sync({ user: 'userb' });
	await w.same('userb', 'userb');
});

/** What the log says about syncs at the level of warnings, after a mark.
 * @param {{log: string}} w @param {number} from */
const warnings = (w, from) => [...w.log.slice(from).matchAll(
    /msg="(?:sync (?:fails|is).* user=(usera) .*state=(\w+)|(GitHub \w+ GITHUB_TOKEN))/g)]
    .map((m) => m[3] ?? `sync ${m[1]}: ${m[2]}`);

for (const [name, trouble, state] of /** @type {[string, any, string][]} */ ([
    ['a token that is refused', { status: 401 }, 'failed'],
    ['a repository that is not there', { status: 404 }, 'failed'],
    ['a GitHub that fails', { status: 502 }, 'pending'],
    ['connections that break', { cut: 0 }, 'pending']]))
	scene(`${name} is asked less and less often`, { files: both, env:
	    often }, async (w) => {
		await w.sync();
		await w.edit('0001', { deadline: '24.12.2026' });
		fake.misbehave({ ...trouble, times: 1e6 });
		const from = fake.mark(), said = w.log.length;
		w.mark();
		await sleep(3000); // real time: how often it asks in it
		const n = fake.mark() - from;
		assert.ok(n >= 1 && n <= 12, `${n} requests`);
		await until(() => w.records().state === state, 5000, state);
		assert.notEqual(w.records().text, '');
		assert.equal(w.marked(), true);
		fake.behave();
		// The button does not wait for the next time.
		assert.equal((await w.sync()).state, 'ok');
		await w.same();
		assert.equal(w.marked(), false);
		assert.deepEqual(warnings(w, said), trouble.status === 401
		    ? ['GitHub refuses GITHUB_TOKEN',
			'GitHub takes GITHUB_TOKEN']
		    : [`sync usera: ${state}`, 'sync usera: ok']);
	});

// Found: a ring that nobody waited for was held back as an edit's is.
scene('a push is pulled at once after a failure', { files: both,
    env: { SYNC_POLL_MS: '600000', SYNC_WAIT_MS: '0' } }, async (w) => {
	await w.sync();
	await w.hear();
	fake.misbehave({ status: 401, times: 1e6 });
	assert.equal((await w.ring()).state, 'failed');
	fake.behave();
	await w.push({ [one]: task('Eins', {}, 'von dort') });
	await until(() => w.text(one)?.includes('von dort'), 5000, 'the push');
	await w.same();
});

scene('edits do not drive a worker whose token is refused', { files: both,
    env: { GITHUB_SYNC_ON_OPERATION: 'true' } }, async (w) => {
	await w.sync();
	fake.misbehave({ status: 401, times: 1e6 });
	const from = fake.mark();
	for (let day = 10; day < 30; day++)
		await w.edit('0001', { deadline: `${day}.12.2026` });
	// What follows an edit follows it within this, if anything does.
	await sleep(100);
	assert.ok(fake.mark() - from <= 2, `${fake.mark() - from} requests`);
	fake.behave();
	await w.sync();
	await w.same();
});

/** What was asked since a mark, but for free answers. @param {number} from */
const paid = (from) => fake.log.slice(from)
    .filter((/** @type {any} */ asked) => asked.status !== 304);

scene('a push of which no webhook tells arrives where the head is watched',
    { files: both, other: {
	'codex-miroir/userb/tasks/0001-Eins.md': both[one] },
    env: { SYNC_HEAD_MS: '100' } }, async (w) => {
	await w.sync();
	await w.sync({ user: 'userb' });
	await until(() => !w.marked() && !w.marked('userb'), 4000, 'rest');
	// While nothing moves, all that is asked is free, and asked once for
	// both.
	await sleep(200);
	const from = fake.mark();
	await sleep(1000);
	await until(() => fake.inFlight === 0, 4000, 'the last answer');
	assert.deepEqual(paid(from), []);
	const n = fake.mark() - from;
	assert.ok(n >= 1 && n <= 12, `${n} looks`);
	await w.push({ [one]: task('Eins', {}, 'von dort') });
	await w.push({ [one]: task('Eins', {}, 'von drüben') },
	    { folder: 'userb' });
	await until(() => w.text(one)?.includes('von dort') &&
	    w.text(one, 'userb')?.includes('von drüben'), 5000, 'the pushes');
	await until(() => !w.marked() && !w.marked('userb'), 4000, 'rest');
	await w.same();
	await w.same('userb', 'userb');
});

scene('a push that a worker has slept through is found at its start',
    { files: both }, async (w) => {
	await w.sync();
	await w.rest();
	await w.push({ [one]: task('Eins', {}, 'in der Nacht') });
	await w.work({ SYNC_HEAD_MS: '600000' });
	await until(() => w.text(one)?.includes('in der Nacht'), 5000,
	    'the push');
	await until(() => !w.marked(), 4000, 'rest');
	await w.same();
});

scene('no worker asks for the head by itself unless it is told to',
    { files: both }, async (w) => {
	await w.sync();
	await w.rest();
	await w.push({ [one]: task('Eins', {}, 'ungesehen') });
	const from = fake.mark();
	await w.work();
	await sleep(300);
	assert.equal(fake.mark(), from);
	assert.ok(!w.text(one)?.includes('ungesehen'));
});

const hour = 3600000;

scene('what a worker whose clock was an hour ahead has left is over in time',
    { files: both, idle: true }, async (w) => {
	const env = { CODEX_NOW: `${hour}` };
	await w.work(env);
	await w.sync();
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.dieAt('intents', { env });
	// Its lease, its head and its intents are in the records.
	await w.work();
	assert.equal((await w.sync()).state, 'ok');
	await w.same();
});

scene('workers whose clocks are a day apart lose nothing',
    { files: both, idle: true }, async (w) => {
	await w.work({ CODEX_NOW: `${24 * hour}` }, 'a');
	await w.work({ CODEX_NOW: `${-hour / 3}` }, 'b');
	await w.sync();
	for (let i = 10; i < 16; i++) {
		await w.edit('0001', { deadline: `${i}.12.2026` });
		await w.push({ [two]: task('Zwei', {}, `Runde ${i}`) });
		await Promise.all([w.ring({ host: 'a' }), w.ring({ host: 'b' }),
		    w.edit('0001', { tags: [`runde${i}`] })]);
		await w.sync({ host: i % 2 ? 'a' : 'b' });
	}
	await w.same();
	assert.match(w.text(one) ?? '', /deadline: 15\.12\.2026/);
	assert.match(w.text(one) ?? '', /runde15/);
	assert.match(w.text(two) ?? '', /Runde 15/);
	assert.deepEqual(w.records().files.filter((f) => f.conflict), []);
});

for (const step of ['heard', 'answer'])
	scene(`a worker that dies at "${step}" has lost nothing`,
	    { files: both, idle: true }, async (w) => {
		    await w.work();
		    await w.sync();
		    await w.rest();
		    await w.push({ [one]: task('Eins', {}, 'neu') });
		    await w.edit('0002', { deadline: '24.12.2026' });
		    w.mark();
		    await w.work({ SYNC_CRASH_AT: step });
		    assert.equal(await w.ring(), null);
		    await until(() => !w.workers.has('a'), 5000, 'its death');
		    await w.work(often);
		    await until(() => !w.marked(), 8000, 'the mark to go');
		    await w.same();
		    // The first sync's, the other device's and ours.
		    assert.ok((await w.repo.log()).length <= 3);
	    });

const period = 400;

/** The processes that have looked through the marks since then, one for each
 * look. @param {import('./git-world.mjs').World} w @param {number} from */
const lookers = (w, from) => [...w.log.slice(from).matchAll(
    /msg=store .*pid=(\d+) .*verb=list key=pending\/ /g)].map((m) => m[1]);

/** Two hosts look about once a period, together. @param {Record<string, string>} env */
const shareLooks = (env) => async (/** @type {any} */ w) => {
	const how = { SYNC_POLL_MS: String(period), CODEX_DEBUG: '1',
	    CACHE_REVALIDATE_MS: '1000', ...env };
	await w.work(how, 'a');
	await w.work(how, 'b');
	// By then both have looked since the other one was there.
	await until(() => lookers(w, 0).length >= 6, 30000, 'some looks');
	const from = w.log.length, began = performance.now();
	await sleep(10 * period); // real time: how often they look in it
	const periods = (performance.now() - began) / period;
	const n = lookers(w, from).length;
	// Each for itself they would look twice in each.
	assert.ok(n >= 1 && n <= 1.6 * periods, `${n} looks in ${periods} periods`);
	w.mark();
	await until(() => !w.marked(), 8000, 'the mark to go');
	await w.rest('a');
	await w.rest('b');
};

scene('two hosts look for marks in turn, about once a period',
    { files: both, idle: true }, async (w) => {
	await shareLooks({})(w);
	assert.deepEqual(Object.keys(await w.blobs('pending/')), [],
	    'no name is left');
});

test('two hosts with Redis look for marks about once a period',
    { skip: hasRedis ? false : 'no redis-server, or built without hiredis' },
    async () => {
	const redis = await startRedis();
	try {
		await inWorld(fake, { files: both, idle: true },
		    shareLooks({ REDIS_URL: redis.url,
			// A machine under load is slow.
			REDIS_TIMEOUT_MS: String(300 * slow) }));
	} finally {
		await redis.stop();
	}
});
