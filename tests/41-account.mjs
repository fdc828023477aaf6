// @ts-check
// group: auth
// API tokens and tokens of GitHub's, through nginx; GitHub is a fake.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { enter, gitSettings, oauthSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { commandOf, environOf, readAnswer, secretsOf, slow, startStack, until }
    from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./stack.mjs').Stack} */
let stack;
let cookie = '';

const settings = () => ({ ...oauthSettings(fake),
	CODEX_ALLOWED_USERS: 'usera' });

before(async () => {
	fake = await startFake({ logins: [{ login: 'usera', id: 4711 },
	    { login: 'fremd', id: 4999 }] });
	fake.addToken('ghp_good', 'none', 'usera');
	fake.addToken('ghp_foreign', 'none', 'fremd');
	stack = await startStack({ env: settings() });
	cookie = await login('usera');
});
after(async () => {
	await stack?.stop();
	await fake?.stop();
});

/** The cookies of a session. @param {string} name */
const login = async (name, at = stack) => (await enter(at, name)).cookie;

/** @param {string} token @param {string} path @param {RequestInit} init */
const by = async (token, path, init = {}) => readAnswer(await fetch(
    stack.url + path, { redirect: 'manual', ...init, headers: {
	Authorization: `Bearer ${token}`, 'Content-Type': 'application/json',
	.../** @type {any} */ (init.headers) } }));

test('a token reads or writes until it is revoked', async () => {
	const mark = stack.mark();
	const headers = { Cookie: cookie };
	const made = await stack.send('POST', '/api/tokens',
	    { name: 'Skript', access: 'read' }, headers);
	assert.equal(made.status, 200, made.text);
	assert.equal((await by(made.json.token, '/codex')).status, 200);
	const body = JSON.stringify({ kategorie: 'arbeit', title: 'x' });
	const refused = await by(made.json.token, '/api/tasks',
	    { method: 'POST', body });
	assert.equal(refused.status, 403);
	assert.equal(refused.json.code, 'nur_lesen');
	const writer = await stack.send('POST', '/api/tokens',
	    { name: 'Zweites', access: 'write' }, headers);
	assert.equal((await by(writer.json.token, '/api/tasks',
	    { method: 'POST', body })).status, 200);
	assert.equal((await by(writer.json.token, '/api/tokens')).status, 403);

	const { json } = await stack.get('/api/tokens', headers);
	assert.deepEqual(json.tokens.map((/** @type {any} */ t) => t.name),
	    ['Skript', 'Zweites']);
	assert.ok(json.tokens[0].lastUsedAt);
	assert.ok(!JSON.stringify(json).includes(made.json.token));
	assert.equal((await stack.send('DELETE',
	    `/api/tokens/${made.json.id}`, undefined, headers)).status, 200);
	for (let i = 0; i < 6; i++)
		assert.equal((await by(made.json.token, '/codex')).status, 401);
	const said = [...stack.log.slice(mark).matchAll(
	    /msg="(token \w+)" .* user=usera .* (?:about|token)=(.*)$/gm)]
	    .map(([, what, which]) => `${what} ${which}`);
	const { id } = made.json;
	assert.ok(said.includes(`token made "${id} read Skript"`), said.join());
	assert.equal(said.filter((each) => each === `token used ${id}`).length, 1);
	assert.ok(said.includes(`token revoked ${id}`), said.join());
	assert.ok(!stack.log.includes(made.json.token));
});

