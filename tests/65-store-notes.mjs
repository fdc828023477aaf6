// @ts-check
// group: fault
// Who keeps a list of a store that takes notes sees what a run has written, even
// one that failed halfway or was late.  A late run and the next one lose no task.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import test, { after, before } from 'node:test';
import { putBlob } from './azure-blobs.mjs';
import { startAzurite } from './azurite.mjs';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { task } from './git-world.mjs';
import { listen, slow, startStack, tasksOf, until, vaultPath }
    from './stack.mjs';

/** @typedef {(line: string) => boolean} Which */

/** A host's way to the store, which refuses requests or holds them up.  They
 * look so: "PUT /…/raw/usera/tasks/0001.md". */
class Way {
	/** @type {Which} */
	refuses = () => false;
	/** @type {Which} */
	holds = () => false;
	/** What was done. @type {string[]} */
	done = [];
	/** @type {(() => void)[]} */
	held = [];
	server = createServer((from, to) => this.take(from, to));

	/** @param {import('node:http').IncomingMessage} from
	 * @param {import('node:http').ServerResponse} to */
	async take(from, to) {
		const line = `${from.method} ${decodeURIComponent(from.url ?? '')}`;
		const body = await from.toArray();
		if (this.refuses(line))
			return void to.writeHead(403, { 'Content-Length': '0' }).end();
		if (this.holds(line))
			await new Promise((go) => this.held.push(() => go(null)));
		request({ host: '127.0.0.1', port: azurite.port,
		    method: from.method, path: from.url, headers: from.headers },
		(answer) => {
			this.done.push(line);
			to.writeHead(answer.statusCode ?? 500, answer.headers);
			answer.pipe(to);
		}).on('error', () => to.destroy()).end(Buffer.concat(body));
	}

	release() {
		this.holds = () => false;
		this.held.splice(0).forEach((go) => go());
	}

	/** Wait until such a request is done after the last one of the others.
	 * @param {RegExp} one @param {RegExp} others */
	async until(one, others = /^$/) {
		await until(() => this.done.slice(1 + this.done.findLastIndex(
		    (line) => others.test(line))).some((line) =>
		    one.test(line)), 20000 * slow, String(one));
	}
}

const file = /^PUT .*\/tasks\/000\d\.md$/, token = /^PUT .*\/cacheVersion/;
const records = /^PUT .*\/sync\.json$/, list = /^GET .*comp=list.*\/tasks\//;
const ways = [new Way(), new Way()];
/** @type {Awaited<ReturnType<typeof startAzurite>>} */
let azurite;
/** @type {import('./github/fake.mjs').Fake} */
let fake;
before(async () => {
	azurite = await startAzurite();
	fake = await startFake({ rateLimit: 1e6 });
	for (const { server } of ways)
		await listen(server);
});
after(async () => {
	await fake?.stop();
	azurite?.stop();
	for (const { server } of ways)
		server.closeAllConnections(), server.close();
});

/** @param {string[]} titles */
const files = (titles) => Object.fromEntries(titles.map((title, i) =>
    [vaultPath(`000${i}.md`), task(title)]));

/** @param {import('./stack.mjs').Stack} host */
async function titles(host) {
	const week = await host.get('/codex');
	assert.equal(week.status, 200, week.text);
	return tasksOf(week.json).map((task) => task.title).sort();
}

/** Ring, whatever comes of it. @param {import('./stack.mjs').Stack} host */
const ring = (host) => void host.send('POST', '/sync', {}).catch(() => {});

/** Hosts of which the first one has and shows what was in Git before three
 * files of it were changed.
 * @param {string} name @param {number} n
 * @param {(hosts: import('./stack.mjs').Stack[],
 *     repo: Awaited<ReturnType<import('./github/fake.mjs').Fake[
 *     'createRepository']>>) => Promise<void>} body */
async function withHosts(name, n, body) {
	const repo = await fake.createRepository({ name,
	    files: files(['Eins', 'Zwei', 'Drei']) });
	const hosts = await Promise.all(ways.slice(0, n).map(({ server }) =>
	    startStack({ workers: 1, env: gitSettings(fake, {
		AZURE_BLOB_CONN: azurite.conn.replace(/(:\/\/[^:]+):\d+/, `$1:${
		    /** @type {any} */ (server.address()).port}`),
		AZURE_BLOB_CONTAINER: name, GITHUB_REPO: name,
		SYNC_LEASE_MS: String(6000 * slow), CACHE_REVALIDATE_MS: '0' }) })));
	await hosts[0].send('POST', '/sync', {});
	await until(async () => (await titles(hosts[0])).length === 3,
	    10000 * slow, 'the first sync');
	await ways[0].until(/^DELETE .*\/pending\/usera/);
	await titles(hosts[0]);
	await repo.commit({ files: files(['Neu 1', 'Neu 2', 'Neu 3']) });
	for (const way of ways)
		way.done = [];
	try {
		await body(hosts, repo);
	} finally {
		for (const way of ways)
			way.refuses = () => false, way.release();
		await Promise.all(hosts.map((host) => host.stop()));
	}
}

