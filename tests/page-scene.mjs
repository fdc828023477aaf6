// @ts-check
/**
 * page-scene: what the tests of the page with made-up answers have in common: a
 * browser for the file, a server for each test, both of which end by themselves.
 *
 *	const fixture = await fixtureWith(weekOf());
 *	const { page, complaints } = await open(fixture.url);
 *	await state(page, 'aktuell');
 */
import { after, afterEach, before } from 'node:test';
import { startBrowser } from './browser.mjs';
import { startFixture, stopSystem } from './page-fixture.mjs';
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
	await stopSystem();
});

afterEach(async () => {
	await browser.clear();
	for (const close of closers.reverse())
		await close();
	closers = [];
});

/** @param {any} [week] @param {any} [sync] */
export async function fixtureWith(week, sync) {
	const fixture = await startFixture({ week, sync });
	closers.push(fixture.stop);
	return fixture;
}

/** @type {typeof browser.open} */
export const open = (url, options) => browser.open(url, options);

/** @param {any} page @param {string} word */
export const state = (page, word) =>
	page.locator('#state', { hasText: word }).waitFor();

/** What the pill has under it. @param {any} page */
export async function openStatus(page) {
	if (!await page.locator('#status').evaluate(
		(/** @type {HTMLDetailsElement} */ menu) => menu.open))
		await page.click('#status summary');
}

/** @param {any} fixture @param {string} path */
export const asked = (fixture, path) =>
	fixture.requests.filter((/** @type {any} */ one) => one.path === path);

/** Where a task is completed. @param {any} task */
export const completionOf = ({ file }) =>
	`/api/tasks/${encodeURIComponent(file.slice(0, -3))}/complete`;

/** Waits until just so many requests came. @param {any} fixture
 * @param {string} path @param {number} n */
export const untilAsked = (fixture, path, n) =>
	until(() => asked(fixture, path).length === n, 5000, `${n} of ${path}`);

/** A promise and what keeps it.
 * @returns {{ until: Promise<void>, letGo: () => void }} */
export function hold() {
	let letGo = () => {};
	const until = /** @type {Promise<void>} */ (new Promise((done) => {
		letGo = done;
	}));
	return { until, letGo };
}

export const busy = {
	status: 503, headers: { 'Retry-After': '2' },
	body: {
		ok: false, error: 'Der Speicher antwortet gerade nicht.',
		code: 'speicher_gestoert',
	},
};

/** Where each task and free slot is on the page. @param {any} page */
export const boxes = (page) => page.evaluate(() =>
	[...document.querySelectorAll('[data-task], [data-slot]')].map((node) => {
		const { x, y, width, height } = node.getBoundingClientRect();
		return [node.textContent, x, y, width, height].join(' ');
	}));
