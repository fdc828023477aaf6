// @ts-check
// rebuilds: what a build, a create and a complete cost, in time, memory and
// requests to the store.

import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { startAzurite } from '../azurite.mjs';
import { startStack, until } from '../stack.mjs';
import { connectionsTo, cpuOfAll, median, memory, rebuild, spread }
    from './measure.mjs';
import { renderPools, startSite } from './site.mjs';
import { makeVault, takeIn } from './vault.mjs';

/**
 * @typedef {import('./bench.mjs').Bench} Bench
 * @typedef {import('../stack.mjs').Stack} Stack
 * @typedef {ReturnType<Stack['storeRequests']>} Requests
 */

/** How often a store that is slow is asked for a week. */
const TRIES = 20;

/** @param {number} ms */
const settle = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Does something and says what it took of the store.
 * @template T
 * @param {Stack} stack @param {() => Promise<T>} what
 */
async function counted(stack, what) {
	const mark = stack.mark(), began = performance.now();
	const answer = await what();
	const ms = performance.now() - began;
	await settle(200); // the log comes through pipes
	const requests = stack.storeRequests(mark);
	const rounds = new Set(requests.map((r) => `${r.process} ${r.round}`));
	return { answer, ms, requests, n: requests.length,
		rounds: rounds.size };
}

/** @param {{n: number, rounds: number}} c */
const cost = (c) => `${c.n} request${c.n === 1 ? '' : 's'} in ` +
    `${c.rounds} round${c.rounds === 1 ? '' : 's'}`;

/** Builds, creates and completes on both stores.  @param {Bench} bench */
export async function rebuilds(bench) {
	const sizes = bench.smoke ? [500] : [50, 500, 5000];
	const azurite = await startAzurite();
	try {
		for (const tasks of sizes)
			for (const conn of ['', azurite.conn])
				await onStore(bench, tasks, conn, azurite.port);
	} finally {
		azurite.stop();
	}
}

/** With Git, which is the dearer case; nobody answers for it. */
const repository = { GITHUB_OWNER: 'bench', GITHUB_REPO: 'vault',
	GITHUB_TOKEN: 'token', GITHUB_API_URL: 'http://127.0.0.1:9',
	SYNC_POLL_MS: '600000' };

/** @param {Bench} bench @param {number} tasks
 * @param {string} conn  empty: fs @param {number} port */
async function onStore(bench, tasks, conn, port) {
	const where = conn ? 'azurite' : 'fs';
	const vault = join(bench.scratch, `rebuild-${where}-${tasks}`);
	await makeVault(vault, { users: 1, tasks });
	const stack = await startStack({ import: vault, workers: 1, env: {
		CODEX_BUILD: bench.build, CODEX_DEBUG: '1', ...repository,
		...(conn ? { AZURE_BLOB_CONN: conn,
			AZURE_BLOB_CONTAINER: `bench-${tasks}` } : {}) } });
	try {
		const what = { bench, stack, tasks, where, port };
		// Leaves sync.json, without records.
		await stack.send('POST', '/sync', {});
		const builder = await coldRow(what);
		await warmRow(what);
		await memoryRow(what, builder);
		if (tasks === 500) {
			await hitRows(what);
			await editRows(what);
		}
	} finally {
		await stack.stop();
	}
}

/**
 * @typedef {object} Place
 * @property {Bench} bench
 * @property {Stack} stack
 * @property {number} tasks
 * @property {string} where
 * @property {number} port
 */

/** Where the store takes notes, a token is read before it is put, and in place of
 * a list a token and what its note names.  @param {Place} p */
const noted = (p) => p.where === 'azurite' ? 1 : 0;

/** The first build; gives the build worker's process id.
 * @param {Place} p */
