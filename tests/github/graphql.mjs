// @ts-check
// graphql: the part of GitHub's GraphQL interface that gives objects of a
// repository (docs.github.com/graphql: "Forming calls with GraphQL", the
// objects Repository and Blob, "Rate limits and query limits").
//
// A query may have variables, aliases, inline fragments and named ones; a
// field that GitHub's schema has and this one lacks is an error, as is one
// that neither has.  An answer with errors is a 200, too.
//
// Of a blob: `text` is null where it is binary, of other bytes than UTF-8 what
// they are in UTF-8, and cut after 512,000 bytes with `isTruncated`, which
// GitHub's documents do not give (sveltia/sveltia-cms#950 measured it).

import { Problem } from './problem.mjs';

const textMax = 512000;

/**
 * @typedef {import('./rest.mjs').Answer} Answer
 * @typedef {{name: string, alias: string, args: Record<string, any>,
 *     below: Selection[]|null}} Field
 * @typedef {{on?: string, spread?: string, field?: Field,
 *     below?: Selection[]}} Selection
 * @typedef {Record<string, {on: string, below: Selection[]}>} Fragments
 */

/** What makes a query none. */
class Fault extends Error {
	/** @param {string} message @param {any} more */
	constructor(message, more = {}) {
		super(message);
		this.more = more;
	}
}

/** Reads a document token by token. */
class Reader {
	/** @param {string} text */
	constructor(text) {
		this.tokens = text.match(
		    /"(?:[^"\\]|\\.)*"|\.\.\.|[A-Za-z_]\w*|-?\d+|[^\s,]/g) ?? [];
		this.at = 0;
		/** @type {Fragments} */
		this.fragments = {};
		/** @type {Selection[]} */
		this.query = [];
	}

	/** @param {string} [token] that it has to be */
	next(token) {
		const got = this.tokens[this.at++];
		if (got === undefined || (token && got !== token))
			throw new Fault(`Parse error on "${got ?? 'end'}"${
			    token ? `, expecting "${token}"` : ''}`);
		return got;
	}

	/** @param {string} token */
	takes(token) {
		const is = this.tokens[this.at] === token;
		this.at += Number(is);
		return is;
	}

	document() {
		while (this.at < this.tokens.length)
			if (this.takes('fragment')) {
				const name = this.next();
				this.next('on');
				this.fragments[name] = { on: this.next(),
				    below: this.selections() };
			} else {
				this.operation();
			}
		return this;
	}

	operation() {
		if (this.takes('query')) {
			if (/^[A-Za-z_]/.test(this.tokens[this.at] ?? ''))
				this.next();
			if (this.takes('('))
				while (!this.takes(')'))
					this.next();
		}
		this.query = this.selections();
	}

	selections() {
		const list = [];
		this.next('{');
		while (!this.takes('}'))
			list.push(this.selection());
		if (!list.length)
			throw new Fault('Parse error on "}"');
		return list;
	}

	/** @returns {Selection} */
	selection() {
		if (this.takes('...'))
			return this.takes('on')
			    ? { on: this.next(), below: this.selections() }
			    : { spread: this.next() };
		const first = this.next();
		const name = this.takes(':') ? this.next() : first;
		return { field: { name, alias: first, args: this.args(),
		    below: this.tokens[this.at] === '{' ? this.selections()
			: null } };
	}

	args() {
		/** @type {Record<string, any>} */
		const args = {};
		if (this.takes('('))
			while (!this.takes(')')) {
				const name = this.next();
				this.next(':');
				args[name] = this.takes('$')
				    ? { variable: this.next() }
				    : JSON.parse(this.next());
			}
		return args;
	}
}

/** What a blob's text is to GraphQL. @param {Buffer} bytes */
function blobShape(bytes) {
	const isBinary = bytes.includes(0);
	const isTruncated = bytes.length > textMax;
	const shown = isTruncated ? bytes.subarray(0, textMax) : bytes;
	const utf8 = shown.toString('utf8');
	return { byteSize: bytes.length, isBinary, isTruncated,
	    text: isBinary ? null : utf8.includes('\ufffd')
		? shown.toString('latin1') : utf8 };
}

