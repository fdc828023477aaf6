// @ts-check
// group: operate
/**
 * `codex migrate`: the container of the first system, as its two papers have it,
 * becomes a store of this one without a loss; then what the papers planned as
 * phases of a migration holds.
 */
import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
    writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { azureBlobs, putBlob } from './azure-blobs.mjs';
import { startAzurite } from './azurite.mjs';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { build, manyBuild, startStack, taskFile, tasksOf, treeOf,
    until, vaultPath } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-migrate-'));
let nth = 0;
after(() => rmSync(scratch, { recursive: true, force: true }));

const brot = taskFile({ kategorie: 'privat' }, '# Brot\n');
const buch = taskFile({ kategorie: 'privat' }, '# Buch\n');
const version = '1760162400000';

/** As the first system leaves it. @type {Record<string, string>} */
const first = {
    'raw/userA/tasks/0001-Brot.md': brot,
    'raw/userA/tasks/0002-Kaputt.md': 'kein Frontmatter\n',
    'raw/userA/tasks/Notiz.md': 'keine Aufgabe\n',
    'raw/User-B/tasks/0001-Buch.md': buch,
    'state/cacheVersion.txt': version,
    'state/nextId.txt': '7',
    'state/userA/cacheVersion.txt': version,
    'state/userA/cacheValid.txt': 'false',
    'state/userA/nextId.txt': '0042\n',
    'state/userA/lastHeadSha.txt': 'a'.repeat(40),
    'state/userA/lastSyncAt.txt': '2025-10-11T06:00:00.000Z',
    'artifacts/userA/timeline_1760162400000_20251011_06.json': '{"old":1}',
    'artifacts/userA/timeline_1760162400000_20251011_07.json': '{"old":2}',
    'artifacts/userA/timeline.json': '{"cacheCreatedAt":"2025-10-11"}',
    'artifacts/User-B/timeline_1760162400000_20251011_07.json': '{}',
};

/** Where its files and records belong. @type {Record<string, string>} */
const carried = Object.fromEntries(Object.entries(first)
    .filter(([key]) => /^raw|last/.test(key))
    .map(([key, bytes]) => [key.replace('userA', 'usera')
    .replace('User-B', 'user-b'), bytes]));

/** A folder with these blobs. @param {Record<string, string>} blobs */
function folder(blobs) {
	const dir = join(scratch, String(++nth));
	for (const [key, bytes] of Object.entries(blobs)) {
		mkdirSync(dirname(join(dir, key)), { recursive: true });
		writeFileSync(join(dir, key), bytes);
	}
	return dir;
}

/** @param {string} store @param {Record<string, string>} more
 * @returns {Record<string, string>} */
const envOf = (store, more = {}) => ({ PATH: process.env.PATH ?? '',
    CODEX_STORE: `fs:${store}`, CODEX_RUN: `${store}.run`,
    CODEX_AUTH: 'local:usera', CODEX_BASE_URL: 'http://127.0.0.1:8080',
    ...more });

/** @typedef {{ status: number, out: string, text: string }} Said */

/** @param {string[]} args @param {Record<string, string>} env
 * @returns {Promise<Said>} */
const codex = (args, env, from = manyBuild) => new Promise((done) => {
	execFile(join(from, 'codex'), args, { env }, (error, out, text) =>
	    done({ status: Number(error?.code ?? 0), out, text }));
});

/** Bytes by key, but for versions, which are new each time. @param {string} dir
 * @returns {Record<string, string>} */
function blobsOf(dir, below = '') {
	/** @type {Record<string, string>} */
	const all = {};
	for (const entry of readdirSync(join(dir, below), { withFileTypes: true }))
		if (entry.name.startsWith('.'))
			continue;
		else if (entry.isDirectory())
			Object.assign(all, blobsOf(dir, `${below}${entry.name}/`));
		else if (!/cacheVersion/.test(entry.name))
			all[below + entry.name] = readFileSync(join(dir, below,
			    entry.name), 'utf8');
	return all;
}

const migrated = { ...carried, 'state/usera/nextId.txt': '42',
    'state/user-b/nextId.txt': '7' };

test('a dry run says what would be, and writes nothing', async () => {
	const from = folder(first), to = folder({ 'raw/usera/tasks/0001-Brot.md':
	    brot });
	const before = [treeOf(from), treeOf(to)];
	const there = await codex(['migrate', '--dry-run', `${from}/`], envOf(to));
	assert.deepEqual(there, { status: 0, text: '', out: 'Nur nachgesehen. ' +
	    '2 Benutzer; 5 Dateien würden übernommen, 1 sind schon da, 0 würden ' +
	    'bleiben, 0 aufgeräumt.\n' });
	const here = await codex(['migrate', '-n', `${from}/`], envOf(from));
	assert.match(here.out, /6 Dateien würden .* 0 sind .* 15 aufgeräumt/);
	assert.deepEqual([treeOf(from), treeOf(to)], before);
});

