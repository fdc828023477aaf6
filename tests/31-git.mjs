// @ts-check
// group: git
// Store and Git become the same: each rule of a run, against the fake GitHub,
// with a worker and the programs, but no web server.

import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { amid, both, fake, numbered, one, scene, two } from './git-scene.mjs';
import { task } from './git-world.mjs';
import { until } from './stack.mjs';

scene('a first sync brings what Git has', { files: both }, async (w) => {
	const result = await w.sync();
	assert.equal(result.changed, 2);
	assert.deepEqual([result.userId, result.mode, result.nextId],
	    ['usera', 'diff', '0003']);
	assert.equal((await w.ring({ full: true })).mode, 'full');
	await w.same();
	assert.equal(w.records().run, undefined);
});

scene('a folder is found whatever its case', { files: both, folder: 'UserA' },
    async (w) => {
	    await w.sync();
	    await w.create({ title: 'Neu' });
	    await w.sync();
	    await w.same('UserA');
	    assert.deepEqual(await w.git('usera'), {});
    });

scene('adoption keeps the files of both sides', { files: { ...both,
	'0003-Git.md': task('Git') } }, async (w) => {
	w.place(one, both[one]);
	w.place(two, task('Zwei', {}, 'hier anders'));
	w.place('0004-Hier.md', task('Hier'));
	const result = await w.sync();
	await w.same();
	assert.equal(result.conflicts, 1);
	assert.deepEqual(w.copies('conflicts'), [task('Zwei', {},
	    'hier anders')]);
	assert.equal(w.text(two), both[two]);
	assert.equal(await w.gitText('0004-Hier.md'), task('Hier'));
	assert.ok(w.records().files.find((f) => f.file === two)?.conflict);
});

scene('broken records count as none without a loss', { files: both },
    async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const mine = String(w.text(one));
	    w.setRecords('{"v":1,"files":[{"fi');
	    await w.sync();
	    await w.same();
	    assert.deepEqual(w.copies('conflicts'), [mine]);
    });

scene('an edit is pushed once, by its author', { files: both }, async (w) => {
	await w.sync();
	await w.edit('0001', { deadline: '24.12.2026' });
	const result = await w.sync();
	assert.equal(result.pushed, 1);
	await w.same();
	await w.sync();
	const log = await w.repo.log();
	assert.equal(log.length, 2);
	assert.equal(log[0].message.split('\n')[0], '[codex] update 0001 Eins');
	assert.equal(log[0].author.name, 'usera');
	assert.equal(log[0].committer.name, 'Codex Miroir');
});

scene('a pulled change leaves the old bytes in the trash',
    { files: both }, async (w) => {
	    await w.sync();
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    const before = w.token();
	    const result = await w.sync();
	    assert.equal(result.changed, 1);
	    await w.same();
	    assert.deepEqual(w.copies('trash'), [both[one]]);
	    assert.notEqual(w.token(), before);
    });

scene('different fields are merged', { files: both }, async (w) => {
	await w.sync();
	await w.push({ [one]: task('Eins', { kategorie: 'arbeit' }) });
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.sync();
	await w.same();
	assert.match(String(w.text(one)), /arbeit/);
	assert.match(String(w.text(one)), /24\.12\.2026/);
	assert.deepEqual(w.copies('conflicts'), []);
});

scene('the same field twice is a conflict with a copy', { files: both },
    async (w) => {
	    await w.sync();
	    const theirs = task('Eins', { deadline: '01.12.2026' });
	    await w.push({ [one]: theirs });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const mine = String(w.text(one));
	    const result = await w.sync();
	    assert.equal(result.conflicts, 1);
	    assert.equal(w.text(one), theirs);
	    assert.deepEqual(w.copies('conflicts'), [mine]);
	    await w.same();
	    const [record] = w.records().files;
	    assert.equal(record.fields, 'deadline');
    });

