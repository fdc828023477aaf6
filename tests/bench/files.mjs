// @ts-check
// files: a bare nginx that sends files, which is what it is best at.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childrenOf, freePort, until } from '../stack.mjs';
import { launch, signal } from './site.mjs';

/** No log, no limit, no header of ours. @param {string} dir
 * @param {number} port */
const config = (dir, port) => `${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 2;
pid ${dir}/pid;
error_log stderr;
events { worker_connections 512; }
http {
	access_log off;
	sendfile on;
	tcp_nopush on;
	keepalive_requests 1000000;
	open_file_cache max=100 inactive=60s;
${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) =>
	`	${name}_temp_path ${dir}/tmp;`).join('\n')}
	server {
		listen 127.0.0.1:${port};
		root ${dir}/files;
	}
}
`;

/**
 * Starts it with files of random bytes, which compare() of hits.mjs asks as it
 * asks pools.
 * @param {string} dir  made here
 * @param {Record<string, Buffer>} files  by name
 */
export async function startFiles(dir, files) {
	await mkdir(join(dir, 'files'), { recursive: true });
	await mkdir(join(dir, 'tmp'));
	for (const [name, bytes] of Object.entries(files))
		await writeFile(join(dir, 'files', name), bytes);
	const port = await freePort();
	const file = join(dir, 'nginx.conf');
	await writeFile(file, config(dir, port));
	const child = launch('nginx', ['-p', dir, '-c', file, '-e', 'stderr',
		'-g', 'daemon off;'], { stdio: ['ignore', 'ignore', 'inherit'] });
	const url = (/** @type {string} */ name) =>
	    `http://127.0.0.1:${port}/${name}`;
	await until(() => fetch(url(Object.keys(files)[0])).then(
	    (answer) => answer.ok, () => false), 10000, 'a file of nginx');
	return {
		site: /** @type {any} */ ({ url,
			workers: async () => childrenOf(child.pid || 0) }),
		stop: () => signal(child.pid || 0, 'SIGTERM'),
	};
}
