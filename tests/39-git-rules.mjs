// @ts-check
// group: git
// The rules of a run that show only when something comes in between: another
// host, an edit, a slow answer, a death.  What a rule is for stands in its
// test: without the rule, the test fails.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amid, both, fake, numbered, one, syncedScene as scene, two }
    from './git-scene.mjs';
import { blobId, task } from './git-world.mjs';
import { plainBuild, sleep, slow, until } from './stack.mjs';

/** @typedef {import('./git-world.mjs').World} World */

const debug = { CODEX_DEBUG: '1' };

/** Requests since then. @param {number} from @param {string} method
 * @param {RegExp} path */
const asked = (from, method, path) => fake.log.slice(from).filter((e) =>
    e.method === method && path.test(e.path));

const look = { method: 'GET', path: '/git/ref' };
const makes = { method: 'POST', path: '/git/commits' };

/** What the worker did, one word each: steps, and requests to the store and
 * to GitHub. @param {World} w */
const did = (w) => [...w.log.matchAll(
    / step=(\S+)$| verb=(\S+) key=(\S+)|msg=github .* method=(\S+) path=(\S+)/gm)]
    .map((m) => m[1] ?? `${m[2] ?? m[4]} ${m[3] ?? m[5]}`);

// The lease

scene('a run leaves the mark while another host runs', {},
    async (w) => {
	    await w.work({}, 'b');
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    const first = await amid(w, look, async () => {
		    const from = fake.mark();
		    w.mark();
		    const busy = await w.ring({ host: 'b' });
		    assert.deepEqual([busy.pending, busy.changed],
			[true, 0]);
		    assert.equal(fake.mark(), from);
		    assert.equal(w.marked(), true);
	    });
	    assert.equal(first.changed, 1);
	    await w.sync({ host: 'b' });
	    await w.same();
    });

scene('a run starts over when its records were written meanwhile',
    { env: { ...debug, SYNC_LAG_MS: '3000' } }, async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    w.log = '';
	    const result = await amid(w, look, async () => {
		    const records = w.records();
		    records.resolved = [{ file: one, hash: 'ab', at: 5 }];
		    w.setRecords(JSON.stringify(records));
	    });
	    assert.equal(result.pending, false);
	    assert.deepEqual(w.records().resolved, [{ file: one, hash: 'ab',
		at: 5 }]);
	    assert.equal(did(w).filter((s) => s === 'taken').length, 2);
	    await w.same();
    });

scene('a first sync goes in portions of 200 files', { files: numbered(450),
    env: debug, idle: true }, async (w) => {
	await w.work();
	await w.sync();
	const puts = [];
	for (const what of did(w))
		if (what === 'intents')
			puts.push(0);
		else if (what.startsWith('put raw/'))
			puts[puts.length - 1]++;
	assert.deepEqual(puts, [200, 200, 50]);
});

/** A worker whose disk takes so many µs for each fsync. @param {World} w
 * @param {number} us */
function workSlowly(w, us) {
	const child = spawn('strace', ['-D', '-qq', '-o', '/dev/null', '-e',
	    `inject=fsync:delay_exit=${us}`,
	    join(plainBuild, 'codex-sync'), '--work'],
	    { env: { ...w.env(), CODEX_DEBUG: '1' },
	    stdio: ['ignore', 'ignore', 'pipe'] });
	child.stderr.on('data', (chunk) => { w.log += chunk; });
	w.workers.set('a', child);
	return until(() => w.knock('a'), 5000, 'the worker');
}

/** How many files a run writes after each time it did that for its lease.
 * @param {World} w @param {string} lease @returns {number[]} */
function writesAfter(w, lease) {
	const puts = [];
	for (const what of did(w))
		if (what.startsWith(lease))
			puts.push(0);
		else if (what.startsWith('put raw/'))
			puts[puts.length - 1]++;
	return puts;
}

scene('a run that takes longer than its lease extends it', {
    files: numbered(192), idle: true, env: {
	SYNC_LEASE_MS: String(500 * slow) } },
    async (w) => {
	    try {
		    await workSlowly(w, 2600 * slow);
		    await w.sync();
	    } finally {
		    await w.rest();
	    }
	    assert.deepEqual(writesAfter(w, 'taken'), [192]);
	    await w.same();
    });

