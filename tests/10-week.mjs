// @ts-check
// group: http
// GET /codex: its shape, the placement of real files, its caching.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync,
    symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { Stack, build, cleanEnv, sleep, startStack, taskFile, top } from './stack.mjs';

const sampleVault = join(top, 'tests/data/vault');
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** @type {Stack} */
let stack;

/** Slots that hold something, as "datum zeit" to file. @param {any} week */
function taken(week) {
	/** @type {Record<string, string>} */
	const slots = {};
	for (const day of week.timeline)
		for (const slot of day.slots)
			if (slot.task)
				slots[`${day.datum} ${slot.zeit}`] =
				    slot.task.file;
	return slots;
}

/** Reasons of what is not in a slot. @param {any} week */
function reasons(week) {
	return Object.fromEntries(week.unplaced.map(
	    (/** @type {any} */ t) => [t.file, t.reason]));
}

/** @param {any} week */
function files(week) {
	return [...Object.values(taken(week)), ...Object.keys(reasons(week))]
	    .sort();
}

/** A week with everything in it. @param {Stack} s */
function fill(s) {
	const at = (/** @type {string} */ datum, /** @type {string} */ zeit) =>
	    `{datum: ${datum}, zeit: ${zeit}}`;
	s.place('0001-Fest.md', taskFile(
	    { fixedSlot: at('24.11.2026', 'nachmittags') }, '# Fest\n'));
	s.place('0002-Erste.md', taskFile({ tags: '[a, "b c"]' },
	    'Erste Zeile\n'));
	s.place('0003-Privat.md', taskFile({ kategorie: 'privat' }));
	s.place('0004-Doppelt.md', taskFile(
	    { fixedSlot: at('24.11.2026', 'nachmittags') }));
	s.place('0005-Gestern.md', taskFile(
	    { fixedSlot: at('20.11.2026', 'morgens') }));
	s.place('0006-Fern.md', taskFile(
	    { fixedSlot: at('30.11.2026', 'morgens') }));
	s.place('0007-Kein-Datum.md', taskFile(
	    { fixedSlot: at('31.02.2027', 'morgens') }));
	s.place('0008-Fertig.md', taskFile({ status: 'abgeschlossen' }));
	s.place('0009-Kaputt.md', '---\ntyp: task\nkategorie: [arbeit\n---\n');
	s.place('0010-Zu-spät.md', taskFile({ deadline: '23.11.2026' }));
	s.place('0011-Abends.md', taskFile({ kategorie: 'privat',
	    fixedSlot: at('23.11.2026', 'abends') }));
	for (const n of [20, 21, 22, 23])
		s.place(`00${n}.md`, taskFile({ kategorie: 'privat' }));
	s.place('0024.md', taskFile({ kategorie: 'privat',
	    deadline: '29.11.2026' }));
	s.place('0025.md', taskFile({ kategorie: 'privat',
	    deadline: '30.11.2026' }));
}

let started = 0;

before(async () => {
	started = Date.now();
	stack = await startStack({ workers: 1, env: {
		CODEX_NOW: '2026-11-23T07:30:00Z', TZ: 'America/New_York' } });
	fill(stack);
});
after(() => stack.stop());

test('the first answer has every key of the contract', async () => {
	const answer = await stack.get('/codex');
	assert.equal(answer.status, 200);
	assert.equal(answer.headers.get('x-cache'), 'miss');
	assert.equal(answer.headers.get('content-type'),
	    'application/json; charset=utf-8');
	assert.equal(answer.headers.get('cache-control'), 'private, no-cache');
	const week = answer.json;
	assert.deepEqual(Object.keys(week).sort(), ['cacheCreatedAt',
	    'generatedAt', 'next', 'nextAvailableId', 'now', 'otherFiles', 'prev',
	    'problems', 'timeline', 'unplaced', 'userId', 'validUntil',
	    'weekStart']);
	assert.deepEqual([week.prev, week.next], [null, '30.11.2026'],
	    'nothing was completed with a day');
	assert.match(week.generatedAt, rfc3339);
	assert.equal(week.cacheCreatedAt, week.generatedAt);
	assert.equal(week.now, week.generatedAt);
	assert.equal(Date.parse(week.validUntil) -
	    Date.parse(week.generatedAt), 900000);
	assert.equal(week.weekStart, '23.11.2026');
	assert.equal(week.userId, 'usera');
	assert.equal(week.nextAvailableId, '0026');
});

