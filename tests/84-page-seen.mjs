// group: ui
// @ts-check
/**
 * 84-page-seen: what a person sees, in a real Chromium: at once at a revisit,
 * in every state, in both themes and at every width.
 *
 *	node --test tests/84-page-seen.mjs
 */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, test } from 'node:test';
import {
	cutWords, findFaults, startBrowser, sticksOut,
} from './browser.mjs';
import { startFixture, stopSystem } from './page-fixture.mjs';
import { gitOf, nextWeek, sampleWeek } from './page-weeks.mjs';
import { enter, openEmpty, STATES } from './page-states.mjs';
import { long, until } from './stack.mjs';

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** @type {Awaited<ReturnType<typeof startFixture>>} */
let fixture;

before(async () => {
	browser = await startBrowser();
	fixture = await startFixture({ sync: gitOf() });
});

afterEach(async () => {
	await browser.clear();
	fixture.heal();
	fixture.week = null;
	fixture.become();
});

after(async () => {
	await browser?.stop();
	await fixture?.stop();
	await stopSystem();
});

/* At once. */

/** @param {any} page */
const isKept = (page) => page.evaluate(() => localStorage.length > 0);

/** Whether all is kept that the page asks for at its start, so that no answer
 * that is still to come changes it. @param {any} page */
const isKeptWhole = (page) => page.evaluate(() => Object.values(localStorage)
	.some((text) => {
		const { sync, details } = JSON.parse(text.replace(/^\S+ /, '')).state ?? {};
		return sync && Object.keys(details).length > 0;
	}));

/** Somebody whose session lasts until another day. */
const stayLoggedIn = () => fixture.spoil('/auth/me', {
	status: 200, body: { userId: fixture.user, login: fixture.user, auth: 'github' },
});

/** The next /codex has no answer until what this returns is called. */
function holdWeek() {
	let letGo = () => {};
	fixture.spoil('/codex', {
		until: new Promise((done) => {
			letGo = () => done(undefined);
		}), times: 1,
	});
	return letGo;
}

/**
 * The page of somebody who was here before, whose next /codex is held back
 * until `letGo`.
 *
 * @param {any} [options]
 * @param {boolean} [held] something else is held back, too
 */
async function revisit(options, held = false) {
	const opened = await browser.open(fixture.url, options);
	await opened.page.locator('.task').first().waitFor();
	await until(() => (held ? isKept : isKeptWhole)(opened.page), 5000,
		'a week is kept');
	return { ...opened, letGo: holdWeek() };
}

/** What moved on the page since it began, as the browser scores it. */
const shifts = () => new Promise((done) => {
	new PerformanceObserver((list, observer) => {
		observer.disconnect();
		done(list.getEntries().map((entry) =>
			/** @type {any} */ (entry).value));
	}).observe({ type: 'layout-shift', buffered: true });
	setTimeout(() => done([]), 300);
});

for (const width of [1280, 390])
	test(`a_revisit_at_${width}_shows_the_last_week_at_once_and_nothing_shifts`,
		async () => {
			const { page, complaints, letGo } = await revisit({
				context: { viewport: { width, height: 800 } },
			});
			fixture.requests.length = 0;
			await page.reload();
			await page.locator('.now', { hasText: 'Onboarding' }).waitFor();
			const nodes = await page.locator('.task').elementHandles();
			letGo();
			await page.locator('#state', { hasText: 'aktuell' }).waitFor();
			await until(() => fixture.requests.length === 3, 5000, 'all requests');

			assert.deepEqual(fixture.requests.map(({ path }) => path).sort(),
				['/api/sync', '/auth/me', '/codex']);
			for (const node of nodes)
				assert.ok(await node.evaluate((/** @type {Node} */ one) =>
					one.isConnected));
			assert.deepEqual(await page.evaluate(shifts), []);
			assert.deepEqual(complaints, []);
		});

