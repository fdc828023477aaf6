// @ts-check
// rows: what was measured, kept in a file, by groups.
//
//	{ "v": 1, "groups": { "hits": { "day": "2026-11-30", "commit": "…",
//	    "machine": "…", "load": 0.4, "rows": [ Row, … ] }, … } }
//
// Rows have what bench.mjs says of them; the commit is the last one that changed
// programs or nginx.  A group that is measured again takes the place of the one
// that is there, so that each can be done on its own day.

import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg, totalmem } from 'node:os';
import { top } from '../stack.mjs';

/**
 * @typedef {import('./bench.mjs').Row} Row
 * @typedef {{day: string, commit: string, machine: string, load: number,
 *     rows: Row[]}} Group
 * @typedef {{v: number, groups: Record<string, Group>}} Measured
 */

/** @param {string} file @returns {Promise<Measured>} */
export async function readRows(file) {
	const text = await readFile(file, 'utf8').catch((error) => {
		if (error.code === 'ENOENT')
			return '{"v":1,"groups":{}}';
		throw error;
	});
	return JSON.parse(text);
}

function machine() {
	const [{ model }] = cpus();
	return `${cpus().length} x ${model.replace(/\s+/g, ' ')}, ` +
	    `${Math.round(totalmem() / 2 ** 30)} GiB`;
}

/** The last commit that changed what is measured. */
const commit = () => execFileSync('git', ['log', '-1', '--format=%h',
    '--abbrev=10', '--', 'common', 'fcgi', 'nginx', 'scripts/programs'],
    { cwd: top, encoding: 'utf8' }).trim();

/** Numbers of a row, as many digits as mean something. @param {Row} row */
function short({ ok, must, group, ...row }) {
	const round = (/** @type {any} */ value) => typeof value === 'number'
	    ? Number(value.toPrecision(4)) : value;
	return Object.fromEntries(Object.entries(row).map(([name, value]) =>
	    [name, name === 'values' ? Object.fromEntries(Object.entries(
		/** @type {any} */ (value)).map(([k, v]) => [k, round(v)]))
		: round(value)]));
}

/** @param {string} file @param {Row[]} rows */
export async function saveRows(file, rows) {
	if (rows.some((row) => row.row === row.group))
		throw new Error('a group has failed: nothing is kept');
	const kept = await readRows(file);
	const about = { day: new Date().toISOString().slice(0, 10),
		commit: commit(), machine: machine(),
		load: Number(loadavg()[1].toFixed(1)) };
	for (const group of new Set(rows.map((row) => row.group ?? '')))
		kept.groups[group] = { ...about, rows: /** @type {Row[]} */ (rows
		    .filter((row) => row.group === group).map(short)) };
	await writeFile(file, `${JSON.stringify(kept, null, '\t')}\n`);
}
