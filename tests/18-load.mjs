// @ts-check
// group: http
// 1000 creations from 32 clients at once, one user, several processes: all
// answered 200, 1000 different numbers, none skipped.

import assert from 'node:assert/strict';
import test from 'node:test';
import { startStack, tasksOf } from './stack.mjs';

const count = 1000;
const clients = 32;

test(`${count} creations from ${clients} clients`, async () => {
	const stack = await startStack({ workers: 4 });
	/** @type {any[]} */
	const answers = [];
	let next = 0;
	await Promise.all(Array.from({ length: clients }, async () => {
		while (next < count) {
			const i = next++;
			const answer = await stack.send('POST', '/api/tasks',
			    { kategorie: i % 2 ? 'arbeit' : 'privat',
			    title: `Last ${i}` });
			answers.push({ i, ...answer });
		}
	}));
	assert.deepEqual([...new Set(answers.map((a) => a.status))], [200]);
	assert.deepEqual(answers.map((a) => Number(a.json.id))
	    .sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
	for (const { i, json } of answers)
		assert.match(stack.text(json.filename),
		    new RegExp(`^# Last ${i}$`, 'm'));
	const week = (await stack.get('/codex')).json;
	assert.equal(tasksOf(week).length, count);
	assert.equal(week.nextAvailableId, String(count));
	await stack.stop();
});
