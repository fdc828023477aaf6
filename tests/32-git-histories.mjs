// @ts-check
// group: git
// Random histories: other devices push, rename, remove, revert and force,
// people edit through the programs, two workers as two hosts run, die and
// come back, heads lag.  In the end both sides are the same and nothing that
// anybody wrote is lost.
//
//	SEED=17 node tests/32-git-histories.mjs     one history again
//
// Every edit and every push leaves a word of its own in a file, and a word
// must be in Git, in the mirror or in a copy at the end.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { startFake } from './github/fake.mjs';
import { startWorld, task } from './git-world.mjs';
import { seeded } from './github/trouble.mjs';
import { long, sleep } from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;

before(async () => {
	fake = await startFake({ check: false, rateLimit: 1e9 });
});
after(async () => {
	await fake.stop();
});

const steps = ['taken', 'look', 'head', 'trees', 'blobs', 'copies', 'commit',
    'intents', 'mirror', 'removals', 'push', 'recorded', 'settled', 'version',
    'lease', 'word'];

class History {
	/** @param {number} seed */
	constructor(seed) {
		this.random = seeded(seed);
		this.words = 0;
		/** Words of acknowledged edits, and where. @type {string[]} */
		this.edits = [];
		/** @type {string[]} */
		this.story = [];
	}

	/** @param {number} n */
	below(n) {
		return Math.floor(this.random() * n);
	}

	/** @template T @param {T[]} list @returns {T} */
	pick(list) {
		return list[this.below(list.length)];
	}

	word() {
		return `wort${this.words++}x`;
	}

	async run() {
		const files = Object.fromEntries(Array.from({ length: 6 },
		    (_, i) => [`000${i}-Nr-${i}.md`, task(`Nr ${i}`)]));
		this.w = await startWorld(fake, { files, idle: true, env: {
		    SYNC_LAG_MS: '500', SYNC_LEASE_MS: '900' } });
		const { w } = this;
		w.repo.setLag({ ms: this.pick([0, 0, 150, 300]),
		    flap: 0.3, seed: this.below(1e6) });
		await w.work({}, 'a');
		await w.work({}, 'b');
		await w.sync();
		for (let i = 0; i < 14; i++)
			await this.step();
		await this.end();
	}

	async step() {
		const { w } = this;
		const what = this.pick([this.edit, this.edit, this.edit,
		    this.create, this.change, this.change, this.field,
		    this.add, this.rename, this.remove, this.flash,
		    this.revert, this.force, this.elsewhere, this.reborn,
		    this.kill, this.cut, this.refuse, this.both, this.both, this.ring, this.ring,
		    this.ring]);
		const name = what.name;
		this.story.push(name);
		await what.call(this);
		this.story.push(`  ${(await w.repo.head())?.slice(0, 7)}`);
	}

	// Here

	/** @param {string} host */
	async edit(host = this.pick(['a', 'b'])) {
		const names = Object.keys(this.w.mirror());
		if (!names.length)
			return;
		const file = this.pick(names);
		const uri = `/api/tasks/${encodeURIComponent(
		    file.slice(0, -3))}`;
		const { task: now } = await this.w.call('codex-tasks', 'GET',
		    uri, undefined, { host });
		if (!now)
			return;
		const word = this.word();
		this.story.push(`edit ${file} ${word}`);
		// Adds to what is there, or is refused.
		const made = await this.w.call('codex-update', 'PATCH', uri,
		    { tags: [...now.tags, word] }, { host, match: now.etag });
		if (made.ok)
			this.edits.push(word);
		else
			assert.ok([404, 409, 412].includes(made.status),
			    JSON.stringify(made));
	}

	async create() {
		const word = this.word();
		await this.w.create({ title: `Neu ${word}`, tags: [word] },
		    { host: this.pick(['a', 'b']) });
		this.edits.push(word);
	}

	async ring() {
		this.story.push(JSON.stringify(await this.w.ring({
		    host: this.pick(['a', 'b']) })));
	}

	/** Everything at once. */
	async both() {
		const all = [this.w.ring({ host: 'a' }),
		    this.w.ring({ host: 'b' }), this.edit('a'), this.edit('b'),
		    this.pick([this.change, this.add, this.rename])
			.call(this)];
		await Promise.all(all);
	}

	async kill() {
		const host = this.pick(['a', 'b']);
		const at = `${this.pick(steps)}:${1 + this.below(2)}`;
		this.story.push(`kill ${host} at ${at}`);
		await this.w.rest(host, 'SIGKILL');
		await this.w.work({ SYNC_CRASH_AT: at }, host);
		await this.edit(host);
		await this.w.ring({ host });
		await sleep(20);
		await this.w.rest(host, 'SIGKILL');
		await this.w.work({}, host);
	}

	/** A push whose answer is lost. */
	async cut() {
		fake.misbehave({ method: 'PATCH', cut: 1,
		    path: `/${this.w.repo.name}/git/refs` });
		await this.edit();
		await this.ring();
	}

	/** A push that is refused. */
	async refuse() {
		fake.misbehave({ method: 'PATCH', status: 422,
		    message: 'Update is not a fast forward',
		    path: `/${this.w.repo.name}/git/refs` });
		await this.edit();
		await this.ring();
	}

	// There

	async files() {
		return Object.keys(await this.w.git()).sort();
	}

	/** @param {Record<string, string|null>} files @param {any} how */
	async push(files, how = {}) {
		this.story.push(`push ${JSON.stringify(Object.keys(files))}`);
		await this.w.push(files, how).catch((e) => {
			// Our own push was faster.
			this.story.push(`no: ${e.message}`);
		});
	}