scene('a run whose lease has ended extends it before it writes more', {
    files: numbered(40), idle: true, env: { SYNC_LEASE_MS: '100' } },
    async (w) => {
	    try {
		    await workSlowly(w, 10000);
		    await w.sync();
	    } finally {
		    await w.rest();
	    }
	    const puts = writesAfter(w, 'put state/usera/sync.json');
	    assert.equal(Math.max(...puts), 16, String(puts));
	    await w.same();
    });

// Look

scene('a run looks at mark, mirror, head and trees, in this order',
    { env: debug }, async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    w.mark();
	    w.log = '';
	    await w.ring();
	    const order = did(w).map((what) => /^get pending/.test(what)
		? 'mark' : /^list raw/.test(what) ? 'mirror'
		: /^GET \/(git\/ref|commits\/heads)/.test(what) ? 'head'
		: /^GET \/git\/trees/.test(what) ? 'trees' : '')
		.filter((what) => what);
	    assert.deepEqual([...new Set(order)], ['mark', 'mirror', 'head',
		'trees']);
    });

scene('a head that is ahead of the recorded one is believed at once',
    { env: { SYNC_LAG_MS: '60000' } }, async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    const result = await w.ring();
	    assert.deepEqual([result.pending, result.changed], [false, 1]);
    });

scene('a file rewritten with the same bytes is clean', {},
    async (w) => {
	    w.place(one, both[one]);
	    assert.equal((await w.sync()).pushed, 0);
	    w.place(one, both[one]);
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    await w.sync();
	    await w.same();
	    assert.equal((await w.repo.log()).length, 2);
    });

scene('mode=full reads Git\'s trees whatever is known of them', {},
    async (w) => {
	    const trees = async (/** @type {any} */ wish) => {
		    const from = fake.mark();
		    await w.sync(wish);
		    return asked(from, 'GET', /trees/).length;
	    };
	    assert.equal(await trees({}), 0);
	    assert.ok(await trees({ full: true }) > 0);
    });

scene('a file changed to the same bytes on both sides is clean',
    {}, async (w) => {
	    const same = task('Eins', { deadline: '24.12.2026' });
	    await w.push({ [one]: same });
	    w.place(one, same);
	    assert.equal((await w.sync()).pushed, 0);
	    const [record] = w.records().files;
	    assert.equal(record.base, (await w.git())[one]);
	    assert.equal(record.etag, w.etag(one));
	    const from = fake.mark();
	    await w.sync();
	    assert.equal(asked(from, 'GET', /blobs/).length, 0);
    });

scene('links and folders among the tasks in Git are no tasks', {},
    async (w) => {
	    const link = '0003-Link.md', folder = '0004-Ordner.md';
	    const laptop = await w.repo.device();
	    symlinkSync(one, join(laptop.dir, w.path(link)));
	    laptop.write(`${w.path(folder)}/0005-Innen.md`, task('Innen'));
	    await laptop.commit('Ein Link');
	    await laptop.push();
	    const { text } = await w.sync();
	    assert.equal(text, '');
	    assert.deepEqual(Object.keys(w.mirror()), [one, two]);
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    assert.equal(await w.gitText(one), w.text(one));
	    const top = await w.git();
	    assert.equal(top[link], blobId(Buffer.from(one)));
	    assert.ok(top[`${folder}/0005-Innen.md`]);
    });

scene('a file in Git that is too large is left out with a reason',
    {}, async (w) => {
	    const large = '0003-Groß.md';
	    await w.push({ [one]: task('Eins', {}, 'neu'),
		[large]: task('Groß', {}, 'x'.repeat(1 << 20)) });
	    await w.edit('0002', { deadline: '24.12.2026' });
	    const result = await w.sync();
	    assert.deepEqual([result.state, result.changed, result.pushed],
		['ok', 1, 1]);
	    assert.match(result.text, /^0003-Groß\.md ist in Git zu groß/);
	    assert.deepEqual((await w.week()).problems.map(
		(/** @type {any} */ p) => [p.file, p.code]),
		[[large, 'zu_gross']]);
	    assert.equal(w.text(large), undefined);
	    assert.match(String(w.text(one)), /neu/);
	    assert.match(String(await w.gitText(two)), /24\.12/);
	    assert.ok((await w.git())[large]);
	    await w.push({ [large]: null });
	    assert.equal((await w.sync()).text, '');
	    assert.deepEqual((await w.week()).problems, []);
	    await w.same();
    });

