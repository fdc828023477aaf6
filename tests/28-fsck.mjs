// @ts-check
// group: operate
/**
 * `codex fsck`: it finds what of the stored does not fit together, reads only,
 * and with --repair mends it without a loss.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync,
    writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startFake } from './github/fake.mjs';
import { startWorld, task } from './git-world.mjs';
import { manyBuild, top, treeOf } from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./git-world.mjs').World} */
let w;

before(async () => {
	fake = await startFake();
	w = await startWorld(fake, { files: { '0001-Eins.md': task('Eins'),
	    '0002-Zwei.md': task('Zwei'), '0003-Drei.md': task('Drei') } });
	await w.sync();
	await w.push({ '0001-Eins.md': task('Eins', { deadline: '01.12.2026' }) });
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.sync();
	await w.week();
	await w.rest();
});
after(async () => {
	await w.stop();
	await fake.stop();
});

/** @typedef {{level: string, code: string, what: string, text: string}} Found */

/** @param {string[]} options
 * @returns {Promise<{ ok: boolean, findings: Found[] }>} */
const fsck = (...options) => new Promise((done) => {
	execFile(join(manyBuild, 'codex'), ['fsck', '-j', ...options],
	    { env: w.env() }, (error, out, text) => {
		assert.equal(text, '');
		const told = JSON.parse(out);
		assert.equal(told.ok, !error);
		done(told);
	});
});

/** @param {string} key @param {string} bytes */
function put(key, bytes) {
	const path = join(w.store, key);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, bytes);
}

/** Other bytes of the same length under the same ETag, as a disk loses them.
 * @param {string} file */
function rot(file) {
	const path = join(w.store, 'raw/usera/tasks', file);
	const time = join(w.dir, 'time');
	execFileSync('touch', ['-r', path, time]);
	const bytes = readFileSync(path);
	bytes[bytes.length - 2] ^= 1;
	writeFileSync(path, bytes, { flag: 'r+' });
	execFileSync('touch', ['-r', time, path]); // to the nanosecond
}

test('it finds nothing where all fits together', async () => {
	put('pending/host.0123456789abcdef', '1-x'); // no user's
	const before = treeOf(w.store);
	assert.deepEqual(await fsck(), { ok: true, findings: [] });
	assert.deepEqual(treeOf(w.store), before, 'and writes nothing');
});

test('it finds what does not fit, reads only, and then mends it', async () => {
	rot('0002-Zwei.md');
	put('conflicts/usera/0009-Weg/' + 'a'.repeat(64) + '.md', 'alt');
	put('pending/niemand', '1-x');
	put('artifacts/niemand/timeline.json', '{}');
	put('artifacts/usera/timeline.json', 'kaputt');
	put('artifacts/usera/timeline_1700000000.json', '{}'); // the first system's
	put('probe/' + 'b'.repeat(64), '3');
	put('state/usera/nextId.txt', '2');
	const planted = [
		['abweichung', 'raw/usera/tasks/0002-Zwei.md'],
		['verwaist', `conflicts/usera/0009-Weg/${'a'.repeat(64)}.md`],
		['nummer', 'state/usera/nextId.txt'],
		['marke', 'pending/niemand'],
		['artefakt', 'artifacts/niemand/timeline.json'],
		['artefakt', 'artifacts/usera/timeline.json'],
		['artefakt', 'artifacts/usera/timeline_1700000000.json'],
		['verwaist', `probe/${'b'.repeat(64)}`]];
	const before = treeOf(w.store);
	const { ok, findings } = await fsck();
	assert.equal(ok, false);
	assert.deepEqual(findings.map(({ code, what }) => [code, what]).sort(),
	    [...planted].sort());
	assert.deepEqual(treeOf(w.store), before, 'it writes nothing');

	const mended = await fsck('--repair');
	assert.equal(mended.ok, true, JSON.stringify(mended));
	assert.deepEqual(mended.findings.map((f) => f.level),
	    planted.map(() => 'warn'));
	assert.ok(mended.findings.every((f) => f.text.endsWith(' Behoben.')));
	assert.equal(readFileSync(join(w.store, `trash/usera/0009-Weg/${
	    'a'.repeat(64)}.md`), 'utf8'), 'alt', 'nothing is lost');
	assert.ok(!existsSync(join(w.store, 'pending/niemand')));
	assert.deepEqual(await fsck(), { ok: true, findings: [] });

	// The bytes that changed by themselves are an edit now.
	await w.work();
	await w.sync();
	await w.same();
	await w.rest();
	assert.deepEqual(await fsck(), { ok: true, findings: [] });
});

test('a GitHub that cannot be asked is no fault of the store', async () => {
	fake.misbehave({ path: /git\/ref/, status: 503, times: 100 });
	const { ok, findings } = await fsck();
	fake.behave();
	assert.equal(ok, false);
	assert.deepEqual(findings.map(({ code, what }) => [code, what]),
	    [['github', 'GITHUB_REPO']]);
	assert.match(findings[0].text, /^GitHub antwortet nicht wie erwartet/);
});

test('a week that another version has built is not broken', async () => {
	const path = 'artifacts/usera/timeline.json';
	for (const version of ['0.1.0', 'unreleased']) {
		put(path, readFileSync(join(top, 'tests/data/stores', version,
		    'artifacts/ada/timeline.json'), 'utf8'));
		assert.deepEqual(await fsck(), { ok: true, findings: [] }, version);
	}
	const head = (/** @type {number} */ v) => `{"v":${v},"token":"t",` +
	    '"created":1,"validUntil":2,"settings":"s","etag":"e"}\n';
	for (const v of [2, 99]) {
		put(path, `${head(v)}{}`);
		assert.deepEqual(await fsck(), { ok: true, findings: [] }, `${v}`);
	}
	put(path, `${head(3)}{}`);
	assert.equal((await fsck()).findings.length, 1, 'broken all the same');
	rmSync(join(w.store, path));
});

