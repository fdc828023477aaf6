// @ts-check
// group: operate
// Each answer of a running system is what docs/openapi.yaml says of that path,
// method and status: all that can be brought about here is.

import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync,
    statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFaults, sticksOut, startBrowser } from './browser.mjs';
import { Visitor, gitSettings, oauthSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { signature } from './github/hooks.mjs';
import { Description, listErrors, modules } from './openapi.mjs';
import { sessionCookie } from './session.mjs';
import { readAnswer, startStack, taskFile, until, vaultPath }
    from './stack.mjs';

/** @typedef {import('./openapi.mjs').Operation} Operation */
/** @typedef {import('./stack.mjs').Answer} Answer */

const description = new Description();
const { operations } = description;

const room = mkdtempSync(join(tmpdir(), 'cm-api-'));
const run = join(room, 'run');
const keys = join(room, 'site.key');
const secret = 'das Geheimnis von GitHub';
const rate = 300;
/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** Ways in, as headers. @type {Record<string, Record<string, string>>} */
let as;

/** What was asked for and answered: operation and status, and codes. */
const seen = new Set();

/** A request for each operation that is answered well, or could be. */
const asks = () => /** @type {Record<string, any>} */ ({
	showWeek: {}, listTasks: {}, showHealth: {}, showUser: {}, showSync: {},
	listTokens: {}, showDescription: {}, showMetrics: {},
	showReadiness: {}, beginLogin: {}, beginLoginOnce: {},
	startSync: {}, endSession: { json: {} },
	showWeekFrom: { query: '?from=21.11.2026' },
	createTask: { json: { kategorie: 'privat', title: 'Milch' } },
	showTask: { id: '0001' }, replaceTask: { id: '0001', json: { tags: ['a'] } },
	changeTask: { id: '0001', json: { tags: ['b', 'c'] } },
	cancelTask: { id: '0002' },
	completeTask: { id: '0003', json: { datum: '23.11.2026', zeit: 'abends' } },
	resolveConflict: { id: '0001', json: { take: 'mine' } },
	previewWrite: { json: { kategorie: 'privat', title: 'Vielleicht' } },
	startSyncByToken: { headers: as.token },
	receiveDelivery: { body: '{}', headers: signed('ping', '{}') },
	finishLogin: { query: '?code=x&state=y' },
	makeToken: { json: { name: 'Skript', access: 'read' } },
	revokeToken: { id: '0123456789abcdef' },
});

/** @param {string} event @param {string} body */
const signed = (event, body) => ({ 'Content-Type': 'application/json',
	'X-GitHub-Event': event, 'X-Hub-Signature-256': signature(secret, body) });

/**
 * Ask for an operation, hold the answer against the description, note it.
 * @param {string} id @param {any} [more] what is other than in asks()
 * @param {{at?: import('./stack.mjs').Stack, who?: Record<string, string>}} [how]
 */
async function ask(id, more = {}, { at = stack, who = as.usera } = {}) {
	const operation = description.operation(id);
	const { id: task = '', query = '', headers = {}, ...init } =
	    { ...asks()[id], ...'body' in more && { json: undefined }, ...more };
	const path = operation.path.replace('{id}', encodeURIComponent(task));
	const known = 'Authorization' in headers || at !== stack ? {} : who;
	const answer = await at.fetch(path + query, {
	    method: operation.method.toUpperCase(),
	    ...init, headers: { ...known, ...headers } });
	const text = await answer.text();
	const read = { status: answer.status, headers: answer.headers, text,
	    json: /^application\/json/.test(answer.headers.get('content-type') ??
		'') && text ? JSON.parse(text) : null };
	note(operation, read);
	return read;
}

/** @param {Operation} operation @param {Answer} answer */
function note(operation, answer) {
	const what = `${operation.id} ${answer.status} ${answer.text.slice(0, 300)}`;
	assert.deepEqual(description.faults(operation, answer), [], what);
	seen.add(`${operation.id} ${answer.status}`);
	if (answer.json?.ok === false)
		seen.add(`${answer.status} ${answer.json.code}`);
}

/** Ask for it, and get that status. @param {string} id @param {number} status
 * @param {any} [more] @param {Parameters<typeof ask>[2]} [how] */
async function expect(id, status, more, how) {
	const answer = await ask(id, more, how);
	assert.equal(answer.status, status, `${id} ${answer.text.slice(0, 300)}`);
	return answer;
}

/** The same, and that code. @param {string} id @param {number} status
 * @param {string} code @param {any} [more] @param {Parameters<typeof ask>[2]} [how] */
async function expectCode(id, status, code, more, how) {
	const { json } = await expect(id, status, more, how);
	assert.equal(json.code, code);
}

/** Each operation with that status. @param {number} status
 * @param {(operation: Operation) => boolean} also */
const having = (status, also = () => true) => operations.filter((one) =>
    one.statuses.includes(String(status)) && also(one));

const cookieOf = (/** @type {string} */ user) => ({ Cookie: sessionCookie(keys,
	{ user, id: 4000 + user.length }) });

before(async () => {
	fake = await startFake({ rateLimit: 1e6,
	    logins: [{ login: 'usera', id: 4711 }] });
	repo = await fake.createRepository({ files: Object.fromEntries(
	    ['Brot', 'Salz', 'Tee'].map((title, i) => [
		vaultPath(`000${i + 1}-${title}.md`),
		taskFile({}, `# ${title}\n\n- [ ] eins\n- [x] zwei\n`)])) });
	stack = await startStack({ workers: 1, env: {
	    ...gitSettings(fake, { SYNC_LAG_MS: '200' }), ...oauthSettings(fake),
	    GITHUB_OAUTH_URL: fake.urls.html, GITHUB_WEBHOOK_SECRET: secret,
	    GITHUB_SYNC_ON_OPERATION: 'true', CACHE_REVALIDATE_MS: '0',
	    CODEX_ALLOWED_USERS: 'usera, eilig, leer, neu, voll', CODEX_KEY_FILE: keys,
	    CODEX_USER_RATE: String(rate), CODEX_RUN: run } });
	as = { nobody: {}, token: {}, ...Object.fromEntries(['usera', 'eilig',
	    'leer', 'neu', 'voll', 'fremd'].map((user) =>
	    [user, cookieOf(user)])) };
	for (const access of ['write', 'read']) {
		const { json } = await ask('makeToken',
		    { json: { name: access, access, Farbe: 1 } });
		as[access === 'write' ? 'token' : 'reader'] =
		    { Authorization: `Bearer ${json.token}` };
	}
	await expect('startSync', 200);
	await expect('startSyncByToken', 200);
});
after(async () => {
	await stack?.stop();
	await fake?.stop();
	rmSync(room, { recursive: true, force: true });
});

test('reading answers are as described', async () => {
	for (const id of ['showWeek', 'showWeekFrom', 'listTasks', 'showTask',
	    'showUser', 'showSync', 'listTokens', 'showHealth', 'showMetrics',
	    'showReadiness'])
		await expect(id, 200);
	await expect('showUser', 200, { headers: as.reader });
	for (const { id } of having(304)) {
		const { headers } = await expect(id, 200);
		await expect(id, 304, { headers: {
		    'If-None-Match': headers.get('etag') } });
	}
});

test('the description is served as it is, with its type', async () => {
	const { headers, text } = await expect('showDescription', 200, {},
	    { who: as.nobody });
	assert.equal(text, description.text);
	assert.equal(headers.get('content-type'), 'application/yaml');
	assert.match(headers.get('content-security-policy') ?? '',
	    /default-src 'none'/);
});

test('people read the description in the language of their browser', async () => {
	for (const [language, locale] of [['de-AT,en;q=0.5', 'de'], ['en-GB', 'en'],
	    ['fr', 'de']]) {
		const { status, headers, text } = await stack.get('/api/',
		    { Cookie: '', 'Accept-Language': language });
		assert.equal(status, 200);
		assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
		assert.match(headers.get('vary') ?? '', /Accept-Language/);
		assert.ok(text.includes(`<html lang="${locale}">`), language);
	}
});

test('the page of the description is sound for whoever reads it', async () => {
	const axe = await readFile(join(modules, 'axe-core/axe.min.js'), 'utf8');
	const browser = await startBrowser();
	try {
		for (const [path, width, colorScheme] of /** @type {const} */ ([
		    ['/api/', 1280, 'light'], ['/api/', 320, 'dark'],
		    ['/api/en.html', 1280, 'dark'], ['/api/en.html', 390, 'light']])) {
			const { page, complaints } = await browser.open(stack.url, {
			    path, context: { colorScheme,
				viewport: { width, height: 800 } } });
			await page.evaluate(axe);
			const faults = [...await page.evaluate(findFaults),
			    ...await page.evaluate(sticksOut), ...complaints,
			    ...await page.evaluate(() => [...document.querySelectorAll(
				'a[href^="#"]')].map((link) => /** @type {HTMLAnchorElement} */
				(link).hash.slice(1)).filter((id) =>
				!document.getElementById(id)))];
			assert.deepEqual(faults, [], `${path} ${width} ${colorScheme}`);
			for (const { id } of operations)
				assert.equal(await page.locator(`#${id}`).count(), 1, id);
		}
	} finally {
		await browser.stop();
	}
});

test('answers to writes are as described', async () => {
	const key = { 'Idempotency-Key': 'einmal' };
	const wait = { Prefer: 'wait=5' };
	await expect('createTask', 200, { headers: key });
	await expect('createTask', 422, { headers: key,
	    json: { kategorie: 'arbeit' } });
	const { json: made, headers } = await expect('createTask', 200, {
	    headers: wait, json: { kategorie: 'arbeit', title: 'Käse', Farbe: 1,
		tags: ['a'], fixedSlot: { datum: '05.12.2026', zeit: 'morgens' } } });
	assert.equal(made.gitPushed, true);
	assert.equal(headers.get('preference-applied'), 'wait=5');
	await expect('replaceTask', 200);
	const { json: edited } = await expect('changeTask', 200, { headers: wait });
	await expect('changeTask', 200, { json: { undo: edited.undo },
	    headers: { 'If-Match': `"${edited.etag}"` } });
	await expect('previewWrite', 200, { json: { id: '0001', fixedSlot:
	    made.fixedSlot ?? { datum: '05.12.2026', zeit: 'morgens' }, Art: 1 } });
	await expect('completeTask', 200);
	await expect('cancelTask', 200);
	await expect('previewWrite', 200);
	const { json: token } = await expect('makeToken', 200);
	await expect('revokeToken', 200, { id: token.id });
});

test('what tasks can be is as described', async () => {
	stack.place('0010-Alles.md', taskFile({ kategorie: 'privat',
	    deadline: '32.13.2026', fixedSlot: '{datum: 01.01.2026, zeit: abends}' },
	    '# Alles\n\n1. *eins* **zwei** ~~drei~~ `vier`\n\n> [a](https://a.example "b")' +
	    '\n\n```c\nx\n```\n\n---\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n' +
	    'x  \ny\nz\n\n- [ ] Haken\n'));
	stack.place('0011-Kaputt.md', '---\ntyp: [\n---\n');
	stack.place('0012 Leer.md', 'nichts');
	stack.place('Bild.png', 'nichts');
	await expect('showTask', 200, { id: '0010' });
	for (const id of ['showWeek', 'showWeekFrom', 'listTasks']) {
		const { json } = await expect(id, 200);
		assert.equal(json.problems.length, 2);
		assert.equal(json.otherFiles, 1);
	}
	await expect('showTask', 409, { id: '0011' });
});

test('a conflict and its decision are as described', async () => {
	await expect('resolveConflict', 409);
	await repo.commit({ files: { [vaultPath('0001-Brot.md')]: taskFile(
	    { deadline: '01.12.2026' }, '# Brot\n') } });
	await ask('changeTask', { json: { deadline: '24.12.2026' },
	    headers: { Prefer: 'wait=5' } });
	await until(async () => {
		const { json } = await ask('showSync');
		return json.conflictList.length > 0;
	}, 8000, 'the conflict');
	const { json } = await expect('showTask', 200);
	assert.ok(json.conflict.mine);
	await expect('resolveConflict', 412, { headers: { 'If-Match': '"alt"' } });
	await expect('resolveConflict', 200);
});

test('a delivery is answered as described', async () => {
	await expect('receiveDelivery', 200);
	const push = (/** @type {any} */ more = {}) => JSON.stringify({
	    ref: 'refs/heads/main', before: 'a'.repeat(40), after: 'b'.repeat(40),
	    created: false, deleted: false, forced: false, commits: [],
	    repository: { full_name: 'usera/vault' }, head_commit: null, ...more });
	await until(async () => {
		const body = push({ commits: [{ id: 'b'.repeat(40), removed: [],
		    added: [vaultPath('0001-Brot.md')], modified: [] }] });
		const { status } = await ask('receiveDelivery',
		    { body, headers: signed('push', body) });
		return status === 200;
	}, 8000, 'results');
	const other = push({ ref: 'refs/heads/anders' });
	await expect('receiveDelivery', 202,
	    { body: other, headers: signed('push', other) });
	await expect('receiveDelivery', 400,
	    { body: 'x', headers: signed('push', 'x') });
	await expect('receiveDelivery', 415, { headers: { ...signed('push', '{}'),
	    'Content-Type': 'text/plain' } });
	await expect('receiveDelivery', 401, { headers: { ...signed('ping', '{}'),
	    'X-Hub-Signature-256': signature('falsch', '{}') } });
});

/** Come back from GitHub, and get that status. @param {number} status
 * @param {string} [decision] */
async function come(status, decision) {
	const visitor = new Visitor(stack);
	const back = await visitor.answer(await visitor.begin(), 'usera', decision);
	return expect('finishLogin', status, { query: back.slice(back.indexOf('?')),
	    headers: { Cookie: visitor.cookie } }, { who: as.nobody });
}

test('logins are answered as described', async () => {
	const nobody = { who: as.nobody };
	await expect('beginLogin', 302, {}, nobody);
	await expect('beginLoginOnce', 302, {}, nobody);
	await expect('finishLogin', 400, {}, nobody);
	await come(302);
	await come(403, 'cancel');
	fake.misbehave({ path: '/login/oauth/access_token', status: 500 });
	await come(502);
	await expect('endSession', 200, {}, { who: cookieOf('usera') });
});

test('a value that is not allowed is refused as described', async () => {
	const bad = { createTask: { json: { kategorie: 'x' } },
	    replaceTask: { json: { status: 1 } }, changeTask: { body: '{' },
	    completeTask: { json: {} }, resolveConflict: { json: {} },
	    previewWrite: { json: [] }, startSync: { query: '?mode=x' },
	    startSyncByToken: { query: '?confirm=x' }, makeToken: { json: {} },
	    endSession: { json: { everywhere: 1 } },
	    showWeekFrom: { query: '?from=x' }, listTasks: { query: '?status=x' } };
	for (const [id, more] of Object.entries(bad))
		await expect(id, 400, more);
	const plain = await stack.plainly('GET', '/codex', { 'X-Bad\u0000': 'x' });
	note(description.operation('showWeek'), plain);
	assert.equal(plain.status, 400);
});

test('who may not is refused as described', async () => {
	for (const { id } of having(401, ({ id }) => id !== 'receiveDelivery'))
		await expect(id, 401, { ...(id === 'endSession'
		    ? { json: { everywhere: true } } : {}), ...(id ===
		    'startSyncByToken' ? { headers: { Authorization: 'Bearer x' } }
		    : {}) }, { who: as.nobody });
	await expect('showMetrics', 403, { headers: { 'X-Forwarded-For': '::1' } });
	for (const { id, security } of having(403, ({ id }) =>
	    !['finishLogin', 'showMetrics'].includes(id)))
		await expect(id, 403, security.includes('session')
		    ? id === 'endSession' ? { json: { everywhere: true } } : {}
		    : { headers: as.reader }, { who: as.fremd });
	await expect('changeTask', 403, { headers: as.reader });
	await expect('listTokens', 403, { headers: as.token });
	await expect('changeTask', 403, { headers: {
	    Origin: 'https://fremd.example' } });
	await expect('startSyncByToken', 405, { headers: as.usera });
});

test('what is not there, or has changed, is refused as described', async () => {
	for (const { id, path } of having(404))
		if (path.includes('{id}'))
			await expect(id, 404, { id: '7777' });
	await expect('previewWrite', 404, { json: { id: '7777', tags: [] } });
	const old = { headers: { 'If-Match': '"alt"' } };
	for (const { id } of having(412, ({ id }) => id !== 'resolveConflict'))
		await expect(id, 412, id !== 'previewWrite' ? old
		    : { ...old, json: { id: '0001', tags: [] } });
	stack.place('0020-a.md', taskFile());
	stack.place('0020-b.md', taskFile());
	const twice = having(409, ({ path }) => path.includes('/tasks/'));
	for (const { id } of twice)
		await expect(id, 409, { id: '0020' });
	await expect('previewWrite', 409, { json: { id: '0020', tags: [] } });
	const tick = { json: { tick: { line: 8, checked: true } } };
	for (const id of ['changeTask', 'replaceTask'])
		await expect(id, 428, tick);
	await expect('previewWrite', 428, { json: { ...tick.json, id: '0001' } });
});

test('a body that may not be is refused as described', async () => {
	for (const { id } of having(413, ({ id }) => id !== 'receiveDelivery'))
		await expect(id, 413, { body: 'x'.repeat(70000) });
	const { method, path } = description.operation('receiveDelivery');
	const large = await stack.plainly(method.toUpperCase(), path,
	    { ...signed('push', ''), 'Content-Length': '30000000' });
	note(description.operation('receiveDelivery'), large);
	assert.equal(large.status, 413);
	for (const { id } of having(415, ({ id }) => id !== 'receiveDelivery'))
		await expect(id, 415, { body: 'x',
		    headers: { 'Content-Type': 'text/plain' } });
});

test('a method that a path does not have is refused with those it has',
    async () => {
	for (const path of new Set(operations.map((one) => one.path))) {
		const here = operations.filter((one) => one.path === path);
		const answer = await stack.send('OPTIONS', path.replace('{id}',
		    '0001'), undefined, as.usera);
		assert.equal(answer.status, 405, path);
		assert.deepEqual(answer.headers.get('allow')?.split(', ').sort(),
		    here.flatMap(({ method, security }) => method !== 'get'
			? [method.toUpperCase()]
			: security.join() === 'token' ? [] : ['GET', 'HEAD'])
			.sort(), path);
		note(here[0], answer);
	}
});

test('HEAD answers as GET does, without the body', async () => {
	for (const { id, method, path } of operations) {
		if (method !== 'get' || id === 'startSyncByToken')
			continue;
		const answer = await stack.fetch(path.replace('{id}', '0001'),
		    { method: 'HEAD', headers: as.usera });
		const same = await ask(id);
		assert.equal(answer.status, same.status, path);
		assert.equal(await answer.text(), '');
	}
});

test('errors of nginx are as described', async () => {
	const week = description.operation('showWeek');
	for (const [status, method, target, headers] of
	    /** @type {[number, string, string, Record<string, string>][]} */ ([
		[414, 'GET', `/codex?${'x'.repeat(9000)}`, {}],
		[421, 'GET', '/codex', { Host: 'fremd.example' }],
		[501, 'POST', '/codex', { 'Transfer-Encoding': 'gzip' }]])) {
		const answer = await stack.plainly(method, target, headers);
		assert.equal(answer.status, status, answer.text);
		note(week, answer);
	}
	const version = await stack.raw('GET /codex HTTP/9.9\r\n\r\n');
	assert.equal(version.status, 505);
	note(week, version);
	const login = await stack.get('/api/settings');
	assert.equal(login.json.code, 'nicht_eingerichtet');
});

test('one that asks too often is refused as described', async () => {
	const { json } = await ask('makeToken', { json: { name: 'Skript',
	    access: 'write' } }, { who: as.eilig });
	const token = { Authorization: `Bearer ${json.token}` };
	const spend = () => Promise.all(Array.from({ length: rate + 1 }, () =>
	    stack.fetch('/auth/me', { headers: as.eilig })));
	await spend();
	for (const { id, security } of having(429)) {
		if (security.length === 0 || ['showWeek', 'endSession'].includes(id))
			continue;
		// A minute may end meanwhile.
		for (let i = 0; i < 3; i++) {
			const { status } = await ask(id, id === 'startSyncByToken'
			    ? { headers: token } : {}, { who: as.eilig });
			if (status === 429)
				break;
			await spend();
		}
		assert.ok(seen.has(`${id} 429`), id);
	}
	await Promise.all(Array.from({ length: 40 }, () => ask('showWeek',
	    { query: '?nocache=true' })));
	assert.ok(seen.has('showWeek 429'));
});

test('what is not set up is told as described', async () => {
	const local = await startStack({ as: 'local' });
	try {
		const parts = /^\/(sync|github|auth\/(?!me)|api\/tokens)/;
		for (const { id } of having(404, ({ path }) => parts.test(path)))
			await expect(id, 404, {}, { at: local });
		const { json } = await expect('showUser', 200, {}, { at: local });
		assert.equal(json.auth, 'local');
		await expect('showSync', 200, {}, { at: local });
	} finally {
		await local.stop();
	}
});

test('who asks too often from one address is refused as described', async () => {
	const limited = await startStack({ workers: 1, env: {
	    ...gitSettings(fake), ...oauthSettings(fake), CODEX_LIMITS: 'on',
	    GITHUB_WEBHOOK_SECRET: secret } });
	try {
		// The others have rates of users, or of builds.
		for (const { id } of having(429, ({ id, security }) =>
		    security.length === 0 || id === 'endSession')) {
			const json = id === 'endSession' ? {} : undefined;
			for (let i = 0; i < 9 && !seen.has(`${id} 429`); i++)
				await Promise.all(Array.from({ length: 120 }, () =>
				    ask(id, { json }, { at: limited })));
			assert.ok(seen.has(`${id} 429`), id);
		}
	} finally {
		await limited.stop();
	}
});

test('a login that belongs to another person is refused as described',
    async () => {
	const bearer = (/** @type {string} */ token) =>
	    ({ headers: { Authorization: `Bearer ${token}` } });
	fake.addToken('ghp_eins', 'none', 'neu');
	await expect('listTasks', 200, bearer('ghp_eins'));
	// GitHub has given the name away.
	Object.assign(fake.logins.find(({ login }) => login === 'neu') ?? {},
	    { id: 999999 });
	fake.addToken('ghp_zwei', 'none', 'neu');
	await expectCode('listTasks', 403, 'anderes_konto', bearer('ghp_zwei'));
	renameSync(join(run, 'auth.sock'), join(run, 'auth.gone'));
	await expectCode('listTasks', 503, 'github_gestoert', bearer('ghp_drei'));
	renameSync(join(run, 'auth.gone'), join(run, 'auth.sock'));
});

test('a user who has all numbers gets no other, as described', async () => {
	const folder = join(stack.data, 'raw/voll/tasks');
	mkdirSync(folder, { recursive: true });
	for (let n = 0; n < 10000; n++)
		writeFileSync(join(folder, `${String(n).padStart(4, '0')}.md`), '');
	await expectCode('createTask', 409, 'nummern_erschoepft', {},
	    { who: as.voll });
	rmSync(folder, { recursive: true });
});

test('who loses to another writer again and again is told as described',
    async () => {
	const file = join(stack.data, 'state/usera/tokens.json');
	const { json } = await ask('makeToken');
	// So long that it is changed, as by others, while it is read.
	const long = readFileSync(file, 'utf8') + ' '.repeat(1e6);
	let n = 0;
	const writer = setInterval(() => utimesSync(file, 0, ++n), 1);
	try {
		for (const id of ['makeToken', 'revokeToken'])
			await until(async () => {
				writeFileSync(file, long);
				const answer = await ask(id, id === 'makeToken' ? {}
				    : { id: json.id });
				return answer.json.code === 'gleichzeitig_geaendert';
			}, 8000, `409 of ${id}`);
	} finally {
		clearInterval(writer);
	}
});

/** Hold a lock while that is done. @param {string} name
 * @param {(awaited: () => boolean) => Promise<void>} done */
async function withLock(name, done) {
	const file = join(run, 'locks', name);
	const holder = spawn('flock', [file, '-c', 'echo held; read wait'],
	    { stdio: ['pipe', 'pipe', 'inherit'] });
	try {
		await new Promise((held) => holder.stdout.once('data', held));
		await done(() => new RegExp(`-> FLOCK .*:${statSync(file).ino} `)
		    .test(readFileSync('/proc/locks', 'utf8')));
	} finally {
		holder.stdin.end('\n');
	}
}

test('a program that waits in vain, or dies, is told as described', () =>
    withLock('build-usera', async (awaited) => {
	const rebuild = { query: '?nocache=true' };
	await expectCode('showWeek', 503, 'beschaeftigt', rebuild);
	const asked = expectCode('showWeek', 502, 'nicht_erreichbar', rebuild);
	await until(awaited, 5000, 'a build that waits');
	const [pid] = stack.workers('codex-render',
	    (args) => args.includes('--build'));
	process.kill(pid, 'SIGKILL');
	await asked;
}));

test('what a newer program wrote is told as described', async () => {
	const folder = join(stack.data, 'state/leer');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'tokens.json'), '{"v":99}\n');
	await expectCode('listTokens', 503, 'neuere_fassung', {}, { who: as.leer });
});