scene('a name in Git that was meant as a task is a problem, others are counted',
    {}, async (w) => {
	    const odd = ['0010-A.MD', '0012 Leer.md', '0013_x.md',
		'0016-a\\b.md', '0038-x.markdown', '0117-.md',
		`0118-${'x'.repeat(201)}.md`, '123-x.md', '12345-x.md'];
	    const others = ['README.md', '.gitkeep', 'x.txt',
		`${w.path('bilder')}/a.png`];
	    const listed = async () => {
		    const { problems, otherFiles } = await w.week();

		    return [problems.filter((/** @type {any} */ p) =>
			    p.code === 'dateiname_falsch')
			    .map((/** @type {any} */ p) => p.file), otherFiles];
	    };

	    await w.push(Object.fromEntries([...odd, ...others].map(
		(name) => [name, task('x', {}, 'neu')])));
	    const { state, text, changed } = await w.sync();
	    assert.deepEqual([state, text, changed], ['ok', '', 0]);
	    assert.deepEqual(await listed(), [odd, 3]);

	    // A run that does not read the folder again knows them still.
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    assert.deepEqual(await listed(), [odd, 3]);

	    await w.push(Object.fromEntries(odd.slice(1).map(
		(name) => [name, null])));
	    await w.sync();
	    assert.deepEqual(await listed(), [odd.slice(0, 1), 3]);
    });

scene('a base that a force push has taken away makes a conflict of one file',
    {}, async (w) => {
	    const first = await w.repo.head();
	    await w.push({ [one]: task('Eins', {}, 'bald fort') });
	    await w.sync();
	    const [{ base }] = w.records().files;
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const mine = String(w.text(one));
	    const theirs = task('Eins', { kategorie: 'arbeit' });
	    await w.push({ [one]: theirs, [two]: task('Zwei', {}, 'neu') },
		{ parent: first, force: true });
	    await w.repo.git.run('prune', '--expire=now');
	    w.repo.git.commits.clear();
	    assert.ok(base);
	    assert.equal(await w.repo.git.blob(base), null);
	    await w.sync();
	    await w.same();
	    assert.equal(w.text(one), theirs);
	    assert.match(String(w.text(two)), /neu/);
	    assert.deepEqual(w.copies('conflicts'), [mine]);
    });

scene('a blob that several files have is asked for once', {}, async (w) => {
	const same = task('Gleich');
	await w.push({ '0003-Drei.md': same, '0004-Vier.md': same,
	    '0005-Fuenf.md': same, [one]: same });
	const from = fake.mark();
	await w.sync();
	await w.same();
	assert.equal(asked(from, 'GET', /blobs/).length, 1);
});

scene('an edit follows its task when two files change places', {},
    async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const mine = String(w.text(one));
	    await w.push({ [one]: both[two], [two]: both[one] });
	    const result = await w.sync();
	    assert.deepEqual([result.conflicts, result.state], [0, 'ok']);
	    assert.equal(w.text(one), both[two]);
	    assert.equal(w.text(two), mine);
	    await w.same();
    });

scene('an edit is a conflict when files change places and text in one push', {},
    async (w) => {
	    await w.edit('0001', { status: 'abgeschlossen' });
	    const mine = String(w.text(one));
	    const swapped = { [one]: task('Zwei', { deadline: '24.12.2026' }),
		[two]: task('Eins', { tags: '[neu]' }) };
	    await w.push(swapped);
	    assert.equal((await w.sync()).conflicts, 1);
	    await w.same();
	    assert.deepEqual([w.text(one), w.text(two)], [swapped[one],
		swapped[two]]);
	    assert.deepEqual(w.copies('conflicts'), [mine]);
    });

