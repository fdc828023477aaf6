// @ts-check
// group: operate
/**
 * `codex export`: each form is read back by another program than ours, and has
 * every task where the API has it.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync,
    utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, callProgram, taskFile, top } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-export-'));
const folder = join(scratch, 'store/raw/usera/tasks');
// Two days before the clock is put back in Berlin.
const env = { PATH: process.env.PATH ?? '', ASAN_OPTIONS: 'detect_leaks=1',
    CODEX_NOW: String(Date.parse('2026-10-23T07:00:00Z') - Date.now()),
    CODEX_STORE: `fs:${join(scratch, 'store')}`, CODEX_AUTH: 'local:usera',
    CODEX_RUN: join(scratch, 'run'),
    CODEX_BASE_URL: 'http://127.0.0.1:8080' };

/** @type {Record<string, string|Buffer>} */
const files = {
    '0001-Arbeit.md': taskFile({ kategorie: 'arbeit', tags: '[team, "a;b"]',
	deadline: '24.10.2026' }, '# Arbeit\n\nMit \\ und, und; und\ttab.\r\nZwei.\n'),
    '0002-Privat.md': taskFile({ kategorie: 'privat' },
	`# Privat\n\n${'Größe über Äcker '.repeat(20)}\n`),
    '0003-Formel.md': taskFile({ kategorie: 'privat' },
	'# =1+cmd|\'/c calc\'!A0\n\nEr sagt "ja".\n'),
    '0004-Zaun.md': taskFile({ kategorie: 'privat' },
	'# Zaun\n\n~~~\nohne Ende\n\n## 9999-Falsch.md\n'),
    '0005-Kommentar.md': taskFile({ kategorie: 'arbeit' },
	'# Kommentar\n\n<!-- ohne Ende\n'),
    '0006-Spaeter.md': taskFile({ kategorie: 'arbeit',
	fixedSlot: '{datum: 24.12.2026, zeit: abends}' }, '# Später\n'),
    '0007-Vorbei.md': taskFile({ kategorie: 'arbeit',
	fixedSlot: '{datum: 01.10.2026, zeit: abends}' }, '# Vorbei\n'),
    '0008-Fertig.md': taskFile({ kategorie: 'privat', status: 'abgeschlossen',
	abgeschlossen_am: '{datum: 20.10.2026, zeit: morgens}' }, '# Fertig\n'),
    '0009-Kaputt.md': '---\ntyp: task\nstatus offen\n---\n```\n',
    '0010-Bytes.md': Buffer.from([0x2d, 0x2d, 0x2d, 0x0a, 0xe4, 0x0a]),
    '0011-*Stern*.md': taskFile({ kategorie: 'arbeit',
	status: 'abgebrochen' }, ''),
};
/** Our sides of conflicts with Git, as a run keeps them. */
const copies = [
	['0001-Arbeit', 'a'.repeat(64), '---\ntyp: task\n---\n# Unseres\n```\n'],
	['0001-Arbeit', 'b'.repeat(64), '# Älter\n'],
];
const good = Object.keys(files).filter((name) => !/Kaputt|Bytes/.test(name));

/** @typedef {{ status: number, out: string, text: string }} Said */

/** @param {string[]} args @returns {Promise<Said>} */
const codex = (...args) => new Promise((done) => {
	execFile(join(build, 'codex'), args, { env, maxBuffer: 1 << 24 },
	    (error, out, text) => done({ status: Number(error?.code ?? 0), out,
		text }));
});

/** @param {string} form */
async function exported(form) {
	const said = await codex('export', `--${form}`, 'usera');
	assert.deepEqual([said.status, said.text], [0, '']);
	return said.out;
}

/** What another parser makes of it.
 * @param {string[]} args @param {string} input */
const python = (args, input) => JSON.parse(execFileSync('/usr/bin/python3',
    args, { input, encoding: 'utf8' }));

/** @param {string} program @param {string} uri */
async function ask(program, uri) {
	const answer = await callProgram(join(build, program), [], { ...env,
	    REQUEST_METHOD: 'GET', REQUEST_URI: uri });
	return JSON.parse(answer?.body ?? '');
}

/** What the API shows: it does not change. @type {any} */
let list;

