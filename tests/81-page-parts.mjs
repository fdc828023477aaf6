// group: ui
// @ts-check
/**
 * 81-page-parts: the modules of the page that need no browser: changes and
 * what they make of a week, the ledger that makes them happen.
 *
 *	node --test tests/81-page-parts.mjs
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, viewOf } from '../nginx/html/address.js';
import { Refusal } from '../nginx/html/api.js';
import {
	cancellation, completion, creation, edit, HOLD_MS, inverseOf, move,
	reopening, ticking,
} from '../nginx/html/changes.js';
import { canRetry, Ledger } from '../nginx/html/ledger.js';
import { dayText } from '../nginx/html/past.js';
import {
	allTasks, isHeld, placeAnew, placeOf, project, projectOther,
} from '../nginx/html/pending.js';
import { parseLine, slotOf, withoutPart } from '../nginx/html/quick.js';
import { narrow, parseSearch } from '../nginx/html/search.js';
import { Store } from '../nginx/html/store.js';
import { messageOf } from '../nginx/html/toast.js';
import { nextWeek, sampleWeek, task, weekOf } from './page-fixture.mjs';
import { english, german } from './quick-lines.mjs';

/** @param {any} week @param {string} id @returns {any} */
const find = (week, id) => allTasks(week).find((one) => one.id === id);

/** @param {any} week @param {string} id @returns {any} */
const complete = (week, id) =>
	completion(week, find(week, id), placeOf(week, find(week, id).file));

/** @param {string} datum @param {any} zeit */
const at = (datum, zeit) => ({ datum, zeit });

/* The shown week. */

test('a_week_without_changes_is_shown_as_it_is', () => {
	const week = sampleWeek();
	assert.equal(project(week, []), week);
});

test('a_completed_task_keeps_its_slot', () => {
	const week = sampleWeek();
	const before = structuredClone(week);
	const shown = project(week, [complete(week, '0001')]);

	assert.equal(find(shown, '0001').status, 'abgeschlossen');
	assert.deepEqual(placeOf(shown, find(shown, '0001').file),
		at('24.11.2026', 'morgens'));
	assert.deepEqual(allTasks(shown).map(({ id }) => id),
		allTasks(week).map(({ id }) => id));
	assert.deepEqual(week, before, 'the week itself stays');
});

test('a_reopened_task_that_is_gone_comes_back_to_its_slot', () => {
	const week = weekOf({ '1 morgens': task('0001', 'A', 'arbeit') });
	const back = inverseOf(complete(week, '0001'));
	assert.ok(back);
	const shown = project(weekOf(), [back]);

	assert.equal(find(shown, '0001').status, 'offen');
	assert.deepEqual(placeOf(shown, '0001-A.md'), at('24.11.2026', 'morgens'));
});

test('a_pinned_task_sends_one_away_that_is_not_pinned', () => {
	const week = weekOf({
		'1 morgens': task('0001', 'A', 'arbeit'),
		'2 morgens': task('0002', 'B', 'arbeit'),
	});
	const place = at('25.11.2026', 'morgens');
	const shown = project(week, [move(find(week, '0001'), place)]);

	assert.deepEqual(placeOf(shown, '0001-A.md'), place);
	assert.ok(find(shown, '0001').isFixed);
	assert.deepEqual(placeOf(shown, '0002-B.md'), at('23.11.2026', 'nachmittags'));
});

for (const [name, place, reason] of /** @type {[string, any, string][]} */ ([
	['taken', at('25.11.2026', 'abends'), 'doppelt_belegt'],
	['over', at('20.11.2026', 'abends'), 'ueberfaellig'],
	['behind_the_week', at('20.12.2026', 'abends'), 'spaeter'],
]))
	test(`a_task_pinned_to_a_slot_that_is_${name}_waits`, () => {
		const week = sampleWeek();
		const shown = project(week, [move(find(week, '0001'), place)]);
		assert.equal(find(shown, '0001').reason, reason);
		assert.equal(allTasks(shown).length, allTasks(week).length);
	});