scene('edits follow their tasks when a row is renumbered', { files: numbered(6) },
    async (w) => {
	    const all = Object.entries(numbered(6));
	    await w.edit('0002', { deadline: '22.12.2026' });
	    await w.edit('0006', { deadline: '26.12.2026' });
	    // The last one to the front, the others one on.
	    await w.push(Object.fromEntries(all.map(([file], i) =>
		[file, all[(i + 5) % 6][1]])));
	    await w.sync();
	    await w.same();
	    assert.deepEqual(w.copies('conflicts'), []);
	    assert.match(String(w.text(all[2][0])), /22\.12(.|\n)*# Nr 2/);
	    assert.match(String(w.text(all[0][0])), /26\.12(.|\n)*# Nr 6/);
	    for (const i of [1, 3, 4, 5])
		    assert.doesNotMatch(String(w.text(all[i][0])), /12\.2026/);
    });

for (const step of ['intents', 'moves', 'push', 'recorded'])
	scene(`files that change places survive a death at "${step}"`, {
	    env: { SYNC_LEASE_MS: '200', SYNC_LAG_MS: '200' } }, async (w) => {
		await w.edit('0001', { deadline: '24.12.2026' });
		const mine = String(w.text(one));
		await w.edit('0002', { deadline: '25.12.2026' });
		const other = String(w.text(two));
		await w.push({ [one]: both[two], [two]: both[one] });
		await w.dieAt(step);
		await w.work();
		await w.sync();
		await w.same();
		assert.deepEqual([w.text(one), w.text(two)], [other, mine]);
	});

scene('an edit is not lost while files change places', {}, async (w) => {
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.edit('0002', { deadline: '25.12.2026' });
	await w.push({ [one]: both[two], [two]: both[one] });
	// Of the two writes one is refused: its file is another one by then.
	await amid(w, makes, () => w.edit('0002', { tags: ['neu'] }));
	await w.sync();
	await w.same();
	assert.match([w.text(one), w.text(two), ...w.copies('conflicts')]
	    .join(), /24\.12/);
	assert.match([w.text(one), w.text(two), ...w.copies('conflicts')]
	    .join(), /neu/);
});

/** Let a worker do something, and return how many calls of the system it made.
 * @param {World} w @param {() => Promise<unknown>} body */
async function countCalls(w, body) {
	const report = join(w.dir, 'calls');
	await w.rest();
	await w.work({}, 'a', ['strace', '-qq', '-I', '2', '-f', '-c', '-U',
	    'name,calls', '-o', report]);
	await body();
	await w.rest();
	await w.work();
	return Number(/^ *total +(\d+)/m.exec(readFileSync(report, 'utf8'))?.[1]);
}

scene('renamed files cost no request for their bytes and few calls of the system', {
    files: numbered(300) }, async (w) => {
	await w.push(Object.fromEntries(Object.entries(numbered(300))
	    .flatMap(([file, bytes]) => [[file, null],
		[file.replace('Nr', 'Neu'), bytes]])));
	const from = fake.mark();
	const calls = await countCalls(w, async () => {
		const result = await w.sync();
		assert.deepEqual([result.changed, result.removed], [300, 300]);
	});
	assert.deepEqual(asked(from, 'GET', /blobs/), []);
	assert.ok(calls < 70 * 300, `${calls} calls of the system`);
	await w.same();
});

scene('a worker that is told to end stops after the batch it is at', {
    files: numbered(200), idle: true }, async (w) => {
	try {
		await workSlowly(w, 100000);
		const run = w.ring();
		await until(() => Object.keys(w.mirror()).length > 0, 8000,
		    'the first files');
		await w.rest();
		await run;
	} finally {
		await w.rest('a', 'SIGKILL');
	}
	const written = Object.keys(w.mirror()).length;
	assert.ok(written < 100, `${written} files`);
	assert.equal(w.records().files.length, written);
	assert.equal(w.records().run, undefined);
	await w.work();
	await w.sync();
	await w.same();
});

scene('renames are not counted as removals', { files: numbered(14) },
    async (w) => {
	    const all = Object.entries(numbered(14));
	    await w.push(Object.fromEntries([...all.slice(0, 12).flatMap(
		([f, b]) => [[f, null], [f.replace('Nr', 'Neu'), b]]),
	    [all[12][0], null]]));
	    const result = await w.sync();
	    assert.equal(result.kept, 0);
	    await w.same();
    });

scene('renames need no confirmation beside removals that do', { files: numbered(14) },
    async (w) => {
	    const all = Object.entries(numbered(14));
	    await w.push(Object.fromEntries([...all.slice(0, 11).map(
		([f]) => [f, null]), [all[11][0], null],
	    [all[11][0].replace('Nr', 'Neu'), all[11][1]]]));
	    const result = await w.sync();
	    assert.equal(result.kept, 11);
	    assert.equal(w.text(all[11][0]), undefined);
	    assert.equal(w.text(all[11][0].replace('Nr', 'Neu')), all[11][1]);
    });

scene('records of a newer program are refused, and nothing is decided', {
    env: { SYNC_POLL_MS: '100' } }, async (w) => {
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.push({ [two]: null });
	const newer = JSON.stringify({ ...w.records(), v: 99, more: [1] });
	w.setRecords(newer);
	w.mark();
	const head = await w.repo.head(), mirror = w.mirror(), from = fake.mark();
	w.log = '';
	const pressed = await w.call('codex-sync', 'POST', '/sync', {});
	assert.deepEqual([pressed.status, pressed.code],
	    [503, 'neuere_fassung']);
	const shown = await w.call('codex-tasks', 'GET', '/api/sync');
	assert.deepEqual([shown.state, shown.code],
	    ['failed', 'neuere_fassung']);
	assert.match(shown.text, /neuere Fassung/);
	assert.equal((await w.week({ anew: true })).userId, 'usera');
	// Tried again by itself, too.
	const now = w.etag(one);
	await w.ring();
	await w.ring();
	assert.equal(w.log.match(/^.*msg="sync fails".* user=usera .*neuere Fassung/gm)?.length,
	    1, w.log);
	assert.equal(fake.mark(), from);
	assert.equal(await w.repo.head(), head);
	assert.deepEqual([w.mirror(), w.etag(one)], [mirror, now]);
	assert.equal(readFileSync(join(w.store, 'state/usera/sync.json'),
	    'utf8'), newer);
	w.setRecords(JSON.stringify({ ...JSON.parse(newer), v: 1 }));
	await w.sync({ confirm: true });
	await w.same();
	assert.match(String(w.text(one)), /24\.12/);
});

// What changes between the look and the write

scene('an edit between list and head is not overwritten', {}, async (w) => {
	await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }) });
	await amid(w, { method: 'GET', path: '/git/blobs' }, () =>
	    w.edit('0001', { deadline: '24.12.2026' }));
	assert.match(String(w.text(one)), /24\.12/);
	await w.sync();
	await w.same();
	assert.match(String(w.text(one)), /arbeit(.|\n)*24\.12/);
});

