// @ts-check
// group: operate
// docs/openapi.yaml: it is sound, and says what the sources say.  Whether answers
// are what it says: 27-api-answers.mjs.

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Description, listErrors, listRoutes, modules, source }
    from './openapi.mjs';
import { top } from './stack.mjs';

/** @typedef {import('./openapi.mjs').Operation} Operation */

const description = new Description();
const { operations } = description;

test('the description is sound OpenAPI 3.1', async () => {
	const { Validator } = await import(pathToFileURL(join(modules,
	    '@seriousme/openapi-schema-validator/index.js')).href);
	const validator = new Validator();
	const { valid, errors } = await validator.validate(
	    structuredClone(description.root));
	assert.ok(valid, JSON.stringify(errors, null, 1));
	assert.equal(validator.version, '3.1');
	const ids = operations.map(({ id }) => id);
	assert.equal(new Set(ids).size, ids.length, 'each has its own name');
});

test('the pages for people are made of the description as it is', () => {
	const { status, stdout } = spawnSync(process.execPath,
	    [join(top, 'scripts/make-api.mjs'), '--check'], { encoding: 'utf8',
	    env: { ...process.env, CODEX_NODE_MODULES: modules } });
	assert.equal(status, 0, stdout);
});

test('the description has the version of the programs', () => {
	assert.equal(description.root.info.version,
	    /AC_INIT\(\[.*?\], \[(.*?)\]\)/.exec(source('configure.ac'))?.[1]);
});

/** The ways in, of a row's flags. @param {string} flags */
const waysIn = (flags) => /SERVE_BEARER/.test(flags) ? 'token'
    : /PERSON/.test(flags) ? 'session'
    : /SERVE_USER|\bWRITE\b|SERVE_WRITE/.test(flags) ? 'session token' : '';

test('each route of the programs is described, and no other', () => {
	const routes = listRoutes();
	assert.ok(routes.length > 20, String(routes.length));
	const files = ['GET /api/openapi.yaml', 'GET /healthz'];
	assert.deepEqual(operations.map(({ method, path }) =>
	    `${method.toUpperCase()} ${path}`).sort(),
	    [...routes.map(({ what }) => what), ...files].sort());
});

test('each route may be asked for in the ways that are described', () => {
	for (const { what, flags } of listRoutes()) {
		const [method, path] = what.split(' ');
		const { security } = /** @type {Operation} */ (operations.find(
		    (one) => one.method === method.toLowerCase() &&
			one.path === path));
		assert.equal(security.join(' '), waysIn(flags), what);
	}
});

test('each code of an error is described with its status, and no other', () => {
	const told = [...description.codesByStatus()].flatMap(
	    ([status, codes]) => codes.map((code) => `${status} ${code}`));
	assert.deepEqual(told.sort(), listErrors());
	const all = description.root.components.schemas.Problem.properties.code.enum;
	assert.deepEqual([...all].sort(), [...new Set(listErrors()
	    .map((line) => line.split(' ')[1]))].sort());
});

test('words that a client meets are those of the programs', () => {
	const { schemas } = description.root.components;
	/** @param {string} path @param {RegExp} table */
	const words = (path, table) => [...new Set([...(table.exec(source(path))
	    ?.[1] ?? '').matchAll(/"([a-z_]+)"/g)].map(([, word]) => word))];
	const { why } = schemas.ListedTask.allOf[1].properties;
	assert.deepEqual(why.properties.code.enum, words(
	    'common/week/placement.c', /why_words\[[^{]*\{([^}]+)\}/));
	assert.deepEqual([...schemas.SyncWord.enum].sort(), words(
	    'common/week/ledger.c', /state_words\[[^{]*\{([^}]+)\}/).sort());
	assert.deepEqual(schemas.Task.properties.pr.properties.state.enum, words(
	    'common/week/ledger.c', /pr_words\[[^{]*\{([^}]+)\}/));
	const rows = source('docs/design.md').split('| code | fault |')[1]
	    .split('\n\n')[0].split('\n').map((line) => line.split('|')[1] ?? '');
	assert.deepEqual(schemas.Problems.items.properties.code.enum,
	    rows.flatMap((cell) => [...cell.matchAll(/`(\w+)`/g)]
		.map(([, word]) => word)));
	const [, states] = source('docs/http-api.md').split('| `state` | `code` |');
	assert.deepEqual(schemas.SyncState.properties.code.enum, [...states
	    .split('\n\n')[0].matchAll(/^\| `\w+` \| (.*) \|$/gm)]
	    .flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)]
		.map(([, word]) => word)).filter((word) => word !== 'reason'));
});
