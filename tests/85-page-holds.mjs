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
import { cardOf, cookieOf, lowContrast, pass, startBrowser } from './browser.mjs';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { startLife } from './page-life.mjs';
import { sessionCookie } from './session.mjs';
import { startShaky } from './shaky.mjs';
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

test('a_line_whose_task_was_taken_back_without_an_answer_makes_another', async (t) => {
	const way = await startShaky(stack.url);
	t.after(() => way.stop());
	const { page } = await browser.open(way.url, { cookie: cookieOf(stack) });
	await page.locator('.task').first().waitFor();
	const made = async () => (await stack.get('/api/tasks?q=Wortlos')).json.tasks
		.map((/** @type {any} */ { status }) => status);
	way.fault = 'dark';
	await page.fill('#quick', 'Wortlos');
	await page.keyboard.press('Enter');
	await page.locator('[data-toast][data-kind="bad"]').waitFor();
	way.isDark = false;
	await page.focus('#today');
	await page.keyboard.press('z');
	await until(async () => String(await made()) === 'abgebrochen', 5000,
		'it is taken back');
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	assert.equal(await page.inputValue('#quick'), 'Wortlos');

	await page.focus('#quick');
	await page.keyboard.press('Enter');
	await cardOf(page, 'Wortlos').waitFor();
	assert.deepEqual((await made()).sort(), ['abgebrochen', 'offen']);
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

/* Moving. */

/** @param {any} page @param {string | RegExp} text */
const toast = (page, text) =>
	page.locator('[data-toast]', { hasText: text }).waitFor();

/** Where the middle of it is. @param {any} locator */
async function middle(locator) {
	const { x, y, width, height } = await locator.boundingBox();
	return { x: x + width / 2, y: y + height / 2 };
}

/** @param {any} page */
const writes = (page) => {
	const seen = /** @type {string[]} */ ([]);
	page.on('request', (/** @type {any} */ request) => {
		if (request.method() !== 'GET' && !request.url().endsWith('/api/preview'))
			seen.push(request.method());
	});
	return seen;
};

test('a_task_is_drawn_to_a_slot_and_back_to_the_list', async () => {
	const ref = await stack.make({ title: 'Ziehen' });
	// Slot and list are seen at once, however many tasks wait.
	const { page, complaints } = await openWeek({
		context: { viewport: { width: 1280, height: 2400 } },
	});
	const sent = writes(page);
	const card = page.locator(`[data-task="${ref}"]`);
	await card.scrollIntoViewIfNeeded();
	const free = page.locator('#week-body .free').last();
	const slot = await free.getAttribute('data-slot');
	const draw = async (/** @type {any} */ from, /** @type {any} */ to) => {
		const [a, b] = [await middle(from), await middle(to)];
		await page.mouse.move(a.x, a.y);
		await page.mouse.down();
		await page.mouse.move(a.x + 20, a.y + 10);
		await page.mouse.move(b.x, b.y, { steps: 4 });
		await page.locator('[data-drop]').waitFor();
		await page.mouse.up();
	};
	await draw(card.locator('.task-title'), free);
	await toast(page, /Ziehen.*Aufgabe \d+ auf/);
	await page.locator(`[data-task="${ref}"][data-slot="${slot}"]`).waitFor();
	await until(async () => (await stack.task(ref)).isFixed, 5000, 'the pin');
	assert.equal(await page.locator('#panel').isVisible(), false);

	await draw(card.locator('.task-title'), page.locator('#unplaced-title'));
	await until(async () => !(await stack.task(ref)).isFixed, 5000, 'unpinned');
	await until(() => sent.length > 1, 5000, 'both are told');
	assert.deepEqual(sent, ['PATCH', 'PATCH']);
	assert.deepEqual(complaints, []);
});

test('a_drag_marks_what_would_move_and_escape_ends_it', async () => {
	const { page, complaints } = await openWeek();
	const sent = writes(page);
	const tasks = page.locator('#week-body .task[data-kategorie="arbeit"]');
	const [a, b] = [await middle(tasks.nth(2).locator('.task-title')),
		await middle(tasks.first())];
	await page.mouse.move(a.x, a.y);
	await page.mouse.down();
	await page.mouse.move(b.x, b.y, { steps: 4 });
	await page.locator('.task[data-shift]').first().waitFor();
	await page.keyboard.press('Escape');
	await page.mouse.up();
	assert.equal(await page.locator('.ghost, [data-shift], [data-drop]').count(), 0);
	assert.deepEqual(sent, []);
	assert.deepEqual(complaints, []);
});

/** @typedef {{ x: number, y: number }} Point */

/** Fingers on a page. @param {any} page */
async function fingersOn(page) {
	const wire = await page.context().newCDPSession(page);
	const touch = (/** @type {string} */ type, /** @type {Point[]} */ points) =>
		wire.send('Input.dispatchTouchEvent', {
			type, touchPoints: points.map(({ x, y }, id) => ({ x, y, id })),
		});
	return {
		/** Each finger goes from its first point to its second.
		 * @param {[Point, Point][]} ways
		 * @param {number} steps @param {number} rest ms before they move
		 * @param {number} pause ms after each step */
		async swipe(ways, steps, rest = 0, pause = 0) {
			await touch('touchStart', ways.map(([from]) => from));
			await page.waitForTimeout(rest);
			for (let i = 1; i <= steps; i++) {
				await touch('touchMove', ways.map(([from, to]) => ({
					x: from.x + (to.x - from.x) * i / steps,
					y: from.y + (to.y - from.y) * i / steps,
				})));
				await page.waitForTimeout(pause);
			}
			await touch('touchEnd', []);
		},
	};
}

const phone = {
	context: { viewport: { width: 390, height: 844 }, hasTouch: true,
		isMobile: true },
};

/** By where a finger comes down on a task: where each finger goes, in how many
 * steps, and how long it rests before and between.
 * @type {[string, (on: Point) => [Point, Point][], number, number?, number?][]} */
const SWIPES = [
	['up and down', (on) => [[on, { x: on.x, y: on.y - 300 }]], 12],
	['a flick', (on) => [[on, { x: on.x - 40, y: on.y - 380 }]], 2],
	['sideways', (on) => [[on, { x: 10, y: on.y }]], 8],
	['from the edge', ({ y }) => [[{ x: 1, y }, { x: 260, y: y + 10 }]], 8],
	['two fingers', ({ x, y }) => [[{ x, y }, { x, y: y - 200 }],
		[{ x: x + 60, y }, { x: x + 60, y: y - 200 }]], 8],
	['a pinch', ({ x, y }) => [[{ x, y }, { x, y }],
		[{ x: x + 40, y }, { x: x + 120, y: y + 80 }]], 6, 0, 100],
	['a slow press that scrolls', (on) => [[on, { x: on.x, y: on.y - 120 }]], 12,
		250, 60],
];

test('no_kind_of_swipe_writes', async () => {
	const { page, complaints } = await openWeek(phone);
	const sent = writes(page);
	const fingers = await fingersOn(page);
	for (const [name, ways, ...pace] of SWIPES) {
		await page.evaluate(() => scrollTo(0, 400));
		const on = await page.locator('#week-body .task').evaluateAll(
			(/** @type {Element[]} */ all) => all.map((one) => {
				const { x, y, width, height } = one.getBoundingClientRect();
				return { x: x + width / 2, y: y + height / 2 };
			}).find(({ y }) => y > 300 && y < 500));
		await fingers.swipe(ways(on), ...pace);
		assert.equal(await page.locator('.ghost').count(), 0, name);
		assert.deepEqual(sent, [], name);
	}
	assert.deepEqual(complaints, []);
});

/**
 * Draw a task of the week with a finger to a slot that is free, and take that
 * back.
 *
 * @param {any} page
 * @param {string} by what the finger comes down on
 * @param {number} [rest] ms before it moves
 * @returns {Promise<any>} the task as it was, and is again
 */
async function drawByTouch(page, by, rest) {
	const sent = writes(page);
	const fingers = await fingersOn(page);
	const free = page.locator('#week-body .free').first();
	await free.evaluate((/** @type {Element} */ node) =>
		node.scrollIntoView({ block: 'center' }));
	const slot = await free.getAttribute('data-slot');
	const to = await middle(free);
	const [from, ref] = await page.locator(`#week-body ${by}`).evaluateAll(
		(/** @type {HTMLElement[]} */ all, /** @type {number} */ y) => all.map((one) => {
			const { x, y: top, width, height } = one.getBoundingClientRect();
			return [{ x: x + width / 2, y: top + height / 2 },
				one.closest('[data-task]')?.getAttribute('data-task')];
		}).find(([at]) => /** @type {any} */ (at).y > 120 &&
			/** @type {any} */ (at).y < y - 30), to.y);
	const before = await stack.task(String(ref));
	const { y } = await page.evaluate(() => ({ y: scrollY }));
	await fingers.swipe([[from, to]], 6, rest);
	await page.locator(`[data-task="${ref}"][data-slot="${slot}"]`).waitFor();
	assert.equal(await page.evaluate(() => scrollY), y, 'it scrolls nothing');
	await until(() => sent.length > 0, 5000, 'the file was read before');
	assert.deepEqual(sent, ['PATCH']);
	await page.click('[data-undo]');
	await until(async () => (await stack.task(ref)).etag === before.etag, 5000,
		'taken back');
	return before;
}

test('a_long_press_lifts_a_task_and_drops_it_on_a_slot', async () => {
	const { page, complaints } = await openWeek(phone);
	await drawByTouch(page, '.task', 700);
	assert.deepEqual(complaints, []);
});

test('a_handle_draws_at_once_by_touch_and_asks_where_to_by_a_tap', async () => {
	const { page, complaints } = await openWeek(phone);
	const { file, title } = await drawByTouch(page, '.grip');
	await page.locator(`[data-task="${file.slice(0, -3)}"] .grip`).first().tap();
	await page.locator('#move').waitFor();
	assert.match(await page.locator('#move-title').textContent(),
		new RegExp(title));
	assert.deepEqual(complaints, []);
});

test('marked_is_what_the_server_says_that_would_move', async () => {
	const { page, complaints } = await openWeek();
	const tasks = page.locator('#week-body .task[data-kategorie="privat"]');
	const told = await page.locator('[data-list="unplaced"] .task').nth(1)
		.getAttribute('data-key');
	const slot = await tasks.first().getAttribute('data-slot');
	let asked = 0; // about that slot; on the way there are others
	await page.route('**/api/preview', (/** @type {any} */ route) => {
		const { id, fixedSlot } = JSON.parse(route.request().postData());
		asked += Number(`${fixedSlot?.datum} ${fixedSlot?.zeit}` === slot);
		return route.fulfill({ json: { moves: [
			{ file: told, from: null, to: null },
			{ file: `${id}.md`, from: null, to: null },
		] } });
	});
	const [a, b] = [await middle(tasks.last().locator('.task-title')),
		await middle(tasks.first())];
	await page.mouse.move(a.x, a.y);
	await page.mouse.down();
	for (let i = 0; i < 2; i++) {
		await page.mouse.move(b.x, b.y, { steps: 4 });
		await page.locator(`[data-drop][data-slot="${slot}"]`).waitFor();
		await page.locator('[data-shift]').waitFor();
		assert.deepEqual(await page.locator('[data-shift]').evaluateAll(
			(/** @type {HTMLElement[]} */ all) => all.map(({ dataset }) =>
				dataset.key)), [told]);
		await page.mouse.move(b.x, 20);
		assert.equal(await page.locator('[data-shift]').count(), 0);
	}
	assert.equal(asked, 1, 'the second time it is known');
	await page.keyboard.press('Escape');
	await page.mouse.up();
	assert.deepEqual(complaints, []);
});

for (const [name, days] of /** @type {[string, number][]} */ ([
	['Auf morgen', 1], ['Nächste Woche', 7],
]))
	test(`by_keys_a_task_goes_${name.replace(' ', '_')}`, async () => {
		const ref = await stack.make({
			title: `Taste ${days}`, kategorie: 'arbeit', fixedSlot: {
				datum: '01.12.2026', zeit: 'abends',
			},
		});
		const { page, complaints } = await openWeek();
		await page.focus(`[data-task="${ref}"]`);
		await page.keyboard.press('m');
		await page.locator('#move').waitFor();
		await page.locator('#move-shift', { hasText: /rückt/ }).waitFor();
		const fixed = await page.locator('#move [data-fixed]').evaluateAll(
			(/** @type {HTMLElement[]} */ all) => all.map(({ ariaLabel }) => ariaLabel));
		assert.ok(fixed.some((/** @type {string} */ label) =>
			label.includes(`Taste ${days}, fester Platz`)), String(fixed));
		assert.deepEqual(await page.evaluate(lowContrast), []);
		if (days === 7)
			await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await until(async () => (await stack.task(ref)).fixedSlot.datum ===
			(days === 1 ? '02.12.2026' : '08.12.2026'), 5000, name);
		await page.keyboard.press('z');
		await until(async () => (await stack.task(ref)).fixedSlot.datum === '01.12.2026',
			5000, 'taken back');
		await stack.send('DELETE', `/api/tasks/${ref}`, undefined);
		assert.deepEqual(complaints, []);
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
