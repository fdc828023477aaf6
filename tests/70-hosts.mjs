// @ts-check
// group: hosts
// Two hosts and a client in namespaces of the network, one store, one GitHub,
// with and without Redis: 50 users read and write through both, while programs
// are killed, links are cut and slow, and clocks are 2 s apart.  What everybody
// saw is judged afterwards (history.mjs).
//
//	T_SEED=7 node tests/70-hosts.mjs

import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { hasRedis } from './redis.mjs';
import { User } from './hosts-user.mjs';
import { another, long, openWorld } from './hosts-world.mjs';
import { enterNamespace, isInNamespace, whyNot } from './links.mjs';

/** Of each of the two ways, with Redis and without. */
const requests = long ? 25000 : 1000;
const skip = isInNamespace ? false : whyNot() || false;
const noRedis = hasRedis ? false : 'no redis-server, or built without hiredis';
if (!isInNamespace && !skip)
	await enterNamespace(import.meta.url);

/** @type {import('./hosts-world.mjs').World} */
let world;
before(async () => {
	if (!skip)
		world = await openWorld();
});
after(() => world?.close());

for (const withRedis of [false, true])
	test(`${requests} requests ${withRedis ? 'with' : 'without'} Redis, amid ` +
	    'faults: nothing lost, doubled or stale, Git is equal', {
	skip: skip || withRedis && noRedis }, async (t) => {
		await world.startHosts({ withRedis });
		try {
			await world.live(requests, { faults: true });
			await world.settle();
			t.diagnostic(world.told());
			assert.deepEqual(world.judge().slice(0, 20), []);
		} finally {
			await world.stopHosts();
		}
	});

test('a host that gets an old token from the store is found out', { skip },
    async () => {
	world.site.events = [];
	await world.startHosts({ withRedis: false });
	try {
		const user = new User(world.site, another, 2);
		const [device] = user.devices;
		// No run ends meanwhile and makes the host look anew.
		for (const host of [0, 1])
			await world.net.link(host, 'github').cut();
		await user.create(device);
		world.watch.tellOld(1, user.name);
		// So often, that a process remembers it and is asked again.
		const look = async (/** @type {number} */ host) => {
			for (let i = 0; i < 8; i++)
				await user.week(device, host);
		};
		await look(1);
		await user.change(device, 0, user.tasks[0]);
		await look(0);
		assert.deepEqual(world.judge(), []);
		await look(1);
		const found = world.judge();
		assert.ok(found.length > 0, 'nothing found');
		for (const line of found)
			assert.match(line, new RegExp(
			    `^(stale|back): a of ${another} saw ${another}-1 of `));
	} finally {
		world.watch.tellOld(1, null);
		await world.stopHosts();
	}
});
