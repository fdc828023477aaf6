// @ts-check
// group: http
// scripts/run as the person at the terminal knows it, and the programs'
// options.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync,
    readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { Stack, build, cleanEnv, environOf, isListening, listen, manyBuild,
    startStack, taskFile, top, treeOf, until } from './stack.mjs';

const script = join(top, 'scripts/run');
// What is tested is the script, by a good twenty starts of all programs.
process.env.CODEX_BUILD = manyBuild;
const programs = ['codex-render', 'codex-tasks', 'codex-create',
    'codex-update', 'codex-complete'];
const scratch = mkdtempSync(join(tmpdir(), 'cm-run-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** To its end. @param {string[]} args @param {Record<string, string>} env
 * @returns {Promise<{status: number|null, text: string}>} */
async function run(args, env = {}) {
	const child = spawn(script, args, { env: cleanEnv(env),
	    stdio: ['ignore', 'pipe', 'pipe'] });
	let text = '';
	child.stdout.on('data', (chunk) => { text += chunk; });
	child.stderr.on('data', (chunk) => { text += chunk; });
	const status = await new Promise((done) => child.on('close', done));
	return { status, text };
}

/** What a program says of its settings, which the script has it check.
 * @param {Record<string, string>} env */
function check(env) {
	const { status, stdout, stderr } = spawnSync(
	    join(manyBuild, 'codex-render'), ['-t'], { encoding: 'utf8',
		env: cleanEnv({ CODEX_STORE: `fs:${folder()}`,
		    CODEX_RUN: scratch, CODEX_BASE_URL: 'http://127.0.0.1',
		    CODEX_AUTH: 'local:usera', ...env }) });
	return { status, text: stdout + stderr };
}

/** A folder that is not there yet. */
let folders = 0;
const folder = () => join(scratch, `data-${folders++}`);

/** @param {string} url */
const isOpen = (url) => isListening(Number(new URL(url).port));

/** @param {number} pid */
function isThere(pid) {
	try {
		return !/^State:\s*[ZX]/m.test(
		    readFileSync(`/proc/${pid}/status`, 'utf8'));
	} catch {
		return false;
	}
}

test('--help tells the options without starting anything', async () => {
	for (const option of ['--help', '-h']) {
		const { status, text } = await run([option]);
		assert.equal(status, 0);
		for (const name of ['--port', '--data', '--workers', '--import',
		    '--foreground-check'])
			assert.ok(text.includes(name), name);
	}
});

test('an invalid option is refused', async () => {
	const data = folder();
	for (const args of [['--nonsense'], ['x'], ['--port'], ['--port', 'x'],
	    ['--port', '65536'], ['--port', '-1'], ['--workers', '0'],
	    ['--workers', '65'], ['--workers', 'x'], ['--data'],
	    ['--import', join(scratch, 'nowhere')]]) {
		const { status, text } = await run(['--data', data, ...args]);
		assert.notEqual(status, 0, args.join(' '));
		assert.ok(text.length > 0, args.join(' '));
		assert.doesNotMatch(text, /läuft auf/);
	}
	assert.ok(!existsSync(data));
});

test('an invalid setting is refused by its name', async () => {
	for (const [name, value] of [['CODEX_AUTH', 'local:'],
	    ['CODEX_AUTH', 'local:Groß'], ['CODEX_AUTH', 'local:../x'],
	    ['CODEX_AUTH', 'nobody'], ['CODEX_TZ', 'Mars/Olympus'],
	    ['CODEX_SLOTS', 'morgens=12:30-09:00'], ['CODEX_SLOTS', 'x'],
	    ['CACHE_TTL_BLOB', 'bald'], ['CACHE_REVALIDATE_MS', '-1'],
	    ['CODEX_NOW', 'gestern'], ['CODEX_DEBUG', 'vielleicht']]) {
		const { status, text } = check({ [name]: value });
		assert.notEqual(status, 0, `${name}=${value}`);
		assert.match(text, new RegExp(name), `${name}=${value}`);
	}
	for (const [name, value] of [['CODEX_SLOTS', 'x'],
	    ['CACHE_TTL_BLOB', 'bald']]) {
		const { status, text } = await run(['--port', '0', '--data',
		    folder(), '--foreground-check'], { [name]: value });
		assert.notEqual(status, 0, `${name}=${value}`);
		assert.match(text, new RegExp(name), `${name}=${value}`);
	}
});

test('local mode is refused beyond loopback', async () => {
	/** @type {Record<string, string>[]} */
	const refused = [{ CODEX_BASE_URL: 'https://example.org' },
	    { CODEX_BASE_URL: 'https://192.0.2.1:8080' },
	    { CODEX_BASE_URL: 'https://127.0.0.1.example.org' },
	    { CODEX_BASE_URL: 'https://localhost.example.org',
		CODEX_AUTH: 'local:usera' }];
	for (const env of refused) {
		const { status, text } = check(env);
		assert.notEqual(status, 0, JSON.stringify(env));
		assert.match(text, /CODEX_AUTH/);
	}
	const { status, text } = await run(['--port', '0', '--data', folder(),
	    '--foreground-check'], refused[0]);
	assert.notEqual(status, 0);
	assert.match(text, /CODEX_AUTH/);
});

test('--foreground-check leaves 0 and the sample in a new folder', async () => {
	const data = folder();
	const { status, text } = await run(['--port', '0', '--data', data,
	    '--foreground-check'], { CODEX_TZ: '', CACHE_TTL_BLOB: '' });
	assert.equal(status, 0, text);
	assert.deepEqual(readdirSync(join(data, 'raw')).sort(),
	    ['edge', 'user-c', 'usera', 'userb']);
	assert.ok(existsSync(join(data, 'artifacts/usera/timeline.json')));
	const artifact = readFileSync(
	    join(data, 'artifacts/usera/timeline.json'));
	const { timeline } = JSON.parse(String(gunzipSync(
	    artifact.subarray(artifact.indexOf('\n') + 1))));
	assert.ok(timeline.some((/** @type {any} */ d) =>
	    d.slots.some((/** @type {any} */ s) => s.task?.isFixed)),
	    'its dates are those of the present week');

	rmSync(join(data, 'raw/userb'), { recursive: true });
	assert.equal((await run(['--port', '0', '--data', data,
	    '--foreground-check'])).status, 0);
	assert.ok(!existsSync(join(data, 'raw/userb')), 'and not again');
});

test('the sample stays away from a store that has or gets tasks', async () => {
	const data = folder();
	mkdirSync(join(data, 'raw'), { recursive: true });
	assert.equal((await run(['--port', '0', '--data', data,
	    '--foreground-check'])).status, 0);
	assert.deepEqual(readdirSync(join(data, 'raw')), []);
	const other = folder();
	assert.equal((await run(['--port', '0', '--data', other,
	    '--foreground-check'], { GITHUB_REPO: 'x' })).status, 0);
	assert.ok(!existsSync(join(other, 'raw')));
	// It is ours, whatever is in it.
	assert.equal((await run(['--port', '0', '--data', other,
	    '--foreground-check'], { GITHUB_REPO: 'x' })).status, 0);
});

test('a port that is taken is refused', async () => {
	const server = createServer();
	const port = await listen(server);
	const { status, text } = await run(['--port', String(port), '--data',
	    folder(), '--foreground-check']);
	server.close();
	assert.notEqual(status, 0);
	assert.match(text, new RegExp(`${port}`));
});

test('a folder without programs is refused in one sentence', async () => {
	const { status, text } = await run(['--port', '0', '--data', folder(),
	    '--build', scratch, '--foreground-check']);
	assert.notEqual(status, 0);
	assert.match(text, /^run: .* has no programs: --build names another/);
	assert.equal(text.trim().split('\n').length, 1, text);
});

test('a folder that is none, or somebody else\'s, is refused untouched',
    async () => {
	const data = folder();
	const refused = async (/** @type {RegExp} */ why) => {
		const { status, text } = await run(['--port', '0', '--data', data,
		    '--foreground-check']);
		assert.notEqual(status, 0, text);
		assert.match(text, why);
		assert.equal(text.trim().split('\n').length, 1, text);
	};
	writeFileSync(data, 'a file');
	await refused(/^run: .*data-\d+ is no folder/);
	rmSync(data);
	mkdirSync(data);
	writeFileSync(join(data, 'Brief.odt'), 'Liebe Mutter');
	await refused(/^run: .*data-\d+ holds Brief.odt, .*--data/);
	assert.deepEqual(readdirSync(data), ['Brief.odt']);
});

test('an ordinary user is told what they may not', {
	skip: process.getuid?.() !== 0 }, async () => {
	chmodSync(scratch, 0o755);
	const data = folder();
	mkdirSync(data, { mode: 0o755 });
	for (const [args, why] of /** @type {[string[], RegExp][]} */ ([
	    [['--port', '0', '--data', data], /^run: .*is no folder .* written/],
	    [['--port', '79', '--data', data], /^run: --port 79: only root/]])) {
		const { status, stdout, stderr } = spawnSync('setpriv', ['--reuid',
		    '65534', '--regid', '65534', '--clear-groups', script, ...args,
		    '--foreground-check'], { encoding: 'utf8', timeout: 60000,
		    env: { ...cleanEnv({}), HOME: scratch, CODEX_BUILD: build } });
		assert.notEqual(status, 0);
		assert.match(stdout + stderr, why);
		assert.equal(stderr.trim().split('\n').length, 1, stderr);
	}
});

test('of two that take one port at once only one says that it runs', async () => {
	const server = createServer();
	const port = String(await listen(server));
	server.close();
	// Both have looked at the port long before either nginx binds it.
	const both = [0, 1].map(() => spawn(script, ['--port', port, '--data',
	    folder()], { env: cleanEnv({}), stdio: ['ignore', 'pipe', 'pipe'] }));
	const texts = both.map((child) => {
		const said = { text: '', over: false };
		for (const pipe of [child.stdout, child.stderr])
			pipe.on('data', (chunk) => { said.text += chunk; });
		child.on('close', () => { said.over = true; });
		return said;
	});
	await until(() => texts.every((said) => said.over ||
	    said.text.includes('läuft auf')), 60000, 'an answer of both');
	const running = texts.filter((said) => said.text.includes('läuft auf'));
	both.forEach((child) => child.kill('SIGTERM'));
	await until(() => texts.every((said) => said.over), 20000, 'their end');
	assert.equal(running.length, 1, texts.map((t) => t.text).join('\n'));
	assert.match(texts.map((said) => said.text).join(),
	    new RegExp(`port ${port}`));
});

test('every program answers once the address is printed', async () => {
	const stack = await startStack({ as: 'local' });
	for (const path of ['/healthz', '/', '/codex', '/api/tasks'])
		assert.equal((await stack.get(path)).status, 200, path);
	assert.equal((await stack.send('POST', '/api/tasks',
	    { kategorie: 'arbeit' })).status, 200);
	assert.equal((await stack.send('POST', '/api/tasks/0000/complete',
	    { datum: '23.11.2026', zeit: 'abends' })).status, 200);
	assert.equal((await stack.send('PATCH', '/api/tasks/0000', {})).status,
	    200);
	await stack.stop();
});

for (const signal of /** @type {NodeJS.Signals[]} */ (
	['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL']))
	test(`${signal} ends it and all that it started`, async () => {
		const stack = await startStack({ as: 'local', workers: 2 });
		const pids = stack.processes('');
		assert.ok(pids.length > 12, `${pids.length} processes`);
		const folders = [...stack.log.matchAll(/^CODEX_RUN=(.*)$/gm)];
		stack.child?.kill(signal);
		stack.hold(true);
		const status = await stack.ended;
		if (signal !== 'SIGKILL') {
			assert.equal(status, 0, 'a clean end');
			assert.equal(await isOpen(stack.url), false);
			assert.deepEqual(pids.filter(isThere), []);
			for (const [, run] of folders)
				assert.ok(!existsSync(run), run);
		} else {
			await until(async () => !(await isOpen(stack.url)) &&
			    pids.filter(isThere).length === 0, 10000,
			    'all children gone');
			for (const [, run] of folders)
				rmSync(join(run, '..'), { recursive: true,
				    force: true });
		}
		await stack.stop();
	});

test('--workers counts per program, builders are half as many', async (t) => {
	const isSocket = (/** @type {string} */ n) => n.endsWith('.sock');
	const own = mkdtempSync(join(scratch, 'sockets-'));
	const stack = await startStack({ as: 'local', workers: 3,
	    env: { CODEX_RUN: own } });
	const isBuild = (/** @type {string[]} */ a) => a.includes('--build');
	await until(() => stack.workers('codex-render', isBuild).length === 2,
	    5000, 'two builders');
	assert.equal(stack.workers('codex-render', (a) => !isBuild(a)).length,
	    3);
	for (const program of programs.slice(1))
		assert.equal(stack.workers(program).length, 3, program);
	await t.test('sockets are open to nginx\'s group alone', async () => {
		const sockets = readdirSync(own).filter(isSocket);
		assert.equal(sockets.length, 7);
		for (const name of sockets)
			assert.equal(statSync(join(own, name)).mode & 0o777,
			    0o660, name);
		await stack.stop();
		assert.ok(existsSync(join(own, 'generations')),
		    'the table of generations outlives it');
		assert.deepEqual(readdirSync(own).filter(isSocket), []);
	});
});

test('a folder in use is not shared unawares', async () => {
	const stack = await startStack({ as: 'local' });
	const second = await run(['--port', '0', '--data', stack.data || '',
	    '--foreground-check']);
	assert.notEqual(second.status, 0);
	const aware = await run(['--port', '0', '--data', stack.data || '',
	    '--foreground-check'], { CACHE_REVALIDATE_MS: '0' });
	assert.equal(aware.status, 0, aware.text);
	await stack.stop();
});

test('--import takes in all users without overwriting a task', async () => {
	const checkout = join(scratch, 'checkout');
	const put = (/** @type {string} */ path, /** @type {string} */ text) => {
		mkdirSync(join(checkout, path, '..'), { recursive: true });
		writeFileSync(join(checkout, path), text);
	};
	put('codex-miroir/UserA/tasks/0007-Neu.md', taskFile());
	put('codex-miroir/UserA/tasks/0003-Gleich.md', taskFile({}, 'x'));
	put('codex-miroir/UserA/tasks/0004-Anders.md', taskFile({}, 'Git'));
	put('codex-miroir/UserA/tasks/notizen.md', 'keine Task');
	put('codex-miroir/UserA/tasks/tief/0009-Tief.md', taskFile());
	put('codex-miroir/other_1/tasks/0000.md', taskFile());
	put('codex-miroir/Kein Name/tasks/0000.md', taskFile());
	put('codex-miroir/ohne/README.md', 'x');
	put('README.md', 'x');
	const data = folder();
	const tasks = join(data, 'raw/usera/tasks');
	mkdirSync(tasks, { recursive: true });
	writeFileSync(join(tasks, '0003-Gleich.md'), taskFile({}, 'x'));
	writeFileSync(join(tasks, '0004-Anders.md'), taskFile({}, 'Speicher'));

	const stack = new Stack({ as: 'local', data, import: checkout });
	await stack.start();
	assert.match(stack.log, /0004-Anders\.md/, 'reported');
	assert.deepEqual(readdirSync(join(data, 'raw')).sort(),
	    ['other_1', 'usera']);
	assert.deepEqual(readdirSync(tasks).sort(), ['0003-Gleich.md',
	    '0004-Anders.md', '0007-Neu.md']);
	assert.equal(readFileSync(join(tasks, '0004-Anders.md'), 'utf8'),
	    taskFile({}, 'Speicher'));
	const week = (await stack.get('/codex')).json;
	assert.equal(week.nextAvailableId, '0008');
	const token = String(await stack.blob('state/usera/cacheVersion.txt'));
	assert.equal(String(await stack.blob('state/other_1/nextId.txt')).trim(),
	    '1');
	assert.equal((await stack.send('POST', '/api/tasks',
	    { kategorie: 'arbeit' })).json.id, '0008');
	await stack.stop(false);

	put('codex-miroir/UserA/tasks/0020-Später.md', taskFile());
	await stack.start();
	assert.ok((await stack.get('/codex')).text.includes('0020-Später'),
	    'an import raises the token');
	assert.notEqual(
	    String(await stack.blob('state/usera/cacheVersion.txt')), token);
	assert.equal((await stack.send('POST', '/api/tasks',
	    { kategorie: 'arbeit' })).json.id, '0021');
	await stack.stop();
});

test('nothing of the caller\'s environment reaches the workers', async () => {
	const stack = await startStack({ as: 'local', workers: 1, env: {
		MY_SECRET: 'geheim', CODEX_DEBUG: '1' } });
	for (const program of programs)
		for (const pid of stack.workers(program)) {
			const env = environOf(pid);
			assert.equal(env.MY_SECRET, undefined, program);
			assert.equal(env.CODEX_DEBUG, '1');
		}
	await stack.stop();
});

test('the token of /metrics is in no environment of a program', async () => {
	const token = 'geheim-0123456789abcdef';
	const stack = await startStack({ as: 'local', workers: 1, env: {
		CODEX_METRICS_TOKEN: token } });
	assert.equal((await stack.get('/metrics',
	    { Authorization: `Bearer ${token}` })).status, 200);
	for (const program of programs)
		for (const pid of stack.workers(program))
			assert.equal(environOf(pid).CODEX_METRICS_TOKEN, undefined,
			    program);
	await stack.stop();
});

test('an ordinary user can run the system', {
	skip: process.getuid?.() !== 0 }, async () => {
	const home = mkdtempSync(join(tmpdir(), 'cm-nobody-'));
	chmodSync(home, 0o777);
	const data = join(home, 'data');
	const child = spawnSync('setpriv', ['--reuid', '65534', '--regid',
	    '65534', '--clear-groups', script, '--port', '0', '--data', data,
	    '--foreground-check'], { encoding: 'utf8', timeout: 120000,
	    env: { ...cleanEnv({}), HOME: home, CODEX_BUILD: build } });
	const said = child.stdout + child.stderr;
	if (child.status === 0)
		assert.equal(statSync(join(data, 'raw')).uid, 65534);
	rmSync(home, { recursive: true, force: true });
	assert.equal(child.status, 0, said);
});

test('every program tells its options, settings and version', () => {
	const dir = mkdtempSync(join(scratch, 'p-'));
	const env = cleanEnv({ CODEX_STORE: `fs:${dir}/data`, CODEX_RUN: dir,
	    CODEX_BASE_URL: 'http://127.0.0.1', CODEX_AUTH: 'local:usera' });
	for (const program of programs) {
		const call = (/** @type {string[]} */ args, own = env) =>
			spawnSync(join(build, program), args, { env: own,
			    encoding: 'utf8', timeout: 60000, input: '' });
		const help = call(['--help']);
		assert.equal(help.status, 0);
		for (const option of ['-t', '-1', '--help'])
			assert.ok(help.stdout.includes(option), option);
		const version = call(['--version']);
		assert.equal(version.status, 0);
		assert.match(version.stdout, /\d+\.\d+/);
		const check = call(['-t']);
		assert.equal(check.status, 0, check.stderr);
		assert.match(check.stdout, /^CODEX_AUTH=local:usera$/m);
		const secret = call(['-t'], { ...env, AZURE_BLOB_CONN:
		    'DefaultEndpointsProtocol=http;AccountName=a;' +
		    'AccountKey=Z2VoZWlt;BlobEndpoint=http://127.0.0.1:1/a' });
		assert.ok(!(secret.stdout + secret.stderr)
		    .includes('Z2VoZWlt'), 'a secret is only "set"');
		const without = call(['-t'], cleanEnv({}));
		assert.notEqual(without.status, 0, 'without settings');
		assert.notEqual(call(['--nonsense']).status, 0);
		assert.notEqual(call([]).status, 0, 'without a socket');
	}
	assert.deepEqual(Object.keys(treeOf(dir)), ['generations', 'looks', 'metrics'],
	    'looking changes nothing');
});

test('a worker without a web server serves one request', () => {
	const dir = mkdtempSync(join(scratch, 'once-'));
	const env = cleanEnv({ CODEX_STORE: `fs:${dir}/data`, CODEX_RUN: dir,
	    CODEX_BASE_URL: 'http://127.0.0.1', CODEX_AUTH: 'local:usera',
	    REQUEST_METHOD: 'POST', REQUEST_URI: '/api/tasks',
	    CONTENT_TYPE: 'application/json',
	    HTTP_ORIGIN: 'http://127.0.0.1' });
	const once = spawnSync(join(build, 'codex-create'), ['-1'], { env,
	    encoding: 'utf8', timeout: 60000,
	    input: '{"kategorie":"arbeit","title":"Ohne Server"}' });
	assert.equal(once.status, 0, once.stderr);
	assert.match(once.stdout, /^Status: 200 /);
	assert.ok(existsSync(join(dir,
	    'data/raw/usera/tasks/0000-Ohne-Server.md')));
});
