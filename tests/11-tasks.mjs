// @ts-check
// group: http
// GET /api/tasks and GET /api/tasks/{id}.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Stack, startStack, taskFile, top } from './stack.mjs';

const vault = join(top, 'tests/data/vault');
const odd = '0030-Größe #1 50% & a+b?=\'"🎯.md';

/** @type {Stack} */
let stack;

before(async () => {
	stack = await startStack({ import: vault, env: {
		CODEX_AUTH: 'local:edge', CODEX_NOW: '2026-11-22T06:00:00Z' } });
	const put = (/** @type {string} */ file, /** @type {any} */ fields,
	    body = '') => stack.place(file, taskFile(fields, body), 'edge');
	put(odd, { kategorie: 'privat', tags: '[haus, "größe"]' },
	    '# Seltsamer NAME\n');
	put('0031-Fertig.md', { status: 'abgeschlossen', tags: '[haus]',
	    abgeschlossen_am: '{datum: 20.11.2026, zeit: abends}' });
	put('0032-Weg.md', { status: 'abgebrochen', deadline: '01.12.2026' });
	put('0033-Text.md', {}, [
		'# Ein *Titel*', '', 'Absatz mit `code`,', '**fett** und ~~weg~~.',
		'', '- [x] eins', '- [ ] zwei', '', '1. a', '2. b', '',
		'> Zitat', '', '```c', 'int x;', '```', '', '| a | b |',
		'| --- | ---: |', '| 1 | 2 |', '', '---', '',
		'[gut](https://example.org/a?b=1&c) [rel](seite.md)',
		'[post](mailto:a@b.de) [böse](javascript:alert(1))',
		'[daten](data:text/html,x) [JS](JaVaScRiPt:x)',
		'[tab](java\tscript:x) [ent](javascript&#58;x)',
		'![bild](https://example.org/b.png) <b onclick=x>roh</b>',
		'<script>alert(1)</script>', '',
	].join('\n'));
	put('0034-Bombe.md', {}, `${'> '.repeat(20000)}x\n${'['.repeat(30000)}` +
	    `\n\n${'*a_'.repeat(20000)}\n\n${'- '.repeat(300)}tief\n`);
	put('0035-CRLF.md', {}, 'Zeile eins\r\nZeile zwei\0Rest\u202e\n');
});
after(() => stack.stop());

/** @param {string} query */
async function list(query) {
	const answer = await stack.get(`/api/tasks${query}`);
	assert.equal(answer.status, 200, query);
	return answer.json.tasks.map((/** @type {any} */ t) => t.file);
}

/** @param {any} node @param {(node: any) => void} visit */
function walk(node, visit) {
	visit(node);
	for (const child of node.children || [])
		walk(child, visit);
}

test('the list has every file in order', async () => {
	const answer = await stack.get('/api/tasks');
	assert.deepEqual(Object.keys(answer.json).sort(),
	    ['otherFiles', 'problems', 'tasks']);
	const good = answer.json.tasks.map((/** @type {any} */ t) => t.file);
	const bad = new Set(answer.json.problems
	    .filter((/** @type {any} */ p) => p.code !== 'nummer_doppelt')
	    .map((/** @type {any} */ p) => p.file));
	const all = readdirSync(join(stack.data || '', 'raw/edge/tasks'))
	    .filter((name) => /^\d{4}(-.*)?\.md$/.test(name));
	assert.deepEqual([...good, ...bad].sort(), all.sort());
	const ids = answer.json.tasks.map((/** @type {any} */ t) => t.id);
	assert.deepEqual(ids, [...ids].sort());
	for (const task of answer.json.tasks) {
		assert.match(task.id, /^\d{4}$/);
		assert.equal(typeof task.deadlineRisk, 'boolean');
		assert.equal(task.sync, 'clean');
	}
});

test('filters choose by status, kategorie, tag and text', async () => {
	assert.deepEqual(await list('?status=abgeschlossen'),
	    ['0031-Fertig.md']);
	assert.deepEqual(await list('?status=abgebrochen'), ['0032-Weg.md']);
	assert.deepEqual(await list('?tag=haus'), [odd, '0031-Fertig.md']);
	assert.deepEqual(await list('?tag=haus&status=offen'), [odd]);
	assert.deepEqual(await list('?tag=gr%C3%B6%C3%9Fe&kategorie=privat'),
	    [odd]);
	assert.deepEqual(await list('?tag=HAUS'), [odd, '0031-Fertig.md'],
	    'whatever the case');
	assert.deepEqual(await list('?tag=gro%CC%88%C3%9Fe'), [odd],
	    'however it is composed');
	assert.deepEqual(await list('?tag=hau'), [], 'a tag is meant whole');
	assert.deepEqual(await list('?q=SELTSAMER+name'), [odd]);
	assert.deepEqual(await list('?q=GR%C3%96SSE'), [odd],
	    'case is folded as Unicode has it');
	assert.deepEqual(await list('?q=%F0%9F%8E%AF'),
	    ['0016-Umlaute-äöüß-und-🎯.md', odd]);
	assert.deepEqual(await list('?kategorie=arbeit&q=gibtesnicht'), []);
	const work = await list('?kategorie=arbeit');
	const own = await list('?kategorie=privat');
	assert.equal(work.length + own.length, (await list('')).length);
});

