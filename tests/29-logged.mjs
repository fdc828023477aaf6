// @ts-check
// group: operate
/**
 * What the log says: each fault that is planted leaves one to three lines at
 * warning or above within a minute, with the id of the request that met it; and
 * one id leads from nginx through the programs to the run and GitHub.
 *
 * Of a store that is slow 65-store.mjs says so.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync,
    writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFake } from './github/fake.mjs';
import { signature } from './github/hooks.mjs';
import { gitSettings } from './git-stack.mjs';
import { cleanEnv, manyBuild, startStack, taskFile, top, until }
    from './stack.mjs';

/** How long a line may take, times TEST_SLOW: ms. */
const MINUTE = 60000;
const scratch = mkdtempSync(join(tmpdir(), 'cm-logged-'));
const list = join(scratch, 'allowed');
/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./stack.mjs').Stack} */
let stack;

before(async () => {
	fake = await startFake();
	await fake.createRepository({ files: {
	    'codex-miroir/usera/tasks/0001-Eins.md': taskFile({}, '# Eins') } });
	writeFileSync(list, 'usera\n');
	stack = await startStack({ workers: 1, env: gitSettings(fake, {
	    CODEX_BUILD: manyBuild, CODEX_ALLOWED_USERS: list,
	    GITHUB_WEBHOOK_SECRET: 'the-secret-of-the-hook',
	    GITHUB_SYNC_ON_OPERATION: 'true' }) });
	await recover();
});
after(async () => {
	await stack?.stop();
	await fake?.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** The fields of a line. @param {string} line
 * @returns {Record<string, string>} */
const fieldsOf = (line) => Object.fromEntries([...line.matchAll(
    /(?:^| )([a-z_]+)=("(?:[^"\\]|\\.)*"|[^" ]+)/g)].map(([, name, value]) =>
    [name, value.startsWith('"') ? JSON.parse(value) : value]));

/** Lines since a mark, ours alone. @param {number} from
 * @param {RegExp} level @param {string} text */
const linesOf = (from, level = /^(warning|err)$/, text = stack.log) =>
	text.slice(from).split('\n').filter((line) =>
	    level.test(/^level=(\w+) /.exec(line)?.[1] ?? '')).map(fieldsOf);

const sync = () => stack.send('POST', '/sync', {});
const idOf = (/** @type {any} */ answer) =>
    String(answer.headers.get('x-request-id'));

/** A run that ends well, so that the next fault is a new one. */
async function recover() {
	fake.behave();
	await until(async () => (await sync()).status === 200, 30000, 'a sync');
}

/** @type {string[]} */
const planted = [];
/** Ids of requests that only look whether a fault is over. @type {Set<string>} */
const looks = new Set();

/** Plants a fault, which one line at least must fit.
 * @param {string} name @param {Record<string, RegExp>} fits
 * @param {() => any} plant meets it and returns the answer, if there is one
 * @param {() => any} undo */
const leaves = (name, fits, plant, undo = () => {}) => {
	planted.push(name);
	test(`${name} leaves one to three warnings`, async () => {
		const from = stack.mark();
		let answer, said;
		try {
			answer = await plant();
			await until(() => linesOf(from).length > 0,
			    MINUTE, `a line about ${name}`);
		} finally {
			await undo();
		}
		// What comes later is the next one's, and too many there.
		said = linesOf(from).filter((line) => !looks.has(line.request));
		assert.ok(said.length <= 3, JSON.stringify(said, null, 1));
		const one = said.find((line) => Object.entries(fits).every(
		    ([field, value]) => value.test(line[field] ?? '')));
		assert.ok(one, JSON.stringify(said, null, 1));
		if (answer !== undefined)
			assert.equal(one.request, idOf(answer));
	});
};

leaves('a store that is gone', { msg: /^request failed$/,
    program: /^codex-create$/, status: /^503$/, code: /^speicher_gestoert$/,
    us: /^\d+$/, user: /^usera$/ }, () => {
	renameSync(join(stack.data, 'state'), join(stack.data, 'away'));
	writeFileSync(join(stack.data, 'state'), 'a file for a folder');
	return stack.send('POST', '/api/tasks', { kategorie: 'privat',
	    title: 'Nirgends' });
}, () => {
	rmSync(join(stack.data, 'state'));
	renameSync(join(stack.data, 'away'), join(stack.data, 'state'));
	return recover();
});

leaves('a token that GitHub refuses', { program: /^codex-sync --work$/,
    msg: /^GitHub refuses GITHUB_TOKEN/ }, () => {
	fake.misbehave({ status: 401, times: 1e6 });
	return sync();
}, recover);