	/** One more line in the body. */
	async change() {
		const names = await this.files();
		if (!names.length)
			return;
		const file = this.pick(names);
		const old = String(await this.w.gitText(file));
		await this.push({ [file]: `${old}${this.word()}\n` });
	}

	/** Another value of a field that we edit, too. */
	async field() {
		const names = await this.files();
		if (!names.length)
			return;
		const file = this.pick(names);
		const old = String(await this.w.gitText(file));
		const bytes = /^tags:/m.test(old)
		    ? old.replace(/^tags:.*(\n( |-).*)*/m,
			`tags: [${this.word()}]`)
		    : old.replace('typ: task',
			`typ: task\ntags: [${this.word()}]`);
		await this.push({ [file]: bytes });
	}

	async add() {
		const n = 1000 + this.words;
		await this.push({ [`${n}-Dort.md`]: task(`Dort ${n}`, {},
		    this.word()) });
	}

	async rename() {
		const names = await this.files();
		if (!names.length)
			return;
		const file = this.pick(names);
		const to = `${file.slice(0, 4)}-Um-${this.words++}.md`;
		await this.push({ [file]: null,
		    [to]: String(await this.w.gitText(file)) });
	}

	async remove() {
		const names = await this.files();
		if (names.length)
			await this.push({ [this.pick(names)]: null });
	}

	/** Added and removed in one push. */
	async flash() {
		const file = `${2000 + this.words}-Kurz.md`;
		await this.push({ [file]: task(this.word()) });
		await this.push({ [file]: null });
	}

	async revert() {
		const [last, before] = await this.w.repo.log();
		if (!before)
			return;
		const names = await this.files();
		/** @type {Record<string, string|null>} */
		const files = {};
		for (const file of names) {
			const old = await this.w.repo.readFile(
			    this.w.path(file), before.id);
			files[file] = old === null ? null : String(old);
		}
		this.story.push(`revert ${last.id.slice(0, 7)}`);
		await this.push(files);
	}

	/** Goes back one commit for good. */
	async force() {
		const [last, before] = await this.w.repo.log();
		if (!before)
			return;
		await this.noted();
		this.story.push(`force over ${last.id.slice(0, 7)}`);
		await this.push({ [`${3000 + this.words++}-Statt.md`]:
		    task(this.word()) }, { parent: before.id, force: true });
	}

	async elsewhere() {
		await this.w.push({ '0000-Nr-0.md': task('woanders') },
		    { branch: `seite${this.words++}`,
			parent: await this.w.repo.head(), force: true });
	}

	/** The branch goes and comes back. */
	async reborn() {
		const head = await this.w.repo.head();
		const zero = '0'.repeat(40);
		await this.w.repo.git.setRef('refs/heads/main', zero, head)
		    .catch(() => null);
		await this.w.ring();
		await this.w.repo.git.setRef('refs/heads/main', head, zero)
		    .catch(() => null);
	}

	/** What was in Git before somebody forced it away counts as there. */
	async noted() {
		this.seen ??= '';
		for (const file of await this.files())
			this.seen += await this.w.gitText(file);
	}

	async end() {
		const { w } = this;
		w.repo.setLag({});
		fake.behave();
		await w.sync({ host: 'a' });
		const last = await w.sync({ host: 'b', confirm: true });
		await w.sync({ host: 'a' });
		assert.notEqual(last.state, 'failed', last.text);
		await w.same();
		await this.nothingLost();
		await this.nothingTwice();
		const head = await w.repo.head();
		assert.equal((await w.sync()).changed, 0);
		assert.equal(await w.repo.head(), head, 'it has settled');
	}

	/** Words in a commit's tasks. @param {any} commit
	 * @returns {Promise<Set<string>>} */
	async wordsOf(commit) {
		let text = '';
		for (const { path, entry } of await this.w.repo.git.files(
		    commit.tree))
			if (path.includes('/tasks/'))
				text += await this.w.repo.git.blob(entry.id);
		return new Set(text.match(/wort\d+x/g));
	}

	/** Each edit is in Git, was in Git, or has a copy in conflicts/; no
	 * commit of ours takes a word away that its parent has. */
	async nothingLost() {
		const { w } = this;
		const all = new Set(`${this.seen ?? ''} ${
		    w.copies('conflicts').join(' ')}`.match(/wort\d+x/g));
		/** @type {Set<string>|null} */
		let before = null;
		for (const commit of (await w.repo.log()).reverse()) {
			const now = await this.wordsOf(commit);
			for (const word of now)
				all.add(word);
			if (before && commit.message.startsWith('[codex]'))
				for (const word of before)
					assert.ok(now.has(word), `${
					    commit.id} undoes ${word}`);
			before = now;
		}
		for (const word of this.edits)
			assert.ok(all.has(word), `${word} is lost (${w.copies(
			    'trash').some((c) => c.includes(word))
			    ? 'in trash' : 'nowhere'})`);
	}

	/** No commit of ours that says the same as the one before. */
	async nothingTwice() {
		const log = await this.w.repo.log();
		for (const [i, commit] of log.entries())
			if (commit.message.startsWith('[codex]') &&
			    log[i + 1])
				assert.notEqual(commit.tree, log[i + 1].tree,
				    `${commit.id} changes nothing`);
	}
}

const first = Number(process.env.SEED ?? 1);
const n = process.env.SEED ? 1
    : Number(process.env.HISTORIES ?? (long ? 1000 : 20));
for (let seed = first; seed < first + n; seed++)
	test(`history ${seed}`, async () => {
		const history = new History(seed);
		try {
			await history.run();
			await history.w.stop();
		} catch (e) {
			e.message += `\n${history.story.join('\n')}\n${
			    history.w.log.slice(-1500)}`;
			history.w.end();
			throw e;
		}
	});
