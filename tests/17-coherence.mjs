// @ts-check
// group: http
// also on: azurite
// Who has written sees it, through whichever worker of whichever host; and
// nobody else loses anything by it.  With AZURE_BLOB_CONN set
// (tests/azurite.sh) the two hosts share that account.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { promisify } from 'node:util';
import { startAzurite } from './azurite.mjs';
import { Visitor } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { sessionCookie } from './session.mjs';
import { Stack, build, cleanEnv, long, manyBuild, sleep, slow, startStack,
    within } from './stack.mjs';

const azure = process.env.AZURE_BLOB_CONN;
const rounds = long ? 10000 : 1000;
const shared = mkdtempSync(join(tmpdir(), 'cm-shared-'));
after(() => rmSync(shared, { recursive: true, force: true }));

/** Two hosts on one store. @param {string} every @param {string[]} users */
async function twoHosts(every, users = ['usera', 'usera']) {
	const data = mkdtempSync(join(shared, 'data-'));
	/** @type {Record<string, string>} */
	const place = azure ? { AZURE_BLOB_CONN: azure, AZURE_BLOB_CONTAINER:
	    `hosts-${data.slice(-6).toLowerCase()}-${process.pid}` } : {};
	return Promise.all(users.map((user) => startStack({ data, workers: 2,
	    env: { ...place, CACHE_REVALIDATE_MS: every,
		CODEX_AUTH: `local:${user}` } })));
}

/** @param {Stack} stack */
async function create(stack) {
	const answer = await stack.send('POST', '/api/tasks',
	    { kategorie: 'arbeit', title: 'Zeuge' });
	assert.equal(answer.status, 200, answer.text);
	return answer.json.id;
}

/** Writes a word into a task. @param {Stack} stack @param {string} id
 * @param {string} word */
async function write(stack, id, word) {
	const answer = await stack.send('PATCH', `/api/tasks/${id}`,
	    { tags: [word] });
	assert.equal(answer.status, 200, answer.text);
	return answer;
}

test(`${rounds} rounds of write then read show no stale week`, async () => {
	const stack = await startStack({ workers: 4,
	    env: { CODEX_BUILD: manyBuild } });
	const clients = 4;
	const ids = [];
	for (let i = 0; i < clients; i++)
		ids.push(await create(stack));
	let stale = 0;
	/** @type {Record<string, number>} */
	const sources = {};
	await Promise.all(ids.map(async (id, client) => {
		for (let i = 0; i < rounds / clients; i++) {
			const word = `c${client}r${i}x`;
			await write(stack, id, word);
			const reads = i % 3 === 0 ? [1, 2, 3] : [1];
			for (const week of await Promise.all(reads.map(() =>
			    stack.get('/codex')))) {
				assert.equal(week.status, 200, week.text);
				const from = week.headers.get('x-cache') || '';
				sources[from] = (sources[from] || 0) + 1;
				if (!week.text.includes(`"${word}"`))
					stale++;
			}
		}
	}));
	assert.equal(stale, 0);
	assert.ok(sources.miss > 0 && sources.blob > 0,
	    JSON.stringify(sources));
	await stack.stop();
});

test('a list and a task show a write at once', async () => {
	const stack = await startStack({ workers: 2 });
	const id = await create(stack);
	for (let i = 0; i < 50; i++) {
		await write(stack, id, `wort${i}`);
		const [list, one] = await Promise.all([
			stack.get('/api/tasks'), stack.get(`/api/tasks/${id}`)]);
		assert.deepEqual(list.json.tasks[0].tags, [`wort${i}`]);
		assert.deepEqual(one.json.task.tags, [`wort${i}`]);
	}
	await stack.stop();
});

