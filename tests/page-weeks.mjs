// @ts-check
/**
 * page-weeks: weeks and states of Git as the server tells them, in the shapes of
 * http-api.md, for tests that need no server, or states that none can be brought
 * into.
 *
 *	const week = weekOf({ '1 morgens': task('0001', 'Tee', 'arbeit') });
 *	const files = sampleFiles();    // of which a server makes sampleWeek()
 */
import { createHash } from 'node:crypto';
import { taskFile } from './stack.mjs';

/** @param {any} week @returns {any[]} */
const allOf = (week) => [
	...week.timeline.flatMap((/** @type {any} */ day) =>
		day.slots.flatMap((/** @type {any} */ slot) => slot.task ?? [])),
	...week.unplaced,
];

/**
 * @param {string} id
 * @param {string} title
 * @param {string} kategorie
 * @param {any} [more]
 */
export function task(id, title, kategorie, more = {}) {
	return {
		id, file: `${id}-${title.replace(/[^\p{L}\d]+/gu, '-')}.md`, title,
		kategorie, status: 'offen', tags: [], deadline: null,
		deadlineRisk: false, fixedSlot: null, isFixed: false, sync: 'clean',
		etag: createHash('sha256').update(id + title).digest('hex').slice(0, 16), ...more,
	};
}

/** GET /api/sync of a system without a repository. */
export const noGit = () => ({
	...gitOf(), state: 'aus', lastSyncAt: null, head: null,
	code: 'nicht_eingerichtet', button: false,
});

/**
 * GET /api/sync where all is in Git.
 *
 * @param {any} [more]
 */
export const gitOf = (more = {}) => ({
	ok: true, state: 'ok',
	lastSyncAt: '2026-11-23T10:00:00.000Z',
	head: 'a'.repeat(40), pending: 0, pulls: 0, conflicts: 0,
	code: 'alles_in_git', progress: null, reason: null, reasonEnglish: null, button: true,
	conflictList: [], ...more,
});

/**
 * Monday to Sunday; of Monday the morning is over.
 *
 * @param {Record<string, any>} [tasks] by `<day 0..6> <zeit>`
 * @param {any} [more]
 */
export function weekOf(tasks = {}, more = {}) {
	const days = ['23', '24', '25', '26', '27', '28', '29'];
	return {
		cacheCreatedAt: new Date().toISOString(),
		generatedAt: new Date().toISOString(),
		validUntil: new Date(Date.now() + 900_000).toISOString(),
		nextAvailableId: '0042', weekStart: '23.11.2026', userId: 'usera',
		timeline: days.map((day, i) => ({
			datum: `${day}.11.2026`, dayOfWeek: (i + 1) % 7,
			slots: ['morgens', 'nachmittags', 'abends'].slice(i === 0 ? 1 : 0)
				.map((zeit) => ({ zeit, task: tasks[`${i} ${zeit}`] ?? null })),
		})),
		unplaced: [], problems: [], ...more,
	};
}

/** A week with something of everything; it is Monday, 23 November 2026, after the
 * morning. */
