// @ts-check
// group: fault
// Who keeps a list of a store that takes notes sees what a write has done, even
// one that failed halfway.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import test, { after, before } from 'node:test';
import { startAzurite } from './azurite.mjs';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { task } from './git-world.mjs';
import { listen, slow, startStack, tasksOf, until, vaultPath }
    from './stack.mjs';

/** What the way to the store refuses: "PUT /…/raw/usera/tasks/0001.md".
 * @type {(line: string) => boolean} */
let isRefused = () => false;
/** What went through. @type {string[]} */
let seen = [];
const proxy = createServer((from, to) => {
	const line = `${from.method} ${decodeURIComponent(from.url ?? '')}`;
	if (isRefused(line)) {
		from.resume().on('end', () => to.writeHead(403,
		    { 'Content-Length': '0' }).end());
		return;
	}
	const on = request({ host: '127.0.0.1', port: azurite.port,
	    method: from.method, path: from.url, headers: from.headers },
	(answer) => {
		seen.push(line);
		to.writeHead(answer.statusCode ?? 500, answer.headers);
		answer.pipe(to);
	});
	on.on('error', () => to.destroy());
	from.pipe(on);
});

/** @type {Awaited<ReturnType<typeof startAzurite>>} */
let azurite;
/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** @param {string[]} titles */
const files = (titles) => Object.fromEntries(titles.map((title, i) =>
    [vaultPath(`000${i}.md`), task(title)]));
before(async () => {
	azurite = await startAzurite();
	fake = await startFake({ rateLimit: 1e6 });
	repo = await fake.createRepository({ name: 'vault',
	    files: files(['Eins', 'Zwei', 'Drei']) });
	const port = await listen(proxy);
	stack = await startStack({ workers: 1, env: gitSettings(fake, {
	    AZURE_BLOB_CONN: azurite.conn.replace(/(:\/\/[^:]+):\d+/,
		`$1:${port}`), AZURE_BLOB_CONTAINER: 'notes',
	    CACHE_REVALIDATE_MS: '0' }) });
});
after(async () => {
	await stack?.stop();
	await fake?.stop();
	azurite?.stop();
	proxy.closeAllConnections();
	proxy.close();
});

async function titles() {
	const week = await stack.get('/codex');
	assert.equal(week.status, 200, week.text);
	return tasksOf(week.json).map((task) => task.title).sort();
}

test('what a failed batch of a run has written is shown', async () => {
	await stack.send('POST', '/sync', {});
	await until(async () => (await titles()).length === 3, 10000 * slow,
	    'the first sync');
	await titles();
	await repo.commit({ files: files(['Neu eins', 'Neu zwei', 'Neu drei']) });
	seen = [];
	let met = false;
	isRefused = (line) => {
		const is = /^PUT .*\/tasks\/0002\.md/.test(line);
		met ||= is;
		// Nor can a later run take the lease.
		return is || (met && /^PUT .*\/sync\.json/.test(line));
	};
	await stack.send('POST', '/sync', {});
	await until(() => met && seen.slice(seen.findLastIndex((line) =>
	    /^PUT .*\/tasks\/000[01]\.md/.test(line))).some((line) =>
		/^PUT .*cacheVersion/.test(line)), 10000 * slow, 'the token');
	assert.deepEqual(await titles(), ['Drei', 'Neu eins', 'Neu zwei']);
	isRefused = () => false;
});
