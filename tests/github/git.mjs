// @ts-check
// git: a bare repository, quickly.  Objects are read through one long-lived
// `git cat-file --batch-command` and written as loose objects (git's own
// format, so that every id is a real one and `git fsck` is content); refs
// move through one long-lived `git update-ref --stdin`, each with the value
// that it must have before.  Commits and trees never change and are kept.
//
// Paths and messages are strings (UTF-8); a tree entry also keeps the bytes
// of its name, so that a name that is not UTF-8 survives an edit next to it.

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const pack = promisify(deflate);

/** The id that means "no object". */
export const zero = '0'.repeat(40);
/** Entries of trees that are kept, which are some 20 MB. */
const mostEntries = 100000;
/** The empty tree. */
export const emptyTree = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/**
 * @typedef {{mode: string, name: string, raw: Buffer, id: string}} Entry
 *     mode as in Git: 100644, 40000
 * @typedef {{name: string, email: string, date: string}} Person
 *     date as in Git: seconds and zone, "1763791200 +0100"
 * @typedef {{id: string, tree: string, parents: string[], author: Person,
 *     committer: Person, message: string}} Commit
 * @typedef {{path: string, from: Entry|null, to: Entry|null}} Change
 * @typedef {Map<string, Edit>} Edits
 * @typedef {{mode: string, id: string}|null|Edits} Edit
 *     an entry, its removal, or edits below it
 */

/** Nothing of the machine's or a person's settings changes what git does. */
export const gitEnv = {
	PATH: process.env.PATH, HOME: '/nonexistent', LC_ALL: 'C.UTF-8',
	GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0',
	GIT_AUTHOR_NAME: 'Device', GIT_AUTHOR_EMAIL: 'device@example.com',
	GIT_COMMITTER_NAME: 'Device', GIT_COMMITTER_EMAIL: 'device@example.com',
	// Let malloc grow the heap in large steps: git's deltas move its end
	// to and fro, which makes fast-import fifty times slower.
	MALLOC_TOP_PAD_: '16777216',
};

/**
 * Runs git and gives what it prints.
 * @param {string[]} args
 * @param {{cwd?: string, input?: string|Buffer,
 *     env?: Record<string, string>}} options
 * @returns {Promise<Buffer>}
 */
export function git(args, { cwd, input, env } = {}) {
	return new Promise((done, failed) => {
		const child = spawn('git', args,
		    { cwd, env: { ...gitEnv, ...env } });
		/** @type {Buffer[]} */
		const out = [];
		let said = '';
		child.stdout.on('data', (chunk) => out.push(chunk));
		child.stderr.on('data', (chunk) => {
			said += chunk;
		});
		child.stdin.on('error', () => {}); // git need not read it all
		child.on('error', failed);
		child.on('close', (code) => code === 0
		    ? done(Buffer.concat(out))
		    : failed(new Error(`git ${args.join(' ')}: ${said}`)));
		child.stdin.end(input ?? '');
	});
}

/** A long-lived child whose answers come in the order of the questions. */
class Coprocess {
	/** @param {string} dir @param {string[]} args */
	constructor(dir, args) {
		/** @type {{done: Function, failed: Function,
		 *     whole: (bytes: Buffer) => number}[]} */
		this.waiting = [];
		this.rest = Buffer.alloc(0);
		/** @type {Buffer[]} */
		this.chunks = [];
		this.held = 0;
		this.need = 0;
		this.ended = false;
		this.child = spawn('git', ['--git-dir', dir, ...args],
		    { env: gitEnv });
		let said = '';
		this.child.stdout.on('data', (chunk) => this.take(chunk));
		this.child.stderr.on('data', (chunk) => {
			said += chunk;
		});
		this.child.stdin.on('error', () => {});
		this.child.on('close', () => {
			this.ended = true;
			for (const { failed } of this.waiting.splice(0))
				failed(new Error(said || 'git ended'));
		});
		for (const it of [this.child, this.child.stdin,
		    this.child.stdout, this.child.stderr])
			/** @type {any} */ (it).unref?.();
	}

