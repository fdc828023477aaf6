// @ts-check
// fake: GitHub for tests.
//
// A server that answers the part of GitHub's REST API that the project
// stands on, over real bare Git repositories: ids are real ones, a
// `git push` from a clone is another device, and what a branch does sends a
// push event as GitHub sends it.  It needs Node and git, nothing else; with
// this folder's packages (`npm ci` here) every request, answer and event is
// also held against GitHub's own descriptions.
//
// As a program:
//
//	node tests/github/fake.mjs --port 9000 --dir /tmp/gh \
//	    --repository usera/vault --files tests/data/vault \
//	    --token geheim:write --webhook-secret s3cret \
//	    --webhook-url http://127.0.0.1:8080/github/webhook
//
// prints its address as the settings that scripts/run needs, and goes on with
// what DIR holds.  As a module:
//
//	const fake = await startFake();
//	const repo = await fake.createRepository({ files: { 'a.md': 'A' } });
//	fake.setHook({ url, secret: 's3cret' });        // sends a ping
//	const laptop = await repo.device();             // a real clone
//	laptop.write('a.md', 'B'); await laptop.commit(); await laptop.push();
//	await repo.commit({ files: { 'b.md': 'C' } });  // the same, quicker
//	await fake.settled();                           // events arrived
//	fake.misbehave({ method: 'PATCH', path: '/git/refs', status: 422 });
//	repo.setLag({ ms: 500, hide: true });           // heads come late
//	fake.setRate({ remaining: 0, resetIn: 2 });
//	assert.deepEqual(fake.mismatches, []);
//	await fake.stop();
//
// trouble.mjs tells what misbehave() can do, hooks.mjs what the plan of a hook
// can, repository.mjs what a repository can.  Over HTTP the same at /_fake/:
// see `control` below.
//
// graphql.mjs answers queries, at /graphql, or /api/graphql beside /api/v3.
// login.mjs is where people log in to our site with it.
//
// Where it is not GitHub: differences come without `patch`, renames are only
// those of whole files, pull requests and events live as long as the process,
// and everything is one repository network without forks.

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync,
    rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { loadChecks } from './check.mjs';
import { answerQuery } from './graphql.mjs';
import { Hook } from './hooks.mjs';
import { loginAnswer, newApp } from './login.mjs';
import { Problem, notFound } from './problem.mjs';
import { Repository } from './repository.mjs';
import { routes } from './rest.mjs';
import { repoShape, userShape } from './shapes.mjs';
import { Trouble, spoil } from './trouble.mjs';

/**
 * @typedef {import('./shapes.mjs').Login} Login
 * @typedef {Login & {token: string, right: string}} Token
 *     right: none (a login without access), read, write
 * @typedef {{n: number, at: number, ms: number, method: string,
 *     path: string, endpoint: string, token: string, status: number,
 *     bytes: number, sent: number, rule: boolean, inFlight: number,
 *     body: any}} Entry
 *     at: ms since 1970; path: with its query, without the base path;
 *     endpoint: as "GET /repos/{owner}/{repo}"; bytes: of the answer; sent:
 *     of the request; body: what it said, parsed
 * @typedef {{where: string, what: string, faults: string[]}} Mismatch
 * @typedef {{status: number, headers: Record<string, string>,
 *     data: Buffer}} Reply
 */

const documentation = 'https://docs.github.com/rest';
const sleep = (/** @type {number} */ ms) =>
    new Promise((done) => setTimeout(done, ms));

