// @ts-check
// group: git
// VIA_PR: each sentence of RECONCILE's "By pull request", against the fake
// GitHub, with deaths between any two steps.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { startFake } from './github/fake.mjs';
import { startWorld, task } from './git-world.mjs';
import { until } from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;

before(async () => {
	fake = await startFake({ rateLimit: 1e6 });
});
after(async () => {
	await fake.stop();
});

const one = '0001-Eins.md', two = '0002-Zwei.md';
const both = { [one]: task('Eins'), [two]: task('Zwei') };
const branch = 'codex/tasks/usera/0001-Eins';

/** @typedef {import('./git-world.mjs').World} World */

/**
 * A test with a world of its own, synced once.
 * @param {string} name
 * @param {Parameters<typeof startWorld>[1]} options
 * @param {(world: World) => Promise<void>} body
 */
function scene(name, options, body) {
	test(name, async () => {
		fake.behave();
		fake.mismatches.length = 0;
		const world = await startWorld(fake, { files: both, ...options,
		    env: { VIA_PR: 'true', ...options?.env } });
		try {
			await world.sync();
			await body(world);
		} catch (e) {
			e.message += `\n${world.log.slice(-2000)}`;
			world.end();
			throw e;
		}
		fake.behave();
		await world.stop();
		assert.deepEqual(fake.mismatches, []);
	});
}

/** @param {World} w @param {string} method @param {string} path
 * @param {any} body */
async function api(w, method, path, body = {}) {
	const response = await fetch(`${fake.urls.api}/repos/${
	    w.repo.owner.login}/${w.repo.name}${path}`, { method, headers: {
	    authorization: 'Bearer write-token' },
	    body: JSON.stringify(body) });
	assert.ok(response.ok, await response.clone().text());
}

/** @param {World} w @param {number} n @param {any} how */
const merge = (w, n, how = {}) => api(w, 'PUT', `/pulls/${n}/merge`, how);
/** @param {World} w @param {number} n */
const close = (w, n) => api(w, 'PATCH', `/pulls/${n}`, { state: 'closed' });
/** @param {World} w @param {string} name */
const drop = (w, name) => api(w, 'DELETE', `/git/refs/heads/${name}`);

/** @param {World} w @param {string} file */
const record = (w, file = one) =>
    w.records().files.find((f) => f.file === file);
/** @param {World} w @param {string} file @param {string} at */
const onBranch = async (w, file = one, at = branch) =>
    (await w.repo.readFile(w.path(file), at))?.toString();
/** Commits that only the branch has. @param {World} w */
const commits = async (w, at = branch) =>
    (await w.repo.git.commitsSince(String(await w.repo.head(at)),
	[String(await w.repo.head())])).length;

/** @param {World} w */
async function edited(w, deadline = '24.12.2026', id = '0001') {
	await w.edit(id, { deadline });
	return String(w.text(id === '0001' ? one : two));
}

scene('an edit goes to a branch of its task, as a request to merge it', {},
    async (w) => {
	    const head = await w.repo.head(), token = w.token();
	    const mine = await edited(w);
	    const result = await w.sync();
	    assert.deepEqual([result.pushed, result.pulls], [0, 1]);
	    assert.equal(await w.repo.head(), head);
	    assert.equal(await onBranch(w), mine);
	    const [pull, more] = w.repo.pulls;
	    assert.equal(more, undefined);
	    assert.equal(pull.title, '[codex] update 0001 Eins');
	    assert.match(String(pull.body), /usera/);
	    assert.deepEqual([pull.head.ref, pull.base.ref], [branch, 'main']);
	    assert.deepEqual([record(w).pull.state, record(w).pull.number],
		['open', 1]);
	    assert.match(record(w).pull.url, /\/pull\/1$/);
	    const [commit] = await w.repo.git.commitsSince(String(
		await w.repo.head(branch)), [String(head)]);
	    assert.equal(commit.author.name, 'usera');
	    assert.notEqual(w.token(), token);
	    // Nothing more happens to it.
	    const now = w.token();
	    await w.sync();
	    assert.equal(await commits(w), 1);
	    assert.equal(w.repo.pulls.length, 1);
	    assert.equal(w.token(), now);
    });
