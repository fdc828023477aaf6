// @ts-check
// group: abuse
// Secrets that one would know again, in every place for one, and everything
// goes wrong that can: none of them is in a log, an address, an answer, a
// command line, a core dump or the store.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync }
    from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Visitor, gitSettings, oauthSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { malformed, random, send } from './malformed.mjs';
import { commandOf, listen, plainBuild, startStack, taskFile, until, vaultPath }
    from './stack.mjs';

const room = mkdtempSync(join(tmpdir(), 'cm-secrets-'));
const keys = join(room, 'site.key');

/** What nobody may see, by what it is. @type {Record<string, string>} */
const secrets = {
	githubToken: 'ghp_GeheimesRepositoryMitVielInhalt1',
	webhook: 'Geheimnis+des/Webhooks=7',
	webhookOld: 'Altes+Geheimnis/des=Webhooks',
	app: 'GeheimnisDerAppDasNurGitHubUndWirKennen',
	azureKey: Buffer.from('Geheimer Schlüssel von Azure').toString('base64'),
	azureSas: 'sig=GeheimeUnterschrift%2BfuerAzure%3D',
	personal: 'ghp_GeheimnisEinesBenutzersMitHut',
	unknown: 'ghp_GeheimnisDasNiemandJeKennt99',
	notOurs: 'cm_usera_GeheimnisDasEsNichtGibt77',
};
/** Those that their owner is answered. @type {Set<string>} */
const handedOut = new Set();

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** Every answer, as text, and what it says to its owner alone. */
let answers = '';
/** Every command line of ours. */
const commands = new Set();
/** @type {NodeJS.Timeout} */
let watching;

before(async () => {
	fake = await startFake({ logins: [{ login: 'usera', id: 4711 }] });
	fake.addToken(secrets.githubToken, 'write', 'usera');
	fake.addToken(secrets.personal, 'none', 'usera');
	fake.app.clientSecret = secrets.app;
	await fake.createRepository({ files: {
	    [vaultPath('0001-Brot.md')]: taskFile() } });
	stack = await startStack({ args: ['--build', plainBuild], env: {
	    CODEX_DEBUG: '1', CODEX_KEY_FILE: keys,
	    CODEX_ALLOWED_USERS: 'usera',
	    ...gitSettings(fake), ...oauthSettings(fake),
	    GITHUB_TOKEN: secrets.githubToken,
	    GITHUB_WEBHOOK_SECRET: secrets.webhook,
	    GITHUB_WEBHOOK_SECRET_OLD: secrets.webhookOld,
	    GITHUB_SYNC_ON_OPERATION: 'true', SYNC_WAIT_MS: '200' } });
	for (const [i, line] of readFileSync(keys, 'utf8').split(/\s+/)
	    .filter((word) => word.length > 20).entries())
		secrets[`key ${i}`] = line;
	watching = setInterval(watch, 50);
});
after(async () => {
	clearInterval(watching);
	await stack?.stop();
	await fake?.stop();
	rmSync(room, { recursive: true, force: true });
});

function watch() {
	for (const pid of stack.processes(''))
		commands.add(commandOf(pid));
}

/** As it is, and as others would write it. @param {string} secret */
function spellings(secret) {
	const bytes = Buffer.from(secret);
	return [secret, encodeURIComponent(secret), bytes.toString('hex'),
	    ...[0, 1, 2].map((i) => bytes.subarray(i, bytes.length - 3)
		.toString('base64').replace(/=*$/, '').slice(2, -2)),
	    // A part of it is too much, too.
	    secret.slice(0, 24), secret.slice(-16)].filter((s) => s.length > 11);
}

/** @param {string} text @param {string} where @param {Set<string>} but */
function holdsNone(text, where, but = new Set()) {
	for (const [what, secret] of Object.entries(secrets)) {
		if (but.has(secret))
			continue;
		for (const spelling of spellings(secret)) {
			const at = text.indexOf(spelling);
			assert.ok(at < 0, `${what} is in ${where}: ...${
			    text.slice(Math.max(0, at - 200), at + 200)}`);
		}
	}
}

/** @param {string} name @param {string} secret */
function learn(name, secret) {
	secrets[`${name} ${Object.keys(secrets).length}`] = secret;
	handedOut.add(secret);
}

/** Somebody whose answers are kept. */
class Witness extends Visitor {
	constructor() {
		super(stack, learn);
	}

	/** @param {string} path @param {RequestInit & {json?: any}} init */
	async go(path, init = {}) {
		const answer = await super.go(path, init);
		answers += `${JSON.stringify([...answer.headers])}\n${
		    answer.text}\n`;
		return answer;
	}
}

/** One request of somebody without cookies of his own.
 * @param {string} path @param {RequestInit & {json?: any}} [init] */
