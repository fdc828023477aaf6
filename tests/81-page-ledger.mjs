// group: ui
// @ts-check
/**
 * 81-page-ledger: the ledger, which makes changes happen and takes them back,
 * without a browser, and what is told of them.
 *
 *	node --test tests/81-page-ledger.mjs
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '../nginx/html/api.js';
import {
	completion, creation, decision, edit, HOLD_MS, inverseOf, move,
	reopening, ticking,
} from '../nginx/html/changes.js';
import { canRetry, Ledger } from '../nginx/html/ledger.js';
import { allTasks, isHeld, placeOf } from '../nginx/html/pending.js';
import { Store } from '../nginx/html/store.js';
import { messageOf } from '../nginx/html/toast.js';
import { sampleWeek, task, weekOf } from './page-weeks.mjs';

/** @param {any} week @param {string} id @returns {any} */
const find = (week, id) => allTasks(week).find((one) => one.id === id);

/** @param {any} week @param {string} id @returns {any} */
const complete = (week, id) =>
	completion(week, find(week, id), placeOf(week, find(week, id).file));

/** @param {string} datum @param {any} zeit */
const at = (datum, zeit) => ({ datum, zeit });

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
		/** What stands in the store. @param {any} shown */
		read: (shown) => ({ ...shown }),
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
			read: async ({ file }) => self.read(find(shownWeek(store),
				file.slice(0, 4))),
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

const OLD = '---\ntyp: task\ntags:\n  - haus # eilig\n  - hof\nstatus: offen\n---\n';
const NEW = '---\ntyp: task\ntags: [neü]\nstatus: offen\n---\n';

/**
 * A change of tags whose answer is lost, and what its undo asks for.
 *
 * @param {any} s
 * @param {any} [theirs] what somebody else has changed in the file meanwhile
 */
async function loseTags(s, theirs = {}) {
	const shown = find(shownWeek(s.store), '0001');
	const body = '# Ä\n\nText ohne Ende';
	s.read = () => ({ ...shown, frontMatter: OLD, body });
	s.answer = vanish;
	s.found = {
		...shown, tags: ['neü'], etag: 'there', frontMatter: NEW, body, ...theirs,
	};
	await s.ledger.do(edit('edit', shown, null, { tags: ['neü'] }));
	s.answer = () => ({ etag: shown.etag });
	await s.ledger.undo();
	return s.sent[1];
}

test('a_change_whose_answer_was_lost_is_taken_back_to_its_old_bytes', async () => {
	const s = scene();
	const { body: { undo }, etag } = await loseTags(s);
	const now = Buffer.from(`${NEW}# Ä\n\nText ohne Ende`);
	assert.equal(etag, 'there');
	assert.equal(Buffer.concat([now.subarray(0, undo.at), Buffer.from(undo.text),
		now.subarray(undo.at + undo.cut)]).toString(), `${OLD}# Ä\n\nText ohne Ende`);
});

test('a_change_found_at_another_try_is_taken_back_to_its_old_bytes', async () => {
	const week = sampleWeek();
	const s = scene(week);
	const shown = find(week, '0001');
	s.read = () => ({ ...shown, frontMatter: OLD, body: '' });
	s.answer = vanish;
	Object.defineProperty(s, 'found', { get: vanish, configurable: true });
	await s.ledger.do(edit('edit', shown, null, { tags: ['neü'] }));

	/* The week that comes has the change already. */
	const now = { ...shown, tags: ['neü'], etag: 'there' };
	Object.defineProperty(s, 'found', {
		value: { ...now, frontMatter: NEW, body: '' },
	});
	Object.assign(shown, now);
	s.hear(structuredClone(week));
	assert.equal(await s.ledger.retry(), undefined);
	s.answer = () => ({ etag: 'e0' });
	await s.ledger.undo();
	const { undo } = s.sent.at(-1).body;
	assert.equal(undo?.text, '\n  - haus # eilig\n  - hof');
});

for (const [what, theirs] of /** @type {[string, any][]} */ ([
	['text', { body: '# Ä\n\nVon anderen' }],
	['field', { frontMatter: NEW.replace('typ', 'notiz: x\ntyp') }],
]))
	test(`a_${what}_that_another_wrote_meanwhile_is_not_taken_back`, async () => {
		const s = scene();
		assert.deepEqual((await loseTags(s, theirs)).body, { tags: [] });
	});