test('each answer says its moment by the clock of CODEX_NOW', async () => {
	const ahead = Date.parse('2026-11-23T07:30:00Z') - started;
	await stack.get('/codex');
	const first = await stack.get('/codex');
	assert.equal(first.headers.get('x-cache'), 'local');
	const same = await stack.plainly('GET', '/codex',
	    { 'If-None-Match': first.headers.get('etag') || '' });
	assert.equal(same.status, 304);
	const later = await stack.plainly('HEAD', '/codex');
	const moments = [first, same, later].map((answer) =>
	    answer.headers.get('x-now') || '');
	for (const moment of moments) {
		assert.match(moment, rfc3339);
		// CODEX_NOW was read after `started`.
		assert.ok(Date.parse(moment) <= Date.now() + ahead, moment);
	}
	assert.deepEqual([...moments].sort(), moments);
	assert.ok(first.json.now < moments[2], 'no moment of the build');
});

test('seven days stand there, each with its slots, free ones null', async () => {
	const { timeline } = (await stack.get('/codex')).json;
	assert.deepEqual(timeline.map((/** @type {any} */ d) => d.datum),
	    ['23.11.2026', '24.11.2026', '25.11.2026', '26.11.2026',
	    '27.11.2026', '28.11.2026', '29.11.2026']);
	assert.deepEqual(timeline.map((/** @type {any} */ d) => d.dayOfWeek),
	    [1, 2, 3, 4, 5, 6, 0]);
	for (const day of timeline) {
		assert.deepEqual(Object.keys(day).sort(),
		    ['datum', 'dayOfWeek', 'slots']);
		assert.deepEqual(day.slots.map((/** @type {any} */ s) => s.zeit),
		    ['morgens', 'nachmittags', 'abends']);
	}
	assert.equal(timeline[2].slots[0].task, null);
});

test('each open task is where the rules of placement put it', async () => {
	const week = (await stack.get('/codex')).json;
	assert.deepEqual(taken(week), {
		'23.11.2026 morgens': '0002-Erste.md',
		'23.11.2026 nachmittags': '0007-Kein-Datum.md',
		'23.11.2026 abends': '0011-Abends.md',
		'24.11.2026 morgens': '0010-Zu-spät.md',
		'24.11.2026 nachmittags': '0001-Fest.md',
		'28.11.2026 morgens': '0003-Privat.md',
		'28.11.2026 nachmittags': '0020.md',
		'29.11.2026 morgens': '0021.md',
		'29.11.2026 nachmittags': '0022.md',
	});
	assert.deepEqual(reasons(week), {
		'0004-Doppelt.md': 'doppelt_belegt',
		'0005-Gestern.md': 'ueberfaellig',
		'0006-Fern.md': 'spaeter',
		'0023.md': 'kein_platz',
		'0024.md': 'kein_platz',
		'0025.md': 'kein_platz',
	});
});

