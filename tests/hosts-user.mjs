// @ts-check
// hosts-user: one user with three devices, of which two read and write and one
// only looks, at whichever host they come to.  What they do and see is kept as
// the events of a history (history.mjs).

import assert from 'node:assert/strict';
import { request } from 'node:http';
import { ABSENT, DONE, HIDDEN } from './history.mjs';
import { sleep, tasksOf } from './stack.mjs';
import { now } from './store-watch.mjs';

/** @typedef {import('./history.mjs').Event} Event */
/** @typedef {{address: (host: number) => {host: string, port: number},
 *     cookie: (user: string) => string, events: Event[],
 *     created: import('./history.mjs').Created[], over: boolean,
 *     random: (n: number) => number,
 *     counts: Record<string, number>}} Site
 *     what all users share; random: a number below n */
/** @typedef {{stem: string, value: string, busy: number, isOver: boolean}}
 *     Task */

/** How long an answer is waited for: ms. */
const PATIENCE = 10000;
const MOST_TASKS = 5;
const origin = 'http://127.0.0.1:8080';

/** One request by a connection of its own, as hosts and links come and go.
 * @param {{host: string, port: number}} address
 * @param {string} method @param {string} path
 * @param {{json?: any, headers?: Record<string, string>}} more
 * @returns {Promise<{status: number, json: any, set: string[],
 *     cache: string}|null>} null: no answer */
function ask(address, method, path, { json, headers = {} }) {
	return new Promise((done) => {
		const on = request({ ...address, method, path, agent: false,
		    signal: AbortSignal.timeout(PATIENCE),
		    headers: { Host: '127.0.0.1:8080', ...headers,
			...(method === 'GET' ? {} : { Origin: origin,
			    'Content-Type': 'application/json' }) } },
		async (answer) => {
			try {
				let text = '';
				for await (const chunk of answer.setEncoding('utf8'))
					text += chunk;
				done({ status: answer.statusCode ?? 0,
				    json: answer.statusCode === 200
					? JSON.parse(text) : text,
				    set: answer.headers['set-cookie'] ?? [],
				    cache: String(answer.headers['x-cache']) });
			} catch {
				done(null);
			}
		});
		on.on('error', () => done(null));
		on.end(json === undefined ? undefined : JSON.stringify(json));
	});
}

class Device {
	/** @param {Site} site @param {string} user @param {string} name */
	constructor(site, user, name) {
		this.site = site;
		this.user = user;
		this.name = name;
		this.session = site.cookie(user);
		/** Until when there is each cookie of somebody who has written.
		 * @type {Map<string, number>} */
		this.marks = new Map();
	}

	/** @param {number} host @param {string} method @param {string} path
	 * @param {any} [json] @param {Record<string, string>} headers */
	async go(host, method, path, json, headers = {}) {
		const marks = [...this.marks].filter(([, until]) => now() < until)
		    .map(([name]) => `; ${name}=1`).join('');
		const answer = await ask(this.site.address(host), method, path,
		    { json, headers: { Cookie: this.session + marks, ...headers } });
		for (const line of answer?.set ?? []) {
			const [, name, age] =
			    /^(cm_\w+)=1;.*Max-Age=(\d+)/i.exec(line) ?? [];
			if (name)
				this.marks.set(name, now() + Number(age) * 1000);
		}
		// What one may meet where hosts and links fail.
		assert.ok(!answer || [200, 202, 404, 409].includes(answer.status) ||
		    answer.status >= 500,
		    `${method} ${path}: ${answer?.status} ${answer?.json}`);
		const kind = `${method} ${answer?.status ?? 'none'}`;
		this.site.counts[kind] = (this.site.counts[kind] ?? 0) + 1;
		// As long as a person needs to try once more.
		if (!answer || answer.status >= 500)
			await sleep(100 + this.site.random(200));
		return answer;
	}
}

export class User {
	/** @param {Site} site @param {string} name @param {number} hosts */
	constructor(site, name, hosts) {
		this.site = site;
		this.name = name;
		this.hosts = hosts;
		this.devices = ['a', 'b', 'looker'].map((device) =>
		    new Device(site, name, device));
		/** @type {Task[]} */
		this.tasks = [];
		this.count = 0;
	}

	anyHost = () => this.site.random(this.hosts);

