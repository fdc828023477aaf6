// @ts-check
// group: http
// What is answered to requests that are wrong: a 4xx of the contract with a
// German sentence and a stable code, never a 500, and nothing is written.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync }
    from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, afterEach, before } from 'node:test';
import { Stack, startStack, taskFile, until } from './stack.mjs';

const secure = {
	'x-content-type-options': /^nosniff$/,
	'referrer-policy': /^no-referrer$/,
	'cross-origin-opener-policy': /^same-origin$/,
	'cross-origin-resource-policy': /^same-origin$/,
	'permissions-policy': /camera=\(\)/,
	'content-security-policy': /default-src 'none'.*frame-ancestors 'none'.*require-trusted-types-for 'script'; trusted-types codex/,
	'server': /^nginx$/,
};

/** @type {Stack} */
let stack;
/** @type {Record<string, string>} */
let tree;
/** A request to a program that hangs, all the while. @type {Promise<Answer>} */
let hung;

async function askHanging() {
	const s = await startStack({ workers: 1 });
	const [pid] = s.workers('codex-tasks');
	process.kill(pid, 'SIGSTOP');
	const answer = await s.plainly('GET', '/api/tasks');
	process.kill(pid, 'SIGCONT');
	await s.stop();
	return answer;
}

before(async () => {
	hung = askHanging();
	stack = await startStack();
	stack.place('0001-Eins.md', taskFile({}, '# Eins\n'));
	stack.place('0002-A.md', taskFile());
	stack.place('0002-B.md', taskFile());
	await stack.get('/codex?nocache=true');
	tree = stack.tree();
});
after(() => stack.stop());
afterEach(() => assert.deepEqual(stack.tree(), tree, 'something was written'));

/** @typedef {{status: number, headers: Headers, text: string, json: any}} Answer */

/** @param {Answer} answer @param {string} what */
function isSecure(answer, what) {
	for (const [name, value] of Object.entries(secure))
		assert.match(answer.headers.get(name) || '', value,
		    `${name} on ${what}`);
}

/**
 * @param {Answer} answer @param {number} status @param {string} what
 * @param {string} [code]
 */
