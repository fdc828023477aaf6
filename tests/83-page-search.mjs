// group: ui
// @ts-check
/**
 * 83-page-search: what is not on the board is found with the page: by a search,
 * in past weeks, and on paper.  In a real Chromium, against the whole system.
 *
 *	node --test tests/83-page-search.mjs
 */
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { lowContrast, pass, startBrowser, sticksOut } from './browser.mjs';
import { startStack, taskFile, until } from './stack.mjs';

const MONDAY = '2026-11-30T08:00:00Z';

/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** Done on Thursday morning and Saturday evening, and called off. */
let [bread, roof, trip] = ['', '', ''];

before(async () => {
	browser = await startBrowser();
	stack = await startStack({ sample: true, env: { CODEX_NOW: MONDAY } });
	bread = await stack.make({ title: 'Brot *backen*', tags: ['heim', 'Ofen'] });
	roof = await stack.make({ title: 'Dach decken', kategorie: 'arbeit' });
	trip = await stack.make({ title: 'Ausflug planen', tags: ['heim'] });
	await complete(bread, '26.11.2026', 'morgens');
	await complete(roof, '28.11.2026', 'abends');
	await stack.send('DELETE', `/api/tasks/${trip}`, undefined);
});

afterEach(() => browser.clear());

after(async () => {
	await browser?.stop();
	await stack?.stop();
});

/** @param {string} ref @param {string} datum @param {string} zeit */
const complete = (ref, datum, zeit) => stack.send('POST',
	`/api/tasks/${ref}/complete`, { datum, zeit });

/** @param {string} path @param {any} [options] */
const openAt = (path, options) => browser.open(stack, { path, ...options });

/** What a list shows, once it shows so many.
 * @param {any} page @param {string} list @param {number} n
 * @returns {Promise<string[]>} stems */
async function listed(page, list, n) {
	const tasks = page.locator(`[data-list="${list}"] [data-task]`);
	await until(async () => await tasks.count() === n, 5000, `${n} in ${list}`);
	return tasks.evaluateAll((/** @type {HTMLElement[]} */ all) =>
		all.map(({ dataset }) => dataset.task));
}

/** Wait for tasks among those that were done. @param {any} page
 * @param {string[]} refs */
async function doneThere(page, ...refs) {
	for (const ref of refs)
		await page.locator(`[data-list="done"] [data-task="${ref}"]`).waitFor();
}

/** @param {any} page */
const query = (page) => page.evaluate(() =>
	decodeURIComponent(location.search));

/* Search. */

test('a_search_by_keys_is_in_the_address_and_in_the_history', async () => {
	const { page, complaints } = await openAt('');
	await page.locator('.task').first().waitFor();
	await page.keyboard.press('/');
	await page.keyboard.type('back #heim +privat');
	assert.deepEqual(await listed(page, 'search', 1), [bread]);
	assert.equal(await query(page), '?q=back #heim +privat');
	assert.equal(await page.locator('#board').isVisible(), false);
	assert.match(await page.title(), /back/);

	await page.goBack();
	await page.locator('#today').waitFor();
	assert.equal(await page.locator('#search').isVisible(), false);
	await page.goForward();
	assert.deepEqual(await listed(page, 'search', 1), [bread]);
	assert.equal(await page.inputValue('#search-text'), 'back #heim +privat');
	await page.reload();
	assert.deepEqual(await listed(page, 'search', 1), [bread]);
	await page.keyboard.press('/');
	await page.keyboard.press('Escape');
	await page.locator('#today').waitFor();
	assert.equal(await query(page), '');
	assert.deepEqual(complaints, []);
});

test('each_word_of_a_search_counts_and_open_tasks_come_first', async () => {
	const ref = await stack.make({
		title: 'Brot einfrieren', tags: ['HEIM', 'Kalte Küche'],
	});
	const { page, complaints } = await openAt('?q=brot');
	assert.deepEqual(await listed(page, 'search', 2), [ref, bread]);
	await page.fill('#search-text', 'OFEN brot');
	assert.deepEqual(await listed(page, 'search', 1), [bread]);
	await page.fill('#search-text', '#heim');
	assert.deepEqual(await listed(page, 'search', 3), [ref, bread, trip]);
	await page.fill('#search-text', '#küche');
	assert.deepEqual(await listed(page, 'search', 1), [ref]);
	await page.fill('#search-text', 'gibt es nicht');
	await page.locator('#search-note', { hasText: 'Nichts gefunden' }).waitFor();
	await stack.send('DELETE', `/api/tasks/${ref}`, undefined);
	assert.deepEqual(complaints, []);
});