test('hosts that look every time see each other\'s writes', async () => {
	const hosts = await twoHosts('0');
	const id = await create(hosts[0]);
	await Promise.all(hosts.map((host) => host.get('/codex')));
	for (let i = 0; i < 60; i++) {
		await write(hosts[i % 2], id, `runde${i}x`);
		const week = await hosts[(i + 1) % 2].get('/codex');
		assert.ok(week.text.includes(`"runde${i}x"`), `round ${i}`);
	}
	await Promise.all(hosts.map((host) => host.stop()));
});

test('with the cookie of a write every host shows it', async () => {
	const hosts = await twoHosts('600000');
	const id = await create(hosts[0]);
	// All workers of the other host have a week in memory.
	for (let i = 0; i < 12; i++)
		await hosts[1].get('/codex');
	let without = 0;
	for (let i = 0; i < 20; i++) {
		const answer = await write(hosts[0], id, `keks${i}x`);
		const set = answer.headers.get('set-cookie') || '';
		const age = Number(/Max-Age=(\d+)/.exec(set)?.[1]);
		assert.ok(age >= 605, set);
		assert.match(set, /HttpOnly/);
		const blind = await hosts[1].get('/codex');
		without += blind.text.includes(`"keks${i}x"`) ? 0 : 1;
		const week = await hosts[1].get('/codex',
		    { Cookie: `a=b; ${set.split(';')[0]}; c=d` });
		assert.ok(week.text.includes(`"keks${i}x"`), `round ${i}`);
	}
	assert.ok(without > 0, 'without it the memory of the host answers');
	await Promise.all(hosts.map((host) => host.stop()));
});

test('codex week shows at any host what codex has done at another', async () => {
	const hosts = await twoHosts('600000');
	const { token } = (await hosts[0].send('POST', '/api/tokens',
	    { name: 'Shell', access: 'write' })).json;
	const codex = async (/** @type {Stack} */ host,
	    /** @type {string[]} */ ...words) => (await promisify(execFile)(
	    join(build, 'codex'), words, { env: cleanEnv({ CODEX_URL: host.url,
		CODEX_TOKEN: token }) })).stdout;
	await codex(hosts[0], 'add', '-k', 'arbeit', 'Erste');
	for (let i = 0; i < 8; i++)
		await codex(hosts[1], 'week');
	for (let i = 0; i < 4; i++) {
		await codex(hosts[0], 'add', '-k', 'arbeit', `Zeuge ${i}`);
		assert.match(await codex(hosts[1], 'week'),
		    new RegExp(`Zeuge ${i}`));
	}
	await Promise.all(hosts.map((host) => host.stop()));
});

test('an API token is good at every host as soon as it is made', async () => {
	const hosts = await twoHosts('600000');
	const make = async (/** @type {string} */ name) => ({ Authorization:
	    `Bearer ${(await hosts[0].send('POST', '/api/tokens',
		{ name, access: 'read' })).json.token}` });
	const paths = ['/codex', '/api/tasks', '/auth/me'];
	const first = await make('Erstes');
	// All processes of the other host remember which tokens there are.
	for (let i = 0; i < 8; i++)
		for (const path of paths)
			await hosts[1].get(path, first);
	const second = await make('Zweites');
	for (const path of paths)
		assert.equal((await hosts[1].get(path, second)).status, 200, path);
	const none = { Authorization: `${second.Authorization.slice(0, -4)}0000` };
	for (const path of paths)
		assert.equal((await hosts[1].get(path, none)).status, 401, path);
	await Promise.all(hosts.map((host) => host.stop()));
});

test('who logs in after a logout everywhere is let in at every host', {
	skip: Boolean(azure) }, async () => {
	const hosts = await twoHosts('600000');
	await create(hosts[0]);
	for (let i = 0; i < 8; i++)
		for (const path of ['/codex', '/api/tasks'])
			assert.equal((await hosts[1].get(path)).status, 200);
	assert.equal((await hosts[0].send('POST', '/auth/logout',
	    { everywhere: true })).status, 200);
	const { epoch } = JSON.parse(String(await hosts[0].blob(
	    'state/usera/session.json')));
	const again = { Cookie: sessionCookie(hosts[0].keyFile,
	    { user: 'usera', id: 4711, epoch }) };
	for (const host of hosts)
		for (const path of ['/codex', '/api/tasks'])
			assert.equal((await host.get(path, again)).status, 200, path);
	await Promise.all(hosts.map((host) => host.stop()));
});

