// @ts-check
/**
 * page-states: every state that the page can be in, with a server whose answers
 * are made for it (page-fixture.mjs).
 *
 *	for (const state of STATES)
 *		await enter(page, fixture, state);
 *
 * `node tests/page-states.mjs FOLDER [STATE...]` takes a picture of each, in
 * both themes and at four widths, as FOLDER/<state>-<theme>-<width>.png.
 */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.mjs';
import { startFixture, stopSystem } from './page-fixture.mjs';
import { gitOf, noGit, weekOf } from './page-weeks.mjs';

const THEMES = /** @type {const} */ (['light', 'dark']);
const WIDTHS = [1280, 768, 390, 320];

/**
 * @typedef {Awaited<ReturnType<typeof startFixture>>} Fixture
 *
 * @typedef {object} State
 * @property {string} name
 * @property {any} [week]
 * @property {any} [sync]
 * @property {Record<string, any>} [faults] by path
 * @property {(page: any, fixture: Fixture) => Promise<any>} [act] once the page
 *	is there
 * @property {string} seen what is there then
 */

const never = { until: new Promise(() => {}) };

/** @param {number} status @param {string} error @param {any} [more] */
const refusal = (status, error, more) =>
	({ status, body: { ok: false, error }, ...more });

/** @param {any} page */
const openPill = (page) => page.click('#status summary');

/** @param {string} selector @returns {(page: any) => Promise<void>} */
const click = (selector) => (page) => page.click(selector);

const conflict = {
	id: '0019', file: '0019-Fahrrad-zur-Inspektion.md', copy: 'a',
	fields: 'status, body', mine: 'status: offen\n\nHinten klappert es.\n',
	theirs: 'status: abgeschlossen\n\nHinten klappert es nicht mehr.\n',
	etag: 'e'.repeat(64),
};

const first = { lastSyncAt: null, head: null, button: true };

/** @type {State[]} */
export const STATES = [
	{ name: 'loading', faults: { '/codex': never }, seen: '#skeleton' },
	{ name: 'day', seen: '.now' },
	{ name: 'empty', week: weekOf(), seen: '.empty' },
	{
		name: 'day-over', seen: '.over',
		week: { ...weekOf(), timeline: weekOf().timeline.slice(1) },
	},
	{
		name: 'first-sync', seen: '.first-load', act: openPill,
		sync: gitOf({
			...first, state: 'running', code: 'laeuft', pending: 17,
			progress: { done: 1250, of: 5000 },
		}),
	},
	{
		name: 'not-set-up', sync: noGit(), act: openPill, seen: '#status-text',
	},
	{
		name: 'waiting', act: openPill, seen: '#status-facts',
		sync: gitOf({
			state: 'pending', code: 'noch_nicht_in_git', pending: 3,
		}),
	},
	{
		name: 'failed', act: openPill, seen: '#status-text:not(:empty)',
		sync: gitOf({
			state: 'failed', code: 'fehlgeschlagen', pending: 1,
			reason: 'GitHub nimmt das Token nicht an.',
			reasonEnglish: 'GitHub does not accept the token.',
		}),
	},
	{
		name: 'conflict', seen: '.conflict',
		sync: gitOf({
			code: 'konflikte', conflicts: 1, conflictList: [conflict],
		}),
	},
	{
		name: 'removals', seen: '#question',
		sync: gitOf({
			code: 'entfernen_bestaetigen',
			reason: 'Viele Aufgaben fehlen in Git. Sie bleiben hier, bis das ' +
				'Entfernen bestätigt ist.',
		}),
	},
	{
		name: 'offline', seen: '#trouble',
		act: async (page, fixture) => {
			fixture.spoil('/codex', { cut: true });
			await page.evaluate(() =>
				document.dispatchEvent(new Event('visibilitychange')));
		},
	},
	{
		name: 'error', seen: '#trouble',
		faults: {
			'/codex': refusal(503, 'Der Speicher antwortet gerade nicht.', {
				headers: { 'Retry-After': '60', 'X-Request-Id': '0123456789abcdef' },
			}),
		},
	},
	{
		name: 'logged-out', seen: '#door',
		faults: { '/codex': refusal(401, 'Bitte melde dich zuerst an.') },
	},
	{
		name: 'forbidden', seen: '#door',
		faults: { '/codex': refusal(403, 'Du stehst nicht auf der Liste.') },
	},
	{
		name: 'done', act: click('.now .button-main'), seen: '[data-undo]',
	},
	{
		name: 'refused', seen: '[data-retry]',
		act: async (page, fixture) => {
			fixture.spoil('/api/tasks/0000-Onboarding-neuer-Kollege/complete',
				refusal(503, 'Der Speicher antwortet gerade nicht.'));
			await page.click('.now .button-main');
		},
	},
	{
		name: 'created', seen: '#message-show:not([hidden])',
		act: async (page) => {
			await page.fill('#quick', 'Bücher zurück +privat');
			await page.press('#quick', 'Enter');
		},
	},
	{ name: 'quick', seen: '.chip', act: (page) =>
		page.fill('#quick', 'Steuer machen +privat #finanzen @fr abends !31.12.') },
	{ name: 'task', act: click('.now .task-open'), seen: '#panel .facts' },
	{ name: 'form', act: click('#week-body .free'), seen: '#editor' },
	{ name: 'move', act: click('.now [data-key="move"]'), seen: '#move' },
	/* On a phone no button leads there. */
	{ name: 'keys', act: (page) => page.keyboard.press('?'), seen: '#help' },
	{
		name: 'palette', seen: '#palette-list li',
		act: (page) => page.keyboard.press('Control+k'),
	},
	{
		name: 'tokens', seen: '#tokens',
		act: async (page) => {
			await page.click('#account summary');
			await page.click('#tokens-open');
		},
	},
];

