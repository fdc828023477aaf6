// @ts-check
// group: operate
/**
 * `codex run`: how it starts programs, keeps them and ends them.
 *
 * The programs are those of the build, in a folder of links, so that a test can
 * put another one in the place of one.
 */
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync,
    statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, childrenOf, cleanEnv, environOf, top, until } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-run-'));
const list = join(top, 'scripts/programs');
const hook = { GITHUB_WEBHOOK_SECRET: 's3cret', GITHUB_OWNER: 'o',
    GITHUB_REPO: 'r' };
let nth = 0;

/** What a test that failed has left running. @type {Set<number>} */
const running = new Set();
after(() => {
	for (const pid of running)
		process.kill(pid, 'SIGKILL');
	rmSync(scratch, { recursive: true, force: true });
});

/** A folder of links to the programs, and one to run in. */
function place() {
	const dir = join(scratch, String(++nth));
	for (const name of ['bin', 'run', 'store'])
		mkdirSync(join(dir, name), { recursive: true });
	for (const name of readdirSync(build))
		if (/^codex-[a-z]+$/.test(name))
			symlinkSync(join(build, name), join(dir, 'bin', name));
	return dir;
}

/** A program of our own in the place of one. @param {string} dir
 * @param {string} name @param {string} script */
function replace(dir, name, script) {
	const path = join(dir, 'bin', name);
	unlinkSync(path);
	writeFileSync(path, `#!/bin/sh\n${script}\n`);
	chmodSync(path, 0o755);
}

/** `codex run` under way. @param {string} dir @param {string[]} args
 * @param {Record<string, string>} env
 * @param {string[]} under a command that becomes it, or waits for it */
function run(dir, args, env = {}, under = []) {
	const line = [...under, join(build, 'codex'), 'run', '-p', list, '-d',
	    join(dir, 'bin'), ...args];
	const child = spawn(line[0], line.slice(1), { stdio: ['ignore', 'pipe', 'pipe'],
	    env: cleanEnv({ CODEX_STORE: `fs:${join(dir, 'store')}`,
		CODEX_RUN: join(dir, 'run'), CODEX_AUTH: 'local:usera',
		CODEX_BASE_URL: 'http://127.0.0.1', CODEX_PROOF: 'p'.repeat(32),
		...env }) });
	const it = { pid: child.pid ?? 0, out: '', text: '', status: -1,
	    ended: new Promise((done) => child.on('close', (status) => {
		it.status = status ?? -1;
		running.delete(it.pid);
		done(status);
	    })),
	    ready: () => until(() => it.out === 'ready\n' || it.status !== -1,
		15000, it.text),
	    stop: (signal = 'SIGTERM') => {
		process.kill(it.pid, signal);
		return it.ended;
	    } };
	running.add(it.pid);
	child.stdout.on('data', (some) => it.out += some);
	child.stderr.on('data', (some) => it.text += some);
	return it;
}

/** Whether a process is there and no zombie. @param {number} pid */
const lives = (pid) => existsSync(`/proc/${pid}/exe`);

test('processes and sockets are those of the rows', async () => {
	const dir = place();
	const it = run(dir, ['-w', '3', 'render', 'build', 'webhook'], {
	    ...hook, CODEX_KEY_SECRET: 'k'.repeat(64),
	    GITHUB_TOKEN: 'ghp_x', GITHUB_OAUTH_CLIENT_SECRET: 'o' });
	await it.ready();
	const children = childrenOf(it.pid);
	assert.equal(children.length, 3 + 2 + 3, it.text);
	for (const row of ['render', 'build', 'webhook'])
		assert.equal(statSync(join(dir, 'run', `${row}.sock`)).mode & 0o7777,
		    0o660);
	await it.stop();
	assert.equal(it.status, 0);
	assert.deepEqual(readdirSync(join(dir, 'run'))
	    .filter((name) => name.endsWith('.sock')), []);
});

