// @ts-check
// group: git
/**
 * 39-page-git: what the page shows of Git, in a real Chromium, against the
 * whole system and the fake GitHub: the button and its result, each task's
 * state, conflicts with both versions, the question about removals.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import test, { after, afterEach, before } from 'node:test';
import { cardOf, startBrowser } from './browser.mjs';
import { gitSettings } from './git-stack.mjs';
import { task } from './git-world.mjs';
import { startFake } from './github/fake.mjs';
import { startStack, vaultPath } from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;
/** @type {Awaited<ReturnType<typeof startBrowser>>} */
let browser;

const bread = '0001-Brot.md';
/** So many that not all may go unasked. */
const many = Array.from({ length: 14 }, (_, i) => `${1000 + i}-Viel.md`);

/** @param {string} name @param {Record<string, string>} more */
const settings = (name, more = {}) => gitSettings(fake, {
	GITHUB_REPO: name, SYNC_LAG_MS: '300', ...more,
});

before(async () => {
	browser = await startBrowser();
	fake = await startFake({ rateLimit: 1e6 });
	repo = await fake.createRepository({ name: 'vault', files: {
		[vaultPath(bread)]: task('Brot'), [vaultPath('0002-Milch.md')]: task('Milch'),
	} });
	stack = await startStack({ env: settings('vault') });
});
afterEach(async () => {
	await browser.clear();
	fake.behave();
});
after(async () => {
	await browser.stop();
	await stack.stop();
	await fake.stop();
});

/** @param {Record<string, string | null>} files null removes */
const push = (files) => repo.commit({ files: Object.fromEntries(
	Object.entries(files).map(([file, bytes]) => [vaultPath(file), bytes])) });

/** @param {string} file */
const inGit = async (file) => (await repo.readFile(vaultPath(file)))?.toString();

/** @param {string} id @param {any} fields */
async function edit(id, fields) {
	const { status, text: body } =
		await stack.send('PATCH', `/api/tasks/${id}`, fields);
	assert.equal(status, 200, body);
}

/** @param {any} page @param {string} sentence */
const standing = (page, sentence) =>
	page.locator('#git-state', { hasText: sentence }).waitFor();

/** Presses the button, and again as long as it is not settled; what it said.
 * @param {any} page @param {RegExp} [wanted] */
async function press(page, wanted = /geholt|nichts zu tun|fertig/) {
	await page.locator('#git-state').waitFor();
	await page.keyboard.press('s');
	const note = page.locator('#git-note', { hasText: wanted });
	await note.waitFor();
	return note.textContent();
}

test('the first look fetches the tasks and says when all is in Git', async () => {
	const { page, complaints } = await browser.open(stack);
	await cardOf(page, 'Brot').waitFor();
	await standing(page, 'Alles ist in Git.');

	assert.equal(await page.locator('.task').count(), 2);
	assert.equal(await page.locator('.mark-sync').count(), 0);
	assert.deepEqual(complaints, []);
});

test('the button says what its sync did', async () => {
	const { page, complaints } = await browser.open(stack);
	await standing(page, 'Alles ist in Git.');
	assert.match(await press(page), /^Abgeglichen: nichts zu tun\.$/);

	await page.click('#compose');
	await page.fill('#editor [name=title]', 'Käse');
	await page.check('[value=privat]');
	await page.click('#editor-submit');
	await standing(page, 'Eine Aufgabe ist noch nicht in Git.');
	const cheese = cardOf(page, 'Käse');
	assert.match(await cheese.textContent(), /noch nicht in Git/);
	assert.equal(await page.locator('.mark-sync').count(), 1);

	await push({ '0009-Honig.md': task('Honig') });
	assert.equal(await press(page), '1 geholt, 1 gesendet, 0 entfernt.');
	await cardOf(page, 'Honig').waitFor();
	await standing(page, 'Alles ist in Git.');
	await page.locator('.mark-sync').waitFor({ state: 'detached' });
	assert.match(await cheese.textContent(), /Käse/);

	await push({ '0009-Honig.md': null });
	assert.equal(await press(page), '0 geholt, 0 gesendet, 1 entfernt.');
	await cardOf(page, 'Honig').waitFor({ state: 'detached' });
	assert.deepEqual(complaints, []);
});

