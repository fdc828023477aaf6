// @ts-check
// check: whether requests to the fake, its answers and its events are what
// GitHub's own descriptions say: @octokit/openapi for REST,
// @octokit/graphql-schema for queries and @octokit/webhooks-schemas for events,
// from this folder's package.json (`npm ci` in tests/github).  Without them
// nothing is checked.
//
// The description is read once per process; what the fake does not serve is
// dropped at once, and each schema is compiled when it is first needed, as is
// that of queries.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

/** @param {string} kind @param {string} name */
function address(kind, name) {
	return `https://fake.invalid/${kind}/${encodeURIComponent(name)}`;
}

/**
 * @typedef {{params: Map<string, any>, query: Map<string, any>,
 *     body: any, needsBody: boolean, answers: Map<string, any>}} Operation
 */

/** @type {Map<string, Checks>} */
const loaded = new Map();

/**
 * @param {[string, string][]} wanted method in lower case, and path
 * @param {string} [modules] folder of the packages
 * @returns {Checks|null} null: the packages are not there
 */
export function loadChecks(wanted, modules) {
	const folder = modules ?? process.env.CODEX_GITHUB_NODE_MODULES ??
	    join(here, 'node_modules');
	const openapi = join(folder,
	    '@octokit/openapi/generated/api.github.com.json');
	const events = join(folder, '@octokit/webhooks-schemas/schema.json');
	const graphql = join(folder,
	    '@octokit/graphql-schema/schema.graphql');
	if (![openapi, events, graphql, join(folder, 'ajv')].every(existsSync))
		return null;
	const known = loaded.get(folder);
	if (known)
		return known;
	const require = createRequire(join(folder, 'ajv/package.json'));
	const Ajv = require(join(folder, 'ajv')).default;
	const ajv = new Ajv({ strict: false, allErrors: false,
	    logger: false, validateSchema: false });
	require(join(folder, 'ajv-formats')).default(ajv);
	const checks = new Checks(ajv, () => queryCheck(graphql,
	    require(join(folder, 'graphql'))));
	checks.addApi(JSON.parse(readFileSync(openapi, 'utf8')), wanted);
	checks.addEvents(JSON.parse(readFileSync(events, 'utf8')));
	loaded.set(folder, checks);
	return checks;
}

/** Members of a schema that say nothing of what is valid. */
const remarks = new RegExp('^(example|examples|description|default|x-.*|' +
    'nullable|discriminator|deprecated|title)$');

/**
 * A schema of OpenAPI 3.0, or one that names others in the same way, as JSON
 * Schema.
 * @param {any} schema
 * @param {(name: string) => string} uses the address of each schema that it
 *     refers to
 * @returns {any}
 */
function convert(schema, uses) {
	if (Array.isArray(schema))
		return schema.map((each) => convert(each, uses));
	if (schema === null || typeof schema !== 'object')
		return schema;
	if (typeof schema.$ref === 'string')
		return { $ref: uses(schema.$ref.split('/').pop()) };
	/** @type {any} */
	const out = {};
	for (const [key, value] of Object.entries(schema)) {
		if (key === 'properties')
			out.properties = Object.fromEntries(
			    Object.entries(value).map(([k, v]) =>
				[k, convert(v, uses)]));
		else if (key === 'enum')
			out.enum = schema.nullable ? [...value, null] : value;
		else if (!remarks.test(key))
			out[key] = convert(value, uses);
	}
	if (!schema.nullable)
		return out;
	return { anyOf: [{ type: 'null' }, out] };
}

/**
 * @param {string} schema a file
 * @param {any} graphql the package
 * @returns {(text: string) => string[]} what is wrong with a query
 */
function queryCheck(schema, { buildSchema, parse, validate }) {
	const known = buildSchema(readFileSync(schema, 'utf8'),
	    { assumeValidSDL: true });
	return (text) => {
		try {
			return validate(known, parse(text)).map(
			    (/** @type {Error} */ e) => e.message);
		} catch (e) {
			return [String(e)];
		}
	};
}

export class Checks {
	/** @param {any} ajv
	 * @param {() => (text: string) => string[]} makeQueryCheck */
	constructor(ajv, makeQueryCheck) {
		this.ajv = ajv;
		this.makeQueryCheck = makeQueryCheck;
		/** @type {((text: string) => string[])|null} */
		this.queryCheck = null;
		/** @type {Map<string, Operation>} */
		this.operations = new Map();
		/** @type {Map<any, any>} */
		this.compiled = new Map();
		/** @type {Map<string, any>} */
		this.events = new Map();
		this.error = { $ref: address('api', 'basic-error') };
	}

	/** @param {any} api @param {[string, string][]} wanted */
	addApi(api, wanted) {
		this.addAll('api', api.components.schemas, (take) => {
			for (const [method, path] of wanted) {
				const found = api.paths[path]?.[method];
				if (!found)
					throw new Error(
					    `GitHub has no ${method} ${path}`);
				this.operations.set(`${method} ${path}`,
				    operation(api, found, take));
			}
			take({ $ref: 'basic-error' });
		});
	}

