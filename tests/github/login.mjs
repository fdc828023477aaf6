// @ts-check
// login: GitHub's pages for people that log in to somebody's site ("Web
// application flow"): the page that asks them, and the token for the code.
//
//	GET  /login/oauth/authorize     a form: who, authorize or cancel
//	POST /login/oauth/authorize     back to the site
//	POST /login/oauth/access_token
//
// Everybody in fake.logins can be chosen, and any other name by `login`.
// Rules of trouble.mjs hold here, too.  `fake.app` is the one OAuth app;
// fake.app.asked is what sites have asked for, oldest first.

import { createHash, randomBytes } from 'node:crypto';

/**
 * @typedef {{clientId: string, clientSecret: string, redirect: string,
 *     asked: Record<string, string>[], codes: Map<string, Grant>}} App
 *     redirect: what may come before the rest of a redirect_uri ("": anything)
 * @typedef {{login: string, redirect: string, challenge: string}} Grant
 * @typedef {{status: number, headers: Record<string, string>,
 *     data: Buffer}} Reply
 */

/** @returns {App} */
export const newApp = () => ({ clientId: 'Iv1.0123456789abcdef',
    clientSecret: 'the-secret-of-the-app', redirect: '', asked: [],
    codes: new Map() });

/** @param {string} text */
const escape = (text) => text.replace(/[&<>"']/g, (c) =>
    `&#${c.charCodeAt(0)};`);

/** @param {number} status @param {string} type @param {string} text
 * @param {Record<string, string>} headers @returns {Reply} */
const reply = (status, type, text, headers = {}) => ({ status,
    headers: { server: 'github.com', 'content-type': type,
	'cache-control': 'no-store', ...headers }, data: Buffer.from(text) });

/** @param {string} text */
const page = (text, status = 200) => reply(status, 'text/html; charset=utf-8',
    `<!doctype html><title>Fake GitHub</title>${text}`);

/** @param {any} json */
const json = (json, status = 200) => reply(status,
    'application/json; charset=utf-8', JSON.stringify(json));

/**
 * The answer to a request for one of these pages.
 * @param {import('./fake.mjs').Fake} fake @param {string} method
 * @param {string} path with its query @param {Buffer} body
 * @param {string} accept
 * @returns {Reply}
 */
export function loginAnswer(fake, method, path, body, accept) {
	const [where, query] = path.split('?');
	const form = Object.fromEntries(new URLSearchParams(
	    body.toString('utf8')));
	const asked = Object.fromEntries(new URLSearchParams(query));
	if (where === '/login/oauth/authorize' && method === 'GET')
		return askPerson(fake, asked);
	if (where === '/login/oauth/authorize' && method === 'POST')
		return sendBack(fake, form);
	if (where === '/login/oauth/access_token' && method === 'POST')
		return tokenAnswer(fake, { ...asked, ...form }, accept);
	return page('<h1>404</h1>', 404);
}

/** @param {import('./fake.mjs').Fake} fake
 * @param {Record<string, string>} asked */
function askPerson(fake, asked) {
	fake.app.asked.push(asked);
	if (asked.client_id !== fake.app.clientId ||
	    !asked.redirect_uri?.startsWith(fake.app.redirect))
		return page('<h1>404</h1>', 404);
	const hidden = Object.entries(asked).map(([name, value]) =>
	    `<input type="hidden" name="${escape(name)}" value="${
		escape(value)}">`);
	const people = fake.logins.map(({ login }) =>
	    `<option>${escape(login)}</option>`);
	return page(`<h1>Authorize</h1><form method="post">${hidden.join('')}
	    <select name="login">${people.join('')}</select>
	    <button name="decision" value="authorize">Authorize</button>
	    <button name="decision" value="cancel">Cancel</button></form>`);
}

/** @param {import('./fake.mjs').Fake} fake
 * @param {Record<string, string>} form */
function sendBack(fake, form) {
	const url = new URL(form.redirect_uri);
	if (form.decision === 'cancel') {
		url.searchParams.set('error', 'access_denied');
		url.searchParams.set('error_description',
		    'The user has denied your application access.');
	} else {
		const code = randomBytes(10).toString('hex');
		fake.app.codes.set(code, { login: form.login,
		    redirect: form.redirect_uri,
		    challenge: form.code_challenge_method === 'S256'
			? form.code_challenge : '' });
		url.searchParams.set('code', code);
	}
	if (form.state !== undefined)
		url.searchParams.set('state', form.state);
	return reply(302, 'text/html', '', { location: url.href });
}

/** A code serves once. @param {import('./fake.mjs').Fake} fake
 * @param {Record<string, string>} form @param {string} accept */
function tokenAnswer(fake, form, accept) {
	const { app } = fake;
	const grant = app.codes.get(form.code);
	const known = form.client_id === app.clientId;
	const wrong = !known || form.client_secret !== app.clientSecret
	    ? 'incorrect_client_credentials'
	    : !grant || hashOf(form.code_verifier) !== grant.challenge
		? 'bad_verification_code'
		: form.redirect_uri !== grant.redirect
		    ? 'redirect_uri_mismatch' : '';
	if (known)
		app.codes.delete(form.code);
	/** @type {Record<string, string>} */
	const answer = wrong || !grant
	    ? { error: wrong, error_description: 'No.',
		error_uri: 'https://docs.github.com/' }
	    : { access_token: tokenOf(fake, grant.login), scope: '',
		token_type: 'bearer' };
	return accept.includes('application/json') ? json(answer)
	    : reply(200, 'application/x-www-form-urlencoded',
		new URLSearchParams(answer).toString());
}

/** @param {import('./fake.mjs').Fake} fake @param {string} login */
function tokenOf(fake, login) {
	const token = `gho_${randomBytes(18).toString('hex')}`;
	fake.addToken(token, 'none', login);
	return token;
}

/** @param {string} [verifier] of PKCE; without one there is no challenge */
function hashOf(verifier) {
	return verifier ? createHash('sha256').update(verifier)
	    .digest('base64url') : '';
}
