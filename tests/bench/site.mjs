// @ts-check
// site: pools of chosen programs behind one nginx, for comparing them.
//
// nginx is configured from the project's own files, with one server for each
// pool that stands in for codex-render: the same text but for the socket and
// the port.  So what differs between two ports is the program alone.
//
//	const site = await startSite({build, pools: [
//		{ name: 'render', command: ['codex-render'], count: 2 },
//		{ name: 'nothing', command: ['bench-nothing', file], count: 2,
//		  serves: true }]});
//	site.port('render')

import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm, symlink, writeFile }
    from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, cleanEnv, freePort, top, until } from '../stack.mjs';

/**
 * @typedef {object} Pool
 * @property {string} name  of its socket
 * @property {string[]} command  the program's name in the build folder, args
 * @property {number} count  of processes
 * @property {boolean} [serves]  has a port of its own, as codex-render has
 * @property {boolean} [fresh]  gets a connection per request
 * @property {string[]} [under]  what the program is run by, as a profiler
 * @property {Record<string, string>} [env]
 */

const run = ['render', 'build', 'tasks', 'create', 'update', 'complete'];

/** Every child leads a process group. @type {Set<number>} */
const groups = new Set();

process.on('exit', () => {
	for (const pid of groups)
		signal(pid, 'SIGKILL');
});
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
	process.on(name, () => process.exit(130));

/** Signal the group of a child. @param {number} pid
 * @param {NodeJS.Signals} name */
export function signal(pid, name) {
	try {
		process.kill(-pid, name);
	} catch {
		groups.delete(pid);
	}
}

/**
 * Start a child with a group of its own, which does not outlive us.
 * @param {string} command @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function launch(command, args, options) {
	const child = spawn(command, args, { ...options, detached: true });
	groups.add(child.pid || 0);
	return child;
}

/** @param {string} text @param {Record<string, string>} values */
function fill(text, values) {
	return text.replace(/@([A-Z]+)@/g, (all, name) => values[name] ?? all);
}

/** The pools that answer GET /codex. @param {number} count of renderers
 * @returns {Pool[]} */
export const renderPools = (count) => [
	{ name: 'render', command: ['bench-render'], count, serves: true },
	{ name: 'build', command: ['bench-render', '--build'], count: 1 },
];

/** The same of the programs as they are installed, in which everybody is usera.
 * @returns {Pool[]} */
export const localPools = () => [
	{ name: 'render', command: ['codex-render'], count: 2, serves: true },
	{ name: 'build', command: ['codex-render', '--build'], count: 1 },
];

export class Site {
	/** @param {{build: string, pools: Pool[], data: string,
	 *     nginxUnder?: string[], env?: Record<string, string>,
	 *     proof?: string}} options
	 *     proof: what nginx shows the programs; local mode asks for none */
	constructor(options) {
		this.options = options;
		/** @type {Record<string, number>} */
		this.ports = {};
		/** @type {Record<string, import('node:child_process').ChildProcess>} */
		this.children = {};
		this.log = '';
		this.scratch = '';
	}

	async start() {
		this.scratch = await mkdtemp(join(tmpdir(), 'cm-bench-'));
		await mkdir(join(this.scratch, 'run'));
		for (const pool of this.options.pools)
			if (pool.serves)
				this.ports[pool.name] = await freePort();
		for (const pool of this.options.pools)
			this.startPool(pool);
		await this.startNginx();
		return this;
	}

	/** @param {string} name */
	url(name) {
		return `http://127.0.0.1:${this.ports[name]}/codex`;
	}

	/** What a program of the site gets. @param {Pool} pool */
	env(pool) {
		return cleanEnv({ CODEX_STORE: `fs:${this.options.data}`,
			CODEX_RUN: join(this.scratch, 'run'),
			CODEX_AUTH: 'local:usera',
			CODEX_BASE_URL: 'http://127.0.0.1',
			...this.options.env, ...pool.env });
	}

	/** @param {Pool} pool */
	startPool(pool) {
		const [program, ...args] = pool.command;
		const child = launch('spawn-fcgi', ['-n', '-s',
			join(this.scratch, 'run', `${pool.name}.sock`),
			'-M', '0660', '--', '/usr/bin/multiwatch', '-f',
			String(pool.count), '--', ...pool.under ?? [],
			join(this.options.build, program), ...args],
		    { env: this.env(pool), stdio: ['ignore', 'pipe', 'pipe'] });
		const keep = (/** @type {Buffer} */ chunk) => {
			this.log += chunk.toString('utf8');
		};
		child.stdout?.on('data', keep);
		child.stderr?.on('data', keep);
		this.children[pool.name] = child;
	}

