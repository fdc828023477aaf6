// @ts-check
// git-scene: what the tests of syncing share: one fake GitHub for the whole
// file, and tests that have a world of their own (git-world.mjs) beside it.
//
//	scene('an edit reaches Git', { files: both }, async (w) => {
//		await w.sync();
//		...
//	});

import test, { after } from 'node:test';
import { startFake } from './github/fake.mjs';
import { inWorld, task } from './git-world.mjs';
import { until } from './stack.mjs';

/** @typedef {import('./git-world.mjs').World} World */
/** @typedef {NonNullable<Parameters<typeof inWorld>[1]>} SceneOptions */
/** @typedef {(world: World) => Promise<void>} SceneBody */

export const fake = await startFake({ rateLimit: 1e6 });
after(() => fake.stop());

export const one = '0001-Eins.md', two = '0002-Zwei.md';
/** Two tasks, for a world's `files`. */
export const both = { [one]: task('Eins'), [two]: task('Zwei') };

/**
 * Return n tasks "0001-Nr-1.md", … for a world's `files`.
 * @param {number} n @param {number} from the first one's number
 * @returns {Record<string, string>}
 */
export const numbered = (n, from = 1) => Object.fromEntries(Array.from(
    { length: n }, (_, i) => [`${String(from + i).padStart(4, '0')}-Nr-${
	from + i}.md`, task(`Nr ${from + i}`)]));

/**
 * A test with a world of its own.
 * @param {string} name @param {SceneOptions} options @param {SceneBody} body
 */
export const scene = (name, options, body) =>
    test(name, () => inWorld(fake, options, body));

/**
 * The same with `both` in Git, unless told otherwise, and synced once,
 * unless its world is idle.
 * @param {string} name @param {SceneOptions} options @param {SceneBody} body
 */
export const syncedScene = (name, options, body) =>
    scene(name, { files: both, ...options }, async (w) => {
	    if (!options.idle)
		    await w.sync();
	    await body(w);
    });

/**
 * Do something while GitHub keeps a run waiting at such a request.
 * @param {World} w
 * @param {import('./github/trouble.mjs').Rule} at
 * @param {() => unknown} meanwhile
 * @param {number} delay in ms
 * @returns {Promise<any>} the run's result
 */
export async function amid(w, at, meanwhile, delay = 500) {
	const rule = fake.misbehave({ ...at, delay });
	const run = w.ring();
	await until(() => (rule.hits ?? 0) > 0, 4000, 'the request');
	await meanwhile();
	return run;
}
