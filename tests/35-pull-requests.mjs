// @ts-check
// group: git
// VIA_PR: each sentence of reconcile.md, "By pull request", against the fake
// GitHub, with deaths between any two steps; then small random histories:
//
//	SEED=17 node tests/35-pull-requests.mjs     one of them again

import assert from 'node:assert/strict';
import { both, fake, numbered, one, syncedScene, two } from './git-scene.mjs';
import { task } from './git-world.mjs';
import { seeded } from './github/trouble.mjs';
import { long, sleep, tasksOf, until } from './stack.mjs';

const branch = 'codex/tasks/usera/0001-Eins';

/** @typedef {import('./git-world.mjs').World} World */

/**
 * A synced scene with VIA_PR.
 * @param {string} name
 * @param {import('./git-scene.mjs').SceneOptions} options
 * @param {import('./git-scene.mjs').SceneBody} body
 */
const scene = (name, options, body) => syncedScene(name, { ...options,
    env: { VIA_PR: 'true', ...options.env } }, body);

/** @param {World} w @param {string} method @param {string} path
 * @param {object} [body] */
async function api(w, method, path, body) {
	const response = await fetch(`${fake.urls.api}/repos/${
	    w.repo.owner.login}/${w.repo.name}${path}`, { method, headers: {
	    authorization: 'Bearer write-token', ...(body
		? { 'content-type': 'application/json' } : {}) },
	    body: body && JSON.stringify(body) });
	assert.ok(response.ok, await response.clone().text());
}

/** @param {World} w @param {number} n @param {object} how */
const merge = (w, n, how = { merge_method: 'merge' }) => api(w, 'PUT', `/pulls/${n}/merge`, how);
/** @param {World} w @param {number} n */
const close = (w, n) => api(w, 'PATCH', `/pulls/${n}`, { state: 'closed' });
/** @param {World} w @param {string} name */
const drop = (w, name) => api(w, 'DELETE', `/git/refs/heads/${name}`);

/** What is known of a file that has, or had, a pull request.
 * @param {World} w @param {string} file */
function record(w, file = one) {
	const found = w.records().files.find((f) => f.file === file);
	assert.ok(found?.pull, file);
	return { ...found, pull: found.pull };
}

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
	    assert.match(String(record(w).pull.url), /\/pull\/1$/);
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

scene('requests that are merged are settled though that outlasts a lease', {
	files: numbered(8) }, async (w) => {
	for (let i = 1; i <= 8; i++)
		await w.edit(`000${i}`, { deadline: '24.12.2026' });
	await w.sync();
	for (const { number } of w.repo.pulls)
		await merge(w, number);
	await w.push({ '0009-Neu.md': task('Neu') });
	await w.rest();
	await w.work({ SYNC_LEASE_MS: '900' });
	const slow = fake.misbehave({ method: 'GET', path: '/pulls/',
	    delay: 250, times: 1000 });
	try {
		await w.sync();
	} finally {
		slow.times = 0;
	}
	await w.same();
});

scene('a new task becomes a pull request', {}, async (w) => {
	const file = await w.create({ title: 'Käse: & Brot?' });
	await w.sync();
	assert.equal((await w.git())[file], undefined);
	const [pull] = w.repo.pulls;
	assert.equal(pull.title.startsWith('[codex] create 0003 Käse'), true);
	assert.equal(await onBranch(w, file, pull.head.ref), w.text(file));
	await merge(w, 1);
	await w.sync();
	await w.same();
});

scene('a file name that no branch may have gets a valid branch', {},
    async (w) => {
	    const names = ['0007-a b.md', '0007-a-b.md', '0007-a~b^.lock.md',
		`0007-${'ü'.repeat(100)}.md`];
	    for (const name of names)
		    w.place(name, task('Sieben'));
	    await w.sync();
	    const refs = w.repo.pulls.map((p) => p.head.ref);
	    assert.equal(new Set(refs).size, 4);
	    assert.ok(refs.includes('codex/tasks/usera/0007-a-b'));
	    for (const p of w.repo.pulls)
		    await merge(w, p.number);
	    await w.sync();
	    await w.same();
    });

for (const [method, again] of [['merge', 'merge'], ['squash', 'squash'],
    ['rebase', 'squash']])
	scene(`merged (${method}), what we pushed is the base`, {},
	    async (w) => {
		    const mine = await edited(w);
		    await w.sync();
		    await w.push({ [two]: task('Zwei', {}, 'dort') });
		    await merge(w, 1, { merge_method: method });
		    const result = await w.sync();
		    assert.equal(result.conflicts, 0);
		    await w.same();
		    assert.equal(w.text(one), mine);
		    assert.equal(record(w).pull.state, undefined);
		    // The next edit goes to the same branch.
		    const next = await edited(w, '25.12.2026');
		    await w.sync();
		    assert.equal(w.repo.pulls.length, 2);
		    assert.equal(w.repo.pulls[1].head.ref, branch);
		    assert.equal(await onBranch(w), next);
		    await merge(w, 2, { merge_method: again });
		    await w.sync();
		    await w.same();
		    assert.equal(w.text(one), next);
	    });

