// @ts-check
// make-api: writes nginx/api/de.html and en.html, which show people what
// docs/openapi.yaml tells programs.
//
//	node scripts/make-api.mjs [--check]
//
//   --check   change nothing: fail if a page is not what it would become
//
// Needs js-yaml of tests/package-lock.json.  The pages have no script; their
// words are in scripts/api-words.mjs, their looks in nginx/html/api.css.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { de, en } from './api-words.mjs';

/** @typedef {import('./api-words.mjs').Words} Words */

const top = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = process.env.CODEX_NODE_MODULES ?? join(top, 'tests/node_modules');
/** @type {any} */
const root = createRequire(join(modules, 'x.js'))('js-yaml').load(
    readFileSync(join(top, 'docs/openapi.yaml'), 'utf8'));

/* Elements, as text. */

/** Markup, as opposed to text. */
class Html {
	/** @param {string} text */
	constructor(text) {
		this.text = text;
	}
}

/** @typedef {Html|string|null|false|undefined|Child[]} Child */

/** @param {Child} child @returns {string} */
function print(child) {
	if (child instanceof Html)
		return child.text;
	if (Array.isArray(child))
		return child.map(print).join('');
	return child ? child.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`) : '';
}

/** Elements that begin a line of their own. */
const blocks = /^(html|head|meta|link|title|body|header|main|nav|section|article|h\d|p|ul|li|dl|div|pre)$/;
const empty = /^(meta|link|img)$/;

/** @param {string} tag @param {Record<string, string|undefined>} [props]
 * @param {...Child} children */
function h(tag, props = {}, ...children) {
	const attributes = Object.entries(props).filter(([, value]) =>
	    value !== undefined).map(([name, value]) =>
	    ` ${name}="${print(value)}"`).join('');
	return new Html(`${blocks.test(tag) ? '\n' : ''}<${tag}${attributes}>${
	    empty.test(tag) ? '' : `${print(children)}</${tag}>`}`);
}

const code = (/** @type {Child[]} */ ...children) => h('code', {}, ...children);

/** Between each two of them. @param {Child[]} children @param {string} mark */
const between = (children, mark) => children.flatMap((child, i) =>
    i === 0 ? [child] : [mark, child]);

/** Text with `code` in it. @param {string} text */
const inline = (text) => text.split('`').map((part, i) =>
    i % 2 ? code(part) : part);

/** Paragraphs of the description's text, which is English.  Its tables are shown
 * from the data. @param {string|undefined} text @param {Words} w */
const prose = (text, w) => (text ?? '').trim().split(/\n\n+/)
    .filter((part) => part && !part.startsWith('|'))
    .map((part) => h('p', { lang: foreign(w) }, inline(part.replace(/\n/g, ' '))));

/** The language of the description's text, where it is not the page's.
 * @param {Words} w */
const foreign = (w) => w.locale === 'en' ? undefined : 'en';

/* What the description says. */

/** What stands there. @param {any} node @returns {any} */
const resolve = (node) => node?.$ref ? resolve(node.$ref.slice(2).split('/')
    .reduce((/** @type {any} */ at, /** @type {string} */ name) => at[name], root))
    : node;

const nameOf = (/** @type {any} */ node) => node.$ref.split('/').pop();

/** @param {any} schema @param {Words} w @returns {Child} */
function typeOf(schema, w) {
	if (schema.$ref)
		return h('a', { href: `#${nameOf(schema)}` }, nameOf(schema));
	if (schema.enum)
		return between(schema.enum.map((/** @type {any} */ one) =>
		    code(one === '' ? '""' : String(one))), ' · ');
	if ('const' in schema)
		return code(String(schema.const));
	if (schema.anyOf)
		return between(schema.anyOf.map((/** @type {any} */ one) =>
		    typeOf(one, w)), ` ${w.or} `);
	if (schema.type === 'array')
		return [`${w.list} `, typeOf(schema.items, w)];
	const types = [schema.type ?? 'object'].flat();
	return between(types.map((type) => w.types[type]), ` ${w.or} `);
}

/** The layers of a schema that says itself what it has.
 * @param {any} schema @returns {any[]} */
const partsOf = (schema) => schema.type === 'array' ? partsOf(schema.items)
    : [schema, ...(schema.allOf ?? []).filter((/** @type {any} */ one) => !one.$ref)
	.flatMap(partsOf)];

/** The members of an object, and theirs. @param {any} schema @param {Words} w
 * @returns {Child} */
function members(schema, w) {
	if (schema.$ref)
		return null;
	const parts = partsOf(schema);
	const needed = parts.flatMap((part) => part.required ?? []);
	const rows = parts.flatMap((part) => Object.entries(part.properties ?? {}));
	return rows.length > 0 && h('dl', { class: 'api-members' },
	    rows.map(([name, one]) => h('div', {},
		h('dt', {}, code(name), ' ', h('span', { class: 'api-type' },
		    typeOf(one, w), needed.includes(name) && `, ${w.needed}`)),
		h('dd', {}, prose(one.description, w), members(one, w)))));
}

