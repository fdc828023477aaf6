// @ts-check
// group: operate
// The table of docs/operating.md, "What it asks of others": what a running
// system asks of its store and of GitHub, counted from its log.

import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { gitSettings } from './git-stack.mjs';
import { startFake } from './github/fake.mjs';
import { source } from './openapi.mjs';
import { startStack, taskFile, until, vaultPath } from './stack.mjs';

/** @type {import('./github/fake.mjs').Fake} */
let fake;
/** @type {import('./github/repository.mjs').Repository} */
let repo;
/** @type {import('./stack.mjs').Stack} */
let stack;

before(async () => {
	fake = await startFake({ rateLimit: 1e6 });
	repo = await fake.createRepository({ files: Object.fromEntries(
	    Array.from({ length: 20 }, (_, i) => [vaultPath(
		`${1000 + i}-Nr.md`), taskFile({}, `# Nr ${i}\n`)])) });
	stack = await startStack({ workers: 1, as: 'local', env: {
	    ...gitSettings(fake), CODEX_DEBUG: '1' } });
	await sync();
	await look();
});
after(async () => {
	await stack?.stop();
	await fake?.stop();
});

/** A look at the page: what its scripts ask for. */
async function look() {
	for (const path of ['/codex', '/api/sync', '/auth/me'])
		assert.equal((await stack.get(path)).status, 200);
}

async function sync() {
	const { status, text } = await stack.send('POST', '/sync',
	    undefined);
	assert.equal(status, 200, text);
}

async function edit() {
	const { json } = await stack.get('/api/tasks');
	const { file, etag, tags } = json.tasks[0];
	const mark = stack.mark();
	await stack.send('PATCH', `/api/tasks/${file.slice(0, -3)}`,
	    { tags: [...tags, `t${tags.length}`] }, { 'If-Match': `"${etag}"` });
	return mark;
}

/** Requests to the store and to GitHub that are in the log since then.
 * @param {number} mark */
async function count(mark) {
	// The log comes through a pipe: that of a later request shows that it is
	// there.  One for no task asks nobody.
	const last = ` path=/api/tasks/9${mark} `;
	await stack.get(last.trim().slice('path='.length));
	await until(() => stack.log.slice(mark).includes(last), 5000, 'the log');
	const [text] = stack.log.slice(mark).split(last);
	return [/^level=debug msg=store /gm, /^level=\w+ msg=github /gm].map((line) =>
	    String(text.match(line)?.length ?? 0));
}

/** Numbers of the table by what they are of. */
const table = Object.fromEntries([...source('docs/operating.md').matchAll(
    /^\| ([a-z][^|]+) \| (\d+) \| (\d+) \|$/gm)]
    .map(([, what, ...numbers]) => [what, numbers]));

test('what each action asks of others is as told', async () => {
	/** @type {Record<string, string[]>} */
	const found = {};
	/** @param {string} what @param {() => Promise<void|number>} act
	 *     returns where it began, if later */
	const measure = async (what, act) => {
		const mark = stack.mark();
		found[what] = await count(await act() ?? mark);
	};
	await measure('a look at the page, with nothing new', look);
	await measure('an edit', edit);
	await measure('the look after it', look);
	await measure('a sync that sends one edit', sync);
	await measure('a sync with nothing to do', sync);
	await repo.commit({ files: { [vaultPath('1003-Nr.md')]: taskFile(
	    { deadline: '01.12.2026' }, '# Nr\n') } });
	await measure('a sync that fetches one file', sync);
	assert.deepEqual(found, table);
});