scene('a reviewer\'s edits are an ordinary change', {}, async (w) => {
	const mine = await edited(w);
	await w.sync();
	const token = w.token();
	await w.push({ [one]: `${mine}\nvom Prüfer` }, { branch });
	await w.sync(); // too soon to tell it from an old tip
	await until(async () => {
		await w.sync();
		return record(w).pull.state === 'fremd';
	}, 2000, 'the foreign tip');
	assert.notEqual(w.token(), token);
	// We leave it.
	const tip = await w.repo.head(branch);
	const later = await edited(w, '25.12.2026');
	const from = fake.mark();
	await w.sync();
	assert.deepEqual(fake.log.slice(from).filter((e) => e.method === 'POST'
	    || /heads\/codex/.test(e.path)), []);
	assert.equal(await w.repo.head(branch), tip);
	await merge(w, 1, { merge_method: 'squash' });
	await w.sync();
	assert.match(String(w.text(one)), /25\.12(.|\n)*vom Prüfer/);
	assert.deepEqual(w.copies('conflicts'), []);
	assert.notEqual(w.text(one), later);
	// What was edited since is asked for, once the branch is out of the way.
	await drop(w, branch);
	await w.sync();
	assert.equal(w.repo.pulls.length, 2);
	await merge(w, 2);
	await w.sync();
	await w.same();
});

scene('a branch that is set back during a run stays back', {},
    async (w) => {
	    await edited(w);
	    await w.sync();
	    const tip = await w.repo.head(branch);
	    await edited(w, '25.12.2026');
	    await w.sync();
	    await edited(w, '26.12.2026');
	    await sleep(500); // SYNC_LAG_MS: until then an old tip may be ours
	    const rule = fake.misbehave({ method: 'GET',
		path: '/git/ref/heads/codex', delay: 500 });
	    const run = w.ring();
	    await until(() => (rule.hits ?? 0) > 0, 4000, 'the look');
	    await api(w, 'PATCH', `/git/refs/heads/${branch}`, { sha: tip,
		force: true });
	    await run;
	    assert.equal(await w.repo.head(branch), tip);
	    assert.equal(record(w).pull.state, 'fremd');
    });

scene('a branch that lags behind our own push is not somebody else\'s',
    { env: { SYNC_LAG_MS: '60000' } }, async (w) => {
	    await edited(w);
	    await w.sync();
	    w.repo.setLag({ ms: 60000 });
	    await edited(w, '25.12.2026');
	    await w.ring();
	    const mine = await edited(w, '26.12.2026');
	    assert.equal((await w.ring()).pending, true);
	    assert.equal(record(w).pull.state, 'open');
	    w.repo.setLag({}); // now it is to be seen
	    await w.sync();
	    assert.equal(await onBranch(w), mine);
	    assert.equal(await commits(w), 3);
    });

scene('a request that shows an old tip of ours is not somebody else\'s',
    { env: { SYNC_LAG_MS: '60000' } }, async (w) => {
	    await edited(w);
	    await w.sync();
	    const sha = await w.repo.head(branch);
	    await edited(w, '25.12.2026');
	    await w.sync();
	    const rule = fake.misbehave({ method: 'GET', path: '/pulls',
		times: 9, json: (list) => list.map((/** @type {any} */ p) =>
		    ({ ...p, head: { ...p.head, sha } })) });
	    await w.ring();
	    assert.equal(rule.hits, 1);
	    assert.equal(record(w).pull.state, 'open');
	    const mine = await edited(w, '26.12.2026');
	    await w.sync();
	    assert.equal(await onBranch(w), mine);
	    assert.equal(await commits(w), 3);
    });

scene('a run decides nothing until the merge is visible', { env: {
	SYNC_LAG_MS: '3000' } }, async (w) => {
	const mine = await edited(w);
	await w.sync();
	const later = await edited(w, '25.12.2026');
	w.repo.setLag({ ms: 800 });
	await merge(w, 1, { merge_method: 'squash' });
	const result = await w.ring();
	assert.equal(result.pending, true);
	assert.equal(w.text(one), later);
	assert.equal(record(w).pull.state, 'open');
	await w.sync();
	w.repo.setLag({});
	await w.sync();
	assert.deepEqual(w.copies('conflicts'), []);
	assert.equal(w.repo.pulls.length, 2);
	assert.equal(await onBranch(w), later);
	assert.equal(await w.gitText(one), mine);
});

