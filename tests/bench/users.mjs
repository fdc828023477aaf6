// @ts-check
// users: hits of many users who are logged in, beside hits of one, and what a
// worker's memory comes to by them.

import { randomBytes } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sessionCookie } from '../session.mjs';
import { compare, hitRow, inMib } from './hits.mjs';
import { memory, wrk } from './measure.mjs';
import { startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {import('./site.mjs').Site} Site
 * @typedef {{bench: Bench, data: string, names: string[]}} Scene
 */

const most = 10000;
/** A Monday in Berlin, far from the end of a slot, so that no week ends. */
const noon = Date.UTC(2026, 10, 23, 9);

/** A site whose users log in.  @param {Scene} scene
 * @param {Record<string, string>} env */
async function start({ bench, data, names }, env) {
	const room = `${data}.keys`, secret = randomBytes(32).toString('hex');
	const proof = randomBytes(32).toString('hex');
	await mkdir(room, { recursive: true });
	await writeFile(join(room, 'key.secret'), secret);
	await writeFile(join(room, 'allowed'), `${names.join('\n')}\n`);
	return startSite({ build: bench.build, data, proof, env: {
		CODEX_AUTH: '', CODEX_PROOF: proof, CODEX_KEY_SECRET: secret,
		CODEX_KEY_FILE: join(room, 'key'),
		CODEX_ALLOWED_USERS: join(room, 'allowed'),
		CODEX_NOW: String(noon - Date.now()),
		CACHE_TTL_BLOB: '1h', CACHE_TTL_LOCAL: '1h', ...env },
	pools: [
		{ name: 'render', command: ['codex-render'], count: 2,
			serves: true },
		{ name: 'build', command: ['codex-render', '--build'],
			count: 1 },
	] });
}

/** @param {Scene} scene @param {string} user */
const cookieOf = ({ data }, user) => sessionCookie(join(`${data}.keys`, 'key'),
    { user, id: 5000, now: noon });

/** A store in which everybody has the same week of 50 tasks: one is built, and
 * lies there for all.  @param {Bench} bench @returns {Promise<Scene>} */
async function fill(bench) {
	const data = join(bench.scratch, 'users');
	await takeIn(bench.build, await makeVault(join(bench.scratch,
	    'users-vault'), { users: 1, tasks: 50 }), data);
	const names = ['usera', ...Array.from({ length: most - 1 },
	    (_, i) => `user-${i + 1}`)];
	const scene = { bench, data, names };
	const site = await start(scene, {});
	const answer = await fetch(site.url('render'),
	    { headers: { Cookie: cookieOf(scene, 'usera') } });
	await site.stop();
	if (answer.status !== 200)
		throw new Error(`no week: ${answer.status}`);
	for (const user of names.slice(1))
		for (const folder of ['artifacts', 'state']) {
			const file = folder === 'state' ? 'cacheVersion.txt'
			    : 'timeline.json';
			await cp(join(data, folder, 'usera', file),
			    join(data, folder, user, file));
		}
	return scene;
}

/** wrk's script: each request comes from the next of these users.
 * @param {Scene} scene @param {number} count */
async function scriptFor(scene, count) {
	const path = join(scene.bench.scratch, `users-${count}.lua`);
	const cookies = scene.names.slice(0, count)
	    .map((name) => `"${cookieOf(scene, name)}"`);
	await writeFile(path, `local cookies = {${cookies.join(',\n')}}
local ready, at = {}, 0
function init()
	for i, cookie in ipairs(cookies) do
		ready[i] = wrk.format("GET", nil, { Cookie = cookie,
		    ["Accept-Encoding"] = "gzip" })
	end
end
function request()
	at = at % #ready + 1
	return ready[at]
end
`);
	return path;
}

/** @param {Site} site @param {string} many @param {string} one
 * @param {{rounds: number, seconds: number}} how */
const besideOne = async (site, many, one, how) => hitRow(await compare(site,
    [['render', many], ['render', one]], how));

/** Ask until each worker has met everybody, most likely.
 * @param {Site} site @param {string} script @param {number} count */
async function warm(site, script, count) {
	for (let n = 0; n < 8 * count;)
		n += (await wrk(site.url('render'), { seconds: 2, script })).n;
}

/** The most that a worker has had. @param {Site} site */
async function largest(site) {
	const all = await Promise.all((await site.workers('render')).map(memory));
	return all.reduce((a, b) => a.peak > b.peak ? a : b);
}

/** All fit into memory.  @param {Scene} scene */
async function roomyRows(scene) {
	const { bench } = scene;
	const site = await start(scene, { CACHE_LOCAL_BYTES: '128M' });
	try {
		const one = await scriptFor(scene, 1);
		await warm(site, one, 100);
		bench.add({ row: 'memory of a hit worker, 1 user who is logged in',
			figure: inMib(await largest(site)) });
		for (const count of [1000, most]) {
			const many = await scriptFor(scene, count);
			await warm(site, many, count);
			bench.add({ row: `memory of a hit worker, ${count} users`,
				figure: inMib(await largest(site)) });
			await bench.measure({
				row: `hits of ${count} users, 1 user beside`,
				must: 'ratio >= 0.9',
				run: () => besideOne(site, many, one,
				    bench.rounds),
				ok: (r) => r.ratio >= 0.9 });
		}
	} finally {
		await site.stop();
	}
}

/** They do not fit: what has to go is read from the store again.
 * @param {Scene} scene */
async function tightRows(scene) {
	const { bench } = scene;
	const room = 8, accounts = room / 4;
	const site = await start(scene, { CACHE_LOCAL_BYTES: `${room}M` });
	try {
		const one = await scriptFor(scene, 1);
		await warm(site, one, 100);
		const before = (await largest(site)).peak;
		const many = await scriptFor(scene, most);
		await bench.measure({
			row: `hits of ${most} users in ${room} MiB, 1 user beside`,
			run: () => besideOne(site, many, one, bench.rounds) });
		const after = await largest(site);
		bench.add({ row: `memory of a hit worker, ${most} users in ${room
		    } MiB`, figure: inMib(after),
			must: `${room} + ${accounts} MiB and a quarter more than ` +
			    'with 1 user',
			ok: after.peak - before <= 1.25 * (room + accounts) });
	} finally {
		await site.stop();
	}
}

/** @param {Bench} bench */
export async function users(bench) {
	if (bench.smoke)
		return; // it takes minutes
	const scene = await fill(bench);
	await roomyRows(scene);
	await tightRows(scene);
}
