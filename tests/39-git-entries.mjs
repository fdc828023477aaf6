// @ts-check
// group: git
// What can stand in Git under a task's name: folders, links and submodules,
// modes, and bytes that did not arrive as they are.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { both, fake, one, syncedScene as scene, two } from './git-scene.mjs';
import { blobId, task } from './git-world.mjs';
import { vaultPath } from './stack.mjs';

/** @typedef {import('./git-world.mjs').World} World */

/** What Git has there: mode and id. @param {World} w @param {string} file
 * @param {string} branch */
async function entry(w, file, branch = 'main') {
	const commit = await w.repo.git.commit(
	    String(await w.repo.head(branch)));
	return commit && w.repo.git.find(commit.tree, w.path(file));
}

/** Names of the mirror's files. @param {World} w */
const here = (w) => Object.keys(w.mirror()).sort();

/** What the week says against a file. @param {World} w */
const problems = async (w) => (await w.week({ anew: true })).problems.map(
    (/** @type {any} */ p) => [p.file, p.code]);

/** How another device puts something there that is no plain file.
 * @type {Record<string, (laptop: import('./github/device.mjs').Device,
 *     path: string) => unknown>} */
const kinds = {
	folder: (laptop, path) => {
		laptop.write(`${path}/eins.md`, 'Notiz\n');
		laptop.write(`${path}/zwei.md`, 'Notiz\n');
	},
	link: (laptop, path) =>
	    symlinkSync('/etc/passwd', join(laptop.dir, path)),
	// With its folder, as in a clone that has not fetched it.
	submodule: async (laptop, path) => {
		laptop.write(`${path}/x`, '');
		laptop.remove(`${path}/x`);
		await laptop.git('update-index', '--add', '--cacheinfo',
		    `160000,${await laptop.git('rev-parse', 'HEAD')},${path}`);
	},
};

/** @param {World} w @param {string} kind @param {string} file */
async function replace(w, kind, file) {
	const laptop = await w.repo.device();
	if (w.text(file) !== undefined)
		await laptop.git('rm', '--quiet', w.path(file));
	await kinds[kind](laptop, w.path(file));
	await laptop.commit();
	await laptop.push();
}

for (const kind of Object.keys(kinds))
	scene(`a ${kind} in Git at a task's name is never pushed over`, {},
	    async (w) => {
		    await replace(w, kind, one);
		    const theirs = await entry(w, one);
		    assert.notEqual(theirs?.mode, '100644');
		    await w.edit('0001', { deadline: '24.12.2026' });
		    await w.edit('0002', { deadline: '25.12.2026' });
		    const result = await w.sync({ confirm: true });
		    assert.deepEqual([result.state, result.pushed,
			result.removed], ['ok', 1, 0]);
		    assert.match(result.text, /^0001-Eins\.md: Unter diesem/);
		    assert.deepEqual(await entry(w, one), theirs);
		    assert.match(String(w.text(one)), /24\.12/);
		    assert.match(String(await w.gitText(two)), /25\.12/);
		    assert.deepEqual(await problems(w), [[one,
			'name_belegt']]);
		    const shown = await w.call('codex-tasks', 'GET',
			'/api/sync');
		    assert.deepEqual([shown.state, shown.pending],
			['pending', 1]);
		    // Nor with what is known from the last run.
		    await w.edit('0001', { deadline: '26.12.2026' });
		    await w.edit('0002', { deadline: '27.12.2026' });
		    await w.sync();
		    assert.deepEqual(await entry(w, one), theirs);
		    // Until it is gone: then the edit goes to Git.
		    await w.push({ [one]: null });
		    await w.sync();
		    await w.same();
		    assert.match(String(await w.gitText(one)), /26\.12/);
		    assert.deepEqual(await problems(w), []);
	    });

/** Another device writes a task whose name has a byte that is no UTF-8.
 * @param {World} w @param {string} title */
async function pushLatin1(w, title) {
	const laptop = await w.repo.device();
	const folder = Buffer.from(join(laptop.dir, w.path('')));
	writeFileSync(Buffer.concat([folder,
	    Buffer.from('0010-Gr\xfc\xdfe.md', 'latin1')]), task(title));
	await laptop.commit();
	await laptop.push();
}