scene('a merge undone by a force push counts as none', {}, async (w) => {
	await edited(w);
	await w.sync();
	const head = await w.repo.head();
	await merge(w, 1);
	await w.push({ [two]: task('Zwei', {}, 'statt') }, { parent: head,
	    force: true });
	await w.sync();
	assert.equal(record(w).pull.state, 'closed');
	assert.equal(w.repo.pulls.length, 1);
	assert.equal(w.text(two), task('Zwei', {}, 'statt'));
});

for (const [how, end] of /** @type {[string, any][]} */ ([
	['closed', (/** @type {World} */ w) => close(w, 1)],
	['its branch deleted', (/** @type {World} */ w) => drop(w, branch)],
]))
	scene(`${how}: nothing is pushed again until the next edit`, {},
	    async (w) => {
		    const mine = await edited(w);
		    await w.sync();
		    const token = w.token();
		    await end(w);
		    await w.sync();
		    assert.equal(record(w).pull.state, 'closed');
		    assert.notEqual(w.token(), token);
		    const now = w.token();
		    // Nor by another change of Git's.
		    await w.push({ [one]: task('Eins', { kategorie:
			'arbeit' }) });
		    await w.sync();
		    await w.sync({ full: true });
		    assert.equal(w.repo.pulls.length, 1);
		    assert.match(String(w.text(one)), /arbeit(.|\n)*24\.12/);
		    assert.equal(record(w).pull.state, 'closed');
		    assert.notEqual(w.token(), now);
		    // The next one opens a new one, upon what Git has now.
		    const next = await edited(w, '25.12.2026');
		    assert.notEqual(next, mine);
		    await w.sync();
		    assert.equal(w.repo.pulls.length, 2);
		    assert.equal(w.repo.pulls[1].head.ref, branch);
		    assert.equal(record(w).pull.number, 2);
		    await merge(w, 2);
		    await w.sync();
		    await w.same();
		    assert.equal(w.text(one), next);
	    });

scene('a refused task that equals Git again is clean', {}, async (w) => {
	await edited(w);
	await w.sync();
	await close(w, 1);
	await w.sync();
	await w.edit('0001', { deadline: null });
	await w.sync();
	await w.same();
	assert.equal(record(w).pull.state, undefined);
	assert.equal(w.repo.pulls.length, 1);
});

scene('a branch that has our bytes gets no commit', {}, async (w) => {
	const mine = await edited(w);
	const tip = await w.push({ [one]: mine }, { branch,
	    parent: await w.repo.head(), force: true });
	await w.sync();
	assert.equal(await w.repo.head(branch), tip);
	assert.equal(w.repo.pulls.length, 1);
	assert.equal(record(w).pull.state, 'open');
	await merge(w, 1);
	await w.sync();
	await w.same();
});

scene('a branch of somebody else is left as it is', {}, async (w) => {
	await edited(w);
	const tip = await w.push({ [one]: task('Eins', {}, 'fremd') },
	    { branch, parent: await w.repo.head(), force: true });
	await w.sync();
	await w.sync();
	assert.equal(await w.repo.head(branch), tip);
	assert.equal(w.repo.pulls.length, 0);
	assert.equal(record(w).pull.state, 'fremd');
	// Git's changes come in all the same.
	await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }) });
	await w.sync();
	assert.match(String(w.text(one)), /arbeit(.|\n)*24\.12/);
	await drop(w, branch);
	await w.sync();
	assert.equal(record(w).pull.state, 'open');
	await merge(w, 1);
	await w.sync();
	await w.same();
});

scene('a further edit is a further commit of the same request', {},
    async (w) => {
	    await edited(w);
	    await w.sync();
	    const next = await edited(w, '25.12.2026');
	    const result = await w.sync();
	    assert.equal(result.pulls, 1);
	    assert.equal(await commits(w), 2);
	    assert.equal(await onBranch(w), next);
	    assert.equal(w.repo.pulls.length, 1);
	    // Taking it back is one, too.
	    await w.edit('0001', { deadline: null });
	    await w.sync();
	    assert.equal(await commits(w), 3);
	    assert.equal(await onBranch(w), both[one]);
	    await merge(w, 1);
	    await w.sync();
	    await w.same();
    });

scene('Git\'s change of the same file waits for the request', {},
    async (w) => {
	    const mine = await edited(w);
	    await w.sync();
	    await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }),
		[two]: task('Zwei', {}, 'dort') });
	    await w.sync();
	    assert.equal(w.text(one), mine);
	    assert.match(String(w.text(two)), /dort/);
	    await close(w, 1);
	    await w.sync();
	    assert.match(String(w.text(one)), /arbeit(.|\n)*24\.12/);
	    assert.equal(w.repo.pulls.length, 1);
    });