	/** @param {Buffer} chunk */
	take(chunk) {
		this.chunks.push(chunk);
		this.held += chunk.length;
		if (this.held < this.need)
			return;
		this.rest = Buffer.concat(this.chunks);
		while (this.waiting.length) {
			const n = this.waiting[0].whole(this.rest);
			this.need = n;
			if (n === 0 || n > this.rest.length)
				break;
			this.waiting.shift()?.done(this.rest.subarray(0, n));
			this.rest = this.rest.subarray(n);
			this.need = 0;
		}
		this.chunks = [this.rest];
		this.held = this.rest.length;
		if (this.waiting.length === 0)
			this.hold(false);
	}

	/** Whether Node lives on for an answer. @param {boolean} on */
	hold(on) {
		const how = on ? 'ref' : 'unref';
		/** @type {any} */ (this.child.stdout)[how]?.();
		/** @type {any} */ (this.child)[how]?.();
	}

	/** @param {string} question
	 * @param {(bytes: Buffer) => number} whole length of a whole answer
	 *     at the beginning of the bytes, or 0
	 * @returns {Promise<Buffer>} */
	ask(question, whole) {
		return new Promise((done, failed) => {
			this.waiting.push({ done, failed, whole });
			this.hold(true);
			this.child.stdin.write(question);
		});
	}

	/** @returns {Promise<void>} */
	end() {
		if (this.ended)
			return Promise.resolve();
		return new Promise((done) => {
			this.hold(true);
			this.child.on('close', () => done());
			this.child.stdin.end();
		});
	}
}

/** Length of an answer of cat-file. @param {Buffer} bytes */
function objectLength(bytes) {
	const eol = bytes.indexOf(10);
	if (eol < 0)
		return 0;
	const words = bytes.toString('latin1', 0, eol).split(' ');
	return words.length === 3 && /^\d+$/.test(words[2])
	    ? eol + 1 + Number(words[2]) + 1 : eol + 1;
}

/** @param {Buffer} bytes */
function lineLength(bytes) {
	return bytes.indexOf(10) + 1;
}

/** Length of an answer of update-ref: start, prepare, commit. @param
 * {Buffer} bytes */
function transactionLength(bytes) {
	const last = 'commit: ok\n';
	const at = bytes.indexOf(last);
	return at < 0 ? 0 : at + last.length;
}

export class Git {
	/** @param {string} dir of the bare repository */
	constructor(dir) {
		this.dir = dir;
		/** @type {Map<string, Commit>} */
		this.commits = new Map();
		/** @type {Map<string, Entry[]>} */
		this.trees = new Map();
		this.kept = 0;
		/** @type {Coprocess|null} */
		this.cat = null;
		/** @type {Coprocess|null} */
		this.refs = null;
	}

	/** Makes the repository if it is not there. @param {string} branch */
	async open(branch) {
		if (existsSync(join(this.dir, 'HEAD')))
			return;
		await git(['init', '--quiet', '--bare', `--initial-branch=${
		    branch}`, this.dir]);
		const settings = { 'receive.denyDeletes': 'false',
		    'receive.denyNonFastForwards': 'false',
		    'receive.denyDeleteCurrent': 'ignore',
		    'receive.autogc': 'false', 'gc.auto': '0',
		    'core.fsync': 'none', 'core.logAllRefUpdates': 'false' };
		for (const [name, value] of Object.entries(settings))
			await git(['config', '--file',
			    join(this.dir, 'config'), name, value]);
	}

	async close() {
		await this.cat?.end();
		await this.refs?.end();
	}

	/** @param {...string} args */
	run(...args) {
		return git(['--git-dir', this.dir, ...args]);
	}

	coprocess() {
		if (!this.cat || this.cat.ended)
			this.cat = new Coprocess(this.dir, ['cat-file',
			    '--batch-command']);
		return this.cat;
	}

	/** @param {string} name */
	async contents(name) {
		const answer = await this.coprocess().ask(`contents ${
		    name}\n`, objectLength);
		const eol = answer.indexOf(10);
		const [id, type, size] = answer.toString('utf8', 0, eol)
		    .split(' ');
		if (!/^[0-9a-f]{40}$/.test(id) || size === undefined)
			return null;
		return { id, type, data: Buffer.from(answer.subarray(eol + 1,
		    eol + 1 + Number(size))) };
	}

