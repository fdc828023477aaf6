// @ts-check
// hosts: two hosts on one store, on this machine.  What they answer together is
// compared with what one answers on the same processors: nothing that they
// share may hold them up.  And how soon one sees what was written at the other.

import { join } from 'node:path';
import { startAzurite } from '../azurite.mjs';
import { hasRedis, startRedis } from '../redis.mjs';
import { until } from '../stack.mjs';
import { median, spread, wrk } from './measure.mjs';
import { localPools, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {import('./site.mjs').Site} Site
 */

const revalidateMs = 1000;

/** @param {Bench} bench */
export async function hosts(bench) {
	const azurite = await startAzurite();
	try {
		await takeIn(bench.build, await makeVault(
		    join(bench.scratch, 'hosts'), { users: 1, tasks: 50 }),
		    join(bench.scratch, 'hosts-data'), azurite.conn);
		await onTwo(bench, { AZURE_BLOB_CONN: azurite.conn,
			CACHE_REVALIDATE_MS: String(revalidateMs) }, aloneRows);
		if (!hasRedis)
			return;
		const redis = await startRedis();
		try {
			await onTwo(bench, { AZURE_BLOB_CONN: azurite.conn,
				REDIS_URL: `unix://${redis.path}`,
				CACHE_REVALIDATE_MS: '600000' }, sharedRow);
		} finally {
			await redis.stop();
		}
	} finally {
		azurite.stop();
	}
}

/** @param {Bench} bench @param {Record<string, string>} env
 * @param {(bench: Bench, hosts: Site[]) => Promise<void>} measure */
async function onTwo(bench, env, measure) {
	const start = () => startSite({ build: bench.build,
	    data: join(bench.scratch, 'none'), env, pools: [...localPools(),
		{ name: 'create', command: ['codex-create'], count: 1 }] });
	/** @type {Site[]} */
	const two = [];
	try {
		two.push(await start(), await start());
		for (const host of two)
			for (let i = 0; i < 9; i++)
				await fetch(host.url('render'));
		await measure(bench, two);
	} finally {
		await Promise.all(two.map((host) => host.stop()));
	}
}

/** @param {Bench} bench @param {Site[]} two */
async function aloneRows(bench, two) {
	await bench.measure({ row: 'hits of two hosts, one with as much beside',
		must: 'ratio >= 0.8', run: () => rateRow(bench, two),
		ok: (r) => r.ratio >= 0.8 });
	if (bench.smoke)
		return; // the rest are times
	const ms = [];
	for (let i = 0; i < 20; i++)
		ms.push(await msUntilSeen(two, i));
	bench.add({ row: 'write seen at the other host, by the store',
		figure: `after ${median(ms).toFixed(0)} ms, at most ` +
		    `${Math.max(...ms).toFixed(0)}`, spread: spread(ms),
		values: { ms: median(ms), most_ms: Math.max(...ms) } });
}

/** Two clients in either case: both ask one host, or each its own.
 * @param {Bench} bench @param {Site[]} two */
async function rateRow(bench, two) {
	/** @type {number[][]} */
	const rates = [[], []];
	for (let i = 0; i < bench.rounds.rounds; i++)
		for (const k of i % 2 ? [1, 0] : [0, 1]) {
			const asked = k ? [two[0], two[0]] : two;
			const both = await Promise.all(asked.map((host) =>
			    wrk(host.url('render'), bench.rounds)));
			rates[k].push(both[0].rate + both[1].rate);
		}
	const ratios = rates[0].map((rate, i) => rate / rates[1][i]);
	const [ours, one] = rates.map((list) => median(list));
	return { figure: `${ours.toFixed(0)}/s`, beside: `${one.toFixed(0)}/s`,
		ratio: median(ratios), spread: spread(ratios),
		values: { rate: ours } };
}

/** Write at the first host.  @param {Site[]} two @param {string} title */
async function write(two, title) {
	const answer = await fetch(new URL('/api/tasks', two[0].url('render')), {
		method: 'POST', headers: { Origin: 'http://127.0.0.1',
		    'Content-Type': 'application/json' },
		body: JSON.stringify({ kategorie: 'privat', title }) });
	if (answer.status !== 200)
		throw new Error(`a write got ${answer.status}: ${
		    await answer.text()}`);
}

/** Whether the second host shows it.  @param {Site[]} two
 * @param {string} title */
const shows = async (two, title) => (await (await fetch(
    two[1].url('render'))).text()).includes(`"${title}"`);

/** @param {Site[]} two @param {number} i */
async function msUntilSeen(two, i) {
	const title = `Zeuge ${i} allein`;
	await shows(two, title); // the week is in memory, just looked after
	await write(two, title);
	const began = performance.now();
	await until(() => shows(two, title), 10 * revalidateMs, title);
	return performance.now() - began;
}

/** @param {Bench} bench @param {Site[]} two */
async function sharedRow(bench, two) {
	const writes = bench.smoke ? 20 : 100;
	let seen = 0;
	for (let i = 0; i < writes; i++) {
		await write(two, `Zeuge ${i} geteilt`);
		seen += Number(await shows(two, `Zeuge ${i} geteilt`));
	}
	bench.add({ row: 'write seen at the other host\'s next request, by Redis',
		figure: `${seen} of ${writes}`, must: 'each', ok: seen === writes,
		values: { seen, writes } });
}
