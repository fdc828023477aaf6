// @ts-check
// group: http
// The checker of histories finds each fault that is planted into one, and
// nothing in those that are as promised.

import assert from 'node:assert/strict';
import test from 'node:test';
import { ABSENT, DONE, HIDDEN, judge } from './history.mjs';

/** @typedef {import('./history.mjs').Event} Event */

/** An event of usera's task. @param {'write'|'read'} op @param {string} value
 * @param {number} from @param {number} to @param {Partial<Event>} more
 * @returns {Event} */
const event = (op, value, from, to, more = {}) => ({ op, value, from, to,
    user: 'usera', task: '0001', device: 'a', host: 0, ...more });
/** @param {string} value @param {number} from @param {number} to
 * @param {Partial<Event>} more */
const write = (value, from, to, more = {}) =>
    event('write', value, from, to, more);
/** @param {string} value @param {number} from @param {number} to
 * @param {Partial<Event>} more */
const read = (value, from, to, more = {}) =>
    event('read', value, from, to, more);
const strong = { strong: true };
const other = { device: 'b', host: 1 };

/** The rules that a history breaks. @param {Event[]} events
 * @param {Partial<import('./history.mjs').History>} more */
const broken = (events, more = {}) =>
    [...new Set(judge({ events, ...more }).map((s) => s.split(':')[0]))].sort();

/** Two values, one after the other. */
const two = [write('eins', 0, 10), write('zwei', 20, 30)];

test('a history as promised breaks no rule', () => {
	assert.deepEqual(broken([read(HIDDEN, -10, -5), ...two,
	    read('eins', 12, 18, other), read('zwei', 31, 40),
	    read('zwei', 50, 60, { ...other, ...strong }),
	    write(DONE, 70, 80), read(HIDDEN, 81, 90), read(DONE, 81, 90, strong),
	], { redisDown: [] }), []);
});

test('a lost write is found', () => {
	assert.deepEqual(broken([...two, read('eins', 40, 50,
	    { ...other, ...strong })]), ['lost', 'order']);
	assert.ok(broken([write('eins', 0, 10), read(ABSENT, 40, 50,
	    { ...other, ...strong })]).includes('lost'));
});

test('a write whose answer was lost may be there, or not', () => {
	const events = [write('eins', 0, 10), write('zwei', 20, Infinity)];
	for (const value of ['eins', 'zwei'])
		assert.deepEqual(broken([...events,
		    read(value, 40, 50, strong)]), []);
});

test('a write that has been seen does not vanish again', () => {
	assert.deepEqual(broken([write('eins', 0, 10),
	    write('zwei', 20, Infinity), read('zwei', 40, 50, strong),
	    read('eins', 60, 70, strong)]), ['order']);
});

test('a stale read of one\'s own is found', () => {
	assert.deepEqual(broken([...two, read('eins', 40, 50, { host: 1 })],
	    { revalidateMs: 1000 }), ['stale']);
	assert.deepEqual(broken([write('eins', 0, 10), read(HIDDEN, 11, 20)],
	    { revalidateMs: 1000 }), ['stale']);
});

test('a read amid a write may show either', () => {
	for (const value of ['eins', 'zwei'])
		assert.deepEqual(broken([...two, read(value, 25, 50)]), []);
});

test('another device\'s view is late after the time of memory', () => {
	const seen = (/** @type {number} */ at) =>
	    broken([...two, read('eins', at, at + 5, other)],
		{ revalidateMs: 1000 });
	assert.deepEqual(seen(1030), []);
	assert.deepEqual(seen(1031), ['late']);
});

test('with Redis another device\'s view is late at once', () => {
	const late = [...two, read('eins', 40, 45, other)];
	assert.deepEqual(broken(late, { revalidateMs: 1000, redisDown: [] }),
	    ['late']);
	assert.deepEqual(broken(late, { revalidateMs: 1000,
	    redisDown: [[5, 35]] }), []);
	assert.deepEqual(broken([...two, read('eins', 1040, 1045, other)],
	    { revalidateMs: 1000, redisDown: [[5, 35]] }), ['late']);
});

test('a week that warns that it is old may be late', () => {
	assert.deepEqual(broken([...two, read('zwei', 40, 45, other),
	    read('eins', 5000, 5005, { ...other, warned: true })]), []);
});

test('a read that goes back is found on the same host', () => {
	const events = [...two, read('zwei', 40, 45, other)];
	const back = (/** @type {number} */ host) => broken([...events,
	    read('eins', 50, 55, { ...other, host })], { revalidateMs: 1000 });
	assert.deepEqual(back(1), ['back']);
	assert.deepEqual(back(0), []);
});

test('reads that overlap do not go back', () => {
	assert.deepEqual(broken([...two, read('zwei', 40, 60, other),
	    read('eins', 50, 55, other)], { revalidateMs: 1000 }), []);
});

test('strong reads in two orders are found', () => {
	assert.deepEqual(broken([write('eins', 0, 100),
	    write('zwei', 0, 100, other), read('eins', 10, 20, strong),
	    read('zwei', 30, 40, strong), read('eins', 50, 60, strong)]),
	['order']);
});

test('a value that nobody wrote is found', () => {
	assert.deepEqual(broken([read('drei', 0, 10)]), ['unknown']);
	assert.deepEqual(broken([read('eins', 0, 10), write('eins', 20, 30)]),
	    ['unknown']);
});

test('a number that two creations got is found', () => {
	const created = [{ user: 'usera', number: '0001', key: 'x' },
	    { user: 'usera', number: '0001', key: 'x' },
	    { user: 'userb', number: '0001', key: 'y' }];
	assert.deepEqual(broken([], { created }), []);
	assert.deepEqual(broken([], { created: [...created,
	    { user: 'usera', number: '0001', key: 'z' }] }), ['double']);
});

/** @param {string|null} run @param {number} at @param {number} until
 * @param {number} host */
const lease = (run, at, until, host = 0) =>
    ({ user: 'usera', run, at, until, host });

test('two runs at once are found', () => {
	const runs = [lease('eins', 0, 100), lease('eins', 50, 150)];
	assert.deepEqual(broken([], { runs: [...runs, lease(null, 60, 0),
	    lease('zwei', 70, 170, 1)] }), []);
	assert.deepEqual(broken([], { runs: [...runs,
	    lease('zwei', 151, 250, 1)] }), []);
	assert.deepEqual(broken([], { runs: [...runs,
	    lease('zwei', 120, 220, 1)] }), ['runs']);
	assert.deepEqual(broken([], { earlyMs: 40, runs: [...runs,
	    lease('zwei', 120, 220, 1)] }), []);
	assert.deepEqual(broken([], { runs: [...runs,
	    lease('zwei', 160, 260, 1), lease('eins', 170, 270)] }), ['runs']);
});