	/** The site's configuration, with a server per serving pool. */
	async config() {
		const read = (/** @type {string} */ name) =>
		    readFile(join(top, 'nginx', name), 'utf8');
		const text = (await read('codex-miroir.conf'))
		    .replace('include upstreams.conf;',
			await read('upstreams.conf'))
		    .replace('include snippets/codex-miroir/site.conf;',
			await read('snippets/site.conf'));
		const at = text.lastIndexOf('\nserver {');
		const names = Object.keys(this.ports);
		const fresh = new Set(this.options.pools
		    .filter((pool) => pool.fresh).map((pool) => pool.name));
		const more = names.filter((name) => !run.includes(name))
		    .map((name) => `upstream codex_${name} ` +
			`{ server "unix:@RUN@/${name}.sock"; ` +
			`${fresh.has(name) ? '' : 'keepalive 32;'} }\n`);
		const kept = 'include snippets/codex-miroir/kept.conf;';
		const servers = names.map((name) => fill(text.slice(at)
		    .replaceAll('codex_render', `codex_${name}`)
		    .replaceAll(kept, fresh.has(name) ? '' : kept),
		    { LISTEN: `127.0.0.1:${this.ports[name]}` }));
		return fill(more.join('') + text.slice(0, at) +
		    servers.join('\n'), { RUN: join(this.scratch, 'run'),
			HTML: join(top, 'nginx/html'), HOST: '127.0.0.1',
			LIMITS: '0',
			LISTEN: `127.0.0.1:${await freePort()}` });
	}

	async startNginx() {
		const prefix = join(this.scratch, 'nginx');
		await mkdir(join(prefix, 'tmp'), { recursive: true });
		await mkdir(join(prefix, 'snippets'));
		await symlink(join(top, 'nginx/snippets'),
		    join(prefix, 'snippets/codex-miroir'));
		const { proof } = this.options;
		await writeFile(join(prefix, 'snippets/codex-miroir-proof.conf'),
		    proof ? `fastcgi_param CODEX_PROOF ${proof};\n` : '');
		await writeFile(join(prefix, 'codex-miroir.conf'),
		    await this.config());
		const frame = await readFile(join(top, 'nginx/nginx.conf'),
		    'utf8');
		await writeFile(join(prefix, 'nginx.conf'), fill(frame,
		    { USER: process.getuid?.() === 0 ? 'user root;' : '' }));
		const log = await open(join(prefix, 'access.log'), 'a');
		const under = this.options.nginxUnder;
		const [program, ...args] = [...under ?? [], 'nginx', '-p',
			`${prefix}/`, '-c', join(prefix, 'nginx.conf'), '-e',
			'stderr', ...under ? ['-g', 'master_process off;'] : []];
		const child = launch(program, args,
		    { stdio: ['ignore', log.fd, 'pipe'] });
		await log.close();
		child.stderr?.on('data', (chunk) => {
			this.log += chunk.toString('utf8');
		});
		this.children.nginx = child;
		for (const name of Object.keys(this.ports))
			await until(() => fetch(this.url(name)).then(
			    (answer) => answer.status < 502, () => false),
			    10000, `an answer of ${name}:\n${this.log}`);
	}

	/** Process ids of a pool's workers. @param {string} name */
	async workers(name) {
		return childrenOf(this.children[name].pid || 0);
	}

	async stop() {
		const { nginx, ...pools } = this.children;
		for (const child of [nginx, ...Object.values(pools)]) {
			if (!child || child.exitCode !== null)
				continue;
			const gone = new Promise((done) =>
			    child.on('close', done));
			child.kill(child === nginx ? 'SIGQUIT' : 'SIGTERM');
			const late = setTimeout(() =>
			    signal(child.pid || 0, 'SIGKILL'), 3000);
			await gone;
			clearTimeout(late);
			groups.delete(child.pid || 0);
		}
		if (this.scratch)
			await rm(this.scratch, { recursive: true,
				force: true });
	}
}

/** @param {ConstructorParameters<typeof Site>[0]} options */
export async function startSite(options) {
	const site = new Site(options);
	try {
		return await site.start();
	} catch (error) {
		await site.stop();
		throw error;
	}
}
