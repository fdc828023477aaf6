// group: ui
// @ts-check
/**
 * 80-page: the page in a real Chromium.
 *
 * All states, good and bad, against page-fixture.mjs, whose answers can be
 * spoiled.  Whatever the state, the
 * console stays without errors (but for the browser's own line about an
 * answer that was spoiled on purpose) and the policy is never violated.
 *
 *	node --test tests/80-page.mjs
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import {
	answered, cardOf, lowContrast, pass, startBrowser, sticksOut,
} from './browser.mjs';
import { gitOf, sampleWeek, startFixture, task, weekOf } from './page-fixture.mjs';
import { until } from './stack.mjs';

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** What the running test has opened. */
/** @type {(() => Promise<unknown>)[]} */
let closers = [];

before(async () => {
	browser = await startBrowser();
});

after(async () => {
	await browser?.stop();
});

afterEach(async () => {
	await browser.clear();
	for (const close of closers.reverse())
		await close();
	closers = [];
});

/** @param {any} [week] @param {any} [sync] */
async function fixtureWith(week, sync) {
	const fixture = await startFixture({ week, sync });
	closers.push(fixture.stop);
	return fixture;
}

/** @type {typeof browser.open} */
const open = (url, options) => browser.open(url, options);

/** @param {any} page @param {string} word */
const state = (page, word) =>
	page.locator('#state', { hasText: word }).waitFor();

/** What the pill has under it. @param {any} page */
async function openStatus(page) {
	if (!await page.locator('#status').evaluate(
		(/** @type {HTMLDetailsElement} */ menu) => menu.open))
		await page.click('#status summary');
}

/** @param {any} fixture @param {string} path */
const asked = (fixture, path) =>
	fixture.requests.filter((/** @type {any} */ one) => one.path === path);

/** Where a task is completed. @param {any} task */
const completionOf = ({ file }) =>
	`/api/tasks/${encodeURIComponent(file.slice(0, -3))}/complete`;

/** Waits until just so many requests came. @param {any} fixture
 * @param {string} path @param {number} n */
const untilAsked = (fixture, path, n) =>
	until(() => asked(fixture, path).length === n, 5000, `${n} of ${path}`);

/** A promise and what keeps it.
 * @returns {{ until: Promise<void>, letGo: () => void }} */
function hold() {
	let letGo = () => {};
	const until = /** @type {Promise<void>} */ (new Promise((done) => {
		letGo = done;
	}));
	return { until, letGo };
}

const busy = {
	status: 503, headers: { 'Retry-After': '2' },
	body: {
		ok: false, error: 'Der Speicher antwortet gerade nicht.',
		code: 'speicher_gestoert',
	},
};

test('the_week_shows_days_slots_and_tasks', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await state(page, 'aktuell');

	assert.equal(await page.locator('.day').count(), 6);
	assert.equal(await page.locator('[data-slot]').count(), 20);
	assert.equal(await page.locator('.free').count(), 7);
	assert.match(await page.locator('#status-facts').textContent(), /usera/);
	assert.equal(await page.locator('#week-title').textContent(),
		'Montag, 23. November');
	assert.equal(await page.locator('#week-summary').textContent(),
		'Noch 2 Aufgaben heute · 13 in sieben Tagen · 5 ohne Platz');
	assert.match(await page.locator('.now[aria-current="time"]').textContent(),
		/Jetzt · nachmittags.*Onboarding neuer Kollege.*0000.*Arbeit/);
	assert.match(await cardOf(page, 'Angebot Stadtwerke').textContent(),
		/bis Di 24\.11\..*liegt nach der Deadline.*#q4/);
	assert.match(await cardOf(page, 'Geschenk').textContent(),
		/Privat.*fester Platz/);
	assert.match(await cardOf(page, 'Donaudampf').textContent(),
		/er zählt nicht/);
	assert.match(await cardOf(page, 'Release-Notes').textContent(),
		/noch nicht in Git/);
	assert.deepEqual(complaints, []);
});

test('a_task_without_a_slot_stands_there_with_its_reason', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await state(page, 'aktuell');

	const rows = (/** @type {string} */ list) =>
		page.locator(`[data-list="${list}"] .task`).evaluateAll(
			(/** @type {HTMLElement[]} */ all) => all.map(({ dataset }) =>
				dataset.task?.slice(0, 4)));
	assert.deepEqual(await rows('unplaced'), ['0015', '0018', '0019', '0021']);
	assert.deepEqual(await rows('overdue'), ['0015']);
	assert.match(await cardOf(page, 'Doppelt A').textContent(), /Platz vergeben/);
	assert.match(await page.locator('#unplaced-note').textContent(),
		/Warten auf einen freien Platz: 2/);
	assert.match(await cardOf(page, 'Keller').textContent(),
		/Deadline in Gefahr/);
	assert.match(await cardOf(page, 'Jahresgespräch').textContent(),
		/fest: Di 12\.01\.2027 nachmittags/);
	assert.match((await page.locator('.problem').allTextContents())[0],
		/0010-kaputtes-YAML\.md.*Zeile 3.*nicht geschlossen/);
	assert.deepEqual(complaints, []);
});

test('markup_in_a_title_is_text', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await state(page, 'aktuell');

	assert.match(await cardOf(page, '<script>').textContent(),
		/<script>alert\(1\)<\/script>.*#<b>/);
	assert.equal(await page.locator('main script, main b').count(), 0);
	assert.deepEqual(complaints, []);
});

for (const [locale, lang, words] of /** @type {[string, string, RegExp][]} */ ([
	['de-AT', 'de', /Montag, 23\. November.*nachmittags/s],
	['en-US', 'en', /Monday, 23 November.*afternoon/s],
]))
	test(`a_browser_in_${locale}_reads_the_page_in_its_language`, async () => {
		const { page, complaints } = await open((await fixtureWith()).url, {
			context: { locale },
		});
		await cardOf(page, 'Onboarding').waitFor();
		assert.match(await page.locator('body').innerText(), words);
		assert.equal(await page.getAttribute('html', 'lang'), lang);
		assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(
			'button, a, h1, h2, h3, h4, label, legend, option')].filter((node) =>
			node.id !== 'login' && node.getAttribute('aria-label') === null &&
			!node.textContent?.trim()).map((node) => node.outerHTML)), []);
		assert.deepEqual(complaints, []);
	});

test('an_unknown_word_of_the_server_is_shown_as_it_is', async () => {
	const week = weekOf({}, {
		unplaced: [task('0001', 'Rätsel', 'verein', { reason: 'mondphase' })],
	});
	const { page, complaints } = await open((await fixtureWith(week)).url);
	await state(page, 'aktuell');

	assert.match(await page.locator('#unplaced').textContent(),
		/Rätsel.*verein.*mondphase/);
	assert.deepEqual(complaints, []);
});

