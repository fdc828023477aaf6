// @ts-check
// azure-blobs: what an Azure container holds, read without any of our own
// programs (Blob REST, Shared Key).  For tests, against Azurite.

import { createHmac } from 'node:crypto';

/** Settings by name. @param {string} conn @returns {Record<string, string>} */
const parse = (conn) => Object.fromEntries(conn.split(';').filter(Boolean)
    .map((part) => [part.slice(0, part.indexOf('=')),
	part.slice(part.indexOf('=') + 1)]));

/** A request that is signed. @param {string} conn @param {string} method
 * @param {string} path below the account @param {Record<string, string>} query
 * @param {Record<string, string>} more headers @param {string} [body]
 * @returns {Promise<Response>} */
function ask(conn, method, path, query = {}, more = {}, body = undefined) {
	const { AccountName, AccountKey, BlobEndpoint } = parse(conn);
	const url = new URL(`${BlobEndpoint}/${path}`);
	for (const [key, value] of Object.entries(query))
		url.searchParams.set(key, value);
	/** @type {Record<string, string>} */
	const headers = { 'x-ms-date': new Date().toUTCString(),
	    'x-ms-version': '2021-12-02', ...more };
	const named = Object.keys(query).sort().map((key) =>
	    `\n${key}:${query[key]}`).join('');
	const length = Buffer.byteLength(body ?? '') || '';
	const text = `${method}${'\n'.repeat(3)}${length}${'\n'.repeat(9)}${Object.keys(headers).sort()
	    .map((key) => `${key}:${headers[key]}\n`).join('')}/${AccountName}${
	    url.pathname}${named}`;
	headers.Authorization = `SharedKey ${AccountName}:${createHmac('sha256',
	    Buffer.from(AccountKey, 'base64')).update(text).digest('base64')}`;
	return fetch(url, { method, headers,
	    ...(body === undefined ? {} : { body: Buffer.from(body) }) });
}

/** Bytes by key; none if there is no such container yet.  What goes while
 * this looks may stand under another name now, so then it looks again.
 * @param {string} conn @param {string} container @param {string} prefix
 * @returns {Promise<Record<string, Buffer>>} */
export async function azureBlobs(conn, container, prefix) {
	for (;;) {
		const found = await look(conn, container, prefix);
		if (found)
			return found;
	}
}

/** @param {string} conn @param {string} container @param {string} prefix
 * @returns {Promise<Record<string, Buffer>|null>} null: something has gone */
async function look(conn, container, prefix) {
	const list = await ask(conn, 'GET', container, { restype: 'container',
	    comp: 'list', prefix });
	if (list.status === 404)
		return {};
	const xml = await list.text();
	if (list.status !== 200 || /<NextMarker>[^<]/.test(xml))
		throw new Error(`list: ${list.status} ${xml.slice(0, 500)}`);
	const keys = [...xml.matchAll(/<Name>([^<]*)<\/Name>/g)].map((m) =>
	    m[1].replace(/&(amp|lt|gt|quot|apos);/g, (_, name) =>
		({ amp: '&', lt: '<', gt: '>', quot: '"', apos: '\'' })[
		    /** @type {'amp'} */ (name)]));
	let gone = false;
	const found = await Promise.all(keys.map(async (key) => {
		const got = await ask(conn, 'GET', `${container}/${
		    key.split('/').map(encodeURIComponent).join('/')}`);
		gone ||= got.status === 404;
		if (got.status !== 200 && got.status !== 404)
			throw new Error(`get ${key}: ${got.status}`);
		return [key, Buffer.from(await got.arrayBuffer())];
	}));
	return gone ? null : Object.fromEntries(found);
}

/** Puts a blob, and the container if there is none.
 * @param {string} conn @param {string} container @param {string} key
 * @param {string} bytes */
export async function putBlob(conn, container, key, bytes) {
	const put = () => ask(conn, 'PUT', `${container}/${
	    key.split('/').map(encodeURIComponent).join('/')}`, {},
	    { 'x-ms-blob-type': 'BlockBlob' }, bytes);
	let answer = await put();
	if (answer.status === 404) {
		await ask(conn, 'PUT', container, { restype: 'container' });
		answer = await put();
	}
	if (answer.status !== 201)
		throw new Error(`put ${key}: ${answer.status} ${
		    await answer.text()}`);
}