test('a task has all its members', async () => {
	const week = (await stack.get('/codex')).json;
	const { abgeschlossen_am: done, ...first } =
	    week.timeline[0].slots[0].task;
	assert.equal(done, null);
	const etagOf = async (/** @type {string} */ id) =>
	    (await stack.get(`/api/tasks/${id}`)).json.task.etag;
	assert.deepEqual(first, { etag: await etagOf('0002'),
	    id: '0002', file: '0002-Erste.md',
	    title: 'Erste Zeile', kategorie: 'arbeit', status: 'offen',
	    tags: ['a', 'b c'], deadline: null, deadlineRisk: false,
	    fixedSlot: null, isFixed: false, sync: 'clean',
	    why: { code: 'reihenfolge' } });
	const { abgeschlossen_am: _, ...fixed } =
	    week.timeline[1].slots[1].task;
	assert.deepEqual(fixed, { etag: await etagOf('0001'),
	    id: '0001', file: '0001-Fest.md',
	    title: 'Fest', kategorie: 'arbeit', status: 'offen', tags: [],
	    deadline: null, deadlineRisk: false, fixedSlot:
	    { datum: '24.11.2026', zeit: 'nachmittags' }, isFixed: true,
	    sync: 'clean', why: { code: 'fest' } });
	const warned = week.timeline[0].slots[1].task;
	assert.equal(warned.isFixed, false);
	assert.equal(warned.fixedSlot, null);
	assert.match(warned.warning, /fixedSlot/);
});

test('each open task says why it stands there, in weeks and in lists', async () => {
	const week = (await stack.get('/codex')).json;
	const list = (await stack.get('/api/tasks')).json.tasks;
	const why = (/** @type {any[]} */ tasks) => Object.fromEntries(
	    tasks.filter((t) => t?.why).map((t) => [t.file, t.why]));
	const placed = week.timeline.flatMap((/** @type {any} */ d) =>
	    d.slots.map((/** @type {any} */ s) => s.task));
	assert.deepEqual(why([...placed, ...week.unplaced]), why(list));
	assert.deepEqual(why(list), {
		'0001-Fest.md': { code: 'fest' },
		'0002-Erste.md': { code: 'reihenfolge' },
		'0003-Privat.md': { code: 'reihenfolge' },
		'0004-Doppelt.md': { code: 'doppelt_belegt',
			by: '0001-Fest.md' },
		'0005-Gestern.md': { code: 'ueberfaellig' },
		'0006-Fern.md': { code: 'spaeter' },
		'0007-Kein-Datum.md': { code: 'reihenfolge' },
		'0010-Zu-spät.md': { code: 'reihenfolge' },
		'0011-Abends.md': { code: 'fest' },
		...Object.fromEntries(['0020', '0021', '0022'].map((n) =>
		    [`${n}.md`, { code: 'reihenfolge' }])),
		...Object.fromEntries(['0023', '0024', '0025'].map((n) =>
		    [`${n}.md`, { code: 'kein_platz' }])),
	});
	stack.place('0026-Danach.md', taskFile());
	const later = (await stack.get('/codex?nocache=true')).json;
	rmSync(stack.path('0026-Danach.md'));
	assert.deepEqual(later.timeline[2].slots[0].task.why,
	    { code: 'verdraengt', by: '0001-Fest.md' });
});

test('a deadline that the week cannot keep is marked', async () => {
	const week = (await stack.get('/codex')).json;
	const risk = Object.fromEntries(week.unplaced.map(
	    (/** @type {any} */ t) => [t.file, t.deadlineRisk]));
	assert.equal(week.timeline[1].slots[0].task.deadlineRisk, true);
	assert.equal(risk['0024.md'], true, 'a deadline inside the horizon');
	assert.equal(risk['0025.md'], false, 'a deadline beyond it');
	assert.equal(risk['0023.md'], false, 'no deadline');
});

