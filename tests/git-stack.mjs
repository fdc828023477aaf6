// @ts-check
// git-stack: the settings that put a whole system (stack.mjs) beside a fake
// GitHub, and a browser without a screen that logs in there.
//
//	stack = await startStack({ env: gitSettings(fake) });
//
//	stack = await startStack({ env: { ...oauthSettings(fake),
//	    CODEX_ALLOWED_USERS: 'usera' } });
//	const browser = new Visitor(stack);
//	await browser.login('usera');
//	assert.equal((await browser.go('/codex')).status, 200);

import assert from 'node:assert/strict';
import { readAnswer } from './stack.mjs';

/** @typedef {import('./github/fake.mjs').Fake} Fake */
/** @typedef {import('./stack.mjs').Stack} Stack */

/**
 * Sync with usera/vault when told, and never for want of anything better to
 * do: no polling, no least time between two presses of the button.
 * @param {Pick<Fake, 'urls'>} fake @param {Record<string, string>} more
 * @returns {Record<string, string>}
 */
export const gitSettings = (fake, more = {}) => ({
	GITHUB_API_URL: fake.urls.api, GITHUB_TOKEN: 'write-token',
	GITHUB_OWNER: 'usera', GITHUB_REPO: 'vault', SYNC_POLL_MS: '600000',
	SYNC_LAG_MS: '400', SYNC_MIN_MS: '0', ...more,
});

/**
 * Log in with GitHub; addresses may ask as often as they like, as a test of the
 * doors fails more often in a minute than strangers may (guest.h).
 * @param {Pick<Fake, 'urls'|'app'>} fake
 * @returns {Record<string, string>}
 */
export const oauthSettings = (fake) => ({
	GITHUB_OAUTH_CLIENT_ID: fake.app.clientId,
	GITHUB_OAUTH_CLIENT_SECRET: fake.app.clientSecret,
	GITHUB_OAUTH_URL: fake.urls.html, GITHUB_API_URL: fake.urls.api,
	CODEX_LIMITS: 'off',
});

/** A browser without a screen: it keeps cookies, and follows nothing. */
export class Visitor {
	/** @type {Map<string, string>} */
	cookies = new Map();

	/**
	 * @param {Stack} stack
	 * @param {(kind: string, secret: string) => void} learn hears each
	 *     cookie, state and code that the visitor gets
	 */
	constructor(stack, learn = () => {}) {
		this.stack = stack;
		this.learn = learn;
	}

	/** @param {string} path @param {RequestInit & {json?: any}} init */
	async go(path, init = {}) {
		const cookie = this.cookie;
		const answer = await this.stack.fetch(path, { ...init, headers: {
		    ...(cookie ? { Cookie: cookie } : {}),
		    .../** @type {Record<string, string>} */ (init.headers) } });
		const set = answer.headers.getSetCookie();
		for (const line of set)
			this.keep(line);
		return { ...await readAnswer(answer), set,
		    to: answer.headers.get('location') ?? '' };
	}

	/** @param {string} line of Set-Cookie */
	keep(line) {
		const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
		if (/Max-Age=0/.test(line)) {
			this.cookies.delete(name);
		} else {
			this.cookies.set(name, value);
			this.hear('cookie', value);
		}
	}

	/** @param {string} kind @param {string|null} secret */
	hear(kind, secret) {
		if (secret)
			this.learn(kind, secret);
	}

	/** All cookies, as a header's value. */
	get cookie() {
		return [...this.cookies].map(([k, v]) => `${k}=${v}`).join('; ');
	}

	get session() {
		return this.cookies.get('__Host-cm_session') ?? '';
	}

	/** Go to GitHub's page. @param {string} query */
	async begin(query = '') {
		const answer = await this.go(`/auth/login${query}`);
		assert.equal(answer.status, 302, answer.text);
		const page = new URL(answer.to);
		this.hear('state', page.searchParams.get('state'));
		return page;
	}

	/** Fill in GitHub's page; return where it leads back to.
	 * @param {URL} page @param {string} login */
	async answer(page, login, decision = 'authorize') {
		const answer = await fetch(page, { method: 'POST',
		    redirect: 'manual', body: new URLSearchParams({
		    ...Object.fromEntries(page.searchParams), login,
		    decision }) });
		const back = new URL(answer.headers.get('location') ?? '');
		assert.equal(back.origin, this.stack.url);
		this.hear('code', back.searchParams.get('code'));
		return back.pathname + back.search;
	}

	/** Go the whole way; return the callback's answer.
	 * @param {string} login */
	async login(login, query = '') {
		return this.go(await this.answer(await this.begin(query),
		    login));
	}
}

/**
 * Return a visitor who is logged in.
 * @param {Stack} stack @param {string} login
 * @param {(kind: string, secret: string) => void} [learn]
 */
export async function enter(stack, login, learn) {
	const visitor = new Visitor(stack, learn);
	const answer = await visitor.login(login);
	assert.equal(answer.status, 302, answer.text);
	assert.notEqual(visitor.session, '');
	return visitor;
}
