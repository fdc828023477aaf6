// @ts-check
// repository: one repository of the fake: its bare Git repository, what its
// heads look like from outside while they lag, its pull requests, and the
// events that each move of a branch sends.

import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Device } from './device.mjs';
import { Git, editsOf, emptyTree, git, gitDate, isTree, lineCounts,
    zero } from './git.mjs';
import { followBranch } from './pulls.mjs';
import { encodePath, pushedCommitShape, pushedRepoShape, repoShape,
    userShape } from './shapes.mjs';
import { seeded } from './trouble.mjs';

/**
 * @typedef {import('./shapes.mjs').Login} Login
 * @typedef {{ms?: number, requests?: number, flap?: number, hide?: boolean,
 *     seed?: number}} Lag
 *     for so long, and for so many answers, a branch that has moved looks
 *     as before; with `flap` an answer is up to date with that probability
 *     all the same; with `hide` the new commit of a git push is unknown, too
 * @typedef {{branch: string, before: string|null, after: string|null,
 *     until: number, left: number, hide: boolean}} Lagging
 * @typedef {{branch: string, before: string|null, after: string|null,
 *     at: number, token: string}} Move
 *     of a branch, with the token that did it through REST, or ''
 */

/** Tells the fake of a push and waits until it knows. @param {string} url */
const receiveHook = (url) => `#!/bin/bash
# Reports what has been pushed, if anybody listens.
LC_ALL=C
report=$FAKE_PUSHER$'\\n'
while IFS= read -r line; do
	report+=$line$'\\n'
done
exec 3<>/dev/tcp/${new URL(url).hostname}/${new URL(url).port} || exit 0
printf 'POST %s HTTP/1.0\\r\\nContent-Length: %d\\r\\n\\r\\n%s' \\
    '${new URL(url).pathname}' "\${#report}" "$report" >&3
IFS= read -r answer <&3
exit 0
`;

export class Repository {
	/**
	 * @param {import('./fake.mjs').Fake} fake
	 * @param {{owner: Login, name: string, branch: string, id: number,
	 *     dir: string}} options
	 */
	constructor(fake, { owner, name, branch, id, dir }) {
		this.fake = fake;
		this.owner = owner;
		this.name = name;
		this.branch = branch;
		this.id = id;
		this.fullName = `${owner.login}/${name}`;
		this.git = new Git(dir);
		/** @type {import('./pulls.mjs').Pull[]} */
		this.pulls = [];
		/** @type {Map<string, string|null>} */
		this.known = new Map();
		/** @type {Lagging[]} */
		this.lagging = [];
		/** All there ever were. @type {Move[]} */
		this.moves = [];
		/** @type {Lag} */
		this.lag = {};
		this.random = seeded(1);
		this.createdAt = this.pushedAt = Date.now();
		/** @type {Promise<any>} */
		this.turn = Promise.resolve();
		this.devices = 0;
	}

	get api() {
		return `${this.fake.urls.api}/repos/${this.fullName}`;
	}

	get html() {
		return `${this.fake.urls.html}/${this.fullName}`;
	}

	/** @param {Record<string, string|Buffer>} files of a first commit */
	async open(files = {}) {
		await this.git.open(this.branch);
		const hook = join(this.git.dir, 'hooks', 'post-receive');
		writeFileSync(hook, receiveHook(`${this.fake.urls.html
		    }/_fake/received/${this.fullName}`));
		chmodSync(hook, 0o755);
		for (const [branch, id] of await this.git.branches())
			this.known.set(branch, id);
		if (Object.keys(files).length && !this.known.size)
			await this.commit({ files, message: 'Anfang',
			    quiet: true });
		return this;
	}

	/** @param {Lag} lag */
	setLag(lag) {
		this.lag = lag;
		this.lagging = [];
		this.random = seeded(lag.seed ?? 1);
	}

	/** One after another. @template T @param {() => Promise<T>} work
	 * @returns {Promise<T>} */
	exclusive(work) {
		const result = this.turn.then(work);
		this.turn = result.catch(() => {});
		return result;
	}

	// Reading

	/** The commit that a branch really has. @param {string} branch */
	async head(branch = this.branch) {
		return this.git.ref(`refs/heads/${branch}`);
	}

	/** The commit that a branch seems to have. @param {string} branch
	 * @returns {Promise<string|null>} */
	async seen(branch) {
		const head = await this.head(branch);
		this.notice(branch, head);
		const now = Date.now();
		this.lagging = this.lagging.filter((l) =>
		    l.until > now || l.left > 0);
		const lagging = this.lagging.find((l) => l.branch === branch);
		if (!lagging || this.random() < (this.lag.flap ?? 0))
			return head;
		lagging.left--;
		return lagging.before;
	}

