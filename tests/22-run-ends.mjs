// @ts-check
// group: http
// How scripts/run ends when its whole process group gets the signal, as at
// Ctrl-C and when a terminal is closed, and after kill -9: no folder with
// secrets is left, and nothing that outlives it is in the way of the next.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { childrenOf, cleanEnv, environOf, manyBuild, sleep, top, until,
} from './stack.mjs';

process.env.CODEX_BUILD = manyBuild; // what is tested is the script

const scratch = mkdtempSync(join(tmpdir(), 'cm-ends-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Start scripts/run in a process group of its own, until it answers.
 * @param {string} data */
async function start(data) {
	const child = spawn(join(top, 'scripts/run'), ['--port', '0',
	    '--workers', '1', '--data', data], { detached: true,
	    env: cleanEnv({ CODEX_LIMITS: 'off' }),
	    stdio: ['ignore', 'pipe', 'pipe'] });
	let text = '';
	for (const pipe of [child.stdout, child.stderr])
		pipe.on('data', (chunk) => { text += chunk; });
	const ended = new Promise((done) => child.on('exit', done));
	await until(() => /läuft auf/.test(text) || child.exitCode !== null,
	    60000, 'the start');
	assert.match(text, /läuft auf/);
	return { pid: Number(child.pid), ended };
}

/** All that a process has started.  @param {number} pid @returns {number[]} */
const below = (pid) => childrenOf(pid).flatMap((child) =>
    [child, ...below(child)]);

/** The folders of an instance: its own and that of its secrets.
 * @param {number[]} pids */
function foldersOf(pids) {
	for (const pid of pids) {
		const { CREDENTIALS_DIRECTORY, CODEX_RUN } = environOf(pid);
		if (CREDENTIALS_DIRECTORY)
			return [dirname(CODEX_RUN),
			    dirname(CREDENTIALS_DIRECTORY)];
	}
	return assert.fail('no program');
}

/** The kind of file system that a path is on. @param {string} path */
const fileSystemOf = (path) => readFileSync('/proc/mounts', 'utf8')
    .split('\n').map((line) => line.split(' '))
    .filter(([, at]) => at === '/' || path.startsWith(`${at}/`))
    .sort((a, b) => b[1].length - a[1].length)[0][2];

for (const signal of /** @type {NodeJS.Signals[]} */ (
	['SIGINT', 'SIGTERM', 'SIGHUP']))
	test(`${signal} to its group leaves no folder behind`, async () => {
		const { pid, ended } = await start(join(scratch, 'data'));
		const pids = below(pid);
		const folders = foldersOf(pids);
		for (const folder of folders)
			assert.equal(statSync(folder).mode & 0o777, 0o700);
		// A shell that hangs up says so beside the terminal.
		for (const wait of [0, 1, 5, 20]) {
			await sleep(wait);
			process.kill(-pid, signal);
		}
		assert.equal(await ended, 0);
		for (const folder of folders)
			assert.ok(!existsSync(folder), folder);
		assert.deepEqual(pids.filter((one) =>
		    existsSync(`/proc/${one}`)), []);
	});

test('secrets lie in memory, and after kill -9 the next start sweeps', async () => {
	const data = join(scratch, 'data');
	const first = await start(data);
	const pids = [first.pid, ...below(first.pid)];
	const folders = foldersOf(pids.slice(1));
	if (existsSync('/dev/shm'))
		assert.equal(fileSystemOf(folders[1]), 'tmpfs');
	for (const pid of pids)
		try {
			process.kill(pid, 'SIGKILL');
		} catch {
			// Gone with its parent.
		}
	const second = await start(data);
	for (const folder of folders)
		assert.ok(!existsSync(folder), folder);
	process.kill(second.pid, 'SIGTERM');
	assert.equal(await second.ended, 0);
});