test('a run that goes on without the button is seen by the page', async () => {
	const { page, complaints } = await browser.open(stack);
	await standing(page, 'Alles ist in Git.');
	await edit('0002', { tags: ['a'] });
	await page.click('#status summary');
	await page.click('#reload');
	await cardOf(page, 'Milch').locator('.mark-sync').waitFor();

	assert.equal((await stack.send('POST', '/sync', {})).status, 200);
	await page.locator('.mark-sync').waitFor({ state: 'detached' });
	await standing(page, 'Alles ist in Git.');
	assert.deepEqual(complaints, []);
});

/** Clicks a task as done, and returns what the page says of it.
 * @param {any} page @param {string} label */
async function finish(page, label) {
	await page.click(`.task[aria-label^="${label},"] [data-key^="done"]`);
	const message = page.locator('#message[data-kind="bad"]',
		{ hasText: `${label.slice(5)} nicht` });
	await message.waitFor();
	return message.textContent();
}

/** @param {any} repository @param {Record<string, string | null>} files */
const pushTo = (repository, files) => repository.commit({
	files: Object.fromEntries(Object.entries(files)
		.map(([file, bytes]) => [vaultPath(file), bytes])),
});

test('a click on a task that was renumbered meanwhile completes no other',
	async () => {
		const [a, c] = [task('A'), task('C')];
		const own = await fake.createRepository({ name: 'numbers', files: {
			[vaultPath('0001-A.md')]: a, [vaultPath('0003-C.md')]: c,
			[vaultPath('0006.md')]: task('Sechs'),
			[vaultPath('0007.md')]: task('Sieben'),
		} });
		const other = await startStack({ env: settings('numbers') });
		try {
			const { page, complaints } = await browser.open(other, {
				spoiled: ['/api/tasks/0001-A', '/api/tasks/0001-A/complete',
					'/api/tasks/0006/complete'],
			});
			await cardOf(page, 'Sieben').waitFor();
			await standing(page, 'Alles ist in Git.');
			await pushTo(own, {
				'0001-A.md': null, '0003-C.md': null,
				'0003-A.md': a, '0001-C.md': c,
				'0006.md': task('Sieben'), '0007.md': task('Sechs'),
			});
			assert.equal((await other.send('POST', '/sync', {})).status, 200);
			assert.match(await finish(page, '0001 A'), /nicht abgeschlossen/);
			await page.locator('[aria-label^="0003 A,"]').waitFor();
			const week = await other.get('/codex');
			assert.ok(['A', 'C', 'Sechs', 'Sieben'].every((title) =>
				week.text.includes(`"title":"${title}"`)), week.text);

			await pushTo(own, {
				'0006.md': task('Sechs'), '0007.md': task('Sieben'),
			});
			assert.equal((await other.send('POST', '/sync', {})).status, 200);
			assert.match(await finish(page, '0006 Sieben'),
				/nicht abgeschlossen\. Die Aufgabe wurde inzwischen geändert/);
			await page.locator('[aria-label^="0006 Sechs,"]').waitFor();
			const open = await other.get('/api/tasks?status=offen');
			assert.equal(open.json.tasks.length, 4);
			// As it is shown now, it can be completed.
			await page.click('[aria-label^="0006 Sechs,"] [data-key^="done"]');
			await page.locator('[data-task="0006"][data-state="done"]').waitFor();
			assert.deepEqual(complaints, []);
		} finally {
			await other.stop();
		}
	});

test('a refusal of GitHub is shown in its sentence', async () => {
	const { page, complaints } = await browser.open(stack, {
		spoiled: ['/sync'],
	});
	await standing(page, 'Alles ist in Git.');
	fake.misbehave({ path: '/', times: 1000, status: 401 });
	await page.locator('#git-state').waitFor();
	await page.keyboard.press('s');
	await page.locator('#git-note[data-kind="bad"]').waitFor();
	await page.locator('#git-state[data-state="failed"]').waitFor();

	assert.match(await page.locator('#git-note').textContent(), /GitHub/);
	fake.behave();
	await press(page);
	await standing(page, 'Alles ist in Git.');
	assert.deepEqual(complaints, []);
});

/** The German sentences of the server, as patterns of what they become. */
const germanSentences = [...readFileSync(new URL(
	'../common/words/words_de.c', import.meta.url), 'utf8')
	.matchAll(/SAY\(\w+\)\s*=\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g)]
	.map(([, text]) => text.replace(/"\s*"/g, '').trim().slice(1, -1))
	.filter((text) => /\p{L}+ \p{L}+ \p{L}+/u.test(text))
	.map((text) => new RegExp(text.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
		.replace(/\{[1-9]\}|\{\\\*\}/g, '.+')));

