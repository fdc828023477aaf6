// @ts-check
// sizes: hits of weeks of different sizes, packed as a browser takes them.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { startFiles } from './files.mjs';
import { compare, hitRow } from './hits.mjs';
import { renderPools, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/** @typedef {import('./bench.mjs').Bench} Bench */

const counts = [50, 500, 5000];
const packed = { 'Accept-Encoding': 'gzip' };

/** The headers of the user with so many tasks. @param {number} tasks
 * @returns {Record<string, string>} */
function userWith(tasks) {
	return { Cookie: `bench_user=tasks${tasks}a` };
}

/** Hits of one pool, whose workers have the weeks of all in their memory.
 * @param {Bench} bench */
export async function sizes(bench) {
	const { build, scratch } = bench;
	const data = join(scratch, 'sizes');
	const mine = bench.smoke ? counts.slice(0, 2) : counts;

	for (const tasks of mine)
		await takeIn(build, await makeVault(join(scratch, `of-${tasks}`),
		    { users: 1, tasks, as: `tasks${tasks}` }), data);
	const site = await startSite({ build, data, pools: renderPools(2) });
	try {
		await sizeRows(bench, site, mine);
	} finally {
		await site.stop();
	}
}

/** @param {Bench} bench @param {import('./site.mjs').Site} site
 * @param {number[]} mine */
async function sizeRows(bench, site, mine) {
	/** @type {Record<number, number>} */
	const lengths = {};
	/** @type {Record<number, Record<string, string>>} */
	const known = {};
	for (const tasks of mine) {
		const { bytes, etag } = await packedWeek(site, tasks);
		lengths[tasks] = bytes;
		known[tasks] = { ...packed, ...userWith(tasks),
			'If-None-Match': etag };
		bench.add({ row: `packed week of ${tasks} tasks`,
			figure: `${(bytes / 1000).toFixed(1)} KB`,
			...(tasks === 500 ? { must: 'under 12 KB',
				ok: bytes < 12000 } : {}) });
	}
	for (const tasks of mine.slice(1))
		await bench.measure({
			row: `hit, packed, of ${tasks} tasks, of 50 beside`,
			run: async () => hitRow(await compare(site, [
				['render', { ...packed, ...userWith(tasks) }],
				['render', { ...packed, ...userWith(50) }],
			], bench.rounds)),
			...(tasks === 500 ? { must: 'ratio >= 0.9',
				ok: (/** @type {any} */ r) => r.ratio >= 0.9 }
			    : {}) });
	if (bench.smoke)
		return;
	await bench.measure({ row: 'hit, packed, of 500 tasks, unpacked beside',
		run: async () => hitRow(await compare(site, [
			['render', { ...packed, ...userWith(500) }],
			['render', userWith(500)],
		], bench.rounds)) });
	await bench.measure({ row: '304, of 5000 tasks, of 50 beside',
		run: async () => hitRow(await compare(site, [
			['render', known[5000]],
			['render', known[50]],
		], bench.rounds)) });
	await fileRow(bench, lengths);
}

/** What the bytes alone cost, whoever sends them.  @param {Bench} bench
 * @param {Record<number, number>} bytes  of the weeks */
async function fileRow(bench, bytes) {
	const files = await startFiles(join(bench.scratch, 'files'), {
		few: randomBytes(bytes[50]), many: randomBytes(bytes[5000]) });
	try {
		await bench.measure({ row: 'file of a bare nginx, as long as ' +
		    'the week of 5000 tasks, of 50 beside', run: async () =>
		    hitRow(await compare(files.site, [['many', {}],
			['few', {}]], bench.rounds)) });
	} finally {
		files.stop();
	}
}

/** How long the answer is as it comes, and its ETag.
 * @param {import('./site.mjs').Site} site @param {number} tasks */
async function packedWeek(site, tasks) {
	for (let tries = 0; tries < 9; tries++) {
		const answer = await fetch(site.url('render'),
		    { headers: { ...packed, ...userWith(tasks) } });
		await answer.arrayBuffer();
		if (answer.headers.get('content-encoding') !== 'gzip')
			throw new Error(`no gzip: ${answer.status}`);
		if (answer.headers.get('x-cache') === 'local')
			return {
				bytes: Number(answer.headers.get('content-length')),
				etag: answer.headers.get('etag') || '',
			};
	}
	throw new Error('the week is in no memory');
}
