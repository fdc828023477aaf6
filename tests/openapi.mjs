// @ts-check
// openapi: docs/openapi.yaml, whether an answer is what it says, and the tables
// of the sources that it must agree with.
//
//	const description = new Description();
//	assert.deepEqual(description.faults('get', '/codex', answer), []);

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { top } from './stack.mjs';

export const modules = process.env.CODEX_NODE_MODULES ??
    join(top, 'tests/node_modules');
const require = createRequire(join(modules, 'x.js'));

/** @param {string} path in the checkout */
export const source = (path) => readFileSync(join(top, path), 'utf8');

/** The rows of the programs' tables: what may ask for what, and how. */
export function listRoutes() {
	const row = /^ *\{"([A-Z]+)", "(\/[^"]*)",\s+([A-Z_ |]+),\s+(\w+)\}/gm;
	return readdirSync(join(top, 'fcgi')).filter((name) =>
	    name.endsWith('.c')).flatMap((name) =>
	    [...source(`fcgi/${name}`).matchAll(row)])
	    .filter(([, , , , handler]) => handler !== 'NULL')
	    .map(([, method, path, flags]) => ({
		what: `${method} ${path}`, flags }));
}

/** Status and code of each error: of the programs, and of nginx. */
export function listErrors() {
	const programs = [...source('common/base/err.c').matchAll(
	    /\[(ERR_\w+)\] = \{"(\w+)", (\d+)\}/g)]
	    .filter(([, name, , status]) =>
		Number(status) >= 400 && name !== 'ERR_SETTING')
	    .map(([, , code, status]) => `${status} ${code}`);
	const nginx = ['errors.conf', 'not-set-up.conf'].flatMap((name) =>
	    [...source(`nginx/snippets/${name}`).matchAll(
		/return (\d+) '.*"code":"(\w+)"\}'/g)])
	    .map(([, status, code]) => `${status} ${code}`);
	assert.ok(programs.length > 20 && nginx.length > 15);
	return [...new Set([...programs, ...nginx])].sort();
}

/** The members of a path that are methods. */
const methods = ['get', 'put', 'post', 'delete', 'patch'];

/**
 * @typedef {{method: string, path: string, id: string, security: string[],
 *     statuses: string[], at: string}} Operation
 *     security: names of the ways in, none if anybody may
 */