test('a body for which nginx has no room is told as described', async () => {
	const { method, path } = description.operation('receiveDelivery');
	const [pid] = stack.processes('nginx').filter((one) => /-p \S+/.test(
	    readFileSync(`/proc/${one}/cmdline`, 'utf8')));
	const [, prefix] = /-p (\S+)/.exec(readFileSync(`/proc/${pid}/cmdline`,
	    'utf8')) ?? [];
	const folder = join(prefix, 'tmp/body');
	renameSync(folder, `${folder}.gone`);
	writeFileSync(folder, 'a file where a folder must be');
	const answer = await stack.fetch(path, { method, body: 'x'.repeat(1e6),
	    headers: signed('push', '') });
	rmSync(folder);
	renameSync(`${folder}.gone`, folder);
	note(description.operation('receiveDelivery'), await readAnswer(answer));
	assert.equal(answer.status, 500);
});

test('what does not answer in time is told as described', async () => {
	const [pid] = stack.workers('codex-tasks');
	process.kill(pid, 'SIGSTOP');
	const late = expectCode('listTasks', 504, 'zeitueberschreitung');
	fake.misbehave({ path: '/login/oauth/access_token', hang: true });
	await come(504);
	await late;
	process.kill(pid, 'SIGCONT');
});

test('a system that cannot is told as described', async () => {
	mkdirSync(join(stack.data, 'raw/leer'), { recursive: true });
	symlinkSync(room, join(stack.data, 'raw/leer/tasks'));
	await expectCode('listTasks', 503, 'speicher_gestoert', {},
	    { who: as.leer });

	for (const [status, wanted] of [[404, 502], [500, 202]]) {
		fake.misbehave({ path: '/repos/', status, times: 1000 });
		await expect('startSync', wanted);
		await expect('startSyncByToken', wanted);
		fake.behave();
	}

	for (const name of readdirSync(run).filter((one) => one.endsWith('.sock')))
		renameSync(join(run, name), join(run, `${name}.gone`));
	for (const { id } of having(503))
		await expectCode(id, 503, 'nicht_erreichbar');
});

/** What cannot be asked for here, and why not. @type {Record<string, string>} */
const never = {
	'504 github_langsam': 'is the page of finishLogin, which has no code',
};

test('every status and code that is described was answered', () => {
	const told = operations.flatMap(({ id, statuses }) => statuses.map(
	    (status) => `${id} ${status}`));
	assert.deepEqual(told.filter((one) => !seen.has(one)), []);
	assert.deepEqual(listErrors().filter((one) => !seen.has(one)),
	    Object.keys(never));
});