scene('a conflict is kept when its file goes from Git', { files: both },
    async (w) => {
	    await w.sync();
	    await w.push({ [one]: task('Eins', { deadline: '01.12.2026' }) });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    await w.push({ [one]: null });
	    await w.sync();
	    await w.sync();
	    await w.same();
	    const [record] = w.records().files;
	    assert.equal(record.fields, 'deadline');
	    assert.equal(w.copies('conflicts').length, 1);
    });

scene('a few removals in Git are followed, into the trash',
    { files: numbered(12) }, async (w) => {
	    await w.sync();
	    await w.push({ '0001-Nr-1.md': null, '0002-Nr-2.md': null });
	    const result = await w.sync();
	    assert.equal(result.removed, 2);
	    await w.same();
	    assert.equal(w.copies('trash').length, 2);
    });

scene('an edited file that Git removed is pushed as new', { files: numbered(3) },
    async (w) => {
	    await w.sync();
	    await w.push({ '0001-Nr-1.md': null });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    await w.same();
	    assert.match(String(await w.gitText('0001-Nr-1.md')), /24\.12/);
    });

scene('many removals wait for a confirmation, all else is done', { files: numbered(30) },
    async (w) => {
	    await w.sync();
	    const gone = Object.fromEntries(Object.keys(numbered(11)).map((f) =>
		[f, null]));
	    await w.push({ ...gone, '0030-Nr-30.md': task('neu') });
	    let result = await w.sync();
	    assert.deepEqual([result.removed, result.kept, result.changed],
		[0, 11, 1]);
	    assert.equal(Object.keys(w.mirror()).length, 30);
	    assert.match(result.text, /bestätigt/);
	    // Fewer of them need leave all the same.
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.edit('0002', { deadline: '24.12.2026' });
	    result = await w.sync();
	    assert.deepEqual([result.removed, result.kept], [0, 9]);
	    result = await w.sync({ confirm: true });
	    assert.deepEqual([result.removed, result.kept], [9, 0]);
	    await w.same();
    });

scene('a missing folder removes nothing without a confirmation',
    { files: numbered(3) }, async (w) => {
	    await w.sync();
	    await w.push(Object.fromEntries(Object.keys(numbered(3)).map((f) =>
		[f, null])));
	    let result = await w.sync();
	    assert.deepEqual([result.removed, result.kept], [0, 3]);
	    assert.match(result.text, /Ordner/);
	    // Nor is what was edited since pushed over what we do not see.
	    await w.edit('0001', { deadline: '24.12.2026' });
	    result = await w.sync();
	    result = await w.sync();
	    assert.deepEqual([result.removed, result.pushed, result.kept],
		[0, 0, 3]);
	    assert.equal(Object.keys(w.mirror()).length, 3);
	    result = await w.sync({ confirm: true });
	    assert.deepEqual([result.removed, result.pushed], [2, 1]);
	    await w.same();
    });

scene('a tree that is empty by mistake lets nothing be pushed over Git',
    { files: both }, async (w) => {
	    await w.sync();
	    await w.push({ [one]: task('Eins', {}, 'von dort') });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const head = await w.repo.head();
	    fake.misbehave({ method: 'GET', path: '/git/trees', empty: true,
		times: 99 });
	    const result = await w.ring();
	    assert.equal(result.state, 'failed');
	    assert.match(result.text, /leer/);
	    assert.equal(await w.repo.head(), head);
	    fake.behave();
	    await w.sync();
	    await w.same();
	    assert.match(String(w.text(one)), /24\.12(.|\n)*von dort/);
    });

scene('after a failure of the store the next run goes on at once',
    { files: both, env: { SYNC_LEASE_MS: '600000' } }, async (w) => {
	    await w.sync();
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    const trash = join(w.store, 'trash');
	    writeFileSync(trash, 'kein Ordner');
	    assert.equal(await w.ring(), null);
	    rmSync(trash);
	    assert.equal((await w.ring()).pending, false);
	    await w.same();
    });

