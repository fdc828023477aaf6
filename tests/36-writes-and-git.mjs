// @ts-check
// group: git
// What a write's answer says of Git, how a conflict is resolved, and what the
// button answers: with nginx and the fake GitHub.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, afterEach, before } from 'node:test';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { sleep, slow, startStack, taskFile, until, vaultPath } from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;

const wait = { Prefer: 'wait=5' };

/** @param {Record<string, string>} more */
const settings = (more = {}) => gitSettings(fake, {
	GITHUB_REPO: repo.name, GITHUB_OAUTH_URL: 'https://git.example',
	SYNC_LAG_MS: '300', CACHE_REVALIDATE_MS: '0', ...more,
});

before(async () => {
	fake = await startFake({ rateLimit: 1e6 });
	repo = await fake.createRepository({ name: 'vault', files: {
	    'README.md': '# Vault\n' } });
	stack = await startStack({ env: settings({
	    GITHUB_SYNC_ON_OPERATION: 'true' }) });
});
afterEach(() => fake.behave());
after(async () => {
	await stack.stop();
	await fake.stop();
});

/** The mirror's bytes. @param {string} file */
const mirror = (file) => existsSync(stack.path(file))
    ? stack.text(file) : undefined;

/** The branch's, or a commit's. @param {string} file @param {string} [ref] */
const git = async (file, ref) =>
    (await repo.readFile(vaultPath(file), ref))?.toString();

const record = (/** @type {string} */ file) => JSON.parse(readFileSync(
    join(stack.data || '', 'state/usera/sync.json'), 'utf8')).files
    .find((/** @type {any} */ f) => f.file === file);

const copies = (/** @type {string} */ where, /** @type {string} */ file) => {
	const top = join(stack.data || '', where, 'usera', file.slice(0, -3));
	return existsSync(top) ? readdirSync(top).map((name) =>
	    readFileSync(join(top, name), 'utf8')) : [];
};

/** A new task that is in Git. @param {string} title */
async function made(title) {
	const { json, text } = await stack.send('POST', '/api/tasks',
	    { kategorie: 'privat', title }, wait);
	assert.equal(json.gitPushed, true, text);
	return json.filename;
}

/** @param {string} file @param {any} fields
 * @param {Record<string, string>} headers */
const edit = (file, fields, headers = {}) => stack.send('PATCH',
    `/api/tasks/${file.slice(0, 4)}`, fields, headers);

/** The answer says that it is in Git, and it is.
 * @param {any} answer @param {string} file */
async function expectPushed(answer, file) {
	const { json, text } = answer;
	assert.equal(answer.status, 200, text);
	assert.equal(json.gitPushed, true, text);
	assert.match(json.commitSha, /^[0-9a-f]{40}$/);
	assert.equal(json.htmlUrl, 'https://git.example/usera/' +
	    `${repo.name}/commit/${json.commitSha}`);
	assert.equal(await git(file, json.commitSha), mirror(file));
	assert.equal(answer.headers.get('preference-applied'), 'wait=5');
	assert.equal(answer.headers.get('etag'), null);
	assert.match(answer.headers.get('set-cookie') ?? '', /^cm_fresh=1/);
	assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
}

/** @param {any} answer */
function expectNotPushed({ status, json, text }) {
	assert.equal(status, 200, text);
	assert.equal(json.gitPushed, false, text);
	assert.equal('commitSha' in json || 'htmlUrl' in json, false);
}

/** @param {() => Promise<any>} work @returns {Promise<[any, number]>} */
async function timed(work) {
	const began = Date.now();
	const answer = await work();
	return [answer, Date.now() - began];
}

test('a write that waits names the commit that has it', async () => {
	const created = await stack.send('POST', '/api/tasks',
	    { kategorie: 'privat', title: 'Käse kaufen' }, wait);
	const file = created.json.filename;
	const id = created.json.id;
	assert.equal(file, `${id}-Käse-kaufen.md`);
	assert.equal(created.json.path, vaultPath(file));
	await expectPushed(created, file);
	await expectPushed(await edit(file, { tags: ['a'] },
	    { Prefer: 'respond-async, WAIT="60"; x=y' }), file);
	const done = await stack.send('POST', `/api/tasks/${id}/complete`,
	    { datum: '23.11.2026', zeit: 'abends' }, wait);
	await expectPushed(done, file);
	assert.deepEqual(done.json.completedAt,
	    { datum: '23.11.2026', zeit: 'abends' });
	const gone = await stack.send('DELETE', `/api/tasks/${id}`, undefined,
	    wait);
	await expectPushed(gone, file);
	assert.equal(gone.json.changed, true);
});