test('without the cookie a host is behind for CACHE_REVALIDATE_MS', async () => {
	const hosts = await twoHosts('1000');
	const id = await create(hosts[0]);
	for (let i = 0; i < 8; i++)
		await hosts[1].get('/codex');
	const answer = await write(hosts[0], id, 'später');
	const age = Number(/Max-Age=(\d+)/.exec(
	    answer.headers.get('set-cookie') || '')?.[1]);
	assert.equal(age, 10, 'at least 10 s');
	await within(1000, async () => (await hosts[1].get('/codex')).text
	    .includes('"später"'), 'what the other host wrote');
	await Promise.all(hosts.map((host) => host.stop()));
});

test('what a list, a task or a preview has shown, no week of the host takes back',
    async () => {
	const hosts = await twoHosts('600000');
	const id = await create(hosts[0]);
	/** @type {[string, () => Promise<any>][]} */
	const ways = [
	    ['list', () => hosts[1].get('/api/tasks')],
	    ['task', () => hosts[1].get(`/api/tasks/${id}`)],
	    ['week', () => hosts[1].get('/api/week')],
	    ['preview', () => hosts[1].send('POST', '/api/preview',
		{ id, deadline: '05.12.2026' })]];
	const week = async () => (await hosts[1].get('/codex')).text;
	for (const [name, show] of ways) {
		for (let i = 0; i < 8; i++)
			await week();
		await write(hosts[0], id, `vor ${name}`);
		assert.ok(!(await week()).includes(`"vor ${name}"`), 'from memory');
		assert.equal((await show()).status, 200, name);
		for (let i = 0; i < 8; i++)
			assert.ok((await week()).includes(`"vor ${name}"`), name);
	}
	await Promise.all(hosts.map((host) => host.stop()));
});

test('on one host no cookie is needed and none is set', {
	skip: Boolean(azure) }, async () => {
	const stack = await startStack({ workers: 1 });
	const id = await create(stack);
	const answer = await write(stack, id, 'x');
	assert.equal(answer.headers.get('set-cookie'), null);

	const seen = new Set();
	for (let i = 0; i < 30; i++) {
		// Every other write changes nothing.
		await write(stack, id, `y${i >> 1}`);
		const token = String(await stack.blob(
		    'state/usera/cacheVersion.txt'));
		assert.match(token, /^\d{13}-[0-9a-z]{8,}$/);
		seen.add(token);
	}
	assert.equal(seen.size, 30, 'each write has a token of its own');
	await stack.stop();
});

test('one user\'s writes touch nothing of another', {
	skip: Boolean(azure) }, async () => {
	const [a, b] = await twoHosts('0', ['usera', 'userb']);
	await create(b);
	await b.get('/codex');
	await b.get('/codex');
	const before = Object.entries(b.tree()).filter(([path]) =>
	    path.includes('userb'));
	assert.ok(before.length >= 4);
	const id = await create(a);
	await write(a, id, 'fremd');
	await a.send('POST', `/api/tasks/${id}/complete`,
	    { datum: '23.11.2026', zeit: 'abends' });
	const week = await a.get('/codex');
	assert.equal(week.json.userId, 'usera');
	assert.deepEqual(Object.entries(b.tree()).filter(([path]) =>
	    path.includes('userb')), before);
	const theirs = await b.get('/codex');
	assert.equal(theirs.json.userId, 'userb');
	assert.ok(!theirs.text.includes('fremd'));
	assert.notEqual(theirs.headers.get('x-cache'), 'miss');
	assert.equal((await b.get('/api/tasks')).json.tasks.length, 1);
	await Promise.all([a.stop(), b.stop()]);
});