test('a program has of all secrets only its own', {
	skip: process.getuid?.() !== 0 }, async () => {
	const dir = place();
	mkdirSync(join(dir, 'secrets/webhook'), { recursive: true });
	const it = run(dir, ['-s', join(dir, 'secrets'), '-w', '1', 'render',
	    'webhook'], { ...hook, GITHUB_TOKEN: 'ghp_x',
	    CODEX_KEY_SECRET: 'k'.repeat(64), GITHUB_OAUTH_CLIENT_SECRET: 'o' });
	await it.ready();
	const [render, webhook] = childrenOf(it.pid).map(environOf);
	const secrets = ['CODEX_KEY_SECRET', 'GITHUB_WEBHOOK_SECRET',
	    'GITHUB_TOKEN', 'GITHUB_OAUTH_CLIENT_SECRET', 'CODEX_PROOF'];
	const has = (/** @type {Record<string, string>} */ env) =>
	    secrets.filter((name) => name in env);
	assert.deepEqual(has(render), ['CODEX_KEY_SECRET', 'CODEX_PROOF']);
	assert.deepEqual(has(webhook), ['GITHUB_WEBHOOK_SECRET', 'CODEX_PROOF']);
	assert.equal(webhook.CREDENTIALS_DIRECTORY,
	    join(dir, 'secrets/webhook'));
	await it.stop();
});

test('without rows those run whose need is set, and others leave no socket',
    async () => {
	const dir = place();
	writeFileSync(join(dir, 'run/sync.sock'), 'of a run that was killed');
	const it = run(dir, ['-w', '1'], hook);
	await it.ready();
	assert.deepEqual(readdirSync(join(dir, 'run'))
	    .filter((name) => name.endsWith('.sock')).sort(),
	    ['build', 'complete', 'create', 'render', 'tasks', 'update',
		'webhook'].map((name) => `${name}.sock`));
	await it.stop();
});

test('what is wrong for all programs is said once', async () => {
	const it = run(place(), ['render', 'tasks', 'create'],
	    { CACHE_TTL_BLOB: 'bald' });
	assert.equal(await it.ended, 1);
	assert.equal(it.out, '');
	assert.equal(it.text.split('CACHE_TTL_BLOB').length, 2, it.text);
	assert.match(it.text, /codex-render cannot start/);
});

test('a program that ends before it serves ends the start', async () => {
	const dir = place();
	replace(dir, 'codex-tasks', 'exit 0');
	const it = run(dir, ['render', 'tasks']);
	assert.equal(await it.ended, 1);
	assert.match(it.text, /codex-tasks cannot start/);
	assert.equal(it.out, '');
	rmSync(join(dir, 'bin/codex-tasks'));
	const again = run(dir, ['render', 'tasks']);
	assert.equal(await again.ended, 1);
	assert.match(again.text, /codex-tasks: No such file/);
});

test('of two in one CODEX_RUN the second says so and takes nothing',
    async () => {
	const dir = place();
	const it = run(dir, ['-w', '1', 'render']);
	await it.ready();
	const second = run(dir, ['-w', '1', 'render']);
	assert.equal(await second.ended, 1);
	assert.match(second.text, /in use by another instance/);
	assert.ok(existsSync(join(dir, 'run/render.sock')));
	await it.stop();
});

test('what is called in a wrong way is refused', async () => {
	const dir = place();
	for (const args of [['-w', '0'], ['-w', '65'], ['-w', 'x'], ['-x']])
		assert.equal(await run(dir, args).ended, 2, args.join(' '));
	const unknown = run(dir, ['rendr']);
	assert.equal(await unknown.ended, 1);
	assert.match(unknown.text, /has no row rendr/);
	const nowhere = run(dir, [], { CODEX_RUN: join(dir, 'nowhere') });
	assert.equal(await nowhere.ended, 1);
	assert.match(nowhere.text, /nowhere: No such file/);
	const long = join(dir, 'x'.repeat(100));
	mkdirSync(long);
	const deep = run(dir, ['render'], { CODEX_RUN: long });
	assert.equal(await deep.ended, 1);
	assert.match(deep.text, /render\.sock: File name too long/);
});

