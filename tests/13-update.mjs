// @ts-check
// group: http
// PUT, PATCH and DELETE /api/tasks/{id}, POST /api/preview.

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { Stack, startStack, taskFile, top } from './stack.mjs';

const vault = join(top, 'tests/data/vault');
const bad = ['0007', '0008', '0009', '0010', '0011', '0013'];

/** @type {Stack} */
let stack;
before(async () => {
	stack = await startStack({ import: vault, env: {
		CODEX_AUTH: 'local:edge', CODEX_NOW: '2026-11-22T06:00:00Z' } });
});
after(() => stack.stop());

/** @param {string} file @param {string|Buffer} bytes */
const place = (file, bytes) => stack.place(file, bytes, 'edge');
/** @param {string} file */
const text = (file) => stack.text(file, 'edge');
/** @param {string} id @param {any} json
 * @param {Record<string, string>} headers */
const patch = (id, json, headers = {}) =>
	stack.send('PATCH', `/api/tasks/${encodeURIComponent(id)}`, json,
	    headers);

/** Lines that are not in both. @param {string} a @param {string} b */
function difference(a, b) {
	const one = a.split('\n');
	const two = b.split('\n');
	let from = 0;
	while (from < one.length && one[from] === two[from])
		from++;
	let till = 0;
	while (till < one.length - from && till < two.length - from &&
	    one[one.length - 1 - till] === two[two.length - 1 - till])
		till++;
	return [one.slice(from, one.length - till),
	    two.slice(from, two.length - till)];
}

test('PUT and PATCH change one field of a task', async () => {
	for (const method of ['PUT', 'PATCH']) {
		const file = `0040-${method}.md`;
		place(file, taskFile({ status: 'offen' }, '# A\n'));
		const answer = await stack.send(method,
		    `/api/tasks/0040-${method}`, { status: 'abgebrochen' });
		assert.equal(answer.status, 200, answer.text);
		const { etag, ...rest } = answer.json;
		assert.deepEqual(rest, { ok: true, id: '0040', file,
		    changed: true, undo: rest.undo, gitPushed: false });
		assert.equal(rest.undo.text, 'off');
		assert.equal(text(file),
		    taskFile({ status: 'abgebrochen' }, '# A\n'));
		const { task } = (await stack.get(
		    `/api/tasks/0040-${method}`)).json;
		assert.equal(task.etag, etag);
	}
});

test('DELETE is the status abgebrochen', async () => {
	place('0041-Weg.md', taskFile({}, 'x\n'));
	for (const changed of [true, false]) {
		const answer = await stack.fetch('/api/tasks/0041',
		    { method: 'DELETE' });
		assert.equal(answer.status, 200);
		assert.equal((await answer.json()).changed, changed);
		assert.equal(text('0041-Weg.md'),
		    taskFile({ status: 'abgebrochen' }, 'x\n'));
	}
	const bare = await stack.plainly('DELETE', '/api/tasks/0041',
	    { Origin: stack.url });
	assert.equal(bare.status, 200, 'without a body and a type');
});

test('an absent field stays as it is', async () => {
	const bytes = taskFile({ tags: '[a]', deadline: '01.02.2027' }, 'b\n');
	place('0042.md', bytes);
	const answer = await patch('0042', {});
	assert.equal(answer.status, 200);
	assert.equal(answer.json.changed, false);
	const same = await patch('0042', { kategorie: 'arbeit',
	    status: 'offen', tags: ['a'], deadline: '01.02.2027' });
	assert.equal(same.status, 200);
	assert.equal(same.json.changed, false, 'set to what it was');
	assert.equal(text('0042.md'), bytes);
});

