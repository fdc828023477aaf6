// @ts-check
// slow: hits from memory while one worker after the other waits for a store
// that takes its time.

import { readdir } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { startAzurite } from '../azurite.mjs';
import { listen } from '../stack.mjs';
import { fixedRate, median, spread } from './measure.mjs';
import { renderPools, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

const lateMs = 50, people = 200;

/** A way to a port on which everything comes late.  @param {number} port */
async function startLate(port) {
	const server = createServer((near) => {
		const far = connect(port, '127.0.0.1');
		near.on('data', (chunk) =>
		    setTimeout(() => far.write(chunk), lateMs));
		far.on('data', (chunk) => near.write(chunk));
		for (const [one, other] of [[near, far], [far, near]]) {
			one.on('error', () => other.destroy());
			one.on('close', () => other.destroy());
		}
	});
	return { port: await listen(server), stop: () => server.close() };
}

/** @param {import('./bench.mjs').Bench} bench */
export async function slow(bench) {
	if (bench.smoke)
		return; // what it judges are times
	const azurite = await startAzurite();
	const late = await startLate(azurite.port);
	try {
		const vault = await makeVault(join(bench.scratch, 'slow'),
		    { users: people, tasks: 10 });
		await takeIn(bench.build, vault,
		    join(bench.scratch, 'slow-data'), azurite.conn);
		await slowRows(bench, azurite.conn.replaceAll(
		    `:${azurite.port}`, `:${late.port}`),
		await readdir(join(vault, 'codex-miroir')));
	} finally {
		late.stop();
		azurite.stop();
	}
}

/** @param {import('./bench.mjs').Bench} bench @param {string} conn
 * @param {string[]} names of users */
async function slowRows(bench, conn, names) {
	const site = await startSite({ build: bench.build,
	    data: join(bench.scratch, 'none'), env: { AZURE_BLOB_CONN: conn,
		CACHE_REVALIDATE_MS: '5000' },
	    pools: [...renderPools(2), { ...renderPools(2)[0], name: 'fresh',
		fresh: true }] });
	try {
		await bench.measure({
		    row: `200 hits/s beside reads of ${lateMs} ms, ` +
			'over fresh connections beside',
		    must: 'p99 <= 1.1 times', run: () => slowRow(bench, site, names),
		    ok: (r) => r.ratio <= 1.1 });
	} finally {
		await site.stop();
	}
}

/** Ask for others' weeks, one after the other, until told to end.
 * @param {string} url
 * @param {string[]} names @param {() => boolean} isOver */
async function readOn(url, names, isOver) {
	let n = 0;
	for (; !isOver(); n++)
		await fetch(url, { headers: {
		    Cookie: `bench_user=${names[1 + n % (names.length - 1)]}` } })
		    .then((answer) => answer.arrayBuffer());
	return n;
}

/** @param {import('./bench.mjs').Bench} bench
 * @param {import('./site.mjs').Site} site @param {string[]} names */
async function slowRow(bench, site, names) {
	/** @type {Awaited<ReturnType<typeof fixedRate>>[][]} */
	const rounds = [[], []];
	let reads = 0;
	for (let i = 0; i < 6; i++)
		for (const k of i % 2 ? [1, 0] : [0, 1]) {
			const name = k ? 'fresh' : 'render';
			let over = false;
			const others = readOn(site.url(name), names,
			    () => over);
			rounds[k].push(await fixedRate(bench.build,
			    site.ports[name], 200, 5, [`Cookie: bench_user=${names[0]}`]));
			over = true;
			reads += await others;
		}
	if (rounds.flat().some((r) => r.failed > 0))
		throw new Error('hits failed');
	const sides = rounds.map((list) => ({
	    p50: median(list.map((r) => r.p50)),
	    p99: median(list.map((r) => r.p99)) }));
	const text = sides.map((s) => `p50 ${(s.p50 / 1000).toFixed(2)} ` +
	    `p99 ${(s.p99 / 1000).toFixed(2)} ms`);
	return { figure: `${text[0]}, ${(reads / 60).toFixed(0)} others/s`,
	    beside: text[1], ratio: sides[0].p99 / sides[1].p99,
	    spread: spread(rounds[0].map((r, i) => r.p99 / rounds[1][i].p99)) };
}