scene('a second conflict leaves the first one\'s copy named', { files: both },
    async (w) => {
	    await w.sync();
	    /** @type {string[]} */
	    const mine = [];
	    for (const day of ['01', '02', '03']) {
		    await w.push({ [one]: task('Eins', {
			deadline: `${day}.12.2026` }) });
		    await w.edit('0001', {
			deadline: `2${day[1]}.12.2026` });
		    mine.push(String(w.text(one)));
		    await w.sync();
	    }
	    assert.deepEqual(w.copies('conflicts').sort(), mine.sort());
	    const { conflict, older } = w.records().files[0];
	    const names = [conflict, ...(older ?? []).map((o) => o.conflict)];
	    assert.equal(new Set(names).size, 3);
	    for (const name of names)
		    assert.ok(existsSync(join(w.store, 'conflicts/usera',
			one.slice(0, -3), `${name}.md`)));
    });

scene('a conflict follows its file through a rename', { files: both },
    async (w) => {
	    await w.sync();
	    const theirs = task('Eins', { deadline: '01.12.2026' });
	    await w.push({ [one]: theirs });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.sync();
	    const { conflict } = w.records().files[0];
	    await w.push({ [one]: null, '0001-Anders.md': theirs });
	    await w.sync();
	    const [first, second] = w.records().files;
	    assert.deepEqual([first.file, first.conflict, first.fields],
		['0001-Anders.md', conflict, 'deadline']);
	    assert.equal(second.file, two);
	    assert.ok(existsSync(join(w.store, 'conflicts/usera/0001-Anders',
		`${conflict}.md`)));
	    await w.same();
    });

scene('an empty repository is told as such until it has a first commit', {
    env: { SYNC_LAG_MS: '0' } }, async (w) => {
	const head = String(await w.repo.head());
	await w.repo.git.setRef('refs/heads/main', '0'.repeat(40), head);
	const file = await w.create({ title: 'Hier' });
	const result = await w.ring();
	assert.equal(result.state, 'failed');
	assert.match(result.text, /^Das Repository ist leer\. Lege/);
	assert.match(result.textEnglish, /^The repository is empty\./);
	await w.push({ 'README.md': '# Vault\n' });
	await w.sync();
	assert.equal(await w.gitText(file), w.text(file));
});

scene('a missing branch is a failure that changes nothing', { files: both },
    async (w) => {
	    await w.sync();
	    const head = String(await w.repo.head());
	    await w.repo.git.setRef('refs/heads/main', '0'.repeat(40), head);
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const result = await w.ring();
	    assert.equal(result.state, 'failed');
	    assert.notEqual(result.text, '');
	    assert.equal(Object.keys(w.mirror()).length, 2);
	    await w.repo.git.setRef('refs/heads/main', head, '0'.repeat(40));
	    await w.sync();
	    await w.same();
	    assert.match(String(w.text(one)), /24\.12/);
    });

for (const [what, rule] of /** @type {[string, any][]} */ ([
	['401', { status: 401, times: 99 }],
	['403', { status: 403, times: 99 }],
	['404', { status: 404, times: 99 }],
	['a truncated tree', { path: '/git/trees', truncated: true,
	    times: 99 }],
	['a 404 for a tree', { path: '/git/trees', status: 404, times: 99 }],
	['a 404 for the blob', { path: '/git/blobs', status: 404, times: 99 }],
]))
	scene(`${what} removes nothing, and the state says why`,
	    { files: both }, async (w) => {
		    await w.sync();
		    await w.push({ [one]: null, [two]: task('Zwei', {}, 'x') });
		    fake.misbehave({ method: 'GET', ...rule });
		    const result = await w.ring();
		    assert.equal(result.state, 'failed');
		    assert.notEqual(result.text, '');
		    assert.deepEqual(Object.keys(w.mirror()), [one, two]);
		    fake.behave();
		    await w.sync();
		    await w.same();
	    });