test('a write that changes nothing is in Git already', async () => {
	const file = await made('Schon da');
	const commits = (await repo.log()).length;
	const answer = await edit(file, { kategorie: 'privat' }, wait);
	await expectPushed(answer, file);
	assert.equal(answer.json.changed, false);
	assert.equal((await repo.log()).length, commits);
});

test('a write that does not wait reaches Git', async () => {
	const file = await made('Ohne Warten');
	for (const prefer of ['', 'wait', 'wait=x', 'wait=0', 'x;wait=5']) {
		const answer = await edit(file, { tags: [`t${prefer.length}`] },
		    prefer ? { Prefer: prefer } : {});
		expectNotPushed(answer);
		assert.equal(answer.headers.get('preference-applied'), null);
		await until(async () => await git(file) === mirror(file),
		    5000, 'Git follows');
	}
});

test('a replay reports the present state of Git', async () => {
	const key = { 'Idempotency-Key': 'einmal' };
	const body = { kategorie: 'arbeit', title: 'Einmal' };
	const first = await stack.send('POST', '/api/tasks', body, key);
	expectNotPushed(first);
	const again = await stack.send('POST', '/api/tasks', body,
	    { ...key, ...wait });
	await expectPushed(again, first.json.filename);
	for (const name of ['ok', 'id', 'path', 'filename', 'etag'])
		assert.equal(again.json[name], first.json[name]);
});

test('a slow GitHub ends the wait in time', async () => {
	const file = await made('Langsam');
	const others = [await made('Andere 1'), await made('Andere 2'),
	    await made('Andere 3')];
	const slowly = fake.misbehave({ path: '/git/', times: 1000, delay: 700 });
	const waiting = others.map((other) => timed(() => edit(other,
	    { tags: ['langsam'] }, { Prefer: 'wait=2' })));
	await until(() => (slowly.hits ?? 0) > 0, 2000, 'a run that is slow');
	const [plain, ms] = await timed(() => edit(file, { tags: ['x'] }));
	expectNotPushed(plain);
	assert.ok(ms < 300 * slow, `${ms} ms`);
	for (const [answer, took] of await Promise.all(waiting)) {
		expectNotPushed(answer);
		assert.equal(answer.headers.get('preference-applied'),
		    'wait=2');
		assert.ok(took < 2000 + 500 * slow, `${took} ms`);
	}
	fake.behave();
	await until(async () => await git(others[2]) === mirror(others[2]) &&
	    await git(file) === mirror(file), 8000, 'all is in Git');
});

test('a dead GitHub is no reason to refuse a write', async () => {
	const file = await made('Ausfall');
	fake.misbehave({ path: '/', times: 1000, status: 503 });
	const [answer, ms] = await timed(() => edit(file, { tags: ['aus'] },
	    { Prefer: 'wait=1' }));
	expectNotPushed(answer);
	assert.ok(ms < 1000 + 500 * slow, `${ms} ms`);
	assert.match(String(mirror(file)), /aus/);
	fake.behave();
	await expectPushed(await edit(file, { tags: ['an'] }, wait), file);
});

/** Does the work while the run folder lacks a socket.
 * @template T @param {string} name @param {() => Promise<T>} work */
async function without(name, work) {
	const [run] = stack.processes('codex-sync').map((pid) => readFileSync(
	    `/proc/${pid}/environ`, 'utf8').split('\0')
	    .find((line) => line.startsWith('CODEX_RUN='))?.slice(10))
	    .filter(Boolean);
	const socket = join(String(run), name);
	renameSync(socket, `${socket}-away`);
	try {
		return await work();
	} finally {
		renameSync(`${socket}-away`, socket);
	}
}