test('each field reads back as it was set', async () => {
	for (const change of [{ kategorie: 'privat' },
	    { status: 'abgebrochen' }, { tags: ['x', 'y: z', '[q]', '#1'] },
	    { tags: [] }, { deadline: '24.12.2026' },
	    { fixedSlot: { datum: '24.12.2026', zeit: 'abends' } },
	    { title: 'Neuer: "Titel" #1' }, { body: 'Neuer Text\n\n---\n' }]) {
		place('0043-Feld.md', taskFile({ tags: '[a]' },
		    '# Titel\n\nText\n'));
		const answer = await patch('0043', change);
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.file, '0043-Feld.md',
		    'an edit never renames');
		const { task } = (await stack.get('/api/tasks/0043')).json;
		for (const [key, value] of Object.entries(change))
			if (key === 'body')
				assert.ok(task.body.endsWith(value));
			else
				assert.deepEqual(task[key], value, key);
	}
});

test('null removes an optional field', async () => {
	place('0044.md', taskFile({ tags: '[a]', deadline: '01.02.2027',
	    fixedSlot: '{datum: 01.02.2027, zeit: abends}' }, 'Text\n'));
	for (const key of ['tags', 'deadline', 'fixedSlot', 'body']) {
		const answer = await patch('0044', { [key]: null });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.changed, true, key);
		const again = await patch('0044', { [key]: null });
		assert.equal(again.json.changed, false, `${key} again`);
	}
	const { task } = (await stack.get('/api/tasks/0044')).json;
	assert.deepEqual([task.tags, task.deadline, task.fixedSlot, task.body],
	    [[], null, null, '']);
	for (const key of ['kategorie', 'status']) {
		const answer = await patch('0044', { [key]: null });
		assert.equal(answer.status, 400, key);
		assert.equal(answer.json.field, key);
	}
});

test('a task without a title is called by its text', async () => {
	place('0044-Name.md', taskFile({}, '# Titel\n\nText\n'));
	assert.equal((await patch('0044-Name', { title: null })).status, 200);
	const { task } = (await stack.get('/api/tasks/0044-Name')).json;
	assert.equal(task.title, 'Text');
	assert.equal(task.body.trim(), 'Text');
	const again = await patch('0044-Name', { title: null });
	assert.equal(again.json.changed, false);
});

test('status offen removes abgeschlossen_am', async () => {
	const done = { status: 'abgeschlossen',
	    abgeschlossen_am: '{datum: 20.11.2026, zeit: abends}' };
	place('0045.md', taskFile(done, 'x\n'));
	const answer = await patch('0045', { status: 'offen' });
	assert.equal(answer.status, 200);
	assert.equal(text('0045.md'), taskFile({}, 'x\n'));
	place('0045.md', '---\ntyp: task\nkategorie: arbeit\n' +
	    'status: abgeschlossen\nabgeschlossen_am:\n  datum: 20.11.2026\n' +
	    '  zeit: morgens\ntags: [a]\n---\n');
	assert.equal((await patch('0045', { status: 'offen' })).status, 200);
	assert.equal(text('0045.md'), '---\ntyp: task\nkategorie: arbeit\n' +
	    'status: offen\ntags: [a]\n---\n');
});

test('If-Match takes the etag, strong, weak and *, and nothing else', async () => {
	place('0046.md', taskFile());
	let { etag } = (await stack.get('/api/tasks/0046')).json.task;
	const header = (await stack.plainly('GET', '/api/tasks/0046')).headers
	    .get('etag') || '';
	let n = 0;
	for (const match of [() => `"${etag}"`, () => `W/"${etag}"`, () => '*',
	    () => `"x", W/"${etag}"`]) {
		const answer = await patch('0046', { tags: [`${n++}`] },
		    { 'If-Match': match() });
		assert.equal(answer.status, 200, match());
		etag = answer.json.etag;
	}
	place('0046.md', taskFile());
	const byHeader = await patch('0046', { tags: ['h'] },
	    { 'If-Match': header });
	assert.equal(byHeader.status, 200, 'the header of GET');
	etag = byHeader.json.etag;
	const stale = header;
	const before = text('0046.md');
	for (const match of [stale, '"x"', `"${'0'.repeat(64)}"`, '""', 'W/"x"',
	    `"${etag.slice(1)}"`]) {
		const answer = await patch('0046', { tags: ['no'] },
		    { 'If-Match': match });
		assert.equal(answer.status, 412, match);
		assert.equal(answer.json.code, 'inzwischen_geaendert');
	}
	const gone = await stack.plainly('DELETE', '/api/tasks/0046',
	    { Origin: stack.url, 'If-Match': '"x"' });
	assert.equal(gone.status, 412);
	assert.equal(text('0046.md'), before);
});

