// @ts-check
/**
 * ledger: makes changes happen, one after the other for each file, keeps those
 * that can be taken back, and says what came of each.
 *
 * A change is shown at once (store.js, `pending`).  If the server refuses it,
 * it leaves the list, which rolls it back.  Where it is not sure, the task itself
 * is asked whether the change has happened; a creation is sent again under its
 * key, at the latest when it is to be taken back.  Knows no page: whoever makes a
 * Ledger says how to send, look and tell.
 */
import { Refusal } from './api.js';
import { hasHappened, inverseOf, createdTask } from './changes.js';
import { allTasks, heldUntil, project } from './pending.js';
import { pieceOf } from './piece.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Edit} Edit
 * @typedef {import('./pending.js').Change} Change
 *
 * What came of a change:
 * `asking` it is shown and under way, `stored` the server has it, `failed` it
 * is rolled back; `next` is what could be taken back now, `failed` what retry()
 * would ask for again.
 * @typedef {{ kind: 'asking' | 'stored' | 'failed', change: Change,
 *	refusal: Refusal | null, next: Change | null, failed: Change[] }} Event
 *
 * @typedef {object} Hands
 * @property {(request: Edit) => Promise<any>} send
 * @property {(file: string) => Promise<Task>} look at one task
 * @property {(task: { file: string, etag?: string }) => Promise<Task>} read one
 *	with all of its file, which may be known
 * @property {(event: Event) => void} tell
 * @property {(change: Change) => boolean} [owns] who made the change tells of its
 *	failure, and tries again by itself
 * @property {() => unknown} reload ask for the week
 * @property {() => number} [now]
 * @property {(run: () => void, ms: number) => unknown} [later]
 */

/** So many changes can be taken back. */
const DEPTH = 100;
/** Creations have no file yet; they wait for each other. */
const CREATIONS = '';

export class Ledger {
	#store;
	#hands;
	/** What was done and not taken back, oldest first. */
	#history = /** @type {Change[]} */ ([]);
	/** Those of them that are just being taken back. */
	#undoing = /** @type {Set<Change>} */ (new Set());
	/** What failed since a change was stored, and may come out better another
	 * time. */
	#failed = /** @type {Change[]} */ ([]);
	/** The last answer was that a change failed. */
	#isDown = false;
	/** The end of the last request about each file. */
	#tails = /** @type {Map<string, Promise<unknown>>} */ (new Map());

