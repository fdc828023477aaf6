// @ts-check
// group: operate
/**
 * `codex backup` and `codex restore`: what a site has stored, brought to
 * another place, while people and Git go on writing.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, chownSync, closeSync, copyFileSync, cpSync, existsSync,
    mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync,
    truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { azureBlobs } from './azure-blobs.mjs';
import { startAzurite } from './azurite.mjs';
import { numbered } from './git-scene.mjs';
import { startFake } from './github/fake.mjs';
import { inWorld, startWorld, task } from './git-world.mjs';
import { manyBuild, sleep, top, treeOf } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-backup-'));
const now = { CODEX_NOW: String(Date.parse('2026-11-23T07:00:00Z') -
    Date.now()) };
let nth = 0;

/** @typedef {{ status: number|string, out: string, text: string }} Said */

/** @param {string} program @param {string[]} args
 * @param {Record<string, string>} env
 * @param {number} [kill] after so many ms @returns {Promise<Said>} */
const run = (program, args, env, kill) => new Promise((done) => {
	const child = execFile(join(manyBuild, program), args, { env },
	    (error, out, text) => done({ status: error?.code ?? error?.signal ??
		0, out, text }));
	if (kill !== undefined)
		setTimeout(() => child.kill('SIGKILL'), kill);
});

/** @param {string[]} args @param {Record<string, string>} env
 * @param {number} [kill] */
const codex = (args, env, kill) => run('codex', args, env, kill);

const newPath = () => join(scratch, `${++nth}.tar.gz`);

/** Saves a world. @param {import('./git-world.mjs').World} w */
async function save(w) {
	const path = newPath();
	const said = await codex(['backup', path], w.env());
	assert.equal(said.status, 0, said.text);
	assert.match(said.out, /^Gesichert: \d+ Benutzer, \d+ Dateien\.\n$/);
	return path;
}

/** Another place for what a world has.
 * @param {import('./git-world.mjs').World} w
 * @param {Record<string, string>} [more] */
function place(w, more = {}) {
	const dir = join(scratch, String(++nth));
	mkdirSync(dir);
	return { dir, env: { ...w.env(), CODEX_RUN: join(dir, 'run'),
	    CODEX_STORE: `fs:${join(dir, 'store')}`, ...more } };
}

/** @param {string} path @param {Record<string, string>} env */
async function restore(path, env) {
	const said = await codex(['restore', path], env);
	assert.equal(said.status, 0, said.text);
	assert.match(said.out, /^Wiederhergestellt: \d+ Benutzer, \d+ Dateien\./);
}

/** The week that a place shows, without the times of its making.
 * @param {import('./git-world.mjs').World} w
 * @param {Record<string, string>} env @param {string} user */