test('a process that is ended is replaced at once, one that fails later',
    async () => {
	const dir = place();
	const it = run(dir, ['-w', '1', 'render', 'tasks']);
	await it.ready();
	/** @param {NodeJS.Signals} signal */
	const replaced = async (signal) => {
		const [pid, other] = childrenOf(it.pid);
		process.kill(pid, signal);
		await until(() => !lives(pid) && childrenOf(it.pid).length === 2 &&
		    childrenOf(it.pid).some((one) => one !== pid &&
			one !== other), 10000, signal);
	};
	const ends = () => it.text.match(/^level=warning .*$/gm) ?? [];
	await replaced('SIGTERM');
	assert.deepEqual(ends(), []);
	/** @param {string} line */
	const told = (line) => until(() => it.text.includes(line), 5000, line);
	await replaced('SIGKILL');
	await told('was ended by signal 9, starts again in 0 ms');
	assert.equal(ends().length, 1);
	await replaced('SIGABRT');
	await told('was ended by signal 6, starts again in 100 ms');
	await it.stop();
});

test('a process is replaced where the caller ignores the end of its children',
    async () => {
	const it = run(place(), ['-w', '1', 'render'], {},
	    ['env', '--ignore-signal=CHLD']);
	await it.ready();
	const [first] = childrenOf(it.pid);
	process.kill(first, 'SIGKILL');
	await until(() => childrenOf(it.pid).some((pid) => pid !== first),
	    5000, it.text);
	await it.stop();
	assert.equal(it.status, 0);
});

test('a program that fails again and again is started ever more seldom',
    async () => {
	const dir = place();
	const it = run(dir, ['-w', '1', 'render', 'tasks']);
	await it.ready();
	replace(dir, 'codex-tasks', 'exit 3');
	for (const pid of childrenOf(it.pid))
		process.kill(pid, 'SIGTERM');
	await until(() => /again in 800 ms/.test(it.text), 15000, it.text);
	assert.deepEqual([...it.text.matchAll(/status 3, starts again in (\d+)/g)]
	    .slice(0, 4).map((match) => match[1]), ['100', '200', '400', '800']);
	await it.stop();
	assert.equal(it.status, 0);
});

for (const signal of /** @type {NodeJS.Signals[]} */
    (['SIGINT', 'SIGHUP', 'SIGKILL']))
	test(`${signal} ends all`, async () => {
		const it = run(place(), ['-w', '2', 'render', 'tasks']);
		await it.ready();
		const children = childrenOf(it.pid);
		assert.equal(children.length, 4);
		await it.stop(signal);
		await until(() => !children.some(lives), 10000, 'all gone');
		if (signal !== 'SIGKILL')
			assert.equal(it.status, 0);
	});

test('as the first process of a container it ends by TERM, and buries orphans', {
	skip: process.getuid?.() !== 0 && 'it takes root' }, async () => {
	const dir = place();
	replace(dir, 'codex-tasks', `(sleep 0.1 &)
		exec ${join(build, 'codex-tasks')} "$@"`);
	const it = run(dir, ['-w', '1', 'render', 'tasks'], {},
	    ['unshare', '--pid', '--fork', '--kill-child', '--']);
	await it.ready();
	const [first] = childrenOf(it.pid);
	await until(() => childrenOf(first).length === 2, 10000,
	    'an orphan that is buried');
	const children = childrenOf(first);
	process.kill(first, 'SIGTERM');
	await it.ended;
	assert.equal(it.status, 0);
	assert.ok(!children.some(lives));
});

test('a process that does not end is killed', async () => {
	const dir = place();
	const it = run(dir, ['-w', '1', 'render', 'tasks']);
	await it.ready();
	const children = childrenOf(it.pid);
	process.kill(children[1], 'SIGSTOP');
	await it.stop();
	assert.equal(it.status, 0);
	assert.ok(!children.some(lives));
});