before(async () => {
	mkdirSync(folder, { recursive: true });
	mkdirSync(join(scratch, 'store/state/usera'), { recursive: true });
	writeFileSync(join(scratch, 'store/state/usera/cacheVersion.txt'),
	    '1795518000000-0123456789abcdef');
	for (const [name, text] of Object.entries(files))
		writeFileSync(join(folder, name), text);
	for (const [stem, hash, text] of copies) {
		const dir = join(scratch, 'store/conflicts/usera', stem);
		mkdirSync(dir, { recursive: true });
		writeFileSync(join(dir, `${hash}.md`), text);
		utimesSync(join(dir, `${hash}.md`), 0, 1.5e9);
	}
	list = await ask('codex-tasks', '/api/tasks');
	assert.equal(list.tasks.length, good.length);
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** @param {string} name */
const bodyOf = (name) => String(files[name]).replace(/^---\n[^]*?\n---\n\n?/, '');

test('the JSON has each task as a list has it, with its text', async () => {
	const json = JSON.parse(await exported('json'));
	assert.equal(json.userId, 'usera');
	assert.deepEqual(json.tasks, list.tasks.map((/** @type {any} */ task) =>
	    ({ ...task, body: bodyOf(task.file) })));
	assert.deepEqual(json.problems, list.problems);
	assert.deepEqual(json.badFiles, [
	    { file: '0009-Kaputt.md', text: files['0009-Kaputt.md'] },
	    { file: '0010-Bytes.md', text: '---\n\ufffd\n' }]);
	assert.deepEqual(json.conflictCopies, copies.map(([stem, hash, text]) =>
	    ({ file: `${stem}.md`, path: `conflicts/${stem}/${hash}.md`,
		storedAt: '2017-07-14T02:40:00.000Z', text })));
});

test('the table is read by another reader, and computes nothing', async () => {
	const rows = python(['-c', 'import csv, io, json, sys\n' +
	    'text = io.TextIOWrapper(sys.stdin.buffer, "utf-8-sig", newline="")\n' +
	    'json.dump(list(csv.DictReader(text, strict=True)), sys.stdout)'],
	    await exported('csv'));
	assert.deepEqual(rows.map((/** @type {any} */ row) => row.file),
	    [...good, '0009-Kaputt.md', '0010-Bytes.md']);
	for (const row of rows.slice(0, good.length)) {
		const task = list.tasks.find((/** @type {any} */ each) =>
		    each.file === row.file);
		assert.equal(row.title.replace(/^'=/, '='), task.title);
		assert.equal(row.id, task.id);
		assert.equal(row.tags, task.tags.join(', '));
		assert.equal(row.deadline, task.deadline ?? '');
		assert.equal(row['fixedSlot.zeit'], task.fixedSlot?.zeit ?? '');
		assert.equal(row.reason, task.reason ?? '');
		assert.equal(row.body, bodyOf(row.file));
	}
	assert.match(rows.at(-2).problem, /Doppelpunkt|:/);
	for (const row of rows)
		for (const cell of Object.values(row))
			assert.doesNotMatch(String(cell), /^[=+\-@\t\r]/);
});

test('the document has each file in the order of numbers, and none swallows ' +
    'the next', async () => {
	const text = await exported('md');
	for (const name of good)
		assert.ok(text.includes(bodyOf(name)), name);
	assert.match(text, /```markdown\n# Kommentar\n/);
	// Its headings, as a reader of Markdown sees them.
	const page = join(folder, '0099-Alles.md');
	writeFileSync(page, taskFile({ kategorie: 'arbeit' }, text));
	const { task } = await ask('codex-tasks', '/api/tasks/0099');
	rmSync(page);
	const plain = (/** @type {any} */ node) => node.text ??
	    node.children.map(plain).join('');
	assert.deepEqual(task.nodes.filter((/** @type {any} */ node) =>
	    node.type === 'heading' && node.level === 2).map(plain),
	    [...Object.keys(files), ...copies.map(([stem, hash]) =>
		`conflicts/${stem}/${hash}.md`)]);
	for (const [, , copy] of copies)
		assert.ok(text.includes(copy));
});

test('the calendar has each slot at its hours by another parser', async () => {
	const text = await exported('ics');
	for (const line of Buffer.from(text).toString('latin1').split('\r\n'))
		assert.ok(line.length <= 75 && !line.includes('\n'), line);
	assert.ok(!text.includes('\ufffd'), 'no character is cut by a fold');
	const { entries } = python([join(top, 'tests/pyical.py')], text);
	const at = (/** @type {string} */ title, sort = 'VEVENT') =>
		entries.find((/** @type {any} */ entry) => entry.title === title &&
		    entry.sort === sort);
	// Before the clock is put back, and after.
	assert.equal(at('Arbeit').dtstart, '2026-10-23T07:00:00+00:00');
	assert.equal(at('Arbeit').dtend, '2026-10-23T10:30:00+00:00');
	assert.equal(at('Zaun').dtstart, '2026-10-25T08:00:00+00:00');
	assert.equal(at('Später').dtstart, '2026-12-24T17:00:00+00:00');
	assert.equal(at('Arbeit').text,
	    '# Arbeit\n\nMit \\ und, und; und\ttab.\nZwei.\n');
	assert.deepEqual(at('Arbeit').tags, ['arbeit', 'team', 'a;b']);
	assert.equal(at('Privat').text, bodyOf('0002-Privat.md'));
	assert.equal(at('Arbeit', 'VTODO').due, '2026-10-24');
	assert.equal(at('Vorbei', 'VTODO').status, 'NEEDS-ACTION');
	assert.equal(at('Fertig', 'VTODO').completed, '2026-10-20T10:30:00+00:00');
	assert.equal(entries.filter((/** @type {any} */ entry) =>
	    entry.status === 'CANCELLED').length, 1);
	const uids = entries.map((/** @type {any} */ entry) => entry.uid);
	assert.equal(new Set(uids).size, uids.length);
	const again = python([join(top, 'tests/pyical.py')], await exported('ics'));
	assert.deepEqual(again.entries.map((/** @type {any} */ entry) => entry.uid),
	    uids, 'a UID lasts');
});

test('a new file gets it for its owner alone, and an old one is kept',
    async () => {
	const path = join(scratch, 'tasks.md');
	assert.equal((await codex('export', '--md', 'usera', path)).status, 0);
	assert.equal(statSync(path).mode & 0o777, 0o600);
	const kept = readFileSync(path, 'utf8');
	assert.ok(kept.startsWith('# usera, 23.10.2026\n'));
	const said = await codex('export', '--json', 'usera', path);
	assert.equal(said.status, 1);
	assert.match(said.text, /^codex export: .*tasks\.md lässt sich nicht/);
	assert.equal(readFileSync(path, 'utf8'), kept);
	const none = join(scratch, 'none');
	const nobody = await codex('export', '--ics', 'niemand', none);
	assert.deepEqual([nobody.status, nobody.text], [1,
	    'codex export: Einen Benutzer niemand gibt es nicht.\n']);
	assert.ok(!existsSync(none), 'no empty file is left');
	for (const wrong of [['usera'], ['--md'], ['--md', '--ics', 'usera'],
		['--pdf', 'usera']])
		assert.equal((await codex('export', ...wrong)).status, 2);
});