scene('an empty tree removes nothing', { files: both }, async (w) => {
	await w.sync();
	await w.push({ [two]: task('Zwei', {}, 'x') });
	fake.misbehave({ method: 'GET', path: '/git/trees', empty: true,
	    times: 99 });
	const result = await w.ring();
	assert.equal(result.removed, 0);
	assert.notEqual(result.text, '');
	assert.deepEqual(Object.keys(w.mirror()), [one, two]);
	fake.behave();
	await w.push({ 'andere/Notiz.md': 'neu' });
	await w.sync();
	await w.same();
});

scene('a wrong base path removes nothing', { files: both }, async (w) => {
	await w.sync();
	await w.rest();
	await w.work({ GITHUB_BASE_PATH: 'woanders' });
	await w.push({ 'andere/Notiz.md': 'neu' });
	const result = await w.sync();
	assert.deepEqual([result.removed, result.kept], [0, 2]);
});

scene('a token that may only read goes on pulling', { files: both,
    env: { GITHUB_TOKEN: 'read-token' } }, async (w) => {
	await w.sync();
	await w.edit('0001', { deadline: '24.12.2026' });
	await w.push({ [two]: task('Zwei', {}, 'von dort') });
	let result = await w.sync();
	assert.equal(result.state, 'nur_lesen');
	assert.equal(w.text(two), task('Zwei', {}, 'von dort'));
	assert.match(String(w.text(one)), /24\.12/);
	await w.push({ [two]: task('Zwei', {}, 'noch einmal') });
	result = await w.sync();
	assert.equal(w.text(two), task('Zwei', {}, 'noch einmal'));
	await w.rest();
	await w.work({ GITHUB_TOKEN: 'write-token' });
	result = await w.sync();
	assert.equal(result.state, 'ok');
	await w.same();
});

for (const { message, status } of [
	{ status: 403, message:
	    'Repository was archived so is read-only.' },
	{ status: 403, message:
	    'Resource not accessible by personal access token' },
])
	scene(`a refused change is told in GitHub's words: ${message}`, {
	    files: both }, async (w) => {
		await w.sync();
		await w.edit('0001', { deadline: '24.12.2026' });
		fake.misbehave({ method: 'POST', path: '/git/trees', status,
		    message });
		const result = await w.sync();
		assert.equal(result.state, 'nur_lesen');
		assert.ok(result.text.includes(message), result.text);
		await w.sync();
		await w.same();
	});

scene('a file with a secret that GitHub refuses is told in its words', {
    files: both }, async (w) => {
	await w.sync();
	w.place('0003-Latin1.md', Buffer.from(task('Gr\xfc\xdfe'), 'latin1'));
	fake.misbehave({ method: 'POST', path: '/git/blobs', status: 409,
	    message: 'Repository rule violations found\n\nSecret detected in ' +
		'content\n\n' });
	const result = await w.ring();
	assert.equal(result.state, 'failed');
	assert.match(result.text, /found Secret detected in content/);
	await w.sync();
	await w.same();
});

for (const [what, path] of [['commit', '/git/commits/'],
    ['tree', '/git/trees/']])
	scene(`a ${what} that GitHub does not show yet is no lack of rights`, {
	    files: both }, async (w) => {
		await w.sync();
		await w.edit('0001', { deadline: '24.12.2026' });
		w.mark();
		fake.misbehave({ method: 'GET', path, status: 404,
		    skip: path === '/git/commits/' ? 1 : 0 });
		const result = await w.ring();
		assert.deepEqual([result.state, result.pending],
		    ['pending', true]);
		assert.equal(w.marked(), true);
		await w.sync();
		await w.same();
	});

scene('more than one commit of edits stays here with a token that only reads',
    { files: { [one]: both[one] }, env: { GITHUB_TOKEN: 'read-token' } },
    async (w) => {
	    for (const [file, bytes] of Object.entries(numbered(230, 10)))
		    w.place(file, bytes);
	    const result = await w.sync();
	    assert.equal(result.state, 'nur_lesen');
	    assert.equal(Object.keys(w.mirror()).length, 231);
    });

