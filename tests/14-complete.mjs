// @ts-check
// group: http
// POST /api/tasks/{id}/complete.

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { Stack, startStack, taskFile } from './stack.mjs';

const when = { datum: '23.11.2026', zeit: 'nachmittags' };

/** @type {Stack} */
let stack;
before(async () => {
	stack = await startStack({ env: { CODEX_NOW: '2026-11-23T08:00:00Z' } });
});
after(() => stack.stop());

/** @param {string} id @param {any} json
 * @param {Record<string, string>} headers */
const complete = (id, json = when, headers = {}) =>
	stack.send('POST', `/api/tasks/${id}/complete`, json, headers);
/** @param {string} file */
const text = (file) => stack.text(file);

test('an open task is completed at the slot that was said', async () => {
	stack.place('0001-Tun.md', taskFile({}, '# Tun\n'));
	const answer = await complete('0001');
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.ok, true);
	assert.equal(answer.json.id, '0001');
	assert.deepEqual(answer.json.completedAt, when);
	assert.equal(answer.json.changed, true);
	assert.equal(answer.json.gitPushed, false);
	const { task } = (await stack.get('/api/tasks/0001')).json;
	assert.equal(task.status, 'abgeschlossen');
	assert.deepEqual(task.abgeschlossen_am, when);
	assert.ok(text('0001-Tun.md').endsWith('---\n# Tun\n'));
	const week = await stack.get('/codex');
	assert.ok(!week.text.includes('0001-Tun'), 'gone from the week');
});

test('a second completion changes no byte', async () => {
	stack.place('0002-Zweimal.md', taskFile());
	await complete('0002-Zweimal');
	const bytes = text('0002-Zweimal.md');
	const token = String(await stack.blob('state/usera/cacheVersion.txt'));
	const again = await complete('0002',
	    { datum: '24.11.2026', zeit: 'abends' });
	assert.equal(again.status, 200);
	assert.equal(again.json.changed, false);
	assert.deepEqual(again.json.completedAt, when);
	assert.equal(text('0002-Zweimal.md'), bytes);
	assert.notEqual(
	    String(await stack.blob('state/usera/cacheVersion.txt')), token,
	    'a new token all the same');
});

test('a cancelled task can be completed', async () => {
	stack.place('0003.md', taskFile({ status: 'abgebrochen' }));
	assert.equal((await complete('0003')).json.changed, true);
	const { task } = (await stack.get('/api/tasks/0003')).json;
	assert.equal(task.status, 'abgeschlossen');
});

test('a completed task without a date gets one', async () => {
	stack.place('0004.md', taskFile({ status: 'abgeschlossen' }));
	const answer = await complete('0004');
	assert.equal(answer.json.changed, true);
	assert.deepEqual(answer.json.completedAt, when);
});

test('a reopened task is completed at the new date', async () => {
	stack.place('0005.md', taskFile());
	await complete('0005');
	await stack.send('PATCH', '/api/tasks/0005', { status: 'offen' });
	const later = { datum: '25.11.2026', zeit: 'morgens' };
	assert.deepEqual((await complete('0005', later)).json.completedAt,
	    later);
	assert.equal(text('0005.md').match(/abgeschlossen_am/g)?.length, 1);
});

test('many completions at once complete a task once', async () => {
	stack.place('0006.md', taskFile());
	const all = await Promise.all(['morgens', 'nachmittags', 'abends',
	    'morgens', 'nachmittags', 'abends'].map((zeit) =>
	    complete('0006', { datum: '23.11.2026', zeit })));
	assert.deepEqual(all.map((a) => a.status), Array(6).fill(200));
	assert.equal(all.filter((a) => a.json.changed).length, 1);
	const said = new Set(all.map((a) =>
	    JSON.stringify(a.json.completedAt)));
	assert.equal(said.size, 1, 'all say the same');
	const { task } = (await stack.get('/api/tasks/0006')).json;
	assert.deepEqual([...said], [JSON.stringify(task.abgeschlossen_am)]);
});

test('an invalid completion is refused without a write', async () => {
	stack.place('0007.md', taskFile());
	const before = stack.tree();
	for (const [json, field] of /** @type {[any, string?][]} */ ([
	    [{}, 'datum'], [{ datum: '31.02.2026', zeit: 'morgens' }, 'datum'],
	    [{ datum: '23.11.2026' }, 'zeit'], [[]], [null], ['x'],
	    [{ datum: '23.11.2026', zeit: 'nachts' }, 'zeit'],
	    [{ datum: 23, zeit: 'morgens' }, 'datum'],
	    [{ datum: null, zeit: null }, 'datum']])) {
		const answer = await complete('0007', json);
		assert.equal(answer.status, 400, JSON.stringify(json));
		if (field)
			assert.equal(answer.json.field, field);
	}
	for (const id of ['9999', 'x', '0007-y', '..%2f0007'])
		assert.equal((await complete(id)).status, 404, id);
	assert.deepEqual(stack.tree(), before);
	const stale = await complete('0007', when, { 'If-Match': '"x"' });
	assert.equal(stale.status, 412);
	assert.equal(stack.text('0007.md'), taskFile());
});

test('a bad file and twins are a 409', async () => {
	stack.place('0008.md', 'kein Frontmatter\n');
	assert.equal((await complete('0008')).json.code, 'datei_fehlerhaft');
	stack.place('0009-A.md', taskFile());
	stack.place('0009-B.md', taskFile());
	const twice = await complete('0009');
	assert.equal(twice.status, 409);
	assert.match(twice.json.error, /0009-A.*0009-B/);
	assert.equal((await complete('0009-A')).status, 200);
});
