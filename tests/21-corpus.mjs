// @ts-check
// group: http
// A repository of 5,000 files with front matter as it stands in real ones
// (corpus.mjs): taken in, listed, edited there and back, and read by PyYAML and
// js-yaml, too.  What may differ stands in tests/data/corpus.json, each entry
// with its reason; one that nothing needs any more fails the test.
//
// T_SEED=7 makes other files.  Entries of the list may then go unused.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync,
    writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { after, before } from 'node:test';
import { corpus } from './corpus.mjs';
import { build, make, manyBuild, startStack, tasksOf, top } from './stack.mjs';

const modules = process.env.CODEX_NODE_MODULES ?? join(top, 'tests/node_modules');
/** @type {typeof import('js-yaml')} */
const yaml = createRequire(join(modules, 'x.js'))('js-yaml');

const count = 5000;
const seed = Number(process.env.T_SEED ?? 9);
const accepted = JSON.parse(
    readFileSync(join(top, 'tests/data/corpus.json'), 'utf8'));

/**
 * @typedef {import('./corpus.mjs').CorpusFile} CorpusFile
 * @typedef {any} Tree a node as tests/corpus.c prints it; a string says why
 *     there is none
 * @typedef {{file: string, front: Tree, task: any, edits: string[]}} Report
 * @typedef {{what: string, label: string, why: string}} Accepted
 */

const scratch = mkdtempSync(join(tmpdir(), 'cm-corpus-'));
const folder = join(scratch, 'codex-miroir/usera/tasks');
/** @type {Map<string, CorpusFile>} */
const files = new Map();
/** @type {Map<string, Report>} */
const reports = new Map();
/** @type {import('./stack.mjs').Stack} */
let stack;

/** The lines that a program prints. @param {string} program
 * @param {string[]} args @param {string} input */
async function linesOf(program, args, input = '') {
	const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
	const ended = new Promise((done) => child.on('close', done));
	const lines = [];
	child.stdin.end(input);
	for await (const line of createInterface({ input: child.stdout }))
		lines.push(JSON.parse(line));
	assert.equal(await ended, 0, program);
	return lines;
}

before(async () => {
	mkdirSync(folder, { recursive: true });
	for (const file of corpus(count, seed)) {
		files.set(file.file, file);
		writeFileSync(join(folder, file.file), file.bytes);
	}
	writeFileSync(join(folder, '0010-A.MD'), 'x');
	writeFileSync(join(folder, 'notizen.md'), 'x');
	process.env.CODEX_BUILD = manyBuild;
	stack = await startStack({ import: scratch });
	make(manyBuild, 'tests/corpus');
	make(build, 'tests/corpus');
	for (const report of await linesOf(join(manyBuild, 'tests/corpus'),
	    [folder]))
		reports.set(report.file, report);
});

after(async () => {
	await stack.stop();
	rmSync(scratch, { recursive: true });
});

test('the sanitizers find nothing in a tenth of them', async () => {
	const some = join(scratch, 'some');
	mkdirSync(some);
	for (const file of [...files.keys()].filter((_, i) => i % 10 === 0))
		linkSync(join(folder, file), join(some, file));
	const lines = await linesOf(join(build, 'tests/corpus'), [some]);
	assert.equal(lines.length, count / 10);
	for (const report of lines)
		assert.deepEqual(report, reports.get(report.file));
});

/**
 * Fail unless each difference is accepted, and each entry of the list needed.
 * @param {Accepted[]} list
 * @param {{what: string, file: CorpusFile, text: string}[]} differences
 */
function expectAccepted(list, differences) {
	const used = new Set();
	const left = differences.filter(({ what, file }) => {
		const entry = list.find((a) =>
			a.what === what && file.labels.includes(a.label));
		used.add(entry);
		return !entry;
	});
	assert.deepEqual(left.slice(0, 5).map(({ what, file, text }) =>
		`${what}: ${file.file} (${file.labels}) ${text}`), [],
	    `${left.length} of ${differences.length} differences`);
	if (process.env.T_SEED === undefined)
		assert.deepEqual(list.filter((a) => !used.has(a)), [], 'not needed');
}

test('an import of 5000 files takes all and names what it leaves', () => {
	assert.deepEqual(readdirSync(join(stack.data ?? '', 'raw/usera/tasks')).sort(),
	    [...files.keys()].sort());
	assert.match(stack.log, /keine Aufgabe: \S+\/0010-A\.MD: Die Endung/);
	assert.match(stack.log, /keine Aufgabe: \S+\/notizen\.md$/m);
});

test('a list of 5000 files says of each what it means', async () => {
	const { tasks, problems } = (await stack.get('/api/tasks')).json;
	const listed = new Map(tasks.map((/** @type {any} */ t) => [t.file, t]));
	const bad = new Set(problems.map((/** @type {any} */ p) => p.file));

	for (const { file, means } of files.values()) {
		assert.ok(listed.has(file) !== bad.has(file), file);
		if (means) {
			const { title, kategorie, status, tags, deadline } =
			    listed.get(file) ?? {};
			assert.deepEqual({ title, kategorie, status, tags, deadline },
			    means, file);
		}
	}
});