test('the_next_day_the_last_week_is_shown_at_once_and_nothing_shifts', async () => {
	stayLoggedIn();
	const { page, complaints, letGo } = await revisit({ clock: true });
	fixture.week = nextWeek();
	await page.clock.setSystemTime(Date.now() + 86_400_000);
	await page.reload();
	await page.locator('#week-title', { hasText: 'Dienstag, 24. November' })
		.waitFor();
	const nodes = await page.locator('.task').elementHandles();
	letGo();
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	for (const node of nodes)
		assert.ok(await node.evaluate((/** @type {Node} */ one) => one.isConnected));
	await page.clock.resume();
	assert.deepEqual(await page.evaluate(shifts), []);
	assert.deepEqual(complaints, []);
});

test('a_kept_week_gives_way_to_what_is_so_now', async () => {
	stayLoggedIn();
	let { page, letGo } = await revisit({ clock: true });
	const [{ task: { id, title } }] = sampleWeek().timeline[3].slots;
	const rename = (/** @type {string} */ to) =>
		fixture.ask(`/api/tasks/${id}`, 'PATCH', { title: to });
	await rename('Inzwischen umbenannt');
	await page.reload();
	await page.locator('.task', { hasText: title }).waitFor();
	letGo();
	await page.locator('.task', { hasText: 'Inzwischen umbenannt' }).waitFor();
	await rename(title);

	letGo = holdWeek();
	await page.clock.setSystemTime(Date.now() + 86_400_000);
	await page.reload();
	await page.locator('#week-title', { hasText: 'Dienstag, 24. November' })
		.waitFor();
	assert.equal(await page.locator('.now[aria-current]').count(), 0);
	assert.match(await page.locator('.now').textContent(), /Onboarding/);
	letGo();
	await page.locator('#week-title', { hasText: 'Montag, 23. November' })
		.waitFor();
});

test('a_week_is_not_shown_after_another_login_damage_or_its_session', async () => {
	let { page, complaints, letGo } = await revisit({ clock: true });
	for (const [name, spoil] of /** @type {[string, () => any][]} */ ([
		['another login', () => page.evaluate(() => {
			document.cookie = 'cm_mark=2';
		})],
		['damage', () => page.evaluate(() => {
			const [[key, value]] = Object.entries(localStorage);
			localStorage.setItem(key, value.replace('Onboarding', 'Onbording'));
		})],
		['an end cut off', () => page.evaluate(() => {
			const [[key, value]] = Object.entries(localStorage);
			localStorage.setItem(key, value.slice(0, 1000));
		})],
		['a session that is over', () =>
			page.clock.setSystemTime(Date.now() + 12 * 3_700_000)],
	])) {
		await spoil();
		await page.reload();
		await page.locator('#skeleton').waitFor();
		assert.equal(await page.locator('.task').count(), 0, name);
		assert.equal(await isKept(page), false, name);
		letGo();
		await page.locator('.task').first().waitFor();
		await until(() => isKeptWhole(page), 5000, 'a week is kept again');
		letGo = holdWeek();
	}
	letGo();
	assert.deepEqual(complaints, []);
});

test('a_page_of_before_another_login_keeps_nothing_under_its_mark', async () => {
	let answer = () => {};
	fixture.spoil('/api/sync', { times: 1, until: new Promise((done) => {
		answer = () => done(undefined);
	}) });
	const { page, complaints, letGo } = await revisit({}, true);
	const kept = await page.evaluate(() => JSON.stringify(localStorage));
	await page.evaluate(() => {
		document.cookie = 'cm_mark=2';
	});
	answer();
	await page.locator('#git-state', { hasText: /./ }).waitFor();
	assert.equal(await page.evaluate(() => JSON.stringify(localStorage)), kept);
	await page.reload();
	await page.locator('#skeleton').waitFor();
	assert.equal(await page.locator('.task').count(), 0);
	letGo();
	await page.locator('.task').first().waitFor();
	assert.deepEqual(complaints, []);
});

test('nothing_is_kept_of_who_is_not_let_in', async () => {
	const { page, complaints, letGo } = await revisit({ spoiled: ['/codex'] });
	letGo();
	for (const status of [401, 403]) {
		fixture.spoil('/codex', {
			status, body: { ok: false, error: 'Bitte melde dich an.' },
		});
		await page.reload();
		await page.locator('#door').waitFor();
		assert.equal(await isKept(page), false);
		fixture.spoil('/codex', {});
		await page.reload();
		await until(() => isKept(page), 5000, 'a week is kept again');
	}
	holdWeek();
	await page.click('#account summary');
	await page.click('#logout');
	await page.locator('#skeleton').waitFor();
	assert.equal(await page.locator('.task').count(), 0);
	assert.equal(await isKept(page), false);
	assert.deepEqual(complaints, []);
});

