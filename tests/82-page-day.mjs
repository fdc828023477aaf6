// group: ui
// @ts-check
/**
 * 82-page-day: a day is run with the page, in a real Chromium, against the whole
 * system: nginx, workers, a login, and a Monday morning.
 *
 *	node --test tests/82-page-day.mjs
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import {
	cardOf, cookieOf, lowContrast, pass, startBrowser, sticksOut,
} from './browser.mjs';
import { startStack, until } from './stack.mjs';

const MONDAY = '2026-11-30T08:00:00Z';

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** @type {import('./stack.mjs').Stack} */
let stack;

before(async () => {
	browser = await startBrowser();
	stack = await startStack({ sample: true, env: { CODEX_NOW: MONDAY } });
});

afterEach(() => browser.clear());

after(async () => {
	await browser?.stop();
	await stack?.stop();
});

/** The names of the boxes in there. @param {any} where */
const labelsOf = (where) => where.getByRole('checkbox').evaluateAll(
	(/** @type {Element[]} */ all) => all.map((box) =>
		box.getAttribute('aria-label')));

/** In the page: which texts have a line through them. Such a line goes through
 * all that is below, but for inline blocks (CSS Text Decoration 3, 2.1).
 * @param {Element[]} texts */
function areStruck(texts) {
	const isStruck = (/** @type {Element | null} */ node) => {
		for (; node; node = node.parentElement) {
			const { textDecorationLine, display } = getComputedStyle(node);
			if (textDecorationLine.includes('line-through'))
				return true;
			if (display === 'inline-block')
				return false;
		}
		return false;
	};
	return texts.map(isStruck);
}

/** The page of the day, with its week. @param {any} [options] */
async function openDay(options) {
	const opened = await browser.open(stack, options);
	await opened.page.locator('.task').first().waitFor();
	return opened;
}

/** @param {any} page @param {string} title */
const openTask = async (page, title) => {
	await page.getByRole('button', { name: title, exact: true }).first().click();
	await page.locator('#panel [data-key="edit"]').waitFor();
};

/** @param {any} page @param {string | RegExp} text */
const toast = (page, text) =>
	page.locator('[data-toast]', { hasText: text }).waitFor();

const LIST = '# Umzug\n\nAlles *rechtzeitig*, siehe ' +
	'[Liste](https://example.org/).\n\n- [x] Kartons\n- [ ] Wagen\n' +
	'  - [ ] Preis\n\n```\n- [ ] kein Punkt\n```\n';

/* The whole day at one look. */

/** Boxes of what a selector finds. @param {any} page @param {string} selector */
const boxesOf = (page, selector) => page.locator(selector).evaluateAll(
	(/** @type {Element[]} */ all) => all.map((node) => {
		const { top, bottom } = node.getBoundingClientRect();
		return { top, bottom };
	}));

test('a_desk_shows_today_six_days_what_is_over_and_eight_that_wait', async () => {
	for (const day of ['25', '26', '27'])
		await stack.make({
			title: `Vorbei ${day}`,
			fixedSlot: { datum: `${day}.11.2026`, zeit: 'abends' },
		});
	const { page, complaints } = await openDay({
		context: { viewport: { width: 1280, height: 800 } },
	});
	const seen = async (/** @type {string} */ selector) =>
		(await boxesOf(page, selector)).filter(({ top = 0, bottom = 0 }) =>
			top >= 0 && bottom > top && bottom <= 800).length;
	assert.equal(await seen('#today'), 1);
	assert.equal(await seen('.day'), 6);
	assert.equal(await seen('.late-head'), 1);
	assert.ok(await seen('[data-list="unplaced"] .task') >= 8);
	assert.equal(await page.evaluate(() => scrollY), 0);
	assert.deepEqual(await page.evaluate(sticksOut), []);
	assert.deepEqual(await page.evaluate(lowContrast), []);
	assert.deepEqual(complaints, []);
});