/** Files with a fault each, and by which word of the page it is told.
 * @type {[string, string | Buffer, RegExp][]} */
const FAULTY = [
	['0300-Latin.md', Buffer.from(task('Gr\xfcn'), 'latin1'), /script of the file/],
	['0301-Kein.md', '# Kein\n', /fields at the start of the file are missing/],
	['0302-Yaml.md', task('Y', { tags: '[a' }), /bracket/],
	['0303-Zwei.md', task('Z', { status: 'offen\nstatus: offen' }), /stands there twice/],
	['0304-Typ.md', task('T', { typ: 'note' }), /not call itself a task/],
	['0305-Art.md', task('A', { kategorie: 'x' }), /kind is not known/],
	['0306-Lage.md', task('L', { status: 'x' }), /status is not known/],
	['0307-A.md', task('A'), /Two tasks have this number/],
	['0307-B.md', task('B'), /Two tasks have this number/],
	['0308-Frist.md', task('Frist', { kategorie: 'privat', deadline: 'bald' }), /deadline is no/],
	['0309_Name.md', task('N'), /none of a task/],
];

test('an English page shows no German sentence of the server', async () => {
	assert.ok(germanSentences.length > 250);
	await push(Object.fromEntries(FAULTY));
	mkdirSync(stack.path('0310-Ordner.md'), { recursive: true });
	const { page } = await browser.open(stack, {
		spoiled: ['/sync'], context: { locale: 'en-GB' },
	});
	await press(page, /fetched|nothing to do|done/);
	for (const [file, , fault] of FAULTY)
		await page.locator(/Frist|[AB].md/.test(file) ? '#main' : '.problem', {
			hasText: fault }).first().waitFor();
	fake.misbehave({ path: '/', times: 1000, status: 401 });
	await page.keyboard.press('s');
	await page.locator('#git-note', { hasText: 'GitHub does not accept' }).waitFor();
	await page.locator('#status-text', { hasText: 'GitHub does not accept' }).waitFor();

	const text = await page.evaluate(() => document.body.innerText);
	assert.deepEqual(germanSentences.filter((one) => one.test(text)), []);
	fake.behave();
	rmSync(stack.path('0310-Ordner.md'), { recursive: true });
	await push(Object.fromEntries(FAULTY.map(([file]) => [file, null])));
	await press(page, /fetched|nothing to do|done/);
});

/** Both sides set another deadline. @param {any} page */
async function clash(page) {
	await standing(page, 'Alles ist in Git.');
	await edit('0001', { deadline: '24.12.2026' });
	const theirs = (await inGit(bread) ?? '').replace('status: offen\n',
		'status: offen\ndeadline: 31.12.2026\n');
	await push({ [bread]: theirs });
	assert.match(await press(page), /1 Konflikt\.$/);
	await page.locator('.conflict').waitFor();
	return theirs;
}

