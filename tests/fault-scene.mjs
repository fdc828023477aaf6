// @ts-check
// fault-scene: a store, a run folder, and requests of which each meets one
// fault: a call of the system that fails or kills (strace), an allocation
// that fails (failmalloc.c).  Programs are called with -1, as CGI scripts.
//
//	const desk = new Desk();
//	const answer = desk.call(requests.update, { fault: ['strace', ...] });
//	desk.check(requests.update, answer);
//	desk.end();
//
// A request says what the store looks like when it was acknowledged; the rest
// of what is checked holds for all: an answer is right or an error that says
// "later"; no week is shown that the files do not give.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync,
    rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signature } from './github/hooks.mjs';
import { random } from './malformed.mjs';
import { cleanEnv, long, plainBuild, taskFile, tasksOf } from './stack.mjs';

/** A failure can be had again by it. */
export const seed = Number(process.env.T_SEED || Date.now() % 100000);
const choices = random(seed);

/**
 * A part of what could be tried: all with --long, else one of `every`.
 * @template T @param {T[]} all @param {number} every @returns {T[]}
 */
export const some = (all, every) => long ? all
    : all.filter(() => choices.n(every) === 0);

const base = 'http://127.0.0.1:8080';
const secret = 's3cret';
const when = { datum: '23.11.2026', zeit: 'abends' };
const now = Date.parse('2026-11-23T11:00:00Z');

/** What the store has before each request. */
const old = { '0000-Brot.md': 'Brot', '0001-Milch.md': 'Milch',
    '0002-Eier.md': 'Eier' };

/** What programs make in an empty run folder. */
const tables = ['generations', 'looks', 'metrics', 'rates', 'guests'];

/** How a program ends that gives up: no memory, or it could not start (78;
 * 127: not even the loader could). */
const givenUp = [70, 78, 127];

/**
 * One request, and what it does.
 * @typedef {{name: string, program: string, env: Record<string, string>,
 *     input: string, good: number[], isDone: (desk: Desk) => boolean,
 *     isWhole?: (desk: Desk) => void}} Wish
 * @typedef {{status: number, exit: number|null, body: string,
 *     log: string, head: string}} Answer
 *     status: 0 if none came
 * @typedef {{fault?: string[], env?: Record<string, string>,
 *     store?: string}} How
 *     fault: what stands before the program
 */

/** @param {string} method @param {string} uri @param {any} json
 * @param {Record<string, string>} headers */
const ask = (method, uri, json, headers = {}) => ({
	env: { REQUEST_METHOD: method, REQUEST_URI: uri, HTTP_ORIGIN: base,
	    CONTENT_TYPE: 'application/json', ...headers },
	input: json ? JSON.stringify(json) : '',
});

const delivery = JSON.stringify({ ref: 'refs/heads/main',
    before: 'a'.repeat(40), after: 'b'.repeat(40), created: false,
    deleted: false, forced: false, repository: { full_name: 'usera/vault' },
    commits: [{ id: 'b'.repeat(40), modified: [], removed: [],
	added: ['codex-miroir/usera/tasks/0009-Neu.md'] }], head_commit: null });

/** Files of a title. @param {Desk} desk @param {string} title */
const titled = (desk, title) => Object.values(desk.tasks())
    .filter((text) => text.includes(`\n# ${title}\n`));