for (const [width, height, most, by] of /** @type {[number, number, number,
	string][]} */ ([
		[390, 844, 300, 'finger'], [240, 282, 282, 'finger'], [240, 282, 282, 'mouse'],
	]))
	test(`a_${by}_ticks_the_current_task_without_scrolling_at_${width}_pixels`,
		async () => {
			const { page, complaints } = await openDay({
				context: { viewport: { width, height }, hasTouch: by === 'finger' },
			});
			for (const part of ['.task-open', '[data-key^="done"]']) {
				const node = page.locator('.now').locator(part);
				const { y, height: tall } = await node.boundingBox();
				assert.ok(y >= 0 && y + tall <= most, `${part} ${y} ${tall}`);
				assert.ok(await node.evaluate((/** @type {Element} */ own) => {
					const { x, y: top, width: w, height: h } = own.getBoundingClientRect();
					return [1, h - 2].every((down) => own.contains(
						document.elementFromPoint(x + w / 2, top + down)));
				}), `${part} is covered`);
			}
			assert.deepEqual(await page.evaluate(sticksOut), []);
			assert.deepEqual(complaints, []);
		});

test('a_long_title_leaves_the_tick_in_sight_on_a_small_screen', async () => {
	const current = (await stack.get('/codex')).json.timeline[0].slots[0].task;
	const ref = current.file.replace(/\.md$/, '');
	await stack.send('PATCH', `/api/tasks/${ref}`, {
		title: 'Ämter: Überweisungsträgerbestätigung ausfüllen und abgeben',
	});
	const { page, complaints } = await openDay({
		context: {
			viewport: { width: 240, height: 282 }, hasTouch: true, isMobile: true,
		},
	});
	const [isFree, shown] = await page.locator('.now [data-key^="done"]').evaluate(
		(/** @type {Element} */ own) => {
			const { x, top, width, height } = own.getBoundingClientRect();
			const title = document.querySelector('.now .task-open');
			return [[1, height - 2].every((down) => own.contains(
				document.elementFromPoint(x + width / 2, top + down))),
			title?.textContent];
		});
	assert.ok(isFree, 'the tick is covered');
	assert.match(shown, /abgeben/);
	await stack.send('PATCH', `/api/tasks/${ref}`, { title: current.title });
	assert.deepEqual(complaints, []);
});

test('what_is_over_is_released_at_once_and_taken_back_at_once', async () => {
	const { page, complaints } = await openDay();
	const late = '[data-list="overdue"] .task';
	assert.equal(await page.locator(late).count(), 3);
	assert.equal(await page.locator(late).first().isVisible(), false);
	await page.getByRole('button', { name: 'Ansehen' }).click();
	await page.locator(late, { hasText: 'Vorbei 25' }).waitFor();
	const bytes = async () => (await stack.get('/api/tasks?q=Vorbei')).json.tasks
		.map((/** @type {any} */ { etag, isFixed }) => [etag, isFixed]);
	const before = await bytes();
	await page.getByRole('button', { name: 'Alle lösen' }).click();
	await until(async () => (await bytes()).every(
		(/** @type {any} */ [, isFixed]) => !isFixed), 5000, 'all released');
	await page.locator('.late').waitFor({ state: 'detached' });

	await page.click('[data-undo]');
	await page.locator('.late').waitFor();
	await until(async () => JSON.stringify(await bytes()) ===
		JSON.stringify(before), 5000, 'the old bytes');
	assert.deepEqual(complaints, []);
});

test('the_boxes_of_the_current_task_are_ticked_in_place', async () => {
	const current = (await stack.get('/codex')).json.timeline[0].slots[0].task;
	const ref = current.file.replace(/\.md$/, '');
	const { body } = await stack.task(ref);
	await stack.send('PATCH', `/api/tasks/${ref}`,
		{ body: `${body}\n- [ ] Rechner\n- [x] Ausweis\n` });
	const { page, complaints } = await openDay();
	await page.locator('.now').getByRole('checkbox', { name: 'Rechner' }).click();
	await until(async () => (await stack.task(ref)).body.includes('- [x] Rechner'),
		5000, 'the tick');
	assert.equal(await page.locator('.now .box[aria-checked="true"]').count(), 2);
	assert.deepEqual(complaints, []);
});

test('a_box_below_another_stands_once_and_is_struck_by_its_own_tick', async () => {
	const current = (await stack.get('/codex')).json.timeline[0].slots[0].task;
	await stack.send('PATCH', `/api/tasks/${current.file.replace(/\.md$/, '')}`,
		{ body: '- [x] Koffer\n  - [ ] Hemden\n- [ ] Pass\n' });
	const { page, complaints } = await openDay();
	const now = page.locator('.now');
	await now.getByRole('checkbox', { name: 'Pass' }).waitFor();
	assert.deepEqual(await labelsOf(now), ['Koffer', 'Hemden', 'Pass']);

	await now.locator('.task-open').click();
	const panel = page.locator('#panel');
	await panel.getByRole('checkbox', { name: 'Pass' }).waitFor();
	assert.deepEqual(await labelsOf(panel), ['Koffer', 'Hemden', 'Pass']);
	assert.deepEqual(await panel.locator('.box + div').evaluateAll(areStruck),
		[true, false, false]);
	assert.deepEqual(complaints, []);
});

