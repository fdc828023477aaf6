// @ts-check
// group: operate
/**
 * `codex doctor`, `status` and `users` beside a site that runs: nothing is said of
 * a sound one, each planted fault is found by its code, and no secret is shown.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
    renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startAzurite } from './azurite.mjs';
import { startFake } from './github/fake.mjs';
import { gitSettings } from './git-stack.mjs';
import { childrenOf, commandOf, environOf, listen, manyBuild, startStack,
    taskFile, top, until } from './stack.mjs';

const hookSecret = 'the-secret-of-the-hook';
const scratch = mkdtempSync(join(tmpdir(), 'cm-doctor-'));
/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** Of a command beside the site. @type {Record<string, string>} */
let env;
/** What must never be shown. @type {string[]} */
let secrets;

/** @param {number} pid @returns {number[]} */
const below = (pid) => childrenOf(pid).flatMap((child) =>
    [child, ...below(child)]);

/** The settings that the programs have, with the secrets of all of them. */
function settingsOf() {
	const pid = below(Number(stack.child?.pid)).find((each) =>
	    /codex-tasks/.test(commandOf(each)));
	const own = environOf(Number(pid));
	/** @type {Record<string, string>} */
	const all = {};
	const folder = dirname(own.CREDENTIALS_DIRECTORY);
	for (const row of readdirSync(folder, { withFileTypes: true }))
		for (const name of row.isDirectory()
		    ? readdirSync(join(folder, row.name)) : [])
			all[name] = readFileSync(join(folder, row.name, name),
			    'utf8').trim();
	secrets = Object.values(all);
	for (const name of Object.keys(own))
		if (!/^(CODEX|CACHE|GITHUB|SYNC|AZURE)_|^PATH$/.test(name))
			delete own[name];
	return { ...own, ...all, CREDENTIALS_DIRECTORY: '/nowhere' };
}

