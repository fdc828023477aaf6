// @ts-check
// malformed: requests that are wrong in one to three ways, from a seed, and
// task files that want to cost much.
//
//	const { pick } = random(1);
//	const bytes = malformed(lane, pick, { host, origin, sign });
//	const answer = await send(port, bytes);
//
// A request begins as a good one of its lane; each way of spoiling it is a
// function of `ways`.  What nginx waits for in vain is cut off by send().

import { connect } from 'node:net';
import { seeded } from './github/trouble.mjs';

/**
 * @typedef {{method: string, target: string, version: string,
 *     headers: [string, string][], body: Buffer, framed: boolean,
 *     whole?: Buffer}} Draft
 *     framed: the body's length is already told; whole: sent as it is
 * @typedef {{n: (below: number) => number,
 *     of: <T>(list: readonly T[]) => T}} Pick
 * @typedef {{host: string, origin: string,
 *     sign: (body: Buffer) => string}} Site
 * @typedef {{name: string, method: string, target: string, body: string,
 *     headers?: Record<string, string>}} Lane
 */

/** The same choices for the same seed. @param {number} seed
 * @returns {Pick} */
export function random(seed) {
	const next = seeded(seed);
	const n = (/** @type {number} */ below) =>
	    Math.floor(next() * below);
	return { n, of: (list) => list[n(list.length)] };
}

/** @param {string} s @param {number} size about so many bytes of it */
const times = (s, size) => s.repeat(Math.ceil(size / s.length));

/** Markdown of about `n` bytes that bad parsers choke on.
 * @type {((n: number) => string)[]} */
export const markdown = [(n) => times('> ', n),
    (n) => times('*a_', n), (n) => times('[', n), (n) => times('![', n),
    (n) => times('[a](', n), (n) => times('`', n / 2) + times('a`', n / 2),
    (n) => times('- ', n), (n) => times('1. ', n), (n) => times('<', n),
    (n) => times('<!--', n), (n) => times('&', n), (n) => times('\\', n),
    (n) => times('a\n', n), (n) => times('| a ', n / 2) + '\n' +
	times('|---', n / 2) + '\n| a\n| b\n', (n) => times('[a]: b\n', n),
    (n) => times('[a][b]', n), (n) => times('**', n) + 'a',
    (n) => times('~~a~', n), (n) => times('http://a.', n),
    (n) => times('a@b.', n), (n) => times('# ', n), (n) => times('=\n', n),
    (n) => times(' ', n), (n) => times('\t', n), (n) => times('x', n),
    (n) => times('```\n', n), (n) => times('- [ ] a\n', n),
    (n) => Array.from({ length: Math.sqrt(n) | 0 },
	(_, i) => `${' '.repeat(i)}- a\n`).join(''),
    (n) => times('\u{1f3af}', n), (n) => times('a\u0301', n)];