export function sampleWeek() {
	return weekOf({
		'0 nachmittags': task('0000', 'Onboarding neuer Kollege', 'arbeit', {
			tags: ['finanzen', 'wichtig'],
		}),
		'0 abends': task('0033', 'Elternabend', 'privat', {
			isFixed: true, fixedSlot: { datum: '23.11.2026', zeit: 'abends' },
		}),
		'1 morgens': task('0001', 'Kapazitätsplanung Dezember', 'arbeit', {
			deadline: '30.11.2026',
		}),
		'1 nachmittags': task('0005', 'Release-Notes 4.2 schreiben', 'arbeit', {
			tags: ['team'], sync: 'pending',
		}),
		'2 morgens': task('0006', 'Angebot Stadtwerke nachfassen', 'arbeit', {
			deadline: '24.11.2026', deadlineRisk: true, tags: ['q4'],
		}),
		'2 nachmittags': task('0007', 'Architektur-Workshop planen', 'arbeit'),
		'2 abends': task('0009', 'Geschenk für Oma', 'privat', {
			isFixed: true, fixedSlot: { datum: '25.11.2026', zeit: 'abends' },
			tags: ['wichtig'],
		}),
		'3 morgens': task('0008', 'Code-Review Zahlungsmodul', 'arbeit', {
			tags: ['team', 'q4'],
		}),
		'3 nachmittags': task('0011',
			'Donaudampfschifffahrtsgesellschaftskapitänsmützenbestellung', 'arbeit', {
				warning: 'fixedSlot ist kein gültiges Datum mit Tageszeit ' +
					'und zählt nicht.',
				warningEnglish: 'fixedSlot is no valid date with a time of ' +
					'day, and does not count.',
			}),
		'4 morgens': task('0012', '<script>alert(1)</script>', 'arbeit', {
			file: '0012-HTML-im-Text.md', tags: ['<b>'],
		}),
		'5 morgens': task('0002', 'Steuererklärung 2025', 'privat', {
			deadline: '30.11.2026', tags: ['haus'],
		}),
		'5 nachmittags': task('0003', 'Balkon bepflanzen', 'privat'),
		'6 morgens': task('0004', 'תור לרופא שיניים', 'privat', {
			file: '0004-x.md',
		}),
		'6 nachmittags': task('0014', 'Regal bauen', 'privat'),
	}, {
		unplaced: [
			task('0015', 'Doppelt A', 'arbeit', {
				reason: 'doppelt_belegt', isFixed: true,
				fixedSlot: { datum: '25.11.2026', zeit: 'abends' },
			}),
			task('0015', 'Doppelt B', 'arbeit', {
				reason: 'ueberfaellig', isFixed: true,
				fixedSlot: { datum: '20.11.2026', zeit: 'morgens' },
			}),
			task('0018', 'Keller aufräumen', 'privat', {
				reason: 'kein_platz', deadline: '29.11.2026', deadlineRisk: true,
			}),
			task('0019', 'Fahrrad zur Inspektion', 'privat', {
				reason: 'kein_platz', tags: ['haus'], sync: 'conflict',
			}),
			task('0021', 'Jahresgespräch', 'arbeit', {
				reason: 'spaeter', isFixed: true,
				fixedSlot: { datum: '12.01.2027', zeit: 'nachmittags' },
			}),
		],
		problems: [{
			file: '0010-kaputtes-YAML.md', line: 3, code: 'kein_yaml',
			reason: 'Die Klammer „[“ ist nicht geschlossen.',
			reasonEnglish: 'The bracket “[” is not closed.',
		}, {
			file: '0013-nicht-UTF-8.md', line: 4, code: 'kein_utf8',
			reason: 'Die Datei ist nicht in UTF-8 kodiert.',
			reasonEnglish: 'The file is not in UTF-8.',
		}, ...['A', 'B'].map((name) => ({
			file: `0015-Doppelt-${name}.md`, line: 1, code: 'nummer_doppelt',
			reason: 'Die Nummer gibt es zweimal; beide Aufgaben bleiben.',
			reasonEnglish: 'Two tasks have this number; both of them stay.',
		}))],
	});
}

/** The sample a day later, as the server places it. */
export function nextWeek() {
	const week = sampleWeek();
	const all = allOf(week);
	const find = (/** @type {string} */ id) => {
		const { reason, ...found } = all.find((one) => one.id === id);
		return found;
	};
	const slots = ['0000 0001 -', '0005 0006 0009', '0007 0008 -', '0011 0012 -',
		'0002 0003 -', '0004 0014 -', '- - -'].map((ids) => ids.split(' '));
	week.timeline = slots.map((ids, i) => ({
		datum: `${24 + i}.11.2026`, dayOfWeek: (i + 2) % 7,
		slots: ['morgens', 'nachmittags', 'abends'].map((zeit, k) => ({
			zeit, task: ids[k] === '-' ? null : find(ids[k]),
		})),
	}));
	week.weekStart = '24.11.2026';
	week.unplaced = [
		...week.unplaced, { ...find('0033'), reason: 'ueberfaellig' },
	];
	return week;
}

/** The fields of a task file. @param {any} task */
function fieldsOf({ title, kategorie, tags, deadline, fixedSlot, warning }) {
	const slot = warning ? { datum: '31.02.2026', zeit: 'morgens' } : fixedSlot;
	return {
		title: JSON.stringify(title), kategorie, tags: JSON.stringify(tags),
		...deadline && { deadline },
		...slot && { fixedSlot: `{datum: ${slot.datum}, zeit: ${slot.zeit}}` },
	};
}

/**
 * The files of which a server makes sampleWeek(), as long as it knows no Git.
 *
 * @returns {[string, string | Buffer][]}
 */
export const sampleFiles = () => [
	...allOf(sampleWeek()).map((task) => /** @type {[string, string]} */ (
		[task.file, taskFile(fieldsOf(task))])),
	['0010-kaputtes-YAML.md', '---\ntyp: task\ntags: [a\n---\n'],
	['0013-nicht-UTF-8.md', Buffer.from('---\ntyp: task\n---\n\xff', 'latin1')],
];
