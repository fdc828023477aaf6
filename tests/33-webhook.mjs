// @ts-check
// group: git
// GitHub's doorbell through nginx: who may ring, who is marked, what comes of
// it, and what it all costs.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync,
    writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { gitSettings, oauthSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { signature } from './github/hooks.mjs';
import { build, commandOf, environOf, plainBuild, secretsOf, slow, startStack,
    taskFile, until, vaultPath } from './stack.mjs';

const secret = 'neu und geheim';
const old = 'alt und geheim';
const heard = [200, 202]; // with results, or without
const zero = '0'.repeat(40);
const id = 'a'.repeat(40);
const path = (/** @type {string} */ user, n = 1) =>
    vaultPath(`000${n}-Brot.md`, user);

const run = mkdtempSync(join(tmpdir(), 'cm-bell-'));
const bell = join(run, 'sync.bell');

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;

const settings = () => gitSettings(fake, {
	GITHUB_WEBHOOK_SECRET: secret, GITHUB_WEBHOOK_SECRET_OLD: old,
	SYNC_LAG_MS: '600', CODEX_RUN: run, CODEX_LIMITS: 'on',
});

before(async () => {
	fake = await startFake();
	repo = await fake.createRepository({ files: {
	    [path('userA')]: taskFile({}, '# Brot\n'),
	    [path('userb')]: taskFile({}, '# Brot\n') } });
	stack = await startStack({ env: settings() });
});
after(async () => {
	await stack.stop();
	await fake.stop();
	rmSync(run, { recursive: true, force: true });
});

/** A request as GitHub sends it. @param {string|Buffer} body
 * @param {Record<string, string>} headers @param {string} method */
async function ring(body, headers = {}, method = 'POST') {
	return stack.plainly(method, '/github/webhook', {
	    'Content-Type': 'application/json', 'X-GitHub-Event': 'push',
	    'X-Hub-Signature-256': signature(secret, body), ...headers }, body);
}

/** @param {any} changes */
const push = (changes = {}) => JSON.stringify({ ref: 'refs/heads/main',
    before: id, after: id, created: false, deleted: false, forced: false,
    repository: { full_name: 'usera/vault' }, commits: [], head_commit: null,
    ...changes });
const commitOf = (/** @type {string[]} */ ...added) =>
    ({ id, added, modified: [], removed: [] });

/** Who is marked. @param {import('./stack.mjs').Stack} at */
function marks(at = stack) {
	try {
		return readdirSync(join(at.data || '', 'pending'))
		    .filter((name) => !name.startsWith('.')).sort();
	} catch {
		return []; // nobody was, ever
	}
}

/** Forgets who is marked. */
const unmark = () => rmSync(join(stack.data || '', 'pending'),
    { recursive: true, force: true });

/** Nobody hears the bell while it works, and it begins without marks.
 * @param {() => Promise<void>} work */
async function unheard(work) {
	await until(() => marks().length === 0, 5000, 'the worker is done');
	renameSync(bell, `${bell}-away`);
	try {
		await work();
	} finally {
		unmark();
		renameSync(`${bell}-away`, bell);
	}
}

test('a ping is answered in both content types', async () => {
	for (const contentType of ['json', 'form']) {
		const hook = fake.setHook({ secret, contentType,
		    url: `${stack.url}/github/webhook` });
		await fake.settled();
		const [sent] = hook.deliveries[0].sent;
		assert.equal(sent.status, 200, sent.body);
		assert.deepEqual(JSON.parse(sent.body), { ok: true });
	}
});

test('the answer to a push says what came into the store',
    async () => {
	for (const contentType of ['json', 'form']) {
		const hook = fake.setHook({ secret, contentType,
		    url: `${stack.url}/github/webhook` });
		await fake.settled();
		const laptop = await repo.device();
		laptop.write(path('userA', 2),
		    taskFile({}, `# ${contentType}\n`));
		const head = await laptop.commit();
		await laptop.push();
		await fake.settled();
		const { event, sent } = hook.deliveries[1];
		assert.equal(event, 'push');
		assert.equal(sent[0].status, 200, sent[0].body);
		const answer = JSON.parse(sent[0].body);
		assert.equal(answer.ok, true);
		assert.equal(answer.head, head);
		assert.equal(answer.usersAffected, 1);
		assert.equal(answer.results.length, 1);
		assert.equal(answer.results[0].userId, 'usera');
		assert.ok(answer.results[0].changed >= 1);
		assert.equal(answer.results[0].head, head);
		assert.match((await stack.blob('raw/usera/tasks/0002-Brot.md'))
		    .toString(), new RegExp(`# ${contentType}`));
		const week = await stack.get('/codex');
		assert.match(week.text, new RegExp(`"title":"${contentType}"`));
	}
	assert.deepEqual(fake.mismatches, []);
});

test('an event without its signature is refused', async () => {
	const body = push({ commits: [commitOf(path('userz'))] });
	for (const other of ['', 'sha256=', signature('falsch', body),
	    signature(secret, `${body} `), signature(secret, body).slice(0, -1),
	    signature(secret, body).replace('sha256', 'sha1')]) {
		const answer = await ring(body,
		    { 'X-Hub-Signature-256': other });
		assert.equal(answer.status, 401, other);
		assert.equal(answer.json.ok, false);
		assert.equal(answer.json.code, 'nicht_angemeldet');
	}
	// Not even whether it would have been refused for something else.
	const odd = await ring('{', { 'Content-Type': 'text/plain',
	    'X-Hub-Signature-256': 'x' });
	assert.equal(odd.status, 401);
	assert.ok(!marks().includes('userz'));
});

test('the old and the new secret are good while both are set', async () => {
	const body = push({ ref: 'refs/heads/x' });
	for (const key of [secret, old])
		assert.equal((await ring(body, { 'X-Hub-Signature-256':
		    signature(key, body) })).status, 202, key);
});

test('an event of another kind, branch or repository marks nobody', async () => {
	const commits = [commitOf(path('userz'))];
	const others = [
	    ring(push({ commits }), { 'X-GitHub-Event': 'pull_request' }),
	    ring(push({ commits }), { 'X-GitHub-Event': '' }),
	    ring(push({ commits, ref: 'refs/heads/main2' })),
	    ring(push({ commits, ref: 'refs/tags/main' })),
	    ring(push({ commits, ref: 'main' })),
	    ring(push({ commits, repository: { full_name: 'usera/other' } })),
	    ring(push({ commits, repository: { full_name: 'x/vault' } })),
	    ring('{}')];
	for (const answer of await Promise.all(others)) {
		assert.equal(answer.status, 202, answer.text);
		assert.deepEqual(answer.json, { ok: true, ignored: true });
	}
	assert.ok(!marks().includes('userz'));
});

test('a malformed event is a 4xx', async () => {
	assert.equal((await ring('{')).status, 400);
	assert.equal((await ring('{')).json.code, 'kein_json');
	assert.equal((await ring('')).status, 400);
	assert.equal((await ring('['.repeat(60000))).status, 400);
	assert.equal((await ring('{}', { 'Content-Type': 'text/plain' }))
	    .status, 415);
	assert.equal((await ring('x=1', { 'Content-Type':
	    'application/x-www-form-urlencoded' })).status, 400);
	const get = await ring('', {}, 'GET');
	assert.equal(get.status, 405);
	assert.equal(get.headers.get('allow'), 'POST');
});

test('a push marks exactly the users that its paths name', () =>
    unheard(async () => {
	const answer = await ring(push({ commits: [
	    commitOf(path('UserC'), 'README.md'),
	    { ...commitOf(), removed: [path('userd')] },
	    commitOf('codex-miroir/usere/notes.md')] }));
	assert.equal(answer.status, 202, answer.text);
	assert.deepEqual(answer.json,
	    { ok: true, usersAffected: 2, queued: true });
	assert.deepEqual(marks(), ['userc', 'userd']);
	// The head, too: the bell may be lost.
	for (const user of marks())
		assert.match((await stack.blob(`pending/${user}`)).toString(),
		    new RegExp(`^\\d+-[0-9a-f]+\n${id}$`));
    }));

test('a further push renews the mark', () =>
    unheard(async () => {
	const body = push({ commits: [commitOf(path('userA'))] });
	const mark = async () => {
		await ring(body);
		return (await stack.blob('pending/usera')).toString();
	};
	assert.notEqual(await mark(), await mark());
    }));

test('an incomplete list of paths marks all known users',
    () => unheard(async () => {
	await stack.get('/codex');
	const known = readdirSync(join(stack.data || '', 'state'))
	    .filter((name) => !name.startsWith('.')).sort();
	assert.ok(known.includes('usera'));
	for (const changes of [{ created: true }, { forced: true },
	    { deleted: true, after: zero }, { commits: undefined },
	    { commits: Array(2048).fill(commitOf()) },
	    { commits: [commitOf(...Array(3000).fill(path('userf')))] }]) {
		unmark();
		const answer = await ring(push({ commits: [
		    commitOf(path('userf'))], ...changes }));
		assert.equal(answer.status, 202, answer.text);
		assert.equal(answer.json.usersAffected, marks().length);
		for (const user of known)
			assert.ok(marks().includes(user), user);
	}
    }));

test('a push that deletes the branch removes nothing', async () => {
	const answer = await ring(push({ deleted: true, after: zero }));
	assert.ok(heard.includes(answer.status), answer.text);
	await until(() => marks().length === 0, 5000, 'the worker is done');
	assert.ok((await stack.blob('raw/usera/tasks/0001-Brot.md')).length);
});

test('an event is answered while GitHub is slow', async () => {
	const after = await repo.head();
	fake.misbehave({ delay: 7000, times: 1 });
	const began = Date.now();
	const answer = await ring(push({ after, commits: [
	    commitOf(path('userA'))] }));
	fake.behave();
	assert.equal(answer.status, 202, answer.text);
	assert.equal(answer.json.queued, true);
	assert.ok(Date.now() - began < 9500, 'GitHub waits for 10 s');
	assert.ok(marks().includes('usera'));
});

test('pushes of 25 MB are heard with less than 64 MiB', async () => {
	const large = await startStack({ env: { ...oauthSettings(fake),
	    ...settings(), CODEX_RUN: '', CODEX_BUILD: plainBuild,
	    CODEX_ALLOWED_USERS: 'usera', GITHUB_API_URL: 'http://127.0.0.1:9' } });
	const send = (/** @type {string} */ body,
	    /** @type {Record<string, string>} */ headers = {}) =>
		large.plainly('POST', '/github/webhook', {
		    'Content-Type': 'application/json',
		    'X-GitHub-Event': 'push',
		    'X-Hub-Signature-256': signature(secret, body), ...headers },
		body);
	try {
		const added = Array.from({ length: 2900 }, (_, n) =>
		    `${'x'.repeat(90)}/${n}.md`);
		let body = push({ commits: [...Array(80).fill(
		    commitOf(...added)), commitOf(path('userg'))] });
		body += ' '.repeat(Math.max(0, 25 * 2 ** 20 - body.length));
		assert.ok(body.length < 26 * 2 ** 20, String(body.length));
		const answer = await send(body);
		assert.ok(heard.includes(answer.status), answer.text);
		assert.equal(answer.json.usersAffected, 1);
		assert.ok(marks(large).includes('userg'));

		const form = `payload=${'%20'.repeat(8 * 2 ** 20)}${
		    encodeURIComponent(push({ commits: [
			commitOf(path('userh'))] }))}`;
		assert.ok(heard.includes((await send(form, { 'Content-Type':
		    'application/x-www-form-urlencoded' })).status));
		assert.ok(marks(large).includes('userh'));
		for (const pid of large.workers('codex-webhook'))
			assert.ok(sanitized || peakOf(pid) < 64 * 1024,
			    `${peakOf(pid)} KiB`);
	} finally {
		await large.stop();
	}
});

test('a body without a signature is refused before it is on the disk',
    async () => {
	const workers = stack.processes('nginx: worker');
	assert.ok(workers.length > 0);
	const written = () => workers.reduce((sum, pid) => sum + Number(
	    /^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`,
		'latin1'))?.[1]), 0);
	const body = Buffer.alloc(25 * 2 ** 20, ' ');
	for (const [method, status, signed] of
	    /** @type {[string, number, string|null][]} */ ([
	    ['POST', 401, null], ['POST', 401, ''], ['POST', 401, 'sha256=x'],
	    ['POST', 401, signature(secret, body).slice(0, -1)],
	    ['PUT', 405, signature(secret, body)], ['GET', 405, null]])) {
		const before = written();
		const answer = await stack.plainly(method, '/github/webhook', {
		    'Content-Type': 'application/json', 'X-GitHub-Event': 'push',
		    ...(signed === null ? {} : { 'X-Hub-Signature-256': signed }),
		}, body);
		const what = `${method} ${signed}`;
		assert.equal(answer.status, status, what);
		assert.equal(answer.json.code, status === 401
		    ? 'nicht_angemeldet' : 'methode_nicht_erlaubt', what);
		if (status === 405)
			assert.equal(answer.headers.get('allow'), 'POST');
		else
			assert.equal(answer.headers.get('www-authenticate'),
			    'Bearer');
		assert.ok(written() - before < 2 ** 20,
		    `${what}: ${written() - before} bytes`);
	}
});

test('an address has four large bodies on the disk at most', async () => {
	const { host, port } = new URL(stack.url);
	const head = `POST /github/webhook HTTP/1.1\r\nHost: ${host}\r\n` +
	    'Content-Length: 20000000\r\nX-GitHub-Event: push\r\n' +
	    `X-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\n\r\n`;
	const sockets = Array.from({ length: 6 }, () =>
	    connect(Number(port), '127.0.0.1'));
	try {
		let late = 0;
		for (const socket of sockets) {
			socket.on('data', (chunk) => {
				late += /^HTTP\/1.1 429 /.test(String(chunk)) ? 1 : 0;
			});
			socket.write(head);
		}
		await until(() => late === 2, 5000, 'two are too many');
		assert.equal((await ring(push({ ref: 'refs/heads/x' }))).status,
		    202, 'a small one is heard all the while');
		assert.equal(late, 2);
	} finally {
		for (const socket of sockets)
			socket.destroy();
	}
});

test('an event larger than GitHub sends is refused', async () => {
	const body = Buffer.alloc(26 * 2 ** 20 + 1, ' ');
	const answer = await ring(body);
	assert.equal(answer.status, 413);
	assert.equal(answer.json.code, 'zu_gross');
	// Elsewhere the small limit holds.
	assert.equal((await stack.plainly('POST', '/sync',
	    { 'Content-Type': 'application/json', Origin: stack.url },
	    Buffer.alloc(65 * 1024, ' '))).status, 413);
});

test('each program has only its own secrets', () => {
	const worker = (/** @type {string[]} */ args) =>
	    args.includes('--work');
	const [one, ...more] = stack.workers('codex-sync', worker);
	assert.deepEqual(more, []);
	assert.deepEqual(secretsOf(one), { GITHUB_TOKEN: 'write-token' });
	// What has a socket knows nginx by it.
	const { CODEX_PROOF, ...keys } =
	    secretsOf(stack.workers('codex-render')[0]);
	assert.match(CODEX_PROOF, /^[0-9a-f]{64}$/);
	// Who knows no users gets no keys.
	if (stack.as === 'server')
		assert.match(keys.CODEX_KEY_SECRET, /^[0-9a-f]{64}$/);
	for (const pid of stack.workers('codex-webhook'))
		assert.deepEqual(secretsOf(pid), { CODEX_PROOF,
			GITHUB_WEBHOOK_SECRET: secret,
			GITHUB_WEBHOOK_SECRET_OLD: old });
	assert.ok(stack.workers('codex-webhook').length > 0);
	for (const program of ['codex-render', 'codex-tasks', 'codex-create',
	    'codex-update', 'codex-complete', 'codex-sync'])
		for (const pid of stack.workers(program, (args) =>
		    !worker(args)))
			assert.deepEqual(secretsOf(pid),
			    { CODEX_PROOF, ...keys }, program);
});

test('no secret is in an environment or on a command line', () => {
	const run = stack.child?.pid || 0;
	const all = stack.processes('').filter((pid) =>
	    !commandOf(pid).includes('scripts/run'));
	assert.ok(all.length > 20 && !all.includes(run), `${all.length}`);
	for (const pid of all)
		for (const s of [secret, old, 'write-token'])
			assert.ok(!JSON.stringify(environOf(pid)).includes(s) &&
			    !commandOf(pid).includes(s),
			    `${commandOf(pid)} shows ${s}`);
});

test('a killed worker is started again', async () => {
	const worker = () => stack.workers('codex-sync', (args) =>
	    args.includes('--work'));
	const [first] = worker();
	await until(() => marks().length === 0, 5000, 'the worker is done');
	process.kill(first, 'SIGKILL');
	await until(() => worker().length === 1 && worker()[0] !== first,
	    2000, 'a new worker');
	fake.setHook({ secret, contentType: 'json',
	    url: `${stack.url}/github/webhook` });
	await fake.settled();
	await repo.commit({ files: { [path('userA', 3)]:
	    taskFile({}, '# Wieder da\n') } });
	await fake.settled();
	await until(async () => /Wieder da/.test(
	    (await stack.get('/codex')).text), 5000, 'the task');
});

/** A stack of its own with a repository that has one task of usera's.
 * @param {Record<string, string>} env
 * @param {(own: import('./stack.mjs').Stack,
 *     vault: import('./github/repository.mjs').Repository,
 *     folder: string) => Promise<void>} work with its run folder */
async function withStack(env, work) {
	const name = `look${count++}`;
	const vault = await fake.createRepository({ name, files: {
	    [path('userA')]: taskFile({}, '# Brot\n') } });
	const folder = mkdtempSync(join(tmpdir(), 'cm-look-'));
	const own = await startStack({ env: { ...settings(),
	    CODEX_RUN: folder, GITHUB_REPO: name, ...env } });
	try {
		await work(own, vault, folder);
	} finally {
		fake.behave();
		await own.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
let count = 0;
const shows = (/** @type {import('./stack.mjs').Stack} */ at,
    /** @type {RegExp} */ what) => until(async () =>
    what.test((await at.get('/codex')).text), 5000, String(what));

for (const step of ['marks', 'bell', 'reply'])
	test(`a codex-webhook that dies at "${step}" loses no push`,
	    () => withStack({ SYNC_POLL_MS: '200', SYNC_CRASH_AT: step },
	    async (own, vault) => {
		await shows(own, /"title":"Brot"/);
		const head = await vault.commit({ files: { [path('userA', 2)]:
		    taskFile({}, '# Butter\n') } });
		const body = push({ after: head, commits: [
		    commitOf(path('userA', 2))],
		    repository: { full_name: `usera/look${count - 1}` } });
		const deliver = () => own.plainly('POST', '/github/webhook', {
		    'Content-Type': 'application/json',
		    'X-GitHub-Event': 'push',
		    'X-Hub-Signature-256': signature(secret, body) }, body);
		const died = await deliver();
		assert.equal(died.status, 502, died.text);
		// Before the marks nothing was acknowledged: GitHub shows the
		// delivery as failed, and the next push or look finds it.
		if (step === 'marks')
			await own.plainly('POST', '/sync', { Origin: own.url,
			    'Content-Type': 'application/json' });
		await shows(own, /"title":"Butter"/);
		await until(() => marks(own).length === 0, 5000, 'the marks');
		assert.ok(own.workers('codex-webhook').length > 0);
	    }));

test('the first look adopts a repository', () => withStack({},
    async (own, vault) => {
	await own.send('POST', '/api/tasks',
	    { kategorie: 'privat', title: 'Milch' });
	await shows(own, /"title":"Brot"/);
	await until(() => marks(own).length === 0, 5000, 'the run is over');
	const files = Object.keys(await vault.files());
	assert.equal(files.filter((file) => /Milch/.test(file)).length, 1);
	// Without BACKGROUND_SYNC_ENABLED that was all.
	await vault.commit({ files: { [path('userA', 7)]:
	    taskFile({}, '# Butter\n') } });
	age(own);
	await own.get('/codex?nocache=true');
	assert.deepEqual(marks(own), []);
    }));

/** The last sync was yesterday. @param {import('./stack.mjs').Stack} own */
function age(own) {
	const file = join(own.data || '', 'state/usera/sync.json');
	const records = JSON.parse(readFileSync(file, 'utf8'));
	records.lastSyncAt -= 86400000;
	writeFileSync(file, JSON.stringify(records));
}

test('with BACKGROUND_SYNC_ENABLED a look starts a sync',
    () => withStack({ BACKGROUND_SYNC_ENABLED: 'true',
	CACHE_TTL_BLOB: '1000', CACHE_TTL_LOCAL: '500' },
    async (own, vault) => {
	await shows(own, /"title":"Brot"/);
	await vault.commit({ files: { [path('userA', 2)]:
	    taskFile({}, '# Butter\n') } });
	fake.misbehave({ delay: 400, times: 1 });
	await shows(own, /"title":"Butter"/);
    }));

test('looks do not mark again and again while GitHub is down',
    () => withStack({ BACKGROUND_SYNC_ENABLED: 'true' },
    async (own, _vault, folder) => {
	await own.get('/codex');
	await until(() => marks(own).length === 0, 5000, 'the first run');
	rmSync(join(folder, 'locks/background-usera'));
	fake.misbehave({ status: 503, times: 1e6 });
	age(own);
	const began = Date.now();
	await own.get('/codex?nocache=true');
	assert.ok(Date.now() - began < 1000 * slow, 'it waited');
	assert.deepEqual(marks(own), ['usera']);
	const mark = (await own.blob('pending/usera')).toString();
	for (let i = 0; i < 3; i++)
		await own.get('/codex?nocache=true');
	assert.equal((await own.blob('pending/usera')).toString(), mark);
    }));

test('without settings of Git its paths say that it is not set up', async () => {
	const bare = await startStack({ as: 'local', env: {
	    GITHUB_WEBHOOK_SECRET: secret } });
	try {
		for (const where of ['/sync', '/github/webhook', '/auth/login',
		    '/auth/x.html', '/api/settings', '/api/tokens',
		    '/feed/abc.ics'])
			for (const method of ['GET', 'POST']) {
				const answer = await bare.plainly(method,
				    where);
				assert.equal(answer.status, 404, where);
				assert.equal(answer.json.ok, false, where);
				assert.equal(answer.json.code,
				    'nicht_eingerichtet', where);
				assert.ok(answer.headers.get(
				    'content-security-policy'), where);
			}
		assert.deepEqual(bare.processes('codex-sync'), []);
		assert.deepEqual(bare.processes('codex-webhook'), []);
	} finally {
		await bare.stop();
	}
});

/** KiB that a process has held at most. @param {number} pid */
function peakOf(pid) {
	const found = /^VmHWM:\s*(\d+)/m.exec(
	    readFileSync(`/proc/${pid}/status`, 'utf8'));
	return Number(found?.[1]);
}

/** Whether the programs are built with a sanitizer. */
const sanitized = readFileSync(join(build, 'codex-webhook'))
    .includes('__asan_init');