	/**
	 * An object by id, or by the full name of a ref.
	 * @param {string} name
	 * @returns {Promise<{id: string, type: string, data: Buffer}|null>}
	 */
	async object(name) {
		return name === '' || /[\s\0]/.test(name) ? null
		    : this.contents(name);
	}

	/** @param {string} id @returns {Promise<Commit|null>} */
	async commit(id) {
		const known = this.commits.get(id);
		if (known)
			return known;
		const object = await this.object(id);
		if (object?.type !== 'commit')
			return null;
		const commit = parseCommit(object.id, object.data);
		this.commits.set(object.id, commit);
		return commit;
	}

	/** @param {string} id @returns {Promise<Entry[]|null>} */
	async tree(id) {
		if (id === emptyTree)
			return [];
		const known = this.trees.get(id);
		if (known)
			return known;
		const object = await this.object(id);
		if (object?.type !== 'tree')
			return null;
		const entries = parseTree(object.data);
		this.kept += entries.length;
		if (this.kept > mostEntries) {
			this.trees.clear();
			this.kept = entries.length;
		}
		this.trees.set(id, entries);
		return entries;
	}

	/** @param {string} id @returns {Promise<Buffer|null>} */
	async blob(id) {
		const object = await this.object(id);
		return object?.type === 'blob' ? object.data : null;
	}

	/** Bytes of an object. @param {string} id
	 * @returns {Promise<number|null>} */
	async size(id) {
		if (!/^[0-9a-f]{40}$/.test(id))
			return null;
		const answer = (await this.coprocess().ask(`info ${id}\n`,
		    lineLength)).toString().trim().split(' ');
		return answer.length === 3 ? Number(answer[2]) : null;
	}

	/** What a path leads to. @param {string} tree @param {string} path
	 * @returns {Promise<{mode: string, id: string}|null>} */
	async find(tree, path) {
		let found = { mode: '40000', id: tree };
		for (const part of path.split('/').filter(Boolean)) {
			const entry = isTree(found.mode) &&
			    (await this.tree(found.id))?.find((e) =>
				e.name === part);
			if (!entry)
				return null;
			found = entry;
		}
		return found;
	}

	/** @param {string} type @param {Buffer} data
	 * @returns {Promise<string>} its id */
	async write(type, data) {
		const whole = Buffer.concat([
		    Buffer.from(`${type} ${data.length}\0`), data]);
		const id = createHash('sha1').update(whole).digest('hex');
		const folder = join(this.dir, 'objects', id.slice(0, 2));
		const path = join(folder, id.slice(2));
		if (existsSync(path))
			return id;
		const bytes = await pack(whole, { level: 1 });
		const temporary = join(this.dir, 'objects',
		    `tmp_obj_${randomBytes(6).toString('hex')}`);
		mkdirSync(folder, { recursive: true });
		writeFileSync(temporary, bytes, { mode: 0o444 });
		renameSync(temporary, path);
		return id;
	}

	/** @param {{mode: string, name: string, raw?: Buffer, id: string}[]}
	 *     entries in any order */
	async writeTree(entries) {
		const rows = entries.map(({ mode, name, raw, id }) => {
			const bytes = raw ?? Buffer.from(name);
			return { bytes, mode, id, key: isTree(mode)
			    ? Buffer.concat([bytes, Buffer.from('/')]) : bytes };
		}).sort((a, b) => Buffer.compare(a.key, b.key));
		return this.write('tree', Buffer.concat(rows.flatMap((r) =>
		    [Buffer.from(`${r.mode} `), r.bytes, Buffer.from([0]),
			Buffer.from(r.id, 'hex')])));
	}