test('a write without a worker does not wait', async () => {
	const file = await made('Niemand');
	const [answer, ms] = await without('sync.bell', () => timed(
	    () => edit(file, { tags: ['still'] }, wait)));
	expectNotPushed(answer);
	assert.ok(ms < 500 * slow, `${ms} ms`);
	await expectPushed(await edit(file, { tags: ['laut'] }, wait), file);
});

test('a stored write is answered as stored when nobody can wait for it',
    async () => {
	const body = { kategorie: 'arbeit', title: 'Größe "42"' };
	const created = await without('sync.sock', () => stack.send('POST',
	    '/api/tasks', body, wait));
	expectNotPushed(created);
	const file = created.json.filename;
	assert.equal(file, `${created.json.id}-Größe-42.md`);
	assert.equal(created.json.path, vaultPath(file));
	assert.match(created.headers.get('content-type') ?? '',
	    /^application\/json/);
	assert.equal(created.headers.get('cache-control'), 'private, no-cache');
	assert.match(created.headers.get('content-security-policy') ?? '',
	    /default-src 'none'/);
	assert.match(created.headers.get('set-cookie') ?? '', /^cm_fresh=1/);
	for (const [method, path, json] of /** @type {const} */ ([
	    ['PATCH', '', { tags: ['a'] }],
	    ['POST', '/complete', { datum: '23.11.2026', zeit: 'abends' }],
	    ['DELETE', '', undefined]])) {
		const answer = await without('sync.sock', () => stack.send(
		    method, `/api/tasks/${created.json.id}${path}`, json, wait));
		expectNotPushed(answer);
		assert.equal(answer.json.changed, true);
	}
});

test('an answer too long for the way to the wait is given at once',
    async () => {
	const file = await made('Viel');
	/** @type {Record<string, any>} */
	const fields = { tags: ['viel'] };
	for (let i = 0; i < 1500; i++)
		fields[`unbekannt-${i}`] = i;
	const answer = await edit(file, fields, wait);
	expectNotPushed(answer);
	assert.equal(answer.json.ignored.length, 1500);
	assert.match(String(mirror(file)), /viel/);
});

test('the internal address of the wait is closed to everybody', async () => {
	const hex = Buffer.from(JSON.stringify({ file: '0001.md', etag: '',
	    body: '{' })).toString('hex');
	for (const address of ['/_wrote/', `/_wrote/${hex}`]) {
		const { status, json } = await stack.get(address);
		assert.equal(status, 404);
		assert.equal(json.ok, false);
	}
});

/** Edits here what Git has changed, too: Git's bytes, and ours.
 * @param {string} title */
async function quarrel(title) {
	const file = await made(title);
	const theirs = taskFile({ kategorie: 'privat',
	    deadline: '01.12.2026' }, `# ${title}\n`);
	await repo.commit({ files: { [vaultPath(file)]: theirs } });
	const answer = await edit(file, { deadline: '24.12.2026' }, wait);
	expectNotPushed(answer);
	await until(() => record(file)?.conflict, 5000, 'the conflict');
	assert.equal(mirror(file), theirs);
	const [mine] = copies('conflicts', file);
	assert.match(mine, /24\.12\.2026/);
	return { file, theirs, mine };
}

/** @param {string} file @param {any} take
 * @param {Record<string, string>} headers */
const resolve = (file, take, headers = wait) => stack.send('POST',
    `/api/tasks/${file.slice(0, 4)}/resolve`, { take }, headers);

test('taking theirs keeps the bytes of Git', async () => {
	const { file, theirs } = await quarrel('Ihre');
	const commits = (await repo.log()).length;
	const answer = await resolve(file, 'theirs');
	await expectPushed(answer, file);
	const { etag, gitPushed, commitSha, htmlUrl, ...rest } = answer.json;
	assert.deepEqual(rest, { ok: true, id: file.slice(0, 4), file,
	    changed: true });
	assert.equal(mirror(file), theirs);
	assert.equal((await repo.log()).length, commits);
	assert.equal(record(file).conflict, undefined);
	assert.equal(copies('conflicts', file).length, 1);
	const task = await stack.get(`/api/tasks/${file.slice(0, 4)}`);
	assert.equal(task.json.task.etag, etag);
	const again = await resolve(file, 'theirs');
	await expectPushed(again, file);
	assert.equal(again.json.changed, false);
	const other = await resolve(file, 'mine');
	assert.equal(other.status, 409);
	assert.equal(other.json.code, 'kein_konflikt');
});

