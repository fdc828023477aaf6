// @ts-check
// group: git
// What goes wrong, and what must come of it all the same: a GitHub that is
// down, that says "not now" or says nonsense, and programs that die between
// any two steps.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { startFake } from './github/fake.mjs';
import { both, fake, numbered, one, scene, two } from './git-scene.mjs';
import { gitSettings } from './git-stack.mjs';
import { blobId, task } from './git-world.mjs';
import { addTo, freePort, long, plainBuild, slow, startStack, until,
    vaultPath } from './stack.mjs';

// GitHub is down

/** A GitHub at an address of its own, that can go and come back. */
class Outage {
	async open() {
		this.dir = mkdtempSync(join(tmpdir(), 'fake-github-'));
		this.port = await freePort();
		await this.up();
	}

	/** @param {import('./github/trouble.mjs').Rule} [rule] from the
	 * first request on */
	async up(rule) {
		this.fake = await startFake({ dir: this.dir, port: this.port,
		    check: false, rateLimit: 1e6 });
		if (rule)
			this.fake.misbehave(rule);
		this.repo = await this.fake.createRepository({ files:
		    Object.fromEntries(Object.entries(numbered(200, 0)).map(
			([file, bytes]) => [vaultPath(file), bytes])) });
	}

	async close() {
		await this.fake?.stop();
		rmSync(this.dir ?? '', { recursive: true, force: true });
	}
}

/** Acknowledged at once, whatever GitHub does: no answer may wait for it.
 * @param {import('./stack.mjs').Stack} stack @param {number} from
 * @param {number} to edits of that number, five to a task */
async function editAll(stack, from, to) {
	let next = from;
	const most = 3000 * slow; // a request to GitHub waits 15 s
	await Promise.all(Array.from({ length: 8 }, async () => {
		while (next < to) {
			const n = next++;
			const began = Date.now();
			const tags = Array.from({ length: 1 + Math.floor(n /
			    200) }, (_, round) => `runde${round}von${n % 200}`);
			const { status, json } = await stack.send('PATCH',
			    `/api/tasks/${String(n % 200).padStart(4, '0')}`,
			    { tags });
			assert.deepEqual([status, json.gitPushed],
			    [200, false]);
			assert.ok(Date.now() - began < most, 'it waited');
		}
	}));
}

test('1000 edits while GitHub is down reach Git in a commit per 100 files',
    async () => {
	const hub = new Outage();
	await hub.open();
	const stack = await startStack({ env: gitSettings(fake, {
	    GITHUB_API_URL: `http://127.0.0.1:${hub.port}`,
	    GITHUB_SYNC_ON_OPERATION: 'true', SYNC_POLL_MS: '300' }) });
	try {
		await stack.send('POST', '/sync', {});
		const inGit = () => hub.repo?.files();
		const here = () => Object.fromEntries(Object.keys(numbered(200, 0))
		    .map((f) => [vaultPath(f), blobId(
			readFileSync(stack.path(f)))]));
		await until(() => Object.keys(stack.tree()).filter((k) =>
		    k.startsWith('raw/')).length === 200, 10000, 'the start');

		await hub.fake?.stop();
		await editAll(stack, 0, 350); // nobody there
		await hub.up({ status: 503, times: 1e9 });
		await editAll(stack, 350, 700);
		hub.fake?.behave();
		hub.fake?.misbehave({ hang: true, times: 1e9 });
		await editAll(stack, 700, 1000);
		hub.fake?.behave();
		assert.equal((await hub.repo?.log())?.length, 1);
		hub.fake?.server.closeAllConnections();

		await until(() => !Object.keys(stack.tree()).some((k) =>
		    k.startsWith('pending/')), 30000, 'it is done');
		// A run that hung when it had read some files, and then went
		// on, leaves one commit more for what was edited since.
		const commits = ((await hub.repo?.log())?.length ?? 0) - 1;
		assert.ok(commits === 2 || commits === 3, `${commits} commits`);
		assert.deepEqual(await inGit(), here());
		const last = String(await hub.repo?.readFile(
		    vaultPath('0199-Nr-199.md')));
		assert.deepEqual(last.match(/runde\dvon199/g), ['runde0von199',
		    'runde1von199', 'runde2von199', 'runde3von199',
		    'runde4von199']);
	} catch (e) {
		addTo(e, stack.log.slice(-2000));
		throw e;
	} finally {
		await stack.stop();
		await hub.close();
	}
});

