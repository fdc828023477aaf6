// @ts-check
// device: a working copy with real git, as somebody else's machine.
//
//	const laptop = await repo.device('anna');
//	laptop.write('codex-miroir/usera/tasks/0001.md', '---\n…');
//	await laptop.commit('ein Termin');
//	await laptop.push();

import { mkdirSync, readFileSync, renameSync, rmSync,
    writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { git } from './git.mjs';

export class Device {
	/** @param {import('./repository.mjs').Repository} repo
	 * @param {string} dir @param {string} login who pushes */
	constructor(repo, dir, login) {
		this.repo = repo;
		this.dir = dir;
		this.env = { FAKE_PUSHER: login, GIT_AUTHOR_NAME: login,
		    GIT_COMMITTER_NAME: login };
	}

	/** @param {...string} args @returns {Promise<string>} */
	async git(...args) {
		return (await git(args, { cwd: this.dir, env: this.env }))
		    .toString().trim();
	}

	/** @param {string} path @param {string|Buffer} bytes */
	write(path, bytes) {
		const file = join(this.dir, path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, bytes);
	}

	/** @param {string} path */
	read(path) {
		return readFileSync(join(this.dir, path));
	}

	/** @param {string} path */
	remove(path) {
		rmSync(join(this.dir, path), { recursive: true });
	}

	/** @param {string} from @param {string} to */
	rename(from, to) {
		mkdirSync(dirname(join(this.dir, to)), { recursive: true });
		renameSync(join(this.dir, from), join(this.dir, to));
	}

	/** Commits everything. @param {string} message
	 * @returns {Promise<string>} its id */
	async commit(message = 'Änderung') {
		await this.git('add', '--all');
		await this.git('commit', '--quiet', '--allow-empty', '-m',
		    message);
		return this.git('rev-parse', 'HEAD');
	}

	/** Pushes HEAD; the fake knows of it when this returns.
	 * @param {{branch?: string, force?: boolean}} options */
	async push({ branch = this.repo.branch, force = false } = {}) {
		await this.git('push', '--quiet', ...(force ? ['--force'] : []),
		    'origin', `HEAD:refs/heads/${branch}`);
	}

	/** Takes over what the branch has. */
	async pull(branch = this.repo.branch) {
		await this.git('fetch', '--quiet', 'origin', branch);
		await this.git('reset', '--quiet', '--hard', 'FETCH_HEAD');
	}

	/** Fetches, rebases what is not pushed, pushes. */
	async sync(branch = this.repo.branch) {
		await this.git('pull', '--quiet', '--rebase', 'origin', branch);
		await this.push({ branch });
	}

	/** @param {string} branch */
	async deleteBranch(branch) {
		await this.git('push', '--quiet', 'origin', '--delete', branch);
	}

	/**
	 * Many commits at once, through git fast-import; pushed by push().
	 * @param {{message: string,
	 *     files: Record<string, string|Buffer|null>}[]} commits
	 *     null removes
	 */
	async history(commits) {
		const from = await this.git('rev-parse', 'HEAD')
		    .catch(() => '');
		const branch = `history-${Date.now()}`;
		/** @type {Buffer[]} */
		const stream = [];
		const line = (/** @type {string} */ text) =>
		    stream.push(Buffer.from(`${text}\n`));
		const data = (/** @type {string|Buffer} */ bytes) => {
			const buffer = Buffer.from(bytes);
			line(`data ${buffer.length}`);
			stream.push(buffer, Buffer.from('\n'));
		};
		const now = Math.floor(Date.now() / 1000);
		commits.forEach(({ message, files }, n) => {
			line(`commit refs/heads/${branch}`);
			line(`committer Device <device@example.com> ${
			    now} +0000`);
			data(message);
			if (n === 0 && from)
				line(`from ${from}`);
			for (const [path, bytes] of Object.entries(files)) {
				if (bytes === null) {
					line(`D ${path}`);
					continue;
				}
				line(`M 100644 inline ${path}`);
				data(bytes);
			}
		});
		await git(['fast-import', '--quiet'], { cwd: this.dir,
		    input: Buffer.concat(stream) });
		await this.git('reset', '--quiet', '--hard', branch);
	}
}
