// @ts-check
// group: git
// also on: azurite
// Random histories: other devices push, rename, remove, revert and force,
// people edit through the programs, two workers as two hosts run, die and
// come back, heads lag, webhooks come twice, late or not at all.  In the end
// both sides are the same and nothing that anybody wrote is lost.
//
//	SEED=17 node tests/32-git-histories.mjs     one history again
//	HISTORIES=500 node tests/32-git-histories.mjs
//	SEED=501 HISTORIES=500 …                    the next ones
//	CROWDED=1 …                                 all of them with a crowd
//
// Every edit and every push leaves a word of its own in a file, and a word
// must be in Git or in a copy at the end.  No commit of ours may take away a
// word, or bring back one that somebody has taken away.

import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { startFake } from './github/fake.mjs';
import { azure, blobId, startWorld, task } from './git-world.mjs';
import { seeded } from './github/trouble.mjs';
import { wholeRecords } from './records.mjs';
import { addTo, long, sleep, slow } from './stack.mjs';

const steps = ['taken', 'look', 'head', 'trees', 'blobs', 'copies', 'commit',
    'intents', 'mirror', 'removals', 'push', 'recorded', 'record', 'settled',
    'version', 'lease', 'word'];
const pullSteps = ['pulls', 'made', 'meant', 'branch', 'opened', 'pulled'];
const hosts = ['a', 'b'];
/** Folder in Git by user. @type {Record<string, string>} */
const folders = { usera: 'usera', userb: 'UserB' };
const rooms = 6; // files that a user begins with
/** One of so many has a crowd, too: files that only `crowd` touches. With them
 * usera begins a little below or above the number from which on records lie on
 * a base, and a change of all outgrows the base. */
const crowded = Number(process.env.CROWDED ?? 4);
const isCrowd = (/** @type {string} */ file) => file.includes('-Menge-');

/** A person who looks after the repository. */
const person = 'person-token';

/** What all histories did. */
const sum = { histories: 0, edits: 0, commits: 0, conflicts: 0, limits: 0,
    confirmed: 0, based: 0, outgrown: 0 };

/** @param {any} text @returns {Set<string>} */
const wordsIn = (text) => new Set(String(text).match(/wort\d+x/g));
/** @param {any} text @returns {Set<string>} */
const datesIn = (text) => new Set(String(text)
    .match(/\d\d\.\d\d\.20[3-9]\d/g));