scene('dirty bytes move along with a renamed file', { files: both },
    async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    const mine = String(w.text(one));
	    await w.push({ [one]: null, '0001-Umbenannt.md': both[one] });
	    await w.sync();
	    assert.equal(w.text('0001-Umbenannt.md'), mine);
	    assert.equal(w.text(one), undefined);
	    await w.same();
    });

scene('renaming all files needs no confirmation', { files: numbered(20) }, async (w) => {
	await w.sync();
	await w.push(Object.fromEntries(Object.entries(numbered(20)).flatMap(
	    ([f, b]) => [[f, null], [f.replace('Nr', 'Neu'), b]])));
	await w.sync();
	await w.same();
	assert.equal(Object.keys(w.mirror()).length, 20);
});

scene('a force push is followed, but not before the lag is over',
    { files: both, env: { SYNC_LAG_MS: '1500' } }, async (w) => {
	    const first = await w.repo.head();
	    await w.push({ [one]: task('Eins', {}, 'falsch') });
	    await w.sync();
	    await w.repo.commit({ files: { [w.path(two)]: task('Zwei', {},
		'richtig') }, parent: first, force: true });
	    const result = await w.ring();
	    assert.equal(result.pending, true);
	    assert.match(String(w.text(one)), /falsch/);
	    await w.sync();
	    await w.same();
	    assert.equal(w.text(one), both[one]);
    });

scene('a head that lags behind our own push undoes nothing',
    { files: both, env: { SYNC_LAG_MS: '3000' } }, async (w) => {
	    await w.sync();
	    w.repo.setLag({ ms: 800 });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.ring();
	    assert.equal((await w.ring()).pending, true);
	    assert.match(String(w.text(one)), /24\.12/);
	    await w.sync();
	    w.repo.setLag({});
	    await w.same();
	    assert.equal((await w.repo.log()).length, 2);
    });

// The answer's own time was taken for that of the head in it.
scene('a head is dated by its request, not by its arrival',
    { files: both, env: { SYNC_LAG_MS: '1200' } }, async (w) => {
	    await w.sync();
	    w.repo.setLag({ ms: 600 });
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.ring();
	    fake.misbehave({ method: 'GET', path: '/git/ref/heads/main',
		late: 1500 });
	    assert.equal((await w.ring()).pending, true);
	    assert.match(String(w.text(one)), /24\.12/);
	    w.repo.setLag({});
	    await w.sync();
	    await w.same();
	    assert.equal((await w.repo.log()).length, 2);
    });

scene('a run waits for a webhook\'s head that is not visible yet',
    { files: both, env: { SYNC_LAG_MS: '60000' } }, async (w) => {
	    await w.sync();
	    w.repo.setLag({ ms: 60000, hide: true });
	    const head = await w.push({ [one]: task('Eins', {}, 'neu') });
	    assert.equal((await w.ring({ after: head })).pending, true);
	    // The next look knows of it without being told.
	    assert.equal((await w.ring()).pending, true);
	    assert.equal(w.marked(), true);
	    w.repo.setLag({}); // now it is to be seen
	    await w.sync();
	    await w.same();
	    assert.equal(w.marked(), false);
    });

scene('a run stops waiting for a webhook\'s head that never comes',
    { files: both }, async (w) => {
	    await w.sync();
	    assert.equal((await w.ring({ after: 'ab'.repeat(20) })).pending,
		true);
	    await w.push({ [one]: task('Eins', {}, 'neu') });
	    await w.sync();
	    await w.same();
    });

scene('a run waits for a webhook\'s head whose ring no worker heard',
    { files: both, env: { SYNC_LAG_MS: '60000' } }, async (w) => {
	    await w.sync();
	    await w.rest();
	    w.repo.setLag({ ms: 60000, hide: true });
	    w.mark(w.user, await w.push({ [one]: task('Eins', {}, 'neu') }));
	    await w.work();
	    assert.equal((await w.ring()).pending, true);
	    assert.equal(w.marked(), true);
	    w.repo.setLag({}); // now it is to be seen
	    await w.sync();
	    await w.same();
    });

