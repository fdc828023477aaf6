// @ts-check
// group: fault
// 50 users at once, while workers, nginx and everything are killed: nothing
// that was acknowledged is lost or shown late, memory and descriptors do not
// grow, and no rest is left behind.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
    readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { seed } from './fault-scene.mjs';
import { Visitor, enter, oauthSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { random as choices } from './malformed.mjs';
import { childrenOf, commandOf, long, plainBuild, sleep, slow, startStack,
    tasksOf, until } from './stack.mjs';

const users = 50;
/** How long there are kills, and how long none: ms. */
const wild = long ? 3000e3 : 75e3, calm = long ? 600e3 : 40e3;
const programs = ['codex-create', 'codex-update', 'codex-complete',
    'codex-render', 'codex-tasks', 'codex-account', 'codex-auth'];
const when = { datum: '23.11.2026', zeit: 'abends' };
const { n: random } = choices(seed);

/** What the supervisor or nginx says for a worker that died. */
const passing = [502, 503, 504];

/**
 * One user, who does one thing after the other, and knows what was
 * acknowledged.
 */
class Client {
	/** Titles and tags of open tasks, by file.
	 * @type {Map<string, {title: string, tag: string|null}>} */
	open = new Map();
	count = 0;

	/** @param {Soak} soak @param {Visitor} visitor @param {string} name */
	constructor(soak, visitor, name) {
		this.soak = soak;
		this.visitor = visitor;
		this.name = name;
	}

	/** Asks until there is an answer. @param {string} method
	 * @param {string} path @param {any} [json]
	 * @param {Record<string, string>} headers */
	async insist(method, path, json, headers = {}) {
		for (;;) {
			await this.soak.up;
			/** @type {any} */
			const answer = await this.visitor.go(path, { method,
			    ...(json ? { json } : {}), headers })
			    .catch(() => null);
			if (answer?.status === 200)
				return answer.json;
			if (answer)
				assert.ok(passing.includes(answer.status),
				    `${method} ${path}: ${answer.status} ${answer.text}`);
			this.soak.failed++;
			await sleep(50 + random(200));
		}
	}

	async act() {
		const files = [...this.open.keys()];
		const file = files[random(files.length || 1)];
		const what = files.length === 0 ? 0
		    : files.length > 12 ? 2 : random(4);
		const n = ++this.count;
		if (what === 0) {
			const title = `${this.name} ${n}`;
			const made = await this.insist('POST', '/api/tasks',
			    { kategorie: 'arbeit', title },
			    { 'Idempotency-Key': `${this.name}-${n}` });
			assert.ok(!this.open.has(made.filename));
			this.open.set(made.filename, { title, tag: null });
		} else if (what === 1) {
			const tag = `t${n}`;
			await this.insist('PATCH', `/api/tasks/${
			    encodeURIComponent(file.slice(0, -3))}`, { tags: [tag] });
			/** @type {any} */ (this.open.get(file)).tag = tag;
		} else if (what === 2) {
			await this.insist('POST', `/api/tasks/${
			    file.slice(0, 4)}/complete`, when);
			this.open.delete(file);
		}
		await this.look();
	}

	/** The week shows what was acknowledged. */
	async look() {
		const week = await this.insist('GET', '/codex');
		const shown = tasksOf(week).map((task) => [task.file,
		    { title: task.title,
			tag: /** @type {any} */ (task).tags[0] ?? null }]);
		assert.deepEqual(Object.fromEntries(shown),
		    Object.fromEntries(this.open), `${this.name}: lost or stale`);
		assert.deepEqual(week.problems, []);
		this.soak.looks++;
	}

	async live() {
		while (!this.soak.over) {
			await this.soak.go;
			this.soak.busy++;
			await this.act().finally(() => this.soak.busy--);
			await sleep(random(400)); // as people do
		}
	}
}

/** Whether a descriptor is a connection to the hit pool: accepted ones have the
 * path of the listening socket and the state 03. @param {number} pid
 * @param {string} fd */
function isKept(pid, fd) {
	let target = '';
	try {
		target = readlinkSync(`/proc/${pid}/fd/${fd}`);
	} catch {
		return false; // gone meanwhile
	}
	const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
	return inode !== undefined && new RegExp(` 03 +${inode} .*/render\\.sock$`,
	    'm').test(readFileSync('/proc/net/unix', 'utf8'));
}

class Soak {
	over = false;
	busy = 0;
	failed = 0;
	looks = 0;
	kills = 0;
	falls = 0;
	up = Promise.resolve();
	go = Promise.resolve();

	/** All that were started, scripts/run among them. @type {number[]} */
	runs = [];

	/** @param {import('./stack.mjs').Stack} stack */
	constructor(stack) {
		this.stack = stack;
	}

	/** What scripts/run makes beside the run folder, and removes or sweeps.
	 * @returns {string[]} */
	rests() {
		return ['/tmp', '/dev/shm', process.env.XDG_RUNTIME_DIR ?? '/tmp']
		    .flatMap((top) => existsSync(top) ? readdirSync(top) : [])
		    .filter((name) => this.runs.some((pid) =>
			name.startsWith(`codex-miroir.${pid}.`)));
	}

	/** The tree below scripts/run, and itself. @returns {number[]} */
	all() {
		const found = [this.stack.child?.pid ?? 0];
		for (const pid of found)
			found.push(...childrenOf(pid));
		return found;
	}

	/** @param {number} pid */
	kill(pid) {
		try {
			process.kill(pid, 'SIGKILL');
			this.kills++;
		} catch {
			// Gone by itself meanwhile.
		}
	}

	/** Kills these, and starts everything again. @param {number[]} pids */
	async fall(pids) {
		let rise = () => {};
		this.up = new Promise((done) => { rise = () => done(undefined); });
		this.falls++;
		const all = this.all();
		this.runs.push(...all);
		for (const pid of pids)
			this.kill(pid);
		await this.stack.ended;
		await until(() => !all.some((pid) => commandOf(pid)), 10000,
		    'the end of all');
		await this.stack.start();
		rise();
	}

	async rage() {
		for (let n = 1; !this.over; n++) {
			await sleep(100 + random(400));
			const workers = this.stack.workers(programs[
			    random(programs.length)]);
			if (n % 60 === 0)
				await this.fall(this.all());
			else if (n % 30 === 0)
				await this.fall(this.all().filter((pid) =>
				    commandOf(pid).startsWith('nginx')));
			else if (workers.length > 0)
				this.kill(workers[random(workers.length)]);
		}
	}

	/** What all processes hold, while nobody asks for anything; but for the
	 * connections that nginx keeps, of which it has now more, now fewer. */
	async measure() {
		let go = () => {};
		this.go = new Promise((done) => { go = () => done(undefined); });
		await until(() => this.busy === 0, 10000, 'a pause');
		await sleep(300); // nginx closes what it had open
		let rss = 0, files = 0;
		for (const pid of this.all()) {
			if (!/^(nginx|[^\0]*\/codex-)/.test(commandOf(pid)))
				continue;
			const status = readFileSync(`/proc/${pid}/status`, 'utf8');
			rss += Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]);
			if (!commandOf(pid).startsWith('nginx'))
				files += readdirSync(`/proc/${pid}/fd`)
				    .filter((fd) => !isKept(pid, fd)).length;
		}
		go();
		return { rss, files };
	}
}