test('a_cancelled_task_leaves_the_week', () => {
	const week = sampleWeek();
	const shown = project(week, [
		cancellation(find(week, '0001'), at('24.11.2026', 'morgens')),
	]);
	assert.equal(find(shown, '0001'), undefined);
});

/* Other weeks, and searches. */

/** A week in which tasks were done. @param {...any} done on its first morning */
const weekDone = (...done) => {
	const week = /** @type {any} */ (weekOf());
	week.timeline[1].slots[0].done = done;
	return week;
};

const doneTask = () => task('0001', 'A', 'arbeit', {
	status: 'abgeschlossen', abgeschlossen_am: at('24.11.2026', 'morgens'),
});

test('a_task_that_is_reopened_in_another_week_stays_in_its_slot', () => {
	const week = weekDone(doneTask());
	const shown = projectOther(week, [reopening(doneTask(), null)]);
	const [{ slots: [{ done }] }] = shown.timeline.slice(1);
	assert.deepEqual(done?.map(({ status }) => status), ['offen']);
	assert.equal(projectOther(week, [
		reopening(task('0002', 'B', 'arbeit', { status: 'abgeschlossen' }), null),
	]), week, 'a task of elsewhere does not come in');
	assert.equal(week.timeline[1].slots[0].done[0].status, 'abgeschlossen');
});

