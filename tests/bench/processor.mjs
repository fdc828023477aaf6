// @ts-check
// processor: what an operation takes of the processor, in all programs of a
// site and its nginx together, with logins and Git.  The same operations as in
// operations.mjs, many times, on a store in a folder, of a user with 500 tasks.

import { readFile } from 'node:fs/promises';
import { openSite, places, startWorld } from './operations.mjs';
import { cpuOfAll, median, memory, spread } from './measure.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {Awaited<ReturnType<typeof openSite>>} Site
 */

const tasks = 500, rounds = 40, warm = 5, hits = 10;

/** Processor time, in microseconds, of each time that something was done. */
class Clock {
	/** @param {Site} site */
	constructor(site) {
		/** @type {Map<string, number[]>} */
		this.times = new Map();
		this.pids = site.stack.processes('');
	}

	/** @param {string} what @param {() => Promise<any>} act
	 * @param {number} n  how often act() does it */
	async time(what, act, n = 1) {
		const before = await cpuOfAll(this.pids);
		await act();
		const us = 1000 * (await cpuOfAll(this.pids) - before) / n;
		this.times.set(what, [...this.times.get(what) ?? [], us]);
	}
}

/** @param {Site} site @param {Clock} clock @param {number} i */
async function round(site, clock, i) {
	await site.choose();
	await clock.time('edit', () => site.edit(`r${i}`));
	await clock.time('rebuild after it', () =>
	    site.week(site.writer, 'miss'));
	await clock.time('hit from the artifact', () =>
	    site.week(site.writer, 'blob'));
	await clock.time('hit', async () => {
		for (let k = 0; k < hits; k++)
			await site.week(site.reader, 'local');
	}, hits);
	await clock.time('run that sends one edit', () => site.sync());
	await clock.time('run with nothing to do', () => site.sync());
	await clock.time('push of one file, by webhook', () =>
	    site.deliver(`# Nr ${i}\n`));
	await clock.time('create', () => site.create());
	await clock.time('complete', () => site.complete());
	await clock.time('login', () => site.login());
	await site.rest();
	await clock.time('look at the page', () => site.look(site.reader));
}

/** @param {Bench} bench @param {Clock} clock */
function addRows(bench, clock) {
	for (const [what, all] of clock.times) {
		const us = all.slice(warm);
		bench.add({ row: `processor time of: ${what}`,
			figure: `${median(us).toFixed(0)} us`, spread: spread(us),
			values: { us: median(us) } });
	}
}

/** What the workers of a site hold while they have nothing to do.
 * @param {Bench} bench @param {Site} site */
async function addMemory(bench, site) {
	let share = 0;
	for (const pid of site.stack.processes(''))
		share += (await memory(pid)).share;
	const text = await readFile('/proc/meminfo', 'utf8');
	const all = Number(/MemTotal:\s+(\d+)/.exec(text)?.[1]) / 1024;
	bench.add({ row: 'memory of all programs and nginx, 1 user',
		figure: `${share.toFixed(0)} MiB of ${all.toFixed(0)}`,
		values: { mib: share } });
}

/** @param {Bench} bench @param {Site} site */
async function measureSite(bench, site) {
	try {
		await site.begin();
		await site.hear();
		const clock = new Clock(site);
		for (let i = 0; i < rounds + warm; i++)
			await round(site, clock, i);
		addRows(bench, clock);
		await addMemory(bench, site);
	} finally {
		await site.stack.stop();
	}
}

/** @param {Bench} bench */
export async function processor(bench) {
	if (bench.smoke)
		return; // nothing to judge
	const world = await startWorld(bench, tasks);
	try {
		await measureSite(bench, await openSite(world, places[0],
		    { CODEX_DEBUG: '' }));
	} finally {
		await world.stop();
	}
}