class History {
	/** @param {number} seed @param {import('./github/fake.mjs').Fake} fake
	 * @param {import('./git-world.mjs').World} w */
	constructor(seed, fake, w) {
		this.fake = fake;
		this.w = w;
		this.random = seeded(seed);
		/** wild: anything; growing: nobody takes away a word in Git;
		 * apart: nor touches a file that we touch. */
		this.theme = this.pick(['wild', 'wild', 'growing', 'apart']);
		this.watching = false;
		/** What has vanished from here and is in no copy.
		 * @type {string|undefined} */
		this.vanished = undefined;
		/** What may happen in this one. @type {(() => Promise<void>)[]} */
		this.some = [];
		/** What the branches ever had.
		 * @type {Awaited<ReturnType<History['history']>>} */
		this.commits = new Map();
		this.words = 0;
		/** Words of acknowledged edits. @type {string[]} */
		this.edits = [];
		/** The date of each task's last completion.
		 * @type {Map<string, string>} */
		this.dates = new Map();
		/** Words that a person has decided about. @type {Set<string>} */
		this.waived = new Set();
		/** Words of files that a person's decision has replaced.
		 * @type {Set<string>} */
		this.replaced = new Set();
		/** @type {string[]} */
		this.story = [this.theme];
		/** The most that a commit of ours may have. */
		this.parents = 1;
		/** Where a worker may die. */
		this.steps = seed % crowded ? steps : [...steps, 'base', 'base'];
		/** How late heads are, in ms. */
		this.lag = 0;
		this.hasCrowd = seed % crowded === 0;
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

	/** A date that nobody else has. */
	date() {
		const n = this.words++;
		return `${String(1 + n % 28).padStart(2, '0')}.${String(
		    1 + Math.floor(n / 28) % 12).padStart(2, '0')}.20${
		    30 + Math.floor(n / 336) % 70}`;
	}

	host() {
		return this.pick(hosts);
	}

	user() {
		return this.pick(['usera', 'usera', 'usera', 'userb']);
	}

	/** @param {string} user @param {number} n */
	static files(user, n) {
		return Object.fromEntries(Array.from({ length: n }, (_, i) =>
		    [`codex-miroir/${folders[user]}/tasks/000${i}-Nr-${i}.md`,
			task(`Nr ${i}`)]));
	}

	/** @param {number} seed */
	static crowd(seed) {
		const n = seed % crowded ? 0 : 56 + seed / crowded % 6;
		return Object.fromEntries(Array.from({ length: n }, (_, i) =>
		    [`codex-miroir/usera/tasks/${500 + i}0-Menge-${i}.md`,
			task(`Menge ${i}`)]));
	}

	/** @param {number} seed @param {Record<string, string>} env */
	static async start(seed, env = {}) {
		const fake = await startFake({ check: false, rateLimit: 1e9,
		    tokens: { 'token-a': 'write', 'token-b': 'write',
			[person]: 'write' } });
		const w = await startWorld(fake, { idle: true, other: {
		    ...History.files('usera', rooms),
		    ...History.crowd(seed),
		    ...History.files('userb', 3) }, env: { SYNC_LAG_MS: '500',
			SYNC_LEASE_MS: String(300 * slow), SYNC_WAIT_MS: '300',
			CACHE_REVALIDATE_MS: '0', ...env } });
		return new this(seed, fake, w);
	}

	async open() {
		const { w } = this;
		this.lag = this.pick([0, 0, 150, 300]);
		w.repo.setLag({ ms: this.lag, flap: 0.3,
		    hide: this.below(3) === 0, seed: this.below(1e6) });
		await this.work('a');
		await this.work('b');
		await w.hear({ drop: 0.2, duplicate: 0.3, reorder: 0.3,
		    spread: 150, seed: this.below(1e6) }, {
		    host: () => this.host(),
		    kill: () => this.below(8) ? -1 : this.below(40) });
	}

	async run() {
		await this.open();
		for (const user of Object.keys(folders))
			await this.w.sync({ user });
		// Few kinds of things happen, and so again and again.
		this.some = this.kinds().filter((what) => this.below(10) < 6 ||
		    what === this.edit || what === this.ring);
		this.watching = this.theme !== 'wild' && !azure;
		const watch = this.watch();
		for (let i = 0; i < 16; i++)
			await this.step();
		this.watching = false;
		await watch;
		await this.end();
	}

	async close() {
		this.watching = false;
		await this.fake.settled();
		await this.w.stop();
		await this.fake.stop();
	}

	/** @param {string} host @param {Record<string, string>} env */
	work(host, env = {}) {
		return this.w.work({ GITHUB_TOKEN: `token-${host}`, ...env },
		    host);
	}

	/** What may happen, as often as it is named.
	 * @returns {(() => Promise<void>)[]} */
	kinds() {
		const tame = [...this.hasCrowd ? [this.crowd, this.crowd] : [],
		    this.edit, this.edit, this.edit, this.edit,
		    this.create, this.complete, this.cancel, this.half,
		    this.show, this.change, this.change, this.add, this.kill,
		    this.shoot, this.cut, this.cut, this.refuse, this.hiccup,
		    this.both, this.race, this.ring, this.ring, this.ring];
		if (this.theme === 'apart')
			return tame;
		if (this.theme === 'growing')
			return [...tame, this.rename];
		return [...tame, this.resolve, this.field, this.rename,
		    this.remove, this.sweep, this.flash, this.revert,
		    this.force, this.back, this.elsewhere, this.reborn,
		    this.unseen, this.unseen];
	}

	/** May we touch it? Where both sides keep to their own files, there
	 * is no conflict. @param {string} file */
	ours(file) {
		return !isCrowd(file) &&
		    (this.theme !== 'apart' || /^000[012]-/.test(file));
	}

	/** May others? @param {string} file */
	theirs(file) {
		return !isCrowd(file) && (this.theme !== 'apart' ||
		    /^000[345]-|-Dort/.test(file));
	}

	/** Looks at the mirror all the time: where Git only grows, no word is
	 * ever gone from here, but into a copy. */
	async watch() {
		/** @type {Set<string>} */
		const seen = new Set();
		while (this.watching) {
			await sleep(60);
			let text;
			try {
				text = Object.keys(folders).flatMap((user) =>
				    Object.values(this.w.mirror(user)))
				    .join(' ');
			} catch {
				continue; // renamed while we read
			}
			const now = wordsIn(text);
			const gone = [...seen].filter((x) => !now.has(x));
			if (gone.length) {
				const copies = wordsIn(Object.values(await this.w
				    .blobs('conflicts/')).join(' '));
				this.vanished ??= gone.find((x) =>
				    !copies.has(x));
				gone.forEach((x) => seen.delete(x));
			}
			now.forEach((x) => seen.add(x));
		}
	}

	async step() {
		const what = this.pick(this.some);
		this.story.push(what.name);
		await what.call(this);
		this.story.push(`  ${(await this.w.repo.head())?.slice(0, 7)}`);
	}

	// Here

	/** A task, or null. @param {string} user @param {string} host */
	async one(user, host) {
		const top = `raw/${user}/tasks/`;
		const names = Object.keys(await this.w.blobs(top)).map((key) =>
		    key.slice(top.length)).filter((f) => this.ours(f));
		if (!names.length)
			return null;
		const file = this.pick(names);
		const uri = `/api/tasks/${encodeURIComponent(
		    file.slice(0, -3))}`;
		const { task: now } = await this.w.call('codex-tasks', 'GET',
		    uri, undefined, { user, host });
		return now ? { file, uri, now } : null;
	}

	/** An acknowledgement, or a refusal that may be. @param {any} made */
	static good(made) {
		assert.ok(made.ok || [404, 409, 412].includes(made.status),
		    JSON.stringify(made));
		return made.ok === true;
	}

	/** Adds to what is there, or is refused. @param {string} host
	 * @param {number} kill */
	async edit(host = this.host(), kill = -1) {
		const user = this.user();
		const found = await this.one(user, host);
		if (!found)
			return;
		const { file, uri, now } = found;
		const word = this.word();
		const fields = this.below(3) ? { tags: [...now.tags, word] }
		    : { body: `${now.body}${word}\n` };
		this.story.push(`edit ${user} ${file} ${word}`);
		const made = await this.w.call('codex-update',
		    this.pick(['PATCH', 'PUT']), uri, fields,
		    { user, host, match: now.etag, kill });
		if (made && History.good(made))
			this.edits.push(word);
	}

	/** An edit whose program is killed. */
	async half() {
		await this.edit(this.host(), this.below(30));
	}

	async create() {
		const word = this.word();
		const user = this.user();
		const file = await this.w.create({ title: `Neu ${word}`,
		    tags: [word] }, { user, host: this.host() });
		this.story.push(`created ${user} ${file} ${word}`);
		this.edits.push(word);
	}

	async complete() {
		const user = this.user(), host = this.host();
		const found = await this.one(user, host);
		if (!found || found.now.status !== 'offen')
			return;
		const datum = this.date();
		this.story.push(`complete ${user} ${found.file} ${datum}`);
		const made = await this.w.call('codex-complete', 'POST',
		    `${found.uri}/complete`, { datum, zeit: 'abends' },
		    { user, host });
		if (History.good(made) && made.changed)
			this.dates.set(`${user} ${found.file}`, datum);
	}

	async cancel() {
		const user = this.user(), host = this.host();
		const found = await this.one(user, host);
		if (!found)
			return;
		this.story.push(`cancel ${user} ${found.file}`);
		if (History.good(await this.w.call('codex-update', 'DELETE',
		    found.uri, undefined, { user, host })))
			this.dates.delete(`${user} ${found.file}`);
	}

	/** What is known of the user's files. @param {string} user
	 * @returns {Promise<any[]>} */
	async records(user) {
		const top = `state/${user}/`, blobs = await this.w.blobs(top);
		return wholeRecords(
		    String(blobs[`${top}sync.json`] ?? '{"files":[]}'),
		    (id) => String(blobs[`${top}records/${id}.json`])).files;
	}

	/** A person decides about a conflict. */
	async resolve() {
		const user = this.user(), host = this.host();
		const mine = (await this.records(user))
		    .filter((/** @type {any} */ f) => f.conflict);
		if (!mine.length)
			return;
		const { file } = this.pick(mine);
		const take = this.pick(['mine', 'theirs']);
		const before = wordsIn((await this.w.blobs(
		    `raw/${user}/tasks/${file}`))[`raw/${user}/tasks/${file}`]);
		const copies = await this.w.blobs(`conflicts/${user}/`);
		const made = await this.w.call('codex-update', 'POST',
		    `/api/tasks/${encodeURIComponent(file.slice(0, -3))
		    }/resolve`, { take }, { user, host });
		this.story.push(`resolve ${user} ${file} ${take} ${
		    made.status}`);
		if (!History.good(made) || take === 'theirs')
			return;
		before.forEach((word) => this.replaced.add(word));
		for (const text of [...before, ...Object.values(copies)])
			for (const word of wordsIn(text))
				this.waived.add(word);
	}

	/** Somebody looks at the week. */
	async show() {
		await this.w.week({ user: this.user(), host: this.host() });
	}

	async ring() {
		this.story.push(JSON.stringify(await this.w.ring({
		    user: this.user(), host: this.host() })));
	}

	/** Everything at once. */
	async both() {
		await Promise.all([this.w.ring({ host: 'a' }),
		    this.w.ring({ host: 'b' }),
		    this.w.ring({ host: 'b', user: 'userb' }),
		    this.edit('a'), this.edit('b'), this.pick([this.change,
			this.add, this.theme === 'wild' ? this.back
			    : this.add]).call(this)]);
	}

	/** Edits while GitHub takes its time for our commit. */
	async race() {
		await this.change();
		await this.edit();
		this.fake.misbehave({ method: 'POST', path: '/git/', times: 2,
		    delay: 60 });
		const run = this.both();
		for (let i = 0; i < 3; i++) {
			await sleep(this.below(40)); // the moment varies
			await this.edit();
		}
		await run;
	}

	/** Dies at a step. */
	async kill() {
		const host = this.host();
		const at = `${this.pick(this.steps)}:${1 + this.below(2)}`;
		this.story.push(`kill ${host} at ${at}`);
		await this.w.rest(host, 'SIGKILL');
		// With a mark it may die before anybody can ring.
		await this.work(host, { SYNC_CRASH_AT: at }).catch(() => {});
		await this.edit(host);
		await this.w.ring({ host, user: this.user() });
		await this.w.rest(host, 'SIGKILL');
		await this.work(host);
	}

	/** Dies behind a push; before anybody notices, somebody reverts it. */
	async unseen() {
		const host = this.host();
		await this.w.rest(host, 'SIGKILL');
		await this.work(host, { SYNC_CRASH_AT: 'push' })
		    .catch(() => {});
		await this.edit(host);
		for (const user of Object.keys(folders))
			await this.w.ring({ host, user });
		const [last] = await this.w.repo.log();
		if (last.committer.name === 'Codex Miroir')
			await this.revert();
		await this.w.rest(host, 'SIGKILL');
		await this.work(host);
	}

	/** Dies whenever. */
	async shoot() {
		const host = this.host();
		await this.edit(host);
		const run = this.w.ring({ host, user: this.user() });
		await sleep(this.below(50)); // the moment varies
		await this.w.rest(host, 'SIGKILL');
		await run;
		await this.work(host);
	}

	/** A push whose answer is lost. */
	async cut() {
		this.fake.misbehave({ method: 'PATCH', cut: 1,
		    path: '/git/refs' });
		await this.edit();
		await this.ring();
	}

	/** A push that is refused. */
	async refuse() {
		this.fake.misbehave({ method: 'PATCH', status: 422,
		    message: 'Update is not a fast forward',
		    path: '/git/refs' });
		await this.edit();
		await this.ring();
	}

	/** An answer that does not come, whatever it is to. */
	async hiccup() {
		this.fake.misbehave({ skip: this.below(6), ...this.pick([
		    { status: 502 }, { cut: true }, { status: 404 },
		    { status: 401 }, { method: 'GET', empty: true },
		    { path: '/git/trees', truncated: true }]) });
		await this.edit();
		await this.ring();
	}

	// There

	/** @param {string} user */
	async files(user) {
		return Object.keys(await this.w.git(folders[user])).sort();
	}

	/** @param {string} user @param {string} file */
	async text(user, file) {
		return String(await this.w.gitText(file, folders[user]));
	}

	/** @param {string} user @param {Record<string, string|null>} files
	 * @param {any} how */
	async push(user, files, how = {}) {
		this.story.push(`push ${user} ${JSON.stringify(
		    Object.keys(files))}`);
		await this.w.push(files, { folder: folders[user], ...how })
		    .catch((e) => {
			// Our own push was faster.
			this.story.push(`no: ${e.message}`);
		});
	}

	/** One of somebody's files there, or null. */
	async any() {
		const user = this.user();
		const names = (await this.files(user)).filter((f) =>
		    this.theirs(f));
		if (!names.length)
			return null;
		const file = this.pick(names);
		return { user, file, old: await this.text(user, file) };
	}

	/** One more line in the body. */
	async change() {
		const at = await this.any();
		if (at)
			await this.push(at.user, { [at.file]: `${at.old}${
			    this.word()}\n` });
	}

	/** Another value of a field that we edit, too. */
	async field() {
		const at = await this.any();
		if (!at)
			return;
		const bytes = /^tags:/m.test(at.old)
		    ? at.old.replace(/^tags:.*(\n( |-).*)*/m,
			`tags: [${this.word()}]`)
		    : at.old.replace('typ: task',
			`typ: task\ntags: [${this.word()}]`);
		await this.push(at.user, { [at.file]: bytes });
	}

	/** More files at once than may differ from a base. */
	async crowd() {
		const files = (await this.files('usera')).filter(isCrowd);
		const word = this.word();
		await this.push('usera', Object.fromEntries(await Promise.all(
		    files.map(async (file) => [file,
			`${await this.text('usera', file)}${word}\n`]))));
	}

	async add() {
		const n = 1000 + this.words;
		await this.push(this.user(), { [`${n}-Dort.md`]:
		    task(`Dort ${n}`, {}, this.word()) });
	}

	async rename() {
		const at = await this.any();
		if (at)
			await this.push(at.user, { [at.file]: null,
			    [`${at.file.slice(0, 4)}-Um-${this.words++}.md`]:
				at.old });
	}

	async remove() {
		const at = await this.any();
		if (at)
			await this.push(at.user, { [at.file]: null });
	}

	/** All at once, or all but one. */
	async sweep() {
		const user = this.user();
		const names = (await this.files(user)).slice(this.below(2));
		await this.push(user, Object.fromEntries(names.map((file) =>
		    [file, null])));
	}

	/** Added and removed in one push: two commits, one event. */
	async flash() {
		const user = this.user();
		const file = `${2000 + this.words}-Kurz.md`;
		const head = await this.w.repo.head();
		const first = await this.w.repo.commit({ branch: 'kurz',
		    parent: head, force: true, quiet: true, files: {
			[this.w.path(file, folders[user])]:
			    task(this.word()) } });
		await this.push(user, { [file]: null }, { parent: first });
	}

	async revert() {
		const [last, before] = await this.w.repo.log();
		if (!before)
			return;
		for (const [user, folder] of Object.entries(folders)) {
			/** @type {Record<string, string|null>} */
			const files = {};
			const top = this.w.path('', folder);
			const then = Object.keys(await this.w.repo.files(
			    before.id)).filter((path) => path.startsWith(top));
			for (const file of new Set([
			    ...await this.files(user),
			    ...then.map((path) => path.slice(top.length))])) {
				const old = await this.w.repo.readFile(
				    this.w.path(file, folder), before.id);
				files[file] = old === null ? null : String(old);
			}
			this.story.push(`revert ${last.id.slice(0, 7)}`);
			await this.push(user, files);
		}
	}

	/** Another commit in the last one's place. */
	async force() {
		const [last, before] = await this.w.repo.log();
		if (!before)
			return;
		this.story.push(`force over ${last.id.slice(0, 7)}`);
		await this.push(this.user(), {
		    [`${3000 + this.words++}-Statt.md`]: task(this.word()) },
		    { parent: before.id, force: true });
	}

	/** @param {string|null} to @param {string|null} from */
	async move(to, from) {
		const { repo } = this.w;
		await repo.exclusive(() => repo.move('main', to, from,
		    this.fake.login()).catch(() => {}));
	}

	/** The last commit is taken away for good. */
	async back() {
		const [last, before] = await this.w.repo.log();
		if (before)
			await this.move(before.id, last.id);
	}

	async elsewhere() {
		await this.w.push({ '0000-Nr-0.md': task('woanders') },
		    { branch: `seite${this.words++}`,
			parent: await this.w.repo.head(), force: true });
	}

	/** The branch goes and comes back, whole or shorter. */
	async reborn() {
		const [last, before] = await this.w.repo.log();
		await this.move(null, last.id);
		await this.ring();
		await this.move(this.below(2) || !before ? last.id : before.id,
		    null);
	}

	// In the end

	async end() {
		const { w, fake } = this;
		w.repo.setLag({});
		fake.behave();
		await fake.settled();
		await this.last();
		assert.equal(this.vanished, undefined, `${this.vanished
		    } was away for a while`);
		if (this.theme === 'apart')
			assert.deepEqual(Object.keys(await w.blobs(
			    'conflicts/')), []);
		this.commits = await this.history();
		await this.nothingLost();
		await this.nothingUndone();
		this.nothingOverrun();
		const head = await w.repo.head();
		for (const user of Object.keys(folders)) {
			assert.equal((await w.sync({ user })).changed, 0);
			await this.shownAsItIs(user);
		}
		assert.equal(await w.repo.head(), head, 'it has settled');
		// On Azure workers leave their hosts' names there.
		assert.deepEqual(Object.keys(await w.blobs('pending/'))
		    .filter((key) => !key.startsWith('pending/host.')), []);
		const bases = Object.keys(await w.blobs(
		    'state/usera/records/')).length;
		sum.based += bases > 0 ? 1 : 0;
		sum.outgrown += bases > 1 ? 1 : 0;
		sum.histories++;
		sum.edits += this.edits.length;
	}

	/** A last sync of everybody; then both sides have the same bytes.
	 * GitHub tells of its pushes, too, and a webhook that is killed there
	 * leaves a mark that no worker here looks for: hence once more. */
	async last() {
		for (const user of Object.keys(folders))
			await this.finish(user);
		await this.fake.settled();
		for (const user of Object.keys(folders))
			await this.finish(user);
		for (const [user, folder] of Object.entries(folders))
			await this.w.same(folder, user);
	}

	/** @param {string} user */
	async finish(user) {
		const host = this.host();
		let last = await this.w.sync({ user, host });
		if (last.kept) {
			last = await this.w.sync({ user, host, confirm: true });
			sum.confirmed++;
		}
		assert.equal(last.state, 'ok', last.text);
	}

	/** The branches that are looked at in the end.
	 * @param {string} name @returns {boolean} */
	counts(name) {
		return name === 'main';
	}

	/** All commits that the branch ever had, parents first, each with the
	 * words of its files and of all before. */
	async history() {
		const { repo } = this.w;
		/** @type {Map<string, {id: string, tree: string,
		 *     message: string,
		 *     committer: import('./github/git.mjs').Person,
		 *     parents: string[],
		 *     files: Map<string, {id: string, words: Set<string>}>,
		 *     ever: Set<string>, blobs: Set<string>,
		 *     dates: Set<string>}>} */
		const all = new Map();
		/** @type {Map<string, string>} */
		const texts = new Map();
		for (const head of [await repo.head(), ...repo.moves
		    .filter((m) => this.counts(m.branch))
		    .flatMap((m) => [m.before, m.after])]) {
			const fresh = head ? await repo.git.commitsSince(head,
			    [...all.keys()]) : [];
			for (const commit of fresh) {
				const ever = new Set(), dates = new Set();
				const blobs = new Set(), files = new Map();
				for (const { path, entry } of await repo.git
				    .files(commit.tree)) {
					if (!texts.has(entry.id))
						texts.set(entry.id, String(await
						    repo.git.blob(entry.id)));
					const text = texts.get(entry.id);
					const words = wordsIn(text);
					files.set(path, { id: entry.id, words });
					blobs.add(path + entry.id);
					words.forEach((x) => ever.add(x));
					datesIn(text).forEach((x) =>
					    dates.add(x));
				}
				// What a declined branch had was never in Git.
				const ours = commit.committer.name ===
				    'Codex Miroir';
				for (const p of commit.parents.slice(0,
				    ours ? 1 : undefined)) {
					all.get(p)?.ever.forEach((x) =>
					    ever.add(x));
					all.get(p)?.blobs.forEach((x) =>
					    blobs.add(x));
				}
				all.set(commit.id, { ...commit, files, ever,
				    blobs, dates });
			}
		}
		return all;
	}

	/** Do not ask for these words any more. @param {Set<string>} words */
	forget(words) {
		this.edits = this.edits.filter((word) => !words.has(word));
	}

	/** Each edit is in Git, was in Git, or has a copy in conflicts/; one
	 * that a decision replaced before it was pushed has one in trash/. */
	async nothingLost() {
		const { w } = this;
		const copies = Object.values(await w.blobs('conflicts/'))
		    .join(' ');
		const trash = Object.values(await w.blobs('trash/')).join(' ');
		const all = new Set([...wordsIn(copies), ...datesIn(copies),
		    ...[...wordsIn(trash)].filter((x) => this.replaced.has(x))]);
		for (const { ever, dates } of this.commits.values())
			for (const word of [...ever, ...dates])
				all.add(word);
		for (const word of [...this.edits, ...this.dates.values()])
			assert.ok(all.has(word), `${word} is lost (${
			    trash.includes(word) ? 'in trash' : 'nowhere'})`);
		sum.conflicts += Object.keys(await w.blobs('conflicts/'))
		    .length;
	}

	/** No commit of ours takes away what its parent has, brings back what
	 * somebody has taken away, touches another's files, or says nothing. */
	async nothingUndone() {
		for (const c of this.commits.values()) {
			if (c.committer.name !== 'Codex Miroir')
				continue;
			sum.commits++;
			assert.ok(c.parents.length <= this.parents);
			const before = this.commits.get(c.parents[0]);
			assert.ok(before);
			// A branch that is taken up again joins with Git's head.
			if (c.parents.length > 1 && c.tree === before.tree)
				continue;
			assert.notEqual(c.tree, before.tree,
			    `${c.id} on ${c.parents} changes nothing: ${
				c.message}`);
			for (const path of before.files.keys())
				assert.ok(c.files.has(path),
				    `${c.id} removes ${path}`);
			const changed = [...c.files].filter(([path, f]) =>
			    f.id !== before.files.get(path)?.id);
			const whose = new Set(changed.map(([path]) =>
			    path.split('/')[1]));
			assert.equal(whose.size, 1, `${c.id} is about ${
			    [...whose]}`);
			for (const [path, f] of changed)
				this.forward(c, path, f, before);
		}
	}

	/** @param {any} c @param {string} path
	 * @param {{id: string, words: Set<string>}} now @param {any} before */
	forward(c, path, { id, words }, before) {
		const old = before.files.get(path)?.words;
		assert.ok(!before.blobs.has(path + id) || this.waived.size,
		    `${c.id} makes ${path} what it was`);
		for (const word of old ?? [])
			assert.ok(words.has(word) || this.waived.has(word),
			    `${c.id} undoes ${word} in ${path}`);
		// What Git has removed and we have edited comes back whole.
		const again = [...words].filter((x) => old &&
		    before.ever.has(x) && !old.has(x) && !this.waived.has(x));
		assert.deepEqual(again, [], `${c.id} brings back ${again} in ${
		    path}`);
	}

	/** A push of ours follows what the branch had.  Where somebody has
	 * moved it back between our last look and our push it cannot
	 * (reconcile.md 9); that is counted. */
	nothingOverrun() {
		const moves = this.w.repo.moves.filter((m) =>
		    m.branch === 'main');
		moves.forEach((m, n) => {
			if (!m.after || !/^token-/.test(m.token))
				return;
			const parent = this.commits.get(m.after)?.parents[0];
			if (parent === m.before)
				return;
			const look = this.fake.log.filter((e) => e.at <= m.at &&
			    e.token === m.token && e.method === 'GET' &&
			    e.path.endsWith('/git/ref/heads/main')).at(-1);
			const back = moves[n - 1];
			assert.ok(look && look.at <= back.at + this.lag,
			    `${m.after} undoes the force push to ${m.before}`);
			sum.limits++;
		});
	}

	/** Whoever looks sees what is there, on both hosts.
	 * @param {string} user @returns {Promise<void>} */
	async shownAsItIs(user) {
		const parts = (/** @type {any} */ week) => ({
		    timeline: week.timeline, unplaced: week.unplaced,
		    problems: week.problems });
		const weeks = [];
		for (const host of hosts)
			weeks.push(await this.w.week({ user, host }));
		const anew = await this.w.week({ user, anew: true });
		// A slot has ended in between: what was seen was right then.
		if (weeks.some((week) => week.validUntil <= anew.generatedAt))
			return this.shownAsItIs(user);
		assert.deepEqual(weeks.map(parts), [parts(anew), parts(anew)]);
	}
}

/** The same by pull request; persons merge, close and review. */
class PullHistory extends History {
	/** @param {number} seed */
	static start(seed) {
		return super.start(seed, { VIA_PR: 'true' });
	}

