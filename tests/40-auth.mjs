// @ts-check
// group: auth
// Logging in with GitHub, as a browser and as somebody with bad intentions
// does it: against the fake's login page, through nginx.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync,
    renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { launchChromium } from './browser.mjs';
import { Visitor, enter as enterStack, gitSettings, oauthSettings }
    from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { sessionCookie } from './session.mjs';
import { build, callProgram, environOf, readAnswer, secretsOf, sleep, slow,
    startStack, taskFile, until, vaultPath, within } from './stack.mjs';

const room = mkdtempSync(join(tmpdir(), 'cm-auth-'));
const list = join(room, 'allowed');
const keys = join(room, 'site.key');
const everybody = 'usera, UserB\n4900 # by his number\nnoch-nie\n';
const hour = 3600e3;

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** What must be in no log. @type {Set<string>} */
const secrets = new Set();

before(async () => {
	fake = await startFake({ logins: [{ login: 'usera', id: 4711 },
	    { login: 'userb', id: 4712 }, { login: 'Nummer', id: 4900 },
	    { login: 'fremd', id: 4999 }, { login: 'noch-nie', id: 5000 }] });
	await fake.createRepository({ files: {
	    [vaultPath('0001-Brot.md', 'userA')]: taskFile({}, '# Brot von A\n'),
	    [vaultPath('0002-Milch.md', 'userA')]: taskFile({}, '# Milch von A\n'),
	    [vaultPath('0003-Salz.md', 'userb')]: taskFile({}, '# Salz von B\n'),
	    [vaultPath('0004-Tee.md', 'noch-nie')]: taskFile({}, '# Tee\n') } });
	writeFileSync(list, everybody);
	stack = await startStack({ env: settings() });
});
after(async () => {
	await stack.stop();
	await fake.stop();
	rmSync(room, { recursive: true, force: true });
});

const settings = () => ({
	...gitSettings(fake), ...oauthSettings(fake),
	CODEX_ALLOWED_USERS: list, CODEX_KEY_FILE: keys,
});

/** @param {string} _kind @param {string} secret */
const learn = (_kind, secret) => secrets.add(secret);

/** Somebody at `stack` whose secrets must be in no log. */
class Browser extends Visitor {
	constructor() {
		super(stack, learn);
	}
}

/** Somebody who is logged in. @param {string} login */
const enter = (login) => enterStack(stack, login, learn);

/** A page that says what went wrong, and nobody is logged in.
 * @param {Awaited<ReturnType<Browser['go']>>} answer @param {Browser} browser
 * @param {number} status @param {RegExp} sentence */
