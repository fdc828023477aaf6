// @ts-check
// group: operate
/**
 * `codex week`, `list`, `add`, `done` and `move`, as a person calls them in a
 * shell: with an API token, against a system with login and limits.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnv, manyBuild, startStack, taskFile } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-shell-'));
/** @type {import('./stack.mjs').Stack} */
let stack;
let token = '';

/** @param {string} access */
async function makeToken(access) {
	const { json } = await stack.send('POST', '/api/tokens',
	    { name: access, access });
	return json.token;
}

before(async () => {
	stack = await startStack({ env: {
		CODEX_NOW: '2026-11-23T07:00:00Z' } });
	token = await makeToken('write');
});
after(async () => {
	await stack.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** What a call of codex says and how it ends.
 * @param {string[]} args @param {Record<string, string>} env
 * @param {string} input
 * @returns {Promise<{ status: number, out: string, text: string }>} */
const codex = (args, env = {}, input = '') => new Promise((done) => {
	const child = execFile(join(manyBuild, 'codex'), args, { env: { ...cleanEnv({
		CODEX_URL: stack.url, CODEX_TOKEN: token, LANG: 'de_DE.UTF-8',
		HOME: scratch }), LC_ALL: '', ...env } }, (error, out, text) =>
	    done({ status: Number(error?.code ?? 0), out, text }));
	// It may end before it has read any of it.
	child.stdin?.on('error', () => {});
	child.stdin?.end(input);
});

test('a day is run from a shell', async () => {
	const made = await codex(['add', '-k', 'arbeit', '-t', 'haus', '-d',
	    '24.12.2026', 'Brot', 'kaufen']);
	assert.deepEqual(made, { status: 0, out: '0000-Brot-kaufen.md\n',
	    text: '' });
	const file = stack.text('0000-Brot-kaufen.md');
	assert.match(file, /kategorie: arbeit/);
	assert.match(file, /deadline: 24\.12\.2026/);
	assert.match(file, /# Brot kaufen/);
	assert.match((await codex(['week'])).out,
	    /^23\.11\.2026\n  morgens      0000 Brot kaufen #haus !24\.12\.2026\n/);

	assert.equal((await codex(['move', '0', '25.11.2026', 'Abends'])).status,
	    1, 'a number has four digits');
	assert.equal((await codex(['move', '0000', '25.11.2026', 'Abends'])).out,
	    '0000\n');
	assert.match(stack.text('0000-Brot-kaufen.md'), /fixedSlot/);
	assert.match((await codex(['week'])).out,
	    /25\.11\.2026\n.*\n.*\n  abends       0000 Brot kaufen/);
	assert.equal((await codex(['move', '0000-Brot-kaufen', 'free'])).status, 0);
	assert.doesNotMatch(stack.text('0000-Brot-kaufen.md'), /datum/);

	assert.equal((await codex(['done', '0000'])).out, '0000\n');
	assert.match(stack.text('0000-Brot-kaufen.md'),
	    /abgeschlossen_am: \{datum: 23\.11\.2026, zeit: morgens\}/);
	assert.match((await codex(['week', '23.11.2026'])).out,
	    /^23\.11\.2026\n  morgens      x 0000 Brot kaufen/);
	assert.equal((await codex(['list'])).out,
	    'abgeschlossen 0000 Brot kaufen #haus !24.12.2026\n');
});

test('a list is what was asked for', async () => {
	await codex(['add', '-t', 'garten', 'Äpfel pflücken']);
	await codex(['add', '-b', '-', 'Mit', 'Text'], {}, 'Ein *Text*.\n');
	assert.match(stack.text('0002-Mit-Text.md'), /Ein \*Text\*\.\n$/);
	for (const [args, ids] of /** @type {[string[], string][]} */ ([
		[['-s', 'offen'], '0001 0002'], [['-t', 'garten'], '0001'],
		[['-k', 'arbeit'], '0000'], [['ÄPFEL'], '0001'],
		[['Mit', 'Text'], '0002'], [['nichts'], '']])) {
		const { out } = await codex(['list', ...args]);
		assert.equal([...out.matchAll(/^\S+ +(\d{4}) /mg)]
		    .map((match) => match[1]).join(' '), ids, args.join(' '));
	}
	const { out } = await codex(['list', '-j', 'Äpfel']);
	assert.equal(JSON.parse(out).tasks[0].title, 'Äpfel pflücken');
});

test('what a task says moves no terminal', async () => {
	stack.place('0003-Rot.md', taskFile({}, 'Rot\u001b[31m \u202erechts'));
	const { out } = await codex(['list', '-s', 'offen']);
	assert.doesNotMatch(out, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
	assert.match(out, /0003 Rot/);
});

test('a file that is none is told with its reason', async () => {
	stack.place('0004-Kaputt.md', '---\ntyp: task\nstatus offen\n---\n');
	assert.match((await codex(['list'])).out,
	    /^0004-Kaputt\.md:3: Hinter dem Namen .*\.$/m);
	assert.match((await codex(['list'], { LANG: 'en_GB.UTF-8' })).out,
	    /^0004-Kaputt\.md:3: There is no colon .*\.$/m);
});

test('the server\'s refusal is said in the language of the shell', async () => {
	const wrong = ['move', '0001', '32.01.2026', 'abends'];
	const german = await codex(wrong);
	assert.equal(german.status, 1);
	assert.match(german.text, /muss ein Datum/);
	assert.match((await codex(wrong, { LANG: 'en_GB.UTF-8' })).text,
	    /must be a date/);
	assert.equal((await codex(['done', '9999'])).status, 1);
	const reader = await makeToken('read');
	const refused = await codex(['add', 'Nein'], { CODEX_TOKEN: reader });
	assert.equal(refused.status, 1);
	assert.match(refused.text, /lesen/);
	assert.equal((await codex(['week'], { CODEX_TOKEN: reader })).status, 0);
	assert.equal((await codex(['week'], { CODEX_TOKEN: 'cm_x' })).status, 1);
});

test('the token is taken from a file, too', async () => {
	const file = join(scratch, 'token');
	writeFileSync(file, `${token}\n`);
	const none = { CODEX_TOKEN: '' };
	assert.equal((await codex(['week'], none)).status, 1);
	assert.equal((await codex(['week'], { ...none,
	    CODEX_TOKEN_FILE: file })).status, 0);
	const missing = await codex(['week'], { ...none,
	    CODEX_TOKEN_FILE: join(scratch, 'nowhere') });
	assert.equal(missing.status, 1);
	assert.match(missing.text, /nowhere: No such file/);
	mkdirSync(join(scratch, '.config/codex-miroir'), { recursive: true });
	writeFileSync(join(scratch, '.config/codex-miroir/token'), token);
	assert.equal((await codex(['week'], none)).status, 0);
});

test('a token goes over TLS or loopback only, and is never shown', async () => {
	for (const url of ['http://example.org', 'ftp://127.0.0.1',
	    'http://127.0.0.1:1']) {
		const { status, out, text } = await codex(['week'],
		    { CODEX_URL: url });
		assert.equal(status, 1, url);
		assert.ok(text.length > 0);
		assert.ok(!`${out}${text}`.includes(token));
	}
});

test('what is called in a wrong way is told how', async () => {
	for (const args of [['add'], ['done'], ['done', '1', '2'], ['move', '1'],
	    ['move', '1', 'x'], ['week', '-x'], ['list', '-q'], ['nothing'], []]) {
		const { status, text } = await codex(args);
		assert.equal(status, 2, args.join(' '));
		assert.match(text, /Usage: codex/);
	}
	assert.match((await codex(['--help'])).out, /move/);
	assert.match((await codex(['--version'])).out, /^codex-miroir \d/);
});

test('the numbers are for this machine, without a proxy', async () => {
	assert.match((await stack.get('/metrics')).text, /^codex_info\{/m);
	const { status, json } = await stack.get('/metrics',
	    { 'X-Forwarded-For': '127.0.0.1' });
	assert.equal(status, 403);
	assert.equal(json.code, 'nicht_erlaubt');
});