/* Every state. */

test('a_401_of_any_request_leads_to_the_door_and_keeps_what_was_typed', async () => {
	const { page, complaints } = await browser.open(fixture.url, {
		spoiled: ['/codex', '/api/tasks', '/0001-Kapazit%C3%A4tsplanung-Dezember'],
	});
	const shut = {
		status: 401, body: { ok: false, error: 'Bitte melde dich an.' },
	};
	for (const [path, act] of /** @type {[string, () => any][]} */ ([
		['/api/tasks', () => page.press('#quick', 'Enter')],
		['/api/tasks/0001-Kapazit%C3%A4tsplanung-Dezember', () =>
			page.locator('.task-title', { hasText: 'Kapazitätsplanung' })
				.last().click()],
	])) {
		await page.locator('#state', { hasText: 'aktuell' }).waitFor();
		await page.fill('#quick', 'Halb getippt +privat');
		for (const one of [path, '/codex'])
			fixture.spoil(one, shut);
		await act();
		await page.locator('#door').waitFor();
		fixture.heal();
		await page.reload();
		await page.locator('.task').first().waitFor();
		assert.equal(await page.inputValue('#quick'), 'Halb getippt +privat');
		assert.match(await page.locator('#quick-chips').innerText(), /Privat/);
	}
	assert.deepEqual(complaints, []);
});