test('taking mine replaces the bytes of Git by the copy',
    async () => {
	const { file, theirs, mine } = await quarrel('Meine');
	const answer = await resolve(file, 'mine');
	await expectPushed(answer, file);
	assert.equal(answer.json.changed, true);
	assert.equal(await git(file), mine);
	assert.ok(copies('trash', file).includes(theirs));
	assert.equal(record(file).conflict, undefined);
	const again = await resolve(file, 'mine');
	await expectPushed(again, file);
	assert.equal(again.json.changed, false);
});

test('taking mine starts from the newest push', async () => {
	const { file, mine } = await quarrel('Dazwischen');
	const later = taskFile({ kategorie: 'arbeit',
	    deadline: '02.12.2026' }, '# Später\n');
	await repo.commit({ files: { [vaultPath(file)]: later } });
	await stack.send('POST', '/sync', {});
	await until(() => mirror(file) === later, 5000, 'the push');
	assert.ok(record(file).conflict);
	const old = await resolve(file, 'mine', { 'If-Match': '"alt"' });
	assert.equal(old.status, 412);
	await expectPushed(await resolve(file, 'mine'), file);
	assert.equal(await git(file), mine);
	assert.ok(copies('trash', file).includes(later));
});

test('taking mine does not overwrite an unseen push', async () => {
	const { file, mine } = await quarrel('Ungesehen');
	const later = taskFile({ kategorie: 'arbeit',
	    deadline: '02.12.2026' }, '# Später\n');
	await repo.commit({ files: { [vaultPath(file)]: later } });
	expectNotPushed(await resolve(file, 'mine'));
	await until(() => mirror(file) === later, 5000, 'Git\'s bytes stay');
	assert.equal(await git(file), later);
	assert.ok(copies('conflicts', file).includes(mine));
	await expectPushed(await resolve(file, 'mine'), file);
	assert.equal(await git(file), mine);
});

test('of two conflicts the one is decided whose copy is named', async () => {
	const { file, mine } = await quarrel('Zwei Mal');
	const theirs = taskFile({ kategorie: 'privat',
	    deadline: '02.12.2026' }, '# Zwei Mal\n');
	await repo.commit({ files: { [vaultPath(file)]: theirs } });
	await edit(file, { deadline: '25.12.2026' }, wait);
	await until(() => record(file)?.older, 5000, 'the second conflict');
	const list = async () => (await stack.get('/api/sync')).json
	    .conflictList.filter((/** @type {any} */ c) => c.file === file);
	const both = await list();
	assert.match(both[0].mine, /25\.12\.2026/);
	assert.deepEqual([both[1].mine, both[1].theirs], [mine, theirs]);
	assert.equal((await stack.get(`/api/tasks/${file.slice(0, 4)}`)).json
	    .conflict.older, 1);
	const address = `/api/tasks/${file.slice(0, 4)}/resolve`;
	for (const changed of [true, false]) {
		const answer = await stack.send('POST', address,
		    { take: 'mine', copy: both[1].copy }, wait);
		await expectPushed(answer, file);
		assert.equal(answer.json.changed, changed);
		assert.equal(await git(file), mine);
	}
	assert.deepEqual((await list()).map((/** @type {any} */ c) => c.copy),
	    [both[0].copy]);
	assert.equal((await stack.get('/api/sync')).json.state, 'ok');
	await expectPushed(await resolve(file, 'theirs'), file);
	assert.deepEqual(await list(), []);
	assert.ok(copies('trash', file).includes(theirs));
	const bad = await stack.send('POST', address,
	    { take: 'mine', copy: '../x' });
	assert.deepEqual([bad.status, bad.json.field], [400, 'copy']);
});

