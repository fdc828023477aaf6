// @ts-check
// hits: what a week costs that is there already.

import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnv } from '../stack.mjs';
import { cpuOfAll, fixedRate, median, memory, rebuild, spread, wrk }
    from './measure.mjs';
import { renderPools, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {{rate: number, n: number, p50: number, p99: number}} Round
 */

/** The whole answer of the program as it writes it to nginx.
 * @param {string} build @param {string} data @param {string} run
 * @param {Record<string, string>} env */
function answerOf(build, data, run, env) {
	// Descriptor 0 of a child is a socket otherwise, as for FastCGI.
	return spawnSync(join(build, 'codex-render'), ['-1'], {
		env: cleanEnv({ CODEX_STORE: `fs:${data}`, CODEX_RUN: run,
			CODEX_AUTH: 'local:usera',
			CODEX_BASE_URL: 'http://127.0.0.1',
			REQUEST_METHOD: 'GET', REQUEST_URI: '/codex', ...env }),
		stdio: ['ignore', 'pipe', 'inherit'] }).stdout;
}

/**
 * Asks two pools in turn, A B B A, so that whatever else the machine does
 * meets both; medians of all rounds.
 * @param {import('./site.mjs').Site} site
 * @param {[string, Record<string, string>|string][]} pair  pool, and headers or
 *     wrk's script
 * @param {{rounds: number, seconds: number}} how
 */
export async function compare(site, pair, how) {
	/** @type {Round[][]} */
	const rounds = [[], []];
	const cpu = [0, 0];
	for (let i = 0; i < how.rounds; i++)
		for (const k of i % 2 ? [1, 0] : [0, 1]) {
			const [name, ask] = pair[k];
			const pids = await site.workers(name);
			const before = await cpuOfAll(pids);
			rounds[k].push(await wrk(site.url(name),
			    { seconds: how.seconds, ...(typeof ask === 'string'
				? { script: ask } : { headers: ask }) }));
			cpu[k] += await cpuOfAll(pids) - before;
		}
	const sides = rounds.map((list, k) => ({
		rate: median(list.map((r) => r.rate)),
		p50: median(list.map((r) => r.p50)),
		p99: median(list.map((r) => r.p99)),
		cpu: 1000 * cpu[k] / list.reduce((sum, r) => sum + r.n, 0),
	}));
	const ratios = rounds[0].map((r, i) => r.rate / rounds[1][i].rate);
	return { a: sides[0], b: sides[1], ratio: median(ratios),
		spread: spread(ratios) };
}

/** @param {{rate: number, p50: number, p99: number, cpu: number}} side */
function describe(side) {
	return `${side.rate.toFixed(0)}/s  ` +
	    `p50 ${(side.p50 / 1000).toFixed(2)} ` +
	    `p99 ${(side.p99 / 1000).toFixed(2)} ms  ` +
	    `cpu ${side.cpu.toFixed(0)} us`;
}

/** Hits beside a program that does nothing.  @param {Bench} bench */
export async function hits(bench) {
	const { build, scratch } = bench;
	const data = join(scratch, 'hits');
	await takeIn(build, await makeVault(join(scratch, 'hits-vault'),
	    { users: 1, tasks: 50 }), data);
	const nothing = join(scratch, 'nothing');
	const site = await startSite({ build, data, pools: [
		{ name: 'render', command: ['codex-render'], count: 2,
			serves: true },
		{ name: 'build', command: ['codex-render', '--build'],
			count: 1 },
		{ name: 'artifact', command: ['codex-render'], count: 2,
			serves: true, env: { CACHE_TTL_LOCAL: '0' } },
	] });
	try {
		// The week is there; from now on the answers are known.
		const first = await fetch(site.url('render'));
		const size = (await first.arrayBuffer()).byteLength;
		const etag = (await fetch(site.url('render')))
		    .headers.get('etag') || '';
		const run = join(site.scratch, 'run');
		await writeFile(nothing, answerOf(build, data, run, {}));
		await writeFile(`${nothing}-304`, answerOf(build, data,
		    run, { HTTP_IF_NONE_MATCH: etag }));
		await hitRows(bench, { data, size, etag, nothing });
	} finally {
		await site.stop();
	}
}

/** @param {Bench} bench
 * @param {{data: string, size: number, etag: string, nothing: string}} what */
async function hitRows(bench, what) {
	const site = await startSite({ build: bench.build, data: what.data,
		pools: [
		{ name: 'render', command: ['codex-render'], count: 2,
			serves: true },
		{ name: 'build', command: ['codex-render', '--build'],
			count: 1 },
		{ name: 'fresh', command: ['codex-render'], count: 2,
			serves: true, fresh: true },
		{ name: 'artifact', command: ['codex-render'], count: 2,
			serves: true, env: { CACHE_TTL_LOCAL: '0' } },
		{ name: 'nothing', command: ['bench-nothing', what.nothing],
			count: 2, serves: true },
		{ name: 'nothing304',
			command: ['bench-nothing', `${what.nothing}-304`],
			count: 2, serves: true },
	] });
	const known = { 'If-None-Match': what.etag };
	const kib = `${(what.size / 1024).toFixed(1)} KiB`;
	try {
		await bench.measure({ row: `hit from memory, ${kib}`,
			must: 'ratio >= 0.9', run: async () =>
			    hitRow(await compare(site, [['render', {}],
				['nothing', {}]], bench.rounds)),
			ok: (r) => r.ratio >= 0.9 });
		await bench.measure({
			row: 'hits over kept connections, fresh ones beside',
			must: 'ratio >= 1.3', run: async () =>
			    hitRow(await compare(site, [['render', {}],
				['fresh', {}]], bench.rounds)),
			ok: (r) => r.ratio >= 1.3 });
		if (bench.smoke)
			return;
		await bench.measure({ row: `hit from the artifact, ${kib}`,
			run: async () =>
			    hitRow(await compare(site, [['artifact', {}],
				['nothing', {}]], bench.rounds)) });
		await bench.measure({ row: 'hit from memory, 304',
			run: async () =>
			    hitRow(await compare(site, [['render', known],
				['nothing304', known]], bench.rounds)) });
		for (const pid of (await site.workers('render')).slice(0, 1))
			bench.add({ row: 'memory of a hit worker, 1 user',
				figure: inMib(await memory(pid)) });
	} finally {
		await site.stop();
	}
}

/** @param {{peak: number, share: number}} m */
export function inMib(m) {
	return `${m.peak.toFixed(1)} MiB at most, ` +
	    `${m.share.toFixed(1)} MiB its share now`;
}

/** @param {Awaited<ReturnType<typeof compare>>} c */
export function hitRow(c) {
	return { figure: describe(c.a), beside: describe(c.b),
		ratio: c.ratio, spread: c.spread,
		values: { rate: c.a.rate, p50_us: c.a.p50, p99_us: c.a.p99,
			cpu_us: c.a.cpu } };
}

/** Hits at a fixed rate while others' builds run back to back.
 * @param {Bench} bench */
export async function busy(bench) {
	const { build, scratch } = bench;
	const data = join(scratch, 'busy');
	await takeIn(build, await makeVault(join(scratch, 'busy-1'),
	    { users: 1, tasks: 50 }), data);
	await takeIn(build, await makeVault(join(scratch, 'busy-8'),
	    { users: 8, tasks: 500, as: 'busy' }), data);
	const site = await startSite({ build, data, pools: renderPools(2) });
	try {
		await bench.measure({
			row: '200 hits/s beside others\' builds, quiet beside',
			must: 'p99 <= 3 times', run: () => busyRow(bench, site),
			// On two quiet processors one slice of the scheduler
			// is six times a quiet p99: the short version leaves
			// it out, and the whole one judges.
			...(bench.smoke ? {} : {
				ok: (/** @type {any} */ r) => r.ratio <= 3 }) });
	} finally {
		await site.stop();
	}
}

/** @param {Bench} bench @param {import('./site.mjs').Site} site */
async function busyRow(bench, site) {
	const seconds = bench.smoke ? 2 : 5, port = site.ports.render;
	const me = ['Cookie: bench_user=usera'];
	/** @type {Awaited<ReturnType<typeof fixedRate>>[][]} */
	const rounds = [[], []];
	let builds = 0, over = false;
	await fixedRate(bench.build, port, 200, 1, me);
	for (let i = 0; i < (bench.smoke ? 5 : 6); i++) {
		rounds[1].push(await fixedRate(bench.build, port, 200,
		    seconds, me));
		over = false;
		const others = [0, 1].map(async (first) => {
			for (let k = first; !over; k += 2) {
				await rebuild(port, { Cookie: 'bench_user=' +
				    `busy${'abcdefgh'[k % 8]}` });
				builds++;
			}
		});
		rounds[0].push(await fixedRate(bench.build, port, 200,
		    seconds, me));
		over = true;
		await Promise.all(others);
	}
	const failed = rounds.flat().reduce((sum, r) => sum + r.failed, 0);
	if (failed > 0)
		throw new Error(`${failed} hits failed`);
	const sides = rounds.map((list) => ({
		p50: median(list.map((r) => r.p50)),
		p99: median(list.map((r) => r.p99)) }));
	const text = sides.map((s) => `p50 ${(s.p50 / 1000).toFixed(2)} ` +
	    `p99 ${(s.p99 / 1000).toFixed(2)} ms`);
	const ratios = rounds[0].map((r, i) => r.p99 / rounds[1][i].p99);
	return { figure: `${text[0]}, ` +
	    `${(builds / seconds / rounds[0].length).toFixed(0)} builds/s`,
		beside: text[1], ratio: sides[0].p99 / sides[1].p99,
		spread: spread(ratios) };
}
