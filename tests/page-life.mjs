// @ts-check
/**
 * page-life: somebody who uses the page at random, over a way that fails now
 * and then (shaky.mjs), and what must hold whenever they rest.
 *
 *	const life = await startLife({ stack, browser, user });
 *	await life.run(17);     // one sequence; fails with its seed and steps
 *	await life.stop();
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { random } from './malformed.mjs';
import { startShaky } from './shaky.mjs';
import { taskFile, until } from './stack.mjs';

const FAULTS = /** @type {import('./shaky.mjs').Fault[]} */ (
	[409, 412, 500, 'unsent', 'unheard', 'half', 'dark']);
const BODY = '\n- [ ] Erstens\n- [X] Zweitens\n- [ ] Drittens\n';

/** Tasks as people write them: each undo must find its way back to these
 * bytes. @type {[string, string][]} */
const FILES = [
	['0000-Leer.md', taskFile({}, '')],
	['0001-Liste.md', taskFile({}, `# Liste${BODY}`)],
	['0002-Block.md', taskFile({ tags: '\n  - haus # eilig\n  - hof' }, BODY)],
	['0003-Fest.md', taskFile({
		fixedSlot: '\n  datum: 02.12.2026 # Mittwoch\n  zeit: morgens',
	}, `Fest${BODY}`)],
	['0004-CRLF.md', taskFile({ tags: '[a, b]' }, `# CRLF${BODY}`)
		.replaceAll('\n', '\r\n')],
	['0005-Privat.md', taskFile({ kategorie: 'privat', deadline: '05.12.2026' },
		'Text ohne Ende')],
	['0006-Null.md', taskFile({ tags: '', deadline: '', fixedSlot: 'null' }, BODY)],
	['0007-Titel.md', taskFile({ title: '"Ein: Titel"', kategorie: 'privat' },
		BODY)],
	['0008-Vorbei.md', taskFile({
		fixedSlot: '{datum: 25.11.2026, zeit: abends}',
	}, 'Vorbei')],
	...Array.from({ length: 6 }, (_, i) => /** @type {[string, string]} */ (
		[`${1000 + i}-Arbeit.md`, taskFile({}, `# Arbeit ${i}${BODY}`)])),
];

/**
 * @param {{ stack: import('./stack.mjs').Stack, user: string,
 *	browser: { open: (site: any, options: any) => Promise<any> },
 *	cookie: any }} room
 */
export async function startLife({ stack, user, browser, cookie }) {
	for (const [file, bytes] of FILES)
		stack.place(file, bytes, user);
	const way = await startShaky(stack.url);
	const { page, complaints } = await browser.open(way.url, {
		running: true, cookie, context: { viewport: { width: 1280, height: 1200 } },
	});
	const life = new Life(stack, way, page, user, cookie);
	await page.locator('.task').first().waitFor();
	return {
		/** @param {number} seed */
		run: (seed) => life.run(seed),
		get changed() {
			return life.changed;
		},
		/** What the page said, but for the browser's lines about answers. */
		get complaints() {
			return complaints.filter((/** @type {string} */ line) =>
				!line.startsWith('Failed to load resource'));
		},
		async stop() {
			await page.context().close();
			await way.stop();
		},
	};
}

class Life {
	/** Sequences that changed something. */
	changed = 0;
	/** Steps of the sequence, for the report. @type {string[]} */
	steps = [];
	/** Requests that are under way. @type {Set<any>} */
	open = new Set();

	/**
	 * @param {import('./stack.mjs').Stack} stack
	 * @param {Awaited<ReturnType<typeof startShaky>>} way
	 * @param {any} page
	 * @param {string} user
	 * @param {any} cookie
	 */
	constructor(stack, way, page, user, cookie) {
		this.stack = stack;
		this.way = way;
		this.page = page;
		this.user = user;
		this.cookie = `${cookie.name}=${cookie.value}`;
		page.on('request', (/** @type {any} */ one) => this.open.add(one));
		for (const end of ['requestfinished', 'requestfailed'])
			page.on(end, (/** @type {any} */ one) => this.open.delete(one));
	}