// "Not now"

/** Edits, and GitHub says that it is too much. The world's clock goes on.
 * @param {string} what @param {any} rule @param {boolean} over whether the
 * time that it allows is short enough to wait for */
function limited(what, rule, over) {
	scene(`${what}: no worker asks GitHub before that`,
	    { files: both }, async (w) => {
		    await w.sync();
		    await w.edit('0001', { deadline: '24.12.2026' });
		    const had = fake.misbehave(rule);
		    assert.equal((await w.ring()).state, 'pending');
		    assert.equal(had.hits, 1);
		    const from = fake.mark();
		    assert.equal((await w.ring()).pending, true);
		    await w.rest('a', 'SIGKILL');
		    await w.work();
		    assert.equal((await w.ring()).pending, true);
		    assert.equal(fake.mark(), from, 'asked too early');
		    assert.match(String(w.text(one)), /24\.12/);
		    if (!over)
			    return;
		    await w.sync();
		    assert.deepEqual(fake.early, []);
		    await w.same();
	    });
}

limited('403 with Retry-After', { retryAfter: 3 }, true);
limited('429 with Retry-After', { status: 429, retryAfter: 3 }, true);
limited('nothing remaining until a time', { remaining: 0, resetIn: 3 }, true);
limited('429 with nothing remaining', { status: 429, remaining: 0,
    resetIn: 600 }, false);
limited('a secondary limit without a time', { status: 403, message:
    'You have exceeded a secondary rate limit.' }, false);

// Nonsense: nothing is removed, and the state says why

/** What anybody sees of a sync that could not be.
 * @param {import('./git-world.mjs').World} w @param {string} state
 * @param {RegExp} why */
async function says(w, state, why) {
	const pressed = await w.call('codex-sync', 'POST', '/sync', {});
	if (state === 'failed') {
		assert.deepEqual([pressed.status, pressed.code],
		    [502, 'github_gestoert']);
		assert.match(pressed.error, why);
	} else {
		assert.equal(pressed.removed, 0, JSON.stringify(pressed));
		assert.equal(pressed.state, state);
		assert.match(pressed.text, why);
	}
	const records = w.records();
	assert.equal(records.state, state);
	assert.match(records.text, why);
	const shown = await w.call('codex-tasks', 'GET', '/api/sync');
	// With an edit that has to stay here, it waits.
	assert.equal(shown.state, state === 'ok' && shown.pending > 0
	    ? 'pending' : state);
	assert.match(shown.text, why);
}

/** @type {[string, string, RegExp, any, Record<string, string>][]} */
const nonsense = [
    ['401', 'failed', /Token/, { status: 401, times: 99 }, {}],
    ['403', 'failed', /./, { status: 403, times: 99 }, {}],
    ['404', 'failed', /findet/, { status: 404, times: 99 }, {}],
    ['404 for a tree', 'failed', /./, { path: '/git/trees', status: 404,
	times: 99 }, {}],
    ['a blob that cannot be had', 'failed', /./, { path: '/git/blobs',
	status: 404, times: 99 }, {}],
    ['a truncated tree', 'failed', /./, { path: '/git/trees',
	truncated: true, times: 99 }, {}],
    ['an empty tree', 'failed', /./, { path: '/git/trees', empty: true,
	times: 99 }, {}],
    ['an empty list of refs', 'failed', /./, { path: '/git/ref', times: 99,
	json: () => [] }, {}],
    ['an answer that is no JSON', 'failed', /./, { path: '/git/trees',
	json: () => 'x', times: 99 }, {}],
    ['a wrong base path', 'ok', /fehl/, null, { GITHUB_BASE_PATH: 'wo' }],
    ['a wrong branch', 'failed', /Branch/, null, { GITHUB_BRANCH: 'wo' }],
    ['a wrong repository', 'failed', /Repository/, null,
	{ GITHUB_REPO: 'wo' }],
    ['a wrong token', 'failed', /Token/, null, { GITHUB_TOKEN: 'wo' }],
    ['a token without rights', 'failed', /./, null,
	{ GITHUB_TOKEN: 'none-token' }],
];

