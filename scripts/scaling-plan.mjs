// @ts-check
// scaling-plan: what so many users ask for, and cost, from what was measured
// (docs/measured.json) and what is assumed (docs/assumed.json).  Pure: numbers
// in, numbers out.  scripts/make-scaling.mjs makes tables of it.

/**
 * @typedef {{row: string, figure: string, beside?: string, ratio?: number,
 *     spread?: number, values?: Record<string, number>}} Row
 * @typedef {{day: string, commit: string, machine: string, load: number,
 *     rows: Row[]}} Group
 * @typedef {{v: number, groups: Record<string, Group>}} Measured
 * @typedef {Record<string, [number, string]>} Table  value and its meaning
 * @typedef {{use: Table, prices: Table & {about: string}, limits: Table}} Assumed
 */

export const pollSeconds = 30; // SYNC_POLL_MS
export const lookSeconds = 9; // LIVE_MS of nginx/html/loader.js
const monthDays = 30;
/** Of the machine that is planned with. */
const processors = 2;

/** @param {number} value @param {number} step */
const up = (value, step = 1) => Math.ceil(value / step - 1e-9);

export class Plan {
	/** @param {Measured} measured @param {Assumed} assumed */
	constructor(measured, assumed) {
		this.measured = measured;
		this.assumed = assumed;
	}

	/** A value of a measured row.  @param {string} group @param {string} row
	 * @param {string} name */
	value(group, row, name) {
		const found = this.measured.groups[group]?.rows.find((one) =>
		    one.row === row)?.values?.[name];
		if (found === undefined)
			throw new Error(`nothing measured: ${group}, ${row}, ${name}`);
		return found;
	}

	/** @param {keyof Assumed} table @param {string} name */
	assume(table, name) {
		return this.assumed[table][name][0];
	}

	/** What one user does in a day: operations and how often.
	 * @returns {[string, number][]} */
	day() {
		const use = (/** @type {string} */ name) => this.assume('use', name);
		const writes = use('edits') + use('created');
		const changes = writes + use('pushed') + use('sent');
		return [
			['login', use('logins')],
			['hit', use('seen') * 60 / lookSeconds],
			['look at the page', use('opened')],
			['edit', use('edits')],
			['create', use('created')],
			['rebuild after it', changes],
			['hit from the artifact', changes],
			['run that sends one edit', use('sent')],
			['push of one file, by webhook', use('pushed')],
		];
	}

	/** What one user asks for in a day.  @param {string} place
	 * @param {string} name  get, put, redis, github … */
	asked(place, name) {
		return this.day().reduce((sum, [operation, times]) => sum + times *
		    this.value('operations', `${operation}, ${place}`, name), 0);
	}

	/** Requests to the store.  @param {string} place */
	requests(place) {
		return ['get', 'put', 'list', 'remove'].reduce((sum, verb) =>
		    sum + this.asked(place, verb), 0);
	}

	/** Microseconds of the processor for one user and day. */
	processor() {
		return this.day().reduce((sum, [operation, times]) => sum + times *
		    this.value('processor', `processor time of: ${operation}`,
			'us'), 0);
	}

	/** Seconds for which a run's worker is busy with one user, in a day. */
	worker() {
		const ms = this.assume('limits', 'github_ms');
		return this.day().filter(([operation]) => /^run|^push/.test(operation))
		    .reduce((sum, [operation, times]) => sum + times * ms / 1000 *
			this.value('operations', `${operation}, fs`, 'github'), 0);
	}

	/** Of a day's number, what falls into a second of the busiest hour.
	 * @param {number} perDay */
	second(perDay) {
		return this.hour(perDay) / 3600;
	}

	/** @param {number} perDay */
	hour(perDay) {
		return perDay * this.assume('use', 'busy');
	}

	/** Processors that so many users need in the busiest hour.
	 * @param {number} users */
	processors(users) {
		return users * this.second(this.processor()) / 1e6;
	}

	/** @param {number} users @param {number} least */
	hosts(users, least = 1) {
		const half = this.assume('limits', 'half');
		return Math.max(least,
		    up(this.processors(users), processors * half),
		    up(users * this.hour(this.worker()), 3600 * half));
	}

	/** Repositories with a token each, so that GitHub's limits hold.
	 * @param {number} users */
	tokens(users) {
		const of = (/** @type {string} */ name, /** @type {string} */ limit) =>
		    up(users * this.hour(this.asked('fs', name)),
			this.assume('limits', limit));
		return Math.max(1, of('github', 'github_hour'),
		    of('writes', 'github_writes'));
	}

	/** @param {number} users */
	gigabytes(users) {
		return users * this.assume('use', 'tasks') *
		    this.assume('use', 'stored_kb') / 1e6;
	}

	/** Dollars a month.  @param {number} users @param {string} place
	 * @param {number} hosts
	 * @returns {Record<string, number>} */
	cost(users, place, hosts) {
		const price = (/** @type {string} */ name) =>
		    this.assume('prices', name);
		const month = (/** @type {string} */ verb) =>
		    users * monthDays * this.asked(place, verb);
		// The hosts of a site share the looks for marks.
		const polls = monthDays * 86400 / pollSeconds;
		const azure = place.startsWith('Azure');
		return {
			reads: azure ? month('get') / 1e4 * price('read') : 0,
			writes: azure ? month('put') / 1e4 * price('write') : 0,
			lists: azure ? (month('list') + polls) / 1e4 * price('list') : 0,
			stored: azure ? this.gigabytes(users) * price('stored') : 0,
			machines: hosts * price('machine'),
			redis: place.includes('Redis') ? price('redis') : 0,
		};
	}

	/** From how many users on a Redis costs less than the reads of Azure that
	 * it saves. */
	redisPays() {
		const saved = (this.asked('Azure', 'get') -
		    this.asked('Azure, Redis', 'get')) * monthDays / 1e4 *
		    this.assume('prices', 'read');
		return this.assume('prices', 'redis') / saved;
	}

	/** What ends first: how many users one of each carries, the least first. */
	limits() {
		const half = this.assume('limits', 'half');
		const limit = (/** @type {string} */ name) =>
		    this.assume('limits', name);
		return [
			{ name: 'github_writes',
				users: limit('github_writes') /
				    this.hour(this.asked('fs', 'writes')) },
			{ name: 'github_hour', users: limit('github_hour') /
			    this.hour(this.asked('fs', 'github')) },
			{ name: 'github_logins', users: limit('github_logins') /
			    this.hour(this.assume('use', 'logins')) },
			{ name: 'worker', users: 3600 * half /
			    this.hour(this.worker()) },
			{ name: 'processors', users: processors * half /
			    this.processors(1) },
			{ name: 'blob', users: limit('blob_second') /
			    this.second(this.requests('Azure')) },
			{ name: 'blob_redis', users: limit('blob_second') /
			    this.second(this.requests('Azure, Redis')) },
			{ name: 'redis', users: half *
			    this.value('redis', 'Redis alone: GET', 'rate') /
			    this.second(this.asked('Azure, Redis', 'redis')) },
			{ name: 'webhook', users: half * 1e6 /
			    this.value('webhook', 'delivery of 1 file', 'us') /
			    this.second(this.assume('use', 'pushed')) },
		].sort((a, b) => a.users - b.users);
	}
}
