// @ts-check
// group: http
// A worker that is told to stop answers what it has accepted, so that a
// restart loses no request; and a connection that says nothing, or half of
// something, neither holds a worker nor changes a task.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import test, { after, before } from 'node:test';
import { join } from 'node:path';
import { fixedRate } from './bench/measure.mjs';
import { Stack, environOf, long, make, plainBuild, secretsOf, sleep, startStack,
    until } from './stack.mjs';

const restarts = long ? 500 : 30;
const perSecond = 200;

/** @type {Stack} */
let stack;
let proof = ''; // what nginx shows the programs
before(async () => {
	stack = await startStack({ workers: 2,
	    env: { CODEX_BUILD: plainBuild } });
	proof = secretsOf(stack.workers('codex-tasks')[0]).CODEX_PROOF;
});
after(() => stack?.stop());

// FastCGI, as nginx speaks it (FastCGI 1.0, 3.3 and 3.4).
const BEGIN = 1, PARAMS = 4, STDIN = 5;

/** @param {number} type @param {Buffer} content */
function record(type, content) {
	const head = Buffer.from([1, type, 0, 1, 0, 0, 0, 0]);
	head.writeUInt16BE(content.length, 4);
	return Buffer.concat([head, content]);
}

/** @param {Record<string, string>} params */
function paramsOf(params) {
	return Buffer.concat(Object.entries(params).map(([name, value]) => {
		const [n, v] = [Buffer.from(name), Buffer.from(value)];
		return Buffer.concat([Buffer.from([n.length, v.length]), n, v]);
	}));
}

const KEEP = 1; // flag of a beginning

/** @param {number} flags */
const begin = (flags) => record(BEGIN,
    Buffer.from([0, 1, flags, 0, 0, 0, 0, 0]));
const empty = Buffer.alloc(0);

/** The beginning of a request: all but its body.
 * @param {string} method @param {string} path
 * @param {Record<string, string>} more @param {number} flags */
const headOf = (method, path, more = {}, flags = 0) => Buffer.concat([
    begin(flags),
    record(PARAMS, paramsOf({ REQUEST_METHOD: method, REQUEST_URI: path,
	DOCUMENT_URI: path, HTTP_HOST: new URL(stack.url).hostname,
	SERVER_PROTOCOL: 'HTTP/1.1', CODEX_PROOF: proof, ...more })),
    record(PARAMS, empty)]);

/** Where the sockets are. */
function runFolder() {
	const [pid] = stack.workers('codex-tasks');
	return environOf(pid).CODEX_RUN;
}

/** A connection to a program, past nginx.  @param {string} name */
async function open(name) {
	const socket = connect(join(runFolder(), `${name}.sock`));
	let text = '';
	socket.on('data', (chunk) => { text += chunk.toString('latin1'); });
	socket.on('error', () => {});
	const closed = new Promise((done) => socket.on('close', done));
	await new Promise((done) => socket.on('connect', done));
	return { socket, closed, text: () => text };
}

/** How many connections a worker has accepted; root alone may look.
 * @param {number} pid */
const connectionsOf = (pid) => readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => Number(fd) > 2 && statSync(`/proc/${pid}/fd/${fd}`,
	{ throwIfNoEntry: false })?.isSocket()).length;

test('a request whose head has come in part outlives a signal', {
	skip: process.getuid?.() !== 0 }, async () => {
	for (const signal of /** @type {NodeJS.Signals[]} */ (
		['SIGTERM', 'SIGINT', 'SIGUSR1'])) {
		const whole = Buffer.concat([headOf('GET', '/healthz'),
		    record(STDIN, empty)]);
		/** @type {number|undefined} */
		let worker;
		const { socket, closed, text } = await open('tasks');
		socket.write(whole.subarray(0, 40));
		await until(() => {
			worker = stack.workers('codex-tasks').find((pid) =>
			    connectionsOf(pid) > 0);
			return worker !== undefined;
		}, 5000, 'a worker to accept');
		process.kill(Number(worker), signal);
		await sleep(50); // for the signal to do what it can
		socket.write(whole.subarray(40));
		await closed;
		assert.match(text(), /\{"ok":true\}/, signal);
		await until(() => {
			const pids = stack.workers('codex-tasks');
			return pids.length === 2 &&
			    !pids.includes(Number(worker));
		}, 5000, 'another worker in its place');
	}
});

test('a body that breaks off creates no task', async () => {
	const before = stack.tree();
	const body = Buffer.from('{"kategorie":"arbeit","title":"Halb"}');
	const { socket, closed } = await open('create');
	socket.write(Buffer.concat([headOf('POST', '/api/tasks', {
	    CONTENT_TYPE: 'application/json', HTTP_ORIGIN: stack.url,
	    CONTENT_LENGTH: String(body.length + 10) }),
	record(STDIN, body)]));
	socket.end();
	await closed;
	await until(() => /request broken off.* method=POST path=\/api\/tasks$/m.test(stack.log), 5000,
	    'a line about it');
	assert.deepEqual(stack.tree(), before);
});

test('silent connections hold no worker, and only the newest are kept',
    async () => {
	const kept = 64; // by each of two workers
	/** @type {Awaited<ReturnType<typeof open>>[]} */
	const silent = [];
	for (let i = 0; i < 2 * kept + 10; i++)
		silent.push(await open('tasks'));
	assert.equal((await stack.get('/api/tasks')).status, 200);
	const closed = () => silent.filter(({ socket }) => socket.closed).length;
	await until(() => closed() >= 10, 5000, 'the oldest to be closed');
	assert.equal((await stack.get('/api/tasks')).status, 200);
	assert.ok(closed() < silent.length, 'all were closed');
	for (const { socket } of silent)
		socket.destroy();
});

