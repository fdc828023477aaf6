// @ts-check
// group: operate
// codex-import on a terminal, which `script` makes, and in a pipe.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { manyBuild, taskFile } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-import-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

const checkout = join(scratch, 'checkout');
const program = join(manyBuild, 'codex-import');
const files = 60;
for (const [user, n] of /** @type {[string, number][]} */ ([['UserA', 50],
    ['userb', 9], ['no user', 5]])) {
	const tasks = join(checkout, 'codex-miroir', user, 'tasks');
	mkdirSync(tasks, { recursive: true });
	for (let i = 1; i <= n; i++)
		writeFileSync(join(tasks, `${String(i).padStart(4, '0')}-Nr.md`),
		    taskFile({ kategorie: 'privat' }, `# Nr ${i}\n`));
}
writeFileSync(join(checkout, 'codex-miroir/userb/tasks/notizen.md'), 'x');

/** Import into a new store. @param {string[]} line
 * @param {string} store */
function run(line, store) {
	const { status, stdout, stderr } = spawnSync(line[0], line.slice(1), {
	    encoding: 'utf8', env: { PATH: process.env.PATH,
		SHELL: '/bin/sh', TERM: 'xterm', PROGRAM: program,
		CHECKOUT: checkout, CODEX_STORE: `fs:${join(scratch, store)}`,
		CODEX_RUN: join(scratch, 'run'), CODEX_AUTH: 'local:usera',
		CODEX_BASE_URL: 'http://127.0.0.1:8080' } });
	assert.equal(status, 0, stdout + stderr);
	return { out: stdout, told: stderr };
}

/** @param {string} command @param {string} store */
const onTerminal = (command, store) =>
    run(['script', '-qec', command, '/dev/null'], store).out;

test('an import on a terminal shows how many files are done', () => {
	const out = onTerminal('"$PROGRAM" "$CHECKOUT"', 'one');
	const bars = [...out.matchAll(/\r\[(#*) *\] (\d+)\/(\d+)/g)];
	assert.ok(bars.length >= 1, out);
	let last = 0;
	for (const [, cells, done, of] of bars) {
		assert.equal(Number(of), files);
		assert.ok(Number(done) >= last, `${done} after ${last}`);
		assert.equal(cells.length, Math.floor(40 * Number(done) / files));
		last = Number(done);
	}
	assert.equal(last, files);
	// It is gone before the sentences that stay.
	assert.match(out, /60\/60\r\x1b\[Kcodex-import: /);
	assert.match(out, /(^|\n|\x1b\[K)codex-import: .*notizen\.md\r\n/);
});

test('the bar of an import fits a narrow terminal', () => {
	const out = onTerminal('stty cols 30; "$PROGRAM" "$CHECKOUT"', 'two');
	assert.match(out, /\r\[##########\] 60\/60\r/);
	assert.match(onTerminal('stty cols 18; "$PROGRAM" "$CHECKOUT"', 'three'),
	    /\r\[\] 60\/60\r/);
});

test('an import in a pipe writes its sentences alone', () => {
	const { out, told } = run([program, checkout], 'four');
	assert.match(out, /^codex-import: [^\r\x1b]*\n$/);
	for (const line of told.trimEnd().split('\n'))
		assert.match(line, /^codex-import: [^\r\x1b[]*$/);
});