test('the requests of a user are limited, but for a week in memory',
    async () => {
	await fake.createRepository({ files: { 'README.md': '# Vault\n' } });
	const own = await startStack({ env: { ...settings(), ...gitSettings(fake),
	    GITHUB_SYNC_ON_OPERATION: 'true',
	    CODEX_ALLOWED_USERS: 'usera,fremd', CODEX_USER_RATE: '10' } });
	try {
		const one = { Cookie: await login('usera', own) };
		const other = { Cookie: await login('usera', own) };
		const fremd = { Cookie: await login('fremd', own) };
		for (let i = 0; i < 3; i++)
			await own.get('/codex', one);
		// A new minute may begin once meanwhile.
		const said = [];
		for (let i = 0; i < 24; i++) {
			const who = i % 3 ? one : other;
			said.push(i % 2 ? await own.get('/api/tasks', who)
			    : await own.send('POST', '/api/tasks', {}, who));
		}
		const late = said.filter(({ status }) => status === 429);
		assert.ok(late.length >= 3, `${late.length}`);
		assert.equal(late[0].json.code, 'zu_oft');
		assert.ok(Number(late[0].headers.get('retry-after')) <= 60);
		assert.equal((await own.get('/codex', one)).status, 200);
		// The tenth of ten is stored, and counted once though it waits.
		for (let i = 0; i < 9; i++)
			assert.equal((await own.get('/api/tasks',
			    fremd)).status, 200);
		const last = await own.send('POST', '/api/tasks',
		    { kategorie: 'arbeit', title: 'Brot' },
		    { ...fremd, Prefer: 'wait=1' });
		assert.equal(last.status, 200, last.text);
		assert.equal(last.headers.get('preference-applied'), 'wait=1');
		assert.match(own.text(last.json.filename, 'fremd'), /# Brot/);
	} finally {
		await own.stop();
	}
});

test('only a token of GitHub\'s is sent to GitHub', async () => {
	assert.equal((await by('ghp_good', '/codex')).json.userId, 'usera');
	assert.equal((await by('ghp_foreign', '/codex')).json.code,
	    'nicht_auf_der_liste');
	assert.equal((await by('ghp_none', '/codex')).status, 401);
	assert.equal((await by('rubbish', '/codex')).status, 401);
	// Nor where nobody asks who it is.
	const mark = fake.mark();
	for (const [path, status] of /** @type {const} */ ([['/', 200],
	    ['/style.css', 200], ['/healthz', 200], ['/nichts', 404],
	    ['/api/settings', 404]]))
		assert.equal((await by('ghp_stray', path)).status, status, path);
	assert.deepEqual(fake.counts(mark), {});
	const forged = await by('rubbish', '/codex', { headers: {
	    'Codex-Bearer': '200 4711 usera', CODEX_BEARER: '200 4711 usera',
	    'X-Codex-Bearer': '4711 usera' } });
	assert.equal(forged.status, 401);
});

/** Ask a program past nginx, as anything that may open its socket can.
 * @param {string} name @param {Record<string, string>} params */
async function pastNginx(name, params) {
	const [pid] = stack.processes('codex-');
	const socket = join(environOf(pid).CODEX_RUN, `${name}.sock`);
	const child = spawn('cgi-fcgi', ['-bind', '-connect', socket],
	    { env: { PATH: process.env.PATH, ...params } });
	let out = '';
	child.stdout.on('data', (chunk) => { out += chunk; });
	child.stdin.on('error', () => {});
	child.stdin.end('{}');
	await once(child, 'close');
	return out;
}

test('a request past nginx is refused, whatever it says', async () => {
	const proof = secretsOf(stack.workers('codex-render')[0]).CODEX_PROOF;
	const says = { CODEX_BEARER: '200 4711 usera', CONTENT_LENGTH: '2',
	    HTTP_AUTHORIZATION: 'Bearer ghp_x', HTTP_HOST: '127.0.0.1',
	    CONTENT_TYPE: 'application/json', HTTP_COOKIE: cookie };
	/** @type {[string, string, string, string][]} */
	const requests = [['render', 'GET', '/codex', ''],
	    ['render', 'GET', '/healthz', ''],
	    ['build', 'GET', '/codex', '/_build/0/-'],
	    ['tasks', 'GET', '/api/tasks', ''],
	    ['create', 'POST', '/api/tasks', ''],
	    ['update', 'DELETE', '/api/tasks/0000', ''],
	    ['complete', 'POST', '/api/tasks/0000/complete', ''],
	    ['auth', 'GET', '/auth/me', ''], ['auth', 'GET', '/', '/_bearer'],
	    ['account', 'GET', '/api/tokens', '']];
	const before = stack.tree();
	const mark = stack.mark();
	/** @type {Record<string, string>[]} */
	const shown = [{}, { CODEX_PROOF: '' }, { CODEX_PROOF: proof.slice(1) },
	    { CODEX_PROOF: `${proof}0` }, { CODEX_PROOF: '0'.repeat(64) },
	    { HTTP_CODEX_PROOF: proof }];
	for (const [name, REQUEST_METHOD, REQUEST_URI, DOCUMENT_URI] of requests)
		for (const known of shown) {
			const out = await pastNginx(name, { ...says, ...known,
			    REQUEST_METHOD, REQUEST_URI, DOCUMENT_URI });
			const what = `${name} ${REQUEST_URI} ${out}`;
			assert.match(out, /^Status: 403 /m, what);
			assert.match(out, /"code":"nicht_erlaubt"/, what);
			assert.doesNotMatch(out, /Set-Cookie|usera/i, what);
		}
	assert.deepEqual(stack.tree(), before);
	await until(() => /CODEX_PROOF/.test(stack.log.slice(mark)), 2000,
	    'a line for the operator');
	assert.ok(!stack.log.slice(mark).includes('/api/tasks/0000'));
	// What nginx knows is believed.
	assert.match(await pastNginx('render', { ...says, REQUEST_METHOD: 'GET',
	    REQUEST_URI: '/codex', CODEX_PROOF: proof }), /"userId":"usera"|_build/);
});

test('the proof of nginx and the secret of the keys are in no command line, ' +
    'environment or log', () => {
	const { CODEX_PROOF, CODEX_KEY_SECRET } =
	    secretsOf(stack.workers('codex-render')[0]);
	for (const secret of [CODEX_PROOF, CODEX_KEY_SECRET]) {
		assert.match(secret, /^[0-9a-f]{64}$/);
		for (const pid of stack.processes(''))
			assert.ok(!(commandOf(pid) + JSON.stringify(environOf(pid)))
			    .includes(secret), commandOf(pid));
		assert.ok(!stack.log.includes(secret));
	}
});

test('an internal address is a JSON 404 from outside', async () => {
	const sent = { Authorization: 'Bearer ghp_good' };
	for (const path of ['/_bearer', '/_bearer?x', '/%5fbearer', '/_build/',
	    '/_build/0/-', '/_wrote/', '/_wrote/7b7d', '/_error/400',
	    '/_error/414', '/_error/501', '/_error/505', '/@not_found',
	    '/_bearer/'])
		for (const method of ['GET', 'POST', 'HEAD'])
			for (const headers of [{}, sent]) {
				const answer = await stack.plainly(method, path,
				    headers, method === 'POST' ? '{}' : '');
				const what = `${method} ${path} ${answer.text}`;
				assert.equal(answer.status, 404, what);
				assert.match(answer.headers.get('content-type') ?? '',
				    /^application\/json/, what);
				assert.match(answer.headers.get(
				    'content-security-policy') ?? '', /default-src/);
				if (method !== 'HEAD')
					assert.equal(answer.json?.code, 'nicht_gefunden',
					    what);
			}
});

test('a body of the size that the contract says passes the asking',
    async () => {
	const { json } = await stack.send('POST', '/api/tokens',
	    { name: 'Gross', access: 'write' }, { Cookie: cookie });
	const most = 64 * 1024;
	for (const token of [json.token, 'ghp_good'])
		for (const [method, path] of [['POST', '/api/tasks'],
		    ['PATCH', '/api/tasks/0000'], ['PUT', '/api/tasks/0000'],
		    ['POST', '/api/preview'], ['POST', '/api/tasks/0000/complete'],
		    ['POST', '/api/tasks/0000/resolve'], ['POST', '/auth/logout']])
			for (const [size, large] of [[most, false], [most + 1, true],
			    [4 * most, true]]) {
				const text = JSON.stringify({ kategorie: 'arbeit',
				    title: 'Gross', body: '' });
				const body = text.replace('""', () =>
				    `"${'x'.repeat(Number(size) - text.length)}"`);
				const answer = await by(token, path, { method, body });
				const what = `${method} ${path} ${size} ${answer.text}`;
				assert.equal(answer.status === 413, large, what);
				assert.ok(answer.status < 500, what);
			}
});

/**
 * Ask from an address of this host; its status and how long it took.
 * @param {import('./stack.mjs').Stack} at
 * @param {{agent: Agent, localAddress: string}} from
 * @param {string} path @param {Record<string, string>} headers
 * @returns {Promise<{status: number|undefined, ms: number}>}
 */
const askFrom = (at, from, path, headers) => new Promise((done, failed) => {
	const began = performance.now();
	get(new URL(path, at.url), { ...from, headers }, (answer) => {
		answer.resume();
		answer.on('end', () => done({ status: answer.statusCode,
		    ms: performance.now() - began }));
		answer.on('error', failed);
	}).on('error', failed);
});

/** @param {string} localAddress */
const at = (localAddress) => ({ localAddress,
	agent: new Agent({ keepAlive: true, maxSockets: 60 }) });

/** The slowest but one of a hundred, in ms. @param {() => Promise<any>} hit */
async function p99(hit) {
	/** @type {number[]} */
	const took = [];
	for (let i = 0; i < 500; i++) {
		const { status, ms } = await hit();
		assert.equal(status, 200);
		took.push(ms);
	}
	return took.sort((a, b) => a - b)[494];
}

test('an address that throws tokens keeps nobody else waiting', async (t) => {
	const own = await startStack({ env: { ...settings(),
	    CODEX_LIMITS: 'on', CODEX_ALLOWED_USERS: 'usera,4999' } });
	const person = at('127.0.0.2'), thrower = at('127.0.0.1');
	try {
		const session = { Cookie: await login('usera', own) };
		const hit = () => askFrom(own, person, '/codex', session);
		await p99(hit);
		const quiet = await p99(hit);

		const mark = fake.mark(), began = Date.now();
		/** @type {Record<string, number>} */
		const said = {};
		let going = true;
		const random = () => randomBytes(32).toString('hex');
		const loops = Array.from({ length: 60 }, async (_, i) => {
			while (going) {
				const token = i % 2 ? `ghp_${random()}`
				    : `cm_u${random().slice(0, 8)}_${random()}`;
				const { status } = await askFrom(own, thrower,
				    i % 3 ? '/codex' : '/api/tasks',
				    { Authorization: `Bearer ${token}` });
				said[`${status}`] = (said[`${status}`] ?? 0) + 1;
			}
		});
		const loud = await p99(hit);
		fake.addToken('ghp_late', 'none', 'usera');
		const real = await askFrom(own, at('127.0.0.3'), '/codex',
		    { Authorization: 'Bearer ghp_late' });
		going = false;
		thrower.agent.destroy();
		await Promise.allSettled(loops);
		const seconds = (Date.now() - began) / 1000;
		const asked = fake.counts(mark)['GET /user'];
		t.diagnostic(JSON.stringify({ quiet, loud, real, said, seconds,
		    asked }));
		assert.equal(real.status, 200);
		assert.equal(said['200'], undefined);
		// Of two minutes at most, one worker ahead of the count, and the
		// real one.
		assert.ok(asked <= 2 * 11 + 1, `${asked} questions`);
		// 60 of a minute at once, of the tasks 100, then each connection
		// waits two seconds for its answer.
		const answers = Object.values(said).reduce((a, b) => a + b, 0);
		assert.ok(answers <= 2 * 60 + 100 + 60 * (1 + seconds),
		    `${answers} answers in ${seconds} s`);
		assert.ok(loud <= 2 * quiet + 5 * slow,
		    `${loud} ms instead of ${quiet}`);
	} finally {
		for (const { agent } of [person, thrower])
			agent.destroy();
		await own.stop();
	}
});

test('a session goes on while GitHub is down', async () => {
	// Each process of codex-auth remembers for itself.
	for (let i = 0; i < 12; i++)
		assert.equal((await by('ghp_good', '/codex')).status, 200);
	await fake.stop();
	for (let i = 0; i < 4; i++)
		assert.equal((await by('ghp_good', '/codex')).status, 200);
	const asked = await by('ghp_new', '/codex');
	assert.equal(asked.status, 503);
	assert.equal(asked.json.code, 'github_gestoert');
	assert.ok(asked.headers.get('retry-after'));
	assert.equal((await stack.get('/codex', { Cookie: cookie })).status, 200);
});
