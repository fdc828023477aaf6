// @ts-check
/**
 * diff: which lines two texts do not share.
 */

/** Above so many pairs of lines the middle as a whole counts as different. */
const MOST_PAIRS = 1_000_000;

/**
 * @typedef {{ text: string, differs: boolean }} Line
 */

/**
 * Both texts as lines.  What both begin and end with is shared; between, a
 * longest common run of lines is.
 *
 * @param {string} a
 * @param {string} b
 * @returns {[Line[], Line[]]}
 */
export function diffLines(a, b) {
	const left = a.split('\n'), right = b.split('\n');
	let from = 0;
	while (from < Math.min(left.length, right.length) &&
		left[from] === right[from])
		from++;
	let tail = 0;
	while (tail < Math.min(left.length, right.length) - from &&
		left.at(-1 - tail) === right.at(-1 - tail))
		tail++;

	const [mine, theirs] = shared(left.slice(from, left.length - tail),
		right.slice(from, right.length - tail));
	const lines = (/** @type {string[]} */ all, /** @type {Set<number>} */ same) =>
		all.map((text, i) => ({
			text,
			differs: i >= from && i < all.length - tail && !same.has(i - from),
		}));
	return [lines(left, mine), lines(right, theirs)];
}

/**
 * The places of a longest common subsequence, in each.
 *
 * @param {string[]} a
 * @param {string[]} b
 * @returns {[Set<number>, Set<number>]}
 */
function shared(a, b) {
	/** @type {[Set<number>, Set<number>]} */
	const places = [new Set(), new Set()];
	if (a.length * b.length > MOST_PAIRS)
		return places;

	/* best[i][j]: how much the rests from i and from j have in common. */
	const best = Array.from({ length: a.length + 1 }, () =>
		new Uint32Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--)
			best[i][j] = a[i] === b[j] ? best[i + 1][j + 1] + 1 :
				Math.max(best[i + 1][j], best[i][j + 1]);

	for (let i = 0, j = 0; i < a.length && j < b.length;)
		if (a[i] === b[j]) {
			places[0].add(i++);
			places[1].add(j++);
		} else if (best[i + 1][j] >= best[i][j + 1]) {
			i++;
		} else {
			j++;
		}
	return places;
}
