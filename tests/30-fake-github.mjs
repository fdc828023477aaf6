// @ts-check
// group: git
// The fake GitHub itself: that its answers are GitHub's and git's, and that
// it misbehaves only when told.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { startFake } from './github/fake.mjs';
import { git, zero } from './github/git.mjs';
import { build, listen, readAnswer, sleep, top, until } from './stack.mjs';

const task = 'codex-miroir/usera/tasks/0001-Öl wechseln.md';
const files = { 'README.md': '# Vault\n',
    [task]: '---\ntyp: task\n---\nÖl\n' };
const secret = 's3cret';

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
let count = 0;

before(async () => {
	fake = await startFake({ basePath: '/api/v3' });
});
after(async () => {
	await fake.stop();
});

/** A repository of its own for a test. @param {any} options */
async function fresh(options = {}) {
	repo = await fake.createRepository({ name: `vault${count++}`, files,
	    ...options });
	return repo;
}

/** @param {string} method @param {string} path below the repository, or
 * from the top with a leading "//" @param {any} [body]
 * @param {Record<string, string>} headers */
async function ask(method, path, body, headers = {}) {
	const url = path.startsWith('//') ? fake.urls.api + path.slice(1)
	    : repo.api + path;
	const answer = await fetch(url, { method,
	    body: body === undefined ? undefined : JSON.stringify(body),
	    headers: { Authorization: 'Bearer write-token',
		...(body === undefined ? {}
		    : { 'Content-Type': 'application/json' }), ...headers } });
	return readAnswer(answer);
}

/** @param {string} path @param {Record<string, string>} headers */
const get = (path, headers = {}) => ask('GET', path, undefined, headers);

/** What the repository's git says. @param {...string} args */
async function said(...args) {
	return (await repo.git.run(...args)).toString().trim();
}

/** A commit through REST. @param {Record<string, string|null>} changes
 * @param {string|null} on */
async function commitByRest(changes, on) {
	const parent = on ?? await repo.head() ?? '';
	const { json: old } = await get(`/git/commits/${parent}`);
	const { json: tree } = await ask('POST', '/git/trees', {
	    base_tree: old.tree.sha, tree: Object.entries(changes).map(
		([path, content]) => ({ path, mode: '100644', type: 'blob',
		    ...(content === null ? { sha: null } : { content }) })) });
	const { json } = await ask('POST', '/git/commits', { message: 'Eins',
	    tree: tree.sha, parents: [parent], author: { name: 'Anna',
		email: 'anna@example.com', date: '2026-11-22T07:00:00+01:00' },
	    committer: { name: 'Codex', email: 'codex@example.com' } });
	return json.sha;
}

/** @param {string} sha @param {any} more */
const move = (sha, more = {}) =>
    ask('PATCH', `/git/refs/heads/${repo.branch}`, { sha, ...more });

/** A receiver of events. @param {any} options of the hook */
async function receiver(options = {}) {
	/** @type {{headers: any, body: Buffer}[]} */
	const got = [];
	const server = createServer((req, res) => {
		/** @type {Buffer[]} */
		const chunks = [];
		req.on('data', (c) => chunks.push(c));
		req.on('end', () => {
			got.push({ headers: req.headers,
			    body: Buffer.concat(chunks) });
			res.end('{}');
		});
	});
	const port = await listen(server);
	const hook = fake.setHook({ url: `http://127.0.0.1:${port}/hook`,
	    secret, contentType: 'json', ...options });
	await fake.settled();
	return { got, hook, json: (/** @type {number} */ n) =>
	    JSON.parse(String(got.at(n)?.body)),
	    close: async () => {
		await fake.settled();
		fake.hooks = [];
		await new Promise((done) => server.close(done));
	    } };
}

test('ref, commit, tree and blob are those of git', async () => {
	await fresh();
	const head = await said('rev-parse', 'main');
	const ref = await get('/git/ref/heads/main');
	assert.equal(ref.json.object.sha, head);
	const commit = await get(`/git/commits/${head}`);
	assert.equal(commit.json.tree.sha,
	    await said('rev-parse', 'main^{tree}'));
	const level = await get(`/git/trees/${commit.json.tree.sha}`);
	assert.deepEqual(level.json.tree.map((/** @type {any} */ t) =>
	    [t.path, t.mode, t.type]), [['README.md', '100644', 'blob'],
	    ['codex-miroir', '040000', 'tree']]);
	const deep = await get(`/git/trees/${commit.json.tree.sha}?recursive=1`);
	assert.deepEqual(deep.json.tree.map((/** @type {any} */ t) => t.path),
	    ['README.md', 'codex-miroir', 'codex-miroir/usera',
	    'codex-miroir/usera/tasks', task]);
	assert.equal(deep.json.truncated, false);
	const { sha, size } = deep.json.tree.at(-1);
	assert.equal(size, Buffer.byteLength(files[task]));
	const raw = await get(`/git/blobs/${sha}`,
	    { Accept: 'application/vnd.github.raw+json' });
	assert.equal(raw.text, files[task]);
	const all = await get('/commits/main');
	assert.equal(all.json.sha, head);
	assert.equal(all.json.files.length, 2);
});