test('texts are searched only where that is asked for', async () => {
	assert.deepEqual(await list('?q=zitat'), []);
	assert.deepEqual(await list('?q=zitat&text=true'), ['0033-Text.md']);
	assert.deepEqual(await list('?q=TITEL+Zitat+fett&text=true'),
	    ['0033-Text.md'], 'each word for itself');
	assert.deepEqual(await list('?q=rest&text=true'), ['0035-CRLF.md'],
	    'behind a NUL, too');
	assert.deepEqual(await list('?q=zitat&text=true&kategorie=privat'), []);
	const { json } = await stack.get('/api/tasks?q=zitat&text=true');
	assert.equal(json.unread, 0);
});

test('an invalid filter is a 400 that names the field', async () => {
	for (const [query, field] of [['status=fertig', 'status'],
	    ['status=', 'status'], ['kategorie=Arbeit', 'kategorie'],
	    ['kategorie=verein', 'kategorie'], ['q=%FF%FE', 'q'],
	    ['tag=%FF%FE', 'tag']]) {
		const answer = await stack.get(`/api/tasks?${query}`);
		assert.equal(answer.status, 400, query);
		assert.equal(answer.json.ok, false);
		assert.equal(answer.json.code, 'ungueltiger_wert');
		assert.equal(answer.json.field, field);
	}
});

test('one task is found by its number and by its stem', async () => {
	for (const id of ['0031', '0031-Fertig']) {
		const answer = await stack.get(`/api/tasks/${id}`);
		assert.equal(answer.status, 200);
		assert.equal(answer.json.ok, true);
		const { frontMatter, body, nodes, etag, ...task } = answer.json.task;
		assert.equal(frontMatter, stack.text('0031-Fertig.md', 'edge'));
		assert.match(etag, /^[0-9a-f]{16}$/);
		assert.deepEqual(nodes, []);
		assert.equal(body, '');
		assert.deepEqual(task, { id: '0031', file: '0031-Fertig.md',
		    title: '0031-Fertig', kategorie: 'arbeit',
		    status: 'abgeschlossen', tags: ['haus'], deadline: null,
		    fixedSlot: null, isFixed: false,
		    abgeschlossen_am: { datum: '20.11.2026', zeit: 'abends' },
		    sync: 'clean' });
	}
});

test('a task is found by a name with any signs', async () => {
	const all = await stack.get('/api/tasks');
	for (const { file } of all.json.tasks) {
		const stem = encodeURIComponent(file.slice(0, -3));
		const answer = await stack.get(`/api/tasks/${stem}`);
		assert.equal(answer.status, 200, file);
		assert.equal(answer.json.task.file, file);
	}
});

test('a number that two files share is a 409 that names both', async () => {
	const answer = await stack.get('/api/tasks/0015');
	assert.equal(answer.status, 409);
	assert.equal(answer.json.code, 'nummer_doppelt');
	assert.match(answer.json.error, /0015-doppelte-Nummer-A/);
	assert.match(answer.json.error, /0015-doppelte-Nummer-B/);
	assert.equal((await stack.get('/api/tasks/0015-doppelte-Nummer-B'))
	    .json.task.title, 'Doppelt B');
});

test('a bad file is answered with its reason', async () => {
	for (const id of ['0007', '0008', '0009', '0010', '0011', '0013']) {
		const answer = await stack.get(`/api/tasks/${id}`);
		assert.equal(answer.status, 409, id);
		assert.equal(answer.json.code, 'datei_fehlerhaft');
	}
});

test('a reference to no task of the user is a 404', async () => {
	for (const id of ['9999', '0031-fertig', '31', '00031', '0031.md',
	    '0031-Fertig.md', '12345-fuenfstellig', 'notizen', '0099-zu-tief',
	    'unterordner%2F0099-zu-tief', '..', '%2e%2e', '0000-', '%FF',
	    '0031-%0A', ' 0031', '0031%20',
	    `0031-${'x'.repeat(300)}`]) {
		const answer = await stack.plainly('GET', `/api/tasks/${id
		    .replaceAll(' ', '%20')}`);
		assert.equal(answer.status, 404, id);
		assert.equal(answer.json?.code, 'nicht_gefunden', id);
	}
});