test('two hosts give consecutive numbers', async () => {
	const hosts = await twoHosts('0');
	const each = 60;
	const ids = (await Promise.all(Array.from({ length: 8 }, async (_, c) => {
		const own = [];
		for (let i = 0; i < each / 4; i++)
			own.push(await create(hosts[c % 2]));
		return own;
	}))).flat().map(Number).sort((x, y) => x - y);
	assert.deepEqual(ids, Array.from({ length: 2 * each }, (_, i) => i));
	await Promise.all(hosts.map((host) => host.stop()));
});

/** What comes of it, and in how many milliseconds.
 * @template T @param {Promise<T>} answer @returns {Promise<[T, number]>} */
async function timed(answer) {
	const began = Date.now();
	return [await answer, Date.now() - began];
}

/** @param {any} answer */
function refused(answer) {
	assert.equal(answer.status, 503, answer.text);
	assert.equal(answer.json.code, 'speicher_gestoert');
	assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/);
}

test('a store that hangs holds up nobody and is there again at once', {
	skip: !azure }, async () => {
	// One of our own, as it is stopped.
	const azurite = await startAzurite();
	after(() => azurite.stop());
	const stack = await startStack({ workers: 2, env: {
		AZURE_BLOB_CONN: azurite.conn, CACHE_REVALIDATE_MS: '1000',
		AZURE_BLOB_CONTAINER: 'hangs' } });
	const id = await create(stack);
	const week = async () => {
		const [answer, ms] = await timed(stack.get('/codex'));
		return { answer, ms, from: answer.headers.get('x-cache') };
	};
	// Both workers have it in memory.
	for (let i = 0; i < 16; i++)
		await week();
	// A list is no write, for all that it has them look at the token.
	assert.equal((await stack.get('/api/tasks')).status, 200);
	azurite.hang();
	try {
		const writes = [stack.send('POST', '/api/tasks',
		    { kategorie: 'arbeit', title: 'Verloren?' }),
		stack.send('PATCH', `/api/tasks/${id}`, { tags: ['neu'] }),
		stack.send('POST', `/api/tasks/${id}/complete`,
		    { datum: '28.11.2026', zeit: 'abends' })].map(timed);
		await sleep(1100); // CACHE_REVALIDATE_MS
		const from = new Set();
		for (let i = 0; i < 6; i++) {
			const seen = await week();
			assert.equal(seen.answer.status, 200, seen.answer.text);
			assert.ok(seen.ms < 2500 * slow, `${seen.ms} ms`);
			assert.ok(seen.answer.text.includes('Zeuge'));
			assert.equal(seen.answer.headers.get('warning'),
			    seen.from === 'stale' ? '110 - "Response is Stale"'
				: null);
			from.add(seen.from);
		}
		assert.ok(from.has('stale'), [...from].join());
		const [health, ms] = await timed(stack.get('/healthz'));
		assert.equal(health.status, 200);
		assert.ok(ms < 2500 * slow, `${ms} ms`);
		// Who has just written is not shown an old week.
		refused(await stack.get('/codex', { Cookie: 'cm_fresh=1' }));
		for (const write of writes) {
			const [answer, took] = await write;
			refused(answer);
			assert.ok(took < 5000 * slow, `${took} ms`);
		}
	} finally {
		azurite.goOn();
	}
	await within(5000, async () => (await week()).from === 'local' &&
	    (await stack.send('PATCH', `/api/tasks/${id}`, { tags: ['da'] }))
		.status === 200, 'the store');
	// Whatever has come of what was not acknowledged is whole.
	const list = await stack.get('/api/tasks');
	assert.deepEqual(list.json.problems, []);
	assert.ok(list.json.tasks.length <= 2);
	assert.deepEqual(list.json.tasks[0].tags, ['da']);
	await stack.stop();
});