test('nothing_is_changed_before_the_old_file_is_read', async () => {
	const s = scene();
	s.read = vanish;
	const refusal = await s.ledger.do(complete(shownWeek(s.store), '0001'));
	assert.ok(refusal && canRetry(refusal));
	assert.deepEqual(s.sent, []);
	assert.equal(find(shownWeek(s.store), '0001').status, 'offen');

	s.read = (/** @type {any} */ shown) => shown;
	await s.ledger.retry();
	assert.equal(s.sent.length, 1);
	assert.equal(s.ledger.next?.title, 'Kapazitätsplanung Dezember');
});

for (const happened of [true, false])
	test(`a_change_without_any_word_is_${happened ? '' : 'not_'}taken_back_if_it_${
		happened ? 'happened' : 'did_not_happen'}`, async () => {
		const s = scene();
		const shown = find(shownWeek(s.store), '0001');
		const change = complete(shownWeek(s.store), '0001');
		s.answer = vanish;
		Object.defineProperty(s, 'found', { configurable: true, get: vanish });
		assert.ok(await s.ledger.do(change));
		assert.equal(find(shownWeek(s.store), '0001').status, 'offen');
		await s.ledger.undo();
		assert.ok(s.told.at(-1).refusal, 'nor can it be learnt now');

		Object.defineProperty(s, 'found', { value: happened ?
			{ ...shown, ...change.after, etag: 'there' } : shown });
		s.answer = () => ({ etag: shown.etag });
		await s.ledger.undo();
		assert.deepEqual(s.sent.slice(1).map((/** @type {any} */ { etag }) => etag),
			happened ? ['there'] : []);
		assert.equal(s.ledger.next, null);
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

/** @type {[string, () => never, number][]} */
const WORDLESS = [
	['without_any_word', vanish, 2], ['that_the_server_failed', refuse(502), 1],
];
for (const [name, fail, tries] of WORDLESS)
	test(`a_creation_${name}_is_found_when_it_is_taken_back`, async () => {
		const s = scene();
		s.answer = fail;
		const change = creation({ title: 'Neu', kategorie: 'arbeit', tags: [] }, 'key');
		assert.ok(await s.ledger.do(change));
		assert.equal(s.sent.length, tries);
		assert.equal(change.lost, true);
		assert.equal(s.ledger.next, change);
		await s.ledger.undo();
		assert.equal(s.told.at(-1).kind, 'failed');
		assert.equal(s.ledger.next, change, 'it can be taken back later');

		s.answer = (/** @type {any} */ { method }) => method === 'POST' ?
			{ id: '0042', filename: '0042-Neu.md', etag: 'born' } : { etag: 'dead' };
		const before = s.sent.length;
		await s.ledger.undo();
		assert.deepEqual(s.sent.slice(before).map((/** @type {any} */ one) =>
			[one.method, one.path, one.key ?? one.etag]), [
			['POST', '/api/tasks', 'key'], ['DELETE', '/api/tasks/0042-Neu', 'born'],
		]);
		assert.equal(s.told.at(-1).kind, 'stored');
		assert.equal(find(shownWeek(s.store), '0042'), undefined);
		assert.equal(s.ledger.next, null);
	});

test('two_tries_of_a_creation_are_one_thing_to_take_back', async () => {
	const s = scene();
	const draft = { title: 'Neu', kategorie: 'arbeit', tags: [] };
	s.answer = vanish;
	await s.ledger.do(creation(draft, 'key'));
	s.answer = () => ({ id: '0042', filename: '0042-Neu.md', etag: 'born' });
	await s.ledger.do(creation(draft, 'key'));
	await s.ledger.undo();
	assert.equal(s.ledger.next, null);
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

test('a_change_without_any_word_waits_for_the_undo_of_a_later_one', async () => {
	const s = scene();
	const shown = find(shownWeek(s.store), '0001');
	const there = { ...shown, tags: ['a'], etag: 'there' };
	s.answer = vanish;
	Object.defineProperty(s, 'found', { configurable: true, get: vanish });
	await s.ledger.do(edit('edit', shown, null, { tags: ['a'] }));
	s.answer = () => ({ etag: 'later' });
	await s.ledger.do(edit('edit', there, null, { deadline: '05.12.2026' }));
	Object.defineProperty(s, 'found', { writable: true, value:
		{ ...there, deadline: '05.12.2026', etag: 'later' } });
	s.answer = refuse(503);
	await Promise.all([s.ledger.undo(), s.ledger.undo()]);

	s.found = there;
	s.answer = () => ({ etag: s.sent.length === 4 ? 'there' : shown.etag });
	await s.ledger.undo();
	await s.ledger.undo();
	assert.deepEqual(s.sent.slice(3).map((/** @type {any} */ { body }) => body),
		[{ deadline: shown.deadline }, { tags: [] }]);
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

test('changes_that_fail_together_are_counted_and_tried_again_together', async () => {
	const s = scene();
	s.answer = refuse(429);
	s.found = find(shownWeek(s.store), '0001');
	await Promise.all(['0001', '0005', '0006'].map((id) =>
		s.ledger.do(complete(shownWeek(s.store), id))));
	const said = messageOf(s.told.at(-1), '23.11.2026');
	assert.match(said?.text ?? '', /2 (weitere Änderungen|more changes) /);

	s.answer = () => ({ etag: 'good' });
	await s.ledger.retry();
	assert.deepEqual(['0001', '0005', '0006'].map((id) =>
		find(shownWeek(s.store), id).status), Array(3).fill('abgeschlossen'));
	assert.equal(s.sent.length, 6);
	await s.ledger.retry();
	assert.equal(s.sent.length, 6);
});

test('changes_that_fail_one_after_the_other_are_tried_again_together', async () => {
	const s = scene();
	const completeOne = (/** @type {string} */ id) =>
		s.ledger.do(complete(shownWeek(s.store), id));
	const done = () => ['0001', '0005', '0006', '0007'].filter((id) =>
		find(shownWeek(s.store), id).status === 'abgeschlossen');
	s.answer = refuse(503);
	s.found = find(shownWeek(s.store), '0001');
	for (const id of ['0001', '0005', '0005'])
		await completeOne(id);
	const said = messageOf(s.told.at(-1), '23.11.2026');
	assert.match(said?.text ?? '', /1 (weitere Änderung|more change) /);
	s.answer = () => ({ etag: 'good' });
	await s.ledger.retry();
	assert.deepEqual(done(), ['0001', '0005']);
	assert.equal(s.sent.length, 5, 'each once');

	/* What was stored since ends it. */
	s.answer = refuse(503);
	await completeOne('0006');
	s.answer = () => ({ etag: 'good' });
	await completeOne('0007');
	await s.ledger.do(move(find(shownWeek(s.store), '0006'), null));
	await s.ledger.retry();
	assert.deepEqual(done(), ['0001', '0005', '0007']);
});

test('creations_that_fail_one_after_the_other_are_all_tried_again', async () => {
	const s = scene();
	const make = (/** @type {string} */ title) => s.ledger.do(
		creation({ title, kategorie: 'arbeit', tags: [] }, `key of ${title}`));
	s.answer = refuse(503);
	for (const title of ['Eins', 'Zwei', 'Zwei'])
		await make(title);
	s.sent.length = 0;
	s.answer = () => ({ id: `004${s.sent.length}`, etag: 'born',
		filename: `004${s.sent.length}-Neu.md` });
	await s.ledger.retry();
	assert.deepEqual(s.sent.map((/** @type {any} */ one) => one.key),
		['key of Eins', 'key of Zwei']);
});

test('ticks_of_a_task_that_fail_one_after_the_other_are_all_tried_again', async () => {
	const s = scene();
	const shown = find(shownWeek(s.store), '0001');
	s.answer = refuse(503);
	s.found = shown;
	for (const line of [4, 5, 5])
		await s.ledger.do(ticking(shown, line, true));
	s.sent.length = 0;
	s.answer = () => ({ etag: 'good' });
	await s.ledger.retry();
	assert.deepEqual(s.sent.map((/** @type {any} */ one) =>
		one.body.tick.line), [4, 5]);
});

test('a_change_that_was_taken_back_is_not_tried_again', async () => {
	const s = scene();
	const was = find(shownWeek(s.store), '0001');
	const failOne = async (/** @type {string} */ id) => {
		s.answer = vanish;
		s.found = null;
		await s.ledger.do(complete(shownWeek(s.store), id));
	};
	await failOne('0001');
	s.found = was;
	await s.ledger.undo();
	await failOne('0005');
	const said = messageOf(s.told.at(-1), '23.11.2026');
	assert.doesNotMatch(said?.text ?? '', /weitere|more/);
	s.found = find(shownWeek(s.store), '0005');
	s.answer = () => ({ etag: 'good' });
	await s.ledger.retry();
	assert.equal(find(shownWeek(s.store), '0005').status, 'abgeschlossen');
	assert.equal(find(shownWeek(s.store), '0001').status, 'offen');
});

test('a_decision_refused_with_412_is_known_not_to_have_happened', async () => {
	const s = scene();
	s.answer = refuse(412);
	await s.ledger.do(decision({
		id: '0001', file: '0001-Tee.md', copy: 'a', fields: null, mine: '',
		theirs: '', etag: 'e0',
	}, 'mine'));
	assert.equal(s.told.at(-1).change.lost, false);
	assert.match(messageOf(s.told.at(-1), '23.11.2026')?.text ?? '', / Nein\.$/);
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
