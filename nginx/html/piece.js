// @ts-check
/**
 * piece: what of a task's old file a change has replaced, where the answer that
 * said so was lost: found in the file as it was read before and after.  Pure.
 */

/**
 * @typedef {import('./api.js').Task} Task
 * @typedef {import('./api.js').Piece} Piece
 * @typedef {import('./pending.js').Change} Change
 */

/** Of a request, so far as it holds the piece; the server takes no longer one. */
const MAX_BYTES = 64 << 10;

/** @param {string} text */
const bytesOf = (text) => new TextEncoder().encode(text).length;

/**
 * The piece that brings the old file back.
 *
 * @param {Change} change
 * @param {Task} now as it stands after the change
 * @returns {Piece | undefined} undefined where the old file is not known, or
 *	somebody else has changed the task, too, which must stay
 */
export function pieceOf(change, now) {
	const { was } = change;
	if (was?.frontMatter === undefined || now.frontMatter === undefined)
		return undefined;
	const [old, made] = [was, now].map((task) => `${task.frontMatter}${task.body}`);
	const start = countSame(old, made, 0);
	const end = countSame(old, made, start, true);
	const text = old.slice(start, old.length - end);
	const piece = {
		at: bytesOf(made.slice(0, start)), text,
		cut: bytesOf(made.slice(start, made.length - end)),
	};
	const own = change.tick ? piece.cut === 1 && text.length === 1 :
		isAlone(change, was, now);
	return own && bytesOf(JSON.stringify({ undo: piece })) <= MAX_BYTES ?
		piece : undefined;
}

/**
 * Count what two texts have in common at their start, or behind the first
 * `from` at their end; no character is cut in two.
 *
 * @param {string} a
 * @param {string} b
 * @param {number} from
 * @param {boolean} [atEnd]
 */
function countSame(a, b, from, atEnd) {
	const most = Math.min(a.length, b.length) - from;
	const at = (/** @type {string} */ s, /** @type {number} */ i) =>
		s.charCodeAt(atEnd ? s.length - 1 - i : i);
	let n = 0;
	while (n < most && at(a, n) === at(b, n))
		n++;
	/* Half of a character is one of these. */
	while (n > 0 && (at(a, n - 1) & 0xfc00) === (atEnd ? 0xdc00 : 0xd800))
		n--;
	return n;
}

/**
 * Return true if the files differ in nothing but what the change sets: the
 * front matter in its fields, the text if it sets that or the title.
 *
 * @param {Change} change
 * @param {Task} was
 * @param {Task} now
 */
function isAlone({ after, request }, was, now) {
	const fields = Object.keys({ ...after, ...request.body });
	const lines = new RegExp(
		`^(?:${fields.join('|')}):[^\n]*\n(?:(?:[ \t]|- )[^\n]*\n)*`, 'gm');
	return (was.body === now.body ||
		fields.some((field) => field === 'body' || field === 'title')) &&
		was.frontMatter?.replace(lines, '') === now.frontMatter?.replace(lines, '');
}