for (const take of ['mine', 'theirs'])
	test(`a file that Git has removed is resolved: ${take}`, async () => {
		const { file, mine } = await quarrel(`Weg ${take}`);
		await repo.commit({ files: { [vaultPath(file)]: null } });
		await stack.send('POST', '/sync', {});
		await until(() => !mirror(file), 5000, 'the removal');
		assert.ok(record(file).conflict);
		const answer = await resolve(file, take);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.file, file);
		if (take === 'mine') {
			await expectPushed(answer, file);
			assert.equal(await git(file), mine);
		} else {
			expectNotPushed(answer);
			assert.equal(answer.json.etag, '');
			assert.equal(await git(file), undefined);
			assert.equal(record(file), undefined);
		}
		const again = await resolve(file, take);
		assert.equal(again.status, 200, again.text);
		assert.equal(again.json.changed, false);
	});

test('an impossible resolution is refused with its reason', async () => {
	const { file } = await quarrel('Fehler');
	for (const take of ['Mine', '', null, 1, undefined]) {
		const { status, json } = await resolve(file, take);
		assert.equal(status, 400);
		assert.equal(json.field, 'take');
	}
	assert.ok(record(file).conflict);
	const calm = await made('Friede');
	assert.deepEqual((({ status, json }) => [status, json.code])(
	    await resolve(calm, 'mine')), [409, 'kein_konflikt']);
	assert.equal((await resolve('9998-x.md', 'mine')).status, 404);
	const address = `/api/tasks/${file.slice(0, 4)}/resolve`;
	const get = await stack.get(address);
	assert.equal(get.status, 405);
	assert.equal(get.headers.get('allow'), 'POST');
	const foreign = await stack.send('POST', address, { take: 'mine' },
	    { Origin: 'http://evil.example' });
	assert.equal(foreign.status, 403);
	assert.equal((await resolve(file, 'theirs')).status, 200);
});

test('a resolution whose worker died is completed by the next try', async () => {
	for (let round = 0; round < 6; round++) {
		const take = round % 2 ? 'theirs' : 'mine';
		const { file, theirs, mine } = await quarrel(`Tod ${round}`);
		const first = resolve(file, take);
		await sleep(round * 2); // the moment is what varies
		for (const pid of stack.workers('codex-update'))
			process.kill(pid, 'SIGKILL');
		await first;
		await until(async () => (await resolve(file, take)).status ===
		    200, 5000, 'a second try');
		const want = take === 'mine' ? mine : theirs;
		assert.equal(mirror(file), want);
		await until(async () => await git(file) === want, 5000, 'Git');
		await until(() => !record(file).conflict, 5000, 'the record');
		assert.ok(copies('conflicts', file).includes(mine));
		if (take === 'mine')
			assert.ok(copies('trash', file).includes(theirs));
	}
});

const press = (query = '') =>
    stack.send('POST', `/sync${query}`, {});

test('the button answers with what was done', async () => {
	const file = '0900-Von-Git.md';
	await repo.commit({ files: { [vaultPath(file)]: taskFile({}, '# Git\n') } });
	const { status, json, text } = await press();
	assert.equal(status, 200, text);
	for (const [key, value] of Object.entries({ ok: true, mode: 'diff',
	    userId: 'usera', changed: 1, removed: 0, pushed: 0, conflicts: 0,
	    kept: 0, nextId: '0901', head: await repo.head() }))
		assert.deepEqual(json[key], value, `${key}: ${text}`);
	assert.equal((await press('?mode=full&confirm=true')).json.mode,
	    'full');
	assert.equal((await press('?mode=diff&confirm=false')).json.changed, 0);
});

test('a sync needs no body and no content type', async () => {
	const { status, text } = await stack.plainly('POST', '/sync?mode=full',
	    { Origin: stack.url });
	assert.equal(status, 200, text);
	const typed = await stack.plainly('POST', '/sync', { Origin: stack.url,
	    'Content-Type': 'application/json' });
	assert.equal(typed.status, 200, typed.text);
	const form = await stack.plainly('POST', '/sync', { Origin: stack.url,
	    'Content-Type': 'application/x-www-form-urlencoded' });
	assert.equal(form.status, 415, form.text);
});