test('an_empty_week_says_so', async () => {
	const { page, complaints } = await open((await fixtureWith(weekOf())).url);
	await page.locator('text=Noch keine Aufgaben').waitFor();

	assert.equal(await page.locator('.free').count(), 20);
	assert.equal(await page.locator('#unplaced').isVisible(), false);
	assert.equal(await page.locator('#problems').isVisible(), false);
	assert.equal(await page.locator('#others').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('files_that_are_no_tasks_are_counted', async () => {
	const week = weekOf({}, { otherFiles: 3 });
	const { page } = await open((await fixtureWith(week)).url);

	await page.locator('text=3 weitere Dateien im Ordner').waitFor();
	assert.equal(await page.locator('#problems').isVisible(), false);
});

test('a_day_that_is_over_leaves_no_current_slot', async () => {
	const week = weekOf();
	week.timeline.shift();
	const { page, complaints } = await open((await fixtureWith(week)).url);
	await state(page, 'aktuell');

	assert.equal(await page.locator('.day').count(), 6);
	assert.equal(await page.locator('[aria-current]').count(), 0);
	assert.deepEqual(complaints, []);
});

test('a_slow_first_load_says_that_it_loads', async () => {
	const fixture = await fixtureWith();
	const held = hold();
	fixture.spoil('/codex', { until: held.until });
	const { page, complaints } = await open(fixture.url);

	await state(page, 'wird geladen');
	assert.ok(await page.locator('#skeleton').isVisible());
	held.letGo();
	await state(page, 'aktuell');
	assert.equal(await page.locator('#skeleton').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('a_lost_network_is_shown_and_mends_by_itself', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url, {
		spoiled: ['/codex'],
	});
	await state(page, 'aktuell');

	fixture.spoil('/codex', { cut: true });
	await openStatus(page);
	await page.click('#reload');
	await state(page, 'offline');
	assert.match(await page.locator('#trouble').textContent(),
		/nicht zu erreichen.*Gezeigt wird die Woche von \d\d:\d\d/s);
	assert.equal(await page.locator('.day').count(), 6);

	fixture.heal();
	await state(page, 'aktuell');
	assert.equal(await page.locator('#trouble').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('a_week_that_is_over_no_longer_says_which_slot_is_now', async () => {
	const week = weekOf({}, {
		validUntil: new Date(Date.now() + 1000).toISOString(),
	});
	const fixture = await fixtureWith(week);
	const { page, complaints } = await open(fixture.url, {
		spoiled: ['/codex'],
	});
	await page.locator('.now[aria-current]').waitFor();

	fixture.spoil('/codex', { cut: true });
	await state(page, 'offline');
	assert.equal(await page.locator('.now[aria-current]').count(), 0);
	assert.equal(await page.locator('.day').count(), 6);
	assert.deepEqual(complaints, []);
});

test('a_busy_server_is_asked_again_when_it_said', async () => {
	const fixture = await fixtureWith();
	fixture.spoil('/codex', { ...busy, times: 1 });
	const { page, complaints } = await open(fixture.url, {
		spoiled: ['/codex'],
	});

	await state(page, 'Fehler');
	const since = Date.now();
	assert.match(await page.locator('#trouble').textContent(),
		/Der Speicher antwortet gerade nicht\..*von selbst in [12] s/s);
	assert.equal(await page.locator('.day').count(), 0);
	assert.equal(await page.locator('#board').isVisible(), false);
	await state(page, 'aktuell');
	assert.ok(Date.now() - since > 1500, 'earlier than Retry-After');
	assert.equal(await page.locator('.day').count(), 6);
	assert.deepEqual(complaints, []);
});

test('a_page_without_a_session_asks_for_a_login', async () => {
	const fixture = await fixtureWith();
	fixture.spoil('/codex', {
		status: 401, body: {
			ok: false, error: 'Die Anmeldung fehlt oder ist abgelaufen.',
			code: 'nicht_angemeldet',
		},
	});
	const { page, complaints } = await open(fixture.url, {
		clock: true, spoiled: ['/codex'],
	});

	await page.locator('#door', {
		hasText: /Bitte anmelden.*abgelaufen/s,
	}).waitFor();
	await pass(page, 2500);
	assert.equal(asked(fixture, '/codex').length, 1);
	assert.equal(await page.locator('#login').getAttribute('href'),
		'/auth/login?return=%2F');
	assert.ok(await page.locator('#login').isVisible());
	for (const other of ['#trouble', '#board', '#compose', '#account', '#status'])
		assert.equal(await page.locator(other).isVisible(), false, other);
	assert.deepEqual(await page.evaluate(lowContrast), []);
	assert.deepEqual(complaints, []);
});

test('a_session_that_ends_leaves_the_form', async () => {
	const fixture = await fixtureWith(undefined, gitOf({
		state: 'pending', pending: 1, code: 'noch_nicht_in_git',
	}));
	const { page, complaints } = await open(fixture.url, {
		clock: true, spoiled: ['/codex', '/api/sync'],
	});
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Halb getippt');
	for (const path of ['/codex', '/api/sync'])
		fixture.spoil(path, {
			status: 401, body: { ok: false, error: 'Bitte melde dich an.' },
		});
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('#door').waitFor();
	await pass(page, 6000); // once more, and never again
	assert.equal(asked(fixture, '/api/sync').length, 2);

	assert.equal(await page.locator('.task').first().isVisible(), false);
	assert.equal(await page.inputValue('#editor [name=title]'), 'Halb getippt');
	fixture.heal();
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('.task').first().waitFor();
	assert.deepEqual(complaints, []);
});

test('a_user_off_the_list_can_log_in_as_another', async () => {
	const fixture = await fixtureWith();
	fixture.spoil('/codex', {
		status: 403, body: {
			ok: false, error: 'Du stehst nicht auf der Liste.',
			code: 'nicht_auf_der_liste',
		},
	});
	const { page } = await open(`${fixture.url}#task-7`, {
		spoiled: ['/codex'],
	});

	await page.locator('#door', {
		hasText: /Kein Zugang.*auf der Liste.*Wer diese Seite betreibt/s,
	}).waitFor();
	assert.equal(await page.locator('#login').getAttribute('href'),
		'/auth/login?return=%2F%23task-7');
});

/** A page of somebody whom GitHub has named. @param {string[]} spoiled */
async function loggedIn(spoiled = []) {
	const fixture = await fixtureWith();
	fixture.spoil('/auth/me', {
		status: 200, body: { userId: 'usera', login: 'usera', auth: 'github' },
	});
	const opened = await open(fixture.url, { spoiled });
	await opened.page.click('#account summary');
	return { fixture, ...opened };
}

test('a_logout_begins_anew', async () => {
	const { fixture, page, complaints } = await loggedIn(
		['/codex', '/auth/logout']);
	fixture.spoil('/auth/logout', { status: 503, body: {}, times: 1 });
	await page.click('#logout');
	await page.locator('#message', { hasText: 'Abmelden hat nicht' }).waitFor();
	fixture.spoil('/codex', {
		status: 401, body: { ok: false, error: 'Bitte melde dich an.' },
	});
	await page.click('#account summary');
	await page.click('#logout');
	await page.locator('#login').waitFor();
	const [, sent] = asked(fixture, '/auth/logout');
	assert.equal(sent.method, 'POST');
	assert.deepEqual(sent.body, {});
	assert.equal(await page.locator('.task').count(), 0);
	assert.deepEqual(complaints, []);
});

test('the_menu_logs_out_everywhere', async () => {
	const { fixture, page, complaints } = await loggedIn();
	await page.click('#logout-all');
	await untilAsked(fixture, '/auth/logout', 1);

	assert.deepEqual(asked(fixture, '/auth/logout')[0].body,
		{ everywhere: true });
	await state(page, 'aktuell');
	assert.deepEqual(complaints, []);
});

test('the_menu_closes_by_key_and_by_a_click_elsewhere', async () => {
	const { page, complaints } = await loggedIn();
	const item = page.locator('#logout');
	await page.keyboard.press('Tab');
	assert.equal(await page.evaluate(() => document.activeElement?.id),
		'tokens-open');
	await page.keyboard.press('Escape');
	await item.waitFor({ state: 'hidden' });
	assert.equal(await page.evaluate(() => document.activeElement?.tagName),
		'SUMMARY');
	await page.keyboard.press('Enter');
	await item.waitFor();
	await page.click('#week-title');
	await item.waitFor({ state: 'hidden' });
	assert.deepEqual(complaints, []);
});

test('a_token_is_made_shown_once_and_revoked', async () => {
	const { fixture, page, complaints } = await loggedIn();
	await page.click('#tokens-open');
	await page.locator('#tokens', { hasText: 'Noch keine Token' }).waitFor();
	await page.fill('#t-name', 'Sicherung <b>');
	await page.check('[name=access][value=write]');
	await page.click('#tokens-submit');

	assert.match(await page.inputValue('#tokens-secret'), /^cm_usera_[0-9a-f]{64}$/);
	assert.match(await page.locator('.token').textContent(),
		/Sicherung <b>.*lesen und schreiben, noch nie benutzt/);
	assert.deepEqual(await page.evaluate(lowContrast), []);
	assert.deepEqual(asked(fixture, '/api/tokens')[1].body,
		{ name: 'Sicherung <b>', access: 'write' });
	await page.click('#tokens-close');
	await page.click('#account summary');
	await page.click('#tokens-open');
	await page.locator('.token').waitFor();
	assert.equal(await page.locator('#tokens-secret').count(), 0);

	await page.click('text=Widerrufen');
	assert.equal(await page.locator('.token').count(), 1);
	await page.click('text=Wirklich widerrufen');
	await page.locator('.token').waitFor({ state: 'detached' });
	assert.equal(fixture.requests.filter((one) => one.method === 'DELETE')[0]
		.path, `/api/tokens/${'0'.repeat(16)}`);
	assert.deepEqual(complaints, []);
});

test('a_token_that_is_refused_says_why', async () => {
	const { fixture, page, complaints } = await loggedIn(['/api/tokens']);
	await page.click('#tokens-open');
	await page.locator('#t-name').waitFor();
	fixture.spoil('/api/tokens', {
		status: 400, body: {
			ok: false, error: 'Ein Token braucht einen Namen.', field: 'name',
		},
	});
	await page.click('#tokens-submit');
	await page.locator('#tokens-error', { hasText: 'einen Namen' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('where_there_are_no_tokens_the_menu_has_none', async () => {
	const { fixture, page, complaints } = await loggedIn(['/api/tokens']);
	fixture.spoil('/api/tokens', {
		status: 404, body: {
			ok: false, error: 'Dieser Teil ist hier nicht eingerichtet.',
			code: 'nicht_eingerichtet',
		},
	});
	await page.click('#tokens-open');
	await page.locator('#message', { hasText: 'nicht eingerichtet' }).waitFor();
	await page.click('#account summary');
	assert.equal(await page.locator('#tokens-open').isVisible(), false);
	assert.deepEqual(complaints, []);
});

for (const [name, fault] of /** @type {[string, any][]} */ ([
	['no_json', { raw: '<html>' }],
	['no_week', { raw: '{"ok":true}' }],
	['half_a_week', { raw: JSON.stringify(sampleWeek()).slice(0, 500) }],
]))
	test(`an_answer_that_is_${name}_is_an_error`, async () => {
		const fixture = await fixtureWith();
		fixture.spoil('/codex', fault);
		const { page, complaints } = await open(fixture.url);

		await state(page, 'Fehler');
		assert.match(await page.locator('#trouble').textContent(),
			/Antwort des Servers/);
		assert.deepEqual(complaints, []);
	});

test('the_week_is_asked_for_again_at_valid_until', async () => {
	const fixture = await fixtureWith();
	const held = hold();
	fixture.spoil('/codex', { until: held.until, times: 1 });
	const { page, complaints } = await open(fixture.url, { clock: true });
	const now = await page.evaluate(() => Date.now());
	fixture.week.validUntil = new Date(now + 5_000).toISOString();
	held.letGo();
	await state(page, 'aktuell');
	await pass(page, 3_000);
	assert.equal(asked(fixture, '/codex').length, 1);

	await page.clock.runFor(3_500);
	await until(() => asked(fixture, '/codex').length > 1, 5000, 'a second look');
	assert.match(asked(fixture, '/codex')[1].headers['if-none-match'], /^"/);
	await state(page, 'aktuell');
	assert.deepEqual(complaints, []);
});

test('answers_that_are_always_too_old_are_not_asked_for_in_a_rush', async () => {
	const week = weekOf({}, {
		validUntil: new Date(Date.now() - 60_000).toISOString(),
	});
	const fixture = await fixtureWith(week);
	const { page, complaints } = await open(fixture.url, { clock: true });
	await state(page, 'aktuell');
	await pass(page, 3000);

	assert.equal(asked(fixture, '/codex').length, 2);
	assert.deepEqual(complaints, []);
});

test('the_week_is_asked_for_again_when_the_tab_is_seen', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await state(page, 'aktuell');
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));

	await untilAsked(fixture, '/codex', 2);
	assert.deepEqual(complaints, []);
});

/** Where each task and free slot is on the page. @param {any} page */
const boxes = (page) => page.evaluate(() =>
	[...document.querySelectorAll('[data-task], [data-slot]')].map((node) => {
		const { x, y, width, height } = node.getBoundingClientRect();
		return [node.textContent, x, y, width, height].join(' ');
	}));

test('a_completed_task_is_struck_at_once_and_the_week_closes_up_after_10_s',
	async () => {
		const fixture = await fixtureWith();
		const held = hold();
		const path = completionOf(fixture.week.timeline[0].slots[0].task);
		fixture.spoil(path, { until: held.until });
		const { page, complaints } = await open(fixture.url, { clock: true });
		await page.click('[data-task^="0000"] [data-key^="done"]');
		const struck = cardOf(page, 'Onboarding').and(
			page.locator('[data-state="done"]'));
		await struck.waitFor();
		held.letGo();
		await untilAsked(fixture, '/codex', 2);
		await pass(page, 9500);

		assert.ok(await struck.isVisible());
		assert.match(await page.locator('[data-toast]').textContent(),
			/Onboarding neuer Kollege abgeschlossen, Mo 23\.11\. nachmittags.*Rückgängig/s);
		await pass(page, 1000);
		await struck.waitFor({ state: 'detached' });
		assert.equal(await page.locator('[data-toast]').count(), 0);
		const sent = asked(fixture, path);
		assert.equal(sent.length, 1);
		assert.match(sent[0].headers['if-match'], /^"[0-9a-f]{64}"$/);
		assert.deepEqual(sent[0].body, { datum: '23.11.2026', zeit: 'nachmittags' });
		assert.deepEqual(complaints, []);
	});

for (const [ms, width, id] of /** @type {[number, number, string][]} */ ([
	[100, 1280, '0000'], [250, 390, '0033'], [500, 1280, '0019'],
]))
	test(`five_clicks_${ms}_ms_apart_at_${width}_pixels_are_one_write`, async () => {
		const fixture = await fixtureWith(undefined, gitOf());
		const { page, complaints } = await open(fixture.url, {
			clock: true, context: { viewport: { width, height: 800 } },
		});
		await page.locator('#git-state', { hasText: 'Alles ist' }).waitFor();
		const button = page.locator(`[data-task^="${id}"] [data-key^="done"]`);
		await button.scrollIntoViewIfNeeded();
		const { x, y } = await button.boundingBox();
		const before = await boxes(page);
		const lost = await cardOf(page, 'Onboarding').count();
		Object.assign(fixture.sync, gitOf({
			state: 'pending', pending: 1, code: 'noch_nicht_in_git',
		}));
		for (let i = 0; i < 5; i++) {
			await page.mouse.click(x + 12, y + 12);
			await pass(page, ms);
		}

		await page.locator('#git-state', { hasText: 'noch nicht' }).waitFor();
		assert.equal(lost, 1);
		assert.deepEqual(await boxes(page), before, 'nothing moved');
		assert.equal(fixture.requests.filter(({ method }) =>
			method !== 'GET').length, 1);
		assert.equal(await page.locator('[data-state="done"]').count(), 1);
		assert.deepEqual(complaints, []);
	});

test('two_completions_are_taken_back_by_the_toast_and_by_a_key', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url, { clock: true });
	await state(page, 'aktuell');
	const before = await boxes(page);
	for (const id of ['0001', '0005'])
		await page.click(`[data-task^="${id}"] [data-key^="done"]`);
	await until(() => fixture.requests.filter(({ method }) =>
		method === 'POST').length === 2, 5000, 'both');
	await page.click('[data-undo]');
	await page.locator('[data-toast]', {
		hasText: /Release-Notes.*wieder offen\. Davor: „Kapazitäts.*abgeschlossen/s,
	}).waitFor();
	await page.keyboard.press('z');
	await page.locator('[data-toast]', { hasText: /Kapazitäts.*wieder offen/s })
		.waitFor();
	await page.keyboard.press('z');
	await page.locator('[data-toast]', { hasText: 'Nichts zurückzunehmen' })
		.waitFor();
	await pass(page, 11_000);

	const undone = fixture.requests.filter(({ method }) => method === 'PATCH');
	assert.deepEqual(undone.map(({ path, body }) => [path.slice(11, 15), body]),
		[['0005', { status: 'offen' }], ['0001', { status: 'offen' }]]);
	assert.deepEqual(await boxes(page), before);
	assert.deepEqual(complaints, []);
});

test('a_change_is_taken_back_long_after_its_toast_is_gone', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url, { clock: true });
	await page.click('[data-task^="0001"] [data-key^="done"]');
	await untilAsked(fixture, '/codex', 2);
	await pass(page, 10_500);
	await cardOf(page, 'Kapazität').waitFor({ state: 'detached' });
	await page.keyboard.press('z');
	await cardOf(page, 'Kapazität').waitFor();
	await page.locator('[data-task^="0001"][data-state="open"]').waitFor();
	assert.deepEqual(complaints, []);
});

test('a_created_task_is_taken_back', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Fenster putzen');
	await page.click('#editor-submit');
	await cardOf(page, 'Fenster').waitFor();
	await page.click('[data-undo]');

	await cardOf(page, 'Fenster').waitFor({ state: 'detached' });
	await page.locator('[data-toast]', { hasText: 'zurückgenommen' }).waitFor();
	await until(() => fixture.requests.some(({ method, path }) =>
		method === 'DELETE' && path === '/api/tasks/0042-Fenster-putzen'),
	5000, 'the cancellation');
	assert.deepEqual(complaints, []);
});

test('a_completion_without_answer_that_happened_is_known_and_taken_back',
	async () => {
		const fixture = await fixtureWith();
		const path = completionOf(fixture.week.timeline[1].slots[0].task);
		fixture.spoil(path, { lost: true, times: 1 });
		const { page, complaints } = await open(fixture.url, { spoiled: [path] });
		await page.click('[data-task^="0001"] [data-key^="done"]');
		await untilAsked(fixture, '/codex', 2);
		await page.locator('[data-task^="0001"][data-state="done"]').waitFor();
		assert.equal(await page.locator('[data-kind="bad"]').count(), 0);
		await page.click('[data-undo]');
		await page.locator('[data-task^="0001"][data-state="open"]').waitFor();
		assert.deepEqual(complaints, []);
	});

test('a_task_of_later_or_without_a_slot_is_completed_now', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	for (const [i, id] of ['0009', '0018'].entries()) {
		await page.click(`[data-task^="${id}"] [data-key^="done"]`);
		await untilAsked(fixture, '/codex', i + 2);
		const [sent] = fixture.requests.filter((one) =>
			one.path.startsWith(`/api/tasks/${id}-`));
		assert.deepEqual(sent.body,
			{ datum: '23.11.2026', zeit: 'nachmittags' });
	}
	assert.deepEqual(complaints, []);
});

test('a_task_is_completed_by_its_file_and_as_it_was_shown', async () => {
	const week = weekOf({
		'1 morgens': task('0015', 'Doppelt Ä', 'arbeit'),
		'1 nachmittags': task('0015', 'Doppelt B', 'arbeit'),
	});
	const fixture = await fixtureWith(week);
	const { page, complaints } = await open(fixture.url);
	await page.click('[data-task="0015-Doppelt-Ä"] .done');
	await untilAsked(fixture, '/codex', 2);

	assert.equal(fixture.requests.filter((one) => one.method === 'POST')[0].path,
		'/api/tasks/0015-Doppelt-%C3%84/complete');
	assert.equal(await page.locator('[data-state="done"]').count(), 1);
	await page.locator('[data-state="open"]', { hasText: 'Doppelt B' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('a_task_that_changed_since_is_not_completed_but_shown_anew', async () => {
	const fixture = await fixtureWith();
	const path = completionOf(fixture.week.timeline[1].slots[0].task);
	const { page, complaints } = await open(fixture.url, { spoiled: [path] });
	await cardOf(page, 'Kapazität').waitFor();
	const other = task('0001', 'Etwas anderes', 'arbeit');
	fixture.week.timeline[1].slots[0].task = {
		...other, file: '0001-Kapazitätsplanung-Dezember.md',
	};
	await page.click('[data-task^="0001"] [data-key^="done"]');

	await cardOf(page, 'Etwas anderes').waitFor();
	assert.match(await page.locator('#message').textContent(),
		/Kapazitätsplanung Dezember nicht abgeschlossen\. Die Aufgabe wurde/);
	assert.equal(asked(fixture, path).length, 1);
	assert.equal(await cardOf(page, 'Kapazität').count(), 0);
	assert.deepEqual(complaints, []);
});

test('a_refused_completion_is_taken_back_told_and_tried_again', async () => {
	const fixture = await fixtureWith();
	const path = completionOf(fixture.week.timeline[1].slots[0].task);
	const held = hold();
	fixture.spoil(path, { ...busy, until: held.until, times: 1 });
	const { page, complaints } = await open(fixture.url, { spoiled: [path] });
	await page.click('[data-task^="0001"] [data-key^="done"]');
	await page.locator('[data-task^="0001"][data-state="done"]').waitFor();
	held.letGo();
	await page.locator('[data-toast][data-kind="bad"]').waitFor();

	assert.match(await page.locator('[data-toast]').textContent(),
		/Kapazitätsplanung Dezember nicht abgeschlossen\. Der Speicher/);
	assert.equal(await page.locator('[data-state="done"]').count(), 0);
	await page.click('text=Erneut versuchen');
	await page.locator('[data-task^="0001"][data-state="done"]').waitFor();
	await page.locator('[data-kind="good"]', { hasText: 'abgeschlossen' })
		.waitFor();
	await page.click('#message-close');
	assert.equal(await page.locator('[data-toast]').count(), 0);
	assert.equal(asked(fixture, path).length, 2);
	assert.deepEqual(complaints, []);
});

test('a_completion_without_answer_does_not_pretend_to_know', async () => {
	const fixture = await fixtureWith();
	const path = completionOf(fixture.week.timeline[1].slots[0].task);
	const look = path.replace('/complete', '');
	fixture.spoil(path, { cut: true });
	fixture.spoil(look, { cut: true });
	const { page, complaints } = await open(fixture.url, {
		spoiled: [path, look],
	});
	await page.click('[data-task^="0001"] [data-key^="done"]');
	await page.locator('[data-toast][data-kind="bad"]').waitFor();

	assert.match(await page.locator('[data-toast]').textContent(),
		/Ob es angekommen ist, zeigt erst die neu geladene Woche/);
	await untilAsked(fixture, '/codex', 2);
	assert.deepEqual(complaints, []);
});

test('a_created_task_appears_and_is_named', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Fenster putzen');
	await page.check('[value=privat]');
	await page.fill('[name=tags]', 'haus, #glas,, haus');
	await page.fill('[name=deadline]', '2026-12-05');
	await page.fill('[name=datum]', '2026-11-27');
	await page.selectOption('[name=zeit]', 'abends');
	await page.fill('[name=body]', 'Alle.\n');
	await page.click('#editor-submit');

	await page.locator('.task[data-fresh]', { hasText: 'Fenster putzen' })
		.waitFor();
	await page.locator('#message', {
		hasText: 'angelegt mit der Nummer 0042, Freitag, 27. November 2026',
	}).waitFor();
	assert.equal(await page.locator('#editor').isVisible(), false);
	const [sent] = asked(fixture, '/api/tasks');
	assert.deepEqual(sent.body, {
		title: 'Fenster putzen', kategorie: 'privat', tags: ['haus', 'glas'],
		deadline: '05.12.2026', body: 'Alle.\n',
		fixedSlot: { datum: '27.11.2026', zeit: 'abends' },
	});
	assert.equal(sent.headers['content-type'], 'application/json');
	assert.deepEqual(complaints, []);
});

test('a_line_becomes_a_task_and_its_chips_can_be_removed', async () => {
	const fixture = await fixtureWith();
	fixture.spoil('/api/tasks', { ...busy, times: 1 });
	const { page, complaints } = await open(fixture.url, {
		spoiled: ['/api/tasks'],
	});
	await state(page, 'aktuell');
	const before = await boxes(page);
	await page.keyboard.press('n');
	await page.keyboard.type(
		'Steuer machen +privat #geld #weg @fr abends !31.12. nz');
	const chips = page.locator('.chip');
	assert.deepEqual(await chips.allTextContents(), [
		'Privat', '#geld', '#weg', 'Fr 27.11. abends', 'bis Do 31.12.',
	]);
	assert.deepEqual(await boxes(page), before, 'nothing moved');
	assert.deepEqual(await page.evaluate(lowContrast), []);
	await page.click('[aria-label="#weg entfernen"]');
	assert.equal(await page.inputValue('#quick'),
		'Steuer machen +privat #geld @fr abends !31.12. nz');
	await page.keyboard.press('Enter');
	await page.locator('[data-toast]', { hasText: 'nicht angelegt' }).waitFor();
	assert.match(await page.inputValue('#quick'), /^Steuer machen/);
	await page.click('[data-retry]');

	await page.locator('[data-slot="27.11.2026 abends"]', {
		hasText: 'Steuer machen nz',
	}).waitFor();
	assert.equal(await page.inputValue('#quick'), '');
	assert.equal(await chips.count(), 0);
	const sent = asked(fixture, '/api/tasks');
	assert.deepEqual(sent[1].body, {
		title: 'Steuer machen nz', kategorie: 'privat', tags: ['geld'],
		deadline: '31.12.2026',
		fixedSlot: { datum: '27.11.2026', zeit: 'abends' },
	});
	assert.equal(sent[0].headers['idempotency-key'],
		sent[1].headers['idempotency-key']);

	await page.fill('#quick', 'Nächste');
	assert.equal(await page.locator('.chip-quiet').innerText(), 'Arbeit');
	assert.deepEqual(complaints, []);
});

test('the_toast_leaves_the_line_and_its_chips_to_who_types_there', async () => {
	const { page } = await open((await fixtureWith()).url);
	for (const [width, height] of [[1280, 800], [390, 844]]) {
		await page.setViewportSize({ width, height });
		await page.locator('.free').last().click();
		await page.fill('#f-title', 'Vom Formular');
		await page.click('#editor-submit');
		await page.locator('[data-toast]', { hasText: 'angelegt' }).waitFor();
		await page.fill('#quick', 'Steuer +privat #geld');
		const box = (/** @type {string} */ selector) =>
			page.locator(selector).boundingBox();
		const toast = await box('[data-toast]');
		for (const { y, height } of [await box('#quick-form'),
			await box('#quick-chips')])
			assert.ok(y + height <= toast.y || y >= toast.y + toast.height, `${width}`);
		await page.fill('#quick', '');
	}
});

test('a_line_without_a_title_makes_no_task', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await state(page, 'aktuell');
	await page.fill('#quick', '+privat #geld');
	await page.press('#quick', 'Enter');
	await page.locator('#quick-error', { hasText: 'Titel' }).waitFor();
	await page.press('#quick', 'Escape');
	assert.equal(await page.evaluate(() => document.activeElement?.tagName),
		'BODY');
	assert.equal(asked(fixture, '/api/tasks').length, 0);
	assert.deepEqual(complaints, []);
});

test('a_free_slot_offers_itself_to_the_form', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await page.click('[aria-label^="frei: Donnerstag"]');

	assert.equal(await page.inputValue('[name=datum]'), '26.11.2026');
	assert.equal(await page.inputValue('[name=zeit]'), 'abends');
	await page.keyboard.press('Escape');
	assert.equal(await page.locator('#editor').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('a_value_that_the_server_refuses_is_shown_at_its_field', async () => {
	const fixture = await fixtureWith();
	fixture.spoil('/api/tasks', {
		status: 400, body: {
			ok: false, error: 'Die Deadline ist kein Datum.',
			code: 'ungueltiger_wert', field: 'deadline',
		},
	});
	const { page, complaints } = await open(fixture.url, {
		spoiled: ['/api/tasks'],
	});
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Fenster putzen');
	await page.click('#editor-submit');

	await page.locator('#e-deadline', { hasText: 'kein Datum' }).waitFor();
	assert.equal(await page.evaluate(() =>
		document.activeElement?.getAttribute('name')), 'deadline');
	assert.equal(await page.inputValue('#editor [name=title]'), 'Fenster putzen');
	assert.deepEqual(complaints, []);
});

test('a_missing_value_is_shown_before_sending', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await page.click('#compose');
	await page.selectOption('[name=zeit]', 'abends');
	await page.click('#editor-submit');

	assert.match(await page.locator('#e-title').textContent(), /Titel angeben/);
	assert.match(await page.locator('#e-fixed').textContent(), /Tageszeit/);
	assert.equal(asked(fixture, '/api/tasks').length, 0);
	await page.fill('#editor [name=title]', 'A');
	assert.equal(await page.locator('#e-title').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('a_lost_creation_is_repeated_under_the_same_key', async () => {
	const fixture = await fixtureWith();
	fixture.spoil('/api/tasks', { cut: true });
	const { page, complaints } = await open(fixture.url, {
		spoiled: ['/api/tasks'],
	});
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Fenster putzen');
	const error = page.locator('.form-error', { hasText: 'nur einmal' });
	await page.click('#editor-submit');
	await error.waitFor();
	/* The browser itself may have sent it twice, on a kept connection. */
	const once = asked(fixture, '/api/tasks').length;
	await page.click('#editor-submit');
	await until(() => asked(fixture, '/api/tasks').length > once, 5000,
		'another try');
	await error.waitFor();
	fixture.heal();
	await page.fill('#editor [name=title]', 'Fenster alle putzen');
	await page.click('#editor-submit');
	await cardOf(page, 'Fenster alle putzen').waitFor();

	const keys = asked(fixture, '/api/tasks').map((/** @type {any} */ one) =>
		one.headers['idempotency-key']);
	const last = keys.pop();
	assert.match(keys[0], /^[\w-]{16,}$/);
	assert.equal(new Set(keys).size, 1);
	assert.notEqual(last, keys[0]);
	assert.deepEqual(complaints, []);
});

test('the_keyboard_completes_and_keeps_its_place', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url, { clock: true });
	await state(page, 'aktuell');
	await page.focus('[data-task^="0001"] [data-key^="done"]');
	await page.keyboard.press('Enter');
	await untilAsked(fixture, '/codex', 2);
	await pass(page, 10_500);
	await cardOf(page, 'Kapazitätsplanung').waitFor({ state: 'detached' });

	assert.equal(await page.evaluate(() =>
		document.activeElement?.className), 'task');
	await page.keyboard.press('Enter');
	await answered(page);
	assert.equal(fixture.requests.filter((one) =>
		one.method === 'POST').length, 1);
	assert.deepEqual(complaints, []);
});

/** What has the focus. @param {any} page */
const focused = (page) => page.evaluate(() =>
	document.activeElement?.getAttribute('data-slot') ??
		document.activeElement?.getAttribute('data-task') ??
		document.activeElement?.id);

test('the_week_is_one_stop_of_tab_and_arrows_go_on_from_there', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await state(page, 'aktuell');
	await page.keyboard.press('t');
	assert.equal(await focused(page), '23.11.2026 nachmittags');
	const way = [];
	for (const key of ['Right', 'Up', 'Right', 'Down', 'Down', 'Left']) {
		await page.keyboard.press(`Arrow${key}`);
		way.push(await focused(page));
	}
	assert.deepEqual(way, [
		'24.11.2026 morgens', '24.11.2026 morgens', '25.11.2026 morgens',
		'25.11.2026 nachmittags', '25.11.2026 abends', '24.11.2026 abends',
	]);
	assert.equal(await page.locator(
		':is(#today-body, #week-body) :is(.task, .free)[tabindex="0"]').count(), 1);
	await page.keyboard.press('Tab');
	assert.ok(await page.evaluate(() => document.activeElement?.closest(
		'#unplaced-body')), 'behind the week is the list');
	await page.keyboard.press('Shift+Tab');
	assert.equal(await focused(page), '24.11.2026 abends');
	assert.deepEqual(complaints, []);
});

test('every_key_of_the_list_does_what_it_says_and_none_in_a_field', async () => {
	const fixture = await fixtureWith(undefined, gitOf());
	const { page, complaints } = await open(fixture.url);
	await page.locator('#git-state').waitFor();
	await page.keyboard.press('?');
	await page.locator('#help').waitFor();
	assert.deepEqual(await page.locator('.key dt').allTextContents(),
		['← ↑ ↓ →', 'Enter', 'x', 'e', 'm', 'n', '/', 't', '< >', 'c', 's', 'z',
			'?']);
	assert.deepEqual(await page.evaluate(lowContrast), []);
	await page.keyboard.press('x');
	await page.keyboard.press('Escape');

	await page.keyboard.press('t');
	await page.keyboard.press('x');
	await page.keyboard.press('x');
	await page.locator('[data-task^="0000"][data-state="done"]').waitFor();
	await page.keyboard.press('z');
	await page.locator('[data-task^="0000"][data-state="open"]').waitFor();
	await page.keyboard.press('s');
	await untilAsked(fixture, '/sync', 1);
	await page.keyboard.press('Control+z');
	await page.keyboard.press('n');
	await page.keyboard.type('nxtsz?');
	assert.equal(await page.inputValue('#quick'), 'nxtsz?');
	assert.deepEqual(fixture.requests.map(({ method }) => method)
		.filter((method) => method !== 'GET'), ['POST', 'PATCH', 'POST']);
	assert.deepEqual(complaints, []);
});

test('keys_that_are_switched_off_stay_off', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await state(page, 'aktuell');
	await page.click('#help-open');
	await page.uncheck('#help-on');
	await page.click('#help-close');
	await page.reload();
	await state(page, 'aktuell');
	await page.focus('[data-task^="0000"]');
	await page.keyboard.press('x');
	await page.keyboard.press('?');
	await page.check('#help-on');
	await page.keyboard.press('Escape');
	await page.focus('[data-task^="0001"]');
	await page.keyboard.press('x');

	await page.locator('[data-task^="0001"][data-state="done"]').waitFor();
	assert.equal(await page.locator('[data-state="done"]').count(), 1);
	assert.deepEqual(complaints, []);
});

test('without_a_repository_nothing_is_said_of_git', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url, { clock: true });
	await state(page, 'aktuell');
	await pass(page, 2500);
	await openStatus(page);
	await page.click('#reload');
	await untilAsked(fixture, '/codex', 2);
	await state(page, 'aktuell');

	assert.equal(asked(fixture, '/api/sync').length, 1);
	assert.equal(await page.locator('#git-state').isVisible(), false);
	await page.click('[data-task^="0001"] [data-key^="done"]');
	assert.equal(await cardOf(page, 'Kapazität').locator('.mark-sync').count(), 0);
	assert.deepEqual(complaints, []);
});

test('the_state_of_git_is_asked_for_after_a_completion_that_is_held', async () => {
	const fixture = await fixtureWith(undefined, gitOf());
	const { page, complaints } = await open(fixture.url);
	await page.locator('#git-state', { hasText: 'Alles ist in Git.' }).waitFor();
	Object.assign(fixture.sync, gitOf({
		state: 'pending', pending: 1, code: 'noch_nicht_in_git',
	}));
	await page.click('[data-task^="0001"] [data-key^="done"]');

	await page.locator('#git-state', { hasText: 'noch nicht in Git' }).waitFor();
	await page.locator('[data-task^="0001"][data-state="done"]').waitFor();
	assert.deepEqual(complaints, []);
});

test('a_run_that_ends_before_git_is_asked_brings_the_week_anew', async () => {
	const week = weekOf({}, {
		generatedAt: new Date(Date.now() - 2000).toISOString(),
	});
	const fixture = await fixtureWith(week, gitOf({
		lastSyncAt: new Date(Date.now() - 1000).toISOString(),
	}));
	const { page, complaints } = await open(fixture.url, { clock: true });
	await untilAsked(fixture, '/codex', 2);
	await state(page, 'aktuell');
	await pass(page, 3000);
	assert.equal(asked(fixture, '/codex').length, 2);
	assert.deepEqual(complaints, []);
});

test('git_is_asked_less_and_less_while_something_is_pending', async () => {
	const sync = gitOf({
		state: 'pending', pending: 1, code: 'noch_nicht_in_git',
	});
	const fixture = await fixtureWith(undefined, sync);
	const { page, complaints } = await open(fixture.url, { clock: true });
	await untilAsked(fixture, '/api/sync', 1);
	await pass(page, 5500); // pauses of 2 and 3 s
	assert.equal(asked(fixture, '/api/sync').length, 3);
	const weeks = asked(fixture, '/codex').length;
	await pass(page, 3000);
	assert.equal(asked(fixture, '/api/sync').length, 3);
	assert.equal(asked(fixture, '/codex').length, weeks);

	Object.assign(sync, gitOf({ head: 'b'.repeat(40) }));
	await pass(page, 2000);
	/* One for the news, and the look that is due by then. */
	await untilAsked(fixture, '/codex', weeks + 2);
	await page.locator('#git-state', { hasText: 'Alles ist in Git.' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('a_hidden_page_does_not_ask_for_git', async () => {
	const fixture = await fixtureWith(undefined, gitOf({
		state: 'running', code: 'laeuft',
	}));
	const { page, complaints } = await open(fixture.url, { clock: true });
	await page.locator('#git-state', { hasText: 'läuft gerade' }).waitFor();
	await page.evaluate(() => Object.defineProperty(document, 'hidden', {
		get: () => true,
	}));
	const before = asked(fixture, '/api/sync').length;
	await pass(page, 3500);

	assert.equal(asked(fixture, '/api/sync').length, before);
	assert.deepEqual(complaints, []);
});

test('a_sync_that_goes_on_is_waited_for', async () => {
	const sync = gitOf();
	const fixture = await fixtureWith(undefined, sync);
	fixture.spoil('/sync', { status: 202, body: { ok: true, queued: true } });
	const { page, complaints } = await open(fixture.url);
	await page.locator('#git-state').waitFor();
	Object.assign(sync, {
		state: 'running', code: 'laeuft',
	});
	await openStatus(page);
	await page.click('#sync');
	await page.locator('#git-note', { hasText: 'läuft noch' }).waitFor();
	await page.click('#sync', { force: true });
	assert.equal(asked(fixture, '/sync').length, 1);

	Object.assign(sync, gitOf({ lastSyncAt: '2026-11-22T07:00:00.000Z' }));
	await page.locator('#git-note', { hasText: 'ist fertig' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('a_button_pressed_too_often_says_when_it_works_again', async () => {
	const fixture = await fixtureWith(undefined, gitOf());
	fixture.spoil('/sync', {
		status: 429, headers: { 'Retry-After': '23' }, body: {
			ok: false, code: 'zu_oft',
			error: 'Eben erst wurde abgeglichen. Bitte gleich noch einmal.',
		},
	});
	const { page, complaints } = await open(fixture.url, { spoiled: ['/sync'] });
	await openStatus(page);
	await page.click('#sync');
	await page.locator('#git-note[data-kind="bad"]').waitFor();

	assert.match(await page.locator('#git-note').textContent(),
		/Eben erst.*ab \d\d:\d\d:\d\d, in 23 Sekunden\./);
	assert.deepEqual(complaints, []);
});

test('the_first_sync_is_waited_for_in_place_of_an_empty_week', async () => {
	const sync = gitOf({
		state: 'running', lastSyncAt: null, head: null, code: 'laeuft',
	});
	const fixture = await fixtureWith(weekOf(), sync);
	const { page, complaints } = await open(fixture.url);
	await page.locator('text=Deine Aufgaben werden geholt').waitFor();
	assert.equal(await page.locator('text=Noch keine Aufgaben').count(), 0);

	Object.assign(sync, {
		state: 'failed', pending: 1, code: 'fehlgeschlagen', reason: 'Token falsch.',
	});
	await page.locator('text=noch nicht aus Git geholt').waitFor();
	assert.equal(await page.locator('text=Noch keine Aufgaben').count(), 0);

	fixture.week.timeline[1].slots[0].task = task('0001', 'Tee', 'arbeit');
	Object.assign(sync, gitOf());
	await cardOf(page, 'Tee').waitFor();
	assert.equal(await page.locator('text=werden geholt').count(), 0);
	assert.deepEqual(complaints, []);
});

/** @param {string} file @param {any} [more] */
const conflictOf = (file, more = {}) => ({
	id: file.slice(0, 4), file, copy: file, fields: 'status, body',
	mine: 'gleich\n<b>meine</b>\nEnde\n', theirs: 'gleich\nihre\nEnde\n',
	etag: 'e'.repeat(64), ...more,
});

const quarrel = () => gitOf({
	code: 'konflikte', conflicts: 23,
	conflictList: [
		conflictOf('0019-Fahrrad-zur-Inspektion.md'),
		conflictOf('0019-Fahrrad-zur-Inspektion.md', { copy: 'b' }),
		conflictOf('0044-Alte-Liste.md', { fields: null, mine: null }),
	],
});

test('conflicts_are_text_and_differing_lines_are_marked', async () => {
	const fixture = await fixtureWith(undefined, quarrel());
	const { page, complaints } = await open(fixture.url);
	const boxes = page.locator('.conflict');
	await boxes.first().waitFor();

	assert.match(await boxes.nth(0).textContent(),
		/0019 Fahrrad zur Inspektion.*verschieden: Status, Text\./);
	assert.deepEqual(await boxes.nth(0).locator('.side mark').allTextContents(),
		['<b>meine</b>\n', 'ihre\n']);
	assert.match(await boxes.nth(1).textContent(), /0019.*frühere Fassung/);
	assert.match(await boxes.nth(2).textContent(),
		/Alte Liste.*ganze Datei.*Diese Fassung gibt es nicht mehr/s);
	assert.equal(await boxes.nth(2).locator('button').count(), 1);
	assert.match(await page.locator('#conflicts').textContent(),
		/20 weitere Konflikte/);
	assert.deepEqual(await page.evaluate(lowContrast), []);
	assert.deepEqual(complaints, []);
});

test('a_conflict_that_cannot_be_decided_stays_and_says_why', async () => {
	const fixture = await fixtureWith(undefined, quarrel());
	const path = '/api/tasks/0019-Fahrrad-zur-Inspektion/resolve';
	fixture.spoil(path, {
		status: 409, body: {
			ok: false, code: 'kein_konflikt',
			error: 'Diese Aufgabe ist in keinem Konflikt.',
		},
	});
	const { page, complaints } = await open(fixture.url, { spoiled: [path] });
	await page.click('text=Meine behalten');
	await page.locator('#message[data-kind="bad"]').waitFor();

	assert.match(await page.locator('#message').textContent(),
		/nicht entschieden\. Diese Aufgabe ist in keinem Konflikt/);
	assert.equal(await page.locator('.conflict').count(), 3);
	assert.equal(await page.locator('.conflict[data-step]').count(), 0);

	fixture.heal();
	await page.locator('text=Die aus Git behalten').nth(1).click();
	await untilAsked(fixture, path, 2);
	const [first] = fixture.sync.conflictList;
	assert.deepEqual(asked(fixture, path).map((/** @type {any} */ one) =>
		one.body), [
		{ take: 'mine', copy: first.copy }, { take: 'theirs', copy: 'b' },
	]);
	assert.equal(asked(fixture, path)[1].headers['if-match'],
		`"${'e'.repeat(64)}"`);
	await page.locator('.conflict', { hasText: 'frühere Fassung' })
		.waitFor({ state: 'detached' });
	assert.equal(await page.locator('.conflict').count(), 2);
	assert.deepEqual(complaints, []);
});

test('a_pull_request_is_a_link_only_where_that_is_safe', async () => {
	const pull = (/** @type {any} */ url, state = 'open') =>
		({ sync: state === 'open' ? 'pr' : 'pending',
			pr: { number: 7, url, state } });
	const week = weekOf({
		'1 morgens': task('0001', 'A', 'arbeit', pull('https://git.example/7')),
		'2 morgens': task('0002', 'B', 'arbeit', pull('javascript:alert(1)')),
		'3 morgens': task('0003', 'C', 'arbeit', pull('http://git.example/7')),
		'4 morgens': task('0004', 'D', 'arbeit', pull('http://127.0.0.1:1/7', 'closed')),
		'1 abends': task('0005', 'E', 'arbeit', pull(null)),
	});
	const { page, complaints } = await open((await fixtureWith(week)).url);
	await state(page, 'aktuell');

	assert.deepEqual(await page.locator('.mark-sync').allTextContents(), [
		'Pull Request 7', 'Pull Request 7', 'Pull Request 7', 'Pull Request 7',
		'Pull Request 7, nicht übernommen',
	]);
	assert.deepEqual(await page.locator('.mark-sync a').evaluateAll(
		(/** @type {HTMLAnchorElement[]} */ all) => all.map((a) => a.href)),
	['https://git.example/7', 'http://127.0.0.1:1/7']);
	assert.deepEqual(complaints, []);
});

test('long_lists_come_in_portions', async () => {
	const week = weekOf({}, {
		unplaced: Array.from({ length: 130 }, (_, i) =>
			task(String(1000 + i), `Aufgabe ${i}`, 'arbeit', {
				reason: 'kein_platz',
			})),
	});
	const { page, complaints } = await open((await fixtureWith(week)).url);
	await page.locator('text=70 weitere zeigen').click();
	await page.locator('text=10 weitere zeigen').click();

	assert.equal(await page.locator('.task').count(), 130);
	assert.equal(await page.locator('text=weitere zeigen').count(), 0);
	assert.deepEqual(complaints, []);
});

for (const width of [320, 360, 768, 1024, 1280, 1920])
	test(`nothing_sticks_out_at_${width}_pixels`, async () => {
		const fixture = await fixtureWith(undefined, quarrel());
		fixture.spoil('/auth/me', {
			status: 200, body: { userId: 'usera', auth: 'github' },
		});
		const { page, complaints } = await open(fixture.url, {
			context: { viewport: { width, height: 700 } },
		});
		await page.locator('.conflict').first().waitFor();
		for (const menu of ['#account', '#status']) {
			await page.click(`${menu} summary`);
			assert.deepEqual(await page.evaluate(sticksOut), []);
		}
		assert.deepEqual(complaints, []);
	});

for (const colorScheme of ['light', 'dark'])
	test(`text_has_contrast_in_the_${colorScheme}`, async () => {
		const { page, complaints } = await open((await fixtureWith()).url, {
			context: { colorScheme },
		});
		await state(page, 'aktuell');
		assert.deepEqual(await page.evaluate(lowContrast), []);
		await page.click('#compose');
		await page.click('#editor-submit');
		assert.deepEqual(await page.evaluate(lowContrast), []);
		assert.deepEqual(complaints, []);
	});