for (const [what, state, why, rule, env] of nonsense)
	scene(`${what} removes nothing`, {
	    files: both, env: { SYNC_MIN_MS: '0' } }, async (w) => {
		    await w.sync();
		    await w.edit('0001', { deadline: '24.12.2026' });
		    const mine = String(w.text(one));
		    await w.push({ [two]: null, '0003-Drei.md': task('3') });
		    if (rule)
			    fake.misbehave({ method: 'GET', ...rule });
		    await w.rest();
		    await w.work(env);
		    await says(w, state, why);
		    assert.deepEqual(Object.keys(w.mirror()).sort(), [one,
			two]);
		    assert.equal(w.text(one), mine);
		    fake.behave();
		    fake.mismatches.length = 0; // that was no GitHub
		    await w.rest();
		    await w.work();
		    await w.sync({ confirm: true });
		    await w.same();
		    assert.match([w.text(one), ...w.copies('trash')].join(),
			/24\.12/);
	    });

scene('a vanished folder removes nothing', {
    files: both, env: { SYNC_MIN_MS: '0' } }, async (w) => {
	await w.sync();
	await w.push({ [one]: null, [two]: null });
	await says(w, 'ok', /Ordner/);
	assert.deepEqual(Object.keys(w.mirror()).sort(), [one, two]);
});

scene('1001 entries are all seen', { files: numbered(1001, 0) }, async (w) => {
	await w.sync();
	await w.same();
	assert.equal(Object.keys(w.mirror()).length, 1001);
	await w.push({ '1000-Nr-1000.md': null, '0999-Nr-999.md': 'x' });
	const result = await w.sync();
	assert.deepEqual([result.removed, result.changed], [1, 1]);
	await w.same();
});

// Pushes of others

scene('a push of more commits than its event names is pulled', { files: both,
    other: { 'codex-miroir/UserB/tasks/0001-B.md': task('B') } },
    async (w) => {
	    await w.sync();
	    await w.sync({ user: 'userb' });
	    const hook = await w.hear();
	    const laptop = await w.repo.device();
	    // usera is named only by commits that are cut off.
	    await laptop.history(Array.from({ length: 2100 }, (_, n) => ({
		message: `${n}`, files: n < 40
		    ? { [w.path(one)]: task('Eins', {}, `${n}`) }
		    : { [w.path('0001-B.md', 'UserB')]:
			task('B', {}, `${n}`) } })));
	    await laptop.push();
	    await fake.settled();
	    assert.equal(hook.deliveries.at(-1)?.payload.commits.length, 2048);
	    assert.match(String(w.text(one)), /39/);
	    await w.same();
	    await w.same('UserB', 'userb');
    });

test('a push for one user leaves memory, artifact and token of another alone',
    async () => {
	const repo = await fake.createRepository({ name: 'nachbarn', files: {
	    [vaultPath(one)]: task('A'),
	    [vaultPath(one, 'userb')]: task('B') } });
	const stack = await startStack({ workers: 1, env: gitSettings(fake, {
	    GITHUB_REPO: 'nachbarn', GITHUB_WEBHOOK_SECRET: 's3cret',
	    CODEX_DEBUG: '1' }) });
	try {
		fake.setHook({ secret: 's3cret', contentType: 'json',
		    url: `${stack.url}/github/webhook` });
		await stack.send('POST', '/sync', {});
		await until(async () => (await stack.get('/codex')).headers
		    .get('x-cache') === 'local', 5000, 'memory');
		const own = () => Object.entries(stack.tree()).filter(([k]) =>
		    /^(artifacts|state|raw|pending)\/usera(\/|$)/.test(k));
		const before = own();
		await repo.commit({ files: { [vaultPath(one, 'userb')]:
		    task('B', {}, 'neu') } });
		await fake.settled();
		await until(() => stack.text(one, 'userb').includes('neu'), 5000, 'the other one');
		const mark = stack.mark();
		assert.equal((await stack.get('/codex')).headers
		    .get('x-cache'), 'local');
		assert.deepEqual(stack.storeRequests(mark), []);
		assert.deepEqual(own(), before);
	} finally {
		fake.hooks = [];
		await stack.stop();
	}
    });

