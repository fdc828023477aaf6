// @ts-check
/**
 * tokens: the dialog with a person's API tokens.
 *
 * A new one's secret is in the page until the dialog is closed, and nowhere
 * after that.  Revoking wants a second press: some script may live by it.
 */
import { listTokens, makeToken, revokeToken } from './api.js';
import { byId, foreign, h, update } from './dom.js';
import { dateOf, t, wordFor } from './words.js';

/** @typedef {import('./api.js').Token} Token */

export class TokensDialog {
	#dialog = /** @type {HTMLDialogElement} */ (byId('tokens'));
	#form = /** @type {HTMLFormElement} */ (byId('tokens-form'));
	/** @type {Token[]} */
	#tokens = [];
	/** The token whose revoking was asked for once. */
	#sure = '';
	#busy = false;

	constructor() {
		byId('tokens-close').addEventListener('click', () =>
			this.#dialog.close());
		this.#dialog.addEventListener('close', () =>
			byId('tokens-new').replaceChildren());
		this.#form.addEventListener('submit', (event) => {
			event.preventDefault();
			this.#try(() => this.#make());
		});
	}

	/** Throws a Refusal, and stays closed, if there is no list. */
	async open() {
		await this.#load();
		this.#sayError('');
		this.#dialog.showModal();
	}

	async #load() {
		this.#tokens = await listTokens();
		this.#sure = '';
		this.#render();
	}

	/**
	 * One thing at a time; what goes wrong is said in the dialog.
	 *
	 * @param {() => Promise<void>} work
	 */
	async #try(work) {
		if (this.#busy)
			return;
		this.#busy = true;
		this.#sayError('');
		try {
			await work();
		} catch (error) {
			this.#sayError(error instanceof Error ? error.message : '');
		}
		this.#busy = false;
	}

	async #make() {
		const fields = new FormData(this.#form);
		const name = String(fields.get('name')).trim();
		const made = await makeToken(name,
			fields.get('access') === 'write' ? 'write' : 'read');
		this.#form.reset();
		this.#showSecret(made.name, made.token);
		await this.#load();
	}

	/** @param {Token} token */
	async #revoke({ id }) {
		if (this.#sure !== id) {
			this.#sure = id;
			this.#render();
			return;
		}
		await revokeToken(id);
		await this.#load();
	}

	/**
	 * @param {string} name
	 * @param {string} secret
	 */
	#showSecret(name, secret) {
		const field = /** @type {HTMLInputElement} */ (h('input', {
			readonly: true, value: secret, spellcheck: 'false',
			'aria-label': t.tokenLabel(name), id: 'tokens-secret',
		}));
		const copy = h('button', {
			type: 'button', class: 'button', click: async () => {
				field.select();
				await navigator.clipboard.writeText(secret).then(() => {
					copy.textContent = t.copied;
				}, () => {
					copy.textContent = t.copyByHand;
				});
			},
		}, t.copy);
		byId('tokens-new').replaceChildren(
			h('p', null, foreign(name), t.tokenOnce),
			h('div', { class: 'token-secret' }, field, copy));
		field.select();
	}

	/** @param {string} text '' takes it away */
	#sayError(text) {
		byId('tokens-error').textContent = text;
		byId('tokens-error').hidden = text === '';
	}

	#render() {
		update(byId('tokens-body'), this.#tokens.length === 0 ?
			h('p', { class: 'dialog-note' }, t.tokensNone) :
			h('ul', { class: 'tokens', role: 'list' }, this.#tokens.map((token) =>
				this.#tokenView(token))));
	}

	/** @param {Token} token */
	#tokenView(token) {
		const { id, name, access, lastUsedAt } = token;
		const sure = this.#sure === id;
		return h('li', { class: 'token' },
			h('p', { class: 'token-name' }, foreign(name)),
			h('p', { class: 'token-use' }, `${wordFor(t.access, access)}, `,
				lastUsedAt ? t.tokenUsed(dateOf(lastUsedAt)) :
					t.tokenUnused),
			h('button', {
				type: 'button', class: 'button button-small', 'data-sure': sure,
				'data-key': `revoke ${id}`, click: () =>
					this.#try(() => this.#revoke(token)),
			}, sure ? t.revokeSure : t.revoke));
	}
}