test('an_error_of_the_server_names_the_id_of_its_request', async () => {
	fixture.spoil('/codex', {
		status: 503, headers: { 'X-Request-Id': '0123456789abcdef' },
		body: { ok: false, error: 'Der Speicher antwortet nicht.' },
	});
	const { page, complaints } = await browser.open(fixture.url, {
		spoiled: ['/codex'],
	});
	await page.locator('#trouble', {
		hasText: /Der Speicher antwortet nicht.*unter 01234567\./s,
	}).waitFor();
	assert.ok(await page.locator('#retry').isVisible());
	fixture.heal();
	await page.click('#retry');
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('a_device_without_a_network_says_so', async () => {
	const { page } = await browser.open(fixture.url);
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	await page.context().setOffline(true);
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('#trouble', {
		hasText: /Gerät ist gerade ohne Netz.*Gezeigt wird die Woche von \d\d:\d\d/s,
	}).waitFor();
	assert.equal(await page.locator('#git-state').isVisible(), false);
	await page.context().setOffline(false);
	await page.locator('#trouble').waitFor({ state: 'hidden' });
});

test('during_the_first_sync_no_task_is_said_to_be_missing_in_git', async () => {
	fixture.week = sampleWeek();
	const { page } = await browser.open(fixture.url);
	await page.locator('.mark-sync', { hasText: 'noch nicht in Git' }).waitFor();
	const { sync } = fixture;
	const before = { ...sync };
	for (const more of [
		{ state: 'pending', code: 'erster_abgleich' },
		{ state: 'running', code: 'laeuft' },
	]) {
		Object.assign(sync, { ...more, lastSyncAt: null, head: null, pending: 17 });
		await page.reload();
		await page.locator('.first-load', { hasText: '19 sind schon da' }).waitFor();
		await page.click('#status summary');
		assert.doesNotMatch(await page.locator('body').innerText(),
			/noch nicht in Git/);
	}
	Object.assign(sync, before);
});

test('where_git_is_not_set_up_the_pill_says_where_tasks_lie', async () => {
	const { sync } = fixture;
	fixture.sync = null;
	const { page } = await browser.open(fixture.url);
	await page.click('#status summary');
	await page.locator('#status-text', { hasText: 'Die Aufgaben liegen nur hier' })
		.waitFor();
	assert.equal(await page.locator('#sync').isVisible(), false);
	fixture.sync = sync;
});

test('the_language_is_changed_on_the_page_and_stays', async () => {
	const { page, complaints } = await browser.open(fixture.url);
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	await page.getByRole('button', { name: 'English' }).click();
	await page.locator('#state', { hasText: 'up to date' }).waitFor();
	await page.reload();
	await page.locator('#git-state', { hasText: 'All is in Git.' }).waitFor();
	assert.equal(await page.getAttribute('html', 'lang'), 'en');
	assert.equal(fixture.requests.at(-1)?.headers['accept-language'], 'en-GB');
	await page.getByRole('button', { name: 'Deutsch' }).click();
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('the_page_runs_as_it_lies_in_the_sources', async () => {
	const raw = await startFixture({ asItLies: true });
	const { page, complaints } = await browser.open(raw.url);
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	assert.deepEqual(complaints, []);
	await raw.stop();
});

test('what_is_typed_is_not_stored_for_a_person_of_another_tab', async () => {
	const { page, complaints } = await browser.open(fixture.url);
	await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Nur meins');
	await page.evaluate(() => {
		document.cookie = 'cm_mark=2';
	});
	fixture.requests.length = 0;
	await page.click('#editor-submit');
	await page.locator('#editor').waitFor({ state: 'hidden' });
	const { tasks } = await fixture.ask('/api/tasks?q=meins');
	assert.equal(tasks.length, 1, 'the same person has logged in again');

	const { user } = fixture.become();
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Auch nur meins');
	await page.evaluate(() => {
		document.cookie = 'cm_mark=3';
	});
	await page.click('#editor-submit');
	await page.locator('#user', { hasText: user }).waitFor({ state: 'attached' });
	assert.equal(await page.locator('#editor').isVisible(), false);
	assert.deepEqual((await fixture.ask('/api/tasks?q=meins')).tasks, []);
	assert.deepEqual(complaints, []);
});

test('another_person_in_another_tab_leaves_nothing_of_the_one_before', async () => {
	const { page, letGo } = await revisit();
	letGo();
	await page.evaluate(() => {
		document.body.dataset.before = '';
	});
	const { user } = fixture.become();
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('body:not([data-before]) #user', { hasText: user })
		.waitFor({ state: 'attached' });
});

test('a_browser_that_stores_nothing_shows_the_week_all_the_same', async () => {
	for (const script of [() => {
		Storage.prototype.setItem = () => {
			throw new DOMException('', 'QuotaExceededError');
		};
	}, () => ['localStorage', 'sessionStorage'].forEach((name) =>
		Object.defineProperty(window, name, {
			get() {
				throw new DOMException('', 'SecurityError');
			},
		}))]) {
		const { page, complaints } = await browser.open('about:blank');
		await page.addInitScript(script);
		await page.goto(fixture.url);
		await page.locator('#state', { hasText: 'aktuell' }).waitFor();
		assert.ok(await page.locator('.task').first().isVisible());
		assert.deepEqual(complaints, []);
	}
});

/* By whomever. */

const modules = process.env.CODEX_NODE_MODULES ??
	new URL('node_modules', import.meta.url).pathname;

/* Themes and widths; all six of them with T_LONG. */
const LOOKS = /** @type {const} */ ([
	['light', 1280, 800], ['dark', 320, 256], ['dark', 1280, 800],
	['light', 390, 844], ['dark', 390, 844], ['light', 320, 256],
]);

test('axe_finds_nothing_and_nothing_sticks_out_or_moves_in_any_state', async () => {
	const axe = await readFile(`${modules}/axe-core/axe.min.js`, 'utf8');
	const page = await openEmpty(browser, { reducedMotion: 'reduce' });
	const found = /** @type {string[]} */ ([]);
	for (const state of STATES) {
		await page.setViewportSize({ width: 1280, height: 800 });
		await enter(page, fixture, state);
		await page.evaluate(axe);
		for (const [colorScheme, width, height] of LOOKS.slice(0, long ? 6 : 2)) {
			await page.setViewportSize({ width, height });
			await page.emulateMedia({ colorScheme });
			found.push(...[
				...await page.evaluate(findFaults), ...await page.evaluate(sticksOut),
				...await page.evaluate(cutWords),
				...await page.evaluate(() => document.getAnimations().map((one) =>
					`moves: ${/** @type {any} */ (one).animationName}`)),
			].map((one) => `${state.name} ${colorScheme} ${width}: ${one}`));
		}
	}
	assert.deepEqual(found, []);
});
