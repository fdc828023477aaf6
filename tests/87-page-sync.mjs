// group: ui
// @ts-check
/**
 * 87-page-sync: what the page says of Git whatever the server says of it
 * (page-fixture.mjs), in a real Chromium; and how its parts fit the window.
 *
 *	node --test tests/87-page-sync.mjs
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cardOf, lowContrast, pass, sticksOut } from './browser.mjs';
import { gitOf, task, weekOf } from './page-weeks.mjs';
import {
	asked, fixtureWith, open, openStatus, state, untilAsked,
} from './page-scene.mjs';

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

test('git_is_asked_on_after_news_that_leave_the_week_as_it_is', async () => {
	const sync = gitOf({
		state: 'running', lastSyncAt: null, head: null, code: 'laeuft',
	});
	const fixture = await fixtureWith(weekOf(), sync);
	const { page, complaints } = await open(fixture.url, { clock: true });
	await page.locator('text=Deine Aufgaben werden geholt').waitFor();
	Object.assign(sync, { pending: 1, progress: { done: 16, of: 5000 } });
	await pass(page, 3000);
	await page.locator('text=16 von 5000 sind schon da').waitFor();
	Object.assign(sync, { progress: { done: 1400, of: 5000 } });
	await pass(page, 6000);
	await page.locator('text=1400 von 5000 sind schon da').waitFor();
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
	for (const done of [1250, 2500]) {
		Object.assign(sync, { progress: { done, of: 5000 } });
		await page.locator(`text=geholt … ${done} von 5000 sind schon da`).waitFor();
	}

	Object.assign(sync, {
		progress: null, state: 'failed', pending: 1, code: 'fehlgeschlagen', reason: 'Token falsch.',
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
		'2 abends': task('0006', 'F', 'arbeit', { sync: 'pending' }),
	});
	const { page, complaints } = await open((await fixtureWith(week)).url);
	await page.locator('.mark-sync').nth(5).waitFor();

	assert.deepEqual(await page.locator('.mark-sync').allTextContents(), [
		'Pull Request 7', 'Pull Request 7', 'Pull Request 7', 'noch nicht in Git',
		'Pull Request 7', 'Pull Request 7, nicht übernommen',
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

test('nothing_sticks_out_at_any_width', async () => {
	const fixture = await fixtureWith(undefined, quarrel());
	fixture.spoil('/auth/me', {
		status: 200, body: { userId: 'usera', auth: 'github' },
	});
	const { page, complaints } = await open(fixture.url);
	await page.locator('.conflict').first().waitFor();
	for (const menu of ['#account', '#status']) {
		await page.click(`${menu} summary`);
		for (const width of [320, 360, 768, 1024, 1280, 1920]) {
			await page.setViewportSize({ width, height: 700 });
			assert.deepEqual(await page.evaluate(sticksOut), [], `${menu} ${width}`);
		}
	}
	await page.setViewportSize({ width: 390, height: 844 });
	const { height } = await page.locator('.top').boundingBox();
	assert.ok(height < 64, `the head is one line on phones: ${height}`);
	assert.deepEqual(complaints, []);
});

test('text_has_contrast_in_light_and_dark', async () => {
	const { page, complaints } = await open((await fixtureWith()).url);
	await state(page, 'aktuell');
	const found = async () => {
		const both = [];
		for (const colorScheme of ['light', 'dark']) {
			await page.emulateMedia({ colorScheme });
			both.push(...await page.evaluate(lowContrast));
		}
		return both;
	};
	assert.deepEqual(await found(), []);
	await page.click('#compose');
	await page.click('#editor-submit');
	assert.deepEqual(await found(), []);
	assert.deepEqual(complaints, []);
});