	/**
	 * @param {import('./store.js').Store} store
	 * @param {Hands} hands
	 */
	constructor(store, hands) {
		this.#store = store;
		this.#hands = {
			now: Date.now,
			later: (/** @type {() => void} */ run, /** @type {number} */ ms) =>
				setTimeout(run, ms),
			...hands,
		};
	}

	/** The change that undo() takes back. */
	get next() {
		return this.#history.findLast((one) => !this.#undoing.has(one)) ?? null;
	}

	/**
	 * Show a change and ask for it.
	 *
	 * @param {Change} change
	 * @returns {Promise<Refusal | null>} null if it is stored
	 */
	async do(change) {
		/* Two tries of one creation make one task. */
		if (!change.undoes && !change.decision)
			this.#history = [...this.#history.filter(({ request: { key } }) =>
				!key || key !== change.request.key), change].slice(-DEPTH);
		this.#failed = this.#failed.filter((one) => this.#isDown &&
			one !== change.undoes && aimOf(one) !== aimOf(change));
		this.#show(change);
		const line = change.file || CREATIONS;
		const own = Promise.resolve(this.#tails.get(line))
			.then(() => this.#ask(change));
		this.#tails.set(line, own);
		return own;
	}

	/**
	 * Take the last change back that is not taken back yet, with all that were
	 * made with it at once.
	 */
	async undo() {
		const change = this.next;
		if (!change)
			return;
		this.#undoing.add(change);
		const rest = change.group && this.next?.group === change.group &&
			this.undo();
		await Promise.all([rest, this.#takeBack(change)]);
	}

	/** @param {Change} change */
	async #takeBack(change) {
		change.heldUntil = 0;
		const inverse = inverseOf(change);
		if (inverse)
			await this.do(inverse);
		else if (!await this.#undoUnanswered(change))
			this.#forget(change);
	}

	/** Ask again for all that failed since a change was stored. */
	async retry() {
		await Promise.all(this.#failed.splice(0).map((change) => {
			this.#forget(change);
			if (change.undoes)
				this.#undoing.add(change.undoes);
			return this.do({ ...change });
		}));
	}

	/**
	 * A creation has no file before its answer.
	 *
	 * @param {Change} change
	 * @returns {Promise<boolean>} false if there was nothing to take back
	 */
	async #undoUnanswered(change) {
		await this.#tails.get(CREATIONS);
		const inverse = inverseOf(change);
		if (inverse)
			await this.do(inverse);
		return !!inverse;
	}

	/** @param {Change} change */
	#show(change) {
		change.step = 'asking';
		change.heldUntil = change.hold && this.#hands.now() + change.hold;
		const { pending } = this.#store.state;
		this.#store.update({ pending: [...pending, change] });
		this.#tell('asking', change, null);
		this.#wake();
	}

	/** @param {Change} change */
	async #ask(change) {
		const { undoes } = change;
		try {
			if (undoes && !await this.#mayUndo(undoes))
				return this.#drop(change);
			if (undoes)
				this.#aim(change, undoes);
			else
				this.#rebase(change);
			this.#stored(change, await this.#send(change));
			return null;
		} catch (error) {
			const refusal = error instanceof Refusal ? error :
				new Refusal('format', '');
			this.#fail(change, refusal);
			return refusal;
		}
	}

	/**
	 * Return true if there is something to take back.  Not if the change failed
	 * meanwhile, or found all as it was to be; nor if the undo of a later change
	 * of that file has failed, as this one acts on what that would have left.
	 *
	 * @param {Change} undone
	 */
	async #mayUndo(undone) {
		const waits = !this.#undoing.has(undone);
		if (!waits && undone.lost)
			await this.#learn(undone);
		const isNothing = undone.idle ||
			(undone.step === 'failed' && !undone.lost);
		if (isNothing)
			this.#forget(undone);
		return !waits && !isNothing;
	}

	/**
	 * Look what became of a change about which nothing could be learnt when its
	 * answer was lost.
	 *
	 * @param {Change} change
	 */
	async #learn(change) {
		const found = await this.#find(change);
		change.lost = false;
		if (!found)
			return;
		if (change.verb === 'create')
			adopt(change, found);
		change.step = 'stored';
		change.undo = found.undo;
		change.after = { ...change.after, etag: found.etag };
	}

	/**
	 * What takes a change back goes by what is known of that now; of a creation
	 * without an answer, not even the file was.
	 *
	 * @param {Change} change
	 * @param {Change} undone
	 */
	#aim(change, undone) {
		const inverse = inverseOf(undone);
		if (!inverse)
			return;
		const { request, task, file, after } = inverse;
		Object.assign(change, change.file ? { request } :
			{ request, task, file, after });
	}

	/**
	 * What stood before a change is known only now, as an earlier one of the
	 * file may have failed since.
	 *
	 * @param {Change} change
	 */
	#rebase(change) {
		const { week, pending } = this.#store.state;
		const earlier = pending.slice(0, pending.indexOf(change));
		const task = week && allTasks(project(week, earlier))
			.find(({ file }) => file === change.file);
		if (task && change.task)
			change.task = { ...change.task, ...task };
	}

	/** @param {Change} change */
	#forget(change) {
		this.#undoing.delete(change);
		this.#history = this.#history.filter((one) => one !== change);
	}

	/**
	 * @param {Change} change
	 * @returns {Promise<any>}
	 */
	async #send(change) {
		const found = change.lost && !change.decision &&
			await this.#find(change);
		change.lost = false;
		if (found)
			return found;
		await this.#readOld(change);
		try {
			return await this.#hands.send(change.request);
		} catch (error) {
			if (!(error instanceof Refusal) || !mayHaveHappened(change, error))
				throw error;
			const later = await this.#ifHappened(change, error);
			if (later)
				return later;
			throw error;
		}
	}

	/**
	 * Look whether a change that failed has happened all the same.  Where that
	 * cannot be learnt it is lost, as is a creation that was answered: to ask
	 * means to send it again, which is left to the person then.
	 *
	 * @param {Change} change
	 * @param {Refusal} refusal
	 */
	async #ifHappened(change, { kind }) {
		if (change.verb !== 'create' || kind !== 'status')
			try {
				return await this.#find(change);
			} catch {
				/* It stays lost. */
			}
		change.lost = true;
		return null;
	}

	/**
	 * Read a file before it is changed: if the answer is lost, what it would
	 * have said of the old bytes is lost, too, and nobody else has them.
	 *
	 * @param {Change} change
	 */
	async #readOld(change) {
		const { task, file, request: { etag }, undoes } = change;
		if (!task || undoes)
			return;
		const was = await this.#hands.read({ file, etag });
		change.was = was.etag === etag ? was : undefined;
	}

	/**
	 * Look whether a change without an answer has happened; nothing tells of a
	 * decision.
	 *
	 * @param {Change} change
	 * @returns {Promise<any>} what its answer would have been; null if not
	 */
	async #find(change) {
		if (change.decision)
			throw new Refusal('format', '');
		if (change.verb === 'create')
			return this.#hands.send(change.request);
		const task = await this.#hands.look(change.file);
		return hasHappened(change, task) ?
			{ etag: task.etag, undo: pieceOf(change, task) } : null;
	}

	/** @param {Change} change @param {any} answer */
	#stored(change, answer) {
		change.step = 'stored';
		this.#isDown = false;
		change.storedAt = this.#store.moment();
		if (change.verb === 'create')
			adopt(change, answer);
		change.undo = answer.undo ?? undefined;
		change.was = undefined;
		change.idle = answer.changed === false;
		if (change.undoes)
			this.#forget(change.undoes);
		if (answer.etag)
			this.#follow(change, answer.etag);
		this.#store.settle(this.#hands.now());
		this.#tell('stored', change, null);
		this.#hands.reload();
	}

	/**
	 * The file has a new etag: what waits for it, and what could be taken back
	 * on top of it, goes by that.
	 *
	 * @param {Change} change
	 * @param {string} etag
	 */
	#follow(change, etag) {
		const before = change.request.etag;
		change.after = { ...change.after, etag };
		for (const one of this.#store.state.pending)
			if (one.file === change.file && one.step === 'asking' &&
				one.request.etag === before)
				one.request = { ...one.request, etag };
		for (const one of this.#history)
			if (one.file === change.file && change.undoes &&
				one.after.etag === change.undoes.request.etag) {
				/* A piece fits only the bytes for which it was given. */
				one.undo = one.after.etag === etag ? one.undo : undefined;
				one.after = { ...one.after, etag };
			}
	}

	/** @param {Change} change @param {Refusal} refusal */
	#fail(change, refusal) {
		this.#drop(change);
		change.step = 'failed';
		this.#isDown = true;
		if (!change.lost || change.undoes)
			this.#forget(change);
		if (canRetry(refusal) && !this.#hands.owns?.(change))
			this.#failed = [...this.#failed, change];
		if (canRetry(refusal) && change.undoes)
			this.#keep(change.undoes);
		else if (change.undoes)
			this.#forget(change.undoes);
		this.#tell('failed', change, refusal);
		this.#hands.reload();
	}

	/**
	 * Let a change be taken back another time, and before it the earlier ones
	 * of its file.
	 *
	 * @param {Change} change
	 */
	#keep({ file }) {
		for (const one of this.#undoing)
			if (one.file === file)
				this.#undoing.delete(one);
	}

	/** @param {Change} change */
	#drop(change) {
		const { pending } = this.#store.state;
		this.#store.update({
			pending: pending.filter((one) => one !== change),
		});
		this.#store.settle(this.#hands.now());
		return null;
	}

	/** When the last hold ends, the week closes up. */
	#wake() {
		const now = this.#hands.now();
		const end = heldUntil(this.#store.state.pending);
		if (end > now)
			this.#hands.later(() => this.#store.settle(this.#hands.now()),
				end - now + 1);
	}

	/**
	 * @param {Event['kind']} kind
	 * @param {Change} change
	 * @param {Refusal | null} refusal
	 */
	#tell(kind, change, refusal) {
		this.#hands.tell({
			kind, change, refusal, next: this.next, failed: this.#failed,
		});
	}
}

/**
 * A creation knows its task only from the answer.
 *
 * @param {Change} change
 * @param {any} answer
 */
function adopt(change, answer) {
	change.task = createdTask(/** @type {any} */ (change.request.body), answer);
	change.file = answer.filename;
	change.place = change.task.fixedSlot;
	change.made = { id: answer.id };
}

/**
 * Without an answer, or with one of a server that failed on the way; or a
 * browser sent the request again by itself, on a connection that broke, and the
 * second one met what the first had done.  The server knows a creation and a
 * decision again.
 *
 * @param {Change} change
 * @param {Refusal} refusal
 */
const mayHaveHappened = ({ verb }, { kind, status }) => kind !== 'status' ||
	status >= 500 ||
	(verb !== 'create' && verb !== 'decide' && status === 412);

/**
 * What a change is about: a later one of the same takes its place.
 *
 * @param {Change} change
 */
const aimOf = ({ verb, file, request: { key }, tick, decision }) =>
	[verb, file, key, tick?.line, decision?.copy].join();

/**
 * Whether the same request may come out better another time.
 *
 * @param {Refusal} refusal
 */
export const canRetry = ({ kind, status }) => kind !== 'status' ||
	status >= 500 || [401, 409, 429].includes(status);
