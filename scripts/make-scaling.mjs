// @ts-check
// make-scaling: writes the tables of docs/scaling.md from what was measured
// (docs/measured.json, by scripts/bench --rows) and what is assumed
// (docs/assumed.json).
//
//	node scripts/make-scaling.mjs [--check]
//
// Between `<!-- scaling: TABLE -->` and `<!-- end -->` the document gets a
// table by that name, of those in `tables` below.  scripts/make-docs calls it.
//
//   --check   change nothing: fail if a table is not what it would become

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Plan, pollSeconds } from './scaling-plan.mjs';

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (/** @type {string} */ name) =>
    JSON.parse(readFileSync(join(top, 'docs', name), 'utf8'));
const measured = read('measured.json'), assumed = read('assumed.json');
const plan = new Plan(measured, assumed);
const places = ['fs', 'fs, Redis', 'Azure', 'Azure, Redis'];
const crowds = [1, 100, 10000, 1000000];

/** Three digits, or all of a whole number.  @param {number} n */
const number = (n) => Math.abs(n) >= 100
    ? Math.round(n).toLocaleString('en-US')
    : String(Number(n.toPrecision(3)));

/** Two digits: for what follows from assumptions.  @param {number} n */
const about = (n) => number(Number(n.toPrecision(2)));

/** Rows below a head, without columns that have nothing.
 * @param {string[]} head @param {(string|number)[][]} rows */
function table(head, rows) {
	const used = head.map((_, i) => rows.some((row) => row[i] !== ''));
	return [head, head.map(() => '---'), ...rows].map((row) => `| ${row
	    .filter((_, i) => used[i]).join(' | ')} |`.replaceAll('  ', ' '))
	    .join('\n');
}

// Requests

/** The operations, in the order in which they were measured. */
const operations = () => [...new Set(measured.groups.operations.rows.map(
    (/** @type {{row: string}} */ { row }) => row.replace(
	/, (fs|Azure)(, Redis)?$/, '')))];

/** @param {string} operation @param {string} place @param {string} name */
const asked = (operation, place, name) =>
    plan.value('operations', `${operation}, ${place}`, name);

/** @param {string} operation @param {string} place */
const requests = (operation, place) => ['get', 'put', 'list', 'remove']
    .reduce((sum, verb) => sum + asked(operation, place, verb), 0);

/** @param {string} what @param {number} times */
const requestsRow = (what, times = 1) => [
	...places.map((place) => number(times * requests(what, place))),
	number(times * asked(what, 'Azure, Redis', 'redis')), githubCell(what)];

const requestsTable = () => table(['operation', ...places, 'of Redis',
	'of GitHub'], [...operations().map((what) => [what, ...requestsRow(what)]),
	['an hour in which nothing happens', ...requestsRow('poll of the worker',
	    3600 / pollSeconds)]]);

/** @param {string} what */
function githubCell(what) {
	const writes = asked(what, 'fs', 'writes');
	return `${asked(what, 'fs', 'github')}${writes
	    ? `, ${writes} of them write` : ''}`;
}

const bytesTable = () => table(['operation', 'get', 'put', 'list', 'remove',
	'KB of blobs', 'KB on the wire', 'with Redis'], operations().map((what) =>
	[what, ...['get', 'put', 'list', 'remove'].map((verb) =>
	    asked(what, 'Azure', verb)),
	    number(asked(what, 'Azure', 'bytes') / 1000),
	    number(asked(what, 'Azure', 'wire') / 1000),
	    number(asked(what, 'Azure, Redis', 'wire') / 1000)]));

// Time

/** @param {{ratio?: number, spread?: number}} row */
const spreadCell = ({ ratio, spread }) => [
	ratio === undefined ? '' : number(ratio),
	spread === undefined ? '' : `±${number(spread)} %`].join(' ').trim();

/** @param {string[]} names of groups */
const rowsTable = (...names) => table(['what', 'measured', 'beside',
	'ratio, spread'], names.flatMap((name) => (measured.groups[name]?.rows ??
	[]).map(
	(/** @type {any} */ row) => [row.row, row.figure, row.beside ?? '',
	    spreadCell(row)])));

const whenTable = () => table(['rows of', 'day', 'commit', 'load', 'machine'],
    Object.entries(measured.groups).map(([name, group]) => [`\`${name}\``,
	group.day, `\`${group.commit}\``, group.load, group.machine]));

// Plans

/** @param {'use'|'prices'|'limits'} name */
const assumedTable = (name) => table(['name', 'value', 'of what'],
    Object.entries(assumed[name]).filter(([key]) => key !== 'about')
	.map(([key, [value, what]]) => [`\`${key}\``, value, what]));

const dayTable = () => table(['a user\'s day', 'times'], plan.day().map(
    ([what, times]) => [what, number(times)]));

const perUserTable = () => table(['of one user', 'in a day',
	'in the busiest hour'], [
	...['Azure', 'Azure, Redis'].map((place) => [
	    `requests to the store, ${place}`, plan.requests(place)]),
	['requests of Redis', plan.asked('Azure, Redis', 'redis')],
	['requests of GitHub', plan.asked('fs', 'github')],
	['of them such that write', plan.asked('fs', 'writes')],
	['seconds of a processor', plan.processor() / 1e6],
	['seconds of a worker', plan.worker()],
].map(([what, n]) => [what, about(Number(n)), about(plan.hour(Number(n)))]));