test('a NUL in a name is a bad request', async () => {
	for (const id of ['0031%00', '0031-Fertig%00', '%00']) {
		const answer = await stack.plainly('GET', `/api/tasks/${id}`);
		assert.equal(answer.status, 400, id);
		assert.equal(answer.json?.ok, false, id);
	}
});

test('Markdown becomes a tree in which nothing is HTML', async () => {
	const { task } = (await stack.get('/api/tasks/0033')).json;
	/** @type {Set<string>} */
	const types = new Set();
	/** @type {string[]} */
	const links = [];
	let text = '';
	for (const top of task.nodes)
		walk(top, (node) => {
			types.add(node.type);
			for (const key of Object.keys(node))
				assert.ok(!/html|raw/i.test(key), key);
			if ('href' in node || 'url' in node)
				links.push(node.href || node.url);
			text += node.text || '';
		});
	for (const type of ['heading', 'paragraph', 'text'])
		assert.ok(types.has(type), type);
	for (const type of types)
		assert.ok(!/html/i.test(type), type);
	assert.ok(text.includes('<script>alert(1)</script>'),
	    'raw HTML is shown as text');
	assert.ok(text.includes('<b onclick=x>'));
	assert.equal(task.title, 'Ein Titel');
	for (const good of ['https://example.org/a?b=1&c', 'seite.md',
	    'mailto:a@b.de', 'https://example.org/b.png'])
		assert.ok(links.includes(good), good);
	for (const link of links)
		assert.ok(!/^\s*(java\s*script|data|vbscript):/i.test(link),
		    link);
	assert.ok(!types.has('image'), 'images become links');
});

test('hostile Markdown is answered in bounded time and depth', async () => {
	const answer = await stack.get('/api/tasks/0034');
	assert.equal(answer.status, 200);
	let deepest = 0;
	const depth = (/** @type {any} */ node, n = 1) => {
		deepest = Math.max(deepest, n);
		for (const child of node.children || [])
			depth(child, n + 1);
	};
	for (const node of answer.json.task.nodes)
		depth(node);
	assert.ok(deepest <= 200, `depth ${deepest}`);
	assert.ok(answer.text.length < 4 << 20, `${answer.text.length} bytes`);
});

test('a list and a task have ETags, weakly compared', async () => {
	for (const path of ['/api/tasks', '/api/tasks?status=offen',
	    '/api/tasks/0033']) {
		const first = await stack.plainly('GET', path);
		const etag = first.headers.get('etag') || '';
		assert.match(etag, /^"[^"]+"$/);
		for (const match of [etag, `W/${etag}`]) {
			const same = await stack.plainly('GET', path,
			    { 'If-None-Match': match });
			assert.equal(same.status, 304, path);
			assert.equal(same.text, '');
		}
		const head = await stack.plainly('HEAD', path);
		assert.equal(head.headers.get('etag'), etag);
		assert.equal(head.text, '');
	}
});

test('a 304 has the Vary of its 200', async () => {
	for (const path of ['/codex', '/api/tasks', '/api/tasks/0033',
	    '/api/week']) {
		const vary = (await stack.plainly('GET', path)).headers.get('vary');
		assert.equal(vary, 'Accept-Encoding', path);
		const same = await stack.plainly('GET', path,
		    { 'If-None-Match': '*' });
		assert.equal(same.status, 304, path);
		assert.equal(same.headers.get('vary'), vary, path);
	}
});

test('a 304 of a file of the page has the Vary of its 200', async () => {
	const page = (await stack.get('/')).text;
	const script = /\/v\/[0-9a-f]{16}\/[a-z]+\.js/.exec(page)?.[0];
	assert.ok(script);
	for (const path of ['/', script, '/api/openapi.yaml', '/api/'])
		for (const coding of ['gzip', 'identity']) {
			const ask = { 'Accept-Encoding': coding };
			const whole = await stack.plainly('GET', path, ask);
			const same = await stack.plainly('GET', path,
			    { ...ask, 'If-None-Match': '*' });
			assert.equal(same.status, 304, path);
			assert.match(whole.headers.get('vary') ?? '',
			    /^Accept-Encoding(, Accept-Language)?$/, path);
			assert.equal(same.headers.get('vary'),
			    whole.headers.get('vary'), path);
		}
});

test('an edge file is shown whatever its bytes are', async () => {
	const crlf = (await stack.get('/api/tasks/0001')).json.task;
	assert.equal(crlf.title, 'CRLF');
	const bom = (await stack.get('/api/tasks/0002')).json.task;
	assert.equal(bom.title, 'BOM');
	const html = (await stack.get('/api/tasks/0017')).json.task;
	assert.equal(html.title, 'alert(1)');
	assert.deepEqual(html.tags, ['<b>']);
	const rule = (await stack.get('/api/tasks/0014')).json.task;
	assert.equal(rule.status, 'offen');
	assert.match(rule.body, /unten\n\nstatus: steht im Text/);
});