async function weekOf(w, env, user) {
	const as = { ...env, ...w.as(user), ...now, REQUEST_METHOD: 'GET',
	    REQUEST_URI: '/codex?nocache=true' };
	let answer = await w.cgi('codex-render', 'a', as);
	const on = /^X-Accel-Redirect: (\S+)/m.exec(answer?.head ?? '');
	if (on)
		answer = await w.cgi('codex-render --build', 'a',
		    { ...as, DOCUMENT_URI: on[1] });
	assert.match(answer?.body ?? '', /"timeline":/);
	return (answer?.body ?? '').replace(
	    /^\{("\w+":"[-\dT:.]+Z",)+/, '{');
}

/** What lasts of a store, hashes by key; sync.json has each store's ETags. @param {Record<string, string>} tree */
const lasting = (tree) => Object.fromEntries(Object.entries(tree)
    .filter(([key]) => /^(raw|state|trash|conflicts)\//.test(key) &&
	!/\/(cacheVersion\.txt|sync\.json)$/.test(key)));

/** @param {string} dir */
const storeAt = (dir) => lasting(treeOf(join(dir, 'store')));

/** @param {string} conn */
const azureAt = async (conn) => lasting(Object.fromEntries(Object.entries(
    await azureBlobs(conn, 'restored', '')).map(([key, bytes]) =>
    [key, createHash('sha256').update(bytes).digest('hex')])));

const files = { '0001-Eins.md': task('Eins'), '0002-Zwei.md': task('Zwei'),
    '0003-Drei.md': task('Drei') };
const world = { files, other: {
    'codex-miroir/userb/tasks/0007-Sieben.md': task('Sieben') } };

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** Of all tests that only read it. @type {import('./git-world.mjs').World} */
let shared;

/** Two users, an unseen edit, a conflict and things in the trash.
 * @param {import('./git-world.mjs').World} w */
async function use(w) {
	await w.sync();
	await w.sync({ user: 'userb' });
	await w.push({ '0001-Eins.md': task('Eins', { deadline: '01.12.2026' }),
	    '0003-Drei.md': null });
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.sync();
	await w.edit('0002', { tags: ['ungesehen'] });
	await w.create({ title: 'Neu' });
}

before(async () => {
	fake = await startFake();
	shared = await startWorld(fake, world);
	await use(shared);
	await shared.rest();
});
after(async () => {
	await shared.stop();
	await fake.stop();
	rmSync(scratch, { recursive: true, force: true });
});

test('what is restored elsewhere shows the same week, byte for byte', async () => {
	const w = shared;
	const path = await save(w);
	const azurite = await startAzurite();
	try {
		const here = place(w);
		const there = place(w, { AZURE_BLOB_CONN: azurite.conn,
		    AZURE_BLOB_CONTAINER: 'restored' });
		for (const to of [here, there])
			await restore(path, to.env);
		for (const user of ['usera', 'userb']) {
			const week = await weekOf(w, w.env(), user);
			assert.equal(await weekOf(w, here.env, user), week, user);
			assert.equal(await weekOf(w, there.env, user), week, user);
		}
		const all = storeAt(w.dir);
		assert.deepEqual(storeAt(here.dir), all);
		assert.deepEqual(await azureAt(azurite.conn), all);
		assert.ok(Object.keys(all).some((key) => key.startsWith(
		    'conflicts/')), 'there was a conflict');

		// And back.
		const back = newPath(), again = place(w);
		assert.equal((await codex(['backup', back], there.env)).status, 0);
		await restore(back, again.env);
		assert.deepEqual(storeAt(again.dir), all);
	} finally {
		azurite.stop();
	}
});

test('records that lie on a base are restored whole, each with its new ETag',
    () => inWorld(fake, { files: numbered(70) }, async (w) => {
	await w.sync();
	await w.push({ '0007-Nr-7.md': task('Neu'), '0008-Nr-8.md': null });
	await w.sync({ confirm: true });
	const path = await save(w), to = place(w);
	await restore(path, to.env);
	assert.equal(await weekOf(w, to.env, 'usera'),
	    await weekOf(w, w.env(), 'usera'));
	const stored = JSON.parse(readFileSync(join(to.dir,
	    'store/state/usera/sync.json'), 'utf8'));
	assert.equal(stored.v, 1);
	const known = (/** @type {any[]} */ all) =>
	    all.map(({ etag, ...f }) => ({ ...f, has: etag !== '' }));
	assert.deepEqual(known(stored.files), known(w.records().files));
	assert.ok(known(stored.files).every((f) => f.has));
	assert.ok(!existsSync(join(to.dir, 'store/state/usera/records')));
	// It can be saved and restored again.
	const back = newPath(), again = place(w);
	assert.equal((await codex(['backup', back], to.env)).status, 0);
	await restore(back, again.env);
	assert.deepEqual(storeAt(again.dir), storeAt(to.dir));
	// So are those that another program has written anew.
	await w.rest();
	const sync = join(w.store, 'state/usera/sync.json');
	const { base, ...before } = JSON.parse(readFileSync(sync, 'utf8'));
	const third = place(w);
	w.setRecords(JSON.stringify({ ...before, base }, null, 1));
	await restore(await save(w), third.env);
	assert.deepEqual(known(JSON.parse(readFileSync(join(third.dir,
	    'store/state/usera/sync.json'), 'utf8')).files), known(stored.files));
    }));

test('records that this program cannot read are restored as they are, with all bases',
    () => inWorld(fake, world, async (w) => {
	const bea = join(w.store, 'state/bea');
	cpSync(join(top, 'tests/data/stores/unreleased/state/bea'), bea,
	    { recursive: true });
	const path = join(bea, 'sync.json');
	const good = readFileSync(path, 'utf8');
	const { base } = JSON.parse(good);
	const on = join(bea, 'records', `${base}.json`);
	writeFileSync(join(bea, 'records', `${'e'.repeat(64)}.json`), 'x');
	const sound = readFileSync(on, 'utf8');
	for (const [head, bytes] of [[good.replace('"v":2', '"v":3'), sound],
		[good.slice(0, 700), sound], [good, 'damaged'], ['', sound]]) {
		writeFileSync(path, head);
		writeFileSync(on, bytes);
		const to = place(w);
		await restore(await save(w), to.env);
		const { 'cacheVersion.txt': version, ...there } = treeOf(
		    join(to.dir, 'store/state/bea'));
		assert.ok(version);
		assert.deepEqual(there, treeOf(bea), head.slice(0, 6));
	}
    }));

test('a backup under load has all that was acknowledged, and undoes nothing',
    () => inWorld(fake, world, async (w) => {
	await use(w);
	/** @type {string[]} */
	const words = [];
	let over = false;
	const edits = (async () => {
		for (let i = 0; !over; i++) {
			const word = `wort${i}x`;
			await w.create({ title: word });
			words.push(word);
			await w.edit('0001', { tags: [word] });
		}
	})();
	const pushes = (async () => {
		for (let i = 0; !over; i++) {
			await w.push({ '0002-Zwei.md': task('Zwei', {},
			    `dort${i}x\n`) });
			await w.sync().catch(() => {});
		}
	})();
	try {
		for (let i = 0; i < 3; i++) {
			await sleep(300);
			const before = [...words];
			const path = await save(w);
			const to = place(w);
			await restore(path, to.env);
			const week = await weekOf(w, to.env, 'usera');
			for (const word of before)
				assert.ok(week.includes(word), word);
		}
	} finally {
		over = true;
		await Promise.all([edits, pushes]);
	}
	// The last one goes on with Git in the place of the first.
	const path = await save(w);
	const seen = await w.gitText('0002-Zwei.md');
	await w.rest();
	rmSync(w.store, { recursive: true });
	await restore(path, w.env());
	await w.work();
	const last = await w.sync();
	assert.equal(last.state, 'ok', last.text);
	assert.equal(String(await w.gitText('0002-Zwei.md')).includes(
	    String(/dort\d+x/.exec(String(seen)))), true, 'Git is not undone');
	const top = await w.repo.files();
	for (const word of words)
		assert.ok(Object.keys(top).some((name) => name.includes(word)),
		    `${word} is in Git`);
}));

test('a bundle is for tar and sha256sum, too', async () => {
	const w = shared;
	const path = await save(w);
	assert.equal(statSync(path).mode & 0o777, 0o600);
	const dir = join(scratch, 'unpacked');
	mkdirSync(dir);
	await new Promise((done, failed) => {
		execFile('sh', ['-c', `tar -xzf "$0" && sha256sum --quiet -c ` +
		    `SHA256SUMS`, path], { cwd: dir }, (error) =>
			error ? failed(error) : done(null));
	});
	assert.equal(readFileSync(join(dir, 'store/raw/usera/tasks/0002-Zwei.md'),
	    'utf8'), w.text('0002-Zwei.md'));
});

test('a cut or damaged file is told before anything is written', async () => {
	const w = shared;
	const path = await save(w);
	const { size } = statSync(path);
	const bad = newPath();
	for (const [at, cut] of /** @type {[number, boolean][]} */ ([
		[0, true], [10, true], [size >> 1, true], [size - 9, true],
		[12, false], [size >> 1, false], [size - 20, false]])) {
		copyFileSync(path, bad);
		if (cut)
			truncateSync(bad, at);
		else
			writeFileSync(bad, readFileSync(path).map((byte, i) =>
			    (i === at ? byte ^ 0x55 : byte)));
		const to = place(w);
		const said = await codex(['restore', bad], to.env);
		assert.equal(said.status, 1, `${at} ${cut} ${said.out}`);
		assert.match(said.text, /^codex restore: Die (Datei|Sicherung) ist/);
		assert.deepEqual(storeAt(to.dir), {});
	}
});

test('a restore that was killed goes on when it is called again', () =>
    inWorld(fake, world, async (w) => {
	await use(w);
	for (let i = 100; i < 400; i++)
		w.place(`0${i}-Viele.md`, task(`Viele ${i}`));
	const path = await save(w);
	const to = place(w);
	for (let ms = 4; ms < 40; ms += 6)
		await codex(['restore', path], to.env, ms);
	await restore(path, to.env);
	assert.equal(await weekOf(w, to.env, 'usera'),
	    await weekOf(w, w.env(), 'usera'));
}));

test('a store with something else in it is not touched', async () => {
	const w = shared;
	const path = await save(w);
	const to = place(w);
	mkdirSync(join(to.dir, 'store/raw/userc/tasks'), { recursive: true });
	writeFileSync(join(to.dir, 'store/raw/userc/tasks/0001-Fremd.md'), 'x');
	const before = storeAt(to.dir);
	const said = await codex(['restore', path], to.env);
	assert.equal(said.status, 1);
	assert.match(said.text, /nicht leer: raw\/userc\/tasks\/0001-Fremd\.md/);
	assert.deepEqual(storeAt(to.dir), before);
	assert.equal((await codex(['backup', path], w.env())).status, 1,
	    'a backup replaces no file');
});

test('a site that runs is not restored', async () => {
	const w = shared;
	const path = await save(w);
	const to = place(w);
	mkdirSync(join(to.dir, 'run'));
	const program = createServer().listen(join(to.dir, 'run/render.sock'));
	await once(program, 'listening');
	const said = await codex(['restore', path], to.env);
	assert.equal(said.status, 1);
	assert.match(said.text, /^codex restore: Die Programme laufen/);
	assert.ok(!existsSync(join(to.dir, 'store/raw')), 'nothing is stored');
	program.close();
	await once(program, 'close');
	await restore(path, to.env);
});

test('root leaves nothing of its own where another user\'s programs run', {
	skip: process.getuid?.() !== 0 && 'it takes root' }, async () => {
	const path = await save(shared);
	const to = place(shared);
	for (const folder of [scratch, to.dir])
		chmodSync(folder, 0o755);
	for (const folder of ['run', 'store']) {
		mkdirSync(join(to.dir, folder));
		chownSync(join(to.dir, folder), 12345, 12345);
	}
	await restore(path, to.env);
	await codex(['doctor'], to.env);
	const checkout = join(scratch, 'checkout');
	mkdirSync(join(checkout, 'codex-miroir/usera/tasks'), { recursive: true });
	writeFileSync(join(checkout, 'codex-miroir/usera/tasks/0099-Neu.md'),
	    task('Neu'));
	await run('codex-import', [checkout], to.env);
	await run('codex-key', [], { ...to.env,
	    CODEX_KEY_FILE: join(to.dir, 'store', 'key') });
	const made = readdirSync(to.dir, { recursive: true });
	for (const end of ['0001-Eins.md', '0099-Neu.md', 'key'])
		assert.ok(made.some((name) => String(name).endsWith(end)), end);
	assert.deepEqual(made.filter((name) =>
	    statSync(join(to.dir, String(name))).uid === 0), []);
});

test('root gets the groups of the user that it becomes, not the folder\'s', {
	skip: process.getuid?.() !== 0 && 'it takes root' }, async () => {
	const [, , uid, gid] = (readFileSync('/etc/passwd', 'utf8')
	    .split('\n').find((line) => line.startsWith('nobody:')) ?? '')
	    .split(':').map(Number);
	const path = await save(shared);
	const to = place(shared);
	for (const folder of [scratch, to.dir])
		chmodSync(folder, 0o755);
	for (const folder of ['run', 'store'])
		mkdirSync(join(to.dir, folder));
	chownSync(join(to.dir, 'run'), uid, 33);
	chownSync(join(to.dir, 'store'), 0, gid);
	chmodSync(join(to.dir, 'store'), 0o770);
	await restore(path, to.env);
});

test('what is nobody\'s is left out and told', async () => {
	const w = shared;
	mkdirSync(join(w.store, 'raw/Fremd'), { recursive: true });
	writeFileSync(join(w.store, 'raw/Fremd/x.md'), 'x');
	const path = newPath();
	const said = await codex(['backup', path], w.env());
	assert.equal(said.status, 1);
	assert.match(said.text, /raw\/Fremd\/x\.md ist nicht lesbar/);
	await restore(path, place(w).env);
	rmSync(join(w.store, 'raw/Fremd'), { recursive: true });
});

/** A backup that waits for its store. @param {import('node:test').TestContext} t
 * @param {string} path */
async function startWaiting(t, path) {
	const silent = createServer((socket) => socket.unref())
	    .listen(0, '127.0.0.1').unref();
	t.after(() => silent.close());
	await once(silent, 'listening');
	const { port } = /** @type {import('node:net').AddressInfo} */ (
	    silent.address());
	const asked = once(silent, 'connection');
	const child = spawn(join(manyBuild, 'codex'), ['backup', path], {
		stdio: 'ignore', env: place(shared, { CODEX_KEY_FILE: '/none',
		    AZURE_BLOB_CONN: 'AccountName=a;AccountKey=a2V5;' +
			`BlobEndpoint=http://127.0.0.1:${port}/a` }).env });
	const ended = once(child, 'exit');
	await asked;
	return { child, ended };
}

test('a signal to the caller of a backup ends it without a file', async (t) => {
	const path = newPath();
	const { child, ended } = await startWaiting(t, path);
	const killed = Date.now();
	child.kill('SIGTERM');
	await ended;
	assert.ok(Date.now() - killed < 10e3, 'it waits for no answer');
	assert.equal(child.signalCode, 'SIGTERM');
	assert.deepEqual(readdirSync(scratch).filter((name) =>
	    join(scratch, name).startsWith(path)), []);
});

test('a backup that another call is writing is left alone', async (t) => {
	const path = newPath();
	const { child, ended } = await startWaiting(t, path);
	const said = await codex(['backup', path], shared.env());
	assert.equal(said.status, 1, said.text);
	assert.ok(existsSync(`${path}.part`));
	assert.ok(!existsSync(path));
	child.kill('SIGTERM');
	await ended;

	/* What a killed call has left is no call. */
	writeFileSync(`${path}.part`, 'half');
	assert.equal((await codex(['backup', path], shared.env())).status, 0);
	assert.ok(!existsSync(`${path}.part`));
});

test('a backup whose caller ignores the end of its children is kept', async () => {
	const path = newPath();
	const child = spawn('env', ['--ignore-signal=CHLD',
	    join(manyBuild, 'codex'), 'backup', path],
	{ stdio: 'ignore', env: shared.env() });
	assert.deepEqual(await once(child, 'exit'), [0, null]);
	assert.ok(existsSync(path));
});

test('a backup whose caller has closed its output has no words in it', async () => {
	const path = newPath();
	const child = spawn('sh', ['-c', 'exec "$0" backup "$1" >&-',
	    join(manyBuild, 'codex'), path],
	{ stdio: 'ignore', env: shared.env() });
	assert.deepEqual(await once(child, 'exit'), [0, null]);
	assert.ok(!readFileSync(path).includes('Gesichert'));
});

test('a backup of which nothing can be told is kept, and no success', async () => {
	const path = newPath();
	const full = openSync('/dev/full', 'w');
	const child = spawn(join(manyBuild, 'codex'), ['backup', path],
	    { stdio: ['ignore', full, 'pipe'], env: shared.env() });
	const said = text(/** @type {import('node:stream').Readable} */ (
	    child.stderr));
	closeSync(full);
	assert.deepEqual(await once(child, 'exit'), [1, null]);
	assert.match(await said, /standard output/);
	assert.ok(existsSync(path));
});

test('a wrong call and a wrong setting end with their status', async () => {
	const env = { PATH: process.env.PATH ?? '', CODEX_STORE: 'ftp:x',
	    CODEX_RUN: scratch, CODEX_BASE_URL: 'http://127.0.0.1:8080' };
	assert.equal((await codex(['backup'], env)).status, 2);
	assert.equal((await codex(['restore', '-x'], env)).status, 2);
	const path = newPath();
	const said = await codex(['backup', path], env);
	assert.equal(said.status, 1);
	assert.match(said.text, /CODEX_STORE/);
	assert.throws(() => statSync(path), 'no empty file is left');
	assert.match((await codex(['restore', '/none'], env)).text,
	    /^codex restore: \/none lässt sich nicht öffnen/);
});