/**
 * A page that remembers nothing of the state before.
 *
 * @param {Awaited<ReturnType<typeof startBrowser>>} browser
 * @param {any} [context]
 */
export async function openEmpty(browser, context) {
	const { page } = await browser.open('about:blank', { context });
	await page.addInitScript(() => {
		localStorage.clear();
		sessionStorage.clear();
	});
	return page;
}

/**
 * @param {any} page
 * @param {Fixture} fixture
 * @param {State} state
 */
export async function enter(page, fixture, { week, sync, faults = {}, act, seen }) {
	fixture.heal();
	fixture.become();
	fixture.week = structuredClone(week ?? null);
	fixture.sync = structuredClone(sync ?? gitOf());
	for (const [path, fault] of Object.entries(faults))
		fixture.spoil(path, fault);
	await page.goto(fixture.url);
	if (!faults['/codex'])
		await page.locator('#state', { hasText: 'aktuell' }).waitFor();
	if (!faults['/codex'] && sync?.state !== 'aus')
		await page.locator('#git-state').waitFor({ state: 'attached' });
	await act?.(page, fixture);
	await page.locator(seen).first().waitFor();
}

/** @param {string} folder @param {string[]} wanted */
async function takePictures(folder, wanted) {
	const browser = await startBrowser();
	const fixture = await startFixture({ sync: gitOf() });
	await mkdir(folder, { recursive: true });
	try {
		for (const state of STATES) {
			if (wanted.length > 0 && !wanted.includes(state.name))
				continue;
			for (const width of WIDTHS) {
				const page = await openEmpty(browser, {
					viewport: { width, height: 800 }, reducedMotion: 'reduce',
				});
				await enter(page, fixture, state);
				for (const colorScheme of THEMES) {
					await page.emulateMedia({ colorScheme });
					await page.screenshot({
						path: `${folder}/${state.name}-${colorScheme}-${width}.png`,
						fullPage: true,
					});
				}
				await browser.clear();
			}
		}
	} finally {
		await browser.stop();
		await fixture.stop();
		await stopSystem();
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url))
	await takePictures(process.argv[2] ?? 'pictures', process.argv.slice(3));
