// @ts-check
// bench: the rows of scripts/bench, measured and printed.
//
//	node tests/bench/bench.mjs --build DIR [--smoke] [--rows FILE] [GROUP...]
//	node tests/bench/bench.mjs --build DIR --beside COMMAND URL

import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { beside } from './beside.mjs';
import { busy, hits } from './hits.mjs';
import { hosts } from './hosts.mjs';
import { instructions } from './instructions.mjs';
import { operations } from './operations.mjs';
import { processor } from './processor.mjs';
import { linear, rebuilds } from './rebuilds.mjs';
import { redis } from './redis.mjs';
import { saveRows } from './rows.mjs';
import { sizes } from './sizes.mjs';
import { sync } from './sync.mjs';
import { slow } from './slow.mjs';
import { users } from './users.mjs';
import { webhook } from './webhook.mjs';

/**
 * @typedef {object} Figure
 * @property {string} figure  what was measured
 * @property {string} [beside]  the same of what it is compared with
 * @property {number} [ratio]
 * @property {number} [spread]  of the ratio between rounds, in per cent; of
 *     what was measured, if there is no ratio
 * @property {Record<string, number>} [values]  the same as numbers, for
 *     documents: their names have the unit
 *
 * @typedef {Figure & {row: string, group?: string, must?: string,
 *     ok?: boolean}} Row
 *
 * @typedef {object} Measurement
 * @property {string} row
 * @property {string} [must]  what has to be reached, in words
 * @property {() => Promise<any>} run  gives a Figure
 * @property {(figure: any) => boolean} [ok]
 */

// Each measures something and adds its rows.
const groups = { hits, sizes, instructions, users, busy, slow, linear, rebuilds,
	redis, hosts, sync, webhook, operations, processor };

export class Bench {
	/** @param {{build: string, smoke: boolean, scratch: string}} options */
	constructor(options) {
		this.build = options.build;
		this.smoke = options.smoke;
		this.scratch = options.scratch;
		/** @type {Row[]} */
		this.rows = [];
		/** The one that measures now. */
		this.group = '';
		// Short rounds in turn: a machine is seldom quiet for long.
		this.rounds = this.smoke ? { rounds: 4, seconds: 1 }
		    : { rounds: 12, seconds: 2 };
	}

	/** @param {Row} row */
	add(row) {
		this.rows.push({ ...row, group: this.group });
		if (this.smoke && row.ok !== undefined)
			console.log(`${row.ok ? 'ok' : 'not ok'} - ${row.row}: ` +
			    `${row.must}`);
		process.stderr.write(`# ${line(row)}\n`);
	}

	/**
	 * Takes a measurement that other users of the machine can spoil: it
	 * has five tries, of which the last one counts.
	 * @param {Measurement} what
	 */
	async measure(what) {
		for (let tries = 1; ; tries++) {
			const figure = await what.run();
			const ok = what.ok ? what.ok(figure) : undefined;
			if (ok === false)
				process.stderr.write(`# try ${tries}: ${line({
				    row: what.row, ...figure })}\n`);
			if (ok !== false || tries === 5) {
				this.add({ row: what.row, must: what.must,
					...figure, ok });
				return;
			}
		}
	}
}

/** @param {Row} row */
function cells(row) {
	const ratio = row.ratio === undefined ? '' : row.ratio.toFixed(2);
	const spread = row.spread === undefined ? ''
	    : `+-${row.spread.toFixed(0)}%`;
	return [row.row, row.figure, row.beside || '',
		`${ratio} ${spread}`.trim(),
		row.must || '',
		row.ok === undefined ? '' : row.ok ? 'yes' : 'NO'];
}

/** @param {Row} row */
function line(row) {
	return cells(row).filter((cell) => cell !== '').join(' | ');
}

/** @param {Row[]} rows */
function print(rows) {
	const table = [['what', 'measured', 'beside', 'ratio', 'must', 'is'],
		...rows.map(cells)];
	const widths = table[0].map((_, i) =>
	    Math.max(...table.map((row) => row[i].length)));
	for (const row of table)
		console.log(row.map((cell, i) => cell.padEnd(widths[i]))
		    .join('  ').trimEnd());
}

async function main() {
	const { values, positionals } = parseArgs({ allowPositionals: true,
		options: { build: { type: 'string' }, beside: { type: 'string' },
			rows: { type: 'string' },
			smoke: { type: 'boolean', default: false } } });
	const scratch = await mkdtemp(join(tmpdir(), 'cm-bench-'));
	const bench = new Bench({ build: values.build || '',
		smoke: values.smoke === true, scratch });
	try {
		if (values.beside)
			await beside(bench,
			    { command: values.beside, url: positionals[0] });
		else
			await runGroups(bench, positionals);
	} finally {
		await rm(scratch, { recursive: true, force: true });
	}
	finish(bench);
	if (values.rows)
		await saveRows(values.rows, bench.rows);
}

/** @param {Bench} bench @param {string[]} names */
async function runGroups(bench, names) {
	const chosen = names.length ? names
	    : Object.keys(groups).filter((name) =>
		!(bench.smoke && name === 'busy'));
	const odd = chosen.filter((name) => !(name in groups));
	if (odd.length)
		throw new Error(`no group ${odd}; there are: ` +
		    Object.keys(groups).join(' '));
	for (const [name, group] of Object.entries(groups))
		if (chosen.includes(name)) {
			bench.group = name;
			await group(bench).catch((error) =>
			    bench.add({ row: name, must: 'no error',
				figure: String(error), ok: false }));
		}
}

/** @param {Bench} bench */
function finish(bench) {
	const judged = bench.rows.filter((row) => row.ok !== undefined);
	const failed = judged.filter((row) => !row.ok).length;
	if (bench.smoke) {
		console.log(`${judged.length - failed} passed, ` +
		    `${failed} failed`);
	} else {
		print(bench.rows);
		console.log(`\n${cpus().length} processors, load ` +
		    `${loadavg()[0].toFixed(1)} at the end`);
	}
	process.exitCode = failed > 0 ? 1 : 0;
}

await main();