test('a blob as JSON is base64 in lines of 60', async () => {
	const bytes = Buffer.from(Array.from({ length: 100 }, (_, n) => n * 7));
	await fresh({ files: { 'bytes.bin': bytes } });
	const { 'bytes.bin': id } = await repo.files();
	const { json } = await get(`/git/blobs/${id}`);
	const lines = json.content.split('\n');
	assert.deepEqual(lines.map((/** @type {string} */ l) => l.length),
	    [60, 60, 16, 0]);
	assert.deepEqual(Buffer.from(json.content, 'base64'), bytes);
});

/** What a query about objects gives. @param {string} below of the repository
 * @param {string} name */
const queried = async (below, name = repo.name) => (await ask('POST',
    '//../graphql', { query: `query($owner: String!, $name: String!) {
	repository(owner: $owner, name: $name) { ${below} }
    } fragment all on Blob { oid byteSize isBinary isTruncated text }`,
    variables: { owner: 'usera', name } })).json;

test('a query gives texts of many blobs, and says which are none', async () => {
	const long = 'lang '.repeat(110000);
	await fresh({ files: { a: 'Öl\n', b: 'a\0b', c: Buffer.from([0xe4]),
	    d: long } });
	/** @type {Record<string, string>} */
	const ids = {};
	for (const name of 'abcd')
		ids[name] = await said('rev-parse', `main:${name}`);
	const { data, errors } = await queried(Object.entries(ids).map(
	    ([name, id]) => `${name}: object(oid: "${id}") { ...all }`)
	    .join(' ') + ` tree: object(oid: "${await said('rev-parse',
	    'main^{tree}')}") { __typename ... on Blob { text } }
	    none: object(oid: "${zero}") { ...all }`);
	assert.equal(errors, undefined);
	assert.deepEqual(data.repository, {
	    a: { oid: ids.a, byteSize: 4, isBinary: false, isTruncated: false,
		text: 'Öl\n' },
	    b: { oid: ids.b, byteSize: 3, isBinary: true, isTruncated: false,
		text: null },
	    c: { oid: ids.c, byteSize: 1, isBinary: false, isTruncated: false,
		text: 'ä' },
	    d: { oid: ids.d, byteSize: long.length, isBinary: false,
		isTruncated: true, text: long.slice(0, 512000) },
	    tree: { __typename: 'Tree' }, none: null });
});