	/** @param {number} seed */
	async run(seed) {
		this.steps = [];
		this.way.writes = [];
		try {
			await this.live(random(seed));
		} catch (e) {
			throw new Error(`seed ${seed}: ${e instanceof Error ? e.message : e}\n` +
				`${this.steps.join('\n')}\nwrites:\n${this.way.writes.join('\n')}`,
			{ cause: e });
		}
	}

	/** @param {import('./malformed.mjs').Pick} pick */
	async live(pick) {
		const before = this.files();
		for (let n = 4 + pick.n(6); n > 0; n--)
			await this.step(pick);
		await this.rest('after the changes');
		this.changed += Number(!sameFiles(before, this.files()));
		await this.undoAll(pick);
		await this.rest('after the undo of all');
		this.sameBytes(before);
	}

	/** One change, often over a fault, often before the last one is answered.
	 * A 412 that was made up would end the undo of what it meets.
	 * @param {import('./malformed.mjs').Pick} pick */
	async step(pick) {
		const how = pick.of(['complete', 'complete', 'create', 'create', 'move', 'move',
			'cancel', 'reopen', 'tick', 'tick', 'undo', 'retry', 'edit']);
		/** @type {(import('./shaky.mjs').Fault | 'offline' | null)[]} */
		const faults = [null, null, null, null, 'offline', ...FAULTS, ...FAULTS];
		const fault = pick.of(faults.filter((one) =>
			!(one === 412 && ['undo', 'retry'].includes(how))));
		if (fault === 412 || fault === 'offline')
			await this.quiet();
		if (fault === 'offline')
			await this.page.context().setOffline(true);
		else
			this.way.fault = fault;
		const n = pick.n(1e6);
		const what = how === 'edit' ? await this.edit(pick, n) :
			await this.page.evaluate(act, { how, n });
		this.steps.push([how, what, fault].filter(Boolean).join(' '));
		if (['offline', 'dark', 412].includes(fault ?? '') || pick.n(2) === 0)
			await this.quiet();
		this.clear();
		await this.page.context().setOffline(false);
	}

	/** Through the panel and the form, to their end.
	 * @param {import('./malformed.mjs').Pick} pick @param {number} n */
	async edit(pick, n) {
		const file = await this.page.evaluate(act, { how: 'open', n });
		const fields = {
			title: `Titel ${pick.n(100)}`, tags: pick.of(['', 'neu', 'haus, neu']),
			deadline: pick.of(['', '4.12.2026']), body: pick.of(['Neu.\n', '']),
		};
		const names = Object.keys(fields).filter(() => pick.n(2) === 0);
		const opened = await this.sees(['#panel [data-key="edit"]', '.panel-wait'])
			&& await this.page.evaluate(act, { how: 'press', n: 0 });
		if (!opened)
			return `${file}: not open`;
		await this.sees(['#editor[open]']);
		const take = pick.of(['mine', 'theirs', 'drop']);
		const end = await this.page.evaluate(fill, {
			fields: Object.fromEntries(Object.entries(fields)
				.filter(([name]) => names.includes(name))),
		}) && await this.formEnds(take);
		return `${file} ${names} ${end}`;
	}

	/** @param {string} take of two versions */
	async formEnds(take) {
		await until(() => this.page.evaluate(isFormStill), 5000, 'the form');
		return this.page.evaluate(endForm, take);
	}

	/** One of them is there. @param {string[]} selectors */
	async sees(selectors) {
		await this.page.locator(selectors.join(',')).first().waitFor();
		return true;
	}

	/** @param {import('./malformed.mjs').Pick} pick */
	async undoAll(pick) {
		for (let n = 0; n < 60; n++) {
			if (pick.n(4) === 0)
				this.way.fault = pick.of(FAULTS.filter((one) => one !== 412));
			const { fault } = this.way;
			const said = await this.page.evaluate(act, { how: 'undo', n: 0 });
			this.steps.push(`back ${said} ${fault ?? ''}`);
			if (pick.n(3) > 0 && !said.includes('Nichts'))
				continue;
			await this.quiet();
			this.clear();
			if (said.includes('Nichts') &&
				(await this.page.evaluate(act, { how: 'undo', n: 0 })).includes('Nichts'))
				return;
		}
		throw new Error('there is always more to undo');
	}