test('a store that hangs logs nobody out and nobody in', {
	skip: !azure }, async () => {
	const azurite = await startAzurite();
	after(() => azurite.stop());
	const fake = await startFake({ logins: ['usera', 'userb'].map(
	    (login, i) => ({ login, id: 4711 + i })) });
	after(() => fake.stop());
	fake.addToken('ghp_known', 'none', 'usera');
	fake.addToken('ghp_other', 'none', 'userb');
	const stack = await startStack({ workers: 2, env: {
		AZURE_BLOB_CONN: azurite.conn, CACHE_REVALIDATE_MS: '1000',
		AZURE_BLOB_CONTAINER: 'logins', CODEX_ALLOWED_USERS: 'usera,userb',
		GITHUB_OAUTH_URL: fake.urls.html, GITHUB_API_URL: fake.urls.api } });
	const bearer = (/** @type {string} */ token) =>
	    ({ Authorization: `Bearer ${token}` });
	const mine = () => ({ Cookie: stack.cookie });
	const other = { Cookie: sessionCookie(stack.keyFile,
	    { user: 'userb', id: 4712 }) };
	/** @param {Record<string, string>} headers */
	const makeToken = async (headers) => (await stack.send('POST',
	    '/api/tokens', { name: 'Skript', access: 'write' }, headers))
	    .json.token;
	const known = [mine(), bearer(await makeToken(mine())),
	    bearer('ghp_known')];
	// Of userb no program that shows weeks has heard.
	const unknown = [other, bearer(await makeToken(other)),
	    bearer('ghp_other')];
	// Both workers of the week, and of the login, know the known.
	for (let i = 0; i < 12; i++)
		for (const headers of known)
			for (const path of ['/codex', '/auth/me'])
				assert.equal((await stack.get(path, headers))
				    .status, 200);
	const visitor = new Visitor(stack);
	const back = await visitor.answer(await visitor.begin(), 'userb');

	azurite.hang();
	try {
		await sleep(1100); // CACHE_REVALIDATE_MS
		const writes = [stack.send('POST', '/auth/logout', {}, mine()),
		    stack.send('POST', '/api/tokens',
			{ name: 'Neu', access: 'read' })].map(timed);
		const login = timed(visitor.go(back));
		for (let i = 0; i < 4; i++)
			for (const headers of known) {
				const [answer, ms] = await timed(
				    stack.get('/codex', headers));
				assert.equal(answer.status, 200, answer.text);
				assert.ok(ms < 2500 * slow, `${ms} ms`);
			}
		assert.equal((await stack.get('/auth/me', mine())).json.userId,
		    'usera');
		for (const headers of unknown) {
			const [answer, ms] = await timed(
			    stack.get('/codex', headers));
			refused(answer);
			assert.ok(ms < 2500 * slow, `${ms} ms`);
		}
		for (const write of writes) {
			const [answer, ms] = await write;
			refused(answer);
			assert.ok(ms < 5000 * slow, `${ms} ms`);
			assert.doesNotMatch(answer.headers.get('set-cookie') ?? '',
			    /__Host-cm_session/);
		}
		const [page, ms] = await login;
		assert.equal(page.status, 503, page.text);
		assert.ok(ms < 5000 * slow, `${ms} ms`);
		assert.equal(visitor.session, '');
	} finally {
		azurite.goOn();
	}
	// What the store did not say counts against no address and no session.
	for (const headers of [...known, ...unknown])
		await within(5000, async () => (await stack.get('/codex',
		    headers)).status === 200, 'the week');
	assert.deepEqual((await stack.get('/api/tokens')).json.tokens
	    .map((/** @type {any} */ { name }) => name), ['Skript']);
	assert.equal((await visitor.login('userb')).status, 302);
	await stack.stop();
});