test('mine goes to Git after a conflict that shows both versions',
	async () => {
		const { page, complaints } = await browser.open(stack);
		await clash(page);

		await standing(page, 'Ein Konflikt ist zu entscheiden.');
		const box = page.locator('.conflict');
		assert.match(await box.textContent(),
			/0001 Brot.*Hier und in Git verschieden: Deadline\./);
		assert.deepEqual(await box.locator('.side mark').allTextContents(),
			['deadline: 24.12.2026\n', 'deadline: 31.12.2026\n']);
		assert.deepEqual(await box.locator('.side-name').allTextContents(),
			['Meine Fassung', 'Fassung aus Git']);
		// The pill's box, which the button of the sync opened, may cover the card.
		await page.keyboard.press('Escape');
		assert.equal(await page.locator('#status[open]').count(), 0);
		await cardOf(page, 'Brot').locator('text=Konflikt mit Git').click();
		assert.match(page.url(), /#conflicts$/);

		await page.click('text=Meine behalten');
		await page.locator('#message', { hasText: 'Deine Fassung gilt' }).waitFor();
		await box.waitFor({ state: 'detached' });
		await cardOf(page, 'Brot').locator('text=noch nicht in Git').waitFor();
		assert.match(await cardOf(page, 'Brot').textContent(), /24\.12\./);
		assert.equal(await press(page), '0 geholt, 1 gesendet, 0 entfernt.');
		assert.match(await inGit(bread) ?? '', /24\.12\.2026/);
		assert.deepEqual(complaints, []);
	});

test('the version of Git stays when the user takes theirs', async () => {
	await edit('0001', { deadline: null });
	const { page, complaints } = await browser.open(stack);
	await press(page);
	const theirs = await clash(page);

	await page.click('text=Die aus Git behalten');
	await page.locator('#message', { hasText: 'was in Git steht' }).waitFor();
	await page.locator('.conflict').waitFor({ state: 'detached' });
	await standing(page, 'Alles ist in Git.');
	await page.locator('.mark-sync').waitFor({ state: 'detached' });
	assert.match(await cardOf(page, 'Brot').textContent(), /31\.12\./);
	assert.equal(await inGit(bread), theirs);
	assert.deepEqual(complaints, []);
});

test('a conflict about a file that Git removed says so', async () => {
	await edit('0001', { deadline: null });
	const { page, complaints } = await browser.open(stack);
	await press(page);
	await clash(page);
	await push({ [bread]: null });
	await press(page);
	const box = page.locator('.conflict', { hasText: 'in Git gelöscht' });
	await box.waitFor();
	assert.match(await box.textContent(), /0001 Brot.*nicht mehr/s);

	await page.click('text=Meine behalten');
	await box.waitFor({ state: 'detached' });
	assert.equal(await press(page), '0 geholt, 1 gesendet, 0 entfernt.');
	assert.match(await inGit(bread) ?? '', /24\.12\.2026/);
	assert.deepEqual(complaints, []);
});

test('many removals are done after a confirmation', async () => {
	await push(Object.fromEntries(many.map((file) => [file, task('Viel')])));
	const { page, complaints } = await browser.open(stack);
	assert.equal(await press(page), '14 geholt, 0 gesendet, 0 entfernt.');
	await push(Object.fromEntries(many.map((file) => [file, null])));
	await press(page);

	await page.locator('#question').waitFor();
	await standing(page, 'Viele Aufgaben fehlen in Git.');
	const before = await cardOf(page, 'Viel').count();
	assert.ok(before > 0, 'they stay');
	await page.click('#confirm');
	await page.locator('#git-note', { hasText: '14 entfernt' }).waitFor();
	await page.locator('#question').waitFor({ state: 'hidden' });
	await cardOf(page, 'Viel').first().waitFor({ state: 'detached' });
	assert.deepEqual(complaints, []);
});

test('a page without the button shows the state with a link to the pull request',
	async () => {
		await fake.createRepository({ name: 'pulls', files: {
			[vaultPath(bread)]: task('Brot'),
		} });
		const other = await startStack({ env: settings('pulls', {
			SYNC_BUTTON: 'false', VIA_PR: 'true',
		}) });
		try {
			const { page, complaints } = await browser.open(other);
			await standing(page, 'Alles ist in Git.');
			assert.equal(await page.locator('#sync').isVisible(), false);

			await other.send('PATCH', '/api/tasks/0001', { tags: ['a'] });
			await other.send('POST', '/sync', {});
			await page.click('#status summary');
			await page.click('#reload');
			await standing(page, 'Eine Aufgabe wartet im Pull Request.');
			const link = cardOf(page, 'Brot').locator('.mark-sync a');
			await link.waitFor();
			assert.equal(await link.textContent(), 'Pull Request 1');
			assert.match(await link.getAttribute('href'), /^http.*\/pull\/1$/);
			assert.equal(await link.getAttribute('target'), '_blank');
			assert.match(await link.getAttribute('rel'), /noopener/);
			assert.deepEqual(complaints, []);
		} finally {
			await other.stop();
		}
	});

/**
 * A page that calls as that of the first system did: it builds HTML of what it
 * gets, knows a task by the last part of `file`, sends no If-Match, and its
 * sync has a type and no body.
 */
const FIRST_PAGE = `<!doctype html><html lang="de"><meta charset="utf-8">
<title>Woche</title><p id="next"></p><p id="told"></p><div id="week"></div>
<script>
const byId = (id) => document.getElementById(id);
const json = { 'Content-Type': 'application/json' };
const weekday = ['So', 'Mo', 'Di', 'Mi', 'Do', 'Fr', 'Sa'];
async function answer(response) {
	if (!response.ok)
		throw new Error('HTTP ' + response.status);
	return response.json();
}
function slotText(slot) {
	if (!slot.task)
		return slot.zeit + ': leer';
	const name = slot.task.file.split('/').pop();
	const [, number, title] = /^(\\d{4})-(.*)\\.md$/.exec(name);
	return slot.zeit + ': [' + Number(number) + '] ' +
		title.replace(/-/g, ' ') + ' ' + slot.task.kategorie +
		(slot.task.isFixed ? ' FIX' : '') +
		' <button onclick="complete(this.dataset)" data-stem="' +
		name.replace('.md', '') + '" data-datum="' + slot.datum +
		'" data-zeit="' + slot.zeit + '">erledigt</button>';
}
async function load(address) {
	const week = await answer(await fetch(address));
	if (!Array.isArray(week.timeline) || isNaN(new Date(week.cacheCreatedAt)))
		throw new Error('keine Woche');
	byId('next').textContent = 'Nächste: ' + week.nextAvailableId;
	byId('week').innerHTML = week.timeline.map((day) =>
		'<h2>' + weekday[day.dayOfWeek] + ' ' + day.datum + '</h2>' +
		day.slots.map((slot) => '<p>' +
			slotText({ ...slot, datum: day.datum }) + '</p>').join('')).join('');
}
async function tell(work) {
	byId('told').textContent = '';
	try {
		byId('told').textContent = await work();
	} catch (error) {
		byId('told').textContent = 'Fehler: ' + error.message;
	}
}
const complete = ({ stem, datum, zeit }) => tell(async () => {
	await answer(await fetch('/api/tasks/' + stem + '/complete', {
		method: 'POST', headers: json, body: JSON.stringify({ datum, zeit }) }));
	await load('/codex');
	return 'abgeschlossen';
});
const create = (payload) => tell(async () => {
	const made = await (await fetch('/api/tasks', { method: 'POST',
		headers: { ...json, 'Idempotency-Key': Date.now().toString() },
		body: JSON.stringify(payload) })).json();
	if (!made.ok)
		throw new Error(made.error);
	await load('/codex');
	return 'Task ' + made.id + ' erstellt';
});
const fullSync = () => tell(async () => {
	const done = await answer(await fetch('/sync?mode=full',
		{ method: 'POST', headers: json }));
	await load('/codex?nocache=true');
	return done.changed + ' synchronisiert';
});
tell(async () => { await load('/codex'); return 'geladen'; });
</script></html>`;

test('the page of the first system shows, creates, completes and syncs',
	async () => {
		const own = await fake.createRepository({ name: 'first', files: {
			[vaultPath('0001-Großer-Einkauf.md', 'userA')]: task('Einkauf'),
		} });
		const other = await startStack({ env: settings('first') });
		try {
			const { page, complaints } = await browser.open(
				other, {
					path: '/auth/me', spoiled: ['/api/tasks', '/favicon.ico'],
				});
			await page.route(`${other.url}/alt.html`, (/** @type {any} */ route) =>
				route.fulfill({ contentType: 'text/html', body: FIRST_PAGE }));
			await page.goto(`${other.url}/alt.html`);
			const told = (/** @type {string | RegExp} */ text) =>
				page.locator('#told', { hasText: text }).waitFor();
			await told('geladen');

			await page.evaluate('fullSync()');
			await told(/^[01] synchronisiert$/);
			const shopping = page.locator('p', { hasText: '[1] Großer Einkauf' });
			await shopping.waitFor();
			assert.equal(await page.locator('#next').textContent(),
				'Nächste: 0002');

			await page.evaluate(`create({ kategorie: 'arbeit', tags: [],
				body: 'Meeting mit Marina vorbereiten' })`);
			await told('Task 0002 erstellt');
			await page.evaluate(`create({ kategorie: 'privat', tags: ['haus'],
				body: 'Elternabend', fixedSlot: { datum: '${await page
				.locator('h2').nth(1).textContent()
				.then((/** @type {string} */ text) => text.slice(3))}',
				zeit: 'abends' } })`);
			await told('Task 0003 erstellt');
			await page.locator('p', { hasText: '[3] Elternabend privat FIX' })
				.waitFor();
			await page.locator('p', {
				hasText: '[2] Meeting mit Marina vorbereiten arbeit' }).waitFor();
			await page.evaluate(`create({ kategorie: 'geschäftlich', tags: [],
				body: 'x' })`);
			await told('Fehler: ');

			await shopping.locator('button').click();
			await told('abgeschlossen');
			await shopping.waitFor({ state: 'detached' });
			const done = (await other.get('/api/tasks/0001')).json.task;
			assert.equal(done.status, 'abgeschlossen');

			await page.evaluate('fullSync()');
			await told('0 synchronisiert');
			assert.match(String(await own.readFile(
				vaultPath('0001-Großer-Einkauf.md', 'userA'))), /abgeschlossen_am/);
			assert.deepEqual(complaints, []);
		} finally {
			await other.stop();
		}
	});