/** In a run that pushes `two`, and has read all that it replaces.
 * @param {World} w @param {() => Promise<any>} meanwhile */
async function amidPush(w, meanwhile) {
	await w.edit('0002', { deadline: '23.12.2026' });
	return amid(w, makes, meanwhile);
}

scene('a file that is edited before its pull is written is not overwritten',
    {}, async (w) => {
	    await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }) });
	    const result = await amidPush(w, () =>
		w.edit('0001', { deadline: '24.12.2026' }));
	    // It starts over by itself.
	    assert.equal(result.pending, false);
	    assert.match(String(w.text(one)), /arbeit(.|\n)*24\.12/);
	    await w.same();
    });

scene('a file that is edited before it is removed stays', {}, async (w) => {
	await w.push({ [one]: null, '0003-Drei.md': task('Drei') });
	await amidPush(w, () => w.edit('0001', { deadline: '24.12.2026' }));
	await w.sync();
	assert.match(String(w.text(one)), /24\.12/);
	await w.same();
});

scene('a file that is made here before Git\'s is written is not overwritten',
    {}, async (w) => {
	    const mine = task('Drei', {}, 'von hier');
	    await w.push({ '0003-Drei.md': task('Drei', {}, 'von dort') });
	    await amidPush(w, async () => w.place('0003-Drei.md', mine));
	    await w.sync();
	    await w.same();
	    assert.deepEqual(w.copies('conflicts'), [mine]);
    });