before(async () => {
	fake = await startFake();
	await fake.createRepository({ files: {
	    'codex-miroir/usera/tasks/0001-Eins.md': taskFile({}, '# Eins') } });
	stack = await startStack({ workers: 1, env: gitSettings(fake,
	    { GITHUB_WEBHOOK_SECRET: hookSecret }) });
	env = settingsOf();
	fake.setHook({ url: `${stack.url}/github/webhook`, secret: hookSecret,
	    contentType: 'json' });
	await fake.settled();
	await stack.send('POST', '/sync', {});
	await until(() => existsSync(join(stack.data,
	    'raw/usera/tasks/0001-Eins.md')), 8000, 'the first sync');
});
after(async () => {
	await stack.stop();
	await fake.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** @typedef {{level: string, code: string, what: string, text: string}} Found */

/** @param {Record<string, string>} more @param {string[]} under
 * @returns {Promise<{ status: number|string, found: Found[] }>} */
const doctor = (more = {}, under = []) => new Promise((done) => {
	const line = [...under, join(manyBuild, 'codex'), 'doctor', '-j', '-p',
	    join(top, 'scripts/programs')];
	execFile(line[0], line.slice(1), { env: { ...env, ...more } },
	    (error, out, text) => {
		for (const secret of secrets)
			assert.ok(!(out + text).includes(secret), 'a secret');
		const { ok, findings } = JSON.parse(out);
		assert.equal(ok, !error, out);
		done({ status: Number(error?.code ?? 0), found: findings });
	});
});

/** Plants a fault and expects its finding, and nothing before and after that
 * does not come of it.
 * @param {string} code @param {RegExp} text
 * @param {{ env?: Record<string, string>, level?: string,
 *     under?: () => string[], plant?: () => any }} how
 *     plant: does it and returns what undoes it */
const finds = (code, text, { env: more, level = 'error', under, plant } = {}) =>
    test(`it finds ${code}: ${text.source}`, async () => {
	const undo = await plant?.();
	try {
		const { found } = await doctor(more, under?.());
		const one = found.find((f) => f.code === code &&
		    text.test(f.text));
		assert.ok(one, JSON.stringify(found));
		assert.equal(one.level, level);
		assert.ok(found.every((f) => f.level === 'warn') ===
		    (level === 'warn'), JSON.stringify(found));
	} finally {
		await undo?.();
	}
});

/** Another site at another address, for one test.
 * @param {(path: string) => [number, string]} answer */
function otherSite(answer) {
	const server = createServer((request, response) => {
		const [status, body] = answer(String(request.url));
		response.writeHead(status).end(body);
	});
	return { server, plant: async () => {
		const port = await listen(server);
		env = { ...env, CODEX_BASE_URL: `http://127.0.0.1:${port}` };
		return () => {
			env = { ...env, CODEX_BASE_URL: stack.url };
			server.close();
		};
	} };
}

/** @param {string} file */
const unplace = (file) => rmSync(join(stack.data, 'raw/usera/tasks', file));

/** Puts a file away for a while. @param {() => string} path
 * @param {string} [other] what stands there meanwhile */
const away = (path, other) => () => {
	const from = path();
	renameSync(from, `${from}.away`);
	if (other !== undefined)
		writeFileSync(from, other);
	return () => renameSync(`${from}.away`, from);
};

/** @param {string} key @param {(text: string) => string} change */
const rewrite = (key, change) => () => {
	const path = join(stack.data, key);
	const old = readFileSync(path, 'utf8');
	writeFileSync(path, change(old));
	return () => writeFileSync(path, old);
};

test('it finds nothing in a sound site', async () => {
	assert.deepEqual(await doctor(), { status: 0, found: [] });
});

// Settings
finds('wert', /CODEX_TZ/, { env: { CODEX_TZ: 'Mars/Olympus' } });
finds('wert', /CODEX_USER_RATE=viele/, { env: { CODEX_USER_RATE: 'viele' } });
finds('fehlt', /CODEX_ALLOWED_USERS/, { env: { CODEX_ALLOWED_USERS: '' },
    level: 'warn' });
finds('fehlt', /GITHUB_TOKEN/, { env: { GITHUB_TOKEN: '' } });
finds('wert', /CODEX_PROOF/, { env: { CODEX_PROOF: 'kurz' } });

// Host
finds('socket', /tasks nimmt keine/, {
    plant: away(() => join(env.CODEX_RUN, 'tasks.sock')) });
finds('socket', /create nimmt keine/, {
    plant: away(() => join(env.CODEX_RUN, 'create.sock'), 'no socket') });
finds('socket', /webhook ist abgeschaltet/, { level: 'warn',
    env: { GITHUB_WEBHOOK_SECRET: '' }, plant: () => {
	const { hooks } = fake;
	fake.hooks = [];
	return () => { fake.hooks = hooks; };
} });
finds('worker', /Abgleich mit Git läuft nicht/, {
    plant: away(() => join(env.CODEX_RUN, 'sync.bell')) });

/** Lets others have rights for a while. @param {() => string} path
 * @param {number} mode */
const opened = (path, mode) => () => {
	const old = statSync(path()).mode;
	chmodSync(path(), mode);
	return () => chmodSync(path(), old);
};
finds('rechte', /\.key können auch andere/, {
    plant: opened(() => env.CODEX_KEY_FILE, 0o640) });
finds('rechte', /\/state\/ können auch andere/, {
    plant: opened(() => join(stack.data, 'state/'), 0o755) });
finds('rechte', /data können auch andere/, {
    plant: opened(() => stack.data, 0o777) });
finds('rechte', /\/run können auch andere/, {
    plant: opened(() => env.CODEX_RUN, 0o777) });

/** Runs it until it says that the site is ready, or not: what /readyz has found
 * holds for five seconds. @param {RegExp|null} text of what is not */
const untilReady = (text) => until(async () => {
	const { found } = await doctor();
	return text ? found.some((f) => f.level === 'error' &&
	    f.code === 'bereit' && text.test(f.text)) : found.length === 0;
}, 20000, String(text));

test('it finds a program that hangs, and keys that cannot be used', async () => {
	const hanging = below(Number(stack.child?.pid)).filter((pid) =>
	    /codex-create/.test(commandOf(pid)));
	assert.ok(hanging.length > 0);
	hanging.forEach((pid) => process.kill(pid, 'SIGSTOP'));
	try {
		await untilReady(/was nicht bereit ist: create\.$/);
	} finally {
		hanging.forEach((pid) => process.kill(pid, 'SIGCONT'));
	}
	const undo = away(() => env.CODEX_KEY_FILE, 'no key\n')();
	try {
		await untilReady(/was nicht bereit ist: keys\.$/);
	} finally {
		undo();
	}
	await untilReady(null);
});

// Store

/** An account of Azure whose clock is an hour ahead: a proxy in front of an
 * emulator moves all times that it answers. */
async function aheadAzure() {
	const azurite = await startAzurite();
	const target = new URL(String(/BlobEndpoint=([^;]*)/.exec(
	    azurite.conn)?.[1]));
	const later = (/** @type {string} */ text) => text.replace(
	    /\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT/g, (date) =>
		new Date(Date.parse(date) + 3600e3).toUTCString());
	const server = createServer(async (incoming, outgoing) => {
		const answer = await fetch(new URL(String(incoming.url), target), {
		    method: incoming.method,
		    // @ts-ignore: what came is what goes
		    headers: { ...incoming.headers, host: target.host },
		    ...(incoming.method === 'PUT' ? { duplex: 'half', body:
			Buffer.concat(await incoming.toArray()) } : {}) });
		const bytes = later(Buffer.from(await answer.arrayBuffer())
		    .toString('latin1'));
		for (const [name, value] of answer.headers)
			if (!/^(transfer-encoding|connection|keep-alive|content-length)$/
			    .test(name))
				outgoing.setHeader(name, later(value));
		outgoing.sendDate = false;
		outgoing.setHeader('date', later(new Date().toUTCString()));
		outgoing.writeHead(answer.status).end(bytes, 'latin1');
	});
	const port = await listen(server);
	env = { ...env, AZURE_BLOB_CONN: azurite.conn.replace(target.host,
	    `127.0.0.1:${port}`) };
	return () => {
		const { AZURE_BLOB_CONN, ...rest } = env;
		assert.ok(AZURE_BLOB_CONN);
		env = rest;
		server.closeAllConnections();
		server.close();
		azurite.stop();
	};
}
finds('uhr', /azure .*um 3[56]\d\d s/,
    { plant: aheadAzure });
finds('speicher', /Speicher/, { env: { AZURE_BLOB_CONN: 'AccountName=a;' +
    'AccountKey=YWJj;BlobEndpoint=http://127.0.0.1:1/a',
CODEX_KEY_FILE: join(scratch, 'key') } });

// Users
finds('datei', /0002-Kaputt\.md:3: \p{Lu}/u, { level: 'warn', plant: () => {
	stack.place('0002-Kaputt.md', '---\ntyp: task\nstatus offen\n---\n');
	return () => unplace('0002-Kaputt.md');
} });
finds('datei', /usera hat 2 weitere/, { level: 'warn', plant: () => {
	for (let i = 10; i < 17; i++)
		stack.place(`00${i}-Kaputt.md`, 'kein Kopf');
	return () => {
		for (let i = 10; i < 17; i++)
			unplace(`00${i}-Kaputt.md`);
	};
} });
finds('abgleich', /usera warten seit 6\d min/, { plant: () => {
	const path = join(stack.data, 'pending/usera');
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, '1-x');
	utimesSync(path, Date.now() / 1000 - 3650, Date.now() / 1000 - 3650);
	return () => rmSync(path, { force: true });
} });
finds('abgleich', /usera mit Git gelingt nicht: Kaputt\./, {
    plant: rewrite('state/usera/sync.json', (text) => text.replace(
	/"state":"\w+","text":("[^"]*"|null)/,
	'"state":"failed","text":"Kaputt."')) });
finds('fassung', /neuere Fassung/, { plant: rewrite('state/usera/sync.json',
    (text) => text.replace(/"v":\d+/, '"v":99')) });

finds('fassung', /tokens\.json .*neuere/, { plant: () => {
	const path = join(stack.data, 'state/usera/tokens.json');
	writeFileSync(path, '{"v":99,"tokens":[]}');
	return () => rmSync(path);
} });

// GitHub
finds('token', /nimmt GITHUB_TOKEN nicht an/, {
    env: { GITHUB_TOKEN: 'ghp_of_nobody' } });
finds('rechte', /nur lesen/, { env: { GITHUB_TOKEN: 'read-token' },
    level: 'warn' });
finds('repository', /kein Repository nix/, { env: { GITHUB_REPO: 'nix' } });
finds('branch', /keinen Branch gibtsnicht/, {
    env: { GITHUB_BRANCH: 'gibtsnicht' } });
finds('github', /GitHub/, { env: { GITHUB_API_URL: 'http://127.0.0.1:1' } });
finds('github', /GitHub/, { plant: () => {
	fake.misbehave({ path: /vault$/, status: 502 });
	return () => fake.behave();
} });
finds('github', /GitHub/, { plant: () => {
	fake.misbehave({ path: /git\/ref/, status: 502 });
	return () => fake.behave();
} });
finds('repository', /vault ist in GitHub archiviert/, { level: 'warn',
    plant: () => {
	fake.misbehave({ path: /vault$/, status: 200, body: {
	    archived: true, permissions: { push: true } } });
	return () => fake.behave();
} });
finds('limit', /nur noch \d+ Anfragen/, { level: 'warn', plant: () => {
	fake.setRate({ remaining: 60 });
	return () => fake.setRate();
} });
finds('uhr', /GitHub .*um \d{4} s/, { plant: () => {
	fake.misbehave({ path: /vault$/, status: 200, body: {
	    permissions: { push: true } }, headers: { date:
		new Date(Date.now() - 5000000).toUTCString() } });
	return () => fake.behave();
} });
finds('webhook', /keinen Webhook auf/, { level: 'warn', plant: () => {
	const { hooks } = fake;
	fake.hooks = [];
	return () => { fake.hooks = hooks; };
} });
finds('webhook', /abgeschaltet/, { plant: () => {
	fake.hooks[0].active = false;
	return () => { fake.hooks[0].active = true; };
} });
finds('webhook', /meldet keine Pushes/, { plant: () => {
	const [hook] = fake.hooks, { events } = hook;
	hook.events = ['pull_request'];
	return () => { hook.events = events; };
} });
finds('webhook', /GITHUB_WEBHOOK_SECRET fehlt/, {
    env: { GITHUB_WEBHOOK_SECRET: '' } });
finds('webhook', /mit 40[13] beantwortet/, { plant: async () => {
	const { hooks } = fake;
	fake.setHook({ url: `${stack.url}/github/webhook`, secret: 'other',
	    contentType: 'json' });
	await fake.settled();
	return () => { fake.hooks = hooks; };
} });

// Address
finds('adresse', /nicht zu erreichen/, {
    env: { CODEX_BASE_URL: 'http://127.0.0.1:1' } });
finds('adresse', /etwas anderes als diese Seite \(200\)/,
    otherSite(() => [200, 'Es funktioniert!']));
finds('adresse', /antwortet 503/, otherSite((path) => path === '/healthz'
    ? [200, '{"ok":true}'] : [503, '']));
finds('geheimnis', /ein anderes Geheimnis/, otherSite((path) =>
    path === '/healthz' ? [200, '{"ok":true}'] : [403, '{}']));

/** A site with a certificate of its own, for so many days.
 * @param {number} days @returns {() => Promise<() => void>} */
const tlsSite = (days) => async () => {
	const key = join(scratch, 'tls.key'), cert = join(scratch, 'tls.crt');
	execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes',
	    '-keyout', key, '-out', cert, '-days', String(days), '-subj',
	    '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'],
	{ stdio: 'ignore' });
	const server = createTlsServer({ key: readFileSync(key),
	    cert: readFileSync(cert) }, (_, response) =>
	    response.end('{"ok":true}'));
	const port = await listen(server);
	env = { ...env, CODEX_BASE_URL: `https://localhost:${port}` };
	return () => {
		env = { ...env, CODEX_BASE_URL: stack.url };
		server.close();
	};
};
finds('adresse', /nicht zu erreichen: .*(certificate|SSL)/,
    { plant: tlsSite(90) });