	/** The way is good again. */
	clear() {
		this.way.fault = null;
		this.way.isDark = false;
	}

	/** Nothing is under way. */
	async quiet() {
		for (let still = 0; still < 3;) {
			await until(() => this.open.size === 0, 10_000, 'an answer').catch((e) => {
				throw new Error(`${e.message}: ${[...this.open].map((one) => one.url())}`);
			});
			await this.page.evaluate(() => 0);
			still = this.open.size === 0 ? still + 1 : 0;
		}
	}

	/** Everything has settled: the page shows what the server has.
	 * @param {string} when */
	async rest(when) {
		this.clear();
		await this.quiet();
		await this.page.clock.fastForward(10_100);
		await this.quiet();
		/** @type {any[]} */
		let both = [];
		const same = async () => {
			both = [await this.page.evaluate(shownWeek), await this.expected()];
			return JSON.stringify(both[0]) === JSON.stringify(both[1]);
		};
		await until(same, 2000, when)
			.catch(() => assert.deepEqual(both[0], both[1], when));
	}

	/** What a page must show of the week that the server has. */
	async expected() {
		const get = async (/** @type {string} */ path) =>
			(await this.stack.get(path, { Cookie: this.cookie })).json;
		const week = await get('/codex');
		const slots = week.timeline.flatMap((/** @type {any} */ day) => day.slots
			.map((/** @type {any} */ { zeit, task }) => [`${day.datum} ${zeit}`,
				task ? gistOf(task) : null]));
		const current = week.timeline[0].slots[0].task;
		const body = current && (await get(
			`/api/tasks/${encodeURIComponent(current.file.slice(0, -3))}`)).task.body;
		return {
			slots,
			unplaced: week.unplaced.filter((/** @type {any} */ { reason }) =>
				reason !== 'ueberfaellig').map(gistOf).sort(byStem),
			overdue: week.unplaced.filter((/** @type {any} */ { reason }) =>
				reason === 'ueberfaellig').map(gistOf).sort(byStem),
			boxes: body?.match(/^- \[.\]/gm)?.map((/** @type {string} */ box) =>
				String(box !== '- [ ]')) ?? [],
		};
	}

	/** All task files of this person. */
	files() {
		const folder = dirname(this.stack.path('x', this.user));
		mkdirSync(folder, { recursive: true });
		return new Map(readdirSync(folder).sort().map((file) => /** @type {const} */ (
			[file, readFileSync(this.stack.path(file, this.user), 'utf8')])));
	}

	/**
	 * A created task is cancelled; what was there is as it was.
	 *
	 * @param {Map<string, string>} before
	 */
	sameBytes(before) {
		for (const [file, bytes] of this.files()) {
			const old = before.get(file);
			if (old === undefined)
				assert.match(bytes, /^status: abgebrochen$/m, file);
			else
				assert.equal(bytes, old, file);
		}
	}
}

/** @param {Map<string, string>} a @param {Map<string, string>} b */
const sameFiles = (a, b) => JSON.stringify([...a]) === JSON.stringify([...b]);

/** @param {any} task */
const gistOf = (task) => [task.file.slice(0, -3), task.title, task.kategorie,
	task.tags.map((/** @type {string} */ tag) => `#${tag}`).join(' '),
	task.isFixed, task.deadline !== null, 'open'].join(' | ');

/** @param {string} a @param {string} b */
const byStem = (a, b) => a < b ? -1 : 1;

/* In the page. */

/**
 * Does one thing as a person would, the n-th of those that can be done.
 *
 * @param {{ how: string, n: number }} what
 * @returns {string} with which task; what is said, after an undo
 */