/** Answers one query. */
class Run {
	/** @param {import('./fake.mjs').Fake} fake
	 * @param {import('./fake.mjs').Token} who
	 * @param {Reader} document @param {Record<string, any>} variables */
	constructor(fake, who, document, variables) {
		this.fake = fake;
		this.who = who;
		this.fragments = document.fragments;
		this.variables = variables;
		/** @type {any[]} */
		this.errors = [];
	}

	/** The fields of a selection that hold for a type.
	 * @param {Selection[]} list @param {string} type @returns {Field[]} */
	fields(list, type) {
		return list.flatMap((each) => {
			if (each.field)
				return [each.field];
			const part = each.spread
			    ? this.fragments[each.spread] : each;
			if (!part?.below)
				throw new Fault(`Fragment ${each.spread
				    } was used, but not defined`);
			return part.on === type || part.on === 'GitObject'
			    ? this.fields(part.below, type) : [];
		});
	}

	/** @param {Record<string, any>} args */
	values(args) {
		return Object.fromEntries(Object.entries(args).map(([k, v]) =>
		    [k, v?.variable ? this.variables[v.variable] : v]));
	}

	/**
	 * @param {Selection[]} list @param {string} type
	 * @param {Record<string, (args: any, field: Field) => any>} known
	 */
	async select(list, type, known) {
		/** @type {Record<string, any>} */
		const out = {};
		const all = this.fields(list, type);
		for (const field of all)
			if (!known[field.name])
				throw new Fault(`Field '${field.name
				    }' doesn't exist on type '${type}'`,
				    { extensions: { code: 'undefinedField' } });
		await Promise.all(all.map(async (field) => {
			out[field.alias] = await known[field.name](
			    this.values(field.args), field);
		}));
		return out;
	}

	/** @param {Selection[]} list */
	root(list) {
		return this.select(list, 'Query', {
			repository: (args, field) =>
			    this.repository(args, field) });
	}

	/** @param {{owner: string, name: string}} args @param {Field} field */
	async repository({ owner, name }, field) {
		const repo = this.fake.repositories.get(
		    `${owner}/${name}`.toLowerCase());
		if (!repo || this.who.right === 'none') {
			this.errors.push({ type: 'NOT_FOUND',
			    path: [field.alias],
			    message: 'Could not resolve to a Repository with ' +
				`the name '${owner}/${name}'.` });
			return null;
		}
		return this.select(field.below ?? [], 'Repository', {
			name: () => repo.name,
			object: ({ oid }, under) =>
			    this.object(repo, oid, under) });
	}

	/** @param {import('./repository.mjs').Repository} repo
	 * @param {string} oid @param {Field} field */
	async object(repo, oid, field) {
		if (!/^[0-9a-f]{40}$/.test(oid ?? ''))
			throw new Fault(`Argument 'oid' on Field 'object' has ` +
			    'an invalid value.');
		const object = await repo.git.object(oid);
		if (!object)
			return null;
		const type = { blob: 'Blob', tree: 'Tree', commit: 'Commit',
		    tag: 'Tag' }[object.type] ?? '';
		const shape = type === 'Blob' ? blobShape(object.data) : {};
		return this.select(field.below ?? [], type, {
			__typename: () => type, oid: () => oid,
			...Object.fromEntries(Object.entries(shape).map(
			    ([k, v]) => [k, () => v])) });
	}
}

/**
 * @param {{fake: import('./fake.mjs').Fake,
 *     who: import('./fake.mjs').Token, body: any}} call
 * @returns {Promise<Answer>}
 */
export async function answerQuery({ fake, who, body }) {
	if (typeof body.query !== 'string')
		throw new Problem(400, 'A query attribute must be specified ' +
		    'and must be a string.');
	if (!fake.spendPoint(who.token))
		return { json: { errors: [{ type: 'RATE_LIMIT',
		    code: 'graphql_rate_limit', message:
			'API rate limit already exceeded for user ID 1.' }] } };
	try {
		const document = new Reader(body.query).document();
		const run = new Run(fake, who, document, body.variables ?? {});
		const data = await run.root(document.query);
		return { json: { data, ...(run.errors.length
		    ? { errors: run.errors } : {}) } };
	} catch (e) {
		if (!(e instanceof Fault))
			throw e;
		return { json: { errors: [{ message: e.message,
		    ...e.more }] } };
	}
}