scene('the same field in Git is a conflict once the request is refused', {},
    async (w) => {
	    const mine = await edited(w);
	    await w.sync();
	    const theirs = task('Eins', { deadline: '01.12.2026' });
	    await w.push({ [one]: theirs });
	    await w.sync();
	    assert.deepEqual(w.copies('conflicts'), []);
	    await close(w, 1);
	    await w.sync();
	    assert.deepEqual(w.copies('conflicts'), [mine]);
	    assert.equal(w.text(one), theirs);
	    await w.same();
    });

for (const end of ['merged', 'closed'])
	scene(`renamed in Git while open, then ${end}`, {}, async (w) => {
		const name = '0001-Anders.md';
		const mine = await edited(w);
		await w.sync();
		await w.push({ [one]: null, [name]: both[one] });
		await w.sync();
		assert.deepEqual(Object.keys(w.mirror()), [one, two]);
		if (end === 'merged') {
			// As git's own merge does.
			await w.push({ [name]: mine }, {
			    merges: await w.repo.head(branch) });
			assert.notEqual(w.repo.pulls[0].mergedAt, null);
		} else {
			await close(w, 1);
		}
		await w.sync();
		assert.deepEqual(Object.keys(w.mirror()), [name, two]);
		assert.equal(w.text(name), mine);
		assert.equal(w.repo.pulls.length, 1);
		await edited(w, '25.12.2026');
		await w.sync();
		assert.equal(w.repo.pulls.length, 2);
		await merge(w, 2);
		await w.sync();
		await w.same();
	});

scene('two tasks that changed places in Git want no branch of each other',
    {}, async (w) => {
	    const mine = await edited(w);
	    await w.sync();
	    await w.push({ [one]: both[two], [two]: both[one] });
	    await w.sync();
	    assert.deepEqual([w.text(one), w.text(two)], [mine, both[two]]);
	    await close(w, 1);
	    await w.sync();
	    // The task has its branch along, under the name of the other.
	    assert.deepEqual([w.text(one), w.text(two)], [both[two], mine]);
	    assert.equal(record(w, two).pull.branch, branch);
	    for (const day of ['26', '27']) {
		    await edited(w, `${day}.12.2026`, '0001');
		    await edited(w, `${day}.12.2026`, '0002');
		    await w.sync();
		    assert.deepEqual([one, two].map((file) =>
			    record(w, file).pull).map((p) =>
			    [p.state, p.branch]), [['open', `${branch}-2`],
			['open', branch]]);
		    assert.equal(await onBranch(w, one, `${branch}-2`),
			w.text(one));
		    assert.equal(await onBranch(w, two), w.text(two));
	    }
	    assert.equal(w.repo.pulls.length, 3);
	    await merge(w, 2);
	    await merge(w, 3);
	    await w.sync();
	    await w.same();
    });

scene('a refused task that Git removed stays here until an edit',
    {}, async (w) => {
	    const mine = await edited(w);
	    await w.sync();
	    await w.push({ [one]: null });
	    await w.sync();
	    assert.equal(w.text(one), mine);
	    await close(w, 1);
	    await w.sync();
	    assert.equal(w.text(one), mine);
	    assert.equal(w.repo.pulls.length, 1);
	    await edited(w, '25.12.2026');
	    await w.sync();
	    await merge(w, 2);
	    await w.sync();
	    await w.same();
	    assert.match(String(w.text(one)), /25\.12/);
    });

scene('CREATE_VIA_PR alone makes requests of new tasks only', { env: {
	VIA_PR: 'false', CREATE_VIA_PR: 'true' } }, async (w) => {
	const mine = await edited(w);
	const file = await w.create({ title: 'Neu' });
	await w.sync();
	assert.equal(await w.gitText(one), mine);
	assert.equal((await w.git())[file], undefined);
	assert.equal(w.repo.pulls.length, 1);
	await merge(w, 1);
	await w.sync();
	await w.same();
	await edited(w, '25.12.2026', file.slice(0, -3));
	await w.sync();
	await w.same();
	assert.equal(w.repo.pulls.length, 1);
});

scene('with VIA_PR turned off an open request stays open', {},
    async (w) => {
	    await edited(w);
	    await edited(w, '24.12.2026', '0002');
	    await w.sync();
	    await close(w, 2);
	    await w.sync();
	    await w.rest();
	    await w.work({ VIA_PR: 'false' });
	    const mine = await edited(w, '25.12.2026');
	    await w.sync();
	    assert.equal(await onBranch(w), mine);
	    assert.equal(await w.gitText(two), both[two]);
	    await edited(w, '25.12.2026', '0002');
	    await w.sync();
	    assert.match(String(await w.gitText(two)), /25\.12/);
	    assert.equal(record(w, two).pull.state, undefined);
	    await merge(w, 1);
	    await w.sync();
	    await w.same();
	    assert.equal(w.repo.pulls.length, 2);
    });