leaves('a GitHub that fails', { program: /^codex-sync --work$/,
    msg: /^sync fails$/, state: /^pending$/, user: /^usera$/, text: /GitHub/ },
async () => {
	const from = stack.mark();
	fake.misbehave({ status: 502, times: 1e6 });
	const answer = await sync();
	await until(() => linesOf(from).length > 0, MINUTE, 'a line');
	const calls = linesOf(from, /info/).filter((line) =>
	    line.msg === 'github' && line.status === '502');
	assert.ok(calls.length > 0 && calls.every((line) => line.request ===
	    idOf(answer) && line.result && line.us), 'calls have the id');
	return answer;
}, recover);

leaves('a GitHub that wants a pause', { program: /^codex-sync --work$/,
    msg: /^sync fails$/, user: /^usera$/ }, () => {
	fake.misbehave({ status: 429, retryAfter: 1 });
	return sync();
}, recover);

leaves('a record of a newer version', { program: /^codex-sync --work$/,
    msg: /^sync fails$/, state: /^neuere_fassung$/ }, () => {
	const path = join(stack.data, 'state/usera/sync.json');
	renameSync(path, `${path}.old`);
	writeFileSync(path, readFileSync(`${path}.old`, 'utf8')
	    .replace(/"v":\d+/, '"v":99'));
	return sync();
}, async () => {
	const path = join(stack.data, 'state/usera/sync.json');
	renameSync(`${path}.old`, path);
	await recover();
});

leaves('a record that is damaged', { program: /^codex-sync --work$/,
    msg: /^records cannot be read$/, user: /^usera$/ }, () => {
	writeFileSync(join(stack.data, 'state/usera/sync.json'), '{"v":1,"he');
	return sync();
}, recover);

leaves('a worker that is killed', { program: /^codex run$/,
    msg: /codex-sync was ended by signal 9/ }, () => {
	const [pid] = stack.workers('codex-sync', (args) => args[0] === '--work');
	process.kill(pid, 'SIGKILL');
}, recover);

leaves('an allow-list that is gone', { msg: /CODEX_ALLOWED_USERS/ },
async () => {
	renameSync(list, `${list}.away`);
	let answer;
	await until(async () => {
		answer = await stack.get('/api/tasks');
		return answer.status === 403;
	}, 5000, 'a refusal');
}, async () => {
	renameSync(`${list}.away`, list);
	await until(async () => {
		const answer = await stack.get('/api/tasks');
		looks.add(idOf(answer));
		return answer.status === 200;
	}, 5000, 'an answer');
});

leaves('a signature that is wrong', { program: /^codex-webhook$/,
    msg: /^request refused$/, status: /^401$/, user: /^-$/,
    address: /^127\.0\.0\.1$/ }, () => stack.plainly('POST',
	'/github/webhook', { 'Content-Type': 'application/json',
	    'X-GitHub-Event': 'push', 'X-Hub-Signature-256':
	    signature('another secret', '{}') }, '{}'));

leaves('a list of tokens that is damaged', { program: /^codex-account$/,
    msg: /^request failed$/, status: /^50[03]$/, detail: /tokens\.json/ }, () => {
	writeFileSync(join(stack.data, 'state/usera/tokens.json'), '{"tok');
	return stack.get('/api/tokens');
}, () => rmSync(join(stack.data, 'state/usera/tokens.json')));

leaves('a file of keys that others may read', { msg: /0600|Rechte|\.key/ },
async () => {
	spawnSync('chmod', ['0644', stack.keyFile]);
	// A process looks once a second, and only when it is asked.
	const from = stack.mark();
	await until(async () => {
		await stack.get('/api/sync');
		return linesOf(from).length > 0;
	}, 20000, 'a look');
}, () => spawnSync('chmod', ['0600', stack.keyFile]));

/** What a program says that is called alone. @param {string[]} line
 * @param {Record<string, string>} env @returns {Promise<string>} */
const said = (line, env) => new Promise((done) => {
	const child = spawn(line[0], line.slice(1), { env: cleanEnv({
	    CODEX_STORE: `fs:${join(scratch, 'store')}`, CODEX_AUTH: 'local:usera',
	    CODEX_RUN: join(scratch, 'run'), CODEX_BASE_URL: 'http://127.0.0.1',
	    CODEX_PROOF: 'p'.repeat(32), ...env }),
	    stdio: ['pipe', 'ignore', 'pipe'] });
	let text = '';
	child.stderr.on('data', (chunk) => { text += chunk; });
	child.on('close', () => done(text));
	child.stdin.on('error', () => {});
	child.stdin.end(env.BODY ?? '');
});

planted.push('a setting that cannot work', 'a store that takes no write');