scene('a branch that is set back during a commit stays back',
    { files: both, env: { SYNC_LAG_MS: '300' } }, async (w) => {
	    const first = await w.repo.head();
	    await w.push({ [two]: task('Zwei', {}, 'falsch') });
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    fake.misbehave({ method: 'POST', path: '/git/commits', delay: 400 });
	    const run = w.ring();
	    await until(() => fake.log.at(-1)?.method === 'POST', 2000,
		'the commit');
	    await w.push({ [two]: task('Zwei', {}, 'richtig') },
		{ parent: first, force: true });
	    const head = await w.repo.head();
	    await w.repo.exclusive(() => w.repo.move('main', first, head,
		fake.login()));
	    await run;
	    await w.sync();
	    await w.same();
	    assert.equal(w.text(two), both[two]);
	    assert.match(String(await w.gitText(one)), /24\.12/);
    });

// Deaths

scene('an edit survives a worker that is killed while it pushes', { files: both,
    env: { SYNC_LEASE_MS: '400' } }, async (w) => {
	await w.sync();
	await w.edit('0001', { deadline: '24.12.2026' });
	fake.misbehave({ method: 'PATCH', path: '/git/refs', delay: 200 });
	const run = w.ring();
	await until(() => fake.log.at(-1)?.method === 'PATCH', 2000, 'it');
	await w.rest('a', 'SIGKILL');
	await run;
	await w.edit('0001', { tags: ['danach'] });
	await w.work();
	await w.sync();
	await w.same();
	assert.equal((await w.repo.log()).length, 3);
	assert.deepEqual(w.copies('conflicts'), []);
	assert.match(String(w.text(one)), /24\.12(.|\n)*danach|danach(.|\n)*24\.12/);
});

scene('of two hosts that are rung at once only one works', { files: both },
    async (w) => {
	    await w.work({}, 'b');
	    await w.sync();
	    for (let i = 0; i < 8; i++) {
		    await w.edit('0001', { tags: [`runde${i}`] });
		    const from = fake.mark();
		    const results = await Promise.all([w.ring({ host: 'a' }),
			w.ring({ host: 'b' })]);
		    assert.equal(results[0].pushed + results[1].pushed, 1);
		    assert.equal(fake.counts(from)[
			'POST /repos/{owner}/{repo}/git/commits'], 1);
	    }
	    await w.sync();
	    await w.same();
	    assert.equal((await w.repo.log()).length, 9);
    });

scene('a run that has lost its lease writes nothing more', { files: both },
    async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const head = await w.push({ [two]: task('Zwei', {}, 'dort') });
	    fake.misbehave({ method: 'POST', path: '/git/commits', delay: 300 });
	    const run = w.ring();
	    await until(() => fake.log.at(-1)?.method === 'POST', 2000,
		'the commit');
	    const other = { id: '0'.repeat(32), until: Date.now() + 1000 };
	    w.setRecords(JSON.stringify({ ...w.records(), run: other }));
	    assert.equal((await run).pending, true);
	    assert.equal(await w.repo.head(), head);
	    assert.equal(w.text(two), both[two]);
	    assert.deepEqual(w.records().run, other);
	    await w.sync();
	    await w.same();
	    assert.equal((await w.repo.log()).length, 3);
    });

/** A run with something of everything dies, and so does the next one. */
const first = long ? ['intents', 'mirror', 'removals', 'push', 'recorded',
    'record', 'version', 'lease'] : ['intents', 'mirror', 'push', 'recorded'];
const second = long ? ['taken', 'look', 'head', 'settled', 'intents', 'push',
    'recorded', 'record', 'version', 'lease', 'word']
    : ['settled', 'recorded', 'version'];
