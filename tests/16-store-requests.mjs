// @ts-check
// group: http
// also on: azurite
// How many requests the store hears, and in how many rounds: the figures
// that the system promises.  With AZURE_BLOB_CONN set (tests/azurite.sh)
// against that account.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Stack, long, plainBuild, startStack, top } from './stack.mjs';

const azure = process.env.AZURE_BLOB_CONN;
const sizes = azure && !long ? [50, 500] : [50, 500, 5000];
const scratch = mkdtempSync(join(tmpdir(), 'cm-vaults-'));
after(() => rmSync(scratch, { recursive: true }));

/** @type {Set<Stack>} */
const open = new Set();
after(() => Promise.all([...open].map((s) => s.stop())));

/** Every other container is another store. */
let containers = 0;

/** A repository where nothing is to be done, and nobody answers. */
const repository = { GITHUB_OWNER: 'usera', GITHUB_REPO: 'vault',
	GITHUB_TOKEN: 'token', GITHUB_API_URL: 'http://127.0.0.1:9',
	SYNC_POLL_MS: '600000' };

/** @param {number} tasks @param {Record<string, string>} more */
async function stackWith(tasks, more = {}) {
	const vault = mkdtempSync(join(scratch, 'vault-'));
	const made = spawnSync(join(top, 'scripts/make-vault'), ['--users', '1',
	    '--tasks', String(tasks), '--seed', '7', '--open', '60', vault]);
	assert.equal(made.status, 0, String(made.stderr));
	const stack = await startStack({ workers: 1, import: vault, env: {
		CODEX_DEBUG: '1', CODEX_AUTH: 'local:usera', ...more,
		...(azure ? { AZURE_BLOB_CONN: azure, AZURE_BLOB_CONTAINER:
		    `requests-${process.pid}-${containers++}`,
		    CACHE_REVALIDATE_MS: '600000' } : {}) } });
	open.add(stack);
	return stack;
}

/**
 * What the store heard while `act` ran; rounds are counted per process, as
 * those that follow one another.
 * @param {Stack} stack @param {() => Promise<any>} act
 */
async function heard(stack, act) {
	const mark = stack.mark();
	const answer = await act();
	assert.equal(answer.status, 200, answer.text);
	const requests = stack.storeRequests(mark);
	const rounds = new Set(requests.map((r) => `${r.process} ${r.round}`));
	return { n: requests.length, rounds: rounds.size, answer,
	    bytes: requests.filter((r) => /tasks(-base)?\.json$/.test(r.key))
		.reduce((sum, r) => sum + r.bytes, 0),
	    text: requests.map((r) =>
		`${r.process} ${r.round} ${r.verb} ${r.key} ${r.result}`)
		.slice(0, 20).join('\n') };
}

/** So many files are read in a batch, which a try's deadline may meet: Azurite
 * does not always give 5000 in time, and the next try goes on. */
const BATCH = 128;

/** A list of more than 5000 names has further pages.
 * @param {number} tasks */
const pages = (tasks) => Math.floor(tasks / 5000);

/** Where the store takes notes, a token is read before it is put, and in place of
 * a list a token and what its note names. */
const noted = azure ? 1 : 0;

/** @type {[string, number, Record<string, string>, number][]} */
const kinds = [...sizes.map((tasks) =>
    /** @type {[string, number, {}, number]} */ (['', tasks, {}, 8])),
    ...(azure ? [] : [/** @type {[string, number, {}, number]} */ (
	[', with Git', 50, repository, 9])])];

/** Records of Git, without a file. @param {Stack} stack */
function putRecords(stack) {
	const folder = join(stack.data || '', 'state/usera');
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, 'sync.json'), '{"v":1,"files":[]}');
}

