// @ts-check
// hosts-world: two hosts, each with nginx and workers in a namespace of its own
// (links.mjs), that share an Azurite, a fake GitHub and, if they shall, a
// Redis; 50 users of them; and what goes wrong meanwhile.
//
//	const world = await openWorld();
//	await world.startHosts({ withRedis: true });
//	await world.live(1000, { faults: true });
//	await world.settle();		// mended, both sides equal to Git
//	assert.deepEqual(world.judge(), []);
//	await world.stopHosts();
//	await world.close();

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { azureBlobs } from './azure-blobs.mjs';
import { startAzurite } from './azurite.mjs';
import { gitSettings } from './git-stack.mjs';
import { blobId } from './git-world.mjs';
import { startFake } from './github/fake.mjs';
import { judge } from './history.mjs';
import { User } from './hosts-user.mjs';
import { openNet, sitePort } from './links.mjs';
import { random as choices } from './malformed.mjs';
import { hasRedis, startRedis } from './redis.mjs';
import { sessionCookie } from './session.mjs';
import { Stack, childrenOf, commandOf, plainBuild, sleep, slow, until }
    from './stack.mjs';
import { StoreWatch, now } from './store-watch.mjs';

export { long } from './stack.mjs';

const USERS = 50;
/** One who may log in, too, and does nothing of all this. */
export const another = `user${USERS}`;
/** By how much the clocks of the hosts are wrong, ms: 2 s apart. */
const OFFSETS = [-1000, 1000];
export const REVALIDATE_MS = 1000;
const LEASE_MS = 6000;
/** Clocks less than 5 s apart are believed, so a lease of the one behind ends
 * early for the one ahead (reconcile.md, "Clocks"). */
const EARLY_MS = 2000;
const REDIS_TIMEOUT_MS = 300 * slow;
const programs = ['codex-create', 'codex-update', 'codex-complete',
    'codex-render', 'codex-tasks', 'codex-sync'];
const folder = 'codex-miroir';

/** When a host could not speak with Redis, by its log and by what was done to
 * its link. */
class RedisTroubles {
	/** None had Redis before. @type {import('./history.mjs').Span[]} */
	spans = [[-Infinity, now()]];
	/** @type {import('./history.mjs').Span|null} */
	span = null;
	read = 0;
	isDown = false;

	/** Look now: at the link, and at what the log has said since.
	 * @param {string} log @param {boolean} isWhole the link */
	look(log, isWhole) {
		const at = now();
		const said = [...log.slice(this.read).matchAll(
		    /msg="redis (does not answer|answers again|takes no writes)"/g)];
		this.read = log.length;
		if (said.length > 0)
			this.isDown = said[said.length - 1][1] !== 'answers again';
		// A request that waited may have begun before the line, and one
		// that began before the mending may still be waiting.
		const reach = 6 * REDIS_TIMEOUT_MS;
		if (said.length > 0 || this.isDown || !isWhole) {
			if (!this.span || this.span[1] < at - reach)
				this.spans.push(this.span = [at - reach, at]);
			this.span[1] = at + reach;
		}
	}
}

export class World {
	/** What went wrong, and how often. @type {Record<string, number>} */
	done = {};
	/** @type {Stack[]} */
	hosts = [];
	/** Until which host is up again. @type {Promise<void>[]} */
	up = [];
	/** @type {RedisTroubles[]|null} */
	troubles = null;

	/** @param {Awaited<ReturnType<typeof openServices>>} services */
	constructor(services) {
		this.services = services;
		const { net, watch, room } = services;
		this.net = net;
		this.watch = watch;
		this.seed = Number(process.env.T_SEED || 1);
		this.random = choices(this.seed).n;
		const keyFile = join(room, 'key');
		/** @type {import('./hosts-user.mjs').Site} */
		this.site = { address: net.address, over: false, events: [],
		    created: [], random: this.random, counts: {},
		    cookie: (user) => sessionCookie(keyFile, { user,
			id: 5000 + Number(user.slice(4)),
			now: Math.floor(now()) - 5000 }) };
		/** @type {User[]} */
		this.users = [];
	}

	/** @param {number} n @param {boolean} withRedis */
	env(n, withRedis) {
		const { room, azurite, redis, fake } = this.services;
		return { ...gitSettings(fake, { SYNC_LEASE_MS:
		    String(LEASE_MS), SYNC_PUSH_MS: '2000' }),
		AZURE_BLOB_CONN: azurite.conn,
		AZURE_BLOB_CONTAINER: `hosts-${process.pid}`,
		CODEX_ALLOWED_USERS: Array.from({ length: USERS + 1 },
		    (_, i) => `user${i}`).join(','),
		CODEX_BASE_URL: `http://127.0.0.1:${sitePort}`,
		CODEX_BUILD: plainBuild, CODEX_LIMITS: '1000', CODEX_KEY_FILE: join(room, 'key'),
		CODEX_NOW: String(OFFSETS[n]), CODEX_USER_RATE: '100000',
		CACHE_REVALIDATE_MS: String(REVALIDATE_MS),
		...(redis && withRedis ? { REDIS_URL: redis.url,
		    REDIS_TIMEOUT_MS: String(REDIS_TIMEOUT_MS),
		    CACHE_REDIS_WEEKS: 'true' } : {}) };
	}