scene('a merge that could not be written is not pushed', {}, async (w) => {
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }) });
	const from = fake.mark();
	await amid(w, makes, () => w.edit('0001', { deadline: '25.12.2026' }));
	await w.sync();
	await w.same();
	assert.match(String(w.text(one)), /arbeit(.|\n)*25\.12/);
	assert.deepEqual(w.copies('conflicts'), []);
	assert.equal((await w.repo.log()).length, 3);
	assert.equal(asked(from, 'PATCH', /refs/).length, 1);
});

scene('a copy made twice is stored once with its first time', {},
    async (w) => {
	    const other = task('Eins', {}, 'anders');
	    const times = [];
	    for (const bytes of [other, both[one], other]) {
		    await w.push({ [one]: bytes });
		    await w.sync();
		    const [key] = Object.entries(w.read('trash/usera', ''))
			.find(([, b]) => String(b) === both[one]) ?? [''];
		    times.push(statSync(join(w.store, 'trash/usera', key),
			{ bigint: true }).mtimeNs);
	    }
	    assert.deepEqual(times, [times[0], times[0], times[0]]);
	    assert.equal(w.copies('trash').length, 2);
    });

// The push

// An unchanged head is answered with a 304 before the ref is asked, so that
// the first question for it comes right before the push.
const reread = { method: 'GET', path: '/git/ref' };

scene('a push refused as not a fast-forward starts over at once',
    { env: { SYNC_LAG_MS: '3000' } }, async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const result = await amid(w, { method: 'PATCH',
		path: '/git/refs' }, () => w.push({ [two]: task('Zwei', {},
		'schneller') }));
	    assert.deepEqual([result.pending, result.pushed], [false, 1]);
	    await w.same();
	    assert.equal((await w.repo.log()).length, 3);
    });

scene('a push that would be later than its lease is not sent',
    { env: { SYNC_LEASE_MS: '600' } }, async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const from = fake.mark();
	    await amid(w, reread, async () => {}, 900);
	    await w.sync();
	    await w.same();
	    assert.equal(asked(from, 'POST', /commits/).length, 2);
	    assert.equal(asked(from, 'PATCH', /refs/).length, 1);
    });

scene('a push later than SYNC_PUSH_MS after it was announced is not sent',
    { env: { SYNC_PUSH_MS: '1000', SYNC_LEASE_MS: '20000' } }, async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const from = fake.mark();
	    await amid(w, reread, async () => {}, 1300);
	    await w.sync();
	    await w.same();
	    assert.ok(asked(from, 'POST', /commits/).length >= 2);
	    assert.equal(asked(from, 'PATCH', /refs/).length, 1);
    });

scene('a push sends texts with their tree, and makes no blob of them', {},
    async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    w.place('0003-Übung.md', task('Übung', {}, 'schön'));
	    const from = fake.mark();
	    assert.equal((await w.sync()).pushed, 2);
	    assert.equal(asked(from, 'POST', /blobs/).length, 0);
	    assert.equal(asked(from, 'POST', /trees/).length, 1);
	    await w.same();
    });

scene('a commit tells which tasks it has and what was done to them', {},
    async (w) => {
	    const told = async () => (await w.repo.log())[0].message.trim();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    assert.equal(await told(), '[codex] update 0001 Eins');
	    await w.edit('0001', { status: 'abgeschlossen' });
	    await w.edit('0002', { status: 'abgebrochen' });
	    await w.create({ title: 'Drei' });
	    await w.sync();
	    assert.equal(await told(), '[codex] 3 Aufgaben\n\n' +
		'complete 0001 Eins\ncancel 0002 Zwei\ncreate 0003 Drei');
    });

scene('bytes that are no text are pushed unchanged', {},
    async (w) => {
	    const top = join(w.store, 'raw/usera/tasks');
	    writeFileSync(join(top, '0003-Drei.md'), Buffer.concat([
		Buffer.from(task('Drei')), Buffer.from([0xff, 0xfe, 10])]));
	    writeFileSync(join(top, '0004-Vier.md'), `${task('Vier')}\0\n`);
	    const from = fake.mark();
	    assert.equal((await w.sync()).pushed, 2);
	    assert.equal(asked(from, 'POST', /blobs/).length, 2);
	    await w.same();
    });

