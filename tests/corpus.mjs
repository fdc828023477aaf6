// @ts-check
// corpus: task files with front matter as it stands in real repositories
// (Obsidian, Hugo, Jekyll, Docusaurus, Backlog.md, people's own), made from
// a seed: the same seed, the same bytes.
//
//	for (const { file, bytes, labels, means } of corpus(5000, 9)) …
//	node tests/corpus.mjs 5000 9 FOLDER
//
// `means` is what the file says as a task, null where it is meant to be bad.
// `labels` name what is unusual in it, for the list of accepted differences
// (tests/data/corpus.json).

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{title: string, kategorie: string, status: string,
 *     tags: string[], deadline: string|null}} Meaning
 * @typedef {{file: string, bytes: Buffer, labels: string[],
 *     means: Meaning|null}} CorpusFile
 * @typedef {{text: string, label?: string}} Piece
 */

class Dice {
	/** @param {number} seed */
	constructor(seed) {
		this.state = seed >>> 0;
	}

	/** A number below n (mulberry32). @param {number} n */
	below(n) {
		this.state = (this.state + 0x6d2b79f5) >>> 0;
		let t = this.state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) % n;
	}

	/** @template T @param {readonly T[]} list @returns {T} */
	one(list) {
		return list[this.below(list.length)];
	}

	/** True in so many of 100. @param {number} percent */
	percent(percent) {
		return this.below(100) < percent;
	}

	/** @template T @param {T[]} list */
	shuffle(list) {
		for (let i = list.length - 1; i > 0; i--) {
			const k = this.below(i + 1);
			[list[i], list[k]] = [list[k], list[i]];
		}
		return list;
	}
}

const words = ['Brot', 'Käse', 'Müll', 'Release', 'Notes', 'Steuer', 'Oma',
    'Backup', 'Größe', 'Test', 'Fahrrad', 'Wohnung', 'Ñandú', 'Plan', 'Q4',
    'Übersicht', '計画', 'Задача', 'Review', 'Angebot'];
const tagWords = ['haus', 'team', 'q4', 'später', 'Projekt/Alpha', 'in-arbeit',
    'c++', 'v1.2', 'alpha_beta', 'wichtig'];

/** Fields that are nobody's business but their owner's. */
const foreign = [
	'aliases: []', 'aliases: [Zweitname, "Der: andere"]',
	'aliases:\n  - Eins\n  - "Zwei"', 'aliases:\n- Eins\n- \'Zwei\'',
	'created: 2024-01-15', 'created: 2024-01-15T10:30:00+01:00',
	'date: 2023-11-02 08:15:00', 'updated: "2024-03-01"', 'time: 12:30',
	'cssclasses:\n  - breit', 'publish: true', 'draft: false', 'weight: 10',
	'priority: 0012', 'id: 20240115103000', 'ordinal: 1000', 'version: 1.10',
	'author: Jörg Müller', 'author:\n  name: Ada\n  mail: ada@example.org',
	'authors:\n  - name: Ada\n    url: https://example.org/~ada',
	'description: >-\n  Ein längerer Text\n  über zwei Zeilen.',
	'description: >\n  Absatz eins\n\n  Absatz zwei\n',
	'description: |\n  Zeile eins\n\n  Zeile drei', 'note: |+\n  x\n\n',
	'note: |2-\n   eingerückt', 'summary: "Mit \\"Zitat\\" und \\u00e4"',
	'summary: \'it\'\'s\'', 'summary: "eins \\\n  zwei"',
	'source: https://example.org/a?b=c#d', 'path: C:\\Users\\ada',
	'related: "[[Andere Notiz]]"', 'related: [[Andere Notiz]]', 'up:: x',
	'emoji: 🎯', '🎯: ziel', 'Schlüssel mit Leerzeichen: ja',
	'"quoted key": 1', '\'single\': 2', 'empty:', 'null_value: ~',
	'rating: ⭐⭐⭐', 'layout: post', 'permalink: /a/:title/',
	'categories: [a, b]', 'categories: [ a,b , c ]', 'params: {a: 1, b: [x, y]}',
	'menu:\n  main:\n    parent: docs\n    weight: 5',
	'seo:\n  title: x\n  og:\n    - image: a.png\n      alt: b',
	'nested:\n- - a\n  - b\n- c', 'assignee:\n  - "@ada"', 'labels: []',
	'dependencies:\n  - TASK-1\n  - TASK-2', 'template: "{{title}}"',
	'template: <% tp.date.now() %>', 'checklist: "- [ ] x"',
	'status_old: offen # früher', 'tags_old: #alt',
	'multi: eins\n  zwei\n  drei', 'flow: [a,\n  b,\n  c]',
	'flow: {a: 1,\n  b: 2}', 'hash: a#b', 'colon: a:b', 'percent: 50%',
	'pipe: a | b', 'star: "*"', 'amp: a & b', 'tilde: ~/notes', 'equals: =',
	'at: ada@example.org', `long: ${'wort '.repeat(40)}ende`,
	'key : value', 'deep:\n    tief:\n        tiefer: 1', 'trailing: x   ',
	'nbsp: a\u00a0b', 'family: 👨‍👩‍👧', 'rtl: שלום', 'base: &b x\nother: *b',
	'yes: no', 'on: off', 'octal: 0o17', 'float: 1e3', 'inf: .inf',
	'url: <https://x.de>',
	'{}', '# nur ein Kommentar', '',
].map((text) => ({ text: text === '{}' ? 'leer: {}' : text }));

