// group: ui
// @ts-check
/**
 * 88-page-words: the words of the page, and what of it browsers fetch; without
 * one.
 *
 *	node --test tests/88-page-words.mjs
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
	mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { de } from '../nginx/html/de.js';
import { en } from '../nginx/html/en.js';
import { firstLanguage, gitWords, wordAt } from '../nginx/html/words.js';

/* The words. */

test('both_catalogues_have_the_same_keys', () => {
	/** @param {any} words @param {string} [path] @returns {string[]} */
	const keys = (words, path = '') => Object.entries(words).flatMap(
		([name, word]) => typeof word === 'object' ?
			keys(word, `${path}${name}.`) : [`${path}${name} ${typeof word}`]);
	assert.deepEqual(keys(en), keys(de));
});

test('every_word_that_the_page_names_is_in_the_catalogues', async () => {
	const html = await readFile(new URL('../nginx/html/index.html',
		import.meta.url), 'utf8');
	const names = [...html.matchAll(/data-t(?:-label|-hint)?="([^"]+)"/g)];
	assert.ok(names.length > 40);
	for (const [, name] of names)
		for (const words of [de, en])
			assert.equal(typeof wordAt(words, name), 'string', name);
	const text = html.replace(/<(noscript|title|code|h1|kbd)[\s>].*?<\/\1>/gs, '')
		.replace(/<[^>]*>/g, '').replace('?', '').trim();
	assert.equal(text, '', 'text that no catalogue has');
});