	/** @param {Omit<Commit, 'id'>} commit */
	async writeCommit({ tree, parents, author, committer, message }) {
		const person = (/** @type {Person} */ p) =>
		    `${p.name} <${p.email}> ${p.date}`;
		return this.write('commit', Buffer.from([`tree ${tree}`,
		    ...parents.map((p) => `parent ${p}`),
		    `author ${person(author)}`,
		    `committer ${person(committer)}`, '', message].join('\n')));
	}

	/**
	 * A tree with some paths changed; folders that become empty vanish.
	 * @param {string|null} base @param {Edits} edits
	 * @returns {Promise<string|null>} null: nothing is left
	 */
	async editTree(base, edits) {
		const old = base ? await this.tree(base) ?? [] : [];
		/** @type {Map<string, any>} */
		const entries = new Map(old.map((e) => [e.name, e]));
		for (const [name, edit] of edits) {
			const entry = entries.get(name);
			entries.delete(name);
			if (edit === null)
				continue;
			if (!(edit instanceof Map)) {
				entries.set(name, { name, raw: entry?.raw,
				    mode: edit.mode, id: edit.id });
				continue;
			}
			const below = await this.editTree(entry &&
			    isTree(entry.mode) ? entry.id : null, edit);
			if (below)
				entries.set(name, { name, raw: entry?.raw,
				    mode: '40000', id: below });
			else if (entry && !isTree(entry.mode))
				entries.set(name, entry);
		}
		return entries.size ? this.writeTree([...entries.values()])
		    : null;
	}

	/** The id that a ref has. @param {string} ref
	 * @returns {Promise<string|null>} */
	async ref(ref) {
		return (await this.object(ref))?.id ?? null;
	}

	/** Moves a ref that still has the old value, else throws.
	 * @param {string} ref @param {string} to @param {string} from */
	async setRef(ref, to, from) {
		if (!this.refs || this.refs.ended)
			this.refs = new Coprocess(this.dir,
			    ['update-ref', '--stdin']);
		const verb = to === zero ? `delete ${ref} ${from}`
		    : `update ${ref} ${to} ${from}`;
		await this.refs.ask(`start\n${verb}\nprepare\ncommit\n`,
		    transactionLength);
	}

	/** @returns {Promise<Map<string, string>>} all branches */
	async branches() {
		const text = (await this.run('for-each-ref', '--format',
		    '%(refname:lstrip=2) %(objectname)', 'refs/heads'))
		    .toString();
		return new Map(text.split('\n').filter(Boolean).map((line) =>
		    /** @type {[string, string]} */ (line.split(' '))));
	}

	/** All commits that a commit leads to, itself first.
	 * @param {string} id @returns {Promise<Set<string>>} */
	async reach(id) {
		const found = new Set([id]);
		for (const next of found) // a Set gives what is added meanwhile
			for (const parent of (await this.commit(next))
			    ?.parents ?? [])
				found.add(parent);
		return found;
	}

	/** @param {string} old @param {string} young */
	async isAncestor(old, young) {
		return (await this.reach(young)).has(old);
	}

	/**
	 * Commits that one leads to and none of the others, oldest first.
	 * @param {string} head @param {string[]} without
	 */
	async commitsSince(head, without) {
		/** @type {Set<string>} */
		const known = new Set();
		for (const id of without)
			for (const each of await this.reach(id))
				known.add(each);
		return this.sorted(head, known);
	}

	/** Parents before children. @param {string} head
	 * @param {Set<string>} known that are left out */
	async sorted(head, known) {
		/** @type {Commit[]} */
		const list = [];
		const done = new Set(known);
		const stack = [head];
		while (stack.length) {
			const commit = await this.commit(
			    stack[stack.length - 1]);
			const open = commit?.parents.filter((p) =>
			    !done.has(p)) ?? [];
			if (open.length) {
				stack.push(...open.reverse());
				continue;
			}
			stack.pop();
			if (commit && !done.has(commit.id)) {
				done.add(commit.id);
				list.push(commit);
			}
		}
		return list;
	}

	/** @param {string} a @param {string} b
	 * @returns {Promise<string|null>} */
	async mergeBase(a, b) {
		const other = await this.reach(b);
		const common = [...await this.reach(a)].filter((id) =>
		    other.has(id));
		const covered = new Set();
		for (const id of common)
			for (const p of (await this.commit(id))?.parents ?? [])
				covered.add(p);
		return common.find((id) => !covered.has(id)) ?? null;
	}