test('a_day_as_markdown_keeps_what_titles_say', () => {
	const week = weekDone({
		...doneTask(), title: '*A* [b](c) <i> `d` & &amp;', tags: ['e_f'],
	});
	week.timeline.shift();
	assert.match(dayText(week), /\n\n- \[x\] \S+: \\\*A\\\* \\\[b\\\]\(c\) \\<i> \\`d\\` & \\&amp; \(0001\) #e\\_f\n$/);
	week.timeline.shift();
	assert.doesNotMatch(dayText(week), /- \[/);
});

test('an_address_is_the_view_that_it_leads_to', () => {
	for (const view of [
		{ q: null, from: null }, { q: '', from: null },
		{ q: '#über & 50 % + 1', from: null }, { q: null, from: '21.11.2026' },
	])
		assert.deepEqual(viewOf(addressOf(view).replace('/', '')), view);
});

for (const [text, search] of /** @type {[string, any][]} */ ([
	['', null], ['  ', null],
	['Steuer 2025', { words: ['Steuer', '2025'], tags: [], kategorie: '' }],
	['#haus +privat Oma', {
		words: ['Oma'], tags: ['haus'], kategorie: 'privat',
	}],
	['+work', { words: [], tags: [], kategorie: 'arbeit' }],
	['C# +1 @fr abends !31.10.', {
		words: ['C#', '+1', '@fr', 'abends', '!31.10.'], tags: [], kategorie: '',
	}],
]))
	test(`a_search_for_${text || 'nothing'}_means_what_it_says`, () =>
		assert.deepEqual(parseSearch(text), search));

test('a_search_keeps_what_has_all_its_words_and_tags_in_order', () => {
	const tasks = [
		task('0001', 'Gru\u0308n streichen', 'arbeit', { tags: ['Haus', 'q4'] }),
		task('0002', 'Grün', 'privat', { tags: ['haus', 'q4'] }),
		task('0003', 'Rot', 'arbeit', { tags: ['haus', 'q4'] }),
		task('0004', 'Grün', 'arbeit', { tags: ['haus'] }),
		task('0005', 'Q4', 'arbeit', {
			tags: ['HAUS', 'Q4', 'immergrün'], status: 'abgeschlossen',
			abgeschlossen_am: at('01.11.2026', 'abends'),
		}),
		task('0006', 'Grün', 'arbeit', {
			tags: ['haus', 'q4'], status: 'abgeschlossen',
			abgeschlossen_am: at('30.11.2026', 'abends'),
		}),
	];
	const search = parseSearch('n GRÜN #haus #q4 +arbeit') ?? assert.fail();
	assert.deepEqual(narrow(search, tasks.reverse()).map(({ id }) => id),
		['0001', '0006', '0005']);
});

test('a_search_finds_a_tag_of_several_words_by_each_of_them', () => {
	const tasks = [
		task('0001', 'Hemden', 'privat', { tags: ['Große Wäsche'] }),
		task('0002', 'Wäsche', 'privat', { tags: ['groß'] }),
	];
	for (const [text, ids] of /** @type {[string, string[]][]} */ ([
		['#große', ['0001']], ['#wäsche #GROSSE', ['0001']], ['#gros', []],
		['GROSS wäsche', ['0001', '0002']],
	]))
		assert.deepEqual(narrow(parseSearch(text) ?? assert.fail(), tasks)
			.map(({ id }) => id), ids, text);
});

/* Another day. */

test('a_week_of_another_day_is_placed_as_the_server_would', () => {
	const { timeline, unplaced } = nextWeek();
	const days = timeline.map((/** @type {any} */ day) => ({
		...day, slots: day.slots.map((/** @type {any} */ slot) =>
			({ ...slot, task: null })),
	}));
	const placed = placeAnew(sampleWeek(), days);
	assert.deepEqual(placed.timeline, timeline);
	assert.deepEqual(placed.unplaced, unplaced);
	assert.equal(placed.weekStart, '24.11.2026');
});

/* Completions. */

test('a_task_of_later_or_without_a_slot_is_completed_now', () => {
	const week = sampleWeek();
	for (const id of ['0009', '0018'])
		assert.deepEqual(complete(week, id).request.body,
			at('23.11.2026', 'nachmittags'));
});

/* Inverses. */

test('each_change_has_the_request_that_takes_it_back', () => {
	const week = sampleWeek();
	const shown = find(week, '0009');
	const place = at('25.11.2026', 'abends');
	const changes = [
		completion(week, shown, place), cancellation(shown, place),
		move(shown, null), move(shown, at('26.11.2026', 'abends')),
		edit('edit', shown, place, { tags: ['neu'], deadline: '05.12.2026' }),
	];
	const bodies = changes.map((change) => {
		change.after = { ...change.after, etag: 'behind' };
		const { request } = inverseOf(change) ?? assert.fail();
		assert.equal(request.etag, 'behind');
		assert.equal(request.method, 'PATCH');
		assert.equal(request.path, '/api/tasks/0009-Geschenk-f%C3%BCr-Oma');
		return request.body;
	});
	assert.deepEqual(bodies, [
		{ status: 'offen' }, { status: 'offen' }, { fixedSlot: place },
		{ fixedSlot: place }, { tags: ['wichtig'], deadline: null },
	]);
});

test('a_change_and_its_inverse_leave_the_shown_week_as_it_was', () => {
	const week = sampleWeek();
	for (const { id, file } of allTasks(week)) {
		const shown = find(week, id);
		if (shown.file !== file)
			continue;
		const change = completion(week, shown, placeOf(week, file));
		const back = inverseOf(change) ?? assert.fail();
		const { abgeschlossen_am: when, ...after } =
			find(project(week, [change, back]), id);
		assert.equal(when, null);
		assert.deepEqual(after, shown);
		assert.deepEqual(placeOf(project(week, [change, back]), file),
			placeOf(week, file));
	}
});

/* The ledger. */

/**
 * A ledger with a server of its own, whose answers a test can set.
 *
 * @param {any} [week]
 */
function scene(week = sampleWeek()) {
	const store = new Store();
	/** @type {any} */
	const self = {
		store, now: 1000, sent: [],
		told: [], reloads: 0, found: null,
		answer: () => ({ etag: `e${self.sent.length}` }),
		timers: [],
		/** A week comes. @param {any} heard */
		hear(heard) {
			store.update({ heard, askedAt: store.moment() });
			store.settle(self.now);
		},
		/** @param {number} ms */
		pass(ms) {
			self.now += ms;
			for (const timer of self.timers.splice(0).filter(
				(/** @type {any} */ one) => one.at <= self.now ||
					!self.timers.push(one)))
				timer.run();
		},
		ledger: new Ledger(store, {
			send: async (request) => {
				self.sent.push(request);
				return self.answer(request);
			},
			look: async () => self.found ??
				assert.fail('nobody was meant to look'),
			tell: (event) => self.told.push(event),
			reload: () => self.reloads++,
			now: () => self.now,
			later: (run, ms) => self.timers.push({ run, at: self.now + ms }),
		}),
	};
	self.hear(week);
	return self;
}

/** @param {number} status @param {string} [code] */
const refuse = (status, code) => () => {
	throw new Refusal('status', 'Nein.', { status, code });
};

const vanish = () => {
	throw new Refusal('silent', 'Weg.');
};

/** @param {Store} store @returns {any} */
const shownWeek = (store) => store.shownWeek;

test('a_newer_week_waits_until_the_struck_card_is_let_go', async () => {
	const s = scene();
	await s.ledger.do(complete(shownWeek(s.store), '0001'));
	const next = weekOf();
	s.now += 50;
	s.hear(next);

	assert.ok(isHeld(s.store.state.pending, s.now));
	assert.equal(find(shownWeek(s.store), '0001').status, 'abgeschlossen');
	s.pass(HOLD_MS - 100);
	assert.equal(find(shownWeek(s.store), '0001').status, 'abgeschlossen');
	s.pass(100);
	assert.equal(shownWeek(s.store), next);
	assert.deepEqual(s.store.state.pending, []);
});

test('a_week_asked_for_before_the_answer_does_not_undo_the_change', async () => {
	const s = scene();
	const askedAt = s.store.moment();
	await s.ledger.do(complete(shownWeek(s.store), '0001'));
	s.store.update({ heard: sampleWeek(), askedAt });
	s.pass(HOLD_MS + 1);

	assert.equal(find(shownWeek(s.store), '0001').status, 'abgeschlossen');
	s.hear(weekOf());
	assert.equal(find(shownWeek(s.store), '0001'), undefined);
});

test('changes_are_taken_back_last_first_and_each_once', async () => {
	const s = scene();
	for (const id of ['0001', '0005', '0006'])
		await s.ledger.do(complete(shownWeek(s.store), id));
	for (let i = 0; i < 4; i++)
		await s.ledger.undo();

	assert.deepEqual(s.sent.slice(3).map((/** @type {any} */ { path, etag, body }) =>
		[path.slice(11, 15), etag, body.status]), [
		['0006', 'e3', 'offen'], ['0005', 'e2', 'offen'],
		['0001', 'e1', 'offen'],
	]);
	assert.deepEqual(allTasks(shownWeek(s.store)).map(({ status }) => status)
		.filter((status) => status !== 'offen'), []);
});

test('an_edit_is_taken_back_by_the_piece_that_its_answer_gave', async () => {
	const s = scene();
	const piece = { at: 40, cut: 3, text: 'alt' };
	s.answer = () => ({ etag: 'new', undo: piece });
	const task = find(shownWeek(s.store), '0001');
	await s.ledger.do(edit('edit', task, null, { tags: ['neu'] }));
	s.answer = () => ({ etag: task.etag });
	await s.ledger.undo();

	assert.deepEqual(s.sent[1].body, { undo: piece });
	assert.equal(s.sent[1].etag, 'new');
	assert.deepEqual(find(shownWeek(s.store), '0001'), task);
});

test('a_piece_is_not_laid_on_other_bytes_than_its_own', async () => {
	const s = scene();
	const task = find(shownWeek(s.store), '0001');
	const change = (/** @type {string[]} */ tags) => s.ledger.do(edit('edit',
		find(shownWeek(s.store), '0001'), null, { tags }));
	s.answer = () => ({ etag: 'one', undo: { at: 40, cut: 3, text: 'alt' } });
	await change(['a']);
	s.answer = vanish;
	s.found = { ...task, tags: ['b'], etag: 'two' };
	await change(['b']);
	s.answer = () => ({ etag: `like${s.sent.length}` });
	await s.ledger.undo();
	await s.ledger.undo();
	assert.deepEqual(s.sent.slice(2).map((/** @type {any} */ { body, etag }) =>
		[body, etag]), [[{ tags: ['a'] }, 'two'], [{ tags: [] }, 'like3']]);
});

test('a_lost_undo_is_known_by_the_old_content', async () => {
	const s = scene();
	s.answer = () => ({ etag: 'new', undo: { at: 0, cut: 0, text: 'x' } });
	const task = find(shownWeek(s.store), '0001');
	await s.ledger.do(edit('edit', task, null, { tags: ['neu'] }));
	s.answer = vanish;
	s.found = task;
	await s.ledger.undo();
	assert.equal(s.told.at(-1).kind, 'stored');
});

test('changes_made_at_once_are_taken_back_at_once', async () => {
	const s = scene();
	await s.ledger.do(complete(shownWeek(s.store), '0008'));
	for (const id of ['0001', '0005', '0006'])
		await s.ledger.do({
			...move(find(shownWeek(s.store), id), null), group: 'g',
		});
	await s.ledger.undo();

	assert.deepEqual(s.sent.slice(4).map((/** @type {any} */ one) =>
		one.path.slice(11, 15)).sort(), ['0001', '0005', '0006']);
	assert.equal(s.ledger.next.file.slice(0, 4), '0008');
});

test('a_box_whose_answer_was_lost_is_found_in_the_text', async () => {
	const s = scene();
	s.answer = vanish;
	const task = find(shownWeek(s.store), '0001');
	const box = { type: 'item', line: 9, checked: true };
	s.found = {
		...task, etag: 'there', nodes: [{ type: 'list', children: [box] }],
	};
	assert.equal(await s.ledger.do(ticking(task, 9, true)), null);
	assert.ok(await s.ledger.do(ticking(task, 9, false)), 'it is ticked');
});

test('a_text_whose_answer_was_lost_is_found_under_its_title', async () => {
	const s = scene();
	s.answer = vanish;
	const task = find(shownWeek(s.store), '0001');
	s.found = {
		...task, etag: 'there', title: 'Neu', body: '# Neu\r\n\r\nText.\r\n',
	};
	const change = (/** @type {string} */ body) =>
		s.ledger.do(edit('edit', task, null, { title: 'Neu', body }));
	assert.equal(await change('Text.\n'), null);
	assert.ok(await change('Anders.\n'));
});

test('undo_before_the_answer_waits_for_it_and_is_shown_at_once', async () => {
	const s = scene();
	let letGo = (/** @type {any} */ _answer) => {};
	s.answer = () => new Promise((done) => {
		letGo = done;
	});
	const first = s.ledger.do(complete(shownWeek(s.store), '0001'));
	const second = s.ledger.undo();
	assert.equal(find(shownWeek(s.store), '0001').status, 'offen');
	await new Promise(setImmediate);
	assert.equal(s.sent.length, 1);

	s.answer = () => ({ etag: 'last' });
	letGo({ etag: 'between' });
	await Promise.all([first, second]);
	assert.equal(s.sent[1].etag, 'between');
	assert.equal(s.store.state.pending.length, 2);
	s.hear(sampleWeek());
	assert.deepEqual(s.store.state.pending, [], 'nothing holds the week');
});

test('a_second_change_of_a_file_goes_by_the_etag_of_the_first', async () => {
	const s = scene();
	const first = s.ledger.do(move(find(shownWeek(s.store), '0001'),
		at('26.11.2026', 'abends')));
	const second = s.ledger.do(complete(shownWeek(s.store), '0001'));
	await Promise.all([first, second]);
	await s.ledger.undo();
	await s.ledger.undo();

	assert.deepEqual(s.sent.map((/** @type {any} */ one) => one.etag).slice(1), ['e1', 'e2', 'e3']);
	assert.deepEqual(s.sent[3].body, { fixedSlot: null });
	assert.equal(find(shownWeek(s.store), '0001').isFixed, false);
});

test('a_creation_is_taken_back_even_before_its_answer', async () => {
	const s = scene();
	s.answer = (/** @type {any} */ { method }) => method === 'POST' ?
		{ id: '0042', filename: '0042-Neu.md', etag: 'born' } : { etag: 'dead' };
	const made = s.ledger.do(creation(
		{ title: 'Neu', kategorie: 'arbeit', tags: [] }, 'key'));
	const back = s.ledger.undo();
	await Promise.all([made, back]);

	assert.deepEqual(s.sent[1], {
		method: 'DELETE', path: '/api/tasks/0042-Neu', etag: 'born',
	});
	assert.equal(find(shownWeek(s.store), '0042'), undefined);
});

test('a_created_task_is_shown_while_the_week_is_held', async () => {
	const s = scene();
	await s.ledger.do(complete(shownWeek(s.store), '0001'));
	s.answer = () => ({ id: '0042', filename: '0042-Neu.md', etag: 'born' });
	await s.ledger.do(creation({
		title: 'Neu', kategorie: 'arbeit', tags: ['a'],
		fixedSlot: at('27.11.2026', 'abends'),
	}, 'key'));

	assert.deepEqual(placeOf(shownWeek(s.store), '0042-Neu.md'),
		at('27.11.2026', 'abends'));
	assert.equal(find(shownWeek(s.store), '0001').status, 'abgeschlossen');
});

for (const [name, answer, again] of
	/** @type {[string, () => any, boolean][]} */ ([
		['412', refuse(412), false], ['404', refuse(404), false],
		['409', refuse(409), true], ['500', refuse(500), true],
		['401', refuse(401), true], ['429', refuse(429), true],
	]))
	test(`a_change_refused_with_${name}_is_rolled_back`, async () => {
		const s = scene();
		s.answer = answer;
		s.found = find(shownWeek(s.store), '0001');
		const refusal = await s.ledger.do(complete(shownWeek(s.store), '0001'));

		assert.ok(refusal);
		assert.equal(find(shownWeek(s.store), '0001').status, 'offen');
		assert.equal(s.ledger.next, null);
		assert.equal(s.reloads, 1);
		assert.equal(canRetry(refusal), again);
		s.answer = () => ({ etag: 'good' });
		await s.ledger.retry();
		assert.equal(s.sent.length, again ? 2 : 1);
		assert.equal(find(shownWeek(s.store), '0001').status,
			again ? 'abgeschlossen' : 'offen');
		assert.equal(isHeld(s.store.state.pending, s.now), again);
	});

for (const [name, answer] of /** @type {[string, () => any][]} */ ([
	['whose_answer_was_lost', vanish], ['that_was_sent_twice', refuse(412)],
	['whose_server_failed_after_it', refuse(502)],
]))
	test(`a_change_${name}_is_found_and_can_be_taken_back`, async () => {
		const s = scene();
		s.answer = answer;
		const shown = find(shownWeek(s.store), '0001');
		const change = complete(shownWeek(s.store), '0001');
		s.found = { ...shown, ...change.after, etag: 'there' };
		assert.equal(await s.ledger.do(change), null);

		s.answer = () => ({ etag: 'back' });
		await s.ledger.undo();
		assert.deepEqual(s.sent[1], {
			method: 'PATCH', path: change.request.path.replace('/complete', ''),
			body: { status: 'offen' }, etag: 'there',
		});
	});

test('a_reopening_whose_answer_was_lost_is_taken_back_with_its_slot', async () => {
	const s = scene();
	const when = at('20.11.2026', 'abends');
	const done = task('0031', 'Fertig', 'privat', {
		status: 'abgeschlossen', abgeschlossen_am: when,
	});
	s.answer = vanish;
	s.found = { ...done, status: 'offen', abgeschlossen_am: null, etag: 'there' };
	await s.ledger.do(reopening(done, null));
	s.answer = () => ({ etag: 'back' });
	await s.ledger.undo();
	assert.deepEqual(s.sent[1], {
		method: 'POST', path: '/api/tasks/0031-Fertig/complete', body: when,
		etag: 'there',
	});

	const heard = { ...reopening(done, null), undo: { at: 1, cut: 2, text: 'x' } };
	assert.deepEqual(inverseOf(heard)?.request, {
		method: 'PATCH', path: '/api/tasks/0031-Fertig', etag: done.etag,
		body: { undo: heard.undo },
	});
});

test('a_lost_change_that_did_not_happen_is_rolled_back', async () => {
	const s = scene();
	s.answer = vanish;
	s.found = find(shownWeek(s.store), '0001');
	assert.ok(await s.ledger.do(complete(shownWeek(s.store), '0001')));
	assert.equal(find(shownWeek(s.store), '0001').status, 'offen');
});

test('a_lost_creation_is_sent_again_under_its_key', async () => {
	const s = scene();
	s.answer = () => s.sent.length < 3 ? vanish() :
		{ id: '0042', filename: '0042-Neu.md', etag: 'born' };
	const draft = { title: 'Neu', kategorie: 'arbeit', tags: [] };
	assert.ok(await s.ledger.do(creation(draft, 'key')));
	await s.ledger.retry();

	assert.deepEqual(s.sent.map((/** @type {any} */ one) => one.key), ['key', 'key', 'key']);
	assert.equal(s.ledger.next?.file, '0042-Neu.md');
});

test('an_undo_that_failed_can_be_tried_again', async () => {
	const s = scene();
	await s.ledger.do(complete(shownWeek(s.store), '0001'));
	s.answer = refuse(503);
	s.found = find(shownWeek(s.store), '0001');
	await s.ledger.undo();
	assert.equal(find(shownWeek(s.store), '0001').status, 'abgeschlossen');
	assert.equal(s.ledger.next?.title, 'Kapazitätsplanung Dezember');

	s.answer = () => ({ etag: 'back' });
	await s.ledger.retry();
	assert.equal(find(shownWeek(s.store), '0001').status, 'offen');
	assert.equal(s.ledger.next, null);
});

test('undos_in_a_hurry_keep_their_order_when_one_fails', async () => {
	const s = scene();
	const change = (/** @type {string[]} */ tags) => s.ledger.do(edit('edit',
		find(shownWeek(s.store), '0001'), null, { tags }));
	await change(['a']);
	await change(['b']);
	s.answer = refuse(503);
	await Promise.all([s.ledger.undo(), s.ledger.undo()]);
	assert.equal(s.sent.length, 3, 'the first one cannot be undone yet');

	s.answer = () => ({ etag: `back${s.sent.length}` });
	await s.ledger.undo();
	await s.ledger.undo();
	assert.deepEqual(s.sent.slice(3).map((/** @type {any} */ { body }) => body.tags),
		[['a'], []]);
	assert.equal(s.ledger.next, null);
});

test('a_change_on_top_of_a_failed_one_is_taken_back_to_what_there_was',
	async () => {
		const s = scene();
		let asked = 0;
		s.answer = () => ++asked === 1 ? refuse(500)() : { etag: `e${asked}` };
		const change = (/** @type {string[]} */ tags) => s.ledger.do(edit('edit',
			find(shownWeek(s.store), '0001'), null, { tags }));
		await Promise.all([change(['a']), change(['b'])]);
		await s.ledger.undo();
		assert.deepEqual(s.sent[2].body, { tags: [] });
	});

test('the_undo_of_a_change_that_the_server_had_asks_nothing', async () => {
	const s = scene();
	s.answer = () => ({ etag: 'theirs', changed: false });
	await s.ledger.do(complete(shownWeek(s.store), '0001'));
	await s.ledger.undo();
	assert.equal(s.sent.length, 1);
	assert.equal(s.ledger.next, null);
	assert.equal(s.store.state.pending.length, 1, 'only what is stored');
});

test('the_undo_of_a_change_that_failed_asks_nothing', async () => {
	const s = scene();
	s.answer = refuse(500);
	const first = s.ledger.do(complete(shownWeek(s.store), '0001'));
	await Promise.all([first, s.ledger.undo()]);

	assert.equal(s.sent.length, 1);
	assert.deepEqual(s.store.state.pending, []);
});

/* What is told. */

test('a_message_says_what_happened_and_offers_the_way_on', async () => {
	const s = scene();
	const said = () => s.told.map((/** @type {any} */ event) =>
		messageOf(event, '23.11.2026')).filter(Boolean).at(-1);
	await s.ledger.do(complete(shownWeek(s.store), '0001'));
	await s.ledger.do(complete(shownWeek(s.store), '0006'));
	assert.match(said()?.text ?? '', /Mo 23\.11\. nachmittags|Mon 23 Nov/);
	assert.ok(said()?.undo);

	await s.ledger.undo();
	assert.match(said()?.text ?? '', /Kapazitätsplanung Dezember/);
	assert.ok(said()?.undo);
	await s.ledger.undo();
	assert.equal(said()?.undo, false);

	s.answer = refuse(500);
	await s.ledger.do(complete(shownWeek(s.store), '0007'));
	assert.equal(said()?.kind, 'bad');
	assert.ok(said()?.retry);
	s.answer = refuse(412);
	await s.ledger.do(complete(shownWeek(s.store), '0007'));
	assert.equal(said()?.retry, false);
});

test('a_move_is_told_with_number_day_and_time', async () => {
	const s = scene();
	const to = async (/** @type {any} */ place) => {
		await s.ledger.do(move(find(shownWeek(s.store), '0005'), place));
		return s.told.map((/** @type {any} */ event) =>
			messageOf(event, '23.11.2026')).filter(Boolean).at(-1)?.text;
	};
	assert.match(await to({ datum: '25.11.2026', zeit: 'nachmittags' }) ?? '',
		/^(Aufgabe 5 auf Mittwoch nachmittags|Task 5 to Wednesday afternoon)\.$/);
	assert.match(await to({ datum: '30.11.2026', zeit: 'morgens' }) ?? '',
		/^(Aufgabe 5 auf Mo 30\.11\.|Task 5 to Mon 30 Nov) mor(gens|ning)\.$/);
	assert.match(await to(null) ?? '', /5 (hat keinen|has no) /);
});

/* The quick line. */

const today = '23.11.2026';

for (const [name, lines] of [['german', german], ['english', english]])
	test(`sixty_${name}_lines_mean_what_they_say`, () => {
		const pairs = lines.split('\n').filter(Boolean).map((line) =>
			line.split(' => '));
		for (const [text, meaning] of pairs) {
			const { title, kategorie, tags, slot, deadline } = parseLine(text, today);
			const where = [slot?.datum, slot?.zeit].filter(Boolean).join(' ');
			const meant = `${meaning}||||`.split('|').slice(0, 5)
				.map((part) => part.trim());
			assert.deepEqual([title, kategorie, tags.join(), where, deadline],
				meant, text);
		}
		assert.equal(pairs.length, 60);
	});

test('a_part_of_a_line_can_be_removed', () => {
	const text = 'Steuer +privat  @fr abends machen #geld';
	const { parts } = parseLine(text, today);
	assert.deepEqual(parts.map(({ what, text: part }) => [what, part]), [
		['kind', '+privat'], ['slot', '@fr abends'], ['tag', '#geld'],
	]);
	assert.deepEqual(parts.map((part) => withoutPart(text, part)), [
		'Steuer @fr abends machen #geld', 'Steuer +privat machen #geld',
		'Steuer +privat  @fr abends machen',
	]);
});

test('a_slot_without_its_day_or_time_is_found_in_the_week', () => {
	const week = sampleWeek(); // of Monday the morning is over
	const slot = (/** @type {string} */ text) =>
		Object.values(slotOf(parseLine(text, today), week) ?? {}).join(' ');
	assert.equal(slot('A'), '');
	assert.equal(slot('A @morgens'), '24.11.2026 morgens');
	assert.equal(slot('A @abends'), '23.11.2026 abends');
	assert.equal(slot('A @mi'), '25.11.2026 morgens');
	assert.equal(slot('A @di'), '24.11.2026 abends');
	assert.equal(slot('A @mo morgens'), '30.11.2026 morgens');
	assert.equal(slot('A @heute morgens'), '23.11.2026 morgens');
	assert.equal(slot('A @12.12.'), '12.12.2026 morgens');
});