/** JSON that costs much, or is none. @type {((p: Pick) => string)[]} */
const json = [(p) => times('[', p.n(60000)),
    (p) => times('{"a":', p.n(60000)),
    (p) => `{"x":${times('[', p.n(40))}${times(']', p.n(40))}}`,
    (p) => `{"tags":[${times('"a",', p.n(60000))}"a"]}`,
    (p) => `{"tags":[${times('[],', p.n(60000))}[]]}`,
    (p) => `{${Array.from({ length: p.n(5000) }, (_, i) =>
	`"k${i}":1,`).join('')}"a":1}`,
    (p) => `{${times('"a":1,', p.n(60000))}"a":1}`,
    (p) => `{"title":"${times('\\u0041', p.n(60000))}"}`,
    (p) => `{"title":"${times('\\ud800', p.n(60000))}"}`,
    (p) => `{"deadline":${times('9', p.n(60000))}}`,
    (p) => `{"deadline":1e${times('9', p.n(1000))}}`,
    (p) => `{"title":"${times('x', p.n(60000))}"}`,
    (p) => `{"kategorie":"arbeit","body":${JSON.stringify(
	p.of(markdown)(p.n(50000)))}}`,
    (p) => `{"kategorie":"arbeit","body":${JSON.stringify(
	p.of(markdown)(p.n(50000)))}}`,
    (p) => `{"kategorie":"arbeit","title":${JSON.stringify(p.of(['---\n',
	'*a: &a [*a]', '!!python/object:x', '"\n---\nstatus: offen\n',
	'\0', '../../x', '#', ': ', '\u202e', 'a\nb']))}}`,
    (p) => `{"kategorie":${p.of(['null', '1', '{}', '[]', '"x"', 'true'])},` +
	`"fixedSlot":${p.of(['1', '[]', '{"datum":"31.02.2026"}', '"*a"',
	    '{"datum":"23.11.2026","zeit":"nie"}', '[[[]]]'])}}`,
    (p) => p.of(['', ' ', 'null', '"', '{', '}', '{}{}', '\ufeff{}', '\0',
	'{"a":01}', 'NaN', '{"__proto__":{}}', '{"":""}', "{'a':1}"]),
    (p) => times(p.of([' ', '\n', '\t']), p.n(60000)) + '{}',
    // A line of a megabyte
    (p) => `{"title":"${times(p.of(['x', '\\n', '\u00e4']), 1 << 20)}"}`];

const bytes = (/** @type {string} */ text) => Buffer.from(text, 'latin1');

/** @param {Draft} d @param {string} name */
const drop = (d, name) => {
	d.headers = d.headers.filter(([k]) =>
	    k.toLowerCase() !== name.toLowerCase());
};
/** @param {Draft} d @param {string} name @param {string} value */
const set = (d, name, value) => {
	drop(d, name);
	d.headers.push([name, value]);
};

const types = ['', 'text/plain', 'application/json;', 'application/jsonx',
	'application/json; charset=utf-16', 'application/json, text/html',
	'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded',
	'application/x-yaml', '\xff\xfe', ';', '/', 'a/b/c', 'json',
	' application/json', times('a', 6000), 'application/\tjson',
	'message/http', 'application/json\x7f', '${jndi:ldap://x}'];
const encodings = ['chunked', 'identity', 'gzip, chunked', 'chunked, gzip',
	'xchunked', 'chunked\x0b', 'CHUNKED', '"chunked"', 'chunked;x=y', '',
	'chunked\r\n chunked', 'deflate', 'chunked, chunked'];
const lengths = ['-1', '+5', '0x10', '5 5', '99999999999999999999', '', '1e3',
	'9223372036854775808', '00000000000000000000003', '3, 3', '3;', '65537',
	'\xb2', '1_000'];
const values = ['', '"', '*', ',', 'W/"x"', 'W/W/"', times('"a",', 1500),
	times(',', 1900), '\xff\xfe', '\x01', 'null', 'x'.repeat(1900), '%00',
	'..', '=;=;', times('a=b; ', 1900), '__Host-cm_session=',
	`__Host-cm_session=${times('A', 1900)}`, 'cm_fresh=1; cm_fresh=2',
	'Bearer', 'Bearer ', `Bearer ${times('x', 1500)}`, 'Bearer cm_usera_x',
	'Basic !!!!', 'Bearer \xff', 'wait=99999999999999999999', 'wait="',
	'wait=', `sha256=${times('0', 64)}`, 'sha256=', '() { :; };', '-0'];
const names = ['Cookie', 'Authorization', 'If-Match', 'If-None-Match',
	'Idempotency-Key', 'Prefer', 'X-Hub-Signature-256', 'X-GitHub-Event',
	'Origin', 'Sec-Fetch-Site', 'Range', 'Expect', 'Host', 'Connection',
	'Upgrade', 'TE', 'Trailer', 'X-Forwarded-For', 'X-Forwarded-Host',
	'X-Accel-Redirect', 'Proxy', 'Content-Encoding', 'Accept-Encoding',
	'X-HTTP-Method-Override', 'If-Modified-Since', 'Via', 'Referer',
	'Content-Range', 'Keep-Alive', 'X-Original-URL', 'User-Agent'];