/** The one request that a test names. @type {Record<string, Wish>} */
export const requests = Object.fromEntries(/** @type {Wish[]} */ ([
	{ name: 'create', program: 'codex-create', good: [200],
	    ...ask('POST', '/api/tasks', { kategorie: 'privat', title: 'Neu' }),
	    isDone: (desk) => titled(desk, 'Neu').length > 0 },
	{ name: 'create with a key', program: 'codex-create', good: [200],
	    ...ask('POST', '/api/tasks', { kategorie: 'privat', title: 'Neu' },
		{ HTTP_IDEMPOTENCY_KEY: 'k1' }),
	    isDone: (desk) => titled(desk, 'Neu').length > 0,
	    isWhole: (desk) => assert.ok(titled(desk, 'Neu').length <= 1,
		'one key made two tasks') },
	{ name: 'update', program: 'codex-update', good: [200],
	    ...ask('PATCH', '/api/tasks/0001', { deadline: '24.12.2026' }),
	    isDone: (desk) => desk.tasks()['0001-Milch.md']
		.includes('deadline: 24.12.2026') },
	{ name: 'complete', program: 'codex-complete', good: [200],
	    ...ask('POST', '/api/tasks/0001/complete', when),
	    isDone: (desk) => desk.tasks()['0001-Milch.md']
		.includes('status: abgeschlossen') },
	{ name: 'delete', program: 'codex-update', good: [200],
	    ...ask('DELETE', '/api/tasks/0001', null),
	    isDone: (desk) => desk.tasks()['0001-Milch.md']
		.includes('status: abgebrochen') },
	{ name: 'webhook', program: 'codex-webhook', good: [200, 202],
	    env: { REQUEST_METHOD: 'POST', REQUEST_URI: '/github/webhook',
		CONTENT_TYPE: 'application/json', HTTP_X_GITHUB_EVENT: 'push',
		CONTENT_LENGTH: String(delivery.length),
		HTTP_X_HUB_SIGNATURE_256: signature(secret, delivery) },
	    input: delivery,
	    isDone: (desk) => existsSync(join(desk.store, 'pending/usera')) },
]).map((wish) => [wish.name, wish]));

/** Of an answer that has a head. @param {string} out */
function parse(out) {
	const at = out.indexOf('\r\n\r\n');
	return { head: out.slice(0, at), body: out.slice(at + 4),
	    status: at < 0 ? 0
		: Number(/^Status: (\d+)/m.exec(out)?.[1] ?? 200) };
}

export class Desk {
	/** @param {string} [dir] a folder for it, instead of one of its own */
	constructor(dir) {
		this.dir = dir ?? mkdtempSync(join(tmpdir(), 'cm-fault-'));
		this.store = join(this.dir, 'store');
		this.run = join(this.dir, 'run');
		this.first = join(this.dir, 'first');
		/** What was built of these files. @type {Map<string, any>} */
		this.weeks = new Map();
		this.fill();
	}

	/** Makes the store that each request begins with. */
	fill() {
		const top = join(this.store, 'raw/usera/tasks');
		mkdirSync(top, { recursive: true });
		const import_ = join(this.dir, 'vault');
		const from = join(import_, 'codex-miroir/usera/tasks');
		mkdirSync(from, { recursive: true });
		for (const [file, title] of Object.entries(old))
			spawnSync('tee', [join(from, file)], {
			    input: taskFile({ kategorie: 'privat' },
				`# ${title}\n`) });
		const done = spawnSync(join(plainBuild, 'codex-import'),
		    [import_], { env: this.env() });
		assert.equal(done.status, 0, String(done.stderr));
		this.week();
		cpSync(this.store, this.first, { recursive: true,
		    preserveTimestamps: true });
	}

	/** As it was in the beginning.
	 * @param {boolean} first with an empty run folder, whose tables the
	 *     next program makes; that is half of what it does */
	again(first = false) {
		rmSync(this.store, { recursive: true });
		cpSync(this.first, this.store, { recursive: true,
		    preserveTimestamps: true });
		for (const name of existsSync(this.run)
		    ? readdirSync(this.run) : [])
			if (name !== 'sync.bell' &&
			    (first || !tables.includes(name)))
				rmSync(join(this.run, name),
				    { recursive: true });
	}

	/** @returns {Record<string, string>} */
	env(store = this.store) {
		return cleanEnv({ CODEX_STORE: `fs:${store}`, CODEX_RUN: this.run,
		    CODEX_BASE_URL: base, CODEX_AUTH: 'local:usera',
		    CODEX_NOW: String(now - Date.now()), GITHUB_OWNER: 'usera',
		    GITHUB_REPO: 'vault', GITHUB_TOKEN: 'write-token',
		    GITHUB_WEBHOOK_SECRET: secret, SYNC_WAIT_MS: '50' });
	}

	/** @param {string} program and its options
	 * @param {Record<string, string>} env @param {string} input
	 * @param {How} how @returns {Answer} */
	cgi(program, env, input, { fault = [], env: more = {}, store } = {}) {
		const [name, ...options] = program.split(' ');
		const line = [...fault, join(plainBuild, name), ...options, '-1'];
		const ended = spawnSync(line[0], line.slice(1), { input,
		    env: { ...this.env(store), ...env, ...more },
		    encoding: 'utf8', timeout: 60000 });
		assert.notEqual(/** @type {any} */ (ended.error)?.code,
		    'ETIMEDOUT', `${line.join(' ')} hangs`);
		return { ...parse(ended.stdout), log: ended.stderr,
		    exit: ended.signal ? null : ended.status };
	}