/** Shapes that this one has the members of. @param {any} schema @param {Words} w */
function bases(schema, w) {
	const names = [...schema.allOf ?? [], ...schema.anyOf ?? []]
	    .filter((one) => one.$ref).map((one) => typeOf(one, w));
	return names.length > 0 && h('p', {}, between(names,
	    schema.anyOf ? ` ${w.or} ` : ' + '));
}

/** @param {string} name @param {any} schema @param {Words} w */
function showShape(name, schema, w) {
	const inner = members(schema, w);
	return h('article', { id: name, class: 'api-part' }, h('h3', {}, code(name)),
	    prose(schema.description, w), bases(schema, w), inner || bases(schema, w)
		? inner : h('p', { class: 'api-type' }, typeOf(schema, w)));
}

/** A line of what an operation takes or gives. @param {string} name
 * @param {...Child} children */
const row = (name, ...children) => h('div', {}, h('dt', {}, name),
    h('dd', {}, ...children));

/** @param {any} parameter @param {Words} w */
const showParameter = (parameter, w) => h('li', {}, code(parameter.name), ' ',
    h('span', { class: 'api-type' }, w.places[/** @type {'path'} */ (parameter.in)],
	', ', typeOf(parameter.schema, w), parameter.required && `, ${w.needed}`),
    prose(parameter.description, w));

/** @param {any} content @param {Words} w @returns {Child} */
const showContent = (content, w) => Object.entries(content ?? {}).map(
    ([type, { schema, example, examples }]) => [h('p', {}, code(type), ' ',
	typeOf(schema, w)), [example, ...Object.values(examples ?? {})
	.map((one) => one.value)].filter(Boolean).map((one) =>
	h('pre', {}, JSON.stringify(one, null, 2)))]);

/** @param {string} status @param {any} response @param {Words} w */
function showAnswer(status, response, w) {
	const { description, content, headers = {} } = resolve(response);
	const names = Object.keys(headers).map((name) => code(name));
	return h('li', {}, h('strong', {}, status), ' ',
	    h('span', { lang: foreign(w) }, inline(description)),
	    showContent(content, w), names.length > 0 &&
	    h('p', { class: 'api-type' }, `${w.headers}: `, between(names, ' · ')));
}

/** @param {any} responses @param {Words} w */
function showErrors(responses, w) {
	const statuses = Object.keys(responses).filter((one) => /^[45]/.test(one));
	const own = statuses.filter((one) => !responses[one].$ref);
	return [own.length > 0 && h('ul', {}, own.map((one) =>
	    showAnswer(one, responses[one], w))),
	    h('p', {}, between([...statuses.filter((one) => !own.includes(one)),
		'default'].map((one) => h('a', {
		    href: `#${nameOf(responses[one])}` }, one === 'default'
		    ? w.otherErrors : one)), ' · '))];
}

/** @param {{security?: object[]}} operation @param {Words} w */
function showAccess({ security = root.security }, w) {
	const ways = security.flatMap((way) => Object.keys(way));
	return ways.length === 0 ? w.anybody : ways.map((way) =>
	    w.ways[/** @type {'token'} */ (way)]).join(` ${w.or} `);
}

const listOperations = () => Object.entries(root.paths).flatMap(
    ([path, item]) => Object.entries(item).filter(([method]) =>
	method !== 'parameters').map(([method, operation]) => ({ path,
	    method: method.toUpperCase(), ...operation,
	    parameters: [...item.parameters ?? [], ...operation.parameters ?? []]
		.map(resolve) })));

/** @param {any} operation @param {Words} w */
const summaryOf = ({ operationId, summary }, w) => {
	const text = w.locale === 'en' ? summary : w.summaries[operationId];
	if (!text)
		throw new Error(`no words in ${w.locale} for ${operationId}`);
	return text;
};

/** @param {any} operation @param {Words} w */
function showOperation(operation, w) {
	const { method, path, operationId, parameters, responses } = operation;
	const good = Object.keys(responses).filter((one) => /^[23]/.test(one));
	return h('article', { id: operationId, class: 'api-part' },
	    h('h3', {}, h('span', { class: 'api-verb' }, method), ' ', code(path),
		operation.deprecated && h('small', {}, w.deprecated)),
	    h('p', { class: 'api-summary' }, summaryOf(operation, w)),
	    prose(operation.description, w),
	    h('dl', { class: 'api-rows' },
		row(w.access, showAccess(operation, w)),
		parameters.length > 0 && row(w.parameters, h('ul', {},
		    parameters.map((/** @type {any} */ one) =>
			showParameter(one, w)))),
		operation.requestBody && row(w.body,
		    showContent(operation.requestBody.content, w)),
		row(w.answer, h('ul', {}, good.map((status) =>
		    showAnswer(status, responses[status], w)))),
		row(w.errors, showErrors(responses, w))));
}