scene('a name in Git that is not UTF-8 is told, and holds up no edit', {},
    async (w) => {
	    const odd = '0010-Gr\ufffd\ufffde.md';
	    await pushLatin1(w, 'Dort');
	    assert.equal((await w.sync()).state, 'ok');
	    assert.deepEqual(here(w), [one, two]);
	    assert.deepEqual(await problems(w), [[odd, 'dateiname_falsch']]);
	    await w.edit('0001', { deadline: '24.12.2026' });
	    assert.equal((await w.sync()).pushed, 1);
	    assert.match(String(await w.gitText(one)), /24\.12/);
	    // Nor does a task here that is written alike.
	    w.place(odd, task('Hier'));
	    await w.edit('0002', { deadline: '25.12.2026' });
	    await w.sync();
	    await pushLatin1(w, 'Dort, neu');
	    await w.edit('0001', { deadline: '26.12.2026' });
	    await w.sync();
	    assert.match(String(await w.gitText(one)), /26\.12/);
	    assert.match(String(await w.gitText(two)), /25\.12/);
	    assert.deepEqual(Object.values(w.mirror()).map(String)
		.filter((text) => /Dort/.test(text)), []);
	    assert.ok(Object.values(w.mirror()).map(String)
		.includes(task('Hier')));
    });

scene('a link in Git leaves an unchanged task where it is', {},
    async (w) => {
	    await replace(w, 'link', one);
	    const { removed } = await w.sync({ confirm: true });
	    assert.equal(removed, 0);
	    assert.deepEqual(here(w), [one, two]);
	    assert.deepEqual(await problems(w), [[one,
		'name_belegt']]);
    });

scene('no pull request proposes to replace a folder',
    { env: { VIA_PR: 'true' } }, async (w) => {
	    await replace(w, 'folder', one);
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    assert.equal(w.repo.pulls.length, 0);
	    assert.deepEqual([...(await w.repo.git.branches()).keys()],
		['main']);
    });

scene('a new task does not keep the name of a folder in Git', {},
    async (w) => {
	    await replace(w, 'folder', '0003-Neu.md');
	    const theirs = await entry(w, '0003-Neu.md');
	    assert.equal(await w.create({ title: 'Neu' }),
		'0003-Neu.md');
	    const mine = w.text('0003-Neu.md');
	    const result = await w.sync();
	    assert.deepEqual([result.state, result.text, result.pushed],
		['ok', '', 1]);
	    assert.deepEqual(here(w), [one, two, '0003-Neu-2.md']);
	    assert.equal(await w.gitText('0003-Neu-2.md'), mine);
	    assert.deepEqual(await entry(w, '0003-Neu.md'), theirs);
	    assert.deepEqual(await problems(w), []);
	    // Its number is used, and so is a name that was seen.
	    await replace(w, 'folder', '0008-Neu.md');
	    await w.sync();
	    assert.equal(await w.create({ title: 'Neu' }),
		'0009-Neu.md');
    });

scene('a new task at a folder\'s name is renamed however long its title is', {},
    async (w) => {
	    const x = 'x'.repeat(196);
	    await replace(w, 'folder', `0003-${x}ää.md`);
	    w.place(`0003-${x}ää.md`, task('Lang'));
	    await w.sync();
	    assert.deepEqual(here(w), [one, two, `0003-${x}ä-2.md`]);
	    assert.equal(await w.gitText(`0003-${x}ä-2.md`), task('Lang'));
	    assert.deepEqual(await problems(w), []);
    });

scene('a repeated creation does not bring a name back that was given up', {},
    async (w) => {
	    const create = async () => {
		    const answer = await w.cgi('codex-create', 'a', {
			REQUEST_METHOD: 'POST', REQUEST_URI: '/api/tasks',
			HTTP_ORIGIN: 'http://127.0.0.1:8080',
			HTTP_IDEMPOTENCY_KEY: 'einmal',
			CONTENT_TYPE: 'application/json' },
			'{"title":"Neu","kategorie":"privat"}');
		    return JSON.parse(answer?.body ?? '').filename;
	    };
	    await replace(w, 'folder', '0003-Neu.md');
	    assert.equal(await create(), '0003-Neu.md');
	    await w.sync();
	    assert.equal(await create(), '0003-Neu.md');
	    assert.deepEqual(here(w), [one, two, '0003-Neu-2.md']);
    });

