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
import { cardOf, lowContrast, startBrowser, sticksOut } from './browser.mjs';
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

/** The page of the day, with its week. @param {any} [options] */
async function openDay(options) {
	const opened = await browser.open(stack, options);
	await opened.page.locator('.task').first().waitFor();
	return opened;
}

/** @param {string} ref */
const taskOf = async (ref) => (await stack.get(`/api/tasks/${ref}`)).json.task;

/** @param {any} fields @returns {Promise<string>} the new task's stem */
async function make(fields) {
	const { status, json } = await stack.send('POST', '/api/tasks',
		{ kategorie: 'privat', ...fields });
	assert.equal(status, 200);
	return json.filename.replace(/\.md$/, '');
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
	await make({
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
	assert.deepEqual(await panel.getByRole('checkbox').evaluateAll(
		(/** @type {Element[]} */ all) => all.map((box) =>
			box.getAttribute('aria-label'))), ['Kartons', 'Wagen', 'Preis']);
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
	const ref = await make({ body: LIST.replace('Umzug', 'Ticken') });
	const { page, complaints } = await openDay();
	const before = await taskOf(ref);
	await openTask(page, 'Ticken');
	await page.getByRole('checkbox', { name: 'Wagen' }).click();
	await page.getByRole('checkbox', { name: 'Preis' }).click();
	await toast(page, /Ticken.*Haken/);
	await until(async () => (await taskOf(ref)).body ===
		before.body.replaceAll('- [ ] Wagen', '- [x] Wagen')
			.replace('- [ ] Preis', '- [x] Preis'), 5000, 'both ticks');
	assert.equal(await page.locator('.box[aria-checked="true"]').count(), 3);

	await page.click('[data-undo]');
	await page.keyboard.press('z');
	await until(async () => (await taskOf(ref)).etag === before.etag, 5000,
		'the old bytes');
	await page.locator('.box[aria-checked="true"]').nth(1)
		.waitFor({ state: 'detached' });
	assert.deepEqual(complaints, []);
});

test('all_fields_are_edited_in_place_and_undo_restores_the_bytes', async () => {
	const ref = await make({ title: 'Dach', body: 'Alt.\n' });
	const { page, complaints } = await openDay();
	const before = await taskOf(ref);
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
	const now = await taskOf(ref);
	assert.deepEqual([now.title, now.kategorie, now.tags, now.deadline,
		now.fixedSlot], ['Dach decken', 'arbeit', ['haus', 'leiter'],
		'04.12.2026', { datum: '03.12.2026', zeit: 'abends' }]);
	await page.locator('[data-slot="03.12.2026 abends"]',
		{ hasText: 'Dach decken' }).waitFor();
	await page.keyboard.press('z');
	await until(async () => (await taskOf(ref)).etag === before.etag, 5000,
		'the old bytes');
	assert.deepEqual(complaints, []);
});

for (const take of /** @type {const} */ (['Meine sichern', 'Die jetzige nehmen']))
	test(`of_two_versions_one_counts_after_${take.replace(/ /g, '_')}`, async () => {
		const ref = await make({ title: `Zank ${take}`, body: 'Alt.\n' });
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
		const { body, tags } = await taskOf(ref);
		assert.match(body, take === 'Meine sichern' ? /Meins/ : /Ihres/);
		assert.deepEqual(tags, ['dazu'], "what the other one has changed stays");
		assert.deepEqual(complaints, []);
	});

test('a_draft_survives_escape_reload_and_login', async () => {
	const ref = await make({ title: 'Entwurf', body: 'Alt.\n' });
	const { page, complaints } = await openDay({ spoiled: [
		`/api/tasks/${ref}`, '/codex', '/api/sync',
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
	assert.match((await taskOf(ref)).body, /Halb getippt/);
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
	const ref = await make({ title: 'Weg damit' });
	const { page, complaints } = await openDay();
	const before = await taskOf(ref);
	await openTask(page, 'Weg damit');
	await page.getByRole('button', { name: 'Aufgabe abbrechen' }).click();
	await toast(page, /Weg damit.*abgebrochen/);
	await until(async () => (await taskOf(ref)).status === 'abgebrochen', 5000,
		'the cancellation');
	await page.getByRole('button', { name: 'Wieder öffnen' }).click();
	await until(async () => (await taskOf(ref)).status === 'offen', 5000,
		'open again');
	await page.getByRole('button', { name: 'Abschließen', exact: true }).click();
	await page.locator('#panel', { hasText: /abgeschlossen: Montag/ }).waitFor();
	for (let i = 0; i < 3; i++)
		await page.keyboard.press('z');
	await until(async () => (await taskOf(ref)).etag === before.etag, 5000,
		'the old bytes');
	assert.deepEqual(complaints, []);
});