function act({ how, n }) {
	const pickOf = (/** @type {string} */ selector) => {
		const all = /** @type {HTMLElement[]} */ (
			[...document.querySelectorAll(selector)]);
		return all[n % all.length];
	};
	const press = (/** @type {Element | null} */ on, /** @type {string} */ key) =>
		(on ?? document.body).dispatchEvent(new KeyboardEvent('keydown',
			{ key, bubbles: true, cancelable: true }));
	const stem = (/** @type {HTMLElement} */ node) =>
		node?.closest('[data-task]')?.getAttribute('data-task') ?? 'none';
	const open = '[data-task]:not([data-state="done"])';
	const inPanel = (/** @type {string} */ card, /** @type {string} */ key) => {
		const title = pickOf(`${card} .task-open`);
		title?.click();
		const button = document.querySelector(`#panel [data-key="${key}"]`);
		/** @type {HTMLElement | null} */ (button)?.click();
		return `${stem(title)}${button ? '' : ' not'}`;
	};
	switch (how) {
	case 'create': {
		const line = /** @type {HTMLInputElement} */ (
			document.getElementById('quick'));
		line.value = `Neu ${n} ${['', '+privat', '@abends', '#neu'][n % 4]}`;
		line.dispatchEvent(new Event('input', { bubbles: true }));
		line.form?.requestSubmit();
		return line.value;
	}
	case 'complete': {
		const button = pickOf(`${open} [data-key^="done "]`);
		button?.click();
		return stem(button);
	}
	case 'move': {
		const card = pickOf(open);
		card?.focus();
		press(card, 'm');
		const place = pickOf('#move[open] [data-place]');
		place?.click();
		return `${stem(card)} ${place?.dataset.place}`;
	}
	case 'tick': {
		const box = pickOf('.box[role="checkbox"]');
		box?.click();
		return `${stem(box)} ${box?.dataset.key}`;
	}
	case 'open': {
		const title = pickOf(`${open} .task-open`);
		title?.click();
		return stem(title);
	}
	case 'press': {
		const button = /** @type {HTMLElement | null} */ (
			document.querySelector('#panel [data-key="edit"]'));
		button?.click();
		return String(button ?? '');
	}
	case 'cancel':
		return inPanel(open, 'cancel');
	case 'reopen':
		return inPanel('[data-task][data-state="done"]', 'reopen');
	case 'retry': {
		const button = document.getElementById('message-retry');
		if (!button?.hidden)
			button?.click();
		return String(!button?.hidden);
	}
	default:
		press(document.activeElement, 'z');
		return document.getElementById('message-good')?.textContent ?? '';
	}
}

/** Types into the form and sends it. @param {{ fields: any }} what */
function fill({ fields }) {
	const form = /** @type {HTMLFormElement} */ (
		document.getElementById('editor-form'));
	for (const [name, value] of Object.entries(fields)) {
		const input = /** @type {HTMLInputElement} */ (
			form.elements.namedItem(name));
		input.value = value;
		input.dispatchEvent(new Event('input', { bubbles: true }));
	}
	form.requestSubmit();
	return true;
}

/** The form waits for no answer. */
function isFormStill() {
	return !document.querySelector('#editor[open]') || document
		.getElementById('editor-submit')?.getAttribute('aria-disabled') !== 'true';
}

/** Leaves the form, whatever came of it. @param {string} take */
function endForm(take) {
	const click = (/** @type {string} */ selector) => {
		const button = /** @type {HTMLElement | null} */ (
			document.querySelector(selector));
		button?.click();
		return !!button;
	};
	if (!document.querySelector('#editor[open]'))
		return 'stored';
	const mine = take === 'mine' && click('[data-key="take mine form"]');
	click('#editor-discard');
	click('#editor-close');
	return mine ? 'mine' : 'dropped';
}

/** What is seen of the week. */
function shownWeek() {
	const gist = (/** @type {any} */ node) => [
		node.dataset.task, node.querySelector('.task-open').textContent,
		node.dataset.kategorie, [...node.querySelectorAll('.mark-tag')]
			.map((tag) => tag.textContent).join(' '),
		!!node.querySelector('.mark-fixed'),
		!!node.querySelector('.mark-deadline'), node.dataset.state,
	].join(' | ');
	const list = (/** @type {string} */ name) => [...document.querySelectorAll(
		`[data-list="${name}"] [data-task]`)].map(gist).sort();
	return {
		slots: [...document.querySelectorAll('#board [data-slot]')]
			.filter((node) => !node.closest('[data-list]'))
			.map((node) => [node.getAttribute('data-slot'),
				node.matches('.free') ? null : gist(node)]),
		unplaced: list('unplaced'), overdue: list('overdue'),
		boxes: [...document.querySelectorAll('.now .box')]
			.map((box) => box.getAttribute('aria-checked')),
	};
}