scene('a token that may only read is reported', { env: {
	GITHUB_TOKEN: 'read-token' } }, async (w) => {
	await edited(w);
	await w.push({ [two]: task('Zwei', {}, 'dort') });
	const result = await w.sync();
	assert.equal(result.state, 'nur_lesen');
	assert.match(String(w.text(two)), /dort/);
	await w.rest();
	await w.work({ GITHUB_TOKEN: 'write-token' });
	assert.equal((await w.sync()).state, 'ok');
	assert.equal(w.repo.pulls.length, 1);
});

scene('a token that may not open requests is reported until it may', {},
    async (w) => {
	    await edited(w);
	    fake.misbehave({ method: 'POST', path: '/pulls', status: 403,
		times: 99 });
	    assert.equal((await w.sync()).state, 'nur_lesen');
	    fake.behave();
	    assert.equal((await w.sync()).state, 'ok');
	    assert.equal(w.repo.pulls.length, 1);
	    assert.equal(await commits(w), 1);
    });

scene('a protected branch does not collect commits', {}, async (w) => {
	await edited(w);
	fake.misbehave({ method: 'POST', path: '/git/refs', status: 422,
	    message: 'Repository rule violations found\n\nCannot create ' +
		'ref due to creations being restricted.\n\n', times: 99 });
	const refused = await w.sync();
	assert.equal(refused.state, 'nur_lesen');
	assert.match(refused.text, /found Cannot create ref due/);
	fake.behave();
	assert.equal((await w.sync()).state, 'ok');
	assert.equal(await commits(w), 1);
});

for (const [words, way] of [
	['Reference update failed', 'codex'],
	['Reference already exists', 'codex'],
	['Reference update failed', 'codex/tasks/usera/0001-Eins/alt'],
])
	scene(`the branch ${way} is named, where GitHub says ${words}`, {
	    env: { SYNC_POLL_MS: '200' } }, async (w) => {
		await w.push({}, { branch: way });
		fake.misbehave({ method: 'POST', path: '/git/refs', status: 422,
		    message: words, times: 99 });
		const mine = await edited(w);
		const from = fake.mark();
		await w.call('codex-sync', 'POST', '/sync', {});
		assert.equal(w.records().state, 'failed');
		assert.ok(w.records().text.includes(`Branch ${way} ist im Weg`));
		assert.match(w.records().text, /codex\/tasks\/usera\/0001-Eins/);
		// Tried again, and more and more seldom.
		const tries = () => fake.log.slice(from).filter((e) =>
		    e.method === 'POST' && e.path.includes('/git/refs'));
		await until(() => tries().length > 4, 20000, 'five tries');
		// A pause is doubled, and the run before it takes its time.
		const [, , first, , third] = tries().map((e, i, all) => e.at -
		    (all[i - 1]?.at ?? e.at));
		assert.ok(third > 1.4 * first, `${first} ms, ${third} ms`);
		assert.equal(w.text(one), mine);
		fake.behave();
		await api(w, 'DELETE', `/git/refs/heads/${way}`);
		assert.equal((await w.sync()).state, 'ok');
		assert.equal(await onBranch(w), mine);
	});

scene('a request that GitHub refuses is told in its words, and stops no other',
    {}, async (w) => {
	    await edited(w);
	    const other = await edited(w, '25.12.2026', '0002');
	    fake.misbehave({ method: 'POST', path: '/git/refs', status: 422,
		message: 'Reference name is not valid' });
	    await w.call('codex-sync', 'POST', '/sync', {});
	    assert.equal(w.records().state, 'failed');
	    assert.match(w.records().text, /„Reference name is not valid“/);
	    assert.equal(await onBranch(w, two,
		'codex/tasks/usera/0002-Zwei'), other);
	    assert.equal((await w.sync()).state, 'ok');
    });

scene('a task with a secret stops no other pull request', {}, async (w) => {
	await edited(w);
	const other = await edited(w, '25.12.2026', '0002');
	fake.misbehave({ method: 'POST', path: '/git/blobs', status: 409,
	    message: 'Repository rule violations found\n\nSecret detected in ' +
		'content\n\n' });
	await w.ring();
	assert.equal(w.records().state, 'failed');
	assert.match(w.records().text, /Secret detected in content/);
	assert.equal(await onBranch(w, two, 'codex/tasks/usera/0002-Zwei'),
	    other);
	assert.equal((await w.sync()).state, 'ok');
});

