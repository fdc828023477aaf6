// @ts-check
// vault: stores filled with generated tasks.

import { execFile } from 'node:child_process';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cleanEnv, top } from '../stack.mjs';

const exec = promisify(execFile);

/**
 * A checkout with tasks; its users are usera, userb, ..., or with `as` that
 * word in place of `user`.
 * @param {string} dir @param {{users: number, tasks: number, as?: string}} how
 */
export async function makeVault(dir, how) {
	await exec(join(top, 'scripts/make-vault'), ['--users',
		String(how.users), '--tasks', String(how.tasks), dir]);
	const base = join(dir, 'codex-miroir');
	for (const user of how.as ? await readdir(base) : [])
		await rename(join(base, user),
		    join(base, user.replace('user', how.as || '')));
	return dir;
}

/**
 * Takes a checkout into the fs store `data`, or with `conn` into an Azure store,
 * where only a folder beside `data` is needed.
 * @param {string} build @param {string} vault @param {string} data
 * @param {string} conn
 */
export async function takeIn(build, vault, data, conn = '') {
	const run = `${data}.run`;
	await mkdir(run, { recursive: true });
	await exec(join(build, 'codex-import'), [vault], { env: cleanEnv({
		...(conn ? { AZURE_BLOB_CONN: conn }
		    : { CODEX_STORE: `fs:${data}` }), CODEX_RUN: run,
		CODEX_AUTH: 'local:usera',
		CODEX_BASE_URL: 'http://127.0.0.1' }) });
}
