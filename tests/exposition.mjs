// @ts-check
// exposition: read the text format of Prometheus (version 0.0.4), and refuse
// what is none: prometheus.io/docs/instrumenting/exposition_formats.

import assert from 'node:assert/strict';

/**
 * @typedef {{ name: string, labels: Record<string, string>, value: number }}
 *     Sample
 * @typedef {{ type: string, help: string, samples: Sample[] }} Family
 */

const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/y;

/** @param {string} text @param {string} line */
function readLabels(text, line) {
	/** @type {Record<string, string>} */
	const labels = {};
	label.lastIndex = 0;
	while (label.lastIndex < text.length) {
		const found = label.exec(text);
		assert.ok(found, `labels: ${line}`);
		assert.ok(!(found[1] in labels), `a label twice: ${line}`);
		labels[found[1]] = found[2];
	}
	return labels;
}

/** The family that a sample belongs to. @param {Map<string, Family>} families
 * @param {string} name */
function familyOf(families, name) {
	const base = name.replace(/_(bucket|sum|count)$/, '');
	return families.get(base)?.type === 'histogram' ? base : name;
}

/** A histogram's buckets rise, and end with its count.
 * @param {string} name @param {Family} family */
function checkHistogram(name, family) {
	/** @type {Map<string, { les: [number, number][], sum?: number,
	 *     count?: number }>} */
	const series = new Map();
	for (const { name: full, labels: { le, ...rest }, value } of
	    family.samples) {
		const key = JSON.stringify(rest);
		const one = series.get(key) ?? { les: [] };
		series.set(key, one);
		if (full === `${name}_bucket`)
			one.les.push([le === '+Inf' ? Infinity : Number(le),
			    value]);
		else if (full === `${name}_sum`)
			one.sum = value;
		else
			one.count = value;
	}
	for (const [key, { les, sum, count }] of series) {
		assert.ok(les.every(([le, n], i) => i === 0 ||
		    (le > les[i - 1][0] && n >= les[i - 1][1])), key);
		assert.equal(les.at(-1)?.[0], Infinity, key);
		assert.equal(les.at(-1)?.[1], count, key);
		assert.ok(sum !== undefined && sum >= 0, key);
	}
}

/**
 * All families by their names; what is against the format, or against
 * Prometheus' own advice on names, fails.
 * @param {string} text
 * @returns {Map<string, Family>}
 */
export function parseMetrics(text) {
	/** @type {Map<string, Family>} */
	const families = new Map();
	const seen = new Set();
	let current = '';
	assert.ok(text.endsWith('\n'), 'ends within a line');
	for (const line of text.slice(0, -1).split('\n')) {
		const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
		if (comment) {
			const [, what, name, rest] = comment;
			if (what === 'HELP') {
				assert.ok(!families.has(name), `twice: ${line}`);
				families.set(name, { type: '', help: rest,
				    samples: [] });
			} else {
				assert.equal(name, current, line);
				assert.match(rest, /^(counter|gauge|histogram)$/);
				assert.equal(rest === 'counter',
				    name.endsWith('_total'), line);
				/** @type {Family} */
				(families.get(name)).type = rest;
			}
			current = name;
			continue;
		}
		const found = sampleLine.exec(line);
		assert.ok(found, `no line of the format: ${line}`);
		const [, name, labels = '', value] = found;
		assert.equal(familyOf(families, name), current, line);
		assert.ok(!seen.has(`${name}{${labels}}`), `twice: ${line}`);
		seen.add(`${name}{${labels}}`);
		assert.match(value, /^-?\d+(\.\d+)?$/, line);
		/** @type {Family} */ (families.get(current)).samples.push({
			name, labels: readLabels(labels, line),
			value: Number(value) });
	}
	for (const [name, family] of families) {
		assert.match(name, /^codex_[a-z0-9_]+$/);
		assert.match(family.help, /^[A-Z].*\.$/);
		if (family.type === 'histogram')
			checkHistogram(name, family);
	}
	return families;
}
