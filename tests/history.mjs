// @ts-check
// history: judge what people saw of a system while it ran, afterwards.  Pure:
// events go in, sentences come out, none if all was as promised.
//
//	const found = judge({ events, runs, created,
//	    revalidateMs: 1000, redisDown: [[from, to]] });
//	assert.deepEqual(found, []);
//
// Each task is one register.  It begins with ABSENT, a creation or change
// writes a value that nobody else writes, a completion writes DONE.  An event
//
//	{ op: 'write', user, task, device, host, value, from, to }
//	{ op: 'read', user, task, device, host, value, from, to, strong, warned }
//
// begins at `from` and is answered at `to`, in ms of the client's clock.  `to`
// is Infinity for a write whose answer was lost: it may have happened at any
// time since, or never.  A strong read asks the store (one task by its
// name); the others are of a week, which shows neither what is ABSENT nor
// what is DONE (HIDDEN), and may come from memory.  A warned one says of itself
// that it does, as the store does not answer: it may be late, and go back.
//
// A write w *covers* another one v for a read r if v had been answered when w
// began, w had been answered when r began, and w has been acknowledged.  The
// rules, by the words that begin a sentence of judge():
//
//	lost	a strong read shows what a write covers
//	stale	a read shows what a write of the same device covers
//	late	a read shows what another device's write covers that was
//		answered longer ago than the host may believe its memory
//	back	a read shows what was covered when the same device had, on the
//		same host, a later value.  Not if that write was never
//		acknowledged: weeks may show it later than a strong read does
//		(design.md 6)
//	order	no order of writes and strong reads explains all of them
//	unknown	a read shows a value before anybody has written it
//	double	two creations got one number
//	runs	a run wrote while another one had the lease
//
// "order" is linearizability.  As all values differ, it can be decided by the
// zones of values (Gibbons and Korach, "Testing Shared Memories", 1997): the
// zone of a value reaches from the first end to the last begin of its write
// and its reads.  Where the first end comes first, the value must have been
// there for all of the zone, so no two such zones overlap, and the zone of a
// value whose operations all overlap lies in none of them.

/** @typedef {{op: 'write'|'read', user: string, task: string, device: string,
 *     host: number, value: string, from: number, to: number,
 *     strong?: boolean, warned?: boolean}} Event */
/** @typedef {{user: string, number: string, key: string}} Created
 *     key: of the creation; the same one again is the same creation */
/** @typedef {{user: string, run: string|null, at: number, until: number,
 *     host: number}} RunWrite
 *     one that the store took of a user's sync.json, in the order of the
 *     store: run has the lease from now on, or nobody; at: when the store had
 *     answered; until: when the lease ends, both on the client's clock */
/** @typedef {[from: number, to: number]} Span */
/** @typedef {{events: Event[], runs?: RunWrite[], created?: Created[],
 *     revalidateMs?: number, redisDown?: Span[], earlyMs?: number}} History
 *     revalidateMs: how old what memory has may be
 *     redisDown: when hosts could not tell each other by Redis; without
 *     Redis, not set; earlyMs: how much too early a lease may count as over */

export const ABSENT = '(absent)', DONE = '(done)', HIDDEN = '(hidden)';

/** The write before all others. @type {Event} */
const beginning = { op: 'write', user: '', task: '', device: '', host: -1,
    value: ABSENT, from: -Infinity, to: -Infinity };

/** @template T @param {T[]} list @param {(one: T) => string} key
 * @returns {Map<string, T[]>} */
function groupBy(list, key) {
	const groups = new Map();
	for (const one of list) {
		const name = key(one);
		const group = groups.get(name);
		if (group)
			group.push(one);
		else
			groups.set(name, [one]);
	}
	return groups;
}

/** @param {Span[]} spans @param {number} from @param {number} to */
const touches = (spans, from, to) =>
    spans.some(([begin, end]) => begin <= to && from <= end);

/** One task's events. */
class Register {
	/** @param {Event[]} events */
	constructor(events) {
		this.writes = [beginning,
		    ...events.filter(({ op }) => op === 'write')];
		this.reads = events.filter(({ op }) => op === 'read')
		    .sort((a, b) => a.from - b.from);
		/** @type {Map<string, Event[]>} */
		this.byValue = groupBy(this.writes, ({ value }) => value);
	}

	/** The writes that a read may have seen. @param {Event} read */
	sources({ value, to }) {
		const values = value === HIDDEN ? [ABSENT, DONE] : [value];
		return values.flatMap((one) => this.byValue.get(one) ?? [])
		    .filter(({ from }) => from < to);
	}

	/** A write that covers whatever a read may have seen, or undefined.
	 * @param {Event[]} sources @param {(write: Event) => boolean} counts
	 * @returns {Event|undefined} */
	covering(sources, counts) {
		/** @type {Event|undefined} */
		let found;
		for (const source of sources) {
			found = this.writes.find((write) => write !== source &&
			    source.to < write.from && counts(write));
			if (!found)
				return undefined;
		}
		return found;
	}
}

/** @param {string} rule @param {Event} read @param {Event} [write] */
const sentence = (rule, read, write) =>
    `${rule}: ${read.device} of ${read.user} saw ${read.value} of ${read.task
    } on host ${read.host} from ${read.from} to ${read.to}` + (write
	? `, after ${write.value} by ${write.device} on host ${write.host
	} from ${write.from} to ${write.to}` : '');