test('of many edits of one state only one is stored', async () => {
	for (let round = 0; round < 5; round++) {
		place('0047.md', taskFile());
		const { etag } = (await stack.get('/api/tasks/0047')).json.task;
		const all = await Promise.all(Array.from({ length: 12 },
		    (_, i) => patch('0047', { tags: [`t${i}`] },
			{ 'If-Match': `"${etag}"` })));
		const won = all.findIndex((a) => a.status === 200);
		assert.deepEqual(all.map((a) => a.status).sort(),
		    [200, ...Array(11).fill(412)]);
		assert.deepEqual((await stack.get('/api/tasks/0047')).json
		    .task.tags, [`t${won}`]);
	}
});

test('without If-Match changes of different fields all stay', async () => {
	place('0048.md', taskFile({}, '# T\n'));
	const all = await Promise.all([
		patch('0048', { kategorie: 'privat' }),
		patch('0048', { tags: ['a'] }),
		patch('0048', { deadline: '01.02.2027' }),
		patch('0048', { title: 'Neu' }),
	]);
	assert.deepEqual(all.map((a) => a.status), [200, 200, 200, 200]);
	const { task } = (await stack.get('/api/tasks/0048')).json;
	assert.deepEqual([task.kategorie, task.tags, task.deadline, task.title],
	    ['privat', ['a'], '01.02.2027', 'Neu']);
});

test('an edit of an edge file keeps every byte of the others', async () => {
	const names = readdirSync(join(vault, 'codex-miroir/edge/tasks'))
	    .filter((name) => /^\d{4}(-.*)?\.md$/.test(name) &&
		!bad.includes(name.slice(0, 4)));
	assert.ok(names.length > 12);
	for (const name of names) {
		const before = text(name);
		const answer = await patch(name.slice(0, -3),
		    { status: 'abgebrochen' });
		assert.equal(answer.status, 200, `${name} ${answer.text}`);
		const [lost, found] = difference(before, text(name));
		assert.equal(lost.length, 1, name);
		assert.match(lost[0], /^status: offen/);
		assert.deepEqual(found,
		    [lost[0].replace('offen', 'abgebrochen')], name);
		assert.equal((await patch(name.slice(0, -3),
		    { status: 'offen' })).status, 200);
		assert.equal(text(name), before, `${name} and back`);
	}
});

test('every field of an edge file reads back as it was edited', async () => {
	const file = '0003-Kommentare-und-fremde-Felder.md';
	const before = text(file);
	for (const change of [{ kategorie: 'privat' }, { tags: ['neu'] },
	    { deadline: '06.12.2026' }, { fixedSlot: null },
	    { fixedSlot: { datum: '27.11.2026', zeit: 'morgens' } },
	    { title: 'Anders' }]) {
		place(file, before);
		const answer = await patch('0003', change);
		assert.equal(answer.status, 200, answer.text);
		const now = text(file);
		for (const keep of ['# diese Datei pflege ich von Hand',
		    '# immer task', '# in Anführungszeichen',
		    'projekt: {name: Sync, phase: 2}   # unbekanntes Feld',
		    'wiederholung: |\n  jeden ersten Montag\n  im Monat\n',
		    'anfassen.   \nZwei Leerzeichen'])
			assert.ok(now.includes(keep), `${keep} in ${now}`);
		const { task } = (await stack.get('/api/tasks/0003')).json;
		for (const [key, value] of Object.entries(change))
			assert.deepEqual(task[key], value);
	}
	place(file, before);
});

