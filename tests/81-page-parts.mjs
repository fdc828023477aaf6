// group: ui
// @ts-check
/**
 * 81-page-parts: the modules of the page that need no browser: the shown week,
 * other weeks and days, searches, changes and their inverses, the quick line.
 *
 *	node --test tests/81-page-parts.mjs
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf, viewOf } from '../nginx/html/address.js';
import {
	cancellation, completion, edit, inverseOf, move, reopening, ticking,
} from '../nginx/html/changes.js';
import { Details } from '../nginx/html/details.js';
import { dayText } from '../nginx/html/past.js';
import {
	allTasks, placeAnew, placeOf, project, projectOther,
} from '../nginx/html/pending.js';
import { pieceOf } from '../nginx/html/piece.js';
import { parseLine, slotOf, withoutPart } from '../nginx/html/quick.js';
import { narrow, parseSearch } from '../nginx/html/search.js';
import { Store } from '../nginx/html/store.js';
import { random } from './malformed.mjs';
import { nextWeek, sampleWeek, task, weekOf } from './page-weeks.mjs';
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
		{ q: null, from: null, text: false }, { q: '', from: null, text: false },
		{ q: '#über & 50 % + 1', from: null, text: true },
		{ q: null, from: '21.11.2026', text: false },
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

/* What is known of a task. */

test('a_task_whose_box_was_ticked_is_read_anew_before_its_text_is_edited', async () => {
	const store = new Store();
	let asked = 0;
	const body = '- [ ] A\n';
	const details = new Details(store, async () => ({
		...task('0001', 'A', 'arbeit', {}), etag: `e${asked++}`, body,
		frontMatter: '---\n---\n', nodes: [],
	}));
	await details.need({ file: '0001-A.md', etag: 'e0' });
	const { '0001-A.md': known } = store.state.details;
	assert.equal(await details.read(known), known);
	assert.equal(asked, 1, 'it is known');

	const change = ticking(known, 3, true);
	details.follow({ ...change, after: { etag: 'e1' } });
	assert.equal((await details.read({ ...known, etag: 'e1' })).etag, 'e1');
	assert.equal(asked, 2, 'its text is not');
});

/* Pieces. */

test('pieces_of_random_texts_bring_the_old_one_back', () => {
	const pick = random(7);
	const text = () => Array.from({ length: pick.n(12) }, () =>
		pick.of(['a', 'b', 'ä', '☂', '😀', '😁', '\n'])).join('');
	const change = edit('edit', task('0001', 'A', 'arbeit', {}), null,
		{ body: '' });
	for (let i = 0; i < 2000; i++) {
		const [head, was, now] = [text(), text(), text()];
		const shape = (/** @type {string} */ body) => /** @type {any} */ (
			{ frontMatter: head, body });
		const piece = pieceOf({ ...change, was: shape(was) }, shape(now)) ??
			assert.fail();
		const bytes = Buffer.from(head + now);
		assert.equal(Buffer.concat([bytes.subarray(0, piece.at),
			Buffer.from(piece.text), bytes.subarray(piece.at + piece.cut),
		]).toString(), head + was);
		assert.ok(!piece.text.includes('\ufffd') && piece.text.isWellFormed());
	}
});

test('a_piece_is_given_as_long_as_a_request_can_hold_it', () => {
	const shape = (/** @type {string} */ body) => /** @type {any} */ (
		{ frontMatter: '', body });
	const lines = (/** @type {number} */ n) => pieceOf({
		...edit('edit', task('0001', 'A', 'arbeit', {}), null, { body: '' }),
		was: shape('a\n'.repeat(n)),
	}, shape(''));
	assert.equal(lines(21_000)?.text.length, 42_000);
	assert.equal(lines(22_000), undefined);
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