/** Whom TLS believes. */
const authorities = '/etc/ssl/certs/ca-certificates.crt';
/** Whether this process may take another list of them. */
const mayMount = (() => {
	try {
		execFileSync('unshare', ['-m', 'mount', '--bind', '/etc/hostname',
		    authorities], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
})();
if (mayMount)
	finds('zertifikat', /nur noch [45] Tage/, { level: 'warn',
	    plant: tlsSite(5), under: () => ['unshare', '-m', 'sh', '-c',
		`mount --bind "$0" ${authorities} && exec "$@"`,
		join(scratch, 'tls.crt')] });

/** @param {Record<string, string>} more @param {string[]} args
 * @returns {Promise<{ status: number, out: string, text: string }>} */
const codexWith = (more, ...args) => new Promise((done) => {
	execFile(join(manyBuild, 'codex'), args, { env: { ...env, ...more } },
	    (error, out, text) =>
	    done({ status: Number(error?.code ?? 0), out, text }));
});
/** @param {string[]} args */
const codex = (...args) => codexWith({}, ...args);

test('the status of a user says which week is stored and what Git knows',
    async () => {
	await stack.get('/codex');
	const good = await codex('status', 'usera');
	assert.match(good.out, /^usera\n {2}Die gespeicherte Woche hat den jetzigen/);
	assert.match(good.out, /\n {2}Git: Alles ist in Git\. \(alles_in_git\)\n/);
	assert.match(good.out, /letzte Abgleich war \d{4}-\d\d-\d\dT.*Z, bei [0-9a-f]{40}\./);
	assert.equal(good.status, 0);

	stack.place('0005-Neu.md', taskFile({}, '# Neu'));
	writeFileSync(join(stack.data, 'state/usera/cacheVersion.txt'), '1-x');
	const old = await codex('status');
	assert.match(old.out, /von vor der letzten Änderung/);
	assert.match(old.out, /Eine Aufgabe ist noch nicht in Git\./);
	const { ok, worker, users } = JSON.parse((await codex('status', '-j')).out);
	assert.deepEqual([ok, worker, users.length], [true, true, 1]);
	assert.deepEqual(users[0].week, { token: users[0].week.token,
	    stored: true, current: false, good: false });
	assert.equal(users[0].sync.pending, 1);

	assert.match((await codex('users')).out,
	    /^usera {16}pending {6}noch_nicht_in_git\n$/);
	const nobody = await codex('status', 'niemand');
	assert.equal(nobody.status, 1);
	assert.match(nobody.text, /niemand gibt es nicht/);
	assert.equal((await codex('users', 'usera')).status, 2);
});

test('commands speak English to who has an English locale', async () => {
	const english = { LANG: 'en_US.UTF-8' };
	const told = (await codexWith(english, 'status', 'usera')).out;
	assert.match(told, /^usera\n {2}(?:The stored week|Nothing of the week) /);
	assert.doesNotMatch(told, /[äöüß]|\b(?:die|der|ist|nicht)\b/);
	const { found } = await doctor({ ...english,
		GITHUB_TOKEN: 'ghp_wrong' });
	assert.notEqual(found.length, 0);
	stack.place('0002-Kaputt.md', 'kein Kopf');
	found.push(...(await doctor(english)).found);
	unplace('0002-Kaputt.md');
	assert.ok(found.some(({ code }) => code === 'datei'));
	for (const { text } of found)
		assert.doesNotMatch(text, /[äöüß]|\b(?:die|der|ist|nicht)\b/i);
});

test('the status of a user says what the last sync has cost, and when the next ' +
    'one comes', async () => {
	const status = async () => JSON.parse((await codex('status', '-j')).out)
	    .users[0];
	// What this pushes comes back by the webhook: the next run stands alone.
	await stack.send('POST', '/sync', {});
	await fake.settled();
	await until(async () => (await status()).sync.state === 'ok', 8000,
	    'rest');
	const from = fake.mark();
	await stack.send('POST', '/sync', {});
	const good = await status();
	assert.equal(good.lastRun.githubRequests, fake.log.length - from);
	assert.ok(good.lastRun.storeRequests >= 5, 'mark, list, records, put');
	assert.equal(good.nextTryAt, null);
	assert.match((await codex('status')).out, new RegExp(` ${
	    good.lastRun.storeRequests} Anfragen an den Speicher und ${
	    good.lastRun.githubRequests} an GitHub\\.`));

	fake.misbehave({ times: 100, status: 401, path: /heads/ });
	try {
		await stack.send('POST', '/sync', {});
		const bad = await status();
		assert.equal(bad.sync.state, 'failed');
		const wait = Date.parse(bad.nextTryAt) - Date.parse(bad.lastRun.at);
		assert.ok(wait > 500000 && wait <= 600000, `SYNC_POLL_MS: ${wait}`);
		assert.match((await codex('status')).out, new RegExp(
		    `nächste Versuch kommt nicht vor ${bad.nextTryAt}\\.`));
	} finally {
		fake.behave();
	}
	await stack.send('POST', '/sync', {});
	assert.equal((await status()).nextTryAt, null);
});