test('a_found_task_is_completed_by_keys_where_it_stands_and_undone', async () => {
	const ref = await stack.make({ title: 'Finde mich' });
	const { page, complaints } = await openAt('?q=finde');
	const { etag } = await stack.task(ref);
	await listed(page, 'search', 1);
	await page.focus('#search-text');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('x');
	await page.locator(`#search [data-task="${ref}"][data-state="done"]`).waitFor();
	await until(async () => (await stack.task(ref)).status === 'abgeschlossen', 5000,
		'the completion');
	assert.equal(await query(page), '?q=finde');
	await page.keyboard.press('z');
	await until(async () => (await stack.task(ref)).etag === etag, 5000, 'undone');
	await page.locator(`#search [data-task="${ref}"][data-state="open"]`).waitFor();
	await stack.send('DELETE', `/api/tasks/${ref}`, undefined);
	assert.deepEqual(complaints, []);
});

test('texts_are_searched_when_a_person_asks_for_that', async () => {
	const shelf = await stack.make({ title: 'Regal', body: 'Mit *Dübeln* in der Diele.' });
	const { page, complaints } = await openAt('/?q=d%C3%BCbel+regal');
	const asked = /** @type {string[]} */ ([]);
	page.on('request', (/** @type {any} */ one) => asked.push(one.url()));
	await page.locator('#search-note', { hasText: 'Nichts gefunden' }).waitFor();
	await page.focus('#search-text');
	await page.keyboard.press('ArrowDown');
	await page.keyboard.press('Enter');
	assert.deepEqual(await listed(page, 'search', 1), [shelf]);
	assert.equal(new URL(page.url()).search, '?q=d%C3%BCbel%20regal&text=true');
	assert.equal(await page.locator('#search-body a').count(), 0);
	assert.equal(asked.filter((url) => url.includes('text=true')).length, 1);

	await page.fill('#search-text', 'dübel oma');
	await page.locator('#search-body a').waitFor();
	assert.equal(new URL(page.url()).search, '?q=d%C3%BCbel%20oma');
	await page.goBack();
	await page.locator('#search-note', { hasText: 'Nichts gefunden' }).waitFor();
	assert.deepEqual(complaints, []);
});

test('a_search_that_is_refused_says_why_and_is_asked_again', async () => {
	const { page, complaints } = await openAt('', { clock: true });
	await page.locator('.task').first().waitFor();
	await page.route('**/api/tasks?*', (/** @type {any} */ route) =>
		route.fulfill({ status: 503, json: { error: 'Der Speicher klemmt.' } }));
	await page.click('#search-open');
	await page.fill('#search-text', 'brot');
	await pass(page, 500);
	await page.locator('#search-note', { hasText: 'klemmt' }).waitFor();
	await page.unroute('**/api/tasks?*');
	await pass(page, 9_500);
	assert.ok((await listed(page, 'search', 2)).includes(bread));
	assert.equal(complaints.length, 1, 'the line about the 503');
});

/* Other weeks. */

test('past_weeks_show_what_was_done_in_its_slot', async () => {
	const { page, complaints } = await openAt('');
	await page.getByRole('link', { name: 'Eine Woche zurück' }).press('Enter');
	assert.equal(await page.evaluate(() => document.activeElement?.id), 'past');
	await doneThere(page, bread, roof);
	assert.equal(await query(page), '?from=23.11.2026');
	assert.match(await page.title(), /23\. bis 29\. November 2026/);
	for (const [ref, slot] of [
		[bread, '26.11.2026 morgens'], [roof, '28.11.2026 abends'],
	]) {
		const card = page.locator(`#past [data-task="${ref}"]`);
		assert.equal(await card.getAttribute('data-state'), 'done');
		assert.equal(await card.getAttribute('data-slot'), slot);
		assert.match(await card.locator('.task-open').evaluate(
			(/** @type {Element} */ node) => getComputedStyle(node).textDecoration),
		/line-through/);
	}
	assert.deepEqual(await page.evaluate(lowContrast), []);

	await page.getByRole('link', { name: 'Eine Woche weiter' }).click();
	await page.locator('#today').waitFor();
	assert.equal(await query(page), '');
	await page.evaluate(() =>
		/** @type {HTMLElement} */ (document.activeElement).blur());
	await page.keyboard.press('<');
	await page.locator('#past').waitFor();
	assert.equal(await page.evaluate(() => document.activeElement?.id), 'past',
		'the next Tab goes on there');
	await page.goBack();
	await page.keyboard.press('>');
	await page.locator('#past-title', { hasText: '7. bis 13. Dezember' }).waitFor();
	await page.locator('#past .free').first().waitFor();
	await page.keyboard.press('t');
	await page.locator('#today').waitFor();
	assert.deepEqual(complaints, []);
});