/** What readers of YAML are known to disagree about, or most people. */
const odd = [
	{ text: 'tab:\tx', label: 'tab' }, { text: 'tab: x\t# y', label: 'tab' },
	{ text: 'tabs:\n  -\tx', label: 'tab after a dash' },
	{ text: 'nel: a\u0085b', label: 'NEL' },
	{ text: 'ls: a\u2028b', label: 'line separator' },
	{ text: '# ls: a\u2028b: c', label: 'line separator' },
	{ text: 'bom: a\ufeffb', label: 'BOM inside' },
	{ text: 'del: a\u007fb', label: 'control character' },
	{ text: 'c1: a\u0084b', label: 'control character' },
	{ text: 'c0: a\u0001b', label: 'control character' },
	{ text: 'merged:\n  <<: &m {x: 1}\n  y: 2', label: 'merge' },
	{ text: 'tagged: !!str 12', label: 'tag' },
	{ text: 'custom: !ref x', label: 'tag' },
	{ text: 'custom: !e!x y', label: 'unknown handle' },
	{ text: 'set: !!set {a, b}', label: 'tag' },
	{ text: '? complex\n: value', label: 'complex key' },
	{ text: '? [a, b]\n: pair', label: 'complex key' },
	{ text: '{a: b}: c', label: 'complex key' },
	{ text: '[[Link]]: x', label: 'complex key' },
	{ text: 'template: {{title}}', label: 'braces' },
	{ text: 'anchor: &ä x\nother: *ä', label: 'anchor beyond ASCII' },
	{ text: 'anchor: &a:b x', label: 'colon in an anchor' },
	{ text: 'flow: [a, b, ]', label: 'trailing comma' },
	{ text: 'flow: [a,, b]', label: 'empty entry' },
	{ text: 'flow: [a: b, c]', label: 'pair in a list' },
	{ text: 'flow: {a:1, b:2}', label: 'no blank behind a colon' },
	{ text: 'flow: {"a":1}', label: 'no blank behind a colon' },
	{ text: 'flow: [a,#b\n  c]', label: 'comment in a list' },
	{ text: 'flow: [a\n]', label: 'bracket at the margin' },
	{ text: 'quoted: "a\nb"', label: 'quoted text at the margin' },
	{ text: 'plain: a ?b', label: 'question mark' },
	{ text: `${'k'.repeat(1100)}: x`, label: 'long key' },
	{ text: `? ${'k'.repeat(1100)}\n: x`, label: 'long key' },
	{ text: 'escape: "\\/ \\x41 \\U0001F3AF"', label: 'escape' },
	{ text: 'escape: "\\d"', label: 'unknown escape' },
	{ text: 'escape: "\\ud83c\\udfaf"', label: 'surrogates' },
	{ text: 'block: |\n\ttab', label: 'tab' },
	{ text: 'block: |10\n  x', label: 'block header' },
	{ text: 'block: | # Kommentar\n  x', label: 'block header' },
	{ text: 'block: |\n   drei\n  zwei', label: 'block indent' },
	{ text: 'block: |\n\n    \n  x', label: 'block indent' },
	{ text: '%percent: 1', label: 'indicator' },
	{ text: 'x: %y', label: 'indicator' }, { text: 'x: `y`', label: 'indicator' },
	{ text: 'x: @ada', label: 'indicator' }, { text: 'x: |y', label: 'indicator' },
	{ text: 'x: ,y', label: 'indicator' }, { text: 'x: ]', label: 'indicator' },
	{ text: 'x: -', label: 'indicator' }, { text: 'x: ?', label: 'indicator' },
	{ text: 'x: -y', label: 'indicator' }, { text: 'x: - y', label: 'indicator' },
	{ text: 'x: ?y', label: 'indicator' }, { text: 'x: :y', label: 'indicator' },
	{ text: '-x: y', label: 'indicator' }, { text: '?x: y', label: 'indicator' },
	{ text: ':x: y', label: 'indicator' }, { text: 'x: "y" z', label: 'indicator' },
	{ text: 'x: y: z', label: 'two colons' }, { text: 'x: *nirgends', label: 'no anchor' },
	{ text: 'x: "offen', label: 'unclosed' }, { text: 'x: [offen', label: 'unclosed' },
	{ text: 'x: {offen', label: 'unclosed' }, { text: 'kein Feld', label: 'no field' },
	{ text: '- x', label: 'no field' }, { text: '\tx: y', label: 'tab' },
	{ text: '  x: y', label: 'indent' }, { text: 'x:y', label: 'no field' },
	{ text: 'x: 1\nx: 2', label: 'key twice' }, { text: '...', label: 'end of document' },
	{ text: '#x\n# y: [z', label: 'comment' }, { text: 'a: b#c #d', label: 'comment' },
	{ text: 'a: "b"#c', label: 'comment behind a quote' },
	{ text: 'a: [b]#c', label: 'comment behind a bracket' },
	{ text: 'x: &a &b y', label: 'two anchors' },
	{ text: 'x: &a\ny: *a', label: 'anchor of nothing' },
	{ text: 'x: &a *a', label: 'anchor of an alias' },
	{ text: 'tief: [[[[[[[[[x]]]]]]]]]', label: 'too deep' },
];

