// @ts-check
// group: operate
// An upgrade and a downgrade, as what is stored sees them: programs of the
// version before (tests/data/previous-version, a commit) and of this one take
// turns at one store and one repository.  With --long, as it builds the former.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { both, fake, numbered, one, two } from './git-scene.mjs';
import { inWorld, task } from './git-world.mjs';
import { build, long, manyBuild, tasksOf, top, vaultPath } from './stack.mjs';

/** @typedef {import('./git-world.mjs').World} World */

const users = ['usera', 'userb', 'userc'];
const now = { worker: build, others: manyBuild };
const sources = mkdtempSync(join(tmpdir(), 'cm-previous-'));
const previous = { worker: join(sources, 'build'),
    others: join(sources, 'build') };

before(() => {
	if (long)
		execFileSync('sh', ['-ec', 'git -C "$1" archive "$2" | ' +
		    'tar -x -C "$3" && "$3/scripts/build" build', 'sh', top,
		    readFileSync(join(top, 'tests/data/previous-version'), 'utf8')
			.trim(), sources], { stdio: 'ignore' });
});
after(() => rmSync(sources, { recursive: true, force: true }));

/** The worker and all other programs are those from now on.
 * @param {World} w @param {typeof now} programs */
async function change(w, programs) {
	await w.rest();
	w.programs = programs;
	await w.work();
}

/** Everybody looks and syncs. @param {World} w */
async function useIt(w) {
	/** @type {Record<string, any>} */
	const seen = {};
	for (const user of users) {
		await w.sync({ user });
		const { cacheCreatedAt, generatedAt, validUntil, now: at, ...week } =
		    await w.week({ user, anew: true });
		const list = await w.call('codex-tasks', 'GET', '/api/tasks',
		    undefined, { user });
		assert.ok(cacheCreatedAt && generatedAt && validUntil && at);
		assert.equal(tasksOf(week).length, 2);
		assert.equal(list.tasks?.length, 2, JSON.stringify(list));
		seen[user] = { week, tasks: list.tasks };
	}
	return alike(seen);
}

/** Without what the version before has more of: its etags are the whole hash.
 * @param {any} seen */
function alike(seen) {
	return JSON.parse(JSON.stringify(seen), (key, value) =>
	    key === 'etag' ? value.slice(0, 16) : value);
}

/** All that counts, here and at GitHub: tasks and copies, byte for byte, what is
 * known of each file, branches and requests to merge.  @param {World} w */
async function lasting(w) {
	/** @type {Record<string, any>} */
	const all = {};
	for (const where of ['raw', 'conflicts', 'trash'])
		for (const [key, bytes] of Object.entries(w.read(where, '')))
			all[`${where}/${key}`] = bytes.toString('base64');
	for (const user of users)
		all[user] = w.records(user).files;
	all.moves = w.repo.moves.length;
	all.branches = [...(await w.repo.git.branches()).entries()].sort();
	all.pulls = w.repo.pulls.map((p) => [p.number, p.state, p.title]);
	return all;
}

/** Of the three: an open request, a conflict, and an edit that nobody has synced.
 * @param {World} w */
async function setUp(w) {
	await useIt(w);
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.sync();
	await w.edit('0002', { deadline: '24.12.2026' }, { user: 'userb' });
	await w.push({ [two]: task('Zwei', { deadline: '31.12.2026' }) },
	    { folder: 'userb' });
	await w.sync({ user: 'userb' });
	assert.deepEqual(w.repo.pulls.map((p) => p.state), ['open']);
	assert.equal(w.copies('conflicts', 'userb').length, 1);
}

const other = Object.fromEntries(['userb', 'userc'].flatMap((user) =>
    Object.entries(both).map(([file, bytes]) =>
	[vaultPath(file, user), bytes])));

/** @param {string} name @param {(w: World) => Promise<void>} body */
const scene = (name, body) => test(name, { skip: !long && 'with --long' }, () =>
    inWorld(fake, { files: both, other, env: { VIA_PR: 'true' }, idle: true },
	async (w) => {
		w.programs = previous;
		await w.work();
		await setUp(w);
		await body(w);
	}));

scene('an upgrade and a downgrade change no byte and push nothing', async (w) => {
	const seen = await useIt(w), was = await lasting(w);
	for (const programs of [now, previous, now]) {
		await change(w, programs);
		assert.deepEqual(await useIt(w), seen);
		assert.deepEqual(await lasting(w), was);
	}
});

scene('an edit before an upgrade is pushed once by it', async (w) => {
	await w.rest();
	await w.edit('0001', { title: 'Drei' }, { user: 'userc' });
	const mine = w.mirror('userc');
	await change(w, now);
	await useIt(w);
	assert.deepEqual(w.repo.pulls.map((p) => [p.state, p.head.ref]),
	    [['open', 'codex/tasks/usera/0001-Eins'],
		['open', 'codex/tasks/userc/0001-Eins']]);
	assert.deepEqual(w.mirror('userc'), mine);
	const was = await lasting(w);
	await change(w, previous);
	await useIt(w);
	assert.deepEqual(await lasting(w), was);
});

test('records that lie on a base go back by codex downgrade',
    { skip: !long && 'with --long' }, () => inWorld(fake, {
	files: numbered(70), idle: true }, async (w) => {
	w.programs = previous;
	await w.work();
	await w.sync();
	await change(w, now);
	await w.push({ '0007-Nr-7.md': task('Neu'), '0008-Nr-8.md': null });
	await w.sync();
	const known = w.records().files;
	await w.edit('0009', { tags: ['neu'] });
	await w.rest();
	assert.equal(JSON.parse(readFileSync(join(w.store,
	    'state/usera/sync.json'), 'utf8')).v, 2);
	execFileSync(join(manyBuild, 'codex'), ['downgrade'],
	    { env: w.env(), stdio: 'ignore' });
	assert.deepEqual(w.records().files, known);
	await change(w, previous);
	const { state, changed, removed, pushed } = await w.sync();
	assert.deepEqual([state, changed, removed, pushed], ['ok', 0, 0, 1]);
	assert.deepEqual(w.copies('conflicts'), []);
	await w.same();
    }));

scene('what the new one did the old one goes on with', async (w) => {
	await change(w, now);
	await w.edit('0001', { tags: ['neu'] });
	await w.edit('0002', { tags: ['neu'] }, { user: 'userc' });
	await useIt(w);
	const was = await lasting(w);
	await change(w, previous);
	await useIt(w);
	assert.deepEqual(await lasting(w), was);
	await w.edit('0001', { tags: [] });
	await useIt(w);
	assert.equal(w.repo.pulls.length, 2);
	assert.equal((await w.repo.readFile(vaultPath(one, 'usera'),
	    'codex/tasks/usera/0001-Eins'))?.toString(), w.text(one));
});