/** Until a request of the second host waits: it has the lease once the first one's is
 * over. @param {import('./stack.mjs').Stack} next */
const ringUntilHeld = (next) => until(() => {
	ring(next);
	return ways[1].held.length > 0;
}, 20000 * slow, 'the lease');

/** The second host's run has raised the version then, and has not looked yet.
 * @param {import('./stack.mjs').Stack} next */
function takeLease(next) {
	ways[1].holds = (line) => list.test(line) &&
	    ways[1].done.some((before) => token.test(before));
	return ringUntilHeld(next);
}

/** A folder in Git that has the name of a new task. */
const folderInTheWay = { files: {
	[`${vaultPath('0003-Neu.md')}/eins.md`]: 'Notiz\n' } };

test('what a failed batch of a run has written is shown', () =>
    withHosts('failed', 1, async ([host]) => {
	    let met = false;
	    ways[0].refuses = (line) => {
		    const is = /^PUT .*\/tasks\/0002\.md/.test(line);
		    met ||= is;
		    // Nor can a later run take the lease.
		    return is || (met && records.test(line));
	    };
	    ring(host);
	    await ways[0].until(file);
	    await ways[0].until(token, file);
	    assert.deepEqual(await titles(host), ['Drei', 'Neu 1', 'Neu 2']);
    }));

test('what a run writes once another has taken its lease is shown', () =>
    withHosts('late', 2, async ([late, next]) => {
	    ways[0].holds = (line) => /^PUT .*\/tasks\/0000\.md/.test(line);
	    ring(late);
	    await until(() => ways[0].held.length > 0, 10000 * slow, 'a write');
	    await takeLease(next);
	    assert.deepEqual(await titles(late), ['Eins', 'Neu 2', 'Neu 3']);
	    ways[0].release();
	    await ways[0].until(/^PUT .*\/tasks\/0000\.md/);
	    ways[1].done = [];
	    ways[1].release();
	    await ways[1].until(token);
	    assert.deepEqual(await titles(late), ['Neu 1', 'Neu 2', 'Neu 3']);
    }));

test('what a run has written whose records broke is shown', () =>
    withHosts('broken', 1, async ([host]) => {
	    for (const [path, text] of Object.entries(files(
		['Neu 1', 'Neu 2', 'Neu 3'])))
		    await putBlob(azurite.conn, 'broken',
			`raw/usera/tasks/${path.slice(-7)}`, text);
	    await putBlob(azurite.conn, 'broken', 'state/usera/sync.json',
		'{"v":');
	    ring(host);
	    await ways[0].until(/^DELETE .*\/pending\/usera/);
	    assert.deepEqual(await titles(host), ['Neu 1', 'Neu 2', 'Neu 3']);
    }));

test('a task that two runs rename at once stays', () =>
    withHosts('renamed', 2, async ([late, next], repo) => {
	    const old = /^DELETE .*\/tasks\/0003-Neu\.md/;
	    await repo.commit(folderInTheWay);
	    ways[0].holds = ways[1].holds = (line) => old.test(line);
	    const made = await late.send('POST', '/api/tasks',
		{ kategorie: 'arbeit', title: 'Neu' });
	    assert.equal(made.json.filename, '0003-Neu.md', made.text);
	    ring(late);
	    await until(() => ways[0].held.length > 0, 10000 * slow, 'a move');
	    await ringUntilHeld(next);
	    ways[0].release();
	    await ways[0].until(old);
	    ways[1].release();
	    await ways[1].until(/^DELETE .*\/pending\/usera/);
	    assert.deepEqual(await titles(next),
		['Neu', 'Neu 1', 'Neu 2', 'Neu 3']);
    }));

test('a task that a run renames once another has taken its lease is shown', () =>
    withHosts('moved', 2, async ([late, next], repo) => {
	    const move = /^PUT .*\/tasks\/0003-Neu-2\.md/;
	    await repo.commit(folderInTheWay);
	    await late.send('POST', '/api/tasks',
		{ kategorie: 'arbeit', title: 'Neu' });
	    ways[0].holds = (line) => move.test(line);
	    ring(late);
	    await until(() => ways[0].held.length > 0, 10000 * slow, 'a move');
	    await takeLease(next);
	    assert.ok((await titles(late)).includes('Neu'));
	    ways[0].release();
	    await ways[0].until(/^DELETE .*\/tasks\/0003-Neu\.md/);
	    // It has lost its lease, and notices that.
	    await ways[0].until(records, /^DELETE .*\/tasks\/0003-Neu\.md/);
	    ways[1].release();
	    await ways[1].until(/^DELETE .*\/pending\/usera/);
	    await until(async () => tasksOf((await late.get('/codex')).json)
		.filter(({ file }) => file.startsWith('0003'))
		.every(({ file }) => file === '0003-Neu-2.md'),
	    5000 * slow, 'the new name');
    }));
