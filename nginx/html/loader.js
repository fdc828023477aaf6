// @ts-check
/**
 * loader: when the week is asked for, and when again.
 *
 * At the start, at `validUntil`, when the tab is looked at or the network is
 * back, after each write, at the button, and every nine seconds while the page
 * is seen, so that what another browser or a push has changed is there within
 * ten.  If nothing has changed that costs a 304, and the shown week stays the
 * same object.  After a failure again by itself: when the server's Retry-After
 * says, else after 2, 4, 8 … 60 seconds.  What a person must settle (401, 403,
 * 404) is not tried again.  A hidden tab asks nothing; it asks when it is seen.
 */
import { getWeek, Refusal } from './api.js';
import { t } from './words.js';

const FIRST_WAIT_MS = 2_000;
const LAST_WAIT_MS = 60_000;
/** Slack for the Date header, which counts whole seconds. */
const SLACK_MS = 1_100;
/** 400 answers of some 800 bytes make an idle hour. */
const LIVE_MS = 9_000;

export class Loader {
	/** @type {AbortController | null} */
	#running = null;
	#timer = 0;
	/** Failures, or answers that came already too old, in a row. */
	#misses = 0;
	#store;

	/** @param {import('./store.js').Store} store */
	constructor(store) {
		this.#store = store;
	}

	start() {
		document.addEventListener('visibilitychange', () => {
			if (!document.hidden)
				this.load();
		});
		addEventListener('pageshow', (event) => {
			if (event.persisted)
				this.load();
		});
		addEventListener('online', () => this.load());
		return this.load();
	}

	/**
	 * Asks now; a try that is under way is given up for this one.
	 *
	 * @param {boolean} [quiet] only a look whether something has changed
	 */
	async load(quiet = false) {
		this.#running?.abort();
		clearTimeout(this.#timer);
		const own = this.#running = new AbortController();
		const askedAt = this.#store.moment();
		if (!quiet || this.#store.state.phase !== 'fresh')
			this.#store.update({ phase: 'loading', retryAt: 0 });
		try {
			const answer = await getWeek(own.signal);
			if (own === this.#running)
				this.#accept(answer, askedAt);
		} catch (error) {
			if (own === this.#running)
				this.#refuse(error);
		}
	}

	/**
	 * @param {Awaited<ReturnType<typeof getWeek>>} answer
	 * @param {number} askedAt
	 */
	#accept({ week, etag, leftMs }, askedAt) {
		const { heard, etag: known } = this.#store.state;
		const same = heard && etag !== '' && etag === known;
		this.#misses = leftMs > 0 ? 0 : this.#misses + 1;
		const wait = leftMs > 0 ? leftMs + SLACK_MS : this.#pause();
		this.#later(Math.min(wait, LIVE_MS));
		this.#store.update({
			phase: 'fresh', heard: same ? heard : week, etag, askedAt,
			loadedAt: Date.now(), validTo: Date.now() + wait, expired: false,
			refusal: null,
		});
		this.#store.settle(Date.now());
	}

	/** @param {unknown} error */
	#refuse(error) {
		const refusal = error instanceof Refusal ? error :
			new Refusal('format', t.notUnderstood);
		const { status } = refusal;
		const hopeless = status >= 400 && status < 500 && status !== 429;
		let retryAt = 0;
		this.#misses++;
		if (!hopeless) {
			const wait = refusal.retryAfter === undefined ?
				this.#pause() : Math.max(refusal.retryAfter, 1) * 1000;
			retryAt = Date.now() + wait;
			this.#later(wait);
		}
		this.#store.update({
			phase: refusal.kind === 'silent' ? 'offline' : 'error', refusal,
			retryAt, expired: Date.now() >= this.#store.state.validTo,
		});
	}

	#pause() {
		return Math.min(FIRST_WAIT_MS * 2 ** (this.#misses - 1), LAST_WAIT_MS);
	}

	/** @param {number} ms */
	#later(ms) {
		this.#timer = setTimeout(() => {
			if (!document.hidden)
				this.load(true);
		}, ms);
	}
}