/** A place in the document, as a JSON pointer. @param {string[]} names */
const pointer = (...names) => names.map((name) =>
    `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

export class Description {
	constructor() {
		this.text = source('docs/openapi.yaml');
		/** @type {any} */
		this.root = require('js-yaml').load(this.text);
		const Ajv = require('ajv/dist/2020').default;
		this.ajv = new Ajv({ strict: false, validateSchema: false,
		    allErrors: true });
		require('ajv-formats').default(this.ajv);
		this.ajv.addSchema(this.root, 'openapi');
		this.operations = this.listOperations();
	}

	/** @returns {Operation[]} */
	listOperations() {
		return Object.entries(this.root.paths).flatMap(([path, item]) =>
		    methods.filter((method) => item[method]).map((method) => ({
			method, path, id: item[method].operationId,
			security: (item[method].security ?? this.root.security)
			    .flatMap((/** @type {object} */ way) =>
				Object.keys(way)),
			statuses: Object.keys(item[method].responses)
			    .filter((status) => status !== 'default'),
			at: pointer('paths', path, method) })));
	}

	/** @param {string} id @returns {Operation} */
	operation(id) {
		const found = this.operations.find((one) => one.id === id);
		if (!found)
			throw new Error(`no operation ${id}`);
		return found;
	}

	/** What stands there, behind all $ref, and where that is.
	 * @param {string} at @returns {{at: string, node: any}} */
	resolve(at) {
		const node = at.split('/').slice(1).reduce((within, name) =>
		    within?.[name.replaceAll('~1', '/').replaceAll('~0', '~')],
		    this.root);
		return node?.$ref && Object.keys(node).length === 1
		    ? this.resolve(node.$ref.slice(1)) : { at, node };
	}

	/** What is wrong with a value. @param {string} at of its schema
	 * @param {any} value @returns {string[]} */
	valueFaults(at, value) {
		const address = `openapi#${at.split('/')
		    .map(encodeURIComponent).join('/')}`;
		const check = this.ajv.getSchema(address);
		if (check(value))
			return this.unknownMembers(this.resolve(at).node, value, '');
		return check.errors.map((/** @type {any} */ error) =>
		    `${error.instancePath} ${error.message} ${
			JSON.stringify(error.params)}`);
	}

	/** All schemas that say something of the same value.
	 * @param {any} schema @returns {any[]} */
	layers(schema) {
		const more = [...schema.allOf ?? [], ...schema.anyOf ?? []];
		if (schema.$ref)
			more.push(this.resolve(schema.$ref.slice(1)).node);
		return [schema, ...more.flatMap((one) => this.layers(one))];
	}

	/** Members that no schema names: clients may meet them, tests may not.
	 * @param {any} schema @param {any} value @param {string} where
	 * @returns {string[]} */
	unknownMembers(schema, value, where) {
		const layers = this.layers(schema);
		if (Array.isArray(value)) {
			const items = layers.find((one) => one.items)?.items;
			return items ? value.flatMap((one) =>
			    this.unknownMembers(items, one, `${where}[]`)) : [];
		}
		if (value === null || typeof value !== 'object')
			return [];
		return Object.entries(value).flatMap(([name, one]) => {
			const named = layers.filter((layer) =>
			    layer.properties && name in layer.properties);
			return named.length === 0 ? [`${where}.${name} is not told`]
			    : this.unknownMembers({ allOf: named.map((layer) =>
				layer.properties[name]) }, one, `${where}.${name}`);
		});
	}

	/** @param {string} at of a response @param {Headers} headers
	 * @returns {string[]} */
	headerFaults(at, headers) {
		const { node: response } = this.resolve(at);
		const told = response.headers ?? {};
		const faults = Object.keys(told).flatMap((name) => {
			const { at: where, node } = this.resolve(
			    `${this.resolve(at).at}/headers/${name}`);
			const value = headers.get(name);
			if (value === null)
				return node.required ? [`no ${name}`] : [];
			return this.valueFaults(`${where}/schema`, value)
			    .map((fault) => `${name}: ${value}: ${fault}`);
		});
		for (const name of ['X-Cache', 'X-Now', 'Warning', 'ETag',
		    'Retry-After', 'Allow', 'WWW-Authenticate', 'Location',
		    'Preference-Applied'])
			if (headers.has(name) && !(name in told))
				faults.push(`${name} is not told`);
		// These two may come with any answer, as `info` says.
		for (const cookie of headers.getSetCookie())
			if (!('Set-Cookie' in told) &&
			    !/^(__Host-cm_session=[^;]|cm_(?:fresh|wrote)=1)/.test(cookie))
				faults.push(`a cookie is not told: ${cookie}`);
		return faults;
	}

	/** @param {string} at of a response
	 * @param {import('./stack.mjs').Answer} answer @returns {string[]} */
	bodyFaults(at, { headers, text, json }) {
		const { at: where, node: response } = this.resolve(at);
		if (!response.content)
			return text === '' ? [] : ['a body'];
		const [type] = (headers.get('content-type') ?? '').split(';');
		if (!response.content[type])
			return [`type ${type}`];
		return this.valueFaults(`${where}/content${pointer(type)}/schema`,
		    type === 'application/json' ? json : text);
	}

	/**
	 * What of an answer is not as it is described.
	 * @param {Operation} operation
	 * @param {import('./stack.mjs').Answer} answer
	 * @returns {string[]}
	 */
	faults({ at, statuses }, answer) {
		const status = statuses.includes(String(answer.status))
		    ? String(answer.status) : 'default';
		if (status === 'default' && answer.status < 400)
			return [`status ${answer.status}`];
		const response = `${at}/responses/${status}`;
		return [...this.headerFaults(response, answer.headers),
		    ...this.bodyFaults(response, answer)];
	}

	/** The codes that an error of that status may have: of the response that
	 * is for this status alone. @returns {Map<number, string[]>} */
	codesByStatus() {
		const found = new Map();
		for (const { at, statuses } of this.operations)
			for (const status of statuses) {
				const { node } = this.resolve(
				    `${at}/responses/${status}`);
				const codes = node.content?.['application/json']?.schema
				    .allOf?.[1]?.properties?.code?.enum;
				if (codes)
					found.set(Number(status), codes);
			}
		const other = /^\| (\d+) \| `(\w+)` \|/gm;
		for (const [, status, code] of this.root.components.responses
		    .Failure.description.matchAll(other))
			found.set(Number(status), [...new Set(
			    [...found.get(Number(status)) ?? [], code])]);
		return found;
	}
}