export class Fake {
	/**
	 * @param {{port?: number, dir?: string, basePath?: string,
	 *     tokens?: Record<string, string>, logins?: Partial<Login>[],
	 *     seed?: number, modules?: string, check?: boolean,
	 *     rateLimit?: number}} options
	 *     dir: kept on stop() if given; tokens: right by token, each of the
	 *     first login; logins: the first is the owner of repositories
	 */
	constructor({ port = 0, dir, basePath = '', seed = 1, modules,
	    tokens = { 'write-token': 'write', 'read-token': 'read',
		'none-token': 'none' },
	    logins = [{ login: 'usera' }], check = true,
	    rateLimit = 5000 } = {}) {
		this.port = port;
		this.ownDir = dir === undefined;
		this.dir = dir ?? mkdtempSync(join(tmpdir(), 'fake-github-'));
		this.basePath = basePath.replace(/\/$/, '');
		this.logins = logins.map((who, n) => fullLogin(who, n));
		/** @type {Map<string, Token>} */
		this.tokens = new Map();
		for (const [token, right] of Object.entries(tokens))
			this.addToken(token, right);
		/** @type {Map<string, Repository>} */
		this.repositories = new Map();
		/** @type {Hook[]} */
		this.hooks = [];
		this.trouble = new Trouble(seed);
		this.app = newApp();
		this.checks = check ? loadChecks(routes.map((r) =>
		    [r.method, r.path]), modules) : null;
		/** @type {Mismatch[]} */
		this.mismatches = [];
		/** @type {Entry[]} */
		this.log = [];
		this.inFlight = 0;
		this.maxInFlight = 0;
		this.rateLimit = rateLimit;
		/** @type {Map<string, {limit: number, used: number,
		 *     reset: number}>} */
		this.rates = new Map();
		/** @type {Map<string, number>} */
		this.sizes = new Map();
		this.urls = { api: '', html: '' };
		this.server = createServer((request, response) => {
			this.serve(request, response).catch((e) => {
				this.mismatch('fake', request.url ?? '',
				    [String(e.stack)]);
				response.destroy();
			});
		});
		this.server.keepAliveTimeout = 60000;
	}

	async start() {
		await new Promise((done, failed) => {
			this.server.on('error', failed);
			this.server.listen(this.port, '127.0.0.1', () =>
			    done(null));
		});
		const address = this.server.address();
		this.port = typeof address === 'object' && address
		    ? address.port : this.port;
		const origin = `http://127.0.0.1:${this.port}`;
		this.urls = { api: origin + this.basePath, html: origin };
		mkdirSync(join(this.dir, 'repositories'), { recursive: true });
		mkdirSync(join(this.dir, 'devices'), { recursive: true });
		return this;
	}

	async stop() {
		await this.settled();
		this.server.closeAllConnections();
		await new Promise((done) => this.server.close(done));
		for (const repo of this.repositories.values())
			await repo.close();
		if (this.ownDir)
			rmSync(this.dir, { recursive: true, force: true });
	}

	// People

	/** @param {string} token @param {string} right
	 * @param {string} [login] */
	addToken(token, right, login) {
		this.tokens.set(token, { ...this.login(login), token, right });
	}

	/** By name; an unknown one is made up, none is the first.
	 * @param {string} [name] @returns {Login} */
	login(name) {
		const known = name ? this.logins.find((l) => l.login === name)
		    : this.logins[0];
		if (known)
			return known;
		const made = fullLogin({ login: name }, this.logins.length);
		this.logins.push(made);
		return made;
	}

	/** @param {string} email */
	byEmail(email) {
		return this.logins.find((l) => l.email === email) ?? null;
	}

	// Repositories and hooks

	/**
	 * Makes a repository, or opens the one that `dir` holds.
	 * @param {{owner?: string, name?: string, branch?: string,
	 *     files?: Record<string, string|Buffer>}} options
	 */
	async createRepository({ owner, name = 'vault', branch = 'main',
	    files } = {}) {
		const who = this.login(owner);
		const repo = new Repository(this, { owner: who, name, branch,
		    id: 1000 + this.repositories.size,
		    dir: join(this.dir, 'repositories',
			`${who.login}-${name}.git`) });
		await repo.open(files);
		this.repositories.set(repo.fullName.toLowerCase(), repo);
		return repo;
	}

	/** Sends events there from now on, instead of to earlier hooks; a ping
	 * first. @param {ConstructorParameters<typeof Hook>[0]} options */
	setHook(options) {
		this.hooks = [];
		return this.addHook(options);
	}

	/** @param {ConstructorParameters<typeof Hook>[0]} options */
	addHook(options) {
		const hook = new Hook(options);
		this.hooks.push(hook);
		const [repo] = this.repositories.values();
		const payload = { zen: 'Keep it logically awesome.',
		    hook_id: hook.id, hook: hook.shape(repo?.api ??
			this.urls.api), ...(repo ? { repository:
			repoShape(repo) } : {}),
		    sender: userShape(this.login(), this.urls) };
		this.checkEvent('ping', payload);
		hook.emit('ping', payload);
		return hook;
	}

	/** Waits until all deliveries are answered. */
	async settled() {
		for (const hook of this.hooks)
			await hook.settled();
	}