test('a_week_stays_while_the_page_is_live_and_shows_what_others_do', async () => {
	const ref = await stack.make({ title: 'Schon fertig' });
	const { page, complaints } = await openAt('?from=23.11.2026', { clock: true });
	await doneThere(page, bread);
	const node = await page.locator(`[data-task="${bread}"]`).elementHandle();
	await pass(page, 9_500);
	await complete(ref, '24.11.2026', 'nachmittags');
	await pass(page, 9_500);
	await doneThere(page, ref, bread);
	assert.equal(await query(page), '?from=23.11.2026');
	assert.ok(await node.evaluate((/** @type {Node} */ one) => one.isConnected));
	await stack.send('PATCH', `/api/tasks/${ref}`, { status: 'abgebrochen' });
	assert.deepEqual(complaints, []);
});

test('a_done_task_is_reopened_in_its_week_and_undo_restores_bytes', async () => {
	const { page, complaints } = await openAt('?from=23.11.2026', { clock: true });
	await doneThere(page, bread);
	const { etag } = await stack.task(bread);
	const card = page.locator(`#past [data-task="${bread}"]`);
	const reopen = async () => {
		await card.getByRole('button', { name: /wieder öffnen/i }).click();
		await card.and(page.locator('[data-state="open"]')).waitFor();
		await until(async () => (await stack.task(bread)).status === 'offen', 5000,
			'open again');
	};
	await reopen();
	await pass(page, 9_000);
	assert.equal(await card.getAttribute('data-slot'), '26.11.2026 morgens',
		'it holds still');
	await page.keyboard.press('z');
	await until(async () => (await stack.task(bread)).etag === etag, 5000, 'undone');
	await card.and(page.locator('[data-state="done"]')).waitFor();

	await reopen();
	await pass(page, 10_500);
	await card.waitFor({ state: 'detached' });
	await page.keyboard.press('t');
	await page.locator(`#board [data-task="${bread}"]`).first().waitFor();
	await page.keyboard.press('z');
	await until(async () => (await stack.task(bread)).etag === etag, 5000, 'undone');
	assert.deepEqual(complaints, []);
});

test('a_reopening_that_is_refused_is_rolled_back_in_its_week', async () => {
	const { page } = await openAt('?from=23.11.2026');
	await doneThere(page, bread);
	await page.route(`**/api/tasks/${roof}`, (/** @type {any} */ route) =>
		route.fulfill({ status: 503, json: { error: 'Nicht jetzt.' } }));
	const card = page.locator(`#past [data-task="${roof}"]`);
	await card.getByRole('button', { name: /wieder öffnen/i }).click();
	await page.locator('[data-toast][data-kind="bad"]',
		{ hasText: /nicht wieder geöffnet.*Nicht jetzt/ }).waitFor();
	assert.equal(await card.getAttribute('data-state'), 'done');
	assert.equal((await stack.task(roof)).status, 'abgeschlossen');
});

test('a_date_that_is_none_is_told_and_leads_back', async () => {
	const { page } = await openAt('?from=quatsch');
	await page.locator('#past-note', { hasText: /Datum der Form/ }).waitFor();
	await page.locator('#past').getByRole('link', { name: 'Zu heute' }).click();
	await page.locator('#today').waitFor();
	assert.equal(await query(page), '');
});

