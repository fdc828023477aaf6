// @ts-check
// outgoing: a GitHub by TLS that only a proxy leads to: what a site with
// CODEX_HTTP_PROXY has before it (29-operating.sh).
//
//	node tests/outgoing.mjs CERTIFICATE KEY
//
// The proxy listens on 127.0.0.9:3128, knows user and password, and opens tunnels
// (RFC 9110, 9.3.6) to github.example.org:443 alone.  Says a line for each.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { startFake } from './github/fake.mjs';
import { listen, taskFile, vaultPath } from './stack.mjs';

const [, , cert, key] = process.argv;
const fake = await startFake();
await fake.createRepository({ files: {
    [vaultPath('0500-Ferne.md')]: taskFile({}, '# Ferne\n') } });

/** Join two connections until one ends.
 * @param {import('node:net').Socket|import('node:tls').TLSSocket} a
 * @param {number} port */
function join(a, port, hello = '') {
	const b = connect(port, '127.0.0.1');
	a.write(hello);
	a.pipe(b).pipe(a);
	a.on('error', () => b.destroy());
	b.on('error', () => a.destroy());
}

const tls = createTls({ cert: readFileSync(cert), key: readFileSync(key) },
    (socket) => join(socket, Number(new URL(fake.urls.api).port)));
const port = await listen(tls);

const known = `Basic ${Buffer.from('user:password').toString('base64')}`;
const proxy = createServer((_, response) => {
	response.writeHead(405);
	response.end();
});
proxy.on('connect', (request, socket) => {
	const good = request.headers['proxy-authorization'] === known &&
	    request.url === 'github.example.org:443';
	console.log(`${good ? 'tunnel' : 'refused'} ${request.url}`);
	if (good)
		join(/** @type {import('node:net').Socket} */ (socket), port,
		    'HTTP/1.1 200 Connection established\r\n\r\n');
	else
		socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n' +
		    'Content-Length: 0\r\n\r\n');
});
proxy.listen(3128, '127.0.0.9', () => console.log('ready'));