test('a setting that cannot work leaves one to three warnings', async () => {
	mkdirSync(join(scratch, 'run'), { recursive: true });
	const text = await said([join(manyBuild, 'codex'), 'run', '-p',
	    join(top, 'scripts/programs'), '-d', manyBuild],
	    { CODEX_TZ: 'Europe/Nowhere' });
	const lines = linesOf(0, undefined, text);
	assert.ok(lines.length >= 1 && lines.length <= 3, text);
	assert.ok(lines.some((line) => line.level === 'err' &&
	    /CODEX_TZ/.test(line.text ?? '')), text);
});

test('codex run tells a misspelt setting and the nearest one', async () => {
	const text = await said([join(manyBuild, 'codex'), 'run', '-p',
	    join(top, 'scripts/programs'), '-d', manyBuild],
	    { CODEX_TX: 'UTC', CODEX_RUN: join(scratch, 'none') });
	assert.match(text, /^level=warning msg="odd setting" .*CODEX_TX.*CODEX_TZ/m);
});

test('a store that takes no write leaves one to three warnings', async (t) => {
	const store = join(scratch, 'store');
	mkdirSync(join(store, 'raw'), { recursive: true });
	const inside = ['unshare', '-m', ...(process.getuid?.() ? ['-r'] : []),
	    'sh', '-c', 'mount --bind "$0" "$0" && ' +
	    'mount -o remount,bind,ro "$0" && exec "$@"', store];
	if (spawnSync(inside[0], [...inside.slice(1), 'true']).status !== 0)
		return t.skip('no mounts here');
	const text = await said([...inside, join(manyBuild, 'codex-create'), '-1'], {
	    REQUEST_METHOD: 'POST', REQUEST_URI: '/api/tasks', REQUEST_ID: 'af17',
	    CONTENT_TYPE: 'application/json', REMOTE_ADDR: '192.0.2.7',
	    HTTP_ORIGIN: 'http://127.0.0.1', CONTENT_LENGTH: '42',
	    BODY: '{"kategorie":"privat","title":"Nicht da"} ' });
	const lines = linesOf(0, undefined, text);
	assert.ok(lines.length >= 1 && lines.length <= 3, text);
	assert.deepEqual([lines[0].request, lines[0].user, lines[0].address,
	    lines[0].msg], ['af17', 'usera', '192.0.2.7', 'request failed'], text);
});

test('thirteen faults are planted', () => assert.equal(planted.length, 13));

test('one id leads from nginx to the program, the run and its cost', async () => {
	const from = stack.mark();
	const answer = await stack.send('POST', '/api/tasks',
	    { kategorie: 'privat', title: 'Verfolgt' });
	assert.equal(answer.status, 200, answer.text);
	const id = idOf(answer);
	const lines = () => linesOf(from, /info/).filter((line) =>
	    line.request === id);
	await until(() => lines().some((line) => line.msg === 'sync done'), 20000,
	    'the run');
	const [done] = lines().filter((line) => line.msg === 'request done');
	assert.deepEqual([done.program, done.user, done.method, done.path,
	    done.status, done.github], ['codex-create', 'usera', 'POST',
	    '/api/tasks', '200', '0']);
	assert.ok(Number(done.store) >= 4 && Number(done.us) > 0);
	const [run] = lines().filter((line) => line.msg === 'sync done');
	assert.deepEqual([run.program, run.user, run.state, run.pushed],
	    ['codex-sync --work', 'usera', 'ok', '1']);
	assert.ok(Number(run.github) >= 5 && Number(run.store) >= 5);
	await until(() => stack.log.slice(from).includes(
	    ` request=${id} address=127.0.0.1 method="POST" path="/api/tasks" `),
	    10000, 'nginx\'s line');
});

test('what nobody asks for has no line but nginx\'s', async () => {
	await stack.get('/codex');
	const from = stack.mark();
	for (let i = 0; i < 5; i++)
		await stack.get('/codex');
	await stack.get('/api/tasks/9999');
	await until(() => linesOf(from, /info/).length > 0, 5000, 'a line');
	assert.deepEqual(linesOf(from, /./).map((line) => line.msg),
	    ['request refused']);
});

test('each program says once that it has started, with its settings', () => {
	const starts = linesOf(0, /info/).filter((line) =>
	    line.msg === 'started');
	const programs = starts.map((line) => line.program);
	for (const name of ['codex-render', 'codex-render --build',
	    'codex-tasks', 'codex-sync', 'codex-auth', 'codex-webhook'])
		assert.equal(programs.filter((each) => each === name).length, 1,
		    name);
	assert.equal(new Set(starts.map((line) => line.pid)).size, starts.length);
	for (const line of starts) {
		assert.match(line.version, /^\d+\.\d+/);
		assert.equal(line.store, `fs:${stack.data}`);
		assert.match(line.settings, /^[0-9a-f]{16}$/);
		assert.equal(line.settings, starts[0].settings);
	}
	// Two programs that start in one moment may both find none.
	assert.ok(linesOf(0, /info/).some((line) =>
	    line.msg === 'first key of sessions'));
});
