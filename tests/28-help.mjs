// @ts-check
// group: operate
/**
 * How `codex` is found out about: by its help, by completion in bash, in its
 * manual page, and where a site's logs are.
 */
import { test, before, after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync,
    readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manyBuild, top, until } from './stack.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'cm-help-'));
const program = join(manyBuild, 'codex');
const env = { PATH: process.env.PATH ?? '', CODEX_STORE: `fs:${scratch}/store`,
    CODEX_RUN: join(scratch, 'run'), CODEX_AUTH: 'local:usera',
    CODEX_BASE_URL: 'http://127.0.0.1:8080' };

before(() => {
	for (const user of ['usera', 'user-b']) {
		mkdirSync(join(scratch, 'store/state', user), { recursive: true });
		writeFileSync(join(scratch, 'store/state', user,
		    'cacheVersion.txt'), '1795518000000-0123456789abcdef');
	}
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** @param {string[]} args @param {Record<string, string>} [as] */
const codex = (args, as = env) => {
	const { status, stdout, stderr } = spawnSync(program, args,
	    { env: as, encoding: 'utf8' });
	return { status, out: stdout, text: stderr };
};

const commands = () => [...codex(['--help']).out.matchAll(
    /^ {2}([a-z][a-z-]*) {2,}\S/mg)].map((match) => match[1]);

/** The options that a command's help has. @param {string} command */
const optionsOf = (command) => [...new Set([...codex([command, '-h']).out
    .matchAll(/(?:^|[[ ,|])(--?[a-z][a-z-]*)/mg)].map((match) => match[1]))]
    .filter((option) => option !== '-h').sort();

/** What bash offers behind a line; `files` if it offers those.
 * @param {string} line @param {Record<string, string>} [as] */
function completed(line, as = env) {
	const words = line.split(' ');
	const out = execFileSync('bash', ['--norc', '-c', `
compopt() { echo "files" >&3; }
. "$1" && shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_codex "$PROGRAM" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}" 3>&1
printf '%s\\n' "\${COMPREPLY[@]}"`, 'bash',
	    join(top, 'scripts/completion/codex'), ...words],
	    { env: { ...as, PROGRAM: program }, encoding: 'utf8' });
	return out.split('\n').filter(Boolean).sort();
}

test('bash completes commands, options, users and files', () => {
	assert.deepEqual(completed('codex '),
	    [...commands(), '--help', '--version'].sort());
	assert.deepEqual(completed('codex mig'), ['migrate']);
	for (const command of ['doctor', 'export', 'fsck', 'list'])
		assert.deepEqual(completed(`codex ${command} -`).filter((option) =>
		    option !== '-h'), optionsOf(command), command);
	assert.deepEqual(completed('codex fsck --re'), ['--repair']);
	assert.deepEqual(completed('codex status '), ['user-b', 'usera']);
	assert.deepEqual(completed('codex export --md usera'), ['usera']);
	assert.deepEqual(completed('codex export --md usera '), ['files']);
	assert.deepEqual(completed('codex check -c '), ['files']);
	assert.deepEqual(completed('codex list -k p'), ['privat']);
	assert.deepEqual(completed('codex restore '), ['files']);
});

test('each command prints its help where it is asked for it', () => {
	for (const command of commands()) {
		const { status, out, text } = codex([command, '-h']);
		assert.deepEqual([status, text], [0, ''], command);
		assert.match(out, new RegExp(`Usage: codex ${command} `), command);
		assert.deepEqual(codex([command, '--help']), { status, out, text });
		const wrong = codex([command, '-Z']);
		assert.deepEqual([wrong.status, wrong.out], [2, ''], command);
	}
	assert.deepEqual(optionsOf('add'),
	    ['--json', '-b', '-d', '-j', '-k', '-t']);
});

test('what cannot be told is no success', () => {
	const full = openSync('/dev/full', 'w');
	for (const args of [['users'], ['check', '--json'], ['--version']]) {
		const { status, stderr } = spawnSync(program, args,
		    { env, encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
		assert.equal(status, 1, args.join(' '));
		assert.match(stderr, /standard output/);
	}
	closeSync(full);
});

test('without a store that can be read no user is offered', () => {
	const { CODEX_STORE, ...rest } = env;
	assert.ok(CODEX_STORE);
	assert.deepEqual(completed('codex status ', rest), []);
	const file = join(scratch, 'settings.env');
	writeFileSync(file, `CODEX_STORE=${CODEX_STORE}\n`);
	assert.deepEqual(completed(`codex status -c ${file} `, rest),
	    ['user-b', 'usera'], 'that of -c can');
});

test('the manual has every command with each of its options', () => {
	const page = readFileSync(join(top, 'man/codex.8'), 'utf8');
	const synopsis = /^\.Sh SYNOPSIS$([^]*?)^\.Sh/m.exec(page)?.[1] ?? '';
	for (const command of commands()) {
		const part = new RegExp(`^\\.Cm ${command}$([^]*?)(?=^\\.Nm|$(?!\\n))`,
		    'm').exec(synopsis)?.[1];
		assert.ok(part !== undefined, command);
		for (const option of optionsOf(command))
			assert.ok(part.includes(option.slice(1)) ||
			    (option === '--json' && part.includes('Fl j')) ||
			    (option === '-n' && part.includes('dry-run')) ||
			    (option === '--user' && part.includes('Fl u')),
			    `${command} ${option}`);
	}
	const lint = spawnSync('mandoc', ['-T', 'lint', '-W', 'style', join(top,
	    'man/codex.8')], { encoding: 'utf8' });
	assert.deepEqual(lint.stdout.split('\n').filter((line) => line &&
	    !/operating system explicitly specified|referenced manual not found|unknown manual/
		.test(line)), []);
});

test('the logs of units are each where a unit is', () => {
	const units = join(scratch, 'units');
	execFileSync(join(top, 'scripts/systemd/make-units'), [units,
	    '/usr/local/libexec', '/usr/local/bin']);
	const names = readdirSync(units).filter((name) =>
	    name.endsWith('.service')).map((name) => name.slice(0, -8));
	const said = codex(['logs-where', '-p', join(top, 'scripts/programs')],
	    { PATH: env.PATH });
	assert.equal(said.status, 0, said.text);
	const shown = [...said.out.matchAll(/journalctl -u '(codex-\S+)'$/mg)]
	    .map((match) => match[1].replace(/\*$/, ''));
	assert.equal(shown[0], 'codex-miroir-');
	assert.deepEqual(shown.slice(1).sort(), names.sort());
	const site = readFileSync(join(top, 'nginx/site.conf'), 'utf8');
	for (const [, file] of site.matchAll(/access_log (\/\S+)/g))
		assert.ok(said.out.includes(file), file);
});

test('the logs of codex run are where its standard error leads', async () => {
	const log = join(scratch, 'log');
	const run = [program, 'run', '-p', join(top, 'scripts/programs'), '-d',
	    manyBuild, '-w', '1', 'tasks'];
	for (const [shell, leads] of [
		['exec "$@" 2>"$LOG"', `${log}\n`],
		['"$@" 2>&1 | cat >"$LOG"', `\\(cat\\), ${log}\n`]]) {
		const child = spawn('bash', ['-c', shell, 'bash', ...run],
		    { env: { ...env, LOG: log }, stdio: 'ignore' });
		const ended = new Promise((done) => child.on('exit', done));
		let said = codex(['logs-where']);
		await until(() => (said = codex(['logs-where'])).status === 0,
		    10000, 'the program');
		const pid = Number(/^all +process (\d+), /.exec(said.out)?.[1]);
		process.kill(pid);
		await ended;
		assert.match(said.out, new RegExp(leads));
	}
	const gone = codex(['logs-where']);
	assert.equal(gone.status, 1);
	assert.match(gone.text, /codex-tasks .*tasks\.sock.* nimmt keine Anfragen/);
});
