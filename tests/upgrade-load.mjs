// @ts-check
// upgrade-load: people who work while a package comes and goes (29-package.sh).
//
//	node tests/upgrade-load.mjs HOST REPORT COOKIE...
//
// Each cookie is a user: creates a task, looks at the week until TERM comes, and a
// visitor without one loads the page with all of its files.  REPORT then gets
// {requests, failed: [...], missing: [...]}: what was not answered 200, and
// titles that were, and are not in the list once.

import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

const [, , host, report, ...cookies] = process.argv;
let stopped = false;
let requests = 0;
/** @type {string[]} */
const failed = [];
/** @type {string[]} */
const missing = [];

process.on('SIGTERM', () => {
	stopped = true;
});

/** One request, after what a person takes at least, on a connection of its own: a kept one may end just as it is
 * used, which a browser repeats by itself.
 * @param {string} method @param {string} path @param {object} [headers]
 * @param {object} [body] @returns {Promise<string>} "" if it failed */
async function ask(method, path, headers = {}, body = undefined) {
	await pause(20);
	const began = Date.now();
	requests++;
	return new Promise((resolve) => {
		/** @param {string} why */
		const fail = (why) => {
			failed.push(`${method} ${path}: ${why} after ` +
			    `${Date.now() - began} ms`);
			resolve('');
		};
		const sent = request({ host: '127.0.0.1', servername: host,
		    port: 443, agent: false, method, path,
		    rejectUnauthorized: false, timeout: 60000,
		    headers: { host, ...headers } }, (answer) => {
			let text = '';
			answer.setEncoding('utf8');
			answer.on('data', (part) => {
				text += part;
			});
			answer.on('error', (e) => fail(e.message));
			answer.on('end', () => {
				if (answer.statusCode === 200)
					resolve(text);
				else
					fail(`${answer.statusCode} ${text}`);
			});
		});
		sent.on('timeout', () => sent.destroy(new Error('timeout')));
		sent.on('error', (e) => fail(e.message));
		sent.end(body && JSON.stringify(body));
	});
}

/** @param {string} cookie @param {number} user */
async function work(cookie, user) {
	const headers = { cookie, origin: `https://${host}`,
	    'content-type': 'application/json' };
	/** @type {string[]} */
	const titles = [];
	for (let i = 0; !stopped; i++) {
		const title = `Last ${user} ${process.pid} ${i}`;
		const made = await ask('POST', '/api/tasks', headers,
		    { kategorie: 'privat', title });
		if (made)
			titles.push(title);
		for (let look = 0; look < 4 && !stopped; look++)
			await ask('GET', '/codex', headers);
	}
	const list = await ask('GET', '/api/tasks', headers);
	missing.push(...titles.filter((title) =>
	    list.split(`"title":"${title}"`).length !== 2));
}

async function browse() {
	while (!stopped) {
		const page = await ask('GET', '/');
		for (const [, path] of page.matchAll(/"(\/v\/[^"]+)"/g))
			if (!stopped)
				await ask('GET', path);
	}
}

await Promise.all([browse(), ...cookies.map(work)]);
writeFileSync(report, JSON.stringify({ requests, failed, missing }));