	/** @param {ConstructorParameters<typeof History>} args */
	constructor(...args) {
		super(...args);
		/** What persons have declined, and is here alone. */
		this.kept = '';
		this.theme = 'wild';
		this.steps = [...this.steps, ...pullSteps];
		this.parents = 2; // Git's head, and our branch
	}

	kinds() {
		return [...super.kinds(), this.merge, this.merge, this.merge,
		    this.merge, this.decline, this.review, this.drop];
	}

	/** As a person, through REST. @param {string} method
	 * @param {string} path @param {any} body */
	async ask(method, path, body = {}) {
		const answer = await fetch(this.w.repo.api + path, { method,
		    headers: { authorization: `Bearer ${person}` },
		    body: JSON.stringify(body) });
		this.story.push(`${method} ${path} ${answer.status}`);
		return answer.ok;
	}

	/** An open pull request, or undefined. */
	request() {
		const open = this.w.repo.pulls.filter((p) =>
		    p.state === 'open');
		return open.length ? this.pick(open) : undefined;
	}

	async merge() {
		const pull = this.request();
		if (pull)
			await this.ask('PUT', `/pulls/${pull.number}/merge`, {
			    merge_method: this.pick(['merge', 'squash',
				'rebase']) });
	}

	async decline() {
		const pull = this.request();
		if (pull)
			await this.ask('PATCH', `/pulls/${pull.number}`,
			    { state: 'closed' });
	}