function isError(answer, status, what, code) {
	assert.equal(answer.status, status, `${what}: ${answer.text}`);
	assert.match(answer.headers.get('content-type') || '',
	    /^application\/json/, what);
	assert.equal(answer.json?.ok, false, what);
	assert.match(answer.json.error, /^[\p{Lu}"„0-9a-z].*[.!]$/u, what);
	assert.match(answer.json.code, /^[a-z_]+$/, what);
	if (code)
		assert.equal(answer.json.code, code, what);
	isSecure(answer, what);
}

/** As our page would, bytes as they are.
 * @param {string} method @param {string} path @param {string|Buffer} body
 * @param {Record<string, string>} headers */
function ours(method, path, body, headers = {}) {
	return stack.plainly(method, path, { Origin: stack.url,
	    'Content-Type': 'application/json', ...headers }, body);
}

const writes = [['POST', '/api/tasks'], ['PUT', '/api/tasks/0001'],
    ['PATCH', '/api/tasks/0001'], ['POST', '/api/tasks/0001/complete'],
    ['POST', '/api/preview']];
const good = '{"kategorie":"arbeit","datum":"23.11.2026","zeit":"abends"}';

test('good answers and page files have the security headers', async () => {
	for (const path of ['/', '/codex', '/api/tasks', '/api/tasks/0001',
	    '/healthz'])
		isSecure(await stack.plainly('GET', path), path);
	for (const path of ['/codex', '/api/tasks', '/api/tasks/0001']) {
		const same = await stack.plainly('GET', path,
		    { 'If-None-Match': '*' });
		assert.equal(same.status, 304, path);
		isSecure(same, `304 of ${path}`);
	}
	const page = await stack.plainly('GET', '/');
	assert.match(page.headers.get('content-type') || '', /^text\/html/);
	assert.match(page.headers.get('cache-control') || '', /^no-cache$/);
	for (const name of ['app.js', 'words.js', 'storage.js', 'de.js', 'en.js',
	    'style.css', 'print.css', 'api.css', 'icon.svg']) {
		const path = `${versionIn(page.text)}${name}`;
		const answer = await stack.plainly('GET', path);
		assert.equal(answer.status, 200, path);
		isSecure(answer, path);
		assert.ok(answer.text.length > 300, path);
		assert.equal(answer.headers.get('cache-control'),
		    'max-age=31536000, immutable', path);
		const same = await stack.plainly('GET', path,
		    { 'If-None-Match': answer.headers.get('etag') || '' });
		assert.equal(same.status, 304, path);
		isSecure(same, `304 of ${path}`);
	}
});

/** Where the files of the page lie. @param {string} html */
function versionIn(html) {
	const [, path] = /src="(\/v\/[0-9a-f]{16}\/)app\.js"/.exec(html) ?? [];
	assert.ok(path, 'the page names its version');
	return path;
}

test('the page names its scripts and no file without its version', async () => {
	const { text } = await stack.plainly('GET', '/');
	const version = versionIn(text);
	const links = [...text.matchAll(/(?:src|href)="(\/[^"]+)"/g)]
		.map(([, path]) => path).filter((path) => path !== '/api/');
	assert.deepEqual(links.filter((path) => !path.startsWith(version)), []);
	assert.deepEqual(links.filter((path) => path.endsWith('.js')),
		['storage.js', 'words.js', 'app.js'].map((name) => version + name));
});

test('an address of another version is a 404 that nothing keeps', async () => {
	for (const path of ['/v/0123456789abcdef/app.js', '/v/app.js', '/app.js',
	    '/v/0123456789abcdef/', '/v/', '/v/0123456789ABCDEF/app.js']) {
		const answer = await stack.plainly('GET', path);
		isError(answer, 404, path, 'nicht_gefunden');
		assert.equal(answer.headers.get('cache-control'), 'no-store', path);
	}
});

test('an unknown path is a JSON 404 and never the page', async () => {
	for (const path of ['/x', '/api', '/api/x', '/api/task', '/api/tasks/',
	    '/api/tasks/0001/', '/api/tasks/0001/x', '/codex/', '/Codex',
	    '/api/tasks/0001/complete/', '/codex.json', '/index.htm',
	    '/.git/config', '/healthz/', '/api/tasks//', '/favicon.txt',
	    '/api/settings/x', '/nginx.conf', '/_error/400', '/_error/',
	    '/@not_found', '/%5Ferror/414', '/x.js', '/dir/x.css'])
		isError(await stack.plainly('GET', path), 404, path,
		    'nicht_gefunden');
	for (const path of ['/x', '/api/tasks/0001/x', '/codex/x'])
		isError(await ours('POST', path, good), 404, path);
});

test('a wrong method is a 405 that lists the right ones', async () => {
	for (const [path, allowed] of [
	    ['/codex', ['GET', 'HEAD']], ['/healthz', ['GET', 'HEAD']],
	    ['/api/tasks', ['GET', 'HEAD', 'POST']],
	    ['/api/tasks/0001', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']],
	    ['/api/tasks/0001/complete', ['POST']],
	    ['/api/preview', ['POST']], ['/', ['GET', 'HEAD']],
	    ['/api/week', ['GET', 'HEAD']],
	    [`${versionIn((await stack.plainly('GET', '/')).text)}app.js`,
		['GET', 'HEAD']]])
		for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH',
		    'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE']) {
			if (allowed.includes(method))
				continue;
			const answer = await ours(method,
			    /** @type {string} */ (path), '{}');
			const what = `${method} ${path}`;
			assert.equal(answer.status, 405, what);
			if (method !== 'HEAD')
				isError(answer, 405, what,
				    'methode_nicht_erlaubt');
			assert.deepEqual((answer.headers.get('allow') || '')
			    .split(', ').sort(), [...allowed].sort(), what);
		}
});

test('a foreign host is a 421 whatever the path', async () => {
	for (const host of ['evil.example', 'localhost', '127.0.0.2',
	    '127.0.0.1.evil.example', 'x', '[::1]', '127.0.0.1@evil'])
		for (const path of ['/', '/codex', '/api/tasks', '/nichts']) {
			const answer = await stack.plainly('GET', path,
			    { Host: host });
			if (answer.status !== 400)
				isError(answer, 421, `${host}${path}`,
				    'falscher_host');
		}
	isError(await ours('POST', '/api/tasks', good,
	    { Host: 'evil.example' }), 421, 'a write');
	const none = await stack.raw('GET /codex HTTP/1.0\r\n\r\n');
	assert.ok([400, 421].includes(none.status), 'no host at all');
	const absolute = await stack.raw('GET http://evil.example/codex ' +
	    `HTTP/1.1\r\nHost: ${new URL(stack.url).host}\r\n` +
	    'Connection: close\r\n\r\n');
	assert.equal(absolute.status, 421, 'the request line counts');
});

test('a write from elsewhere is a 403', async () => {
	const json = { 'Content-Type': 'application/json' };
	const host = new URL(stack.url);
	for (const [method, path] of [...writes, ['DELETE', '/api/tasks/0001']])
		for (const headers of [{}, { Origin: 'http://evil.example' },
		    { Origin: 'null' }, { Origin: '' },
		    { Origin: `http://${host.hostname}` },
		    { Origin: `https://${host.host}` },
		    { Origin: `${stack.url}.evil.example` },
		    { Origin: `${stack.url}/` },
		    { 'Sec-Fetch-Site': 'cross-site' },
		    { 'Sec-Fetch-Site': 'same-site' },
		    { 'Sec-Fetch-Site': 'none' },
		    { 'Sec-Fetch-Site': 'cross-site', Origin: stack.url },
		    { 'Sec-Fetch-Site': 'same-origin',
			Origin: 'http://evil.example' }])
			isError(await stack.plainly(method, path,
			    { ...json, .../** @type {any} */ (headers) }, good),
			    403, `${method} ${path} ${JSON.stringify(headers)}`,
			    'fremde_herkunft');
});

test('a write that is not JSON by its type is a 415', async () => {
	for (const [method, path] of writes)
		for (const type of ['text/plain', '', 'application/jsonx',
		    'application/x-www-form-urlencoded', 'multipart/form-data',
		    'text/plain; application/json', 'json'])
			isError(await ours(method, path, good,
			    { 'Content-Type': type }), 415,
			    `${method} ${path} ${type}`, 'falscher_medientyp');
	const named = await ours('PATCH', '/api/tasks/0999', '{"x":1}',
	    { 'Content-Type': 'Application/JSON; charset=UTF-8' });
	assert.equal(named.status, 404, 'a parameter is fine');
});

test('half a surrogate pair is a 400', async () => {
	for (const [method, path] of writes)
		for (const half of ['\\ud800', '\\udc00', '\\udc00\\ud800',
		    'a\\ud83cb'])
			for (const body of [`{"title":"${half}"}`,
			    `{"${half}":1}`])
				isError(await ours(method, path, body), 400,
				    `${method} ${path} ${body}`, 'kein_json');
});

test('a member whose name has a NUL is a 400', async () => {
	for (const [method, path] of writes)
		for (const body of ['{"status\\u0000x":"abgebrochen"}',
		    '{"x":{"zeit\\u0000" : "abends"}}', '{"\\u0000":1}'])
			isError(await ours(method, path, body), 400,
			    `${method} ${path} ${body}`, 'kein_json');
});

/** `n` levels of arrays in an object. @param {number} n */
const nested = (n) => `{"x":${'['.repeat(n - 1)}${']'.repeat(n - 1)}}`;

test('a body that is no JSON object is a 400', async () => {
	for (const [method, path] of writes)
		for (const body of ['', ' ', '{', '}', '[]', 'null', '1', '"x"',
		    'true', '{}x', '{}{}', '{"a":1,}', '{a:1}', "{\"a\":'x'}",
		    '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":TRUE}',
		    '// x\n{}', '/* */{}', '\ufeff{}',
		    '{"a":"\\u12"}', '{"a":"\\x41"}', '{"a" 1}', nested(33),
		    nested(1000), '['.repeat(60000), '{"a":'.repeat(10000),
		    '{"kategorie":"arbeit"', 'kategorie=arbeit']) {
			const answer = await ours(method, path, body);
			const what = `${method} ${path} ${body.slice(0, 40)}`;
			isError(answer, 400, what);
		}
});

test('a body with NUL or broken UTF-8 is a 400', async () => {
	for (const [method, path] of writes)
		for (const bytes of [Buffer.from('{"a":"\0"}'),
		    Buffer.from('{}\0'), Buffer.from('\0'),
		    Buffer.from('{"kategorie":"arbeit"}\0{}'),
		    Buffer.from('{"title":"\xe4"}', 'latin1'),
		    Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
		    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
		    Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
		    Buffer.from('{"kategorie":"arbeit","title":"\\u0000"}'),
		    Buffer.from('{"id":"0001","title":"\\u0000"}')])
			if (!(path.endsWith('complete') &&
			    bytes.includes('title":"\\u')))
				isError(await ours(method, path, bytes), 400,
				    `${path} ${bytes.toString('latin1')}`);
});

test('valid JSON of up to 32 levels is accepted', async () => {
	for (const body of [nested(32), '{"x":1e999}', '{"x":-0.0}', ' {}\n',
	    '{"x":123456789012345678901234567890}', '{"":""}',
	    '{"x":"\\ud83c\\udfaf"}', '{"x":1,"x":2}']) {
		const answer = await ours('PATCH', '/api/tasks/0999', body);
		isError(answer, 404, body.slice(0, 40), 'nicht_gefunden');
	}
});

test('a body of more than 64 KiB is a 413', async () => {
	const large = `{"kategorie":"arbeit","body":"${'x'.repeat(65536)}"}`;
	for (const [method, path] of writes) {
		isError(await ours(method, path, large), 413,
		    `${method} ${path}`, 'zu_gross');
		const chunked = await ours(method, path,
		    `${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`,
		    { 'Transfer-Encoding': 'chunked' });
		isError(chunked, 413, `${method} ${path} in chunks`);
	}
	const fits = `{"kategorie":"arbeit","body":"${'x'.repeat(65500)}"}`;
	assert.equal((await ours('POST', '/api/preview', fits)).status, 200);
	const claimed = await stack.plainly('POST', '/api/tasks', {
		Origin: stack.url, 'Content-Type': 'application/json',
		'Content-Length': '99999999999' });
	isError(claimed, 413, 'a length that is only claimed');
});

test('a value of the wrong kind is a 400 that names the field', async () => {
	for (const [key, value] of /** @type {[string, any][]} */ ([
	    ['kategorie', 'x'], ['status', 'x'], ['tags', 'x'],
	    ['deadline', 'x'], ['fixedSlot', 'x'], ['title', ''],
	    ['body', 1]]))
		for (const [method, path] of writes.slice(0, 3)) {
			const answer = await ours(method, path, JSON.stringify(
			    { kategorie: 'arbeit', [key]: value }));
			isError(answer, 400, `${path} ${key}`,
			    'ungueltiger_wert');
			assert.equal(answer.json.field, key);
		}
});

test('a missing task, twins and a bad key have codes of their own', async () => {
	isError(await ours('PATCH', '/api/tasks/0777', '{}'), 404, 'absent',
	    'nicht_gefunden');
	for (const [method, path] of [['PATCH', '/api/tasks/0002'],
	    ['DELETE', '/api/tasks/0002'], ['GET', '/api/tasks/0002']])
		isError(await ours(method, path, '{}'), 409, path,
		    'nummer_doppelt');
	isError(await ours('POST', '/api/tasks', good,
	    { 'Idempotency-Key': 'x'.repeat(300) }), 400, 'a long key');
});

test('the internal address of builds is closed to everybody', async () => {
	for (const path of ['/_build/0/-', '/_build/', '/_build',
	    '//_build/0/-', '/%5fbuild/0/-', '/_build/0/-?nocache=true',
	    '/x/../_build/0/-', '/./_build/0/-', '/_build%2f0/-',
	    '/api/tasks/../../_build/0/-']) {
		const answer = await stack.plainly('GET', path);
		assert.ok([400, 404].includes(answer.status), path);
		isError(answer, answer.status, path);
	}
	const header = await stack.plainly('GET', '/x',
	    { 'X-Accel-Redirect': '/_build/0/-' });
	isError(header, 404, 'a header of the client');
	const miss = await stack.plainly('GET', '/codex?nocache=true');
	assert.equal(miss.status, 200);
	assert.equal(miss.headers.get('x-accel-redirect'), null);
	tree = stack.tree();
});

test('an error is told in English where that is preferred', async () => {
	const sentence = async (/** @type {string} */ method,
	    /** @type {string} */ path, /** @type {string} */ language) => {
		const answer = await stack.plainly(method, path,
		    { 'Accept-Language': language });
		assert.equal(answer.headers.get('vary'), 'Accept-Language', path);
		return [answer.json.code, answer.json.error];
	};
	// Of nginx alone, of a part that is not there, and of a program.
	for (const [method, path, code, german, english] of [
	    ['GET', '/nichts', 'nicht_gefunden', /^Diese Adresse/,
		/^There is no such address\.$/],
	    ['GET', '/feed/x', 'nicht_eingerichtet', /^Dieser Teil/,
		/^This part is not set up here\.$/],
	    ['POST', '/', 'methode_nicht_erlaubt', /^Diese Methode/,
		/^This method is not allowed here\.$/],
	    ['GET', '/api/tasks/9998', 'nicht_gefunden', /^Diese Aufgabe/,
		/^There is no such task\.$/],
	    ['GET', '/api/tasks?status=x', 'ungueltiger_wert', /^Der Status/,
		/^The status must be offen/]]) {
		const [m, p] = /** @type {string[]} */ ([method, path]);
		for (const accept of ['en', 'en-GB,en;q=0.9,de;q=0.8', 'fr,en']) {
			const said = await sentence(m, p, accept);
			assert.equal(said[0], code);
			assert.match(said[1], /** @type {RegExp} */ (english));
		}
		for (const accept of ['de', 'de-AT,de;q=0.9,en;q=0.8', 'fr-DE', '*'])
			assert.match((await sentence(m, p, accept))[1],
			    /** @type {RegExp} */ (german), accept);
	}
});

test('a path with tricks is a 4xx', async () => {
	const odd = ['..', '%2e%2e', '%2e%2e%2f0001-Eins', '..%2f0001-Eins',
	    '0001%2f..%2f0002', '0001-Eins%00', '0001-Eins%2emd', '.', '%2e',
	    '....//', '%252e%252e', '0001-Eins;x', '0001-Eins%5c..', '~',
	    '..\\0001-Eins', '%c0%ae%c0%ae', '0001-eins', '0001-EINS', '*',
	    '0001-Eins%20', '%200001', '%EF%BC%90001', '1', '01', '00001',
	    '0001-', '-0001', '+001', '0x01', '1e0', '%', '%2', '%zz',
	    '0001-Eins%0d%0aX-Evil:%201', 'a'.repeat(1000),
	    encodeURIComponent('../../state/usera/nextId.txt'),
	    encodeURIComponent('0001-Eins.md/../../../../state')];
	for (const id of odd)
		for (const [method, suffix] of [['GET', ''], ['PATCH', ''],
		    ['DELETE', ''], ['POST', '/complete']]) {
			const path = `/api/tasks/${id}${suffix}`;
			const answer = await ours(method, path,
			    method === 'GET' ? '' : good);
			// One step up is the page that describes the API.
			if (method === 'GET' && answer.status === 200) {
				assert.equal(new URL(path, stack.url).pathname,
				    '/api/');
				assert.match(answer.text, /^<!DOCTYPE html>/i);
				continue;
			}
			assert.ok([400, 404, 405].includes(answer.status),
			    `${method} ${path}: ${answer.status}`);
			isError(answer, answer.status, path);
			assert.equal(answer.headers.get('x-evil'), null);
		}
	for (const path of ['//codex', '/./codex', '/x/../codex', '/%2fcodex',
	    '/..%2f..%2fetc%2fpasswd', '/../../../etc/passwd', '/codex%00',
	    '/style.css/../codex', '/%2e%2e/%2e%2e/etc/passwd',
	    '/style.css%00.html', '/style.css/', '/.', '/..', '/snippets/',
	    '/style%2ecss%2f..', '/nginx.conf', '//api/tasks']) {
		const answer = await stack.plainly('GET', path);
		assert.ok([400, 404].includes(answer.status), `${path}: ` +
		    `${answer.status}`);
		isError(answer, answer.status, path);
	}
});

test('requests that are no HTTP get a 4xx or nothing', async () => {
	const { host } = new URL(stack.url);
	const end = `Host: ${host}\r\nConnection: close\r\n\r\n`;
	for (const bytes of [
	    `GET /codex HTTP/9.9\r\n${end}`, `GET\r\n${end}`, '\x16\x03\x01\r\n\r\n',
	    `GET /codex HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
	    `GET /\0 HTTP/1.1\r\n${end}`, `G\0T / HTTP/1.1\r\n${end}`,
	    `GET /codex HTTP/1.1\r\nContent-Length: -1\r\n${end}`,
	    `POST /api/tasks HTTP/1.1\r\nContent-Length: x\r\n${end}`,
	    `POST /api/tasks HTTP/1.1\r\nContent-Length: 5\r\n` +
		`Transfer-Encoding: chunked\r\n${end}0\r\n\r\n`,
	    `POST /api/tasks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n` +
		`Origin: ${stack.url}\r\nContent-Type: application/json\r\n` +
		`${end}zz\r\n\r\n`,
	    `GET /${'a'.repeat(40000)} HTTP/1.1\r\n${end}`,
	    `GET / HTTP/1.1\r\nX: ${'a'.repeat(40000)}\r\n${end}`,
	    `TRACE / HTTP/1.1\r\n${end}`, `CONNECT x:1 HTTP/1.1\r\n${end}`]) {
		const answer = await stack.raw(bytes);
		const what = bytes.slice(0, 60);
		if (answer.status === 0)
			continue;
		assert.ok(answer.status >= 400 && answer.status !== 500, what);
		assert.ok(answer.status < 500 ||
		    [501, 505].includes(answer.status), what);
		assert.equal(answer.json?.ok, false, `${what} ${answer.text}`);
	}
	assert.equal((await stack.get('/healthz')).status, 200);
});

test('who is not logged in gets nothing but in local mode', async () => {
	for (const path of ['/codex', '/api/tasks', '/api/tasks/0001',
	    '/api/week', '/api/sync', '/auth/me']) {
		const answer = await stack.plainly('GET', path,
		    { Cookie: '__Host-cm_session=x' });
		const local = stack.as === 'local';
		assert.equal(answer.status === 401, !local, path);
		assert.equal(answer.json.code === 'nicht_angemeldet', !local);
	}
});

test('headers of every kind are no reason for a 500', async () => {
	for (const [name, value] of [['If-None-Match', '"'.repeat(1000)],
	    ['If-None-Match', ','.repeat(1500)], ['If-None-Match', 'W/W/W/"'],
	    ['If-Match', '\xff\xfe'], ['Cookie', ';'.repeat(1500)],
	    ['Cookie', 'cm_fresh='], ['Cookie', '=;=;cm_fresh;='],
	    ['Idempotency-Key', '\x7f'], ['Proxy', 'http://evil.example'],
	    ['Range', 'bytes=0-1'], ['If-Modified-Since', 'x'],
	    ['Content-Type', '\xff'],
	    ['X-HTTP-Method-Override', 'DELETE'],
	    ['Accept-Encoding', 'x'.repeat(1500)]])
		for (const path of ['/codex', '/api/tasks', '/api/tasks/0001']) {
			const answer = await stack.plainly('GET', path,
			    { [name]: Buffer.from(value, 'latin1')
				.toString('latin1') });
			assert.ok([200, 304].includes(answer.status),
			    `${path} ${name} ${answer.status}`);
		}
});

test('queries of every kind are no reason for a 500', async () => {
	for (const query of ['?', '?&', '?=', '?nocache', '?nocache=',
	    '?%', '?%zz=1', '?nocache=%00', `?${'a=b&'.repeat(500)}`,
	    '?status', '?status=%00', '?q=%00', '?q=%', '?tag=%FF', '?q',
	    '?status=offen&status=x', `?q=${'%F0%9F%8E%AF'.repeat(400)}`])
		for (const path of ['/codex', '/api/tasks']) {
			const answer = await stack.plainly('GET', path + query);
			assert.ok([200, 400, 429].includes(answer.status),
			    `${path}${query} ${answer.status}`);
		}
	tree = stack.tree();
});

/**
 * A system of its own, with one worker per program and its own run folder.
 * @param {(s: Stack, run: string) => Promise<void>} use
 */
async function withRun(use) {
	const run = mkdtempSync(join(tmpdir(), 'cm-run-'));
	const s = await startStack({ workers: 1, env: { CODEX_RUN: run } });
	try {
		await use(s, run);
	} finally {
		await s.stop();
		rmSync(run, { recursive: true });
	}
}

/** True if a process waits for the lock on that file. @param {string} file */
const isAwaited = (file) => new RegExp(
    `-> FLOCK .*:${statSync(file).ino} `).test(
    readFileSync('/proc/locks', 'utf8'));

test('a program that does not run is a 503 at once', () => withRun(async (s, run) => {
	const socket = join(run, 'tasks.sock');
	renameSync(socket, `${socket}.gone`);
	const gone = await s.plainly('GET', '/api/tasks');
	isError(gone, 503, 'gone', 'nicht_erreichbar');
	assert.equal(gone.headers.get('retry-after'), '1');
	renameSync(`${socket}.gone`, socket);
	assert.equal((await s.get('/api/tasks')).status, 200, 'back at once');
}));

test('a build that waits too long is a 503', () => withRun(async (s, run) => {
	await s.get('/codex?nocache=true');
	const holder = spawn('flock', [join(run, 'locks/build-usera'), '-c',
	    'echo held; read wait'], { stdio: ['pipe', 'pipe', 'inherit'] });
	await new Promise((done) => holder.stdout.once('data', done));
	const waiting = s.get('/codex?nocache=true');
	await until(() => isAwaited(join(run, 'locks/build-usera')), 5000,
	    'a build that waits');
	const quiet = await s.get('/codex');
	assert.equal(quiet.status, 200, 'who needs no build is not held');
	const busy = await waiting;
	holder.stdin.end('\n');
	isError(busy, 503, 'busy', 'beschaeftigt');
	assert.ok(Number(busy.headers.get('retry-after')) > 0);
}));

test('a program that hangs is a 504', async () => {
	const answer = await hung;
	isError(answer, 504, 'hung', 'zeitueberschreitung');
	assert.ok(Number(answer.headers.get('retry-after')) > 0);
});

test('a store that fails is a 503 that tells nothing of it', async () => {
	const s = await startStack({ workers: 1 });
	s.place('0001.md', taskFile());
	const blocked = join(s.data || '', 'state');
	rmSync(blocked, { recursive: true, force: true });
	s.place('../../../state', 'a file where a folder must be');
	for (const [method, path] of [['POST', '/api/tasks'],
	    ['PATCH', '/api/tasks/0001']]) {
		const answer = await s.send(method, path,
		    { kategorie: 'privat' });
		isError(answer, 503, path, 'speicher_gestoert');
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
		assert.ok(!answer.text.includes(s.scratch), 'no path');
	}
	await s.stop();
});