test('clicks_on_one_spot_are_one_write_and_undo_restores_bytes', async () => {
	const { page, complaints } = await openDay();
	const tasks = async () => (await stack.get('/api/tasks')).json.tasks;
	const before = await tasks();
	for (const ms of [100, 250, 500]) {
		const { x, y } = await page.locator('[data-slot][data-state="open"] .done')
			.first().boundingBox();
		for (let i = 0; i < 5; i++) {
			await page.mouse.click(x + 9, y + 9);
			await page.waitForTimeout(ms);
		}
	}
	const done = async () => (await tasks()).filter(
		(/** @type {any} */ task) => task.status === 'abgeschlossen').length;
	const old = before.filter((/** @type {any} */ task) =>
		task.status === 'abgeschlossen').length;
	await until(async () => await done() === old + 3, 5000, 'three writes');
	for (let i = 0; i < 3; i++)
		await page.keyboard.press('z');
	await until(async () => await done() === old, 5000, 'three undone');
	const bytes = (/** @type {any[]} */ all) =>
		all.map(({ file, etag }) => [file, etag]);
	assert.deepEqual(bytes(await tasks()), bytes(before));
	assert.deepEqual(complaints, []);
});

test('a_day_from_creation_to_completion', async () => {
	const { page, complaints } = await openDay();
	await page.locator('.free').last().click();
	await page.fill('#editor [name=title]', 'Über die Brücke <b>gehen</b>');
	await page.fill('[name=tags]', 'weg');
	await page.click('#editor-submit');
	const mine = cardOf(page, 'Über die Brücke <b>gehen</b>');
	await mine.waitFor();
	assert.match(await mine.textContent(), /fester Platz.*#weg/);
	assert.equal(await page.locator('.task[data-fresh][data-slot]').count(), 1);

	await mine.locator('.done').click();
	await toast(page, 'abgeschlossen');
	await page.click('[data-undo]');
	await toast(page, 'wieder offen');
	await mine.and(page.locator('[data-state="open"]')).waitFor();
	await mine.locator('.done').click();
	await mine.and(page.locator('[data-state="done"]')).waitFor();
	await until(async () => (await stack.get('/api/tasks?status=abgeschlossen'))
		.text.includes('Über die Brücke'), 5000, 'the completion');
	await page.reload();
	await page.locator('.task').first().waitFor();
	assert.equal(await mine.count(), 0);
	assert.deepEqual(complaints, []);
});

/* One task. */

test('a_title_opens_the_task_with_its_text_and_its_facts', async () => {
	await stack.make({
		body: LIST, tags: ['haus', 'eilig'], deadline: '05.12.2026',
		fixedSlot: { datum: '04.12.2026', zeit: 'abends' },
	});
	const { page, complaints } = await openDay();
	await openTask(page, 'Umzug');
	const panel = page.locator('#panel');
	assert.match(await panel.textContent(), new RegExp('Umzug.*Privat.*' +
		'Freitag, 4\\. Dezember 2026, abends.*rechtzeitig.*Fester Platz.*' +
		'bis Sa 05\\.12\\..*#haus #eilig.*\\d{4}-Umzug\\.md', 's'));
	assert.equal(await panel.locator('em').textContent(), 'rechtzeitig');
	assert.equal(await panel.getByRole('link', { name: 'Liste' })
		.getAttribute('href'), 'https://example.org/');
	assert.deepEqual(await labelsOf(panel), ['Kartons', 'Wagen', 'Preis']);
	assert.equal(await panel.locator('h3').count(), 0, 'the title, once more');
	assert.deepEqual(await page.evaluate(lowContrast), []);
	assert.deepEqual(await page.evaluate(sticksOut), []);

	await page.keyboard.press('Escape');
	await panel.waitFor({ state: 'hidden' });
	assert.match(await page.evaluate(() =>
		document.activeElement?.textContent), /Umzug/);
	assert.deepEqual(complaints, []);
});

test('a_box_is_ticked_by_one_byte_and_taken_back', async () => {
	const ref = await stack.make({ body: LIST.replace('Umzug', 'Ticken') });
	const { page, complaints } = await openDay();
	const before = await stack.task(ref);
	await openTask(page, 'Ticken');
	await page.getByRole('checkbox', { name: 'Wagen' }).click();
	await page.getByRole('checkbox', { name: 'Preis' }).click();
	await toast(page, /Ticken.*Haken/);
	await until(async () => (await stack.task(ref)).body ===
		before.body.replaceAll('- [ ] Wagen', '- [x] Wagen')
			.replace('- [ ] Preis', '- [x] Preis'), 5000, 'both ticks');
	assert.equal(await page.locator('#panel .box[aria-checked="true"]').count(), 3);

	await page.click('[data-undo]');
	await page.keyboard.press('z');
	await until(async () => (await stack.task(ref)).etag === before.etag, 5000,
		'the old bytes');
	await page.locator('#panel .box[aria-checked="true"]').nth(1)
		.waitFor({ state: 'detached' });
	assert.deepEqual(complaints, []);
});

test('all_fields_are_edited_in_place_and_undo_restores_the_bytes', async () => {
	const ref = await stack.make({ title: 'Dach', body: 'Alt.\n' });
	const { page, complaints } = await openDay();
	const before = await stack.task(ref);
	await openTask(page, 'Dach');
	await page.getByRole('button', { name: 'Bearbeiten' }).click();
	await page.getByLabel('Titel', { exact: true }).fill('Dach decken');
	await page.check('#editor [value=arbeit]');
	await page.getByLabel('Tags', { exact: true }).fill('haus, #leiter');
	await page.getByLabel('Deadline', { exact: true }).fill('fr');
	await page.locator('#d-deadline',
		{ hasText: 'Freitag, 4. Dezember 2026' }).waitFor();
	await page.getByLabel('Tag des festen Platzes').fill('3.12.');
	await page.getByLabel('Tageszeit des festen Platzes').selectOption('abends');
	await page.getByLabel('Text', { exact: true }).fill('Neu.\n\n- [ ] Ziegel\n');
	await page.getByRole('button', { name: 'Sichern', exact: true }).click();

	await page.locator('#panel h2', { hasText: 'Dach decken' }).waitFor();
	await page.getByRole('checkbox', { name: 'Ziegel' }).waitFor();
	const now = await stack.task(ref);
	assert.deepEqual([now.title, now.kategorie, now.tags, now.deadline,
		now.fixedSlot], ['Dach decken', 'arbeit', ['haus', 'leiter'],
		'04.12.2026', { datum: '03.12.2026', zeit: 'abends' }]);
	await page.locator('[data-slot="03.12.2026 abends"]',
		{ hasText: 'Dach decken' }).waitFor();
	await page.keyboard.press('z');
	await until(async () => (await stack.task(ref)).etag === before.etag, 5000,
		'the old bytes');
	assert.deepEqual(complaints, []);
});

for (const take of /** @type {const} */ (['Meine sichern', 'Die jetzige nehmen']))
	test(`of_two_versions_one_counts_after_${take.replace(/ /g, '_')}`, async () => {
		const ref = await stack.make({ title: `Zank ${take}`, body: 'Alt.\n' });
		const { page, complaints } = await openDay({
			spoiled: [`/api/tasks/${encodeURIComponent(ref)}`],
		});
		await openTask(page, `Zank ${take}`);
		await page.getByRole('button', { name: 'Bearbeiten' }).click();
		await page.getByLabel('Text', { exact: true }).fill('Meins.\n');
		await stack.send('PATCH', `/api/tasks/${ref}`,
			{ body: 'Ihres.\n', tags: ['dazu'] });
		await page.getByRole('button', { name: 'Sichern', exact: true }).click();
		const sides = page.locator('#editor .side-text');
		await sides.first().waitFor();
		assert.deepEqual(await sides.allTextContents(), ['Meins.\n', 'Ihres.\n']);
		assert.deepEqual(await page.evaluate(lowContrast), []);

		await page.getByRole('button', { name: take, exact: true }).click();
		if (take !== 'Meine sichern')
			await page.getByRole('button', { name: 'Sichern', exact: true }).click();
		await page.locator('#panel').waitFor();
		const { body, tags } = await stack.task(ref);
		assert.match(body, take === 'Meine sichern' ? /Meins/ : /Ihres/);
		assert.deepEqual(tags, ['dazu'], "what the other one has changed stays");
		assert.deepEqual(complaints, []);
	});

test('a_draft_survives_escape_reload_and_login', async () => {
	const ref = await stack.make({ title: 'Entwurf', body: 'Alt.\n' });
	/* Any first request of a page can be on its way when its session goes. */
	const { page, complaints } = await openDay({ spoiled: [
		`/api/tasks/${ref}`, '/codex', '/api/sync', '/auth/me',
	] });
	const edit = async () => {
		await openTask(page, 'Entwurf');
		await page.getByRole('button', { name: 'Bearbeiten' }).click();
	};
	const text = () => page.inputValue('#f-body');
	await edit();
	await page.getByLabel('Text', { exact: true }).fill('Halb getippt');
	await page.keyboard.press('Escape');
	await edit();
	assert.equal(await text(), 'Halb getippt');
	await page.locator('#editor-draft').waitFor();
	await page.reload();
	await page.locator('#editor').waitFor();
	assert.equal(await text(), 'Halb getippt');

	const cookies = await page.context().cookies();
	await page.context().clearCookies();
	await page.getByRole('button', { name: 'Sichern', exact: true }).click();
	await page.locator('#editor-error a[href^="/auth/login"]').waitFor();
	await page.reload();
	await page.locator('#door').waitFor();
	await page.context().addCookies(cookies);
	await page.reload();
	await page.locator('#editor').waitFor();
	assert.equal(await text(), 'Halb getippt');
	await page.getByRole('button', { name: 'Sichern', exact: true }).click();
	await page.locator('#panel').waitFor();
	assert.match((await stack.task(ref)).body, /Halb getippt/);
	await page.getByRole('button', { name: 'Bearbeiten' }).click();
	assert.equal(await page.locator('#editor-draft').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('a_draft_can_be_discarded', async () => {
	const { page, complaints } = await openDay();
	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Doch nicht');
	await page.keyboard.press('Escape');
	await page.click('#compose');
	assert.equal(await page.inputValue('#editor [name=title]'), 'Doch nicht');
	await page.getByRole('button', { name: 'Verwerfen' }).click();
	assert.equal(await page.inputValue('#editor [name=title]'), '');
	await page.keyboard.press('Escape');
	await page.reload();
	await page.locator('.task').first().waitFor();
	assert.equal(await page.locator('#editor').isVisible(), false);
	assert.deepEqual(complaints, []);
});

test('a_cell_that_was_dismissed_leaves_nothing_in_the_next_form', async () => {
	const { page, complaints } = await openDay();
	await page.locator('.free').first().click();
	assert.notEqual(await page.inputValue('[name=datum]'), '');
	await page.keyboard.press('Escape');
	await page.click('#compose');
	assert.equal(await page.inputValue('[name=datum]'), '');
	assert.equal(await page.inputValue('[name=zeit]'), '');

	await page.fill('#editor [name=title]', 'Bleibt');
	await page.keyboard.press('Escape');
	await page.locator('.free').last().click();
	const cell = await page.inputValue('[name=datum]');
	await page.keyboard.press('Escape');
	await page.click('#compose');
	assert.equal(await page.inputValue('#editor [name=title]'), 'Bleibt');
	assert.equal(await page.inputValue('[name=datum]'), '', `not ${cell}`);
	assert.deepEqual(complaints, []);
});

test('a_task_is_cancelled_and_reopened_from_its_panel', async () => {
	const ref = await stack.make({ title: 'Weg damit' });
	const { page, complaints } = await openDay();
	const before = await stack.task(ref);
	await openTask(page, 'Weg damit');
	await page.getByRole('button', { name: 'Aufgabe abbrechen' }).click();
	await toast(page, /Weg damit.*abgebrochen/);
	await until(async () => (await stack.task(ref)).status === 'abgebrochen', 5000,
		'the cancellation');
	await page.getByRole('button', { name: 'Wieder öffnen' }).click();
	await until(async () => (await stack.task(ref)).status === 'offen', 5000,
		'open again');
	await page.locator('#panel').getByRole('button', { name: 'Erledigt' }).click();
	await page.locator('#panel', { hasText: /abgeschlossen: Montag/ }).waitFor();
	for (let i = 0; i < 3; i++)
		await page.keyboard.press('z');
	await until(async () => (await stack.task(ref)).etag === before.etag, 5000,
		'the old bytes');
	assert.deepEqual(complaints, []);
});

/* Seen by all. */

test('in_forced_colours_only_what_is_done_is_ticked', async () => {
	const { page, complaints } = await openDay();
	await page.emulateMedia({ forcedColors: 'active' });
	const hooks = () => page.locator('.done').evaluateAll(
		(/** @type {Element[]} */ all) => all.filter((one) => getComputedStyle(one,
			'::after').opacity !== '0').length);
	assert.equal(await hooks(), 0);
	await page.locator('#week-body .done').first().click();
	await page.locator('#week-body [data-state="done"]').waitFor();
	await page.mouse.move(1, 1);
	assert.equal(await hooks(), 1);
	await page.keyboard.press('z');
	await page.locator('[data-state="done"]').waitFor({ state: 'detached' });
	assert.deepEqual(complaints, []);
});

test('at_200_percent_nothing_sticks_out', async () => {
	const { page, complaints } = await openDay({
		context: { viewport: { width: 640, height: 400 } },
	});
	assert.deepEqual(await page.evaluate(sticksOut), []);
	await openTask(page, 'Backup-Restore-Test');
	assert.deepEqual(await page.evaluate(sticksOut), []);
	await page.click('[data-key="edit"]');
	await page.locator('#editor').waitFor();
	assert.deepEqual(await page.evaluate(sticksOut), []);
	assert.deepEqual(complaints, []);
});

test('a_printed_day_has_tick_boxes_and_no_buttons', async () => {
	const { page, complaints } = await openDay();
	await page.emulateMedia({ media: 'print' });
	for (const part of ['.top', '.acts', '.free'])
		assert.equal(await page.locator(part).first().isVisible(), false, part);
	assert.ok(await page.locator('#week-body .done').first().isVisible());
	assert.deepEqual(complaints, []);
});

/* Again. */

test('a_revisit_transfers_the_page_and_what_may_have_changed', async () => {
	const { page, complaints } = await openDay();
	await until(() => page.evaluate(() => localStorage.length > 0), 5000,
		'the week is kept');
	// The text of the current task, too.
	await page.waitForLoadState('networkidle');
	const wire = await page.context().newCDPSession(page);
	await wire.send('Network.enable');
	const sent = /** @type {Map<string, string>} */ (new Map());
	wire.on('Network.requestWillBeSent', (/** @type {any} */ event) =>
		sent.set(event.requestId, new URL(event.request.url).pathname));
	wire.on('Network.requestServedFromCache', (/** @type {any} */ event) =>
		sent.delete(event.requestId));
	wire.on('Network.responseReceived', (/** @type {any} */ event) =>
		event.response.fromDiskCache && sent.delete(event.requestId));
	await page.goto(stack.url);
	await until(() => [...sent.values()].includes('/auth/me'), 5000, 'all');
	await page.waitForLoadState('networkidle');
	assert.deepEqual([...sent.values()].sort(),
		['/', '/api/sync', '/auth/me', '/codex']);
	assert.deepEqual(complaints, []);
});

for (const locale of ['de-DE', 'en-GB'])
	test(`a_first_visit_transfers_at_most_45_KB_of_JavaScript_in_${locale}`,
		async () => {
			const { page, complaints } = await browser.open('about:blank', {
				cookie: cookieOf(stack), context: { locale },
			});
			const wire = await page.context().newCDPSession(page);
			await wire.send('Network.enable');
			/** @type {Map<string, number>} bytes of bodies, by request */
			const bytes = new Map();
			wire.on('Network.requestWillBeSent', (/** @type {any} */ event) =>
				event.request.url.endsWith('.js') && bytes.set(event.requestId, 0));
			wire.on('Network.dataReceived', (/** @type {any} */ event) =>
				bytes.has(event.requestId) && bytes.set(event.requestId,
					(bytes.get(event.requestId) ?? 0) + event.encodedDataLength));
			await page.goto(stack.url);
			await page.locator('.task').first().waitFor();
			await page.waitForLoadState('networkidle');
			const sum = [...bytes.values()].reduce((a, b) => a + b);
			assert.equal(bytes.size, 4);
			assert.ok(sum > 30_000 && sum <= 45_000, [...bytes.values()].join());
			assert.deepEqual(complaints, []);
		});

/* Live. */

test('what_another_browser_changes_is_shown_within_ten_seconds', async () => {
	const [ref, held] = [await stack.make({ title: 'Anderswo' }),
		await stack.make({ title: 'Bleibt stehen' })];
	const { page, complaints } = await openDay({ clock: true });
	const node = await page.locator(`[data-task="${held}"]`).elementHandle();
	await openTask(page, 'Anderswo');
	const panel = await page.locator('#panel .acts').elementHandle();
	const other = await openDay();
	await other.page.locator(`[data-task="${ref}"] .done`).click();
	await until(async () => (await stack.task(ref)).status === 'abgeschlossen', 5000,
		'the other browser');
	await pass(page, 9_500);

	await page.locator('[data-list] [data-task="' + ref + '"]')
		.waitFor({ state: 'detached' });
	assert.ok(await node.evaluate((/** @type {Node} */ one) => one.isConnected &&
		document.querySelector(`[data-task="${
			/** @type {HTMLElement} */ (one).dataset.task}"]`) === one));
	assert.ok(await panel.evaluate((/** @type {Node} */ one) => one.isConnected));
	assert.deepEqual(complaints, []);
});

test('an_idle_hour_costs_less_than_400_KB_and_a_hidden_page_nothing', async () => {
	const { page, complaints } = await openDay({ clock: true });
	const wire = await page.context().newCDPSession(page);
	await wire.send('Network.enable');
	const sizes = /** @type {number[]} */ ([]);
	const names = /** @type {Map<string, string>} */ (new Map());
	wire.on('Network.requestWillBeSent', (/** @type {any} */ event) =>
		names.set(event.requestId, new URL(event.request.url).pathname));
	wire.on('Network.loadingFinished', (/** @type {any} */ event) => {
		if (names.get(event.requestId) !== '/')
			sizes.push(event.encodedDataLength);
	});
	await pass(page, 45_000);
	const bytes = sizes.reduce((sum, size) => sum + size, 0);
	assert.ok(sizes.length >= 4 && sizes.length <= 6, `${sizes.length} requests`);
	assert.ok(bytes * 80 < 400 * 1024, `${bytes * 80} bytes an hour`);

	await page.evaluate(() => Object.defineProperty(document, 'hidden', {
		get: () => true,
	}));
	await pass(page, 9_500);
	const { length } = sizes;
	await pass(page, 10_000);
	assert.equal(sizes.length, length);
	assert.deepEqual(complaints, []);
});

/** Pin a new task to the last slot of a task that is not pinned itself.
 * @returns {Promise<string>} the title of that one, which must make way */
async function pushOut() {
	const week = (await stack.get('/codex')).json;
	const slots = week.timeline.flatMap((/** @type {any} */ day) => day.slots
		.map((/** @type {any} */ slot) => ({ ...slot, datum: day.datum })));
	const last = slots.findLast((/** @type {any} */ { task }) =>
		task && !task.isFixed && task.kategorie === 'arbeit');
	await stack.make({
		title: 'Drängelt', kategorie: 'arbeit',
		fixedSlot: { datum: last.datum, zeit: last.zeit },
	});
	return last.task.title;
}

test('a_task_that_loses_its_place_is_said', async () => {
	const { page, complaints } = await openDay({ clock: true });
	const title = await pushOut();
	await pass(page, 9_500);
	await toast(page, new RegExp(`${title}.*keinen Platz mehr`));
	assert.deepEqual(complaints, []);
});

test('a_lost_place_does_not_take_the_place_of_a_failed_change', async () => {
	const { page, complaints } = await openDay({
		clock: true, spoiled: ['/complete'],
	});
	await page.route('**/complete', (/** @type {any} */ route) => route.abort());
	await page.locator('.now [data-key^="done"]').click();
	const retry = page.getByRole('button', { name: 'Erneut versuchen' });
	await retry.waitFor();
	const title = await pushOut();
	await pass(page, 9_500);
	await page.locator('#spoken', {
		hasText: new RegExp(`${title}.*keinen Platz mehr`),
	}).waitFor({ state: 'attached' });
	assert.ok(await retry.isVisible());
	assert.deepEqual(complaints, []);
});