	/** @param {{withRedis: boolean}} how */
	async startHosts({ withRedis }) {
		this.troubles = withRedis
		    ? OFFSETS.map(() => new RedisTroubles()) : null;
		// One after the other, so that they agree upon a key.
		this.hosts = [];
		for (const n of OFFSETS.keys())
			this.hosts.push(await new Stack({ as: 'server', workers: 2,
			    args: ['--port', String(sitePort)],
			    under: this.net.under(n), env: this.env(n, withRedis)
			}).start());
		this.up = this.hosts.map(() => Promise.resolve());
		// Their sessions are of a key that the first host has made.
		if (this.users.length === 0)
			this.users = Array.from({ length: USERS }, (_, i) =>
			    new User(this.site, `user${i}`, OFFSETS.length));
	}

	async stopHosts() {
		await Promise.all(this.hosts.map((host) => host.stop()));
		this.hosts = [];
	}

	async close() {
		const { net, fake, redis, azurite, room } = this.services;
		await this.stopHosts();
		net.close();
		await fake.stop();
		await redis?.stop();
		azurite.stop();
		rmSync(room, { recursive: true, force: true });
	}

	/** Let all users together read and write so often.
	 * @param {number} times @param {{faults: boolean}} how */
	async live(times, { faults }) {
		const goal = this.answered() + times;
		let going = true;
		const beside = Promise.allSettled([this.watchRedis(() => going),
		    faults ? this.rage(() => going) : null]);
		const lives = this.users.map((user) => this.liveOne(user, goal));
		let ends;
		try {
			await Promise.all(lives);
		} finally {
			// Nothing goes on when the hosts are stopped: what went
			// wrong first is told then, and not what that breaks.
			going = false;
			this.site.over = true;
			await Promise.allSettled(lives);
			ends = await beside;
			this.site.over = false;
		}
		for (const end of ends)
			if (end.status === 'rejected')
				throw end.reason;
	}

	/** @param {User} user @param {number} goal */
	async liveOne(user, goal) {
		while (!this.site.over && this.answered() < goal)
			await user.step();
	}

	/** Reads and writes that were answered until now. */
	answered() {
		return Object.entries(this.site.counts)
		    .filter(([kind]) => kind.endsWith(' 200'))
		    .reduce((sum, [, n]) => sum + n, 0);
	}

	/** @param {() => boolean} going */
	async watchRedis(going) {
		while (going()) {
			this.lookAtRedis();
			await sleep(50);
		}
	}

	lookAtRedis() {
		this.troubles?.forEach((trouble, n) => trouble.look(
		    this.hosts[n].log, !this.net.link(n, 'redis').fault));
	}

	// Faults

	/** @param {string} what */
	count(what) {
		this.done[what] = (this.done[what] ?? 0) + 1;
	}

	/** @param {() => boolean} going */
	async rage(going) {
		for (let n = 1; going(); n++) {
			await sleep(100 + this.random(300));
			const host = this.random(OFFSETS.length);
			if (n % 40 === 20)
				await this.fall(host);
			else if (n % 3 === 0)
				await this.spoil(host);
			else
				this.killWorker(host);
		}
	}

	/** @param {number} host */
	killWorker(host) {
		const pids = this.hosts[host].workers(
		    programs[this.random(programs.length)]);
		if (pids.length > 0)
			this.kill(pids[this.random(pids.length)]);
	}

	/** @param {number} pid */
	kill(pid) {
		try {
			process.kill(pid, 'SIGKILL');
			this.count('kills');
		} catch {
			// Gone by itself meanwhile.
		}
	}

	/** A link is cut or slow for a while. @param {number} host */
	async spoil(host) {
		const parts = Object.keys(this.net.links[host]);
		const part = parts[this.random(parts.length)];
		const link = this.net.link(host, part);
		/** @type {'cut'|'slow'} */
		const how = this.random(2) ? 'cut' : 'slow';
		await link[how]();
		this.lookAtRedis();
		await sleep(300 + this.random(1200));
		await link.mend();
		this.count(`${how} ${part}`);
	}

	/** All of a host is killed, and started again. @param {number} n */
	async fall(n) {
		const stack = this.hosts[n];
		const all = [stack.child?.pid ?? 0];
		for (const pid of all)
			all.push(...childrenOf(pid));
		for (const pid of all)
			this.kill(pid);
		this.count('falls');
		await stack.ended;
		await until(() => !all.some((pid) => commandOf(pid)), 10000,
		    'the end of all');
		await stack.start();
	}