scene('a push that was sent late is not dead before lag and lease are over',
    { env: { SYNC_LAG_MS: '1000', SYNC_LEASE_MS: '1000' } }, async (w) => {
	    await w.rest();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    w.repo.setLag({ ms: 600 });
	    fake.misbehave({ ...reread, delay: 700 });
	    await w.dieAt('push');
	    await w.edit('0001', { deadline: '25.12.2026' });
	    await w.work();
	    await w.sync();
	    w.repo.setLag({});
	    await w.same();
	    assert.deepEqual(w.copies('conflicts'), []);
	    assert.match(String(w.text(one)), /25\.12/);
    });

scene('a push without an answer is the base of what was edited since', {},
    async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    fake.misbehave({ method: 'PATCH', path: '/git/refs', cut: 1 });
	    assert.equal((await w.ring()).pending, true);
	    await w.edit('0001', { deadline: '25.12.2026' });
	    await w.sync();
	    await w.same();
	    assert.deepEqual(w.copies('conflicts'), []);
	    assert.match(String(w.text(one)), /25\.12/);
    });

scene('an edit upon a dead run\'s bytes undoes no revert', {},
    async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'falsch') });
	    await w.dieAt('mirror');
	    assert.match(String(w.text(one)), /falsch/);
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const mine = String(w.text(one));
	    await w.push({ [one]: both[one] });
	    await w.work();
	    await w.sync();
	    await w.same();
	    assert.equal(await w.gitText(one), both[one]);
	    assert.deepEqual(w.copies('conflicts'), [mine]);
    });

scene('a 404 for a comparison does not make a push over a revert',
    { env: { SYNC_LAG_MS: '100', SYNC_LEASE_MS: '100' } }, async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.dieAt('push');
	    await w.push({ [one]: both[one] }); // somebody reverts it
	    fake.misbehave({ method: 'GET', path: '/compare/', status: 404,
		times: 2 });
	    await sleep(250); // the lease and GitHub's lag are over
	    await w.work();
	    await w.sync();
	    await w.same();
	    assert.equal(await w.gitText(one), both[one]);
    });

scene('a conflict of a dead run is shown though its file was edited since', {},
    async (w) => {
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.push({ [one]: task('Eins', { deadline: '01.12.2026' }) });
	    await w.dieAt('mirror');
	    await w.edit('0001', { deadline: '25.12.2026' });
	    await w.work();
	    await w.sync();
	    const [{ conflict, older }] = w.records().files;
	    assert.ok(conflict);
	    assert.equal(older?.length, 1);
	    assert.equal(w.copies('conflicts').length, 2);
    });

/** `one` has a conflict. @param {World} w
 * @returns {Promise<string>} Git's bytes */
async function clash(w) {
	const theirs = task('Eins', { deadline: '01.12.2026' });
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.push({ [one]: theirs });
	await w.sync();
	assert.ok(w.records().files[0].conflict);
	return theirs;
}

scene('a conflict follows its file though a run died renaming it', {},
    async (w) => {
	    const theirs = await clash(w);
	    const { conflict } = w.records().files[0];
	    await w.push({ [one]: null, '0001-Anders.md': theirs });
	    await w.dieAt('removals');
	    assert.equal(w.text(one), undefined);
	    await w.work();
	    await w.sync();
	    const [first, second] = w.records().files;
	    assert.deepEqual([first.file, first.conflict, second.file],
		['0001-Anders.md', conflict, two]);
	    await w.same();
    });

scene('a copy renamed there and back keeps its time', {},
    async (w) => {
	    const theirs = await clash(w), other = '0001-Anders.md';
	    const copies = () => Object.keys(w.read('conflicts/usera', ''));
	    const [copy] = copies();
	    const time = () => statSync(join(w.store, 'conflicts/usera', copy),
		{ bigint: true }).mtimeNs;
	    const before = time();
	    await w.push({ [one]: null, [other]: theirs });
	    await w.sync();
	    await w.push({ [one]: theirs, [other]: null });
	    await w.sync();
	    assert.ok(w.records().files[0].conflict);
	    assert.ok(copies().some((c) => /Anders/.test(c)));
	    assert.equal(time(), before);
    });

scene('a push of a file that Git removed is reported', {}, async (w) => {
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.push({ [one]: null });
	assert.match((await w.sync()).text, /wieder in Git/);
});

// Records and version

