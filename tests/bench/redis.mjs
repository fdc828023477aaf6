// @ts-check
// redis: hits that ask a Redis whether memory is still good, beside hits that
// ask nobody; and what the Redis alone answers.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasRedis, startRedis } from '../redis.mjs';
import { compare, hitRow } from './hits.mjs';
import { median, spread } from './measure.mjs';
import { localPools, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/** @typedef {import('./bench.mjs').Bench} Bench */

const questions = 50000;

/** @param {Bench} bench */
export async function redis(bench) {
	if (!hasRedis)
		return void process.stderr.write('# redis: skipped, there is none\n');
	const { build, scratch } = bench;
	const data = join(scratch, 'redis');
	await takeIn(build, await makeVault(join(scratch, 'redis-vault'),
	    { users: 1, tasks: 50 }), data);
	const server = await startRedis();
	const env = { REDIS_URL: `unix://${server.path}` };
	const [render, builder] = localPools();
	try {
		const site = await startSite({ build, data, pools: [render,
			{ ...render, name: 'shared', env }, { ...builder, env }] });
		try {
			await hitRows(bench, site);
		} finally {
			await site.stop();
		}
		if (!bench.smoke)
			await aloneRow(bench, server.path);
	} finally {
		await server.stop();
	}
}

/** @param {Bench} bench @param {import('./site.mjs').Site} site */
async function hitRows(bench, site) {
	for (let i = 0; i < 9; i++)
		for (const name of ['render', 'shared'])
			await fetch(site.url(name));
	await bench.measure({ row: 'hit that asks Redis, without one beside',
		must: 'ratio >= 0.4', run: async () => hitRow(await compare(site,
		    [['shared', {}], ['render', {}]], bench.rounds)),
		ok: (r) => r.ratio >= 0.4 });
}

/** One question at a time from 16 clients, as the workers of a few hosts ask.
 * @param {Bench} bench @param {string} path */
async function aloneRow(bench, path) {
	const rates = [];
	for (let i = 0; i < 9; i++) {
		const { stdout } = await promisify(execFile)('redis-benchmark',
		    ['-s', path, '-t', 'get', '-n', String(questions), '-c', '16',
			'-q']);
		rates.push(Number(/GET: ([\d.]+) requests/.exec(stdout)?.[1]));
	}
	bench.add({ row: 'Redis alone: GET',
		figure: `${median(rates).toFixed(0)}/s`, spread: spread(rates),
		values: { rate: median(rates) } });
}