scene('an open pull request gets no further edits once a folder is there',
    { env: { VIA_PR: 'true' } }, async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    const [{ head: { ref } }] = w.repo.pulls;
	    const tip = await w.repo.head(ref);
	    await replace(w, 'folder', one);
	    await w.edit('0001', { deadline: '25.12.2026' });
	    await w.sync();
	    assert.equal(await w.repo.head(ref), tip);
	    assert.match(String(w.text(one)), /25\.12/);
    });

scene('a task that Git has moved out of a folder\'s way moves along', {},
    async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const laptop = await w.repo.device();
	    const moved = '0007-Eins.md';
	    laptop.rename(w.path(one), w.path(moved));
	    kinds.folder(laptop, w.path(one));
	    await laptop.commit();
	    await laptop.push();
	    await w.sync();
	    assert.deepEqual(here(w), [two, moved]);
	    assert.match(String(await w.gitText(moved)), /24\.12/);
	    assert.equal((await entry(w, one))?.mode, '40000');
    });

scene('a renaming that a dead run left half done is finished', {},
    async (w) => {
	    await replace(w, 'folder', '0003-Neu.md');
	    w.place('0003-Neu.md', task('Neu'));
	    w.place('0003-Neu-2.md', task('Neu'));
	    await w.sync();
	    assert.deepEqual(here(w), [one, two, '0003-Neu-2.md']);
	    await replace(w, 'folder', '0004-Neu.md');
	    w.place('0004-Neu.md', task('Neu'));
	    await w.dieAt('renamed');
	    await w.work();
	    await w.sync();
	    assert.deepEqual(here(w), [one, two, '0003-Neu-2.md',
		'0004-Neu-2.md']);
    });

for (const [what, path] of [['tasks', vaultPath('').slice(0, -1)],
	['usera', 'codex-miroir/usera'], ['codex-miroir', 'codex-miroir']])
	scene(`${what} as a file in Git is not replaced, whatever is confirmed`,
	    {}, async (w) => {
		    await w.edit('0001', { deadline: '24.12.2026' });
		    const before = await w.repo.commit({ files: {
			[path]: 'keine Aufgaben\n' } });
		    const result = await w.sync({ confirm: true });
		    assert.equal(result.state, 'failed');
		    assert.match(result.text,
			new RegExp(`„${what}“ ist in Git kein Ordner`));
		    assert.deepEqual(here(w), [one, two]);
		    assert.equal(await w.repo.head(), before);
		    await w.repo.commit({ files: { [path]: null } });
		    await w.push(both);
		    await w.sync();
		    await w.same();
		    assert.match(String(await w.gitText(one)), /24\.12/);
	    });

scene('a file beside the user\'s folder that differs in case is no obstacle',
    {}, async (w) => {
	    await w.repo.commit({ files: { 'codex-miroir/UserA': 'x\n' } });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    assert.equal((await w.sync()).pushed, 1);
	    await w.same();
    });

// Modes

/** Files that are executable in Git. @param {World} w
 * @param {Record<string, string>} [texts] */
async function makeExecutable(w, texts = {}) {
	const laptop = await w.repo.device();
	for (const file of [one, two]) {
		if (texts[file])
			laptop.write(w.path(file), texts[file]);
		chmodSync(join(laptop.dir, w.path(file)), 0o755);
	}
	await laptop.commit();
	await laptop.push();
}

scene('an executable file stays so through edit, completion and merge', {},
    async (w) => {
	    await makeExecutable(w, { [two]: task('Zwei', {}, 'neu') });
	    // The edits are not of what Git has by now: one is merged.
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.edit('0002', { deadline: '25.12.2026' });
	    await w.sync();
	    await w.same();
	    assert.match(String(w.text(two)), /25\.12[^]*neu/);
	    assert.equal((await entry(w, one))?.mode, '100755');
	    assert.equal((await entry(w, two))?.mode, '100755');
	    // Now the tree is known, and not read again.
	    const done = await w.call('codex-complete', 'POST',
		'/api/tasks/0001/complete', { datum: '28.11.2026',
		    zeit: 'morgens' });
	    assert.equal(done.ok, true, JSON.stringify(done));
	    await w.sync();
	    await w.same();
	    assert.match(String(await w.gitText(one)), /abgeschlossen/);
	    assert.equal((await entry(w, one))?.mode, '100755');
	    // A new file is a plain one.
	    assert.equal((await entry(w, await createAndSync(w)))?.mode,
		'100644');
    });