scene('a mark that is older than the lag waits for no head',
    { files: both }, async (w) => {
	    await w.sync();
	    w.mark(w.user, 'ab'.repeat(20), Date.now() - 500);
	    assert.equal((await w.ring()).pending, false);
	    assert.equal(w.marked(), false);
    });

scene('two folders that differ only in case stop the sync',
    { files: both, other: { 'codex-miroir/USERA/tasks/0009-x.md':
	task('x') } }, async (w) => {
	    const result = await w.ring();
	    assert.equal(result.state, 'failed');
	    assert.match(result.text, /Groß- und Klein/);
	    assert.deepEqual(w.mirror(), {});
    });

scene('mode=full trusts no ETag', { files: both }, async (w) => {
	await w.sync();
	// As if the store gave other bytes the old ETag: swap two records.
	w.place(one, task('Eins', {}, 'heimlich'));
	const lie = await w.etag(one);
	const records = w.records();
	records.files = records.files.map((f) =>
	    f.file === one ? { ...f, etag: lie } : f);
	w.setRecords(JSON.stringify(records));
	assert.equal((await w.sync()).pushed, 0);
	await w.sync({ full: true });
	await w.same();
	assert.match(String(await w.gitText(one)), /heimlich/);
});

scene('a mark put during a run stays', { files: both }, async (w) => {
	w.mark();
	await amid(w, { method: 'GET', path: '/git/trees' }, () => w.mark());
	assert.equal(w.marked(), true);
	await w.sync();
	assert.equal(w.marked(), false);
});

scene('the worker finds marks without a ring', { files: both,
    env: { SYNC_POLL_MS: '100' } }, async (w) => {
	w.mark();
	await until(() => !w.marked(), 5000, 'the mark to go');
	await w.same();
});

scene('a user may press the button once in SYNC_MIN_MS',
    { files: both }, async (w) => {
	    const press = (/** @type {any} */ who = {}) =>
		w.call('codex-sync', 'POST', '/sync', {}, who);
	    assert.equal((await press()).ok, true);
	    const again = await press();
	    assert.deepEqual([again.status, again.code], [429, 'zu_oft']);
	    assert.equal((await press({ user: 'userb' })).ok, true);
	    assert.equal((await w.ring()).ok, true);
    });

scene('POST /sync gives the result, or says that it is queued',
    { files: both, env: { SYNC_MIN_MS: '0' } }, async (w) => {
	    const done = await w.call('codex-sync', 'POST', '/sync', {});
	    assert.equal(done.changed, 2);
	    await w.rest();
	    const queued = await w.call('codex-sync', 'POST', '/sync', {});
	    assert.deepEqual([queued.status, queued.queued], [202, true]);
	    assert.equal(w.marked(), true);
    });

scene('a run asks GitHub for no more than it needs', { files: numbered(20) },
    async (w) => {
	    // Of those that count: a 304 costs nothing of the limit.
	    const count = async () => {
		    const from = fake.mark();
		    await w.sync();
		    return fake.log.slice(from)
			.filter((e) => e.status !== 304).length;
	    };
	    const first = await count();
	    assert.ok(first <= 30, `first ${first}`);
	    assert.equal(await count(), 0, 'nothing new');
	    await w.push({ 'andere/Notiz.md': 'neu' });
	    // One is the question whether the head has moved.
	    const moved = await count();
	    assert.ok(moved <= 7, `moved ${moved}`);
	    await w.push({ '0001-Nr-1.md': task('neu') });
	    const changed = await count();
	    assert.ok(changed <= 9, `changed ${changed}`);
	    assert.equal(await count(), 0, 'after it');
	    await w.edit('0002', { deadline: '24.12.2026' });
	    await count();
	    assert.equal(await count(), 0, 'after a push');
	    await w.same();
    });

