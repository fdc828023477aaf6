// @ts-check
// relay: take connections on one address and hand them on to another.
//
// As a module: const server = await relay(here, there); server.close().  As a
// program, in a namespace of the network (links.mjs), one for each pair of
// arguments until its input ends:
//
//	node tests/relay.mjs 127.0.0.1:9000,10.99.0.1:9000 ...
//
// says "ready" when it listens on all.

import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** @typedef {{host: string, port: number}} Address */

/** @param {Address} here @param {Address|{path: string}} there
 * @returns {Promise<import('node:net').Server>} */
export function relay(here, there) {
	const server = createServer((from) => {
		const to = connect(there);
		for (const [one, other] of [[from, to], [to, from]]) {
			one.setNoDelay(true);
			one.on('error', () => {});
			one.on('close', () => other.destroy());
			one.pipe(other);
		}
	});
	return new Promise((done, failed) => {
		server.on('error', failed);
		server.listen(here.port, here.host, () => done(server));
	});
}

/** @param {string} text @returns {Address} */
function parse(text) {
	const [host, port] = text.split(':');
	return { host, port: Number(port) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	for (const pair of process.argv.slice(2)) {
		const [here, there] = pair.split(',').map(parse);
		await relay(here, there);
	}
	console.log('ready');
	process.stdin.resume().on('end', () => process.exit(0));
}