test(`${users} users, ${wild / 1000} s with kills and ${calm / 1000} s ` +
    `without, seed ${seed}`, async (t) => {
	const room = mkdtempSync(join(tmpdir(), 'cm-soak-'));
	const tmp = join(room, 'tmp'), run = join(room, 'run');
	mkdirSync(tmp);
	const logins = Array.from({ length: users }, (_, i) =>
	    ({ login: `user${i}`, id: 5000 + i }));
	const fake = await startFake({ logins });
	t.after(() => fake.stop());
	const stack = await startStack({ workers: 2, env: {
	    ...oauthSettings(fake), CODEX_BUILD: plainBuild, TMPDIR: tmp,
	    CODEX_RUN: run, CODEX_KEY_FILE: join(room, 'keys'),
	    CODEX_USER_RATE: '0',
	    CODEX_ALLOWED_USERS: logins.map((l) => l.login).join(',') } });
	const soak = new Soak(stack);
	const clients = [];
	for (const { login } of logins)
		clients.push(new Client(soak, await enter(stack, login), login));

	/** @type {any} */
	let failure = null;
	const life = Promise.all(clients.map((c) => c.live()))
	    .catch((e) => { failure = e; });
	const raging = soak.rage().catch((e) => { failure = e; });
	const rest = async (/** @type {number} */ ms) => {
		const end = Date.now() + ms;
		while (Date.now() < end && !failure)
			await sleep(200);
	};
	await rest(wild);
	soak.over = true;
	await raging;
	await life;
	assert.ifError(failure);
	assert.ok(soak.kills > wild / 1000 / slow, `${soak.kills} kills`);

	soak.over = false;
	const calmly = Promise.all(clients.map((c) => c.live()))
	    .catch((e) => { failure = e; });
	await rest(calm / 2);
	const before = await soak.measure();
	await rest(calm / 2);
	const after = await soak.measure();
	soak.over = true;
	await calmly;
	assert.ifError(failure);
	console.log(`# ${soak.looks} looks, ${soak.kills} kills, ${soak.falls
	    } falls, ${soak.failed} tries failed; RSS ${before.rss} to ${
	    after.rss} KiB, descriptors ${before.files} to ${after.files}`);
	assert.ok(after.rss < before.rss * 1.05,
	    `RSS grew from ${before.rss} to ${after.rss} KiB`);
	assert.equal(after.files, before.files);

	for (const client of clients)
		await client.look();
	soak.runs.push(...soak.all());
	assert.ok(soak.rests().length > 0, 'rests are looked for elsewhere');
	assert.equal(await stack.stop(false), 0);
	assert.deepEqual(soak.rests(), []);
	assert.deepEqual(readdirSync(join(stack.data ?? '', '.tmp')), []);
	assert.deepEqual(readdirSync(run).filter((name) =>
	    !/^(generations|looks|metrics|rates|guests|locks|tickets)$/.test(name)),
	    [], 'rests in the run folder');
	assert.deepEqual(readdirSync(tmp), [], 'rests in TMPDIR');
	rmSync(stack.scratch, { recursive: true, force: true });
	rmSync(room, { recursive: true, force: true });
});