test('another container becomes a store, and stays as it is', async () => {
	const from = folder(first), to = folder({});
	mkdirSync(to);
	const before = treeOf(from);
	const said = await codex(['migrate', `${from}/`], envOf(to), build);
	assert.deepEqual(said, { status: 0, text: '', out: '2 Benutzer; 6 Dateien ' +
	    'übernommen, 0 waren schon da, 0 bleiben, 0 aufgeräumt.\n' });
	assert.deepEqual(blobsOf(to), migrated);
	assert.deepEqual(treeOf(from), before);
	assert.deepEqual(readdirSync(from).sort(), ['artifacts', 'raw', 'state']);
	assert.match((await codex(['migrate', `${from}/`], envOf(to))).out,
	    / 0 Dateien übernommen, 6 waren schon da, 0 bleiben/);
	assert.match((await codex(['users'], envOf(to))).out,
	    /^user-b .*\nusera .*\n$/);
});

test('the store\'s own container is cleaned, and nothing is lost', async () => {
	const store = folder(first);
	const said = await codex(['migrate', `${store}/`], envOf(store), build);
	assert.deepEqual([said.status, said.text], [0, '']);
	assert.deepEqual(blobsOf(store), migrated);
	for (const user of ['usera', 'user-b'])
		assert.match(readFileSync(join(store, 'state', user,
		    'cacheVersion.txt'), 'utf8'), /^\d+-[0-9a-f]{16}$/);
	assert.ok(!existsSync(join(store, 'state/cacheVersion.txt')));
	const again = await codex(['migrate', `${store}/`], envOf(store));
	assert.match(again.out, / 0 Dateien übernommen, 6 .* 0 aufgeräumt/);
	assert.deepEqual(blobsOf(store), migrated);
	assert.equal((await codex(['fsck'], envOf(store))).status, 0);
});

test('what belongs to nobody or has another text here stays, and is told',
    async () => {
	const odd = { 'raw/tasks/0009-Wem.md': brot, 'raw/Nicht Wer/tasks/1.md': '',
	    'raw/USERA/tasks/0001-Brot.md': buch,
	    'raw/USERA/tasks/0002-Kaputt.md': first['raw/userA/tasks/0002-Kaputt.md'],
	    'sonst/etwas.txt': 'x' };
	const store = folder({ ...first, ...odd });
	const dry = await codex(['migrate', '-n', `${store}/`], envOf(store));
	const said = await codex(['migrate', `${store}/`], envOf(store));
	assert.equal(said.status, 1);
	assert.equal(dry.text, said.text, 'a dry run foresees it');
	assert.deepEqual(said.text.match(/(?<=codex migrate: )\S+( Wer\S+)?/g)?.sort(),
	    ['raw/Nicht Wer/tasks/1.md', 'raw/tasks/0009-Wem.md',
	    'raw/userA/tasks/0001-Brot.md', 'sonst/etwas.txt']);
	const all = Object.values(blobsOf(store));
	for (const [key, bytes] of Object.entries({ ...first, ...odd }))
		if (/^raw|sonst/.test(key))
			assert.ok(all.includes(bytes), `${key} is not lost`);
	assert.equal(readFileSync(join(store, 'raw/userA/tasks/0001-Brot.md'),
	    'utf8'), brot);
	assert.equal(readFileSync(join(store, 'raw/usera/tasks/0001-Brot.md'),
	    'utf8'), buch);

	const owned = await codex(['migrate', '-u', 'user-b', `${store}/`],
	    envOf(store));
	assert.doesNotMatch(owned.text, /Wem/);
	assert.equal(readFileSync(join(store, 'raw/user-b/tasks/0009-Wem.md'),
	    'utf8'), brot);
	assert.ok(!existsSync(join(store, 'raw/tasks/0009-Wem.md')));
});

test('a wrong call and what is no container end with their status', async () => {
	const store = folder({});
	mkdirSync(store);
	for (const args of [[], ['a', 'b'], ['--all', 'a'], ['-u', 'No One', 'a']])
		assert.equal((await codex(['migrate', ...args], envOf(store))).status,
		    2);
	assert.match((await codex(['migrate', `${store}/`], envOf(store))).text,
	    /^codex migrate: In .* liegt nichts\.\n$/);
	assert.match((await codex(['migrate', '/none/'], envOf(store))).text,
	    /\/none\/ lässt sich nicht lesen/);
	assert.ok(!existsSync('/none'));
	assert.match((await codex(['migrate', 'codex'], envOf(store))).text,
	    /AZURE_BLOB_CONN/);
});