scene('a file changed in Git costs 13 store requests until the new token',
    { files: numbered(20), env: { CODEX_DEBUG: '1' } }, async (w) => {
	    await w.sync();
	    const head = await w.push({ '0001-Nr-1.md': task('neu') });
	    w.log = '';
	    await w.ring({ after: head });
	    await until(() => /cacheVersion/.test(w.log), 1000, 'the token');
	    const upTo = w.log.slice(0, w.log.indexOf('cacheVersion'));
	    // One more is the webhook's: the mark.
	    const n = 1 + (upTo.match(/msg=store /g) ?? []).length;
	    assert.ok(n <= 13, `${n}\n${upTo}`);
    });

scene('a first sync of 500 files costs 510 requests, 16 at once',
    { files: numbered(500) }, async (w) => {
	    fake.maxInFlight = 0;
	    const from = fake.mark();
	    await w.sync();
	    const n = fake.log.length - from;
	    assert.ok(n <= 510, `${n}`);
	    assert.ok(fake.maxInFlight <= 16, `${fake.maxInFlight}`);
	    await w.same();
	    assert.ok((await w.sync()).state === 'ok');
    });

scene('80 new files of 100 KB go to GitHub by 2 MB at most', { files: both },
    async (w) => {
	    await w.sync();
	    for (const [file, bytes] of Object.entries(numbered(80, 10)))
		    w.place(file, bytes + 'lang '.repeat(20000));
	    const mark = fake.mark();
	    await w.sync();
	    await w.same();
	    // The push of 100 KB that exceeds 2 MiB is the last of a commit.
	    assert.equal((fake.counts(mark))[
		'POST /repos/{owner}/{repo}/git/trees'], 4);
    });

scene('250 new files are three commits', { files: both }, async (w) => {
	await w.sync();
	for (const [file, bytes] of Object.entries(numbered(250, 10)))
		w.place(file, bytes);
	await w.sync();
	await w.same();
	assert.equal((await w.repo.log()).length, 4);
});

scene('a run leaves another user alone', { files: both, other: {
	'codex-miroir/userb/tasks/0001-B.md': task('B') } }, async (w) => {
	await w.sync();
	await w.sync({ user: 'userb' });
	const [mirror, token, records] = [w.mirror('userb'),
	    w.token('userb'), w.records('userb')];
	await w.push({ [one]: task('Eins', {}, 'neu') });
	await w.edit('0002', { deadline: '24.12.2026' });
	await w.sync();
	assert.deepEqual([w.mirror('userb'), w.token('userb'),
	    w.records('userb')], [mirror, token, records]);
	await w.sync({ user: 'userb' });
	assert.equal(w.token('userb'), token);
	await w.same('userb', 'userb');
	await w.same();
});

scene('a run is completed once GitHub is back', { files: both }, async (w) => {
	await w.sync();
	await w.edit('0001', { deadline: '24.12.2026' });
	fake.misbehave({ status: 503, times: 999 });
	const result = await w.ring();
	assert.deepEqual([result.state, result.pending], ['pending', true]);
	assert.notEqual(result.text, '');
	fake.behave();
	assert.equal((await w.sync()).text, '');
	await w.same();
});

scene('nothing is asked before GitHub allows it', { files: both },
    async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    fake.misbehave({ retryAfter: 2 });
	    assert.equal((await w.ring()).state, 'pending');
	    const from = fake.mark();
	    assert.equal((await w.ring()).pending, true);
	    assert.equal(fake.mark(), from);
	    await w.sync();
	    assert.deepEqual(fake.early, []);
	    await w.same();
    });

scene('a push without an answer is looked for before anything else',
    { files: both }, async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    fake.misbehave({ method: 'PATCH', path: '/git/refs', cut: 1 });
	    await w.ring();
	    await w.sync();
	    await w.same();
	    assert.equal((await w.repo.log()).length, 2);
    });

scene('a push that landed unseen is the base of what was edited since',
    { files: both, env: { SYNC_LAG_MS: '3000', SYNC_LEASE_MS: '500' } },
    async (w) => {
	    await w.sync();
	    await w.rest();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    w.repo.setLag({ ms: 1800 });
	    await w.dieAt('push');
	    await w.edit('0001', { deadline: '25.12.2026' });
	    await w.work();
	    await w.sync();
	    w.repo.setLag({});
	    await w.same();
	    assert.deepEqual(w.copies('conflicts'), []);
	    assert.match(String(w.text(one)), /25\.12/);
    });

