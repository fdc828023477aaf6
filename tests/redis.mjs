// @ts-check
// redis: a real redis-server for one test, behind a way that fails when it is
// told to.
//
//	if (!hasRedis) skip
//	const redis = await startRedis({ password: 'geheim' });
//	... redis.url ...		// through the way
//	redis.fault = 'hang';		// takes bytes, gives none back
//	redis.fault = 'gone';		// takes no connection, breaks those it has
//	redis.fault = null;
//	await redis.cli('FLUSHALL');
//	const { port, ca } = await redis.listenTls();	// at localhost
//	await redis.stop();

import { execFile, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { createServer as createTlsServer } from 'node:tls';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isListening, listen, manyBuild, until } from './stack.mjs';

/** @typedef {'hang' | 'gone' | null} Fault */

function findRedis() {
	// Without hiredis the programs cannot speak with it.
	if (!readFileSync(join(manyBuild, 'codex-render')).includes('libhiredis'))
		return false;
	try {
		execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
		return true;
	} catch {
		return false;
	}
}

/** Whether this machine has one, and the programs are built for it. */
export const hasRedis = findRedis();

/** A server on a socket in a folder, which keeps nothing.
 * @param {string} folder @param {string[]} options */
async function startServer(folder, options) {
	const path = join(folder, 'redis.sock');
	rmSync(path, { force: true });
	const child = spawn('setpriv', ['--pdeathsig', 'TERM', '--',
	    'redis-server', '--port', '0', '--unixsocket', path,
	    '--dir', folder, '--save', '', '--appendonly', 'no', ...options],
	    { stdio: 'ignore' });
	await until(() => isListening(path), 10000, 'redis-server');
	return child;
}

/** @param {{password?: string, options?: string[]}} how */
export async function startRedis({ password = '', options = [] } = {}) {
	const folder = mkdtempSync(join(tmpdir(), 'cm-redis-'));
	const path = join(folder, 'redis.sock');
	if (password)
		options = [...options, '--requirepass', password];
	let child = await startServer(folder, options);
	/** @type {Set<import('node:net').Socket>} */
	const open = new Set();
	/** @type {Fault} */
	let fault = null;
	const way = createServer((from) => {
		if (fault === 'gone')
			return void from.destroy();
		const to = connect(path);
		for (const [one, other] of [[from, to], [to, from]]) {
			open.add(one);
			one.on('data', (bytes) => {
				if (fault === null)
					other.write(bytes);
			});
			one.on('error', () => {});
			one.on('close', () => {
				open.delete(one);
				other.destroy();
			});
		}
	});
	const port = await listen(way);
	const hangUp = () => open.forEach((socket) => socket.destroy());
	const kill = () => void child.kill('SIGKILL');
	process.on('exit', kill);
	return {
		port, path,
		url: `redis://${password ? `:${password}@` : ''}127.0.0.1:${port}`,
		get fault() {
			return fault;
		},
		set fault(/** @type {Fault} */ value) {
			// What was held back came from before: nobody waits for it.
			if (fault === 'hang' || value === 'gone')
				hangUp();
			fault = value;
		},
		/** @param {string[]} args */
		cli: async (...args) => (await promisify(execFile)('redis-cli',
		    ['-s', path, '--no-auth-warning',
			...(password ? ['-a', password] : []), ...args]))
		    .stdout.trim(),
		/** Another way to it, with TLS and a certificate for localhost. */
		listenTls: async () => {
			const ca = join(folder, 'ca.pem'), key = join(folder, 'key');
			execFileSync('openssl', ['req', '-x509', '-newkey', 'ec',
			    '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes',
			    '-days', '2', '-subj', '/CN=localhost', '-addext',
			    'subjectAltName=DNS:localhost', '-keyout', key,
			    '-out', ca], { stdio: 'ignore' });
			const server = createTlsServer({ key: readFileSync(key),
			    cert: readFileSync(ca) }, (from) => {
				open.add(from);
				from.on('error', () => {});
				from.pipe(connect(path)).pipe(from);
			});
			server.unref();
			return { port: await listen(server), ca };
		},
		restart: async () => {
			child.kill('SIGKILL');
			await new Promise((done) => child.once('close', done));
			child = await startServer(folder, options);
		},
		stop: async () => {
			process.off('exit', kill);
			kill();
			hangUp();
			way.close();
			rmSync(folder, { recursive: true, force: true });
		},
	};
}
