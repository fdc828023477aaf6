// @ts-check
// trouble: what the fake does wrong on command, and what it remembers of it.
//
// A rule takes the next `times` requests (1) that match `method` and `path`
// (a string that the path holds, or a RegExp; over HTTP a string that begins
// with ^), after leaving out the first `skip`; with `chance` it takes each
// only with that probability (seeded).  What it then does, in any mixture:
//
//	delay: ms            answers later
//	late: ms             the same, but with the answer of before
//	until: promise       answers when that is kept (in this process only)
//	status, message, headers, body
//	                     this instead of the real answer; nothing is done
//	after: true          … but the request has done its work before
//	retryAfter: s        a Retry-After; status 403 unless told
//	remaining: 0, resetIn: s
//	                     the primary rate limit, status 403 unless told
//	cut: n               n bytes of the answer (true: half of it), then the
//	                     connection is reset; its work is done
//	hang: true           never answers; its work is done
//	truncated: true      a tree with half its entries and truncated:true
//	empty: true          a tree or list with nothing in it
//	json: (body) => body anything else (in this process only)
//	bytes: (data) => data
//	                     the same for an answer that is no JSON
//	media: 'json'        as if Accept had asked for that

/**
 * @typedef {{method?: string, path?: string|RegExp, token?: string,
 *     times?: number, skip?: number, chance?: number, delay?: number, late?: number,
 *     until?: Promise<any>,
 *     status?: number, message?: string, headers?: Record<string, string>,
 *     body?: any, after?: boolean, retryAfter?: number,
 *     remaining?: number, resetIn?: number, cut?: boolean|number,
 *     hang?: boolean, truncated?: boolean, empty?: boolean,
 *     json?: (body: any) => any, bytes?: (data: Buffer) => Buffer|string,
 *     media?: string, hits?: number}} Rule
 */

/** Numbers from 0 to 1, the same for the same seed.
 * @param {number} seed */
export function seeded(seed) {
	let a = seed >>> 0;
	return () => {
		a = (a + 0x6d2b79f5) >>> 0;
		let t = Math.imul(a ^ (a >>> 15), a | 1);
		t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const messages = /** @type {Record<number, string>} */ ({
	400: 'Problems parsing JSON',
	401: 'Bad credentials',
	403: 'Resource not accessible by personal access token',
	404: 'Not Found',
	409: 'Git Repository is empty.',
	422: 'Validation Failed',
	429: 'You have exceeded a secondary rate limit. Please wait a few ' +
	    'minutes before you try again.',
	500: 'Server Error',
	502: 'Server Error',
	503: 'Service Unavailable',
	504: 'We couldn\'t respond to your request in time. Sorry about that.',
});

export class Trouble {
	/** @param {number} seed */
	constructor(seed) {
		/** @type {Rule[]} */
		this.rules = [];
		this.random = seeded(seed);
		/** Until when a token must be silent, in ms since 1970.
		 * @type {Map<string, {since: number, until: number}>} */
		this.silence = new Map();
		/** Requests that came too early.
		 * @type {{method: string, path: string, ms: number}[]} */
		this.early = [];
	}

	/** @param {Rule} rule @returns {Rule} the rule, with its `hits` */
	add(rule) {
		const path = typeof rule.path === 'string' &&
		    rule.path.startsWith('^') ? new RegExp(rule.path)
		    : rule.path;
		const kept = { ...rule, path, times: rule.times ?? 1,
		    skip: rule.skip ?? 0, hits: 0 };
		this.rules.push(kept);
		return kept;
	}

	clear() {
		this.rules = [];
		this.silence.clear();
	}

	/** The rule for a request, used up by it.
	 * @param {string} method @param {string} path @param {string} token
	 * @returns {Rule|null} */
	take(method, path, token) {
		for (const rule of this.rules) {
			if ((rule.method && rule.method !== method) ||
			    (rule.token && rule.token !== token) ||
			    !matches(rule.path, path) || !rule.times)
				continue;
			if (rule.skip) {
				rule.skip--;
				continue;
			}
			if (this.random() >= (rule.chance ?? 1))
				continue;
			rule.times--;
			rule.hits = (rule.hits ?? 0) + 1;
			return rule;
		}
		return null;
	}

	/** What a rule answers, or null if it leaves that alone.
	 * @param {Rule} rule */
	answerOf(rule) {
		const limited = rule.retryAfter !== undefined ||
		    rule.remaining !== undefined;
		const status = rule.status ?? (limited ? 403 : 0);
		if (status === 0)
			return null;
		/** @type {Record<string, string>} */
		const headers = { ...rule.headers };
		if (rule.retryAfter !== undefined)
			headers['retry-after'] = String(rule.retryAfter);
		if (rule.remaining !== undefined) {
			headers['x-ratelimit-remaining'] =
			    String(rule.remaining);
			headers['x-ratelimit-reset'] = String(Math.ceil(
			    Date.now() / 1000 + (rule.resetIn ?? 60)));
		}
		const message = rule.message ?? (rule.remaining === 0
		    ? 'API rate limit exceeded for user ID 1.'
		    : messages[limited ? 429 : status] ?? 'Server Error');
		return { status, headers, body: rule.body ?? { message,
		    documentation_url: 'https://docs.github.com/rest',
		    status: String(status) } };
	}

	/** Takes note of what a rate-limit answer asks for.
	 * @param {string} token @param {number} status
	 * @param {Record<string, string>} headers */
	remember(token, status, headers) {
		if (status !== 403 && status !== 429)
			return;
		const wait = headers['retry-after'];
		const until = wait !== undefined
		    ? Date.now() + Number(wait) * 1000
		    : headers['x-ratelimit-remaining'] === '0'
			? Number(headers['x-ratelimit-reset']) * 1000 : 0;
		if (until > (this.silence.get(token)?.until ?? 0))
			this.silence.set(token, { since: Date.now(), until });
	}

	/** Whether a request comes earlier than an answer before allowed; what
	 * may have been on its way is not counted. @param {string} method
	 * @param {string} path @param {string} token */
	watch(method, path, token) {
		const { since = 0, until = 0 } = this.silence.get(token) ?? {};
		const now = Date.now();
		if (now < until && now > since + 50)
			this.early.push({ method, path, ms: until - now });
	}
}

/** @param {string|RegExp|undefined} wanted @param {string} path */
function matches(wanted, path) {
	return wanted === undefined || (typeof wanted === 'string'
	    ? path.includes(wanted) : wanted.test(path));
}

/** A JSON answer as a rule spoils it. @param {Rule} rule @param {any} json */
export function spoil(rule, json) {
	let out = json;
	if (rule.truncated && Array.isArray(out?.tree))
		out = { ...out, truncated: true,
		    tree: out.tree.slice(0, Math.floor(out.tree.length / 2)) };
	if (rule.empty)
		out = Array.isArray(out) ? []
		    : out?.tree ? { ...out, tree: [] } : out;
	return rule.json ? rule.json(out) : out;
}
