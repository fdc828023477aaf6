// @ts-check
/**
 * storage: what the browser keeps for the page.  Where it has no room, or none
 * for us, nothing is kept and the page does without.
 */

/** @param {() => Storage} storage throws where it is shut */
const room = (storage) => ({
	/** @param {string} name @returns {string | null} */
	get: (name) => attempt(() => storage().getItem(name)) ?? null,
	/** @param {string} name @param {string} value */
	set: (name, value) => attempt(() => storage().setItem(name, value)),
	/** @param {string} name */
	drop: (name) => attempt(() => storage().removeItem(name)),
	names: () => attempt(() => Object.keys(storage())) ?? [],
});

/** @template T @param {() => T} act @returns {T | undefined} */
function attempt(act) {
	try {
		return act();
	} catch {
		return undefined;
	}
}

/** As long as the browser keeps it. */
export const lasting = room(() => localStorage);

/** As long as the tab. */
export const ofTab = room(() => sessionStorage);