test('a week of 5000 files has every open task', async () => {
	const open = [...reports.values()].filter(({ task }) =>
		task.status === 'offen').map(({ file }) => file);
	const week = (await stack.get('/codex')).json;

	assert.deepEqual(tasksOf(week).map(({ file }) => file).sort(), open.sort());
});

test('edits over HTTP lead back to the bytes that a file had', async () => {
	const plain = [...files.values()].filter(({ means, labels }) =>
		means && labels.length === 0).slice(0, 40);
	assert.equal(plain.length, 40);
	for (const { file, means, bytes } of plain) {
		const path = `/api/tasks/${encodeURIComponent(file.slice(0, -3))}`;
		const to = { kategorie: means?.kategorie === 'arbeit' ? 'privat' : 'arbeit',
			title: 'Zwischendurch', tags: [...means?.tags ?? [], 'neu'],
			deadline: '24.12.2027' };
		const { kategorie, title, tags, deadline } = means ?? {};
		for (const json of [to, { kategorie, title, tags, deadline }]) {
			const answer = await stack.send('PATCH', path, json);
			assert.equal(answer.status, 200, `${file}: ${answer.text}`);
			assert.equal(answer.json.changed, true, file);
		}
		assert.equal(stack.text(file), bytes.toString(), file);
	}
});

test('each edit leads back to the bytes that a file had', () => {
	const differences = [...files.values()].flatMap((file) =>
		(reports.get(file.file)?.edits ?? []).map((what) =>
			({ what, file, text: '' })));
	assert.equal(reports.size, count);
	expectAccepted(accepted.edits, differences);
});

/** What stands between the fences; null without both.
 * @param {CorpusFile} file */
function frontOf({ bytes }) {
	const text = bytes.toString().replace(/^\ufeff/, '');
	return /^---[ \t]*\r?\n((?:[^\n]*\n)*?)---[ \t]*(?:\r?\n|$)/.exec(text)?.[1] ??
		assert.fail('no front matter');
}

/** @param {string} reader @param {Map<string, Tree>} trees */
function expectSame(reader, trees) {
	const differences = [...files.values()].map((file) => {
		const ours = reports.get(file.file)?.front;
		const theirs = trees.get(file.file);
		const same = typeof ours === 'string' ? typeof theirs === 'string'
			: JSON.stringify(ours) === JSON.stringify(theirs);
		return same ? null : { what: reader, file,
			text: `${frontOf(file)}ours ${JSON.stringify(ours)}\n` +
				`theirs ${JSON.stringify(theirs)}` };
	}).filter((difference) => difference !== null);
	expectAccepted(accepted.readers.filter(
		(/** @type {Accepted} */ a) => a.what === reader), differences);
}

test('PyYAML reads what we read', async () => {
	const all = [...files.values()];
	const answers = await linesOf('/usr/bin/python3',
	    [join(top, 'tests/pyyaml.py')],
	    all.map((file) => `${JSON.stringify(frontOf(file))}\n`).join(''));
	expectSame('PyYAML', new Map(all.map(({ file }, i) => [file, answers[i]])));
});

/** The tree of the first document. @param {string} source @returns {Tree} */
function treeOf(source) {
	const { EVENT_ID } = yaml;
	/** @type {Tree[][]} */
	const open = [[]];
	const textOf = (/** @type {number} */ from, /** @type {number} */ to) =>
		from < 0 ? '' : source.slice(from, to);
	const isTagged = (/** @type {number} */ from) => from >= 0;

	for (const e of yaml.parseEvents(source, {})) {
		const list = open[open.length - 1];
		if (e.type === EVENT_ID.SCALAR)
			list.push(['s', yaml.getScalarValue(source, e),
				e.style !== yaml.SCALAR_STYLE.PLAIN, isTagged(e.tagStart),
				textOf(e.anchorStart, e.anchorEnd)]);
		else if (e.type === EVENT_ID.ALIAS)
			list.push(['a', textOf(e.anchorStart, e.anchorEnd)]);
		else if (e.type === EVENT_ID.POP)
			open.pop();
		else if (e.type === EVENT_ID.DOCUMENT)
			open.push(list);
		else {
			/** @type {Tree[]} */
			const items = [];
			list.push([e.type === EVENT_ID.MAPPING ? 'm' : 'l', items,
				isTagged(e.tagStart), textOf(e.anchorStart, e.anchorEnd)]);
			open.push(items);
		}
	}
	if (open[0].length > 1)
		return 'several documents';
	return open[0].length > 0 ? pairUp(open[0][0]) : null;
}

/** Put the keys and values of all maps below together. @param {Tree} node
 * @returns {Tree} */
function pairUp(node) {
	if (node[0] === 's' || node[0] === 'a')
		return node;
	const items = node[1].map(pairUp);
	return [node[0], node[0] === 'l' ? items
		: Array.from({ length: items.length / 2 }, (_, i) =>
			items.slice(2 * i, 2 * i + 2)), ...node.slice(2)];
}

test('js-yaml reads what we read', () => {
	expectSame('js-yaml', new Map([...files.values()].map((file) => {
		try {
			return [file.file, treeOf(frontOf(file))];
		} catch (e) {
			assert.ok(e instanceof yaml.YAMLException, String(e));
			return [file.file, `refused: ${e.reason}`];
		}
	})));
});