	/** @param {any} events */
	addEvents({ definitions }) {
		this.addAll('event', definitions, (take) => {
			for (const name of Object.keys(definitions))
				if (/^(push|ping|pull_request)\$/.test(name))
					take({ $ref: name });
		});
	}

	/**
	 * Adds what is taken, and what that refers to.
	 * @param {string} kind @param {Record<string, any>} schemas
	 * @param {(take: (schema: any) => any) => void} start
	 */
	addAll(kind, schemas, start) {
		/** @type {Set<string>} */
		const used = new Set();
		const take = (/** @type {any} */ schema) =>
		    convert(schema, (name) => {
			used.add(name);
			return address(kind, name);
		});
		start(take);
		for (const name of used) // grows meanwhile
			this.ajv.addSchema(take(schemas[name]),
			    address(kind, name));
	}

	/** @param {any} schema */
	validator(schema) {
		let check = this.compiled.get(schema);
		if (!check)
			this.compiled.set(schema,
			    check = this.ajv.compile(schema));
		return check;
	}

	/** @param {any} schema @param {any} value
	 * @returns {string|null} what is wrong */
	fault(schema, value) {
		const check = this.validator(schema);
		if (check(value))
			return null;
		const e = check.errors[0];
		return `${e.instancePath || '/'} ${e.message} ${
		    JSON.stringify(e.params)}`;
	}

	/**
	 * @param {string} key "get /repos/{owner}/{repo}"
	 * @param {{query: URLSearchParams, type: string, body: any}} request
	 *     body: parsed, undefined without one
	 * @returns {string[]} what is wrong
	 */
	request(key, { query, type, body }) {
		const op = this.operations.get(key);
		if (!op)
			return [`GitHub has no ${key}`];
		const faults = [...query].map(([name, value]) => {
			const schema = op.query.get(name);
			if (!schema)
				return `no query parameter ${name}`;
			const fault = this.fault(schema, /^\d+$/.test(value) &&
			    JSON.stringify(schema).includes('"integer"')
			    ? Number(value) : value);
			return fault && `query ${name}: ${fault}`;
		});
		if (body === undefined)
			faults.push(op.needsBody ? 'no body' : null);
		else if (!op.body)
			faults.push('a body that nobody reads');
		else
			faults.push(this.fault(op.body, body),
			    /^application\/json\b/.test(type) ? null
			    : `Content-Type is ${type || 'missing'}`);
		return faults.filter((f) => f !== null);
	}

	/**
	 * @param {string} key @param {number} status
	 * @param {string} type Content-Type @param {Buffer} body
	 * @returns {string[]} what is wrong
	 */
	answer(key, status, type, body) {
		const op = this.operations.get(key);
		if (status === 204 || status === 304)
			return body.length ? [`a ${status} with a body`] : [];
		const documented = op?.answers.get(String(status));
		if (!documented && status < 400)
			return [`${status} is not documented`];
		if (!/^application\/json\b/.test(type))
			return status < 400 ? [] : ['an error without JSON'];
		let json;
		try {
			json = JSON.parse(body.toString('utf8'));
		} catch {
			return ['not JSON'];
		}
		const fault = this.fault(documented?.schema ?? this.error,
		    json);
		return fault ? [fault] : [];
	}

	/** @param {string} text @returns {string[]} what is wrong with a query */
	query(text) {
		this.queryCheck ??= this.makeQueryCheck();
		return this.queryCheck(text);
	}

	/** @param {string} event push, ping, pull_request$opened
	 * @param {any} payload @returns {string[]} */
	event(event, payload) {
		const name = event.includes('$') ? event : `${event}$event`;
		let schema = this.events.get(name);
		if (!schema)
			this.events.set(name, schema = { $ref:
			    address('event', name) });
		const fault = this.fault(schema, payload);
		return fault ? [fault] : [];
	}
}

/** @param {any} api @param {any} found @param {(s: any) => any} take
 * @returns {Operation} */
function operation(api, found, take) {
	const at = (/** @type {any} */ x) => x?.$ref
	    ? x.$ref.slice(2).split('/').reduce((/** @type {any} */ o,
		/** @type {string} */ k) => o[k], api) : x;
	/** @type {Operation} */
	const op = { params: new Map(), query: new Map(), body: null,
	    needsBody: false, answers: new Map() };
	for (const each of found.parameters ?? []) {
		const { in: place, name, schema } = at(each);
		(place === 'query' ? op.query : op.params).set(name,
		    take(schema));
	}
	const body = at(found.requestBody);
	if (body) {
		op.body = take(body.content['application/json'].schema);
		op.needsBody = Boolean(body.required);
	}
	for (const [status, answer] of Object.entries(found.responses)) {
		const schema = at(answer).content?.['application/json']?.schema;
		op.answers.set(status, { schema: schema && take(schema) });
	}
	return op;
}