	// Control

	/** @param {import('./trouble.mjs').Rule} rule */
	misbehave(rule) {
		return this.trouble.add(rule);
	}

	/** No rule any more, nobody has to be silent. */
	behave() {
		this.trouble.clear();
	}

	get early() {
		return this.trouble.early;
	}

	/** The primary limit of every token (or of one): of REST, in requests,
	 * or of GraphQL, in points.
	 * @param {{remaining?: number, limit?: number, resetIn?: number,
	 *     token?: string, resource?: string}} options resetIn: seconds;
	 *     resource: core, graphql */
	setRate({ limit = this.rateLimit, remaining = limit,
	    resetIn = 3600, token, resource = 'core' } = {}) {
		const reset = Math.ceil(Date.now() / 1000 + resetIn);
		for (const each of token ? [token] : this.tokens.keys())
			this.rates.set(`${resource} ${each}`, { limit, reset,
			    used: limit - remaining });
	}

	/** @param {string} token @param {string} resource */
	rateOf(token, resource = 'core') {
		const now = Math.floor(Date.now() / 1000);
		const key = `${resource} ${token}`;
		let rate = this.rates.get(key);
		if (!rate || rate.reset <= now)
			this.rates.set(key, rate = { limit: this.rateLimit,
			    used: 0, reset: now + 3600 });
		return rate;
	}

	/** Where the log ends now. */
	mark() {
		return this.log.length;
	}

	/** Requests by endpoint. @param {number} since a mark
	 * @returns {Record<string, number>} */
	counts(since = 0) {
		/** @type {Record<string, number>} */
		const counts = {};
		for (const { endpoint } of this.log.slice(since))
			counts[endpoint] = (counts[endpoint] ?? 0) + 1;
		return counts;
	}

	/** @param {string} where @param {string} what
	 * @param {string[]} faults */
	mismatch(where, what, faults) {
		if (faults.length && this.mismatches.length < 100)
			this.mismatches.push({ where, what, faults });
	}

	/** @param {string} event @param {any} payload */
	checkEvent(event, payload) {
		const name = event === 'pull_request'
		    ? `${event}$${payload.action}` : event;
		this.mismatch('event', name,
		    this.checks?.event(name, payload) ?? []);
	}

	/** @param {Repository} repo @param {string} id of a blob */
	async sizeOf(repo, id) {
		let size = this.sizes.get(id);
		if (size === undefined) {
			size = await repo.git.size(id) ?? 0;
			this.sizes.set(id, size);
		}
		return size;
	}

	// Serving

	/** @param {import('node:http').IncomingMessage} request
	 * @param {import('node:http').ServerResponse} response */
	async serve(request, response) {
		const chunks = [];
		for await (const chunk of request)
			chunks.push(chunk);
		const body = Buffer.concat(chunks);
		const target = request.url ?? '/';
		if (target.startsWith('/_fake/')) {
			const json = await control(this, request.method ?? '',
			    target.slice(7), body);
			response.writeHead(json === undefined ? 404 : 200,
			    { 'Content-Type': 'application/json' });
			response.end(JSON.stringify(json ?? {}));
			return;
		}
		if (target.startsWith('/login/'))
			await this.serveLogin(request, response, target, body);
		else
			await this.serveApi(request, response, target, body);
	}

	/** Pages for people. @param {import('node:http').IncomingMessage} request
	 * @param {import('node:http').ServerResponse} response
	 * @param {string} target @param {Buffer} body */
	async serveLogin(request, response, target, body) {
		const method = request.method ?? 'GET';
		const entry = this.begin({ method, path: target, token: '',
		    sent: body.length,
		    endpoint: `${method} ${target.split('?')[0]}` });
		const rule = this.trouble.take(method, target, '');
		if (rule?.delay)
			await sleep(rule.delay);
		const instead = rule && this.trouble.answerOf(rule);
		const reply = instead && !rule.after
		    ? { status: instead.status, headers: {
			'content-type': 'application/json', ...instead.headers },
			data: Buffer.from(JSON.stringify(instead.body)) }
		    : loginAnswer(this, method, target, body,
			request.headers.accept ?? '');
		await deliver(request, response, reply, rule);
		this.inFlight--;
		entry.ms = Date.now() - entry.at;
		entry.status = reply.status;
	}