/** A request for what needs nothing. @param {number} flags */
const healthRequest = (flags) => Buffer.concat([
    headOf('GET', '/healthz', {}, flags), record(STDIN, empty)]);

/** @param {string} text @param {RegExp} what */
const count = (text, what) => [...text.matchAll(what)].length;

test('a connection is kept for who asks for it, and only then', async () => {
	const kept = await open('tasks');
	for (let i = 1; i <= 3; i++) {
		kept.socket.write(healthRequest(KEEP));
		await until(() => count(kept.text(), /"ok":true/g) === i, 5000,
		    `answer ${i}`);
	}
	assert.equal(kept.socket.closed, false);
	kept.socket.write(healthRequest(0));
	await kept.closed;
	assert.equal(count(kept.text(), /"ok":true/g), 4);
});

test('of hundreds of parameters each is found', async () => {
	const many = Object.fromEntries(Array.from({ length: 300 },
	    (_, i) => [`HTTP_X_${i}`, String(i)]));
	const { socket, closed, text } = await open('tasks');
	socket.write(Buffer.concat([begin(0), record(PARAMS, paramsOf(many)),
	    healthRequest(0).subarray(begin(0).length)]));
	await closed;
	assert.equal(count(text(), /"ok":true/g), 1);
});

test('a connection is not kept with a part of its request unread', async () => {
	const { socket, closed, text } = await open('tasks');
	socket.write(Buffer.concat([headOf('GET', '/healthz',
	    { CODEX_PROOF: 'made up' }, KEEP), record(STDIN, empty)]));
	await closed;
	assert.equal(count(text(), /"ok":true/g), 0);
	assert.match(text(), /Status: 4\d\d/);
});

test('what comes over a kept connection before a signal is answered',
    async () => {
	const kept = await open('tasks');
	kept.socket.write(healthRequest(KEEP));
	await until(() => count(kept.text(), /"ok":true/g) === 1, 5000,
	    'an answer');
	const workers = stack.workers('codex-tasks');
	for (const pid of workers)
		process.kill(pid, 'SIGSTOP');
	kept.socket.write(healthRequest(KEEP));
	for (const signal of /** @type {const} */ (['SIGTERM', 'SIGCONT']))
		for (const pid of workers)
			process.kill(pid, signal);
	await kept.closed;
	assert.equal(count(kept.text(), /"ok":true/g), 2);
	await until(() => stack.workers('codex-tasks').every((pid) =>
	    !workers.includes(pid)), 5000, 'others in their place');
});

/** Whether a worker has started: what serves catches SIGTERM.
 * @param {number} pid */
function isServing(pid) {
	try {
		const caught = /^SigCgt:\s*(\w+)/m.exec(
		    readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return (BigInt(`0x${caught}`) & 1n << 14n) !== 0n;
	} catch {
		return false; // gone meanwhile
	}
}

/** Ask at a rate, by clients of their own, until told to end; a client's
 * processes are young, as nginx closes a connection after 1000 requests.
 * @param {string} path @param {number} rate a second
 * @param {Record<string, string>} headers @param {() => boolean} isOver */
async function askOn(path, rate, headers, isOver) {
	const { port } = new URL(stack.url);
	const lines = Object.entries(stack.loggedIn(headers)).map(([k, v]) =>
	    `${k}: ${v}`);
	const all = { n: 0, failed: 0, bad: /** @type {number[]} */ ([]) };
	while (!isOver()) {
		const { n, failed, bad } = await fixedRate(plainBuild, Number(port),
		    rate, long ? 5 : 2, lines, path);
		all.n += n;
		all.failed += failed;
		if (failed > 0)
			all.bad.push(bad);
	}
	return all;
}

test(`${restarts} restarts under ${perSecond} requests a second lose none`,
    async () => {
	make(plainBuild, 'bench-rate');
	const programs = ['codex-render', 'codex-render', 'codex-tasks'];
	const etag = (await stack.get('/codex')).headers.get('etag') ?? '';
	const began = Date.now();
	let isOver = false;
	const clients = [askOn('/codex', perSecond / 2, {}, () => isOver),
	    askOn('/codex', perSecond / 4, { 'If-None-Match': etag },
		() => isOver),
	    askOn('/api/tasks', perSecond / 4, {}, () => isOver)];
	try {
		for (let i = 0; i < restarts; i++) {
			const name = programs[i % programs.length];
			const [pid] = stack.workers(name);
			process.kill(pid, 'SIGTERM');
			await until(() => {
				const pids = stack.workers(name);
				return pids.length >= 2 &&
				    !pids.includes(pid) && pids.every(isServing);
			}, 5000, `another ${name}`);
		}
	} finally {
		isOver = true;
	}
	const asked = await Promise.all(clients);
	const n = asked.reduce((sum, each) => sum + each.n, 0);
	const s = (Date.now() - began) / 1000;
	console.log(`# ${restarts} restarts, ${n} requests in ${s} s, ` +
	    `${Math.round(n / s)} a second`);
	for (const { failed, bad } of asked)
		assert.equal(failed, 0, `${failed}, among them ${bad}`);
});