	/** Files that differ between two trees. @param {string} from
	 * @param {string} to @returns {Promise<Change[]>} */
	async diff(from, to, prefix = '') {
		if (from === to)
			return [];
		const [old, now] = differing(await this.tree(from) ?? [],
		    await this.tree(to) ?? []);
		/** @type {Change[]} */
		const changes = [];
		for (const name of [...new Set([...old.keys(), ...now.keys()])]
		    .sort()) {
			const a = old.get(name) ?? null;
			const b = now.get(name) ?? null;
			if (a?.id === b?.id && a?.mode === b?.mode)
				continue;
			const path = prefix + name;
			const trees = [a, b].map((e) =>
			    e && isTree(e.mode) ? e.id : emptyTree);
			changes.push(...await this.diff(trees[0], trees[1],
			    `${path}/`));
			const from = a && !isTree(a.mode) ? a : null;
			const to = b && !isTree(b.mode) ? b : null;
			if (from || to)
				changes.push({ path, from, to });
		}
		return changes;
	}

	/** Every file below a tree. @param {string} tree
	 * @returns {Promise<{path: string, entry: Entry}[]>} */
	async files(tree) {
		return (await this.diff(emptyTree, tree)).map((c) =>
		    ({ path: c.path, entry: /** @type {Entry} */ (c.to) }));
	}

	/**
	 * Three trees made one, file by file, text line by line.
	 * @param {string} base @param {string} ours @param {string} theirs
	 * @returns {Promise<string|null>} null: they are in conflict
	 */
	async merge(base, ours, theirs) {
		const mine = new Map((await this.diff(base, ours)).map((c) =>
		    [c.path, c]));
		/** @type {{path: string, entry: {mode: string, id: string}|
		 *     null}[]} */
		const edits = [];
		for (const { path, from, to } of
		    await this.diff(base, theirs)) {
			const own = mine.get(path);
			if (!own || own.to?.id === to?.id) {
				edits.push({ path, entry: to });
				continue;
			}
			const merged = from && to && own.to && await
			    this.mergeFile(from.id, own.to.id, to.id);
			if (!merged)
				return null;
			edits.push({ path, entry: { mode: to.mode,
			    id: merged } });
		}
		return await this.editTree(ours, editsOf(edits)) ?? emptyTree;
	}

	/** @param {string} base @param {string} ours @param {string} theirs */
	async mergeFile(base, ours, theirs) {
		const names = [ours, base, theirs].map((id, n) => {
			const name = join(this.dir, `merge-${n}-${
			    randomBytes(4).toString('hex')}`);
			return { id, name };
		});
		for (const { id, name } of names)
			writeFileSync(name, await this.blob(id) ?? '');
		const text = await git(['merge-file', '-p',
		    ...names.map((n) => n.name)]).catch(() => null);
		return text && this.write('blob', text);
	}
}

/** @param {string} mode */
export function isTree(mode) {
	return mode === '40000' || mode === '040000';
}

/** What two trees do not have in common at both ends, by name.
 * @param {Entry[]} a @param {Entry[]} b */
function differing(a, b) {
	const same = (/** @type {Entry} */ x, /** @type {Entry} */ y) =>
	    x.id === y.id && x.name === y.name && x.mode === y.mode;
	const most = Math.min(a.length, b.length);
	let start = 0;
	while (start < most && same(a[start], b[start]))
		start++;
	let end = 0;
	while (end < most - start && same(a[a.length - 1 - end],
	    b[b.length - 1 - end]))
		end++;
	return [a, b].map((list) => new Map(list.slice(start,
	    list.length - end).map((e) => [e.name, e])));
}

/** Edits by path as edits by folder.
 * @param {{path: string, entry: {mode: string, id: string}|null}[]} list
 * @returns {Edits} */