for (const [kind, tasks, more, most] of kinds)
	test(`builds of ${tasks} tasks${kind}`, async (t) => {
		const stack = await stackWith(tasks, more);
		if (kind)
			putRecords(stack);

		await t.test(`a cold one asks at most n + ${9 + noted} times`, async () => {
			let again = 0;
			const cold = await heard(stack, async () => {
				let answer = await stack.get('/codex');
				for (; azure && answer.status === 503 && again < 4; again++)
					answer = await stack.get('/codex');
				return answer;
			});
			assert.equal(cold.answer.headers.get('x-cache'), 'miss');
			assert.ok(cold.n > tasks, `${cold.n} requests`);
			assert.ok(cold.n <= tasks + (1 + again) * (9 + noted + pages(tasks)) +
			    again * BATCH, `${cold.n} requests, ${again} tries more`);
		});
		await t.test('an artifact: 2 in 1 round; memory: none', async () => {
			const blob = await heard(stack, () =>
			    stack.get('/codex'));
			assert.equal(blob.answer.headers.get('x-cache'), 'blob');
			assert.equal(blob.n, 2, blob.text);
			assert.equal(blob.rounds, 1, blob.text);
			const local = await heard(stack, async () => {
				for (let i = 0; i < 50; i++)
					await stack.get('/codex');
				return stack.get('/codex');
			});
			assert.equal(local.answer.headers.get('x-cache'),
			    'local');
			assert.equal(local.n, 0, local.text);
		});
		await t.test(`a warm one asks at most ${most + noted} times in ` +
		    `${4 + noted} rounds`, async () => {
			const list = (await stack.get(
			    '/api/tasks?status=offen')).json.tasks;
			const stem = list[0].file.slice(0, -3);
			const path = `/api/tasks/${encodeURIComponent(stem)}`;
			for (let i = 0; i < 2; i++) {
				await stack.send('PATCH', path,
				    { tags: [`x${i}`] });
				const warm = await heard(stack, () =>
				    stack.get('/codex'));
				assert.equal(warm.answer.headers.get('x-cache'),
				    'miss');
				assert.ok(warm.n <= most + noted, warm.text);
				assert.ok(warm.rounds <= 4 + noted, warm.text);
				// A list of all is as long as there are tasks.
				assert.ok(!azure || !/ list raw\//.test(warm.text),
				    warm.text);
				// An entry is 265 bytes long.
				assert.ok(tasks < 500 || warm.bytes < 2000,
				    `${warm.bytes} bytes of the index`);
			}
		});
	});

test('writes cost the requests that the design promises', async (t) => {
	const stack = await stackWith(50);
	await stack.get('/codex');
	const list = (await stack.get('/api/tasks?status=offen')).json.tasks;
	const json = { kategorie: 'arbeit', title: 'Neu' };
	const when = { datum: '23.11.2026', zeit: 'abends' };
	const stem = (/** @type {any} */ task) =>
		encodeURIComponent(task.file.slice(0, -3));

	await t.test(`a creation asks at most ${4 + noted} times`, async () => {
		for (let i = 0; i < 3; i++) {
			const { n, text } = await heard(stack, () =>
			    stack.send('POST', '/api/tasks', json));
			assert.ok(n <= 4 + noted, text);
		}
	});
	await t.test(`with an Idempotency-Key at most ${7 + noted} times`, async () => {
		for (let i = 0; i < 3; i++) {
			const key = { 'Idempotency-Key': `key ${i}` };
			const { n, text } = await heard(stack, () =>
			    stack.send('POST', '/api/tasks', json, key));
			assert.ok(n <= 7 + noted, text);
			const replay = await heard(stack, () =>
			    stack.send('POST', '/api/tasks', json, key));
			assert.ok(replay.n <= 6 + noted, replay.text);
		}
	});
	await t.test(`a completion by number asks at most ${4 + noted} times`, async () => {
		for (let i = 0; i < 2; i++) {
			const { n, text } = await heard(stack, () =>
			    stack.send('POST',
				`/api/tasks/${list[0].id}/complete`, when));
			assert.ok(n <= 4 + noted, text);
		}
	});
	await t.test(`and by stem at most ${3 + noted} times`, async () => {
		for (let i = 0; i < 2; i++) {
			const { n, text } = await heard(stack, () =>
			    stack.send('POST',
				`/api/tasks/${stem(list[1])}/complete`, when));
			assert.ok(n <= 3 + noted, text);
		}
	});
	await t.test('an edit asks no more than a completion', async () => {
		const byNumber = await heard(stack, () => stack.send('PATCH',
		    `/api/tasks/${list[2].id}`, { tags: ['a'] }));
		assert.ok(byNumber.n <= 4 + noted, byNumber.text);
		const byStem = await heard(stack, () => stack.send('PATCH',
		    `/api/tasks/${stem(list[2])}`, { tags: ['b'] }));
		assert.ok(byStem.n <= 3 + noted, byStem.text);
	});
});

