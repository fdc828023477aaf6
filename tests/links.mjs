// @ts-check
// links: hosts in namespaces of the network, and the links to each of them,
// which can be cut and slowed.
//
//	if (!isInNamespace) {
//		const why = whyNot();	// '' or why this machine cannot
//		await enterNamespace(import.meta.url);
//	}
//	const net = await openNet({ hosts: 2, ports: { store: 10000 } });
//	spawn('ip', [...net.under(0).slice(1), 'scripts/run', ...]);
//	net.link(0, 'store').cut();
//	net.link(0, 'store').slow();
//	net.link(0, 'store').mend();
//	... net.address(0) ...		// where the client finds host 0
//	net.close();
//
// The test's own process is the client, in a namespace of its own, with the
// services, each on a port of 127.0.0.1 here.  A host has one link, a pair of
// virtual cards, to the client and to each service.  A host finds a service on
// the same port of its own 127.0.0.1, as our settings allow http there alone:
// from there a relay in its namespace goes over the link.
//
// Nothing has to be removed: names of namespaces stand in a file system that
// only this process and its children see, and all goes with the last of them,
// also after kill -9.
//
// A slow link lets through 25 kB a second, with a queue of 10 s.

import { execFile, execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { relay } from './relay.mjs';

const run = promisify(execFile);
/** Set for the process that runs in the client's namespace. */
const MARK = 'TEST_IN_NAMESPACE';
/** Where a host's site listens, in its namespace. */
export const sitePort = 8080;
const relayFile = fileURLToPath(new URL('relay.mjs', import.meta.url));

export const isInNamespace = process.env[MARK] === '1';

/** What ends with this process, even if that is killed. */
const tied = ['setpriv', '--pdeathsig', 'TERM'];
const separate = [...tied.slice(1), 'unshare', '--net', '--mount'];

/** Say why this machine cannot do it, '' if it can. */
export function whyNot() {
	try {
		execFileSync('setpriv', [...separate, 'sh', '-ec',
		    'mkdir -p /run/netns; mount -t tmpfs none /run/netns; ' +
		    'ip netns add one; ip link add name one type veth peer name two; ' +
		    'tc qdisc add dev one root tbf rate 1mbit burst 3kb latency 1s'],
		    { stdio: ['ignore', 'ignore', 'pipe'] });
		return '';
	} catch (e) {
		return `no namespaces of the network here: ${
		    /** @type {any} */ (e).stderr?.toString().trim() || e}`;
	}
}

/** Run a file in a namespace of its own, and end as it ends.
 * @param {string} url of the file */
export async function enterNamespace(url) {
	const child = spawn('setpriv', [...separate, process.execPath,
	    ...process.execArgv, fileURLToPath(url)], { stdio: 'inherit',
	    env: { ...process.env, [MARK]: '1' } });
	for (const signal of /** @type {NodeJS.Signals[]} */
	    (['SIGINT', 'SIGTERM', 'SIGHUP']))
		process.on(signal, () => child.kill(signal));
	const status = await new Promise((done) => child.on('close', done));
	process.exit(status ?? 1);
}

/** @param {string} command */
const ip = (command) => run('ip', command.split(' '));

/** A pair of cards, one in a host's namespace. */
class Link {
	/** @param {number} n @param {string} space */
	constructor(n, space) {
		this.space = space;
		this.card = `c${n}`;
		this.peer = `h${n}`;
		this.here = `10.99.${n}.1`;
		this.there = `10.99.${n}.2`;
		/** @type {'cut'|'slow'|null} */
		this.fault = null;
	}

	async open() {
		await ip(`link add name ${this.card} type veth peer name ${this.peer
		} netns ${this.space}`);
		await ip(`addr add ${this.here}/30 dev ${this.card}`);
		await ip(`-n ${this.space} addr add ${this.there}/30 dev ${this.peer}`);
		await ip(`-n ${this.space} link set ${this.peer} up`);
		await ip(`link set ${this.card} up`);
	}

	async cut() {
		this.fault = 'cut';
		await ip(`link set ${this.card} down`);
	}

	async slow() {
		this.fault = 'slow';
		const how = ['root', 'tbf', 'rate', '200kbit', 'burst', '3kb',
		    'latency', '10s'];
		await run('tc', ['qdisc', 'add', 'dev', this.card, ...how]);
		await run('tc', ['-n', this.space, 'qdisc', 'add', 'dev',
		    this.peer, ...how]);
	}

	async mend() {
		if (this.fault === 'cut')
			await ip(`link set ${this.card} up`);
		if (this.fault === 'slow') {
			await run('tc', ['qdisc', 'del', 'dev', this.card, 'root']);
			await run('tc', ['-n', this.space, 'qdisc', 'del', 'dev',
			    this.peer, 'root']);
		}
		this.fault = null;
	}
}

/** @typedef {{hosts: number, ports: Record<string, number>,
 *     serve?: Record<string, (host: number, at: import('./relay.mjs').Address)
 *	=> Promise<{close: () => void}>>}} NetOptions
 *     ports: of the services, by name; serve: who takes a service's
 *     connections of a host, if it is no plain relay */

export class Net {
	/** @param {NetOptions} options */
	constructor(options) {
		this.options = options;
		const names = ['client', ...Object.keys(options.ports)];
		/** By host, then by service. @type {Record<string, Link>[]} */
		this.links = Array.from({ length: options.hosts }, (_, host) =>
		    Object.fromEntries(names.map((name, i) => [name,
			new Link(host * names.length + i, this.space(host))])));
		/** @type {{close: () => void}[]} */
		this.servers = [];
		/** @type {import('node:child_process').ChildProcess[]} */
		this.children = [];
	}

	/** @param {number} host */
	space = (host) => `host-${host}`;

	/** The command that goes before another one. @param {number} host */
	under = (host) => [...tied, 'ip', 'netns', 'exec', this.space(host)];

	/** @param {number} host @param {string} name */
	link = (host, name) => this.links[host][name];

	/** Where the client finds the site. @param {number} host */
	address = (host) => ({ host: this.link(host, 'client').there,
	    port: sitePort });

	async open() {
		await run('sh', ['-ec', 'mkdir -p /run/netns; ' +
		    'mount -t tmpfs none /run/netns; ip link set lo up']);
		for (let host = 0; host < this.options.hosts; host++)
			await this.openHost(host);
		return this;
	}

	/** @param {number} host */
	async openHost(host) {
		const { ports, serve = {} } = this.options;
		const site = this.address(host);
		const pairs = [`${site.host}:${site.port},127.0.0.1:${site.port}`];
		await ip(`netns add ${this.space(host)}`);
		await ip(`-n ${this.space(host)} link set lo up`);
		for (const link of Object.values(this.links[host]))
			await link.open();
		for (const [name, port] of Object.entries(ports)) {
			const { here } = this.link(host, name);
			const at = { host: here, port };
			this.servers.push(await (serve[name]
			    ? serve[name](host, at)
			    : relay(at, { host: '127.0.0.1', port })));
			pairs.push(`127.0.0.1:${port},${here}:${port}`);
		}
		await this.startRelay(host, pairs);
	}

	/** @param {number} host @param {string[]} pairs */
	async startRelay(host, pairs) {
		const [command, ...args] = this.under(host);
		const child = spawn(command, [...args, process.execPath,
		    relayFile, ...pairs], { stdio: ['pipe', 'pipe', 'inherit'] });
		this.children.push(child);
		await new Promise((done, failed) => {
			child.stdout.once('data', done);
			child.once('exit', () => failed(new Error('no relay')));
		});
	}

	close() {
		for (const server of this.servers)
			server.close();
		for (const child of this.children)
			child.stdin?.end();
	}
}

/** @param {NetOptions} options */
export const openNet = (options) => new Net(options).open();