/** How long a write may be unseen by another device's read.
 * @param {History} history @param {Event} write @param {Event} read */
function allowance(history, write, read) {
	const { revalidateMs = 0, redisDown } = history;
	if (read.warned)
		return Infinity;
	return redisDown && !touches(redisDown, write.from, read.to)
	    ? 0 : revalidateMs;
}

/** What one read breaks. @param {Register} register @param {Event} read
 * @param {History} history @returns {string[]} */
function judgeRead(register, read, history) {
	const sources = register.sources(read);
	if (sources.length === 0)
		return [sentence('unknown', read)];
	/** @param {(write: Event) => boolean} counts */
	const covering = (counts) => register.covering(sources, (write) =>
	    write.to < read.from && counts(write));
	const own = covering(({ device }) => device === read.device);
	if (own)
		return [sentence('stale', read, own)];
	const any = covering((write) => read.strong ||
	    write.to + allowance(history, write, read) < read.from);
	return any ? [sentence(read.strong ? 'lost' : 'late', read, any)] : [];
}

/** Reads of one device on one host, in the order of their begins.
 * @param {Register} register @param {Event[]} reads @returns {string[]} */
function judgeOrder(register, reads) {
	const found = [];
	/** Writes of which one had been seen, for each read before.
	 * @type {{to: number, sources: Event[]}[]} */
	let seen = [];
	for (const read of reads) {
		if (read.warned)
			continue;
		const sources = register.sources(read);
		const older = seen.find((before) => before.to < read.from &&
		    before.sources.length > 0 && sources.length > 0 &&
		    sources.every((source) => before.sources.every(
			(later) => later.to < Infinity &&
			    source.to < later.from)));
		if (older)
			found.push(`${sentence('back', read, older.sources[0])
			}, which was seen until ${older.to}`);
		// All that was seen for good is in the latest of those.
		seen = [...seen.filter(({ to }) => to >= read.from).slice(-8),
		    ...seen.filter(({ to }) => to < read.from).slice(-1),
		    { to: read.to, sources }];
	}
	return found;
}

/** The time in which a value must have been there, or could.
 * @param {Event[]} of its write and its strong reads */
function zoneOf(of) {
	const end = Math.min(...of.map(({ to }) => to));
	const begin = Math.max(...of.map(({ from }) => from));
	return { isHeld: end < begin, low: Math.min(end, begin),
		high: Math.max(end, begin), value: of[0].value };
}

/** @param {Register} register @param {string} task @returns {string[]} */
function judgeZones(register, task) {
	const strong = register.reads.filter((read) => read.strong);
	// A write that nobody saw and nobody was told of may not have been.
	const zones = register.writes.map((write) => [write, ...strong.filter(
	    ({ value }) => value === write.value)])
	    .filter((of) => of.some(({ to }) => to < Infinity)).map(zoneOf);
	const held = zones.filter(({ isHeld }) => isHeld);
	return zones.flatMap((zone) => held.filter((other) => other !== zone &&
	    (zone.isHeld ? zone.low < other.high && other.low < zone.high
		: other.low < zone.low && zone.high < other.high))
	    .map((other) => `order: of ${task}, ${zone.value} cannot have been` +
		` there beside ${other.value}`));
}

/** @param {Created[]} created @returns {string[]} */
function judgeNumbers(created) {
	return [...groupBy(created, ({ user, number }) => `${number} of ${user}`)]
	    .filter(([, of]) => new Set(of.map(({ key }) => key)).size > 1)
	    .map(([name, of]) => `double: ${name} for ${
		of.map(({ key }) => key).join(' and ')}`);
}

/** @param {RunWrite[]} runs of one user @param {number} earlyMs
 * @returns {string[]} */
function judgeRuns(runs, earlyMs) {
	const found = [];
	/** @type {RunWrite|null} */
	let holder = null;
	/** Runs that another one has followed. @type {Set<string>} */
	const over = new Set();
	for (const write of runs) {
		if (write.run && over.has(write.run))
			found.push(`runs: ${write.run} of ${write.user
			} wrote on after its end`);
		if (holder?.run && write.run && write.run !== holder.run) {
			if (write.at < holder.until - earlyMs)
				found.push(`runs: ${write.run} of ${write.user
				} on host ${write.host} began while ${holder.run
				} on host ${holder.host} had the lease`);
			over.add(holder.run);
		}
		holder = write.run ? write : null;
	}
	return found;
}

/** All that was not as promised. @param {History} history
 * @returns {string[]} */
export function judge(history) {
	const found = judgeNumbers(history.created ?? []);
	for (const runs of groupBy(history.runs ?? [], ({ user }) => user).values())
		found.push(...judgeRuns(runs, history.earlyMs ?? 0));
	const tasks = groupBy(history.events, ({ user, task }) =>
	    `${task} of ${user}`);
	for (const [task, events] of tasks) {
		const register = new Register(events);
		found.push(...register.reads.flatMap((read) =>
		    judgeRead(register, read, history)));
		found.push(...judgeZones(register, task));
		for (const reads of groupBy(register.reads,
		    ({ device, host }) => `${device} ${host}`).values())
			found.push(...judgeOrder(register, reads));
	}
	return found;
}