test('a file that Git has and the mirror lacks is told and comes back',
    async () => {
	rmSync(join(w.store, 'raw/usera/tasks/0003-Drei.md'));
	const { findings } = await fsck();
	assert.deepEqual(findings.map((f) => [f.code, f.what]), [
		['abweichung', 'raw/usera/tasks/0003-Drei.md']]);
	assert.match(findings[0].text, /nicht, was Git hat/);
	assert.equal((await fsck('--repair')).ok, true);
	await w.work();
	assert.equal((await w.sync()).state, 'ok');
	await w.same();
	assert.match(String(w.text('0003-Drei.md')), /# Drei/);
	await w.rest();
	assert.deepEqual(await fsck(), { ok: true, findings: [] });
});

test('records that cannot be read, and newer ones, are told and left alone',
    async () => {
	const old = JSON.stringify(w.records());
	for (const [bytes, code] of [['{"v":1', 'unlesbar'],
		[old.replace(/"v":\d+/, '"v":99'), 'fassung']]) {
		w.setRecords(bytes);
		const { ok, findings } = await fsck('--repair');
		assert.equal(ok, false);
		assert.deepEqual(findings.map((f) => f.code), [code]);
		assert.equal(readFileSync(join(w.store, 'state/usera/sync.json'),
		    'utf8'), bytes);
	}
	w.setRecords(old);
});

test('a base that is lost, damaged or long forgotten is told', async () => {
	const records = w.records();
	const text = JSON.stringify({ v: 1, files: records.files });
	const id = execFileSync('b2sum', ['-l', '256'], { input: text,
	    encoding: 'utf8' }).slice(0, 64);
	const key = `state/usera/records/${id}.json`;
	const forgotten = `state/usera/records/${'e'.repeat(64)}.json`;
	const { files: _, ...rest } = records;
	w.setRecords(JSON.stringify({ ...rest, v: 2, base: id, gone: [],
	    files: [] }));
	/** @param {string[]} options */
	const told = async (...options) => (await fsck(...options)).findings
	    .map((f) => [f.level, f.code, f.what]);
	assert.deepEqual(await told('--repair'), [['error', 'unlesbar', key]]);
	put(key, text.replace('0001', '0009'));
	assert.deepEqual(await told('--repair'), [['error', 'unlesbar', key]]);
	put(key, text);
	put(forgotten, '{"v":1,"files":[]}');
	assert.deepEqual(await told(), []);
	const old = Date.now() / 1000 - 31 * 86400;
	utimesSync(join(w.store, key), old, old);
	utimesSync(join(w.store, forgotten), old - 1, old - 1);
	assert.deepEqual(await told(), [['error', 'verwaist', forgotten]]);
	assert.deepEqual(await told('--repair'),
	    [['warn', 'verwaist', forgotten]]);
	assert.deepEqual(await told(), []);
	rmSync(join(w.store, key));
	w.setRecords(JSON.stringify(records));
});

test('sessions, tokens and claims that cannot be read are told; a claim goes',
    async () => {
	const claim = `state/usera/idempotency/${'c'.repeat(64)}`;
	put('state/usera/session.json', '{"v":1,"epoch":"x"}');
	put('state/usera/tokens.json', '{"v":99,"tokens":[]}');
	put(claim, '{"v":1}');
	put(`state/usera/idempotency/${'d'.repeat(64)}`, '{"v":99}');
	const told = [['fassung', `state/usera/idempotency/${'d'.repeat(64)}`],
	    ['fassung', 'state/usera/tokens.json'],
	    ['unlesbar', claim], ['unlesbar', 'state/usera/session.json']];
	const before = treeOf(w.store);
	const { findings } = await fsck();
	assert.deepEqual(findings.map((f) => [f.code, f.what]).sort(), told);
	assert.deepEqual(treeOf(w.store), before);
	const mended = await fsck('--repair');
	assert.deepEqual(mended.findings.filter((f) => f.level === 'warn')
	    .map((f) => f.what), [claim]);
	assert.ok(!existsSync(join(w.store, claim)));
	assert.equal((await fsck()).findings.length, 3);
	for (const key of ['session.json', 'tokens.json', 'idempotency'])
		rmSync(join(w.store, 'state/usera', key), { recursive: true });
	// What the programs themselves have stored is sound.
	const made = await w.cgi('codex-create', 'a', { ...w.as('usera'),
	    REQUEST_METHOD: 'POST', REQUEST_URI: '/api/tasks',
	    HTTP_ORIGIN: 'http://127.0.0.1:8080', HTTP_IDEMPOTENCY_KEY: 'k',
	    CONTENT_TYPE: 'application/json' }, '{"kategorie":"arbeit"}');
	assert.equal(made?.status, 200, made?.body);
	assert.equal(Object.keys(treeOf(join(w.store,
	    'state/usera/idempotency'))).length, 1);
	assert.deepEqual(await fsck(), { ok: true, findings: [] });
});

test('two tasks of one number are told', async () => {
	w.place('0002-Zwilling.md', task('Zwilling'));
	const { findings } = await fsck('--repair');
	assert.deepEqual(findings.map((f) => [f.code, f.what]), [
		['doppelt', 'raw/usera/tasks/0002-Zwilling.md']]);
});