	/** @param {import('node:http').IncomingMessage} request
	 * @param {import('node:http').ServerResponse} response
	 * @param {string} target @param {Buffer} body */
	async serveApi(request, response, target, body) {
		const path = this.pathOf(target);
		const method = request.method ?? 'GET';
		const token = /^(?:bearer|token) +(\S+)$/i.exec(
		    request.headers.authorization ?? '')?.[1] ?? '';
		const found = route(method, path.split('?')[0]);
		const entry = this.begin({ method, path: path || target, token,
		    sent: body.length, endpoint: found ? `${method} ${
			found.route.path}` : `${method} ${path || target}` });
		this.trouble.watch(method, path, token);
		const rule = this.trouble.take(method, path, token);
		if (rule?.delay)
			await sleep(rule.delay);
		await rule?.until;
		const reply = await this.reply(request, { entry, found, body,
		    path, token, rule });
		if (rule?.late)
			await sleep(rule.late);
		this.trouble.remember(token, reply.status, reply.headers);
		await deliver(request, response, reply, rule);
		this.inFlight--;
		entry.ms = Date.now() - entry.at;
		entry.status = reply.status;
		entry.bytes = reply.data.length;
		entry.rule = Boolean(rule);
	}

	/** The path of a request below the base path, '' if it is not there.
	 * GraphQL lies beside REST. @param {string} target */
	pathOf(target) {
		if (target === `${this.basePath.replace(/\/v3$/, '')}/graphql`)
			return graphql.path;
		return target.startsWith(`${this.basePath}/`)
		    ? target.slice(this.basePath.length) : '';
	}

	/** @param {{method: string, path: string, token: string, sent: number,
	 *     endpoint: string}} what @returns {Entry} */
	begin(what) {
		this.inFlight++;
		this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
		const entry = { n: this.log.length, at: Date.now(), ms: 0,
		    status: 0, bytes: 0, rule: false, inFlight: this.inFlight,
		    body: undefined, ...what };
		this.log.push(entry);
		return entry;
	}

	/**
	 * @param {import('node:http').IncomingMessage} request
	 * @param {{entry: Entry, found: Found|null, body: Buffer, path: string,
	 *     token: string, rule: import('./trouble.mjs').Rule|null}} what
	 * @returns {Promise<Reply>}
	 */
	async reply(request, { entry, found, body, path, token, rule }) {
		const key = found
		    ? `${found.route.method} ${found.route.path}` : '';
		const instead = rule && this.trouble.answerOf(rule);
		/** @type {import('./rest.mjs').Answer} */
		let answer;
		if (instead && !rule.after) {
			answer = { status: instead.status, json: instead.body };
		} else {
			answer = await this.answer(request, { entry, found,
			    body, path, token, media: rule?.media });
			if (rule && answer.json !== undefined)
				answer.json = spoil(rule, answer.json);
			if (rule?.bytes && answer.data !== undefined)
				answer.data = rule.bytes(
				    Buffer.from(answer.data));
		}
		if (instead)
			answer = { status: instead.status, json: instead.body };
		const reply = this.finish(request, answer, token,
		    found?.route === graphql ? 'graphql' : 'core');
		Object.assign(reply.headers, instead?.headers);
		if (this.checks && found && found.route !== graphql)
			this.mismatch('answer', `${entry.method} ${
			    entry.path} ${reply.status}`, this.checks.answer(key,
			    reply.status, reply.headers['content-type'] ?? '',
			    reply.data));
		return reply;
	}

	/**
	 * @param {import('node:http').IncomingMessage} request
	 * @param {{entry: Entry, found: Found|null, body: Buffer, path: string,
	 *     token: string, media?: string}} what
	 * @returns {Promise<import('./rest.mjs').Answer>}
	 */
	async answer(request, { entry, found, body, path, token, media }) {
		try {
			const query = new URLSearchParams(path.split('?')[1]);
			const json = parseBody(body);
			entry.body = json;
			if (this.checks)
				this.mismatch('request', `${entry.method} ${
				    entry.path}`, this.checkRequest(request,
				    found, query, json));
			const who = this.admit(request, found, token);
			if (!found)
				throw notFound();
			return await found.route.handle({ fake: this, who,
			    repo: /** @type {Repository} */ (
				this.repositoryOf(found)), p: found.p, query,
			    body: json ?? {},
			    media: media ?? mediaOf(request),
			    url: this.urls.api + path.split('?')[0] });
		} catch (e) {
			if (!(e instanceof Problem))
				throw e;
			return { status: e.status, json: { message: e.message,
			    ...e.more, documentation_url:
				found?.route.doc ?? documentation,
			    status: String(e.status) } };
		}
	}