const ask = (path, init) => new Witness().go(path, init);

/** Through GitHub's pages; the cookies. @param {any} trouble for the way back
 * @returns {Promise<string>} */
async function login(trouble = null) {
	const witness = new Witness();
	const back = await witness.answer(await witness.begin(
	    '?return=/codex'), 'usera');
	const headers = { Cookie: witness.cookie };
	if (trouble)
		fake.misbehave(trouble);
	await witness.go(back);
	// Again, bent, and to the wrong door
	const query = back.slice(back.indexOf('?'));
	for (const path of ['/auth/callback', '/auth/callback/', '/auth/x',
	    '/codex', '/nichts', '/api/tasks/0001', '/sync',
	    '//auth/callback'])
		await ask(path + query, { headers });
	return witness.cookie;
}

const json = { 'Content-Type': 'application/json' };

test('each fault of a login is provoked', async () => {
	const at = { path: '/login/oauth/access_token' };
	for (const trouble of [{ ...at, status: 500 }, { ...at, cut: true },
	    { ...at, status: 200, body: { error: 'bad_verification_code' } },
	    { ...at, status: 200, body: { access_token: secrets.personal } },
	    { ...at, status: 200, body: secrets.personal },
	    { path: '/user', method: 'GET', status: 401 },
	    { path: '/user', method: 'GET', status: 502,
		body: secrets.personal }])
		await login(trouble);
});

test('tokens and sessions, good and bad, in all places', async () => {
	const cookie = await login();
	assert.match(cookie, /__Host-cm_session=/);
	const made = await ask('/api/tokens', { method: 'POST',
	    json: { name: 'x', access: 'write' }, headers: { Cookie: cookie } });
	assert.equal(made.status, 200, made.text);
	learn('API token', made.json.token);
	const bearers = [secrets.personal, secrets.unknown, secrets.notOurs,
	    made.json.token, `${made.json.token}x`];
	for (const path of ['/codex', '/codex?nocache=true', '/api/tasks',
	    '/api/tasks/9999', '/api/tokens', '/auth/me', '/sync', '/nichts'])
		for (const token of bearers) {
			const headers = { Authorization: `Bearer ${token}` };
			await ask(path, { headers });
			await ask(path, { method: 'POST', headers: { ...headers,
			    ...json }, body: '{"kategorie":"arbeit"}' });
			// Where it does not belong
			await ask(path, { headers: { Cookie: `x=${token}`,
			    'If-Match': token, 'Idempotency-Key': token } });
			await ask(`${path}?access_token=${token}`);
		}
	for (const body of [`{"kategorie":"${made.json.token}"`, '{'])
		await ask('/api/tasks', { method: 'POST', headers: { ...json,
		    Cookie: cookie }, body });
	const signature = { 'X-Hub-Signature-256': secrets.webhook,
	    'X-GitHub-Event': 'push', ...json };
	await ask('/github/webhook', { method: 'POST', headers: signature,
	    body: secrets.webhookOld });
	await ask('/github/webhook', { method: 'POST', headers: { ...signature,
	    Authorization: `Bearer ${secrets.webhook}` }, body: '{}' });
});

test('a GitHub that fails while edits go there', async () => {
	const cookie = await login();
	const headers = { Cookie: cookie, Prefer: 'wait=1' };
	for (const trouble of [{ status: 401 }, { status: 403 }, { status: 500 },
	    { cut: true }, { status: 422, method: 'PATCH' },
	    { status: 404, message: secrets.githubToken }, { status: 429,
		retryAfter: 1 }]) {
		fake.misbehave({ path: '/repos/', times: 3, ...trouble });
		await ask('/api/tasks', { method: 'POST', headers,
		    json: { kategorie: 'arbeit', title: 'Brot' } });
		await ask('/sync', { method: 'POST', json: {}, headers });
		await ask('/api/sync', { headers });
		await ask('/codex', { headers });
	}
});

test('malformed requests that hold a session, and floods', async () => {
	const cookie = await login();
	const { port, host } = new URL(stack.url);
	const pick = random(7);
	const lane = { name: 'x', method: 'POST', target: '/api/tasks',
	    body: '{"kategorie":"arbeit"}', headers: { Cookie: cookie,
	    Authorization: `Bearer ${secrets.personal}` } };
	for (let i = 0; i < 300; i++)
		answers += (await send(Number(port), malformed({ ...lane,
		    target: pick.of(['/codex', '/auth/me', '/api/tasks',
			`/auth/callback?code=${secrets.personal}&state=x`]) }, pick,
		    { host, origin: stack.url, sign: () => secrets.webhook }),
		    5000)).text;
	await Promise.all(Array.from({ length: 60 }, () =>
	    ask(`/codex?nocache=true&access_token=${secrets.personal}`,
		{ headers: { Cookie: cookie } })));
	assert.ok(answers.includes('"zu_oft"'), 'the flood was one');
});

