// @ts-check
// group: abuse
// Three users who try each other's doors: tricks with names, paths, links
// and headers reach nothing of somebody else's and tell nothing of it; and
// no foreign page writes in anybody's name.

import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
    readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { enter, oauthSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { startStack, taskFile } from './stack.mjs';

const users = ['usera', 'userb', 'userc'];
/** In everything that a user has. @param {string} user */
const canary = (user) => `kanari-${user}`;
/** @type {Record<string, string>} */
const numbers = { usera: '0820', userb: '0810', userc: '0811' };
/** A number that only this user has. @param {string} user */
const own = (user) => numbers[user];
const nobodys = '0805';
const outside = mkdtempSync(join(tmpdir(), 'cm-outside-'));

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** What a browser of theirs would send. @type {Record<string, string>} */
const cookie = {};
/** The id of each one's API token. @type {Record<string, string>} */
const token = {};

before(async () => {
	fake = await startFake({ logins: users.map((login, i) =>
	    ({ login, id: 4711 + i })) });
	stack = await startStack({ workers: 1, env: {
	    ...oauthSettings(fake), CODEX_ALLOWED_USERS: users.join() } });
	for (const user of users) {
		cookie[user] = await login(user);
		stack.place(`${own(user)}-Größe.md`.normalize('NFC'),
		    taskFile({ tags: `[${canary(user)}]` },
			`# ${canary(user)}\n`), user);
		// A name that the others have, too
		stack.place('0001-Eins.md', taskFile({}, `# ${canary(user)}\n`),
		    user);
		assert.match((await as(user, 'GET', '/codex')).text,
		    new RegExp(canary(user)));
		const made = await as(user, 'POST', '/api/tokens', JSON.stringify(
		    { name: canary(user), access: 'write' }));
		assert.equal(made.status, 200, made.text);
		token[user] = made.json.id;
	}
});
after(async () => {
	await stack?.stop();
	await fake?.stop();
	rmSync(outside, { recursive: true, force: true });
});

/** The cookies of a session. @param {string} user */
const login = async (user) => (await enter(stack, user)).cookie;

/** As our page would, with what is sent as it is.
 * @param {string} user @param {string} method @param {string} path
 * @param {string} body @param {Record<string, string>} headers */
const as = (user, method, path, body = '', headers = {}) =>
    stack.plainly(method, path, { Cookie: cookie[user],
	...(method === 'GET' ? {} : { Origin: stack.url,
	    'Content-Type': 'application/json' }), ...headers }, body);

/** All below a folder but what it has derived and may derive again; links
 * as where they lead. @param {string} at */
function contents(at, prefix = '') {
	/** @type {Record<string, string>} */
	const all = {};
	for (const name of readdirSync(join(at, prefix))) {
		const path = join(prefix, name);
		const is = lstatSync(join(at, path));
		if (['artifacts', '.in-use', '.locks'].includes(path))
			continue;
		if (is.isDirectory())
			Object.assign(all, contents(at, path));
		else
			all[path] = is.isSymbolicLink()
			    ? `-> ${readlinkSync(join(at, path))}`
			    : readFileSync(join(at, path), 'latin1');
	}
	return all;
}

/** What belongs to others than `user`. @param {string} user */
const othersThan = (user) => Object.fromEntries(Object.entries(
    contents(stack.data || '')).filter(([path]) =>
    !path.split('/').includes(user)));

/** Where two states of the store differ. @param {Record<string, string>} a
 * @param {Record<string, string>} b */
const changes = (a, b) => Object.keys({ ...a, ...b })
    .filter((path) => a[path] !== b[path]);

/** @param {{text: string, headers: Headers}} answer @param {string} user
 * @param {string} what */
function tellsNothing(answer, user, what) {
	const all = answer.text + JSON.stringify([...answer.headers]);
	for (const other of users)
		if (other !== user)
			assert.ok(!all.includes(canary(other)) &&
			    !all.includes(token[other]),
			    `${user} hears of ${other} by ${what}:\n${all}`);
}

/** Ways to write where somebody else's task is. @param {string} other */
function tricks(other) {
	const name = `${own(other)}-Größe`;
	const at = `${other}/tasks/${name}.md`;
	const enc = encodeURIComponent;
	const full = (/** @type {string} */ s) => [...s].map((c) =>
	    `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
	return ['..', '.', '%2e%2e', '%2e%2e%2f', '%00', '\\', '*', '~', '%',
	    own(other), enc(name), enc(name.normalize('NFD')),
	    enc(name.toUpperCase()), enc(`${name}.md`), enc(`${name}.MD`),
	    `../../${at}`, `../../${other}/tasks/${own(other)}`,
	    `..%2f..%2f${enc(at)}`, `%2e%2e/%2e%2e/${enc(at)}`,
	    enc(`../../${at}`), enc(enc(`../../${at}`)),
	    enc(`..\\..\\${at}`), `..\\..\\${other}\\tasks\\${own(other)}`,
	    enc(`/raw/${at}`), enc(`raw/${at}`), enc(`//raw/${at}`),
	    enc(`0001-Eins.md/../../../${at}`), enc(`0001-Eins/../../${at}`),
	    enc(`0001-Eins\0../../${at}`), enc(`${other}/${own(other)}`),
	    `${other}:${own(other)}`, `${other}%00`, enc(`.../${at}`),
	    enc(`....//....//${at}`), `%c0%ae%c0%ae%c0%af${other}`,
	    `%EF%BC%8E%EF%BC%8E%EF%BC%8F${other}`, full(`../../${at}`),
	    full(own(other)), `${own(other)}%00`, `${own(other)}%20`,
	    `%20${own(other)}`, `${own(other)}.`, `${own(other)};x`,
	    `${own(other)}%0a`, `${own(other)}-*`, `${own(other)}-Gr%C3%B6`,
	    enc(`../../state/${other}/tokens.json`), 'a'.repeat(1000),
	    enc(`${own(other)}-${'x'.repeat(1000)}`),
	    enc(`../../../artifacts/${other}/timeline.json`),
	    enc(`${'../'.repeat(40)}etc/passwd`), 'tasks/../../' + other];
}

/** Every route with an id in it. @type {[string, string, string][]} */
const withId = [['GET', '/api/tasks/@', ''],
    ['PATCH', '/api/tasks/@', '{"tags":["kaputt"]}'],
    ['PUT', '/api/tasks/@', '{"title":"kaputt","body":"kaputt"}'],
    ['DELETE', '/api/tasks/@', ''],
    ['POST', '/api/tasks/@/complete',
	'{"datum":"23.11.2026","zeit":"abends"}'],
    ['POST', '/api/tasks/@/resolve', '{"take":"theirs"}'],
    ['DELETE', '/api/tokens/@', '']];

for (const user of users)
	test(`no name leads ${user} to another user's task`, async () => {
		const theirs = othersThan(user);
		for (const other of users.filter((o) => o !== user))
			for (const id of [...tricks(other), token[other]])
				for (const [method, path, body] of withId) {
					const to = path.replace('@', id);
					const answer = await as(user, method, to, body);
					assert.ok(answer.status >= 400 &&
					    answer.status < 500,
					    `${method} ${to}: ${answer.status}`);
					tellsNothing(answer, user, `${method} ${to}`);
				}
		assert.deepEqual(changes(theirs, othersThan(user)), []);
	});

test('no path, query, header or member changes the user', async () => {
	const [user, other] = users;
	const theirs = othersThan(user);
	const at = `../../${other}/tasks/${own(other)}-Größe.md`;
	for (const [method, path, body] of /** @type {string[][]} */ ([
	    ['GET', '/codex', ''], ['GET', '/api/tasks', ''],
	    ['GET', '/api/tasks/0001', ''], ['GET', '/api/sync', ''],
	    ['GET', '/api/week', ''],
	    ['GET', '/auth/me', ''], ['GET', '/api/tokens', ''],
	    ['POST', '/api/tasks', '{"kategorie":"arbeit"'],
	    ['POST', '/api/preview', '{"kategorie":"arbeit"'],
	    ['PATCH', '/api/tasks/0001', '{"tags":[]']])) {
		for (const query of [`user=${other}`, `userId=${other}`,
		    `q=${canary(other)}`, `id=${own(other)}`, `file=${at}`,
		    `path=${encodeURIComponent(at)}`, 'nocache=true'])
			tellsNothing({ ...await as(user, method,
			    `${path}?${query}`, body && `${body}}`),
			    ...(query.startsWith('q=') ? { text: '' } : {}) },
			    user, `${path}?${query}`);
		for (const name of ['X-User', 'Remote-User', 'X-Remote-User',
		    'X-Forwarded-User', 'Codex-User', 'User', 'REMOTE_USER',
		    'X-Original-URL', 'X-Rewrite-URL', 'X-Accel-Redirect',
		    'Document-Uri', 'Request-Uri', 'Codex-Bearer'])
			tellsNothing(await as(user, method, path, body && `${body}}`,
			    { [name]: name.includes('U') && name.includes('-')
				? other : `/raw/${other}` }), user, name);
		for (const name of ['userId', 'user', 'id', 'file', 'filename',
		    'path', '__proto__', 'take'])
			for (const value of body ? [other, at, own(other)] : [])
				tellsNothing(await as(user, method, path, `${body},` +
				    `"${name}":${JSON.stringify(value)}}`), user, name);
		for (const key of body ? [at, `../${other}`, '..', '/'] : [])
			tellsNothing(await as(user, method, path, `${body}}`,
			    { 'Idempotency-Key': key }), user, `key ${key}`);
		for (const jar of [`${cookie[user]}; __Host-cm_session=${other}`,
		    `xsession=${cookie[other]}; ${cookie[user]}`,
		    `x${cookie[other]}; ${cookie[user]}`,
		    `${cookie[user]}; user=${other}`])
			tellsNothing(await as(user, method, path, body && `${body}}`,
			    { Cookie: jar }), user, 'a cookie');
	}
	for (const path of [`/raw/${other}/tasks/${own(other)}.md`,
	    `/state/${other}/tokens.json`, `/artifacts/${other}/timeline.json`,
	    `/codex/${other}`, `/api/${other}/tasks`, `//${other}/codex`,
	    `/api/tasks/../../raw/${other}`, `/_build/0/-?user=${other}`,
	    '/_wrote/0001', `/feed/${other}.ics`, `/feed/../raw/${other}`,
	    `/app.js/../../../raw/${other}`, `/%2e%2e/data/raw/${other}`]) {
		const answer = await as(user, 'GET', path);
		assert.ok(answer.status >= 400 && answer.status < 500, path);
		tellsNothing(answer, user, path);
	}
	assert.deepEqual(changes(theirs, othersThan(user)), []);
});

test('a task of another user is answered like a missing one', async () => {
	const [user, other] = users;
	const plain = (/** @type {any} */ answer, /** @type {string} */ id) => {
		const headers = Object.fromEntries(answer.headers);
		delete headers.date;
		delete headers['x-request-id']; // each has its own
		return JSON.stringify([answer.status, headers, answer.text])
		    .replaceAll(id, '@');
	};
	for (const [method, path, body] of withId)
		for (const [theirs, none] of path.includes('tokens')
		    ? [[token[other], token[other].replace(/./g, (c) =>
			c === 'A' ? 'B' : 'A')]]
		    : [[own(other), nobodys], [`${own(other)}-Gr%C3%B6%C3%9Fe`,
			`${nobodys}-Gr%C3%B6%C3%9Fe`]])
			assert.equal(
			    plain(await as(user, method, path.replace('@', theirs),
				body), theirs.slice(0, 4)),
			    plain(await as(user, method, path.replace('@', none),
				body), none.slice(0, 4)), `${method} ${path}`);
});

/** Puts a link where a file or folder of the store was, while work() runs.
 * @param {string} path @param {string} to @param {() => Promise<any>} work */
async function linked(path, to, work) {
	const at = join(stack.data || '', path);
	mkdirSync(dirname(at), { recursive: true });
	rmSync(at, { recursive: true, force: true });
	symlinkSync(to.startsWith('/') ? to : join(stack.data || '', to), at);
	try {
		await work();
	} finally {
		rmSync(at, { recursive: true, force: true });
	}
}

test('a link in the store leads nowhere', async () => {
	const [, other, user] = users;
	const file = `raw/${other}/tasks/${own(other)}-Größe.md`;
	const theirs = othersThan(user);
	const everything = async () => {
		for (const id of ['0900', '0900-Link', own(other), '0001'])
			for (const [method, path, body] of withId) {
				const to = path.replace('@', id);
				tellsNothing(await as(user, method, to, body), user, to);
			}
		for (const path of ['/codex', '/codex?nocache=true', '/api/tasks',
		    '/api/sync', '/api/tokens', '/auth/me'])
			tellsNothing(await as(user, 'GET', path), user, path);
		tellsNothing(await as(user, 'POST', '/api/tasks',
		    '{"kategorie":"arbeit","title":"Link"}'), user, 'create');
		tellsNothing(await as(user, 'POST', '/api/tokens',
		    '{"name":"x","access":"write"}'), user, 'a token');
		assert.deepEqual(changes(theirs, othersThan(user)), []);
		assert.deepEqual(readdirSync(outside), []);
	};
	const mine = `raw/${user}/tasks/0900-Link.md`;
	await linked(mine, file, everything);
	await linked(mine, `raw/${other}/tasks`, everything);
	await linked(mine, '/etc/passwd', everything);
	await linked(mine, join(outside, 'new'), everything);
	for (const name of ['cacheVersion.txt', 'nextId.txt', 'tokens.json',
	    'session.json', 'sync.json'])
		await linked(`state/${user}/${name}`, `state/${other}/${name}`,
		    everything);
	await linked(`artifacts/${user}/timeline.json`,
	    `artifacts/${other}/timeline.json`, everything);
	await linked(`artifacts/${user}`, `artifacts/${other}`, everything);
	await linked(`raw/${user}/tasks`, `raw/${other}/tasks`, everything);
	await linked(`raw/${user}`, `raw/${other}`, everything);
	await linked(`raw/${user}/tasks`, outside, everything);
	await linked(`state/${user}`, `state/${other}`, everything);
	await linked(`state/${user}`, outside, everything);
	cookie[user] = await login(user); // the folder with the epoch is gone
	assert.equal((await as(user, 'GET', '/codex')).status, 200);
});

// Foreign pages

/** @type {[string, string, string][]} */
const writes = [...withId.map(([method, path, body]) => /** @type {
    [string, string, string]} */ ([method, path.replace('@',
    path.includes('tokens') ? 'x' : '0001'), body])).filter(([method]) =>
    method !== 'GET'), ['POST', '/api/tasks', '{"kategorie":"arbeit"}'],
    ['POST', '/api/preview', '{"kategorie":"arbeit"}'],
    ['POST', '/api/tokens', '{"name":"x","access":"write"}'],
    ['POST', '/auth/logout', '{"everywhere":true}']];

test('a write from a foreign page is refused', async () => {
	const [user] = users;
	const before = contents(stack.data || '');
	const url = new URL(stack.url);
	const evil = 'http://evil.example';
	/** @type {Record<string, string>[]} */
	const kinds = [{ Origin: evil }, { Origin: 'null' }, { Origin: '' },
	    { Origin: `${stack.url}.evil.example` }, { Origin: `${stack.url}/` },
	    { Origin: `http://evil@${url.host}` }, { Origin: url.host },
	    { Origin: `http://${url.hostname}:1` },
	    { Origin: `https://${url.host}` }, { Referer: `${stack.url}/` },
	    ...['cross-site', 'same-site', 'none', '', 'x', 'same-origin, x']
		.map((site) => ({ 'Sec-Fetch-Site': site })),
	    { 'Sec-Fetch-Site': 'same-origin', Origin: evil },
	    { 'Sec-Fetch-Site': 'cross-site', Origin: stack.url },
	    { Authorization: 'Bearer x', Origin: evil },
	    { Authorization: 'Basic eDp4', Origin: evil },
	    { Authorization: `Bearer cm_${user}_x`, Origin: evil },
	    { 'X-Requested-With': 'XMLHttpRequest', Origin: evil },
	    { 'X-Forwarded-Host': 'evil.example', Origin: evil },
	    { 'X-HTTP-Method-Override': 'GET', Origin: evil }, {}];
	for (const [method, path, body] of writes)
		for (const kind of kinds)
			for (const type of ['application/json', 'text/plain',
			    'application/x-www-form-urlencoded',
			    'multipart/form-data; boundary=x']) {
				const answer = await stack.plainly(method, path,
				    { Cookie: cookie[user], 'Content-Type': type,
				    ...kind }, body);
				const what = `${method} ${path} ${type} ` +
				    JSON.stringify(kind);
				assert.equal(answer.status, 403,
				    `${what}: ${answer.text}`);
				assert.equal(answer.json.code, 'fremde_herkunft', what);
				assert.equal(answer.headers.get(
				    'access-control-allow-origin'), null, what);
				assert.deepEqual(answer.headers.getSetCookie(), [],
				    what);
			}
	assert.deepEqual(changes(before, contents(stack.data || '')), []);
});

test('a form is refused even from our own page',
    async () => {
	const before = contents(stack.data || '');
	for (const [method, path, body] of writes)
		for (const type of ['text/plain', 'multipart/form-data; boundary=x',
		    'application/x-www-form-urlencoded', 'text/plain;json',
		    'application/json+x']) {
			const answer = await as(users[0], method, path,
			    body || '{}', { 'Content-Type': type });
			assert.equal(answer.status, 415, `${method} ${path} ${type}`);
		}
	assert.deepEqual(changes(before, contents(stack.data || '')), []);
});

test('another host is a 421, with a session and without', async () => {
	const before = contents(stack.data || '');
	for (const host of ['evil.example', 'localhost', '127.0.0.1.nip.io'])
		for (const [method, path, body] of [...writes,
		    ['GET', '/codex', ''], ['GET', '/auth/login', ''],
		    ['GET', '/auth/callback?code=x&state=x', '']]) {
			const answer = await as(users[0], method, path, body,
			    { Host: host, Origin: `http://${host}` });
			assert.equal(answer.status, 421, `${method} ${path} ${host}`);
			assert.deepEqual(answer.headers.getSetCookie(), []);
		}
	assert.deepEqual(changes(before, contents(stack.data || '')), []);
});

test('a GET changes nothing under any method it names',
    async () => {
	const [user] = users;
	await as(user, 'GET', '/codex');
	const before = contents(stack.data || '');
	for (const [method, path, body] of writes)
		for (const query of ['', `?_method=${method}`, `?method=${method}`,
		    '?confirm=true&mode=full'])
			for (const name of ['X-HTTP-Method-Override', 'X-Method',
			    'X-HTTP-Method', 'X-Method-Override'])
				for (const get of ['GET', 'HEAD']) {
					const answer = await as(user, get, path + query,
					    body, { [name]: method });
					assert.ok(answer.status < 500, path);
				}
	for (const path of ['/sync', '/sync?mode=full&confirm=true',
	    '/github/webhook', '/auth/logout', '/api/tokens/x', '/auth/me'])
		await as(user, 'GET', path);
	for (const override of ['DELETE', 'PUT', 'PATCH'])
		assert.notEqual((await as(user, 'POST', '/api/tasks/0001', '{}',
		    { 'X-HTTP-Method-Override': override })).status, 200);
	assert.deepEqual(changes(before, contents(stack.data || '')), []);
	assert.equal((await as(user, 'GET', '/auth/me')).status, 200, 'still in');
});