	/** @param {'read'|'write'} op @param {Device} device @param {number} host
	 * @param {Task} task @param {string} value @param {number} from
	 * @param {Partial<Event>} more */
	note(op, device, host, task, value, from, more = {}) {
		/** @type {Event} */
		const event = { op, user: this.name, task: task.stem, host,
		    device: device.name, value, from,
		    to: op === 'read' ? now() : Infinity, ...more };
		this.site.events.push(event);
		return event;
	}

	/** One step, or two at once by two devices. */
	async step() {
		const { random } = this.site;
		const two = random(3) === 0;
		const first = random(3);
		await Promise.all([this.act(this.devices[first]),
		    ...(two ? [this.act(this.devices[(first + 1) % 3])] : [])]);
	}

	/** @param {Device} device */
	async act(device) {
		const { random } = this.site;
		const open = this.tasks.filter(({ isOver }) => !isOver);
		const task = open[random(open.length || 1)];
		const idle = open.find(({ busy }) => busy === 0);
		if (!task)
			return this.create(this.devices[0]);
		switch (device === this.devices[2] ? random(2) : random(8)) {
		case 0: case 1: case 2:
			return this.week(device, this.anyHost());
		case 3: case 4:
			return this.show(device, this.anyHost(), task);
		case 5: case 6:
			return this.change(device, this.anyHost(), task);
		}
		return open.length >= MOST_TASKS && idle
		    ? this.complete(device, this.anyHost(), idle)
		    : this.create(device);
	}

	/** Create a task: the same request again until it is acknowledged.
	 * @param {Device} device */
	async create(device) {
		const key = `${this.name}-${++this.count}`, from = now();
		while (!this.site.over) {
			const host = this.anyHost();
			const answer = await device.go(host, 'POST', '/api/tasks',
			    { kategorie: 'privat', title: key, tags: [key] },
			    { 'Idempotency-Key': key });
			if (answer?.status !== 200)
				continue;
			const stem = answer.json.filename.replace(/\.md$/, '');
			const task = { stem, value: key, busy: 0, isOver: false };
			this.note('write', device, host, task, key, from,
			    { to: now() });
			this.tasks.push(task);
			this.site.created.push({ user: this.name, key,
			    number: stem.slice(0, 4) });
			return;
		}
	}

	/** @param {Device} device @param {number} host @param {Task} task */
	async change(device, host, task) {
		const value = `${this.name}-${++this.count}`;
		const event = this.note('write', device, host, task, value, now());
		task.busy++;
		const answer = await device.go(host, 'PATCH', `/api/tasks/${
		    encodeURIComponent(task.stem)}`, { tags: [value] });
		task.busy--;
		if (answer?.status === 200)
			event.to = now();
	}

	/** Nothing else is written into a task from then on.
	 * @param {Device} device @param {number} host @param {Task} task */
	async complete(device, host, task) {
		task.isOver = true;
		const event = this.note('write', device, host, task, DONE, now());
		const answer = await device.go(host, 'POST', `/api/tasks/${
		    encodeURIComponent(task.stem)}/complete`,
		    { datum: '23.11.2026', zeit: 'abends' });
		if (answer?.status === 200)
			event.to = now();
	}

	/** @param {Device} device @param {number} host @param {Task} task
	 * @returns {Promise<boolean>} there was an answer */
	async show(device, host, task) {
		const from = now();
		const answer = await device.go(host, 'GET', `/api/tasks/${
		    encodeURIComponent(task.stem)}`);
		if (answer?.status !== 200 && answer?.status !== 404)
			return false;
		const shown = answer.json.task;
		const value = answer.status === 404 ? ABSENT
		    : shown.status !== 'offen' ? DONE : shown.tags[0];
		this.note('read', device, host, task, value, from,
		    { strong: true });
		return true;
	}

	/** @param {Device} device @param {number} host
	 * @returns {Promise<boolean>} there was an answer */
	async week(device, host) {
		const from = now();
		// Of those that are over the latest: there will be many.
		const tasks = this.tasks.filter(({ isOver }, i) =>
		    !isOver || i >= this.tasks.length - 2 * MOST_TASKS);
		const answer = await device.go(host, 'GET', '/codex');
		if (answer?.status !== 200)
			return false;
		const shown = new Map(tasksOf(answer.json).map((task) =>
		    [task.file.replace(/\.md$/, ''),
			/** @type {any} */ (task).tags[0]]));
		for (const task of tasks)
			this.note('read', device, host, task,
			    shown.get(task.stem) ?? HIDDEN, from,
			    { warned: answer.cache === 'stale' });
		return true;
	}
}