test('a query that is none is answered with the error', async () => {
	await fresh();
	const told = async (/** @type {string} */ below,
	    name = repo.name) => (await queried(below, name)).errors[0];
	assert.match((await told(`object(oid: "${zero}") { size }`, 'nothing'))
	    .type, /NOT_FOUND/);
	assert.match((await told('text')).message,
	    /Field 'text' doesn't exist on type 'Repository'/);
	assert.match((await told('object(oid: "main") { oid }')).message,
	    /invalid value/);
	assert.match((await told('name { ')).message, /Parse error/);
	fake.setRate({ resource: 'graphql', remaining: 0 });
	assert.equal((await told('name')).type, 'RATE_LIMIT');
	assert.equal((await get('/git/ref/heads/main')).status, 200);
	fake.setRate({ resource: 'graphql' });
	fake.mismatches.length = 0; // as was to be: below is a test of them
});

test('a missing object is a 404, 409 or 422', async () => {
	await fresh();
	const no = '1'.repeat(40);
	for (const [path, status] of /** @type {[string, number][]} */ ([
		['/git/ref/heads/none', 404], ['/commits/none', 422],
		[`/commits/${no}`, 422], [`/git/commits/${no}`, 404],
		[`/git/trees/${no}`, 404], [`/git/blobs/${no}`, 404],
		['/git/blobs/none', 422], [`/compare/main...${no}`, 404],
		['/pulls/1', 404], ['/contents/none', 404],
		['//repos/usera/none', 404]])) {
		const { status: is, json } = await get(path);
		assert.equal(is, status, path);
		assert.equal(json.status, String(status));
		assert.match(json.documentation_url, /^https:\/\/docs/);
	}
	await fresh({ files: {} });
	assert.equal((await get('/git/ref/heads/main')).status, 409);
});

test('compare tells ahead, behind, identical and diverged', async () => {
	await fresh();
	const base = await repo.commit({ files: { 'a.md': 'a\n' } });
	const left = await repo.commit({ files: { 'b.md': 'b\nc\n' } });
	const right = await repo.commit({ branch: 'side', parent: base,
	    files: { 'a.md': null, 'd.md': 'a\n' } });
	const status = async (/** @type {string} */ range) =>
	    (await get(`/compare/${range}`)).json;
	assert.equal((await status(`${base}...${base}`)).status, 'identical');
	const behind = await status(`${left}...${base}`);
	assert.deepEqual([behind.status, behind.behind_by], ['behind', 1]);
	const both = await status('main...side');
	assert.deepEqual([both.status, both.ahead_by, both.behind_by],
	    ['diverged', 1, 1]);
	assert.equal(both.merge_base_commit.sha, base);
	assert.deepEqual(both.files.map((/** @type {any} */ f) => [f.status,
	    f.previous_filename, f.filename]), [['renamed', 'a.md', 'd.md']]);
	const ahead = await status(`${base}...${left}`);
	assert.equal(ahead.status, 'ahead');
	assert.deepEqual([ahead.files[0].filename, ahead.files[0].additions],
	    ['b.md', 2]);
	assert.equal(await said('rev-list', '--left-right', '--count',
	    `${left}...${right}`), '1\t1');
});

test('compare ends at 300 files', async () => {
	await fresh();
	const from = await repo.head();
	await repo.commit({ files: Object.fromEntries(Array.from(
	    { length: 301 }, (_, n) => [`${n}.md`, `${n}`])) });
	const { json } = await get(`/compare/${from}...main`);
	assert.equal(json.files.length, 300);
});

test('git reads the objects that REST writes', async () => {
	await fresh();
	const laptop = await repo.device();
	const before = await repo.head();
	const blob = await ask('POST', '/git/blobs', { encoding: 'base64',
	    content: Buffer.from([0, 255, 10]).toString('base64') });
	assert.equal(blob.status, 201);
	assert.deepEqual(await repo.git.blob(blob.json.sha),
	    Buffer.from([0, 255, 10]));
	const sha = await commitByRest({ 'neu/ä.md': 'ä\n', 'README.md': null },
	    null);
	const moved = await move(sha, { force: false });
	assert.equal(moved.status, 200);
	assert.equal(moved.json.object.sha, sha);
	await laptop.pull();
	assert.equal(String(laptop.read('neu/ä.md')), 'ä\n');
	assert.equal(await laptop.git('log', '-1', '--format=%P %an %at %cn'),
	    `${before} Anna 1795327200 Codex`);
	assert.throws(() => laptop.read('README.md'));
	assert.equal(String(await repo.readFile(task)), files[task]);
	await said('fsck', '--strict');
});

test('an impossible tree or commit is a 422', async () => {
	await fresh();
	const tree = await said('rev-parse', 'main^{tree}');
	const item = { path: 'x.md', mode: '100644', type: 'blob' };
	const no = '1'.repeat(40);
	for (const body of [
		{ tree: [] },
		{ base_tree: no, tree: [{ ...item, content: 'x' }] },
		{ base_tree: tree, tree: [{ ...item, sha: no }] },
		{ base_tree: tree, tree: [{ ...item, sha: null }] },
		{ base_tree: tree, tree: [{ ...item, sha: tree }] },
		{ base_tree: tree, tree: [item] },
		...['/x', 'a//x', '../x', '.git/x', 'x/'].map((path) =>
		    ({ tree: [{ ...item, path, content: 'x' }] })),
	])
		assert.equal((await ask('POST', '/git/trees', body)).status,
		    422, JSON.stringify(body));
	for (const body of [{ message: 'm', tree: no },
	    { message: 'm', tree, parents: [no] }, { message: '', tree }])
		assert.equal((await ask('POST', '/git/commits', body)).status,
		    422, JSON.stringify(body));
});

test('a ref moves only forward, unless forced', async () => {
	await fresh();
	const old = await repo.head() ?? '';
	const mine = await commitByRest({ 'a.md': 'a' }, old);
	const theirs = await repo.commit({ files: { 'b.md': 'b' } });
	const refused = await move(mine, { force: false });
	assert.equal(refused.status, 422);
	assert.equal(refused.json.message, 'Update is not a fast forward');
	assert.equal(await repo.head(), theirs);
	assert.equal((await move('1'.repeat(40))).json.message,
	    'Object does not exist');
	assert.equal((await move(mine, { force: true })).status, 200);
	assert.equal(await repo.head(), mine);
});

test('branches are made and deleted', async () => {
	await fresh();
	const sha = await repo.head();
	const ref = 'refs/heads/codex/tasks/0001';
	const make = () => ask('POST', '/git/refs', { ref, sha });
	assert.equal((await make()).status, 201);
	assert.equal((await make()).json.message, 'Reference already exists');
	const path = '/git/refs/heads/codex%2Ftasks/0001';
	assert.equal((await get(path.replace('refs', 'ref'))).json.ref, ref);
	assert.equal((await ask('DELETE', path)).status, 204);
	assert.equal((await ask('DELETE', path)).status, 422);
	assert.equal((await ask('POST', '/git/refs', { ref: 'refs/heads/a..b',
	    sha })).status, 422);
});

test('a token opens what its rights allow', async () => {
	await fresh();
	const as = (/** @type {string} */ token) =>
	    ({ Authorization: `Bearer ${token}` });
	assert.equal((await get('', as('read-token'))).status, 200);
	assert.equal((await get('', as('none-token'))).status, 404);
	assert.equal((await get('', as('made-up'))).status, 401);
	assert.equal((await get('//user', as('none-token'))).json.login,
	    'usera');
	assert.equal((await ask('POST', '/git/blobs', { content: 'x' },
	    as('read-token'))).status, 403);
	const none = await fetch(repo.api);
	assert.equal(none.status, 404);
	const silent = await new Promise((done) => request(repo.api,
	    (answer) => done(answer.statusCode)).end());
	assert.equal(silent, 403); // no User-Agent
});

test('an unchanged answer is a 304 that costs nothing', async () => {
	await fresh();
	const sha = await repo.head();
	const accept = { Accept: 'application/vnd.github.sha' };
	const first = await get('/commits/main', accept);
	assert.equal(first.text, sha);
	assert.equal(first.headers.get('etag'), `"${sha}"`);
	const again = await get('/commits/main', { ...accept,
	    'If-None-Match': `"${sha}"` });
	assert.equal(again.status, 304);
	assert.equal(again.headers.get('x-ratelimit-used'),
	    first.headers.get('x-ratelimit-used'));
	await repo.commit({ files: { a: 'a' } });
	assert.equal((await get('/commits/main', { ...accept,
	    'If-None-Match': `"${sha}"` })).status, 200);
	const tag = (await get('')).headers.get('etag') ?? '';
	assert.equal((await get('', { 'If-None-Match': tag })).status, 304);
});

test('the contents of a folder end at 1000 entries', async () => {
	await fresh({ files: Object.fromEntries(Array.from({ length: 1001 },
	    (_, n) => [`t/${n}.md`, 'x'])) });
	assert.equal((await get('/contents/t?ref=main')).json.length, 1000);
	const { json } = await get('/contents/t/7.md');
	assert.equal(Buffer.from(json.content, 'base64').toString(), 'x');
	const tree = await said('rev-parse', 'main:t');
	assert.equal((await get(`/git/trees/${tree}`)).json.tree.length, 1001);
});

test('a push from a clone is a signed event', async () => {
	await fresh();
	const to = await receiver();
	assert.equal(to.got[0].headers['x-github-event'], 'ping');
	const laptop = await repo.device('berta');
	const old = await repo.head();
	laptop.write('neu.md', 'neu');
	laptop.remove('README.md');
	laptop.write(task, 'anders');
	const id = await laptop.commit('drei');
	await laptop.push();
	await fake.settled();
	const { headers, body } = to.got[1];
	assert.equal(headers['x-github-event'], 'push');
	assert.equal(headers['content-type'], 'application/json');
	assert.match(headers['x-github-delivery'], /^[0-9a-f-]{36}$/);
	assert.match(headers['user-agent'], /^GitHub-Hookshot\//);
	assert.equal(headers['x-hub-signature-256'], `sha256=${
	    createHmac('sha256', secret).update(body).digest('hex')}`);
	const event = to.json(1);
	assert.deepEqual([event.ref, event.before, event.after, event.forced,
	    event.created, event.deleted, event.pusher.name],
	    ['refs/heads/main', old, id, false, false, false, 'berta']);
	const [commit] = event.commits;
	assert.deepEqual([commit.added, commit.removed, commit.modified],
	    [['neu.md'], ['README.md'], [task]]);
	assert.equal(event.head_commit.id, id);
	await to.close();
});

test('forced, deleted and created branches are told', async () => {
	await fresh();
	const to = await receiver({ contentType: 'form' });
	const json = (/** @type {number} */ n) => JSON.parse(
	    new URLSearchParams(String(to.got.at(n)?.body)).get('payload') ??
	    '');
	const laptop = await repo.device();
	await laptop.git('commit', '--quiet', '--amend', '-m', 'anders');
	await laptop.push({ force: true });
	await fake.settled();
	assert.equal(json(-1).forced, true);
	await laptop.push({ branch: 'neu' });
	await fake.settled();
	assert.deepEqual([json(-1).created, json(-1).before, json(-1).base_ref,
	    json(-1).commits.length], [true, zero, 'refs/heads/main', 0]);
	await laptop.deleteBranch('neu');
	await fake.settled();
	assert.deepEqual([json(-1).deleted, json(-1).after,
	    json(-1).head_commit], [true, zero, null]);
	await laptop.deleteBranch('main');
	assert.equal(await repo.head(), null);
	await laptop.push();
	await fake.settled();
	assert.equal(json(-1).created, true);
	await to.close();
});

test('a push through REST is an event', async () => {
	await fresh();
	const to = await receiver();
	const sha = await commitByRest({ 'a.md': 'a' }, null);
	await move(sha);
	await fake.settled();
	assert.deepEqual(to.json(-1).commits.map((/** @type {any} */ c) =>
	    [c.id, c.added]), [[sha, ['a.md']]]);
	await to.close();
});

test('an event names at most 2048 commits', async () => {
	await fresh();
	const to = await receiver();
	const laptop = await repo.device();
	await laptop.history(Array.from({ length: 2100 }, (_, n) => ({
	    message: `${n}`, files: { [`t/${n % 50}.md`]: `${n}` } })));
	await laptop.push();
	await fake.settled();
	assert.equal((await repo.log()).length, 2101);
	assert.equal(to.json(-1).commits.length, 2048);
	assert.equal(to.json(-1).commits.at(-1).id, await repo.head());
	await to.close();
});

test('pull requests open, follow their branch and close', async () => {
	await fresh();
	const to = await receiver();
	const actions = () => to.hook.deliveries.filter((d) =>
	    d.event === 'pull_request').map((d) => d.action);
	const parent = await repo.head();
	await repo.commit({ branch: 'eins', parent, files: { a: 'a' } });
	const wanted = { title: 'Eins', head: 'eins', base: 'main' };
	const made = await ask('POST', '/pulls', wanted);
	assert.equal(made.status, 201);
	const again = await ask('POST', '/pulls', wanted);
	assert.equal(again.status, 422);
	assert.match(again.json.errors[0].message, /already exists/);
	const tip = await repo.commit({ branch: 'eins', files: { b: 'b' } });
	const { json } = await get('/pulls/1');
	assert.deepEqual([json.head.sha, json.mergeable, json.changed_files],
	    [tip, true, 2]);
	assert.equal(await repo.git.isAncestor(json.merge_commit_sha,
	    await repo.head() ?? ''), false);
	const list = (/** @type {string} */ q) => get(`/pulls?${q}`)
	    .then((r) => r.json.length);
	assert.equal(await list('head=usera:eins&state=open'), 1);
	assert.equal(await list('head=usera:zwei'), 0);
	await ask('PATCH', '/pulls/1', { state: 'closed' });
	assert.equal(await list('head=usera:eins'), 0);
	assert.equal(await list('head=usera:eins&state=all'), 1);
	await ask('PATCH', '/pulls/1', { state: 'open' });
	await repo.git.run('update-ref', 'refs/heads/zwei', tip);
	await ask('DELETE', '/git/refs/heads/eins');
	assert.equal((await get('/pulls/1')).json.state, 'closed');
	await fake.settled();
	assert.deepEqual(actions(), ['opened', 'synchronize', 'closed',
	    'reopened', 'closed']);
	await to.close();
});

for (const how of ['merge', 'squash', 'rebase'])
	test(`a pull request is merged by ${how}`, async () => {
		await fresh();
		const to = await receiver();
		const parent = await repo.head();
		await repo.commit({ branch: 'eins', parent,
		    files: { a: '1' } });
		const tip = await repo.commit({ branch: 'eins',
		    files: { b: '2' } });
		const base = await repo.commit({ files: { c: '3' } });
		await ask('POST', '/pulls', { title: 'Eins', head: 'eins',
		    base: 'main' });
		const stale = await ask('PUT', '/pulls/1/merge', {
		    merge_method: how, sha: base });
		assert.equal(stale.status, 409);
		const { status, json } = await ask('PUT', '/pulls/1/merge',
		    { merge_method: how, sha: tip });
		assert.deepEqual([status, json.merged], [200, true]);
		assert.equal(await repo.head(), json.sha);
		assert.deepEqual(Object.keys(await repo.files()),
		    ['README.md', 'a', 'b', 'c', task]);
		const pull = (await get('/pulls/1')).json;
		assert.deepEqual([pull.merged, pull.state,
		    pull.merge_commit_sha], [true, 'closed', json.sha]);
		const parents = await said('log', '-1', '--format=%P', 'main');
		assert.equal(await repo.git.isAncestor(tip, json.sha),
		    how === 'merge');
		assert.equal(parents.split(' ').length,
		    how === 'merge' ? 2 : 1);
		assert.equal((await ask('PUT', '/pulls/1/merge', {})).status,
		    405);
		await fake.settled();
		assert.deepEqual(to.hook.deliveries.slice(-2).map((d) =>
		    d.event).sort(), ['pull_request', 'push']);
		await to.close();
	});

test('a pull request in conflict cannot be merged', async () => {
	await fresh();
	const parent = await repo.head();
	await repo.commit({ branch: 'eins', parent, files: { [task]: 'a\n' } });
	await repo.commit({ files: { [task]: 'b\n' } });
	await ask('POST', '/pulls', { title: 'Eins', head: 'eins',
	    base: 'main' });
	assert.equal((await get('/pulls/1')).json.mergeable, false);
	assert.equal((await ask('PUT', '/pulls/1/merge', {})).status, 405);
});

test('a branch pushed into its base is merged', async () => {
	await fresh();
	const laptop = await repo.device();
	laptop.write('a', 'a');
	const tip = await laptop.commit();
	await laptop.push({ branch: 'eins' });
	await ask('POST', '/pulls', { title: 'Eins', head: 'eins',
	    base: 'main' });
	await laptop.push();
	const { json } = await get('/pulls/1');
	assert.deepEqual([json.merged, json.merge_commit_sha], [true, tip]);
});

test('lists come in pages', async () => {
	await fresh();
	for (let n = 0; n < 3; n++) {
		await repo.commit({ branch: `b${n}`, parent: await repo.head(),
		    files: { [`${n}`]: 'x' } });
		await ask('POST', '/pulls', { title: `${n}`, head: `b${n}`,
		    base: 'main' });
	}
	const first = await get('/pulls?per_page=2');
	assert.deepEqual(first.json.map((/** @type {any} */ p) => p.number),
	    [3, 2]);
	const next = /<([^>]+)>; rel="next"/.exec(
	    first.headers.get('link') ?? '')?.[1] ?? '';
	const second = await get(next.slice(repo.api.length));
	assert.deepEqual(second.json.map((/** @type {any} */ p) => p.number),
	    [1]);
});

test('a commanded status comes for the next requests only', async () => {
	await fresh();
	for (const status of [401, 403, 404, 409, 422, 429, 500, 502, 503]) {
		const rule = fake.misbehave({ path: '/git/ref/', times: 2,
		    status });
		assert.equal((await get('/git/ref/heads/main')).status, status);
		assert.equal((await get('')).status, 200);
		assert.equal((await get('/git/ref/heads/main')).status, status);
		assert.equal((await get('/git/ref/heads/main')).status, 200);
		assert.equal(rule.hits, 2);
	}
});

test('an error after the effect leaves the effect', async () => {
	await fresh();
	const sha = await commitByRest({ a: 'a' }, null);
	fake.misbehave({ method: 'PATCH', status: 502, after: true });
	assert.equal((await move(sha)).status, 502);
	assert.equal(await repo.head(), sha);
});

test('answers are cut, hang, come late, truncated or empty', async () => {
	await fresh();
	const path = `/git/trees/${await said('rev-parse', 'main^{tree}')}`;
	fake.misbehave({ cut: true });
	await assert.rejects(get(path));
	fake.misbehave({ cut: 0 });
	await assert.rejects(get(path));
	fake.misbehave({ truncated: true });
	const cut = (await get(path)).json;
	assert.deepEqual([cut.truncated, cut.tree.length], [true, 1]);
	fake.misbehave({ empty: true });
	assert.deepEqual((await get(path)).json.tree, []);
	fake.misbehave({ delay: 120 });
	const start = Date.now();
	await get(path);
	assert.ok(Date.now() - start >= 115);
	fake.misbehave({ hang: true });
	await assert.rejects(fetch(repo.api + path, { headers: {
	    Authorization: 'Bearer write-token' },
	    signal: AbortSignal.timeout(200) }));
});

test('a request before the end of a rate limit is recorded as early',
    async () => {
	await fresh();
	fake.misbehave({ status: 429, retryAfter: 1 });
	const wait = await get('');
	assert.equal(wait.headers.get('retry-after'), '1');
	await sleep(100); // later than what may have been on its way
	await get('');
	assert.equal(fake.early.length, 1);
	await sleep(1000); // the second that it asked for
	await get('');
	assert.equal(fake.early.length, 1);
	fake.setRate({ remaining: 1, resetIn: 1 });
	assert.equal((await get('')).headers.get('x-ratelimit-remaining'), '0');
	const none = await get('');
	assert.equal(none.status, 403);
	assert.match(none.json.message, /rate limit exceeded/);
	assert.equal((await get('//rate_limit')).json.resources.core.remaining,
	    0);
	await sleep(Number(none.headers.get('x-ratelimit-reset')) * 1000 -
	    Date.now() + 20);
	assert.equal((await get('')).status, 200);
	fake.early.length = 0;
});

test('heads lag behind a push and behind its event', async () => {
	await fresh();
	const to = await receiver();
	const old = await repo.head();
	const seen = async () =>
	    (await get('/git/ref/heads/main')).json.object.sha;
	repo.setLag({ requests: 2, hide: true });
	const laptop = await repo.device();
	laptop.write('a', 'a');
	const id = await laptop.commit();
	await laptop.push();
	await fake.settled();
	assert.equal(to.json(-1).after, id);
	assert.equal((await get(`/git/commits/${id}`)).status, 404);
	assert.deepEqual([await seen(), await seen(), await seen()],
	    [old, old, id]);
	assert.equal((await get(`/git/commits/${id}`)).status, 200);
	repo.setLag({ ms: 150 });
	const own = await commitByRest({ b: 'b' }, null);
	assert.equal((await move(own)).json.object.sha, own);
	assert.equal(await seen(), id);
	assert.equal((await get('/commits/main',
	    { Accept: 'application/vnd.github.sha' })).text, id);
	await until(async () => await seen() === own, 150, 'the head');
	await to.close();
});

test('deliveries are dropped, doubled, reordered and sent again', async (t) => {
	await fresh();
	// Held back for longer than a few commits take.
	const to = await receiver({ plan: { drop: 0.3, duplicate: 0.3,
	    reorder: 0.5, spread: 1000, seed: 7 } });
	t.after(() => to.close());
	for (let n = 0; n < 30; n++)
		await repo.commit({ files: { a: `${n}` } });
	await fake.settled();
	const pushes = to.hook.deliveries.filter((d) => d.event === 'push');
	const lost = pushes.filter((d) => d.lost === 'dropped');
	assert.ok(lost.length > 3 && lost.length < 18);
	assert.ok(pushes.some((d) => d.sent.length === 2));
	const order = to.got.filter((g) =>
	    g.headers['x-github-event'] === 'push').map((g) =>
	    pushes.findIndex((d) => d.id === g.headers['x-github-delivery']));
	assert.notDeepEqual(order, [...order].sort((a, b) => a - b));
	await to.hook.redeliver(lost[0]);
	assert.equal(to.got.at(-1)?.headers['x-github-delivery'], lost[0].id);
	assert.equal(lost[0].sent[0].status, 200);
	to.hook.setPlan({ off: true });
	const n = to.got.length;
	await repo.commit({ files: { a: 'x' } });
	await fake.settled();
	assert.equal(to.got.length, n);
});

test('the log counts requests and how many were in flight', async () => {
	await fresh();
	const mark = fake.mark();
	fake.maxInFlight = 0;
	// So long that the last comes while the first still waits.
	fake.misbehave({ times: 8, delay: 1000 });
	await Promise.all(Array.from({ length: 8 }, () => get('')));
	assert.equal(fake.maxInFlight, 8);
	assert.deepEqual(fake.counts(mark),
	    { 'GET /repos/{owner}/{repo}': 8 });
	assert.ok(fake.log.slice(mark).every((e) => e.status === 200 &&
	    e.ms >= 995 && e.bytes > 100));
});

test('every message so far fits GitHub\'s description', () => {
	assert.ok(fake.checks, 'npm ci in tests/github');
	assert.deepEqual(fake.mismatches, []);
});

test('a message that breaks GitHub\'s description is found', async () => {
	await fresh();
	const found = async (/** @type {() => Promise<any>} */ work) => {
		await work();
		return fake.mismatches.splice(0).map((m) =>
		    `${m.where}: ${m.faults[0]}`).join();
	};
	assert.match(await found(() => get('/pulls?status=open')),
	    /^request: no query parameter status/);
	assert.match(await found(() => ask('POST', '/git/blobs', {})),
	    /^request: .*content/);
	assert.match(await found(() => ask('POST', '/git/blobs',
	    { content: 'x' }, { 'Content-Type': 'text/plain' })),
	    /^request: Content-Type/);
	assert.match(await found(() => get('/nothing')), /GitHub has no/);
	assert.match(await found(() => queried(
	    `object(oid: "${zero}") { ...all ... on Blob { size } }`)),
	    /^request: Cannot query field "size" on type "Blob"/);
	fake.misbehave({ json: (body) => ({ ...body, sha: 7 }) });
	assert.match(await found(() => get('/commits/main')),
	    /^answer: \/sha must be string/);
	assert.match(await found(async () => fake.checkEvent('push',
	    { ref: 'x' })), /^event: .*before/);
});

test('a fake on an old folder goes on where that was left', async (t) => {
	const dir = mkdtempSync(join(tmpdir(), 'fake-github-'));
	t.after(() => rmSync(dir, { recursive: true, force: true }));
	const one = await startFake({ dir });
	const head = await (await one.createRepository({ files })).commit({
	    files: { a: 'a' } });
	await one.stop();
	const two = await startFake({ dir });
	const again = await two.createRepository({ files });
	assert.equal(await again.head(), head);
	const laptop = await again.device();
	laptop.write('b', 'b');
	await laptop.commit();
	await laptop.push(); // its hook finds the new port
	assert.equal(again.known.get('main'), await again.head());
	await two.stop();
});

test('the fake runs as a program controlled over HTTP', async (t) => {
	const dir = mkdtempSync(join(tmpdir(), 'fake-github-'));
	const child = spawn(process.execPath, [join(top,
	    'tests/github/fake.mjs'), '--dir', dir, '--repository',
	    'usera/notes', '--token', 'abc:write'],
	    { stdio: ['ignore', 'pipe', 'inherit'] });
	t.after(() => rmSync(dir, { recursive: true, force: true }));
	const ended = new Promise((done) => child.on('close', done));
	let out = '';
	for await (const chunk of child.stdout) {
		out += chunk;
		if (out.includes('# git clone'))
			break;
	}
	const api = /GITHUB_API_URL=(\S+)/.exec(out)?.[1] ?? '';
	const post = (/** @type {string} */ verb, /** @type {any} */ body) =>
	    fetch(`${api}/_fake/${verb}`, { method: 'POST',
		body: JSON.stringify(body) });
	const ref = () => fetch(`${api}/repos/usera/notes/git/ref/heads/main`,
	    { headers: { Authorization: 'token abc' } });
	assert.equal((await ref()).status, 200);
	await post('misbehave', { path: '^/repos/.*/ref/', status: 503 });
	assert.equal((await ref()).status, 503);
	const made = await (await post('commit', { files: { a: 'b' } })).json();
	/** @type {any} */
	const now = await (await ref()).json();
	assert.equal(now.object.sha, made.result);
	const state = await (await fetch(`${api}/_fake/state`)).json();
	assert.equal(state.requests, 3);
	assert.deepEqual(state.mismatches, []);
	assert.equal((await git(['--git-dir', join(dir,
	    'repositories/usera-notes.git'), 'show', 'main:a'])).toString(),
	    'b');
	child.kill('SIGTERM');
	assert.equal(await ended, 0);
});

test('our own client pushes and asks to merge through it', async () => {
	await fresh({ name: 'client' });
	const child = spawn(join(build, 'tests/test_github'), { env: {
	    ...process.env, srcdir: top, FAKE_GITHUB_URL: fake.urls.api,
	    FAKE_GITHUB_REPO: `usera/${repo.name}`,
	    CK_RUN_CASE: 'a_push_goes_through_a_real_repository' } });
	let out = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (chunk) => { out += chunk; });
	const code = await new Promise((done) => child.on('close', done));
	assert.equal(code, 0, out);
	assert.match(out, /Checks: 1, Failures: 0, Errors: 0/);
	assert.equal(repo.pulls.length, 1);
	assert.deepEqual(fake.mismatches, []);
});