test('a container of Azure is taken, into another one and in its place',
    async () => {
	const azurite = await startAzurite();
	try {
		const { conn } = azurite;
		for (const [key, bytes] of Object.entries(first))
			await putBlob(conn, 'first', key, bytes);
		const at = async (/** @type {string} */ container) =>
			Object.fromEntries(Object.entries(await azureBlobs(conn,
			    container, '')).filter(([key]) => !/Version/.test(key))
			    .map(([key, bytes]) => [key, String(bytes)]));
		const env = (/** @type {string} */ container) => envOf(join(scratch,
		    container), { AZURE_BLOB_CONN: conn,
		    AZURE_BLOB_CONTAINER: container });
		const before = await at('first');
		const said = await codex(['migrate', 'first'], env('second'));
		assert.deepEqual([said.status, said.text], [0, '']);
		assert.deepEqual(await at('second'), migrated);
		assert.deepEqual(await at('first'), before);
		assert.equal((await codex(['migrate', 'first'], env('first'))).status,
		    0);
		assert.deepEqual(await at('first'), migrated);
	} finally {
		azurite.stop();
	}
});

test('what the papers planned in phases holds for what was migrated',
    async () => {
	const data = folder(first);
	assert.equal((await codex(['migrate', `${data}/`], envOf(data))).status, 0);
	const fake = await startFake();
	const repo = await fake.createRepository({ files: {
	    [vaultPath('0001-Brot.md', 'userA')]: brot } });
	const stack = await startStack({ data, workers: 1, env: {
	    CODEX_AUTH: 'local:usera', BACKGROUND_SYNC_ENABLED: 'true',
	    CACHE_TTL_LOCAL: '700', CACHE_TTL_BLOB: '1500',
	    ...gitSettings(fake) } });
	const look = async () => {
		const week = await stack.get('/codex');
		return { layer: week.headers.get('x-cache'), ...week.json };
	};
	/** @param {string} layer */
	const untilFrom = (layer) => until(async () => (await look()).layer ===
	    layer, 5000, `a week from ${layer}`);
	const read = (/** @type {string} */ key) =>
		readFileSync(join(data, key), 'utf8');
	try {
		// Phase 1: a write of one user leaves the other's version.
		const other = read('state/user-b/cacheVersion.txt');
		const own = read('state/usera/cacheVersion.txt');
		const made = await stack.send('POST', '/api/tasks',
		    { kategorie: 'arbeit', title: 'Neu' });
		assert.equal(made.json.id, '0042', 'the stored number goes on');
		assert.notEqual(read('state/usera/cacheVersion.txt'), own);
		assert.equal(read('state/user-b/cacheVersion.txt'), other);

		// Phase 2: the week is one artifact, which says when it was made, and
		// is made anew when its time is over, not when the hour is.
		const built = await look();
		assert.deepEqual(tasksOf(built).map((task) => task.title).sort(),
		    ['Brot', 'Neu']);
		assert.ok(Math.abs(Date.parse(built.cacheCreatedAt) -
		    Date.parse(built.now)) < 1500);
		assert.deepEqual(readdirSync(join(data, 'artifacts/usera')).sort(),
		    ['tasks.json', 'timeline.json']);

		// Phase 3: memory, then the artifact, then a build.
		for (const layer of ['local', 'blob', 'miss'])
			await untilFrom(layer);

		// Phase 4: such a build sets a sync going, and nobody waits for it.
		const head = await repo.commit({ files: {
		    [vaultPath('0050-Git.md', 'userA')]:
			taskFile({ kategorie: 'arbeit' }, '# Git\n') } });
		await until(async () => tasksOf(await look()).some((task) =>
		    task.title === 'Git'), 10000, 'what Git has');
		await until(() => read('state/usera/lastHeadSha.txt') !==
		    'a'.repeat(40), 5000, 'the head');
		assert.ok(Date.parse(read('state/usera/lastSyncAt.txt')) >
		    Date.parse('2025-10-11T06:00:00.000Z'));
		assert.ok(head);
		assert.equal(await repo.readFile(vaultPath('0001-Brot.md', 'userA'))
		    .then(String), brot);
	} finally {
		await stack.stop();
		await fake.stop();
	}
});