/** @param {Record<string, number>} cost */
const total = (cost) => Object.values(cost).reduce((a, b) => a + b, 0);

function costTable() {
	const users = 1000, hosts = plan.hosts(users);
	const costs = places.filter((place) => place.startsWith('Azure'))
	    .map((place) => plan.cost(users, place, hosts));
	/** @type {Record<string, string>} */
	const names = { reads: 'reads', writes: 'writes',
		lists: `lists, those of the worker each ${pollSeconds} s included`,
		stored: `${number(plan.gigabytes(users))} GB stored`,
		machines: `${hosts} machine${hosts > 1 ? 's' : ''}`,
		redis: 'Redis' };
	return table(['a month', 'Azure', 'Azure, Redis'], [
	    ...Object.entries(names).map(([name, what]) => [what,
		...costs.map((cost) => dollars(cost[name]))]),
	    ['all of it', ...costs.map((cost) => dollars(total(cost)))],
	    ['of one user', ...costs.map((cost) =>
		dollars(total(cost) / users))],
	    ['users for whom Redis costs no more than what it saves', '–',
		about(plan.redisPays())]]);
}

/** @param {number} n */
const dollars = (n) => n === 0 ? '–' : `$${n < 0.1 ? n.toFixed(3)
    : n < 100 ? n.toFixed(2) : number(Math.round(n))}`;

/** What each limit is, and what moves it. @type {Record<string, string[]>} */
const limitWords = {
	github_writes: ['500 requests an hour that write, of one token',
	    'send less often (one run sends all edits since the last); a site ' +
	    'with its own repository and token for each group of users; a GitHub ' +
	    'Enterprise Server, which has no limits unless its owner sets them'],
	github_hour: ['5,000 requests an hour, of one token', 'the same'],
	github_logins: ['2,000 logins an hour, of one OAuth app',
	    'an app for each site'],
	worker: ['one worker of a host, one run after the other',
	    'another host; GitHub nearer'],
	processors: ['two processors of a host, half used',
	    'more of them; another host'],
	blob: ['20,000 requests a second, of one Blob account',
	    'a region with 40,000; Redis; another account for other users'],
	blob_redis: ['the same 20,000 requests a second, with Redis', 'another account for other users'],
	redis: ['one Redis, half of what it answers',
	    'Redis by user: another one for other users'],
	webhook: ['one process of `codex-webhook`, half used', 'more of them'],
};

const limitsTable = () => table(['limit', 'users', 'what moves it'],
    plan.limits().map(({ name, users }) => [limitWords[name][0], about(users),
	limitWords[name][1]]));

/** Where so many users are best kept.  @param {number} users */
const placeFor = (users) => users < 1000 ? 'fs' : 'Azure, Redis';

function planTable() {
	const of = crowds.map((users) => {
		const place = placeFor(users), least = users < 1000 ? 1 : 2;
		const hosts = plan.hosts(users, least);
		return { users, place, hosts,
			cost: total(plan.cost(users, place, hosts)) };
	});
	const row = (/** @type {string} */ what,
	    /** @type {(one: typeof of[number]) => string} */ cell) =>
	    [what, ...of.map(cell)];
	const second = (/** @type {string} */ name) =>
	    (/** @type {typeof of[number]} */ one) => about(one.users *
		plan.second(name === 'store' ? plan.requests(one.place)
		    : plan.asked(one.place, name)));
	return table(['users', ...crowds.map(number)], [
	    row('store', ({ place }) => place),
	    row('processors busy in the busiest hour', ({ users }) =>
		about(plan.processors(users))),
	    row('hosts of two processors', ({ hosts }) => about(hosts)),
	    row('requests to the store a second', second('store')),
	    row('requests of Redis a second', (one) =>
		one.place.includes('Redis') ? second('redis')(one) : '–'),
	    row('GB stored', ({ users }) => about(plan.gigabytes(users))),
	    row('requests to GitHub an hour', ({ users }) =>
		about(users * plan.hour(plan.asked('fs', 'github')))),
	    row('repositories with a token each', ({ users }) =>
		about(plan.tokens(users))),
	    row('dollars a month', ({ cost }) => about(cost)),
	]);
}

/** @type {Record<string, (...args: string[]) => string>} */
const tables = { requests: requestsTable, bytes: bytesTable, rows: rowsTable,
	when: whenTable, use: () => assumedTable('use'), prices: () =>
	    `${assumed.prices.about}:\n\n${assumedTable('prices')}`,
	limited: () => assumedTable('limits'), day: dayTable,
	user: perUserTable, cost: costTable, limits: limitsTable,
	plan: planTable };

/** @param {string} text */
const fill = (text) => text.replace(
    /(<!-- scaling: ([a-z ]+) -->\n)[^]*?(<!-- end -->\n)/g,
    (_, begin, words, end) => {
	const [name, ...args] = words.split(' ');
	if (!tables[name])
		throw new Error(`there is no table ${name}`);
	return `${begin}\n${tables[name](...args)}\n\n${end}`;
    });

const file = join(top, 'docs/scaling.md');
const old = readFileSync(file, 'utf8'), text = fill(old);
if (text !== old && process.argv.includes('--check')) {
	console.log('docs/scaling.md: call scripts/make-docs');
	process.exitCode = 1;
} else if (text !== old) {
	writeFileSync(file, text);
}
