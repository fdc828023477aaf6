// group: ui
// @ts-check
/**
 * 86-page-acts: what a person does to tasks, in a real Chromium, where the server
 * refuses, is silent or slow (page-fixture.mjs): completing, creating, the quick
 * line, forms, keys.
 *
 *	node --test tests/86-page-acts.mjs
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	answered, cardOf, cutWords, lowContrast, pass,
} from './browser.mjs';
import { gitOf, sampleWeek, task, weekOf } from './page-weeks.mjs';
import {
	asked, boxes, busy, completionOf, fixtureWith, hold, open, state,
	untilAsked,
} from './page-scene.mjs';
import { taskFile, until } from './stack.mjs';

/** @param {any} page @param {string | RegExp} text */
const toast = (page, text) =>
	page.locator('[data-toast]', { hasText: text }).waitFor();

/** What has the focus. @param {any} page */
const focused = (page) => page.evaluate(() =>
	document.activeElement?.getAttribute('data-slot') ??
		document.activeElement?.getAttribute('data-task') ??
		document.activeElement?.id);

test('a_completed_task_is_struck_at_once_and_the_week_closes_up_after_10_s',
	async () => {
		const fixture = await fixtureWith();
		const held = hold();
		const path = completionOf(sampleWeek().timeline[0].slots[0].task);
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
		assert.match(sent[0].headers['if-match'], /^"[0-9a-f]{16}"$/);
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
	assert.deepEqual(undone.map(({ path, body }) =>
		[path.slice(11, 15), Object.keys(body)]),
	[['0005', ['undo']], ['0001', ['undo']]]);
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

test('a_task_that_changed_since_is_not_completed_but_shown_anew', async () => {
	const fixture = await fixtureWith();
	const path = completionOf(sampleWeek().timeline[1].slots[0].task);
	const { page, complaints } = await open(fixture.url, { spoiled: [path] });
	await cardOf(page, 'Kapazität').waitFor();
	await fixture.ask('/api/tasks/0001', 'PATCH', { title: 'Etwas anderes' });
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
	const path = completionOf(sampleWeek().timeline[1].slots[0].task);
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
	const path = completionOf(sampleWeek().timeline[1].slots[0].task);
	const look = path.replace('/complete', '');
	const held = hold();
	fixture.spoil(path, { cut: true, until: held.until });
	const { page, complaints } = await open(fixture.url, {
		spoiled: [path, look],
	});
	await page.click('[data-task^="0001"] [data-key^="done"]');
	await untilAsked(fixture, path, 1);
	// Before it is sent the file is read, which must go.
	fixture.spoil(look, { cut: true });
	held.letGo();
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
		hasText: 'angelegt mit der Nummer 0034, Freitag, 27. November 2026',
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
		await page.locator('#editor').waitFor({ state: 'hidden' });
		await page.locator('[data-toast]', { hasText: 'angelegt' }).waitFor();
		await page.fill('#quick', 'Steuer +privat #geld');
		await page.locator('#quick-chips').waitFor();
		const box = (/** @type {string} */ selector) =>
			page.locator(selector).boundingBox();
		const told = await box('[data-toast]');
		for (const { y, height } of [await box('#quick-form'),
			await box('#quick-chips')])
			assert.ok(y + height <= told.y || y >= told.y + told.height, `${width}`);
		await page.fill('#quick', '');
	}
});

/** What of a card is seen where its middle is. @param {any} page @param {string} title */
const isUncovered = (page, title) => cardOf(page, title).evaluate(
	(/** @type {Element} */ card) => {
		const { x, y, width, height } = card.getBoundingClientRect();
		return card.contains(
			document.elementFromPoint(x + width / 2, y + height / 2));
	});

test('a_created_task_that_is_out_of_sight_is_shown_on_demand', async () => {
	const fixture = await fixtureWith();
	const { stack, user } = fixture;
	for (let i = 100; i < 165; i++)
		stack.place(`0${i}-Warten.md`, taskFile({ kategorie: 'privat' }), user);
	const { page, complaints } = await open(fixture.url);
	const create = async (/** @type {string} */ line) => {
		await page.fill('#quick', line);
		await page.press('#quick', 'Enter');
	};
	const show = page.locator('#message-show');
	await state(page, 'aktuell');
	await create('Gleich zu sehen');
	await toast(page, /Freitag, 27\. November 2026, nachmittags/);
	assert.equal(await show.isVisible(), false);

	await create('Hinten +privat');
	await toast(page, 'wartet unter „Ohne Platz“');
	assert.equal(await cardOf(page, 'Hinten').count(), 0, 'behind 60 others');
	assert.equal(await page.evaluate(() => scrollY), 0, 'nothing moved by itself');
	await show.click();
	assert.ok(await isUncovered(page, 'Hinten'));
	assert.match(await focused(page), /Hinten/);
	assert.equal(await show.isVisible(), false);
	assert.ok(await page.locator('[data-undo]').isVisible());
	assert.deepEqual(complaints, []);
});

test('a_created_task_behind_hundreds_is_shown_by_itself', async () => {
	const fixture = await fixtureWith();
	const { stack, user } = fixture;
	for (let i = 100; i < 720; i++)
		stack.place(`0${i}-Warten.md`, taskFile({ kategorie: 'privat' }), user);
	const { page, complaints } = await open(fixture.url);
	await state(page, 'aktuell');
	await page.fill('#quick', 'Ganz hinten +privat');
	await page.press('#quick', 'Enter');
	await toast(page, 'wartet unter „Ohne Platz“');
	const cards = await page.locator('.task').count();
	await page.click('#message-show');

	await page.locator('#panel-title', { hasText: 'Ganz hinten' }).waitFor();
	assert.equal(await page.locator('.task').count(), cards);
	assert.deepEqual(complaints, []);
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

test('english_hints_fit_into_their_fields', async () => {
	const { page, complaints } = await open((await fixtureWith()).url, { context: {
		locale: 'en-GB', viewport: { width: 390, height: 844 },
	} });
	await page.click('.now [data-key="move"]');
	await page.locator('#move').waitFor();
	assert.deepEqual(await page.evaluate(cutWords), []);
	await page.keyboard.press('Escape');
	await page.setViewportSize({ width: 1280, height: 800 });
	await page.click('#compose');
	assert.deepEqual(await page.evaluate(cutWords), []);
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

test('a_lost_line_is_repeated_under_the_same_key_after_a_reload', async () => {
	const fixture = await fixtureWith();
	const { page } = await open(fixture.url);
	await state(page, 'aktuell');
	fixture.spoil('/api/tasks', { cut: true });
	await page.fill('#quick', 'Fenster putzen');
	await page.press('#quick', 'Enter');
	await toast(page, 'nicht angelegt');
	fixture.heal();
	await page.reload();
	await state(page, 'aktuell');
	await page.press('#quick', 'Enter');
	await cardOf(page, 'Fenster putzen').waitFor();

	const keys = asked(fixture, '/api/tasks').map((/** @type {any} */ one) =>
		one.headers['idempotency-key']);
	assert.ok(keys.length > 1);
	assert.equal(new Set(keys).size, 1);
	assert.equal(await page.inputValue('#quick'), '');
	await page.fill('#quick', 'Fenster putzen');
	await page.press('#quick', 'Enter');
	await until(async () => await page.inputValue('#quick') === '', 5000,
		'another task of that name');
	assert.notEqual(asked(fixture, '/api/tasks').at(-1)
		?.headers['idempotency-key'], keys[0]);
});

test('a_line_sent_before_the_scripts_are_there_stays', async () => {
	const fixture = await fixtureWith();
	const { page } = await open('about:blank');
	await page.route(/\.(css|js)$/, (/** @type {any} */ route) => route.abort());
	await page.goto(fixture.url);
	await page.fill('#quick', 'Fenster putzen');
	await page.press('#quick', 'Enter');
	await answered(page);
	assert.equal(await page.inputValue('#quick'), 'Fenster putzen');
	assert.equal(page.url(), fixture.url);
});

test('a_line_tried_again_leaves_what_was_typed_since', async () => {
	const fixture = await fixtureWith();
	const { page } = await open(fixture.url);
	await state(page, 'aktuell');
	fixture.spoil('/api/tasks', { status: 503 });
	await page.fill('#quick', 'Fenster putzen');
	await page.press('#quick', 'Enter');
	await toast(page, 'nicht angelegt');
	fixture.heal();
	await page.fill('#quick', 'Brot kaufen');
	await page.click('#message-retry');
	await cardOf(page, 'Fenster putzen').waitFor();
	assert.equal(await page.inputValue('#quick'), 'Brot kaufen');
});

/** The form of the current task. @param {any} page */
async function editCurrent(page) {
	await page.click('.now .task-open');
	await page.click('#panel [data-key="edit"]');
	await page.locator('#editor').waitFor();
}

test('an_edit_is_not_told_before_the_server_has_it', async () => {
	const fixture = await fixtureWith();
	const { page } = await open(fixture.url);
	await state(page, 'aktuell');
	await editCurrent(page);
	await page.fill('#editor [name=body]', 'Viel getippt');
	const { file } = sampleWeek().timeline[0].slots[0].task;
	const path = `/api/tasks/${encodeURIComponent(file.slice(0, -3))}`;
	fixture.spoil(path, { ...busy, headers: {} });
	await page.click('#editor-submit');
	await page.locator('.form-error', { hasText: 'Speicher' }).waitFor();
	assert.equal(await page.locator('[data-toast]').count(), 0);
	fixture.heal();
	await page.click('#editor-submit');
	await toast(page, 'geändert');
});

test('a_form_that_failed_is_tried_again_by_itself_alone', async () => {
	const fixture = await fixtureWith();
	const { page } = await open(fixture.url);
	await state(page, 'aktuell');
	const { task: current } = sampleWeek().timeline[0].slots[0];
	for (const path of ['/api/tasks', completionOf(current)])
		fixture.spoil(path, { ...busy, headers: {} });
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Verworfen');
	await page.click('#editor-submit');
	await page.locator('.form-error', { hasText: 'Speicher' }).waitFor();
	await page.click('#editor-close');
	await page.click('#compose');
	await page.click('#editor-discard');
	await page.click('#editor-close');
	await page.click('[data-task^="0000"] [data-key^="done"]');
	await toast(page, /nicht abgeschlossen\. Der Speicher antwortet gerade nicht\.\s*Erneut/);
	fixture.heal();
	await page.click('#message-retry');
	await toast(page, 'Onboarding neuer Kollege abgeschlossen');
	assert.equal(asked(fixture, '/api/tasks').length, 1);
});

/** A form whose creation has no answer until `letGo`. @param {any} [fault] */
async function sendSlowly(fault) {
	const fixture = await fixtureWith();
	const held = hold();
	const opened = await open(fixture.url, { spoiled: ['/api/tasks'] });
	await state(opened.page, 'aktuell');
	fixture.spoil('/api/tasks', { ...fault, until: held.until, times: 1 });
	await opened.page.click('#compose');
	await opened.page.fill('#editor [name=title]', 'Erste');
	await opened.page.click('#editor-submit');
	await untilAsked(fixture, '/api/tasks', 1);
	return { ...opened, fixture, letGo: held.letGo };
}

test('a_late_answer_leaves_what_is_typed_into_another_form', async () => {
	const { page, complaints, letGo } = await sendSlowly();
	await page.keyboard.press('Escape');
	await editCurrent(page);
	await page.fill('#editor [name=body]', 'Viel getippt');
	letGo();
	await cardOf(page, 'Erste').first().waitFor();

	assert.ok(await page.locator('#editor').isVisible());
	assert.equal(await page.inputValue('#editor [name=body]'), 'Viel getippt');
	await page.keyboard.press('Escape');
	await page.click('#compose');
	assert.equal(await page.inputValue('#editor [name=title]'), '');
	assert.deepEqual(complaints, []);
});

test('a_late_refusal_is_told_beside_another_form', async () => {
	const { page, complaints, letGo } = await sendSlowly(busy);
	await page.keyboard.press('Escape');
	await editCurrent(page);
	letGo();
	await toast(page, 'Erste nicht angelegt');

	assert.equal(await page.locator('#editor-error').isVisible(), false);
	await page.keyboard.press('Escape');
	await page.click('#compose');
	assert.equal(await page.inputValue('#editor [name=title]'), 'Erste');
	assert.deepEqual(complaints, []);
});

test('a_form_that_is_being_stored_takes_no_more_text', async () => {
	const { page, complaints, letGo } = await sendSlowly(busy);
	await page.focus('#editor [name=title]');
	await page.keyboard.type(' und mehr');
	assert.equal(await page.inputValue('#editor [name=title]'), 'Erste');
	letGo();
	await page.locator('#editor-error').waitFor();
	await page.focus('#editor [name=title]');
	await page.keyboard.press('End');
	await page.keyboard.type(' Aufgabe');
	assert.equal(await page.inputValue('#editor [name=title]'), 'Erste Aufgabe');
	assert.deepEqual(complaints, []);
});

test('a_title_from_right_to_left_turns_no_other_word_of_a_heading', async () => {
	const week = sampleWeek();
	week.timeline[0].slots[0].task.title = 'مهمة 12';
	const fixture = await fixtureWith(week);
	const { page } = await open(fixture.url);
	await page.focus('.now .task-open');
	await page.keyboard.press('m');
	const [title, word] = await page.locator('#move-title').evaluate(
		(/** @type {HTMLElement} */ { firstChild: text }) =>
			['مهمة', 'verschieben'].map((part) => {
				const range = document.createRange();
				const at = text?.nodeValue?.indexOf(part) ?? 0;
				range.setStart(/** @type {Node} */ (text), at);
				range.setEnd(/** @type {Node} */ (text), at + part.length);
				return range.getBoundingClientRect().left;
			}));
	assert.ok(title < word, `${title} ${word}`);
});

test('a_panel_with_a_title_of_one_long_word_can_be_closed', async () => {
	const week = sampleWeek();
	week.timeline[0].slots[0].task.title = 'https://example.org/'.padEnd(200, 'x');
	const fixture = await fixtureWith(week);
	const { page } = await open(fixture.url, {
		context: { viewport: { width: 390, height: 844 } },
	});
	await page.click('.now .task-open');
	const { x, width } = await page.locator('#panel-close').boundingBox();
	assert.ok(x + width <= 390, `the button ends at ${x + width}`);
});

test('the_panel_shows_what_another_browser_did_to_its_task', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await state(page, 'aktuell');
	await page.click('.now .task-open');
	await page.locator('#panel .facts').waitFor();
	await fixture.ask('/api/tasks/0000', 'DELETE');
	await page.evaluate(() =>
		document.dispatchEvent(new Event('visibilitychange')));

	await page.locator('#panel [data-key="reopen"]').waitFor();
	await page.locator('.panel-where', { hasText: 'abgebrochen' }).waitFor();
	assert.equal(await page.locator('#panel [data-key="done"]').count(), 0);
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

test('the_last_card_of_a_list_leaves_the_keyboard_at_the_day', async () => {
	const fixture = await fixtureWith(weekOf({}, { unplaced: [
		task('0015', 'Keller', 'privat', { reason: 'kein_platz' }),
	] }));
	const { page, complaints } = await open(fixture.url, { clock: true });
	await cardOf(page, 'Keller').focus();
	fixture.week = weekOf();
	await pass(page, 10_000);
	await page.locator('#unplaced').waitFor({ state: 'hidden' });
	assert.equal(await focused(page), 'today');
	assert.deepEqual(complaints, []);
});

test('the_panel_of_a_task_that_went_leaves_the_keyboard_at_the_day', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await cardOf(page, 'Kapazität').focus();
	await page.keyboard.press('Enter');
	await page.click('#panel [data-key="cancel"]');
	await page.locator('#panel [data-key="reopen"]').waitFor();
	await page.keyboard.press('Escape');
	assert.equal(await focused(page), 'today');
	assert.deepEqual(complaints, []);
});

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
		['← ↑ ↓ →', 'Enter', 'x', 'e b', 'm', 'n', '/', 't', '< >', 'c', 's', 'z',
			'Strg/⌘ K', '?']);
	assert.deepEqual(await page.evaluate(lowContrast), []);
	await page.keyboard.press('x');
	await page.keyboard.press('Escape');

	await page.keyboard.press('t');
	await page.keyboard.press('x');
	await page.keyboard.press('x');
	await page.locator('[data-task^="0000"][data-state="done"]').waitFor();
	await page.keyboard.press('z');
	await page.locator('[data-task^="0000"][data-state="open"]').waitFor();
	await until(() => fixture.requests.some(({ method }) => method === 'PATCH'),
		5000, 'taken back');
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

test('the_palette_does_what_keys_do_and_finds_tasks', async () => {
	const fixture = await fixtureWith();
	const { page, complaints } = await open(fixture.url);
	await state(page, 'aktuell');
	const rows = page.locator('#palette-list [role="option"]');
	/** @param {string} text */
	const find = async (text) => {
		await page.keyboard.press('Control+k');
		await page.locator('#palette-field').waitFor();
		await page.keyboard.type(text);
	};

	await page.keyboard.press('t');
	await find('abschl');
	assert.deepEqual(await rows.allTextContents(), ['die Aufgabe abschließenx']);
	await page.keyboard.press('Enter');
	await page.locator('[data-task^="0000"][data-state="done"]').waitFor();

	await page.fill('#quick', 'Halb');
	await find('');
	assert.equal(await rows.count(), 8);
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('ArrowUp');
	assert.equal(await page.getAttribute('#palette-field', 'aria-activedescendant'),
		await page.getAttribute('#palette-list [aria-selected="true"]', 'id'));
	await page.keyboard.press('Escape');
	await page.locator('#palette').waitFor({ state: 'hidden' });

	const title = await page.locator('[data-task^="0001"] .task-open')
		.first().textContent();
	await find(`0001 ${title}`);
	await rows.first().click();
	await page.locator('#panel .facts').waitFor();
	await page.keyboard.press('Escape');
	await find('gibt es nicht');
	assert.equal(await rows.count(), 0);
	await page.keyboard.press('Enter');
	assert.equal(await page.locator('#palette').isVisible(), true);
	assert.deepEqual(complaints, []);
});

test('a_task_that_cannot_be_read_for_its_form_says_so', async () => {
	const fixture = await fixtureWith();
	const path = completionOf(sampleWeek().timeline[1].slots[0].task)
		.replace('/complete', '');
	fixture.spoil(path, busy);
	const { page, complaints } = await open(fixture.url, { spoiled: [path] });
	await cardOf(page, 'Kapazität').focus();
	await page.keyboard.press('e');
	await toast(page, /Kapazitätsplanung Dezember.*Der Speicher antwortet/);
	fixture.heal();
	await page.keyboard.press('e');
	await page.locator('#editor').waitFor();
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