scene('an open pull request costs a run one request', {},
    async (w) => {
	    const count = async () => {
		    const from = fake.mark();
		    await w.sync();
		    return fake.log.length - from;
	    };
	    assert.ok(await count() <= 3);
	    await edited(w);
	    const opened = await count();
	    assert.ok(opened <= 10, `${opened}`);
	    const open = await count();
	    assert.ok(open <= 4, `${open}`);
    });

scene('a push after the merge opens a new pull request', {},
    async (w) => {
	    await edited(w);
	    await w.sync();
	    const late = await edited(w, '25.12.2026');
	    fake.misbehave({ method: 'POST', path: '/git/blobs', delay: 500 });
	    const run = w.ring();
	    await until(() => fake.log.some((e) => e.inFlight > 0 &&
		/pulls/.test(e.path)), 2000, 'the look');
	    await merge(w, 1, { merge_method: 'squash' });
	    await run;
	    await w.sync();
	    assert.equal(w.text(one), late);
	    await until(async () => {
		    await w.sync();
		    return w.repo.pulls.length === 2;
	    }, 3000, 'another request');
	    assert.equal(await onBranch(w), late);
    });

for (const [what, rule] of /** @type {[string, any][]} */ ([
	['branch', { method: 'POST', path: '/git/refs' }],
	['move', { method: 'PATCH', path: '/git/refs' }],
	['request', { method: 'POST', path: '/pulls' }],
]))
	scene(`a ${what} without an answer happens once`, {}, async (w) => {
		if (what === 'move') {
			await edited(w);
			await w.sync();
		}
		fake.misbehave({ ...rule, cut: 1 });
		const mine = await edited(w, '25.12.2026');
		await w.ring();
		fake.behave();
		await w.sync();
		assert.equal(w.repo.pulls.length, 1);
		assert.equal(await commits(w), what === 'move' ? 2 : 1);
		assert.equal(await onBranch(w), mine);
		assert.deepEqual([record(w).pull.state,
		    record(w).pull.number], ['open', 1]);
	});

for (const step of ['pulls', 'made', 'meant', 'branch', 'opened', 'pulled',
    'record', 'version', 'lease'])
	for (const [when, open] of /** @type {[string, boolean][]} */ ([
		['a first edit', false], ['a further one', true]]))
		scene(`a death at "${step}" of ${when} leaves one request`,
		    {}, async (w) => {
			    if (open) {
				    await edited(w);
				    await w.sync();
			    }
			    const mine = await edited(w, '25.12.2026');
			    const token = w.token();
			    await w.dieAt(step, { orEnd: true });
			    await w.rest();
			    const later = await edited(w, '26.12.2026',
				'0002');
			    await w.work();
			    await w.sync();
			    assert.equal(w.repo.pulls.length, 2);
			    assert.equal(await commits(w), open ? 2 : 1);
			    assert.equal(await onBranch(w), mine);
			    assert.deepEqual([record(w).pull.state,
				record(w).pull.number], ['open', 1]);
			    assert.notEqual(w.token(), token);
			    await merge(w, 1);
			    await merge(w, 2);
			    await w.sync();
			    await w.same();
			    assert.equal(w.text(two), later);
		    });

scene('an edit after a death goes after what was meant', {}, async (w) => {
	await edited(w);
	await w.dieAt('meant');
	const later = await edited(w, '25.12.2026');
	await w.work();
	await w.sync();
	assert.equal(w.repo.pulls.length, 1);
	assert.equal(await onBranch(w), later);
	assert.equal(await commits(w), 2);
});

scene('a refused request stays refused after a run died merging it', {},
    async (w) => {
	    await edited(w);
	    await w.sync();
	    await close(w, 1);
	    await w.sync();
	    await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }) });
	    await w.dieAt('mirror');
	    assert.match(String(w.text(one)), /arbeit(.|\n)*24\.12/);
	    await w.work();
	    await w.sync();
	    await w.sync({ full: true });
	    assert.equal(w.repo.pulls.length, 1);
	    assert.equal(record(w).pull.state, 'closed');
	    await edited(w, '25.12.2026');
	    await w.sync();
	    assert.equal(w.repo.pulls.length, 2);
    });

scene('a request that was merged before we knew of it is the only one', {},
    async (w) => {
	    await edited(w);
	    await w.dieAt('opened');
	    await merge(w, 1, { merge_method: 'squash' });
	    await w.work();
	    await w.sync();
	    assert.equal(w.repo.pulls.length, 1);
	    await w.same();
    });

const deaths = ['pulls', 'made', 'meant', 'branch', 'opened', 'pulled',
    'copies', 'intents', 'mirror', 'removals', 'recorded', 'record', 'lease'];

class History {
	/** @param {number} seed @param {World} w */
	constructor(seed, w) {
		this.w = w;
		this.random = seeded(seed);
		/** @type {string[]} */
		this.edits = [];
		/** @type {string[]} */
		this.story = [];
		this.words = 0;
	}