test('workers that die with a request leave no core and no word', async () => {
	const cookie = await login();
	for (const program of ['codex-render', 'codex-tasks', 'codex-auth',
	    'codex-account', 'codex-webhook']) {
		const pids = stack.workers(program);
		assert.ok(pids.length > 0, program);
		const folders = new Set(pids.map((pid) =>
		    readlinkSync(`/proc/${pid}/cwd`)));
		for (const pid of pids)
			execFileSync('prlimit', ['--core=1000000000',
			    `--pid=${pid}`]);
		// One that waits for GitHub, with a code in its hands
		const waits = program === 'codex-auth' ? fake.misbehave({
		    delay: 3000, path: '/login/oauth/access_token' }) : null;
		const hung = waits ? login() : null;
		if (waits)
			await until(() => waits.hits, 5000, 'the call');
		const asked = ['/codex', '/api/tasks', '/api/tokens'].map((path) =>
		    ask(path, { headers: { Cookie: cookie } }));
		for (const pid of pids)
			process.kill(pid, 'SIGSEGV');
		await Promise.all([...asked, hung]);
		for (const folder of folders)
			assert.deepEqual(readdirSync(folder).filter((name) =>
			    name === 'core' || pids.some((pid) =>
				name === `core.${pid}`)), []);
	}
	assert.ok(answers.includes('"nicht_erreichbar"'),
	    'one died with a request');
});

test('a store that is refused is told without its key', async () => {
	// As Azure does, it says back what it should have been signed for.
	const azure = createServer((request, response) => {
		response.writeHead(403, { 'x-ms-error-code':
		    'AuthenticationFailed' });
		response.end(`<?xml version="1.0"?><Error><Code>${request.url}` +
		    `</Code><Message>${JSON.stringify(request.headers)}</Message>` +
		    '</Error>');
	});
	const end = `BlobEndpoint=http://127.0.0.1:${await listen(azure)}/konto`;
	for (const conn of [`AccountName=konto;AccountKey=${secrets.azureKey};` +
	    end, `${end};SharedAccessSignature=sv=2021-08-06&${secrets.azureSas}`,
	    `AccountName=konto;AccountKey=${secrets.azureKey}!;${end}`,
	    `AccountKey=${secrets.azureKey};x`, secrets.azureKey,
	    `AccountName=konto;AccountKey=${secrets.azureKey};` +
	    'BlobEndpoint=http://127.0.0.1:1/konto'])
		for (const args of ['-t', '-1']) {
			const child = spawn(join(plainBuild, 'codex-tasks'), [args],
			    { stdio: ['ignore', 'pipe', 'pipe'], env: {
			    PATH: process.env.PATH, AZURE_BLOB_CONN: conn,
			    CODEX_RUN: join(room, 'run'), CODEX_DEBUG: '1',
			    CODEX_AUTH: 'local:usera', REQUEST_METHOD: 'GET',
			    REQUEST_URI: '/api/tasks',
			    CODEX_BASE_URL: 'http://127.0.0.1:8080' } });
			let said = '';
			for (const pipe of [child.stdout, child.stderr])
				pipe.on('data', (chunk) => {
					said += chunk;
				});
			await new Promise((done) => child.on('close', done));
			assert.ok(said.length > 10, 'it says something');
			holdsNone(said, `what codex-tasks ${args} says`);
		}
	azure.closeAllConnections();
	azure.close();
});

test('no secret was seen in any place', async () => {
	assert.ok(commands.size > 10);
	holdsNone([...commands].join('\n'), 'a command line');
	holdsNone(answers, 'an answer', handedOut);
	for (const pid of stack.processes(''))
		if (!/bash|\/sh\0/.test(commandOf(pid)))
			holdsNone(readFileSync(`/proc/${pid}/environ`, 'latin1'),
			    `the environment of ${commandOf(pid)}`);
	const read = (/** @type {string} */ at) => {
		for (const entry of readdirSync(at, { withFileTypes: true }))
			if (entry.isDirectory())
				read(join(at, entry.name));
			else if (entry.isFile())
				holdsNone(entry.name + readFileSync(join(at,
				    entry.name), 'latin1'), join(at, entry.name));
	};
	read(stack.data || '');

	await stack.stop(false); // nginx has written all of its log
	assert.match(stack.log, /msg=github .* method=\w+ path=\//, 'the log has calls');
	assert.match(stack.log, /method="POST"/, 'and requests');
	holdsNone(stack.log, 'the log');
	assert.doesNotMatch(answers + stack.log, /gho_\w{8}/,
	    'a token that GitHub gave us');
});
