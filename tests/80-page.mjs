// group: ui
// @ts-check
/**
 * 80-page: what the page shows, in a real Chromium: the week, good and bad states,
 * login, tokens, when it asks again; against page-fixture.mjs, whose answers can
 * be spoiled.  Whatever the state, the console stays without errors (but for the
 * browser's own line about an answer that was spoiled on purpose) and the policy
 * is never violated.
 *
 *	node --test tests/80-page.mjs
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardOf, lowContrast, pass } from './browser.mjs';
import { gitOf, sampleWeek, task, weekOf } from './page-weeks.mjs';
import {
	asked, busy, fixtureWith, hold, open, openStatus, state, untilAsked,
} from './page-scene.mjs';
import { until } from './stack.mjs';

test('the_week_shows_days_slots_and_tasks', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await state(page, 'aktuell');

	assert.equal(await page.locator('.day').count(), 6);
	assert.equal(await page.locator('[data-slot]').count(), 20);
	assert.equal(await page.locator('.free').count(), 6);
	assert.match(await page.locator('#status-facts').textContent(), /user\d/);
	assert.equal(await page.locator('#week-title').textContent(),
		'Montag, 23. November');
	assert.equal(await page.locator('#week-summary').textContent(),
		'Noch 2 Aufgaben heute · 14 in sieben Tagen · 5 ohne Platz');
	assert.match(await page.locator('.now[aria-current="time"]').textContent(),
		/Jetzt · nachmittags.*Onboarding neuer Kollege.*0000.*Arbeit/);
	assert.match(await cardOf(page, 'Angebot Stadtwerke').textContent(),
		/bis Di 24\.11\..*liegt nach der Deadline.*#q4/);
	assert.match(await cardOf(page, 'Geschenk').textContent(),
		/Privat.*fester Platz/);
	assert.match(await cardOf(page, 'Donaudampf').textContent(),
		/fixedSlot ist kein gültiges Datum.*zählt nicht/);
	assert.deepEqual(complaints, []);
});

test('the_sample_is_what_the_system_makes_of_its_files', async () => {
	const { timeline, unplaced, problems } = await (await fixtureWith()).ask('/codex');
	const placed = (/** @type {any[]} */ days) => days.map((day) => day.slots.map(
		(/** @type {any} */ { zeit, task: one }) => [day.datum, zeit, gist(one)]));
	const gist = (/** @type {any} */ one) => one && [one.file, one.title,
		one.kategorie, one.tags, one.deadline, one.deadlineRisk, one.isFixed,
		one.reason, one.warning, one.warningEnglish];
	const sample = sampleWeek();
	assert.deepEqual(placed(timeline), placed(sample.timeline));
	assert.deepEqual(unplaced.map(gist), sample.unplaced.map(gist));
	assert.deepEqual(problems, sample.problems);
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

test('a_browser_in_another_language_reads_the_page_in_English', async () => {
	const { page, complaints } = await open((await fixtureWith()).url, {
		context: { locale: 'en-US' },
	});
	await cardOf(page, 'Onboarding').waitFor();
	assert.match(await page.locator('body').innerText(),
		/Monday, 23 November.*afternoon/s);
	assert.equal(await page.getAttribute('html', 'lang'), 'en');
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
		/Der Speicher antwortet gerade nicht\..*von selbst in [12]\ss/s);
	assert.equal(await page.locator('.day').count(), 0);
	assert.equal(await page.locator('#board').isVisible(), false);
	await state(page, 'aktuell');
	assert.ok(Date.now() - since > 1500, 'earlier than Retry-After');
	assert.equal(await page.locator('.day').count(), 6);
	assert.deepEqual(complaints, []);
});

test('a_page_without_a_session_asks_for_a_login', async () => {
	const fixture = await fixtureWith();
	fixture.cookie = '';
	const { page, complaints } = await open(fixture.url, {
		clock: true, spoiled: ['/codex'],
	});

	await page.locator('#door', {
		hasText: /Bitte anmelden.*melde dich zuerst an/s,
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
		clock: true, spoiled: ['/codex', '/api/sync', '/auth/me'],
	});
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Halb getippt');
	const { cookie, sync } = fixture;
	Object.assign(fixture, { cookie: '', sync: null });
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('#door').waitFor();
	await pass(page, 6000); // once more, and never again
	assert.equal(asked(fixture, '/api/sync').length, 2);

	assert.equal(await page.locator('.task').first().isVisible(), false);
	assert.equal(await page.inputValue('#editor [name=title]'), 'Halb getippt');
	Object.assign(fixture, { cookie, sync });
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));
	await page.locator('.task').first().waitFor();
	assert.deepEqual(complaints, []);
});

for (const [what, selector] of [['panel', '.now .task-open'],
	['move', '.now [data-key="move"]']])
	test(`a_session_that_ends_closes_the_${what}`, async () => {
		const fixture = await fixtureWith();
		const { page, complaints } = await open(fixture.url, {
			spoiled: ['/codex', '/api/sync', '/api/preview', '/auth/me'],
			context: { viewport: { width: 390, height: 844 } },
		});
		await state(page, 'aktuell');
		await page.click(selector);
		await page.locator(`#${what}`).waitFor();
		fixture.cookie = '';
		await page.evaluate(() =>
			document.dispatchEvent(new Event('visibilitychange')));
		await page.locator('#door').waitFor();

		assert.equal(await page.locator(`#${what}`).isVisible(), false);
		await page.locator('#login').click({ trial: true });
		assert.deepEqual(complaints, []);
	});

test('a_user_off_the_list_can_log_in_as_another', async () => {
	const fixture = await fixtureWith();
	fixture.become('stranger');
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
	const { fixture, page, complaints } = await loggedIn(['/codex']);
	await page.click('#logout-all');
	await untilAsked(fixture, '/auth/logout', 1);

	assert.deepEqual(asked(fixture, '/auth/logout')[0].body,
		{ everywhere: true });
	await page.locator('#login').waitFor();
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

	assert.match(await page.inputValue('#tokens-secret'), /^cm_user\d+_[0-9a-f]{64}$/);
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
	const [{ id }] = (await fixture.ask('/api/tokens')).tokens;

	await page.click('text=Widerrufen');
	assert.equal(await page.locator('.token').count(), 1);
	await page.click('text=Wirklich widerrufen');
	await page.locator('.token').waitFor({ state: 'detached' });
	assert.equal(fixture.requests.filter((one) => one.method === 'DELETE')[0]
		.path, `/api/tokens/${id}`);
	assert.deepEqual(complaints, []);
});

test('a_token_that_is_refused_says_why', async () => {
	const { page, complaints } = await loggedIn(['/api/tokens']);
	await page.click('#tokens-open');
	await page.locator('#t-name').waitFor();
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
	const fixture = await fixtureWith(weekOf());
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
