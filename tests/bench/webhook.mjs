// @ts-check
// webhook: what a delivery of GitHub costs codex-webhook, by its number of
// files and of users.  Nobody hears the bell: its runs are another cost.

import { mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { gitSettings } from '../git-stack.mjs';
import { signature } from '../github/hooks.mjs';
import { isListening, startStack, until, vaultPath } from '../stack.mjs';
import { cpuMs, median, spread } from './measure.mjs';

/** @typedef {import('./bench.mjs').Bench} Bench */

const secret = 'a secret of the bench';
const id = 'a'.repeat(40);

/** What GitHub sends of a push, all in one commit.  @param {number} files
 * @param {number} users */
function push(files, users) {
	const added = Array.from({ length: files }, (_, i) =>
	    vaultPath(`${String(i).padStart(4, '0')}-Aufgabe.md`,
		`user${i % users}`));
	return JSON.stringify({ ref: 'refs/heads/main', before: id, after: id,
		created: false, deleted: false, forced: false,
		repository: { full_name: 'usera/vault' }, head_commit: null,
		commits: [{ id, added, modified: [], removed: [] }] });
}

/** @param {Bench} bench */
export async function webhook(bench) {
	const run = await mkdtemp(join(bench.scratch, 'webhook-'));
	// No GitHub answers there: the worker hears nothing and has no users.
	const stack = await startStack({ workers: 1, as: 'local', env: {
	    ...gitSettings({ urls: /** @type {any} */ (
		{ api: 'http://127.0.0.1:9' }) }),
	    CODEX_BUILD: bench.build, CODEX_RUN: run,
	    GITHUB_WEBHOOK_SECRET: secret } });
	try {
		const bell = join(run, 'sync.bell');
		await until(() => isListening(bell), 10000, 'the worker');
		await rename(bell, `${bell}-away`);
		// A mark for each user.  GitHub names no more than 3000 files of
		// a commit, so with as many all users of the store are listed.
		await addRow(bench, stack, { files: 1, users: 1, requests: 1 });
		await addRow(bench, stack, { files: 100, users: 1, requests: 1 });
		await addRow(bench, stack, { files: 3000, users: 1, requests: 2 });
		await addRow(bench, stack, { files: 2999, users: 100,
			requests: 100 });
	} finally {
		await stack.stop();
	}
}

/** @param {Bench} bench @param {import('../stack.mjs').Stack} stack
 * @param {{files: number, users: number, requests: number}} what */
async function addRow(bench, stack, { files, users, requests }) {
	const body = push(files, users);
	const [pid] = stack.workers('codex-webhook');
	/** @type {number[]} */
	const us = [];
	let found = 0;
	for (let i = 0; i < (bench.smoke ? 2 : 30); i++) {
		const before = await cpuMs(pid);
		found = await deliver(stack, body);
		us.push(1000 * (await cpuMs(pid) - before));
	}
	bench.add({ row: `delivery of ${files} file${files > 1 ? 's' : ''}` +
		(users > 1 ? ` of ${users} users` : ''),
		figure: `${median(us).toFixed(0)} us cpu, ${found} request` +
		    `${found === 1 ? '' : 's'} to the store, ` +
		    `${(body.length / 1000).toFixed(1)} KB`,
		spread: spread(us), values: { us: median(us), requests: found },
		must: `${requests} request${requests === 1 ? '' : 's'}`,
		ok: found === requests });
}

/** Returns how many requests to the store it took, of which its line in the
 * log tells.  @param {import('../stack.mjs').Stack} stack
 * @param {string} body */
async function deliver(stack, body) {
	const mark = stack.mark();
	const answer = await stack.plainly('POST', '/github/webhook',
	    { 'Content-Type': 'application/json', 'X-GitHub-Event': 'push',
		'X-Hub-Signature-256': signature(secret, body) }, body);
	if (answer.status !== 202)
		throw new Error(`a delivery got ${answer.status}: ${answer.text}`);
	const line = / path=\/github\/webhook .* store=(\d+) /;
	await until(() => line.test(stack.log.slice(mark)), 5000, 'the log');
	return Number(line.exec(stack.log.slice(mark))?.[1]);
}