/** A field with a word. @param {Dice} dice @param {string} key
 * @param {string} word @returns {Piece} */
function wordField(dice, key, word) {
	const style = dice.below(40);
	if (style === 0)
		return { text: `${key}: >-\n  ${word}`, label: `${key} in a block` };
	if (style === 1)
		return { text: `${key}: |-\n  ${word}`, label: `${key} in a block` };
	if (style < 8)
		return { text: `${key}: '${word}'` };
	if (style < 14)
		return { text: `${key}: "${word}"` };
	return { text: `${key}: ${word}` };
}

/** @param {Dice} dice @param {string[]} tags @returns {Piece} */
function tagsField(dice, tags) {
	const quoted = tags.map((tag) => dice.percent(20) ? `"${tag}"` : tag);
	if (tags.length === 0)
		return dice.one([{ text: 'tags: []' }, { text: '', label: 'no tags' },
			{ text: 'tags:', label: 'empty tags' },
			{ text: 'tags: null', label: 'empty tags' }]);
	return dice.one([
		{ text: `tags: [${quoted.join(', ')}]` },
		{ text: `tags:\n${quoted.map((t) => `  - ${t}`).join('\n')}` },
		{ text: `tags:\n${quoted.map((t) => `- ${t}`).join('\n')}` },
		{ text: `tags:\n${quoted.map((t) => `  - ${t} # x`).join('\n')}` },
		{ text: `tags: [${quoted.join(',')}]`, label: 'tight flow list' },
		{ text: `tags: [ ${quoted.join(', ')} ]`, label: 'spaced flow list' },
		{ text: `tags: [\n  ${quoted.join(',\n  ')}\n]`,
			label: 'flow list over lines' },
		{ text: `tags: [${quoted.join(', ')}] # x` },
	]);
}

/** @param {Dice} dice @param {string|null} date @returns {Piece} */
function deadlineField(dice, date) {
	if (date === null)
		return dice.one([{ text: '' }, { text: '' },
			{ text: 'deadline:', label: 'empty deadline' },
			{ text: 'deadline: null', label: 'empty deadline' }]);
	return dice.one([{ text: `deadline: ${date}` }, { text: `deadline: "${date}"` },
		{ text: `deadline: ${date} # bis dahin` },
		{ text: `deadline: |-\n  ${date}`, label: 'deadline in a block' }]);
}

/** @param {Dice} dice @returns {Piece} */
const slotField = (dice) => dice.one([
	{ text: '', label: 'no slot' }, { text: 'fixedSlot: null' },
	{ text: 'fixedSlot:', label: 'empty slot' },
	{ text: 'fixedSlot: {datum: 26.11.2026, zeit: morgens}' },
	{ text: 'fixedSlot:\n  datum: 26.11.2026\n  zeit: abends' },
	{ text: 'fixedSlot:\n  - datum: "26.11.2026"\n  - zeit: abends' },
	{ text: 'abgeschlossen_am: {datum: 24.11.2026, zeit: abends}', label: 'no slot' },
]);

/** Markdown that has this title. @param {string} t @returns {Piece[]} */
const markdown = (t) => [
	{ text: `# ${t}\n\nText.\n` }, { text: `\n# ${t}\n\nText.\n` },
	{ text: `\n## ${t} ##\n\n- a\n- b\n` }, { text: `\n${t}\n===\n\nText.\n` },
	{ text: `\n<!--\n# Vorlage\n-->\n\n# ${t}\n` },
	{ text: `\n\`\`\`sh\n# Code\n\`\`\`\n\n# ${t}\n` },
	{ text: `\n> Zitat\n\n# ${t}\n\n# Zweite\n` },
	{ text: `\n#\t${t}\t#\n\nText.\n` },
	{ text: `\n# ${t} <!-- id: 5 -->\n` },
	{ text: `\n# **${t}**\n`, label: 'markup in a heading' },
	{ text: `\n${t}\n`, label: 'no heading' },
	{ text: `\n- [ ] ${t}\n- [x] b\n`, label: 'no heading' },
	{ text: `\n**${t}**\n\nText.\n`, label: 'no heading' },
	{ text: `\n> [!NOTE]\n> ${t}\n`, label: 'no heading' },
	{ text: `\n<div>\n# x\n</div>\n\n| a |\n| --- |\n\n*${t}*\n`, label: 'no heading' },
	{ text: `# ${t}` }, { text: `\n\n# ${t}\n\n\n` },
];

/** @param {Dice} dice @returns {Meaning} */
function meaning(dice) {
	const pick = (/** @type {string[]} */ list, /** @type {number} */ n) =>
		dice.shuffle([...list]).slice(0, n);
	const two = (/** @type {number} */ n) => String(n).padStart(2, '0');
	return {
		title: pick(words, 1 + dice.below(3)).join(' '),
		kategorie: dice.one(['arbeit', 'privat']),
		status: dice.one(['offen', 'offen', 'offen', 'abgeschlossen', 'abgebrochen']),
		tags: pick(tagWords, dice.below(4)),
		deadline: dice.percent(40)
			? `${two(1 + dice.below(28))}.${two(1 + dice.below(12))}.2026` : null,
	};
}

/** @param {Dice} dice @param {Meaning} means @returns {Piece[]} */
function ownFields(dice, means) {
	return [wordField(dice, 'typ', 'task'),
		wordField(dice, 'kategorie', means.kategorie),
		wordField(dice, 'status', means.status), tagsField(dice, means.tags),
		deadlineField(dice, means.deadline), slotField(dice)];
}

/** A front matter in braces, as JSON writes it, or with a comment behind it.
 * @param {Meaning} means */
const inBraces = (means) => JSON.stringify({ typ: 'task', ...means,
    deadline: means.deadline ?? undefined }, null, means.title.length % 3) +
    (means.title.length % 2 ? '' : ' # Ende');

/**
 * The lines between the fences and the Markdown.
 * @param {Dice} dice @param {Meaning} means
 * @returns {{front: string, body: Piece, labels: (string|undefined)[],
 *     isOdd: boolean}}
 */
function text(dice, means) {
	if (dice.percent(2))
		return { front: `${inBraces(means)}\n`, labels: ['braces around'],
			body: { text: '\nText.\n' }, isOdd: false };
	const isOdd = dice.percent(12), inFront = dice.percent(35);
	const fields = ownFields(dice, means);
	for (let n = dice.below(6); n > 0; n--)
		fields.push(dice.one(foreign));
	if (inFront)
		fields.push(wordField(dice, dice.one(['title', 'titel']), means.title));
	if (isOdd)
		fields.push(dice.one(odd));
	dice.shuffle(fields);
	/* No key may stand twice but where that is the point. */
	const keys = new Set();
	const front = fields.filter(({ text }) => {
		const key = /^[^\s#:][^:]*(?=:)/.exec(text)?.[0];
		const isNew = !key || !keys.has(key);
		if (key)
			keys.add(key);
		return isNew && text !== '';
	});
	const body = inFront ? dice.one(markdown('Anders')) : dice.one(markdown(means.title));
	return { front: front.map(({ text }) => `${text}\n`).join(''), body,
		labels: [...fields.map(({ label }) => label),
			inFront ? 'title in front' : body.label], isOdd };
}

/**
 * @param {number} count @param {number} seed
 * @returns {Generator<CorpusFile>}
 */
export function* corpus(count, seed) {
	const dice = new Dice(seed);
	for (let i = 0; i < count; i++) {
		const means = meaning(dice);
		const { front, body, labels, isOdd } = text(dice, means);
		let bytes = `---\n${front}---\n${body.text}`;
		if (dice.percent(6))
			bytes = bytes.replaceAll('\n', '\r\n');
		if (dice.percent(2))
			bytes = `\ufeff${bytes}`;
		const slug = means.title.replaceAll(' ', '-');
		yield {
			file: `${String(i).padStart(4, '0')}-${slug}.md`,
			bytes: Buffer.from(bytes),
			labels: [...new Set(labels)].filter((label) => label !== undefined),
			means: isOdd ? null : means,
		};
	}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const [count, seed, folder] = process.argv.slice(2);
	mkdirSync(folder, { recursive: true });
	for (const { file, bytes } of corpus(Number(count), Number(seed)))
		writeFileSync(join(folder, file), bytes);
}
