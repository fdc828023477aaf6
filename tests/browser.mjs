// @ts-check
/**
 * browser: pages of ours in a real Chromium, for tests.
 *
 *	const browser = await startBrowser();
 *	const { page, complaints } = await browser.open(stack);
 *	…
 *	assert.deepEqual(complaints, []);
 *	await browser.clear();      // after each test
 *	await browser.stop();
 *
 * The browser is /usr/bin/chromium or CODEX_CHROMIUM, its driver comes from
 * CODEX_NODE_MODULES or from beside this file.
 */
import { createRequire } from 'node:module';
import { slow } from './stack.mjs';

const modules = process.env.CODEX_NODE_MODULES ??
	new URL('node_modules', import.meta.url).pathname;
const { chromium } = createRequire(`${modules}/`)('playwright-core');

const FLAGS = [
	'--headless', '--no-sandbox', '--disable-gpu', '--disable-quic',
	'--no-first-run', '--disable-background-networking',
	'--disable-component-update', '--disable-sync',
];

export const launchChromium = () => chromium.launch({
	executablePath: process.env.CODEX_CHROMIUM ?? '/usr/bin/chromium',
	args: FLAGS,
});

export async function startBrowser() {
	const browser = await launchChromium();
	/** @type {any[]} */
	let rooms = [];
	return {
		/**
		 * Opens the page and listens.  `complaints` is what the console said;
		 * lines about answers of `spoiled` paths are the browser's and do not
		 * count.
		 *
		 * @param {string|import('./stack.mjs').Stack} site
		 *	its address, or a system, whose person is logged in
		 * @param {{ spoiled?: string[], context?: any, clock?: boolean,
		 *	running?: boolean, path?: string, cookie?: any }} [options]
		 *	clock: the page's time stands still but for `pass`; running: it
		 *	runs, and can be put forward; cookie: of somebody else
		 */
		async open(site, { spoiled = [], context = {}, clock = false,
			running = false, path = '', cookie = undefined } = {}) {
			const room = await browser.newContext({
				locale: 'de-DE', viewport: { width: 1280, height: 800 }, ...context,
			});
			rooms.push(room);
			room.setDefaultTimeout(5_000 * slow);
			const own = cookie ?? (typeof site !== 'string' &&
				site.as === 'server' && cookieOf(site));
			if (own)
				await room.addCookies([own]);
			const page = await room.newPage();
			const complaints = listen(page, spoiled);
			await page.addInitScript(() =>
				addEventListener('securitypolicyviolation', (event) =>
					console.error(`policy: ${event.violatedDirective}`)));
			if (clock || running)
				await page.clock.install();
			if (clock) {
				await page.clock.pauseAt(Date.now() + 1000);
			}
			await page.goto((typeof site === 'string' ? site : site.url) + path);
			return { page, complaints };
		},
		async clear() {
			for (const room of rooms)
				await room.close();
			rooms = [];
		},
		stop: () => browser.close(),
	};
}

/**
 * A session as a browser keeps it.
 *
 * @param {import('./stack.mjs').Stack} stack
 * @param {string} [cookie] of somebody else
 */
export function cookieOf(stack, cookie = stack.cookie) {
	const [name, value] = cookie.split('=');
	return { name, value, domain: new URL(stack.url).hostname, path: '/',
		secure: true, httpOnly: true, sameSite: 'Lax' };
}

/**
 * @param {any} page
 * @param {string[]} spoiled
 */
function listen(page, spoiled) {
	/** @type {string[]} */
	const complaints = [];
	page.on('pageerror', (/** @type {Error} */ error) =>
		complaints.push(error.message));
	page.on('console', (/** @type {any} */ line) => {
		const from = line.location().url;
		const expected = line.text().startsWith('Failed to load resource') &&
			spoiled.some((path) => from.endsWith(path));
		if (['error', 'warning'].includes(line.type()) && !expected)
			complaints.push(`${line.text()} (${from})`);
	});
	return complaints;
}

