// @ts-check
// store-watch: a way from the hosts to Azurite that notes who has the lease of
// a user's runs, and tells old news when it is told to.
//
//	const watch = new StoreWatch(azurite.port, [-1000, 1000]);
//	const server = await watch.serve(0, { host: '10.99.1.1', port: 10000 });
//	... watch.runs() ...		// for history.mjs
//	watch.tellOld(1, 'user3');	// host 1 gets the token of before
//	watch.tellOld(1, null);
//
// Versions of a blob are ordered by their ETags: each write of sync.json names
// the one that it replaces.

import { Agent, createServer, request } from 'node:http';

/** The client's clock, which nobody sets: ms since 1970. */
export const now = () => performance.timeOrigin + performance.now();

/** @typedef {{user: string, host: number, at: number, before: string,
 *     etag: string, body: string}} LedgerWrite */
/** @typedef {{status: number, headers: string[], body: Buffer}} Answer */

/** @param {AsyncIterable<Buffer>} stream */
async function readAll(stream) {
	const chunks = [];
	for await (const chunk of stream)
		chunks.push(chunk);
	return Buffer.concat(chunks);
}

export class StoreWatch {
	/** @param {number} port of Azurite @param {number[]} offsets by how much
	 *     the clocks of the hosts are wrong, ms */
	constructor(port, offsets) {
		this.port = port;
		this.offsets = offsets;
		this.agent = new Agent({ keepAlive: true });
		/** @type {LedgerWrite[]} */
		this.writes = [];
		this.requests = 0;
		/** The tokens that a host gets of a user, if they are old.
		 * @type {{host: number, user: string, answer: Answer|null}|null} */
		this.old = null;
	}

	/** @param {number} host @param {string|null} user */
	tellOld(host, user) {
		this.old = user === null ? null : { host, user, answer: null };
	}

	/** @param {number} host @param {{host: string, port: number}} at */
	serve(host, at) {
		const server = createServer((from, to) => {
			this.answer(host, from, to).catch(() => to.destroy());
		});
		server.keepAliveTimeout = 60000;
		return new Promise((done, failed) => {
			server.on('error', failed);
			server.listen(at.port, at.host, () => done({ close: () => {
				server.closeAllConnections();
				server.close();
				this.agent.destroy();
			} }));
		});
	}

	/** @param {number} host
	 * @param {import('node:http').IncomingMessage} from
	 * @param {import('node:http').ServerResponse} to */
	async answer(host, from, to) {
		this.requests++;
		const body = await readAll(from);
		const fresh = await this.ask(from, body);
		const [, user, blob] = /\/state\/([^/?]+)\/([^/?]+)/
		    .exec(decodeURIComponent(from.url ?? '')) ?? [];
		if (from.method === 'PUT' && blob === 'sync.json' &&
		    fresh.status === 201)
			this.note(host, user, from, fresh, body);
		const answer = from.method === 'GET' && blob === 'cacheVersion.txt'
		    ? this.choose(host, user, fresh) : fresh;
		to.writeHead(answer.status, answer.headers);
		to.end(answer.body);
	}

	/** @param {number} host @param {string} user @param {Answer} fresh */
	choose(host, user, fresh) {
		if (this.old?.host !== host || this.old.user !== user)
			return fresh;
		return this.old.answer ??= fresh;
	}

	/** @param {import('node:http').IncomingMessage} from @param {Buffer} body
	 * @returns {Promise<Answer>} */
	ask(from, body) {
		return new Promise((done, failed) => {
			const on = request({ host: '127.0.0.1', port: this.port,
			    agent: this.agent, method: from.method,
			    path: from.url, headers: from.rawHeaders },
			async (answer) => {
				try {
					done({ status: answer.statusCode ?? 502,
					    headers: answer.rawHeaders,
					    body: await readAll(answer) });
				} catch (e) {
					failed(e);
				}
			});
			on.on('error', failed);
			on.end(body);
		});
	}

	/** @param {number} host @param {string} user
	 * @param {import('node:http').IncomingMessage} from
	 * @param {Answer} answer @param {Buffer} body */
	note(host, user, from, answer, body) {
		const at = answer.headers.findIndex((name) =>
		    name.toLowerCase() === 'etag');
		this.writes.push({ user, host, at: now(), body: body.toString(),
		    before: String(from.headers['if-match'] ?? ''),
		    etag: answer.headers[at + 1] });
	}

	/** Who had the lease, in the order of the store.
	 * @returns {import('./history.mjs').RunWrite[]} */
	runs() {
		/** @type {import('./history.mjs').RunWrite[]} */
		const runs = [];
		const next = new Map(this.writes.map((write) =>
		    [`${write.user} ${write.before}`, write]));
		for (const first of this.writes.filter(({ before }) => !before))
			for (let write = /** @type {LedgerWrite|undefined} */ (first);
			    write; write = next.get(`${write.user} ${write.etag}`))
				runs.push(this.runOf(write));
		return runs;
	}

	/** @param {LedgerWrite} write */
	runOf({ user, host, at, body }) {
		const { run } = JSON.parse(body);
		return { user, host, at, run: run?.id ?? null,
		    until: (run?.until ?? 0) - this.offsets[host] };
	}
}