for (const [kind, more, extra] of /** @type {[string, {}, number][]} */ ([
    ['', {}, 0], ...(azure ? [] : [[' with Git', repository, 1]])]))
	test(`one task of 50${kind} is read without the others`, async () => {
		const stack = await stackWith(50, more);
		if (kind)
			putRecords(stack);
		const [task] = (await stack.get('/api/tasks')).json.tasks;
		const stem = encodeURIComponent(task.file.slice(0, -3));
		const byStem = await heard(stack, () =>
		    stack.get(`/api/tasks/${stem}`));
		assert.ok(byStem.n <= 1 + extra, byStem.text);
		assert.ok(byStem.rounds <= 1, byStem.text);
		const byNumber = await heard(stack, () =>
		    stack.get(`/api/tasks/${task.id}`));
		assert.ok(byNumber.n <= 2 + extra, byNumber.text);
		assert.ok(byNumber.rounds <= 2, byNumber.text);
	});

/**
 * A folder with n tasks and their records.
 * @param {number} n
 */
function folderWith(n) {
	const folder = mkdtempSync(join(scratch, 'folder-'));
	const tasks = join(folder, 'raw/usera/tasks');
	const files = [];
	mkdirSync(tasks, { recursive: true });
	mkdirSync(join(folder, 'state/usera'), { recursive: true });
	for (let i = 0; i < n; i++) {
		const file = `${String(i).padStart(4, '0')}-Nr-${i}.md`;
		writeFileSync(join(tasks, file), '---\ntyp: task\n' +
		    `kategorie: arbeit\nstatus: offen\n---\n# Nr ${i}\n`);
		files.push({ file, base: 'a'.repeat(40), hash: 'b'.repeat(64),
			etag: `1-2-${i}` });
	}
	writeFileSync(join(folder, 'state/usera/sync.json'), JSON.stringify(
	    { v: 1, files, intent: { at: 0, files: [] }, resolved: [] }));
	return folder;
}

/**
 * How many instructions the program runs to show a task, its start included.
 * @param {string} folder @param {string} id
 */
function instructions(folder, id) {
	const shown = spawnSync('valgrind', ['--tool=callgrind',
	    '--callgrind-out-file=/dev/null', join(plainBuild, 'codex-tasks'),
	    '-1'], { encoding: 'utf8', env: { ...process.env, ...repository,
		CODEX_STORE: `fs:${folder}`, CODEX_RUN: join(folder, '.run'),
		CODEX_AUTH: 'local:usera', CODEX_PROOF: '',
		CODEX_BASE_URL: 'http://127.0.0.1:8080',
		REQUEST_METHOD: 'GET', REQUEST_URI: `/api/tasks/${id}` } });
	assert.match(shown.stdout, /"ok":true/, shown.stderr);
	return Number(/Collected : (\d+)/.exec(shown.stderr)?.[1]);
}

test('one task among thousands costs no more than one among hundreds', {
	skip: azure && 'the store does not matter' }, () => {
	const few = folderWith(300), many = folderWith(8644);
	for (const folder of [few, many])
		mkdirSync(join(folder, '.run'));
	const stem = '0250-Nr-250';
	const ratio = instructions(many, stem) / instructions(few, stem);
	assert.ok(ratio < 1.02, `${ratio} times the instructions`);
});

test('where other hosts write, a hit reads a token once a period', async () => {
	const stack = await startStack({ workers: 1, env: { CODEX_DEBUG: '1',
		CACHE_REVALIDATE_MS: '300' } });
	open.add(stack);
	await stack.get('/codex');
	await stack.get('/codex');
	const began = Date.now();
	const { n, text } = await heard(stack, async () => {
		while (Date.now() < began + 1000)
			await stack.get('/codex');
		return stack.get('/codex');
	});
	// The memory of sessions looks for itself.
	const memories = stack.as === 'server' ? 2 : 1;
	const most = memories * (Math.ceil((Date.now() - began) / 300) + 1);
	assert.ok(n >= 2 && n <= most, `${n} of at most ${most}\n${text}`);
	assert.doesNotMatch(text, /timeline|list/, 'the token and nothing else');
});