test('the button refuses unknown parameters', async () => {
	for (const [query, field] of [['?mode=voll', 'mode'], ['?mode=', 'mode'],
	    ['?confirm=1', 'confirm'], ['?mode=full&confirm=ja', 'confirm']]) {
		const { status, json } = await press(query);
		assert.equal(status, 400);
		assert.equal(json.field, field);
	}
	const get = await stack.get('/sync');
	assert.equal(get.status, 405);
	assert.equal(get.headers.get('allow'), 'POST');
});

test('the button tells a delay from a failure', async () => {
	fake.misbehave({ path: '/', times: 1000, status: 503 });
	const later = await press();
	assert.equal(later.status, 202, later.text);
	assert.deepEqual(later.json, { ok: true, queued: true });
	fake.behave();
	fake.misbehave({ path: '/', times: 1000, status: 401 });
	const never = await press();
	assert.equal(never.status, 502, never.text);
	assert.equal(never.json.ok, false);
	assert.equal(never.json.code, 'github_gestoert');
	fake.behave();
	assert.equal((await press()).status, 200);
});

test('without GITHUB_SYNC_ON_OPERATION the button alone starts a run',
    async () => {
	const other = await startStack({ env: settings({
	    SYNC_BUTTON: 'false', SYNC_MIN_MS: '60000' }) });
	try {
		const answer = await other.send('POST', '/api/tasks',
		    { kategorie: 'privat', title: 'Nur hier' }, wait);
		expectNotPushed(answer);
		assert.equal(answer.headers.get('preference-applied'), null);
		// What an edit starts would be there by then.
		await sleep(200);
		assert.equal(await git(answer.json.filename), undefined);
		const bad = await other.send('POST', '/sync?mode=x', {});
		assert.equal(bad.status, 400);
		const first = await other.send('POST', '/sync', {});
		assert.equal(first.status, 200, first.text);
		assert.equal(first.json.pushed, 1);
		const second = await other.send('POST', '/sync', {});
		assert.equal(second.status, 429, second.text);
		const seconds = Number(second.headers.get('retry-after'));
		assert.ok(seconds > 40 && seconds <= 60, `${seconds} s`);
	} finally {
		await other.stop();
	}
});

test('a write by pull request names the request while that has it', async () => {
	const vault = await fake.createRepository({ name: 'prs', files: {
	    'README.md': '# Vault\n' } });
	const other = await startStack({ env: settings({ VIA_PR: 'true',
	    GITHUB_REPO: vault.name, GITHUB_SYNC_ON_OPERATION: 'true' }) });
	const change = (/** @type {string} */ id, /** @type {any} */ fields) =>
	    other.send('PATCH', `/api/tasks/${id}`, fields, wait);
	/** @param {any} answer @param {number} number */
	const expectAsked = ({ status, json, text }, number) => {
		assert.equal(status, 200, text);
		assert.deepEqual([json.gitPushed, json.prNumber],
		    [true, number], text);
		assert.match(json.prUrl, new RegExp(`/pull/${number}$`));
		assert.equal('commitSha' in json || 'htmlUrl' in json, false);
	};
	/** @param {any} answer */
	const expectNowhere = (answer) => {
		expectNotPushed(answer);
		assert.equal('prUrl' in answer.json, false, answer.text);
	};
	try {
		const made = await other.send('POST', '/api/tasks',
		    { kategorie: 'privat', title: 'Gefragt' }, wait);
		expectAsked(made, 1);
		const id = made.json.id;
		expectAsked(await change(id, { tags: ['a'] }), 1);
		expectAsked(await change(id, { tags: ['a'] }), 1);
		// The request is open, but its branch does not get this.
		fake.misbehave({ method: 'PATCH', path: '/git/refs',
		    status: 503, times: 1000 });
		expectNowhere(await change(id, { tags: ['b'] }));
		fake.behave();
		expectAsked(await change(id, { tags: ['b'] }), 1);

		const closed = await fetch(`${fake.urls.api}/repos/usera/${
		    vault.name}/pulls/1`, { method: 'PATCH',
		    body: '{"state":"closed"}', headers: {
		    authorization: 'Bearer write-token',
		    'content-type': 'application/json' } });
		assert.ok(closed.ok);
		expectNowhere(await change(id, { tags: ['b'] }));
		expectAsked(await change(id, { tags: ['c'] }), 2);
	} finally {
		await other.stop();
	}
});