scene('records stand in the store before the version is raised',
    { env: debug }, async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    w.log = '';
	    await w.ring();
	    const order = did(w).filter((what) => /^put (raw|state)/.test(what))
		.map((what) => what.slice(what.lastIndexOf('/') + 1));
	    const mirror = order.lastIndexOf(one);
	    assert.deepEqual(order.slice(mirror, mirror + 3), [one,
		'sync.json', 'cacheVersion.txt']);
    });

scene('pulled files are shown though the push has no answer', {},
    async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    await w.edit('0002', { deadline: '24.12.2026' });
	    const token = w.token();
	    fake.misbehave({ method: 'PATCH', path: '/git/refs', status: 502,
		times: 9 });
	    const result = await w.ring();
	    assert.equal(result.pending, true);
	    assert.match(String(w.text(one)), /neu/);
	    assert.notEqual(w.token(), token);
	    fake.behave();
	    await w.sync();
	    await w.same();
    });

scene('pulled files are shown though other blobs are missing', {},
    async (w) => {
	    await w.push(numbered(204));
	    const token = w.token();
	    // The first 200 come by a query, the last four singly.
	    fake.misbehave({ method: 'GET', path: '/git/blobs', status: 503,
		times: 999 });
	    const result = await w.ring();
	    assert.deepEqual([result.pending, result.changed], [true, 200]);
	    assert.notEqual(w.token(), token);
	    fake.behave();
	    await w.sync();
	    assert.equal(Object.keys(w.mirror()).length, 206);
    });

scene('files of a dead run are shown while GitHub is down', {},
    async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    const token = w.token();
	    await w.dieAt('mirror');
	    assert.match(String(w.text(one)), /neu/);
	    assert.equal(w.token(), token);
	    fake.misbehave({ status: 503, times: 999 });
	    await w.work();
	    await until(async () => {
		    await w.ring();
		    return w.token() !== token;
	    }, 4000, 'the new token');
	    fake.behave();
	    await w.sync();
	    await w.same();
    });

scene('broken records are reported while GitHub is down', {},
    async (w) => {
	    await clash(w);
	    const token = w.token();
	    w.setRecords('{"v":1,"files":[{"fi');
	    fake.misbehave({ status: 503, times: 999 });
	    assert.equal((await w.ring()).pending, true);
	    assert.notEqual(w.token(), token);
    });

scene('settled records are stored before the version is raised',
    { env: debug }, async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    await w.dieAt('mirror');
	    await w.work();
	    fake.misbehave({ method: 'GET', path: '/git/trees', status: 404,
		times: 99 });
	    w.log = '';
	    await until(async () => {
		    await w.ring();
		    return did(w).includes('settled');
	    }, 4000, 'the settling');
	    const all = did(w);
	    assert.deepEqual(all.slice(all.indexOf('settled')).filter((what) =>
		/^put state/.test(what)).slice(0, 2), [
		'put state/usera/sync.json',
		'put state/usera/cacheVersion.txt']);
    });

scene('a version that a dead run has not raised is raised before all else',
    { env: debug }, async (w) => {
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    await w.dieAt('recorded');
	    w.log = '';
	    await w.work();
	    await w.sync();
	    const all = did(w);
	    assert.deepEqual(all.slice(all.indexOf('taken')).filter((what) =>
		/cacheVersion|^list/.test(what)).slice(0, 2), [
		'put state/usera/cacheVersion.txt', 'list raw/usera/tasks/']);
    });

scene('each run renews the files for readers outside',
    { env: { SYNC_MIN_MS: '0' } }, async (w) => {
	    const read = (/** @type {string} */ name) => readFileSync(join(
		w.store, 'state/usera', name), 'utf8');
	    const head = await w.push({ '0041-Neu.md': task('Neu') });
	    await w.sync();
	    assert.equal(read('lastHeadSha.txt'), head);
	    assert.equal(Number(read('nextId.txt')), 42);
	    const at = read('lastSyncAt.txt'), { lastSyncAt } = w.records();
	    const now = Date.now();
	    await until(() => Date.now() > now, 100, 'another millisecond');
	    await w.sync(); // with nothing new
	    assert.ok(read('lastSyncAt.txt') > at);
	    assert.ok(w.records().lastSyncAt > lastSyncAt);
    });