test('an edit of a bad file is refused with its reason', async () => {
	for (const id of bad) {
		const before = stack.tree();
		const answer = await patch(id, { status: 'abgebrochen' });
		assert.equal(answer.status, 409, id);
		assert.equal(answer.json.code, 'datei_fehlerhaft');
		assert.deepEqual(stack.tree(), before);
	}
});

test('a box is ticked by its line, and only in the known file', async () => {
	place('0060.md', taskFile({}, '# Einkauf\n\n- [ ] Brot\n- [x] Salz\n'));
	const { task } = (await stack.get('/api/tasks/0060')).json;
	const boxes = task.nodes[1].children;
	assert.deepEqual(boxes.map((/** @type {any} */ b) => b.checked),
	    [false, true]);
	const before = String(await stack.blob('raw/edge/tasks/0060.md'));
	assert.equal(before.split('\n')[boxes[0].line - 1], '- [ ] Brot');
	const tick = (/** @type {any} */ line, /** @type {any} */ headers) =>
	    stack.send('PATCH', '/api/tasks/0060',
	        { tick: { line, checked: true } }, headers);
	const etag = { 'If-Match': `"${task.etag}"` };
	const bare = await tick(boxes[0].line, {});
	assert.equal(bare.status, 428);
	assert.equal(bare.json.code, 'if_match_fehlt');
	const none = await tick(boxes[0].line - 1, etag);
	assert.equal(none.status, 400);
	assert.equal(none.json.field, 'tick');
	const done = await tick(boxes[0].line, etag);
	assert.equal(done.status, 200, done.text);
	assert.equal(done.json.changed, true);
	assert.equal(String(await stack.blob('raw/edge/tasks/0060.md')),
	    before.replace('[ ]', '[x]'));
	assert.equal((await tick(boxes[0].line, etag)).status, 412);
});

test('what an answer gives as undo brings the old bytes back', async () => {
	const file = 'raw/edge/tasks/0061.md';
	const read = async () => String(await stack.blob(file));
	place('0061.md', taskFile({}, '# Brot\n').replace('---\n#',
	    'fixedSlot:\n  datum: 26.11.2026 # Tag\n  zeit: abends\n---\n#'));
	const before = await read();
	const undo = async (/** @type {any} */ done) => {
		assert.equal(done.status, 200, done.text);
		assert.equal((await stack.send('PATCH', '/api/tasks/0061',
		    { undo: done.json.undo })).status, 428);
		return stack.send('PATCH', '/api/tasks/0061',
		    { undo: done.json.undo },
		    { 'If-Match': `"${done.json.etag}"` });
	};
	const edits = [() => patch('0061', { fixedSlot: null }),
	    () => patch('0061', { tags: ['ä'], body: 'Neu\n' }),
	    () => stack.send('DELETE', '/api/tasks/0061', undefined),
	    () => stack.send('POST', '/api/tasks/0061/complete',
	        { datum: '22.11.2026', zeit: 'morgens' })];
	for (const edit of edits) {
		const done = await edit();
		const after = await read();
		assert.notEqual(after, before);
		const back = await undo(done);
		assert.equal(await read(), before);
		await undo(back);
		assert.equal(await read(), after, 'an undo is taken back, too');
		place('0061.md', before);
	}
	assert.equal('undo' in (await patch('0061', {})).json, false);
});

test('an edit has an undo as long as a request can hold it', async () => {
	const file = 'raw/edge/tasks/0062.md';
	const read = async () => String(await stack.blob(file));
	const before = taskFile({}, 'a\n'.repeat(21_000));
	place('0062.md', before);
	const done = await patch('0062', { body: 'Kurz\n' });
	assert.equal(done.status, 200, done.text);
	const request = JSON.stringify({ undo: done.json.undo });
	assert.ok(request.length > 60_000 && request.length <= 64 << 10);
	const back = await stack.send('PATCH', '/api/tasks/0062',
	    { undo: done.json.undo }, { 'If-Match': `"${done.json.etag}"` });
	assert.equal(back.status, 200, back.text);
	assert.equal(await read(), before);

	place('0062.md', taskFile({}, 'a\n'.repeat(22_000)));
	assert.equal((await patch('0062', { body: 'Kurz\n' })).json.undo, null);
});