test('a past week has what was completed in each slot', async () => {
	const done = (/** @type {string} */ datum, /** @type {string} */ zeit) =>
	    taskFile({ status: 'abgeschlossen',
		abgeschlossen_am: `{datum: ${datum}, zeit: ${zeit}}` });
	stack.place('0040-Eins.md', done('17.11.2026', 'morgens'));
	stack.place('0041-Zwei.md', done('17.11.2026', 'morgens'));
	stack.place('0042-Heute.md', done('23.11.2026', 'nachmittags'));
	stack.place('0043-Weg.md', taskFile({ status: 'abgebrochen',
	    abgeschlossen_am: '{datum: 17.11.2026, zeit: morgens}' }));
	const { prev } = (await stack.get('/codex?nocache=true')).json;
	assert.equal(prev, '16.11.2026');
	const answer = await stack.get(`/api/week?from=${prev}`);
	assert.equal(answer.status, 200);
	assert.match(answer.headers.get('x-now') || '', rfc3339);
	assert.deepEqual(Object.keys(answer.json).sort(), ['next',
	    'nextAvailableId', 'otherFiles', 'prev', 'problems', 'timeline',
	    'unplaced', 'userId', 'validUntil', 'weekStart']);
	const { timeline, weekStart, next, prev: before } = answer.json;
	assert.deepEqual([weekStart, next, before],
	    [prev, '23.11.2026', null]);
	const slots = timeline.flatMap((/** @type {any} */ d) => d.slots);
	assert.equal(slots.length, 21);
	assert.ok(slots.every((/** @type {any} */ s) => s.over && !s.task));
	const { file, why, etag } = slots[3].done[1];
	assert.deepEqual([file, why], ['0041-Zwei.md', { code: 'erledigt' }]);
	assert.match(etag, /^[0-9a-f]{16}$/);
	assert.equal(slots.flatMap((/** @type {any} */ s) => s.done).length, 2);
	const today = (await stack.get('/api/week')).json;
	assert.equal(today.weekStart, next);
	assert.deepEqual(taken(today), taken((await stack.get('/codex')).json));
	assert.equal(today.timeline[0].slots[1].done[0].file, '0042-Heute.md');
	const tag = answer.headers.get('etag') || '';
	assert.equal((await stack.plainly('GET', `/api/week?from=${prev}`,
	    { 'If-None-Match': tag })).status, 304);
	for (const n of ['0040-Eins', '0041-Zwei', '0042-Heute', '0043-Weg'])
		rmSync(stack.path(`${n}.md`));
});

test('a coming week has what is fixed there and what finds place', async () => {
	const { json } = await stack.get('/api/week?from=30.11.2026');
	assert.deepEqual(taken(json), {
		'30.11.2026 morgens': '0006-Fern.md',
		'05.12.2026 morgens': '0023.md',
		'05.12.2026 nachmittags': '0024.md',
		'06.12.2026 morgens': '0025.md',
	});
	assert.deepEqual(reasons(json), { '0004-Doppelt.md': 'doppelt_belegt',
		'0005-Gestern.md': 'ueberfaellig' });
	assert.deepEqual([json.prev, json.next], ['23.11.2026', '07.12.2026']);
	const last = (await stack.get('/api/week?from=22.11.2027')).json;
	assert.deepEqual([last.prev, last.next], ['15.11.2027', null]);
});

test('a week that cannot be asked for is a 400 that says which can', async () => {
	for (const from of ['', '2026-11-23', '31.11.2026', '1.1.2026', 'x',
	    '23.11.2027', '21.11.2016', '23.11.2026%00', '01.01.0001']) {
		const answer = await stack.get(`/api/week?from=${from}`);
		assert.equal(answer.status, 400, from);
		assert.equal(answer.json.code, 'ungueltiger_wert');
		assert.equal(answer.json.field, 'from');
		assert.match(answer.json.error,
		    /vom 22\.11\.2016 bis zum 22\.11\.2027/);
	}
	for (const from of ['22.11.2016', '22.11.2027'])
		assert.equal((await stack.get(`/api/week?from=${from}`)).status,
		    200, from);
});

test('a bad file is listed with file, line, code and reason', async () => {
	const { problems } = (await stack.get('/codex')).json;
	assert.equal(problems.length, 1);
	const { file, line, code, reason } = problems[0];
	assert.equal(file, '0009-Kaputt.md');
	assert.ok(line >= 1 && line <= 4, `line ${line}`);
	assert.match(code, /^[a-z_]+$/);
	assert.match(reason, /^\p{Lu}.*\.$/u, 'a German sentence');
});