/** @param {World} w */
async function createAndSync(w) {
	const file = await w.create({ title: 'Neu' });
	await w.sync();
	return file;
}

scene('an executable file stays so on the branch of its pull request',
    { env: { VIA_PR: 'true' } }, async (w) => {
	    await makeExecutable(w);
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    const [{ head: { ref } }] = w.repo.pulls;
	    assert.equal((await entry(w, one, ref))?.mode, '100755');
	    await w.edit('0001', { deadline: '25.12.2026' });
	    await w.sync();
	    assert.equal((await entry(w, one, ref))?.mode, '100755');
    });

// Damage

/** What reaches us instead of a file. @type {Record<string,
 *     (data: Buffer) => Buffer|string>} */
const damages = {
	'cut to 30 bytes': (data) => data.subarray(0, 30),
	'a proxy\'s page': () => '<html><body>Bitte anmelden</body></html>\n',
	nothing: () => '',
};

const blobs = { method: 'GET', path: '/git/blobs/' };

for (const [what, bytes] of Object.entries(damages))
	scene(`a file of which ${what} arrives is asked for again`, {},
	    async (w) => {
		    await w.push({ [one]: task('Eins', {}, 'neu und länger') });
		    const rule = fake.misbehave({ ...blobs, bytes });
		    await w.sync();
		    assert.equal(rule.hits, 1);
		    await w.same();
	    });

scene('a file that stays damaged is not taken, and the state says so', {},
    async (w) => {
	    const bytes = damages['a proxy\'s page'];
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    await w.edit('0002', { deadline: '24.12.2026' });
	    const rule = fake.misbehave({ ...blobs, bytes, times: 99 });
	    const result = await w.ring();
	    assert.deepEqual([result.state, result.pending],
		['pending', true]);
	    assert.match(result.text, /beschädigt/);
	    assert.equal(rule.hits, 4);
	    assert.equal(w.text(one), both[one]);
	    assert.equal((await w.call('codex-tasks', 'GET', '/api/sync'))
		.code, 'stockt');
	    fake.behave();
	    await w.sync();
	    await w.same();
    });

/** @typedef {{sha: string, truncated: boolean, tree: {path: string,
 *     sha: string}[]}} Tree */

/** What reaches us instead of a tree. @type {Record<string,
 *     (body: Tree) => Tree>} */
const wrongTrees = {
	'lacks an entry': (body) => ({ ...body, tree: body.tree.slice(1) }),
	'has another blob': (body) => ({ ...body, tree: body.tree.map((entry) =>
		({ ...entry, sha: body.tree[0].sha })) }),
	'has another name': (body) => ({ ...body, tree: body.tree.map(
	    (entry, i) => i ? entry : { ...entry, path: '0009-Neun.md' }) }),
};

for (const [what, json] of Object.entries(wrongTrees))
	scene(`a tree that ${what} is asked for again, and decides nothing`,
	    {}, async (w) => {
		    await w.push({ [one]: task('Eins', {}, 'neu') });
		    await w.edit('0002', { deadline: '24.12.2026' });
		    const top = await w.git();
		    const tree = { method: 'GET', json,
			path: `/git/trees/${(await entry(w, ''))?.id}` };
		    const rule = fake.misbehave({ ...tree, times: 99 });
		    const result = await w.ring();
		    assert.deepEqual([result.state, result.pending, rule.hits],
			['pending', true, 4]);
		    assert.match(result.text, /beschädigt/);
		    assert.equal(w.text(one), both[one]);
		    assert.deepEqual(here(w), [one, two]);
		    assert.deepEqual(await w.git(), top);
		    fake.behave();
		    const once = fake.misbehave(tree);
		    await w.sync();
		    assert.equal(once.hits, 1);
		    fake.mismatches.length = 0; // that was no GitHub
		    await w.same();
		    assert.match(String(w.text(one)), /neu/);
	    });

/** How often GitHub was asked since then for the files of tasks/ as they are
 * now. @param {World} w @param {number} from */
async function listings(w, from) {
	const path = `/git/trees/${(await entry(w, ''))?.id}`;
	return fake.log.slice(from).filter((e) => e.method === 'GET' &&
	    e.path.endsWith(path)).length;
}