const odd = ['/..', '/../../x', '/%2e%2e', '/%2e%2e%2f', '%00', '%', '%zz',
	'%c0%ae', '//', '\\', ';x', '?', '?nocache=true', '?nocache=%00',
	'?q=%ff%fe', '?status=x', '#', '/', '\x80', '\xff\xfe', '*', '~', ':80',
	'%0d%0aX-Evil:%201', '/complete', '/0001/complete', '?mode=x',
	'?confirm=true&mode=full', '?code=x&state=y', '%EF%BC%8F', '/%252e'];

/** @type {((d: Draft, p: Pick, site: Site) => void)[]} */
const ways = [
	(d, p) => {
		d.method = p.of(['', 'get', 'PUT', 'DELETE', 'PATCH', 'OPTIONS',
		    'TRACE', 'CONNECT', 'PROPFIND', 'GE\0T', 'G ET', 'POST\t',
		    '\x16\x03\x01', 'M-SEARCH', 'A'.repeat(1000), 'PRI', '"', 'HEAD',
		    'POST', 'GET']);
	},
	(d, p) => {
		d.target += p.of(odd);
	},
	(d, p) => {
		d.target = p.of([`/${times('a', p.n(40000))}`, '*', '', '/', 'x',
		    `http://evil.example${d.target}`, `//evil.example${d.target}`,
		    `${d.target}?${times('a=b&', p.n(7000))}`, `/x/..${d.target}`,
		    `${d.target}/${times('../', p.n(3000))}`, `\\${d.target}`,
		    `/api/tasks/${times('%41', p.n(6000))}`, `/ ${d.target}`,
		    `/api/tasks/${p.n(100000)}`, `/_build/${p.n(99)}/-`,
		    '/_wrote/x', '/_error/400', '/api/sync', '/healthz', '/app.js',
		    d.target.replace(/[a-z]/, (c) => c.toUpperCase())]);
	},
	(d, p) => {
		d.version = p.of([' HTTP/1.0', ' HTTP/0.9', ' HTTP/2.0', '', ' ',
		    ' HTTP/9.9', ' http/1.1', ' HTTP/1.1 HTTP/1.1', ' HTTP/1.1\0',
		    ' HTTP/11', ' ICAP/1.0', ' HTTP/1.', '\tHTTP/1.1']);
	},
	(d, p) => set(d, p.of(names), p.of(values)),
	(d, p) => set(d, p.of(names), p.of(values)),
	(d, p) => {
		d.headers.push([p.of(['Host', 'Content-Type', 'Content-Length',
		    'Origin', 'Sec-Fetch-Site', 'If-Match', 'Cookie',
		    'Authorization', 'Transfer-Encoding']), p.of(['0', d.target,
		    'application/json', 'evil.example', 'null', 'same-origin',
		    'chunked', '*'])]);
	},
	(d, p) => {
		for (let i = p.n(300); i > 0; i--)
			d.headers.push([`X-${i}`, times('y', p.n(60))]);
	},
	(d, p) => set(d, 'X-Large', times('z', p.of([2000, 8000, 9000, 40000]))),
	(d, p) => {
		d.headers.push(/** @type {[string, string]} */ (p.of([
		    ['X\0Y', 'z'], ['X Y', 'z'], ['', 'z'], ['X', 'a\0b'],
		    ['X', 'a\rb'], ['X', 'a\n b'], ['X_Y', 'z'], ['\xe4', '\xe4'],
		    ['X-\r\nY', 'z'], [' Host', 'x'], ['Host ', 'x'], ['X', '\x7f'],
		    ['Content_Length', '7'], ['X', 'a\n\nGET / HTTP/1.1']])));
	},
	(d, p) => set(d, 'Content-Type', p.of(types)),
	(d, p) => {
		set(d, 'Transfer-Encoding', p.of(encodings));
		if (p.n(2))
			d.framed = true;
		const size = p.of([d.body.length.toString(16), '0', 'zz', '-1',
		    'ffffffffffffffff', 'fffffffffffffffff', '0x5', '', ' 5',
		    `${d.body.length.toString(16)};${times('e', p.n(3000))}`]);
		d.body = Buffer.concat([bytes(`${size}\r\n`), d.body,
		    bytes(p.of(['\r\n0\r\n\r\n', '\r\n0\r\nX: y\r\n\r\n', '\n0\n\n',
			'\r\n', '0\r\n\r\nGET /codex HTTP/1.1\r\n\r\n']))]);
	},
	(d, p) => {
		set(d, 'Content-Length', p.of([...lengths, String(d.body.length + 9),
		    String(Math.max(0, d.body.length - 5))]));
		d.framed = true;
	},
	(d, p) => {
		d.body = Buffer.from(p.of(json)(p));
	},
	(d, p) => {
		d.body = Buffer.from(p.of(json)(p));
	},
	// What has come through to a program as its own kind of body
	(d, p, site) => {
		d.body = Buffer.from(p.of(json)(p));
		set(d, 'X-Hub-Signature-256', site.sign(d.body));
	},
	(d, p, site) => {
		const inner = p.of(json)(p);
		d.body = Buffer.from(p.of(['payload=', 'payload=%', 'a=b&payload=',
		    '&&=&', 'payload=%7B%22a%22%3A']) + encodeURIComponent(
		    inner.slice(0, 30000).replace(/[\ud800-\udfff]/g, '')));
		set(d, 'Content-Type', 'application/x-www-form-urlencoded');
		set(d, 'X-Hub-Signature-256', site.sign(d.body));
	},
	(d, p) => {
		d.body = Buffer.from(d.body);
		for (let i = p.n(8); i >= 0 && d.body.length > 0; i--)
			d.body[p.n(d.body.length)] = p.of([0, 0x80, 0xc0, 0xed, 0xf5,
			    0xff, 0x22, 0x5c, 0x7b, p.n(256)]);
	},
	(d, p) => {
		const text = wire(d);
		for (let i = p.n(6); i >= 0; i--)
			text[p.n(text.length)] = p.n(256);
		d.whole = text;
	},
	(d, p) => {
		const text = wire(d);
		d.whole = text.subarray(0, p.n(text.length));
	},
	(d, p) => {
		d.whole = p.of([() => bytes(times('A', 1 << 20)),
		    () => bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
		    () => bytes('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
		    () => bytes('\r\n'.repeat(p.n(20000))), () => bytes('\0'),
		    () => bytes(`GET ${d.target}\r\n\r\n`),
		    () => Buffer.from(Array.from({ length: p.n(2000) },
			() => p.n(256))),
		    () => Buffer.concat([wire(d), wire(d), wire(d)])])();
	},
];

/** @param {Draft} d */
function wire(d) {
	const framing = d.framed || d.body.length === 0 ? ''
	    : `Content-Length: ${d.body.length}\r\n`;
	const head = d.headers.map(([k, v]) => `${k}: ${v}\r\n`).join('');
	return Buffer.concat([bytes(`${d.method} ${d.target}${d.version}\r\n` +
	    `${head}${framing}Connection: close\r\n\r\n`), d.body]);
}

/** @param {Lane} lane @param {Pick} pick @param {Site} site */
export function malformed(lane, pick, site) {
	/** @type {Draft} */
	const d = { method: lane.method, target: lane.target,
	    version: ' HTTP/1.1', headers: [['Host', site.host],
		...(lane.body ? /** @type {[string, string][]} */ (
		    [['Origin', site.origin],
			['Content-Type', 'application/json']]) : []),
		.../** @type {[string, string][]} */ (
		    Object.entries(lane.headers || {}))],
	    body: Buffer.from(lane.body), framed: false };
	for (let n = 1 + pick.n(3); n > 0; n--)
		pick.of(ways)(d, pick, site);
	return d.whole || wire(d);
}

/** Whether nginx has all that the head promises; false if in doubt.
 * @param {Buffer} request */
function isWhole(request) {
	const at = request.indexOf('\r\n\r\n');
	const head = request.subarray(0, at < 0 ? 0 : at).toString('latin1');
	// Only then does nginx hang up after its answer.
	if (!/^\S.*\r\nConnection: close$/s.test(head) ||
	    /^transfer-encoding/im.test(head) ||
	    (head.match(/^content.length/gim) || []).length > 1)
		return false;
	const length = /^content-length: *(\d+)$/im.exec(head)?.[1] ?? '0';
	return Number(length) <= request.length - at - 4;
}

/**
 * Sends bytes and gives all that comes back.  What is not whole is cut off
 * after a moment, as nginx waits for the rest.
 * @param {number} port @param {Buffer} request
 * @param {number} patience_ms with what is whole
 * @returns {Promise<{text: string, cut: boolean}>}
 */
export function send(port, request, patience_ms) {
	return new Promise((done) => {
		let text = '';
		let cut = false;
		const socket = connect(port, '127.0.0.1');
		socket.setTimeout(isWhole(request) ? patience_ms : 60, () => {
			cut = true;
			socket.destroy();
		});
		socket.on('data', (chunk) => {
			text += chunk.toString('latin1');
		});
		socket.on('error', () => {}); // hung up early, as it may
		socket.on('close', () => done({ text, cut }));
		socket.write(request);
	});
}

/** The statuses of the answers in it, of pipelined requests several.
 * @param {string} text */
export const statuses = (text) =>
    [...text.matchAll(/^HTTP\/1\.[01] (\d{3}) /gm)].map((m) => Number(m[1]));

const front = 'typ: task\nkategorie: arbeit\nstatus: offen\n';
/** @param {string} yaml @param {string} body */
const file = (yaml, body = '# x\n') => `---\n${front}${yaml}---\n${body}`;
/** Nine levels of nine aliases each: a thousand million. */
const laughs = (() => {
	let yaml = 'a0: &a0 [x, x, x, x, x, x, x, x, x]\n';
	for (let i = 1; i < 10; i++)
		yaml += `a${i}: &a${i} [${Array(9).fill(`*a${i - 1}`)}]\n`;
	return yaml;
})();

/** Task files by what is wrong with them. @type {Record<string,
 *     string|Buffer>} */
export const bombs = {
	aliases: file(laughs),
	aliasedTags: file(`${laughs}tags: *a9\n`),
	aliasOfItself: file('x: &x [*x]\ntags: *x\n'),
	merges: file(`a: &a {b: c}\n${times('<<: *a\n', 15000)}`),
	anchors: file(Array.from({ length: 900 },
	    (_, i) => `k${i}: &n${i} x\n`).join('')),
	deep: file(`x: ${times('[', 7000)}${times(']', 7000)}\n`),
	deepBlock: file(Array.from({ length: 160 },
	    (_, i) => `${' '.repeat(i)}x:\n`).join('')),
	flow: file(`x: {${times('a: {', 8000)}\n`),
	types: file('x: !!python/object/apply:os.system [id]\n'),
	manyKeys: file(Array.from({ length: 1500 },
	    (_, i) => `k${i}: v\n`).join('')),
	sameKey: file(times('deadline: 24.12.2026\n', 15000)),
	longScalar: file(`x: "${times('\\x41', 15000)}"\n`),
	longTags: file(`tags: [${times('a, ', 15000)}]\n`),
	longFront: file(`x: ${times('y', 200000)}\n`),
	noEnd: `---\n${front}${times('x: y\n', 200000)}`,
	documents: times('---\n', 250000),
	directives: `%YAML 1.1\n${times('%TAG ! x\n', 15000)}${file('')}`,
	code: '---js\nprocess.exit()\n---\n',
	nul: file('', 'a\0b\n'),
	latin1: Buffer.from(file('', '# \xe4\xff\xfe\n'), 'latin1'),
	utf16: Buffer.from(file(''), 'utf16le'),
	large: file('', times('x', 300000)),
	line: file('', times('x', 1 << 20)),
	carriage: file('').replace(/\n/g, '\r'),
	...Object.fromEntries(markdown.map((make, i) =>
	    [`markdown${i}`, file('', make(250000))])),
};