	/** The branch goes, as after most merges. */
	async drop() {
		const { pulls } = this.w.repo;
		if (pulls.length)
			await this.ask('DELETE', `/git/refs/heads/${
			    this.pick(pulls).head.ref}`);
	}

	/** A reviewer adds a commit of his own. */
	async review() {
		const pull = this.request();
		const path = pull && Object.keys(await this.w.repo.files(
		    pull.head.ref)).find((p) => p.includes('/tasks/'));
		if (pull && path)
			await this.w.repo.commit({ branch: pull.head.ref,
			    files: { [path]: `${await this.w.repo.readFile(path,
				pull.head.ref)}${this.word()}\n` } })
			    .catch(() => {});
	}

	counts() {
		return true;
	}

	/** Until nobody has anything to merge; what does not merge is closed. */
	async last() {
		for (let round = 0; ; round++) {
			for (const user of Object.keys(folders))
				await this.finish(user);
			const open = this.w.repo.pulls.filter((p) =>
			    p.state === 'open');
			if (!open.length)
				break;
			assert.ok(round < 10, 'no end of pull requests');
			for (const { number } of open)
				if (!await this.ask('PUT', `/pulls/${number
				    }/merge`))
					await this.ask('PATCH', `/pulls/${number
					    }`, { state: 'closed' });
		}
		for (const [user, folder] of Object.entries(folders))
			await this.sameOrShown(folder, user);
	}

