// @ts-check
// rest: the endpoints, one function each, in the order of the table at the
// end.  A handler gets a Call and gives an Answer, or throws a Problem.

import { gitCommitShape, commitShape, encodePath, nodeId, pullShape, refShape,
    repoShape, userShape } from './shapes.mjs';
import { editsOf, emptyTree, gitDate, isTree } from './git.mjs';
import { Problem, notFound } from './problem.mjs';
import { changePull, fullPullShape, mergePull, openPull,
    tryMerge } from './pulls.mjs';

/**
 * @typedef {import('./repository.mjs').Repository} Repository
 * @typedef {import('./git.mjs').Entry} Entry
 * @typedef {{fake: import('./fake.mjs').Fake, repo: Repository,
 *     who: import('./fake.mjs').Token, p: Record<string, string>,
 *     query: URLSearchParams, body: any, media: string, url: string}} Call
 *     p: what the path holds; media: of Accept: raw, sha, json, …; url: of
 *     the request, without its query
 * @typedef {{status?: number, json?: any, data?: Buffer|string,
 *     type?: string, etag?: string, headers?: Record<string, string>}} Answer
 * @typedef {{method: string, path: string, right: string, doc: string,
 *     handle: (call: Call) => Promise<Answer>, pattern: RegExp,
 *     names: string[]}} Route
 */

const R = '/repos/{owner}/{repo}';
const hex = /^[0-9a-f]{40}$/;

/** @param {string} message */
const unprocessable = (message) => new Problem(422, message);

/** @param {string} field */
const badId = (field) => unprocessable(`The ${field} parameter must be ` +
    'exactly 40 characters and contain only [0-9a-f].');

// People and repositories

