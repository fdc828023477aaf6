// @ts-check
// What is known of a user's files and Git, whole: sync.json, and where it lies
// on a base (common/week/ledger_base.h) that, too.

/**
 * As one that lies on no base has them, in the order of their names.
 * @param {string} text of sync.json
 * @param {(id: string) => string} baseOf the bytes of a base
 */
export function wholeRecords(text, baseOf) {
	const { base, gone = [], ...rest } = JSON.parse(text);
	if (base === undefined)
		return rest;
	/** @type {Map<string, any>} */
	const records = new Map(JSON.parse(baseOf(base)).files.map(
	    (/** @type {any} */ f) => [f.file, f]));
	for (const file of gone)
		records.delete(file);
	for (const f of rest.files)
		records.set(f.file, f);
	const files = [...records.values()].sort((a, b) =>
	    Buffer.compare(Buffer.from(a.file), Buffer.from(b.file)));
	return { ...rest, v: 1, files };
}