	/** Mirror and branch have the same bytes, but where a person has said
	 * no; that is on record.
	 * @param {string} folder @param {string} user */
	async sameOrShown(folder, user) {
		const { w } = this;
		const top = `raw/${user}/tasks/`;
		const files = await this.records(user);
		const git = await w.git(folder), mirror = await w.blobs(top);
		for (const file of new Set([...Object.keys(git),
		    ...Object.keys(mirror).map((k) => k.slice(top.length))])) {
			const bytes = mirror[top + file];
			const record = files.find((/** @type {any} */ f) =>
			    f.file === file);
			const state = record?.pull?.state;
			if (state)
				this.kept += bytes;
			if (!['closed', 'fremd'].includes(state))
				assert.equal(bytes && blobId(bytes), git[file],
				    `${user} ${file} ${JSON.stringify(record)}`);
		}
	}

	async nothingLost() {
		const mine = wordsIn(this.kept), days = datesIn(this.kept);
		this.forget(mine);
		for (const [task, day] of this.dates)
			if (days.has(day))
				this.dates.delete(task);
		await super.nothingLost();
	}
}

const first = Number(process.env.SEED || 1);
const n = Number(process.env.HISTORIES ?? (process.env.SEED ? 1
    : azure ? long ? 200 : 3 : long ? 10000 : 20));
/** One of so many goes by pull request. */
const pulls = Number(process.env.PULLS ?? 5);

describe(`${n} histories from ${first} on`, { concurrency: 8 }, () => {
	for (let seed = first; seed < first + n; seed++)
		test(`history ${seed}`, async () => {
			const history = await (seed % pulls === 0
			    ? PullHistory : History).start(seed);
			try {
				await history.run();
			} catch (e) {
				addTo(e, `${history.story.join('\n')}\n${
				    history.w.log.slice(-1500)}`);
				throw e;
			} finally {
				await history.close();
			}
		});
});

after(() => console.log(`# ${JSON.stringify(sum)}; limits: force pushes ` +
    'back in the moment of our own push (reconcile.md 9)'));