/** The card of a task. @param {any} page @param {string} title */
export const cardOf = (page, title) =>
	page.locator('.task', { hasText: title });

/**
 * Return when the requests that the page has begun are answered: a later one
 * is.
 * @param {any} page
 */
export const answered = (page) =>
	page.evaluate(() => fetch('/').then((answer) => answer.text()));

/**
 * Let time pass for a page with a clock, in steps, so that a request which a
 * timer sets off is answered before the next timer.
 * @param {any} page @param {number} ms
 */
export async function pass(page, ms) {
	for (let left = ms; left > 0; left -= 250) {
		await page.clock.runFor(Math.min(left, 250));
		await answered(page);
	}
}

/** In the page, where axe is: what its rules find, and where. */
export const findFaults = async () => {
	const { violations } = await /** @type {any} */ (window).axe.run(document, {
		resultTypes: ['violations'],
	});
	return violations.flatMap((/** @type {any} */ { id, nodes }) =>
		nodes.map((/** @type {any} */ one) => `${id}: ${one.target} ${one.html}`));
};

/** In the page: elements whose box leaves the window sideways. */
export function sticksOut() {
	return [...document.querySelectorAll('body *')].filter((node) => {
		const box = node.getBoundingClientRect();
		return node.checkVisibility() && box.width > 1 && (box.left < -1 || box.right > innerWidth + 1) &&
			getComputedStyle(node).clipPath === 'none';
	}).map((node) => `${node.tagName} ${node.className}`);
}

/** In the page: short words that are broken, and hints that are cut off in their
 * fields; that of the quick line is an example, which may be. */
export function cutWords() {
	const pen = document.createElement('canvas').getContext('2d');
	const range = document.createRange();
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const cut = [];
	while (texts.nextNode()) {
		const { currentNode: text } = texts;
		range.selectNodeContents(text);
		if (/^[\p{L}]{1,12}$/u.test(text.nodeValue ?? '') &&
			text.parentElement?.checkVisibility() &&
			new Set([...range.getClientRects()].map(({ top }) => top)).size > 1)
			cut.push(`broken: ${text.nodeValue}`);
	}
	for (const field of document.querySelectorAll('input:not(#quick)')) {
		const { font, paddingLeft, paddingRight } = getComputedStyle(field);
		const { placeholder, clientWidth } = /** @type {HTMLInputElement} */ (field);
		if (!pen || !placeholder || !field.checkVisibility())
			continue;
		pen.font = font;
		if (pen.measureText(placeholder).width >
			clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight))
			cut.push(`cut: ${placeholder}`);
	}
	return cut;
}

/** In the page: visible texts with less than WCAG AA's 4.5 to 1. */
export function lowContrast() {
	const paint = document.createElement('canvas').getContext('2d', {
		willReadFrequently: true,
	});
	/** @param {string[]} layers bottom first */
	const mix = (layers) => {
		if (!paint)
			throw new Error('no canvas');
		for (const colour of layers) {
			paint.fillStyle = colour;
			paint.fillRect(0, 0, 1, 1);
		}
		const weights = [0.2126, 0.7152, 0.0722];
		return weights.reduce((sum, weight, i) => {
			const v = paint.getImageData(0, 0, 1, 1).data[i] / 255;
			const linear = v <= 0.04045 ? v / 12.92 :
				((v + 0.055) / 1.055) ** 2.4;
			return sum + weight * linear;
		}, 0);
	};
	const bad = [];
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) {
		const node = texts.currentNode.parentElement;
		if (!node || !texts.currentNode.nodeValue?.trim() ||
			!node.checkVisibility())
			continue;
		const grounds = [];
		for (let up = /** @type {Element | null} */ (node); up;
			up = up.parentElement)
			grounds.unshift(getComputedStyle(up).backgroundColor);
		const [a, b] = [
			mix(grounds), mix([...grounds, getComputedStyle(node).color]),
		];
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5)
			bad.push(`${node.className} ${ratio.toFixed(2)} ` +
				texts.currentNode.nodeValue.trim());
	}
	return bad;
}