	/** @template T @param {T[]} list @returns {T} */
	pick(list) {
		return list[Math.floor(this.random() * list.length)];
	}

	word() {
		return `wort${this.words++}x`;
	}

	/** Takes one of those that are open. */
	pull() {
		return this.pick(this.w.repo.pulls.filter((p) =>
		    p.state === 'open'));
	}

	async edit() {
		const file = this.pick(Object.keys(this.w.mirror()));
		const uri = `/api/tasks/${encodeURIComponent(
		    file.slice(0, -3))}`;
		const { task: now } = await this.w.call('codex-tasks', 'GET',
		    uri);
		const word = this.word();
		const made = await this.w.call('codex-update', 'PATCH', uri,
		    { tags: [...now.tags, word] }, { match: now.etag });
		if (made.ok)
			this.edits.push(word);
		return `${file} ${word}`;
	}

	async create() {
		const word = this.word();
		this.edits.push(word);
		return this.w.create({ title: `Neu ${word}`, tags: [word] });
	}

	async ring() {
		return JSON.stringify(await this.w.ring());
	}

	async die() {
		const at = this.pick(deaths);
		await this.edit();
		await this.w.rest();
		await this.w.work({ SYNC_CRASH_AT: at });
		await this.w.ring();
		await this.w.rest('a', 'SIGKILL');
		await this.w.work();
		return at;
	}

	async change() {
		const file = this.pick(Object.keys(await this.w.git()));
		const old = String(await this.w.gitText(file));
		await this.w.push({ [file]: `${old}${this.word()}\n` });
		return file;
	}

	async rename() {
		const file = this.pick(Object.keys(await this.w.git()));
		await this.w.push({ [file]: null,
		    [`${file.slice(0, 4)}-Um-${this.words++}.md`]:
			String(await this.w.gitText(file)) });
		return file;
	}

	async remove() {
		const files = Object.keys(await this.w.git());
		if (files.length < 3)
			return 'none';
		const file = this.pick(files);
		await this.w.push({ [file]: null });
		return file;
	}

	async merge() {
		const pull = this.pull();
		const method = this.pick(['merge', 'squash', 'rebase']);
		// In conflict: somebody else's to resolve.
		return pull && merge(this.w, pull.number, {
		    merge_method: method }).then(() => `${method} ${
			pull.number}`, () => 'refused');
	}

	async close() {
		const pull = this.pull();
		return pull && close(this.w, pull.number).then(() =>
		    pull.number);
	}

	async drop() {
		const pull = this.pick(this.w.repo.pulls);
		return pull && drop(this.w, pull.head.ref).then(() =>
		    pull.head.ref, () => 'gone');
	}

	/** A reviewer's commit. */
	async review() {
		const pull = this.pull();
		const commit = pull && await this.w.repo.git.commit(
		    pull.head.sha);
		const files = await this.w.repo.files(pull?.head.ref);
		const path = this.pick(Object.keys(files).filter((f) =>
		    f.includes('/tasks/')));
		const old = await this.w.repo.readFile(path, pull?.head.ref);
		return commit && this.w.push({ [path]: `${old}${
		    this.word()}\n` }, { branch: pull.head.ref });
	}

	async run() {
		for (let i = 0; i < 16; i++) {
			const what = this.pick([this.edit, this.edit,
			    this.edit, this.create, this.ring, this.ring,
			    this.ring, this.die, this.change, this.rename,
			    this.remove, this.merge, this.merge, this.close,
			    this.drop, this.review]);
			this.story.push(`${what.name} ${
			    await what.call(this)}`);
		}
		await this.end();
	}

	async end() {
		const { w } = this;
		await w.sync({ confirm: true });
		for (let p = this.pull(); p; p = this.pull())
			await merge(w, p.number).catch(() =>
			    close(w, p.number));
		await w.sync({ confirm: true });
		await w.sync();
		const heads = await w.repo.git.branches();
		const { length } = w.repo.pulls;
		await w.sync();
		assert.deepEqual(await w.repo.git.branches(), heads);
		assert.equal(w.repo.pulls.length, length);
		await this.nothingLost();
	}

	/** In Git, here, or in a copy; and no commit says nothing. */
	async nothingLost() {
		const { w } = this;
		let text = [...Object.values(w.mirror()),
		    ...w.copies('conflicts')].join(' ');
		for (const commit of await w.repo.log())
			for (const { path, entry } of await w.repo.git.files(
			    commit.tree))
				if (path.includes('/tasks/'))
					text += await w.repo.git.blob(entry.id);
		for (const word of this.edits)
			assert.ok(text.includes(word), `${word} is lost`);
		for (const { head } of w.repo.pulls)
			for (const commit of await w.repo.log(head.sha)) {
				const parent = await w.repo.git.commit(
				    commit.parents[0] ?? '');
				assert.ok(commit.parents.length !== 1 ||
				    !commit.message.startsWith('[codex]') ||
				    commit.tree !== parent?.tree,
				    `${commit.id} says nothing`);
			}
	}
}

