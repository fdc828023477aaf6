// group: ui
// @ts-check
/**
 * 85-page-holds: what must hold whatever a person does with the page, in a real
 * Chromium, against the whole system.
 *
 *	node --test tests/85-page-holds.mjs
 *	SEED=17 node …      one random sequence again
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { cookieOf, startBrowser } from './browser.mjs';
import { startLife } from './page-life.mjs';
import { sessionCookie } from './session.mjs';
import { long, manyBuild, startStack } from './stack.mjs';

const MONDAY = '2026-11-30T08:00:00Z';
/** So many people use the page at random at once. */
const LIVES = 3;
const people = Array.from({ length: LIVES }, (_, i) => `user${i}`);

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** @type {import('./stack.mjs').Stack} */
let stack;

before(async () => {
	browser = await startBrowser();
	stack = await startStack({ as: 'server', sample: true, env: {
		CODEX_NOW: MONDAY, CODEX_BUILD: manyBuild,
		CODEX_ALLOWED_USERS: ['usera', ...people].join(),
	} });
});

afterEach(() => browser.clear());

after(async () => {
	await browser?.stop();
	await stack?.stop();
});

/** @param {string} user @param {number} id */
const sessionOf = (user, id) => cookieOf(stack,
	sessionCookie(stack.keyFile, { user, id, now: stack.now() }));

test('after_random_changes_the_page_shows_the_week_and_undo_restores_bytes',
	async (t) => {
		const { SEED } = process.env;
		const seeds = SEED ? [Number(SEED)] :
			Array.from({ length: long ? 200 : 20 }, (_, i) => i + 1);
		/** @type {Awaited<ReturnType<typeof startLife>>[]} */
		const lives = [];
		t.after(() => Promise.all(lives.map((life) => life.stop())));
		for (const [i, user] of people.slice(0, seeds.length).entries())
			lives.push(await startLife({
				stack, browser, user, cookie: sessionOf(user, 5000 + i),
			}));
		await Promise.all(lives.map(async (life) => {
			for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
				await life.run(seed);
		}));
		assert.deepEqual(lives.flatMap(({ complaints }) => complaints), []);
		assert.ok(lives.some(({ changed }) => changed > 0), 'nothing changed');
	});
