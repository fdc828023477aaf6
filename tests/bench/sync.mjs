// @ts-check
// sync: the first sync of a user with many files, from the tests' GitHub.

import { join } from 'node:path';
import { gitSettings } from '../git-stack.mjs';
import { filesOf, startFake } from '../github/fake.mjs';
import { startStack, until } from '../stack.mjs';
import { cpuMs, median, memory, spread } from './measure.mjs';
import { makeVault } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {Awaited<ReturnType<typeof startFake>>} Fake
 * @typedef {{seconds: number, us: number, store: number, github: number,
 *     mib: number}} First  us: processor time of the worker, for a file
 */

/** A repository with so many files, and a fake that has it.
 * @param {Bench} bench @param {number} files */
async function startRepository(bench, files) {
	const vault = await makeVault(join(bench.scratch, `sync-${files}`),
	    { users: 1, tasks: files });
	const fake = await startFake({ rateLimit: 1e6 });
	await fake.createRepository({ files: filesOf(vault) });
	return fake;
}

/** One first sync, into a store that is empty.  @param {Bench} bench
 * @param {Fake} fake @param {number} files @returns {Promise<First>} */
async function firstSync(bench, fake, files) {
	const stack = await startStack({ workers: 1, as: 'local', env: {
	    ...gitSettings(fake), CODEX_BUILD: bench.build,
	    SYNC_LEASE_MS: '600000' } });
	try {
		const [pid] = stack.workers('codex-sync', (args) =>
		    args.includes('--work'));
		const before = await cpuMs(pid);
		const done = new RegExp(`^.*msg="sync done".* changed=${files} ` +
		    '.* us=(\\d+) store=(\\d+) github=(\\d+)$', 'm');
		await stack.send('POST', '/sync', undefined);
		await until(() => done.test(stack.log), 120000, 'the sync');
		const [, us, store, github] = done.exec(stack.log) ?? [];
		return { seconds: Number(us) / 1e6, store: Number(store),
			us: 1000 * (await cpuMs(pid) - before) / files,
			github: Number(github), mib: (await memory(pid)).peak };
	} finally {
		await stack.stop();
	}
}

/** @param {First[]} all */
const describe = (all) => {
	const of = (/** @type {keyof First} */ name) =>
	    median(all.map((one) => one[name]));
	return { text: `${of('seconds').toFixed(2)} s, ${of('us').toFixed(0)} us ` +
		`cpu a file, ${of('github')} requests to GitHub, ` +
		`${of('store')} to the store, ${of('mib').toFixed(1)} MiB at most`,
	values: { seconds: of('seconds'), us: of('us'), github: of('github'),
		store: of('store'), mib: of('mib') } };
};

/** @param {Bench} bench */
export async function sync(bench) {
	const sizes = bench.smoke ? [500] : [500, 5000];
	/** @type {Fake[]} */
	const fakes = [];
	try {
		for (const files of sizes)
			fakes.push(await startRepository(bench, files));
		/** @type {First[][]} */
		const rounds = sizes.map(() => []);
		for (let i = 0; i < (bench.smoke ? 1 : 5); i++)
			for (const [k, files] of sizes.entries())
				rounds[k].push(await firstSync(bench, fakes[k],
				    files));
		addRows(bench, sizes, rounds);
	} finally {
		await Promise.all(fakes.map((fake) => fake.stop()));
	}
}

/** @param {Bench} bench @param {number[]} sizes @param {First[][]} rounds */
function addRows(bench, sizes, rounds) {
	for (const [k, files] of sizes.entries()) {
		const { text, values } = describe(rounds[k]);
		// A query has 200 files, or fewer at the end of a portion.
		const most = Math.ceil(files / 200) + 20;
		bench.add({ row: `first sync of ${files} files`, figure: text,
			spread: spread(rounds[k].map((one) => one.seconds)), values,
			must: `<= ${most} requests to GitHub`,
			ok: values.github <= most });
	}
	if (sizes.length < 2)
		return;
	const ratios = rounds[1].map((many, i) => many.us / rounds[0][i].us);
	bench.add({ row: 'processor time of a file, of 5000 beside 500',
		figure: `${median(rounds[1].map((r) => r.us)).toFixed(0)} us`,
		beside: `${median(rounds[0].map((r) => r.us)).toFixed(0)} us`,
		ratio: median(ratios), spread: spread(ratios),
		must: 'ratio <= 1.5', ok: median(ratios) <= 1.5 });
}