test('twins are edited by stem only', async () => {
	const twice = await patch('0015', { status: 'abgebrochen' });
	assert.equal(twice.status, 409);
	assert.equal(twice.json.code, 'nummer_doppelt');
	const one = await patch('0015-doppelte-Nummer-B', { tags: ['b'] });
	assert.equal(one.status, 200);
	assert.equal(one.json.file, '0015-doppelte-Nummer-B.md');
});

test('an edit of a missing task is a 404', async () => {
	const before = stack.tree();
	for (const id of ['9998', '0042-falsch', 'x', '...', '../0042'])
		assert.equal((await patch(id, { status: 'offen' })).status, 404,
		    id);
	assert.deepEqual(stack.tree(), before);
});

test('every write is in the very next answer', async () => {
	place('0049.md', taskFile());
	for (let i = 0; i < 15; i++) {
		await patch('0049', { tags: [`runde-${i}`] });
		const week = await stack.get('/codex');
		assert.ok(week.text.includes(`"runde-${i}"`), `round ${i}`);
	}
	const token = String(await stack.blob('state/edge/cacheVersion.txt'));
	assert.equal((await patch('0049', {})).json.changed, false);
	assert.notEqual(
	    String(await stack.blob('state/edge/cacheVersion.txt')), token,
	    'the first try may have died before its token');
});

test('a preview shows the week that an edit would give', async () => {
	await stack.get('/codex');
	const before = stack.tree();
	const preview = async (/** @type {any} */ json) => {
		const answer = await stack.send('POST', '/api/preview', json);
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual(stack.tree(), before);
		return answer;
	};
	const made = await preview({ kategorie: 'arbeit', title: 'Vorschau',
	    fixedSlot: { datum: '27.11.2026', zeit: 'morgens' } });
	const friday = made.json.timeline.find(
	    (/** @type {any} */ d) => d.datum === '27.11.2026');
	assert.equal(friday.slots[0].task.title, 'Vorschau');
	const changed = await preview({ id: '0020', fixedSlot: {
		datum: '27.11.2026', zeit: 'nachmittags' } });
	const there = changed.json.timeline.find(
	    (/** @type {any} */ d) => d.datum === '27.11.2026');
	assert.equal(there.slots[1].task.file, '0020-Fix-am-Wochenende.md');
	const mine = (/** @type {any} */ answer) => answer.json.moves.find(
	    (/** @type {any} */ m) => m.id === '0020');
	assert.deepEqual(mine(changed).to,
	    { datum: '27.11.2026', zeit: 'nachmittags' });
	for (const end of [{ status: 'abgebrochen' }, { complete: {
		datum: '23.11.2026', zeit: 'abends' } }]) {
		const ended = await preview({ id: '0020', ...end });
		assert.deepEqual(mine(ended), { id: '0020',
		    file: '0020-Fix-am-Wochenende.md',
		    from: mine(changed).from, to: null });
	}
	for (const [json, status] of /** @type {[any, number][]} */ ([
	    [{ title: 'ohne' }, 400], [{ id: '9998', status: 'offen' }, 404],
	    [{ id: '0015', status: 'offen' }, 409], [[], 400],
	    [{ id: '0020', status: 'x' }, 400], [{ id: 7 }, 400],
	    [{ id: '0020', complete: { zeit: 'abends' } }, 400],
	    [{ id: '0020', tick: { line: 1, checked: true } }, 428]])) {
		const answer = await stack.send('POST', '/api/preview', json);
		assert.equal(answer.status, status, answer.text);
	}
	assert.deepEqual(stack.tree(), before);
});
