// @ts-check
/**
 * drafts: what was typed and is not stored yet.  It lasts as long as the tab,
 * through a reload and a login, each for its person and its task.
 *
 * @typedef {object} Draft
 * @property {Record<string, string>} values by name of the field
 * @property {import('./api.js').Task | null} task that it changes; null for a
 *	new one
 * @property {string} key the Idempotency-Key under which it was sent, and
 * @property {string} keyOf the content
 * @property {boolean} open the form was open when the page went away
 */
import { ofTab } from './storage.js';

const PREFIX = 'codex-draft ';

/** @param {string} user @param {string} file '' for a new task */
const nameOf = (user, file) => `${PREFIX}${user} ${file}`;

/**
 * @param {string} user
 * @param {string} file
 * @returns {Draft | null}
 */
export const draftOf = (user, file) => read(nameOf(user, file));

/**
 * @param {string} user
 * @param {string} file
 * @param {Draft} draft
 */
export const keepDraft = (user, file, draft) =>
	ofTab.set(nameOf(user, file), JSON.stringify(draft));

/** @param {string} user @param {string} file */
export const dropDraft = (user, file) =>
	ofTab.drop(nameOf(user, file));

/**
 * The task that the draft of a new one was sent for is there no more.
 *
 * @param {string} user
 * @param {string} key
 */
export function freeKeyOfDraft(user, key) {
	const draft = draftOf(user, '');
	if (draft?.key === key)
		keepDraft(user, '', { ...draft, key: '', keyOf: '' });
}

/**
 * What stands in the quick line, and how it was sent.
 *
 * @param {string} user
 * @param {string} text
 * @param {Record<string, string>} sent
 */
export const keepLine = (user, text, sent) => text ?
	ofTab.set(nameOf(user, 'line'), JSON.stringify([text, sent])) :
	ofTab.drop(nameOf(user, 'line'));

/** @param {string} user @returns {any} the same two; none, or only a text */
export const lineOf = (user) => [read(nameOf(user, 'line')) ?? []].flat();

/** At the logout: nothing stays for whoever comes next. */
export function dropAllDrafts() {
	for (const name of ofTab.names())
		if (name.startsWith(PREFIX))
			ofTab.drop(name);
}

/**
 * The draft whose form was open when the page went away.
 *
 * @param {string} user
 * @returns {Draft | null}
 */
export const openDraft = (user) => ofTab.names()
	.filter((name) => name.startsWith(nameOf(user, '')))
	.map(read).find((draft) => draft?.open) ?? null;

/** @param {string} name @returns {Draft | null} */
function read(name) {
	try {
		return JSON.parse(ofTab.get(name) ?? 'null');
	} catch {
		return null;
	}
}