	/** @param {import('node:http').IncomingMessage} request
	 * @param {Found|null} found @param {URLSearchParams} query
	 * @param {any} body */
	checkRequest(request, found, query, body) {
		if (found?.route === graphql)
			return this.checks?.query(String(body?.query)) ?? [];
		const key = found ? `${found.route.method} ${found.route.path}`
		    : `${request.method} ${request.url}`;
		return this.checks?.request(key, { query, body,
		    type: request.headers['content-type'] ?? '' }) ?? [];
	}

	/** @param {Found} found */
	repositoryOf({ p }) {
		return this.repositories.get(`${p.owner}/${p.repo}`
		    .toLowerCase());
	}

	/** Who asks, if that may be.
	 * @param {import('node:http').IncomingMessage} request
	 * @param {Found|null} found @param {string} token
	 * @returns {Token} */
	admit(request, found, token) {
		if (!request.headers['user-agent'])
			throw new Problem(403, 'Request forbidden by ' +
			    'administrative rules. Please make sure your ' +
			    'request has a User-Agent header');
		const who = this.tokens.get(token);
		if (!who && request.headers.authorization !== undefined)
			throw new Problem(401, 'Bad credentials');
		const right = found?.route.right ?? 'none';
		if (right !== 'none' && right !== 'points')
			this.spend(token);
		if (!who && (right === 'login' || right === 'points'))
			throw new Problem(401, 'Requires authentication');
		if (right === 'read' || right === 'write') {
			if (!who || who.right === 'none' ||
			    !found || !this.repositoryOf(found))
				throw notFound();
			if (right === 'write' && who.right !== 'write')
				throw new Problem(403, 'Resource not ' +
				    'accessible by personal access token');
		}
		return who ?? { ...this.login(), token: '', right: 'none' };
	}

	/** @param {string} token */
	spend(token) {
		const rate = this.rateOf(token);
		if (rate.used >= rate.limit)
			throw new Problem(403, 'API rate limit exceeded for ' +
			    'user ID 1.');
		rate.used++;
	}

	/** Takes a point, if one is left: so much costs a query without
	 * connections. @param {string} token */
	spendPoint(token) {
		const rate = this.rateOf(token, 'graphql');
		if (rate.used >= rate.limit)
			return false;
		rate.used++;
		return true;
	}

	/** An answer with GitHub's headers.
	 * @param {import('node:http').IncomingMessage} request
	 * @param {import('./rest.mjs').Answer} answer @param {string} token
	 * @param {string} resource
	 * @returns {Reply} */
	finish(request, answer, token, resource) {
		const rate = this.rateOf(token, resource);
		let { status = 200 } = answer;
		let data = Buffer.from(answer.json === undefined
		    ? answer.data ?? '' : JSON.stringify(answer.json));
		/** @type {Record<string, string>} */
		const headers = { server: 'github.com',
		    'content-type': answer.type ??
			'application/json; charset=utf-8',
		    'cache-control': 'private, max-age=60, s-maxage=60',
		    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP',
		    'x-github-media-type': `github.v3; ${answer.type
			? 'param=raw' : 'format=json'}`,
		    'x-github-api-version-selected': '2022-11-28',
		    'x-github-request-id': randomBytes(10).toString('hex')
			.toUpperCase(), ...answer.headers };
		if (request.method === 'GET' && status === 200) {
			headers.etag = answer.etag ?? `W/"${createHash('sha256')
			    .update(data).digest('hex')}"`;
			if (sameTag(request.headers['if-none-match'],
			    headers.etag)) {
				status = 304;
				rate.used = Math.max(0, rate.used - 1);
			}
		}
		if (status === 204 || status === 304) {
			data = Buffer.alloc(0);
			delete headers['content-type'];
		}
		Object.assign(headers, { 'x-ratelimit-resource': resource,
		    'x-ratelimit-limit': String(rate.limit),
		    'x-ratelimit-used': String(rate.used),
		    'x-ratelimit-remaining': String(Math.max(0,
			rate.limit - rate.used)),
		    'x-ratelimit-reset': String(rate.reset) });
		return { status, headers, data };
	}
}