function refused(answer, browser, status, sentence) {
	assert.equal(answer.status, status, answer.text);
	assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
	assert.match(answer.headers.get('content-security-policy') ?? '',
	    /default-src 'none'.*trusted-types codex/);
	assert.match(answer.text, sentence);
	assert.match(answer.text, /href="\/auth\/login\?return=/);
	assert.equal(answer.to, '');
	assert.equal(browser.session, '');
	assert.equal(browser.cookies.has('__Host-cm_login'), false);
	assert.ok(answer.set.some((line) =>
	    line.startsWith('__Host-cm_login=; Max-Age=0; ')));
	assert.ok(!answer.set.some((line) =>
	    line.startsWith('__Host-cm_session=')));
}

// The way in

test('a login asks GitHub for no scope', async () => {
	const browser = new Browser();
	const page = await browser.begin();
	assert.equal(page.origin + page.pathname,
	    `${fake.urls.html}/login/oauth/authorize`);
	const asked = Object.fromEntries(page.searchParams);
	assert.deepEqual(Object.keys(asked).sort(), ['client_id',
	    'code_challenge', 'code_challenge_method', 'redirect_uri', 'state']);
	assert.equal(asked.redirect_uri, `${stack.url}/auth/callback`);
	assert.equal(asked.code_challenge_method, 'S256');
	const again = await browser.begin();
	for (const name of ['state', 'code_challenge'])
		assert.notEqual(again.searchParams.get(name), asked[name]);
	const old = await browser.go('/auth/github');
	assert.equal(old.status, 302, 'the address that it had once');
	assert.equal(new URL(old.to ?? '').searchParams.get('client_id'),
	    asked.client_id);
	const [ticket] = (await browser.go('/auth/login')).set;
	assert.match(ticket, /^__Host-cm_login=[\w-]+; Max-Age=600; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
	assert.ok(!ticket.includes(asked.state));
});

test('a login gives a sealed cookie that works', async () => {
	const browser = new Browser();
	const answer = await browser.login('usera', '?return=/codex');
	assert.equal(answer.status, 302, answer.text);
	assert.equal(answer.to, `${stack.url}/codex`);
	assert.equal(answer.set.length, 3, answer.set.join('\n'));
	const cookie = answer.set.find((line) => line.includes('session')) ?? '';
	assert.match(cookie, /^__Host-cm_session=[\w-]+; Max-Age=\d+; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
	assert.ok(!/usera|4711/.test(Buffer.from(browser.session,
	    'base64url').toString('latin1')));
	assert.match(answer.headers.get('cache-control') ?? '', /no-/);
	const marks = [answer, await new Browser().login('usera')].map(({ set }) =>
	    set.find((line) => line.startsWith('cm_mark=')) ?? '');
	for (const mark of marks)
		assert.match(mark, /^cm_mark=[\d.]+; Max-Age=\d+; Path=\/; Secure; SameSite=Strict$/);
	assert.notEqual(marks[0], marks[1]);

	const me = await browser.go('/auth/me');
	assert.equal(me.status, 200);
	assert.equal(me.json.userId, 'usera');
	assert.equal(me.json.login, 'usera');
	assert.equal(me.json.id, 4711);
	assert.equal(me.json.auth, 'github');
	assert.match(me.json.expires, /^\d{4}-.*Z$/);
	assert.equal((await browser.go('/codex')).json.userId, 'usera');
});

test('the file of the keys alone makes no session', async () => {
	const { CODEX_KEY_SECRET } = secretsOf(stack.workers('codex-tasks')[0]);
	assert.match(CODEX_KEY_SECRET, /^[0-9a-f]{64}$/);
	const show = (/** @type {string} */ cookie) => stack.plainly('GET',
	    '/codex', { Cookie: cookie });
	const who = { user: 'usera', id: 4711 };
	assert.equal((await show(sessionCookie(keys, who))).status, 200);
	const other = join(room, 'other.key');
	copyFileSync(keys, other);
	for (const secret of ['', CODEX_KEY_SECRET.slice(1)]) {
		writeFileSync(`${other}.secret`, secret);
		assert.equal((await show(sessionCookie(other, who))).status, 401);
	}
});

test('a login may be listed by its number',
    async () => {
	const browser = await enter('Nummer');
	assert.equal((await browser.go('/auth/me')).json.userId, 'nummer');
	assert.equal(readFileSync(join(stack.data ?? '',
	    'state/nummer/githubId.txt'), 'utf8'), '4900\n');
});

test('the way back stays within the site', async () => {
	/** @type {Record<string, string>} */
	const ways = { '/codex?x=1%262': '/codex?x=1&2', '/%23task-7': '/#task-7',
	    '%2Fcodex': '/codex', '/%C3%A4': '/%C3%A4', '/%2525': '/%25' };
	for (const trick of ['', '//evil.example', '/%2Fevil.example',
	    '%2F%2Fevil.example', '/%5Cevil.example', '/\\evil.example',
	    'https://evil.example/', 'https:evil.example', 'javascript:alert(1)',
	    'evil.example', '/%09/evil.example', '/%0d%0aX-Evil:%201',
	    '/%0A/evil.example', '%20//evil.example', '/%00', '@evil.example',
	    '.evil.example', '/%ff', `/${'a'.repeat(1001)}`])
		ways[trick] = trick === '/%00' ? '/%00' : '/';
	for (const [wanted, way] of Object.entries(ways)) {
		const browser = new Browser();
		const answer = await browser.login('usera',
		    `?return=${wanted}`);
		assert.equal(answer.status, 302, wanted);
		assert.equal(answer.to, stack.url + way, wanted);
		assert.equal(new URL(answer.to).origin, stack.url);
		assert.equal(answer.headers.get('x-evil'), null);
	}
	// Nor does anything else of the address decide it.
	const browser = new Browser();
	const back = await browser.answer(await browser.begin(), 'usera');
	const answer = await browser.go(`${back}&return=//evil.example&` +
	    'redirect_uri=//evil.example');
	assert.equal(answer.to, `${stack.url}/`);
});

// What does not get in

test('a callback with a wrong state is refused', async () => {
	const other = await new Browser().begin();
	for (const change of [(/** @type {URLSearchParams} */ q) =>
	    q.set('state', 'x'), (/** @type {URLSearchParams} */ q) =>
	    q.set('state', ''), (/** @type {URLSearchParams} */ q) =>
	    q.delete('state'), (/** @type {URLSearchParams} */ q) =>
	    q.set('state', q.get('state') + '0'),
	    (/** @type {URLSearchParams} */ q) => q.set('state',
		other.searchParams.get('state') ?? '')]) {
		const browser = new Browser();
		const back = new URL(await browser.answer(await browser.begin(),
		    'usera'), stack.url);
		change(back.searchParams);
		const asked = fake.mark();
		refused(await browser.go(back.pathname + back.search), browser,
		    400, /gehört nicht zu der Anmeldung/);
		assert.deepEqual(fake.counts(asked), {});
	}
});

test('the code of another browser is refused', async () => {
	const thief = new Browser(), victim = new Browser();
	const back = await thief.answer(await thief.begin(), 'userb');
	// Without a login of his own, with one, and with one's own state.
	refused(await victim.go(back), victim, 400, /nicht in diesem Browser/);
	const page = await victim.begin();
	refused(await victim.go(back), victim, 400, /gehört nicht/);
	await victim.begin();
	const mixed = new URL(back, stack.url);
	const own = await victim.begin();
	mixed.searchParams.set('state', own.searchParams.get('state') ?? '');
	refused(await victim.go(mixed.pathname + mixed.search), victim, 400,
	    /nicht bestätigt/);
	assert.ok(page);
});

test('a replayed callback is refused', async () => {
	const browser = new Browser();
	const back = await browser.answer(await browser.begin(), 'usera');
	const kept = new Map(browser.cookies);
	assert.equal((await browser.go(back)).status, 302);
	const again = new Browser();
	refused(await again.go(back), again, 400, /nicht in diesem Browser/);
	// Even if somebody had both the address and the ticket.
	again.cookies = new Map(kept);
	refused(await again.go(back), again, 400, /schon benutzt/);
});

test('a ticket is good for one answer, even a refusal', async () => {
	for (const decision of ['authorize', 'cancel', 'nonsense']) {
		const browser = new Browser();
		const page = await browser.begin();
		const kept = new Map(browser.cookies);
		if (decision === 'nonsense')
			assert.equal((await browser.go('/auth/callback?code=x&' +
			    `state=${page.searchParams.get('state')}`)).status,
			400);
		else
			await browser.go(await browser.answer(page, 'usera',
			    decision));
		// A fresh code of GitHub's, for that same ticket.
		const back = await browser.answer(page, 'usera');
		const thief = new Browser();
		thief.cookies = kept;
		refused(await thief.go(back), thief, 400, /schon benutzt/);
	}
});

test('a changed, missing or expired ticket is refused',
    async () => {
	const browser = new Browser();
	const back = await browser.answer(await browser.begin(), 'usera');
	const ticket = browser.cookies.get('__Host-cm_login') ?? '';
	for (const at of [0, 20, 40, ticket.length - 1]) {
		const other = ticket[at] === 'A' ? 'B' : 'A';
		const thief = new Browser();
		thief.cookies.set('__Host-cm_login', ticket.slice(0, at) + other +
		    ticket.slice(at + 1));
		refused(await thief.go(back), thief, 400, /nicht in diesem/);
	}
	const user = await enter('userb');
	const thief = new Browser();
	thief.cookies.set('__Host-cm_login', user.session);
	refused(await thief.go(back), thief, 400, /nicht in diesem/);
	const old = await program('codex-auth', 'GET', back, {
	    HTTP_COOKIE: `__Host-cm_login=${ticket}`, CODEX_NOW: '600001' });
	assert.equal(old.status, 400);
	assert.match(old.text, /abgelaufen/);
	assert.equal((await browser.go(back)).status, 302);
});

test('a login cancelled at GitHub is told so', async () => {
	const browser = new Browser();
	const back = await browser.answer(await browser.begin(
	    '?return=/codex'), 'usera', 'cancel');
	const answer = await browser.go(back);
	refused(answer, browser, 403, /bei GitHub abgebrochen/);
	assert.match(answer.text, /href="\/auth\/login\?return=\/codex"/);
	// A refusal needs its state, too.
	refused(await browser.go('/auth/callback?error=access_denied'), browser,
	    400, /nicht in diesem Browser/);
});

test('text of an address is never markup of the page', async () => {
	const browser = new Browser();
	const page = await browser.begin('?return=/"><script>alert(1)</script>');
	const state = page.searchParams.get('state');
	const answer = await browser.go(`/auth/callback?state=${state}&error=` +
	    '<script>&error_description=<script>alert(1)</script>');
	refused(answer, browser, 502, /GitHub hat die Anmeldung abgelehnt/);
	assert.ok(!answer.text.includes('<script'));
});

test('a login without a good answer of GitHub is refused',
    async () => {
	const token = { path: '/login/oauth/access_token' };
	const user = { path: '/user', method: 'GET' };
	const cases = [
		{ ...token, status: 200, body: { error:
		    'bad_verification_code' }, is: 400, says: /nicht bestätigt/ },
		{ ...token, status: 200, body: { error:
		    'incorrect_client_credentials' }, is: 502, says: /abgelehnt/ },
		{ ...token, status: 200, body: {}, is: 502, says: /verstehen/ },
		{ ...token, status: 200, body: 'nonsense', is: 502,
		    says: /verstehen/ },
		{ ...token, status: 500, is: 502, says: /nicht bearbeiten/ },
		{ ...token, status: 503, is: 502, says: /nicht bearbeiten/ },
		{ ...token, status: 404, is: 502, says: /nicht bearbeiten/ },
		{ ...token, status: 429, is: 503, says: /Pause/ },
		{ ...token, cut: true, is: 502, says: /nicht zu erreichen/ },
		{ ...token, cut: 0, is: 502, says: /nicht zu erreichen/ },
		{ ...token, hang: true, is: 504, says: /nicht rechtzeitig/ },
		{ ...user, status: 500, is: 502, says: /nicht bearbeiten/ },
		{ ...user, status: 401, is: 502, says: /nicht bearbeiten/ },
		// On a kept connection it may be asked again.
		{ ...user, cut: 0, times: 2, is: 502,
		    says: /nicht zu erreichen/ },
		{ ...user, status: 200, body: { login: 'usera' }, is: 502,
		    says: /verstehen/ },
		{ ...user, status: 200, body: { login: 'usera', id: '4711' },
		    is: 502, says: /verstehen/ },
		{ ...user, delay: 5500, is: 504, says: /nicht rechtzeitig/ },
	];
	for (const { is, says, ...rule } of cases) {
		const browser = new Browser();
		const back = await browser.answer(await browser.begin(),
		    'usera');
		fake.misbehave(rule);
		const began = Date.now();
		const answer = await browser.go(back);
		const what = JSON.stringify(rule);
		assert.equal(answer.status, is, `${what} ${answer.text}`);
		refused(answer, browser, is, says);
		assert.ok(Date.now() - began < 10000, what);
		assert.equal(answer.headers.has('retry-after'), is === 503);
		fake.behave();
	}
	// What the fake answered here was on purpose.
	fake.mismatches.length = 0;
});

test('a user off the list is refused by name', async () => {
	const browser = new Browser();
	refused(await browser.login('fremd'), browser, 403,
	    /„fremd“ ist hier nicht freigeschaltet/);
	assert.equal(existsSync(join(stack.data ?? '', 'state/fremd')), false);
	assert.equal(existsSync(join(stack.data ?? '', 'pending/fremd')), false);
});

test('a login that comes with another number is refused and reported',
    async () => {
	await enter('userb');
	const own = fake.login('userb');
	const id = own.id;
	own.id = 6666;
	const mark = stack.mark();
	try {
		const browser = new Browser();
		refused(await browser.login('userb'), browser, 403,
		    /gehört hier schon jemand anderem/);
	} finally {
		own.id = id;
	}
	await until(() => /level=warning msg="request refused" .*userb.*6666/.test(stack.log.slice(mark)),
	    2000, 'the report');
	assert.equal(readFileSync(join(stack.data ?? '',
	    'state/userb/githubId.txt'), 'utf8'), '4712\n');
});

test('a renamed GitHub account is another user', async () => {
	const person = fake.login('Nummer');
	person.login = 'neuer-name'; // listed by his number
	try {
		const browser = await enter('neuer-name');
		assert.equal((await browser.go('/auth/me')).json.userId,
		    'neuer-name');
	} finally {
		person.login = 'Nummer';
	}
});

test('a login that cannot be a folder is refused', async () => {
	fake.logins.push({ ...fake.login('fremd'), login: 'Bot[x]', id: 7777 });
	const browser = new Browser();
	refused(await browser.login('Bot[x]'), browser, 403,
	    /passt zu keinem Ordner/);
	fake.logins.pop();
});

// The way out

test('logging out is a POST of our own page', async () => {
	const browser = await enter('usera');
	const session = browser.session;
	for (const method of ['GET', 'HEAD']) {
		const answer = await browser.go('/auth/logout', { method });
		assert.equal(answer.status, 405);
		assert.equal(answer.headers.get('allow'), 'POST');
	}
	/** @type {Record<string, string>[]} */
	const foreign = [{ Origin: 'https://evil.example' },
	    { Origin: 'null' }, { 'Sec-Fetch-Site': 'cross-site' },
	    { 'Sec-Fetch-Site': 'same-site' }];
	for (const headers of foreign)
		assert.equal((await browser.go('/auth/logout', { method: 'POST',
		    json: {}, headers })).status, 403);
	assert.equal((await browser.go('/auth/logout', { method: 'POST',
	    body: 'everywhere=true', headers: { 'Content-Type':
		'application/x-www-form-urlencoded' } })).status, 415);
	for (const json of [[], 7, { everywhere: 'true' }])
		assert.equal((await browser.go('/auth/logout', { method: 'POST',
		    json })).status, 400, JSON.stringify(json));
	assert.equal(browser.session, session);
	assert.equal((await browser.go('/auth/me')).status, 200);

	// It ends on the server, not in that browser alone.
	const thief = new Browser(), laptop = await enter('usera');
	thief.cookies = new Map(browser.cookies);
	const answer = await browser.go('/auth/logout', { method: 'POST',
	    json: {} });
	assert.deepEqual(answer.json, { ok: true });
	assert.equal((await thief.go('/auth/me')).status, 401);
	assert.equal((await laptop.go('/auth/me')).status, 200);
	assert.match(answer.set[0], /^__Host-cm_session=; Max-Age=0; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
	assert.equal((await browser.go('/auth/me')).status, 401);
	// A second time, without a session.
	assert.equal((await browser.go('/auth/logout', { method: 'POST',
	    json: {} })).status, 200);
	assert.equal((await browser.go('/auth/logout', { method: 'POST',
	    json: { everywhere: true } })).status, 401);
});

test('logging out everywhere ends every session of that user alone',
    async () => {
	const [phone, laptop, other] = [await enter('usera'),
	    await enter('usera'), await enter('userb')];
	assert.equal((await phone.go('/auth/logout', { method: 'POST',
	    json: { everywhere: true } })).status, 200);
	assert.equal((await laptop.go('/codex')).status, 401);
	assert.equal((await other.go('/codex')).status, 200);
	assert.equal((await (await enter('usera')).go('/codex')).status, 200);
});

// Every address, for everybody who may not

/** @type {[string, string, any?][]} method, path, body */
const addresses = [
	['GET', '/codex'], ['GET', '/codex?nocache=true'], ['HEAD', '/codex'],
	['GET', '/api/tasks'], ['GET', '/api/tasks/0001'],
	['GET', '/api/tasks/0001-Brot'], ['GET', '/api/sync'],
	['GET', '/api/week'],
	['POST', '/api/tasks', { kategorie: 'arbeit', title: 'Neu' }],
	['PUT', '/api/tasks/0001', { tags: ['fremd'] }],
	['PATCH', '/api/tasks/0001', { tags: ['fremd'] }],
	['DELETE', '/api/tasks/0001', {}],
	['POST', '/api/tasks/0001/complete', { datum: '01.12.2026',
	    zeit: 'morgens' }],
	['POST', '/api/tasks/0001/resolve', { take: 'mine' }],
	['POST', '/api/preview', { kategorie: 'arbeit', title: 'Neu' }],
	['POST', '/sync', {}], ['GET', '/sync'], ['GET', '/auth/me'],
	['GET', '/api/tokens'],
	['POST', '/api/tokens', { name: 'fremd', access: 'write' }],
	['DELETE', '/api/tokens/0001000100010001', {}],
	['POST', '/auth/logout', { everywhere: true }],
];

test('the table has every route of every program', () => {
	const folder = new URL('../fcgi/', import.meta.url);
	const open = ['/auth/login', '/auth/github', '/auth/callback',
	    '/github/webhook', '/metrics', '/readyz'];
	let found = 0;
	for (const file of readdirSync(folder)) {
		const text = readFileSync(new URL(file, folder), 'utf8');
		for (const [, method, path] of text.matchAll(
		    /^ *\{"([A-Z]+)", "([^"]+)",\s+(?!SERVE_OPEN, NULL)/gm)) {
			found++;
			assert.ok(open.includes(path) || addresses.some(
			    ([verb, address]) => verb === method &&
			    new RegExp(`^${path.replace('{id}', '[^/]+')}$`)
				.test(address)), `${method} ${path}`);
		}
	}
	assert.ok(found >= 20, String(found));
});

/** Who has this session gets that status everywhere, and hears nothing.
 * @param {string} session @param {number} status @param {string} code */
async function keptOut(session, status, code, some = addresses) {
	for (const [method, path, json] of some) {
		const answer = await readAnswer(await stack.fetch(path, {
		    method, ...(json ? { body: JSON.stringify(json) } : {}),
		    headers: session
			? { Cookie: `__Host-cm_session=${session}` } : {} }));
		const what = `${method} ${path} ${session.slice(0, 8)}`;
		assert.equal(answer.status, status, `${what} ${answer.text}`);
		assert.equal(answer.headers.get('set-cookie'), null, what);
		if (method === 'HEAD')
			continue;
		assert.equal(answer.json.code, code, what);
		assert.ok(!/Brot|Milch|Salz|usera|userb/.test(answer.text), what);
	}
}

/** Each worker looks by itself for other keys and another list, at most once a
 * second.  That second is the rule, and no worker tells that it has looked. */
const looked = () => sleep(1100);

/** What a user has, byte by byte. @param {string} user */
const stored = (user) => Object.fromEntries(Object.entries(stack.tree())
    .filter(([key]) => key.startsWith(`raw/${user}/`)));

/** Waits for the first sync. @param {Browser} browser @param {number} n */
async function fetched(browser, n) {
	await until(async () => (await browser.go('/api/tasks')).json.tasks
	    ?.length === n, 8000, 'the first sync');
	await until(async () => (await browser.go('/api/sync')).json.state ===
	    'ok', 8000, 'the end of it');
}

test('without a session every address says 401', async () => {
	const before = stack.tree();
	await keptOut('', 401, 'nicht_angemeldet');
	for (const junk of ['x', 'A'.repeat(200), 'A'.repeat(4096), '%00', '""'])
		await keptOut(junk, 401, 'nicht_angemeldet', addresses.slice(0, 4));
	assert.deepEqual(stack.tree(), before);
});

test('no cookie but the one of that name is a session', async () => {
	const { session } = await enter('usera');
	for (const cookie of [`other__Host-cm_session=${session}`,
	    `__host-cm_session=${session}`, `session=${session}`,
	    `__Host-cm_login=${session}`, `__Host-cm_session =${session}`,
	    `a="; __Host-cm_session=x"; b=__Host-cm_session=${session}`]) {
		const answer = await stack.get('/codex', { Cookie: cookie });
		assert.equal(answer.status, 401, cookie.slice(0, 30));
	}
	assert.equal((await stack.get('/codex', { Cookie:
	    `a=b; __Host-cm_session=${session}; c=d` })).status, 200);
});

test('a session with any bit changed is refused', async () => {
	const { session } = await enter('usera');
	const bytes = Buffer.from(session, 'base64url');
	const flipped = (/** @type {number} */ bit) => {
		const copy = Buffer.from(bytes);
		copy[bit >> 3] ^= 1 << (bit & 7);
		return copy.toString('base64url');
	};
	const before = stack.tree();
	for (let bit = 0; bit < bytes.length * 8; bit++) {
		const answer = await stack.get('/auth/me', { Cookie:
		    `__Host-cm_session=${flipped(bit)}` });
		assert.equal(answer.status, 401, `bit ${bit}`);
	}
	for (let bit = 3; bit < bytes.length * 8; bit += 301)
		await keptOut(flipped(bit), 401, 'nicht_angemeldet');
	for (const other of [session.slice(0, -1), session.slice(1),
	    `${session}A`, `${session}=`, session + session])
		await keptOut(other, 401, 'nicht_angemeldet', addresses.slice(0, 2));
	assert.deepEqual(stack.tree(), before);
	assert.equal((await stack.get('/auth/me', { Cookie:
	    `__Host-cm_session=${session}` })).status, 200);
});

test('a task of another user is answered like a missing one', async () => {
	const a = await enter('usera'), b = await enter('userb');
	await fetched(a, 2);
	await fetched(b, 1);
	const mine = stored('usera');
	for (const [method, path, json] of addresses) {
		if (!path.includes('0001'))
			continue;
		const init = { method, ...(json ? { json } : {}) };
		const theirs = await b.go(path, init);
		const nobodys = await b.go(path.replace('0001', '0999'), init);
		assert.equal(theirs.status, 404, `${method} ${path}`);
		assert.equal(theirs.text.replaceAll('0999', '0001'),
		    nobodys.text.replaceAll('0999', '0001'));
		assert.deepEqual([...theirs.headers.keys()],
		    [...nobodys.headers.keys()]);
	}
	for (const path of ['/codex', '/api/tasks', '/api/sync', '/api/tokens',
	    '/api/week', '/auth/me'])
		assert.ok(!/von A|usera/.test((await b.go(path)).text), path);
	assert.deepEqual(stored('usera'), mine);
});

test('a token of another user is answered like a missing one', async () => {
	const a = await enter('usera'), b = await enter('userb');
	const { json } = await a.go('/api/tokens', { method: 'POST',
	    json: { name: 'von A', access: 'read' } });
	secrets.add(json.token);
	const theirs = await b.go(`/api/tokens/${json.id}`,
	    { method: 'DELETE' });
	const nobodys = await b.go('/api/tokens/0001000100010001',
	    { method: 'DELETE' });
	assert.equal(theirs.status, 404);
	assert.equal(theirs.text, nobodys.text);
	assert.deepEqual((await b.go('/api/tokens')).json.tokens, []);
	assert.equal((await stack.get('/codex', { Authorization:
	    `Bearer ${json.token}` })).status, 200);
	assert.equal((await a.go(`/api/tokens/${json.id}`,
	    { method: 'DELETE' })).status, 200);
});

test('a session ends, everywhere, after its logout', async () => {
	const mark = stack.mark();
	const browser = await enter('usera');
	// Every worker knows it.
	for (let i = 0; i < 8; i++)
		assert.equal((await browser.go('/codex')).status, 200);
	const { session } = browser;
	assert.equal((await browser.go('/auth/logout', { method: 'POST',
	    json: {} })).status, 200);
	const before = stored('usera');
	for (let i = 0; i < 3; i++)
		await keptOut(session, 401, 'nicht_angemeldet');
	assert.deepEqual(stored('usera'), before);
	assert.deepEqual([...stack.log.slice(mark).matchAll(
	    /^level=info msg="(logged \w+)" .* user=usera address=127.* us=\d+ /gm)]
	    .map(([, what]) => what), ['logged in', 'logged out']);
});

test('another host hears of a logout within CACHE_REVALIDATE_MS', async () => {
	const every = 1500;
	const other = await startStack({ data: stack.data, workers: 1, env: {
	    ...settings(), CACHE_REVALIDATE_MS: String(every) } });
	try {
		const browser = await enter('usera');
		const Cookie = `__Host-cm_session=${browser.session}`;
		const ask = async () => (await other.get('/auth/me',
		    { Cookie })).status;
		assert.equal(await ask(), 200);
		await browser.go('/auth/logout', { method: 'POST', json: {} });
		assert.equal((await stack.get('/auth/me', { Cookie })).status,
		    401);
		await within(every, async () => await ask() === 401,
		    'the end of the session');
	} finally {
		await other.stop();
	}
});

test('a session ends, everywhere, after logging out everywhere', async () => {
	const browser = await enter('usera');
	const other = await enter('usera');
	const before = stored('usera');
	await other.go('/auth/logout', { method: 'POST',
	    json: { everywhere: true } });
	await keptOut(browser.session, 401, 'nicht_angemeldet');
	assert.deepEqual(stored('usera'), before);
});

test('a user taken off the list is out within a second', async () => {
	const browser = await enter('usera');
	const before = stored('usera');
	writeFileSync(list, 'userb\n');
	try {
		await until(async () => (await browser.go('/auth/me')).status ===
		    403, 3000, 'the end');
		await looked();
		await keptOut(browser.session, 403, 'nicht_auf_der_liste');
		assert.deepEqual(stored('usera'), before);
	} finally {
		writeFileSync(list, everybody);
	}
	await looked();
	assert.equal((await browser.go('/codex')).status, 200);
});

test('a list that is missing lets nobody in until it is back', async () => {
	const browser = await enter('usera');
	const mark = stack.mark();
	renameSync(list, `${list}-away`);
	try {
		await until(async () => (await browser.go('/auth/me')).status ===
		    403, 3000, 'the end');
		await looked();
		await keptOut(browser.session, 403, 'nicht_auf_der_liste',
		    addresses.filter(([method]) => method === 'GET'));
	} finally {
		renameSync(`${list}-away`, list);
	}
	await looked();
	assert.equal((await browser.go('/codex')).status, 200);
	// A minute may end meanwhile.
	const said = [...stack.log.slice(mark).matchAll(
	    /level=warning msg="Die Datei .* aus CODEX_ALLOWED_USERS .*/g)];
	assert.ok(said.length >= 1 && said.length <= 2, `${said.length}`);
});

test('a session of a removed key is refused', async () => {
	const browser = await enter('usera');
	const kept = readFileSync(keys, 'utf8');
	const place = (/** @type {string} */ text) => {
		writeFileSync(`${keys}.new`, text, { mode: 0o600 });
		renameSync(`${keys}.new`, keys);
	};
	place(`${Date.now()} ${randomBytes(32).toString('hex')}\n`);
	try {
		await until(async () => (await browser.go('/auth/me')).status ===
		    401, 3000, 'the end');
		await looked();
		await keptOut(browser.session, 401, 'nicht_angemeldet');
	} finally {
		place(kept);
	}
	await looked();
	assert.equal((await browser.go('/codex')).status, 200);
});

/** A program without a web server, at another time.
 * @param {string} name @param {string} method @param {string} path
 * @param {Record<string, string>} env */
async function program(name, method, path, env) {
	const answer = await callProgram(join(build, name), [], {
	    PATH: process.env.PATH ?? '', ASAN_OPTIONS: 'detect_leaks=0',
	    ...settings(), CODEX_STORE: `fs:${stack.data}`,
	    CODEX_KEY_SECRET: readFileSync(`${keys}.secret`, 'utf8'),
	    CODEX_RUN: join(room, 'run'), CODEX_BASE_URL: stack.url,
	    REQUEST_METHOD: method, REQUEST_URI: path, HTTP_ORIGIN: stack.url,
	    CONTENT_TYPE: 'application/json', ...env }, '{}',
	    { log: (text) => process.stderr.write(text) });
	return { status: answer?.status,
	    text: `${answer?.head}\r\n\r\n${answer?.body}` };
}

test('a session ends after 12 hours without use', async () => {
	const { session } = await enter('usera');
	const at = (/** @type {number} */ ms, /** @type {string} */ name,
	    /** @type {string} */ method, /** @type {string} */ path) =>
	    program(name, method, path, { CODEX_NOW: String(ms),
		HTTP_COOKIE: `__Host-cm_session=${session}` });
	/** @type {[RegExp, string][]} */
	const programs = [[/ \/codex/, 'codex-render'], [/ \/sync/, 'codex-sync'],
	    [/ \/auth/, 'codex-auth'], [/complete$/, 'codex-complete'],
	    [/tokens/, 'codex-account'],
	    [/GET/, 'codex-tasks'], [/POST \/api\/tasks$/, 'codex-create'],
	    [/./, 'codex-update']];
	for (const [method, path] of addresses) {
		const name = programs.find(([where]) =>
		    where.test(`${method} ${path}`))?.[1] ?? '';
		if (path === '/auth/logout')
			continue; // forgets any cookie
		const answer = await at(12.1 * hour, name, method, path);
		assert.equal(answer.status, 401, `${method} ${path}`);
	}
	const used = await at(11.9 * hour, 'codex-auth', 'GET', '/auth/me');
	const fresh = /Set-Cookie: __Host-cm_session=([\w-]+)/.exec(used.text);
	assert.ok(fresh, used.text);
	secrets.add(fresh[1]);
	const later = (/** @type {number} */ ms) => program('codex-auth', 'GET',
	    '/auth/me', { CODEX_NOW: String(ms),
		HTTP_COOKIE: `__Host-cm_session=${fresh[1]}` });
	assert.equal((await later(23 * hour)).status, 200);
	assert.equal((await later(24 * hour)).status, 401);
});

test('the cookie of a write is Secure where the address is https', async () => {
	const { session } = await enter('usera');
	for (const [address, end] of [['https://127.0.0.1:8443', '; Secure'],
	    ['http://127.0.0.1:8080', '']]) {
		const { text } = await program('codex-update', 'PATCH',
		    '/api/tasks/0001', { CODEX_BASE_URL: address,
			HTTP_ORIGIN: address, CACHE_REVALIDATE_MS: '1000',
			HTTP_COOKIE: `__Host-cm_session=${session}` });
		assert.ok(text.split('\r\n').includes('Set-Cookie: ' +
		    'cm_fresh=1; Path=/; Max-Age=10; HttpOnly; ' +
		    `SameSite=Lax${end}`), text);
		assert.match(text, new RegExp('^Set-Cookie: cm_wrote=1; Path=/; ' +
		    `Max-Age=305; HttpOnly; SameSite=Lax${end}\r$`, 'm'));
	}
});

// The page

test('a person sees their tasks come after the first login', async () => {
	const browser = await launchChromium();
	try {
		const page = await browser.newPage({ locale: 'de-DE' });
		page.setDefaultTimeout(5000 * slow);
		/** @type {string[]} */
		const complaints = [];
		page.on('pageerror', (/** @type {Error} */ error) =>
		    complaints.push(error.message));
		page.on('console', (/** @type {any} */ line) => {
			if (['error', 'warning'].includes(line.type()) &&
			    line.location().url.startsWith(stack.url) &&
			    !/status of 40[13]/.test(line.text()))
				complaints.push(line.text());
		});
		const cookie = async () => (await page.context().cookies())
		    .find((/** @type {any} */ c) => c.name.endsWith('session'));

		await page.goto(`${stack.url}/#task-4`);
		await page.locator('#door', { hasText: 'Bitte anmelden' })
		    .waitFor();
		// He is not sure at first.
		await page.click('#login');
		await page.click('text=Cancel');
		await page.locator('#why', { hasText: 'abgebrochen' }).waitFor();
		assert.match(page.url(), /\/auth\/callback/);
		assert.equal(await cookie(), undefined);
		await page.click('#again');

		// Nor is Git in a hurry.
		fake.misbehave({ path: '/git/trees', delay: 2000 * slow, times: 1 });
		await page.selectOption('[name=login]', 'noch-nie');
		await page.click('text=Authorize >> nth=-1');
		await page.waitForURL(`${stack.url}/#task-4`);
		await page.locator('text=Deine Aufgaben werden geholt').waitFor();
		assert.equal(await page.locator('text=Noch keine Aufgaben')
		    .count(), 0);
		await page.locator('.task', { hasText: 'Tee' }).waitFor();
		assert.equal(await page.locator('text=werden geholt').count(), 0);
		assert.equal(await page.locator('#user').textContent(),
		    'noch-nie');

		const kept = await cookie();
		secrets.add(kept.value);
		assert.deepEqual([kept.name, kept.httpOnly, kept.secure,
		    kept.sameSite, kept.path], ['__Host-cm_session', true, true,
		    'Lax', '/']);
		assert.match(await page.evaluate('document.cookie'),
		    /^cm_mark=[\d.]+$/);

		// A token for a script of his, until he revokes it.
		await page.click('#account summary');
		await page.click('#tokens-open');
		await page.fill('#t-name', 'Sicherung');
		await page.click('#tokens-submit');
		const token = await page.inputValue('#tokens-secret');
		secrets.add(token);
		const script = async () => (await stack.fetch('/codex',
		    { headers: { Authorization: `Bearer ${token}` } })).status;
		assert.equal(await script(), 200);
		await page.click('text=Widerrufen');
		await page.click('text=Wirklich widerrufen');
		await page.locator('text=Noch keine Token').waitFor();
		assert.equal(await script(), 401);
		await page.click('#tokens-close');

		await page.click('#account summary');
		await page.click('#logout');
		await page.locator('#login').waitFor();
		assert.equal(await cookie(), undefined);
		assert.deepEqual(complaints, []);
	} finally {
		await browser.close();
		fake.behave();
	}
});

test('the first login alone marks the user', async () => {
	await enter('noch-nie');
	assert.ok(!readdirSync(join(stack.data ?? '', 'pending'))
	    .includes('noch-nie'));
});

// Around it

test('local mode knows its user without a login', async () => {
	const local = await startStack({ as: 'local' });
	try {
		const me = await local.get('/auth/me');
		assert.equal(me.status, 200);
		assert.deepEqual(me.json, { userId: 'usera', login: 'usera',
		    auth: 'local' });
		for (const path of ['/auth/login', '/auth/github',
		    '/auth/callback', '/auth/logout']) {
			const answer = await local.get(path);
			assert.equal(answer.status, 404, path);
			assert.equal(answer.json.code, 'nicht_eingerichtet');
		}
	} finally {
		await local.stop();
	}
});

test('the address of settings is not set up', async () => {
	const browser = await enter('usera');
	for (const method of ['GET', 'PUT']) {
		const answer = await browser.go('/api/settings', { method });
		assert.equal(answer.status, 404);
		assert.equal(answer.json.code, 'nicht_eingerichtet');
	}
});

test('the secret of the app is in no command line and no environment', () => {
	const found = stack.processes('codex-');
	assert.ok(found.length > 10);
	for (const pid of found)
		for (const part of ['cmdline', 'environ'])
			assert.ok(!readFileSync(`/proc/${pid}/${part}`, 'utf8')
			    .includes(fake.app.clientSecret));
});

/** How many connections to codex-auth there are. */
function connections() {
	const [pid] = stack.workers('codex-auth');
	const socket = join(environOf(pid).CODEX_RUN, 'auth.sock');
	return readFileSync('/proc/net/unix', 'utf8').split('\n')
	    .filter((line) => line.endsWith(socket)).length;
}

test('no secret, code, state or cookie is in a log, whatever went wrong',
    async () => {
	// The program is gone in the middle of it.
	for (const pid of stack.workers('codex-auth'))
		process.kill(pid, 'SIGSTOP');
	const before = connections();
	const gone = stack.fetch('/auth/callback?code=a-code-in-the-log&' +
	    'state=a-state-in-the-log').catch(() => null);
	await until(() => connections() > before, 5000, 'nginx to call it');
	for (const pid of stack.workers('codex-auth'))
		process.kill(pid, 'SIGKILL');
	assert.ok([502, 504, 400].includes((await gone)?.status ?? 0));
	await stack.fetch(`/auth/callback?code=a-code-in-the-log${
	    'x'.repeat(9000)}`);
	await stack.stop(false); // nginx has written all of its log
	assert.match(stack.log, /\/auth\/callback/);
	for (const secret of [...secrets, fake.app.clientSecret, 'gho_',
	    'a-code-in-the-log', 'a-state-in-the-log'])
		assert.ok(secret.length < 8 || !stack.log.includes(secret),
		    `${secret} is in the log`);
});