test('a_day_is_copied_as_markdown', async () => {
	const { page, complaints } = await openAt('?from=23.11.2026', {
		context: { permissions: ['clipboard-read', 'clipboard-write'] },
	});
	await doneThere(page, bread);
	const copied = () => page.evaluate(() => navigator.clipboard.readText());
	await page.getByRole('button', { name: /Tag kopieren: Donnerstag/ }).click();
	await page.locator('[data-toast]', { hasText: /Donnerstag.*kopiert/ }).waitFor();
	assert.equal(await copied(), '## Donnerstag, 26. November 2026\n\n' +
		`- [x] morgens: Brot \\*backen\\* (${bread.slice(0, 4)}) #heim #Ofen\n`);

	await page.keyboard.press('t');
	await page.keyboard.press('c');
	await page.locator('[data-toast]', { hasText: /Montag.*kopiert/ }).waitFor();
	assert.match(await copied(),
		/^## Montag, 30\. November 2026\n\n- \[ \] morgens: .* \(0000\)/);
	assert.deepEqual(complaints, []);
});

for (const [width, path] of /** @type {[number, string][]} */ ([
	[320, '?q=heim'], [390, '?from=23.11.2026'], [1280, '?from=30.11.2026'],
]))
	test(`nothing_sticks_out_of_${path.slice(1, 5)}_at_${width}_pixels`, async () => {
		const { page, complaints } = await openAt(path, { context: {
			viewport: { width, height: 700 }, hasTouch: width < 400,
			colorScheme: 'dark',
		} });
		await page.locator(':is(#search, #past) .task').first().waitFor();
		assert.deepEqual(await page.evaluate(sticksOut), []);
		assert.deepEqual(await page.evaluate(lowContrast), []);
		assert.deepEqual(complaints, []);
	});

/* Paper. */

/** Pages of a PDF, and their sizes in points. @param {Buffer} pdf */
const pagesOf = (pdf) => [...pdf.toString('latin1').matchAll(
	/\/Type \/Page\b[^]*?\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)]
	.map(([, width, height]) => [Math.round(+width), Math.round(+height)]);

test('the_sample_and_300_tasks_are_printed_on_one_page_each', async () => {
	const { page, complaints } = await openAt('', {
		context: { viewport: { width: 390, height: 800 }, colorScheme: 'dark' },
	});
	const print = async () => {
		await page.locator('.task').first().waitFor();
		return pagesOf(await page.pdf({ preferCSSPageSize: true }));
	};
	assert.deepEqual(await print(), [[842, 595]]);
	const open = (await stack.get('/api/tasks?status=offen')).json.tasks.length;
	for (let i = open; i < 300; i++)
		stack.place(`${2000 + i}.md`, '---\ntyp: task\nstatus: offen\n' +
			`kategorie: ${i % 3 ? 'arbeit' : 'privat'}\n${i % 50 ? '' :
				'fixedSlot: {datum: 27.11.2026, zeit: abends}\n'}---\n\n` +
			`# Angebot ${i} für den Umbau der Kanzlei prüfen und nachfassen\n`);
	await stack.get('/codex?nocache=true');
	await page.reload();
	assert.deepEqual(await print(), [[842, 595]]);
	assert.deepEqual(complaints, []);
});

test('paper_has_every_waiting_task_with_a_box_or_says_how_many_are_left_out', async () => {
	const { page, complaints } = await openAt('', {
		context: { viewport: { width: 1060, height: 730 }, colorScheme: 'dark' },
	});
	await page.locator('.task').first().waitFor();
	await page.emulateMedia({ media: 'print' });
	await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
	const waiting = (await stack.get('/codex')).json.unplaced.length;
	assert.ok(waiting > 250);
	assert.equal(await page.locator(
		':is([data-list="unplaced"], [data-list="overdue"]) .done:visible').count(),
	waiting);
	assert.equal(await page.locator('button:visible:not(.task-open, .done), ' +
		'input:visible, summary:visible, [data-toast]').count(), 0);
	assert.deepEqual((await page.evaluate(sticksOut)).filter((/** @type {string} */
		one) => !one.startsWith('BDI')), [], 'but for titles that are cut');
	assert.deepEqual(await page.evaluate(lowContrast), []);
	assert.ok(await page.evaluate(() => [...document.querySelectorAll('.task')]
		.every((one) => parseFloat(getComputedStyle(one).fontSize) >= 6.4 * 96 / 72)),
	'letters of 6.4 points at least');
	await page.evaluate(() => dispatchEvent(new Event('afterprint')));
	assert.equal(await page.locator('[data-list="unplaced"] .task').count(), 60);

	for (let i = 0; i < 200; i++)
		stack.place(`${3000 + i}.md`, taskFile({}, `# Auch ${i} wartet noch lange\n`));
	const rows = (await stack.get('/codex?nocache=true')).json.unplaced.filter(
		(/** @type {any} */ one) => one.reason !== 'ueberfaellig').length;
	await page.emulateMedia({ media: null });
	await page.reload();
	await page.locator('.task').first().waitFor();
	assert.equal(pagesOf(await page.pdf({ preferCSSPageSize: true })).length, 1);
	await page.emulateMedia({ media: 'print' });
	await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
	await page.locator('.left-out:visible', {
		hasText: `und ${rows - 300} weitere` }).waitFor();
	assert.deepEqual(complaints, []);
});