scene('a push is known by the id of its folder, whose files are not listed',
    {}, async (w) => {
	    await makeExecutable(w);
	    await w.sync();
	    const from = fake.mark();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await createAndSync(w);
	    await w.same();
	    assert.match(String(await w.gitText(one)), /24\.12/);
	    assert.equal((await entry(w, two))?.mode, '100755');
	    assert.equal(await listings(w, from), 0);
	    await w.sync();
	    assert.equal(await listings(w, from), 0);
    });

scene('the files of a folder with more than tasks are listed after a push',
    {}, async (w) => {
	    await w.push({ 'README.md': 'no task' });
	    await w.sync();
	    const from = fake.mark();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    assert.match(String(await w.gitText(one)), /24\.12/);
	    assert.equal(await listings(w, from), 1);
    });

scene('a damaged base of a merge is asked for again', {}, async (w) => {
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.push({ [one]: task('Eins', {}, 'neu') });
	const rule = fake.misbehave({ method: 'GET', bytes: () => '',
	    path: `/git/blobs/${blobId(Buffer.from(both[one]))}` });
	assert.equal((await w.sync()).conflicts, 0);
	assert.equal(rule.hits, 1);
	assert.match(String(w.text(one)), /24\.12[^]*neu/);
	await w.same();
});

scene('files that come as JSON in base64 are decoded', {}, async (w) => {
	const rule = fake.misbehave({ ...blobs, media: 'json', times: 99 });
	await w.edit('0002', { deadline: '24.12.2026' });
	await w.push({ [one]: task('Eins', {}, 'ä'.repeat(999)),
	    [two]: task('Zwei', {}, 'neu'), '0003-Drei.md': '' });
	await w.sync();
	assert.equal(rule.hits, 4); // one is merged
	await w.same();
});

scene('mode=full mends files that were stored damaged', {}, async (w) => {
	const damaged = both[one].slice(0, 30);
	const whole = w.records();
	w.place(one, damaged);
	await w.sync();
	const [{ hash }] = w.records().files;
	await w.push({ [one]: both[one] });
	await w.sync();
	// As a program that believed any answer has left it.
	w.place(one, damaged);
	const records = w.records();
	Object.assign(records.files[0], { hash, etag: w.etag(one) });
	assert.equal(records.files[0].base, whole.files[0].base);
	w.setRecords(JSON.stringify(records));
	assert.equal((await w.sync()).changed, 0);
	assert.equal(w.text(one), damaged);
	const result = await w.sync({ full: true });
	assert.deepEqual([result.changed, result.pushed], [1, 0]);
	assert.equal(w.text(one), both[one]);
	assert.ok(w.copies('trash').includes(damaged));
	await w.same();
});

// What stands in the store under a task's name, and is no file.

/** @type {Record<string, (path: string) => unknown>} */
const bars = {
	link: (path) => symlinkSync('/etc/passwd', path),
	folder: (path) => mkdirSync(path),
};

for (const kind of Object.keys(bars))
	scene(`a ${kind} in the store at a task's name holds up no other`,
	    {}, async (w) => {
		    const three = '0003-Drei.md';
		    const at = (/** @type {string} */ name) =>
			    join(w.store, 'raw', w.user, 'tasks', name);
		    rmSync(at(one));
		    bars[kind](at(one));
		    bars[kind](at(three));
		    await w.push({ [one]: task('Eins', {}, 'neu'),
			[two]: task('Zwei', {}, 'neu'),
			[three]: task('Drei') });
		    const top = await w.git();
		    const result = await w.sync({ confirm: true });
		    assert.deepEqual([result.state, result.changed,
			result.pushed], ['ok', 1, 0]);
		    assert.match(result.text, /^0001-Eins\.md: Was hier/);
		    assert.match(String(w.text(two)), /neu/);
		    assert.deepEqual(await problems(w), [[one,
			'name_belegt'], [three, 'name_belegt']]);
		    assert.deepEqual(await w.git(), top);
		    // Gone in Git and back, it is no removal here or there.
		    await w.push({ [three]: null });
		    assert.equal((await w.sync()).state, 'ok');
		    rmSync(at(three), { recursive: true });
		    // When the name is free, Git's task comes.
		    rmSync(at(one), { recursive: true });
		    await w.edit('0002', { deadline: '24.12.2026' });
		    await w.sync();
		    await w.same();
		    assert.match(String(w.text(one)), /neu/);
		    assert.deepEqual(await problems(w), []);
	    });
