// @ts-check
// group: http
// POST /api/tasks: fields, names, limits, Idempotency-Key.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Stack, sleep, startStack, taskFile, until } from './stack.mjs';

/** @type {Stack} */
let stack;
before(async () => {
	stack = await startStack({ workers: 3 });
});
after(() => stack.stop());

/** @param {any} json @param {Record<string, string>} headers */
async function create(json, headers = {}) {
	return stack.send('POST', '/api/tasks', json, headers);
}

/** @param {any} json */
async function created(json) {
	const answer = await create(json);
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

test('the first task of a user is number 0000', async () => {
	const answer = await create({ kategorie: 'arbeit', title: 'Erste' });
	assert.equal(answer.status, 200);
	const { etag, ...rest } = answer.json;
	assert.match(etag, /^[0-9a-f]{16}$/);
	assert.deepEqual(rest, { ok: true, id: '0000', filename: '0000-Erste.md',
	    path: 'codex-miroir/usera/tasks/0000-Erste.md',
	    gitPushed: false });
	const task = (await stack.get('/api/tasks/0000')).json.task;
	assert.equal(task.etag, etag);
});

test('every field comes back as it was sent', async () => {
	const sent = { kategorie: 'privat', status: 'offen',
	    tags: ['haus', 'a: b', '- c', '"d"', 'null', '#e', 'ü🎯', '1'],
	    deadline: '29.02.2028', fixedSlot: { datum: '31.12.2027',
	    zeit: 'abends' }, title: 'Alle Felder',
	    body: 'Text\n\n---\nstatus: x\n' };
	const { id, filename } = await created(sent);
	const { task } = (await stack.get(`/api/tasks/${id}`)).json;
	for (const key of ['kategorie', 'status', 'tags', 'deadline',
	    'fixedSlot', 'title'])
		assert.deepEqual(task[key],
		    /** @type {Record<string, any>} */ (sent)[key], key);
	assert.ok(task.body.endsWith(sent.body));
	assert.match(stack.text(filename), /^---\ntyp: task\n/);
});

test('only kategorie is needed', async () => {
	const { filename, id } = await created({ kategorie: 'arbeit' });
	assert.equal(filename, `${id}.md`);
	const { task } = (await stack.get(`/api/tasks/${id}`)).json;
	assert.equal(task.status, 'offen');
	assert.deepEqual(task.tags, []);
	assert.equal(task.deadline, null);
	assert.equal(task.fixedSlot, null);
	for (const key of ['status', 'deadline', 'fixedSlot', 'tags', 'title',
	    'body']) {
		const answer = await create({ kategorie: 'arbeit', [key]: null });
		assert.equal(answer.status, 200, `${key}: null`);
	}
});

test('a file is named by letters, digits and - of its title', async () => {
	for (const [title, name] of [
	    ['Größe & Maß: #1, 50 %', 'Größe-Maß-1-50'],
	    ['  viele   Lücken  ', 'viele-Lücken'],
	    ['../../etc/passwd', 'etcpasswd'],
	    ['a/b\\c', 'abc'],
	    ['Release-Notes 4.2', 'Release-Notes-42'],
	    ['x'.repeat(80), 'x'.repeat(50)],
	    ['ä'.repeat(80), 'ä'.repeat(50)],
	    ['日本語タスク', '日本語タスク'],
	    ['-- a --', 'a'],
	    ['CON', 'CON']]) {
		const { filename, id } = await created({ kategorie: 'arbeit',
		    title });
		assert.equal(filename, `${id}-${name}.md`, title);
		const { task } = (await stack.get(`/api/tasks/${id}`)).json;
		assert.equal(task.title, title.trim(), 'the title itself stays');
	}
	for (const title of ['🎯', '!!!', '...', '--']) {
		const { filename, id } = await created({ kategorie: 'arbeit',
		    title });
		assert.equal(filename, `${id}.md`, title);
	}
});

test('titles that look like YAML or Markdown stay what they are', async () => {
	for (const title of ['# kein Titel', '--- ', '*fett*', '[x](y)',
	    'a: b', '<b>', '> Zitat', '`code`', '1. eins', '\\*', '&amp;',
	    '# # #', '- [ ] x', '~~~', '$x$', 'a  b', '![x](y)', 'x #']) {
		const { id } = await created({ kategorie: 'arbeit', title });
		const { task } = (await stack.get(`/api/tasks/${id}`)).json;
		assert.equal(task.title, title.trim());
	}
});

test('a value beyond its limit is a 400, one at the limit is stored', async () => {
	const base = { kategorie: 'arbeit' };
	const tags = Array.from({ length: 32 }, (_, i) => `t${i}`);
	for (const good of [{ tags }, { tags: ['x'.repeat(64)] },
	    { tags: ['ä'.repeat(32)] }, { title: 'x'.repeat(200) },
	    { body: 'x'.repeat(60000) }, { title: 'a', body: '' }]) {
		const answer = await create({ ...base, ...good });
		assert.equal(answer.status, 200, answer.text);
	}
	for (const [field, bad] of [
	    ['tags', { tags: [...tags, 'x'] }],
	    ['tags', { tags: ['x'.repeat(65)] }],
	    ['tags', { tags: ['ä'.repeat(33)] }],
	    ['tags', { tags: [''] }], ['tags', { tags: [1] }],
	    ['tags', { tags: [null] }], ['tags', { tags: ['a\nb'] }],
	    ['tags', { tags: ['a\u0000b'] }], ['tags', { tags: 'a' }],
	    ['tags', { tags: {} }], ['tags', { tags: ['\u0085'] }],
	    ['title', { title: 'x'.repeat(5000) }], ['title', { title: '' }],
	    ['title', { title: ' ' }],
	    ['title', { title: 7 }], ['title', { title: 'a\nb' }],
	    ['title', { title: 'a\tb' }], ['title', { title: 'a\u0000' }],
	    ['title', { title: '\u007f' }],
	    ['kategorie', { kategorie: 'verein' }],
	    ['kategorie', { kategorie: null }],
	    ['kategorie', { kategorie: 'Arbeit' }],
	    ['kategorie', { kategorie: ['arbeit'] }],
	    ['status', { status: 'fertig' }],
	    ['status', { status: true }],
	    ['deadline', { deadline: '31.02.2027' }],
	    ['deadline', { deadline: '2027-02-01' }],
	    ['deadline', { deadline: '1.2.2027' }],
	    ['deadline', { deadline: '' }], ['deadline', { deadline: 5 }],
	    ['deadline', { deadline: '01.02.2027 ' }],
	    ['deadline', { deadline: '01.02.2027\n' }],
	    ['fixedSlot', { fixedSlot: '24.11.2026' }],
	    ['fixedSlot', { fixedSlot: [] }],
	    ['fixedSlot', { fixedSlot: {} }],
	    ['fixedSlot', { fixedSlot: { datum: '24.11.2026' } }],
	    ['fixedSlot', { fixedSlot: { zeit: 'morgens' } }],
	    ['fixedSlot', { fixedSlot: { datum: '31.02.2027',
		zeit: 'morgens' } }],
	    ['fixedSlot', { fixedSlot: { datum: '24.11.2026',
		zeit: 'nachts' } }],
	    ['body', { body: 5 }], ['body', { body: 'a\u0000b' }],
	    ['body', { body: [] }]]) {
		const before = stack.tree();
		const answer = await create({ ...base, .../** @type {any} */
		    (bad) });
		assert.equal(answer.status, 400, JSON.stringify(bad));
		assert.equal(answer.json.code, 'ungueltiger_wert');
		assert.equal(answer.json.field, field, JSON.stringify(bad));
		assert.match(answer.json.error, /^\S.*\.$/);
		assert.deepEqual(stack.tree(), before);
	}
	const none = await create({ title: 'ohne Kategorie' });
	assert.equal(none.status, 400);
	assert.equal(none.json.field, 'kategorie');
});

test('a task that was just made is in the very next week', async () => {
	for (let i = 0; i < 20; i++) {
		const { filename } = await created({ kategorie: 'arbeit' });
		const week = await stack.get('/codex');
		assert.ok(week.text.includes(`"${filename}"`), filename);
	}
});

test('a replay gives the same answer without a second task', async () => {
	const json = { kategorie: 'arbeit', title: 'Einmal' };
	const first = await create(json, { 'Idempotency-Key': 'k-1' });
	const before = Object.keys(stack.tree()).length;
	const again = await create(json, { 'Idempotency-Key': 'k-1' });
	assert.equal(again.status, 200);
	assert.deepEqual(again.json, first.json);
	assert.equal(Object.keys(stack.tree()).length, before);
	const edited = await stack.send('PATCH', `/api/tasks/${first.json.id}`,
	    { status: 'abgebrochen' });
	assert.equal(edited.status, 200);
	const late = await create(json, { 'Idempotency-Key': 'k-1' });
	assert.deepEqual(late.json, first.json, 'also after an edit');
	const { task } = (await stack.get(`/api/tasks/${first.json.id}`)).json;
	assert.equal(task.status, 'abgebrochen', 'which a replay leaves alone');
	const other = await create(json, { 'Idempotency-Key': 'k-2' });
	assert.notEqual(other.json.id, first.json.id);
});

test('the same key with another body is a 422', async () => {
	const key = { 'Idempotency-Key': 'k-3' };
	await create({ kategorie: 'arbeit', title: 'A' }, key);
	const before = stack.tree();
	const answer = await create({ kategorie: 'arbeit', title: 'B' }, key);
	assert.equal(answer.status, 422);
	assert.equal(answer.json.code, 'schluessel_vergeben');
	assert.deepEqual(stack.tree(), before);
});

test('the same key many times at once makes one task', async () => {
	for (let round = 0; round < 5; round++) {
		const json = { kategorie: 'arbeit', title: `Zugleich ${round}` };
		const key = { 'Idempotency-Key': `zugleich ${round}` };
		const all = await Promise.all(Array.from({ length: 16 }, () =>
		    create(json, key)));
		for (const answer of all) {
			assert.equal(answer.status, 200, answer.text);
			assert.deepEqual(answer.json, all[0].json);
		}
	}
	const { tasks } = (await stack.get('/api/tasks?q=Zugleich')).json;
	assert.equal(tasks.length, 5);
});

test('an invalid Idempotency-Key is a 400', async () => {
	for (const key of ['', 'x'.repeat(256), 'ä']) {
		const answer = await stack.plainly('POST', '/api/tasks', {
			Origin: stack.url, 'Content-Type': 'application/json',
			'Idempotency-Key': key }, '{"kategorie":"arbeit"}');
		assert.equal(answer.status, 400, key);
	}
	const long = await create({ kategorie: 'arbeit' },
	    { 'Idempotency-Key': 'x'.repeat(255) });
	assert.equal(long.status, 200);
});

test('a creator killed at any moment has made one task or none', async () => {
	for (let i = 0; i < 12; i++) {
		const json = { kategorie: 'arbeit', title: `Abbruch ${i}` };
		const key = { 'Idempotency-Key': `abbruch-${i}` };
		const first = create(json, key);
		await sleep(i % 6); // the moment is what varies
		for (const pid of stack.workers('codex-create'))
			process.kill(pid, 'SIGKILL');
		await first;
		let again;
		await until(async () => {
			again = await create(json, key);
			return again.status === 200;
		}, 10000, 'the creators are back');
		const { tasks } = (await stack.get(
		    `/api/tasks?q=Abbruch+${i}`)).json;
		assert.deepEqual(tasks
		    .filter((/** @type {any} */ t) => t.title === json.title)
		    .map((/** @type {any} */ t) => t.file),
		    [/** @type {any} */ (again).json.filename]);
	}
});

test('a claim without its task is finished by the next request', async () => {
	const json = { kategorie: 'privat', title: 'Fertig machen' };
	const key = { 'Idempotency-Key': 'fertig' };
	const first = await create(json, key);
	rmSync(stack.path(first.json.filename));
	const again = await create(json, key);
	assert.deepEqual(again.json, first.json);
	const { task } = (await stack.get(`/api/tasks/${first.json.id}`)).json;
	assert.equal(task.etag, first.json.etag);
});

test('a task is never written over a file of the same name', async () => {
	for (const key of [undefined, 'vorhanden']) {
		const next = Number((await stack.get('/codex?nocache=true'))
		    .json.nextAvailableId);
		const id = String(next).padStart(4, '0');
		const theirs = taskFile({}, '# Von Hand\n');
		stack.place(`${id}-Neu.md`, theirs);
		const json = { kategorie: 'arbeit', title: 'Neu' };
		/** @type {Record<string, string>} */
		const headers = key ? { 'Idempotency-Key': key } : {};
		let answer = await create(json, headers);
		if (answer.status === 409)
			answer = await create(json, headers);
		assert.equal(answer.status, 200);
		assert.equal(stack.text(`${id}-Neu.md`), theirs);
		assert.notEqual(answer.json.filename, `${id}-Neu.md`,
		    'it says that it made what was there before');
		assert.match(stack.text(answer.json.filename), /# Neu/);
	}
});

test('a file with number 9999 does not end creation', async () => {
	const s = await startStack({ workers: 1 });
	for (let i = 1; i <= 30; i++)
		s.place(`${String(i).padStart(4, '0')}-Da.md`, taskFile());
	s.place('9999-Ende.md', taskFile());
	for (const id of ['0031', '0032', '0033']) {
		const week = await s.get('/codex?nocache=true');
		assert.equal(week.json.nextAvailableId, id);
		const preview = await s.send('POST', '/api/preview',
		    { kategorie: 'arbeit', title: 'Vorschau' });
		assert.ok(preview.text.includes(`"${id}-Vorschau.md"`));
		assert.equal(preview.json.nextAvailableId,
		    String(Number(id) + 1).padStart(4, '0'));
		const answer = await s.send('POST', '/api/tasks',
		    { kategorie: 'arbeit', title: 'Weiter' });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.id, id);
	}
	await s.stop();
});

test('under a key the value counts and not how it is spelled', async () => {
	const send = (/** @type {string} */ body) => stack.plainly('POST',
	    '/api/tasks', { Origin: stack.url, 'Idempotency-Key': 'k-gleich',
		'Content-Type': 'application/json' }, body);
	const first = await send('{"kategorie":"arbeit","title":"Größe",' +
	    '"tags":["a"]}');
	assert.equal(first.status, 200, first.text);
	for (const body of [
	    ' {"tags": ["a"], "title" : "Größe",\n"kategorie":"arbeit"}',
	    '{"\\u0074ags":["a"],"title":"Gr\\u00f6\\u00dfe","kategorie":' +
		'"arbeit","deadline":null,"status":""}'])
		assert.deepEqual((await send(body)).json, first.json, body);
	const other = await send('{"kategorie":"arbeit","title":"Größe",' +
	    '"tags":["b"]}');
	assert.equal(other.status, 422, other.text);
});

test('a member that is not known is told in each answer', async () => {
	const made = await create({ kategorie: 'arbeit', Tags: ['x'],
	    fixedSlot: { datum: '31.12.2027', zeit: 'ABENDS', Ort: 'x' } });
	assert.equal(made.status, 200, made.text);
	assert.deepEqual(made.json.ignored, ['Tags', 'fixedSlot.Ort']);
	const at = `/api/tasks/${made.json.id}`;
	for (const [method, path, json, ignored] of /** @type {any[]} */ ([
	    ['PATCH', at, { Titel: 'x' }, ['Titel']],
	    ['PUT', at, { title: 'x' }, undefined],
	    ['POST', `${at}/complete`, { datum: '23.11.2026', zeit: 'Abends',
		id: 1 }, ['id']],
	    ['POST', '/api/preview', { id: made.json.id, ID: 2 }, ['ID']],
	    ['POST', '/api/preview', { kategorie: 'arbeit' }, undefined]])) {
		const answer = await stack.send(method, path, json);
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(answer.json.ignored, ignored, path);
	}
});

test('an empty status is absent', async () => {
	const { id } = await created({ kategorie: 'arbeit', status: '' });
	const read = async () => (await stack.get(`/api/tasks/${id}`)).json.task;
	assert.equal((await read()).status, 'offen');
	await stack.send('PATCH', `/api/tasks/${id}`, { status: 'abgebrochen' });
	const kept = await stack.send('PATCH', `/api/tasks/${id}`,
	    { status: '', tags: ['x'] });
	assert.equal(kept.status, 200, kept.text);
	assert.equal((await read()).status, 'abgebrochen');
});

test('a claim is over after 24 hours', async () => {
	const s = await startStack();
	const json = { kategorie: 'arbeit', title: 'Gestern' };
	const send = () => s.send('POST', '/api/tasks', json,
	    { 'Idempotency-Key': 'tag' });
	const first = await send();
	await s.stop(false);
	s.options.env = { CODEX_NOW: String(23 * 3600000) };
	await s.start();
	assert.deepEqual((await send()).json, first.json, 'after 23 hours');
	await s.stop(false);
	s.options.env = { CODEX_NOW: String(25 * 3600000) };
	await s.start();
	const other = await send();
	assert.equal(other.status, 200);
	assert.notEqual(other.json.id, first.json.id, 'after 25 hours');
	assert.deepEqual((await send()).json, other.json);
	await s.stop();
});

test('a missing or broken nextId is found anew', async () => {
	const s = await startStack();
	const next = join(s.data || '', 'state/usera/nextId.txt');
	s.place('0041-Hoch.md', taskFile());
	const make = () => s.send('POST', '/api/tasks', { kategorie: 'arbeit' });
	assert.equal((await make()).json.id, '0042');
	for (const text of ['', 'x', '-1', '99999999999999999999', '4 2',
	    '10001']) {
		writeFileSync(next, text);
		const answer = await make();
		assert.equal(answer.status, 200, text);
		assert.equal(Number(answer.json.id) > 41, true);
	}
	assert.equal(readFileSync(next, 'utf8').trim(), '49');
	await s.stop();
});
