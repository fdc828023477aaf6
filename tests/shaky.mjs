// @ts-check
/**
 * shaky: a way to a system that fails when it is told to.
 *
 * It stands between a browser and nginx and hands on what comes, but the next
 * write meets the fault that was set:
 *
 *	409, 412, 500	an answer of the server's shape; nothing was done
 *	unsent		the connection breaks before the server hears of it
 *	unheard		the write is done, and the connection breaks
 *	half		the write is done, and its answer breaks off
 *	dark		the write is done, the connection breaks, and none comes
 *			about from then on until `isDark` is false again
 *
 *	const way = await startShaky(stack.url);
 *	way.fault = 'unheard';
 *	…               // the browser goes to way.url
 *	await way.stop();
 */
import { createServer, request } from 'node:http';
import { listen } from './stack.mjs';

/** @typedef {409 | 412 | 500 | 'unsent' | 'unheard' | 'half' | 'dark'} Fault */

/** @type {Record<number, [string, string]>} */
const REFUSALS = {
	409: ['gleichzeitig_geaendert', 'Andere waren schneller.'],
	412: ['inzwischen_geaendert', 'Die Aufgabe wurde inzwischen geändert.'],
	500: ['intern', 'Das ging schief.'],
};

/** @param {string} site the system's address */
export async function startShaky(site) {
	const way = {
		url: '', fault: /** @type {Fault | null} */ (null), isDark: false,
		/** Writes that came, and what they met. */
		writes: /** @type {string[]} */ ([]),
		stop: () => new Promise((done) => {
			server.close(done);
			server.closeAllConnections();
		}),
	};
	/** A browser sends what broke again; that meets no other fault. */
	let broken = '';
	const server = createServer((from, to) => {
		if (way.isDark)
			return to.destroy();
		const path = decodeURI(from.url ?? '');
		const fault = isWrite(from) && path !== broken ? way.fault : null;
		if (isWrite(from)) {
			way.fault = fault ? null : way.fault;
			way.writes.push([from.method, path, fault].join(' '));
			broken = typeof fault === 'string' ? path : '';
		}
		way.isDark = fault === 'dark';
		if (fault === 'unsent')
			return to.destroy();
		if (typeof fault === 'number')
			return refuse(to, fault);
		const on = askSystem(site, from, (answer) => give(answer, to, fault));
		on.on('error', () => to.destroy());
		from.pipe(on);
	});
	way.url = `http://127.0.0.1:${await listen(server)}`;
	return way;
}

/**
 * Ask a system what another server was asked, as if it had been asked itself.
 *
 * @param {string} site the system's address
 * @param {Pick<import('node:http').IncomingMessage, 'method' | 'url' | 'headers'>} from
 * @param {(answer: import('node:http').IncomingMessage) => void} give
 * @returns {import('node:http').ClientRequest} which waits for the body
 */
export function askSystem(site, { method, url, headers }, give) {
	const { hostname, port, host, origin } = new URL(site);
	return request({
		hostname, port, method, path: url,
		headers: { ...headers, host, ...headers.origin && { origin } },
	}, give);
}

/** @param {import('node:http').IncomingMessage} from */
const isWrite = ({ method, url }) =>
	!['GET', 'HEAD'].includes(method ?? '') && url !== '/api/preview';

/** @param {import('node:http').ServerResponse} to @param {number} status */
function refuse(to, status) {
	const [code, error] = REFUSALS[status];
	to.writeHead(status, { 'Content-Type': 'application/json' })
		.end(JSON.stringify({ ok: false, code, error }));
}

/**
 * @param {import('node:http').IncomingMessage} answer
 * @param {import('node:http').ServerResponse} to
 * @param {Fault | null} fault
 */
function give(answer, to, fault) {
	if (fault === 'unheard' || fault === 'dark') {
		answer.resume().on('end', () => to.destroy());
		return;
	}
	to.writeHead(answer.statusCode ?? 502, answer.headers);
	if (fault === 'half')
		answer.once('data', (/** @type {Buffer} */ bytes) =>
			to.write(bytes.subarray(0, 5), () => to.destroy()));
	else
		answer.pipe(to);
}