/** @typedef {{route: import('./rest.mjs').Route,
 *     p: Record<string, string>}} Found */

/** What is no endpoint of REST. @type {import('./rest.mjs').Route} */
const graphql = { method: 'post', path: '/graphql', right: 'points',
    doc: 'https://docs.github.com/graphql', names: [],
    pattern: /^\/graphql$/, handle: answerQuery };

/** @param {string} method @param {string} path
 * @returns {Found|null} */
function route(method, path) {
	if (method === 'POST' && path === graphql.path)
		return { route: graphql, p: {} };
	for (const each of routes) {
		const m = each.method === method.toLowerCase() &&
		    each.pattern.exec(path);
		if (!m)
			continue;
		try {
			return { route: each, p: Object.fromEntries(
			    each.names.map((name, n) => [name,
				decodeURIComponent(m[n + 1])])) };
		} catch {
			return null; // not percent-encoding
		}
	}
	return null;
}

/** @param {Buffer} body */
function parseBody(body) {
	if (body.length === 0)
		return undefined;
	try {
		return JSON.parse(body.toString('utf8'));
	} catch {
		throw new Problem(400, 'Problems parsing JSON');
	}
}

/** @param {import('node:http').IncomingMessage} request */
function mediaOf(request) {
	const named = /application\/vnd\.github\.(?:v3\.)?(raw|sha|object)\b/;
	return named.exec(request.headers.accept ?? '')?.[1] ?? 'json';
}