test('the next answers come from the artifact, then from memory', async () => {
	const once = await startStack({ workers: 1 });
	const sources = [];
	for (let i = 0; i < 4; i++)
		sources.push((await once.get('/codex')).headers.get('x-cache'));
	assert.deepEqual(sources, ['miss', 'blob', 'local', 'local']);
	await once.stop(false);
	await once.start();
	assert.equal((await once.get('/codex')).headers.get('x-cache'), 'blob',
	    'no cold start after a restart');
	await once.stop();
});

/** @type {Record<string, string>[]} */
const forms = [{}, { 'Accept-Encoding': 'gzip' }];

test('a week is packed for who takes it so, as it is for all others', async () => {
	const plain = await stack.plainly('GET', '/codex');
	assert.equal(plain.headers.get('content-encoding'), null);
	assert.equal(plain.json.userId, 'usera');
	for (const takes of ['gzip', 'gzip, deflate, br', '*', 'br, gzip;q=0.1']) {
		const packed = await stack.plainly('GET', '/codex',
		    { 'Accept-Encoding': takes });
		assert.equal(packed.headers.get('content-encoding'), 'gzip', takes);
		assert.equal(packed.headers.get('content-length'),
		    String(packed.bytes?.length));
		assert.equal(String(gunzipSync(packed.bytes ?? '')), plain.text);
	}
	for (const takes of ['', 'identity', 'gzip;q=0', 'br', '*;q=0'])
		assert.equal((await stack.plainly('GET', '/codex',
		    { 'Accept-Encoding': takes })).text, plain.text, takes);
});

