// @ts-check
/**
 * details: tasks with their text, kept by file.  One is asked for when it is
 * to be shown and what is known is of another content.
 */
import { Refusal } from './api.js';
import { boxesOf } from './changes.js';

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./store.js').Store} Store
 */

export class Details {
	#store;
	#look;
	/** By file, the content that was asked for last. */
	#asked = /** @type {Map<string, string>} */ (new Map());
	/** By file, when the week had come that was shown as it was asked for in
	 * vain; with the next one it is asked for again. */
	#failed = /** @type {Map<string, number>} */ (new Map());

	/**
	 * @param {Store} store
	 * @param {(file: string) => Promise<Task>} look
	 */
	constructor(store, look) {
		this.#store = store;
		this.#look = look;
	}

	/**
	 * Ask for a task, once for each content.
	 *
	 * @param {{ file: string, etag: string }} task
	 * @param {boolean} [again] though it was asked for in vain
	 * @returns {Promise<Refusal | null>} null if it is there
	 */
	async need({ file, etag }, again = false) {
		const { details, loadedAt } = this.#store.state;
		const failed = this.#failed.get(file) ?? loadedAt;
		if (details[file]?.etag === etag || (!again && failed === loadedAt &&
			this.#asked.get(file) === etag))
			return null;
		this.#asked.set(file, etag);
		this.#failed.delete(file);
		try {
			this.put(await this.#look(file));
			return null;
		} catch (error) {
			this.#failed.set(file, this.#store.state.loadedAt);
			return error instanceof Refusal ? error : new Refusal('format', '');
		}
	}

	/**
	 * A task with all of its file; one that is known is not asked for.
	 *
	 * @param {{ file: string, etag?: string }} task
	 */
	async read({ file, etag }) {
		const known = this.#store.state.details[file];
		return known?.frontMatter !== undefined && known.etag === etag ? known :
			this.#look(file);
	}

	/** @param {Task} task */
	put(task) {
		const { details } = this.#store.state;
		this.#store.update({ details: { ...details, [task.file]: task } });
	}

	/**
	 * A change is stored: one that ticked a box is known from there, but for the
	 * file, what else is shown is asked for anew.
	 *
	 * @param {import('./pending.js').Change} change
	 */
	follow({ file, tick, after, request }) {
		const known = this.#store.state.details[file];
		if (!known || !after.etag)
			return;
		if (!tick || known.etag !== request.etag) {
			this.need({ file, etag: after.etag });
			return;
		}
		const task = structuredClone(known);
		for (const box of boxesOf(task.nodes ?? []))
			if (box.line === tick.line)
				box.checked = tick.checked;
		this.put({ ...task, etag: after.etag, frontMatter: undefined });
	}
}