/** @param {string|undefined} wanted @param {string} tag */
function sameTag(wanted, tag) {
	const bare = (/** @type {string} */ t) => t.trim().replace(/^W\//, '');
	return wanted !== undefined && wanted.split(',').some((t) =>
	    bare(t) === bare(tag));
}

/** @param {Partial<Login>} who @param {number} n @returns {Login} */
function fullLogin({ login = 'usera', id, name, email }, n) {
	return { login, id: id ?? 4711 + n, name: name ?? login,
	    email: email ?? `${login}@example.com` };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {Reply} reply @param {import('./trouble.mjs').Rule|null} rule
 */
async function deliver(request, response, { status, headers, data }, rule) {
	const zip = data.length > 1000 &&
	    /\bgzip\b/.test(String(request.headers['accept-encoding']));
	const bytes = zip ? gzipSync(data) : data;
	const all = { ...headers, ...(zip ? { 'content-encoding': 'gzip' }
	    : status === 204 || status === 304 ? {}
		: { 'content-length': String(bytes.length) }) };
	if (rule?.hang)
		return;
	if (rule?.cut === undefined || rule.cut === false) {
		response.writeHead(status, all);
		response.end(request.method === 'HEAD' ? undefined : bytes);
		return;
	}
	const n = rule.cut === true ? bytes.length >> 1 : rule.cut;
	if (n > 0) {
		response.writeHead(status, all);
		await new Promise((done) => response.write(
		    bytes.subarray(0, n), done));
		await sleep(5); // lest the reset overtakes what was sent
	}
	response.socket?.resetAndDestroy();
}

/**
 * /_fake/: GET state, log?since=N; POST misbehave (a rule), behave,
 * lag (owner, name, and a Lag), rate, hook, plan, repositories, commit
 * (owner, name, and what Repository.commit takes), redeliver {id}, reset
 * (forget log and mismatches), received/OWNER/NAME (git's hook).
 * @param {Fake} fake @param {string} method @param {string} what
 * @param {Buffer} body
 * @returns {Promise<any>} undefined: no such thing
 */
async function control(fake, method, what, body) {
	const [name, query] = what.split('?');
	if (name.startsWith('received/')) {
		await fake.repositories.get(name.slice(9).toLowerCase())
		    ?.received(body.toString('utf8'));
		return {};
	}
	if (method === 'GET')
		return view(fake, name, new URLSearchParams(query));
	const given = body.length ? JSON.parse(body.toString('utf8')) : {};
	const repo = () => {
		const [first] = fake.repositories.values();
		return given.owner || given.name ? fake.repositories.get(
		    `${given.owner ?? fake.login().login}/${given.name}`
			.toLowerCase()) ?? first : first;
	};
	/** @type {Record<string, () => any>} */
	const verbs = {
		misbehave: () => fake.misbehave(given),
		behave: () => fake.behave(),
		lag: () => repo().setLag(given),
		rate: () => fake.setRate(given),
		hook: () => fake.setHook(given).id,
		plan: () => fake.hooks.forEach((h) => h.setPlan(given)),
		repositories: async () =>
		    (await fake.createRepository(given)).fullName,
		commit: () => repo().commit(given),
		redeliver: () => fake.hooks.forEach((hook) => hook.deliveries
		    .filter((d) => d.id === given.id)
		    .forEach((d) => hook.redeliver(d))),
		reset: () => {
			fake.log.length = fake.mismatches.length =
			    fake.early.length = fake.maxInFlight = 0;
		},
	};
	return Object.hasOwn(verbs, name)
	    ? { ok: true, result: await verbs[name]() ?? null } : undefined;
}

/** @param {Fake} fake @param {string} name @param {URLSearchParams} query */
async function view(fake, name, query) {
	if (name === 'log')
		return fake.log.slice(Number(query.get('since') ?? 0));
	if (name !== 'state')
		return undefined;
	const heads = await Promise.all([...fake.repositories.values()].map(
	    async (r) => [r.fullName, await r.head()]));
	return { requests: fake.log.length, counts: fake.counts(),
	    maxInFlight: fake.maxInFlight, early: fake.early,
	    checked: fake.checks !== null, mismatches: fake.mismatches,
	    heads: Object.fromEntries(heads),
	    deliveries: fake.hooks.flatMap((h) => h.deliveries.map(
		({ payload, ...rest }) => rest)) };
}

/** @param {ConstructorParameters<typeof Fake>[0]} options */
export async function startFake(options = {}) {
	return new Fake(options).start();
}

/** Files of a folder, for a first commit. @param {string} dir
 * @returns {Record<string, Buffer>} */
export function filesOf(dir, prefix = '') {
	/** @type {Record<string, Buffer>} */
	const files = {};
	for (const entry of readdirSync(dir, { withFileTypes: true })) {
		const path = join(dir, entry.name);
		if (entry.isDirectory())
			Object.assign(files, filesOf(path,
			    `${prefix}${entry.name}/`));
		else if (entry.isFile())
			files[prefix + entry.name] = readFileSync(path);
	}
	return files;
}

const usage = `fake.mjs [--port N] [--dir FOLDER] [--base-path PATH]
    [--repository OWNER/NAME] [--branch NAME] [--files FOLDER]
    [--token TOKEN[:none|read|write]]... [--webhook-url URL]
    [--webhook-secret SECRET] [--content-type json|form]`;

async function main() {
	const { values } = parseArgs({ options: {
		port: { type: 'string', default: '0' },
		dir: { type: 'string' },
		'base-path': { type: 'string', default: '' },
		repository: { type: 'string', default: 'usera/vault' },
		branch: { type: 'string', default: 'main' },
		files: { type: 'string' },
		token: { type: 'string', multiple: true,
		    default: ['write-token:write'] },
		'webhook-url': { type: 'string' },
		'webhook-secret': { type: 'string' },
		'content-type': { type: 'string', default: 'json' },
		help: { type: 'boolean' },
	} });
	if (values.help) {
		console.log(usage);
		return;
	}
	const [owner, name] = values.repository.split('/');
	const tokens = Object.fromEntries(values.token.map((t) =>
	    t.includes(':') ? t.split(':') : [t, 'write']));
	const fake = await startFake({ port: Number(values.port), tokens,
	    dir: values.dir, basePath: values['base-path'],
	    logins: [{ login: owner }] });
	const repo = await fake.createRepository({ owner, name,
	    branch: values.branch, files: values.files
		? filesOf(values.files) : { 'README.md': '# Vault\n' } });
	if (values['webhook-url'])
		fake.addHook({ url: values['webhook-url'],
		    secret: values['webhook-secret'],
		    contentType: values['content-type'] });
	console.log([`GITHUB_API_URL=${fake.urls.api}`,
	    `GITHUB_TOKEN=${Object.keys(tokens)[0]}`, `GITHUB_OWNER=${owner}`,
	    `GITHUB_REPO=${name}`, `GITHUB_BRANCH=${values.branch}`,
	    `# git clone ${repo.git.dir}`].join('\n'));
	for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
		process.on(signal, () => fake.stop().then(() =>
		    process.exit(0)));
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	await main();
