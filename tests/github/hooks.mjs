// @ts-check
// hooks: one webhook and its deliveries.  A delivery is what GitHub sends:
// body as JSON or form, signed with the secret, 10 s for an answer, never
// sent again by itself, nothing over 25 MB.
//
// A plan makes deliveries as unreliable as GitHub's can be (seeded):
//	off        none is sent
//	delay      ms before each, or [from, to]
//	drop       probability that one is lost
//	duplicate  probability that one is sent twice (same id)
//	reorder    probability that one is held back, up to `spread` ms (300)

import { createHmac, randomInt, randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { seeded } from './trouble.mjs';

/** What X-Hub-Signature-256 says of a body, or X-Hub-Signature with sha1.
 * @param {string} secret @param {string|Buffer} body */
export const signature = (secret, body, kind = 'sha256') =>
    `${kind}=${createHmac(kind, secret).update(body).digest('hex')}`;

const largest = 25 * 1024 * 1024;

/**
 * @typedef {{off?: boolean, delay?: number|[number, number], drop?: number,
 *     duplicate?: number, reorder?: number, spread?: number,
 *     seed?: number}} Plan
 * @typedef {{id: string, event: string, action: string, payload: any,
 *     at: number, sent: {at: number, ms: number, status: number,
 *     body: string}[], lost: string}} Delivery
 *     status 0: no answer; lost: why it was not sent, or ''
 */

export class Hook {
	/**
	 * @param {{url: string, secret?: string, contentType?: string,
	 *     events?: string[], plan?: Plan}} options
	 *     contentType: json or form (as at GitHub the default)
	 */
	constructor({ url, secret, contentType = 'form',
	    events = ['push', 'pull_request'], plan = {} }) {
		this.id = randomInt(1e6, 1e9);
		this.url = url;
		this.secret = secret;
		this.contentType = contentType;
		this.events = events;
		this.active = true;
		/** @type {Delivery[]} */
		this.deliveries = [];
		/** @type {Set<Promise<any>>} */
		this.underway = new Set();
		this.plan = plan;
		this.random = seeded(plan.seed ?? 1);
	}

	/** @param {Plan} plan */
	setPlan(plan) {
		this.plan = plan;
		this.random = seeded(plan.seed ?? 1);
	}

	/** @param {string} event @param {any} payload */
	emit(event, payload) {
		if (event !== 'ping' && !this.events.includes(event))
			return;
		/** @type {Delivery} */
		const delivery = { id: randomUUID(), event,
		    action: payload.action ?? '', payload, at: Date.now(),
		    sent: [], lost: '' };
		this.deliveries.push(delivery);
		const { off, drop = 0, duplicate = 0 } = this.plan;
		const body = this.body(payload);
		// The same numbers are drawn whatever the plan.
		const [lost, twice] = [this.random(), this.random()];
		delivery.lost = off ? 'off' : lost < drop ? 'dropped'
		    : body.length > largest ? 'over 25 MB' : '';
		for (let n = 0; n < (twice < duplicate ? 2 : 1); n++) {
			const wait = this.wait();
			if (!delivery.lost)
				this.later(wait, delivery, body);
		}
	}

	wait() {
		const { delay = 0, reorder = 0, spread = 300 } = this.plan;
		const [from, to] = Array.isArray(delay) ? delay
		    : [delay, delay];
		const [a, b, c] = [this.random(), this.random(), this.random()];
		return from + a * (to - from) + (b < reorder ? c * spread : 0);
	}

	/** Sends a delivery once more, with its id.
	 * @param {Delivery} delivery */
	redeliver(delivery) {
		return this.later(0, delivery, this.body(delivery.payload));
	}

	/** Waits until nothing is under way. */
	async settled() {
		while (this.underway.size)
			await Promise.all(this.underway);
	}

	/** @param {any} payload */
	body(payload) {
		const text = JSON.stringify(payload);
		return Buffer.from(this.contentType === 'json' ? text
		    : new URLSearchParams({ payload: text }).toString());
	}

	/** @param {number} ms @param {Delivery} delivery
	 * @param {Buffer} body */
	async later(ms, delivery, body) {
		const work = (async () => {
			if (ms >= 1)
				await new Promise((done) =>
				    setTimeout(done, ms));
			await this.send(delivery, body);
		})();
		this.underway.add(work);
		await work;
		this.underway.delete(work);
	}

	/** @param {Delivery} delivery @param {Buffer} body */
	headers(delivery, body) {
		const secret = this.secret ?? '';
		return {
			Accept: '*/*', 'Content-Length': body.length,
			'Content-Type': this.contentType === 'json'
			    ? 'application/json'
			    : 'application/x-www-form-urlencoded',
			'User-Agent': 'GitHub-Hookshot/0a1b2c3',
			'X-GitHub-Delivery': delivery.id,
			'X-GitHub-Event': delivery.event,
			'X-GitHub-Hook-ID': String(this.id),
			'X-GitHub-Hook-Installation-Target-ID': '1',
			'X-GitHub-Hook-Installation-Target-Type': 'repository',
			...(secret ? { 'X-Hub-Signature':
				signature(secret, body, 'sha1'),
			    'X-Hub-Signature-256': signature(secret, body) }
			    : {}),
		};
	}

	/** @param {Delivery} delivery @param {Buffer} body
	 * @returns {Promise<void>} */
	send(delivery, body) {
		const sent = { at: Date.now(), ms: 0, status: 0, body: '' };
		delivery.sent.push(sent);
		const send = this.url.startsWith('https:') ? https.request
		    : http.request;
		return new Promise((done) => {
			const request = send(this.url, { method: 'POST',
			    agent: false, timeout: 10000,
			    headers: this.headers(delivery, body) });
			request.on('timeout', () => request.destroy());
			request.on('error', () => {}); // close follows
			request.on('close', () => {
				sent.ms = Date.now() - sent.at;
				done();
			});
			request.on('response', (answer) => {
				sent.status = answer.statusCode ?? 0;
				answer.on('data', (chunk) => {
					sent.body += chunk;
				});
			});
			request.end(body);
		});
	}

	lastResponse() {
		const last = this.deliveries.at(-1)?.sent.at(-1);
		if (!last?.status)
			return { code: null, status: 'unused', message: null };
		return last.status < 300 ? { code: last.status, status: 'active',
		    message: 'OK' } : { code: last.status, status:
		    'invalid_http_response',
		    message: `Invalid HTTP Response: ${last.status}` };
	}

	/** What a ping says of it. @param {string} api of the repository */
	shape(api) {
		const now = new Date().toISOString().replace(/\.\d+/, '');
		const url = `${api}/hooks/${this.id}`;
		return { type: 'Repository', id: this.id, name: 'web',
		    active: this.active, events: this.events,
		    config: { content_type: this.contentType, url: this.url,
			insecure_ssl: '0',
			...(this.secret ? { secret: '********' } : {}) },
		    updated_at: now, created_at: now, url,
		    test_url: `${url}/test`, ping_url: `${url}/pings`,
		    deliveries_url: `${url}/deliveries`,
		    last_response: this.lastResponse() };
	}
}