	/** @param {Wish} wish @param {How} how */
	call(wish, how = {}) {
		return this.cgi(wish.program, wish.env, wish.input, how);
	}

	/** The week as a page gets it: from the artifact if that is good.
	 * @returns {any} */
	week(store = this.store) {
		const env = { REQUEST_METHOD: 'GET', REQUEST_URI: '/codex' };
		let answer = this.cgi('codex-render', env, '', { store });
		const on = /^X-Accel-Redirect: (\S+)/m.exec(answer.head);
		if (on)
			answer = this.cgi('codex-render --build',
			    { ...env, DOCUMENT_URI: on[1] }, '', { store });
		assert.equal(answer.status, 200, answer.body + answer.log);
		return JSON.parse(answer.body);
	}

	/** The same, made of the files alone. */
	rebuilt() {
		const files = JSON.stringify(this.tasks());
		const known = this.weeks.get(files);
		if (known)
			return known;
		const copy = join(this.dir, 'copy');
		rmSync(copy, { recursive: true, force: true });
		cpSync(this.store, copy, { recursive: true,
		    preserveTimestamps: true });
		rmSync(join(copy, 'artifacts'), { recursive: true,
		    force: true });
		const week = this.week(copy);
		this.weeks.set(files, week);
		return week;
	}

	/** Texts by file name. @returns {Record<string, string>} */
	tasks() {
		const top = join(this.store, 'raw/usera/tasks');
		return Object.fromEntries(readdirSync(top).map((name) =>
		    [name, readFileSync(join(top, name), 'utf8')]));
	}

	/** No other task has changed, and none is half. @param {Wish} wish */
	checkFiles(wish) {
		for (const [file, text] of Object.entries(this.tasks())) {
			assert.match(text, /^---\ntyp: task\n[^]*\n---\n+# .*\n$/,
			    `${file} is half`);
			if (file === '0000-Brot.md')
				assert.match(text, /status: offen/, file);
		}
		for (const file of Object.keys(old))
			assert.ok(this.tasks()[file], `${file} is gone`);
		wish.isWhole?.(this);
	}

	/** What is shown is what is stored. */
	checkWeek() {
		const [shown, real] = [this.week(), this.rebuilt()];
		assert.deepEqual(tasksOf(shown), tasksOf(real));
		assert.deepEqual(shown.problems, real.problems);
		assert.deepEqual(shown.problems, []);
	}

	/** After the start of any program no rest is left. */
	checkRests() {
		const rests = readdirSync(join(this.store, '.tmp'));
		assert.deepEqual(rests, [], 'rests in .tmp');
		for (const name of readdirSync(this.run))
			assert.match(name, /^(generations|looks|metrics|rates|guests|locks|tickets|sync\.bell|limit-[0-9a-f]+)$/);
	}

	/**
	 * What must be so after a request that met a fault: right after it, and
	 * after it was sent again.
	 * @param {Wish} wish @param {Answer} answer
	 * @param {{atOnce?: boolean}} how
	 *     atOnce: what was stored is shown before it is sent again, as a
	 *     new token could be put
	 */
	check(wish, answer, { atOnce = true } = {}) {
		const ended = answer.exit === 0;
		const said = `${answer.exit} ${answer.status} ${answer.body}${
		    answer.log}`;
		if (wish.good.includes(answer.status))
			assert.ok(wish.isDone(this), `acknowledged, lost: ${said}`);
		else if (answer.status !== 0)
			assert.equal(answer.status, 503, said);
		if (answer.status === 503)
			assert.match(answer.head, /^Retry-After: \d/m);
		if (answer.exit !== null && !ended)
			assert.ok(givenUp.includes(answer.exit), said);
		this.checkFiles(wish);
		// A death in between may leave a write that nobody was told of.
		if (ended && atOnce)
			this.checkWeek();

		const second = this.call(wish);
		assert.ok(wish.good.includes(second.status),
		    `again: ${second.status} ${second.body}${second.log}`);
		assert.ok(wish.isDone(this), 'done again, lost');
		this.checkFiles(wish);
		this.checkWeek();
		this.checkRests();
	}

	end() {
		rmSync(this.dir, { recursive: true, force: true });
	}
}