	/** Whether a commit has not arrived where we look.
	 * @param {string} id */
	hidden(id) {
		const now = Date.now();
		return this.lagging.some((l) => l.hide && l.after === id &&
		    (l.until > now || l.left > 0));
	}

	/** @param {string} branch @param {string|null} after
	 * @param {boolean} own through REST */
	notice(branch, after, own = false) {
		const before = this.known.get(branch) ?? null;
		if (before === after)
			return;
		this.known.set(branch, after);
		this.pushedAt = Date.now();
		const { ms = 0, requests = 0, hide = false } = this.lag;
		if (ms || requests)
			this.lagging.push({ branch, before, after,
			    until: Date.now() + ms, left: requests,
			    hide: hide && !own });
	}

	/** A commit by id or by the name of a branch. @param {string} name
	 * @returns {Promise<import('./git.mjs').Commit|null>} */
	async resolve(name) {
		const branch = name.replace(/^(refs\/)?heads\//, '');
		const id = /^[0-9a-f]{40}$/.test(name) ? name
		    : await this.seen(branch);
		return !id || this.hidden(id) ? null : this.git.commit(id);
	}

	/** @param {string} path @param {string} ref branch or commit
	 * @returns {Promise<Buffer|null>} */
	async readFile(path, ref = this.branch) {
		const commit = await this.git.commit(
		    await this.head(ref) ?? ref);
		const found = commit && await this.git.find(commit.tree, path);
		return found && !isTree(found.mode)
		    ? this.git.blob(found.id) : null;
	}

	/** Every file: blob id by path. @param {string} ref
	 * @returns {Promise<Record<string, string>>} */
	async files(ref = this.branch) {
		const commit = await this.git.commit(
		    await this.head(ref) ?? ref);
		const files = commit ? await this.git.files(commit.tree) : [];
		return Object.fromEntries(files.map((f) =>
		    [f.path, f.entry.id]));
	}

	/** Commits, the newest first. @param {string} ref */
	async log(ref = this.branch) {
		const id = await this.head(ref) ?? ref;
		return (await this.git.commitsSince(id, [])).reverse();
	}

	// Changing

	/**
	 * A commit by somebody else, without a working copy.
	 * @param {{files: Record<string, string|Buffer|null>,
	 *     message?: string, branch?: string, parent?: string|null,
	 *     author?: Partial<import('./git.mjs').Person>, force?: boolean,
	 *     login?: string, quiet?: boolean, merges?: string|null}} what
	 *     merges: a second parent; null removes a file; a parent that is not the head needs `force`
	 * @returns {Promise<string>} its id
	 */
	async commit({ files, message = 'Änderung', branch = this.branch,
	    parent, author = {}, force = false, login, quiet = false,
	    merges = null }) {
		const who = this.fake.login(login);
		return this.exclusive(async () => {
			const before = await this.head(branch);
			const on = parent === undefined ? before : parent;
			const by = { name: who.name, email: who.email,
			    date: gitDate(), ...author };
			const id = await this.git.writeCommit({
			    tree: await this.treeWith(on, files),
			    parents: [on, merges].filter((id) => id !== null),
			    author: by, committer: by, message });
			if (before && !force &&
			    !await this.git.isAncestor(before, id))
				throw new Error('not a fast-forward');
			await this.git.setRef(`refs/heads/${branch}`, id,
			    before ?? zero);
			this.notice(branch, id);
			if (!quiet)
				await this.report(branch, before, id, who);
			return id;
		});
	}

	/** @param {string|null} on @param {Record<string, string|Buffer|null>}
	 *     files */
	async treeWith(on, files) {
		const list = await Promise.all(Object.entries(files).map(
		    async ([path, bytes]) => ({ path, entry: bytes === null
			? null : { mode: '100644', id: await this.git.write(
			    'blob', Buffer.from(bytes)) } })));
		const base = on ? (await this.git.commit(on))?.tree : null;
		return await this.git.editTree(base ?? null, editsOf(list)) ??
		    this.git.write('tree', Buffer.alloc(0));
	}

	/** Moves a branch as REST does, with its events; throws if it is no
	 * longer where it was. @param {string} branch
	 * @param {string|null} after @param {string|null} before
	 * @param {Login & {token?: string}} who */
	async move(branch, after, before, who) {
		await this.git.setRef(`refs/heads/${branch}`, after ?? zero,
		    before ?? zero);
		this.notice(branch, after, true);
		await this.report(branch, before, after, who);
	}

	/** Another device with real git. @param {string} [login] */
	async device(login) {
		const dir = join(this.fake.dir, 'devices',
		    `${this.name}-${this.devices++}-${
			randomBytes(3).toString('hex')}`);
		await git(['clone', '--quiet', '--config', 'gc.auto=0',
		    '--config', 'core.fsync=none', this.git.dir, dir]);
		return new Device(this, dir, this.fake.login(login).login);
	}

	/** What the post-receive hook reports. @param {string} text */
	async received(text) {
		const [login, ...lines] = text.split('\n').filter((l, n) =>
		    n === 0 || l);
		for (const line of lines) {
			const [from, to, ref] = line.split(' ');
			const [before, after] = [from, to].map((id) =>
			    id === zero ? null : id);
			const branch = ref.replace(/^refs\/heads\//, '');
			if (branch !== ref) {
				this.notice(branch, after);
				await this.report(branch, before, after,
				    this.fake.login(login));
			}
		}
	}

	// Events

	/** @param {string} branch @param {string|null} before
	 * @param {string|null} after @param {Login & {token?: string}} who */
	async report(branch, before, after, who) {
		this.moves.push({ branch, before, after, at: Date.now(),
		    token: who.token ?? '' });
		const payload = await this.pushPayload(branch, before, after);
		await this.emit('push', { ...payload,
		    pusher: { name: who.login, email: who.email },
		    repository: pushedRepoShape(this) }, who);
		await followBranch(this, branch, before, after, who);
	}

	/** @param {string} branch @param {string|null} before
	 * @param {string|null} after */
	async pushPayload(branch, before, after) {
		const others = new Map(this.known);
		others.delete(branch);
		const elsewhere = [...others.values()].filter((id) =>
		    id !== null);
		const commits = after ? await this.git.commitsSince(after,
		    before ? [before] : elsewhere) : [];
		const fresh = new Set((after ? await this.git.commitsSince(
		    after, [...elsewhere, ...(before ? [before] : [])]) : [])
		    .map((c) => c.id));
		const shapes = [];
		for (const commit of commits.slice(-2048))
			shapes.push(await pushedCommitShape(this, commit,
			    fresh.has(commit.id)));
		const head = after && await this.git.commit(after);
		const same = [...others].find(([, id]) => id === after);
		return { ref: `refs/heads/${branch}`, before: before ?? zero,
		    after: after ?? zero, created: !before, deleted: !after,
		    forced: Boolean(before && after &&
			!await this.git.isAncestor(before, after)),
		    base_ref: !before && same ? `refs/heads/${same[0]}` : null,
		    compare: this.comparePage(branch, before, after),
		    commits: shapes, head_commit: head ? shapes.at(-1) ??
			await pushedCommitShape(this, head, false) : null };
	}

	/** @param {string} branch @param {string|null} before
	 * @param {string|null} after */
	comparePage(branch, before, after) {
		const range = `${(before ?? zero).slice(0, 12)}...${
		    (after ?? zero).slice(0, 12)}`;
		return `${this.html}/compare/${before ? range
		    : encodePath(branch)}`;
	}

	/** Sends an event to every hook. @param {string} event
	 * @param {any} payload @param {Login} who */
	async emit(event, payload, who) {
		const whole = { repository: repoShape(this), ...payload,
		    sender: userShape(who, this.fake.urls) };
		this.fake.checkEvent(event, whole);
		for (const hook of this.fake.hooks)
			hook.emit(event, whole);
	}

	// Differences

	/**
	 * Files between two trees as GitHub lists them; whole files that only
	 * moved are renames.
	 * @param {string} from @param {string} to
	 */
	async changes(from, to) {
		const all = await this.git.diff(from || emptyTree,
		    to || emptyTree);
		const gone = all.filter((c) => !c.to);
		const files = [];
		for (const change of all.filter((c) => c.to)) {
			const n = change.from ? -1 : gone.findIndex((c) =>
			    c.from?.id === change.to?.id);
			const old = n < 0 ? null : gone.splice(n, 1)[0];
			files.push(await this.changed(change, old));
		}
		for (const change of gone)
			files.push(await this.changed(change, null));
		return files.sort((a, b) => a.filename < b.filename ? -1 : 1);
	}

	/** @param {import('./git.mjs').Change} change
	 * @param {import('./git.mjs').Change|null} old it moved from there */
	async changed({ path, from, to }, old) {
		const bytes = async (/** @type {any} */ e) =>
		    e && await this.git.blob(e.id) || Buffer.alloc(0);
		const counts = old ? { additions: 0, deletions: 0 }
		    : lineCounts(await bytes(from), await bytes(to));
		const sha = (to ?? from)?.id ?? '';
		const where = encodePath(path);
		return { sha, filename: path, ...counts,
		    status: old ? 'renamed' : !from ? 'added' : to
			? 'modified' : 'removed',
		    changes: counts.additions + counts.deletions,
		    blob_url: `${this.html}/blob/${sha}/${where}`,
		    raw_url: `${this.html}/raw/${sha}/${where}`,
		    contents_url: `${this.api}/contents/${where}?ref=${sha}`,
		    ...(old ? { previous_filename: old.path } : {}) };
	}

	async close() {
		await this.turn;
		await this.git.close();
	}
}
