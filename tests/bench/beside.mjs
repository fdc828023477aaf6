// @ts-check
// beside: hits beside another HTTP service, in the same turns.

import { join } from 'node:path';
import { childrenOf, until } from '../stack.mjs';
import { compare, hitRow } from './hits.mjs';
import { launch, localPools, signal, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {{command: string, url: string}} Service
 */

/** The process and all below it. @param {number} pid @returns {number[]} */
const family = (pid) => [pid, ...childrenOf(pid).flatMap(family)];

/**
 * A service of somebody else's, until it answers.
 * @param {Service} service
 */
async function startService({ command, url }) {
	const child = launch('/bin/sh', ['-c', command],
	    { stdio: ['ignore', 'ignore', 'inherit'] });
	const stop = () => signal(child.pid || 0, 'SIGTERM');
	try {
		await until(() => child.exitCode !== null || fetch(url).then(
		    (answer) => answer.ok, () => false), 30000, `a 2xx of ${url}`);
		if (child.exitCode !== null)
			throw new Error(`${command} ended by itself`);
	} catch (error) {
		stop();
		throw error;
	}
	return { pids: () => family(child.pid || 0), stop };
}

/**
 * What is answered by our site, by the name of a pool, and by the service.
 * @param {import('./site.mjs').Site} site @param {string} url
 * @param {() => number[]} pids
 */
const both = (site, url, pids) => /** @type {any} */ ({
	url: (/** @type {string} */ name) =>
	    name === 'service' ? url : site.url(name),
	workers: async (/** @type {string} */ name) =>
	    name === 'service' ? pids() : site.workers(name),
});

/** @param {Bench} bench @param {Service} service */
export async function beside(bench, service) {
	const { build, scratch } = bench;
	const data = join(scratch, 'beside');
	await takeIn(build, await makeVault(join(scratch, 'beside-vault'),
	    { users: 1, tasks: 50 }), data);
	const site = await startSite({ build, data, pools: localPools() });
	try {
		const other = await startService(service);
		try {
			await bench.measure({
				row: `hit of 50 tasks, ${service.url} beside`,
				run: async () => hitRow(await compare(
				    both(site, service.url, other.pids),
				    [['render', {}], ['service', {}]], bench.rounds)) });
		} finally {
			other.stop();
		}
	} finally {
		await site.stop();
	}
}
