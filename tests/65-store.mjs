// @ts-check
// group: fault
// A store that takes a second for each request, and one that is gone for a
// while: who writes is answered within nginx's time, and all is right as soon
// as the store is back.

import assert from 'node:assert/strict';
import { connect, createServer } from 'node:net';
import test, { after, before } from 'node:test';
import { putBlob } from './azure-blobs.mjs';
import { startAzurite } from './azurite.mjs';
import { listen, plainBuild, slow, startStack, tasksOf, until }
    from './stack.mjs';

/** How long the way to the store holds each piece of a request: ms. */
let delay = 0;
let isGone = false;
/** @type {Set<import('node:net').Socket>} */
const open = new Set();
const proxy = createServer((socket) => {
	open.add(socket);
	socket.on('error', () => {});
	if (isGone) {
		socket.destroy();
		return;
	}
	const store = connect(azurite.port, '127.0.0.1');
	store.on('error', () => socket.destroy());
	store.pipe(socket);
	socket.on('data', (chunk) => setTimeout(() => store.write(chunk), delay));
	socket.on('close', () => {
		open.delete(socket);
		store.destroy();
	});
});
proxy.unref();

/** @type {Awaited<ReturnType<typeof startAzurite>>} */
let azurite;
/** @type {import('./stack.mjs').Stack} */
let stack;
before(async () => {
	azurite = await startAzurite();
	const port = await listen(proxy);
	stack = await startStack({ workers: 2, env: { CODEX_BUILD: plainBuild,
	    AZURE_BLOB_CONN: azurite.conn.replace(/(:\/\/[^:]+):\d+/,
		`$1:${port}`), AZURE_BLOB_CONTAINER: 'slow' } });
});
after(async () => {
	await stack?.stop();
	azurite?.stop();
	proxy.close();
});

/** @param {string} title */
const create = (title) => stack.send('POST', '/api/tasks',
    { kategorie: 'privat', title }, { 'Idempotency-Key': title });
async function titles() {
	const week = await stack.get('/codex');
	assert.equal(week.status, 200, week.text);
	return tasksOf(week.json).map((task) => task.title).sort();
}

/** The answer, and that it came in time. @template T
 * @param {number} ms @param {() => Promise<T>} ask */
async function inTime(ms, ask) {
	const began = Date.now();
	const answer = await ask();
	const took = Date.now() - began;
	assert.ok(took < ms * Math.max(1, slow / 2), `${took} ms`);
	return answer;
}

test('a store that takes a second for a request is only slow', async () => {
	assert.equal((await create('Eins')).status, 200);
	delay = 1000;
	const mark = stack.mark();
	const made = await inTime(15000, () => create('Zwei'));
	assert.equal(made.status, 200, made.text);
	const line = new RegExp('^level=warning msg="request slow" .* request=' +
	    `${made.headers.get('x-request-id')} .* store=[1-9]\\d* github=0$`, 'm');
	await until(() => line.test(stack.log.slice(mark)), 5000, String(line));
	assert.deepEqual(await inTime(15000, titles), ['Eins', 'Zwei']);
	delay = 0;
});

test('a week that is in no memory is built by a store slower than a hit waits',
    async () => {
	assert.equal((await create('Zweieinhalb')).status, 200);
	delay = 1800;
	assert.deepEqual(await inTime(15000, titles),
	    ['Eins', 'Zwei', 'Zweieinhalb']);
	delay = 0;
});

test('a store that is gone is a 503, and right when it is back', async () => {
	isGone = true;
	for (const socket of open)
		socket.destroy();
	const refused = await inTime(8000, () => create('Drei'));
	assert.equal(refused.status, 503, refused.text);
	assert.match(refused.headers.get('retry-after') ?? '', /^\d+$/);
	assert.equal((await inTime(1000, () => stack.get('/healthz'))).status,
	    200);
	isGone = false;
	await until(async () => (await create('Drei')).status === 200, 5000,
	    'a write');
	assert.deepEqual(await titles(), ['Drei', 'Eins', 'Zwei',
	    'Zweieinhalb']);
});

test('a week of more files than the store gives in time comes at a later try',
    async () => {
	const many = 400; // of which 12 s, 32 in each second, give fewer
	const file = (/** @type {number} */ i) =>
	    `raw/${stack.user}/tasks/${String(1000 + i)}.md`;
	for (let i = 0; i < many; i += 50)
		await Promise.all(Array.from({ length: 50 }, (_, k) =>
		    putBlob(azurite.conn, 'slow', file(i + k), '---\ntyp: task\n' +
			`kategorie: privat\nstatus: offen\n---\n# Viel ${i + k}\n`)));
	delay = 1000;
	const tries = [];
	do
		tries.push(await stack.get('/codex?nocache=true'));
	while (tries.at(-1)?.status === 503 && tries.length < 6);
	delay = 0;
	assert.equal(tries[0].status, 503, tries[0].text);
	const last = tries[tries.length - 1];
	assert.equal(last.status, 200, last.text);
	assert.equal(tasksOf(last.json).filter((task) =>
	    task.title.startsWith('Viel')).length, many);
});