/** Errors by status: what `Failure` tells in a table of text.
 * @param {string} text @returns {Child} */
const tableRows = (text) => [...text.matchAll(/^\| (\d+) \| `(\w+)` \| (.*) \|$/gm)]
    .map(([, status, word, what]) => h('div', {}, h('dt', {}, status, ' ',
	code(word)), h('dd', { lang: 'en' }, what)));

/** @param {string} name @param {any} response @param {Words} w */
function showResponse(name, response, w) {
	const words = response.content?.['application/json']?.schema.allOf?.[1]
	    .properties.code.enum ?? [];
	const status = listOperations().flatMap(({ responses }) =>
	    Object.keys(responses).filter((one) => responses[one].$ref &&
		nameOf(responses[one]) === name))[0];
	return h('article', { id: name, class: 'api-part' },
	    h('h3', {}, /^\d/.test(status) ? status : w.otherErrors),
	    prose(response.description, w),
	    words.length > 0 && h('p', {}, between(words.map((/** @type {string} */ word) =>
		code(word)), ' · ')),
	    name === 'Failure' && h('dl', { class: 'api-members' },
		tableRows(response.description)));
}

/** @param {Words} w */
function showContents(w) {
	const group = (/** @type {string} */ id, /** @type {string} */ name,
	    /** @type {any[]} */ operations) => h('li', {},
	    h('a', { href: `#${id}` }, name), operations.length > 0 &&
	    h('ul', {}, operations.map((one) => h('li', {},
		h('a', { href: `#${one.operationId}` }, h('span', { class:
		    'api-verb' }, one.method), ' ', code(one.path)), ' ',
		h('span', { class: 'api-type' }, summaryOf(one, w))))));
	return h('nav', { 'aria-label': w.contents, class: 'api-contents' },
	    h('ul', {}, root.tags.map((/** @type {any} */ { name }) => group(name,
		w.tags[name], listOperations().filter(({ tags }) =>
		    tags[0] === name))),
	    group('errors', w.errors, []), group('shapes', w.shapes, [])));
}

/** @param {Words} w */
const showMain = (w) => h('main', { id: 'main', class: 'api', tabindex: '-1' },
    h('h1', { class: 'section-title' }, w.title),
    h('p', {}, [w.lead, w.english].join(' ').trim()),
    h('p', {}, w.file, ' ', h('a', { href: '/api/openapi.yaml' },
	'/api/openapi.yaml'), ' (OpenAPI 3.1).'),
    prose(root.info.description, w),
    showContents(w),
    root.tags.map((/** @type {any} */ { name }) => h('section', { id: name },
	h('h2', { class: 'list-title' }, w.tags[name]),
	listOperations().filter(({ tags }) => tags[0] === name)
	    .map((one) => showOperation(one, w)))),
    h('section', { id: 'errors' }, h('h2', { class: 'list-title' }, w.errors),
	h('p', {}, w.errorsLead, ' ', h('a', { href: '#Problem' }, 'Problem')),
	Object.entries(root.components.responses).filter(([, one]) =>
	    one.content?.['application/json']?.schema.allOf ||
	    one === root.components.responses.Failure)
	    .map(([name, one]) => showResponse(name, one, w))),
    h('section', { id: 'shapes' }, h('h2', { class: 'list-title' }, w.shapes),
	Object.entries(root.components.schemas).map(([name, one]) =>
	    showShape(name, one, w))));

/** @param {Words} w */
const showHead = (w) => h('head', {}, h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('title', {}, w.title),
    h('link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }),
    h('link', { rel: 'stylesheet', href: '/style.css' }),
    h('link', { rel: 'stylesheet', href: '/api.css' }));

/** @param {Words} w */
const showTop = (w) => h('header', { class: 'top' },
    h('p', { class: 'brand' }, h('img', { class: 'brand-icon', src: '/icon.svg',
	alt: '', width: '28', height: '28' }), 'Codex ', h('em', {}, 'Miroir')),
    h('nav', { class: 'tools', 'aria-label': 'Codex Miroir' },
	h('a', { class: 'button button-quiet', href: '/' }, w.toWeek),
	h('a', { class: 'button button-quiet', lang: w.other.locale,
	    hreflang: w.other.locale, href: `/api/${w.other.locale}.html` },
	    w.other.name)));

/** @param {Words} w */
const showPage = (w) => `<!doctype html>${print(h('html', { lang: w.locale },
    showHead(w), h('body', {}, h('a', { class: 'skip', href: '#main' }, w.skip),
	showTop(w), showMain(w))))}\n`;

let broken = false;
for (const words of [de, en]) {
	const file = join(top, `nginx/api/${words.locale}.html`);
	const page = showPage(words);
	const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
	if (old === page)
		continue;
	if (process.argv.includes('--check')) {
		console.log(`${file}: call node scripts/make-api.mjs`);
		broken = true;
	} else {
		writeFileSync(file, page);
	}
}
process.exitCode = broken ? 1 : 0;