const first = Number(process.env.SEED ?? 1);
const n = process.env.SEED ? 1 : Number(process.env.HISTORIES ??
    (long ? 200 : 6));
for (let seed = first; seed < first + n; seed++)
	scene(`history ${seed}`, { files: { ...both,
	    '0003-Drei.md': task('Drei'), '0004-Vier.md': task('Vier') },
	    env: { SYNC_LAG_MS: '200', SYNC_LEASE_MS: '700' } },
	    async (w) => {
		    const history = new History(seed, w);
		    await history.run().catch((e) => {
			    e.message += `\n${history.story.join('\n')}`;
			    throw e;
		    });
	    });

/** What the page is told: of the task, and of all. @param {World} w */
async function told(w, id = '0001') {
	const { task: t } = await w.call('codex-tasks', 'GET',
	    `/api/tasks/${id}`);
	const { code, pending, pulls } = await w.call('codex-tasks', 'GET',
	    '/api/sync');
	const shown = tasksOf(await w.week()).find((x) => x.id === id);
	assert.deepEqual([shown?.sync, shown?.pr], [t.sync, t.pr]);
	return [t.sync, t.pr?.state, t.pr?.number, code, pending, pulls];
}

scene('the page shows the state of a pull request at every turn', {},
    async (w) => {
	const mine = await edited(w);
	const dirty = ['pending', undefined, undefined, 'noch_nicht_in_git',
	    1, 0];
	assert.deepEqual(await told(w), dirty);
	// The branch is there, the request is not.
	fake.misbehave({ method: 'POST', path: '/pulls', status: 403,
	    times: 99 });
	await w.sync();
	assert.equal((await told(w))[0], 'pending');
	assert.equal((await told(w))[1], undefined);
	fake.behave();
	await w.sync();
	const open = ['pr', 'open', 1, 'pull_requests', 0, 1];
	assert.deepEqual(await told(w), open);

	// Edited further: what is open is not that.
	await edited(w, '25.12.2026');
	const behind = ['pending', 'open', 1, 'noch_nicht_in_git', 1, 0];
	assert.deepEqual(await told(w), behind);
	fake.misbehave({ method: 'PATCH', path: '/git/refs', status: 503,
	    times: 99 });
	await w.ring();
	assert.equal(record(w).pull.moving, true);
	assert.deepEqual((await told(w)).slice(0, 3), behind.slice(0, 3));
	fake.behave();
	await w.sync();
	assert.deepEqual(await told(w), open);

	// Back to what Git has: the request has to learn of it.
	await w.edit('0001', { deadline: null });
	assert.equal((await told(w))[0], 'pending');
	await w.sync();
	assert.equal(await onBranch(w), await w.gitText(one));
	await edited(w);
	await w.sync();
	assert.equal(await onBranch(w), mine);
	assert.deepEqual(await told(w), open);

	// Somebody else's commit on it.
	await w.push({ [one]: `${mine}\nvom Prüfer` }, { branch });
	await until(async () => {
		await w.sync();
		return record(w).pull.state === 'fremd';
	}, 5000, 'the foreign tip');
	assert.deepEqual(await told(w),
	    ['pr', 'fremd', 1, 'pull_requests', 0, 1]);
	await close(w, 1);
	await w.sync();
	assert.deepEqual(await told(w), ['pr', 'closed', 1, 'abgelehnt', 0, 1]);

	// A foreign branch without a request.
	await edited(w, '26.12.2026');
	await w.sync();
	assert.deepEqual(await told(w), ['pending', 'fremd', null,
	    'noch_nicht_in_git', 1, 0]);
	await drop(w, branch);
	await w.sync();
	assert.deepEqual(await told(w), ['pr', 'open', 2, 'pull_requests',
	    0, 1]);
	await merge(w, 2);
	await w.sync();
	assert.deepEqual(await told(w), ['clean', undefined, undefined,
	    'alles_in_git', 0, 0]);
    });

scene('an edit that is undone makes its task clean', {},
    async (w) => {
	await w.edit('0001', { tags: ['x'] });
	await w.edit('0001', { tags: null });
	if (w.text(one) !== await w.gitText(one))
		w.place(one, String(await w.gitText(one)));
	assert.equal((await told(w))[0], 'pending');
	await w.sync();
	assert.equal((await told(w))[0], 'clean');
	assert.equal(w.repo.pulls.length, 0);
    });
