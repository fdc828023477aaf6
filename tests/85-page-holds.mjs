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
import { cookieOf, pass, startBrowser } from './browser.mjs';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { startLife } from './page-life.mjs';
import { sessionCookie } from './session.mjs';
import {
	long, manyBuild, sleep, startStack, taskFile, until, vaultPath,
} from './stack.mjs';

const MONDAY = '2026-11-30T08:00:00Z';
/** So many people use the page at random at once. */
const LIVES = 3;
const people = Array.from({ length: LIVES }, (_, i) => `user${i}`);

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** @type {import('./github/fake.mjs').Fake | undefined} */
let fake;
/** @type {ReturnType<typeof startWithGit> | undefined} */
let git;

/** How long that took: ms. */
let startMs = 0;

before(async () => {
	const began = Date.now();
	browser = await startBrowser();
	stack = await startStack({ as: 'server', sample: true, env: {
		CODEX_NOW: MONDAY, CODEX_BUILD: manyBuild,
		CODEX_ALLOWED_USERS: ['usera', ...people].join(),
	} });
	startMs = Date.now() - began;
});

afterEach(() => browser.clear());

after(async () => {
	await browser?.stop();
	await stack?.stop();
	try {
		await (await git)?.system.stop();
	} finally {
		await fake?.stop(); // else it keeps this process
	}
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

/** @param {any} [options] */
async function openWeek(options, site = stack) {
	const opened = await browser.open(site, options);
	await opened.page.locator('.task').first().waitFor();
	return opened;
}

/* The clock. */

/** Instants in Berlin, and the slot whose turn it is before and after. */
const TURNS = /** @type {[string, string, string, string][]} */ ([
	['at 12:30 on the day that summer time begins', '2027-03-28T12:30:00+02:00',
		'28.03.2027 morgens', '28.03.2027 nachmittags'],
	['at 17:00 on the day that summer time ends', '2027-10-31T17:00:00+01:00',
		'31.10.2027 nachmittags', '31.10.2027 abends'],
	['at midnight', '2026-12-01T00:00:00+01:00', '', '01.12.2026 morgens'],
]);

/** The slot whose turn it is, '' if today has none. @param {any} page */
const slotNow = (page) => page.evaluate(() => document.querySelector(
	'.now[data-slot], .now [data-slot]')?.getAttribute('data-slot') ?? '');

/**
 * A page that has been opened before an instant; how long before depends on
 * how fast the machine is.
 *
 * @param {number} instant
 * @param {import('node:test').TestContext} t
 * @param {number} [lead] ms from the start of the system
 * @returns {Promise<{ system: import('./stack.mjs').Stack, page: any,
 *	complaints: string[] }>}
 */
async function openBefore(instant, t, lead = 6000 + 3 * startMs) {
	const system = await startStack({ as: 'server', workers: 1, env: {
		CODEX_NOW: new Date(instant - lead).toISOString(), CODEX_BUILD: manyBuild,
	} });
	t.after(() => system.stop());
	const day = new Date(instant + 4 * 86_400_000).toISOString().slice(0, 10)
		.split('-').reverse().join('.');
	for (let i = 0; i < 6; i++)
		system.place(`000${i}-Aufgabe-${i}.md`, taskFile({
			kategorie: i % 2 ? 'privat' : 'arbeit' }, `# Aufgabe ${i}\n`));
	system.place('0009-Fest.md', taskFile({
		fixedSlot: `{datum: ${day}, zeit: abends}` }, '# Fest\n'));
	const { page, complaints } = await openWeek({}, system);
	return system.now() < instant - 1000 ? { system, page, complaints } :
		openBefore(instant, t, lead * 4);
}

/**
 * @param {import('node:test').TestContext} t
 * @param {typeof TURNS[number]} turn
 */
async function turnAt(t, [name, at, first, next]) {
	const instant = Date.parse(at);
	const { system, page, complaints } = await openBefore(instant, t);
	assert.equal(await slotNow(page), first, name);
	const stem = await page.evaluate(() => {
		const moved = /** @type {HTMLElement} */ (
			document.querySelector('[data-task]'));
		moved.focus();
		getSelection()?.selectAllChildren(/** @type {Element} */ (
			document.querySelector('[data-task="0009-Fest"] bdi')));
		return moved.dataset.task;
	});
	await sleep(Math.max(0, instant - system.now()));
	await until(async () => await slotNow(page) === next, 5000,
		`${next} ${name}`);

	assert.deepEqual(await page.evaluate(() => [
		/** @type {HTMLElement} */ (document.activeElement).dataset.task,
		String(getSelection())]), [stem, 'Fest'], name);
	assert.deepEqual(complaints, [], name);
}

test('the_page_turns_with_the_clock_and_keeps_focus_and_selection', async (t) => {
	await Promise.all(TURNS.map((turn) => turnAt(t, turn)));
});

/* Two browsers. */

test('a_form_and_unchanged_nodes_outlive_what_another_browser_changes',
	async () => {
		const { page, complaints } = await openWeek({ clock: true });
		const other = await openWeek();
		const done = await other.page.locator('#week-body [data-task]').last()
			.getAttribute('data-task');
		await page.click('#compose');
		await page.fill('#f-title', 'Halb getippt');
		await page.evaluate(() => {
			for (const node of document.querySelectorAll('[data-task]'))
				Object.assign(node, { was: node.getAttribute('data-slot') });
			/** @type {HTMLInputElement} */ (document.activeElement)
				.setSelectionRange(2, 5);
		});

		await other.page.locator(`[data-task="${done}"] .done`).click();
		await other.page.fill('#quick', 'Von drüben +privat');
		await other.page.keyboard.press('Enter');
		await other.page.locator('.task', { hasText: 'Von drüben' }).waitFor();
		await pass(page, 9_500);

		await page.locator('.task', { hasText: 'Von drüben' })
			.waitFor({ state: 'attached' });
		assert.equal(await page.locator(`[data-task="${done}"]`).count(), 0);
		assert.deepEqual(await page.evaluate(() => {
			const { id, value, selectionStart, selectionEnd } =
				/** @type {HTMLInputElement} */ (document.activeElement);
			return [id, value, selectionStart, selectionEnd];
		}), ['f-title', 'Halb getippt', 2, 5]);
		const [kept, moved] = await page.locator('[data-task]').evaluateAll(
			(/** @type {any[]} */ all) => [true, false].map((kept) => all.filter(
				(node) => (node.was === node.getAttribute('data-slot')) === kept)
				.length));
		assert.ok(kept > 5 * moved && moved > 0, `${kept} the same, ${moved} not`);
		assert.deepEqual(complaints, []);
	});

/* With Git. */

/** A system whose tasks are in a repository that tells of its pushes; both
 * tests that need it share it. */
async function startWithGit() {
	fake = await startFake({ rateLimit: 1e6 });
	const repo = await fake.createRepository({ name: 'vault', files: {
		[vaultPath('0001-Brot.md')]: taskFile({}, '# Brot\n'),
		[vaultPath('0002-Milch.md')]: taskFile({}, '# Milch\n'),
	} });
	const system = await startStack({ env: gitSettings(fake, {
		GITHUB_REPO: 'vault', SYNC_LAG_MS: '300', CODEX_NOW: MONDAY,
		CODEX_BUILD: manyBuild, GITHUB_WEBHOOK_SECRET: 'the-secret-of-the-hook',
	}) });
	fake.addHook({ url: `${system.url}/github/webhook`,
		secret: 'the-secret-of-the-hook' });
	return { repo, system };
}

const withGit = () => git ??= startWithGit();

/** @param {import('./stack.mjs').Stack} system */
async function openInGit(system) {
	const opened = await openWeek({}, system);
	await opened.page.locator('#git-state', { hasText: 'Alles ist in Git' })
		.waitFor();
	return opened;
}

test('a_push_is_shown_on_an_idle_page', async () => {
	const { repo, system } = await withGit();
	const { page, complaints } = await openInGit(system);
	const node = await page.locator('[data-task="0001-Brot"]').elementHandle();
	await repo.commit({ files: {
		[vaultPath('0009-Honig.md')]: taskFile({}, '# Honig\n'),
	} });
	await until(() => page.locator('[data-task="0009-Honig"]').count(), 10_000,
		'the push');
	assert.ok(await node.evaluate((/** @type {Element} */ one) =>
		one === document.querySelector('[data-task="0001-Brot"]')));
	assert.deepEqual(complaints, []);
});

test('keys_alone_create_move_complete_undo_and_sync', async () => {
	const { system } = await withGit();
	const { page, complaints } = await openInGit(system);
	const keys = async (/** @type {string[]} */ ...all) => {
		for (const key of all)
			await page.keyboard.press(key);
	};
	const task = async () => (await system.get('/api/tasks?q=Tasten')).json.tasks[0];
	const focused = () => page.evaluate(() =>
		document.activeElement?.getAttribute('data-task'));
	await keys('n');
	await page.keyboard.type('Tasten +privat @heute abends');
	await keys('Enter');
	await page.locator('[data-slot="30.11.2026 abends"]', { hasText: 'Tasten' })
		.waitFor();
	await keys('Escape', 't', 'ArrowDown', 'ArrowDown');
	assert.match(await focused(), /Tasten/);

	await keys('m');
	await page.locator('#move[open]').waitFor();
	await keys('Enter');
	await page.locator('[data-slot="01.12.2026 abends"]', { hasText: 'Tasten' })
		.waitFor();
	assert.match(await focused(), /Tasten/, 'where it is now');

	await keys('x');
	await page.locator('[data-state="done"]', { hasText: 'Tasten' }).waitFor();
	assert.match(await focused(), /Tasten/);
	await keys('z');
	await page.locator('[data-state="done"]').waitFor({ state: 'detached' });
	await until(async () => (await task()).status === 'offen' &&
		(await task()).fixedSlot?.datum === '01.12.2026', 5000, 'all done');
	await keys('z');
	await until(async () => (await task()).fixedSlot.datum === '30.11.2026', 5000,
		'moved back');

	await keys('s');
	await page.locator('#git-note', { hasText: /geholt|nichts zu tun|fertig/ })
		.waitFor();
	await until(async () => (await task()).sync === 'clean', 5000, 'in Git');
	assert.deepEqual(complaints, []);
});
