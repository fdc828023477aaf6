// @ts-check
// instructions: what the program and nginx do for a hit by themselves, without
// the kernel; counted by callgrind, so that no load of the machine is in it.

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { median, spread } from './measure.mjs';
import { startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {{name: string, pid: number, folder: string}} Counted
 */

const exec = promisify(execFile);
const hits = 100, rounds = 3;

/** @param {string} folder */
const counting = (folder) => ['/usr/bin/valgrind', '-q', '--tool=callgrind',
    `--callgrind-out-file=${join(folder, 'out')}`];

/** @param {Bench} bench */
export async function instructions(bench) {
	const { build, scratch } = bench;
	const data = join(scratch, 'instructions');
	for (const tasks of [50, 500])
		await takeIn(build, await makeVault(join(scratch, `few-${tasks}`),
		    { users: 1, tasks, as: `tasks${tasks}` }), data);
	const program = await mkdtemp(join(scratch, 'program-'));
	const nginx = await mkdtemp(join(scratch, 'nginx-'));
	const site = await startSite({ build, data, pools: [
		{ name: 'render', command: ['bench-render'], count: 1,
			serves: true, under: counting(program) },
		{ name: 'build', command: ['bench-render', '--build'], count: 1 },
	], nginxUnder: counting(nginx) });
	try {
		const counted = [
			{ name: 'program', folder: program,
				pid: (await site.workers('render'))[0] },
			{ name: 'nginx', folder: nginx,
				pid: site.children.nginx.pid || 0 }];
		await addRows(bench, site.ports.render, counted);
	} finally {
		await site.stop();
	}
}

/** @param {Bench} bench @param {number} port @param {Counted[]} counted */
async function addRows(bench, port, counted) {
	/** @type {number[][]} */
	const few = [], many = [];
	for (let i = 0; i < rounds; i++) {
		few.push(await countHits(port, 50, counted));
		many.push(await countHits(port, 500, counted));
	}
	const ratios = many.map((n, i) => (n[0] + n[1]) / (few[i][0] + few[i][1]));
	const of = (/** @type {number[][]} */ all, /** @type {number} */ i) =>
	    median(all.map((n) => n[i]));
	const say = (/** @type {number[][]} */ all) => counted.map(({ name }, i) =>
	    `${name} ${(of(all, i) / 1000).toFixed(1)} k`).join(', ');
	bench.add({ row: 'instructions of a hit, packed, 500 tasks, 50 beside',
		figure: say(many), beside: say(few), ratio: median(ratios),
		spread: spread(ratios), must: 'ratio <= 1.1',
		ok: median(ratios) <= 1.1,
		values: { program: of(many, 0), nginx: of(many, 1) } });
}

/** Instructions of each for one hit.  @param {number} port
 * @param {number} tasks of the user @param {Counted[]} counted */
async function countHits(port, tasks, counted) {
	const agent = new Agent({ keepAlive: true, maxSockets: 1 });
	const headers = { 'Accept-Encoding': 'gzip',
		Cookie: `bench_user=tasks${tasks}a` };
	for (let tries = 0; await ask(port, agent, headers) !== 'local'; tries++)
		if (tries === 9)
			throw new Error('the week is in no memory');
	await control(counted, '-z');
	for (let i = 0; i < hits; i++)
		await ask(port, agent, headers);
	await control(counted, '-d');
	agent.destroy();
	return Promise.all(counted.map(async ({ folder }) =>
	    await lastCount(folder) / hits));
}

/** Returns where the week came from.  @param {number} port
 * @param {Agent} agent @param {Record<string, string>} headers
 * @returns {Promise<string>} */
function ask(port, agent, headers) {
	return new Promise((resolve, reject) => {
		const asking = request({ host: '127.0.0.1', port, path: '/codex',
			agent, headers });
		asking.on('error', reject);
		asking.on('response', (answer) => {
			answer.resume();
			answer.on('end', () =>
			    resolve(String(answer.headers['x-cache'])));
		});
		asking.end();
	});
}

/** @param {Counted[]} counted @param {string} order */
async function control(counted, order) {
	for (const { pid } of counted)
		await exec('callgrind_control', [order, String(pid)]);
}

/** What the last dump has counted.  @param {string} folder */
async function lastCount(folder) {
	const names = (await readdir(folder)).filter((name) =>
	    /^out\.\d+$/.test(name));
	const last = names.sort((a, b) =>
	    Number(b.slice(4)) - Number(a.slice(4)))[0];
	const text = await readFile(join(folder, last), 'utf8');
	return Number(/^(?:summary|totals): (\d+)/m.exec(text)?.[1]);
}