async function coldRow(p) {
	let most = 0, over = false;
	const watch = (async () => {
		while (!over && p.where === 'azurite') {
			most = Math.max(most, await connectionsTo(p.port));
			await settle(2);
		}
	})();
	const cold = await counted(p.stack, () => firstWeek(p));
	over = true;
	await watch;
	const { tries, status } = cold.answer;
	const wide = p.where === 'azurite' && p.tasks >= 500;
	const read = cold.requests.filter((r) => r.verb === 'get' &&
	    r.result === 'ok' && /^raw\//.test(r.key)).length;
	// A try that runs out of time asks for some files in vain.
	const ok = read <= p.tasks && (!wide || most >= 16) &&
	    (tries > 1 || cold.n <= p.tasks + 9 + noted(p));
	p.bench.add({ row: `cold rebuild of ${p.tasks} tasks, ${p.where}`,
		figure: `${cold.ms.toFixed(0)} ms, ${cost(cold)}` +
		    (most ? `, ${most} at once` : '') +
		    (tries > 1 ? `, ${tries} tries` : '') +
		    (status === 504 ? ', after nginx gave up' : ''),
		must: `<= ${p.tasks + 9 + noted(p)} requests in one try, each file read once${
		    wide ? ', >= 16 at once' : ''}`,
		ok });
	const builder = cold.requests.find(storesWeek);
	return Number(/pid=(\d+)/.exec(builder?.process || '')?.[1]);
}

/** @param {Requests[number]} r */
const storesWeek = (r) => r.verb === 'put' && /timeline\.json$/.test(r.key);

/**
 * Asks until there is an answer.  The emulator is one process and does a few
 * hundred requests a second, so a build may run out of time: the next try reads
 * what is left.  If nginx does not wait for its end, it ends with its week in
 * the store.
 * @param {Place} p
 */
async function firstWeek(p) {
	const mark = p.stack.mark();
	let answer = await p.stack.get('/codex'), tries = 1;
	for (; answer.status === 503 && tries < TRIES; tries++) {
		await settle(1000 * Number(answer.headers.get('retry-after')));
		answer = await p.stack.get('/codex');
	}
	if (answer.status !== 504)
		expect(answer, 'miss');
	else
		await until(() => p.stack.storeRequests(mark).some(storesWeek),
		    60000, 'the end of a build');
	return { tries, status: answer.status };
}

/** @param {{status: number, headers: Headers}} answer
 * @param {string} source */
function expect(answer, source) {
	const got = answer.headers.get('x-cache');
	if (answer.status !== 200 || got !== source)
		throw new Error(`${answer.status} ${got} instead of ${source}`);
}

/** Asks until the week comes from its artifact.  @param {Place} p */
async function seeArtifact(p) {
	let answer = await p.stack.get('/codex');
	for (let tries = 1; answer.headers.get('x-cache') !== 'blob' &&
	    tries < TRIES; tries++)
		answer = await p.stack.get('/codex');
	expect(answer, 'blob');
}

/** Builds after one edit.  One that runs out of time is no measure, and is made
 * again.  @param {Place} p */
async function warmRow(p) {
	const runs = [];
	for (let i = 0; runs.length < (p.bench.smoke ? 2 : 5); i++) {
		// The dearest case: memory holds a week that is over.
		await seeArtifact(p);
		const edit = await p.stack.send('PATCH', '/api/tasks/0007',
		    { tags: [`nr${i}`] });
		if (edit.status !== 200)
			throw new Error(`an edit got ${edit.status}`);
		const run = await counted(p.stack, () => p.stack.get('/codex'));
		if (run.answer.status === 503 && i < TRIES)
			continue;
		expect(run.answer, 'miss');
		runs.push(run);
	}
	const worst = runs.reduce((a, b) => a.n > b.n ||
	    (a.n === b.n && a.rounds >= b.rounds) ? a : b);
	const ms = runs.map((r) => r.ms);
	p.bench.add({ row: `warm rebuild of ${p.tasks} tasks, ${p.where}`,
		figure: `${median(ms).toFixed(1)} ms, ${cost(worst)}`,
		spread: spread(ms), values: { ms: median(ms), requests: worst.n,
			rounds: worst.rounds },
		must: `<= ${9 + noted(p)} requests in <= ${4 + noted(p)} rounds`,
		ok: worst.n <= 9 + noted(p) && worst.rounds <= 4 + noted(p) });
}

/** What a hit asks of the store.  @param {Place} p */
async function hitRows(p) {
	const loaded = await counted(p.stack, () => p.stack.get('/codex'));
	expect(loaded.answer, 'blob');
	p.bench.add({ row: `hit from the artifact, ${p.where}`,
		figure: cost(loaded), must: '2 requests in 1 round',
		ok: loaded.n === 2 && loaded.rounds === 1 });
	const hit = await counted(p.stack, () => p.stack.get('/codex'));
	expect(hit.answer, 'local');
	p.bench.add({ row: `hit from memory, ${p.where}`, figure: cost(hit),
		must: '0 requests', ok: hit.n === 0 });
	if (p.where === 'fs')
		return;
	await settle(1100); // CACHE_REVALIDATE_MS
	// The token, and what the memory of sessions looks at for itself.
	const again = await counted(p.stack, () => p.stack.get('/codex'));
	expect(again.answer, 'local');
	p.bench.add({ row: 'the same a second later', figure: cost(again),
		must: '2 requests', ok: again.n === 2 });
}

/** @param {Place} p @param {number} builder */
async function memoryRow(p, builder) {
	const m = await memory(builder);
	const judged = p.where === 'fs' && p.tasks === 5000;
	p.bench.add({ row: `memory of the build worker, ${p.tasks}, ${p.where}`,
		figure: `${m.peak.toFixed(1)} MiB at most, ` +
		    `${m.share.toFixed(1)} MiB its share now`,
		...(judged ? { must: '< 64 MiB', ok: m.peak < 64 } : {}) });
}

/** @param {Place} p */
async function editRows(p) {
	const task = { kategorie: 'arbeit', title: 'Messung' };
	let n = 0;
	const create = (/** @type {Record<string, string>} */ headers = {}) =>
	    p.stack.send('POST', '/api/tasks',
		{ ...task, title: `Messung ${n++}` }, headers);
	const complete = (/** @type {string} */ id) =>
	    p.stack.send('POST', `/api/tasks/${encodeURIComponent(id)}/complete`,
		{ datum: '22.11.2026', zeit: 'morgens' });
	/** @type {string[]} */
	const made = [];
	for (let i = 0; i < (p.bench.smoke ? 8 : 16); i++)
		made.push((await create()).json.filename.replace(/\.md$/, ''));
	// One of them for the folder's name in Git.
	await editRow(p, 'create', 5 + noted(p), () => create());
	await editRow(p, 'create with Idempotency-Key', 8 + noted(p), () =>
	    create({ 'Idempotency-Key': `bench-${n}` }));
	await editRow(p, 'complete by number', 4 + noted(p), () =>
	    complete((made.pop() || '').slice(0, 4)));
	await editRow(p, 'complete by stem', 3 + noted(p), () =>
	    complete(made.pop() || ''));
}

/** @param {Place} p @param {string} name @param {number} most
 * @param {() => Promise<{status: number}>} edit */
async function editRow(p, name, most, edit) {
	const runs = [];
	for (let i = 0; i < (p.bench.smoke ? 3 : 7); i++) {
		runs.push(await counted(p.stack, edit));
		if (runs[i].answer.status !== 200)
			throw new Error(`${name} got ${runs[i].answer.status}`);
	}
	const worst = runs.reduce((a, b) => a.n >= b.n ? a : b);
	const ms = runs.map((r) => r.ms);
	p.bench.add({ row: `${name}, ${p.where}`,
		figure: `${median(ms).toFixed(1)} ms, ${cost(worst)}`,
		spread: spread(ms), values: { ms: median(ms), requests: worst.n },
		must: `<= ${most} requests`, ok: worst.n <= most });
}

/** What a build costs of few and of many tasks, in turn.
 * @param {Bench} bench */
export async function linear(bench) {
	const { build, scratch } = bench;
	const data = join(scratch, 'linear');
	await takeIn(build, await makeVault(join(scratch, 'linear-500'),
	    { users: 1, tasks: 500, as: 'few' }), data);
	await takeIn(build, await makeVault(join(scratch, 'linear-5000'),
	    { users: 1, tasks: 5000, as: 'many' }), data);
	// A process that remembers tasks is never cold.
	await inSite({ build, data, env: { CACHE_LOCAL_BYTES: '0' } }, (site) =>
	    bench.measure({ row: 'cold rebuild on fs, 5000 beside 500',
		must: 'per task <= 1.5 times',
		run: () => coldCost(bench, site),
		ok: (r) => r.ratio <= 1.5 }));
	await afterEdits(bench);
}

/** A week after an edit, of few tasks and of more, each in a site of its own.
 * @param {Bench} bench */
async function afterEdits(bench) {
	/** @type {Edited[]} */
	const sites = [];
	try {
		for (const tasks of bench.smoke ? [500, 5000]
		    : [500, 5000, 10000])
			sites.push(await startEdited(bench, tasks));
		for (const many of sites.slice(1))
			await bench.measure({ row: 'warm rebuild on fs, ' +
			    `${many.tasks} beside 500`, must: '<= 3 times',
			run: () => weeksAfterEdits(bench, sites[0], many),
			ok: (r) => r.ratio <= 3 });
		const m = await memory(sites[1].builder);
		bench.add({ row: 'memory for 5000 tasks on fs',
			figure: `${m.peak.toFixed(1)} MiB at most`,
			must: '< 64 MiB', ok: m.peak < 64 });
	} finally {
		for (const site of sites)
			await site.stack.stop();
	}
}

/** @typedef {{tasks: number, stack: Stack, builder: number}} Edited */

/** @param {Bench} bench @param {number} tasks @returns {Promise<Edited>} */
async function startEdited(bench, tasks) {
	const vault = await makeVault(join(bench.scratch, `edited-${tasks}`),
	    { users: 1, tasks });
	const stack = await startStack({ import: vault, workers: 1,
		env: { CODEX_BUILD: bench.build } });
	const [builder] = stack.workers('codex-render',
	    (args) => args.includes('--build'));
	return { tasks, stack, builder };
}

/** @param {Bench} bench @param {Edited} few @param {Edited} many */
async function weeksAfterEdits(bench, few, many) {
	/** @type {{ms: number, cpu: number}[][]} */
	const weeks = [[], []];
	for (let i = 0; i < (bench.smoke ? 6 : 25); i++)
		for (const [k, site] of [many, few].entries()) {
			await expectEdit(site, i);
			weeks[k].push(await weekAfter(site));
		}
	const [ms, beside] = weeks.map((list) => list.map((w) => w.ms));
	const ratios = ms.map((t, i) => t / beside[i]);
	const [figure, other] = weeks.map((list) =>
	    `${median(list.map((w) => w.ms)).toFixed(1)} ms, ` +
	    `${median(list.map((w) => w.cpu)).toFixed(1)} ms of processor`);
	return { figure, beside: other, ratio: median(ratios),
		spread: spread(ratios), values: { many_ms: median(ms),
			few_ms: median(beside) } };
}

/** @param {Edited} site @param {number} i */
async function expectEdit(site, i) {
	const { status } = await site.stack.send('PATCH', '/api/tasks/0007',
	    { tags: [`nr${i}`, `von${site.tasks}`] });
	if (status !== 200)
		throw new Error(`an edit got ${status}`);
}

/** Asks for the week as a browser does, without unpacking it.
 * @param {Edited} site @returns {Promise<{ms: number, cpu: number}>} */
async function weekAfter(site) {
	const before = await cpuOfAll([site.builder]), began = performance.now();
	const headers = await new Promise((resolve, reject) => {
		const ask = request(`${site.stack.url}/codex`, { headers:
		    site.stack.loggedIn({ 'Accept-Encoding': 'gzip' }) });
		ask.on('error', reject);
		ask.on('response', (answer) => {
			answer.on('end', () => resolve(answer.headers));
			answer.resume();
		});
		ask.end();
	});
	const ms = performance.now() - began;
	if (headers['x-cache'] !== 'miss')
		throw new Error(`${headers['x-cache']} instead of miss`);
	return { ms, cpu: await cpuOfAll([site.builder]) - before };
}

/** @param {{build: string, data: string, env?: Record<string, string>}} how
 * @param {(site: import('./site.mjs').Site) => Promise<any>} what */
async function inSite(how, what) {
	const site = await startSite({ ...how, pools: renderPools(1) });
	try {
		await what(site);
	} finally {
		await site.stop();
	}
}

/** The processor time of a build per task.
 * @param {Bench} bench @param {import('./site.mjs').Site} site */
async function coldCost(bench, site) {
	/** @type {number[][]} per task in us */
	const costs = [[], []];
	/** @type {number[][]} */
	const times = [[], []];
	const pids = await site.workers('build');
	for (let i = 0; i < (bench.smoke ? 4 : 15); i++)
		for (const [k, user] of ['manya', 'fewa'].entries()) {
			await rm(join(site.options.data, 'artifacts', user),
			    { recursive: true, force: true });
			const before = await cpuOfAll(pids);
			const done = await rebuild(site.ports.render,
			    { Cookie: `bench_user=${user}` });
			const cpu = await cpuOfAll(pids) - before;
			costs[k].push(1000 * cpu / (k ? 500 : 5000));
			times[k].push(done.ms);
		}
	const ratios = costs[0].map((c, i) => c / costs[1][i]);
	const [many, few] = costs.map((list, k) =>
	    `${median(list).toFixed(1)} us cpu per task, ` +
	    `${median(times[k]).toFixed(1)} ms`);
	return { figure: many, beside: few, ratio: median(ratios),
		spread: spread(ratios), values: { many_us: median(costs[0]),
			few_us: median(costs[1]) } };
}