/** @param {Call} call @returns {Promise<Answer>} */
async function getUser({ fake, who }) {
	const shape = userShape(who, fake.urls);
	const at = '2020-01-01T00:00:00Z';
	return { json: { ...shape, name: who.name, email: who.email,
	    company: null, blog: '', location: null, hireable: null, bio: null,
	    twitter_username: null, public_repos: 0, public_gists: 0,
	    followers: 0, following: 0, created_at: at, updated_at: at } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getRateLimit({ fake, who }) {
	const { limit, used, reset } = fake.rateOf(who.token);
	const core = { limit, used, remaining: Math.max(0, limit - used),
	    reset };
	return { json: { resources: { core, search: { ...core, limit: 30,
	    used: 0, remaining: 30 } }, rate: core } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getRepository({ repo, who }) {
	return { json: { ...repoShape(repo), network_count: 0,
	    subscribers_count: 0, permissions: { admin: false,
		maintain: false, push: who.right === 'write', triage: false,
		pull: true } } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function listHooks(call) {
	const { fake, repo } = call;
	const { items, headers } = paged(call, fake.hooks);
	return { json: items.map((hook) => hook.shape(repo.api)), headers };
}

// Refs

/** @param {Repository} repo */
function needCommits(repo) {
	if (![...repo.known.values()].some(Boolean))
		throw new Problem(409, 'Git Repository is empty.');
}

/** @param {string} ref heads/x */
function branchName(ref) {
	return ref.startsWith('heads/') ? ref.slice(6) : '';
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getRef({ repo, p }) {
	const branch = branchName(p.ref);
	const id = branch && await repo.seen(branch);
	needCommits(repo);
	if (!id)
		throw notFound();
	return { json: refShape(repo, `refs/${p.ref}`, id) };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function listMatchingRefs({ repo, p }) {
	const list = [];
	for (const branch of [...repo.known.keys()].sort()) {
		const id = `heads/${branch}`.startsWith(p.ref) &&
		    await repo.seen(branch);
		if (id)
			list.push(refShape(repo, `refs/heads/${branch}`, id));
	}
	return { json: list };
}

/** @param {Call} call @param {any} sha */
async function wantedCommit({ repo }, sha) {
	if (!hex.test(sha))
		throw badId('sha');
	const object = await repo.git.object(sha);
	if (!object)
		throw unprocessable('Object does not exist');
	if (object.type !== 'commit')
		throw unprocessable('Object is not a commit');
}

/** @param {Call} call @returns {Promise<Answer>} */
async function createRef(call) {
	const { repo, body, who } = call;
	const branch = /^refs\/heads\/(.+)$/.exec(body.ref)?.[1];
	if (!branch || !validBranch(branch))
		throw unprocessable(/^refs\/.+\//.test(body.ref ?? '')
		    ? 'Reference name is not valid'
		    : 'Reference name must start with \'refs/\'.');
	await wantedCommit(call, body.sha);
	return repo.exclusive(async () => {
		if (await repo.head(branch))
			throw unprocessable('Reference already exists');
		// A branch in the way (of codex/x: codex).
		await repo.move(branch, body.sha, null, who).catch(() => {
			throw unprocessable('Reference update failed');
		});
		const json = refShape(repo, body.ref, body.sha);
		return { status: 201, json, headers: { location: json.url } };
	});
}

/** @param {string} name */
function validBranch(name) {
	return !/[\s~^:?*[\\\x7f]|\.\.|@\{|\/\/|\.lock(\/|$)|(^|\/)\.|[./]$|^\//
	    .test(name);
}

/** @param {Call} call @returns {Promise<Answer>} */
async function updateRef(call) {
	const { repo, p, body, who } = call;
	await wantedCommit(call, body.sha);
	const branch = branchName(p.ref);
	return repo.exclusive(async () => {
		const before = branch && await repo.head(branch);
		if (!before)
			throw unprocessable('Reference does not exist');
		if (!body.force &&
		    !await repo.git.isAncestor(before, body.sha))
			throw unprocessable('Update is not a fast forward');
		if (before !== body.sha)
			await repo.move(branch, body.sha, before, who)
			    .catch(() => {
				throw unprocessable(
				    'Update is not a fast forward');
			});
		return { json: refShape(repo, `refs/${p.ref}`, body.sha) };
	});
}

/** @param {Call} call @returns {Promise<Answer>} */
async function deleteRef({ repo, p, who }) {
	const branch = branchName(p.ref);
	return repo.exclusive(async () => {
		const before = branch && await repo.head(branch);
		if (!before)
			throw unprocessable('Reference does not exist');
		await repo.move(branch, null, before, who);
		return { status: 204, data: '' };
	});
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getBranch({ repo, p }) {
	const id = await repo.seen(p.branch);
	const commit = id && await repo.git.commit(id);
	if (!commit)
		throw new Problem(404, 'Branch not found');
	const self = `${repo.api}/branches/${encodePath(p.branch)}`;
	return { json: { name: p.branch, commit: commitShape(repo, commit),
	    _links: { self, html: `${repo.html}/tree/${
		encodePath(p.branch)}` }, protected: false,
	    protection: { enabled: false },
	    protection_url: `${self}/protection` } };
}

// Commits

/** @param {Call} call @returns {Promise<Answer>} */
async function getCommit({ repo, p, media }) {
	const commit = await repo.resolve(p.ref);
	needCommits(repo);
	if (!commit)
		throw unprocessable(`No commit found for SHA: ${p.ref}`);
	if (media === 'sha')
		return { data: commit.id, etag: `"${commit.id}"`,
		    type: 'application/vnd.github.sha; charset=utf-8' };
	const parent = await repo.git.commit(commit.parents[0] ?? '');
	const files = await repo.changes(parent?.tree ?? emptyTree,
	    commit.tree);
	const sum = (/** @type {'additions'|'deletions'} */ key) =>
	    files.reduce((n, f) => n + f[key], 0);
	const [additions, deletions] = [sum('additions'), sum('deletions')];
	return { json: { ...commitShape(repo, commit), stats: { additions,
	    deletions, total: additions + deletions },
	    files: files.slice(0, 300) } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function listCommits(call) {
	const { repo, query } = call;
	const commit = await repo.resolve(query.get('sha') ?? repo.branch);
	needCommits(repo);
	if (!commit)
		throw notFound();
	const all = (await repo.git.commitsSince(commit.id, [])).reverse();
	const { items, headers } = paged(call, all);
	return { json: items.map((c) => commitShape(repo, c)), headers };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getGitCommit({ repo, p }) {
	if (!hex.test(p.commit_sha))
		throw badId('commit_sha');
	const commit = await repo.resolve(p.commit_sha);
	if (!commit)
		throw notFound();
	return { json: gitCommitShape(repo, commit) };
}

/** @param {any} given @param {import('./git.mjs').Person} otherwise */
function personOf(given, otherwise) {
	if (!given)
		return otherwise;
	if (typeof given.name !== 'string' || typeof given.email !== 'string')
		throw unprocessable('Invalid request.\n\n"email", "name" ' +
		    'weren\'t supplied.');
	if (given.date !== undefined && Number.isNaN(Date.parse(given.date)))
		throw unprocessable('Invalid date');
	return { name: clean(given.name), email: clean(given.email),
	    date: gitDate(given.date) };
}

/** What git leaves out of names. @param {string} text */
function clean(text) {
	return text.replace(/[<>\n]/g, '').trim();
}

/** @param {Call} call @returns {Promise<Answer>} */
async function createCommit({ repo, body, who }) {
	if (!body.message)
		throw unprocessable('Invalid request.\n\n"message" wasn\'t ' +
		    'supplied.');
	if (!hex.test(body.tree) || !await repo.git.tree(body.tree))
		throw unprocessable('Tree SHA does not exist');
	for (const parent of body.parents ?? [])
		if (!hex.test(parent) || !await repo.git.commit(parent))
			throw unprocessable('Parent SHA does not exist or ' +
			    'is not a commit object');
	const author = personOf(body.author, { name: who.name,
	    email: who.email, date: gitDate() });
	const id = await repo.git.writeCommit({ tree: body.tree,
	    parents: body.parents ?? [], author,
	    committer: personOf(body.committer, author),
	    message: body.message });
	const commit = /** @type {import('./git.mjs').Commit} */ (
	    await repo.git.commit(id));
	const json = gitCommitShape(repo, commit);
	return { status: 201, json, headers: { location: json.url } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function compare(call) {
	const { repo, p } = call;
	const names = p.basehead.split('...');
	const [base, head] = names.length === 2 ? await Promise.all(
	    names.map((name) => repo.resolve(name))) : [];
	const merge = base && head && await repo.git.mergeBase(base.id,
	    head.id);
	if (!base || !head)
		throw notFound();
	if (!merge)
		throw new Problem(404, `No common ancestor between ${names[0]
		    } and ${names[1]}.`);
	const from = /** @type {import('./git.mjs').Commit} */ (
	    await repo.git.commit(merge));
	const ahead = await repo.git.commitsSince(head.id, [base.id]);
	const behind = await repo.git.commitsSince(base.id, [head.id]);
	const { items, page, headers } = paged(call, ahead, 250);
	const html = `${repo.html}/compare/${p.basehead}`;
	return { headers, json: { url: `${repo.api}/compare/${p.basehead}`,
	    html_url: html, permalink_url: html, diff_url: `${html}.diff`,
	    patch_url: `${html}.patch`, base_commit: commitShape(repo, base),
	    merge_base_commit: commitShape(repo, from),
	    status: ahead.length ? behind.length ? 'diverged' : 'ahead'
		: behind.length ? 'behind' : 'identical',
	    ahead_by: ahead.length, behind_by: behind.length,
	    total_commits: ahead.length,
	    commits: items.map((c) => commitShape(repo, c)),
	    files: page > 1 ? [] : (await repo.changes(from.tree, head.tree))
		.slice(0, 300) } };
}

// Trees and blobs

/** @param {Repository} repo @param {Entry} entry @param {string} path */
async function treeRow(repo, entry, path) {
	const type = isTree(entry.mode) ? 'tree'
	    : entry.mode === '160000' ? 'commit' : 'blob';
	return { path, mode: entry.mode.padStart(6, '0'), type,
	    sha: entry.id, ...(type === 'blob'
		? { size: await repo.fake.sizeOf(repo, entry.id) } : {}),
	    ...(type === 'commit' ? {} : { url:
		`${repo.api}/git/${type}s/${entry.id}` }) };
}

/** @param {Repository} repo @param {string} id @param {boolean} deep
 * @returns {Promise<any[]>} */
async function treeRows(repo, id, deep, prefix = '') {
	const entries = await repo.git.tree(id) ?? [];
	const rows = await Promise.all(entries.map(async (entry) => {
		const path = prefix + entry.name;
		const below = deep && isTree(entry.mode) ? await treeRows(
		    repo, entry.id, true, `${path}/`) : [];
		return [await treeRow(repo, entry, path), ...below];
	}));
	return rows.flat();
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getTree({ repo, p, query }) {
	const commit = await repo.resolve(p.tree_sha);
	needCommits(repo);
	const id = commit?.tree ?? p.tree_sha;
	if (!hex.test(id) || !await repo.git.tree(id))
		throw notFound();
	const rows = await treeRows(repo, id, query.has('recursive'));
	return { json: { sha: id, url: `${repo.api}/git/trees/${id}`,
	    tree: rows.slice(0, 100000), truncated: rows.length > 100000 } };
}

/** What is wrong with a path in a tree, or ''. @param {any} path */
function pathFault(path) {
	if (typeof path !== 'string' || path === '')
		return 'tree.path was not supplied';
	if (path.startsWith('/'))
		return 'tree.path cannot start with a slash';
	return path.split('/').some((part) => ['', '.', '..'].includes(part) ||
	    part.toLowerCase() === '.git')
	    ? 'tree.path contains a malformed path component' : '';
}

/** An entry as the request has it. @param {Call} call @param {any} item
 * @param {string|null} base
 * @returns {Promise<{path: string, entry: {mode: string, id: string}|
 *     null}>} */
async function treeEntry({ repo }, { path, mode, sha, content }, base) {
	const fault = pathFault(path);
	if (fault)
		throw unprocessable(fault);
	if (!/^(100644|100755|040000|160000|120000)$/.test(mode))
		throw unprocessable('tree.mode must be one of 100644, ' +
		    '100755, 040000, 160000, 120000');
	if (sha === null && content === undefined) {
		if (!base || !await repo.git.find(base, path))
			throw unprocessable('GitRPC::BadObjectState');
		return { path, entry: null };
	}
	if ((sha === undefined) === (content === undefined))
		throw unprocessable(
		    'Must supply either tree.sha or tree.content');
	if (content !== undefined)
		return { path, entry: { mode, id: await repo.git.write('blob',
		    Buffer.from(content)) } };
	const kind = isTree(mode) ? 'tree' : 'blob';
	const object = hex.test(sha) ? await repo.git.object(sha) : null;
	if (object?.type !== kind && mode !== '160000')
		throw unprocessable(`tree.sha ${sha} is not a valid ${kind}`);
	return { path, entry: { mode: mode.replace(/^0/, ''), id: sha } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function createTree(call) {
	const { repo, body } = call;
	if (!Array.isArray(body.tree) || body.tree.length === 0)
		throw unprocessable('Invalid tree info');
	const base = body.base_tree ?? null;
	// GitHub takes a commit for it, too; its documentation does not.
	if (base !== null && (!hex.test(base) || !await repo.git.tree(base)))
		throw unprocessable('base_tree is not a valid tree oid');
	const entries = await Promise.all(body.tree.map(
	    (/** @type {any} */ item) => treeEntry(call, item, base)));
	const id = await repo.git.editTree(base, editsOf(entries)) ??
	    await repo.git.write('tree', Buffer.alloc(0));
	const url = `${repo.api}/git/trees/${id}`;
	return { status: 201, headers: { location: url }, json: { sha: id, url,
	    tree: await treeRows(repo, id, false), truncated: false } };
}

/** Base64 in lines of 60, as GitHub writes it. @param {Buffer} bytes */
function base64(bytes) {
	return bytes.toString('base64').replace(/.{1,60}/g, '$&\n');
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getBlob({ repo, p, media }) {
	if (!hex.test(p.file_sha))
		throw badId('sha');
	const bytes = await repo.git.blob(p.file_sha);
	if (!bytes)
		throw notFound();
	if (media === 'raw')
		return { data: bytes,
		    type: 'application/vnd.github.raw+json; charset=utf-8' };
	return { json: { sha: p.file_sha, node_id: nodeId('Blob', p.file_sha),
	    size: bytes.length, url: `${repo.api}/git/blobs/${p.file_sha}`,
	    content: base64(bytes), encoding: 'base64' } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function createBlob({ repo, body }) {
	const { content, encoding = 'utf-8' } = body;
	if (typeof content !== 'string')
		throw unprocessable('Invalid request.\n\n"content" wasn\'t ' +
		    'supplied.');
	if (encoding === 'base64' && !/^[A-Za-z0-9+/\s]*=*\s*$/.test(content))
		throw unprocessable('content is not valid Base64');
	const id = await repo.git.write('blob', Buffer.from(content,
	    encoding === 'base64' ? 'base64' : 'utf8'));
	const url = `${repo.api}/git/blobs/${id}`;
	return { status: 201, headers: { location: url },
	    json: { sha: id, url } };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getContents({ repo, p, query, media }) {
	const ref = query.get('ref') ?? repo.branch;
	const commit = await repo.resolve(ref);
	if (!commit)
		throw new Problem(404, `No commit found for the ref ${ref}`);
	const path = p.path.replace(/\/$/, '');
	const found = await repo.git.find(commit.tree, path);
	if (!found)
		throw notFound();
	if (!isTree(found.mode)) {
		const bytes = await repo.git.blob(found.id) ?? Buffer.alloc(0);
		if (media === 'raw')
			return { data: bytes, type:
			    'application/vnd.github.raw+json; charset=utf-8' };
		const large = bytes.length > 1024 * 1024;
		return { json: { ...contentRow(repo, path, ref, found.id,
		    'file', bytes.length), content: large ? '' : base64(bytes),
		    encoding: large ? 'none' : 'base64' } };
	}
	// A folder ends at 1000 entries, and nothing says so.
	const entries = (await repo.git.tree(found.id) ?? []).slice(0, 1000);
	return { json: await Promise.all(entries.map(async (e) => contentRow(
	    repo, path ? `${path}/${e.name}` : e.name, ref, e.id,
	    isTree(e.mode) ? 'dir' : 'file', isTree(e.mode) ? 0
		: await repo.fake.sizeOf(repo, e.id)))) };
}

/** @param {Repository} repo @param {string} path @param {string} ref
 * @param {string} sha @param {string} type @param {number} size */
function contentRow(repo, path, ref, sha, type, size) {
	const where = encodePath(path);
	const self = `${repo.api}/contents/${where}?ref=${ref}`;
	const git = `${repo.api}/git/${type === 'dir' ? 'trees'
	    : 'blobs'}/${sha}`;
	const html = `${repo.html}/${type === 'dir' ? 'tree'
	    : 'blob'}/${ref}/${where}`;
	return { name: path.split('/').pop(), path, sha, size, url: self,
	    html_url: html, git_url: git, download_url: type === 'dir' ? null
		: `${repo.html}/raw/${ref}/${where}`, type,
	    _links: { self, git, html } };
}

// Pull requests

/** A page of a list, with its links. @template T @param {Call} call
 * @param {T[]} all @param {number} usual */
function paged({ query, url }, all, usual = 30) {
	const number = (/** @type {string} */ name,
	    /** @type {number} */ otherwise) =>
	    Math.max(1, Number(query.get(name)) || otherwise);
	const size = Math.min(query.has('per_page') ? 100 : usual,
	    number('per_page', usual));
	const page = number('page', 1);
	const last = Math.max(1, Math.ceil(all.length / size));
	const link = (/** @type {number} */ n, /** @type {string} */ rel) => {
		const q = new URLSearchParams(query);
		q.set('page', String(n));
		return `<${url}?${q}>; rel="${rel}"`;
	};
	const links = [
		...(page > 1 ? [link(page - 1, 'prev')] : []),
		...(page < last ? [link(page + 1, 'next'),
		    link(last, 'last')] : []),
		...(page > 1 ? [link(1, 'first')] : []),
	];
	/** @type {Record<string, string>} */
	const headers = links.length ? { link: links.join(', ') } : {};
	return { items: all.slice((page - 1) * size, page * size), page,
	    headers };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function listPulls(call) {
	const { repo, query } = call;
	const state = query.get('state') ?? 'open';
	const head = query.get('head');
	const base = query.get('base');
	// GitHub leaves a head without its owner out of account.
	const wanted = repo.pulls.filter((p) =>
	    (state === 'all' || p.state === state) &&
	    (!head?.includes(':') || head.toLowerCase() === `${
		repo.owner.login}:${p.head.ref}`.toLowerCase()) &&
	    (!base || base === p.base.ref));
	if (query.get('direction') !== 'asc')
		wanted.reverse();
	const { items, headers } = paged(call, wanted);
	return { json: items.map((p) => pullShape(repo, p)), headers };
}

/** @param {Call} call */
function pullOf({ repo, p }) {
	const pull = repo.pulls[Number(p.pull_number) - 1];
	if (!pull)
		throw notFound();
	return pull;
}

/** @param {Call} call @returns {Promise<Answer>} */
async function createPull({ repo, body, who }) {
	return repo.exclusive(async () => {
		const pull = await openPull(repo, body, who);
		const json = await fullPullShape(repo, pull);
		return { status: 201, json, headers: { location: json.url } };
	});
}

/** @param {Call} call @returns {Promise<Answer>} */
async function getPull(call) {
	const pull = pullOf(call);
	await call.repo.exclusive(() => tryMerge(call.repo, pull));
	return { json: await fullPullShape(call.repo, pull) };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function updatePull(call) {
	const pull = pullOf(call);
	const { repo, body, who } = call;
	await repo.exclusive(() => changePull(repo, pull, body ?? {}, who));
	return { json: await fullPullShape(repo, pull) };
}

/** @param {Call} call @returns {Promise<Answer>} */
async function putMerge(call) {
	const pull = pullOf(call);
	const { repo, body, who } = call;
	const sha = await repo.exclusive(() => mergePull(repo, pull,
	    body ?? {}, who));
	return { json: { sha, merged: true,
	    message: 'Pull Request successfully merged' } };
}

/** @type {[string, string, string, string, Route['handle']][]} */
const table = [
	['get', '/user', 'login', 'users/users#get-the-authenticated-user',
	    getUser],
	['get', '/rate_limit', 'none', 'rate-limit/rate-limit#get-rate-limit' +
	    '-status-for-the-authenticated-user', getRateLimit],
	['get', R, 'read', 'repos/repos#get-a-repository', getRepository],
	['get', `${R}/hooks`, 'write',
	    'repos/webhooks#list-repository-webhooks', listHooks],
	['get', `${R}/git/ref/{ref}`, 'read', 'git/refs#get-a-reference',
	    getRef],
	['get', `${R}/git/matching-refs/{ref}`, 'read',
	    'git/refs#list-matching-references', listMatchingRefs],
	['post', `${R}/git/refs`, 'write', 'git/refs#create-a-reference',
	    createRef],
	['patch', `${R}/git/refs/{ref}`, 'write',
	    'git/refs#update-a-reference', updateRef],
	['delete', `${R}/git/refs/{ref}`, 'write',
	    'git/refs#delete-a-reference', deleteRef],
	['get', `${R}/branches/{branch}`, 'read',
	    'branches/branches#get-a-branch', getBranch],
	['get', `${R}/commits/{ref}`, 'read', 'commits/commits#get-a-commit',
	    getCommit],
	['get', `${R}/commits`, 'read', 'commits/commits#list-commits',
	    listCommits],
	['get', `${R}/git/commits/{commit_sha}`, 'read',
	    'git/commits#get-a-commit-object', getGitCommit],
	['post', `${R}/git/commits`, 'write', 'git/commits#create-a-commit',
	    createCommit],
	['get', `${R}/compare/{basehead}`, 'read',
	    'commits/commits#compare-two-commits', compare],
	['get', `${R}/git/trees/{tree_sha}`, 'read', 'git/trees#get-a-tree',
	    getTree],
	['post', `${R}/git/trees`, 'write', 'git/trees#create-a-tree',
	    createTree],
	['get', `${R}/git/blobs/{file_sha}`, 'read', 'git/blobs#get-a-blob',
	    getBlob],
	['post', `${R}/git/blobs`, 'write', 'git/blobs#create-a-blob',
	    createBlob],
	['get', `${R}/contents/{path}`, 'read',
	    'repos/contents#get-repository-content', getContents],
	['get', `${R}/pulls`, 'read', 'pulls/pulls#list-pull-requests',
	    listPulls],
	['post', `${R}/pulls`, 'write', 'pulls/pulls#create-a-pull-request',
	    createPull],
	['get', `${R}/pulls/{pull_number}`, 'read',
	    'pulls/pulls#get-a-pull-request', getPull],
	['patch', `${R}/pulls/{pull_number}`, 'write',
	    'pulls/pulls#update-a-pull-request', updatePull],
	['put', `${R}/pulls/{pull_number}/merge`, 'write',
	    'pulls/pulls#merge-a-pull-request', putMerge],
];

/** Names in a path whose values may hold slashes. */
const long = new Set(['ref', 'path', 'basehead', 'branch']);

/** @type {Route[]} */
export const routes = table.map(([method, path, right, doc, handle]) => {
	const names = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
	const pattern = path.replace(/\{(\w+)\}/g, (_, name) =>
	    name === 'path' ? '(.*)' : long.has(name) ? '(.+)' : '([^/]+)');
	return { method, path, right, handle, names,
	    doc: `https://docs.github.com/rest/${doc}`,
	    pattern: new RegExp(`^${pattern}$`) };
});