	// In the end

	/** Wait until both sides are equal to Git, and look at everything from
	 * both hosts. */
	async settle() {
		// A write that failed may have been stored, and have no mark.
		await this.ring(() => true);
		await until(async () => {
			// Whoever still waits for a run, a run takes away.
			if (await this.ring() === 0 && await this.isInGit())
				return true;
			await sleep(500);
			return false;
		}, 60000, 'Git equals the store');
		await Promise.all(this.users.map((user) => this.lookAtAll(user)));
		const blobs = Object.entries(await this.blobs(`raw/`));
		// The number that a file has, for the creation that it is of.
		for (const [key, bytes] of blobs) {
			const [, user, number] =
			    /^raw\/([^/]+)\/tasks\/(\d{4})/.exec(key) ?? [];
			this.site.created.push({ user, number, key:
			    /^# (.*)$/m.exec(bytes.toString())?.[1] ?? key });
		}
		const titles = blobs.map(([, bytes]) =>
		    /^# (.*)$/m.exec(bytes.toString())?.[1]);
		assert.deepEqual(titles.filter((title, i) =>
		    titles.indexOf(title) !== i), [], 'tasks made twice');
	}

	/** @param {User} user */
	async lookAtAll(user) {
		const looker = user.devices[2];
		for (const host of OFFSETS.keys()) {
			for (const task of user.tasks)
				assert.ok(await user.show(looker, host, task),
				    `${task.stem} of ${user.name} on ${host}`);
			// By then memory is looked after.
			assert.ok(await user.week(looker, host),
			    `the week of ${user.name} on host ${host}`);
		}
	}

	/** Let those be synced who wait for it, by their mark or otherwise; return
	 * how many these are. @param {(user: User) => boolean} also */
	async ring(also = () => false) {
		const marks = await this.blobs('pending/');
		const waiting = this.users.filter((user) => also(user) ||
		    `pending/${user.name}` in marks);
		// Not all at once, which one address may not.
		for (const { devices: [device] } of waiting)
			await device.go(this.random(2), 'POST', '/sync', {});
		return waiting.length;
	}

	/** @param {string} prefix */
	blobs = (prefix) => azureBlobs(this.services.azurite.conn, `hosts-${process.pid}`,
	    prefix);

	async isInGit() {
		const ours = Object.entries(await this.blobs('raw/'))
		    .filter(([key]) => key.includes('/tasks/'))
		    .map(([key, bytes]) => `${key.slice(4)} ${blobId(bytes)}`);
		const theirs = Object.entries(await this.services.repo.files())
		    .filter(([path]) => path.startsWith(`${folder}/`))
		    .map(([path, id]) => `${path.slice(folder.length + 1)} ${id}`);
		return ours.sort().join('\n') === theirs.sort().join('\n');
	}

	/** What was not as promised. */
	judge() {
		this.lookAtRedis();
		return judge({ events: this.site.events,
		    created: this.site.created, runs: this.watch.runs(),
		    revalidateMs: REVALIDATE_MS, earlyMs: EARLY_MS,
		    ...(this.troubles ? { redisDown: this.troubles
			.flatMap(({ spans }) => spans) } : {}) });
	}

	/** A line about all that was. */
	told() {
		return JSON.stringify({ seed: this.seed, ...this.done,
		    ...this.site.counts, events: this.site.events.length,
		    runs: new Set(this.watch.runs().map(({ run }) => run)).size,
		    store: this.watch.requests });
	}
}

/** Remove what runs that were killed have left behind. */
function sweep() {
	for (const name of readdirSync(tmpdir())) {
		const pid = /^cm-hosts-(\d+)-/.exec(name)?.[1];
		if (pid && !existsSync(`/proc/${pid}`))
			rmSync(join(tmpdir(), name), { recursive: true, force: true });
	}
}

async function openServices() {
	sweep();
	const room = mkdtempSync(join(tmpdir(), `cm-hosts-${process.pid}-`));
	process.on('exit', () => rmSync(room, { recursive: true, force: true }));
	const azurite = await startAzurite();
	const redis = hasRedis ? await startRedis() : null;
	const fake = await startFake({ check: false, rateLimit: 1e9 });
	const repo = await fake.createRepository(
	    { files: { 'README.md': '# Vault\n' } });
	const watch = new StoreWatch(azurite.port, OFFSETS);
	const net = await openNet({ hosts: OFFSETS.length,
	    ports: { store: azurite.port, github: fake.port,
		...(redis ? { redis: redis.port } : {}) },
	    serve: { store: watch.serve.bind(watch) } });
	return { azurite, redis, fake, repo, watch, net, room };
}

export const openWorld = async () => new World(await openServices());