export function editsOf(list) {
	/** @type {Edits} */
	const top = new Map();
	for (const { path, entry } of list) {
		const parts = path.split('/');
		const name = /** @type {string} */ (parts.pop());
		let at = top;
		for (const part of parts) {
			let next = at.get(part);
			if (!(next instanceof Map))
				at.set(part, next = new Map());
			at = next;
		}
		// A folder replaces the file of its name, not the other way.
		if (!(entry === null && at.get(name) instanceof Map))
			at.set(name, entry);
	}
	return top;
}

/** @param {Buffer} data @returns {Entry[]} */
function parseTree(data) {
	/** @type {Entry[]} */
	const entries = [];
	for (let at = 0; at < data.length;) {
		const space = data.indexOf(32, at);
		const nul = data.indexOf(0, space);
		const raw = data.subarray(space + 1, nul);
		entries.push({ mode: data.toString('latin1', at, space), raw,
		    name: raw.toString('utf8'),
		    id: data.toString('hex', nul + 1, nul + 21) });
		at = nul + 21;
	}
	return entries;
}

/** @param {string} id @param {Buffer} data @returns {Commit} */
function parseCommit(id, data) {
	const text = data.toString('utf8');
	const end = text.indexOf('\n\n');
	/** @type {Commit} */
	const commit = { id, tree: '', parents: [], author: person(''),
	    committer: person(''), message: text.slice(end + 2) };
	for (const line of text.slice(0, end).split('\n')) {
		const [, key, value] = /^(\w+) (.*)$/.exec(line) ?? [];
		if (key === 'tree')
			commit.tree = value;
		else if (key === 'parent')
			commit.parents.push(value);
		else if (key === 'author' || key === 'committer')
			commit[key] = person(value);
	}
	return commit;
}

/** @param {string} line @returns {Person} */
function person(line) {
	const [, name = '', email = '', date = '0 +0000'] =
	    /^(.*?) ?<(.*)> (\d+ [+-]\d{4})$/.exec(line) ?? [];
	return { name, email, date };
}

/** Git's date as RFC 3339. @param {string} date
 * @param {boolean} local with its own zone instead of UTC */
export function isoDate(date, local = false) {
	const [seconds, zone] = date.split(' ');
	const offset = local ? (Number(zone.slice(1, 3)) * 60 +
	    Number(zone.slice(3))) * (zone[0] === '-' ? -60 : 60) : 0;
	const text = new Date((Number(seconds) + offset) * 1000)
	    .toISOString().slice(0, 19);
	return local && offset !== 0
	    ? `${text}${zone.slice(0, 3)}:${zone.slice(3)}` : `${text}Z`;
}

/** RFC 3339, or now, as Git's date. @param {string} [text] */
export function gitDate(text) {
	const at = text === undefined ? Date.now() : Date.parse(text);
	const [, sign = '+', h = '00', m = '00'] =
	    /([+-])(\d\d):?(\d\d)$/.exec(text?.slice(10) ?? '') ?? [];
	return `${Math.floor(at / 1000)} ${sign}${h}${m}`;
}

/** Lines added and removed. @param {Buffer} from @param {Buffer} to */
export function lineCounts(from, to) {
	if (from.includes(0) || to.includes(0))
		return { additions: 0, deletions: 0 };
	const a = from.toString('latin1').split(/(?<=\n)/);
	const b = to.toString('latin1').split(/(?<=\n)/);
	for (const list of [a, b])
		if (list[0] === '')
			list.shift();
	while (a.length && b.length && a[0] === b[0])
		a.shift(), b.shift();
	while (a.length && b.length && a.at(-1) === b.at(-1))
		a.pop(), b.pop();
	const same = a.length * b.length > 4e6 ? 0 : longestCommon(a, b);
	return { additions: b.length - same, deletions: a.length - same };
}

/** @param {string[]} a @param {string[]} b */
function longestCommon(a, b) {
	let row = new Array(b.length + 1).fill(0);
	for (const line of a) {
		const next = [0];
		for (let j = 0; j < b.length; j++)
			next.push(line === b[j] ? row[j] + 1
			    : Math.max(row[j + 1], next[j]));
		row = next;
	}
	return row[b.length];
}