test('both forms of a week have strong ETags, and either gives 304', async () => {
	const answers = await Promise.all(forms.map((form) =>
	    stack.plainly('GET', '/codex', form)));
	const [plain, packed] = answers.map((a) => a.headers.get('etag') || '');
	assert.match(plain, /^"[0-9a-f]{64}"$/);
	assert.equal(packed, plain.replace(/"$/, '-gz"'));
	for (const [i, etag] of [plain, packed].entries()) {
		assert.equal(answers[i].headers.get('vary'), 'Accept-Encoding');
		for (const match of [plain, packed, `W/${plain}`, `W/${packed}`,
		    '*', `"x", ${plain}`, `W/"y",W/${packed} , "z"`]) {
			const same = await stack.plainly('GET', '/codex',
			    { ...forms[i], 'If-None-Match': match });
			assert.equal(same.status, 304, match);
			assert.equal(same.text, '', match);
			assert.equal(same.headers.get('etag'), etag);
			assert.equal(same.headers.get('vary'), 'Accept-Encoding');
			assert.equal(same.headers.get('cache-control'),
			    'private, no-cache');
		}
		for (const match of ['"x"', 'W/"x"', plain.slice(0, -2) + '"',
		    '""', '"-gz"']) {
			const other = await stack.plainly('GET', '/codex',
			    { ...forms[i], 'If-None-Match': match });
			assert.equal(other.status, 200, match);
		}
	}
});

test('HEAD gives the same head and no body, packed or not', async () => {
	for (const form of forms) {
		const get = await stack.plainly('GET', '/codex', form);
		const head = await stack.plainly('HEAD', '/codex', form);
		assert.equal(head.status, 200);
		assert.equal(head.text, '');
		for (const name of ['etag', 'content-type', 'content-length',
		    'content-encoding', 'vary', 'cache-control',
		    'content-security-policy'])
			assert.equal(head.headers.get(name),
			    get.headers.get(name), name);
		const same = await stack.plainly('HEAD', '/codex', { ...form,
			'If-None-Match': get.headers.get('etag') || '' });
		assert.equal(same.status, 304);
	}
});

test('who asks for a part of a week gets all of it', async () => {
	for (const form of forms) {
		const whole = await stack.plainly('GET', '/codex', form);
		/** @type {Record<string, string>[]} */
		const conditions = [{},
		    { 'If-Range': whole.headers.get('etag') || '' }];
		for (const condition of conditions) {
			const part = await stack.plainly('GET', '/codex',
			    { ...form, ...condition, Range: 'bytes=0-9' });
			assert.equal(part.status, 200);
			assert.equal(part.headers.get('content-range'), null);
			assert.deepEqual(part.bytes, whole.bytes);
		}
	}
});

test('a week that has to be built is packed, too', async () => {
	await stack.send('PATCH', '/api/tasks/0002', {});
	const built = await stack.plainly('GET', '/codex',
	    { 'Accept-Encoding': 'gzip' });
	assert.equal(built.headers.get('x-cache'), 'miss');
	assert.equal(built.headers.get('content-encoding'), 'gzip');
	assert.equal(built.headers.get('vary'), 'Accept-Encoding');
	const next = await stack.plainly('GET', '/codex');
	assert.equal(String(gunzipSync(built.bytes ?? '')), next.text);
});

test('a HEAD that has to be built is built', async () => {
	await stack.send('PATCH', '/api/tasks/0002', {});
	const head = await stack.plainly('HEAD', '/codex');
	assert.equal(head.status, 200);
	assert.equal(head.headers.get('x-cache'), 'miss');
	assert.equal(head.text, '');
	const get = await stack.plainly('GET', '/codex');
	assert.equal(get.headers.get('etag'), head.headers.get('etag'));
	assert.equal(get.headers.get('x-accel-redirect'), null);
});

test('what lies in the folder under a name that no key has is told of', async () => {
	const names = ['0016-a\\b.md', '0017-\u007f.md', 'a\\b.txt'];
	const count = async () => {
		const { problems, otherFiles } =
		    (await stack.get('/codex?nocache=true')).json;

		return [otherFiles, ...problems.filter(
		    (/** @type {any} */ p) => names.includes(p.file))
		    .map((/** @type {any} */ p) => [p.file, p.code, p.reason])];
	};
	const [before] = await count();
	const reason = 'Der Dateiname enthält \\ oder ein Steuerzeichen.';
	for (const name of names)
		stack.place(name, taskFile());
	assert.deepEqual(await count(), [before + 1,
	    ...names.slice(0, 2).map((f) => [f, 'dateiname_falsch', reason])]);
	for (const name of names)
		rmSync(stack.path(name));
});

test('what has the name of a task and is no file is told of, others are shown', async () => {
	const names = ['0040-Link.md', '0041-Pipe.md', '0042-Leer.md',
	    '0043-Voll.md'];
	const before = (await stack.get('/codex?nocache=true')).json;
	symlinkSync('0001-Brot.md', stack.path(names[0]));
	execFileSync('mkfifo', [stack.path(names[1])]);
	mkdirSync(stack.path(names[2]));
	mkdirSync(stack.path(names[3]));
	writeFileSync(`${stack.path(names[3])}/x.md`, taskFile());
	const week = (await stack.get('/codex?nocache=true')).json;
	assert.deepEqual(files(week), files(before));
	assert.deepEqual(week.problems.filter(
	    (/** @type {any} */ p) => names.includes(p.file)).map(
	    (/** @type {any} */ p) => [p.file, p.code]),
	    names.map((name) => [name, 'name_belegt']));
	assert.equal(week.otherFiles, before.otherFiles);
	assert.equal(week.nextAvailableId, '0044');
	for (const name of names) {
		assert.equal((await stack.get(
		    `/api/tasks/${name.slice(0, 4)}`)).status, 404);
		rmSync(stack.path(name), { recursive: true });
	}
});

test('a file put beside the API shows after nocache=true', async () => {
	stack.place('0012-Neu.md', taskFile());
	const old = (await stack.get('/codex?nocache=false')).json;
	assert.ok(!files(old).includes('0012-Neu.md'));
	const anew = await stack.get('/codex?x=1&nocache=true');
	assert.equal(anew.headers.get('x-cache'), 'miss');
	assert.ok(files(anew.json).includes('0012-Neu.md'));
	for (let i = 0; i < 20; i++)
		assert.ok(files((await stack.get('/codex')).json)
		    .includes('0012-Neu.md'), 'also after it, of any worker');
	rmSync(stack.path('0012-Neu.md'));
	const gone = await stack.get('/codex?nocache=true');
	assert.ok(!files(gone.json).includes('0012-Neu.md'));
	for (let i = 0; i < 20; i++)
		assert.ok(!files((await stack.get('/codex')).json)
		    .includes('0012-Neu.md'), 'neither does it come back');
});

test('rebuilds on demand are limited, the week itself is not', async () => {
	const many = await Promise.all(Array.from({ length: 80 }, () =>
	    stack.get('/codex?%6eocache=true')));
	const refused = many.filter((a) => a.status !== 200);
	assert.ok(refused.length > 0, 'none refused');
	for (const answer of refused) {
		assert.equal(answer.status, 429);
		assert.equal(answer.json.ok, false);
		assert.equal(answer.json.code, 'zu_oft');
		assert.ok(Number(answer.headers.get('retry-after')) > 0);
	}
	const plain = await Promise.all(Array.from({ length: 80 }, () =>
	    stack.get('/codex')));
	assert.deepEqual([...new Set(plain.map((a) => a.status))], [200]);
});

test('corrupt artifacts, indexes and counters are misses', async () => {
	const s = await startStack({ workers: 1, env: {
		CACHE_TTL_LOCAL: '0' } });
	s.place('0007.md', taskFile());
	const good = (await s.get('/codex?nocache=true')).json;
	const inside = (/** @type {string} */ key) => join(s.data || '', key);
	const artifact = inside('artifacts/usera/timeline.json');
	const index = inside('artifacts/usera/tasks.json');
	const whole = readFileSync(artifact);
	const body = whole.indexOf('\n') + 1;
	const week = String(gunzipSync(whole.subarray(body)));
	const wreck = [Buffer.from(''), Buffer.from('{}'), Buffer.from('null'),
	    Buffer.from('\0\xff\xfe', 'latin1'), whole.subarray(0, 200),
	    Buffer.concat([whole.subarray(0, body),
		gzipSync(week.replaceAll('"0007"', '"0008"'))]),
	    Buffer.concat([whole.subarray(0, body), Buffer.from(week)]),
	    Buffer.from('['.repeat(9999)), Buffer.alloc(3 << 20, 'x')];
	mkdirSync(inside('state/usera'), { recursive: true });
	for (const bytes of wreck) {
		writeFileSync(artifact, bytes);
		writeFileSync(index, bytes);
		writeFileSync(inside('state/usera/nextId.txt'),
		    bytes.subarray(0, 100));
		const answer = await s.get('/codex');
		assert.equal(answer.status, 200);
		assert.equal(answer.headers.get('x-cache'), 'miss');
		assert.deepEqual(answer.json.timeline, good.timeline);
		assert.equal(answer.json.nextAvailableId, '0008');
	}
	await s.stop();
});

test('every edge file is placed, listed or no task', async () => {
	const s = await startStack({ import: sampleVault, env: {
		CODEX_AUTH: 'local:edge', CODEX_NOW: '2026-11-22T06:00:00Z' } });
	const week = (await s.get('/codex')).json;
	const bad = week.problems.map((/** @type {any} */ p) => p.file);
	const names = readdirSync(join(sampleVault, 'codex-miroir/edge/tasks'))
	    .filter((name) => /^\d{4}(-.*)?\.md$/.test(name));
	assert.equal(week.userId, 'edge');
	assert.equal(week.weekStart, '22.11.2026');
	assert.deepEqual(new Set([...files(week), ...bad]), new Set(names));
	assert.deepEqual([...new Set(bad)].sort(), [
	    '0007-Kategorie-unbekannt.md', '0008-Status-unbekannt.md',
	    '0009-kein-Frontmatter.md', '0010-kaputtes-YAML.md',
	    '0011-leer.md', '0013-nicht-UTF-8.md', '0015-doppelte-Nummer-A.md',
	    '0015-doppelte-Nummer-B.md']);
	assert.equal(new Set(files(week)).size, files(week).length,
	    'each in one place only');
	assert.deepEqual(reasons(week)['0019-Fix-gestern.md'], 'ueberfaellig');
	const at = taken(week);
	assert.equal(at['28.11.2026 morgens'], '0020-Fix-am-Wochenende.md');
	assert.equal(at['28.11.2026 abends'], '0004-FixedSlot-als-Liste.md');
	assert.equal(at['26.11.2026 nachmittags'],
	    '0003-Kommentare-und-fremde-Felder.md');
	assert.equal(at['23.11.2026 morgens'], '0000.md');
	await s.stop();
});

/**
 * The week of an instant, from a program that serves one request and leaves,
 * without a web server.
 * @param {string} now
 */
function weekAt(now) {
	const run = mkdtempSync(join(tmpdir(), 'cm-'));
	const data = join(run, 'data');
	const tasks = join(data, 'raw/usera/tasks');
	mkdirSync(tasks, { recursive: true });
	writeFileSync(join(tasks, '0001.md'), taskFile());
	const done = spawnSync(join(build, 'codex-render'), ['--build', '-1'], {
		input: '', encoding: 'utf8', timeout: 60000,
		env: cleanEnv({
			CODEX_RUN: run, CODEX_STORE: `fs:${data}`,
			CODEX_BASE_URL: 'http://127.0.0.1',
			CODEX_AUTH: 'local:usera',
			CODEX_NOW: String(Date.parse(now) - Date.now()),
			REQUEST_METHOD: 'GET', REQUEST_URI: '/codex',
			DOCUMENT_URI: '/_build/0/-' }) });
	rmSync(run, { recursive: true });
	assert.equal(done.stderr, '');
	assert.match(done.stdout, /^Status: 200 OK\r\n/);
	return JSON.parse(done.stdout.split('\r\n\r\n')[1]);
}

test('a week lasts no longer than the slot that is running', () => {
	const week = weekAt('2026-11-23T11:25:00Z');
	assert.equal(week.validUntil, '2026-11-23T11:30:00.000Z');
	assert.deepEqual(Object.keys(taken(week)), ['23.11.2026 morgens']);
});

test('a week built after midnight lacks the day that ended', () => {
	const week = weekAt('2026-11-23T22:50:00Z');
	assert.equal(week.validUntil, '2026-11-23T23:00:00.000Z');
	assert.equal(week.weekStart, '23.11.2026');
	assert.equal(week.timeline[0].datum, '24.11.2026');
	assert.equal(week.timeline.length, 6);
});

test('in summer the slots end an hour earlier in UTC', () => {
	const week = weekAt('2026-07-01T10:25:00Z');
	assert.equal(week.validUntil, '2026-07-01T10:30:00.000Z');
});

test('when a slot ends, the next answer is a new one', async () => {
	const s = await startStack({ workers: 1, env: {
		CODEX_NOW: '2026-11-23T11:29:55Z' } });
	s.place('0001.md', taskFile());
	const first = (await s.get('/codex?nocache=true')).json;
	const ahead = Date.parse(first.generatedAt) - Date.now();
	const end = Date.parse('2026-11-23T11:30:00Z');
	let seen;
	do {
		const sent = Date.now() + ahead;
		seen = (await s.get('/codex')).json;
		const built = Date.parse(seen.generatedAt);
		assert.equal(Object.keys(taken(seen))[0] ===
		    '23.11.2026 morgens', built < end);
		assert.ok(sent < end + 500 || built >= end,
		    'an answer of the slot before');
		await sleep(100); // the clock runs to the slot's end
	} while (Date.now() + ahead < end + 1000);
	assert.deepEqual(Object.keys(taken(seen)), ['23.11.2026 nachmittags']);
	await s.stop();
});