scene('a push that lost against another starts over', { files: both },
    async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await amid(w, { method: 'PATCH', path: '/git/refs' }, async () => {
		    await w.push({ [two]: task('Zwei', {}, 'schneller') });
	    });
	    await w.sync();
	    await w.same();
	    assert.equal((await w.repo.log()).length, 3);
	    assert.match(String(w.text(two)), /schneller/);
    });

scene('a branch that refuses pushes is pulled', { files: both },
    async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.push({ [two]: task('Zwei', {}, 'dort') });
	    fake.misbehave({ method: 'PATCH', path: '/git/refs', status: 422,
		message: 'Cannot update this protected branch', times: 99 });
	    const result = await w.ring();
	    assert.equal(result.state, 'nur_lesen');
	    assert.match(result.text, /Cannot update this protected branch/);
	    assert.match(String(w.text(two)), /dort/);
	    fake.behave();
	    await w.sync();
	    await w.same();
    });

scene('a push that GitHub refuses without a race is a failure in its words',
    { files: both }, async (w) => {
	    await w.sync();
	    await w.edit('0001', { deadline: '24.12.2026' });
	    await w.push({ [two]: task('Zwei', {}, 'dort') });
	    fake.misbehave({ method: 'PATCH', path: '/git/refs', status: 422,
		message: 'Reference update failed', times: 99 });
	    const result = await w.ring();
	    assert.equal(result.state, 'failed');
	    assert.match(result.text, /„Reference update failed“/);
	    assert.match(String(w.text(two)), /dort/);
	    fake.behave();
	    await w.sync();
	    await w.same();
    });

const steps = ['taken', 'look', 'head', 'trees', 'blobs', 'copies', 'commit',
    'intents', 'mirror', 'removals', 'push', 'recorded', 'record', 'version',
    'lease', 'word'];
for (const step of steps)
	scene(`a death at "${step}" leaves no trace`, {
	    files: { ...both, '0003-Drei.md': task('Drei'),
		'0004-Vier.md': task('Vier'), '0005-Fuenf.md': task('Fuenf'),
		'0006-Sechs.md': task('Sechs') } }, async (w) => {
		    await w.sync();
		    const edits = { '0001': '24.12.2026', '0002': '25.12.2026',
			'0003': '26.12.2026', '0006': '27.12.2026' };
		    for (const [id, deadline] of Object.entries(edits))
			    await w.edit(id, { deadline });
		    const conflict = String(w.text('0003-Drei.md'));
		    await w.push({
			[two]: task('Zwei', { kategorie: 'arbeit' }),
			'0003-Drei.md': task('Drei', {
			    deadline: '01.01.2027' }),
			'0004-Vier.md': task('Vier', {}, 'von dort'),
			'0005-Fuenf.md': null, '0006-Sechs.md': null,
			'0006-Anders.md': task('Sechs'),
			'0007-Neu.md': task('Neu') });
		    const before = w.token();
		    await w.dieAt(step);
		    await w.work();
		    await w.sync();
		    await w.same();
		    assert.match(String(w.text(one)), /24\.12/);
		    assert.match(String(w.text(two)), /arbeit(.|\n)*25\.12/);
		    assert.match(String(w.text('0004-Vier.md')), /von dort/);
		    assert.match(String(w.text('0006-Anders.md')), /27\.12/);
		    assert.equal(w.text('0005-Fuenf.md'), undefined);
		    assert.equal(w.text('0006-Sechs.md'), undefined);
		    assert.deepEqual(w.copies('conflicts'), [conflict]);
		    assert.ok(w.records().files.some((f) => f.conflict));
		    assert.equal((await w.repo.log()).length, 3);
		    assert.notEqual(w.token(), before);
		    assert.equal(w.marked(), false);
	    });