for (const [a, b] of first.flatMap((x) => second.map((y) => [x, y])))
	scene(`a death at "${a}" and one at "${b}" leave no trace`,
	    { files: { ...both, ...numbered(1, 0), '0003-Drei.md': task('Drei') },
		env: { SYNC_LEASE_MS: '300', SYNC_LAG_MS: '200' } },
	    async (w) => {
		    await w.sync();
		    await w.edit('0001', { deadline: '24.12.2026' });
		    await w.edit('0002', { deadline: '25.12.2026' });
		    await w.edit('0003', { deadline: '26.12.2026' });
		    const conflict = String(w.text('0003-Drei.md'));
		    await w.push({ '0000-Nr-0.md': null,
			[two]: task('Zwei', { kategorie: 'arbeit' }),
			'0003-Drei.md': task('Drei', {
			    deadline: '01.01.2027' }),
			'0004-Vier.md': task('Vier') });
		    const before = w.token();
		    for (const step of [a, b]) {
			    // The second may find nothing to die at.
			    await w.dieAt(step, { orEnd: true,
				env: { SYNC_POLL_MS: '50' } });
		    }
		    await w.rest();
		    await w.work();
		    await w.sync();
		    await w.same();
		    assert.match(String(w.text(one)), /24\.12/);
		    assert.match(String(w.text(two)), /arbeit(.|\n)*25\.12/);
		    assert.equal(w.text('0000-Nr-0.md'), undefined);
		    assert.deepEqual(w.copies('conflicts'), [conflict]);
		    assert.equal((await w.repo.log()).length, 3);
		    assert.notEqual(w.token(), before);
		    assert.equal(w.marked(), false);
	    });

/** Calls a program that dies before its nth call of the system that is of
 * any consequence; false if it has ended before that.
 * @param {import('./git-world.mjs').World} w @param {string} program
 * @param {Record<string, string>} env @param {string} input
 * @param {number} n */
function dieAtCall(w, program, env, input, n) {
	const calls = 'openat,write,fsync,fdatasync,rename,renameat,' +
	    'renameat2,link,linkat,unlink,unlinkat,utimensat,connect,' +
	    'sendto,poll,flock,fcntl,msync,ftruncate';
	return new Promise((done) => {
		const child = spawn('strace', ['-qq', '-o', '/dev/null',
		    '-e', `inject=${calls}:signal=SIGKILL:when=${n}`,
		    join(plainBuild, program),
		    '-1'], { env: { ...w.env('a'), ...env },
		    stdio: ['pipe', 'ignore', 'ignore'] });
		child.stdin?.on('error', () => {});
		child.stdin?.end(input);
		child.on('close', (code, signal) =>
		    done(signal !== null || (code ?? 0) > 128));
	});
}

scene('a codex-webhook that dies anywhere loses no push', {
    files: both }, async (w) => {
	const hook = await w.hear({ off: true });
	await w.sync();
	let n = 1, pushes = 1;
	for (; n < 500; n += long ? 1 : 4) {
		await w.push({ [one]: task('Eins', {}, `${n}`) });
		pushes++;
		const payload = hook.deliveries.at(-1)?.payload;
		const input = JSON.stringify(payload);
		const headers = hook.headers(/** @type {any} */ (
		    hook.deliveries.at(-1)), Buffer.from(input));
		const died = await dieAtCall(w, 'codex-webhook', {
		    REQUEST_METHOD: 'POST', REQUEST_URI: '/github/webhook',
		    CONTENT_TYPE: 'application/json',
		    CONTENT_LENGTH: String(Buffer.byteLength(input)),
		    HTTP_X_GITHUB_EVENT: 'push', HTTP_X_HUB_SIGNATURE_256:
			String(headers['X-Hub-Signature-256']) }, input, n);
		await w.sync();
		await w.same();
		assert.equal(w.marked(), false);
		if (!died)
			break;
	}
	assert.ok(n > 20 && n < 500, `${n}`);
	assert.equal((await w.repo.log()).length, pushes);
	assert.match(String(w.text(one)), new RegExp(`${n}`));
});