test('every_module_is_imported', async () => {
	const folder = new URL('../nginx/html/', import.meta.url);
	const met = new Set(['app.js']);
	for (const name of met)
		for (const [, next] of (await readFile(new URL(name, folder), 'utf8'))
			.matchAll(/(?:^(?:import|export)?[^'"]*from |await import\()'\.\/([\w-]+\.js)'/gm))
			met.add(next);
	const all = (await readdir(folder)).filter((name) => name.endsWith('.js'));
	assert.deepEqual([...met].sort(), all.sort());
});

/* Comments and literals of a module; within a literal, no other one. */
const TOKEN = /\/\*[^]*?\*\/|\/\/.*|(['"])((?:\\.|(?!\1)[^\\\n])*)\1|`((?:\\.|[^`\\])*)`/g;
/* What reads like a sentence, or a word of one. */
const PROSE = /\p{L}{2,}[^\p{L}\d]* \p{L}{2,}|[^\x00-\x7f]*[äöüßÄÖÜ„“…]|^\p{Lu}\p{Ll}{2,}$/u;
/* But not where names of classes, selectors and keys stand. */
const NAMES = /(?:class: |'data-key': |rel: |transform = |matches\(|closest\(|Error\(|key [!=]== |keys: \[|startsWith\()$/;

test('text_for_people_stands_in_the_catalogues_alone', async () => {
	const folder = new URL('../nginx/html/', import.meta.url);
	const found = [];
	for (const name of await readdir(folder)) {
		if (!name.endsWith('.js') || ['de.js', 'en.js'].includes(name))
			continue;
		const text = await readFile(new URL(name, folder), 'utf8');
		for (const { index, 2: plain, 3: template } of text.matchAll(TOKEN)) {
			const literal = (plain ?? template ?? '').replace(/\$\{[^}]*\}/g, '');
			if (PROSE.test(literal) && !NAMES.test(text.slice(0, index)) &&
				!/^(?:\.|button button-|Codex Miroir$)/.test(literal))
				found.push(`${name}: ${literal}`);
		}
	}
	assert.deepEqual(found, []);
	const html = await readFile(new URL('index.html', folder), 'utf8');
	assert.deepEqual(html.match(
		/\s(?:aria-label|title|placeholder|alt)="[^"]+"/g), null);
});

test('what_the_server_says_of_git_is_said_in_the_language_of_the_page', () => {
	const sync = (/** @type {any} */ more) => /** @type {any} */ ({
		pending: 0, pulls: 0, conflicts: 0, lastSyncAt: 'once', ...more,
	});
	for (const [more, german, english] of
		/** @type {[any, string, string][]} */ ([
			[{ code: 'alles_in_git' }, 'Alles ist in Git.', 'All is in Git.'],
			[{ code: 'noch_nicht_in_git', pending: 3, pulls: 1 },
				'3 Aufgaben sind noch nicht in Git. Eine Aufgabe wartet im Pull ' +
				'Request.', '3 tasks are not in Git yet. One task waits in a pull ' +
				'request.'],
			[{
				code: 'fehlgeschlagen', pending: 1, reason: 'Weil.',
				reasonEnglish: 'As.',
			}, 'Abgleich gescheitert. Weil. Eine Aufgabe ist noch nicht in Git.',
			'The sync has failed. As. One task is not in Git yet.'],
			[{
				code: 'nur_lesen', reasonEnglish: null,
				reason: 'In Git dürfen wir nur lesen: Änderungen bleiben hier.',
			}, 'In Git dürfen wir nur lesen: Änderungen bleiben hier.',
			'In Git we may only read.'],
			[{ code: 'laeuft', progress: null },
				'Der Abgleich mit Git läuft gerade.', 'A sync with Git is running.'],
			[{ code: 'laeuft', progress: { done: 1250, of: 5000 } },
				'Der Abgleich mit Git läuft: 1250 von 5000 Dateien sind fertig.',
				'A sync with Git is running: 1250 of 5000 files are done.'],
			[{ code: 'erster_abgleich', pending: 5, lastSyncAt: null },
				'Der erste Abgleich mit Git steht noch aus.',
				'The first sync with Git is still to come.'],
		])) {
		assert.equal(gitWords(sync(more), de).join(' '), german);
		assert.equal(gitWords(sync(more), en).join(' '), english);
	}
});

test('every_code_of_the_contract_has_its_words', async () => {
	const docs = (/** @type {string} */ name) => readFile(
		new URL(`../docs/${name}`, import.meta.url), 'utf8');
	const [, faults = ''] = /### Bad files(.*?)\n\n\*\*|### Bad files(.*)/s
		.exec(await docs('design.md')) ?? [];
	const bad = [...faults.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) =>
		[...cell.matchAll(/`(\w+)`/g)].map(([, code]) => code));
	assert.deepEqual(bad.sort(), Object.keys(de.faults).sort());
	const states = /\| `state` \| `code` \|(.*?)\n\n/s
		.exec(await docs('http-api.md'))?.[1] ?? '';
	const codes = [...states.replace(/^\| `\w+` /gm, '').matchAll(/`(\w+)`/g)]
		.map(([, code]) => code).filter((code) => code !== 'reason');
	assert.ok(codes.length > 10);
	for (const code of codes)
		for (const words of [de, en])
			assert.ok(gitWords(/** @type {any} */ ({
				code, pending: 1, pulls: 1, conflicts: 1, text: '',
			}), words).length > 0, code);
});

test('every_word_of_the_catalogues_is_used', async () => {
	const folder = new URL('../nginx/html/', import.meta.url);
	const names = (await readdir(folder)).filter((name) =>
		/\.(js|html)$/.test(name) && !['de.js', 'en.js'].includes(name));
	const text = (await Promise.all(names.map((name) =>
		readFile(new URL(name, folder), 'utf8')))).join('\n');
	assert.deepEqual(Object.keys(de).filter((key) =>
		!new RegExp(`\\b(?:t|words)\\.${key}\\b|data-t[a-z-]*="${key}\\b`).test(text)), []);
});

test('the_language_is_the_first_that_there_are_words_for', () => {
	assert.equal(firstLanguage(['fr-FR', 'en-US', 'de']), 'en');
	assert.equal(firstLanguage(['de-AT', 'en']), 'de');
	assert.equal(firstLanguage(['fr']), 'de');
	assert.equal(firstLanguage([]), 'de');
});

/* What browsers fetch. */

const laid = mkdtempSync(join(tmpdir(), 'cm-page-'));
after(() => rmSync(laid, { recursive: true }));
execFileSync(fileURLToPath(new URL('../scripts/make-page', import.meta.url)),
	[fileURLToPath(new URL('../nginx/html', import.meta.url)), laid]);
const joiner = fileURLToPath(new URL('../scripts/join-modules', import.meta.url));
const [version] = readdirSync(join(laid, 'v'));

/** @param {string} name */
const laidOut = (name) => readFileSync(join(laid, 'v', version, name), 'utf8');

const acorn = createRequire(`${process.env.CODEX_NODE_MODULES ??
	new URL('node_modules', import.meta.url).pathname}/`)('acorn');

const MODULE = { ecmaVersion: 'latest', sourceType: 'module' };

/** @param {string} text */
const tokensOf = (text) => [...acorn.tokenizer(text, MODULE)].map(({ type, value }) => `${type.label} ${value?.pattern ?? value}`);

test('what_is_laid_out_are_the_modules_without_comments', async () => {
	const folder = new URL('../nginx/html/', import.meta.url);
	for (const name of await readdir(folder)) {
		if (!name.endsWith('.js'))
			continue;
		const path = fileURLToPath(new URL(name, folder));
		assert.deepEqual(tokensOf(execFileSync(joiner, [path], { encoding: 'utf8' })),
			tokensOf(await readFile(path, 'utf8')), name);
	}
	assert.deepEqual(readdirSync(join(laid, 'v', version)).sort(), ['api.css', 'app.js',
		'de.js', 'en.js', 'icon.svg', 'print.css', 'storage.js', 'style.css', 'words.js']);
	const all = laidOut('app.js');
	assert.ok(tokensOf(all).length > 10_000);
	acorn.parse(all, MODULE);
	assert.deepEqual(all.match(/^import .*? from/gm)?.length, 2);
	assert.doesNotMatch(all, /^export |^\/[/*]/m);
});

/** The identifiers of a pattern. @param {any} node @returns {string[]} */
const bindingsOf = (node) => /** @type {Record<string, () => string[]>} */ ({
	Identifier: () => [node.name],
	ObjectPattern: () => node.properties.flatMap((/** @type {any} */ one) =>
		bindingsOf(one.value ?? one.argument)),
	ArrayPattern: () => node.elements.flatMap(bindingsOf),
	AssignmentPattern: () => bindingsOf(node.left),
	RestElement: () => bindingsOf(node.argument),
})[node?.type]?.() ?? [];

/**
 * Which names a module declares for all of it, and which it uses that stand
 * nowhere in it.
 *
 * @param {string} text
 */
function namesOf(text) {
	const bound = new Set();
	const used = new Set();
	/** @param {any} node @param {any} parent @param {string} key */
	const visit = (node, parent, key) => {
		if (node?.type === 'Identifier' && (parent.computed ||
			!['key', 'property', 'imported'].includes(key)))
			used.add(node.name);
		for (const one of [node?.id, node?.param, node?.local, ...node?.params ?? []])
			bindingsOf(one).forEach((name) => bound.add(name));
		for (const [name, child] of Object.entries(node ?? {}))
			for (const one of [child].flat())
				if (one?.type)
					visit(one, node, name);
	};
	const tree = acorn.parse(text, MODULE);
	visit(tree, null, '');
	const declared = tree.body.flatMap((/** @type {any} */ { declaration, ...own }) =>
		[declaration ?? own].flatMap(({ id, declarations = [{ id }] }) =>
			declarations.flatMap((/** @type {any} */ one) => bindingsOf(one.id))));
	return { declared, free: [...used].filter((name) => !bound.has(name)) };
}

test('no_module_means_a_name_of_the_browser_that_another_module_declares', () => {
	const folder = new URL('../nginx/html/', import.meta.url);
	const modules = readdirSync(folder).filter((name) => name.endsWith('.js'))
		.map((name) => namesOf(readFileSync(new URL(name, folder), 'utf8')));
	const declared = new Set(modules.flatMap((one) => one.declared));
	assert.ok(declared.has('Ledger') && declared.size > 300);
	const free = new Set(modules.flatMap((one) => one.free));
	assert.ok(free.has('document') && free.has('fetch'));
	assert.deepEqual([...free].filter((name) => declared.has(name)), []);
});

test('modules_that_declare_the_same_name_are_not_joined', () => {
	const folder = mkdtempSync(join(laid, 'twice-'));
	const files = ['app', 'other'].map((name) => join(folder, `${name}.js`));
	const joined = () => spawnSync(joiner, ['main=app', ...files]);
	writeFileSync(files[0], "import { b } from './other.js';\nconst a = b;\n");
	writeFileSync(files[1], 'export const b = 1;\n');
	assert.equal(joined().status, 0);
	writeFileSync(files[1], 'const a = 1;\nexport const b = a;\n');
	assert.equal(joined().status, 1);
	assert.match(String(joined().stderr), /app.*other.* a$/m);
});

for (const [what, most, names] of /** @type {[string, number, string[]][]} */ ([
	['JavaScript in German', 45, ['app.js', 'words.js', 'storage.js', 'de.js']],
	['JavaScript in English', 45, ['app.js', 'words.js', 'storage.js', 'en.js']],
	['style', 10, ['style.css', 'print.css']],
]))
	test(`a_page_has_at_most_${most}_KB_of_${what.replaceAll(' ', '_')}`, () => {
		const sizes = names.map((name) =>
			gzipSync(laidOut(name), { level: 9 }).length);
		const sum = sizes.reduce((a, b) => a + b);
		assert.ok(sum > 1000 && sum <= most * 1000, `${names}: ${sizes}`);
	});
