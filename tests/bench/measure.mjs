// @ts-check
// measure: clients, clocks and counters of the benches.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** @param {number[]} numbers */
export function median(numbers) {
	const sorted = [...numbers].sort((a, b) => a - b);
	const half = sorted.length >> 1;
	return sorted.length % 2 ? sorted[half]
	    : (sorted[half - 1] + sorted[half]) / 2;
}

/** Half the distance between the quartiles, in per cent of the median.
 * @param {number[]} numbers */
export function spread(numbers) {
	const sorted = [...numbers].sort((a, b) => a - b);
	const at = (/** @type {number} */ part) =>
	    sorted[Math.round(part * (sorted.length - 1))];
	return 50 * (at(0.75) - at(0.25)) / median(numbers);
}

/** Microseconds of what wrk prints. @param {string} text */
function micros(text) {
	const [, number, unit] = /([\d.]+)(us|ms|s)/.exec(text) || [];
	return Number(number) *
	    (unit === 's' ? 1e6 : unit === 'ms' ? 1e3 : 1);
}

/**
 * Closed loop: as many requests as it can get answered.
 * @param {string} url
 * @param {{seconds: number, headers?: Record<string, string>,
 *     script?: string}} options
 */
export async function wrk(url, options) {
	const headers = Object.entries(options.headers || {})
	    .flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
	const { stdout } = await exec('wrk', ['-t1', '-c16', '--latency',
		`-d${options.seconds}s`, ...headers,
		...(options.script ? ['-s', options.script] : []), url]);
	const find = (/** @type {RegExp} */ re) => re.exec(stdout)?.[1] || '';
	if (/Non-2xx|Socket errors/.test(stdout))
		throw new Error(`failed requests:\n${stdout}`);
	return { rate: Number(find(/Requests\/sec:\s+([\d.]+)/)),
		n: Number(find(/(\d+) requests in/)),
		p50: micros(find(/^\s+50%\s+(\S+)/m)),
		p99: micros(find(/^\s+99%\s+(\S+)/m)) };
}

/**
 * Open loop, from tests/bench/rate.c.
 * @param {string} build @param {number} port @param {number} rate per second
 * @param {number} seconds @param {string[]} headers
 * @param {string} path
 * @returns {Promise<{n: number, failed: number, bad: number, p50: number, p90: number,
 *     p99: number, max: number}>} times in microseconds
 */
export async function fixedRate(build, port, rate, seconds, headers = [],
    path = '/codex') {
	const { stdout } = await exec(`${build}/bench-rate`,
	    [port, path, rate, seconds, ...headers].map(String));
	return JSON.parse(stdout);
}

let host = 0;

/**
 * A rebuild that is asked for.  nginx limits those by address, so each comes
 * from another one of 127.0.0.0/8.
 * @param {number} port @param {Record<string, string>} headers
 * @returns {Promise<{ms: number, cache: string, bytes: number}>}
 */
export function rebuild(port, headers = {}) {
	host = (host + 1) % 64000;
	const localAddress =
	    `127.1.${Math.floor(host / 250)}.${host % 250 + 1}`;
	const began = performance.now();
	return new Promise((resolve, reject) => {
		const ask = request({ host: '127.0.0.1', port, localAddress,
			path: '/codex?nocache=true', headers, agent: false });
		ask.on('error', reject);
		ask.on('response', (answer) => {
			let bytes = 0;
			answer.on('data', (chunk) => { bytes += chunk.length; });
			answer.on('end', () => answer.statusCode === 200
			    ? resolve({ ms: performance.now() - began, bytes,
				cache: String(answer.headers['x-cache']) })
			    : reject(new Error(
				`a rebuild got ${answer.statusCode}`)));
		});
		ask.end();
	});
}

/** Processor time of a process in ms. @param {number} pid */
export async function cpuMs(pid) {
	const text = await readFile(`/proc/${pid}/schedstat`, 'utf8');
	return Number(text.split(' ')[0]) / 1e6;
}

/** @param {number[]} pids */
export async function cpuOfAll(pids) {
	let sum = 0;
	for (const pid of pids)
		sum += await cpuMs(pid);
	return sum;
}

/** Memory of a process in MiB: most that was resident, and its fair share
 * now; who is not root is not shown that, and takes what it has for itself.
 * @param {number} pid */
export async function memory(pid) {
	const status = await readFile(`/proc/${pid}/status`, 'utf8');
	const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
	    .catch(() => '');
	const own = /^Pss:\s+(\d+)/m.exec(rollup) ||
	    /^RssAnon:\s+(\d+)/m.exec(status);
	return { peak: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024,
		share: Number(own?.[1]) / 1024 };
}

/** TCP connections to a port of this machine. @param {number} port */
export async function connectionsTo(port) {
	const hex = port.toString(16).toUpperCase().padStart(4, '0');
	const text = await readFile('/proc/net/tcp', 'utf8');
	return text.split('\n').filter((line) => {
		const [, , remote, state] = line.trim().split(/\s+/);
		return remote === `0100007F:${hex}` && state === '01';
	}).length;
}
